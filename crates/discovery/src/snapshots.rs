//! The list of snapshots that `restic snapshots --json` or `rustic snapshots --json` prints.
//!
//! restic prints an array of snapshots; with `--group-by`, an array of groups. rustic prints groups: either objects with
//! `group_key` and `snapshots`, or pairs of key and snapshots. All are read; unknown members are passed over.

use hakutaku_model::backup::Snapshot;
use hakutaku_model::time::Ts;
use serde_json::Value;

/// The largest list read, in bytes: 16 MiB (about 40,000 snapshots).
pub const LARGEST_LIST: usize = 16 * 1024 * 1024;
/// At most so many snapshots are kept, the newest.
pub const MOST_SNAPSHOTS: usize = 5_000;
/// At most so many paths and tags of a snapshot are kept.
const MOST_PARTS: usize = 50;
/// At most so many characters of a name are kept.
const LONGEST: usize = 300;
/// Groups lie no deeper than this.
const DEEPEST: usize = 4;

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadSnapshots {
    /// Which program's shape it has: `restic` or `rustic`.
    pub tool: &'static str,
    /// The snapshots, newest first.
    pub snapshots: Vec<Snapshot>,
    /// How many older ones were left out.
    pub left_out: usize,
}

/// Why a list cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotsError {
    /// Too large.
    #[error("the list is larger than 16 MiB")]
    TooLarge,
    /// Not JSON.
    #[error("the list is no JSON at line {line}, column {column}; make it with \"restic snapshots --json\"")]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// JSON of another kind.
    #[error("this is JSON, but no list of snapshots; make it with \"restic snapshots --json\"")]
    NotSnapshots,
    /// A snapshot without a readable time.
    #[error("snapshot {number} has no readable time")]
    NoTime {
        /// Which one, from 1.
        number: usize,
    },
}

/// Reads a list of snapshots.
///
/// # Errors
/// Too large, no JSON, no list of snapshots, or a snapshot without a time. Nothing is taken over then.
pub fn read_snapshots(content: &[u8]) -> Result<ReadSnapshots, SnapshotsError> {
    if content.len() > LARGEST_LIST {
        return Err(SnapshotsError::TooLarge);
    }
    // PowerShell writes UTF-16 with a mark, others UTF-8 with one.
    let text = match content {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            let (text, _, _) = encoding_rs::UTF_8.decode(content);
            text.into_owned()
        }
        _ => String::from_utf8_lossy(content.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(content)).into_owned(),
    };
    let value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| SnapshotsError::NotJson { line: error.line().max(1), column: error.column().max(1) })?;
    let Value::Array(entries) = value else { return Err(SnapshotsError::NotSnapshots) };
    let mut found = Found { snapshots: Vec::new(), grouped: false };
    found.take(entries, 0)?;
    let mut snapshots = found.snapshots;
    snapshots.sort_by(|a, b| b.time.cmp(&a.time).then_with(|| a.id.cmp(&b.id)));
    snapshots.dedup_by(|a, b| a.id == b.id && a.time == b.time);
    let left_out = snapshots.len().saturating_sub(MOST_SNAPSHOTS);
    snapshots.truncate(MOST_SNAPSHOTS);
    Ok(ReadSnapshots { tool: if found.grouped { "rustic" } else { "restic" }, snapshots, left_out })
}

struct Found {
    snapshots: Vec<Snapshot>,
    grouped: bool,
}

impl Found {
    fn take(&mut self, entries: Vec<Value>, depth: usize) -> Result<(), SnapshotsError> {
        if depth > DEEPEST {
            return Err(SnapshotsError::NotSnapshots);
        }
        for entry in entries {
            match entry {
                Value::Object(mut group) if group.contains_key("snapshots") => {
                    self.grouped = true;
                    let Some(Value::Array(inner)) = group.remove("snapshots") else {
                        return Err(SnapshotsError::NotSnapshots);
                    };
                    self.take(inner, depth + 1)?;
                }
                Value::Object(one) if one.contains_key("time") || one.contains_key("id") => {
                    let number = self.snapshots.len() + 1;
                    self.snapshots.push(snapshot(&one, number)?);
                }
                // A pair: the key of the group, then its snapshots.
                Value::Array(pair) => {
                    self.grouped = true;
                    let inner = pair.into_iter().filter_map(|part| match part {
                        Value::Array(inner) => Some(inner),
                        _ => None,
                    });
                    for inner in inner {
                        self.take(inner, depth + 1)?;
                    }
                }
                _ => return Err(SnapshotsError::NotSnapshots),
            }
        }
        Ok(())
    }
}

