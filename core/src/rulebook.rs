//! A rulebook, loaded and sound: immutable, cheap to clone, safe to share between threads.

use std::fmt;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::catalogue::{Language, Message, fill};
use crate::compile::{self, Compiled, Read};
use crate::date::{format_date, parse_date};
use crate::document::{Document, Instrument, Overlay, Period, Subject, Words};
use crate::fault::{FaultCode, LoadError, wanted};
use crate::plan::{CodeTable, KindPlan, Plan, RulePlan, TextId, Texts};
use crate::schema::{overlay_schema, rulebook_schema};

/// One regulation with its guidance, ready to rate.
///
/// ```
/// use xeploai::Rulebook;
/// let rulebook = Rulebook::builtin("366-qd-tw")?;
/// assert_eq!(rulebook.id(), "366-qd-tw");
/// assert!(rulebook.digest().starts_with("sha256:"));
/// # Ok::<(), xeploai::LoadError>(())
/// ```
#[derive(Clone)]
pub struct Rulebook(Arc<Inner>);

struct Inner {
    document: Document,
    digest: String,
    compiled: Compiled,
    defaults: PolicySet,
    head: Head,
    /// The rulebook that this one is an overlay on.
    base: Option<Rulebook>,
}

/// The texts that every result of a rulebook carries.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    pub(crate) id: TextId,
    pub(crate) version: TextId,
    pub(crate) digest: TextId,
}

impl fmt::Debug for Rulebook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rulebook").field("id", &self.id()).field("digest", &self.digest()).finish()
    }
}

impl Rulebook {
    /// A rulebook that comes with the library, by its id. Of a regulation that was amended it is the latest version;
    /// [`Self::builtin_on`] gives that of a day.
    ///
    /// # Errors
    /// Where no built-in rulebook has this id.
    pub fn builtin(id: &str) -> Result<Self, LoadError> {
        match crate::builtin::text(id) {
            Some(text) => Self::from_json(&text),
            None => Err(no_builtin(id)),
        }
    }

    /// The version of a built-in rulebook that is in force on a day, counted as [`crate::date`] does.
    ///
    /// ```
    /// use xeploai::{Rulebook, date::parse_date};
    /// let on = |day| Rulebook::builtin_on("nd-90-2020", parse_date(day).unwrap());
    /// assert_eq!(on("2023-09-14")?.version(), "1.0.0");
    /// assert_eq!(on("2023-09-15")?.version(), "2.0.0");
    /// assert!(on("2019-12-31").is_err());
    /// # Ok::<(), xeploai::LoadError>(())
    /// ```
    ///
    /// # Errors
    /// Where no built-in rulebook has this id, or no version of it is in force on the day.
    pub fn builtin_on(id: &str, day: i64) -> Result<Self, LoadError> {
        let mut periods = Vec::new();
        for text in crate::builtin::versions(id) {
            let rulebook = Self::from_json(&text)?;
            let (from, to) = rulebook.period();
            if (from..=to).contains(&day) {
                return Ok(rulebook);
            }
            periods.push(compile::shown_period(&rulebook.document().in_force));
        }
        if periods.is_empty() {
            return Err(no_builtin(id));
        }
        let expected = wanted(Message::WantedDayInForce, &[("id", id), ("periods", &periods.join(", "))]);
        Err(LoadError::one("", FaultCode::NotInForce, expected, format_date(day)))
    }

    /// A rulebook from the text of its document, or from the text of an overlay on a built-in rulebook.
    ///
    /// # Errors
    /// Where the document has any fault; every fault is listed with its place.
    pub fn from_json(text: &str) -> Result<Self, LoadError> {
        if !crate::overlay::is_overlay(text) {
            return Self::made(compile::read(text, rulebook_schema)?);
        }
        let overlay: Overlay = compile::read(text, overlay_schema)?.sound()?;
        let mut base = None;
        for text in crate::builtin::versions(&overlay.extends.id) {
            let version = Self::from_json(&text)?;
            let wanted = version.version() == overlay.extends.version;
            base = Some(version);
            if wanted {
                break;
            }
        }
        match base {
            // Where the version is not that of any, the fault says so.
            Some(base) => crate::overlay::apply(&base, &overlay),
            None => Err(LoadError::one(
                "/extends/id",
                FaultCode::WrongBase,
                Message::WantedBuiltinBase,
                compile::quoted(&overlay.extends.id),
            )),
        }
    }

