//! The reason code of a row: how every rule came out and what was wrong with every fact, in a few words of 64 bits.
//!
//! Of a row that is in order the code holds, two bits each, the truth of every rule that has a condition (0 false, 2
//! unknown, 3 true), then the lowest and the highest band that the score may lie in (four bits each), then one bit for
//! each sum that was cut to its bounds and one for each ceiling at a stated level that stands at the bottom. Of a row that
//! is refused it holds two bits for each fact: 1 required and absent, 2 refused, 3 inconsistent with another one.

use std::sync::Arc;

use crate::evaluate::Facts;
use crate::judge::{Standard, limit_span};
use crate::logic::Kleene;
use crate::plan::{CapPlan, Plan, Source};
use crate::problem::ProblemCode;
use crate::rating::Rating;
use crate::rulebook::{Rulebook, UnknownSubject};

/// What some bits of a code say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// The truth of a rule.
    Rule(usize),
    /// The lowest band of the score.
    LowBand,
    /// The highest band of the score.
    HighBand,
    /// A sum was cut to its bounds.
    Clamped(usize),
    /// A ceiling at a stated level stands at the bottom.
    Bound(usize),
}

/// What is wrong with a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// It is required and absent.
    Absent,
    /// Its value is refused.
    Refused,
    /// It contradicts another one.
    Inconsistent,
}

impl Fault {
    pub(super) const fn bits(self) -> u64 {
        match self {
            Self::Absent => 1,
            Self::Refused => 2,
            Self::Inconsistent => 3,
        }
    }

    /// The code as programs see it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Refused => "refused",
            Self::Inconsistent => "inconsistent",
        }
    }
}

/// Where each mark of a kind of subject stands.
#[derive(Debug)]
pub(crate) struct Layout {
    marks: Vec<(Mark, usize)>,
    bytes: Vec<Vec<(Mark, u32)>>,
    pub(super) words: usize,
}

impl Layout {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut marks = Vec::new();
        let mut next = 0_usize;
        let mut place = |mark: Mark, width: usize, at_byte: bool| {
            if at_byte {
                next = next.next_multiple_of(8);
            }
            marks.push((mark, next));
            next = next.saturating_add(width);
        };
        for (rule, _) in plan.rules.iter().enumerate().filter(|(_, rule)| rule.test.is_some()) {
            place(Mark::Rule(rule), 2, false);
        }
        if plan.standard.score.is_some() {
            place(Mark::LowBand, 4, true);
            place(Mark::HighBand, 4, false);
        }
        for (measure, _) in plan.measures.iter().enumerate().filter(|(_, measure)| measure.clamp.is_some()) {
            place(Mark::Clamped(measure), 1, false);
        }
        for (limit, _) in plan.limits.iter().enumerate().filter(|(_, limit)| matches!(limit.cap, CapPlan::Fact(_))) {
            place(Mark::Bound(limit), 1, false);
        }
        let bits = next.max(plan.facts.len().saturating_mul(2)).max(1);
        let words = bits.div_ceil(64);
        let mut bytes = vec![Vec::new(); words.saturating_mul(8)];
        for (mark, at) in &marks {
            if let Some(byte) = bytes.get_mut(at >> 3) {
                byte.push((*mark, (at & 7) as u32));
            }
        }
        Self { marks, bytes, words }
    }

    /// The marks in a byte of a word, with the bit at which each begins.
    pub(super) fn byte(&self, word: usize, byte: usize) -> &[(Mark, u32)] {
        self.bytes.get(word.saturating_mul(8).saturating_add(byte)).map(Vec::as_slice).unwrap_or_default()
    }

    /// The word and the bit at which it stands what is wrong with a fact.
    pub(super) fn fact(&self, fact: usize) -> (usize, u32) {
        let at = fact.saturating_mul(2);
        (at >> 6, (at & 63) as u32)
    }

    /// For each word of the code the bits that say that one of these rules is unknown.
    pub(crate) fn unknown(&self, rules: &[usize]) -> Vec<u64> {
        let mut masks = vec![0_u64; self.words];
        for (mark, at) in &self.marks {
            if let Mark::Rule(rule) = mark
                && rules.contains(rule)
                && let Some(mask) = masks.get_mut(at >> 6)
            {
                *mask |= 3_u64.wrapping_shl((at & 63) as u32);
            }
        }
        masks
    }

    /// The code of a case that was rated alone.
    pub(super) fn of_rating(&self, rating: &Rating) -> Vec<u64> {
        let mut words = vec![0_u64; self.words];
        let mut put = |at: usize, bits: u64| {
            if let Some(word) = words.get_mut(at >> 6) {
                *word |= bits.wrapping_shl((at & 63) as u32);
            }
        };
        let (Some(plan), Some(verdict)) = (rating.plan(), &rating.verdict) else {
            let facts = rating.plan().map(|plan| plan.facts.as_slice()).unwrap_or_default();
            for (place, fact) in facts.iter().enumerate() {
                let name = rating.rulebook.text(fact.name);
                let Some(problem) = rating.problems().iter().find(|problem| problem.field == name) else { continue };
                let fault = match problem.code {
                    ProblemCode::Required if problem.at.is_empty() => Fault::Absent,
                    ProblemCode::Inconsistent => Fault::Inconsistent,
                    _ => Fault::Refused,
                };
                put(place.saturating_mul(2), fault.bits());
            }
            return words;
        };
        let options = rating.policies.options();
        let (low, high) = Standard::new(plan, options, &rating.facts, &verdict.holds).bands();
        for (mark, at) in &self.marks {
            let bits =
                match mark {
                    Mark::Rule(rule) => verdict.holds.get(*rule).copied().map_or(0, truth),
                    Mark::LowBand => u64::from(low),
                    Mark::HighBand => u64::from(high),
                    Mark::Clamped(measure) => u64::from(clamped(plan, &rating.facts, *measure)),
                    Mark::Bound(limit) => u64::from(plan.limits.get(*limit).is_some_and(|limit| {
                        rating.binds(plan, limit_span(plan, &rating.facts, &verdict.holds, limit))
                    })),
                };
            put(*at, bits);
        }
        words
    }
}

