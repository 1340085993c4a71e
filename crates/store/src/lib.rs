//! Everything Hakutaku keeps: repositories on SQLite and PostgreSQL, the hash-chained log, encrypted files, backups.
//!
//! One [`Store`] with plain async methods, one file per noun:
//!
//! | module | what a person does with it |
//! |---|---|
//! | [`settings`] | set the installation up |
//! | [`facilities`], [`people`] | describe institutions, give people accounts and roles |
//! | [`passkeys`], [`sessions`], [`throttle`], [`api_tokens`] | sign in, by page or by program |
//! | [`invitations`] | let someone without an account answer |
//! | [`assessments`], [`answers`] | open a year, answer, see who changed what |
//! | [`comments`], [`handovers`], [`documents`] | discuss, hand over, prove |
//! | [`assets`], [`asset_history`], [`asset_lookup`] | keep the ledger of devices, remember what it said, read its rows |
//! | [`asset_pages`], [`ledger_facts`] | find in the ledger, count it |
//! | [`records`] | keep a register: systems, connections, backups, vendors, forms |
//! | [`vendor_links`], [`vendor_facts`] | let a vendor answer through a link; count what came back |
//! | [`rooms`], [`doors`] | hold a drill, lead through an incident; let people in without an account |
//! | [`responsibility_facts`] | count what the responsibility matrices say |
//! | `training_facts` | the registers of courses, and what is known from them |
//! | [`sensors`], [`touches`] | let decoy sensors in, keep what touched them |
//! | [`retention`], [`meter`] | let old touches go; count for monitoring |
//! | [`arrivals`], [`cases`], [`leases`] | what waits for correlation, what came of it, who does such work |
//! | [`notices`], [`receipts`], [`anonymous`] | notices to members, what came back, reports without a sender |
//! | [`exchange_objects`] | objects exchanged with other centres |
//! | [`facts`], [`checklists`] | know what is known, fill the official forms from it |
//! | [`journal`] | read and verify the log, sign its heads |
//! | [`backup`] | back up, verify, restore |
//!
//! Three rules hold everywhere:
//! - **Who and when come in** as [`Act`]; a change and its log entry are one transaction.
//! - **Fence**: whatever belongs to a facility is asked for by its [`FacilityId`](hakutaku_model::id::FacilityId);
//!   a foreign assessment id is simply not found.
//! - **Acknowledged means durable**: a method that changed something returns after the commit reached the disk.

mod account_facts;
mod act;
pub mod action_facts;
pub mod anonymous;
pub mod answers;
pub mod api_tokens;
mod archive;
pub mod arrivals;
pub mod assessments;
mod asset_batch;
pub mod asset_history;
pub mod asset_lookup;
pub mod asset_pages;
mod asset_rows;
pub mod assets;
mod audit_facts;
pub mod backup;
pub mod backup_facts;
mod blobs;
pub mod cases;
pub mod centre;
pub mod checklists;
pub mod comments;
pub mod connection_facts;
mod db;
pub mod documents;
pub mod doors;
pub mod drill_facts;
mod dump;
mod error;
pub mod exchange_objects;
pub mod facilities;
pub mod facts;
pub mod handovers;
pub mod invitations;
pub mod journal;
mod keys;
pub mod leases;
pub mod ledger_facts;
pub mod meter;
mod migrations;
pub mod notices;
mod open;
pub mod passkeys;
pub mod people;
pub mod plan_facts;
pub mod receipts;
pub mod records;
pub mod responsibility_facts;
mod restore;
pub mod retention;
pub mod rooms;
mod schema;
pub mod sensors;
pub mod sessions;
pub mod settings;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod text;
pub mod throttle;
mod touch_parts;
pub mod touches;
mod training_facts;
pub mod vendor_facts;
pub mod vendor_links;
mod vendor_submissions;
mod verify;
mod writer;

pub use act::Act;
pub use anonymous::{KeptReport, ReportState};
pub use answers::{AnswerChange, AnswerRow, ChangeKind, NewAnswer, SaveOutcome};
pub use api_tokens::{ApiTokenRow, IssuedApiToken};
pub use arrivals::Waiting;
pub use assessments::{AssessmentRow, NewAssessment};
pub use asset_history::{AssetVersion, BatchRow};
pub use asset_pages::{AssetFilter, AssetPage, AssetQuery, Direction};
pub use assets::{AssetBatch, AssetChange};
pub use backup::{ArchiveKey, ArchiveLock, BackupReport};
pub use cases::{CaseState, Closing, KeptCase, RegionEntry};
pub use centre::{RegionCounts, SourceToday};
pub use comments::CommentRow;
pub use documents::{DocumentRow, MAX_DOCUMENT_BYTES, NewDocument};
pub use doors::{IssuedDoor, IssuedSeat, read_code};
pub use error::{Result, StoreError};
pub use exchange_objects::{ExchangeObject, ExchangeQuery, ExchangeVersions, NewExchangeObject};
pub use facilities::FacilityRow;
pub use handovers::{HandoverRow, HandoverState, NewHandover, RecipientKind};
pub use invitations::{InvitationKind, InvitationRow, IssuedInvitation, NewInvitation};
pub use journal::{ChainReport, Fault, JournalReport, SignedHead};
pub use ledger_facts::AssetCounts;
pub use notices::{KeptNotice, MemberNotice, NoticeCursor, NoticeEdition, NoticeState, Sending};
pub use open::{DatabaseUrl, OpenOptions, Store};
pub use passkeys::PasskeyRow;
pub use people::{Member, NewPerson, PersonRow};
pub use receipts::{Counts, NewReceipt};
pub use records::Shelf;
pub use retention::LetGo;
pub use sensors::{EnrolledSensor, SensorCounts, WaitingCode};
pub use sessions::{IssuedSession, SessionRow};
pub use touches::{Batch, KeptTouch, Taken, TouchCursor};
pub use training_facts::TrainingRows;
pub use vendor_links::{IssuedVendorRequest, NewVendorRequest, PinOutcome};
