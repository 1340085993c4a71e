//! Snapshots of a backup repository: proof that needs no typing.

use crate::record::{Kept, Register};
use crate::text::folded;
use crate::time::Ts;
use serde::{Deserialize, Serialize};

/// One snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Its id in the repository.
    pub id: String,
    /// When it was made.
    pub time: Ts,
    /// The machine it was made on.
    pub host: String,
    /// What was saved.
    #[serde(default)]
    pub paths: Vec<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Vec<String>,
}

/// What a repository held when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotList {
    /// The repository as people call it.
    pub repository: String,
    /// Which program wrote the list: `restic` or `rustic`.
    pub tool: String,
    /// When the list was read in here.
    pub read_at: Ts,
    /// Its snapshots, newest first.
    pub snapshots: Vec<Snapshot>,
    /// How many older ones were left out.
    #[serde(default)]
    pub left_out: usize,
}

impl Register for SnapshotList {
    const KIND: &'static str = "snapshot-list";

    fn label(&self) -> String {
        self.repository.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(folded(&self.repository))
    }
}

/// Which snapshots are a copy's: all that is given must fit, and something must be given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SnapshotMatch {
    /// This machine.
    pub host: String,
    /// With this tag.
    pub tag: String,
    /// With a path that begins so.
    pub path: String,
}

impl SnapshotMatch {
    /// Whether nothing is given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.host.is_empty() && self.tag.is_empty() && self.path.is_empty()
    }

    /// Whether a snapshot is one of them.
    #[must_use]
    pub fn fits(&self, snapshot: &Snapshot) -> bool {
        let within = |path: &String| {
            path.strip_prefix(self.path.as_str()).is_some_and(|rest| {
                rest.is_empty() || self.path.ends_with(['/', '\\']) || rest.starts_with(['/', '\\'])
            })
        };
        !self.is_empty()
            && (self.host.is_empty() || snapshot.host.eq_ignore_ascii_case(&self.host))
            && (self.tag.is_empty() || snapshot.tags.contains(&self.tag))
            && (self.path.is_empty() || snapshot.paths.iter().any(within))
    }

    /// The newest fitting snapshot of all lists.
    #[must_use]
    pub fn newest<'s>(&self, lists: &'s [Kept<SnapshotList>]) -> Option<&'s Snapshot> {
        let all = lists.iter().flat_map(|list| &list.body.snapshots);
        all.filter(|snapshot| self.fits(snapshot)).max_by_key(|snapshot| snapshot.time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        Snapshot {
            id: "ab12".into(),
            time: Ts::from_micros(1),
            host: "emr-db".into(),
            paths: vec!["/srv/emr".into()],
            tags: vec!["nightly".into()],
        }
    }

    fn with(host: &str, tag: &str, path: &str) -> bool {
        SnapshotMatch { host: host.into(), tag: tag.into(), path: path.into() }.fits(&snapshot())
    }

    #[test]
    fn all_that_is_given_must_fit_and_something_must_be_given() {
        assert!(with("EMR-DB", "", ""), "names of machines know no capitals");
        assert!(with("emr-db", "nightly", "/srv/emr"));
        assert!(with("", "", "/srv"));
        assert!(!with("", "", ""));
        assert!(!with("emr-db", "weekly", ""));
        assert!(!with("", "", "/srv/em"), "a path ends where a folder ends");
    }

    #[test]
    fn the_same_repository_is_one_row_however_it_is_typed() {
        let list = |name: &str| SnapshotList {
            repository: name.into(),
            tool: "restic".into(),
            read_at: Ts::from_micros(0),
            snapshots: vec![],
            left_out: 0,
        };
        assert_eq!(list("ＮＡＳ １").natural_key(), list("nas 1").natural_key());
    }
}
