//! What is publicly known about a company: shared by all facilities of the installation.

use super::vendor;
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::day;
use hakutaku_model::record::RecordId;
use hakutaku_model::vendor::{Certificate, Company};
use hakutaku_store::{Shelf, StoreError};

const MOST_ROWS: usize = 60;

struct Kind {
    id: String,
    title: String,
    explained: String,
}

impl Kind {
    fn is(&self, id: impl AsRef<str>) -> bool {
        self.id == id.as_ref()
    }
}

#[derive(Template)]
#[template(path = "vendors/company.html")]
struct CompanyPage {
    t: Words,
    page: Page,
    form: Form,
    version: i64,
    rows: Vec<[String; 6]>,
    kinds: Vec<Kind>,
    conflict: bool,
}

/// The form.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let row = vendor(&app, visit.place()?.id, id).await?;
    let company = app.store.record_of::<Company>(Shelf::Installation, row.body.company).await?;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let rows = company
        .body
        .certificates
        .iter()
        .map(|c| {
            let (until, checked) = (day(c.until), day(c.checked_on));
            [c.kind.clone(), c.number.clone(), c.scope.clone(), until, checked, c.checked_where.clone()]
        })
        .collect();
    let form = Form::of([
        ("website", company.body.website.clone()),
        ("corporate_number", company.body.corporate_number.clone()),
        ("products", company.body.products.join("\n")),
    ]);
    render(&app, &visit, id, &row.body.name, company.version, form, rows, false)
}

/// Changes it, for everybody.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = vendor(&app, facility, id).await?;
    let before = app.store.record_of::<Company>(Shelf::Installation, row.body.company).await?;
    let expected = form.value("version").parse().unwrap_or(0);
    let names = ["kind", "number", "scope", "until", "checked_on", "checked_where"];
    let rows: Vec<[String; 6]> = (0..form.values("kind").len().min(MOST_ROWS))
        .map(|at| {
            names.map(|name| {
                let text = form.values(name).get(at).map_or("", |text| text.trim());
                text.chars().filter(|c| !c.is_control()).take(200).collect()
            })
        })
        .filter(|row: &[String; 6]| !row[0].is_empty())
        .collect();
    let mut certificates = Vec::new();
    for [kind, number, scope, until, checked_on, checked_where] in &rows {
        let known = app.catalogue.vendor_certificates.iter().any(|known| known.id == *kind);
        let dates = [until, checked_on].map(|typed| (day::parse(typed), typed.is_empty()));
        if !known {
            form.fault("certificates", Key("form-choose"));
        }
        if dates.iter().any(|(day, empty)| day.is_none() && !empty) {
            form.fault("certificates", Key("vendor-date-wrong"));
        }
        certificates.push(Certificate {
            kind: kind.clone(),
            number: number.clone(),
            scope: scope.clone(),
            until: dates[0].0,
            checked_on: dates[1].0,
            checked_where: checked_where.clone(),
        });
    }
    let number: String = crate::shell::form::ascii_digits(form.value("corporate_number").trim());
    if !number.is_empty() && (number.len() != 13 || !number.bytes().all(|b| b.is_ascii_digit())) {
        form.fault("corporate_number", Key("vendor-corporate-number-wrong"));
    }
    if !form.is_right() {
        return render(&app, &visit, id, &row.body.name, expected, form, rows, false);
    }
    let plain = |text: &str| -> String { text.trim().chars().filter(|c| !c.is_control()).take(200).collect() };
    let company = Company {
        website: plain(form.value("website")),
        corporate_number: number,
        products: form.value("products").lines().map(plain).filter(|line| !line.is_empty()).take(MOST_ROWS).collect(),
        certificates,
        ..before.body
    };
    let act = visit.act(app.now());
    match app.store.change_record(&act, Shelf::Installation, before.id, expected, &company).await {
        Ok(_) => Ok(visit.done(&app, &format!("/facilities/{facility}/vendors/{id}"), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => render(&app, &visit, id, &row.body.name, before.version, form, rows, true),
        Err(error) => Err(error.into()),
    }
}

#[expect(clippy::too_many_arguments, reason = "what the page shows, each once")]
fn render(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
    name: &str,
    version: i64,
    form: Form,
    mut rows: Vec<[String; 6]>,
    conflict: bool,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    // Always an empty row to write into.
    rows.push(Default::default());
    let status = if conflict {
        StatusCode::CONFLICT
    } else if form.is_right() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let kinds = app
        .catalogue
        .vendor_certificates
        .iter()
        .map(|kind| Kind {
            id: kind.id.clone(),
            title: t.text(&kind.title).to_owned(),
            explained: t.text(&kind.explained).to_owned(),
        })
        .collect();
    let base = format!("/facilities/{facility}/vendors");
    let page = visit
        .page(t.k(Key("vendor-company-title")))
        .under(base.clone(), t.k(Key("vendor-title")))
        .under(format!("{base}/{id}"), name);
    Ok((status, html(&CompanyPage { t, page, form, version, rows, kinds, conflict })?).into_response())
}
