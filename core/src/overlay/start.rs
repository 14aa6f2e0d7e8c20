//! Where a local regulation starts: a valid overlay to edit, and a schema from which an editor completes the names of the
//! base.

use serde_json::{Value, json};

use crate::catalogue::{Language, Message, fill};
use crate::document::{FactType, Subject};
use crate::report::json_string;
use crate::rulebook::Rulebook;

impl Rulebook {
    /// The name under which [`Self::overlay_template`] looks for [`Self::overlay_schema`], in the folder where it stands:
    /// overlays of several rulebooks may stand in one.
    ///
    /// ```
    /// use xeploai::Rulebook;
    /// assert_eq!(Rulebook::builtin("366-qd-tw")?.overlay_schema_name(), "366-qd-tw.overlay.schema.json");
    /// # Ok::<(), xeploai::LoadError>(())
    /// ```
    pub fn overlay_schema_name(&self) -> String {
        format!("{}.overlay.schema.json", self.id())
    }

    /// A valid overlay on this rulebook, with every section there and empty, to be filled in. It refers to a schema beside
    /// it, which [`Self::overlay_schema`] gives.
    ///
    /// ```
    /// use xeploai::Rulebook;
    /// let base = Rulebook::builtin("366-qd-tw")?;
    /// let started = base.with_overlay(&base.overlay_template())?;
    /// assert_eq!(started.id(), "local-366-qd-tw");
    /// # Ok::<(), xeploai::LoadError>(())
    /// ```
    pub fn overlay_template(&self) -> String {
        let told = |message: Message| Language::ALL.map(|language| fill(message, language, &[]));
        let words = |message: Message| {
            let [vi, en] = told(message).map(|text| json_string(&text));
            format!("{{\"vi\": {vi}, \"en\": {en}}}")
        };
        let from = json_string(&self.document().in_force.from);
        let kinds: Vec<String> = self.subjects().map(|subject| kind(&subject.kind)).collect();
        format!(
            r#"{{
  "$schema": {schema},
  "$comment": {comment},
  "id": {id},
  "version": "0.1.0",
  "title": {title},
  "province": "local",
  "extends": {{"id": {base}, "version": {version}}},
  "instruments": [
    {{
      "id": "local-text",
      "number": "…",
      "kind": {text},
      "issuer": {issuer},
      "date": {from},
      "in_force": {{"from": {from}}}
    }}
  ],
  "in_force": {{"from": {from}}},
  "policies": [],
  "new_policies": [],
  "enumerations": [],
  "subjects": [
{kinds}
  ]
}}
"#,
            schema = json_string(&self.overlay_schema_name()),
            comment = json_string(&told(Message::StartComment).join(" — ")),
            id = json_string(&format!("local-{}", self.id())),
            title = words(Message::StartTitle),
            base = json_string(self.id()),
            version = json_string(self.version()),
            text = words(Message::StartKindOfText),
            issuer = words(Message::StartIssuer),
            kinds = kinds.join(",\n"),
        )
    }

    /// The JSON Schema of overlays with the names of this rulebook in it: an editor offers its kinds, policies and options,
    /// levels, facts and rules.
    pub fn overlay_schema(&self) -> String {
        let mut schema: Value = serde_json::from_str(crate::schema::overlay_schema()).unwrap_or_default();
        let document = self.document();
        let kinds: Vec<&str> = self.subjects().map(|subject| subject.kind.as_str()).collect();
        offer(&mut schema, "/properties/kinds/items", "enum", json!(kinds));
        offer(&mut schema, "/$defs/SubjectOverlay/properties/kind", "enum", json!(kinds));
        offer(&mut schema, "/$defs/Base/properties/id", "const", json!(self.id()));
        offer(&mut schema, "/$defs/Base/properties/version", "const", json!(self.version()));
        let policies: Vec<Value> = document
            .policies
            .iter()
            .map(|policy| {
                let options: Vec<&str> = policy.options.iter().map(|option| option.code.as_str()).collect();
                json!({"properties": {"name": {"const": policy.name}, "default": {"enum": options}}})
            })
            .collect();
        if !policies.is_empty() {
            offer(&mut schema, "/$defs/PolicyChoice", "anyOf", json!(policies));
        }
        let levels: Vec<&str> = document.levels.iter().map(|level| level.code.as_str()).collect();
        let upper: Vec<&str> = levels.iter().skip(1).copied().collect();
        offer(&mut schema, "/$defs/LevelConditions/properties/level", "enum", json!(upper));
        let all = |names: fn(&Subject) -> Vec<&str>| {
            let mut all: Vec<&str> = self.subjects().flat_map(names).collect();
            all.sort_unstable();
            all.dedup();
            json!(all)
        };
        offer(&mut schema, "/$defs/PointTable/properties/fact", "enum", all(decimals));
        offer(&mut schema, "/$defs/Tightening/properties/rule", "enum", all(rules));
        for place in ["Rule", "Trigger", "Ceiling", "Quota", "Notice"] {
            offer(&mut schema, &format!("/$defs/{place}/properties/id"), "examples", all(rules));
        }
        for place in ["Compare/properties/left", "Share/properties/part", "Share/properties/whole"] {
            offer(&mut schema, &format!("/$defs/{place}"), "examples", all(names));
        }
        // Writing plain data to memory cannot fail.
        serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
    }
}

