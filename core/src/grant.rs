//! The least change of the facts of a case that a level asks for.
//!
//! A copy of the facts is changed, as little as each unmet condition of the level's standard asks for; constraints are
//! kept by letting other facts follow. Whether the copy then reaches the level is tried, not assumed.

use crate::document::Op;
use crate::evaluate::{FactSet, Facts};
use crate::number::{Fraction, MAX_SCALE};
use crate::plan::{
    CapPlan, ConstraintPlan, ItemsTest, KindPlan, MISSING, MeasureForm, Plan, RatioForm, Scaled, ShareTest, Source,
    Test, TextId,
};
use crate::rating::{Rating, Reading};
use crate::rulebook::Rulebook;

/// Rounds of changes after which a level is given up: each lifts what the one before has put in the way.
const ROUNDS: usize = 4;

/// A copy of the facts on its way to a level.
pub(crate) struct Change<'a> {
    rulebook: &'a Rulebook,
    plan: &'a Plan,
    options: &'a [u8],
    /// The facts as they are.
    original: &'a Facts,
    /// The facts as they would be.
    pub(crate) facts: Facts,
    /// What was changed, and the rule that asked for it.
    pub(crate) asked: Vec<(Source, Option<TextId>)>,
    /// What would have to change and cannot, or cannot be computed.
    pub(crate) stuck: Vec<Stuck>,
}

/// Something that would have to change and cannot be granted.
#[derive(Debug)]
pub(crate) struct Stuck {
    pub(crate) source: Source,
    pub(crate) rule: TextId,
    /// The value that would do, where it can be named.
    pub(crate) to: Option<Box<Reading>>,
}

impl<'a> Change<'a> {
    pub(crate) fn new(rating: &'a Rating, plan: &'a Plan) -> Self {
        Self {
            rulebook: &rating.rulebook,
            plan,
            options: rating.policies.options(),
            original: &rating.facts,
            facts: rating.facts.clone(),
            asked: Vec::new(),
            stuck: Vec::new(),
        }
    }

    /// Changes what the standard of the level asks for; whether it is met then.
    pub(crate) fn towards(&mut self, rank: u8) -> bool {
        let plan = self.plan;
        let Some(level) = plan.standard.levels.get(usize::from(rank)) else {
            return false;
        };
        let conditions = plan.rules.get(level.conditions.clone()).unwrap_or_default();
        for _ in 0..ROUNDS {
            let (mut met, mut changed) = (true, false);
            if let (Some(score), Some(rule)) = (plan.standard.score, plan.rules.get(level.rule)) {
                if let Source::Ratio(place) = score {
                    let from = Fraction::of_scaled(level.from, MAX_SCALE);
                    if self.facts.ratio_interval(plan, score).0 < from {
                        met = false;
                        changed |= self.raise_ratio(place, from, rule.id);
                    }
                } else if self.facts.interval(plan, score).0 < level.from {
                    met = false;
                    changed |= self.fix_within(score, level.from, i64::MAX, rule.id);
                }
            }
            for rule in conditions {
                if let Some(test) = &rule.test
                    && !self.facts.test(plan, self.options, test).is_true()
                {
                    met = false;
                    changed |= self.fix(test, true, rule.id);
                }
            }
            if met || !changed {
                return met && self.stuck.is_empty() && self.consistent();
            }
            self.keep_constraints();
            self.facts.compute(plan, self.options);
        }
        false
    }

    /// Whether eligibility, a trigger or a ceiling has come to stand below the level through the changes.
    pub(crate) fn bars(&self, rank: u8) -> bool {
        let may_hold = |rule: usize| {
            let test = self.plan.rules.get(rule).and_then(|rule| rule.test.as_ref());
            test.is_some_and(|test| self.facts.test(self.plan, self.options, test).may_hold())
        };
        let Plan { not_reviewed, not_rated, .. } = self.plan;
        not_reviewed.clone().chain(not_rated.clone()).any(may_hold)
            || self.plan.limits.iter().any(|limit| {
                let below = match limit.cap {
                    CapPlan::Level(level) => level < rank,
                    CapPlan::Fact(fact) => u8::try_from(self.facts.slot(fact)).map_or(true, |level| level < rank),
                    CapPlan::Open => true,
                };
                below && may_hold(limit.rule)
            })
    }

