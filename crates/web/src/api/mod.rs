//! The same as the pages, for programs: `/api/v1`, JSON, bearer tokens. `docs/api.md` says how to call it.
//!
//! | file | what a program does |
//! |---|---|
//! | [`me`] | asks whose token it is |
//! | [`questionnaires`] | reads what is asked |
//! | [`facilities`], [`assessments`] | finds or opens what it works on |
//! | [`answers`], [`import`] | answers one question, or all of a file |
//! | [`ledger_import`] | brings a list of devices |
//! | [`results`] | fetches result and papers |
//! | [`ledger`] | keeps the ledger of devices |
//! | [`systems`], [`connections`], [`backups`] | keeps the registers around the ledger, by [`registers`] |
//! | [`ledger`] ([`ledger_device`], [`ledger_query`]) | keeps the ledger of devices (how one looks, what is asked for) |
//! | [`vendors`] | keeps vendors, asks them, fetches what they said |
//! | [`responsibility`] | checks who does what, lists what to ask for when buying |
//! | [`checklists`] | reads and answers the official forms |
//! | [`actions`], [`after`] | keeps corrective actions, reads what drills and call tests came to |
//! | [`documents`] | uploads and fetches evidence |
//! | [`drills`], [`exercises`] | prepares and conducts drills, reads their journals; looks scenarios through and plays them |
//! | [`audits`] | reads audits, writes papers, draws samples |
//! | [`readiness`] | keeps the contact chart, reads readiness and the guideline |
//! | [`plan`], [`plan_versions`], [`offices`] | reads, writes, approves the plan for outages; whom to report to |
//! | [`incidents`] | starts, reads and writes real incidents, fetches reports |
//! | [`training`], [`training_sessions`], [`cases`] | keeps staff, courses, who took part, reads who is late; published cases |
//! | [`sensors`] | lets decoy sensors in, takes their touches, lists both |
//! | [`notices`] | fetches and answers notices; writes, sends and follows them at the centre |
//! | [`region`] | who needs help, cases, expected contacts, consents |
//! | [`training`], [`cases`] | keeps staff and courses, reads who is late; reads published cases |
//! | [`official`] | fetches a filled official spreadsheet, the inspection pack |
//! | [`door`], [`fault`], [`input`], [`paging`] | what all calls share |
//! | [`openapi`], [`schemas`] | the description of all this |

mod actions;
mod after;
mod answers;
mod assessments;
mod audits;
mod backups;
mod cases;
mod checklists;
mod connections;
mod documents;
pub(crate) mod door;
mod drills;
mod exercises;
mod facilities;
mod fault;
mod import;
mod incidents;
mod input;
mod ledger;
mod ledger_device;
mod ledger_import;
mod ledger_query;
mod me;
mod notices;
mod offices;
mod official;
mod openapi;
mod paging;
mod plan;
mod plan_versions;
mod questionnaires;
mod readiness;
mod region;
mod registers;
mod responsibility;
mod results;
mod schemas;
mod sensors;
mod systems;
mod training;
mod training_sessions;
mod vendors;

pub use openapi::document as openapi_document;

use crate::access::{Routes, Scope};
use axum::http::HeaderValue;
use hakutaku_model::access::Action as A;

