//! Error objects: what went wrong, where, what was expected and what was found, in both languages.

use std::ffi::CString;

use serde::Serialize;
use xeploai::batch::TableError;
use xeploai::catalogue::{Message, fill};
use xeploai::cohort::{BadRequest, CohortError};
use xeploai::document::Words;
use xeploai::statistics::Refused;
use xeploai::{Language, LoadError, NotInForce, PolicyError, UnknownSubject};

use crate::status;

/// One thing that is wrong.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Fault {
    /// The place: a JSON pointer, a column, the name of an argument.
    pub(crate) place: String,
    /// What sort of fault it is; stable.
    pub(crate) code: String,
    pub(crate) message: Words,
}

/// What went wrong, before it is handed to C; in a box, so that what goes well carries no room for it.
#[derive(Debug, Clone)]
pub(crate) struct Failure(Box<Details>);

impl std::ops::Deref for Failure {
    type Target = Details;

    fn deref(&self) -> &Details {
        &self.0
    }
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Details {
    pub(crate) status: i32,
    pub(crate) name: String,
    pub(crate) place: String,
    pub(crate) message: Words,
    pub(crate) faults: Vec<Fault>,
}

/// A message of the catalogue in both languages; NUL bytes, which a text of C cannot hold, become spaces.
pub(crate) fn words(say: impl Fn(Language) -> String) -> Words {
    let clean = |text: String| text.replace('\0', " ");
    Words { vi: clean(say(Language::Vietnamese)), en: clean(say(Language::English)) }
}

/// A message with values.
pub(crate) fn told(message: Message, values: &[(&str, &str)]) -> Words {
    words(|language| fill(message, language, values))
}

impl Failure {
    pub(crate) fn new(status: i32, place: &str, message: Words) -> Self {
        let name = status::name(status).to_string_lossy().into_owned();
        let place = place.replace('\0', " ");
        Self(Box::new(Details { status, name, place, message, faults: Vec::new() }))
    }

    /// That an argument is not what was expected.
    pub(crate) fn argument(status: i32, place: &str, expected: Words, found: &Words) -> Self {
        let line = |language| {
            let values = [("name", place), ("expected", expected.get(language)), ("found", found.get(language))];
            fill(Message::CallLine, language, &values)
        };
        Self::new(status, place, words(line))
    }

    /// That a code is none of those that there are.
    pub(crate) fn one_of(place: &str, known: &str, found: &str) -> Self {
        let expected = told(Message::CallWantedOneOf, &[("known", known)]);
        Self::argument(status::XEPLOAI_INVALID_ARGUMENT, place, expected, &same(found))
    }

    /// That nothing built in bears a name.
    pub(crate) fn named(status: i32, place: &str, error: &LoadError) -> Self {
        Self::new(status, place, words(|language| error.explain(language)))
    }

    /// That reading a stream failed.
    pub(crate) fn stream(place: &str, found: &str) -> Self {
        Self::new(status::XEPLOAI_STREAM, place, told(Message::CallStream, &[("found", found)]))
    }

    /// The same at a place within which it is.
    pub(crate) fn at(mut self, place: &str) -> Self {
        self.0.place = format!("{place}/{}", self.0.place);
        for words in [&mut self.0.message.vi, &mut self.0.message.en] {
            *words = format!("{place}: {words}");
        }
        self
    }

    pub(crate) fn cancelled() -> Self {
        Self::new(status::XEPLOAI_CANCELLED, "callbacks", told(Message::CallCancelled, &[]))
    }

    fn with(mut self, faults: Vec<Fault>) -> Self {
        if let [only] = faults.as_slice() {
            self.0.place.clone_from(&only.place);
        }
        self.0.faults = faults;
        self
    }
}

/// A text that is the same in every language.
pub(crate) fn same(text: &str) -> Words {
    Words { vi: text.to_owned(), en: text.to_owned() }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let fault = |fault: &xeploai::Fault| Fault {
            place: fault.pointer.clone(),
            code: fault.code.name().to_owned(),
            message: words(|language| fault.words(language)),
        };
        let faults = error.faults.iter().map(fault).collect();
        Self::new(status::XEPLOAI_LOAD, "", words(|language| error.explain(language))).with(faults)
    }
}

fn table_faults(table: &str, error: &TableError) -> Vec<Fault> {
    let place = |column: &str| if table.is_empty() { column.to_owned() } else { format!("{table}/{column}") };
    let fault = |fault: &xeploai::batch::ColumnFault| Fault {
        place: place(&fault.column),
        code: fault.code.name().to_owned(),
        message: words(|language| fault.words(language)),
    };
    error.faults.iter().map(fault).collect()
}

impl From<TableError> for Failure {
    fn from(error: TableError) -> Self {
        let faults = table_faults("", &error);
        Self::new(status::XEPLOAI_TABLE, "", words(|language| error.explain(language))).with(faults)
    }
}

impl From<UnknownSubject> for Failure {
    fn from(error: UnknownSubject) -> Self {
        Self::new(status::XEPLOAI_UNKNOWN_SUBJECT, "subject", words(|language| error.words(language)))
    }
}

fn policy_fault(error: &PolicyError) -> Fault {
    let message = words(|language| error.words(language));
    Fault { place: error.name.clone(), code: "policy".to_owned(), message }
}

