//! Which rulebook is in force, by day, kind and province; and the page of each for jurists.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::BTreeSet;

use serde_json::{Value, json};
use xeploai::date::{format_date, parse_date};
use xeploai::{Case, Language, Library, Reason, Rulebook};

fn library() -> Library {
    Library::builtin().unwrap()
}

fn found(library: &Library, day: &str, kind: &str, province: Option<&str>) -> Result<(String, String), &'static str> {
    let found = library.in_force(parse_date(day).unwrap(), kind, province);
    found.map(|found| (found.id().to_owned(), found.version().to_owned())).map_err(|none| none.reason().code())
}

fn id(day: &str, kind: &str, province: Option<&str>) -> Result<String, &'static str> {
    found(&library(), day, kind, province).map(|(id, _)| id)
}

#[test]
fn each_day_has_the_rulebook_that_the_table_of_the_domain_gives() {
    let ok = |id: &str| Ok(id.to_owned());
    for (day, kind, expected) in [
        ("2014-09-24", "party_organization", Err("none_in_force")),
        ("2014-09-25", "party_organization", ok("hd-27-2014")),
        ("2017-08-03", "leader", Err("none_in_force")),
        ("2017-08-04", "leader", ok("hd-27-2014")),
        ("2018-03-07", "leader_term", ok("hd-27-2014")),
        ("2018-03-08", "leader_term", ok("132-qd-tw-hd16")),
        ("2019-10-17", "member", ok("132-qd-tw-hd16")),
        ("2019-10-18", "member", ok("132-qd-tw-hd21")),
        ("2023-10-03", "leadership_collective", ok("132-qd-tw-hd21")),
        ("2023-10-04", "leadership_collective", ok("124-qd-tw")),
        ("2023-10-04", "leader_term", Err("none_in_force")),
        ("2025-08-29", "member", ok("124-qd-tw")),
        ("2025-08-30", "member", ok("366-qd-tw")),
        ("2099-12-31", "member", ok("366-qd-tw")),
        ("2020-08-19", "official", Err("none_in_force")),
        ("2020-08-20", "official", ok("nd-90-2020")),
        ("2025-12-31", "civil_servant", ok("nd-90-2020")),
        ("2026-01-01", "civil_servant", ok("nd-335-2025")),
        ("2026-01-01", "official", Err("none_in_force")),
        ("2026-06-30", "public_employee_leader", ok("nd-90-2020")),
        ("2026-07-01", "public_employee_leader", Err("none_in_force")),
        ("2021-12-31", "nobody", Err("unknown_kind")),
    ] {
        assert_eq!(id(day, kind, None), expected, "{day} {kind}");
    }
    let library = library();
    assert_eq!(found(&library, "2023-09-14", "official", None).unwrap().1, "1.0.0");
    assert_eq!(found(&library, "2023-09-15", "official", None).unwrap().1, "2.0.0");
}

#[test]
fn a_province_has_its_overlay_while_its_base_is_in_force_and_the_centre_between() {
    let ok = |id: &str| Ok(id.to_owned());
    for (day, kind, expected) in [
        ("2017-11-16", "party_organization", ok("hd-27-2014")),
        ("2017-11-17", "party_organization", ok("nam-dinh-605")),
        ("2017-12-31", "leadership_collective", ok("nam-dinh-605")),
        ("2017-12-31", "leader", ok("nam-dinh-606")),
        // Neither of the two is about members.
        ("2017-12-31", "member", ok("hd-27-2014")),
        ("2018-03-07", "leader", ok("nam-dinh-606")),
        ("2018-03-08", "leader", ok("132-qd-tw-hd16")),
        ("2018-11-14", "member", ok("132-qd-tw-hd16")),
        ("2018-11-15", "member", ok("nam-dinh-03")),
        ("2019-10-18", "member", ok("132-qd-tw-hd21")),
        ("2019-11-25", "member", ok("nam-dinh-1295")),
        ("2023-10-04", "member", ok("124-qd-tw")),
        ("2021-12-31", "civil_servant", ok("nd-90-2020")),
    ] {
        assert_eq!(id(day, kind, Some("nam-dinh")), expected, "{day} {kind}");
    }
    assert_eq!(id("2021-12-31", "member", Some("nam-dih")), Err("unknown_province"));
}

