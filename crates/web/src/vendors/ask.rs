//! Asking a vendor: a request with its link, which is shown once.

use super::{forms, list};
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::day;
use hakutaku_model::id::VendorRequestId;
use hakutaku_model::record::RecordId;
use hakutaku_model::time::{Ts, date_words};
use hakutaku_model::vendor_request::Ask;
use hakutaku_store::{IssuedVendorRequest, NewVendorRequest};
use jiff::ToSpan as _;
use serde::Deserialize;

struct Choice {
    key: String,
    title: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "vendors/ask.html")]
struct AskPage {
    t: Words,
    page: Page,
    form: Form,
    vendors: Vec<Choice>,
    asks: Vec<Choice>,
    days: Vec<(u16, bool)>,
}

/// What the address may suggest.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Suggested {
    #[serde(default)]
    vendor: String,
}

/// The form, with a day three weeks ahead.
pub(super) async fn blank(
    State(app): State<AppState>,
    visit: Visit,
    Query(suggested): Query<Suggested>,
) -> Result<Response, Problem> {
    let due = app.now().date_in_japan().checked_add(21.days()).map(|day| day.to_string()).unwrap_or_default();
    render(&app, &visit, Form::of([("vendor", suggested.vendor), ("due", due)])).await
}

async fn render(app: &AppState, visit: &Visit, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let vendors = list::vendors(app, facility).await?;
    let base = format!("/facilities/{facility}/vendors");
    let days: u16 = form.value("days").parse().unwrap_or(60);
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = AskPage {
        t,
        page: visit
            .page(t.k(Key("vendor-ask-title")))
            .under(base.clone(), t.k(Key("vendor-title")))
            .under(format!("{base}/requests"), t.k(Key("vendor-requests-title"))),
        vendors: vendors
            .into_iter()
            .map(|(row, _)| {
                let key = row.id.to_string();
                Choice { chosen: form.has("vendor", &key), key, title: row.body.name }
            })
            .collect(),
        asks: forms::offered(&app.catalogue)
            .into_iter()
            .map(|ask| {
                let key = ask.key();
                Choice { chosen: form.has("ask", &key), title: forms::title(&app.catalogue, &ask, t), key }
            })
            .collect(),
        days: [30, 60, 90].map(|count| (count, count == days)).to_vec(),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

/// Makes the request and shows its link once.
pub(super) async fn create(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (now, facility) = (app.now(), visit.place()?.id);
    let offered = forms::offered(&app.catalogue);
    let vendor: Option<RecordId> = form.choice("vendor", |id| id.parse().ok());
    let ask: Option<Ask> = form.choice("ask", |key| Ask::from_key(key).filter(|ask| offered.contains(ask)));
    let due = day::parse(form.value("due"));
    match due {
        None => form.fault("due", Key("vendor-date-wrong")),
        Some(due) if due < now.date_in_japan() => form.fault("due", Key("vendor-due-past")),
        Some(_) => {}
    }
    let message = form.value("message").trim().replace("\r\n", "\n");
    if message.chars().count() > 2_000 {
        form.fault("message", Key("form-too-long"));
    }
    let pin = pin_of(&mut form);
    let expires_at = expiry(&form, now);
    let (Some(vendor), Some(ask), Some(due), true) = (vendor, ask, due, form.is_right()) else {
        return render(&app, &visit, form).await;
    };
    let new = NewVendorRequest { vendor, ask, message, due, pin: pin.clone(), expires_at };
    let issued = app.store.create_vendor_request(&visit.act(now), facility, &new).await?;
    Ok(show_once(&app, &visit, &issued, pin.as_deref())?.into_response())
}

/// A new link for a request; the old one no longer opens.
pub(super) async fn again(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (now, facility) = (app.now(), visit.place()?.id);
    let pin = pin_of(&mut form);
    if !form.is_right() {
        return Err(Problem::unprocessable(Key("vendor-pin-wrong")));
    }
    let expires_at = expiry(&form, now);
    let issued = app.store.reissue_vendor_link(&visit.act(now), facility, id, pin.as_deref(), expires_at).await?;
    Ok(show_once(&app, &visit, &issued, pin.as_deref())?.into_response())
}

/// 4 to 12 digits, or none.
fn pin_of(form: &mut Form) -> Option<String> {
    let pin = ascii_digits(form.value("pin").trim());
    form.forget("pin");
    if pin.is_empty() {
        return None;
    }
    if !(4..=12).contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        form.fault("pin", Key("vendor-pin-wrong"));
    }
    Some(pin)
}

/// 30, 60 or 90 days from now; 60 if not said.
fn expiry(form: &Form, now: Ts) -> Ts {
    let days = form.value("days").parse().ok().filter(|days| [30, 60, 90].contains(days)).unwrap_or(60);
    now.plus_seconds(days * 86_400)
}

#[derive(Template)]
#[template(path = "vendors/link.html")]
struct LinkPage {
    t: Words,
    page: Page,
    link: String,
    qr: String,
    letter: String,
    vendor: String,
    until: String,
    has_pin: bool,
    here: String,
}

/// The page with the link. Its token is known at this moment only; the PIN is told by telephone and not written here.
fn show_once(
    app: &AppState,
    visit: &Visit,
    issued: &IssuedVendorRequest,
    pin: Option<&str>,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let place = visit.place()?;
    let request = &issued.request;
    let link = app.link(&format!("/v/{}", issued.token));
    let until = request.expires_at.minute_in_japan(t.lang);
    let title = forms::title(&app.catalogue, &request.ask, t);
    let mut letter = format!(
        "{}\n\n{}\n\n{}\n",
        t.a("vendor-letter-to", "vendor", &request.vendor_name),
        t.a("vendor-letter-from", "facility", &place.name),
        t.a2("vendor-letter-body", "form", &title, "due", date_words(request.due, t.lang)),
    );
    if !request.message.is_empty() {
        letter.push_str(&format!("\n{}\n", request.message));
    }
    letter.push_str(&format!("\n{link}\n\n{}\n", t.a("vendor-letter-until", "time", &until)));
    if pin.is_some() {
        letter.push_str(&format!("{}\n", t.m("vendor-letter-pin")));
    }
    letter.push_str(&format!("\n{}\n", place.name));
    let base = format!("/facilities/{}/vendors", place.id);
    html(&LinkPage {
        t,
        page: Page {
            path: format!("{base}/requests"),
            ..visit
                .page(t.k(Key("vendor-link-title")))
                .under(base.clone(), t.k(Key("vendor-title")))
                .under(format!("{base}/requests"), t.k(Key("vendor-requests-title")))
        },
        qr: qr_svg(&link)?,
        link,
        letter,
        vendor: request.vendor_name.clone(),
        until,
        has_pin: pin.is_some(),
        here: format!("{base}/requests/{}", request.id),
    })
}
