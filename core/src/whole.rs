//! What only the whole case can show: absent facts with a meaning, numbers that contradict each other, a day out of force.

use crate::date::format_date;
use crate::evaluate::Facts;
use crate::number::format_decimal;
use crate::plan::{Absence, ConstraintPlan, KindPlan, MISSING, Plan, Texts};
use crate::problem::{Expected, Problem, ProblemCode};
use crate::rulebook::PolicySet;
use crate::sorted;

/// All facts of a case and what is wrong with them, where they stand.
pub(crate) struct Whole<'w> {
    pub(crate) facts: &'w mut Facts,
    pub(crate) problems: &'w mut Vec<Problem>,
}

impl Whole<'_> {
    /// Puts in what absence stands for, computes the measures, and looks for what only the whole case can show.
    pub(crate) fn complete(&mut self, texts: &Texts, plan: &Plan, policies: &PolicySet) {
        let name = |place: usize| plan.fact(place).map_or("", |fact| texts.plain(fact.name));
        let faulty: Vec<String> = self.problems.iter().map(|problem| problem.field.clone()).collect();
        for absence in &plan.absences {
            // A value that was refused is not absent.
            if let (Absence::StandsFor(value), MISSING) = (&absence.meaning, self.facts.slot(absence.fact))
                && !faulty.iter().any(|field| field == name(absence.fact))
                && let Some(slot) = self.facts.slots.get_mut(absence.fact)
            {
                *slot = *value;
            }
        }
        self.facts.compute(plan, policies.options());
        for absence in &plan.absences {
            let field = name(absence.fact);
            let list = match plan.fact(absence.fact).map(|fact| &fact.kind) {
                Some(KindPlan::List(form)) => self.facts.lists.get(form.list).is_some_and(Option::is_some),
                _ => false,
            };
            let stated = list || self.facts.slot(absence.fact) != MISSING;
            let required = match &absence.meaning {
                Absence::Invalid => true,
                Absence::InvalidWhen(test) => self.facts.test(plan, policies.options(), test).is_true(),
                Absence::StandsFor(_) => false,
            };
            if required && !stated && !faulty.iter().any(|other| other == field) {
                self.refuse(field, String::new(), ProblemCode::Required, Expected::Stated, "null".to_owned());
            }
        }
        if let Some(place) = plan.period_end {
            let day = self.facts.slot(place);
            let (from, to) = plan.period;
            if day != MISSING && !(from..=to).contains(&day) {
                let expected = Expected::InForce { from, to: Some(to).filter(|to| *to != i64::MAX) };
                self.refuse(name(place), String::new(), ProblemCode::NotInForce, expected, format_date(day));
            }
        }
        for constraint in &plan.constraints {
            self.check(texts, plan, constraint);
        }
        // In the order in which the rulebook declares the facts, whatever the order of the caller.
        if self.problems.len() > 1 {
            let place = |problem: &Problem| plan.find(texts, &problem.field, 0).unwrap_or(usize::MAX);
            let compare =
                |one: &Problem, two: &Problem| place(one).cmp(&place(two)).then_with(|| one.field.cmp(&two.field));
            sorted::sort_by(self.problems, compare);
        }
    }

    fn check(&mut self, texts: &Texts, plan: &Plan, constraint: &ConstraintPlan) {
        let name = |place: usize| plan.fact(place).map_or("", |fact| texts.plain(fact.name));
        let shown = |place: usize, value: i64| match plan.fact(place).map(|fact| &fact.kind) {
            Some(KindPlan::Date) => format_date(value),
            kind => format_decimal(value, kind.map_or(0, KindPlan::scale)),
        };
        match constraint {
            ConstraintPlan::Rising(chain) => {
                for (position, (lower, factor)) in chain.iter().enumerate() {
                    let value = self.facts.slot(*lower);
                    if value == MISSING {
                        continue;
                    }
                    let passed = chain.iter().skip(position.saturating_add(1)).find(|(upper, other)| {
                        let bound = self.facts.slot(*upper);
                        bound != MISSING && value.saturating_mul(*factor) > bound.saturating_mul(*other)
                    });
                    if let Some((upper, _)) = passed {
                        let bound = shown(*upper, self.facts.slot(*upper));
                        let expected = Expected::AtMost { fact: name(*upper).to_owned(), value: bound };
                        self.inconsistent(name(*lower), expected, shown(*lower, value));
                    }
                }
            }
            ConstraintPlan::SumAtMost { parts, whole } => {
                let bound = self.facts.slot(*whole);
                let known = || {
                    let parts = parts.iter().map(|part| (*part, self.facts.slot(*part)));
                    parts.filter(|(_, value)| *value != MISSING)
                };
                let sum = known().fold(0_i64, |sum, (_, value)| sum.saturating_add(value));
                if bound == MISSING || sum <= bound {
                    return;
                }
                let known: Vec<(usize, i64)> = known().collect();
                // A part that alone is too large is the one to name; else all of them are.
                let alone = known.iter().any(|(_, value)| *value > bound);
                let (fact, value) = (name(*whole).to_owned(), bound.to_string());
                let expected = match alone {
                    true => Expected::AtMost { fact, value },
                    false => {
                        let parts = known.iter().map(|(part, _)| name(*part).to_owned()).collect();
                        Expected::Together { parts, sum: sum.to_string(), fact, value }
                    }
                };
                for (part, value) in known {
                    if !alone || value > bound {
                        self.inconsistent(name(part), expected.clone(), value.to_string());
                    }
                }
            }
        }
    }

    fn inconsistent(&mut self, field: &str, expected: Expected, found: String) {
        let named = self.problems.iter().any(|problem| problem.field == field);
        if !named {
            self.refuse(field, String::new(), ProblemCode::Inconsistent, expected, found);
        }
    }

    fn refuse(&mut self, field: &str, at: String, code: ProblemCode, expected: Expected, found: String) {
        self.problems.push(Problem { field: field.to_owned(), at, code, expected, found });
    }
}
