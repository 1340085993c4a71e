//! What a request amounts to.

use super::form::{self, Authorization};
use super::head::{Framing, Head};
use super::talk::Body;
use crate::config::{Token, TokenKind};

/// What a request amounts to. Everything but a look is a touch of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::protocol) enum Act {
    /// Looks at what everybody may look at. Remembered; one touch at the end of the connection.
    Look,
    /// Asked for what exists only to be found; the token's name.
    Token(String),
    /// Tried to sign in.
    SignIn {
        /// The name.
        user: Vec<u8>,
        /// The password, unless only an answer to a challenge was sent.
        secret: Option<Vec<u8>>,
        /// `form`, `query`, `basic`, `bearer`, `digest`.
        scheme: &'static str,
    },
    /// Asked for something that needs rights, or attacked.
    Request(&'static str),
    /// Tried to change something.
    Write(&'static str),
}

/// A request as the doors see it.
pub(in crate::protocol) struct Request {
    /// Its head.
    pub(in crate::protocol) head: Head,
    /// Its body, or the beginning of it.
    pub(in crate::protocol) body: Body,
}

impl Request {
    /// Whether the method is this one.
    pub(in crate::protocol) fn is(&self, method: &str) -> bool {
        self.head.method == method.as_bytes()
    }

    /// The path, readable: decoded, without query.
    pub(in crate::protocol) fn path(&self) -> String {
        String::from_utf8_lossy(&form::percent(self.head.path(), false)).into_owned()
    }
}

/// Shapes of known attacks in a target, lower case, and what they are called in a touch.
const SHAPES: [(&str, &str); 62] = [
    ("../", "traversal"),
    ("..\\", "traversal"),
    ("..;/", "traversal"),
    ("/etc/passwd", "traversal"),
    ("/etc/shadow", "traversal"),
    ("/proc/self", "traversal"),
    ("win.ini", "traversal"),
    ("boot.ini", "traversal"),
    ("php://", "inclusion"),
    ("file://", "inclusion"),
    ("${jndi", "jndi"),
    ("() {", "shellshock"),
    ("<script", "script"),
    ("union select", "sql"),
    ("union+select", "sql"),
    ("' or ", "sql"),
    ("'or'", "sql"),
    ("waitfor delay", "sql"),
    ("/bin/sh", "command"),
    ("/bin/bash", "command"),
    ("cmd.exe", "command"),
    ("powershell", "command"),
    (";wget", "command"),
    ("wget+", "command"),
    ("wget ", "command"),
    ("$(", "command"),
    ("/.git", "hidden-file"),
    ("/.svn", "hidden-file"),
    ("/.env", "hidden-file"),
    ("/.aws", "hidden-file"),
    ("/.ssh", "hidden-file"),
    ("/.htpasswd", "hidden-file"),
    ("wp-config", "hidden-file"),
    ("web.config", "hidden-file"),
    ("phpunit", "php"),
    ("eval-stdin", "php"),
    ("auto_prepend_file", "php"),
    ("/phpmyadmin", "php"),
    ("/actuator", "java-management"),
    ("/manager/html", "java-management"),
    ("/jmx-console", "java-management"),
    ("/solr/", "java-management"),
    ("/_ignition", "php"),
    ("/boaform", "router"),
    ("/gponform", "router"),
    ("/hnap1", "router"),
    ("/setup.cgi", "router"),
    ("/currentsetting.htm", "router"),
    ("/cgi-bin/", "cgi"),
    ("/dana-na", "vpn-appliance"),
    ("/dana/", "vpn-appliance"),
    ("/remote/fgt_lang", "vpn-appliance"),
    ("/remote/logincheck", "vpn-appliance"),
    ("/remote/hostcheck", "vpn-appliance"),
    ("/+cscoe+", "vpn-appliance"),
    ("/+cscot+", "vpn-appliance"),
    ("/vpns/", "vpn-appliance"),
    ("/global-protect", "vpn-appliance"),
    ("/mgmt/tm/", "vpn-appliance"),
    ("/tmui/", "vpn-appliance"),
    ("/ecp/", "mail-server"),
    ("/autodiscover/", "mail-server"),
];

fn shape(bytes: &[u8]) -> Option<&'static str> {
    // Twice encoded is still seen.
    let decoded = form::percent(&form::percent(bytes, false), false).to_ascii_lowercase();
    let text = String::from_utf8_lossy(&decoded);
    SHAPES.iter().find(|(pattern, _)| text.contains(pattern)).map(|(_, name)| *name)
}

/// The shape of a known attack in the target or in a header field, by its name.
pub(super) fn exploit(head: &Head) -> Option<&'static str> {
    let in_field = |value: &[u8]| {
        let text = String::from_utf8_lossy(value).to_ascii_lowercase();
        ["${jndi", "() {"].iter().find(|pattern| text.contains(**pattern)).and_then(|pattern| shape(pattern.as_bytes()))
    };
    shape(&head.target).or_else(|| head.values().find_map(in_field))
}

