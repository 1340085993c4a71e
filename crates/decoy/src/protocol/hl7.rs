//! A gateway for HL7 version 2 messages that knows nobody: frames of MLLP (HL7 v2.5, appendix C.4), the message header
//! (2.15.9), and an answer that rejects (2.9.2.1: `AR`).
//!
//! Of a message only its first segment is kept: everything about a patient comes after it.

use super::{Decoy, Serving};
use crate::text;
use crate::visit::Visit;
use crate::wire::Wire;
use encoding_rs::{Encoding, ISO_2022_JP};
use hakutaku_model::touch::Kind;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Begins a frame.
const START: u8 = 0x0b;
/// Ends it, before a carriage return.
const END: u8 = 0x1c;
/// Longest message.
const MESSAGE: usize = 64 * 1024;
/// Bytes kept of a message: its header segment.
const HEADER: usize = 2048;
/// Messages of one connection.
const MESSAGES: u32 = 500;
/// Fields of the header that are looked at.
const FIELDS: usize = 24;

/// The gateway.
pub(super) struct Gateway;

impl Decoy for Gateway {
    fn serve<'a>(&'a self, visit: Visit, mut wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(async move {
            let mut frames = Frames::default();
            // Small: thousands of idle connections each hold one.
            let mut block = [0; 1024];
            let mut messages = 0;
            loop {
                let count = wire.read(&mut block).await?;
                if count == 0 {
                    return Ok(());
                }
                for byte in block.get(..count).unwrap_or_default() {
                    match frames.push(*byte) {
                        Step::More => {}
                        Step::Begun => visit.reached(Kind::Handshake),
                        // Neither a frame nor white space between frames, or a message without end.
                        Step::Broken => return Ok(()),
                        Step::Message(first) => {
                            messages += 1;
                            let Some(header) = Header::read(&first) else { return Ok(()) };
                            receive(&visit, &header).await?;
                            wire.write_all(&framed(&reject(&header, &Signature::of(&visit, messages)))).await?;
                            if messages >= MESSAGES {
                                return Ok(());
                            }
                        }
                    }
                }
            }
        })
    }
}

/// What a byte led to.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    More,
    /// The beginning of a header was seen.
    Begun,
    /// A whole message: its first segment.
    Message(Vec<u8>),
    Broken,
}

/// Cuts frames out of a stream, keeping only first segments.
#[derive(Default)]
struct Frames {
    inside: bool,
    /// The byte before was the end mark.
    ending: bool,
    /// The first segment is complete.
    past_header: bool,
    length: usize,
    header: Vec<u8>,
}

impl Frames {
    fn push(&mut self, byte: u8) -> Step {
        if !self.inside {
            return match byte {
                START => {
                    *self = Self { inside: true, ..Self::default() };
                    Step::More
                }
                b'\r' | b'\n' => Step::More,
                _ => Step::Broken,
            };
        }
        self.length += 1;
        if std::mem::replace(&mut self.ending, byte == END) && byte == b'\r' {
            self.inside = false;
            return Step::Message(std::mem::take(&mut self.header));
        }
        if self.length > MESSAGE {
            return Step::Broken;
        }
        if matches!(byte, b'\r' | b'\n' | END) {
            self.past_header = true;
        } else if !self.past_header && self.header.len() < HEADER {
            self.header.push(byte);
            if self.length == 4 {
                return if self.header.starts_with(b"MSH") { Step::Begun } else { Step::Broken };
            }
        }
        Step::More
    }
}

/// A message's header segment, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Header {
    /// Field separator (MSH-1).
    bar: char,
    /// Component separator, the first of the encoding characters (MSH-2).
    hat: char,
    /// MSH-2 and what follows.
    fields: Vec<String>,
}

impl Header {
    fn read(segment: &[u8]) -> Option<Self> {
        let text = decode(segment);
        let rest = text.strip_prefix("MSH")?;
        let bar = rest.chars().next().filter(|c| c.is_ascii_punctuation())?;
        let fields: Vec<String> = rest.split(bar).skip(1).take(FIELDS).map(str::to_owned).collect();
        let hat = fields.first()?.chars().next().filter(char::is_ascii_punctuation)?;
        Some(Self { bar, hat, fields })
    }

