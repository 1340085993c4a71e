//! Reading a file: always a download, never shown by the browser as one of our pages.

use crate::AppState;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::DocumentId;
use std::fmt::Write as _;

/// Kinds a device may open with its own viewer after the download; everything else is just bytes.
const KNOWN: [&str; 12] = [
    "application/pdf",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.ms-excel",
    "application/msword",
    "image/jpeg",
    "image/png",
    "image/heic",
    "text/csv",
    "text/plain",
];

/// Sends a file; the store enters the reading in the log.
pub(crate) async fn download(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, DocumentId)>,
) -> Result<Response, Problem> {
    send(&app, &visit, id).await
}

/// The same for pages that let somebody read the files of one thing: whether this is one of them, they have looked up.
pub(crate) async fn send(app: &AppState, visit: &Visit, id: DocumentId) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = app.store.document(facility, id).await?;
    let content = app.store.read_document(&visit.act(app.now()), facility, id).await?;
    let kind = KNOWN.into_iter().find(|kind| *kind == row.media_type).unwrap_or("application/octet-stream");
    let disposition = HeaderValue::from_str(&disposition(&row.name)).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], content)
        .into_response())
}

/// `attachment` with the name twice: plain for the oldest, RFC 8187 for everybody else.
pub(crate) fn disposition(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || ".-_ ".contains(c) { c } else { '_' }).collect();
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_name_arrives_and_breaks_no_header() {
        assert_eq!(disposition("表\".pdf"), "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E8%A1%A8%22.pdf");
    }
}
