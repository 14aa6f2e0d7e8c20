//! The titles under which people publish: which column of a table says what.
//!
//! A title is compared without case, punctuation and doubled spaces. What is not known is refused by the table's reader, so
//! that no column is passed over unseen.

use crate::catalogue::{Language, Message};
use crate::statistics::item::{Item, Levels};
use crate::text::nfc;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    /// The name of the population.
    Name,
    /// Its unit, which becomes part of its name.
    Unit,
    /// Its year, which becomes part of its name.
    Year,
    /// The population of which it is a part.
    PartOf,
    /// The limit on the highest level.
    Quota,
    /// What a row is about, in a table with a row for each item.
    Item,
    /// How many of an item, perhaps with their share.
    Count(Item),
    /// The share of an item.
    Share(Item),
    /// The share of an item in another one, as "HTXS/HTT" says.
    Part(Item, Item),
    /// The base of the share of an item.
    Base(Item),
    /// How many, in a table with a row for each item.
    BareCount,
    /// The share of the column to its left, or of the item of the row.
    BareShare,
    /// The base of the share before it.
    BareBase,
    /// Nothing that is checked.
    Nothing,
}

const PLAIN: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "population",
            "name",
            "đối tượng",
            "tên",
            "loại",
            "địa phương",
            "đơn vị báo cáo",
            "kind",
            "subject",
            "loại đối tượng",
        ],
    ),
    (Column::Unit, &["unit", "đơn vị"]),
    (Column::Year, &["year", "năm"]),
    (Column::PartOf, &["part of", "thuộc", "nằm trong"]),
    (Column::Quota, &["quota", "khống chế", "tỷ lệ khống chế", "mức khống chế"]),
    (Column::Item, &["item", "level", "mức", "mức xếp loại", "xếp loại", "chỉ tiêu", "nội dung", "kết quả"]),
    (Column::BareCount, &["count", "number", "số lượng", "sl"]),
    (Column::BareShare, &["share", "percent", "tỷ lệ", "tỉ lệ", "phần trăm", "tl"]),
    (Column::BareBase, &["base", "tính trên", "mẫu số"]),
    (Column::Nothing, &["tt", "stt", "no", "note", "notes", "ghi chú", "source", "nguồn"]),
];

const STATES: &[(Item, &[&str])] = &[
    (
        Item::All,
        &[
            "total",
            "existing",
            "tổng",
            "tổng số",
            "hiện có",
            "tổng số hiện có",
            "có mặt",
            "cộng",
            "tổng cộng",
            "tất cả",
        ],
    ),
    (Item::ToReview, &["phải kiểm điểm", "thuộc diện kiểm điểm", "diện kiểm điểm"]),
    (Item::Reviewed, &["được kiểm điểm", "đã kiểm điểm", "kiểm điểm"]),
    (Item::NotReviewed, &["chưa kiểm điểm", "không kiểm điểm", "chưa được kiểm điểm"]),
    (Item::Exempt, &["miễn", "miễn sinh hoạt", "được miễn", "miễn công tác và sinh hoạt", "miễn kiểm điểm"]),
    (Item::Suspended, &["đình chỉ", "đình chỉ sinh hoạt"]),
    (Item::New, &["mới kết nạp", "mới thành lập", "kết nạp chưa đủ 6 tháng"]),
    (
        Item::Rated,
        &[
            "assessed",
            "evaluated",
            "classified",
            "được xếp loại",
            "đã xếp loại",
            "được đánh giá",
            "đã đánh giá",
            "đánh giá",
            "được đánh giá xếp loại",
            "đánh giá xếp loại",
        ],
    ),
    (
        Item::NotRated,
        &[
            "not assessed",
            "not classified",
            "chưa xếp loại",
            "không xếp loại",
            "chưa đánh giá",
            "chưa được xếp loại",
            "không được xếp loại",
        ],
    ),
];

/// By the codes of the four levels of the Party's regulations.
const LEVELS: &[(&str, &[&str])] = &[
    ("excellent", &["htxs", "xs", "htxsnv", "xuất sắc", "hoàn thành xuất sắc", "hoàn thành xuất sắc nhiệm vụ"]),
    ("good", &["htt", "httnv", "tốt", "hoàn thành tốt", "hoàn thành tốt nhiệm vụ"]),
    ("completed", &["ht", "htnv", "hoàn thành", "hoàn thành nhiệm vụ"]),
    ("not_completed", &["kht", "khtnv", "không hoàn thành", "không hoàn thành nhiệm vụ"]),
];

const UPWARDS: &[&str] = &["trở lên", "and above", "or above", "or better", "and better"];
const SHARE: &[&str] = &["tỷ lệ", "tỉ lệ", "share of", "share", "percent", "phần trăm", "tl"];
const COUNT: &[&str] = &["số lượng", "count of", "count", "number of", "number", "sl", "số"];
const BASE: &[&str] = &["base of", "base"];

