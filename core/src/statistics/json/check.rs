//! A published table as JSON in, what was found in it as JSON out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{levels_of, read, write};
use crate::catalogue::Message;
use crate::document::Words;
use crate::statistics::item::both;
use crate::statistics::published::{Grid, Place, Published, PublishedFinding, Refused, Weight};
use crate::statistics::sentence::{Sentence, Told};

#[derive(Serialize)]
struct BaseAnswer {
    base: String,
    label: Words,
    kept: &'static str,
}

#[derive(Serialize)]
struct FindingAnswer<'f> {
    weight: &'static str,
    sort: &'static str,
    population: &'f str,
    item: Option<String>,
    row: u64,
    column: &'f str,
    expected: Option<Words>,
    found: Option<Words>,
    base: Option<String>,
    count: Option<u64>,
    bases: Vec<BaseAnswer>,
    words: Words,
}

#[derive(Serialize)]
struct CheckAnswer<'f> {
    populations: Vec<&'f str>,
    /// Whether anything weighs more than a note.
    clean: bool,
    findings: Vec<FindingAnswer<'f>>,
}

/// Checks a published table. The request is the table as a grid (`titles`, and `rows` as pairs of number and cells), or as
/// `populations`, each an object whose keys are titles, perhaps with `counts`, `shares` and `bases` inside; `name`, `keep`,
/// `quota` and `levels` may stand beside.
///
/// ```
/// let answer = xeploai::statistics::json::check(r#"{"populations": [
///     {"name": "Lãnh đạo", "all": 353, "reviewed": "352/353 = 99,43 %"}]}"#).unwrap();
/// assert!(answer.contains(r#""sort":"wrong_share""#) && answer.contains(r#""count":351"#));
/// ```
///
/// # Errors
/// [`Refused`] names the first cell or title that is not understood.
pub fn check(request: &str) -> Result<String, Refused> {
    let request: CheckRequest<'_> = read(request)?;
    let levels = levels_of(request.levels.clone())?;
    let table = Published::read(&request.grid()?, levels)?;
    let findings = table.check();
    let levels = table.levels();
    let told = |told: &Told| both(|language| told.shown(language));
    let answer = |finding: &PublishedFinding| {
        let bases = finding.bases.iter().map(|(base, kept)| BaseAnswer {
            base: base.code(levels),
            label: base.words(levels),
            kept: kept.code(),
        });
        let bases: Vec<BaseAnswer> = bases.collect();
        (bases, finding.item.map(|item| item.code(levels)), finding.base.map(|base| base.code(levels)))
    };
    let findings_answer = findings.iter().map(|finding| {
        let (bases, item, base) = answer(finding);
        FindingAnswer {
            weight: finding.weight.code(),
            sort: finding.sort.code(),
            population: &finding.population,
            item,
            row: finding.place.row,
            column: &finding.place.column,
            expected: finding.expected.as_ref().map(told),
            found: finding.found.as_ref().map(told),
            base,
            count: finding.count,
            bases,
            words: both(|language| finding.sentence.words(language)),
        }
    });
    write(&CheckAnswer {
        populations: table.populations().iter().map(crate::statistics::Population::name).collect(),
        clean: findings.iter().all(|finding| finding.weight == Weight::Note),
        findings: findings_answer.collect(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckRequest<'r> {
    #[serde(default)]
    name: String,
    levels: Option<Vec<String>>,
    quota: Option<&'r RawValue>,
    #[serde(default)]
    keep: Vec<String>,
    #[serde(default)]
    titles: Vec<String>,
    #[serde(default)]
    rows: Vec<(u64, Vec<String>)>,
    #[serde(default, borrow)]
    populations: Vec<BTreeMap<String, &'r RawValue>>,
}

impl CheckRequest<'_> {
    fn grid(self) -> Result<Grid, Refused> {
        let quota = self.quota.map(|quota| cell(quota.get()).unwrap_or_default());
        let mut grid = Grid { name: self.name, titles: self.titles, rows: self.rows, keep: self.keep, quota };
        for (place, population) in self.populations.iter().enumerate() {
            let number = u64::try_from(place).unwrap_or(u64::MAX).saturating_add(1);
            let mut cells = vec![String::new(); grid.titles.len()];
            for (title, value) in flat(population, number)? {
                let at = grid.titles.iter().position(|known| *known == title).unwrap_or_else(|| {
                    grid.titles.push(title.clone());
                    grid.titles.len().saturating_sub(1)
                });
                cells.resize(grid.titles.len(), String::new());
                if let Some(cell) = cells.get_mut(at) {
                    *cell = value;
                }
            }
            grid.rows.push((number, cells));
        }
        Ok(grid)
    }
}

/// The titles of a population and what stands under them; those of `shares` and `bases` say so in their title.
fn flat(population: &BTreeMap<String, &RawValue>, number: u64) -> Result<Vec<(String, String)>, Refused> {
    let mut cells = Vec::new();
    for (key, value) in population {
        let (before, inner) = match key.as_str() {
            "counts" => ("count of ", true),
            "shares" => ("share of ", true),
            "bases" => ("base of ", true),
            _ => ("", false),
        };
        let place = |column: &str| Place { row: number, column: column.to_owned() };
        let bad = |column: &str| {
            let found = crate::text::shorten(value.get(), 40);
            let sentence = Sentence::new(Message::PublishedNoCell)
                .with("row", Told::Text(number.to_string()))
                .with("column", column)
                .with("found", found.as_ref());
            Refused { place: place(column), sentence }
        };
        if inner {
            let inner: BTreeMap<String, &RawValue> = serde_json::from_str(value.get()).map_err(|_| bad(key))?;
            for (item, value) in inner {
                cells.push((format!("{before}{item}"), cell(value.get()).ok_or_else(|| bad(&item))?));
            }
        } else {
            cells.push((key.clone(), cell(value.get()).ok_or_else(|| bad(key))?));
        }
    }
    Ok(cells)
}

/// The text of a value: a text as it is, a number with all the digits that stand there, nothing for `null`.
fn cell(token: &str) -> Option<String> {
    match token.as_bytes().first() {
        Some(b'"') => serde_json::from_str(token).ok(),
        Some(b'n') => Some(String::new()),
        Some(b'-' | b'0'..=b'9') => Some(token.to_owned()),
        _ => None,
    }
}
