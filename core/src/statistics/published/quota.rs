//! Whether the highest level keeps within its limit, on each base on which the limit may be read.
//!
//! The texts say "20 % of those rated HTT" and leave open whether HTXS is among them. So the limit is held against both, and
//! beside them against those rated and all; what the table knows only roughly, or only as shares, is taken as an interval.

use crate::catalogue::Message;
use crate::number::Fraction;
use crate::statistics::item::{Item, Levels};
use crate::statistics::published::finding::{FindingSort, Kept, PublishedFinding, Weight};
use crate::statistics::published::population::{Known, Population};
use crate::statistics::published::shares::Judged;
use crate::statistics::sentence::{Sentence, Told};
use crate::statistics::share::Percent;

/// The decimals of the shares that are told.
const DECIMALS: u32 = 2;

/// What is known of a number of people: the least, the most, and what is printed; in people or in parts of those rated.
#[derive(Debug, Clone, Copy)]
struct Rough {
    low: Fraction,
    high: Option<Fraction>,
    printed: Fraction,
}

impl Rough {
    fn exact(count: u64) -> Self {
        let count = whole(count);
        Self { low: count, high: Some(count), printed: count }
    }

    fn plus(self, other: Self) -> Self {
        let high = self.high.zip(other.high).map(|(one, two)| one.plus(two));
        Self { low: self.low.plus(other.low), high, printed: self.printed.plus(other.printed) }
    }
}

fn whole(count: u64) -> Fraction {
    Fraction::new(i128::from(count), 1).unwrap_or(Fraction::ZERO)
}

pub(super) struct Limit<'p> {
    pub(super) population: &'p Population,
    pub(super) known: &'p Known,
    pub(super) judged: &'p Judged,
    pub(super) levels: &'p Levels,
}

