//! A result in words: what a clerk could hand to the person rated.
//!
//! Every sentence comes from the catalogue or from the rulebook; this file only puts them in order.

use crate::catalogue::{Language, Message, fill};
use crate::date::{format_date, format_date_vi};
use crate::document::{Instrument, Words};
use crate::judge::Outcome;
use crate::note::notes;
use crate::number::{Fraction, format_decimal};
use crate::obstacle::{Need, Obstacles};
use crate::plan::{CodePlan, KindPlan, Plan, RuleKind, RulePlan, Source, Test, TextId, chosen_reads};
use crate::problem::{Expected, Problem};
use crate::rating::{Finding, Rating, Reading};

impl Words {
    /// The words in a language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vietnamese => &self.vi,
            Language::English => &self.en,
        }
    }
}

impl Rating {
    /// The result in words.
    pub fn explain(&self, language: Language) -> String {
        let mut page = Page { rating: self, language, lines: Vec::new() };
        page.write();
        page.lines.join("\n") + "\n"
    }
}

/// A finding in words, but for its place.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    holds: String,
    words: String,
    values: String,
}

#[cfg(feature = "arrow")]
impl Rating {
    /// What was expected where a problem of the case stands, as its explanation says it.
    pub(crate) fn expected(&self, problem: &Problem) -> crate::document::Words {
        let [vi, en] = [Language::Vietnamese, Language::English]
            .map(|language| Page { rating: self, language, lines: Vec::new() }.expected(&problem.expected));
        crate::document::Words { vi, en }
    }
}

struct Page<'r> {
    rating: &'r Rating,
    language: Language,
    lines: Vec<String>,
}

impl<'r> Page<'r> {
    fn write(&mut self) {
        self.say(Message::ExplainTitle, &[]);
        if let Ok(subject) = self.rating.rulebook.subject(self.rating.subject()) {
            self.say(Message::ExplainSubject, &[("subject", subject.label.get(self.language))]);
        }
        let texts: Vec<String> =
            self.rating.rulebook.instruments().iter().map(|instrument| self.instrument(instrument)).collect();
        self.say(Message::ExplainBasis, &[("texts", &texts.join("; "))]);
        self.gap();
        self.result();
        self.problems();
        self.missing();
        self.score();
        self.why();
        self.obstacles();
        self.notes();
        self.gap();
        let policies: Vec<String> = self.policies();
        if !policies.is_empty() {
            self.say(Message::ExplainPolicies, &[("policies", &policies.join(", "))]);
        }
        self.say(Message::ExplainClosing, &[]);
        let rulebook = &self.rating.rulebook;
        let values = [("id", rulebook.id()), ("version", rulebook.version()), ("digest", rulebook.digest())];
        self.say(Message::ExplainRulebook, &values);
    }

    /// The policies that are not at their default, in words.
    fn policies(&self) -> Vec<String> {
        let declared = &self.rating.rulebook.document().policies;
        let told = self.rating.policies().filter_map(|(name, code)| {
            let policy = declared.iter().find(|policy| policy.name == name)?;
            let option = policy.options.iter().find(|option| option.code == code)?;
            let values = [("policy", policy.label.get(self.language)), ("option", option.label.get(self.language))];
            Some(self.fill(Message::ExplainPolicy, &values))
        });
        told.collect()
    }

    fn fill(&self, message: Message, values: &[(&str, &str)]) -> String {
        fill(message, self.language, values)
    }

    fn say(&mut self, message: Message, values: &[(&str, &str)]) {
        let line = self.fill(message, values);
        self.lines.push(line);
    }

    fn item(&mut self, text: &str) {
        self.lines.push(format!("- {text}"));
    }

    fn gap(&mut self) {
        self.lines.push(String::new());
    }

    fn instrument(&self, instrument: &Instrument) -> String {
        let date = crate::date::parse_date(&instrument.date).map(|day| self.date(day)).unwrap_or_default();
        let values = [
            ("kind", instrument.kind.get(self.language)),
            ("number", instrument.number.as_str()),
            ("date", date.as_str()),
            ("issuer", instrument.issuer.get(self.language)),
        ];
        self.fill(Message::ExplainInstrument, &values)
    }

    fn date(&self, day: i64) -> String {
        match self.language {
            Language::Vietnamese => format_date_vi(day),
            Language::English => format_date(day),
        }
    }

