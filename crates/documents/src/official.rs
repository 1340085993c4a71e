//! The ministry's own spreadsheet: read, understood, and filled in place.
//!
//! Filling changes the part of the one sheet inside the file, and in it the cells of the profile only. All other parts
//! are copied as they are packed, byte for byte: fonts, merged cells, pictures, print areas, other sheets, whatever a
//! spreadsheet program put there, also what this product does not know.
//!
//! | module | what it does |
//! |---|---|
//! | `book` | reads sheets, merged cells and drop-down lists |
//! | `number` | item numbers as printed: ①, (1), 2－③ |
//! | `blanks` | はい・いいえ and dates within a text |
//! | `find` | guesses what stands where |
//! | `patch` | writes cells into the XML of a sheet |
//! | `fill` | puts answers into a copy of the file |

mod answer_cells;
mod blanks;
mod book;
mod cell;
mod fill;
mod find;
mod number;
mod patch;
mod refused;

pub use book::{Book, Cell, Sheet};
pub use cell::{Area, Place};
pub use fill::{FillNotice, Filled, fill};
pub use find::{Guess, Part, PartGuess, find, find_in, read_row, row_text, words_for_marks};
pub use refused::FormRefused;
