//! A rulebook that is not sound is refused with every fault, each with its place, what was expected and what was found.
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

use serde_json::{Value, json};
use xeploai::{Case, Language, LoadError, Outcome, Rulebook};

fn document() -> Value {
    serde_json::from_str(&xeploai::builtin::text("366-qd-tw").unwrap()).unwrap()
}

/// The faults of the built-in rulebook after a change.
fn faults(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str, String, String)> {
    let mut document = document();
    change(&mut document);
    listed(Rulebook::from_json(&document.to_string()).unwrap_err())
}

fn listed(error: LoadError) -> Vec<(String, &'static str, String, String)> {
    error.faults.into_iter().map(|fault| (fault.pointer, fault.code.name(), fault.expected.en, fault.found)).collect()
}

/// Asserts one fault with this place and code, and words that both sides of it hold.
#[track_caller]
fn single(found: &[(String, &'static str, String, String)], pointer: &str, code: &str, expected: &str, what: &str) {
    assert_eq!(found.len(), 1, "{found:#?}");
    let (place, fault, wanted, seen) = &found[0];
    assert_eq!((place.as_str(), *fault), (pointer, code), "{found:#?}");
    assert!(wanted.contains(expected) && seen.contains(what), "{found:#?}");
}

#[test]
fn an_operator_that_does_not_exist() {
    let found = faults(|document| {
        document["subjects"][0]["triggers"][1]["condition"]["compare"]["op"] = json!(">>=");
    });
    single(&found, "/subjects/0/triggers/1/condition/compare/op", "not_listed", "`>=`", "`>>=`");
}

#[test]
fn unknown_keys_names_and_types_are_all_reported_at_once() {
    let found = faults(|document| {
        let member = &mut document["subjects"][0];
        member["factz"] = json!([]);
        member["triggers"][0]["condition"] = json!({"holds": "degradation_conclude"});
        member["triggers"][0]["escapes"][0]["condition"] = json!({"holds": "tasks_done"});
        member["standards"]["levels"][1]["conditions"][1]["condition"]["share"]["than"] = json!("20");
        member["measures"][0]["formula"]["sum"]["plus"][1] = json!("score_result");
        document["policies"][0]["default"] = json!("nobody");
    });
    let places: Vec<(&str, &str)> = found.iter().map(|fault| (fault.0.as_str(), fault.1)).collect();
    assert_eq!(
        places,
        [
            ("/subjects/0/factz", "unknown_key"),
            ("/policies/0/default", "unknown_name"),
            ("/subjects/0/measures/0/formula/sum/plus/1", "unknown_name"),
            ("/subjects/0/standards/levels/1/conditions/1/condition/share/than", "bad_number"),
            ("/subjects/0/triggers/0/condition/holds", "unknown_name"),
            ("/subjects/0/triggers/0/escapes/0/condition/holds", "type_mismatch"),
        ],
        "{found:#?}"
    );
    assert!(found[0].2.contains("did you mean `facts`"), "{}", found[0].2);
    assert!(found[4].2.contains("did you mean `degradation_concluded`"), "{}", found[4].2);
}

#[test]
fn faults_of_shape_do_not_hide_faults_of_meaning() {
    let found = faults(|document| {
        let triggers = &mut document["subjects"][0]["triggers"];
        triggers[0].as_object_mut().unwrap().remove("citation");
        triggers[2]["condition"] = json!({"holds": "nothing"});
        document["subjects"][1]["facts"][0]["type"] = json!("day");
    });
    let places: Vec<(&str, &str)> = found.iter().map(|fault| (fault.0.as_str(), fault.1)).collect();
    // The trigger without a citation is taken out; the one behind it keeps its place in the file. Nothing that refers
    // to the unreadable fact is called unknown on top.
    assert_eq!(
        places,
        [
            ("/subjects/0/triggers/0", "missing_key"),
            ("/subjects/1/facts/0/type", "not_listed"),
            ("/subjects/0/triggers/2/condition/holds", "unknown_name"),
        ],
        "{found:#?}"
    );
}

#[test]
fn what_is_only_missing_because_a_part_cannot_be_read_is_no_fault() {
    let levels = "/subjects/0/standards/levels";
    for level in 0..4 {
        let found = faults(|document| {
            document.pointer_mut(levels).unwrap()[level].as_object_mut().unwrap().remove("citation");
        });
        single(&found, &format!("{levels}/{level}"), "missing_key", "`citation`", "-");
    }
    let found = faults(|document| {
        document["subjects"][0]["triggers"][1]["condition"] = json!({"all": [{"al": []}]});
    });
    single(&found, "/subjects/0/triggers/1/condition/all/0", "not_listed", "`all`", "{\"al\"}");
    let last = document()["subjects"][0]["triggers"].as_array().unwrap().len() - 1;
    let found = faults(|document| {
        document["subjects"][0]["triggers"][last].as_object_mut().unwrap().remove("words");
    });
    single(&found, &format!("/subjects/0/triggers/{last}"), "missing_key", "`words`", "-");
    // The code that could not be read may be any that the rules name.
    for value in [json!(3), json!({"code": 3, "label": {"vi": "x", "en": "x"}})] {
        for position in 0..5 {
            let found = faults(|document| document["enumerations"][0]["values"][position] = value.clone());
            assert_eq!((found.len(), found[0].1), (1, "wrong_type"), "{found:#?}");
        }
    }
    // A policy keeps its place in the conditions and at the gap, whatever its options were.
    let found = faults(|document| document["policies"][0]["options"][0] = json!(3));
    single(&found, "/policies/0/options/0", "wrong_type", "object", "3");
    let found = faults(|document| document["subjects"][0]["measures"][0]["label"] = json!("score"));
    single(&found, "/subjects/0/measures/0/label", "wrong_type", "object", "`score`");
    // What has nothing to do with the unreadable part is still told.
    let found = faults(|document| {
        document["subjects"][0]["triggers"][0].as_object_mut().unwrap().remove("words");
        document["subjects"][0]["standards"]["levels"][2]["band"]["from"] = json!("69.99");
        document["subjects"][0]["triggers"][1]["condition"] = json!({"any": []});
        document["subjects"][1]["triggers"][1]["condition"] = json!({"any": []});
    });
    let places: Vec<(&str, &str)> = found.iter().map(|fault| (fault.0.as_str(), fault.1)).collect();
    // But for counts and bands below the list that lost an item: those are judged once it can be read.
    assert_eq!(
        places,
        [
            ("/subjects/0/triggers/0", "missing_key"),
            ("/subjects/0/standards/levels/2/band/from", "bad_band"),
            ("/subjects/1/triggers/1/condition/any", "bad_count"),
        ],
        "{found:#?}"
    );
}

/// The pointers of a document and of everything in it.
fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, item)| pointers(item, &format!("{at}/{key}"), into));
        }
        Value::Object(items) => items.iter().for_each(|(key, item)| pointers(item, &format!("{at}/{key}"), into)),
        _ => {}
    }
}

