//! A cohort rated, stage by stage: whole kinds together where nothing comes from others, else one by one, and each quota
//! once all of its group are rated.

use std::collections::{BTreeMap, HashMap};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::CohortError;
use super::evaluate::{Changes, Contradiction, Contradictions, OpenFact, eligibility, evaluate};
use super::hold::{Held, Known, hold, left, left_without_group};
use super::scene::{Kind, Rules, Scene};
use super::state::{Cell, State};
use crate::batch::Results;
use crate::judge::Outcome;
use crate::number::Fraction;
use crate::sorted;

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

/// Some subjects of one kind that were rated one by one.
struct Portion {
    subjects: Vec<u32>,
    cells: Vec<Cell>,
    results: Results,
    texts: Vec<Option<String>>,
    fractions: Vec<Option<Fraction>>,
    open: Vec<(u32, Vec<OpenFact>)>,
    contradictions: Vec<Contradiction>,
}

/// Is told how many subjects are rated so far; may stop the rest.
pub(crate) type Progress<'p> = &'p mut dyn FnMut(u64) -> ControlFlow<()>;

/// Rates a cohort.
pub(crate) fn run(
    scene: &Scene,
    decided: Vec<Option<u8>>,
    contradictions: Contradictions,
    threads: usize,
    progress: Progress<'_>,
) -> Result<Rated, CohortError> {
    let mut done = 0_u64;
    let mut tell = |subjects: usize| {
        done = done.saturating_add(subjects as u64);
        match progress(done) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(CohortError { stopped: true, ..CohortError::default() }),
        }
    };
    let mut rated = Rated {
        state: State { decided, ..State::new(scene.len()) },
        kinds: Vec::new(),
        held: vec![None; scene.groups.len()],
        open: BTreeMap::new(),
        contradictions: Vec::new(),
    };
    // Who is rated in which stage; those of kinds that are rated whole are in none.
    let mut alone: BTreeMap<(u32, usize), Vec<u32>> = BTreeMap::new();
    // For each kind the rows that were rated one by one, in the order in which they were.
    let mut rated_rows: Vec<Vec<usize>> = vec![Vec::new(); scene.kinds.len()];
    let mut scores: HashMap<u32, Option<Fraction>> = HashMap::new();
    for (place, kind) in scene.kinds.iter().enumerate() {
        let Some(rules) = &kind.rules else {
            rated.kinds.push(None);
            continue;
        };
        if is_whole(rules, scene, kind) {
            rated.kinds.push(Some(whole(rules, kind, &mut rated.state, threads)?));
            tell(kind.batch.num_rows())?;
        } else {
            let count = kind.batch.num_rows() as u32;
            for subject in kind.first..kind.first.saturating_add(count) {
                alone.entry((scene.order.stage(subject), place)).or_default().push(subject);
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
        for place in 0..scene.kinds.len() {
            let Some(subjects) = alone.remove(&(stage, place)) else { continue };
            for portion in each(scene, &rated.state, place, &subjects, contradictions, threads) {
                for (subject, cell) in portion.subjects.iter().zip(&portion.cells) {
                    rated.state.put(*subject, *cell);
                }
                let (Some(Some(kind)), Some(rows)) = (rated.kinds.get_mut(place), rated_rows.get_mut(place)) else {
                    continue;
                };
                rows.extend(portion.subjects.iter().map(|subject| scene.row(*subject)));
                scores.extend(portion.subjects.iter().copied().zip(portion.fractions.iter().copied()));
                kind.results.append(portion.results);
                kind.texts.extend(portion.texts);
                kind.fractions.extend(portion.fractions);
                rated.open.extend(portion.open);
                rated.contradictions.extend(portion.contradictions);
            }
            ungrouped(scene, &mut rated.state, Some(&subjects));
            tell(subjects.len())?;
        }
        for place in of_stage.remove(&stage).unwrap_or_default() {
            let score = |subject: u32| match scores.get(&subject) {
                Some(score) => *score,
                None => score_of(scene, &rated.kinds, subject),
            };
            let known = Known { scores: &score, changes: &none };
            let held = hold_group(scene, &mut rated.state, place, &known);
            if let Some(slot) = rated.held.get_mut(place) {
                *slot = held;
            }
        }
    }
    for (kind, rows) in rated.kinds.iter_mut().zip(&rated_rows) {
        if let Some(kind) = kind {
            kind.put_in_rows(rows);
        }
    }
    sorted::sort_by_key(&mut rated.contradictions, |found| (found.subject, found.fact));
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
            results
                .reasons
                .iter()
                .zip(&masks)
                .any(|(words, mask)| super::table::unknown(words.get(row).copied().unwrap_or(0), *mask))
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
    /// Brings what was rated stage by stage into the order of the rows.
    fn put_in_rows(&mut self, rows: &[usize]) {
        if rows.is_sorted() {
            return;
        }
        let mut places: Vec<usize> = (0..rows.len()).collect();
        sorted::sort_by_key(&mut places, |place| rows.get(*place).copied());
        self.results = self.results.picked(&places);
        if !self.texts.is_empty() {
            self.texts = places.iter().map(|place| self.texts.get(*place).cloned().flatten()).collect();
        }
        self.fractions = places.iter().map(|place| self.fractions.get(*place).copied().flatten()).collect();
    }

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

/// Rates subjects of a kind one by one, on several threads; the order is theirs.
fn each(
    scene: &Scene,
    state: &State,
    kind: usize,
    subjects: &[u32],
    contradictions: Contradictions,
    threads: usize,
) -> Vec<Portion> {
    let Some(rules) = scene.kinds.get(kind).and_then(|kind| kind.rules.as_ref()) else { return Vec::new() };
    let portions: Vec<&[u32]> = subjects.chunks(PORTION).collect();
    let rate = |subjects: &[u32]| portion(scene, state, rules, subjects, contradictions);
    let threads = threads.min(portions.len());
    if threads <= 1 {
        return portions.into_iter().map(rate).collect();
    }
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            match portions.get(place) {
                Some(portion) => done.push((place, rate(portion))),
                None => return done,
            }
        }
    };
    let mut done = std::thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    sorted::sort_by_key(&mut done, |(place, _)| *place);
    done.into_iter().map(|(_, portion)| portion).collect()
}

fn portion(scene: &Scene, state: &State, rules: &Rules, subjects: &[u32], contradictions: Contradictions) -> Portion {
    let none = Changes::new();
    let mut made = Portion {
        subjects: subjects.to_vec(),
        cells: Vec::with_capacity(subjects.len()),
        results: rules.rater.no_results(),
        texts: Vec::new(),
        fractions: Vec::with_capacity(subjects.len()),
        open: Vec::new(),
        contradictions: Vec::new(),
    };
    for subject in subjects {
        let found = evaluate(scene, state, rules, *subject, &none, contradictions);
        rules.rater.note(&found.rating, &mut made.results, &mut made.texts);
        made.cells.push(found.cell);
        made.fractions.push(found.rating.score());
        if !found.open.is_empty() {
            made.open.push((*subject, found.open));
        }
        made.contradictions.extend(found.contradictions);
    }
    made
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
        let cell = left(state.held(*member), state.own(*member), *member, &quota.terms, held.as_ref());
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
            cell = left(cell, state.own(subject), subject, &quota.terms, held(place).as_ref());
        }
    }
    cell
}
