//! Where catalogue files come from: the binary itself, or a folder being worked on.

use include_dir::{Dir, include_dir};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../catalog");

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
        fn walk(dir: &Dir<'_>, files: &mut BTreeMap<String, String>) {
            for file in dir.files() {
                if let (Some(path), Some(text)) = (file.path().to_str(), file.contents_utf8())
                    && is_yaml(path)
                {
                    files.insert(path.replace('\\', "/"), text.to_owned());
                }
            }
            for dir in dir.dirs() {
                walk(dir, files);
            }
        }
        let mut files = BTreeMap::new();
        walk(&EMBEDDED, &mut files);
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
