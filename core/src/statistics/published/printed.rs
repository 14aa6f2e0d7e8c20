//! Numbers as people print them: `1.234`, `15,67 %`, `352/353 (99,43 %)`, `gần 120`, `từ 89,38 % đến 96,1 %`.
//!
//! Vietnamese and English forms are both read. In a count a point, comma or space before three digits sets thousands
//! apart; in a share it always parts the decimals. What can be read in two ways, or in none, is refused.

use crate::number::Fraction;
use crate::statistics::share::Percent;
use crate::text::nfc;

/// How sure a printed number is of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// As it stands.
    Exact,
    /// "khoảng", about: taken as within a twentieth.
    About,
    /// "gần", nearly: taken as at most it, and below it by at most a twentieth.
    Nearly,
    /// "dưới", under.
    Below,
    /// "trên", over.
    Above,
    /// From one to another, both of them possible.
    Range,
}

/// A printed count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How sure it is.
    pub sort: Sort,
    /// The number that is printed; of a range the first.
    pub value: u64,
    /// Of a range the second.
    pub to: u64,
}

impl Count {
    /// The count, where it is exact.
    pub fn exact(self) -> Option<u64> {
        (self.sort == Sort::Exact).then_some(self.value)
    }

    /// The least and the most that it may mean; no most for what is only above something.
    pub fn bounds(self) -> (u64, Option<u64>) {
        let twentieth = self.value.div_euclid(20).max(1);
        match self.sort {
            Sort::Exact => (self.value, Some(self.value)),
            Sort::About => (self.value.saturating_sub(twentieth), Some(self.value.saturating_add(twentieth))),
            Sort::Nearly => (self.value.saturating_sub(twentieth), Some(self.value)),
            Sort::Below => (0, Some(self.value.saturating_sub(1))),
            Sort::Above => (self.value.saturating_add(1), None),
            Sort::Range => (self.value, Some(self.to)),
        }
    }
}

/// A printed share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// How sure it is.
    pub sort: Sort,
    /// The share that is printed; of a range the first.
    pub value: Percent,
    /// Of a range the second.
    pub to: Percent,
}

impl Share {
    /// The share, where it is exact but for its rounding.
    pub fn exact(self) -> Option<Percent> {
        (self.sort == Sort::Exact).then_some(self.value)
    }

    /// The least and the most that it may stand for, whether it was rounded or cut off.
    pub fn bounds(self) -> (Fraction, Fraction) {
        let half = |percent: Percent, halves: i128| {
            let power = 10_i128.saturating_pow(percent.decimals()).saturating_mul(200);
            Fraction::new(percent.units().saturating_mul(2).saturating_add(halves), power).unwrap_or(Fraction::ZERO)
        };
        let zero = |share: Fraction| share.max(Fraction::ZERO);
        let twentieth = |share: Fraction, parts: i128| share.times(Fraction::new(parts, 20).unwrap_or(Fraction::ONE));
        let (low, high) = (half(self.value, -1), half(self.value, 2));
        match self.sort {
            Sort::Exact => (zero(low), high),
            Sort::About => (zero(twentieth(low, 19)), twentieth(high, 21)),
            Sort::Nearly => (zero(twentieth(low, 19)), self.value.exact()),
            Sort::Below => (Fraction::ZERO, self.value.exact()),
            Sort::Above => (self.value.exact(), Fraction::ONE),
            Sort::Range => (zero(low), half(self.to, 2)),
        }
    }
}

/// What a cell says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Printed {
    /// The count.
    pub count: Option<Count>,
    /// The count behind a stroke: of `352/353`, 353.
    pub over: Option<u64>,
    /// The share.
    pub share: Option<Share>,
}

/// What a bare number is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// A count.
    Count,
    /// A share in per cent.
    Share,
}

