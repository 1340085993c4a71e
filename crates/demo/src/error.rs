//! What can go wrong with the demo.

use hakutaku_store::StoreError;
use std::path::PathBuf;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The credentials of an installation that was not filled by `--demo` were asked for.
    #[error("{} is not a demo: credentials are shown for `hakutaku serve --demo` only", .data.display())]
    NotADemo {
        /// Its data directory.
        data: PathBuf,
    },
    /// An installation with facilities or people of its own was to be filled.
    #[error("{} already holds an installation of its own; give --demo an empty directory", .data.display())]
    InUse {
        /// Its data directory.
        data: PathBuf,
    },
    /// An earlier filling was interrupted.
    #[error("filling {} was interrupted before; delete it and start again", .data.display())]
    HalfFilled {
        /// Its data directory.
        data: PathBuf,
    },
    /// The story and the catalogue no longer speak of the same questions.
    #[error("the demo's story does not fit the questionnaire {questionnaire} at {question}")]
    Story {
        /// The questionnaire.
        questionnaire: String,
        /// A question that only one of them knows.
        question: String,
    },
    /// The file with the credentials could not be read or written.
    #[error("{doing} {}", .path.display())]
    File {
        /// What was attempted.
        doing: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The file with the credentials is not one of ours.
    #[error("{} is not a file of demo credentials", .path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// Where it is wrong.
        #[source]
        source: serde_json::Error,
    },
    /// The rules refuse a step of the story.
    #[error("telling the story of a corrective action")]
    Action(#[from] hakutaku_model::corrective::Refusal),
    /// The system gave no random bytes.
    #[error("drawing a random password")]
    Random(#[source] getrandom::Error),
    /// A password could not be hashed.
    #[error("hashing a demo password: {0}")]
    Hashing(String),
    /// The demo's list of snapshots could not be read.
    #[error("reading the demo's list of snapshots")]
    Snapshots(#[from] hakutaku_discovery::snapshots::SnapshotsError),
    /// The store refused.
    #[error("filling the demo")]
    Store(#[from] StoreError),
}
