//! The result of rating one case. It records; what people read is rendered from it elsewhere.

use crate::case::{Case, Record};
use crate::document::{Choice, MeasureSource, Policy, Provenance, Words};
use crate::evaluate::Facts;
use crate::judge::{Interval, Outcome, Span, Verdict, held, judge_into, limit_span};
use crate::number::Fraction;
use crate::obstacle::Obstacles;
use crate::plan::{Effect, KindPlan, LimitPlan, MISSING, Plan, RatioForm, RuleKind, RulePlan, Source, TextId};
use crate::problem::Problem;
use crate::rulebook::{PolicyError, PolicySet, Rulebook};
use crate::whole::Whole;

impl Case {
    /// Rates the case, every policy at its default.
    pub fn rate(self) -> Rating {
        let policies = self.rulebook.default_policies().clone();
        self.rate_by(policies)
    }

    /// Rates the case with chosen policies.
    ///
    /// # Errors
    /// Where the policies are those of another rulebook.
    pub fn rate_with(self, policies: &PolicySet) -> Result<Rating, PolicyError> {
        if !policies.belongs_to(&self.rulebook) {
            return Err(PolicyError {
                name: String::new(),
                expected: vec![format!("policies of the rulebook `{}`", self.rulebook.id())],
                found: "policies of another rulebook".to_owned(),
            });
        }
        Ok(self.rate_by(policies.clone()))
    }

    pub(crate) fn rate_by(self, policies: PolicySet) -> Rating {
        let Case { rulebook, plan, record } = self;
        let Record { facts, problems, .. } = record;
        let mut rating = Rating { rulebook, plan, policies, facts, problems, verdict: None };
        rating.judge();
        rating
    }

    /// Rates the case and keeps it, into the room of an earlier rating by the same rulebook and policies: for loops over
    /// many cases. The result is that of [`Case::rate_with`].
    ///
    /// ```
    /// use xeploai::{Case, Rulebook, Value};
    /// let rulebook = Rulebook::builtin("366-qd-tw")?;
    /// let mut case = Case::new(&rulebook, "member")?;
    /// let mut rating = case.clone().rate();
    /// case.set("exempt_from_activities", Value::Boolean(true));
    /// case.rate_into(&mut rating);
    /// assert_eq!(rating.outcome().code(), "not_reviewed");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn rate_into(&self, rating: &mut Rating) {
        if !rating.policies.belongs_to(&self.rulebook) || rating.plan != self.plan {
            *rating = self.clone().rate();
            return;
        }
        rating.facts.copy_from(&self.record.facts);
        rating.problems.clone_from(&self.record.problems);
        rating.judge();
    }
}

/// How a case was rated, with everything that it rests on.
#[derive(Debug, Clone)]
pub struct Rating {
    pub(crate) rulebook: Rulebook,
    pub(crate) plan: usize,
    pub(crate) policies: PolicySet,
    pub(crate) facts: Facts,
    pub(crate) problems: Vec<Problem>,
    /// Nothing where the facts are not in order.
    pub(crate) verdict: Option<Verdict>,
}

impl Rating {
    /// Looks at the facts as a whole and rates them where they are in order, in the room of a verdict before.
    fn judge(&mut self) {
        let Self { rulebook, plan, policies, facts, problems, verdict } = self;
        let Some(plan) = rulebook.plan(*plan) else { return };
        Whole { facts, problems }.complete(rulebook.texts(), plan, policies);
        if problems.is_empty() {
            judge_into(plan, policies.options(), facts, verdict.get_or_insert_default());
        } else {
            *verdict = None;
        }
    }

    /// The rulebook that it was rated by.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// The code of the kind of subject.
    pub fn subject(&self) -> &str {
        self.plan().map_or("", |plan| self.rulebook.text(plan.kind))
    }

    /// How the case ends.
    pub fn outcome(&self) -> Outcome {
        self.verdict.as_ref().map_or(Outcome::Invalid, |verdict| verdict.outcome)
    }