    /// A rulebook from a document that a program made.
    ///
    /// # Errors
    /// Where the document has any fault; every fault is listed with its place.
    pub fn from_document(document: Document) -> Result<Self, LoadError> {
        Self::made(Read::made(document))
    }

    fn made(read: Read<Document>) -> Result<Self, LoadError> {
        Self::made_on(read, None)
    }

    /// A rulebook that lies on another one.
    pub(crate) fn made_on(read: Read<Document>, base: Option<&Self>) -> Result<Self, LoadError> {
        let mut compiled = compile::compile(&read)?;
        let document = read.sound()?;
        let canonical = canonical(&document);
        let digest = format!("sha256:{}", hexadecimal(&Sha256::digest(canonical.as_bytes())));
        let head = Head {
            id: compiled.texts.add(&document.id),
            version: compiled.texts.add(&document.version),
            digest: compiled.texts.add(&digest),
        };
        compiled.texts.seal();
        let defaults = PolicySet(Arc::new(PolicyChoices {
            digest: digest.clone(),
            options: compiled.policies.iter().map(|policy| policy.default).collect(),
            changed: Vec::new(),
        }));
        Ok(Self(Arc::new(Inner { document, digest, compiled, defaults, head, base: base.cloned() })))
    }

    /// This rulebook with an overlay on it.
    ///
    /// # Errors
    /// Where the overlay has any fault: of its shape, a base that is not this one, a rule or kind that the base does
    /// not have, a table whose points do not add up, or a fault of the rulebook that it would give.
    pub fn with_overlay(&self, text: &str) -> Result<Self, LoadError> {
        let overlay: Overlay = compile::read(text, overlay_schema)?.sound()?;
        crate::overlay::apply(self, &overlay)
    }

    /// The id, such as `366-qd-tw`.
    pub fn id(&self) -> &str {
        &self.0.document.id
    }

    /// The version of the encoding, such as `1.0.0`.
    pub fn version(&self) -> &str {
        &self.0.document.version
    }

