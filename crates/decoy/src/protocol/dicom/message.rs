//! Commands (PS3.7, 6.3 and E) and what is looked at of data sets (PS3.5, 7.1).

use crate::protocol::octets::{Octets, trimmed};

/// Elements of a data set that are looked at.
const ELEMENTS: usize = 64;

/// Command fields (PS3.7, E.1).
pub(super) mod field {
    pub(in super::super) const STORE: u16 = 0x0001;
    pub(in super::super) const GET: u16 = 0x0010;
    pub(in super::super) const FIND: u16 = 0x0020;
    pub(in super::super) const MOVE: u16 = 0x0021;
    pub(in super::super) const ECHO: u16 = 0x0030;
    pub(in super::super) const EVENT_REPORT: u16 = 0x0100;
    pub(in super::super) const GET_ATTRIBUTES: u16 = 0x0110;
    pub(in super::super) const SET: u16 = 0x0120;
    pub(in super::super) const ACTION: u16 = 0x0130;
    pub(in super::super) const CREATE: u16 = 0x0140;
    pub(in super::super) const DELETE: u16 = 0x0150;
    pub(in super::super) const CANCEL: u16 = 0x0fff;
}

/// A command that asks for something.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Command {
    /// What: one of [`field`].
    pub(super) field: u16,
    /// Number of the message.
    pub(super) message: u16,
    /// SOP class, affected or requested.
    pub(super) class: Vec<u8>,
    /// SOP instance, affected or requested.
    pub(super) instance: Vec<u8>,
    /// Where a C-MOVE is to send.
    pub(super) destination: Vec<u8>,
    /// Whether a data set follows.
    pub(super) has_data: bool,
}

/// Reads a command set: always implicit VR, little endian (PS3.7, 6.3.1).
pub(super) fn command(bytes: &[u8]) -> Option<Command> {
    let mut rest = Octets(bytes);
    let mut out = Command::default();
    let (mut has_field, mut data_type) = (false, 0x0101);
    while !rest.is_empty() {
        let (group, element, length) = (rest.u16_le()?, rest.u16_le()?, rest.u32_le()?);
        let value = rest.take(usize::try_from(length).ok()?)?;
        if group != 0 {
            return None;
        }
        let number = || Some(u16::from_le_bytes(value.try_into().ok()?));
        match element {
            0x0002 | 0x0003 => out.class = uid(value),
            0x0100 => {
                out.field = number()?;
                has_field = true;
            }
            0x0110 => out.message = number()?,
            0x0600 => out.destination = trimmed(value).to_vec(),
            0x0800 => data_type = number()?,
            0x1000 | 0x1001 => out.instance = uid(value),
            _ => {}
        }
    }
    // 0x0101: no data set (PS3.7, E.1-1).
    out.has_data = data_type != 0x0101;
    has_field.then_some(out)
}

/// A UID: at most 64 characters (PS3.5, 9.1). It is echoed, so that it must not be longer.
pub(super) fn uid(value: &[u8]) -> Vec<u8> {
    let value = trimmed(value);
    value.get(..64).unwrap_or(value).to_vec()
}

fn element(out: &mut Vec<u8>, number: u16, value: &[u8], pad: u8) {
    let padded = value.len() + value.len() % 2;
    out.extend_from_slice(&[0, 0]);
    out.extend_from_slice(&number.to_le_bytes());
    out.extend_from_slice(&u32::try_from(padded).unwrap_or(0).to_le_bytes());
    out.extend_from_slice(value);
    out.extend(std::iter::repeat_n(pad, padded - value.len()));
}

/// The response to a command, without a data set.
pub(super) fn response(to: &Command, status: u16) -> Vec<u8> {
    let mut body = Vec::new();
    element(&mut body, 0x0002, &to.class, 0);
    element(&mut body, 0x0100, &(to.field | 0x8000).to_le_bytes(), 0);
    element(&mut body, 0x0120, &to.message.to_le_bytes(), 0);
    element(&mut body, 0x0800, &0x0101u16.to_le_bytes(), 0);
    element(&mut body, 0x0900, &status.to_le_bytes(), 0);
    if to.field == field::STORE {
        element(&mut body, 0x1000, &to.instance, 0);
    }
    let mut out = Vec::new();
    element(&mut out, 0x0000, &u32::try_from(body.len()).unwrap_or(0).to_le_bytes(), 0);
    out.extend(body);
    out
}

