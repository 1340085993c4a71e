//! Lines for log collectors: CEF (Common Event Format, version 0 of ArcSight's document) inside syslog (RFC 5424).
//!
//! Escaping as the document says: in the header `\` and `|`, in extension values `\` and `=`; a line feed in a value becomes
//! `\n`. What else controls a terminal or a parser becomes a space. Everything is UTF-8 without a byte order mark: RFC 5424
//! allows that (MSG-ANY), and many collectors look for `CEF:` as the first four bytes.

use crate::reader::Reader;
use hakutaku_model::region::correlate::{Case, Severity};
use hakutaku_model::region::net::is_local;
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Kind, SignedTouch};
use std::net::IpAddr;

/// Longest line, in bytes: what collectors take at least by TCP (RFC 5425 recommends 8192).
pub const LONGEST_LINE: usize = 8192;
/// Longest value of a text in an extension, in characters (CEF: `msg`, `duser` 1023).
const LONGEST_VALUE: usize = 1_023;

/// Where lines say they come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// Host name of RFC 5424: the machine the centre runs on.
    pub host: String,
    /// Version of the program.
    pub version: String,
}

/// A touch as one line of CEF. Readers other than the centre get none for sources inside, and neither sensor nor user name.
#[must_use]
pub fn touch(sender: &Sender, signed: &SignedTouch, reader: Reader) -> Option<String> {
    let touch = &signed.touch;
    if !reader.sees_members() && is_local(touch.source_ip) {
        return None;
    }
    let name = format!("Decoy touched: {}", touch.kind.key());
    let mut line = header(sender, touch.kind.key(), &name, weight(touch.kind));
    let mut any = false;
    let mut field = |key: &str, text: &str| push(&mut line, &mut any, key, text);
    match touch.source_ip.to_canonical() {
        IpAddr::V4(source) => field("src", &source.to_string()),
        IpAddr::V6(source) => {
            field("c6a2", &source.to_string());
            field("c6a2Label", "Source IPv6 Address");
        }
    }
    if touch.source_port > 0 {
        field("spt", &touch.source_port.to_string());
    }
    if touch.dest_port > 0 {
        field("dpt", &touch.dest_port.to_string());
    }
    field("app", &touch.protocol);
    field("rt", &reader.coarse(touch.time).micros().div_euclid(1_000).to_string());
    field("act", touch.kind.key());
    if touch.kind == Kind::SignIn {
        field("outcome", "failure");
    }
    field("cs1", &touch.persona);
    field("cs1Label", "persona");
    if reader.sees_members() {
        field("externalId", &touch.id.to_string());
        field("deviceExternalId", &touch.sensor.to_string());
        if let Some(user) = &touch.user {
            field("duser", user);
        }
        match touch.detail.get("dest_ip").and_then(|text| text.parse::<IpAddr>().ok()) {
            Some(IpAddr::V4(target)) => field("dst", &target.to_string()),
            Some(IpAddr::V6(target)) => {
                field("c6a3", &target.to_string());
                field("c6a3Label", "Destination IPv6 Address");
            }
            None => {}
        }
    }
    Some(line)
}

/// A case as one line of CEF. `title` names no member.
#[must_use]
pub fn case(sender: &Sender, case: &Case, title: &Text, reader: Reader) -> String {
    let weight = match case.severity {
        Severity::Low => 3,
        Severity::Middle => 6,
        Severity::High => 8,
        Severity::Urgent => 10,
    };
    let mut line = header(sender, "case", &title.en, weight);
    let mut any = false;
    let mut field = |key: &str, text: &str| push(&mut line, &mut any, key, text);
    field("externalId", &case.id.to_string());
    field("start", &reader.coarse(case.first.at).micros().div_euclid(1_000).to_string());
    field("end", &reader.coarse(case.last.at).micros().div_euclid(1_000).to_string());
    field("msg", &title.ja);
    field("cs1", &case.rules().join(" "));
    field("cs1Label", "rules");
    if reader.sees_members() {
        field("cn1", &case.facilities().len().to_string());
        field("cn1Label", "facilities");
    }
    line
}

/// A message of RFC 5424 around a line: facility local0, severity by CEF's weight.
#[must_use]
pub fn syslog(sender: &Sender, at: Ts, kind: &str, line: &str) -> String {
    // 16 = local0 (section 6.2.1); 4 = warning, 5 = notice.
    let priority = 16 * 8 + if kind == "case" { 4 } else { 5 };
    let host = header_word(&sender.host, 255);
    let kind = header_word(kind, 32);
    format!("<{priority}>1 {at} {host} hakutaku - {kind} - {line}")
}

/// A message as it goes over TCP or TLS: its length in bytes, a space, the message (octet counting, RFC 6587, section 3.4.1, and RFC
/// 5425, section 4.3).
#[must_use]
pub fn framed(message: &str) -> Vec<u8> {
    let mut out = format!("{} ", message.len()).into_bytes();
    out.extend_from_slice(message.as_bytes());
    out
}

/// One word of printable ASCII, or `-` (the nil value).
fn header_word(text: &str, longest: usize) -> String {
    let word: String = text.chars().filter(char::is_ascii_graphic).take(longest).collect();
    if word.is_empty() { "-".into() } else { word }
}

fn weight(kind: Kind) -> u8 {
    match kind {
        Kind::Knock | Kind::HalfOpen | Kind::Connect => 4,
        Kind::PortScan | Kind::Malformed | Kind::WrongProtocol | Kind::Handshake | Kind::Probe => 5,
        Kind::Request | Kind::SignIn => 7,
        Kind::Write | Kind::Token => 9,
    }
}

fn header(sender: &Sender, class: &str, name: &str, weight: u8) -> String {
    let part = |text: &str| {
        let one_line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(512).collect();
        one_line.replace('\\', "\\\\").replace('|', "\\|")
    };
    format!("CEF:0|Hakutaku|Hakutaku|{}|{}|{}|{weight}|", part(&sender.version), part(class), part(name))
}

/// Adds a field; `any` says whether one stands there already.
fn push(line: &mut String, any: &mut bool, key: &str, text: &str) {
    if text.is_empty() {
        return;
    }
    let mut value = String::new();
    for c in text.chars().take(LONGEST_VALUE) {
        match c {
            '\\' => value.push_str("\\\\"),
            '=' => value.push_str("\\="),
            '\n' => value.push_str("\\n"),
            '\r' => value.push_str("\\r"),
            _ if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => value.push(' '),
            _ => value.push(c),
        }
    }
    let gap = if *any { " " } else { "" };
    // A value is left out whole rather than cut in the middle of an escape.
    if line.len() + gap.len() + key.len() + 1 + value.len() <= LONGEST_LINE {
        line.push_str(&format!("{gap}{key}={value}"));
        *any = true;
    }
}
