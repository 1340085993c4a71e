//! Style sheet, scripts and images: embedded, served under names that carry their hash, so that browsers may keep them
//! for ever and still get a new one after an update.

use crate::shell::problem::Problem;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use include_dir::{Dir, include_dir};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::OnceLock;

static FILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/static");

struct Asset {
    content: &'static [u8],
    kind: &'static str,
}

struct Assets {
    by_served_name: BTreeMap<String, Asset>,
    url_of: BTreeMap<&'static str, String>,
}

fn assets() -> &'static Assets {
    static ASSETS: OnceLock<Assets> = OnceLock::new();
    ASSETS.get_or_init(|| {
        let mut found = Assets { by_served_name: BTreeMap::new(), url_of: BTreeMap::new() };
        for file in FILES.files() {
            let Some(name) = file.path().to_str() else { continue };
            let Some((stem, extension)) = name.rsplit_once('.') else { continue };
            let hash = hex::encode(&Sha256::digest(file.contents())[..6]);
            let served = format!("{stem}.{hash}.{extension}");
            found.url_of.insert(name, format!("/static/{served}"));
            found.by_served_name.insert(served, Asset { content: file.contents(), kind: kind(extension) });
        }
        found
    })
}

fn kind(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// The address of a file of `crates/web/static`; an unknown name gives an address that answers 404.
#[must_use]
pub fn url(name: &str) -> &'static str {
    assets().url_of.get(name).map_or("/static/missing", String::as_str)
}

/// Sends a file.
pub(crate) async fn send(Path(name): Path<String>) -> Result<Response, Problem> {
    let asset = assets().by_served_name.get(&name).ok_or(Problem::NotFound)?;
    Ok((
        [(header::CONTENT_TYPE, asset.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")],
        asset.content,
    )
        .into_response())
}
