//! Putting a vendor in, changing it, taking it out of use.

use super::vendor;
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::day;
use hakutaku_model::id::FacilityId;
use hakutaku_model::party::Contact;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::system::System;
use hakutaku_model::text::folded;
use hakutaku_model::vendor::{Company, Contract, DataPlace, Engagement, ProductInUse, Subprocessor};
use hakutaku_store::{Act, Shelf, StoreError};
use jiff::civil::Date;

/// The most rows of one kind.
const MOST_ROWS: usize = 60;

/// A product's row: name, version, and every system with whether it is served.
struct ProductRow {
    name: String,
    version: String,
    systems: Vec<(String, String, bool)>,
}

/// The repeated rows as they were typed.
#[derive(Default)]
struct Rows {
    contracts: Vec<[String; 4]>,
    products: Vec<(String, String, Vec<String>)>,
    data: Vec<[String; 5]>,
    subs: Vec<[String; 3]>,
}

#[derive(Template)]
#[template(path = "vendors/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    form: Form,
    is_new: bool,
    version: i64,
    contracts: Vec<[String; 4]>,
    products: Vec<ProductRow>,
    data: Vec<[String; 5]>,
    subs: Vec<[String; 3]>,
    /// What stands now, when somebody else changed it meanwhile.
    other: Option<String>,
}

const CONTACTS: [(&str, &str); 8] = [
    ("contact_name", "name"),
    ("contact_phone", "phone"),
    ("contact_email", "email"),
    ("contact_hours", "hours"),
    ("emergency_name", "name"),
    ("emergency_phone", "phone"),
    ("emergency_email", "email"),
    ("emergency_hours", "hours"),
];

/// An empty form.
pub(super) async fn blank(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    render(&app, &visit, None, 0, Form::default(), Rows::default(), None).await
}

