//! The ministry's own spreadsheets: loaded, understood with a person's help, filled in place.
//!
//! | file | what a person does |
//! |---|---|
//! | [`list`] | sees what is loaded, loads a file |
//! | [`map`] | looks at what was found, as a table with marked cells |
//! | [`correct`] | corrects sheet, columns, rows and topics; confirms |
//! | [`profile`] | takes the mapping out as a file, or brings one in |
//! | [`filled`] | fetches the filled copy |

mod correct;
pub(crate) mod filled;
mod grid;
mod list;
mod map;
pub(crate) mod profile;

use crate::AppState;
use crate::access::{Routes, Scope};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::Action as A;
use hakutaku_model::official::OfficialForm;
use hakutaku_model::record::{Kept, RecordId};

/// The largest file taken, with room for the form around it.
const LARGEST: usize = 10 * 1024 * 1024 + 64 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::Facility;
    routes
        .get("/facilities/{facility}/forms/official", A::ReadForms, Facility, list::show)
        .upload("/facilities/{facility}/forms/official", A::AnswerForms, Facility, LARGEST, list::load)
        .get("/facilities/{facility}/forms/official/{form}", A::ReadForms, Facility, map::show)
        .post("/facilities/{facility}/forms/official/{form}/sheet", A::AnswerForms, Facility, correct::sheet)
        .post("/facilities/{facility}/forms/official/{form}/columns", A::AnswerForms, Facility, correct::columns)
        .post("/facilities/{facility}/forms/official/{form}/rows", A::AnswerForms, Facility, correct::rows)
        .post("/facilities/{facility}/forms/official/{form}/remove", A::AnswerForms, Facility, correct::remove)
        .get("/facilities/{facility}/forms/official/{form}/profile.json", A::ReadForms, Facility, profile::take_out)
        .upload("/facilities/{facility}/forms/official/{form}/profile", A::AnswerForms, Facility, LARGEST, profile::bring_in)
        .get("/facilities/{facility}/forms/official/{form}/filled.xlsx", A::ReadForms, Facility, filled::fetch)
}

/// The form named in the address, if it is this facility's and in use.
async fn form_of(app: &AppState, visit: &Visit, id: RecordId) -> Result<Kept<OfficialForm>, Problem> {
    let row = app.store.record_of::<OfficialForm>(visit.place()?.id, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound) } else { Ok(row) }
}

fn address(visit: &Visit, id: RecordId) -> Result<String, Problem> {
    Ok(format!("/facilities/{}/forms/official/{id}", visit.place()?.id))
}

/// The device groups by name.
fn group_title(group: &str) -> (&'static str, &'static str) {
    match group {
        "gate" => ("医療情報システムの有無", "Whether there is a system"),
        "governance" => ("体制構築", "Governance"),
        "servers" => ("サーバ", "Servers"),
        "terminal-pcs" => ("端末PC", "Terminal PCs"),
        "network-devices" => ("ネットワーク機器", "Network devices"),
        "incident-readiness" => ("インシデントへの備え", "Incident readiness"),
        "rules" => ("規程類", "Rules"),
        _ => ("医療情報システム全般", "System-wide"),
    }
}
