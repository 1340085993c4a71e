//! The official forms: which there are, answering them line by line, proof, papers.
//!
//! The forms are computed by `hakutaku_model::checklist` from `Store::form_ground`; here they are shown and answered.

mod download;
mod evidence;
pub(crate) mod line;
mod list;
mod places;
mod save;
mod sheet;
mod show;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action as A;
use hakutaku_model::checklist::{FormGround, FormKind, FormView};
use hakutaku_model::id::FacilityId;
use hakutaku_model::record::RecordId;
use hakutaku_store::MAX_DOCUMENT_BYTES;
use serde::Deserialize;

/// A file of the largest size and the form around it.
const UPLOAD_BYTES: usize = MAX_DOCUMENT_BYTES + 64 * 1024;

/// The routes of the official forms.
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/forms", A::ReadForms, Scope::Facility, list::list)
        .get("/facilities/{facility}/forms/checklists/{edition}/{form}", A::ReadForms, Scope::Facility, show::show)
        .post("/facilities/{facility}/forms/checklists/{edition}/{form}", A::AnswerForms, Scope::Facility, save::save)
        .get(
            "/facilities/{facility}/forms/checklists/{edition}/{form}/{file}",
            A::ReadForms,
            Scope::Facility,
            download::download,
        )
        .upload(
            "/facilities/{facility}/forms/checklists/{edition}/{form}/documents",
            A::AnswerForms,
            Scope::Facility,
            UPLOAD_BYTES,
            evidence::attach,
        )
        .post(
            "/facilities/{facility}/forms/checklists/{edition}/{form}/documents/remove",
            A::AnswerForms,
            Scope::Facility,
            evidence::remove,
        )
}

/// What stands behind the question mark of a form's address.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Whose {
    /// On the vendor form: whose sheet.
    #[serde(default)]
    pub(crate) vendor: Option<String>,
}

/// One form of a facility with what it was computed from.
pub(crate) struct Opened {
    pub(crate) facility: FacilityId,
    pub(crate) ground: FormGround,
    pub(crate) view: FormView,
}

impl Opened {
    /// The form of an address; 404 where there is none.
    pub(crate) async fn of(
        app: &AppState,
        facility: FacilityId,
        (edition, form): (&str, &str),
        whose: &Whose,
    ) -> Result<Self, Problem> {
        let form = FormKind::from_key(form).ok_or(Problem::NotFound)?;
        let vendor: Option<RecordId> =
            whose.vendor.as_deref().map(str::parse).transpose().map_err(|_| Problem::NotFound)?;
        let ground = app.store.form_ground(&app.catalogue, facility, app.now().date_in_japan()).await?;
        let view = ground.view(&app.catalogue, edition, form, vendor).ok_or(Problem::NotFound)?;
        Ok(Self { facility, ground, view })
    }

    /// The same, as it stands now.
    pub(crate) async fn again(&self, app: &AppState) -> Result<Self, Problem> {
        let whose = Whose { vendor: self.view.vendor.as_ref().map(|vendor| vendor.id.to_string()) };
        Self::of(app, self.facility, (&self.view.edition, self.view.form.key()), &whose).await
    }

    /// Its address, without the query.
    pub(crate) fn address(&self) -> String {
        address(self.facility, &self.view.edition, self.view.form)
    }

    /// The query of its address, `?vendor=…` or nothing.
    pub(crate) fn query(&self) -> String {
        self.view.vendor.as_ref().map_or_else(String::new, |vendor| format!("?vendor={}", vendor.id))
    }
}

/// The address of a form.
pub(crate) fn address(facility: FacilityId, edition: &str, form: FormKind) -> String {
    format!("/facilities/{facility}/forms/checklists/{edition}/{}", form.key())
}

/// Whether the visitor may answer this form: the right, and that nobody else fills it in.
fn answerable(visit: &Visit, view: &FormView) -> bool {
    visit.may(A::AnswerForms) && !view.vendor_writes && view.skipped.is_none()
}
