//! A telephone exchange (RFC 3261): says what it is when asked, and wants a password for everything else.

mod message;

use super::{Decoy, Responder, Serving};
use crate::persona::{Identity, Os};
use crate::text;
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, recognise};
use encoding_rs::Encoding;
use hakutaku_model::touch::Kind;
use message::Request;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longest start line with header fields.
const HEAD: usize = 16 * 1024;
/// Longest body that is read and forgotten.
const BODY: usize = 64 * 1024;
/// Requests of one connection.
const REQUESTS: u32 = 500;
/// What the exchange understands (RFC 3261, 20.5), as its software lists it.
const METHODS: &str =
    "OPTIONS, REGISTER, SUBSCRIBE, NOTIFY, PUBLISH, INVITE, ACK, BYE, CANCEL, UPDATE, PRACK, INFO, MESSAGE, REFER";

/// Over datagrams.
pub(super) struct Exchange;

/// Over connections.
pub(super) struct Line;

impl Responder for Exchange {
    fn answer<'a>(&'a self, visit: &'a Visit, datagram: &'a [u8]) -> Serving<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let text = decode(datagram);
            let request = match Request::read(&text) {
                Some(request) => request,
                None => {
                    if is_sip(datagram) {
                        visit.reached(Kind::Handshake);
                    }
                    return None;
                }
            };
            let answer = attend(visit, &request).await.ok()?.filter(|_| request.is_complete())?;
            // The sender's address may be a lie, and whose it is must not be flooded.
            (answer.len() <= datagram.len() * 4).then(|| answer.into_bytes())
        })
    }
}

impl Decoy for Line {
    fn serve<'a>(&'a self, visit: Visit, mut wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(async move {
            let mut buffer: Vec<u8> = Vec::new();
            let mut requests = 0;
            loop {
                let Some(end) = end_of_head(&buffer) else {
                    if is_sip(&buffer) {
                        visit.reached(Kind::Handshake);
                    }
                    let mut block = [0; 512];
                    let count = wire.read(&mut block).await?;
                    if count == 0 || buffer.len() + count > HEAD {
                        return Ok(());
                    }
                    buffer.extend_from_slice(block.get(..count).unwrap_or_default());
                    // Line ends between requests keep a connection alive (RFC 5626, 3.5.1).
                    let blank = buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
                    buffer.drain(..blank);
                    continue;
                };
                let head: Vec<u8> = buffer.drain(..end).collect();
                let Some(request) = Request::read(&decode(&head)) else { return Ok(()) };
                let Some(length) = request.length().filter(|length| *length <= BODY) else {
                    visit.reached(Kind::Handshake);
                    return Ok(());
                };
                let here = length.min(buffer.len());
                buffer.drain(..here);
                let answer = attend(&visit, &request).await?;
                forget(&mut wire, length - here).await?;
                if let Some(answer) = answer.filter(|_| request.is_complete()) {
                    wire.write_all(answer.as_bytes()).await?;
                }
                requests += 1;
                if requests >= REQUESTS {
                    return Ok(());
                }
            }
        })
    }
}

/// Reads so many bytes and keeps none.
async fn forget(wire: &mut Wire, count: usize) -> io::Result<()> {
    let mut left = count;
    let mut block = [0; 512];
    while left > 0 {
        let most = left.min(block.len());
        let read = wire.read(block.get_mut(..most).unwrap_or_default()).await?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left -= read;
    }
    Ok(())
}

