//! Local regulations on top of central ones: what an overlay can add, replace and tighten, what is refused, and the report
//! of what it changes against its base.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use serde_json::{Value, json};
use xeploai::changes::{Change, Effect, Part};
use xeploai::{Case, Language, Rulebook};

fn base() -> Rulebook {
    Rulebook::builtin("366-qd-tw").unwrap()
}

fn words() -> Value {
    json!({"vi": "Quy tắc của địa phương", "en": "A local rule"})
}

fn rule(id: &str, condition: Value) -> Value {
    json!({"id": id, "citation": {"instrument": "local-text", "place": "mục 2"}, "words": words(),
        "provenance": "local", "condition": condition})
}

fn tightened(id: &str, to: Value) -> Value {
    json!({"rule": id, "to": to, "citation": {"instrument": "local-text", "place": "mục 3"}, "words": words(),
        "provenance": "local"})
}

/// The template of an overlay on a base, changed.
fn overlay(base: &Rulebook, change: impl FnOnce(&mut Value)) -> String {
    let mut overlay: Value = serde_json::from_str(&base.overlay_template()).unwrap();
    change(&mut overlay);
    overlay.to_string()
}

fn with(change: impl FnOnce(&mut Value)) -> Rulebook {
    base().with_overlay(&overlay(&base(), change)).unwrap_or_else(|error| panic!("{error}"))
}

/// The overlay with the member kind changed; it is the first of the template.
fn member(change: impl FnOnce(&mut Value)) -> Rulebook {
    with(|overlay| change(&mut overlay["subjects"][0]))
}

fn faults(change: impl FnOnce(&mut Value)) -> Vec<(String, &'static str, String, String)> {
    let error = base().with_overlay(&overlay(&base(), change)).unwrap_err();
    error.faults.into_iter().map(|fault| (fault.pointer, fault.code.name(), fault.expected.en, fault.found)).collect()
}

fn rate(rulebook: &Rulebook, facts: &Value) -> Value {
    let mut case = json!({"period_end": "2025-12-31", "admitted_on": "2010-05-19", "exempt_from_activities": false,
        "suspended_from_activities": false, "score_general": 28, "score_results": 65, "tasks_assigned": 10,
        "tasks_done": 10, "tasks_late": 0, "tasks_below_standard": 0, "tasks_exceeded": 3, "shortcomings_noted": 0,
        "degradation_concluded": false, "conduct_breach_concluded": false, "discipline_on_duty": "none",
        "discipline_for_earlier_violation": false, "self_detected_and_remedied": false});
    for (name, value) in facts.as_object().unwrap() {
        case[name] = value.clone();
    }
    let rating = Case::from_json(rulebook, "member", &case.to_string()).unwrap().rate();
    serde_json::from_str(&rating.to_json()).unwrap()
}

fn ends(rulebook: &Rulebook, facts: &Value) -> (String, String) {
    let found = rate(rulebook, facts);
    let end = |key: &str| found[key].as_str().unwrap_or_else(|| panic!("{found}")).to_owned();
    (end("at_least"), end("at_most"))
}

fn told(changes: &[Change]) -> Vec<(Part, &str, Effect)> {
    changes.iter().map(|change| (change.part, change.name.as_str(), change.effect)).collect()
}

#[test]
fn every_built_in_rulebook_has_a_valid_overlay_to_start_from() {
    for (id, text) in xeploai::builtin::all() {
        let base = Rulebook::from_json(&text).unwrap();
        let started = base.with_overlay(&base.overlay_template()).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert!(started.changes().is_empty(), "{id}: {:?}", started.changes());
        let layer = started.document().layers.last().unwrap();
        assert_eq!((layer.id.as_str(), layer.digest.as_str()), (base.id(), base.digest()));
        // An editor is offered the names of the base, and the file is of the schema that offers them.
        let schema: Value = serde_json::from_str(&base.overlay_schema()).unwrap();
        let kinds: Vec<&str> = base.subjects().map(|subject| subject.kind.as_str()).collect();
        assert_eq!(schema.pointer("/$defs/SubjectOverlay/properties/kind/enum").unwrap(), &json!(kinds), "{id}");
        assert_eq!(schema.pointer("/$defs/Base/properties/version/const").unwrap(), &json!(base.version()));
    }
}

