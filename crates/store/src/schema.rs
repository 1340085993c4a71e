//! The tables as the code sees them: what a backup copies, and what a test compares both databases with.

/// How a column is kept: SQLite type / PostgreSQL type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// TEXT / UUID
    Id,
    /// TEXT / TEXT
    Text,
    /// INTEGER / BIGINT
    Int,
    /// INTEGER / BOOLEAN
    Bool,
    /// BLOB / BYTEA
    Bytes,
}

impl Kind {
    /// The letter used in archives.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Id => "u",
            Self::Text => "t",
            Self::Int => "i",
            Self::Bool => "b",
            Self::Bytes => "x",
        }
    }

    pub(crate) fn from_letter(letter: &str) -> Option<Self> {
        [Self::Id, Self::Text, Self::Int, Self::Bool, Self::Bytes].into_iter().find(|kind| kind.letter() == letter)
    }
}

/// One table.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// The columns that make a row unique, for a stable order; must be among the columns.
    pub(crate) order: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
}

use Kind::{Bool, Bytes, Id, Int, Text};

/// What a backup holds, in an order in which rows can be inserted again. Heads come before the log they sign, so that
/// an archive can be verified in one pass.
pub(crate) const TABLES: &[Table] = &[
    Table { name: "setting", order: "key", columns: &[("key", Text), ("value", Text)] },
    Table {
        name: "facility",
        order: "id",
        columns: &[
            ("id", Id),
            ("name", Text),
            ("kind", Text),
            ("prefecture", Int),
            ("beds", Int),
            ("it_staff_tenths", Int),
            ("questionnaires", Text),
            ("version", Int),
            ("created_at", Int),
            ("updated_at", Int),
        ],
    },
    Table {
        name: "person",
        order: "id",
        columns: &[
            ("id", Id),
            ("username", Text),
            ("username_key", Text),
            ("display_name", Text),
            ("lang", Text),
            ("password_hash", Text),
            ("totp_secret", Bytes),
            ("totp_step", Int),
            ("disabled", Bool),
            ("created_at", Int),
        ],
    },
    Table {
        name: "membership",
        order: "person_id, facility_id, role",
        columns: &[("person_id", Id), ("facility_id", Id), ("role", Text), ("granted_at", Int)],
    },
    Table {
        name: "passkey",
        order: "id",
        columns: &[
            ("id", Id),
            ("person_id", Id),
            ("name", Text),
            ("credential_id", Bytes),
            ("credential", Text),
            ("created_at", Int),
            ("last_used_at", Int),
        ],
    },
    Table {
        name: "api_token",
        order: "id",
        columns: &[
            ("id", Id),
            ("person_id", Id),
            ("name", Text),
            ("token_hash", Bytes),
            ("read_only", Bool),
            ("created_at", Int),
            ("expires_at", Int),
            ("revoked_at", Int),
            ("last_used_at", Int),
        ],
    },
    Table {
        name: "assessment",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("questionnaire", Text),
            ("edition", Text),
            ("fiscal_year", Int),
            ("respondent", Text),
            ("created_at", Int),
            ("closed_at", Int),
        ],
    },
    Table {
        name: "invitation",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("assessment_id", Id),
            ("questions", Text),
            ("name", Text),
            ("kind", Text),
            ("token_hash", Bytes),
            ("created_at", Int),
            ("expires_at", Int),
            ("revoked_at", Int),
            ("first_used_at", Int),
        ],
    },
    Table {
        name: "answer",
        order: "assessment_id, question",
        columns: &[
            ("facility_id", Id),
            ("assessment_id", Id),
            ("question", Text),
            ("level", Int),
            ("reason", Text),
            ("standing", Text),
            ("note", Text),
            ("version", Int),
            ("answered_by", Text),
            ("answered_at", Int),
        ],
    },
    Table {
        name: "answer_history",
        order: "assessment_id, question, version",
        columns: &[
            ("facility_id", Id),
            ("assessment_id", Id),
            ("question", Text),
            ("version", Int),
            ("kind", Text),
            ("level", Int),
            ("reason", Text),
            ("note", Text),
            ("actor", Text),
            ("changed_by", Text),
            ("changed_at", Int),
        ],
    },
    Table {
        name: "comment",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("assessment_id", Id),
            ("question", Text),
            ("text", Text),
            ("actor", Text),
            ("said_by", Text),
            ("said_at", Int),
        ],
    },
    Table {
        name: "handover",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("assessment_id", Id),
            ("question", Text),
            ("to_name", Text),
            ("to_kind", Text),
            ("message", Text),
            ("person_id", Id),
            ("invitation_id", Id),
            ("state", Text),
            ("handed_by", Text),
            ("created_at", Int),
            ("changed_at", Int),
        ],
    },
    Table {
        name: "document",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("assessment_id", Id),
            ("question", Text),
            ("name", Text),
            ("media_type", Text),
            ("size", Int),
            ("sha256", Bytes),
            ("added_by", Text),
            ("added_at", Int),
        ],
    },
    Table {
        name: "record",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("shelf", Text),
            ("kind", Text),
            ("natural_key", Text),
            ("version", Int),
            ("body", Text),
            ("created_at", Int),
            ("changed_at", Int),
            ("changed_by", Text),
            ("retired_at", Int),
        ],
    },
    Table {
        name: "asset",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("version", Int),
            ("kind", Text),
            ("number_key", Text),
            ("name_key", Text),
            ("owner_key", Text),
            ("place_key", Text),
            ("maker_key", Text),
            ("model_key", Text),
            ("serial_key", Text),
            ("os_key", Text),
            ("firmware_key", Text),
            ("ip_key", Text),
            ("mac_key", Text),
            ("segment_key", Text),
            ("system_id", Id),
            ("vendor_id", Id),
            ("remote_maintenance", Int),
            ("support_ends", Text),
            ("last_seen", Text),
            ("rto_hours", Int),
            ("rpo_hours", Int),
            ("clinical_importance", Int),
            ("recovery_order", Int),
            ("marks", Int),
            ("search", Text),
            ("body", Text),
            ("created_at", Int),
            ("changed_at", Int),
            ("changed_by", Text),
            ("retired_at", Int),
        ],
    },
    Table {
        name: "asset_batch",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("why", Text),
            ("rows", Int),
            ("undoes", Id),
            ("undone_by", Id),
            ("actor", Text),
            ("changed_at", Int),
            ("changed_by", Text),
        ],
    },
    Table {
        name: "asset_history",
        order: "asset_id, version",
        columns: &[
            ("facility_id", Id),
            ("asset_id", Id),
            ("version", Int),
            ("batch_id", Id),
            ("body", Text),
            ("hash", Bytes),
            ("retired_at", Int),
            ("changed_at", Int),
            ("changed_by", Text),
        ],
    },
    Table {
        name: "vendor_request",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("vendor_id", Id),
            ("vendor_name", Text),
            ("ask", Text),
            ("message", Text),
            ("due", Text),
            ("token_hash", Bytes),
            ("pin_hash", Bytes),
            ("wrong_pins", Int),
            ("created_at", Int),
            ("expires_at", Int),
            ("opened_at", Int),
            ("answered_at", Int),
            ("revoked_at", Int),
            ("reminders", Text),
            ("draft", Text),
            ("draft_at", Int),
        ],
    },
    Table {
        name: "room",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("kind", Text),
            ("title", Text),
            ("setup", Text),
            ("created_at", Int),
            ("closed_at", Int),
        ],
    },
    Table {
        name: "room_entry",
        order: "room_id, origin, seq",
        columns: &[
            ("room_id", Id),
            ("origin", Id),
            ("seq", Int),
            ("tick", Int),
            ("at", Int),
            ("author", Text),
            ("body", Text),
            ("once_key", Text),
            ("previous_hash", Bytes),
            ("hash", Bytes),
        ],
    },
    Table {
        name: "door",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("purpose", Text),
            ("target_id", Id),
            ("token_hash", Bytes),
            ("code", Text),
            ("choice", Text),
            ("created_at", Int),
            ("expires_at", Int),
            ("revoked_at", Int),
        ],
    },
    Table {
        name: "seat",
        order: "id",
        columns: &[
            ("id", Id),
            ("door_id", Id),
            ("token_hash", Bytes),
            ("name", Text),
            ("role", Text),
            ("created_at", Int),
        ],
    },
    Table {
        name: "sensor",
        order: "id",
        columns: &[
            ("id", Id),
            ("facility_id", Id),
            ("name", Text),
            ("public_key", Text),
            ("token_hash", Bytes),
            ("enrolled_at", Int),
            ("number", Int),
            ("hash", Bytes),
            ("fault", Text),
            ("health", Text),
            ("heard_at", Int),
            ("retired_at", Int),
            ("clock_ahead", Int),
        ],
    },
    Table {
        name: "touch",
        order: "sensor_id, number, arrived_at",
        columns: &[
            ("sensor_id", Id),
            ("number", Int),
            ("facility_id", Id),
            ("arrived_at", Int),
            ("source", Text),
            ("kind", Text),
            ("secret_hash", Text),
            ("line", Text),
        ],
    },
    Table {
        name: "region_case",
        order: "id",
        columns: &[
            ("id", Id),
            ("severity", Text),
            ("state", Text),
            ("first_at", Int),
            ("last_at", Int),
            ("opened_at", Int),
            ("changed_at", Int),
            ("version", Int),
            ("body", Text),
            ("into_id", Id),
            ("closed_at", Int),
            ("closed_by", Text),
            ("closed_why", Text),
        ],
    },
    Table {
        name: "region_case_facility",
        order: "case_id, facility_id",
        columns: &[("case_id", Id), ("facility_id", Id)],
    },
    Table {
        name: "region_entry",
        order: "id",
        columns: &[("id", Id), ("about", Text), ("at", Int), ("by_name", Text), ("kind", Text), ("body", Text)],
    },
    Table {
        name: "notice",
        order: "id",
        columns: &[
            ("id", Id),
            ("number", Text),
            ("edition", Int),
            ("state", Text),
            ("poll", Int),
            ("deadline", Int),
            ("sent_at", Int),
            ("changed_at", Int),
            ("version", Int),
            ("body", Text),
            ("draft", Text),
        ],
    },
    Table {
        name: "notice_edition",
        order: "notice_id, edition",
        columns: &[("notice_id", Id), ("edition", Int), ("sent_at", Int), ("body", Text)],
    },
    Table {
        name: "notice_to",
        order: "notice_id, facility_id",
        columns: &[("notice_id", Id), ("facility_id", Id), ("sent_at", Int)],
    },
    Table {
        name: "receipt",
        order: "notice_id, edition, facility_id, stage",
        columns: &[
            ("notice_id", Id),
            ("edition", Int),
            ("facility_id", Id),
            ("stage", Text),
            ("at", Int),
            ("by_name", Text),
            ("taken_by", Text),
        ],
    },
    Table {
        name: "poll_answer",
        order: "id",
        columns: &[
            ("id", Id),
            ("notice_id", Id),
            ("facility_id", Id),
            ("at", Int),
            ("affected", Text),
            ("by_name", Text),
        ],
    },
    Table {
        name: "anonymous_report",
        order: "id",
        columns: &[("id", Id), ("on_day", Text), ("state", Text), ("body", Text)],
    },
    Table {
        name: "exchange_object",
        order: "collection, seq",
        columns: &[
            ("collection", Text),
            ("seq", Int),
            ("object_id", Text),
            ("version", Int),
            ("added_at", Int),
            ("media_type", Text),
            ("body", Text),
        ],
    },
    Table {
        name: "journal_head",
        order: "chain, day",
        columns: &[("chain", Text), ("day", Text), ("seq", Int), ("hash", Bytes), ("signature", Bytes)],
    },
    Table {
        name: "journal",
        order: "chain, seq",
        columns: &[
            ("chain", Text),
            ("seq", Int),
            ("at", Int),
            ("actor", Text),
            ("action", Text),
            ("object", Text),
            ("before_hash", Bytes),
            ("after_hash", Bytes),
            ("detail", Text),
            ("previous_hash", Bytes),
            ("hash", Bytes),
        ],
    },
];

