//! What the quotas left, written into the batches of a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, FieldRef, Schema};

use super::cells::{Cells, outcome_codes};
use super::ranking::Place;
use super::shares::in_parallel;
use crate::batch::{ColumnCode, ColumnFault, TableError};
use crate::catalogue::Message;
use crate::cohort::state::Cell;
use crate::judge::Outcome;
use crate::sorted;

/// What is left of the rows that a quota reached.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// The level below the limited one.
    below: u8,
    /// For each batch the rows that step down to it.
    down: Vec<Vec<u32>>,
    /// Others, with what is left.
    others: Vec<(Place, Cell)>,
}

impl Left {
    pub(super) fn new(batches: usize, below: u8) -> Self {
        Self { below, down: vec![Vec::new(); batches], others: Vec::new() }
    }

    pub(super) fn step_down(&mut self, place: Place) {
        if let Some(rows) = self.down.get_mut(place.0 as usize) {
            rows.push(place.1);
        }
    }

    pub(super) fn put(&mut self, place: Place, cell: Cell) {
        self.others.push((place, cell));
    }
}

/// The batches with what the quotas left.
pub(super) fn written(
    rated: &[RecordBatch],
    cells: &[Cells<'_>],
    (prefix, threads): (&str, usize),
    levels: &[String],
    left: &[Left],
) -> Result<Vec<RecordBatch>, TableError> {
    let mut others: Vec<Vec<(u32, Cell)>> = vec![Vec::new(); rated.len()];
    for ((batch, row), cell) in left.iter().flat_map(|left| &left.others) {
        if let Some(list) = others.get_mut(*batch as usize) {
            list.push((*row, *cell));
        }
    }
    let outcomes: ArrayRef = Arc::new(StringArray::from(outcome_codes()));
    let levels: ArrayRef = Arc::new(StringArray::from(levels.to_vec()));
    let next = AtomicUsize::new(0);
    let work = |_| {
        let mut made = Vec::new();
        loop {
            let place = next.fetch_add(1, Atomic::Relaxed);
            let (Some(batch), Some(cells), Some(others)) = (rated.get(place), cells.get(place), others.get(place))
            else {
                return made;
            };
            let down =
                left.iter().filter_map(|left| Some((left.below.cast_signed(), left.down.get(place)?.as_slice())));
            let down: Vec<Down<'_>> = down.filter(|(_, rows)| !rows.is_empty()).collect();
            made.push((place, left_in(batch, cells, prefix, (&outcomes, &levels), (&down, others))));
        }
    };
    let mut made: Vec<_> = in_parallel(0..threads.min(rated.len().max(1)), work).into_iter().flatten().collect();
    sorted::sort_by_key(&mut made, |(place, _)| *place);
    let batches: Result<Vec<RecordBatch>, ArrowError> = made.into_iter().map(|(_, batch)| batch).collect();
    batches.map_err(|error| {
        let expected = Message::TableWantedFree;
        TableError::one(ColumnFault::new("own_outcome", ColumnCode::NameTaken, expected, error.to_string()))
    })
}

/// Rows that step down to a level.
type Down<'l> = (i8, &'l [u32]);

/// One batch with what the quotas left of its rows.
fn left_in(
    batch: &RecordBatch,
    cells: &Cells<'_>,
    prefix: &str,
    (outcomes, levels): (&ArrayRef, &ArrayRef),
    (down, others): (&[Down<'_>], &[(u32, Cell)]),
) -> Result<RecordBatch, ArrowError> {
    let mut columns = batch.columns().to_vec();
    let mut fields: Vec<FieldRef> = batch.schema_ref().fields().iter().cloned().collect();
    // A column of which nothing changes stays as it is.
    let (some, more) = (!(down.is_empty() && others.is_empty()), !others.is_empty());
    let old = [(&cells.outcome, more, outcomes), (&cells.low, some, levels), (&cells.high, some, levels)];
    let mut new = old.map(|(codes, changed, values)| match !changed && codes.are_of(values) {
        true => None,
        false => Some(codes.copied()),
    });
    let [outcomes, lows, highs] = new.each_mut().map(|keys| match keys {
        Some((keys, _)) => keys.as_mut_slice(),
        None => &mut [],
    });
    for (below, rows) in down {
        for row in *rows {
            let row = *row as usize;
            if let (Some(low), Some(high)) = (lows.get_mut(row), highs.get_mut(row)) {
                (*low, *high) = ((*low).min(*below), (*high).min(*below));
            }
        }
    }
    // Of several quotas the strictest counts.
    for (row, cell) in others {
        let row = *row as usize;
        let (Some(outcome), Some(low), Some(high)) = (outcomes.get_mut(row), lows.get_mut(row), highs.get_mut(row))
        else {
            continue;
        };
        let before = Cell {
            outcome: Outcome::ALL.get(usize::from(outcome.cast_unsigned())).copied().unwrap_or(Outcome::Invalid),
            low: low.cast_unsigned(),
            high: high.cast_unsigned(),
            ..*cell
        };
        let both = stricter(before, *cell);
        let at = Outcome::ALL.iter().position(|known| *known == both.outcome).unwrap_or(0);
        (*outcome, *low, *high) = (at as i8, both.low.cast_signed(), both.high.cast_signed());
    }
    let names = ["outcome", "at_least", "at_most"];
    for (short, (keys, (_, _, values))) in names.iter().zip(new.into_iter().zip(old)) {
        let name = format!("{prefix}{short}");
        let Some(at) = fields.iter().position(|field| *field.name() == name) else { continue };
        let (Some(slot), Some(field)) = (columns.get_mut(at), fields.get_mut(at)) else { continue };
        let own = Arc::clone(slot);
        if let Some((keys, nulls)) = keys {
            let keys = Int8Array::try_new(keys.into(), nulls)?;
            *slot = Arc::new(DictionaryArray::<Int8Type>::try_new(keys, Arc::clone(values))?);
        }
        let own_field = field.as_ref().clone().with_name(format!("{prefix}own_{short}"));
        *field = Arc::new(field.as_ref().clone().with_data_type(slot.data_type().clone()));
        fields.push(Arc::new(own_field));
        columns.push(own);
    }
    let schema = Schema::new_with_metadata(fields, batch.schema_ref().metadata().clone());
    RecordBatch::try_new(Arc::new(schema), columns)
}

/// What two quotas leave together.
fn stricter(one: Cell, two: Cell) -> Cell {
    let (low, high) = (one.low.min(two.low), one.high.min(two.high));
    let open = [Outcome::Undetermined, Outcome::AuthorityDecides];
    let outcome = match low == high {
        true if !(one.outcome == Outcome::Undetermined && two.outcome == Outcome::Undetermined) => Outcome::Rated,
        _ => open.into_iter().find(|known| one.outcome == *known || two.outcome == *known).unwrap_or(one.outcome),
    };
    Cell { outcome, low, high, ..two }
}
