//! Shares of counts, exactly: a number of decimals, a rounding, and a base, each of them stated.
//!
//! A share of nothing is absent and never 0. Nothing here is a binary float.

use std::fmt;

use crate::catalogue::Language;
use crate::number::Fraction;
use crate::sorted;

/// The most decimals that a share may be asked for with.
pub const MAX_DECIMALS: u32 = 6;

/// How a share is brought to its decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest; a half goes up.
    HalfUp,
    /// Together, so that the shares of a whole add up to 100: each is cut, and what is missing then goes, unit by unit, to
    /// those of which most was cut off; of equals, to the one that stands first.
    LargestRemainder,
    /// Cut off.
    Truncated,
}

impl Rounding {
    /// Every rounding.
    pub const ALL: [Self; 3] = [Self::HalfUp, Self::LargestRemainder, Self::Truncated];

    /// The rounding as programs name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HalfUp => "half_up",
            Self::LargestRemainder => "largest_remainder",
            Self::Truncated => "truncated",
        }
    }

    /// The rounding of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rounding| rounding.code() == code)
    }
}

/// A share in per cent with a number of decimals: 15.67 % is 1567 units of two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Percent {
    units: i128,
    decimals: u32,
}

impl Percent {
    /// So many units of so many decimals.
    pub const fn new(units: i128, decimals: u32) -> Self {
        Self { units, decimals }
    }

    /// The units.
    pub const fn units(self) -> i128 {
        self.units
    }

    /// The decimals.
    pub const fn decimals(self) -> u32 {
        self.decimals
    }

    /// The share as a part of 1.
    pub fn exact(self) -> Fraction {
        Fraction::new(self.units, whole(self.decimals)).unwrap_or(Fraction::ZERO)
    }

    /// An exact share brought to decimals: the nearest (a half goes away from zero), or cut off.
    ///
    /// ```
    /// use xeploai::number::Fraction;
    /// use xeploai::statistics::Percent;
    /// let share = Fraction::new(28, 147).unwrap();
    /// assert_eq!(Percent::rounded(share, 2).to_string(), "19.05");
    /// assert_eq!(Percent::truncated(share, 2).to_string(), "19.04");
    /// ```
    pub fn rounded(share: Fraction, decimals: u32) -> Self {
        let twice = share.numerator().saturating_mul(whole(decimals)).saturating_mul(2);
        let half = if twice < 0 { share.denominator().saturating_neg() } else { share.denominator() };
        let units = twice.saturating_add(half).checked_div(share.denominator().saturating_mul(2)).unwrap_or(0);
        Self { units, decimals }
    }

    /// An exact share with what is beyond its decimals cut off.
    pub fn truncated(share: Fraction, decimals: u32) -> Self {
        let units = share.numerator().saturating_mul(whole(decimals)).checked_div(share.denominator()).unwrap_or(0);
        Self { units, decimals }
    }

    /// For people: `15,67 %` in Vietnamese, `15.67%` in English.
    pub fn shown(self, language: Language) -> String {
        match language {
            Language::Vietnamese => format!("{} %", self.to_string().replace('.', ",")),
            Language::English => format!("{self}%"),
        }
    }

    /// Without the zeros that end it: 91.00 is 91.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let mut trimmed = self;
        while trimmed.decimals > 0 && trimmed.units.checked_rem(10) == Some(0) {
            trimmed = Self {
                units: trimmed.units.checked_div(10).unwrap_or(0),
                decimals: trimmed.decimals.saturating_sub(1),
            };
        }
        trimmed
    }
}

impl fmt::Display for Percent {
    /// With a point and all of its decimals, without a sign for per cent.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let magnitude = self.units.unsigned_abs();
        let power = power(self.decimals).unsigned_abs();
        let (before, after) = (magnitude.checked_div(power).unwrap_or(0), magnitude.checked_rem(power).unwrap_or(0));
        match self.decimals {
            0 => write!(formatter, "{sign}{before}"),
            decimals => write!(formatter, "{sign}{before}.{after:0width$}", width = decimals as usize),
        }
    }
}

fn power(decimals: u32) -> i128 {
    10_i128.checked_pow(decimals).unwrap_or(i128::MAX)
}

