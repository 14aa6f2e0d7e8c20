//! Whole tables rated: columns of Arrow in, the same columns with the results out.
//!
//! What a row is given is what its case alone would be given: outcome, levels, score, and a reason code from which the
//! findings can be told. The rules become a program over columns; where a rulebook says something that the program
//! cannot, its rows are rated one by one, and it is reported how many.

mod chunk;
mod codes;
mod decode;
#[cfg(feature = "files")]
mod file;
mod kernel;
mod lane;
mod levels;
mod machine;
mod output;
mod program;
mod reasons;
mod results;
mod stream;
mod table;
mod value;

#[cfg(feature = "files")]
pub use file::{Counted, FileError, FileForm, read_columns, write_columns};
pub use program::Unplanned;
pub use reasons::{Fault as FactFault, ReasonPlace, Reasons};
pub(crate) use results::{Results, Scores};
pub use stream::{Progress, RatedTable, TableOptions};
pub(crate) use stream::{Rater, threads, unknown};
pub(crate) use value::EPOCH;
pub use value::value_at;

pub use table::{ColumnCode, ColumnFault, TableError};
