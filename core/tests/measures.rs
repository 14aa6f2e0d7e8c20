//! Measures over lists, fractions, counts and runs, standards that were read in part, notices of one level: on the made-up
//! appraisal of a school, three levels without points (`examples/rulebooks`), and on changes of it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use serde_json::{Value, json};
use xeploai::{Case, Language, Rulebook};

const SCHOOL: &str = include_str!("../../examples/rulebooks/school-appraisal.json");

fn changed(change: impl FnOnce(&mut Value)) -> Result<Rulebook, Vec<(String, &'static str)>> {
    let mut document: Value = serde_json::from_str(SCHOOL).unwrap();
    change(&mut document["subjects"][0]);
    load(&document)
}

fn load(document: &Value) -> Result<Rulebook, Vec<(String, &'static str)>> {
    let faults = |error: xeploai::LoadError| {
        error.faults.into_iter().map(|fault| (fault.pointer, fault.code.name())).collect()
    };
    Rulebook::from_json(&document.to_string()).map_err(faults)
}

fn school(change: impl FnOnce(&mut Value)) -> Rulebook {
    changed(change).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn goal(weight: &str, met: bool, late: i64) -> Value {
    json!({"weight": weight, "met": met, "weeks_late": late})
}

fn seen(area: &str, rating: &str) -> Value {
    json!({"area": area, "rating": rating})
}

fn rate(rulebook: &Rulebook, facts: &Value) -> Value {
    let mut case = json!({"period_end": "2026-05-31", "hired_on": "2019-09-01", "lessons": 100, "lessons_held": 100,
        "observations": [seen("teaching", "strong"), seen("teaching", "strong"), seen("care", "strong")],
        "goals": [goal("2", true, 0), goal("1", true, 0)], "warned": false, "appeal_open": false});
    for (name, value) in facts.as_object().unwrap() {
        case[name] = value.clone();
    }
    let rating = Case::from_json(rulebook, "teacher", &case.to_string()).unwrap().rate();
    serde_json::from_str(&rating.to_json()).unwrap()
}

fn level(rulebook: &Rulebook, facts: &Value) -> Value {
    rate(rulebook, facts)["level"].clone()
}

/// What a finding read of a measure.
fn read(found: &Value, rule: &str, name: &str) -> Value {
    let findings = found["findings"].as_array().unwrap();
    findings.iter().find(|finding| finding["rule"] == rule).unwrap()["values"][name].clone()
}

#[test]
fn a_rulebook_of_three_levels_without_points_rates() {
    let school = school(|_| {});
    assert_eq!(level(&school, &json!({})), "exceeds");
    assert_eq!(level(&school, &json!({"lessons_held": 95})), "meets");
    assert_eq!(level(&school, &json!({"lessons_held": 79})), "below");
    assert_eq!(level(&school, &json!({"warned": true})), "below");
    assert_eq!(level(&school, &json!({"hired_on": "2025-09-01"})), "meets");
    assert_eq!(rate(&school, &json!({"hired_on": "2026-02-01"}))["outcome"], "not_rated");
    let found = rate(&school, &json!({"warned": true, "appeal_open": true}));
    assert_eq!(
        (&found["outcome"], &found["at_least"], &found["at_most"]),
        (&json!("authority_decides"), &json!("below"), &json!("exceeds"))
    );
    // Neither “meets” nor a case of “below”: the guide gives no level.
    let found = rate(&school, &json!({"lessons_held": 90}));
    assert_eq!((&found["outcome"], &found["at_most"]), (&json!("authority_decides"), &json!("meets")));
    for language in Language::ALL {
        let case = Case::from_json(&school, "teacher", "{}").unwrap();
        assert!(!case.rate().explain(language).contains('{'));
    }
}

#[test]
fn a_weighted_mean_is_an_exact_fraction() {
    let school = school(|_| {});
    let goals = |goals: Value| json!({"goals": goals});
    let reached =
        |goals: Value| read(&rate(&school, &json!({"goals": goals})), "teacher.exceeds.goals", "goals_reached");
    // (2 × 0.7 + 1) / 3 = 4/5, exactly 3/4 with 3.75 weeks' worth, and a goal that is 12 weeks late counts nothing.
    assert_eq!(reached(json!([goal("2", true, 3), goal("1", true, 0)])), "0.8");
    assert_eq!(reached(json!([goal("1", true, 12), goal("2", true, 1)])), "0.6");
    assert_eq!(reached(json!([goal("0.5", true, 0), goal("1", false, 0)])), "0.3333 (1/3)");
    assert_eq!(level(&school, &goals(json!([goal("3", true, 0), goal("1", false, 0)]))), "exceeds");
    assert_eq!(level(&school, &goals(json!([goal("2.9", true, 0), goal("1", false, 0)]))), "meets");
    // All or nothing: one value missing, no goal, or no list leaves it anywhere from 0 to 1.
    for open in [json!([goal("2", true, 0), {"weight": "1", "met": true}]), json!([]), Value::Null] {
        let found = rate(&school, &json!({"goals": open}));
        assert_eq!((&found["outcome"], &found["missing"]), (&json!("undetermined"), &json!(["goals"])), "{open}");
        assert_eq!(read(&found, "teacher.exceeds.goals", "goals_reached"), json!({"from": "0", "to": "1"}));
    }
    // It is not asked for where it cannot matter.
    assert_eq!(level(&school, &json!({"goals": null, "lessons_held": 95})), "meets");
}

#[test]
fn a_count_of_items_is_known_as_far_as_the_items_are() {
    let school = school(|_| {});
    let observed = |items: Value| rate(&school, &json!({"observations": items}));
    let strong = |found: &Value| read(found, "teacher.exceeds.strong", "strong_observations");
    let open = json!({"area": "care"});
    // Three that are strong suffice, whatever the fourth is; of two it depends.
    let found =
        observed(json!([seen("teaching", "strong"), seen("teaching", "strong"), seen("care", "strong"), open]));
    assert_eq!(strong(&found), json!({"from": 3, "to": 4}));
    assert_eq!(found["at_least"], "exceeds");
    let found = observed(json!([seen("teaching", "strong"), seen("teaching", "strong"), open]));
    assert_eq!((strong(&found), &found["outcome"]), (json!({"from": 2, "to": 3}), &json!("undetermined")));
    let found = observed(json!([seen("teaching", "strong"), seen("care", "sound"), open]));
    assert_eq!((strong(&found), &found["at_most"]), (json!({"from": 1, "to": 2}), &json!("meets")));
    assert_eq!(strong(&observed(json!([]))), json!({"from": 0, "to": 50}));
}

#[test]
fn the_longest_run_is_of_items_that_follow_each_other() {
    let school = school(|teacher| {
        let formula = json!({"longest_run": {"list": "observations", "field": "rating", "op": "=", "value": "weak"}});
        let label = json!({"vi": "Số lần yếu liên tiếp", "en": "Weak in a row"});
        teacher["measures"]
            .as_array_mut()
            .unwrap()
            .push(json!({"name": "weak_in_a_row", "label": label, "formula": formula}));
        teacher["notices"] = json!([{"id": "teacher.help", "citation": {"instrument": "guide", "place": "5"}, "provenance": "local",
            "words": {"vi": "Hai lần yếu liên tiếp: cần kèm cặp.", "en": "Weak twice in a row: needs a mentor."},
            "condition": {"compare": {"left": "weak_in_a_row", "op": ">=", "right": 2}}}]);
    });
    let told = |ratings: &[&str]| {
        let items: Vec<Value> = ratings
            .iter()
            .map(|rating| if rating.is_empty() { json!({"area": "care"}) } else { seen("care", rating) })
            .collect();
        let found = rate(&school, &json!({"observations": items}));
        found["notes"].as_array().unwrap().iter().any(|note| note["rule"] == "teacher.help")
    };
    assert!(told(&["weak", "weak", "strong"]));
    assert!(told(&["sound", "weak", "weak", ""]));
    assert!(!told(&["weak", "sound", "weak"]));
    // The one that is not known might make two; that is not certain, and a notice is told of what is certain.
    assert!(!told(&["weak", "", "sound"]));
}

#[test]
fn a_notice_may_be_told_at_one_level_only() {
    let school = school(|teacher| {
        teacher["notices"] = json!([{"id": "teacher.praise", "citation": {"instrument": "guide", "place": "6"}, "provenance": "local",
            "words": {"vi": "Được khen.", "en": "To be praised."}, "condition": "always", "levels": ["exceeds"]}]);
    });
    let told = |facts: Value| rate(&school, &facts)["notes"].to_string().contains("teacher.praise");
    assert!(told(json!({})));
    assert!(!told(json!({"lessons_held": 95})));
    assert!(!told(json!({"goals": null})));
    let faults = changed(|teacher| {
        teacher["notices"] = json!([{"id": "teacher.praise", "citation": {"instrument": "guide", "place": "6"}, "provenance": "local",
            "words": {"vi": "x", "en": "x"}, "condition": "always", "levels": ["exceeds", "excels"]}]);
    });
    assert_eq!(faults.unwrap_err(), [("/subjects/0/notices/0/levels/1".to_owned(), "unknown_name")]);
}

#[test]
fn a_fraction_is_a_score_is_clamped_and_is_chosen_by_a_policy() {
    let school = school(|teacher| {
        let words = json!({"vi": "Điểm", "en": "Points"});
        let place = json!({"citation": {"instrument": "guide", "place": "7"}, "provenance": "inferred"});
        let measures = teacher["measures"].as_array_mut().unwrap();
        measures.push(json!({"name": "points", "label": words, "source": place, "clamp": {"min": "0", "max": "90"}, "formula":
            {"weighted": {"terms": [{"name": "goals_reached", "times": "100"}, {"name": "strong_observations", "times": "-1/3"}, {"name": "bonus", "times": "1"}]}}}));
        measures.push(json!({"name": "bonus", "label": words, "formula":
            {"either": {"condition": {"holds": "warned"}, "then": "0", "otherwise": "2.5"}}}));
        measures.push(json!({"name": "score", "label": words, "formula": {"policy": {"name": "on_gap", "cases":
            [{"option": "authority", "measure": "points"}, {"option": "lower", "measure": "goals_reached"}]}}}));
        teacher["standards"]["score"] = json!("score");
        for (place, band) in [json!({"below": "50"}), json!({"from": "50", "below": "80"}), json!({"from": "80"})]
            .into_iter()
            .enumerate()
        {
            teacher["standards"]["levels"][place]["band"] = band;
            if place > 0 {
                teacher["standards"]["levels"][place]["conditions"] = json!([]);
            }
        }
    });
    let goals = |met: bool| json!({"goals": [goal("2", true, 0), goal("1", met, 0)]});
    // 100 × 2/3 − 1 + 2.5
    let found = rate(&school, &goals(false));
    assert_eq!((&found["score"], &found["level"]), (&json!("68.1666 (409/6)"), &json!("meets")));
    let rests = found["notes"].to_string();
    assert!(rests.contains("Appraisal Guide 2025 7") && !rests.contains("clamped"), "{rests}");
    // 101.5 is kept at 90, and said so.
    let found = rate(&school, &goals(true));
    assert_eq!((&found["score"], &found["level"]), (&json!("90"), &json!("exceeds")));
    assert!(found["notes"].to_string().contains("clamped"));
    // What the score is made of stands beside it, as the policy chooses.
    let case = json!({"goals": [goal("1", true, 0)], "observations": [seen("care", "sound")], "warned": false});
    let case = Case::from_json(&school, "teacher", &case.to_string()).unwrap();
    let rating = case.rate_with(&school.policies([("on_gap", "lower")]).unwrap()).unwrap();
    assert_eq!(rating.score().unwrap().to_string(), "1");
    // An unknown part leaves an interval, which may settle the level.
    let found = rate(&school, &json!({"goals": null}));
    assert_eq!((&found["score"], &found["missing"]), (&Value::Null, &json!(["goals"])));
    let found = rate(&school, &json!({"goals": [goal("1", true, 0)], "warned": null, "appeal_open": null}));
    assert_eq!((&found["by_score"], &found["score"]), (&json!("exceeds"), &Value::Null));
}

#[test]
fn standards_that_were_read_in_part_leave_what_was_not_read_open() {
    let school = school(|teacher| {
        teacher["unread"] = json!([{"id": "teacher.unread", "citation": {"instrument": "guide", "place": "2.1"}, "provenance": "inferred",
            "words": {"vi": "Chưa đọc", "en": "Not read"}}]);
        teacher["standards"]["levels"][2].as_object_mut().unwrap().remove("conditions");
    });
    let found = rate(&school, &json!({}));
    assert_eq!(
        (&found["outcome"], &found["at_least"], &found["at_most"]),
        (&json!("authority_decides"), &json!("below"), &json!("exceeds"))
    );
    // Nothing that could be stated would tell what the text asks.
    assert_eq!((&found["by_conditions"], &found["missing"]), (&Value::Null, &json!([])));
    assert_eq!(level(&school, &json!({"warned": true})), "below");
    let faults = changed(|teacher| {
        teacher["standards"]["levels"][2].as_object_mut().unwrap().remove("conditions");
    });
    assert_eq!(faults.unwrap_err(), [("/subjects/0/standards/levels/2/conditions".to_owned(), "bad_count")]);
}

#[test]
fn a_list_of_one_field_takes_bare_values() {
    let school = school(|teacher| {
        let list = json!({"list": {"fields": [{"name": "rating", "type": {"enumeration": "rating"}, "label": {"vi": "x", "en": "x"}}], "max_items": 9}});
        teacher["facts"]
            .as_array_mut()
            .unwrap()
            .push(json!({"name": "years", "type": list, "label": {"vi": "Các năm", "en": "Years"}}));
        teacher["notices"] = json!([{"id": "teacher.years", "citation": {"instrument": "guide", "place": "8"}, "provenance": "local",
            "words": {"vi": "x", "en": "x"}, "condition": {"every": {"list": "years", "field": "rating", "op": "=", "value": "strong"}}}]);
    });
    let told = |years: Value| rate(&school, &json!({"years": years}))["notes"].to_string().contains("teacher.years");
    assert!(told(json!(["strong", "strong"])));
    assert!(told(json!(["strong", {"rating": "strong"}])));
    assert!(!told(json!(["strong", null])) && !told(json!(["strong", "weak"])));
    let found = rate(&school, &json!({"years": ["strong", "best", 3, {"rating": "weak", "x": 1}]}));
    let places: Vec<&str> =
        found["problems"].as_array().unwrap().iter().map(|problem| problem["at"].as_str().unwrap()).collect();
    assert_eq!(places, ["/1", "/2", "/3/x"]);
    // A list of several fields does not: the problem says which there are.
    let found = rate(&school, &json!({"goals": ["learn"]}));
    assert_eq!(found["problems"][0]["expected"], "object with name, weight, met, weeks_late");
}

#[test]
fn what_is_asked_of_an_unknown_count_is_the_number_of_the_rule() {
    let school = school(|teacher| {
        let count = json!({"count": {"list": "observations", "field": "rating", "op": "=", "value": "weak"}});
        let measure = json!({"name": "weak", "label": {"vi": "Yếu", "en": "Weak"}, "formula": count});
        teacher["measures"].as_array_mut().unwrap().push(measure);
        let rule = json!({"id": "teacher.meets.weak", "citation": {"instrument": "guide", "place": "2"}, "provenance": "local",
            "words": {"vi": "x", "en": "x"}, "condition": {"compare": {"left": "weak", "op": "<=", "right": 2}}});
        teacher["standards"]["levels"][1]["conditions"] = json!([rule]);
        teacher["standards"]["levels"][2]["conditions"] = json!([rule]);
        teacher["standards"]["levels"][2]["conditions"][0]["id"] = json!("teacher.exceeds.weak");
    });
    let need = |facts: Value| {
        let needs = &rate(&school, &facts)["obstacles"]["meets"];
        needs.as_array().unwrap().iter().find(|need| need["what"] == "weak").unwrap()["change"]["to"].clone()
    };
    assert_eq!(need(json!({"observations": null})), 2);
    assert_eq!(need(json!({"observations": [seen("care", "weak"), seen("care", "weak"), seen("care", "weak")]})), 2);
}

#[test]
fn a_failing_item_is_named_and_a_missing_fact_tells_what_it_is_for() {
    let school = school(|_| {});
    let explain = |facts: Value| {
        let mut case = json!({"period_end": "2026-05-31", "hired_on": "2019-09-01", "lessons": 100, "lessons_held": 100,
            "observations": [seen("teaching", "strong"), seen("care", "weak"), seen("care", "weak")],
            "goals": [goal("2", true, 0)], "warned": false, "appeal_open": false});
        for (name, value) in facts.as_object().unwrap() {
            case[name] = value.clone();
        }
        Case::from_json(&school, "teacher", &case.to_string()).unwrap().rate().explain(Language::English)
    };
    assert!(explain(json!({})).contains("items: 3; items that fail: 2, 3."));
    let open = explain(json!({"warned": null}));
    assert!(open.contains("Warned in writing (warned) – for Appraisal Guide 2025 2.3.a"), "{open}");
}

#[test]
fn days_may_have_to_follow_each_other() {
    let ordered = |names: Value| changed(|teacher| teacher["constraints"] = json!([{ "rising": names }]));
    let school = ordered(json!(["hired_on", "period_end"])).unwrap();
    let found = rate(&school, &json!({"hired_on": "2026-06-01"}));
    assert_eq!(
        (&found["problems"][0]["code"], &found["problems"][0]["expected"], &found["problems"][0]["found"]),
        (&json!("inconsistent"), &json!("<= period_end (2026-05-31)"), &json!("2026-06-01"))
    );
    assert_eq!(rate(&school, &json!({"hired_on": "2026-05-31"}))["outcome"], "not_rated");
    assert_eq!(
        ordered(json!(["hired_on", "lessons"])).unwrap_err(),
        [("/subjects/0/constraints/0/rising/1".to_owned(), "type_mismatch")]
    );
}

#[test]
fn a_quota_may_have_a_rate_that_is_recorded() {
    let quota = json!({"id": "teacher.quota", "citation": {"instrument": "guide", "place": "9"}, "provenance": "local", "words": {"vi": "x", "en": "x"},
        "level": "exceeds", "group_by": ["school"], "rate": {"recorded": "share_of_last_year", "label": {"vi": "x", "en": "x"}},
        "base": "base", "rounding": "rounding", "stepping_down": "stepping_down", "small_groups": "small_groups"});
    let policy = |name: &str, options: [&str; 2]| {
        let options = options.map(|code| json!({"code": code, "label": {"vi": "x", "en": "x"}}));
        json!({"name": name, "label": {"vi": "x", "en": "x"}, "words": {"vi": "x", "en": "x"}, "provenance": "local",
            "citation": {"instrument": "guide", "place": "9"}, "options": options, "default": options[0]["code"]})
    };
    let chosen = |rate: Value, rounding: [&str; 2]| {
        let mut quota = quota.clone();
        quota["rate"] = rate;
        let mut document: Value = serde_json::from_str(SCHOOL).unwrap();
        document["subjects"][0]["quotas"] = json!([quota]);
        let policies = document["policies"].as_array_mut().unwrap();
        policies.push(policy("base", ["exceeds_and_above", "rated"]));
        policies.push(policy("rounding", rounding));
        policies.push(policy("stepping_down", ["join", "stay"]));
        policies.push(policy("small_groups", ["none", "one"]));
        load(&document).map(|_| ())
    };
    let with = |rate: Value| chosen(rate, ["floor", "ceil"]);
    assert!(with(quota["rate"].clone()).is_ok() && with(json!("20%")).is_ok());
    let place = |faults: Vec<(String, &str)>| faults[0].0.clone();
    assert_eq!(
        place(with(json!({"recorded": "Share", "label": {"vi": "x", "en": "x"}})).unwrap_err()),
        "/subjects/0/quotas/0/rate/recorded"
    );
    assert_eq!(place(with(json!("120%")).unwrap_err()), "/subjects/0/quotas/0/rate");
    // The codes of its choices are those that a cohort understands.
    assert_eq!(
        chosen(json!("20%"), ["floor", "bank"]).unwrap_err(),
        [("/subjects/0/quotas/0/rounding".to_owned(), "not_listed")]
    );
    assert_eq!(place(with(json!(20)).unwrap_err()), "/subjects/0/quotas/0/rate");
}

/// The one fault of a measure that is put beside the others, below its own place.
#[track_caller]
fn fault(measure: &Value, pointer: &str, code: &str) {
    let mut with_head = json!({"name": "own", "label": {"vi": "x", "en": "x"}});
    for (key, value) in measure.as_object().unwrap() {
        with_head[key] = value.clone();
    }
    let faults = changed(|teacher| teacher["measures"].as_array_mut().unwrap().push(with_head));
    assert_eq!(
        faults.map(|_| ()).unwrap_err(),
        [(format!("/subjects/0/measures/2{pointer}"), &*code.to_owned().leak())]
    );
}

#[test]
fn faulty_measures_are_refused_where_they_are_faulty() {
    let mean = |weight: &str, factors: Value| json!({"formula": {"mean": {"list": "goals", "weight": weight, "factors": factors}}});
    fault(&mean("wait", json!([{"field": "met"}])), "/formula/mean/weight", "unknown_name");
    fault(&mean("weeks_late", json!([{"field": "met"}])), "/formula/mean/weight", "bad_number");
    fault(&mean("name", json!([{"field": "met"}])), "/formula/mean/weight", "type_mismatch");
    fault(&mean("weight", json!([])), "/formula/mean/factors", "bad_count");
    fault(&mean("weight", json!([{"field": "name"}])), "/formula/mean/factors/0/field", "type_mismatch");
    fault(
        &mean("weight", json!([{"deduction": {"field": "met", "each": "25%"}}])),
        "/formula/mean/factors/0/deduction/field",
        "type_mismatch",
    );
    fault(
        &mean("weight", json!([{"deduction": {"field": "weeks_late", "each": "-25%"}}])),
        "/formula/mean/factors/0/deduction/each",
        "bad_number",
    );
    fault(
        &json!({"formula": {"mean": {"list": "lessons", "factors": [{"field": "met"}]}}}),
        "/formula/mean/list",
        "type_mismatch",
    );
    fault(
        &json!({"formula": {"count": {"list": "goals", "field": "mat", "op": "=", "value": true}}}),
        "/formula/count/field",
        "unknown_name",
    );
    fault(
        &json!({"formula": {"longest_run": {"list": "goals", "field": "met", "op": "=", "value": "yes"}}}),
        "/formula/longest_run/value",
        "type_mismatch",
    );
    fault(&json!({"formula": {"weighted": {"terms": []}}}), "/formula/weighted/terms", "bad_count");
    fault(
        &json!({"formula": {"weighted": {"terms": [{"name": "lessons", "times": "1/0"}]}}}),
        "/formula/weighted/terms/0/times",
        "bad_number",
    );
    fault(
        &json!({"formula": {"weighted": {"terms": [{"name": "warned", "times": "1"}]}}}),
        "/formula/weighted/terms/0/name",
        "type_mismatch",
    );
    fault(
        &json!({"formula": {"sum": {"plus": ["lessons", "goals_reached"]}}}),
        "/formula/sum/plus/1",
        "type_mismatch",
    );
    fault(
        &json!({"formula": {"either": {"condition": {"holds": "worned"}, "then": "1", "otherwise": "0"}}}),
        "/formula/either/condition/holds",
        "unknown_name",
    );
    fault(
        &json!({"formula": {"either": {"condition": {"holds": "warned"}, "then": "one", "otherwise": "0"}}}),
        "/formula/either/then",
        "bad_number",
    );
    fault(
        &json!({"formula": {"policy": {"name": "on_gap", "cases": [{"option": "lower", "measure": "lessons"}]}}}),
        "/formula/policy/cases",
        "bad_count",
    );
    fault(
        &json!({"formula": {"weighted": {"terms": [{"name": "lessons", "times": "1"}]}}, "clamp": {"min": "5", "max": "1"}}),
        "/clamp",
        "bounds_reversed",
    );
    // A circle, also through a condition, is one fault.
    fault(
        &json!({"formula": {"weighted": {"terms": [{"name": "own", "times": "1"}]}}}),
        "/formula/weighted/terms/0/name",
        "circle",
    );
    let own = json!({"compare": {"left": "own", "op": ">", "right": "0"}});
    fault(
        &json!({"formula": {"either": {"condition": own, "then": "1", "otherwise": "0"}}}),
        "/formula/either/condition",
        "circle",
    );
}

#[test]
fn a_fraction_cannot_stand_where_a_whole_number_must_and_cannot_grow_too_large() {
    let faults = changed(|teacher| {
        let share = json!({"share": {"part": "goals_reached", "whole": "lessons", "op": ">", "than": "1%"}});
        teacher["triggers"][1]["condition"] = share;
    });
    assert_eq!(
        faults.map(|_| ()).unwrap_err(),
        [("/subjects/0/triggers/1/condition/share/part".to_owned(), "type_mismatch")]
    );
    // Two lists with weights of six places: their common denominator could not be held exactly.
    let faults = changed(|teacher| {
        let list = |name: &str| {
            json!({"name": name, "label": {"vi": name, "en": name}, "type": {"list": {"max_items": 10000, "fields": [
                {"name": "weight", "label": {"vi": "x", "en": "x"}, "type": {"decimal": {"scale": 6, "min": "0.000001", "max": "1000000000"}}},
                {"name": "met", "label": {"vi": "x", "en": "x"}, "type": "boolean"}]}}})
        };
        let mean = |name: &str| {
            json!({"name": format!("mean_{name}"), "label": {"vi": "x", "en": "x"},
                "formula": {"mean": {"list": name, "weight": "weight", "factors": [{"field": "met"}]}}})
        };
        let both = json!({"name": "both", "label": {"vi": "x", "en": "x"}, "formula": {"weighted": {"terms":
            [{"name": "mean_one", "times": "1"}, {"name": "mean_two", "times": "1"}]}}});
        teacher["facts"].as_array_mut().unwrap().extend([list("one"), list("two")]);
        teacher["measures"].as_array_mut().unwrap().extend([mean("one"), mean("two"), both]);
    });
    assert_eq!(faults.map(|_| ()).unwrap_err(), [("/subjects/0/measures/4/formula".to_owned(), "bad_number")]);
}
