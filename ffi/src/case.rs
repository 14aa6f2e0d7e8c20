//! One case without JSON, for loops over many: facts by their places, the outcome as numbers, the same room each time.

use std::mem::ManuallyDrop;
use std::sync::Mutex;

use xeploai::batch::Reasons;
use xeploai::catalogue::Message;
use xeploai::{Case, Outcome, Rating, Value};

use crate::error::{ErrorHandle, Failure, same, told};
use crate::handle::{Answer, guard, handle_place, lock, place, shared};
use crate::request::{Entries, policies, read};
use crate::rulebook::RulebookHandle;
use crate::status::{XEPLOAI_BUFFER_TOO_SMALL, XEPLOAI_INVALID_ARGUMENT, XEPLOAI_NOT_FOUND, XEPLOAI_NULL};
use crate::text::{Bytes, language, optional, text};

/// What is known of one subject, and how it was rated last. One thread at a time may use it: a second one is refused with
/// `XEPLOAI_BUSY`.
#[derive(Debug)]
pub struct CaseHandle(Mutex<Room>);

const fn is_shared<T: Send + Sync>() {}
const _: () = is_shared::<CaseHandle>();

#[derive(Debug)]
struct Room {
    case: Case,
    rating: Rating,
    /// Whether the rating is that of the facts as they are now.
    rated: bool,
    reasons: Reasons,
}

impl Room {
    fn rate(&mut self) {
        if !self.rated {
            self.case.rate_into(&mut self.rating);
            self.rated = true;
        }
    }
}

/// The outcome: one level.
pub const XEPLOAI_OUTCOME_RATED: i32 = 0;
/// The outcome: discretion or a gap of the text keeps it open.
pub const XEPLOAI_OUTCOME_AUTHORITY_DECIDES: i32 = 1;
/// The outcome: missing facts keep it open.
pub const XEPLOAI_OUTCOME_UNDETERMINED: i32 = 2;
/// The outcome: reviewed, but not rated.
pub const XEPLOAI_OUTCOME_NOT_RATED: i32 = 3;
/// The outcome: neither reviewed nor rated.
pub const XEPLOAI_OUTCOME_NOT_REVIEWED: i32 = 4;
/// The outcome: the facts are not in order.
pub const XEPLOAI_OUTCOME_INVALID: i32 = 5;

/// A value that says that the fact is not known.
pub const XEPLOAI_VALUE_MISSING: i32 = 0;
/// A value that is true (`number` is not 0) or false.
pub const XEPLOAI_VALUE_BOOLEAN: i32 = 1;
/// A value that is a whole number, `number`.
pub const XEPLOAI_VALUE_INTEGER: i32 = 2;
/// A value that is a decimal, `number` divided by 10 to the power of `scale` (0 to 18): 61.99 is 6199 with the scale 2.
pub const XEPLOAI_VALUE_DECIMAL: i32 = 3;
/// A value that is a day, `number` days after 1970-01-01.
pub const XEPLOAI_VALUE_DATE: i32 = 4;
/// A value that is text: a code, or anything as JSON would have it in quotation marks.
pub const XEPLOAI_VALUE_TEXT: i32 = 5;

/// A value of a fact. Set all of it to zero before it is filled in.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct FactValue {
    /// The place of the fact, as `xeploai_case_fact` gives it.
    pub fact: u32,
    /// One of `XEPLOAI_VALUE_…`.
    pub kind: i32,
    /// The number, day or truth.
    pub number: i64,
    /// The scale of a decimal.
    pub scale: u32,
    /// Zero.
    pub reserved: u32,
    /// The text, UTF-8; it is read during the call only.
    pub text: *const u8,
    /// Its length in bytes.
    pub text_len: usize,
}

#[cfg(target_pointer_width = "64")]
const _: () = assert!(size_of::<FactValue>() == 40);

