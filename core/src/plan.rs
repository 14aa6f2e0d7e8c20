//! A rulebook made ready to rate: names resolved to places, thresholds to integers, rules to a flat table.
//!
//! A plan is made by [`crate::compile`] from a document that was found sound, and never changes. Values of facts
//! stand in *slots*, one integer each: a boolean is 0 or 1, a decimal its scaled integer, a date its day number, a
//! level or code its rank. [`MISSING`] marks what is not known.

use std::collections::HashMap;
use std::ops::Range;

use crate::document::{Op, Provenance, Words};
use crate::number::Fraction;
use crate::report::Word;

/// The slot of a fact that is not known. No declared bound comes near it.
pub(crate) const MISSING: i64 = i64::MIN;

/// A text of the rulebook that results repeat, kept once, with its form in JSON beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TextId(pub(crate) u32);

impl TextId {
    /// The position of the text among those of its rulebook, for a caller that keeps a copy of each in its own form.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The texts of a rulebook.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    plain: Vec<Box<str>>,
    /// Each as a key behind another one: a comma, the JSON string, a colon.
    keys: Vec<Box<str>>,
    /// Where each text stands; empty once the rulebook is complete.
    places: HashMap<Box<str>, TextId>,
}

impl Texts {
    pub(crate) fn add(&mut self, text: &str) -> TextId {
        if let Some(id) = self.places.get(text) {
            return *id;
        }
        let id = TextId(u32::try_from(self.plain.len()).unwrap_or(u32::MAX));
        self.places.insert(text.into(), id);
        self.plain.push(text.into());
        self.keys.push(format!(",{}:", crate::report::json_string(text)).into());
        id
    }

    pub(crate) fn plain(&self, id: TextId) -> &str {
        self.plain.get(id.index()).map_or("", |text| text)
    }

    /// The text as a JSON string.
    pub(crate) fn json(&self, id: TextId) -> &str {
        let key = self.json_key(id);
        key.get(1..key.len().saturating_sub(1)).unwrap_or("\"\"")
    }

    /// The text as a key behind another one, such as `,"score":`.
    pub(crate) fn json_key(&self, id: TextId) -> &str {
        self.keys.get(id.index()).map_or("", |key| key)
    }

    /// No text comes any more.
    pub(crate) fn seal(&mut self) {
        self.places = HashMap::new();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.plain.iter().map(|text| &**text)
    }
}

/// The values of an enumeration, or the levels.
#[derive(Debug)]
pub(crate) struct CodeTable {
    pub(crate) ordered: bool,
    pub(crate) codes: Vec<CodePlan>,
}

impl CodeTable {
    pub(crate) fn rank(&self, texts: &Texts, code: &str) -> Option<i64> {
        let place = self.codes.iter().position(|known| texts.plain(known.code) == code)?;
        i64::try_from(place).ok()
    }

    pub(crate) fn at(&self, rank: i64) -> Option<&CodePlan> {
        self.codes.get(usize::try_from(rank).ok()?)
    }
}

#[derive(Debug)]
pub(crate) struct CodePlan {
    pub(crate) code: TextId,
    pub(crate) label: Words,
    pub(crate) short: Option<Box<str>>,
}

/// The index of the table of levels among the code tables.
pub(crate) const LEVELS: usize = 0;

#[derive(Debug)]
pub(crate) struct PolicyPlan {
    pub(crate) name: TextId,
    pub(crate) options: Vec<TextId>,
    pub(crate) default: u8,
}

#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) kind: TextId,
    pub(crate) period: (i64, i64),
    pub(crate) period_end: Option<usize>,
    pub(crate) facts: Vec<FactPlan>,
    /// The facts by the length of their name and the name, for the search of one that does not come in the declared order:
    /// lengths mostly differ where beginnings are the same.
    pub(crate) by_name: Vec<(Box<str>, usize)>,
    pub(crate) lists: usize,
    pub(crate) absences: Vec<AbsencePlan>,
    pub(crate) constraints: Vec<ConstraintPlan>,
    pub(crate) measures: Vec<MeasurePlan>,
    pub(crate) ratios: Vec<RatioPlan>,
    pub(crate) rules: Vec<RulePlan>,
    pub(crate) not_reviewed: Range<usize>,
    pub(crate) not_rated: Range<usize>,
    pub(crate) standard: StandardPlan,
    pub(crate) limits: Vec<LimitPlan>,
    pub(crate) top: u8,
    /// The policies on which conditions and measures turn; that of the gap is not among them.
    pub(crate) choices: Vec<usize>,
}

