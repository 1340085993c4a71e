//! Reads a clause file (`hakutaku-clauses/1`): YAML, of which JSON is a part.

use hakutaku_model::clauses::ClausesFile;

/// A clause file larger than this is refused: 2 MiB (the 173 clauses of 6.0 are about 80 kB).
pub const LARGEST_CLAUSES_FILE: usize = 2 * 1024 * 1024;

/// Why a clause file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ClausesError {
    /// Larger than [`LARGEST_CLAUSES_FILE`].
    #[error("the clause file is larger than 2 MiB")]
    TooLarge,
    /// Not UTF-8.
    #[error("the clause file is not UTF-8 text")]
    NotText,
    /// Not of the format.
    #[error("the clause file cannot be read: {0}")]
    Malformed(String),
}

/// Reads a clause file; what its rows say is checked by [`hakutaku_model::clauses::check_file`].
///
/// # Errors
/// When it is too large, no text, or no YAML of this shape.
pub fn read_clauses(bytes: &[u8]) -> Result<ClausesFile, ClausesError> {
    if bytes.len() > LARGEST_CLAUSES_FILE {
        return Err(ClausesError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ClausesError::NotText)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_saphyr::from_str(text).map_err(|error| {
        // The library draws the place; its first line says what and where.
        let whole = error.to_string();
        ClausesError::Malformed(whole.lines().next().unwrap_or_default().chars().take(300).collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const YAML: &str = "format: hakutaku-clauses/1\nid: mhlw-8.0\ntitle: {ja: 第8.0版, en: Edition 8.0}\nedition: \"8.0\"\nitems:\n  - {id: O-1, volume: システム運用編, chapter: \"14\", summary: {ja: 要約, en: paraphrase}, confidence: seen, same_as: mhlw-6.0/O-14-5}\n  - {id: O-2, volume: システム運用編, chapter: \"14\", summary: {ja: 要約, en: paraphrase}, same_as: [mhlw-6.0/O-14-5, mhlw-6.0/O-14-6]}\n";

    #[test]
    fn yaml_and_json_say_the_same() {
        let yaml = read_clauses(YAML.as_bytes()).expect("YAML");
        assert_eq!(yaml.items.len(), 2);
        assert_eq!(yaml.items[1].same_as.all(), ["mhlw-6.0/O-14-5", "mhlw-6.0/O-14-6"]);
        let json = r#"{"format":"hakutaku-clauses/1","id":"mhlw-8.0","title":{"ja":"第8.0版","en":"Edition 8.0"},"edition":"8.0","items":[{"id":"O-1","volume":"システム運用編","chapter":"14","summary":{"ja":"要約","en":"paraphrase"},"confidence":"seen","same_as":"mhlw-6.0/O-14-5"}]}"#;
        assert_eq!(read_clauses(json.as_bytes()).expect("JSON").items[0], yaml.items[0]);
    }

    #[test]
    fn bad_files_get_one_line() {
        let said = |bytes: &[u8]| read_clauses(bytes).expect_err("refused").to_string();
        assert!(said(&[0x82, 0xa0]).contains("not UTF-8"));
        assert!(said(&vec![b' '; LARGEST_CLAUSES_FILE + 1]).contains("larger than 2 MiB"));
        assert!(!said("items: [{id: 1, volume: [".as_bytes()).contains('\n'));
        assert!(!said("format: hakutaku-clauses/1\nitems: 5\n".as_bytes()).contains('\n'));
        assert!(!said("format: hakutaku-clauses/1\nitems: [{id: O-1, colour: red}]\n".as_bytes()).contains('\n'));
    }

    #[test]
    fn a_bomb_of_aliases_is_refused() {
        let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for n in 1..30 {
            let before = format!("*a{}", n - 1);
            bomb.push_str(&format!("a{n}: &a{n} [{}]\n", vec![before; 9].join(", ")));
        }
        bomb.push_str("items: *a29\n");
        assert!(read_clauses(bomb.as_bytes()).is_err());
    }
}
