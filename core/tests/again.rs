//! A case and a rating that are used again and again give what new ones give.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value as Json;
use xeploai::{Case, Rating, Rulebook, Value};

#[test]
fn every_case_of_the_files_in_the_room_of_another() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rulebooks");
    let mut rooms: BTreeMap<(String, String), (Case, Rating)> = BTreeMap::new();
    let mut rulebooks: BTreeMap<String, Rulebook> = BTreeMap::new();
    let mut seen = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.to_string_lossy().ends_with(".cases.json")) {
        let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for told in &cases {
            let text = |name: &str| told.get(name).and_then(Json::as_str).unwrap_or_default().to_owned();
            let (id, subject) = (text("rulebook"), text("subject"));
            let rulebook = rulebooks.entry(id.clone()).or_insert_with(|| Rulebook::builtin(&id).unwrap()).clone();
            let facts = told.get("facts").unwrap().to_string();
            let Ok(new) = Case::from_json(&rulebook, &subject, &facts) else { continue };
            let (case, rating) = rooms.entry((id, subject.clone())).or_insert_with(|| {
                let case = Case::new(&rulebook, &subject).unwrap();
                (case.clone(), case.rate())
            });
            case.clear();
            case.set_json(&facts);
            case.rate_into(rating);
            assert_eq!(rating.to_json(), new.rate().to_json(), "{}", text("id"));
            // Rating it again changes nothing: what was computed is no fact.
            case.rate_into(rating);
            assert_eq!(rating.to_json(), case.clone().rate().to_json());
            seen += 1;
        }
    }
    assert!(seen > 1000, "{seen}");
}

#[test]
fn a_rating_of_another_kind_becomes_one_of_this() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let mut rating = Case::new(&rulebook, "leader").unwrap().rate();
    let case = Case::from_json(&rulebook, "member", r#"{"exempt_from_activities": true}"#).unwrap();
    case.rate_into(&mut rating);
    assert_eq!(rating.to_json(), case.rate().to_json());
}

#[test]
fn an_exact_decimal_is_the_text_that_it_is() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    for (value, scale, text) in
        [(6199, 2, "61.99"), (30, 0, "30"), (3, 1, "0.3"), (61_000, 3, "61"), (61_001, 3, "61.001"), (-1, 0, "-1")]
    {
        let mut typed = Case::new(&rulebook, "member").unwrap();
        let mut told = typed.clone();
        let place = typed.place_of("score_results").unwrap();
        assert!(typed.set_at(place, &Value::Decimal(value, scale)));
        told.set("score_results", Value::Number(text.into()));
        let (typed, told) = (typed.rate(), told.rate());
        assert_eq!(typed.outcome(), told.outcome(), "{text}");
        assert_eq!(
            typed.problems().first().map(|problem| problem.code),
            told.problems().first().map(|problem| problem.code)
        );
    }
    // A decimal is no whole number, whatever its digits.
    let mut case = Case::new(&rulebook, "member").unwrap();
    case.set("tasks_done", Value::Decimal(30, 1));
    assert_eq!(case.rate().outcome().code(), "invalid");
    assert!(!Case::new(&rulebook, "member").unwrap().set_at(10_000, &Value::Missing));
}

#[test]
fn a_day_that_no_calendar_has_is_refused_wherever_it_comes_from() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    // Seconds taken for days, the ends of the numbers, the day before the first year and the one behind the last.
    for day in [1_767_139_200, i64::MIN, i64::MIN + 1, i64::MAX, 0, 3_652_060] {
        for fact in ["period_end", "admitted_on"] {
            let mut case = Case::new(&rulebook, "member").unwrap();
            case.set(fact, Value::Date(day));
            let rating = case.rate();
            let problem = rating.problems().first().unwrap();
            assert_eq!((rating.outcome().code(), problem.code.name()), ("invalid", "wrong_type"), "{fact} {day}");
            assert!(problem.found.starts_with("day ") && problem.found.ends_with(" from 1970-01-01"), "{problem:?}");
        }
    }
    for day in [1, 3_652_059] {
        let mut case = Case::new(&rulebook, "member").unwrap();
        case.set("admitted_on", Value::Date(day));
        assert!(case.rate().problems().is_empty());
    }
}
