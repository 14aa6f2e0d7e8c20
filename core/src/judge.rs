//! The rating itself: every rule is a ceiling, a rating is the lowest ceiling, what is unknown or left to the
//! authority makes it an interval.
//!
//! Each rule has, over its missing facts, a worst and a best interval of levels. The result goes from the lowest worst
//! lower end to the lowest best upper end; nothing depends on the order of the rules. A missing fact *matters* where
//! its rule could still lower the top of the result or holds its bottom down; only those facts are asked for.

use crate::evaluate::{FactSet, Facts};
use crate::logic::Kleene;
use crate::number::{Fraction, MAX_SCALE};
use crate::plan::{CapPlan, LevelPlan, LimitPlan, MISSING, Plan, Source, StandardPlan};

/// Levels from a lower to an upper one, by rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) low: u8,
    pub(crate) high: u8,
}

impl Interval {
    const fn of(level: u8) -> Self {
        Self { low: level, high: level }
    }

    fn cut(self, at: Interval) -> Self {
        Self { low: self.low.min(at.low), high: self.high.min(at.high) }
    }
}

/// The intervals that a rule gives in the worst and in the best completion of its missing facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) worst: Interval,
    pub(crate) best: Interval,
}

/// How a case ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// One level.
    Rated,
    /// Discretion or a gap of the text keeps it open.
    AuthorityDecides,
    /// Missing facts keep it open.
    Undetermined,
    /// Reviewed, but not rated.
    NotRated,
    /// Neither reviewed nor rated.
    NotReviewed,
    /// The facts are not in order.
    Invalid,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Rated, Self::AuthorityDecides, Self::Undetermined, Self::NotRated, Self::NotReviewed, Self::Invalid];

    /// The code as programs see it, such as `authority_decides`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Rated => "rated",
            Self::AuthorityDecides => "authority_decides",
            Self::Undetermined => "undetermined",
            Self::NotRated => "not_rated",
            Self::NotReviewed => "not_reviewed",
            Self::Invalid => "invalid",
        }
    }
}

/// What was found for a case whose facts are in order.
#[derive(Debug, Clone)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    pub(crate) interval: Option<Interval>,
    pub(crate) by_score: Option<u8>,
    pub(crate) by_conditions: Option<u8>,
    pub(crate) missing: FactSet,
    /// Score and conditions are known and do not give one level.
    pub(crate) gap: bool,
    /// Whether each rule holds, in the order of the plan.
    pub(crate) holds: Vec<Kleene>,
    /// The intervals of the standards together; nothing where eligibility ended the matter.
    pub(crate) spread: Option<Span>,
}

impl Default for Verdict {
    fn default() -> Self {
        Self {
            outcome: Outcome::Undetermined,
            interval: None,
            by_score: None,
            by_conditions: None,
            missing: FactSet::default(),
            gap: false,
            holds: Vec::new(),
            spread: None,
        }
    }
}

/// Rates facts that are in order.
pub(crate) fn judge(plan: &Plan, options: &[u8], facts: &Facts) -> Verdict {
    let mut verdict = Verdict::default();
    judge_into(plan, options, facts, &mut verdict);
    verdict
}

/// Rates facts that are in order, in the room of a verdict before.
pub(crate) fn judge_into(plan: &Plan, options: &[u8], facts: &Facts, verdict: &mut Verdict) {
    verdict.interval = None;
    verdict.by_score = None;
    verdict.by_conditions = None;
    verdict.missing = FactSet::default();
    verdict.gap = false;
    verdict.spread = None;
    verdict.holds.clear();
    verdict.holds.resize(plan.rules.len(), Kleene::FALSE);
    let judgement = Judgement { plan, options, facts };
    judgement.test_rules(&mut verdict.holds);
    match judgement.eligibility(verdict) {
        Some(outcome) => verdict.outcome = outcome,
        None => judgement.levels(verdict),
    }
}

struct Judgement<'a> {
    plan: &'a Plan,
    options: &'a [u8],
    facts: &'a Facts,
}

/// The truth of a rule of the plan.
pub(crate) fn held(holds: &[Kleene], rule: usize) -> Kleene {
    holds.get(rule).copied().unwrap_or(Kleene::UNKNOWN)
}

