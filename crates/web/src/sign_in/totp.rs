//! One-time codes from an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, one step of tolerance).

use crate::AppState;
use crate::shell::form::ascii_digits;
use crate::shell::problem::Problem;
use hakutaku_model::id::PersonId;
use qrcode::{Color, QrCode};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use totp_rs::{Builder, Secret, Totp};

/// A secret about to be set up: as text to type and as a code to scan.
#[derive(Debug, Clone)]
pub(crate) struct Enrolment {
    /// Base32 in groups of four.
    pub(crate) typed: String,
    /// The `otpauth://` address as an SVG picture.
    pub(crate) svg: String,
}

/// The secret offered to a person in this session: the same when the page is loaded again, another after every sign-in
/// (the session's secret is renewed then). Nothing needs to be kept until the first code is right.
pub(crate) fn offered(session_secret: &str, person: PersonId) -> Vec<u8> {
    let mut digest = Sha256::new();
    digest.update(b"hakutaku totp enrolment");
    digest.update(session_secret.as_bytes());
    digest.update(person.0.as_bytes());
    digest.finalize()[..20].to_vec()
}

/// What the page shows to set a secret up.
pub(crate) fn enrolment(secret: &[u8], username: &str) -> Result<Enrolment, Problem> {
    let totp = totp(secret, username)?;
    let base32 = totp.secret().to_base32();
    let groups: Vec<&str> =
        (0..base32.len()).step_by(4).filter_map(|at| base32.get(at..(at + 4).min(base32.len()))).collect();
    let code = QrCode::new(totp.to_url().map_err(Problem::internal)?).map_err(Problem::internal)?;
    Ok(Enrolment { typed: groups.join(" "), svg: svg(&code) })
}

/// Checks a code against a secret not yet stored.
pub(crate) fn fits(secret: &[u8], code: &str, app: &AppState) -> Result<Option<i64>, Problem> {
    let seconds = u64::try_from(app.now().micros() / 1_000_000).unwrap_or_default();
    let code: String = ascii_digits(code).chars().filter(char::is_ascii_digit).collect();
    if code.len() != 6 {
        return Ok(None);
    }
    let step = totp(secret, "")?.check(&code, seconds);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// Checks a person's code; each is good once.
pub(crate) async fn accepts(app: &AppState, person: PersonId, code: &str) -> Result<bool, Problem> {
    let Some(secret) = app.store.totp_secret(person).await? else { return Ok(false) };
    match fits(&secret, code, app)? {
        Some(step) => Ok(app.store.record_totp_step(person, step).await?),
        None => Ok(false),
    }
}

fn totp(secret: &[u8], username: &str) -> Result<Totp, Problem> {
    // The address separates issuer and account by a colon.
    let account = username.replace(':', " ");
    Builder::new()
        .with_secret(Secret::new(secret.into()))
        .with_account_name(account)
        .with_issuer(Some("Hakutaku"))
        .build()
        .map_err(Problem::internal)
}

/// A picture of plain squares: no inline style, so that the content policy holds.
fn svg(code: &QrCode) -> String {
    let width = code.width();
    let size = width + 8;
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let _ = write!(path, "M{} {}h1v1h-1z", at % width + 4, at / width + 4);
        }
    }
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\" aria-hidden=\"true\" \
         focusable=\"false\"><rect width=\"{size}\" height=\"{size}\" fill=\"#fff\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_stays_within_a_session_and_is_nobody_elses() {
        let [one, other] = [1, 2].map(|n| PersonId(uuid::Uuid::from_u128(n)));
        assert_eq!(offered("a", one), offered("a", one));
        assert_ne!(offered("a", one), offered("b", one));
        assert_ne!(offered("a", one), offered("a", other));
        let enrolment = enrolment(&offered("a", one), "yamada").expect("drawn");
        assert_eq!(enrolment.typed.replace(' ', "").len(), 32);
        assert!(enrolment.svg.starts_with("<svg") && !enrolment.svg.contains("style"));
    }
}
