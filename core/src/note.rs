//! What a reader of a result has to know beside the level: a gap of the text, a quota that still comes, rules that
//! were not read as law, what the text ties to the result.

use std::borrow::Cow;

use crate::catalogue::{Language, Message, fill};
use crate::document::Provenance;
use crate::plan::RuleKind;
use crate::rating::Rating;
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
    /// The code: `gap`, `unread`, `quota`, `notice`, `clamped` or `provenance`.
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
pub(crate) fn notes(rating: &Rating) -> impl Iterator<Item = Note<'_>> {
    let gap = rating.gap().then(|| Note::of(Word::Gap, Message::NoteGap, &[]));
    let rules = rating.findings().filter_map(|finding| {
        let (code, told) = match finding.kind() {
            RuleKind::Notice => (Word::Notice, true),
            RuleKind::Unread => (Word::Unread, true),
            _ => (Word::Provenance, finding.decisive() && finding.provenance() != Provenance::Read),
        };
        if !told {
            return None;
        }
        let words = finding.words();
        let note = if code == Word::Provenance {
            let message = match finding.provenance() {
                Provenance::Summary => Message::NoteSummary,
                Provenance::Local => Message::NoteLocal,
                Provenance::Inferred | Provenance::Read => Message::NoteInferred,
            };
            // The word of the rule differs by language, so each is filled with its own.
            let values = |words| [("rule", words), ("citation", finding.citation())];
            Note {
                code,
                rule: None,
                citation: None,
                vi: fill(message, Language::Vietnamese, &values(&words.vi)).into(),
                en: fill(message, Language::English, &values(&words.en)).into(),
            }
        } else {
            Note { code, rule: None, citation: None, vi: (&words.vi).into(), en: (&words.en).into() }
        };
        Some(Note { rule: Some(finding.rule()), citation: Some(finding.citation().into()), ..note })
    });
    let clamped = rating
        .clamped()
        .map(|measure| Note::of(Word::Clamped, Message::NoteClamped, &[("measure", rating.rulebook.text(measure))]));
    gap.into_iter().chain(rules).chain(clamped).chain(quotas(rating))
}

fn quotas(rating: &Rating) -> impl Iterator<Item = Note<'_>> {
    let subject = rating.rulebook.document().subjects.get(rating.plan);
    let quotas = subject.map(|subject| subject.quotas.as_slice()).unwrap_or_default();
    let at_most = rating.at_most();
    quotas.iter().filter(move |quota| at_most == Some(&quota.level)).map(|quota| {
        let instruments = rating.rulebook.instruments();
        let number = instruments.iter().find(|known| known.id == quota.citation.instrument);
        let citation = format!("{} {}", number.map_or("", |known| &known.number), quota.citation.place);
        let values = [("citation", citation.as_str())];
        Note { rule: Some(&quota.id), ..Note::of(Word::Quota, Message::NoteQuota, &values) }
    })
}
