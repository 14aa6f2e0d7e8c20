//! Rates that are recorded for groups of a table: each must be one that counts, or the caller learns it. What was decided for
//! somebody is never left aside without a word.

use super::groups::Grouping;
use crate::batch::{ColumnCode, ColumnFault, TableError};
use crate::catalogue::Message;
use crate::cohort::allowance::stated_rate;
use crate::cohort::scene::GroupRate;
use crate::document::{Quota, Rate};
use crate::fault::{Wanted, wanted};
use crate::number::Fraction;
use crate::rulebook::Rulebook;

/// The recorded rates, and what is wrong with each.
pub(super) struct Rates<'r> {
    rates: &'r [GroupRate],
    faults: Vec<Option<ColumnFault>>,
    /// Whether some grouping has the group.
    there: Vec<bool>,
}

fn fault(column: &str, expected: impl Into<Wanted>, found: &str) -> Option<ColumnFault> {
    let found = if found.is_empty() { "-" } else { found };
    Some(ColumnFault::new(&format!("rates/{column}"), ColumnCode::BadRate, expected, found))
}

impl<'r> Rates<'r> {
    /// All of them, each without a group so far. Those of quotas of another kind are not for this table.
    pub(super) fn of(rulebook: &Rulebook, own: &[Quota], rates: &'r [GroupRate]) -> Self {
        let quotas = || rulebook.document().subjects.iter().flat_map(|subject| &subject.quotas);
        let other = |rate: &GroupRate| !own.iter().any(|quota| quota.id == rate.quota);
        let first = |rate: &GroupRate| match quotas().any(|quota| quota.id == rate.quota) {
            true => None,
            false => {
                let known: Vec<&str> = quotas().map(|quota| quota.id.as_str()).collect();
                fault("quota", wanted(Message::CohortWantedKind, &[("kinds", &known.join(", "))]), &rate.quota)
            }
        };
        Self { rates, faults: rates.iter().map(first).collect(), there: rates.iter().map(other).collect() }
    }

    /// Looks at those of a quota, with the groups that one of its groupings makes.
    pub(super) fn look(&mut self, quota: &Quota, name: &str, grouping: &Grouping) {
        let all = self.rates;
        for ((rate, found), there) in all.iter().zip(&mut self.faults).zip(&mut self.there) {
            if rate.quota != quota.id || (!rate.grouping.is_empty() && rate.grouping != name) {
                continue;
            }
            *there |= (0..grouping.count() as u32).any(|group| grouping.name(group).join(" / ") == rate.group);
            *found = match all.iter().any(|other| rate.contradicts(other)) {
                true => fault("rate", Message::CohortWantedOneRate, &rate.rate),
                false => unfit(quota, rate),
            };
        }
    }

    /// Whether all of them count.
    pub(super) fn sound(self) -> Result<(), TableError> {
        let nobody = |rate: &GroupRate| {
            let found = [rate.grouping.as_str(), rate.group.as_str()].into_iter().filter(|name| !name.is_empty());
            fault("group", Message::CohortWantedMembers, &found.collect::<Vec<_>>().join(": "))
        };
        let all = self.rates.iter().zip(self.faults).zip(self.there);
        let faults: Vec<ColumnFault> = all
            .filter_map(|((rate, fault), there)| fault.or_else(|| if there { None } else { nobody(rate) }))
            .collect();
        if faults.is_empty() { Ok(()) } else { Err(TableError { faults }) }
    }
}

/// What is wrong with a rate itself: no share, above what the text allows, or above its share without a decision.
fn unfit(quota: &Quota, rate: &GroupRate) -> Option<ColumnFault> {
    let exceptional = quota.exceptional_rate.as_deref();
    let stated = stated_rate(quota);
    let most = match quota.rate {
        Rate::Recorded(_) => Some(Fraction::ONE),
        Rate::Share(_) => exceptional.and_then(Fraction::parse).or(stated),
    };
    let share = Fraction::parse(&rate.rate);
    if share.zip(most).is_none_or(|(share, most)| share > most) {
        let most = match &quota.rate {
            Rate::Recorded(_) => "100%",
            Rate::Share(share) => exceptional.unwrap_or(share),
        };
        return fault("rate", wanted(Message::CohortWantedShare, &[("most", most)]), &rate.rate);
    }
    let granted = !rate.decision.is_empty() || share.zip(stated).is_none_or(|(share, stated)| share <= stated);
    if granted { None } else { fault("decision", Message::CohortWantedGrant, &rate.rate) }
}
