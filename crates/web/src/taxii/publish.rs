//! How what the centre sends and sees gets into collections. Called when a notice is sent, corrected or withdrawn, and when a
//! case changes. The same again changes nothing: an object's version is in it once.

use super::collections::{CASES, EVERYBODY, NOTICES, of_facility};
use crate::AppState;
use crate::region::settings_of;
use hakutaku_exchange::stix::{self, CaseOut, NoticeError, Object};
use hakutaku_exchange::{Centre, Reader};
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::correlate::{CaseId, Change};
use hakutaku_model::region::notice::{Notice, Tlp};
use hakutaku_model::time::Ts;
use hakutaku_store::{CaseState, NewExchangeObject, StoreError};
use std::collections::BTreeSet;

/// Why something did not get into a collection.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// It cannot leave.
    #[error(transparent)]
    Notice(#[from] NoticeError),
    /// Its label forbids it.
    #[error(transparent)]
    NotForThem(#[from] hakutaku_exchange::NotForThem),
    /// The database refuses.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// To whom a notice goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients<'r> {
    /// To every member.
    Everybody,
    /// To these.
    Only(&'r [FacilityId]),
}

/// The centre as others see it. Its ids follow from the public address of this server.
///
/// # Errors
/// When the database refuses.
pub async fn centre(app: &AppState) -> Result<Centre, StoreError> {
    let name = settings_of(&app.store).await?.name;
    let name = if name.trim().is_empty() { "監視センター".to_owned() } else { name };
    // When the centre took its name is not kept: a day that never changes, so that its identity has one version.
    Ok(Centre { key: app.link(""), name, since: Ts::from_micros(0) })
}

/// Puts the newest edition of a notice into the centre's collection and those of its recipients. `editions`: all of it.
/// TLP:RED stays at the centre: it is for named people, not for an organisation's machines. Once published to everybody, later
/// editions must be, too, and one that went to some goes to the same: what they hold is corrected there.
///
/// # Errors
/// When it cannot leave, or the database refuses.
pub async fn publish_notice(
    app: &AppState,
    editions: &[Notice],
    recipients: Recipients<'_>,
    now: Ts,
) -> Result<(), PublishError> {
    let centre = centre(app).await?;
    let all = stix::notice(&centre, editions, Reader::Centre)?;
    app.store.add_exchange_objects(NOTICES, &rows(&all), now).await?;
    let objects = match stix::notice(&centre, editions, Reader::Member) {
        Ok(objects) => rows(&objects),
        Err(NoticeError::NotForThem(_)) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    match recipients {
        Recipients::Everybody => {
            app.store.add_exchange_objects(EVERYBODY, &objects, now).await?;
        }
        Recipients::Only(facilities) => {
            for facility in facilities {
                app.store.add_exchange_objects(&of_facility(*facility), &objects, now).await?;
            }
        }
    }
    Ok(())
}

/// Puts a case as it stands into the centre's own collection.
///
/// # Errors
/// When the database refuses.
pub async fn publish_case(app: &AppState, case: &CaseOut<'_>, now: Ts) -> Result<(), PublishError> {
    let objects = stix::case(&centre(app).await?, case, Reader::Centre)?;
    app.store.add_exchange_objects(CASES, &rows(&objects), now).await?;
    Ok(())
}

/// Puts every case that a pass of the correlator changed into the centre's own collection.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn publish_changes(app: &AppState, changes: &[Change]) -> Result<(), PublishError> {
    let ids: BTreeSet<CaseId> = changes
        .iter()
        .flat_map(|change| match change {
            Change::Opened { case, replaces } | Change::Joined { case, replaces } => {
                replaces.iter().copied().chain([case.id]).collect()
            }
            Change::Withdrawn(id) => vec![*id],
        })
        .collect();
    let names = app.store.facilities().await?.into_iter().map(|row| (row.id, row.profile.name)).collect();
    for id in ids {
        // One that was replaced before it was ever written is nowhere.
        let kept = match app.store.case(id).await {
            Ok(kept) => kept,
            Err(StoreError::NotFound(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let what = CaseOut {
            case: &kept.case,
            title: &kept.case.title(&app.catalogue.region.rules),
            tlp: Tlp::Amber,
            changed: kept.changed_at,
            withdrawn: matches!(kept.state, CaseState::Merged | CaseState::Withdrawn),
            names: &names,
        };
        publish_case(app, &what, app.now()).await?;
    }
    Ok(())
}

fn rows(objects: &[Object]) -> Vec<NewExchangeObject> {
    objects
        .iter()
        .map(|object| NewExchangeObject {
            id: object.id().to_owned(),
            version: object.version().unwrap_or(Ts::from_micros(0)),
            media_type: stix::MEDIA_TYPE.to_owned(),
            body: object.clone().into_value().to_string(),
        })
        .collect()
}
