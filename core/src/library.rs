//! Which rulebook is in force: by day, kind of subject and province, exactly one, or a clear answer why not.
//!
//! An overlay in force stands before its base; between two overlays, or where its base has ended, the central text
//! stands alone. Nothing is chosen where two are in force, and nothing old answers where none is.

use crate::catalogue::{Language, Message, fill};
use crate::date::{format_date, format_date_vi};
use crate::fault::LoadError;
use crate::rulebook::Rulebook;

/// Rulebooks among which the one in force is looked for.
///
/// ```
/// use xeploai::{Library, date::parse_date};
/// let library = Library::builtin()?;
/// let on = |day, kind, province| library.in_force(parse_date(day).unwrap(), kind, province).map(|found| found.id());
/// assert_eq!(on("2021-12-31", "member", None).unwrap(), "132-qd-tw-hd21");
/// assert_eq!(on("2021-12-31", "member", Some("nam-dinh")).unwrap(), "nam-dinh-1295");
/// // The overlay of 2017 ended with its base; the next one came eight months later.
/// assert_eq!(on("2018-06-30", "leader", Some("nam-dinh")).unwrap(), "132-qd-tw-hd16");
/// assert!(on("2026-12-31", "public_employee", None).is_err());
/// # Ok::<(), xeploai::LoadError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Library {
    rulebooks: Vec<Rulebook>,
}

impl Library {
    /// The rulebooks that come with the library, every version of each.
    ///
    /// # Errors
    /// Where one of them cannot be loaded, which is a defect of the library.
    pub fn builtin() -> Result<Self, LoadError> {
        let loaded: Result<Vec<Rulebook>, LoadError> =
            crate::builtin::all().map(|(_, text)| Rulebook::from_json(&text)).collect();
        loaded.map(|rulebooks| Self { rulebooks })
    }

    /// A library of these rulebooks alone.
    pub fn new(rulebooks: impl IntoIterator<Item = Rulebook>) -> Self {
        rulebooks.into_iter().fold(Self { rulebooks: Vec::new() }, Self::with)
    }

    /// The library with one more rulebook. It takes the place of every rulebook of its id, so that a province can put its
    /// own text where the built-in one says that the text was not read.
    #[must_use]
    pub fn with(mut self, rulebook: Rulebook) -> Self {
        self.rulebooks.retain(|known| known.id() != rulebook.id());
        self.rulebooks.push(rulebook);
        self
    }

    /// The rulebooks, in the order in which they came.
    pub fn rulebooks(&self) -> impl Iterator<Item = &Rulebook> {
        self.rulebooks.iter()
    }

    /// The kinds of subject that any of the rulebooks has, each once.
    pub fn kinds(&self) -> Vec<&str> {
        let mut kinds: Vec<&str> = Vec::new();
        for subject in self.rulebooks.iter().flat_map(Rulebook::subjects) {
            if !kinds.contains(&subject.kind.as_str()) {
                kinds.push(&subject.kind);
            }
        }
        kinds
    }

    /// The one rulebook that is in force on a day for a kind of subject, in a province where one is named.
    ///
    /// # Errors
    /// Where there is none, or more than one; the error says which and why.
    pub fn in_force(&self, day: i64, kind: &str, province: Option<&str>) -> Result<&Rulebook, NotInForce> {
        let refuse = |reason, candidates: Vec<Candidate>| {
            let province = province.map(str::to_owned);
            NotInForce { day, kind: kind.to_owned(), province, reason, candidates }
        };
        let of_kind: Vec<Candidate> =
            self.rulebooks.iter().filter_map(|rulebook| Candidate::of(rulebook, kind)).collect();
        if of_kind.is_empty() {
            let known = self.kinds().into_iter().map(str::to_owned).collect();
            return Err(refuse(Reason::UnknownKind { known }, Vec::new()));
        }
        if let Some(province) = province {
            let mut known: Vec<String> =
                self.rulebooks.iter().filter_map(|rulebook| rulebook.province().map(str::to_owned)).collect();
            known.sort();
            known.dedup();
            if !known.iter().any(|other| other == province) {
                return Err(refuse(Reason::UnknownProvince { known }, Vec::new()));
            }
        }
        let here: Vec<Candidate> = of_kind
            .into_iter()
            .filter(|candidate| candidate.rulebook.province().is_none_or(|other| Some(other) == province))
            .collect();
        let on_day: Vec<&Candidate> = here
            .iter()
            .filter(|candidate| candidate.from <= day && day <= candidate.to.unwrap_or(i64::MAX))
            .collect();
        let top: Vec<Candidate> = on_day
            .iter()
            .filter(|candidate| !on_day.iter().any(|other| other.lies_on(candidate)))
            .map(|candidate| (*candidate).clone())
            .collect();
        match top.as_slice() {
            [only] => {
                let found = self.rulebooks.iter().find(|known| known.digest() == only.rulebook.digest());
                found.ok_or_else(|| refuse(Reason::NoneInForce, here.clone()))
            }
            [] => Err(refuse(Reason::NoneInForce, here)),
            _ => Err(refuse(Reason::SeveralInForce, top)),
        }
    }
}

