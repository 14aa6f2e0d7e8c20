//! What the document model can say and the built-in rulebook does not use: absence, clamps, sums of parts, parts of the
//! text that were not read, a kind with dates of its own.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use serde_json::{Value, json};
use xeploai::{Case, Outcome, Rulebook};

const MEMBER: &str = r#"{"period_end": "2025-12-31", "admitted_on": "2010-05-19", "exempt_from_activities": false,
    "suspended_from_activities": false, "score_general": 28, "score_results": 65, "tasks_assigned": 10,
    "tasks_done": 10, "tasks_late": 0, "tasks_below_standard": 0, "tasks_exceeded": 3, "shortcomings_noted": 0,
    "degradation_concluded": false, "conduct_breach_concluded": false, "discipline_on_duty": "none"}"#;

/// The built-in rulebook after a change of its member kind.
fn changed(change: impl FnOnce(&mut Value)) -> Rulebook {
    let mut document: Value = serde_json::from_str(&xeploai::builtin::text("366-qd-tw").unwrap()).unwrap();
    change(&mut document["subjects"][0]);
    Rulebook::from_json(&document.to_string()).unwrap()
}

/// The result for the member with other facts; null takes one away.
fn rate(rulebook: &Rulebook, facts: &Value) -> Value {
    let mut member: Value = serde_json::from_str(MEMBER).unwrap();
    for (name, value) in facts.as_object().unwrap() {
        member[name] = value.clone();
    }
    let rating = Case::from_json(rulebook, "member", &member.to_string()).unwrap().rate();
    serde_json::from_str(&rating.to_json()).unwrap()
}

fn fact(subject: &mut Value, name: &str, key: &str, value: Value) {
    let facts = subject["facts"].as_array_mut().unwrap();
    facts.iter_mut().find(|fact| fact["name"] == name).unwrap()[key] = value;
}

#[test]
fn absence_is_invalid_always_or_where_a_condition_holds_or_stands_for_a_value() {
    let rulebook = changed(|subject| {
        fact(subject, "tasks_done", "absent", json!("invalid"));
        let when = json!({"compare": {"left": "discipline_on_duty", "op": ">=", "right": "reprimand"}});
        fact(subject, "discipline_for_earlier_violation", "absent", json!({"invalid_when": when}));
        fact(subject, "conduct_breach_concluded", "absent", json!({"stands_for": false}));
    });
    let found = rate(&rulebook, &json!({"tasks_done": null}));
    assert_eq!(
        (&found["problems"][0]["field"], &found["problems"][0]["code"]),
        (&json!("tasks_done"), &json!("required"))
    );
    assert_eq!(rate(&rulebook, &json!({}))["outcome"], "rated");
    let found = rate(&rulebook, &json!({"discipline_on_duty": "warning"}));
    assert_eq!(found["problems"][0]["field"], "discipline_for_earlier_violation");
    assert_eq!(rate(&rulebook, &json!({"conduct_breach_concluded": null}))["level"], "excellent");
    assert_eq!(
        rate(&rulebook, &json!({"conduct_breach_concluded": true, "self_detected_and_remedied": false}))["level"],
        "not_completed"
    );
}

#[test]
fn a_clamp_keeps_a_measure_and_is_noted() {
    let rulebook = changed(|subject| subject["measures"][0]["clamp"] = json!({"min": "0", "max": "89.5"}));
    let found = rate(&rulebook, &json!({}));
    assert_eq!((&found["score"], &found["by_score"]), (&json!("89.5"), &json!("good")));
    assert_eq!(found["notes"][0]["code"], "clamped");
    let found = rate(&rulebook, &json!({"score_results": 61}));
    assert_eq!(found["score"], "89");
    assert!(!found["notes"].as_array().unwrap().iter().any(|note| note["code"] == "clamped"));
}

#[test]
fn parts_are_at_most_their_whole() {
    let rulebook = changed(|subject| {
        let sum = json!({"sum_at_most": {"parts": ["tasks_late", "tasks_exceeded"], "whole": "tasks_assigned"}});
        subject["constraints"].as_array_mut().unwrap().push(sum);
    });
    let facts = |late: i64, exceeded: i64| json!({"tasks_late": late, "tasks_below_standard": late, "tasks_exceeded": exceeded});
    assert_eq!(rate(&rulebook, &facts(4, 6))["problems"], json!([]));
    let found = rate(&rulebook, &facts(5, 6));
    let fields: Vec<&Value> = found["problems"].as_array().unwrap().iter().map(|problem| &problem["field"]).collect();
    assert_eq!(fields, ["tasks_late", "tasks_exceeded"]);
    let expected = "tasks_late + tasks_exceeded <= tasks_assigned (10), together 11";
    assert!(found["problems"].as_array().unwrap().iter().all(|problem| problem["expected"] == expected));
    assert_eq!(rate(&rulebook, &json!({"tasks_late": null, "tasks_exceeded": 10}))["problems"], json!([]));
}

/// The codes and names of the notes that are about a rule or a choice.
fn noted(found: &Value) -> Vec<(&str, &str)> {
    let notes = found["notes"].as_array().unwrap();
    notes.iter().filter_map(|note| Some((note["code"].as_str()?, note["rule"].as_str()?))).collect()
}