    /// The code of the level; only of a case that is `rated`.
    pub fn level(&self) -> Option<&str> {
        self.level_rank().map(|rank| self.level_code(rank))
    }

    pub(crate) fn level_rank(&self) -> Option<u8> {
        self.interval().filter(|_| self.outcome() == Outcome::Rated).map(|interval| interval.low)
    }

    /// The places of the lowest and the highest level that are possible among the rulebook's levels, the lowest 0.
    pub fn ranks(&self) -> Option<(u8, u8)> {
        self.interval().map(|interval| (interval.low, interval.high))
    }

    /// The code of the lowest level that is possible.
    pub fn at_least(&self) -> Option<&str> {
        self.interval().map(|interval| self.level_code(interval.low))
    }

    /// The code of the highest level that is possible.
    pub fn at_most(&self) -> Option<&str> {
        self.interval().map(|interval| self.level_code(interval.high))
    }

    pub(crate) fn interval(&self) -> Option<Interval> {
        self.verdict.as_ref()?.interval
    }

    /// The code of the level whose band holds the score.
    pub fn by_score(&self) -> Option<&str> {
        self.verdict.as_ref()?.by_score.map(|rank| self.level_code(rank))
    }

    /// The code of the highest level whose conditions hold and whose lower limit the score reaches.
    pub fn by_conditions(&self) -> Option<&str> {
        self.verdict.as_ref()?.by_conditions.map(|rank| self.level_code(rank))
    }

    /// The score, exact; nothing where there is none or a part of it is missing.
    pub fn score(&self) -> Option<Fraction> {
        self.interval()?;
        let plan = self.plan()?;
        self.facts.exact_ratio(plan, self.policies.options(), plan.standard.score?)
    }

    /// The score in units of its scale, of a score that is no fraction.
    #[cfg(feature = "arrow")]
    pub(crate) fn score_units(&self) -> Option<i64> {
        self.interval()?;
        let plan = self.plan()?;
        self.facts.exact(plan, plan.standard.score?)
    }

    /// The score for people: exact where four decimal places suffice, else truncated with the fraction beside it.
    pub fn score_shown(&self) -> Option<String> {
        self.interval()?;
        let plan = self.plan()?;
        let score = plan.standard.score?;
        match (score, self.scale(score)) {
            (Source::Slot(_) | Source::Measure(_), scale @ 0..=4) => {
                Some(crate::number::format_decimal(self.facts.exact(plan, score)?, scale))
            }
            _ => self.score().map(Fraction::shown),
        }
    }

    /// The names of the missing facts that keep the case open, in the order of the rulebook. Stating all of them ends
    /// `undetermined`.
    pub fn missing(&self) -> impl Iterator<Item = &str> {
        self.missing_facts().map(|name| self.rulebook.text(name))
    }

    pub(crate) fn missing_facts(&self) -> impl Iterator<Item = TextId> {
        let set = self.verdict.as_ref().map(|verdict| verdict.missing).unwrap_or_default();
        let facts = self.plan().map(|plan| plan.facts.as_slice()).unwrap_or_default();
        facts.iter().enumerate().filter(move |(place, _)| set.contains(*place)).map(|(_, fact)| fact.name)
    }

