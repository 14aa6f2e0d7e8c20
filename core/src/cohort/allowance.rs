//! How many of a group may have a level: arithmetic on counts alone, exact, in every completion of what is open.

use crate::document::{Quota, Rate};
use crate::number::Fraction;
use crate::rulebook::{PolicySet, Rulebook};

/// How a share of a count becomes a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rounding {
    Floor,
    /// A half goes up.
    Nearest,
    Ceil,
}

/// The choices behind a quota.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    /// The level that is limited, by rank.
    pub(crate) level: u8,
    /// The levels that the share is taken of, as bits by rank.
    pub(crate) base: u16,
    pub(crate) rounding: Rounding,
    /// Whether those who step down count in the base at the level below.
    pub(crate) joins: bool,
    /// Whether a group with any candidate may have one.
    pub(crate) at_least_one: bool,
    /// Whether those over step down by the ranking.
    pub(crate) steps_down: bool,
}

impl Terms {
    /// What the policies say of a quota.
    pub(crate) fn new(rulebook: &Rulebook, quota: &Quota, policies: &PolicySet) -> Self {
        let levels = &rulebook.document().levels;
        let rank = |code: &str| levels.iter().position(|level| level.code == code);
        let level = rank(&quota.level).and_then(|rank| u8::try_from(rank).ok()).unwrap_or(0);
        let bits =
            |from: usize, to: usize| (from..to).fold(0_u16, |bits, rank| bits | 1_u16.wrapping_shl(rank as u32));
        let base = match policies.choice(rulebook, &quota.base) {
            "rated" => bits(0, levels.len()),
            code => match code.strip_suffix("_and_above").map(rank) {
                Some(Some(from)) => bits(from, levels.len()),
                _ => rank(code).map_or(0, |at| bits(at, at.saturating_add(1))),
            },
        };
        let rounding = match policies.choice(rulebook, &quota.rounding) {
            "ceil" => Rounding::Ceil,
            "nearest" => Rounding::Nearest,
            _ => Rounding::Floor,
        };
        let chosen = |policy: &str, option: &str| policies.choice(rulebook, policy) == option;
        Self {
            level,
            base,
            rounding,
            joins: chosen(&quota.stepping_down, "join"),
            at_least_one: chosen(&quota.small_groups, "one"),
            steps_down: quota.over_quota.as_deref().is_some_and(|policy| chosen(policy, "step_down")),
        }
    }

    pub(crate) fn counts(&self, level: u8) -> bool {
        self.base & 1_u16.checked_shl(u32::from(level)).unwrap_or(0) != 0
    }

    /// The largest number that may have the level, of so many candidates; `base` is counted before anyone steps down.
    pub(crate) fn most(&self, rate: Fraction, candidates: u64, base: u64) -> u64 {
        let below = self.level.checked_sub(1).is_some_and(|below| self.counts(below));
        let fits = |number: u64| {
            let down = candidates.saturating_sub(number);
            let base = match (self.joins, below, self.counts(self.level)) {
                (true, true, false) => base.saturating_add(down),
                (true, false, true) => base.saturating_sub(down),
                _ => base,
            };
            number <= self.share(rate, base)
        };
        let most = match (self.joins, below, self.counts(self.level)) {
            // The base grows as the number does: what fits is no range.
            (true, false, true) => (0..=candidates).rev().find(|number| fits(*number)).unwrap_or(0),
            _ => {
                let (mut low, mut high) = (0, candidates);
                while low < high {
                    let middle = low.saturating_add(high.saturating_sub(low).div_ceil(2));
                    if fits(middle) { low = middle } else { high = middle.saturating_sub(1) }
                }
                low
            }
        };
        if self.at_least_one { most.max(candidates.min(1)) } else { most }
    }

    /// How many may have the level where nobody steps down any more: `base` is counted as it is in the end.
    pub(crate) fn allowed(&self, rate: Fraction, candidates: u64, base: u64) -> u64 {
        let most = self.share(rate, base);
        if self.at_least_one { most.max(candidates.min(1)) } else { most }
    }

    fn share(&self, rate: Fraction, of: u64) -> u64 {
        let (part, whole) = (rate.numerator().max(0), rate.denominator().max(1));
        let product = part.saturating_mul(i128::from(of));
        let number = match self.rounding {
            Rounding::Floor => product.div_euclid(whole),
            Rounding::Nearest => product.saturating_mul(2).saturating_add(whole).div_euclid(whole.saturating_mul(2)),
            Rounding::Ceil => product.saturating_add(whole.saturating_sub(1)).div_euclid(whole),
        };
        u64::try_from(number).unwrap_or(u64::MAX)
    }
}