#[test]
fn numbers_are_tightened_and_the_report_says_so() {
    let tight = member(|member| {
        member["tighten"] = json!([
            tightened("member.excellent.exceeded", json!("40%")),
            tightened("member.completed.late", json!("10%")),
            tightened("member.trigger.tasks", json!("30%")),
            tightened("member.excellent", json!("92.5")),
            tightened("member.quota", json!("15%")),
        ]);
    });
    let base = base();
    assert_eq!(ends(&base, &json!({})), ends(&tight, &json!({"tasks_exceeded": 4})));
    assert_eq!(ends(&tight, &json!({})), ("good".to_owned(), "good".to_owned()));
    // 92 points are excellent at the centre and good here; 92.5 are excellent in both.
    let points = |results: &str| json!({"score_results": results, "tasks_exceeded": 4});
    assert_eq!(
        (rate(&base, &points("64"))["level"].clone(), rate(&tight, &points("64"))["level"].clone()),
        (json!("excellent"), json!("good"))
    );
    assert_eq!(rate(&tight, &points("64.5"))["level"], "excellent");
    // 40 % not done: the centre leaves it to the authority, here it is the lowest level.
    let undone = json!({"tasks_done": 6});
    assert_eq!(ends(&base, &undone).1, "good");
    assert_eq!(rate(&tight, &undone)["level"], "not_completed");
    let note = rate(&tight, &undone)["notes"].to_string();
    assert!(note.contains("Rests on local rules: … mục 3"), "{note}");

    let changes = tight.changes();
    assert!(changes.iter().all(|change| change.effect == Effect::Stricter), "{changes:#?}");
    let mut names: Vec<(Part, &str)> = changes.iter().map(|change| (change.part, change.name.as_str())).collect();
    names.sort_by_key(|(_, name)| *name);
    assert_eq!(
        names,
        [
            (Part::Condition, "member.completed.late"),
            (Part::Band, "member.excellent"),
            (Part::Condition, "member.excellent.exceeded"),
            (Part::Quota, "member.quota"),
            (Part::Trigger, "member.trigger.tasks"),
        ]
    );
    let exceeded = changes.iter().find(|change| change.name == "member.excellent.exceeded").unwrap();
    assert!(
        exceeded
            .words(Language::English)
            .contains("tasks_exceeded / tasks_assigned >= 30% → tasks_exceeded / tasks_assigned >= 40%")
    );
    assert!(
        exceeded.words(Language::Vietnamese).starts_with("chặt hơn: đổi điều kiện member: member.excellent.exceeded")
    );
}

#[test]
fn codes_are_tightened_by_their_order() {
    let base = Rulebook::builtin("132-qd-tw-hd21").unwrap();
    let change = |id: &str, to: Value| {
        overlay(&base, |overlay| {
            let subjects = overlay["subjects"].as_array_mut().unwrap();
            let leader = subjects.iter_mut().find(|subject| subject["kind"] == "leader").unwrap();
            leader["tighten"] = json!([tightened(id, to)]);
        })
    };
    // The sick leave of a ceiling from two months on: more are held down.
    let tight = base.with_overlay(&change("leader.ceiling.sick", json!("2"))).unwrap();
    assert_eq!(told(&tight.changes()), [(Part::Ceiling, "leader.ceiling.sick", Effect::Stricter)]);
    let refused = base.with_overlay(&change("leader.ceiling.sick", json!(4))).unwrap_err();
    assert_eq!(refused.faults[0].code.name(), "not_stricter");

    let tight = member(|member| {
        member["add"]["triggers"] = json!([rule(
            "member.local",
            json!({"compare":
            {"left": "discipline_on_duty", "op": ">=", "right": "warning"}})
        )]);
    });
    let again = tight.with_overlay(&overlay(&tight, |overlay| {
        overlay["id"] = json!("local-of-local");
        overlay["instruments"][0]["id"] = json!("second-text");
        let mut change = tightened("member.local", json!("reprimand"));
        change["citation"]["instrument"] = json!("second-text");
        overlay["subjects"][0]["tighten"] = json!([change]);
    }));
    let again = again.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(told(&again.changes()), [(Part::Trigger, "member.local", Effect::Stricter)]);
    assert_eq!(again.document().layers.len(), 2);
}

