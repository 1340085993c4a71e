//! The words of the pages, in Japanese and English.
//!
//! They live in `catalog/messages/{ja,en}/*.ftl` and are embedded. A test at the end of this file holds both files and
//! all uses together: equal keys, equal arguments, nothing missing, nothing unused.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use hakutaku_model::text::{Lang, Text};
use std::sync::OnceLock;
use unic_langid::langid;

/// A key of `catalog/messages/*/*.ftl` named in Rust code. Write it as `Key("…")`: the test of this module looks for that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key(pub &'static str);

/// The words of one language; cheap to copy, called `t` in every template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Words {
    /// Which language.
    pub lang: Lang,
}

/// Something that can stand in a sentence.
pub trait Value {
    /// As Fluent wants it.
    fn value(&self) -> FluentValue<'_>;
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Value for $number {
            fn value(&self) -> FluentValue<'_> {
                FluentValue::from(*self)
            }
        }
    )+};
}
numbers!(u8, u16, u32, u64, usize, i16, i32, i64);

impl Value for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self)
    }
}

impl Value for String {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::from(self.as_str())
    }
}

impl<V: Value + ?Sized> Value for &V {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// A sentence without arguments.
    #[must_use]
    pub fn m(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A sentence named in Rust code.
    #[must_use]
    pub fn k(&self, key: Key) -> String {
        self.m(key.0)
    }

    /// A sentence with one argument.
    #[must_use]
    pub fn a(&self, key: &str, name: &str, value: impl Value) -> String {
        self.format(key, Some(&args([(name, value.value())])))
    }

    /// A sentence with two arguments.
    #[must_use]
    pub fn a2(&self, key: &str, n1: &str, v1: impl Value, n2: &str, v2: impl Value) -> String {
        self.format(key, Some(&args([(n1, v1.value()), (n2, v2.value())])))
    }

    /// A sentence with three arguments.
    #[must_use]
    pub fn a3(
        &self,
        key: &str,
        (n1, v1): (&str, impl Value),
        (n2, v2): (&str, impl Value),
        (n3, v3): (&str, impl Value),
    ) -> String {
        self.format(key, Some(&args([(n1, v1.value()), (n2, v2.value()), (n3, v3.value())])))
    }

    /// This language's side of a text of the catalogue.
    #[must_use]
    pub fn text<'t>(&self, text: &'t Text) -> &'t str {
        text.get(self.lang)
    }

    /// Whether a key exists.
    #[must_use]
    pub fn knows(&self, key: &str) -> bool {
        bundle(self.lang).has_message(key)
    }

    /// A missing word shows as its key: a page with one odd word helps more than an error page.
    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let bundle = bundle(self.lang);
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            tracing::error!(key, "no such message");
            return key.to_owned();
        };
        let mut errors = Vec::new();
        let sentence = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "message could not be filled in");
        }
        sentence
    }
}

fn args<'a, const N: usize>(pairs: [(&'a str, FluentValue<'a>); N]) -> FluentArgs<'a> {
    pairs.into_iter().collect()
}

/// The embedded source of one language.
fn source(lang: Lang) -> String {
    hakutaku_catalog::messages(lang)
}

fn bundle(lang: Lang) -> &'static FluentBundle<FluentResource> {
    static JA: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    static EN: OnceLock<FluentBundle<FluentResource>> = OnceLock::new();
    let (cell, id) = match lang {
        Lang::Ja => (&JA, langid!("ja")),
        Lang::En => (&EN, langid!("en")),
    };
    cell.get_or_init(|| {
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // The invisible isolation marks would end up in copied text and in search.
        bundle.set_use_isolating(false);
        // What cannot be parsed is left out here and found by the test below.
        let resource = FluentResource::try_new(source(lang)).unwrap_or_else(|(resource, errors)| {
            tracing::error!(lang = lang.tag(), ?errors, "messages with errors");
            resource
        });
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(lang = lang.tag(), ?errors, "messages defined twice");
        }
        bundle
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::Path;

    /// Keys and the `$arguments` of each.
    fn messages(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
        let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source(lang).lines().filter(|line| !line.starts_with('#')) {
            if let Some((name, _)) = line.split_once(" =")
                && !line.starts_with(' ')
            {
                name.clone_into(&mut key);
                assert!(found.insert(key.clone(), BTreeSet::new()).is_none(), "{} defines {key} twice", lang.tag());
            }
            for argument in line.split('$').skip(1) {
                let name: String = argument.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
                found.entry(key.clone()).or_default().insert(name);
            }
        }
        found
    }

    fn files(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs" || ext == "html")
                && !path.ends_with("shell/words.rs")
            {
                found.push(std::fs::read_to_string(&path).expect("readable"));
            }
        }
    }

    fn sources() -> Vec<String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut found = Vec::new();
        files(&root.join("src"), &mut found);
        files(&root.join("templates"), &mut found);
        found
    }

    #[test]
    fn both_languages_parse_without_errors() {
        for lang in [Lang::Ja, Lang::En] {
            if let Err((_, errors)) = FluentResource::try_new(source(lang)) {
                panic!("{}: {errors:?}", lang.tag());
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_arguments() {
        let (ja, en) = (messages(Lang::Ja), messages(Lang::En));
        for (key, arguments) in &ja {
            assert_eq!(en.get(key), Some(arguments), "{key} in en");
        }
        for key in en.keys() {
            assert!(ja.contains_key(key), "{key} is missing in ja");
        }
    }

    #[test]
    fn every_key_used_exists() {
        let known = messages(Lang::Ja);
        for source in sources() {
            for call in [".m(\"", ".a(\"", ".a2(\"", ".a3(\"", "Key(\""] {
                for used in source.split(call).skip(1) {
                    let key = used.split('"').next().unwrap_or_default();
                    assert!(known.contains_key(key), "{key} is used and exists in no language");
                }
            }
        }
    }

    #[test]
    fn every_key_that_exists_is_used() {
        let all = sources().join("\n");
        let unused: Vec<String> =
            messages(Lang::Ja).into_keys().filter(|key| !all.contains(&format!("\"{key}\""))).collect();
        assert!(unused.is_empty(), "nobody says {unused:?}");
    }
}
