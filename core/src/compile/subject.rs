//! One kind of subject, section by section; facts, measures and standards have rooms of their own.

use super::condition::{compile_condition, find_policy};
use super::place::{Faults, Place, Sort, list_of, quoted};
use super::scope::Scope;
use super::{Compiled, Head, check_citation, check_name, check_period, check_rule_id, check_words, shown_period};
use crate::catalogue::Message;
use crate::document::{
    Cap, Citation, Condition, Document, Literal, Notice, Period, Provenance, Quota, Rate, Remark, Rule, Subject,
    Words,
};
use crate::fault::{FaultCode, wanted};
use crate::number::Fraction;
use crate::plan::{
    CapPlan, ConstraintPlan, Effect, KindPlan, LEVELS, LimitPlan, MeasurePlan, Plan, RatioForm, RatioPlan, Read,
    RuleKind, RulePlan, Source, Test,
};
use crate::report::Word;
use crate::sorted;

/// What is known while a kind is compiled.
pub(super) struct Builder<'a> {
    pub(super) document: &'a Document,
    pub(super) compiled: &'a mut Compiled,
    pub(super) faults: &'a mut Faults,
    pub(super) ids: &'a mut Vec<String>,
    pub(super) scope: Scope,
    pub(super) rules: Vec<RulePlan>,
    /// How many rules the kinds before this one have.
    pub(super) number_of_first: usize,
}

/// Compiles the rules of one kind; with faults the plan is of no use, but every fault has been found.
pub(crate) fn compile_subject(
    document: &Document,
    subject: &Subject,
    period: (i64, i64),
    place: &Place<'_>,
    compiled: &mut Compiled,
    faults: &mut Faults,
    ids: &mut Vec<String>,
) -> Plan {
    check_name(&subject.kind, &place.key("kind"), faults);
    check_words(&subject.label, &place.key("label"), faults);
    let own = subject.in_force.as_ref().map(|own| own_period(own, period, &place.key("in_force"), faults));
    let number_of_first = compiled.plans.iter().map(|plan| plan.rules.len()).sum();
    let mut builder =
        Builder { document, compiled, faults, ids, scope: Scope::default(), rules: Vec::new(), number_of_first };

    let facts = builder.facts(&subject.facts, &place.key("facts"));
    let super::measure::Measures { whole: mut measures, ratios } =
        builder.measures(&subject.measures, &place.key("measures"));
    let constraints = builder.constraints(&subject.constraints, &place.key("constraints"));
    let absences = builder.absences(&subject.facts, &place.key("facts"));
    builder.cohort_facts(&subject.facts, &place.key("facts"));
    let not_reviewed = builder.rules(&subject.not_reviewed, RuleKind::NotReviewed, &place.key("not_reviewed"));
    let not_rated = builder.rules(&subject.not_rated, RuleKind::NotRated, &place.key("not_rated"));
    let standard = builder.standards(subject, &place.key("standards"));
    let limits = builder.limits(subject, place);
    builder.notices(&subject.notices, &place.key("notices"));
    builder.quotas(&subject.quotas, subject.standards.score.is_some(), &place.key("quotas"));
    builder.after(&subject.after, &place.key("after"));
    if let Some(decisions) = &subject.decisions {
        builder.decisions(decisions, &place.key("decisions"));
    }
    builder.remarks(&subject.open_points, &place.key("open_points"));

    let Builder { compiled, scope, mut rules, .. } = builder;
    for (place, limit) in limits.iter().enumerate() {
        for rule in std::iter::once(limit.rule).chain(limit.escapes.clone()) {
            if let Some(rule) = rules.get_mut(rule) {
                rule.limit = Some(place);
            }
        }
    }
    let choices = choices(&rules, &ratios);
    mark_private(&mut measures, &ratios, &rules, &constraints);
    for rule in &mut rules {
        rule.json_head = crate::report::json_head(&compiled.texts, rule).into();
    }
    let mut by_name: Vec<(Box<str>, usize)> =
        subject.facts.iter().enumerate().map(|(position, fact)| (fact.name.as_str().into(), position)).collect();
    sorted::sort_by(&mut by_name, |(one, _), (other, _)| (one.len(), one).cmp(&(other.len(), other)));
    Plan {
        kind: compiled.texts.add(&subject.kind),
        period: own.unwrap_or(period),
        period_end: scope.facts.iter().position(|(name, _)| name == "period_end"),
        lists: facts.iter().filter(|fact| matches!(fact.kind, KindPlan::List(_))).count(),
        facts,
        by_name,
        absences,
        constraints,
        measures,
        ratios,
        rules,
        not_reviewed,
        not_rated,
        standard,
        limits,
        top: u8::try_from(document.levels.len().saturating_sub(1)).unwrap_or(0),
        choices,
    }
}