/// The token that a target is.
fn token(head: &Head, tokens: &[Token]) -> Option<String> {
    let decoded = form::percent(head.path(), false);
    let is_asked = |token: &Token| {
        matches!(token.kind, TokenKind::Url | TokenKind::Document)
            && [&decoded[..], &head.target[..], head.path()].contains(&token.value.as_bytes())
    };
    tokens.iter().find(|token| is_asked(token)).map(|token| token.name.clone())
}

/// Judges a request, the surest sign of intent first.
pub(in crate::protocol) fn act(request: &Request, tokens: &[Token]) -> Act {
    let head = &request.head;
    if let Some(name) = token(head, tokens) {
        return Act::Token(name);
    }
    if let Some(value) = head.field("authorization") {
        return match form::authorization(value) {
            Authorization::Clear(scheme, user, secret) => Act::SignIn { user, secret: Some(secret), scheme },
            Authorization::Response(scheme, user) => Act::SignIn { user, secret: None, scheme },
            Authorization::Other(_) => Act::Request("authorization"),
        };
    }
    let content_type = head.field("content-type").unwrap_or_default();
    if let Some((user, secret)) = form::credentials(&form::fields(content_type, &request.body.bytes)) {
        return Act::SignIn { user, secret: Some(secret), scheme: "form" };
    }
    let in_query = form::credentials(&form::pairs(head.query())).filter(|(user, _)| !user.is_empty());
    if let Some((user, secret)) = in_query {
        return Act::SignIn { user, secret: Some(secret), scheme: "query" };
    }
    if head.framing() == Framing::Contradiction {
        return Act::Request("smuggling");
    }
    let exploit = exploit(head);
    match &head.method[..] {
        b"PUT" | b"DELETE" | b"PATCH" | b"MKCOL" | b"MOVE" | b"COPY" | b"PROPPATCH" | b"LOCK" | b"UNLOCK" => {
            Act::Write(exploit.unwrap_or("method"))
        }
        b"GET" | b"HEAD" | b"OPTIONS" | b"PRI" => match exploit {
            Some(name) => Act::Request(name),
            None if head.is_absolute() => Act::Request("proxy"),
            None => Act::Look,
        },
        b"CONNECT" => Act::Request("proxy"),
        b"POST" => Act::Request(exploit.unwrap_or("post")),
        _ => Act::Request(exploit.unwrap_or("method")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::http::head::parse;

    fn judged(text: &str) -> Act {
        let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
        let head = parse(format!("{head}\r\n\r\n").as_bytes()).expect("a head");
        let tokens = [Token { name: "keys".to_owned(), kind: TokenKind::Url, value: "/backup/鍵.zip".to_owned() }];
        act(&Request { head, body: Body { bytes: body.as_bytes().to_vec(), ..Body::default() } }, &tokens)
    }

    fn sign_in(user: &str, secret: Option<&str>, scheme: &'static str) -> Act {
        Act::SignIn { user: user.into(), secret: secret.map(Into::into), scheme }
    }

    #[test]
    fn requests_are_judged() {
        for (text, expected) in [
            ("GET / HTTP/1.1\r\n\r\n", Act::Look),
            ("GET /nice%20ports%2C/Tri%6Eity.txt%2ebak HTTP/1.0\r\n\r\n", Act::Look),
            ("OPTIONS / HTTP/1.0\r\n\r\n", Act::Look),
            ("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n\r\n", Act::Request("traversal")),
            ("GET /%252e%252e%252fx HTTP/1.1\r\n\r\n", Act::Request("traversal")),
            ("GET / HTTP/1.1\r\nUser-Agent: ${jndi:ldap://x}\r\n\r\n", Act::Request("jndi")),
            ("GET / HTTP/1.1\r\nUser-Agent: () { :; }; x\r\n\r\n", Act::Request("shellshock")),
            ("GET http://example.jp/ HTTP/1.1\r\n\r\n", Act::Request("proxy")),
            ("CONNECT example.jp:443 HTTP/1.1\r\n\r\n", Act::Request("proxy")),
            ("PROPFIND / HTTP/1.1\r\n\r\n", Act::Request("method")),
            ("PUT /x HTTP/1.1\r\n\r\n", Act::Write("method")),
            ("POST /x HTTP/1.1\r\n\r\na=b", Act::Request("post")),
            ("POST /x HTTP/1.1\r\nContent-Length: x\r\n\r\na=b", Act::Request("smuggling")),
            ("POST /x HTTP/1.1\r\n\r\nuser=a&pass=b", sign_in("a", Some("b"), "form")),
            ("GET /?user=a&pass=b HTTP/1.1\r\n\r\n", sign_in("a", Some("b"), "query")),
            ("GET / HTTP/1.1\r\nAuthorization: Basic YTpi\r\n\r\n", sign_in("a", Some("b"), "basic")),
            ("GET / HTTP/1.1\r\nAuthorization: Digest username=\"a\"\r\n\r\n", sign_in("a", None, "digest")),
            ("GET / HTTP/1.1\r\nAuthorization: NTLM x\r\n\r\n", Act::Request("authorization")),
            ("GET /backup/%E9%8D%B5.zip?x HTTP/1.1\r\n\r\n", Act::Token("keys".to_owned())),
        ] {
            assert_eq!(judged(text), expected, "{text}");
        }
    }
}
