//! The observers' sheet: 1 to 5 with a comment, saved as it is marked.

use super::report::{Question, questions};
use super::{Sitting, page};
use crate::AppState;
use crate::drills::screens::Parts;
use crate::drills::words::for_scripts;
use crate::drills::{LONGEST, after, once_of};
use crate::shell::form::Form;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::exercise::{DrillEvent, DrillState, Stage, Tone, who};

struct ItemView {
    id: String,
    text: String,
    /// 0 for none.
    score: u8,
    comment: String,
}

struct SectionView {
    id: String,
    title: String,
    items: Vec<ItemView>,
}

#[derive(Template)]
#[template(path = "drill_seat/observe.html")]
struct ObservePage {
    t: Words,
    page: Page,
    position: usize,
    clock: String,
    words: String,
    minute: String,
    name: String,
    parts: Parts,
    ended: bool,
    questions: Vec<Question>,
    scale: Vec<(u8, String)>,
    sections: Vec<SectionView>,
}

fn sections(t: Words, sitting: &Sitting, state: &DrillState) -> Vec<SectionView> {
    let me = who(&sitting.author());
    let item = |section: &str, item: &hakutaku_model::exercise::scenario::EvaluationItem| {
        let mine = state
            .scores
            .iter()
            .find(|deed| deed.who == me && deed.what.section == section && deed.what.item == item.id);
        ItemView {
            id: item.id.clone(),
            text: t.text(&item.text).to_owned(),
            score: mine.map_or(0, |deed| deed.what.score),
            comment: mine.map_or_else(String::new, |deed| deed.what.comment.clone()),
        }
    };
    let all = sitting.drill.setup.scenario.evaluation.sections.iter();
    all.map(|section| SectionView {
        id: section.id.clone(),
        title: t.text(&section.title).to_owned(),
        items: section.items.iter().map(|known| item(&section.id, known)).collect(),
    })
    .collect()
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let t = visit.t();
    let sitting = Sitting::of(&app, &visit).await?;
    if !sitting.observes() {
        return Ok(Redirect::to("/seat/drill").into_response());
    }
    sitting.come_in(&app).await?;
    let drill = &sitting.drill;
    let page = page(&visit, "/seat/drill/observe", drill.room.title.clone());
    let (parts, position, clock, minute) = drill.page(&app, &sitting.audience(&visit), &page.csrf).await?;
    let author = sitting.author();
    let (stage, questions, sections) = drill
        .read(&app, |state| (state.stage(), questions(t, drill, state, &author), sections(t, &sitting, state)))
        .await?;
    let scale = drill.setup.scenario.evaluation.scale.iter().rev();
    Ok(html(&ObservePage {
        t,
        page,
        position,
        clock: clock.to_string(),
        words: for_scripts(t),
        minute,
        name: sitting.seat.name.clone(),
        parts,
        ended: stage == Stage::Ended,
        questions,
        scale: scale.map(|(mark, text)| (*mark, t.text(text).to_owned())).collect(),
        sections,
    })?
    .into_response())
}

/// Saves one mark with its comment, or a note.
pub(super) async fn score(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Problem> {
    let sitting = Sitting::of(&app, &visit).await?;
    if !sitting.observes() {
        return Err(Problem::NotFound);
    }
    let author = sitting.author();
    let done = sitting.drill.act(&app, &author, once_of(&form), |state, _| events(&sitting, state, &form)).await;
    after(&visit, &headers, "/seat/drill/observe", done)
}

fn events(sitting: &Sitting, state: &DrillState, form: &Form) -> Result<Vec<DrillEvent>, Problem> {
    let unclear = || Problem::unprocessable(Key("drill-unclear"));
    // An observer goes on scoring after the end; before the start there is nothing to score.
    if state.stage() == Stage::Waiting {
        return Err(Problem::Said(StatusCode::CONFLICT, Key("drill-not-now")));
    }
    let field = if form.value("do") == "note" { "text" } else { "comment" };
    let text = form.value(field).trim().to_owned();
    if text.chars().count() > LONGEST || text.contains('\0') {
        return Err(Problem::unprocessable(Key("drill-wrong-text")));
    }
    if form.value("do") == "note" {
        let tone = match form.value("tone") {
            "good" => Tone::Good,
            "improve" => Tone::Improve,
            _ => Tone::Plain,
        };
        if text.is_empty() {
            return Err(Problem::unprocessable(Key("drill-wrong-text")));
        }
        return Ok(vec![DrillEvent::Noted { text, tone, section: None, objective: None }]);
    }
    let (section, item) = (form.value("section").to_owned(), form.value("item").to_owned());
    sitting.drill.setup.scenario.item(&section, &item).ok_or_else(unclear)?;
    let score = form.value("score").parse().ok().filter(|score| (1..=5).contains(score));
    // A comment without a mark waits for its mark: the sheet says so, nothing is lost on the screen.
    let score = score.ok_or_else(|| Problem::unprocessable(Key("drill-mark-first")))?;
    Ok(vec![DrillEvent::Scored { section, item, score, comment: text }])
}
