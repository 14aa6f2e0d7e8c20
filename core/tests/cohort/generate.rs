//! Random towns: small, and of every sort.

use proptest::collection::vec;
use proptest::prelude::*;
use xeploai::document::Relation;

use crate::brute::{closure, dependencies, domain};
use crate::rules::{BASES, EXCEPTIONAL, FORMS, From, Kind, LEVELS, RATES, ROUNDINGS, Ranking, Terms, Type, facts};
use crate::town::{Given, Town};

/// How much of it is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Openness {
    /// Facts that are missing, at most.
    pub(crate) missing: usize,
    /// Whether some is left to the authority, or out of bounds.
    pub(crate) else_too: bool,
}

pub(crate) const CLOSED: Openness = Openness { missing: 0, else_too: false };
pub(crate) const OPEN: Openness = Openness { missing: 3, else_too: true };

pub(crate) fn terms() -> impl Strategy<Value = Terms> {
    use proptest::sample::select;
    let rate = prop_oneof![5 => select(&RATES[..]).prop_map(Some), 1 => Just(None)];
    let level = prop_oneof![4 => Just(3_usize), 1 => Just(2_usize)];
    let ranking = select(&[Ranking::None, Ranking::Merit, Ranking::LeastMerit, Ranking::MeritThenId][..]);
    let flags = (prop_oneof![2 => Just(true), 1 => Just(false)], any::<bool>(), any::<bool>(), any::<bool>());
    (rate, level, select(&BASES[..]), select(&ROUNDINGS[..]), flags, ranking).prop_map(
        |(rate, level, base, rounding, (joins, one, steps_down, two), ranking)| Terms {
            rate,
            level,
            base,
            rounding,
            joins,
            one,
            steps_down,
            ranking,
            two,
        },
    )
}

/// Bytes that say what one subject is.
type Picks = Vec<u8>;

pub(crate) fn town(open: Openness) -> impl Strategy<Value = Town> {
    let rows = |most: usize| vec(vec(any::<u8>(), 12), 0..=most);
    let missing = vec(any::<(u8, u8)>(), 0..=open.missing);
    let invalid = prop_oneof![4 => Just(None), 1 => any::<(u8, u8)>().prop_map(Some)];
    let rates = vec(any::<[u8; 3]>(), 0..3);
    (terms(), rows(4), rows(2), rows(3), rows(6), missing, invalid, rates).prop_map(
        move |(terms, units, collectives, leaders, persons, missing, invalid, rates)| {
            let mut town = Town::new(terms);
            let all = [(Kind::Unit, units), (Kind::Collective, collectives), (Kind::Leader, leaders)];
            let all = all.into_iter().chain([(Kind::Person, persons)]);
            let rows: Vec<(usize, Picks)> = all
                .flat_map(|(kind, rows)| rows.into_iter().enumerate().map(move |(place, row)| (kind, place, row)))
                .map(|(kind, place, row)| {
                    let id = format!("{}{place}", kind.code());
                    (subject(&mut town, &id, kind, &row, open.else_too), row)
                })
                .collect();
            for (row, picks) in &rows {
                relations(&mut town, *row, picks);
            }
            for (subject, fact) in missing {
                clear(&mut town, subject, fact);
            }
            if let Some((subject, _)) = invalid.filter(|_| open.else_too && !town.subjects.is_empty()) {
                let row = usize::from(subject) % town.subjects.len();
                town.set(row, "points", Some(Given::Count(99)));
            }
            for [kind, group, rate] in rates {
                record(&mut town, kind, group, rate);
            }
            town
        },
    )
}

/// Persons alone, more than their quotas allow, mostly ranked: where groups are crowded.
pub(crate) fn crew(open: Openness) -> impl Strategy<Value = Town> {
    let missing = vec(any::<(u8, u8)>(), 0..=open.missing);
    (terms(), any::<bool>(), vec(vec(any::<u8>(), 12), 2..=7), missing).prop_map(
        move |(mut terms, ranked, rows, missing)| {
            terms.rate = terms.rate.filter(|rate| *rate != "100%").or(Some("50%"));
            (terms.level, terms.steps_down) = (3, ranked || terms.steps_down);
            let mut town = Town::new(terms);
            for (place, picks) in rows.iter().enumerate() {
                let id = format!("person{place}");
                let row = town.add(&id, Kind::Person, if picks[0].is_multiple_of(3) { 2 } else { 3 });
                town.set(row, "merit", Some(Given::Count(i64::from(picks[6]) % 3)));
                for (place, grouping) in Kind::Person.groupings(&town.terms.clone()).iter().enumerate() {
                    // Mostly one group, so that it is crowded.
                    town.put(row, grouping, if picks[8 + place] % 5 == 4 { "b" } else { "a" });
                }
            }
            for (subject, fact) in missing {
                let row = usize::from(subject) % town.subjects.len();
                town.set(row, if fact % 2 == 0 { "merit" } else { "points" }, None);
            }
            town
        },
    )
}

