//! Rows of a rated table counted by outcome and level, group by group.

use std::sync::Arc;

use arrow_array::{ArrayRef, Decimal128Array, RecordBatch, StringArray, UInt64Array};
use arrow_schema::{DataType, Field, Schema};

use super::cells::{Codes, UNRATED, kinds, outcome_codes};
use super::groups::{Grouping, GroupsOf, Part};
use super::shares::{Piece, in_parallel, pieces, shared};
use crate::batch::{ColumnCode, ColumnFault, TableError, threads};
use crate::catalogue::Message;
use crate::cohort::tables::column;
use crate::fault::wanted;
use crate::judge::Outcome;
use crate::sorted;
use crate::statistics::MAX_DECIMALS;

/// How a table is counted.
#[derive(Debug, Clone, Default)]
pub struct TallyOptions {
    /// The columns by which it is counted; `unit // 200` divides the whole numbers of a column. None: the whole table.
    pub by: Vec<String>,
    /// The codes of the levels, in the order in which their columns stand.
    pub levels: Vec<String>,
    /// How many decimals the shares of the levels have, in hundredths of those rated; nothing: no shares.
    pub decimals: Option<u32>,
    /// What the names of the columns of the results begin with.
    pub prefix: String,
    /// How many threads count; 0 for as many as the machine runs at once.
    pub threads: usize,
}

/// What is counted of a group: the rated by level, then the other outcomes.
type Counts = [u64; 16];

/// Counts a rated table. Each row of the result is a group: its columns, then how many are rated at each level, how many
/// came out otherwise, by outcome, and the shares of the levels among those rated, half rounded up; where nobody is rated they
/// are empty. Groups stand in the order of their numbers, or else of their names; those of nobody do not stand there. Rows
/// that lack a value of a group stand first, in a group without a name.
///
/// ```
/// use std::sync::Arc;
/// use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator};
/// use xeploai::{Rulebook, batch::TableOptions, cohort::{TallyOptions, tally}};
///
/// let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), Some(true), None]));
/// let batch = RecordBatch::try_from_iter([("exempt_from_activities", exempt)])?;
/// let table = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
/// let rulebook = Rulebook::builtin("366-qd-tw")?;
/// let rated: Vec<RecordBatch> =
///     rulebook.rate_table("member", table, TableOptions::default())?.collect::<Result<_, _>>()?;
/// let counts = tally(&rated, &TallyOptions { levels: vec!["good".into()], ..TallyOptions::default() })?;
/// assert_eq!(counts.num_rows(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// The first column that is missing, or more decimals than there are.
pub fn tally(rated: &[RecordBatch], options: &TallyOptions) -> Result<RecordBatch, TableError> {
    let parts: Vec<Part> = options.by.iter().map(|part| Part::read(part)).collect();
    let refuse =
        |name: String| TableError::one(ColumnFault::new(&name, ColumnCode::Missing, Message::TableWantedResult, "-"));
    if let Some(decimals) = options.decimals.filter(|decimals| *decimals > MAX_DECIMALS) {
        let expected = wanted(Message::TableWantedDecimals, &[("most", &MAX_DECIMALS.to_string())]);
        return Err(TableError::one(ColumnFault::new(
            "decimals",
            ColumnCode::WrongType,
            expected,
            decimals.to_string(),
        )));
    }
    let grouping = Grouping::new(parts, rated, threads(options.threads)).map_err(refuse)?;
    let find = |batch, name: &str| {
        let name = format!("{}{name}", options.prefix);
        column(batch, &name).ok_or_else(|| refuse(name.clone()))
    };
    let outcomes = outcome_codes();
    let mut columns = Vec::with_capacity(rated.len());
    for batch in rated {
        let outcome = Codes::new(find(batch, "outcome")?, &outcomes);
        columns.push((outcome, Codes::new(find(batch, "at_least")?, &options.levels)));
    }
    let groups_of: Vec<GroupsOf<'_>> = rated.iter().map(|batch| grouping.of(batch)).collect();
    let nowhere = grouping.count().max(1);
    let work = |pieces: &[Piece]| {
        // The last counts the rows that are in no group.
        let mut counts: Vec<Counts> = vec![[0; 16]; nowhere.saturating_add(1)];
        let (mut codes, mut found) = (Vec::new(), Vec::new());
        for piece in pieces {
            let batch = piece.batch as usize;
            let (Some(groups), Some(columns)) = (groups_of.get(batch), columns.get(batch)) else { continue };
            match options.by.is_empty() {
                true => {
                    codes.clear();
                    codes.resize(piece.len, 0);
                }
                false => groups.codes(*piece, &mut codes),
            }
            kinds(*piece, &columns.0, &columns.1, &mut found);
            for (group, kind) in codes.iter().zip(&found) {
                let counts = counts.get_mut((*group as usize).min(nowhere));
                if let Some(count) = counts.and_then(|counts| counts.get_mut(usize::from(kind & 15))) {
                    *count = count.saturating_add(1);
                }
            }
        }
        counts
    };
    let pieces = pieces(rated);
    let mut shares = in_parallel(shared(&pieces, threads(options.threads)), work).into_iter();
    let mut counts = shares.next().unwrap_or_default();
    shares.for_each(|more| add(&mut counts, &more));
    let mut groups: Vec<(Vec<String>, Counts)> = Vec::new();
    for (group, counts) in (0_u32..).zip(counts.drain(..)) {
        if counts.iter().any(|count| *count > 0) {
            let named = !options.by.is_empty() && (group as usize) < nowhere;
            let name = if named { grouping.name(group) } else { Vec::new() };
            groups.push((name, counts));
        }
    }
    let number = |name: &[String]| -> Option<Vec<i64>> { name.iter().map(|part| part.parse().ok()).collect() };
    sorted::sort_by(&mut groups, |one, two| match (number(&one.0), number(&two.0)) {
        (Some(one), Some(two)) => one.cmp(&two),
        _ => one.0.cmp(&two.0),
    });
    table(&groups, options).map_err(|error| refuse(error.to_string()))
}

