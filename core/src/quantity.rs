//! The value of measures for one set of facts: exact where everything behind it is known, else the interval that the
//! declared bounds of what is missing allow.

use crate::evaluate::{FactSet, Facts, Items, cell, chosen};
use crate::logic::Kleene;
use crate::number::{Fraction, product};
use crate::plan::{
    FactorPlan, ItemsTest, MISSING, MeanPlan, MeasureForm, MeasurePlan, Plan, RatioForm, RatioPlan, Scaled, Source,
};

impl Facts {
    /// Computes every measure; they stand in an order in which none needs a later one.
    pub(crate) fn compute(&mut self, plan: &Plan, options: &[u8]) {
        self.measures.clear();
        for measure in &plan.measures {
            let (low, high) = self.unclamped(plan, measure);
            let value = match measure.clamp {
                Some((min, max)) => (low.clamp(min, max), high.clamp(min, max)),
                None => (low, high),
            };
            self.measures.push(value);
        }
        self.ratios.clear();
        for ratio in &plan.ratios {
            let (low, high) = self.unclamped_ratio(plan, options, ratio);
            let value = match ratio.clamp {
                Some((min, max)) => (low.clamp(min, max), high.clamp(min, max)),
                None => (low, high),
            };
            self.ratios.push(value);
        }
    }

    /// The interval of a measure before its clamp acts.
    pub(crate) fn unclamped(&self, plan: &Plan, measure: &MeasurePlan) -> (i64, i64) {
        match &measure.form {
            MeasureForm::Sum(parts) => {
                let (mut low, mut high) = (0_i64, 0_i64);
                for (source, factor) in parts {
                    let (part_low, part_high) = self.interval(plan, *source);
                    let (one, other) = (part_low.saturating_mul(*factor), part_high.saturating_mul(*factor));
                    low = low.saturating_add(one.min(other));
                    high = high.saturating_add(one.max(other));
                }
                (low, high)
            }
            MeasureForm::Count(test) => self.counted(measure, test, count),
            MeasureForm::LongestRun(test) => self.counted(measure, test, longest_run),
        }
    }

    /// A number over the items of a list; anything up to the bound where the list is missing or empty.
    fn counted(&self, measure: &MeasurePlan, test: &ItemsTest, tally: fn(&[Kleene]) -> (i64, i64)) -> (i64, i64) {
        match self.items(test.list) {
            Some(items) => {
                let passed: Vec<Kleene> = items.rows().map(|row| test.counts(row)).collect();
                tally(&passed)
            }
            None => measure.bounds,
        }
    }

    /// The items that fail a test for certain, counted from 1.
    pub(crate) fn failing(&self, test: &ItemsTest) -> impl Iterator<Item = usize> {
        let items = self.items(test.list).into_iter().flat_map(Items::rows);
        items.zip(1..).filter(|(row, _)| test.fails(row)).map(|(_, number)| number)
    }

    /// The items of a list, where there are any.
    fn items(&self, list: usize) -> Option<&Items> {
        self.lists.get(list).and_then(Option::as_ref).filter(|items| !items.cells.is_empty())
    }

    /// The interval of a fraction before its clamp acts.
    pub(crate) fn unclamped_ratio(&self, plan: &Plan, options: &[u8], ratio: &RatioPlan) -> (Fraction, Fraction) {
        match &ratio.form {
            RatioForm::Weighted(terms) => {
                let (mut low, mut high) = (Fraction::ZERO, Fraction::ZERO);
                for (source, times) in terms {
                    let (part_low, part_high) = self.ratio_interval(plan, *source);
                    let (one, other) = (part_low.times(*times), part_high.times(*times));
                    low = low.plus(one.min(other));
                    high = high.plus(one.max(other));
                }
                (low, high)
            }
            RatioForm::Mean(mean) => match self.mean(mean) {
                Some(mean) => (mean, mean),
                None => ratio.bounds,
            },
            RatioForm::Either { test, then, otherwise } => match self.test(plan, options, test).known() {
                Some(true) => (*then, *then),
                Some(false) => (*otherwise, *otherwise),
                None => (*then.min(otherwise), *then.max(otherwise)),
            },
            RatioForm::Policy { policy, cases } => {
                match chosen(options, *policy).and_then(|option| cases.get(option)) {
                    Some(source) => self.ratio_interval(plan, *source),
                    None => ratio.bounds,
                }
            }
        }
    }

    /// The mean over a list, where it is there, not empty and complete.
    fn mean(&self, mean: &MeanPlan) -> Option<Fraction> {
        let items = self.items(mean.list)?;
        let (mut above, mut below) = (0_i128, 0_i128);
        for row in items.rows() {
            if mean.counted.iter().any(|field| cell(row, *field) == MISSING) {
                return None;
            }
            let weight = mean.weight.map_or(1, |field| i128::from(cell(row, field)));
            let product = mean.factors.iter().fold(weight, |product, factor| {
                let value = match factor {
                    FactorPlan::Field(field) => cell(row, *field),
                    FactorPlan::Deduction { field, whole, each } => {
                        whole.saturating_sub(each.saturating_mul(cell(row, *field))).max(0)
                    }
                };
                product.saturating_mul(i128::from(value))
            });
            above = above.saturating_add(product);
            below = below.saturating_add(weight);
        }
        Fraction::new(above, below.saturating_mul(mean.unit))
    }