/// A rulebook that was looked at, and the days on which its rules for the kind are in force.
#[derive(Debug, Clone)]
pub struct Candidate {
    rulebook: Rulebook,
    from: i64,
    to: Option<i64>,
}

impl Candidate {
    fn of(rulebook: &Rulebook, kind: &str) -> Option<Self> {
        let (from, to) = rulebook.find_plan(kind).ok().and_then(|place| rulebook.plan(place))?.period;
        let to = Some(to).filter(|to| *to != i64::MAX);
        Some(Self { rulebook: rulebook.clone(), from, to })
    }

    /// Whether it is an overlay on the other one, through others too.
    fn lies_on(&self, other: &Self) -> bool {
        let mut base = self.rulebook.base();
        while let Some(below) = base {
            if (below.id(), below.version()) == (other.rulebook.id(), other.rulebook.version()) {
                return true;
            }
            base = below.base();
        }
        false
    }

    /// The rulebook.
    pub fn rulebook(&self) -> &Rulebook {
        &self.rulebook
    }

    /// The first day on which its rules for the kind are in force.
    pub fn from(&self) -> i64 {
        self.from
    }

    /// The last one; nothing while no end is known.
    pub fn to(&self) -> Option<i64> {
        self.to
    }

    fn told(&self, language: Language) -> String {
        let day = |day: i64| shown_day(day, language);
        let to = self.to.map(day).unwrap_or_default();
        let message = if self.to.is_some() { Message::LibraryUntil } else { Message::LibraryFrom };
        let (id, version) = (self.rulebook.id(), self.rulebook.version());
        let values = [("id", id), ("version", version), ("from", &*day(self.from)), ("to", &*to)];
        fill(message, language, &values)
    }
}

/// Why there is not exactly one rulebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// No rulebook has the kind of subject.
    UnknownKind {
        /// The kinds that there are.
        known: Vec<String>,
    },
    /// No rulebook is of the province.
    UnknownProvince {
        /// The provinces that there are.
        known: Vec<String>,
    },
    /// None of the rulebooks of the kind is in force on the day.
    NoneInForce,
    /// More than one is.
    SeveralInForce,
}

impl Reason {
    /// The reason as programs see it.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind { .. } => "unknown_kind",
            Self::UnknownProvince { .. } => "unknown_province",
            Self::NoneInForce => "none_in_force",
            Self::SeveralInForce => "several_in_force",
        }
    }
}

/// There is no rulebook in force, or more than one.
#[derive(Debug, Clone)]
pub struct NotInForce {
    day: i64,
    kind: String,
    province: Option<String>,
    reason: Reason,
    candidates: Vec<Candidate>,
}

impl NotInForce {
    /// Why.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }

    /// The rulebooks of the kind that are in force on other days, or those that are in force on this one.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// The answer as a sentence.
    ///
    /// ```
    /// use xeploai::{Language, Library, date::parse_date};
    /// let library = Library::builtin()?;
    /// let none = library.in_force(parse_date("2014-01-01").unwrap(), "leader_term", None).unwrap_err();
    /// assert!(none.words(Language::English).contains("hd-27-2014 1.1.0 (2017-08-04 to 2018-03-07)"));
    /// # Ok::<(), xeploai::LoadError>(())
    /// ```
    pub fn words(&self, language: Language) -> String {
        let listed: Vec<String> = self.candidates.iter().map(|candidate| candidate.told(language)).collect();
        let (message, listed) = match &self.reason {
            Reason::UnknownKind { known } => (Message::LibraryUnknownKind, known.join(", ")),
            Reason::UnknownProvince { known } => (Message::LibraryUnknownProvince, known.join(", ")),
            Reason::NoneInForce => (Message::LibraryNone, listed.join("; ")),
            Reason::SeveralInForce => (Message::LibrarySeveral, listed.join("; ")),
        };
        let day = shown_day(self.day, language);
        let province = self.province.as_deref().unwrap_or("-");
        let values = [("day", day.as_str()), ("kind", &self.kind), ("province", province), ("listed", &listed)];
        fill(message, language, &values)
    }
}

impl std::fmt::Display for NotInForce {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.words(Language::English))
    }
}

impl std::error::Error for NotInForce {}

fn shown_day(day: i64, language: Language) -> String {
    match language {
        Language::Vietnamese => format_date_vi(day),
        Language::English => format_date(day),
    }
}
