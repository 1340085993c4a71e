//! The inspection pack: one paper and one archive with everything an inspector asks to see, what is missing first.

mod archive;
mod paper;

pub use archive::{Archive, ArchiveError, LARGEST_EVIDENCE, safe_name};
pub use paper::inspection_pdf;

use hakutaku_model::checklist::FormView;
use hakutaku_model::contacts::Chart;
use hakutaku_model::inspection::{MissingItem, VendorForm};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::Ts;

/// Everything the pack shows. A part that is `None` is said to be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectionPack {
    /// Language of the paper.
    pub lang: Lang,
    /// The facility's name.
    pub facility: String,
    /// When the pack is made.
    pub made: Ts,
    /// Who had it made.
    pub prepared_by: String,
    /// What is missing, weightiest first.
    pub missing: Vec<MissingItem>,
    /// The forms: the facility's own first, then those the vendors returned.
    pub forms: Vec<FormView>,
    /// The contact chart.
    pub contacts: Option<Chart>,
    /// The ledger.
    pub ledger: Option<Ledger>,
    /// The vendors' forms, returned and outstanding.
    pub vendors: Option<Vec<VendorForm>>,
    /// The files that show that answers are true.
    pub evidence: Vec<Evidence>,
}

/// The ledger in short, and as a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ledger {
    /// How many in all.
    pub total: usize,
    /// How many of each kind.
    pub by_kind: Vec<(Text, usize)>,
    /// Heads of the list's columns.
    pub columns: Vec<String>,
    /// One row per device; empty: only the numbers are known here.
    pub rows: Vec<Vec<String>>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Its name as it was uploaded.
    pub name: String,
    /// SHA-256 of its content, lower-case hex.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Who uploaded it.
    pub by: String,
    /// When.
    pub at: Ts,
    /// The numbers of the items it is proof for.
    pub items: Vec<String>,
}
