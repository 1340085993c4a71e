//! The description of the API (OpenAPI 3.1), made from the handlers' own annotations.
//!
//! `openapi.json` beside this crate's `Cargo.toml` is the checked-in copy, and what the program serves; `tests/it/api.rs`
//! compares it, and compares the described routes with the route table. So the program does without the two megabytes
//! of code that make it.

use super::fault::ProblemJson;
use super::{
    answers, assessments, audits, checklists, documents, facilities, import, ledger, ledger_import, me, official,
    questionnaires, readiness, responsibility, results,
};
use axum::http::header;
use axum::response::IntoResponse;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Header, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{IntoParams, IntoResponses, Modify, OpenApi, ToSchema};

/// A facility in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the guard reads it")]
pub(super) struct AtFacility {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
}

/// An assessment in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the guard reads it")]
pub(super) struct AtAssessment {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The assessment's id.
    #[param(format = "uuid")]
    assessment: String,
}

/// A question of an assessment in the address.
#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "describes the address; the guard reads it")]
pub(super) struct AtQuestion {
    /// The facility's id.
    #[param(format = "uuid")]
    facility: String,
    /// The assessment's id.
    #[param(format = "uuid")]
    assessment: String,
    /// The question's id.
    #[param(example = "it-backup-01")]
    question: String,
}

/// The bytes of a file.
#[derive(ToSchema)]
#[schema(value_type = String, format = Binary)]
pub(super) struct FileBytes(#[expect(dead_code, reason = "describes the body")] Vec<u8>);

type Responses = BTreeMap<String, RefOr<Response>>;

fn shared(names: &[(&str, &str)]) -> Responses {
    let response = |name: &str| RefOr::Ref(Ref::from_response_name(name));
    names.iter().map(|(status, name)| ((*status).to_owned(), response(name))).collect()
}

/// What every call may be answered.
pub(super) struct Refused;

impl IntoResponses for Refused {
    fn responses() -> Responses {
        shared(&[("401", "NoToken"), ("403", "NotAllowed"), ("429", "TooManyBadTokens"), ("default", "Failed")])
    }
}

/// What a call without a token, by a code in its body, may be answered.
pub(super) struct RefusedCode;

impl IntoResponses for RefusedCode {
    fn responses() -> Responses {
        shared(&[("404", "NotFound"), ("429", "TooManyBadTokens"), ("default", "Failed")])
    }
}

/// What calls about something in the address may be answered.
pub(super) struct NotThere;

impl IntoResponses for NotThere {
    fn responses() -> Responses {
        shared(&[("404", "NotFound")])
    }
}

/// What calls with a query may be answered.
pub(super) struct RefusedQuery;

impl IntoResponses for RefusedQuery {
    fn responses() -> Responses {
        shared(&[("422", "Invalid")])
    }
}

/// What calls with a body may be answered.
pub(super) struct RefusedBody;

impl IntoResponses for RefusedBody {
    fn responses() -> Responses {
        shared(&[("413", "TooLarge"), ("415", "NotJson"), ("422", "Invalid")])
    }
}

/// What calls with a version may be answered.
pub(super) struct RefusedVersion;

impl IntoResponses for RefusedVersion {
    fn responses() -> Responses {
        shared(&[("409", "Conflict"), ("412", "OtherVersion")])
    }
}

/// What is the same for all calls: the token and the refusals.
struct Shared;

impl Modify for Shared {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let token = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of the account page, `hkt_…`. It may do what its person may do, or only read."))
            .build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        for (name, description) in [
            ("NoToken", "No valid token was sent; `WWW-Authenticate: Bearer`"),
            ("NotAllowed", "The role at this facility, or a read-only token, does not allow it"),
            ("NotFound", "There is no such thing, or it belongs to a facility that is not the caller's"),
            ("Conflict", "Somebody changed it since: what stands now is in `current`"),
            ("OtherVersion", "The same, when the version came by `If-Match`"),
            ("TooLarge", "The body is larger than this call takes"),
            ("NotJson", "The body is not `application/json`"),
            ("Invalid", "Something is wrong with what was sent; `problems` says what and where. Nothing was saved"),
            ("Failed", "Something failed on the server's side; nothing half-done is left behind"),
            (
                "TooManyBadTokens",
                "Invalid tokens were sent again and again; `Retry-After` says how many seconds to wait",
            ),
        ] {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let mut response = ResponseBuilder::new().description(description);
            response = response.content("application/problem+json", content);
            let header = match name {
                "NoToken" => Some("WWW-Authenticate"),
                "TooManyBadTokens" => Some("Retry-After"),
                _ => None,
            };
            if let Some(header) = header {
                response = response.header(header, Header::default());
            }
            components.responses.insert(name.to_owned(), response.build().into());
        }
    }
}

