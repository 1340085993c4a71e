//! Backups: which copies exist of which system, restore tests, snapshots read from a repository, and what they prove.
//!
//! [`judge`] holds them against 3-2-1 and against the 2024 reimbursement condition. It says "evidence ready", never that
//! anything may be claimed.

pub mod judge;
pub mod snapshot;

pub use judge::{Check, Condition, Finding, Readiness, SystemVerdict, Verdict, condition, judge};
pub use snapshot::{Snapshot, SnapshotList, SnapshotMatch};

use crate::facts::BackupFacts;
use crate::id::DocumentId;
use crate::known::{Known, SourceLine, keyed};
use crate::record::{Kept, RecordId, Register};
use crate::system::System;
use crate::text::Text;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

keyed! {
    /// What a copy is kept on.
    CopyMedium {
        /// Disk of a server or storage device that stays connected.
        Disk = "disk", "ディスク（NAS・サーバ）", "Disk (NAS, server)";
        /// Disk that is taken off: RDX, USB disk.
        RemovableDisk = "removable_disk", "外せるディスク（RDX・USB）", "Removable disk (RDX, USB)";
        /// Tape.
        Tape = "tape", "テープ", "Tape";
        /// Disc: BD, DVD.
        Disc = "disc", "光ディスク", "Optical disc";
        /// Cloud storage.
        Cloud = "cloud", "クラウド", "Cloud storage";
        /// Another one, or not known.
        #[default]
        Other = "other", "その他・不明", "Other or not known";
    }
}

keyed! {
    /// Where a copy is.
    CopyPlace {
        /// In the room of the system itself.
        SameRoom = "same_room", "同じ部屋", "Same room";
        /// In the same building.
        SameBuilding = "same_building", "同じ建物", "Same building";
        /// In another building of the site.
        OtherBuilding = "other_building", "敷地内の別の建物", "Another building of the site";
        /// At another site.
        Elsewhere = "elsewhere", "離れた場所", "Another site";
        /// With a cloud service.
        Cloud = "cloud", "クラウド", "Cloud";
        /// Nobody has said.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
    }
}

keyed! {
    /// How a copy is made.
    CopyMethod {
        /// Image of the whole machine.
        Image = "image", "機械まるごと（イメージ）", "Image of the machine";
        /// What the application itself writes out.
        Export = "export", "アプリからの書き出し", "Export by the application";
        /// Files or database, copied by a program.
        Files = "files", "ファイル・データベースのコピー", "Copy of files or database";
        /// Mirror of every change.
        Replica = "replica", "同期・複製（レプリケーション）", "Replication";
        /// Snapshot within the storage.
        Snapshot = "snapshot", "記憶装置のスナップショット", "Storage snapshot";
        /// Another one, or not known.
        #[default]
        Other = "other", "その他・不明", "Other or not known";
    }
}

keyed! {
    /// How a copy is kept from what happens to the network. Words and sources are in `catalog/backup.yaml`.
    Separation {
        /// Reachable at any time.
        Online = "online", "つながったまま", "Always connected";
        /// A medium that is taken off and put away.
        OfflineMedium = "offline_medium", "媒体を外して保管", "Medium taken off and put away";
        /// An export on another medium, in generations (Q&A 49, first way).
        ExportedMedium = "exported_medium", "専用アプリで別媒体へ・世代管理", "Exported to another medium, in generations";
        /// A device that is cut off except while data are sent (Q&A 49, second way).
        DetachedExceptTransfer = "detached_except_transfer", "転送時以外は切り離すNASなど", "NAS cut off except while sending";
        /// A logically separated area of a cloud, quick to restore from (Q&A 49, third way).
        CloudSeparated = "cloud_separated", "クラウドの論理的に分けた領域", "Separated area of a cloud";
        /// Another network, split logically or physically (Q&A of part 7, no. 1).
        NetworkSplit = "network_split", "ネットワークを分割", "Split network";
        /// An area that cannot be overwritten (Q&A of part 7, no. 2).
        Immutable = "immutable", "書き換えできない設定", "Cannot be overwritten";
        /// Nobody has said.
        #[default]
        Unknown = "unknown", "わからない", "Not known";
    }
}

impl Separation {
    /// Whether the ministry's Q&A (or the condition itself) takes it as kept offline.
    #[must_use]
    pub fn is_accepted(self) -> bool {
        !matches!(self, Self::Online | Self::Unknown)
    }
}

/// What the catalogue says about backups: `catalog/backup.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupGuide {
    /// One rule for each [`Separation`].
    pub separations: Vec<SeparationRule>,
    /// The condition, and what is asked beside it.
    pub statements: Vec<BackupStatement>,
}

/// What is published about a way of keeping a copy apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeparationRule {
    /// Which.
    pub separation: Separation,
    /// Described so that a person recognises it.
    pub hint: Text,
    /// Which Q&A takes it as offline, as people cite it; `None`: none does.
    #[serde(default)]
    pub accepted_by: Option<Text>,
    /// Where that was read.
    #[serde(default)]
    pub source: Option<SourceLine>,
}

