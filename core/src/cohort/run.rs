//! A cohort rated, stage by stage: whole kinds together where nothing comes from others, else one by one, and each quota
//! once all of its group are rated.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

use super::evaluate::{Changes, Contradiction, Contradictions, Found, OpenFact, eligibility, evaluate};
use super::hold::{Held, Known, hold, left, left_without_group};
use super::scene::{Kind, Rules, Scene};
use super::state::{Cell, State};
use crate::batch::Results;
use crate::judge::Outcome;
use crate::number::Fraction;

/// How many subjects a thread takes at a time.
const PORTION: usize = 1_024;

/// What came out for a kind, in the order of its rows.
#[derive(Debug, Clone)]
pub(crate) struct KindResults {
    pub(crate) results: Results,
    pub(crate) texts: Vec<Option<String>>,
    /// The exact scores, where they are fractions.
    pub(crate) fractions: Vec<Option<Fraction>>,
}

/// Everything that came out.
#[derive(Debug)]
pub(crate) struct Rated {
    pub(crate) state: State,
    /// For each kind; nothing where no rulebook is in force.
    pub(crate) kinds: Vec<Option<KindResults>>,
    /// For each group of a quota; nothing where its rate was not recorded.
    pub(crate) held: Vec<Option<Held>>,
    /// What others keep open, by subject.
    pub(crate) open: BTreeMap<u32, Vec<OpenFact>>,
    pub(crate) contradictions: Vec<Contradiction>,
}

/// A row that was rated alone.
struct Row {
    subject: u32,
    cell: Cell,
    results: Results,
    text: Option<String>,
    fraction: Option<Fraction>,
    open: Vec<OpenFact>,
    contradictions: Vec<Contradiction>,
}

/// Rates a cohort.
pub(crate) fn run(
    scene: &Scene,
    decided: Vec<Option<u8>>,
    contradictions: Contradictions,
    threads: usize,
) -> Result<Rated, arrow_schema::ArrowError> {
    let mut rated = Rated {
        state: State { decided, ..State::new(scene.len()) },
        kinds: Vec::new(),
        held: vec![None; scene.groups.len()],
        open: BTreeMap::new(),
        contradictions: Vec::new(),
    };
    // Who is rated in which stage; those of kinds that are rated whole are in none.
    let mut alone: HashMap<u32, Vec<u32>> = HashMap::new();
    let mut rows: Vec<Option<Row>> = Vec::new();
    rows.resize_with(scene.len(), || None);
    for kind in &scene.kinds {
        let Some(rules) = &kind.rules else {
            rated.kinds.push(None);
            continue;
        };
        if is_whole(rules, scene, kind) {
            rated.kinds.push(Some(whole(rules, kind, &mut rated.state, threads)?));
        } else {
            let count = kind.batch.num_rows() as u32;
            for subject in kind.first..kind.first.saturating_add(count) {
                alone.entry(scene.order.stage(subject)).or_default().push(subject);
            }
            let results = rules.rater.no_results();
            rated.kinds.push(Some(KindResults { results, texts: Vec::new(), fractions: Vec::new() }));
        }
    }
    let mut of_stage: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (place, stage) in scene.order.group_stages.iter().enumerate() {
        of_stage.entry(*stage).or_default().push(place);
    }
    ungrouped(scene, &mut rated.state, None);
    let none = Changes::new();
    for stage in 0..=scene.order.last() {
        let subjects = alone.remove(&stage).unwrap_or_default();
        for row in each(scene, &rated.state, &subjects, contradictions, threads) {
            rated.state.put(row.subject, row.cell);
            if let Some(slot) = rows.get_mut(row.subject as usize) {
                *slot = Some(row);
            }
        }
        ungrouped(scene, &mut rated.state, Some(&subjects));
        for place in of_stage.remove(&stage).unwrap_or_default() {
            let score = |subject: u32| match rows.get(subject as usize) {
                Some(Some(row)) => row.fraction,
                _ => score_of(scene, &rated.kinds, subject),
            };
            let known = Known { scores: &score, changes: &none };
            let held = hold_group(scene, &mut rated.state, place, &known);
            if let Some(slot) = rated.held.get_mut(place) {
                *slot = held;
            }
        }
    }
    for row in rows.into_iter().flatten() {
        let place = scene.kind_of.get(row.subject as usize).map(|kind| usize::from(*kind));
        let Some(Some(kind)) = place.and_then(|place| rated.kinds.get_mut(place)) else { continue };
        kind.results.append(row.results);
        kind.texts.push(row.text);
        kind.fractions.push(row.fraction);
        if !row.open.is_empty() {
            rated.open.insert(row.subject, row.open);
        }
        rated.contradictions.extend(row.contradictions);
    }
    Ok(rated)
}

/// Whether every row of a kind is what its case alone is, and the rules are a program.
fn is_whole(rules: &Rules, scene: &Scene, kind: &Kind) -> bool {
    let count = kind.batch.num_rows() as u32;
    let anybody = |subject: u32| rules.inputs.iter().any(|input| scene.related(subject, input).next().is_some());
    rules.rater.is_planned()
        && rules.records.is_empty()
        && (rules.inputs.is_empty() || !(kind.first..kind.first.saturating_add(count)).any(anybody))
}

