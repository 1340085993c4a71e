//! What all our sheets share: colours, face, and the height of rows.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder};

pub(crate) const INK: u32 = 0x1d_26_29;
pub(crate) const SOFT: u32 = 0x55_64_6a;
pub(crate) const HAIR: u32 = 0xc3_cd_d1;
pub(crate) const ACCENT: u32 = 0x0b_5c_66;
pub(crate) const SIGNAL: u32 = 0x9c_3a_12;
pub(crate) const WHITE: u32 = 0xff_ff_ff;

/// Plain text.
pub(crate) fn base() -> Format {
    Format::new().set_font_name("BIZ UDPGothic").set_font_size(10).set_font_color(INK)
}

/// A cell of a table: a hairline below, a little air on the left.
pub(crate) fn cell() -> Format {
    base().set_align(FormatAlign::VerticalCenter).set_border_bottom(FormatBorder::Thin).set_border_bottom_color(HAIR)
}

/// A cell of a table with running text.
pub(crate) fn text_cell() -> Format {
    cell().set_text_wrap().set_align(FormatAlign::Left).set_indent(1)
}

/// The head of a column.
pub(crate) fn head() -> Format {
    base()
        .set_bold()
        .set_font_color(WHITE)
        .set_background_color(ACCENT)
        .set_align(FormatAlign::VerticalCenter)
        .set_align(FormatAlign::Left)
        .set_indent(1)
        .set_text_wrap()
}

/// How many lines a text takes in a column of a width (in the spreadsheet's unit, a digit) and a size of type.
///
/// Not every program fits the height of wrapped rows by itself; a guess a little too large is better than cut-off text.
pub(crate) fn lines(text: &str, column: f64, points: f64) -> u16 {
    let room = (column * 7.0 - 14.0) * 0.94;
    let pixels = points * 96.0 / 72.0;
    text.split('\n')
        .map(|line| {
            let width: f64 = line.chars().map(|c| if c.is_ascii() { 0.58 } else { 1.0 }).sum::<f64>() * pixels;
            (1_u16..60).find(|lines| f64::from(*lines) * room >= width).unwrap_or(60)
        })
        .sum()
}

/// The height of a row with so many lines of 10-point text, within what a sheet allows.
pub(crate) fn row_height(lines: u16, least: f64) -> f64 {
    (f64::from(lines) * 14.5 + 8.0).clamp(least, 400.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_grows_with_its_text_and_stays_within_what_a_sheet_allows() {
        assert_eq!(lines("短い文", 30.0, 10.0), 1);
        assert!(lines(&"長い文".repeat(20), 30.0, 10.0) >= 4);
        assert_eq!(lines("一行\n二行", 30.0, 10.0), 2);
        assert!(row_height(60, 18.0) <= 409.0);
    }
}
