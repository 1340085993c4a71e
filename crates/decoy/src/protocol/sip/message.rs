//! Reading SIP's requests (RFC 3261, 7 and 25) and writing responses.

/// Header fields of a request that are looked at.
const FIELDS: usize = 64;
/// `Via` fields that are sent back; a request comes through few proxies.
const VIAS: usize = 8;

/// A request, or the first line of something else that is SIP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    /// Method; empty for a response.
    pub(super) method: String,
    /// Whom it is for.
    pub(super) uri: String,
    fields: Vec<(String, String)>,
}

impl Request {
    /// Reads everything before the empty line. Nothing if it is not SIP.
    pub(super) fn read(head: &str) -> Option<Self> {
        let mut lines = head.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
        let (method, uri) = first_line(lines.next()?)?;
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in lines.take_while(|line| !line.is_empty()) {
            if line.starts_with([' ', '\t']) {
                // A folded line (7.3.1).
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':')
                && fields.len() < FIELDS
            {
                fields.push((full(name.trim()), value.trim().to_owned()));
            }
        }
        Some(Self { method: method.to_owned(), uri: uri.to_owned(), fields })
    }

    /// A field by its name in small letters; empty if it is missing.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    /// Whether it has the fields without which there is no answer (8.1.1).
    pub(super) fn is_complete(&self) -> bool {
        ["via", "from", "to", "call-id", "cseq"].iter().all(|name| !self.field(name).is_empty())
    }

    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Length of the body.
    pub(super) fn length(&self) -> Option<usize> {
        match self.field("content-length") {
            "" => Some(0),
            length => length.parse().ok(),
        }
    }

    /// The credentials, if it carries some: the user name (22.4).
    pub(super) fn user(&self) -> Option<String> {
        let value = self.all("authorization").chain(self.all("proxy-authorization")).next()?;
        let digest = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("digest ")).and(value.get(7..));
        Some(digest.and_then(|rest| parameter(rest, "username")).unwrap_or_default())
    }

    /// The user part of the address in a field or URI: `<sip:100@host>` has `100`.
    pub(super) fn user_of(address: &str) -> &str {
        let inside = address.split_once('<').map_or(address, |(_, rest)| rest);
        let inside = inside.split(['>', ';', '?']).next().unwrap_or_default();
        let without = inside.split_once(':').map_or(inside, |(_, rest)| rest);
        without.rsplit_once('@').map_or("", |(user, _)| user)
    }

    /// A response (8.2.6): the fields that must be the request's, and more lines.
    pub(super) fn response(&self, status: &str, tag: &str, source: std::net::SocketAddr, more: &[String]) -> String {
        let mut out = format!("SIP/2.0 {status}\r\n");
        for (index, via) in self.all("via").take(VIAS).enumerate() {
            let via = if index == 0 { with_source(via, source) } else { via.to_owned() };
            out.push_str(&format!("Via: {via}\r\n"));
        }
        let to = self.field("to");
        let to =
            if to.contains(";tag=") || status.starts_with("100") { to.to_owned() } else { format!("{to};tag={tag}") };
        for (name, value) in [
            ("From", self.field("from")),
            ("To", &to),
            ("Call-ID", self.field("call-id")),
            ("CSeq", self.field("cseq")),
        ] {
            out.push_str(&format!("{name}: {value}\r\n"));
        }
        for line in more {
            out.push_str(&format!("{line}\r\n"));
        }
        out.push_str("Content-Length: 0\r\n\r\n");
        out
    }
}

/// Where the request came from, for the proxies on the way back (18.2.1; RFC 3581).
fn with_source(via: &str, source: std::net::SocketAddr) -> String {
    let received = format!("rport={};received={}", source.port(), source.ip());
    let mut out = String::new();
    let mut has_port = false;
    for part in via.split(';') {
        if part.starts_with("rport") {
            has_port = true;
            continue;
        }
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(part);
    }
    if has_port { format!("{out};{received}") } else { format!("{out};received={}", source.ip()) }
}

fn first_line(line: &str) -> Option<(&str, &str)> {
    if line.starts_with("SIP/2.0 ") {
        return Some(("", ""));
    }
    let (method, rest) = line.split_once(' ')?;
    let (uri, version) = rest.rsplit_once(' ')?;
    let is_word = !method.is_empty() && method.len() <= 32 && method.bytes().all(|byte| byte.is_ascii_uppercase());
    (is_word && version == "SIP/2.0").then_some((method, uri.trim()))
}

/// The long name of a field, in small letters (7.3.3).
fn full(name: &str) -> String {
    let name = name.to_ascii_lowercase();
    match name.as_str() {
        "v" => "via",
        "f" => "from",
        "t" => "to",
        "i" => "call-id",
        "l" => "content-length",
        "m" => "contact",
        _ => return name,
    }
    .to_owned()
}

/// A parameter of a list such as `a="b", c=d`.
fn parameter(list: &str, name: &str) -> Option<String> {
    let mut rest = list;
    for _ in 0..FIELDS {
        let (key, after) = rest.split_once('=')?;
        let after = after.trim_start();
        let (value, after) = match after.strip_prefix('"') {
            Some(quoted) => {
                let end = end_of_quoted(quoted)?;
                (quoted.get(..end)?.replace("\\\"", "\""), quoted.get(end + 1..)?)
            }
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after.get(..end)?.trim().to_owned(), after.get(end..)?)
            }
        };
        if key.trim().eq_ignore_ascii_case(name) {
            return Some(value);
        }
        rest = after.trim_start().strip_prefix(',')?;
    }
    None
}

fn end_of_quoted(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.char_indices().find_map(|(index, c)| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end.then_some(index)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTER: &str = "REGISTER sip:pbx SIP/2.0\r\nv: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1;rport\r\nf: <sip:100@pbx>;tag=1\r\nt: <sip:100@pbx>\r\ni: abc\r\nCSeq: 2 REGISTER\r\nAuthorization: Digest realm=\"x, y\", username=\"1\\\"00\", response=\"00\"\r\nl: 0\r\n\r\n";

    #[test]
    fn a_request_is_read_with_short_names_and_credentials() {
        let request = Request::read(REGISTER).expect("read");
        assert_eq!((request.method.as_str(), request.uri.as_str()), ("REGISTER", "sip:pbx"));
        assert_eq!((request.user().as_deref(), request.length()), (Some("1\"00"), Some(0)));
        assert_eq!(Request::user_of(request.field("to")), "100");
        let source = "10.0.0.9:5070".parse().expect("address");
        let answer = request.response("401 Unauthorized", "t9", source, &[]);
        assert!(
            answer.starts_with("SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 10.0.0.9;branch=z9hG4bK1;rport=5070;")
        );
        assert!(answer.contains("\r\nTo: <sip:100@pbx>;tag=t9\r\n"), "{answer}");
    }

    #[test]
    fn what_is_not_sip_is_not_read() {
        for text in ["GET / HTTP/1.1\r\n\r\n", "", " ", "OPTIONS  SIP/2.1", "options sip:x SIP/2.0"] {
            assert_eq!(Request::read(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_found_in_addresses() {
        for (text, number) in [
            ("sip:00972599123456@10.0.0.1", "00972599123456"),
            ("\"x\" <sip:9011@h;transport=udp>;tag=3", "9011"),
            ("sip:host", ""),
            ("tel:+815012345678", ""),
        ] {
            assert_eq!(Request::user_of(text), number);
        }
    }
}
