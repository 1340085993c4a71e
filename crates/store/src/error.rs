//! What can go wrong, said so that a person knows what was attempted.

use std::path::Path;

/// Result of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not exist, or not within this facility.
    #[error("{0} was not found")]
    NotFound(&'static str),
    /// Something else has this name or key already.
    #[error("{0} exists already")]
    AlreadyExists(&'static str),
    /// Somebody else changed it since it was read.
    #[error("{0} was changed by somebody else meanwhile")]
    Conflict(&'static str),
    /// Something else still refers to it.
    #[error("{0} is still referred to")]
    InUse(&'static str),
    /// The request makes no sense; the sentence says why.
    #[error("{0}")]
    Invalid(String),
    /// Stored bytes are not what was written.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    /// The database refused.
    #[error("{context}: the database refused")]
    Database {
        /// What was attempted.
        context: &'static str,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// A file could not be read or written.
    #[error("{context}")]
    Io {
        /// What was attempted on which file.
        context: String,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

impl StoreError {
    /// Names what was attempted, where that is not known yet.
    pub(crate) fn during(self, doing: &'static str) -> Self {
        match self {
            Self::Database { context: "", source } => Self::Database { context: doing, source },
            other => other,
        }
    }

    pub(crate) fn io(doing: &str, path: &Path, source: std::io::Error) -> Self {
        Self::Io { context: format!("{doing} {}", path.display()), source }
    }
}

impl From<sqlx::Error> for StoreError {
    /// The context is filled in by whoever knows it, see [`StoreError::during`].
    fn from(source: sqlx::Error) -> Self {
        Self::Database { context: "", source }
    }
}

/// Says whether a uniqueness rule of the database refused an insert.
pub(crate) fn unique_or(what: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |error| match error.as_database_error() {
        Some(inner) if inner.is_unique_violation() => StoreError::AlreadyExists(what),
        _ => StoreError::from(error),
    }
}
