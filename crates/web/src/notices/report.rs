//! Reporting without being known: the text, then exactly what readers would see, then sending that and nothing else.

use super::{base, view};
use crate::AppState;
use crate::house::{self, NOTE};
use crate::region_notices::fields::{self, ProductRow};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::contacts::ContactLine;
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::net::Prefix;
use hakutaku_model::region::notice::anonymous::{Known, Preview, Published, Report, compose};
use hakutaku_model::region::notice::{Criterion, Indicator, NoticeKind};
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use sha2::{Digest as _, Sha256};

/// What readers see, in words.
pub(crate) struct Parts {
    pub(crate) kind: String,
    pub(crate) when: String,
    pub(crate) text: String,
    /// (what it is, it)
    pub(crate) indicators: Vec<(String, String)>,
    pub(crate) products: Vec<String>,
}

/// Puts what readers see into words: for the reporter's preview and for the centre alike.
pub(crate) fn published_parts(
    t: Words,
    kind: NoticeKind,
    when: &Text,
    text: &str,
    indicators: &[Indicator],
    products: &[Criterion],
) -> Parts {
    Parts {
        kind: t.text(&kind.title()).to_owned(),
        when: t.text(when).to_owned(),
        text: text.to_owned(),
        indicators: indicators.iter().map(|one| (t.text(&one.kind.title()).to_owned(), one.value.clone())).collect(),
        products: view::products(t, products),
    }
}

struct PreviewView {
    parts: Parts,
    /// (word, why)
    covered: Vec<(String, String)>,
    /// The same for words that only look as if they told who it is.
    pointed: Vec<(String, String)>,
    left_out: Vec<String>,
    seen: String,
}

#[derive(Template)]
#[template(path = "notices/report.html")]
struct ReportPage {
    t: Words,
    page: Page,
    href: String,
    form: Form,
    kinds: Vec<house::Choice>,
    products: Vec<ProductRow>,
    preview: Option<PreviewView>,
}

/// Lines a person adds of what would give the house away.
const HIDE: usize = 50;

/// What would give a facility away, from what is known about it here.
async fn known(app: &AppState, facility: FacilityId) -> Result<Known, Problem> {
    let profile = app.store.facility(facility).await?.profile;
    let mut known = Known { names: vec![profile.name.clone()], ..Known::default() };
    let mut people: Vec<String> =
        app.store.members_of(facility).await?.into_iter().map(|member| member.person.display_name).collect();
    for row in app.store.records::<ContactLine>(facility).await? {
        if row.body.part.is_inside() {
            people.push(row.body.name);
            known.domains.extend(row.body.email.split_once('@').map(|(_, domain)| domain.to_owned()));
        }
    }
    // Family name alone gives a person away as well; single letters would cover half the text.
    let parts: Vec<String> = people
        .iter()
        .flat_map(|name| name.split_whitespace().filter(|part| part.chars().count() > 1).map(str::to_owned))
        .collect();
    known.people = people.into_iter().chain(parts).filter(|name| name.chars().count() > 1).collect();
    for asset in app.store.all_assets(facility).await? {
        known.addresses.extend(asset.asset.ip.split_whitespace().filter_map(|ip| ip.parse::<Prefix>().ok()));
    }
    Ok(known)
}

fn hash(published: &Published) -> Result<String, Problem> {
    Ok(hex::encode(Sha256::digest(serde_json::to_vec(published)?)))
}

fn view_of(t: Words, preview: &Preview) -> Result<PreviewView, Problem> {
    let published = &preview.published;
    let said = |covered: bool| {
        let mine = preview.pointed.iter().filter(move |one| one.covered == covered);
        mine.map(|one| (one.word.clone(), t.text(&one.why).to_owned())).collect()
    };
    Ok(PreviewView {
        parts: published_parts(
            t,
            published.kind,
            &published.when,
            &published.text,
            &published.indicators,
            &published.products,
        ),
        covered: said(true),
        pointed: said(false),
        left_out: preview.left_out.iter().map(|one| one.value.clone()).collect(),
        seen: hash(published)?,
    })
}

fn page(visit: &Visit, form: Form, preview: Option<PreviewView>) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ReportPage {
        t,
        page: visit.page(t.m("notices-report-title")).under(base(facility), t.m("notices-title")),
        href: format!("{}/report", base(facility)),
        kinds: [NoticeKind::Attack, NoticeKind::Vulnerability]
            .iter()
            .map(|kind| house::Choice {
                key: kind.key().to_owned(),
                title: t.text(&kind.title()).to_owned(),
                hint: String::new(),
                chosen: form.has("kind", kind.key()),
            })
            .collect(),
        products: fields::product_rows(&form),
        form,
        preview,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let today = app.now().date_in_japan().to_string();
    page(&visit, Form::of([("kind", "attack".to_owned()), ("happened", today)]), None)
}

/// Reads what was written; faults go into the form.
fn read(form: &mut Form, now: Ts) -> Report {
    let kind = form.choice("kind", NoticeKind::from_key).unwrap_or_default();
    let text = house::words(form, "text", NOTE);
    if text.is_empty() {
        form.fault("text", Key("form-empty"));
    }
    let day = house::date(form, "happened");
    if day.is_some_and(|day| day > now.date_in_japan()) {
        form.fault("happened", Key("notices-report-future"));
    }
    let happened = day.map_or(now, |day| fields::moment(day, jiff::civil::time(12, 0, 0, 0)));
    let indicators = fields::read_indicators(form);
    let products = fields::read_products(form);
    Report { kind, happened, text, indicators, products }
}

/// Shows what readers would see; sends exactly that once it was seen.
pub(super) async fn send(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let report = read(&mut form, now);
    let hide = fields::lines(&mut form, "hide", HIDE);
    if !form.is_right() {
        return page(&visit, form, None);
    }
    let mut known = known(&app, facility).await?;
    known.names.extend(hide.into_iter().filter(|word| word.chars().count() > 1));
    let preview = compose(&report, &known, &app.catalogue.region.anonymous);
    let shown = view_of(t, &preview)?;
    let wants = form.value("step") == "send";
    if wants && form.value("seen") != shown.seen {
        form.fault("text", Key("notices-report-changed"));
    }
    if !wants || !form.is_right() {
        return page(&visit, form, Some(shown));
    }
    match preview.send(form.has("harmless", "yes")) {
        Ok(published) => {
            // Who sends it is known to this function and goes nowhere: no act, no log.
            app.store.take_report(&published, now.date_in_japan()).await?;
            Ok(visit.done(&app, &base(facility), Key("notices-reported")))
        }
        Err(_) => {
            form.fault("harmless", Key("notices-report-decide"));
            page(&visit, form, Some(shown))
        }
    }
}
