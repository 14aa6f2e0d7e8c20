//! Counts over years: what changed against the year before, and between which shares a population moved.

use std::collections::BTreeMap;

use crate::catalogue::{Language, Message};
use crate::document::Words;
use crate::number::Fraction;
use crate::sorted::map;
use crate::statistics::counts::Counts;
use crate::statistics::item::{Item, Levels, both};
use crate::statistics::sentence::{Sentence, Told};
use crate::statistics::share::{Percent, whole};

/// What became of one item from one year to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The item.
    pub item: Item,
    /// How many there were.
    pub before: u64,
    /// How many there are.
    pub after: u64,
    /// Their share in the base before; nothing for a share of nothing.
    pub share_before: Option<Fraction>,
    /// Their share now.
    pub share_after: Option<Fraction>,
}

impl Change {
    /// How many more there are; negative for fewer.
    pub fn difference(&self) -> i128 {
        i128::from(self.after).saturating_sub(i128::from(self.before))
    }

    /// The change of the share, exact and as a part of 1: 0.015 is one and a half percentage points. It is the difference of
    /// the exact shares, not of rounded ones.
    pub fn points(&self) -> Option<Fraction> {
        Some(self.share_after?.plus(self.share_before?.negated()))
    }
}

/// The counts of one population over years.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Series(BTreeMap<i32, Counts>);

impl Series {
    /// From the counts of each year.
    pub fn new(years: impl IntoIterator<Item = (i32, Counts)>) -> Self {
        Self(map(years))
    }

    /// The years in their order.
    pub fn years(&self) -> impl Iterator<Item = (i32, &Counts)> {
        self.0.iter().map(|(year, counts)| (*year, counts))
    }

    /// What became of an item in a year, against the year before. `None` where one of these two years is not there: an
    /// older year never stands in for the year before.
    ///
    /// ```
    /// use xeploai::number::Fraction;
    /// use xeploai::statistics::{Counts, Item, Series};
    /// let series = Series::new([(2019, Counts::of_levels(vec![0, 1, 1])), (2020, Counts::of_levels(vec![0, 1, 3]))]);
    /// let change = series.change(2020, Item::Level(2), Item::Rated).unwrap();
    /// assert_eq!((change.difference(), change.points()), (2, Fraction::new(1, 4)));
    /// assert_eq!(series.change(2019, Item::Level(2), Item::Rated), None);
    /// ```
    pub fn change(&self, year: i32, item: Item, base: Item) -> Option<Change> {
        let (before, after) = (self.0.get(&year.checked_sub(1)?)?, self.0.get(&year)?);
        Some(Change {
            item,
            before: before.of(item)?,
            after: after.of(item)?,
            share_before: before.share(item, base),
            share_after: after.share(item, base),
        })
    }

    /// Between which shares an item moved.
    pub fn span(&self, item: Item, base: Item) -> Span {
        let mut span = Span { item, base, lowest: None, highest: None, none_in: Vec::new(), unknown_in: Vec::new() };
        for (year, counts) in self.years() {
            let Some(share) = counts.share(item, base) else {
                span.unknown_in.push(year);
                continue;
            };
            if share == Fraction::ZERO {
                span.none_in.push(year);
            }
            if span.lowest.is_none_or(|(_, lowest)| share < lowest) {
                span.lowest = Some((year, share));
            }
            if span.highest.is_none_or(|(_, highest)| share > highest) {
                span.highest = Some((year, share));
            }
        }
        span
    }
}

/// The lowest and the highest share of an item over years, as the founding article tells five years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The item.
    pub item: Item,
    /// The base of its shares.
    pub base: Item,
    /// The lowest share, and the first year that has it.
    pub lowest: Option<(i32, Fraction)>,
    /// The highest share, and the first year that has it.
    pub highest: Option<(i32, Fraction)>,
    /// The years that had none.
    pub none_in: Vec<i32>,
    /// The years in which there was no base.
    pub unknown_in: Vec<i32>,
}

impl Span {
    /// The figure in the form of the article: `89,38 % đến 96,1 % mỗi năm`, or `dưới 0,67 %; không có trong các năm 2019, 2020`
    /// where some years had none. The limit behind "under" is the lowest one with these decimals of which that is true.
    ///
    /// ```
    /// use xeploai::Language;
    /// use xeploai::statistics::{Counts, Item, Levels, Series};
    /// let years = [(2018, vec![6, 100, 800, 0]), (2019, vec![0, 100, 800, 0])];
    /// let series = Series::new(years.map(|(year, levels)| (year, Counts::of_levels(levels))));
    /// let span = series.span(Item::Level(0), Item::Rated);
    /// assert_eq!(span.words(Language::English, 2), "under 0.67%; none in 2019");
    /// ```
    pub fn words(&self, language: Language, decimals: u32) -> String {
        let (Some((_, lowest)), Some((_, highest))) = (self.lowest, self.highest) else {
            return Sentence::new(Message::SpanNothing).words(language);
        };
        let rounded = |share| Percent::rounded(share, decimals).trimmed();
        let years =
            |years: &[i32]| Told::Several(years.iter().map(|year| year.to_string().as_str().into()).collect(), ", ");
        let mut text = if highest == Fraction::ZERO {
            Sentence::new(Message::SpanNone).with("years", years(&self.none_in))
        } else if !self.none_in.is_empty() {
            let limit = Percent::truncated(highest, decimals).units().saturating_add(1);
            Sentence::new(Message::SpanUnder)
                .with("limit", Percent::new(limit.min(whole(decimals).saturating_add(1)), decimals).trimmed())
                .with("years", years(&self.none_in))
        } else if rounded(lowest) == rounded(highest) {
            Sentence::new(Message::SpanOne).with("share", rounded(highest))
        } else {
            Sentence::new(Message::SpanBetween).with("lowest", rounded(lowest)).with("highest", rounded(highest))
        }
        .words(language);
        if !self.unknown_in.is_empty() {
            text.push_str("; ");
            text.push_str(
                &Sentence::new(Message::SpanUnknown).with("years", years(&self.unknown_in)).words(language),
            );
        }
        text
    }
}

/// A line of the table over years: a population, what it is told of, and the figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanLine {
    /// The population.
    pub population: String,
    /// Between which shares it moved.
    pub span: Span,
    /// What the share is of, in words.
    pub label: Words,
    /// The figure in words.
    pub figure: Words,
}

/// The table of the founding article for one population: for each item a line, in the order in which they are asked for.
pub fn span_lines(
    population: &str,
    series: &Series,
    items: &[Item],
    base: Item,
    decimals: u32,
    levels: &Levels,
) -> Vec<SpanLine> {
    let line = |item: &Item| {
        let span = series.span(*item, base);
        let figure = both(|language| span.words(language, decimals));
        SpanLine { population: population.to_owned(), label: item.words(levels), figure, span }
    };
    items.iter().map(line).collect()
}