    fn decimal(&self, value: i64, scale: u32) -> String {
        self.localise(format_decimal(value, scale))
    }

    fn ratio(&self, value: Fraction) -> String {
        self.localise(value.shown())
    }

    /// Vietnamese writes a decimal comma.
    fn localise(&self, number: String) -> String {
        match self.language {
            Language::Vietnamese => number.replace('.', ","),
            Language::English => number,
        }
    }

    fn level(&self, rank: u8) -> String {
        let level = self.rating.rulebook.table(crate::plan::LEVELS).and_then(|table| table.at(i64::from(rank)));
        level.map(|level| self.code(level)).unwrap_or_default()
    }

    fn code(&self, code: &CodePlan) -> String {
        let label = code.label.get(self.language);
        match (&code.short, self.language) {
            (Some(short), Language::Vietnamese) => format!("{label} ({short})"),
            _ => label.to_owned(),
        }
    }

    fn result(&mut self) {
        let interval = self.rating.interval();
        let ends = interval.map(|interval| (self.level(interval.low), self.level(interval.high)));
        let (low, high) = ends.unwrap_or_default();
        let values = [("level", low.as_str()), ("at_least", low.as_str()), ("at_most", high.as_str())];
        let message = match (self.rating.outcome(), interval) {
            (Outcome::Rated, _) => Message::ExplainRated,
            (Outcome::AuthorityDecides, _) => Message::ExplainAuthority,
            (Outcome::Undetermined, None) => Message::ExplainNoLevel,
            (Outcome::Undetermined, Some(interval)) if interval.low == interval.high => {
                Message::ExplainUndeterminedOne
            }
            (Outcome::Undetermined, _) => Message::ExplainUndetermined,
            (Outcome::NotRated, _) => Message::ExplainNotRated,
            (Outcome::NotReviewed, _) => Message::ExplainNotReviewed,
            (Outcome::Invalid, _) => Message::ExplainInvalid,
        };
        self.say(message, &values);
    }

    fn problems(&mut self) {
        for problem in self.rating.problems() {
            let line = self.problem(problem);
            self.item(&line);
        }
    }

    fn problem(&self, problem: &Problem) -> String {
        let label = self.fact_label(&problem.field).unwrap_or_else(|| problem.field.clone());
        let mut steps = problem.at.split('/').skip(1);
        let field = match (steps.next().and_then(|item| item.parse::<usize>().ok()), steps.next()) {
            (Some(item), Some(part)) => {
                let item = item.saturating_add(1).to_string();
                self.fill(Message::ProblemAt, &[("field", &label), ("item", &item), ("part", part)])
            }
            (Some(item), None) => {
                let item = item.saturating_add(1).to_string();
                self.fill(Message::ProblemAtItem, &[("field", &label), ("item", &item)])
            }
            _ => label,
        };
        let expected = self.expected(&problem.expected);
        let message = Message::from_key(&format!("problem.{}", problem.code.name()));
        let values =
            [("field", field.as_str()), ("expected", expected.as_str()), ("found", &self.as_written(&problem.found))];
        self.fill(message.unwrap_or(Message::ProblemWrongType), &values)
    }

    fn fact_label(&self, name: &str) -> Option<String> {
        let plan = self.rating.plan()?;
        let place = plan.find(self.rating.rulebook.texts(), name, 0)?;
        plan.fact(place).map(|fact| fact.label.get(self.language).to_owned())
    }