/// Adds a subject with what its own row says.
fn subject(town: &mut Town, id: &str, kind: Kind, picks: &[u8], else_too: bool) -> usize {
    // The simplest subject is excellent.
    let row = town.add(id, kind, 3 - i64::from([0, 0, 0, 1, 1, 2, 3][usize::from(picks[0]) % 7]));
    let flag = |pick: u8, of: u8| Some(Given::Flag(pick % of == of - 1));
    if else_too && picks[1].is_multiple_of(12) && picks[1] > 0 {
        town.set(row, "bad", Some(Given::Flag(true)));
        town.set(row, "mended", flag(picks[1] / 12, 2));
    } else if picks[1] % 12 == 1 {
        town.set(row, "bad", Some(Given::Flag(true)));
    }
    for fact in facts(kind) {
        let given = match (fact.name, fact.kind) {
            ("fault" | "heads_unit" | "heads_group", _) => flag(picks[2], 8),
            ("exempt", _) => flag(picks[3], 9),
            ("in_post", _) => flag(picks[4], 9),
            ("form" | "worst", _) => Some(Given::Code(FORMS[usize::from(picks[5] / 100)])),
            ("any_fault", _) => flag(picks[5], 5),
            ("merit", _) => Some(Given::Count(i64::from(picks[6]) % 3)),
            (_, Type::Level) => Some(Given::Code(LEVELS[usize::from(picks[7] ^ 3) % 4])),
            _ => continue,
        };
        town.set(row, fact.name, given);
    }
    for (place, grouping) in kind.groupings(&town.terms.clone()).iter().enumerate() {
        // Two groups; seldom somebody is in none.
        let pick = picks[8] >> (4 * place) & 0xF;
        if pick != 15 {
            town.put(row, grouping, ["a", "b"][usize::from(pick % 2)]);
        }
    }
    row
}

/// Relations that make no circle.
fn relations(town: &mut Town, row: usize, picks: &[u8]) {
    let rows = |town: &Town, kind: Kind| -> Vec<usize> {
        (0..town.subjects.len()).filter(|row| town.subjects[*row].kind == kind).collect()
    };
    let (units, collectives) = (rows(town, Kind::Unit), rows(town, Kind::Collective));
    let leaders = rows(town, Kind::Leader);
    let chosen = |list: &[usize], pick: u8, none: usize| {
        let place = usize::from(pick) % (list.len() + none);
        list.get(place).copied()
    };
    match town.subjects[row].kind {
        Kind::Unit => {
            let above: Vec<usize> = units.iter().copied().filter(|unit| *unit < row).collect();
            link(town, row, Relation::BelongsTo, chosen(&above, picks[9], 1));
            for (place, leader) in leaders.iter().enumerate() {
                if picks[10] >> place & 1 == 1 {
                    link(town, row, Relation::Below, Some(*leader));
                }
            }
        }
        Kind::Collective => link(town, row, Relation::BelongsTo, chosen(&units, picks[9], 1)),
        Kind::Leader => {
            for (list, pick, flag) in [(&units, picks[9], "heads_unit"), (&collectives, picks[10], "heads_group")] {
                let object = chosen(list, pick, 1);
                // One head for each.
                let free = |object: &usize| {
                    !town.edges.iter().any(|(_, relation, to)| *relation == Relation::Heads && to == object)
                };
                if let Some(object) = object.filter(free) {
                    link(town, row, Relation::Heads, Some(object));
                    town.set(row, flag, Some(Given::Flag(true)));
                }
            }
            link(town, row, Relation::SitsIn, chosen(&collectives, picks[11], 2));
        }
        Kind::Person => {
            link(town, row, Relation::BelongsTo, chosen(&units, picks[9], 1));
            for (place, collective) in collectives.iter().enumerate() {
                if picks[10] >> (2 * place) & 3 > 1 {
                    link(town, row, Relation::SitsIn, Some(*collective));
                }
            }
            let post = chosen(&leaders, picks[11], 2);
            let free = |post: &usize| {
                !town.edges.iter().any(|(_, relation, to)| *relation == Relation::HoldsPost && to == post)
            };
            if let Some(post) = post.filter(free) {
                link(town, row, Relation::HoldsPost, Some(post));
                town.set(row, "in_post", Some(Given::Flag(true)));
            }
        }
    }
}

