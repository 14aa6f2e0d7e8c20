//! The cases that every face must answer alike (`tests/cases/`), and the case file beside each rulebook.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use xeploai::{Case, Rulebook};

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    id: String,
    rulebook: String,
    subject: String,
    #[serde(default)]
    policies: std::collections::BTreeMap<String, String>,
    facts: Value,
    expect: serde_json::Map<String, Value>,
    #[allow(dead_code, reason = "for the reader")]
    why: String,
    #[allow(dead_code, reason = "for the reader")]
    cite: String,
}

fn read(path: &Path) -> Vec<Told> {
    let text = std::fs::read_to_string(path).unwrap();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rate(told: &Told) -> Value {
    let rulebook = Rulebook::builtin(&told.rulebook).unwrap();
    let policies =
        rulebook.policies(told.policies.iter().map(|(name, option)| (name.as_str(), option.as_str()))).unwrap();
    let case = Case::from_json(&rulebook, &told.subject, &told.facts.to_string()).unwrap();
    serde_json::from_str(&case.rate_with(&policies).unwrap().to_json()).unwrap()
}

fn names(list: &Value) -> BTreeSet<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| item.as_str().map_or_else(|| item["field"].as_str().unwrap().to_owned(), str::to_owned))
        .collect()
}

/// The score as an exact fraction, from the decimal that a result shows or the fraction beside it.
fn fraction(shown: &Value) -> Value {
    let Some(text) = shown.as_str() else {
        return Value::Null;
    };
    if let Some((_, exact)) = text.split_once(" (") {
        return exact.trim_end_matches(')').into();
    }
    let digits = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    let units: i64 = text.replace('.', "").parse().unwrap();
    xeploai::number::Fraction::new(units, 10_i64.pow(u32::try_from(digits).unwrap())).unwrap().to_string().into()
}

fn check(told: &Told) -> Option<String> {
    let found = rate(told);
    for (key, expected) in &told.expect {
        let same = match key.as_str() {
            "missing" | "problems" => names(&found[key]) == names(expected),
            "score" => fraction(&found[key]) == *expected,
            _ => found[key] == *expected,
        };
        if !same {
            return Some(format!("{}: {key}: expected {expected}, found {}", told.id, found[key]));
        }
    }
    None
}

fn check_all(told: &[Told]) {
    let wrong: Vec<String> = told.iter().filter_map(check).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), told.len(), wrong.join("\n"));
}

#[test]
fn the_shared_cases_come_out_exactly() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases/rate.json");
    let told = read(&path);
    assert!(told.len() >= 30);
    check_all(&told);
}

#[test]
fn the_case_file_of_each_rulebook_comes_out_exactly_and_covers_every_rule() {
    for id in xeploai::builtin::ids() {
        let told = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("rulebooks/{id}.cases.json")));
        assert!(told.len() >= 60, "{id} has {} cases", told.len());
        let ids: BTreeSet<&str> = told.iter().map(|told| told.id.as_str()).collect();
        assert_eq!(ids.len(), told.len(), "{id}: an id twice");
        check_all(&told);
        coverage(id, &told);
    }
}

/// Every rule is true in a case, false in one and unknown in one, as far as its condition can be each.
fn coverage(id: &str, told: &[Told]) {
    let rulebook = Rulebook::builtin(id).unwrap();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let mut rules: BTreeSet<String> = BTreeSet::new();
    for told in told {
        for finding in rate(told)["findings"].as_array().unwrap() {
            let rule = finding["rule"].as_str().unwrap().to_owned();
            seen.insert((rule.clone(), finding["holds"].to_string()));
        }
    }
    for subject in rulebook.subjects() {
        let text = serde_json::to_value(subject).unwrap();
        for section in ["not_reviewed", "not_rated", "triggers", "ceilings"] {
            for rule in text[section].as_array().into_iter().flatten() {
                rules.insert(rule["id"].as_str().unwrap().to_owned());
                for escape in rule["escapes"].as_array().into_iter().flatten() {
                    rules.insert(escape["id"].as_str().unwrap().to_owned());
                }
            }
        }
        for level in text["standards"]["levels"].as_array().into_iter().flatten() {
            rules.insert(level["id"].as_str().unwrap().to_owned());
            for rule in level["conditions"].as_array().into_iter().flatten() {
                rules.insert(rule["id"].as_str().unwrap().to_owned());
            }
        }
        for rule in text["notices"].as_array().into_iter().flatten() {
            let rule = rule["id"].as_str().unwrap().to_owned();
            assert!(seen.contains(&(rule.clone(), "true".to_owned())), "{rule} is never true in any case");
        }
    }
    let missing: Vec<String> = rules
        .iter()
        .flat_map(|rule| ["true", "false", "null"].map(|holds| (rule.clone(), holds.to_owned())))
        .filter(|pair| !seen.contains(pair))
        .map(|(rule, holds)| format!("{rule} is never {holds}"))
        .collect();
    assert!(missing.is_empty(), "{id}:\n{}", missing.join("\n"));
}