impl From<PolicyError> for Failure {
    fn from(error: PolicyError) -> Self {
        let fault = policy_fault(&error);
        Self::new(status::XEPLOAI_POLICY, "", fault.message.clone()).with(vec![fault])
    }
}

impl From<NotInForce> for Failure {
    fn from(error: NotInForce) -> Self {
        let message = words(|language| error.words(language));
        let fault = Fault { place: String::new(), code: error.reason().code().to_owned(), message: message.clone() };
        Self::new(status::XEPLOAI_NOT_IN_FORCE, "", message).with(vec![fault])
    }
}

impl From<CohortError> for Failure {
    fn from(error: CohortError) -> Self {
        if error.stopped {
            return Self::cancelled();
        }
        let message = words(|language| error.explain(language));
        let tables = error.tables.iter().flat_map(|(kind, error)| table_faults(kind, error));
        let policies = error.policies.iter().map(policy_fault);
        let others = error.arrow.iter().map(|(kind, told)| Fault {
            place: kind.clone(),
            code: "table".to_owned(),
            message: words(|language| told.get(language).to_owned()),
        });
        let status = if error.tables.is_empty() && error.arrow.is_empty() {
            status::XEPLOAI_POLICY
        } else {
            status::XEPLOAI_TABLE
        };
        let faults = tables.chain(policies).chain(others).collect();
        Self::new(status, "", message).with(faults)
    }
}

impl From<BadRequest> for Failure {
    fn from(error: BadRequest) -> Self {
        Self::new(status::XEPLOAI_REQUEST, &error.place, words(|language| error.words(language)))
    }
}

impl From<Refused> for Failure {
    fn from(error: Refused) -> Self {
        let place = match error.place.row {
            0 => error.place.column.clone(),
            row => format!("{row}/{}", error.place.column),
        };
        Self::new(status::XEPLOAI_REQUEST, &place, words(|language| error.sentence.words(language)))
    }
}

/// An error as C holds it: its texts are ready, each ended by a zero byte.
#[derive(Debug)]
pub struct ErrorHandle {
    pub(crate) status: i32,
    pub(crate) place: CString,
    pub(crate) vi: CString,
    pub(crate) en: CString,
    pub(crate) json: CString,
}

impl From<Failure> for ErrorHandle {
    fn from(failure: Failure) -> Self {
        let text = |text: String| CString::new(text.replace('\0', " ")).unwrap_or_default();
        Self {
            status: failure.status,
            json: text(serde_json::to_string(&*failure).unwrap_or_default()),
            place: text(failure.place.clone()),
            vi: text(failure.message.vi.clone()),
            en: text(failure.message.en.clone()),
        }
    }
}

/// Which text of an error: its message.
pub const XEPLOAI_ERROR_MESSAGE: i32 = 0;
/// Where the error is: an argument, a column, a JSON pointer; empty where it concerns the whole.
pub const XEPLOAI_ERROR_PLACE: i32 = 1;
/// Everything as JSON: `status`, `name`, `place`, `message` (`vi`, `en`), and `faults`, each with `place`, `code` (stable)
/// and `message`.
pub const XEPLOAI_ERROR_JSON: i32 = 2;

/// The status that an error was returned with; `XEPLOAI_NULL` of NULL.
///
/// \param error  an error; the caller keeps it
///
/// May be called from several threads at once.
///
/// # Safety
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_error_status(error: *const ErrorHandle) -> i32 {
    // SAFETY: by the contract the pointer is NULL or that of an error.
    unsafe { error.as_ref() }.map_or(status::XEPLOAI_NULL, |error| error.status)
}

/// A text of an error: UTF-8, ended by a zero byte, valid until the error is freed; never NULL.
///
/// \param error     an error; the caller keeps it; NULL gives an empty text
/// \param what      `XEPLOAI_ERROR_MESSAGE`, `XEPLOAI_ERROR_PLACE` or `XEPLOAI_ERROR_JSON`
/// \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the message; another number of either gives the English message
/// \param len       where its length in bytes goes, without the zero byte; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// `error` is NULL or an error that was not freed; `len` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_error_text(
    error: *const ErrorHandle,
    what: i32,
    language: i32,
    len: *mut usize,
) -> *const std::ffi::c_char {
    // SAFETY: by the contract the pointer is NULL or that of an error.
    let text = match unsafe { error.as_ref() } {
        None => c"",
        Some(error) => match (what, language) {
            (XEPLOAI_ERROR_PLACE, _) => &error.place,
            (XEPLOAI_ERROR_JSON, _) => &error.json,
            (_, crate::text::XEPLOAI_VIETNAMESE) => &error.vi,
            _ => &error.en,
        },
    };
    if !len.is_null() {
        // SAFETY: by the contract it can be written where it is not NULL.
        unsafe { len.write(text.count_bytes()) };
    }
    text.as_ptr()
}

/// Frees an error. NULL is nothing to free.
///
/// \param error  an error, which is not to be used after that
///
/// # Safety
/// `error` is NULL or an error that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_error_free(error: *mut ErrorHandle) {
    // SAFETY: by the contract.
    unsafe { crate::handle::free(error) };
}
