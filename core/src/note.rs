//! What a reader of a result has to know beside the level: a gap of the text, a quota that still comes, rules that
//! were not read as law, what the text ties to the result.

use std::borrow::Cow;

use crate::catalogue::{Language, Message, fill};
use crate::document::{Citation, Provenance};
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
    /// The code: `caveat`, `gap`, `unread`, `quota`, `notice`, `clamped` or `provenance`.
    pub fn code(&self) -> &'static str {
        self.code.text()
    }

    /// The id of the rule that it is about.
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
    let mut rests: Vec<Finding<'_>> = Vec::new();
    for finding in rating.findings() {
        let code = match finding.kind() {
            RuleKind::Notice => Word::Notice,
            RuleKind::Unread => Word::Unread,
            _ => {
                if finding.provenance() != Provenance::Read && finding.decisive() {
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
    keep_best_known(rating, &mut rests);
    provenance(rating, &rests, &mut notes);
    notes.extend(quotas(rating));
    notes
}

/// Where a trigger or ceiling settles the level for certain, what else only keeps the level down need not be known as well.
fn keep_best_known(rating: &Rating, rests: &mut Vec<Finding<'_>>) {
    let Some(level) = rating.level_rank().filter(|_| !rests.is_empty()) else { return };
    let limit = |finding: &Finding<'_>| matches!(finding.kind(), RuleKind::Trigger | RuleKind::Ceiling);
    let settles = |finding: &Finding<'_>| limit(finding) && finding.holds() == Some(true) && finding.decisive();
    let Some(best) = rating.findings().filter(settles).map(|finding| finding.provenance()).min() else { return };
    rests.retain(|finding| {
        let keeps_down = match finding.kind() {
            RuleKind::Standard(rank) | RuleKind::Condition(rank) => rank > level,
            _ => limit(finding),
        };
        !keeps_down || finding.provenance() <= best
    });
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

/// On what a result rests that was not read as law: one note for each way in which it is known.
fn provenance<'r>(rating: &'r Rating, rests: &[Finding<'r>], notes: &mut Vec<Note<'r>>) {
    let policy = rating.settled_gap();
    let known = [
        (Provenance::Summary, Message::NoteSummary),
        (Provenance::Inferred, Message::NoteInferred),
        (Provenance::Local, Message::NoteLocal),
    ];
    for (provenance, message) in known {
        let rules = rests.iter().filter(|finding| finding.provenance() == provenance);
        let sources = rating.sources().filter(|(known, _)| *known == provenance);
        let policy = policy.filter(|policy| policy.provenance == provenance);
        let all = rules
            .map(|finding| finding.citation().to_owned())
            .chain(sources.map(|(_, citation)| cited(rating, citation)))
            .chain(policy.map(|policy| cited(rating, &policy.citation)));
        let mut places: Vec<String> = Vec::new();
        for place in all {
            if !places.contains(&place) {
                places.push(place);
            }
        }
        if !places.is_empty() {
            let citation = places.join("; ");
            let note = Note::of(Word::Provenance, message, &[("citation", &citation)]);
            notes.push(Note { citation: Some(citation.into()), ..note });
        }
    }
}

/// A citation with the number of its text.
fn cited(rating: &Rating, citation: &Citation) -> String {
    let number = rating.rulebook.instruments().iter().find(|known| known.id == citation.instrument);
    format!("{} {}", number.map_or("", |known| &known.number), citation.place)
}

fn quotas(rating: &Rating) -> impl Iterator<Item = Note<'_>> {
    let subject = rating.rulebook.document().subjects.get(rating.plan);
    let quotas = subject.map(|subject| subject.quotas.as_slice()).unwrap_or_default();
    let at_most = rating.at_most();
    quotas.iter().filter(move |quota| at_most == Some(&quota.level)).map(|quota| {
        let citation = cited(rating, &quota.citation);
        let values = [("citation", citation.as_str())];
        Note { rule: Some(&quota.id), ..Note::of(Word::Quota, Message::NoteQuota, &values) }
    })
}
