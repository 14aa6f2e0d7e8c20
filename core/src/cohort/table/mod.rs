//! Rated tables of one kind taken further, column by column: quotas held, counts taken. No subject becomes an object.

mod cells;
mod choose;
mod count;
mod groups;
mod hold;
mod json;
mod prefix;
mod ranking;
mod rates;
mod shares;
mod tally;
mod write;

pub(crate) use cells::unknown;
pub use hold::{HeldTable, HoldOptions, TableQuota};
pub use tally::{TallyOptions, tally};