#[test]
fn one_fault_of_shape_is_one_fault() {
    let mut document = document();
    document["subjects"].as_array_mut().unwrap().truncate(1);
    let mut all = Vec::new();
    pointers(&document, "", &mut all);
    // A part of them, as each takes a while; the whole passes too.
    for pointer in all.iter().skip(1).step_by(5) {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let mut gone = document.clone();
        if let Value::Object(entries) = gone.pointer_mut(parent).unwrap() {
            entries.remove(key);
        }
        let mut other = document.clone();
        *other.pointer_mut(pointer).unwrap() = json!([[]]);
        for (changed, code) in [(gone, "missing_key"), (other, "wrong_type")] {
            let found = Rulebook::from_json(&changed.to_string()).map_or_else(listed, |_| Vec::new());
            if found.iter().any(|fault| fault.1 == code) {
                assert_eq!(found.len(), 1, "{pointer}: {found:#?}");
            }
        }
    }
}

#[test]
fn faults_are_told_in_both_languages() {
    let mut document = document();
    document["subjects"][0]["triggers"][0]["condition"] = json!({"holds": "degradation_conclude"});
    document["subjects"][0]["standards"]["levels"][2]["band"]["from"] = json!("69.99");
    let error = Rulebook::from_json(&document.to_string()).unwrap_err();
    assert_eq!(error.to_string(), error.explain(Language::English));
    assert_eq!(
        error.explain(Language::English),
        "/subjects/0/standards/levels/2/band/from: a band that does not fit: expected a band from 70; this one \
         overlaps the one below, found 69.99\n\
         /subjects/0/triggers/0/condition/holds: a name that nothing here bears: expected the name of a fact (did \
         you mean `degradation_concluded`?), found `degradation_conclude`"
    );
    assert_eq!(
        error.explain(Language::Vietnamese),
        "/subjects/0/standards/levels/2/band/from: khung điểm không khớp: cần khung điểm bắt đầu từ 70; khung này \
         chồng lên khung liền dưới, nhận được 69.99\n\
         /subjects/0/triggers/0/condition/holds: tên không có trong bộ quy định: cần tên của một trường (có phải là \
         `degradation_concluded`?), nhận được `degradation_conclude`"
    );
    let error = Rulebook::from_json("[1, 2").unwrap_err();
    assert_eq!(
        error.explain(Language::Vietnamese),
        "cả tài liệu: không đọc được: cần một tài liệu JSON; dòng 1, cột 5, nhận được `EOF while parsing a list`"
    );
    let error = LoadError::from(String::from_utf8(b"{\"a\xff\"}".to_vec()).unwrap_err());
    assert_eq!(
        error.to_string(),
        "the document: cannot be read: expected UTF-8 text; the byte at position 3, found 0xFF"
    );
}

