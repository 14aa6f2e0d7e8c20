//! `libxeploai`: the C ABI over the core. Each file has the functions of one type; `handle` is what they share.
//!
//! A pointer of the caller's is looked at before it is used, nothing panics across the boundary, and nothing is kept
//! between calls but in handles.

mod callbacks;
mod case;
mod cohort;
mod error;
mod handle;
mod library;
mod request;
mod rulebook;
mod shape;
mod statistics;
mod status;
mod stream;
mod table;
mod text;
mod version;

#[cfg(panic = "abort")]
compile_error!("a panic must unwind to the boundary, never abort the host");

pub use callbacks::*;
pub use case::*;
pub use cohort::*;
pub use error::*;
pub use library::*;
pub use rulebook::*;
pub use statistics::*;
pub use status::*;
pub use table::*;
pub use text::*;
pub use version::*;
