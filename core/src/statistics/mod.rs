//! Statistics: counts and shares, the official form, years beside years, and the check of a published table.
//!
//! Counting is separate from rating: a [`Tally`] takes ratings, or rows that were rated elsewhere. Shares are exact fractions
//! until they are shown, with stated decimals, rounding and base; the counts stand beside them.

#[cfg(feature = "files")]
mod columns;
mod counts;
mod form;
mod item;
pub mod json;
mod published;
mod sentence;
mod series;
mod share;
mod tally;

#[cfg(feature = "files")]
pub use columns::{CountedRow, column_titles, count_rows};
pub use counts::{Counts, Entry, Reasons};
pub use form::{FormColumn, FormFinding, FormRow};
pub use item::{Item, Level, Levels};
pub use published::{
    Count, FindingSort, Grid, Kept, Meant, Place, Population, Printed, Published, PublishedFinding, Refused, Share,
    Sort, Weight, read_printed,
};
pub use sentence::{Sentence, Told};
pub use series::{Change, Series, Span, SpanLine, span_lines};
pub use share::{MAX_DECIMALS, NotParts, Percent, Rounding, ratio, shares};
pub use tally::{Key, Tally};
