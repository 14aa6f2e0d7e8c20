//! The measures of a kind, each after those that it needs: sums and counts here, fractions in `ratio`.

use super::condition::{compile_items, names_of};
use super::place::{Place, Sort, list_of, quoted};
use super::scope::Known;
use super::subject::Builder;
use super::{check_citation, check_name, check_words, duplicate};
use crate::catalogue::Message;
use crate::document::{Formula, ItemTest, Measure, Sum};
use crate::fault::FaultCode;
use crate::number::{MAX_SCALE, power_of_ten};
use crate::plan::{KindPlan, MeasureForm, MeasurePlan, RatioPlan, Source};

/// The largest magnitude of a measure, in units of its scale: sums of sums must stay far from the integers' end.
const MAX_MEASURE: i128 = 1_000_000_000_000_000_000;

/// The measures of a kind, each sort in an order in which none needs a later one.
#[derive(Debug, Default)]
pub(super) struct Measures {
    pub(super) whole: Vec<MeasurePlan>,
    pub(super) ratios: Vec<RatioPlan>,
}

/// The measures of the document while they are compiled, each after those that it needs.
struct Walk<'d> {
    measures: &'d [Measure],
    visits: Vec<Visit>,
    plans: Measures,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    Open,
    Entered,
    Done,
}

