//! The names of one kind of subject while it is compiled: facts, and the measures that stand before.

use super::ratio::Size;
use crate::number::{Fraction, MAX_SCALE};
use crate::plan::{KindPlan, Source};

/// The names of one kind of subject.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) facts: Vec<(String, KindPlan)>,
    /// Measures that are whole numbers of units, in the order in which they are computed.
    pub(crate) measures: Vec<Known>,
    /// Measures that are fractions, in the order in which they are computed.
    pub(crate) ratios: Vec<KnownRatio>,
}

/// What conditions need of a measure.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) name: String,
    pub(crate) scale: u32,
    pub(crate) bounds: (i64, i64),
    /// The facts below, through other measures too.
    pub(crate) leaves: Vec<usize>,
    /// Whether the leaves are all numbers.
    pub(crate) plain: bool,
    /// What it is the sum of.
    pub(crate) parts: Vec<Source>,
}

/// What conditions need of a measure that is a fraction.
#[derive(Debug)]
pub(crate) struct KnownRatio {
    pub(crate) name: String,
    pub(crate) bounds: (Fraction, Fraction),
    /// The facts below, through other measures too.
    pub(crate) leaves: Vec<usize>,
    /// What its denominator may be.
    pub(crate) size: Size,
    /// What it adds up.
    pub(crate) parts: Vec<Source>,
    /// For a choice by policy: the policy, and the source of each option.
    pub(crate) choice: Option<(usize, Vec<Source>)>,
}

impl Scope {
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let facts = self.facts.iter().map(|(name, _)| name.as_str());
        let measures = self.measures.iter().map(|measure| measure.name.as_str());
        facts.chain(measures).chain(self.ratios.iter().map(|ratio| ratio.name.as_str()))
    }

    pub(crate) fn fact(&self, name: &str) -> Option<(usize, &KindPlan)> {
        let position = self.facts.iter().position(|(known, _)| known == name)?;
        self.facts.get(position).map(|(_, kind)| (position, kind))
    }

    /// An integer or decimal fact or a measure, with its scale.
    pub(crate) fn number(&self, name: &str) -> Option<(Source, u32)> {
        match self.fact(name) {
            Some((position, kind @ (KindPlan::Integer { .. } | KindPlan::Decimal { .. }))) => {
                Some((Source::Slot(position), kind.scale()))
            }
            Some(_) => None,
            None => match self.measures.iter().position(|measure| measure.name == name) {
                Some(position) => {
                    self.measures.get(position).map(|measure| (Source::Measure(position), measure.scale))
                }
                None => self.ratio(name).map(|ratio| (Source::Ratio(ratio), MAX_SCALE)),
            },
        }
    }

    /// A measure that is a fraction.
    pub(crate) fn ratio(&self, name: &str) -> Option<usize> {
        self.ratios.iter().position(|ratio| ratio.name == name)
    }

    /// The bounds of a number that is no fraction.
    pub(crate) fn bounds(&self, source: Source) -> (i64, i64) {
        match source {
            Source::Slot(position) => self.facts.get(position).map_or((0, 0), |(_, kind)| kind.bounds()),
            Source::Measure(position) => self.measures.get(position).map_or((0, 0), |measure| measure.bounds),
            Source::Ratio(_) => (0, 0),
        }
    }

    /// The bounds of a number as fractions.
    pub(crate) fn ratio_bounds(&self, source: Source) -> (Fraction, Fraction) {
        let scale = match source {
            Source::Ratio(position) => {
                return self.ratios.get(position).map_or((Fraction::ZERO, Fraction::ZERO), |ratio| ratio.bounds);
            }
            Source::Slot(position) => self.facts.get(position).map_or(0, |(_, kind)| kind.scale()),
            Source::Measure(position) => self.measures.get(position).map_or(0, |measure| measure.scale),
        };
        let (low, high) = self.bounds(source);
        (Fraction::of_scaled(low, scale), Fraction::of_scaled(high, scale))
    }

    pub(crate) fn leaves(&self, source: Source) -> Vec<usize> {
        match source {
            Source::Slot(position) => vec![position],
            Source::Measure(position) => {
                self.measures.get(position).map(|measure| measure.leaves.clone()).unwrap_or_default()
            }
            Source::Ratio(position) => {
                self.ratios.get(position).map(|ratio| ratio.leaves.clone()).unwrap_or_default()
            }
        }
    }

    /// What a number is the sum of; nothing for a fact.
    pub(crate) fn parts(&self, source: Source) -> Vec<Source> {
        match source {
            Source::Slot(_) => Vec::new(),
            Source::Measure(position) => {
                self.measures.get(position).map(|measure| measure.parts.clone()).unwrap_or_default()
            }
            Source::Ratio(position) => self.ratios.get(position).map(|ratio| ratio.parts.clone()).unwrap_or_default(),
        }
    }
    /// Whether a number is made of facts that are numbers alone.
    pub(crate) fn is_plain(&self, source: Source) -> bool {
        match source {
            Source::Slot(_) => true,
            Source::Measure(position) => self.measures.get(position).is_some_and(|measure| measure.plain),
            Source::Ratio(_) => false,
        }
    }
}
