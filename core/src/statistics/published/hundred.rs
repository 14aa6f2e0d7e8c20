//! Whether shares that are parts of one whole add up to 100, and whether rounding explains it where they do not.

use crate::catalogue::Message;
use crate::number::Fraction;
use crate::statistics::item::{Item, Levels};
use crate::statistics::published::finding::{FindingSort, PublishedFinding, Weight};
use crate::statistics::published::fit::Fit;
use crate::statistics::published::population::{How, Known, Population};
use crate::statistics::published::shares::Judged;
use crate::statistics::sentence::{Sentence, Told};
use crate::statistics::share::{Percent, whole};

pub(super) struct Hundred<'p> {
    pub(super) population: &'p Population,
    pub(super) known: &'p Known,
    pub(super) judged: &'p Judged,
    pub(super) levels: &'p Levels,
}

impl Hundred<'_> {
    pub(super) fn check(&self) -> Vec<PublishedFinding> {
        let mut found: Vec<PublishedFinding> = Vec::new();
        found.extend(self.levels().and_then(|(parts, complete)| self.sum(&parts, complete)));
        found.extend(self.states().and_then(|parts| self.sum(&parts, true)));
        found.extend(self.upwards());
        found
    }

    fn share(&self, item: Item) -> Option<Percent> {
        self.population.said.get(&item)?.share?.exact()
    }

    /// The levels, or a level and those above it together with the levels below; whether they are the whole.
    fn levels(&self) -> Option<(Vec<(Item, Percent)>, bool)> {
        let top = self.levels.len();
        let alone = (0..top).rev().map(Item::Level).collect();
        let together = (1..top).rev().map(|rank| {
            [Item::AtLeast(rank)].into_iter().chain((0..rank).rev().map(Item::Level)).collect::<Vec<Item>>()
        });
        let ways: Vec<Vec<Item>> = [alone].into_iter().chain(together).collect();
        ways.into_iter().find_map(|items| {
            let mut parts = Vec::new();
            let mut complete = true;
            for item in items {
                match self.share(item) {
                    Some(share) => parts.push((item, share)),
                    None if self.known.get(item) == Some(0) => {}
                    None if item == Item::Level(0) && !self.population.said.contains_key(&item) => {
                        // Nobody, where the base is what the levels add up to.
                        let assumed = self.known.how(Item::Rated) == Some(How::Assumed);
                        let base = self.judged.levels.map(|(_, of)| of);
                        complete = assumed && base.is_some() && base == self.known.get(Item::Rated);
                    }
                    None => return None,
                }
            }
            (parts.len() > 1).then_some((parts, complete))
        })
    }

    /// Those reviewed and not, where their counts make up the base.
    fn states(&self) -> Option<Vec<(Item, Percent)>> {
        let items = [Item::Reviewed, Item::NotReviewed, Item::Exempt, Item::Suspended, Item::New];
        let parts: Vec<(Item, Percent)> =
            items.into_iter().filter_map(|item| Some((item, self.share(item)?))).collect();
        let (_, of) = self.judged.states?;
        let counts: Option<u64> =
            parts.iter().try_fold(0_u64, |sum, (item, _)| sum.checked_add(self.known.get(*item)?));
        (parts.len() > 1 && counts == Some(of)).then_some(parts)
    }

    fn sum(&self, parts: &[(Item, Percent)], complete: bool) -> Option<PublishedFinding> {
        let decimals = parts.iter().map(|(_, share)| share.decimals()).max().unwrap_or(0);
        let finest = |share: &Percent| {
            let power = 10_i128.saturating_pow(decimals.saturating_sub(share.decimals()));
            (share.units().saturating_mul(power), power)
        };
        let (mut sum, mut step) = (0_i128, 0_i128);
        for (_, share) in parts {
            let (units, power) = finest(share);
            (sum, step) = (sum.saturating_add(units), step.saturating_add(power));
        }
        let missing = whole(decimals).saturating_sub(sum);
        if missing == 0 || (!complete && missing > 0) {
            return None;
        }
        let taken: Vec<_> = parts.iter().filter_map(|(item, _)| self.judged.taken.get(item)).collect();
        let every = taken.len() == parts.len();
        let mixed = taken.iter().zip(taken.iter().skip(1)).any(|(one, other)| one.of != other.of);
        let cut = taken.iter().any(|taken| taken.fit != Fit::Rounded);
        // Half a unit for each share that was rounded; a whole one, and only too little, for one that was cut off.
        let by_rounding = missing.saturating_mul(2).saturating_abs() <= step;
        let by_cutting = missing > 0 && missing < step;
        let (weight, message) = if mixed {
            (Weight::Note, Message::PublishedHundredMixed)
        } else if by_rounding && !cut {
            (Weight::Note, Message::PublishedHundredRounded)
        } else if (by_cutting || by_rounding) && (cut || !every) {
            (Weight::Note, Message::PublishedHundredCut)
        } else {
            (Weight::Wrong, Message::PublishedHundredWrong)
        };
        let total = Percent::new(sum, decimals);
        let part = |(item, share): &(Item, Percent)| {
            Sentence::new(Message::PublishedPartShare)
                .with("item", item.words(self.levels))
                .with("share", *share)
                .into()
        };
        let sentence = Sentence::new(message)
            .with("parts", Told::Several(parts.iter().map(part).collect(), " + "))
            .with("sum", total);
        let item = parts.first().map(|(item, _)| *item);
        let finding = PublishedFinding::new(weight, FindingSort::Hundred, self.population, item, sentence);
        Some(finding.between(Percent::new(100, 0), total))
    }

    /// A level and those above it, against the levels one by one, where no counts say it more exactly.
    fn upwards(&self) -> Option<PublishedFinding> {
        (1..self.levels.len()).find_map(|rank| {
            let item = Item::AtLeast(rank);
            let stated = self.share(item)?;
            let parts: Option<Vec<(Item, Percent)>> = (rank..self.levels.len())
                .rev()
                .map(|rank| Some((Item::Level(rank), self.share(Item::Level(rank))?)))
                .collect();
            let parts = parts.filter(|parts| parts.len() > 1)?;
            let apart = |item: &Item| {
                self.judged
                    .taken
                    .get(item)
                    .is_some_and(|taken| Some(taken.of) != self.judged.levels.map(|(_, of)| of))
            };
            if apart(&item) || parts.iter().any(|(item, _)| apart(item)) {
                return None;
            }
            let sum = parts.iter().fold(Fraction::ZERO, |sum, (_, share)| sum.plus(share.exact()));
            let unit = |share: &Percent| Percent::new(1, share.decimals()).exact();
            let most = parts.iter().fold(unit(&stated), |sum, (_, share)| sum.plus(unit(share)));
            let apart = sum.plus(stated.exact().negated());
            if apart.max(apart.negated()) < most {
                return None;
            }
            let decimals =
                parts.iter().map(|(_, share)| share.decimals()).chain([stated.decimals()]).max().unwrap_or(0);
            let total = Percent::rounded(sum, decimals);
            let part = |(item, share): &(Item, Percent)| {
                Sentence::new(Message::PublishedPartShare)
                    .with("item", item.words(self.levels))
                    .with("share", *share)
                    .into()
            };
            let sentence = Sentence::new(Message::PublishedSharesDiffer)
                .with("item", item.words(self.levels))
                .with("share", stated)
                .with("parts", Told::Several(parts.iter().map(part).collect(), " + "))
                .with("sum", total);
            let finding = PublishedFinding::new(
                Weight::Wrong,
                FindingSort::SharesDiffer,
                self.population,
                Some(item),
                sentence,
            );
            Some(finding.between(total, stated))
        })
    }
}
