//! The verifier: one flipped byte in any column, a missing entry, a cut-off tail.

use crate::fixture::{hospital, noon, save, saved, system};
use hakutaku_store::testing::{Place, for_each_database};
use hakutaku_store::{DatabaseUrl, Store};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection};

/// Somebody with full access to the database.
enum Intruder {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

macro_rules! as_intruder {
    ($intruder:expr, $con:ident => $body:block) => {
        match $intruder {
            Intruder::Sqlite($con) => $body,
            Intruder::Postgres($con) => $body,
        }
    };
}

impl Intruder {
    async fn enter(place: &Place) -> Self {
        let mut intruder = match &place.options.database {
            DatabaseUrl::Sqlite => {
                let path = place.options.data.join("hakutaku.sqlite");
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                Self::Sqlite(SqliteConnection::connect_with(&options).await.expect("connects"))
            }
            DatabaseUrl::Postgres(url) => Self::Postgres(PgConnection::connect(url).await.expect("connects")),
        };
        match &intruder {
            Self::Sqlite(_) => {
                intruder.run("DROP TRIGGER journal_is_not_updated").await;
                intruder.run("DROP TRIGGER journal_is_not_deleted").await;
            }
            Self::Postgres(_) => intruder.run("ALTER TABLE journal DISABLE TRIGGER ALL").await,
        }
        intruder
    }

    async fn run(&mut self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        as_intruder!(self, con => { sqlx::query(sql).execute(con).await.map(drop).expect("the intruder may do anything") });
    }

