//! What came out: the result page, the executives' page, the years side by side, and all of it as files.
//!
//! [`hakutaku_model::report`] holds every word and figure already; these pages lay it out and nothing here computes.

pub(crate) mod download;
mod figures;
pub(crate) mod gather;
mod show;
mod show_briefing;
mod show_years;

pub(crate) use download::press;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/results", Action::ReadResult, Scope::Facility, show_years::show)
        .get(
            "/facilities/{facility}/assessments/{assessment}/result",
            Action::ReadResult,
            Scope::Assessment,
            show::show,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/briefing",
            Action::ReadBriefing,
            Scope::Assessment,
            show_briefing::show,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/result.pdf",
            Action::ReadResult,
            Scope::Assessment,
            download::result_paper,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/briefing.pdf",
            Action::ReadBriefing,
            Scope::Assessment,
            download::briefing_paper,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/result.xlsx",
            Action::ReadResult,
            Scope::Assessment,
            download::result_xlsx,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/result.csv",
            Action::ReadResult,
            Scope::Assessment,
            download::result_csv,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/result.json",
            Action::ReadResult,
            Scope::Assessment,
            download::result_json,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/blank.pdf",
            Action::ReadAssessment,
            Scope::Assessment,
            download::blank_paper,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/blank.xlsx",
            Action::ReadAssessment,
            Scope::Assessment,
            download::blank_xlsx,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/answers.xlsx",
            Action::ReadAssessment,
            Scope::Assessment,
            download::answers_xlsx,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/answers.json",
            Action::ReadAssessment,
            Scope::Assessment,
            download::answers_json,
        )
}
