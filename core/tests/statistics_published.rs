//! Published tables: each quirk of the five that were read (R1 to R5 of the notes on 2017 to 2022) is found and explained in
//! both languages, each from a table in the form in which people publish; tables that are in order give nothing but notes.

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
use xeploai::Language;
use xeploai::statistics::{
    FindingSort, Grid, Item, Kept, Levels, Percent, Published, PublishedFinding, Refused, Rounding, Weight, shares,
};

const EXCELLENT: Item = Item::Level(3);
const GOOD: Item = Item::Level(2);
const COMPLETED: Item = Item::Level(1);
const GOOD_UP: Item = Item::AtLeast(2);

/// A table of lines whose cells are parted by strokes.
fn grid(lines: &str) -> Grid {
    let mut lines =
        lines.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
            line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<String>>()
        });
    let titles = lines.next().unwrap();
    Grid { name: "bảng".into(), titles, rows: (2..).zip(lines).collect(), ..Grid::default() }
}

fn check(lines: &str) -> Vec<PublishedFinding> {
    Published::read(&grid(lines), Levels::party()).unwrap().check()
}

fn refused(lines: &str) -> Refused {
    Published::read(&grid(lines), Levels::party()).unwrap_err()
}

fn of(found: &[PublishedFinding], sort: FindingSort, item: Item) -> &PublishedFinding {
    let told: Vec<String> = found.iter().map(|finding| finding.sentence.words(Language::English)).collect();
    found
        .iter()
        .find(|finding| finding.sort == sort && finding.item == Some(item))
        .unwrap_or_else(|| panic!("{sort:?} {item:?} among {told:#?}"))
}

fn said(finding: &PublishedFinding, vietnamese: &[&str], english: &[&str]) {
    for (language, parts) in [(Language::Vietnamese, vietnamese), (Language::English, english)] {
        let words = finding.sentence.words(language);
        for part in parts {
            assert!(words.contains(part), "{part:?} in {words:?}");
        }
    }
}

fn weighing(found: &[PublishedFinding], weight: Weight) -> Vec<(FindingSort, Option<Item>)> {
    found.iter().filter(|finding| finding.weight == weight).map(|finding| (finding.sort, finding.item)).collect()
}

fn kept(finding: &PublishedFinding) -> Vec<(Item, Kept)> {
    finding.bases.clone()
}

// ---- R1: Năm Căn, 2018

#[test]
fn r1_a_misprinted_share_names_the_count_that_would_give_it() {
    let found =
        check("| Đối tượng | Tổng số | Được kiểm điểm | Tỷ lệ |\n| Lãnh đạo, quản lý | 353 | 352 | 99,43 % |");
    let wrong = of(&found, FindingSort::WrongShare, Item::Reviewed);
    assert_eq!((wrong.weight, wrong.count, wrong.place.row), (Weight::Wrong, Some(351), 2));
    said(wrong, &["352/353 là 99,72 %", "in 99,43 %", "351/353"], &["352/353 is 99.72%", "99.43%", "351/353"]);
    assert_eq!(found.len(), 1);
    // The same in one cell, as it is printed.
    let cell = check("| Đối tượng | Được kiểm điểm |\n| Lãnh đạo, quản lý | 352/353, 99,43 % |");
    assert_eq!(of(&cell, FindingSort::WrongShare, Item::Reviewed).count, Some(351));
    assert_eq!(cell.len(), 1);
}

#[test]
fn r1_a_share_on_another_base_than_its_neighbours() {
    let found = check(
        "| population | total | reviewed | % | not reviewed | % | exempt | % | excellent | % |
         | members | 2.993 | 2.645 | 88,37 | 19 | 0,72 | 329 | 10,99 | 249 | 9,41 |",
    );
    let other = of(&found, FindingSort::OtherBase, Item::NotReviewed);
    assert_eq!((other.weight, other.base), (Weight::Odd, Some(Item::Reviewed)));
    said(other, &["đã kiểm điểm 2.645", "0,72 %", "0,63 %"], &["reviewed 2,645", "0.72%", "0.63%"]);
    // 88.37 + 0.72 + 10.99 is 100.08, since the bases differ: told, and not wrong.
    let hundred = of(&found, FindingSort::Hundred, Item::Reviewed);
    assert_eq!(hundred.weight, Weight::Note);
    said(hundred, &["100,08 %", "mẫu số khác nhau"], &["100.08%", "different bases"]);
    assert_eq!(weighing(&found, Weight::Wrong), []);
    assert_eq!(weighing(&found, Weight::Odd), [(FindingSort::OtherBase, Some(Item::NotReviewed))]);
}

