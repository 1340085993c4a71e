//! Turning what a visitor sent into text that is safe to keep, show and send on.

use hakutaku_model::touch::FIELD;

/// Reads bytes as text: UTF-8, else Shift_JIS or EUC-JP (as Japanese clients of old send them), else hexadecimal.
///
/// Control characters become `\xNN` or `\u{N}`, and at most [`FIELD`] characters are kept, with `…` at the end of what was
/// cut. Bidirectional overrides and other invisible format characters are escaped too: they could make a log line lie.
#[must_use]
pub fn field(bytes: &[u8]) -> String {
    // More bytes than this never make a visible difference: four bytes a character.
    let bytes = &bytes[..bytes.len().min(FIELD * 4)];
    bounded(&decode(bytes).0)
}

/// The name of the encoding [`field`] reads these bytes in, if it is not plain UTF-8.
#[must_use]
pub fn encoding(bytes: &[u8]) -> Option<&'static str> {
    decode(&bytes[..bytes.len().min(FIELD * 4)]).1
}

/// Escapes and shortens a text as [`field`] does.
#[must_use]
pub fn bounded(text: &str) -> String {
    let mut out = String::new();
    for (count, c) in text.chars().enumerate() {
        if count >= FIELD - 1 {
            out.push('…');
            break;
        }
        if c.is_control() {
            out.push_str(&format!("\\x{:02x}", u32::from(c)));
        } else if is_invisible(c) {
            out.push_str(&format!("\\u{{{:x}}}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    // Escapes may have made it longer than the field.
    if out.chars().count() > FIELD { out.chars().take(FIELD - 1).chain(['…']).collect() } else { out }
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c), 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x206f | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

fn decode(bytes: &[u8]) -> (String, Option<&'static str>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => return (text.to_owned(), None),
        // Cut in the middle of a character by the limit above.
        Err(error) if error.error_len().is_none() && bytes.len() >= FIELD * 4 => {
            return (String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned(), None);
        }
        Err(_) => {}
    }
    let read = |encoding: &'static encoding_rs::Encoding| {
        encoding.decode_without_bom_handling_and_without_replacement(bytes).map(|text| {
            let doubtful = text.chars().filter(|c| ('\u{ff61}'..='\u{ff9f}').contains(c) || c.is_control()).count();
            (doubtful, text.into_owned(), encoding.name())
        })
    };
    // EUC-JP text read as Shift_JIS comes out as half-width kana: whichever has fewer of them is meant.
    let best = [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP]
        .into_iter()
        .filter_map(read)
        .min_by_key(|(doubtful, ..)| *doubtful);
    match best {
        Some((_, text, name)) if !bytes.contains(&0) => (text, Some(name)),
        _ => (hex::encode(&bytes[..bytes.len().min(FIELD / 2)]), Some("hex")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn japanese_names_are_read_in_their_encodings() {
        for (encoding, name) in [(encoding_rs::SHIFT_JIS, "Shift_JIS"), (encoding_rs::EUC_JP, "EUC-JP")] {
            for text in ["管理者", "山田太郎", "テスト", "院長"] {
                let bytes = encoding.encode(text).0;
                assert_eq!(field(&bytes), text, "{name}");
                assert_eq!(super::encoding(&bytes), Some(name));
            }
        }
        assert_eq!(field("管理者".as_bytes()), "管理者");
    }

    #[test]
    fn nothing_can_break_a_line_or_colour_a_terminal() {
        assert_eq!(field(b"a\r\nb\x1b[31m\x00"), "a\\x0d\\x0ab\\x1b[31m\\x00");
        assert_eq!(field("\u{202e}txt".as_bytes()), "\\u{202e}txt");
    }

    proptest! {
        #[test]
        fn any_bytes_become_a_bounded_text_without_controls(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
            let text = field(&bytes);
            prop_assert!(text.chars().count() <= FIELD);
            prop_assert!(!text.chars().any(char::is_control));
        }
    }
}