impl Plan {
    pub(crate) fn fact(&self, place: usize) -> Option<&FactPlan> {
        self.facts.get(place)
    }

    /// Whether a number is that fact, or made of it.
    pub(crate) fn rests_on(&self, source: Source, fact: usize) -> bool {
        match source {
            Source::Slot(place) => place == fact,
            Source::Measure(place) => self.measures.get(place).is_some_and(|measure| measure.leaves.contains(&fact)),
            Source::Ratio(place) => self.ratios.get(place).is_some_and(|ratio| ratio.leaves.contains(&fact)),
        }
    }

    /// The scale of a number; nothing for a fraction.
    pub(crate) fn scale_of(&self, source: Source) -> Option<u32> {
        match source {
            Source::Slot(place) => self.fact(place).map(|fact| fact.kind.scale()),
            Source::Measure(place) => self.measures.get(place).map(|measure| measure.scale),
            Source::Ratio(_) => None,
        }
    }

    /// What a rule reads, in the order of the text; of a standard the score by group and then itself.
    pub(crate) fn reads<'p>(&'p self, rule: &'p RulePlan, options: &'p [u8]) -> impl Iterator<Item = Source> + 'p {
        let reads = match rule.kind {
            RuleKind::Standard(_) => &self.standard.reads,
            _ => &rule.reads,
        };
        chosen_reads(reads, options)
    }

    /// The place of a fact by its name; `hint` is the place that is tried first.
    pub(crate) fn find(&self, texts: &Texts, name: &str, hint: usize) -> Option<usize> {
        if let Some(fact) = self.facts.get(hint)
            && texts.plain(fact.name) == name
        {
            return Some(hint);
        }
        let wanted = (name.len(), name);
        let place = self.by_name.binary_search_by(|(known, _)| (known.len(), &**known).cmp(&wanted)).ok()?;
        self.by_name.get(place).map(|(_, fact)| *fact)
    }
}

#[derive(Debug)]
pub(crate) struct FactPlan {
    pub(crate) name: TextId,
    pub(crate) label: Words,
    pub(crate) kind: KindPlan,
}

/// The type of a fact or of a field of an item, with bounds in units of its scale.
#[derive(Debug, Clone)]
pub(crate) enum KindPlan {
    Boolean,
    Integer {
        min: i64,
        max: i64,
    },
    Decimal {
        scale: u32,
        min: i64,
        max: i64,
    },
    /// The table of codes.
    Code(usize),
    Date,
    Text,
    List(ListPlan),
}

impl KindPlan {
    pub(crate) fn scale(&self) -> u32 {
        match self {
            Self::Decimal { scale, .. } => *scale,
            _ => 0,
        }
    }

