//! The standards of a kind: one for each level, with bands that touch each other.

use super::place::{ABSENT, Place, Sort, list_of, quoted};
use super::subject::Builder;
use crate::catalogue::Message;
use crate::document::{Band, Subject};
use crate::fault::{FaultCode, wanted};
use crate::number::{MAX_SCALE, format_decimal};
use crate::plan::{LevelPlan, Read, RuleKind, Source, StandardPlan};
use crate::text::shorten;

impl Builder<'_> {
    pub(super) fn standards(&mut self, subject: &Subject, place: &Place<'_>) -> StandardPlan {
        let standards = &subject.standards;
        let score = standards.score.as_ref().and_then(|name| {
            let found = self.scope.number(name);
            if found.is_none() {
                self.not_a_number(name, &place.key("score"));
            }
            found
        });
        let on_gap = standards.on_gap.as_ref().and_then(|name| self.gap_policy(name, &place.key("on_gap")));
        let levels = place.key("levels");
        let codes: Vec<&str> = self.document.levels.iter().map(|level| level.code.as_str()).collect();
        let given: Vec<&str> = standards.levels.iter().map(|standard| standard.level.as_str()).collect();
        for (position, level) in given.iter().enumerate() {
            if !codes.contains(level) {
                let here = levels.at(position);
                self.faults.unknown(&here.key("level"), Sort::Level, level, codes.iter().copied());
            }
        }
        if given != codes && given.iter().all(|level| codes.contains(level)) {
            let expected = wanted(Message::WantedEachLevel, &[("levels", &codes.join(", "))]);
            let found = if given.is_empty() { list_of(0) } else { quoted(&given.join(", ")) };
            self.faults.add(&levels, FaultCode::BadCount, expected, found);
        }
        // Where the score is not known, that has been said.
        let scored = standards.score.is_some();
        let scale = score.map_or(MAX_SCALE, |(_, scale)| scale);
        let bands: Vec<Option<&Band>> = standards.levels.iter().map(|standard| standard.band.as_ref()).collect();
        let lows = self.bands(&bands, scored, scale, !subject.unread.is_empty(), &levels);
        let reads = score.map_or_else(Vec::new, |(source, _)| self.score_reads(source));
        // Where a part of the text was not read, upper levels may lack what the others have.
        let partly = !subject.unread.is_empty();
        let mut plans = Vec::new();
        let mut unread = 0_u16;
        for (position, standard) in standards.levels.iter().enumerate() {
            let here = levels.at(position);
            let rank = u8::try_from(position).unwrap_or(u8::MAX);
            let kind = RuleKind::Standard(rank);
            let rule =
                self.rule(&standard.id, &standard.citation, &standard.words, standard.provenance, None, kind, &here);
            let text = describe_band(standards.score.as_deref(), standard.band.as_ref());
            let text = self.compiled.texts.add(&text);
            if let Some(plan) = self.rules.get_mut(rule) {
                plan.condition = text;
            }
            if position == 0 && !standard.conditions.is_empty() {
                let found = list_of(standard.conditions.len());
                self.faults.add(
                    &here.key("conditions"),
                    FaultCode::BadCount,
                    Message::WantedNoLowestConditions,
                    found,
                );
            }
            if position > 0 && standard.conditions.is_empty() && partly {
                unread |= 1_u16.checked_shl(u32::from(rank)).unwrap_or(0);
            }
            if position > 0 && standard.conditions.is_empty() && !scored && !partly {
                self.faults.add(
                    &here.key("conditions"),
                    FaultCode::BadCount,
                    Message::WantedConditionOrScore,
                    ABSENT,
                );
            }
            let conditions = self.rules(&standard.conditions, RuleKind::Condition(rank), &here.key("conditions"));
            plans.push(LevelPlan { rule, from: lows.get(position).copied().unwrap_or(i64::MIN), conditions });
        }
        let last_band = match scored && partly {
            true => bands.iter().rposition(Option::is_some).unwrap_or(0),
            false => plans.len().saturating_sub(1),
        };
        StandardPlan {
            score: score.map(|(source, _)| source),
            on_gap,
            closed: standards.lowest == crate::document::Lowest::Closed,
            levels: plans,
            last_band: u8::try_from(last_band).unwrap_or(0),
            unread,
            reads,
        }
    }

    /// The score by group: what it is the sum of, as the policy has it where one chooses how the score is computed; then
    /// the score itself.
    fn score_reads(&self, score: Source) -> Vec<Read> {
        let groups = |of: Source, only_with: Option<(usize, usize)>| {
            self.scope.parts(of).into_iter().map(move |source| Read { source, only_with })
        };
        let choice = match score {
            Source::Ratio(position) => self.scope.ratios.get(position).and_then(|ratio| ratio.choice.as_ref()),
            Source::Slot(_) | Source::Measure(_) => None,
        };
        let mut reads: Vec<Read> = match choice {
            Some((policy, sources)) => {
                let each = sources.iter().enumerate();
                each.flat_map(|(option, source)| groups(*source, Some((*policy, option)))).collect()
            }
            None => groups(score, None).collect(),
        };
        reads.push(Read { source: score, only_with: None });
        reads
    }

    pub(super) fn gap_policy(&mut self, name: &str, place: &Place<'_>) -> Option<usize> {
        let Some(position) = self.document.policies.iter().position(|policy| policy.name == name) else {
            let known = self.document.policies.iter().map(|policy| policy.name.as_str());
            self.faults.unknown(place, Sort::Policy, name, known);
            return None;
        };
        let policy = self.document.policies.get(position)?;
        let codes: Vec<&str> = policy.options.iter().map(|option| option.code.as_str()).collect();
        if codes != ["authority", "lower"] && !self.faults.lost(&format!("/policies/{position}/options")) {
            self.faults.add(place, FaultCode::TypeMismatch, Message::WantedGapPolicy, quoted(&codes.join(", ")));
        }
        Some(position)
    }

    /// The lowest score of each level's band, and whether the bands touch each other. Where a part of the text was not
    /// read, the bands of the upper levels may be absent.
    pub(super) fn bands(
        &mut self,
        bands: &[Option<&Band>],
        scored: bool,
        scale: u32,
        partly: bool,
        place: &Place<'_>,
    ) -> Vec<i64> {
        let last = match partly {
            true => bands.iter().rposition(Option::is_some).unwrap_or(0),
            false => bands.len().saturating_sub(1),
        };
        let mut lows = Vec::new();
        let mut end: Option<i64> = None;
        for (position, band) in bands.iter().enumerate() {
            let here = place.at(position);
            let below = here.key("band");
            let Some(band) = band else {
                if scored && position <= last {
                    self.faults.add(&here, FaultCode::BadBand, Message::WantedBand, ABSENT);
                }
                lows.push(i64::MIN);
                end = None;
                continue;
            };
            if !scored {
                self.faults.add(&below, FaultCode::BadBand, Message::WantedNoBand, shown(band));
                lows.push(i64::MIN);
                continue;
            }
            if (position == 0) != band.from.is_none() {
                let expected = if position == 0 { Message::WantedNoFrom } else { Message::WantedFrom };
                self.faults.add(&below, FaultCode::BadBand, expected, shown(band));
            }
            if (position == last) != band.below.is_none() {
                let expected = if position == last { Message::WantedNoBelow } else { Message::WantedBelow };
                self.faults.add(&below, FaultCode::BadBand, expected, shown(band));
            }
            let mut read = |end: &Option<String>, key| self.readable_number(end.as_ref()?, scale, &below.key(key));
            let from = read(&band.from, "from");
            let until = read(&band.below, "below");
            if let (Some(end), Some(from)) = (end, from)
                && end != from
            {
                let message = if from < end { Message::WantedNoOverlap } else { Message::WantedNoHole };
                let expected = wanted(message, &[("from", &format_decimal(end, scale))]);
                let found = format_decimal(from, scale);
                self.faults.add(&below.key("from"), FaultCode::BadBand, expected, found);
            }
            if let (Some(from), Some(until)) = (from, until)
                && from >= until
            {
                self.faults.add(&below, FaultCode::BoundsReversed, Message::WantedFromUnderBelow, shown(band));
            }
            end = until;
            lows.push(from.unwrap_or(i64::MIN));
        }
        lows
    }
}

/// A band in a message, as the document writes it.
fn shown(band: &Band) -> String {
    let ends = [("from", &band.from), ("below", &band.below)];
    let ends = ends.iter().filter_map(|(key, end)| Some(format!("\"{key}\": \"{}\"", shorten(end.as_deref()?, 60))));
    format!("{{{}}}", ends.collect::<Vec<_>>().join(", "))
}

/// The condition of a band, as a line of text.
fn describe_band(score: Option<&str>, band: Option<&Band>) -> String {
    match (score, band) {
        (Some(score), Some(Band { from: Some(from), .. })) => format!("{score} >= {from}"),
        (Some(score), Some(Band { from: None, below: Some(below) })) => format!("{score} < {below}"),
        _ => String::new(),
    }
}
