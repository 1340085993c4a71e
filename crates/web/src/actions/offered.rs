//! What a form about an action offers: people to choose from, controls by field.

use crate::AppState;
use crate::shell::form::Form;
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::contacts::ContactLine;
use hakutaku_model::id::FacilityId;
use std::collections::BTreeSet;

/// The controls of one field.
pub(crate) struct FieldControls {
    pub(crate) title: String,
    /// Whether one of them is ticked: its group stands open.
    pub(crate) open: bool,
    pub(crate) controls: Vec<ControlChoice>,
}

/// A control to tick.
pub(crate) struct ControlChoice {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) chosen: bool,
}

/// All controls by field, in the order of the fields.
pub(crate) fn controls_by_field(t: Words, catalogue: &Catalogue, form: &Form, name: &str) -> Vec<FieldControls> {
    catalogue
        .fields
        .iter()
        .map(|field| {
            let controls: Vec<ControlChoice> = catalogue
                .controls
                .values()
                .filter(|control| control.field() == field.id)
                .map(|control| ControlChoice {
                    id: control.id.to_string(),
                    title: t.text(&control.title).to_owned(),
                    chosen: form.has(name, control.id.as_str()),
                })
                .collect();
            FieldControls {
                title: t.text(&field.title).to_owned(),
                open: controls.iter().any(|control| control.chosen),
                controls,
            }
        })
        .filter(|field| !field.controls.is_empty())
        .collect()
}

/// Names to choose an owner from: people with a role here, and those of the contact chart.
pub(crate) async fn people(app: &AppState, facility: FacilityId) -> Result<Vec<String>, Problem> {
    let mut names: BTreeSet<String> = app
        .store
        .members_of(facility)
        .await?
        .into_iter()
        .filter(|member| !member.person.disabled)
        .map(|member| member.person.display_name)
        .collect();
    let contacts = app.store.records::<ContactLine>(facility).await?;
    names.extend(contacts.into_iter().filter(|row| row.body.part.is_inside()).map(|row| row.body.name));
    Ok(names.into_iter().filter(|name| !name.is_empty()).collect())
}
