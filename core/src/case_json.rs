//! A case from JSON text: each value keeps the exact text that it has there until the declared type reads it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::case::{Case, Item, Value};

/// Reads the facts of a JSON object into a case.
pub(crate) fn read(case: &mut Case, text: &str) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    RecordSeed(case).deserialize(&mut reader).and_then(|()| reader.end())
}

struct RecordSeed<'c>(&'c mut Case);

impl<'de> DeserializeSeed<'de> for RecordSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RecordSeed<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of facts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Case { rulebook, plan, record } = self.0;
        let Some(plan) = rulebook.plan(*plan) else {
            return Ok(());
        };
        while let Some(key) = entries.next_key::<Words<'de>>()? {
            let value = entries.next_value::<&'de RawValue>()?;
            record.set(rulebook, plan, &key.0, from_token(value.get()));
        }
        Ok(())
    }
}

/// Text that is borrowed where JSON has it without escapes.
struct Words<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Words<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordsVisitor;
        impl<'de> Visitor<'de> for WordsVisitor {
            type Value = Words<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Words<'de>, E> {
                Ok(Words(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Words<'de>, E> {
                Ok(Words(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(WordsVisitor)
    }
}

/// The value of a token of JSON that was already found sound.
pub(crate) fn from_token(token: &str) -> Value<'_> {
    match token.as_bytes().first() {
        Some(b'n') => Value::Missing,
        Some(b't') => Value::Boolean(true),
        Some(b'f') => Value::Boolean(false),
        Some(b'"') => match plain_text(token) {
            Some(text) => Value::Text(Cow::Borrowed(text)),
            None => match serde_json::from_str::<Words<'_>>(token) {
                Ok(text) => Value::Text(text.0),
                Err(_) => Value::Other("text".into()),
            },
        },
        Some(b'[') => match serde_json::from_str::<ItemsOf<'_>>(token) {
            Ok(items) => Value::List(items.0),
            Err(_) => Value::Other("list".into()),
        },
        Some(b'{') => Value::Other("object".into()),
        _ => Value::Number(Cow::Borrowed(token)),
    }
}

/// The text of a JSON string without escapes.
fn plain_text(token: &str) -> Option<&str> {
    let inner = token.strip_prefix('"')?.strip_suffix('"')?;
    (!inner.as_bytes().contains(&b'\\')).then_some(inner)
}

struct ItemsOf<'a>(Vec<Item<'a>>);

impl<'de> serde::Deserialize<'de> for ItemsOf<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ItemsVisitor;
        impl<'de> Visitor<'de> for ItemsVisitor {
            type Value = ItemsOf<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of items")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ItemsOf<'de>, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element::<&'de RawValue>()? {
                    list.push(match serde_json::from_str::<Fields<'de>>(item.get()) {
                        Ok(Fields(fields)) => Item::Fields(fields),
                        Err(_) => Item::Bare(flat(item.get())),
                    });
                }
                Ok(ItemsOf(list))
            }
        }
        deserializer.deserialize_seq(ItemsVisitor)
    }
}

/// The value of a token inside a list, where no further list is ever declared: it is not read, however deep it goes.
fn flat(token: &str) -> Value<'_> {
    match token.as_bytes().first() {
        Some(b'[') => Value::Other("list".into()),
        _ => from_token(token),
    }
}

/// The fields of an item that is an object.
struct Fields<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

impl<'de> serde::Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FieldsVisitor;
        impl<'de> Visitor<'de> for FieldsVisitor {
            type Value = Fields<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Fields<'de>, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = entries.next_key::<Words<'de>>()? {
                    fields.push((key.0, flat(entries.next_value::<&'de RawValue>()?.get())));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(FieldsVisitor)
    }
}
