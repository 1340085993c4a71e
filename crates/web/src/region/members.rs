//! The members, and what the centre keeps about each: whom to call, FAX, groups.

use crate::AppState;
use crate::house::{self, LINE, NAME, NOTE};
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use hakutaku_model::id::FacilityId;
use hakutaku_model::party::Contact;
use hakutaku_model::record::Kept;
use hakutaku_model::region::centre::Member;
use hakutaku_store::{Shelf, StoreError};
use std::collections::BTreeMap;

/// People on the form.
pub(super) const PEOPLE: usize = 3;
/// Groups of a member.
const GROUPS: usize = 12;

struct Line {
    href: String,
    name: String,
    phone: String,
    fax: String,
    groups: String,
    known: bool,
}

#[derive(Template)]
#[template(path = "region/members.html")]
struct MembersPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "region/member_edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    form: Form,
    href: String,
    people: Vec<[String; 4]>,
}

/// The fields of each person on the form.
const FIELDS: [[&str; 3]; PEOPLE] = [
    ["person-1", "person-1-phone", "person-1-hours"],
    ["person-2", "person-2-phone", "person-2-hours"],
    ["person-3", "person-3-phone", "person-3-hours"],
];

/// The record of a member, if the centre has written one.
pub(super) async fn record_of(app: &AppState, facility: FacilityId) -> Result<Option<Kept<Member>>, Problem> {
    let all: Vec<Kept<Member>> = app.store.records(Shelf::Installation).await?;
    Ok(all.into_iter().find(|row| row.body.facility == facility))
}

pub(super) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let rows: Vec<Kept<Member>> = app.store.records(Shelf::Installation).await?;
    let known: BTreeMap<FacilityId, Member> = rows.into_iter().map(|row| (row.body.facility, row.body)).collect();
    let mut lines: Vec<Line> = app
        .store
        .facilities()
        .await?
        .into_iter()
        .map(|row| {
            let member = known.get(&row.id);
            let text = |of: fn(&Member) -> &String| member.map(of).cloned().unwrap_or_default();
            Line {
                href: format!("/region/members/{}", row.id),
                name: row.profile.name,
                phone: text(|member| &member.phone),
                fax: text(|member| &member.fax),
                groups: member.map(|member| member.groups.join(&t.m("list-separator"))).unwrap_or_default(),
                known: member.is_some(),
            }
        })
        .collect();
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    html(&MembersPage { t, page: visit.page(t.m("region-members-title")), tabs: nav::region_tabs(&visit), lines })
}

fn filled(member: &Member, version: i64) -> Form {
    let mut values = vec![
        ("phone", member.phone.clone()),
        ("fax", member.fax.clone()),
        ("groups", member.groups.join("、")),
        ("note", member.note.clone()),
        ("version", version.to_string()),
    ];
    for (fields, person) in FIELDS.iter().zip(&member.people) {
        values.extend([
            (fields[0], person.name.clone()),
            (fields[1], person.phone.clone()),
            (fields[2], person.hours.clone()),
        ]);
    }
    Form::of(values)
}

async fn page(app: &AppState, visit: &Visit, facility: FacilityId, form: Form) -> Result<Response, Problem> {
    let t = visit.t();
    let name = app.store.facility(facility).await?.profile.name;
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let href = format!("/region/members/{facility}");
    let people = FIELDS
        .iter()
        .zip(1_u32..)
        .map(|(fields, number)| {
            let [name, phone, hours] = fields.map(str::to_owned);
            [t.a("region-person", "number", number), name, phone, hours]
        })
        .collect();
    let page = EditPage {
        t,
        page: visit.page(t.m("region-member-edit")).under(href.clone(), name),
        tabs: nav::region_tabs(visit),
        form,
        href,
        people,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn edit(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
) -> Result<Response, Problem> {
    let form = record_of(&app, facility).await?.map(|row| filled(&row.body, row.version)).unwrap_or_default();
    page(&app, &visit, facility, form).await
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path(facility): Path<FacilityId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let name = app.store.facility(facility).await?.profile.name;
    let mut people = Vec::new();
    for [who, phone, hours] in FIELDS {
        let contact = Contact {
            name: house::words(&mut form, who, NAME),
            phone: house::words(&mut form, phone, LINE),
            email: String::new(),
            hours: house::words(&mut form, hours, LINE),
        };
        if contact.name.is_empty() && !contact.phone.is_empty() {
            form.fault(who, Key("form-empty"));
        }
        if !contact.name.is_empty() {
            people.push(contact);
        }
    }
    let groups = house::words(&mut form, "groups", LINE);
    let body = Member {
        facility,
        name,
        phone: house::words(&mut form, "phone", LINE),
        fax: house::words(&mut form, "fax", LINE),
        people,
        groups: groups
            .split(['、', ',', '，'])
            .map(str::trim)
            .filter(|group| !group.is_empty())
            .take(GROUPS)
            .map(str::to_owned)
            .collect(),
        note: house::words(&mut form, "note", NOTE),
    };
    if !form.is_right() {
        return page(&app, &visit, facility, form).await;
    }
    let act = visit.act(app.now());
    match record_of(&app, facility).await? {
        None => {
            app.store.add_record(&act, Shelf::Installation, &body).await?;
        }
        Some(row) => {
            match app.store.change_record(&act, Shelf::Installation, row.id, house::seen(&form), &body).await {
                Ok(_) => {}
                Err(StoreError::Conflict(_)) => {
                    form.fault("phone", Key("problem-409"));
                    return page(&app, &visit, facility, form).await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(visit.done(&app, &format!("/region/members/{facility}"), Key("notice-saved")))
}
