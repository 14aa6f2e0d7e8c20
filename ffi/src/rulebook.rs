//! Rulebooks: loaded, asked about, and one case of JSON rated.

use xeploai::{Case, FaultCode, Rulebook};

use crate::error::{ErrorHandle, Failure};
use crate::handle::{Answer, guard, handle_place, place, shared};
use crate::library::day;
use crate::request::{Entries, policies, read};
use crate::status::{XEPLOAI_NOT_FOUND, XEPLOAI_NOT_IN_FORCE};
use crate::text::{Bytes, language, optional, text};

/// One regulation with its guidance, ready to rate. It never changes; any number of threads may use it.
#[derive(Debug)]
pub struct RulebookHandle(pub(crate) Rulebook);

const fn is_shared<T: Send + Sync>() {}
const _: () = is_shared::<RulebookHandle>();

/// Of a rulebook: its canonical JSON, over which the digest is taken.
pub const XEPLOAI_RULEBOOK_DOCUMENT: i32 = 0;
/// Of a rulebook: what a program has to know before it rates, as JSON: `id`, `version`, `digest`, `levels`, `policies`, of
/// each of the `subjects` its `facts` in the order of their places, and how its `reasons` are read.
pub const XEPLOAI_RULEBOOK_SUMMARY: i32 = 1;
/// Of a rulebook: a page for jurists in Markdown, in a language.
pub const XEPLOAI_RULEBOOK_PAGE: i32 = 2;
/// Of a rulebook: the digest of its canonical form, `sha256:` and hexadecimal digits.
pub const XEPLOAI_RULEBOOK_DIGEST: i32 = 3;

/// The JSON Schema of a rulebook.
pub const XEPLOAI_SCHEMA_RULEBOOK: i32 = 0;
/// The JSON Schema of an overlay.
pub const XEPLOAI_SCHEMA_OVERLAY: i32 = 1;

/// Puts a rulebook that was loaded where it goes.
unsafe fn loaded(
    rulebook: *mut *mut RulebookHandle,
    error: *mut *mut ErrorHandle,
    load: impl FnOnce() -> Answer<Rulebook>,
) -> i32 {
    // SAFETY: by the contract of the functions that call it.
    unsafe {
        guard(error, || {
            let rulebook = handle_place(rulebook, "rulebook")?;
            rulebook.give(RulebookHandle(load()?));
            Ok(())
        })
    }
}

/// A rulebook that comes with the package: of one that was amended the latest version, or the one in force on a day.
/// `XEPLOAI_NOT_FOUND` where there is none of this id, `XEPLOAI_NOT_IN_FORCE` where no version is on the day.
///
/// \param id        its id, such as `366-qd-tw`
/// \param on        the day, `YYYY-MM-DD`; empty for the latest version
/// \param rulebook  where the rulebook goes; free it with `xeploai_rulebook_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from any thread.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_builtin(
    id: *const u8,
    id_len: usize,
    on: *const u8,
    on_len: usize,
    rulebook: *mut *mut RulebookHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        loaded(rulebook, error, || {
            let id = text(id, id_len, "id")?;
            let found = match optional(on, on_len, "on")? {
                Some(on) => Rulebook::builtin_on(id, day(on, "on")?),
                None => Rulebook::builtin(id),
            };
            found.map_err(|error| match error.faults.first().map(|fault| fault.code) {
                Some(FaultCode::UnknownName) => Failure::named(XEPLOAI_NOT_FOUND, "id", &error),
                Some(FaultCode::NotInForce) => Failure::named(XEPLOAI_NOT_IN_FORCE, "on", &error),
                _ => error.into(),
            })
        })
    }
}

/// A rulebook, or an overlay on a built-in one, from JSON. `XEPLOAI_LOAD` with every fault where it cannot be loaded.
///
/// \param json      the document
/// \param rulebook  where the rulebook goes; free it with `xeploai_rulebook_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from any thread.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_load(
    json: *const u8,
    json_len: usize,
    rulebook: *mut *mut RulebookHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe { loaded(rulebook, error, || Ok(Rulebook::from_json(text(json, json_len, "json")?)?)) }
}

