//! The head of a request (RFC 9112, 2 to 6): a pure function over bytes that takes what real servers take.
//!
//! Bytes beyond ASCII are kept as they came: an attacker's path or header need not be UTF-8 to be seen.

/// Longest request line, as nginx's `large_client_header_buffers`.
pub(super) const LINE: usize = 8 * 1024;
/// Longest head.
pub(super) const HEAD: usize = 32 * 1024;
/// Most header fields.
pub(super) const FIELDS: usize = 100;

/// Which version a request speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::protocol) enum Version {
    /// No version at all: HTTP/0.9.
    Old,
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1 and later minor versions.
    Http11,
    /// HTTP/2 and later.
    Newer,
}

/// Why bytes are no request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bad {
    /// Nothing like a request.
    NotHttp,
    /// A request of a protocol made after HTTP's pattern: RTSP, SIP.
    Other(String),
    /// A request line that is wrong or too long, or too many header fields.
    Request(&'static str),
}

/// How long the body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// No body.
    None,
    /// So many bytes.
    Length(u64),
    /// In chunks.
    Chunked,
    /// Contradicting statements (RFC 9112, 6.3): how requests are smuggled past a proxy.
    Contradiction,
}

/// A request's head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocol) struct Head {
    /// `GET`.
    pub(in crate::protocol) method: Vec<u8>,
    /// Path and query as sent.
    pub(in crate::protocol) target: Vec<u8>,
    /// The version.
    pub(in crate::protocol) version: Version,
    fields: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Head {
    /// The first field of a name (in lower case).
    pub(in crate::protocol) fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| &value[..])
    }

    /// All fields of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
        self.fields
            .iter()
            .filter(move |(key, _)| key.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| &value[..])
    }

    /// All values of all fields.
    pub(super) fn values(&self) -> impl Iterator<Item = &[u8]> {
        self.fields.iter().map(|(_, value)| &value[..])
    }

    /// The target without its query, and without scheme and authority if it has them.
    pub(in crate::protocol) fn path(&self) -> &[u8] {
        let target = self.local_target();
        let end = target.iter().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(target.len());
        target.get(..end).unwrap_or_default()
    }

    /// What follows the question mark.
    pub(super) fn query(&self) -> &[u8] {
        let at = self.target.iter().position(|byte| *byte == b'?');
        at.and_then(|at| self.target.get(at + 1..)).unwrap_or_default()
    }

    /// Whether the target names another server, as one asks a proxy.
    pub(super) fn is_absolute(&self) -> bool {
        self.target.windows(3).take(12).any(|three| three == b"://") && !self.target.starts_with(b"/")
    }

    fn local_target(&self) -> &[u8] {
        if !self.is_absolute() {
            return &self.target;
        }
        let after = self.target.windows(3).position(|three| three == b"://").map_or(0, |at| at + 3);
        let rest = self.target.get(after..).unwrap_or_default();
        rest.iter().position(|byte| *byte == b'/').and_then(|at| rest.get(at..)).unwrap_or(b"/")
    }

    /// Whether a list field (`Connection`, `Transfer-Encoding`) has this word.
    pub(super) fn lists(&self, name: &str, word: &str) -> bool {
        self.all(name).any(|value| {
            value.split(|byte| *byte == b',').any(|item| item.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
        })
    }

    /// Whether the connection stays open after the answer (RFC 9112, 9.3).
    pub(super) fn keeps_alive(&self) -> bool {
        match self.version {
            Version::Http11 => !self.lists("connection", "close"),
            Version::Http10 => self.lists("connection", "keep-alive"),
            Version::Old | Version::Newer => false,
        }
    }

    /// How long the body is (RFC 9112, 6.3).
    pub(super) fn framing(&self) -> Framing {
        let mut lengths = self.all("content-length");
        let length = lengths.next();
        let others_differ = length.is_some_and(|first| lengths.any(|other| other != first));
        let coded = self.field("transfer-encoding").is_some();
        match length {
            _ if others_differ => Framing::Contradiction,
            Some(_) if coded => Framing::Contradiction,
            Some(value) => {
                let digits =
                    std::str::from_utf8(value).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
                digits.and_then(|text| text.parse().ok()).map_or(Framing::Contradiction, |length: u64| {
                    if length == 0 { Framing::None } else { Framing::Length(length) }
                })
            }
            None if self.lists("transfer-encoding", "chunked") => Framing::Chunked,
            None if coded => Framing::Contradiction,
            None => Framing::None,
        }
    }
}

