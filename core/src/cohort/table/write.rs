//! What the quotas left, written into the batches of a table.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering as Atomic};

use arrow_array::types::Int8Type;
use arrow_array::{ArrayRef, DictionaryArray, Int8Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, Field, Schema};

use super::cells::{Cells, outcome_codes};
use super::ranking::Place;
use crate::batch::{ColumnCode, ColumnFault, TableError};
use crate::catalogue::Message;
use crate::cohort::state::Cell;
use crate::judge::Outcome;

/// What is left of the rows that a quota reached.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// For each batch the rows that step down, with the level below the limited one.
    down: Vec<Vec<(u32, u8)>>,
    /// Others, with what is left.
    others: Vec<(Place, Cell)>,
}

impl Left {
    pub(super) fn new(batches: usize) -> Self {
        Self { down: vec![Vec::new(); batches], others: Vec::new() }
    }

    pub(super) fn step_down(&mut self, place: Place, below: u8) {
        if let Some(rows) = self.down.get_mut(place.0 as usize) {
            rows.push((place.1, below));
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
    let values = [&outcomes, &levels, &levels];
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        loop {
            let place = next.fetch_add(1, Atomic::Relaxed);
            let (Some(batch), Some(cells), Some(others)) = (rated.get(place), cells.get(place), others.get(place))
            else {
                return made;
            };
            let down = left.iter().filter_map(|left| left.down.get(place)).flatten();
            made.push((place, left_in(batch, cells, prefix, values, (down, others))));
        }
    };
    let wanted = threads.min(rated.len().max(1));
    let mut made = std::thread::scope(|scope| {
        let others: Vec<_> = (1..wanted).map(|_| scope.spawn(work)).collect();
        let mut made = work();
        for other in others {
            match other.join() {
                Ok(more) => made.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    });
    made.sort_by_key(|(place, _)| *place);
    let batches: Result<Vec<RecordBatch>, ArrowError> = made.into_iter().map(|(_, batch)| batch).collect();
    batches.map_err(|error| {
        let expected = Message::TableWantedFree;
        TableError::one(ColumnFault::new("own_outcome", ColumnCode::NameTaken, expected, error.to_string()))
    })
}

/// One batch with what the quotas left of its rows.
fn left_in<'l>(
    batch: &RecordBatch,
    cells: &Cells<'_>,
    prefix: &str,
    values: [&ArrayRef; 3],
    (down, others): (impl Iterator<Item = &'l (u32, u8)>, &[(u32, Cell)]),
) -> Result<RecordBatch, ArrowError> {
    let mut columns = batch.columns().to_vec();
    let mut fields: Vec<Field> = batch.schema_ref().fields().iter().map(|field| field.as_ref().clone()).collect();
    let mut keys = [&cells.outcome, &cells.low, &cells.high].map(|codes| codes.copied());
    let [(outcomes, _), (lows, _), (highs, _)] = &mut keys;
    for (row, below) in down {
        let row = *row as usize;
        let below = below.cast_signed();
        if let (Some(low), Some(high)) = (lows.get_mut(row), highs.get_mut(row)) {
            (*low, *high) = ((*low).min(below), (*high).min(below));
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
    for (short, ((keys, nulls), values)) in names.iter().zip(keys.into_iter().zip(values)) {
        let name = format!("{prefix}{short}");
        let keys = Int8Array::try_new(keys.into(), nulls)?;
        let array: DictionaryArray<Int8Type> = DictionaryArray::try_new(keys, Arc::clone(values))?;
        let Some(at) = fields.iter().position(|field| *field.name() == name) else { continue };
        let (Some(slot), Some(field)) = (columns.get_mut(at), fields.get_mut(at)) else { continue };
        let own = std::mem::replace(slot, Arc::new(array));
        let own_field = field.clone().with_name(format!("{prefix}own_{short}"));
        *field = field.clone().with_data_type(slot.data_type().clone());
        fields.push(own_field);
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
