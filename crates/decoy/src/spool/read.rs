//! Reading a spool: for sending, printing, verifying. Works while the sensor writes.

use crate::keys::{KeyError, Public};
use hakutaku_model::journal::Hash;
use hakutaku_model::touch::{Break, Chain, LINE};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};

/// The files of a spool with the number of each one's first touch, in order.
#[must_use]
pub fn segments(folder: &Path) -> Vec<(u64, PathBuf)> {
    let mut out: Vec<(u64, PathBuf)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name();
            let number = name.to_str()?.strip_prefix("touch-")?.strip_suffix(".jsonl")?.parse().ok()?;
            Some((number, entry.path()))
        })
        .collect();
    out.sort();
    out
}

pub(super) fn size(folder: &Path) -> u64 {
    segments(folder).iter().filter_map(|(_, path)| fs::metadata(path).ok()).map(|data| data.len()).sum()
}

/// The lines of a spool from a number on.
pub struct Lines {
    files: std::vec::IntoIter<(u64, PathBuf)>,
    open: Option<BufReader<File>>,
    next: u64,
    from: u64,
}

/// Lines after a number (0: all), with their numbers by position. A torn last line is not given.
#[must_use]
pub fn lines_after(folder: &Path, number: u64) -> Lines {
    let mut files = segments(folder);
    // The file that holds the first wanted line is the last one that begins at or before it.
    let first = files.iter().rposition(|(first, _)| *first <= number + 1).unwrap_or(0);
    files.drain(..first);
    Lines { files: files.into_iter(), open: None, next: 0, from: number + 1 }
}

impl Iterator for Lines {
    type Item = io::Result<(u64, Vec<u8>)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.open.is_none() {
                let (first, path) = self.files.next()?;
                match File::open(&path) {
                    Ok(file) => self.open = Some(BufReader::new(file)),
                    // Deleted meanwhile, because the centre has it.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => return Some(Err(error)),
                }
                self.next = first;
            }
            let reader = self.open.as_mut()?;
            let mut line = Vec::new();
            match reader.by_ref().take(LINE as u64 + 2).read_until(b'\n', &mut line) {
                Err(error) => return Some(Err(error)),
                Ok(0) => {
                    self.open = None;
                    continue;
                }
                Ok(_) => {}
            }
            if line.pop() != Some(b'\n') {
                if line.len() > LINE {
                    return Some(Err(io::Error::new(io::ErrorKind::InvalidData, "a line is too long")));
                }
                self.open = None;
                continue;
            }
            let number = self.next;
            self.next += 1;
            if number >= self.from {
                return Some(Ok((number, line)));
            }
        }
    }
}

/// What verifying a spool found.
#[derive(Debug)]
pub struct Verdict {
    /// The first touch still in the spool.
    pub first: u64,
    /// The last good touch.
    pub chain: Chain,
    /// What broke the chain, if anything.
    pub fault: Option<Break>,
}

/// Follows the chain of a spool from its first line to its last.
///
/// # Errors
/// If files cannot be read.
pub fn verify(folder: &Path) -> Result<Verdict, KeyError> {
    let public = Public::read(folder)?;
    let wrong = |source| KeyError::Io { path: folder.display().to_string(), source };
    let key = public.key().ok_or_else(|| KeyError::Unreadable {
        path: folder.join("sensor.json").display().to_string(),
        reason: "public_key is damaged".to_owned(),
    })?;
    let first = segments(folder).first().map_or(1, |(first, _)| *first);
    let mut chain = Chain { sensor: public.sensor, number: first.saturating_sub(1), hash: Hash::ZERO };
    let mut at_start = first > 1;
    for line in lines_after(folder, 0) {
        let (_, line) = line.map_err(wrong)?;
        if at_start {
            // Older files were deleted after sending: what stood before the first line is only known from itself.
            at_start = false;
            if let Ok(signed) = serde_json::from_slice::<hakutaku_model::touch::SignedTouch>(&line) {
                chain.hash = signed.touch.previous;
            }
        }
        if let Err(fault) = chain.check(&line, &key) {
            return Ok(Verdict { first, chain, fault: Some(fault) });
        }
    }
    let sent = super::read_sent(folder);
    let fault = (sent > chain.number).then_some(Break::Number { expected: sent, found: chain.number });
    Ok(Verdict { first, chain, fault })
}
