//! Places in a document, the list of faults found there, and what had to be left out because it could not be read.

use crate::catalogue::Message;
use crate::fault::{Fault, FaultCode, Wanted, wanted};
use crate::sorted;

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

/// The faults found so far, and what could not be read: what is only missing because of that is no fault on top.
#[derive(Debug, Default, Clone)]
pub(crate) struct Faults {
    pub(crate) list: Vec<Fault>,
    /// The names that unreadable parts would have given.
    pub(crate) unreadable: Vec<String>,
    pub(crate) losses: Vec<Loss>,
}

/// A part of the document, in the places of what was kept, from which something unreadable was taken out.
#[derive(Debug, Clone)]
pub(crate) struct Loss {
    /// The list that lost items, or the key that an object lost.
    pub(crate) pointer: String,
    /// At or below here something may be missing, too few, or not joined to the rest.
    pub(crate) within: String,
    /// Where the items of the list that were kept stood before.
    pub(crate) positions: Vec<usize>,
    /// Whether something was lost whose name is not known.
    pub(crate) nameless: bool,
}

/// The sorts of names that conditions and rules refer to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Sort<'a> {
    Instrument,
    Level,
    Enumeration,
    /// A value of an enumeration.
    Code,
    Policy,
    /// An option of the policy.
    Option(&'a str),
    Fact,
    /// A fact or a measure.
    Number,
    /// A part of the items of a list.
    Field,
}

impl Sort<'_> {
    fn wanted(self) -> Wanted {
        match self {
            Self::Instrument => Message::WantedInstrument.into(),
            Self::Level => Message::WantedLevel.into(),
            Self::Enumeration => Message::WantedEnumeration.into(),
            Self::Code => Message::WantedCodeOf.into(),
            Self::Policy => Message::WantedPolicy.into(),
            Self::Option(policy) => wanted(Message::WantedOption, &[("policy", &quoted(policy))]),
            Self::Fact => Message::WantedFact.into(),
            Self::Number => Message::WantedFactOrMeasure.into(),
            Self::Field => Message::WantedField.into(),
        }
    }

    /// The ends of the pointers of the lists that declare such names.
    fn declared(self) -> &'static [&'static str] {
        match self {
            Self::Instrument => &["/instruments"],
            Self::Level => &["/levels"],
            Self::Enumeration => &["/enumerations"],
            Self::Code => &["/values"],
            Self::Policy => &["/policies"],
            Self::Option(_) => &["/options"],
            Self::Fact => &["/facts"],
            Self::Number => &["/facts", "/measures"],
            Self::Field => &["/fields"],
        }
    }
}

impl Faults {
    pub(crate) fn add(
        &mut self,
        place: &Place<'_>,
        code: FaultCode,
        expected: impl Into<Wanted>,
        found: impl Into<String>,
    ) {
        let expected = expected.into().into();
        self.list.push(Fault { pointer: place.pointer(), code, expected, found: found.into() });
    }

    /// A name that nothing bears, unless a part that could not be read may bear it.
    pub(crate) fn unknown<'n>(
        &mut self,
        place: &Place<'_>,
        sort: Sort<'_>,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        if !self.is_lost(sort, name) {
            self.not_among(place, FaultCode::UnknownName, sort.wanted(), name, known);
        }
    }

    /// Whether a part that could not be read may bear a name.
    pub(crate) fn is_lost(&self, sort: Sort<'_>, name: &str) -> bool {
        let declared = |loss: &Loss| sort.declared().iter().any(|end| loss.pointer.ends_with(end));
        self.unreadable.iter().any(|unreadable| unreadable == name)
            || self.losses.iter().any(|loss| loss.nameless && declared(loss))
    }

    /// A name that is none of the known ones, with the one that was most likely meant.
    pub(crate) fn not_among<'n>(
        &mut self,
        place: &Place<'_>,
        code: FaultCode,
        expected: impl Into<Wanted>,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let expected = expected.into();
        let expected = match crate::text::nearest(name, known) {
            Some(near) => expected.near(near),
            None => expected,
        };
        self.add(place, code, expected, quoted(name));
    }

    /// Whether something is already wrong at a place.
    pub(crate) fn stands_at(&self, place: &Place<'_>) -> bool {
        let pointer = place.pointer();
        self.list.iter().any(|fault| fault.pointer == pointer)
    }

    /// Whether something unreadable was taken out at or above a place.
    pub(crate) fn lost(&self, pointer: &str) -> bool {
        let holds = |loss: &Loss| {
            pointer.strip_prefix(loss.within.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.losses.iter().any(holds)
    }

    /// Takes out the faults from a position on that only say that something unreadable is missing.
    pub(crate) fn drop_follow_ups(&mut self, from: usize) {
        let found = self.list.split_off(from.min(self.list.len()));
        let follows = |fault: &Fault| {
            matches!(fault.code, FaultCode::BadCount | FaultCode::BadBand) && self.lost(&fault.pointer)
        };
        let kept: Vec<Fault> = found.into_iter().filter(|fault| !follows(fault)).collect();
        self.list.extend(kept);
    }

    /// Gives a fault the place that it has in the text, where unreadable items before it were taken out.
    pub(crate) fn move_back(&mut self, from: usize) {
        // Inner lists first: their pointers are those of the document as it was kept.
        sorted::sort_by_key(&mut self.losses, |loss| std::cmp::Reverse(loss.pointer.len()));
        for fault in self.list.iter_mut().skip(from) {
            for loss in &self.losses {
                loss.move_back(fault);
            }
        }
    }
}

impl Loss {
    fn move_back(&self, fault: &mut Fault) {
        let list = &self.pointer;
        let Some(rest) = fault.pointer.strip_prefix(list.as_str()).and_then(|rest| rest.strip_prefix('/')) else {
            return;
        };
        let (position, below) =
            rest.split_once('/').map_or((rest, None), |(position, below)| (position, Some(below)));
        if let Some(before) = position.parse::<usize>().ok().and_then(|position| self.positions.get(position)) {
            let below = below.map(|below| format!("/{below}")).unwrap_or_default();
            fault.pointer = format!("{list}/{before}{below}");
        }
    }
}

/// A text of the user's in a message.
pub(crate) fn quoted(text: &str) -> String {
    match text {
        "" => "\"\"".to_owned(),
        _ => format!("`{}`", crate::text::shorten(text, 60)),
    }
}

/// A list in a message: how many items it has.
pub(crate) fn list_of(count: usize) -> String {
    match count {
        0 => "[]".to_owned(),
        _ => format!("[{count}]"),
    }
}

/// What is found where nothing stands.
pub(crate) const ABSENT: &str = "-";