/// The share that a quota states; nothing where it is recorded for the group.
pub(crate) fn stated_rate(quota: &Quota) -> Option<Fraction> {
    match &quota.rate {
        Rate::Share(share) => Fraction::parse(share),
        Rate::Recorded(_) => None,
    }
}

/// A group, counted by what its members may still become.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pool {
    /// Those who have the level in every completion.
    sure: u64,
    /// Those who may have it, else count in the base.
    or_in: u64,
    /// Those who may have it, else may or may not count in the base.
    or_either: u64,
    /// Those who may have it, else do not count in the base.
    or_out: u64,
    /// Those who cannot have it and count in the base.
    inside: u64,
    /// Those who cannot have it and may count in the base.
    maybe: u64,
}

/// What a quota allows a group, between its completions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Allowance {
    /// How many may be candidates.
    pub(crate) candidates: (u64, u64),
    /// What the share is taken of, before anyone steps down.
    pub(crate) base: (u64, u64),
    /// How many may have the level.
    pub(crate) most: (u64, u64),
    /// How many are over.
    pub(crate) over: (u64, u64),
}

impl Pool {
    /// Counts a member that may have the levels of an interval, or perhaps is not rated at all.
    pub(crate) fn add(&mut self, terms: &Terms, low: u8, high: u8, perhaps_unrated: bool) {
        let others = (low..=high).filter(|level| *level != terms.level);
        let (mut inside, mut outside) = (false, perhaps_unrated);
        for level in others {
            match terms.counts(level) {
                true => inside = true,
                false => outside = true,
            }
        }
        let candidate = (low..=high).contains(&terms.level);
        let counter = match (candidate, inside, outside) {
            (true, false, false) => &mut self.sure,
            (true, true, false) => &mut self.or_in,
            (true, true, true) => &mut self.or_either,
            (true, false, true) => &mut self.or_out,
            (false, true, false) => &mut self.inside,
            (false, true, true) => &mut self.maybe,
            (false, false, _) => return,
        };
        *counter = counter.saturating_add(1);
    }

    /// Counts so many who are rated at a level.
    pub(crate) fn add_many(&mut self, terms: &Terms, level: u8, many: u64) {
        let counter = match (level == terms.level, terms.counts(level)) {
            (true, _) => &mut self.sure,
            (false, true) => &mut self.inside,
            (false, false) => return,
        };
        *counter = counter.saturating_add(many);
    }

    /// How many were counted who may matter.
    pub(crate) fn size(&self) -> u64 {
        [self.sure, self.or_in, self.or_either, self.or_out, self.inside, self.maybe].iter().sum()
    }

    /// Counts those of another pool too.
    pub(crate) fn join(&mut self, other: &Self) {
        let pairs = [
            (&mut self.sure, other.sure),
            (&mut self.or_in, other.or_in),
            (&mut self.or_either, other.or_either),
            (&mut self.or_out, other.or_out),
            (&mut self.inside, other.inside),
            (&mut self.maybe, other.maybe),
        ];
        for (to, more) in pairs {
            *to = to.saturating_add(more);
        }
    }

    /// What the quota allows, exact: every number of candidates is tried with the smallest and the largest base.
    pub(crate) fn allowance(&self, terms: &Terms, rate: Fraction) -> Allowance {
        let open = self.or_in.saturating_add(self.or_either).saturating_add(self.or_out);
        let own = |number: u64| if terms.counts(terms.level) { number } else { 0 };
        let mut found: Option<Allowance> = None;
        for more in 0..=open {
            let candidates = self.sure.saturating_add(more);
            let fixed = self.inside.saturating_add(own(candidates));
            // The smallest base: who else would count in it is a candidate, who may stay out does.
            let least = fixed.saturating_add(self.or_in.saturating_sub(more));
            // The largest: who else would not count in it is a candidate first.
            let others = self.or_in.saturating_add(self.or_either);
            let large = others.saturating_sub(more.saturating_sub(self.or_out)).min(others);
            let largest = fixed.saturating_add(self.maybe).saturating_add(large);
            for base in [least, largest] {
                let most = terms.most(rate, candidates, base);
                let over = candidates.saturating_sub(most);
                let one = Allowance {
                    candidates: (candidates, candidates),
                    base: (base, base),
                    most: (most, most),
                    over: (over, over),
                };
                found = Some(found.map_or(one, |found| found.joined(one)));
            }
        }
        found.unwrap_or(Allowance { candidates: (0, 0), base: (0, 0), most: (0, 0), over: (0, 0) })
    }
}

