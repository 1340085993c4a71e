//! Many small changes of one batch as few large ones: a case that grew a hundred times is written once.

use hakutaku_model::region::correlate::{CaseId, Change};
use std::collections::BTreeMap;

/// The same outcome with each case written as seldom as possible: at the place of its last change.
pub(crate) fn squeezed(changes: Vec<Change>) -> Vec<Change> {
    let mut out: Vec<Option<Change>> = Vec::new();
    let mut at: BTreeMap<CaseId, usize> = BTreeMap::new();
    for change in changes {
        let (id, case, mut replaces) = match change {
            Change::Withdrawn(id) => {
                // A border: what comes later for this case is written after it.
                at.remove(&id);
                out.push(Some(Change::Withdrawn(id)));
                continue;
            }
            Change::Opened { case, replaces } | Change::Joined { case, replaces } => (case.id, case, replaces),
        };
        // It stands by itself again: whatever was to replace it before does not.
        for earlier in out.iter_mut().flatten() {
            if let Change::Opened { replaces, .. } | Change::Joined { replaces, .. } = earlier {
                replaces.remove(&id);
            }
        }
        let before = at.insert(id, out.len()).and_then(|place| out.get_mut(place)).and_then(Option::take);
        if let Some(Change::Opened { replaces: mut before, .. } | Change::Joined { replaces: mut before, .. }) = before
        {
            replaces.append(&mut before);
        }
        out.push(Some(Change::Joined { case, replaces }));
    }
    out.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::region::correlate::{Case, Moment, Severity};
    use hakutaku_model::time::Ts;
    use uuid::Uuid;

    fn id(n: u128) -> CaseId {
        CaseId(Uuid::from_u128(n))
    }

    fn case(n: u128, severity: Severity) -> Case {
        let moment = Moment { at: Ts::from_micros(0), mark: n.to_string() };
        Case { id: id(n), severity, first: moment.clone(), last: moment, findings: Vec::new() }
    }

    fn grew(n: u128, severity: Severity, replaces: &[u128]) -> Change {
        Change::Joined { case: case(n, severity), replaces: replaces.iter().map(|n| id(*n)).collect() }
    }

    /// What the store would hold: state of each case by its id.
    fn outcome(changes: &[Change]) -> BTreeMap<CaseId, String> {
        let mut kept: BTreeMap<CaseId, String> = BTreeMap::new();
        for change in changes {
            match change {
                Change::Withdrawn(id) => {
                    if let Some(state) = kept.get_mut(id) {
                        "withdrawn".clone_into(state);
                    }
                }
                Change::Opened { case, replaces } | Change::Joined { case, replaces } => {
                    kept.insert(case.id, format!("open {:?}", case.severity));
                    for old in replaces {
                        if let Some(state) = kept.get_mut(old) {
                            *state = format!("in {}", case.id);
                        }
                    }
                }
            }
        }
        kept
    }

    #[test]
    fn a_case_that_grew_often_is_written_once_with_the_same_outcome() {
        use Severity::{High, Low, Middle, Urgent};
        let stories: [Vec<Change>; 6] = [
            vec![grew(2, Low, &[]), grew(3, Low, &[]), grew(2, Low, &[3]), grew(1, Low, &[2])],
            vec![grew(1, Low, &[]), grew(1, Middle, &[]), grew(1, High, &[])],
            vec![grew(1, Low, &[]), grew(2, Low, &[]), grew(1, High, &[2]), grew(1, Urgent, &[])],
            vec![grew(1, Low, &[]), grew(2, Low, &[1]), grew(1, High, &[]), grew(2, Middle, &[])],
            vec![grew(1, Low, &[]), Change::Withdrawn(id(1)), grew(1, High, &[]), grew(1, Urgent, &[])],
            vec![grew(3, Low, &[]), grew(2, Low, &[3]), grew(1, High, &[2]), grew(1, Urgent, &[])],
        ];
        for story in stories {
            let fewer = squeezed(story.clone());
            assert!(fewer.len() <= story.len());
            assert_eq!(outcome(&fewer), outcome(&story), "{story:?}");
        }
        assert_eq!(squeezed(vec![grew(1, Low, &[]), grew(1, Middle, &[]), grew(1, High, &[])]).len(), 1);
    }
}
