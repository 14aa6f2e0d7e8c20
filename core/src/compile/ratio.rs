//! Measures that are fractions: weighted sums, means over lists, one value or another, a choice by policy.
//!
//! Fractions are kept exact, so their denominators must stay small enough to be added and compared: how large one can
//! become is worked out from the declared bounds, and a rulebook in which one could become too large is refused.

use super::condition::{by_option, compile_condition, find_list, find_policy};
use super::place::{Place, Sort, list_of, quoted};
use super::scope::KnownRatio;
use super::subject::Builder;
use crate::catalogue::Message;
use crate::document::{Either, Factor, Mean, Measure, MeasureByPolicy, Weighted};
use crate::fault::FaultCode;
use crate::number::{Fraction, power_of_ten};
use crate::plan::{FactorPlan, KindPlan, ListPlan, MeanPlan, RatioForm, RatioPlan, Source, Test};

/// The largest numerator or denominator that a fraction may come to have: far enough from the integers' end for sums.
const MAX_SIZE: i128 = 1_000_000_000_000_000_000_000_000_000_000;

/// What the denominator of a fraction may be: a constant times totals over lists, each of which is the same number in
/// every fraction that has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Size {
    constant: i128,
    totals: Vec<Total>,
}

/// The sum of a field over a list, or the number of its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Total {
    fact: usize,
    weight: Option<usize>,
    most: i128,
}

impl Size {
    pub(crate) const ONE: Self = Self { constant: 1, totals: Vec::new() };

    fn constant(constant: i128) -> Self {
        Self { constant: constant.max(1), totals: Vec::new() }
    }

    /// The denominator of a sum of two.
    fn common(&self, other: &Self) -> Self {
        let mut totals = self.totals.clone();
        totals.extend(other.totals.iter().filter(|total| !self.totals.contains(total)));
        let product = self.constant.saturating_mul(other.constant);
        let common = match Fraction::new(self.constant, other.constant) {
            // The least common multiple: the product over the greatest common divisor.
            Some(reduced) => reduced.numerator().saturating_mul(other.constant),
            None => product,
        };
        Self { constant: common, totals }
    }

    fn times(&self, constant: i128) -> Self {
        Self { constant: self.constant.saturating_mul(constant), totals: self.totals.clone() }
    }

    fn most(&self) -> i128 {
        self.totals.iter().fold(self.constant, |most, total| most.saturating_mul(total.most))
    }
}

/// What a measure is found to be.
struct Found {
    form: RatioForm,
    bounds: (Fraction, Fraction),
    leaves: Vec<usize>,
    size: Size,
    parts: Vec<Source>,
}

