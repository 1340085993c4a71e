//! Cases: findings that hang together.

use super::finding::{Finding, Part};
use super::group::Moment;
use super::rule::Severity;
use crate::id::FacilityId;
use crate::journal::Hash;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Which case. Follows from its first touch, so that every server and every order of arrival names it alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub Uuid);

impl CaseId {
    pub(super) fn of(first: &Moment) -> Self {
        Self::made_of(&format!("case {}", first.mark))
    }

    pub(super) fn alone(finding: &str) -> Self {
        Self::made_of(&format!("alone {finding}"))
    }

    fn made_of(text: &str) -> Self {
        let Hash(bytes) = Hash::of(text.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(&bytes[..16]);
        Self(uuid::Builder::from_custom_bytes(id).into_uuid())
    }
}

impl fmt::Display for CaseId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for CaseId {
    type Err = uuid::Error;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Uuid::parse_str(text).map(Self)
    }
}

/// One intruder, or one trouble, as the centre sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The worst of its findings.
    pub severity: Severity,
    /// The first touch.
    pub first: Moment,
    /// The last touch.
    pub last: Moment,
    /// What rules found, worst first.
    pub findings: Vec<Finding>,
}

/// What an arrival did to the cases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// A new case; those it replaces began later than we now know, or turned out to be one.
    Opened {
        /// As it stands.
        case: Case,
        /// What it replaces.
        replaces: BTreeSet<CaseId>,
    },
    /// A case has more to it. One that a person had closed is open again.
    Joined {
        /// As it stands.
        case: Case,
        /// What became part of it.
        replaces: BTreeSet<CaseId>,
    },
    /// A late touch showed that nothing hangs together here.
    Withdrawn(CaseId),
}

impl Case {
    pub(super) fn of(id: CaseId, mut findings: Vec<Finding>) -> Self {
        findings.sort_by(|a, b| {
            b.severity.cmp(&a.severity).then_with(|| a.first.cmp(&b.first)).then_with(|| a.id.cmp(&b.id))
        });
        let nowhere = || Moment { at: crate::time::Ts::from_micros(0), mark: String::new() };
        Self {
            id,
            severity: findings.iter().map(|one| one.severity).max().unwrap_or_default(),
            first: findings.iter().map(|one| one.first.clone()).min().unwrap_or_else(nowhere),
            last: findings.iter().map(|one| one.last.clone()).max().unwrap_or_else(nowhere),
            findings,
        }
    }

    /// What happened at each facility touched: of all findings, the widest account.
    #[must_use]
    pub fn parts(&self) -> BTreeMap<FacilityId, Part> {
        let mut out: BTreeMap<FacilityId, Part> = BTreeMap::new();
        for (facility, part) in self.findings.iter().flat_map(|finding| &finding.parts) {
            match out.get_mut(facility) {
                None => {
                    out.insert(*facility, part.clone());
                }
                Some(there) => there.widen(part),
            }
        }
        out
    }

    /// Every facility it concerns: touched, or owner of a device or secret in it.
    #[must_use]
    pub fn facilities(&self) -> BTreeSet<FacilityId> {
        let touched = self.findings.iter().flat_map(|finding| finding.parts.keys().copied());
        touched.chain(self.findings.iter().flat_map(Finding::owners)).collect()
    }

    /// The rules that found something, each once, in the order of the findings.
    #[must_use]
    pub fn rules(&self) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for finding in &self.findings {
            if !out.contains(&finding.rule.as_str()) {
                out.push(&finding.rule);
            }
        }
        out
    }
}

impl Part {
    /// Two findings count the same touches: of numbers the greater, of sets both.
    fn widen(&mut self, other: &Self) {
        self.first = self.first.clone().min(other.first.clone());
        self.last = self.last.clone().max(other.last.clone());
        self.count = self.count.max(other.count);
        self.places = self.places.max(other.places);
        self.sensors.extend(&other.sensors);
        self.visitors.extend(&other.visitors);
        self.kinds.extend(&other.kinds);
        self.signals.extend(&other.signals);
        self.protocols.extend(other.protocols.iter().cloned());
        self.users.extend(other.users.iter().cloned());
        self.ports.extend(&other.ports);
    }
}
