//! Filling the form in. It is saved at every step and waits on the server.

use super::{open_request, page};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use crate::vendors::forms::{self, FormWords};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::day;
use hakutaku_model::time::date_words;
use hakutaku_model::vendor_answers::{Draft, LONGEST_TEXT, Line, Reply, Sheet, SheetFault, Signer, check};
use hakutaku_model::vendor_request::{Ask, Request};
use jiff::civil::Date;

/// One line of the form on the page.
pub(super) struct Row {
    /// Names its fields: `r-3`, `d-3`, …
    pub(super) at: usize,
    pub(super) number: String,
    pub(super) text: String,
    pub(super) of: String,
    /// Whether a heading with `of` stands before it.
    pub(super) first_of_group: bool,
    pub(super) inferred: bool,
    pub(super) reply: &'static str,
    pub(super) on: String,
    pub(super) target: String,
    pub(super) remark: String,
    pub(super) wrong: Option<String>,
}

#[derive(Template)]
#[template(path = "vendor_form/fill.html")]
struct FillPage {
    t: Words,
    page: Page,
    facility: String,
    vendor: String,
    form: FormWords,
    message: String,
    due: String,
    until: String,
    saved: Option<String>,
    is_checklist: bool,
    is_file: bool,
    draft: Draft,
    dated: String,
    rows: Vec<Row>,
    answered: usize,
    /// What is wrong above the items: which field, and the sentence.
    head_wrong: Vec<(String, String)>,
    any_wrong: bool,
    /// Every item is derived: said once, not at each.
    all_inferred: bool,
}

/// The form as it stands.
pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let request = match open_request(&visit, app.now()) {
        Ok(request) => request,
        Err(response) => return Ok(response),
    };
    let draft = app.store.vendor_draft(request.facility, request.id).await?.unwrap_or_default();
    render(&app, &visit, request, draft, &[], Vec::new())
}

/// The words of a request's form.
pub(super) fn form_of(app: &AppState, request: &Request, t: Words) -> Result<FormWords, Problem> {
    forms::words(&app.catalogue, &request.ask, t).ok_or_else(|| Problem::unprocessable(Key("vform-unknown-form")))
}

fn render(
    app: &AppState,
    visit: &Visit,
    request: &Request,
    draft: Draft,
    faults: &[SheetFault],
    mut head_wrong: Vec<(String, String)>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let form = form_of(app, request, t)?;
    let mut before = "";
    let mut rows = Vec::new();
    for (at, item) in form.items.iter().enumerate() {
        let line = draft.sheet.line(&item.id, &item.group).cloned().unwrap_or_default();
        let of_line = |id: &str, group: &str| id == item.id && group == item.group;
        let wrong = faults.iter().find_map(|fault| match fault {
            SheetFault::Unanswered { id, group } if of_line(id, group) => Some(t.m("vform-wrong-unanswered")),
            SheetFault::TargetWithoutNo { id, group } if of_line(id, group) => Some(t.m("vform-wrong-target")),
            SheetFault::TargetOutsideYear { id, group } if of_line(id, group) => Some(t.m("vform-wrong-target-year")),
            SheetFault::CheckedInFuture { id, group } if of_line(id, group) => Some(t.m("vform-wrong-future")),
            _ => None,
        });
        // A date that could not be read is said at its line, too, not only above.
        let unread = || {
            let place = format!("item-{at}");
            head_wrong.iter().find(|(field, _)| *field == place).map(|(_, sentence)| sentence.clone())
        };
        let wrong = wrong.or_else(unread);
        rows.push(Row {
            at,
            number: item.number.clone(),
            text: item.text.clone(),
            first_of_group: item.of != before,
            of: item.of.clone(),
            inferred: item.inferred,
            reply: line.reply.map_or("", Reply::key),
            on: words_of(line.on),
            target: words_of(line.target),
            remark: line.text,
            wrong,
        });
        before = &item.of;
    }
    head_wrong.extend(faults.iter().filter_map(|fault| match fault {
        SheetFault::NoSigner => Some(("signer_name".to_owned(), t.m("vform-wrong-signer"))),
        SheetFault::NoProduct => Some(("product".to_owned(), t.m("vform-wrong-product"))),
        SheetFault::TooLong => Some(("main".to_owned(), t.m("vform-wrong-long"))),
        _ => None,
    }));
    let any_wrong = !faults.is_empty() || !head_wrong.is_empty();
    let status = if any_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let answered = draft.sheet.lines.iter().filter(|line| !line.is_blank()).count();
    let is_file = request.ask.is_file();
    let page = FillPage {
        t,
        page: page("/vendor-form", visit, form.title.clone()),
        facility: visit.place()?.name.clone(),
        vendor: request.vendor_name.clone(),
        message: request.message.clone(),
        due: date_words(request.due, t.lang),
        until: request.expires_at.minute_in_japan(t.lang),
        saved: request.draft_at.map(|at| at.minute_in_japan(t.lang)),
        is_checklist: matches!(request.ask, Ask::Checklist(_)),
        is_file,
        dated: words_of(draft.sheet.dated),
        all_inferred: !rows.is_empty() && rows.iter().all(|row| row.inferred),
        rows: if is_file { Vec::new() } else { rows },
        answered,
        draft,
        form,
        head_wrong,
        any_wrong,
    };
    Ok((status, html(&page)?).into_response())
}

