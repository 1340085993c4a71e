//! A TAXII 2.1 server under `/taxii2/` (OASIS Standard, 10 June 2021): STIX objects for programs of other centres and of members.
//!
//! | file | what |
//! |---|---|
//! | [`door`] | HTTP Basic and bearer tokens, media types, errors in TAXII's words |
//! | [`roots`] | discovery and the two kinds of API root: the centre's, and one for each member |
//! | [`collections`] | which collections a root has, and which rows of the store they are |
//! | [`objects`] | pages of objects, manifests and versions; objects by id |
//! | [`add`] | objects that come in, and what became of them |
//! | [`publish`] | how notices and cases get into collections |

mod add;
mod collections;
pub(crate) mod door;
mod objects;
pub mod publish;
mod roots;

use crate::access::{Routes, Scope::Facility, Scope::Installation, Scope::Own};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hakutaku_exchange::taxii::{ErrorMessage, MEDIA_TYPE};
use hakutaku_model::access::Action as A;
use serde::Serialize;

/// Where all of it lives.
pub(crate) const BASE: &str = "/taxii2/";
/// The largest body that adds objects, in bytes (`max_content_length`).
const LARGEST: usize = 8 * 1024 * 1024;

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/taxii2/", A::Public, Own, roots::discovery)
        .get("/taxii2/region/", A::ReadRegion, Installation, roots::region)
        .get("/taxii2/region/status/{status}/", A::ReadRegion, Installation, add::status)
        .get("/taxii2/region/collections/", A::ReadRegion, Installation, collections::list)
        .get("/taxii2/region/collections/{collection}/", A::ReadRegion, Installation, collections::one)
        .get("/taxii2/region/collections/{collection}/manifest/", A::ReadRegion, Installation, objects::manifest)
        .get("/taxii2/region/collections/{collection}/objects/", A::ReadRegion, Installation, objects::list)
        .upload("/taxii2/region/collections/{collection}/objects/", A::WatchRegion, Installation, LARGEST, add::add)
        .get("/taxii2/region/collections/{collection}/objects/{object}/", A::ReadRegion, Installation, objects::one)
        .get("/taxii2/region/collections/{collection}/objects/{object}/versions/", A::ReadRegion, Installation, objects::versions)
        .get("/taxii2/facilities/{facility}/", A::ReadNotices, Facility, roots::facility)
        .get("/taxii2/facilities/{facility}/collections/", A::ReadNotices, Facility, collections::list)
        .get("/taxii2/facilities/{facility}/collections/{collection}/", A::ReadNotices, Facility, collections::one)
        .get("/taxii2/facilities/{facility}/collections/{collection}/manifest/", A::ReadNotices, Facility, objects::manifest)
        .get("/taxii2/facilities/{facility}/collections/{collection}/objects/", A::ReadNotices, Facility, objects::list)
        .get("/taxii2/facilities/{facility}/collections/{collection}/objects/{object}/", A::ReadNotices, Facility, objects::one)
        .get("/taxii2/facilities/{facility}/collections/{collection}/objects/{object}/versions/", A::ReadNotices, Facility, objects::versions)
}

/// An answer of TAXII's media type.
#[derive(Debug)]
struct Taxii<T>(T);

impl<T: Serialize> IntoResponse for Taxii<T> {
    fn into_response(self) -> Response {
        let mut response = axum::Json(self.0).into_response();
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        response
    }
}

/// Why a request has no ordinary answer, in the words of programs: English (section 3.6.1).
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    title: String,
}

impl Refusal {
    fn new(status: StatusCode, title: impl Into<String>) -> Self {
        Self { status, title: title.into() }
    }

    fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("There is no such {what} here, or you may not see it."))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let said =
            ErrorMessage { title: self.title, description: None, http_status: Some(self.status.as_u16().to_string()) };
        (self.status, Taxii(said)).into_response()
    }
}

impl From<hakutaku_store::StoreError> for Refusal {
    fn from(error: hakutaku_store::StoreError) -> Self {
        // The cause goes to the log alone.
        let _ = crate::shell::problem::Problem::internal(error);
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong here. Try again later.")
    }
}
