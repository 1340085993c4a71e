//! Reading the rows of a disclosure file (MDS/SDS) by a mapping that is kept for the next one.

use super::submission::{self, Shown};
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_documents::disclosure::{Mapping, read_rows};
use hakutaku_model::id::{FacilityId, VendorRequestId};
use hakutaku_model::record::Register;
use hakutaku_model::vendor_answers::{Submission, questions_after};
use serde::{Deserialize, Serialize};

/// A mapping as it is kept: one per version of the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Profile {
    /// The version of the form it is for.
    form_version: String,
    /// Where its rows are.
    mapping: Mapping,
}

impl Register for Profile {
    const KIND: &'static str = "disclosure-profile";

    fn label(&self) -> String {
        self.form_version.clone()
    }

    fn natural_key(&self) -> Option<String> {
        Some(hakutaku_model::text::folded(&self.form_version))
    }
}

impl Profile {
    /// The one used last.
    pub(super) async fn newest(app: &AppState, facility: FacilityId) -> Result<Option<Self>, Problem> {
        let rows = app.store.records::<Self>(facility).await?;
        Ok(rows.into_iter().max_by_key(|row| row.changed_at).map(|row| row.body))
    }

    pub(super) fn form(&self) -> Form {
        let Mapping { sheet, first_row, number, question, answer, remark } = &self.mapping;
        Form::of([
            ("sheet", sheet.clone()),
            ("first_row", first_row.to_string()),
            ("number", number.to_string()),
            ("question", question.to_string()),
            ("answer", answer.to_string()),
            ("remark", remark.to_string()),
        ])
    }

    pub(super) fn blank() -> Form {
        Form::default()
    }
}

/// Reads the file of a submission: first a look, with `go=keep` the rows are kept with the submission, each "no" becomes
/// a question, and the mapping is remembered.
pub(super) async fn read(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, VendorRequestId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (t, now, facility) = (visit.t(), app.now(), visit.place()?.id);
    let kept = app.store.record_by_key::<Submission>(facility, &id.to_string()).await?.ok_or(Problem::NotFound)?;
    let document = kept.body.document.ok_or(Problem::NotFound)?;
    let column = |name: &str| ascii_digits(form.value(name).trim()).parse::<u32>().ok().filter(|n| *n <= 200);
    let (first_row, number, answer) = (column("first_row"), column("number"), column("answer"));
    let (question, remark) = (column("question").unwrap_or(0), column("remark").unwrap_or(0));
    let (Some(first_row @ 1..), Some(number @ 1..), Some(answer @ 1..)) = (first_row, number, answer) else {
        form.fault("first_row", Key("vendor-mapping-wrong"));
        let wrong = Some(t.m("vendor-mapping-wrong"));
        return submission::render(&app, &visit, id, Shown { wrong, mapping: Some(form), ..Shown::default() }).await;
    };
    let sheet: String = form.value("sheet").trim().chars().take(60).collect();
    let mapping = Mapping { sheet, first_row, number, question, answer, remark };
    let content = app.store.read_document(&visit.act(now), facility, document).await?;
    let (content, wanted) = (content.to_vec(), mapping.clone());
    let read = tokio::task::spawn_blocking(move || read_rows(&content, &wanted)).await.map_err(Problem::internal)?;
    let read = match read {
        Ok(read) => read,
        Err(refused) => {
            let wrong = Some(refused.sentence(t.lang));
            return submission::render(&app, &visit, id, Shown { wrong, mapping: Some(form), ..Shown::default() })
                .await;
        }
    };
    if form.value("go") != "keep" {
        let examples: Vec<String> = read
            .lines
            .iter()
            .take(5)
            .map(|line| format!("{}: {}", line.id, super::forms::reply(line.reply, t)))
            .collect();
        let unknown: Vec<String> =
            read.unknown.iter().take(5).map(|(cell, found)| format!("{cell} 「{found}」")).collect();
        let shown = t.a3(
            "vendor-mapping-read",
            ("count", read.lines.len()),
            ("examples", examples.join(" / ")),
            ("unknown", unknown.join(", ")),
        );
        return submission::render(
            &app,
            &visit,
            id,
            Shown { read: Some(shown), mapping: Some(form), ..Shown::default() },
        )
        .await;
    }
    let act = visit.act(now);
    let mut body = kept.body.clone();
    body.sheet.lines = read.lines;
    app.store.change_record(&act, facility, kept.id, kept.version, &body).await?;
    let before: Vec<_> = app.store.records(facility).await?.into_iter().map(|row| row.body).collect();
    for question in questions_after(&body, &before) {
        app.store.put_record(&act, facility, &question).await?;
    }
    app.store.put_record(&act, facility, &Profile { form_version: body.sheet.form_version.clone(), mapping }).await?;
    Ok(visit.done(&app, &format!("/facilities/{facility}/vendors/requests/{id}"), Key("vendor-imported")))
}
