//! A picture archive that lets nobody query or store: DICOM's upper layer (PS3.8) and the messages above it (PS3.7).
//!
//! Associations are accepted, an echo is answered, everything else is refused in the words of a real archive: a query
//! with `0xA700` (out of resources: what an archive says whose database cannot be asked now; PS3.4, C.4.1.1.4), storing
//! and changing with `0x0124` (not authorised; PS3.7, C.5). Nothing of a data set is kept.

mod message;
mod pdu;

use super::octets::trimmed;
use super::{Decoy, Serving};
use crate::persona::{Identity, Kind as PersonaKind};
use crate::visit::{Secret, Visit};
use crate::wire::{Wire, exact};
use hakutaku_model::touch::Kind;
use message::{Command, field};
use pdu::{Context, Request, Verdict, abort, kind};
use std::io;
use tokio::io::AsyncWriteExt as _;

/// Longest command set put together; real ones have some hundred bytes.
const COMMAND: usize = 16 * 1024;
/// Longest identifier of a query that is looked at; what is longer is read and forgotten.
const IDENTIFIER: usize = 64 * 1024;
/// Messages of one association.
const MESSAGES: u32 = 1000;

const IMPLICIT: &[u8] = b"1.2.840.10008.1.2";
const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";
const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";

/// Statuses (PS3.7, annex C; PS3.4, C.4).
const SUCCESS: u16 = 0x0000;
const NO_SUCH_CLASS: u16 = 0x0122;
const NOT_AUTHORISED: u16 = 0x0124;
const UNKNOWN_OPERATION: u16 = 0x0211;
const OUT_OF_RESOURCES: u16 = 0xa700;
/// Out of resources for what moving would need.
const CANNOT_MOVE: u16 = 0xa702;

/// The software this archive says it is.
struct Product {
    class: String,
    version: String,
    /// AE titles it answers to; none means any.
    titles: Vec<String>,
    /// Whether it keeps pictures, or only makes them.
    is_archive: bool,
}

impl Product {
    fn of(identity: &Identity) -> Self {
        let own = identity.host.to_uppercase().replace('-', "_");
        if identity.kind == PersonaKind::Modality {
            let number = identity.guid("dicom-implementation").as_u128();
            let release = identity.number("dicom-release", 1, 9);
            return Self {
                // A UID from a UUID needs no registration (PS3.5, B.2).
                class: format!("2.25.{number}"),
                version: format!("ACQ_{}.{release}0", identity.number("dicom-version", 2, 6)),
                titles: vec![own],
                is_archive: false,
            };
        }
        if identity.os.is_windows() {
            let version = identity.pick("dicom-version", &["1.4.19d/WIN32", "1.5.0c/WIN64", "1.5.0d/WIN64"]);
            return Self {
                class: "1.2.826.0.1.3680043.2.135.1066.101".to_owned(),
                version: (*version).to_owned(),
                titles: Vec::new(),
                is_archive: true,
            };
        }
        let version = identity.pick("dicom-version", &["dcm4che-5.25.2", "dcm4che-5.29.2", "dcm4che-5.31.0"]);
        Self {
            class: "1.2.40.0.13.1.3".to_owned(),
            version: (*version).to_owned(),
            titles: vec!["DCM4CHEE".to_owned(), "AS_RECEIVED".to_owned(), "WORKLIST".to_owned(), own],
            is_archive: true,
        }
    }

    fn answers_to(&self, title: &[u8]) -> bool {
        self.titles.is_empty() || self.titles.iter().any(|own| own.as_bytes() == trimmed(title))
    }

    /// Whether a service is offered (PS3.4, annexes A, B, C and K; PS3.6, table A-1).
    fn offers(&self, class: &[u8]) -> bool {
        const QUERIES: &[u8] = b"1.2.840.10008.5.1.4.1.2.";
        const PICTURES: &[u8] = b"1.2.840.10008.5.1.4.1.1.";
        class == VERIFICATION
            || self.is_archive
                && (class.starts_with(QUERIES)
                    || class.starts_with(PICTURES)
                    || class == b"1.2.840.10008.5.1.4.31"
                    || class == b"1.2.840.10008.1.20.1"
                    || class == b"1.2.840.10008.3.1.2.3.3")
    }

    fn judge(&self, context: &Context) -> Verdict {
        let first = context.syntaxes.first();
        let is_storage = context.class.starts_with(b"1.2.840.10008.5.1.4.1.1.");
        let plain = || context.syntaxes.iter().find(|syntax| matches!(syntax.as_slice(), IMPLICIT | EXPLICIT));
        let chosen = if is_storage { first } else { plain() };
        let result = match (self.offers(&context.class), chosen) {
            (false, _) => 3,
            (true, None) => 4,
            (true, Some(_)) => 0,
        };
        let syntax = chosen.filter(|_| result == 0).cloned().unwrap_or_else(|| IMPLICIT.to_vec());
        Verdict { id: context.id, result, syntax }
    }
}