    /// The declared bounds; those of a type that has none are never asked for.
    pub(crate) fn bounds(&self) -> (i64, i64) {
        match self {
            Self::Integer { min, max } | Self::Decimal { min, max, .. } => (*min, *max),
            Self::Boolean => (0, 1),
            _ => (i64::MIN.saturating_add(1), i64::MAX),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct ListPlan {
    /// The position among the lists of the kind.
    pub(crate) list: usize,
    pub(crate) max_items: usize,
    pub(crate) fields: Vec<FieldPlan>,
}

impl ListPlan {
    /// The only field, where there is no other: an item may then be given as its bare value.
    pub(crate) fn single(&self) -> Option<&FieldPlan> {
        match self.fields.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct FieldPlan {
    pub(crate) name: TextId,
    pub(crate) kind: KindPlan,
    pub(crate) required: bool,
}

#[derive(Debug)]
pub(crate) struct AbsencePlan {
    pub(crate) fact: usize,
    pub(crate) meaning: Absence,
}

#[derive(Debug)]
pub(crate) enum Absence {
    Invalid,
    InvalidWhen(Test),
    StandsFor(i64),
}

#[derive(Debug)]
pub(crate) enum ConstraintPlan {
    /// Each fact is at most the next one; with the factor that brings it to a common scale.
    Rising(Vec<(usize, i64)>),
    SumAtMost {
        parts: Vec<usize>,
        whole: usize,
    },
}

/// Where a number stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// An integer or decimal fact, or another fact whose slot is read.
    Slot(usize),
    /// A measure that is an integer of units of its scale: a sum or a count.
    Measure(usize),
    /// A measure that is a fraction.
    Ratio(usize),
}

/// A measure that is an integer of units of its scale.
#[derive(Debug)]
pub(crate) struct MeasurePlan {
    pub(crate) name: TextId,
    pub(crate) label: Words,
    pub(crate) scale: u32,
    pub(crate) form: MeasureForm,
    pub(crate) clamp: Option<(i64, i64)>,
    /// The smallest and largest value that the bounds of the parts allow.
    pub(crate) bounds: (i64, i64),
    /// The facts below, through other measures too.
    pub(crate) leaves: Vec<usize>,
    /// Whether the leaves are all numbers, so that it is known when they are.
    pub(crate) plain: bool,
    /// Whether rules read those facts through this measure alone, so that it does not matter which of them moves.
    pub(crate) private: bool,
}

#[derive(Debug)]
pub(crate) enum MeasureForm {
    /// What is added, with its sign and the factor that brings it to the scale. No part is a fraction.
    Sum(Vec<(Source, i64)>),
    /// How many items pass.
    Count(ItemsTest),
    /// How many items that follow each other pass.
    LongestRun(ItemsTest),
}

impl MeasurePlan {
    /// What it is the sum of; nothing for a count.
    pub(crate) fn parts(&self) -> &[(Source, i64)] {
        match &self.form {
            MeasureForm::Sum(parts) => parts,
            MeasureForm::Count(_) | MeasureForm::LongestRun(_) => &[],
        }
    }
}

/// A measure that is a fraction.
#[derive(Debug)]
pub(crate) struct RatioPlan {
    pub(crate) name: TextId,
    pub(crate) label: Words,
    pub(crate) form: RatioForm,
    pub(crate) clamp: Option<(Fraction, Fraction)>,
    /// The smallest and largest value that the bounds of what it is made of allow.
    pub(crate) bounds: (Fraction, Fraction),
    /// The facts below, through other measures too, whatever policy is chosen.
    pub(crate) leaves: Vec<usize>,
}

#[derive(Debug)]
pub(crate) enum RatioForm {
    Weighted(Vec<(Source, Fraction)>),
    Mean(MeanPlan),
    Either {
        test: Box<Test>,
        then: Fraction,
        otherwise: Fraction,
    },
    /// One source for each option of the policy.
    Policy {
        policy: usize,
        cases: Vec<Source>,
    },
}

#[derive(Debug)]
pub(crate) struct MeanPlan {
    /// The list fact, and its position among the lists.
    pub(crate) fact: usize,
    pub(crate) list: usize,
    pub(crate) weight: Option<usize>,
    pub(crate) factors: Vec<FactorPlan>,
    /// The fields that any mean over this list reads: an item that lacks one makes the list incomplete.
    pub(crate) counted: Vec<usize>,
    /// What the product of the units of all factors is to be divided by.
    pub(crate) unit: i128,
}

#[derive(Debug)]
pub(crate) enum FactorPlan {
    /// The value of a field, in units of its scale.
    Field(usize),
    /// `whole` less `each` for each of what the field counts, not below 0.
    Deduction { field: usize, whole: i64, each: i64 },
}

/// A condition with everything resolved.
#[derive(Debug)]
pub(crate) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// A number lies within bounds (or, `outside`, does not).
    Within {
        of: Source,
        low: i64,
        high: i64,
        outside: bool,
    },
    /// Two numbers at a common scale.
    Pair {
        left: Scaled,
        op: Op,
        right: Scaled,
    },
    Share(ShareTest),
    /// A fraction compared with a number. It is in a box so that every other test stays small.
    Ratio {
        of: usize,
        op: Op,
        than: Box<Fraction>,
    },
    /// Two numbers of which one at least is a fraction.
    Ratios {
        left: Source,
        op: Op,
        right: Source,
    },
    Every(ItemsTest),
    UnderMonths {
        since: usize,
        until: usize,
        months: u32,
    },
    /// One test for each option of a policy.
    Policy {
        policy: usize,
        cases: Vec<Test>,
    },
}

impl Test {
    /// Adds the policies on which it turns, each once.
    pub(crate) fn policies(&self, found: &mut Vec<usize>) {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.policies(found)),
            Self::Not(test) => test.policies(found),
            Self::Policy { policy, cases } => {
                if !found.contains(policy) {
                    found.push(*policy);
                }
                cases.iter().for_each(|test| test.policies(found));
            }
            _ => {}
        }
    }
}

/// A number and the factor that brings it to the scale of what it is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Scaled {
    pub(crate) of: Source,
    pub(crate) factor: i64,
}

