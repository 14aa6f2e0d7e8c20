//! The tables that the shared cases ask about as a whole: people made up by a rule, the same every time.

use serde_json::json;

/// Numbers that look like chance.
struct Chance(u64);

impl Chance {
    /// One of `0..end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one<'o>(&mut self, of: &[&'o str]) -> &'o str {
        of[self.below(of.len() as u64) as usize]
    }
}

/// A day from 1970-01-01, as a table holds it.
fn day(text: &str) -> String {
    (xeploai::date::parse_date(text).unwrap() - xeploai::date::parse_date("1970-01-01").unwrap()).to_string()
}

/// A table as text: the head, then each row.
fn told(head: &[&str], rows: Vec<Vec<String>>) -> String {
    let mut text = head.join("|");
    for row in rows {
        assert_eq!(row.len(), head.len(), "{row:?}");
        text.push('\n');
        text.push_str(&row.join("|"));
    }
    text
}

const MEMBER: &[&str] = &[
    "id:u",
    "belongs_to:u",
    "post:u",
    "kind_of_unit:i",
    "period_end:tdD",
    "admitted_on:tdD",
    "exempt_from_activities:b",
    "suspended_from_activities:b",
    "score_general:d:4,2",
    "score_results:d:4,2",
    "tasks_assigned:l",
    "tasks_done:l",
    "tasks_late:i",
    "tasks_below_standard:l",
    "tasks_exceeded:l",
    "shortcomings_noted:l",
    "shortcomings_remedied:l",
    "degradation_concluded:b",
    "conduct_breach_concluded:b",
    "discipline_on_duty:u",
    "discipline_for_earlier_violation:b",
    "self_detected_and_remedied:b",
];

/// Members of three cells under one grassroots organisation, under 366-QĐ/TW. There are many of the highest level among the
/// teachers, few among the clerks; some lack what they are rated by, some are not reviewed, some rows contradict themselves.
fn members() -> String {
    let mut chance = Chance(366);
    let place = |name: &str| MEMBER.iter().position(|head| head.split(':').next() == Some(name)).unwrap();
    let rows = (0..60).map(|number| {
        let id = match number {
            7 => "Nguye\u{302}\u{303}n Thi\u{323} Ha\u{309}i".to_owned(),
            20 => "Lê Văn Đức \u{1f600}".to_owned(),
            _ => format!("ĐV{:02}", number + 1),
        };
        let post = chance.one(&["giáo viên", "giáo viên", "văn thư"]);
        let cell = format!("CB{}", chance.below(3) + 1);
        let (assigned, general) = (10 + chance.below(6), 2_500 + 25 * chance.below(20));
        let row = [
            &id,
            &cell,
            post,
            &chance.below(2).to_string(),
            &day("2025-12-31"),
            &day("2010-05-19"),
            "false",
            "false",
            &general.to_string(),
            "6000",
            &assigned.to_string(),
            &assigned.to_string(),
            "0",
            "0",
            &(assigned / 5).to_string(),
            "2",
            "2",
            "false",
            "false",
            "none",
            "false",
            "false",
        ];
        let mut row: Vec<String> = row.into_iter().map(str::to_owned).collect();
        let mut set = |name: &str, value: &str| row[place(name)] = value.to_owned();
        // What they are: the highest level, good, completed, not completed, left to the authority, not known, not reviewed,
        // and rows that contradict themselves.
        match if number < 3 { number } else { chance.below(16) } {
            0..4 => {
                set("score_results", "6825");
                set("tasks_exceeded", &(assigned / 2).to_string());
            }
            4..8 => {}
            8 => {
                set("score_results", "3500");
                set("tasks_below_standard", "2");
                set("tasks_late", "1");
            }
            9 => {
                set("tasks_done", &(assigned / 3).to_string());
                set("tasks_exceeded", "0");
            }
            10 => {
                set("discipline_on_duty", "warning");
                set("self_detected_and_remedied", "true");
            }
            11 => set("score_results", "6900"),
            12 => {
                let lacking =
                    ["score_results", "tasks_exceeded", "degradation_concluded", "discipline_on_duty", "post"];
                set(chance.one(&lacking), "-");
                set("score_general", "3000");
            }
            13 => match chance.below(3) {
                0 => set("exempt_from_activities", "true"),
                1 => set("suspended_from_activities", "true"),
                _ => set("admitted_on", &day("2025-07-15")),
            },
            14 => set(chance.one(&["admitted_on", "exempt_from_activities", "shortcomings_remedied"]), "-"),
            _ => match chance.below(3) {
                0 => set("score_general", "3001"),
                1 => set("tasks_late", "3"),
                _ => set("discipline_on_duty", "khiển trách nặng"),
            },
        }
        row
    });
    told(MEMBER, rows.collect())
}

