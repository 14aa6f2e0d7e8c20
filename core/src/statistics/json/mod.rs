//! Statistics as JSON in and out, for the faces whose languages are not Rust. Numbers of a table keep the text that they
//! have there; shares come back as text with all of their decimals, never as binary floats.

mod check;

pub use check::check;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::catalogue::Message;
use crate::document::Words;
use crate::sorted::map;
use crate::statistics::counts::{Counts, Entry};
use crate::statistics::form::{FormColumn, FormRow};
use crate::statistics::item::{Item, Levels, both};
use crate::statistics::published::{Place, Refused};
use crate::statistics::sentence::Sentence;
use crate::statistics::series::span_lines;
use crate::statistics::share::{MAX_DECIMALS, Percent, Rounding, shares as shares_of};
use crate::statistics::tally::{Key, Tally};

/// Says what is wrong with a request, and where.
fn refused(message: Message, column: &str, found: &str) -> Refused {
    let sentence = Sentence::new(message).with("column", column).with("found", found);
    Refused { place: Place { row: 0, column: column.to_owned() }, sentence }
}

fn read<'r, T: Deserialize<'r>>(request: &'r str) -> Result<T, Refused> {
    crate::strict::from_str(request).map_err(|error| refused(Message::StatisticsBadJson, "", &error.to_string()))
}

