//! How a device looks from outside: what is answered, what is sent, and how what is sent becomes cells.

use super::input::Fields;
use hakutaku_model::ledger::cell::Names;
use hakutaku_model::ledger::{Column, KeptAsset};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A device or service. An empty text or `null` means "not known".
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Device, examples(json!({
    "id": "0193a1b2-0000-7000-8000-000000000003", "version": 1, "number": "S-001", "name": "電子カルテDB",
    "kind": "server", "system": null, "system_name": null, "owner": "情報システム課", "place": "本館3階 サーバ室",
    "maker": "", "model": "", "serial": "SN-1", "os": "Red Hat Enterprise Linux 9.4", "firmware": "",
    "support_ends": "2032-05-31", "ip": "10.10.0.5", "mac": "", "segment": "診療系", "remote_maintenance": true,
    "vendor": null, "vendor_name": null, "rto_hours": 4, "rpo_hours": 24, "clinical_importance": 1,
    "recovery_order": 2, "last_seen": "2026-11-01", "note": "", "documents": [],
    "created_at": "2026-11-21T01:00:00.000000Z", "changed_at": "2026-11-21T01:00:00.000000Z",
    "changed_by": "佐藤", "retired_at": null,
})))]
pub(crate) struct DeviceJson {
    /// Id.
    #[schema(format = "uuid")]
    id: String,
    /// Rises with every change; the `ETag` holds it, too.
    version: i64,
    /// Management number; no two devices in use have the same.
    number: String,
    /// What it is called.
    name: String,
    /// `server`, `terminal`, `network_device`, `medical_device`, `cloud_service` or `other`.
    kind: &'static str,
    /// Id of the system it serves.
    #[schema(required = true, format = "uuid")]
    system: Option<String>,
    /// Its name.
    #[schema(required = true)]
    system_name: Option<String>,
    /// Department or person that owns it.
    owner: String,
    /// Building, floor, room, rack.
    place: String,
    /// Maker.
    maker: String,
    /// Model or product.
    model: String,
    /// Serial number.
    serial: String,
    /// Operating system with its version.
    os: String,
    /// Firmware or software version.
    firmware: String,
    /// The last day of the maker's support.
    #[schema(required = true, format = "date")]
    support_ends: Option<String>,
    /// IP addresses, separated by spaces.
    ip: String,
    /// MAC address.
    mac: String,
    /// Network segment.
    segment: String,
    /// Whether a vendor maintains it from outside; `null`: nobody said.
    #[schema(required = true)]
    remote_maintenance: Option<bool>,
    /// Id of the vendor of the facility's register that maintains it.
    #[schema(required = true, format = "uuid")]
    vendor: Option<String>,
    /// Its name.
    #[schema(required = true)]
    vendor_name: Option<String>,
    /// Hours until it must be back.
    #[schema(required = true)]
    rto_hours: Option<u32>,
    /// Hours of data that may be lost.
    #[schema(required = true)]
    rpo_hours: Option<u32>,
    /// Rank by harm to patients while it is down: 1 is the worst.
    #[schema(required = true)]
    clinical_importance: Option<u16>,
    /// In which order it is restarted: 1 is first.
    #[schema(required = true)]
    recovery_order: Option<u16>,
    /// The day it was last seen.
    #[schema(required = true, format = "date")]
    last_seen: Option<String>,
    /// A remark.
    note: String,
    /// Ids of its photos and documents.
    documents: Vec<String>,
    /// When it was written down.
    #[schema(format = "date-time")]
    created_at: String,
    /// When it last changed.
    #[schema(format = "date-time")]
    changed_at: String,
    /// Who changed it last.
    changed_by: String,
    /// Since when it is out of the ledger.
    #[schema(required = true, format = "date-time")]
    retired_at: Option<String>,
}

