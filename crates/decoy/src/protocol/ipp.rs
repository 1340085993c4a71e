//! A printer's or print server's IPP port (RFC 8010: encoding; RFC 8011: semantics): describes itself, prints nothing.

use super::http::{self, Act, Door, Head, Reply, Request, Software, Tls, act};
use super::{Decoy, Serving, jetdirect};
use crate::persona::{Identity, Os};
use crate::visit::Visit;
use crate::wire::Wire;
use hakutaku_model::touch::Kind;
use std::io;

/// Most attributes looked at.
const ATTRIBUTES: usize = 200;

/// The port.
pub(super) struct Ipp;

impl Decoy for Ipp {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(http::serve(visit, wire, self, Tls::Either))
    }
}

/// The beginning of an IPP request (RFC 8010, 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Operation<'a> {
    version: [u8; 2],
    code: u16,
    request: [u8; 4],
    attributes: Vec<(&'a [u8], &'a [u8])>,
}

impl<'a> Operation<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let &[major, minor, high, low, a, b, c, d, ref rest @ ..] = bytes else { return None };
        if !(1..=2).contains(&major) {
            return None;
        }
        let mut attributes = Vec::new();
        let mut rest = rest;
        while let [tag, after @ ..] = rest
            && *tag != 0x03
            && attributes.len() < ATTRIBUTES
        {
            // Tags below 16 begin a group of attributes (3.5.1).
            if *tag < 0x10 {
                rest = after;
                continue;
            }
            let Some((name, after)) = counted(after) else { break };
            let Some((value, after)) = counted(after) else { break };
            attributes.push((name, value));
            rest = after;
        }
        let code = u16::from_be_bytes([high, low]);
        Some(Self { version: [major, minor], code, request: [a, b, c, d], attributes })
    }

    fn attribute(&self, name: &str) -> Option<&'a [u8]> {
        self.attributes.iter().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| *value)
    }

    /// What it amounts to (RFC 8011, 4; the registry of operations).
    fn act(&self) -> Act {
        match self.code {
            // Get-Printer-Attributes; CUPS-Get-Default, CUPS-Get-Printers.
            0x000b | 0x4001 | 0x4002 => Act::Look,
            0x0002 => Act::Write("print-job"),
            0x0003 => Act::Write("print-uri"),
            0x0005 => Act::Write("create-job"),
            0x0006 | 0x0007 => Act::Write("send-document"),
            0x0008 => Act::Write("cancel-job"),
            0x0010..=0x0012 => Act::Write("printer-control"),
            0x0013 | 0x0014 => Act::Write("set-attributes"),
            0x4003 => Act::Write("add-printer"),
            0x4004 => Act::Write("delete-printer"),
            0x0004 => Act::Request("validate-job"),
            0x0009 => Act::Request("get-job-attributes"),
            0x000a => Act::Request("get-jobs"),
            _ => Act::Request("other-operation"),
        }
    }
}

/// Two bytes of length, then so many bytes.
fn counted(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let [high, low, rest @ ..] = bytes else { return None };
    rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))
}

fn is_ipp(head: &Head) -> bool {
    head.method == b"POST"
        && head.field("content-type").is_some_and(|value| value.to_ascii_lowercase().starts_with(b"application/ipp"))
}

impl Door for Ipp {
    fn software(&self, identity: &Identity) -> Software {
        match identity.os {
            Os::Linux { ssh, .. } if ssh.contains("9.2p1") => Software::Cups("2.4"),
            _ => Software::Cups("2.3"),
        }
    }

    fn begun(&self, head: &Head) -> Kind {
        match &head.method[..] {
            b"GET" | b"HEAD" | b"OPTIONS" => Kind::Probe,
            _ if is_ipp(head) => Kind::Handshake,
            _ => Kind::Request,
        }
    }