#[test]
fn r1_shares_that_were_cut_off_and_one_that_no_count_gives() {
    let found = check(
        "| Đối tượng | Tổng số | HTXS | Tỷ lệ | HTT | Tỷ lệ | HT | Tỷ lệ |
         | Tổ chức cấp huyện | 51/51 | 8 | 15,67 % | 35 | 68,62 % | 8 | 15,68 % |",
    );
    let wrong = of(&found, FindingSort::WrongShare, EXCELLENT);
    assert_eq!((wrong.weight, wrong.count), (Weight::Wrong, None));
    said(
        wrong,
        &["8/51 là 15,69 % (cắt bớt: 15,68 %)", "in 15,67 %", "không số nào trên 51"],
        &["8/51 is 15.69% (cut off: 15.68%)", "printed as 15.67%", "no count of 51"],
    );
    for (item, expected) in [(GOOD, "68.63"), (COMPLETED, "15.69")] {
        let cut = of(&found, FindingSort::Truncated, item);
        assert_eq!(cut.weight, Weight::Odd);
        said(cut, &["cắt bớt"], &[expected, "cut off"]);
    }
    let equal = of(&found, FindingSort::EqualCounts, COMPLETED);
    said(equal, &["cùng là 8", "15,67 %", "15,68 %"], &["both 8"]);
    said(of(&found, FindingSort::Hundred, EXCELLENT), &["99,97 %"], &["99.97%"]);
    // 8 of 43 keeps within a fifth, 8 of 35 does not.
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    assert_eq!(quota.weight, Weight::Odd);
    assert_eq!(kept(quota)[..2], [(GOOD_UP, Kept::Held), (GOOD, Kept::Broken)]);
    said(quota, &["18,60 %", "22,86 %, vượt 1 (tối đa 7)"], &["18.60%", "22.86%, over by 1 (at most 7)"]);
}

#[test]
fn r1_cells_were_cut_off_and_add_up_to_less_than_100() {
    let found = check(
        "| Đối tượng | Tổng số | HTXS | % | HTT | % | HT | % | KHT | % |
         | Chi bộ | 147 | 28 | 19,04 | 100 | 68,02 | 10 | 6,80 | 9 | 6,12 |",
    );
    said(of(&found, FindingSort::Truncated, EXCELLENT), &["28/147", "19,05 %", "19,04 %"], &["19.05%", "19.04%"]);
    said(of(&found, FindingSort::Truncated, GOOD), &["68,03 %"], &["68.03%"]);
    let hundred = of(&found, FindingSort::Hundred, EXCELLENT);
    assert_eq!(hundred.weight, Weight::Note);
    said(hundred, &["99,98 %", "do cắt bớt"], &["99.98%", "cutting off"]);
    // 28 of 128 is 21.9 %, above on both readings; 28 of 147 is within.
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    assert_eq!(quota.weight, Weight::Wrong);
    assert_eq!(kept(quota)[..3], [(GOOD_UP, Kept::Broken), (GOOD, Kept::Broken), (Item::Rated, Kept::Held)]);
    said(quota, &["21,88 %, vượt 3 (tối đa 25)"], &["21.88%, over by 3 (at most 25)"]);
    let odd = weighing(&found, Weight::Odd);
    assert_eq!(odd, [(FindingSort::Truncated, Some(GOOD)), (FindingSort::Truncated, Some(EXCELLENT))]);
}

#[test]
fn r1_the_parts_of_a_population_add_up_to_it() {
    let lines = |good: u64| {
        format!(
            "| population | part of | total | excellent | good | completed |
             | organisations | | 51 | 8 | 35 | 8 |
             | committees | organisations | 12 | 1 | {good} | 4 |
             | cells | organisations | 39 | 7 | 28 | 4 |"
        )
    };
    assert!(check(&lines(7)).iter().all(|finding| finding.sort != FindingSort::Parts));
    let found = check(&lines(6));
    let parts = of(&found, FindingSort::Parts, GOOD);
    assert_eq!((parts.weight, parts.population.as_str()), (Weight::Wrong, "organisations"));
    said(parts, &["committees 6 + cells 28 = 34", "HTT 35"], &["committees 6 + cells 28 = 34", "good 35"]);
}