/// Tables that a backup leaves out: whoever restores signs in again.
#[cfg(test)]
pub(crate) const PASSING_TABLES: &[Table] = &[
    Table {
        name: "session",
        order: "token_hash",
        columns: &[
            ("token_hash", Bytes),
            ("person_id", Id),
            ("csrf", Text),
            ("second_factor_done", Bool),
            ("created_at", Int),
            ("last_seen_at", Int),
        ],
    },
    Table {
        name: "sensor_code",
        order: "code_hash",
        columns: &[("code_hash", Bytes), ("facility_id", Id), ("name", Text), ("created_at", Int), ("expires_at", Int)],
    },
    Table {
        name: "ceremony",
        order: "token_hash",
        columns: &[("token_hash", Bytes), ("state", Text), ("expires_at", Int)],
    },
    Table {
        name: "throttle",
        order: "key_hash",
        columns: &[("key_hash", Bytes), ("failures", Int), ("last_failure_at", Int), ("blocked_until", Int)],
    },
    Table { name: "lease", order: "name", columns: &[("name", Text), ("owner", Text), ("until_at", Int)] },
    Table {
        name: "arrival",
        order: "seq",
        columns: &[
            ("seq", Int),
            ("facility_id", Id),
            ("arrived_at", Int),
            ("clock_ahead", Int),
            ("sensor_id", Id),
            ("number", Int),
            ("signal", Text),
            ("done", Int),
        ],
    },
    Table { name: "correlator", order: "name", columns: &[("name", Text), ("body", Text), ("saved_at", Int)] },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Db;
    use crate::testing::Place;
    use std::collections::BTreeMap;

    /// Table → column → type and whether it must be there.
    type Found = BTreeMap<String, BTreeMap<String, (String, bool)>>;

    fn collect(rows: Vec<(String, String, String, bool)>) -> Found {
        let mut found = Found::new();
        for (table, column, kind, required) in rows {
            found.entry(table).or_default().insert(column, (kind.to_lowercase(), required));
        }
        found.remove("_sqlx_migrations");
        found
    }

    async fn of_sqlite() -> Found {
        let place = Place::sqlite();
        let store = place.open().await;
        let Db::Sqlite { readers, .. } = store.db() else { panic!("another database") };
        let rows = sqlx::query_as(
            "SELECT s.name, c.name, c.type, (c.\"notnull\" OR c.pk) <> 0 FROM sqlite_schema s, pragma_table_info(s.name) c \
             WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%'",
        );
        collect(rows.fetch_all(readers).await.expect("reads"))
    }

    async fn of_postgres() -> Found {
        let place = Place::postgres();
        let store = place.open().await;
        let Db::Postgres(pool) = store.db() else { panic!("another database") };
        let rows = sqlx::query_as(
            "SELECT table_name::text, column_name::text, data_type::text, is_nullable = 'NO' \
             FROM information_schema.columns WHERE table_schema = 'public'",
        );
        let mut found = collect(rows.fetch_all(pool).await.expect("reads"));
        // Parts of a table are no tables of their own to the code.
        found.retain(|name, _| !name.starts_with("touch_"));
        found
    }

    #[tokio::test]
    async fn both_databases_end_at_the_tables_the_code_knows() {
        let (sqlite, postgres) = (of_sqlite().await, of_postgres().await);
        for table in TABLES.iter().chain(PASSING_TABLES) {
            for (column, kind) in table.columns {
                let (in_sqlite, in_postgres) = match kind {
                    Kind::Id => ("text", "uuid"),
                    Kind::Text => ("text", "text"),
                    Kind::Int => ("integer", "bigint"),
                    Kind::Bool => ("integer", "boolean"),
                    Kind::Bytes => ("blob", "bytea"),
                };
                assert_eq!(sqlite[table.name][*column].0, in_sqlite, "{}.{column}", table.name);
                assert_eq!(postgres[table.name][*column].0, in_postgres, "{}.{column}", table.name);
            }
        }
        let shape = |found: &Found| -> Vec<(String, Vec<(String, bool)>)> {
            let columns =
                |of: &BTreeMap<String, (String, bool)>| of.iter().map(|(n, (_, r))| (n.clone(), *r)).collect();
            found.iter().map(|(table, of)| (table.clone(), columns(of))).collect()
        };
        assert_eq!(shape(&sqlite), shape(&postgres));
        let known: usize = TABLES.iter().chain(PASSING_TABLES).map(|table| table.columns.len()).sum();
        assert_eq!(sqlite.values().map(BTreeMap::len).sum::<usize>(), known, "a column the code does not know");
    }

    #[test]
    fn both_folders_hold_the_same_migrations() {
        let names = |list: Vec<sqlx::migrate::Migration>| -> Vec<(i64, String)> {
            list.into_iter().map(|migration| (migration.version, migration.description.into_owned())).collect()
        };
        assert_eq!(names(crate::migrations::sqlite()), names(crate::migrations::postgres()));
    }
}