    /// What is wrong with the facts; only of a case that is `invalid`.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The rules for which a case is not reviewed or not rated.
    pub fn reasons(&self) -> impl Iterator<Item = Finding<'_>> {
        let ended = matches!(self.outcome(), Outcome::NotReviewed | Outcome::NotRated);
        self.findings().filter(move |finding| ended && finding.holds() == Some(true))
    }

    /// Every rule that was looked at, in the order of the rulebook. Escapes stand beside a trigger that may hold,
    /// notices only where they apply. Where eligibility ends the matter only its rules were looked at.
    pub fn findings(&self) -> impl Iterator<Item = Finding<'_>> {
        let open = self.interval().is_some();
        let (plan, holds) = match (self.plan(), &self.verdict) {
            (Some(plan), Some(verdict)) => (Some(plan), verdict.holds.as_slice()),
            _ => (None, &[][..]),
        };
        let rules = plan.map(|plan| plan.rules.as_slice()).unwrap_or_default();
        rules.iter().enumerate().zip(holds).filter_map(move |((place, rule), truth)| {
            let plan = plan?;
            let shown = match rule.kind {
                RuleKind::NotReviewed | RuleKind::NotRated => true,
                RuleKind::Notice => open && truth.is_true() && self.told_at(rule),
                RuleKind::Escape => {
                    open && limit_of(plan, rule).is_some_and(|limit| held(holds, limit.rule).may_hold())
                }
                _ => open,
            };
            shown.then_some(Finding { rating: self, plan, rule, place })
        })
    }

    /// Whether a notice is told at the level of the result.
    fn told_at(&self, rule: &RulePlan) -> bool {
        let level = self.level_rank().and_then(|rank| 1_u16.checked_shl(u32::from(rank)));
        rule.at_levels == 0 || level.is_some_and(|level| rule.at_levels & level != 0)
    }

    /// For each level above the lowest possible one, what stands in its way.
    pub fn obstacles(&self) -> Vec<Obstacles<'_>> {
        crate::obstacle::obstacles(self)
    }

    /// Whether the text gives no level for this score and these conditions, and no other rule settles it.
    pub fn gap(&self) -> bool {
        let Some(Verdict { gap: true, spread: Some(spread), interval: Some(interval), .. }) = &self.verdict else {
            return false;
        };
        // A ceiling may cut the gap; where one level is left by it, the gap is settled.
        let open = interval.low < interval.high;
        interval.low == spread.worst.low && (open || interval.high == spread.best.high)
    }

    /// The policy that says what a gap of the text gives, where it is not left to the authority.
    pub(crate) fn settled_gap(&self) -> Option<&Policy> {
        let policy = self.plan()?.standard.on_gap?;
        let settled = self.gap() && self.policies.options().get(policy) == Some(&1);
        self.rulebook.document().policies.get(policy).filter(|_| settled)
    }

    pub(crate) fn policy(&self, place: usize) -> Option<&Policy> {
        self.rulebook.document().policies.get(place)
    }

    /// The option of a policy that was chosen.
    pub(crate) fn chosen<'r>(&'r self, policy: &'r Policy) -> Option<&'r Choice> {
        let place = self.rulebook.document().policies.iter().position(|known| known.name == policy.name)?;
        policy.options.get(usize::from(*self.policies.options().get(place)?))
    }

    /// Where the text has the formulas and tables of points behind these numbers.
    pub(crate) fn sources(&self, numbers: impl Iterator<Item = Source>) -> impl Iterator<Item = &MeasureSource> {
        let mut behind = Vec::new();
        if let Some(plan) = self.plan() {
            numbers.for_each(|number| self.measures_behind(plan, number, &mut behind));
        }
        let subject = self.rulebook.document().subjects.get(self.plan);
        let measures = subject.map(|subject| subject.measures.as_slice()).unwrap_or_default();
        let used = move |name: &str| behind.iter().any(|known| self.rulebook.text(*known) == name);
        measures.iter().filter(move |measure| used(&measure.name)).filter_map(|measure| measure.source.as_ref())
    }

    /// The names of the measures that a number is made of, itself among them, as the policies choose.
    fn measures_behind(&self, plan: &Plan, source: Source, names: &mut Vec<TextId>) {
        match source {
            Source::Slot(_) => {}
            Source::Measure(place) => {
                if let Some(measure) = plan.measures.get(place) {
                    names.push(measure.name);
                    measure.parts().iter().for_each(|(part, _)| self.measures_behind(plan, *part, names));
                }
            }
            Source::Ratio(place) => {
                let Some(ratio) = plan.ratios.get(place) else { return };
                names.push(ratio.name);
                match &ratio.form {
                    RatioForm::Weighted(terms) => {
                        terms.iter().for_each(|(part, _)| self.measures_behind(plan, *part, names));
                    }
                    RatioForm::Policy { policy, cases } => {
                        let option = crate::evaluate::chosen(self.policies.options(), *policy);
                        if let Some(source) = option.and_then(|option| cases.get(option)) {
                            self.measures_behind(plan, *source, names);
                        }
                    }
                    RatioForm::Mean(_) | RatioForm::Either { .. } => {}
                }
            }
        }
    }

    /// The measures whose value was kept within a stated limit.
    pub(crate) fn clamped(&self) -> impl Iterator<Item = TextId> {
        let plan = self.plan().filter(|_| self.interval().is_some());
        let measures = plan.map(|plan| plan.measures.as_slice()).unwrap_or_default();
        let ratios = plan.map(|plan| plan.ratios.as_slice()).unwrap_or_default();
        let options = self.policies.options();
        let whole = measures.iter().enumerate().filter_map(move |(place, measure)| {
            let (low, high) = measure.clamp?;
            let (value, _) = self.facts.unclamped(plan?, measure);
            let known = self.facts.exact(plan?, Source::Measure(place)).is_some();
            (known && !(low..=high).contains(&value)).then_some(measure.name)
        });
        let fractions = ratios.iter().enumerate().filter_map(move |(place, ratio)| {
            let (low, high) = ratio.clamp?;
            let (value, _) = self.facts.unclamped_ratio(plan?, options, ratio);
            let known = self.facts.exact_ratio(plan?, options, Source::Ratio(place)).is_some();
            (known && !(low..=high).contains(&value)).then_some(ratio.name)
        });
        whole.chain(fractions)
    }

    /// The policies that are not at their default: name and option.
    pub fn policies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.changed_policies().map(|(name, option)| (self.rulebook.text(name), self.rulebook.text(option)))
    }

    pub(crate) fn changed_policies(&self) -> impl Iterator<Item = (TextId, TextId)> {
        self.policies.changed().iter().filter_map(|place| {
            let policy = self.rulebook.policy_plans().get(*place)?;
            let chosen = self.policies.options().get(*place)?;
            Some((policy.name, *policy.options.get(usize::from(*chosen))?))
        })
    }

    pub(crate) fn plan(&self) -> Option<&Plan> {
        self.rulebook.plan(self.plan)
    }

    pub(crate) fn level_text(&self, rank: u8) -> Option<TextId> {
        self.rulebook.table(crate::plan::LEVELS)?.at(i64::from(rank)).map(|level| level.code)
    }

    pub(crate) fn level_code(&self, rank: u8) -> &str {
        self.level_text(rank).map_or("", |code| self.rulebook.text(code))
    }

    pub(crate) fn scale(&self, source: Source) -> u32 {
        self.plan().map_or(0, |plan| plan.scale_of(source).unwrap_or(crate::number::MAX_SCALE))
    }

    /// Whether an interval stands at the top or at the bottom of what the result is held to.
    pub(crate) fn binds(&self, plan: &Plan, span: Span) -> bool {
        self.interval().is_some_and(|interval| {
            (span.best.high == interval.high && interval.high < plan.top)
                || (span.worst.low == interval.low && interval.low < interval.high)
        })
    }

    /// Whether a rule stands at the bottom: without it, or had it come out otherwise, the result could be another.
    fn decisive(&self, plan: &Plan, place: usize, rule: &RulePlan) -> bool {
        let Some(verdict) = &self.verdict else {
            return false;
        };
        let Some(interval) = verdict.interval else {
            return match (rule.kind, verdict.outcome) {
                (RuleKind::NotReviewed, Outcome::NotReviewed) | (RuleKind::NotRated, Outcome::NotRated) => {
                    held(&verdict.holds, place).is_true()
                }
                (RuleKind::NotReviewed, Outcome::Undetermined) => held(&verdict.holds, place).is_unknown(),
                _ => false,
            };
        };
        let binds = |span: Span| self.binds(plan, span);
        match rule.kind {
            RuleKind::NotReviewed | RuleKind::NotRated => held(&verdict.holds, place).is_unknown(),
            RuleKind::Standard(rank) | RuleKind::Condition(rank) => {
                let Some(spread) = verdict.spread else {
                    return false;
                };
                let truth = held(&verdict.holds, place);
                // In a gap the conditions carry the level; that its band holds the score cannot be said.
                let banded = matches!(rule.kind, RuleKind::Condition(_))
                    || plan.standard.score.is_none()
                    || verdict.by_score == Some(rank);
                match rank.cmp(&interval.low) {
                    std::cmp::Ordering::Equal => truth.is_true() && spread.worst.low == rank && banded,
                    // Of what was not reached, the level right above is what the result ends at.
                    std::cmp::Ordering::Greater => {
                        !truth.is_true() && rank <= interval.high.saturating_add(1) && binds(spread)
                    }
                    std::cmp::Ordering::Less => false,
                }
            }
            RuleKind::Trigger | RuleKind::Ceiling | RuleKind::Unread => {
                limit_of(plan, rule).is_some_and(|limit| binds(limit_span(plan, &self.facts, &verdict.holds, limit)))
            }
            RuleKind::Escape => {
                !held(&verdict.holds, place).is_false()
                    && limit_of(plan, rule)
                        .is_some_and(|limit| binds(limit_span(plan, &self.facts, &verdict.holds, limit)))
            }
            RuleKind::Notice => false,
        }
    }
}