// ---- R2: Cà Mau, 2020

#[test]
fn r2_the_share_of_excellent_is_taken_on_good_and_above() {
    let found = check(
        "| Đối tượng | Tổng số | HTT trở lên | HTXS | Tỷ lệ HTXS |
         | Tổ chức cơ sở đảng | 91 | 88 | 19 | 21,59 % |",
    );
    let other = of(&found, FindingSort::OtherBase, EXCELLENT);
    assert_eq!((other.weight, other.base), (Weight::Odd, Some(GOOD_UP)));
    said(other, &["HTT trở lên 88", "21,59 %", "20,88 %"], &["good and above 88", "21.59%", "20.88%"]);
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    assert_eq!(quota.weight, Weight::Wrong);
    said(quota, &["21,59 %, vượt 2 (tối đa 17)", "27,54 %"], &["21.59%, over by 2 (at most 17)", "27.54%"]);
}

#[test]
fn r2_members_have_a_base_that_the_table_does_not_name() {
    let found = check(
        "| Đối tượng | Tổng số | HTXS | % | HTT | % |
         | Đảng viên | 5.452 | 814 | 15,2 | 4.353 | 81,6 |",
    );
    let base = found.iter().find(|finding| finding.sort == FindingSort::ImpliedBase).unwrap();
    // By hand: 814/b in [15.15, 15.25) % and 4353/b in [81.55, 81.65) % leave no b; cut off, 5329 to 5334 do.
    assert_eq!(base.weight, Weight::Odd);
    said(
        base,
        &["tổng số 5.452", "nếu làm tròn: không có", "nếu cắt bớt: từ 5.329 đến 5.334"],
        &["all 5,452", "if rounded: none", "if cut off: 5,329 to 5,334"],
    );
    assert_eq!(weighing(&found, Weight::Wrong), []);
}

// ---- R3: Lắk, 2019

#[test]
fn r3_one_member_is_at_no_level_and_the_rounding_is_mixed() {
    let found = check(
        "| Đối tượng | Tổng số | HTXS | % | HTT | % | HT | % |
         | Đảng viên | 73 | 15 | 21 | 55 | 76,3 | 2 | 2,7 |",
    );
    let short = of(&found, FindingSort::Shortfall, Item::All);
    assert_eq!(short.weight, Weight::Odd);
    said(short, &["= 72, ít hơn tổng số 73", "còn 1"], &["= 72, fewer than all 73", "1 stand at no level"]);
    for (item, expected) in [(GOOD, "55/72 is 76.4%"), (COMPLETED, "2/72 is 2.8%")] {
        said(of(&found, FindingSort::Truncated, item), &["cắt bớt"], &[expected]);
    }
    // 21 is 15 of 72 rounded; 21 + 76.3 + 2.7 is 100.
    assert!(found.iter().all(|finding| finding.sort != FindingSort::Hundred));
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    said(quota, &["21,43 %", "27,27 %"], &["21.43%", "27.27%"]);
    // The cells: four were too new, and nothing is wrong with their sum.
    let cells = check("| population | total | excellent | good | not rated |\n| cells | 11 | 5 | 2 | 4 |");
    assert!(cells.iter().all(|finding| finding.sort == FindingSort::Quota));
}

// ---- R4: Hải Dương, 2019

#[test]
fn r4_what_is_not_counted_follows_from_the_shares() {
    let found = check(
        "| population | existing | assessed | good and above | % | excellent % | completed % | not_completed |
         | organisations | 686 | 662 | 604 | 91,2 | 23,8 | 8,8 | 0 |",
    );
    let implied = of(&found, FindingSort::Implied, COMPLETED);
    assert_eq!((implied.weight, implied.count), (Weight::Note, Some(58)));
    said(implied, &["HT", "58"], &["completed", "58"]);
    // 23.8 % is no count of 662 rounded; of 604 it is 144.
    let other = of(&found, FindingSort::OtherBase, EXCELLENT);
    assert_eq!((other.base, other.count), (Some(GOOD_UP), Some(144)));
    said(other, &["HTT trở lên 604 thì là 144"], &["good and above 604 it is 144"]);
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    assert_eq!(quota.weight, Weight::Wrong);
    said(quota, &["23,84 %"], &["23.84%", "31.30%"]);
    // Members: shares alone, and they add up.
    let members =
        check("| population | good and above % | completed % | not_completed % |\n| members | 90,33 | 9,1 | 0,57 |");
    assert_eq!(members, []);
}