/// The archive.
pub(super) struct Archive;

impl Decoy for Archive {
    fn serve<'a>(&'a self, visit: Visit, mut wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(async move {
            let product = Product::of(visit.identity());
            let Some(verdicts) = associate(&product, &visit, &mut wire).await? else { return Ok(()) };
            converse(&visit, &mut wire, &verdicts).await
        })
    }
}

/// Reads a PDU's header: type and length.
async fn header(wire: &mut Wire) -> io::Result<(u8, usize)> {
    let bytes = exact(wire, 6, 6).await?;
    let mut rest = super::octets::Octets(&bytes);
    let kind = rest.u16().map_or(0, |word| word.to_be_bytes()[0]);
    Ok((kind, rest.u32().and_then(|length| usize::try_from(length).ok()).unwrap_or(usize::MAX)))
}

/// Says goodbye the rude way, as the standard has it, and ends the visit.
async fn give_up(wire: &mut Wire, reason: u8) -> io::Result<()> {
    wire.write_all(&pdu::aborting(reason)).await?;
    wire.shutdown().await
}

async fn associate(product: &Product, visit: &Visit, wire: &mut Wire) -> io::Result<Option<Vec<Verdict>>> {
    let (kind, length) = header(wire).await?;
    // The right language at the wrong time.
    if matches!((kind, length), (kind::DATA, 6..=pdu::DATA) | (kind::RELEASE_RQ | kind::ABORT, 4)) {
        visit.reached(Kind::Handshake);
        give_up(wire, abort::UNEXPECTED).await?;
        return Ok(None);
    }
    // A fixed part of 68 bytes and at least one item.
    if kind != kind::ASSOCIATE_RQ || !(68..=pdu::ASSOCIATE).contains(&length) {
        wire.more().await?;
        visit.settle().await?;
        give_up(wire, abort::UNRECOGNISED).await?;
        return Ok(None);
    }
    visit.reached(Kind::Handshake);
    let body = exact(wire, length, pdu::ASSOCIATE).await?;
    let Some(request) = pdu::request(&body) else {
        give_up(wire, abort::INVALID).await?;
        return Ok(None);
    };
    note(visit, &request);
    if let Some(identity) = &request.identity {
        let secret = match identity.form {
            2 => Secret::Text(&identity.passcode),
            3 => Secret::Response("kerberos"),
            4 => Secret::Response("saml"),
            5 => Secret::Response("jwt"),
            _ => Secret::None,
        };
        // Tickets and tokens are no user names.
        let user = if identity.form <= 2 { identity.user.as_slice() } else { &[] };
        visit.sign_in(user, secret).await?;
        // Rejected by the user of the service, no reason given (PS3.8, 9.3.4).
        wire.write_all(&pdu::rejection(1, 1)).await?;
        wire.shutdown().await?;
        return Ok(None);
    }
    if !product.answers_to(&request.called) {
        visit.reached(Kind::Probe);
        visit.note("association", b"unknown called AE title");
        // Called AE title not recognised.
        wire.write_all(&pdu::rejection(1, 7)).await?;
        wire.shutdown().await?;
        return Ok(None);
    }
    let verdicts: Vec<_> = request.contexts.iter().map(|context| product.judge(context)).collect();
    wire.write_all(&pdu::acceptance(&request, &verdicts, &product.class, &product.version)).await?;
    Ok(Some(verdicts.into_iter().filter(|verdict| verdict.result == 0).collect()))
}

fn note(visit: &Visit, request: &Request) {
    visit.note("called_ae", trimmed(&request.called));
    visit.note("calling_ae", trimmed(&request.calling));
    visit.note("client", &request.version);
    visit.note("implementation", &request.class);
    if let Some(first) = request.contexts.first() {
        visit.note("sop_class", &first.class);
        visit.note("contexts", request.contexts.len().to_string().as_bytes());
    }
}

/// A message being put together.
struct Pending {
    context: u8,
    is_explicit: bool,
    command: Command,
    identifier: Vec<u8>,
}