/// The policies on which rules and measures turn.
fn choices(rules: &[RulePlan], ratios: &[RatioPlan]) -> Vec<usize> {
    let mut found = Vec::new();
    for test in rules.iter().filter_map(|rule| rule.test.as_ref()) {
        test.policies(&mut found);
    }
    for ratio in ratios {
        match &ratio.form {
            RatioForm::Either { test, .. } => test.policies(&mut found),
            RatioForm::Policy { policy, .. } if !found.contains(policy) => found.push(*policy),
            _ => {}
        }
    }
    found
}

/// Finds the sums whose facts no rule, no constraint and no fraction reads but through them.
fn mark_private(
    measures: &mut [MeasurePlan],
    ratios: &[RatioPlan],
    rules: &[RulePlan],
    constraints: &[ConstraintPlan],
) {
    let constrained = constraints.iter().flat_map(|constraint| match constraint {
        ConstraintPlan::Rising(chain) => chain.iter().map(|(fact, _)| *fact).collect::<Vec<_>>(),
        ConstraintPlan::SumAtMost { parts, whole } => parts.iter().copied().chain([*whole]).collect(),
    });
    let fractions = ratios.iter().flat_map(|ratio| ratio.leaves.iter().copied());
    // A standard reads the parts of the score only to show them.
    let asked =
        rules.iter().filter(|rule| rule.test.is_some()).flat_map(|rule| rule.reads.iter().map(|read| read.source));
    let read: Vec<Source> = constrained.chain(fractions).map(Source::Slot).chain(asked).collect();
    let leaves: Vec<Vec<usize>> = measures.iter().map(|measure| measure.leaves.clone()).collect();
    for (place, measure) in measures.iter_mut().enumerate() {
        let own: Vec<usize> = measure.leaves.clone();
        let within = |other: &Vec<usize>| other.iter().all(|leaf| own.contains(leaf));
        measure.private = measure.plain
            && !read.iter().any(|source| match source {
                Source::Slot(fact) => own.contains(fact),
                Source::Measure(other) if *other == place => false,
                Source::Measure(other) => {
                    leaves.get(*other).is_some_and(|other| other.iter().any(|leaf| own.contains(leaf)))
                }
                // Its leaves stand among those of the fractions.
                Source::Ratio(_) => false,
            })
            && leaves.iter().all(|other| within(other) || !other.iter().any(|leaf| own.contains(leaf)));
    }
}

fn own_period(own: &Period, outer: (i64, i64), place: &Place<'_>, faults: &mut Faults) -> (i64, i64) {
    let (from, to) = check_period(own, place, faults);
    if from < outer.0 || (own.to.is_some() && to > outer.1) {
        faults.add(place, FaultCode::BadDate, Message::WantedPeriodWithin, shown_period(own));
    }
    (from.max(outer.0), to.min(outer.1))
}

