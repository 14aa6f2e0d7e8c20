//! Quotas held on a rated table give what a cohort of the same rows gives, where nobody is related to anybody.

use arrow_array::{RecordBatch, RecordBatchIterator};
use proptest::prelude::*;
use xeploai::batch::TableOptions;
use xeploai::cohort::{GroupRate, HoldOptions};

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
            let options = HoldOptions {
                policies: Some(policies.clone()),
                rates: rates.clone(),
                threads,
                ..HoldOptions::default()
            };
            let held = rulebook.hold_quotas(kind.code(), &rated, &options).unwrap();
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