async fn converse(visit: &Visit, wire: &mut Wire, contexts: &[Verdict]) -> io::Result<()> {
    let mut set = Vec::new();
    let mut pending: Option<Pending> = None;
    let mut messages = 0;
    loop {
        let (kind, length) = header(wire).await?;
        match kind {
            kind::DATA if length <= pdu::DATA => {}
            kind::RELEASE_RQ if length <= 1024 => {
                exact(wire, length, 1024).await?;
                wire.write_all(&pdu::frame(kind::RELEASE_RP, &[0; 4])).await?;
                return wire.shutdown().await;
            }
            kind::ABORT => return Ok(()),
            kind::DATA => return give_up(wire, abort::INVALID).await,
            kind::ASSOCIATE_RQ..=kind::RELEASE_RP => return give_up(wire, abort::UNEXPECTED).await,
            _ => return give_up(wire, abort::UNRECOGNISED).await,
        }
        let body = exact(wire, length, pdu::DATA).await?;
        let Some(parts) = pdu::parts(&body) else { return give_up(wire, abort::INVALID).await };
        for part in parts {
            let Some(context) = contexts.iter().find(|context| context.id == part.context) else {
                return give_up(wire, abort::INVALID).await;
            };
            let ready = if part.is_command {
                if pending.is_some() || set.len() + part.bytes.len() > COMMAND {
                    return give_up(wire, abort::INVALID).await;
                }
                set.extend_from_slice(part.bytes);
                if !part.is_last {
                    continue;
                }
                let Some(command) = message::command(&std::mem::take(&mut set)) else {
                    return give_up(wire, abort::INVALID).await;
                };
                if command.field == field::STORE {
                    // Now, and not after the pictures: they may never end.
                    stored(visit, &command).await?;
                }
                let is_explicit = context.syntax != IMPLICIT;
                let begun = Pending { context: context.id, is_explicit, command, identifier: Vec::new() };
                if begun.command.has_data {
                    pending = Some(begun);
                    continue;
                }
                begun
            } else {
                let Some(begun) = &mut pending else { return give_up(wire, abort::UNEXPECTED).await };
                if begun.command.field != field::STORE && begun.identifier.len() + part.bytes.len() <= IDENTIFIER {
                    begun.identifier.extend_from_slice(part.bytes);
                }
                let Some(done) = pending.take_if(|_| part.is_last) else { continue };
                done
            };
            messages += 1;
            if messages > MESSAGES {
                return give_up(wire, 0).await;
            }
            if let Some(status) = act(visit, &ready).await? {
                let answer = message::response(&ready.command, status);
                wire.write_all(&pdu::command(ready.context, &answer)).await?;
            }
        }
    }
}

async fn stored(visit: &Visit, command: &Command) -> io::Result<()> {
    let details = [("operation", &b"C-STORE"[..]), ("sop_class", &command.class), ("sop_instance", &command.instance)];
    Ok(visit.touch_noting(Kind::Write, &details).await?)
}

/// Writes the touch of a whole message and says what is answered.
async fn act(visit: &Visit, message: &Pending) -> io::Result<Option<u16>> {
    let command = &message.command;
    let (kind, operation, status) = match command.field {
        field::ECHO => {
            visit.reached(Kind::Probe);
            visit.note("operation", b"C-ECHO");
            return Ok(Some(if command.class == VERIFICATION { SUCCESS } else { NO_SUCH_CLASS }));
        }
        field::STORE => return Ok(Some(NOT_AUTHORISED)),
        // Cancels what is not running: nothing is answered (PS3.7, 9.3.2.3). Responses answer nothing of ours.
        field::CANCEL | 0x8000.. => return Ok(None),
        field::FIND => (Kind::Request, "C-FIND", OUT_OF_RESOURCES),
        field::MOVE => (Kind::Request, "C-MOVE", CANNOT_MOVE),
        field::GET => (Kind::Request, "C-GET", CANNOT_MOVE),
        field::GET_ATTRIBUTES => (Kind::Request, "N-GET", NOT_AUTHORISED),
        field::EVENT_REPORT => (Kind::Write, "N-EVENT-REPORT", NOT_AUTHORISED),
        field::SET => (Kind::Write, "N-SET", NOT_AUTHORISED),
        field::ACTION => (Kind::Write, "N-ACTION", NOT_AUTHORISED),
        field::CREATE => (Kind::Write, "N-CREATE", NOT_AUTHORISED),
        field::DELETE => (Kind::Write, "N-DELETE", NOT_AUTHORISED),
        _ => {
            visit.reached(Kind::Probe);
            return Ok(Some(UNKNOWN_OPERATION));
        }
    };
    let mut details: Vec<(&'static str, &[u8])> =
        vec![("operation", operation.as_bytes()), ("sop_class", &command.class)];
    let keys = message::keys(&message.identifier, message.is_explicit);
    if !keys.is_empty() {
        details.push(("keys", &keys));
    }
    if !command.destination.is_empty() {
        details.push(("destination", &command.destination));
    }
    visit.touch_noting(kind, &details).await?;
    Ok(Some(status))
}

/// Every parser of this file, for a fuzzer.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = pdu::request(bytes);
    let _ = pdu::parts(bytes);
    let _ = message::command(bytes);
    let _ = (message::keys(bytes, false), message::keys(bytes, true));
}