    /// Makes a condition come out as wanted; whether anything was changed.
    pub(crate) fn fix(&mut self, test: &Test, want: bool, rule: TextId) -> bool {
        let truth = self.facts.test(self.plan, self.options, test);
        if truth.known() == Some(want) {
            return false;
        }
        match test {
            Test::All(tests) if want => self.fix_each(tests, want, rule),
            Test::Any(tests) if !want => self.fix_each(tests, want, rule),
            Test::All(tests) | Test::Any(tests) => {
                // One of them is enough: the first that can be had.
                for test in tests {
                    let before = self.stuck.len();
                    if self.fix(test, want, rule) && self.stuck.len() == before {
                        return true;
                    }
                    if tests.len() > 1 {
                        self.stuck.truncate(before);
                    }
                }
                self.stick(test, rule);
                false
            }
            Test::Not(inner) => self.fix(inner, !want, rule),
            Test::Within { of, low, high, outside } if want != *outside => self.fix_within(*of, *low, *high, rule),
            Test::Within { of, low, high, .. } => {
                let (min, max) = self.bounds(*of);
                let (lower, higher) = (low.saturating_sub(1), high.saturating_add(1));
                let target = if *high < max { higher } else { lower };
                if *low <= min && *high >= max {
                    self.stick(test, rule);
                    return false;
                }
                self.fix_within(*of, target, target, rule)
            }
            Test::Pair { left, op, right } => match self.exact(*right) {
                Some(bound) => self.fix_number(*left, if want { *op } else { opposite(*op) }, bound, 1, rule),
                None => {
                    self.stick(test, rule);
                    false
                }
            },
            Test::Share(share) => self.fix_share(share, want, test, rule),
            Test::Ratio { of, op, than } => {
                let op = if want { *op } else { opposite(*op) };
                if op == Op::AtLeast {
                    return self.raise_ratio(*of, **than, rule);
                }
                self.get_stuck(Source::Ratio(*of), rule);
                false
            }
            Test::Ratios { .. } => {
                self.stick(test, rule);
                false
            }
            Test::Every(every) if want => self.fix_every(every, rule),
            Test::Every(_) | Test::UnderMonths { .. } => {
                self.stick(test, rule);
                false
            }
            Test::Policy { policy, cases } => {
                let chosen = self.options.get(*policy).and_then(|option| cases.get(usize::from(*option)));
                chosen.is_some_and(|test| self.fix(test, want, rule))
            }
        }
    }

    fn fix_each(&mut self, tests: &[Test], want: bool, rule: TextId) -> bool {
        let mut changed = false;
        for test in tests {
            changed |= self.fix(test, want, rule);
        }
        changed
    }

    fn fix_share(&mut self, share: &ShareTest, want: bool, test: &Test, rule: TextId) -> bool {
        match self.exact(share.whole) {
            Some(whole) if whole > 0 => {
                let bound = whole.saturating_mul(i128::from(share.numerator));
                let op = if want { share.op } else { opposite(share.op) };
                self.fix_number(share.part, op, bound, share.denominator, rule)
            }
            // Of a whole that is not known, or is nothing, no part can be named.
            _ => {
                self.stick(test, rule);
                false
            }
        }
    }

