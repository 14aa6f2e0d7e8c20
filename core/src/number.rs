//! Exact numbers: decimals as scaled integers, shares as fractions. No binary float takes part in a decision.
//!
//! A decimal of scale 2 such as `89.99` is the integer 8999. A float that comes in from a caller is taken at its
//! shortest decimal form and must fit the declared scale; nothing is ever rounded.

use std::cmp::Ordering;
use std::fmt;

/// The largest number of decimal places that a fact may declare.
pub const MAX_SCALE: u32 = 6;

/// The largest magnitude of a bound, in whole units. With [`MAX_SCALE`] it keeps every sum of 256 facts, and every
/// product that a comparison needs, far inside the integers that hold them.
pub const MAX_MAGNITUDE: i64 = 1_000_000_000;

/// The product of two numbers, which always fits.
#[inline]
pub(crate) fn product(one: i64, other: i64) -> i128 {
    i128::from(one).wrapping_mul(i128::from(other))
}

/// A number some times over; the largest or smallest there is where it would not fit. Nearly every number is small, and the
/// product of two small ones is one instruction.
#[inline]
pub(crate) fn times(value: i128, factor: i64) -> i128 {
    match i64::try_from(value) {
        Ok(value) => product(value, factor),
        Err(_) => value.saturating_mul(i128::from(factor)),
    }
}

/// Why a text is no decimal of the wanted scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    /// It is not of the form `-?digits(.digits)?`.
    NotANumber,
    /// It has more decimal places than the scale allows, and they are not zeros.
    OutOfScale,
    /// It is larger than any declared bound can be.
    TooLarge,
}

/// 10 to the power of a scale of at most 18.
pub const fn power_of_ten(scale: u32) -> i64 {
    match 10_i64.checked_pow(scale) {
        Some(power) => power,
        None => i64::MAX,
    }
}

/// Reads `-?\d+(\.\d+)?` exactly as an integer number of units of 10^-scale.
///
/// ```
/// use xeploai::number::{parse_decimal, DecimalError};
/// assert_eq!(parse_decimal("89.9", 2), Ok(8990));
/// assert_eq!(parse_decimal("89.995", 2), Err(DecimalError::OutOfScale));
/// assert_eq!(parse_decimal("8e1", 2), Err(DecimalError::NotANumber));
/// ```
pub fn parse_decimal(text: &str, scale: u32) -> Result<i64, DecimalError> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(DecimalError::NotANumber),
        None => (digits, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(DecimalError::NotANumber);
    }
    let mut kept = fraction.bytes();
    let mut value: i64 = 0;
    let places = kept.by_ref().take(scale as usize);
    let mut read = 0_u32;
    for byte in whole.bytes().chain(places) {
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(i64::from(byte.wrapping_sub(b'0'))))
            .ok_or(DecimalError::TooLarge)?;
        read = read.saturating_add(1);
    }
    if kept.any(|byte| byte != b'0') {
        return Err(DecimalError::OutOfScale);
    }
    let given = u32::try_from(fraction.len()).unwrap_or(u32::MAX).min(scale);
    let value = value.checked_mul(power_of_ten(scale.saturating_sub(given))).ok_or(DecimalError::TooLarge)?;
    Ok(if negative { value.saturating_neg() } else { value })
}

/// An exact decimal at another scale; digits that it has no room for must be zeros.
pub(crate) fn rescaled(value: i64, given: u32, scale: u32) -> Result<i64, DecimalError> {
    if given <= scale {
        return value.checked_mul(power_of_ten(scale.saturating_sub(given))).ok_or(DecimalError::TooLarge);
    }
    let power = power_of_ten(given.saturating_sub(scale));
    match (value.checked_rem(power), value.checked_div(power)) {
        (Some(0), Some(whole)) => Ok(whole),
        _ => Err(DecimalError::OutOfScale),
    }
}

/// Reads a number of JSON text, which unlike [`parse_decimal`] may have an exponent.
pub(crate) fn parse_json_number(token: &str, scale: u32) -> Result<i64, DecimalError> {
    let Some(mark) = token.find(['e', 'E']) else {
        return parse_decimal(token, scale);
    };
    let (mantissa, exponent) = token.split_at(mark);
    let exponent: i32 = exponent
        .get(1..)
        .and_then(|digits| digits.parse().ok())
        .filter(|exponent: &i32| exponent.unsigned_abs() < 400)
        .ok_or(DecimalError::TooLarge)?;
    let sign = if mantissa.starts_with('-') { "-" } else { "" };
    let digits = mantissa.trim_start_matches('-');
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    let point = i32::try_from(whole.len()).unwrap_or(i32::MAX).saturating_add(exponent);
    let plain = match usize::try_from(point) {
        Ok(point) if point >= all.len() => [sign, &all, &"0".repeat(point.saturating_sub(all.len()))].concat(),
        Ok(point) if point > 0 => {
            let (before, after) = all.split_at(point);
            [sign, before, ".", after].concat()
        }
        _ => [sign, "0.", &"0".repeat(point.unsigned_abs() as usize), &all].concat(),
    };
    parse_decimal(&plain, scale)
}

