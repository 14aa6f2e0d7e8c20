//! A published table as its cells are: titles and rows of text, read into populations.
//!
//! Three forms are read: a row for each population and columns for the items; a row for each item with its count and share;
//! and a row for each item with a column for each population. Titles may stand in up to three rows below each other, as
//! merged cells leave them. A cell or title that is not understood is refused with its place.

use crate::catalogue::Message;
use crate::number::Fraction;
use crate::statistics::item::{Item, Levels};
use crate::statistics::published::population::{Place, Population, Said};
use crate::statistics::published::printed::{Meant, Printed, Sort, read_printed};
use crate::statistics::published::vocabulary::{self, Column, plain};
use crate::statistics::sentence::{Sentence, Told};
use crate::text::shorten;

/// A table of text, as a file holds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grid {
    /// The name of the table, for a population that has none.
    pub name: String,
    /// The titles.
    pub titles: Vec<String>,
    /// The rows, each with the number by which people find it.
    pub rows: Vec<(u64, Vec<String>)>,
    /// Titles of columns that say nothing that is to be checked.
    pub keep: Vec<String>,
    /// The limit on the highest level; `None` for the customary 20 %, a text such as `none` for no limit.
    pub quota: Option<String>,
}

/// A table that cannot be read: where, and all of it in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where; of the table as a whole without a column.
    pub place: Place,
    /// What was expected and what was found.
    pub sentence: Sentence,
}

impl Refused {
    fn new(place: &Place, message: Message, found: &str) -> Self {
        let sentence = Sentence::new(message)
            .with("row", Told::Text(place.row.to_string()))
            .with("column", place.column.as_str())
            .with("found", shorten(found, 40).as_ref());
        Self { place: place.clone(), sentence }
    }
}

/// The limit where none is stated: a fifth.
const CUSTOMARY: (i128, i128) = (1, 5);
const MOST_TITLE_ROWS: usize = 3;

/// Reads a table into its populations.
pub(super) fn read(grid: &Grid, levels: &Levels) -> Result<Vec<Population>, Refused> {
    let head = Head::of(grid, levels)?;
    let customary = match &grid.quota {
        Some(text) => quota(text, &Place { row: 0, column: Message::StatisticsQuota.key().to_owned() })?,
        None => Fraction::new(CUSTOMARY.0, CUSTOMARY.1),
    };
    let mut reader = Reader { grid, levels, head: &head, customary, found: Vec::new() };
    for (number, cells) in grid.rows.iter().skip(head.rows) {
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            reader.row(*number, cells)?;
        }
    }
    let mut found = reader.found;
    found.retain(|(_, population)| !population.said.is_empty());
    if found.is_empty() {
        return Err(Refused::new(&Place::default(), Message::PublishedNoFigures, ""));
    }
    Ok(with_totals(found))
}

/// A row named "Tổng cộng" is the sum of those before it, or of those behind it where it is the first: of the same year,
/// and but for those that are said to be parts of another.
fn with_totals(found: Vec<(Option<String>, Population)>) -> Vec<Population> {
    let (years, mut populations): (Vec<Option<String>>, Vec<Population>) = found.into_iter().unzip();
    let totals: Vec<usize> = (0..populations.len())
        .filter(|place| populations.get(*place).is_some_and(|one| vocabulary::is_total(one.short())))
        .collect();
    let mut from = 0;
    for total in totals {
        let range = if total == 0 { 1..populations.len() } else { from..total };
        let name = populations.get(total).map(|total| total.name.clone());
        let year = years.get(total);
        for place in range {
            if let (Some(part), true) = (populations.get_mut(place), years.get(place) == year) {
                part.part_of = part.part_of.take().or_else(|| name.clone());
            }
        }
        from = total.saturating_add(1);
    }
    populations
}

/// What each column holds, and how many rows below the first belong to the titles.
struct Head {
    columns: Vec<(Column, String)>,
    rows: usize,
    /// Whether a row is about one item.
    by_item: bool,
    /// The columns that are populations, in a table by item.
    populations: Vec<usize>,
}

