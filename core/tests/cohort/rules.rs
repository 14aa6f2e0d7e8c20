//! A small rulebook in which everything that a cohort knows happens: levels, counts and facts of others, quotas.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::{Value, json};
use xeploai::Rulebook;
use xeploai::document::Relation;

pub(crate) const LEVELS: [&str; 4] = ["not_completed", "completed", "good", "excellent"];
pub(crate) const FORMS: [&str; 3] = ["none", "warned", "dismissed"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Unit,
    Collective,
    Leader,
    Person,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Unit, Self::Collective, Self::Leader, Self::Person];

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Collective => "collective",
            Self::Leader => "leader",
            Self::Person => "person",
        }
    }

    /// The columns that its quota groups by.
    pub(crate) fn groupings(self, terms: &Terms) -> &'static [&'static str] {
        match self {
            Self::Unit => &["block"],
            Self::Leader => &["title"],
            Self::Person if terms.two => &["team", "field"],
            Self::Person => &["team"],
            Self::Collective => &[],
        }
    }
}

/// The values of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    /// From 0 up to this.
    Count(i64),
    Flag,
    Form,
    Level,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum From {
    Stated,
    /// The level of those whom the subject names.
    Level(Relation, &'static [Kind]),
    /// How many of those who name it are rated from one level to another; of the kinds the first that there is.
    Count(Relation, &'static [Kind], usize, usize),
    /// Whether the fact is true of any of those who name it.
    Any(Relation, &'static [Kind], &'static str),
    /// The lowest form, where all have it.
    Lowest(Relation, &'static [Kind], &'static str),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    pub(crate) from: From,
}

const fn stated(name: &'static str, kind: Type) -> Fact {
    Fact { name, kind, from: From::Stated }
}

const fn computed(name: &'static str, kind: Type, from: From) -> Fact {
    Fact { name, kind, from }
}

const BELOW: &[Kind] = &[Kind::Unit];
const MEMBERS: &[Kind] = &[Kind::Unit, Kind::Person];
const SITTING: &[Kind] = &[Kind::Leader, Kind::Person];
const SMALL: Type = Type::Count(9);

/// The facts of a kind.
pub(crate) fn facts(kind: Kind) -> Vec<Fact> {
    let mut facts = vec![stated("points", Type::Count(3)), stated("bad", Type::Flag), stated("mended", Type::Flag)];
    let count = |relation, kinds, from, to| From::Count(relation, kinds, from, to);
    match kind {
        Kind::Unit => facts.extend([
            computed("total", SMALL, count(Relation::BelongsTo, MEMBERS, 0, 3)),
            computed("low", SMALL, count(Relation::BelongsTo, MEMBERS, 0, 0)),
            computed("fine", SMALL, count(Relation::BelongsTo, MEMBERS, 2, 3)),
        ]),
        Kind::Collective => facts.extend([
            computed("unit_rating", Type::Level, From::Level(Relation::BelongsTo, BELOW)),
            computed("any_fault", Type::Flag, From::Any(Relation::SitsIn, SITTING, "fault")),
            computed("worst", Type::Form, From::Lowest(Relation::SitsIn, SITTING, "form")),
        ]),
        Kind::Leader => facts.extend([
            stated("fault", Type::Flag),
            stated("form", Type::Form),
            stated("heads_unit", Type::Flag),
            stated("heads_group", Type::Flag),
            computed("unit_rating", Type::Level, From::Level(Relation::Heads, BELOW)),
            computed("group_rating", Type::Level, From::Level(Relation::Heads, &[Kind::Collective])),
            computed("total", SMALL, count(Relation::Below, BELOW, 0, 3)),
            computed("low", SMALL, count(Relation::Below, BELOW, 0, 0)),
        ]),
        Kind::Person => facts.extend([
            stated("fault", Type::Flag),
            stated("form", Type::Form),
            stated("exempt", Type::Flag),
            stated("in_post", Type::Flag),
            stated("merit", Type::Count(2)),
            computed("official_rating", Type::Level, From::Level(Relation::HoldsPost, &[Kind::Leader])),
        ]),
    }
    facts
}

/// Who goes first although nothing is computed from them: a person is rated after the collective.
pub(crate) const FIRST: (Relation, Kind, Kind) = (Relation::SitsIn, Kind::Person, Kind::Collective);

/// By what candidates are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ranking {
    None,
    Merit,
    LeastMerit,
    MeritThenId,
}

/// The terms of every quota of the rulebook; the ranking is that of persons alone.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// Nothing where it is to be recorded for each group.
    pub(crate) rate: Option<&'static str>,
    pub(crate) level: usize,
    pub(crate) base: &'static str,
    pub(crate) rounding: &'static str,
    pub(crate) joins: bool,
    pub(crate) one: bool,
    pub(crate) steps_down: bool,
    pub(crate) ranking: Ranking,
    /// Whether persons are grouped in two ways at once.
    pub(crate) two: bool,
}