    fn judge(&self, visit: &Visit, request: &Request) -> Act {
        let by_head = || act(request, &visit.house().config.token);
        if !is_ipp(&request.head) {
            return by_head();
        }
        if request.head.field("authorization").is_some() {
            return by_head();
        }
        let Some(operation) = Operation::parse(&request.body.bytes) else { return Act::Request("no-operation") };
        for (key, name) in [
            ("requesting_user", "requesting-user-name"),
            ("job_name", "job-name"),
            ("printer_uri", "printer-uri"),
            ("document_format", "document-format"),
        ] {
            if let Some(value) = operation.attribute(name) {
                visit.note(key, value);
            }
        }
        visit.note("operation", format!("0x{:04x}", operation.code).as_bytes());
        operation.act()
    }

    fn answer(&self, visit: &Visit, request: &Request, act: &Act) -> Reply {
        let identity = visit.identity();
        let software = self.software(identity);
        if matches!(act, Act::SignIn { .. }) {
            return software.error(401).with("WWW-Authenticate", format!("Basic realm=\"{}\"", identity.host));
        }
        if is_ipp(&request.head) {
            let Some(operation) = Operation::parse(&request.body.bytes) else { return software.error(400).closing() };
            return Reply::new(200).with("Content-Type", "application/ipp").of(respond(identity, &operation, act));
        }
        match (&request.head.method[..], &request.path()[..]) {
            (b"GET" | b"HEAD", "/" | "/ipp/print" | "/printers" | "/printers/") => {
                Reply::new(200).with("Content-Type", "text/html; charset=UTF-8").of(page(identity).into_bytes())
            }
            (b"GET" | b"HEAD", path) if path.starts_with("/admin") => {
                software.error(401).with("WWW-Authenticate", format!("Basic realm=\"{}\"", identity.host))
            }
            (b"GET" | b"HEAD", _) => software.error(404),
            (b"OPTIONS", _) => Reply::new(200).with("Allow", "GET, HEAD, OPTIONS, POST"),
            (b"POST", _) => software.error(404),
            _ => software.error(403),
        }
    }
}

fn page(identity: &Identity) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"ja\"><head><meta charset=\"UTF-8\"><title>{host} - 印刷サーバー</title></head>\n\
         <body><h1>{host}</h1><p>{} : 待機中</p></body></html>\n",
        jetdirect::model(identity),
        host = identity.host,
    )
}

/// Writes one attribute (RFC 8010, 3.1.4); an empty name adds a value to the attribute before.
fn put(out: &mut Vec<u8>, tag: u8, name: &str, value: &[u8]) {
    out.push(tag);
    for part in [name.as_bytes(), value] {
        // Names and values are ours and short.
        out.extend_from_slice(&(part.len() as u16).to_be_bytes());
        out.extend_from_slice(part);
    }
}

