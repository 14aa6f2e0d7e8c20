//! What stands in the way of a higher level, and by how much.
//!
//! For one level at a time the facts are changed as little as its standard asks for. What was changed is what stands in
//! the way, and it is called grantable only where it did lead to the level. Triggers, ceilings and eligibility are named
//! with what would lift them, never granted.

use crate::evaluate::Facts;
use crate::grant::Change;
use crate::judge::{Verdict, limit_span};
use crate::plan::{CapPlan, KindPlan, MISSING, Plan, RuleKind, RulePlan, Source, TextId};
use crate::rating::{Rating, Reading};

/// What stands in the way of one level.
#[derive(Debug, Clone)]
pub struct Obstacles<'r> {
    pub(crate) rating: &'r Rating,
    pub(crate) rank: u8,
    pub(crate) needs: Vec<Need>,
}

/// One thing that stands in the way: a fact or measure, and the change that lifts it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Need {
    pub(crate) rule: Option<TextId>,
    pub(crate) what: TextId,
    pub(crate) source: Source,
    pub(crate) to: Reading,
    pub(crate) by: Option<(i64, u32)>,
    pub(crate) grantable: bool,
}

impl Need {
    /// The value as it is. It is read when it is asked for: a need that carried it would be twice as large.
    pub(crate) fn from(&self, rating: &Rating) -> Reading {
        rating.plan().map_or(Reading::Missing, |plan| rating.reading(plan, self.source).1)
    }
}

/// An obstacle, for reading.
#[derive(Debug, Clone, Copy)]
pub struct Obstacle<'r> {
    rating: &'r Rating,
    need: Need,
}

impl<'r> Obstacles<'r> {
    /// The code of the level.
    pub fn level(&self) -> &'r str {
        self.rating.level_code(self.rank)
    }

    /// The obstacles: first what cannot be granted, then what the standard asks for.
    pub fn iter(&self) -> impl Iterator<Item = Obstacle<'r>> {
        self.needs.iter().map(|need| Obstacle { rating: self.rating, need: *need })
    }
}

impl<'r> Obstacle<'r> {
    /// The name of the fact or measure.
    pub fn what(&self) -> &'r str {
        self.rating.rulebook().text(self.need.what)
    }

    /// The id of the rule that asks for the change; nothing where only a constraint between facts does.
    pub fn rule(&self) -> Option<&'r str> {
        self.need.rule.map(|rule| self.rating.rulebook().text(rule))
    }

    /// The value as it is.
    pub fn from(&self) -> Reading {
        self.need.from(self.rating)
    }

    /// The value that lifts the obstacle; [`Reading::Missing`] where none can be named.
    pub fn to(&self) -> Reading {
        self.need.to
    }

    /// The difference, in units of 10^-scale, and the scale; for a list the number of items to change.
    pub fn by(&self) -> Option<(i64, u32)> {
        self.need.by
    }

    /// Whether the change lifts the obstacle. Where all obstacles of a level are grantable, granting exactly them
    /// gives at least the level.
    pub fn grantable(&self) -> bool {
        self.need.grantable
    }
}

pub(crate) fn obstacles(rating: &Rating) -> Vec<Obstacles<'_>> {
    let (Some(plan), Some(verdict), Some(interval)) = (rating.plan(), &rating.verdict, rating.interval()) else {
        return Vec::new();
    };
    let from = interval.low.saturating_add(1);
    (from..=plan.top).map(|rank| Obstacles { rating, rank, needs: needs(rating, plan, verdict, rank) }).collect()
}

fn needs(rating: &Rating, plan: &Plan, verdict: &Verdict, rank: u8) -> Vec<Need> {
    let mut needs = Vec::new();
    for (rule, truth) in plan.rules.iter().zip(&verdict.holds) {
        if matches!(rule.kind, RuleKind::NotReviewed | RuleKind::NotRated) && truth.is_unknown() {
            needs.push(blocked(rating, plan, rule.id, plan.reads(rule, rating.policies.options()).next()));
        }
    }
    for limit in &plan.limits {
        let span = limit_span(plan, &rating.facts, &verdict.holds, limit);
        if span.worst.low < rank
            && let Some(rule) = plan.rules.get(limit.rule)
        {
            lift(rating, plan, rule, &limit.cap, rank, &mut needs);
        }
    }
    let free = needs.is_empty();
    if verdict.spread.is_none_or(|spread| spread.worst.low >= rank) {
        return needs;
    }
    let mut change = Change::new(rating, plan);
    let mut reached = change.towards(rank);
    // With the standard of the level met, only a limit could still be below it.
    if reached && free {
        reached = !change.bars(rank);
    }
    let named = needs.len();
    report(&change, rating, plan, reached, &mut needs);
    // Conditions that contradict each other lead back to where the case stands: then the standard itself is named.
    if !reached
        && needs.len() == named
        && let Some(rule) = plan.standard.levels.get(usize::from(rank)).and_then(|level| plan.rules.get(level.rule))
    {
        needs.push(blocked(rating, plan, rule.id, plan.reads(rule, rating.policies.options()).last()));
    }
    needs
}