const CIVIL_SERVANT: &[&str] = &[
    "id:u",
    "agency:u",
    "similar_duties:u",
    "general_conduct:u",
    "tasks_assigned:i",
    "tasks_done:i",
    "tasks_below_standard:i",
    "tasks_exceeded:i",
    "months_worked:d:5,2",
    "leave_months:d:5,2",
    "maternity_leave:b",
    "degradation_concluded:b",
    "discipline_on_duty:u",
    "discipline_other:u",
    "discipline_already_counted:b",
    "note:u",
];

/// Civil servants of two agencies under Decree 90/2020, which has no scores, but those who are not rated.
fn civil_servants() -> String {
    let mut chance = Chance(90);
    let rows = (0..18).map(|number| {
        let row = [
            &format!("CC{number}"),
            chance.one(&["UBND xã A", "UBND xã B"]),
            chance.one(&["văn hóa", "địa chính", "-"]),
            chance.one(&["well", "well", "well", "met", "-"]),
            "25",
            "25",
            chance.one(&["0", "0", "0", "5", "6"]),
            chance.one(&["13", "13", "12", "-"]),
            chance.one(&["1200", "1200", "1200", "599", "-"]),
            chance.one(&["0", "0", "0", "300"]),
            chance.one(&["false", "false", "-"]),
            "false",
            chance.one(&["none", "none", "none", "reprimand"]),
            "none",
            chance.one(&["false", "true", "-"]),
            chance.one(&["", "-", "nghỉ ốm"]),
        ];
        row.into_iter().map(str::to_owned).collect()
    });
    told(CIVIL_SERVANT, rows.collect())
}

