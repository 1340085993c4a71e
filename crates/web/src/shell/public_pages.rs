//! Pages that are nobody's: health, files, licences.

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::assets;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_documents::fonts::{BIZ_LICENCE, FALLBACK_LICENCE};
use hakutaku_model::access::Action;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/healthz", Action::Public, Scope::Public, healthz)
        .get("/static/{file}", Action::Public, Scope::Public, assets::send)
        .get("/licences", Action::Public, Scope::Public, licences)
}

/// 200 once the database answers, else 503; read by machines.
async fn healthz(State(app): State<AppState>) -> Response {
    match app.store.ping().await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, axum::Json("database")).into_response()
        }
    }
}

/// A part of the program made by others.
struct Licence {
    name: &'static str,
    licence: &'static str,
    url: &'static str,
}

/// What the binary carries besides our own work. Grouped by project; `Cargo.lock` has every single crate.
const PARTS: [Licence; 14] = [
    Licence {
        name: "BIZ UDPGothic",
        licence: "SIL Open Font License 1.1",
        url: "https://github.com/googlefonts/morisawa-biz-ud-gothic",
    },
    Licence {
        name: "Noto Sans CJK JP",
        licence: "SIL Open Font License 1.1",
        url: "https://github.com/notofonts/noto-cjk",
    },
    Licence { name: "Rust", licence: "MIT / Apache-2.0", url: "https://www.rust-lang.org/" },
    Licence { name: "axum, tower, tokio, tracing", licence: "MIT", url: "https://github.com/tokio-rs" },
    Licence { name: "hyper", licence: "MIT", url: "https://hyper.rs/" },
    Licence { name: "askama", licence: "MIT / Apache-2.0", url: "https://github.com/askama-rs/askama" },
    Licence { name: "Fluent", licence: "MIT / Apache-2.0", url: "https://projectfluent.org/" },
    Licence { name: "sqlx", licence: "MIT / Apache-2.0", url: "https://github.com/launchbadge/sqlx" },
    Licence { name: "SQLite", licence: "Public domain", url: "https://www.sqlite.org/" },
    Licence { name: "Typst", licence: "Apache-2.0", url: "https://typst.app/" },
    Licence {
        name: "RustCrypto, dalek",
        licence: "MIT / Apache-2.0 / BSD-3-Clause",
        url: "https://github.com/RustCrypto",
    },
    Licence { name: "webauthn-rs", licence: "MPL-2.0", url: "https://github.com/kanidm/webauthn-rs" },
    Licence { name: "age", licence: "MIT / Apache-2.0", url: "https://github.com/str4d/rage" },
    Licence {
        name: "calamine, rust_xlsxwriter",
        licence: "MIT / Apache-2.0",
        url: "https://github.com/tafia/calamine",
    },
];

#[derive(Template)]
#[template(path = "shell/licences.html")]
struct LicencesPage {
    t: Words,
    page: Page,
    version: &'static str,
    parts: &'static [Licence],
    texts: [(&'static str, &'static str); 2],
}

async fn licences(visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let page = visit.page(t.m("licences-title"));
    let texts = [("BIZ UDPGothic", BIZ_LICENCE), ("Hakutaku Fallback JP (Noto Sans CJK JP)", FALLBACK_LICENCE)];
    html(&LicencesPage { t, page, version: env!("CARGO_PKG_VERSION"), parts: &PARTS, texts })
}
