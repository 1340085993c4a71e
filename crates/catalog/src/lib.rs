//! Loads and validates `catalog/` into the types of `hakutaku-model`.
//!
//! The catalogue is content: YAML files, described in `docs/catalog-format.md` and embedded in the binary. Loading
//! reads and links them; [`check`] finds everything that breaks the rules, so that a writer sees all problems at once.

mod audit;
mod check;
mod check_outside;
mod check_people;
mod check_plan;
mod check_vendors;
mod clauses;
mod exercises;
mod files;
mod incident;
mod load;
mod outside;
mod people;
mod region;

pub use check::check;
pub use clauses::{ClausesError, LARGEST_CLAUSES_FILE, read_clauses};
pub use exercises::{ExerciseError, LARGEST_EXERCISE, read_exercise, read_exercise_bytes, write_exercise};
pub use files::Source;
pub use incident::{YamlError, exercise_yaml};
pub use load::{LoadError, load};

use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::text::Lang;
use std::sync::{Arc, OnceLock};

/// The words of the pages: the Fluent messages of a language, all files of `catalog/messages/<lang>`. Unpacked anew
/// at every call.
#[must_use]
pub fn messages(lang: Lang) -> String {
    files::messages(lang)
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

/// The published Handa case as a responsibility matrix (`hakutaku-responsibility/1`).
#[must_use]
pub fn handa_example() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| files::embedded_file("examples/handa-matrix.json").unwrap_or_default())
}
