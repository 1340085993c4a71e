//! Where catalogue files come from: the binary itself, or a folder being worked on.

use hakutaku_model::text::Lang;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// What `build.rs` packed of `catalog/`.
mod packed {
    pub(super) const CATALOGUE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/catalogue.zst"));
    pub(super) const JA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/ja.ftl.zst"));
    pub(super) const EN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/en.ftl.zst"));
}

/// The Fluent messages of a language, all capabilities together.
pub(crate) fn messages(lang: Lang) -> String {
    unpack(match lang {
        Lang::Ja => packed::JA,
        Lang::En => packed::EN,
    })
}

/// What was packed is whole and UTF-8: tests read all of it. Nothing comes of what is not.
fn unpack(bytes: &[u8]) -> String {
    zstd::decode_all(bytes).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// The files of [`packed::CATALOGUE`] by path: a line with the name, a line with the length, the text.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (name, after) = rest.split_once('\n')?;
        let (length, after) = after.split_once('\n')?;
        let (text, after) = after.split_at_checked(length.parse().ok()?)?;
        rest = after;
        Some((name, text))
    })
}

/// One file this binary was built with, whatever its kind.
pub(crate) fn embedded_file(path: &str) -> Option<String> {
    let all = unpack(packed::CATALOGUE);
    entries(&all).find(|(name, _)| *name == path).map(|(_, text)| text.to_owned())
}

/// A file larger than this is refused: 4 MiB.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024;

/// The YAML files of a catalogue by path relative to its root, with `/` between parts.
#[derive(Debug, Clone, Default)]
pub struct Source {
    files: BTreeMap<String, String>,
}

impl Source {
    /// The files this binary was built with.
    #[must_use]
    pub fn embedded() -> Self {
        let all = unpack(packed::CATALOGUE);
        let yaml = entries(&all).filter(|(path, _)| is_yaml(path));
        let files = yaml.map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        Self { files }
    }

    /// The files of a folder.
    ///
    /// # Errors
    /// The folder or a file in it cannot be read, is not UTF-8, or is larger than 4 MiB.
    pub fn folder(root: &Path) -> io::Result<Self> {
        fn walk(root: &Path, dir: &Path, files: &mut BTreeMap<String, String>) -> io::Result<()> {
            for entry in std::fs::read_dir(dir)? {
                let path = entry?.path();
                if path.is_dir() {
                    walk(root, &path, files)?;
                    continue;
                }
                let Some(name) = path.strip_prefix(root).ok().and_then(Path::to_str).filter(|n| is_yaml(n)) else {
                    continue;
                };
                if path.metadata()?.len() > MAX_FILE_BYTES {
                    return Err(io::Error::other(format!("{name} is larger than 4 MiB")));
                }
                let text = std::fs::read_to_string(&path)
                    .map_err(|error| io::Error::new(error.kind(), format!("{name}: {error}")))?;
                files.insert(name.replace('\\', "/"), text);
            }
            Ok(())
        }
        let mut files = BTreeMap::new();
        walk(root, root, &mut files)?;
        Ok(Self { files })
    }

    /// A set of files given in memory, for tests.
    #[must_use]
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self { files: pairs.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect() }
    }

    /// The same files with one replaced or added.
    #[must_use]
    pub fn with(mut self, path: &str, text: impl Into<String>) -> Self {
        self.files.insert(path.to_owned(), text.into());
        self
    }

    /// One file's text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The files directly in a folder, in order of name.
    pub fn in_folder<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .range(format!("{folder}/")..)
            .take_while(move |(path, _)| path.starts_with(folder))
            .filter(move |(path, _)| {
                path.strip_prefix(folder)
                    .and_then(|rest| rest.strip_prefix('/'))
                    .is_some_and(|rest| !rest.contains('/'))
            })
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

fn is_yaml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|ending| ending == "yaml")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_was_packed_is_what_lies_in_the_folder() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalog");
        let there = Source::folder(&root).expect("the folder is readable").files;
        assert!(there.len() > 100 && Source::embedded().files == there, "the YAML files differ");
        for (lang, folder) in [(Lang::Ja, "messages/ja"), (Lang::En, "messages/en")] {
            let mut paths: Vec<_> = fs::read_dir(root.join(folder))
                .expect("readable")
                .map(|entry| entry.expect("readable").path())
                .collect();
            paths.sort();
            let text: String = paths.iter().map(|path| fs::read_to_string(path).expect("UTF-8")).collect();
            assert!(!text.is_empty() && messages(lang) == text, "the words of {folder} differ");
        }
        let example = "examples/handa-matrix.json";
        assert_eq!(embedded_file(example), fs::read_to_string(root.join(example)).ok());
    }
}
