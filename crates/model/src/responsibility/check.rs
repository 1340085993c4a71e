//! What does not fit together in a matrix.

use super::{Matrix, Row, Says, Statement};
use crate::text::folded;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What kind of misfit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// Everybody has spoken and nobody does it.
    Hole,
    /// More than one does it, without a split they agree on.
    DoubleClaim,
    /// One counts on another, who says otherwise.
    Contradiction,
    /// Done by, or counted on from, a party without a contract for it.
    Uncontracted,
    /// Somebody has not spoken yet: no misfit, but nothing to rely on either.
    Open,
}

/// One misfit, in one cell.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// The task of the row.
    pub task: String,
    /// The object of the row.
    pub object: String,
    /// The parties concerned, by id, in alphabetical order.
    pub parties: Vec<String>,
}

/// Everything that does not fit together, each list in the order of the rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Findings {
    /// Nobody does it.
    pub holes: Vec<Finding>,
    /// Several do it.
    pub double_claims: Vec<Finding>,
    /// Each takes it for the other's, or one denies what the other counts on. One for each pair.
    pub contradictions: Vec<Finding>,
    /// Without a contract. One for each party.
    pub uncontracted: Vec<Finding>,
    /// Rows in which somebody has not spoken yet, with those parties. Not a misfit.
    pub open: Vec<Finding>,
}

impl Findings {
    /// How many misfits there are; what is open is none.
    #[must_use]
    pub fn count(&self) -> usize {
        self.holes.len() + self.double_claims.len() + self.contradictions.len() + self.uncontracted.len()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.count() == 0
    }

    /// All misfits, the worst kind first.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.holes.iter().chain(&self.contradictions).chain(&self.double_claims).chain(&self.uncontracted)
    }
}

/// Finds what does not fit together. A row is judged by itself:
///
/// - A *hole* when every party concerned has spoken, nobody takes the task on, and not all agree that it is not needed.
/// - A *double claim* when more than one takes it on, unless all of them name each other and one split.
/// - A *contradiction* for each pair of which one counts on the other, who has spoken and does not take it on.
/// - *Uncontracted* for each party that takes it on or is counted on, without a contract in force that covers it.
///
/// Concerned are the parties the object names (all, if it names none), whoever has spoken, and whoever is counted on.
#[must_use]
pub fn check(matrix: &Matrix) -> Findings {
    let mut findings = Findings::default();
    for row in &matrix.rows {
        Cell::of(matrix, row).judge(&mut findings);
    }
    findings
}

struct Cell<'a> {
    matrix: &'a Matrix,
    row: &'a Row,
    said: BTreeMap<&'a str, &'a Statement>,
    concerned: BTreeSet<&'a str>,
}

impl<'a> Cell<'a> {
    fn of(matrix: &'a Matrix, row: &'a Row) -> Self {
        let known = |id: &str| matrix.party(id).is_some();
        let said: BTreeMap<&str, &Statement> =
            row.statements.iter().filter(|s| known(&s.party)).map(|s| (s.party.as_str(), s)).collect();
        let mut concerned: BTreeSet<&str> = matrix
            .parties
            .iter()
            .map(|party| party.id.as_str())
            .filter(|party| matrix.concerns(&row.object, party))
            .collect();
        concerned.extend(said.keys());
        concerned.extend(said.values().flat_map(|s| s.points_at()).filter(|id| known(id)));
        Self { matrix, row, said, concerned }
    }

    fn finding<'p>(&self, kind: FindingKind, parties: impl IntoIterator<Item = &'p str>) -> Finding {
        let parties: BTreeSet<String> = parties.into_iter().map(str::to_owned).collect();
        Finding {
            kind,
            task: self.row.task.clone(),
            object: self.row.object.clone(),
            parties: parties.into_iter().collect(),
        }
    }

    fn judge(&self, findings: &mut Findings) {
        let silent: Vec<&str> = self.concerned.iter().filter(|id| !self.said.contains_key(*id)).copied().collect();
        // "Theirs" that names oneself is a claim in other words.
        let claims = |s: &Statement| s.claims() || (s.says == Says::Theirs && s.whom.as_deref() == Some(&*s.party));
        let claimants: Vec<&Statement> = self.said.values().filter(|s| claims(s)).copied().collect();
        let agreed_needless = self.said.values().all(|s| s.says == Says::NotNeeded);
        if silent.is_empty() && claimants.is_empty() && !agreed_needless {
            findings.holes.push(self.finding(FindingKind::Hole, self.concerned.iter().copied()));
        }
        if claimants.len() > 1 && !is_agreed_split(&claimants) {
            let parties = claimants.iter().map(|s| s.party.as_str());
            findings.double_claims.push(self.finding(FindingKind::DoubleClaim, parties));
        }
        let mut pairs: BTreeSet<(&str, &str)> = BTreeSet::new();
        for s in self.said.values() {
            for other in s.points_at() {
                if self.said.get(other).is_some_and(|answer| !claims(answer)) {
                    let party = s.party.as_str();
                    pairs.insert((party.min(other), party.max(other)));
                }
            }
        }
        for (a, b) in pairs {
            findings.contradictions.push(self.finding(FindingKind::Contradiction, [a, b]));
        }
        let counted_on = self.said.values().flat_map(|s| s.points_at());
        let at_work: BTreeSet<&str> = claimants.iter().map(|s| s.party.as_str()).chain(counted_on).collect();
        for party in at_work.into_iter().filter(|id| !self.is_contracted(id)) {
            findings.uncontracted.push(self.finding(FindingKind::Uncontracted, [party]));
        }
        if !silent.is_empty() {
            findings.open.push(self.finding(FindingKind::Open, silent));
        }
    }

    /// A contract must be in force, and nobody may have said of it that it does not cover this.
    fn is_contracted(&self, id: &str) -> bool {
        let Some(party) = self.matrix.party(id) else { return true };
        let excluded = party.side == super::Side::Vendor
            && self.said.get(id).is_some_and(|s| s.claims() && s.covered == Some(false));
        party.is_contracted() && !excluded
    }
}

/// All share, each names exactly the others, and those who describe the split describe it in the same words.
fn is_agreed_split(claimants: &[&Statement]) -> bool {
    let all: BTreeSet<&str> = claimants.iter().map(|s| s.party.as_str()).collect();
    let described: BTreeSet<String> =
        claimants.iter().filter(|s| !s.how.trim().is_empty()).map(|s| folded(&s.how)).collect();
    described.len() == 1
        && claimants.iter().all(|s| {
            let mut named: BTreeSet<&str> = s.with.iter().map(String::as_str).collect();
            named.insert(&s.party);
            s.says == Says::Shared && named == all
        })
}