/// Names what would lift a trigger or ceiling. Nobody is granted it.
fn lift(rating: &Rating, plan: &Plan, rule: &RulePlan, cap: &CapPlan, rank: u8, needs: &mut Vec<Need>) {
    let named = needs.len();
    if let CapPlan::Fact(fact) = cap {
        let source = Source::Slot(*fact);
        let (what, _) = rating.reading(plan, source);
        let to = rating.level_text(rank).map_or(Reading::Missing, Reading::Code);
        needs.push(Need { rule: Some(rule.id), what, source, to, by: None, grantable: false });
    } else if let Some(test) = &rule.test {
        let mut change = Change::new(rating, plan);
        change.fix(test, false, rule.id);
        report(&change, rating, plan, false, needs);
    }
    if needs.len() == named {
        needs.push(blocked(rating, plan, rule.id, plan.reads(rule, rating.policies.options()).next()));
    }
}

/// An obstacle that is named only.
fn blocked(rating: &Rating, plan: &Plan, rule: TextId, source: Option<Source>) -> Need {
    let what = source.map_or(rule, |source| rating.reading(plan, source).0);
    let source = source.unwrap_or(Source::Slot(usize::MAX));
    Need { rule: Some(rule), what, source, to: Reading::Missing, by: None, grantable: false }
}

/// The needs: what was asked, each fact and measure once, then what is stuck.
fn report(change: &Change<'_>, rating: &Rating, plan: &Plan, reached: bool, needs: &mut Vec<Need>) {
    for (source, rule) in &change.asked {
        if change.stuck.iter().any(|stuck| stuck.source == *source) {
            continue;
        }
        let (what, from) = rating.reading(plan, *source);
        let (to, by) = match source {
            Source::Slot(place) => match plan.fact(*place).map(|fact| &fact.kind) {
                Some(KindPlan::List(form)) => {
                    let changed = items_changed(change, rating, form.list);
                    (from, Some((changed, 0)))
                }
                Some(kind) => {
                    let value = change.facts.slot(*place);
                    let by = match (kind, rating.facts.slot(*place)) {
                        (_, MISSING) => None,
                        (KindPlan::Integer { .. }, before) => Some((value.saturating_sub(before), 0)),
                        (KindPlan::Decimal { scale, .. }, before) => Some((value.saturating_sub(before), *scale)),
                        _ => None,
                    };
                    (rating.fact_reading(kind, value), by)
                }
                None => (Reading::Missing, None),
            },
            Source::Measure(_) => {
                let scale = rating.scale(*source);
                let (after, _) = change.facts.interval(plan, *source);
                let before = rating.facts.exact(plan, *source);
                let to = if scale == 0 { Reading::Integer(after) } else { Reading::Decimal(after, scale) };
                (to, before.map(|before| (after.saturating_sub(before), scale)))
            }
            // Fractions are moved by the facts that they add up.
            Source::Ratio(_) => continue,
        };
        if from != to || matches!(by, Some((changed, _)) if changed != 0) {
            needs.push(Need { rule: *rule, what, source: *source, to, by, grantable: reached });
        }
    }
    let mut named: Vec<Source> = Vec::new();
    for stuck in &change.stuck {
        if !named.contains(&stuck.source) {
            named.push(stuck.source);
            let need = blocked(rating, plan, stuck.rule, Some(stuck.source));
            needs.push(Need { to: stuck.to.as_deref().copied().unwrap_or(need.to), ..need });
        }
    }
}

/// How many items of a list were changed.
fn items_changed(change: &Change<'_>, rating: &Rating, list: usize) -> i64 {
    let items = |facts: &Facts| facts.lists.get(list).cloned().flatten();
    let (Some(before), Some(after)) = (items(&rating.facts), items(&change.facts)) else {
        return 0;
    };
    let changed = before.rows().zip(after.rows()).filter(|(one, other)| one != other).count();
    i64::try_from(changed).unwrap_or(i64::MAX)
}
