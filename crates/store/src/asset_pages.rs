//! Finding in the ledger: search, filters, order, pages. Made so that a page of ten thousand rows comes at once: the
//! order is read from an index where there is one, and what is empty comes last in either direction.

use crate::asset_rows::{Bind, KEYED, READ, Row, bind_all};
use crate::db::{Id, boxed, from_row, read, undecodable};
use crate::{Result, Store, StoreError};
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{AssetKind, Column, KeptAsset, search};
use hakutaku_model::record::RecordId;
use hakutaku_model::system::System;
use hakutaku_model::vendor::Engagement;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// The most rows of one page.
pub const LARGEST_PAGE: u32 = 1_000;
/// The longest search, in characters.
const LONGEST_SEARCH: usize = 200;

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Smallest first.
    #[default]
    Up,
    /// Largest first.
    Down,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetFilter {
    /// A text column contains this, however it is typed. On other columns it holds for no row.
    Contains(Column, String),
    /// Nothing is known in this column (no row lacks its kind).
    Empty(Column),
    /// It serves this system.
    System(RecordId),
    /// This vendor maintains it.
    Vendor(RecordId),
}

/// Which rows, in which order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetQuery {
    /// Words that must all stand somewhere in the row, in the name of its system or of its vendor.
    pub text: String,
    /// Of one of these kinds; empty: of any.
    pub kinds: Vec<AssetKind>,
    /// With all of these marks.
    pub marks: Vec<Mark>,
    /// Meeting all of these.
    pub filters: Vec<AssetFilter>,
    /// Retired rows instead of those in use.
    pub retired: bool,
    /// In which order; `None`: as they were made. The remark cannot be sorted by.
    pub sort: Option<(Column, Direction)>,
    /// Rows left out at the beginning.
    pub offset: u64,
    /// Rows of the page, at most [`LARGEST_PAGE`].
    pub limit: u32,
    /// The day on which support has ended or has not.
    pub today: Date,
}

impl AssetQuery {
    /// All rows in use, as they were made, fifty a page.
    #[must_use]
    pub fn new(today: Date) -> Self {
        Self {
            text: String::new(),
            kinds: Vec::new(),
            marks: Vec::new(),
            filters: Vec::new(),
            retired: false,
            sort: None,
            offset: 0,
            limit: 50,
            today,
        }
    }
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AssetPage {
    /// Its rows.
    pub rows: Vec<KeptAsset>,
    /// How many rows meet the query in all.
    pub total: u64,
}

struct Number(u64);

from_row!(Number, row => { Self(row.try_get::<i64, _>("number")?.cast_unsigned()) });

/// Names that search and order need, folded.
#[derive(Debug, Default)]
struct Names {
    systems: Vec<(RecordId, String)>,
    vendors: Vec<(RecordId, String)>,
}

/// A `WHERE` in the making.
#[derive(Debug, Clone)]
struct Where {
    conditions: Vec<String>,
    binds: Vec<Bind>,
}

impl Where {
    fn bind(&mut self, value: Bind) -> String {
        self.binds.push(value);
        format!("${}", self.binds.len())
    }

    fn and(&mut self, condition: impl Into<String>) {
        self.conditions.push(condition.into());
    }