    /// The SHA-256 digest of the canonical form, `sha256:` and 64 hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.0.digest
    }

    /// The rulebook that this one was put on as an overlay.
    pub fn base(&self) -> Option<&Self> {
        self.0.base.as_ref()
    }

    /// The province, or other body below the centre, whose rulebook it is, such as `nam-dinh`.
    pub fn province(&self) -> Option<&str> {
        self.0.document.province.as_deref()
    }

    /// The name of the regulation.
    pub fn title(&self) -> &Words {
        &self.0.document.title
    }

    /// The first and the last day on which it is in force; the largest day where no end is known.
    pub(crate) fn period(&self) -> (i64, i64) {
        let period = &self.0.document.in_force;
        let day = |text: &str| parse_date(text).unwrap_or(i64::MAX);
        (day(&period.from), period.to.as_deref().map_or(i64::MAX, day))
    }

    /// The days on which the rules for a kind of subject are in force: its own where it has them, else those of the
    /// rulebook.
    ///
    /// # Errors
    /// Where the rulebook has no such kind.
    ///
    /// ```
    /// use xeploai::Rulebook;
    /// let period = Rulebook::builtin("nd-90-2020")?.subject_in_force("civil_servant")?.clone();
    /// assert_eq!(period.to.as_deref(), Some("2025-12-31"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn subject_in_force(&self, kind: &str) -> Result<&Period, UnknownSubject> {
        Ok(self.subject(kind)?.in_force.as_ref().unwrap_or(&self.0.document.in_force))
    }

    /// The texts that the rules cite.
    pub fn instruments(&self) -> &[Instrument] {
        &self.0.document.instruments
    }

    /// The document that the rulebook was made of, with every overlay applied.
    pub fn document(&self) -> &Document {
        &self.0.document
    }

    /// The canonical form: the document as compact JSON in the order of the schema, over which the digest is taken.
    pub fn to_json(&self) -> String {
        canonical(&self.0.document)
    }

    /// The kinds of subject, in the order of the document.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.0.document.subjects.iter()
    }

    /// The rules for a kind of subject, as the document has them.
    ///
    /// # Errors
    /// Where the rulebook has no such kind.
    pub fn subject(&self, kind: &str) -> Result<&Subject, UnknownSubject> {
        self.find_plan(kind)
            .and_then(|place| self.0.document.subjects.get(place).ok_or_else(|| self.no_subject(kind)))
    }

    /// Policies with other choices than the defaults, each as name and option.
    ///
    /// # Errors
    /// Where there is no such policy or option.
    pub fn policies<'c>(
        &self,
        choices: impl IntoIterator<Item = (&'c str, &'c str)>,
    ) -> Result<PolicySet, PolicyError> {
        let mut chosen = PolicyChoices::clone(&self.0.defaults.0);
        for (name, code) in choices {
            let policy = self.0.compiled.policies.iter().position(|policy| self.texts().plain(policy.name) == name);
            let known = || self.0.document.policies.iter().map(|policy| policy.name.as_str());
            let Some((place, policy)) = policy.and_then(|place| Some((place, self.0.document.policies.get(place)?)))
            else {
                return Err(PolicyError {
                    name: name.to_owned(),
                    expected: known().map(str::to_owned).collect(),
                    found: name.to_owned(),
                });
            };
            let option = policy.options.iter().position(|option| option.code == code);
            let Some(option) = option.and_then(|option| u8::try_from(option).ok()) else {
                return Err(PolicyError {
                    name: name.to_owned(),
                    expected: policy.options.iter().map(|option| option.code.clone()).collect(),
                    found: code.to_owned(),
                });
            };
            if let Some(slot) = chosen.options.get_mut(place) {
                *slot = option;
            }
        }
        chosen.changed = (0..chosen.options.len())
            .filter(|place| chosen.options.get(*place) != self.0.defaults.0.options.get(*place))
            .collect();
        Ok(PolicySet(Arc::new(chosen)))
    }

    /// The policies at their defaults.
    pub fn default_policies(&self) -> &PolicySet {
        &self.0.defaults
    }

    pub(crate) fn find_plan(&self, kind: &str) -> Result<usize, UnknownSubject> {
        let plans = &self.0.compiled.plans;
        plans.iter().position(|plan| self.texts().plain(plan.kind) == kind).ok_or_else(|| self.no_subject(kind))
    }

    pub(crate) fn no_subject(&self, kind: &str) -> UnknownSubject {
        UnknownSubject {
            rulebook: self.id().to_owned(),
            kind: kind.to_owned(),
            known: self.subjects().map(|subject| subject.kind.clone()).collect(),
        }
    }

    pub(crate) fn plan(&self, place: usize) -> Option<&Plan> {
        self.0.compiled.plans.get(place)
    }

    /// Every rule of every kind, in the order of their numbers.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &RulePlan> {
        self.0.compiled.plans.iter().flat_map(|plan| &plan.rules)
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.0.compiled.texts
    }

    /// The texts that results may repeat, in the order of [`TextId::index`], for a caller that keeps a copy of each in
    /// its own form.
    pub fn texts_in_order(&self) -> impl Iterator<Item = &str> {
        self.texts().iter()
    }

    /// A text that results repeat.
    pub fn text(&self, id: TextId) -> &str {
        self.texts().plain(id)
    }

    pub(crate) fn table(&self, place: usize) -> Option<&CodeTable> {
        self.0.compiled.tables.get(place)
    }

    pub(crate) fn policy_plans(&self) -> &[crate::plan::PolicyPlan] {
        &self.0.compiled.policies
    }

    pub(crate) fn head(&self) -> Head {
        self.0.head
    }

    /// The codes of a fact of an enumeration or of the levels, with their words; nothing for other facts.
    pub(crate) fn codes(&self, kind: &KindPlan) -> &[crate::plan::CodePlan] {
        match kind {
            KindPlan::Code(table) => self.table(*table).map(|table| table.codes.as_slice()).unwrap_or_default(),
            _ => &[],
        }
    }

    /// Whether two handles are of rulebooks of the same content.
    pub(crate) fn same(&self, digest: &str) -> bool {
        self.0.digest == digest
    }
}

