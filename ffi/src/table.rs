//! Whole tables: rated as they are read, their quotas held, their rows counted.

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use xeploai::Language;
use xeploai::batch::{RatedTable, TableOptions};
use xeploai::catalogue::{Message, fill};
use xeploai::cohort::{HoldOptions, TallyOptions, tally};

use crate::callbacks::{Callbacks, Hooks};
use crate::error::ErrorHandle;
use crate::handle::{Answer, guard, place, shared};
use crate::request::{HoldRequest, Invalid, RateRequest, TallyRequest, policies, prefix, read};
use crate::rulebook::RulebookHandle;
use crate::stream::{Incoming, exported, moved, opened, outgoing};
use crate::text::{Bytes, optional, text};

/// A table that is rated as it is read, with the callbacks that live as long.
struct Rated {
    rated: RatedTable<Incoming>,
    hooks: Arc<Hooks>,
    stopped: Arc<AtomicBool>,
    told: bool,
}

impl Iterator for Rated {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.rated.next();
        if !self.told
            && let (_, Some(why)) = self.rated.single_rows()
        {
            self.told = true;
            self.hooks.log(Message::CallRowsAlone, |language| vec![("why", why.words(language).to_owned())]);
        }
        match next {
            Some(Err(_)) if self.stopped.load(Ordering::Relaxed) => {
                let told = fill(Message::CallCancelled, Language::English, &[]);
                Some(Err(ArrowError::CDataInterface(format!("cancelled: {told}"))))
            }
            next => next,
        }
    }
}

impl RecordBatchReader for Rated {
    fn schema(&self) -> SchemaRef {
        self.rated.schema()
    }
}

/// Rates every row of a table as its case alone would be rated: a stream of Arrow in, the same columns with the results behind
/// them out (`outcome`, `at_least`, `at_most`, `score`, `reasons`). It is rated as `out` is read, in bounded memory.
/// `XEPLOAI_TABLE` with everything that is wrong with the columns; what is wrong with a row is told by its outcome.
///
/// \param rulebook   the rulebook; the caller keeps it
/// \param subject    the code of the kind, such as `member`
/// \param table      the stream, which is moved out, also where the function fails: it is the library's to release
/// \param options    a JSON object: `policies`, `threads` (0: as many as the machine runs), `keep` (foreign columns that are meant
///                   as such although their names are nearly those of facts; all foreign columns pass through), `prefix` (of
///                   the names of the results); empty for none of them
/// \param callbacks  callbacks, kept until `out` is released; may be NULL
/// \param out        where the stream goes that the caller releases by its own `release`; errors and a stop come out of its
///                   `get_next` with `get_last_error`
/// \param error      where an error goes; may be NULL
///
/// May be called from several threads at once; a stream is read by one thread at a time.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_rate_stream(
    rulebook: *const RulebookHandle,
    subject: *const u8,
    subject_len: usize,
    table: *mut FFI_ArrowArrayStream,
    options: *const u8,
    options_len: usize,
    callbacks: *const Callbacks,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let (table, hooks) = (moved(table, "table"), Hooks::read(callbacks));
            let out = outgoing(out, "out")?;
            let hooks = Arc::new(hooks?);
            let table = opened(table?, "table")?;
            let rulebook = &shared(rulebook, "rulebook")?.0;
            let subject = text(subject, subject_len, "subject")?;
            let asked: RateRequest = read(optional(options, options_len, "options")?, "options")?;
            rulebook.subject(subject)?;
            let (told, stopped) = (Arc::clone(&hooks), Arc::new(AtomicBool::new(false)));
            let stop = Arc::clone(&stopped);
            let options = TableOptions {
                policies: Some(policies(rulebook, &asked.policies)?),
                threads: asked.threads,
                keep: asked.keep,
                prefix: prefix(asked.prefix)?,
                progress: Some(Box::new(move |rows| {
                    let answer = told.progress(rows);
                    stop.store(answer.is_break(), Ordering::Relaxed);
                    answer
                })),
            };
            let rated = rulebook.rate_table(subject, table, options)?;
            if !rated.absent().is_empty() {
                let facts = rated.absent().join(", ");
                hooks.log(Message::CallAbsent, |_: Language| vec![("facts", facts.clone())]);
            }
            out.put(exported(Box::new(Rated { rated, hooks, stopped, told: false })));
            Ok(())
        })
    }
}

/// Batches that are ready, as a stream.
fn ready(batches: Vec<RecordBatch>) -> Answer<FFI_ArrowArrayStream> {
    let schema = batches.first().map_or_else(|| Arc::new(arrow_schema::Schema::empty()), RecordBatch::schema);
    Ok(exported(Box::new(RecordBatchIterator::new(batches.into_iter().map(Ok), schema))))
}