#[test]
fn what_is_not_stricter_or_has_no_single_number_is_refused() {
    for (id, to, code, place) in [
        ("member.excellent.exceeded", json!("30%"), "not_stricter", "to"),
        ("member.excellent.exceeded", json!("29.9%"), "not_stricter", "to"),
        ("member.completed.late", json!("25%"), "not_stricter", "to"),
        ("member.trigger.tasks", json!("60%"), "not_stricter", "to"),
        ("member.excellent", json!("89"), "not_stricter", "to"),
        ("member.quota", json!("25%"), "not_stricter", "to"),
        ("member.excellent.exceeded", json!("forty"), "not_stricter", "to"),
        ("member.excellent.exceeded", json!(true), "not_stricter", "to"),
        ("member.excellent.done", json!("100%"), "type_mismatch", "rule"),
        ("member.trigger.degradation", json!(1), "type_mismatch", "rule"),
        ("member.not_completed", json!("40"), "type_mismatch", "rule"),
        ("member.excellent.exceded", json!("40%"), "unknown_rule", "rule"),
    ] {
        let found = faults(|overlay| overlay["subjects"][0]["tighten"] = json!([tightened(id, to.clone())]));
        assert_eq!(found.len(), 1, "{id} {to}: {found:#?}");
        assert_eq!(
            (found[0].0.as_str(), found[0].1),
            (&*format!("/subjects/0/tighten/0/{place}"), code),
            "{id} {to}"
        );
    }
    let found = faults(|overlay| {
        overlay["subjects"][0]["tighten"] = json!([tightened("member.excellent.exceded", json!("40%"))]);
    });
    assert!(found[0].2.contains("did you mean `member.excellent.exceeded`"), "{found:#?}");
    // A band above the next one leaves no scores between: that is said where the overlay says it.
    let found = faults(|overlay| overlay["subjects"][0]["tighten"] = json!([tightened("member.good", json!("95"))]));
    assert!(found.iter().all(|fault| fault.0.starts_with("/subjects/0/tighten/0")), "{found:#?}");
}

#[test]
fn an_overlay_brings_facts_values_choices_measures_conditions_and_quotas_of_its_own() {
    let local = with(|overlay| {
        overlay["enumerations"] = json!([{"name": "attendance", "ordered": true, "values": [
            {"code": "low", "label": {"vi": "Ít", "en": "Low"}}, {"code": "full", "label": {"vi": "Đủ", "en": "Full"}}]}]);
        overlay["new_policies"] = json!([{"name": "attendance_counts", "label": words(), "words": words(),
            "citation": {"instrument": "local-text", "place": "mục 4"}, "provenance": "local", "default": "yes", "options": [
                {"code": "yes", "label": {"vi": "Có", "en": "Yes"}}, {"code": "no", "label": {"vi": "Không", "en": "No"}}]}]);
        let member = &mut overlay["subjects"][0];
        member["add"]["facts"] = json!([
            {"name": "attendance", "type": {"enumeration": "attendance"}, "label": {"vi": "Dự họp", "en": "Attendance"}},
            {"name": "meetings", "type": {"integer": {"min": 0, "max": 100}}, "label": {"vi": "Số cuộc họp", "en": "Meetings"}},
            {"name": "meetings_missed", "type": {"integer": {"min": 0, "max": 100}}, "label": {"vi": "Số lần vắng", "en": "Missed"}}]);
        member["add"]["constraints"] = json!([{"rising": ["meetings_missed", "meetings"]}]);
        member["add"]["measures"] = json!([{"name": "meetings_attended", "label": {"vi": "Số lần dự", "en": "Attended"},
            "formula": {"sum": {"plus": ["meetings"], "minus": ["meetings_missed"]}}}]);
        member["add"]["conditions"] = json!([{"level": "excellent", "conditions": [rule("member.excellent.attendance",
            json!({"policy": {"name": "attendance_counts", "cases": [
                {"option": "yes", "condition": {"share": {"part": "meetings_attended", "whole": "meetings", "op": ">=", "than": "90%"}}},
                {"option": "no", "condition": "always"}]}}))]}]);
        member["add"]["ceilings"] = json!([rule(
            "member.ceiling.attendance",
            json!({"compare": {"left": "attendance", "op": "=", "right": "low"}})
        )]);
        member["add"]["ceilings"][0]["at_most"] = json!({"level": "completed"});
        let mut second = serde_json::to_value(&base().document().subjects[0].quotas[0]).unwrap();
        second["id"] = json!("member.quota.cell");
        second["group_by"] = json!(["cell"]);
        member["add"]["quotas"] = json!([second]);
    });
    let facts =
        |attendance: &str, missed: i64| json!({"attendance": attendance, "meetings": 10, "meetings_missed": missed});
    assert_eq!(rate(&local, &facts("full", 1))["level"], "excellent");
    assert_eq!(rate(&local, &facts("full", 2))["level"], "good");
    assert_eq!(rate(&local, &facts("low", 0))["level"], "completed");
    assert_eq!(rate(&local, &facts("full", 11))["problems"][0]["field"], "meetings_missed");
    assert_eq!(rate(&local, &json!({}))["missing"], json!(["attendance", "meetings", "meetings_missed"]));
    let changes = local.changes();
    let found = told(&changes);
    for change in [
        (Part::Condition, "member.excellent.attendance", Effect::Stricter),
        (Part::Ceiling, "member.ceiling.attendance", Effect::Stricter),
        (Part::Quota, "member.quota.cell", Effect::Stricter),
        (Part::Policy, "attendance_counts", Effect::Neutral),
    ] {
        assert!(found.contains(&change), "{found:#?}");
    }
    let fault = faults(|overlay| {
        overlay["subjects"][0]["add"]["conditions"] =
            json!([{"level": "not_completed", "conditions": [rule("x", json!("always"))]}]);
    });
    assert_eq!((fault[0].0.as_str(), fault[0].1), ("/subjects/0/add/conditions/0/level", "unknown_name"));
}

