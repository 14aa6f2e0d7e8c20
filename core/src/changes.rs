//! What a rulebook changes against another one, by structure: kinds, facts, rules, numbers, bands, rates, policies.
//!
//! For a number that was moved it is known whether the rule became stricter; for a condition of another form it is
//! not, and the report says that it was not compared. Words, labels and citations are not looked at. Whether a rulebook
//! as a whole is nowhere more lenient than its base is another question, which only a proof can answer.

mod cohort;

use crate::catalogue::{Language, Message, fill};
use crate::compile::describe;
use crate::document::{
    Cap, Ceiling, Compare, Condition, Document, Fact, Formula, Measure, Notice, Op, Operand, Period, Policy, Rule,
    Share, Standards, Subject, Trigger,
};
use crate::number::Fraction;
use crate::ranks::Ranks;
use crate::rulebook::Rulebook;
use crate::sorted;

/// What a change does to those who are rated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// More may reach a level, or fewer meet what bars it.
    MoreLenient,
    /// Fewer may reach a level, or more meet what bars it.
    Stricter,
    /// It moves nobody by itself.
    Neutral,
    /// What it does was not compared.
    NotCompared,
}

impl Effect {
    /// The effect as programs see it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MoreLenient => "more_lenient",
            Self::Stricter => "stricter",
            Self::Neutral => "neutral",
            Self::NotCompared => "not_compared",
        }
    }

    const fn message(self) -> Message {
        match self {
            Self::MoreLenient => Message::EffectMoreLenient,
            Self::Stricter => Message::EffectStricter,
            Self::Neutral => Message::EffectNeutral,
            Self::NotCompared => Message::EffectNotCompared,
        }
    }

    const fn stricter(stricter: bool) -> Self {
        if stricter { Self::Stricter } else { Self::MoreLenient }
    }
}

