//! Kleene's three truth values, in one byte: may it be true (bit 1), is it certain (bit 0).

use std::ops::{BitAnd, BitOr, Not};

/// True, false or unknown.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Kleene(u8);

impl Kleene {
    /// Certainly false.
    pub const FALSE: Self = Self(0);
    /// True or false, a fact is missing.
    pub const UNKNOWN: Self = Self(2);
    /// Certainly true.
    pub const TRUE: Self = Self(3);

    /// Whether it is certainly true.
    pub const fn is_true(self) -> bool {
        self.0 == 3
    }

    /// Whether it is certainly false.
    pub const fn is_false(self) -> bool {
        self.0 == 0
    }

    /// Whether it is unknown.
    pub const fn is_unknown(self) -> bool {
        self.0 == 2
    }

    /// Whether it is true in some completion of the missing facts.
    pub const fn may_hold(self) -> bool {
        self.0 != 0
    }

    /// The answer, or `None` while it is unknown.
    ///
    /// ```
    /// # use xeploai::logic::Kleene;
    /// assert_eq!((Kleene::UNKNOWN & Kleene::FALSE).known(), Some(false));
    /// assert_eq!((Kleene::UNKNOWN | Kleene::FALSE).known(), None);
    /// assert_eq!((!Kleene::UNKNOWN).known(), None);
    /// ```
    pub const fn known(self) -> Option<bool> {
        match self.0 {
            0 => Some(false),
            3 => Some(true),
            _ => None,
        }
    }
}

impl From<bool> for Kleene {
    fn from(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }
}

impl BitAnd for Kleene {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl BitOr for Kleene {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl Not for Kleene {
    type Output = Self;
    fn not(self) -> Self {
        match self.0 {
            0 => Self::TRUE,
            3 => Self::FALSE,
            _ => Self::UNKNOWN,
        }
    }
}

impl std::fmt::Debug for Kleene {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self.known() {
            Some(true) => "true",
            Some(false) => "false",
            None => "unknown",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Kleene;

    #[test]
    fn agrees_with_kleenes_tables() {
        let values = [Kleene::FALSE, Kleene::UNKNOWN, Kleene::TRUE];
        let rank = |value: Kleene| values.iter().position(|other| *other == value).unwrap();
        for left in values {
            assert_eq!(rank(!left), 2 - rank(left));
            for right in values {
                assert_eq!(rank(left & right), rank(left).min(rank(right)));
                assert_eq!(rank(left | right), rank(left).max(rank(right)));
            }
        }
    }
}