/// Rates a kind as a table.
fn whole(
    rules: &Rules,
    kind: &Kind,
    state: &mut State,
    threads: usize,
) -> Result<KindResults, arrow_schema::ArrowError> {
    let (results, texts) = rules.rater.whole(&kind.batch, threads)?;
    let rules_of_eligibility: Vec<usize> = rules.plan().map(|plan| eligibility(plan).collect()).unwrap_or_default();
    let masks = rules.rater.layout().unknown(&rules_of_eligibility);
    for row in 0..kind.batch.num_rows() {
        let at = |bytes: &[u8]| bytes.get(row).copied().unwrap_or(0);
        let outcome = Outcome::ALL.get(usize::from(at(&results.outcomes))).copied().unwrap_or(Outcome::Invalid);
        let unknown = || {
            results.reasons.iter().zip(&masks).any(|(words, mask)| {
                let bits = words.get(row).copied().unwrap_or(0) & mask;
                bits & 0xAAAA_AAAA_AAAA_AAAA & !((bits & 0x5555_5555_5555_5555) << 1) != 0
            })
        };
        let cell = Cell {
            outcome,
            low: at(&results.low),
            high: at(&results.high),
            leveled: at(&results.leveled) != 0,
            perhaps_unrated: outcome == Outcome::Undetermined && unknown(),
        };
        state.put(kind.first.saturating_add(row as u32), cell);
    }
    Ok(KindResults { results, texts, fractions: Vec::new() })
}

impl KindResults {
    /// The exact score of a row.
    fn score(&self, rules: &Rules, row: usize) -> Option<Fraction> {
        if let Some(fraction) = self.fractions.get(row) {
            return *fraction;
        }
        let plan = rules.plan()?;
        let scale = plan.scale_of(plan.standard.score?)?;
        let known = self.results.scored.get(row).is_some_and(|mask| *mask != 0);
        self.results.scores.get(row).filter(|_| known).map(|score| Fraction::of_scaled(score, scale))
    }
}

/// The exact score of a subject.
pub(crate) fn score_of(scene: &Scene, kinds: &[Option<KindResults>], subject: u32) -> Option<Fraction> {
    let place = usize::from(*scene.kind_of.get(subject as usize)?);
    let rules = scene.kinds.get(place)?.rules.as_ref()?;
    kinds.get(place)?.as_ref()?.score(rules, scene.row(subject))
}

/// Rates subjects one by one, on several threads.
fn each(scene: &Scene, state: &State, subjects: &[u32], contradictions: Contradictions, threads: usize) -> Vec<Row> {
    let none = Changes::new();
    let rate = |subject: u32| -> Option<Row> {
        let rules = scene.kind(subject)?.rules.as_ref()?;
        Some(row(rules, subject, evaluate(scene, state, rules, subject, &none, contradictions)))
    };
    let threads = threads.min(subjects.len().div_ceil(PORTION));
    if threads <= 1 {
        return subjects.iter().filter_map(|subject| rate(*subject)).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let start = next.fetch_add(PORTION, Ordering::Relaxed);
            if start >= subjects.len() {
                return done;
            }
            let end = start.saturating_add(PORTION).min(subjects.len());
            let portion = subjects.get(start..end).unwrap_or_default();
            done.extend(portion.iter().filter_map(|subject| rate(*subject)));
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}

fn row(rules: &Rules, subject: u32, found: Found) -> Row {
    let mut results = rules.rater.no_results();
    let mut texts = Vec::new();
    rules.rater.note(&found.rating, &mut results, &mut texts);
    let fraction = found.rating.score();
    let text = texts.pop().flatten();
    Row { subject, cell: found.cell, results, text, fraction, open: found.open, contradictions: found.contradictions }
}

/// Opens the limited level to those whom no group holds; all of the kinds that are rated as tables, or these.
fn ungrouped(scene: &Scene, state: &mut State, only: Option<&[u32]>) {
    let mut open = |subject: u32| {
        let Some(rules) = scene.kind(subject).and_then(|kind| kind.rules.as_ref()) else { return };
        if rules.quotas.is_empty() {
            return;
        }
        let cell = rules
            .quotas
            .iter()
            .fold(state.held(subject), |cell, quota| left_without_group(cell, scene.row(subject), quota));
        if let Some(slot) = state.held.get_mut(subject as usize) {
            *slot = cell;
        }
    };
    match only {
        Some(subjects) => subjects.iter().for_each(|subject| open(*subject)),
        None => (0..scene.len() as u32).for_each(open),
    }
}

/// Holds the quota of a group and leaves its members what it allows.
pub(crate) fn hold_group(scene: &Scene, state: &mut State, place: usize, known: &Known<'_>) -> Option<Held> {
    let (rules, quota, _, group) = scene.group(*scene.groups.get(place)?)?;
    let held = hold(scene, state, (rules, quota, group), known);
    for member in &group.members {
        let cell = left(state.held(*member), *member, &quota.terms, held.as_ref());
        if let Some(slot) = state.held.get_mut(*member as usize) {
            *slot = cell;
        }
    }
    held
}

/// What the quotas of all its groups leave to a subject, from what its own rules gave.
pub(crate) fn left_by_all(scene: &Scene, state: &State, held: &dyn Fn(usize) -> Option<Held>, subject: u32) -> Cell {
    let mut cell = state.own(subject);
    let Some(rules) = scene.kind(subject).and_then(|kind| kind.rules.as_ref()) else { return cell };
    for quota in &rules.quotas {
        cell = left_without_group(cell, scene.row(subject), quota);
    }
    for place in scene.groups_of(subject) {
        let quota = scene.groups.get(place).and_then(|at| scene.group(*at));
        if let Some((_, quota, _, _)) = quota {
            cell = left(cell, subject, &quota.terms, held(place).as_ref());
        }
    }
    cell
}