macro_rules! parts {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What part of a rulebook changed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Part { $($(#[$doc])* $variant,)* }

        impl Part {
            /// Every part.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The part as programs see it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

parts! {
    /// The days on which it is in force.
    Period = "period",
    /// The levels.
    Levels = "levels",
    /// A named set of values.
    Enumeration = "enumeration",
    /// A choice that the text leaves open.
    Policy = "policy",
    /// A kind of subject.
    Kind = "kind",
    /// A fact.
    Fact = "fact",
    /// What must be true between facts.
    Constraint = "constraint",
    /// A computed quantity.
    Measure = "measure",
    /// A rule that ends the review or the rating.
    Eligibility = "eligibility",
    /// How the lowest level is given, or what the score is.
    Standard = "standard",
    /// The lower limit of a band.
    Band = "band",
    /// A condition of a standard.
    Condition = "condition",
    /// A rule that gives the lowest level.
    Trigger = "trigger",
    /// A rule that holds a rating at or below a level.
    Ceiling = "ceiling",
    /// What leaves a trigger or ceiling to the authority.
    Escape = "escape",
    /// A limit on how many may have a level.
    Quota = "quota",
    /// Who is rated before a kind.
    Order = "order",
    /// The share of votes that a level needs.
    Majority = "majority",
    /// The day before which a decision is made.
    Deadline = "deadline",
    /// Who decides.
    Authority = "authority",
    /// A rule that changes no level.
    Notice = "notice",
    /// A part of the text that was not read.
    Unread = "unread",
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The code of the kind of subject; nothing for the rulebook as a whole.
    pub subject: Option<String>,
    /// What part it is.
    pub part: Part,
    /// The id of the rule, or the name of the fact, policy or other part.
    pub name: String,
    /// What stood in the base; nothing where the part was added.
    pub before: Option<String>,
    /// What stands now; nothing where the part was dropped.
    pub after: Option<String>,
    /// What it does.
    pub effect: Effect,
}

impl Change {
    /// The change as a line for people.
    pub fn words(&self, language: Language) -> String {
        let part =
            Message::from_key(&format!("part.{}", self.part.code())).map_or("", |part| part.template(language));
        let name = match &self.subject {
            Some(subject) if *subject != self.name => format!("{subject}: {}", self.name),
            _ => self.name.clone(),
        };
        let message = match (&self.before, &self.after) {
            // A kind as a whole is its name alone.
            (None, Some(after)) if *after == self.name => Message::ChangeAddedWhole,
            (Some(before), None) if *before == self.name => Message::ChangeDroppedWhole,
            (None, _) => Message::ChangeAdded,
            (_, None) => Message::ChangeDropped,
            _ => Message::ChangeChanged,
        };
        let values = [
            ("part", part),
            ("name", &name),
            ("before", self.before.as_deref().unwrap_or_default()),
            ("after", self.after.as_deref().unwrap_or_default()),
            ("effect", self.effect.message().template(language)),
        ];
        fill(message, language, &values)
    }
}

impl Rulebook {
    /// What this rulebook changes against the one that it was put on; nothing where it is no overlay.
    ///
    /// ```
    /// use xeploai::{Rulebook, changes::Part};
    /// let overlay = Rulebook::builtin("nam-dinh-1295")?;
    /// let changes = overlay.changes();
    /// assert!(changes.iter().any(|change| change.part == Part::Policy && change.name == "leader_quota_base"));
    /// # Ok::<(), xeploai::LoadError>(())
    /// ```
    pub fn changes(&self) -> Vec<Change> {
        self.base().map(|base| self.changes_against(base)).unwrap_or_default()
    }

    /// What this rulebook changes against any other one, the more lenient first.
    pub fn changes_against(&self, base: &Self) -> Vec<Change> {
        let ranks = Ranks::of(base.document());
        let mut report = Report { changes: Vec::new(), subject: None, ranks, facts: &[] };
        report.documents(base.document(), self.document());
        sorted::sort_by_key(&mut report.changes, |change| change.effect);
        report.changes
    }
}

/// Which way a condition works: for a level, or against the one rated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// What holds helps: a condition of a standard, an escape.
    For,
    /// What holds hurts: a trigger, a ceiling.
    Against,
    /// It decides whether there is a rating at all.
    Neither,
}

impl Side {
    /// Whether a condition that holds less often is stricter; nothing where that cannot be said.
    const fn harder(self) -> Option<bool> {
        match self {
            Self::For => Some(true),
            Self::Against => Some(false),
            Self::Neither => None,
        }
    }
}

/// What a rule does by being added: a condition more is harder to meet, an escape more is a way out.
const fn added(part: Part) -> Effect {
    match part {
        Part::Condition | Part::Trigger | Part::Ceiling => Effect::Stricter,
        Part::Escape => Effect::MoreLenient,
        _ => Effect::NotCompared,
    }
}

struct Report<'d> {
    changes: Vec<Change>,
    subject: Option<String>,
    /// The order of the codes, and the facts of the kind that is looked at, of the base.
    ranks: Ranks,
    facts: &'d [Fact],
}

impl<'d> Report<'d> {
    fn add(&mut self, part: Part, name: &str, before: Option<String>, after: Option<String>, effect: Effect) {
        if before != after {
            let subject = self.subject.clone();
            self.changes.push(Change { subject, part, name: name.to_owned(), before, after, effect });
        }
    }

    fn documents(&mut self, base: &'d Document, now: &'d Document) {
        let period = |document: &Document| Some(shown_period(&document.in_force));
        self.add(Part::Period, &now.id, period(base), period(now), Effect::Neutral);
        let levels = |document: &Document| Some(codes(&document.levels));
        self.add(Part::Levels, &now.id, levels(base), levels(now), Effect::NotCompared);
        self.each(
            (&base.enumerations, &now.enumerations),
            Part::Enumeration,
            |known| &known.name,
            |known| codes(&known.values),
            |_, _| Effect::NotCompared,
        );
        self.each(
            (&base.policies, &now.policies),
            Part::Policy,
            |known: &Policy| &known.name,
            |known| format!("{} ({})", known.default, codes(&known.options)),
            |before, _| if before.is_some() { Effect::NotCompared } else { Effect::Neutral },
        );
        for subject in &base.subjects {
            self.subject = Some(subject.kind.clone());
            match now.subjects.iter().find(|other| other.kind == subject.kind) {
                Some(other) => self.subjects(subject, other, (&base.in_force, &now.in_force)),
                None => {
                    self.add(Part::Kind, &subject.kind, Some(subject.kind.clone()), None, Effect::NotCompared);
                }
            }
        }
        for subject in now.subjects.iter().filter(|subject| base.subjects.iter().all(|old| old.kind != subject.kind))
        {
            self.subject = Some(subject.kind.clone());
            self.add(Part::Kind, &subject.kind, None, Some(subject.kind.clone()), Effect::NotCompared);
        }
    }

    fn subjects(&mut self, base: &'d Subject, now: &'d Subject, whole: (&Period, &Period)) {
        self.facts = &base.facts;
        // A kind has the period of its rulebook where it has none of its own.
        if base.in_force.is_some() || now.in_force.is_some() {
            let [before, after] = [(base, whole.0), (now, whole.1)]
                .map(|(kind, all)| shown_period(kind.in_force.as_ref().unwrap_or(all)));
            self.add(Part::Period, &now.kind, Some(before), Some(after), Effect::Neutral);
        }
        let (items, tables) = self.tables(base, now);
        let kept = |facts: &'d [Fact], out: &[&str]| -> Vec<&'d Fact> {
            facts.iter().filter(|fact| !out.contains(&fact.name.as_str())).collect()
        };
        self.each(
            (&kept(&base.facts, &tables), &kept(&now.facts, &items)),
            Part::Fact,
            |fact| &fact.name,
            |fact| shown_fact(fact),
            |_, _| Effect::NotCompared,
        );
        let constraints = |subject: &Subject| subject.constraints.iter().map(json).collect::<Vec<_>>();
        self.each(
            (&constraints(base), &constraints(now)),
            Part::Constraint,
            |constraint| constraint,
            Clone::clone,
            |_, _| Effect::NotCompared,
        );
        let computed: Vec<&Measure> =
            now.measures.iter().filter(|measure| !tables.contains(&measure.name.as_str())).collect();
        self.each(
            (&base.measures.iter().collect::<Vec<_>>(), &computed),
            Part::Measure,
            |measure| &measure.name,
            |measure| json(&(&measure.formula, &measure.clamp)),
            |_, _| Effect::NotCompared,
        );
        for (before, after) in [(&base.not_reviewed, &now.not_reviewed), (&base.not_rated, &now.not_rated)] {
            self.rules(before, after, Part::Eligibility, Side::Neither);
        }
        self.standards(&base.standards, &now.standards);
        self.triggers(&base.triggers, &now.triggers);
        self.ceilings(&base.ceilings, &now.ceilings);
        self.quotas(&base.quotas, &now.quotas);
        self.order_and_decisions(base, now);
        self.each(
            (&base.notices, &now.notices),
            Part::Notice,
            |notice: &Notice| &notice.id,
            // Of a notice its words are what it does.
            |notice| format!("{}: {}", describe(&notice.condition), notice.words.vi),
            |_, _| Effect::Neutral,
        );
        self.each(
            (&base.unread, &now.unread),
            Part::Unread,
            |remark| &remark.id,
            |remark| remark.id.clone(),
            |_, _| Effect::NotCompared,
        );
    }

    /// Facts of the base that became the sum of items, which moves nobody: the names of the items, and of the facts.
    fn tables(&mut self, base: &'d Subject, now: &'d Subject) -> (Vec<&'d str>, Vec<&'d str>) {
        let (mut items, mut tables) = (Vec::new(), Vec::new());
        for measure in &now.measures {
            let (Formula::Sum(sum), Some(fact)) =
                (&measure.formula, base.facts.iter().find(|fact| fact.name == measure.name))
            else {
                continue;
            };
            let before = Some(shown_fact(fact));
            self.add(Part::Fact, &fact.name, before, Some(sum.plus.join(" + ")), Effect::Neutral);
            items.extend(sum.plus.iter().map(String::as_str));
            tables.push(measure.name.as_str());
        }
        (items, tables)
    }

    /// Parts that are told apart by a name.
    fn each<T>(
        &mut self,
        (base, now): (&[T], &[T]),
        part: Part,
        name: impl Fn(&T) -> &String,
        shown: impl Fn(&T) -> String,
        effect: impl Fn(Option<&T>, Option<&T>) -> Effect,
    ) {
        for old in base {
            let new = now.iter().find(|new| name(new) == name(old));
            self.add(part, name(old), Some(shown(old)), new.map(&shown), effect(Some(old), new));
        }
        for new in now.iter().filter(|new| base.iter().all(|old| name(old) != name(new))) {
            self.add(part, name(new), None, Some(shown(new)), effect(None, Some(new)));
        }
    }

    /// Rules that have a condition alone.
    fn rules(&mut self, base: &[Rule], now: &[Rule], part: Part, side: Side) {
        for old in base {
            match now.iter().find(|new| new.id == old.id) {
                Some(new) => self.conditions(part, &old.id, &old.condition, &new.condition, side),
                None => self.dropped(part, &old.id, &old.condition),
            }
        }
        for new in now.iter().filter(|new| base.iter().all(|old| old.id != new.id)) {
            self.added(part, &new.id, &new.condition);
        }
    }

    fn added(&mut self, part: Part, id: &str, condition: &Condition) {
        self.add(part, id, None, Some(describe(condition)), added(part));
    }

    fn dropped(&mut self, part: Part, id: &str, condition: &Condition) {
        let effect = match added(part) {
            Effect::Stricter => Effect::MoreLenient,
            Effect::MoreLenient => Effect::Stricter,
            other => other,
        };
        self.add(part, id, Some(describe(condition)), None, effect);
    }

    fn standards(&mut self, base: &Standards, now: &Standards) {
        let shown = |standards: &Standards| json(&(&standards.score, standards.lowest));
        self.add(Part::Standard, "standards", Some(shown(base)), Some(shown(now)), Effect::NotCompared);
        for (old, new) in base.levels.iter().zip(&now.levels) {
            let from = |standard: &crate::document::Standard| {
                standard.band.as_ref().map(|band| band.from.clone().unwrap_or_default())
            };
            let (before, after) = (from(old), from(new));
            let read = |text: &Option<String>| text.as_deref().and_then(Fraction::parse_any);
            let effect = match (read(&before), read(&after)) {
                (Some(before), Some(after)) => Effect::stricter(after > before),
                _ => Effect::NotCompared,
            };
            self.add(Part::Band, &new.id, before, after, effect);
            self.rules(&old.conditions, &new.conditions, Part::Condition, Side::For);
        }
    }

    fn triggers(&mut self, base: &[Trigger], now: &[Trigger]) {
        for old in base {
            match now.iter().find(|new| new.id == old.id) {
                Some(new) => {
                    self.conditions(Part::Trigger, &old.id, &old.condition, &new.condition, Side::Against);
                    self.rules(&old.escapes, &new.escapes, Part::Escape, Side::For);
                }
                None => self.dropped(Part::Trigger, &old.id, &old.condition),
            }
        }
        for new in now.iter().filter(|new| base.iter().all(|old| old.id != new.id)) {
            let shown = shown_limit(&new.condition, &new.escapes);
            self.add(Part::Trigger, &new.id, None, Some(shown), added(Part::Trigger));
        }
    }

    fn ceilings(&mut self, base: &[Ceiling], now: &[Ceiling]) {
        for old in base {
            match now.iter().find(|new| new.id == old.id) {
                Some(new) => {
                    self.conditions(Part::Ceiling, &old.id, &old.condition, &new.condition, Side::Against);
                    let level = |cap: &Cap| match cap {
                        Cap::Level(code) => self.ranks.level(code),
                        Cap::Fact(_) => None,
                    };
                    let effect = match (level(&old.at_most), level(&new.at_most)) {
                        (Some(before), Some(after)) => Effect::stricter(after < before),
                        _ => Effect::NotCompared,
                    };
                    let (before, after) = (shown_cap(&old.at_most), shown_cap(&new.at_most));
                    self.add(Part::Ceiling, &old.id, Some(before), Some(after), effect);
                    self.rules(&old.escapes, &new.escapes, Part::Escape, Side::For);
                }
                None => self.dropped(Part::Ceiling, &old.id, &old.condition),
            }
        }
        for new in now.iter().filter(|new| base.iter().all(|old| old.id != new.id)) {
            let shown = format!("{}: {}", shown_limit(&new.condition, &new.escapes), shown_cap(&new.at_most));
            self.add(Part::Ceiling, &new.id, None, Some(shown), added(Part::Ceiling));
        }
    }

    /// A condition against the one that it replaces: its numbers where both are of one form, else that it changed.
    fn conditions(&mut self, part: Part, id: &str, base: &Condition, now: &Condition, side: Side) {
        let mut moved = Vec::new();
        if self.same_form(base, now, side.harder(), &mut moved) {
            for (before, after, effect) in moved {
                self.add(part, id, Some(before), Some(after), effect);
            }
        } else {
            self.add(part, id, Some(describe(base)), Some(describe(now)), Effect::NotCompared);
        }
    }

    /// Whether two conditions differ in their numbers alone, and in which.
    fn same_form(&self, base: &Condition, now: &Condition, harder: Option<bool>, moved: &mut Vec<Moved>) -> bool {
        match (base, now) {
            (Condition::All(old), Condition::All(new)) | (Condition::Any(old), Condition::Any(new)) => {
                old.len() == new.len()
                    && old.iter().zip(new).all(|(old, new)| self.same_form(old, new, harder, moved))
            }
            (Condition::Not(old), Condition::Not(new)) => {
                self.same_form(old, new, harder.map(|harder| !harder), moved)
            }
            (Condition::Share(old), Condition::Share(new)) => {
                let form = |share: &Share| Share { than: String::new(), ..share.clone() };
                if old.than != new.than {
                    let numbers = (Fraction::parse(&old.than), Fraction::parse(&new.than));
                    moved.push((describe(base), describe(now), numbers_moved(old.op, numbers, harder)));
                }
                form(old) == form(new)
            }
            (Condition::Compare(old), Condition::Compare(new)) => {
                let named = |compare: &Compare| matches!(compare.right, Operand::Name(_));
                if old.right != new.right {
                    let numbers = (self.ranks.compared(self.facts, old), self.ranks.compared(self.facts, new));
                    moved.push((describe(base), describe(now), numbers_moved(old.op, numbers, harder)));
                }
                (&old.left, old.op, named(old)) == (&new.left, new.op, named(new))
            }
            _ => base == now,
        }
    }
}

/// A number that was moved: how it stood, how it stands, and what that does.
type Moved = (String, String, Effect);

fn numbers_moved(op: Op, numbers: (Option<Fraction>, Option<Fraction>), harder: Option<bool>) -> Effect {
    let (Some(before), Some(after), Some(harder)) = (numbers.0, numbers.1, harder) else {
        return Effect::NotCompared;
    };
    let less_often = match op {
        Op::AtLeast | Op::Greater => after > before,
        Op::AtMost | Op::Less => after < before,
        Op::Equal | Op::NotEqual => return Effect::NotCompared,
    };
    Effect::stricter(less_often == harder)
}

fn shown_period(period: &Period) -> String {
    format!("{}..{}", period.from, period.to.as_deref().unwrap_or_default())
}

fn codes(choices: &[crate::document::Choice]) -> String {
    choices.iter().map(|choice| choice.code.as_str()).collect::<Vec<_>>().join(", ")
}

/// When a trigger or ceiling holds, and what then leaves it to the authority.
fn shown_limit(condition: &Condition, escapes: &[Rule]) -> String {
    let escapes: Vec<String> = escapes.iter().map(|escape| describe(&escape.condition)).collect();
    match escapes.as_slice() {
        [] => describe(condition),
        _ => format!("{} (escape: {})", describe(condition), escapes.join("; ")),
    }
}

/// The level of a ceiling.
fn shown_cap(cap: &Cap) -> String {
    match cap {
        Cap::Level(code) => format!("<= {code}"),
        Cap::Fact(fact) => format!("<= {{{fact}}}"),
    }
}

/// The type of a fact, what its absence means where that is said, and how a cohort computes it where it does.
fn shown_fact(fact: &Fact) -> String {
    let kind = json(&fact.kind);
    let absent = fact.absent.as_ref().map(|absent| format!(", absent: {}", json(absent)));
    let computed = fact.from_cohort.as_ref().map(|from| format!(", from_cohort: {}", json(from)));
    [Some(kind.trim_matches('"').to_owned()), absent, computed].into_iter().flatten().collect()
}

fn json(part: &impl serde::Serialize) -> String {
    // Writing plain data to memory cannot fail.
    serde_json::to_string(part).unwrap_or_default()
}
