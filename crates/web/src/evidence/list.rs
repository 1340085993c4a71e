//! All evidence of an assessment.

use crate::AppState;
use crate::answering::address;
use crate::answering::sheet::Sheet;
use crate::answering::view::size_words;
use crate::answering::when;
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;

struct File {
    href: String,
    name: String,
    size: String,
    by: String,
    at: String,
}

struct Group<'c> {
    number: String,
    text: &'c str,
    hint: &'c str,
    href: String,
    files: Vec<File>,
}

#[derive(Template)]
#[template(path = "evidence/list.html")]
struct EvidencePage<'c> {
    t: Words,
    page: Page,
    groups: Vec<Group<'c>>,
    files: usize,
    without: usize,
    remove: bool,
}

/// The files by question.
pub(crate) async fn list(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let (facility, assessment) = visit.assessment()?;
    let sheet = Sheet::load(&app, facility, assessment).await?;
    let (t, now, base) = (visit.t(), app.now(), address(&sheet.row));
    let mut groups = Vec::new();
    for section in &sheet.questionnaire.sections {
        for question in &section.questions {
            let Some(rows) = sheet.documents.get(&question.id) else { continue };
            groups.push(Group {
                number: sheet.number(question.id.as_str()).unwrap_or_default(),
                text: t.text(&question.text),
                hint: t.text(&question.evidence),
                href: format!("{base}/fields/{}#{}", section.field, question.id),
                files: rows
                    .iter()
                    .map(|row| File {
                        href: format!("/facilities/{facility}/documents/{}", row.id),
                        name: row.name.clone(),
                        size: size_words(row.size),
                        by: row.by.clone(),
                        at: when(row.at, now, t.lang),
                    })
                    .collect(),
            });
        }
    }
    html(&EvidencePage {
        t,
        page: visit
            .page(t.k(Key("evidence-title")))
            .under(format!("/facilities/{facility}/assessments"), t.k(Key("assessments-title")))
            .under(base, sheet.title(t.lang)),
        files: groups.iter().map(|group| group.files.len()).sum(),
        without: sheet.answers.keys().filter(|id| !sheet.documents.contains_key(*id)).count(),
        remove: visit.may(Action::AddDocument) && !sheet.is_closed(),
        groups,
    })
}