    fn expected(&self, expected: &Expected) -> String {
        let named = |name: &str| self.fact_label(name).unwrap_or_else(|| name.to_owned());
        match expected {
            Expected::Record => self.fill(Message::ExpectedRecord, &[]),
            Expected::KnownFact { near: None } => self.fill(Message::ExpectedKnownFact, &[]),
            Expected::KnownFact { near: Some(near) } => self.fill(Message::ExpectedNear, &[("near", near)]),
            Expected::Items { first } => self.fill(Message::ExpectedItems, &[("first", &named(first))]),
            Expected::Once => self.fill(Message::ExpectedOnce, &[]),
            Expected::Boolean => self.fill(Message::ExpectedBoolean, &[]),
            Expected::Integer { min, max } => {
                self.fill(Message::ExpectedInteger, &[("min", &min.to_string()), ("max", &max.to_string())])
            }
            Expected::Decimal { scale, min, max } => {
                let (min, max) = (self.decimal(*min, *scale), self.decimal(*max, *scale));
                self.fill(Message::ExpectedDecimal, &[("min", &min), ("max", &max), ("scale", &scale.to_string())])
            }
            Expected::Code(codes) => {
                let codes: Vec<String> = codes.iter().map(|code| self.code_words(code)).collect();
                self.fill(Message::ExpectedCode, &[("codes", &codes.join(", "))])
            }
            Expected::Date => self.fill(Message::ExpectedDate, &[]),
            Expected::Text => self.fill(Message::ExpectedText, &[]),
            Expected::Item { fields } => self.fill(Message::ExpectedItem, &[("fields", &fields.join(", "))]),
            Expected::List { most } => self.fill(Message::ExpectedList, &[("most", &most.to_string())]),
            Expected::Together { parts, sum, fact, value } => {
                let parts: Vec<String> = parts.iter().map(|part| named(part)).collect();
                let values = [
                    ("parts", parts.join(" + ")),
                    ("sum", sum.clone()),
                    ("value", value.clone()),
                    ("fact", named(fact)),
                ];
                let values = values.each_ref().map(|(name, value)| (*name, value.as_str()));
                self.fill(Message::ExpectedTogether, &values)
            }
            Expected::AtMost { fact, value } => {
                let value = self.as_written(value);
                self.fill(Message::ExpectedAtMost, &[("value", &value), ("fact", &named(fact))])
            }
            Expected::Stated => self.fill(Message::ExpectedStated, &[]),
            Expected::InForce { from, to: None } => self.fill(Message::ExpectedFrom, &[("from", &self.date(*from))]),
            Expected::InForce { from, to: Some(to) } => {
                self.fill(Message::ExpectedInForce, &[("from", &self.date(*from)), ("to", &self.date(*to))])
            }
        }
    }

    /// A code with its words, as a person and as a program would write it.
    fn code_words(&self, code: &str) -> String {
        let document = self.rating.rulebook.document();
        let known = document.enumerations.iter().flat_map(|enumeration| &enumeration.values).chain(&document.levels);
        match known.into_iter().find(|choice| choice.code == code) {
            Some(choice) => format!("{} ({code})", choice.label.get(self.language)),
            None => code.to_owned(),
        }
    }

