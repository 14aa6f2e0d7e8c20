//! Cases worked by hand.

use xeploai::cohort::{Cohort, GroupRate, Record};
use xeploai::date::parse_date;
use xeploai::document::Relation;
use xeploai::{Library, Value};

use crate::answer::{Answer, rate};
use crate::rules::{Kind, Ranking, Terms};
use crate::town::{Form, Given, Town};

/// Persons of a team with these points: 3 are excellent, 2 good.
fn team(town: &mut Town, name: &str, points: &[i64]) -> Vec<usize> {
    let mut rows = Vec::new();
    for (place, points) in points.iter().enumerate() {
        let row = town.add(&format!("{name}{place}"), Kind::Person, *points);
        town.put(row, "team", name);
        rows.push(row);
    }
    rows
}

fn points(excellent: usize, good: usize) -> Vec<i64> {
    [vec![3; excellent], vec![2; good]].concat()
}

/// A unit in a block of its own, where one who might be excellent may be.
fn unit(town: &mut Town, id: &str, points: i64) -> usize {
    let row = town.add(id, Kind::Unit, points);
    town.put(row, "block", id);
    row
}

#[test]
fn twelve_candidates_and_ten_good_are_three() {
    // k ≤ ⌊(10 + 12 − k) / 5⌋: 3 of 19 fit, 4 of 18 do not.
    let mut town = Town::new(Terms::of_the_texts());
    team(&mut town, "a", &points(12, 10));
    let answer = rate(&town);
    let line = answer.line("a");
    let numbers = (line.candidates, line.base, line.most, line.over);
    assert_eq!(numbers, ((12, 12), (10, 10), (3, 3), (9, 9)));
    assert_eq!((line.members, line.open.len(), line.decided), (22, 12, (0, 12)));
    for place in 0..12 {
        assert_eq!(answer.short(&format!("a{place}")), "authority_decides good..excellent");
    }
    assert_eq!(answer.short("a12"), "rated good");
    // Counted without those who step down it is a fifth of ten.
    town.terms.joins = false;
    assert_eq!(rate(&town).line("a").most, (2, 2));
    // Of good and above it is a fifth of 22.
    town.terms.base = "good_and_above";
    assert_eq!(rate(&town).line("a").most, (4, 4));
}

#[test]
fn where_none_may_be_excellent_all_are_good_and_nothing_is_left_to_decide() {
    // ⌊(3 + 1) / 5⌋ = 0.
    let mut town = Town::new(Terms::of_the_texts());
    team(&mut town, "a", &points(1, 3));
    let answer = rate(&town);
    assert_eq!((answer.line("a").most, answer.line("a").over), ((0, 0), (1, 1)));
    assert_eq!(answer.short("a0"), "rated good");
    assert!(answer.line("a").open.is_empty());
    // A policy may leave one to every group.
    town.terms.one = true;
    let answer = rate(&town);
    assert_eq!((answer.line("a").most, answer.short("a0").as_str()), ((1, 1), "rated excellent"));
    // A group of good alone has no candidate.
    let mut town = Town::new(Terms::of_the_texts());
    team(&mut town, "a", &points(0, 3));
    assert_eq!(rate(&town).line("a").over, (0, 0));
}

#[test]
fn an_open_member_makes_numbers_open() {
    // One candidate, four good, one of whom nothing is known:
    // lower: ⌊(4 + 1) / 5⌋ would be 1 of nobody stepping down, but then 4 / 5 = 0; good: 5 / 5 = 1; excellent: (4 + 1) / 5 = 1.
    let mut town = Town::new(Terms::of_the_texts());
    let rows = team(&mut town, "a", &points(1, 5));
    town.set(rows[5], "points", None);
    let answer = rate(&town);
    let line = answer.line("a");
    assert_eq!((line.candidates, line.base, line.most, line.over), ((1, 2), (4, 5), (0, 1), (0, 1)));
    let (_, low, high) = answer.after("a0");
    assert_eq!((low.as_deref(), high.as_deref()), (Some("good"), Some("excellent")));
    assert_eq!(answer.short("a5"), "undetermined not_completed..excellent");
    town.set(rows[5], "points", Some(Given::Count(2)));
    assert_eq!(rate(&town).short("a0"), "rated excellent");
    town.set(rows[5], "points", Some(Given::Count(1)));
    assert_eq!(rate(&town).short("a0"), "rated good");
}