/// The largest answers file: what the model reads.
const LARGEST_FILE: usize = hakutaku_model::answers_file::MAX_BYTES;
/// The largest upload, with room for the form around it.
const LARGEST_UPLOAD: usize = hakutaku_store::MAX_DOCUMENT_BYTES + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::{Assessment, Facility, Installation, Own, Public, Question, Sensor};
    routes
        .get("/api/openapi.json", A::Public, Public, openapi::show)
        .get("/api/v1/me", A::Public, Own, me::show)
        .get("/api/v1/questionnaires", A::Public, Own, questionnaires::list)
        .get("/api/v1/questionnaires/{questionnaire}", A::Public, Own, questionnaires::show)
        .get("/api/v1/facilities", A::Public, Own, facilities::list)
        .post("/api/v1/facilities", A::ManageInstallation, Installation, facilities::create)
        .get("/api/v1/facilities/{facility}", A::ReadFacility, Facility, facilities::show)
        .put("/api/v1/facilities/{facility}", A::EditFacility, Facility, facilities::change)
        .upload("/api/v1/facilities/{facility}/ledger/import", A::EditLedger, Facility, crate::ledger_import::LARGEST, ledger_import::post)
        .get("/api/v1/facilities/{facility}/ledger", A::ReadLedger, Facility, ledger::list)
        .post("/api/v1/facilities/{facility}/ledger", A::EditLedger, Facility, ledger::create)
        .get("/api/v1/facilities/{facility}/ledger/export.csv", A::ReadLedger, Facility, ledger::csv)
        .get("/api/v1/facilities/{facility}/ledger/{asset}", A::ReadLedger, Facility, ledger::show)
        .put("/api/v1/facilities/{facility}/ledger/{asset}", A::EditLedger, Facility, ledger::change)
        .delete("/api/v1/facilities/{facility}/ledger/{asset}", A::EditLedger, Facility, ledger::retire)
        .get("/api/v1/facilities/{facility}/systems", A::ReadLedger, Facility, systems::list)
        .post("/api/v1/facilities/{facility}/systems", A::EditLedger, Facility, systems::create)
        .get("/api/v1/facilities/{facility}/systems/{system}", A::ReadLedger, Facility, systems::show)
        .put("/api/v1/facilities/{facility}/systems/{system}", A::EditLedger, Facility, systems::change)
        .delete("/api/v1/facilities/{facility}/systems/{system}", A::EditLedger, Facility, systems::retire)
        .get("/api/v1/facilities/{facility}/connections", A::ReadLedger, Facility, connections::list)
        .post("/api/v1/facilities/{facility}/connections", A::EditLedger, Facility, connections::create)
        .get("/api/v1/facilities/{facility}/connections/picture.svg", A::ReadLedger, Facility, connections::picture_svg)
        .get("/api/v1/facilities/{facility}/connections/merge-plan", A::ReadLedger, Facility, connections::merge_plan)
        .get("/api/v1/facilities/{facility}/connections/{connection}", A::ReadLedger, Facility, connections::show)
        .put("/api/v1/facilities/{facility}/connections/{connection}", A::EditLedger, Facility, connections::change)
        .delete("/api/v1/facilities/{facility}/connections/{connection}", A::EditLedger, Facility, connections::retire)
        .get("/api/v1/facilities/{facility}/backups/copies", A::ReadLedger, Facility, backups::copies::list)
        .post("/api/v1/facilities/{facility}/backups/copies", A::EditLedger, Facility, backups::copies::create)
        .get("/api/v1/facilities/{facility}/backups/copies/{copy}", A::ReadLedger, Facility, backups::copies::show)
        .put("/api/v1/facilities/{facility}/backups/copies/{copy}", A::EditLedger, Facility, backups::copies::change)
        .delete("/api/v1/facilities/{facility}/backups/copies/{copy}", A::EditLedger, Facility, backups::copies::retire)
        .get("/api/v1/facilities/{facility}/backups/tests", A::ReadLedger, Facility, backups::tests_of_restoring::list)
        .post("/api/v1/facilities/{facility}/backups/tests", A::EditLedger, Facility, backups::tests_of_restoring::create)
        .get("/api/v1/facilities/{facility}/backups/tests/{test}", A::ReadLedger, Facility, backups::tests_of_restoring::show)
        .put("/api/v1/facilities/{facility}/backups/tests/{test}", A::EditLedger, Facility, backups::tests_of_restoring::change)
        .delete("/api/v1/facilities/{facility}/backups/tests/{test}", A::EditLedger, Facility, backups::tests_of_restoring::retire)
        .get("/api/v1/facilities/{facility}/backups/verdicts", A::ReadLedger, Facility, backups::verdicts)
        .upload("/api/v1/facilities/{facility}/backups/snapshots", A::EditLedger, Facility, crate::backups::LARGEST_UPLOAD, backups::snapshots)
        .upload("/api/v1/exercises/check", A::Public, Own, exercises::LARGEST_BODY, exercises::check)
        .upload("/api/v1/exercises/simulate", A::Public, Own, exercises::LARGEST_BODY, exercises::simulate)
        .get("/api/v1/facilities/{facility}/drills", A::ReadDrills, Facility, drills::list)
        .post("/api/v1/facilities/{facility}/drills", A::ConductDrill, Facility, drills::create)
        .get("/api/v1/facilities/{facility}/drills/{room}", A::ReadDrills, Facility, drills::show)
        .get("/api/v1/facilities/{facility}/drills/{room}/journal", A::ReadDrills, Facility, drills::journal)
        .post("/api/v1/facilities/{facility}/drills/{room}/commands", A::ConductDrill, Facility, drills::command)
        .stream("/api/v1/facilities/{facility}/drills/{room}/events", A::ReadDrills, Facility, drills::events)
        .get("/api/v1/facilities/{facility}/contacts", A::ReadForms, Facility, readiness::list)
        .post("/api/v1/facilities/{facility}/contacts", A::AnswerForms, Facility, readiness::add)
        .get("/api/v1/facilities/{facility}/contacts/{contact}", A::ReadForms, Facility, readiness::show)
        .put("/api/v1/facilities/{facility}/contacts/{contact}", A::AnswerForms, Facility, readiness::change)
        .delete("/api/v1/facilities/{facility}/contacts/{contact}", A::AnswerForms, Facility, readiness::retire)
        .get("/api/v1/facilities/{facility}/readiness", A::ReadForms, Facility, readiness::readiness_of)
        .get("/api/v1/facilities/{facility}/guideline/{edition}", A::ReadForms, Facility, readiness::guideline_of)
        .get("/api/v1/facilities/{facility}/audits", A::ReadAudits, Facility, audits::list)
        .get("/api/v1/facilities/{facility}/audits/{audit}", A::ReadAudits, Facility, audits::show)
        .put("/api/v1/facilities/{facility}/audits/{audit}/items/{item}", A::ConductAudit, Facility, audits::write)
        .post("/api/v1/facilities/{facility}/audits/{audit}/samples", A::ConductAudit, Facility, audits::draw)
        .get("/api/v1/facilities/{facility}/audits/{audit}/report.pdf", A::ReadAudits, Facility, audits::report)
        .get("/api/v1/facilities/{facility}/assessments", A::ReadAssessment, Facility, assessments::list)
        .post("/api/v1/facilities/{facility}/assessments", A::ManageAssessment, Facility, assessments::start)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}", A::ReadAssessment, Assessment, assessments::show)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/answers", A::ReadAssessment, Assessment, answers::list)
        .upload("/api/v1/facilities/{facility}/assessments/{assessment}/answers", A::Answer, Assessment, LARGEST_FILE, import::post)
        .put("/api/v1/facilities/{facility}/assessments/{assessment}/answers", A::Answer, Assessment, import::put)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/answers/{question}", A::ReadAssessment, Question, answers::show)
        .put("/api/v1/facilities/{facility}/assessments/{assessment}/answers/{question}", A::Answer, Question, answers::save)
        .delete("/api/v1/facilities/{facility}/assessments/{assessment}/answers/{question}", A::Answer, Question, answers::clear)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/result", A::ReadResult, Assessment, results::show)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/report.pdf", A::ReadResult, Assessment, results::report_pdf)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/briefing.pdf", A::ReadBriefing, Assessment, results::briefing_pdf)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/answers.xlsx", A::ReadAssessment, Assessment, results::answers_xlsx)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/result.csv", A::ReadResult, Assessment, results::result_csv)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/documents", A::ReadDocument, Assessment, documents::list)
        .upload("/api/v1/facilities/{facility}/assessments/{assessment}/documents", A::AddDocument, Assessment, LARGEST_UPLOAD, documents::add)
        .get("/api/v1/facilities/{facility}/assessments/{assessment}/documents/{document}", A::ReadDocument, Assessment, documents::fetch)
        .get("/api/v1/facilities/{facility}/vendors", A::ReadVendors, Facility, vendors::list)
        .post("/api/v1/facilities/{facility}/vendors", A::EditVendors, Facility, vendors::create)
        .put("/api/v1/facilities/{facility}/vendors/{vendor}", A::EditVendors, Facility, vendors::change)
        .get("/api/v1/facilities/{facility}/vendor-requests", A::ReadVendors, Facility, vendors::requests)
        .post("/api/v1/facilities/{facility}/vendor-requests", A::EditVendors, Facility, vendors::ask)
        .get("/api/v1/facilities/{facility}/vendor-requests/{request}/submission", A::ReadVendors, Facility, vendors::submission)
        .upload("/api/v1/responsibility/check", A::Public, Own, LARGEST_FILE, responsibility::check)
        .get("/api/v1/facilities/{facility}/responsibility", A::ReadVendors, Facility, responsibility::list)
        .get("/api/v1/facilities/{facility}/guides/procurement", A::ReadVendors, Facility, responsibility::procurement)
        .get("/api/v1/facilities/{facility}/forms/official/{form}/profile.json", A::ReadForms, Facility, official::profile)
        .get("/api/v1/facilities/{facility}/forms/official/{form}/filled.xlsx", A::ReadForms, Facility, official::filled)
        .get("/api/v1/facilities/{facility}/plan", A::ReadPlan, Facility, plan::show)
        .get("/api/v1/facilities/{facility}/plan/sections/{section}", A::ReadPlan, Facility, plan::section)
        .put("/api/v1/facilities/{facility}/plan/sections/{section}", A::EditPlan, Facility, plan::write)
        .get("/api/v1/facilities/{facility}/plan/first-steps/{role}", A::ReadPlan, Facility, plan::steps)
        .get("/api/v1/facilities/{facility}/plan/plan.pdf", A::ReadPlan, Facility, plan::pdf)
        .get("/api/v1/facilities/{facility}/plan/plan.docx", A::ReadPlan, Facility, plan::docx)
        .get("/api/v1/facilities/{facility}/plan/offices", A::ReadPlan, Facility, offices::list)
        .post("/api/v1/facilities/{facility}/plan/offices", A::EditPlan, Facility, offices::create)
        .get("/api/v1/facilities/{facility}/plan/offices/{office}", A::ReadPlan, Facility, offices::show)
        .put("/api/v1/facilities/{facility}/plan/offices/{office}", A::EditPlan, Facility, offices::change)
        .delete("/api/v1/facilities/{facility}/plan/offices/{office}", A::EditPlan, Facility, offices::retire)
        .get("/api/v1/facilities/{facility}/inspection/missing", A::ReadForms, Facility, official::missing)
        .get("/api/v1/facilities/{facility}/inspection/pack.pdf", A::ReadDocument, Facility, official::pack_pdf)
        .get("/api/v1/facilities/{facility}/inspection/pack.zip", A::ReadDocument, Facility, official::pack_zip)
        .get("/api/v1/facilities/{facility}/incidents", A::ReadIncidents, Facility, incidents::list)
        .post("/api/v1/facilities/{facility}/incidents", A::ManageIncident, Facility, incidents::start)
        .get("/api/v1/facilities/{facility}/incidents/{room}", A::ReadIncidents, Facility, incidents::show)
        .post("/api/v1/facilities/{facility}/incidents/{room}/entries", A::ManageIncident, Facility, incidents::write)
        .get("/api/v1/facilities/{facility}/incidents/{room}/reports", A::ReadIncidents, Facility, incidents::all_reports)
        .get("/api/v1/facilities/{facility}/incidents/{room}/reports/{form}", A::ReadIncidents, Facility, incidents::report)
        .get("/api/v1/facilities/{facility}/incidents/{room}/reports/{form}/report.pdf", A::ReadIncidents, Facility, incidents::report_pdf)
        .get("/api/v1/facilities/{facility}/incidents/{room}/reports/{form}/report.xlsx", A::ReadIncidents, Facility, incidents::report_xlsx)
        .get("/api/v1/facilities/{facility}/plan/versions", A::ReadPlan, Facility, plan_versions::list)
        .post("/api/v1/facilities/{facility}/plan/versions", A::ApprovePlan, Facility, plan_versions::approve)
        .get("/api/v1/facilities/{facility}/plan/prints", A::ReadPlan, Facility, plan_versions::prints)
        .post("/api/v1/facilities/{facility}/plan/prints", A::EditPlan, Facility, plan_versions::print)
        .get("/api/v1/facilities/{facility}/incidents/{room}/journal", A::ReadIncidents, Facility, incidents::journal)
        .get("/api/v1/facilities/{facility}/staff", A::ReadTraining, Facility, training::staff::list)
        .post("/api/v1/facilities/{facility}/staff", A::EditTraining, Facility, training::staff::create)
        .get("/api/v1/facilities/{facility}/staff/{member}", A::ReadTraining, Facility, training::staff::show)
        .put("/api/v1/facilities/{facility}/staff/{member}", A::EditTraining, Facility, training::staff::change)
        .delete("/api/v1/facilities/{facility}/staff/{member}", A::EditTraining, Facility, training::staff::retire)
        .get("/api/v1/facilities/{facility}/courses", A::ReadTraining, Facility, training::courses::list)
        .post("/api/v1/facilities/{facility}/courses", A::EditTraining, Facility, training::courses::create)
        .get("/api/v1/facilities/{facility}/courses/{course}", A::ReadTraining, Facility, training::courses::show)
        .put("/api/v1/facilities/{facility}/courses/{course}", A::EditTraining, Facility, training::courses::change)
        .delete("/api/v1/facilities/{facility}/courses/{course}", A::EditTraining, Facility, training::courses::retire)
        .get("/api/v1/facilities/{facility}/courses/{course}/attendance", A::ReadTraining, Facility, training::attendance)
        .post("/api/v1/facilities/{facility}/courses/{course}/attendance", A::EditTraining, Facility, training_sessions::note)
        .get("/api/v1/facilities/{facility}/sessions", A::ReadTraining, Facility, training_sessions::sessions::list)
        .post("/api/v1/facilities/{facility}/sessions", A::EditTraining, Facility, training_sessions::sessions::create)
        .get("/api/v1/facilities/{facility}/sessions/{session}", A::ReadTraining, Facility, training_sessions::sessions::show)
        .put("/api/v1/facilities/{facility}/sessions/{session}", A::EditTraining, Facility, training_sessions::sessions::change)
        .delete("/api/v1/facilities/{facility}/sessions/{session}", A::EditTraining, Facility, training_sessions::sessions::retire)
        .post("/api/v1/sensors/enrol", A::Public, Public, sensors::enrol)
        .upload("/api/v1/sensors/touches", A::ReportTouches, Sensor, sensors::LARGEST_PIECE, sensors::take)
        .post("/api/v1/sensors/health", A::ReportTouches, Sensor, sensors::hear)
        .post("/api/v1/sensors/events", A::ReportTouches, Sensor, sensors::events)
        .get("/api/v1/facilities/{facility}/sensors", A::ReadTouches, Facility, sensors::list)
        .get("/api/v1/region/needs", A::ReadRegion, Installation, region::needs)
        .get("/api/v1/region/cases", A::ReadRegion, Installation, region::cases)
        .get("/api/v1/region/cases/{case}", A::ReadRegion, Installation, region::case)
        .get("/api/v1/facilities/{facility}/watch/cases", A::ReadNotices, Facility, region::own_cases)
        .get("/api/v1/facilities/{facility}/watch/cases/{case}", A::ReadNotices, Facility, region::own_case)
        .get("/api/v1/facilities/{facility}/watch/noise", A::ReadTouches, Facility, region::noise)
        .post("/api/v1/facilities/{facility}/watch/noise", A::EditSensors, Facility, region::declare)
        .delete("/api/v1/facilities/{facility}/watch/noise/{noise}", A::EditSensors, Facility, region::withdraw)
        .get("/api/v1/facilities/{facility}/watch/consent", A::ReadNotices, Facility, region::consent)
        .get("/api/v1/facilities/{facility}/touches", A::ReadTouches, Facility, sensors::touches)
        .get("/api/v1/facilities/{facility}/notices", A::ReadNotices, Facility, notices::fetch)
        .post("/api/v1/facilities/{facility}/notices/{notice}/receipts", A::AnswerNotices, Facility, notices::receipt)
        .post("/api/v1/facilities/{facility}/notices/{notice}/poll", A::AnswerNotices, Facility, notices::poll)
        .get("/api/v1/region/notices", A::ReadRegion, Installation, notices::list)
        .post("/api/v1/region/notices", A::WatchRegion, Installation, notices::write)
        .get("/api/v1/region/notices/{notice}", A::ReadRegion, Installation, notices::show)
        .post("/api/v1/region/notices/{notice}/send", A::WatchRegion, Installation, notices::post)
        .get("/api/v1/region/notices/{notice}/silent", A::ReadRegion, Installation, notices::silent)
        .get("/api/v1/facilities/{facility}/training/late", A::ReadTraining, Facility, training::late)
        .get("/api/v1/facilities/{facility}/cases", A::ReadPlan, Facility, cases::list)
        .get("/api/v1/facilities/{facility}/cases/director.pdf", A::ReadPlan, Facility, cases::paper)
        .get("/api/v1/facilities/{facility}/checklists", A::ReadForms, Facility, checklists::list)
        .get("/api/v1/facilities/{facility}/checklists/{edition}/{form}", A::ReadForms, Facility, checklists::show)
        .put("/api/v1/facilities/{facility}/checklists/{edition}/{form}/items/{item}/{group}", A::AnswerForms, Facility, checklists::answer)
        .get("/api/v1/facilities/{facility}/actions", A::ReadActions, Facility, actions::list)
        .post("/api/v1/facilities/{facility}/actions", A::EditActions, Facility, actions::create)
        .get("/api/v1/facilities/{facility}/actions/{action}", A::ReadActions, Facility, actions::show)
        .put("/api/v1/facilities/{facility}/actions/{action}", A::EditActions, Facility, actions::change)
        .post("/api/v1/facilities/{facility}/actions/{action}/{step}", A::EditActions, Facility, actions::step)
        .get("/api/v1/facilities/{facility}/drills/trend", A::ReadDrills, Facility, after::trend)
        .get("/api/v1/facilities/{facility}/drills/{room}/report", A::ReadDrills, Facility, after::report)
        .get("/api/v1/facilities/{facility}/drills/{room}/report.pdf", A::ReadDrills, Facility, after::report_pdf)
        .get("/api/v1/facilities/{facility}/calls", A::ReadDrills, Facility, after::calls)
        .get("/api/v1/facilities/{facility}/calls/{round}", A::ReadDrills, Facility, after::call)
}

/// An address of this API for a `Location` header.
fn location(path: &str) -> HeaderValue {
    HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/api/v1/"))
}
