//! A table in pieces small enough to stay close to the processor, and threads that take them.

use arrow_array::RecordBatch;

/// How many rows of a batch are looked at together.
const MOST: usize = 4096;

/// Rows of a batch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub(super) batch: u32,
    pub(super) start: usize,
    pub(super) len: usize,
}

impl Piece {
    /// Its part of a column of the batch.
    #[inline(always)]
    pub(super) fn of<V>(self, values: &[V]) -> &[V] {
        values.get(self.start..self.start.saturating_add(self.len)).unwrap_or_default()
    }
}

/// All rows of a table, in their order.
pub(super) fn pieces(batches: &[RecordBatch]) -> Vec<Piece> {
    let of_batch = |(batch, rows): (u32, usize)| {
        let len = move |start: usize| MOST.min(rows.saturating_sub(start));
        (0..rows).step_by(MOST).map(move |start| Piece { batch, start, len: len(start) })
    };
    (0_u32..).zip(batches.iter().map(RecordBatch::num_rows)).flat_map(of_batch).collect()
}

/// The pieces in as many shares as there are threads, or fewer.
pub(super) fn shared(pieces: &[Piece], threads: usize) -> Vec<&[Piece]> {
    pieces.chunks(pieces.len().div_ceil(threads.max(1)).max(1)).collect()
}

/// Does the same with each, on threads of their own; the order is kept.
pub(super) fn in_parallel<I: Send, V: Send>(
    all: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> V + Sync,
) -> Vec<V> {
    let mut all = all.into_iter();
    let Some(first) = all.next() else { return Vec::new() };
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = all.map(|one| scope.spawn(move || work(one))).collect();
        let mut done = vec![work(first)];
        for other in others {
            match other.join() {
                Ok(more) => done.push(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}
