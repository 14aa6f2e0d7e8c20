//! The laws of a cohort, on random small towns, against a reference that tries everything; bad input; worked cases.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test"
)]

mod answer;
mod bad;
mod brute;
mod columns;
mod decisions;
mod doubt;
mod generate;
mod joined;
mod rules;
mod tallied;
mod town;
mod worked;

use std::collections::BTreeSet;

use answer::{Answer, Standing, holds, ranks, rate};
use brute::{Brute, Completion, closure, dependencies};
use generate::{CLOSED, OPEN, changes, crew, lacking, town};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use rules::{Kind, facts};
use town::{Form, Given, Town};
use xeploai::cohort::{Change, QuotaLine};
use xeploai::document::Relation;
use xeploai::{Case, Outcome, Value};

/// Fewer cases than the default, for each is rated many times; more on demand.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig { cases: asked.unwrap_or(cases), failure_persistence: None, ..ProptestConfig::default() }
}

/// How many completions of a town are tried.
const MOST: usize = 300;

/// Every subject and every quota leaves room for what a completion gives.
pub(crate) fn sound(
    town: &Town,
    brute: &Brute<'_>,
    answer: &Answer,
    found: &[Completion],
) -> Result<(), TestCaseError> {
    for completion in found {
        for (row, subject) in town.subjects.iter().enumerate() {
            let (before, after) = (answer.before(&subject.id), answer.after(&subject.id));
            let (own, held) = (completion.own[row].map(|own| (own, own)), completion.held[row]);
            // What is left to the authority was chosen: an interval of discretion holds the choice.
            prop_assert!(holds(before, own), "{}: own {before:?}, but {own:?} in {completion:?}", subject.id);
            prop_assert!(holds(after, held), "{}: {after:?}, but {held:?} in {completion:?}", subject.id);
        }
        for (group, numbers) in brute.groups.iter().zip(&completion.groups) {
            let Some([candidates, base, most, over]) = *numbers else { continue };
            let line = answer.quotas.iter().find(|line| {
                line.kind == group.kind.code() && line.grouping == group.grouping && line.group == group.name
            });
            let line = line.unwrap();
            let inside = |bounds: (u64, u64), number: u64| bounds.0 <= number && number <= bounds.1;
            let all = inside(line.candidates, candidates)
                && inside(line.base, base)
                && inside(line.most, most)
                && inside(line.over, over);
            prop_assert!(all, "{line:?}, but {numbers:?} in {completion:?}");
            // It is the largest number: one more would exceed it.
            prop_assert!(brute.fits(group, completion, most) || town.terms.one && most == 1);
            prop_assert!(most == candidates || !brute.fits(group, completion, most + 1));
            // Nobody is called rated at the level beyond what the quota allows.
            let level = Some((town.terms.level, town.terms.level));
            let certain = |member: &&usize| {
                let after = answer.after(&town.subjects[**member].id);
                after.0 == Outcome::Rated && ranks(after) == level
            };
            let certain = group.members.iter().filter(certain).count() as u64;
            prop_assert!(certain <= most, "{certain} in {line:?} although {most} in {completion:?}");
        }
    }
    Ok(())
}

/// Where nothing had to be chosen, the cohort knows everything.
fn exact(town: &Town, brute: &Brute<'_>, answer: &Answer, only: &Completion) -> Result<(), TestCaseError> {
    for (row, subject) in town.subjects.iter().enumerate() {
        let (before, after) = (answer.before(&subject.id), answer.after(&subject.id));
        prop_assert_eq!(ranks(before), only.own[row].map(|own| (own, own)));
        // Who is in no group may or may not keep the level.
        let grouped = kind_groups(town, row);
        let expected = match only.held[row] {
            None => Outcome::NotRated,
            Some((low, high)) if low == high => Outcome::Rated,
            Some(_) if grouped => Outcome::AuthorityDecides,
            Some(_) => Outcome::Undetermined,
        };
        prop_assert_eq!(ranks(after), only.held[row], "{}", &subject.id);
        prop_assert_eq!(after.0, expected, "{}", &subject.id);
    }
    for (group, numbers) in brute.groups.iter().zip(&only.groups) {
        let line = answer.quotas.iter().find(|line| {
            line.kind == group.kind.code() && line.grouping == group.grouping && line.group == group.name
        });
        let line = line.unwrap();
        if let Some(numbers) = numbers {
            let found = [line.candidates, line.base, line.most, line.over];
            prop_assert_eq!(found, numbers.map(|number| (number, number)));
        }
    }
    Ok(())
}

