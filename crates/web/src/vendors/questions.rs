//! Following up a vendor's "no": what it explained, or why the facility lives with it.

use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::extract::{Path, State};
use axum::response::Response;
use hakutaku_model::record::RecordId;
use hakutaku_model::vendor_answers::{QuestionState, VendorQuestion};

/// Notes what became of a question; "open" makes it open again.
pub(super) async fn settle(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(String, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let (now, facility) = (app.now(), visit.place()?.id);
    let on = now.date_in_japan();
    let row = app.store.record_of::<VendorQuestion>(facility, id).await?;
    let text = |name: &str| -> String {
        form.value(name).trim().chars().filter(|c| *c == '\n' || !c.is_control()).take(2_000).collect()
    };
    let state = match form.value("state") {
        "answered" if text("text").is_empty() => return Err(Problem::unprocessable(Key("vendor-question-needs-text"))),
        "answered" => QuestionState::Answered { text: text("text"), on },
        "accepted" if text("text").is_empty() || text("owner").is_empty() => {
            return Err(Problem::unprocessable(Key("vendor-question-needs-owner")));
        }
        "accepted" => QuestionState::Accepted { reason: text("text"), owner: text("owner"), on },
        "open" => QuestionState::Open,
        _ => return Err(Problem::unprocessable(Key("form-choose"))),
    };
    let expected = form.value("version").parse().unwrap_or(0);
    let body = VendorQuestion { state, ..row.body };
    app.store.change_record(&visit.act(now), facility, id, expected, &body).await?;
    let back = format!("/facilities/{facility}/vendors/{}#questions", body.vendor);
    Ok(visit.done(&app, &back, Key("vendor-question-saved")))
}