#[test]
fn bands_that_overlap_or_leave_a_hole() {
    let level = "/subjects/0/standards/levels";
    let found = faults(|document| document["subjects"][0]["standards"]["levels"][2]["band"]["from"] = json!("69.99"));
    single(&found, &format!("{level}/2/band/from"), "bad_band", "from 70; this one overlaps", "69.99");
    let found = faults(|document| document["subjects"][0]["standards"]["levels"][2]["band"]["from"] = json!("70.01"));
    single(&found, &format!("{level}/2/band/from"), "bad_band", "from 70; this one leaves a hole", "70.01");
    let found = faults(|document| {
        document["subjects"][0]["standards"]["levels"][3].as_object_mut().unwrap().remove("band");
    });
    single(&found, &format!("{level}/3"), "bad_band", "band", "-");
}

#[test]
fn names_twice_circles_and_bounds_turned_round() {
    let found = faults(|document| document["subjects"][0]["triggers"][1]["id"] = json!("member.trigger.degradation"));
    single(&found, "/subjects/0/triggers/1/id", "duplicate_name", "own", "member.trigger.degradation");
    let found = faults(|document| {
        document["subjects"][0]["measures"][1]["formula"] = json!({"sum": {"plus": ["score"]}});
        document["subjects"][0]["measures"][0]["formula"]["sum"]["plus"] = json!(["tasks_not_done", "score_general"]);
    });
    single(
        &found,
        "/subjects/0/measures/1/formula/sum/plus/0",
        "circle",
        "each other",
        "`tasks_not_done` -> `score`",
    );
    let found = faults(|document| {
        document["subjects"][0]["facts"][4]["type"] = json!({"decimal": {"scale": 2, "min": "30", "max": "0"}});
    });
    single(&found, "/subjects/0/facts/4/type/decimal", "bounds_reversed", "min", "30 > 0");
    let found = faults(|document| document["subjects"][0]["standards"]["levels"][0]["level"] = json!("failed"));
    single(&found, "/subjects/0/standards/levels/0/level", "unknown_name", "level", "failed");
    let found = faults(|document| document["subjects"][0]["label"]["en"] = json!(" "));
    single(&found, "/subjects/0/label/en", "empty_text", "not empty", "` `");
    let found = faults(|document| document["instruments"][0]["date"] = json!("2025-02-30"));
    single(&found, "/instruments/0/date", "bad_date", "YYYY-MM-DD", "2025-02-30");
}

