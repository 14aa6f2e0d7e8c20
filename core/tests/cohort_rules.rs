//! What a rulebook says of subjects that are rated together: each fault is found when it is loaded, the built-in rules
//! make no circle of their own, and the page, the report of changes and overlays carry them.
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

use std::collections::BTreeMap;

use serde_json::{Value, json};
use xeploai::changes::{Effect, Part};
use xeploai::document::{Document, FromCohort, Relation, RelationEnd};
use xeploai::{Language, Rulebook};

type Found = (String, &'static str, String, String);

/// A rulebook of two kinds with every part that a cohort reads.
fn document() -> Value {
    let words = || json!({"vi": "chữ", "en": "words"});
    let head = |id: &str| json!({"id": id, "citation": {"instrument": "text", "place": "1"}, "words": words(), "provenance": "local"});
    let with = |id: &str, more: Value| {
        let mut rule = head(id);
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let fact = |name: &str, kind: Value, from: Value| {
        let mut fact = json!({"name": name, "type": kind, "label": words()});
        if !from.is_null() {
            fact["from_cohort"] = from;
        }
        fact
    };
    let whole = json!({"integer": {"min": 0, "max": 100}});
    let score = json!({"decimal": {"scale": 2, "min": "0", "max": "100"}});
    let form = json!({"enumeration": "form"});
    let of = |fact: &str| json!({"relation": "sits_in", "kinds": ["person", "guest"], "fact": fact});
    let policy = |name: &str, options: [&str; 2]| {
        let options = options.map(|code| json!({"code": code, "label": words()}));
        json!({"name": name, "label": words(), "words": words(), "default": options[0]["code"], "options": options,
            "citation": {"instrument": "text", "place": "1"}, "provenance": "local"})
    };
    let values = |codes: [&str; 2]| codes.map(|code| json!({"code": code, "label": words()}));
    let standards = |scored: bool| {
        let levels = [("low", None, Some("50")), ("high", Some("50"), None)].map(|(level, from, below)| {
            let mut standard = with(&format!("{level}.{scored}"), json!({"level": level}));
            if scored {
                let ends = [("from", from), ("below", below)].into_iter();
                let ends = ends.filter_map(|(key, end)| end.map(|end| (key.to_owned(), json!(end))));
                standard["band"] = Value::Object(ends.collect());
            } else if level == "high" {
                standard["conditions"] = json!([with("high.condition", json!({"condition": "always"}))]);
            }
            standard
        });
        let mut standards = json!({"on_gap": "on_gap", "lowest": "open", "levels": levels});
        if scored {
            standards["score"] = json!("score");
        }
        standards
    };
    json!({
        "id": "cohort", "version": "1", "title": words(), "in_force": {"from": "2025-01-01"},
        "instruments": [{"id": "text", "number": "1", "kind": words(), "issuer": words(), "date": "2025-01-01",
            "in_force": {"from": "2025-01-01"}}],
        "levels": values(["low", "high"]),
        "enumerations": [
            {"name": "form", "ordered": true, "values": values(["none", "some"])},
            {"name": "sort", "ordered": false, "values": values(["one", "other"])},
        ],
        "policies": [
            policy("on_gap", ["authority", "lower"]), policy("base", ["high", "rated"]),
            policy("rounding", ["floor", "ceil"]), policy("joining", ["join", "stay"]),
            policy("small", ["none", "one"]), policy("over", ["authority", "step_down"]),
        ],
        "subjects": [
            {"kind": "unit", "label": words(), "facts": [
                fact("rating", json!("level"), json!({"level_of": {"relation": "belongs_to", "kinds": ["unit"]}})),
                fact("below", whole.clone(), json!({"count_of": {"relation": "belongs_to", "kinds": ["unit", "guest"],
                    "at_least": "low", "at_most": "high"}})),
                fact("any_concluded", json!("boolean"), json!({"any_of": of("concluded")})),
                fact("highest", form.clone(), json!({"lowest_of_all": of("discipline")})),
            ], "standards": standards(false)},
            {"kind": "person", "label": words(), "facts": [
                fact("score", score, Value::Null), fact("done", whole.clone(), Value::Null),
                fact("assigned", whole, Value::Null), fact("since", json!("date"), Value::Null),
                fact("concluded", json!("boolean"), Value::Null), fact("discipline", form, Value::Null),
                fact("sort", json!({"enumeration": "sort"}), Value::Null),
                fact("post", json!("level"), json!({"level_of": {"relation": "holds_post", "kinds": ["official"]}})),
            ],
            "measures": [{"name": "open", "label": words(), "formula": {"sum": {"plus": ["assigned"], "minus": ["done"]}}}],
            "standards": standards(true),
            "quotas": [with("quota", json!({"level": "high", "group_by": ["cell"], "rate": "20%", "base": "base",
                "rounding": "rounding", "stepping_down": "joining", "small_groups": "small", "over_quota": "over",
                "ranking": [{"by": "score"}, {"by": {"fact": "since"}, "lowest_first": true}, {"by": {"fact": "post"}},
                    {"by": {"fact": "discipline"}}, {"by": {"share": {"part": "done", "whole": "assigned"}}}, {"by": "id"}]}))],
            "after": [with("after", json!({"relation": "belongs_to", "first": "object", "kinds": ["unit"]}))],
            "decisions": {
                "majorities": [with("two_thirds", json!({"level": "high", "share": "2/3"})),
                    with("half", json!({"level": "low", "share": "50%", "more_than": true}))],
                "deadlines": [with("year_end", json!({"day": "12-31"})),
                    with("later", json!({"day": "01-15", "years_later": 1}))],
                "authority": [head("decides")],
            }},
        ],
    })
}

/// The faults after a value was put at a place.
fn faults(place: &str, value: Value) -> Vec<Found> {
    let mut document = document();
    *document.pointer_mut(place).unwrap_or_else(|| panic!("nothing at {place}")) = value;
    listed(&document.to_string())
}

fn listed(document: &str) -> Vec<Found> {
    let error = Rulebook::from_json(document).expect_err("a fault");
    error.faults.into_iter().map(|fault| (fault.pointer, fault.code.name(), fault.expected.en, fault.found)).collect()
}

/// Asserts that a value at a place is one fault there or below, with this code and words that both sides hold.
#[track_caller]
fn refused(place: &str, value: Value, at: &str, code: &str, expected: &str, found: &str) {
    let list = faults(place, value);
    assert_eq!(list.len(), 1, "{list:#?}");
    let (pointer, fault, wanted, seen) = &list[0];
    assert_eq!((pointer.as_str(), *fault), (format!("{place}{at}").as_str(), code), "{list:#?}");
    assert!(wanted.contains(expected) && seen.contains(found), "{list:#?}");
}

const UNIT: &str = "/subjects/0/facts";
const PERSON: &str = "/subjects/1";

#[test]
fn the_rulebook_of_these_tests_is_sound() {
    let rulebook = Rulebook::from_json(&document().to_string()).unwrap();
    assert_eq!(Rulebook::from_json(&rulebook.to_json()).unwrap().digest(), rulebook.digest());
}

#[test]
fn a_way_of_computing_is_for_facts_of_its_type_alone() {
    let related = json!({"relation": "heads", "kinds": ["unit"]});
    let of = |fact: &str| json!({"relation": "sits_in", "kinds": ["guest"], "fact": fact});
    let ways = [
        ("level_of", related.clone(), "level", 0),
        ("count_of", related, "integer", 1),
        ("any_of", of("concluded"), "boolean", 2),
        ("lowest_of_all", of("discipline"), "ordered `enumeration`", 3),
    ];
    for (way, form, wanted, own) in &ways {
        for (position, found) in ["level", "integer", "boolean", "enumeration"].iter().enumerate() {
            let place = format!("{UNIT}/{position}/from_cohort");
            let mut changed = document();
            *changed.pointer_mut(&place).unwrap() = json!({*way: form});
            if position == *own {
                Rulebook::from_json(&changed.to_string()).unwrap();
                continue;
            }
            refused(&place, json!({*way: form}), "", "type_mismatch", wanted, found);
        }
    }
    // An enumeration without an order has no lowest value; one that does not exist is one fault.
    let mut unordered = document();
    unordered["subjects"][0]["facts"][3]["type"] = json!({"enumeration": "sort"});
    let list = listed(&unordered.to_string());
    assert_eq!((list[0].0.as_str(), list[0].1), ("/subjects/0/facts/3/from_cohort", "type_mismatch"), "{list:#?}");
    let list = faults("/subjects/0/facts/3/type", json!({"enumeration": "frm"}));
    assert_eq!(list[0].1, "unknown_name", "{list:#?}");
    assert!(list.iter().all(|fault| fault.0 != "/subjects/0/facts/3/from_cohort"), "{list:#?}");
}

#[test]
fn kinds_are_named_once_each_and_may_be_of_another_rulebook() {
    for place in [
        format!("{UNIT}/0/from_cohort/level_of/kinds"),
        format!("{UNIT}/1/from_cohort/count_of/kinds"),
        format!("{UNIT}/2/from_cohort/any_of/kinds"),
        format!("{UNIT}/3/from_cohort/lowest_of_all/kinds"),
        format!("{PERSON}/after/0/kinds"),
    ] {
        refused(&place, json!([]), "", "bad_count", "at least one kind", "[]");
        refused(&place, json!(["civil servant"]), "/0", "bad_name", "lower-case", "`civil servant`");
        refused(&place, json!(["guest", "guest"]), "/1", "duplicate_name", "of its own", "`guest`");
    }
}

#[test]
fn the_levels_that_are_counted_exist_and_stand_in_order() {
    let place = format!("{UNIT}/1/from_cohort/count_of");
    refused(&format!("{place}/at_least"), json!("hgh"), "", "unknown_name", "did you mean `high`", "`hgh`");
    refused(&format!("{place}/at_most"), json!("lw"), "", "unknown_name", "did you mean `low`", "`lw`");
    let count = json!({"relation": "below", "kinds": ["unit"], "at_least": "high", "at_most": "low"});
    refused(&place, count, "", "bounds_reversed", "`at_least` no higher than `at_most`", "`high` > `low`");
    let mut same = document();
    same.pointer_mut(&place).unwrap()["at_least"] = json!("high");
    Rulebook::from_json(&same.to_string()).unwrap();
}

#[test]
fn a_fact_of_others_is_one_that_they_state_and_of_the_same_type() {
    let any = format!("{UNIT}/2/from_cohort/any_of/fact");
    refused(
        &any,
        json!("conclude"),
        "",
        "unknown_name",
        "the kind `person` (did you mean `concluded`?)",
        "`conclude`",
    );
    refused(&any, json!("done"), "", "type_mismatch", "of the same type of the kind `person`", "`integer`");
    let lowest = format!("{UNIT}/3/from_cohort/lowest_of_all/fact");
    refused(&lowest, json!("sort"), "", "type_mismatch", "of the same type of the kind `person`", "`enumeration`");
    // A kind of another rulebook is not looked at, but a name is a name.
    refused(
        &format!("{UNIT}/2/from_cohort/any_of"),
        json!({"relation": "sits_in", "kinds": ["guest"], "fact": "Concluded"}),
        "/fact",
        "bad_name",
        "lower-case",
        "`Concluded`",
    );
    // What is computed in its turn would make an order among those whose facts alone are read.
    let list = faults(
        &format!("{PERSON}/facts/4"),
        json!({"name": "concluded", "type": "boolean", "label": {"vi": "x", "en": "x"},
            "from_cohort": {"any_of": {"relation": "below", "kinds": ["guest"], "fact": "concluded"}}}),
    );
    assert_eq!((list.len(), list[0].0.as_str(), list[0].1), (1, any.as_str(), "type_mismatch"), "{list:#?}");
    assert!(list[0].2.contains("the kind `person` states"), "{list:#?}");
}

#[test]
fn rules_of_order_and_of_decisions_have_a_head_like_every_rule() {
    for (place, id) in [
        ("/after/0", "quota"),
        ("/decisions/majorities/0", "after"),
        ("/decisions/deadlines/1", "year_end"),
        ("/decisions/authority/0", "half"),
    ] {
        let place = format!("{PERSON}{place}");
        let list = faults(&format!("{place}/id"), json!(id));
        assert!(list.iter().any(|fault| fault.1 == "duplicate_name"), "{list:#?}");
        refused(&format!("{place}/id"), json!("a rule"), "", "bad_name", "letters", "`a rule`");
        refused(&format!("{place}/words/vi"), json!(" "), "", "empty_text", "not empty", "` `");
        refused(&format!("{place}/citation/instrument"), json!("txt"), "", "unknown_name", "`text`", "`txt`");
        refused(&format!("{place}/citation/place"), json!(""), "", "empty_text", "not empty", "\"\"");
    }
}

#[test]
fn a_majority_is_of_a_level_and_can_be_reached() {
    let place = format!("{PERSON}/decisions/majorities");
    refused(&format!("{place}/0/level"), json!("hig"), "", "unknown_name", "did you mean `high`", "`hig`");
    for share in ["0", "0%", "3/2", "101%", "-1/2", "1/0", "two"] {
        refused(&format!("{place}/0/share"), json!(share), "", "bad_number", "above 0 and at most 1", share);
    }
    // All of them is a majority; more than all of them is none.
    let mut all = document();
    all.pointer_mut(&place).unwrap()[0]["share"] = json!("100%");
    Rulebook::from_json(&all.to_string()).unwrap();
    refused(&format!("{place}/1/share"), json!("1/1"), "", "bad_number", "below 1 with `more_than`", "`1/1`");
}

#[test]
fn a_deadline_is_a_day_that_every_year_has() {
    let place = format!("{PERSON}/decisions/deadlines/0");
    for day in ["02-29", "02-30", "13-01", "00-10", "12-32", "31-12", "12-1"] {
        let list = faults(&format!("{place}/day"), json!(day));
        assert_eq!((list.len(), list[0].1), (1, "bad_date"), "{day}: {list:#?}");
        assert!(list[0].2.contains("every year has") && list[0].3.contains(day), "{list:#?}");
    }
    let mut late = document();
    *late.pointer_mut(&place).unwrap() = {
        let mut deadline = late.pointer(&place).unwrap().clone();
        deadline["years_later"] = json!(2);
        deadline["day"] = json!("02-28");
        deadline
    };
    Rulebook::from_json(&late.to_string()).unwrap();
    late.pointer_mut(&place).unwrap()["years_later"] = json!(3);
    let list = listed(&late.to_string());
    assert_eq!((list.len(), list[0].1, list[0].3.as_str()), (1, "bad_number", "3"), "{list:#?}");
}

#[test]
fn what_happens_to_those_over_a_quota_is_a_policy_with_known_options() {
    let place = format!("{PERSON}/quotas/0/over_quota");
    refused(&place, json!("ovr"), "", "unknown_name", "did you mean `over`", "`ovr`");
    let list = faults(&place, json!("joining"));
    let found: Vec<&str> = list.iter().map(|fault| fault.3.as_str()).collect();
    assert_eq!(found, ["`join`", "`stay`"], "{list:#?}");
    assert!(list.iter().all(|fault| fault.0 == place && fault.1 == "not_listed"), "{list:#?}");
    assert!(list[0].2.contains("`authority`, `step_down`"), "{list:#?}");
}

#[test]
fn those_over_a_quota_are_ranked_by_what_can_be_compared() {
    let place = format!("{PERSON}/quotas/0/ranking");
    let key = |by: Value| json!([{"by": by}]);
    refused(&place, key(json!({"fact": "dne"})), "/0/by/fact", "unknown_name", "did you mean `done`", "`dne`");
    refused(&place, key(json!({"fact": "open"})), "/0/by/fact", "type_mismatch", "not of a measure", "`open`");
    for fact in ["concluded", "sort"] {
        refused(&place, key(json!({"fact": fact})), "/0/by/fact", "type_mismatch", "a number, a day", fact);
    }
    let share = |part: &str, whole: &str| key(json!({"share": {"part": part, "whole": whole}}));
    refused(&place, share("don", "assigned"), "/0/by/share/part", "unknown_name", "did you mean `done`", "`don`");
    refused(&place, share("done", "score"), "/0/by/share/whole", "type_mismatch", "`integer`", "`score`");
    refused(&place, share("since", "assigned"), "/0/by/share/part", "type_mismatch", "`integer`", "`since`");
    refused(&place, json!([{"by": "id"}, {"by": "score"}]), "/0/by", "type_mismatch", "as the last key", "`id`");
    // A kind without a score has none to rank by.
    let mut document = document();
    let quota = document["subjects"][1]["quotas"][0].clone();
    document["subjects"][1]["quotas"] = json!([]);
    document["subjects"][0]["quotas"] = json!([quota]);
    document["subjects"][0]["quotas"][0]["ranking"] = json!([{"by": "score"}, {"by": {"fact": "below"}}]);
    let list = listed(&document.to_string());
    assert_eq!(list.len(), 1, "{list:#?}");
    assert_eq!((list[0].0.as_str(), list[0].1), ("/subjects/0/quotas/0/ranking/0/by", "type_mismatch"), "{list:#?}");
    assert!(list[0].2.contains("no score"), "{list:#?}");
}

// ---- the built-in rules make no circle of their own

/// A row of the relations: a subject, the relation, an object.
type Row = (&'static str, Relation, &'static str);

/// Who is who in a province with everything that the texts describe: an organisation above a committee above a cell,
/// each with its collective; the secretary heads both, sits in the collective, has the organisations below in his charge
/// and belongs to the cell himself; an ordinary member sits in the committee of his own cell, and has a state post.
fn province() -> (BTreeMap<&'static str, &'static str>, Vec<Row>) {
    use Relation::{BelongsTo, Below, Heads, HoldsPost, SitsIn};
    let kinds = BTreeMap::from([
        ("province", "party_organization"),
        ("commune", "party_organization"),
        ("cell", "party_organization"),
        ("standing committee", "leadership_collective"),
        ("commune committee", "leadership_collective"),
        ("cell committee", "leadership_collective"),
        ("secretary", "leader"),
        ("commune secretary", "leader"),
        ("deputy", "leader"),
        ("member", "member"),
        ("other member", "member"),
        ("clerk", "civil_servant"),
        ("chief", "civil_servant_leader"),
    ]);
    let mut relations = vec![
        ("commune", BelongsTo, "province"),
        ("cell", BelongsTo, "commune"),
        ("standing committee", BelongsTo, "province"),
        ("commune committee", BelongsTo, "commune"),
        ("cell committee", BelongsTo, "cell"),
        ("member", HoldsPost, "clerk"),
        ("other member", HoldsPost, "chief"),
        ("member", SitsIn, "cell committee"),
        ("other member", SitsIn, "commune committee"),
        ("secretary", Heads, "province"),
        ("secretary", Heads, "standing committee"),
        ("commune secretary", Heads, "commune"),
        ("commune secretary", Heads, "commune committee"),
        ("commune secretary", SitsIn, "standing committee"),
        ("deputy", SitsIn, "standing committee"),
        ("deputy", SitsIn, "commune committee"),
        ("commune", Below, "secretary"),
        ("cell", Below, "commune secretary"),
        ("cell", Below, "deputy"),
    ];
    for person in ["secretary", "commune secretary", "deputy", "member", "other member"] {
        relations.push((person, BelongsTo, "cell"));
    }
    (kinds, relations)
}

/// Those who are waited for by each, as a rulebook has it; for kinds that it does not have, nobody.
fn waits(document: &Document) -> BTreeMap<&'static str, Vec<&'static str>> {
    let (kinds, relations) = province();
    let related = |who: &str, relation: Relation, end: RelationEnd| -> Vec<&'static str> {
        let rows = relations.iter().filter(|row| row.1 == relation);
        match end {
            RelationEnd::Object => rows.filter(|row| row.0 == who).map(|row| row.2).collect(),
            RelationEnd::Subject => rows.filter(|row| row.2 == who).map(|row| row.0).collect(),
        }
    };
    let mut waits: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (who, kind) in &kinds {
        let found = waits.entry(who).or_default();
        let Some(subject) = document.subjects.iter().find(|subject| subject.kind == *kind) else { continue };
        let computed = subject.facts.iter().filter_map(|fact| match fact.from_cohort.as_ref()? {
            FromCohort::LevelOf(of) => Some((of.relation, RelationEnd::Object, &of.kinds)),
            FromCohort::CountOf(of) => Some((of.relation, RelationEnd::Subject, &of.kinds)),
            // The facts of others are there before anyone is rated.
            FromCohort::AnyOf(_) | FromCohort::LowestOfAll(_) => None,
        });
        let ordered = subject.after.iter().map(|rule| (rule.relation, rule.first, &rule.kinds));
        for (relation, end, wanted) in computed.chain(ordered) {
            found.extend(
                related(who, relation, end).into_iter().filter(|one| wanted.iter().any(|kind| kind == kinds[one])),
            );
        }
    }
    waits
}

/// Those who wait for each other, or for someone who does.
fn stuck(document: &Document) -> Vec<&'static str> {
    let mut waits = waits(document);
    loop {
        let free: Vec<&str> = waits.iter().filter(|(_, first)| first.is_empty()).map(|(who, _)| *who).collect();
        if free.is_empty() {
            return waits.into_keys().collect();
        }
        waits.retain(|who, _| !free.contains(who));
        waits.values_mut().for_each(|first| first.retain(|one| !free.contains(one)));
    }
}