/// How a case came out. Levels are places in the rulebook's list of levels, the lowest 0; -1 where there is none.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseOutcome {
    /// One of `XEPLOAI_OUTCOME_RATED` … `XEPLOAI_OUTCOME_INVALID`.
    pub outcome: i32,
    /// The level; only of a case that is rated.
    pub level: i32,
    /// The lowest level that is possible.
    pub at_least: i32,
    /// The highest level that is possible.
    pub at_most: i32,
    /// How many words of 64 bits the reason code has.
    pub reason_words: u32,
    /// Zero.
    pub reserved: u32,
}

const _: () = assert!(size_of::<CaseOutcome>() == 24);

/// A text of a case: the whole result as JSON, the same bytes as every other face gives.
pub const XEPLOAI_RESULT_JSON: i32 = 0;
/// A text of a case: the result in words, as it can be handed to the person rated.
pub const XEPLOAI_RESULT_EXPLANATION: i32 = 1;

/// A case of which nothing is known yet, to be used for one subject of the kind after another.
///
/// \param rulebook  the rulebook; the caller keeps it
/// \param subject   the code of the kind, such as `member`
/// \param policies  a JSON object of names of policies to options; empty for the defaults
/// \param out       where the case goes; free it with `xeploai_case_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_new(
    rulebook: *const RulebookHandle,
    subject: *const u8,
    subject_len: usize,
    policies: *const u8,
    policies_len: usize,
    out: *mut *mut CaseHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let out = handle_place(out, "out")?;
            let rulebook = &shared(rulebook, "rulebook")?.0;
            let subject = text(subject, subject_len, "subject")?;
            let case = Case::new(rulebook, subject)?;
            let chosen: Entries<String> = read(optional(policies, policies_len, "policies")?, "policies")?;
            let rating = case.clone().rate_with(&self::policies(rulebook, &chosen)?)?;
            let reasons = rulebook.reasons(subject)?;
            out.give(CaseHandle(Mutex::new(Room { case, rating, rated: true, reasons })));
            Ok(())
        })
    }
}

/// Where a fact stands among those of the kind; the same as long as the rulebook has the same digest.
///
/// \param case      the case; the caller keeps it
/// \param name      the name of the fact
/// \param fact      where the place goes
/// \param error     where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_fact(
    case: *mut CaseHandle,
    name: *const u8,
    name_len: usize,
    fact: *mut u32,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let fact = place(fact, u32::MAX, "fact")?;
            let room = lock(&shared(case, "case")?.0, "case")?;
            let name = text(name, name_len, "name")?;
            let found = room.case.place_of(name).and_then(|place| u32::try_from(place).ok());
            let found = found.ok_or_else(|| {
                let expected = told(Message::CallWantedFact, &[("kind", room.rating.subject())]);
                Failure::argument(XEPLOAI_NOT_FOUND, "name", expected, &same(&format!("`{name}`")))
            })?;
            fact.put(found);
            Ok(())
        })
    }
}

/// The kinds of value, as a message names them.
const KINDS: &str = "XEPLOAI_VALUE_MISSING 0, _BOOLEAN 1, _INTEGER 2, _DECIMAL 3, _DATE 4, _TEXT 5";

/// Whether a value is of a kind and has a place.
///
/// # Safety
/// The text is as described.
unsafe fn check(value: &FactValue, facts: usize) -> Answer {
    if value.reserved != 0 {
        let expected = told(Message::CallWantedEmpty, &[]);
        let found = same(&value.reserved.to_string());
        return Err(Failure::argument(XEPLOAI_INVALID_ARGUMENT, "reserved", expected, &found));
    }
    if value.fact as usize >= facts {
        let expected = told(Message::CallWantedPlace, &[("count", &facts.to_string())]);
        let found = same(&value.fact.to_string());
        return Err(Failure::argument(XEPLOAI_INVALID_ARGUMENT, "fact", expected, &found));
    }
    match value.kind {
        XEPLOAI_VALUE_MISSING..=XEPLOAI_VALUE_INTEGER | XEPLOAI_VALUE_DATE => Ok(()),
        XEPLOAI_VALUE_DECIMAL if value.scale <= 18 => Ok(()),
        // SAFETY: by the contract of the function.
        XEPLOAI_VALUE_TEXT => unsafe { text(value.text, value.text_len, "text") }.map(|_| ()),
        XEPLOAI_VALUE_DECIMAL => Err(Failure::one_of("scale", "0 … 18", &value.scale.to_string())),
        other => Err(Failure::one_of("kind", KINDS, &other.to_string())),
    }
}