#[test]
fn of_two_groupings_neither_is_exceeded() {
    let mut terms = Terms::of_the_texts();
    terms.two = true;
    let mut town = Town::new(terms);
    // Team a: one candidate, five good: one. Field x: the candidate and four of them: none; y: one good alone.
    let rows = team(&mut town, "a", &points(1, 5));
    for (place, row) in rows.iter().enumerate() {
        town.put(*row, "field", if place < 5 { "x" } else { "y" });
    }
    let answer = rate(&town);
    assert_eq!((answer.line("a").most, answer.line("x").most), ((1, 1), (0, 0)));
    assert_eq!(answer.short("a0"), "rated good");
    // With the fifth good in the field too, both allow one.
    town.put(rows[5], "field", "x");
    assert_eq!(rate(&town).short("a0"), "rated excellent");
    // In no field at all it is not known what the second quota leaves.
    town.subjects[rows[0]].groups.remove("field");
    assert_eq!(rate(&town).short("a0"), "undetermined good..excellent");
}

#[test]
fn who_ties_in_one_grouping_and_is_over_in_the_other_steps_down() {
    // Half of good and above. X and Y tie for the one place of theirs; X is behind Z in the other grouping, Y beside a good one.
    for (one, other) in [("team", "field"), ("field", "team")] {
        let mut terms = Terms::of_the_texts();
        (terms.rate, terms.base, terms.two) = (Some("50%"), "good_and_above", true);
        (terms.steps_down, terms.ranking) = (true, Ranking::Merit);
        let mut town = Town::new(terms);
        for (id, points, merit, groups) in
            [("X", 3, 1, ["a", "c"]), ("Y", 3, 1, ["a", "d"]), ("Z", 3, 2, ["b", "c"]), ("G", 2, 0, ["b", "d"])]
        {
            let row = town.add(id, Kind::Person, points);
            town.set(row, "merit", Some(Given::Count(merit)));
            town.put(row, one, groups[0]);
            town.put(row, other, groups[1]);
        }
        let answer = rate(&town);
        assert!(["a", "b", "c", "d"].iter().all(|group| answer.line(group).most == (1, 1)));
        assert_eq!(answer.short("X"), "rated good");
        assert_eq!(answer.short("Y"), "authority_decides good..excellent");
        assert_eq!(answer.short("Z"), "rated excellent");
    }
}

#[test]
fn what_members_did_reaches_their_collective() {
    let mut town = Town::new(Terms::of_the_texts());
    let collective = town.add("C", Kind::Collective, 3);
    town.set(collective, "unit_rating", Some(Given::Code("excellent")));
    let members = team(&mut town, "a", &[2, 2]);
    members.iter().for_each(|member| town.relate(*member, Relation::SitsIn, collective));
    assert_eq!(rate(&town).short("C"), "rated excellent");
    // One fault is one of the collective; that of one alone is not known until all are.
    town.set(members[1], "fault", None);
    assert_eq!(rate(&town).short("C"), "undetermined completed..excellent");
    town.set(members[0], "fault", Some(Given::Flag(true)));
    let answer = rate(&town);
    assert_eq!(answer.short("C"), "rated completed");
    assert_eq!(answer.results["C"][8], None);
    // Of a higher form people say whether it counts.
    members.iter().for_each(|member| town.set(*member, "fault", Some(Given::Flag(false))));
    town.set(members[0], "form", Some(Given::Code("warned")));
    assert_eq!(rate(&town).short("C"), "undetermined good..excellent");
    town.set(collective, "worst", Some(Given::Code("none")));
    assert_eq!(rate(&town).short("C"), "rated excellent");
}