#[test]
fn the_built_in_rules_make_no_circle_of_their_own() {
    let mut ordered = 0;
    for (name, text) in xeploai::builtin::all() {
        let rulebook = Rulebook::from_json(&text).unwrap();
        assert!(stuck(rulebook.document()).is_empty(), "{name}: {:?}", stuck(rulebook.document()));
        ordered += waits(rulebook.document()).values().filter(|first| !first.is_empty()).count();
    }
    // The province is one in which the rules do say something.
    assert!(ordered > 30, "{ordered}");
    // And this finds a circle where there is one: under Guidance 21, if members waited for their collective too.
    let mut circle: Value = serde_json::from_str(&xeploai::builtin::text("132-qd-tw-hd21").unwrap()).unwrap();
    let rule = circle["subjects"][1]["after"][0].clone();
    circle["subjects"][0]["after"].as_array_mut().unwrap().push(rule);
    circle["subjects"][0]["after"][1]["id"] = json!("member.after.collective");
    let stuck = stuck(Rulebook::from_json(&circle.to_string()).unwrap().document());
    assert!(["cell", "cell committee", "member"].iter().all(|who| stuck.contains(who)), "{stuck:?}");
}

#[test]
fn the_order_of_366_is_that_of_its_article_12() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let waits = waits(rulebook.document());
    for (who, first) in [
        ("cell", vec!["cell committee", "member", "other member"]),
        ("commune", vec!["cell", "commune committee"]),
        ("member", vec!["cell committee", "clerk"]),
        ("commune committee", vec![]),
        ("commune secretary", vec!["cell", "commune committee", "standing committee"]),
    ] {
        let mut found = waits[who].clone();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, first, "{who}");
    }
}

