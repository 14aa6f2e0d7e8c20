//! How a printed share comes from a count and a base: rounded, cut off, rounded up, or not at all; and, turned round, which
//! counts or bases would give it.

use crate::statistics::share::{Percent, ratio, whole};

/// How a printed share comes about, the most usual first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// To the nearest, a half up.
    Rounded,
    /// Cut off.
    Truncated,
    /// Rounded up, although less than a half was left.
    Up,
}

/// How `count` of `base` is printed as a share; `None` where it is not.
pub(super) fn fit(count: u64, base: u64, printed: Percent) -> Option<Fit> {
    let share = ratio(count, base)?;
    let decimals = printed.decimals();
    let cut = Percent::truncated(share, decimals);
    if Percent::rounded(share, decimals) == printed {
        return Some(Fit::Rounded);
    }
    if cut == printed {
        return Some(Fit::Truncated);
    }
    let up = Percent::new(cut.units().saturating_add(1), decimals);
    (up == printed && cut.exact() != share).then_some(Fit::Up)
}

/// From and to, both of them included; nothing where the first is above the second.
pub(super) type Span = (u64, u64);

fn span(low: i128, high: i128) -> Option<Span> {
    let (low, high) = (u64::try_from(low.max(0)).ok()?, u64::try_from(high).ok()?);
    (low <= high).then_some((low, high))
}

/// The shares that give a printed one, in halves of its units: from, and below.
fn halves(printed: Percent, fit: Fit) -> (i128, i128) {
    let twice = printed.units().saturating_mul(2);
    match fit {
        Fit::Rounded => (twice.saturating_sub(1), twice.saturating_add(1)),
        Fit::Truncated => (twice, twice.saturating_add(2)),
        Fit::Up => (twice.saturating_sub(2), twice),
    }
}

fn up(numerator: i128, denominator: i128) -> i128 {
    let floor = numerator.div_euclid(denominator.max(1));
    if numerator.rem_euclid(denominator.max(1)) == 0 { floor } else { floor.saturating_add(1) }
}

/// The counts whose share of `base` is printed so.
pub(super) fn counts(base: u64, printed: Percent, fit: Fit) -> Option<Span> {
    let (from, below) = halves(printed, fit);
    let units = whole(printed.decimals()).saturating_mul(2);
    let least = up(from.saturating_mul(i128::from(base)), units);
    let beyond = up(below.saturating_mul(i128::from(base)), units);
    span(least, beyond.saturating_sub(1).min(i128::from(base)))
}

/// The bases of which the share of `count` is printed so.
pub(super) fn bases(count: u64, printed: Percent, fit: Fit) -> Option<Span> {
    let (from, below) = halves(printed, fit);
    let scaled = whole(printed.decimals()).saturating_mul(2).saturating_mul(i128::from(count));
    if from <= 0 || below <= 0 {
        return None;
    }
    span(scaled.div_euclid(below).saturating_add(1), scaled.div_euclid(from))
}

/// What two spans share.
pub(super) fn common(one: Option<Span>, other: Option<Span>) -> Option<Span> {
    let ((low, high), (other_low, other_high)) = (one?, other?);
    span(i128::from(low.max(other_low)), i128::from(high.min(other_high)))
}
