//! A population of a published table: what its cells say, and what follows from them without any rounding.

use std::collections::BTreeMap;

use crate::number::Fraction;
use crate::statistics::item::{Item, Levels};
use crate::statistics::published::printed::{Count, Share};

/// Where a cell stands: the number of its row, and the title of its column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// The row as spreadsheets number it; of JSON the place in its list.
    pub row: u64,
    /// The title of the column.
    pub column: String,
}

/// What is said of one item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) count: Option<Count>,
    pub(super) over: Option<u64>,
    pub(super) share: Option<Share>,
    /// The base that the table names for the share.
    pub(super) base: Option<Item>,
    /// Shares in other items, as titles such as "HTXS/HTT" say, beside the share itself.
    pub(super) parts: Vec<(Item, Share, Place)>,
    pub(super) place: Place,
}

/// One population of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Population {
    pub(super) name: String,
    pub(super) row: u64,
    pub(super) year: Option<String>,
    /// The name of the population of which it is a part.
    pub(super) part_of: Option<String>,
    /// The limit on the highest level; nothing where none applies.
    pub(super) quota: Option<Fraction>,
    pub(super) said: BTreeMap<Item, Said>,
}

/// How a count is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The table says it.
    Stated,
    /// Other counts give it.
    Derived,
    /// The levels that are stated give it, if nobody is at the lowest one, of which the table says nothing.
    Assumed,
    /// Only a share gives it.
    FromShare,
}

/// The counts of a population that are known exactly.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    counts: BTreeMap<Item, (u64, How)>,
    /// Whether the counts contradict each other, so that what would follow from them is nothing.
    pub(super) broken: bool,
}

impl Known {
    /// What a population says, and what follows: a level is what those at least so high leave of those just above, and
    /// those rated are all levels together.
    pub(super) fn of(population: &Population, levels: &Levels) -> Self {
        let mut known = Self::default();
        for (item, said) in &population.said {
            if let Some(count) = said.count.and_then(Count::exact) {
                known.counts.insert(*item, (count, How::Stated));
            }
        }
        // "352/353" says of how many, where no column does.
        let wholes = [Item::Rated, Item::ToReview, Item::All];
        let stated = |item: &Item| {
            known.get(*item).is_some() && population.said.get(item).is_none_or(|said| said.over.is_none())
        };
        if !wholes.iter().any(stated)
            && let Some(over) = population.over()
        {
            known.counts.insert(Item::All, (over, How::Stated));
        }
        known.follow(levels);
        let mut upper = (1..levels.len()).map(|rank| known.get(Item::Level(rank)));
        let sum = upper.try_fold(0_u64, |sum, count| sum.checked_add(count?));
        if let Some(sum) = sum
            && known.get(Item::Rated).is_none()
            && !population.said.contains_key(&Item::Level(0))
        {
            known.counts.insert(Item::Rated, (sum, How::Assumed));
        }
        known
    }

    /// A count that only a share gives.
    pub(super) fn learn(&mut self, item: Item, count: u64, levels: &Levels) {
        self.counts.entry(item).or_insert((count, How::FromShare));
        self.follow(levels);
    }

    /// The count of an item.
    pub(super) fn get(&self, item: Item) -> Option<u64> {
        self.counts.get(&item).map(|(count, _)| *count)
    }

    /// How it is known.
    pub(super) fn how(&self, item: Item) -> Option<How> {
        self.counts.get(&item).map(|(_, how)| *how)
    }

    /// The widest population of which the levels may be parts: those rated, else those reviewed, else all.
    pub(super) fn whole(&self) -> Option<(Item, u64)> {
        WHOLES.into_iter().find_map(|item| Some((item, self.get(item)?)))
    }

    fn follow(&mut self, levels: &Levels) {
        let top = levels.len();
        loop {
            let before = self.counts.len();
            self.alias(Item::Rated, Item::AtLeast(0));
            self.alias(Item::Level(levels.top()), Item::AtLeast(levels.top()));
            if self.get(Item::Rated).is_none() && self.get(Item::NotRated).is_none() && self.one_is_missing(top) {
                let whole = self.whole().map(|(_, whole)| whole);
                whole.into_iter().for_each(|whole| self.put(Item::AtLeast(0), Some(whole)));
            }
            for rank in 0..top {
                let above = rank.saturating_add(1);
                let higher = if above == top { Some(0) } else { self.get(Item::AtLeast(above)) };
                let (whole, level) = (self.get(Item::AtLeast(rank)), self.get(Item::Level(rank)));
                match (whole, level, higher) {
                    (None, Some(level), Some(higher)) => self.put(Item::AtLeast(rank), level.checked_add(higher)),
                    (Some(whole), None, Some(higher)) => self.put(Item::Level(rank), whole.checked_sub(higher)),
                    (Some(whole), Some(level), None) => self.put(Item::AtLeast(above), whole.checked_sub(level)),
                    _ => {}
                }
            }
            if self.broken || self.counts.len() == before {
                return;
            }
        }
    }

    /// Whether every level up to one, and those above it together, are known: then it follows from the whole. The lowest
    /// level never does: what is left over may as well be those who were not rated.
    fn one_is_missing(&self, top: usize) -> bool {
        let missing = (0..top).find(|rank| self.get(Item::Level(*rank)).is_none());
        missing.is_some_and(|rank| {
            let above = rank.saturating_add(1);
            rank > 0 && (above == top || self.get(Item::AtLeast(above)).is_some())
        })
    }

    fn alias(&mut self, one: Item, other: Item) {
        match (self.get(one), self.get(other)) {
            (Some(count), None) => self.put(other, Some(count)),
            (None, Some(count)) => self.put(one, Some(count)),
            _ => {}
        }
    }

    fn put(&mut self, item: Item, count: Option<u64>) {
        match count {
            Some(count) => {
                self.counts.entry(item).or_insert((count, How::Derived));
            }
            None => self.broken = true,
        }
    }
}

/// What the levels may be parts of, nearest first.
pub(super) const WHOLES: [Item; 4] = [Item::Rated, Item::Reviewed, Item::ToReview, Item::All];

impl Population {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The number of its row.
    pub fn row(&self) -> u64 {
        self.row
    }

    /// Its name without unit and year.
    pub(super) fn short(&self) -> &str {
        self.name.split(", ").next().unwrap_or_default()
    }

    /// What stands behind strokes, where it is always the same.
    fn over(&self) -> Option<u64> {
        let mut found = self.said.values().filter_map(|said| said.over);
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }

    /// The count of an item, where its cell says it exactly.
    pub(super) fn stated(&self, item: Item) -> Option<u64> {
        self.said.get(&item)?.count?.exact()
    }

    /// Where an item stands.
    pub(super) fn place(&self, item: Item) -> Place {
        self.said.get(&item).map_or_else(|| Place { row: self.row, column: String::new() }, |said| said.place.clone())
    }
}