// ---- the page

#[test]
fn the_page_tells_what_a_cohort_needs() {
    let rulebook = Rulebook::from_json(&document().to_string()).unwrap();
    let page = rulebook.page(Language::English).replace('\\', "");
    for line in [
        "the level of what it belongs to: words.",
        "how many are rated “words” to “words”, of those that belong to it: words, else guest.",
        "yes where “words” is true of any, of those who sit in it: words, guest.",
        "the lowest value where all have it as “words” (in other cases it has to be stated), of those who sit in it: words, guest.",
        "the level of the same person in an official post: official.",
        "— *what it belongs to: words* `after`",
        "— *words: at least 2/3 of the votes* `two_thirds`",
        "— *words: more than 50% of the votes* `half`",
        "— *before 12-31 of the year in which the period ends* `year_end`",
        "— *before 01-15 of the year after that in which the period ends* `later`",
        "*local* `decides`",
        "`small`, `over`",
        "  - Ranked by: the score (highest first); words (lowest first); words (highest first); words (highest first); \
         words / words (highest first); the id of the row (highest first)",
    ] {
        assert!(page.contains(line), "{line}\n{page}");
    }
    let page = rulebook.page(Language::Vietnamese);
    assert!(page.contains("trước ngày 31/12 của năm kết thúc kỳ") && page.contains("điểm (cao trước)"), "{page}");
    let page = Rulebook::builtin("132-qd-tw-hd21").unwrap().page(Language::Vietnamese);
    let told = "số xếp loại từ “Hoàn thành tốt nhiệm vụ” trở lên, xét đối tượng trực thuộc: \
                Tổ chức đảng (đảng bộ, chi bộ), nếu không có thì Đảng viên";
    assert!(page.contains(told), "{page}");
}

