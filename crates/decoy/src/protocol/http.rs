//! HTTP/1.1 (RFC 9110, RFC 9112), plain and over TLS: pages of devices and appliances, made by us.
//!
//! What a connection leaves:
//!
//! - every try to sign in, every request that attacks or needs rights, every use of a token: one touch each;
//! - pages looked at, however many: one `probe` at the end of the connection, if it left nothing else;
//! - nothing but a handshake or half a request: one `handshake`.
//! - an account of Windows tried by NTLM takes two requests of a connection: one `sign-in`, or one `probe` if it ends after
//!   the challenge, which tells the machine's names.
//!
//! A guessing tool that fetches the page and sends its try on the same connection leaves the try alone. One that fetches
//! the page on a connection of its own (as `hydra http-post-form` does) leaves a `probe` for that connection besides.

mod form;
mod head;
mod integrated;
mod judge;
mod page;
mod reply;
mod site;
mod talk;

pub(super) use head::Head;
pub(super) use judge::{Act, Request, act};
pub(super) use reply::{Reply, Software};
pub(super) use talk::Body;

use super::{Decoy, Serving, ntlm};
use crate::persona::Identity;
use crate::visit::{Gone, Secret, Visit};
use crate::wire::Wire;
use hakutaku_model::touch::Kind;
use head::{Bad, Version};
use std::io;
use std::time::Duration;
use talk::{Incoming, Talk};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Requests of one connection, as nginx's `keepalive_requests` was for long.
const REQUESTS: usize = 100;
/// Longest wait for a request, and longest time it may take to say its head.
const HEAD_TIME: Duration = Duration::from_secs(60);
/// Longest time for a TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(20);

/// What stands behind the parser: pages, or a service that travels in HTTP.
pub(super) trait Door: Send + Sync {
    /// Which server software it is.
    fn software(&self, identity: &Identity) -> Software {
        Software::of(identity)
    }

    /// What a request amounts to by its head alone, should the rest never come.
    fn begun(&self, head: &Head) -> Kind {
        if matches!(&head.method[..], b"GET" | b"HEAD" | b"OPTIONS" | b"PRI") { Kind::Probe } else { Kind::Request }
    }

    /// What a request amounts to.
    fn judge(&self, visit: &Visit, request: &Request) -> Act {
        act(request, &visit.house().config.token)
    }

    /// Whether accounts of Windows may be tried, where the machine is one of Windows.
    fn is_integrated(&self) -> bool {
        false
    }

    /// The answer. The touch is on disk already.
    fn answer(&self, visit: &Visit, request: &Request, act: &Act) -> Reply;
}

/// How a port speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    /// Plain only.
    Never,
    /// TLS only.
    Always,
    /// Both: the first byte tells.
    Either,
}

/// Pages on a port.
pub(super) struct Pages {
    pub(super) tls: Tls,
}

impl Decoy for Pages {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(serve(visit, wire, &site::Site, self.tls))
    }

    fn is_heavy(&self) -> bool {
        self.tls == Tls::Always
    }
}

/// Serves a door on a port.
pub(super) async fn serve(visit: Visit, mut wire: Wire, door: &dyn Door, tls: Tls) -> io::Result<()> {
    if tls == Tls::Never {
        return converse(&visit, Talk::new(wire), door, false).await;
    }
    let is_tls = wire.peek(1).await?.first() == Some(&0x16);
    if !is_tls {
        return match tls {
            Tls::Always => refuse(&visit, Talk::new(wire), door).await,
            Tls::Never | Tls::Either => converse(&visit, Talk::new(wire), door, false).await,
        };
    }
    visit.reached(Kind::Handshake);
    let machine = visit.house().certificates.of(visit.identity())?;
    let accepting = tokio_rustls::TlsAcceptor::from(machine.config.clone()).accept(wire);
    let stream = timeout(HANDSHAKE_TIME, accepting).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let session = stream.get_ref().1;
    if let Some(name) = session.server_name() {
        visit.note("sni", name.as_bytes());
    }
    if let Some(version) = session.protocol_version().and_then(|version| version.as_str()) {
        visit.note("tls", version.as_bytes());
    }
    converse(&visit, Talk::new(stream), door, true).await
}

