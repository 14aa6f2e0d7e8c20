//! Random rulebooks and random tables for them, from one number each.

use std::sync::Arc;

use arrow_array::builder::{
    Date32Builder, Decimal128Builder, Float64Builder, Int64Builder, StringBuilder, StringDictionaryBuilder,
    StringViewBuilder,
};
use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{
    ArrayRef, BooleanArray, Int8Array, Int16Array, Int32Array, LargeStringArray, RecordBatch, UInt32Array,
};
use serde_json::{Value, json};

/// A random sequence (xorshift), the same for the same seed.
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11
    }

    pub(crate) fn below(&mut self, most: u64) -> u64 {
        self.next() % most
    }

    fn within(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

const BOOLEANS: [&str; 3] = ["b0", "b1", "b2"];
const INTEGERS: [&str; 4] = ["n0", "n1", "n2", "n3"];
const DECIMALS: [&str; 2] = ["p0", "p1"];
const DATES: [&str; 2] = ["since", "period_end"];
const SUMS: [&str; 2] = ["total", "more"];
const OPS: [&str; 6] = ["=", "!=", "<", "<=", ">", ">="];

fn words() -> Value {
    json!({"vi": "x", "en": "x"})
}

fn citation() -> Value {
    json!({"instrument": "text", "place": "1"})
}

/// What of a rulebook is chosen once.
struct Shape {
    levels: usize,
    /// The bounds of the integers: small ones, or ones that need 64 bits.
    most: i64,
    least: i64,
    score: Option<&'static str>,
}

fn number(luck: &mut Luck, shape: &Shape) -> i64 {
    if luck.chance(20) { luck.within(shape.least, shape.most) } else { luck.within(-1, 12) }
}

fn leaf(luck: &mut Luck, shape: &Shape) -> Value {
    let op = *luck.pick(&OPS);
    match luck.below(11) {
        0 | 1 => json!({"holds": luck.pick(&BOOLEANS)}),
        2 => json!({"compare": {"left": luck.pick(&INTEGERS), "op": op, "right": number(luck, shape)}}),
        3 => json!({"compare": {"left": luck.pick(&INTEGERS), "op": op, "right": {"name": luck.pick(&INTEGERS)}}}),
        4 => {
            let points = format!("{}.{}", luck.below(12), luck.below(10));
            json!({"compare": {"left": luck.pick(&DECIMALS), "op": op, "right": points}})
        }
        5 => {
            let points = format!("{}.{}", luck.below(30), luck.below(10));
            json!({"compare": {"left": luck.pick(&SUMS), "op": op, "right": points}})
        }
        6 => {
            let mut share = json!({"part": "n0", "whole": "n1", "op": op,
                "than": luck.pick(&["0%", "20%", "2/3", "99.5%", "100%"])});
            if luck.chance(50) {
                share["if_none"] = json!(luck.chance(50));
            }
            json!({"share": share})
        }
        7 => {
            let code = format!("e{}", luck.below(4));
            json!({"compare": {"left": "code", "op": op, "right": code}})
        }
        8 => json!({"under_months": {"since": "since", "until": "period_end", "months": luck.pick(&[1, 6, 12])}}),
        9 => json!({"compare": {"left": "code", "op": op, "right": {"name": "other_code"}}}),
        _ => json!({"policy": {"name": "choice", "cases": [
            {"option": "one", "condition": {"holds": luck.pick(&BOOLEANS)}},
            {"option": "two", "condition": {"compare": {"left": "n2", "op": op, "right": number(luck, shape)}}},
        ]}}),
    }
}

fn condition(luck: &mut Luck, shape: &Shape, depth: usize) -> Value {
    if depth == 0 || luck.chance(60) {
        return leaf(luck, shape);
    }
    let inner = |luck: &mut Luck| condition(luck, shape, depth - 1);
    match luck.below(3) {
        0 => json!({"not": inner(luck)}),
        sort => {
            let all: Vec<Value> = (0..=luck.below(3)).map(|_| inner(luck)).collect();
            if sort == 1 { json!({"all": all}) } else { json!({"any": all}) }
        }
    }
}

/// A random rulebook of one kind, `subject`.
pub(crate) fn rulebook(luck: &mut Luck) -> String {
    let wide = luck.chance(25);
    let shape = Shape {
        levels: 2 + luck.below(4) as usize,
        most: if wide { 1_000_000_000 } else { 40 },
        least: if luck.chance(30) { -5 } else { 0 },
        score: *luck.pick(&[None, Some("total"), Some("more"), Some("p0")]),
    };
    let shape = &shape;
    let mut ids = 0;
    let mut rule = |luck: &mut Luck| {
        ids += 1;
        json!({"id": format!("r{ids}"), "citation": citation(), "words": words(), "provenance": "read",
            "condition": condition(luck, shape, 2)})
    };
    let mut rules =
        |luck: &mut Luck, most: u64| -> Vec<Value> { (0..luck.below(most + 1)).map(|_| rule(luck)).collect() };
    let mut escaped = |luck: &mut Luck, most: u64| -> Vec<Value> {
        let mut limits = rules(luck, most);
        for limit in &mut limits {
            limit["escapes"] = json!(rules(luck, 2));
        }
        limits
    };
    let triggers = escaped(luck, 2);
    let mut ceilings = escaped(luck, 3);
    for ceiling in &mut ceilings {
        ceiling["at_most"] = if luck.chance(40) {
            json!({"fact": "own_level"})
        } else {
            json!({"level": format!("l{}", luck.below(shape.levels as u64))})
        };
    }
    let edge = |place: usize| (place * 20 / shape.levels).to_string();
    let last = shape.levels - 1;
    let mut standards = Vec::new();
    for place in 0..shape.levels {
        let mut standard = json!({"id": format!("s{place}"), "level": format!("l{place}"), "citation": citation(),
            "words": words(), "provenance": "read"});
        if shape.score.is_some() {
            let mut band = json!({});
            if place > 0 {
                band["from"] = json!(edge(place));
            }
            if place < last {
                band["below"] = json!(edge(place + 1));
            }
            standard["band"] = band;
        }
        if place > 0 {
            let mut conditions = rules(luck, 2);
            if conditions.is_empty() {
                conditions.push(rules(luck, 1).pop().unwrap_or_else(|| {
                    json!({"id": format!("c{place}"), "citation": citation(), "words": words(), "provenance": "read",
                        "condition": {"holds": "b0"}})
                }));
            }
            standard["conditions"] = json!(conditions);
        }
        standards.push(standard);
    }
    let absent = |luck: &mut Luck, value: Value| match luck.below(6) {
        0 => json!("invalid"),
        1 if luck.chance(50) => json!({"invalid_when": {"holds": "b2"}}),
        1 => json!({"invalid_when": {"compare": {"left": "n3", "op": "<=", "right": 20}}}),
        2 => json!({"stands_for": value}),
        _ => Value::Null,
    };
    let mut facts = Vec::new();
    let mut fact = |luck: &mut Luck, name: &str, kind: Value, value: Value| {
        let mut fact = json!({"name": name, "type": kind, "label": words()});
        let absent = if name == "period_end" { Value::Null } else { absent(luck, value) };
        let of_itself = ["b2", "n3"].contains(&name) && absent.is_object();
        if !absent.is_null() && !of_itself {
            fact["absent"] = absent;
        }
        facts.push(fact);
    };
    for name in BOOLEANS {
        fact(luck, name, json!("boolean"), json!(false));
    }
    for name in INTEGERS {
        // The parts of a share are not below 0.
        let least = if name == "n0" || name == "n1" { 0 } else { shape.least };
        fact(luck, name, json!({"integer": {"min": least, "max": shape.most}}), json!(1));
    }
    fact(luck, "p0", json!({"decimal": {"scale": 2, "min": "0", "max": "20"}}), json!("1.5"));
    fact(luck, "p1", json!({"decimal": {"scale": 1, "min": "-3", "max": "10"}}), json!("0.5"));
    fact(luck, "since", json!("date"), json!("2024-02-29"));
    fact(luck, "period_end", json!("date"), Value::Null);
    fact(luck, "code", json!({"enumeration": "codes"}), json!("e1"));
    fact(luck, "other_code", json!({"enumeration": "codes"}), json!("e2"));
    fact(luck, "own_level", json!("level"), json!("l0"));
    let mut constraints = vec![json!({"rising": ["n0", "n1"]})];
    if luck.chance(40) {
        constraints.push(json!({"sum_at_most": {"parts": ["n2", "n3"], "whole": "n1"}}));
    }
    if luck.chance(40) {
        constraints.push(json!({"rising": ["since", "period_end"]}));
    }
    let mut total = json!({"name": "total", "label": words(),
        "formula": {"sum": {"plus": ["p0", "p1"], "minus": []}}});
    if luck.chance(50) {
        total["clamp"] = json!({"min": "1", "max": "15"});
    }
    let more = json!({"name": "more", "label": words(),
        "formula": {"sum": {"plus": ["total", "n2"], "minus": ["p1", "n3"]}}});
    let option = |code: &str| json!({"code": code, "label": words()});
    let policy = |name: &str, options: [&str; 2], default: &str| {
        json!({"name": name, "label": words(), "words": words(), "citation": citation(), "provenance": "inferred",
            "options": options.map(option), "default": default})
    };
    let mut score = json!({"lowest": luck.pick(&["open", "closed"]), "levels": standards, "on_gap": "on_gap"});
    if let Some(name) = shape.score {
        score["score"] = json!(name);
    }
    let levels: Vec<Value> = (0..shape.levels).map(|place| option(&format!("l{place}"))).collect();
    let values: Vec<Value> = (0..4).map(|place| option(&format!("e{place}"))).collect();
    json!({
        "id": "random", "version": "1", "title": words(),
        "instruments": [{"id": "text", "number": "1", "kind": words(), "issuer": words(), "date": "2025-01-01",
            "in_force": {"from": "2025-01-01"}}],
        "in_force": {"from": "2025-01-01", "to": "2026-06-30"},
        "levels": levels,
        "enumerations": [{"name": "codes", "ordered": true, "values": values}],
        "policies": [
            policy("on_gap", ["authority", "lower"], luck.pick::<&str>(&["authority", "lower"])),
            policy("choice", ["one", "two"], luck.pick::<&str>(&["one", "two"])),
        ],
        "subjects": [{
            "kind": "subject", "label": words(), "facts": facts, "constraints": constraints, "measures": [total, more],
            "not_reviewed": if luck.chance(25) { rules(luck, 1) } else { Vec::new() },
            "not_rated": if luck.chance(25) { rules(luck, 2) } else { Vec::new() },
            "standards": score, "triggers": triggers, "ceilings": ceilings,
            "notices": rules(luck, 1),
            "unread": if luck.chance(10) {
                json!([{"id": "u", "citation": citation(), "words": words(), "provenance": "summary"}])
            } else {
                json!([])
            },
        }],
    })
    .to_string()
}

/// How often a cell is empty, or wrong, in percent.
pub(crate) struct Rates {
    pub(crate) empty: u64,
    pub(crate) wrong: u64,
}

/// A random table of so many rows for a rulebook of [`rulebook`]; columns in any type that may state their fact.
pub(crate) fn table(luck: &mut Luck, rows: usize, rates: &Rates) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> =
        vec![("id".to_owned(), Arc::new(Int32Array::from_iter(0..rows as i32)))];
    for name in
        BOOLEANS.iter().chain(&INTEGERS).chain(&DECIMALS).chain(&DATES).chain(&["code", "other_code", "own_level"])
    {
        let required = !luck.chance(4) || columns.is_empty();
        if required {
            columns.push(((*name).to_owned(), column(luck, name, rows, rates)));
        }
    }
    RecordBatch::try_from_iter(columns).expect("columns of one length")
}

