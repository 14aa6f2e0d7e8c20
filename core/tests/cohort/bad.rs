//! Bad input: each thing is named with its rows, and the rest is rated.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use xeploai::cohort::{Cohort, CohortProblem, GroupRate, RatedCohort, Record};
use xeploai::date::parse_date;
use xeploai::document::Relation;
use xeploai::{Language, Library, Outcome, Rulebook, Value};

use crate::rules::{EXCEPTIONAL, Kind, Terms};
use crate::town::{Form, Given, Town, text_table};

/// A unit with a head and three members; everybody is excellent but the unit, whose quota allows none.
fn town() -> Town {
    let mut town = Town::new(Terms::of_the_texts());
    let unit = town.add("U", Kind::Unit, 2);
    town.put(unit, "block", "a");
    let head = town.add("L", Kind::Leader, 2);
    town.put(head, "title", "a");
    town.set(head, "heads_unit", Some(Given::Flag(true)));
    town.relate(head, Relation::Heads, unit);
    for (id, points) in [("P1", 2), ("P2", 2), ("P3", 1)] {
        let person = town.add(id, Kind::Person, points);
        town.put(person, "team", "a");
        town.relate(person, Relation::BelongsTo, unit);
    }
    town
}

fn relation(rows: &[[&str; 3]]) -> RecordBatch {
    let column = |at: usize| rows.iter().map(|row| Some(row[at])).collect();
    text_table(&[("subject", column(0)), ("relation", column(1)), ("object", column(2))])
}

/// The problem of a sort: table, rows, column, whom it concerns, what was found. Told in both languages.
fn problem<'r>(rated: &'r RatedCohort, code: &str) -> &'r CohortProblem {
    let mut all = rated.problems().iter().filter(|problem| problem.code.name() == code);
    let found = all.next().unwrap_or_else(|| panic!("no {code} in {:?}", rated.problems()));
    assert_eq!(all.count(), 0, "one {code}");
    for language in [Language::Vietnamese, Language::English] {
        let words = found.words(language);
        assert!(words.contains(&found.found) && !words.contains('{'), "{words}");
    }
    found
}

#[track_caller]
fn named(rated: &RatedCohort, code: &str, table: &str, rows: &[u64], column: &str, subjects: &[&str]) {
    let found = problem(rated, code);
    let seen = (found.table.as_str(), found.rows.as_slice(), found.column.as_str());
    assert_eq!(seen, (table, rows, column), "{found:?}");
    assert_eq!(found.subjects, subjects, "{found:?}");
}

/// The outcome and the levels after the quotas.
fn after(rated: &RatedCohort, id: &str) -> String {
    let (outcome, low, high) = rated.standing(id).unwrap().after;
    format!("{} {} {}", outcome.code(), low.unwrap_or_default(), high.unwrap_or_default())
}

#[track_caller]
fn all_good(rated: &RatedCohort, ids: &[&str]) {
    for id in ids {
        assert_eq!(after(rated, id), "rated good good", "{id}: {:?}", rated.problems());
    }
}

#[test]
fn what_is_sound_has_no_problem() {
    let rated = town().cohort(&Form::default()).rate().unwrap();
    assert!(rated.problems().is_empty() && rated.findings().is_empty(), "{:?}", rated.problems());
    all_good(&rated, &["U", "L", "P1", "P2"]);
    assert_eq!(after(&rated, "P3"), "rated completed completed");
}

