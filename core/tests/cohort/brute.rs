//! The reference: everything that is open is chosen, one way after the other, and each choice is rated by plain recursion
//! through single cases, with every number of a quota tried. It knows nothing of `xeploai::cohort`.
//!
//! Chosen are missing facts, what is left to the authority, and what subjects of one circle are to each other.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};
use xeploai::{Case, Outcome, Rulebook};

use crate::rules::{FIRST, FORMS, Fact, From, Kind, LEVELS, Ranking, Type, facts};
use crate::town::{Given, Town};

/// How a subject comes out in one completion: the lowest and the highest level, where it is rated at all.
pub(crate) type Levels = Option<(usize, usize)>;

/// What a quota comes to in one completion: candidates, base, how many the quota allows, how many are over. Nothing
/// where no rate was recorded.
pub(crate) type Numbers = Option<[u64; 4]>;

/// One completion.
#[derive(Debug, Clone)]
pub(crate) struct Completion {
    /// What its own rules give each subject; what is left to the authority is chosen.
    pub(crate) own: Vec<Option<usize>>,
    /// What the quotas leave of it; the authority has not chosen among those over yet.
    pub(crate) held: Vec<Levels>,
    pub(crate) groups: Vec<Numbers>,
    /// Whether nothing had to be chosen.
    pub(crate) only: bool,
}

/// Those who are counted together.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) kind: Kind,
    pub(crate) grouping: &'static str,
    pub(crate) name: String,
    pub(crate) members: Vec<usize>,
    rate: Option<(u64, u64)>,
    /// Whether some of its members wait for others of it.
    pub(crate) late: bool,
}

/// The choices of one completion, and those that are still to come.
#[derive(Default)]
struct Tape {
    picks: Vec<(usize, usize)>,
    at: usize,
}

impl Tape {
    fn pick(&mut self, of: usize) -> usize {
        if of <= 1 {
            return 0;
        }
        if self.at == self.picks.len() {
            self.picks.push((0, of));
        }
        self.at += 1;
        self.picks[self.at - 1].0
    }

    fn next(&mut self) -> bool {
        self.at = 0;
        while let Some((pick, of)) = self.picks.last_mut() {
            if *pick + 1 < *of {
                *pick += 1;
                return true;
            }
            self.picks.pop();
        }
        false
    }
}

