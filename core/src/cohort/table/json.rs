//! What the quotas of a table came to, as JSON, so that every face gives the same bytes.

use serde::Serialize;

use super::hold::{HeldTable, TableQuota};

#[derive(Serialize)]
struct QuotaText<'q> {
    quota: &'q str,
    citation: &'q str,
    level: &'q str,
    grouping: &'q str,
    group: &'q [String],
    rate: Option<&'q str>,
    candidates: (u64, u64),
    base: (u64, u64),
    most: (u64, u64),
    over: (u64, u64),
}

fn quota(found: &TableQuota) -> QuotaText<'_> {
    QuotaText {
        quota: &found.quota,
        citation: &found.citation,
        level: &found.level,
        grouping: &found.grouping,
        group: &found.group,
        rate: found.rate.as_deref(),
        candidates: found.candidates,
        base: found.base,
        most: found.most,
        over: found.over,
    }
}

impl HeldTable {
    /// What each quota came to, group by group, as a JSON list, the same bytes from every face: objects with the names of
    /// the fields of [`TableQuota`].
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchIterator, StringArray};
    /// use xeploai::{Rulebook, batch::TableOptions, cohort::HoldOptions};
    ///
    /// let exempt: ArrayRef = Arc::new(BooleanArray::from(vec![None]));
    /// let group: ArrayRef = Arc::new(StringArray::from(vec!["A"]));
    /// let batch = RecordBatch::try_from_iter([("exempt_from_activities", exempt), ("position_group", group)])?;
    /// let table = RecordBatchIterator::new([Ok(batch.clone())], batch.schema());
    /// let rulebook = Rulebook::builtin("366-qd-tw")?;
    /// let rated: Vec<RecordBatch> =
    ///     rulebook.rate_table("member", table, TableOptions::default())?.collect::<Result<_, _>>()?;
    /// let held = rulebook.hold_quotas("member", &rated, &HoldOptions::default())?;
    /// assert!(held.quotas_json().contains(r#""group":["A"],"rate":"20%","candidates":[0,1]"#));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quotas_json(&self) -> String {
        let quotas: Vec<QuotaText<'_>> = self.quotas.iter().map(quota).collect();
        serde_json::to_string(&quotas).unwrap_or_default()
    }
}