impl Judgement<'_> {
    fn test_rules(&self, holds: &mut [Kleene]) {
        for (rule, truth) in self.plan.rules.iter().zip(holds) {
            if let Some(test) = &rule.test {
                *truth = self.facts.test(self.plan, self.options, test);
            }
        }
    }

    /// Adds the missing facts that keep these rules unknown.
    fn missing(&self, rules: std::ops::Range<usize>, missing: &mut FactSet) {
        for rule in self.plan.rules.get(rules).unwrap_or_default() {
            if let Some(test) = &rule.test {
                self.facts.missing(self.plan, self.options, test, missing);
            }
        }
    }

    /// The outcome where eligibility ends the matter. Otherwise the missing facts of unknown eligibility are noted.
    fn eligibility(&self, verdict: &mut Verdict) -> Option<Outcome> {
        let Plan { not_reviewed, not_rated, .. } = self.plan;
        let any = |rules: &std::ops::Range<usize>| {
            rules.clone().fold(Kleene::FALSE, |any, rule| any | held(&verdict.holds, rule))
        };
        let (unreviewed, unrated) = (any(not_reviewed), any(not_rated));
        if unreviewed.is_true() {
            return Some(Outcome::NotReviewed);
        }
        if unrated.is_true() {
            if unreviewed.is_false() {
                return Some(Outcome::NotRated);
            }
            // No level in any case, but whether there is a review is not known.
            self.missing(not_reviewed.clone(), &mut verdict.missing);
            return Some(Outcome::Undetermined);
        }
        // Of rules that are all false no fact is missing.
        if !unreviewed.is_false() {
            self.missing(not_reviewed.clone(), &mut verdict.missing);
        }
        if !unrated.is_false() {
            self.missing(not_rated.clone(), &mut verdict.missing);
        }
        None
    }

    fn levels(&self, verdict: &mut Verdict) {
        let plan = self.plan;
        let standard = Standard::new(plan, self.options, self.facts, &verdict.holds);
        verdict.by_score = standard.by_score();
        verdict.by_conditions = standard.by_conditions();
        verdict.gap = standard.gap();
        for (level, place) in plan.standard.levels.iter().zip(0_u8..) {
            if let Some(truth) = verdict.holds.get_mut(level.rule) {
                *truth = standard.met(place);
            }
        }

        let spread = standard.span();
        verdict.spread = Some(spread);
        let mut low = spread.worst.low;
        let mut best = spread.best;
        for limit in &plan.limits {
            let span = limit_span(plan, self.facts, &verdict.holds, limit);
            low = low.min(span.worst.low);
            best = best.cut(span.best);
        }
        verdict.interval = Some(Interval { low, high: best.high });
        // Where there is one level, no rule can lower it any more or hold it down.
        if low != best.high {
            self.missing_of_levels(&standard, verdict, best);
        }
        verdict.outcome = if !verdict.missing.is_empty() {
            Outcome::Undetermined
        } else if low == best.high {
            Outcome::Rated
        } else {
            Outcome::AuthorityDecides
        };
    }

    /// The missing facts of the rules that could still lower the best result or that hold the result down.
    fn missing_of_levels(&self, standard: &Standard<'_>, verdict: &mut Verdict, best: Interval) {
        let plan = self.plan;
        let spread = standard.span();
        let matters = |span: Span| span.worst.high < best.high || span.worst.low < best.low;
        if spread.worst != spread.best && matters(spread) {
            self.missing_of_standard(standard, best, &mut verdict.missing);
        }
        for limit in &plan.limits {
            let span = limit_span(plan, self.facts, &verdict.holds, limit);
            if span.worst != span.best && matters(span) {
                self.missing_of_limit(limit, &verdict.holds, &mut verdict.missing);
            }
        }
    }

    fn missing_of_limit(&self, limit: &LimitPlan, holds: &[Kleene], missing: &mut FactSet) {
        self.missing(limit.rule..limit.rule.saturating_add(1), missing);
        if let CapPlan::Fact(fact) = limit.cap
            && self.facts.slot(fact) == MISSING
        {
            missing.insert(fact);
        }
        let escaped = limit.escapes.clone().any(|escape| held(holds, escape).is_true());
        if !escaped {
            self.missing(limit.escapes.clone(), missing);
        }
    }

    /// The missing facts of those components of the standard that can change its interval, once it is cut to what
    /// the other rules leave open.
    fn missing_of_standard(&self, standard: &Standard<'_>, cut: Interval, missing: &mut FactSet) {
        if standard.score_matters(cut)
            && let Some(score) = self.plan.standard.score
        {
            self.facts.missing_behind(self.plan, self.options, score, missing);
        }
        for (level, rank) in self.plan.standard.levels.iter().zip(0_u8..) {
            if standard.condition_matters(rank, cut) {
                self.missing(level.conditions.clone(), missing);
            }
        }
    }
}

