//! Quotas held on a rated table give what a cohort of the same rows gives, where nobody is related to anybody.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator, StringArray};
use proptest::prelude::*;
use xeploai::batch::TableOptions;
use xeploai::cohort::{GroupRate, HoldOptions};
use xeploai::{Language, Rulebook};

use crate::answer::{cell, rate};
use crate::config;
use crate::generate::{OPEN, crew, town};
use crate::rules::Kind;

proptest! {
    #![proptest_config(config(60))]

    #[test]
    fn a_table_is_held_to_its_quotas_as_a_cohort_is(
        town in prop_oneof![town(OPEN), crew(OPEN)],
        threads in 1_usize..3, parts in 1_usize..3) {
        let mut town = town;
        town.edges.clear();
        let (answer, rulebook) = (rate(&town), town.rulebook());
        let policies = rulebook.policies(town.terms.policies()).unwrap();
        let rates = town.rates.iter().map(|(kind, grouping, group, rate)| GroupRate {
            quota: format!("{}.quota", kind.code()),
            grouping: (*grouping).to_owned(),
            group: group.clone(),
            rate: (*rate).to_owned(),
            decision: "7".to_owned(),
        });
        let rates: Vec<GroupRate> = rates.collect();
        for kind in [Kind::Unit, Kind::Leader, Kind::Person] {
            let rows: Vec<usize> =
                (0..town.subjects.len()).filter(|row| town.subjects[*row].kind == kind).collect();
            if rows.is_empty() {
                continue;
            }
            let tables: Vec<RecordBatch> =
                rows.chunks(rows.len().div_ceil(parts)).map(|rows| town.table(kind, rows, true)).collect();
            let schema = tables[0].schema();
            let reader = RecordBatchIterator::new(tables.into_iter().map(Ok), schema);
            let keep = kind.groupings(&town.terms).iter().map(|name| (*name).to_owned()).collect();
            let options = TableOptions { policies: Some(policies.clone()), keep, ..TableOptions::default() };
            let rated: Vec<RecordBatch> =
                rulebook.rate_table(kind.code(), reader, options).unwrap().map(Result::unwrap).collect();
            let hold = |rates: Vec<GroupRate>| {
                let options =
                    HoldOptions { policies: Some(policies.clone()), rates, threads, ..HoldOptions::default() };
                rulebook.hold_quotas(kind.code(), &rated, &options)
            };
            // A rate that does not count is a problem of a cohort; of a table it is refused.
            let sound: Vec<GroupRate> =
                rates.iter().filter(|rate| hold(vec![(*rate).clone()]).is_ok()).cloned().collect();
            if sound.len() < rates.len() {
                let refused = hold(rates.clone()).unwrap_err();
                prop_assert!(refused.faults.iter().all(|fault| fault.code.name() == "bad_rate"), "{}", refused);
                prop_assert_eq!(refused.faults.len(), rates.len() - sound.len());
                let told = |problem: &(&str, String, String, Vec<String>, String)| problem.1 == "rates";
                prop_assert!(answer.problems.iter().any(told), "{:?}", answer.problems);
            }
            let held = hold(sound).unwrap();
            for batch in &held.batches {
                let text = |name: &str, row: usize| cell(batch.column_by_name(name).unwrap(), row);
                for row in 0..batch.num_rows() {
                    let id = text("id", row).unwrap();
                    let columns = ["outcome", "at_least", "at_most", "own_outcome", "own_at_least", "own_at_most"];
                    let found = columns.map(|name| text(name, row));
                    prop_assert_eq!(&found[..], &answer.results[&id][..6], "{}", id);
                }
            }
            for line in answer.quotas.iter().filter(|line| line.kind == kind.code()) {
                let same = held.quotas.iter().find(|held| {
                    held.grouping == line.grouping && held.group == [line.group.as_str()]
                });
                // A group in which nobody counts has no line.
                let Some(same) = same else {
                    prop_assert_eq!([line.candidates, line.base], [(0, 0), (0, 0)]);
                    continue;
                };
                prop_assert_eq!(&same.rate, &line.rate);
                prop_assert_eq!(
                    [same.candidates, same.base, same.most, same.over],
                    [line.candidates, line.base, line.most, line.over]
                );
            }
        }
    }
}