/// The units of the whole, 100 %.
pub(super) fn whole(decimals: u32) -> i128 {
    power(decimals).saturating_mul(100)
}

/// The exact share of a part in a base; nothing where the base is.
///
/// ```
/// use xeploai::{number::Fraction, statistics::ratio};
/// assert_eq!(ratio(19, 88), Fraction::new(19, 88));
/// assert_eq!(ratio(0, 0), None);
/// ```
pub fn ratio(part: u64, base: u64) -> Option<Fraction> {
    Fraction::new(i128::from(part), i128::from(base))
}

/// Parts that are more than the whole, where the shares were to add up to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotParts {
    /// What the parts add up to.
    pub sum: u128,
    /// The base on which their shares were to be taken.
    pub base: u64,
}

impl fmt::Display for NotParts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "expected parts of a base of {}, found {}", self.base, self.sum)
    }
}

impl std::error::Error for NotParts {}

/// The shares of parts in a base, one for each part; none where the base is nothing.
///
/// With [`Rounding::LargestRemainder`], what the parts leave of the base counts as one more part, the last, so that the shares
/// of parts that make up the whole add up to 100 exactly.
///
/// ```
/// use xeploai::statistics::{shares, Rounding};
/// let shown = |rounding| shares(&[1, 1, 1], 3, 1, rounding).unwrap().unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
/// assert_eq!(shown(Rounding::HalfUp), ["33.3", "33.3", "33.3"]);
/// assert_eq!(shown(Rounding::LargestRemainder), ["33.4", "33.3", "33.3"]);
/// assert_eq!(shares(&[0, 0], 0, 2, Rounding::HalfUp), Ok(None));
/// ```
///
/// # Errors
/// [`NotParts`] where shares are to add up and the parts are more than the base.
pub fn shares(parts: &[u64], base: u64, decimals: u32, rounding: Rounding) -> Result<Option<Vec<Percent>>, NotParts> {
    let decimals = decimals.min(MAX_DECIMALS);
    if base == 0 {
        return Ok(None);
    }
    let exact = |part: u64| ratio(part, base).unwrap_or(Fraction::ZERO);
    Ok(Some(match rounding {
        Rounding::HalfUp => parts.iter().map(|part| Percent::rounded(exact(*part), decimals)).collect(),
        Rounding::Truncated => parts.iter().map(|part| Percent::truncated(exact(*part), decimals)).collect(),
        Rounding::LargestRemainder => largest_remainder(parts, base, decimals)?,
    }))
}

fn largest_remainder(parts: &[u64], base: u64, decimals: u32) -> Result<Vec<Percent>, NotParts> {
    let sum = parts.iter().fold(0_u128, |sum, part| sum.saturating_add(u128::from(*part)));
    let Some(rest) = u128::from(base).checked_sub(sum) else {
        return Err(NotParts { sum, base });
    };
    let (base, units) = (u128::from(base), whole(decimals).unsigned_abs());
    let cut = |part: u128| {
        let scaled = part.saturating_mul(units);
        (scaled.checked_div(base).unwrap_or(0), scaled.checked_rem(base).unwrap_or(0))
    };
    let mut cuts: Vec<(u128, u128)> = parts.iter().map(|part| cut(u128::from(*part))).chain([cut(rest)]).collect();
    let given = cuts.iter().fold(0_u128, |sum, (units, _)| sum.saturating_add(*units));
    let missing = usize::try_from(units.saturating_sub(given)).unwrap_or(0);
    let mut order: Vec<usize> = (0..cuts.len()).collect();
    // A stable sort: of equal remainders the first stays first.
    sorted::sort_by_key(&mut order, |place| std::cmp::Reverse(cuts.get(*place).map_or(0, |(_, cut)| *cut)));
    for place in order.into_iter().take(missing) {
        if let Some((units, _)) = cuts.get_mut(place) {
            *units = units.saturating_add(1);
        }
    }
    let percent = |(units, _): &(u128, u128)| Percent::new(i128::try_from(*units).unwrap_or(i128::MAX), decimals);
    Ok(cuts.iter().take(parts.len()).map(percent).collect())
}
