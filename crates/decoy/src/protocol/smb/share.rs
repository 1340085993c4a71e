//! The one share that shows something: a few names of folders and files. Nothing behind them can be opened, and every
//! try to is a touch.

use super::rpc::Entry;
use crate::persona::{Identity, Os};
use crate::protocol::octets::{from, from_utf16, pointed, utf16};
use crate::protocol::smb::two::BODY;

/// Names of the share: what departments call theirs.
const NAMES: &[&str] = &["backup", "share", "iji", "scan", "ssmix2"];
/// What lies in it: name, size, whether it is a folder.
const FILES: &[(&str, u64, bool)] = &[
    ("バックアップ", 0, true),
    ("SS-MIX2", 0, true),
    ("医事課", 0, true),
    ("診療情報提供書", 0, true),
    ("患者一覧.xlsx", 1_846_272, false),
    ("保守用ID・パスワード.xlsx", 24_064, false),
    ("リモート保守接続手順.pdf", 512_331, false),
    ("hosp_full.bak", 42_949_672_960, false),
    ("勤務表.xlsx", 88_576, false),
];
/// One day in steps of 100 ns.
const DAY: u64 = 864_000_000_000;

/// The share of a machine.
#[derive(Clone, Copy)]
pub(super) struct Share<'a>(pub(super) &'a Identity);

/// A file or folder.
pub(super) struct File {
    pub(super) name: &'static str,
    pub(super) size: u64,
    pub(super) is_folder: bool,
    /// When it was written.
    pub(super) time: u64,
}

impl<'a> Share<'a> {
    /// Its name.
    pub(super) fn name(self) -> &'static str {
        self.0.pick::<&'static str>("share", NAMES)
    }

    /// All shares of the machine, as they are listed (types: MS-SRVS 2.2.2.4).
    pub(super) fn all(self) -> Vec<Entry<'static>> {
        let pipe = |remark| ("IPC$", 0x8000_0003, remark);
        match self.0.os {
            Os::Windows { .. } => vec![
                ("ADMIN$", 0x8000_0000, "Remote Admin"),
                ("C$", 0x8000_0000, "Default share"),
                pipe("Remote IPC"),
                (self.name(), 0, ""),
            ],
            _ => vec![(self.name(), 0, ""), pipe("IPC Service (Samba)")],
        }
    }

    /// What lies in it, with its own times on each machine.
    pub(super) fn files(self) -> Vec<File> {
        let of = |(name, size, is_folder): &(&'static str, u64, bool)| {
            // A day of the last years up to the middle of 2025, and a time of a working day.
            let days = self.0.number(name, 154_300, 155_050);
            let ticks = self.0.number(name, 8 * 3600, 19 * 3600) * 10_000_000;
            let size = if *is_folder { 0 } else { size + self.0.number(name, 0, 40) * 512 };
            File { name, size, is_folder: *is_folder, time: days * DAY + ticks }
        };
        let left_out = self.0.number("share-left-out", 0, FILES.len() as u64 - 1);
        let mut files: Vec<File> =
            FILES.iter().enumerate().filter(|(index, _)| *index as u64 != left_out).map(|(_, file)| of(file)).collect();
        // As NTFS keeps them.
        files.sort_by_key(|file| file.name.to_uppercase());
        files
    }

    /// The folder itself and the one above, which come first in a listing.
    pub(super) fn dots(self) -> Vec<File> {
        let time = self.files().iter().map(|file| file.time).max().unwrap_or(0);
        [".", ".."].map(|name| File { name, size: 0, is_folder: true, time }).into()
    }

    /// The file or folder of a name, as a client writes it.
    pub(super) fn file(self, name: &str) -> Option<File> {
        self.files().into_iter().find(|file| file.name.to_lowercase() == name.to_lowercase())
    }
}

/// A wish to open something (MS-SMB2 2.2.13).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Create {
    /// Name, below the share.
    pub(super) name: String,
    /// Whether it would make or overwrite it.
    pub(super) writes: bool,
}

/// Reads a wish to open.
pub(super) fn parse_create(message: &[u8]) -> Option<Create> {
    let disposition = from(message, BODY + 36).u32_le()?;
    let name = pointed(message, BODY + 44)?;
    // 1 is `open`; all others make, replace or overwrite. The access asked for tells of writing too.
    let writes = disposition != 1 || from(message, BODY + 24).u32_le()? & 0x4001_0116 != 0;
    Some(Create { name: from_utf16(name), writes })
}

/// A wish to list (MS-SMB2 2.2.33).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Query {
    pub(super) class: u8,
    pub(super) restarts: bool,
    pub(super) pattern: String,
    pub(super) room: usize,
}

/// Reads a wish to list.
pub(super) fn parse_query(message: &[u8]) -> Option<Query> {
    let class = *message.get(BODY + 2)?;
    let restarts = message.get(BODY + 3)? & 0x11 != 0;
    let pattern = pointed(message, BODY + 24)?;
    let room = (from(message, BODY + 28).u32_le()? as usize).min(64 * 1024);
    Some(Query { class, restarts, pattern: from_utf16(pattern), room })
}

/// Entries of a listing in an information class (MS-FSCC 2.4), as many as fit; nothing if the class is unknown.
pub(super) fn listing(files: &[File], class: u8, room: usize) -> Option<Vec<u8>> {
    let mut out: Vec<u8> = Vec::new();
    let mut last = 0;
    for (index, file) in files.iter().enumerate() {
        let name = utf16(file.name);
        let name_length = u32::try_from(name.len()).ok()?.to_le_bytes();
        let mut entry = vec![0; 8];
        if class == 12 {
            entry.extend(name_length);
        } else {
            for time in [file.time, file.time, file.time, file.time] {
                entry.extend(time.to_le_bytes());
            }
            entry.extend(file.size.to_le_bytes());
            entry.extend(file.size.next_multiple_of(4096).to_le_bytes());
            entry.extend(if file.is_folder { 0x10u32 } else { 0x20 }.to_le_bytes());
            entry.extend(name_length);
            // Size of extended attributes, short name, identifier: as many of them as the class has.
            entry.resize(
                match class {
                    1 => 64,
                    2 => 68,
                    3 => 94,
                    37 => 104,
                    38 => 80,
                    _ => return None,
                },
                0,
            );
            if let (37 | 38, Some(id)) = (class, entry.last_chunk_mut()) {
                *id = (index as u64 + 0x1_0000_0040).to_le_bytes();
            }
        }
        entry.extend(name);
        let start = out.len().next_multiple_of(8);
        if start + entry.len() > room {
            break;
        }
        if index > 0 {
            let step = u32::try_from(start - last).ok()?.to_le_bytes();
            out.get_mut(last..last + 4)?.copy_from_slice(&step);
        }
        out.resize(start, 0);
        out.extend(entry);
        last = start;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::Kind;

    #[test]
    fn a_listing_is_a_chain_of_entries() {
        let identity = Identity::new(&[1; 32], Kind::Nas, [10, 0, 0, 5].into());
        let files = Share(&identity).files();
        let bytes = listing(&files, 37, 65_536).expect("known");
        let (mut at, mut count) = (0, 1);
        while let Some(step) = from(&bytes, at).u32_le().filter(|step| *step != 0) {
            at += step as usize;
            count += 1;
        }
        assert_eq!(count, files.len());
        assert!(listing(&files, 37, 300).expect("known").len() <= 300);
        assert_eq!(listing(&files, 99, 300), None);
    }
}
