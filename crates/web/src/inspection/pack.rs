//! The pack as a paper and as an archive. Every export is entered in the facility's log.

use super::gather::{gather, list_devices};
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::inspection::{Archive, Evidence, InspectionPack, inspection_pdf};
use hakutaku_model::id::DocumentId;
use hakutaku_model::journal::Chain;
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

async fn pack_of(app: &AppState, visit: &Visit) -> Result<(InspectionPack, Vec<DocumentId>), Problem> {
    let (place, now) = (visit.place()?, app.now());
    let mut known = gather(app, place.id, now.date_in_japan()).await?;
    if let Some(ledger) = &mut known.ledger {
        list_devices(app, place.id, visit.lang, ledger).await?;
    }
    let mut proves: BTreeMap<DocumentId, Vec<String>> = BTreeMap::new();
    for form in &known.forms {
        for (item, line) in form.lines() {
            for document in line.answer.iter().flat_map(|answer| &answer.documents) {
                let number = item.number.clone().unwrap_or_else(|| item.id.clone());
                let numbers = proves.entry(*document).or_default();
                if !numbers.contains(&number) {
                    numbers.push(number);
                }
            }
        }
    }
    let (mut evidence, mut ids) = (Vec::new(), Vec::new());
    for (id, items) in proves {
        let row = match app.store.document(place.id, id).await {
            Ok(row) => row,
            // Removed since it was attached: there is nothing to hand over.
            Err(StoreError::NotFound(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        evidence.push(Evidence {
            name: row.name,
            sha256: row.sha256.to_string(),
            size: u64::try_from(row.size).unwrap_or_default(),
            by: row.by,
            at: row.at,
            items,
        });
        ids.push(id);
    }
    let prepared_by = visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default();
    let pack = InspectionPack {
        lang: visit.lang,
        facility: place.name.clone(),
        made: now,
        prepared_by,
        missing: known.missing,
        forms: known.forms,
        contacts: known.contacts,
        ledger: known.ledger,
        vendors: known.vendors,
        evidence,
    };
    Ok((pack, ids))
}

pub(crate) async fn paper(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (pack, _) = pack_of(&app, &visit).await?;
    let pdf = press(move || inspection_pdf(&pack)).await?.map_err(Problem::internal)?;
    send(&app, &visit, "pdf", "application/pdf", pdf.bytes).await
}

pub(crate) async fn archive(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (pack, ids) = pack_of(&app, &visit).await?;
    let (archive, pack) = press(move || (Archive::begin(&pack), pack)).await?;
    let mut archive = archive.map_err(Problem::internal)?;
    // One file at a time: no more than one is held besides the archive.
    for (file, id) in pack.evidence.iter().zip(ids) {
        if archive.has_room(file.size) {
            let content = app.store.read_document(&visit.act(app.now()), facility, id).await?;
            let file = file.clone();
            archive =
                press(move || archive.add(&file, &content).map(|()| archive)).await?.map_err(Problem::internal)?;
        } else {
            archive.leave_out(file);
        }
    }
    let bytes = press(move || archive.finish()).await?.map_err(Problem::internal)?;
    send(&app, &visit, "zip", "application/zip", bytes).await
}

async fn send(
    app: &AppState,
    visit: &Visit,
    extension: &str,
    kind: &'static str,
    bytes: Vec<u8>,
) -> Result<Response, Problem> {
    let (place, now) = (visit.place()?, app.now());
    let file = format!("{}_{}_{}.{extension}", place.name, visit.t().m("inspection-file"), now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store
        .record(&visit.act(now), Chain::Facility(place.id), "inspection.export", "inspection-pack", detail)
        .await?;
    let name = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, name)], bytes)
        .into_response())
}
