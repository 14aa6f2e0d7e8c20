//! Objects of JSON whose names are not known beforehand.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The entries of an object in their order, none lost: a name may stand twice, and whoever reads them can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entries<V>(pub Vec<(String, V)>);

impl<V> Entries<V> {
    /// The first name that stands twice.
    ///
    /// ```
    /// let entries: xeploai::entries::Entries<i64> = serde_json::from_str(r#"{"a": 1, "b": 2, "a": 3}"#)?;
    /// assert_eq!(entries.twice(), Some("a"));
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn twice(&self) -> Option<&str> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names
            .clone()
            .enumerate()
            .find(|(place, name)| names.clone().take(*place).any(|known| known == *name))
            .map(|(_, name)| name)
    }
}

impl<V> Default for Entries<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Entries<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Object<V> {
            type Value = Entries<V>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<V>, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(Entries(all))
            }
        }
        deserializer.deserialize_map(Object(PhantomData))
    }
}
