//! The table of counts: for each kind of subject, unit and year the counts of its rows, in the order of these keys.

use std::collections::BTreeMap;

use crate::rating::Rating;
use crate::statistics::counts::{Counts, Entry};
use crate::statistics::item::Levels;
use crate::statistics::series::Series;

/// Whose counts they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// The kind of subject.
    pub kind: String,
    /// The unit; empty for the whole.
    pub unit: String,
    /// The year; nothing where none was stated.
    pub year: Option<i32>,
}

/// Counts by kind, unit and year. The same rows give the same table in whatever order and portions they come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    levels: Levels,
    cells: BTreeMap<Key, Counts>,
}

impl Tally {
    /// Nothing counted yet.
    ///
    /// ```
    /// use xeploai::statistics::{Entry, Item, Key, Levels, Tally};
    /// let key = |unit: &str| Key { kind: "member".into(), unit: unit.into(), year: Some(2025) };
    /// let mut tally = Tally::new(Levels::party());
    /// assert!(tally.add(&key("A"), Entry::Rated(3), 1));
    /// assert!(tally.add(&key("B"), Entry::NotReviewed(Some("member.exempt")), 2));
    /// let whole = tally.regrouped(|key| Key { unit: String::new(), ..key.clone() });
    /// assert_eq!(whole.get(&key("")).and_then(|counts| counts.of(Item::All)), Some(3));
    /// ```
    pub fn new(levels: Levels) -> Self {
        Self { levels, cells: BTreeMap::new() }
    }

    /// The levels on which it counts.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    fn cell(&mut self, key: &Key) -> &mut Counts {
        let levels = self.levels.len();
        self.cells.entry(key.clone()).or_insert_with(|| Counts::new(levels))
    }

    /// Counts a row so many times; whether its rank is one of the scale, else nothing is counted.
    #[must_use = "a row whose rank is none of the scale is not counted"]
    pub fn add(&mut self, key: &Key, entry: Entry<'_>, times: u64) -> bool {
        match entry {
            // Not even an empty line is left behind by a row that is not counted.
            Entry::Rated(rank) if rank >= self.levels.len() => false,
            _ => self.cell(key).add(entry, times),
        }
    }

    /// Counts a rating; whether its level is one of the scale, else nothing is counted.
    #[must_use = "a rating whose level is none of the scale is not counted"]
    pub fn add_rating(&mut self, key: &Key, rating: &Rating) -> bool {
        let mut counts = Counts::new(self.levels.len());
        counts.add_rating(rating, &self.levels) && self.cell(key).merge(&counts)
    }

    /// Adds another table of the same levels; whether they are the same, else nothing is added.
    #[must_use = "a table of other levels is not added"]
    pub fn merge(&mut self, other: &Self) -> bool {
        let same = self.levels.codes().eq(other.levels.codes());
        same && other.cells.iter().all(|(key, counts)| self.cell(key).merge(counts))
    }

    /// The counts of a key.
    pub fn get(&self, key: &Key) -> Option<&Counts> {
        self.cells.get(key)
    }

    /// The keys in their order, each with its counts.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Counts)> {
        self.cells.iter()
    }

    /// The same rows under other keys: without units for a whole, without years for all of them.
    #[must_use]
    pub fn regrouped(&self, name: impl Fn(&Key) -> Key) -> Self {
        let mut table = Self::new(self.levels.clone());
        for (key, counts) in &self.cells {
            // Of the same scale, as every cell of a table is.
            let _same = table.cell(&name(key)).merge(counts);
        }
        table
    }

    /// The years of a kind and unit.
    pub fn series(&self, kind: &str, unit: &str) -> Series {
        let years = self.cells.iter().filter(|(key, _)| key.kind == kind && key.unit == unit);
        Series::new(years.filter_map(|(key, counts)| Some((key.year?, counts.clone()))))
    }
}