#[test]
fn relations_to_nobody_of_nobody_and_of_no_sort_are_named() {
    let mut cohort = town().cohort(&Form::default());
    cohort.relate(relation(&[["P1", "sits_in", "C9"]]));
    let rated = cohort.rate().unwrap();
    named(&rated, "nobody", "relations", &[1], "object", &[]);
    assert_eq!(problem(&rated, "nobody").found, "C9");
    all_good(&rated, &["U", "L", "P1", "P2"]);

    let mut cohort = town().cohort(&Form::default());
    cohort.relate(relation(&[
        ["L", "heads", "U"],
        ["P9", "belongs_to", "U"],
        ["P1", "loves", "U"],
        ["U", "below", "U"],
    ]));
    let rated = cohort.rate().unwrap();
    named(&rated, "nobody", "relations", &[2], "subject", &[]);
    named(&rated, "unknown_relation", "relations", &[3], "relation", &[]);
    assert_eq!(problem(&rated, "unknown_relation").found, "loves");
    named(&rated, "itself", "relations", &[4], "object", &[]);
    // The head is stated twice, in two tables: that is one head.
    all_good(&rated, &["U", "L", "P1", "P2"]);

    let mut by_column = town();
    let stray = by_column.add("P4", Kind::Person, 2);
    by_column.put(stray, "team", "a");
    let rows: Vec<usize> = (0..by_column.subjects.len()).collect();
    let persons = by_column.table(Kind::Person, &rows[2..], true);
    let column: ArrayRef = Arc::new(StringArray::from(vec![Some("U"), Some("U"), Some("U"), Some("U9")]));
    let mut fields = persons.schema().fields().iter().map(|field| field.as_ref().clone()).collect::<Vec<_>>();
    fields.push(arrow_schema::Field::new("belongs_to", arrow_schema::DataType::Utf8, true));
    let columns = persons.columns().iter().cloned().chain([column]).collect();
    let persons = RecordBatch::try_new(Arc::new(arrow_schema::Schema::new(fields)), columns).unwrap();
    let mut cohort = empty();
    cohort.add("unit", by_column.table(Kind::Unit, &rows[..1], true));
    cohort.add("person", persons);
    let rated = cohort.rate().unwrap();
    named(&rated, "nobody", "person", &[4], "belongs_to", &[]);
    all_good(&rated, &["U", "P1", "P2", "P4"]);
}

fn empty() -> Cohort {
    let terms = Terms::of_the_texts();
    let rulebook = crate::rules::rulebook(&terms);
    Cohort::new(Library::new([rulebook]), parse_date("2025-12-31").unwrap())
}

#[test]
fn of_what_there_may_be_one_two_are_none() {
    let mut two_heads = town();
    let other = two_heads.add("L2", Kind::Leader, 2);
    two_heads.put(other, "title", "a");
    two_heads.set(other, "heads_unit", Some(Given::Flag(true)));
    two_heads.relate(other, Relation::Heads, 0);
    let rated = two_heads.cohort(&Form::default()).rate().unwrap();
    named(&rated, "two_heads", "relations", &[1, 5], "object", &["U", "L", "L2"]);
    // Neither heads it: what they take from the unit is not known.
    for head in ["L", "L2"] {
        assert_eq!(rated.outcome(head), Some(Outcome::Undetermined));
    }
    all_good(&rated, &["U", "P1", "P2"]);

    let mut two_posts = town();
    for id in ["L2", "L3"] {
        let post = two_posts.add(id, Kind::Leader, 2);
        two_posts.put(post, "title", "b");
        two_posts.relate(2, Relation::HoldsPost, post);
    }
    two_posts.set(2, "in_post", Some(Given::Flag(true)));
    two_posts.relate(3, Relation::HoldsPost, 5);
    two_posts.edges.retain(|edge| edge.1 != Relation::BelongsTo);
    let rated = two_posts.cohort(&Form::default()).rate().unwrap();
    named(&rated, "two_posts", "relations", &[2, 3], "object", &["P1", "L2", "L3"]);
    named(&rated, "two_holders", "relations", &[2, 4], "object", &["L2", "P1", "P2"]);
    assert_eq!(rated.outcome("P1"), Some(Outcome::Undetermined));
}

#[test]
fn a_child_of_two_parents_may_be_of_either() {
    // Two of three members are at the lowest level: one more or less decides over the unit.
    let mut town = town();
    let other = town.add("U2", Kind::Unit, 2);
    town.put(other, "block", "a");
    let member = town.add("P4", Kind::Person, 2);
    town.put(member, "team", "a");
    town.relate(member, Relation::BelongsTo, other);
    town.set(4, "points", Some(Given::Count(0)));
    let sound = town.cohort(&Form::default()).rate().unwrap();
    all_good(&sound, &["U", "U2", "P1", "P2", "P4"]);
    town.relate(4, Relation::BelongsTo, other);
    let rated = town.cohort(&Form::default()).rate().unwrap();
    named(&rated, "two_parents", "relations", &[4, 6], "object", &["P3", "U", "U2"]);
    // A third of the members of one, half of those of the other: nobody knows of which.
    assert_eq!(after(&rated, "U"), "rated good good");
    assert_eq!(after(&rated, "U2"), "undetermined not_completed good");
    assert_eq!(after(&rated, "P3"), "rated not_completed not_completed");
}

