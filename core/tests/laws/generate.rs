//! Random rulebooks of one kind of subject, and random facts for them.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use xeploai::document::{
    Band, Cap, Ceiling, Choice, Citation, Compare, Condition, Constraint, DecimalRange, Deduction, Document, Either,
    Enumeration, Fact, FactType, Factor, Field, FieldType, Formula, Instrument, IntegerRange, ItemTest, ListType,
    Literal, Lowest, Mean, Measure, MeasureByPolicy, MeasureCase, Name, Only, Op, Operand, Period, Policy,
    Provenance, Rule, Share, Standard, Standards, Subject, Sum, Term, Trigger, Weighted, Words,
};

#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) document: Document,
    pub(crate) facts: Map<String, Value>,
}

/// The integer facts; `n0` ≤ `n1` is a constraint, `n2` stands alone, the parts of the score are read by it alone.
const INTEGERS: [&str; 3] = ["n0", "n1", "n2"];
const BOOLEANS: [&str; 3] = ["b0", "b1", "b2"];
/// The measures that are whole numbers, and those that are fractions.
const COUNTS: [&str; 2] = ["counted", "run"];
const FRACTIONS: [&str; 4] = ["share", "half", "index", "chosen"];

fn words() -> Words {
    Words { vi: "x".to_owned(), en: "x".to_owned() }
}

fn citation() -> Citation {
    Citation { instrument: "text".to_owned(), place: "1".to_owned() }
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        Just(Op::Equal),
        Just(Op::NotEqual),
        Just(Op::Less),
        Just(Op::AtMost),
        Just(Op::Greater),
        Just(Op::AtLeast)
    ]
}

fn name(names: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::sample::select(names).prop_map(str::to_owned)
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        name(&BOOLEANS).prop_map(Condition::Holds),
        (name(&INTEGERS), op(), 0_i64..=6).prop_map(|(left, op, value)| {
            Condition::Compare(Compare { left, op, right: Operand::Integer(value) })
        }),
        (op(), 0_usize..4).prop_map(|(op, value)| {
            let right = Operand::Text(format!("e{value}"));
            Condition::Compare(Compare { left: "code".to_owned(), op, right })
        }),
        (name(&INTEGERS), op(), name(&INTEGERS)).prop_map(|(left, op, other)| {
            let right = Operand::Name(Name { name: other });
            Condition::Compare(Compare { left, op, right })
        }),
        (op(), proptest::sample::select(&["0%", "20%", "50%", "2/3", "100%"][..]), any::<Option<bool>>()).prop_map(
            |(op, than, if_none)| {
                Condition::Share(Share {
                    part: "n0".to_owned(),
                    whole: "n1".to_owned(),
                    op,
                    than: than.to_owned(),
                    if_none,
                })
            }
        ),
        (op(), 0_usize..4, any::<bool>()).prop_map(|(op, value, only)| {
            Condition::Every(ItemTest {
                list: "items".to_owned(),
                only: only.then(|| Only { field: "group".to_owned(), is: Literal::Text("g1".to_owned()) }),
                field: "grade".to_owned(),
                op,
                value: Literal::Text(format!("e{value}")),
            })
        }),
        (name(&COUNTS), op(), 0_i64..=3).prop_map(|(left, op, value)| {
            Condition::Compare(Compare { left, op, right: Operand::Integer(value) })
        }),
        (name(&FRACTIONS), op(), proptest::sample::select(&["0", "1/3", "0.5", "75%", "1", "5"][..])).prop_map(
            |(left, op, than)| Condition::Compare(Compare { left, op, right: Operand::Text(than.to_owned()) })
        ),
        (name(&FRACTIONS), op(), prop_oneof![name(&FRACTIONS), name(&COUNTS), name(&INTEGERS)]).prop_map(
            |(left, op, other)| Condition::Compare(Compare { left, op, right: Operand::Name(Name { name: other }) })
        ),
        (name(&INTEGERS), op(), name(&FRACTIONS)).prop_map(|(left, op, other)| {
            Condition::Compare(Compare { left, op, right: Operand::Name(Name { name: other }) })
        }),
        Just(Condition::Always),
    ];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Condition::All),
            vec(inner.clone(), 1..3).prop_map(Condition::Any),
            inner.prop_map(|inner| Condition::Not(Box::new(inner))),
        ]
    })
}

fn rules(most: usize) -> impl Strategy<Value = Vec<Condition>> {
    vec(condition(), 0..=most)
}

/// Conditions with their escapes.
type Limits = Vec<(Condition, Vec<Condition>)>;

