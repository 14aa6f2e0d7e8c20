//! Calendar days. A day is held as its number in the common era; "six months" are calendar months.

use chrono::{Datelike, Months, NaiveDate};

/// Reads a day written `YYYY-MM-DD`; `None` where there is no such day.
///
/// ```
/// use xeploai::date::{format_date, parse_date};
/// let day = parse_date("2025-08-30").unwrap();
/// assert_eq!(format_date(day), "2025-08-30");
/// assert_eq!(parse_date("2025-02-30"), None);
/// assert_eq!(parse_date("30/08/2025"), None);
/// ```
pub fn parse_date(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| -> Option<u32> {
        let part = text.get(range)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
    };
    if bytes.len() != 10 || bytes.get(4) != Some(&b'-') || bytes.get(7) != Some(&b'-') {
        return None;
    }
    date_from_parts(i32::try_from(digits(0..4)?).ok()?, digits(5..7)?, digits(8..10)?)
}

/// The day that is so many days after 1970-01-01, as Arrow and most languages count.
///
/// ```
/// use xeploai::date::{format_date, from_unix_days};
/// assert_eq!(format_date(from_unix_days(0)), "1970-01-01");
/// ```
pub const fn from_unix_days(days: i64) -> i64 {
    days.saturating_add(UNIX_EPOCH)
}

/// 1970-01-01.
pub(crate) const UNIX_EPOCH: i64 = 719_163;

/// The day of a year (1 to 9999), a month and a day of the month; `None` where there is no such day.
pub fn date_from_parts(year: i32, month: u32, day: u32) -> Option<i64> {
    if !(1..=9999).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month, day).map(|date| i64::from(date.num_days_from_ce()))
}

/// The days that a calendar knows, years 1 to 9999.
pub(crate) const DAYS: (i64, i64) = (1, 3_652_059);

/// Writes a day as `YYYY-MM-DD`.
pub fn format_date(day: i64) -> String {
    to_calendar(day).map_or_else(String::new, |date| date.to_string())
}

/// Writes a day as Vietnamese official texts do: `30/8/2025`, `02/01/2026`, with a zero before a day below 10 and before
/// the months 1 and 2.
pub fn format_date_vi(day: i64) -> String {
    let month = |month: u32| if month < 3 { format!("0{month}") } else { month.to_string() };
    to_calendar(day)
        .map_or_else(String::new, |date| format!("{:02}/{}/{}", date.day(), month(date.month()), date.year()))
}

/// The year of a day.
#[cfg(feature = "arrow")]
pub(crate) fn year_of(day: i64) -> i64 {
    to_calendar(day).map_or(0, |date| i64::from(date.year()))
}

/// The day that lies so many calendar months later; a day that the month lacks is its last day.
///
/// ```
/// use xeploai::date::{add_months, parse_date};
/// let day = |text| parse_date(text).unwrap();
/// assert_eq!(add_months(day("2025-06-30"), 6), day("2025-12-30"));
/// assert_eq!(add_months(day("2025-08-31"), 6), day("2026-02-28"));
/// ```
pub fn add_months(day: i64, months: u32) -> i64 {
    to_calendar(day)
        .and_then(|date| date.checked_add_months(Months::new(months)))
        .map_or(i64::MAX, |date| i64::from(date.num_days_from_ce()))
}

/// Whether fewer than so many calendar months lie between two days.
///
/// ```
/// use xeploai::date::{is_under_months, parse_date};
/// let day = |text| parse_date(text).unwrap();
/// assert!(is_under_months(day("2025-06-30"), day("2025-12-29"), 6));
/// assert!(!is_under_months(day("2025-06-30"), day("2025-12-30"), 6));
/// ```
pub fn is_under_months(since: i64, until: i64, months: u32) -> bool {
    // No month is longer than 31 days: most cases need no calendar.
    until.saturating_sub(since) < i64::from(months).saturating_mul(31) && add_months(since, months) > until
}

fn to_calendar(day: i64) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).ok()?)
}