/// A rulebook with an overlay on it, such as a province's own regulation. `XEPLOAI_LOAD` with every fault.
///
/// \param base      the rulebook, which stays as it is; the caller keeps it
/// \param json      the overlay
/// \param rulebook  where the new rulebook goes; free it with `xeploai_rulebook_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_with_overlay(
    base: *const RulebookHandle,
    json: *const u8,
    json_len: usize,
    rulebook: *mut *mut RulebookHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe { loaded(rulebook, error, || Ok(shared(base, "base")?.0.with_overlay(text(json, json_len, "json")?)?)) }
}

/// A text of a rulebook.
///
/// \param rulebook  the rulebook; the caller keeps it
/// \param what      `XEPLOAI_RULEBOOK_DOCUMENT`, `_SUMMARY`, `_PAGE` or `_DIGEST`
/// \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the page
/// \param out       where the text goes; free it with `xeploai_bytes_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_text(
    rulebook: *const RulebookHandle,
    what: i32,
    language: i32,
    out: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let out = place(out, Bytes::NONE, "out")?;
            let rulebook = &shared(rulebook, "rulebook")?.0;
            out.put(Bytes::of(match what {
                XEPLOAI_RULEBOOK_DOCUMENT => rulebook.to_json(),
                XEPLOAI_RULEBOOK_SUMMARY => rulebook.summary_json(),
                XEPLOAI_RULEBOOK_PAGE => rulebook.page(self::language(language)?),
                XEPLOAI_RULEBOOK_DIGEST => rulebook.digest().to_owned(),
                other => {
                    let known = "XEPLOAI_RULEBOOK_DOCUMENT, _SUMMARY, _PAGE, _DIGEST";
                    return Err(Failure::one_of("what", known, &other.to_string()));
                }
            }));
            Ok(())
        })
    }
}

/// The JSON Schema of a document, for an editor: of static life, not to be freed; NULL where there is none of this number.
/// It is UTF-8 without a zero byte at its end.
///
/// \param of   `XEPLOAI_SCHEMA_RULEBOOK` or `XEPLOAI_SCHEMA_OVERLAY`
/// \param len  where its length in bytes goes; may be NULL
///
/// May be called from any thread.
///
/// # Safety
/// `len` is NULL or can be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_schema(of: i32, len: *mut usize) -> *const u8 {
    let schema = match of {
        XEPLOAI_SCHEMA_RULEBOOK => Some(xeploai::rulebook_schema()),
        XEPLOAI_SCHEMA_OVERLAY => Some(xeploai::overlay_schema()),
        _ => None,
    };
    if !len.is_null() {
        // SAFETY: by the contract it can be written where it is not NULL.
        unsafe { len.write(schema.map_or(0, str::len)) };
    }
    schema.map_or(std::ptr::null(), str::as_ptr)
}

/// Rates one case, JSON in and JSON out: the same bytes as every other face gives. Facts that are not in order give the
/// outcome `invalid`, never an error.
///
/// \param rulebook  the rulebook; the caller keeps it
/// \param subject   the code of the kind, such as `member`
/// \param facts     a JSON object of facts
/// \param policies  a JSON object of names of policies to options; empty for the defaults
/// \param result    where the result goes; free it with `xeploai_bytes_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_rate_json(
    rulebook: *const RulebookHandle,
    subject: *const u8,
    subject_len: usize,
    facts: *const u8,
    facts_len: usize,
    policies: *const u8,
    policies_len: usize,
    result: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let result = place(result, Bytes::NONE, "result")?;
            let rulebook = &shared(rulebook, "rulebook")?.0;
            let subject = text(subject, subject_len, "subject")?;
            let case = Case::from_json(rulebook, subject, text(facts, facts_len, "facts")?)?;
            let rating = match optional(policies, policies_len, "policies")? {
                None => case.rate(),
                chosen => {
                    let chosen: Entries<String> = read(chosen, "policies")?;
                    case.rate_with(&self::policies(rulebook, &chosen)?)?
                }
            };
            result.put(Bytes::of(rating.to_json()));
            Ok(())
        })
    }
}

/// Frees a rulebook. NULL is nothing to free. Cases, cohorts and results that came of it live on.
///
/// \param rulebook  a rulebook, which is not to be used after that
///
/// # Safety
/// `rulebook` is NULL or a rulebook that was not freed, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_free(rulebook: *mut RulebookHandle) {
    // SAFETY: by the contract.
    unsafe { crate::handle::free(rulebook) };
}