// ---- R5: Sơn La, 2020

#[test]
fn r5_nearly_120_is_above_the_limit_from_113_on() {
    let found = check(
        "| Đối tượng | HTXS | HTT | HT | KHT |
         | Tổ chức cơ sở đảng | gần 120 | 451 | 27 | 0 |",
    );
    let total = found.iter().find(|finding| finding.sort == FindingSort::RoughTotal).unwrap();
    assert_eq!((total.weight, total.count), (Weight::Note, Some(598)));
    said(total, &["khoảng 598 (từ 592 đến 598)"], &["about 598"]);
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    assert_eq!(quota.weight, Weight::Wrong);
    assert_eq!(kept(quota), [(GOOD_UP, Kept::Broken), (GOOD, Kept::Broken), (Item::Rated, Kept::Open)]);
    said(
        quota,
        &["HTT trở lên khoảng 21,02 %, vượt (vượt khi từ 113 trở lên)", "khoảng 26,61 %"],
        &["on good and above it is about 21.02%, above (above from 113 on)"],
    );
}

// ---- Nam Định

#[test]
fn nam_dinh_leaders_are_within_the_limit_on_one_base_and_above_on_the_other() {
    let found = check("| population | HTXS % | HTT % |\n| leaders | 19,09 | 79,1 |");
    let quota = of(&found, FindingSort::Quota, EXCELLENT);
    assert_eq!(quota.weight, Weight::Odd);
    assert_eq!(kept(quota), [(GOOD_UP, Kept::Held), (GOOD, Kept::Broken), (Item::Rated, Kept::Held)]);
    said(quota, &["19,44 %", "24,13 %", "còn tùy"], &["19.44%, within", "24.13%, above"]);
    assert_eq!(found.len(), 1);
}

// ---- other forms and faults

#[test]
fn a_table_by_item_and_one_with_a_column_for_each_population() {
    let by_item = check(
        "| Mức xếp loại | Số lượng | Tỷ lệ (%) |
         | HTXS | 28 | 19,04 |\n| HTT | 100 | 68,02 |\n| HT | 10 | 6,80 |\n| KHT | 9 | 6,12 |\n| Tổng cộng | 147 | 100 |",
    );
    assert_eq!(of(&by_item, FindingSort::Truncated, EXCELLENT).place.row, 2);
    let beside = check(
        "| Nội dung | Tập thể | % | Đảng viên | % |
         | HTXS | 28 | 19,05 | 1 | 20 |\n| HTT | 100 | 68,03 | 4 | 80 |\n| Tổng số | 147 | | 5 | |",
    );
    let quotas: Vec<&str> = beside
        .iter()
        .filter(|finding| finding.sort == FindingSort::Quota)
        .map(|finding| finding.population.as_str())
        .collect();
    assert_eq!(quotas, ["Tập thể", "Đảng viên"]);
}

#[test]
fn titles_may_stand_in_two_rows() {
    let found = check(
        "| TT | Đơn vị | Tổng số | HTXS | | HTT | | HT | |
         | | | | Số lượng | Tỷ lệ | SL | % | SL | % |
         | 1 | Huyện A | 51 | 8 | 15,69 | 35 | 68,63 | 8 | 15,67 |",
    );
    let wrong = of(&found, FindingSort::WrongShare, COMPLETED);
    assert_eq!((wrong.population.as_str(), wrong.place.row), ("Huyện A", 3));
}

#[test]
fn a_total_is_the_sum_of_the_rows_before_it_of_the_same_year() {
    let found = check(
        "| Đơn vị | Năm | HTXS | HTT | HT | KHT |
         | A | 2019 | 1 | 10 | 2 | 0 |\n| B | 2019 | 2 | 20 | 3 | 0 |\n| Tổng cộng | 2019 | 3 | 31 | 5 | 0 |",
    );
    let parts = of(&found, FindingSort::Parts, GOOD);
    assert_eq!(parts.population, "Tổng cộng, 2019");
    said(parts, &["= 30", "HTT 31"], &["= 30", "off by 1"]);
    assert_eq!(found.iter().filter(|finding| finding.sort == FindingSort::Parts).count(), 1);
}

