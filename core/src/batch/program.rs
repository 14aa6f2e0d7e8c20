//! The rules of a kind of subject as a flat list of steps over columns.
//!
//! Truth stands in *registers*, one byte for each row as in [`crate::logic`]; numbers in *lanes*, as narrow as the
//! declared bounds allow. Every comparison of numbers is a linear form that lies within bounds. A program says the same
//! as [`crate::judge`] says of one case; what it cannot say is [`Unplanned`], and those rows are rated one by one.

use std::fmt;

use crate::catalogue::{Language, Message};
use crate::document::Op;
use crate::plan::{
    Absence, CapPlan, ConstraintPlan, KindPlan, MeasureForm, MeasurePlan, Plan, Scaled, ShareTest, Source, Test,
};

use super::kernel::Number;
use super::machine::Vectors;

/// Why the rules of a kind are not a program over columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unplanned {
    /// A fact is a list.
    Lists,
    /// A measure is a fraction.
    Fractions,
    /// A standard or band was not read.
    Unread,
    /// A number may be too large for 64 bits.
    Large,
}

impl Unplanned {
    /// Why, in words.
    pub fn words(self, language: Language) -> &'static str {
        let message = match self {
            Self::Lists => Message::SingleLists,
            Self::Fractions => Message::SingleFractions,
            Self::Unread => Message::SingleUnread,
            Self::Large => Message::SingleLarge,
        };
        message.template(language)
    }
}

impl fmt::Display for Unplanned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.words(Language::English))
    }
}

/// How the values of a fact are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// Booleans and codes: one byte.
    Bytes,
    /// Numbers and days.
    Numbers,
    /// Whether there is one is all that counts.
    Presence,
}

/// What a cell without a value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Empty {
    /// It is not known.
    Unknown,
    /// The row is invalid.
    Invalid,
    /// It stands for this value.
    Value(i64),
}

/// How the column of a fact is read.
#[derive(Debug)]
pub(super) struct LanePlan {
    pub(super) storage: Storage,
    pub(super) empty: Empty,
    /// The values in order: of a number its bounds, of the end of the period the days on which the rules are in force.
    pub(super) bounds: (i64, i64),
    /// What stands for a value that is not known, in a sum.
    pub(super) unknown: (i64, i64),
    /// A condition that makes another fact required reads it: then a bad value must be unknown there, not just refused.
    pub(super) exact: bool,
}

/// Where a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Num {
    Lane(usize),
    Sum(usize),
}

/// A sum over numbers, with its clamp.
#[derive(Debug)]
pub(super) struct SumPlan<T> {
    pub(super) parts: Vec<(Num, T)>,
    pub(super) clamp: Option<(T, T)>,
    /// The facts below.
    pub(super) leaves: Vec<usize>,
}

/// A comparison, or a truth that stands elsewhere.
#[derive(Debug)]
pub(super) enum Leaf<T> {
    Byte { lane: usize, low: u8, high: u8, outside: bool },
    Within { of: Num, low: T, high: T, outside: bool },
    Linear(Linear),
    UnderMonths { since: usize, until: usize, months: u32 },
    Register { from: usize, negate: bool },
    Constant(u8),
}