fn limits(most: usize) -> impl Strategy<Value = Limits> {
    vec((condition(), rules(2)), 0..=most)
}

struct Ids(usize);

impl Ids {
    fn next(&mut self) -> String {
        self.0 += 1;
        format!("r{}", self.0)
    }

    fn rule(&mut self, condition: Condition) -> Rule {
        let id = self.next();
        Rule { id, citation: citation(), words: words(), provenance: Provenance::Read, condition }
    }

    fn rules(&mut self, conditions: Vec<Condition>) -> Vec<Rule> {
        conditions.into_iter().map(|condition| self.rule(condition)).collect()
    }
}

#[derive(Debug, Clone)]
struct Parts {
    levels: usize,
    scored: bool,
    /// Whether the score is a fraction.
    fraction: bool,
    closed: bool,
    lower: bool,
    standards: Vec<Vec<Condition>>,
    triggers: Limits,
    ceilings: Vec<(Condition, Vec<Condition>, Option<usize>)>,
    not_reviewed: Vec<Condition>,
    not_rated: Vec<Condition>,
}

fn parts() -> impl Strategy<Value = Parts> {
    (2_usize..=4, any::<(bool, bool, bool, bool)>()).prop_flat_map(|(levels, (scored, fraction, closed, lower))| {
        (
            vec(vec(condition(), 1..=2), levels - 1),
            limits(2),
            vec((condition(), rules(1), proptest::option::of(0..levels)), 0..=2),
            // Eligibility mostly stays out of the way.
            prop_oneof![3 => Just(Vec::new()), 1 => rules(1)],
            prop_oneof![3 => Just(Vec::new()), 1 => rules(1)],
        )
            .prop_map(move |(standards, triggers, ceilings, not_reviewed, not_rated)| Parts {
                levels,
                scored,
                fraction,
                closed,
                lower,
                standards,
                triggers,
                ceilings,
                not_reviewed,
                not_rated,
            })
    })
}

pub(crate) fn sample() -> impl Strategy<Value = Sample> {
    (parts(), vec((any::<u32>(), 0_u8..4), 16)).prop_map(|(parts, picks)| {
        let document = document(parts);
        let mut facts = Map::new();
        for (fact, (pick, missing)) in document.subjects[0].facts.iter().zip(picks) {
            if missing > 0 {
                facts.insert(fact.name.clone(), value_of(&fact.kind, pick));
            }
        }
        // The constraint holds: a part is not more than its whole.
        if let (Some(part), Some(whole)) =
            (facts.get("n0").and_then(Value::as_i64), facts.get("n1").and_then(Value::as_i64))
            && part > whole
        {
            facts.insert("n0".to_owned(), json!(whole));
        }
        Sample { document, facts }
    })
}

/// A value of a type, by a number.
pub(crate) fn value_of(kind: &FactType, pick: u32) -> Value {
    let pick = i64::from(pick);
    match kind {
        FactType::Boolean => json!(pick % 2 == 0),
        FactType::Integer(range) => json!(range.min + pick % (range.max - range.min + 1)),
        FactType::Decimal(_) => json!(format!("{}.{}", pick % 10, pick / 10 % 10)),
        FactType::Enumeration(_) => json!(format!("e{}", pick % 4)),
        FactType::Level => json!(format!("l{}", pick % 2)),
        FactType::Date => json!("2025-12-31"),
        FactType::List(form) if form.fields[0].name == "weight" => {
            let jobs: Vec<Value> = (0..pick % 4)
                .map(|place| {
                    let bits = pick >> (5 * place + 2);
                    let mut job = json!({"weight": bits % 5 + 1, "done": bits % 2 == 0, "late": bits / 2 % 6});
                    if bits % 7 == 0 {
                        job.as_object_mut().unwrap().remove("late");
                    }
                    job
                })
                .collect();
            json!(jobs)
        }
        FactType::List(_) => {
            let items: Vec<Value> = (0..pick % 4)
                .map(|place| {
                    let bits = pick >> (4 * place + 2);
                    let group = format!("g{}", bits % 2);
                    match bits / 2 % 5 {
                        4 => json!({"group": group}),
                        grade => json!({"group": group, "grade": format!("e{grade}")}),
                    }
                })
                .collect();
            json!(items)
        }
    }
}

/// A value that leaves no share without a whole: a whole is at least 4, a part at most 4.
pub(crate) fn positive(kind: &FactType, pick: u32) -> Value {
    match kind {
        FactType::Integer(range) if range.max == 6 => json!(i64::from(pick % 3) + 4),
        FactType::Integer(range) => json!(i64::from(pick) % (range.max.min(4) + 1)),
        other => value_of(other, pick),
    }
}