pub(crate) const RATES: [&str; 5] = ["20%", "1/3", "50%", "3/4", "100%"];
pub(crate) const EXCEPTIONAL: &str = "4/5";
pub(crate) const BASES: [&str; 4] = ["good", "good_and_above", "rated", "completed"];
pub(crate) const ROUNDINGS: [&str; 3] = ["floor", "nearest", "ceil"];

impl Terms {
    /// Those of the texts: a fifth of the good, who steps down joins them.
    pub(crate) fn of_the_texts() -> Self {
        Self {
            rate: Some("20%"),
            level: 3,
            base: "good",
            rounding: "floor",
            joins: true,
            one: false,
            steps_down: false,
            ranking: Ranking::None,
            two: false,
        }
    }

    /// The policies that the cohort chooses.
    pub(crate) fn policies(&self) -> [(&'static str, &'static str); 5] {
        [
            ("base", self.base),
            ("rounding", self.rounding),
            ("joining", if self.joins { "join" } else { "stay" }),
            ("small", if self.one { "one" } else { "none" }),
            ("over", if self.steps_down { "step_down" } else { "authority" }),
        ]
    }
}

fn words() -> Value {
    json!({"vi": "x", "en": "x"})
}

fn rule(id: &str, more: Value) -> Value {
    let mut rule = json!({"id": id, "citation": {"instrument": "text", "place": id}, "words": words(),
        "provenance": "local"});
    rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    rule
}

fn fact(fact: &Fact) -> Value {
    let kind = match fact.kind {
        Type::Count(max) => json!({"integer": {"min": 0, "max": max}}),
        Type::Flag => json!("boolean"),
        Type::Form => json!({"enumeration": "form"}),
        Type::Level => json!("level"),
    };
    let codes = |kinds: &[Kind]| kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>();
    let mut written = json!({"name": fact.name, "type": kind, "label": words()});
    let from = match fact.from {
        From::Stated => return written,
        From::Level(relation, kinds) => json!({"level_of": {"relation": relation, "kinds": codes(kinds)}}),
        From::Count(relation, kinds, from, to) => json!({"count_of": {"relation": relation, "kinds": codes(kinds),
            "at_least": LEVELS[from], "at_most": LEVELS[to]}}),
        From::Any(relation, kinds, name) => {
            json!({"any_of": {"relation": relation, "kinds": codes(kinds), "fact": name}})
        }
        From::Lowest(relation, kinds, name) => {
            json!({"lowest_of_all": {"relation": relation, "kinds": codes(kinds), "fact": name}})
        }
    };
    written["from_cohort"] = from;
    written
}

fn at_least(name: &str, value: &Value) -> Value {
    json!({"compare": {"left": name, "op": ">=", "right": value}})
}

fn standards(kind: Kind) -> Value {
    let levels = LEVELS.iter().enumerate().map(|(rank, level)| {
        let id = |name: &str| format!("{}.{level}.{name}", kind.code());
        let mut conditions = Vec::new();
        if rank > 0 {
            conditions.push(rule(&id("points"), json!({"condition": at_least("points", &json!(rank))})));
        }
        if rank == 3 && kind == Kind::Unit {
            let share = json!({"part": "fine", "whole": "total", "op": ">=", "than": "50%", "if_none": true});
            conditions.push(rule(&id("fine"), json!({"condition": {"share": share}})));
        }
        rule(&id("standard"), json!({"level": level, "conditions": conditions}))
    });
    json!({"lowest": "open", "levels": levels.collect::<Vec<_>>()})
}

fn ceilings(kind: Kind) -> Vec<Value> {
    let id = |name: &str| format!("{}.{name}", kind.code());
    let at_most = |name: &str, condition: Value, level: &str| {
        rule(&id(name), json!({"condition": condition, "at_most": {"level": level}}))
    };
    let as_fact =
        |condition: Value, fact: &str| rule(&id(fact), json!({"condition": condition, "at_most": {"fact": fact}}));
    let fault = at_most("fault", json!({"holds": "fault"}), "completed");
    let form = |name: &str| at_most("form", at_least(name, &json!("warned")), "good");
    match kind {
        Kind::Unit => vec![at_most("low", at_least("low", &json!(1)), "good")],
        Kind::Collective => vec![
            as_fact(json!("always"), "unit_rating"),
            at_most("any_fault", json!({"holds": "any_fault"}), "completed"),
            form("worst"),
        ],
        Kind::Leader => vec![
            fault,
            form("form"),
            as_fact(json!({"holds": "heads_unit"}), "unit_rating"),
            as_fact(json!({"holds": "heads_group"}), "group_rating"),
            at_most("low", at_least("low", &json!(1)), "good"),
        ],
        Kind::Person => vec![fault, form("form"), as_fact(json!({"holds": "in_post"}), "official_rating")],
    }
}

