//! The one shape of a result, written key by key: as JSON text here, as objects of a language in its face.
//!
//! Every face walks [`write()`] with a sink of its own, so that no two can differ in a key or its order.

use crate::document::Provenance;
use crate::note::Note;
use crate::number::{format_decimal, push_decimal};
use crate::obstacle::Need;
use crate::plan::{Effect, RulePlan, TextId, Texts};
use crate::rating::{Rating, Reading};
use crate::rulebook::Rulebook;

macro_rules! words {
    ($($variant:ident = $text:literal,)*) => {
        /// A fixed word of the shape: a key or a code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "each word stands for itself")]
        pub enum Word { $($variant,)* }

        impl Word {
            /// Every word, in the order of [`Word::index`].
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The word.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The word as a JSON string.
            const fn json(self) -> &'static str {
                match self { $(Self::$variant => concat!("\"", $text, "\""),)* }
            }

            /// The word as a key of a JSON object behind another one.
            const fn json_key(self) -> &'static str {
                match self { $(Self::$variant => concat!(",\"", $text, "\":"),)* }
            }

            /// Its position in [`Word::ALL`].
            pub const fn index(self) -> usize {
                self as usize
            }
        }
    };
}

words! {
    Outcome = "outcome", Level = "level", AtLeast = "at_least", AtMost = "at_most", ByScore = "by_score",
    ByConditions = "by_conditions", Score = "score", Missing = "missing", Problems = "problems", Reasons = "reasons",
    Findings = "findings", Obstacles = "obstacles", Notes = "notes", Rulebook = "rulebook", Policies = "policies",
    Subject = "subject", Field = "field", At = "at", Code = "code", Expected = "expected", Found = "found",
    Rule = "rule", Citation = "citation", Words = "words", Vi = "vi", En = "en", Provenance = "provenance",
    Kind = "kind", Holds = "holds", Effect = "effect", Decisive = "decisive", Condition = "condition",
    Values = "values", What = "what", Change = "change", From = "from", To = "to", By = "by",
    Grantable = "grantable", Id = "id", Version = "version", Digest = "digest", Items = "items",
    Read = "read", Summary = "summary", Inferred = "inferred", Local = "local",
    Rated = "rated", AuthorityDecides = "authority_decides", Undetermined = "undetermined", NotRated = "not_rated",
    NotReviewed = "not_reviewed", Invalid = "invalid",
    Standard = "standard", Trigger = "trigger", Ceiling = "ceiling", Escape = "escape", Notice = "notice",
    Unread = "unread", Authority = "authority", Unknown = "unknown", Gap = "gap", Quota = "quota",
    Clamped = "clamped", Caveat = "caveat", Choice = "choice", Empty = "",
}

/// What takes a result in, key by key.
pub trait Sink {
    /// An object begins.
    fn begin_object(&mut self);
    /// It ends.
    fn end_object(&mut self);
    /// A list begins.
    fn begin_list(&mut self);
    /// It ends.
    fn end_list(&mut self);
    /// A fixed key of an object.
    fn key(&mut self, key: Word);
    /// A key of an object that is a text of the rulebook.
    fn name(&mut self, name: TextId);
    /// A fixed word.
    fn word(&mut self, word: Word);
    /// A text of the rulebook.
    fn shared(&mut self, text: TextId);
    /// Any text.
    fn text(&mut self, text: &str);
    /// A whole number.
    fn integer(&mut self, value: i64);
    /// A decimal in units of 10^-scale, as a text.
    fn decimal(&mut self, value: i64, scale: u32) {
        self.text(&format_decimal(value, scale));
    }
    /// True or false.
    fn boolean(&mut self, value: bool);
    /// Nothing.
    fn null(&mut self);
    /// An object begins with what every finding of a rule has; a sink may keep that ready.
    fn begin_finding(&mut self, head: Head<'_>) {
        head.write(self);
    }
    /// How the rule of a finding came out.
    fn finding_state(&mut self, holds: Option<bool>, decisive: bool) {
        self.key(Word::Holds);
        match holds {
            Some(holds) => self.boolean(holds),
            None => self.null(),
        }
        self.key(Word::Decisive);
        self.boolean(decisive);
    }
}