/// `left * left_factor - right * right_factor` within `[low, high]` (or, `outside`, not).
#[derive(Debug)]
pub(super) struct Linear {
    pub(super) left: Num,
    pub(super) left_factor: i64,
    pub(super) right: Num,
    pub(super) right_factor: i64,
    pub(super) low: i64,
    pub(super) high: i64,
    pub(super) outside: bool,
    /// It does not fit the width of the lanes and is computed in 64 bits.
    pub(super) wide: bool,
    /// Of a share: what it is where the whole is 0.
    pub(super) if_none: Option<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Combine {
    Set,
    And,
    Or,
}

/// One leaf, put into its register.
#[derive(Debug)]
pub(super) struct Step<T> {
    pub(super) target: usize,
    pub(super) combine: Combine,
    pub(super) leaf: Leaf<T>,
}

/// A trigger, a ceiling, or a part that was not read.
#[derive(Debug)]
pub(super) struct LimitStep {
    pub(super) rule: usize,
    pub(super) cap: Cap,
    pub(super) escapes: Vec<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cap {
    Level(u8),
    /// The level that this lane states.
    Lane(usize),
    Open,
}

#[derive(Debug)]
pub(super) enum Check {
    /// A fact is at most another one, each times its factor.
    AtMost {
        lower: (usize, i64),
        upper: (usize, i64),
    },
    SumAtMost {
        parts: Vec<usize>,
        whole: usize,
    },
}

/// The rules of a kind of subject over columns, with one choice of policies.
#[derive(Debug)]
pub(super) struct Program<T> {
    pub(super) lanes: Vec<LanePlan>,
    pub(super) sums: Vec<SumPlan<T>>,
    pub(super) steps: Vec<Step<T>>,
    pub(super) registers: usize,
    /// The register of every rule that has a condition.
    pub(super) rules: Vec<Option<usize>>,
    /// A fact that is required where a register is true.
    pub(super) required: Vec<(usize, usize)>,
    pub(super) checks: Vec<Check>,
    pub(super) not_reviewed: Vec<usize>,
    pub(super) not_rated: Vec<usize>,
    pub(super) score: Option<Num>,
    /// For each level above the lowest, from the second: the lowest score, and the registers of its conditions.
    pub(super) levels: Vec<(T, Vec<usize>)>,
    pub(super) closed: bool,
    pub(super) lower_on_gap: bool,
    pub(super) top: u8,
    pub(super) limits: Vec<LimitStep>,
}

/// A program in the narrowest numbers that hold everything it computes.
#[derive(Debug)]
pub(super) enum AnyProgram {
    Narrow(Program<i32>, Vectors),
    Wide(Program<i64>),
}

impl AnyProgram {
    pub(super) fn compile(plan: &Plan, options: &[u8]) -> Result<Self, Unplanned> {
        let wide = || Compiler::<i64>::new(plan, options).compile().map(Self::Wide);
        let Some(vectors) = Vectors::of_machine() else { return wide() };
        match Compiler::<i32>::new(plan, options).compile() {
            Ok(program) => Ok(Self::Narrow(program, vectors)),
            Err(Unplanned::Large) => wide(),
            Err(other) => Err(other),
        }
    }
}

struct Compiler<'p, T> {
    plan: &'p Plan,
    options: &'p [u8],
    steps: Vec<Step<T>>,
    registers: usize,
}

pub(super) use crate::date::DAYS;

impl<'p, T: Number> Compiler<'p, T> {
    fn new(plan: &'p Plan, options: &'p [u8]) -> Self {
        Self { plan, options, steps: Vec::new(), registers: 0 }
    }

    fn compile(mut self) -> Result<Program<T>, Unplanned> {
        let plan = self.plan;
        let standard = &plan.standard;
        if plan.facts.iter().any(|fact| matches!(fact.kind, KindPlan::List(_))) {
            return Err(Unplanned::Lists);
        }
        if !plan.ratios.is_empty() {
            return Err(Unplanned::Fractions);
        }
        if standard.unread != 0 || standard.last_band != plan.top {
            return Err(Unplanned::Unread);
        }
        let sums = plan.measures.iter().map(|measure| self.sum(measure)).collect::<Result<Vec<_>, _>>()?;
        let mut rules = Vec::with_capacity(plan.rules.len());
        for rule in &plan.rules {
            rules.push(match &rule.test {
                Some(test) => Some(self.register(test)?),
                None => None,
            });
        }
        let mut required = Vec::new();
        for absence in &plan.absences {
            if let Absence::InvalidWhen(test) = &absence.meaning {
                required.push((absence.fact, self.register(test)?));
            }
        }
        let lanes = (0..plan.facts.len()).map(|fact| self.lane(fact)).collect::<Result<Vec<_>, _>>()?;
        let checks = self.checks()?;
        let registers_of = |range: &std::ops::Range<usize>| -> Vec<usize> {
            range.clone().filter_map(|rule| *rules.get(rule)?).collect()
        };
        let levels = standard.levels.iter().skip(1).map(|level| {
            let from = level.from.clamp(T::LEAST, T::MOST);
            (T::of(from), registers_of(&level.conditions))
        });
        let limits = plan.limits.iter().map(|limit| LimitStep {
            rule: rules.get(limit.rule).copied().flatten().unwrap_or(usize::MAX),
            cap: match limit.cap {
                CapPlan::Level(level) => Cap::Level(level),
                CapPlan::Fact(fact) => Cap::Lane(fact),
                CapPlan::Open => Cap::Open,
            },
            escapes: registers_of(&limit.escapes),
        });
        Ok(Program {
            score: standard.score.map(|score| self.num(score)).transpose()?,
            levels: levels.collect(),
            limits: limits.collect(),
            not_reviewed: registers_of(&plan.not_reviewed),
            not_rated: registers_of(&plan.not_rated),
            closed: standard.closed,
            lower_on_gap: standard.on_gap.is_some_and(|policy| self.options.get(policy) == Some(&1)),
            top: plan.top,
            lanes,
            sums,
            steps: self.steps,
            registers: self.registers,
            rules,
            required,
            checks,
        })
    }

