//! The numbers that a document compares, as fractions: written ones, and codes by their place in their order.

use crate::document::{Choice, Compare, Document, Fact, FactType, Operand};
use crate::number::Fraction;

/// The codes that have an order, lowest first: the levels, and the ordered enumerations by name.
pub(crate) struct Ranks {
    levels: Vec<String>,
    enumerations: Vec<(String, Vec<String>)>,
}

impl Ranks {
    pub(crate) fn of(document: &Document) -> Self {
        let codes = |choices: &[Choice]| choices.iter().map(|choice| choice.code.clone()).collect();
        let ordered = document.enumerations.iter().filter(|enumeration| enumeration.ordered);
        Self {
            levels: codes(&document.levels),
            enumerations: ordered.map(|known| (known.name.clone(), codes(&known.values))).collect(),
        }
    }

    /// The place of a level, the lowest first.
    pub(crate) fn level(&self, code: &str) -> Option<usize> {
        self.levels.iter().position(|known| known == code)
    }

    /// What a comparison compares with, where that is one value.
    pub(crate) fn compared(&self, facts: &[Fact], compare: &Compare) -> Option<Fraction> {
        match &compare.right {
            Operand::Integer(value) => Fraction::new(i128::from(*value), 1),
            Operand::Text(text) => self.value(facts, &compare.left, text),
            Operand::Name(_) => None,
        }
    }

    /// A value of a fact or measure written as text: a code, or a number.
    pub(crate) fn value(&self, facts: &[Fact], name: &str, text: &str) -> Option<Fraction> {
        let codes = match facts.iter().find(|fact| fact.name == name).map(|fact| &fact.kind) {
            Some(FactType::Level) => &self.levels,
            Some(FactType::Enumeration(name)) => &self.enumerations.iter().find(|(known, _)| known == name)?.1,
            _ => return Fraction::parse_any(text),
        };
        let place = codes.iter().position(|known| known == text)?;
        Fraction::new(i128::try_from(place).ok()?, 1)
    }
}
