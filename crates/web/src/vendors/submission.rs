//! One request: its state, the answer, and how it differs from the vendor's answer before.

use super::list::{Mark, state};
use super::profile::Profile;
use super::show::{QuestionLine, question_line};
use super::{forms, workbook};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::VendorRequestId;
use hakutaku_model::record::Kept;
use hakutaku_model::text::folded;
use hakutaku_model::time::date_words;
use hakutaku_model::vendor_answers::{Difference, Line, Reply, Submission, VendorQuestion, differences};
use hakutaku_model::vendor_request::{Ask, Request};

struct Row {
    number: String,
    text: String,
    of: String,
    reply: String,
    is_no: bool,
    on: String,
    target: String,
    remark: String,
}

struct Change {
    kind: String,
    text: String,
    of: String,
    from: String,
    to: String,
}

struct Answer {
    signer: String,
    at: String,
    by_file: bool,
    product: String,
    form_version: String,
    dated: String,
    document: Option<String>,
    rows: Vec<Row>,
    missing: usize,
    /// Numbers of the form's items that the answer lacks.
    missing_ids: Vec<String>,
    /// Cells of the vendor's file that say nothing to us.
    unread: Vec<(String, String)>,
    before: Option<String>,
    changes: Vec<Change>,
}

/// What the page shows besides.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) wrong: Option<String>,
    pub(super) preview: Option<workbook::Preview>,
    pub(super) mapping: Option<Form>,
    pub(super) read: Option<String>,
}

#[derive(Template)]
#[template(path = "vendors/submission.html")]
struct SubmissionPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    here: String,
    vendor_href: String,
    vendor: String,
    title: String,
    mark: Mark,
    due: String,
    until: String,
    opened: Option<String>,
    draft: Option<String>,
    reminders: Vec<String>,
    message: String,
    is_open: bool,
    is_file: bool,
    has_pin: bool,
    locked: bool,
    may_edit: bool,
    answer: Option<Answer>,
    questions: Vec<QuestionLine>,
    questions_base: String,
    can_map: bool,
    mapping: Form,
    shown: Shown,
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
) -> Result<Response, Problem> {
    render(&app, &visit, id, Shown::default()).await
}

/// The page, with what was read from a file or why it was not.
pub(super) async fn render(
    app: &AppState,
    visit: &Visit,
    id: VendorRequestId,
    mut shown: Shown,
) -> Result<Response, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let request = app.store.vendor_request(facility, id).await?;
    let submissions = app.store.records::<Submission>(facility).await?;
    let answer = submissions.iter().find(|row| row.body.request == id).map(|row| answer(app, visit, row, &submissions));
    let mut questions = Vec::new();
    if answer.is_some() {
        for question in app.store.records::<VendorQuestion>(facility).await? {
            if question.body.vendor == request.vendor && question.body.ask == request.ask && question.body.is_open() {
                questions.push(question_line(app, question, t));
            }
        }
    }
    let base = format!("/facilities/{facility}/vendors");
    let profile = Profile::newest(app, facility).await?;
    let mapping = shown.mapping.take().unwrap_or_else(|| profile.map(|row| row.form()).unwrap_or_else(Profile::blank));
    let status =
        if shown.wrong.is_some() { axum::http::StatusCode::UNPROCESSABLE_ENTITY } else { axum::http::StatusCode::OK };
    let has_document = answer.as_ref().is_some_and(|answer| answer.document.is_some());
    let page = SubmissionPage {
        t,
        page: visit
            .page(t.a("vendor-request-of", "vendor", &request.vendor_name))
            .under(base.clone(), t.k(Key("vendor-title")))
            .under(format!("{base}/requests"), t.k(Key("vendor-requests-title"))),
        tabs: nav::tabs(visit, nav::VENDORS),
        here: format!("{base}/requests/{id}"),
        vendor_href: format!("{base}/{}", request.vendor),
        vendor: request.vendor_name.clone(),
        title: forms::title(&app.catalogue, &request.ask, t),
        mark: state(&request, now, t),
        due: date_words(request.due, t.lang),
        until: request.expires_at.minute_in_japan(t.lang),
        opened: request.opened_at.map(|at| at.minute_in_japan(t.lang)),
        draft: request.draft_at.map(|at| at.minute_in_japan(t.lang)),
        reminders: request.reminders.iter().map(|day| date_words(*day, t.lang)).collect(),
        message: request.message.clone(),
        is_open: is_waiting(&request),
        is_file: request.ask.is_file(),
        has_pin: request.has_pin,
        locked: request.is_locked(),
        may_edit: visit.may(Action::EditVendors),
        can_map: has_document && request.ask == Ask::MdsSds,
        answer,
        questions,
        questions_base: format!("{base}/questions"),
        mapping,
        shown,
    };
    Ok((status, html(&page)?).into_response())
}

