//! Attaching a file to a question.

use crate::AppState;
use crate::answering::back;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::multipart::Field;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::Response;
use hakutaku_store::{MAX_DOCUMENT_BYTES, NewDocument};

/// The longest file name kept, in characters; the end with the extension stays.
const MAX_NAME_CHARS: usize = 120;

/// Keeps the files of the form.
pub(crate) async fn attach(
    State(app): State<AppState>,
    visit: Visit,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let (facility, assessment, question) = visit.question()?;
    if app.store.assessment(facility, assessment).await?.closed_at.is_some() {
        return Err(Problem::unprocessable(Key("answering-closed")));
    }
    let (mut page, mut kept) = (String::new(), 0_u32);
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("back") => page = part.text().await.map_err(broken)?,
            Some("file") => {
                let Some((document, content)) = read(part).await? else { continue };
                let document =
                    NewDocument { assessment: Some(assessment), question: Some(question.clone()), ..document };
                app.store.add_document(&visit.act(app.now()), facility, &document, content).await?;
                kept += 1;
            }
            _ => {}
        }
    }
    if kept == 0 {
        return Err(Problem::unprocessable(Key("evidence-no-file")));
    }
    back(&app, &visit, (facility, assessment, &question), &page, Key("notice-saved")).await
}

/// One file; `None` for the empty part that a browser sends when nothing was chosen.
pub(crate) async fn read(part: Field<'_>) -> Result<Option<(NewDocument, Vec<u8>)>, Problem> {
    let name = clean_name(part.file_name().unwrap_or_default());
    let media_type = clean_type(part.content_type());
    let content = part.bytes().await.map_err(broken)?;
    if name.is_empty() && content.is_empty() {
        return Ok(None);
    }
    if content.is_empty() {
        return Err(Problem::unprocessable(Key("evidence-empty-file")));
    }
    if content.len() > MAX_DOCUMENT_BYTES {
        return Err(Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large")));
    }
    let name = if name.is_empty() { "file".to_owned() } else { name };
    Ok(Some((NewDocument { assessment: None, question: None, name, media_type }, content.to_vec())))
}

/// What an upload that breaks off is answered.
pub(crate) fn broken(error: axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large"))
    } else {
        Problem::unprocessable(Key("evidence-broken-upload"))
    }
}

/// The last part of a path, without control and direction characters (`exe.fdp` shown backwards), not too long.
pub(crate) fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turning = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: Vec<char> = last.trim().chars().filter(|c| !c.is_control() && !turning(*c)).collect();
    let skip = clean.len().saturating_sub(MAX_NAME_CHARS);
    clean.into_iter().skip(skip).collect()
}

/// `type/subtype` of plain letters; anything else is bytes.
pub(crate) fn clean_type(kind: Option<&str>) -> String {
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let plain = |part: &str| {
        !part.is_empty() && part.len() <= 100 && part.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    match kind.split_once('/') {
        Some((major, minor)) if plain(major) && plain(minor) => kind,
        _ => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_only_its_last_part_and_reads_forwards() {
        assert_eq!(clean_name("C:\\書類\\控えの表.xlsx"), "控えの表.xlsx");
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("invoice\u{202e}fdp.exe\r\n"), "invoicefdp.exe");
        assert_eq!(clean_name(&format!("{}.pdf", "長".repeat(300))).chars().count(), MAX_NAME_CHARS);
        assert!(clean_name(&format!("{}.pdf", "長".repeat(300))).ends_with(".pdf"));
    }

    #[test]
    fn an_odd_media_type_is_bytes() {
        assert_eq!(clean_type(Some("application/PDF; x=1")), "application/pdf");
        assert_eq!(clean_type(Some("text/html\r\nx: y")), "application/octet-stream");
        assert_eq!(clean_type(None), "application/octet-stream");
    }
}
