//! Filling the form from the answers file of an earlier answer, here or in another installation: first a look, then a yes.

use super::fill::form_of;
use super::{open_request, page};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use crate::vendors::forms::{self, FormWords};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::vendor_answers::{AnswersFile, AnswersFileError, Draft, Line};
use hakutaku_model::vendor_request::Ask;

struct Row {
    number: String,
    text: String,
    now: String,
    then: String,
}

#[derive(Template)]
#[template(path = "vendor_form/prefill.html")]
struct PrefillPage {
    t: Words,
    page: Page,
    rows: Vec<Row>,
    counts: String,
    /// The file once more, for the yes.
    file: String,
    wrong: Option<String>,
}

/// Reads the file and shows what it would fill in. Nothing is saved.
pub(super) async fn look(State(app): State<AppState>, visit: Visit, mut parts: Multipart) -> Result<Response, Problem> {
    let request = match open_request(&visit, app.now()) {
        Ok(request) => request.clone(),
        Err(response) => return Ok(response),
    };
    let t = visit.t();
    let unreadable = |_| Problem::unprocessable(Key("evidence-broken-upload"));
    let mut content = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(unreadable)? {
        if part.name() == Some("file") {
            content = part.bytes().await.map_err(unreadable)?.to_vec();
        }
    }
    let title = t.k(Key("vform-prefill-title"));
    let mut shown = PrefillPage {
        t,
        page: page("/vendor-form", &visit, title),
        rows: Vec::new(),
        counts: String::new(),
        file: String::new(),
        wrong: None,
    };
    let file = match AnswersFile::read(&content, &request.ask) {
        Ok(file) => file,
        Err(error) => {
            shown.wrong = Some(sentence(&app, &error, t));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, html(&shown)?).into_response());
        }
    };
    let form = form_of(&app, &request, t)?;
    let before = app.store.vendor_draft(request.facility, request.id).await?.unwrap_or_default();
    let (mut same, mut missing) = (0_usize, 0_usize);
    for item in &form.items {
        let now = before.sheet.line(&item.id, &item.group);
        match file.offer(&item.id, &item.group, &item.topic) {
            None => missing += 1,
            Some(line) if now.is_some_and(|now| now.reply == line.reply && now.text == line.text) => same += 1,
            Some(line) => shown.rows.push(Row {
                number: item.number.clone(),
                text: item.text.clone(),
                now: now.map(|line| brief(line, t)).unwrap_or_default(),
                then: brief(line, t),
            }),
        }
    }
    shown.counts = t.a3("vform-prefill-count", ("count", shown.rows.len()), ("same", same), ("missing", missing));
    shown.file = serde_json::to_string(&file)?;
    Ok(html(&shown)?.into_response())
}

/// Fills the draft; what the file does not have stays as it was. Nothing is sent.
pub(super) async fn accept(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let now = app.now();
    let request = match open_request(&visit, now) {
        Ok(request) => request.clone(),
        Err(response) => return Ok(response),
    };
    let t = visit.t();
    let file = AnswersFile::read(form.value("answers").as_bytes(), &request.ask)
        .map_err(|_| Problem::unprocessable(Key("vform-prefill-none")))?;
    let words = form_of(&app, &request, t)?;
    let before = app.store.vendor_draft(request.facility, request.id).await?.unwrap_or_default();
    let draft = filled(before, &file, &words, &request.ask);
    app.store.save_vendor_draft(&visit.act(now), request.facility, request.id, &draft).await?;
    Ok(visit.done(&app, "/vendor-form", Key("vform-saved")))
}

fn filled(mut draft: Draft, file: &AnswersFile, words: &FormWords, ask: &Ask) -> Draft {
    for item in &words.items {
        let Some(line) = file.offer(&item.id, &item.group, &item.topic) else { continue };
        let line = Line { id: item.id.clone(), group: item.group.clone(), topic: item.topic.clone(), ..line.clone() };
        draft.sheet.lines.retain(|known| known.key() != line.key());
        draft.sheet.lines.push(line);
    }
    if *ask == Ask::MdsSds {
        draft.sheet.lines.clone_from(&file.sheet.lines);
    }
    let keep = |now: &mut String, then: &String| {
        if now.is_empty() {
            now.clone_from(then);
        }
    };
    keep(&mut draft.sheet.product, &file.sheet.product);
    keep(&mut draft.sheet.product_version, &file.sheet.product_version);
    keep(&mut draft.sheet.form_version, &file.sheet.form_version);
    keep(&mut draft.signer.name, &file.signer.name);
    keep(&mut draft.signer.department, &file.signer.department);
    keep(&mut draft.signer.phone, &file.signer.phone);
    draft
}

fn brief(line: &Line, t: Words) -> String {
    [forms::reply(line.reply, t), line.text.clone()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("　")
}

fn sentence(app: &AppState, error: &AnswersFileError, t: Words) -> String {
    let name =
        |key: &String| Ask::from_key(key).map_or_else(|| key.clone(), |ask| forms::title(&app.catalogue, &ask, t));
    let text = match error {
        AnswersFileError::OtherForm { found, expected } => {
            return t.a2("vform-prefill-other", "found", name(found), "expected", name(expected));
        }
        AnswersFileError::TooLarge | AnswersFileError::TooMuch => Text::new(
            "ファイルが大きすぎます。前回の「回答ファイル」をそのまま選んでください。",
            "The file is too large. Choose the answers file of an earlier answer as it was downloaded.",
        ),
        AnswersFileError::NotOurs(_) | AnswersFileError::OtherFormat(_) => Text::new(
            "回答ファイルとして読めません。送信後の画面からダウンロードしたファイルを選んでください。",
            "This is no answers file. Choose one that was downloaded after an earlier answer.",
        ),
    };
    text.get(if t.lang == Lang::Ja { Lang::Ja } else { Lang::En }).to_owned()
}