impl Builder<'_> {
    pub(super) fn literal(&mut self, literal: &Literal, kind: &KindPlan, place: &Place<'_>) -> Option<i64> {
        super::condition::literal(literal, kind, self.compiled, place, self.faults)
    }

    pub(super) fn condition(&mut self, condition: &Condition, place: &Place<'_>) -> (Test, Vec<Read>) {
        compile_condition(condition, &self.scope, self.document, self.compiled, place, self.faults)
    }

    pub(super) fn head(&mut self, id: &str, citation: &Citation, words: &Words, place: &Place<'_>) -> Head {
        check_rule_id(id, place, self.faults, self.ids);
        check_words(words, &place.key("words"), self.faults);
        let citation = check_citation(citation, self.document, &place.key("citation"), self.faults);
        Head { id: self.compiled.texts.add(id), citation: self.compiled.texts.add(&citation) }
    }

    pub(super) fn rules(&mut self, rules: &[Rule], kind: RuleKind, place: &Place<'_>) -> std::ops::Range<usize> {
        let first = self.rules.len();
        for (position, rule) in rules.iter().enumerate() {
            self.rule(
                &rule.id,
                &rule.citation,
                &rule.words,
                rule.provenance,
                Some(&rule.condition),
                kind,
                &place.at(position),
            );
        }
        first..self.rules.len()
    }

    #[expect(clippy::too_many_arguments, reason = "the parts that every rule of the document has")]
    pub(super) fn rule(
        &mut self,
        id: &str,
        citation: &Citation,
        words: &Words,
        provenance: Provenance,
        condition: Option<&Condition>,
        kind: RuleKind,
        place: &Place<'_>,
    ) -> usize {
        let head = self.head(id, citation, words, place);
        let (test, reads) = match condition {
            Some(condition) => {
                let (test, reads) = self.condition(condition, &place.key("condition"));
                (Some(test), reads)
            }
            None => (None, Vec::new()),
        };
        let text = condition.map(super::describe::describe).unwrap_or_default();
        let condition = self.compiled.texts.add(&text);
        let Head { id, citation } = head;
        let words = words.clone();
        let number = self.number_of_first.saturating_add(self.rules.len());
        let json_head = Box::default();
        let effect = self.effect(kind);
        self.rules.push(RulePlan {
            id,
            citation,
            words,
            provenance,
            kind,
            test,
            condition,
            effect,
            reads,
            at_levels: 0,
            limit: None,
            number,
            json_head,
        });
        self.rules.len().saturating_sub(1)
    }

    pub(super) fn notices(&mut self, notices: &[Notice], place: &Place<'_>) {
        for (position, notice) in notices.iter().enumerate() {
            let here = place.at(position);
            let rule = self.rule(
                &notice.id,
                &notice.citation,
                &notice.words,
                notice.provenance,
                Some(&notice.condition),
                RuleKind::Notice,
                &here,
            );
            let levels = here.key("levels");
            let ranks = notice.levels.iter().enumerate().map(|(order, code)| self.level(code, &levels.at(order)));
            let at_levels = ranks.fold(0_u16, |all, rank| all | 1_u16.checked_shl(u32::from(rank)).unwrap_or(0));
            if let Some(plan) = self.rules.get_mut(rule) {
                plan.at_levels = at_levels;
            }
        }
    }

    /// The rank of a level by its code.
    pub(super) fn level(&mut self, code: &str, place: &Place<'_>) -> u8 {
        let rank = self.document.levels.iter().position(|level| level.code == code);
        if rank.is_none() {
            let known = self.document.levels.iter().map(|level| level.code.as_str());
            self.faults.unknown(place, Sort::Level, code, known);
        }
        rank.and_then(|rank| u8::try_from(rank).ok()).unwrap_or(0)
    }

    /// What follows from a rule; that of a ceiling is put in with its level.
    pub(super) fn effect(&mut self, kind: RuleKind) -> Effect {
        let level = |place: u8| self.document.levels.get(usize::from(place)).map(|level| level.code.as_str());
        match kind {
            RuleKind::NotReviewed => Effect::Word(Word::NotReviewed),
            RuleKind::NotRated => Effect::Word(Word::NotRated),
            RuleKind::Standard(rank) | RuleKind::Condition(rank) => {
                Effect::Level(self.compiled.texts.add(level(rank).unwrap_or("")))
            }
            RuleKind::Trigger | RuleKind::Ceiling => Effect::Level(self.compiled.texts.add(level(0).unwrap_or(""))),
            RuleKind::Escape | RuleKind::Unread => Effect::Word(Word::Authority),
            RuleKind::Notice => Effect::Word(Word::Notice),
        }
    }

    pub(super) fn limits(&mut self, subject: &Subject, place: &Place<'_>) -> Vec<LimitPlan> {
        let mut limits = Vec::new();
        let triggers = place.key("triggers");
        for (position, trigger) in subject.triggers.iter().enumerate() {
            let here = triggers.at(position);
            let rule = self.rule(
                &trigger.id,
                &trigger.citation,
                &trigger.words,
                trigger.provenance,
                Some(&trigger.condition),
                RuleKind::Trigger,
                &here,
            );
            let escapes = self.rules(&trigger.escapes, RuleKind::Escape, &here.key("escapes"));
            limits.push(LimitPlan { rule, cap: CapPlan::Level(0), escapes });
        }
        let ceilings = place.key("ceilings");
        for (position, ceiling) in subject.ceilings.iter().enumerate() {
            let here = ceilings.at(position);
            let rule = self.rule(
                &ceiling.id,
                &ceiling.citation,
                &ceiling.words,
                ceiling.provenance,
                Some(&ceiling.condition),
                RuleKind::Ceiling,
                &here,
            );
            let cap = self.cap(&ceiling.at_most, &here.key("at_most"));
            let level = self.effect(match cap {
                CapPlan::Level(rank) => RuleKind::Standard(rank),
                CapPlan::Fact(_) | CapPlan::Open => RuleKind::Ceiling,
            });
            if let Some(plan) = self.rules.get_mut(rule) {
                plan.effect = level;
                if let CapPlan::Fact(fact) = cap {
                    plan.effect = Effect::Fact(fact);
                    plan.reads.push(Read { source: Source::Slot(fact), only_with: None });
                }
            }
            let escapes = self.rules(&ceiling.escapes, RuleKind::Escape, &here.key("escapes"));
            limits.push(LimitPlan { rule, cap, escapes });
        }
        let unread = place.key("unread");
        for (position, remark) in subject.unread.iter().enumerate() {
            let rule = self.rule(
                &remark.id,
                &remark.citation,
                &remark.words,
                remark.provenance,
                None,
                RuleKind::Unread,
                &unread.at(position),
            );
            let end = self.rules.len();
            limits.push(LimitPlan { rule, cap: CapPlan::Open, escapes: end..end });
        }
        limits
    }

    pub(super) fn cap(&mut self, cap: &Cap, place: &Place<'_>) -> CapPlan {
        match cap {
            Cap::Level(code) => CapPlan::Level(self.level(code, &place.key("level"))),
            Cap::Fact(name) => {
                let below = place.key("fact");
                match self.scope.facts.iter().position(|(known, _)| known == name) {
                    Some(fact) => {
                        if !matches!(self.scope.facts.get(fact), Some((_, KindPlan::Code(LEVELS)))) {
                            let expected = Message::WantedLevelFact;
                            self.faults.add(&below, FaultCode::TypeMismatch, expected, quoted(name));
                        }
                        CapPlan::Fact(fact)
                    }
                    None => {
                        let known: Vec<String> = self.scope.names().map(str::to_owned).collect();
                        self.faults.unknown(&below, Sort::Fact, name, known.iter().map(String::as_str));
                        CapPlan::Level(0)
                    }
                }
            }
        }
    }

    pub(super) fn quotas(&mut self, quotas: &[Quota], scored: bool, place: &Place<'_>) {
        for (position, quota) in quotas.iter().enumerate() {
            let here = place.at(position);
            self.head(&quota.id, &quota.citation, &quota.words, &here);
            self.level(&quota.level, &here.key("level"));
            if quota.group_by.is_empty() {
                self.faults.add(&here.key("group_by"), FaultCode::BadCount, Message::WantedSomeGrouping, list_of(0));
            }
            for (order, group) in quota.group_by.iter().enumerate() {
                check_name(group, &here.key("group_by").at(order), self.faults);
            }
            let rate = match &quota.rate {
                Rate::Share(share) => Some(("rate", share)),
                Rate::Recorded(recorded) => {
                    let below = here.key("rate");
                    check_name(&recorded.recorded, &below.key("recorded"), self.faults);
                    check_words(&recorded.label, &below.key("label"), self.faults);
                    None
                }
            };
            let exceptional = quota.exceptional_rate.as_ref().map(|rate| ("exceptional_rate", rate));
            for (key, rate) in rate.into_iter().chain(exceptional) {
                let share = Fraction::parse(rate).filter(|rate| rate.numerator() <= rate.denominator());
                if share.is_none() {
                    self.faults.add(&here.key(key), FaultCode::BadNumber, Message::WantedShare, quoted(rate));
                }
            }
            let choices = [
                ("base", &quota.base),
                ("rounding", &quota.rounding),
                ("stepping_down", &quota.stepping_down),
                ("small_groups", &quota.small_groups),
            ];
            for (key, name) in choices {
                self.quota_policy(key, name, &here.key(key));
            }
            if let Some(name) = &quota.over_quota {
                self.quota_policy("over_quota", name, &here.key("over_quota"));
            }
            self.ranking(quota, scored, &here.key("ranking"));
        }
    }

    /// A policy of a quota: its options bear the codes that a cohort understands.
    fn quota_policy(&mut self, key: &str, name: &str, place: &Place<'_>) {
        let Some((_, policy)) = find_policy(self.document, name, place, self.faults) else { return };
        let known: Vec<String> = match key {
            "rounding" => ["floor", "nearest", "ceil"].map(str::to_owned).to_vec(),
            "stepping_down" => ["join", "stay"].map(str::to_owned).to_vec(),
            "small_groups" => ["none", "one"].map(str::to_owned).to_vec(),
            "over_quota" => ["authority", "step_down"].map(str::to_owned).to_vec(),
            _ => {
                let levels = self.document.levels.iter();
                let of_level = levels.flat_map(|level| [level.code.clone(), format!("{}_and_above", level.code)]);
                std::iter::once("rated".to_owned()).chain(of_level).collect()
            }
        };
        for code in policy.options.iter().map(|option| option.code.as_str()) {
            let level = code.strip_suffix("_and_above").unwrap_or(code);
            if known.iter().any(|known| known == code) || self.faults.is_lost(Sort::Level, level) {
                continue;
            }
            let codes = known.iter().map(|code| quoted(code)).collect::<Vec<_>>().join(", ");
            let expected = wanted(Message::WantedQuotaOptions, &[("codes", &codes)]);
            self.faults.add(place, FaultCode::NotListed, expected, quoted(code));
        }
    }

    pub(super) fn remarks(&mut self, remarks: &[Remark], place: &Place<'_>) {
        for (position, remark) in remarks.iter().enumerate() {
            self.head(&remark.id, &remark.citation, &remark.words, &place.at(position));
        }
    }
}
