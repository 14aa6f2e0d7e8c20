//! What a rulebook says of subjects that are rated together, checked: which facts come from others, who goes first, how
//! the authority decides, by what those over a quota are ranked. Nothing of it takes part in the rating of one case, so
//! it has no plan; a cohort reads it from the document.

use super::condition::NO_TABLE;
use super::fact::{type_name, whole_between};
use super::place::{Place, Sort, quoted};
use super::subject::Builder;
use super::{check_name, duplicate};
use crate::catalogue::Message;
use crate::date::parse_date;
use crate::document::{
    CountOf, Deadline, DecisionRules, Fact, FactOf, FactType, FromCohort, Majority, OrderRule, Quota, RankBy,
    RankShare,
};
use crate::fault::{FaultCode, wanted};
use crate::number::Fraction;
use crate::plan::{KindPlan, LEVELS};

/// How many years after the period a decision may be due.
const MOST_YEARS: u8 = 2;

impl Builder<'_> {
    /// How a cohort computes facts.
    pub(super) fn cohort_facts(&mut self, facts: &[Fact], place: &Place<'_>) {
        for (position, fact) in facts.iter().enumerate() {
            let Some(from) = &fact.from_cohort else { continue };
            let fact_place = place.at(position);
            let here = fact_place.key("from_cohort");
            let form = form_name(from);
            self.fits(position, fact, form, &here);
            let below = here.key(form);
            match from {
                FromCohort::LevelOf(related) => self.kinds(&related.kinds, &below.key("kinds")),
                FromCohort::CountOf(count) => self.count_of(count, &below),
                FromCohort::AnyOf(of) | FromCohort::LowestOfAll(of) => self.fact_of(&fact.kind, of, &below),
            }
        }
    }

    /// Whether a fact is of the type that a way of computing it gives.
    fn fits(&mut self, position: usize, fact: &Fact, form: &'static str, place: &Place<'_>) {
        let Some((_, kind)) = self.scope.facts.get(position) else { return };
        let (fits, kind_name) = match form {
            "level_of" => (matches!(kind, KindPlan::Code(LEVELS)), "level"),
            "count_of" => (matches!(kind, KindPlan::Integer { .. }), "integer"),
            "any_of" => (matches!(kind, KindPlan::Boolean), "boolean"),
            // The levels are ordered too, but the level of others is what `level_of` is for.
            _ => (self.is_ordered(kind) && !matches!(kind, KindPlan::Code(LEVELS)), "enumeration"),
        };
        // An enumeration that does not exist has been reported.
        if fits || matches!(kind, KindPlan::Code(NO_TABLE)) {
            return;
        }
        let message = if form == "lowest_of_all" { Message::WantedCohortOrdered } else { Message::WantedCohortType };
        let expected = wanted(message, &[("type", kind_name), ("form", form)]);
        self.faults.add(place, FaultCode::TypeMismatch, expected, quoted(type_name(&fact.kind)));
    }

    /// Whether the values of a type have an order.
    fn is_ordered(&self, kind: &KindPlan) -> bool {
        match kind {
            KindPlan::Code(NO_TABLE) => true,
            KindPlan::Code(table) => self.compiled.tables.get(*table).is_some_and(|table| table.ordered),
            _ => false,
        }
    }

    /// Kinds of subject: they may be of another rulebook, so only their form is known.
    fn kinds(&mut self, kinds: &[String], place: &Place<'_>) {
        if kinds.is_empty() {
            self.faults.add(place, FaultCode::BadCount, Message::WantedSomeSubject, super::list_of(0));
        }
        for (position, kind) in kinds.iter().enumerate() {
            let here = place.at(position);
            check_name(kind, &here, self.faults);
            if kinds.iter().take(position).any(|other| other == kind) {
                duplicate(kind, &here, self.faults);
            }
        }
    }

    fn count_of(&mut self, count: &CountOf, place: &Place<'_>) {
        self.kinds(&count.kinds, &place.key("kinds"));
        let known = |code: &String| self.document.levels.iter().position(|level| level.code == *code);
        let ranks = (count.at_least.as_ref().and_then(known), count.at_most.as_ref().and_then(known));
        for (key, code) in [("at_least", &count.at_least), ("at_most", &count.at_most)] {
            if let Some(code) = code {
                self.level(code, &place.key(key));
            }
        }
        if let ((Some(least), Some(most)), Some(low), Some(high)) = (ranks, &count.at_least, &count.at_most)
            && least > most
        {
            let found = format!("{} > {}", quoted(low), quoted(high));
            self.faults.add(place, FaultCode::BoundsReversed, Message::WantedLeastBelowMost, found);
        }
    }

    /// A fact of others: where their kind is of this rulebook, it has the fact, of the same type, and it is stated. A
    /// fact that is computed in its turn would make an order among those whose facts alone are read.
    fn fact_of(&mut self, kind: &FactType, of: &FactOf, place: &Place<'_>) {
        self.kinds(&of.kinds, &place.key("kinds"));
        let here = place.key("fact");
        check_name(&of.fact, &here, self.faults);
        let subjects = &self.document.subjects;
        for subject in of.kinds.iter().filter_map(|name| subjects.iter().find(|subject| subject.kind == *name)) {
            let expected = || wanted(Message::WantedSameFact, &[("kind", &subject.kind)]);
            match subject.facts.iter().find(|fact| fact.name == of.fact) {
                None if self.faults.is_lost(Sort::Fact, &of.fact) => {}
                None => {
                    let known = subject.facts.iter().map(|fact| fact.name.as_str());
                    self.faults.not_among(&here, FaultCode::UnknownName, expected(), &of.fact, known);
                }
                Some(found) if found.kind != *kind => {
                    self.faults.add(&here, FaultCode::TypeMismatch, expected(), quoted(type_name(&found.kind)));
                }
                Some(found) if found.from_cohort.is_some() => {
                    let expected = wanted(Message::WantedStatedFact, &[("kind", &subject.kind)]);
                    self.faults.add(&here, FaultCode::TypeMismatch, expected, quoted(&of.fact));
                }
                Some(_) => {}
            }
        }
    }

    /// Who is rated before this kind.
    pub(super) fn after(&mut self, rules: &[OrderRule], place: &Place<'_>) {
        for (position, rule) in rules.iter().enumerate() {
            let here = place.at(position);
            self.head(&rule.id, &rule.citation, &rule.words, &here);
            self.kinds(&rule.kinds, &here.key("kinds"));
        }
    }

    /// How the authority decides.
    pub(super) fn decisions(&mut self, decisions: &DecisionRules, place: &Place<'_>) {
        let majorities = place.key("majorities");
        for (position, majority) in decisions.majorities.iter().enumerate() {
            self.majority(majority, &majorities.at(position));
        }
        let deadlines = place.key("deadlines");
        for (position, deadline) in decisions.deadlines.iter().enumerate() {
            self.deadline(deadline, &deadlines.at(position));
        }
        self.remarks(&decisions.authority, &place.key("authority"));
    }

    fn majority(&mut self, majority: &Majority, place: &Place<'_>) {
        self.head(&majority.id, &majority.citation, &majority.words, place);
        self.level(&majority.level, &place.key("level"));
        let reachable = |share: &Fraction| {
            let whole = share.numerator() == share.denominator();
            share.numerator() > 0 && share.numerator() <= share.denominator() && !(whole && majority.more_than)
        };
        if Fraction::parse(&majority.share).filter(reachable).is_none() {
            let found = quoted(&majority.share);
            self.faults.add(&place.key("share"), FaultCode::BadNumber, Message::WantedMajority, found);
        }
    }

    fn deadline(&mut self, deadline: &Deadline, place: &Place<'_>) {
        self.head(&deadline.id, &deadline.citation, &deadline.words, place);
        // A year that is no leap year: the day must exist in each.
        if parse_date(&format!("2001-{}", deadline.day)).is_none() {
            let found = quoted(&deadline.day);
            self.faults.add(&place.key("day"), FaultCode::BadDate, Message::WantedDayOfYear, found);
        }
        if deadline.years_later > MOST_YEARS {
            let found = deadline.years_later.to_string();
            let expected = whole_between(0, i64::from(MOST_YEARS));
            self.faults.add(&place.key("years_later"), FaultCode::BadNumber, expected, found);
        }
    }

    /// By what those who may have the level of a quota are ranked.
    pub(super) fn ranking(&mut self, quota: &Quota, scored: bool, place: &Place<'_>) {
        let last = quota.ranking.len().saturating_sub(1);
        for (position, key) in quota.ranking.iter().enumerate() {
            let key_place = place.at(position);
            let here = key_place.key("by");
            match &key.by {
                RankBy::Score if !scored => {
                    self.faults.add(&here, FaultCode::TypeMismatch, Message::WantedNoScore, quoted("score"));
                }
                RankBy::Id if position < last => {
                    self.faults.add(&here, FaultCode::TypeMismatch, Message::WantedIdLast, quoted("id"));
                }
                RankBy::Score | RankBy::Id => {}
                RankBy::Fact(name) => self.ranked_fact(name, &here.key("fact")),
                RankBy::Share(share) => self.ranked_share(share, &here.key("share")),
            }
        }
    }

    fn ranked_fact(&mut self, name: &str, place: &Place<'_>) {
        let Some(kind) = self.known_fact(name, place) else { return };
        let number = matches!(kind, KindPlan::Integer { .. } | KindPlan::Decimal { .. } | KindPlan::Date);
        if !number && !self.is_ordered(&kind) {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedRankable, quoted(name));
        }
    }

    fn ranked_share(&mut self, share: &RankShare, place: &Place<'_>) {
        for (key, name) in [("part", &share.part), ("whole", &share.whole)] {
            let here = place.key(key);
            let Some(kind) = self.known_fact(name, &here) else { continue };
            if !matches!(kind, KindPlan::Integer { .. }) {
                self.faults.add(&here, FaultCode::TypeMismatch, Message::WantedIntegerFacts, quoted(name));
            }
        }
    }

    /// The type of a fact by its name. A measure is none: a cohort ranks by what a case states.
    fn known_fact(&mut self, name: &str, place: &Place<'_>) -> Option<KindPlan> {
        if let Some((_, kind)) = self.scope.fact(name) {
            return Some(kind.clone());
        }
        if self.scope.number(name).is_some() {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedFactNotMeasure, quoted(name));
        } else {
            let known: Vec<String> = self.scope.facts.iter().map(|(fact, _)| fact.clone()).collect();
            self.faults.unknown(place, Sort::Fact, name, known.iter().map(String::as_str));
        }
        None
    }
}

/// The key under which the document writes a way of computing a fact.
fn form_name(from: &FromCohort) -> &'static str {
    match from {
        FromCohort::LevelOf(_) => "level_of",
        FromCohort::CountOf(_) => "count_of",
        FromCohort::AnyOf(_) => "any_of",
        FromCohort::LowestOfAll(_) => "lowest_of_all",
    }
}