/// A title without case, punctuation and doubled spaces; a sign for per cent stays.
pub(super) fn plain(title: &str) -> String {
    let spaced: String = nfc(title)
        .to_lowercase()
        .chars()
        .map(|mark| if mark.is_alphanumeric() || mark == '%' { mark } else { ' ' })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Who is counted, which may stand behind what is: "tổng số đảng viên".
const WHO: &[&str] = &[
    "đảng viên",
    "tổ chức cơ sở đảng",
    "tổ chức đảng",
    "tổ chức",
    "tccsđ",
    "chi bộ",
    "đảng bộ",
    "tập thể",
    "cá nhân",
    "cán bộ",
    "members",
    "organisations",
    "organizations",
    "collectives",
    "leaders",
];

/// What a column of a title holds.
pub(super) fn column(title: &str, levels: &Levels) -> Option<Column> {
    if let Some((part, base)) = title.split_once('/') {
        let signless = |text: &str| plain(text).replace('%', " ");
        let part = signless(part);
        let part = part.trim();
        let part = item(without(part, SHARE).unwrap_or(part), levels);
        if let (Some(part), Some(base)) = (part, item(&signless(base), levels)) {
            return Some(Column::Part(part, base));
        }
    }
    let title = plain(title);
    let column = titled(&title, levels);
    column.or_else(|| {
        let rest = WHO.iter().find_map(|who| title.strip_suffix(who).filter(|rest| rest.ends_with(' ')))?;
        titled(rest.trim_end(), levels)
    })
}

fn titled(title: &str, levels: &Levels) -> Option<Column> {
    let title = title.to_owned();
    if title.is_empty() {
        return Some(Column::Nothing);
    }
    if ["%", "tỷ lệ %", "tỉ lệ %", "tl %", "percent %"].contains(&title.as_str()) {
        return Some(Column::BareShare);
    }
    if let Some((column, _)) = PLAIN.iter().find(|(_, titles)| titles.contains(&title.as_str())) {
        return Some(*column);
    }
    if let Some(item) = item(&title, levels) {
        return Some(Column::Count(item));
    }
    let without_sign = title.replace('%', " ");
    let without_sign = without_sign.split_whitespace().collect::<Vec<_>>().join(" ");
    if without_sign != title {
        let rest = without(&without_sign, SHARE).unwrap_or(&without_sign);
        return item(rest, levels).map(Column::Share);
    }
    let named = |words: &[&str]| without(&title, words).and_then(|rest| item(rest, levels));
    named(SHARE)
        .map(Column::Share)
        .or_else(|| named(COUNT).map(Column::Count))
        .or_else(|| named(BASE).map(Column::Base))
}

/// A title without one of these words before or behind it.
fn without<'t>(title: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().find_map(|word| {
        let rest = title.strip_prefix(word).filter(|rest| rest.starts_with(' '));
        rest.or_else(|| title.strip_suffix(word).filter(|rest| rest.ends_with(' '))).map(str::trim)
    })
}

/// The item of a name: its code, what the catalogue calls it, or what people do.
pub(super) fn item(name: &str, levels: &Levels) -> Option<Item> {
    let name = plain(name);
    let code = name.replace(' ', "_");
    Item::from_code(&code, levels)
        .or_else(|| STATES.iter().find(|(_, titles)| titles.contains(&name.as_str())).map(|(item, _)| *item))
        .or_else(|| {
            let said = |item: &Item| {
                let words = item.words(levels);
                Language::ALL.iter().any(|language| plain(words.get(*language)) == name)
            };
            Item::STATES.iter().copied().find(said)
        })
        .or_else(|| level(&name, levels).map(Item::Level))
        .or_else(|| {
            let below = UPWARDS.iter().find_map(|word| name.strip_suffix(word))?.trim_end();
            level(below, levels).map(Item::AtLeast)
        })
}

fn level(name: &str, levels: &Levels) -> Option<usize> {
    let customary = LEVELS.iter().find(|(_, titles)| titles.contains(&name)).map(|(code, _)| *code);
    customary.and_then(|code| levels.rank(code)).or_else(|| {
        (0..levels.len()).find(|rank| {
            levels.get(*rank).is_some_and(|level| {
                plain(&level.code) == name || plain(&level.words.vi) == name || plain(&level.words.en) == name
            })
        })
    })
}

/// Whether a row is the sum of the others.
pub(super) fn is_total(name: &str) -> bool {
    ["tổng", "tổng số", "cộng", "tổng cộng", "toàn tỉnh", "toàn huyện", "total", "sum", "all"]
        .contains(&plain(name).as_str())
}

/// Whether a cell says that no limit applies.
pub(super) fn is_no_quota(text: &str) -> bool {
    let no = Language::ALL.iter().any(|language| plain(Message::No.template(*language)) == text);
    no || ["none", "-", "không áp dụng"].contains(&text)
}