impl Builder<'_> {
    pub(super) fn measures(&mut self, measures: &[Measure], place: &Place<'_>) -> Measures {
        for (position, measure) in measures.iter().enumerate() {
            let here = place.at(position);
            check_name(&measure.name, &here.key("name"), self.faults);
            check_words(&measure.label, &here.key("label"), self.faults);
            let taken = self.scope.facts.iter().any(|(name, _)| *name == measure.name)
                || measures.iter().take(position).any(|other| other.name == measure.name);
            if taken {
                duplicate(&measure.name, &here.key("name"), self.faults);
            }
            if let Some(source) = &measure.source {
                check_citation(&source.citation, self.document, &here.key("source").key("citation"), self.faults);
            }
        }
        let mut walk = Walk { measures, visits: vec![Visit::Open; measures.len()], plans: Measures::default() };
        for position in 0..measures.len() {
            self.measure(&mut walk, position, place);
        }
        super::ratio::complete_lists(&mut walk.plans.ratios);
        walk.plans
    }

    /// Compiles a measure after those that it needs.
    fn measure(&mut self, walk: &mut Walk<'_>, position: usize, place: &Place<'_>) {
        let measures = walk.measures;
        let (Some(measure), Some(visit)) = (measures.get(position), walk.visits.get_mut(position)) else {
            return;
        };
        if *visit != Visit::Open {
            return;
        }
        *visit = Visit::Entered;
        let here = place.at(position);
        let formula = here.key("formula");
        match &measure.formula {
            Formula::Sum(sum) => {
                let form = formula.key("sum");
                for (key, names) in [("plus", &sum.plus), ("minus", &sum.minus)] {
                    let list = form.key(key);
                    for (order, name) in names.iter().enumerate() {
                        self.before(walk, measure, name, &list.at(order), place);
                    }
                }
                let plan = self.sum(measure, sum, &here);
                self.keep(measure, plan, &mut walk.plans);
            }
            Formula::Count(test) => {
                let plan = self.counted(measure, test, MeasureForm::Count, &formula.key("count"), &here);
                self.keep(measure, plan, &mut walk.plans);
            }
            Formula::LongestRun(test) => {
                let plan = self.counted(measure, test, MeasureForm::LongestRun, &formula.key("longest_run"), &here);
                self.keep(measure, plan, &mut walk.plans);
            }
            Formula::Weighted(weighted) => {
                let list = formula.key("weighted");
                let list = list.key("terms");
                for (order, term) in weighted.terms.iter().enumerate() {
                    self.before(walk, measure, &term.name, &list.at(order).key("name"), place);
                }
                let plan = self.weighted(measure, weighted, &here);
                walk.plans.ratios.push(plan);
            }
            Formula::Mean(mean) => {
                let plan = self.mean(measure, mean, &here);
                walk.plans.ratios.push(plan);
            }
            Formula::Either(either) => {
                let form = formula.key("either");
                let condition = form.key("condition");
                for name in names_of(&either.condition) {
                    self.before(walk, measure, name, &condition, place);
                }
                let plan = match self.faults.stands_at(&condition) {
                    true => self.no_ratio(measure, &here),
                    false => self.either(measure, either, &here),
                };
                walk.plans.ratios.push(plan);
            }
            Formula::Policy(choice) => {
                let form = formula.key("policy");
                let list = form.key("cases");
                for (order, case) in choice.cases.iter().enumerate() {
                    self.before(walk, measure, &case.measure, &list.at(order).key("measure"), place);
                }
                let plan = self.measure_by_policy(measure, choice, &here);
                walk.plans.ratios.push(plan);
            }
        }
        if let Some(visit) = walk.visits.get_mut(position) {
            *visit = Visit::Done;
        }
    }

    /// Compiles what a measure names, before it; a circle is a fault at the name.
    fn before(&mut self, walk: &mut Walk<'_>, measure: &Measure, name: &str, named: &Place<'_>, place: &Place<'_>) {
        let Some(other) = walk.measures.iter().position(|other| other.name == name) else { return };
        if walk.visits.get(other) == Some(&Visit::Entered) {
            let found = format!("{} -> {}", quoted(&measure.name), quoted(name));
            self.faults.add(named, FaultCode::Circle, Message::WantedNoCircle, found);
        } else {
            self.measure(walk, other, place);
        }
    }

    /// A number that a measure names; one that is not known in a circle has been said to be in it.
    pub(super) fn named_number(&mut self, name: &str, place: &Place<'_>) -> Option<(Source, u32)> {
        let found = self.scope.number(name);
        if found.is_none() && !self.faults.stands_at(place) {
            self.not_a_number(name, place);
        }
        found
    }

    fn sum(&mut self, measure: &Measure, sum: &Sum, here: &Place<'_>) -> MeasurePlan {
        let formula = here.key("formula");
        let form = formula.key("sum");
        let mut found: Vec<(Source, i64, u32)> = Vec::new();
        for (key, sign, names) in [("plus", 1_i64, &sum.plus), ("minus", -1, &sum.minus)] {
            let list = form.key(key);
            if key == "plus" && names.is_empty() {
                self.faults.add(&list, FaultCode::BadCount, Message::WantedSomeName, list_of(0));
            }
            for (order, name) in names.iter().enumerate() {
                let named = list.at(order);
                match self.named_number(name, &named) {
                    Some((Source::Ratio(_), _)) => {
                        self.faults.add(&named, FaultCode::TypeMismatch, Message::WantedNoFraction, quoted(name));
                    }
                    Some((source, scale)) => found.push((source, sign, scale)),
                    None => {}
                }
            }
        }
        // With a part that is not known, which has been said, nothing is held against the scale and the bounds.
        let whole = found.len() == sum.plus.len().saturating_add(sum.minus.len());
        let scale = found.iter().map(|(_, _, scale)| *scale).max().unwrap_or(0);
        let scale = if whole { scale } else { MAX_SCALE };
        let parts: Vec<(Source, i64)> = found
            .iter()
            .map(|(source, sign, own)| (*source, sign.saturating_mul(power_of_ten(scale.saturating_sub(*own)))))
            .collect();
        let mut bounds = (0_i128, 0_i128);
        let mut leaves = Vec::new();
        for (source, factor) in parts.iter().filter(|_| whole) {
            let (low, high) = self.scope.bounds(*source);
            let ends = [low, high].map(|end| i128::from(end).saturating_mul(i128::from(*factor)));
            bounds.0 = bounds.0.saturating_add(ends.iter().copied().min().unwrap_or(0));
            bounds.1 = bounds.1.saturating_add(ends.iter().copied().max().unwrap_or(0));
            leaves.extend(self.scope.leaves(*source));
        }
        let largest = bounds.0.unsigned_abs().max(bounds.1.unsigned_abs());
        if largest > MAX_MEASURE.unsigned_abs() {
            self.faults.add(&formula, FaultCode::BadNumber, Message::WantedSmallSum, largest.to_string());
        }
        let narrow = |value: i128| i64::try_from(value).unwrap_or(0);
        let bounds = (narrow(bounds.0), narrow(bounds.1));
        let plain = parts.iter().all(|(source, _)| self.scope.is_plain(*source));
        self.whole_measure(measure, MeasureForm::Sum(parts), scale, bounds, (leaves, plain), here)
    }

    fn counted(
        &mut self,
        measure: &Measure,
        test: &ItemTest,
        form: fn(crate::plan::ItemsTest) -> MeasureForm,
        place: &Place<'_>,
        here: &Place<'_>,
    ) -> MeasurePlan {
        let compiled = compile_items(test, &self.scope, self.document, self.compiled, place, self.faults);
        let Some(test) = compiled else {
            return self.whole_measure(measure, MeasureForm::Sum(Vec::new()), 0, (0, 0), (Vec::new(), true), here);
        };
        let most = match self.scope.facts.get(test.fact) {
            Some((_, KindPlan::List(form))) => i64::try_from(form.max_items).unwrap_or(i64::MAX),
            _ => 0,
        };
        let leaves = vec![test.fact];
        self.whole_measure(measure, form(test), 0, (0, most), (leaves, false), here)
    }

    /// A measure that is a whole number of units, with its clamp.
    fn whole_measure(
        &mut self,
        measure: &Measure,
        form: MeasureForm,
        scale: u32,
        bounds: (i64, i64),
        (mut leaves, plain): (Vec<usize>, bool),
        here: &Place<'_>,
    ) -> MeasurePlan {
        let clamp = measure.clamp.as_ref().map(|clamp| {
            let limits = here.key("clamp");
            let min = self.number(&clamp.min, scale, &limits.key("min"));
            let max = self.number(&clamp.max, scale, &limits.key("max"));
            self.check_order(min, max, scale, &limits);
            (min, max.max(min))
        });
        let bounds = match clamp {
            Some((min, max)) => (bounds.0.clamp(min, max), bounds.1.clamp(min, max)),
            None => bounds,
        };
        leaves.sort_unstable();
        leaves.dedup();
        let name = self.compiled.texts.add(&measure.name);
        let label = measure.label.clone();
        MeasurePlan { name, label, scale, form, clamp, bounds, leaves, plain, private: false }
    }

    fn keep(&mut self, measure: &Measure, plan: MeasurePlan, plans: &mut Measures) {
        self.scope.measures.push(Known {
            name: measure.name.clone(),
            scale: plan.scale,
            bounds: plan.bounds,
            leaves: plan.leaves.clone(),
            plain: plan.plain,
            parts: plan.parts().iter().map(|(source, _)| *source).collect(),
        });
        plans.whole.push(plan);
    }

    pub(super) fn not_a_number(&mut self, name: &str, place: &Place<'_>) {
        if self.scope.facts.iter().any(|(known, _)| known == name) {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedNumberFact, quoted(name));
        } else {
            let known: Vec<String> = self.scope.names().map(str::to_owned).collect();
            self.faults.unknown(place, Sort::Number, name, known.iter().map(String::as_str));
        }
    }
}