/// What every finding of a rule begins with.
#[derive(Debug, Clone, Copy)]
pub struct Head<'r> {
    rule: &'r RulePlan,
}

impl Head<'_> {
    /// The number of the rule among all of its rulebook.
    pub fn number(self) -> usize {
        self.rule.number
    }

    /// Begins the object of a finding, as every sink must.
    pub fn write<S: Sink + ?Sized>(self, sink: &mut S) {
        sink.begin_object();
        sink.key(Word::Rule);
        sink.shared(self.rule.id);
        sink.key(Word::Citation);
        sink.shared(self.rule.citation);
        sink.key(Word::Provenance);
        sink.word(provenance_word(self.rule.provenance));
        sink.key(Word::Kind);
        sink.word(kind_word(self.rule.kind));
        sink.key(Word::Condition);
        sink.shared(self.rule.condition);
        match self.rule.effect {
            Effect::Word(word) => {
                sink.key(Word::Effect);
                sink.word(word);
            }
            Effect::Level(level) => {
                sink.key(Word::Effect);
                sink.shared(level);
            }
            // That of a fact differs from case to case and follows.
            Effect::Fact(_) => {}
        }
    }
}

fn outcome_word(outcome: crate::judge::Outcome) -> Word {
    use crate::judge::Outcome;
    match outcome {
        Outcome::Rated => Word::Rated,
        Outcome::AuthorityDecides => Word::AuthorityDecides,
        Outcome::Undetermined => Word::Undetermined,
        Outcome::NotRated => Word::NotRated,
        Outcome::NotReviewed => Word::NotReviewed,
        Outcome::Invalid => Word::Invalid,
    }
}

fn provenance_word(provenance: Provenance) -> Word {
    match provenance {
        Provenance::Read => Word::Read,
        Provenance::Summary => Word::Summary,
        Provenance::Inferred => Word::Inferred,
        Provenance::Local => Word::Local,
    }
}

fn kind_word(kind: crate::plan::RuleKind) -> Word {
    use crate::plan::RuleKind;
    match kind {
        RuleKind::NotReviewed => Word::NotReviewed,
        RuleKind::NotRated => Word::NotRated,
        RuleKind::Standard(_) => Word::Standard,
        RuleKind::Condition(_) => Word::Condition,
        RuleKind::Trigger => Word::Trigger,
        RuleKind::Ceiling => Word::Ceiling,
        RuleKind::Escape => Word::Escape,
        RuleKind::Notice => Word::Notice,
        RuleKind::Unread => Word::Unread,
    }
}

/// Writes a rating.
pub fn write(rating: &Rating, sink: &mut impl Sink) {
    let interval = rating.interval();
    let verdict = rating.verdict.as_ref();
    sink.begin_object();
    sink.key(Word::Outcome);
    sink.word(outcome_word(rating.outcome()));
    let ranks = [
        (Word::Level, rating.level_rank()),
        (Word::AtLeast, interval.map(|interval| interval.low)),
        (Word::AtMost, interval.map(|interval| interval.high)),
        (Word::ByScore, verdict.and_then(|verdict| verdict.by_score)),
        (Word::ByConditions, verdict.and_then(|verdict| verdict.by_conditions)),
    ];
    for (key, rank) in ranks {
        sink.key(key);
        match rank.and_then(|rank| rating.level_text(rank)) {
            Some(code) => sink.shared(code),
            None => sink.null(),
        }
    }
    sink.key(Word::Score);
    match rating.score_shown() {
        Some(score) => sink.text(&score),
        None => sink.null(),
    }
    for (key, part) in [
        (Word::Missing, Part::Missing),
        (Word::Problems, Part::Problems),
        (Word::Reasons, Part::Reasons),
        (Word::Findings, Part::Findings),
        (Word::Obstacles, Part::Obstacles),
        (Word::Notes, Part::Notes),
    ] {
        sink.key(key);
        write_part(rating, part, sink);
    }
    sink.key(Word::Subject);
    match rating.plan() {
        Some(plan) => sink.shared(plan.kind),
        None => sink.null(),
    }
    let head = rating.rulebook.head();
    sink.key(Word::Rulebook);
    sink.begin_object();
    for (key, text) in [(Word::Id, head.id), (Word::Version, head.version), (Word::Digest, head.digest)] {
        sink.key(key);
        sink.shared(text);
    }
    sink.end_object();
    sink.key(Word::Policies);
    sink.begin_object();
    for (name, option) in rating.changed_policies() {
        sink.name(name);
        sink.shared(option);
    }
    sink.end_object();
    sink.end_object();
}