    /// Where the column of a fact goes.
    fn lane(&self, place: usize) -> Result<LanePlan, Unplanned> {
        let Some(fact) = self.plan.fact(place) else { return Err(Unplanned::Large) };
        let numeric = self.steps.iter().any(|step| reads_number(&step.leaf, place))
            || self.plan.constraints.iter().any(|constraint| constrains(constraint, place))
            || self.plan.measures.iter().any(|measure| measure.leaves.contains(&place))
            || self.plan.standard.score == Some(Source::Slot(place));
        let (storage, bounds) = match &fact.kind {
            KindPlan::Boolean => (if numeric { Storage::Numbers } else { Storage::Bytes }, (0, 1)),
            // The ranks of a code; which there are, the reading of the cell says.
            KindPlan::Code(_) => (if numeric { Storage::Numbers } else { Storage::Bytes }, (0, 255)),
            KindPlan::Text => (Storage::Presence, (0, 0)),
            KindPlan::Date if self.plan.period_end == Some(place) => (Storage::Numbers, self.plan.period),
            KindPlan::Date => (Storage::Numbers, DAYS),
            KindPlan::Integer { .. } | KindPlan::Decimal { .. } => (Storage::Numbers, fact.kind.bounds()),
            KindPlan::List(_) => return Err(Unplanned::Lists),
        };
        let fits = |value: i64| (T::LEAST..=T::MOST).contains(&value);
        let whole = if matches!(fact.kind, KindPlan::Date) { DAYS } else { bounds };
        if !fits(whole.0) || !fits(whole.1) {
            return Err(Unplanned::Large);
        }
        let absence = self.plan.absences.iter().find(|absence| absence.fact == place);
        let empty = match absence.map(|absence| &absence.meaning) {
            Some(Absence::Invalid) => Empty::Invalid,
            Some(Absence::StandsFor(value)) => Empty::Value(*value),
            Some(Absence::InvalidWhen(_)) | None => Empty::Unknown,
        };
        let exact = self.plan.absences.iter().any(|absence| match &absence.meaning {
            Absence::InvalidWhen(test) => mentions(self.plan, test, place),
            _ => false,
        });
        let unknown = match fact.kind {
            KindPlan::Integer { .. } | KindPlan::Decimal { .. } => fact.kind.bounds(),
            _ => (T::LEAST, T::MOST),
        };
        Ok(LanePlan { storage, empty, bounds, unknown, exact })
    }

    fn sum(&self, measure: &MeasurePlan) -> Result<SumPlan<T>, Unplanned> {
        let MeasureForm::Sum(parts) = &measure.form else { return Err(Unplanned::Lists) };
        let mut most = 0_i128;
        let mut terms = Vec::with_capacity(parts.len());
        for (source, factor) in parts {
            most = most.saturating_add(self.largest(*source).saturating_mul(i128::from(factor.unsigned_abs())));
            terms.push((self.num(*source)?, T::of(*factor)));
        }
        if most > i128::from(T::MOST) {
            return Err(Unplanned::Large);
        }
        let clamp = measure.clamp.map(|(low, high)| (T::of(low.max(T::LEAST)), T::of(high.min(T::MOST))));
        Ok(SumPlan { parts: terms, clamp, leaves: measure.leaves.clone() })
    }

    fn num(&self, source: Source) -> Result<Num, Unplanned> {
        match source {
            Source::Slot(place) => Ok(Num::Lane(place)),
            Source::Measure(place) => Ok(Num::Sum(place)),
            Source::Ratio(_) => Err(Unplanned::Fractions),
        }
    }