/// A list in which every group has an item and every item is complete.
pub(crate) fn full_list(name: &str, pick: u32) -> Value {
    if name == "jobs" {
        let jobs = (0..=pick % 3).map(|place| {
            let bits = pick >> (5 * place + 2);
            json!({"weight": bits % 5 + 1, "done": bits.is_multiple_of(2), "late": bits / 2 % 6})
        });
        return jobs.collect();
    }
    json!([
        {"group": "g0", "grade": format!("e{}", pick % 4)},
        {"group": "g1", "grade": format!("e{}", pick / 4 % 4)},
    ])
}

fn choice(code: String) -> Choice {
    Choice { code, label: words(), short: None }
}

fn fact(name: &str, kind: FactType) -> Fact {
    Fact { name: name.to_owned(), kind, label: words(), help: None, absent: None, from_cohort: None }
}

fn document(parts: Parts) -> Document {
    let mut ids = Ids(0);
    let integer = |max: i64| FactType::Integer(IntegerRange { min: 0, max });
    let points = || FactType::Decimal(DecimalRange { scale: 1, min: "0".to_owned(), max: "10".to_owned() });
    let field =
        |name: &str, kind: FieldType, required: bool| Field { name: name.to_owned(), kind, label: words(), required };
    let grades = FieldType::Enumeration("codes".to_owned());
    let mut facts: Vec<Fact> = BOOLEANS.iter().map(|name| fact(name, FactType::Boolean)).collect();
    facts.extend([
        // The whole has the bound by which `positive` knows it.
        fact("n1", integer(6)),
        fact("n0", integer(5)),
        fact("n2", integer(5)),
        fact("code", FactType::Enumeration("codes".to_owned())),
        fact("own_level", FactType::Level),
        fact(
            "items",
            FactType::List(ListType {
                fields: vec![
                    field("group", FieldType::Enumeration("groups".to_owned()), true),
                    field("grade", grades, false),
                ],
                max_items: 10,
            }),
        ),
        fact(
            "jobs",
            FactType::List(ListType {
                fields: vec![
                    field("weight", FieldType::Integer(IntegerRange { min: 1, max: 5 }), false),
                    field("done", FieldType::Boolean, false),
                    field("late", FieldType::Integer(IntegerRange { min: 0, max: 5 }), false),
                ],
                max_items: 5,
            }),
        ),
        fact("p0", points()),
        fact("p1", points()),
    ]);
    // Bands of even width over 0 to 20.
    let edge = |place: usize| format!("{}", place * 20 / parts.levels);
    let last = parts.levels - 1;
    let mut standards = vec![Vec::new()];
    standards.extend(parts.standards);
    let standards: Vec<Standard> = standards
        .into_iter()
        .enumerate()
        .map(|(place, conditions)| Standard {
            id: ids.next(),
            level: format!("l{place}"),
            citation: citation(),
            words: words(),
            provenance: Provenance::Read,
            band: parts.scored.then(|| Band {
                from: (place > 0).then(|| edge(place)),
                below: (place < last).then(|| edge(place + 1)),
            }),
            conditions: ids.rules(conditions),
        })
        .collect();
    let triggers = parts
        .triggers
        .into_iter()
        .map(|(condition, escapes)| Trigger {
            id: ids.next(),
            citation: citation(),
            words: words(),
            provenance: Provenance::Read,
            condition,
            escapes: ids.rules(escapes),
        })
        .collect();
    let ceilings = parts
        .ceilings
        .into_iter()
        .map(|(condition, escapes, level)| Ceiling {
            id: ids.next(),
            citation: citation(),
            words: words(),
            provenance: Provenance::Read,
            condition,
            at_most: level.map_or(Cap::Fact("own_level".to_owned()), |level| Cap::Level(format!("l{level}"))),
            escapes: ids.rules(escapes),
        })
        .collect();
    let period = Period { from: "2025-01-01".to_owned(), to: None };
    Document {
        schema: None,
        id: "random".to_owned(),
        version: "1".to_owned(),
        title: words(),
        province: None,
        caveats: Vec::new(),
        layers: Vec::new(),
        instruments: vec![Instrument {
            id: "text".to_owned(),
            number: "1".to_owned(),
            kind: words(),
            issuer: words(),
            date: "2025-01-01".to_owned(),
            in_force: period.clone(),
            replaces: Vec::new(),
        }],
        in_force: period,
        levels: (0..parts.levels).map(|place| choice(format!("l{place}"))).collect(),
        enumerations: vec![
            Enumeration {
                name: "codes".to_owned(),
                ordered: true,
                values: (0..4).map(|place| choice(format!("e{place}"))).collect(),
            },
            Enumeration {
                name: "groups".to_owned(),
                ordered: false,
                values: (0..2).map(|place| choice(format!("g{place}"))).collect(),
            },
        ],
        policies: vec![Policy {
            name: "on_gap".to_owned(),
            label: words(),
            words: words(),
            citation: citation(),
            provenance: Provenance::Inferred,
            options: vec![choice("authority".to_owned()), choice("lower".to_owned())],
            default: if parts.lower { "lower" } else { "authority" }.to_owned(),
        }],
        subjects: vec![Subject {
            kind: "subject".to_owned(),
            label: words(),
            in_force: None,
            facts,
            constraints: vec![Constraint::Rising(vec!["n0".to_owned(), "n1".to_owned()])],
            measures: measures(),
            not_reviewed: ids.rules(parts.not_reviewed),
            not_rated: ids.rules(parts.not_rated),
            standards: Standards {
                score: parts.scored.then(|| if parts.fraction { "index" } else { "score" }.to_owned()),
                on_gap: Some("on_gap".to_owned()),
                lowest: if parts.closed { Lowest::Closed } else { Lowest::Open },
                levels: standards,
            },
            triggers,
            ceilings,
            quotas: Vec::new(),
            after: Vec::new(),
            decisions: None,
            notices: Vec::new(),
            unread: Vec::new(),
            open_points: Vec::new(),
        }],
    }
}