#[test]
fn two_rows_of_one_id_and_rows_without_are_named() {
    let mut twice = town();
    let again = twice.add("P1", Kind::Person, 0);
    twice.put(again, "team", "a");
    let rated = twice.cohort(&Form::default()).rate().unwrap();
    named(&rated, "same_id", "person", &[1, 4], "id", &[]);
    assert_eq!(problem(&rated, "same_id").found, "P1");
    all_good(&rated, &["U", "L", "P1", "P2"]);

    let mut nameless = town();
    let nobody = nameless.add(" ", Kind::Person, 2);
    nameless.put(nobody, "team", "a");
    let rated = nameless.cohort(&Form::default()).rate().unwrap();
    named(&rated, "no_id", "person", &[4], "id", &[]);
    all_good(&rated, &["U", "L", "P1", "P2"]);
    // It is somebody all the same, and counts where it belongs.
    assert_eq!(rated.quotas().iter().find(|line| line.kind == "person").unwrap().members, 4);
}

#[test]
fn a_row_without_id_belongs_where_it_says() {
    let town = town();
    let mut cohort = empty();
    cohort.add("unit", town.table(Kind::Unit, &[0], true));
    let mut nameless = Record { facts: vec![("points".into(), Value::Integer(0))], ..Record::default() };
    for name in ["bad", "mended", "fault", "exempt", "in_post"] {
        nameless.facts.push((name.into(), Value::Boolean(false)));
    }
    nameless.facts.push(("form".into(), Value::Text("none".into())));
    nameless.columns = vec![("belongs_to".into(), "U".into()), ("team".into(), "a".into())];
    cohort.add_records("person", [nameless]);
    let rated = cohort.rate().unwrap();
    named(&rated, "no_id", "person", &[1], "id", &[]);
    // The only member of the unit is at the lowest level.
    assert_eq!(after(&rated, "U"), "rated not_completed not_completed");
}

#[test]
fn tables_of_a_kind_are_joined_by_the_names_of_their_columns() {
    let town = town();
    let first = town.table(Kind::Person, &[2], true);
    let second = town.table(Kind::Person, &[3], true);
    // `merit` and `points` stand in each other's place in the second table.
    let schema = second.schema();
    let place = |name: &str| schema.index_of(name).unwrap();
    let mut order: Vec<usize> = (0..schema.fields().len()).collect();
    order.swap(place("merit"), place("points"));
    let mut cohort = empty();
    cohort.add("person", first.clone()).add("person", second.project(&order).unwrap());
    all_good(&cohort.rate().unwrap(), &["P1", "P2"]);

    // One that lacks a column, or has one more, is refused.
    for (one, two) in
        [(&first, second.project(&order[1..]).unwrap()), (&second.project(&order[2..]).unwrap(), first.clone())]
    {
        let mut cohort = empty();
        cohort.add("person", one.clone()).add("person", two);
        let refused = cohort.rate().unwrap_err();
        assert_eq!(refused.arrow.len(), 1, "{refused}");
        assert!(refused.explain(Language::English).contains("person"), "{refused}");
    }
}

