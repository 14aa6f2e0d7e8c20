//! Results as Python objects: the core's one shape, written into dicts and lists.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyList, PyString};
use xeploai::report::{Head, Sink, Word};
use xeploai::{Rulebook, TextId};

/// The texts that results of one rulebook repeat, as Python strings made once.
pub(crate) struct Strings {
    texts: Vec<Py<PyString>>,
    words: Vec<Py<PyString>>,
    /// What the findings of each rule begin with.
    heads: Vec<Py<PyDict>>,
}

impl Strings {
    pub(crate) fn new(py: Python<'_>, rulebook: &Rulebook) -> PyResult<Self> {
        let texts = rulebook.texts_in_order().map(|text| PyString::intern(py, text).unbind()).collect();
        let words = Word::ALL.iter().map(|word| PyString::intern(py, word.text()).unbind()).collect();
        let mut strings = Self { texts, words, heads: Vec::new() };
        for head in rulebook.heads() {
            let mut sink = ObjectSink::new(py, &strings);
            head.write(&mut sink);
            sink.end_object();
            let head = sink.finish()?.cast_into::<PyDict>()?.unbind();
            strings.heads.push(head);
        }
        Ok(strings)
    }

    pub(crate) fn text<'py>(&self, py: Python<'py>, id: TextId) -> Option<&Bound<'py, PyString>> {
        self.texts.get(id.index()).map(|text| text.bind(py))
    }

    fn word<'py>(&self, py: Python<'py>, word: Word) -> Option<&Bound<'py, PyString>> {
        self.words.get(word.index()).map(|text| text.bind(py))
    }
}

enum Open<'py> {
    Dict(Bound<'py, PyDict>),
    List(Bound<'py, PyList>),
}

/// Builds dicts and lists as a result is written.
pub(crate) struct ObjectSink<'s, 'py> {
    py: Python<'py>,
    strings: &'s Strings,
    open: Vec<Open<'py>>,
    /// The keys of the dicts that are open, innermost last.
    keys: Vec<Bound<'py, PyString>>,
    whole: Option<Bound<'py, PyAny>>,
    error: Option<PyErr>,
}

impl<'s, 'py> ObjectSink<'s, 'py> {
    pub(crate) fn new(py: Python<'py>, strings: &'s Strings) -> Self {
        Self { py, strings, open: Vec::with_capacity(8), keys: Vec::with_capacity(8), whole: None, error: None }
    }

    pub(crate) fn finish(self) -> PyResult<Bound<'py, PyAny>> {
        match (self.error, self.whole) {
            (Some(error), _) => Err(error),
            (None, Some(whole)) => Ok(whole),
            (None, None) => Ok(self.py.None().into_bound(self.py)),
        }
    }

    fn put(&mut self, value: Bound<'py, PyAny>) {
        let result = match self.open.last() {
            Some(Open::Dict(dict)) => match self.keys.pop() {
                Some(key) => dict.set_item(key, value),
                None => Ok(()),
            },
            Some(Open::List(list)) => list.append(value),
            None => {
                self.whole = Some(value);
                Ok(())
            }
        };
        if let Err(error) = result {
            self.error.get_or_insert(error);
        }
    }

    fn close(&mut self) {
        match self.open.pop() {
            Some(Open::Dict(dict)) => self.put(dict.into_any()),
            Some(Open::List(list)) => self.put(list.into_any()),
            None => {}
        }
    }
}

impl Sink for ObjectSink<'_, '_> {
    fn begin_object(&mut self) {
        self.open.push(Open::Dict(PyDict::new(self.py)));
    }

    fn end_object(&mut self) {
        self.close();
    }

    fn begin_list(&mut self) {
        self.open.push(Open::List(PyList::empty(self.py)));
    }

    fn end_list(&mut self) {
        self.close();
    }

    fn key(&mut self, key: Word) {
        self.keys.extend(self.strings.word(self.py, key).cloned());
    }

    fn name(&mut self, name: TextId) {
        self.keys.extend(self.strings.text(self.py, name).cloned());
    }

    fn word(&mut self, word: Word) {
        if let Some(text) = self.strings.word(self.py, word) {
            self.put(text.clone().into_any());
        }
    }

    fn shared(&mut self, text: TextId) {
        if let Some(text) = self.strings.text(self.py, text) {
            self.put(text.clone().into_any());
        }
    }

    fn text(&mut self, text: &str) {
        self.put(PyString::new(self.py, text).into_any());
    }

    fn integer(&mut self, value: i64) {
        match value.into_pyobject(self.py) {
            Ok(value) => self.put(value.into_any()),
            Err(never) => match never {},
        }
    }

    fn boolean(&mut self, value: bool) {
        self.put(PyBool::new(self.py, value).to_owned().into_any());
    }

    fn null(&mut self) {
        self.put(self.py.None().into_bound(self.py));
    }

    // A copy of what is ready costs a fraction of setting each key.
    fn begin_finding(&mut self, head: Head<'_>) {
        match self.strings.heads.get(head.number()).map(|ready| ready.bind(self.py).copy()) {
            Some(Ok(ready)) => self.open.push(Open::Dict(ready)),
            Some(Err(error)) => {
                self.error.get_or_insert(error);
                head.write(self);
            }
            None => head.write(self),
        }
    }
}
