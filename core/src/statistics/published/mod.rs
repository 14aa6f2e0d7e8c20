//! A published table checked: whether its counts add up, whether its shares are those of its counts and on which base, and
//! whether the limit on the highest level was kept.
//!
//! Published tables are wrong more often than their authors know, and more often still they are right in an unusual way:
//! shares cut off instead of rounded, or taken on another base than the reader thinks. Each of these is told for what it is.

mod finding;
mod fit;
mod grid;
mod hundred;
mod population;
mod printed;
mod quota;
mod shares;
mod sums;
mod vocabulary;

pub use finding::{FindingSort, Kept, PublishedFinding, Weight};
pub use grid::{Grid, Refused};
pub use population::{Place, Population};
pub use printed::{Count, Meant, Printed, Share, Sort, read_printed};

use crate::statistics::item::Levels;
use population::Known;

/// A published table: its populations with what is said of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    levels: Levels,
    populations: Vec<Population>,
}

impl Published {
    /// Reads a table of text.
    ///
    /// ```
    /// use xeploai::Language;
    /// use xeploai::statistics::{Grid, Levels, Published, Weight};
    /// let text = |cells: &[&str]| cells.iter().map(ToString::to_string).collect::<Vec<_>>();
    /// let grid = Grid {
    ///     titles: text(&["Đối tượng", "Tổng số", "HTXS", "%", "HTT trở lên"]),
    ///     rows: vec![(2, text(&["Tổ chức đảng", "91", "19", "21,59", "88"]))],
    ///     ..Grid::default()
    /// };
    /// let findings = Published::read(&grid, Levels::party()).unwrap().check();
    /// assert_eq!(findings[0].weight, Weight::Odd);
    /// assert!(findings[0].sentence.words(Language::English).contains("21.59%"));
    /// ```
    ///
    /// # Errors
    /// [`Refused`] names the first cell or title that is not understood.
    pub fn read(grid: &Grid, levels: Levels) -> Result<Self, Refused> {
        let populations = grid::read(grid, &levels)?;
        Ok(Self { levels, populations })
    }

    /// The levels of the table.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Its populations, in the order of the table.
    pub fn populations(&self) -> &[Population] {
        &self.populations
    }

    /// Everything that is found, population by population, and at the end what is between populations.
    pub fn check(&self) -> Vec<PublishedFinding> {
        let mut found = Vec::new();
        for population in &self.populations {
            let mut known = Known::of(population, &self.levels);
            found.extend(sums::Sums { population, known: &known, levels: &self.levels }.check());
            let (judged, shares) = shares::check(population, &mut known, &self.levels);
            found.extend(shares);
            let levels = &self.levels;
            found.extend(hundred::Hundred { population, known: &known, judged: &judged, levels }.check());
            found.extend(quota::Limit { population, known: &known, judged: &judged, levels }.check());
        }
        found.extend(sums::parts_of_populations(&self.populations, &self.levels));
        found
    }
}
