//! The front of a FHIR R4 server (HL7 FHIR 4.0.1, RESTful API): says what it is, gives nothing without a sign-in.

use super::http::{self, Act, Door, Reply, Request, Tls, act};
use super::{Decoy, Serving};
use crate::persona::Identity;
use crate::visit::Visit;
use crate::wire::Wire;
use serde_json::json;
use std::io;

/// A FHIR server's door.
pub(super) struct Fhir;

impl Decoy for Fhir {
    fn serve<'a>(&'a self, visit: Visit, wire: Wire) -> Serving<'a, io::Result<()>> {
        Box::pin(http::serve(visit, wire, self, Tls::Either))
    }
}

/// Paths under which such servers have their base.
const BASES: [&str; 6] = ["", "/fhir", "/fhir/r4", "/r4", "/baser4", "/api/fhir"];

/// What is asked beneath the base: `Patient/1`, `metadata`, or nothing for the base itself.
fn resource(path: &str) -> Option<String> {
    let lower = path.trim_end_matches('/').to_ascii_lowercase();
    let base = BASES.iter().filter(|base| lower == **base || lower.starts_with(&format!("{base}/")));
    let longest = base.max_by_key(|base| base.len())?;
    Some(path.trim_end_matches('/').get(longest.len()..)?.trim_start_matches('/').to_owned())
}

impl Door for Fhir {
    fn judge(&self, visit: &Visit, request: &Request) -> Act {
        let judged = act(request, &visit.house().config.token);
        // Creating and changing are POST and PUT; searches are POST to _search.
        if judged == Act::Request("post") && !request.path().ends_with("/_search") {
            return Act::Write("create");
        }
        match (judged, resource(&request.path())) {
            (Act::Look, Some(asked)) if !request.is("OPTIONS") && is_resource(&asked) => Act::Request("resource"),
            (judged, _) => judged,
        }
    }

    fn answer(&self, visit: &Visit, request: &Request, act: &Act) -> Reply {
        let identity = visit.identity();
        let software = self.software(identity);
        let asked = resource(&request.path()).unwrap_or_default();
        match act {
            Act::Look if asked == "metadata" => fhir(200, &capabilities(identity, request)),
            Act::Look if request.is("OPTIONS") && !asked.is_empty() => fhir(200, &capabilities(identity, request)),
            Act::Look => software.error(404),
            Act::Request("traversal") => software.error(400),
            _ => fhir(401, &denied()).with("WWW-Authenticate", format!("Bearer realm=\"{}\"", identity.fqdn())),
        }
    }
}

/// Whether it is a resource or an operation: `Patient`, `$export`, `_history`.
fn is_resource(asked: &str) -> bool {
    asked.starts_with(['$', '_']) || asked.starts_with(|c: char| c.is_ascii_uppercase())
}

fn fhir(status: u16, body: &serde_json::Value) -> Reply {
    Reply::new(status).with("Content-Type", "application/fhir+json;charset=UTF-8").of(body.to_string().into_bytes())
}

/// OperationOutcome (FHIR R4, 2.26).
fn denied() -> serde_json::Value {
    json!({
        "resourceType": "OperationOutcome",
        "issue": [{ "severity": "error", "code": "login", "diagnostics": "Authentication is required" }]
    })
}

/// CapabilityStatement (FHIR R4, 2.24) of a made-up product.
fn capabilities(identity: &Identity, request: &Request) -> serde_json::Value {
    let name = identity
        .pick("fhir-software", &["Renkei FHIR Repository", "Karte Bridge", "Iryo Data Hub", "Chiiki FHIR Server"]);
    let version = format!(
        "{}.{}.{}",
        identity.number("fhir-major", 1, 4),
        identity.number("fhir-minor", 0, 12),
        identity.number("fhir-patch", 0, 30)
    );
    let interactions =
        json!([{ "code": "read" }, { "code": "search-type" }, { "code": "create" }, { "code": "update" }]);
    let types = [
        "Patient",
        "Encounter",
        "Observation",
        "MedicationRequest",
        "DiagnosticReport",
        "AllergyIntolerance",
        "Bundle",
    ];
    let resources: Vec<_> = types
        .iter()
        .map(
            |name| json!({ "type": name, "interaction": interactions, "versioning": "versioned", "readHistory": true }),
        )
        .collect();
    let base = request.path().trim_end_matches('/').trim_end_matches("metadata").trim_end_matches('/').to_owned();
    let year = identity.number("fhir-year", 2021, 2024);
    json!({
        "resourceType": "CapabilityStatement",
        "id": identity.guid("fhir").to_string(),
        "status": "active",
        "date": format!("{year}-{:02}-{:02}", identity.number("fhir-month", 1, 12), identity.number("fhir-day", 1, 28)),
        "kind": "instance",
        "software": { "name": name, "version": version },
        "implementation": { "description": identity.fqdn(), "url": format!("https://{}{}", identity.fqdn(), base_shown(&base)) },
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "security": {
                "cors": false,
                "service": [{ "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/restful-security-service",
                    "code": "OAuth"
                }] }]
            },
            "resource": resources
        }]
    })
}

/// Only a base that such servers have is repeated: never a visitor's own words.
fn base_shown(base: &str) -> &'static str {
    BASES.iter().find(|known| known.eq_ignore_ascii_case(base)).copied().unwrap_or("/fhir")
}

/// Entry of the fuzz target: which resource a path asks for, and the statement that repeats its base.
pub(super) fn fuzz(bytes: &[u8]) {
    let path = String::from_utf8_lossy(bytes);
    if let Some(asked) = resource(&path) {
        assert!(asked.len() <= path.len());
        let _ = is_resource(&asked);
    }
    let _ = base_shown(&path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_found_under_any_base() {
        for (path, asked) in [
            ("/metadata", "metadata"),
            ("/fhir/metadata", "metadata"),
            ("/fhir/R4/Patient/1", "Patient/1"),
            ("/baseR4/$export", "$export"),
            ("/", ""),
            ("/fhir/", ""),
        ] {
            assert_eq!(resource(path).as_deref(), Some(asked), "{path}");
        }
        assert!(is_resource("Patient?x") && is_resource("$export") && !is_resource("metadata"));
    }
}
