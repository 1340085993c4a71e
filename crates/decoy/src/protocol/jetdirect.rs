//! A printer's raw port (9100) with the Printer Job Language (PJL Technical Reference Manual, chapters 2, 3 and 7).
//!
//! What asks about the printer is a probe; what would come out on paper, or change the printer, is a write: its beginning
//! is kept in the touch, the rest is read and thrown away.

use super::{Decoy, Serving};
use crate::persona::Identity;
use crate::visit::Visit;
use crate::wire::{Wire, recognise};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Universal Exit Language: leaves whatever language is being spoken.
const UEL: &[u8] = b"\x1b%-12345X";
/// Longest PJL line.
const LINE: usize = 1024;
/// Answers to one visitor.
const ANSWERS: usize = 200;

/// The port.
pub(super) struct Jetdirect;

/// What a piece of the stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// A PJL command without `@PJL`, upper case where that is a matter of taste.
    Command(String),
    /// A line that changes nothing: UEL, an empty line, a comment.
    Nothing,
    /// Something to print.
    Data,
}

/// What a line is (PJL manual, 2: "PJL command format").
fn piece(line: &[u8]) -> Piece {
    let mut line = line.trim_ascii();
    while let Some(rest) = line.strip_prefix(UEL) {
        line = rest.trim_ascii();
    }
    if line.is_empty() {
        return Piece::Nothing;
    }
    match line.get(..4) {
        Some(start) if start.eq_ignore_ascii_case(b"@PJL") => {
            let command = String::from_utf8_lossy(line.get(4..).unwrap_or_default()).trim().to_ascii_uppercase();
            if command.is_empty() || command.starts_with("COMMENT") { Piece::Nothing } else { Piece::Command(command) }
        }
        _ => Piece::Data,
    }
}

/// What a command amounts to, and its answer.
fn answer(identity: &Identity, command: &str) -> (Kind, Option<String>) {
    let words: Vec<&str> = command.split_ascii_whitespace().collect();
    let value = |text: String| (Kind::Probe, Some(format!("@PJL {command}\r\n{text}\r\n\x0c")));
    match words.as_slice() {
        ["INFO", "ID", ..] => value(format!("\"{}\"", model(identity))),
        ["INFO", "STATUS", ..] => value("CODE=10001\r\nDISPLAY=\"READY\"\r\nONLINE=TRUE".to_owned()),
        ["INFO", "PAGECOUNT", ..] => value(format!("PAGECOUNT={}", identity.number("pages", 3_000, 180_000))),
        ["INFO", "MEMORY", ..] => value("TOTAL=268435456\r\nLARGEST=209715200".to_owned()),
        ["INFO", ..] | ["INQUIRE" | "DINQUIRE", ..] => value("\"?\"".to_owned()),
        ["ECHO", ..] => (Kind::Probe, Some(format!("@PJL {command}\r\n\x0c"))),
        // Ends or starts a job without saying anything to print.
        ["JOB" | "EOJ" | "USTATUS" | "USTATUSOFF" | "RESET" | "INITIALIZE", ..] => (Kind::Probe, None),
        // The printer's files: known ways to read other people's jobs and settings.
        ["FSDIRLIST" | "FSQUERY" | "FSUPLOAD", ..] => {
            (Kind::Request, Some(format!("@PJL {command}\r\nFILEERROR=3\r\n\x0c")))
        }
        // SET, DEFAULT, RDYMSG, OPMSG, FSDOWNLOAD, FSDELETE, DMCMD, ENTER …
        _ => (Kind::Write, None),
    }
}

/// The made-up product: the same words as on the printer's page.
pub(super) fn model(identity: &Identity) -> String {
    let series = identity.pick("printer-series", &["HKP-C", "TRN-L", "KWS-D", "NMR-P"]);
    format!("{series}{}0 {}", identity.number("printer-model", 210, 980), identity.host)
}

/// Whether it could come out as letters or a page: text, PostScript, PCL, PDF. Other bytes are no print job.
fn is_printable(data: &[u8]) -> bool {
    let start = data.get(..data.len().min(256)).unwrap_or_default();
    start.starts_with(b"%!")
        || start.starts_with(b"%PDF")
        || start.contains(&0x1b)
        || !start.iter().any(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31 | 127 | 0xff))
}

impl Decoy for Jetdirect {
    fn serve<'a>(&'a self, visit: Visit, mut wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(async move {
            let mut buffer: Vec<u8> = Vec::new();
            let mut commands: Vec<u8> = Vec::new();
            let mut is_first = true;
            for _ in 0..ANSWERS {
                let line = match buffer.iter().position(|byte| *byte == b'\n') {
                    Some(at) => buffer.drain(..=at).collect::<Vec<u8>>(),
                    None if buffer.len() >= LINE => std::mem::take(&mut buffer),
                    None => {
                        buffer.reserve(1024);
                        if wire.read_buf(&mut buffer).await? > 0 {
                            continue;
                        }
                        std::mem::take(&mut buffer)
                    }
                };
                let is_end = line.is_empty();
                if is_first && line.starts_with(UEL) {
                    visit.reached(Kind::Handshake);
                }
                match piece(&line) {
                    Piece::Nothing => {}
                    Piece::Command(command) => {
                        if commands.len() < LINE {
                            commands.extend_from_slice(if commands.is_empty() { b"" } else { b"; " });
                            commands.extend(command.bytes().take(120));
                            visit.note("commands", &commands);
                        }
                        let (kind, answer) = answer(visit.identity(), &command);
                        // Settings before a job belong to the job: they are written with it, or at the end.
                        if kind == Kind::Request {
                            visit.touch_noting(kind, &[("command", command.as_bytes())]).await?;
                        } else {
                            visit.reached(kind);
                        }
                        if let Some(answer) = answer {
                            wire.write_all(answer.as_bytes()).await?;
                        }
                    }
                    Piece::Data => {
                        let is_job = !is_first
                            || (recognise(&line).is_none_or(|name| name == "jetdirect") && is_printable(&line));
                        if is_job {
                            let start: Vec<u8> = line.iter().copied().take(200).collect();
                            visit.touch_noting(Kind::Write, &[("what", b"print"), ("opening", &start)]).await?;
                        }
                        return discard(wire).await;
                    }
                }
                if is_end {
                    return Ok(());
                }
                is_first = false;
            }
            Ok(())
        })
    }
}

/// Takes the rest and prints nothing.
async fn discard(mut wire: Wire) -> io::Result<()> {
    let mut block = [0; 4096];
    while wire.read(&mut block).await? > 0 {}
    Ok(())
}

/// For fuzzing.
pub(super) fn fuzz(bytes: &[u8]) {
    for line in bytes.split(|byte| *byte == b'\n') {
        let _ = (piece(line), is_printable(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_told_apart() {
        assert_eq!(piece(b"\x1b%-12345X@PJL INFO ID\r\n"), Piece::Command("INFO ID".to_owned()));
        assert_eq!(piece(b"@pjl info id"), Piece::Command("INFO ID".to_owned()));
        assert_eq!(piece(b"\x1b%-12345X\r\n"), Piece::Nothing);
        assert_eq!(piece(b"%!PS-Adobe-3.0"), Piece::Data);
        assert!(is_printable("こんにちは".as_bytes()) && is_printable(b"hello\r\n") && !is_printable(b"\x00\x01"));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            fuzz(&bytes);
        }
    }
}
