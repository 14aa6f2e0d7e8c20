//! Cohorts: subjects of all kinds with their relations, rated together for one period.

use std::sync::Mutex;

use arrow_array::RecordBatchIterator;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use xeploai::catalogue::Message;
use xeploai::cohort::{Cohort, RatedCohort};

use crate::callbacks::{Callbacks, Hooks};
use crate::case::{XEPLOAI_RESULT_EXPLANATION, XEPLOAI_RESULT_JSON, result_text};
use crate::error::{ErrorHandle, Failure, same, told};
use crate::handle::{Answer, guard, handle_place, lock, place, shared};
use crate::library::LibraryHandle;
use crate::status::XEPLOAI_NOT_FOUND;
use crate::stream::{exported, moved, opened, outgoing};
use crate::text::{Bytes, text};

/// A cohort before it is rated. One thread at a time may use it: a second one is refused with `XEPLOAI_BUSY`.
#[derive(Debug)]
pub struct CohortHandle(Mutex<Cohort>);

/// A cohort as it was rated. It never changes; any number of threads may use it.
#[derive(Debug)]
pub struct RatedCohortHandle(RatedCohort);

const fn is_shared<T: Send + Sync>() {}
const _: () = is_shared::<CohortHandle>();
const _: () = is_shared::<RatedCohortHandle>();

/// A table of a cohort: subjects of a kind.
pub const XEPLOAI_TABLE_SUBJECTS: i32 = 0;
/// A table of a cohort: relations, with the columns `subject`, `relation` and `object`.
pub const XEPLOAI_TABLE_RELATIONS: i32 = 1;
/// A table of a cohort: decisions of the authority.
pub const XEPLOAI_TABLE_DECISIONS: i32 = 2;

/// Of a rated cohort: everything that came out, as JSON: `stages`, `quotas`, `problems`, `findings`, `subjects`.
pub const XEPLOAI_COHORT_JSON: i32 = 2;

/// A cohort from JSON: `period_end` (a day) and as far as they are wanted `on`, `province`, `policies`, `groups`, `rates`,
/// `keep`, `contradictions`, `threads`, `columns`, `subjects` (kinds to lists of objects with `id`, facts and relations),
/// `relations` and `decisions`. Larger tables come by `xeploai_cohort_add`.
///
/// \param library  where the rulebooks are looked for; the caller keeps it
/// \param request  the JSON object
/// \param cohort   where the cohort goes; free it with `xeploai_cohort_free`
/// \param error    where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_cohort_new(
    library: *const LibraryHandle,
    request: *const u8,
    request_len: usize,
    cohort: *mut *mut CohortHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let cohort = handle_place(cohort, "cohort")?;
            let library = shared(library, "library")?.0.clone();
            let made = Cohort::from_json(library, text(request, request_len, "request")?)?;
            cohort.give(CohortHandle(Mutex::new(made)));
            Ok(())
        })
    }
}

/// Adds a table of Arrow to a cohort. Subjects have a column `id`, columns of facts, of relations (ids of others) and of
/// groups; decisions have `subject`, `level` and as far as they are known `number`, `date`, `body`, `decided_by`, `reason`,
/// `votes_for`, `votes_entitled`, `replaces`. What is wrong with rows, an unknown kind too, is told by the rated cohort.
///
/// \param cohort  the cohort
/// \param table   `XEPLOAI_TABLE_SUBJECTS`, `XEPLOAI_TABLE_RELATIONS` or `XEPLOAI_TABLE_DECISIONS`
/// \param kind    the code of the kind of the subjects; empty for the other tables
/// \param stream  the stream, which is moved out, also where the function fails
/// \param error   where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_cohort_add(
    cohort: *mut CohortHandle,
    table: i32,
    kind: *const u8,
    kind_len: usize,
    stream: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let batches = opened(moved(stream, "stream")?, "stream")?.batches("stream")?;
            let mut cohort = lock(&shared(cohort, "cohort")?.0, "cohort")?;
            let kind = text(kind, kind_len, "kind")?;
            if !(XEPLOAI_TABLE_SUBJECTS..=XEPLOAI_TABLE_DECISIONS).contains(&table) {
                let known = "XEPLOAI_TABLE_SUBJECTS, XEPLOAI_TABLE_RELATIONS, XEPLOAI_TABLE_DECISIONS";
                return Err(Failure::one_of("table", known, &table.to_string()));
            }
            for batch in batches {
                match table {
                    XEPLOAI_TABLE_SUBJECTS => cohort.add(kind, batch),
                    XEPLOAI_TABLE_RELATIONS => cohort.relate(batch),
                    _ => cohort.decide(batch),
                };
            }
            Ok(())
        })
    }
}

/// The stages in which a cohort would be rated, and what is wrong with it, as JSON: `stages`, `problems`.
///
/// \param cohort  the cohort; the caller keeps it
/// \param out     where the text goes; free it with `xeploai_bytes_free`
/// \param error   where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_cohort_plan(
    cohort: *mut CohortHandle,
    out: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let out = place(out, Bytes::NONE, "out")?;
            let cohort = lock(&shared(cohort, "cohort")?.0, "cohort")?;
            out.put(Bytes::of(cohort.plan_json()?));
            Ok(())
        })
    }
}