fn add(to: &mut [Counts], more: &[Counts]) {
    for (to, more) in to.iter_mut().zip(more) {
        for (to, more) in to.iter_mut().zip(more) {
            *to = to.saturating_add(*more);
        }
    }
}

fn table(groups: &[(Vec<String>, Counts)], options: &TallyOptions) -> Result<RecordBatch, arrow_schema::ArrowError> {
    let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    for (place, name) in options.by.iter().enumerate() {
        let values: StringArray = groups.iter().map(|(name, _)| name.get(place).cloned()).collect();
        fields.push(Field::new(Part::read(name).column, DataType::Utf8, true));
        columns.push(Arc::new(values));
    }
    let mut count = |name: &str, at: usize| {
        let values: UInt64Array = groups.iter().map(|(_, counts)| counts.get(at).copied()).collect();
        fields.push(Field::new(name, DataType::UInt64, true));
        columns.push(Arc::new(values));
    };
    for (place, level) in options.levels.iter().enumerate() {
        count(level, place);
    }
    for (place, outcome) in Outcome::ALL.iter().enumerate().skip(1) {
        count(outcome.code(), usize::from(UNRATED).saturating_add(place));
    }
    let Some(decimals) = options.decimals else {
        return RecordBatch::try_new(Arc::new(Schema::new(fields)), columns);
    };
    let scale = i8::try_from(decimals).unwrap_or(0);
    for (place, level) in options.levels.iter().enumerate() {
        let share = |(_, counts): &(Vec<String>, Counts)| share(counts, place, options.levels.len(), decimals);
        let values: Decimal128Array = groups.iter().map(share).collect();
        let values = values.with_data_type(DataType::Decimal128(18, scale));
        fields.push(Field::new(format!("share_{level}"), DataType::Decimal128(18, scale), true));
        columns.push(Arc::new(values));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// The share of a level among those rated in hundredths, half rounded up; nothing of nobody.
fn share(counts: &Counts, place: usize, levels: usize, decimals: u32) -> Option<i128> {
    let rated: u64 = counts.iter().take(levels).sum();
    let part = i128::from(counts.get(place).copied()?);
    let (whole, units) = (i128::from(rated), 100_i128.checked_mul(10_i128.checked_pow(decimals)?)?);
    let doubled = part.checked_mul(units)?.checked_mul(2)?.checked_add(whole)?;
    doubled.checked_div(whole.checked_mul(2)?)
}
