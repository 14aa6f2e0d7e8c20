//! What is counted, and what a share is taken on: one name for both, since a base is a count like any other.

use crate::catalogue::{Language, Message};
use crate::document::{Document, Words};

/// A level of a rulebook: its code, and the words by which people know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// The code, such as `good`.
    pub code: String,
    /// What people call it; the customary abbreviation in Vietnamese where there is one.
    pub words: Words,
}

/// The levels of one scale, lowest first; at least two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Levels(Vec<Level>);

impl Levels {
    /// Levels by their codes alone, lowest first. `None` for fewer than two, for an empty code, or where a code stands twice.
    ///
    /// ```
    /// use xeploai::statistics::Levels;
    /// assert!(Levels::new(["weak", "fair", "strong"]).is_some());
    /// assert!(Levels::new(["weak", "weak"]).is_none());
    /// ```
    pub fn new<T: Into<String>>(codes: impl IntoIterator<Item = T>) -> Option<Self> {
        let party = Self::party();
        let levels: Vec<Level> = codes
            .into_iter()
            .map(|code| {
                let code = code.into();
                let known = party.0.iter().find(|level| level.code == code);
                let words = known.map(|level| level.words.clone());
                Level { words: words.unwrap_or_else(|| Words { vi: code.clone(), en: code.clone() }), code }
            })
            .collect();
        Self::of(levels)
    }

    /// The levels of a rulebook.
    ///
    /// ```
    /// use xeploai::{Rulebook, statistics::Levels};
    /// let levels = Levels::of_rulebook(&Rulebook::builtin("366-qd-tw")?).unwrap();
    /// assert_eq!(levels.codes().collect::<Vec<_>>(), ["not_completed", "completed", "good", "excellent"]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of_rulebook(rulebook: &crate::Rulebook) -> Option<Self> {
        Self::of_document(rulebook.document())
    }

    fn of_document(document: &Document) -> Option<Self> {
        let level = |level: &crate::document::Choice| {
            let vi = level.short.clone().unwrap_or_else(|| level.label.vi.clone());
            Level { code: level.code.clone(), words: Words { vi, en: level.label.en.clone() } }
        };
        Self::of(document.levels.iter().map(level).collect())
    }

    fn of(levels: Vec<Level>) -> Option<Self> {
        let mut codes: Vec<&str> = levels.iter().map(|level| level.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let sound = levels.len() >= 2 && codes.len() == levels.len() && !codes.contains(&"");
        sound.then_some(Self(levels))
    }

    /// The four levels of the Party's regulations, and of those of the State.
    pub fn party() -> Self {
        let level = |code: &str, message: Message| {
            let [vi, en] = Language::ALL.map(|language| message.template(language).to_owned());
            Level { code: code.to_owned(), words: Words { vi, en } }
        };
        Self(vec![
            level("not_completed", Message::LevelNotCompleted),
            level("completed", Message::LevelCompleted),
            level("good", Message::LevelGood),
            level("excellent", Message::LevelExcellent),
        ])
    }

    /// How many there are.
    #[expect(clippy::len_without_is_empty, reason = "a scale is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The codes, lowest first.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|level| level.code.as_str())
    }

    /// The rank of a code, 0 the lowest.
    pub fn rank(&self, code: &str) -> Option<usize> {
        self.0.iter().position(|level| level.code == code)
    }

    /// The level of a rank.
    pub fn get(&self, rank: usize) -> Option<&Level> {
        self.0.get(rank)
    }

    /// The rank of the highest level, the one that quotas hold down.
    pub fn top(&self) -> usize {
        self.0.len().saturating_sub(1)
    }

    /// The rank of the level below it: `good` on the Party's scale.
    pub fn second(&self) -> usize {
        self.0.len().saturating_sub(2)
    }
}