#[test]
fn a_rate_that_does_not_count_is_refused_with_its_reason() {
    let rulebook = Rulebook::builtin("366-qd-tw").unwrap();
    let ids: ArrayRef = Arc::new(StringArray::from(vec!["A", "B"]));
    let group: ArrayRef = Arc::new(StringArray::from(vec!["nhóm 1", "nhóm 2"]));
    let columns = [("id", ids), ("position_group", group)];
    let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![Some(false), None]));
    let table = RecordBatch::try_from_iter(columns.into_iter().chain([("exempt_from_activities", exempt)])).unwrap();
    let reader = RecordBatchIterator::new([Ok(table.clone())], table.schema());
    let keep = vec!["position_group".to_owned()];
    let options = TableOptions { keep, ..TableOptions::default() };
    let rated: Vec<RecordBatch> =
        rulebook.rate_table("member", reader, options).unwrap().map(Result::unwrap).collect();
    let rate = |quota: &str, grouping: &str, group: &str, rate: &str, decision: &str| GroupRate {
        quota: quota.to_owned(),
        grouping: grouping.to_owned(),
        group: group.to_owned(),
        rate: rate.to_owned(),
        decision: decision.to_owned(),
    };
    let hold = |rates: Vec<GroupRate>| {
        rulebook.hold_quotas("member", &rated, &HoldOptions { rates, ..HoldOptions::default() })
    };
    let good = rate("member.quota", "", "nhóm 1", "25%", "12-QĐ/ĐU");
    let other_kind = rulebook.document().subjects.iter().flat_map(|subject| &subject.quotas);
    let other_kind = other_kind.map(|quota| quota.id.clone()).find(|id| id != "member.quota").unwrap();
    let held = hold(vec![good.clone(), rate(&other_kind, "", "X", "abc", "")]).unwrap();
    assert_eq!(held.quotas.iter().map(|line| line.rate.as_deref()).collect::<Vec<_>>(), [Some("25%"), Some("20%")]);
    let twice = vec![good.clone(), rate("member.quota", "", "nhóm 1", "22%", "7")];
    assert_eq!(hold(twice).unwrap_err().faults.len(), 2);
    for (bad, column, found) in [
        (rate("member.quotaX", "", "nhóm 1", "25%", "7"), "rates/quota", "member.quotaX"),
        (rate("member.quota", "", "nhóm 1", "35%", "7"), "rates/rate", "35%"),
        (rate("member.quota", "", "nhóm 1", "abc", "7"), "rates/rate", "abc"),
        (rate("member.quota", "", "nhóm 1", "", "7"), "rates/rate", "-"),
        (rate("member.quota", "", "nhóm 1", "25%", ""), "rates/decision", "25%"),
        (rate("member.quota", "", "nhóm 9", "25%", "7"), "rates/group", "nhóm 9"),
        (rate("member.quota", "block", "nhóm 1", "25%", "7"), "rates/group", "block: nhóm 1"),
    ] {
        let faults = hold(vec![bad.clone()]).unwrap_err().faults;
        assert_eq!(
            (faults.len(), faults[0].column.as_str(), faults[0].found.as_str()),
            (1, column, found),
            "{bad:?}"
        );
        assert!(faults[0].words(Language::Vietnamese).contains("tỷ lệ không dùng được"));
    }
    let nobody = HoldOptions { id: "nope".to_owned(), ..HoldOptions::default() };
    let faults = rulebook.hold_quotas("member", &rated, &nobody).unwrap_err().faults;
    assert_eq!((faults[0].column.as_str(), faults[0].code.name()), ("nope", "missing"));
}
