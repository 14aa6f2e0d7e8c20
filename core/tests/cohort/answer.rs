//! What a rated cohort says, in a form that can be compared.

use std::collections::BTreeMap;

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, UInt64Type};
use arrow_schema::DataType;
use xeploai::Outcome;
use xeploai::cohort::{Changed, QuotaLine, RatedCohort};

use crate::brute::Levels;
use crate::rules::LEVELS;
use crate::town::Town;

/// How a subject stands: outcome, lowest and highest level.
pub(crate) type Standing = (Outcome, Option<String>, Option<String>);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Answer {
    /// Before the quotas and after them.
    pub(crate) standing: BTreeMap<String, (Standing, Standing)>,
    pub(crate) quotas: Vec<QuotaLine>,
    /// Sort, table, column, whom it concerns, what was found; rows are those of a form.
    pub(crate) problems: Vec<(&'static str, String, String, Vec<String>, String)>,
    pub(crate) findings: Vec<(&'static str, Vec<String>, String)>,
    /// The columns of the results.
    pub(crate) results: BTreeMap<String, Vec<Option<String>>>,
}

const COLUMNS: [&str; 12] = [
    "outcome",
    "at_least",
    "at_most",
    "own_outcome",
    "own_at_least",
    "own_at_most",
    "level",
    "stage",
    "open",
    "missing",
    "decided_level",
    "reasons",
];

/// A cell as text; a list is its items.
pub(crate) fn cell(column: &dyn Array, row: usize) -> Option<String> {
    if column.is_null(row) {
        return None;
    }
    match column.data_type() {
        DataType::List(_) => {
            let items = column.as_list::<i32>().value(row);
            let cells: Vec<String> = (0..items.len()).filter_map(|row| cell(items.as_ref(), row)).collect();
            Some(cells.join(" "))
        }
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            cell(dictionary.values().as_ref(), dictionary.normalized_keys()[row])
        }
        DataType::Utf8 => Some(column.as_string::<i32>().value(row).to_owned()),
        DataType::Int32 => Some(column.as_primitive::<Int32Type>().value(row).to_string()),
        DataType::UInt64 => Some(column.as_primitive::<UInt64Type>().value(row).to_string()),
        other => panic!("{other}"),
    }
}

impl Answer {
    pub(crate) fn of(rated: &RatedCohort) -> Self {
        let (mut standing, mut results) = (BTreeMap::new(), BTreeMap::new());
        for kind in rated.kinds() {
            let Some(table) = rated.table(kind) else { continue };
            let table = table.unwrap();
            let text = |name: &str, row: usize| table.column_by_name(name).and_then(|column| cell(column, row));
            for row in 0..table.num_rows() {
                let id = text("id", row).unwrap_or_default();
                results.insert(id.clone(), COLUMNS.map(|name| text(name, row)).to_vec());
                if let Some(Changed { before, after, .. }) = rated.standing(&id) {
                    standing.insert(id, (before, after));
                }
            }
        }
        let mut quotas = rated.quotas();
        quotas.sort_by_key(|line| (line.kind.clone(), line.grouping.clone(), line.group.clone()));
        let mut problems: Vec<_> = rated
            .problems()
            .iter()
            .map(|problem| {
                let mut subjects = problem.subjects.clone();
                subjects.sort();
                let (table, column) = (problem.table.clone(), problem.column.clone());
                (problem.code.name(), table, column, subjects, problem.found.clone())
            })
            .collect();
        problems.sort();
        let finding = |finding: &xeploai::cohort::DecisionFinding| {
            (finding.code.name(), finding.subjects.clone(), finding.found.clone())
        };
        let mut findings: Vec<_> = rated.findings().iter().map(finding).collect();
        findings.sort();
        Self { standing, quotas, problems, findings, results }
    }

    pub(crate) fn before(&self, id: &str) -> &Standing {
        &self.standing[id].0
    }

    pub(crate) fn after(&self, id: &str) -> &Standing {
        &self.standing[id].1
    }

    /// Outcome and level after the quotas, in short: the one level, or both ends.
    pub(crate) fn short(&self, id: &str) -> String {
        let (outcome, low, high) = self.after(id);
        match (low, high) {
            (Some(low), Some(high)) if low == high => format!("{} {low}", outcome.code()),
            (Some(low), Some(high)) => format!("{} {low}..{high}", outcome.code()),
            _ => outcome.code().to_owned(),
        }
    }

    pub(crate) fn line(&self, group: &str) -> &QuotaLine {
        self.quotas.iter().find(|line| line.group == group).unwrap_or_else(|| panic!("no {group}"))
    }

    pub(crate) fn problem(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.0 == code)
    }

    pub(crate) fn finding(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.0 == code)
    }
}

/// The ranks of the interval.
pub(crate) fn ranks(standing: &Standing) -> Levels {
    let rank = |level: &Option<String>| LEVELS.iter().position(|known| Some(*known) == level.as_deref());
    rank(&standing.1).zip(rank(&standing.2))
}

/// Rates a town as it is.
pub(crate) fn rate(town: &Town) -> Answer {
    Answer::of(&town.cohort(&crate::town::Form::default()).rate().unwrap())
}

/// Whether a standing leaves a subject room for what it is in a completion.
pub(crate) fn holds(standing: &Standing, levels: Levels) -> bool {
    match (standing.0, levels) {
        // What is wrong with its facts is not for others to complete.
        (Outcome::Invalid, _) => true,
        (Outcome::Rated, Some(found)) => ranks(standing) == Some(found) && found.0 == found.1,
        (Outcome::Rated, None) => false,
        (Outcome::NotRated | Outcome::NotReviewed, found) => found.is_none(),
        (Outcome::Undetermined, None) => true,
        (Outcome::AuthorityDecides, None) => false,
        (Outcome::Undetermined | Outcome::AuthorityDecides, Some((low, high))) => {
            ranks(standing).is_some_and(|(least, most)| least <= low && high <= most)
        }
    }
}