impl Limit<'_> {
    pub(super) fn check(&self) -> Option<PublishedFinding> {
        let limit = self.population.quota?;
        let top = Item::Level(self.levels.top());
        let (highest, in_people) = match self.people(top) {
            Some(highest) => (highest, true),
            None => (self.part(top)?, false),
        };
        let mut told: Vec<Told> = Vec::new();
        let mut bases: Vec<(Item, Kept)> = Vec::new();
        for (base, rest) in self.bases(in_people) {
            if let Some((kept, sentence)) = self.against(limit, (base, rest), highest, in_people) {
                bases.push((base, kept));
                told.push(sentence.into());
            }
        }
        let meant =
            |base: &Item| [Item::AtLeast(self.levels.second()), Item::Level(self.levels.second())].contains(base);
        let readings: Vec<Kept> = bases.iter().filter(|(base, _)| meant(base)).map(|(_, kept)| *kept).collect();
        let readings = if readings.is_empty() { bases.iter().map(|(_, kept)| *kept).collect() } else { readings };
        let weight = match () {
            () if readings.is_empty() => return None,
            () if readings.iter().all(|kept| *kept == Kept::Held) => Weight::Note,
            () if readings.iter().all(|kept| *kept == Kept::Broken) => Weight::Wrong,
            () => Weight::Odd,
        };
        let message = match weight {
            Weight::Note => Message::PublishedQuotaHeld,
            Weight::Odd => Message::PublishedQuotaDepends,
            Weight::Wrong => Message::PublishedQuotaBroken,
        };
        let limit = Percent::rounded(limit, DECIMALS).trimmed();
        let sentence = Sentence::new(message)
            .with("item", top.words(self.levels))
            .with("limit", limit)
            .with("bases", Told::Several(told, "; "));
        let mut finding = PublishedFinding::new(weight, FindingSort::Quota, self.population, Some(top), sentence);
        finding.expected = Some(limit.into());
        finding.bases = bases;
        Some(finding)
    }

    /// How many there are of an item, as far as the table counts them.
    fn people(&self, item: Item) -> Option<Rough> {
        if let Some(count) = self.known.get(item) {
            return Some(Rough::exact(count));
        }
        let count = self.population.said.get(&item)?.count?;
        let (low, high) = count.bounds();
        Some(Rough { low: whole(low), high: high.map(whole), printed: whole(count.value) })
    }

    /// The part of those rated that an item is, by its share; nothing for a share that is on another base.
    fn part(&self, item: Item) -> Option<Rough> {
        let said = self.population.said.get(&item)?;
        let elsewhere = said.base.is_some_and(|base| base != Item::Rated)
            || self
                .judged
                .taken
                .get(&item)
                .is_some_and(|taken| Some(taken.of) != self.judged.levels.map(|(_, of)| of));
        let share = said.share.filter(|_| !elsewhere)?;
        let (low, high) = share.bounds();
        Some(Rough { low, high: Some(high), printed: share.value.exact() })
    }

    /// The bases, each with what it holds beside the highest level, or, where it is known by itself, as a whole.
    fn bases(&self, in_people: bool) -> Vec<(Item, Beside)> {
        let second = self.levels.second();
        let (above, alone) = (Item::AtLeast(second), Item::Level(second));
        let get = |item: Item| if in_people { self.people(item) } else { self.part(item) };
        let good = get(alone);
        let mut bases = Vec::new();
        let together = get(above).map(Beside::Whole);
        bases.extend(good.map(Beside::With).or(together).map(|beside| (above, beside)));
        bases.extend(good.map(|good| (alone, Beside::Whole(good))));
        if good.is_none()
            && let Some(all) = get(above)
        {
            bases.push((alone, Beside::Without(all)));
        }
        if in_people {
            let mut told = Vec::new();
            for item in [Item::Rated, Item::Reviewed, Item::All] {
                let count = self.known.get(item).filter(|count| !told.contains(count));
                told.extend(count);
                bases.extend(count.map(|count| (item, Beside::Whole(Rough::exact(count)))));
            }
            if self.known.get(Item::Rated).is_none() {
                let rest: Option<Vec<Rough>> = (0..self.levels.top()).map(|rank| get(Item::Level(rank))).collect();
                let sum = rest.and_then(|rest| rest.into_iter().reduce(Rough::plus));
                bases.extend(sum.map(|sum| (Item::Rated, Beside::With(sum))));
            }
        } else {
            bases.push((Item::Rated, Beside::Whole(Rough::exact(1))));
        }
        bases
    }

    fn against(
        &self,
        limit: Fraction,
        base: (Item, Beside),
        highest: Rough,
        in_people: bool,
    ) -> Option<(Kept, Sentence)> {
        let (item, beside) = base;
        let printed = beside.share(highest.printed, beside.rough().printed)?;
        let low = match beside.rough().high {
            Some(most) => beside.share(highest.low, most),
            None => Some(Fraction::ZERO),
        };
        let high = highest.high.and_then(|most| beside.share(most, beside.rough().low));
        let kept = match (low, high) {
            (_, Some(high)) if high <= limit => Kept::Held,
            (Some(low), _) if low > limit => Kept::Broken,
            _ => Kept::Open,
        };
        let exact = low == Some(printed) && high == Some(printed);
        let message = match (kept, exact) {
            (Kept::Held, true) => Message::PublishedHeldOn,
            (Kept::Held, false) => Message::PublishedHeldAbout,
            (Kept::Broken, true) => Message::PublishedBrokenOn,
            (Kept::Broken, false) => Message::PublishedBrokenAbout,
            (Kept::Open, _) => Message::PublishedOpenOn,
        };
        let (most, threshold) = beside.most(limit, highest.printed)?;
        let over = whole_of(highest.printed).saturating_sub(most);
        let sentence = Sentence::new(message)
            .with("base", item.words(self.levels))
            .with("share", Percent::rounded(printed, DECIMALS))
            .with("most", most)
            .with("over", over);
        // In people, and not known exactly: from how many on it would be too many.
        let sentence = match exact || !in_people {
            true => sentence,
            false => Sentence::new(Message::PublishedFrom).with("what", sentence).with("from", threshold),
        };
        Some((kept, sentence))
    }
}

/// What a base holds: something beside the highest level, or all of it, or all of it with the highest level taken out.
#[derive(Debug, Clone, Copy)]
enum Beside {
    With(Rough),
    Whole(Rough),
    Without(Rough),
}

impl Beside {
    const fn rough(self) -> Rough {
        match self {
            Self::With(rough) | Self::Whole(rough) | Self::Without(rough) => rough,
        }
    }

    /// The share of so many at the highest level.
    fn share(self, highest: Fraction, own: Fraction) -> Option<Fraction> {
        let base = match self {
            Self::With(_) => own.plus(highest),
            Self::Whole(_) => own,
            Self::Without(_) => own.plus(highest.negated()),
        };
        highest.divided_by(base)
    }

    /// How many are allowed on the base as it is printed, and the first number of them that would be too many.
    fn most(self, limit: Fraction, highest: Fraction) -> Option<(u64, u64)> {
        let own = self.rough().printed;
        let (base, first) = match self {
            // x ≤ limit · (own + x)
            Self::With(_) => (own.plus(highest), limit.times(own).divided_by(Fraction::ONE.plus(limit.negated()))),
            Self::Whole(_) => (own, Some(limit.times(own))),
            // x ≤ limit · (own − x)
            Self::Without(_) => (own.plus(highest.negated()), limit.times(own).divided_by(Fraction::ONE.plus(limit))),
        };
        let threshold = first.map_or(u64::MAX, |first| whole_of(first).saturating_add(1));
        Some((whole_of(limit.times(base)), threshold))
    }
}

fn whole_of(count: Fraction) -> u64 {
    u64::try_from(count.numerator().div_euclid(count.denominator().max(1))).unwrap_or(0)
}
