//! Statistics: JSON in and out.

use xeploai::statistics::{Refused, json};

use crate::error::{ErrorHandle, Failure};
use crate::handle::{guard, place};
use crate::text::{Bytes, text};

type Question = fn(&str) -> Result<String, Refused>;

/// What can be asked.
const QUESTIONS: [(&str, Question); 6] = [
    ("tally", json::tally),
    ("years", json::spans),
    ("shares", json::shares),
    ("form_6f", json::form_6f_of),
    ("check_form_6f", json::form_6f),
    ("check_table", json::check),
];

/// Answers a question of statistics: `tally` (counts and shares of rows), `years` (a series over years), `shares` (of counts),
/// `form_6f` and `check_form_6f` (Biểu 6F), `check_table` (a published table, its misprints found and explained).
///
/// \param question  the question
/// \param request   a JSON object, as the documentation of the statistics describes it
/// \param answer    where the JSON text goes; free it with `xeploai_bytes_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from any thread.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_statistics(
    question: *const u8,
    question_len: usize,
    request: *const u8,
    request_len: usize,
    answer: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let answer = place(answer, Bytes::NONE, "answer")?;
            let question = text(question, question_len, "question")?;
            let known = QUESTIONS.map(|(name, _)| name).join(", ");
            let found = QUESTIONS.iter().find(|(name, _)| *name == question);
            let (_, ask) = found.ok_or_else(|| Failure::one_of("question", &known, &format!("`{question}`")))?;
            answer.put(Bytes::of(ask(text(request, request_len, "request")?)?));
            Ok(())
        })
    }
}