#[test]
fn a_column_of_names_may_be_called_anything_and_titles_may_name_who_is_counted() {
    let found = check(
        "| TT | Huyện | Tổng số đảng viên | HTXS | HTT | HT | KHT |
         | 1 | Huyện A | 13 | 1 | 10 | 2 | 0 |\n| 2 | Huyện B | 26 | 2 | 20 | 3 | 1 |\n| | Tổng cộng | 40 | 3 | 30 | 5 | 1 |",
    );
    let wrong: Vec<_> = found.iter().filter(|finding| finding.weight != Weight::Note).collect();
    let told: Vec<_> = wrong.iter().map(|finding| (finding.population.as_str(), finding.sort)).collect();
    assert_eq!(told, [("Tổng cộng", FindingSort::Shortfall), ("Tổng cộng", FindingSort::Parts)]);
    assert_eq!(wrong[1].item, Some(Item::All));
}

#[test]
fn a_share_in_another_item_is_held_against_the_base_that_its_title_names() {
    let with = |share: &str| {
        check(&format!("| name | HTXS | HTT trở lên | HTT | Tỷ lệ HTXS/HTT (%) |\n| a | 19 | 88 | 69 | {share} |"))
    };
    assert!(with("27,54").iter().all(|finding| finding.sort == FindingSort::Quota));
    let other = with("21,59");
    let other = of(&other, FindingSort::OtherBase, EXCELLENT);
    assert_eq!((other.base, other.place.column.as_str()), (Some(GOOD_UP), "Tỷ lệ HTXS/HTT (%)"));
    said(other, &["19/69 là 27,54 %", "HTT trở lên 88"], &["19/69 is 27.54%", "good and above 88"]);
    assert_eq!(of(&with("28,57"), FindingSort::WrongShare, EXCELLENT).weight, Weight::Wrong);
}

#[test]
fn sums_that_fail_are_wrong() {
    let more =
        check("| population | rated | excellent | good | completed | not_completed |\n| a | 50 | 8 | 35 | 8 | 0 |");
    assert_eq!(of(&more, FindingSort::Sum, Item::Rated).weight, Weight::Wrong);
    let upwards = check("| population | good and above | excellent | good |\n| a | 44 | 8 | 35 |");
    said(of(&upwards, FindingSort::Sum, GOOD_UP), &["HTXS 8 + HTT 35 = 43"], &["= 43"]);
    let states = check("| population | total | reviewed | not reviewed |\n| a | 100 | 90 | 9 |");
    said(of(&states, FindingSort::Sum, Item::All), &["lệch 1"], &["off by 1"]);
    let above = check("| population | total | rated | excellent |\n| a | 100 | 101 | 3 |");
    assert_eq!(of(&above, FindingSort::PartAboveWhole, Item::Rated).weight, Weight::Wrong);
}

#[test]
fn two_shares_that_changed_places_are_told_once() {
    let found = check(
        "| population | total | excellent | % | good | % | completed | % | not_completed | % |
         | a | 200 | 20 | 10 | 140 | 15 | 30 | 70 | 10 | 5 |",
    );
    let swapped: Vec<_> = found.iter().filter(|finding| finding.sort == FindingSort::Swapped).collect();
    assert_eq!(swapped.len(), 1);
    said(swapped[0], &["đổi chỗ"], &["changed places"]);
    assert!(found.iter().all(|finding| finding.sort != FindingSort::WrongShare));
}

#[test]
fn shares_that_cannot_be_are_wrong_without_counts() {
    let found = check("| name | excellent % | good % | completed % | not completed % |\n| x | 20 | 70 | 15 | 1 |");
    assert_eq!(of(&found, FindingSort::Hundred, EXCELLENT).weight, Weight::Wrong);
}

#[test]
fn a_limit_may_be_another_or_none() {
    let lines = "| population | excellent | good | quota |\n| a | 25 | 75 | 25 % |\n| b | 25 | 75 | không |\n| c | 25 | 75 | |";
    let found = check(lines);
    let quotas: Vec<(&str, Weight)> =
        found.iter().map(|finding| (finding.population.as_str(), finding.weight)).collect();
    assert_eq!(quotas, [("a", Weight::Odd), ("c", Weight::Wrong)]);
    let none = Grid { quota: Some("none".into()), ..grid("| population | excellent | good |\n| a | 25 | 75 |") };
    assert_eq!(Published::read(&none, Levels::party()).unwrap().check(), []);
}

