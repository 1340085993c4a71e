//! As much of version 3 (RFC 3412, 6; RFC 3414, 2.4 and 3.2) as a visitor sees who has no account: the engine's name and
//! clock, and that their user is unknown.

use super::ber::{identifier, integer, number, put, take_as};
use super::up;
use crate::persona::Identity;

/// `usmStats`, 1.3.6.1.6.3.15.1.1 (RFC 3414, 5).
const STATISTICS: [u32; 9] = [1, 3, 6, 1, 6, 3, 15, 1, 1];

/// A message of version 3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message<'a> {
    id: &'a [u8],
    wants_reports: bool,
    engine: &'a [u8],
    /// The user; empty while the engine is looked for.
    pub(super) user: &'a [u8],
    request: &'a [u8],
}

/// Reads what follows the version.
pub(super) fn parse(mut rest: &[u8]) -> Option<Message<'_>> {
    let mut header = take_as(&mut rest, 0x30)?;
    let id = take_as(&mut header, 0x02).filter(|id| (1..=5).contains(&id.len()))?;
    take_as(&mut header, 0x02)?;
    let flags = take_as(&mut header, 0x04)?;
    // Only the user-based security model.
    if integer(take_as(&mut header, 0x02)?)? != 3 {
        return None;
    }
    let mut parameters = take_as(&mut rest, 0x04)?;
    let mut parameters = take_as(&mut parameters, 0x30)?;
    let engine = take_as(&mut parameters, 0x04).filter(|engine| engine.len() <= 32)?;
    take_as(&mut parameters, 0x02)?;
    take_as(&mut parameters, 0x02)?;
    let user = take_as(&mut parameters, 0x04)?;
    let wants_reports = flags.first().is_some_and(|flags| flags & 0x04 != 0);
    Some(Message { id, wants_reports, engine, user, request: request(rest).unwrap_or(&[0]) })
}

/// The request's number, if it can be read.
fn request(mut rest: &[u8]) -> Option<&[u8]> {
    let mut scoped = take_as(&mut rest, 0x30)?;
    take_as(&mut scoped, 0x04)?;
    take_as(&mut scoped, 0x04)?;
    let (_, mut pdu) = super::take(&mut scoped)?;
    take_as(&mut pdu, 0x02).filter(|request| (1..=5).contains(&request.len()))
}

/// The report: an engine that was not named is named, a user is unknown (RFC 3414, 3.2, steps 3 and 4).
pub(super) fn report(identity: &Identity, message: &Message<'_>) -> Option<Vec<u8>> {
    // The service of Windows does not know version 3.
    if identity.os.is_windows() || !message.wants_reports {
        return None;
    }
    let own = engine(identity);
    let (statistic, user) = if message.engine == own { (3, message.user) } else { (4, &b""[..]) };
    let small = |purpose, most| number(u32::try_from(identity.number(purpose, 1, most)).unwrap_or(1));
    let name: Vec<u32> = STATISTICS.into_iter().chain([statistic, 0]).collect();
    let variable = [put(0x06, &identifier(&name)), put(0x41, &small("snmp-reports", 400))].concat();
    let pdu = [put(0x02, message.request), put(0x02, &[0]), put(0x02, &[0]), put(0x30, &put(0x30, &variable))].concat();
    let scoped = [put(0x04, &own), put(0x04, b""), put(0xa8, &pdu)].concat();
    let time = number(u32::try_from(up(identity)).unwrap_or(1));
    let parameters = [
        put(0x04, &own),
        put(0x02, &small("snmp-boots", 60)),
        put(0x02, &time),
        put(0x04, user.get(..user.len().min(32)).unwrap_or_default()),
        put(0x04, b""),
        put(0x04, b""),
    ]
    .concat();
    let header = [put(0x02, message.id), put(0x02, &number(65_507)), put(0x04, &[0]), put(0x02, &[3])].concat();
    let whole = [put(0x02, &[3]), put(0x30, &header), put(0x04, &put(0x30, &parameters)), put(0x30, &scoped)].concat();
    Some(put(0x30, &whole))
}

/// The engine's name (RFC 3411, 5: `SnmpEngineID`), in the form of the common free agent.
fn engine(identity: &Identity) -> Vec<u8> {
    let own = identity.derive("snmp-engine");
    [&[0x80, 0, 0x1f, 0x88, 0x80][..], &own[..8]].concat()
}