/// A part of a result that a face may want alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The names of the missing facts.
    Missing,
    /// What is wrong with the facts.
    Problems,
    /// Why there is no review or no rating.
    Reasons,
    /// The rules and how they came out.
    Findings,
    /// What stands in the way of higher levels.
    Obstacles,
    /// The notes.
    Notes,
}

/// Writes a part of a rating.
pub fn write_part(rating: &Rating, part: Part, sink: &mut impl Sink) {
    match part {
        Part::Missing => {
            sink.begin_list();
            rating.missing_facts().for_each(|name| sink.shared(name));
            sink.end_list();
        }
        Part::Problems => write_problems(rating, sink),
        Part::Reasons => write_reasons(rating, sink),
        Part::Findings => write_findings(rating, sink),
        Part::Obstacles => write_obstacles(rating, sink),
        Part::Notes => {
            sink.begin_list();
            crate::note::notes(rating).iter().for_each(|note| write_note(note, sink));
            sink.end_list();
        }
    }
}

fn write_reasons(rating: &Rating, sink: &mut impl Sink) {
    sink.begin_list();
    for reason in rating.reasons() {
        sink.begin_object();
        sink.key(Word::Rule);
        sink.shared(reason.rule.id);
        sink.key(Word::Citation);
        sink.shared(reason.rule.citation);
        sink.key(Word::Words);
        write_words(sink, &reason.rule.words.vi, &reason.rule.words.en);
        sink.end_object();
    }
    sink.end_list();
}

fn write_problems(rating: &Rating, sink: &mut impl Sink) {
    sink.begin_list();
    for problem in rating.problems() {
        sink.begin_object();
        sink.key(Word::Field);
        sink.text(&problem.field);
        sink.key(Word::At);
        sink.text(&problem.at);
        sink.key(Word::Code);
        sink.text(problem.code.name());
        sink.key(Word::Expected);
        sink.text(&problem.expected.to_string());
        sink.key(Word::Found);
        sink.text(&problem.found);
        sink.end_object();
    }
    sink.end_list();
}

fn write_findings(rating: &Rating, sink: &mut impl Sink) {
    sink.begin_list();
    let Some(plan) = rating.plan() else {
        sink.end_list();
        return;
    };
    for finding in rating.findings() {
        sink.begin_finding(Head { rule: finding.rule });
        if let Effect::Fact(fact) = finding.rule.effect {
            sink.key(Word::Effect);
            match finding.stated_level(fact) {
                Some(level) => sink.shared(level),
                None => sink.word(Word::Unknown),
            }
        }
        sink.finding_state(finding.holds(), finding.decisive());
        sink.key(Word::Values);
        sink.begin_object();
        for source in finding.reads() {
            // Not taken apart: a reading is large, and to move it costs more than to write it.
            let read = rating.reading(plan, source);
            sink.name(read.0);
            write_reading(sink, &read.1);
        }
        sink.end_object();
        sink.end_object();
    }
    sink.end_list();
}

