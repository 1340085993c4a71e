//! Names of cells: `E12`, `B4:D6`.

use std::fmt;
use std::str::FromStr;

/// The last row and column of a sheet, counted from 0.
const LAST: (u32, u32) = (1_048_575, 16_383);

/// A cell; row and column count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Row from 0.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
}

impl Place {
    /// A cell by row and column, both from 0.
    #[must_use]
    pub fn new(row: u32, column: u32) -> Self {
        Self { row, column }
    }

    /// `E` of `E12`.
    #[must_use]
    pub fn letters(column: u32) -> String {
        let mut letters = Vec::new();
        let mut rest = column + 1;
        while rest > 0 {
            rest -= 1;
            letters.push(char::from(b'A' + u8::try_from(rest % 26).unwrap_or(0)));
            rest /= 26;
        }
        letters.iter().rev().collect()
    }

    /// Reads the letters of a column, small or full-width too.
    #[must_use]
    pub fn column_of(letters: &str) -> Option<u32> {
        let letters = hakutaku_model::text::folded(letters);
        if letters.is_empty() || letters.len() > 3 {
            return None;
        }
        let mut column = 0_u32;
        for letter in letters.bytes() {
            if !letter.is_ascii_lowercase() {
                return None;
            }
            column = column * 26 + u32::from(letter - b'a') + 1;
        }
        (column <= LAST.1 + 1).then(|| column - 1)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", Self::letters(self.column), self.row + 1)
    }
}

impl FromStr for Place {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let name = name.replace('$', "");
        let at = name.find(|c: char| c.is_ascii_digit()).ok_or(())?;
        let column = Self::column_of(&name[..at]).ok_or(())?;
        let row: u32 = name[at..].parse().map_err(|_| ())?;
        if row == 0 || row > LAST.0 + 1 {
            return Err(());
        }
        Ok(Self { row: row - 1, column })
    }
}

/// Cells from one corner to the other, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// Upper left.
    pub from: Place,
    /// Lower right.
    pub to: Place,
}

impl Area {
    /// Whether a cell lies in it.
    #[must_use]
    pub fn holds(&self, place: Place) -> bool {
        (self.from.row..=self.to.row).contains(&place.row)
            && (self.from.column..=self.to.column).contains(&place.column)
    }
}

impl FromStr for Area {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        let (from, to) = name.split_once(':').unwrap_or((name, name));
        let (from, to): (Place, Place) = (from.parse()?, to.parse()?);
        (from.row <= to.row && from.column <= to.column).then_some(Self { from, to }).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_spreadsheets_do() {
        for (name, row, column) in [("A1", 0, 0), ("Z9", 8, 25), ("AA10", 9, 26), ("XFD1048576", LAST.0, LAST.1)] {
            let place = Place::new(row, column);
            assert_eq!(place.to_string(), name);
            assert_eq!(name.parse(), Ok(place));
        }
        assert_eq!("$e$12".parse(), Ok(Place::new(11, 4)));
        for wrong in ["", "E", "12", "E0", "XFE1", "A1048577", "あ1", "E1x"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
        assert!("B4:D6".parse::<Area>().expect("an area").holds(Place::new(4, 2)));
    }
}
