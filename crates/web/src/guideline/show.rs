//! The page of an edition: what 7.0 changes here, the clauses by volume and chapter, and what is not known.

use super::gather::{Edition, choice, editions};
use crate::AppState;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::{Confidence, Relation};
use hakutaku_model::clauses::{Change, Clause, ClauseState, Evidence, GuidelineChoice, changes_of_7_0, clauses, tally};
use hakutaku_model::facts::FactSheet;
use hakutaku_model::time::date_words;
use serde::Deserialize;

/// The edition whose changes are laid beside the facility's facts.
const WITH_CHANGES: &str = "mhlw-7.0";

struct Choice {
    href: String,
    title: String,
    here: bool,
    /// Whether the facility works with it.
    current: bool,
    loaded: bool,
}

struct Count {
    href: String,
    title: String,
    count: usize,
    here: bool,
}

struct AnsweredBy {
    title: String,
    relation: String,
    reason: String,
    answer: Option<String>,
    weak: bool,
}

struct ClauseView {
    id: String,
    number: String,
    summary: String,
    inferred: bool,
    badge: &'static str,
    title: String,
    controls: Vec<AnsweredBy>,
    topics: Vec<String>,
    registers: Vec<String>,
}

struct Chapter {
    title: String,
    clauses: Vec<ClauseView>,
    gaps: Vec<String>,
}

struct VolumeView {
    title: String,
    chapters: Vec<Chapter>,
}

struct ChangeView {
    key: &'static str,
    title: String,
    says: String,
    place: String,
    inferred: bool,
    yours: Vec<String>,
    ask: Vec<String>,
    due: Option<String>,
    look: bool,
}

struct Told {
    place: String,
    text: String,
    inferred: bool,
}

#[derive(Template)]
#[template(path = "guideline/show.html")]
struct GuidelinePage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    base: String,
    editions: Vec<Choice>,
    id: String,
    title: String,
    published: String,
    notice: String,
    url: String,
    is_current: bool,
    current_title: String,
    switched_on: Option<String>,
    choice_version: i64,
    may_switch: bool,
    may_load: bool,
    total: usize,
    counts: Vec<Count>,
    unmatched: usize,
    changes: Vec<ChangeView>,
    reported: Vec<Told>,
    explanations: Vec<Told>,
    timeline: Vec<Told>,
    volumes: Vec<VolumeView>,
    gaps: Vec<Told>,
}

/// Which edition, and which clauses of it.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    edition: Option<String>,
    state: Option<String>,
}

fn badge(state: ClauseState) -> &'static str {
    match state {
        ClauseState::Well => "good",
        ClauseState::Weak => "bad",
        ClauseState::Nothing => "now",
        ClauseState::NotAsked => "",
    }
}

fn relation(t: Words, relation: Relation) -> String {
    match relation {
        Relation::Equal => t.m("clauses-equal"),
        Relation::Subset => t.m("clauses-subset"),
        Relation::Superset => t.m("clauses-superset"),
        Relation::Intersects => t.m("clauses-intersects"),
    }
}

fn register(t: Words, register: Evidence, facts: &FactSheet) -> String {
    let title = t.text(&register.title()).to_owned();
    match register.held(facts) {
        None => t.a("clauses-register-none", "register", title),
        Some((count, None)) => t.a2("clauses-register", "register", title, "count", count),
        Some((count, Some(day))) => {
            t.a3("clauses-register-day", ("register", title), ("count", count), ("day", date_words(day, t.lang)))
        }
    }
}

fn view(t: Words, app: &AppState, facts: &FactSheet, clause: &Clause<'_>) -> ClauseView {
    let item = clause.item;
    let prefix = format!("{} {}", item.volume, item.chapter);
    ClauseView {
        id: item.id.clone(),
        number: item.citation.strip_prefix(&prefix).unwrap_or(&item.citation).trim().to_owned(),
        summary: t.text(&item.summary).to_owned(),
        inferred: item.confidence == Confidence::Inferred,
        badge: badge(clause.state),
        title: t.text(&clause.state.title()).to_owned(),
        controls: clause
            .controls
            .iter()
            .map(|control| AnsweredBy {
                title: t.text(control.title).to_owned(),
                relation: relation(t, control.relation),
                reason: t.text(control.reason).to_owned(),
                answer: control
                    .fact
                    .map(|fact| t.a2("clauses-answer", "level", fact.level.get(), "day", date_words(fact.day, t.lang))),
                weak: control.fact.is_some_and(|fact| fact.level.get() < 2),
            })
            .collect(),
        topics: clause
            .topics
            .iter()
            .filter_map(|topic| app.catalogue.checklist_topics.get(*topic))
            .map(|topic| t.text(&topic.title).to_owned())
            .collect(),
        registers: clause.registers.iter().map(|one| register(t, *one, facts)).collect(),
    }
}

