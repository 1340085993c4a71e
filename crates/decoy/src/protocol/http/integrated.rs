//! Sign-in with a Windows account (MS-NTHT, RFC 4559): `NTLM` and `Negotiate`, over two requests of one connection. The
//! talk itself is the file server's, so the same names are given here and there.

use super::form::BASE64;
use super::head::Head;
use super::reply::{Reply, Software};
use crate::persona::Identity;
use crate::protocol::ntlm::{Door, Step};
use crate::protocol::spnego;
use crate::visit::{Gone, Visit};
use base64::Engine as _;

/// What a server offers that knows Windows accounts. Basic stands last, as Windows lists it.
pub(super) fn challenge(identity: &Identity, software: Software) -> Reply {
    let reply = software.error(401).with("WWW-Authenticate", "Negotiate").with("WWW-Authenticate", "NTLM");
    reply.with("WWW-Authenticate", format!("Basic realm=\"{}\"", identity.host))
}

/// The scheme and the message of a request.
pub(super) fn token(head: &Head) -> Option<(&'static str, Vec<u8>)> {
    let value = head.field("authorization")?;
    let at = value.iter().position(u8::is_ascii_whitespace)?;
    let (scheme, rest) = value.split_at(at);
    let scheme = ["NTLM", "Negotiate"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known.as_bytes()))?;
    Some((scheme, BASE64.decode(rest.trim_ascii()).ok()?))
}

/// Takes a message; a try to sign in is on disk when this returns. Nothing if it is no message of NTLM.
///
/// # Errors
/// As [`Visit::touch`].
pub(super) async fn step(
    door: &mut Door,
    visit: &Visit,
    software: Software,
    (scheme, token): (&'static str, Vec<u8>),
) -> Result<Option<Reply>, Gone> {
    let Some(wrapped) = spnego::unwrap(&token) else { return Ok(None) };
    let step = match wrapped.token {
        Some(token) => door.step(visit, token).await?,
        // Kerberos, which this machine does not know: NTLM is asked for instead.
        None => Step::Challenge(Vec::new()),
    };
    Ok(match step {
        Step::Challenge(challenge) => {
            let encoded = BASE64.encode(spnego::incomplete(wrapped.wrapping, &challenge));
            Some(software.error(401).with("WWW-Authenticate", format!("{scheme} {encoded}")))
        }
        Step::Refused(_) | Step::Anonymous => Some(challenge(visit.identity(), software)),
        Step::Nonsense => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::http::head::parse;

    #[test]
    fn messages_are_found_by_their_scheme() {
        let read =
            |field: &str| token(&parse(format!("GET / HTTP/1.1\r\n{field}\r\n\r\n").as_bytes()).expect("a head"));
        assert_eq!(read("Authorization: ntlm TlRM"), Some(("NTLM", b"NTL".to_vec())));
        assert_eq!(read("Authorization: Negotiate YII="), Some(("Negotiate", vec![0x60, 0x82])));
        for other in ["Authorization: NTLM", "Authorization: NTLM ???", "Authorization: Basic YTpi", "Host: x"] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
