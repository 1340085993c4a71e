//! A form on the screen.

use crate::AppState;
use crate::checklists::sheet::{Overlays, render};
use crate::checklists::{Opened, Whose};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use axum::extract::{Path, Query, State};
use axum::response::Html;

/// Shows a form.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, edition, kind)): Path<(String, String, String)>,
    Query(whose): Query<Whose>,
) -> Result<Html<String>, Problem> {
    let opened = Opened::of(&app, visit.place()?.id, (&edition, &kind), &whose).await?;
    render(&app, &visit, &opened, &Overlays::new()).await
}
