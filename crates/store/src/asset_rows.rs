//! Rows of the ledger from and to the database, many at a time.

use crate::db::{Id, from_json, from_row, undecodable};
use crate::{Result, StoreError};
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::journal::Hash;
use hakutaku_model::ledger::{Asset, Column, KeptAsset, mark, search};
use hakutaku_model::time::Ts;

/// What is read of a row; what it says is in its body.
pub(crate) const READ: &str = "id, version, body, created_at, changed_at, changed_by, retired_at";

/// The columns that are written, in the order of [`binds`].
pub(crate) const WRITTEN: [&str; 32] = [
    "id",
    "facility_id",
    "version",
    "kind",
    "number_key",
    "name_key",
    "owner_key",
    "place_key",
    "maker_key",
    "model_key",
    "serial_key",
    "os_key",
    "firmware_key",
    "ip_key",
    "mac_key",
    "segment_key",
    "system_id",
    "vendor_id",
    "remote_maintenance",
    "support_ends",
    "last_seen",
    "rto_hours",
    "rpo_hours",
    "clinical_importance",
    "recovery_order",
    "marks",
    "search",
    "body",
    "created_at",
    "changed_at",
    "changed_by",
    "retired_at",
];

/// Rows written by one statement: 32 columns of 100 rows stay far below the limits of both databases.
pub(crate) const AT_ONCE: usize = 100;

/// A value of a statement that is put together while running.
#[derive(Debug, Clone)]
pub(crate) enum Bind {
    Id(Option<Id>),
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Vec<u8>),
}

impl Bind {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(Some(text.into()))
    }

    pub(crate) fn int(number: impl Into<i64>) -> Self {
        Self::Int(Some(number.into()))
    }

    pub(crate) fn id(id: impl Into<uuid::Uuid>) -> Self {
        Self::Id(Some(Id(id.into())))
    }
}

/// Binds all values to a query of either database.
macro_rules! bind_all {
    ($query:expr, $binds:expr) => {{
        let mut query = $query;
        for bind in $binds {
            query = match bind {
                $crate::asset_rows::Bind::Id(id) => query.bind(id),
                $crate::asset_rows::Bind::Int(number) => query.bind(number),
                $crate::asset_rows::Bind::Text(text) => query.bind(text),
                $crate::asset_rows::Bind::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }};
}
pub(crate) use bind_all;

/// `($1, $2), ($3, $4)`: places for rows of values.
pub(crate) fn places(rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let places: Vec<String> = (1..=columns).map(|column| format!("${}", row * columns + column)).collect();
        format!("({})", places.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

/// The text that puts `rows` rows in, whether they are new or not.
pub(crate) fn upsert(rows: usize) -> String {
    let set: Vec<String> = WRITTEN
        .iter()
        .filter(|column| !matches!(**column, "id" | "facility_id" | "created_at"))
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    format!(
        "INSERT INTO asset ({}) VALUES {} ON CONFLICT (id) DO UPDATE SET {}",
        WRITTEN.join(", "),
        places(rows, WRITTEN.len()),
        set.join(", ")
    )
}

/// A row's values in the order of [`WRITTEN`].
pub(crate) fn binds(facility: FacilityId, row: &KeptAsset, body: String) -> Vec<Bind> {
    let asset = &row.asset;
    let key = |column: Column| Bind::text(asset.text(column).map(search::key).unwrap_or_default());
    let date = |day: Option<jiff::civil::Date>| Bind::Text(day.map(|day| day.to_string()));
    let mut values =
        vec![Bind::id(row.id.0), Bind::id(facility.0), Bind::int(row.version), Bind::text(asset.kind.key())];
    values.extend(KEYED.map(|(column, _)| key(column)));
    values.extend([
        Bind::Id(asset.system.map(|id| Id(id.0))),
        Bind::Id(asset.vendor.map(|id| Id(id.0))),
        Bind::Int(asset.remote_maintenance.map(i64::from)),
        date(asset.support_ends),
        date(asset.last_seen),
        Bind::Int(asset.rto_hours.map(i64::from)),
        Bind::Int(asset.rpo_hours.map(i64::from)),
        Bind::Int(asset.clinical_importance.map(i64::from)),
        Bind::Int(asset.recovery_order.map(i64::from)),
        Bind::int(mark::bits(asset)),
        Bind::text(search::text(asset)),
        Bind::text(body),
        Bind::int(row.created_at.micros()),
        Bind::int(row.changed_at.micros()),
        Bind::text(&row.changed_by),
        Bind::Int(row.retired_at.map(Ts::micros)),
    ]);
    values
}

/// The texts that have a search key of their own.
pub(crate) const KEYED: [(Column, &str); 12] = [
    (Column::Number, "number_key"),
    (Column::Name, "name_key"),
    (Column::Owner, "owner_key"),
    (Column::Place, "place_key"),
    (Column::Maker, "maker_key"),
    (Column::Model, "model_key"),
    (Column::Serial, "serial_key"),
    (Column::Os, "os_key"),
    (Column::Firmware, "firmware_key"),
    (Column::Ip, "ip_key"),
    (Column::Mac, "mac_key"),
    (Column::Segment, "segment_key"),
];

/// What a row says as it is kept: JSON without the empty fields, which come back as empty.
pub(crate) fn body(asset: &Asset) -> Result<String> {
    let mut value = serde_json::to_value(asset).map_err(undecodable)?;
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| match value {
            serde_json::Value::Null => false,
            serde_json::Value::String(text) => !text.is_empty(),
            serde_json::Value::Array(list) => !list.is_empty(),
            _ => true,
        });
    }
    Ok(serde_json::to_string(&value).map_err(undecodable)?)
}

/// The hash of a body.
pub(crate) fn hash(body: &str) -> Hash {
    Hash::of(body.as_bytes())
}

/// Reads [`body`].
pub(crate) fn from_body(id: AssetId, body: &str) -> Result<Asset> {
    from_json(body).map_err(|_| StoreError::Damaged(format!("device {id}")))
}

/// A row before its body is read.
pub(crate) struct Row {
    pub(crate) id: AssetId,
    pub(crate) version: i64,
    pub(crate) body: String,
    pub(crate) created_at: Ts,
    pub(crate) changed_at: Ts,
    pub(crate) changed_by: String,
    pub(crate) retired_at: Option<Ts>,
}

from_row!(Row, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        version: row.try_get("version")?,
        body: row.try_get("body")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
        changed_at: Ts::from_micros(row.try_get("changed_at")?),
        changed_by: row.try_get("changed_by")?,
        retired_at: row.try_get::<Option<i64>, _>("retired_at")?.map(Ts::from_micros),
    }
});

impl Row {
    pub(crate) fn kept(self) -> Result<KeptAsset> {
        Ok(KeptAsset {
            asset: from_body(self.id, &self.body)?,
            id: self.id,
            version: self.version,
            created_at: self.created_at,
            changed_at: self.changed_at,
            changed_by: self.changed_by,
            retired_at: self.retired_at,
        })
    }
}
