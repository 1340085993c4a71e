//! Asking by a file instead of a link, and reading what came back by e-mail.

use super::submission::{self, Shown, is_waiting};
use super::{broken, forms};
use crate::AppState;
use crate::evidence::{clean_name, clean_type, disposition};
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use crate::vendor_form::send::{Attached, answer};
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::disclosure::read_mds2;
use hakutaku_documents::vendor_workbook::{
    FilledRequest, RequestItem, RequestSheet, RowVerdict, read_request_workbook, request_workbook,
};
use hakutaku_model::day;
use hakutaku_model::id::VendorRequestId;
use hakutaku_model::time::date_words;
use hakutaku_model::vendor_answers::{Draft, LONGEST_TEXT, MOST_LINES, Sheet, SheetFault, Signer, Way, check};
use hakutaku_model::vendor_request::{Ask, Request};
use hakutaku_store::StoreError;

/// What a file would bring; nothing is changed yet.
pub(super) struct Preview {
    pub(super) rows: Vec<(String, String, bool)>,
    pub(super) signer: String,
    pub(super) faults: Vec<String>,
    /// The answers once more, for the yes.
    pub(super) answers: String,
    /// Our signature over them and the request: only what was read from a signed file is taken.
    pub(super) seal: String,
}

/// What the signature is about.
fn identity(request: &Request) -> String {
    format!("1 {} {} {} {}", request.facility, request.id, request.vendor, request.ask.key())
}

/// What the seal of a dry run is about: these answers, to this request. Never the identity of a workbook.
fn sealed(request: &Request, answers: &str) -> String {
    format!("read {}\n{answers}", identity(request))
}

/// The request as a workbook.
pub(super) async fn download(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let place = visit.place()?.clone();
    let request = app.store.vendor_request(place.id, id).await?;
    let form = forms::words(&app.catalogue, &request.ask, t).ok_or(Problem::NotFound)?;
    if request.ask.is_file() {
        return Err(Problem::unprocessable(Key("vendor-workbook-none")));
    }
    let identity = identity(&request);
    let sheet = RequestSheet {
        title: form.title,
        facility: place.name,
        vendor: request.vendor_name.clone(),
        message: request.message.clone(),
        due: date_words(request.due, t.lang),
        signature: app.store.sign_vendor_request(&identity),
        identity,
        free_text: request.ask == Ask::ServiceSpec,
        items: form
            .items
            .into_iter()
            .map(|item| RequestItem {
                id: item.id,
                group: item.group,
                number: item.number,
                of: item.of,
                text: item.text,
            })
            .collect(),
    };
    let lang = t.lang;
    let made = tokio::task::spawn_blocking(move || request_workbook(&sheet, lang)).await.map_err(Problem::internal)?;
    let bytes = made.map_err(Problem::internal)?;
    let name = format!("{}-{}.xlsx", request.ask.key().replace('/', "-"), request.vendor_name);
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let disposition = HeaderValue::from_str(&disposition(&name)).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)], bytes)
        .into_response())
}

/// The first file of an upload, and its other fields.
async fn parts_of(mut parts: Multipart) -> Result<(Option<Attached>, Form), Problem> {
    let (mut file, mut fields) = (None, Vec::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            let (file_name, media_type) =
                (clean_name(part.file_name().unwrap_or_default()), clean_type(part.content_type()));
            let content = part.bytes().await.map_err(broken)?.to_vec();
            if !content.is_empty() {
                let file_name = if file_name.is_empty() { "file".to_owned() } else { file_name };
                file = Some(Attached { name: file_name, media_type, content });
            }
        } else {
            fields.push((name, part.text().await.map_err(broken)?));
        }
    }
    let form = Form::of(fields.iter().map(|(name, value)| (name.as_str(), value.clone())));
    Ok((file, form))
}