fn words_of(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

/// Saves what was put down and goes where the button says: on with the form, or to the last look.
pub(super) async fn save(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let now = app.now();
    let request = match open_request(&visit, now) {
        Ok(request) => request,
        Err(response) => return Ok(response),
    };
    let t = visit.t();
    let words = form_of(&app, request, t)?;
    let before = app.store.vendor_draft(request.facility, request.id).await?.unwrap_or_default();
    let (draft, wrong) = read(&form, &words, request, before, t);
    if !wrong.is_empty() {
        // What was typed stays on the page; what cannot be read is not kept.
        return render(&app, &visit, request, draft, &[], wrong);
    }
    app.store.save_vendor_draft(&visit.act(now), request.facility, request.id, &draft).await?;
    if form.value("go") != "review" {
        return Ok(visit.done(&app, "/vendor-form", Key("vform-saved")));
    }
    let expected = if request.ask.is_file() { Vec::new() } else { words.expected() };
    let faults = check(&request.ask, &draft, &expected, now.date_in_japan());
    if faults.is_empty() {
        Ok(Redirect::to("/vendor-form/confirm").into_response())
    } else {
        render(&app, &visit, request, draft, &faults, Vec::new())
    }
}

/// The draft of a form, and what in it is no date.
fn read(form: &Form, words: &FormWords, request: &Request, before: Draft, t: Words) -> (Draft, Vec<(String, String)>) {
    let mut wrong = Vec::new();
    let mut date = |name: &str, place: String| -> Option<Date> {
        let typed = form.value(name).trim();
        let day = day::parse(typed);
        if day.is_none() && !typed.is_empty() {
            wrong.push((place, t.a("vform-wrong-date", "typed", typed.chars().take(30).collect::<String>())));
        }
        day
    };
    let plain = |name: &str, longest: usize| -> String {
        let text = form.value(name).trim();
        text.chars().filter(|c| *c == '\n' || !c.is_control()).take(longest).collect()
    };
    let dated = date("dated", "dated".to_owned());
    let mut lines = Vec::new();
    for (at, item) in words.items.iter().enumerate().filter(|_| !request.ask.is_file()) {
        let text = plain(&format!("x-{at}"), LONGEST_TEXT);
        let reply = Reply::from_key(form.value(&format!("r-{at}")));
        let on = date(&format!("d-{at}"), format!("item-{at}")).or(dated.filter(|_| reply.is_some()));
        let target = date(&format!("t-{at}"), format!("item-{at}"));
        if reply.is_some() || !text.is_empty() || target.is_some() {
            lines.push(Line {
                id: item.id.clone(),
                group: item.group.clone(),
                topic: item.topic.clone(),
                question: String::new(),
                reply,
                on,
                target,
                text,
            });
        }
    }
    let lines = if request.ask.is_file() { before.sheet.lines } else { lines };
    let sheet = Sheet {
        product: plain("product", 200),
        product_version: plain("product_version", 200),
        form_version: plain("form_version", 200),
        dated,
        lines,
        unread: before.sheet.unread,
    };
    let signer = Signer {
        name: plain("signer_name", 200),
        department: plain("signer_department", 200),
        phone: plain("signer_phone", 200),
    };
    (Draft { sheet, signer }, wrong)
}
