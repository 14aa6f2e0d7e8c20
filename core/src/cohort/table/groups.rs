//! Rows counted together: the groups that columns make, as small numbers, without a text for each row.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::DataType;

use super::shares::{Piece, in_parallel};
use crate::cohort::tables::{column, text_at};

/// Up to so many groups have a place of their own, whether or not anybody is in them.
const MOST_DENSE: u64 = 1 << 22;

/// What makes a group: a column, or whole numbers of one divided by a number, as the codes of units whose leading digits
/// name the unit above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) column: String,
    pub(crate) divisor: i64,
}

impl Part {
    /// Reads `unit` or `unit // 200`.
    pub(crate) fn read(text: &str) -> Self {
        if let Some((column, divisor)) = text.split_once("//")
            && let Ok(divisor) = divisor.trim().parse::<i64>()
            && divisor > 0
        {
            return Self { column: column.trim().to_owned(), divisor };
        }
        Self { column: text.to_owned(), divisor: 1 }
    }

    /// How the part of a row is named; nothing where the cell is empty.
    pub(crate) fn name(&self, array: &dyn Array, row: usize) -> Option<String> {
        let text = text_at(array, row)?;
        match (self.divisor, text.parse::<i64>()) {
            (1, _) => Some(text.into_owned()),
            (divisor, Ok(number)) => Some(number.div_euclid(divisor).to_string()),
            _ => None,
        }
    }
}

/// Whole numbers of a column, whatever their width.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whole<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
}

impl<'a> Whole<'a> {
    pub(crate) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Int8 => Self::I8(array.as_primitive::<Int8Type>().values()),
            DataType::Int16 => Self::I16(array.as_primitive::<Int16Type>().values()),
            DataType::Int32 => Self::I32(array.as_primitive::<Int32Type>().values()),
            DataType::Int64 => Self::I64(array.as_primitive::<Int64Type>().values()),
            DataType::UInt8 => Self::U8(array.as_primitive::<UInt8Type>().values()),
            DataType::UInt16 => Self::U16(array.as_primitive::<UInt16Type>().values()),
            DataType::UInt32 => Self::U32(array.as_primitive::<UInt32Type>().values()),
            _ => return None,
        })
    }

    #[inline(always)]
    pub(crate) fn get(self, row: usize) -> i64 {
        let found = match self {
            Self::I8(values) => values.get(row).map(|value| i64::from(*value)),
            Self::I16(values) => values.get(row).map(|value| i64::from(*value)),
            Self::I32(values) => values.get(row).map(|value| i64::from(*value)),
            Self::I64(values) => values.get(row).copied(),
            Self::U8(values) => values.get(row).map(|value| i64::from(*value)),
            Self::U16(values) => values.get(row).map(|value| i64::from(*value)),
            Self::U32(values) => values.get(row).map(|value| i64::from(*value)),
        };
        found.unwrap_or(0)
    }

    /// The numbers of some rows, behind others.
    pub(crate) fn gather(self, rows: &[(u32, u32)], to: &mut Vec<i64>) {
        macro_rules! gather {
            ($values:expr) => {
                to.extend(rows.iter().map(|(_, row)| $values.get(*row as usize).map_or(0, |value| i64::from(*value))))
            };
        }
        match self {
            Self::I8(values) => gather!(values),
            Self::I16(values) => gather!(values),
            Self::I32(values) => gather!(values),
            Self::I64(values) => gather!(values),
            Self::U8(values) => gather!(values),
            Self::U16(values) => gather!(values),
            Self::U32(values) => gather!(values),
        }
    }

    /// The numbers of a piece.
    fn of_piece(self, piece: Piece) -> Self {
        match self {
            Self::I8(values) => Self::I8(piece.of(values)),
            Self::I16(values) => Self::I16(piece.of(values)),
            Self::I32(values) => Self::I32(piece.of(values)),
            Self::I64(values) => Self::I64(piece.of(values)),
            Self::U8(values) => Self::U8(piece.of(values)),
            Self::U16(values) => Self::U16(piece.of(values)),
            Self::U32(values) => Self::U32(piece.of(values)),
        }
    }

    /// Adds what a part of a group contributes to the number of the group of each row, in one loop over one width.
    #[inline(always)]
    fn add(self, codes: &mut [u32], first: i64, divisor: i64, stride: u32) {
        macro_rules! loop_over {
            ($values:expr, $place:expr) => {
                for (code, value) in codes.iter_mut().zip($values) {
                    *code = code.wrapping_add($place(*value).wrapping_mul(stride));
                }
            };
            ($values:expr) => {
                // What is not divided spares the slowest step there is.
                match divisor {
                    1 => loop_over!($values, |value| (value as u32).wrapping_sub(first as u32)),
                    _ => loop_over!($values, |value| {
                        i64::from(value).div_euclid(divisor).wrapping_sub(first) as u32
                    }),
                }
            };
        }
        // Numbers of 31 bits are divided by a multiplication, which the bounds have shown to be exact.
        if let (Self::I32(values), true, Ok(small)) = (self, first >= 0 && divisor > 1, u32::try_from(divisor)) {
            let bits = small.max(1).next_power_of_two().trailing_zeros();
            let shift = bits.saturating_add(31);
            let factor = 1_u64.wrapping_shl(shift).checked_div(u64::from(small)).unwrap_or(0).saturating_add(1);
            let from = first as u32;
            for (code, value) in codes.iter_mut().zip(values) {
                let place = (u64::from(*value as u32).wrapping_mul(factor) >> shift) as u32;
                *code = code.wrapping_add(place.wrapping_sub(from).wrapping_mul(stride));
            }
            return;
        }
        match self {
            Self::I8(values) => loop_over!(values),
            Self::I16(values) => loop_over!(values),
            Self::I32(values) => loop_over!(values),
            Self::I64(values) => loop_over!(values),
            Self::U8(values) => loop_over!(values),
            Self::U16(values) => loop_over!(values),
            Self::U32(values) => loop_over!(values),
        }
    }

    fn bounds(self) -> Option<(i64, i64)> {
        macro_rules! bounds {
            ($values:expr) => {{
                let low = $values.iter().copied().min()?;
                let high = $values.iter().copied().max()?;
                Some((i64::from(low), i64::from(high)))
            }};
        }
        match self {
            Self::I8(values) => bounds!(values),
            Self::I16(values) => bounds!(values),
            Self::I32(values) => bounds!(values),
            Self::I64(values) => bounds!(values),
            Self::U8(values) => bounds!(values),
            Self::U16(values) => bounds!(values),
            Self::U32(values) => bounds!(values),
        }
    }
}