    /// The largest value of a number, whatever its sign.
    fn largest(&self, source: Source) -> i128 {
        let (low, high) = match source {
            Source::Slot(place) => match self.plan.fact(place).map(|fact| &fact.kind) {
                Some(KindPlan::Date) => DAYS,
                Some(KindPlan::Code(_)) => (0, 255),
                Some(kind) => kind.bounds(),
                None => (i64::MIN, i64::MAX),
            },
            Source::Measure(place) => self.plan.measures.get(place).map_or((i64::MIN, i64::MAX), |sum| sum.bounds),
            Source::Ratio(_) => (i64::MIN, i64::MAX),
        };
        i128::from(low.unsigned_abs().max(high.unsigned_abs()))
    }

    fn checks(&self) -> Result<Vec<Check>, Unplanned> {
        let mut checks = Vec::new();
        for constraint in &self.plan.constraints {
            match constraint {
                ConstraintPlan::Rising(chain) => {
                    for (place, lower) in chain.iter().enumerate() {
                        for upper in chain.iter().skip(place.saturating_add(1)) {
                            for (fact, factor) in [lower, upper] {
                                self.fits(self.largest(Source::Slot(*fact)), *factor)?;
                            }
                            checks.push(Check::AtMost { lower: *lower, upper: *upper });
                        }
                    }
                }
                ConstraintPlan::SumAtMost { parts, whole } => {
                    checks.push(Check::SumAtMost { parts: parts.clone(), whole: *whole });
                }
            }
        }
        Ok(checks)
    }

    /// Whether a product fits 64 bits with room for the difference of two.
    fn fits(&self, largest: i128, factor: i64) -> Result<i128, Unplanned> {
        let most = largest.saturating_mul(i128::from(factor.unsigned_abs()));
        if most < i128::from(i64::MAX >> 1) { Ok(most) } else { Err(Unplanned::Large) }
    }

    fn fresh(&mut self) -> usize {
        let register = self.registers;
        self.registers = register.saturating_add(1);
        register
    }

    /// The truth of a condition, in a register of its own.
    fn register(&mut self, test: &Test) -> Result<usize, Unplanned> {
        let target = self.fresh();
        self.put(target, Combine::Set, test)?;
        Ok(target)
    }

    fn put(&mut self, target: usize, combine: Combine, test: &Test) -> Result<(), Unplanned> {
        match test {
            Test::All(tests) => self.put_all(target, combine, Combine::And, tests),
            Test::Any(tests) => self.put_all(target, combine, Combine::Or, tests),
            Test::Not(test) => {
                let from = self.register(test)?;
                self.step(target, combine, Leaf::Register { from, negate: true });
                Ok(())
            }
            Test::Policy { policy, cases } => {
                let option = self.options.get(*policy).map(|option| usize::from(*option));
                match option.and_then(|option| cases.get(option)) {
                    Some(test) => self.put(target, combine, test),
                    None => {
                        self.step(target, combine, Leaf::Constant(super::kernel::UNKNOWN));
                        Ok(())
                    }
                }
            }
            _ => {
                let leaf = self.leaf(test)?;
                self.step(target, combine, leaf);
                Ok(())
            }
        }
    }

    /// Tests of one sort go right into the register where it holds nothing else yet or is of the same sort.
    fn put_all(&mut self, target: usize, combine: Combine, sort: Combine, tests: &[Test]) -> Result<(), Unplanned> {
        if combine != Combine::Set && combine != sort {
            let from = self.fresh();
            self.put_all(from, Combine::Set, sort, tests)?;
            self.step(target, combine, Leaf::Register { from, negate: false });
            return Ok(());
        }
        let mut combine = combine;
        if tests.is_empty() {
            let none = if sort == Combine::And { super::kernel::TRUE } else { super::kernel::FALSE };
            self.step(target, combine, Leaf::Constant(none));
        }
        for test in tests {
            self.put(target, combine, test)?;
            combine = sort;
        }
        Ok(())
    }

    fn step(&mut self, target: usize, combine: Combine, leaf: Leaf<T>) {
        self.steps.push(Step { target, combine, leaf });
    }