/// Rates everybody. What is wrong with rows and relations is told in the result, and the rest is rated.
///
/// \param cohort     the cohort, which stays as it is; the caller keeps it
/// \param callbacks  callbacks, not used after the call; progress is told in subjects, kind by kind and stage by stage; may be
///                   NULL
/// \param rated      where the rated cohort goes; free it with `xeploai_rated_cohort_free`
/// \param error      where an error goes; may be NULL
///
/// One thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_cohort_rate(
    cohort: *mut CohortHandle,
    callbacks: *const Callbacks,
    rated: *mut *mut RatedCohortHandle,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let hooks = Hooks::read(callbacks);
            let rated = handle_place(rated, "rated")?;
            let hooks = hooks?;
            // A callback may use the cohort, which is copied: tables are shared, not copied.
            let cohort = lock(&shared(cohort, "cohort")?.0, "cohort")?.clone();
            rated.give(RatedCohortHandle(cohort.rate_telling(&mut |subjects| hooks.progress(subjects))?));
            Ok(())
        })
    }
}

/// Frees a cohort. NULL is nothing to free.
///
/// \param cohort  a cohort, which is not to be used after that
///
/// # Safety
/// `cohort` is NULL or a cohort that was not freed, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_cohort_free(cohort: *mut CohortHandle) {
    // SAFETY: by the contract.
    unsafe { crate::handle::free(cohort) };
}

fn nobody(name: &str, found: &str) -> Failure {
    let expected = told(Message::CohortWantedSomebody, &[]);
    Failure::argument(XEPLOAI_NOT_FOUND, name, expected, &same(&format!("`{found}`")))
}

/// A text of a rated cohort: everything as JSON, or the rating of one subject with all its findings, before the quotas.
///
/// \param rated     the rated cohort; the caller keeps it
/// \param what      `XEPLOAI_COHORT_JSON`, or of one subject `XEPLOAI_RESULT_JSON` or `XEPLOAI_RESULT_EXPLANATION`
/// \param id        the id of the subject; of everything it is not looked at
/// \param language  `XEPLOAI_VIETNAMESE` or `XEPLOAI_ENGLISH`, of the explanation
/// \param out       where the text goes; free it with `xeploai_bytes_free`
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rated_cohort_text(
    rated: *const RatedCohortHandle,
    what: i32,
    id: *const u8,
    id_len: usize,
    language: i32,
    out: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let out = place(out, Bytes::NONE, "out")?;
            let rated = &shared(rated, "rated")?.0;
            let id = text(id, id_len, "id")?;
            out.put(Bytes::of(match what {
                XEPLOAI_COHORT_JSON => rated.to_json(),
                XEPLOAI_RESULT_JSON | XEPLOAI_RESULT_EXPLANATION => {
                    let rating = rated.rating(id).ok_or_else(|| nobody("id", id))?;
                    result_text(&rating, what, language)?
                }
                other => {
                    let known = "XEPLOAI_COHORT_JSON, XEPLOAI_RESULT_JSON, XEPLOAI_RESULT_EXPLANATION";
                    return Err(Failure::one_of("what", known, &other.to_string()));
                }
            }));
            Ok(())
        })
    }
}

/// The rows of a kind with their results, as a table of Arrow: the columns of the tables that were added, or of JSON the `id`,
/// the relations and what `columns` named, then the results as after the quotas, `own_…` before them, `stage`, `open`, the
/// decision that counts and `level`, the level in the end.
///
/// \param rated  the rated cohort; the caller keeps it
/// \param kind   the code of the kind
/// \param out    where the stream goes; the caller releases it
/// \param error  where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rated_cohort_table(
    rated: *const RatedCohortHandle,
    kind: *const u8,
    kind_len: usize,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let out = outgoing(out, "out")?;
            let rated = &shared(rated, "rated")?.0;
            let kind = text(kind, kind_len, "kind")?;
            let kinds = || rated.kinds().collect::<Vec<_>>().join(", ");
            let table = rated.table(kind).ok_or_else(|| {
                let expected = told(Message::CallWantedOneOf, &[("known", &kinds())]);
                Failure::argument(XEPLOAI_NOT_FOUND, "kind", expected, &same(&format!("`{kind}`")))
            })?;
            let table = table.map_err(|error| Failure::stream("out", &error.to_string()))?;
            let schema = table.schema();
            out.put(exported(Box::new(RecordBatchIterator::new([Ok(table)], schema))));
            Ok(())
        })
    }
}

/// Who would come out otherwise if facts were others, without rating all again; the cohort stays as it is.
///
/// \param rated    the rated cohort; the caller keeps it
/// \param changes  a JSON object of ids to objects of facts; null makes a fact unknown
/// \param out      where the JSON list goes: `id`, `kind`, `before`, `after`, `through`; free it with `xeploai_bytes_free`
/// \param error    where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rated_cohort_what_if(
    rated: *const RatedCohortHandle,
    changes: *const u8,
    changes_len: usize,
    out: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || -> Answer {
            let out = place(out, Bytes::NONE, "out")?;
            let rated = &shared(rated, "rated")?.0;
            out.put(Bytes::of(rated.what_if_json(text(changes, changes_len, "changes")?)?));
            Ok(())
        })
    }
}

/// Frees a rated cohort. NULL is nothing to free. Tables that came of it live on.
///
/// \param rated  a rated cohort, which is not to be used after that
///
/// # Safety
/// `rated` is NULL or a rated cohort that was not freed, and no other thread uses it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rated_cohort_free(rated: *mut RatedCohortHandle) {
    // SAFETY: by the contract.
    unsafe { crate::handle::free(rated) };
}
