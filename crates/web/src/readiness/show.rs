//! The page: one revision, its fees, what each condition needs and has.

use super::gather::{Gathered, revision};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::{Citation, Confidence};
use hakutaku_model::readiness::{AddOn, Check, Condition, State as Standing, readiness, standing_sentence};
use hakutaku_model::time::date_words;
use serde::Deserialize;

struct Choice {
    href: String,
    title: String,
    here: bool,
}

struct Ruling<'c> {
    text: &'c str,
    source: String,
    url: &'c str,
    inferred: bool,
}

/// Evidence that is noted already.
struct Note {
    evidence: String,
    place: String,
    who: String,
    on: String,
    version: i64,
    by: String,
}

struct ConditionView<'c> {
    id: &'c str,
    text: &'c str,
    tiers: &'c str,
    desirable: bool,
    bring: &'c str,
    inferred: bool,
    state: &'static str,
    badge: &'static str,
    title: String,
    reasons: Vec<String>,
    rulings: Vec<Ruling<'c>>,
    note: Option<Note>,
    /// Whether a note can be written: not where the text is unknown or nothing applies.
    notable: bool,
    /// The form as it was sent, when it was not right.
    form: Form,
    open: bool,
}

struct AddOnView<'c> {
    id: &'c str,
    title: &'c str,
    points: &'c str,
    notes: Vec<&'c str>,
    source: String,
    url: &'c str,
    inferred: bool,
    /// Why nothing of it applies here.
    elsewhere: Option<String>,
    /// How many conditions stand how.
    counts: String,
    conditions: Vec<ConditionView<'c>>,
}

#[derive(Template)]
#[template(path = "readiness/show.html")]
struct ReadinessPage<'c> {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    years: Vec<Choice>,
    title: &'c str,
    notice: &'c str,
    sentence: String,
    kind: String,
    beds: u32,
    may_edit: bool,
    here: Vec<AddOnView<'c>>,
    elsewhere: Vec<AddOnView<'c>>,
    gaps: Vec<&'c str>,
}

/// Which revision is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    revision: Option<String>,
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    page(&app, &visit, asked.revision.as_deref(), None).await
}

fn source(citation: &Citation) -> String {
    [citation.title.as_str(), &citation.date].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

fn badge(state: Standing) -> &'static str {
    match state {
        Standing::EvidenceReady => "good",
        Standing::NotReady => "bad",
        Standing::NotInOurData => "now",
        Standing::DoesNotApply => "",
    }
}

fn condition<'c>(
    t: Words,
    gathered: &Gathered,
    found: Condition<'c>,
    sent: Option<&(String, Form)>,
) -> ConditionView<'c> {
    let rule = found.rule;
    let kept = gathered.kept.iter().find(|row| row.body.condition == rule.id);
    let sent = sent.filter(|(id, _)| *id == rule.id).map(|(_, form)| form.clone());
    let form = match (&sent, kept) {
        (Some(form), _) => form.clone(),
        (None, Some(row)) => Form::of([
            ("evidence", row.body.evidence.clone()),
            ("place", row.body.place.clone()),
            ("on", row.body.on.to_string()),
            ("who", row.body.who.clone()),
        ]),
        (None, None) => Form::default(),
    };
    ConditionView {
        id: &rule.id,
        text: t.text(&rule.text),
        tiers: rule.tiers.as_ref().map_or("", |tiers| t.text(tiers)),
        desirable: rule.desirable,
        bring: t.text(&rule.bring),
        inferred: rule.confidence == Confidence::Inferred,
        state: found.state.key(),
        badge: badge(found.state),
        title: t.text(&found.state.title()).to_owned(),
        reasons: found.reasons.iter().map(|reason| t.text(reason).to_owned()).collect(),
        rulings: found
            .answers
            .into_iter()
            .map(|ruling| Ruling {
                text: t.text(&ruling.text),
                source: source(&ruling.source),
                url: &ruling.source.url,
                inferred: ruling.confidence == Confidence::Inferred,
            })
            .collect(),
        note: kept.map(|row| Note {
            evidence: row.body.evidence.clone(),
            place: row.body.place.clone(),
            who: row.body.who.clone(),
            on: date_words(row.body.on, t.lang),
            version: row.version,
            by: row.changed_by.clone(),
        }),
        notable: rule.check != Check::TextUnknown && found.state != Standing::DoesNotApply,
        open: sent.is_some(),
        form,
    }
}

fn add_on<'c>(t: Words, gathered: &Gathered, found: AddOn<'c>, sent: Option<&(String, Form)>) -> AddOnView<'c> {
    let rule = found.rule;
    AddOnView {
        id: &rule.id,
        title: t.text(&rule.title),
        points: t.text(&rule.points),
        notes: rule.notes.iter().map(|note| t.text(note)).collect(),
        source: source(&rule.source),
        url: &rule.source.url,
        inferred: rule.confidence == Confidence::Inferred,
        elsewhere: found.does_not_apply.as_ref().map(|why| t.text(why).to_owned()),
        counts: t.a3(
            "readiness-counts",
            ("ready", found.count(Standing::EvidenceReady)),
            ("not-ready", found.count(Standing::NotReady)),
            ("unknown", found.count(Standing::NotInOurData)),
        ),
        conditions: found.conditions.into_iter().map(|one| condition(t, gathered, one, sent)).collect(),
    }
}

/// The page; `sent` is a note that was not right, by condition.
pub(super) async fn page(
    app: &AppState,
    visit: &Visit,
    year: Option<&str>,
    sent: Option<(String, Form)>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = format!("/facilities/{facility}/forms/reimbursement");
    let chosen = revision(&app.catalogue.revisions, year).ok_or(Problem::NotFound)?;
    let gathered = Gathered::of(app, facility).await?;
    let found = readiness(chosen, &gathered.ground(), &app.catalogue);
    let (here, elsewhere) = found
        .into_iter()
        .map(|one| add_on(t, &gathered, one, sent.as_ref()))
        .partition(|one: &AddOnView<'_>| one.elsewhere.is_none());
    let years = app
        .catalogue
        .revisions
        .iter()
        .rev()
        .map(|revision| Choice {
            href: format!("{base}?revision={}", revision.year),
            title: t.text(&revision.title).to_owned(),
            here: revision.year == chosen.year,
        })
        .collect();
    let page = ReadinessPage {
        t,
        page: visit.page(t.k(Key("readiness-title"))),
        tabs: nav::tabs(visit, nav::FORMS),
        years,
        title: t.text(&chosen.title),
        notice: t.text(&chosen.notice),
        sentence: t.text(&standing_sentence()).to_owned(),
        kind: t.text(&gathered.profile.kind.title()).to_owned(),
        beds: gathered.profile.beds,
        may_edit: visit.may(Action::AnswerForms),
        here,
        elsewhere,
        gaps: chosen.gaps.iter().map(|gap| t.text(gap)).collect(),
        base,
    };
    let status = if sent.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, html(&page)?).into_response())
}