    /// Where a number lies: its value, or what the declared bounds allow. Fractions have [`Self::ratio_interval`].
    pub(crate) fn interval(&self, plan: &Plan, source: Source) -> (i64, i64) {
        match source {
            Source::Slot(place) => match self.slot(place) {
                MISSING => plan.fact(place).map_or((MISSING, MISSING), |fact| fact.kind.bounds()),
                value => (value, value),
            },
            Source::Measure(place) => self.measures.get(place).copied().unwrap_or((i64::MIN, i64::MAX)),
            Source::Ratio(_) => (i64::MIN, i64::MAX),
        }
    }

    /// Where a number lies, as fractions.
    pub(crate) fn ratio_interval(&self, plan: &Plan, source: Source) -> (Fraction, Fraction) {
        let scale = match source {
            Source::Ratio(place) => {
                return self.ratios.get(place).copied().unwrap_or((Fraction::ZERO, Fraction::ZERO));
            }
            Source::Slot(place) => plan.fact(place).map_or(0, |fact| fact.kind.scale()),
            Source::Measure(place) => plan.measures.get(place).map_or(0, |measure| measure.scale),
        };
        let (low, high) = self.interval(plan, source);
        (Fraction::of_scaled(low, scale), Fraction::of_scaled(high, scale))
    }

    /// The exact value of a number that is no fraction, or `None` while a fact behind it is missing.
    #[inline(always)]
    pub(crate) fn exact(&self, plan: &Plan, source: Source) -> Option<i64> {
        match source {
            // Nearly every number that is asked for is a fact.
            Source::Slot(place) => Some(self.slot(place)).filter(|value| *value != MISSING),
            Source::Measure(place) => self.exact_measure(plan, place),
            Source::Ratio(_) => None,
        }
    }

    fn exact_measure(&self, plan: &Plan, place: usize) -> Option<i64> {
        let measure = plan.measures.get(place)?;
        let (low, high) = self.interval(plan, Source::Measure(place));
        let known = match &measure.form {
            MeasureForm::Sum(_) if measure.plain => measure.leaves.iter().all(|leaf| self.slot(*leaf) != MISSING),
            MeasureForm::Sum(parts) => parts.iter().all(|(part, _)| self.exact(plan, *part).is_some()),
            MeasureForm::Count(_) | MeasureForm::LongestRun(_) => low == high,
        };
        known.then_some(low)
    }

    /// The exact value of a number, or `None` while a fact behind it is missing.
    pub(crate) fn exact_ratio(&self, plan: &Plan, options: &[u8], source: Source) -> Option<Fraction> {
        let Source::Ratio(place) = source else {
            return self.exact(plan, source).map(|_| self.ratio_interval(plan, source).0);
        };
        let mut missing = FactSet::default();
        self.missing_behind(plan, options, source, &mut missing);
        self.ratios.get(place).filter(|_| missing.is_empty()).map(|(value, _)| *value)
    }

    #[inline(always)]
    pub(crate) fn scaled(&self, plan: &Plan, number: Scaled) -> Option<i128> {
        self.exact(plan, number.of).map(|value| product(value, number.factor))
    }

    /// Adds the missing facts behind a number. A list that is there but lacks what is counted is missing too.
    pub(crate) fn missing_behind(&self, plan: &Plan, options: &[u8], source: Source, set: &mut FactSet) {
        match source {
            Source::Slot(place) => {
                if self.slot(place) == MISSING {
                    set.insert(place);
                }
            }
            Source::Measure(place) => {
                let Some(measure) = plan.measures.get(place) else { return };
                match &measure.form {
                    MeasureForm::Sum(parts) => {
                        for (part, _) in parts {
                            self.missing_behind(plan, options, *part, set);
                        }
                    }
                    MeasureForm::Count(test) | MeasureForm::LongestRun(test) => {
                        let (low, high) = self.interval(plan, source);
                        if low != high {
                            set.insert(test.fact);
                        }
                    }
                }
            }
            Source::Ratio(place) => {
                let Some(ratio) = plan.ratios.get(place) else { return };
                match &ratio.form {
                    RatioForm::Weighted(terms) => {
                        for (part, _) in terms {
                            self.missing_behind(plan, options, *part, set);
                        }
                    }
                    RatioForm::Mean(mean) => {
                        if self.mean(mean).is_none() {
                            set.insert(mean.fact);
                        }
                    }
                    RatioForm::Either { test, .. } => self.missing(plan, options, test, set),
                    RatioForm::Policy { policy, cases } => {
                        if let Some(source) = chosen(options, *policy).and_then(|option| cases.get(option)) {
                            self.missing_behind(plan, options, *source, set);
                        }
                    }
                }
            }
        }
    }
}

/// How many items pass: for certain, and at most.
fn count(passed: &[Kleene]) -> (i64, i64) {
    let tally = |wanted: fn(Kleene) -> bool| passed.iter().filter(|passed| wanted(**passed)).count();
    let narrow = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    (narrow(tally(Kleene::is_true)), narrow(tally(Kleene::may_hold)))
}

/// How many items that follow each other pass: for certain, and at most.
fn longest_run(passed: &[Kleene]) -> (i64, i64) {
    let longest = |wanted: fn(Kleene) -> bool| {
        let (mut longest, mut run) = (0_i64, 0_i64);
        for passed in passed {
            run = if wanted(*passed) { run.saturating_add(1) } else { 0 };
            longest = longest.max(run);
        }
        longest
    };
    (longest(Kleene::is_true), longest(Kleene::may_hold))
}