// ---- changes, and overlays

#[test]
fn the_report_tells_what_changed_for_a_cohort() {
    let base = Rulebook::from_json(&document().to_string()).unwrap();
    let after = |change: &dyn Fn(&mut Value)| {
        let mut document = document();
        change(&mut document);
        Rulebook::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
    };
    let told = |now: &Rulebook, base: &Rulebook| -> Vec<(Part, String, Effect)> {
        let changes = now.changes_against(base).into_iter();
        changes.map(|change| (change.part, change.name, change.effect)).collect()
    };
    let one = |change: &dyn Fn(&mut Value)| {
        let now = after(change);
        let found = told(&now, &base);
        assert_eq!(found.len(), 1, "{found:?}");
        (found[0].0, found[0].1.clone(), found[0].2)
    };
    let name = str::to_owned;
    assert_eq!(
        one(&|document| document["subjects"][0]["facts"][1]["from_cohort"]["count_of"]["at_least"] = json!("high")),
        (Part::Fact, name("below"), Effect::NotCompared)
    );
    assert_eq!(
        one(&|document| document["subjects"][1]["after"][0]["kinds"] = json!(["unit", "guest"])),
        (Part::Order, name("after"), Effect::Neutral)
    );
    assert_eq!(
        one(&|document| document["subjects"][1]["after"][0]["first"] = json!("subject")),
        (Part::Order, name("after"), Effect::Neutral)
    );
    let majority = |share: &'static str, more_than: bool| {
        one(&move |document| {
            let majority = &mut document["subjects"][1]["decisions"]["majorities"][0];
            majority["share"] = json!(share);
            majority["more_than"] = json!(more_than);
        })
    };
    assert_eq!(majority("3/4", false), (Part::Majority, name("two_thirds"), Effect::Stricter));
    assert_eq!(majority("2/3", true), (Part::Majority, name("two_thirds"), Effect::Stricter));
    assert_eq!(majority("60%", true), (Part::Majority, name("two_thirds"), Effect::MoreLenient));
    let dropped = after(&|document| document["subjects"][1]["decisions"]["majorities"] = json!([]));
    assert!(told(&dropped, &base).iter().all(|change| change.0 == Part::Majority && change.2 == Effect::MoreLenient));
    assert!(told(&base, &dropped).iter().all(|change| change.0 == Part::Majority && change.2 == Effect::Stricter));
    assert_eq!(
        one(&|document| document["subjects"][1]["decisions"]["deadlines"][0]["years_later"] = json!(1)),
        (Part::Deadline, name("year_end"), Effect::Neutral)
    );
    assert_eq!(
        one(&|document| document["subjects"][1]["decisions"]["authority"][0]["words"]["vi"] = json!("khác")),
        (Part::Authority, name("decides"), Effect::Neutral)
    );
    assert_eq!(
        one(&|document| document["subjects"][1]["quotas"][0]["ranking"] = json!([{"by": "score"}])),
        (Part::Quota, name("quota (ranking)"), Effect::NotCompared)
    );
    let found = one(&|document| {
        document["subjects"][1]["quotas"][0].as_object_mut().unwrap().remove("over_quota");
    });
    assert_eq!(found, (Part::Quota, name("quota"), Effect::NotCompared));
    let words = after(&|document| document["subjects"][1]["decisions"]["deadlines"][1]["years_later"] = json!(2))
        .changes_against(&base)[0]
        .words(Language::Vietnamese);
    assert_eq!(words, "không làm đổi mức: đổi thời hạn person: later: 01-15 (+1) → 01-15 (+2)");
}

