//! What is printed for the silent: the list to telephone by, and a sheet to FAX for each.

use super::reach::{Reached, centre, reach_of};
use super::show::came_back;
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, PhoneList, fax_sheets_pdf, phone_list_pdf};
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::journal::Chain;
use hakutaku_model::region::notice::silent::{CallRow, FaxWords, Reach, Sheet, call_rows, fax_sheet};
use hakutaku_store::{KeptNotice, NoticeState};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Sheets in one file.
const SHEETS: usize = 300;

/// The centre's words with a name, where it has given itself none yet.
pub(crate) fn named(t: Words, words: FaxWords) -> FaxWords {
    let name = if words.centre.is_empty() { t.m("region-notices-centre") } else { words.centre };
    FaxWords { centre: name, ..words }
}

fn reach(all: &BTreeMap<FacilityId, Reached>) -> BTreeMap<FacilityId, Reach> {
    all.iter().map(|(id, one)| (*id, one.reach.clone())).collect()
}

/// The rows of the list to telephone by: the silent, once the deadline is past.
pub(crate) async fn rows(app: &AppState, t: Words, kept: &KeptNotice) -> Result<Vec<CallRow>, Problem> {
    let all = reach_of(&app.store).await?;
    let back = came_back(app, kept, app.now()).await?;
    Ok(call_rows(&kept.notice, &back.silent, &reach(&all), t.lang))
}

async fn sent(app: &AppState, id: NoticeId) -> Result<KeptNotice, Problem> {
    let kept = app.store.notice(id).await?;
    if kept.state == NoticeState::Draft { Err(Problem::NotFound) } else { Ok(kept) }
}

async fn answer(app: &AppState, visit: &Visit, file: String, bytes: Vec<u8>) -> Result<Response, Problem> {
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(app.now()), Chain::Installation, "notice.export", "notice", detail).await?;
    let disposition = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, bytes).into_response())
}

/// PDF: whom to telephone.
pub(super) async fn phone(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    let (t, lang, now) = (visit.t(), visit.lang, app.now());
    let kept = sent(&app, id).await?;
    let rows = rows(&app, t, &kept).await?;
    let words = named(t, centre(&app.store).await?);
    let head = Header { facility: Some(words.centre), fiscal_year: None, made: now };
    let file = format!("{}_{}.pdf", kept.notice.number, t.m("region-notices-file-phone"));
    let catalogue = std::sync::Arc::clone(&app.catalogue);
    let made = press(move || {
        let list = PhoneList { notice: &kept.notice, rows: &rows, script: &catalogue.region.call_script };
        phone_list_pdf(&list, lang, &head)
    });
    let pdf = made.await?.map_err(Problem::internal)?;
    answer(&app, &visit, file, pdf.bytes).await
}

/// For whom a sheet is printed.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    /// One facility; without: all that are silent.
    #[serde(default)]
    facility: Option<FacilityId>,
    /// The file after the first, where there are more sheets than one file holds.
    #[serde(default)]
    part: usize,
}

/// PDF: a page for each facility that is silent, or for one.
pub(super) async fn fax(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (t, lang, now) = (visit.t(), visit.lang, app.now());
    let kept = sent(&app, id).await?;
    let all = reach_of(&app.store).await?;
    let words = named(t, centre(&app.store).await?);
    let whom: Vec<FacilityId> = match asked.facility {
        Some(one) => app.store.notice_recipients(id).await?.into_iter().filter(|id| *id == one).collect(),
        None => came_back(&app, &kept, now).await?.silent.into_iter().map(|one| one.facility).collect(),
    };
    let part: Vec<FacilityId> = whom.into_iter().skip(asked.part.saturating_mul(SHEETS)).take(SHEETS).collect();
    if part.is_empty() {
        return Err(Problem::Said(StatusCode::NOT_FOUND, Key("region-notices-no-silent")));
    }
    let mut sheets: Vec<Sheet> = Vec::new();
    for id in part {
        let name = all.get(&id).map_or_else(|| id.to_string(), |one| one.reach.name.clone());
        let sheet = fax_sheet(&kept.notice, &name, &words, lang);
        // TLP:RED: a FAX machine is read by several people.
        sheets.push(sheet.map_err(|_| Problem::unprocessable(Key("region-notices-no-fax")))?);
    }
    let head = Header { facility: Some(words.centre), fiscal_year: None, made: now };
    let file = format!("{}_FAX.pdf", kept.notice.number);
    let pdf = press(move || fax_sheets_pdf(&kept.notice, &sheets, lang, &head)).await?.map_err(Problem::internal)?;
    answer(&app, &visit, file, pdf.bytes).await
}