/// Holds the quotas of a kind on a table that `xeploai_rulebook_rate_stream` rated: groups counted, those over left to the
/// authority or, where a local policy says so, stepping down by its ranking. The table must have the columns of the groups, such
/// as `position_group` (the `quotas` of the summary name them), or `groups` says which columns make them. It comes back with
/// `outcome`, `at_least` and `at_most` as they are after the quotas, and `own_…` as they were before. It is in memory whole.
///
/// \param rulebook  the rulebook; the caller keeps it
/// \param subject   the code of the kind, such as `member`
/// \param rated     the stream of the rated table, which is moved out, also where the function fails
/// \param options   a JSON object: `policies`, `groups` (names of groupings to lists of columns), `rates` (objects with `quota`,
///                  `grouping`, `group`, `rate`, `decision`; one that does not count is refused), `id` (the column of the ids),
///                  `invalid` (`open` or `left_out`), `prefix`, `threads`; empty for none of them
/// \param out       where the stream of the table after the quotas goes; the caller releases it
/// \param quotas    where the JSON list of what each quota came to goes, group by group; free it with `xeploai_bytes_free`;
///                  may be NULL
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_hold_stream(
    rulebook: *const RulebookHandle,
    subject: *const u8,
    subject_len: usize,
    rated: *mut FFI_ArrowArrayStream,
    options: *const u8,
    options_len: usize,
    out: *mut FFI_ArrowArrayStream,
    quotas: *mut Bytes,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let rated = moved(rated, "rated");
            let quotas = if quotas.is_null() { None } else { Some(place(quotas, Bytes::NONE, "quotas")?) };
            let out = outgoing(out, "out")?;
            let rated = opened(rated?, "rated")?;
            let rulebook = &shared(rulebook, "rulebook")?.0;
            let subject = text(subject, subject_len, "subject")?;
            let asked: HoldRequest = read(optional(options, options_len, "options")?, "options")?;
            rulebook.subject(subject)?;
            let options = HoldOptions {
                policies: Some(policies(rulebook, &asked.policies)?),
                groupings: asked.groups.0,
                rates: asked.rates.into_iter().map(Into::into).collect(),
                id: asked.id,
                leave_out_invalid: asked.invalid == Some(Invalid::LeftOut),
                prefix: prefix(asked.prefix)?,
                threads: asked.threads,
            };
            let held = rulebook.hold_quotas(subject, &rated.batches("rated")?, &options)?;
            if let Some(quotas) = quotas {
                quotas.put(Bytes::of(held.quotas_json()));
            }
            out.put(ready(held.batches)?);
            Ok(())
        })
    }
}

/// Counts a rated table by outcome and level: the columns of the groups, then of each level and each other outcome its code
/// with the count (64 bits without sign), then the shares, decimals in hundredths of the whole.
///
/// \param rulebook  the rulebook, for its levels; the caller keeps it
/// \param rated     the stream of the rated table, which is moved out, also where the function fails
/// \param options   a JSON object: `by` (columns that make groups; `unit_id // 200` divides whole numbers), `decimals` (for
///                  shares of the levels among those rated), `prefix`, `threads`; empty for none of them
/// \param out       where the stream of the counts goes, a row for each group, first of those rows that lack a value of a group;
///                  the caller releases it
/// \param error     where an error goes; may be NULL
///
/// May be called from several threads at once.
///
/// # Safety
/// Pointers are NULL or as described.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xeploai_rulebook_tally_stream(
    rulebook: *const RulebookHandle,
    rated: *mut FFI_ArrowArrayStream,
    options: *const u8,
    options_len: usize,
    out: *mut FFI_ArrowArrayStream,
    error: *mut *mut ErrorHandle,
) -> i32 {
    // SAFETY: by the contract of the function.
    unsafe {
        guard(error, || {
            let rated = moved(rated, "rated");
            let out = outgoing(out, "out")?;
            let rated = opened(rated?, "rated")?;
            let rulebook = &shared(rulebook, "rulebook")?.0;
            let asked: TallyRequest = read(optional(options, options_len, "options")?, "options")?;
            let levels = rulebook.document().levels.iter().map(|level| level.code.clone()).collect();
            let options = TallyOptions {
                by: asked.by,
                levels,
                decimals: asked.decimals,
                prefix: prefix(asked.prefix)?,
                threads: asked.threads,
            };
            let counted = tally(&rated.batches("rated")?, &options)?;
            out.put(ready(vec![counted])?);
            Ok(())
        })
    }
}
