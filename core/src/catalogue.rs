//! The one catalogue of messages for people, each in Vietnamese and in English.
//!
//! A message is a template with named places such as `{found}`. That both languages are there is checked when this is
//! compiled; that they name the same places, by a test.

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// Tiếng Việt.
    Vietnamese,
    /// English.
    English,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Vietnamese, Self::English];

    /// The language of a code, `vi` or `en`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "vi" => Some(Self::Vietnamese),
            "en" => Some(Self::English),
            _ => None,
        }
    }
}

macro_rules! catalogue {
    ($($variant:ident $key:literal $vi:literal $en:literal)*) => {
        /// A message of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "a message is documented by its words")]
        pub enum Message { $($variant,)* }

        impl Message {
            /// Every message.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The key by which faces name the message.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key,)* }
            }

            /// The template in a language.
            pub const fn template(self, language: Language) -> &'static str {
                match (self, language) {
                    $((Self::$variant, Language::Vietnamese) => $vi, (Self::$variant, Language::English) => $en,)*
                }
            }

            /// The message of a key.
            pub fn from_key(key: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|message| message.key() == key)
            }
        }
    };
}

/// Puts values into the places of a message.
///
/// ```
/// use xeploai::catalogue::{fill, Language, Message};
/// assert_eq!(fill(Message::ExplainShort, Language::English, &[("by", "0.01")]), "0.01 short");
/// ```
pub fn fill(message: Message, language: Language, values: &[(&str, &str)]) -> String {
    let mut text = String::new();
    let mut rest = message.template(language);
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, behind)) = after.split_once('}') else { break };
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name) {
            text.push_str(value);
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

catalogue! {
    // ---- outcomes
    OutcomeRated "outcome.rated"
        "Xếp loại được"
        "Rated"
    OutcomeAuthorityDecides "outcome.authority_decides"
        "Cấp có thẩm quyền quyết định"
        "The authority decides"
    OutcomeUndetermined "outcome.undetermined"
        "Chưa xác định được, còn thiếu thông tin"
        "Undetermined, facts are missing"
    OutcomeNotRated "outcome.not_rated"
        "Không xếp loại"
        "Not rated"
    OutcomeNotReviewed "outcome.not_reviewed"
        "Không thuộc diện kiểm điểm"
        "Not reviewed"
    OutcomeInvalid "outcome.invalid"
        "Dữ liệu không hợp lệ"
        "Invalid data"
    Yes "word.yes" "Có" "Yes"
    No "word.no" "Không" "No"
    NotKnown "word.not_known" "chưa có" "not stated"
    Items "word.items" "{count} mục" "{count} items"
    Between "word.between" "từ {from} đến {to}" "{from} to {to}"

    // ---- notes
    NoteGap "note.gap"
        "Điểm và điều kiện không cùng cho một mức; quy định không nói mức nào được lấy."
        "Score and conditions do not give one level; the text does not say which one counts."
    NoteQuota "note.quota"
        "Tỷ lệ khống chế còn phải xét trên cả nhóm ({citation}); một trường hợp riêng lẻ chưa cho biết có vượt tỷ lệ hay không."
        "The quota is still to be held over the whole group ({citation}); one case alone does not show whether it is exceeded."
    NoteInferred "note.inferred"
        "Dựa trên quy tắc được suy ra, chưa đối chiếu với nguyên văn: {rule} ({citation})."
        "Rests on a rule that was inferred and not compared with the wording: {rule} ({citation})."
    NoteSummary "note.summary"
        "Dựa trên quy tắc biết qua bản tóm tắt, chưa đối chiếu với nguyên văn: {rule} ({citation})."
        "Rests on a rule known from a summary and not compared with the wording: {rule} ({citation})."
    NoteLocal "note.local"
        "Dựa trên quy tắc của địa phương, đơn vị: {rule} ({citation})."
        "Rests on a local rule: {rule} ({citation})."
    NoteClamped "note.clamped"
        "Giá trị {measure} đã được giữ trong giới hạn mà quy định nêu."
        "The value {measure} was kept within the limit that the text states."

    // ---- problems of a case
    ProblemNotARecord "problem.not_a_record"
        "Hồ sơ không phải là một bản ghi JSON đọc được ({found})."
        "The case is no readable JSON record ({found})."
    ProblemUnknownFact "problem.unknown_fact"
        "{field}: bộ quy định không có trường này; cần {expected}."
        "{field}: the rulebook has no such field; expected {expected}."
    ProblemDuplicate "problem.duplicate"
        "{field}: được nêu hai lần, thêm giá trị {found}."
        "{field}: stated twice, with {found} the second time."
    ProblemWrongType "problem.wrong_type"
        "{field}: sai kiểu; cần {expected}, nhận được {found}."
        "{field}: of the wrong type; expected {expected}, found {found}."
    ProblemOutOfBounds "problem.out_of_bounds"
        "{field}: ngoài giới hạn; cần {expected}, nhận được {found}."
        "{field}: out of bounds; expected {expected}, found {found}."
    ProblemOutOfScale "problem.out_of_scale"
        "{field}: quá nhiều chữ số thập phân; cần {expected}, nhận được {found}."
        "{field}: too many decimal places; expected {expected}, found {found}."
    ProblemUnknownCode "problem.unknown_code"
        "{field}: không thuộc danh mục; cần {expected}, nhận được {found}."
        "{field}: not on the list; expected {expected}, found {found}."
    ProblemNoSuchDay "problem.no_such_day"
        "{field}: không có ngày này; cần {expected}, nhận được {found}."
        "{field}: no such day; expected {expected}, found {found}."
    ProblemInconsistent "problem.inconsistent"
        "{field}: mâu thuẫn với trường khác; cần {expected}, nhận được {found}."
        "{field}: contradicts another field; expected {expected}, found {found}."
    ProblemRequired "problem.required"
        "{field}: bắt buộc phải có; cần {expected}."
        "{field}: is required; expected {expected}."
    ProblemNotInForce "problem.not_in_force"
        "{field}: bộ quy định không có hiệu lực ngày này; cần {expected}, nhận được {found}."
        "{field}: the rulebook is not in force on this day; expected {expected}, found {found}."
    ProblemTooManyItems "problem.too_many_items"
        "{field}: quá nhiều mục; cần {expected}, nhận được {found}."
        "{field}: too many items; expected {expected}, found {found}."
    ProblemAt "problem.at" "{field}, mục {item}, {part}" "{field}, item {item}, {part}"
    ExpectedRecord "expected.record" "một bản ghi các trường" "an object of facts"
    ExpectedKnownFact "expected.known_fact" "một trường mà bộ quy định có" "a field of the rulebook"
    ExpectedNear "expected.near" "một trường mà bộ quy định có (có phải là {near}?)" "a field of the rulebook (did you mean {near}?)"
    ExpectedItems "expected.items" "các mục thành phần ({first}, …), tổng được tự tính" "its items ({first}, …); the sum is computed"
    ExpectedOnce "expected.once" "một lần" "once"
    ExpectedBoolean "expected.boolean" "đúng hoặc sai (true, false)" "true or false"
    ExpectedInteger "expected.integer" "số nguyên từ {min} đến {max}" "a whole number from {min} to {max}"
    ExpectedDecimal "expected.decimal"
        "số từ {min} đến {max}, không quá {scale} chữ số thập phân"
        "a number from {min} to {max} with at most {scale} decimal places"
    ExpectedCode "expected.code" "một trong các mã: {codes}" "one of the codes: {codes}"
    ExpectedDate "expected.date" "ngày theo dạng YYYY-MM-DD" "a date YYYY-MM-DD"
    ExpectedText "expected.text" "văn bản" "text"
    ExpectedList "expected.list" "danh sách không quá {most} mục" "a list of at most {most} items"
    ExpectedAtMost "expected.at_most" "không quá {value} ({fact})" "at most {value} ({fact})"
    ExpectedStated "expected.stated" "một giá trị" "a value"
    ExpectedFrom "expected.from" "ngày từ {from} trở đi" "a day from {from} on"
    ExpectedInForce "expected.in_force" "ngày từ {from} đến {to}" "a day from {from} to {to}"

    // ---- explanation
    ExplainTitle "explain.title"
        "KẾT QUẢ ĐỀ XUẤT XẾP LOẠI CHẤT LƯỢNG"
        "PROPOSED QUALITY RATING"
    ExplainSubject "explain.subject" "Đối tượng: {subject}." "Subject: {subject}."
    ExplainBasis "explain.basis" "Căn cứ: {texts}." "Under: {texts}."
    ExplainInstrument "explain.instrument"
        "{kind} {number} ngày {date} của {issuer}"
        "{kind} {number} of {date}, {issuer}"
    ExplainRated "explain.rated" "Đề xuất mức: {level}." "Proposed level: {level}."
    ExplainAuthority "explain.authority"
        "Cấp có thẩm quyền xem xét, quyết định mức trong khoảng từ {at_least} đến {at_most}."
        "The competent authority weighs and decides, from {at_least} to {at_most}."
    ExplainUndetermined "explain.undetermined"
        "Chưa xác định được mức; với thông tin hiện có, mức nằm từ {at_least} đến {at_most}."
        "The level is not yet determined; as far as is known it lies from {at_least} to {at_most}."
    ExplainUndeterminedOne "explain.undetermined_one"
        "Chưa xác định được; nếu được xếp loại thì mức là {at_least}."
        "Not yet determined; if rated, the level is {at_least}."
    ExplainNoLevel "explain.no_level"
        "Không xếp loại; chưa xác định được có thuộc diện kiểm điểm hay không."
        "Not rated in any case; whether there is a review is not yet determined."
    ExplainNotRated "explain.not_rated"
        "Được kiểm điểm nhưng không xếp loại."
        "Reviewed, but not rated."
    ExplainNotReviewed "explain.not_reviewed"
        "Không thuộc diện kiểm điểm, vì vậy không xếp loại."
        "Not reviewed, and so not rated."
    ExplainInvalid "explain.invalid"
        "Không xếp loại được vì dữ liệu không hợp lệ:"
        "Cannot be rated, because the data is not in order:"
    ExplainMissing "explain.missing" "Cần bổ sung để có kết quả:" "Needed for a result:"
    ExplainScore "explain.score" "Tổng điểm: {score}. Điểm này thuộc khung của mức: {level}." "Score: {score}. It lies in the band of: {level}."
    ExplainScoreGroups "explain.score_groups"
        "Tổng điểm: {score} ({groups}). Điểm này thuộc khung của mức: {level}."
        "Score: {score} ({groups}). It lies in the band of: {level}."
    ExplainConditions "explain.conditions"
        "Theo các điều kiện: {level}."
        "By the conditions: {level}."
    ExplainWhy "explain.why" "Vì sao:" "Why:"
    ExplainHolds "explain.holds" "Đúng" "Holds"
    ExplainFails "explain.fails" "Không đạt" "Not met"
    ExplainMet "explain.met" "Đạt" "Met"
    ExplainUnknown "explain.unknown" "Chưa rõ" "Not known"
    ExplainFinding "explain.finding" "{holds}: {words} [{citation}]" "{holds}: {words} [{citation}]"
    ExplainFindingValues "explain.finding_values"
        "{holds}: {words} [{citation}] Số liệu: {values}."
        "{holds}: {words} [{citation}] Values: {values}."
    ExplainValue "explain.value" "{label}: {value}" "{label}: {value}"
    ExplainNoTrigger "explain.no_trigger"
        "Đã xét {count} trường hợp bị xếp mức {level}: không có trường hợp nào xảy ra."
        "{count} cases that give {level} were looked at: none applies."
    ExplainHigher "explain.higher"
        "Để đạt mức {level} còn vướng:"
        "In the way of {level}:"
    ExplainNeed "explain.need"
        "{label}: hiện là {from}, cần {to}."
        "{label}: is {from}, needs {to}."
    ExplainNeedBy "explain.need_by"
        "{label}: hiện là {from}, cần {to} ({by})."
        "{label}: is {from}, needs {to} ({by})."
    ExplainMore "explain.more" "thêm {by}" "{by} more"
    ExplainLess "explain.less" "bớt {by}" "{by} fewer"
    ExplainShort "explain.short" "còn thiếu {by}" "{by} short"
    ExplainFixed "explain.fixed"
        "{words} [{citation}] (không thể khắc phục bằng kết quả công tác)"
        "{words} [{citation}] (results of work cannot lift it)"
    ExplainStuck "explain.stuck"
        "{words} [{citation}] ({label}: hiện là {value}; chưa nêu được cần thay đổi bao nhiêu)"
        "{words} [{citation}] ({label}: is {value}; how much must change cannot be said)"
    ExplainItems "explain.items_need"
        "{label}: cần nâng {by} mục."
        "{label}: {by} items must be raised."
    ExplainNotes "explain.notes" "Lưu ý:" "Note:"
    ExplainPolicies "explain.policies"
        "Lựa chọn khác mặc định: {policies}."
        "Choices other than the default: {policies}."
    ExplainClosing "explain.closing"
        "Đây là đề xuất tính theo quy định; cấp có thẩm quyền xem xét, quyết định."
        "This is a proposal computed from the rules; the competent authority decides."
    ExplainRulebook "explain.rulebook"
        "Bộ quy định {id}, phiên bản {version}, mã {digest}."
        "Rulebook {id}, version {version}, {digest}."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(template: &str) -> Vec<&str> {
        let mut names: Vec<&str> =
            template.split('{').skip(1).map(|part| part.split_once('}').expect("a closing brace").0).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn both_languages_are_complete_and_name_the_same_places() {
        let mut keys = std::collections::HashSet::new();
        for message in Message::ALL {
            let [vi, en] = Language::ALL.map(|language| message.template(language));
            assert!(!vi.trim().is_empty() && !en.trim().is_empty(), "{}", message.key());
            assert_eq!(places(vi), places(en), "{}", message.key());
            assert_eq!(crate::text::nfc(vi), vi, "{}", message.key());
            assert!(keys.insert(message.key()), "{} twice", message.key());
            assert_eq!(Message::from_key(message.key()), Some(*message));
        }
    }

    #[test]
    fn every_outcome_and_problem_has_a_message() {
        for outcome in crate::Outcome::ALL {
            assert!(Message::from_key(&format!("outcome.{}", outcome.code())).is_some(), "{}", outcome.code());
        }
        for code in crate::ProblemCode::ALL {
            assert!(Message::from_key(&format!("problem.{}", code.name())).is_some(), "{}", code.name());
        }
    }
}
