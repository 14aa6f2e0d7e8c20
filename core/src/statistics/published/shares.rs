//! Whether the shares of a published table are those of its counts, and on which base each was taken.
//!
//! The base is found by trying: of the bases that the table knows, the one that gives most shares of a population is the
//! one that its author took; a share that it does not give is tried on the others. What no base gives is wrong.

use std::collections::BTreeMap;

use crate::catalogue::Message;
use crate::statistics::item::{Item, Levels};
use crate::statistics::published::finding::{FindingSort, PublishedFinding, Weight};
use crate::statistics::published::fit::{Fit, Span, bases, common, counts, fit};
use crate::statistics::published::population::{How, Known, Place, Population, Said, WHOLES};
use crate::statistics::sentence::{Sentence, Told};
use crate::statistics::share::{Percent, ratio};

/// On what a share was found to be taken, and how it came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) base: Item,
    pub(super) of: u64,
    pub(super) fit: Fit,
}

/// What the shares of a population turned out to be.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    /// The base of most levels.
    pub(super) levels: Option<(Item, u64)>,
    /// The base of most others.
    pub(super) states: Option<(Item, u64)>,
    pub(super) taken: BTreeMap<Item, Taken>,
}

pub(super) struct Shares<'p> {
    population: &'p Population,
    known: &'p mut Known,
    levels: &'p Levels,
    judged: Judged,
    found: Vec<PublishedFinding>,
    /// Shares on a base that is not theirs, by that base.
    elsewhere: BTreeMap<Item, Vec<(Item, Percent, u64)>>,
}

/// Judges the shares of a population, and learns the counts that only they give.
pub(super) fn check(population: &Population, known: &mut Known, levels: &Levels) -> (Judged, Vec<PublishedFinding>) {
    let mut shares = Shares {
        population,
        known,
        levels,
        judged: Judged::default(),
        found: Vec::new(),
        elsewhere: BTreeMap::new(),
    };
    for of_levels in [false, true] {
        shares.group(of_levels);
    }
    shares.parts();
    shares.tell_elsewhere();
    shares.equal_counts();
    (shares.judged, shares.found)
}

