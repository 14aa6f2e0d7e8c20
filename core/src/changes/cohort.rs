//! What changes for subjects that are rated together: quotas, the order, how the authority decides.

use super::{Effect, Part, Report, json};
use crate::document::{Deadline, DecisionRules, Majority, OrderRule, Quota, Rate, Remark, Subject};
use crate::number::Fraction;

impl<'d> Report<'d> {
    pub(super) fn quotas(&mut self, base: &[Quota], now: &[Quota]) {
        for old in base {
            let Some(new) = now.iter().find(|new| new.id == old.id) else {
                self.add(Part::Quota, &old.id, Some(shown_rate(&old.rate)), None, Effect::MoreLenient);
                continue;
            };
            let compare = |before: &str, after: &str| match (Fraction::parse(before), Fraction::parse(after)) {
                (Some(before), Some(after)) => Effect::stricter(after < before),
                _ => Effect::NotCompared,
            };
            let (before, after) = (shown_rate(&old.rate), shown_rate(&new.rate));
            let effect = compare(&before, &after);
            self.add(Part::Quota, &old.id, Some(before), Some(after), effect);
            let effect = match (&old.exceptional_rate, &new.exceptional_rate) {
                (Some(before), Some(after)) => compare(before, after),
                (before, _) => Effect::stricter(before.is_some()),
            };
            let name = format!("{} (exceptional_rate)", old.id);
            let shown = |rate: &Option<String>| Some(rate.clone().unwrap_or_else(|| "-".to_owned()));
            self.add(Part::Quota, &name, shown(&old.exceptional_rate), shown(&new.exceptional_rate), effect);
            let rest = |quota: &Quota| {
                let Quota { level, group_by, base, rounding, stepping_down, small_groups, .. } = quota;
                let over = quota.over_quota.as_ref().map(|over| format!(", {over}")).unwrap_or_default();
                let policies = format!("{base}, {rounding}, {stepping_down}, {small_groups}{over}");
                Some(format!("{level}; {}; {policies}", group_by.join(" + ")))
            };
            self.add(Part::Quota, &old.id, rest(old), rest(new), Effect::NotCompared);
            let name = format!("{} (ranking)", old.id);
            self.add(Part::Quota, &name, shown_ranking(old), shown_ranking(new), Effect::NotCompared);
        }
        for new in now.iter().filter(|new| base.iter().all(|old| old.id != new.id)) {
            self.add(Part::Quota, &new.id, None, Some(shown_rate(&new.rate)), Effect::Stricter);
        }
    }

    pub(super) fn order_and_decisions(&mut self, base: &'d Subject, now: &'d Subject) {
        // Who goes first, by when it is done and who does it give nobody another level.
        self.each(
            (&base.after, &now.after),
            Part::Order,
            |rule: &OrderRule| &rule.id,
            |rule| json(&(rule.relation, rule.first, &rule.kinds)),
            |_, _| Effect::Neutral,
        );
        let none = DecisionRules::default();
        let [base, now] = [base, now].map(|kind| kind.decisions.as_ref().unwrap_or(&none));
        self.each(
            (&base.majorities, &now.majorities),
            Part::Majority,
            |majority: &Majority| &majority.id,
            shown_majority,
            majority_moved,
        );
        self.each(
            (&base.deadlines, &now.deadlines),
            Part::Deadline,
            |deadline: &Deadline| &deadline.id,
            |deadline| match deadline.years_later {
                0 => deadline.day.clone(),
                years => format!("{} (+{years})", deadline.day),
            },
            |_, _| Effect::Neutral,
        );
        self.each(
            (&base.authority, &now.authority),
            Part::Authority,
            |remark: &Remark| &remark.id,
            |remark| remark.words.vi.clone(),
            |_, _| Effect::Neutral,
        );
    }
}

fn shown_rate(rate: &Rate) -> String {
    match rate {
        Rate::Share(share) => share.clone(),
        Rate::Recorded(recorded) => recorded.recorded.clone(),
    }
}

/// By what those over a quota are ranked; `-` where nothing says so.
fn shown_ranking(quota: &Quota) -> Option<String> {
    Some(if quota.ranking.is_empty() { "-".to_owned() } else { json(&quota.ranking) })
}

fn shown_majority(majority: &Majority) -> String {
    let sign = if majority.more_than { ">" } else { ">=" };
    format!("{} {sign} {}", majority.level, majority.share)
}

/// What a majority that was added, dropped or changed does: more votes are harder to get.
fn majority_moved(before: Option<&Majority>, after: Option<&Majority>) -> Effect {
    let (Some(before), Some(after)) = (before, after) else { return Effect::stricter(after.is_some()) };
    let shares = (Fraction::parse(&before.share), Fraction::parse(&after.share));
    match shares {
        (Some(old), Some(new)) if before.level == after.level => {
            Effect::stricter((new, after.more_than) > (old, before.more_than))
        }
        _ => Effect::NotCompared,
    }
}
