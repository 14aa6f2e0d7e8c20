//! Whether a JSON document has the shape of the schema: every fault of shape at once.
//!
//! `serde` stops at the first fault. So when it refuses a document, the text is read again as plain JSON and held
//! against the committed JSON Schema, and what cannot be read is taken out, so that the rest can still be judged for
//! its meaning. The schema is the only description of the shape; this file knows none of its words.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::place::{ABSENT, Faults, Loss, Place, list_of, quoted};
use crate::catalogue::Message;
use crate::fault::{FaultCode, Wanted, wanted};

/// JSON as it was written, with keys that stand twice.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Null,
    Boolean(bool),
    Integer(i64),
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;
        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = Node;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
                Ok(Node::Boolean(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
                Ok(Node::Integer(value))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
                Ok(i64::try_from(value).map_or_else(|_| Node::Number(value.to_string()), Node::Integer))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
                Ok(Node::Number(value.to_string()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Node, E> {
                Ok(Node::Text(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Node::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut object = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    object.push(entry);
                }
                Ok(Node::Object(object))
            }
        }
        deserializer.deserialize_any(NodeVisitor)
    }
}

impl Node {
    fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "boolean",
            Self::Integer(_) => "integer",
            Self::Number(_) => "number",
            Self::Text(_) => "string",
            Self::List(_) => "array",
            Self::Object(_) => "object",
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Boolean(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => value.clone(),
            Self::Text(text) => quoted(text),
            Self::List(items) => list_of(items.len()),
            Self::Object(entries) => match entries.as_slice() {
                [] => "{}".to_owned(),
                [(key, _)] => format!("{{\"{}\"}}", crate::text::shorten(key, 60)),
                _ => "{…}".to_owned(),
            },
        }
    }

    /// The names that an unreadable part would have given to others.
    fn names(&self, into: &mut Vec<String>) {
        match self {
            Self::Object(entries) => {
                for (key, value) in entries {
                    match value {
                        Self::Text(text) if NAMING.contains(&key.as_str()) => into.push(text.clone()),
                        _ => value.names(into),
                    }
                }
            }
            Self::List(items) => items.iter().for_each(|item| item.names(into)),
            _ => {}
        }
    }

    /// Whether it says its own name.
    fn is_named(&self) -> bool {
        match self {
            Self::Object(entries) => {
                entries.iter().any(|(key, value)| NAMING.contains(&key.as_str()) && matches!(value, Self::Text(_)))
            }
            _ => false,
        }
    }

    fn into_value(self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Boolean(value) => Value::Bool(value),
            Self::Integer(value) => Value::from(value),
            Self::Number(text) => Value::String(text),
            Self::Text(text) => Value::String(text),
            Self::List(items) => Value::Array(items.into_iter().map(Self::into_value).collect()),
            Self::Object(entries) => {
                Value::Object(entries.into_iter().map(|(key, value)| (key, value.into_value())).collect())
            }
        }
    }
}

/// The keys under which a part of the document says its own name.
const NAMING: [&str; 4] = ["name", "id", "code", "kind"];

/// Holds a document against the schema. What can be read comes back, or nothing where the whole cannot.
pub(crate) fn check(node: Node, schema: &Value, faults: &mut Faults) -> Option<Value> {
    let mut checker = Checker { definitions: schema.get("$defs"), faults };
    checker.read(node, schema, &Place::ROOT, "").map(Node::into_value)
}

struct Checker<'s, 'f> {
    definitions: Option<&'s Value>,
    faults: &'f mut Faults,
}

