//! The facilities the visitor may see.

use crate::AppState;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::facility::PREFECTURES;
use hakutaku_model::id::FacilityId;
use hakutaku_model::text::Lang;

struct Line {
    id: String,
    name: String,
    kind: String,
    prefecture: &'static str,
    beds: u32,
}

#[derive(Template)]
#[template(path = "facilities/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    lines: Vec<Line>,
    may_add: bool,
}

pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let ids: Vec<FacilityId> = visit.places.iter().map(|place| place.id).collect();
    let lines = app
        .store
        .facilities_among(&ids)
        .await?
        .into_iter()
        .map(|row| {
            let (ja, en) =
                PREFECTURES.get(usize::from(row.profile.prefecture.saturating_sub(1))).copied().unwrap_or(("", ""));
            Line {
                id: row.id.to_string(),
                kind: row.profile.kind.title().get(t.lang).to_owned(),
                prefecture: if t.lang == Lang::Ja { ja } else { en },
                beds: row.profile.beds,
                name: row.profile.name,
            }
        })
        .collect();
    let may_add = visit.may(Action::ManageInstallation);
    html(&ListPage { t, page: visit.page(t.m("facilities-title")), lines, may_add })
}
