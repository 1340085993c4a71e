//! Touches in the words of other tools: ECS for log stores, OCSF for event pipelines.

use super::{Kind, SignedTouch};
use serde_json::{Value, json};

/// An event in the Elastic Common Schema's names (ECS 8.11: `event`, `source`, `destination`, `user`, `observer`).
#[must_use]
pub fn ecs(signed: &SignedTouch) -> Value {
    let touch = &signed.touch;
    let mut event = json!({
        "@timestamp": touch.time.to_string(),
        "ecs": { "version": "8.11.0" },
        "event": {
            "id": touch.id.to_string(),
            "kind": "alert",
            "category": if touch.kind == Kind::SignIn { ["authentication"] } else { ["network"] },
            "type": if touch.kind == Kind::SignIn { ["start"] } else { ["connection"] },
            "action": touch.kind.key(),
            "outcome": if touch.kind == Kind::SignIn { "failure" } else { "unknown" },
            "dataset": "hakutaku.touch",
        },
        "source": { "ip": touch.source_ip, "port": touch.source_port },
        "destination": { "port": touch.dest_port },
        "network": { "protocol": touch.protocol },
        "observer": { "type": "decoy", "serial_number": touch.sensor.to_string() },
        "labels": touch.detail,
    });
    if let Some(user) = &touch.user {
        event["user"] = json!({ "name": user });
    }
    if let Some(address) = touch.detail.get("dest_ip") {
        event["destination"]["ip"] = json!(address);
    }
    event
}

/// An event of OCSF 1.3: Authentication (3002) for a sign-in, else Network Activity (4001).
#[must_use]
pub fn ocsf(signed: &SignedTouch) -> Value {
    let touch = &signed.touch;
    let sign_in = touch.kind == Kind::SignIn;
    let class = if sign_in { 3002 } else { 4001 };
    // Authentication: 1 = Logon. Network Activity: 1 = Open, 6 = Traffic.
    let activity = match touch.kind {
        Kind::SignIn | Kind::Connect | Kind::HalfOpen | Kind::Knock | Kind::PortScan => 1,
        _ => 6,
    };
    let mut event = json!({
        "metadata": {
            "version": "1.3.0",
            "uid": touch.id.to_string(),
            "product": { "name": "Hakutaku decoy", "vendor_name": "Hakutaku" },
        },
        "category_uid": class / 1000,
        "class_uid": class,
        "activity_id": activity,
        "type_uid": class * 100 + activity,
        // 3 = Medium, 4 = High: nobody legitimate touches a decoy.
        "severity_id": if touch.kind >= Kind::Request { 4 } else { 3 },
        "status_id": if sign_in { 2 } else { 0 },
        "time": touch.time.micros() / 1000,
        "src_endpoint": { "ip": touch.source_ip, "port": touch.source_port },
        "dst_endpoint": { "port": touch.dest_port, "svc_name": touch.protocol },
        "unmapped": { "kind": touch.kind.key(), "persona": touch.persona, "detail": touch.detail },
    });
    if let Some(user) = &touch.user {
        event["user"] = json!({ "name": user });
    }
    if let Some(address) = touch.detail.get("dest_ip") {
        event["dst_endpoint"]["ip"] = json!(address);
    }
    event
}