#[test]
fn text_that_is_no_json_names_the_line() {
    let text = xeploai::builtin::text("366-qd-tw").unwrap();
    let mut half = text.len() / 2;
    while !text.is_char_boundary(half) {
        half += 1;
    }
    let found = listed(Rulebook::from_json(&text[..half]).unwrap_err());
    single(&found, "", "syntax", "a JSON document; line ", "`EOF while parsing");
    let found = listed(Rulebook::from_json("{\"id\": \"a\", \"id\": \"b\"}").unwrap_err());
    assert!(found.iter().any(|fault| fault.0 == "/id" && fault.1 == "duplicate_key"), "{found:#?}");
    assert!(found.iter().any(|fault| fault.1 == "missing_key" && fault.2.contains("`levels`")), "{found:#?}");
    for text in ["", "[]", "null", "3", "\"x\"", "{}"] {
        assert!(!Rulebook::from_json(text).unwrap_err().faults.is_empty(), "{text}");
    }
}

#[test]
fn a_list_does_not_stand_for_an_object() {
    let found = faults(|document| document["title"] = json!(["một", "one"]));
    single(&found, "/title", "wrong_type", "an object", "[2]");
    let found = faults(|document| document["subjects"][0]["triggers"][0]["citation"] = json!(["366", "Điều 1"]));
    single(&found, "/subjects/0/triggers/0/citation", "wrong_type", "an object", "[2]");
}

#[test]
fn decomposed_text_is_composed() {
    let text = xeploai::builtin::text("366-qd-tw").unwrap();
    let decomposed = text.replace("Điểm tiêu chí chung", "Đie\u{302}\u{309}m tie\u{302}u chi\u{301} chung");
    assert_ne!(text, decomposed);
    let same = Rulebook::from_json(&decomposed).unwrap();
    assert_eq!(same.digest(), Rulebook::builtin("366-qd-tw").unwrap().digest());
}

#[test]
fn what_was_written_is_the_same_rulebook() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let again = Rulebook::from_json(&rulebook.to_json()).unwrap();
    assert_eq!((again.digest(), again.to_json()), (rulebook.digest(), rulebook.to_json()));
    let reordered: Value = serde_json::from_str(&rulebook.to_json()).unwrap();
    assert_eq!(Rulebook::from_json(&reordered.to_string()).unwrap().digest(), rulebook.digest());
}

// ---- overlays

const OVERLAY: &str = include_str!("../../examples/overlays/thanh-pho-mau.json");

fn overlay_faults(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str, String, String)> {
    let mut overlay: Value = serde_json::from_str(OVERLAY).unwrap();
    change(&mut overlay);
    let base = Rulebook::builtin("366-qd-tw").unwrap();
    listed(base.with_overlay(&overlay.to_string()).unwrap_err())
}

