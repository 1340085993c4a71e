//! Cyber observables: the same thing has the same id everywhere (section 2.9).

use super::Object;
use crate::ids;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::IpAddr;

fn made(kind: &str, contributing: &[(&str, Option<Value>)]) -> Object {
    let there: BTreeMap<&str, Value> =
        contributing.iter().filter_map(|(name, value)| Some((*name, value.clone()?))).collect();
    let mut object = Object::of(json!({ "type": kind, "spec_version": "2.1", "id": ids::observable(kind, &there) }));
    for (name, value) in there {
        object = object.with(name, value);
    }
    object
}

/// An address, or a network with its length (`ipv4-addr` and `ipv6-addr` take CIDR notation).
pub(super) fn address(address: IpAddr, length: Option<u8>) -> Object {
    let address = address.to_canonical();
    let kind = if address.is_ipv4() { "ipv4-addr" } else { "ipv6-addr" };
    let value = length.map_or_else(|| address.to_string(), |length| format!("{address}/{length}"));
    made(kind, &[("value", Some(value.into()))])
}

/// A contact. Without `start` and `end`: the observed-data says when, and the same contact again has the same id.
pub(super) fn traffic(
    source: &Object,
    target: Option<&Object>,
    ports: (Option<u16>, Option<u16>),
    protocols: &[&str],
) -> Object {
    made(
        "network-traffic",
        &[
            ("src_ref", Some(source.id().into())),
            ("dst_ref", target.map(|target| target.id().into())),
            ("src_port", ports.0.filter(|port| *port > 0).map(Value::from)),
            ("dst_port", ports.1.filter(|port| *port > 0).map(Value::from)),
            ("protocols", Some(protocols.into())),
        ],
    )
}

/// A user name that was tried.
pub(super) fn account(login: &str) -> Object {
    made("user-account", &[("account_login", Some(login.into()))])
}

/// A product.
pub(super) fn software(maker: &str, product: &str, version: Option<&str>) -> Object {
    let maker = Some(maker.trim()).filter(|maker| !maker.is_empty());
    made(
        "software",
        &[("name", Some(product.into())), ("vendor", maker.map(Value::from)), ("version", version.map(Value::from))],
    )
}
