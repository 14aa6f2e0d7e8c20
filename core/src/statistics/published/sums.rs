//! Whether the counts of a published table add up.

use crate::catalogue::Message;
use crate::statistics::item::{Item, Levels};
use crate::statistics::published::finding::{FindingSort, PublishedFinding, Weight};
use crate::statistics::published::population::{How, Known, Population, WHOLES};
use crate::statistics::sentence::{Sentence, Told};

/// The counts of one population.
pub(super) struct Sums<'p> {
    pub(super) population: &'p Population,
    pub(super) known: &'p Known,
    pub(super) levels: &'p Levels,
}

impl Sums<'_> {
    pub(super) fn check(&self) -> Vec<PublishedFinding> {
        let mut found: Vec<PublishedFinding> = Vec::new();
        found.extend((0..self.levels.len()).filter_map(|rank| self.upwards(rank)));
        found.extend(self.all_levels());
        found.extend(self.states());
        found.extend(self.rough());
        // A sum that fails says more than that one of its parts is too large.
        if found.iter().all(|finding| finding.weight != Weight::Wrong) {
            found.extend(self.order());
        }
        found
    }

    fn finding(
        &self,
        weight: Weight,
        sort: FindingSort,
        message: Message,
        whole: (Item, u64),
        parts: &[(Item, u64)],
    ) -> PublishedFinding {
        let (item, count) = whole;
        let sum = total(parts);
        let sentence = Sentence::new(message)
            .with("whole", item.words(self.levels))
            .with("found", count)
            .with("parts", self.told(parts))
            .with("sum", Told::Count(sum))
            .with("difference", Told::Count(sum.abs_diff(u128::from(count))));
        PublishedFinding::new(weight, sort, self.population, Some(item), sentence).between(Told::Count(sum), count)
    }

    fn told(&self, parts: &[(Item, u64)]) -> Told {
        let part = |(item, count): &(Item, u64)| {
            Sentence::new(Message::PublishedPart).with("item", item.words(self.levels)).with("count", *count).into()
        };
        Told::Several(parts.iter().map(part).collect(), " + ")
    }

    /// "HTT trở lên" is the sum of the levels that it names.
    fn upwards(&self, rank: usize) -> Option<PublishedFinding> {
        let item = Item::AtLeast(rank);
        let stated = self.population.stated(item)?;
        let parts: Option<Vec<(Item, u64)>> = (rank..self.levels.len())
            .rev()
            .map(|rank| Some((Item::Level(rank), self.population.stated(Item::Level(rank))?)))
            .collect();
        let parts = parts?;
        let kept = total(&parts) == u128::from(stated) || parts.len() < 2;
        (!kept).then(|| self.finding(Weight::Wrong, FindingSort::Sum, Message::PublishedSum, (item, stated), &parts))
    }

    /// The levels that are stated, each once: a level and those above it where the table has only these together.
    fn parts(&self) -> Vec<(Item, u64)> {
        let mut parts = Vec::new();
        let mut rank = self.levels.len();
        while let Some(below) = rank.checked_sub(1) {
            rank = below;
            if let Some(count) = self.population.stated(Item::Level(rank)) {
                parts.push((Item::Level(rank), count));
                continue;
            }
            if let Some(count) = self.population.stated(Item::AtLeast(rank)) {
                parts = vec![(Item::AtLeast(rank), count)];
            }
        }
        parts
    }

    fn all_levels(&self) -> Option<PublishedFinding> {
        let parts = self.parts();
        let stated = |item: &Item| Some((*item, self.population.stated(*item).or_else(|| self.over(*item))?));
        let whole = WHOLES.iter().find_map(stated)?;
        let (item, count) = whole;
        let mut parts = parts;
        if parts.is_empty() {
            return None;
        }
        if item != Item::Rated {
            // Whoever was reviewed and not rated stands beside the levels.
            parts.extend(self.population.stated(Item::NotRated).map(|count| (Item::NotRated, count)));
        }
        if [Item::ToReview, Item::All].contains(&item) {
            parts.extend(self.population.stated(Item::NotReviewed).map(|count| (Item::NotReviewed, count)));
        }
        let sum = total(&parts);
        if sum > u128::from(count) {
            return Some(self.finding(Weight::Wrong, FindingSort::Sum, Message::PublishedSum, whole, &parts));
        }
        // The lowest level may be left out where nobody is at it, or where somebody is: fewer is then only told.
        let upper = (1..self.levels.len()).all(|rank| parts.iter().any(|(part, _)| covers(*part, rank)));
        let lowest = parts.iter().any(|(part, _)| covers(*part, 0));
        if !upper || sum == u128::from(count) {
            return None;
        }
        let (weight, sort, message) = match (lowest, item) {
            (true, Item::Rated) => (Weight::Wrong, FindingSort::Sum, Message::PublishedSum),
            _ => (Weight::Odd, FindingSort::Shortfall, Message::PublishedShortfall),
        };
        Some(self.finding(weight, sort, message, whole, &parts))
    }

    /// What stands behind strokes, for the population that it was taken for.
    fn over(&self, item: Item) -> Option<u64> {
        (item == Item::All && self.known.how(item) == Some(How::Stated)).then(|| self.known.get(item)).flatten()
    }

    /// Those reviewed and those not make up those to be reviewed, or all; the exempt may stand among them or beside them.
    fn states(&self) -> Option<PublishedFinding> {
        let stated = |item: Item| Some((item, self.population.stated(item)?));
        let reviewed = [stated(Item::Reviewed)?, stated(Item::NotReviewed)?];
        let beside: Vec<(Item, u64)> =
            [Item::Exempt, Item::Suspended, Item::New].into_iter().filter_map(stated).collect();
        let together: Vec<(Item, u64)> = reviewed.iter().chain(&beside).copied().collect();
        let wholes: Vec<(Item, u64)> = [Item::ToReview, Item::All].into_iter().filter_map(stated).collect();
        let first = *wholes.first()?;
        let exempt: Vec<(Item, u64)> =
            reviewed.iter().chain(beside.iter().filter(|(item, _)| *item == Item::Exempt)).copied().collect();
        let ways = [total(&reviewed), total(&together), total(&exempt)];
        let kept = wholes.iter().any(|(_, count)| ways.contains(&u128::from(*count)));
        (!kept).then(|| self.finding(Weight::Wrong, FindingSort::Sum, Message::PublishedSum, first, &together))
    }

    /// No part is more than its whole.
    fn order(&self) -> Vec<PublishedFinding> {
        let top = self.levels.len();
        let mut pairs: Vec<(Item, Item)> = Vec::new();
        for (place, inner) in WHOLES.iter().enumerate() {
            let outer =
                WHOLES.iter().skip(place.saturating_add(1)).find(|outer| self.population.stated(**outer).is_some());
            pairs.extend(outer.map(|outer| (*inner, *outer)));
        }
        let widest = WHOLES.iter().rev().find(|item| self.population.stated(**item).is_some());
        for item in [Item::NotReviewed, Item::Exempt, Item::Suspended, Item::New, Item::NotRated] {
            pairs.extend(widest.map(|widest| (item, *widest)));
        }
        for rank in 0..top {
            let inner = [Item::Level(rank), Item::AtLeast(rank)];
            let outer = (0..=rank).rev().map(Item::AtLeast).chain(WHOLES);
            for part in inner {
                let whole = outer.clone().find(|whole| *whole != part && self.population.stated(*whole).is_some());
                pairs.extend(whole.map(|whole| (part, whole)));
            }
        }
        let above = |(part, whole): (Item, Item)| {
            let (count, of) = (self.population.stated(part)?, self.population.stated(whole)?);
            (count > of).then(|| {
                let sentence = Sentence::new(Message::PublishedPartAbove)
                    .with("part", part.words(self.levels))
                    .with("count", count)
                    .with("whole", whole.words(self.levels))
                    .with("of", of);
                let item = Some(part);
                PublishedFinding::new(Weight::Wrong, FindingSort::PartAboveWhole, self.population, item, sentence)
                    .between(of, count)
            })
        };
        pairs.into_iter().filter_map(above).collect()
    }

    /// Where nothing says how many there are, and the levels are only roughly known, about how many there must be.
    fn rough(&self) -> Option<PublishedFinding> {
        if self.known.whole().is_some() {
            return None;
        }
        let counts: Option<Vec<_>> =
            (1..self.levels.len()).map(|rank| self.population.said.get(&Item::Level(rank))?.count).collect();
        let lowest = self.population.said.get(&Item::Level(0)).and_then(|said| said.count);
        let counts: Vec<_> = counts?.into_iter().chain(lowest).collect();
        if counts.iter().all(|count| count.exact().is_some()) {
            return None;
        }
        let sum = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(count.value));
        let least = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(count.bounds().0));
        let most = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(count.bounds().1?));
        let sentence = match most {
            Some(most) => Sentence::new(Message::PublishedRoughTotal).with("most", most),
            None => Sentence::new(Message::PublishedRoughAtLeast),
        };
        let sentence = sentence.with("sum", sum).with("least", least);
        let mut finding =
            PublishedFinding::new(Weight::Note, FindingSort::RoughTotal, self.population, None, sentence);
        finding.count = Some(sum);
        Some(finding)
    }
}

