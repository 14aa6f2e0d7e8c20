//! The facts of a case and the truth of a condition over them.
//!
//! A condition is unknown when a fact that it reads is missing, unless Kleene's rules or, for a sum, the declared
//! bounds of the missing parts settle it. Constraints between facts are not used to deduce anything.

use crate::date::is_under_months;
use crate::document::Op;
use crate::logic::Kleene;
use crate::number::{Fraction, times};
use crate::plan::{ItemsTest, MISSING, Plan, ShareTest, Source, Test};

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
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    pub(crate) slots: Vec<i64>,
    pub(crate) lists: Vec<Option<Items>>,
    /// The interval of every measure; one value where all of its parts are known.
    pub(crate) measures: Vec<(i64, i64)>,
    /// The interval of every measure that is a fraction.
    pub(crate) ratios: Vec<(Fraction, Fraction)>,
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
    /// Nothing known yet.
    pub(crate) fn unknown(plan: &Plan) -> Self {
        Self {
            slots: vec![MISSING; plan.facts.len()],
            lists: vec![None; plan.lists],
            measures: Vec::with_capacity(plan.measures.len()),
            ratios: Vec::with_capacity(plan.ratios.len()),
        }
    }

    /// Becomes the same as others of its kind, in the room that it has.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.slots.clone_from(&other.slots);
        self.lists.clone_from(&other.lists);
        self.measures.clone_from(&other.measures);
        self.ratios.clone_from(&other.ratios);
    }

    pub(crate) fn slot(&self, place: usize) -> i64 {
        self.slots.get(place).copied().unwrap_or(MISSING)
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
                    Source::Slot(place) => match self.slot(*place) {
                        // A single fact that is missing is unknown, whatever its bounds say.
                        MISSING => Kleene::UNKNOWN,
                        value => Kleene::from((*low..=*high).contains(&value)),
                    },
                    _ => within(self.interval(plan, *of), *low, *high),
                };
                if *outside { !inside } else { inside }
            }
            Test::Pair { left, op, right } => match (self.scaled(plan, *left), self.scaled(plan, *right)) {
                (Some(left), Some(right)) => compare(left, *op, right).into(),
                _ => Kleene::UNKNOWN,
            },
            Test::Share(share) => self.share(plan, share),
            Test::Ratio { of, op, than } => {
                self.ratios.get(*of).map_or(Kleene::UNKNOWN, |interval| compare_interval(*interval, *op, **than))
            }
            Test::Ratios { left, op, right } => {
                match (self.exact_ratio(plan, options, *left), self.exact_ratio(plan, options, *right)) {
                    (Some(left), Some(right)) => compare(left, *op, right).into(),
                    _ => Kleene::UNKNOWN,
                }
            }
            Test::Every(every) => self.every(every),
            Test::UnderMonths { since, until, months } => match (self.slot(*since), self.slot(*until)) {
                (MISSING, _) | (_, MISSING) => Kleene::UNKNOWN,
                (since, until) => is_under_months(since, until, *months).into(),
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
            (Some(part), Some(whole)) => {
                compare(times(part, share.denominator), share.op, times(whole, share.numerator)).into()
            }
            _ => Kleene::UNKNOWN,
        }
    }

    fn every(&self, every: &ItemsTest) -> Kleene {
        let Some(items) = self.lists.get(every.list).and_then(Option::as_ref) else {
            return Kleene::UNKNOWN;
        };
        let mut all = Kleene::TRUE;
        let mut chosen = false;
        for row in items.rows() {
            let meant = every.means(row);
            if meant.is_false() {
                continue;
            }
            chosen = chosen || meant.is_true();
            // An item that may not be meant can only fail in so far as it is.
            all = all & (every.passes(row) | !meant);
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
            Test::Within { of, .. } => self.missing_behind(plan, options, *of, set),
            Test::Pair { left, right, .. } => {
                self.missing_behind(plan, options, left.of, set);
                self.missing_behind(plan, options, right.of, set);
            }
            Test::Share(share) => {
                if self.scaled(plan, share.whole) == Some(0) {
                    insert_all(plan, share.whole.of, set);
                } else {
                    self.missing_behind(plan, options, share.part.of, set);
                    self.missing_behind(plan, options, share.whole.of, set);
                }
            }
            Test::Ratio { of, .. } => self.missing_behind(plan, options, Source::Ratio(*of), set),
            Test::Ratios { left, right, .. } => {
                self.missing_behind(plan, options, *left, set);
                self.missing_behind(plan, options, *right, set);
            }
            Test::Every(every) => set.insert(every.fact),
            Test::UnderMonths { since, until, .. } => {
                self.missing_behind(plan, options, Source::Slot(*since), set);
                self.missing_behind(plan, options, Source::Slot(*until), set);
            }
            Test::Policy { policy, cases } => {
                if let Some(test) = chosen(options, *policy).and_then(|option| cases.get(option)) {
                    self.missing(plan, options, test, set);
                }
            }
        }
    }
}

impl ItemsTest {
    /// Whether an item is meant.
    fn means(&self, row: &[i64]) -> Kleene {
        match self.only {
            None => Kleene::TRUE,
            Some((field, value)) => match cell(row, field) {
                MISSING => Kleene::UNKNOWN,
                found => (found == value).into(),
            },
        }
    }

    /// Whether an item has the value that is asked for.
    fn passes(&self, row: &[i64]) -> Kleene {
        match cell(row, self.field) {
            MISSING => Kleene::UNKNOWN,
            value => ((self.low <= value && value <= self.high) != self.outside).into(),
        }
    }

    /// Whether an item is meant and has not the value that is asked for.
    pub(crate) fn fails(&self, row: &[i64]) -> bool {
        (self.means(row) & !self.passes(row)).is_true()
    }

    /// Whether an item is meant and has the value that is asked for.
    pub(crate) fn counts(&self, row: &[i64]) -> Kleene {
        self.means(row) & self.passes(row)
    }
}

/// A field of an item.
pub(crate) fn cell(row: &[i64], field: usize) -> i64 {
    row.get(field).copied().unwrap_or(MISSING)
}

/// Adds every fact behind a number.
fn insert_all(plan: &Plan, source: Source, set: &mut FactSet) {
    match source {
        Source::Slot(place) => set.insert(place),
        Source::Measure(place) => {
            plan.measures
                .get(place)
                .into_iter()
                .flat_map(|measure| &measure.leaves)
                .for_each(|leaf| set.insert(*leaf));
        }
        Source::Ratio(place) => {
            plan.ratios.get(place).into_iter().flat_map(|ratio| &ratio.leaves).for_each(|leaf| set.insert(*leaf));
        }
    }
}

pub(crate) fn chosen(options: &[u8], policy: usize) -> Option<usize> {
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

/// Whether a comparison holds wherever a number may lie.
fn compare_interval((low, high): (Fraction, Fraction), op: Op, than: Fraction) -> Kleene {
    let equal = || match low == high {
        true => Kleene::from(low == than),
        false if than < low || high < than => Kleene::FALSE,
        false => Kleene::UNKNOWN,
    };
    match op {
        Op::Equal => equal(),
        Op::NotEqual => !equal(),
        _ => match (compare(low, op, than), compare(high, op, than)) {
            (true, true) => Kleene::TRUE,
            (false, false) => Kleene::FALSE,
            _ => Kleene::UNKNOWN,
        },
    }
}