/// A kind of subject with every section, as a piece of the template.
fn kind(code: &str) -> String {
    let list = |sections: &[&str]| sections.iter().map(|key| format!("\"{key}\": []")).collect::<Vec<_>>().join(", ");
    let add = list(&[
        "facts",
        "constraints",
        "measures",
        "not_reviewed",
        "not_rated",
        "conditions",
        "triggers",
        "ceilings",
        "quotas",
        "after",
        "notices",
        "unread",
        "open_points",
    ]);
    let replace = list(&["not_reviewed", "not_rated", "conditions", "triggers", "ceilings", "quotas", "notices"]);
    format!(
        r#"    {{
      "kind": {},
      "points": [],
      "tighten": [],
      "add": {{{add}}},
      "replace": {{{replace}}}
    }}"#,
        json_string(code)
    )
}

/// Puts what an editor offers at a place of the schema; a place that is not there is left out.
fn offer(schema: &mut Value, place: &str, key: &str, offered: Value) {
    if let Some(part) = schema.pointer_mut(place).and_then(Value::as_object_mut) {
        part.insert(key.to_owned(), offered);
    }
}

fn decimals(subject: &Subject) -> Vec<&str> {
    let decimals = subject.facts.iter().filter(|fact| matches!(fact.kind, FactType::Decimal(_)));
    decimals.map(|fact| fact.name.as_str()).collect()
}

fn names(subject: &Subject) -> Vec<&str> {
    let facts = subject.facts.iter().map(|fact| fact.name.as_str());
    facts.chain(subject.measures.iter().map(|measure| measure.name.as_str())).collect()
}

/// The ids of the rules that an overlay can name.
fn rules(subject: &Subject) -> Vec<&str> {
    let eligibility = subject.not_reviewed.iter().chain(&subject.not_rated).map(|rule| rule.id.as_str());
    let standards = subject.standards.levels.iter().flat_map(|standard| {
        std::iter::once(standard.id.as_str()).chain(standard.conditions.iter().map(|rule| rule.id.as_str()))
    });
    let limits = subject.triggers.iter().map(|rule| rule.id.as_str());
    let ceilings = subject.ceilings.iter().map(|rule| rule.id.as_str());
    let others = subject.quotas.iter().map(|rule| rule.id.as_str());
    let notices = subject.notices.iter().map(|rule| rule.id.as_str());
    eligibility.chain(standards).chain(limits).chain(ceilings).chain(others).chain(notices).collect()
}
