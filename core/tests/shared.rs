//! The cases that every face must answer alike (`tests/cases/`), and the case file beside each rulebook.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::Value;
use xeploai::date::parse_date;
use xeploai::{Case, Rulebook};

/// A case file beside a rulebook of a whole text, and one beside an overlay, have at least so many cases.
const LEAST: usize = 30;
const LEAST_OF_OVERLAY: usize = 10;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    id: String,
    rulebook: String,
    /// The day that chooses the version of a rulebook that was amended.
    on: Option<String>,
    subject: String,
    #[serde(default)]
    policies: BTreeMap<String, String>,
    facts: Value,
    expect: serde_json::Map<String, Value>,
    #[allow(dead_code, reason = "for the reader")]
    why: String,
    #[allow(dead_code, reason = "for the reader")]
    cite: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn read(path: &Path) -> Vec<Told> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn rate(rulebook: &Rulebook, told: &Told) -> Value {
    let policies =
        rulebook.policies(told.policies.iter().map(|(name, option)| (name.as_str(), option.as_str()))).unwrap();
    let case = Case::from_json(rulebook, &told.subject, &told.facts.to_string()).unwrap();
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
    let units: i128 = text.replace('.', "").parse().unwrap();
    xeploai::number::Fraction::new(units, 10_i128.pow(u32::try_from(digits).unwrap())).unwrap().to_string().into()
}

fn check(rulebook: &Rulebook, told: &Told) -> Option<String> {
    let found = rate(rulebook, told);
    for (key, expected) in &told.expect {
        let same = match key.as_str() {
            "missing" | "problems" => names(&found[key]) == names(expected),
            "score" => fraction(&found[key]) == *expected,
            // The notes that must be there, by code and rule.
            "notes" => expected.as_array().unwrap().iter().all(|note| {
                let told = |found: &Value| note == &found["code"] || note == &found["rule"];
                found["notes"].as_array().unwrap().iter().any(told)
            }),
            // Those that must not.
            "no_notes" => expected.as_array().unwrap().iter().all(|note| {
                let told = |found: &Value| note == &found["code"] || note == &found["rule"];
                !found["notes"].as_array().unwrap().iter().any(told)
            }),
            _ => found[key] == *expected,
        };
        if !same {
            return Some(format!("{}: {key}: expected {expected}, found {}", told.id, found[key]));
        }
    }
    None
}

fn check_all(told: &[Told], rulebook: impl Fn(&Told) -> Rulebook) {
    let wrong: Vec<String> = told.iter().filter_map(|told| check(&rulebook(told), told)).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), told.len(), wrong.join("\n"));
}

#[test]
fn the_shared_cases_come_out_exactly() {
    let told = read(&root().join("../tests/cases/rate.json"));
    assert!(told.len() >= 60);
    let versions: BTreeSet<(String, Option<String>)> =
        told.iter().map(|told| (told.rulebook.clone(), told.on.clone())).collect();
    let loaded: BTreeMap<(String, Option<String>), Rulebook> = versions
        .into_iter()
        .map(|(id, on)| {
            let rulebook = match &on {
                Some(day) => Rulebook::builtin_on(&id, parse_date(day).unwrap()),
                None => Rulebook::builtin(&id),
            };
            ((id, on), rulebook.unwrap())
        })
        .collect();
    check_all(&told, |told| loaded[&(told.rulebook.clone(), told.on.clone())].clone());
}

