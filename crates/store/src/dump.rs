//! Rows as JSON lines, the same from and to either database.

use crate::archive::damaged;
use crate::db::{Id, on_both_connections, undecodable};
use crate::schema::{Kind, Table};
use crate::{Result, StoreError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_util::TryStreamExt as _;
use hakutaku_model::journal::{Entry, Event};
use hakutaku_model::time::Ts;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// A part of a table is sent on at this size.
const PART_BYTES: usize = 1 << 20;
/// Rows per insert; the widest table stays far below SQLite's 32,766 parameters.
const ROWS_AT_ONCE: usize = 200;

/// The first line of each part.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct PartHeading {
    table: String,
    columns: Vec<(String, String)>,
}

/// Rows of one table, as read from a part.
#[derive(Debug)]
pub(crate) struct Part {
    pub(crate) table: String,
    columns: Vec<(String, Kind)>,
    pub(crate) rows: Vec<Vec<Value>>,
}

impl Part {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let mut lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let unreadable = |error: serde_json::Error| damaged(&format!("a row cannot be read: {error}"));
        let heading: PartHeading = serde_json::from_slice(lines.next().unwrap_or_default()).map_err(unreadable)?;
        let columns = heading
            .columns
            .into_iter()
            .map(|(name, letter)| {
                let kind = Kind::from_letter(&letter).filter(|_| is_plain_name(&name));
                kind.map(|kind| (name, kind)).ok_or_else(|| damaged("a column has an unknown kind"))
            })
            .collect::<Result<Vec<_>>>()?;
        if !is_plain_name(&heading.table) || columns.is_empty() {
            return Err(damaged("a table has an unknown name"));
        }
        let rows = lines.map(serde_json::from_slice).collect::<Result<Vec<Vec<Value>>, _>>().map_err(unreadable)?;
        if rows.iter().any(|row| row.len() != columns.len()) {
            return Err(damaged("a row has not as many values as its table has columns"));
        }
        Ok(Self { table: heading.table, columns, rows })
    }

    /// One value of a row by the name of its column.
    pub(crate) fn value<'a>(&self, row: &'a [Value], column: &str) -> Result<&'a Value> {
        let at = self.columns.iter().position(|(name, _)| name == column);
        at.and_then(|at| row.get(at)).ok_or_else(|| damaged(&format!("{} has no column {column}", self.table)))
    }

    pub(crate) fn text(&self, row: &[Value], column: &str) -> Result<String> {
        self.value(row, column)?.as_str().map(str::to_owned).ok_or_else(|| wrong(column))
    }

    pub(crate) fn int(&self, row: &[Value], column: &str) -> Result<i64> {
        self.value(row, column)?.as_i64().ok_or_else(|| wrong(column))
    }

    pub(crate) fn bytes(&self, row: &[Value], column: &str) -> Result<Option<Vec<u8>>> {
        bytes_of(self.value(row, column)?)
    }

    /// A row of the log as an entry; `None` when it is none.
    pub(crate) fn entry(&self, row: &[Value]) -> Result<Option<Entry>> {
        let detail = self.text(row, "detail")?;
        let hash = |column: &str| -> Result<Option<hakutaku_model::journal::Hash>> {
            let bytes = self.bytes(row, column)?;
            bytes.map(|bytes| crate::journal::hash_from(bytes).map_err(|_| wrong(column))).transpose()
        };
        let entry = (
            crate::journal::parse_chain(&self.text(row, "chain")?),
            serde_json::from_str::<BTreeMap<String, String>>(&detail).ok(),
            hash("previous_hash")?,
            hash("hash")?,
            u64::try_from(self.int(row, "seq")?).ok(),
        );
        let (Some(chain), Some(detail), Some(previous), Some(hash_here), Some(seq)) = entry else { return Ok(None) };
        let event = Event {
            actor: self.text(row, "actor")?,
            action: self.text(row, "action")?,
            object: self.text(row, "object")?,
            before: hash("before_hash")?,
            after: hash("after_hash")?,
            detail,
        };
        let at = Ts::from_micros(self.int(row, "at")?);
        Ok(Some(Entry { chain, seq, at, event, previous, hash: hash_here }))
    }
}

/// Names go into SQL, so they are letters and underscores only, and none of the database's own.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 60
        && !name.starts_with("sqlite_")
        && !name.starts_with("pg_")
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        && !name.starts_with('_')
}

fn wrong(column: &str) -> StoreError {
    damaged(&format!("a value of {column} is of another kind"))
}

fn bytes_of(value: &Value) -> Result<Option<Vec<u8>>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => STANDARD.decode(text).map(Some).map_err(|_| damaged("a value is not base64")),
        _ => Err(damaged("a value is not base64")),
    }
}