/// States a value that was looked at. Each is made where it is used: a value that is moved about costs more than all else. None
/// has anything to drop, its text being the caller's, which the compiler does not see.
///
/// # Safety
/// The text is as described.
unsafe fn state(case: &mut Case, value: &FactValue) -> Answer {
    let place = value.fact as usize;
    match value.kind {
        XEPLOAI_VALUE_BOOLEAN => case.set_at(place, &ManuallyDrop::new(Value::Boolean(value.number != 0))),
        XEPLOAI_VALUE_INTEGER => case.set_at(place, &ManuallyDrop::new(Value::Integer(value.number))),
        XEPLOAI_VALUE_DECIMAL => case.set_at(place, &ManuallyDrop::new(Value::Decimal(value.number, value.scale))),
        XEPLOAI_VALUE_DATE => {
            case.set_at(place, &ManuallyDrop::new(Value::Date(xeploai::date::from_unix_days(value.number))))
        }
        XEPLOAI_VALUE_TEXT => {
            // SAFETY: by the contract of the function.
            let text = unsafe { text(value.text, value.text_len, "text") }?;
            case.set_at(place, &ManuallyDrop::new(Value::Text(text.into())))
        }
        _ => case.set_at(place, &ManuallyDrop::new(Value::Missing)),
    };
    Ok(())
}

/// States facts, in the order of the values. What does not fit its fact makes the case invalid when it is rated; a fact that
/// is stated twice does too. Where a value is of no kind or no place, nothing is stated and the status tells.
///
/// \param case    the case
/// \param values  the values
/// \param count   how many they are, at most twice as many as the kind has facts
/// \param error   where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described; `values` has `count` values.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_set(
    case: *mut CaseHandle,
    values: *const FactValue,
    count: usize,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let mut room = lock(&shared(case, "case")?.0, "case")?;
            if count == 0 {
                return Ok(());
            }
            if values.is_null() {
                let expected = told(Message::CallWantedPointer, &[]);
                return Err(Failure::argument(XEPLOAI_NULL, "values", expected, &same("NULL")));
            }
            let facts = room.case.facts();
            if count > facts.saturating_mul(2) {
                let expected = told(Message::CallWantedCount, &[("count", &facts.saturating_mul(2).to_string())]);
                return Err(Failure::argument(
                    XEPLOAI_INVALID_ARGUMENT,
                    "count",
                    expected,
                    &same(&count.to_string()),
                ));
            }
            let values = std::slice::from_raw_parts(values, count);
            for (place, value) in values.iter().enumerate() {
                check(value, facts).map_err(|failure| failure.at(&format!("values/{place}")))?;
            }
            room.rated = false;
            for value in values {
                state(&mut room.case, value)?;
            }
            Ok(())
        })
    }
}

/// States the facts of a JSON object, also lists. What does not fit makes the case invalid when it is rated.
///
/// \param case   the case
/// \param facts  a JSON object of facts
/// \param error  where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_set_json(
    case: *mut CaseHandle,
    facts: *const u8,
    facts_len: usize,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let mut room = lock(&shared(case, "case")?.0, "case")?;
            let facts = text(facts, facts_len, "facts")?;
            room.rated = false;
            room.case.set_json(facts);
            Ok(())
        })
    }
}

/// Forgets every fact: the case of the next subject. Nothing is freed.
///
/// \param case   the case
/// \param error  where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_clear(case: *mut CaseHandle, error: *mut *mut ErrorHandle) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let mut room = lock(&shared(case, "case")?.0, "case")?;
            room.rated = false;
            room.case.clear();
            Ok(())
        })
    }
}