/// No day of the centre has two rulebooks for a kind, and a case of that day is in force in the one that is found.
#[test]
fn the_built_in_rulebooks_never_stand_side_by_side() {
    let library = library();
    let first = parse_date("2014-01-01").unwrap();
    for kind in library.kinds() {
        for day in (first..first + 5200).step_by(9) {
            for province in [None, Some("nam-dinh")] {
                match library.in_force(day, kind, province) {
                    Ok(rulebook) => {
                        let facts = json!({"period_end": format_date(day)}).to_string();
                        let rating = Case::from_json(rulebook, kind, &facts).unwrap().rate();
                        assert!(rating.problems().is_empty(), "{kind} {} {}", format_date(day), rulebook.id());
                    }
                    Err(none) => assert_eq!(none.reason(), &Reason::NoneInForce, "{kind} {}", format_date(day)),
                }
            }
        }
    }
}

#[test]
fn a_file_takes_the_place_of_the_built_in_rulebook_of_its_id() {
    let built_in = Rulebook::builtin("nam-dinh-1295").unwrap();
    let mut own: Value = serde_json::from_str(&xeploai::builtin::text("nam-dinh-1295").unwrap()).unwrap();
    own["version"] = json!("2.0.0");
    own["caveats"] = json!([]);
    let own = Rulebook::from_json(&own.to_string()).unwrap();
    let library = library().with(own.clone());
    assert_eq!(library.rulebooks().filter(|rulebook| rulebook.id() == own.id()).count(), 1);
    let chosen = library.in_force(parse_date("2021-12-31").unwrap(), "member", Some("nam-dinh")).unwrap();
    assert_eq!((chosen.digest(), chosen.digest() == built_in.digest()), (own.digest(), false));
}

#[test]
fn two_that_do_not_lie_on_each_other_are_named_and_none_is_chosen() {
    let mut second: Value = serde_json::from_str(&xeploai::builtin::text("nam-dinh-1295").unwrap()).unwrap();
    second["id"] = json!("nam-dinh-1296");
    second["caveats"] = json!([]);
    let second = Rulebook::from_json(&second.to_string()).unwrap();
    let library = library().with(second.clone());
    let none = library.in_force(parse_date("2021-12-31").unwrap(), "member", Some("nam-dinh")).unwrap_err();
    assert_eq!(none.reason(), &Reason::SeveralInForce);
    for language in Language::ALL {
        let words = none.words(language);
        assert!(words.contains("nam-dinh-1295 1.1.0") && words.contains("nam-dinh-1296 1.1.0"), "{words}");
        // The base lies below both and is not in question.
        assert!(!words.contains("132-qd-tw-hd21"), "{words}");
    }
    // An overlay on an overlay stands before both.
    let on_top = second.overlay_template().replace("\"local\"", "\"nam-dinh\"");
    let library = Library::new([second.clone(), second.with_overlay(&on_top).unwrap()]);
    let chosen = library.in_force(parse_date("2021-12-31").unwrap(), "member", Some("nam-dinh")).unwrap();
    assert_eq!(chosen.id(), "local-nam-dinh-1296");
}

#[test]
fn where_none_is_in_force_the_answer_lists_the_days_that_have_one() {
    let none = library().in_force(parse_date("2026-12-31").unwrap(), "public_employee", None).unwrap_err();
    let days: Vec<(String, Option<String>)> = none
        .candidates()
        .iter()
        .map(|candidate| (format_date(candidate.from()), candidate.to().map(format_date)))
        .collect();
    let day = str::to_owned;
    assert_eq!(days, [(day("2020-08-20"), Some(day("2023-09-14"))), (day("2023-09-15"), Some(day("2026-06-30"))),]);
    assert!(none.words(Language::Vietnamese).starts_with("ngày 31/12/2026 không có bộ quy định nào"));
}

// ---- pages

