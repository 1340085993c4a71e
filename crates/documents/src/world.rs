//! What a template can see: a fixed handful of virtual files and the embedded faces. Nothing from the disk, no
//! packages, no clock.

use crate::fonts::FONTS;
use std::sync::LazyLock;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{DiagSpan, FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _, World, WorldExt as _};

/// Typst's standard library, built once.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The paths templates may read. Typst interns every path for the life of the process in a 16-bit table, so they are
/// the same for every document.
struct Paths {
    main: FileId,
    base: FileId,
    data: FileId,
    words: FileId,
    radar: FileId,
}

static PATHS: LazyLock<Paths> = LazyLock::new(|| Paths {
    main: intern("main.typ"),
    base: intern("base.typ"),
    data: intern("data.json"),
    words: intern("words.json"),
    radar: intern("radar.svg"),
});

fn intern(path: &str) -> FileId {
    // A constant path without `..` is always valid; the fallback only satisfies the type.
    let path = VirtualPath::new(path).unwrap_or_else(|_| VirtualPath::new("").unwrap_or_else(|_| unreachable!()));
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// What one document is made of.
pub(crate) struct Files {
    /// The template.
    pub(crate) main: &'static str,
    /// The words of the template in the document's language.
    pub(crate) words: &'static str,
    /// The data as JSON.
    pub(crate) data: Vec<u8>,
    /// The radar chart, where the document has one.
    pub(crate) radar: Option<String>,
}

/// The world of one document.
pub(crate) struct DocumentWorld {
    main: Source,
    base: Source,
    words: Bytes,
    data: Bytes,
    radar: Option<Bytes>,
}

impl DocumentWorld {
    pub(crate) fn new(files: Files) -> Self {
        Self {
            main: Source::new(PATHS.main, files.main.to_owned()),
            base: Source::new(PATHS.base, include_str!("../templates/base.typ").to_owned()),
            words: Bytes::new(files.words.as_bytes()),
            data: Bytes::new(files.data),
            radar: files.radar.map(Bytes::from_string),
        }
    }

    /// The data the template reads.
    pub(crate) fn data(&self) -> &[u8] {
        &self.data
    }

    /// The line of the template a message is about.
    pub(crate) fn line_of(&self, span: DiagSpan) -> Option<usize> {
        let start = self.range(span)?.start;
        let source = self.source(span.id()?).ok()?;
        source.lines().byte_to_line(start).map(|line| line + 1)
    }
}

impl World for DocumentWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        PATHS.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match id {
            id if id == PATHS.main => Ok(self.main.clone()),
            id if id == PATHS.base => Ok(self.base.clone()),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id {
            id if id == PATHS.data => Ok(self.data.clone()),
            id if id == PATHS.words => Ok(self.words.clone()),
            id if id == PATHS.radar => self.radar.clone().ok_or(FileError::AccessDenied),
            _ => Err(FileError::AccessDenied),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.faces.get(index).cloned()
    }

    /// No clock: dates come with the data, so that the same answers give the same document.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