fn snapshot(one: &serde_json::Map<String, Value>, number: usize) -> Result<Snapshot, SnapshotsError> {
    let text = |name: &str| one.get(name).and_then(Value::as_str).map(clean).unwrap_or_default();
    let texts = |name: &str| match one.get(name) {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).take(MOST_PARTS).map(clean).collect(),
        // rustic may write paths and tags as one text.
        Some(Value::String(list)) => {
            list.split(',').map(clean).filter(|part| !part.is_empty()).take(MOST_PARTS).collect()
        }
        _ => Vec::new(),
    };
    let time = Ts::try_from(text("time")).map_err(|_| SnapshotsError::NoTime { number })?;
    let id = match text("short_id") {
        short if short.is_empty() => text("id").chars().take(12).collect(),
        short => short,
    };
    Ok(Snapshot { id, time, host: text("hostname"), paths: texts("paths"), tags: texts("tags") })
}

fn clean(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(LONGEST).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RESTIC: &str = r#"[
        {"time":"2026-11-19T02:00:03.123456789+09:00","tree":"aa","paths":["/srv/emr"],"hostname":"emr-db",
         "username":"root","tags":["nightly"],"id":"4d2f0c8e11","short_id":"4d2f0c8e","program_version":"restic 0.17.3"},
        {"time":"2026-11-20T02:00:03Z","paths":["/srv/emr","/etc"],"hostname":"emr-db","id":"9f1b2c3d4e5f6071","tags":null}
    ]"#;

    #[test]
    fn the_list_of_restic_is_read_newest_first() {
        let read = read_snapshots(RESTIC.as_bytes()).expect("read");
        assert_eq!((read.tool, read.snapshots.len(), read.left_out), ("restic", 2, 0));
        assert_eq!(read.snapshots[0].id, "9f1b2c3d4e5f");
        assert_eq!(read.snapshots[1].time.to_string(), "2026-11-18T17:00:03.123456Z");
        assert_eq!((read.snapshots[1].host.as_str(), read.snapshots[1].tags[0].as_str()), ("emr-db", "nightly"));
    }

    #[test]
    fn the_groups_of_rustic_are_read_as_objects_and_as_pairs() {
        let objects = format!(r#"[{{"group_key":{{"hostname":"emr-db"}},"snapshots":{RESTIC}}}]"#);
        let pairs = format!(r#"[[{{"hostname":"emr-db","label":""}},{RESTIC}]]"#);
        for text in [objects, pairs] {
            let read = read_snapshots(text.as_bytes()).expect("read");
            assert_eq!((read.tool, read.snapshots.len()), ("rustic", 2));
        }
    }

    #[test]
    fn a_mark_at_the_beginning_does_no_harm() {
        let read = read_snapshots(format!("\u{feff}{RESTIC}").as_bytes()).expect("UTF-8");
        assert_eq!(read.snapshots.len(), 2);
        let mut wide = vec![0xFF, 0xFE];
        wide.extend(RESTIC.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(read_snapshots(&wide).expect("UTF-16").snapshots.len(), 2);
    }

    #[test]
    fn what_is_no_list_of_snapshots_says_so() {
        let error = |text: &str| read_snapshots(text.as_bytes()).expect_err("refused");
        assert_eq!(error("repository is locked"), SnapshotsError::NotJson { line: 1, column: 1 });
        assert_eq!(error("{}"), SnapshotsError::NotSnapshots);
        assert_eq!(error("[1]"), SnapshotsError::NotSnapshots);
        assert_eq!(error(r#"[{"id":"a","time":"yesterday"}]"#), SnapshotsError::NoTime { number: 1 });
        assert_eq!(read_snapshots(&vec![b' '; LARGEST_LIST + 1]), Err(SnapshotsError::TooLarge));
        assert_eq!(read_snapshots(b"[]").expect("an empty repository").snapshots, []);
    }

    #[test]
    fn only_the_newest_are_kept_of_very_many() {
        let many: Vec<String> = (0..MOST_SNAPSHOTS + 7)
            .map(|at| format!(r#"{{"id":"{at}","time":"{}"}}"#, Ts::from_micros(at as i64)))
            .collect();
        let read = read_snapshots(format!("[{}]", many.join(",")).as_bytes()).expect("read");
        assert_eq!((read.snapshots.len(), read.left_out), (MOST_SNAPSHOTS, 7));
        assert_eq!(read.snapshots[0].time, Ts::from_micros(MOST_SNAPSHOTS as i64 + 6));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_snapshots(&bytes);
        }
    }
}