fn limit_of<'p>(plan: &'p Plan, rule: &RulePlan) -> Option<&'p LimitPlan> {
    rule.limit.and_then(|limit| plan.limits.get(limit))
}

/// A rule, and how it came out for a case.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'r> {
    rating: &'r Rating,
    plan: &'r Plan,
    pub(crate) rule: &'r RulePlan,
    /// The place of the rule in the plan.
    place: usize,
}

impl<'r> Finding<'r> {
    /// The id of the rule.
    pub fn rule(&self) -> &'r str {
        self.rating.rulebook.text(self.rule.id)
    }

    /// Where the text says so, such as `366-QĐ/TW Điều 11.4.3.a`.
    pub fn citation(&self) -> &'r str {
        self.rating.rulebook.text(self.rule.citation)
    }

    /// What the text says, in short.
    pub fn words(&self) -> &'r Words {
        &self.rule.words
    }

    /// How well the rule is known.
    pub fn provenance(&self) -> Provenance {
        self.rule.provenance
    }

    /// What the rule is for.
    pub fn kind(&self) -> RuleKind {
        self.rule.kind
    }

    /// Whether it holds; `None` while a fact is missing.
    pub fn holds(&self) -> Option<bool> {
        if self.rule.kind == RuleKind::Unread {
            return Some(true);
        }
        held(self.rating.verdict.as_ref().map(|verdict| verdict.holds.as_slice()).unwrap_or_default(), self.place)
            .known()
    }

    /// Whether the result rests on it.
    pub fn decisive(&self) -> bool {
        self.rating.decisive(self.plan, self.place, self.rule)
    }

    /// What follows where the rule holds: `not_reviewed`, `not_rated`, the code of the level that the standard is for
    /// or that a trigger or ceiling gives, `authority` for an escape or an unread part, `notice`; `unknown` for a
    /// ceiling at a level that is missing.
    pub fn effect(&self) -> &'r str {
        match self.rule.effect {
            Effect::Word(word) => word.text(),
            Effect::Level(level) => self.rating.rulebook.text(level),
            Effect::Fact(fact) => self.stated_level(fact).map_or("unknown", |level| self.rating.rulebook.text(level)),
        }
    }

    /// The level that a fact states.
    pub(crate) fn stated_level(&self, fact: usize) -> Option<TextId> {
        u8::try_from(self.rating.facts.slot(fact)).ok().and_then(|rank| self.rating.level_text(rank))
    }

    /// The condition as a line, such as `tasks_exceeded / tasks_assigned >= 30%`.
    pub fn condition(&self) -> &'r str {
        self.rating.rulebook.text(self.rule.condition)
    }

    pub(crate) fn reads(&self) -> impl Iterator<Item = Source> + use<'r> {
        self.plan.reads(self.rule, self.rating.policies.options())
    }

    /// What the condition read, with the values.
    pub fn values(&self) -> impl Iterator<Item = (&'r str, Reading)> + use<'r> {
        let (rating, plan) = (self.rating, self.plan);
        self.reads().map(move |source| {
            let (name, reading) = rating.reading(plan, source);
            (rating.rulebook.text(name), reading)
        })
    }
}