/// The whole document.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hakutaku",
        version = "1",
        description = "The same as the pages, for programs. Send a token of the account page as `Authorization: Bearer hkt_…`. \
                       Times are UTC (RFC 3339). Refusals are `application/problem+json` (RFC 9457) in the language of \
                       `Accept-Language`. Members may be added to answers; those described here stay.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact(),
    ),
    servers((url = "/", description = "This installation")),
    security(("token" = [])),
    tags(
        (name = "account", description = "Whose token it is"),
        (name = "questionnaires", description = "What is asked"),
        (name = "facilities", description = "Institutions"),
        (name = "assessments", description = "One questionnaire, one facility, one fiscal year"),
        (name = "answers", description = "Answering, one by one or by a file"),
        (name = "results", description = "What came out"),
        (name = "ledger", description = "Devices and services, systems, connections, backups"),
        (name = "documents", description = "Evidence"),
        (name = "vendors", description = "Vendors, what they were asked and what they said"),
        (name = "responsibility", description = "Who does what, and what to ask for when buying"),
        (name = "checklists", description = "The official forms"),
        (name = "notices", description = "Notices of the region, and what comes back"),
        (name = "sensors", description = "Decoy sensors and what touched them"),
        (name = "training", description = "Staff, courses, who took part; published cases"),
        (name = "forms", description = "Contact chart, reimbursement readiness, guideline"),
        (name = "drills", description = "Drills: preparing, conducting, reading what happened"),
        (name = "actions", description = "Corrective actions"),
        (name = "drills", description = "What drills and call tests came to"),
        (name = "plan", description = "The plan for outages and attacks, whom to report to"),
        (name = "incidents", description = "Real incidents, their reports and journals"),
        (name = "audits", description = "Audits with papers, samples, findings and report"),
        (name = "description", description = "This document"),
    ),
    paths(
        show,
        me::show,
        questionnaires::list,
        questionnaires::show,
        facilities::list,
        facilities::create,
        facilities::show,
        facilities::change,
        assessments::list,
        assessments::start,
        assessments::show,
        answers::list,
        import::post,
        import::put,
        answers::show,
        answers::save,
        answers::clear,
        results::show,
        results::report_pdf,
        results::briefing_pdf,
        results::answers_xlsx,
        results::result_csv,
        ledger::list,
        ledger_import::post,
        ledger::create,
        ledger::csv,
        ledger::show,
        ledger::change,
        ledger::retire,
        super::systems::list,
        super::systems::create,
        super::systems::show,
        super::systems::change,
        super::systems::retire,
        super::connections::list,
        super::connections::create,
        super::connections::show,
        super::connections::change,
        super::connections::retire,
        super::connections::picture_svg,
        super::connections::merge_plan,
        super::backups::copies::list,
        super::backups::copies::create,
        super::backups::copies::show,
        super::backups::copies::change,
        super::backups::copies::retire,
        super::backups::tests_of_restoring::list,
        super::backups::tests_of_restoring::create,
        super::backups::tests_of_restoring::show,
        super::backups::tests_of_restoring::change,
        super::backups::tests_of_restoring::retire,
        super::backups::verdicts,
        super::backups::snapshots,
        super::exercises::check,
        super::exercises::simulate,
        super::drills::list,
        super::drills::create,
        super::drills::show,
        super::drills::journal,
        super::drills::command,
        super::drills::events,
        documents::list,
        documents::add,
        documents::fetch,
        super::actions::list,
        super::actions::create,
        super::actions::show,
        super::actions::change,
        super::actions::step,
        super::after::report,
        super::after::report_pdf,
        super::after::trend,
        super::after::calls,
        super::after::call,
        super::vendors::list,
        super::vendors::create,
        super::vendors::change,
        super::vendors::requests,
        super::vendors::ask,
        super::vendors::submission,
        responsibility::check,
        responsibility::list,
        responsibility::procurement,
        checklists::list,
        checklists::show,
        checklists::answer,
        audits::list,
        audits::show,
        audits::write,
        audits::draw,
        audits::report,
        readiness::list,
        readiness::add,
        readiness::show,
        readiness::change,
        readiness::retire,
        readiness::readiness_of,
        readiness::guideline_of,
        super::plan::show,
        super::plan_versions::list,
        super::plan_versions::approve,
        super::plan_versions::prints,
        super::plan_versions::print,
        super::plan::section,
        super::plan::write,
        super::plan::steps,
        super::plan::pdf,
        super::plan::docx,
        super::offices::list,
        super::offices::create,
        super::offices::show,
        super::offices::change,
        super::offices::retire,
        super::training::staff::list,
        super::training::staff::create,
        super::training::staff::show,
        super::training::staff::change,
        super::training::staff::retire,
        super::training::courses::list,
        super::training::courses::create,
        super::training::courses::show,
        super::training::courses::change,
        super::training::courses::retire,
        super::training::attendance,
        super::training_sessions::note,
        super::training_sessions::sessions::list,
        super::training_sessions::sessions::create,
        super::training_sessions::sessions::show,
        super::training_sessions::sessions::change,
        super::training_sessions::sessions::retire,
        super::training::late,
        super::sensors::enrol,
        super::sensors::take,
        super::sensors::hear,
        super::sensors::events,
        super::sensors::list,
        super::sensors::touches,
        super::notices::fetch,
        super::notices::receipt,
        super::notices::poll,
        super::notices::list,
        super::notices::write,
        super::notices::post,
        super::notices::show,
        super::notices::silent,
        super::region::needs,
        super::region::cases,
        super::region::case,
        super::region::own_cases,
        super::region::own_case,
        super::region::noise,
        super::region::declare,
        super::region::withdraw,
        super::region::consent,
        super::cases::list,
        super::cases::paper,
        official::profile,
        official::filled,
        official::missing,
        official::pack_pdf,
        official::pack_zip,
        super::incidents::list,
        super::incidents::start,
        super::incidents::show,
        super::incidents::write,
        super::incidents::all_reports,
        super::incidents::report,
        super::incidents::report_pdf,
        super::incidents::report_xlsx,
        super::incidents::journal,
    ),
    components(schemas(ProblemJson)),
    modifiers(&Shared),
)]
struct Document;

/// The description of the API as JSON, made anew: for the tests, which hold the checked-in copy against it.
#[must_use]
pub fn document() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| match Document::openapi().to_pretty_json() {
        Ok(text) => text + "\n",
        Err(error) => {
            tracing::error!(%error, "the description of the API cannot be written");
            String::new()
        }
    })
}

/// This document
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "openapi", tag = "description", security(()),
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(super) async fn show() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("../../openapi.json"))
}