/// What is counted in a population, and what a share may be taken on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Item {
    /// Everyone there is, reviewed or not.
    All,
    /// Those whom the review covers.
    ToReview,
    /// Those who were reviewed.
    Reviewed,
    /// Those who were not.
    NotReviewed,
    /// Those who are exempt from activities, and so from the review.
    Exempt,
    /// Those who are suspended from activities.
    Suspended,
    /// Those who are too new to be reviewed or rated.
    New,
    /// Those who were given a level.
    Rated,
    /// Those who were reviewed and not given one.
    NotRated,
    /// Those whose level has this rank or a higher one.
    AtLeast(usize),
    /// Those whose level has this rank.
    Level(usize),
}

impl Item {
    /// Every item that is no level.
    pub const STATES: [Self; 9] = [
        Self::All,
        Self::ToReview,
        Self::Reviewed,
        Self::NotReviewed,
        Self::Exempt,
        Self::Suspended,
        Self::New,
        Self::Rated,
        Self::NotRated,
    ];

    const fn state(self) -> Option<(&'static str, Message)> {
        Some(match self {
            Self::All => ("all", Message::StatisticsAll),
            Self::ToReview => ("to_review", Message::StatisticsToReview),
            Self::Reviewed => ("reviewed", Message::StatisticsReviewed),
            Self::NotReviewed => ("not_reviewed", Message::StatisticsNotReviewed),
            Self::Exempt => ("exempt", Message::StatisticsExempt),
            Self::Suspended => ("suspended", Message::StatisticsSuspended),
            Self::New => ("new", Message::StatisticsNew),
            Self::Rated => ("rated", Message::StatisticsRated),
            Self::NotRated => ("not_rated", Message::StatisticsNotRated),
            Self::AtLeast(_) | Self::Level(_) => return None,
        })
    }

    /// The code as programs see it: `rated`, `good`, `good_and_above`.
    ///
    /// ```
    /// use xeploai::statistics::{Item, Levels};
    /// assert_eq!(Item::AtLeast(2).code(&Levels::party()), "good_and_above");
    /// ```
    pub fn code(self, levels: &Levels) -> String {
        let level = |rank| levels.get(rank).map_or("", |level: &Level| level.code.as_str());
        match (self.state(), self) {
            (Some((code, _)), _) => code.to_owned(),
            (None, Self::AtLeast(rank)) => format!("{}_and_above", level(rank)),
            (None, Self::Level(rank)) => level(rank).to_owned(),
            (None, _) => String::new(),
        }
    }

    /// The item of a code.
    pub fn from_code(code: &str, levels: &Levels) -> Option<Self> {
        let state = Self::STATES.into_iter().find(|item| item.state().is_some_and(|(known, _)| known == code));
        state.or_else(|| levels.rank(code).map(Self::Level)).or_else(|| {
            let level = code.strip_suffix("_and_above")?;
            levels.rank(level).map(Self::AtLeast)
        })
    }

    /// What people call it.
    pub fn words(self, levels: &Levels) -> Words {
        let level = |rank: usize| levels.get(rank).map(|level| level.words.clone());
        match (self.state(), self) {
            (Some((_, message)), _) => both(|language| message.template(language).to_owned()),
            (None, Self::AtLeast(rank)) => {
                let level = level(rank).unwrap_or_else(|| both(|_| String::new()));
                both(|language| {
                    crate::catalogue::fill(Message::StatisticsAndAbove, language, &[("level", level.get(language))])
                })
            }
            (None, Self::Level(rank)) => level(rank).unwrap_or_else(|| both(|_| String::new())),
            (None, _) => both(|_| String::new()),
        }
    }

    /// Whether it is a level, or a level and those above.
    pub const fn is_level(self) -> bool {
        matches!(self, Self::AtLeast(_) | Self::Level(_))
    }
}

/// A text in both languages.
pub(super) fn both(say: impl Fn(Language) -> String) -> Words {
    Words { vi: say(Language::Vietnamese), en: say(Language::English) }
}