/// The value of a fact or measure, as a finding shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Not known.
    Missing,
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A decimal in units of 10^-scale: units, scale.
    Decimal(i64, u32),
    /// A code, among the texts of the rulebook.
    Code(TextId),
    /// A day.
    Date(i64),
    /// The number of items of a list.
    Items(usize),
    /// A sum with missing parts, between two decimals of a scale: lowest, highest, scale.
    Between(i64, i64, u32),
    /// A fraction.
    Ratio(Fraction),
    /// A fraction with missing parts, between two others.
    BetweenRatios(Fraction, Fraction),
}

impl Rating {
    #[inline]
    pub(crate) fn reading(&self, plan: &Plan, source: Source) -> (TextId, Reading) {
        match source {
            Source::Slot(place) => match plan.fact(place) {
                Some(fact) => (fact.name, self.fact_reading(&fact.kind, self.facts.slot(place))),
                None => (plan.kind, Reading::Missing),
            },
            Source::Measure(place) => match plan.measures.get(place) {
                Some(measure) => {
                    let (low, high) = self.facts.interval(plan, source);
                    let reading = match (self.facts.exact(plan, source), measure.scale) {
                        (Some(value), 0) => Reading::Integer(value),
                        (Some(value), scale) => Reading::Decimal(value, scale),
                        // Of a score or a count the bounds of its parts tell something; of other sums they do not.
                        (None, scale) if plan.standard.score == Some(source) || measure.parts().is_empty() => {
                            Reading::Between(low, high, scale)
                        }
                        (None, _) => Reading::Missing,
                    };
                    (measure.name, reading)
                }
                None => (plan.kind, Reading::Missing),
            },
            Source::Ratio(place) => self.ratio_reading(plan, place),
        }
    }