fn write<T: Serialize>(answer: &T) -> Result<String, Refused> {
    serde_json::to_string(answer).map_err(|error| refused(Message::StatisticsBadJson, "", &error.to_string()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    unit: String,
    year: Option<i32>,
    outcome: String,
    level: Option<String>,
    reason: Option<String>,
    #[serde(default = "once")]
    times: u64,
}

const fn once() -> u64 {
    1
}

const fn two() -> u32 {
    2
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TallyRequest {
    levels: Option<Vec<String>>,
    rows: Vec<Row>,
    #[serde(default = "two")]
    decimals: u32,
    #[serde(default)]
    rounding: Option<String>,
    #[serde(default)]
    base: Option<String>,
    #[serde(default)]
    items: Option<Vec<String>>,
}

struct Asked {
    tally: Tally,
    decimals: u32,
    rounding: Rounding,
    base: Item,
}

fn levels_of(codes: Option<Vec<String>>) -> Result<Levels, Refused> {
    match codes {
        None => Ok(Levels::party()),
        Some(codes) => {
            let told = codes.join(", ");
            Levels::new(codes).ok_or_else(|| refused(Message::StatisticsBadLevels, "levels", &told))
        }
    }
}

fn rounding_of(code: Option<&str>) -> Result<Rounding, Refused> {
    let code = code.unwrap_or("half_up");
    Rounding::from_code(code).ok_or_else(|| refused(Message::StatisticsBadRounding, "rounding", code))
}

fn decimals_of(decimals: u32) -> Result<u32, Refused> {
    match decimals <= MAX_DECIMALS {
        true => Ok(decimals),
        false => Err(refused(Message::StatisticsBadDecimals, "decimals", &decimals.to_string())),
    }
}

fn item_of(code: &str, levels: &Levels) -> Result<Item, Refused> {
    Item::from_code(code, levels).ok_or_else(|| refused(Message::StatisticsBadItem, "base", code))
}

fn asked(request: TallyRequest) -> Result<(Asked, Option<Vec<String>>), Refused> {
    let levels = levels_of(request.levels)?;
    let base = request.base.as_deref().map_or(Ok(Item::Rated), |code| item_of(code, &levels))?;
    let mut tally = Tally::new(levels);
    for row in request.rows {
        let rank = row.level.as_deref().and_then(|level| tally.levels().rank(level));
        let reason = row.reason.as_deref();
        let entry = match (row.outcome.as_str(), rank) {
            ("rated", Some(rank)) => Entry::Rated(rank),
            ("rated", None) => {
                return Err(refused(Message::StatisticsBadLevel, "level", row.level.as_deref().unwrap_or("")));
            }
            ("authority_decides", _) => Entry::AuthorityDecides,
            ("undetermined", _) => Entry::Undetermined,
            ("invalid", _) => Entry::Invalid,
            ("not_rated", _) => Entry::NotRated(reason),
            ("not_reviewed", _) => Entry::NotReviewed(reason),
            (outcome, _) => return Err(refused(Message::StatisticsBadOutcome, "outcome", outcome)),
        };
        // Its rank is one of the scale: it was found there.
        let _counted = tally.add(&Key { kind: row.kind, unit: row.unit, year: row.year }, entry, row.times);
    }
    let rounding = rounding_of(request.rounding.as_deref())?;
    Ok((Asked { tally, decimals: decimals_of(request.decimals)?, rounding, base }, request.items))
}

#[derive(Serialize)]
struct LevelAnswer {
    code: String,
    label: Words,
}

#[derive(Serialize)]
struct CellAnswer<'a> {
    kind: &'a str,
    unit: &'a str,
    year: Option<i32>,
    /// How many, by the codes of items and outcomes.
    counts: BTreeMap<String, u64>,
    base: String,
    /// The shares of the levels, by their codes; nothing where the base is nothing.
    shares: BTreeMap<String, Option<String>>,
    not_rated: BTreeMap<String, u64>,
    not_reviewed: BTreeMap<String, u64>,
    /// Against the year before, where that is there.
    changes: Option<BTreeMap<String, ChangeAnswer>>,
}

#[derive(Serialize)]
struct ChangeAnswer {
    before: u64,
    after: u64,
    difference: i128,
    share_before: Option<String>,
    share_after: Option<String>,
    points: Option<String>,
}

#[derive(Serialize)]
struct TallyAnswer<'a> {
    levels: Vec<LevelAnswer>,
    cells: Vec<CellAnswer<'a>>,
}

/// Counts rows and gives their shares. The request has `rows`, each with `outcome` and, as far as it has them, `kind`, `unit`,
/// `year`, `level`, `reason` and `times`; and perhaps `levels` (codes, lowest first), `decimals`, `rounding` and `base`.
///
/// ```
/// let answer = xeploai::statistics::json::tally(r#"{"rows": [
///     {"outcome": "rated", "level": "good", "times": 2}, {"outcome": "rated", "level": "excellent"}]}"#).unwrap();
/// assert!(answer.contains(r#""excellent":"33.33""#));
/// ```
///
/// # Errors
/// [`Refused`] where the request is not of its form or names what there is not.
pub fn tally(request: &str) -> Result<String, Refused> {
    let (asked, _) = asked(read(request)?)?;
    let levels = asked.tally.levels();
    let mut cells = Vec::new();
    for (key, counts) in asked.tally.iter() {
        cells.push(CellAnswer {
            kind: &key.kind,
            unit: &key.unit,
            year: key.year,
            counts: counts_answer(counts, levels),
            base: asked.base.code(levels),
            shares: shares_answer(counts, &asked)?,
            not_rated: map(counts.not_rated().stated().map(|(reason, count)| (reason.to_owned(), count))),
            not_reviewed: map(counts.not_reviewed().stated().map(|(reason, count)| (reason.to_owned(), count))),
            changes: changes_answer(key, &asked),
        });
    }
    let label = |rank: usize| {
        let label = Item::Level(rank).words(levels);
        LevelAnswer { code: Item::Level(rank).code(levels), label }
    };
    write(&TallyAnswer { levels: (0..levels.len()).map(label).collect(), cells })
}

fn counts_answer(counts: &Counts, levels: &Levels) -> BTreeMap<String, u64> {
    let items = Item::STATES.into_iter().chain((0..levels.len()).map(Item::Level));
    let above = [Item::AtLeast(levels.second())];
    let counted = items.chain(above).filter_map(|item| Some((item.code(levels), counts.of(item)?)));
    let open = [
        ("authority_decides", counts.authority_decides()),
        ("undetermined", counts.undetermined()),
        ("invalid", counts.invalid()),
    ];
    map(counted.chain(open.map(|(code, count)| (code.to_owned(), count))))
}

fn shares_answer(counts: &Counts, asked: &Asked) -> Result<BTreeMap<String, Option<String>>, Refused> {
    let levels = asked.tally.levels();
    let base = counts.of(asked.base).unwrap_or(0);
    let found = shares_of(counts.levels(), base, asked.decimals, asked.rounding)
        .map_err(|error| refused(Message::StatisticsNotParts, "base", &format!("{} > {}", error.sum, error.base)))?;
    let code = |rank: usize| Item::Level(rank).code(levels);
    Ok(match found {
        Some(found) => map(found.iter().enumerate().map(|(rank, share)| (code(rank), Some(share.to_string())))),
        None => map((0..levels.len()).map(|rank| (code(rank), None))),
    })
}

fn changes_answer(key: &Key, asked: &Asked) -> Option<BTreeMap<String, ChangeAnswer>> {
    let levels = asked.tally.levels();
    let (year, series) = (key.year?, asked.tally.series(&key.kind, &key.unit));
    let shown = |share: Option<crate::number::Fraction>| {
        share.map(|share| Percent::rounded(share, asked.decimals).to_string())
    };
    let changes: Option<Vec<(String, ChangeAnswer)>> = (0..levels.len())
        .map(|rank| {
            let change = series.change(year, Item::Level(rank), asked.base)?;
            let answer = ChangeAnswer {
                before: change.before,
                after: change.after,
                difference: change.difference(),
                share_before: shown(change.share_before),
                share_after: shown(change.share_after),
                points: shown(change.points()),
            };
            Some((change.item.code(levels), answer))
        })
        .collect();
    changes.map(map)
}

#[derive(Serialize)]
struct SpanAnswer {
    kind: String,
    unit: String,
    item: String,
    label: Words,
    lowest: Option<String>,
    lowest_in: Option<i32>,
    highest: Option<String>,
    highest_in: Option<i32>,
    none_in: Vec<i32>,
    unknown_in: Vec<i32>,
    figure: Words,
}

/// The table of years of the founding article: for each kind and unit, and each of the `items` that are asked for, between
/// which shares it moved. The request is that of [`tally`], with `items` beside it.
///
/// # Errors
/// [`Refused`] as for [`tally`].
pub fn spans(request: &str) -> Result<String, Refused> {
    let (asked, items) = asked(read(request)?)?;
    let levels = asked.tally.levels();
    let items: Vec<Item> = match items {
        Some(codes) => codes.iter().map(|code| item_of(code, levels)).collect::<Result<_, _>>()?,
        None => vec![Item::AtLeast(levels.second()), Item::Level(0)],
    };
    let mut populations: Vec<(&str, &str)> =
        asked.tally.iter().map(|(key, _)| (key.kind.as_str(), key.unit.as_str())).collect();
    populations.dedup();
    let mut answer = Vec::new();
    for (kind, unit) in populations {
        let series = asked.tally.series(kind, unit);
        for line in span_lines(kind, &series, &items, asked.base, asked.decimals, levels) {
            let shown = |end: Option<(i32, crate::number::Fraction)>| {
                end.map(|(_, share)| Percent::rounded(share, asked.decimals).to_string())
            };
            answer.push(SpanAnswer {
                kind: kind.to_owned(),
                unit: unit.to_owned(),
                item: line.span.item.code(levels),
                label: line.label,
                lowest: shown(line.span.lowest),
                lowest_in: line.span.lowest.map(|(year, _)| year),
                highest: shown(line.span.highest),
                highest_in: line.span.highest.map(|(year, _)| year),
                none_in: line.span.none_in,
                unknown_in: line.span.unknown_in,
                figure: line.figure,
            });
        }
    }
    write(&answer)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SharesRequest {
    parts: Vec<u64>,
    base: Option<u64>,
    #[serde(default = "two")]
    decimals: u32,
    rounding: Option<String>,
}

/// The shares of `parts` in a `base` (their sum where none is stated), with `decimals` and a `rounding`; each `null` where the
/// base is nothing.
///
/// ```
/// use xeploai::statistics::json::shares;
/// assert_eq!(shares(r#"{"parts": [8, 35, 8], "rounding": "largest_remainder"}"#).unwrap(), r#"["15.69","68.63","15.68"]"#);
/// ```
///
/// # Errors
/// [`Refused`] where the request is not of its form, or the parts are more than the base and were to add up to it.
pub fn shares(request: &str) -> Result<String, Refused> {
    let request: SharesRequest = read(request)?;
    let base = match request.base {
        Some(base) => Some(base),
        None => request.parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(*part)),
    };
    let base = base.ok_or_else(|| refused(Message::StatisticsBadJson, "parts", "18446744073709551615 <"))?;
    let rounding = rounding_of(request.rounding.as_deref())?;
    let found = shares_of(&request.parts, base, decimals_of(request.decimals)?, rounding)
        .map_err(|error| refused(Message::StatisticsNotParts, "base", &format!("{} > {}", error.sum, error.base)))?;
    let shown: Vec<Option<String>> = match found {
        Some(shares) => shares.iter().map(|share| Some(share.to_string())).collect(),
        None => request.parts.iter().map(|_| None).collect(),
    };
    write(&shown)
}

#[derive(Serialize)]
struct FormAnswer {
    column: String,
    row: &'static str,
    expected: String,
    found: u64,
    words: Words,
}

/// Checks the identities of Biểu 6F-BTCTW. The request has for each column its rows, by their numbers.
///
/// ```
/// let answer = xeploai::statistics::json::form_6f(r#"{"Đảng viên": {"1": 10, "2": 8, "3": 1}}"#).unwrap();
/// assert!(answer.contains(r#""row":"1","expected":"9","found":10"#));
/// ```
///
/// # Errors
/// [`Refused`] where the request is not of its form or names a row that the form does not have.
pub fn form_6f(request: &str) -> Result<String, Refused> {
    let columns: BTreeMap<String, BTreeMap<String, u64>> = read(request)?;
    let mut answer = Vec::new();
    for (name, rows) in columns {
        let rows: Result<Vec<(FormRow, u64)>, Refused> = rows
            .into_iter()
            .map(|(number, count)| {
                let row = FormRow::from_number(&number);
                Ok((row.ok_or_else(|| refused(Message::FormUnknownRow, &name, &number))?, count))
            })
            .collect();
        for finding in FormColumn::new(rows?).check() {
            let words = both(|language| finding.sentence.words(language));
            let (row, expected, found) = (finding.row.number(), finding.expected.to_string(), finding.found);
            answer.push(FormAnswer { column: name.clone(), row, expected, found, words });
        }
    }
    write(&answer)
}

/// The rows of Biểu 6F-BTCTW that counts can fill, for each kind of the rows of a [`tally`] request: `1` to `3.4`, under the
/// kind. Which kinds are collectives is told by `items`.
///
/// # Errors
/// [`Refused`] as for [`tally`].
pub fn form_6f_of(request: &str) -> Result<String, Refused> {
    let (asked, collectives) = asked(read(request)?)?;
    let collectives = collectives.unwrap_or_default();
    let by_kind = asked.tally.regrouped(|key| Key { kind: key.kind.clone(), ..Key::default() });
    let column = |(key, counts): (&Key, &Counts)| {
        let column =
            FormColumn::of_counts(counts, |reason| FormRow::of_reason(reason, collectives.contains(&key.kind)));
        let rows = FormRow::ALL.iter().filter_map(|row| Some((row.number(), column.get(*row)?)));
        (key.kind.clone(), map::<&str, u64>(rows))
    };
    write(&map(by_kind.iter().map(column)))
}
