//! The plan on paper. A print for the bag is kept with the facts on it, so that the page can say later what has changed;
//! every other export is entered in the facility's log.

use crate::AppState;
use crate::evidence::disposition;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::page::Visit;
use crate::shell::problem::Problem;
use crate::shell::words::Key;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, PlanCover, plan_docx, plan_pdf};
use hakutaku_model::journal::Chain;
use hakutaku_model::plan::{Chosen, Ground, PlanPrint, Which, paper};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use serde::Deserialize;
use std::collections::BTreeMap;

const LONGEST: usize = 200;
const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Which file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A4, for the bag.
    Pdf,
    /// To go on editing.
    Docx,
}

/// Which plan is asked for: nothing for the one in force.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    version: Option<u32>,
    #[serde(default)]
    draft: String,
}

impl Asked {
    fn which(&self) -> Which {
        match (self.version, self.draft.is_empty()) {
            (Some(number), _) => Which::Version(number),
            (None, true) => Which::InForce,
            (None, false) => Which::Draft,
        }
    }
}

/// The file of a plan picked out.
async fn bytes(
    app: &AppState,
    chosen: Chosen,
    kind: Kind,
    facility: String,
    made: Ts,
    lang: Lang,
) -> Result<Vec<u8>, Problem> {
    let catalogue = app.catalogue.clone();
    press(move || {
        let (cover, words) = (PlanCover::of(&chosen), paper(&catalogue.plan, &chosen.plan, lang));
        match kind {
            Kind::Pdf => {
                let header = Header { facility: Some(facility), fiscal_year: None, made };
                plan_pdf(&words, &cover, lang, &header).map(|pdf| pdf.bytes).map_err(|error| error.to_string())
            }
            Kind::Docx => plan_docx(&words, &cover, &facility, made, lang).map_err(|error| error.to_string()),
        }
    })
    .await?
    .map_err(Problem::internal)
}

fn file_name(visit: &Visit, chosen: &Chosen, made: Ts, ending: &str) -> Result<String, Problem> {
    let t = visit.t();
    let version = match &chosen.version {
        Some((number, _)) => super::version_words(t, *number),
        None => t.m("plan-draft"),
    };
    Ok(format!("{}_{}_{version}_{}.{ending}", visit.place()?.name, t.m("plan-file"), made.date_in_japan()))
}

fn answer(bytes: Vec<u8>, kind: Kind, file: &str) -> Result<Response, Problem> {
    let content = if kind == Kind::Pdf { "application/pdf" } else { DOCX };
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(file)).map_err(Problem::internal)?),
    ];
    Ok((head, bytes).into_response())
}

/// Sends a file of a plan, with an entry in the log.
pub(crate) async fn send(app: &AppState, visit: &Visit, asked: &Asked, kind: Kind) -> Result<Response, Problem> {
    let (place, now) = (visit.place()?, app.now());
    let chosen = app.store.plan_chosen(place.id, now.date_in_japan(), asked.which()).await?.ok_or(Problem::NotFound)?;
    let file = file_name(visit, &chosen, now, if kind == Kind::Pdf { "pdf" } else { "docx" })?;
    let bytes = bytes(app, chosen, kind, place.name.clone(), now, visit.lang).await?;
    let detail = BTreeMap::from([("file".to_owned(), file.clone())]);
    app.store.record(&visit.act(now), Chain::Facility(place.id), "plan.export", "plan", detail).await?;
    answer(bytes, kind, &file)
}

/// A PDF to read; not counted as a print for the bag.
pub(super) async fn pdf(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    send(&app, &visit, &asked, Kind::Pdf).await
}

/// A document to go on editing.
pub(super) async fn docx(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    send(&app, &visit, &asked, Kind::Docx).await
}

/// Prints the approved version for the bag, with the facts of today, and keeps what stands on the paper.
pub(super) async fn print(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (place, now) = (visit.place()?, app.now());
    let today = now.date_in_japan();
    let kept_at = if form.value("kept_at").trim().is_empty() { String::new() } else { form.line("kept_at", LONGEST) };
    let chosen = app.store.plan_chosen(place.id, today, Which::InForce).await?.ok_or(Problem::NotFound)?;
    let Some((version, _)) = chosen.version.clone() else {
        form.fault("kept_at", Key("plan-wrong-print"));
        return super::overview::page(&app, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    if !form.is_right() {
        return super::overview::page(&app, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let ground = chosen.plan.ground.clone();
    let file = file_name(&visit, &chosen, now, "pdf")?;
    // First the paper: a print that failed is none.
    let bytes = bytes(&app, chosen, Kind::Pdf, place.name.clone(), now, visit.lang).await?;
    keep_print(&app, &visit, version, kept_at, ground).await?;
    answer(bytes, Kind::Pdf, &file)
}

async fn keep_print(
    app: &AppState,
    visit: &Visit,
    version: u32,
    kept_at: String,
    ground: Ground,
) -> Result<PlanPrint, Problem> {
    let now = app.now();
    let print = PlanPrint {
        version,
        on: now.date_in_japan(),
        by: visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default(),
        kept_at,
        fingerprint: ground.fingerprint(),
        ground,
    };
    app.store.add_record(&visit.act(now), visit.place()?.id, &print).await?;
    Ok(print)
}

/// Records that the version in force was printed with the facts of today; none: no version is approved.
pub(crate) async fn note_print(app: &AppState, visit: &Visit, kept_at: String) -> Result<Option<PlanPrint>, Problem> {
    let today = app.now().date_in_japan();
    let chosen = app.store.plan_chosen(visit.place()?.id, today, Which::InForce).await?.ok_or(Problem::NotFound)?;
    let Some((version, _)) = chosen.version else { return Ok(None) };
    keep_print(app, visit, version, kept_at, chosen.plan.ground).await.map(Some)
}