/// What is asked: the request of the cohort, the kind, the table of the kind (empty: the request has them), the rulebook, and
/// how the table is rated again, held and counted.
pub(crate) fn questions() -> impl Iterator<Item = [String; 8]> {
    let ask = |arguments: [&str; 7]| {
        let [first, rest @ ..] = arguments.map(str::to_owned);
        let [second, third, fourth, fifth, sixth, seventh] = rest;
        ["batch".to_owned(), first, second, third, fourth, fifth, sixth, seventh]
    };
    let town = json!({
        "period_end": "2025-12-31",
        "groups": {"position_group": ["belongs_to", "post"]},
        "subjects": {"party_organization": (1..4).map(|cell| json!({"id": format!("CB{cell}"), "belongs_to": "ĐB1"})).chain(
            [json!({"id": "ĐB1", "score_general": 28, "score_results": "60.5"})]).collect::<Vec<_>>()},
        "decisions": [
            {"subject": "Nguyễn Thị Hải", "level": "good", "number": "7-QĐ/ĐU", "date": "2025-12-20", "body": "ĐU"},
            {"subject": "ĐV01", "level": "excellent", "number": "8-QĐ/ĐU", "date": "2025-12-21", "reason": "điển hình"}]
    })
    .to_string();
    let members = members();
    let again = r#"{"prefix": "again_", "threads": 2}"#;
    let hold = r#"{"prefix": "again_", "groups": {"position_group": ["post"]}, "threads": 2}"#;
    let exceptional = r#"{"prefix": "again_", "groups": {"position_group": ["kind_of_unit", "post"]}, "invalid": "left_out", "policies": {"quota_rounding": "ceil"},
        "rates": [{"quota": "member.quota", "group": "0 / giáo viên", "rate": "25%", "decision": "7-QĐ/TU"}]}"#;
    let too_much = r#"{"prefix": "again_", "groups": {"position_group": ["post"]}, "rates": [
        {"quota": "member.quota", "group": "giáo viên", "rate": "35%", "decision": "7-QĐ/TU"},
        {"quota": "member.quota", "group": "nobody", "rate": "25%", "decision": "7-QĐ/TU"}]}"#;
    let year = r#"{"period_end": "2024-12-31", "rates": [{"quota": "civil_servant.quota", "grouping": "agency", "group": "UBND xã A", "rate": "20%"}]}"#;
    let recorded = r#"{"prefix": "kq_", "rates": [
        {"quota": "civil_servant.quota", "grouping": "agency", "group": "UBND xã A", "rate": "20%"},
        {"quota": "civil_servant.quota", "grouping": "similar_duties", "group": "văn hóa", "rate": "1/4"}]}"#;
    let organizations = json!({
        "period_end": "2017-12-31",
        "columns": ["score", "organization_type", "name"],
        "subjects": {"party_organization": [
            {"id": "ĐB1", "score": "91.5", "organization_type": "đảng bộ", "name": "a\tb\\n"},
            {"id": "Chi bộ 2", "score": 71, "belongs_to": "ĐB1", "organization_type": "chi bộ"},
            {"id": "Chi bo\u{323}\u{302} 3", "score": "100.01", "belongs_to": "ĐB1", "organization_type": "chi bộ", "name": ""},
            {"id": "Chi bộ 4", "organization_type": "chi bộ"}]}
    })
    .to_string();
    let few: String = members.split('\n').take(3).collect::<Vec<_>>().join("\n");
    let few = few.as_str();
    let all = vec![
        ask([
            &town,
            "member",
            &members,
            "366-qd-tw",
            again,
            hold,
            r#"{"prefix": "again_", "by": ["belongs_to", "post"], "decimals": 2}"#,
        ]),
        ask([
            &town,
            "member",
            &members,
            "366-qd-tw",
            r#"{"prefix": "again_", "policies": {"on_gap": "lower"}}"#,
            exceptional,
            r#"{"prefix": "own_", "by": ["kind_of_unit // 2"]}"#,
        ]),
        ask([
            year,
            "civil_servant",
            &civil_servants(),
            "nd-90-2020",
            r#"{"prefix": "kq_"}"#,
            recorded,
            r#"{"prefix": "kq_", "by": ["agency"]}"#,
        ]),
        ask([
            &organizations,
            "party_organization",
            "",
            "hd-27-2014",
            r#"{"prefix": "again_", "keep": ["name"]}"#,
            r#"{"prefix": "again_"}"#,
            r#"{"prefix": "again_"}"#,
        ]),
        ask([&town, "member", few, "nd-90-2020", again, hold, ""]),
        ask([&town, "member", few, "366-qd-tw", r#"{"prefix": "again_", "policies": {"on_gap": "up"}}"#, hold, ""]),
        ask([&town, "member", few, "366-qd-tw", "", "", ""]),
        ask([&town, "member", few, "366-qd-tw", again, r#"{"prefix": "again_"}"#, ""]),
        // What the cohort put behind its results stands where this would go.
        ask([&town, "member", few, "366-qd-tw", again, r#"{"groups": {"position_group": ["post"]}}"#, ""]),
        ask([&town, "member", few, "366-qd-tw", again, too_much, ""]),
        ask([&town, "member", few, "366-qd-tw", again, hold, r#"{"prefix": "again_", "decimals": 9}"#]),
        ask([&town, "member", "id:u|tasks_done:u\nĐV1|mười", "366-qd-tw", again, hold, ""]),
    ];
    all.into_iter()
}