/// A case: its kind and its facts.
type Stated = (Kind, Vec<(&'static str, Given)>);

pub(crate) struct Brute<'t> {
    town: &'t Town,
    rulebook: Rulebook,
    pub(crate) groups: Vec<Group>,
    /// Who reaches whom through those who go first: the first before the second.
    reach: Vec<Vec<bool>>,
    /// The level of somebody in the eyes of those who depend on it, whatever it is rated.
    pub(crate) decided: Option<(usize, usize)>,
    cases: RefCell<HashMap<Stated, Option<Levels>>>,
    /// For each subject its facts, each with those whom it comes from.
    inputs: Vec<Vec<(Fact, Vec<usize>)>>,
}

/// From each subject to those who are rated after it.
pub(crate) fn dependencies(town: &Town) -> Vec<(usize, usize)> {
    let mut edges = Vec::new();
    for (row, subject) in town.subjects.iter().enumerate() {
        for fact in facts(subject.kind) {
            if matches!(fact.from, From::Level(..) | From::Count(..)) {
                edges.extend(town.related(row, &fact.from).into_iter().map(|other| (other, row)));
            }
        }
    }
    let (relation, later, first) = FIRST;
    edges.extend(town.edges.iter().filter_map(|(from, known, to)| {
        let fits = *known == relation && town.subjects[*from].kind == later && town.subjects[*to].kind == first;
        fits.then_some((*to, *from))
    }));
    edges
}

/// Which node reaches which, along one arrow at least.
pub(crate) fn closure(nodes: usize, edges: &[(usize, usize)]) -> Vec<Vec<bool>> {
    let mut reach = vec![vec![false; nodes]; nodes];
    edges.iter().for_each(|(from, to)| reach[*from][*to] = true);
    for by in 0..nodes {
        for from in 0..nodes {
            if reach[from][by] {
                let behind = reach[by].clone();
                reach[from].iter_mut().zip(behind).for_each(|(to, also)| *to |= also);
            }
        }
    }
    reach
}

fn share(text: &str) -> (u64, u64) {
    match (text.strip_suffix('%'), text.split_once('/')) {
        (Some(percent), _) => (percent.parse().unwrap(), 100),
        (_, Some((part, whole))) => (part.parse().unwrap(), whole.parse().unwrap()),
        _ => panic!("{text}"),
    }
}

/// The values of a type that a completion may give a fact.
pub(crate) fn domain(kind: Type) -> Vec<Given> {
    match kind {
        Type::Count(max) => (0..=max).map(Given::Count).collect(),
        Type::Flag => vec![Given::Flag(false), Given::Flag(true)],
        Type::Form => FORMS.map(Given::Code).to_vec(),
        Type::Level => LEVELS.map(Given::Code).to_vec(),
    }
}

fn fits(kind: Type, given: Given) -> bool {
    domain(kind).contains(&given)
}

impl<'t> Brute<'t> {
    pub(crate) fn new(town: &'t Town) -> Self {
        let count = town.subjects.len();
        let edges = dependencies(town);
        let reach = closure(count, &edges);
        let mut groups: Vec<Group> = Vec::new();
        for kind in Kind::ALL {
            for grouping in kind.groupings(&town.terms) {
                let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
                for (row, subject) in town.subjects.iter().enumerate().filter(|(_, subject)| subject.kind == kind) {
                    if let Some(group) = subject.groups.get(grouping) {
                        named.entry(group).or_default().push(row);
                    }
                }
                for (name, members) in named {
                    let recorded = town
                        .rates
                        .iter()
                        .find(|(of, by, group, _)| *of == kind && (by.is_empty() || by == grouping) && group == name);
                    let rate = recorded.map(|recorded| recorded.3).or(town.terms.rate).map(share);
                    groups.push(Group { kind, grouping, name: name.to_owned(), members, rate, late: false });
                }
            }
        }
        // A node for each subject as its own rules rate it, one as the quotas leave it, and one for each group.
        let held = |row: usize| count + groups.len() + row;
        let mut arrows: Vec<(usize, usize)> = (0..count).map(|row| (row, held(row))).collect();
        arrows.extend(edges.iter().filter(|(from, to)| !reach[*to][*from]).map(|(from, to)| (held(*from), *to)));
        for (place, group) in groups.iter().enumerate() {
            for member in &group.members {
                arrows.extend([(*member, count + place), (count + place, held(*member))]);
            }
        }
        let all = closure(2 * count + groups.len(), &arrows);
        for (place, group) in groups.iter_mut().enumerate() {
            group.late = all[count + place][count + place];
        }
        let inputs = town.subjects.iter().enumerate().map(|(row, subject)| {
            facts(subject.kind).into_iter().map(|fact| (fact, town.related(row, &fact.from))).collect()
        });
        let inputs = inputs.collect();
        Self { town, rulebook: town.rulebook(), groups, reach, decided: None, cases: RefCell::default(), inputs }
    }

    /// Whether both would have to be rated before the other.
    pub(crate) fn in_one_circle(&self, one: usize, two: usize) -> bool {
        self.reach[one][two] && self.reach[two][one]
    }

    /// Completions up to a number, and whether these are all. Those that contradict themselves are left out.
    pub(crate) fn completions(&self, most: usize) -> (Vec<Completion>, bool) {
        let mut tape = Tape::default();
        let mut found = Vec::new();
        for _ in 0..most {
            let count = self.town.subjects.len();
            let mut run = Run {
                brute: self,
                tape: &mut tape,
                facts: Vec::new(),
                own: vec![None; count],
                held: vec![None; count],
                views: vec![None; count],
                groups: vec![None; self.groups.len()],
                circular: HashMap::new(),
                sound: true,
            };
            let mut one = run.complete();
            let sound = run.sound;
            one.only = tape.picks.is_empty();
            found.extend(sound.then_some(one));
            if !tape.next() {
                return (found, true);
            }
        }
        (found, false)
    }

    /// What a case alone gives: nothing where its facts contradict each other, else the levels where it is rated.
    fn case(&self, kind: Kind, stated: &BTreeMap<&'static str, Given>) -> Option<Levels> {
        let key = (kind, stated.iter().map(|(name, given)| (*name, *given)).collect());
        if let Some(known) = self.cases.borrow().get(&key) {
            return *known;
        }
        let facts: Map<String, Value> = stated
            .iter()
            .map(|(name, given)| {
                let value = match given {
                    Given::Count(count) => json!(count),
                    Given::Flag(flag) => json!(flag),
                    Given::Code(code) => json!(code),
                };
                ((*name).to_owned(), value)
            })
            .collect();
        let text = Value::Object(facts).to_string();
        let rating = Case::from_json(&self.rulebook, kind.code(), &text).unwrap().rate();
        let rank = |level: Option<&str>| LEVELS.iter().position(|known| Some(*known) == level);
        let result = match rating.outcome() {
            Outcome::Invalid => None,
            Outcome::NotRated | Outcome::NotReviewed => Some(None),
            Outcome::Rated | Outcome::AuthorityDecides => Some(rank(rating.at_least()).zip(rank(rating.at_most()))),
            Outcome::Undetermined => panic!("everything is known: {text}"),
        };
        self.cases.borrow_mut().insert(key, result);
        result
    }

    fn counts(&self, level: usize) -> bool {
        match self.town.terms.base {
            "rated" => true,
            "good_and_above" => level >= 2,
            base => LEVELS[level] == base,
        }
    }

    /// The numbers of a quota, with every number tried that may have the level.
    pub(crate) fn numbers(&self, rate: (u64, u64), levels: &[Option<usize>]) -> [u64; 4] {
        let terms = &self.town.terms;
        let level = terms.level;
        let candidates = levels.iter().filter(|own| **own == Some(level)).count() as u64;
        let base = levels.iter().flatten().filter(|own| self.counts(**own)).count() as u64;
        let below = level > 0 && self.counts(level - 1);
        let allowed = |number: u64| {
            let mut of = base;
            if terms.joins {
                of += if below { candidates - number } else { 0 };
                of -= if self.counts(level) { candidates - number } else { 0 };
            }
            match terms.rounding {
                "floor" => rate.0 * of / rate.1,
                "ceil" => (rate.0 * of).div_ceil(rate.1),
                _ => (2 * rate.0 * of + rate.1) / (2 * rate.1),
            }
        };
        let mut most = (0..=candidates).rev().find(|number| *number <= allowed(*number)).unwrap_or(0);
        if terms.one && candidates > 0 {
            most = most.max(1);
        }
        [candidates, base, most, candidates - most]
    }

    /// Whether so many of a group may have the level: written out once more, for those who step down are counted first.
    pub(crate) fn fits(&self, group: &Group, completion: &Completion, number: u64) -> bool {
        let terms = &self.town.terms;
        let own = || group.members.iter().filter_map(|member| completion.own[*member]);
        let candidates = own().filter(|level| *level == terms.level).count() as u64;
        let mut left = number;
        let after = own().map(|level| {
            if level != terms.level || !terms.joins {
                return level;
            }
            let keeps = left > 0;
            left = left.saturating_sub(1);
            if keeps { level } else { level.saturating_sub(1) }
        });
        let base = after.filter(|level| self.counts(*level)).count() as u64;
        let Some((part, whole)) = group.rate else { return true };
        // number ≤ rounded(part / whole × base), without dividing.
        let reached = match terms.rounding {
            "floor" => number * whole <= part * base,
            "ceil" => number == 0 || (number - 1) * whole < part * base,
            _ => (2 * number).saturating_sub(1) * whole <= 2 * part * base,
        };
        number <= candidates && reached
    }

    /// Whether somebody is in one group at least that those who depend on them cannot wait for.
    pub(crate) fn is_late(&self, row: usize) -> bool {
        self.groups.iter().any(|group| group.late && group.members.contains(&row))
    }
}

struct Run<'b, 't> {
    brute: &'b Brute<'t>,
    tape: &'b mut Tape,
    facts: Vec<BTreeMap<&'static str, Given>>,
    own: Vec<Option<Option<usize>>>,
    held: Vec<Option<Levels>>,
    views: Vec<Option<Option<usize>>>,
    groups: Vec<Option<Numbers>>,
    circular: HashMap<(usize, usize), Option<usize>>,
    sound: bool,
}

/// What a quota says of somebody who has the limited level.
#[derive(Clone, Copy, PartialEq)]
enum Verdict {
    Keeps,
    Open,
    StepsDown,
}

impl Run<'_, '_> {
    fn complete(&mut self) -> Completion {
        let town = self.brute.town;
        let brute = self.brute;
        for (subject, inputs) in town.subjects.iter().zip(&brute.inputs) {
            let mut known = BTreeMap::new();
            for (fact, others) in inputs {
                let given = subject.facts.get(fact.name).copied().filter(|given| fits(fact.kind, *given));
                let given = match given {
                    Some(given) => given,
                    None if !others.is_empty() => continue,
                    None => {
                        let domain = domain(fact.kind);
                        domain[self.tape.pick(domain.len())]
                    }
                };
                known.insert(fact.name, given);
            }
            self.facts.push(known);
        }
        let rows = 0..town.subjects.len();
        let own = rows.clone().map(|row| self.own(row)).collect();
        let held = rows.map(|row| self.held(row)).collect();
        let groups = (0..self.brute.groups.len()).map(|place| self.group(place)).collect();
        Completion { own, held, groups, only: false }
    }

    fn own(&mut self, row: usize) -> Option<usize> {
        if let Some(known) = self.own[row] {
            return known;
        }
        let brute = self.brute;
        let kind = brute.town.subjects[row].kind;
        let mut known = self.facts[row].clone();
        for (fact, others) in &brute.inputs[row] {
            if others.is_empty() {
                continue;
            }
            let value = match fact.from {
                From::Stated => continue,
                From::Count(_, _, from, to) => {
                    let levels = others.iter().filter_map(|other| self.seen(row, *other)).collect::<Vec<_>>();
                    let inside = levels.into_iter().filter(|level| (from..=to).contains(level));
                    Given::Count(inside.count() as i64)
                }
                From::Level(..) => {
                    let levels: Vec<Option<usize>> = others.iter().map(|other| self.seen(row, *other)).collect();
                    // Where somebody is not rated there is no lowest level: people say which counts.
                    let lowest = match levels.contains(&None) {
                        true => self.tape.pick(LEVELS.len()),
                        false => levels.into_iter().flatten().min().unwrap(),
                    };
                    Given::Code(LEVELS[lowest])
                }
                From::Any(_, _, name) => {
                    Given::Flag(others.iter().any(|other| self.facts[*other].get(name) == Some(&Given::Flag(true))))
                }
                From::Lowest(_, _, name) => {
                    let all = others.iter().all(|other| self.facts[*other].get(name) == Some(&Given::Code(FORMS[0])));
                    Given::Code(FORMS[if all { 0 } else { self.tape.pick(FORMS.len()) }])
                }
            };
            known.insert(fact.name, value);
        }
        let levels = match brute.case(kind, &known) {
            Some(levels) => levels,
            None => {
                self.sound = false;
                Some((0, 0))
            }
        };
        let level = levels.map(|(low, high)| low + self.tape.pick(high - low + 1));
        self.own[row] = Some(level);
        level
    }

    /// What somebody is in the eyes of one who depends on them.
    fn seen(&mut self, by: usize, row: usize) -> Option<usize> {
        if self.brute.in_one_circle(by, row) {
            if let Some(known) = self.circular.get(&(by, row)) {
                return *known;
            }
            let level = self.tape.pick(LEVELS.len() + 1);
            let seen = (level < LEVELS.len()).then_some(level);
            self.circular.insert((by, row), seen);
            return seen;
        }
        if let Some((_, level)) = self.brute.decided.filter(|(decided, _)| *decided == row) {
            return Some(level);
        }
        if let Some(known) = self.views[row] {
            return known;
        }
        let seen = if self.brute.is_late(row) {
            let level = self.brute.town.terms.level;
            let own = self.own(row);
            own.map(|own| if own == level && level > 0 { own - self.tape.pick(2) } else { own })
        } else {
            self.held(row).map(|(low, high)| low + self.tape.pick(high - low + 1))
        };
        self.views[row] = Some(seen);
        seen
    }

    fn group(&mut self, place: usize) -> Numbers {
        if let Some(known) = self.groups[place] {
            return known;
        }
        let brute = self.brute;
        let levels: Vec<Option<usize>> = brute.groups[place].members.iter().map(|row| self.own(*row)).collect();
        let numbers = brute.groups[place].rate.map(|rate| brute.numbers(rate, &levels));
        self.groups[place] = Some(numbers);
        numbers
    }

    fn held(&mut self, row: usize) -> Levels {
        if let Some(known) = self.held[row] {
            return known;
        }
        let brute = self.brute;
        let own = self.own(row);
        let kind = brute.town.subjects[row].kind;
        let level = brute.town.terms.level;
        let mut levels = own.map(|own| (own, own));
        if own == Some(level) && level > 0 {
            let mut verdicts = Vec::new();
            for grouping in kind.groupings(&brute.town.terms) {
                let group =
                    |group: &Group| group.kind == kind && group.grouping == *grouping && group.members.contains(&row);
                let verdict = match brute.groups.iter().position(group) {
                    Some(place) => match self.group(place) {
                        Some(numbers) => self.verdict(place, row, numbers),
                        None => Verdict::Open,
                    },
                    None => Verdict::Open,
                };
                verdicts.push(verdict);
            }
            levels = if verdicts.contains(&Verdict::StepsDown) {
                Some((level - 1, level - 1))
            } else if verdicts.contains(&Verdict::Open) {
                Some((level - 1, level))
            } else {
                Some((level, level))
            };
        }
        self.held[row] = Some(levels);
        levels
    }

    fn verdict(&mut self, place: usize, row: usize, [_, _, most, over]: [u64; 4]) -> Verdict {
        let (terms, group) = (&self.brute.town.terms, &self.brute.groups[place]);
        if over == 0 {
            return Verdict::Keeps;
        }
        if most == 0 {
            return Verdict::StepsDown;
        }
        if !terms.steps_down || terms.ranking == Ranking::None || group.kind != Kind::Person {
            return Verdict::Open;
        }
        let merit = |other: usize| match self.facts[other].get("merit") {
            Some(Given::Count(merit)) => *merit,
            other => panic!("{other:?}"),
        };
        let id = |other: usize| self.brute.town.subjects[other].id.as_str();
        let before = |one: usize, two: usize| match terms.ranking {
            Ranking::LeastMerit => merit(one) < merit(two),
            Ranking::MeritThenId => (merit(one), id(one)) > (merit(two), id(two)),
            _ => merit(one) > merit(two),
        };
        let candidates = group.members.iter().filter(|other| self.own[**other] == Some(Some(terms.level)));
        let rivals: Vec<usize> = candidates.copied().filter(|other| *other != row).collect();
        let ahead = rivals.iter().filter(|other| before(**other, row)).count() as u64;
        let behind = rivals.iter().filter(|other| before(row, **other)).count() as u64;
        // Whoever neither is ahead nor behind ties, and may stand before or after.
        let last = 1 + rivals.len() as u64 - behind;
        match (ahead + 1 > most, last <= most) {
            (true, _) => Verdict::StepsDown,
            (_, true) => Verdict::Keeps,
            _ => Verdict::Open,
        }
    }
}
