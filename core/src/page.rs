//! The rulebook as a page for jurists, in Markdown: every text, choice, fact and rule with its citation, its words and how
//! well it is known, what the text leaves open, and what was not read.

mod cohort;

use crate::catalogue::{Language, Message};
use crate::document::{
    Cap, Choice, Citation, Constraint, Document, Measure, Period, Policy, Provenance, Quota, Rate, Remark, Rule,
    Standard, Subject, Words,
};
use crate::phrase::Speaker;
use crate::rulebook::Rulebook;

impl Rulebook {
    /// The rulebook as a Markdown page.
    ///
    /// ```
    /// use xeploai::{Language, Rulebook};
    /// let page = Rulebook::builtin("132-qd-tw-hd21")?.page(Language::English);
    /// assert!(page.contains("Excellent at most 20% of those rated good"));
    /// # Ok::<(), xeploai::LoadError>(())
    /// ```
    pub fn page(&self, language: Language) -> String {
        let mut page = Page { document: self.document(), language, text: String::new() };
        page.write(self);
        page.text
    }
}

struct Page<'d> {
    document: &'d Document,
    language: Language,
    text: String,
}

impl<'d> Page<'d> {
    fn write(&mut self, rulebook: &Rulebook) {
        let document = self.document;
        self.line(&format!("# {}", plain(document.title.get(self.language))));
        self.gap();
        let head = [
            ("id", code(rulebook.id())),
            ("version", rulebook.version().to_owned()),
            ("digest", code(rulebook.digest())),
        ];
        self.item(Message::PageRulebook, &head);
        for layer in &document.layers {
            let values =
                [("id", code(&layer.id)), ("version", layer.version.clone()), ("digest", code(&layer.digest))];
            self.item(Message::PageLayer, &values);
        }
        if let Some(province) = &document.province {
            self.item(Message::PageProvince, &[("province", code(province))]);
        }
        let period = self.period(&document.in_force);
        self.item(Message::PageInForce, &[("period", period)]);
        for caveat in &document.caveats {
            self.gap();
            let line = self.remark(caveat);
            self.line(&format!("> {line}"));
        }
        self.marks();
        self.instruments();
        self.levels();
        self.policies();
        for subject in &document.subjects {
            Kind { page: self, subject }.write();
        }
    }

    /// What the marks of provenance mean.
    fn marks(&mut self) {
        self.gap();
        let marks = [Provenance::Read, Provenance::Summary, Provenance::Inferred, Provenance::Local]
            .map(|provenance| self.say(provenance_words(provenance), &[]));
        self.heading(2, Message::PageMarks, &[]);
        self.say_line(Message::PageMarksWords, &[("marks", marks.join("; "))]);
    }

    fn instruments(&mut self) {
        self.heading(2, Message::PageInstruments, &[]);
        let heads = [
            Message::PageNumber,
            Message::PageKindOfText,
            Message::PageIssuer,
            Message::PageDate,
            Message::PageForce,
            Message::PageReplaces,
        ];
        let rows: Vec<Vec<String>> = self
            .document
            .instruments
            .iter()
            .map(|text| {
                vec![
                    text.number.clone(),
                    text.kind.get(self.language).to_owned(),
                    text.issuer.get(self.language).to_owned(),
                    self.date(&text.date),
                    self.period(&text.in_force),
                    text.replaces.join(", "),
                ]
            })
            .collect();
        self.table(&heads, &rows);
    }

    fn levels(&mut self) {
        self.heading(2, Message::PageLevels, &[]);
        let levels: Vec<String> = self.document.levels.iter().map(|level| self.choice(level)).collect();
        self.line(&levels.join(" < "));
    }

    fn policies(&mut self) {
        if self.document.policies.is_empty() {
            return;
        }
        self.heading(2, Message::PagePolicies, &[]);
        for policy in &self.document.policies {
            self.policy(policy);
        }
    }

    fn policy(&mut self, policy: &Policy) {
        let label = plain(policy.label.get(self.language));
        let source = self.source(&policy.citation, policy.provenance);
        self.line(&format!(
            "- **{label}** ({}). {} {source}",
            code(&policy.name),
            plain(policy.words.get(self.language))
        ));
        for option in &policy.options {
            let told = self.choice(option);
            let default = option.code == policy.default;
            let mark = if default { self.say(Message::PageDefault, &[]) } else { String::new() };
            self.line(&format!("  - {told}{mark}"));
        }
    }

