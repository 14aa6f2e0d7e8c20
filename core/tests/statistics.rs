//! Counts, shares, the form and years: the parts make up the whole, and no share says more than its counts.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::float_arithmetic,
    reason = "a test"
)]

use proptest::prelude::*;
use xeploai::number::Fraction;
use xeploai::statistics::{
    Counts, Entry, FormColumn, FormRow, Item, Key, Levels, NotParts, Percent, Rounding, Series, Tally, shares,
};
use xeploai::{Case, Language, Rulebook};

#[derive(Debug, Clone)]
struct Line {
    unit: usize,
    year: i32,
    entry: usize,
    reason: usize,
    times: u64,
}

const REASONS: [&str; 3] = ["member.exempt", "member.new", "member.suspended"];

impl Line {
    fn key(&self) -> Key {
        Key { kind: "member".into(), unit: format!("u{}", self.unit), year: Some(self.year) }
    }

    fn entry(&self) -> Entry<'_> {
        let reason = REASONS.get(self.reason).copied();
        match self.entry {
            rank @ 0..4 => Entry::Rated(rank),
            4 => Entry::AuthorityDecides,
            5 => Entry::Undetermined,
            6 => Entry::NotRated(reason),
            7 => Entry::NotReviewed(reason),
            _ => Entry::Invalid,
        }
    }
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (0_usize..3, 2019..2022, 0_usize..9, 0_usize..4, 1_u64..50);
    prop::collection::vec(
        line.prop_map(|(unit, year, entry, reason, times)| Line { unit, year, entry, reason, times }),
        0..40,
    )
}

fn tally(lines: &[Line]) -> Tally {
    let mut tally = Tally::new(Levels::party());
    for line in lines {
        assert!(tally.add(&line.key(), line.entry(), line.times));
    }
    tally
}

const COUNTED: [Item; 12] = [
    Item::All,
    Item::ToReview,
    Item::Reviewed,
    Item::NotReviewed,
    Item::Rated,
    Item::NotRated,
    Item::AtLeast(2),
    Item::AtLeast(0),
    Item::Level(0),
    Item::Level(1),
    Item::Level(2),
    Item::Level(3),
];

proptest! {
    #[test]
    fn the_parts_add_up_to_the_whole(lines in lines(), cut in 0_usize..40) {
        let whole = tally(&lines);
        // In two portions and backwards it is the same table.
        let (first, second) = lines.split_at(cut.min(lines.len()));
        let mut backwards = second.to_vec();
        backwards.reverse();
        let mut merged = tally(&backwards);
        prop_assert!(merged.merge(&tally(first)));
        prop_assert_eq!(&merged, &whole);
        // Units and years together are everyone, item by item.
        let together = whole.regrouped(|key| Key { kind: key.kind.clone(), ..Key::default() });
        for item in COUNTED {
            let parts: u64 = whole.iter().map(|(_, counts)| counts.of(item).unwrap()).sum();
            let sum: u64 = together.iter().map(|(_, counts)| counts.of(item).unwrap()).sum();
            prop_assert_eq!(parts, sum);
        }
        let rows: u64 = lines.iter().map(|line| line.times).sum();
        for (_, counts) in together.iter() {
            prop_assert_eq!(counts.of(Item::All), Some(rows));
            let told = [counts.of(Item::Rated).unwrap(), counts.authority_decides(), counts.undetermined(),
                counts.invalid(), counts.not_rated().total(), counts.not_reviewed().total()];
            prop_assert_eq!(told.iter().sum::<u64>(), rows);
            let reasons: u64 = counts.not_reviewed().stated().map(|(_, count)| count).sum();
            prop_assert_eq!(reasons + counts.not_reviewed().unstated(), counts.not_reviewed().total());
            let column = FormColumn::of_counts(counts, |reason| FormRow::of_reason(reason, false));
            prop_assert_eq!(column.check(), []);
        }
    }

    #[test]
    fn shares_are_what_their_rounding_says(
        parts in prop::collection::vec(0_u64..1_000_000, 1..6), rest in 0_u64..1000, decimals in 0_u32..=6
    ) {
        let base = parts.iter().sum::<u64>() + rest;
        let of = |rounding| shares(&parts, base, decimals, rounding).unwrap();
        if base == 0 {
            prop_assert_eq!(of(Rounding::HalfUp), None);
            return Ok(());
        }
        let (half, cut, largest) = (of(Rounding::HalfUp).unwrap(), of(Rounding::Truncated).unwrap(), of(Rounding::LargestRemainder).unwrap());
        let hundred = 10_i128.pow(decimals) * 100;
        for (place, part) in parts.iter().enumerate() {
            // By definition: u − ½ ≤ share < u + ½, and u ≤ share < u + 1.
            let (twice, whole) = (2 * i128::from(*part) * hundred, i128::from(base));
            let units = half[place].units();
            prop_assert!((2 * units - 1) * whole <= twice && twice < (2 * units + 1) * whole);
            let units = cut[place].units();
            prop_assert!(2 * units * whole <= twice && twice < 2 * (units + 1) * whole);
            prop_assert!((largest[place].units() - units).abs() <= 1);
        }
        let sum: i128 = largest.iter().map(|share| share.units()).sum();
        prop_assert!(rest > 0 || sum == hundred);
        // Who has more never has the smaller share.
        for (one, part) in parts.iter().enumerate() {
            for (other, more) in parts.iter().enumerate() {
                prop_assert!(part >= more || largest[one].units() <= largest[other].units());
            }
        }
    }
}

