//! The part of the page that is about subjects rated together: which facts come from others, who goes first, how the
//! authority decides, by what those over a quota are ranked.

use super::{Kind, code, plain};
use crate::catalogue::Message;
use crate::document::{
    CountOf, Deadline, Fact, FactOf, FromCohort, Majority, Quota, RankBy, RankKey, Relation, RelationEnd,
};

impl Kind<'_, '_> {
    /// Who is rated before this kind.
    pub(super) fn after(&mut self) {
        let rules = &self.subject.after;
        if rules.is_empty() {
            return;
        }
        self.page.heading(3, Message::PageAfter, &[]);
        for rule in rules {
            let first = self.related(rule.relation, rule.first, &self.kinds(&rule.kinds, ", "));
            let line = self.told(&rule.words, (&rule.citation, rule.provenance), &first, &rule.id);
            self.page.line(&format!("- {line}"));
        }
    }

    /// How the authority decides.
    pub(super) fn decisions(&mut self) {
        let Some(decisions) = &self.subject.decisions else { return };
        self.page.heading(3, Message::PageDecisions, &[]);
        for remark in &decisions.authority {
            let line = self.page.remark(remark);
            self.page.line(&format!("- {line} {}", code(&remark.id)));
        }
        for majority in &decisions.majorities {
            let share = self.majority(majority);
            let line = self.told(&majority.words, (&majority.citation, majority.provenance), &share, &majority.id);
            self.page.line(&format!("- {line}"));
        }
        for deadline in &decisions.deadlines {
            let day = self.deadline(deadline);
            let line = self.told(&deadline.words, (&deadline.citation, deadline.provenance), &day, &deadline.id);
            self.page.line(&format!("- {line}"));
        }
    }

    fn majority(&self, majority: &Majority) -> String {
        let message = if majority.more_than { Message::PageMoreThanShare } else { Message::PageAtLeastShare };
        let share = self.speaker().number(&majority.share);
        self.page.say(message, &[("level", self.level(&majority.level)), ("share", share)])
    }

    fn deadline(&self, deadline: &Deadline) -> String {
        // Any year that has the day will do to write it as the language does.
        let day = match self.page.date(&format!("2001-{}", deadline.day)) {
            text if text.ends_with("/2001") => text.trim_end_matches("/2001").to_owned(),
            _ => deadline.day.clone(),
        };
        match deadline.years_later {
            0 => self.page.say(Message::PageBefore, &[("day", day)]),
            1 => self.page.say(Message::PageBeforeNextYear, &[("day", day)]),
            years => self.page.say(Message::PageBeforeLater, &[("day", day), ("years", years.to_string())]),
        }
    }

    /// By what those who may have the level of a quota are ranked.
    pub(super) fn ranking(&mut self, quota: &Quota) {
        if quota.ranking.is_empty() {
            return;
        }
        let keys: Vec<String> = quota.ranking.iter().map(|key| self.rank_key(key)).collect();
        let line = self.page.say(Message::PageRanking, &[("keys", keys.join("; "))]);
        self.page.line(&format!("  - {line}"));
    }

    fn rank_key(&self, key: &RankKey) -> String {
        let speaker = self.speaker();
        let by = match &key.by {
            RankBy::Score => self.page.say(Message::PageRankScore, &[]),
            RankBy::Fact(name) => speaker.label(name),
            RankBy::Share(share) => format!("{} / {}", speaker.label(&share.part), speaker.label(&share.whole)),
            RankBy::Id => self.page.say(Message::PageRankId, &[]),
        };
        let message = if key.lowest_first { Message::PageLowestFirst } else { Message::PageHighestFirst };
        self.page.say(message, &[("by", plain(&by))])
    }

    /// How a cohort computes a fact, where it does.
    pub(super) fn computed(&self, fact: &Fact) -> Option<String> {
        let told = match fact.from_cohort.as_ref()? {
            FromCohort::LevelOf(related) => {
                let kinds = self.kinds(&related.kinds, &self.page.say(Message::PageElse, &[]));
                let who = self.related(related.relation, RelationEnd::Object, &kinds);
                self.page.say(Message::PageLevelOf, &[("who", who)])
            }
            FromCohort::CountOf(count) => self.count_of(count),
            FromCohort::AnyOf(of) => self.fact_of(of, Message::PageAnyOf),
            FromCohort::LowestOfAll(of) => self.fact_of(of, Message::PageLowestOfAll),
        };
        Some(self.page.say(Message::PageFromCohort, &[("what", told)]))
    }

    fn count_of(&self, count: &CountOf) -> String {
        let kinds = self.kinds(&count.kinds, &self.page.say(Message::PageElse, &[]));
        let who = self.related(count.relation, RelationEnd::Subject, &kinds);
        let level = |code: &str| ("level", self.level(code));
        match (&count.at_least, &count.at_most) {
            (None, None) => self.page.say(Message::PageCountRated, &[("who", who)]),
            (Some(low), None) => self.page.say(Message::PageCountAtLeast, &[("who", who), level(low)]),
            (None, Some(high)) => self.page.say(Message::PageCountAtMost, &[("who", who), level(high)]),
            (Some(low), Some(high)) => {
                let values = [("who", who), ("from", self.level(low)), ("to", self.level(high))];
                self.page.say(Message::PageCountBetween, &values)
            }
        }
    }

    fn fact_of(&self, of: &FactOf, message: Message) -> String {
        let who = self.related(of.relation, RelationEnd::Subject, &self.kinds(&of.kinds, ", "));
        let subjects = self.page.document.subjects.iter().filter(|subject| of.kinds.contains(&subject.kind));
        let label = subjects.flat_map(|subject| &subject.facts).find(|fact| fact.name == of.fact);
        let label = label.map_or(of.fact.as_str(), |fact| fact.label.get(self.page.language));
        self.page.say(message, &[("fact", label.to_owned()), ("who", who)])
    }

    /// Those at an end of a relation to this subject.
    fn related(&self, relation: Relation, end: RelationEnd, kinds: &str) -> String {
        let message = match (relation, end) {
            (Relation::BelongsTo, RelationEnd::Object) => Message::RelationBelongsToObject,
            (Relation::BelongsTo, RelationEnd::Subject) => Message::RelationBelongsToSubject,
            (Relation::Heads, RelationEnd::Object) => Message::RelationHeadsObject,
            (Relation::Heads, RelationEnd::Subject) => Message::RelationHeadsSubject,
            (Relation::SitsIn, RelationEnd::Object) => Message::RelationSitsInObject,
            (Relation::SitsIn, RelationEnd::Subject) => Message::RelationSitsInSubject,
            (Relation::HoldsPost, RelationEnd::Object) => Message::RelationHoldsPostObject,
            (Relation::HoldsPost, RelationEnd::Subject) => Message::RelationHoldsPostSubject,
            (Relation::Below, RelationEnd::Object) => Message::RelationBelowObject,
            (Relation::Below, RelationEnd::Subject) => Message::RelationBelowSubject,
        };
        self.page.say(message, &[("kinds", kinds.to_owned())])
    }

    /// Kinds by their names; one of another rulebook by its code.
    fn kinds(&self, kinds: &[String], between: &str) -> String {
        let subjects = &self.page.document.subjects;
        let label = |kind: &String| {
            let found = subjects.iter().find(|subject| subject.kind == *kind);
            found.map_or_else(|| kind.clone(), |subject| subject.label.get(self.page.language).to_owned())
        };
        kinds.iter().map(label).collect::<Vec<_>>().join(between)
    }
}