impl Head {
    fn of(grid: &Grid, levels: &Levels) -> Result<Self, Refused> {
        let kept: Vec<String> = grid.keep.iter().map(|title| plain(title)).collect();
        let known = |title: &str| {
            if kept.contains(&plain(title)) { Some(Column::Nothing) } else { vocabulary::column(title, levels) }
        };
        let mut lines: Vec<&[String]> = vec![&grid.titles];
        for (_, cells) in grid.rows.iter().take(MOST_TITLE_ROWS.saturating_sub(1)) {
            let said: Vec<Option<Column>> =
                cells.iter().filter(|cell| !cell.trim().is_empty()).map(|cell| known(cell)).collect();
            let bare = |column: &&Option<Column>| matches!(column, Some(Column::BareCount | Column::BareShare));
            let items = |column: &&Option<Column>| matches!(column, Some(Column::Count(_)));
            let titles = said.iter().all(Option::is_some)
                && (said.iter().any(|column| bare(&column)) || said.iter().filter(items).count() > 1);
            if !titles {
                break;
            }
            lines.push(cells);
        }
        let rows = lines.len().saturating_sub(1);
        let mut columns: Vec<(Option<Column>, String)> = Vec::new();
        let mut above: Option<Item> = None;
        for place in 0..grid.titles.len() {
            let own = |line: &&[String]| line.get(place).filter(|title| !title.trim().is_empty()).cloned();
            let titles: Vec<String> = lines.iter().filter_map(own).collect();
            let deepest = titles.last().cloned().unwrap_or_default();
            let item = titles.iter().rev().find_map(|title| match known(title) {
                Some(Column::Count(item)) => Some(item),
                _ => None,
            });
            let named = lines.first().and_then(own).is_some();
            // A title over several columns stands over the first of them alone.
            above = item.or(if named && lines.len() > 1 && !matches!(known(&deepest), Some(Column::BareShare)) {
                None
            } else {
                above
            });
            let column = match known(&deepest) {
                Some(Column::BareShare) => Some(above.map_or(Column::BareShare, Column::Share)),
                Some(Column::BareCount) => Some(above.map_or(Column::BareCount, Column::Count)),
                Some(Column::BareBase) => Some(above.map_or(Column::BareBase, Column::Base)),
                column => column,
            };
            let title = if titles.is_empty() { String::new() } else { titles.join(" ") };
            columns.push((column, title));
        }
        let wide = columns
            .iter()
            .any(|(column, _)| matches!(column, Some(Column::Count(_) | Column::Share(_) | Column::Part(..))));
        let item = columns.iter().any(|(column, _)| matches!(column, Some(Column::Item)));
        let bare = columns.iter().any(|(column, _)| matches!(column, Some(Column::BareCount)));
        let by_item = item && !wide;
        let named = columns.iter().any(|(column, _)| matches!(column, Some(Column::Name)));
        let mut head = Self { columns: Vec::new(), rows, by_item, populations: Vec::new() };
        for (place, (column, title)) in columns.into_iter().enumerate() {
            let at = Place { row: 1, column: title.clone() };
            let column = match column {
                // "Nội dung" beside columns of items names the populations.
                Some(Column::Item) if wide => {
                    if named {
                        Column::Nothing
                    } else {
                        Column::Name
                    }
                }
                Some(column) => column,
                // Whatever the column of the names is called: it is the first that is no number, where none is known.
                None if !by_item && !named && head.find(Column::Name).is_none() && holds_names(grid, place, rows) => {
                    Column::Name
                }
                None if by_item && !bare => {
                    head.populations.push(place);
                    Column::Nothing
                }
                None => return Err(Refused::new(&at, Message::PublishedUnknownColumn, &title)),
            };
            // Two titles of one item may stand for each other in different rows, never in the same.
            let both =
                |other: usize| grid.rows.iter().any(|(_, cells)| is_said(cells, other) && is_said(cells, place));
            let single = matches!(column, Column::Count(_) | Column::Share(_) | Column::Name | Column::Item);
            let mut others = head.columns.iter().enumerate().filter(|(_, (other, _))| *other == column);
            if single && others.any(|(other, _)| both(other)) {
                return Err(Refused::new(&at, Message::PublishedColumnTwice, &title));
            }
            head.columns.push((column, title));
        }
        if !wide && !by_item {
            return Err(Refused::new(
                &Place { row: 1, column: String::new() },
                Message::PublishedNoItems,
                &grid.titles.join(", "),
            ));
        }
        Ok(head)
    }

    /// The columns that hold something.
    fn all(&self, wanted: Column) -> impl Iterator<Item = usize> {
        let columns = self.columns.iter().enumerate();
        columns.filter(move |(_, (column, _))| *column == wanted).map(|(place, _)| place)
    }

    fn find(&self, wanted: Column) -> Option<usize> {
        self.columns.iter().position(|(column, _)| *column == wanted)
    }
}

fn is_said(cells: &[String], place: usize) -> bool {
    cells.get(place).is_some_and(|cell| !cell.trim().is_empty())
}

