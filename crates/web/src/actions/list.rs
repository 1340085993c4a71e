//! The list: what presses first; by state, source and owner.

use super::pulse::looked_at;
use super::{badge, base, source_words, state_words};
use crate::AppState;
use crate::house::Choice;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::corrective::{CorrectiveAction, Source, State as Standing};
use hakutaku_model::record::Kept;
use hakutaku_model::time::date_words;
use jiff::civil::Date;
use serde::Deserialize;

/// What the list is narrowed to.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    owner: String,
}

impl Asked {
    fn takes(&self, row: &CorrectiveAction, today: Date) -> bool {
        (self.state.is_empty() || row.state(today).key() == self.state)
            && (self.source.is_empty() || row.source.key() == self.source)
            && (self.owner.is_empty() || row.owner == self.owner)
    }
}

struct Line {
    href: String,
    title: String,
    state: String,
    badge: &'static str,
    source: String,
    owner: String,
    due: String,
    preventive: bool,
    /// Opened again by itself or by somebody.
    again: bool,
}

struct Count {
    href: String,
    words: String,
    badge: &'static str,
    count: usize,
    here: bool,
}

#[derive(Template)]
#[template(path = "actions/list.html")]
struct ListPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    may_edit: bool,
    empty: bool,
    reopened: Vec<String>,
    counts: Vec<Count>,
    sources: Vec<Choice>,
    owners: Vec<Choice>,
    state: String,
    narrowed: bool,
    lines: Vec<Line>,
}

fn line(t: Words, facility: &str, row: &Kept<CorrectiveAction>, today: Date) -> Line {
    let (action, state) = (&row.body, row.body.state(today));
    Line {
        href: format!("{facility}/{}", row.id),
        title: action.title.clone(),
        state: t.k(state_words(state)),
        badge: badge(state),
        source: t.k(source_words(action.source.key())),
        owner: action.owner.clone(),
        due: action.due.map(|day| date_words(day, t.lang)).unwrap_or_default(),
        preventive: action.preventive,
        again: !action.reopened.is_empty() && state.is_open(),
    }
}

/// The list.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, facility, today) = (visit.t(), visit.place()?.id, app.now().date_in_japan());
    let base = base(facility);
    let (mut rows, reopened) = looked_at(&app, facility).await?;
    rows.sort_by_key(|row| {
        let state = row.body.state(today);
        (state.urgency(), row.body.due.unwrap_or(Date::MAX), row.id)
    });
    let counts = Standing::ALL
        .into_iter()
        .map(|state| Count {
            href: format!("{base}?state={}", state.key()),
            words: t.k(state_words(state)),
            badge: badge(state),
            count: rows.iter().filter(|row| row.body.state(today) == state).count(),
            here: asked.state == state.key(),
        })
        .filter(|count| count.count > 0 || count.here)
        .collect();
    let form = Form::of([("source", asked.source.clone()), ("owner", asked.owner.clone())]);
    let mut sources = vec![Choice::new("", t.m("actions-all-sources"), &form, "source")];
    sources.extend(Source::KEYS.iter().map(|key| Choice::new(key, t.k(source_words(key)), &form, "source")));
    let mut names: Vec<String> =
        rows.iter().map(|row| row.body.owner.clone()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let mut owners = vec![Choice::new("", t.m("actions-all-owners"), &form, "owner")];
    owners.extend(names.into_iter().map(|name| Choice::new(&name, name.clone(), &form, "owner")));
    html(&ListPage {
        t,
        page: visit.page(t.m("actions-title")),
        tabs: nav::tabs(&visit, nav::AUDITS),
        may_edit: visit.may(Action::EditActions),
        empty: rows.is_empty(),
        reopened,
        counts,
        sources,
        owners,
        narrowed: !(asked.state.is_empty() && asked.source.is_empty() && asked.owner.is_empty()),
        lines: rows.iter().filter(|row| asked.takes(&row.body, today)).map(|row| line(t, &base, row, today)).collect(),
        state: asked.state,
        base,
    })
}