#[test]
fn the_secretary_waits_for_the_cell() {
    let mut town = Town::new(Terms::of_the_texts());
    let cell = unit(&mut town, "cell", 2);
    let members = team(&mut town, "a", &[2, 2, 2]);
    members.iter().for_each(|member| town.relate(*member, Relation::BelongsTo, cell));
    let secretary = town.add("secretary", Kind::Leader, 2);
    town.put(secretary, "title", "s");
    town.set(secretary, "heads_unit", Some(Given::Flag(true)));
    town.relate(secretary, Relation::Heads, cell);
    let stage = |answer: &Answer, id: &str| answer.results[id][7].clone().unwrap();
    let answer = rate(&town);
    let stages = ["a0", "cell", "secretary"].map(|id| stage(&answer, id));
    assert_eq!(stages, ["1", "2", "3"]);
    assert_eq!(answer.short("secretary"), "rated good");

    // Two of three members unknown: more than a third may be at the lowest level, so the cell may be.
    members[..2].iter().for_each(|member| town.set(*member, "points", None));
    let answer = rate(&town);
    assert_eq!(answer.short("cell"), "undetermined not_completed..good");
    assert_eq!(answer.short("secretary"), "undetermined not_completed..good");
    assert_eq!(answer.results["cell"][8].as_deref(), Some("low (missing): a0, a1; fine (missing): a0, a1"));
    assert_eq!(answer.results["secretary"][8].as_deref(), Some("unit_rating (missing): cell"));
    // One known to be good is enough: a third is not more than a third.
    town.set(members[0], "points", Some(Given::Count(2)));
    let answer = rate(&town);
    assert_eq!(answer.short("cell"), "rated good");
    assert_eq!(answer.short("secretary"), "rated good");
}

#[test]
fn a_district_with_one_unknown_cell() {
    let mut town = Town::new(Terms::of_the_texts());
    town.terms.rate = Some("100%");
    town.terms.base = "rated";
    let district = unit(&mut town, "district", 3);
    for (id, points) in [("c0", 2), ("c1", 2), ("c2", 2), ("c3", 2)] {
        let cell = unit(&mut town, id, points);
        town.relate(cell, Relation::BelongsTo, district);
    }
    assert_eq!(rate(&town).short("district"), "rated excellent");
    // At the lowest level it would be one of four, not more than a third: the district is not below good.
    town.set(4, "points", None);
    let answer = rate(&town);
    assert_eq!(answer.short("c3"), "undetermined not_completed..excellent");
    assert_eq!(answer.short("district"), "undetermined good..excellent");
    // Good by its own points it is good whatever that cell is.
    town.set(district, "points", Some(Given::Count(2)));
    assert_eq!(rate(&town).short("district"), "rated good");
    // What is left to the authority below is left to it above: nobody lacks a fact.
    town.set(district, "points", Some(Given::Count(3)));
    town.set(4, "points", Some(Given::Count(3)));
    town.set(4, "bad", Some(Given::Flag(true)));
    town.set(4, "mended", Some(Given::Flag(true)));
    let answer = rate(&town);
    assert_eq!(answer.short("c3"), "authority_decides not_completed..excellent");
    assert_eq!(answer.short("district"), "authority_decides good..excellent");
    assert_eq!(answer.results["district"][8].as_deref(), Some("low (discretion): c3; fine (discretion): c3"));
    // Until it has decided.
    town.decisions = vec![(4, "completed", "1", "")];
    let answer = rate(&town);
    assert_eq!(answer.short("district"), "rated excellent");
    assert!(answer.findings.is_empty());
    town.decisions = vec![(4, "not_completed", "1", "")];
    assert_eq!(rate(&town).short("district"), "rated good");
}

#[test]
fn a_ranking_with_a_tie_over_the_line() {
    // Four candidates, eight good: k ≤ ⌊(12 − k) / 5⌋ = 2.
    let mut terms = Terms::of_the_texts();
    (terms.steps_down, terms.ranking) = (true, Ranking::Merit);
    let mut town = Town::new(terms);
    let rows = team(&mut town, "a", &points(4, 8));
    for (row, merit) in rows.iter().zip([1, 2, 0, 1]) {
        town.set(*row, "merit", Some(Given::Count(merit)));
    }
    let answer = rate(&town);
    assert_eq!(answer.line("a").most, (2, 2));
    let ranking: Vec<(&str, u64, u64)> =
        answer.line("a").ranking.iter().map(|(id, first, last)| (id.as_str(), *first, *last)).collect();
    assert_eq!(ranking, [("a1", 1, 1), ("a0", 2, 3), ("a3", 2, 3), ("a2", 4, 4)]);
    let all = ["a0", "a1", "a2", "a3"].map(|id| answer.short(id));
    let tied = "authority_decides good..excellent";
    assert_eq!(all, [tied, "rated excellent", "rated good", tied]);
    // The id breaks the tie, the last one first.
    town.terms.ranking = Ranking::MeritThenId;
    let answer = rate(&town);
    let all = ["a0", "a1", "a2", "a3"].map(|id| answer.short(id));
    assert_eq!(all, ["rated good", "rated excellent", "rated good", "rated excellent"]);
    // Whose merit is not known is in no place, and so is nobody else.
    town.set(rows[2], "merit", None);
    let answer = rate(&town);
    assert!(answer.line("a").ranking.is_empty());
    assert!(["a0", "a1", "a2", "a3"].iter().all(|id| answer.after(id).1.as_deref() == Some("good")));
}

