//! Loads and validates `catalog/` into the types of `hakutaku-model`.
//!
//! The catalogue is content: YAML files, described in `docs/catalog-format.md` and embedded in the binary. Loading
//! reads and links them; [`check`] finds everything that breaks the rules, so that a writer sees all problems at once.

mod check;
mod files;
mod load;
mod outside;

pub use check::check;
pub use files::Source;
pub use load::{LoadError, load};

use hakutaku_model::catalogue::Catalogue;
use std::sync::{Arc, OnceLock};

/// The words of the pages: the Fluent messages of a language.
#[must_use]
pub fn messages(lang: hakutaku_model::text::Lang) -> &'static str {
    match lang {
        hakutaku_model::text::Lang::Ja => include_str!("../../../catalog/messages/ja.ftl"),
        hakutaku_model::text::Lang::En => include_str!("../../../catalog/messages/en.ftl"),
    }
}

/// The catalogue this binary was built with, loaded once.
///
/// # Errors
/// A file that cannot be read. `hakutaku catalog check` runs before every release, so this means a broken build.
pub fn embedded() -> Result<Arc<Catalogue>, LoadError> {
    static LOADED: OnceLock<Arc<Catalogue>> = OnceLock::new();
    if let Some(catalogue) = LOADED.get() {
        return Ok(Arc::clone(catalogue));
    }
    let catalogue = Arc::new(load(&Source::embedded())?);
    Ok(Arc::clone(LOADED.get_or_init(|| catalogue)))
}