    fn leaf(&self, test: &Test) -> Result<Leaf<T>, Unplanned> {
        match test {
            Test::Within { of, low, high, outside } => Ok(self.within(*of, *low, *high, *outside)?),
            Test::Pair { left, op, right } => Ok(Leaf::Linear(self.linear(*left, 1, *op, *right, 1, None)?)),
            Test::Share(ShareTest { part, whole, op, numerator, denominator, if_none }) => {
                let none = match if_none {
                    Some(true) => super::kernel::TRUE,
                    Some(false) => super::kernel::FALSE,
                    None => super::kernel::UNKNOWN,
                };
                Ok(Leaf::Linear(self.linear(*part, *denominator, *op, *whole, *numerator, Some(none))?))
            }
            Test::UnderMonths { since, until, months } => {
                Ok(Leaf::UnderMonths { since: *since, until: *until, months: *months })
            }
            Test::Every(_) => Err(Unplanned::Lists),
            _ => Err(Unplanned::Fractions),
        }
    }

    fn within(&self, of: Source, low: i64, high: i64, outside: bool) -> Result<Leaf<T>, Unplanned> {
        let of = self.num(of)?;
        if let Num::Lane(place) = of
            && let Some(KindPlan::Boolean | KindPlan::Code(_)) = self.plan.fact(place).map(|fact| &fact.kind)
        {
            let byte = |value: i64| u8::try_from(value.clamp(0, 255)).unwrap_or(u8::MAX);
            // Bounds that no byte reaches hold nothing.
            let (low, high) = if high < 0 || low > 255 { (1, 0) } else { (byte(low), byte(high)) };
            return Ok(Leaf::Byte { lane: place, low, high, outside });
        }
        let none = high < T::LEAST || low > T::MOST || low > high;
        let (low, high) = if none { (1, 0) } else { (low.max(T::LEAST), high.min(T::MOST)) };
        Ok(Leaf::Within { of, low: T::of(low), high: T::of(high), outside })
    }

    fn linear(
        &self,
        left: Scaled,
        left_times: i64,
        op: Op,
        right: Scaled,
        right_times: i64,
        if_none: Option<u8>,
    ) -> Result<Linear, Unplanned> {
        let factor = |number: Scaled, times: i64| number.factor.checked_mul(times).ok_or(Unplanned::Large);
        let (left_factor, right_factor) = (factor(left, left_times)?, factor(right, right_times)?);
        let one = self.fits(self.largest(left.of), left_factor)?;
        let other = self.fits(self.largest(right.of), right_factor)?;
        let wide = one.saturating_add(other) > i128::from(T::MOST);
        let (low, high, outside) = match op {
            Op::Equal => (0, 0, false),
            Op::NotEqual => (0, 0, true),
            Op::Less => (i64::MIN, -1, false),
            Op::AtMost => (i64::MIN, 0, false),
            Op::Greater => (1, i64::MAX, false),
            Op::AtLeast => (0, i64::MAX, false),
        };
        let (left, right) = (self.num(left.of)?, self.num(right.of)?);
        Ok(Linear { left, left_factor, right, right_factor, low, high, outside, wide, if_none })
    }
}

fn reads_number<T>(leaf: &Leaf<T>, place: usize) -> bool {
    match leaf {
        Leaf::Linear(linear) => linear.left == Num::Lane(place) || linear.right == Num::Lane(place),
        _ => false,
    }
}

fn constrains(constraint: &ConstraintPlan, place: usize) -> bool {
    match constraint {
        ConstraintPlan::Rising(chain) => chain.iter().any(|(fact, _)| *fact == place),
        ConstraintPlan::SumAtMost { parts, whole } => *whole == place || parts.contains(&place),
    }
}

/// Whether a condition reads a fact, directly or through a sum.
fn mentions(plan: &Plan, test: &Test, fact: usize) -> bool {
    match test {
        Test::All(tests) | Test::Any(tests) | Test::Policy { cases: tests, .. } => {
            tests.iter().any(|test| mentions(plan, test, fact))
        }
        Test::Not(test) => mentions(plan, test, fact),
        Test::Within { of, .. } => plan.rests_on(*of, fact),
        Test::Pair { left, right, .. } => plan.rests_on(left.of, fact) || plan.rests_on(right.of, fact),
        Test::Share(share) => plan.rests_on(share.part.of, fact) || plan.rests_on(share.whole.of, fact),
        Test::UnderMonths { since, until, .. } => *since == fact || *until == fact,
        Test::Ratio { .. } | Test::Ratios { .. } | Test::Every(_) => true,
    }
}
