//! The counts of one population: so many at each level, and so many at none, each with the reason.
//!
//! Every row is counted exactly once, also one for which several reasons speak: it stands under the first, the order of
//! which is the rulebook's. So the counts of a population always add up to its rows, and those of parts to the whole.

use std::collections::BTreeMap;

use crate::judge::Outcome;
use crate::number::Fraction;
use crate::rating::Rating;
use crate::statistics::item::{Item, Levels};
use crate::statistics::share::ratio;

/// How one row ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'a> {
    /// At the level of this rank.
    Rated(usize),
    /// Left to the authority.
    AuthorityDecides,
    /// Open, for facts are missing.
    Undetermined,
    /// Reviewed and not rated, for this reason where one is known.
    NotRated(Option<&'a str>),
    /// Not reviewed, for this reason where one is known.
    NotReviewed(Option<&'a str>),
    /// Not in order.
    Invalid,
}

/// So many rows at no level, by the reason for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reasons {
    unstated: u64,
    stated: BTreeMap<String, u64>,
}

impl Reasons {
    /// How many in all.
    pub fn total(&self) -> u64 {
        self.stated.values().fold(self.unstated, |sum, count| sum.saturating_add(*count))
    }

    /// How many without a known reason.
    pub fn unstated(&self) -> u64 {
        self.unstated
    }

    /// The reasons in the order of their ids, and how many for each.
    pub fn stated(&self) -> impl Iterator<Item = (&str, u64)> {
        self.stated.iter().map(|(reason, count)| (reason.as_str(), *count))
    }

    fn add(&mut self, reason: Option<&str>, times: u64) {
        let count = match reason {
            Some(reason) => self.stated.entry(reason.to_owned()).or_default(),
            None => &mut self.unstated,
        };
        *count = count.saturating_add(times);
    }

    fn merge(&mut self, other: &Self) {
        self.unstated = self.unstated.saturating_add(other.unstated);
        for (reason, count) in other.stated() {
            self.add(Some(reason), count);
        }
    }
}

/// The counts of one population.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    levels: Vec<u64>,
    authority_decides: u64,
    undetermined: u64,
    invalid: u64,
    not_rated: Reasons,
    not_reviewed: Reasons,
}

impl Counts {
    /// Nothing counted yet, on a scale of so many levels.
    pub fn new(levels: usize) -> Self {
        Self {
            levels: vec![0; levels],
            authority_decides: 0,
            undetermined: 0,
            invalid: 0,
            not_rated: Reasons::default(),
            not_reviewed: Reasons::default(),
        }
    }

    /// Counts for the levels alone, lowest first.
    ///
    /// ```
    /// use xeploai::statistics::{Counts, Item};
    /// let cells = Counts::of_levels(vec![9, 10, 100, 28]);
    /// assert_eq!(cells.of(Item::Rated), Some(147));
    /// assert_eq!(cells.of(Item::AtLeast(2)), Some(128));
    /// ```
    pub fn of_levels(levels: Vec<u64>) -> Self {
        Self { levels, ..Self::new(0) }
    }

    /// Counts a row so many times; whether its rank is one of the scale, else nothing is counted.
    #[must_use = "a row whose rank is none of the scale is not counted"]
    pub fn add(&mut self, entry: Entry<'_>, times: u64) -> bool {
        let count = match entry {
            Entry::Rated(rank) => match self.levels.get_mut(rank) {
                Some(count) => count,
                None => return false,
            },
            Entry::AuthorityDecides => &mut self.authority_decides,
            Entry::Undetermined => &mut self.undetermined,
            Entry::Invalid => &mut self.invalid,
            Entry::NotRated(reason) => {
                self.not_rated.add(reason, times);
                return true;
            }
            Entry::NotReviewed(reason) => {
                self.not_reviewed.add(reason, times);
                return true;
            }
        };
        *count = count.saturating_add(times);
        true
    }

    /// Counts a rating; whether its level is one of the scale, else nothing is counted.
    #[must_use = "a rating whose level is none of the scale is not counted"]
    pub fn add_rating(&mut self, rating: &Rating, levels: &Levels) -> bool {
        let reason = rating.reasons().next().map(|reason| reason.rule());
        let entry = match rating.outcome() {
            Outcome::Rated => match rating.level().and_then(|level| levels.rank(level)) {
                Some(rank) => Entry::Rated(rank),
                None => return false,
            },
            Outcome::AuthorityDecides => Entry::AuthorityDecides,
            Outcome::Undetermined => Entry::Undetermined,
            Outcome::Invalid => Entry::Invalid,
            Outcome::NotRated => Entry::NotRated(reason),
            Outcome::NotReviewed => Entry::NotReviewed(reason),
        };
        self.add(entry, 1)
    }

    /// Adds the counts of another population of the same scale; whether it is the same scale, else nothing is added.
    #[must_use = "counts of another scale are not added"]
    pub fn merge(&mut self, other: &Self) -> bool {
        if self.levels.len() != other.levels.len() {
            return false;
        }
        for (count, added) in self.levels.iter_mut().zip(&other.levels) {
            *count = count.saturating_add(*added);
        }
        self.authority_decides = self.authority_decides.saturating_add(other.authority_decides);
        self.undetermined = self.undetermined.saturating_add(other.undetermined);
        self.invalid = self.invalid.saturating_add(other.invalid);
        self.not_rated.merge(&other.not_rated);
        self.not_reviewed.merge(&other.not_reviewed);
        true
    }

    /// How many at each level, lowest first.
    pub fn levels(&self) -> &[u64] {
        &self.levels
    }

    /// How many are left to the authority.
    pub fn authority_decides(&self) -> u64 {
        self.authority_decides
    }

    /// How many are open, for facts are missing.
    pub fn undetermined(&self) -> u64 {
        self.undetermined
    }

    /// How many are not in order.
    pub fn invalid(&self) -> u64 {
        self.invalid
    }

    /// Those who were reviewed and not rated.
    pub fn not_rated(&self) -> &Reasons {
        &self.not_rated
    }

    /// Those who were not reviewed.
    pub fn not_reviewed(&self) -> &Reasons {
        &self.not_reviewed
    }

    /// How many of an item. Reviewed are those whose review is known: rated, left to the authority, open, or not rated; who
    /// is invalid is only among all. `None` for what is not counted here.
    pub fn of(&self, item: Item) -> Option<u64> {
        let at_least = |rank: usize| {
            self.levels.get(rank..).map(|levels| levels.iter().fold(0_u64, |sum, count| sum.saturating_add(*count)))
        };
        let rated = at_least(0).unwrap_or(0);
        let reviewed = [rated, self.authority_decides, self.undetermined, self.not_rated.total()]
            .into_iter()
            .fold(0_u64, u64::saturating_add);
        let to_review = reviewed.saturating_add(self.not_reviewed.total());
        match item {
            Item::All => Some(to_review.saturating_add(self.invalid)),
            Item::ToReview => Some(to_review),
            Item::Reviewed => Some(reviewed),
            Item::NotReviewed => Some(self.not_reviewed.total()),
            Item::Rated => Some(rated),
            Item::NotRated => Some(self.not_rated.total()),
            Item::AtLeast(rank) => at_least(rank),
            Item::Level(rank) => self.levels.get(rank).copied(),
            Item::Exempt | Item::Suspended | Item::New => None,
        }
    }

    /// The exact share of an item in a base; `None` where one of them is not counted, or the base is nothing.
    pub fn share(&self, item: Item, base: Item) -> Option<Fraction> {
        ratio(self.of(item)?, self.of(base)?)
    }
}