/// Whether these first bytes can no longer become a request: a server refuses them without waiting for more.
pub(super) fn is_hopeless(bytes: &[u8]) -> bool {
    let bytes = without_blank_lines(bytes);
    let word = bytes.iter().position(|byte| *byte == b' ');
    let method = bytes.get(..word.unwrap_or(bytes.len())).unwrap_or_default();
    method.len() > 32 || !method.iter().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
}

/// Blank lines before a request are skipped (RFC 9112, 2.2).
fn without_blank_lines(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(bytes.len());
    bytes.get(start..).unwrap_or_default()
}

/// Where the head ends, if it does: after the blank line, or after the only line of an HTTP/0.9 request or of one that is
/// wrong already. `from` is where looking begins.
pub(super) fn end(bytes: &[u8], from: usize) -> Option<usize> {
    let skipped = bytes.len() - without_blank_lines(bytes).len();
    let mut at = from.max(skipped);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'\n')) {
        let after = at + found + 1;
        let line = bytes.get(skipped..after).unwrap_or_default();
        let is_first = !line.get(..line.len().saturating_sub(1)).unwrap_or_default().contains(&b'\n');
        if is_first && !matches!(request_line(line), Ok((_, _, Version::Http10 | Version::Http11 | Version::Newer))) {
            return Some(after);
        }
        match bytes.get(after..) {
            Some([b'\n', ..]) => return Some(after + 1),
            Some([b'\r', b'\n', ..]) => return Some(after + 2),
            _ => at = after,
        }
    }
    None
}

type RequestLine = (Vec<u8>, Vec<u8>, Version);

/// `GET /path HTTP/1.1` (RFC 9112, 3).
fn request_line(line: &[u8]) -> Result<RequestLine, Bad> {
    let line = line.trim_ascii_end();
    if is_hopeless(line) || line.is_empty() {
        return Err(Bad::NotHttp);
    }
    if line.len() > LINE {
        return Err(Bad::Request("request line too long"));
    }
    let Some(first) = line.iter().position(|byte| *byte == b' ') else { return Err(Bad::NotHttp) };
    let (method, rest) = line.split_at(first);
    let rest = rest.trim_ascii();
    let last = rest.iter().rposition(|byte| *byte == b' ');
    let (target, version) = match last {
        Some(at) => (rest.get(..at).unwrap_or_default().trim_ascii(), rest.get(at + 1..).unwrap_or_default()),
        None => (rest, &b""[..]),
    };
    let version = match version {
        b"" if method == b"GET" && target.starts_with(b"/") => Version::Old,
        b"HTTP/1.0" => Version::Http10,
        [b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'1'..=b'9'] => Version::Http11,
        [b'H', b'T', b'T', b'P', b'/', b'2'..=b'9', b'.', b'0'..=b'9'] => Version::Newer,
        _ => {
            let name: Vec<u8> = version.iter().copied().take_while(u8::is_ascii_alphabetic).collect();
            let is_other = name.len() >= 3
                && name.len() <= 8
                && name != b"HTTP"
                && version.get(name.len()) == Some(&b'/')
                && version.get(name.len() + 1).is_some_and(u8::is_ascii_digit);
            return Err(if is_other {
                Bad::Other(String::from_utf8_lossy(&name).to_lowercase())
            } else if method.iter().all(u8::is_ascii_uppercase) && target.starts_with(b"/") {
                Bad::Request("request line")
            } else {
                Bad::NotHttp
            });
        }
    };
    Ok((method.to_vec(), target.to_vec(), version))
}