/// Reads a workbook that came back: a dry run with a verdict per row.
pub(super) async fn import(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
    parts: Multipart,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let request = app.store.vendor_request(facility, id).await?;
    let refuse = async |wrong: String| {
        submission::render(&app, &visit, id, Shown { wrong: Some(wrong), ..Shown::default() }).await
    };
    if !is_waiting(&request) {
        return refuse(t.m("vendor-file-not-waiting")).await;
    }
    let (file, _) = parts_of(parts).await?;
    let Some(file) = file else { return refuse(t.m("import-no-file")).await };
    let read =
        tokio::task::spawn_blocking(move || read_request_workbook(&file.content)).await.map_err(Problem::internal)?;
    let filled = match read {
        Ok(filled) => filled,
        Err(refused) => return refuse(refused.sentence(t.lang)).await,
    };
    if !app.store.has_signed_vendor_request(&filled.identity, &filled.signature) {
        return refuse(t.m("vendor-file-unsigned")).await;
    }
    if filled.identity != identity(&request) {
        return refuse(t.m("vendor-file-other")).await;
    }
    let preview = preview(&app, &request, &filled, t)?;
    submission::render(&app, &visit, id, Shown { preview: Some(preview), ..Shown::default() }).await
}

fn preview(app: &AppState, request: &Request, filled: &FilledRequest, t: Words) -> Result<Preview, Problem> {
    let form = forms::words(&app.catalogue, &request.ask, t).ok_or(Problem::NotFound)?;
    let mut bad = false;
    let rows = filled
        .rows
        .iter()
        .map(|row| {
            let item = form.item(&row.id, &row.group);
            let line = filled.draft.sheet.line(&row.id, &row.group);
            let (text, good) = match (&row.verdict, item) {
                (_, None) => {
                    (t.a("vendor-verdict-unknown", "found", row.id.chars().take(40).collect::<String>()), false)
                }
                (RowVerdict::Read, Some(item)) => {
                    let said =
                        line.map(|line| [forms::reply(line.reply, t), line.text.clone()].join(" ")).unwrap_or_default();
                    (format!("{} {} → {said}", item.number, item.of), true)
                }
                (RowVerdict::Empty, Some(item)) => (t.a("vendor-verdict-empty", "item", &item.number), true),
                (RowVerdict::NotAnAnswer(found), _) => (t.a("vendor-verdict-answer", "found", found), false),
                (RowVerdict::NotADate(found), _) => (t.a("vendor-verdict-date", "found", found), false),
                (RowVerdict::Twice, _) => (t.m("vendor-verdict-twice"), false),
            };
            bad |= !good;
            (row.cell.clone(), text, good)
        })
        .collect();
    let draft = with_topics(&filled.draft, &form);
    let faults = check(&request.ask, &draft, &form.expected(), app.now().date_in_japan());
    let mut said: Vec<String> = faults.iter().map(|fault| fault_words(fault, &form, t)).collect();
    if bad {
        said.insert(0, t.m("vendor-verdict-bad"));
    }
    let answers = serde_json::to_string(&draft)?;
    Ok(Preview {
        rows,
        signer: [&draft.signer.name, &draft.signer.department, &draft.signer.phone].map(String::as_str).join(" "),
        faults: said,
        seal: app.store.sign_vendor_request(&sealed(request, &answers)),
        answers,
    })
}

/// Only the lines of the form, with their topics.
fn with_topics(draft: &Draft, form: &forms::FormWords) -> Draft {
    let mut draft = draft.clone();
    draft.sheet.lines.retain_mut(|line| match form.item(&line.id, &line.group) {
        Some(item) => {
            line.topic.clone_from(&item.topic);
            true
        }
        None => false,
    });
    draft
}

fn fault_words(fault: &SheetFault, form: &forms::FormWords, t: Words) -> String {
    let name = |id: &str, group: &str| {
        form.item(id, group).map_or_else(|| id.to_owned(), |i| format!("{} {}", i.number, i.of))
    };
    match fault {
        SheetFault::Unanswered { id, group } => t.a("vendor-fault-unanswered", "item", name(id, group)),
        SheetFault::TargetWithoutNo { id, group } => format!("{}: {}", name(id, group), t.m("vform-wrong-target")),
        SheetFault::TargetOutsideYear { id, group } => {
            format!("{}: {}", name(id, group), t.m("vform-wrong-target-year"))
        }
        SheetFault::CheckedInFuture { id, group } => format!("{}: {}", name(id, group), t.m("vform-wrong-future")),
        SheetFault::NoSigner => t.m("vform-wrong-signer"),
        SheetFault::NoProduct => t.m("vform-wrong-product"),
        SheetFault::TooLong => t.m("vform-wrong-long"),
    }
}