/// Whether an answer may still come, by the link or by a file.
pub(super) fn is_waiting(request: &Request) -> bool {
    request.answered_at.is_none() && request.revoked_at.is_none()
}

fn answer(app: &AppState, visit: &Visit, row: &Kept<Submission>, all: &[Kept<Submission>]) -> Answer {
    let t = visit.t();
    let body = &row.body;
    let words = forms::words(&app.catalogue, &body.ask, t);
    let text_of = |line: &Line| -> (String, String, String) {
        match words.as_ref().and_then(|form| form.item(&line.id, &line.group)) {
            Some(item) => (item.number.clone(), item.text.clone(), item.of.clone()),
            None => (line.id.clone(), line.question.clone(), String::new()),
        }
    };
    let rows = body
        .sheet
        .lines
        .iter()
        .map(|line| {
            let (number, text, of) = text_of(line);
            Row {
                number,
                text,
                of,
                reply: forms::reply(line.reply, t),
                is_no: line.reply == Some(Reply::No),
                on: line.on.map(|on| date_words(on, t.lang)).unwrap_or_default(),
                target: line.target.map(|on| date_words(on, t.lang)).unwrap_or_default(),
                remark: line.text.clone(),
            }
        })
        .collect();
    let before = all
        .iter()
        .map(|row| &row.body)
        .filter(|other| {
            other.vendor == body.vendor && other.sent_at < body.sent_at && other.ask.is_same_form(&body.ask)
        })
        .filter(|other| folded(&other.sheet.product) == folded(&body.sheet.product))
        .max_by_key(|other| other.sent_at);
    let brief = |line: &Line| {
        [forms::reply(line.reply, t), line.text.clone()]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join("　")
    };
    let changes = before
        .map(|before| {
            differences(&before.sheet, &body.sheet)
                .into_iter()
                .map(|difference| {
                    let (kind, line, from, to) = match difference {
                        Difference::New(line) => (Key("vendor-change-new"), line, String::new(), brief(line)),
                        Difference::Gone(line) => (Key("vendor-change-gone"), line, brief(line), String::new()),
                        Difference::Changed { from, to } => (Key("vendor-change-changed"), to, brief(from), brief(to)),
                    };
                    let (number, text, of) = text_of(line);
                    let topic =
                        app.catalogue.checklist_topics.get(&line.topic).map(|topic| t.text(&topic.title).to_owned());
                    let text = if text.is_empty() { topic.unwrap_or_default() } else { text };
                    Change { kind: t.k(kind), text: format!("{number} {text}"), of, from, to }
                })
                .collect()
        })
        .unwrap_or_default();
    let missing_ids: Vec<String> = words
        .iter()
        .flat_map(|form| &form.items)
        .filter(|item| body.sheet.line(&item.id, &item.group).is_none())
        .map(|item| if item.number.is_empty() { item.id.clone() } else { item.number.clone() })
        .collect();
    Answer {
        signer: [&body.signer.name, &body.signer.department, &body.signer.phone].map(String::as_str).join(" "),
        at: body.sent_at.minute_in_japan(t.lang),
        by_file: body.way == hakutaku_model::vendor_answers::Way::File,
        product: [body.sheet.product.as_str(), &body.sheet.product_version].join(" ").trim().to_owned(),
        form_version: body.sheet.form_version.clone(),
        dated: body.sheet.dated.map(|day| date_words(day, t.lang)).unwrap_or_default(),
        document: body.document.and_then(|id| {
            let facility = visit.place().ok()?.id;
            Some(format!("/facilities/{facility}/documents/{id}"))
        }),
        rows,
        missing: missing_ids.len(),
        missing_ids,
        unread: body.sheet.unread.clone(),
        before: before.map(|before| {
            format!("{} {}", forms::title(&app.catalogue, &before.ask, t), before.sent_at.minute_in_japan(t.lang))
        }),
        changes,
    }
}