#[test]
fn an_exceptional_quarter_with_its_decision() {
    // 366: twelve excellent and ten good; a fifth is 3, a quarter k ≤ ⌊(22 − k) / 4⌋ = 4.
    let with = |granted: Option<&str>| {
        let mut cohort = Cohort::new(Library::builtin().unwrap(), parse_date("2025-12-31").unwrap());
        cohort.add_records("member", (0..22).map(|place| member(place, if place < 12 { "62" } else { "61.99" })));
        if let Some(decision) = granted {
            cohort.rate_of_group(GroupRate {
                quota: "member.quota".to_owned(),
                grouping: String::new(),
                group: "g".to_owned(),
                rate: "25%".to_owned(),
                decision: decision.to_owned(),
            });
        }
        Answer::of(&cohort.rate().unwrap())
    };
    let fifth = with(None);
    assert_eq!((fifth.before("m0").1.as_deref(), fifth.short("m12").as_str()), (Some("excellent"), "rated good"));
    assert_eq!((fifth.line("g").rate.as_deref(), fifth.line("g").most), (Some("20%"), (3, 3)));
    let quarter = with(Some("45-QĐ/TU"));
    let line = quarter.line("g");
    assert_eq!((line.rate.as_deref(), line.most, line.decision.as_str()), (Some("25%"), (4, 4), "45-QĐ/TU"));
    assert!(quarter.problems.is_empty());
    let alone = with(Some(""));
    assert_eq!((alone.line("g").most, alone.problem("bad_rate")), ((3, 3), true));
}