fn subject(kind: Kind, terms: &Terms) -> Value {
    let code = kind.code();
    let mended = rule(&format!("{code}.mended"), json!({"condition": {"holds": "mended"}}));
    let bad = rule(&format!("{code}.bad"), json!({"condition": {"holds": "bad"}, "escapes": [mended]}));
    let mut written = json!({"kind": code, "label": words(), "standards": standards(kind), "triggers": [bad],
        "facts": facts(kind).iter().map(fact).collect::<Vec<_>>(), "ceilings": ceilings(kind)});
    match kind {
        Kind::Unit => {
            written["constraints"] = json!([{"sum_at_most": {"parts": ["low", "fine"], "whole": "total"}}]);
            let share = json!({"part": "low", "whole": "total", "op": ">", "than": "1/3", "if_none": false});
            let many = rule("unit.many_low", json!({"condition": {"share": share}}));
            written["triggers"].as_array_mut().unwrap().push(many);
        }
        Kind::Leader => written["constraints"] = json!([{"rising": ["low", "total"]}]),
        Kind::Person => {
            written["not_rated"] = json!([rule("person.exempt", json!({"condition": {"holds": "exempt"}}))]);
            let (relation, _, first) = FIRST;
            written["after"] = json!([rule(
                "person.after",
                json!({"relation": relation, "first": "object",
                "kinds": [first.code()]})
            )]);
            written["decisions"] = json!({
                "majorities": [rule("person.two_thirds", json!({"level": "excellent", "share": "2/3"}))],
                "deadlines": [rule("person.new_year", json!({"day": "01-15", "years_later": 1}))],
                "authority": [rule("person.others", json!({}))],
            });
        }
        Kind::Collective => {}
    }
    if !kind.groupings(terms).is_empty() {
        written["quotas"] = json!([quota(kind, terms)]);
    }
    written
}

fn quota(kind: Kind, terms: &Terms) -> Value {
    let rate = match terms.rate {
        Some(rate) => json!(rate),
        None => json!({"recorded": "own_share", "label": words()}),
    };
    let mut written = rule(
        &format!("{}.quota", kind.code()),
        json!({"level": LEVELS[terms.level],
        "group_by": kind.groupings(terms), "rate": rate, "exceptional_rate": EXCEPTIONAL, "base": "base",
        "rounding": "rounding", "stepping_down": "joining", "small_groups": "small", "over_quota": "over"}),
    );
    if kind == Kind::Person {
        let merit = json!({"by": {"fact": "merit"}});
        written["ranking"] = match terms.ranking {
            Ranking::None => json!([]),
            Ranking::Merit => json!([merit]),
            Ranking::LeastMerit => json!([{"by": {"fact": "merit"}, "lowest_first": true}]),
            Ranking::MeritThenId => json!([merit, {"by": "id"}]),
        };
    }
    written
}

thread_local! {
    /// Rulebooks that were read before: reading one takes longer than rating a town by it.
    static READ: RefCell<HashMap<String, Rulebook>> = RefCell::default();
}

/// The rulebook of these tests, in force from 2025 on.
pub(crate) fn rulebook(terms: &Terms) -> Rulebook {
    let key = format!("{:?}", (terms.rate, terms.level, terms.ranking, terms.two));
    READ.with_borrow_mut(|read| read.entry(key).or_insert_with(|| read_anew(terms)).clone())
}

fn read_anew(terms: &Terms) -> Rulebook {
    let choice = |code: &str| json!({"code": code, "label": words()});
    let choices = |codes: &[&str]| codes.iter().map(|code| choice(code)).collect::<Vec<_>>();
    let policy = |name: &str, options: &[&str]| {
        rule(name, json!({"name": name, "label": words(), "options": choices(options), "default": options[0]}))
    };
    let mut policies = vec![
        policy("base", &BASES),
        policy("rounding", &ROUNDINGS),
        policy("joining", &["join", "stay"]),
        policy("small", &["none", "one"]),
        policy("over", &["authority", "step_down"]),
    ];
    policies.iter_mut().for_each(|policy| {
        policy.as_object_mut().unwrap().remove("id");
    });
    let force = json!({"from": "2025-01-01"});
    let document = json!({
        "id": "town", "version": "1", "title": words(), "in_force": force,
        "instruments": [{"id": "text", "number": "1", "kind": words(), "issuer": words(), "date": "2025-01-01",
            "in_force": force}],
        "levels": choices(&LEVELS),
        "enumerations": [{"name": "form", "ordered": true, "values": choices(&FORMS)}],
        "policies": policies,
        "subjects": Kind::ALL.map(|kind| subject(kind, terms)),
    });
    Rulebook::from_json(&document.to_string()).unwrap_or_else(|error| panic!("{error}"))
}
