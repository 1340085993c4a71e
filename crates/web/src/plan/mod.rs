//! The plan for outages and attacks: what is written, section by section, approved, printed, compared.

mod approve;
mod fields;
mod offices;
mod overview;
mod paper;
pub(crate) mod section;
mod versions;

pub(crate) use approve::{NotApproved, add_version};
pub(crate) use paper::{Asked, Kind, note_print, send};

use crate::access::{Routes, Scope::Facility};
use crate::shell::words::{Key, Words};
use hakutaku_model::access::Action as A;
use hakutaku_model::id::FacilityId;
use hakutaku_model::plan::SectionState;

/// All texts and tables of one section.
const LARGEST_SECTION: usize = 1024 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/plan", A::ReadPlan, Facility, overview::show)
        .post("/facilities/{facility}/plan/approve", A::ApprovePlan, Facility, approve::approve)
        .post("/facilities/{facility}/plan/print", A::EditPlan, Facility, paper::print)
        .get("/facilities/{facility}/plan/plan.pdf", A::ReadPlan, Facility, paper::pdf)
        .get("/facilities/{facility}/plan/plan.docx", A::ReadPlan, Facility, paper::docx)
        .get("/facilities/{facility}/plan/sections/{section}", A::ReadPlan, Facility, section::show)
        .upload("/facilities/{facility}/plan/sections/{section}", A::EditPlan, Facility, LARGEST_SECTION, section::save)
        .get("/facilities/{facility}/plan/versions", A::ReadPlan, Facility, versions::list)
        .get("/facilities/{facility}/plan/versions/{number}", A::ReadPlan, Facility, versions::show)
        .get("/facilities/{facility}/plan/offices", A::ReadPlan, Facility, offices::list)
        .post("/facilities/{facility}/plan/offices", A::EditPlan, Facility, offices::add)
        .get("/facilities/{facility}/plan/offices/new", A::EditPlan, Facility, offices::new)
        .get("/facilities/{facility}/plan/offices/{office}", A::EditPlan, Facility, offices::show)
        .post("/facilities/{facility}/plan/offices/{office}", A::EditPlan, Facility, offices::change)
        .post("/facilities/{facility}/plan/offices/{office}/checked", A::EditPlan, Facility, offices::checked)
        .post("/facilities/{facility}/plan/offices/{office}/retire", A::EditPlan, Facility, offices::retire)
}

fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/plan")
}

/// The class of a section's badge.
fn badge(state: SectionState) -> &'static str {
    match state {
        SectionState::Written => "good",
        SectionState::Begun => "now",
        SectionState::Empty => "bad",
    }
}

/// The name of a version.
fn version_words(t: Words, number: u32) -> String {
    t.a("plan-version-number", "number", number)
}

/// What is wrong with the day of a form.
const WRONG_DAY: Key = Key("plan-wrong-day");