/// Whether a column holds names: something stands in it, and not everything is a number.
fn holds_names(grid: &Grid, place: usize, from: usize) -> bool {
    let mut said = grid.rows.iter().skip(from).filter_map(|(_, cells)| cells.get(place));
    said.any(|cell| read_printed(cell, Meant::Count).is_err())
}

struct Reader<'g> {
    grid: &'g Grid,
    levels: &'g Levels,
    head: &'g Head,
    customary: Option<Fraction>,
    found: Vec<(Option<String>, Population)>,
}

impl Reader<'_> {
    fn text<'c>(&self, cells: &'c [String], column: Column) -> Option<&'c str> {
        let cell = |place: usize| cells.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty());
        self.head.all(column).find_map(cell)
    }

    fn row(&mut self, number: u64, cells: &[String]) -> Result<(), Refused> {
        if let Some(place) = (self.head.columns.len()..cells.len())
            .find(|place| cells.get(*place).is_some_and(|cell| !cell.trim().is_empty()))
        {
            let found = cells.get(place).map(String::as_str).unwrap_or_default();
            return Err(Refused::new(&Place { row: number, column: String::new() }, Message::PublishedBeyond, found));
        }
        if !self.head.populations.is_empty() {
            return self.items_by_population(number, cells);
        }
        let place = self.population(number, cells)?;
        if self.head.by_item {
            let Some(item) = self.item(number, cells)? else {
                return Ok(());
            };
            let columns = [(Column::BareCount, Meant::Count), (Column::BareShare, Meant::Share)];
            for (column, meant) in columns {
                if let Some(at) = self.head.find(column) {
                    self.cell(place, item, meant, number, at, cells)?;
                }
            }
            if let Some(at) = self.head.find(Column::BareBase) {
                self.base(place, item, number, at, cells)?;
            }
            return Ok(());
        }
        let head = self.head;
        for (at, (column, _)) in head.columns.iter().enumerate() {
            match column {
                Column::Count(item) => self.cell(place, *item, Meant::Count, number, at, cells)?,
                Column::Share(item) => self.cell(place, *item, Meant::Share, number, at, cells)?,
                Column::Base(item) => self.base(place, *item, number, at, cells)?,
                Column::Part(item, base) => self.part(place, (*item, *base), number, at, cells)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn items_by_population(&mut self, number: u64, cells: &[String]) -> Result<(), Refused> {
        let Some(item) = self.item(number, cells)? else {
            return Ok(());
        };
        let head = self.head;
        for at in &head.populations {
            let name = head.columns.get(*at).map(|(_, title)| title.clone()).unwrap_or_default();
            let place = self.named(name, None, 1);
            self.cell(place, item, Meant::Count, number, *at, cells)?;
            let next = at.saturating_add(1);
            if matches!(head.columns.get(next), Some((Column::BareShare, _))) {
                self.cell(place, item, Meant::Share, number, next, cells)?;
            }
        }
        Ok(())
    }

    /// The item of a row of a table by item; nothing for a row that only orders the others.
    fn item(&self, number: u64, cells: &[String]) -> Result<Option<Item>, Refused> {
        let text = self.text(cells, Column::Item).unwrap_or_default();
        let figures = cells.iter().any(|cell| cell.chars().any(|mark| mark.is_ascii_digit()) && cell.trim() != text);
        match vocabulary::item(text, self.levels) {
            Some(item) => Ok(Some(item)),
            None if !figures => Ok(None),
            None => {
                let title = self.head.find(Column::Item).and_then(|at| self.head.columns.get(at));
                let column = title.map(|(_, title)| title.clone()).unwrap_or_default();
                Err(Refused::new(&Place { row: number, column }, Message::PublishedUnknownItem, text))
            }
        }
    }

    /// The place of the population of a row; a table by item has several rows for one.
    fn population(&mut self, number: u64, cells: &[String]) -> Result<usize, Refused> {
        let year = self.text(cells, Column::Year).map(str::to_owned);
        let parts = [Column::Name, Column::Unit].into_iter().filter_map(|column| self.text(cells, column));
        let name: Vec<&str> = parts.chain(year.as_deref()).collect();
        let name = if name.is_empty() { self.grid.name.clone() } else { name.join(", ") };
        let place = match self.head.by_item {
            true => self.named(name, year, number),
            false => self.push(name, year, number),
        };
        let part_of = self.text(cells, Column::PartOf).map(str::to_owned);
        let limit = match self.head.find(Column::Quota).map(|at| (at, self.text(cells, Column::Quota))) {
            Some((at, Some(text))) => {
                let column = self.head.columns.get(at).map(|(_, title)| title.clone()).unwrap_or_default();
                Some(quota(text, &Place { row: number, column })?)
            }
            _ => None,
        };
        if let Some((_, population)) = self.found.get_mut(place) {
            population.part_of = part_of.or(population.part_of.take());
            if let Some(limit) = limit {
                population.quota = limit;
            }
        }
        Ok(place)
    }

    fn named(&mut self, name: String, year: Option<String>, number: u64) -> usize {
        let known = self.found.iter().position(|(_, population)| population.name == name);
        known.unwrap_or_else(|| self.push(name, year, number))
    }

    fn push(&mut self, name: String, year: Option<String>, number: u64) -> usize {
        let population =
            Population { name, row: number, year: year.clone(), quota: self.customary, ..Population::default() };
        self.found.push((year, population));
        self.found.len().saturating_sub(1)
    }

    fn cell(
        &mut self,
        population: usize,
        item: Item,
        meant: Meant,
        number: u64,
        at: usize,
        cells: &[String],
    ) -> Result<(), Refused> {
        let text = cells.get(at).map(String::as_str).unwrap_or_default();
        let column = self.head.columns.get(at).map(|(_, title)| title.clone()).unwrap_or_default();
        let place = Place { row: number, column };
        let message = match meant {
            Meant::Count => Message::PublishedNoCount,
            Meant::Share => Message::PublishedNoShare,
        };
        let Ok(read) = read_printed(text, meant) else {
            return Err(Refused::new(&place, message, text));
        };
        let Some(Printed { count, over, share }) = read else {
            return Ok(());
        };
        let Some((_, population)) = self.found.get_mut(population) else {
            return Ok(());
        };
        let said = population.said.entry(item).or_insert_with(|| Said { place: place.clone(), ..Said::default() });
        let again = (count.is_some() && said.count.is_some_and(|known| Some(known) != count))
            || (share.is_some() && said.share.is_some_and(|known| Some(known) != share));
        if again {
            return Err(Refused::new(&place, Message::PublishedSaidTwice, text));
        }
        said.count = said.count.or(count);
        said.over = said.over.or(over);
        said.share = said.share.or(share);
        Ok(())
    }

    fn part(
        &mut self,
        population: usize,
        of: (Item, Item),
        number: u64,
        at: usize,
        cells: &[String],
    ) -> Result<(), Refused> {
        let text = cells.get(at).map(String::as_str).unwrap_or_default();
        let column = self.head.columns.get(at).map(|(_, title)| title.clone()).unwrap_or_default();
        let place = Place { row: number, column };
        let share = match read_printed(text, Meant::Share) {
            Ok(None) => return Ok(()),
            Ok(Some(Printed { share: Some(share), count: None, .. })) => share,
            _ => return Err(Refused::new(&place, Message::PublishedNoShare, text)),
        };
        if let Some((_, population)) = self.found.get_mut(population) {
            let said =
                population.said.entry(of.0).or_insert_with(|| Said { place: place.clone(), ..Said::default() });
            said.parts.push((of.1, share, place));
        }
        Ok(())
    }

    fn base(
        &mut self,
        population: usize,
        item: Item,
        number: u64,
        at: usize,
        cells: &[String],
    ) -> Result<(), Refused> {
        let text = cells.get(at).map(|cell| cell.trim()).unwrap_or_default();
        if text.is_empty() {
            return Ok(());
        }
        let column = self.head.columns.get(at).map(|(_, title)| title.clone()).unwrap_or_default();
        let place = Place { row: number, column };
        let Some(base) = vocabulary::item(text, self.levels) else {
            return Err(Refused::new(&place, Message::PublishedUnknownItem, text));
        };
        if let Some((_, population)) = self.found.get_mut(population) {
            population.said.entry(item).or_insert_with(|| Said { place, ..Said::default() }).base = Some(base);
        }
        Ok(())
    }
}

/// A limit: a share, or nothing where a text says that there is none.
fn quota(text: &str, place: &Place) -> Result<Option<Fraction>, Refused> {
    let text = text.trim().to_lowercase();
    if vocabulary::is_no_quota(&text) {
        return Ok(None);
    }
    let share = read_printed(&text, Meant::Share).ok().flatten().and_then(|printed| printed.share);
    match share.filter(|share| share.sort == Sort::Exact).map(|share| share.value.exact()) {
        Some(share) if share <= Fraction::ONE => Ok(Some(share)),
        _ => Err(Refused::new(place, Message::PublishedNoShare, &text)),
    }
}
