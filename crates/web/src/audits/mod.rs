//! Audits: the plan for the year, the risk-based scope, drawn samples, working papers, interviews, findings, the report in
//! two lengths, the guest room, and executives beside audit results.

mod executives;
mod finding;
pub(crate) mod gather;
mod interview;
mod list;
pub(crate) mod pack;
mod paper;
mod plan;
pub(crate) mod population;
pub(crate) mod report;
pub(crate) mod room;
pub(crate) mod sample;
mod show;

use crate::access::{Routes, Scope};
use hakutaku_model::access::Action as A;
use hakutaku_store::MAX_DOCUMENT_BYTES;

/// A file of the largest size and the form around it.
const UPLOAD_BYTES: usize = MAX_DOCUMENT_BYTES + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/audits", A::ReadAudits, Facility, list::show)
        .get("/facilities/{facility}/audits/executives", A::ReadAudits, Facility, executives::show)
        .get("/facilities/{facility}/audits/new", A::PlanAudits, Facility, plan::new)
        .post("/facilities/{facility}/audits/new", A::PlanAudits, Facility, plan::add)
        .get("/facilities/{facility}/audits/{audit}", A::ReadAudits, Facility, show::show)
        .get("/facilities/{facility}/audits/{audit}/plan", A::PlanAudits, Facility, plan::edit)
        .post("/facilities/{facility}/audits/{audit}/plan", A::PlanAudits, Facility, plan::save)
        .post("/facilities/{facility}/audits/{audit}/start", A::PlanAudits, Facility, plan::start)
        .post("/facilities/{facility}/audits/{audit}/drop", A::PlanAudits, Facility, plan::drop)
        .get("/facilities/{facility}/audits/{audit}/items/{item}", A::ReadAudits, Facility, paper::show)
        .post("/facilities/{facility}/audits/{audit}/items/{item}", A::ConductAudit, Facility, paper::save)
        .upload("/facilities/{facility}/audits/{audit}/items/{item}/files", A::ConductAudit, Facility, UPLOAD_BYTES, paper::attach)
        .get("/facilities/{facility}/audits/{audit}/items/{item}/files/{document}", A::ReadAudits, Facility, paper::file)
        .get("/facilities/{facility}/audits/{audit}/samples/new", A::ConductAudit, Facility, sample::new)
        .post("/facilities/{facility}/audits/{audit}/samples/new", A::ConductAudit, Facility, sample::draw_one)
        .get("/facilities/{facility}/audits/{audit}/samples/{sample}", A::ReadAudits, Facility, sample::show)
        .post("/facilities/{facility}/audits/{audit}/samples/{sample}", A::ConductAudit, Facility, sample::save)
        .get("/facilities/{facility}/audits/{audit}/samples/{sample}/ids.txt", A::ReadAudits, Facility, sample::ids)
        .get("/facilities/{facility}/audits/{audit}/interviews/new", A::ConductAudit, Facility, interview::new)
        .post("/facilities/{facility}/audits/{audit}/interviews/new", A::ConductAudit, Facility, interview::add)
        .get("/facilities/{facility}/audits/{audit}/interviews/{interview}", A::ReadAudits, Facility, interview::show)
        .post("/facilities/{facility}/audits/{audit}/interviews/{interview}", A::ConductAudit, Facility, interview::save)
        .get("/facilities/{facility}/audits/{audit}/findings/new", A::ConductAudit, Facility, finding::new)
        .post("/facilities/{facility}/audits/{audit}/findings/new", A::ConductAudit, Facility, finding::add)
        .get("/facilities/{facility}/audits/{audit}/findings/{finding}", A::ReadAudits, Facility, finding::show)
        .post("/facilities/{facility}/audits/{audit}/findings/{finding}", A::ConductAudit, Facility, finding::save)
        .post("/facilities/{facility}/audits/{audit}/findings/{finding}/actions", A::EditActions, Facility, finding::act)
        .get("/facilities/{facility}/audits/{audit}/report", A::ReadAudits, Facility, report::show)
        .post("/facilities/{facility}/audits/{audit}/report", A::ConductAudit, Facility, report::save)
        .post("/facilities/{facility}/audits/{audit}/sign", A::ConductAudit, Facility, report::sign)
        .post("/facilities/{facility}/audits/{audit}/take-back", A::ConductAudit, Facility, report::take_back)
        .post("/facilities/{facility}/audits/{audit}/close", A::PlanAudits, Facility, report::close)
        .get("/facilities/{facility}/audits/{audit}/report.pdf", A::ReadAudits, Facility, report::full)
        .get("/facilities/{facility}/audits/{audit}/report-short.pdf", A::ReadAudits, Facility, report::short)
        .get("/facilities/{facility}/audits/{audit}/room", A::PlanAudits, Facility, room::show)
        .post("/facilities/{facility}/audits/{audit}/room", A::PlanAudits, Facility, room::open)
        .post("/facilities/{facility}/audits/{audit}/room/{door}/close", A::PlanAudits, Facility, room::close)
        .get("/facilities/{facility}/audits/{audit}/room/{door}/leave-behind.zip", A::PlanAudits, Facility, pack::for_house)
}
