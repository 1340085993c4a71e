//! Who changed an answer, and when.

use crate::AppState;
use crate::answering::address;
use crate::answering::sheet::title;
use crate::answering::view::answer_words;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_store::ChangeKind;

struct ChangeView {
    at: String,
    by: String,
    kind: String,
    words: Option<String>,
    note: String,
}

#[derive(Template)]
#[template(path = "answering/history.html")]
struct HistoryPage<'c> {
    t: Words,
    page: Page,
    text: &'c str,
    back: String,
    changes: Vec<ChangeView>,
}

/// The changes of one answer, newest first.
pub(crate) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (facility, assessment, id) = visit.question()?;
    let t = visit.t();
    let (row, changes) = tokio::try_join!(
        app.store.assessment(facility, assessment),
        app.store.answer_history(facility, assessment, &id)
    )?;
    let (questionnaire, section, question) = app.catalogue.question(&id).ok_or(Problem::NotFound)?;
    let base = address(&row);
    let back = format!("{base}/fields/{}#{id}", section.field);
    let changes = changes
        .iter()
        .rev()
        .map(|change| ChangeView {
            at: change.at.minute_in_japan(t.lang),
            by: change.by.clone(),
            kind: t.k(kind_words(change.kind)),
            words: change.value.as_ref().map(|value| answer_words(question, value, t)),
            note: change.note.clone(),
        })
        .collect();
    html(&HistoryPage {
        t,
        page: visit
            .page(t.k(Key("history-title")))
            .under(format!("/facilities/{facility}/assessments"), t.k(Key("assessments-title")))
            .under(base, title(&row, questionnaire, t.lang))
            .under(back.clone(), t.text(&section.title)),
        text: t.text(&question.text),
        back,
        changes,
    })
}

fn kind_words(kind: ChangeKind) -> Key {
    match kind {
        ChangeKind::Saved => Key("history-saved"),
        ChangeKind::Cleared => Key("history-cleared"),
        ChangeKind::CarriedOver => Key("history-carried-over"),
        ChangeKind::Imported => Key("history-imported"),
    }
}