impl<'s> Checker<'s, '_> {
    fn resolve(&self, schema: &'s Value) -> &'s Value {
        schema
            .get("$ref")
            .and_then(Value::as_str)
            .and_then(|reference| reference.rsplit('/').next())
            .and_then(|name| self.definitions?.get(name))
            .unwrap_or(schema)
    }

    /// Reads a node, or says what is wrong with it. `now` is the pointer that the node has in what is kept.
    fn read(&mut self, node: Node, schema: &'s Value, place: &Place<'_>, now: &str) -> Option<Node> {
        let losses = self.faults.losses.len();
        let kept = self.read_form(node, schema, place, now);
        if kept.is_none() {
            // What stands nowhere any more has lost nothing, and something else takes its place.
            self.faults.losses.truncate(losses);
        }
        kept
    }

    fn read_form(&mut self, node: Node, schema: &'s Value, place: &Place<'_>, now: &str) -> Option<Node> {
        let schema = self.resolve(schema);
        if let Some(variants) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
            return self.read_one_of(node, variants, place, now);
        }
        if let Some(values) = listed(schema) {
            return self.read_listed(node, &values, place);
        }
        match schema.get("type") {
            Some(types) if !fits(types, &node) => {
                self.refuse(&node, place, any_type(types));
                None
            }
            _ => match node {
                Node::Object(entries) => self.read_object(entries, schema, place, now),
                Node::List(items) => Some(Node::List(self.read_list(items, schema, place, now))),
                other => Some(other),
            },
        }
    }

    fn refuse(&mut self, node: &Node, place: &Place<'_>, expected: Wanted) {
        self.faults.add(place, FaultCode::WrongType, expected, node.shown());
        node.names(&mut self.faults.unreadable);
    }

    fn read_listed(&mut self, node: Node, values: &[&str], place: &Place<'_>) -> Option<Node> {
        match &node {
            Node::Text(text) if values.contains(&text.as_str()) => Some(node),
            Node::Text(_) => {
                self.faults.add(place, FaultCode::NotListed, one_of(values), node.shown());
                None
            }
            _ => {
                self.refuse(&node, place, one_of(values));
                None
            }
        }
    }

    /// A choice between forms. Forms are told apart by their type, or by the single key that an object form has.
    fn read_one_of(&mut self, node: Node, variants: &'s [Value], place: &Place<'_>, now: &str) -> Option<Node> {
        let is_null = |variant: &&'s Value| variant.get("type").and_then(Value::as_str) == Some("null");
        let resolved: Vec<&'s Value> = variants.iter().map(|variant| self.resolve(variant)).collect();
        if resolved.iter().any(is_null) && matches!(node, Node::Null) {
            return Some(node);
        }
        let resolved: Vec<&'s Value> = resolved.into_iter().filter(|variant| !is_null(variant)).collect();
        if let [only] = resolved.as_slice() {
            return self.read(node, only, place, now);
        }
        let mut words: Vec<&str> = Vec::new();
        let mut keys: Vec<&str> = Vec::new();
        let mut types: Vec<&str> = Vec::new();
        for variant in &resolved {
            if let Some(values) = listed(variant) {
                words.extend(values);
            } else if let Some(key) = only_key(variant) {
                keys.push(key);
            } else if let Some(kind) = variant.get("type").and_then(Value::as_str) {
                types.push(kind);
            }
        }
        let chosen = resolved.iter().find(|variant| match (&node, listed(variant), only_key(variant)) {
            (Node::Text(text), Some(values), _) => values.contains(&text.as_str()),
            (Node::Object(entries), None, Some(wanted)) => entries.iter().any(|(key, _)| key == wanted),
            (_, None, None) => variant.get("type").is_some_and(|types| fits(types, &node)),
            _ => false,
        });
        let several = match &node {
            Node::Object(entries) => {
                keys.iter().filter(|key| entries.iter().any(|(known, _)| known == *key)).count() > 1
            }
            _ => false,
        };
        if let Some(variant) = chosen.filter(|_| !several) {
            return self.read(node, variant, place, now);
        }
        let mut forms: Vec<Wanted> = Vec::new();
        if !words.is_empty() {
            forms.push(one_of(&words));
        }
        if !keys.is_empty() {
            forms.push(wanted(Message::WantedObjectWith, &[("keys", &all_quoted(keys.iter().copied()))]));
        }
        forms.extend(types.iter().map(|name| type_message(name).into()));
        let expected = either(forms);
        let code = match &node {
            Node::Object(_) if several => FaultCode::BadCount,
            Node::Text(_) if !words.is_empty() => FaultCode::NotListed,
            Node::Object(_) if !keys.is_empty() => FaultCode::NotListed,
            _ => FaultCode::WrongType,
        };
        self.faults.add(place, code, expected, node.shown());
        node.names(&mut self.faults.unreadable);
        None
    }

    fn read_object(
        &mut self,
        entries: Vec<(String, Node)>,
        schema: &'s Value,
        place: &Place<'_>,
        now: &str,
    ) -> Option<Node> {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let given: Vec<String> = entries.iter().map(|(key, _)| key.clone()).collect();
        let mut names = Vec::new();
        Node::Object(entries.clone()).names(&mut names);
        let mut kept: Vec<(String, Node)> = Vec::new();
        let mut readable = true;
        for name in &required {
            if !entries.iter().any(|(key, _)| key == name) {
                let found = if entries.is_empty() { "{}" } else { ABSENT };
                self.faults.add(place, FaultCode::MissingKey, wanted(Message::WantedKey, &[("key", name)]), found);
                readable = false;
            }
        }
        for (key, value) in entries {
            let below = place.key(&key);
            if kept.iter().any(|(known, _)| *known == key) {
                self.faults.add(&below, FaultCode::DuplicateKey, Message::WantedKeyOnce, quoted(&key));
                value.names(&mut self.faults.unreadable);
                continue;
            }
            // The schema comes from the model, whose life is the program's.
            let Some(property) = schema.get("properties").and_then(|all| all.get(&key)) else {
                let known = || properties.keys().map(String::as_str);
                let near = crate::text::nearest(&key, known());
                let expected = match near {
                    Some(near) => Wanted::from(Message::WantedKnownKey).near(near),
                    None => wanted(Message::WantedOneOfKeys, &[("keys", &all_quoted(known()))]),
                };
                self.faults.add(&below, FaultCode::UnknownKey, expected, quoted(&key));
                value.names(&mut self.faults.unreadable);
                if let Some(near) = near.filter(|near| !given.iter().any(|key| key == near)) {
                    self.lose_key(now, near);
                }
                continue;
            };
            match self.read(value, property, &below, &format!("{now}/{key}")) {
                Some(value) => kept.push((key, value)),
                None => {
                    readable &= !required.contains(&key.as_str());
                    self.lose_key(now, &key);
                }
            }
        }
        if readable {
            Some(Node::Object(kept))
        } else {
            self.faults.unreadable.append(&mut names);
            None
        }
    }

    /// An object that is kept without one of its keys.
    fn lose_key(&mut self, now: &str, key: &str) {
        let pointer = format!("{now}/{key}");
        // Not the whole document: a fault of its bands or counts has little to do with one of its keys.
        let within = if now.is_empty() { pointer.clone() } else { now.to_owned() };
        self.faults.losses.push(Loss { pointer, within, positions: Vec::new(), nameless: true });
    }

    fn read_list(&mut self, items: Vec<Node>, schema: &'s Value, place: &Place<'_>, now: &str) -> Vec<Node> {
        let mut kept = Vec::new();
        let mut positions = Vec::new();
        let mut nameless = false;
        let given = items.len();
        for (position, item) in items.into_iter().enumerate() {
            let below = format!("{now}/{}", kept.len());
            let named = item.is_named();
            let item = match schema.get("items") {
                Some(form) => self.read(item, form, &place.at(position), &below),
                None => Some(item),
            };
            match item {
                Some(item) => {
                    kept.push(item);
                    positions.push(position);
                }
                None => nameless |= !named,
            }
        }
        if kept.len() < given {
            let (pointer, within) = (now.to_owned(), now.to_owned());
            self.faults.losses.push(Loss { pointer, within, positions, nameless });
        }
        kept
    }
}