    #[cold]
    fn ratio_reading(&self, plan: &Plan, place: usize) -> (TextId, Reading) {
        let Some(ratio) = plan.ratios.get(place) else { return (plan.kind, Reading::Missing) };
        let source = Source::Ratio(place);
        let (low, high) = self.facts.ratio_interval(plan, source);
        let value = self.facts.exact_ratio(plan, self.policies.options(), source);
        (ratio.name, value.map_or(Reading::BetweenRatios(low, high), Reading::Ratio))
    }

    pub(crate) fn fact_reading(&self, kind: &KindPlan, value: i64) -> Reading {
        if let KindPlan::List(form) = kind {
            return match self.facts.lists.get(form.list).and_then(Option::as_ref) {
                Some(items) => Reading::Items(items.rows().count()),
                None => Reading::Missing,
            };
        }
        match kind {
            _ if value == MISSING => Reading::Missing,
            KindPlan::Boolean => Reading::Boolean(value == 1),
            KindPlan::Decimal { scale, .. } => Reading::Decimal(value, *scale),
            KindPlan::Code(table) => self
                .rulebook
                .table(*table)
                .and_then(|table| table.at(value))
                .map_or(Reading::Missing, |code| Reading::Code(code.code)),
            KindPlan::Date => Reading::Date(value),
            _ => Reading::Integer(value),
        }
    }
}
