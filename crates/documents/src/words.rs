//! The words of the templates, in both languages.

use hakutaku_model::text::Lang;

/// The word table of a language, as JSON.
pub(crate) fn words(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => include_str!("../templates/words.ja.json"),
        Lang::En => include_str!("../templates/words.en.json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeMap;

    #[test]
    fn both_tables_hold_the_same_keys_and_no_blank() -> Result<(), serde_json::Error> {
        let ja: BTreeMap<String, Value> = serde_json::from_str(words(Lang::Ja))?;
        let en: BTreeMap<String, Value> = serde_json::from_str(words(Lang::En))?;
        assert_eq!(ja.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
        for (key, value) in ja.iter().chain(&en) {
            assert!(value.as_str().is_none_or(|text| !text.trim().is_empty()), "{key} is blank");
        }
        Ok(())
    }
}