impl DeviceJson {
    pub(super) fn of(row: KeptAsset, names: &Names) -> Self {
        let KeptAsset { id, version, asset, created_at, changed_at, changed_by, retired_at } = row;
        Self {
            id: id.to_string(),
            version,
            kind: asset.kind.key(),
            system_name: asset.system.and_then(|id| names.system(id)).map(str::to_owned),
            system: asset.system.map(|id| id.to_string()),
            vendor_name: asset.vendor.and_then(|id| names.vendor(id)).map(str::to_owned),
            vendor: asset.vendor.map(|id| id.to_string()),
            support_ends: asset.support_ends.map(|day| day.to_string()),
            last_seen: asset.last_seen.map(|day| day.to_string()),
            remote_maintenance: asset.remote_maintenance,
            rto_hours: asset.rto_hours,
            rpo_hours: asset.rpo_hours,
            clinical_importance: asset.clinical_importance,
            recovery_order: asset.recovery_order,
            documents: asset.documents.iter().map(ToString::to_string).collect(),
            number: asset.number,
            name: asset.name,
            owner: asset.owner,
            place: asset.place,
            maker: asset.maker,
            model: asset.model,
            serial: asset.serial,
            os: asset.os,
            firmware: asset.firmware,
            ip: asset.ip,
            mac: asset.mac,
            segment: asset.segment,
            note: asset.note,
            created_at: created_at.to_string(),
            changed_at: changed_at.to_string(),
            changed_by,
            retired_at: retired_at.map(|at| at.to_string()),
        }
    }
}

/// What is written about a device. Whatever is absent is not known.
///
/// Texts are read as on the pages: dates with eras, full-width digits, systems and vendors by name or id.
#[derive(ToSchema)]
#[schema(as = NewDevice, examples(json!({
    "number": "S-001", "name": "電子カルテDB", "kind": "server", "owner": "情報システム課",
    "support_ends": "2032-05-31", "remote_maintenance": true, "rto_hours": 4,
})))]
#[expect(
    dead_code,
    reason = "describes the body; it is read member by member, so that everything wrong is said at once"
)]
pub(super) struct NewDeviceJson {
    /// Management number. Number, name or serial number must be given.
    number: Option<String>,
    /// What it is called.
    name: Option<String>,
    /// `server`, `terminal`, `network_device`, `medical_device`, `cloud_service` or `other`; `other` if absent.
    kind: Option<String>,
    /// Id or name of a system of the facility.
    system: Option<String>,
    /// Department or person that owns it.
    owner: Option<String>,
    /// Building, floor, room, rack.
    place: Option<String>,
    /// Maker.
    maker: Option<String>,
    /// Model or product.
    model: Option<String>,
    /// Serial number.
    serial: Option<String>,
    /// Operating system with its version.
    os: Option<String>,
    /// Firmware or software version.
    firmware: Option<String>,
    /// The last day of the maker's support.
    support_ends: Option<String>,
    /// IP addresses, separated by spaces.
    ip: Option<String>,
    /// MAC address.
    mac: Option<String>,
    /// Network segment.
    segment: Option<String>,
    /// Whether a vendor maintains it from outside.
    remote_maintenance: Option<bool>,
    /// Id or name of a vendor of the facility's register.
    vendor: Option<String>,
    /// Hours until it must be back.
    rto_hours: Option<u32>,
    /// Hours of data that may be lost.
    rpo_hours: Option<u32>,
    /// Rank by harm to patients: 1 is the worst.
    clinical_importance: Option<u16>,
    /// In which order it is restarted.
    recovery_order: Option<u16>,
    /// The day it was last seen.
    last_seen: Option<String>,
    /// A remark.
    note: Option<String>,
    /// For a change: the version last seen (or send it as `If-Match`).
    expected_version: Option<i64>,
}

/// The cells of a body.
pub(super) fn cells(fields: &mut Fields) -> BTreeMap<Column, String> {
    let mut cells = BTreeMap::new();
    for column in Column::ALL {
        let text = match fields.any(column.key()) {
            None => continue,
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Bool(yes)) => if yes { "yes" } else { "no" }.to_owned(),
            Some(_) => {
                fields.wrong(column.key(), "文字か数字で入れてください。", "Must be text or a number.");
                continue;
            }
        };
        cells.insert(column, text);
    }
    cells
}
