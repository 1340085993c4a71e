//! Who the centre is, which networks its members share, which secrets have leaked, what members read before they consent.

use crate::AppState;
use crate::house::{self, Choice, LINE, NAME, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_model::region::centre::{CentreSettings, KnownLeak};
use hakutaku_model::region::net::Prefix;
use hakutaku_store::{Shelf, Store, StoreError};

/// Most networks.
const NETWORKS: usize = 200;
/// Longest secret that is hashed, in characters.
const SECRET: usize = 256;

struct LeakLine {
    id: String,
    version: i64,
    what: String,
    owner: String,
    since: String,
}

#[derive(Template)]
#[template(path = "region/settings.html")]
struct SettingsPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    form: Form,
    leaks: Vec<LeakLine>,
    owners: Vec<Choice>,
}

/// The centre's settings; empty ones while nobody wrote any.
pub(crate) async fn settings_of(store: &Store) -> Result<CentreSettings, StoreError> {
    let rows: Vec<Kept<CentreSettings>> = store.records(Shelf::Installation).await?;
    Ok(rows.into_iter().next().map(|row| row.body).unwrap_or_default())
}

fn filled(settings: &CentreSettings) -> Form {
    let shared: Vec<String> = settings.shared.iter().map(ToString::to_string).collect();
    Form::of([
        ("name", settings.name.clone()),
        ("phone", settings.phone.clone()),
        ("fax", settings.fax.clone()),
        ("shared", shared.join("\n")),
        ("consent", settings.consent.clone()),
    ])
}

async fn page(app: &AppState, visit: &Visit, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let facilities = app.store.facilities().await?;
    let name = |id: FacilityId| facilities.iter().find(|row| row.id == id).map(|row| row.profile.name.clone());
    let leaks: Vec<Kept<KnownLeak>> = app.store.records(Shelf::Installation).await?;
    let leaks = leaks
        .into_iter()
        .map(|row| LeakLine {
            id: row.id.to_string(),
            version: row.version,
            owner: row.body.owner.and_then(name).unwrap_or_default(),
            what: row.body.what,
            since: row.created_at.minute_in_japan(t.lang),
        })
        .collect();
    let mut owners = vec![Choice::new("", t.m("region-leak-nobody"), &form, "owner")];
    owners.extend(
        facilities.iter().map(|row| Choice::new(&row.id.to_string(), row.profile.name.clone(), &form, "owner")),
    );
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SettingsPage {
        t,
        page: visit.page(t.m("region-settings-title")),
        tabs: nav::region_tabs(visit),
        form,
        leaks,
        owners,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let form = filled(&settings_of(&app.store).await?);
    page(&app, &visit, form).await
}

pub(super) async fn save(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let name = form.line("name", NAME);
    let typed = house::words(&mut form, "shared", NOTE);
    let shared: Result<Vec<Prefix>, _> = typed.split_whitespace().take(NETWORKS).map(str::parse).collect();
    if shared.is_err() {
        form.fault("shared", Key("region-shared-wrong"));
    }
    let body = CentreSettings {
        name,
        phone: house::words(&mut form, "phone", LINE),
        fax: house::words(&mut form, "fax", LINE),
        shared: shared.unwrap_or_default(),
        consent: house::words(&mut form, "consent", NOTE),
    };
    if !form.is_right() {
        return page(&app, &visit, form).await;
    }
    app.store.put_record(&visit.act(app.now()), Shelf::Installation, &body).await?;
    app.region.told();
    Ok(visit.done(&app, "/region/settings", Key("notice-saved")))
}

/// Remembers that a secret has leaked, as a hash: the secret itself is kept nowhere.
pub(super) async fn add_leak(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let secret = form.value("secret").to_owned();
    // Never sent back to the page.
    form.forget("secret");
    let what = form.line("what", LINE);
    if secret.is_empty() {
        form.fault("secret", Key("form-empty"));
    } else if secret.chars().count() > SECRET {
        form.fault("secret", Key("form-too-long"));
    }
    let owner = match form.value("owner").to_owned().as_str() {
        "" => None,
        id => match id.parse::<FacilityId>() {
            Ok(id) => Some(app.store.facility(id).await?.id),
            Err(_) => {
                form.fault("owner", Key("form-choose"));
                None
            }
        },
    };
    if !form.is_right() {
        let mut both = filled(&settings_of(&app.store).await?);
        both.tick("what", &what);
        for (field, key) in [("what", Key("region-leak-what-needed")), ("secret", Key("region-leak-secret-needed"))] {
            if form.wrong(&visit.t(), field).is_some() {
                both.fault(field, key);
            }
        }
        return page(&app, &visit, both).await;
    }
    let body = KnownLeak { what, owner, hash: app.store.secret_hash(&secret) };
    match app.store.add_record(&visit.act(app.now()), Shelf::Installation, &body).await {
        Ok(_) => {}
        Err(StoreError::AlreadyExists(_)) => return Err(Problem::unprocessable(Key("region-leak-known"))),
        Err(error) => return Err(error.into()),
    }
    app.region.told();
    Ok(visit.done(&app, "/region/settings", Key("notice-saved")))
}

/// Forgets it.
pub(super) async fn retire_leak(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<RecordId>,
    form: Form,
) -> Result<Response, Problem> {
    let act = visit.act(app.now());
    app.store.retire_record::<KnownLeak>(&act, Shelf::Installation, id, house::seen(&form)).await?;
    app.region.told();
    Ok(visit.done(&app, "/region/settings", Key("notice-saved")))
}