/// The files of the built-in rulebooks, each with its text.
fn files() -> Vec<(PathBuf, String)> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(root().join("rulebooks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| !path.to_string_lossy().ends_with(".cases.json"));
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_file_is_built_in() {
    let files: BTreeSet<String> = files().into_iter().map(|(_, text)| text).collect();
    let built: BTreeSet<String> = xeploai::builtin::all().map(|(_, text)| text).collect();
    assert!(files == built && files.len() == xeploai::builtin::all().count());
    for (id, text) in xeploai::builtin::all() {
        assert_eq!(Rulebook::from_json(&text).unwrap().id(), id);
    }
}

/// The report by rule: `make coverage` prints it.
#[test]
fn the_case_file_of_each_rulebook_comes_out_exactly_and_covers_every_rule() {
    let mut missing = Vec::new();
    for (path, text) in files() {
        let rulebook = Rulebook::from_json(&text).unwrap();
        let told = read(&path.with_extension("cases.json"));
        let overlay = rulebook.base().is_some();
        let least = if overlay { LEAST_OF_OVERLAY } else { LEAST };
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(told.len() >= least, "{name} has {} cases", told.len());
        let ids: BTreeSet<&str> = told.iter().map(|told| told.id.as_str()).collect();
        assert_eq!(ids.len(), told.len(), "{name}: an id twice");
        assert!(told.iter().all(|told| told.rulebook == rulebook.id()), "{name}: a case of another rulebook");
        check_all(&told, |_| rulebook.clone());
        // An overlay that adds no rule is covered by the cases of its base; its own are about what it says.
        if !overlay {
            missing.extend(coverage(&name, &rulebook, &told));
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// What is missing: every rule is true in a case, false in one and unknown in one, a notice true in one.
fn coverage(name: &str, rulebook: &Rulebook, told: &[Told]) -> Vec<String> {
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for told in told {
        for finding in rate(rulebook, told)["findings"].as_array().unwrap() {
            let rule = finding["rule"].as_str().unwrap().to_owned();
            *seen.entry((rule, finding["holds"].to_string())).or_default() += 1;
        }
    }
    let all = ["true", "false", "null"].as_slice();
    let mut rules: Vec<(String, &[&str])> = Vec::new();
    for subject in rulebook.subjects() {
        let text = serde_json::to_value(subject).unwrap();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        // What always holds, and a standard that was not read, can come out in one way only.
        let ways = |rule: &Value| match rule["condition"] == "always" {
            true => &["true"][..],
            false => all,
        };
        let id = |rule: &Value| rule["id"].as_str().unwrap().to_owned();
        for section in ["not_reviewed", "not_rated", "triggers", "ceilings"] {
            for rule in list(&text[section]) {
                rules.push((id(&rule), ways(&rule)));
                rules.extend(list(&rule["escapes"]).iter().map(|escape| (id(escape), ways(escape))));
            }
        }
        let partly = !list(&text["unread"]).is_empty();
        let scored = text["standards"]["score"].is_string();
        for (place, level) in list(&text["standards"]["levels"]).iter().enumerate() {
            let nothing = level["conditions"].is_null();
            let closed = text["standards"]["lowest"] == "closed";
            let ways = match (place, nothing) {
                // A closed list says of the lowest level only what its cases are.
                (0, _) if !scored && closed => &["false"],
                (0, _) => all,
                (_, true) if partly => &["null"][..],
                _ => all,
            };
            rules.push((id(level), ways));
            rules.extend(list(&level["conditions"]).iter().map(|rule| (id(rule), all)));
        }
        rules.extend(list(&text["notices"]).iter().map(|rule| (id(rule), &["true"][..])));
    }
    let lacking: Vec<String> = rules
        .iter()
        .flat_map(|(rule, ways)| ways.iter().map(move |holds| (rule.clone(), (*holds).to_owned())))
        .filter(|pair| !seen.contains_key(pair))
        .map(|(rule, holds)| format!("{name}: {rule} is never {holds} in any case"))
        .collect();
    let covered = rules
        .iter()
        .filter(|(rule, ways)| ways.iter().all(|holds| seen.contains_key(&(rule.clone(), (*holds).to_owned()))));
    println!("{name}: {} cases, {} of {} rules covered", told.len(), covered.count(), rules.len());
    if std::env::var_os("XEPLOAI_REPORT").is_some() {
        for (rule, _) in &rules {
            let count = |holds: &str| seen.get(&(rule.clone(), holds.to_owned())).copied().unwrap_or(0);
            println!("  {rule}: true {}, false {}, unknown {}", count("true"), count("false"), count("null"));
        }
    }
    lacking
}