fn id_of(value: &Value) -> Result<Option<Id>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => text.parse().map(|id| Some(Id(id))).map_err(|_| damaged("a value is not an id")),
        _ => Err(damaged("a value is not an id")),
    }
}

fn heading_of(table: &Table) -> Result<Vec<u8>> {
    let columns = table.columns.iter().map(|(name, kind)| ((*name).to_owned(), kind.letter().to_owned())).collect();
    line(&PartHeading { table: table.name.to_owned(), columns })
}

fn line(value: &impl Serialize) -> Result<Vec<u8>> {
    let mut line = serde_json::to_vec(value).map_err(undecodable)?;
    line.push(b'\n');
    Ok(line)
}

/// A part of a table on its way into the archive: its path and its bytes.
pub(crate) type Sent = (String, Vec<u8>);

on_both_connections! {
    /// Copying tables out and in.
    Dump {
        /// Sends a whole table in parts; says how many rows. An empty table is one part with its heading.
        async fn send_table(con, table: &Table, parts: &mpsc::Sender<Sent>) -> u64 {
            let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
            // Names come from the table list of this crate, never from outside.
            let sql = format!("SELECT {} FROM {} ORDER BY {}", columns.join(", "), table.name, table.order);
            let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(&mut *con);
            let (mut count, mut number) = (0_u64, 1_u32);
            let mut bytes = heading_of(table)?;
            while let Some(row) = rows.try_next().await? {
                let mut values = Vec::with_capacity(table.columns.len());
                for (at, (_, kind)) in table.columns.iter().enumerate() {
                    values.push(match kind {
                        Kind::Id => row.try_get::<Option<Id>, _>(at)?.map(|id| Value::String(id.0.to_string())),
                        Kind::Text => row.try_get::<Option<String>, _>(at)?.map(Value::String),
                        Kind::Int => row.try_get::<Option<i64>, _>(at)?.map(Value::from),
                        Kind::Bool => row.try_get::<Option<bool>, _>(at)?.map(Value::Bool),
                        Kind::Bytes => {
                            row.try_get::<Option<Vec<u8>>, _>(at)?.map(|bytes| Value::String(STANDARD.encode(bytes)))
                        }
                    });
                }
                bytes.extend(line(&values)?);
                count += 1;
                if bytes.len() >= PART_BYTES {
                    let part = std::mem::replace(&mut bytes, heading_of(table)?);
                    send(parts, table, number, part).await?;
                    number += 1;
                }
            }
            send(parts, table, number, bytes).await?;
            count
        }

        /// Inserts the rows of a part.
        async fn insert_part(con, part: &Part) -> () {
            let names: Vec<&str> = part.columns.iter().map(|(name, _)| name.as_str()).collect();
            let sql = format!("INSERT INTO {} ({}) ", part.table, names.join(", "));
            for rows in part.rows.chunks(ROWS_AT_ONCE) {
                let mut query = sqlx::QueryBuilder::new(sql.clone());
                let mut failure = None;
                query.push_values(rows, |mut tuple, row| {
                    for ((name, kind), value) in part.columns.iter().zip(row) {
                        let kept: Result<()> = (|| {
                            match (kind, value) {
                                (Kind::Id, value) => tuple.push_bind(id_of(value)?),
                                (Kind::Bytes, value) => tuple.push_bind(bytes_of(value)?),
                                (Kind::Text, Value::Null) => tuple.push_bind(None::<String>),
                                (Kind::Text, Value::String(text)) => tuple.push_bind(text.clone()),
                                (Kind::Int, Value::Null) => tuple.push_bind(None::<i64>),
                                (Kind::Int, Value::Number(number)) => {
                                    tuple.push_bind(number.as_i64().ok_or_else(|| wrong(name))?)
                                }
                                (Kind::Bool, Value::Null) => tuple.push_bind(None::<bool>),
                                (Kind::Bool, Value::Bool(yes)) => tuple.push_bind(*yes),
                                _ => return Err(wrong(name)),
                            };
                            Ok(())
                        })();
                        if let Err(error) = kept {
                            failure.get_or_insert(error);
                        }
                    }
                });
                if let Some(error) = failure {
                    return Err(error);
                }
                query.build().persistent(false).execute(&mut *con).await?;
            }
        }
    }
}

async fn send(parts: &mpsc::Sender<Sent>, table: &Table, number: u32, bytes: Vec<u8>) -> Result<()> {
    let path = format!("tables/{}/{number:06}.jsonl", table.name);
    // The receiving side only goes away with an error of its own, which is then the one reported.
    parts.send((path, bytes)).await.map_err(|_| damaged("writing it broke off"))
}