#[test]
fn what_is_more_lenient_stands_first_in_the_report() {
    let lenient = member(|member| {
        member["replace"]["triggers"] =
            json!([rule("member.trigger.degradation", json!({"holds": "degradation_concluded"}))]);
        member["replace"]["triggers"][0]["escapes"] = json!([
            rule("member.escape.degradation", json!({"holds": "self_detected_and_remedied"})),
            rule("member.escape.local", json!("always"))
        ]);
        member["replace"]["conditions"] = json!([
            rule(
                "member.excellent.exceeded",
                json!({"share": {"part": "tasks_exceeded", "whole": "tasks_assigned", "op": ">=", "than": "20%"}})
            ),
            rule(
                "member.good.clean",
                json!({"share": {"part": "tasks_below_standard", "whole": "tasks_assigned", "op": "<=", "than": "5%"}})
            ),
        ]);
        let mut quota = serde_json::to_value(&base().document().subjects[0].quotas[0]).unwrap();
        quota["rate"] = json!("30%");
        quota["exceptional_rate"] = json!("35%");
        member["replace"]["quotas"] = json!([quota]);
    });
    let changes = lenient.changes();
    assert_eq!(
        told(&changes),
        [
            (Part::Condition, "member.excellent.exceeded", Effect::MoreLenient),
            (Part::Escape, "member.escape.local", Effect::MoreLenient),
            (Part::Quota, "member.quota", Effect::MoreLenient),
            (Part::Quota, "member.quota (exceptional_rate)", Effect::MoreLenient),
            // A condition of another form is shown and not compared.
            (Part::Condition, "member.good.clean", Effect::NotCompared),
        ]
    );
    // The other way round the same changes are stricter.
    let back = base().changes_against(&lenient);
    assert_eq!(back.iter().filter(|change| change.effect == Effect::Stricter).count(), 4, "{back:#?}");
}

#[test]
fn a_table_of_points_moves_nobody() {
    let text = include_str!("../../examples/overlays/thanh-pho-mau.json");
    let changes = base().with_overlay(text).unwrap().changes();
    let points: Vec<&Change> = changes.iter().filter(|change| change.part == Part::Fact).collect();
    assert!(points.iter().any(|change| change.name == "score_general" && change.effect == Effect::Neutral));
    assert!(!changes.iter().any(|change| change.part == Part::Measure), "{changes:#?}");
}

