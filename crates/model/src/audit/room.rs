//! The guest room: what a visiting auditor may see, for how long. Nothing else of the house is within reach.

use crate::id::DocumentId;
use crate::known::keyed;
use serde::{Deserialize, Serialize};

keyed! {
    /// A register that can be laid out in the room, read only.
    RegisterShown {
        /// The device ledger.
        #[default]
        Devices = "devices", "機器台帳", "Device ledger";
        /// The systems.
        Systems = "systems", "システムの一覧", "Systems";
        /// The external connection points.
        Connections = "connections", "外部接続点の一覧", "External connection points";
        /// Copies and restore tests.
        RestoreTests = "restore-tests", "復元テストの記録", "Restore tests";
        /// The vendors.
        Vendors = "vendors", "事業者の一覧", "Vendors";
        /// Findings of earlier audits with the state of their actions.
        Findings = "findings", "これまでの指摘と是正の状態", "Earlier findings and their actions";
    }
}

/// What is chosen: stands in the door.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomChoice {
    /// For whom the room is, as the house calls them.
    pub guest: String,
    /// Items of the sheet whose working papers may be read.
    pub items: Vec<String>,
    /// Files.
    pub documents: Vec<DocumentId>,
    /// Registers.
    pub registers: Vec<RegisterShown>,
    /// Whether they may take the chosen things along as an archive.
    pub take_along: bool,
}

/// The longest a room stays open: 31 days.
pub const LONGEST_DAYS: u32 = 31;
