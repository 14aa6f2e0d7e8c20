//! What a reader of a result has to know beside the level: a gap of the text, a quota that still comes, rules that
//! were not read as law, what the text ties to the result.

use std::borrow::Cow;

use crate::catalogue::{Language, Message, fill};
use crate::choice::decisive;
use crate::document::{Citation, Policy, Provenance, Quota};
use crate::plan::RuleKind;
use crate::rating::{Finding, Rating};
use crate::report::Word;

/// A note on a result, in words.
#[derive(Debug, Clone)]
pub struct Note<'r> {
    /// What sort of note it is.
    pub(crate) code: Word,
    /// The id of the rule that it is about.
    pub(crate) rule: Option<&'r str>,
    /// The place of the text.
    pub(crate) citation: Option<Cow<'r, str>>,
    pub(crate) vi: Cow<'r, str>,
    pub(crate) en: Cow<'r, str>,
}

impl Note<'_> {
    /// The code: `caveat`, `gap`, `choice`, `unread`, `quota`, `notice`, `clamped` or `provenance`.
    pub fn code(&self) -> &'static str {
        self.code.text()
    }

    /// The id of the rule, or the name of the policy, that it is about.
    pub fn rule(&self) -> Option<&str> {
        self.rule
    }

    /// The note in words.
    pub fn words(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }

    fn of(code: Word, message: Message, values: &[(&str, &str)]) -> Self {
        Self {
            code,
            rule: None,
            citation: None,
            vi: fill(message, Language::Vietnamese, values).into(),
            en: fill(message, Language::English, values).into(),
        }
    }
}

/// The notes on a result, in a fixed order.
pub(crate) fn notes(rating: &Rating) -> Vec<Note<'_>> {
    let mut notes: Vec<Note<'_>> = caveats(rating).collect();
    notes.extend(gap(rating));
    let choices: Vec<&Policy> = decisive(rating).into_iter().filter_map(|place| rating.policy(place)).collect();
    notes.extend(choices.iter().filter_map(|policy| choice(rating, policy)));
    let mut rests: Vec<Finding<'_>> = Vec::new();
    for finding in rating.findings() {
        let code = match finding.kind() {
            RuleKind::Notice => Word::Notice,
            RuleKind::Unread => Word::Unread,
            _ => {
                if finding.decisive() {
                    rests.push(finding);
                }
                continue;
            }
        };
        let words = finding.words();
        let citation = Some(finding.citation().into());
        notes.push(Note {
            code,
            rule: Some(finding.rule()),
            citation,
            vi: (&words.vi).into(),
            en: (&words.en).into(),
        });
    }
    notes.extend(
        rating
            .clamped()
            .map(|name| Note::of(Word::Clamped, Message::NoteClamped, &[("measure", rating.rulebook.text(name))])),
    );
    let settled = keep_best_known(rating, &mut rests);
    let mut places = Places::default();
    for finding in &rests {
        places.add(finding.provenance(), || finding.citation().to_owned());
    }
    // Where a rule gives the lowest level for certain, the score does not matter.
    let scored = rating.score().is_some() && (settled.is_none() || rating.level_rank() != Some(0));
    let score = rating.plan().and_then(|plan| plan.standard.score).filter(|_| scored);
    let numbers =
        rests.iter().filter(|finding| !matches!(finding.kind(), RuleKind::Standard(_))).flat_map(Finding::reads);
    for source in rating.sources(score.into_iter().chain(numbers)) {
        places.add(source.provenance, || cited(rating, &source.citation));
    }
    for policy in choices.into_iter().chain(rating.settled_gap()) {
        places.add(policy.provenance, || cited(rating, &policy.citation));
    }
    for quota in limits(rating) {
        places.add(quota.provenance, || cited(rating, &quota.citation));
    }
    notes.extend(places.notes());
    notes.extend(limits(rating).map(|quota| {
        let citation = cited(rating, &quota.citation);
        let note = Note::of(Word::Quota, Message::NoteQuota, &[("citation", &citation)]);
        Note { rule: Some(&quota.id), citation: Some(citation.into()), ..note }
    }));
    notes
}