fn truth(truth: Kleene) -> u64 {
    match truth.known() {
        Some(true) => 3,
        Some(false) => 0,
        None => 2,
    }
}

/// Whether a known sum lies outside the bounds to which it is cut.
fn clamped(plan: &Plan, facts: &Facts, place: usize) -> bool {
    let Some(measure) = plan.measures.get(place) else { return false };
    let Some((low, high)) = measure.clamp else { return false };
    let known = facts.exact(plan, Source::Measure(place)).is_some();
    known && !(low..=high).contains(&facts.unclamped(plan, measure).0)
}

/// How to read the reason codes of a kind of subject.
///
/// ```
/// use xeploai::Rulebook;
/// let rulebook = Rulebook::builtin("366-qd-tw")?;
/// let reasons = rulebook.reasons("member")?;
/// let place = reasons.rule("member.ineligible.exempt_from_activities").or(reasons.places().next());
/// assert_eq!(place.map(|place| place.column.as_str()), Some("reasons"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Reasons {
    layout: Arc<Layout>,
    places: Vec<ReasonPlace>,
    faults: Vec<ReasonPlace>,
}

/// Some bits of the reason code: what they tell and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonPlace {
    /// What they tell: `rule`, `lowest_band`, `highest_band`, `clamped`, `bound` or, of a refused row, `fact`.
    pub sort: &'static str,
    /// The id of the rule, or the name of the measure or fact; empty for the bands.
    pub of: String,
    /// The column of the output.
    pub column: String,
    /// The number of the column among those of the reasons.
    pub word: usize,
    /// The bit at which they begin.
    pub shift: u32,
    /// How many bits they are.
    pub width: u32,
}

impl ReasonPlace {
    /// Its value in the words of a row.
    pub fn read(&self, words: &[u64]) -> u64 {
        let word = words.get(self.word).copied().unwrap_or_default();
        let cover = 1_u64.wrapping_shl(self.width).wrapping_sub(1);
        word.wrapping_shr(self.shift) & cover
    }
}

impl Reasons {
    /// The places of a row that is in order.
    pub fn places(&self) -> impl Iterator<Item = &ReasonPlace> {
        self.places.iter()
    }

    /// The places of a row that is refused, one for each fact: 0 fine, 1 absent, 2 refused, 3 inconsistent.
    pub fn facts(&self) -> impl Iterator<Item = &ReasonPlace> {
        self.faults.iter()
    }

    /// The place of the truth of a rule: 0 false, 2 unknown, 3 true.
    pub fn rule(&self, id: &str) -> Option<&ReasonPlace> {
        self.places.iter().find(|place| place.sort == "rule" && place.of == id)
    }

    /// How many columns of 64 bits the code has.
    pub fn words(&self) -> usize {
        self.layout.words
    }

    /// The code of a case that was rated alone: that of its row in a table.
    pub fn of(&self, rating: &Rating) -> Vec<u64> {
        self.layout.of_rating(rating)
    }
}

/// The name of a column of the reason code, before the prefix.
pub(super) fn column_name(word: usize) -> String {
    match word {
        0 => "reasons".to_owned(),
        more => format!("reasons_{}", more.saturating_add(1)),
    }
}

impl Rulebook {
    /// How to read the reason codes that [`Rulebook::rate_table`] gives for a kind of subject.
    ///
    /// # Errors
    /// Where the rulebook has no such kind.
    pub fn reasons(&self, subject: &str) -> Result<Reasons, UnknownSubject> {
        let place = self.find_plan(subject)?;
        let plan = self.plan(place).ok_or_else(|| self.no_subject(subject))?;
        let layout = Layout::new(plan);
        let at = |sort: &'static str, of: &str, bit: usize, width: u32| ReasonPlace {
            sort,
            of: of.to_owned(),
            column: column_name(bit >> 6),
            word: bit >> 6,
            shift: (bit & 63) as u32,
            width,
        };
        let rule = |rule: usize| plan.rules.get(rule).map_or("", |rule| self.text(rule.id));
        let places = layout.marks.iter().map(|(mark, bit)| match mark {
            Mark::Rule(place) => at("rule", rule(*place), *bit, 2),
            Mark::LowBand => at("lowest_band", "", *bit, 4),
            Mark::HighBand => at("highest_band", "", *bit, 4),
            Mark::Clamped(place) => {
                let name = plan.measures.get(*place).map_or("", |measure| self.text(measure.name));
                at("clamped", name, *bit, 1)
            }
            Mark::Bound(place) => {
                let id = plan.limits.get(*place).map_or("", |limit| rule(limit.rule));
                at("bound", id, *bit, 1)
            }
        });
        let facts = plan.facts.iter().enumerate();
        let faults = facts.map(|(place, fact)| at("fact", self.text(fact.name), place.saturating_mul(2), 2));
        let (places, faults) = (places.collect(), faults.collect());
        Ok(Reasons { layout: Arc::new(layout), places, faults })
    }
}
