//! What a program has to know of a rulebook before it rates by it, as JSON: kinds and facts with their places, levels,
//! policies, quotas, and how reason codes are read.

use serde::Serialize;

use crate::document::{Choice, Enumeration, Fact, Instrument, Layer, Period, Policy, Quota, Words};
use crate::rulebook::Rulebook;

#[derive(Serialize)]
struct Summary<'r> {
    id: &'r str,
    version: &'r str,
    digest: &'r str,
    title: &'r Words,
    province: Option<&'r str>,
    in_force: &'r Period,
    layers: &'r [Layer],
    instruments: &'r [Instrument],
    levels: &'r [Choice],
    enumerations: &'r [Enumeration],
    policies: &'r [Policy],
    subjects: Vec<Kind<'r>>,
}

#[derive(Serialize)]
struct Kind<'r> {
    kind: &'r str,
    label: &'r Words,
    in_force: &'r Period,
    /// In the order of their places.
    facts: &'r [Fact],
    quotas: &'r [Quota],
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<ReasonCode>,
}

#[derive(Serialize)]
struct ReasonCode {
    words: usize,
    places: Vec<Place>,
}

#[derive(Serialize)]
struct Place {
    sort: &'static str,
    of: String,
    column: String,
    word: usize,
    shift: u32,
    width: u32,
}

impl Rulebook {
    /// What a program has to know of it, as JSON: `id`, `version`, `digest`, `title`, `province`, `in_force`, `layers`,
    /// `instruments`, `levels` (lowest first), `enumerations`, `policies`, and of each of the `subjects` its `facts` in the
    /// order of their places ([`crate::Case::set_at`]), `quotas`, and how its `reasons` are read.
    ///
    /// ```
    /// let summary = xeploai::Rulebook::builtin("366-qd-tw")?.summary_json();
    /// assert!(summary.starts_with(r#"{"id":"366-qd-tw","#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn summary_json(&self) -> String {
        let document = self.document();

        let subjects = self.subjects().map(|subject| Kind {
            kind: &subject.kind,
            label: &subject.label,
            in_force: subject.in_force.as_ref().unwrap_or(&document.in_force),
            facts: &subject.facts,
            quotas: &subject.quotas,
            reasons: self.reason_code(&subject.kind),
        });
        let summary = Summary {
            id: self.id(),
            version: self.version(),
            digest: self.digest(),
            title: self.title(),
            province: self.province(),
            in_force: &document.in_force,
            layers: &document.layers,
            instruments: self.instruments(),
            levels: &document.levels,
            enumerations: &document.enumerations,
            policies: &document.policies,
            subjects: subjects.collect(),
        };
        serde_json::to_string(&summary).unwrap_or_default()
    }

    #[cfg(feature = "arrow")]
    fn reason_code(&self, kind: &str) -> Option<ReasonCode> {
        let reasons = self.reasons(kind).ok()?;
        let place = |place: &crate::batch::ReasonPlace| Place {
            sort: place.sort,
            of: place.of.clone(),
            column: place.column.clone(),
            word: place.word,
            shift: place.shift,
            width: place.width,
        };
        let places = reasons.places().chain(reasons.facts()).map(place).collect();
        Some(ReasonCode { words: reasons.words(), places })
    }

    #[cfg(not(feature = "arrow"))]
    fn reason_code(&self, _: &str) -> Option<ReasonCode> {
        None
    }
}
