//! The choices of open questions on which a result turns: another option of the policy would give another one.

use crate::judge::{Outcome, judge};
use crate::rating::Rating;

/// The policies of which another option gives another result with the same facts. That of a gap of the text is not among
/// them; it has a note of its own.
pub(crate) fn decisive(rating: &Rating) -> Vec<usize> {
    let (Some(plan), Some(verdict)) = (rating.plan(), &rating.verdict) else {
        return Vec::new();
    };
    let chosen = rating.policies.options();
    let turns = |policy: &usize| {
        let count = rating.rulebook.policy_plans().get(*policy).map_or(0, |policy| policy.options.len());
        let others = (0_u8..).take(count).filter(|option| chosen.get(*policy) != Some(option));
        others.into_iter().any(|option| {
            let mut options = chosen.to_vec();
            if let Some(place) = options.get_mut(*policy) {
                *place = option;
            }
            let mut facts = rating.facts.clone();
            facts.compute(plan, &options);
            let other = judge(plan, &options, &facts);
            // That the other option reads what was not stated says nothing about what it would give.
            let open = other.outcome == Outcome::Undetermined && verdict.outcome != Outcome::Undetermined;
            !open && (other.outcome, other.interval) != (verdict.outcome, verdict.interval)
        })
    };
    plan.choices.iter().copied().filter(turns).collect()
}