/// Takes what the dry run showed as the vendor's answer.
pub(super) async fn accept(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
    form: Form,
) -> Result<Response, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let request = app.store.vendor_request(facility, id).await?;
    let words = forms::words(&app.catalogue, &request.ask, t).ok_or(Problem::NotFound)?;
    // The form comes back from a browser: what it carries counts only if it is what a signed file said.
    let answers = form.value("answers");
    if !app.store.has_signed_vendor_request(&sealed(&request, answers), form.value("seal")) {
        let wrong = Some(t.m("vendor-file-unsigned"));
        return submission::render(&app, &visit, id, Shown { wrong, ..Shown::default() }).await;
    }
    let draft: Draft = serde_json::from_str(answers).map_err(|_| Problem::unprocessable(Key("problem-422")))?;
    let draft = with_topics(&draft, &words);
    let faults = check(&request.ask, &draft, &words.expected(), now.date_in_japan());
    if request.ask.is_file() || !faults.is_empty() {
        return Err(Problem::unprocessable(Key("vendor-file-incomplete")));
    }
    take(&app, &visit, &request, &draft, None).await
}

/// A disclosure file that came by e-mail: taken as the vendor's answer.
pub(super) async fn file(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
    parts: Multipart,
) -> Result<Response, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let request = app.store.vendor_request(facility, id).await?;
    let refuse = async |wrong: String| {
        submission::render(&app, &visit, id, Shown { wrong: Some(wrong), ..Shown::default() }).await
    };
    if !is_waiting(&request) || !request.ask.is_file() {
        return refuse(t.m("vendor-file-not-waiting")).await;
    }
    let (file, form) = parts_of(parts).await?;
    let Some(file) = file else { return refuse(t.m("import-no-file")).await };
    let text =
        |name: &str| -> String { form.value(name).trim().chars().filter(|c| !c.is_control()).take(200).collect() };
    let mut sheet = Sheet {
        product: text("product"),
        product_version: text("product_version"),
        form_version: text("form_version"),
        dated: day::parse(form.value("dated")),
        ..Sheet::default()
    };
    if request.ask == Ask::Mds2 && file.content.starts_with(b"PK") {
        match read_mds2(&file.content, &app.catalogue.mds2) {
            Ok(read) => {
                sheet.lines = read.lines;
                sheet.unread = read.unknown.into_iter().take(MOST_LINES).collect();
            }
            Err(refused) => return refuse(refused.sentence(t.lang)).await,
        }
    }
    sheet.lines.iter_mut().for_each(|line| line.text = line.text.chars().take(LONGEST_TEXT).collect());
    let draft = Draft { sheet, signer: Signer { name: text("signer_name"), ..Signer::default() } };
    let faults = check(&request.ask, &draft, &[], now.date_in_japan());
    if let Some(fault) = faults.first() {
        let form = forms::words(&app.catalogue, &request.ask, t).ok_or(Problem::NotFound)?;
        return refuse(fault_words(fault, &form, t)).await;
    }
    take(&app, &visit, &request, &draft, Some(&file)).await
}

async fn take(
    app: &AppState,
    visit: &Visit,
    request: &Request,
    draft: &Draft,
    file: Option<&Attached>,
) -> Result<Response, Problem> {
    let back = format!("/facilities/{}/vendors/requests/{}", request.facility, request.id);
    match answer(app, request, draft, file, Way::File, &visit.act(app.now())).await {
        Ok(_) => Ok(visit.done(app, &back, Key("vendor-imported"))),
        Err(StoreError::Conflict(_)) => Err(Problem::unprocessable(Key("vendor-file-not-waiting"))),
        Err(error) => Err(error.into()),
    }
}