    fn choice(&self, choice: &Choice) -> String {
        let short = choice.short.as_ref().map(|short| format!(", {short}")).unwrap_or_default();
        format!("{} ({}{short})", plain(choice.label.get(self.language)), code(&choice.code))
    }

    /// The place of the text and how well it is known.
    fn source(&self, citation: &Citation, provenance: Provenance) -> String {
        let text = self.document.instruments.iter().find(|text| text.id == citation.instrument);
        let number = text.map_or(citation.instrument.as_str(), |text| &text.number);
        format!("[{number} {}] *{}*", citation.place, self.say(provenance_words(provenance), &[]))
    }

    fn remark(&self, remark: &Remark) -> String {
        let source = self.source(&remark.citation, remark.provenance);
        format!("{} {source}", plain(remark.words.get(self.language)))
    }

    fn say(&self, message: Message, values: &[(&str, String)]) -> String {
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        crate::catalogue::fill(message, self.language, &values)
    }

    fn say_line(&mut self, message: Message, values: &[(&str, String)]) {
        let line = self.say(message, values);
        self.line(&line);
    }

    fn item(&mut self, message: Message, values: &[(&str, String)]) {
        let line = self.say(message, values);
        self.line(&format!("- {line}"));
    }

    fn heading(&mut self, depth: usize, message: Message, values: &[(&str, String)]) {
        let words = self.say(message, values);
        if !self.text.ends_with("\n\n") {
            self.gap();
        }
        self.line(&format!("{} {words}", "#".repeat(depth)));
        self.gap();
    }

    fn table(&mut self, heads: &[Message], rows: &[Vec<String>]) {
        let heads: Vec<String> = heads.iter().map(|head| self.say(*head, &[])).collect();
        self.line(&format!("| {} |", heads.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(heads.len())));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
            self.line(&format!("| {} |", cells.join(" | ")));
        }
    }

    fn period(&self, period: &Period) -> String {
        let from = self.date(&period.from);
        match &period.to {
            Some(to) => self.say(Message::PageUntil, &[("from", from), ("to", self.date(to))]),
            None => self.say(Message::PageFrom, &[("from", from)]),
        }
    }

    fn date(&self, text: &str) -> String {
        crate::phrase::date(text, self.language)
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn gap(&mut self) {
        self.text.push('\n');
    }
}

/// The part of the page that is about one kind of subject.
struct Kind<'p, 'd> {
    page: &'p mut Page<'d>,
    subject: &'d Subject,
}

