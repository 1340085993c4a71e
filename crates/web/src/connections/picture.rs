//! The hospital with every line into it: on the page, as a drawing to keep, on A3.

use crate::AppState;
use crate::house::House;
use crate::results::download::attachment;
use crate::results::press;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::connection_picture::Line;
use hakutaku_documents::{ConnectionPicture, PictureSource, connection_picture_pdf, connection_picture_svg};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::connection::Connection;
use hakutaku_model::journal::Chain;
use hakutaku_model::record::Kept;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the picture and the list are made from.
pub(crate) struct Source {
    pub(crate) rows: Vec<Kept<Connection>>,
    house: House,
    facility: String,
    catalogue: Arc<Catalogue>,
}

impl Source {
    pub(crate) async fn of(app: &AppState, visit: &Visit) -> Result<Self, Problem> {
        let place = visit.place()?;
        Ok(Self {
            rows: app.store.records(place.id).await?,
            house: House::of(app, place.id).await?,
            facility: place.name.clone(),
            catalogue: Arc::clone(&app.catalogue),
        })
    }
}

/// The picture in words.
pub(crate) fn drawn(source: &Source, lang: Lang, made: Ts) -> ConnectionPicture {
    ConnectionPicture::of(PictureSource {
        lang,
        facility: &source.facility,
        connections: &source.rows,
        systems: &source.house.systems,
        vendors: &source.house.vendors,
        guide: &source.catalogue.connections,
        made,
    })
}

/// The picture as a file, for pages and programs.
pub(crate) async fn svg_text(app: &AppState, visit: &Visit) -> Result<String, Problem> {
    let source = Source::of(app, visit).await?;
    Ok(connection_picture_svg(&drawn(&source, visit.lang, app.now()), "lines"))
}

#[derive(Template)]
#[template(path = "connections/picture.html")]
struct PicturePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    svg: String,
    lines: Vec<Line>,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let t = visit.t();
    let source = Source::of(&app, &visit).await?;
    let picture = drawn(&source, visit.lang, app.now());
    let base = format!("/facilities/{}/ledger/connections", visit.place()?.id);
    let page = PicturePage {
        t,
        page: visit.page(t.m("connection-picture")).under(base.clone(), t.m("connection-title")),
        tabs: nav::tabs(&visit, nav::LEDGER),
        base,
        svg: connection_picture_svg(&picture, "lines"),
        lines: picture.groups.into_iter().flat_map(|group| group.lines).collect(),
    };
    Ok(html(&page)?.into_response())
}

/// Whether the notices of the paper were read.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Anyway {
    anyway: Option<u8>,
}

#[derive(Template)]
#[template(path = "results/pdf_notice.html")]
struct NoticePage {
    t: Words,
    page: Page,
    sentences: Vec<String>,
    anyway: String,
}

/// A file with telephone numbers and weak points leaves the house: that is written down.
pub(crate) async fn exported(app: &AppState, visit: &Visit, file: &str) -> Result<(), Problem> {
    let facility = visit.place()?.id;
    let detail = BTreeMap::from([("file".to_owned(), file.to_owned())]);
    let chain = Chain::Facility(facility);
    app.store.record(&visit.act(app.now()), chain, "result.export", &format!("facility:{facility}"), detail).await?;
    Ok(())
}

pub(crate) async fn svg(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let svg = svg_text(&app, &visit).await?;
    exported(&app, &visit, "connections.svg").await?;
    let name = format!("{}.svg", visit.t().m("connection-picture"));
    Ok(attachment(svg.into_bytes(), "image/svg+xml", &name, "connections.svg"))
}

pub(crate) async fn pdf(
    State(app): State<AppState>,
    visit: Visit,
    Query(anyway): Query<Anyway>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let source = Source::of(&app, &visit).await?;
    let picture = drawn(&source, visit.lang, app.now());
    let pdf = press(move || connection_picture_pdf(&picture)).await?.map_err(Problem::internal)?;
    if !pdf.notices.is_empty() && anyway.anyway != Some(1) {
        let base = format!("/facilities/{}/ledger/connections", visit.place()?.id);
        let page = visit.page(t.m("pdf-notice-title")).under(base.clone(), t.m("connection-title"));
        let sentences = pdf.notices.iter().map(|notice| notice.sentence(visit.lang)).collect();
        let anyway = format!("{base}/picture.pdf?anyway=1");
        return Ok(html(&NoticePage { t, page, sentences, anyway })?.into_response());
    }
    exported(&app, &visit, "connections.pdf").await?;
    let name = format!("{}.pdf", t.m("connection-picture"));
    Ok(attachment(pdf.bytes, "application/pdf", &name, "connections.pdf"))
}