/// That a row is in no group.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// How the rows of a table fall into groups.
#[derive(Debug)]
pub(crate) struct Grouping {
    parts: Vec<Part>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Whole numbers within bounds: the number of a group is computed. For each part its smallest value and its stride.
    Dense { parts: Vec<(i64, u32)>, groups: u32 },
    /// Anything else: groups by their names, in the order in which they were met.
    Named { places: HashMap<String, u32>, names: Vec<String> },
}

impl Grouping {
    /// Looks at the columns of all batches. The first column that is missing is the error.
    pub(crate) fn new(parts: Vec<Part>, batches: &[RecordBatch], threads: usize) -> Result<Self, String> {
        for part in &parts {
            if batches.iter().any(|batch| column(batch, &part.column).is_none()) {
                return Err(part.column.clone());
            }
        }
        if let Some(form) = dense(&parts, batches, threads) {
            return Ok(Self { parts, form });
        }
        let (mut places, mut names) = (HashMap::new(), Vec::new());
        for batch in batches {
            let columns = columns(&parts, batch);
            for row in 0..batch.num_rows() {
                if let Some(name) = row_name(&parts, &columns, row)
                    && !places.contains_key(&name)
                {
                    places.insert(name.clone(), names.len() as u32);
                    names.push(name);
                }
            }
        }
        Ok(Self { parts, form: Form::Named { places, names } })
    }

    /// How many groups there may be.
    pub(crate) fn count(&self) -> usize {
        match &self.form {
            Form::Dense { groups, .. } => *groups as usize,
            Form::Named { names, .. } => names.len(),
        }
    }

    /// The columns of a batch that make its groups.
    pub(crate) fn of<'g>(&'g self, batch: &'g RecordBatch) -> GroupsOf<'g> {
        let columns = columns(&self.parts, batch);
        let wholes = columns.iter().map(|column| Whole::of((*column)?.as_ref())).collect();
        GroupsOf { grouping: self, columns, wholes }
    }