/// Speaks to somebody who came to a TLS port without TLS. What they wanted is another protocol here.
async fn refuse(visit: &Visit, mut talk: Talk<Wire>, door: &dyn Door) -> io::Result<()> {
    let software = door.software(visit.identity());
    let incoming =
        timeout(HEAD_TIME, talk.head(|| {})).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let (reply, version) = match incoming {
        Incoming::End => return Ok(()),
        Incoming::Head(head) => {
            note(visit, &head);
            (software.plain_to_tls(), head.version)
        }
        Incoming::Bad(_) => (Some(software.error(400)), Version::Http11),
    };
    if let Some(reply) = reply {
        talk.stream.write_all(&software.write(&reply, version, false, false)).await?;
    }
    talk.goodbye().await;
    Ok(())
}

/// Remembers who asks for what.
fn note(visit: &Visit, head: &Head) {
    visit.note("method", &head.method);
    visit.note("path", &head.target);
    for (key, name) in [("user_agent", "user-agent"), ("host", "host"), ("forwarded_for", "x-forwarded-for")] {
        if let Some(value) = head.field(name) {
            visit.note(key, value);
        }
    }
}

/// Pages looked at on one connection.
#[derive(Default)]
struct Looks {
    count: u32,
    targets: Vec<u8>,
}

impl Looks {
    fn add(&mut self, visit: &Visit, head: &Head) {
        self.count += 1;
        if self.count == 1 {
            note(visit, head);
        } else {
            visit.note("requests", self.count.to_string().as_bytes());
        }
        if self.targets.len() < 1024 {
            if !self.targets.is_empty() {
                self.targets.push(b' ');
            }
            self.targets.extend(head.target.iter().take(256));
            if self.count > 1 {
                visit.note("paths", &self.targets);
            }
        }
    }
}

async fn converse<S>(visit: &Visit, mut talk: Talk<S>, door: &dyn Door, in_tls: bool) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let software = door.software(visit.identity());
    let mut looks = Looks::default();
    let mut accounts = (door.is_integrated() && visit.identity().os.is_windows()).then(ntlm::Door::default);
    for number in 1..=REQUESTS {
        let incoming = match timeout(HEAD_TIME, talk.head(|| visit.reached(Kind::Handshake))).await {
            Ok(incoming) => incoming?,
            Err(_) => break,
        };
        let head = match incoming {
            Incoming::Head(head) => head,
            Incoming::End => break,
            Incoming::Bad(bad) => {
                not_a_request(visit, &bad, talk.unused(), in_tls).await?;
                let reply = software.error(if bad == Bad::Request("request line too long") { 414 } else { 400 });
                talk.stream.write_all(&software.write(&reply, Version::Http11, false, false)).await?;
                break;
            }
        };
        // Whatever becomes of the body, the request was made.
        let begun = door.begun(&head);
        visit.reached(begun);
        if begun > Kind::Probe {
            note(visit, &head);
        }
        let body = talk.body(&head).await;
        let request = Request { head, body };
        let act = door.judge(visit, &request);
        let mut integrated = None;
        if let (Act::Request("authorization"), Some(accounts)) = (&act, &mut accounts)
            && let Some(token) = integrated::token(&request.head)
        {
            note(visit, &request.head);
            integrated = integrated::step(accounts, visit, software, token).await?;
        }
        let reply = match integrated {
            Some(reply) => reply,
            None => {
                if act == Act::Look {
                    visit.reached(Kind::Probe);
                    looks.add(visit, &request.head);
                } else {
                    write_down(visit, &request, &act).await?;
                }
                answer(visit, door, software, &request, &act)
            }
        };
        let stays = number < REQUESTS
            && !reply.closes
            && request.head.keeps_alive()
            && !request.body.is_cut
            && !request.body.is_over;
        let bytes = software.write(&reply, request.head.version, request.is("HEAD"), stays);
        talk.stream.write_all(&bytes).await?;
        talk.stream.flush().await?;
        if !stays {
            break;
        }
    }
    talk.goodbye().await;
    Ok(())
}