#[test]
fn what_is_not_understood_is_refused_with_its_place() {
    let at = |lines: &str| {
        let refused = refused(lines);
        let words = refused.sentence.words(Language::English);
        (refused.place.row, refused.place.column, words)
    };
    let (row, column, words) = at("| name | HTXS |\n| a | 8 |\n| b | 2,64 |");
    assert_eq!((row, column.as_str()), (3, "HTXS"));
    assert!(
        words.contains("row 3") && words.contains("expected a count") && words.contains("found “2,64”"),
        "{words}"
    );
    let (row, column, _) = at("| name | HTXS | Số hiệu |\n| a | 8 | 1 |");
    assert_eq!((row, column.as_str()), (1, "Số hiệu"));
    let (_, column, words) = at("| name | HTXS | xuất sắc |\n| a | 8 | 1 |");
    assert!(column == "xuất sắc" && words.contains("second"), "{words}");
    let (row, column, _) = at("| item | count |\n| HTXS | 8 |\n| lạ | 8 |");
    assert_eq!((row, column.as_str()), (3, "item"));
    let (row, _, words) = at("| name | HTXS |\n| a | 8 | 9 |");
    assert!(row == 2 && words.contains("found “9”"), "{words}");
    assert!(at("| name | HTXS |").2.contains("no figure"));
    assert!(at("| name | note |\n| a | b |").2.contains("expected at least one column"));
}

proptest! {
    /// A table whose shares were made from its counts, rounded, has nothing that is odd or wrong but the limit.
    #[test]
    fn a_table_in_order_is_clean(levels in prop::array::uniform4(1_u64..5_000), decimals in 0_u32..3) {
        let base: u64 = levels.iter().sum();
        let printed = shares(&levels, base, decimals, Rounding::HalfUp).unwrap().unwrap();
        let cell = |place: usize| format!("{} | {}", levels[place], printed[place].shown(Language::Vietnamese));
        let lines = format!(
            "| name | total | HTXS | % | HTT | % | HT | % | KHT | % |\n| a | {base} | {} | {} | {} | {} |",
            cell(3), cell(2), cell(1), cell(0)
        );
        for finding in check(&lines) {
            let fine = finding.weight == Weight::Note || finding.sort == FindingSort::Quota;
            // With few decimals two different bases may give the same share; then the one that fits all is taken.
            prop_assert!(fine, "{}", finding.sentence.words(Language::English));
        }
    }

    /// A share that neither rounding nor cutting gives on any base is wrong, and the counts that are told do give it.
    #[test]
    fn a_wrong_share_is_found(count in 1_u64..1_000, rest in 0_u64..1_000, off in 2_i128..50) {
        let base = count + rest;
        let right = shares(&[count], base, 2, Rounding::HalfUp).unwrap().unwrap()[0];
        let printed = Percent::new(right.units() + off, 2);
        let lines = format!("| name | total | reviewed | % |\n| a | {base} | {count} | {printed} |");
        let found = check(&lines);
        let wrong = of(&found, FindingSort::WrongShare, Item::Reviewed);
        prop_assert_eq!(wrong.weight, Weight::Wrong);
        if let Some(other) = wrong.count {
            let of_other = |rounding| shares(&[other], base, 2, rounding).unwrap().unwrap()[0];
            prop_assert!(other != count && [Rounding::HalfUp, Rounding::Truncated].map(of_other).contains(&printed));
        }
    }

    /// No text makes the reader panic.
    #[test]
    fn any_table_is_read_or_refused(titles in prop::collection::vec("[ -~]{0,8}|HTXS|HTT|%|Năm|mức|SL", 1..6), cells in prop::collection::vec("[0-9 ,.%/()a-zđ–-]{0,9}", 0..12)) {
        let width = titles.len();
        let rows = (2..).zip(cells.chunks(width).map(<[String]>::to_vec)).collect();
        if let Ok(table) = Published::read(&Grid { titles, rows, ..Grid::default() }, Levels::party()) {
            table.check();
        }
    }
}