    /// Flips the lowest bit of the first byte of one value, whatever its type.
    async fn flip(&mut self, table: &str, column: &str, row: &str) {
        let read = AssertSqlSafe(format!("SELECT {column} FROM {table} WHERE {row}"));
        let write = AssertSqlSafe(format!("UPDATE {table} SET {column} = $1 WHERE {row}"));
        as_intruder!(self, con => {
            let found = sqlx::query(read).fetch_one(&mut *con).await.expect("the row exists");
            let query = sqlx::query(write);
            let query = if let Ok(number) = found.try_get::<i64, _>(0) {
                query.bind(number ^ 1)
            } else if let Ok(text) = found.try_get::<String, _>(0) {
                let mut bytes = text.into_bytes();
                bytes[0] ^= 1;
                query.bind(String::from_utf8(bytes).expect("still text"))
            } else {
                let mut bytes: Vec<u8> = found.try_get(0).expect("bytes");
                bytes[0] ^= 1;
                query.bind(bytes)
            };
            query.execute(&mut *con).await.expect("the intruder may do anything");
        });
    }
}

/// Facility chain: 1 created, 2 assessment, 3 to 7 answers; the fifth entry has all columns filled.
async fn filled(store: &Store) -> String {
    let place_of @ (facility, _) = hospital(store).await;
    for n in 0..5_u8 {
        saved(save(store, place_of, "q", n % 4, Some(i64::from(n))).await);
    }
    store.sign_heads(noon()).await.expect("signs");
    facility.to_string()
}

async fn is_intact(store: &Store) -> bool {
    store.verify_journal().await.expect("verifies").is_intact()
}

#[tokio::test]
async fn one_flipped_byte_in_any_column_of_any_entry_is_found() {
    for_each_database(async |place| {
        let store = place.open().await;
        let facility = filled(&store).await;
        let mut intruder = Intruder::enter(&place).await;
        let columns = [
            "chain",
            "seq",
            "at",
            "actor",
            "action",
            "object",
            "before_hash",
            "after_hash",
            "detail",
            "previous_hash",
            "hash",
        ];
        for seq in [4, 7] {
            for column in columns {
                // By its hash, so that the row is found again after its number or chain was changed.
                let row = if column == "hash" {
                    format!("chain = '{facility}' AND seq = {seq}")
                } else {
                    format!("hash = (SELECT hash FROM journal_keep WHERE seq = {seq})")
                };
                intruder
                    .run(&format!("CREATE TABLE journal_keep AS SELECT * FROM journal WHERE chain = '{facility}'"))
                    .await;
                assert!(is_intact(&store).await, "intact before");
                if column == "seq" {
                    // The neighbour's number is taken: use one far away.
                    intruder.run(&format!("UPDATE journal SET seq = seq + 1000 WHERE {row}")).await;
                } else {
                    intruder.flip("journal", column, &row).await;
                }
                assert!(!is_intact(&store).await, "a flipped byte in {column} of entry {seq} went unnoticed");
                let repair = [
                    "DELETE FROM journal WHERE chain <> 'installation'",
                    "INSERT INTO journal SELECT * FROM journal_keep",
                    "DROP TABLE journal_keep",
                ];
                for sql in repair {
                    intruder.run(sql).await;
                }
            }
        }
        assert!(is_intact(&store).await);
    })
    .await;
}

#[tokio::test]
async fn one_flipped_byte_in_a_signed_head_is_found() {
    for_each_database(async |place| {
        let store = place.open().await;
        let facility = filled(&store).await;
        let mut intruder = Intruder::enter(&place).await;
        for column in ["chain", "day", "seq", "hash", "signature"] {
            let row = format!("chain = '{facility}'");
            intruder.run("CREATE TABLE head_keep AS SELECT * FROM journal_head").await;
            intruder.flip("journal_head", column, &row).await;
            assert!(!is_intact(&store).await, "a flipped byte in {column} went unnoticed");
            for sql in
                ["DELETE FROM journal_head", "INSERT INTO journal_head SELECT * FROM head_keep", "DROP TABLE head_keep"]
            {
                intruder.run(sql).await;
            }
            assert!(is_intact(&store).await);
        }
    })
    .await;
}

#[tokio::test]
async fn a_tail_cut_off_below_a_signed_head_is_found() {
    for_each_database(async |place| {
        let store = place.open().await;
        let facility = filled(&store).await;
        let mut intruder = Intruder::enter(&place).await;
        intruder.run(&format!("DELETE FROM journal WHERE chain = '{facility}' AND seq = 7")).await;
        let report = store.verify_journal().await.expect("verifies");
        let faults: Vec<String> =
            report.chains.iter().flat_map(|chain| &chain.faults).map(ToString::to_string).collect();
        assert_eq!(faults, ["the signed head of 2026-11-21 names entry 7, which is missing or different"]);
    })
    .await;
}

#[tokio::test]
async fn a_whole_log_thrown_away_is_found() {
    for_each_database(async |place| {
        let store = place.open().await;
        hospital(&store).await;
        let mut intruder = Intruder::enter(&place).await;
        intruder.run("DELETE FROM journal WHERE chain <> 'installation'").await;
        assert!(!is_intact(&store).await, "a facility without a log");
    })
    .await;
}

#[tokio::test]
async fn the_log_refuses_changes_by_accident() {
    for_each_database(async |place| {
        let store = place.open().await;
        filled(&store).await;
        let statements = ["UPDATE journal SET actor = 'x'", "DELETE FROM journal", "DELETE FROM answer_history"];
        for sql in statements {
            let refused = match &place.options.database {
                DatabaseUrl::Sqlite => {
                    let options =
                        sqlx::sqlite::SqliteConnectOptions::new().filename(place.options.data.join("hakutaku.sqlite"));
                    let mut con = SqliteConnection::connect_with(&options).await.expect("connects");
                    sqlx::query(sql).execute(&mut con).await.map(drop)
                }
                DatabaseUrl::Postgres(url) => {
                    let mut con = PgConnection::connect(url).await.expect("connects");
                    sqlx::query(sql).execute(&mut con).await.map(drop)
                }
            };
            assert!(refused.expect_err("refuses").to_string().contains("append-only"), "{sql}");
        }
        store
            .record(&system(), hakutaku_model::journal::Chain::Installation, "a", "b", Default::default())
            .await
            .expect("appends");
    })
    .await;
}