/// Words that say how sure a number is, longest first where one begins with another; they may stand before a number.
const SURE: &[(&str, Sort)] = &[
    ("xấp xỉ", Sort::About),
    ("khoảng", Sort::About),
    ("approximately", Sort::About),
    ("approx.", Sort::About),
    ("about", Sort::About),
    ("~", Sort::About),
    ("≈", Sort::About),
    ("gần", Sort::Nearly),
    ("nearly", Sort::Nearly),
    ("almost", Sort::Nearly),
    ("chưa đến", Sort::Below),
    ("dưới", Sort::Below),
    ("less than", Sort::Below),
    ("under", Sort::Below),
    ("below", Sort::Below),
    ("<", Sort::Below),
    ("trên", Sort::Above),
    ("hơn", Sort::Above),
    ("more than", Sort::Above),
    ("over", Sort::Above),
    ("above", Sort::Above),
    (">", Sort::Above),
];

/// What stands where nothing is stated.
const NOTHING: &[&str] =
    &["", "-", "–", "—", "…", "...", "n/a", "na", "null", "không có số liệu", "không rõ", "chưa có"];
/// What stands for zero.
const ZERO: &[&str] = &["không", "không có", "none", "no", "nil"];
/// What may stand before or between the numbers of a cell and says nothing.
const FILLING: &[&str] = &[
    "chiếm",
    "tỷ lệ",
    "tỉ lệ",
    "đạt",
    "bằng",
    "=",
    "(",
    ")",
    ",",
    ";",
    ":",
    "[",
    "]",
    "–",
    "—",
    "-",
    "đảng viên",
    "tổ chức",
    "tập thể",
    "cá nhân",
    "đồng chí",
    "đ/c",
    "chi bộ",
    "đảng bộ",
    "người",
    "members",
    "organisations",
    "organizations",
];
/// What parts the two ends of a range.
const BETWEEN: &[&str] = &["đến", "tới", "to", "–", "—", "-"];

/// Reads a cell. `Ok(None)` says that nothing is stated; `Err` that it is not understood.
///
/// ```
/// use xeploai::statistics::{Meant, read_printed};
/// let cell = read_printed("352/353 (99,43 %)", Meant::Count).unwrap().unwrap();
/// assert_eq!(cell.count.and_then(|count| count.exact()), Some(352));
/// assert_eq!((cell.over, cell.share.map(|share| share.value.to_string())), (Some(353), Some("99.43".into())));
/// assert_eq!(read_printed("2.645", Meant::Count).unwrap().unwrap().count.unwrap().value, 2645);
/// assert!(read_printed("2,64", Meant::Count).is_err());
/// ```
#[expect(clippy::result_unit_err, reason = "what is wrong is told by who knows the place")]
pub fn read_printed(text: &str, meant: Meant) -> Result<Option<Printed>, ()> {
    let text = nfc(text).to_lowercase().replace(['\u{a0}', '\u{202f}', '\u{2009}'], " ");
    let text = text.trim();
    if NOTHING.contains(&text) {
        return Ok(None);
    }
    if ZERO.contains(&text) {
        return Ok(Some(zero(meant)));
    }
    let mut reader = Reader { rest: text, found: Printed::default(), meant };
    while !reader.rest.is_empty() {
        reader.step()?;
    }
    let found = reader.found;
    (found.count.is_some() || found.share.is_some()).then_some(Some(found)).ok_or(())
}

fn zero(meant: Meant) -> Printed {
    let percent = Percent::new(0, 0);
    match meant {
        Meant::Count => Printed { count: Some(Count { sort: Sort::Exact, value: 0, to: 0 }), ..Printed::default() },
        Meant::Share => {
            Printed { share: Some(Share { sort: Sort::Exact, value: percent, to: percent }), ..Printed::default() }
        }
    }
}

struct Reader<'t> {
    rest: &'t str,
    found: Printed,
    meant: Meant,
}

/// A number as it is written, and whether a sign for per cent stands behind it.
#[derive(Clone, Copy)]
struct Token<'t> {
    digits: &'t str,
    percent: bool,
}

impl<'t> Reader<'t> {
    /// Whether one of the texts stands next; it is passed then.
    fn pass(&mut self, texts: &[&str]) -> bool {
        match texts.iter().find_map(|text| self.rest.strip_prefix(text)) {
            Some(rest) => {
                self.rest = rest.trim_start();
                true
            }
            None => false,
        }
    }

