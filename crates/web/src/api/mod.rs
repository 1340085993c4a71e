//! The same as the pages, for programs: `/api/v1`, JSON, bearer tokens. `docs/api.md` says how to call it.
//!
//! | file | what a program does |
//! |---|---|
//! | [`me`] | asks whose token it is |
//! | [`questionnaires`] | reads what is asked |
//! | [`facilities`], [`assessments`] | finds or opens what it works on |
//! | [`answers`], [`import`] | answers one question, or all of a file |
//! | [`results`] | fetches result and papers |
//! | [`checklists`] | reads and answers the official forms |
//! | [`documents`] | uploads and fetches evidence |
//! | [`official`] | fetches a filled official spreadsheet, the inspection pack |
//! | [`door`], [`fault`], [`input`], [`paging`] | what all calls share |
//! | [`openapi`], [`schemas`] | the description of all this |

mod answers;
mod assessments;
mod checklists;
mod documents;
pub(crate) mod door;
mod facilities;
mod fault;
mod import;
mod input;
mod me;
mod official;
mod openapi;
mod paging;
mod questionnaires;
mod results;
mod schemas;

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
    use Scope::{Assessment, Facility, Installation, Own, Public, Question};
    routes
        .get("/api/openapi.json", A::Public, Public, openapi::show)
        .get("/api/v1/me", A::Public, Own, me::show)
        .get("/api/v1/questionnaires", A::Public, Own, questionnaires::list)
        .get("/api/v1/questionnaires/{questionnaire}", A::Public, Own, questionnaires::show)
        .get("/api/v1/facilities", A::Public, Own, facilities::list)
        .post("/api/v1/facilities", A::ManageInstallation, Installation, facilities::create)
        .get("/api/v1/facilities/{facility}", A::ReadFacility, Facility, facilities::show)
        .put("/api/v1/facilities/{facility}", A::EditFacility, Facility, facilities::change)
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
        .get("/api/v1/facilities/{facility}/forms/official/{form}/profile.json", A::ReadForms, Facility, official::profile)
        .get("/api/v1/facilities/{facility}/forms/official/{form}/filled.xlsx", A::ReadForms, Facility, official::filled)
        .get("/api/v1/facilities/{facility}/inspection/missing", A::ReadForms, Facility, official::missing)
        .get("/api/v1/facilities/{facility}/inspection/pack.pdf", A::ReadDocument, Facility, official::pack_pdf)
        .get("/api/v1/facilities/{facility}/inspection/pack.zip", A::ReadDocument, Facility, official::pack_zip)
        .get("/api/v1/facilities/{facility}/checklists", A::ReadForms, Facility, checklists::list)
        .get("/api/v1/facilities/{facility}/checklists/{edition}/{form}", A::ReadForms, Facility, checklists::show)
        .put("/api/v1/facilities/{facility}/checklists/{edition}/{form}/items/{item}/{group}", A::AnswerForms, Facility, checklists::answer)
}

/// An address of this API for a `Location` header.
fn location(path: &str) -> HeaderValue {
    HeaderValue::from_str(path).unwrap_or_else(|_| HeaderValue::from_static("/api/v1/"))
}