fn member(place: usize, results: &str) -> Record {
    let mut facts: Vec<(String, Value<'static>)> = Vec::new();
    let mut add = |name: &str, value: Value<'static>| facts.push((name.to_owned(), value));
    add("score_general", Value::Integer(28));
    add("score_results", Value::Text(results.to_owned().into()));
    for (name, count) in [("tasks_assigned", 10), ("tasks_done", 10), ("tasks_late", 0), ("tasks_below_standard", 0)]
    {
        add(name, Value::Integer(count));
    }
    add("tasks_exceeded", Value::Integer(3));
    add("shortcomings_noted", Value::Integer(0));
    let flags =
        ["degradation_concluded", "conduct_breach_concluded", "exempt_from_activities", "suspended_from_activities"];
    flags.iter().for_each(|name| add(name, Value::Boolean(false)));
    add("discipline_on_duty", Value::Text("none".into()));
    add("admitted_on", Value::Text("2010-05-19".into()));
    Record { id: format!("m{place}"), facts, columns: vec![("position_group".to_owned(), "g".to_owned())] }
}

#[test]
fn a_member_beside_the_cells_of_a_district_makes_no_circle() {
    // The district counts its cells; its secretary is registered there as a member, and rated after the district.
    let mut town = Town::new(Terms::of_the_texts());
    let district = unit(&mut town, "district", 2);
    let cell = unit(&mut town, "cell", 2);
    town.relate(cell, Relation::BelongsTo, district);
    let secretary = town.add("secretary", Kind::Leader, 2);
    town.put(secretary, "title", "s");
    town.set(secretary, "heads_unit", Some(Given::Flag(true)));
    town.relate(secretary, Relation::Heads, district);
    let member = team(&mut town, "a", &[2])[0];
    town.set(member, "in_post", Some(Given::Flag(true)));
    town.relate(member, Relation::BelongsTo, district);
    town.relate(member, Relation::HoldsPost, secretary);
    let answer = rate(&town);
    assert!(answer.problems.is_empty(), "{:?}", answer.problems);
    for id in ["district", "cell", "secretary", "a0"] {
        assert_eq!(answer.short(id), "rated good");
    }
    // Without cells it counts its members, and then neither can go first.
    town.edges.retain(|edge| edge.0 != cell);
    let answer = rate(&town);
    assert!(answer.problem("circle"));
    assert_eq!(answer.short("cell"), "rated good");
}

#[test]
fn a_quota_on_a_level_between_leaves_what_lies_above() {
    // At most a fifth may be good: of two, none. Whoever may be excellent may be so still.
    let mut terms = Terms::of_the_texts();
    (terms.level, terms.base) = (2, "rated");
    let mut town = Town::new(terms);
    let rows = team(&mut town, "a", &[3, 2]);
    assert_eq!(rate(&town).short("a0"), "rated excellent");
    assert_eq!(rate(&town).short("a1"), "rated completed");
    town.set(rows[0], "points", None);
    assert_eq!(rate(&town).short("a0"), "undetermined not_completed..excellent");
    town.set(rows[0], "points", Some(Given::Count(3)));
    town.set(rows[0], "bad", Some(Given::Flag(true)));
    town.set(rows[0], "mended", Some(Given::Flag(true)));
    assert_eq!(rate(&town).short("a0"), "authority_decides not_completed..excellent");
}

#[test]
fn more_than_a_thread_takes_at_a_time() {
    // 2,600 persons in 13 units, each waiting for an official post, so that they are rated one by one.
    let mut terms = Terms::of_the_texts();
    (terms.steps_down, terms.ranking) = (true, Ranking::MeritThenId);
    let mut town = Town::new(terms);
    let post = town.add("post", Kind::Leader, 3);
    town.put(post, "title", "t");
    let units: Vec<usize> = (0..13).map(|place| unit(&mut town, &format!("u{place}"), 3)).collect();
    let leaders: Vec<usize> =
        (0..1_300).map(|place| town.add(&format!("l{place}"), Kind::Leader, i64::from(place % 3))).collect();
    for place in 0..2_600_usize {
        let row = town.add(&format!("p{place}"), Kind::Person, (place % 5).min(3) as i64);
        town.put(row, "team", &format!("t{}", place % 7));
        town.set(row, "merit", Some(Given::Count((place % 3) as i64)));
        town.set(row, "in_post", Some(Given::Flag(place % 2 == 0)));
        town.edges.push((row, Relation::BelongsTo, units[place % 13]));
        if let Some(leader) = leaders.get(place / 2).filter(|_| place % 2 == 0) {
            town.edges.push((row, Relation::HoldsPost, *leader));
        }
    }
    for row in units {
        ["total", "low", "fine"].iter().for_each(|fact| town.set(row, fact, None));
    }
    let with = |form: &Form| Answer::of(&town.cohort(form).rate().unwrap());
    let one = with(&Form::default());
    // Every second row from the end first, and three threads.
    let order = (0..town.subjects.len()).rev().step_by(2).chain((0..town.subjects.len() - 1).rev().step_by(2));
    let other = with(&Form { threads: 3, parts: 4, order: order.collect(), ..Form::default() });
    assert!(one == with(&Form { threads: 3, ..Form::default() }));
    assert!(one == other);
    let at = |level: &str| one.results.values().filter(|cells| cells[6].as_deref() == Some(level)).count();
    assert!(["not_completed", "completed", "good", "excellent"].map(at).iter().all(|count| *count > 30));
}

#[test]
fn a_late_group_is_told_and_open_to_those_who_wait() {
    // District and cell in one block: the district counts the cell, whose quota needs the district.
    let mut town = Town::new(Terms::of_the_texts());
    let district = town.add("district", Kind::Unit, 3);
    let cell = town.add("cell", Kind::Unit, 3);
    [district, cell].iter().for_each(|row| town.put(*row, "block", "b"));
    town.relate(cell, Relation::BelongsTo, district);
    let answer = rate(&town);
    let problem = answer.problems.iter().find(|problem| problem.0 == "quota_circle").unwrap();
    assert_eq!(problem.3, ["cell", "district"]);
    // Good or excellent, the cell is good at least: the district is excellent by its own, and the quota allows none.
    assert_eq!(answer.before("district").2.as_deref(), Some("excellent"));
    assert_eq!([answer.short("district"), answer.short("cell")], ["rated good", "rated good"]);
    let rated = town.cohort(&Form::default()).rate().unwrap();
    let groups: u64 = rated.stages().iter().flat_map(|stage| &stage.quotas).map(|quota| quota.2).sum();
    assert_eq!(groups, 1);
}