    /// The name of a group: its parts.
    pub(crate) fn name(&self, group: u32) -> Vec<String> {
        match &self.form {
            Form::Named { names, .. } => {
                let name = names.get(group as usize).map(String::as_str).unwrap_or_default();
                name.split(BETWEEN).map(str::to_owned).collect()
            }
            Form::Dense { parts, .. } => {
                let mut rest = group;
                let mut named = Vec::new();
                for (first, stride) in parts {
                    let place = rest.checked_div(*stride).unwrap_or(0);
                    rest = rest.checked_rem(*stride).unwrap_or(0);
                    named.push(first.saturating_add(i64::from(place)).to_string());
                }
                named
            }
        }
    }
}

/// How the rows of one batch fall into groups.
#[derive(Debug)]
pub(crate) struct GroupsOf<'g> {
    grouping: &'g Grouping,
    columns: Vec<Option<&'g ArrayRef>>,
    wholes: Vec<Option<Whole<'g>>>,
}

impl GroupsOf<'_> {
    /// The group of each row of a piece, or [`NOWHERE`].
    pub(crate) fn codes(&self, piece: Piece, codes: &mut Vec<u32>) {
        codes.clear();
        let parts = &self.grouping.parts;
        match &self.grouping.form {
            Form::Dense { parts: places, .. } => {
                codes.resize(piece.len, 0);
                for ((part, values), (first, stride)) in parts.iter().zip(&self.wholes).zip(places) {
                    let Some(values) = values else { continue };
                    values.of_piece(piece).add(codes, *first, part.divisor, *stride);
                }
                for nulls in self.columns.iter().filter_map(|column| column.and_then(|column| column.nulls())) {
                    let empty = codes.iter_mut().zip(piece.start..).filter(|(_, row)| nulls.is_null(*row));
                    empty.for_each(|(code, _)| *code = NOWHERE);
                }
            }
            Form::Named { places, .. } => {
                codes.extend((piece.start..).take(piece.len).map(|row| {
                    let name = row_name(parts, &self.columns, row);
                    name.and_then(|name| places.get(&name).copied()).unwrap_or(NOWHERE)
                }));
            }
        }
    }
}

/// What stands between the parts of a name; no text has it.
const BETWEEN: char = '\u{1F}';

fn columns<'b>(parts: &[Part], batch: &'b RecordBatch) -> Vec<Option<&'b ArrayRef>> {
    parts.iter().map(|part| column(batch, &part.column)).collect()
}

fn row_name(parts: &[Part], columns: &[Option<&ArrayRef>], row: usize) -> Option<String> {
    let mut name = String::new();
    for (part, column) in parts.iter().zip(columns) {
        if !name.is_empty() {
            name.push(BETWEEN);
        }
        name.push_str(&part.name(column.as_ref()?.as_ref(), row)?);
    }
    Some(name)
}

/// The form of groups of whole numbers, where they lie close enough together.
fn dense(parts: &[Part], batches: &[RecordBatch], threads: usize) -> Option<Form> {
    let mut ranges = Vec::new();
    for part in parts {
        let columns = batches.iter().filter(|batch| batch.num_rows() > 0).map(|batch| column(batch, &part.column));
        let values: Vec<Whole<'_>> = columns.map(|column| Whole::of(column?.as_ref())).collect::<Option<_>>()?;
        let shares = values.chunks(values.len().div_ceil(threads.max(1)).max(1));
        let bounds = in_parallel(shares, |share| share.iter().filter_map(|values| values.bounds()).reduce(wider));
        let (low, high) = bounds.into_iter().flatten().reduce(wider)?;
        ranges.push((low.div_euclid(part.divisor), high.div_euclid(part.divisor)));
    }
    let mut groups = 1_u64;
    let mut dense = vec![(0_i64, 0_u32); parts.len()];
    for ((low, high), slot) in ranges.iter().zip(&mut dense).rev() {
        *slot = (*low, u32::try_from(groups).ok()?);
        let width = u64::try_from(high.checked_sub(*low)?.checked_add(1)?).ok()?;
        groups = groups.checked_mul(width).filter(|groups| *groups <= MOST_DENSE)?;
    }
    Some(Form::Dense { parts: dense, groups: u32::try_from(groups).ok()? })
}

fn wider(one: (i64, i64), two: (i64, i64)) -> (i64, i64) {
    (one.0.min(two.0), one.1.max(two.1))
}