/// A published statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupStatement {
    /// `condition`, `systems`, `evidence`, `generations`.
    pub id: String,
    /// What it says, paraphrased.
    pub text: Text,
    /// Where it was read.
    #[serde(default)]
    pub source: Option<SourceLine>,
}

impl BackupGuide {
    /// The rule of a separation.
    #[must_use]
    pub fn rule(&self, separation: Separation) -> Option<&SeparationRule> {
        self.separations.iter().find(|rule| rule.separation == separation)
    }
}

/// A copy of a system's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackupCopy {
    /// The system: a row of [`System`].
    pub system: RecordId,
    /// What is copied: `電子カルテDB 全体`.
    pub name: String,
    /// What it is kept on.
    #[serde(default)]
    pub medium: CopyMedium,
    /// Where it is.
    #[serde(default)]
    pub place: CopyPlace,
    /// Room, building, or region of the cloud.
    #[serde(default)]
    pub place_note: String,
    /// How it is made.
    #[serde(default)]
    pub method: CopyMethod,
    /// How it is kept apart.
    #[serde(default)]
    pub separation: Separation,
    /// How many generations are kept.
    #[serde(default)]
    pub generations: Option<u32>,
    /// Hours from one copy to the next.
    #[serde(default)]
    pub interval_hours: Option<u32>,
    /// Days a generation is kept.
    #[serde(default)]
    pub retention_days: Option<u32>,
    /// Whether it is encrypted.
    #[serde(default)]
    pub encrypted: Known,
    /// Who can delete it.
    #[serde(default)]
    pub deletable_by: String,
    /// Whether the accounts that run the system itself (the domain's administrators) can delete it, too.
    #[serde(default)]
    pub deletable_by_production: Known,
    /// The contract that says so: a row of [`crate::vendor::Engagement`].
    #[serde(default)]
    pub contract: Option<RecordId>,
    /// Which document shows it: contract, clause, operating rules.
    #[serde(default)]
    pub evidence: String,
    /// Which snapshots of a repository are this copy.
    #[serde(default)]
    pub snapshots: Option<SnapshotMatch>,
    /// A remark.
    #[serde(default)]
    pub note: String,
}

impl Register for BackupCopy {
    const KIND: &'static str = "backup-copy";

    fn label(&self) -> String {
        self.name.clone()
    }
}

/// A try at restoring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RestoreTest {
    /// The system: a row of [`System`].
    pub system: RecordId,
    /// From which copy, if known.
    #[serde(default)]
    pub copy: Option<RecordId>,
    /// The day.
    pub date: Date,
    /// Where it was restored to.
    #[serde(default)]
    pub target: String,
    /// What was looked at to say that it worked.
    #[serde(default)]
    pub checked: String,
    /// Minutes from the beginning until it could be used.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// Whether it worked.
    pub success: bool,
    /// Who did it.
    #[serde(default)]
    pub who: String,
    /// Proof: documents of this facility.
    #[serde(default)]
    pub documents: Vec<DocumentId>,
}

impl Register for RestoreTest {
    const KIND: &'static str = "restore-test";

    fn label(&self) -> String {
        self.date.to_string()
    }
}

/// All rows about backups of a facility.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Its systems.
    pub systems: &'a [Kept<System>],
    /// Its copies.
    pub copies: &'a [Kept<BackupCopy>],
    /// Its restore tests.
    pub tests: &'a [Kept<RestoreTest>],
    /// What was read from repositories.
    pub snapshots: &'a [Kept<SnapshotList>],
}

/// Counts for proposals. `None` when neither copies nor tests were written down.
#[must_use]
pub fn count(rows: Rows<'_>, today: Date) -> Option<BackupFacts> {
    if rows.copies.is_empty() && rows.tests.is_empty() {
        return None;
    }
    let verdicts: Vec<SystemVerdict> = judge(rows, today).into_iter().filter(SystemVerdict::counts).collect();
    let of = |checks: &[Check]| {
        let met = verdicts.iter().filter(|verdict| checks.iter().all(|check| verdict.is_met(*check))).count();
        u32::try_from(met).unwrap_or(u32::MAX)
    };
    let best: Vec<Option<u32>> = verdicts.iter().map(|verdict| verdict.generations).collect();
    let changes = (rows.copies.iter().map(|row| row.changed_at))
        .chain(rows.tests.iter().map(|row| row.changed_at))
        .chain(rows.snapshots.iter().map(|row| row.changed_at));
    Some(BackupFacts {
        systems: of(&[]),
        three_two_one: of(&[Check::Copies, Check::Media, Check::Elsewhere]),
        offline: of(&[Check::Offline]),
        several_methods: of(&[Check::Methods]),
        fewest_generations: if best.contains(&None) { None } else { best.into_iter().flatten().min() },
        restore_tested: of(&[Check::RestoreTest]),
        newest_restore_test: rows.tests.iter().filter(|row| row.body.success).map(|row| row.body.date).max(),
        newest_snapshot: rows
            .snapshots
            .iter()
            .flat_map(|row| &row.body.snapshots)
            .map(|snapshot| snapshot.time.date_in_japan())
            .max(),
        newest_change: changes.map(crate::time::Ts::date_in_japan).max(),
    })
}
