//! Whom the house lets act for it, in what, until when; and everything that was done for it.

use super::base;
use crate::AppState;
use crate::house::{self, Choice, NAME};
use crate::region::end_of;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::person::Role;
use hakutaku_model::record::Kept;
use hakutaku_model::region::centre::STAFF;
use hakutaku_model::region::watch::consent::{Act, Consent, Entry};
use hakutaku_model::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Deeds shown.
const DEEDS: usize = 200;

struct Line {
    id: String,
    to: String,
    acts: String,
    /// By whom, when, until when.
    given: String,
    standing: String,
    mood: &'static str,
    in_force: bool,
}

struct Done {
    when: String,
    who: String,
    what: String,
    words: String,
}

#[derive(Template)]
#[template(path = "watch/consent.html")]
struct ConsentPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    form: Form,
    may: bool,
    words: String,
    centre: Vec<(String, String)>,
    lines: Vec<Line>,
    people: Vec<Choice>,
    acts: Vec<Choice>,
    done: Vec<Done>,
    faults: Vec<String>,
}

/// Staff of the centre: `person:<id>` and name.
async fn staff(app: &AppState) -> Result<BTreeMap<String, String>, Problem> {
    let mut found = BTreeMap::new();
    for person in app.store.people().await? {
        if person.disabled {
            continue;
        }
        let at_centre = app
            .store
            .memberships_of(person.id)
            .await?
            .iter()
            .any(|(place, role)| place.is_none() && matches!(role, Role::RegionalSupporter | Role::Administrator));
        if at_centre {
            found.insert(format!("person:{}", person.id), person.display_name);
        }
    }
    Ok(found)
}

async fn page(app: &AppState, visit: &Visit, form: Form, faults: &[Text]) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let staff = staff(app).await?;
    let everybody = t.m("consent-everybody");
    let mut rows: Vec<Kept<Consent>> = app.store.records(facility).await?;
    rows.sort_by_key(|row| {
        (row.body.withdrawn.is_some() || row.body.until <= now, std::cmp::Reverse(row.body.given_at))
    });
    let lines = rows
        .into_iter()
        .map(|row| {
            let one = row.body;
            let in_force = one.withdrawn.is_none() && one.until > now;
            let acts: Vec<String> = one.acts.iter().map(|act| t.text(&act.title()).to_owned()).collect();
            Line {
                id: row.id.to_string(),
                to: match one.to.as_str() {
                    STAFF => everybody.clone(),
                    person => staff.get(person).cloned().unwrap_or_else(|| t.m("consent-somebody-gone")),
                },
                acts: acts.join(&t.m("list-separator")),
                given: t.a3(
                    "consent-given",
                    ("who", one.given_by),
                    ("since", one.given_at.minute_in_japan(t.lang)),
                    ("until", one.until.minute_in_japan(t.lang)),
                ),
                standing: match &one.withdrawn {
                    Some((at, by)) => t.a2("consent-withdrawn", "when", at.minute_in_japan(t.lang), "who", by.as_str()),
                    None if in_force => t.m("consent-in-force"),
                    None => t.m("consent-over"),
                },
                mood: if in_force { "good" } else { "" },
                in_force,
            }
        })
        .collect();
    let mut done: Vec<Kept<Entry>> = app.store.records(facility).await?;
    done.sort_by_key(|row| std::cmp::Reverse(row.body.at));
    let mut people = vec![Choice::new(STAFF, everybody.clone(), &form, "to")];
    people.extend(staff.iter().map(|(id, name)| Choice::new(id, name.clone(), &form, "to")));
    let settings = crate::region::settings_of(&app.store).await?;
    let right = form.is_right() && faults.is_empty();
    let status = if right { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = ConsentPage {
        t,
        page: visit.page(t.m("consent-title")),
        tabs: nav::tabs(visit, nav::WATCH),
        base: base(facility),
        may: visit.may(Action::GiveConsent),
        words: if settings.consent.is_empty() { t.m("consent-lead") } else { settings.consent },
        centre: [
            (t.m("consent-centre"), settings.name),
            (t.m("region-phone"), settings.phone),
            (t.m("region-fax"), settings.fax),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect(),
        lines,
        people,
        acts: house::choices(t, &form, "acts", Act::ALL, Act::key, Act::title),
        done: done
            .into_iter()
            .take(DEEDS)
            .map(|row| Done {
                when: row.body.at.minute_in_japan(t.lang),
                what: t.text(&row.body.act.title()).to_owned(),
                words: t.text(&row.body.words).to_owned(),
                who: row.body.by,
            })
            .collect(),
        faults: faults.iter().map(|fault| t.text(fault).to_owned()).collect(),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), &[]).await
}

/// Gives a consent.
pub(super) async fn give(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let known = staff(&app).await?;
    let to = form.choice("to", |key| (key == STAFF || known.contains_key(key)).then(|| key.to_owned()));
    let acts: BTreeSet<Act> = form.values("acts").iter().filter_map(|key| Act::from_key(key)).collect();
    let until = house::date(&mut form, "until");
    if until.is_none() {
        form.fault("until", Key("region-until-needed"));
    }
    // Whoever decided may be somebody else than who types.
    let typed = house::words(&mut form, "given-by", NAME);
    let given_by = if typed.is_empty() { visit.person()?.display_name.clone() } else { typed };
    let (Some(to), Some(until), true) = (to, until, form.is_right()) else {
        return page(&app, &visit, form, &[]).await;
    };
    let id = uuid::Uuid::now_v7().to_string();
    let consent = Consent { id, facility, given_by, given_at: now, to, acts, until: end_of(until), withdrawn: None };
    let faults = consent.faults();
    if !faults.is_empty() {
        return page(&app, &visit, form, &faults).await;
    }
    app.store.add_record(&visit.act(now), facility, &consent).await?;
    Ok(visit.done(&app, &format!("{}/consent", base(facility)), Key("notice-saved")))
}

/// Takes it back, at once.
pub(super) async fn withdraw(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    let row: Kept<Consent> = app.store.record_of(facility, id).await?;
    if row.body.withdrawn.is_none() {
        let by = visit.person()?.display_name.clone();
        let body = Consent { withdrawn: Some((now, by)), ..row.body };
        app.store.change_record(&visit.act(now), facility, id, row.version, &body).await?;
    }
    Ok(visit.done(&app, &format!("{}/consent", base(facility)), Key("notice-saved")))
}
