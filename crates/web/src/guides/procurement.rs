//! Choose what is bought, tick and edit requirement lines, take them away as DOCX or XLSX.

use crate::AppState;
use crate::results::download::attachment;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::procurement::{RequirementLine, Requirements, requirements_docx, requirements_workbook};
use hakutaku_model::journal::Chain;
use hakutaku_model::procurement::{Addressee, practices_for};
use std::collections::BTreeMap;

/// The longest line, in characters.
const LONGEST_LINE: usize = 2_000;
/// The longest name of a purchase.
const LONGEST_NAME: usize = 200;

struct Kind {
    id: String,
    title: String,
    about: String,
    chosen: bool,
}

struct Line {
    id: String,
    practice: String,
    title: String,
    text: String,
    why: String,
    kinds: String,
    threats: String,
    differs: Option<String>,
    is_house: bool,
    taken: bool,
}

#[derive(Template)]
#[template(path = "guides/procurement.html")]
struct ProcurementPage {
    t: Words,
    page: Page,
    form: Form,
    here: String,
    kinds: Vec<Kind>,
    lines: Vec<Line>,
    source: String,
    gaps: Vec<String>,
}

/// The kinds of the address or the form that exist, in the catalogue's order.
fn known(app: &AppState, asked: &[String]) -> Vec<String> {
    app.catalogue.procurement.kinds.iter().map(|kind| kind.id.clone()).filter(|id| asked.contains(id)).collect()
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    // The same name several times is a list, which the usual reader of queries does not take.
    let query = query.unwrap_or_default();
    let asked: Vec<String> = url::form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name == "kind")
        .map(|(_, value)| value.into_owned())
        .collect();
    let kinds = known(&app, &asked);
    page(&app, &visit, &kinds, Form::default())
}

fn page(app: &AppState, visit: &Visit, chosen: &[String], form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let guide = &app.catalogue.procurement;
    let base = format!("/facilities/{}/vendors/guides", visit.place()?.id);
    let comma = if visit.lang == hakutaku_model::text::Lang::Ja { "、" } else { ", " };
    let fresh = form.is_right();
    let lines = practices_for(guide, chosen)
        .into_iter()
        .map(|(practice, fits)| Line {
            id: practice.id.clone(),
            practice: format!("GP {}", practice.number),
            title: t.text(&practice.title).to_owned(),
            text: if fresh {
                t.text(&practice.requirement).to_owned()
            } else {
                form.value(&format!("text-{}", practice.id)).to_owned()
            },
            why: t.text(&practice.why).to_owned(),
            kinds: fits.iter().map(|kind| t.text(&kind.title)).collect::<Vec<_>>().join(comma),
            threats: practice
                .threats
                .iter()
                .filter_map(|id| guide.threat(id))
                .map(|threat| t.text(&threat.title))
                .collect::<Vec<_>>()
                .join(comma),
            differs: practice.differs.as_ref().map(|text| t.text(text).to_owned()),
            is_house: practice.addressee == Addressee::House,
            taken: if fresh { practice.addressee == Addressee::Bidder } else { form.has("take", &practice.id) },
        })
        .collect();
    let status = if fresh { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ProcurementPage {
        t,
        page: visit.page(t.m("guide-procurement-title")).under(base.clone(), t.m("guide-title")),
        here: format!("{base}/procurement"),
        kinds: guide
            .kinds
            .iter()
            .map(|kind| Kind {
                id: kind.id.clone(),
                title: t.text(&kind.title).to_owned(),
                about: t.text(&kind.about).to_owned(),
                chosen: chosen.contains(&kind.id),
            })
            .collect(),
        lines,
        form,
        source: t.text(&guide.source).to_owned(),
        gaps: guide.gaps.iter().map(|gap| t.text(gap).to_owned()).collect(),
    };
    Ok((status, html(&page)?).into_response())
}

/// The ticked lines as a file. Nothing is kept.
pub(super) async fn export(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let guide = &app.catalogue.procurement;
    let kinds = known(&app, form.values("kind"));
    let purchase = form.value("purchase").trim().to_owned();
    if purchase.chars().count() > LONGEST_NAME || purchase.chars().any(char::is_control) {
        form.fault("purchase", Key("form-too-long"));
    }
    let mut lines = Vec::new();
    for (practice, _) in practices_for(guide, &kinds) {
        if !form.has("take", &practice.id) {
            continue;
        }
        let text = form.value(&format!("text-{}", practice.id)).trim().replace("\r\n", "\n");
        if text.is_empty() || text.chars().count() > LONGEST_LINE || text.chars().any(|c| c.is_control() && c != '\n') {
            form.fault("take", Key("guide-line-wrong"));
        }
        let practice_number = format!("GP {}", practice.number);
        lines.push(RequirementLine { practice: practice_number, text, why: t.text(&practice.why).to_owned() });
    }
    if lines.is_empty() {
        form.fault("take", Key("guide-no-line"));
    }
    let as_sheet = form.has("format", "xlsx");
    if !form.is_right() {
        return page(&app, &visit, &kinds, form);
    }
    let place = visit.place()?;
    let requirements = Requirements {
        facility: place.name.clone(),
        purchase,
        kinds: kinds.iter().filter_map(|id| guide.kind(id)).map(|kind| t.text(&kind.title).to_owned()).collect(),
        lines,
        source: t.text(&guide.source).to_owned(),
        made: app.now(),
    };
    let lang = visit.lang;
    let (content, kind, plain) = if as_sheet {
        let made = press(move || requirements_workbook(&requirements, lang)).await?.map_err(Problem::internal)?;
        (made, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "requirements.xlsx")
    } else {
        let made = press(move || requirements_docx(&requirements, lang)).await?.map_err(Problem::internal)?;
        (made, "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "requirements.docx")
    };
    let detail = BTreeMap::from([("file".to_owned(), plain.to_owned())]);
    let object = format!("facility:{}", place.id);
    app.store.record(&visit.act(app.now()), Chain::Facility(place.id), "procurement.export", &object, detail).await?;
    let ending = plain.rsplit('.').next().unwrap_or_default();
    Ok(attachment(content, kind, &format!("{}.{ending}", t.m("guide-file-name")), plain))
}