#[test]
fn a_day_without_a_rulebook_and_a_kind_that_there_is_not() {
    let town = town();
    let mut early = Cohort::new(Library::new([town.rulebook()]), parse_date("2024-12-31").unwrap());
    early.add("person", town.table(Kind::Person, &[2, 3], true));
    let rated = early.rate().unwrap();
    named(&rated, "no_rulebook", "person", &[], "", &[]);
    assert_eq!(problem(&rated, "no_rulebook").found, "2");
    assert_eq!(rated.outcome("P1"), Some(Outcome::Invalid));
    assert!(rated.table("person").is_none());

    let mut strange = town.cohort(&Form::default());
    strange.add("ghost", text_table(&[("id", vec![Some("G")]), ("belongs_to", vec![Some("U")])]));
    let rated = strange.rate().unwrap();
    named(&rated, "unknown_kind", "ghost", &[], "", &[]);
    all_good(&rated, &["U", "L", "P1", "P2"]);
}

fn rate(group: &str, rate: &str, decision: &str) -> GroupRate {
    let (quota, grouping) = ("person.quota".to_owned(), "team".to_owned());
    GroupRate { quota, grouping, group: group.to_owned(), rate: rate.to_owned(), decision: decision.to_owned() }
}

#[test]
fn rates_are_of_a_group_recorded_once_within_the_text_and_granted() {
    let mut candidates = town();
    candidates.set(2, "points", Some(Given::Count(3)));
    candidates.set(4, "points", Some(Given::Count(2)));
    let with = |rates: &[GroupRate]| {
        let mut cohort = candidates.cohort(&Form::default());
        rates.iter().for_each(|rate| {
            cohort.rate_of_group(rate.clone());
        });
        cohort.rate().unwrap()
    };
    // One candidate, two good: a fifth is none, four fifths are one.
    assert_eq!(after(&with(&[]), "P1"), "rated good good");
    let granted = with(&[rate("a", EXCEPTIONAL, "12-QĐ")]);
    assert!(granted.problems().is_empty(), "{:?}", granted.problems());
    assert_eq!(after(&granted, "P1"), "rated excellent excellent");
    let line = granted.quotas().into_iter().find(|line| line.group == "a" && line.kind == "person").unwrap();
    assert_eq!((line.rate.as_deref(), line.decision.as_str()), (Some("80%"), "12-QĐ"));

    let unknown = with(&[rate("z", EXCEPTIONAL, "12-QĐ")]);
    named(&unknown, "group_of_nobody", "rates", &[], "group", &[]);
    let above = with(&[rate("a", "90%", "12-QĐ")]);
    named(&above, "bad_rate", "rates", &[], "rate", &["a"]);
    let none = with(&[rate("a", "much", "12-QĐ")]);
    named(&none, "bad_rate", "rates", &[], "rate", &["a"]);
    let ungranted = with(&[rate("a", EXCEPTIONAL, "")]);
    named(&ungranted, "bad_rate", "rates", &[], "decision", &["a"]);
    let twice = with(&[rate("a", EXCEPTIONAL, "12-QĐ"), rate("a", "50%", "13-QĐ")]);
    named(&twice, "bad_rate", "rates", &[], "group", &["a"]);
    let of_nothing = with(&[GroupRate { quota: "q".into(), ..rate("a", EXCEPTIONAL, "12-QĐ") }]);
    named(&of_nothing, "bad_rate", "rates", &[], "quota", &["a"]);
    for rated in [unknown, above, none, ungranted, twice, of_nothing] {
        assert_eq!(after(&rated, "P1"), "rated good good", "{:?}", rated.problems());
        all_good(&rated, &["L", "P2"]);
    }
}

#[test]
fn a_rate_to_be_recorded_and_groups_that_nobody_states_leave_the_level_open() {
    let mut town = town();
    town.terms.rate = None;
    town.set(2, "points", Some(Given::Count(3)));
    let rated = town.cohort(&Form::default()).rate().unwrap();
    let named_rates = rated.problems().iter().filter(|problem| problem.code.name() == "no_rate");
    assert_eq!(named_rates.map(|problem| problem.table.as_str()).collect::<Vec<_>>(), ["unit", "leader", "person"]);
    assert_eq!(after(&rated, "P1"), "undetermined good excellent");
    all_good(&rated, &["P2", "L"]);

    town.terms = Terms::of_the_texts();
    town.subjects[2].groups.clear();
    let rated = town.cohort(&Form::default()).rate().unwrap();
    named(&rated, "no_group", "person", &[1], "team", &["P1"]);
    assert_eq!(after(&rated, "P1"), "undetermined good excellent");
    (3..5).for_each(|row| town.subjects[row].groups.clear());
    let rated = town.cohort(&Form::default()).rate().unwrap();
    named(&rated, "no_group", "person", &[1], "team", &["P1"]);

    let persons = town.table(Kind::Person, &[2, 3], true);
    let columns: Vec<usize> = (0..persons.num_columns() - 1).collect();
    let mut cohort = empty();
    cohort.add("person", persons.project(&columns).unwrap());
    let rated = cohort.rate().unwrap();
    named(&rated, "no_grouping", "person", &[], "team", &[]);
    assert_eq!(after(&rated, "P1"), "undetermined good excellent");
    all_good(&rated, &["P2"]);
}

