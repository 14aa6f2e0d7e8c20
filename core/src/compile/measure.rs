//! The measures of a kind, each after those that it needs.

use super::place::{Place, Sort, list_of, quoted};
use super::subject::Builder;
use super::{check_citation, check_name, check_words, duplicate};
use crate::catalogue::Message;
use crate::document::{Formula, Measure};
use crate::fault::FaultCode;
use crate::number::{MAX_SCALE, power_of_ten};
use crate::plan::{MeasurePlan, Source};

/// The largest magnitude of a measure, in units of its scale: sums of sums must stay far from the integers' end.
const MAX_MEASURE: i128 = 1_000_000_000_000_000_000;

impl Builder<'_> {
    pub(super) fn measures(&mut self, measures: &[Measure], place: &Place<'_>) -> Vec<MeasurePlan> {
        for (position, measure) in measures.iter().enumerate() {
            let here = place.at(position);
            check_name(&measure.name, &here.key("name"), self.faults);
            check_words(&measure.label, &here.key("label"), self.faults);
            let taken = self.scope.facts.iter().any(|(name, _)| *name == measure.name)
                || measures.iter().take(position).any(|other| other.name == measure.name);
            if taken {
                duplicate(&measure.name, &here.key("name"), self.faults);
            }
            if let Some(table) = &measure.table {
                check_citation(&table.citation, self.document, &here.key("table").key("citation"), self.faults);
            }
        }
        let mut plans = Vec::new();
        let mut state = vec![Visit::Open; measures.len()];
        for position in 0..measures.len() {
            self.measure(measures, position, place, &mut state, &mut plans);
        }
        plans
    }

    /// Compiles a measure after those that it needs; they come to stand in that order.
    fn measure(
        &mut self,
        measures: &[Measure],
        position: usize,
        place: &Place<'_>,
        state: &mut [Visit],
        plans: &mut Vec<MeasurePlan>,
    ) {
        let (Some(measure), Some(visit)) = (measures.get(position), state.get_mut(position)) else {
            return;
        };
        if *visit != Visit::Open {
            return;
        }
        *visit = Visit::Entered;
        let here = place.at(position);
        let formula = here.key("formula");
        let Formula::Sum(sum) = &measure.formula;
        let sum_place = formula.key("sum");
        let mut found: Vec<(Source, i64, u32)> = Vec::new();
        for (key, sign, names) in [("plus", 1_i64, &sum.plus), ("minus", -1, &sum.minus)] {
            let list = sum_place.key(key);
            if key == "plus" && names.is_empty() {
                self.faults.add(&list, FaultCode::BadCount, Message::WantedSomeName, list_of(0));
            }
            for (order, name) in names.iter().enumerate() {
                let named = list.at(order);
                if let Some(other) = measures.iter().position(|other| other.name == *name) {
                    if state.get(other) == Some(&Visit::Entered) {
                        let found = format!("{} -> {}", quoted(&measure.name), quoted(name));
                        self.faults.add(&named, FaultCode::Circle, Message::WantedNoCircle, found);
                        continue;
                    }
                    self.measure(measures, other, place, state, plans);
                }
                match self.scope.number(name) {
                    Some((source, scale)) => found.push((source, sign, scale)),
                    None => self.not_a_number(name, &named),
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
        let clamp = measure.clamp.as_ref().map(|clamp| {
            let limits = here.key("clamp");
            let min = self.number(&clamp.min, scale, &limits.key("min"));
            let max = self.number(&clamp.max, scale, &limits.key("max"));
            self.check_order(min, max, scale, &limits);
            (min, max.max(min))
        });
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
        leaves.sort_unstable();
        leaves.dedup();
        let narrow = |value: i128| i64::try_from(value).unwrap_or(0);
        let mut bounds = (narrow(bounds.0), narrow(bounds.1));
        if let Some((min, max)) = clamp {
            bounds = (bounds.0.clamp(min, max), bounds.1.clamp(min, max));
        }
        self.scope.measures.push(super::condition::Known {
            name: measure.name.clone(),
            scale,
            bounds,
            leaves: leaves.clone(),
            parts: parts.iter().map(|(source, _)| *source).collect(),
        });
        let name = self.compiled.texts.add(&measure.name);
        let label = measure.label.clone();
        plans.push(MeasurePlan { name, label, scale, parts, clamp, bounds, leaves, private: false });
        if let Some(visit) = state.get_mut(position) {
            *visit = Visit::Done;
        }
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

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Visit {
    Open,
    Entered,
    Done,
}