    /// A field by its number in the standard, from MSH-2.
    fn field(&self, number: usize) -> &str {
        number.checked_sub(2).and_then(|index| self.fields.get(index)).map_or("", String::as_str)
    }

    /// The message's code and event: MSH-9.1 and MSH-9.2.
    fn what(&self) -> (&str, &str) {
        let mut parts = self.field(9).split(self.hat);
        (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
    }
}

/// Reads the header in the encoding it is in: ISO-2022-JP with its escapes (`ISO IR87` in MSH-18), UTF-8, Shift_JIS or
/// EUC-JP. First of all, as the second byte of a Japanese character may look like a separator.
fn decode(segment: &[u8]) -> String {
    if segment.windows(2).any(|pair| pair == b"\x1b$") {
        return ISO_2022_JP.decode_without_bom_handling(segment).0.into_owned();
    }
    let named = text::encoding(segment).and_then(|name| Encoding::for_label(name.as_bytes()));
    named.map_or_else(
        || String::from_utf8_lossy(segment).into_owned(),
        |encoding| encoding.decode_without_bom_handling(segment).0.into_owned(),
    )
}

/// What a message is after, by its code (HL7 table 0076).
fn kind(code: &str) -> Kind {
    match code {
        // Queries, and requests for what is in a record.
        "QBP" | "QCN" | "QCK" | "QRY" | "QSB" | "QSX" | "QVR" | "SPQ" | "VQQ" | "EQQ" | "RQQ" | "OSQ" | "RQA"
        | "RQC" | "RQI" | "RQP" | "SQM" | "VXQ" | "NMQ" => Kind::Request,
        // Answers to what was never asked, and chatter.
        "ACK" | "ADR" | "MCF" | "NMD" | "NMR" | "ORF" | "RSP" | "RTB" | "TBR" | "EDR" | "ERP" | "VXX" | "VXR" => {
            Kind::Probe
        }
        code if code.len() == 3 && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()) => Kind::Write,
        _ => Kind::Probe,
    }
}

async fn receive(visit: &Visit, header: &Header) -> io::Result<()> {
    let (code, _) = header.what();
    let details = [
        ("message_type", 9),
        ("sending_application", 3),
        ("sending_facility", 4),
        ("receiving_application", 5),
        ("receiving_facility", 6),
        ("processing", 11),
        ("version", 12),
        ("character_set", 18),
    ];
    let details: Vec<(&'static str, &[u8])> = details
        .iter()
        .map(|(name, number)| (*name, header.field(*number).as_bytes()))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    Ok(visit.touch_noting(kind(code), &details).await?)
}

/// What our side puts into an answer.
struct Signature {
    time: String,
    id: String,
}

impl Signature {
    fn of(visit: &Visit, number: u32) -> Self {
        let time = jiff::Timestamp::now()
            .to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(9)))
            .strftime("%Y%m%d%H%M%S")
            .to_string();
        let start = visit.identity().number("hl7-control", 100_000, 900_000);
        Self { id: format!("{time}{}", start + u64::from(number)), time }
    }
}

/// A text of the visitor as part of an answer: short, and without what would end a field or a frame.
fn echoed<'a>(text: &'a str, bar: char) -> impl Iterator<Item = char> + 'a {
    text.chars().filter(move |c| !c.is_control() && *c != bar).take(200)
}