fn answer(visit: &Visit, door: &dyn Door, software: Software, request: &Request, act: &Act) -> Reply {
    let head = &request.head;
    match head.version {
        Version::Newer => return software.error(505).closing(),
        Version::Http11 if head.field("host").is_none() => return software.error(400).closing(),
        _ => {}
    }
    if *act == Act::Request("smuggling") {
        return software.error(400).closing();
    }
    let reply = door.answer(visit, request, act);
    let known = head.field("if-none-match");
    match reply.tag() {
        Some(tag) if reply.status == 200 && known == Some(tag.as_bytes()) => Reply::new(304).with("ETag", tag),
        _ => reply,
    }
}

/// Writes the touch of a request that has one of its own.
async fn write_down(visit: &Visit, request: &Request, act: &Act) -> Result<(), Gone> {
    let head = &request.head;
    note(visit, head);
    let length = request.body.bytes.len().to_string();
    let mut details: Vec<(&'static str, &[u8])> = Vec::new();
    // Names asked for, and what was to be hidden by encoding it, are read by people.
    let decoded = form::percent(&head.target, false);
    if decoded != head.target {
        details.push(("path_decoded", &decoded));
    }
    if !request.body.bytes.is_empty() {
        details.push(("body_bytes", length.as_bytes()));
    }
    match act {
        Act::Look => Ok(()),
        Act::Token(name) => {
            details.push(("token", name.as_bytes()));
            visit.touch_noting(Kind::Token, &details).await
        }
        Act::SignIn { user, secret, scheme } => {
            let secret = match secret {
                Some(secret) => {
                    details.push(("scheme", scheme.as_bytes()));
                    Secret::Text(secret)
                }
                None => Secret::Response(scheme),
            };
            visit.touch_with(Kind::SignIn, Some(user), secret, &details).await
        }
        Act::Request(why) | Act::Write(why) => {
            details.push(("what", why.as_bytes()));
            let opening: Vec<u8> = request.body.bytes.iter().copied().take(256).collect();
            if !opening.is_empty() {
                details.push(("body", &opening));
            }
            let kind = if matches!(act, Act::Write(_)) { Kind::Write } else { Kind::Request };
            visit.touch_noting(kind, &details).await
        }
    }
}

/// Bytes that are no request. Where the end of the visit would not judge them rightly, the touch is written here.
async fn not_a_request(visit: &Visit, bad: &Bad, bytes: &[u8], in_tls: bool) -> Result<(), Gone> {
    if visit.is_touched() {
        return Ok(());
    }
    match bad {
        Bad::Other(name) => visit.touch_noting(Kind::WrongProtocol, &[("looks_like", name.as_bytes())]).await,
        Bad::Request(why) => visit.touch_noting(Kind::Malformed, &[("what", why.as_bytes())]).await,
        Bad::NotHttp if in_tls => {
            let opening: Vec<u8> = bytes.iter().take(64).flat_map(|byte| std::ascii::escape_default(*byte)).collect();
            match crate::wire::recognise(bytes) {
                Some(name) => {
                    let details: [(&'static str, &[u8]); 2] = [("looks_like", name.as_bytes()), ("opening", &opening)];
                    visit.touch_noting(Kind::WrongProtocol, &details).await
                }
                None => visit.touch_noting(Kind::Malformed, &[("opening", &opening)]).await,
            }
        }
        Bad::NotHttp => Ok(()),
    }
}

/// For fuzzing: everything that looks at a visitor's bytes.
pub(super) fn fuzz(bytes: &[u8]) {
    let end = head::end(bytes, 0).unwrap_or(bytes.len());
    let (first, rest) = bytes.split_at(end);
    if let Ok(head) = head::parse(first) {
        let request = Request { head, body: Body { bytes: rest.to_vec(), ..Body::default() } };
        let _ = (act(&request, &[]), request.path());
    }
    let _ = form::credentials(&form::fields(b"multipart/form-data; boundary=b", bytes));
}
