//! Text files: which encoding, which separator, which cells.

use super::{Collector, Format, LARGEST_FILE, TableRefused, Tables};
use crate::file_guard::FileRefused;
use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

/// Separators, the likeliest first.
const DELIMITERS: [char; 3] = [',', '\t', ';'];
/// So many lines are looked at to find the separator.
const LOOKED_AT: usize = 50;

pub(super) fn read(bytes: &[u8], file_name: &str) -> Result<Tables, TableRefused> {
    if bytes.len() > LARGEST_FILE {
        return Err(TableRefused::TooLarge { bytes: bytes.len() });
    }
    let (text, encoding) = decode(bytes)?;
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let delimiter = delimiter(&text, file_name);
    let sheet = cells(&text, delimiter)?;
    Ok(Tables { sheets: vec![sheet], format: Format::Text { encoding, delimiter } })
}

/// The text of a file: what its first bytes promise, else UTF-8 where it is that, else Shift_JIS as Windows means it.
pub(crate) fn decode(bytes: &[u8]) -> Result<(String, &'static str), TableRefused> {
    if bytes.is_empty() {
        return Err(FileRefused::Empty.into());
    }
    let (encoding, body): (&'static Encoding, &[u8]) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, &bytes[length..]),
        None if bytes.contains(&0) => return Err(TableRefused::NotATable),
        None if std::str::from_utf8(bytes).is_ok() => (UTF_8, bytes),
        None => (SHIFT_JIS, bytes),
    };
    let name = match encoding {
        e if e == UTF_8 => "UTF-8",
        e if e == UTF_16LE => "UTF-16LE",
        e if e == UTF_16BE => "UTF-16BE",
        _ => "Shift_JIS",
    };
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(text) if is_text(&text) => Ok((text.into_owned(), name)),
        Some(_) => Err(TableRefused::NotATable),
        None => {
            let (text, _) = encoding.decode_without_bom_handling(body);
            let readable = text.find('\u{fffd}').map_or(text.as_ref(), |at| &text[..at]);
            // A picture or a program is full of characters that no text has.
            if is_text(readable) && !bytes.starts_with(b"%PDF") && !bytes.starts_with(b"\x89PNG") {
                Err(TableRefused::UnknownEncoding { line: readable.matches('\n').count() + 1 })
            } else {
                Err(TableRefused::NotATable)
            }
        }
    }
}

fn is_text(text: &str) -> bool {
    !text.starts_with("%PDF")
        && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{1a}'))
}

/// The separator that most lines have, counted outside quotation marks.
fn delimiter(text: &str, file_name: &str) -> char {
    let tsv = file_name.to_ascii_lowercase().ends_with(".tsv");
    let mut counts = [const { Vec::new() }; DELIMITERS.len()];
    let (mut now, mut quoted, mut lines, mut filled) = ([0_usize; DELIMITERS.len()], false, 0, false);
    for c in text.chars().chain(['\n']) {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => {
                if filled {
                    for (all, one) in counts.iter_mut().zip(now) {
                        all.push(one);
                    }
                    lines += 1;
                }
                (now, filled) = ([0; DELIMITERS.len()], false);
                if lines == LOOKED_AT {
                    break;
                }
            }
            c => {
                filled = true;
                if let Some(at) = DELIMITERS.iter().position(|known| *known == c && !quoted) {
                    now[at] += 1;
                }
            }
        }
    }
    let typical = |counts: &mut Vec<usize>| {
        counts.sort_unstable();
        counts.get(counts.len().saturating_sub(1) / 2).copied().unwrap_or_default()
    };
    let scores: Vec<usize> = counts.iter_mut().map(typical).collect();
    if tsv && scores[1] > 0 {
        return '\t';
    }
    let best = scores.iter().max().copied().unwrap_or_default();
    if best == 0 {
        return if tsv { '\t' } else { ',' };
    }
    scores.iter().position(|score| *score == best).map_or(',', |at| DELIMITERS[at])
}

/// The cells, each in the row that a spreadsheet program would show it in: blank lines count, line breaks inside
/// quotation marks do not.
fn cells(text: &str, delimiter: char) -> Result<super::Sheet, TableRefused> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut collector = Collector::new(String::new(), 0);
    let mut record = csv::StringRecord::new();
    let (mut row, mut line) = (0_usize, reader.position().line());
    while reader.read_record(&mut record).map_err(|_| TableRefused::NotATable)? {
        let now = reader.position().line();
        let inside: usize = record.iter().map(|field| field.matches('\n').count()).sum();
        // What was consumed beyond this record's own lines were blank lines before it.
        let consumed = usize::try_from(now.saturating_sub(line)).unwrap_or(usize::MAX);
        row += consumed.saturating_sub(inside + 1);
        line = now;
        for (column, field) in record.iter().enumerate() {
            collector.put(row, column, field)?;
        }
        row += 1;
    }
    Ok(collector.sheet)
}