#[test]
fn a_stated_fact_that_contradicts_the_others_is_named() {
    let mut town = town();
    town.set(0, "low", Some(Given::Count(1)));
    let rated = town.cohort(&Form::default()).rate().unwrap();
    named(&rated, "contradiction", "unit", &[1], "low", &["U"]);
    assert_eq!(problem(&rated, "contradiction").found, "1");
    assert_eq!(rated.outcome("U"), Some(Outcome::Undetermined));
    all_good(&rated, &["P1", "P2"]);
}

/// Findings of a sort: rows, whom they concern, the rule.
fn findings(rated: &RatedCohort, code: &str) -> Vec<(Vec<u64>, Vec<String>, String)> {
    let all = rated.findings().iter().filter(|finding| finding.code.name() == code);
    all.map(|finding| {
        for language in [Language::Vietnamese, Language::English] {
            let words = finding.words(language);
            assert!(words.contains(&finding.found) && !words.contains('{'), "{words}");
        }
        (finding.rows.clone(), finding.subjects.clone(), finding.rule.clone())
    })
    .collect()
}

fn found(row: u64, subject: &str, rule: &str) -> Vec<(Vec<u64>, Vec<String>, String)> {
    vec![(vec![row], vec![subject.to_owned()], rule.to_owned())]
}

#[test]
fn decisions_are_checked_one_by_one() {
    let mut town = town();
    town.set(2, "points", Some(Given::Count(3)));
    town.set(2, "bad", Some(Given::Flag(true)));
    town.set(2, "mended", Some(Given::Flag(true)));
    let mut cohort = town.cohort(&Form::default());
    let rows: [[&str; 9]; 9] = [
        // subject, level, number, date, decided_by, votes_for, votes_entitled, replaces, reason
        ["P9", "good", "1", "2026-01-02", "L", "", "", "", ""],
        ["P2", "splendid", "2", "2026-01-02", "L", "", "", "", ""],
        ["P3", "good", "3", "2026-01-15", "P3", "11", "10", "", ""],
        ["P1", "completed", "4", "2026-01-14", "L", "3", "10", "", ""],
        ["L", "good", "5", "2026-02-30", "P3", "-1", "", "", ""],
        ["U", "good", "6", "", "", "many", "10", "", ""],
        ["", "good", "7", "", "", "", "", "", ""],
        ["P3", "completed", "8", "2026-01-10", "L", "", "", "3", ""],
        ["L", "good", "9", "2026-01-10", "", "", "", "77", ""],
    ];
    let names =
        ["subject", "level", "number", "date", "decided_by", "votes_for", "votes_entitled", "replaces", "reason"];
    let columns: Vec<(&str, Vec<Option<&str>>)> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (*name, rows.iter().map(|row| Some(row[at]).filter(|cell| !cell.is_empty())).collect()))
        .collect();
    cohort.decide(text_table(&columns));
    let rated = cohort.rate().unwrap();
    let mut nobody = found(1, "P9", "");
    nobody.extend(found(7, "", ""));
    assert_eq!(findings(&rated, "no_proposal"), nobody);
    assert_eq!(findings(&rated, "unknown_level"), found(2, "P2", ""));
    assert_eq!(findings(&rated, "outside"), found(3, "P3", ""));
    assert_eq!(findings(&rated, "late"), found(3, "P3", "person.new_year"));
    assert_eq!(findings(&rated, "own_rating"), found(3, "P3", "person.others"));
    let votes: Vec<u64> = findings(&rated, "votes").iter().map(|found| found.0[0]).collect();
    assert_eq!(votes, [3, 5, 6]);
    assert_eq!(findings(&rated, "no_such_day"), found(5, "L", ""));
    let mut replaces = found(8, "P3", "");
    replaces.extend(found(9, "L", ""));
    assert_eq!(findings(&rated, "replaces"), replaces);
    let two: Vec<u64> = findings(&rated, "two_decisions").iter().map(|found| found.0[0]).collect();
    assert_eq!(two, [5, 9]);
    // What stands within its interval counts; nothing is put over what is proposed.
    assert_eq!(after(&rated, "P1"), "authority_decides not_completed good");
    all_good(&rated, &["U", "L", "P2"]);
}