/// Where a trigger or ceiling settles the level for certain, what else only keeps the level down need not be known as
/// well. How well the rule is known that settles it; nothing where none does.
fn keep_best_known(rating: &Rating, rests: &mut Vec<Finding<'_>>) -> Option<Provenance> {
    let level = rating.level_rank()?;
    let limit = |finding: &Finding<'_>| matches!(finding.kind(), RuleKind::Trigger | RuleKind::Ceiling);
    let settles = |finding: &Finding<'_>| limit(finding) && finding.holds() == Some(true) && finding.decisive();
    let best = rating.findings().filter(settles).map(|finding| finding.provenance()).min()?;
    rests.retain(|finding| {
        let keeps_down = match finding.kind() {
            RuleKind::Standard(rank) | RuleKind::Condition(rank) => rank > level,
            _ => limit(finding),
        };
        !keeps_down || finding.provenance() <= best
    });
    Some(best)
}

/// What stands above every result of the rulebook.
fn caveats(rating: &Rating) -> impl Iterator<Item = Note<'_>> {
    rating.rulebook.document().caveats.iter().map(|caveat| Note {
        code: Word::Caveat,
        rule: Some(&caveat.id),
        citation: Some(cited(rating, &caveat.citation).into()),
        vi: (&caveat.words.vi).into(),
        en: (&caveat.words.en).into(),
    })
}

/// That score and conditions, or the conditions alone, do not give one level, and what was made of it.
fn gap(rating: &Rating) -> Option<Note<'_>> {
    let scored = rating.plan().is_some_and(|plan| plan.standard.score.is_some());
    let (open, settled) = match scored {
        true => (Message::NoteGap, Message::NoteGapSettled),
        false => (Message::NoteNoLevel, Message::NoteNoLevelSettled),
    };
    let Some(policy) = rating.settled_gap() else {
        return rating.gap().then(|| Note::of(Word::Gap, open, &[]));
    };
    let option = policy.options.get(1)?;
    let citation = cited(rating, &policy.citation);
    let told = |language: Language| {
        let values = [
            ("policy", policy.label.get(language)),
            ("option", option.label.get(language)),
            ("citation", citation.as_str()),
        ];
        fill(settled, language, &values).into()
    };
    let (vi, en) = (told(Language::Vietnamese), told(Language::English));
    Some(Note { code: Word::Gap, rule: None, citation: Some(citation.into()), vi, en })
}

/// That the result turns on a choice.
fn choice<'r>(rating: &'r Rating, policy: &'r Policy) -> Option<Note<'r>> {
    let option = rating.chosen(policy)?;
    let citation = cited(rating, &policy.citation);
    let told = |language: Language| {
        let values = [
            ("policy", policy.label.get(language)),
            ("option", option.label.get(language)),
            ("citation", citation.as_str()),
        ];
        fill(Message::NoteChoice, language, &values).into()
    };
    let (vi, en) = (told(Language::Vietnamese), told(Language::English));
    Some(Note { code: Word::Choice, rule: Some(&policy.name), citation: Some(citation.into()), vi, en })
}

/// On what a result rests that was not read as law: the places, by the way in which they are known.
#[derive(Default)]
struct Places(Vec<(Provenance, String)>);

impl Places {
    /// Takes note of a place; what was read as law is not named, and its citation not even written.
    fn add(&mut self, known: Provenance, place: impl FnOnce() -> String) {
        if known == Provenance::Read {
            return;
        }
        let place = (known, place());
        if !self.0.contains(&place) {
            self.0.push(place);
        }
    }

    /// One note for each way.
    fn notes<'r>(&self) -> impl Iterator<Item = Note<'r>> {
        let ways = [
            (Provenance::Summary, Message::NoteSummary),
            (Provenance::Inferred, Message::NoteInferred),
            (Provenance::Local, Message::NoteLocal),
        ];
        ways.into_iter().filter_map(|(way, message)| {
            let of_way = self.0.iter().filter(|(known, _)| *known == way).map(|(_, place)| place.as_str());
            let citation = of_way.collect::<Vec<_>>().join("; ");
            (!citation.is_empty()).then(|| {
                let note = Note::of(Word::Provenance, message, &[("citation", &citation)]);
                Note { citation: Some(citation.into()), ..note }
            })
        })
    }
}

/// A citation with the number of its text.
fn cited(rating: &Rating, citation: &Citation) -> String {
    let number = rating.rulebook.instruments().iter().find(|known| known.id == citation.instrument);
    format!("{} {}", number.map_or("", |known| &known.number), citation.place)
}

/// The limits on how many may have the level that the case may have.
fn limits(rating: &Rating) -> impl Iterator<Item = &Quota> {
    let subject = rating.rulebook.document().subjects.get(rating.plan);
    let quotas = subject.map(|subject| subject.quotas.as_slice()).unwrap_or_default();
    let at_most = rating.at_most();
    quotas.iter().filter(move |quota| at_most == Some(&quota.level))
}
