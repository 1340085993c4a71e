//! Known noise of the house: its own scanner, asset tools, monitoring. Declared with reason and end; nothing is switched off.

use super::{base, kind_words, noise_form};
use crate::AppState;
use crate::house::Choice;
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
use hakutaku_model::record::Kept;
use hakutaku_model::region::noise::{Declaration, Standing};
use hakutaku_model::text::Text;

struct Line {
    id: String,
    from: String,
    reason: String,
    covers: String,
    by: String,
    until: String,
    standing: String,
    mood: &'static str,
    in_force: bool,
}

#[derive(Template)]
#[template(path = "watch/noise.html")]
struct NoisePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    form: Form,
    may: bool,
    lines: Vec<Line>,
    soon: usize,
    kinds: Vec<Choice>,
    faults: Vec<String>,
}

/// Where a declaration stands, in words, with the mood of its badge.
fn standing_words(standing: Standing) -> (Key, &'static str) {
    match standing {
        Standing::Coming => (Key("noise-coming"), ""),
        Standing::InForce => (Key("noise-in-force"), "good"),
        Standing::EndsSoon => (Key("noise-ends-soon"), "now"),
        Standing::Over => (Key("noise-over"), ""),
        Standing::Withdrawn => (Key("noise-withdrawn"), ""),
    }
}

fn line(t: Words, row: Kept<Declaration>, now: hakutaku_model::time::Ts) -> Line {
    let one = row.body;
    let standing = one.standing(now);
    let (words, mood) = standing_words(standing);
    let protocols = if one.protocols.is_empty() { t.m("noise-any-protocol") } else { one.protocols.join(" ") };
    Line {
        id: row.id.to_string(),
        covers: t.a2("noise-covers", "kind", t.k(kind_words(one.up_to)), "protocols", protocols),
        from: one.from.to_string(),
        reason: one.reason,
        by: one.by,
        until: one.until.minute_in_japan(t.lang),
        standing: t.k(words),
        mood,
        in_force: matches!(standing, Standing::Coming | Standing::InForce | Standing::EndsSoon),
    }
}

/// The kinds to choose from.
pub(crate) fn kind_choices(t: Words, form: &Form) -> Vec<Choice> {
    noise_form::UP_TO.iter().map(|kind| Choice::new(kind.key(), t.k(kind_words(*kind)), form, "up-to")).collect()
}

async fn page(app: &AppState, visit: &Visit, form: Form, faults: &[Text]) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let mut rows: Vec<Kept<Declaration>> = app.store.records(facility).await?;
    let rank = |row: &Kept<Declaration>| match row.body.standing(now) {
        Standing::EndsSoon => 0,
        Standing::InForce => 1,
        Standing::Coming => 2,
        Standing::Over | Standing::Withdrawn => 3,
    };
    rows.sort_by_key(|row| (rank(row), row.body.until));
    let soon = rows.iter().filter(|row| row.body.standing(now) == Standing::EndsSoon).count();
    let right = form.is_right() && faults.is_empty();
    let status = if right { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = NoisePage {
        t,
        page: visit.page(t.m("noise-title")),
        tabs: nav::tabs(visit, nav::WATCH),
        base: base(facility),
        may: visit.may(Action::EditSensors),
        lines: rows.into_iter().map(|row| line(t, row, now)).collect(),
        soon,
        kinds: kind_choices(t, &form),
        faults: faults.iter().map(|fault| t.text(fault).to_owned()).collect(),
        form,
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    page(&app, &visit, Form::default(), &[]).await
}

pub(super) async fn declare(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let by = visit.person()?.display_name.clone();
    match noise_form::read(&mut form, facility, &by, app.now()) {
        Err(faults) => page(&app, &visit, form, &faults).await,
        Ok(declaration) => {
            app.store.add_record(&visit.act(app.now()), facility, &declaration).await?;
            app.region.told();
            Ok(visit.done(&app, &format!("{}/noise", base(facility)), Key("notice-saved")))
        }
    }
}

/// Takes a declaration back: from now on its touches count.
pub(super) async fn withdraw(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
) -> Result<Response, Problem> {
    let (facility, now) = (visit.place()?.id, app.now());
    take_back(&app, &visit, facility, id, now).await?;
    Ok(visit.done(&app, &format!("{}/noise", base(facility)), Key("notice-saved")))
}

/// The same for programs.
pub(crate) async fn take_back(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
    id: RecordId,
    now: hakutaku_model::time::Ts,
) -> Result<(), Problem> {
    let row: Kept<Declaration> = app.store.record_of(facility, id).await?;
    if row.body.withdrawn.is_some() {
        return Ok(());
    }
    let by = visit.person()?.display_name.clone();
    let body = Declaration { withdrawn: Some((now, by)), ..row.body };
    app.store.change_record(&visit.act(now), facility, id, row.version, &body).await?;
    app.region.told();
    Ok(())
}