impl Shares<'_> {
    /// The exact shares of the levels, or of all else.
    fn exact(&self, of_levels: bool) -> Vec<(Item, Percent, Said)> {
        let mine = |(item, said): (&Item, &Said)| {
            let share = said.share?.exact()?;
            (item.is_level() == of_levels).then(|| (*item, share, said.clone()))
        };
        self.population.said.iter().filter_map(mine).collect()
    }

    /// The bases that the table knows, the usual ones first, each number once.
    fn bases(&self, of_levels: bool) -> Vec<(Item, u64)> {
        let (top, second) = (self.levels.top(), self.levels.second());
        let order: Vec<Item> = if of_levels {
            let parts = (1..top).rev().map(Item::AtLeast).chain((0..=top).rev().map(Item::Level));
            WHOLES.into_iter().chain([Item::AtLeast(second), Item::Level(second)]).chain(parts).collect()
        } else {
            vec![Item::All, Item::ToReview, Item::Reviewed, Item::Rated]
        };
        let mut found: Vec<(Item, u64)> = Vec::new();
        for base in order {
            if let Some(of) = self.known.get(base).filter(|of| *of > 0)
                && found.iter().all(|(_, other)| *other != of)
            {
                found.push((base, of));
            }
        }
        found
    }

    /// Whether a base is the usual one of an item.
    fn usual(&self, item: Item, base: Item) -> bool {
        let known = |item| matches!(self.known.how(item), Some(How::Stated | How::Derived));
        let same = |other: Item| self.known.get(other).is_some() && self.known.get(other) == self.known.get(base);
        match item {
            Item::AtLeast(_) | Item::Level(_) if known(Item::Rated) => base == Item::Rated || same(Item::Rated),
            Item::AtLeast(_) | Item::Level(_) => WHOLES.contains(&base),
            Item::Rated | Item::NotRated => [Item::All, Item::ToReview, Item::Reviewed].contains(&base),
            _ if known(Item::All) || known(Item::ToReview) => {
                [Item::All, Item::ToReview].iter().any(|whole| *whole == base || same(*whole))
            }
            _ => true,
        }
    }

    fn group(&mut self, of_levels: bool) {
        let shares = self.exact(of_levels);
        let bases = self.bases(of_levels);
        let main = self.main_base(&shares, &bases);
        match of_levels {
            true => self.judged.levels = main,
            false => self.judged.states = main,
        }
        let counted = |(item, share, said): &(Item, Percent, Said)| {
            let free = said.base.is_none() && said.over.is_none();
            Some((*item, *share, self.known.get(*item).filter(|count| *count > 0 && free)?))
        };
        let counted: Vec<(Item, Percent, u64)> = shares.iter().filter_map(counted).collect();
        if main.is_none() && self.implied_base(&counted, &bases) {
            return;
        }
        for (item, share, said) in &shares {
            match self.known.get(*item) {
                Some(count) => self.judge((*item, *share, count), said, main, &bases, of_levels),
                None => self.count_of(*item, *share, said, main, &bases),
            }
        }
    }

    /// The base that gives most shares; of several the one that gives more of them rounded, then the more usual.
    fn main_base(&self, shares: &[(Item, Percent, Said)], bases: &[(Item, u64)]) -> Option<(Item, u64)> {
        let mut best: Option<((usize, usize), (Item, u64))> = None;
        for base in bases {
            let fits = shares.iter().filter_map(|(item, share, said)| {
                let count = self.known.get(*item).filter(|count| *count > 0)?;
                let free = *item != base.0 && said.base.is_none_or(|stated| stated == base.0);
                free.then(|| fit(count, base.1, *share)).flatten().filter(|fit| *fit != Fit::Up)
            });
            let fits: Vec<Fit> = fits.collect();
            let score = (fits.len(), fits.iter().filter(|fit| **fit == Fit::Rounded).count());
            if score.0 > 0 && best.is_none_or(|(other, _)| score > other) {
                best = Some((score, *base));
            }
        }
        best.map(|(_, base)| base)
    }

    fn finding(&self, weight: Weight, sort: FindingSort, item: Item, sentence: Sentence) -> PublishedFinding {
        PublishedFinding::new(weight, sort, self.population, Some(item), sentence)
    }

    /// A share whose count is known.
    fn judge(
        &mut self,
        stated: (Item, Percent, u64),
        said: &Said,
        main: Option<(Item, u64)>,
        bases: &[(Item, u64)],
        of_levels: bool,
    ) {
        let (item, share, count) = stated;
        if said.count.is_none() && self.known.how(item) == Some(How::Derived) {
            self.tell_implied(item, count);
        }
        if let Some(over) = said.over
            && bases.iter().all(|(_, of)| *of != over)
        {
            let sentence = Sentence::new(Message::PublishedUnknownBase)
                .with("item", item.words(self.levels))
                .with("count", count)
                .with("over", over);
            self.found.push(self.finding(Weight::Odd, FindingSort::UnknownBase, item, sentence));
        }
        let named = said.base.and_then(|base| Some((base, self.known.get(base)?)));
        let over = said.over.map(|over| {
            let name = bases.iter().find(|(_, of)| *of == over).map_or(Item::All, |(base, _)| *base);
            (name, over)
        });
        let usual = bases.iter().copied().find(|(base, _)| self.usual(item, *base) && *base != item);
        let own = named.or(over).or(main.filter(|(base, _)| *base != item)).or(usual);
        let Some((base, of)) = own else {
            return;
        };
        let told = named.is_some() || over.is_some();
        match fit(count, of, share) {
            Some(fit) if told || self.usual(item, base) => self.taken(item, share, count, Taken { base, of, fit }),
            Some(fit) => {
                self.judged.taken.insert(item, Taken { base, of, fit });
                self.elsewhere.entry(base).or_default().push((item, share, count));
            }
            None => {
                let tried = |wanted: Fit| {
                    bases.iter().copied().find(|(base, of)| {
                        *base != item && *of >= count && count > 0 && fit(count, *of, share) == Some(wanted)
                    })
                };
                let other = [Fit::Rounded, Fit::Truncated]
                    .into_iter()
                    .find_map(|fit| tried(fit).map(|(base, of)| Taken { base, of, fit }));
                match other {
                    Some(taken) => {
                        self.judged.taken.insert(item, taken);
                        self.elsewhere.entry(taken.base).or_default().push((item, share, count));
                    }
                    None => self.wrong(stated, (base, of), of_levels),
                }
            }
        }
    }

    /// A share on its own base.
    fn taken(&mut self, item: Item, share: Percent, count: u64, taken: Taken) {
        self.judged.taken.insert(item, taken);
        let (sort, message) = match taken.fit {
            Fit::Rounded => return,
            Fit::Truncated => (FindingSort::Truncated, Message::PublishedTruncated),
            Fit::Up => (FindingSort::RoundedUp, Message::PublishedRoundedUp),
        };
        let expected = rounded(count, taken.of, share);
        let sentence = self.about(message, (item, share, count), (taken.base, taken.of)).with("expected", expected);
        let mut finding = self.finding(Weight::Odd, sort, item, sentence).between(expected, share);
        finding.base = Some(taken.base);
        self.found.push(finding);
    }

    fn about(&self, message: Message, stated: (Item, Percent, u64), base: (Item, u64)) -> Sentence {
        Sentence::new(message)
            .with("item", stated.0.words(self.levels))
            .with("share", stated.1)
            .with("count", stated.2)
            .with("base", base.0.words(self.levels))
            .with("of", base.1)
    }

    fn wrong(&mut self, stated: (Item, Percent, u64), base: (Item, u64), of_levels: bool) {
        let (item, share, count) = stated;
        if let Some(other) = self.swapped(stated, base, of_levels) {
            // Told once, by the first of the two.
            if other > item {
                let sentence =
                    self.about(Message::PublishedSwapped, stated, base).with("other", other.words(self.levels));
                let mut finding = self.finding(Weight::Wrong, FindingSort::Swapped, item, sentence);
                finding.base = Some(base.0);
                self.found.push(finding);
            }
            return;
        }
        let (expected, cut) = (rounded(count, base.1, share), truncated(count, base.1, share));
        let by_rounding = counts(base.1, share, Fit::Rounded);
        let giving = by_rounding.or_else(|| counts(base.1, share, Fit::Truncated));
        let why = match giving {
            Some((low, high)) if low == high => Sentence::new(Message::PublishedCountWouldBe)
                .with("count", low)
                .with("of", base.1)
                .with("share", share),
            Some((low, high)) => Sentence::new(Message::PublishedCountsWouldBe)
                .with("low", low)
                .with("high", high)
                .with("of", base.1)
                .with("share", share),
            None => Sentence::new(Message::PublishedNoCountGives).with("of", base.1).with("share", share),
        };
        let message = if expected == cut { Message::PublishedWrongShare } else { Message::PublishedWrongEither };
        let sentence = self.about(message, stated, base).with("expected", expected).with("cut", cut).with("why", why);
        let mut finding =
            self.finding(Weight::Wrong, FindingSort::WrongShare, item, sentence).between(expected, share);
        finding.base = Some(base.0);
        finding.count = giving.map(|(low, high)| if count < low { low } else { high });
        self.found.push(finding);
    }

    /// The item whose share stands here, where the share of this one stands there.
    fn swapped(&self, stated: (Item, Percent, u64), base: (Item, u64), of_levels: bool) -> Option<Item> {
        let (item, share, count) = stated;
        self.exact(of_levels).into_iter().find_map(|(other, printed, _)| {
            let other_count = self.known.get(other)?;
            let crossed = fit(other_count, base.1, share).is_some() && fit(count, base.1, printed).is_some();
            (other != item && other_count != count && crossed && fit(other_count, base.1, printed).is_none())
                .then_some(other)
        })
    }

    fn tell_implied(&mut self, item: Item, count: u64) {
        let sentence =
            Sentence::new(Message::PublishedImplied).with("item", item.words(self.levels)).with("count", count);
        let mut finding = self.finding(Weight::Note, FindingSort::Implied, item, sentence);
        finding.count = Some(count);
        self.found.push(finding);
    }

    /// A share without a count: which count gives it, on its own base or else on another.
    fn count_of(
        &mut self,
        item: Item,
        share: Percent,
        said: &Said,
        main: Option<(Item, u64)>,
        bases: &[(Item, u64)],
    ) {
        if said.count.is_some() {
            // A rough count: nothing can be held against it.
            return;
        }
        let named = said.base.and_then(|base| Some((base, self.known.get(base)?)));
        let usual = bases.iter().copied().find(|(base, _)| self.usual(item, *base) && *base != item);
        let Some(own) = named.or(main).or(usual) else {
            return;
        };
        let on = |base: (Item, u64), fit: Fit| counts(base.1, share, fit).map(|span| (base, fit, span));
        // "…, of which 23.8 % excellent" is taken on what stands before it; on a base as wide as another every share is some
        // count's, so no wider one is tried.
        let second = self.levels.second();
        let before = [Item::AtLeast(second), Item::Level(second)];
        let others = bases.iter().copied().filter(|base| {
            item == Item::Level(self.levels.top()) && named.is_none() && before.contains(&base.0) && *base != own
        });
        let found = on(own, Fit::Rounded)
            .or_else(|| others.into_iter().find_map(|base| on(base, Fit::Rounded)))
            .or_else(|| on(own, Fit::Truncated));
        let Some((base, fit, (low, high))) = found else {
            let why = Sentence::new(Message::PublishedNoCountGives).with("of", own.1).with("share", share);
            let sentence = Sentence::new(Message::PublishedShareAlone)
                .with("item", item.words(self.levels))
                .with("share", share)
                .with("why", why);
            let mut finding = self.finding(Weight::Wrong, FindingSort::WrongShare, item, sentence);
            finding.base = Some(own.0);
            finding.found = Some(share.into());
            self.found.push(finding);
            return;
        };
        self.judged.taken.insert(item, Taken { base: base.0, of: base.1, fit });
        if low != high {
            return;
        }
        self.known.learn(item, low, self.levels);
        let elsewhere = base != own && !self.usual(item, base.0);
        let (weight, sort) = match (elsewhere, fit) {
            (true, _) => (Weight::Odd, FindingSort::OtherBase),
            (false, Fit::Truncated) => (Weight::Odd, FindingSort::Truncated),
            (false, _) => (Weight::Note, FindingSort::Implied),
        };
        let message = match sort {
            FindingSort::OtherBase => Message::PublishedCountElsewhere,
            FindingSort::Truncated => Message::PublishedCountCut,
            _ => Message::PublishedCountByShare,
        };
        let sentence =
            self.about(message, (item, share, low), base).with("own", own.0.words(self.levels)).with("own_of", own.1);
        let mut finding = self.finding(weight, sort, item, sentence);
        (finding.base, finding.count) = (Some(base.0), Some(low));
        self.found.push(finding);
    }

    /// Where no named base gives any share: the bases that would give all of them. Whether that was told.
    fn implied_base(&mut self, shares: &[(Item, Percent, u64)], named: &[(Item, u64)]) -> bool {
        let Some((item, first, _)) = shares.first().copied() else {
            return false;
        };
        // One share that no base gives is wrong, not taken on a base of its own.
        if shares.len() < 2 && !named.is_empty() {
            return false;
        }
        let least = match self.known.get(Item::AtLeast(0)) {
            Some(all) => all,
            None => shares.iter().map(|(_, _, count)| *count).max().unwrap_or(0),
        };
        let open = Some((least, u64::MAX));
        let all =
            |fit: Fit| shares.iter().fold(open, |span, (_, share, count)| common(span, bases(*count, *share, fit)));
        let (by_rounding, by_cutting) = (all(Fit::Rounded), all(Fit::Truncated));
        let either = shares.iter().fold(open, |span, (_, share, count)| {
            let (one, other) = (bases(*count, *share, Fit::Rounded), bases(*count, *share, Fit::Truncated));
            let ends = match (one, other) {
                (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
                (one, other) => one.or(other),
            };
            common(span, ends)
        });
        if either.is_none() && !named.is_empty() {
            return false;
        }
        let told = |span: Option<Span>| match span {
            None => Sentence::new(Message::PublishedNoBase),
            Some((low, high)) if low == high => Sentence::new(Message::PublishedBaseOne).with("low", low),
            Some((low, high)) => Sentence::new(Message::PublishedBaseBetween).with("low", low).with("high", high),
        };
        let named_as = |(base, of): &(Item, u64)| {
            Sentence::new(Message::PublishedPart).with("item", base.words(self.levels)).with("count", *of).into()
        };
        let quoted = |(item, share, count): &(Item, Percent, u64)| {
            Sentence::new(Message::PublishedQuoted)
                .with("item", item.words(self.levels))
                .with("count", *count)
                .with("share", *share)
                .into()
        };
        let message = if named.is_empty() { Message::PublishedBaseUnstated } else { Message::PublishedBaseMissing };
        let sentence = Sentence::new(message)
            .with("shares", Told::Several(shares.iter().map(quoted).collect(), "; "))
            .with("bases", Told::Several(named.iter().map(named_as).collect(), ", "))
            .with("rounded", told(by_rounding))
            .with("cut", told(by_cutting))
            .with("either", told(either));
        let weight = match (named.is_empty(), by_rounding, either) {
            (true, Some(_), _) => Weight::Note,
            (_, _, Some(_)) => Weight::Odd,
            _ => Weight::Wrong,
        };
        let mut finding = self.finding(weight, FindingSort::ImpliedBase, item, sentence);
        finding.found = Some(first.into());
        finding.count = by_rounding.or(by_cutting).map(|(low, _)| low);
        self.found.push(finding);
        true
    }

    /// Shares whose base their title names: each must be that of this base, or else it is told which one it is.
    fn parts(&mut self) {
        let said = self.population.said.iter();
        let parts: Vec<(Item, Item, Percent, Place)> = said
            .flat_map(|(item, said)| {
                said.parts.iter().map(|(base, share, place)| (*item, *base, *share, place.clone()))
            })
            .filter_map(|(item, base, share, place)| Some((item, base, share.exact()?, place)))
            .collect();
        for (item, named, share, place) in parts {
            let (Some(count), Some(of)) = (self.known.get(item), self.known.get(named).filter(|of| *of > 0)) else {
                continue;
            };
            let before = self.found.len();
            self.part((item, share, count), (named, of));
            for finding in self.found.iter_mut().skip(before) {
                finding.place = place.clone();
            }
        }
    }

    fn part(&mut self, stated: (Item, Percent, u64), named: (Item, u64)) {
        let (item, share, count) = stated;
        if let Some(fit) = fit(count, named.1, share) {
            // The share of the item itself keeps the base on which it was found.
            let own = self.judged.taken.remove(&item);
            self.taken(item, share, count, Taken { base: named.0, of: named.1, fit });
            self.judged.taken.remove(&item);
            self.judged.taken.extend(own.map(|own| (item, own)));
            return;
        }
        let other = self.bases(true).into_iter().find(|(base, of)| {
            *base != item && *of >= count && count > 0 && fit(count, *of, share) == Some(Fit::Rounded)
        });
        let Some(base) = other else {
            self.wrong(stated, named, true);
            return;
        };
        let expected = rounded(count, named.1, share);
        let sentence = self
            .about(Message::PublishedPartElsewhere, stated, base)
            .with("named", named.0.words(self.levels))
            .with("named_of", named.1)
            .with("expected", expected);
        let mut finding = self.finding(Weight::Odd, FindingSort::OtherBase, item, sentence).between(expected, share);
        finding.base = Some(base.0);
        self.found.push(finding);
    }

    /// The shares on a base that is not theirs, those of one base together.
    fn tell_elsewhere(&mut self) {
        for (base, shares) in std::mem::take(&mut self.elsewhere) {
            let (Some(of), Some((first, share, count))) = (self.known.get(base), shares.first().copied()) else {
                continue;
            };
            let own = |item: Item| {
                let bases = self.bases(item.is_level());
                bases.into_iter().find(|(other, _)| self.usual(item, *other) && *other != item)
            };
            let part = |(item, share, count): &(Item, Percent, u64)| {
                let quoted = Sentence::new(Message::PublishedQuoted)
                    .with("item", item.words(self.levels))
                    .with("count", *count)
                    .with("share", *share);
                match own(*item) {
                    Some((base, of)) => Sentence::new(Message::PublishedInstead)
                        .with("quoted", quoted)
                        .with("base", base.words(self.levels))
                        .with("of", of)
                        .with("share", rounded(*count, of, *share))
                        .into(),
                    None => quoted.into(),
                }
            };
            let parts: Vec<Told> = shares.iter().map(part).collect();
            let expected = own(first).map(|(_, of)| rounded(count, of, share));
            let cut = self.judged.taken.get(&first).is_some_and(|taken| taken.fit == Fit::Truncated);
            let message = if cut { Message::PublishedOtherBaseCut } else { Message::PublishedOtherBase };
            let sentence = Sentence::new(message)
                .with("shares", Told::Several(parts, "; "))
                .with("base", base.words(self.levels))
                .with("of", of);
            let mut finding = self.finding(Weight::Odd, FindingSort::OtherBase, first, sentence);
            finding.base = Some(base);
            finding.expected = expected.map(Told::Share);
            finding.found = Some(share.into());
            self.found.push(finding);
        }
    }

    /// The same count cannot have two shares of one base.
    fn equal_counts(&mut self) {
        let shares = self.exact(true);
        for (place, (item, share, _)) in shares.iter().enumerate() {
            for (other, printed, _) in shares.iter().skip(place.saturating_add(1)) {
                let (one, two) = (self.known.get(*item), self.known.get(*other));
                let same = one.is_some() && one == two && share.decimals() == printed.decimals();
                let taken = (self.judged.taken.get(item), self.judged.taken.get(other));
                let apart = matches!(taken, (Some(one), Some(two)) if one.base != two.base);
                let alias = matches!((item, other), (Item::AtLeast(_), _) | (_, Item::AtLeast(_)));
                if let (true, false, false, Some(count)) = (same && share != printed, apart, alias, one) {
                    let sentence = Sentence::new(Message::PublishedEqualCounts)
                        .with("item", item.words(self.levels))
                        .with("other", other.words(self.levels))
                        .with("count", count)
                        .with("share", *share)
                        .with("printed", *printed);
                    self.found.push(self.finding(Weight::Odd, FindingSort::EqualCounts, *item, sentence));
                }
            }
        }
    }
}

fn rounded(count: u64, of: u64, like: Percent) -> Percent {
    ratio(count, of).map_or(like, |share| Percent::rounded(share, like.decimals()))
}

fn truncated(count: u64, of: u64, like: Percent) -> Percent {
    ratio(count, of).map_or(like, |share| Percent::truncated(share, like.decimals()))
}
