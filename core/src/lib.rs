//! Rating rules of the public sector as software that can be trusted.
//!
//! `xeploai` (xếp loại, "to rate") takes the dated Vietnamese regulations on the yearly review and rating of Party
//! organisations, members, leadership collectives, leaders, officials and civil servants, and rates a case with the
//! article behind every step. A [`Library`] finds the rulebook in force; [`Rulebook::with_overlay`] puts a province's
//! own regulation on it; [`Rulebook::page`] renders it for jurists; [`Rulebook::rate_table`] rates whole tables of Arrow.
//! Every rule is a ceiling; a rating is the lowest ceiling; what is unknown, or left to the authority, makes it an
//! interval, and the result says which.
//!
//! ```
//! use xeploai::{Case, Language, Outcome, Rulebook};
//!
//! let rulebook = Rulebook::builtin("366-qd-tw")?;
//! let facts = r#"{"score_general": 28, "score_results": "61.99", "tasks_assigned": 10, "tasks_done": 10,
//!     "tasks_late": 0, "tasks_below_standard": 0, "tasks_exceeded": 3, "shortcomings_noted": 0,
//!     "degradation_concluded": false, "conduct_breach_concluded": false, "discipline_on_duty": "none",
//!     "exempt_from_activities": false, "suspended_from_activities": false,
//!     "admitted_on": "2010-05-19", "period_end": "2025-12-31"}"#;
//! let rating = Case::from_json(&rulebook, "member", facts)?.rate();
//! assert_eq!(rating.outcome(), Outcome::Rated);
//! assert_eq!(rating.level(), Some("good"));
//! assert!(rating.explain(Language::English).contains("0.01"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Arrows point one way: numbers and logic know nothing of rulebooks; a [`document`] is plain data; compiling it gives
//! a plan; a [`Case`] holds facts; judging gives a [`Rating`]; what people read is rendered from that.

#![forbid(unsafe_code)]

#[cfg(feature = "arrow")]
pub mod batch;
pub mod builtin;
mod case;
mod case_json;
pub mod catalogue;
mod cells;
pub mod changes;
mod choice;
#[cfg(feature = "arrow")]
pub mod cohort;
mod compile;
pub mod date;
pub mod document;
pub mod entries;
mod evaluate;
mod explain;
mod fault;
mod grant;
mod judge;
mod library;
pub mod logic;
mod messages;
mod note;

pub mod number;
mod obstacle;
mod overlay;
mod packed;
mod page;
mod phrase;
mod plan;
mod problem;
mod quantity;
mod ranks;
mod rating;
pub mod report;
mod rulebook;
mod schema;
mod sorted;
pub mod statistics;
pub mod strict;
mod summary;
pub mod text;
mod whole;

pub use case::{Case, Item, Value};
pub use catalogue::Language;
pub use cells::{Cell, read_cell, read_date};
pub use fault::{Fault, FaultCode, LoadError};
pub use judge::Outcome;
pub use library::{Candidate, Library, NotInForce, Reason};
pub use note::Note;
pub use obstacle::{Obstacle, Obstacles};
pub use overlay::is_overlay;
pub use plan::{RuleKind, TextId};
pub use problem::{Expected, Problem, ProblemCode};
pub use rating::{Finding, Rating, Reading};
pub use rulebook::{PolicyError, PolicySet, Rulebook, UnknownSubject};
pub use schema::{overlay_schema, rulebook_schema};

// The snippets of both READMEs run with the tests of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../README.vi.md")]
struct ReadmeVietnamese;