/// Takes a float at its shortest decimal form.
#[expect(
    clippy::float_arithmetic,
    reason = "recognises short decimals without printing them; the result is checked exactly"
)]
#[expect(clippy::cast_possible_truncation, reason = "the value is whole and below 10^15 here")]
pub fn float_to_scaled(value: f64, scale: u32) -> Result<i64, DecimalError> {
    if !value.is_finite() {
        return Err(DecimalError::NotANumber);
    }
    // Two different decimals of at most 15 digits are two different floats, so one that gives this float back is its
    // shortest form.
    let power = power_of_ten(scale.min(MAX_SCALE)) as f64;
    let scaled = (value * power).round();
    if scaled.abs() < 1e15 && scaled / power == value {
        return Ok(scaled as i64);
    }
    parse_decimal(&value.to_string(), scale)
}

/// Writes a scaled integer without trailing zeros.
///
/// ```
/// assert_eq!(xeploai::number::format_decimal(9000, 2), "90");
/// assert_eq!(xeploai::number::format_decimal(-5, 2), "-0.05");
/// ```
pub fn format_decimal(value: i64, scale: u32) -> String {
    let mut text = String::with_capacity(8);
    push_decimal(&mut text, value, scale);
    text
}

/// [`format_decimal`] at the end of a text.
pub(crate) fn push_decimal(text: &mut String, value: i64, scale: u32) {
    let power = power_of_ten(scale).unsigned_abs();
    let magnitude = value.unsigned_abs();
    let (whole, mut fraction) =
        (magnitude.checked_div(power).unwrap_or(0), magnitude.checked_rem(power).unwrap_or(0));
    if value < 0 {
        text.push('-');
    }
    text.push_str(itoa::Buffer::new().format(whole));
    if fraction == 0 {
        return;
    }
    let mut places = usize::try_from(scale).unwrap_or(0);
    while fraction % 10 == 0 {
        fraction /= 10;
        places = places.saturating_sub(1);
    }
    let mut digits = itoa::Buffer::new();
    let digits = digits.format(fraction);
    text.push('.');
    for _ in digits.len()..places {
        text.push('0');
    }
    text.push_str(digits);
}

