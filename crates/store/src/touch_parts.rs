//! The parts of PostgreSQL's table of touches: one a month of arrival, made when needed, let go as a whole.
//!
//! Making a part and letting one go lock the table and, for its foreign key, the table of sensors. Taking in touches locks
//! both as well, sensors first; so do these, else two of them could wait for each other.

use crate::Result;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::keep::Month;
use sqlx::AssertSqlSafe;
use sqlx::postgres::PgConnection;

/// The name of a month's part: digits only, nothing of it is from outside.
fn name(month: Month) -> String {
    let (year, month) = month.numbers();
    format!("touch_{year:04}_{month:02}")
}

/// Reads [`name`].
fn month_of(name: &str) -> Option<Month> {
    let (year, month) = name.strip_prefix("touch_")?.split_once('_')?;
    Month::new(year.parse().ok()?, month.parse().ok()?)
}

async fn is_there(con: &mut PgConnection, name: &str) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL").bind(name).fetch_one(&mut *con).await?)
}

/// Makes the part for what arrives now.
pub(crate) async fn prepare(con: &mut PgConnection, now: Ts) -> Result<()> {
    let month = Month::of(now);
    let (name, first, next) = (name(month), month.begin().micros(), month.plus(1).begin().micros());
    if is_there(con, &name).await? {
        return Ok(());
    }
    // Two servers may come here at once.
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('touch parts', 0))").execute(&mut *con).await?;
    if is_there(con, &name).await? {
        return Ok(());
    }
    sqlx::query("LOCK TABLE sensor IN SHARE ROW EXCLUSIVE MODE").execute(&mut *con).await?;
    let rows_wait =
        format!("SELECT EXISTS (SELECT 1 FROM touch_rest WHERE arrived_at >= {first} AND arrived_at < {next})");
    let waiting: bool = sqlx::query_scalar(AssertSqlSafe(rows_wait)).fetch_one(&mut *con).await?;
    // Rows of a restored backup lie in the rest: their month stays there as a whole.
    if !waiting {
        let make =
            format!("CREATE TABLE IF NOT EXISTS {name} PARTITION OF touch FOR VALUES FROM ({first}) TO ({next})");
        sqlx::query(AssertSqlSafe(make)).execute(&mut *con).await?;
    }
    Ok(())
}

/// All parts but the rest.
pub(crate) async fn list(con: &mut PgConnection) -> Result<Vec<Month>> {
    let names: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid \
         WHERE i.inhparent = 'touch'::regclass ORDER BY 1",
    )
    .fetch_all(&mut *con)
    .await?;
    Ok(names.iter().filter_map(|name| month_of(name)).collect())
}

/// How many rows lie in a month's part; 0 when it is gone.
pub(crate) async fn count(con: &mut PgConnection, month: Month) -> Result<u64> {
    let name = name(month);
    if !is_there(con, &name).await? {
        return Ok(0);
    }
    let count: i64 =
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT COUNT(*) FROM {name}"))).fetch_one(&mut *con).await?;
    Ok(count.unsigned_abs())
}

/// Lets a month's part go. Gives up after two seconds of waiting for the lock: whoever reads a long list must not make all
/// that come after wait. The caller tries again.
pub(crate) async fn let_go(con: &mut PgConnection, month: Month) -> Result<bool> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('touch parts', 0))").execute(&mut *con).await?;
    let name = name(month);
    if !is_there(con, &name).await? {
        return Ok(false);
    }
    sqlx::query("SET LOCAL lock_timeout = '2s'").execute(&mut *con).await?;
    sqlx::query("LOCK TABLE sensor IN ACCESS EXCLUSIVE MODE").execute(&mut *con).await?;
    for sql in [format!("ALTER TABLE touch DETACH PARTITION {name}"), format!("DROP TABLE {name}")] {
        sqlx::query(AssertSqlSafe(sql)).execute(&mut *con).await?;
    }
    sqlx::query("SET LOCAL lock_timeout = DEFAULT").execute(&mut *con).await?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_part_says_its_month() {
        let month = Month::new(2026, 3).expect("a month");
        assert_eq!(name(month), "touch_2026_03");
        assert_eq!(month_of("touch_2026_03"), Some(month));
        assert_eq!((month_of("touch_rest"), month_of("touch_2026_13")), (None, None));
    }
}
