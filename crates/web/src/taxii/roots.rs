//! Discovery (section 4.1) and API roots (section 4.2).

use super::{BASE, LARGEST, Taxii};
use crate::AppState;
use crate::shell::visit::Visit;
use axum::extract::State;
use hakutaku_exchange::taxii::MEDIA_TYPE;
use hakutaku_model::access::{Action, Resource, allowed};
use serde_json::{Value, json};

/// Which API roots the caller may use.
pub(super) async fn discovery(State(app): State<AppState>, visit: Visit) -> Taxii<Value> {
    let mut roots: Vec<String> = Vec::new();
    if allowed(&visit.actor, Action::ReadRegion, &Resource::Installation) {
        roots.push(app.link(&format!("{BASE}region/")));
    }
    let places = visit.places.iter().filter(|place| visit.may_at(Action::ReadNotices, place.id));
    roots.extend(places.map(|place| app.link(&format!("{BASE}facilities/{}/", place.id))));
    let mut said = json!({
        "title": "Hakutaku",
        "description": "Notices and observations of a watch centre, STIX 2.1. Sign in with a token of the account page.",
        "api_roots": roots,
    });
    if let Some(first) = roots.first() {
        said["default"] = first.as_str().into();
    }
    Taxii(said)
}

fn root(title: &str, description: &str) -> Taxii<Value> {
    Taxii(json!({
        "title": title,
        "description": description,
        "versions": [MEDIA_TYPE],
        "max_content_length": LARGEST,
    }))
}

/// The centre's own root.
pub(super) async fn region() -> Taxii<Value> {
    root("監視センター", "The centre: what it sends, what it sees, and what others send in.")
}

/// The root of one member.
pub(super) async fn facility() -> Taxii<Value> {
    root("監視センターからのお知らせ", "Notices of the centre for this facility.")
}
