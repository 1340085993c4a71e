//! What a room leaves behind: an archive with the chosen papers, registers and files, an index, and all hashes.

use super::gather::{Gathered, audit_of};
use super::room::{choice_of, door_of};
use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::audit_pack::{AuditPack, PackFile, PackPaper, PackTable};
use hakutaku_model::audit::{RegisterShown, RoomChoice, SampledFrom};
use hakutaku_model::id::{DoorId, FacilityId, RecordId};
use hakutaku_model::journal::Chain;
use hakutaku_model::seat::Door;
use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use hakutaku_store::StoreError;
use std::collections::BTreeMap;

/// A register as head and rows, in the words of a language.
pub(crate) async fn register(
    app: &AppState,
    facility: FacilityId,
    which: RegisterShown,
    lang: Lang,
) -> Result<PackTable, Problem> {
    let title = which.title().get(lang).to_owned();
    let table = |head: Vec<String>, rows: Vec<Vec<String>>| PackTable { title: title.clone(), head, rows };
    Ok(match which {
        RegisterShown::Devices => of_population(&title, app, facility, SampledFrom::Devices, lang).await?,
        RegisterShown::RestoreTests => of_population(&title, app, facility, SampledFrom::RestoreTests, lang).await?,
        RegisterShown::Vendors => of_population(&title, app, facility, SampledFrom::Vendors, lang).await?,
        RegisterShown::Systems => {
            let rows = app.store.records::<hakutaku_model::system::System>(facility).await?;
            let head = words(
                lang,
                [("システム", "System"), ("種類", "Kind"), ("持ち主", "Owner"), ("戻すまでの時間", "Hours until back")],
            );
            table(
                head,
                rows.into_iter()
                    .map(|row| {
                        let system = row.body;
                        vec![
                            system.name,
                            system.kind.title().get(lang).to_owned(),
                            system.owner,
                            system.rto_hours.map(|hours| hours.to_string()).unwrap_or_default(),
                        ]
                    })
                    .collect(),
            )
        }
        RegisterShown::Connections => {
            let rows = app.store.records::<hakutaku_model::connection::Connection>(facility).await?;
            let head =
                words(lang, [("回線", "Line"), ("使い道", "Purpose"), ("認証", "Authentication"), ("区画", "Segment")]);
            table(
                head,
                rows.into_iter()
                    .map(|row| {
                        let line = row.body;
                        vec![line.name, line.purpose, line.authentication.title().get(lang).to_owned(), line.segment]
                    })
                    .collect(),
            )
        }
        RegisterShown::Findings => {
            let findings = app.store.records::<hakutaku_model::audit::Finding>(facility).await?;
            let actions = app.store.records::<hakutaku_model::corrective::CorrectiveAction>(facility).await?;
            let today = app.now().date_in_japan();
            let t = crate::shell::words::Words::new(lang);
            let head = words(lang, [("指摘", "Finding"), ("重さ", "Severity"), ("是正", "Actions")]);
            table(
                head,
                findings
                    .into_iter()
                    .map(|row| {
                        let own = actions.iter().filter(|action| {
                            matches!(&action.body.source,
                    hakutaku_model::corrective::Source::Audit { finding, .. } if *finding == row.id)
                        });
                        let states: Vec<String> = own
                            .map(|action| {
                                format!(
                                    "{}: {}",
                                    action.body.title,
                                    super::gather::action_state(t, action.body.state(today)).1
                                )
                            })
                            .collect();
                        vec![row.body.title, row.body.severity.title().get(lang).to_owned(), states.join(" / ")]
                    })
                    .collect(),
            )
        }
    })
}

fn words<const N: usize>(lang: Lang, pairs: [(&str, &str); N]) -> Vec<String> {
    pairs.into_iter().map(|(ja, en)| if lang == Lang::Ja { ja } else { en }.to_owned()).collect()
}

