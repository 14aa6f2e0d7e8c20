//! What the authority decided counts for those who depend on it where it lies within what was proposed, and nowhere else.

use proptest::collection::vec;
use proptest::prelude::*;
use xeploai::Outcome;

use crate::answer::{ranks, rate};
use crate::brute::Brute;
use crate::generate::{CLOSED, OPEN, town};
use crate::rules::LEVELS;
use crate::town::Town;
use crate::{MOST, config, sound};

/// Decisions on some, at any level.
pub(crate) fn decide(town: &mut Town, picks: &[[u8; 2]]) {
    for ([subject, level], number) in picks.iter().zip(["1", "2", "3"]) {
        if !town.subjects.is_empty() {
            let row = usize::from(*subject) % town.subjects.len();
            town.decisions.push((row, LEVELS[usize::from(*level) % 4], number, ""));
        }
    }
}

/// One decision, and whether it lies within what was proposed.
fn one(town: &Town, pick: [u8; 2]) -> Option<(Town, usize, usize, bool)> {
    let mut with = town.clone();
    decide(&mut with, &[pick]);
    let row = with.decisions.first()?.0;
    let level = usize::from(pick[1]) % 4;
    let proposed = rate(town);
    let standing = proposed.after(&town.subjects[row].id);
    let inside =
        standing.0 != Outcome::Invalid && ranks(standing).is_some_and(|(low, high)| (low..=high).contains(&level));
    Some((with, row, level, inside))
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn a_decision_counts_within_what_was_proposed_alone(
        town in prop_oneof![town(CLOSED), town(OPEN)],
        picks in vec(any::<[u8; 2]>(), 4),
    ) {
        let proposed = rate(&town);
        for pick in picks {
            let Some((with, row, level, inside)) = one(&town, pick) else { break };
            let id = &town.subjects[row].id;
            let answer = rate(&with);
            // It stands beside the proposal, never over it.
            prop_assert_eq!(answer.after(id), proposed.after(id));
            prop_assert_eq!(answer.finding("outside") || answer.finding("no_proposal"), !inside);
            if !inside {
                prop_assert_eq!(&answer.standing, &proposed.standing);
                continue;
            }
            let mut brute = Brute::new(&with);
            // Where the quota comes too late to wait for, those who depend cannot know yet whether it lies within.
            let limited = ranks(proposed.before(id))
                .is_some_and(|(low, high)| (low..=high).contains(&town.terms.level));
            if brute.is_late(row) && limited {
                prop_assert_eq!(&answer.standing, &proposed.standing);
                continue;
            }
            brute.decided = Some((row, level));
            let (found, all) = brute.completions(MOST);
            sound(&with, &brute, &answer, &found)?;
            if let [only] = found.as_slice() && all && only.only {
                for (place, subject) in with.subjects.iter().enumerate() {
                    prop_assert_eq!(ranks(answer.before(&subject.id)), only.own[place].map(|own| (own, own)));
                    prop_assert_eq!(ranks(answer.after(&subject.id)), only.held[place]);
                }
            }
        }
    }

    #[test]
    fn of_two_decisions_neither_counts_unless_one_replaces_the_other(town in town(OPEN), pick in any::<[u8; 2]>()) {
        let Some((mut with, row, _, _)) = one(&town, pick) else { return Ok(()) };
        let alone = rate(&with);
        let other = LEVELS[usize::from(pick[1] / 4) % 4];
        with.decisions.insert(0, (row, other, "0", ""));
        let two = rate(&with);
        prop_assert_eq!(&two.standing, &rate(&town).standing);
        let found = two.findings.iter().filter(|finding| finding.0 == "two_decisions").count();
        prop_assert_eq!(found, 2);
        // The later one replaces the earlier one by its number.
        with.decisions[1].3 = "0";
        let replaced = rate(&with);
        prop_assert_eq!(&replaced.standing, &alone.standing);
        prop_assert!(!replaced.finding("two_decisions"));
    }
}
