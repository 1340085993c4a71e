//! The server service on its pipe: one call, the list of shares (MS-SRVS 3.1.4.8), in DCE/RPC (C706 12, MS-RPCE).

use crate::protocol::octets::{from, utf16};

/// 4b324fc8-1670-01d3-1278-5a47bf6ee188, version 3.0: the server service.
const SRVSVC: [u8; 20] =
    [0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88, 3, 0, 0, 0];
/// 8a885d04-1ceb-11c9-9fe8-08002b104860, version 2: NDR.
const NDR: [u8; 20] =
    [0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48, 0x60, 2, 0, 0, 0];
/// NetrShareEnum.
const SHARE_ENUM: u16 = 15;
const ACCESS_DENIED: u32 = 5;

/// A message of a client.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// It names interfaces: for each, whether it is ours in a form we write.
    Bind { id: u32, contexts: Vec<bool> },
    /// It asks for the shares, at this level of detail.
    Shares { id: u32, context: u16, level: u32 },
    /// It asks for something else.
    Other { id: u32, context: u16, number: u16 },
}

/// Reads a message.
pub(super) fn parse(bytes: &[u8]) -> Option<Call> {
    if bytes.first() != Some(&5) {
        return None;
    }
    let id = from(bytes, 12).u32_le()?;
    match bytes.get(2)? {
        11 => {
            let count = *bytes.get(24)?;
            let mut at = 28;
            let mut contexts = Vec::new();
            for _ in 0..count.min(8) {
                let forms = usize::from(*bytes.get(at + 2)?);
                let is_ours = from(bytes, at + 4).take(20)? == SRVSVC;
                let has_form = from(bytes, at + 24).take(forms * 20)?.chunks(20).any(|form| form == NDR);
                contexts.push(is_ours && has_form);
                at += 24 + forms * 20;
            }
            Some(Call::Bind { id, contexts })
        }
        0 => {
            let (context, number) = (from(bytes, 20).u16_le()?, from(bytes, 22).u16_le()?);
            if number != SHARE_ENUM {
                return Some(Call::Other { id, context, number });
            }
            // The server's name: a pointer, and if it is one, a text with its sizes, padded to four.
            let mut at = 28;
            if from(bytes, 24).u32_le()? != 0 {
                let units = usize::from(u16::try_from(from(bytes, 36).u32_le()?).ok()?);
                at = 40 + (units * 2).next_multiple_of(4);
            }
            Some(Call::Shares { id, context, level: from(bytes, at).u32_le()? })
        }
        _ => None,
    }
}

/// A share in the list: name, type, remark.
pub(super) type Entry<'a> = (&'a str, u32, &'a str);

/// The answer to a message.
pub(super) fn answer(call: &Call, shares: &[Entry<'_>]) -> Vec<u8> {
    match call {
        Call::Bind { id, contexts } => {
            let mut body = Vec::new();
            body.extend([0xb8, 0x10, 0xb8, 0x10, 0xf0, 0x53, 0, 0]);
            // The pipe's name with its length; the results begin at a multiple of four.
            body.extend([13, 0]);
            body.extend(b"\\PIPE\\srvsvc\0");
            body.resize(body.len().next_multiple_of(4), 0);
            body.extend([u8::try_from(contexts.len()).unwrap_or(0), 0, 0, 0]);
            for is_good in contexts {
                if *is_good {
                    body.extend([0; 4]);
                    body.extend(NDR);
                } else {
                    // Provider rejection: the transfer syntax is not supported.
                    body.extend([2, 0, 2, 0]);
                    body.extend([0; 20]);
                }
            }
            message(12, *id, &body)
        }
        Call::Shares { id, context, level } => message(2, *id, &response(*context, &list(*level, shares))),
        Call::Other { id, context, .. } => {
            let mut body = response(*context, &ACCESS_DENIED.to_le_bytes());
            body.extend([0; 4]);
            message(3, *id, &body)
        }
    }
}

fn message(kind: u8, id: u32, body: &[u8]) -> Vec<u8> {
    let mut out = vec![5, 0, kind, 3, 0x10, 0, 0, 0];
    out.extend(u16::try_from(16 + body.len()).unwrap_or(0).to_le_bytes());
    out.extend([0, 0]);
    out.extend(id.to_le_bytes());
    out.extend_from_slice(body);
    out
}

fn response(context: u16, stub: &[u8]) -> Vec<u8> {
    let mut out = u32::try_from(stub.len()).unwrap_or(0).to_le_bytes().to_vec();
    out.extend(context.to_le_bytes());
    out.extend([0, 0]);
    out.extend_from_slice(stub);
    out
}

/// `SHARE_ENUM_STRUCT` (MS-SRVS 2.2.4.38), total, no resume handle, result; levels 0 and 1, others are for
/// administrators.
fn list(level: u32, shares: &[Entry<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    let number = |out: &mut Vec<u8>, value: u32| out.extend(value.to_le_bytes());
    number(&mut out, level);
    number(&mut out, level);
    if level > 1 {
        for value in [0, 0, 0, ACCESS_DENIED] {
            number(&mut out, value);
        }
        return out;
    }
    let count = u32::try_from(shares.len()).unwrap_or(0);
    for value in [0x2_0004, count, 0x2_0008, count] {
        number(&mut out, value);
    }
    let mut pointer = 0x2_000c;
    for (_, kind, _) in shares {
        number(&mut out, pointer);
        if level == 1 {
            number(&mut out, *kind);
            number(&mut out, pointer + 4);
        }
        pointer += 8;
    }
    for (name, _, remark) in shares {
        for text in [Some(*name), (level == 1).then_some(*remark)].into_iter().flatten() {
            let mut text = utf16(text);
            text.extend([0, 0]);
            let units = u32::try_from(text.len() / 2).unwrap_or(0);
            for value in [units, 0, units] {
                number(&mut out, value);
            }
            text.resize(text.len().next_multiple_of(4), 0);
            out.extend(text);
        }
    }
    for value in [count, 0, 0] {
        number(&mut out, value);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bind_is_answered_for_each_interface() {
        let mut bytes = vec![5, 0, 11, 3, 0x10, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0xb8, 0x10, 0xb8, 0x10, 0, 0, 0, 0];
        bytes.extend([2, 0, 0, 0, 0, 0, 1, 0]);
        bytes.extend([SRVSVC, NDR].concat());
        bytes.extend([1, 0, 1, 0]);
        bytes.extend([SRVSVC, [1; 20]].concat());
        let call = parse(&bytes).expect("read");
        assert_eq!(call, Call::Bind { id: 9, contexts: vec![true, false] });
        let answer = answer(&call, &[]);
        assert_eq!(answer.len(), 16 + 8 + 16 + 4 + 48);
        assert_eq!(from(&answer, 8).u16_le(), Some(92));
    }
}
