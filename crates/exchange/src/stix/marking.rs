//! TLP 2.0 in STIX 2.1: the marking definitions that OASIS publishes in `cti-stix-common-objects`
//! (`extension-definition-specifications/tlp-2.0`), and the four of TLP 1 that STIX 2.1 itself defines (section 7.2.1.4).

use super::Object;
use hakutaku_model::region::notice::Tlp;
use serde_json::json;

/// The extension definition of TLP 2.0.
pub const EXTENSION: &str = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// The id of a label's marking definition.
#[must_use]
pub fn marking_id(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
        Tlp::Green => "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
        Tlp::Amber => "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
        Tlp::AmberStrict => "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
        Tlp::Red => "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
    }
}

/// The label of a marking definition's id, of TLP 2.0 or of TLP 1, whose white is clear.
#[must_use]
pub fn label_of(id: &str) -> Option<Tlp> {
    let tlp1 = match id {
        "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9" => Some(Tlp::Clear),
        "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da" => Some(Tlp::Green),
        "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82" => Some(Tlp::Amber),
        "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed" => Some(Tlp::Red),
        _ => None,
    };
    tlp1.or_else(|| Tlp::ALL.iter().copied().find(|tlp| marking_id(*tlp) == id))
}

/// The marking definition, exactly as published.
#[must_use]
pub fn marking(tlp: Tlp) -> Object {
    Object::of(json!({
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": marking_id(tlp),
        "created": "2022-10-01T00:00:00.000Z",
        "name": tlp.label(),
        "extensions": { EXTENSION: { "extension_type": "property-extension", "tlp_2_0": word(tlp) } },
    }))
}

fn word(tlp: Tlp) -> &'static str {
    match tlp {
        Tlp::Clear => "clear",
        Tlp::Green => "green",
        Tlp::Amber => "amber",
        Tlp::AmberStrict => "amber+strict",
        Tlp::Red => "red",
    }
}