fn link(town: &mut Town, row: usize, relation: Relation, object: Option<usize>) {
    let Some(object) = object else { return };
    let mut with = town.clone();
    with.relate(row, relation, object);
    let reach = closure(with.subjects.len(), &dependencies(&with));
    if !(0..with.subjects.len()).any(|row| reach[row][row]) {
        *town = with;
    }
}

/// Makes a fact of somebody unknown; counts are left, for there would be too many.
fn clear(town: &mut Town, subject: u8, fact: u8) {
    if town.subjects.is_empty() {
        return;
    }
    let row = usize::from(subject) % town.subjects.len();
    let clearable = |kind: Type| !matches!(kind, Type::Count(9));
    let names: Vec<&'static str> = facts(town.subjects[row].kind)
        .into_iter()
        .filter(|fact| clearable(fact.kind))
        .map(|fact| fact.name)
        .collect();
    let fact = names[picked(&names, fact)];
    town.set(row, fact, None);
}

/// One of the facts: mostly one that much turns on, points, or what collectives read of their members.
fn picked(names: &[&str], pick: u8) -> usize {
    let place = |wanted: &str| names.iter().position(|name| *name == wanted);
    match pick % 4 {
        0 => Some(0),
        1 => place(if pick > 127 { "fault" } else { "form" }),
        2 => place("merit"),
        _ => None,
    }
    .unwrap_or(usize::from(pick) % names.len())
}

fn record(town: &mut Town, kind: u8, group: u8, rate: u8) {
    let kinds = [Kind::Person, Kind::Unit, Kind::Leader];
    let kind = kinds[usize::from(kind) % 3];
    let grouping = kind.groupings(&town.terms)[0];
    let group = ["a", "b"][usize::from(group) % 2];
    let known = town.rates.iter().any(|(of, by, name, _)| *of == kind && *by == grouping && name == group);
    let members = || town.subjects.iter().filter(|subject| subject.kind == kind);
    let some = members().any(|subject| subject.groups.get(grouping).is_some_and(|name| name == group));
    let rate = [EXCEPTIONAL, "50%", "1/3", "10%"][usize::from(rate) % 4];
    if !known && some {
        town.rates.push((kind, grouping, group.to_owned(), rate));
    }
}

/// Facts that somebody lacks and that come from nobody, with the values that they may have.
pub(crate) fn lacking(town: &Town) -> Vec<(usize, &'static str, Vec<Given>)> {
    let mut found = Vec::new();
    for (row, subject) in town.subjects.iter().enumerate() {
        for fact in facts(subject.kind) {
            if !subject.facts.contains_key(fact.name) && town.related(row, &fact.from).is_empty() {
                found.push((row, fact.name, domain(fact.kind)));
            }
        }
    }
    found
}

/// Changes of stated facts, some to unknown.
pub(crate) fn changes(town: &Town, picks: &[[u8; 3]]) -> Vec<(usize, &'static str, Option<Given>)> {
    let mut found: Vec<(usize, &'static str, Option<Given>)> = Vec::new();
    for [subject, fact, value] in picks {
        if town.subjects.is_empty() {
            break;
        }
        let row = usize::from(*subject) % town.subjects.len();
        let stated: Vec<_> =
            facts(town.subjects[row].kind).into_iter().filter(|fact| matches!(fact.from, From::Stated)).collect();
        let names: Vec<&str> = stated.iter().map(|fact| fact.name).collect();
        let fact = stated[picked(&names, *fact)];
        let domain = domain(fact.kind);
        found.retain(|(known, name, _)| (*known, *name) != (row, fact.name));
        found.push((row, fact.name, domain.get(usize::from(*value) % (domain.len() + 1)).copied()));
    }
    found
}
