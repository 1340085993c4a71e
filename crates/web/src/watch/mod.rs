//! 見張り: decoy sensors of the house, what touched them, the cases that came of it, what was declared as noise, and whom
//! the house lets act for it.

mod cases;
mod consent;
mod noise;
pub(crate) mod noise_form;
mod sensor;
pub(crate) mod sensors;
mod touch;
mod touches;

pub(crate) use cases::find as find_case;
pub(crate) use noise::take_back as take_back_noise;

use crate::access::{Routes, Scope::Facility};
use crate::shell::words::Key;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::sensor::Standing;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::Kind;
use hakutaku_store::{KeptTouch, TouchCursor};

/// Touches on one page.
pub(crate) const PIECE: u32 = 100;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/watch", A::ReadTouches, Facility, touches::show)
        .get("/facilities/{facility}/watch/touches/{touch}", A::ReadTouches, Facility, touch::show)
        .get("/facilities/{facility}/watch/cases", A::ReadNotices, Facility, cases::list)
        .get("/facilities/{facility}/watch/cases/{case}", A::ReadNotices, Facility, cases::show)
        .post("/facilities/{facility}/watch/cases/{case}", A::EditSensors, Facility, cases::part)
        .get("/facilities/{facility}/watch/noise", A::ReadTouches, Facility, noise::show)
        .post("/facilities/{facility}/watch/noise", A::EditSensors, Facility, noise::declare)
        .post("/facilities/{facility}/watch/noise/{noise}/withdraw", A::EditSensors, Facility, noise::withdraw)
        .get("/facilities/{facility}/watch/consent", A::ReadNotices, Facility, consent::show)
        .post("/facilities/{facility}/watch/consent", A::GiveConsent, Facility, consent::give)
        .post("/facilities/{facility}/watch/consent/{consent}/withdraw", A::GiveConsent, Facility, consent::withdraw)
        .get("/facilities/{facility}/watch/sensors", A::ReadTouches, Facility, sensors::show)
        .post("/facilities/{facility}/watch/sensors", A::EditSensors, Facility, sensors::invite)
        .get("/facilities/{facility}/watch/sensors/{sensor}", A::ReadTouches, Facility, sensor::show)
        .post("/facilities/{facility}/watch/sensors/{sensor}/settle", A::EditSensors, Facility, sensor::settle)
        .post("/facilities/{facility}/watch/sensors/{sensor}/retire", A::EditSensors, Facility, sensor::retire)
}

pub(crate) fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/watch")
}

/// A kind of touch in words.
pub(crate) fn kind_words(kind: Kind) -> Key {
    match kind {
        Kind::Knock => Key("watch-kind-knock"),
        Kind::PortScan => Key("watch-kind-port-scan"),
        Kind::HalfOpen => Key("watch-kind-half-open"),
        Kind::Connect => Key("watch-kind-connect"),
        Kind::Malformed => Key("watch-kind-malformed"),
        Kind::WrongProtocol => Key("watch-kind-wrong-protocol"),
        Kind::Handshake => Key("watch-kind-handshake"),
        Kind::Probe => Key("watch-kind-probe"),
        Kind::Request => Key("watch-kind-request"),
        Kind::Write => Key("watch-kind-write"),
        Kind::SignIn => Key("watch-kind-sign-in"),
        Kind::Token => Key("watch-kind-token"),
    }
}

/// How a sensor stands, in words, with the mood of its badge.
pub(crate) fn standing_words(standing: Standing) -> (Key, &'static str) {
    match standing {
        Standing::Broken => (Key("watch-standing-broken"), "bad"),
        Standing::Silent => (Key("watch-standing-silent"), "bad"),
        Standing::Troubled => (Key("watch-standing-troubled"), "now"),
        Standing::Well => (Key("watch-standing-well"), "good"),
        Standing::Retired => (Key("watch-standing-retired"), ""),
    }
}

/// Reads a cursor of [`next_cursor`].
pub(crate) fn read_cursor(text: &str) -> Option<TouchCursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (arrived, id) = text.split_once(' ')?;
    Some(TouchCursor { arrived_at: Ts::from_micros(arrived.parse().ok()?), id: id.parse().ok()? })
}

/// Where the piece after a full one begins.
pub(crate) fn next_cursor(rows: &[KeptTouch]) -> Option<String> {
    let last = rows.last().filter(|_| rows.len() >= PIECE as usize)?;
    Some(URL_SAFE_NO_PAD.encode(format!("{} {}", last.arrived_at.micros(), last.signed.touch.id)))
}