/// Whether somebody is in a group of each grouping, and each has a rate.
fn kind_groups(town: &Town, row: usize) -> bool {
    let subject = &town.subjects[row];
    let in_all = |grouping: &&str| {
        subject.groups.get(*grouping).is_some_and(|group| {
            let recorded = |rate: &&(Kind, &str, String, &str)| {
                rate.0 == subject.kind && rate.1 == *grouping && rate.2 == *group
            };
            town.terms.rate.is_some() || town.rates.iter().any(|rate| recorded(&rate))
        })
    };
    subject.kind.groupings(&town.terms).iter().all(in_all)
}

/// The bounds of a quota are those of all completions, where members are open for themselves alone.
fn tight(town: &Town, brute: &Brute<'_>, answer: &Answer, found: &[Completion]) -> Result<usize, TestCaseError> {
    let mut compared = 0;
    for (place, group) in brute.groups.iter().enumerate() {
        let ways: Vec<BTreeSet<Option<usize>>> = group
            .members
            .iter()
            .map(|member| found.iter().map(|completion| completion.own[*member]).collect())
            .collect();
        // Each may be everything that its interval says, whatever the others are.
        let free = group.members.iter().zip(&ways).all(|(member, ways)| {
            let before = answer.before(&town.subjects[*member].id);
            let all = |(low, high)| (low..=high).all(|level| ways.contains(&Some(level)));
            // What is wrong may turn out to be not rated too, which no completion of its facts tells.
            before.0 != Outcome::Invalid && ranks(before).is_none_or(all)
        });
        let together: BTreeSet<Vec<Option<usize>>> = found
            .iter()
            .map(|completion| group.members.iter().map(|member| completion.own[*member]).collect())
            .collect();
        let all: usize = ways.iter().map(BTreeSet::len).product();
        let numbers: Option<Vec<[u64; 4]>> = found.iter().map(|completion| completion.groups[place]).collect();
        let Some(numbers) = numbers.filter(|numbers| free && together.len() == all && !numbers.is_empty()) else {
            continue;
        };
        let line = answer.quotas.iter().find(|line| {
            line.kind == group.kind.code() && line.grouping == group.grouping && line.group == group.name
        });
        let line = line.unwrap();
        let bounds = |at: usize| {
            let all = || numbers.iter().map(|numbers| numbers[at]);
            (all().min().unwrap(), all().max().unwrap())
        };
        let expected = [bounds(0), bounds(1), bounds(2), bounds(3)];
        prop_assert_eq!([line.candidates, line.base, line.most, line.over], expected, "{:?}", line);
        compared += 1;
    }
    Ok(compared)
}

fn against_all(town: &Town) -> Result<(), TestCaseError> {
    let (answer, brute) = (rate(town), Brute::new(town));
    let (found, all) = brute.completions(MOST);
    sound(town, &brute, &answer, &found)?;
    if let [only] = found.as_slice()
        && all
        && only.only
    {
        exact(town, &brute, &answer, only)?;
    }
    if all {
        tight(town, &brute, &answer, &found)?;
    }
    Ok(())
}

/// Every way of handing a town over, with the subjects in another order.
fn forms(town: &Town, luck: &[u8]) -> Vec<Form> {
    let mut order: Vec<usize> = (0..town.subjects.len()).collect();
    for (place, pick) in luck.iter().enumerate().take(order.len()) {
        order.swap(place, usize::from(*pick) % town.subjects.len());
    }
    let [unit, collective, leader, person] = Kind::ALL;
    let kinds = [person, leader, collective, unit];
    let some = vec![unit, person];
    vec![
        Form { apart: false, ..Form::default() },
        Form { parts: 3, threads: 3, ..Form::default() },
        Form { records: Kind::ALL.to_vec(), ..Form::default() },
        Form {
            records: some,
            apart: false,
            threads: 2,
            kinds: [leader, person, unit, collective],
            ..Form::default()
        },
        Form { order: order.clone(), kinds, parts: 2, ..Form::default() },
        Form { order, kinds, apart: false, records: vec![leader], ..Form::default() },
    ]
}