fn write_obstacles(rating: &Rating, sink: &mut impl Sink) {
    sink.begin_object();
    for obstacles in rating.obstacles() {
        let Some(level) = rating.level_text(obstacles.rank) else {
            continue;
        };
        sink.name(level);
        sink.begin_list();
        obstacles.needs.iter().for_each(|need| write_need(rating, need, sink));
        sink.end_list();
    }
    sink.end_object();
}

fn write_need(rating: &Rating, need: &Need, sink: &mut impl Sink) {
    sink.begin_object();
    sink.key(Word::What);
    sink.shared(need.what);
    sink.key(Word::Change);
    sink.begin_object();
    sink.key(Word::From);
    write_reading(sink, &need.from(rating));
    sink.key(Word::To);
    write_reading(sink, &need.to);
    sink.key(Word::By);
    match need.by {
        Some((by, 0)) => sink.integer(by),
        Some((by, scale)) => write_reading(sink, &Reading::Decimal(by, scale)),
        None => sink.null(),
    }
    sink.end_object();
    sink.key(Word::Grantable);
    sink.boolean(need.grantable);
    sink.key(Word::Rule);
    match need.rule {
        Some(rule) => sink.shared(rule),
        None => sink.null(),
    }
    sink.end_object();
}

fn write_note(note: &Note<'_>, sink: &mut impl Sink) {
    sink.begin_object();
    sink.key(Word::Code);
    sink.word(note.code);
    sink.key(Word::Rule);
    match note.rule {
        Some(rule) => sink.text(rule),
        None => sink.null(),
    }
    sink.key(Word::Citation);
    match &note.citation {
        Some(citation) => sink.text(citation),
        None => sink.null(),
    }
    sink.key(Word::Words);
    write_words(sink, &note.vi, &note.en);
    sink.end_object();
}

fn write_words(sink: &mut impl Sink, vi: &str, en: &str) {
    sink.begin_object();
    sink.key(Word::Vi);
    sink.text(vi);
    sink.key(Word::En);
    sink.text(en);
    sink.end_object();
}

fn write_reading(sink: &mut impl Sink, reading: &Reading) {
    match *reading {
        Reading::Missing => sink.null(),
        Reading::Boolean(value) => sink.boolean(value),
        Reading::Integer(value) => sink.integer(value),
        Reading::Code(code) => sink.shared(code),
        Reading::Decimal(value, scale) => sink.decimal(value, scale),
        Reading::Date(day) => sink.text(&crate::date::format_date(day)),
        Reading::Items(count) => {
            sink.begin_object();
            sink.key(Word::Items);
            sink.integer(i64::try_from(count).unwrap_or(i64::MAX));
            sink.end_object();
        }
        Reading::Ratio(value) => sink.text(&value.shown()),
        Reading::Between(low, high, scale) => {
            let end = |end| if scale == 0 { Reading::Integer(end) } else { Reading::Decimal(end, scale) };
            write_ends(sink, [end(low), end(high)]);
        }
        Reading::BetweenRatios(low, high) => write_ends(sink, [Reading::Ratio(low), Reading::Ratio(high)]),
    }
}

fn write_ends(sink: &mut impl Sink, ends: [Reading; 2]) {
    sink.begin_object();
    for (key, end) in [Word::From, Word::To].into_iter().zip(ends) {
        sink.key(key);
        write_reading(sink, &end);
    }
    sink.end_object();
}

/// A text as a JSON string.
pub(crate) fn json_string(text: &str) -> String {
    // Writing text to memory cannot fail.
    serde_json::to_string(text).unwrap_or_default()
}

/// What findings of a rule begin with.
pub(crate) fn json_head(texts: &Texts, rule: &RulePlan) -> String {
    let mut sink = JsonSink { texts, text: String::new(), first: true };
    Head { rule }.write(&mut sink);
    sink.text
}

