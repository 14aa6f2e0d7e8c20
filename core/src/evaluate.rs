//! The value of a measure and the truth of a condition, for one set of facts.
//!
//! A condition is unknown when a fact that it reads is missing, unless Kleene's rules or, for a sum, the declared
//! bounds of the missing parts settle it. Constraints between facts are not used to deduce anything.

use crate::date::add_months;
use crate::document::Op;
use crate::logic::Kleene;
use crate::plan::{EveryTest, MISSING, MeasurePlan, Plan, Scaled, ShareTest, Source, Test};

/// The items of a list: one row of slots each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Items {
    pub(crate) width: usize,
    pub(crate) cells: Vec<i64>,
}

impl Items {
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[i64]> {
        self.cells.chunks(self.width.max(1))
    }
}

/// The facts of a case, in slots, and what was computed from them.
#[derive(Debug, Clone)]
pub(crate) struct Facts {
    pub(crate) slots: Vec<i64>,
    pub(crate) lists: Vec<Option<Items>>,
    /// The interval of every measure; one value where all of its parts are known.
    pub(crate) measures: Vec<(i64, i64)>,
}

/// A set of facts of one kind, by their places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FactSet([u64; 4]);

impl FactSet {
    pub(crate) fn insert(&mut self, place: usize) {
        if let Some(word) = self.0.get_mut(place >> 6) {
            *word |= 1 << (place & 63);
        }
    }

    pub(crate) fn contains(&self, place: usize) -> bool {
        self.0.get(place >> 6).is_some_and(|word| (word >> (place & 63)) & 1 == 1)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0 == [0; 4]
    }
}

impl Facts {
    pub(crate) fn slot(&self, place: usize) -> i64 {
        self.slots.get(place).copied().unwrap_or(MISSING)
    }

    /// Computes every measure; they stand in an order in which none needs a later one.
    pub(crate) fn compute(&mut self, plan: &Plan) {
        self.measures.clear();
        for measure in &plan.measures {
            let value = self.measure(plan, measure);
            self.measures.push(value);
        }
    }

    fn measure(&self, plan: &Plan, measure: &MeasurePlan) -> (i64, i64) {
        let (mut low, mut high) = (0_i64, 0_i64);
        for (source, factor) in &measure.parts {
            let (part_low, part_high) = self.interval(plan, *source);
            let (one, other) = (part_low.saturating_mul(*factor), part_high.saturating_mul(*factor));
            low = low.saturating_add(one.min(other));
            high = high.saturating_add(one.max(other));
        }
        match measure.clamp {
            Some((min, max)) => (low.clamp(min, max), high.clamp(min, max)),
            None => (low, high),
        }
    }

    /// Where a number lies: its value, or what the declared bounds allow.
    pub(crate) fn interval(&self, plan: &Plan, source: Source) -> (i64, i64) {
        match source {
            Source::Slot(place) => match self.slot(place) {
                MISSING => plan.fact(place).map_or((MISSING, MISSING), |fact| fact.kind.bounds()),
                value => (value, value),
            },
            Source::Measure(place) => self.measures.get(place).copied().unwrap_or((i64::MIN, i64::MAX)),
        }
    }

    /// The exact value of a number, or `None` while a fact behind it is missing.
    pub(crate) fn exact(&self, plan: &Plan, source: Source) -> Option<i64> {
        match source {
            Source::Slot(place) => Some(self.slot(place)).filter(|value| *value != MISSING),
            Source::Measure(place) => {
                let measure = plan.measures.get(place)?;
                let known = measure.leaves.iter().all(|leaf| self.slot(*leaf) != MISSING);
                known.then(|| self.interval(plan, source).0)
            }
        }
    }

    fn scaled(&self, plan: &Plan, number: Scaled) -> Option<i128> {
        self.exact(plan, number.of).map(|value| i128::from(value).saturating_mul(i128::from(number.factor)))
    }

    /// Whether a condition holds; `options` are the chosen options of the rulebook's policies.
    pub(crate) fn test(&self, plan: &Plan, options: &[u8], test: &Test) -> Kleene {
        match test {
            Test::All(tests) => {
                let mut all = Kleene::TRUE;
                for test in tests {
                    all = all & self.test(plan, options, test);
                    if all.is_false() {
                        break;
                    }
                }
                all
            }
            Test::Any(tests) => {
                let mut any = Kleene::FALSE;
                for test in tests {
                    any = any | self.test(plan, options, test);
                    if any.is_true() {
                        break;
                    }
                }
                any
            }
            Test::Not(test) => !self.test(plan, options, test),
            Test::Within { of, low, high, outside } => {
                let inside = match of {
                    // A single fact that is missing is unknown, whatever its bounds say.
                    Source::Slot(place) if self.slot(*place) == MISSING => Kleene::UNKNOWN,
                    _ => within(self.interval(plan, *of), *low, *high),
                };
                if *outside { !inside } else { inside }
            }
            Test::Pair { left, op, right } => match (self.scaled(plan, *left), self.scaled(plan, *right)) {
                (Some(left), Some(right)) => compare(left, *op, right).into(),
                _ => Kleene::UNKNOWN,
            },
            Test::Share(share) => self.share(plan, share),
            Test::Every(every) => self.every(every),
            Test::UnderMonths { since, until, months } => match (self.slot(*since), self.slot(*until)) {
                (MISSING, _) | (_, MISSING) => Kleene::UNKNOWN,
                (since, until) => (add_months(since, *months) > until).into(),
            },
            Test::Policy { policy, cases } => match chosen(options, *policy).and_then(|option| cases.get(option)) {
                Some(test) => self.test(plan, options, test),
                None => Kleene::UNKNOWN,
            },
        }
    }

