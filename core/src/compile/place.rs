//! Places in a document, and the list of faults found there.

use crate::fault::{Fault, FaultCode};

/// A place in the document while it is walked: a key or position below another place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'a> {
    parent: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Step<'a> {
    Root,
    Key(&'a str),
    At(usize),
}

impl<'a> Place<'a> {
    pub(crate) const ROOT: Place<'static> = Place { parent: None, step: Step::Root };

    pub(crate) fn key(&'a self, key: &'a str) -> Place<'a> {
        Place { parent: Some(self), step: Step::Key(key) }
    }

    pub(crate) fn at(&'a self, position: usize) -> Place<'a> {
        Place { parent: Some(self), step: Step::At(position) }
    }

    /// The JSON pointer of the place.
    pub(crate) fn pointer(&self) -> String {
        let mut text = self.parent.map(Place::pointer).unwrap_or_default();
        match self.step {
            Step::Root => {}
            Step::Key(key) => {
                text.push('/');
                text.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Step::At(position) => {
                text.push('/');
                text.push_str(&position.to_string());
            }
        }
        text
    }
}

/// The faults found so far. `known` names stand where a part of the document could not be read, so that what refers to
/// it is not called unknown on top.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) list: Vec<Fault>,
    pub(crate) unreadable: Vec<String>,
}

impl Faults {
    pub(crate) fn add(
        &mut self,
        place: &Place<'_>,
        code: FaultCode,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) {
        self.list.push(Fault { pointer: place.pointer(), code, expected: expected.into(), found: found.into() });
    }

    /// A name that nothing bears, with the one that was most likely meant.
    pub(crate) fn unknown<'n>(
        &mut self,
        place: &Place<'_>,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        if self.unreadable.iter().any(|unreadable| unreadable == name) {
            return;
        }
        let expected = match crate::text::nearest(name, known) {
            Some(near) => format!("{what} (did you mean `{near}`?)"),
            None => what.to_owned(),
        };
        self.add(place, FaultCode::UnknownName, expected, quoted(name));
    }
}

/// A text of the user's in a message.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", crate::text::shorten(text, 60))
}