#[test]
fn votes_are_numbers_whatever_their_column_is() {
    let mut town = town();
    town.terms.rate = Some("100%");
    town.set(2, "points", Some(Given::Count(3)));
    let with = |votes_for: ArrayRef, entitled: ArrayRef| {
        let text = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
        let columns = [
            ("subject", text("P1")),
            ("level", text("excellent")),
            ("votes_for", votes_for),
            ("votes_entitled", entitled),
        ];
        let mut cohort = town.cohort(&Form::default());
        cohort.decide(RecordBatch::try_from_iter(columns).unwrap());
        let rated = cohort.rate().unwrap();
        let code = |code: &str| !findings(&rated, code).is_empty();
        (code("no_majority"), code("votes"))
    };
    let whole = |votes: i64| Arc::new(Int64Array::from(vec![votes])) as ArrayRef;
    let real = |votes: f64| Arc::new(Float64Array::from(vec![votes])) as ArrayRef;
    assert_eq!(with(whole(6), whole(9)), (false, false));
    assert_eq!(with(whole(5), whole(9)), (true, false));
    // A column with a gap comes as real numbers from a data frame.
    assert_eq!(with(real(5.0), real(9.0)), (true, false));
    assert_eq!(with(real(5.5), whole(9)), (false, true));
    assert_eq!(with(real(f64::NAN), whole(9)), (false, false));
}

#[test]
fn two_decisions_that_replace_each_other_are_two() {
    let mut town = town();
    town.decisions = vec![(2, "good", "1", "2"), (2, "good", "2", "1")];
    let rated = town.cohort(&Form::default()).rate().unwrap();
    assert_eq!(findings(&rated, "two_decisions").len(), 2, "{:?}", rated.findings());
    // A number that was given twice does not make a decision replace itself.
    town.decisions = vec![(2, "good", "1", ""), (2, "good", "1", "1")];
    let rated = town.cohort(&Form::default()).rate().unwrap();
    assert!(rated.findings().is_empty(), "{:?}", rated.findings());
}

#[test]
fn the_deadlines_of_the_texts() {
    // NĐ 335: before 15 December, the results before 16 January; 366: before 31 December, and 15 January.
    for (rulebook, kind, period, days) in [
        ("nd-335-2025", "civil_servant", "2026-12-31", [("2026-12-14", 0), ("2026-12-15", 1), ("2027-01-16", 2)]),
        ("366-qd-tw", "member", "2025-12-31", [("2025-12-30", 0), ("2025-12-31", 1), ("2026-01-15", 2)]),
    ] {
        for (day, late) in days {
            let mut cohort = Cohort::new(Library::builtin().unwrap(), parse_date(period).unwrap());
            cohort.by_rulebook(kind, Rulebook::builtin(rulebook).unwrap());
            cohort.add_records(kind, [Record { id: "A".to_owned(), ..Record::default() }]);
            cohort.decide(text_table(&[
                ("subject", vec![Some("A")]),
                ("level", vec![Some("good")]),
                ("date", vec![Some(day)]),
            ]));
            let rated = cohort.rate().unwrap();
            assert_eq!(findings(&rated, "late").len(), late, "{rulebook} {day}: {:?}", rated.findings());
        }
    }
}