fn covers(item: Item, rank: usize) -> bool {
    match item {
        Item::Level(level) => level == rank,
        Item::AtLeast(level) => level <= rank,
        _ => false,
    }
}

fn total(parts: &[(Item, u64)]) -> u128 {
    parts.iter().fold(0, |sum, (_, count)| sum.saturating_add(u128::from(*count)))
}

/// Whether the parts of a population add up to it, item by item where all of them state it.
pub(super) fn parts_of_populations(populations: &[Population], levels: &Levels) -> Vec<PublishedFinding> {
    let mut found = Vec::new();
    for whole in populations {
        let parts: Vec<&Population> = populations
            .iter()
            .filter(|part| {
                let of = part.part_of.as_deref();
                !std::ptr::eq(*part, whole)
                    && of.is_some_and(|of| of == whole.name || (of == whole.short() && part.year == whole.year))
            })
            .collect();
        if parts.is_empty() {
            continue;
        }
        for item in whole.said.keys() {
            let counts: Option<Vec<u64>> = parts.iter().map(|part| part.stated(*item)).collect();
            let (Some(stated), Some(counts)) = (whole.stated(*item), counts) else {
                continue;
            };
            let sum = counts.iter().fold(0_u128, |sum, count| sum.saturating_add(u128::from(*count)));
            if sum == u128::from(stated) {
                continue;
            }
            let told = parts.iter().zip(&counts).map(|(part, count)| {
                let part = Told::Text(part.name.clone());
                Sentence::new(Message::PublishedPart).with("item", part).with("count", *count).into()
            });
            let sentence = Sentence::new(Message::PublishedSum)
                .with("whole", item.words(levels))
                .with("found", stated)
                .with("parts", Told::Several(told.collect(), " + "))
                .with("sum", Told::Count(sum))
                .with("difference", Told::Count(sum.abs_diff(u128::from(stated))));
            let finding = PublishedFinding::new(Weight::Wrong, FindingSort::Parts, whole, Some(*item), sentence);
            found.push(finding.between(Told::Count(sum), stated));
        }
    }
    found
}