/// A fraction in lowest terms with a positive denominator. Sums and products stop at the ends of the integers instead of
/// going round them; a rulebook whose numbers could come near is refused when it is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };
    /// The whole.
    pub const ONE: Self = Self { numerator: 1, denominator: 1 };

    /// The fraction of two integers; `None` for a denominator that is not positive.
    ///
    /// ```
    /// # use xeploai::number::Fraction;
    /// assert_eq!(Fraction::new(6999, 100).unwrap().to_string(), "6999/100");
    /// assert_eq!(Fraction::new(9000, 100).unwrap().to_string(), "90");
    /// assert_eq!(Fraction::new(26999, 300).unwrap().shown(), "89.9966 (26999/300)");
    /// ```
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok().filter(|divisor| *divisor > 0).unwrap_or(1);
        Some(Self { numerator: numerator.checked_div(divisor)?, denominator: denominator.checked_div(divisor)? })
    }

    /// A scaled integer as a fraction.
    ///
    /// ```
    /// # use xeploai::number::Fraction;
    /// assert_eq!(Fraction::of_scaled(8999, 2).to_string(), "8999/100");
    /// ```
    pub fn of_scaled(value: i64, scale: u32) -> Self {
        Self::new(i128::from(value), i128::from(power_of_ten(scale))).unwrap_or(Self::ZERO)
    }

    /// The number above the line.
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// The number below the line, positive.
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// Reads a threshold of a rulebook: `30%`, `66.5%` or `2/3`, between 0 and 100.
    ///
    /// ```
    /// # use xeploai::number::Fraction;
    /// assert_eq!(Fraction::parse("30%"), Fraction::new(3, 10));
    /// assert_eq!(Fraction::parse("2/3"), Fraction::new(2, 3));
    /// assert_eq!(Fraction::parse("30"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let share = text.contains(['%', '/']) && !text.starts_with('-');
        Self::parse_any(text).filter(|value| share && value.numerator <= value.denominator.saturating_mul(100))
    }

    /// Reads a number of a rulebook exactly: `70`, `0.5`, `25%` or `70/3`, perhaps with a `-` before it. Decimals have at most
    /// six places, per cent four; nothing is larger than 1,000,000,000.
    ///
    /// ```
    /// # use xeploai::number::Fraction;
    /// assert_eq!(Fraction::parse_any("70/3"), Fraction::new(70, 3));
    /// assert_eq!(Fraction::parse_any("-0.5"), Fraction::new(-1, 2));
    /// assert_eq!(Fraction::parse_any("1/0"), None);
    /// ```
    pub fn parse_any(text: &str) -> Option<Self> {
        let read = |text: &str, scale: u32| {
            let most = MAX_MAGNITUDE.saturating_mul(power_of_ten(scale));
            parse_decimal(text, scale).ok().filter(|value| value.saturating_abs() <= most)
        };
        if let Some(percent) = text.strip_suffix('%') {
            return Self::new(i128::from(read(percent, 4)?), 1_000_000);
        }
        match text.split_once('/') {
            Some((numerator, denominator)) => {
                let denominator = read(denominator, 0).filter(|value| *value <= 1_000_000)?;
                Self::new(i128::from(read(numerator, 0)?), i128::from(denominator))
            }
            None => Some(Self::of_scaled(read(text, MAX_SCALE)?, MAX_SCALE)),
        }
    }

    /// The sum.
    pub(crate) fn plus(self, other: Self) -> Self {
        let divisor = gcd(self.denominator.unsigned_abs(), other.denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok().filter(|divisor| *divisor > 0).unwrap_or(1);
        let (own, others) =
            (self.denominator.checked_div(divisor).unwrap_or(1), other.denominator.checked_div(divisor).unwrap_or(1));
        let numerator = self.numerator.saturating_mul(others).saturating_add(other.numerator.saturating_mul(own));
        Self::new(numerator, own.saturating_mul(other.denominator)).unwrap_or(Self::ZERO)
    }

    /// The product.
    pub(crate) fn times(self, other: Self) -> Self {
        let numerator = self.numerator.saturating_mul(other.numerator);
        Self::new(numerator, self.denominator.saturating_mul(other.denominator)).unwrap_or(Self::ZERO)
    }

    /// The quotient; `None` for a divisor that is not positive.
    pub(crate) fn divided_by(self, other: Self) -> Option<Self> {
        let numerator = self.numerator.saturating_mul(other.denominator);
        Self::new(numerator, self.denominator.saturating_mul(other.numerator))
    }

    /// The fraction with the other sign.
    pub(crate) fn negated(self) -> Self {
        Self { numerator: self.numerator.saturating_neg(), denominator: self.denominator }
    }

    /// The smallest whole number of units of 10^-scale that is not below it.
    pub(crate) fn ceiling(self, scale: u32) -> i64 {
        let units = self.numerator.saturating_mul(i128::from(power_of_ten(scale)));
        let floor = units.checked_div_euclid(self.denominator).unwrap_or(0);
        let whole = units.checked_rem_euclid(self.denominator) == Some(0);
        i64::try_from(if whole { floor } else { floor.saturating_add(1) }).unwrap_or(i64::MAX)
    }

    /// For people: exact where four decimal places suffice, else truncated to four with the fraction beside it.
    pub fn shown(self) -> String {
        let scaled = self.numerator.saturating_mul(10_000);
        let truncated = scaled.checked_div(self.denominator).and_then(|value| i64::try_from(value).ok()).unwrap_or(0);
        let mut text = format_decimal(truncated, 4);
        if scaled.checked_rem(self.denominator) != Some(0) {
            text.push_str(&format!(" ({self})"));
        }
        text
    }
}