#[test]
fn a_table_of_points_takes_a_fact_apart() {
    let base = Rulebook::builtin("366-qd-tw").unwrap();
    let city = base.with_overlay(OVERLAY).unwrap();
    assert_eq!(city.id(), "366-thanh-pho-mau");
    assert_ne!(city.digest(), base.digest());
    assert_eq!(city.document().layers[0].digest, base.digest());
    assert_eq!(Rulebook::from_json(&city.to_json()).unwrap().digest(), city.digest());
    assert_eq!(Rulebook::from_json(OVERLAY).unwrap().digest(), city.digest());
    let facts = r#"{"general_stance": 6, "general_ethics": 6, "general_discipline": 5, "general_style": 5,
        "general_innovation": 4, "general_self_criticism": 3, "results_quantity": 20, "results_quality": "22.5",
        "results_progress": "17.5", "results_ad_hoc": 1, "results_initiative": 0}"#;
    let rating = Case::from_json(&city, "member", facts).unwrap().rate();
    assert_eq!(rating.score().unwrap().to_string(), "90");
    // The sum is computed, so stating it is an error that says what to state.
    let rating = Case::from_json(&city, "member", r#"{"score_general": 28}"#).unwrap().rate();
    assert_eq!(rating.outcome(), Outcome::Invalid);
    assert!(rating.problems()[0].expected.to_string().contains("general_stance"));
    // Items beyond their largest points are no points.
    let rating = Case::from_json(&city, "member", r#"{"general_stance": "6.01"}"#).unwrap().rate();
    assert_eq!(rating.problems()[0].code.name(), "out_of_bounds");
}

#[test]
fn points_that_do_not_add_up() {
    let found = overlay_faults(|overlay| overlay["subjects"][0]["points"][0]["items"][0]["max"] = json!("5"));
    single(&found, "/subjects/0/points/0/items", "bad_sum", "30", "29");
    let found = overlay_faults(|overlay| overlay["subjects"][0]["points"][0]["fact"] = json!("score_generl"));
    single(&found, "/subjects/0/points/0/fact", "unknown_name", "score_general", "score_generl");
    let found = overlay_faults(|overlay| overlay["subjects"][0]["points"][1]["items"][2]["label"]["vi"] = json!(""));
    single(&found, "/subjects/0/points/1/items/2/label/vi", "empty_text", "not empty", "\"\"");
    let found =
        overlay_faults(|overlay| overlay["subjects"][0]["points"][1]["items"][2]["name"] = json!("tasks_done"));
    assert_eq!(found[0].1, "duplicate_name", "{found:#?}");
}

#[test]
fn an_overlay_that_names_what_the_base_does_not_have() {
    let rule = json!({"id": "member.trigger.nothing", "provenance": "local",
        "citation": {"instrument": "bang-diem-mau", "place": "mục 9"}, "words": {"vi": "x", "en": "x"},
        "condition": {"holds": "degradation_concluded"}});
    let found = overlay_faults(|overlay| {
        overlay["subjects"][0]["replace"] = json!({"triggers": [rule]});
    });
    single(&found, "/subjects/0/replace/triggers/0/id", "unknown_rule", "base", "member.trigger.nothing");
    let mut added = rule.clone();
    added["condition"] = json!({"holds": "no_such_fact"});
    let found = overlay_faults(|overlay| overlay["subjects"][0]["add"] = json!({"triggers": [added]}));
    single(&found, "/subjects/0/add/triggers/0/condition/holds", "unknown_name", "fact", "no_such_fact");
    let found = overlay_faults(|overlay| overlay["extends"]["version"] = json!("0.9.0"));
    let version = Rulebook::builtin("366-qd-tw").unwrap().version().to_owned();
    single(&found, "/extends/version", "wrong_base", &version, "0.9.0");
    let found = overlay_faults(|overlay| overlay["subjects"][0]["kind"] = json!("membr"));
    single(&found, "/subjects/0/kind", "unknown_name", "member", "membr");
    let found = overlay_faults(|overlay| overlay["policies"][0]["name"] = json!("on_gaps"));
    single(&found, "/policies/0/name", "unknown_name", "on_gap", "on_gaps");
    let found = overlay_faults(|overlay| overlay["policies"][0]["default"] = json!("higher"));
    single(&found, "/policies/0/default", "unknown_name", "on_gap", "higher");
}

#[test]
fn an_overlay_is_judged_as_a_whole() {
    let found = overlay_faults(|overlay| {
        overlay["policies"][0]["name"] = json!("on_gaps");
        overlay["subjects"][0]["points"][0]["items"][0]["max"] = json!("-6");
        overlay["subjects"][0]["points"][1]["items"][2]["name"] = json!("tasks_done");
    });
    let places: Vec<&str> = found.iter().map(|fault| fault.0.as_str()).collect();
    assert!(places.contains(&"/policies/0/name"), "{places:?}");
    assert!(places.contains(&"/subjects/0/points/0/items/0/max"), "{places:?}");
    assert!(found.iter().any(|fault| fault.1 == "duplicate_name"), "{found:#?}");
}

#[test]
fn an_overlay_changes_a_rule_once() {
    let head = json!({"citation": {"instrument": "366-qd-tw", "place": "1"}, "words": {"vi": "x", "en": "x"}, "provenance": "local"});
    let with = |more: Value| {
        let mut rule = head.clone();
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let found = overlay_faults(|overlay| {
        let share = json!({"share": {"part": "tasks_not_done", "whole": "tasks_assigned", "op": ">", "than": "40%"}});
        let replaced = with(json!({"id": "member.trigger.tasks", "condition": share}));
        overlay["subjects"][0]["replace"]["triggers"] = json!([replaced]);
        overlay["subjects"][0]["tighten"] = json!([with(json!({"rule": "member.trigger.tasks", "to": "30%"}))]);
    });
    single(
        &found,
        "/subjects/0/tighten/0/rule",
        "duplicate_name",
        "each rule of the base changed once",
        "`member.trigger.tasks`",
    );
}

#[test]
fn a_condition_has_one_form() {
    let found = faults(|document| {
        document["subjects"][0]["triggers"][0]["condition"] =
            json!({"holds": "degradation_concluded", "not": "always"});
    });
    assert_eq!((found.len(), found[0].0.as_str(), found[0].1), (1, "/subjects/0/triggers/0/condition", "bad_count"));
    assert!(found[0].2.contains("exactly one of the keys `all`, `any`, `not`, `holds`"));
}

#[test]
fn an_overlay_adds_and_replaces_rules() {
    let base = Rulebook::builtin("366-qd-tw").unwrap();
    let local = json!({"instrument": "x", "place": "mục 1"});
    let overlay = json!({"id": "local", "version": "1", "title": {"vi": "x", "en": "x"},
        "extends": {"id": "366-qd-tw", "version": base.version()},
        "instruments": [{"id": "x", "number": "1", "kind": {"vi": "x", "en": "x"}, "issuer": {"vi": "x", "en": "x"},
            "date": "2025-12-01", "in_force": {"from": "2025-12-01"}}],
        "subjects": [{"kind": "member",
            "replace": {"triggers": [{"id": "member.trigger.tasks", "citation": local, "provenance": "local",
                "words": {"vi": "Trên 40 %", "en": "Over 40 %"},
                "condition": {"share": {"part": "tasks_not_done", "whole": "tasks_assigned", "op": ">", "than": "40%"}}}]},
            "add": {"ceilings": [{"id": "member.local", "citation": local, "provenance": "local",
                "words": {"vi": "x", "en": "x"}, "at_most": {"level": "good"},
                "condition": {"compare": {"left": "score_general", "op": "<", "right": "25"}}}]}}]});
    let local = base.with_overlay(&overlay.to_string()).unwrap();
    let rate = |rulebook: &Rulebook, done: i64, general: i64| {
        let facts = json!({"score_general": general, "score_results": 70, "tasks_assigned": 10, "tasks_done": done,
            "tasks_late": 0, "tasks_below_standard": 0, "tasks_exceeded": done.min(5), "shortcomings_noted": 0,
            "degradation_concluded": false, "conduct_breach_concluded": false, "discipline_on_duty": "none",
            "exempt_from_activities": false, "suspended_from_activities": false, "admitted_on": "2010-01-01",
            "period_end": "2025-12-31"});
        let rating = Case::from_json(rulebook, "member", &facts.to_string()).unwrap().rate();
        (rating.at_least().unwrap().to_owned(), rating.at_most().unwrap().to_owned())
    };
    let text = |low: &str, high: &str| (low.to_owned(), high.to_owned());
    assert_eq!(rate(&base, 5, 25), text("not_completed", "good"));
    assert_eq!(rate(&local, 5, 25), text("not_completed", "not_completed"));
    assert_eq!(rate(&local, 6, 25), text("not_completed", "good"));
    assert_eq!(rate(&base, 10, 24), text("excellent", "excellent"));
    assert_eq!(rate(&local, 10, 24), text("good", "good"));
    assert_eq!(rate(&local, 10, 25), text("excellent", "excellent"));
}