    /// Moves a number so that `number × denominator op bound`.
    fn fix_number(&mut self, number: Scaled, op: Op, bound: i128, denominator: i64, rule: TextId) -> bool {
        let unit = i128::from(number.factor).saturating_mul(i128::from(denominator)).max(1);
        // The small division is several times faster, and nearly every number is small.
        let (floor, whole) = match (i64::try_from(bound), i64::try_from(unit)) {
            (Ok(bound), Ok(unit)) => (i128::from(bound.div_euclid(unit)), bound.rem_euclid(unit) == 0),
            _ => (bound.div_euclid(unit), bound.rem_euclid(unit) == 0),
        };
        let narrow = |value: i128| i64::try_from(value).unwrap_or(i64::MAX);
        let (below, above) =
            (narrow(if whole { floor.saturating_sub(1) } else { floor }), narrow(floor.saturating_add(1)));
        let at_least = if whole { narrow(floor) } else { above };
        let (low, high) = match op {
            Op::AtLeast => (at_least, i64::MAX),
            Op::Greater => (above, i64::MAX),
            Op::AtMost => (i64::MIN.saturating_add(1), narrow(floor)),
            Op::Less => (i64::MIN.saturating_add(1), below),
            Op::Equal if whole => (narrow(floor), narrow(floor)),
            Op::NotEqual => (above, i64::MAX),
            Op::Equal => {
                self.get_stuck(number.of, rule);
                return false;
            }
        };
        self.fix_within(number.of, low, high, rule)
    }

    /// Moves a number into a range, as little as that takes.
    fn fix_within(&mut self, of: Source, low: i64, high: i64, rule: TextId) -> bool {
        let (min, max) = self.bounds(of);
        let (from, to) = (low.max(min), high.min(max));
        if from > to {
            self.get_stuck(of, rule);
            return false;
        }
        match of {
            // Fractions are raised by a way of their own.
            Source::Ratio(_) => return false,
            Source::Slot(place) => {
                let value = self.facts.slot(place);
                // A fact that is not known is asked for at the end of the range that the rule names.
                let target = match value {
                    MISSING if low > min => from,
                    MISSING => to,
                    value => value.clamp(from, to),
                };
                self.put(place, target);
            }
            Source::Measure(place) => {
                let (value, highest) = self.facts.interval(self.plan, of);
                let Some(measure) = self.plan.measures.get(place) else {
                    return false;
                };
                if !self.shift(place, value.clamp(from, to)) {
                    // Of a count the number that would do can be told; which items change is not ours to say. One that is
                    // not known is asked for at the end of the range that the rule names.
                    let target = match value == highest {
                        true => value.clamp(from, to),
                        false if low > min => from,
                        false => to,
                    };
                    let whole = matches!(measure.form, MeasureForm::Count(_) | MeasureForm::LongestRun(_));
                    let to = whole.then(|| Box::new(Reading::Integer(target)));
                    self.stuck.push(Stuck { source: of, rule, to });
                    return false;
                }
                self.facts.compute(self.plan, self.options);
                // The sum is what is asked for, unless other rules read its parts too, or a single part is missing and
                // the others may stay as they are.
                let moved = |change: &Self, leaf: usize| change.facts.slot(leaf) != change.original.slot(leaf);
                let count = measure.leaves.iter().filter(|leaf| moved(self, **leaf)).count();
                let unknown = |leaf: &usize| moved(self, *leaf) && self.original.slot(*leaf) == MISSING;
                let single = count == 1 && measure.leaves.iter().any(unknown);
                if measure.private && !single {
                    self.ask(of, Some(rule));
                } else {
                    for leaf in measure.leaves.iter().copied() {
                        if moved(self, leaf) {
                            self.ask(Source::Slot(leaf), Some(rule));
                        }
                    }
                }
                return true;
            }
        }
        self.ask(of, Some(rule));
        true
    }