/// Where the empty line after the header fields ends.
fn end_of_head(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

fn is_sip(bytes: &[u8]) -> bool {
    recognise(bytes) == Some("sip") || bytes.starts_with(b"SIP/2.0 ")
}

/// Header fields are UTF-8 (7.3.1); old Japanese telephones send other encodings.
fn decode(bytes: &[u8]) -> String {
    let head = bytes.get(..HEAD).unwrap_or(bytes);
    let named = text::encoding(head).and_then(|name| Encoding::for_label(name.as_bytes()));
    named.map_or_else(
        || String::from_utf8_lossy(head).into_owned(),
        |encoding| encoding.decode_without_bom_handling(head).0.into_owned(),
    )
}

/// The software's name, as it goes with the operating system.
fn server(identity: &Identity) -> String {
    match identity.os {
        Os::Linux { kernel, .. } if kernel.starts_with("5.10") => "Asterisk PBX 16.28.0~dfsg-0+deb11u4".to_owned(),
        Os::Linux { distribution: "Ubuntu", .. } => "Asterisk PBX 18.10.0~dfsg+~cs6.10.40431411-2".to_owned(),
        // No package of it in this release: the distribution of its own that most people take.
        _ => format!(
            "FPBX-16.0.{}({})",
            identity.number("sip-minor", 33, 41),
            identity.pick("sip-core", &["18.16.0", "18.20.2", "20.5.2"])
        ),
    }
}

fn random() -> String {
    let mut bytes = [0; 16];
    // Without randomness the nonce is only easier to foresee, and nobody is let in by it.
    let _ = getrandom::fill(&mut bytes);
    hex::encode(bytes)
}

fn challenge(identity: &Identity) -> String {
    let seconds = jiff::Timestamp::now().as_second();
    let opaque = hex::encode(identity.derive("sip-opaque").get(..8).unwrap_or_default());
    format!(
        "WWW-Authenticate: Digest realm=\"asterisk\",nonce=\"{seconds}/{}\",opaque=\"{opaque}\",algorithm=MD5,qop=\"auth\"",
        random()
    )
}

/// Writes down what a request is and gives the response.
async fn attend(visit: &Visit, request: &Request) -> io::Result<Option<String>> {
    note(visit, request);
    let identity = visit.identity();
    let own = format!("Server: {}", server(identity));
    let tag = random();
    let respond = |status: &str, more: &[String]| {
        let mut lines = more.to_vec();
        lines.push(own.clone());
        Ok(Some(request.response(status, tag.get(..16).unwrap_or_default(), visit.source(), &lines)))
    };
    let allow = || vec![format!("Allow: {METHODS}"), "Supported: 100rel, timer, replaces, norefersub".to_owned()];
    if let Some(user) = request.user() {
        visit.sign_in(user.as_bytes(), Secret::Response("digest")).await?;
        return respond("403 Forbidden", &[]);
    }
    match request.method.as_str() {
        "OPTIONS" => {
            visit.reached(Kind::Probe);
            let mut lines = allow();
            lines.push("Accept: application/sdp, application/dialog-info+xml, message/sipfrag;version=2.0".to_owned());
            respond("200 OK", &lines)
        }
        // The first half of signing in.
        "REGISTER" => {
            visit.reached(Kind::Handshake);
            respond("401 Unauthorized", &[challenge(identity)])
        }
        "INVITE" | "SUBSCRIBE" | "MESSAGE" | "REFER" | "PUBLISH" | "NOTIFY" | "INFO" => {
            let number = Request::user_of(&request.uri);
            visit.touch_noting(Kind::Request, &[("number", number.as_bytes())]).await?;
            respond("401 Unauthorized", &[challenge(identity)])
        }
        // Ends what the refusal of a call began (17.1.1.3); and responses to what was never asked.
        "ACK" | "" => {
            visit.reached(Kind::Probe);
            Ok(None)
        }
        "BYE" | "CANCEL" | "UPDATE" | "PRACK" => {
            visit.reached(Kind::Probe);
            respond("481 Call/Transaction Does Not Exist", &[])
        }
        _ => {
            visit.reached(Kind::Probe);
            respond("501 Not Implemented", &allow())
        }
    }
}

fn note(visit: &Visit, request: &Request) {
    visit.note("method", request.method.as_bytes());
    for (key, value) in [
        ("uri", request.uri.as_str()),
        ("client", request.field("user-agent")),
        ("from", Request::user_of(request.field("from"))),
        ("to", Request::user_of(request.field("to"))),
    ] {
        if !value.is_empty() {
            visit.note(key, value.as_bytes());
        }
    }
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = end_of_head(bytes);
    if let Some(request) = Request::read(&decode(bytes)) {
        let _ = (request.user(), request.length(), Request::user_of(request.field("from")));
        let answer = request.response("200 OK", "t", ([127, 0, 0, 1], 5060).into(), &[]);
        assert!(answer.len() <= bytes.len() * 4 + 400, "an answer is not much longer than the request");
    }
}