fn column(luck: &mut Luck, name: &str, rows: usize, rates: &Rates) -> ArrayRef {
    // Some columns have no gap at all.
    let (empty, wrong) = if luck.chance(40) { (0, 0) } else { (rates.empty, rates.wrong) };
    let gap = |luck: &mut Luck| luck.chance(empty);
    if BOOLEANS.contains(&name) {
        let often = luck.below(101);
        // Under an empty cell anything may stand.
        let values: Vec<bool> = (0..rows).map(|_| luck.chance(often)).collect();
        let stated: Vec<bool> = (0..rows).map(|_| !gap(luck)).collect();
        return Arc::new(BooleanArray::new(values.into(), Some(stated.into())));
    }
    if INTEGERS.contains(&name) {
        // Mostly a part is not more than its whole.
        let (low, high) = if name == "n1" { (5, 12) } else { (0, 5) };
        let value = |luck: &mut Luck| {
            (!gap(luck)).then(|| match luck.chance(wrong) {
                true => *luck.pick(&[-7, 77, 9, i64::MAX, i64::MIN]),
                // A share of nothing.
                false if luck.chance(10) => 0,
                false => luck.within(low, high),
            })
        };
        let values: Vec<Option<i64>> = (0..rows).map(|_| value(luck)).collect();
        return match luck.below(5) {
            0 => Arc::new(values.iter().map(|value| value.map(|value| value as i8)).collect::<Int8Array>()),
            1 => Arc::new(values.iter().map(|value| value.map(|value| value as i16)).collect::<Int16Array>()),
            2 => Arc::new(values.iter().map(|value| value.map(|value| value as u32)).collect::<UInt32Array>()),
            3 => {
                let mut cells = Decimal128Builder::new().with_data_type(arrow_schema::DataType::Decimal128(38, 2));
                values.iter().for_each(|value| {
                    cells.append_option(value.map(|value| i128::from(value) * 100 + i128::from(value == 77)))
                });
                Arc::new(cells.finish())
            }
            _ => {
                let mut cells = Int64Builder::new();
                values.iter().for_each(|value| cells.append_option(*value));
                Arc::new(cells.finish())
            }
        };
    }
    if DECIMALS.contains(&name) {
        let places = *luck.pick(&[0_i8, 1, 2, 3]);
        let scale = 10_i64.pow(places as u32);
        let value = |luck: &mut Luck| {
            (!gap(luck)).then(|| {
                if luck.chance(wrong) {
                    *luck.pick(&[-700_i64, 77_777, 5, i64::MAX])
                } else {
                    luck.within(0, 10) * scale
                }
            })
        };
        let values: Vec<Option<i64>> = (0..rows).map(|_| value(luck)).collect();
        return match luck.below(4) {
            0 => {
                let mut cells = Float64Builder::new();
                values.iter().for_each(|value| cells.append_option(value.map(|value| value as f64 / scale as f64)));
                Arc::new(cells.finish())
            }
            1 => {
                let mut cells = StringBuilder::new();
                values.iter().for_each(|value| cells.append_option(value.map(|value| format!("{}", value / scale))));
                Arc::new(cells.finish())
            }
            _ => {
                let mut cells =
                    Decimal128Builder::new().with_data_type(arrow_schema::DataType::Decimal128(38, places));
                values.iter().for_each(|value| cells.append_option(value.map(i128::from)));
                Arc::new(cells.finish())
            }
        };
    }
    if DATES.contains(&name) {
        let end = name == "period_end";
        let same = luck.chance(50);
        let value = |luck: &mut Luck| {
            (!gap(luck)).then(|| match (luck.chance(wrong), end) {
                (true, true) => *luck.pick(&[19_000_i64, 30_000]),
                (true, false) => *luck.pick(&[21_000_i64, 20_600]),
                (false, true) if same => 20_453,
                (false, true) => luck.within(20_100, 20_500),
                (false, false) => luck.within(20_000, 20_453),
            })
        };
        let values: Vec<Option<i64>> = (0..rows).map(|_| value(luck)).collect();
        if luck.chance(70) {
            let mut cells = Date32Builder::new();
            values.iter().for_each(|value| cells.append_option(value.map(|value| value as i32)));
            return Arc::new(cells.finish());
        }
        let mut cells = StringViewBuilder::new();
        for value in &values {
            let text = value.map(|value| match value {
                20_600 => "2025-02-30".to_owned(),
                day => xeploai::date::format_date(day + 719_163),
            });
            cells.append_option(text);
        }
        return Arc::new(cells.finish());
    }
    let letter = if name == "own_level" { "l" } else { "e" };
    let most = if name == "own_level" { 2 } else { 4 };
    let value = |luck: &mut Luck| {
        (!gap(luck))
            .then(|| if luck.chance(wrong) { "e9".to_owned() } else { format!("{letter}{}", luck.below(most)) })
    };
    let values: Vec<Option<String>> = (0..rows).map(|_| value(luck)).collect();
    match luck.below(4) {
        0 => {
            let mut cells = StringDictionaryBuilder::<Int8Type>::new();
            values.iter().for_each(|value| cells.append_option(value.as_ref()));
            Arc::new(cells.finish())
        }
        1 => {
            let mut cells = StringDictionaryBuilder::<Int32Type>::new();
            values.iter().for_each(|value| cells.append_option(value.as_ref()));
            Arc::new(cells.finish())
        }
        2 => Arc::new(values.iter().map(Option::as_deref).collect::<LargeStringArray>()),
        _ => {
            let mut cells = StringBuilder::new();
            values.iter().for_each(|value| cells.append_option(value.as_ref()));
            Arc::new(cells.finish())
        }
    }
}