impl Ord for Fraction {
    /// Compares without multiplying: by whole parts, then by the fractions that are left, turned over.
    fn cmp(&self, other: &Self) -> Ordering {
        let part = |(numerator, denominator): (i128, i128)| {
            let whole = numerator.checked_div_euclid(denominator).unwrap_or(0);
            (whole, numerator.checked_rem_euclid(denominator).unwrap_or(0))
        };
        let (mut left, mut right) = ((self.numerator, self.denominator), (other.numerator, other.denominator));
        let mut turned = false;
        loop {
            let ((whole, rest), (other_whole, other_rest)) = (part(left), part(right));
            let order = match whole.cmp(&other_whole) {
                Ordering::Equal if rest != 0 && other_rest != 0 => {
                    (left, right) = ((left.1, rest), (right.1, other_rest));
                    turned = !turned;
                    continue;
                }
                Ordering::Equal => (rest != 0).cmp(&(other_rest != 0)),
                order => order,
            };
            return if turned { order.reverse() } else { order };
        }
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Fraction {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.denominator == 1 {
            write!(formatter, "{}", self.numerator)
        } else {
            write!(formatter, "{}/{}", self.numerator, self.denominator)
        }
    }
}

fn gcd(left: u128, right: u128) -> u128 {
    // Division of the small integers that nearly all of them are is several times faster.
    if let (Ok(mut left), Ok(mut right)) = (u64::try_from(left), u64::try_from(right)) {
        while right != 0 {
            (left, right) = (right, left.checked_rem(right).unwrap_or(0));
        }
        return u128::from(left);
    }
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left.checked_rem(right).unwrap_or(0));
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimals_exactly_or_says_why_not() {
        assert_eq!(parse_decimal("0", 2), Ok(0));
        assert_eq!(parse_decimal("-0.05", 2), Ok(-5));
        assert_eq!(parse_decimal("62.00", 2), Ok(6200));
        assert_eq!(parse_decimal("62.000", 2), Ok(6200));
        assert_eq!(parse_decimal("7", 0), Ok(7));
        for text in ["", "-", ".5", "5.", "+5", "1e3", "1,5", "NaN", "１", " 5", "0x10", "1.2.3"] {
            assert_eq!(parse_decimal(text, 2), Err(DecimalError::NotANumber), "{text}");
        }
        assert_eq!(parse_decimal("0.001", 2), Err(DecimalError::OutOfScale));
        assert_eq!(parse_decimal("99999999999999999999", 2), Err(DecimalError::TooLarge));
    }

    #[test]
    fn reads_json_numbers_with_exponents() {
        assert_eq!(parse_json_number("1e2", 2), Ok(10_000));
        assert_eq!(parse_json_number("8.999e1", 2), Ok(8999));
        assert_eq!(parse_json_number("5E-1", 2), Ok(50));
        assert_eq!(parse_json_number("5e-3", 2), Err(DecimalError::OutOfScale));
        assert_eq!(parse_json_number("-25e-1", 1), Ok(-25));
        assert_eq!(parse_json_number("1e999", 2), Err(DecimalError::TooLarge));
        assert_eq!(parse_json_number("89.99000000000000000001", 2), Err(DecimalError::OutOfScale));
    }

    #[test]
    fn takes_floats_at_their_shortest_form() {
        assert_eq!(float_to_scaled(89.99, 2), Ok(8999));
        assert_eq!(float_to_scaled(89.995, 2), Err(DecimalError::OutOfScale));
        assert_eq!(float_to_scaled(0.1 + 0.2, 2), Err(DecimalError::OutOfScale));
        assert_eq!(float_to_scaled(f64::NAN, 2), Err(DecimalError::NotANumber));
        assert_eq!(float_to_scaled(f64::INFINITY, 2), Err(DecimalError::NotANumber));
        assert_eq!(float_to_scaled(1e300, 2), Err(DecimalError::TooLarge));
        assert_eq!(float_to_scaled(-0.0, 2), Ok(0));
    }

    #[test]
    fn writes_what_it_read() {
        for (text, scale) in [("90", 2), ("69.99", 2), ("0.5", 3), ("-3.07", 2), ("100", 0)] {
            assert_eq!(format_decimal(parse_decimal(text, scale).unwrap(), scale), text);
        }
    }
    #[test]
    fn fractions_are_added_multiplied_and_compared_exactly() {
        let of = |numerator, denominator| Fraction::new(numerator, denominator).unwrap();
        assert_eq!(of(1, 3).plus(of(1, 6)), of(1, 2));
        assert_eq!(of(-1, 3).plus(of(1, 3)), Fraction::ZERO);
        assert_eq!(of(70, 3).times(of(3, 4)), of(35, 2));
        assert_eq!(of(7, 2).divided_by(of(-1, 2)), None);
        assert_eq!(of(26999, 300).ceiling(2), 9000);
        assert_eq!(of(-1, 3).ceiling(0), 0);
        let rising = [of(-5, 2), of(-7, 3), of(-1, 3), of(0, 1), of(1, 3), of(333, 999), of(334, 999), of(2, 1)];
        for (place, left) in rising.iter().enumerate() {
            for (other, right) in rising.iter().enumerate() {
                let same = [4, 5].contains(&place) && [4, 5].contains(&other);
                assert_eq!(left.cmp(right), if same { Ordering::Equal } else { place.cmp(&other) }, "{left} {right}");
            }
        }
        // Products of these would not fit.
        let (large, larger) = (of(i128::MAX - 2, i128::MAX - 1), of(i128::MAX - 1, i128::MAX));
        assert_eq!((large.cmp(&larger), larger.cmp(&large)), (Ordering::Less, Ordering::Greater));
        assert!(larger < Fraction::ONE);
    }
}