/// What a query asks for, in words: the keys, an asterisk after those that have a value to match. Values are left out,
/// as they may be a patient's name or number, except those of [`is_telling`].
pub(super) fn keys(identifier: &[u8], is_explicit: bool) -> Vec<u8> {
    let mut rest = Octets(identifier);
    let mut out = Vec::new();
    for _ in 0..ELEMENTS {
        let Some((tag, value)) = next(&mut rest, is_explicit) else { break };
        // Delimiters of sequences and items.
        if tag >> 16 == 0xfffe {
            continue;
        }
        if !out.is_empty() {
            out.push(b' ');
        }
        match keyword(tag) {
            Some(word) => out.extend_from_slice(word.as_bytes()),
            None => out.extend_from_slice(format!("{tag:08x}").as_bytes()),
        }
        match trimmed(value) {
            [] => {}
            value if is_telling(tag) => {
                out.push(b'=');
                out.extend_from_slice(value.get(..32).unwrap_or(value));
            }
            _ => out.push(b'*'),
        }
    }
    out
}

/// The next element; nothing at the end or where it is cut.
fn next<'a>(rest: &mut Octets<'a>, is_explicit: bool) -> Option<(u32, &'a [u8])> {
    let (group, element) = (rest.u16_le()?, rest.u16_le()?);
    let tag = u32::from(group) << 16 | u32::from(element);
    // Items and delimiters have no VR (PS3.5, 7.5).
    let length = if is_explicit && group != 0xfffe {
        match rest.take(2)? {
            b"OB" | b"OD" | b"OF" | b"OL" | b"OV" | b"OW" | b"SQ" | b"SV" | b"UC" | b"UN" | b"UR" | b"UT" | b"UV" => {
                rest.take(2)?;
                rest.u32_le()?
            }
            _ => rest.u16_le()?.into(),
        }
    } else {
        rest.u32_le()?
    };
    // A sequence or item of undefined length: its contents come next. Items are entered too.
    if length == u32::MAX || group == 0xfffe {
        return Some((tag, &[]));
    }
    Some((tag, rest.take(usize::try_from(length).ok()?)?))
}

/// Whether the value says what is looked for and not who.
fn is_telling(tag: u32) -> bool {
    matches!(tag, 0x0008_0005 | 0x0008_0020 | 0x0008_0052 | 0x0008_0060 | 0x0008_0061)
}

fn keyword(tag: u32) -> Option<&'static str> {
    Some(match tag {
        0x0008_0005 => "SpecificCharacterSet",
        0x0008_0016 => "SOPClassUID",
        0x0008_0018 => "SOPInstanceUID",
        0x0008_0020 => "StudyDate",
        0x0008_0030 => "StudyTime",
        0x0008_0050 => "AccessionNumber",
        0x0008_0052 => "QueryRetrieveLevel",
        0x0008_0060 => "Modality",
        0x0008_0061 => "ModalitiesInStudy",
        0x0008_0080 => "InstitutionName",
        0x0008_0090 => "ReferringPhysicianName",
        0x0008_1030 => "StudyDescription",
        0x0010_0010 => "PatientName",
        0x0010_0020 => "PatientID",
        0x0010_0030 => "PatientBirthDate",
        0x0010_0040 => "PatientSex",
        0x0020_000d => "StudyInstanceUID",
        0x0020_000e => "SeriesInstanceUID",
        0x0020_0010 => "StudyID",
        0x0040_0100 => "ScheduledProcedureStepSequence",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_reads_back() {
        let asked = Command {
            field: field::STORE,
            message: 7,
            class: b"1.2.3".to_vec(),
            instance: b"1.2.3.4".to_vec(),
            ..Command::default()
        };
        let read = command(&response(&asked, 0x0124)).expect("read");
        assert_eq!((read.field, read.class, read.instance), (0x8001, asked.class, asked.instance));
        assert!(!read.has_data);
    }

    #[test]
    fn a_query_is_kept_without_the_patient() {
        let mut implicit = vec![0x08, 0, 0x52, 0, 6, 0, 0, 0];
        implicit.extend(b"STUDY \x10\x00\x10\x00\x06\x00\x00\x00YAMADA\x10\x00\x20\x00\x00\x00\x00\x00");
        assert_eq!(keys(&implicit, false), b"QueryRetrieveLevel=STUDY PatientName* PatientID");
        let explicit = b"\x08\x00\x52\x00CS\x06\x00STUDY \x09\x00\x10\x00UN\x00\x00\x02\x00\x00\x00ab";
        assert_eq!(keys(explicit, true), b"QueryRetrieveLevel=STUDY 00090010*");
    }
}