/// A result as JSON text.
struct JsonSink<'r> {
    texts: &'r Texts,
    text: String,
    /// Whether no comma is due: at the beginning, and behind a key.
    first: bool,
}

impl JsonSink<'_> {
    #[inline]
    fn comma(&mut self) {
        if !self.first {
            self.text.push(',');
        }
        self.first = false;
    }

    /// A key with the comma before it, which the first one of an object goes without.
    #[inline]
    fn push_key(&mut self, key: &str) {
        let key = if self.first { key.get(1..).unwrap_or(key) } else { key };
        self.text.push_str(key);
        self.first = true;
    }
}

impl Sink for JsonSink<'_> {
    #[inline]
    fn begin_object(&mut self) {
        self.comma();
        self.text.push('{');
        self.first = true;
    }

    #[inline]
    fn end_object(&mut self) {
        self.text.push('}');
        self.first = false;
    }

    #[inline]
    fn begin_list(&mut self) {
        self.comma();
        self.text.push('[');
        self.first = true;
    }

    #[inline]
    fn end_list(&mut self) {
        self.text.push(']');
        self.first = false;
    }

    #[inline]
    fn key(&mut self, key: Word) {
        self.push_key(key.json_key());
    }

    #[inline]
    fn name(&mut self, name: TextId) {
        self.push_key(self.texts.json_key(name));
    }

    #[inline]
    fn word(&mut self, word: Word) {
        self.comma();
        self.text.push_str(word.json());
    }

    #[inline]
    fn shared(&mut self, text: TextId) {
        self.comma();
        self.text.push_str(self.texts.json(text));
    }

    fn text(&mut self, text: &str) {
        self.comma();
        // Without an early end, so that many bytes are looked at at a time.
        let plain = |byte: u8| (byte >= 0x20) & (byte != b'"') & (byte != b'\\');
        if text.bytes().fold(true, |all, byte| all & plain(byte)) {
            self.text.push('"');
            self.text.push_str(text);
            self.text.push('"');
        } else {
            self.text.push_str(&json_string(text));
        }
    }

    #[inline]
    fn integer(&mut self, value: i64) {
        self.comma();
        self.text.push_str(itoa::Buffer::new().format(value));
    }

    fn decimal(&mut self, value: i64, scale: u32) {
        self.comma();
        self.text.push('"');
        push_decimal(&mut self.text, value, scale);
        self.text.push('"');
    }

    #[inline]
    fn boolean(&mut self, value: bool) {
        self.comma();
        self.text.push_str(if value { "true" } else { "false" });
    }

    #[inline]
    fn null(&mut self) {
        self.comma();
        self.text.push_str("null");
    }

    #[inline]
    fn begin_finding(&mut self, head: Head<'_>) {
        self.comma();
        self.text.push_str(&head.rule.json_head);
    }

    // The most frequent words of a result, written in one piece.
    #[inline]
    fn finding_state(&mut self, holds: Option<bool>, decisive: bool) {
        self.text.push_str(match (holds, decisive) {
            (Some(true), true) => ",\"holds\":true,\"decisive\":true",
            (Some(true), false) => ",\"holds\":true,\"decisive\":false",
            (Some(false), true) => ",\"holds\":false,\"decisive\":true",
            (Some(false), false) => ",\"holds\":false,\"decisive\":false",
            (None, true) => ",\"holds\":null,\"decisive\":true",
            (None, false) => ",\"holds\":null,\"decisive\":false",
        });
    }
}

impl Rulebook {
    /// What the findings of each rule begin with, by [`Head::number`].
    pub fn heads(&self) -> impl Iterator<Item = Head<'_>> {
        self.rules().map(|rule| Head { rule })
    }
}

impl Rating {
    /// The whole result as JSON text, the same bytes from every face.
    pub fn to_json(&self) -> String {
        let mut sink = JsonSink { texts: self.rulebook.texts(), text: String::with_capacity(6144), first: true };
        write(self, &mut sink);
        sink.text
    }
}