/// Rates the case as it is.
///
/// \param case         the case
/// \param outcome      where the outcome goes
/// \param reasons      where the words of the reason code go, which say of every rule whether it holds; NULL where they are not
///                     wanted. Where each rule stands says the summary of the rulebook (`word`, `shift`, `width`): of a rule 0 is
///                     false, 2 unknown, 3 true. Of a case that is invalid the places of the sort `fact` count instead: 0 in
///                     order, 1 absent, 2 refused, 3 inconsistent.
/// \param reasons_len  for how many words there is room; with less than `reason_words` the status is
///                     `XEPLOAI_BUFFER_TOO_SMALL`, and the outcome is there all the same
/// \param error        where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_rate(
    case: *mut CaseHandle,
    outcome: *mut CaseOutcome,
    reasons: *mut u64,
    reasons_len: usize,
    error: *mut *mut ErrorHandle,
) -> i32 {
    const NONE: CaseOutcome = CaseOutcome {
        outcome: XEPLOAI_OUTCOME_INVALID,
        level: -1,
        at_least: -1,
        at_most: -1,
        reason_words: 0,
        reserved: 0,
    };
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let outcome = place(outcome, NONE, "outcome")?;
            let mut room = lock(&shared(case, "case")?.0, "case")?;
            room.rate();
            let rating = &room.rating;
            let (at_least, at_most) =
                rating.ranks().map_or((-1, -1), |(low, high)| (i32::from(low), i32::from(high)));
            let words = room.reasons.words();
            outcome.put(CaseOutcome {
                outcome: number(rating.outcome()),
                level: if rating.outcome() == Outcome::Rated { at_least } else { -1 },
                at_least,
                at_most,
                reason_words: u32::try_from(words).unwrap_or(u32::MAX),
                reserved: 0,
            });
            if reasons.is_null() {
                return Ok(());
            }
            if reasons_len < words {
                let expected = told(Message::CallWantedWords, &[("count", &words.to_string())]);
                let found = same(&reasons_len.to_string());
                return Err(Failure::argument(XEPLOAI_BUFFER_TOO_SMALL, "reasons_len", expected, &found));
            }
            for (place, word) in room.reasons.of(rating).into_iter().enumerate() {
                reasons.add(place).write(word);
            }
            Ok(())
        })
    }
}

const fn number(outcome: Outcome) -> i32 {
    match outcome {
        Outcome::Rated => XEPLOAI_OUTCOME_RATED,
        Outcome::AuthorityDecides => XEPLOAI_OUTCOME_AUTHORITY_DECIDES,
        Outcome::Undetermined => XEPLOAI_OUTCOME_UNDETERMINED,
        Outcome::NotRated => XEPLOAI_OUTCOME_NOT_RATED,
        Outcome::NotReviewed => XEPLOAI_OUTCOME_NOT_REVIEWED,
        Outcome::Invalid => XEPLOAI_OUTCOME_INVALID,
    }
}

/// Rates the case as it is and gives the result as text.
///
/// \param case      the case
/// \param what      `XEPLOAI_RESULT_JSON` or `XEPLOAI_RESULT_EXPLANATION`
/// \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the explanation
/// \param out       where the text goes; free it with `xeploai_bytes_free`
/// \param error     where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_text(
    case: *mut CaseHandle,
    what: i32,
    language: i32,
    out: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let out = place(out, Bytes::NONE, "out")?;
            let mut room = lock(&shared(case, "case")?.0, "case")?;
            room.rate();
            out.put(Bytes::of(result_text(&room.rating, what, language)?));
            Ok(())
        })
    }
}

/// A result as text.
pub(crate) fn result_text(rating: &Rating, what: i32, language: i32) -> Answer<String> {
    match what {
        XEPLOAI_RESULT_JSON => Ok(rating.to_json()),
        XEPLOAI_RESULT_EXPLANATION => Ok(rating.explain(self::language(language)?)),
        other => Err(Failure::one_of("what", "XEPLOAI_RESULT_JSON, XEPLOAI_RESULT_EXPLANATION", &other.to_string())),
    }
}

/// Frees a case. NULL is nothing to free.
///
/// \param case  a case, which is not to be used after that
///
/// # Safety
/// `case` is NULL or a case that was not freed, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_case_free(case: *mut CaseHandle) {
    // SAFETY: by the contract.
    unsafe { crate::handle::free(case) };
}
