//! What the check of a published table finds.

use crate::statistics::item::Item;
use crate::statistics::published::population::{Place, Population};
use crate::statistics::sentence::{Sentence, Told};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Worth knowing; nothing is wrong with the table.
    Note,
    /// Unusual, and explained: cut off instead of rounded, taken on another base, within the limit on one base only.
    Odd,
    /// The table contradicts itself, or breaks the limit however it is read.
    Wrong,
}

impl Weight {
    /// The weight as programs see it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Odd => "odd",
            Self::Wrong => "wrong",
        }
    }
}

macro_rules! sorts {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What sort of finding it is.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum FindingSort { $($(#[$doc])* $variant,)* }

        impl FindingSort {
            /// The sort as programs see it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }
        }
    };
}

sorts! {
    /// Counts do not add up.
    Sum = "sum",
    /// The levels together are fewer than the population.
    Shortfall = "shortfall",
    /// A part is more than its whole.
    PartAboveWhole = "part_above_whole",
    /// The parts of a population do not add up to it.
    Parts = "parts",
    /// A total that is nowhere stated, from counts that are only roughly known.
    RoughTotal = "rough_total",
    /// A count that follows from others.
    Implied = "implied",
    /// A share was cut off instead of rounded.
    Truncated = "truncated",
    /// A share was rounded up.
    RoundedUp = "rounded_up",
    /// A share was taken on another base than its neighbours, or than is usual.
    OtherBase = "other_base",
    /// No named base gives the shares; what base would is told.
    ImpliedBase = "implied_base",
    /// A share fits no base.
    WrongShare = "wrong_share",
    /// A share is that of another item.
    Swapped = "swapped",
    /// The same count with two different shares.
    EqualCounts = "equal_counts",
    /// Shares that do not add up to 100.
    Hundred = "hundred",
    /// Shares of which one cannot be what the others make it.
    SharesDiffer = "shares_differ",
    /// What a stroke says the base is, the table says nowhere.
    UnknownBase = "unknown_base",
    /// The limit on the highest level.
    Quota = "quota",
}

/// How a limit is kept on a base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is.
    Held,
    /// It is not.
    Broken,
    /// The table is too rough to tell.
    Open,
}

impl Kept {
    /// As programs see it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken => "broken",
            Self::Open => "open",
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedFinding {
    /// How much it weighs.
    pub weight: Weight,
    /// What sort of finding it is.
    pub sort: FindingSort,
    /// The population.
    pub population: String,
    /// The item, where it is about one.
    pub item: Option<Item>,
    /// Where it stands.
    pub place: Place,
    /// What would be right, where that is known.
    pub expected: Option<Told>,
    /// What the table says.
    pub found: Option<Told>,
    /// The base on which a share was found to be taken.
    pub base: Option<Item>,
    /// The count that would give a share, or that follows.
    pub count: Option<u64>,
    /// How the limit is kept, base by base.
    pub bases: Vec<(Item, Kept)>,
    /// All of it in words, without the name of the population.
    pub sentence: Sentence,
}

impl PublishedFinding {
    pub(super) fn new(
        weight: Weight,
        sort: FindingSort,
        population: &Population,
        item: Option<Item>,
        sentence: Sentence,
    ) -> Self {
        let place =
            item.map_or_else(|| Place { row: population.row, ..Place::default() }, |item| population.place(item));
        Self {
            weight,
            sort,
            population: population.name.clone(),
            item,
            place,
            expected: None,
            found: None,
            base: None,
            count: None,
            bases: Vec::new(),
            sentence,
        }
    }

    pub(super) fn between(mut self, expected: impl Into<Told>, found: impl Into<Told>) -> Self {
        self.expected = Some(expected.into());
        self.found = Some(found.into());
        self
    }
}
