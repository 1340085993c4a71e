//! The three embedded faces, parsed once.

use std::sync::LazyLock;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// The embedded faces in the order of preference: BIZ UDPGothic Regular and Bold, and our own subset of Noto Sans CJK
/// JP for the characters of names that BIZ lacks (𠮷 and its like). Compressed (`zstd -19`), because a program that
/// never prints should not carry 11 MB for it; `zstd -d` gives the original files back.
const FILES: [&[u8]; 3] = [
    include_bytes!("../fonts/BIZUDPGothic-Regular.ttf.zst"),
    include_bytes!("../fonts/BIZUDPGothic-Bold.ttf.zst"),
    include_bytes!("../fonts/HakutakuFallbackJP-Regular.otf.zst"),
];

/// The licence of BIZ UDPGothic, to be shown where the product shows its licences.
pub const BIZ_LICENCE: &str = include_str!("../fonts/OFL-BIZ-UDPGothic.txt");

/// The licence of the fallback face.
pub const FALLBACK_LICENCE: &str = include_str!("../fonts/OFL-Hakutaku-Fallback-JP.txt");

pub(crate) struct Fonts {
    pub(crate) faces: Vec<Font>,
    pub(crate) book: LazyHash<FontBook>,
}

/// The parsed faces; 11 MB that are read once for the life of the process.
pub(crate) static FONTS: LazyLock<Fonts> = LazyLock::new(|| {
    let unpacked = FILES.into_iter().filter_map(|file| zstd::decode_all(file).ok());
    let faces: Vec<Font> = unpacked.filter_map(|file| Font::new(Bytes::new(file), 0)).collect();
    let book = LazyHash::new(FontBook::from_fonts(&faces));
    Fonts { faces, book }
});

/// Whether a character can be printed (or needs no glyph at all).
pub(crate) fn can_print(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || FONTS.faces.iter().any(|face| face.info().coverage.contains(u32::from(c)))
}

/// Characters that shape their neighbours and leave no mark of their own.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_three_faces_are_read() {
        let families: Vec<&str> = FONTS.faces.iter().map(|face| face.info().family.as_str()).collect();
        assert_eq!(families, ["BIZ UDPGothic", "BIZ UDPGothic", "Hakutaku Fallback JP"]);
    }

    #[test]
    fn the_names_people_ask_for_first_can_be_printed() {
        for c in "𠮷𠮟髙﨑濵邉齋𣘺𡈽".chars() {
            assert!(can_print(c), "{c}");
        }
        assert!(!can_print('🏥'));
    }
}