#[test]
fn ties_of_remainders_go_to_the_first() {
    let shown = |parts: &[u64]| {
        let found = shares(parts, parts.iter().sum(), 0, Rounding::LargestRemainder).unwrap().unwrap();
        found.iter().map(|share| share.units()).collect::<Vec<_>>()
    };
    assert_eq!(shown(&[1, 1, 1]), [34, 33, 33]);
    assert_eq!(shown(&[1, 1, 1, 1, 1, 1]), [17, 17, 17, 17, 16, 16]);
    // Half up they would add up to 101.
    assert_eq!(shown(&[105, 105, 790]), [11, 10, 79]);
    assert_eq!(shares(&[3], 2, 0, Rounding::LargestRemainder), Err(NotParts { sum: 3, base: 2 }));
    assert_eq!(shares(&[u64::MAX], u64::MAX, 6, Rounding::HalfUp).unwrap().unwrap()[0].to_string(), "100.000000");
}

#[test]
fn percent_is_written_as_each_language_does() {
    let share = Percent::rounded(Fraction::new(8, 51).unwrap(), 2);
    assert_eq!(Language::ALL.map(|language| share.shown(language)), ["15,69 %", "15.69%"]);
    assert_eq!(Percent::rounded(Fraction::new(-1, 200).unwrap(), 0).to_string(), "-1");
    assert_eq!(Percent::rounded(Fraction::new(-1, 2000).unwrap(), 1).to_string(), "-0.1");
    assert_eq!(Percent::new(9100, 2).trimmed().to_string(), "91");
}

#[test]
fn a_rating_is_counted_by_its_outcome_and_first_reason() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let rate = |facts: &str| Case::from_json(&rulebook, "member", facts).unwrap().rate();
    let mut tally = Tally::new(Levels::of_rulebook(&rulebook).unwrap());
    let key = Key::default();
    for facts in
        [r#"{"exempt_from_activities": true, "suspended_from_activities": true}"#, "{}", r#"{"score_general": 99}"#]
    {
        assert!(tally.add_rating(&key, &rate(facts)));
    }
    let counts = tally.get(&key).unwrap();
    assert_eq!(counts.not_reviewed().stated().collect::<Vec<_>>(), [("member.exempt", 1)]);
    assert_eq!((counts.undetermined(), counts.invalid(), counts.of(Item::All)), (1, 1, Some(3)));
    assert_eq!(counts.share(Item::Level(3), Item::Rated), None);
}

