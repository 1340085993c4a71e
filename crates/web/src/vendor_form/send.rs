//! Sending: to the hospital that asked, and with the same content to others that asked the same.

use super::fill::form_of;
use super::{confirm, open_request, page};
use crate::AppState;
use crate::evidence::{clean_name, clean_type};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use hakutaku_documents::disclosure::read_mds2;
use hakutaku_model::time::Ts;
use hakutaku_model::vendor_answers::{Draft, Submission, Way, check};
use hakutaku_model::vendor_request::{Ask, Request};
use hakutaku_store::{Act, MAX_DOCUMENT_BYTES, NewDocument, PinOutcome, StoreError};

/// The most further links of one sending.
const MOST_LINKS: usize = 50;

/// A file of the vendor.
#[derive(Debug, Clone)]
pub(crate) struct Attached {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) content: Vec<u8>,
}

/// What became of one further link. It never says who asked.
struct Outcome {
    number: usize,
    good: bool,
    words: String,
}

#[derive(Template)]
#[template(path = "vendor_form/sent.html")]
struct SentPage {
    t: Words,
    page: Page,
    outcomes: Vec<Outcome>,
    sent: usize,
}

/// What the last page was sent with.
#[derive(Default)]
struct Sending {
    links: String,
    file: Option<Attached>,
}

/// Sends the answers.
pub(super) async fn send(State(app): State<AppState>, visit: Visit, parts: Multipart) -> Result<Response, Problem> {
    let now = app.now();
    let request = match open_request(&visit, now) {
        Ok(request) => request.clone(),
        Err(response) => return Ok(response),
    };
    let t = visit.t();
    let sending = read(parts).await?;
    let form = form_of(&app, &request, t)?;
    let mut draft = app.store.vendor_draft(request.facility, request.id).await?.unwrap_or_default();
    let expected = if request.ask.is_file() { Vec::new() } else { form.expected() };
    if !check(&request.ask, &draft, &expected, now.date_in_japan()).is_empty() {
        return Ok(Redirect::to("/vendor-form").into_response());
    }
    if request.ask.is_file() && sending.file.is_none() {
        return confirm::render(&app, &visit, Some(t.m("vform-wrong-file"))).await;
    }
    if let (Ask::Mds2, Some(file)) = (&request.ask, &sending.file)
        && file.content.starts_with(b"PK")
    {
        match read_mds2(&file.content, &app.catalogue.mds2) {
            Ok(read) => draft.sheet.lines = read.lines,
            Err(refused) => return confirm::render(&app, &visit, Some(refused.sentence(t.lang))).await,
        }
    }
    match answer(&app, &request, &draft, sending.file.as_ref(), Way::Link, &Act::vendor(request.id, now)).await {
        Ok(_) => {}
        // Sent meanwhile in another window, or the link has just ended.
        Err(StoreError::Conflict(_)) => return Ok(Redirect::to("/vendor-form").into_response()),
        Err(error) => return Err(error.into()),
    }
    let mut outcomes = Vec::new();
    let mut used = vec![request.id];
    let lines = sending.links.lines().map(str::trim).filter(|line| !line.is_empty());
    for (at, line) in lines.take(MOST_LINKS).enumerate() {
        let key = match pass_on(&app, line, &request, &draft, sending.file.as_ref(), &mut used, now).await {
            Ok(()) => Key("vform-link-sent"),
            Err(key) => key,
        };
        outcomes.push(Outcome { number: at + 1, good: key.0 == "vform-link-sent", words: t.k(key) });
    }
    if outcomes.is_empty() {
        return Ok(Redirect::to("/vendor-form/done").into_response());
    }
    let sent = outcomes.iter().filter(|outcome| outcome.good).count() + 1;
    let page = page("/vendor-form/done", &visit, t.k(Key("vform-sent-title")));
    let html: Html<String> = html(&SentPage { t, page, outcomes, sent })?;
    Ok(html.into_response())
}