/// What an answer says of those for whom nothing may have changed.
fn of<'a>(answer: &'a Answer, ids: &'a [&str]) -> Vec<(&'a str, &'a (Standing, Standing))> {
    ids.iter().map(|id| (*id, &answer.standing[*id])).collect()
}

/// Every interval within the other one: nobody is more open than before.
fn within(new: &Answer, old: &Answer, town: &Town) -> Result<(), TestCaseError> {
    for subject in &town.subjects {
        for (new, old) in
            [(new.before(&subject.id), old.before(&subject.id)), (new.after(&subject.id), old.after(&subject.id))]
        {
            let inside = match (old.0, new.0) {
                (Outcome::Invalid, _) => true,
                (Outcome::Rated | Outcome::NotRated, _) => new == old,
                (Outcome::AuthorityDecides, Outcome::Undetermined) => false,
                (Outcome::Undetermined, Outcome::NotRated) => true,
                _ => match (ranks(old), ranks(new)) {
                    (Some((least, most)), Some((low, high))) => least <= low && high <= most,
                    (None, Some(_)) => false,
                    (_, None) => true,
                },
            };
            prop_assert!(inside, "{}: {old:?}, then {new:?}", subject.id);
        }
    }
    for old in &old.quotas {
        let same =
            |new: &&QuotaLine| (&new.kind, &new.grouping, &new.group) == (&old.kind, &old.grouping, &old.group);
        let Some(new) = new.quotas.iter().find(same) else { continue };
        let inside = |new: (u64, u64), old: (u64, u64)| old.0 <= new.0 && new.1 <= old.1;
        let all = inside(new.candidates, old.candidates)
            && inside(new.base, old.base)
            && inside(new.most, old.most)
            && inside(new.over, old.over);
        prop_assert!(all, "{old:?}, then {new:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn a_town_that_is_known_is_rated_as_by_hand(town in town(CLOSED)) {
        against_all(&town)?;
    }

    #[test]
    fn what_is_open_leaves_room_for_every_completion(town in town(OPEN)) {
        against_all(&town)?;
    }

    #[test]
    fn a_crowd_is_ranked_as_by_hand(town in prop_oneof![crew(CLOSED), crew(OPEN)]) {
        against_all(&town)?;
    }

    #[test]
    fn neither_order_nor_form_nor_threads_matter(town in town(OPEN), luck in vec(any::<u8>(), 20)) {
        let expected = rate(&town);
        for form in forms(&town, &luck) {
            let found = Answer::of(&town.cohort(&form).rate().unwrap());
            prop_assert_eq!(&found, &expected, "{:?}", form);
        }
    }

    #[test]
    fn alone_everybody_is_what_the_case_alone_is(town in town(OPEN)) {
        let answer = rate(&town);
        let rulebook = town.rulebook();
        for (row, subject) in town.subjects.iter().enumerate() {
            if facts(subject.kind).iter().any(|fact| !town.related(row, &fact.from).is_empty()) {
                continue;
            }
            let mut case = Case::new(&rulebook, subject.kind.code()).unwrap();
            subject.facts.iter().for_each(|(name, given)| case.set(name, given.value()));
            let rating = case.rate();
            let level = |level: Option<&str>| level.map(str::to_owned);
            let alone = (rating.outcome(), level(rating.at_least()), level(rating.at_most()));
            prop_assert_eq!(answer.before(&subject.id), &alone);
            if subject.kind.groupings(&town.terms).is_empty() {
                prop_assert_eq!(answer.after(&subject.id), &alone);
            }
        }
    }

    #[test]
    fn a_fact_filled_in_widens_nothing(town in town(OPEN)) {
        let old = rate(&town);
        for (row, fact, domain) in lacking(&town) {
            for given in domain {
                let mut filled = town.clone();
                filled.set(row, fact, Some(given));
                let new = rate(&filled);
                if new.before(&town.subjects[row].id).0 != Outcome::Invalid {
                    within(&new, &old, &town)?;
                }
            }
        }
    }

    #[test]
    fn what_would_be_is_what_rating_anew_gives(
        town in prop_oneof![2 => town(OPEN), 1 => crew(OPEN)],
        picks in vec(any::<[u8; 3]>(), 1..4),
        decided in vec(any::<[u8; 2]>(), 0..3),
        records in any::<bool>(),
    ) {
        let mut town = town;
        decisions::decide(&mut town, &decided);
        let form = Form { records: if records { Kind::ALL.to_vec() } else { Vec::new() }, ..Form::default() };
        let rated = town.cohort(&form).rate().unwrap();
        let changes = changes(&town, &picks);
        let mut other = town.clone();
        changes.iter().for_each(|(row, fact, given)| other.set(*row, fact, *given));
        let expected = Answer::of(&other.cohort(&form).rate().unwrap());
        let asked: Vec<Change> = changes
            .iter()
            .map(|(row, fact, given)| Change {
                id: town.subjects[*row].id.clone(),
                facts: vec![((*fact).to_owned(), given.map_or(Value::Missing, Given::value))],
            })
            .collect();
        let told = rated.what_if(&asked).unwrap();
        let before = Answer::of(&rated);
        for subject in &town.subjects {
            let (old, new) = (before.after(&subject.id), expected.after(&subject.id));
            let change = told.iter().find(|changed| changed.id == subject.id);
            match change {
                None => prop_assert_eq!(old, new, "{} is not told", &subject.id),
                Some(change) => {
                    prop_assert_eq!(&change.before, old);
                    prop_assert_eq!(&change.after, new, "{}", &subject.id);
                    let way: Vec<&str> = change.through.iter().map(String::as_str).collect();
                    let starts = way.first().map_or(subject.id.as_str(), |first| first);
                    prop_assert!(asked.iter().any(|asked| asked.id == starts), "{:?}", change);
                }
            }
        }
        prop_assert_eq!(Answer::of(&rated), before, "the cohort stays as it is");
    }

    #[test]
    fn a_circle_is_named_and_nobody_outside_feels_it(town in town(OPEN), points in 0_i64..=3) {
        // A unit counts its member, a leader takes the level of the unit, the member that of the leader.
        let mut with = town.clone();
        let unit = with.add("circle_unit", Kind::Unit, points);
        let leader = with.add("circle_leader", Kind::Leader, 3);
        let person = with.add("circle_person", Kind::Person, points);
        with.set(leader, "heads_unit", Some(Given::Flag(true)));
        with.set(person, "in_post", Some(Given::Flag(true)));
        for (row, grouping) in [(unit, "block"), (leader, "title"), (person, "team"), (person, "field")] {
            with.put(row, grouping, "a");
        }
        // Somebody of the town stands behind the circle.
        if let Some(above) = with.subjects.iter().position(|subject| subject.kind == Kind::Unit).filter(|row| *row != unit) {
            with.relate(unit, Relation::BelongsTo, above);
        }
        let mut without = with.clone();
        with.relate(person, Relation::BelongsTo, unit);
        with.relate(leader, Relation::Heads, unit);
        with.relate(person, Relation::HoldsPost, leader);
        let answer = rate(&with);
        let named = answer.problems.iter().filter(|problem| problem.0 == "circle").map(|problem| problem.3.as_slice());
        prop_assert_eq!(named.collect::<Vec<_>>(), [["circle_leader", "circle_person", "circle_unit"]]);

        let brute = Brute::new(&with);
        let (found, _) = brute.completions(MOST);
        sound(&with, &brute, &answer, &found)?;

        // Those whom nothing leads to from the circle are as they would be without its relations.
        without.set(unit, "points", None);
        let other = rate(&without);
        let count = with.subjects.len();
        let mut edges = dependencies(&with);
        for group in &brute.groups {
            let pairs = group.members.iter().flat_map(|one| group.members.iter().map(|two| (*one, *two)));
            edges.extend(pairs);
        }
        let reach = closure(count, &edges);
        let free: Vec<&str> = (0..count)
            .filter(|row| ![unit, leader, person].iter().any(|from| reach[*from][*row] || from == row))
            .map(|row| with.subjects[row].id.as_str())
            .collect();
        prop_assert_eq!(of(&answer, &free), of(&other, &free));
    }
}