/// Every sort of formula. `index` lies in 0 to 20, as `score` does.
fn measures() -> Vec<Measure> {
    let measure =
        |name: &str, formula| Measure { name: name.to_owned(), label: words(), formula, clamp: None, source: None };
    let passing = |grade: usize| ItemTest {
        list: "items".to_owned(),
        only: None,
        field: "grade".to_owned(),
        op: Op::AtLeast,
        value: Literal::Text(format!("e{grade}")),
    };
    let term = |name: &str, times: &str| Term { name: name.to_owned(), times: times.to_owned() };
    let case = |option: &str, measure: &str| MeasureCase { option: option.to_owned(), measure: measure.to_owned() };
    vec![
        // It comes before what it needs.
        measure(
            "index",
            Formula::Weighted(Weighted {
                terms: vec![term("share", "10"), term("half", "20/3"), term("p0", "1/3"), term("p1", "0")],
            }),
        ),
        measure("score", Formula::Sum(Sum { plus: vec!["p0".to_owned(), "p1".to_owned()], minus: Vec::new() })),
        measure("counted", Formula::Count(passing(2))),
        measure("run", Formula::LongestRun(passing(1))),
        measure(
            "share",
            Formula::Mean(Mean {
                list: "jobs".to_owned(),
                weight: Some("weight".to_owned()),
                factors: vec![
                    Factor::Field("done".to_owned()),
                    Factor::Deduction(Deduction { field: "late".to_owned(), each: "1/4".to_owned() }),
                ],
            }),
        ),
        measure(
            "half",
            Formula::Either(Either {
                condition: Condition::Compare(Compare {
                    left: "counted".to_owned(),
                    op: Op::AtLeast,
                    right: Operand::Integer(1),
                }),
                then: "1".to_owned(),
                otherwise: "50%".to_owned(),
            }),
        ),
        measure(
            "chosen",
            Formula::Policy(MeasureByPolicy {
                name: "on_gap".to_owned(),
                cases: vec![case("authority", "index"), case("lower", "n1")],
            }),
        ),
    ]
}

/// The facts with what the obstacles ask for; nothing where a need is of a kind that this does not grant.
pub(crate) fn grant(document: &Document, facts: &Map<String, Value>, needs: &[Value]) -> Option<Map<String, Value>> {
    let mut granted = facts.clone();
    for need in needs {
        let what = need["what"].as_str()?;
        let to = need["change"]["to"].clone();
        if what == "score" {
            // Spread as evenly as the bounds let it: which part moves must not matter.
            let tenths: i64 = (to.as_str()?.parse::<f64>().ok()? * 10.0).round() as i64;
            let one = (tenths / 2).min(100);
            for (name, part) in [("p0", one), ("p1", tenths - one)] {
                granted.insert(name.to_owned(), json!(format!("{}.{}", part / 10, part % 10)));
            }
        } else if what == "items" || what == "jobs" {
            return None;
        } else {
            document.subjects[0].facts.iter().find(|fact| fact.name == what)?;
            granted.insert(what.to_owned(), to);
        }
    }
    Some(granted)
}
