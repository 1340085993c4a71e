//! Looks at a file before anything parses it: what kind it is, how much it holds, and whether that is true.

use super::refused::ImportRefused;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// The largest file taken, packed.
pub(crate) const LARGEST_FILE: usize = 10 << 20;
/// The most it may unpack to, all entries together.
pub(crate) const LARGEST_UNPACKED: u64 = 64 << 20;
/// The most a single entry may unpack to; a form of ours stays below 1 MiB.
const LARGEST_ENTRY: u64 = 32 << 20;
/// The table of texts costs several times its size in memory.
const LARGEST_STRINGS: u64 = 16 << 20;
/// The most entries.
const MOST_ENTRIES: usize = 2_000;

/// Compound files: old xls, and encrypted xlsx.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Refuses what is not a harmless xlsx file of a sane size.
pub(crate) fn check(bytes: &[u8]) -> Result<(), ImportRefused> {
    if bytes.is_empty() {
        return Err(ImportRefused::Empty);
    }
    if bytes.len() > LARGEST_FILE {
        return Err(ImportRefused::TooLarge { bytes: bytes.len() });
    }
    if bytes.starts_with(&COMPOUND) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return Err(if encrypted { ImportRefused::Encrypted } else { ImportRefused::OldXls });
    }
    if !bytes.starts_with(b"PK") {
        return Err(ImportRefused::NotXlsx);
    }
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|problem| ImportRefused::Damaged(problem.to_string()))?;
    if archive.len() > MOST_ENTRIES {
        return Err(ImportRefused::Bomb);
    }
    declared(&mut archive)?;
    unpacked(&mut archive)
}

/// What the directory of the archive says: names, encryption, sizes.
fn declared(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), ImportRefused> {
    let damaged = |problem: zip::result::ZipError| ImportRefused::Damaged(problem.to_string());
    let (mut total, mut workbook, mut open_document) = (0_u64, false, false);
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(damaged)?;
        if entry.encrypted() {
            return Err(ImportRefused::Encrypted);
        }
        let name = entry.name().map_err(damaged)?.to_ascii_lowercase();
        if name.contains("vbaproject") || name.contains("macrosheets/") {
            return Err(ImportRefused::Macros);
        }
        workbook |= name.ends_with("workbook.xml");
        open_document |= name == "content.xml";
        total = total.saturating_add(entry.size());
        if total > LARGEST_UNPACKED || entry.size() > limit_of(&name) {
            return Err(ImportRefused::Bomb);
        }
    }
    match (workbook, open_document) {
        (true, _) => Ok(()),
        (false, true) => Err(ImportRefused::OpenDocument),
        (false, false) => Err(ImportRefused::NotXlsx),
    }
}

/// What really comes out, since the directory may lie.
fn unpacked(archive: &mut ZipArchive<Cursor<&[u8]>>) -> Result<(), ImportRefused> {
    let mut total = 0_u64;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|problem| ImportRefused::Damaged(problem.to_string()))?;
        let name = entry.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let most = limit_of(&name).min(LARGEST_UNPACKED - total);
        let taken = std::io::copy(&mut entry.take(most + 1), &mut std::io::sink())
            .map_err(|problem| ImportRefused::Damaged(problem.to_string()))?;
        if taken > most {
            return Err(ImportRefused::Bomb);
        }
        total += taken;
    }
    Ok(())
}

fn limit_of(name: &str) -> u64 {
    if name.ends_with("sharedstrings.xml") { LARGEST_STRINGS } else { LARGEST_ENTRY }
}