fn no_builtin(id: &str) -> LoadError {
    let known: Vec<&str> = crate::builtin::ids().collect();
    let expected = wanted(Message::WantedBuiltin, &[("known", &known.join(", "))]);
    LoadError::one("", FaultCode::UnknownName, expected, compile::quoted(id))
}

fn canonical(document: &Document) -> String {
    // Writing plain data to memory cannot fail.
    serde_json::to_string(document).unwrap_or_default()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The chosen options of the policies of one rulebook.
#[derive(Debug, Clone)]
pub struct PolicySet(Arc<PolicyChoices>);

#[derive(Debug, Clone)]
struct PolicyChoices {
    digest: String,
    options: Vec<u8>,
    /// The policies that are not at their default.
    changed: Vec<usize>,
}

impl PolicySet {
    pub(crate) fn options(&self) -> &[u8] {
        &self.0.options
    }

    pub(crate) fn changed(&self) -> &[usize] {
        &self.0.changed
    }

    pub(crate) fn belongs_to(&self, rulebook: &Rulebook) -> bool {
        rulebook.same(&self.0.digest)
    }

    /// The code of the option that is chosen for a policy; empty where the rulebook has no such policy.
    #[cfg(feature = "arrow")]
    pub(crate) fn choice<'r>(&self, rulebook: &'r Rulebook, name: &str) -> &'r str {
        let mut policies = rulebook.document().policies.iter().zip(&self.0.options);
        let found = policies.find(|(policy, _)| policy.name == name);
        let option = found.and_then(|(policy, option)| policy.options.get(usize::from(*option)));
        option.map_or("", |option| &option.code)
    }
}

/// A policy or an option that the rulebook does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The name of the policy.
    pub name: String,
    /// The names or options that there are.
    pub expected: Vec<String>,
    /// What was given.
    pub found: String,
}

impl PolicyError {
    /// What is wrong, in a language.
    pub fn words(&self, language: Language) -> String {
        let message = if self.name == self.found { Message::NoPolicy } else { Message::CohortPolicy };
        let expected = self.expected.join(", ");
        let values = [("name", self.name.as_str()), ("expected", &expected), ("found", &self.found)];
        fill(message, language, &values)
    }
}

impl fmt::Display for PolicyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words(Language::English))
    }
}

impl std::error::Error for PolicyError {}

/// A kind of subject that the rulebook does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownSubject {
    /// The id of the rulebook.
    pub rulebook: String,
    /// The kind that was asked for.
    pub kind: String,
    /// The kinds that there are.
    pub known: Vec<String>,
}

impl UnknownSubject {
    /// What is wrong, in a language.
    pub fn words(&self, language: Language) -> String {
        let known = self.known.join(", ");
        let values = [("rulebook", self.rulebook.as_str()), ("found", &self.kind), ("known", &known)];
        fill(Message::NoSubject, language, &values)
    }
}

impl fmt::Display for UnknownSubject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.words(Language::English))
    }
}

impl std::error::Error for UnknownSubject {}