#[derive(Debug)]
pub(crate) struct ShareTest {
    pub(crate) part: Scaled,
    pub(crate) whole: Scaled,
    pub(crate) op: Op,
    pub(crate) numerator: i64,
    pub(crate) denominator: i64,
    pub(crate) if_none: Option<bool>,
}

/// Which items of a list are meant, and what their field must be.
#[derive(Debug)]
pub(crate) struct ItemsTest {
    pub(crate) fact: usize,
    pub(crate) list: usize,
    pub(crate) only: Option<(usize, i64)>,
    pub(crate) field: usize,
    pub(crate) low: i64,
    pub(crate) high: i64,
    pub(crate) outside: bool,
}

/// What a rule is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleKind {
    /// Ends the review.
    NotReviewed,
    /// Ends the rating.
    NotRated,
    /// Whether the standard of the level of this rank is met as a whole.
    Standard(u8),
    /// One condition of the standard of the level of this rank.
    Condition(u8),
    /// Gives the lowest level.
    Trigger,
    /// Holds the rating at or below a level.
    Ceiling,
    /// Leaves a trigger or ceiling to the authority.
    Escape,
    /// Changes no level.
    Notice,
    /// A part of the text that was not at hand.
    Unread,
}

/// What follows where a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A fixed word, such as `not_reviewed`.
    Word(Word),
    /// A level.
    Level(TextId),
    /// The level that this fact states.
    Fact(usize),
}

/// A number or fact that a rule reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) source: Source,
    /// The policy and its option with which alone it is read.
    pub(crate) only_with: Option<(usize, usize)>,
}

/// What is read with the chosen options.
pub(crate) fn chosen_reads<'p>(reads: &'p [Read], options: &'p [u8]) -> impl Iterator<Item = Source> + 'p {
    let chosen =
        |(policy, option): (usize, usize)| options.get(policy).map(|chosen| usize::from(*chosen)) == Some(option);
    reads.iter().filter(move |read| read.only_with.is_none_or(chosen)).map(|read| read.source)
}

#[derive(Debug)]
pub(crate) struct RulePlan {
    pub(crate) id: TextId,
    pub(crate) citation: TextId,
    pub(crate) words: Words,
    pub(crate) provenance: Provenance,
    pub(crate) kind: RuleKind,
    /// `None` for a standard, which is judged from its conditions and the score, and for what was not read.
    pub(crate) test: Option<Test>,
    /// The condition as a line of text, such as `tasks_exceeded / tasks_assigned >= 30%`.
    pub(crate) condition: TextId,
    /// What follows where it holds.
    pub(crate) effect: Effect,
    /// What the condition reads, in the order of the text; for a standard see [`StandardPlan::reads`].
    pub(crate) reads: Vec<Read>,
    /// Of a notice: the levels, as bits by rank, at which alone it is told; 0 for every result.
    pub(crate) at_levels: u16,
    /// The limit that a trigger, ceiling or escape belongs to.
    pub(crate) limit: Option<usize>,
    /// The number of the rule among all of the rulebook.
    pub(crate) number: usize,
    /// What findings of the rule begin with, as JSON.
    pub(crate) json_head: Box<str>,
}

#[derive(Debug)]
pub(crate) struct StandardPlan {
    pub(crate) score: Option<Source>,
    pub(crate) on_gap: Option<usize>,
    pub(crate) closed: bool,
    /// One for each level, lowest first.
    pub(crate) levels: Vec<LevelPlan>,
    /// The highest level whose band was read; the bands of those above it, if any, were not.
    pub(crate) last_band: u8,
    /// The levels above the lowest of whose conditions none was read, as bits by rank.
    pub(crate) unread: u16,
    /// The score by group and then itself.
    pub(crate) reads: Vec<Read>,
}

#[derive(Debug)]
pub(crate) struct LevelPlan {
    /// The rule of the standard as a whole.
    pub(crate) rule: usize,
    /// The lowest score of the band; of a score that is a fraction in units of the largest scale.
    pub(crate) from: i64,
    /// The rules that are its conditions.
    pub(crate) conditions: Range<usize>,
}

/// A trigger, a ceiling, or a part of the text that was not read.
#[derive(Debug)]
pub(crate) struct LimitPlan {
    pub(crate) rule: usize,
    pub(crate) cap: CapPlan,
    pub(crate) escapes: Range<usize>,
}

#[derive(Debug)]
pub(crate) enum CapPlan {
    Level(u8),
    Fact(usize),
    /// Anything from the lowest level up: the authority decides.
    Open,
}