/// The intervals of a trigger, a ceiling, or a part that was not read.
pub(crate) fn limit_span(plan: &Plan, facts: &Facts, holds: &[Kleene], limit: &LimitPlan) -> Span {
    let top = Interval::of(plan.top);
    let open_from = |low: u8| Interval { low, high: plan.top };
    let (lowest, highest) = match limit.cap {
        CapPlan::Level(level) => (level, level),
        CapPlan::Open => {
            return Span { worst: open_from(0), best: open_from(0) };
        }
        CapPlan::Fact(fact) => match u8::try_from(facts.slot(fact)) {
            Ok(level) => (level, level),
            Err(_) => (0, plan.top),
        },
    };
    let rule = held(holds, limit.rule);
    let escape = limit.escapes.clone().fold(Kleene::FALSE, |any, escape| any | held(holds, escape));
    let worst = match (rule.may_hold(), escape.is_true()) {
        (false, _) => top,
        (true, true) => open_from(lowest),
        (true, false) => Interval::of(lowest),
    };
    let best = match (rule.is_true(), escape.may_hold()) {
        (false, _) => top,
        (true, true) => open_from(highest),
        (true, false) => Interval::of(highest),
    };
    Span { worst, best }
}

/// The standards of all levels together: one rule, whose components are the score and the conditions of each level.
pub(crate) struct Standard<'a> {
    plan: &'a StandardPlan,
    top: u8,
    lower_on_gap: bool,
    /// The lowest and the highest band that the score may lie in.
    bands: (u8, u8),
    /// The levels whose own conditions hold, as bits by rank: certainly, and in some completion.
    certain: u16,
    possible: u16,
}

impl<'a> Standard<'a> {
    pub(crate) fn new(plan: &'a Plan, options: &[u8], facts: &Facts, holds: &[Kleene]) -> Self {
        let standard = &plan.standard;
        let bands = match standard.score {
            None => (plan.top, plan.top),
            Some(score @ Source::Ratio(_)) => {
                let (low, high) = facts.ratio_interval(plan, score);
                (ratio_band(standard, low), ratio_band(standard, high))
            }
            Some(score) => {
                let (low, high) = facts.interval(plan, score);
                (band(standard, low), band(standard, high))
            }
        };
        // Above the last band that was read, a score may lie in any.
        let bands = if bands.1 == standard.last_band { (bands.0, plan.top) } else { bands };
        let (mut certain, mut possible) = (0_u16, 0_u16);
        for (level, rank) in standard.levels.iter().zip(0_u8..).skip(1) {
            let truth = level.conditions.clone().fold(Kleene::TRUE, |all, rule| all & held(holds, rule));
            // Nothing that was not read is certain.
            certain |= bit(rank, truth.is_true()) & !standard.unread;
            possible |= bit(rank, truth.may_hold());
        }
        let lower_on_gap = standard.on_gap.is_some_and(|policy| options.get(policy) == Some(&1));
        Self { plan: standard, top: plan.top, lower_on_gap, bands, certain, possible }
    }

    /// The lowest and the highest band that the score may lie in.
    #[cfg(feature = "arrow")]
    pub(crate) fn bands(&self) -> (u8, u8) {
        self.bands
    }

    fn by_score(&self) -> Option<u8> {
        (self.plan.score.is_some() && self.bands.0 == self.bands.1).then_some(self.bands.0)
    }

    fn by_conditions(&self) -> Option<u8> {
        let (worst, best) = (reached(self.bands.0, self.certain), reached(self.bands.1, self.possible));
        (worst == best).then_some(worst)
    }