/// Puts a vendor in. A company of the same corporate number, or of the same name, is the same company: what is known
/// about it publicly is there at once; who else deals with it is not told.
pub(super) async fn create(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let rows = Rows::of_form(&form);
    let name = form.line("name", 120);
    let number = corporate_number(&mut form);
    let engagement = read(&app, facility, &mut form, &rows).await?;
    if !form.is_right() {
        return render(&app, &visit, None, 0, form, rows, None).await;
    }
    let act = visit.act(app.now());
    let company = company(&app, &act, &name, &number).await?;
    let engagement = Engagement { company, name, ..engagement };
    match app.store.add_record(&act, facility, &engagement).await {
        Ok(row) => Ok(visit.done(&app, &format!("/facilities/{facility}/vendors/{}", row.id), Key("notice-saved"))),
        Err(StoreError::AlreadyExists(_)) => {
            form.fault("name", Key("vendor-known"));
            render(&app, &visit, None, 0, form, rows, None).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The company of a name or number; a new one if nobody put it in yet.
pub(crate) async fn company(app: &AppState, act: &Act, name: &str, number: &str) -> Result<RecordId, Problem> {
    let known = app.store.records::<Company>(Shelf::Installation).await?;
    let by_number = known.iter().find(|row| !number.is_empty() && row.body.corporate_number == number);
    let by_name = || {
        known.iter().find(|row| {
            let numbers_fit = number.is_empty() || row.body.corporate_number.is_empty();
            numbers_fit && folded(&row.body.name) == folded(name)
        })
    };
    if let Some(row) = by_number.or_else(by_name) {
        return Ok(row.id);
    }
    let company = Company {
        name: name.to_owned(),
        corporate_number: number.to_owned(),
        website: String::new(),
        certificates: Vec::new(),
        products: Vec::new(),
    };
    Ok(app.store.add_record(act, Shelf::Installation, &company).await?.id)
}

/// 13 digits, or nothing.
fn corporate_number(form: &mut Form) -> String {
    let number: String =
        ascii_digits(form.value("corporate_number")).chars().filter(|c| !" -　".contains(*c)).collect();
    if !number.is_empty() && (number.len() != 13 || !number.bytes().all(|b| b.is_ascii_digit())) {
        form.fault("corporate_number", Key("vendor-corporate-number-wrong"));
    }
    number
}

/// The form of a vendor.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
) -> Result<Response, Problem> {
    let row = vendor(&app, visit.place()?.id, id).await?;
    let form = form_of(&row.body);
    let rows = Rows::of(&row.body);
    render(&app, &visit, Some(id), row.version, form, rows, None).await
}

/// Changes a vendor.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let before = vendor(&app, facility, id).await?;
    let rows = Rows::of_form(&form);
    let name = form.line("name", 120);
    let expected = form.value("version").parse().unwrap_or(0);
    let engagement = read(&app, facility, &mut form, &rows).await?;
    if !form.is_right() {
        return render(&app, &visit, Some(id), expected, form, rows, None).await;
    }
    let engagement = Engagement { company: before.body.company, name, ..engagement };
    match app.store.change_record(&visit.act(app.now()), facility, id, expected, &engagement).await {
        Ok(_) => Ok(visit.done(&app, &format!("/facilities/{facility}/vendors/{id}"), Key("notice-saved"))),
        Err(StoreError::Conflict(_)) => {
            // What was typed stays; saving once more lays it over what the other person wrote.
            let now = vendor(&app, facility, id).await?;
            let other = visit.t().a2(
                "vendor-changed-by",
                "name",
                &now.changed_by,
                "time",
                now.changed_at.minute_in_japan(visit.lang),
            );
            render(&app, &visit, Some(id), now.version, form, rows, Some(other)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a vendor out of use, after a tick. What it sent stays.
pub(super) async fn remove(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let row = vendor(&app, facility, id).await?;
    if !form.has("sure", "yes") {
        return Err(Problem::unprocessable(Key("vendor-remove-tick")));
    }
    app.store.retire_record::<Engagement>(&visit.act(app.now()), facility, id, row.version).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/vendors"), Key("notice-saved")))
}

fn form_of(body: &Engagement) -> Form {
    let contact = |contact: &Contact, field: &str| match field {
        "name" => contact.name.clone(),
        "phone" => contact.phone.clone(),
        "email" => contact.email.clone(),
        _ => contact.hours.clone(),
    };
    let mut values = vec![("name", body.name.clone()), ("note", body.note.clone())];
    for (name, field) in CONTACTS {
        let of = if name.starts_with("contact") { &body.contact } else { &body.emergency };
        values.push((name, contact(of, field)));
    }
    Form::of(values)
}

impl Rows {
    fn of(body: &Engagement) -> Self {
        let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        Self {
            contracts: body
                .contracts
                .iter()
                .map(|c| {
                    let kind = if c.maintenance { "maintenance" } else { "sale" };
                    [c.title.clone(), day(c.from), day(c.until), kind.to_owned()]
                })
                .collect(),
            products: body
                .products
                .iter()
                .map(|p| (p.name.clone(), p.version.clone(), p.systems.iter().map(ToString::to_string).collect()))
                .collect(),
            data: body
                .data
                .iter()
                .map(|d| [d.what.clone(), d.place.clone(), d.law.clone(), day(d.confirmed_on), d.source.clone()])
                .collect(),
            subs: body.subprocessors.iter().map(|s| [s.name.clone(), s.task.clone(), s.country.clone()]).collect(),
        }
    }

    fn of_form(form: &Form) -> Self {
        let at = |name: &str, row: usize| -> String {
            let text = form.values(name).get(row).map_or("", |text| text.trim());
            text.chars().filter(|c| !c.is_control()).take(200).collect()
        };
        let count = |name: &str| form.values(name).len().min(MOST_ROWS);
        let filled = |row: &[String]| row.iter().any(|text| !text.is_empty());
        Self {
            contracts: (0..count("contract_title"))
                .map(|row| {
                    ["contract_title", "contract_from", "contract_until", "contract_kind"].map(|name| at(name, row))
                })
                .filter(|row| filled(&row[..3]))
                .collect(),
            products: (0..count("product_name"))
                .map(|row| {
                    let systems = form.values(&format!("product_systems_{row}")).to_vec();
                    (at("product_name", row), at("product_version", row), systems)
                })
                .filter(|(name, version, systems)| !name.is_empty() || !version.is_empty() || !systems.is_empty())
                .collect(),
            data: (0..count("data_place"))
                .map(|row| {
                    ["data_what", "data_place", "data_law", "data_confirmed", "data_source"].map(|name| at(name, row))
                })
                .filter(|row| filled(&row[..]))
                .collect(),
            subs: (0..count("sub_name"))
                .map(|row| ["sub_name", "sub_task", "sub_country"].map(|name| at(name, row)))
                .filter(|row| filled(&row[..]))
                .collect(),
        }
    }
}

/// What was typed, as an engagement without company and name; what is wrong is said in the form.
async fn read(app: &AppState, facility: FacilityId, form: &mut Form, rows: &Rows) -> Result<Engagement, Problem> {
    let systems = app.store.records::<System>(facility).await?;
    let mut wrong: Vec<(&'static str, Key)> = Vec::new();
    let mut date = |typed: &str, field: &'static str| {
        let found = day::parse(typed);
        if found.is_none() && !typed.is_empty() {
            wrong.push((field, Key("vendor-date-wrong")));
        }
        found
    };
    let contracts: Vec<Contract> = rows
        .contracts
        .iter()
        .map(|[title, from, until, kind]| Contract {
            title: title.clone(),
            from: date(from, "contracts"),
            until: date(until, "contracts"),
            maintenance: kind != "sale",
        })
        .collect();
    let data: Vec<DataPlace> = rows
        .data
        .iter()
        .map(|[what, place, law, confirmed, source]| DataPlace {
            what: what.clone(),
            place: place.clone(),
            law: law.clone(),
            confirmed_on: date(confirmed, "data"),
            source: source.clone(),
        })
        .collect();
    if contracts.iter().any(|contract| contract.title.is_empty()) {
        wrong.push(("contracts", Key("vendor-contract-untitled")));
    }
    if contracts.iter().any(|c| matches!((c.from, c.until), (Some(from), Some(until)) if until < from)) {
        wrong.push(("contracts", Key("vendor-contract-backwards")));
    }
    if data.iter().any(|place| place.place.is_empty()) {
        wrong.push(("data", Key("vendor-data-no-place")));
    }
    for (field, key) in wrong {
        form.fault(field, key);
    }
    let text = |name: &str, longest: usize| -> String {
        form.value(name).trim().chars().filter(|c| *c == '\n' || !c.is_control()).take(longest).collect()
    };
    let contact = |of: &str| Contact {
        name: text(&format!("{of}_name"), 200),
        phone: text(&format!("{of}_phone"), 60),
        email: text(&format!("{of}_email"), 200),
        hours: text(&format!("{of}_hours"), 100),
    };
    let known = |id: &str| systems.iter().find(|system| system.id.to_string() == id).map(|system| system.id);
    Ok(Engagement {
        company: RecordId(uuid::Uuid::nil()),
        name: String::new(),
        contact: contact("contact"),
        emergency: contact("emergency"),
        contracts,
        products: rows
            .products
            .iter()
            .map(|(name, version, chosen)| ProductInUse {
                name: name.clone(),
                version: version.clone(),
                systems: chosen.iter().filter_map(|id| known(id)).collect(),
            })
            .collect(),
        data,
        subprocessors: rows
            .subs
            .iter()
            .map(|[name, task, country]| Subprocessor {
                name: name.clone(),
                task: task.clone(),
                country: country.clone(),
            })
            .collect(),
        note: text("note", 2_000),
    })
}

async fn render(
    app: &AppState,
    visit: &Visit,
    id: Option<RecordId>,
    version: i64,
    form: Form,
    mut rows: Rows,
    other: Option<String>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let systems: Vec<Kept<System>> = app.store.records::<System>(facility).await?;
    // Always an empty row to write into.
    rows.contracts.push(Default::default());
    rows.products.push(Default::default());
    rows.data.push(Default::default());
    rows.subs.push(Default::default());
    let products = rows
        .products
        .into_iter()
        .map(|(name, version, chosen)| ProductRow {
            name,
            version,
            systems: systems
                .iter()
                .map(|system| {
                    let id = system.id.to_string();
                    let ticked = chosen.contains(&id);
                    (id, system.body.name.clone(), ticked)
                })
                .collect(),
        })
        .collect();
    let status = match (form.is_right(), &other) {
        (true, None) => StatusCode::OK,
        (_, Some(_)) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = if id.is_none() { Key("vendor-new-title") } else { Key("vendor-edit-title") };
    let base = format!("/facilities/{facility}/vendors");
    let page = EditPage {
        t,
        page: visit.page(t.k(title)).under(base, t.k(Key("vendor-title"))),
        form,
        is_new: id.is_none(),
        version,
        contracts: rows.contracts,
        products,
        data: rows.data,
        subs: rows.subs,
        other,
    };
    Ok((status, html(&page)?).into_response())
}