/// The texts that a schema lists, where it is a list of texts.
fn listed(schema: &Value) -> Option<Vec<&str>> {
    if let Some(value) = schema.get("const").and_then(Value::as_str) {
        return Some(vec![value]);
    }
    schema.get("enum")?.as_array().map(|values| values.iter().filter_map(Value::as_str).collect())
}

/// The key of a form that is an object with a single, required key.
fn only_key(schema: &Value) -> Option<&str> {
    let required = schema.get("required")?.as_array()?;
    let properties = schema.get("properties")?.as_object()?;
    match (required.as_slice(), properties.len()) {
        ([key], 1) => key.as_str(),
        _ => None,
    }
}

fn fits(types: &Value, node: &Node) -> bool {
    let name = node.type_name();
    let fits = |wanted: &str| wanted == name || (wanted == "number" && name == "integer");
    match types {
        Value::String(wanted) => fits(wanted),
        Value::Array(several) => several.iter().filter_map(Value::as_str).any(fits),
        _ => true,
    }
}

fn any_type(types: &Value) -> Wanted {
    match types {
        Value::Array(several) => {
            either(several.iter().filter_map(Value::as_str).map(|name| type_message(name).into()).collect())
        }
        one => type_message(one.as_str().unwrap_or_default()).into(),
    }
}

/// The words for a type of JSON.
fn type_message(name: &str) -> Message {
    match name {
        "null" => Message::WantedNull,
        "boolean" => Message::WantedBoolean,
        "integer" => Message::WantedInteger,
        "number" => Message::WantedNumber,
        "string" => Message::WantedText,
        "array" => Message::WantedList,
        _ => Message::WantedObject,
    }
}

fn either(forms: Vec<Wanted>) -> Wanted {
    forms.into_iter().reduce(|one, other| one.or(&other)).unwrap_or_else(|| Message::WantedObject.into())
}

fn one_of(values: &[&str]) -> Wanted {
    let message = if values.len() == 1 { Message::WantedOnly } else { Message::WantedOneOf };
    wanted(message, &[("values", &all_quoted(values.iter().copied()))])
}

fn all_quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    names.map(quoted).collect::<Vec<_>>().join(", ")
}
