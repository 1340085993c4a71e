//! A program with a token.

use super::shapes;
use crate::sample::{House, act};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode, header};
use hakutaku_model::id::{FacilityId, PersonId};
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_store::NewPerson;
use serde_json::Value;
use tower::ServiceExt as _;

/// A program with a token, or without one.
#[derive(Clone)]
pub(super) struct Program {
    pub(super) person: Option<PersonId>,
    token: Option<String>,
    router: Router,
}

/// What came back.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn header(&self, name: HeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// The sentences about one field.
    pub(super) fn wrong_fields(&self) -> Vec<String> {
        let json = self.json();
        let problems = json["problems"].as_array().expect("problems");
        problems.iter().filter_map(|problem| Some(problem["field"].as_str()?.to_owned())).collect()
    }
}

impl Program {
    /// With a token of a new person who has a role at a facility (`None`: everywhere).
    pub(super) async fn new(house: &House, facility: Option<FacilityId>, role: Role, read_only: bool) -> Self {
        let store = &house.app.store;
        let n = store.people().await.expect("people").len();
        let new = NewPerson {
            username: format!("{}-{n}", role.key()),
            display_name: "記録 太郎".to_owned(),
            lang: Lang::Ja,
            password_hash: None,
        };
        let person = store.create_person(&act(), &new).await.expect("a person").id;
        store.grant(&act(), person, facility, role).await.expect("a role");
        let issued = store.create_api_token(&act(), person, "集計", read_only, None).await.expect("a token");
        Self { person: Some(person), token: Some(issued.token), router: hakutaku_web::router(house.app.clone()) }
    }

    /// The IT operator of the house, who may write.
    pub(super) async fn it(house: &House) -> Self {
        Self::new(house, Some(house.facility), Role::ItOperator, false).await
    }

    /// The same server, another token or none.
    pub(super) fn with_token(&self, token: Option<&str>) -> Self {
        Self { person: None, token: token.map(str::to_owned), router: self.router.clone() }
    }

    pub(super) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, &[], Vec::new()).await
    }

    pub(super) async fn delete(&self, path: &str) -> Reply {
        self.call(Method::DELETE, path, &[], Vec::new()).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::PUT, path, &body.to_string()).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.send(Method::POST, path, &body.to_string()).await
    }

    /// Sends text as JSON, also what is none.
    pub(super) async fn send(&self, method: Method, path: &str, text: &str) -> Reply {
        self.call(method, path, &[(header::CONTENT_TYPE, "application/json")], text.as_bytes().to_vec()).await
    }

    pub(super) async fn call(
        &self,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Vec<u8>,
    ) -> Reply {
        let mut request = Request::builder().method(method.clone()).uri(path).header(header::HOST, "localhost:8787");
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        let request = request.body(Body::from(body)).expect("a valid request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await.expect("a body").to_vec();
        let reply = Reply { status: parts.status, headers: parts.headers, body };
        let faults = shapes::faults(&method, path, &reply);
        assert!(
            faults.is_empty(),
            "{method} {path} answered {} otherwise than described:\n{}",
            reply.status,
            faults.join("\n")
        );
        reply
    }
}

/// The address of a facility, or of something of it.
pub(super) fn at(facility: FacilityId, rest: &str) -> String {
    format!("/api/v1/facilities/{facility}{rest}")
}

/// The address of something of an assessment.
pub(super) fn of(house: &House, assessment: impl std::fmt::Display, rest: &str) -> String {
    at(house.facility, &format!("/assessments/{assessment}{rest}"))
}