#[test]
fn an_overlay_is_for_some_kinds_a_province_and_a_time() {
    let local = with(|overlay| {
        overlay["province"] = json!("thanh-pho-mau");
        overlay["kinds"] = json!(["member", "leader"]);
        overlay["subjects"] = json!([]);
        overlay["in_force"] = json!({"from": "2025-12-01", "to": "2026-11-30"});
        overlay["caveats"] = json!([{"id": "local.unread", "citation": {"instrument": "local-text", "place": "toàn văn"},
            "words": {"vi": "Chưa đọc", "en": "Not read"}, "provenance": "inferred"}]);
    });
    let kinds: Vec<&str> = local.subjects().map(|subject| subject.kind.as_str()).collect();
    assert_eq!((kinds.as_slice(), local.province()), (["member", "leader"].as_slice(), Some("thanh-pho-mau")));
    assert_eq!(rate(&local, &json!({"period_end": "2025-11-30"}))["problems"][0]["code"], "not_in_force");
    assert_eq!(rate(&local, &json!({"period_end": "2026-12-01"}))["problems"][0]["code"], "not_in_force");
    // The caveat stands on every result, whatever it is.
    for facts in [
        json!({}),
        json!({"tasks_done": "x"}),
        json!({"exempt_from_activities": true}),
        json!({"score_general": null}),
    ] {
        assert_eq!(rate(&local, &facts)["notes"][0]["code"], "caveat", "{facts}");
    }
    let changes = local.changes();
    let dropped: Vec<&str> =
        changes.iter().filter(|change| change.part == Part::Kind).map(|change| change.name.as_str()).collect();
    assert_eq!(dropped, ["leadership_collective", "party_organization"]);
    let found = faults(|overlay| overlay["kinds"] = json!(["membr"]));
    assert_eq!((found[0].0.as_str(), found[0].1), ("/kinds/0", "unknown_name"), "{found:#?}");
    let found = faults(|overlay| overlay["province"] = json!("thành phố"));
    assert_eq!((found[0].0.as_str(), found[0].1), ("/province", "bad_name"), "{found:#?}");
}

#[test]
fn a_kind_in_force_for_a_shorter_time_is_narrowed_at_both_ends() {
    let base = Rulebook::builtin_on("nd-90-2020", xeploai::date::parse_date("2024-12-31").unwrap()).unwrap();
    let local = overlay(&base, |overlay| overlay["in_force"] = json!({"from": "2024-01-01", "to": "2025-06-30"}));
    let local = base.with_overlay(&local).unwrap();
    let days = |kind: &str| {
        let period = local.subject(kind).unwrap().in_force.clone();
        period.map(|period| (period.from, period.to.unwrap()))
    };
    assert_eq!(days("civil_servant"), Some(("2024-01-01".to_owned(), "2025-06-30".to_owned())));
    assert_eq!(days("public_employee"), None);
}

/// Adding conditions, triggers and ceilings and tightening numbers never lifts anybody.
#[test]
fn a_stricter_overlay_never_gives_a_higher_level() {
    let tight = member(|member| {
        member["tighten"] = json!([
            tightened("member.excellent.exceeded", json!("50%")),
            tightened("member.completed.late", json!("0%")),
            tightened("member.trigger.tasks", json!("20%")),
            tightened("member.good", json!("75")),
        ]);
        member["add"]["ceilings"] =
            json!([rule("member.local", json!({"compare": {"left": "score_general", "op": "<", "right": "20"}}))]);
        member["add"]["ceilings"][0]["at_most"] = json!({"level": "good"});
    });
    let base = base();
    let rank = |level: &str| {
        ["not_completed", "completed", "good", "excellent"].iter().position(|known| *known == level).unwrap()
    };
    let mut lower = 0;
    for general in [10, 19, 20, 30] {
        for results in [20, 30, 49, 52, 60, 70] {
            for (done, late, exceeded) in [(10, 0, 5), (10, 0, 3), (10, 1, 0), (8, 2, 4), (7, 0, 0), (4, 1, 1)] {
                let facts = json!({"score_general": general, "score_results": results, "tasks_done": done,
                    "tasks_late": late, "tasks_below_standard": late, "tasks_exceeded": exceeded});
                let (one, other) = (ends(&base, &facts), ends(&tight, &facts));
                assert!(
                    rank(&other.0) <= rank(&one.0) && rank(&other.1) <= rank(&one.1),
                    "{facts}: {one:?} {other:?}"
                );
                lower += usize::from(one != other);
            }
        }
    }
    assert!(lower > 30, "{lower}");
}