    fn gap(&self) -> bool {
        match (self.by_conditions(), self.by_score()) {
            (Some(conditions), Some(score)) => conditions != score,
            (Some(0), None) => self.plan.closed && self.plan.score.is_none(),
            _ => false,
        }
    }

    /// Whether the standard of a level is met: its own conditions hold and the score reaches its band.
    fn met(&self, rank: u8) -> Kleene {
        if rank == 0 {
            // The lowest level's standard is its band alone, or that no other is reached where the list is open.
            return match self.plan.score {
                Some(_) => truth(self.bands.1 == 0, self.bands.0 == 0),
                None if self.plan.closed => Kleene::FALSE,
                None => truth(self.possible == 0, self.certain == 0),
            };
        }
        let score = truth(self.bands.0 >= rank, self.bands.1 >= rank);
        score & truth(self.certain & bit(rank, true) != 0, self.possible & bit(rank, true) != 0)
    }

    pub(crate) fn span(&self) -> Span {
        Span { worst: self.interval(self.bands.0, self.certain), best: self.interval(self.bands.1, self.possible) }
    }

    /// The interval for a band of the score and the levels whose conditions hold. It rises with both.
    fn interval(&self, score: u8, levels: u16) -> Interval {
        let conditions = reached(score, levels);
        let scored = self.plan.score.is_some();
        let none_of_closed = conditions == 0 && self.plan.closed;
        let high = match (scored, none_of_closed) {
            (true, _) if conditions == score => conditions,
            (true, true) => score.saturating_sub(1).max(1),
            (true, false) => score.saturating_sub(1),
            (false, true) => 1,
            (false, false) => conditions,
        };
        Interval { low: conditions, high: if self.lower_on_gap { conditions } else { high.min(self.top) } }
    }

    /// The sets of levels whose conditions hold, over every completion.
    fn completions(&self) -> impl Iterator<Item = u16> {
        let unknown = self.possible & !self.certain;
        // Every subset of the unknown ones, each once.
        let mut next = Some(0_u16);
        std::iter::from_fn(move || {
            let subset = next?;
            next = match subset.wrapping_sub(unknown) & unknown {
                0 => None,
                following => Some(following),
            };
            Some(self.certain | subset)
        })
    }

    fn score_matters(&self, cut: Interval) -> bool {
        let (low, high) = self.bands;
        low != high
            && self
                .completions()
                .any(|levels| self.interval(low, levels).cut(cut) != self.interval(high, levels).cut(cut))
    }

    fn condition_matters(&self, rank: u8, cut: Interval) -> bool {
        let own = bit(rank, true);
        if self.possible & !self.certain & own == 0 {
            return false;
        }
        let (low, high) = self.bands;
        self.completions().filter(|levels| levels & own == 0).any(|levels| {
            (low..=high)
                .any(|score| self.interval(score, levels).cut(cut) != self.interval(score, levels | own).cut(cut))
        })
    }
}

fn truth(certain: bool, possible: bool) -> Kleene {
    match (certain, possible) {
        (true, _) => Kleene::TRUE,
        (false, true) => Kleene::UNKNOWN,
        (false, false) => Kleene::FALSE,
    }
}

fn bit(rank: u8, set: bool) -> u16 {
    if set { 1_u16.checked_shl(u32::from(rank)).unwrap_or(0) } else { 0 }
}

/// The highest level whose band begins at or below a score.
fn band(standard: &StandardPlan, score: i64) -> u8 {
    highest(standard, |level| level.from <= score)
}

/// The same for a score that is a fraction.
fn ratio_band(standard: &StandardPlan, score: Fraction) -> u8 {
    highest(standard, |level| level.from == i64::MIN || Fraction::of_scaled(level.from, MAX_SCALE) <= score)
}

fn highest(standard: &StandardPlan, reached: impl Fn(&LevelPlan) -> bool) -> u8 {
    let banded = standard.levels.iter().zip(0..=standard.last_band);
    banded.rev().find(|(level, _)| reached(level)).map_or(0, |(_, rank)| rank)
}

/// The highest level, no higher than the band of the score, whose own conditions hold; the lowest when none does.
fn reached(score: u8, levels: u16) -> u8 {
    (1..=score).rev().find(|rank| levels & bit(*rank, true) != 0).unwrap_or(0)
}