async fn of_population(
    title: &str,
    app: &AppState,
    facility: FacilityId,
    from: SampledFrom,
    lang: Lang,
) -> Result<PackTable, Problem> {
    let all = super::population::population(app, facility, from, lang).await?;
    let mut head = words(lang, [("名前", "Name")]);
    for (name, _) in all.iter().flat_map(|one| &one.said) {
        if !head.contains(name) {
            head.push(name.clone());
        }
    }
    let cell = |one: &super::population::One, name: &String| {
        one.said.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let rows = all
        .iter()
        .map(|one| std::iter::once(one.label.clone()).chain(head.iter().skip(1).map(|name| cell(one, name))).collect());
    let rows = rows.collect();
    Ok(PackTable { title: title.to_owned(), head, rows })
}

/// The chosen working papers in words.
pub(crate) fn papers(app: &AppState, gathered: &Gathered, choice: &RoomChoice, lang: Lang) -> Vec<PackPaper> {
    let items = app.catalogue.audit.items.iter().filter(|item| choice.items.contains(&item.id));
    items
        .map(|item| {
            let paper = gathered.paper(&item.id).map(|row| &row.body);
            PackPaper {
                item: item.title.get(lang).to_owned(),
                mark: paper.map(|paper| paper.mark.title().get(lang).to_owned()).unwrap_or_default(),
                seen: paper.map(|paper| paper.seen.clone()).unwrap_or_default(),
                remark: paper.map(|paper| paper.remark.clone()).unwrap_or_default(),
                by: paper.map(|paper| paper.by.by.clone()).unwrap_or_default(),
                on: paper.map(|paper| date_words(paper.by.on, lang)).unwrap_or_default(),
            }
        })
        .collect()
}

/// Makes the archive of a room and enters it in the log.
pub(crate) async fn archive(
    app: &AppState,
    visit: &Visit,
    gathered: &Gathered,
    door: &Door,
) -> Result<Response, Problem> {
    let (place, now, lang) = (visit.place()?, app.now(), visit.lang);
    let choice = choice_of(door);
    let mut tables = Vec::new();
    for which in &choice.registers {
        tables.push(register(app, place.id, *which, lang).await?);
    }
    let pack = AuditPack {
        lang,
        facility: place.name.clone(),
        title: gathered.audit.body.title.clone(),
        guest: choice.guest.clone(),
        made: now,
        papers: papers(app, gathered, &choice, lang),
        tables,
    };
    let mut archive = press(move || pack.begin()).await?.map_err(Problem::internal)?;
    for id in &choice.documents {
        let row = match app.store.document(place.id, *id).await {
            Ok(row) => row,
            // Removed since it was chosen: there is nothing to hand over.
            Err(StoreError::NotFound(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let file = PackFile {
            name: row.name,
            sha256: row.sha256.to_string(),
            size: u64::try_from(row.size).unwrap_or_default(),
            by: row.by,
            on: row.at.date_in_japan().to_string(),
        };
        if archive.has_room(file.size) {
            let content = app.store.read_document(&visit.act(now), place.id, *id).await?;
            archive =
                press(move || archive.add(&file, &content).map(|()| archive)).await?.map_err(Problem::internal)?;
        } else {
            archive.leave_out(&file);
        }
    }
    let bytes = press(move || archive.finish()).await?.map_err(Problem::internal)?;
    let file = format!("{}_{}_{}.zip", place.name, visit.t().m("audit-file-pack"), now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone()), ("guest".to_owned(), choice.guest)]);
    let object = format!("audit:{}", gathered.audit.id);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "audit-room.take-along", &object, detail).await?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?),
    ];
    Ok((head, bytes).into_response())
}

/// The same archive for the house: it keeps what the guest took along.
pub(super) async fn for_house(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, door)): Path<(FacilityId, RecordId, DoorId)>,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let gathered = Gathered::of(&app, facility, audit_of(&app, &visit, id).await?).await?;
    let door = door_of(&app, facility, id, door).await?;
    archive(&app, &visit, &gathered, &door).await
}