    /// A day or a number as the language writes it; other text as it is.
    fn as_written(&self, text: &str) -> String {
        match crate::date::parse_date(text) {
            Some(day) => self.date(day),
            None if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b'-') => {
                self.localise(text.to_owned())
            }
            None => text.to_owned(),
        }
    }

    fn missing(&mut self) {
        let names: Vec<String> = self.rating.missing().map(str::to_owned).collect();
        if names.is_empty() {
            return;
        }
        self.say(Message::ExplainMissing, &[]);
        for name in names {
            let label = self.fact_label(&name).unwrap_or_default();
            let mut line = self.fill(self.missing_message(&name), &[("label", &label), ("name", &name)]);
            let places = self.open_places(&name).join("; ");
            if !places.is_empty() {
                line = self.fill(Message::ExplainMissingFor, &[("missing", &line), ("citation", &places)]);
            }
            self.item(&line);
        }
    }

    /// The places of the text that a missing fact leaves open.
    fn open_places(&self, name: &str) -> Vec<&'r str> {
        let mut places: Vec<&str> = Vec::new();
        let Some(plan) = self.rating.plan() else { return places };
        let Some(fact) = plan.find(self.rating.rulebook.texts(), name, 0) else { return places };
        for finding in self.rating.findings().filter(|finding| finding.holds().is_none() && finding.decisive()) {
            let open = finding.reads().any(|source| plan.rests_on(source, fact));
            if open && !places.contains(&finding.citation()) {
                places.push(finding.citation());
            }
        }
        places
    }

    /// What keeps a fact among the missing: that it was not stated, or that what was stated does not do.
    fn missing_message(&self, name: &str) -> Message {
        let plan = self.rating.plan();
        let fact = plan.and_then(|plan| plan.find(self.rating.rulebook.texts(), name, 0));
        let reading = fact.zip(plan).map(|(fact, plan)| self.rating.reading(plan, Source::Slot(fact)).1);
        match reading {
            Some(Reading::Missing) | None => Message::ExplainMissingFact,
            Some(Reading::Items(_)) => Message::ExplainMissingItems,
            Some(_) => Message::ExplainMissingZero,
        }
    }

    fn score(&mut self) {
        let (Some(score), Some(verdict), Some(plan)) =
            (self.rating.score_shown(), self.rating.verdict.as_ref(), self.rating.plan())
        else {
            return;
        };
        let Some(band) = verdict.by_score else { return };
        let level = self.level(band);
        let score = self.localise(score);
        let own = plan.standard.score;
        let reads = chosen_reads(&plan.standard.reads, self.rating.policies.options());
        let groups: Vec<Source> = reads.filter(|read| Some(*read) != own).collect();
        if groups.is_empty() {
            self.say(Message::ExplainScore, &[("score", &score), ("level", &level)]);
        } else {
            let groups: Vec<String> = groups.iter().map(|group| self.value(plan, *group)).collect();
            let values = [("score", score.as_str()), ("groups", &groups.join("; ")), ("level", &level)];
            self.say(Message::ExplainScoreGroups, &values);
        }
        if let Some(conditions) = verdict.by_conditions.filter(|conditions| *conditions != band) {
            let level = self.level(conditions);
            self.say(Message::ExplainConditions, &[("level", &level)]);
        }
    }

    fn why(&mut self) {
        let findings: Vec<Finding<'r>> = self.rating.findings().collect();
        let told: Vec<&Finding<'r>> = findings
            .iter()
            .filter(|finding| finding.decisive() && !matches!(finding.kind(), RuleKind::Unread))
            // What is not known is in the list of what is needed.
            .filter(|finding| finding.holds().is_some() || self.rating.outcome() != Outcome::Undetermined)
            .collect();
        let triggers: Vec<&Finding<'r>> =
            findings.iter().filter(|finding| finding.kind() == RuleKind::Trigger).collect();
        let clear = !triggers.is_empty() && triggers.iter().all(|finding| finding.holds() == Some(false));
        if told.is_empty() && !clear {
            return;
        }
        self.gap();
        self.say(Message::ExplainWhy, &[]);
        // The same condition may stand in several levels: it is said once, with every place.
        let mut lines: Vec<(Told, Vec<&str>)> = Vec::new();
        for finding in told {
            let told = self.told(finding);
            match lines.iter_mut().find(|(known, _)| *known == told) {
                Some((_, places)) if places.contains(&finding.citation()) => {}
                Some((_, places)) => places.push(finding.citation()),
                None => lines.push((told, vec![finding.citation()])),
            }
        }
        for (told, places) in lines {
            let line = self.finding(&told, &places.join("; "));
            self.item(&line);
        }
        if clear {
            let level = self.level(0);
            let line =
                self.fill(Message::ExplainNoTrigger, &[("count", &triggers.len().to_string()), ("level", &level)]);
            self.item(&line);
        }
    }

    /// A finding in words, but for its place.
    fn told(&self, finding: &Finding<'_>) -> Told {
        // Of what the text asks for it is said whether it is met, of other rules whether they hold.
        let asked = match finding.kind() {
            RuleKind::Standard(rank) => rank > 0,
            kind => matches!(kind, RuleKind::Condition(_)),
        };
        let holds = match (finding.holds(), asked) {
            (Some(true), true) => Message::ExplainMet,
            (Some(true), false) => Message::ExplainHolds,
            (Some(false), _) => Message::ExplainFails,
            (None, _) => Message::ExplainUnknown,
        };
        let plan = self.rating.plan();
        // The values of a standard as a whole are the score, which has a line of its own.
        let mut values: Vec<String> = match (finding.kind(), plan) {
            (RuleKind::Standard(_), _) | (_, None) => Vec::new(),
            (_, Some(plan)) => finding.reads().map(|source| self.value(plan, source)).collect(),
        };
        if let Some(Test::Every(every)) = &finding.rule.test {
            let failing: Vec<String> = self.rating.facts.failing(every).map(|item| item.to_string()).collect();
            if !failing.is_empty() {
                values.push(self.fill(Message::ExplainFailing, &[("items", &failing.join(", "))]));
            }
        }
        Told {
            holds: self.fill(holds, &[]),
            words: finding.words().get(self.language).to_owned(),
            values: values.join("; "),
        }
    }

    fn finding(&self, told: &Told, citation: &str) -> String {
        let Told { holds, words, values } = told;
        let message = if values.is_empty() { Message::ExplainFinding } else { Message::ExplainFindingValues };
        self.fill(message, &[("holds", holds), ("words", words), ("citation", citation), ("values", values)])
    }

    fn label(&self, plan: &Plan, source: Source) -> String {
        let label = match source {
            Source::Slot(place) => plan.fact(place).map(|fact| &fact.label),
            Source::Measure(place) => plan.measures.get(place).map(|measure| &measure.label),
            Source::Ratio(place) => plan.ratios.get(place).map(|ratio| &ratio.label),
        };
        label.map(|label| label.get(self.language).to_owned()).unwrap_or_default()
    }

    fn value(&self, plan: &Plan, source: Source) -> String {
        let (_, reading) = self.rating.reading(plan, source);
        let (label, value) = (self.label(plan, source), self.reading(reading, plan, source));
        self.fill(Message::ExplainValue, &[("label", &label), ("value", &value)])
    }

    fn reading(&self, reading: Reading, plan: &Plan, source: Source) -> String {
        match reading {
            Reading::Missing => self.fill(Message::NotKnown, &[]),
            Reading::Boolean(true) => self.fill(Message::Yes, &[]),
            Reading::Boolean(false) => self.fill(Message::No, &[]),
            Reading::Integer(value) => value.to_string(),
            Reading::Decimal(value, scale) => self.decimal(value, scale),
            Reading::Date(day) => self.date(day),
            Reading::Items(count) => self.fill(Message::Items, &[("count", &count.to_string())]),
            Reading::Between(low, high, scale) => {
                let (from, to) = (self.decimal(low, scale), self.decimal(high, scale));
                self.fill(Message::Between, &[("from", &from), ("to", &to)])
            }
            Reading::Ratio(value) => self.ratio(value),
            Reading::BetweenRatios(low, high) => {
                let (from, to) = (self.ratio(low), self.ratio(high));
                self.fill(Message::Between, &[("from", &from), ("to", &to)])
            }
            Reading::Code(code) => self.code_label(code, plan, source),
        }
    }

    fn code_label(&self, code: TextId, plan: &Plan, source: Source) -> String {
        let kind = match source {
            Source::Slot(place) => plan.fact(place).map(|fact| &fact.kind),
            Source::Measure(_) | Source::Ratio(_) => None,
        };
        let codes = kind.map(|kind: &KindPlan| self.rating.rulebook.codes(kind)).unwrap_or_default();
        match codes.iter().find(|known| known.code == code) {
            Some(known) => self.code(known),
            None => self.rating.rulebook.text(code).to_owned(),
        }
    }

    fn obstacles(&mut self) {
        let Some(plan) = self.rating.plan() else {
            return;
        };
        if self.rating.outcome() == Outcome::Undetermined {
            return;
        }
        // What bars a level bars every higher one too: it is said once.
        let mut said: Vec<TextId> = Vec::new();
        let all = self.rating.obstacles();
        let several = all.len() > 1;
        let mut levels: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for (position, obstacles) in all.into_iter().enumerate() {
            let Obstacles { rank, needs, .. } = obstacles;
            let (bars, asked): (Vec<Need>, Vec<Need>) = needs.into_iter().partition(|need| self.bars(plan, need));
            let mut new: Vec<Need> = Vec::new();
            for need in bars {
                if let Some(rule) = need.rule.filter(|rule| !said.contains(rule)) {
                    said.push(rule);
                    new.push(need);
                }
            }
            if position == 0 && several && !new.is_empty() {
                self.gap();
                self.say(Message::ExplainHigherAll, &[]);
                self.needs(plan, &new);
                new.clear();
            }
            new.extend(asked);
            let lines: Vec<String> = new.iter().map(|need| self.need(plan, need)).collect();
            let level = self.level(rank);
            match levels.last_mut() {
                Some((names, known)) if *known == lines => names.push(level),
                _ => levels.push((vec![level], lines)),
            }
        }
        for (names, lines) in levels.into_iter().filter(|(_, lines)| !lines.is_empty()) {
            self.gap();
            self.say(Message::ExplainHigher, &[("level", &names.join(", "))]);
            for line in lines {
                self.item(&line);
            }
        }
    }

    fn needs(&mut self, plan: &Plan, needs: &[Need]) {
        for need in needs {
            let line = self.need(plan, need);
            self.item(&line);
        }
    }

    /// Whether a rule that is no standard stands in the way.
    fn bars(&self, plan: &Plan, need: &Need) -> bool {
        let rule = need.rule.and_then(|rule| plan.rules.iter().find(|known| known.id == rule));
        rule.is_some_and(|rule| !matches!(rule.kind, RuleKind::Standard(_) | RuleKind::Condition(_)))
    }

    fn need(&self, plan: &Plan, need: &Need) -> String {
        let rule = need.rule.and_then(|rule| plan.rules.iter().find(|known| known.id == rule));
        let label = self.label(plan, need.source);
        if need.to == Reading::Missing || self.bars(plan, need) {
            return self.blocked(plan, need, rule, &label);
        }
        let (from, to) =
            (self.reading(need.from(self.rating), plan, need.source), self.reading(need.to, plan, need.source));
        let by = need.by.map(|(by, scale)| {
            let amount = self.decimal(by.saturating_abs(), scale);
            let message = match (by < 0, need.source) {
                (true, _) => Message::ExplainLess,
                (false, Source::Measure(_) | Source::Ratio(_)) => Message::ExplainShort,
                (false, Source::Slot(_)) => Message::ExplainMore,
            };
            (amount.clone(), self.fill(message, &[("by", &amount)]))
        });
        match (need.to, by) {
            (Reading::Items(_), Some((count, _))) => {
                self.fill(Message::ExplainItems, &[("label", &label), ("by", &count)])
            }
            (_, Some((_, by))) => {
                self.fill(Message::ExplainNeedBy, &[("label", &label), ("from", &from), ("to", &to), ("by", &by)])
            }
            (_, None) => self.fill(Message::ExplainNeed, &[("label", &label), ("from", &from), ("to", &to)]),
        }
    }

    fn blocked(&self, plan: &Plan, need: &Need, rule: Option<&RulePlan>, label: &str) -> String {
        let Some(rule) = rule else {
            return label.to_owned();
        };
        let (words, citation) = (rule.words.get(self.language), self.rating.rulebook.text(rule.citation));
        if matches!(rule.kind, RuleKind::Standard(_) | RuleKind::Condition(_)) {
            let value = self.reading(need.from(self.rating), plan, need.source);
            let values = [("words", words), ("citation", citation), ("label", label), ("value", &value)];
            return self.fill(Message::ExplainStuck, &values);
        }
        let finding = self.rating.findings().find(|finding| finding.rule.id == rule.id);
        let values = [("words", words), ("citation", citation)];
        match finding.and_then(|finding| finding.holds()) {
            Some(_) if self.left_to_authority(plan, rule) => self.fill(Message::ExplainLeft, &values),
            Some(_) => self.fill(Message::ExplainBarred, &values),
            None => {
                let unknown = self.fill(Message::ExplainUnknown, &[]);
                let values = [("holds", unknown.as_str()), ("words", words), ("citation", citation)];
                self.fill(Message::ExplainFinding, &values)
            }
        }
    }

    /// Whether an escape leaves a trigger or ceiling to the authority.
    fn left_to_authority(&self, plan: &Plan, rule: &RulePlan) -> bool {
        let limit = rule.limit.and_then(|limit| plan.limits.get(limit));
        let (Some(limit), Some(verdict)) = (limit, self.rating.verdict.as_ref()) else {
            return false;
        };
        rule.kind == RuleKind::Unread
            || limit.escapes.clone().any(|escape| crate::judge::held(&verdict.holds, escape).is_true())
    }

    fn notes(&mut self) {
        let notes = notes(self.rating);
        if notes.is_empty() {
            return;
        }
        self.gap();
        self.say(Message::ExplainNotes, &[]);
        let mut said: Vec<&str> = Vec::new();
        let mut lines = Vec::new();
        for note in &notes {
            let words = note.words(self.language);
            if !said.contains(&words) {
                said.push(words);
                lines.push(words.to_owned());
            }
        }
        for line in lines {
            self.item(&line);
        }
    }
}
