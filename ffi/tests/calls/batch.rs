//! A batch asked through the C interface: the table of a cohort rated once more as a stream, held and counted.

use std::ptr::{null, null_mut};

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{RecordBatch, RecordBatchIterator, RecordBatchReader};
use xeploai_ffi::*;

use super::{Answer, builtin, bytes, cohort, failed, handle, rows, with};

/// Calls a function that gives a stream.
fn stream(
    call: impl FnOnce(*mut FFI_ArrowArrayStream, *mut *mut ErrorHandle) -> i32,
) -> Result<FFI_ArrowArrayStream, Answer> {
    let (mut out, mut error) = (FFI_ArrowArrayStream::empty(), null_mut());
    match call(&mut out, &mut error) {
        XEPLOAI_OK => Ok(out),
        status => {
            assert!(out.release().is_none());
            Err(failed(status, error))
        }
    }
}

/// The text of the table of a stream, which is read to its end.
fn read(stream: FFI_ArrowArrayStream) -> String {
    let reader = RecordBatchStreamReader::try_new(stream).unwrap();
    let schema = reader.schema();
    let batches: Vec<RecordBatch> = reader.collect::<Result<_, _>>().unwrap();
    rows::text(&schema, &batches)
}

/// The table of a kind of a cohort, rated again in a rulebook.
struct Batch<'a> {
    cohort: *mut RatedCohortHandle,
    rulebook: *mut RulebookHandle,
    kind: &'a str,
    rate: &'a str,
}

impl Batch<'_> {
    /// The chain from its beginning: the table out, and the table that is rated as it is read.
    fn rated(&self) -> Result<FFI_ArrowArrayStream, Answer> {
        let (kind, rate) = (self.kind, self.rate);
        let mut table = stream(|out, error| unsafe {
            xeploai_rated_cohort_table(self.cohort, kind.as_ptr(), kind.len(), out, error)
        })?;
        stream(|out, error| unsafe {
            xeploai_rulebook_rate_stream(
                self.rulebook,
                kind.as_ptr(),
                kind.len(),
                &mut table,
                rate.as_ptr(),
                rate.len(),
                null(),
                out,
                error,
            )
        })
    }

    fn answer(&self, hold: &str, count: &str) -> Result<String, Answer> {
        let kind = self.kind;
        let again = read(self.rated()?);
        let (mut rated, mut held) = (self.rated()?, FFI_ArrowArrayStream::empty());
        let [status, quotas, vi, en] = bytes(|out, error| unsafe {
            xeploai_rulebook_hold_stream(
                self.rulebook,
                kind.as_ptr(),
                kind.len(),
                &mut rated,
                hold.as_ptr(),
                hold.len(),
                &mut held,
                out,
                error,
            )
        });
        if status != "ok" {
            return Err([status, quotas, vi, en]);
        }
        let mut rated = self.rated()?;
        let counts = stream(|out, error| unsafe {
            xeploai_rulebook_tally_stream(self.rulebook, &mut rated, count.as_ptr(), count.len(), out, error)
        })?;
        Ok([again, read(held), quotas, read(counts)].join("\n"))
    }
}

/// What the interface answers to a question about a batch.
pub(crate) fn answer([request, kind, rows, id, rate, hold, count]: [&str; 7]) -> Answer {
    cohort(request, |cohort| {
        if !rows.is_empty() {
            let table = rows::table(rows);
            assert_eq!(rows::text(&table.schema(), std::slice::from_ref(&table)), rows);
            let schema = table.schema();
            let mut table = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(table)], schema)));
            let mut error = null_mut();
            let added = unsafe {
                let kind = kind.as_bytes();
                xeploai_cohort_add(cohort, XEPLOAI_TABLE_SUBJECTS, kind.as_ptr(), kind.len(), &mut table, &mut error)
            };
            if added != XEPLOAI_OK {
                return failed(added, error);
            }
        }
        let made = handle(|out, error| unsafe { xeploai_cohort_rate(cohort, null(), out, error) });
        with(made, xeploai_rated_cohort_free, |cohort| {
            with(builtin(id, ""), xeploai_rulebook_free, |rulebook| {
                match (Batch { cohort, rulebook, kind, rate }).answer(hold, count) {
                    Ok(text) => ["ok".to_owned(), text, String::new(), String::new()],
                    Err(answer) => answer,
                }
            })
        })
    })
}
