//! Whose token it is.

use super::door::Caller;
use super::fault::Fault;
use super::openapi::Refused;
use crate::AppState;
use axum::Json;
use axum::extract::State;
use hakutaku_model::access::Actor;
use hakutaku_model::id::FacilityId;
use hakutaku_model::person::Role;
use hakutaku_store::ApiTokenRow;
use serde::Serialize;
use utoipa::ToSchema;

/// Whose token it is, and what it may do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub(crate) struct MeJson {
    person: PersonJson,
    /// The roles; each allows what the same role allows on the pages.
    roles: Vec<RoleJson>,
    token: TokenJson,
}

/// A person with an account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// As typed at sign-in.
    username: String,
    /// As shown to others.
    display_name: String,
    /// `ja` or `en`.
    lang: &'static str,
}

/// A role at a place.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Role)]
pub(crate) struct RoleJson {
    /// Where; `null`: the whole installation.
    #[schema(required = true, value_type = Option<String>, format = "uuid")]
    facility: Option<FacilityId>,
    /// `administrator`, `safety_manager`, `it_operator`, `executive`, `respondent`, `auditor` or `regional_supporter`.
    #[schema(value_type = String)]
    role: Role,
}

/// A bearer token.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub(crate) struct TokenJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// As its owner calls it.
    name: String,
    /// May change nothing.
    read_only: bool,
    /// When it ends by itself.
    #[schema(required = true, format = "date-time")]
    expires_at: Option<String>,
    /// When a program last used it, this call included (to the minute).
    #[schema(required = true, format = "date-time")]
    last_used_at: Option<String>,
}

/// Whose token it is
#[utoipa::path(get, path = "/api/v1/me", operation_id = "me", tag = "account",
    responses((status = 200, description = "The person, the roles and the token", body = MeJson), Refused))]
pub(super) async fn show(State(app): State<AppState>, caller: Caller) -> Result<Json<MeJson>, Fault> {
    let person = caller.person()?;
    let Actor::Person { memberships, .. } = &caller.actor else {
        return Err(crate::shell::problem::Problem::NotFound.into());
    };
    let token = app.store.api_tokens_of(person.id).await?.into_iter().find(|row| Some(row.id) == caller.api_token);
    let token: ApiTokenRow = token.ok_or(crate::shell::problem::Problem::NotFound)?;
    Ok(Json(MeJson {
        person: PersonJson {
            id: person.id.to_string(),
            username: person.username.clone(),
            display_name: person.display_name.clone(),
            lang: person.lang.tag(),
        },
        roles: memberships.iter().map(|(facility, role)| RoleJson { facility: *facility, role: *role }).collect(),
        token: TokenJson {
            id: token.id.to_string(),
            name: token.name,
            read_only: token.read_only,
            expires_at: token.expires_at.map(|at| at.to_string()),
            last_used_at: token.last_used_at.map(|at| at.to_string()),
        },
    }))
}