async fn read(mut parts: Multipart) -> Result<Sending, Problem> {
    let broken = |error: axum::extract::multipart::MultipartError| {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large"))
        } else {
            Problem::unprocessable(Key("evidence-broken-upload"))
        }
    };
    let mut sending = Sending::default();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("links") => sending.links = part.text().await.map_err(broken)?,
            Some("file") => {
                let name = clean_name(part.file_name().unwrap_or_default());
                let media_type = clean_type(part.content_type());
                let content = part.bytes().await.map_err(broken)?;
                if content.len() > MAX_DOCUMENT_BYTES {
                    return Err(Problem::Said(StatusCode::PAYLOAD_TOO_LARGE, Key("evidence-too-large")));
                }
                if !content.is_empty() {
                    let name = if name.is_empty() { "file".to_owned() } else { name };
                    sending.file = Some(Attached { name, media_type, content: content.to_vec() });
                }
            }
            _ => {}
        }
    }
    Ok(sending)
}

/// The same answer to another request of the same form and edition.
async fn pass_on(
    app: &AppState,
    line: &str,
    own: &Request,
    draft: &Draft,
    file: Option<&Attached>,
    used: &mut Vec<hakutaku_model::id::VendorRequestId>,
    now: Ts,
) -> Result<(), Key> {
    let failed = |error: StoreError| {
        tracing::error!(%error, "a vendor's answer could not be passed on");
        Key("vform-link-failed")
    };
    let mut words = line.split_whitespace();
    let link = words.next().unwrap_or_default();
    let pin = words.next().map(crate::shell::form::ascii_digits);
    let token = link.rsplit('/').next().unwrap_or_default();
    if link.contains('/') && !link.starts_with(&app.link("/v/")) {
        return Err(Key("vform-link-elsewhere"));
    }
    let request = app.store.vendor_link(token).await.map_err(failed)?.ok_or(Key("vform-link-unknown"))?;
    if used.contains(&request.id) {
        return Err(Key("vform-link-same"));
    }
    if request.answered_at.is_some() {
        return Err(Key("vform-link-answered"));
    }
    if !request.is_open(now) {
        return Err(Key("vform-link-unknown"));
    }
    if request.has_pin {
        let pin = pin.ok_or(Key("vform-link-pin-missing"))?;
        match app.store.try_vendor_pin(token, &pin, now).await.map_err(failed)? {
            PinOutcome::Right(_) => {}
            PinOutcome::Wrong(_) | PinOutcome::Closed => return Err(Key("vform-link-pin-wrong")),
        }
    }
    if request.ask != own.ask {
        return Err(Key("vform-link-other-form"));
    }
    match answer(app, &request, draft, file, Way::Link, &Act::vendor(request.id, now)).await {
        Ok(_) => {
            used.push(request.id);
            Ok(())
        }
        Err(StoreError::Conflict(_)) => Err(Key("vform-link-answered")),
        Err(error) => Err(failed(error)),
    }
}

/// Puts an answer into a facility's registers, with its file.
pub(crate) async fn answer(
    app: &AppState,
    request: &Request,
    draft: &Draft,
    file: Option<&Attached>,
    way: Way,
    act: &Act,
) -> Result<Submission, StoreError> {
    let document = match file {
        None => None,
        Some(file) => {
            let new = NewDocument {
                assessment: None,
                question: None,
                name: file.name.clone(),
                media_type: file.media_type.clone(),
            };
            Some(app.store.add_document(act, request.facility, &new, file.content.clone()).await?.id)
        }
    };
    let submission = Submission {
        request: request.id,
        vendor: request.vendor,
        vendor_name: request.vendor_name.clone(),
        ask: request.ask.clone(),
        sheet: draft.sheet.clone(),
        signer: draft.signer.clone(),
        sent_at: act.at,
        way,
        document,
    };
    match app.store.answer_vendor_request(act, request.facility, &submission).await {
        Ok(kept) => Ok(kept.body),
        Err(error) => {
            if let Some(document) = document {
                app.store.remove_document(act, request.facility, document).await?;
            }
            Err(error)
        }
    }
}
