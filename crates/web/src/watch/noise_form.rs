//! The form by which known noise is declared: for the house itself, and for the centre that does it within a consent.

use crate::house::{self, LINE};
use crate::region::end_of;
use crate::shell::form::Form;
use crate::shell::words::Key;
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::net::Prefix;
use hakutaku_model::region::noise::Declaration;
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::Kind;

/// The kinds that a declaration may cover, from the least to the most telling.
pub(crate) const UP_TO: [Kind; 6] =
    [Kind::PortScan, Kind::Connect, Kind::Probe, Kind::Request, Kind::Write, Kind::SignIn];

/// Protocols of a declaration.
const PROTOCOLS: usize = 20;

/// Reads a declaration.
///
/// # Errors
/// What is wrong with it as a whole; what is wrong with a field is in the form.
pub(crate) fn read(form: &mut Form, facility: FacilityId, by: &str, now: Ts) -> Result<Declaration, Vec<Text>> {
    let from = form.choice("from", |text| text.trim().parse::<Prefix>().ok());
    if from.is_none() {
        form.fault("from", Key("region-address-wrong"));
    }
    let up_to = form.choice("up-to", |key| UP_TO.into_iter().find(|kind| kind.key() == key));
    let reason = form.line("reason", LINE);
    let until = house::date(form, "until");
    if until.is_none() {
        form.fault("until", Key("region-until-needed"));
    }
    let protocols = house::words(form, "protocols", LINE);
    let (Some(from), Some(up_to), Some(until), true) = (from, up_to, until, form.is_right()) else {
        return Err(Vec::new());
    };
    let declaration = Declaration {
        id: uuid::Uuid::now_v7().to_string(),
        facility,
        from,
        protocols: protocols
            .split([' ', ',', '、', '，'])
            .map(|one| one.trim().to_lowercase())
            .filter(|one| !one.is_empty())
            .take(PROTOCOLS)
            .collect(),
        up_to,
        reason,
        by: by.to_owned(),
        since: now,
        until: end_of(until),
        withdrawn: None,
    };
    let faults = declaration.faults();
    if faults.is_empty() { Ok(declaration) } else { Err(faults) }
}