/// Reads a head, up to and with its blank line.
pub(super) fn parse(bytes: &[u8]) -> Result<Head, Bad> {
    let bytes = without_blank_lines(bytes);
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let (method, target, version) = request_line(lines.next().unwrap_or_default())?;
    let mut fields = Vec::new();
    for line in lines {
        let line = line.trim_ascii();
        // What has no colon is skipped, as servers do.
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        if fields.len() >= FIELDS {
            return Err(Bad::Request("too many header fields"));
        }
        let (name, value) = line.split_at(colon);
        fields.push((name.trim_ascii().to_vec(), value.get(1..).unwrap_or_default().trim_ascii().to_vec()));
    }
    Ok(Head { method, target, version, fields })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn requests_of_real_clients_are_read() {
        let head = parse(b"\r\nGET /a?b=1 HTTP/1.1\r\nHost: x\r\nUser-Agent:  curl \r\nbroken\r\n\r\n").expect("read");
        assert_eq!((&head.method[..], head.path(), head.query()), (&b"GET"[..], &b"/a"[..], &b"b=1"[..]));
        assert_eq!(head.field("user-agent"), Some(&b"curl"[..]));
        assert!(head.keeps_alive());
        let proxy = parse(b"GET http://example.jp/x?y HTTP/1.0\r\n\r\n").expect("read");
        assert!(proxy.is_absolute() && proxy.path() == b"/x" && !proxy.keeps_alive());
        assert_eq!(parse(b"GET /\r\n").expect("read").version, Version::Old);
        // A raw Shift_JIS path.
        assert_eq!(parse(b"GET /\x8a\xc7\x97\x9d HTTP/1.1\r\n\r\n").expect("read").path(), b"/\x8a\xc7\x97\x9d");
    }

    #[test]
    fn other_protocols_and_garbage_are_told_apart() {
        assert_eq!(parse(b"OPTIONS / RTSP/1.0\r\n\r\n"), Err(Bad::Other("rtsp".to_owned())));
        assert_eq!(parse(b"OPTIONS sip:nm SIP/2.0\r\n\r\n"), Err(Bad::Other("sip".to_owned())));
        assert_eq!(parse(b"\x16\x03\x01\x00"), Err(Bad::NotHttp));
        assert_eq!(parse(b"EHLO x\r\n"), Err(Bad::NotHttp));
        assert!(matches!(parse(b"GET / HTTP/x\r\n\r\n"), Err(Bad::Request(_))));
        assert!(is_hopeless(b"\x16\x03") && is_hopeless(b"\x00") && !is_hopeless(b"GE") && !is_hopeless(b""));
    }

    #[test]
    fn the_end_is_found_wherever_looking_begins() {
        assert_eq!(end(b"GET / HTTP/1.1\r\nA: b\r\n\r\nbody", 0), Some(24));
        assert_eq!(end(b"GET / HTTP/1.1\nA: b\n\nbody", 0), Some(21));
        assert_eq!(end(b"GET / HTTP/1.1\r\nA: b\r\n", 0), None);
        assert_eq!(end(b"GET /\r\n", 0), Some(7));
        assert_eq!(end(b"\r\n\r\nGET / HTTP/1.0\r\n\r\n", 0), Some(22));
    }

    #[test]
    fn lengths_that_contradict_each_other_are_seen() {
        let framing =
            |fields: &str| parse(format!("POST / HTTP/1.1\r\n{fields}\r\n").as_bytes()).map(|head| head.framing());
        assert_eq!(framing("Content-Length: 5\r\n"), Ok(Framing::Length(5)));
        assert_eq!(framing("Content-Length: 5\r\nContent-Length: 6\r\n"), Ok(Framing::Contradiction));
        assert_eq!(framing("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"), Ok(Framing::Contradiction));
        assert_eq!(framing("Content-Length: +5\r\n"), Ok(Framing::Contradiction));
        assert_eq!(framing("Transfer-Encoding: gzip, chunked\r\n"), Ok(Framing::Chunked));
        assert_eq!(framing(""), Ok(Framing::None));
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), from in 0usize..700) {
            let _ = end(&bytes, from);
            if let Ok(head) = parse(&bytes) {
                let _ = (head.path(), head.query(), head.framing(), head.keeps_alive());
            }
        }
    }
}
