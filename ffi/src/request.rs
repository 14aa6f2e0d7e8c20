//! What a function is asked in JSON, beside its texts.

use serde::Deserialize;
use xeploai::catalogue::Message;
use xeploai::cohort::GroupRate;
pub(crate) use xeploai::entries::Entries;
use xeploai::{PolicySet, Rulebook};

use crate::error::{Failure, same, told};
use crate::handle::Answer;
use crate::status::XEPLOAI_REQUEST;

/// How a table is rated.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RateRequest {
    pub(crate) policies: Entries<String>,
    pub(crate) threads: usize,
    pub(crate) keep: Vec<String>,
    pub(crate) prefix: String,
}

/// How quotas are held.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HoldRequest {
    pub(crate) policies: Entries<String>,
    pub(crate) groups: Entries<Vec<String>>,
    pub(crate) rates: Vec<RateRow>,
    pub(crate) id: String,
    pub(crate) invalid: Option<Invalid>,
    pub(crate) prefix: String,
    pub(crate) threads: usize,
}

/// What becomes of rows that are invalid: they may still become anything, or are left out of the groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Invalid {
    Open,
    LeftOut,
}

/// How a rated table is counted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TallyRequest {
    pub(crate) by: Vec<String>,
    pub(crate) decimals: Option<u32>,
    pub(crate) prefix: String,
    pub(crate) threads: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RateRow {
    quota: String,
    #[serde(default)]
    grouping: String,
    group: String,
    rate: String,
    #[serde(default)]
    decision: String,
}

impl From<RateRow> for GroupRate {
    fn from(row: RateRow) -> Self {
        let RateRow { quota, grouping, group, rate, decision } = row;
        Self { quota, grouping, group, rate, decision }
    }
}

/// Reads a request; none is one without wishes.
pub(crate) fn read<'r, T: Deserialize<'r> + Default>(text: Option<&'r str>, name: &str) -> Answer<T> {
    let Some(text) = text else { return Ok(T::default()) };
    let refused = |found: &str| {
        let expected = told(Message::RequestWanted, &[]);
        Failure::argument(XEPLOAI_REQUEST, name, expected, &same(found))
    };
    // Said in our words; deeper down the reader refuses a list in the place of an object in its own.
    if text.trim_start().starts_with('[') {
        return Err(refused("[…]"));
    }
    xeploai::strict::from_str(text).map_err(|error| refused(&error.to_string()))
}

/// The policies that are chosen; where none is, the defaults.
pub(crate) fn policies(rulebook: &Rulebook, chosen: &Entries<String>) -> Answer<PolicySet> {
    if let Some(name) = chosen.twice() {
        let expected = told(Message::RequestWantedOnce, &[]);
        return Err(Failure::argument(XEPLOAI_REQUEST, "policies", expected, &same(&format!("`{name}`"))));
    }
    if chosen.0.is_empty() {
        return Ok(rulebook.default_policies().clone());
    }
    let chosen = chosen.0.iter().map(|(name, option)| (name.as_str(), option.as_str()));
    Ok(rulebook.policies(chosen)?)
}

/// What the names of results begin with: names of Arrow end with a zero byte.
pub(crate) fn prefix(prefix: String) -> Answer<String> {
    if prefix.contains('\0') {
        let expected = told(Message::CallWantedWithoutNul, &[]);
        return Err(Failure::argument(XEPLOAI_REQUEST, "options/prefix", expected, &same("\\u0000")));
    }
    Ok(prefix)
}