impl<'d> Kind<'_, 'd> {
    fn speaker(&self) -> Speaker<'d> {
        Speaker { document: self.page.document, subject: self.subject, language: self.page.language }
    }

    fn write(&mut self) {
        let subject = self.subject;
        let label = plain(subject.label.get(self.page.language));
        self.page.heading(2, Message::PageKind, &[("label", label), ("kind", code(&subject.kind))]);
        if let Some(period) = &subject.in_force {
            let period = self.page.period(period);
            self.page.say_line(Message::PageInForce, &[("period", period)]);
        }
        self.remarks(&subject.unread, Message::PageUnread);
        self.standards();
        self.limits();
        self.rules(&subject.not_reviewed, Message::PageNotReviewed);
        self.rules(&subject.not_rated, Message::PageNotRated);
        self.quotas();
        self.after();
        self.decisions();
        self.notices();
        self.remarks(&subject.open_points, Message::PageOpen);
        self.measures();
        self.facts();
    }

    fn standards(&mut self) {
        let standards = &self.subject.standards;
        self.page.heading(3, Message::PageStandards, &[]);
        if let Some(score) = &standards.score {
            let score = self.speaker().label(score);
            self.page.say_line(Message::PageScore, &[("score", score)]);
            self.page.gap();
        }
        let closed = match standards.lowest {
            crate::document::Lowest::Closed => Message::PageClosed,
            crate::document::Lowest::Open => Message::PageOpenList,
        };
        self.page.say_line(closed, &[]);
        for (standard, level) in standards.levels.iter().zip(&self.page.document.levels).rev() {
            let label = self.page.choice(level);
            self.page.gap();
            self.standard(standard, &label);
        }
    }

    fn standard(&mut self, standard: &Standard, level: &str) {
        let band = standard.band.as_ref().map(|band| {
            let speaker = self.speaker();
            let end = |end: &Option<String>| end.as_deref().map(|end| speaker.number(end));
            match (end(&band.from), end(&band.below)) {
                (Some(from), Some(below)) => {
                    self.page.say(Message::PageBandBetween, &[("from", from), ("below", below)])
                }
                (Some(from), None) => self.page.say(Message::PageBandFrom, &[("from", from)]),
                (None, Some(below)) => self.page.say(Message::PageBandBelow, &[("below", below)]),
                (None, None) => String::new(),
            }
        });
        let band = band.map(|band| format!(" {band}")).unwrap_or_default();
        let source = self.page.source(&standard.citation, standard.provenance);
        let words = plain(standard.words.get(self.page.language));
        self.page.line(&format!("**{level}**{band}. {words} {source} {}", code(&standard.id)));
        if !standard.conditions.is_empty() {
            self.page.gap();
        }
        for rule in &standard.conditions {
            let line = self.rule(rule);
            self.page.line(&format!("- {line}"));
        }
    }

    /// A rule: its words, its place, how well it is known, what is computed, its id.
    fn rule(&self, rule: &Rule) -> String {
        let condition = self.speaker().condition(&rule.condition);
        self.told(&rule.words, (&rule.citation, rule.provenance), &condition, &rule.id)
    }

    fn told(&self, words: &Words, source: (&Citation, Provenance), condition: &str, id: &str) -> String {
        let source = self.page.source(source.0, source.1);
        let asked = self.page.say(Message::PageCondition, &[("condition", plain(condition))]);
        format!("{} {source} {asked} {}", plain(words.get(self.page.language)), code(id))
    }

    /// The name of a level.
    fn level(&self, code: &str) -> String {
        let level = self.page.document.levels.iter().find(|level| level.code == code);
        level.map_or(code, |level| level.label.get(self.page.language)).to_owned()
    }

    fn limits(&mut self) {
        let subject = self.subject;
        if !subject.triggers.is_empty() {
            let lowest = self.page.document.levels.first().map(|level| self.page.choice(level)).unwrap_or_default();
            self.page.heading(3, Message::PageTriggers, &[("level", lowest)]);
        }
        for trigger in &subject.triggers {
            let condition = self.speaker().condition(&trigger.condition);
            let line = self.told(&trigger.words, (&trigger.citation, trigger.provenance), &condition, &trigger.id);
            self.page.line(&format!("- {line}"));
            self.escapes(&trigger.escapes);
        }
        if !subject.ceilings.is_empty() {
            self.page.heading(3, Message::PageCeilings, &[]);
        }
        for ceiling in &subject.ceilings {
            let speaker = self.speaker();
            let level = match &ceiling.at_most {
                Cap::Level(code) => plain(&self.level(code)),
                Cap::Fact(name) => speaker.label(name),
            };
            let condition = speaker.condition(&ceiling.condition);
            let line = self.told(&ceiling.words, (&ceiling.citation, ceiling.provenance), &condition, &ceiling.id);
            let most = self.page.say(Message::PageAtMost, &[("level", level)]);
            self.page.line(&format!("- {most} {line}"));
            self.escapes(&ceiling.escapes);
        }
    }

    fn escapes(&mut self, escapes: &[Rule]) {
        for escape in escapes {
            let line = self.rule(escape);
            let mark = self.page.say(Message::PageEscape, &[]);
            self.page.line(&format!("  - {mark} {line}"));
        }
    }

    fn rules(&mut self, rules: &[Rule], heading: Message) {
        if rules.is_empty() {
            return;
        }
        self.page.heading(3, heading, &[]);
        for rule in rules {
            let line = self.rule(rule);
            self.page.line(&format!("- {line}"));
        }
    }

    fn notices(&mut self) {
        if self.subject.notices.is_empty() {
            return;
        }
        self.page.heading(3, Message::PageNotices, &[]);
        for notice in &self.subject.notices {
            let condition = self.speaker().condition(&notice.condition);
            let levels: Vec<String> = notice
                .levels
                .iter()
                .filter_map(|code| self.page.document.levels.iter().find(|level| level.code == *code))
                .map(|level| plain(level.label.get(self.page.language)))
                .collect();
            let line = self.told(&notice.words, (&notice.citation, notice.provenance), &condition, &notice.id);
            let only = match levels.is_empty() {
                true => String::new(),
                false => self.page.say(Message::PageOnlyAt, &[("levels", levels.join(", "))]) + " ",
            };
            self.page.line(&format!("- {only}{line}"));
        }
    }

    fn quotas(&mut self) {
        if self.subject.quotas.is_empty() {
            return;
        }
        self.page.heading(3, Message::PageQuotas, &[]);
        for quota in &self.subject.quotas {
            self.quota(quota);
        }
    }

    fn quota(&mut self, quota: &Quota) {
        let source = self.page.source(&quota.citation, quota.provenance);
        let rate = match &quota.rate {
            Rate::Share(share) => self.speaker().number(share),
            Rate::Recorded(recorded) => plain(recorded.label.get(self.page.language)),
        };
        let exceptional = quota.exceptional_rate.as_ref().map(|rate| {
            let rate = self.speaker().number(rate);
            self.page.say(Message::PageExceptional, &[("rate", rate)])
        });
        let groups: Vec<String> = quota.group_by.iter().map(|group| code(group)).collect();
        let always = [&quota.base, &quota.rounding, &quota.stepping_down, &quota.small_groups];
        let choices: Vec<String> = always.into_iter().chain(&quota.over_quota).map(|name| code(name)).collect();
        let values = [
            ("rate", rate),
            ("exceptional", exceptional.unwrap_or_default()),
            ("groups", groups.join(", ")),
            ("policies", choices.join(", ")),
        ];
        let told = self.page.say(Message::PageQuota, &values);
        let words = plain(quota.words.get(self.page.language));
        self.page.line(&format!("- {words} {source} {told} {}", code(&quota.id)));
        self.ranking(quota);
    }

    fn remarks(&mut self, remarks: &[Remark], heading: Message) {
        if remarks.is_empty() {
            return;
        }
        self.page.heading(3, heading, &[]);
        for remark in remarks {
            let line = self.page.remark(remark);
            self.page.line(&format!("- {line}"));
        }
    }

    fn measures(&mut self) {
        if self.subject.measures.is_empty() {
            return;
        }
        self.page.heading(3, Message::PageMeasures, &[]);
        for measure in &self.subject.measures {
            self.measure(measure);
        }
    }

    fn measure(&mut self, measure: &Measure) {
        let formula = self.speaker().formula(&measure.formula);
        let source = measure.source.as_ref().map(|source| self.page.source(&source.citation, source.provenance));
        let source = source.map(|source| format!(" {source}")).unwrap_or_default();
        let clamp = measure.clamp.as_ref().map(|clamp| {
            let speaker = self.speaker();
            let values = [("min", speaker.number(&clamp.min)), ("max", speaker.number(&clamp.max))];
            self.page.say(Message::PageClamp, &values)
        });
        let clamp = clamp.unwrap_or_default();
        let label = plain(measure.label.get(self.page.language));
        self.page.line(&format!("- **{label}** ({}) = {}{clamp}{source}", code(&measure.name), plain(&formula)));
    }

    fn facts(&mut self) {
        let subject = self.subject;
        self.page.heading(3, Message::PageFacts, &[]);
        let heads = [Message::PageFact, Message::PageName, Message::PageValues, Message::PageHelp];
        let language = self.page.language;
        let speaker = self.speaker();
        let rows: Vec<Vec<String>> = subject
            .facts
            .iter()
            .map(|fact| {
                let help = fact.help.as_ref().map(|help| help.get(language).to_owned());
                let clauses = speaker.absent(fact).into_iter().chain(self.computed(fact));
                let meaning: Vec<String> = help.into_iter().chain(clauses).collect();
                let kind = speaker.kind(&fact.kind);
                vec![plain(fact.label.get(language)), code(&fact.name), kind, plain(&meaning.join(" "))]
            })
            .collect();
        self.page.table(&heads, &rows);
        if !subject.constraints.is_empty() {
            self.page.gap();
        }
        for constraint in &subject.constraints {
            let told = match constraint {
                Constraint::Rising(names) => {
                    names.iter().map(|name| speaker.label(name)).collect::<Vec<_>>().join(" ≤ ")
                }
                Constraint::SumAtMost(sum) => {
                    let parts: Vec<String> = sum.parts.iter().map(|name| speaker.label(name)).collect();
                    format!("{} ≤ {}", parts.join(" + "), speaker.label(&sum.whole))
                }
            };
            self.page.item(Message::PageConstraint, &[("what", plain(&told))]);
        }
    }
}

fn provenance_words(provenance: Provenance) -> Message {
    match provenance {
        Provenance::Read => Message::ProvenanceRead,
        Provenance::Summary => Message::ProvenanceSummary,
        Provenance::Inferred => Message::ProvenanceInferred,
        Provenance::Local => Message::ProvenanceLocal,
    }
}

/// A text without what Markdown would take for its own.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for mark in text.chars() {
        if "\\`*_<[]#".contains(mark) {
            plain.push('\\');
        }
        plain.push(mark);
    }
    plain
}

/// A name as it stands in the file.
fn code(name: &str) -> String {
    format!("`{name}`")
}