    /// Brings a sum to a value by moving its parts: first those that are not known, from their lower end, then the others
    /// from the last.
    fn shift(&mut self, measure: usize, target: i64) -> bool {
        let Some(measure_plan) = self.plan.measures.get(measure) else {
            return false;
        };
        if measure_plan.clamp.is_some() || !measure_plan.plain {
            return false;
        }
        for leaf in &measure_plan.leaves {
            if self.facts.slot(*leaf) == MISSING {
                let (min, _) = self.bounds(Source::Slot(*leaf));
                self.put(*leaf, min);
            }
        }
        self.facts.compute(self.plan, self.options);
        let open = |source: Source| self.original.exact(self.plan, source).is_none();
        let parts = measure_plan.parts().iter().rev();
        let unknown = parts.clone().filter(|part| open(part.0));
        for (source, factor) in unknown.chain(parts.clone().filter(|part| !open(part.0))).copied() {
            let (value, _) = self.facts.interval(self.plan, Source::Measure(measure));
            let need = target.saturating_sub(value);
            if need == 0 {
                return true;
            }
            let (min, max) = self.bounds(source);
            let (own, _) = self.facts.interval(self.plan, source);
            let step = div_up(need, factor);
            let wanted = own.saturating_add(step).clamp(min, max);
            match source {
                Source::Slot(place) => self.put(place, wanted),
                Source::Measure(place) => {
                    if wanted != own && !self.shift(place, wanted) {
                        continue;
                    }
                }
                Source::Ratio(_) => continue,
            }
            self.facts.compute(self.plan, self.options);
        }
        let (value, _) = self.facts.interval(self.plan, Source::Measure(measure));
        value == target
    }

    /// Raises a fraction to a value by the facts that it adds up, from the last; what is counted over lists stays.
    fn raise_ratio(&mut self, place: usize, to: Fraction, rule: TextId) -> bool {
        let of = Source::Ratio(place);
        let mut raised = Vec::new();
        let mut terms = self.terms(of);
        terms.reverse();
        for (source, times) in terms {
            let need = to.plus(self.facts.ratio_interval(self.plan, of).0.negated());
            let Source::Slot(slot) = source else { continue };
            let (min, max) = self.bounds(source);
            let scale = self.plan.fact(slot).map_or(0, |fact| fact.kind.scale());
            let Some(step) = need.divided_by(times).filter(|_| need > Fraction::ZERO) else { continue };
            let own = match self.facts.slot(slot) {
                MISSING => min,
                value => value,
            };
            let wanted = own.saturating_add(step.ceiling(scale)).min(max);
            if wanted != own {
                self.put(slot, wanted);
                raised.push(source);
                self.facts.compute(self.plan, self.options);
            }
        }
        if self.facts.ratio_interval(self.plan, of).0 < to {
            self.stuck.push(Stuck { source: of, rule, to: Some(Box::new(Reading::Ratio(to))) });
            return false;
        }
        raised.iter().for_each(|source| self.ask(*source, Some(rule)));
        !raised.is_empty()
    }