impl Builder<'_> {
    pub(super) fn weighted(&mut self, measure: &Measure, weighted: &Weighted, here: &Place<'_>) -> RatioPlan {
        let formula = here.key("formula");
        let form = formula.key("weighted");
        let list = form.key("terms");
        if weighted.terms.is_empty() {
            self.faults.add(&list, FaultCode::BadCount, Message::WantedSomeName, list_of(0));
        }
        let mut terms = Vec::new();
        let (mut low, mut high) = (Fraction::ZERO, Fraction::ZERO);
        let mut leaves = Vec::new();
        let mut size = Size::ONE;
        for (order, term) in weighted.terms.iter().enumerate() {
            let below = list.at(order);
            let times = self.any_number(&term.times, &below.key("times"));
            let Some((source, _)) = self.named_number(&term.name, &below.key("name")) else { continue };
            let ends = self.scope.ratio_bounds(source);
            let (one, other) = (ends.0.times(times), ends.1.times(times));
            low = low.plus(one.min(other));
            high = high.plus(one.max(other));
            leaves.extend(self.scope.leaves(source));
            size = size.common(&self.size(source).times(times.denominator()));
            terms.push((source, times));
        }
        let parts = terms.iter().map(|(source, _)| *source).collect();
        let found = Found { form: RatioForm::Weighted(terms), bounds: (low, high), leaves, size, parts };
        self.ratio(measure, found, None, here)
    }

    pub(super) fn mean(&mut self, measure: &Measure, mean: &Mean, here: &Place<'_>) -> RatioPlan {
        let formula = here.key("formula");
        let form = formula.key("mean");
        let found = find_list(&mean.list, &self.scope, &form.key("list"), self.faults);
        let Some((fact, list)) = found else {
            return self.no_ratio(measure, here);
        };
        let weight_place = form.key("weight");
        let weight = mean.weight.as_ref().and_then(|name| {
            let (field, kind) = self.item_number(&list, name, &weight_place)?;
            let (least, most) = kind.bounds();
            if least < 1 {
                self.faults.add(&weight_place, FaultCode::BadNumber, Message::WantedPositiveField, quoted(name));
            }
            Some((field, most))
        });
        let items = i128::try_from(list.max_items).unwrap_or(i128::MAX);
        let most = items.saturating_mul(weight.map_or(1, |(_, most)| i128::from(most)));
        let total = Total { fact, weight: weight.map(|(field, _)| field), most };

        let factors_place = form.key("factors");
        if mean.factors.is_empty() {
            self.faults.add(&factors_place, FaultCode::BadCount, Message::WantedSomeFactor, list_of(0));
        }
        let mut factors = Vec::new();
        let mut unit = 1_i128;
        let (mut low, mut high) = (Fraction::ONE, Fraction::ONE);
        let mut counted: Vec<usize> = total.weight.into_iter().collect();
        for (order, factor) in mean.factors.iter().enumerate() {
            let below = factors_place.at(order);
            let Some((plan, field, own, ends)) = self.factor(&list, factor, &below) else { continue };
            unit = unit.saturating_mul(own);
            let products = [low, high].map(|one| [ends.0, ends.1].map(|end| one.times(end)));
            low = products.iter().flatten().copied().min().unwrap_or(low);
            high = products.iter().flatten().copied().max().unwrap_or(high);
            factors.push(plan);
            counted.push(field);
        }
        let size = Size { constant: unit, totals: vec![total] };
        let mean = MeanPlan { fact, list: list.list, weight: total.weight, factors, counted, unit };
        let found =
            Found { form: RatioForm::Mean(mean), bounds: (low, high), leaves: vec![fact], size, parts: Vec::new() };
        self.ratio(measure, found, None, here)
    }

    /// A factor with the field that it reads, what its units are to be divided by, and its bounds.
    fn factor(
        &mut self,
        list: &ListPlan,
        factor: &Factor,
        place: &Place<'_>,
    ) -> Option<(FactorPlan, usize, i128, (Fraction, Fraction))> {
        match factor {
            Factor::Field(name) => {
                let (field, kind) = self.item_number(list, name, &place.key("field"))?;
                let scale = kind.scale();
                let (low, high) = kind.bounds();
                let ends = (Fraction::of_scaled(low, scale), Fraction::of_scaled(high, scale));
                Some((FactorPlan::Field(field), field, i128::from(power_of_ten(scale)), ends))
            }
            Factor::Deduction(deduction) => {
                let below = place.key("deduction");
                let each = self.any_number(&deduction.each, &below.key("each"));
                if each < Fraction::ZERO {
                    let found = quoted(&deduction.each);
                    self.faults.add(&below.key("each"), FaultCode::BadNumber, Message::WantedShare, found);
                }
                let here = below.key("field");
                let (field, kind) = self.item_number(list, &deduction.field, &here)?;
                let counts = matches!(kind, KindPlan::Integer { min, .. } if min >= 0);
                if !counts {
                    let found = quoted(&deduction.field);
                    self.faults.add(&here, FaultCode::TypeMismatch, Message::WantedCountField, found);
                }
                let narrow = |value: i128| i64::try_from(value).unwrap_or(1);
                let (whole, each) = (narrow(each.denominator()), narrow(each.numerator()));
                let plan = FactorPlan::Deduction { field, whole, each };
                Some((plan, field, i128::from(whole), (Fraction::ZERO, Fraction::ONE)))
            }
        }
    }

    pub(super) fn either(&mut self, measure: &Measure, either: &Either, here: &Place<'_>) -> RatioPlan {
        let formula = here.key("formula");
        let form = formula.key("either");
        let (test, reads) = compile_condition(
            &either.condition,
            &self.scope,
            self.document,
            self.compiled,
            &form.key("condition"),
            self.faults,
        );
        let then = self.any_number(&either.then, &form.key("then"));
        let otherwise = self.any_number(&either.otherwise, &form.key("otherwise"));
        let leaves = reads.iter().flat_map(|read| self.scope.leaves(read.source)).collect();
        let size = Size::constant(then.denominator()).common(&Size::constant(otherwise.denominator()));
        let bounds = (then.min(otherwise), then.max(otherwise));
        let form = RatioForm::Either { test: Box::new(test), then, otherwise };
        self.ratio(measure, Found { form, bounds, leaves, size, parts: Vec::new() }, None, here)
    }

    pub(super) fn measure_by_policy(
        &mut self,
        measure: &Measure,
        choice: &MeasureByPolicy,
        here: &Place<'_>,
    ) -> RatioPlan {
        let formula = here.key("formula");
        let form = formula.key("policy");
        let Some((policy, options)) = find_policy(self.document, &choice.name, &form.key("name"), self.faults) else {
            return self.no_ratio(measure, here);
        };
        let cases = form.key("cases");
        let mut given = Vec::new();
        for (order, case) in choice.cases.iter().enumerate() {
            let named = self.named_number(&case.measure, &cases.at(order).key("measure"));
            given.push((case.option.as_str(), named.map(|(source, _)| source)));
        }
        let sources: Vec<Option<Source>> =
            by_option(options, given, &cases, self.faults).into_iter().map(Option::flatten).collect();
        let Some(sources) = sources.into_iter().collect::<Option<Vec<Source>>>() else {
            return self.no_ratio(measure, here);
        };
        let ends: Vec<_> = sources.iter().map(|source| self.scope.ratio_bounds(*source)).collect();
        let low = ends.iter().map(|(low, _)| *low).min().unwrap_or(Fraction::ZERO);
        let high = ends.iter().map(|(_, high)| *high).max().unwrap_or(Fraction::ZERO);
        let leaves = sources.iter().flat_map(|source| self.scope.leaves(*source)).collect();
        let sizes = sources.iter().map(|source| self.size(*source));
        let size = sizes.max_by_key(Size::most).unwrap_or(Size::ONE);
        let form = RatioForm::Policy { policy, cases: sources.clone() };
        let found = Found { form, bounds: (low, high), leaves, size, parts: Vec::new() };
        self.ratio(measure, found, Some((policy, sources)), here)
    }

    fn ratio(
        &mut self,
        measure: &Measure,
        found: Found,
        choice: Option<(usize, Vec<Source>)>,
        here: &Place<'_>,
    ) -> RatioPlan {
        let Found { form, bounds, mut leaves, size, parts } = found;
        let largest = bounds.0.negated().max(bounds.1).ceiling(0);
        let numerator = size.most().saturating_mul(i128::from(largest.max(1)));
        if numerator > MAX_SIZE {
            let formula = here.key("formula");
            self.faults.add(&formula, FaultCode::BadNumber, Message::WantedSmallFraction, numerator.to_string());
        }
        let clamp = measure.clamp.as_ref().map(|clamp| {
            let limits = here.key("clamp");
            let min = self.any_number(&clamp.min, &limits.key("min"));
            let max = self.any_number(&clamp.max, &limits.key("max"));
            if min > max {
                let found = format!("{min} > {max}");
                self.faults.add(&limits, FaultCode::BoundsReversed, Message::WantedMinBelowMax, found);
            }
            (min, max.max(min))
        });
        let bounds = match clamp {
            Some((min, max)) => (bounds.0.clamp(min, max), bounds.1.clamp(min, max)),
            None => bounds,
        };
        leaves.sort_unstable();
        leaves.dedup();
        self.scope.ratios.push(KnownRatio {
            name: measure.name.clone(),
            bounds,
            leaves: leaves.clone(),
            size,
            parts,
            choice,
        });
        let name = self.compiled.texts.add(&measure.name);
        RatioPlan { name, label: measure.label.clone(), form, clamp, bounds, leaves }
    }

    /// What stands for a measure that could not be compiled; the document is refused anyway.
    pub(super) fn no_ratio(&mut self, measure: &Measure, here: &Place<'_>) -> RatioPlan {
        let form = RatioForm::Either {
            test: Box::new(Test::All(Vec::new())),
            then: Fraction::ZERO,
            otherwise: Fraction::ZERO,
        };
        let bounds = (Fraction::ZERO, Fraction::ZERO);
        let found = Found { form, bounds, leaves: Vec::new(), size: Size::ONE, parts: Vec::new() };
        self.ratio(measure, found, None, here)
    }

    fn size(&self, source: Source) -> Size {
        match source {
            Source::Ratio(position) => self.scope.ratios.get(position).map_or(Size::ONE, |ratio| ratio.size.clone()),
            Source::Slot(position) => {
                let scale = self.scope.facts.get(position).map_or(0, |(_, kind)| kind.scale());
                Size::constant(i128::from(power_of_ten(scale)))
            }
            Source::Measure(position) => {
                let scale = self.scope.measures.get(position).map_or(0, |measure| measure.scale);
                Size::constant(i128::from(power_of_ten(scale)))
            }
        }
    }

    /// A whole number, decimal, share or fraction of the document.
    fn any_number(&mut self, text: &str, place: &Place<'_>) -> Fraction {
        Fraction::parse_any(text).unwrap_or_else(|| {
            self.faults.add(place, FaultCode::BadNumber, Message::WantedAnyNumber, quoted(text));
            Fraction::ONE
        })
    }

    /// A boolean, integer or decimal field of the items of a list.
    fn item_number(&mut self, list: &ListPlan, name: &str, place: &Place<'_>) -> Option<(usize, KindPlan)> {
        let texts = &self.compiled.texts;
        let found = list.fields.iter().position(|field| texts.plain(field.name) == name);
        let Some((position, kind)) = found.and_then(|place| list.fields.get(place).map(|field| (place, &field.kind)))
        else {
            let known = list.fields.iter().map(|field| texts.plain(field.name));
            self.faults.unknown(place, Sort::Field, name, known);
            return None;
        };
        if !matches!(kind, KindPlan::Boolean | KindPlan::Integer { .. } | KindPlan::Decimal { .. }) {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedNumberField, quoted(name));
            return None;
        }
        Some((position, kind.clone()))
    }
}

/// A list is all or nothing for the means over it: each looks for every field that any of them reads.
pub(super) fn complete_lists(ratios: &mut [RatioPlan]) {
    let mut read: Vec<(usize, usize)> = Vec::new();
    for ratio in ratios.iter() {
        if let RatioForm::Mean(mean) = &ratio.form {
            read.extend(mean.counted.iter().map(|field| (mean.fact, *field)));
        }
    }
    read.sort_unstable();
    read.dedup();
    for ratio in ratios {
        if let RatioForm::Mean(mean) = &mut ratio.form {
            mean.counted = read.iter().filter(|(fact, _)| *fact == mean.fact).map(|(_, field)| *field).collect();
        }
    }
}