#[test]
fn a_result_that_turns_on_a_choice_says_so_and_others_do_not() {
    let rulebook = Rulebook::builtin("132-qd-tw-hd21").unwrap();
    let whole = json!({"period_end": "2021-12-31", "established_on": "2015-01-01", "outstanding": false,
        "criteria": [{"group": "result", "grade": "good"}, {"group": "other", "grade": "good"}], "tasks_assigned": 10,
        "tasks_done": 4, "key_tasks_all_done": true, "unit_rating": "good", "disciplined": false, "member_discipline_on_duty": "none",
        "member_discipline_other": "none", "discipline_already_counted": false, "disunity_concluded": false,
        "member_degradation_concluded": false, "force_majeure": false});
    let rate = |change: Value, option: &str| -> Value {
        let mut case = whole.clone();
        for (name, value) in change.as_object().unwrap() {
            case[name] = value.clone();
        }
        let case = Case::from_json(&rulebook, "leadership_collective", &case.to_string()).unwrap();
        let policies = rulebook.policies([("key_tasks", option)]).unwrap();
        serde_json::from_str(&case.rate_with(&policies).unwrap().to_json()).unwrap()
    };
    // 4 of 10, key tasks done: “and” is good, the other two not completed.
    let found = rate(json!({}), "and");
    assert_eq!((&found["level"], noted(&found)), (&json!("good"), vec![("choice", "key_tasks")]));
    let rests = found["notes"].as_array().unwrap().iter().find(|note| note["code"] == "provenance").unwrap();
    assert!(rests["words"]["en"].as_str().unwrap().contains("inferred"));
    assert_eq!(rate(json!({}), "or")["level"], "not_completed");
    assert_eq!(noted(&rate(json!({}), "or")), [("choice", "key_tasks")]);
    // 9 of 10 with the key tasks done: whatever is chosen, the level is the same.
    assert_eq!(noted(&rate(json!({"tasks_done": 9}), "and")), []);
    // Where another rule settles the level, the choice does not matter.
    assert_eq!(noted(&rate(json!({"disunity_concluded": true}), "and")), []);
    // An option that reads what was not stated says nothing about what it would give.
    assert_eq!(noted(&rate(json!({"key_tasks_all_done": null}), "half_only")), []);
    // Of the options only the chosen one is read.
    let read = |option: &str| {
        let found = rate(json!({}), option);
        let findings = found["findings"].as_array().unwrap();
        let tasks = findings.iter().find(|finding| finding["rule"] == "leadership_collective.trigger.tasks").unwrap();
        tasks["values"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(read("and"), ["force_majeure", "key_tasks_all_done", "tasks_assigned", "tasks_done"]);
    assert_eq!(read("half_only"), ["force_majeure", "tasks_assigned", "tasks_done"]);
}

#[test]
fn a_quota_that_was_not_read_is_noted_as_such() {
    let notes = |id: &str, facts: Value| -> Vec<String> {
        let rulebook = Rulebook::builtin(id).unwrap();
        let rating = Case::from_json(&rulebook, "leader", &facts.to_string()).unwrap().rate();
        let found: Value = serde_json::from_str(&rating.to_json()).unwrap();
        assert_eq!(found["level"], "excellent");
        let notes = found["notes"].as_array().unwrap();
        let told =
            |note: &Value| format!("{} {}", note["code"].as_str().unwrap(), note["citation"].as_str().unwrap());
        notes.iter().map(told).collect()
    };
    let leader = json!({"period_end": "2017-12-31", "exemplary": true, "outstanding": true, "tasks_assigned": 5, "tasks_done": 5,
        "tasks_below_standard": 0, "unit_tasks_assigned": 10, "unit_tasks_done": 10, "unit_tasks_below_standard": 0,
        "unit_tasks_exceeded": 5, "children_total": 0, "children_not_completed": 0, "children_good_or_better": 0,
        "degradation_concluded": false, "discipline_on_duty": "none", "discipline_other": "none",
        "subordinate_corruption_handled": false});
    let quota = "27-HD/BTCTW tỷ lệ: chưa đọc";
    assert_eq!(notes("hd-27-2014", leader), [format!("provenance {quota}"), format!("quota {quota}")]);
}

#[test]
fn what_was_not_read_leaves_the_result_to_the_authority_but_for_a_trigger() {
    let rulebook = changed(|subject| {
        subject["unread"] = json!([{"id": "member.unread", "provenance": "inferred",
            "citation": {"instrument": "366-qd-tw", "place": "Điều 99"}, "words": {"vi": "Chưa đọc", "en": "Not read"}}]);
    });
    let found = rate(&rulebook, &json!({}));
    assert_eq!((&found["outcome"], &found["at_least"]), (&json!("authority_decides"), &json!("not_completed")));
    assert!(found["notes"].as_array().unwrap().iter().any(|note| note["code"] == "unread"));
    let trigger = json!({"degradation_concluded": true, "self_detected_and_remedied": false});
    assert_eq!(rate(&rulebook, &trigger)["level"], "not_completed");
}

#[test]
fn a_kind_may_be_in_force_for_a_shorter_time() {
    let rulebook = changed(|subject| subject["in_force"] = json!({"from": "2025-08-30", "to": "2026-06-30"}));
    assert_eq!(rate(&rulebook, &json!({"period_end": "2026-06-30"}))["outcome"], "rated");
    assert_eq!(rate(&rulebook, &json!({"period_end": "2026-07-01"}))["problems"][0]["code"], "not_in_force");
}

#[test]
fn policies_of_another_rulebook_are_refused() {
    let (one, other) = (Rulebook::builtin("366-qd-tw").unwrap(), changed(|subject| subject["quotas"] = json!([])));
    let case = || Case::from_json(&one, "member", MEMBER).unwrap();
    assert!(case().rate_with(other.default_policies()).is_err());
    assert_eq!(case().rate_with(&one.policies([("on_gap", "lower")]).unwrap()).unwrap().outcome(), Outcome::Rated);
}