    /// One number with what belongs to it.
    fn step(&mut self) -> Result<(), ()> {
        let from = self.pass(&["từ ", "from "]);
        let mut sort = Sort::Exact;
        if let Some((rest, found)) = SURE.iter().find_map(|(word, sort)| Some((self.rest.strip_prefix(word)?, *sort)))
        {
            (self.rest, sort) = (rest.trim_start(), found);
        }
        if !self.rest.starts_with(|mark: char| mark.is_ascii_digit()) {
            return if sort == Sort::Exact && !from && self.pass(FILLING) { Ok(()) } else { Err(()) };
        }
        let first = self.number();
        let behind = self.rest;
        if sort == Sort::Exact && self.pass(BETWEEN) && self.rest.starts_with(|mark: char| mark.is_ascii_digit()) {
            let second = self.number();
            // "8 - 15,67 %" is a count and its share, not a range.
            let range = from || first.percent == second.percent || self.meant == Meant::Share;
            if range {
                let percent = first.percent || second.percent;
                return self.put(Sort::Range, Token { percent, ..first }, Token { percent, ..second });
            }
        }
        self.rest = behind;
        if from {
            return Err(());
        }
        if sort == Sort::Exact && !first.percent && self.found.count.is_none() && self.pass(&["/"]) {
            let over = self.number();
            if over.percent {
                return Err(());
            }
            self.found.over = Some(whole(over.digits)?);
            // A stroke makes it a count, also where a share is looked for.
            return self.put_count(sort, first, first);
        }
        self.put(sort, first, first)
    }

    /// Passes the digits of a number, and the marks and spaces between them.
    fn number(&mut self) -> Token<'t> {
        let mut end = 0;
        for (place, mark) in self.rest.char_indices() {
            let follows = |count: usize| {
                let behind = self.rest.get(place.saturating_add(mark.len_utf8())..).unwrap_or("");
                behind.chars().take_while(char::is_ascii_digit).count() >= count
            };
            match mark {
                _ if mark.is_ascii_digit() => end = place.saturating_add(1),
                '.' | ',' if end == place && follows(1) => {}
                // A space sets thousands apart only before three digits.
                ' ' if end == place && follows(3) => {}
                _ => break,
            }
        }
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        let percent = self.pass(&["%", "phần trăm", "percent", "per cent"]);
        Token { digits, percent }
    }

    fn put(&mut self, sort: Sort, first: Token<'_>, second: Token<'_>) -> Result<(), ()> {
        if first.percent || (self.meant == Meant::Share && self.found.share.is_none() && self.found.over.is_none()) {
            let share = Share { sort, value: percent(first.digits)?, to: percent(second.digits)? };
            let rising = sort != Sort::Range || share.value.exact() <= share.to.exact();
            return (rising && self.found.share.replace(share).is_none()).then_some(()).ok_or(());
        }
        self.put_count(sort, first, second)
    }

    fn put_count(&mut self, sort: Sort, first: Token<'_>, second: Token<'_>) -> Result<(), ()> {
        let count = Count { sort, value: whole(first.digits)?, to: whole(second.digits)? };
        let rising = count.value <= count.to;
        (rising && self.found.count.replace(count).is_none()).then_some(()).ok_or(())
    }
}

/// A whole number whose thousands may be set apart, always by the same mark.
fn whole(text: &str) -> Result<u64, ()> {
    let mark = text.chars().find(|mark| !mark.is_ascii_digit());
    let digits = match mark {
        None => text.to_owned(),
        Some(mark) => {
            let mut groups = text.split(mark);
            let first = groups.next().unwrap_or("");
            // "05.123" and "0.500" are no thousands.
            let sound = (1..=3).contains(&first.len()) && !first.starts_with('0');
            if !sound || !groups.clone().all(|group| group.len() == 3) {
                return Err(());
            }
            groups.fold(first.to_owned(), |all, group| all + group)
        }
    };
    let sound = !digits.is_empty() && digits.len() <= 15 && digits.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| digits.parse().ok()).flatten().ok_or(())
}

/// A share, whose one mark parts the decimals.
fn percent(text: &str) -> Result<Percent, ()> {
    let (before, after) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = [before, after].concat();
    let sound = !before.is_empty()
        && before.len() <= 6
        && after.len() <= 6
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let units = sound.then(|| digits.parse::<i128>().ok()).flatten().ok_or(())?;
    Ok(Percent::new(units, u32::try_from(after.len()).unwrap_or(0)))
}