/// The clauses by volume and chapter, each chapter with what is not known of it.
fn volumes(t: Words, app: &AppState, facts: &FactSheet, edition: &Edition, shown: &[&Clause<'_>]) -> Vec<VolumeView> {
    let mut volumes: Vec<VolumeView> = Vec::new();
    for clause in shown {
        let item = clause.item;
        if volumes.last().is_none_or(|volume| volume.title != item.volume) {
            volumes.push(VolumeView { title: item.volume.clone(), chapters: Vec::new() });
        }
        let Some(volume) = volumes.last_mut() else { continue };
        let title = [item.chapter.as_str(), &item.chapter_title]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        if volume.chapters.last().is_none_or(|chapter| chapter.title != title) {
            let place = format!("{} {}", item.volume, item.chapter);
            let gaps = edition.guideline.about.gaps.iter().filter(|gap| gap.place == place);
            let gaps = gaps.map(|gap| t.text(&gap.what).to_owned()).collect();
            volume.chapters.push(Chapter { title, clauses: Vec::new(), gaps });
        }
        if let Some(chapter) = volume.chapters.last_mut() {
            chapter.clauses.push(view(t, app, facts, clause));
        }
    }
    volumes
}

fn change(t: Words, change: Change) -> ChangeView {
    let due = change.due.map(|(day, left)| {
        let day = date_words(day, t.lang);
        if left >= 0 { t.a2("clauses-due", "day", day, "left", left) } else { t.a("clauses-due-past", "day", day) }
    });
    ChangeView {
        key: change.key,
        title: t.text(&change.title).to_owned(),
        says: t.text(&change.says).to_owned(),
        place: t.text(&change.place).to_owned(),
        inferred: change.confidence == Confidence::Inferred,
        yours: change.yours.iter().map(|line| t.text(line).to_owned()).collect(),
        ask: change.ask.iter().map(|line| t.text(line).to_owned()).collect(),
        due,
        look: change.look,
    }
}

/// The page.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = format!("/facilities/{facility}/forms/guideline");
    let today = app.now().date_in_japan();
    let all = editions(&app).await?;
    let row = choice(&app, facility).await?;
    let current = row.as_ref().map_or(GuidelineChoice::FIRST, |row| row.body.edition.as_str());
    let id = asked.edition.as_deref().unwrap_or(current);
    let edition = all.iter().find(|edition| edition.guideline.id == id).ok_or(Problem::NotFound)?;
    let only = match asked.state.as_deref() {
        None | Some("") => None,
        Some(key) => Some(ClauseState::from_key(key).ok_or(Problem::NotFound)?),
    };
    let facts = app.store.facts(&app.catalogue, facility, today).await?;
    let found = clauses(&app.catalogue, &edition.guideline, &facts, &edition.same_as);
    let mut counts = vec![Count {
        href: format!("{base}?edition={id}"),
        title: t.m("clauses-all"),
        count: found.len(),
        here: only.is_none(),
    }];
    counts.extend(tally(&found).into_iter().map(|(state, count)| Count {
        href: format!("{base}?edition={id}&state={}", state.key()),
        title: t.text(&state.title()).to_owned(),
        count,
        here: only == Some(state),
    }));
    let shown: Vec<&Clause<'_>> =
        found.iter().filter(|clause| only.is_none_or(|state| clause.state == state)).collect();
    let title_of = |id: &str| {
        let edition = all.iter().find(|edition| edition.guideline.id == id);
        edition.map_or_else(|| id.to_owned(), |edition| t.text(&edition.guideline.title).to_owned())
    };
    let about = &edition.guideline.about;
    let told = |place: &str, text: &hakutaku_model::text::Text, confidence: Confidence| Told {
        place: place.to_owned(),
        text: t.text(text).to_owned(),
        inferred: confidence == Confidence::Inferred,
    };
    let page = GuidelinePage {
        t,
        page: visit.page(t.k(Key("clauses-title"))),
        tabs: nav::tabs(&visit, nav::FORMS),
        editions: all
            .iter()
            .map(|other| Choice {
                href: format!("{base}?edition={}", other.guideline.id),
                title: t.text(&other.guideline.title).to_owned(),
                here: other.guideline.id == id,
                current: other.guideline.id == current,
                loaded: other.loaded,
            })
            .collect(),
        id: id.to_owned(),
        title: t.text(&edition.guideline.title).to_owned(),
        published: edition.guideline.published.clone(),
        notice: t.text(&edition.guideline.notice).to_owned(),
        url: edition.guideline.url.clone(),
        is_current: id == current,
        current_title: title_of(current),
        switched_on: row.as_ref().map(|row| date_words(row.body.on, t.lang)),
        choice_version: row.as_ref().map_or(0, |row| row.version),
        may_switch: visit.may(Action::EditFacility),
        may_load: visit.may(Action::ManageInstallation),
        total: found.len(),
        unmatched: found.iter().filter(|clause| clause.state == ClauseState::NotAsked).count(),
        changes: if id == WITH_CHANGES {
            changes_of_7_0(&facts, &app.catalogue, today).into_iter().map(|one| change(t, one)).collect()
        } else {
            Vec::new()
        },
        reported: about.changes.iter().map(|one| told(&one.place, &one.summary, one.confidence)).collect(),
        explanations: about.explanations.iter().map(|one| told(&one.place, &one.summary, one.confidence)).collect(),
        timeline: about
            .timeline
            .iter()
            .map(|one| told(&date_words(one.date, t.lang), &one.event, one.confidence))
            .collect(),
        volumes: volumes(t, &app, &facts, edition, &shown),
        gaps: about.gaps.iter().map(|gap| told(&gap.place, &gap.what, Confidence::Seen)).collect(),
        counts,
        base,
    };
    html(&page)
}