#[test]
fn a_rank_beyond_the_scale_is_not_counted() {
    let mut tally = Tally::new(Levels::party());
    assert!(!tally.add(&Key::default(), Entry::Rated(4), 1));
    assert_eq!(tally.iter().count(), 0);
    assert!(!tally.merge(&Tally::new(Levels::new(["a", "b"]).unwrap())));
}

#[test]
fn the_form_finds_each_identity_that_is_broken() {
    let rows = |numbers: &[(&str, u64)]| {
        FormColumn::new(numbers.iter().map(|(number, count)| (FormRow::from_number(number).unwrap(), *count)))
    };
    assert_eq!(rows(&[("1", 10), ("2", 8), ("3", 2), ("3.1", 1), ("4", 3), ("4.1", 1), ("4.2", 2)]).check(), []);
    let found =
        rows(&[("1", 10), ("2", 8), ("3", 1), ("3.2", 1), ("3.4", 1), ("4", 2), ("4.1", 1), ("4.3", 2)]).check();
    let told: Vec<(&str, u128, u64)> =
        found.iter().map(|finding| (finding.row.number(), finding.expected, finding.found)).collect();
    assert_eq!(told, [("1", 9, 10), ("3", 2, 1), ("4", 3, 2)]);
    assert_eq!(found[0].sentence.words(Language::Vietnamese), "dòng 1 ghi 10, phải bằng dòng 2 (8) + dòng 3 (1) = 9");
    assert!(found[1].sentence.words(Language::English).contains("at least row 3.2 (1) + row 3.4 (1) = 2"));
    // With a row missing only what must hold is asked.
    assert_eq!(rows(&[("1", 10), ("2", 8)]).check(), []);
    assert_eq!(rows(&[("1", 7), ("2", 8)]).check().len(), 1);
}

#[test]
fn an_older_year_does_not_stand_in_for_the_year_before() {
    let counts = |levels: [u64; 4]| Counts::of_levels(levels.to_vec());
    let series =
        Series::new([(2018, counts([0, 0, 1, 1])), (2020, counts([0, 0, 2, 1])), (2021, counts([0, 0, 0, 0]))]);
    assert_eq!(series.change(2020, Item::Level(3), Item::Rated), None);
    let change = series.change(2021, Item::Level(3), Item::Rated).unwrap();
    assert_eq!((change.difference(), change.share_after, change.points()), (-1, None, None));
}

#[test]
fn five_years_in_the_form_of_the_article() {
    let counts = |levels: [u64; 4]| Counts::of_levels(levels.to_vec());
    let series = Series::new([
        (2017, counts([6, 90, 700, 104])),
        (2018, counts([3, 50, 700, 147])),
        (2019, counts([0, 36, 700, 164])),
        (2020, counts([0, 60, 700, 140])),
        (2021, counts([5, 80, 700, 115])),
    ]);
    let said = |item, language| series.span(item, Item::Rated).words(language, 2);
    // 804/900 is 89.33 %, 864/900 is 96 %; 6/900 is 0.666… %, so 0.67 % is the lowest limit that holds.
    assert_eq!(said(Item::AtLeast(2), Language::Vietnamese), "89,33 % đến 96 % mỗi năm");
    assert_eq!(said(Item::Level(0), Language::Vietnamese), "dưới 0,67 %; không có trong năm 2019, 2020");
    assert_eq!(said(Item::Level(0), Language::English), "under 0.67%; none in 2019, 2020");
    let empty = Series::new([(2020, counts([0; 4])), (2021, counts([0, 0, 1, 1]))]);
    assert_eq!(
        empty.span(Item::Level(3), Item::Rated).words(Language::English, 2),
        "50% a year; nothing known of 2020"
    );
    assert_eq!(
        empty.span(Item::Level(0), Item::Rated).words(Language::English, 2),
        "none in 2021; nothing known of 2020"
    );
}