    fn contains(&mut self, column: &str, key: &str) -> String {
        let place =
            self.bind(Bind::text(format!("%{}%", key.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"))));
        format!("{column} LIKE {place} ESCAPE '\\'")
    }

    fn any_of(&mut self, column: &str, ids: &[RecordId]) -> String {
        let places: Vec<String> = ids.iter().map(|id| self.bind(Bind::id(id.0))).collect();
        format!("{column} IN ({})", places.join(", "))
    }

    fn text(&self) -> String {
        self.conditions.join(" AND ")
    }

    fn of(facility: FacilityId, query: &AssetQuery, names: &Names) -> Self {
        let mut to = Self { conditions: Vec::new(), binds: Vec::new() };
        let place = to.bind(Bind::id(facility.0));
        to.and(format!("facility_id = {place}"));
        to.and(if query.retired { "retired_at IS NOT NULL" } else { "retired_at IS NULL" });
        if !query.kinds.is_empty() {
            let places: Vec<String> = query.kinds.iter().map(|kind| to.bind(Bind::text(kind.key()))).collect();
            to.and(format!("kind IN ({})", places.join(", ")));
        }
        let bits = query.marks.iter().filter_map(|mark| mark.bit()).fold(0, |bits, bit| bits | bit);
        if bits != 0 {
            // A number of ours, not a text of anybody's.
            to.and(format!("(marks & {bits}) = {bits}"));
        }
        if query.marks.contains(&Mark::SupportEnded) {
            let place = to.bind(Bind::text(query.today.to_string()));
            to.and(format!("support_ends < {place}"));
        }
        for filter in &query.filters {
            let condition = to.filter(filter);
            to.and(condition);
        }
        for word in search::words(&query.text) {
            let mut ways = vec![to.contains("search", &word)];
            for (column, list) in [("system_id", &names.systems), ("vendor_id", &names.vendors)] {
                let ids: Vec<RecordId> =
                    list.iter().filter(|(_, name)| name.contains(&word)).map(|(id, _)| *id).collect();
                if !ids.is_empty() {
                    ways.push(to.any_of(column, &ids));
                }
            }
            to.and(format!("({})", ways.join(" OR ")));
        }
        to
    }

    fn filter(&mut self, filter: &AssetFilter) -> String {
        match filter {
            AssetFilter::System(id) => self.any_of("system_id", &[*id]),
            AssetFilter::Vendor(id) => self.any_of("vendor_id", &[*id]),
            AssetFilter::Contains(Column::Note, text) => self.contains("search", &search::key(text)),
            AssetFilter::Contains(column, text) => match key_column(*column) {
                Some(name) => self.contains(name, &search::key(text)),
                None => "1 = 0".to_owned(),
            },
            AssetFilter::Empty(column) => match (key_column(*column), plain_column(*column)) {
                (Some(name), _) => format!("{name} = ''"),
                (None, Some(name)) => format!("{name} IS NULL"),
                (None, None) => "1 = 0".to_owned(),
            },
        }
    }
}

/// The search key of a text column.
fn key_column(column: Column) -> Option<&'static str> {
    KEYED.iter().find(|(keyed, _)| *keyed == column).map(|(_, name)| *name)
}

/// The column of what is no text and may be unknown.
fn plain_column(column: Column) -> Option<&'static str> {
    Some(match column {
        Column::System => "system_id",
        Column::Vendor => "vendor_id",
        Column::SupportEnds => "support_ends",
        Column::LastSeen => "last_seen",
        Column::RemoteMaintenance => "remote_maintenance",
        Column::RtoHours => "rto_hours",
        Column::RpoHours => "rpo_hours",
        Column::ClinicalImportance => "clinical_importance",
        Column::RecoveryOrder => "recovery_order",
        _ => return None,
    })
}

/// What to order by, and the condition that it is known. The conditions are exact opposites.
struct Order {
    by: String,
    known: String,
    unknown: String,
}

impl Order {
    fn of(column: Column, names: &Names, to: &mut Where) -> Option<Self> {
        if let Some(name) = key_column(column) {
            // Greater than nothing, not unequal: that is a range of the index.
            return Some(Self { by: name.to_owned(), known: format!("{name} > ''"), unknown: format!("{name} = ''") });
        }
        let by = match column {
            Column::Note => return None,
            Column::Kind => {
                let whens: Vec<String> = AssetKind::ALL
                    .iter()
                    .enumerate()
                    .map(|(at, kind)| format!("WHEN '{}' THEN {at}", kind.key()))
                    .collect();
                let by = format!("CASE kind {} END", whens.join(" "));
                return Some(Self { by, known: "1 = 1".to_owned(), unknown: "1 = 0".to_owned() });
            }
            Column::System => by_name("system_id", &names.systems, to),
            Column::Vendor => by_name("vendor_id", &names.vendors, to),
            _ => plain_column(column)?.to_owned(),
        };
        let column = plain_column(column)?;
        Some(Self { by, known: format!("{column} IS NOT NULL"), unknown: format!("{column} IS NULL") })
    }
}

/// The place of a row's system or vendor among their names; one that is retired comes behind the others.
fn by_name(column: &str, names: &[(RecordId, String)], to: &mut Where) -> String {
    if names.is_empty() {
        return column.to_owned();
    }
    let mut sorted: Vec<&(RecordId, String)> = names.iter().collect();
    sorted.sort_by(|a, b| a.1.cmp(&b.1));
    let whens: Vec<String> =
        sorted.iter().enumerate().map(|(at, (id, _))| format!("WHEN {} THEN {at}", to.bind(Bind::id(id.0)))).collect();
    format!("CASE {column} {} ELSE {} END", whens.join(" "), sorted.len())
}

struct PerSystem(RecordId, u64);

from_row!(PerSystem, row => {
    Self(
        row.try_get::<Id, _>("system_id")?.0.into(),
        u64::try_from(row.try_get::<i64, _>("number")?).map_err(undecodable)?,
    )
});

impl Store {
    /// How many devices in use serve each system.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn assets_by_system(&self, facility: FacilityId) -> Result<BTreeMap<RecordId, u64>> {
        let rows: Vec<PerSystem> = read!(self, "counting devices", con => {
            sqlx::query_as(
                "SELECT system_id, COUNT(*) AS number FROM asset \
                 WHERE facility_id = $1 AND retired_at IS NULL AND system_id IS NOT NULL GROUP BY system_id",
            )
            .bind(Id(facility.0))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }

    /// One page of the ledger.
    ///
    /// # Errors
    /// `Invalid` when more than 200 characters are searched for or more rows wanted than a page has; when the database
    /// refuses.
    #[boxed]
    pub async fn assets_page(&self, facility: FacilityId, query: &AssetQuery) -> Result<AssetPage> {
        if query.limit > LARGEST_PAGE {
            return Err(StoreError::Invalid(format!("a page has at most {LARGEST_PAGE} rows")));
        }
        self.find_assets(facility, query, query.offset, u64::from(query.limit)).await
    }

    /// All rows that meet a query, in its order, however many; its offset and limit do not count.
    ///
    /// # Errors
    /// As [`Self::assets_page`].
    #[boxed]
    pub async fn assets_found(&self, facility: FacilityId, query: &AssetQuery) -> Result<Vec<KeptAsset>> {
        Ok(self.find_assets(facility, query, 0, i64::MAX.cast_unsigned()).await?.rows)
    }

    async fn find_assets(
        &self,
        facility: FacilityId,
        query: &AssetQuery,
        offset: u64,
        limit: u64,
    ) -> Result<AssetPage> {
        let texts = query.filters.iter().filter_map(|filter| match filter {
            AssetFilter::Contains(_, text) => Some(text),
            _ => None,
        });
        if texts.chain([&query.text]).any(|text| text.chars().count() > LONGEST_SEARCH) {
            return Err(StoreError::Invalid(format!("a search has at most {LONGEST_SEARCH} characters")));
        }
        let names = self.names_for(facility, query).await?;
        let found = Where::of(facility, query, &names);
        let total = self.count_assets(&found, None).await?;
        if offset >= total || limit == 0 {
            return Ok(AssetPage { rows: Vec::new(), total });
        }
        let Some((column, direction)) = query.sort else {
            let rows = self.some_assets(&found, None, "id", offset, limit).await?;
            return Ok(AssetPage { rows, total });
        };
        let mut ordered = found.clone();
        let Some(order) = Order::of(column, &names, &mut ordered) else {
            let rows = self.some_assets(&found, None, "id", offset, limit).await?;
            return Ok(AssetPage { rows, total });
        };
        let by = match direction {
            Direction::Up => format!("{}, id", order.by),
            Direction::Down => format!("{} DESC, id DESC", order.by),
        };
        let mut rows = self.some_assets(&ordered, Some(&order.known), &by, offset, limit).await?;
        let missing = limit - u64::try_from(rows.len()).unwrap_or(limit).min(limit);
        if missing > 0 {
            // What is not known comes last, whatever the direction.
            let skipped =
                if rows.is_empty() { offset - self.count_assets(&found, Some(&order.known)).await? } else { 0 };
            rows.extend(self.some_assets(&found, Some(&order.unknown), "id", skipped, missing).await?);
        }
        Ok(AssetPage { rows, total })
    }

    async fn names_for(&self, facility: FacilityId, query: &AssetQuery) -> Result<Names> {
        let sorts_by = |column: Column| query.sort.is_some_and(|(by, _)| by == column);
        let searched = !query.text.trim().is_empty();
        let mut names = Names::default();
        if searched || sorts_by(Column::System) {
            let rows = self.records::<System>(facility).await?;
            names.systems = rows.into_iter().map(|row| (row.id, search::key(&row.body.name))).collect();
        }
        if searched || sorts_by(Column::Vendor) {
            let rows = self.records::<Engagement>(facility).await?;
            names.vendors = rows.into_iter().map(|row| (row.id, search::key(&row.body.name))).collect();
        }
        Ok(names)
    }

    async fn count_assets(&self, found: &Where, also: Option<&str>) -> Result<u64> {
        let also = also.map(|also| format!(" AND {also}")).unwrap_or_default();
        let sql = format!("SELECT COUNT(*) AS number FROM asset WHERE {}{also}", found.text());
        let number: Number = read!(self, "counting in the ledger", con => {
            bind_all!(sqlx::query_as(AssertSqlSafe(sql.clone())), found.binds.clone()).fetch_one(&mut *con).await?
        })?;
        Ok(number.0)
    }

    async fn some_assets(
        &self,
        found: &Where,
        also: Option<&str>,
        by: &str,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<KeptAsset>> {
        let also = also.map(|also| format!(" AND {also}")).unwrap_or_default();
        let sql = format!(
            "SELECT {READ} FROM asset WHERE {}{also} ORDER BY {by} LIMIT {limit} OFFSET {offset}",
            found.text()
        );
        let rows: Vec<Row> = read!(self, "finding in the ledger", con => {
            bind_all!(sqlx::query_as(AssertSqlSafe(sql.clone())), found.binds.clone()).fetch_all(&mut *con).await?
        })?;
        rows.into_iter().map(Row::kept).collect()
    }
}