fn respond(identity: &Identity, operation: &Operation<'_>, act: &Act) -> Vec<u8> {
    let (text, name, keyword, uri_tag) = (0x41, 0x42, 0x44, 0x45);
    let status: u16 = match (act, operation.code) {
        (Act::Look, _) => 0x0000,
        // server-error-operation-not-supported
        (Act::Request("other-operation"), _) => 0x0501,
        // client-error-not-authorized
        _ => 0x0403,
    };
    let mut out = operation.version.to_vec();
    out.extend_from_slice(&status.to_be_bytes());
    out.extend_from_slice(&operation.request);
    out.push(0x01);
    put(&mut out, 0x47, "attributes-charset", b"utf-8");
    put(&mut out, 0x48, "attributes-natural-language", b"ja-jp");
    if status != 0 {
        put(&mut out, text, "status-message", if status == 0x0403 { b"Unauthorized" } else { b"Not supported" });
        out.push(0x03);
        return out;
    }
    let model = jetdirect::model(identity);
    let uri = format!("ipp://{}/ipp/print", identity.fqdn());
    let enumeration = |value: u32| value.to_be_bytes();
    out.push(0x04);
    put(&mut out, uri_tag, "printer-uri-supported", uri.as_bytes());
    put(&mut out, keyword, "uri-security-supported", b"none");
    put(&mut out, keyword, "uri-authentication-supported", b"requesting-user-name");
    put(&mut out, name, "printer-name", identity.host.as_bytes());
    put(&mut out, text, "printer-info", model.as_bytes());
    put(&mut out, text, "printer-location", identity.pick("place", &PLACES).as_bytes());
    put(&mut out, text, "printer-make-and-model", model.as_bytes());
    put(&mut out, uri_tag, "printer-more-info", format!("http://{}/", identity.fqdn()).as_bytes());
    put(&mut out, uri_tag, "printer-uuid", format!("urn:uuid:{}", identity.guid("printer")).as_bytes());
    put(&mut out, 0x23, "printer-state", &enumeration(3));
    put(&mut out, keyword, "printer-state-reasons", b"none");
    put(&mut out, keyword, "ipp-versions-supported", b"1.1");
    put(&mut out, keyword, "", b"2.0");
    for (index, code) in [2u32, 4, 8, 9, 10, 11].into_iter().enumerate() {
        put(&mut out, 0x23, if index == 0 { "operations-supported" } else { "" }, &enumeration(code));
    }
    put(&mut out, 0x47, "charset-configured", b"utf-8");
    put(&mut out, 0x47, "charset-supported", b"utf-8");
    put(&mut out, 0x48, "natural-language-configured", b"ja-jp");
    put(&mut out, 0x48, "generated-natural-language-supported", b"ja-jp");
    put(&mut out, 0x49, "document-format-default", b"application/octet-stream");
    put(&mut out, 0x49, "document-format-supported", b"application/octet-stream");
    put(&mut out, 0x49, "", b"application/pdf");
    put(&mut out, 0x22, "printer-is-accepting-jobs", &[1]);
    put(&mut out, 0x21, "queued-job-count", &enumeration(0));
    put(&mut out, keyword, "pdl-override-supported", b"not-attempted");
    put(
        &mut out,
        0x21,
        "printer-up-time",
        &enumeration(u32::try_from(identity.number("up", 90_000, 9_000_000)).unwrap_or(1)),
    );
    put(&mut out, keyword, "compression-supported", b"none");
    put(&mut out, keyword, "media-default", b"iso_a4_210x297mm");
    put(&mut out, keyword, "media-supported", b"iso_a4_210x297mm");
    put(&mut out, keyword, "", b"jis_b5_182x257mm");
    // A collection in a collection (RFC 8010, 3.1.6): the size of A4 in hundredths of a millimetre.
    put(&mut out, 0x34, "media-col-default", b"");
    put(&mut out, 0x4a, "", b"media-size");
    put(&mut out, 0x34, "", b"");
    for (side, length) in [(&b"x-dimension"[..], 21_000), (b"y-dimension", 29_700)] {
        put(&mut out, 0x4a, "", side);
        put(&mut out, 0x21, "", &enumeration(length));
    }
    put(&mut out, 0x37, "", b"");
    put(&mut out, 0x37, "", b"");
    out.push(0x03);
    out
}

/// Where printers stand.
const PLACES: [&str; 5] = ["2F ナースステーション", "医事課", "薬剤部", "3F 東病棟", "放射線受付"];

/// For fuzzing.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = Operation::parse(bytes).map(|operation| operation.act());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_operation_is_read() {
        let mut bytes = vec![2, 0, 0, 2, 0, 0, 0, 7, 0x01];
        put(&mut bytes, 0x42, "requesting-user-name", "山田".as_bytes());
        bytes.extend_from_slice(b"\x03%!PS");
        let operation = Operation::parse(&bytes).expect("read");
        assert_eq!((operation.act(), operation.request), (Act::Write("print-job"), [0, 0, 0, 7]));
        assert_eq!(operation.attribute("requesting-user-name"), Some("山田".as_bytes()));
        assert_eq!(Operation::parse(b"GET / "), None);
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            fuzz(&bytes);
            fuzz(&[&[2, 0, 0, 11, 0, 0, 0, 1, 1, 0x42][..], &bytes].concat());
        }
    }
}