/// Every rule of a document: id, words, place.
fn rules(part: &Value, into: &mut Vec<(String, Value, String)>) {
    match part {
        Value::Object(entries) => {
            if let (Some(id), Some(words), Some(citation)) = (part.get("id"), part.get("words"), part.get("citation"))
            {
                let place = citation["place"].as_str().unwrap().to_owned();
                into.push((id.as_str().unwrap().to_owned(), words.clone(), place));
            }
            entries.values().for_each(|inner| rules(inner, into));
        }
        Value::Array(items) => items.iter().for_each(|item| rules(item, into)),
        _ => {}
    }
}

#[test]
fn the_page_of_each_rulebook_has_every_rule_text_choice_and_fact() {
    for (name, text) in xeploai::builtin::all() {
        let rulebook = Rulebook::from_json(&text).unwrap();
        let document = serde_json::to_value(rulebook.document()).unwrap();
        let mut all = Vec::new();
        rules(&document, &mut all);
        assert!(all.len() > 10, "{name}");
        let remarks: BTreeSet<String> = ["unread", "open_points", "caveats"]
            .iter()
            .flat_map(|section| {
                let kinds = document["subjects"].as_array().unwrap().iter().map(move |kind| &kind[*section]);
                kinds.chain([&document[*section]])
            })
            .flat_map(|list| list.as_array().cloned().unwrap_or_default())
            .map(|remark| remark["id"].as_str().unwrap().to_owned())
            .collect();
        for (language, key) in [(Language::Vietnamese, "vi"), (Language::English, "en")] {
            let page = rulebook.page(language);
            let plain: String = page.replace('\\', "");
            for (id, words, place) in &all {
                assert!(remarks.contains(id) || plain.contains(&format!("`{id}`")), "{name} {key}: {id}");
                assert!(plain.contains(words[key].as_str().unwrap()), "{name} {key}: the words of {id}");
                assert!(plain.contains(place.as_str()), "{name} {key}: the place of {id}");
            }
            for policy in &rulebook.document().policies {
                assert!(page.contains(&format!("`{}`", policy.name)), "{name}: {}", policy.name);
            }
            for subject in rulebook.subjects() {
                for fact in &subject.facts {
                    assert!(page.contains(&format!("| `{}` |", fact.name)), "{name}: {}", fact.name);
                }
            }
            for instrument in rulebook.instruments() {
                assert!(page.contains(&format!("| {} |", instrument.number)), "{name}: {}", instrument.number);
            }
            assert!(
                page.contains(rulebook.digest()) && !page.contains('{') && !page.contains("\n\n\n"),
                "{name} {key}"
            );
        }
    }
}

#[test]
fn a_page_says_how_well_each_rule_is_known_and_what_is_computed() {
    let page = Rulebook::builtin("132-qd-tw-hd21").unwrap().page(Language::English);
    let line = |id: &str| page.lines().find(|line| line.contains(&format!("`{id}`"))).unwrap().to_owned();
    assert!(
        line("party_organization.excellent.children_good").contains("*read* — *Of these rated good or better"),
        "{}",
        line("party_organization.excellent.children_good")
    );
    assert!(line("party_organization.excellent.children_good").contains("≥ 80%"));
    assert!(line("member.good.results").contains("*inferred, not compared*"));
    assert!(line("leadership_collective.ceiling.unit").contains("At most **Rating of the unit**"));
    let page = Rulebook::builtin("nd-335-2025").unwrap().page(Language::Vietnamese);
    assert!(page.contains("= trung bình của Đã hoàn thành × (1 − 25% × Số lần chậm tiến độ, không dưới 0) trên Sản phẩm, công việc được giao, tính theo Hệ số quy đổi"), "{page}");
    assert!(page.contains("Điểm tiêu chí chung + 35/3 × Số lượng (a)"));
    let page = Rulebook::builtin("nam-dinh-606").unwrap().page(Language::Vietnamese);
    assert!(page.contains("> Chưa đọc được văn bản của địa phương (606-QĐ/TU)"));
    assert!(page.contains("Đặt trên `hd-27-2014`, phiên bản 1.1.0"));
}