    /// What a fraction adds up, each part with its weight, as the policies choose.
    fn terms(&self, of: Source) -> Vec<(Source, Fraction)> {
        let Source::Ratio(place) = of else { return Vec::new() };
        match self.plan.ratios.get(place).map(|ratio| (&ratio.form, ratio.clamp)) {
            Some((RatioForm::Weighted(terms), None)) => terms.clone(),
            Some((RatioForm::Policy { policy, cases }, None)) => {
                let chosen = self.options.get(*policy).and_then(|option| cases.get(usize::from(*option)));
                chosen.map(|source| self.terms(*source)).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    fn fix_every(&mut self, every: &ItemsTest, rule: TextId) -> bool {
        let (min, max) = match self.plan.fact(every.fact).map(|fact| &fact.kind) {
            Some(KindPlan::List(form)) => match form.fields.get(every.field).map(|field| &field.kind) {
                Some(kind) => self.kind_bounds(kind),
                None => (0, 0),
            },
            _ => (0, 0),
        };
        let target = if every.outside {
            if every.high < max { every.high.saturating_add(1) } else { every.low.saturating_sub(1) }
        } else if every.low > min {
            every.low
        } else {
            every.high
        };
        if !(min..=max).contains(&target) {
            self.get_stuck(Source::Slot(every.fact), rule);
            return false;
        }
        let Some(items) = self.facts.lists.get_mut(every.list).and_then(Option::as_mut) else {
            self.get_stuck(Source::Slot(every.fact), rule);
            return false;
        };
        let width = items.width.max(1);
        let mut changed = false;
        for row in items.cells.chunks_mut(width) {
            let meant = every.only.is_none_or(|(field, value)| row.get(field) == Some(&value));
            if let Some(cell) = row.get_mut(every.field).filter(|_| meant) {
                let passes = *cell != MISSING && (every.low <= *cell && *cell <= every.high) != every.outside;
                if !passes {
                    *cell = target;
                    changed = true;
                }
            }
        }
        if changed {
            self.ask(Source::Slot(every.fact), Some(rule));
        } else {
            self.get_stuck(Source::Slot(every.fact), rule);
        }
        changed
    }

    fn put(&mut self, place: usize, value: i64) {
        if let Some(slot) = self.facts.slots.get_mut(place) {
            *slot = value;
        }
    }

    fn ask(&mut self, source: Source, rule: Option<TextId>) {
        if !self.asked.iter().any(|(known, _)| *known == source) {
            self.asked.push((source, rule));
        }
    }

    fn exact(&self, number: Scaled) -> Option<i128> {
        let value = self.facts.exact(self.plan, number.of)?;
        Some(i128::from(value).saturating_mul(i128::from(number.factor)))
    }

    fn bounds(&self, source: Source) -> (i64, i64) {
        match source {
            Source::Slot(place) => match self.plan.fact(place).map(|fact| &fact.kind) {
                Some(kind) => self.kind_bounds(kind),
                None => (0, 0),
            },
            Source::Measure(place) => self.plan.measures.get(place).map_or((0, 0), |measure| measure.bounds),
            Source::Ratio(_) => (0, 0),
        }
    }

    /// The values of a type; the ranks of codes end where the codes do.
    fn kind_bounds(&self, kind: &KindPlan) -> (i64, i64) {
        match kind {
            KindPlan::Code(_) => {
                let last = self.rulebook.codes(kind).len().saturating_sub(1);
                (0, i64::try_from(last).unwrap_or(0))
            }
            other => other.bounds(),
        }
    }

    /// Names what keeps a condition from being granted.
    fn stick(&mut self, test: &Test, rule: TextId) {
        let mut missing = FactSet::default();
        self.facts.missing(self.plan, self.options, test, &mut missing);
        let mut named = false;
        for place in 0..self.plan.facts.len() {
            if missing.contains(place) {
                self.get_stuck(Source::Slot(place), rule);
                named = true;
            }
        }
        if !named {
            let rule_plan = self.plan.rules.iter().find(|plan| plan.id == rule);
            if let Some(source) = rule_plan.and_then(|rule| self.plan.reads(rule, self.options).next()) {
                self.get_stuck(source, rule);
            }
        }
    }

    /// Names what cannot be granted, without a value that would do.
    fn get_stuck(&mut self, source: Source, rule: TextId) {
        self.stuck.push(Stuck { source, rule, to: None });
    }

    /// Lets other facts follow where a change has put them against a constraint.
    fn keep_constraints(&mut self) {
        for constraint in &self.plan.constraints {
            match constraint {
                ConstraintPlan::Rising(chain) => self.keep_rising(chain),
                ConstraintPlan::SumAtMost { parts, whole } => self.keep_sum(parts, *whole),
            }
        }
    }

    fn keep_rising(&mut self, chain: &[(usize, i64)]) {
        let asked =
            |change: &Self, place: usize| change.asked.iter().any(|(source, _)| *source == Source::Slot(place));
        for (position, (lower, lower_factor)) in chain.iter().enumerate() {
            for (upper, upper_factor) in chain.iter().skip(position.saturating_add(1)) {
                let (value, bound) = (self.facts.slot(*lower), self.facts.slot(*upper));
                if value == MISSING || bound == MISSING {
                    continue;
                }
                if value.saturating_mul(*lower_factor) <= bound.saturating_mul(*upper_factor) {
                    continue;
                }
                // The one that no rule has moved follows the other.
                if asked(self, *lower) && !asked(self, *upper) {
                    let follow = div_up(value.saturating_mul(*lower_factor), *upper_factor);
                    self.put(*upper, follow);
                    self.ask(Source::Slot(*upper), None);
                } else {
                    let follow = bound.saturating_mul(*upper_factor).div_euclid((*lower_factor).max(1));
                    self.put(*lower, follow);
                    self.ask(Source::Slot(*lower), None);
                }
            }
        }
    }

    fn keep_sum(&mut self, parts: &[usize], whole: usize) {
        let bound = self.facts.slot(whole);
        let known: Vec<usize> = parts.iter().copied().filter(|part| self.facts.slot(*part) != MISSING).collect();
        let sum = known.iter().fold(0_i64, |sum, part| sum.saturating_add(self.facts.slot(*part)));
        let mut over = sum.saturating_sub(bound);
        if bound == MISSING || over <= 0 {
            return;
        }
        for part in known {
            let moved = self.asked.iter().any(|(source, _)| *source == Source::Slot(part));
            let (min, _) = self.bounds(Source::Slot(part));
            let give = self.facts.slot(part).saturating_sub(min).min(over);
            if !moved && give > 0 {
                self.put(part, self.facts.slot(part).saturating_sub(give));
                self.ask(Source::Slot(part), None);
                over = over.saturating_sub(give);
            }
        }
    }

    /// Whether the changed facts are in order: within bounds and against no constraint.
    fn consistent(&self) -> bool {
        let bounded = self.asked.iter().all(|(source, _)| match source {
            Source::Slot(place) => {
                let value = self.facts.slot(*place);
                let (min, max) = self.bounds(*source);
                value == MISSING || (min..=max).contains(&value)
            }
            // The parts of a sum are moved within their bounds.
            Source::Measure(_) | Source::Ratio(_) => true,
        });
        let kept = self.plan.constraints.iter().all(|constraint| match constraint {
            ConstraintPlan::Rising(chain) => chain.iter().enumerate().all(|(position, (lower, factor))| {
                let value = self.facts.slot(*lower);
                value == MISSING
                    || chain.iter().skip(position.saturating_add(1)).all(|(upper, other)| {
                        let bound = self.facts.slot(*upper);
                        bound == MISSING || value.saturating_mul(*factor) <= bound.saturating_mul(*other)
                    })
            }),
            ConstraintPlan::SumAtMost { parts, whole } => {
                let bound = self.facts.slot(*whole);
                let known = parts.iter().map(|part| self.facts.slot(*part)).filter(|value| *value != MISSING);
                bound == MISSING || known.fold(0_i64, i64::saturating_add) <= bound
            }
        });
        bounded && kept
    }
}

fn opposite(op: Op) -> Op {
    match op {
        Op::Equal => Op::NotEqual,
        Op::NotEqual => Op::Equal,
        Op::Less => Op::AtLeast,
        Op::AtMost => Op::Greater,
        Op::Greater => Op::AtMost,
        Op::AtLeast => Op::Less,
    }
}

/// The quotient away from zero; the sign of the divisor is that of the step.
fn div_up(value: i64, by: i64) -> i64 {
    let by = if by == 0 { 1 } else { by };
    let quotient = value.checked_div(by).unwrap_or(0);
    let exact = value.checked_rem(by) == Some(0);
    match (exact, (value < 0) == (by < 0)) {
        (true, _) => quotient,
        (false, true) => quotient.saturating_add(1),
        (false, false) => quotient.saturating_sub(1),
    }
}