impl Allowance {
    fn joined(self, other: Self) -> Self {
        let join = |one: (u64, u64), two: (u64, u64)| (one.0.min(two.0), one.1.max(two.1));
        Self {
            candidates: join(self.candidates, other.candidates),
            base: join(self.base, other.base),
            most: join(self.most, other.most),
            over: join(self.over, other.over),
        }
    }
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "tests fail where they would overflow")]
mod tests {
    use super::*;

    fn terms(base: u16, joins: bool) -> Terms {
        Terms { level: 3, base, rounding: Rounding::Floor, joins, at_least_one: false, steps_down: false }
    }

    fn rate(part: i128, whole: i128) -> Fraction {
        Fraction::new(part, whole).unwrap()
    }

    #[test]
    fn the_worked_examples_of_the_texts() {
        let good = terms(0b0100, true);
        // 12 candidates and 10 good: 3, for those who step down are good.
        assert_eq!(good.most(rate(1, 5), 12, 10), 3);
        // Counted before anyone steps down: a fifth of 10.
        assert_eq!(terms(0b0100, false).most(rate(1, 5), 12, 10), 2);
        // Nobody good, one excellent: none.
        assert_eq!(good.most(rate(1, 5), 1, 0), 0);
        // 1,909 of 9,819 at good or better: within a fifth; of 7,910 at good: not.
        assert_eq!(terms(0b1100, true).most(rate(1, 5), 1_909, 9_819), 1_909);
        assert_eq!(terms(0b0100, false).most(rate(1, 5), 1_909, 7_910), 1_582);
        let one = Terms { at_least_one: true, ..good.clone() };
        assert_eq!(one.most(rate(1, 5), 1, 0), 1);
        assert_eq!(one.most(rate(1, 5), 0, 0), 0);
        let near = Terms { rounding: Rounding::Nearest, ..terms(0b0100, false) };
        assert_eq!((near.most(rate(1, 5), 9, 7), near.most(rate(1, 4), 9, 2)), (1, 1));
        let up = Terms { rounding: Rounding::Ceil, ..terms(0b0100, false) };
        assert_eq!(up.most(rate(1, 5), 9, 6), 2);
    }

    /// Every completion, tried one by one.
    fn brute(terms: &Terms, rate: Fraction, members: &[(u8, u8, bool)]) -> Allowance {
        let mut found: Option<Allowance> = None;
        let choices: Vec<Vec<Option<u8>>> = members
            .iter()
            .map(|(low, high, unrated)| (*low..=*high).map(Some).chain(unrated.then_some(None)).collect())
            .collect();
        let all: usize = choices.iter().map(Vec::len).product();
        for mut number in 0..all {
            let (mut candidates, mut base) = (0, 0);
            for choice in &choices {
                let level = choice[number % choice.len()];
                number /= choice.len();
                if let Some(level) = level {
                    candidates += u64::from(level == terms.level);
                    base += u64::from(terms.counts(level));
                }
            }
            // The largest number that fits, by its definition.
            let fits = |number: u64| {
                let down = candidates - number;
                let gain = if terms.joins && terms.counts(terms.level - 1) { down } else { 0 };
                let loss = if terms.joins && terms.counts(terms.level) { down } else { 0 };
                number <= terms.share(rate, base + gain - loss)
            };
            let most = (0..=candidates).rev().find(|number| fits(*number)).unwrap_or(0);
            let most = if terms.at_least_one { most.max(candidates.min(1)) } else { most };
            let over = candidates - most;
            let one = Allowance {
                candidates: (candidates, candidates),
                base: (base, base),
                most: (most, most),
                over: (over, over),
            };
            found = Some(found.map_or(one, |found| found.joined(one)));
        }
        found.unwrap()
    }

    proptest::proptest! {
        #[test]
        fn bounds_are_those_of_all_completions(
            members in proptest::collection::vec((0_u8..4, 0_u8..4, proptest::bool::ANY), 0..7),
            base in 0_u16..16,
            joins in proptest::bool::ANY,
            at_least_one in proptest::bool::ANY,
            rounding in 0_usize..3,
            part in 0_i128..=10,
        ) {
            let rounding = [Rounding::Floor, Rounding::Nearest, Rounding::Ceil][rounding];
            let terms = Terms { level: 3, base, rounding, joins, at_least_one, steps_down: false };
            let members: Vec<(u8, u8, bool)> =
                members.into_iter().map(|(one, two, unrated)| (one.min(two), one.max(two), unrated)).collect();
            let mut pool = Pool::default();
            for (low, high, unrated) in &members {
                pool.add(&terms, *low, *high, *unrated);
            }
            let rate = rate(part, 10);
            proptest::prop_assert_eq!(pool.allowance(&terms, rate), brute(&terms, rate, &members));
        }
    }
}
