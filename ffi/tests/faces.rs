//! The cases that every face answers with the same bytes: `tests/cases/faces.tsv`. Here they are written from the core
//! (`XEPLOAI_WRITE=1`), held against it, and asked through the C interface.
//!
//! A line is one case, its fields apart by tabs: what is asked, its arguments, then the status, the answer, and of a failure
//! the message in Vietnamese and in English. In a field `\t`, `\n` and `\\` stand for a tab, a new line and a backslash.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test"
)]

mod batches;
mod calls;

use std::path::{Path, PathBuf};

use arrow_array::{RecordBatch, RecordBatchIterator};
use calls::rows;
use serde_json::Value as Json;
use xeploai::batch::{TableError, TableOptions};
use xeploai::cohort::{BadRequest, Cohort, GroupRate, HoldOptions, RatedCohort, TallyOptions, tally};
use xeploai::date::parse_date;
use xeploai::{Case, Language, Library, LoadError, PolicySet, Rating, Rulebook};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a face answers: the text, or the status and the messages.
type Answer = Result<String, (&'static str, String, String)>;

fn both(status: &'static str, say: impl Fn(Language) -> String) -> (&'static str, String, String) {
    (status, say(Language::Vietnamese), say(Language::English))
}

fn load(error: LoadError) -> (&'static str, String, String) {
    both("load", |language| error.explain(language))
}

fn rulebook(id: &str, on: &str) -> Result<Rulebook, (&'static str, String, String)> {
    let found = match on {
        "" => Rulebook::builtin(id),
        day => Rulebook::builtin_on(id, parse_date(day).unwrap()),
    };
    found.map_err(|error| {
        let status = match error.faults[0].code {
            xeploai::FaultCode::UnknownName => "not_found",
            xeploai::FaultCode::NotInForce => "not_in_force",
            _ => "load",
        };
        both(status, |language| error.explain(language))
    })
}

fn rating(
    id: &str,
    on: &str,
    subject: &str,
    policies: &str,
    facts: &str,
) -> Result<Rating, (&'static str, String, String)> {
    let rulebook = rulebook(id, on)?;
    let case = Case::from_json(&rulebook, subject, facts)
        .map_err(|error| both("unknown_subject", |language| error.words(language)))?;
    if policies.is_empty() {
        return Ok(case.rate());
    }
    let policies = chosen(&rulebook, &serde_json::from_str(policies).unwrap())?;
    Ok(case.rate_with(&policies).unwrap())
}

fn chosen(rulebook: &Rulebook, policies: &Json) -> Result<PolicySet, (&'static str, String, String)> {
    let chosen = policies.as_object().into_iter().flatten();
    let chosen = chosen.map(|(name, option)| (name.as_str(), option.as_str().unwrap()));
    rulebook.policies(chosen).map_err(|error| both("policy", |language| error.words(language)))
}

fn request(error: BadRequest) -> (&'static str, String, String) {
    both("request", |language| error.words(language))
}

fn cohort(text: &str) -> Result<Cohort, (&'static str, String, String)> {
    Cohort::from_json(Library::builtin().unwrap(), text).map_err(request)
}

fn rated(cohort: &Cohort) -> Result<RatedCohort, (&'static str, String, String)> {
    cohort.rate().map_err(|error| match error.tables.is_empty() {
        true => both("policy", |language| error.explain(language)),
        false => both("table", |language| error.explain(language)),
    })
}

fn names(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// A table of a cohort, rated once more; after its quotas, with what they came to; and counted.
fn batch([request, kind, rows, id, rate, hold, count]: [&str; 7]) -> Answer {
    let table = |error: TableError| both("table", |language| error.explain(language));
    let options = |text: &str| if text.is_empty() { Json::Null } else { serde_json::from_str(text).unwrap() };
    let text = |of: &Json| of.as_str().unwrap_or_default().to_owned();
    let mut cohort = cohort(request)?;
    if !rows.is_empty() {
        cohort.add(kind, rows::table(rows));
    }
    let members = rated(&cohort)?.table(kind).unwrap().unwrap();
    let rulebook = rulebook(id, "")?;
    rulebook.subject(kind).map_err(|error| both("unknown_subject", |language| error.words(language)))?;

    let asked = options(rate);
    let how = TableOptions {
        policies: Some(chosen(&rulebook, &asked["policies"])?),
        keep: names(&asked["keep"]),
        prefix: text(&asked["prefix"]),
        ..TableOptions::default()
    };
    let members = RecordBatchIterator::new([Ok(members.clone())], members.schema());
    let again = rulebook.rate_table(kind, members, how).map_err(table)?;
    let again: Vec<RecordBatch> = again.collect::<Result<_, _>>().unwrap();

    let asked = options(hold);
    let groups = asked["groups"].as_object().into_iter().flatten();
    let rates = asked["rates"].as_array().into_iter().flatten();
    let how = HoldOptions {
        policies: Some(chosen(&rulebook, &asked["policies"])?),
        groupings: groups.map(|(name, columns)| (name.clone(), names(columns))).collect(),
        rates: rates
            .map(|rate| GroupRate {
                quota: text(&rate["quota"]),
                grouping: text(&rate["grouping"]),
                group: text(&rate["group"]),
                rate: text(&rate["rate"]),
                decision: text(&rate["decision"]),
            })
            .collect(),
        leave_out_invalid: asked["invalid"] == "left_out",
        prefix: text(&asked["prefix"]),
        ..HoldOptions::default()
    };
    let held = rulebook.hold_quotas(kind, &again, &how).map_err(table)?;

    let asked = options(count);
    let how = TallyOptions {
        by: names(&asked["by"]),
        levels: rulebook.document().levels.iter().map(|level| level.code.clone()).collect(),
        decimals: asked["decimals"].as_u64().map(|decimals| decimals as u32),
        prefix: text(&asked["prefix"]),
        ..TallyOptions::default()
    };
    let counts = tally(&again, &how).map_err(table)?;
    Ok([
        rows::text(&again[0].schema(), &again),
        rows::text(&held.batches[0].schema(), &held.batches),
        held.quotas_json(),
        rows::text(&counts.schema(), &[counts]),
    ]
    .join("\n"))
}

/// What the core answers.
fn core(arguments: &[&str]) -> Answer {
    match arguments {
        ["rate", id, on, subject, policies, facts] => {
            rating(id, on, subject, policies, facts).map(|found| found.to_json())
        }
        ["explain", id, on, subject, policies, facts, language] => rating(id, on, subject, policies, facts)
            .map(|found| found.explain(Language::from_code(language).unwrap())),
        ["digest", id, on] => rulebook(id, on).map(|found| found.digest().to_owned()),
        ["summary", id, on] => rulebook(id, on).map(|found| found.summary_json()),
        ["load", json] => Rulebook::from_json(json).map(|found| found.digest().to_owned()).map_err(load),
        ["overlay", id, json] => {
            rulebook(id, "")?.with_overlay(json).map(|found| found.digest().to_owned()).map_err(load)
        }
        ["in_force", day, subject, province] => {
            let library = Library::builtin().unwrap();
            let province = Some(*province).filter(|province| !province.is_empty());
            let found = library.in_force(parse_date(day).unwrap(), subject, province);
            match found {
                Ok(found) => Ok(found.digest().to_owned()),
                Err(error) => Err(both("not_in_force", |language| error.words(language))),
            }
        }
        ["plan", text] => Ok(cohort(text)?.plan_json().unwrap()),
        ["cohort", text] => Ok(rated(&cohort(text)?)?.to_json()),
        ["batch", request, kind, rows, id, rate, hold, count] => batch([request, kind, rows, id, rate, hold, count]),
        ["cohort_explain", text, id, language] => {
            let rated = cohort(text)?.rate().unwrap();
            Ok(rated.rating(id).unwrap().explain(Language::from_code(language).unwrap()))
        }
        ["what_if", text, changes] => cohort(text)?.rate().unwrap().what_if_json(changes).map_err(request),
        ["statistics", question, text] => {
            use xeploai::statistics::json;
            let ask = match *question {
                "tally" => json::tally,
                "shares" => json::shares,
                "check_table" => json::check,
                other => panic!("{other}"),
            };
            ask(text).map_err(|error| both("request", |language| error.sentence.words(language)))
        }
        other => panic!("no such question: {other:?}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n")
}

fn unescaped(field: &str) -> String {
    let mut text = String::new();
    let mut rest = field.chars();
    while let Some(one) = rest.next() {
        match one {
            '\\' => match rest.next() {
                Some('t') => text.push('\t'),
                Some('n') => text.push('\n'),
                Some(other) => text.push(other),
                None => panic!("a backslash at the end of {field}"),
            },
            other => text.push(other),
        }
    }
    text
}

/// What is asked.
fn questions() -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = Vec::new();
    let mut ask = |arguments: &[&str]| all.push(arguments.iter().map(|one| (*one).to_owned()).collect());
    let mut folder: Vec<PathBuf> =
        std::fs::read_dir(root().join("core/rulebooks")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folder.retain(|path| path.to_string_lossy().ends_with(".cases.json"));
    folder.sort();
    for path in &folder {
        let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let step = cases.len().div_ceil(6);
        for case in cases.iter().step_by(step) {
            let text = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
            let on = text("on");
            let policies = case.get("policies").map(Json::to_string).unwrap_or_default();
            ask(&["rate", &text("rulebook"), &on, &text("subject"), &policies, &case["facts"].to_string()]);
        }
        let first = &cases[0];
        let (id, subject) = (first["rulebook"].as_str().unwrap(), first["subject"].as_str().unwrap());
        for language in ["vi", "en"] {
            ask(&["explain", id, "", subject, "", &first["facts"].to_string(), language]);
        }
        ask(&["digest", id, ""]);
    }
    ask(&["summary", "nam-dinh-606", ""]);
    ask(&["digest", "nd-90-2020", "2022-01-01"]);
    ask(&["digest", "366", ""]);
    ask(&["digest", "nd-90-2020", "2019-01-01"]);
    ask(&["cohort", "[\"2025-12-31\"]"]);
    // Composed and decomposed text, escapes, numbers that do not fit, what is no object.
    for facts in [
        "{\"discipline_on_duty\": \"khi\u{1ec3}n tr\u{e1}ch\"}",
        "{\"discipline_on_duty\": \"khie\u{302}\u{309}n tra\u{301}ch\"}",
        "{\"exempt_from_activities\": true, \"exempt_from_activities\": false}",
        "{\"score_general\": 30.001, \"tasks_done\": \"7\", \"nguoi\\u0000\\ud83d\\ude00\": null}",
        "{\"score_general\": 1e999, \"tasks_assigned\": 1e3}",
        "[]",
        "{",
        "",
    ] {
        ask(&["rate", "366-qd-tw", "", "member", "", facts]);
    }
    ask(&["rate", "366-qd-tw", "", "members", "", "{}"]);
    ask(&["rate", "366-qd-tw", "", "member", "{\"on_gap\": \"up\"}", "{}"]);
    ask(&["rate", "366-qd-tw", "", "member", "{\"on_gaps\": \"lower\"}", "{}"]);
    ask(&["load", "[]"]);
    ask(&["load", "{\"id\": 7, \"versions\": \"1\"}"]);
    ask(&["load", ""]);
    ask(&["overlay", "366-qd-tw", "{\"id\": \"x\"}"]);
    for (day, subject, province) in [
        ("2025-12-31", "member", ""),
        ("2018-12-31", "leader", "nam-dinh"),
        ("1999-12-31", "member", ""),
        ("2025-12-31", "minister", ""),
    ] {
        ask(&["in_force", day, subject, province]);
    }
    let town = std::fs::read_to_string(root().join("tests/cases/town.json")).unwrap();
    let town: Json = serde_json::from_str(&town).unwrap();
    let town = town.to_string();
    ask(&["plan", &town]);
    ask(&["cohort", &town]);
    for language in ["vi", "en"] {
        ask(&["cohort_explain", &town, "DV1", language]);
    }
    ask(&["what_if", &town, "{\"DV1\": {\"discipline_on_duty\": \"warning\"}}"]);
    ask(&["what_if", &town, "{\"nobody\": {}}"]);
    ask(&["what_if", &town, "{\"DV1\": {\"tasks_assigned\": 3, \"task_done\": 3}}"]);
    ask(&[
        "what_if",
        &town,
        "{\"DV1\": {\"discipline_on_duty\": \"none\"}, \"DV2\": {\"exempt_from_activities\": 1}}",
    ]);
    ask(&["cohort", "{\"period_end\": \"2025-02-30\"}"]);
    ask(&["cohort", "{\"period_ends\": \"2025-12-31\"}"]);
    ask(&[
        "cohort",
        "{\"period_end\": \"2025-12-31\", \"policies\": {\"nothing\": \"x\"}, \"subjects\": {\"member\": []}}",
    ]);
    ask(&[
        "statistics",
        "tally",
        "{\"rows\": [{\"outcome\": \"rated\", \"level\": \"good\", \"times\": 3}, {\"outcome\": \"not_rated\"}]}",
    ]);
    ask(&["statistics", "tally", "{\"row\": []}"]);
    all.extend(batches::questions().map(Vec::from));
    all
}

fn line(arguments: &[String], answer: &Answer) -> String {
    let mut fields = arguments.to_vec();
    match answer {
        Ok(text) => fields.extend(["ok".to_owned(), text.clone(), String::new(), String::new()]),
        Err((status, vi, en)) => fields.extend([(*status).to_owned(), String::new(), vi.clone(), en.clone()]),
    }
    fields.iter().map(|field| escaped(field)).collect::<Vec<_>>().join("\t")
}

fn written() -> String {
    let mut text = "# What is asked, its arguments, status, answer, message in Vietnamese, in English. Written by ffi/tests/faces.rs.\n".to_owned();
    for question in questions() {
        let arguments: Vec<&str> = question.iter().map(String::as_str).collect();
        text.push_str(&line(&question, &core(&arguments)));
        text.push('\n');
    }
    text
}

#[test]
fn the_core_answers_as_the_file_says() {
    let path = root().join("tests/cases/faces.tsv");
    let text = written();
    if std::env::var_os("XEPLOAI_WRITE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap();
    for (number, (one, other)) in committed.lines().zip(text.lines()).enumerate() {
        assert_eq!(one, other, "line {}", number + 1);
    }
    assert_eq!(committed.lines().count(), text.lines().count());
}

#[test]
fn the_c_interface_answers_as_the_file_says() {
    let committed = std::fs::read_to_string(root().join("tests/cases/faces.tsv")).unwrap();
    let mut asked = 0;
    for text in committed.lines().filter(|text| !text.starts_with('#')) {
        let fields: Vec<String> = text.split('\t').map(unescaped).collect();
        let (arguments, expected) = fields.split_at(fields.len() - 4);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let found = calls::answer(&arguments);
        assert_eq!(&found[..], expected, "{}", arguments.join(" | "));
        asked += 1;
    }
    assert!(asked > 100, "{asked}");
}