    fn share(&self, plan: &Plan, share: &ShareTest) -> Kleene {
        let whole = self.scaled(plan, share.whole);
        if whole == Some(0) {
            return share.if_none.map_or(Kleene::UNKNOWN, Kleene::from);
        }
        match (self.scaled(plan, share.part), whole) {
            (Some(part), Some(whole)) => compare(
                part.saturating_mul(i128::from(share.denominator)),
                share.op,
                whole.saturating_mul(i128::from(share.numerator)),
            )
            .into(),
            _ => Kleene::UNKNOWN,
        }
    }

    fn every(&self, every: &EveryTest) -> Kleene {
        let Some(items) = self.lists.get(every.list).and_then(Option::as_ref) else {
            return Kleene::UNKNOWN;
        };
        let mut all = Kleene::TRUE;
        let mut chosen = false;
        for row in items.rows() {
            let cell = |field: usize| row.get(field).copied().unwrap_or(MISSING);
            let meant = match every.only {
                None => Kleene::TRUE,
                Some((field, _)) if cell(field) == MISSING => Kleene::UNKNOWN,
                Some((field, value)) => (cell(field) == value).into(),
            };
            if meant.is_false() {
                continue;
            }
            chosen = chosen || meant.is_true();
            let value = cell(every.field);
            let passes = if value == MISSING {
                Kleene::UNKNOWN
            } else {
                Kleene::from((every.low <= value && value <= every.high) != every.outside)
            };
            // An item that may not be meant can only fail in so far as it is.
            all = all & (passes | !meant);
        }
        if all.is_true() && !chosen { Kleene::UNKNOWN } else { all }
    }

    /// Adds the missing facts that keep a condition unknown; nothing where it is known.
    pub(crate) fn missing(&self, plan: &Plan, options: &[u8], test: &Test, set: &mut FactSet) {
        if !self.test(plan, options, test).is_unknown() {
            return;
        }
        match test {
            Test::All(tests) | Test::Any(tests) => {
                for test in tests {
                    self.missing(plan, options, test, set);
                }
            }
            Test::Not(test) => self.missing(plan, options, test, set),
            Test::Within { of, .. } => self.missing_leaves(plan, *of, set),
            Test::Pair { left, right, .. } => {
                self.missing_leaves(plan, left.of, set);
                self.missing_leaves(plan, right.of, set);
            }
            Test::Share(share) => {
                if self.scaled(plan, share.whole) == Some(0) {
                    for leaf in leaves(plan, share.whole.of) {
                        set.insert(leaf);
                    }
                } else {
                    self.missing_leaves(plan, share.part.of, set);
                    self.missing_leaves(plan, share.whole.of, set);
                }
            }
            Test::Every(every) => set.insert(every.fact),
            Test::UnderMonths { since, until, .. } => {
                self.missing_leaves(plan, Source::Slot(*since), set);
                self.missing_leaves(plan, Source::Slot(*until), set);
            }
            Test::Policy { policy, cases } => {
                if let Some(test) = chosen(options, *policy).and_then(|option| cases.get(option)) {
                    self.missing(plan, options, test, set);
                }
            }
        }
    }

    /// Adds the missing facts behind a number.
    pub(crate) fn missing_leaves(&self, plan: &Plan, source: Source, set: &mut FactSet) {
        for leaf in leaves(plan, source) {
            if self.slot(leaf) == MISSING {
                set.insert(leaf);
            }
        }
    }
}

fn leaves(plan: &Plan, source: Source) -> impl Iterator<Item = usize> {
    let (own, below): (Option<usize>, &[usize]) = match source {
        Source::Slot(place) => (Some(place), &[]),
        Source::Measure(place) => (None, plan.measures.get(place).map_or(&[], |measure| &measure.leaves)),
    };
    own.into_iter().chain(below.iter().copied())
}

fn chosen(options: &[u8], policy: usize) -> Option<usize> {
    options.get(policy).map(|option| usize::from(*option))
}

fn within((from, to): (i64, i64), low: i64, high: i64) -> Kleene {
    if low <= from && to <= high {
        Kleene::TRUE
    } else if to < low || high < from {
        Kleene::FALSE
    } else {
        Kleene::UNKNOWN
    }
}

pub(crate) fn compare<T: Ord>(left: T, op: Op, right: T) -> bool {
    match op {
        Op::Equal => left == right,
        Op::NotEqual => left != right,
        Op::Less => left < right,
        Op::AtMost => left <= right,
        Op::Greater => left > right,
        Op::AtLeast => left >= right,
    }
}
