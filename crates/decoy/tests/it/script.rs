//! A conversation by script, and lists of passwords for guessers.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// For each step: waits until the decoy has said this (nothing: does not wait), then says that. At the end everything that
/// the decoy said, up to when it closes if `to_the_end`.
pub(crate) fn talk(stream: &mut TcpStream, steps: &[(&[u8], &[u8])], to_the_end: bool) -> Vec<u8> {
    let (mut all, mut from) = (Vec::new(), 0);
    for (awaited, said) in steps {
        loop {
            let new = &all[from..];
            if awaited.is_empty() {
                break;
            }
            if let Some(at) = new.windows(awaited.len()).position(|window: &[u8]| window == *awaited) {
                from += at + awaited.len();
                break;
            }
            let mut buffer = [0; 512];
            let count = stream.read(&mut buffer).expect("answer in time");
            assert!(count > 0, "closed before {:?}: {}", String::from_utf8_lossy(awaited), all.escape_ascii());
            all.extend_from_slice(&buffer[..count]);
        }
        stream.write_all(said).expect("said");
    }
    if to_the_end {
        let _ = stream.read_to_end(&mut all);
    }
    all
}

/// A file of so many passwords, none of them likely.
pub(crate) fn passwords(count: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().expect("file");
    for number in 0..count {
        writeln!(file, "guess-{number}").expect("written");
    }
    file
}