/// The rejecting answer (HL7 v2.5, 2.9.2.1 and 2.14.4 with table 0357): the sender is not known here.
fn reject(header: &Header, own: &Signature) -> String {
    let field = |number: usize| -> String { echoed(header.field(number), header.bar).collect() };
    let (code, event) = header.what();
    let event: String = echoed(event, header.bar).take(8).collect();
    let mut kind = "ACK".to_owned();
    if !code.is_empty() && !event.is_empty() {
        kind = format!("ACK{}{event}", header.hat);
    }
    let version = if header.field(12).is_empty() { "2.5".to_owned() } else { field(12) };
    let processing = if header.field(11).is_empty() { "P".to_owned() } else { field(11) };
    let (bar, hat) = (header.bar.to_string(), header.hat.to_string());
    let (encoding, control) = (field(2), field(10));
    let msh =
        ["MSH", &encoding, &field(5), &field(6), &field(3), &field(4), &own.time, "", &kind, &own.id, &processing]
            .join(&bar);
    // ERR-1 held all until version 2.5 gave each part a field of its own.
    let is_old = matches!(version.as_str(), "2.1" | "2.2" | "2.3" | "2.3.1" | "2.4");
    let err = if is_old {
        "ERR|MSH^1^3^204&Unknown key identifier&HL70357"
    } else {
        "ERR||MSH^1^3|204^Unknown key identifier^HL70357|E"
    };
    let err = err.replace('^', &hat).replace('|', &bar);
    format!("{msh}{bar}{version}\rMSA{bar}AR{bar}{control}{bar}Unknown sending application\r{err}\r")
}

fn framed(message: &str) -> Vec<u8> {
    [&[START][..], message.as_bytes(), &[END, b'\r']].concat()
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let mut frames = Frames::default();
    for byte in bytes {
        if let Step::Message(first) = frames.push(*byte)
            && let Some(header) = Header::read(&first)
        {
            let own = Signature { time: String::new(), id: String::new() };
            let answer = framed(&reject(&header, &own));
            assert!(answer.len() < 16 * 1024, "an answer is short");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &[u8]) -> Header {
        Header::read(text).expect("header")
    }

    #[test]
    fn a_header_is_read_and_rejected_with_its_control_id() {
        let read = header(b"MSH|^~\\&|LAB|HOSP|GW|HOSP|20260401||ORU^R01^ORU_R01|MSG1|P|2.5||||||~ISO IR87");
        assert_eq!((read.what(), read.field(10), read.field(18)), (("ORU", "R01"), "MSG1", "~ISO IR87"));
        let own = Signature { time: "20260401120000".to_owned(), id: "X9".to_owned() };
        let answer = reject(&read, &own);
        assert_eq!(
            answer,
            "MSH|^~\\&|GW|HOSP|LAB|HOSP|20260401120000||ACK^R01|X9|P|2.5\rMSA|AR|MSG1|Unknown sending application\rERR||MSH^1^3|204^Unknown key identifier^HL70357|E\r"
        );
    }

    #[test]
    fn japanese_of_any_encoding_does_not_break_the_fields() {
        // The second byte of the first is `|` in Shift_JIS.
        for name in ["ポ病院", "検査部"] {
            for encoding in [encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, ISO_2022_JP, encoding_rs::UTF_8] {
                let line = format!("MSH|^~\\&|検査システム|{name}|GW||1||ADT^A01|7|P|2.4");
                let read = header(&encoding.encode(&line).0);
                assert_eq!((read.field(4), read.field(10)), (name, "7"), "{}", encoding.name());
            }
        }
    }

    #[test]
    fn messages_have_their_kinds() {
        for (code, expected) in [
            ("ORU", Kind::Write),
            ("ADT", Kind::Write),
            ("ZZZ", Kind::Write),
            ("QRY", Kind::Request),
            ("QBP", Kind::Request),
            ("ACK", Kind::Probe),
            ("", Kind::Probe),
            ("longer", Kind::Probe),
        ] {
            assert_eq!(kind(code), expected, "{code}");
        }
    }

    #[test]
    fn nothing_after_the_header_is_kept_and_a_message_without_end_is_cut() {
        let mut frames = Frames::default();
        let mut steps = b"\x0bMSH|^~\\&|A\rPID|1||YAMADA\r\x1c\r".iter().map(|byte| frames.push(*byte));
        assert_eq!(steps.find(|step| matches!(step, Step::Message(_))), Some(Step::Message(b"MSH|^~\\&|A".to_vec())));
        let mut frames = Frames::default();
        frames.push(START);
        let steps =
            std::iter::chain(b"MSH|".iter(), std::iter::repeat_n(&b'a', MESSAGE)).map(|byte| frames.push(*byte));
        assert_eq!(steps.last(), Some(Step::Broken));
        assert!(frames.header.len() <= HEADER);
    }
}
