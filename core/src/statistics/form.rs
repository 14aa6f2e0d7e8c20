//! Biểu 6F-BTCTW, "Kết quả kiểm điểm tự phê bình và phê bình năm …" (Hướng dẫn 11-HD/BTCTW, 13/12/2021): its rows from
//! counts, and the identities that its rows must keep.

use std::collections::BTreeMap;

use crate::catalogue::Message;
use crate::sorted::map;
use crate::statistics::counts::Counts;
use crate::statistics::item::Item;
use crate::statistics::sentence::{Sentence, Told};

macro_rules! rows {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $message:ident,)*) => {
        /// A row of the form.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FormRow { $($(#[$doc])* $variant,)* }

        impl FormRow {
            /// Every row, in the order of the form.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The number by which the form calls it.
            pub const fn number(self) -> &'static str {
                match self { $(Self::$variant => $number,)* }
            }

            /// What the form counts there.
            pub const fn label(self) -> Message {
                match self { $(Self::$variant => Message::$message,)* }
            }
        }
    };
}

rows! {
    /// Those who must be reviewed.
    ToReview = "1" StatisticsToReview,
    /// Those who were reviewed.
    Reviewed = "2" StatisticsReviewed,
    /// Those who were not.
    NotReviewed = "3" StatisticsNotReviewed,
    /// Of these, newly formed collectives.
    NewCollectives = "3.1" FormNewCollectives,
    /// Of these, members admitted less than six months ago.
    NewMembers = "3.2" FormNewMembers,
    /// Of these, members exempt from work and activities.
    Exempt = "3.3" StatisticsExempt,
    /// Of these, members suspended from activities.
    Suspended = "3.4" StatisticsSuspended,
    /// Those who were given suggestions for the review (gợi ý kiểm điểm).
    Suggested = "4" FormSuggested,
    /// Of these, those under the province's standing committee.
    SuggestedProvince = "4.1" FormSuggestedProvince,
    /// Of these, those under a district's standing committee.
    SuggestedDistrict = "4.2" FormSuggestedDistrict,
    /// Of these, those under a grassroots committee.
    SuggestedGrassroots = "4.3" FormSuggestedGrassroots,
}

impl FormRow {
    /// The row of a number.
    pub fn from_number(number: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|row| row.number() == number)
    }

    /// The row of a reason for which nobody was reviewed, by the end of its id as the built-in rulebooks have it.
    pub fn of_reason(reason: &str, collectives: bool) -> Option<Self> {
        match reason.rsplit('.').next()? {
            "new" if collectives => Some(Self::NewCollectives),
            "new" => Some(Self::NewMembers),
            "exempt" => Some(Self::Exempt),
            "suspended" => Some(Self::Suspended),
            _ => None,
        }
    }
}

/// One column of the form, "Tập thể" or "Đảng viên": what each row says, where it says anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormColumn(BTreeMap<FormRow, u64>);

impl FormColumn {
    /// A column from what its rows say.
    pub fn new(rows: impl IntoIterator<Item = (FormRow, u64)>) -> Self {
        Self(map(rows))
    }

    /// The rows that counts can fill: 1 to 3.4. Whether suggestions were given is not among what is counted. Who is invalid
    /// stands in no row. `row_of` tells the row of a reason for which nobody was reviewed; [`FormRow::of_reason`] knows those
    /// of the built-in rulebooks.
    ///
    /// ```
    /// use xeploai::statistics::{Counts, Entry, FormColumn, FormRow};
    /// let mut members = Counts::of_levels(vec![0, 2, 5, 1]);
    /// assert!(members.add(Entry::NotReviewed(Some("member.new")), 3));
    /// let column = FormColumn::of_counts(&members, |reason| FormRow::of_reason(reason, false));
    /// assert_eq!(column.get(FormRow::ToReview), Some(11));
    /// assert_eq!(column.get(FormRow::NewMembers), Some(3));
    /// assert!(column.check().is_empty());
    /// ```
    pub fn of_counts(counts: &Counts, row_of: impl Fn(&str) -> Option<FormRow>) -> Self {
        let whole = [
            (FormRow::ToReview, Item::ToReview),
            (FormRow::Reviewed, Item::Reviewed),
            (FormRow::NotReviewed, Item::NotReviewed),
        ];
        let mut rows: BTreeMap<FormRow, u64> =
            map(whole.into_iter().filter_map(|(row, item)| Some((row, counts.of(item)?))));
        for (reason, count) in counts.not_reviewed().stated() {
            if let Some(row) = row_of(reason) {
                let sum = rows.entry(row).or_default();
                *sum = sum.saturating_add(count);
            }
        }
        Self(rows)
    }

    /// What a row says.
    pub fn get(&self, row: FormRow) -> Option<u64> {
        self.0.get(&row).copied()
    }

    /// Checks the identities of the form: row 1 = row 2 + row 3; row 3 ≥ 3.1 + 3.2 + 3.3 + 3.4; row 4 ≥ 4.1 + 4.2 + 4.3.
    /// Of rows that say nothing only what must hold whatever they are is checked.
    pub fn check(&self) -> Vec<FormFinding> {
        use FormRow::{
            Exempt, NewCollectives, NewMembers, NotReviewed, Reviewed, Suggested, SuggestedDistrict,
            SuggestedGrassroots, SuggestedProvince, Suspended, ToReview,
        };
        let parts = [Reviewed, NotReviewed];
        let known = parts.iter().all(|row| self.0.contains_key(row));
        let first = if known { self.compare(ToReview, &parts, true) } else { self.compare(ToReview, &parts, false) };
        let third = self.compare(NotReviewed, &[NewCollectives, NewMembers, Exempt, Suspended], false);
        let fourth = self.compare(Suggested, &[SuggestedProvince, SuggestedDistrict, SuggestedGrassroots], false);
        [first, third, fourth].into_iter().flatten().collect()
    }

    fn compare(&self, whole: FormRow, parts: &[FormRow], equal: bool) -> Option<FormFinding> {
        let stated = self.get(whole)?;
        let known: Vec<(FormRow, u64)> = parts.iter().filter_map(|row| Some((*row, self.get(*row)?))).collect();
        let sum = known.iter().fold(0_u128, |sum, (_, count)| sum.saturating_add(u128::from(*count)));
        let kept = if equal { u128::from(stated) == sum } else { u128::from(stated) >= sum };
        if kept || known.is_empty() {
            return None;
        }
        let told = |(row, count): &(FormRow, u64)| {
            Sentence::new(Message::FormPart).with("row", row.number()).with("count", *count).into()
        };
        let message = if equal { Message::FormNotSum } else { Message::FormBelowSum };
        let sentence = Sentence::new(message)
            .with("row", whole.number())
            .with("found", stated)
            .with("parts", Told::Several(known.iter().map(told).collect(), " + "))
            .with("sum", Told::Count(sum));
        Some(FormFinding { row: whole, equal, expected: sum, found: stated, sentence })
    }
}

/// An identity of the form that is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFinding {
    /// The row that does not fit its parts.
    pub row: FormRow,
    /// Whether it must be equal to their sum; else it must not be below it.
    pub equal: bool,
    /// The sum of its parts.
    pub expected: u128,
    /// What the row says.
    pub found: u64,
    /// All of it in words.
    pub sentence: Sentence,
}
