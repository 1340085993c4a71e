//! The list to sign, and certificates. Every paper is entered in the facility's log.

use super::late::Asked;
use super::session::{load, open_door};
use crate::AppState;
use crate::doors;
use crate::evidence::disposition;
use crate::house::in_use;
use crate::results::press;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::words::Key;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{
    AttendanceSheet, Certificate, Header, JoinCode, LateList, attendance_sheet_pdf, certificate_pdf, late_list_pdf,
};
use hakutaku_model::journal::Chain;
use hakutaku_model::record::RecordId;
use hakutaku_model::training::{Course, Session, StaffMember};
use std::collections::BTreeMap;

async fn send(app: &AppState, visit: &Visit, bytes: Vec<u8>, title: &str, name: Key) -> Result<Response, Problem> {
    let (now, place) = (app.now(), visit.place()?);
    let plain: String =
        title.chars().map(|c| if c.is_control() || r#"/\:*?"<>|"#.contains(c) { '_' } else { c }).take(80).collect();
    let file = format!("{}_{plain}_{}.pdf", visit.t().k(name), now.date_in_japan());
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "training.export", "training", detail).await?;
    let disposition = HeaderValue::from_str(&disposition(&file)).map_err(Problem::internal)?;
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((head, bytes).into_response())
}

/// The list to sign, with the code while it is open.
pub(super) async fn sheet(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let place = visit.place()?.clone();
    let (session, course) = load(&app, &visit, id).await?;
    let rows = app.store.training_rows(place.id).await?;
    let mut people: Vec<[String; 3]> = rows
        .roll()
        .expected(&course.body, app.now().date_in_japan())
        .map(|member| [member.body.number.clone(), member.body.name.clone(), member.body.department.clone()])
        .collect();
    people.sort_by(|a, b| (&a[2], &a[0], &a[1]).cmp(&(&b[2], &b[0], &b[1])));
    let join = match open_door(&app, place.id, id).await? {
        Some(door) => {
            let address = doors::link(&app, &door.code);
            // On paper there is no page around it that would say that this is an image in SVG.
            let qr = qr_svg(&address)?.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1);
            Some(JoinCode { address, code: door.code, qr })
        }
        None => None,
    };
    let sheet = AttendanceSheet {
        course: course.body.title.clone(),
        held_on: session.body.held_on,
        place: session.body.place.clone(),
        teacher: session.body.teacher.clone(),
        parts: course.body.parts(),
        agreement: course.body.agreement.clone(),
        people,
        join,
    };
    let header = Header { facility: Some(place.name), fiscal_year: Some(course.body.year), made: app.now() };
    let lang = visit.lang;
    let pdf = press(move || attendance_sheet_pdf(&sheet, lang, &header)).await?.map_err(Problem::internal)?;
    send(&app, &visit, pdf.bytes, &course.body.title, Key("training-file-sheet")).await
}

/// Who is not through, by department.
pub(super) async fn late(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let (place, today) = (visit.place()?.clone(), app.now().date_in_japan());
    let (year, only_late) = asked.read(today);
    let rows = app.store.training_rows(place.id).await?;
    let roll = rows.roll();
    let list = LateList { year, only_late, count: roll.year_count(year, today), departments: roll.open(year, today) };
    let header = Header { facility: Some(place.name), fiscal_year: Some(year), made: app.now() };
    let lang = visit.lang;
    let pdf = press(move || late_list_pdf(&list, lang, &header)).await?.map_err(Problem::internal)?;
    send(&app, &visit, pdf.bytes, &year.label(lang), Key("training-file-late")).await
}

/// The certificate of one person; only for a course they finished.
pub(super) async fn certificate(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, member)): Path<(String, RecordId, RecordId)>,
) -> Result<Response, Problem> {
    let place = visit.place()?.clone();
    let course = in_use::<Course>(&app, &visit, id).await?;
    let member = in_use::<StaffMember>(&app, &visit, member).await?;
    let rows = app.store.training_rows(place.id).await?;
    let roll = rows.roll();
    let row = roll.attendance(id, member.id).filter(|row| row.missing(&course.body).is_empty());
    let Some(row) = row else { return Err(Problem::unprocessable(Key("training-not-finished"))) };
    let session = row.session.and_then(|session| rows.sessions.iter().find(|one| one.id == session));
    let lang = visit.lang;
    let certificate = Certificate {
        name: member.body.name.clone(),
        department: member.body.department.clone(),
        number: member.body.number.clone(),
        course: course.body.title.clone(),
        year: course.body.year.label(lang),
        on: row.on,
        parts: course.body.parts(),
        teacher: session
            .map(|one: &hakutaku_model::record::Kept<Session>| one.body.teacher.clone())
            .unwrap_or_default(),
    };
    let header = Header { facility: Some(place.name), fiscal_year: Some(course.body.year), made: app.now() };
    let pdf = press(move || certificate_pdf(&certificate, lang, &header)).await?.map_err(Problem::internal)?;
    let title = format!("{}_{}", course.body.title, member.body.name);
    send(&app, &visit, pdf.bytes, &title, Key("training-file-certificate")).await
}