#[test]
fn an_overlay_says_what_happens_to_those_over_a_quota_and_who_goes_first() {
    let base = Rulebook::builtin("366-qd-tw").unwrap();
    let cited = json!({"instrument": "local-text", "place": "mục 5"});
    let words = json!({"vi": "Quy tắc của địa phương", "en": "A local rule"});
    let mut overlay: Value = serde_json::from_str(&base.overlay_template()).unwrap();
    overlay["new_policies"] = json!([{"name": "member_over_quota", "label": words, "words": words, "citation": cited,
        "provenance": "local", "default": "step_down", "options": [
            {"code": "authority", "label": {"vi": "Cấp có thẩm quyền chọn", "en": "The authority chooses"}},
            {"code": "step_down", "label": {"vi": "Theo thứ tự", "en": "By rank"}}]}]);
    let quota = base.document().subjects[0].quotas[0].clone();
    assert_eq!(quota.id, "member.quota");
    let mut quota = serde_json::to_value(quota).unwrap();
    quota["over_quota"] = json!("member_over_quota");
    quota["ranking"] = json!([{"by": "score"}, {"by": {"share": {"part": "tasks_exceeded", "whole": "tasks_assigned"}}},
        {"by": {"fact": "admitted_on"}, "lowest_first": true}, {"by": "id"}]);
    overlay["subjects"][0]["replace"]["quotas"] = json!([quota]);
    overlay["subjects"][0]["add"]["after"] = json!([{"id": "member.local.after", "citation": cited, "words": words,
        "provenance": "local", "relation": "belongs_to", "first": "subject", "kinds": ["guest"]}]);
    let local = base.with_overlay(&overlay.to_string()).unwrap_or_else(|error| panic!("{error}"));
    let member = &local.document().subjects[0];
    assert_eq!(member.quotas[0].over_quota.as_deref(), Some("member_over_quota"));
    assert_eq!(member.quotas[0].ranking.len(), 4);
    assert_eq!(member.after.len(), base.document().subjects[0].after.len() + 1);
    assert!(local.page(Language::English).contains("Ranked by: the score (highest first)"));
    let changes: Vec<(Part, String)> = local.changes().into_iter().map(|change| (change.part, change.name)).collect();
    for expected in [
        (Part::Policy, "member_over_quota"),
        (Part::Quota, "member.quota"),
        (Part::Quota, "member.quota (ranking)"),
        (Part::Order, "member.local.after"),
    ] {
        assert!(changes.contains(&(expected.0, expected.1.to_owned())), "{changes:?}");
    }
    assert_eq!(changes.len(), 4, "{changes:?}");
    // A fault is told in the places of the overlay.
    overlay["subjects"][0]["replace"]["quotas"][0]["ranking"][2]["by"]["fact"] = json!("admitted");
    overlay["subjects"][0]["add"]["after"][0]["kinds"] = json!([]);
    let error = base.with_overlay(&overlay.to_string()).unwrap_err();
    let places: Vec<&str> = error.faults.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(
        places,
        ["/subjects/0/replace/quotas/0/ranking/2/by/fact", "/subjects/0/add/after/0/kinds"],
        "{error}"
    );
}
