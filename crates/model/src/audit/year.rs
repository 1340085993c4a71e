//! The plan for the year: whether an internal and an external audit are due, by the recommendation of the catalogue.

use super::{Audit, AuditKind, AuditState, Rhythm};
use crate::id::RecordId;
use crate::record::Kept;
use crate::time::FiscalYear;
use serde::{Deserialize, Serialize};

/// Whether an audit is due in a fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "due")]
pub enum Due {
    /// Signed off this year.
    Held {
        /// Which.
        audit: RecordId,
    },
    /// Planned or under way for this year.
    Planned {
        /// Which.
        audit: RecordId,
    },
    /// By the recommendation it is time this year.
    Now {
        /// Fiscal years since the newest one; `None`: there was none.
        years: Option<i16>,
    },
    /// It may be planned this year, and has to be in a later one.
    Soon {
        /// Fiscal years since the newest one.
        years: i16,
    },
    /// Not yet.
    Later {
        /// The fiscal year in which it may be planned.
        from: i16,
    },
}

/// Both kinds in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearPlan {
    /// The internal audit.
    pub internal: Due,
    /// The external audit.
    pub external: Due,
}

/// What the recommendation says for a year.
#[must_use]
pub fn year_plan(audits: &[Kept<Audit>], rhythm: &Rhythm, year: FiscalYear) -> YearPlan {
    YearPlan {
        internal: due(audits, AuditKind::Internal, rhythm.internal_years, rhythm.internal_years, year.0),
        external: due(audits, AuditKind::External, rhythm.external_from, rhythm.external_until, year.0),
    }
}

fn due(audits: &[Kept<Audit>], kind: AuditKind, from: i16, until: i16, year: i16) -> Due {
    let own = || audits.iter().filter(|row| row.body.kind == kind);
    let is_held = |audit: &Audit| matches!(audit.state(), AuditState::Signed | AuditState::Closed);
    let this_year = own().filter(|row| row.body.fiscal_year == year).max_by_key(|row| is_held(&row.body));
    if let Some(row) = this_year {
        return if is_held(&row.body) { Due::Held { audit: row.id } } else { Due::Planned { audit: row.id } };
    }
    let newest = own().filter(|row| is_held(&row.body) && row.body.fiscal_year < year).map(|row| row.body.fiscal_year);
    match newest.max().map(|newest| year - newest) {
        None => Due::Now { years: None },
        Some(years) if years >= until => Due::Now { years: Some(years) },
        Some(years) if years >= from => Due::Soon { years },
        Some(years) => Due::Later { from: year - years + from },
    }
}
