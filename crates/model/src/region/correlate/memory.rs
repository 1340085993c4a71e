//! The centre's memory of what was seen, and the interpreter of the rules.

use super::case::{Case, CaseId, Change};
use super::event::{Arrival, Facts, What};
use super::finding::Finding;
use super::group::{Group, Spot, SpotKey, Thread, window};
use super::rule::{Grouping, Rule, Rules};
use super::sight::{self, Sighting, sequences};
use crate::id::{FacilityId, SensorId};
use crate::region::net::Source;
use crate::time::Ts;
use crate::touch::Touch;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Days that touches may come late and still find those they belong to.
pub const KEEP_DAYS: i64 = 14;
/// Most groups; beyond, a tenth is forgotten, the longest unseen first.
pub const GROUPS: usize = 200_000;
/// Runs of touch numbers kept for each sensor, to know what came before.
const GAPS: usize = 256;

/// What was seen, as far as rules need it. Bounded: spans instead of touches, at most [`super::SPOTS`] of them in each of at most
/// [`GROUPS`] groups, forgotten after a rule's window and [`KEEP_DAYS`].
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Memory {
    groups: BTreeMap<String, Group>,
    visits: BTreeMap<String, Group>,
    numbers: BTreeMap<SensorId, BTreeMap<u64, u64>>,
    findings: BTreeMap<String, Finding>,
    // Follow from the findings.
    threads: BTreeMap<Thread, BTreeSet<String>>,
    case_of: BTreeMap<String, CaseId>,
}

/// A visitor's steps at one facility while they are being added to.
struct Visit<'a> {
    rule: &'a Rule,
    facility: FacilityId,
    visitor: Option<Source>,
    /// The sequences there were.
    before: BTreeMap<String, BTreeMap<SpotKey, Spot>>,
}

/// [`Memory`] as it is kept.
#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    groups: BTreeMap<String, Group>,
    visits: BTreeMap<String, Group>,
    numbers: BTreeMap<SensorId, BTreeMap<u64, u64>>,
    findings: BTreeMap<String, Finding>,
}

impl From<Memory> for Stored {
    fn from(memory: Memory) -> Self {
        let Memory { groups, visits, numbers, findings, .. } = memory;
        Self { groups, visits, numbers, findings }
    }
}

impl From<Stored> for Memory {
    fn from(stored: Stored) -> Self {
        let Stored { groups, visits, numbers, findings } = stored;
        let mut memory = Self { groups, visits, numbers, findings, threads: BTreeMap::new(), case_of: BTreeMap::new() };
        let all: Vec<(String, BTreeSet<Thread>)> =
            memory.findings.values().map(|one| (one.id.clone(), one.threads.clone())).collect();
        for (id, threads) in &all {
            memory.link(id, threads);
        }
        for (id, _) in all {
            if !memory.case_of.contains_key(&id) {
                memory.case_around(&id);
            }
        }
        memory
    }
}

impl Memory {
    /// Takes in what arrived and says which cases change by it. What came before changes nothing.
    pub fn observe(&mut self, rules: &Rules, arrival: &Arrival, facts: &Facts) -> Vec<Change> {
        self.observe_all(rules, [(arrival, facts)])
    }

    /// Takes in all that arrived and says which cases change by all of it together: cases end up as if it had been observed one
    /// by one, but each case that changes is told once. A visitor who tries a thousand passwords changes his case a thousand
    /// times; whoever has many arrivals at hand should ask once.
    pub fn observe_all<'a>(
        &mut self,
        rules: &Rules,
        arrivals: impl IntoIterator<Item = (&'a Arrival, &'a Facts)>,
    ) -> Vec<Change> {
        let mut changed: BTreeMap<String, &Rule> = BTreeMap::new();
        let mut visits: BTreeMap<String, Visit<'_>> = BTreeMap::new();
        for (arrival, facts) in arrivals {
            if let What::Touch(touch) = &arrival.what
                && !self.is_new(touch.sensor, touch.id.number)
            {
                continue;
            }
            let (key, spot, sightings) = sight::of(rules, arrival, facts);
            for sighting in sightings {
                if sighting.rule.group == Grouping::Sequence {
                    if let What::Touch(touch) = &arrival.what {
                        self.step(sighting, touch, &key, &spot, &mut visits);
                    }
                    continue;
                }
                let group = self.groups.entry(sighting.group.clone());
                let group = group.or_insert_with(|| Group::new(&sighting.rule.id, &sighting.subject));
                group.add(key.clone(), &spot);
                if sighting.rule.first_only {
                    group.keep_the_first_day();
                }
                changed.insert(sighting.group, sighting.rule);
            }
        }
        for (group, visit) in visits {
            self.retell(&group, visit, &mut changed);
        }
        let changes = self.settle(changed);
        self.keep_within(rules, GROUPS);
        changes
    }

    /// All cases that memory still holds, by id.
    #[must_use]
    pub fn cases(&self) -> Vec<Case> {
        let mut members: BTreeMap<CaseId, Vec<&Finding>> = BTreeMap::new();
        for (finding, case) in &self.case_of {
            members.entry(*case).or_default().extend(self.findings.get(finding));
        }
        members.into_iter().map(|(id, findings)| Case::of(id, findings.into_iter().cloned().collect())).collect()
    }

    /// Forgets what no late touch can join any more. Cases that the store holds stay as they are.
    pub fn forget(&mut self, rules: &Rules, now: Ts) {
        let keep = KEEP_DAYS * 24 * 60 * 60 * 1_000_000;
        let mut gone = Vec::new();
        for (key, group) in self.groups.iter_mut().chain(self.visits.iter_mut()) {
            let Some(rule) = rules.rule(&group.rule) else {
                gone.push(key.clone());
                continue;
            };
            let window = window(rule);
            let oldest = now.micros().saturating_sub(keep).saturating_sub(window);
            // A run goes as a whole: its first touch names the case.
            let old: Vec<SpotKey> = group
                .runs(window)
                .into_iter()
                .filter(|run| run.iter().all(|(_, spot)| spot.last.at.micros() < oldest))
                .flat_map(|run| run.into_iter().map(|(key, _)| key.clone()))
                .collect();
            for spot in old {
                group.spots.remove(&spot);
            }
            // Whoever was touched once is never touched for the first time again.
            if group.spots.is_empty() && !rule.first_only {
                gone.push(key.clone());
            }
        }
        for key in gone {
            self.groups.remove(&key);
            self.visits.remove(&key);
        }
        let groups = &self.groups;
        let stale: Vec<String> = self
            .findings
            .values()
            .filter(|finding| {
                let holds = |group: &Group| group.spots.values().any(|spot| spot.first == finding.first);
                finding.id.rsplit_once('|').and_then(|(key, _)| groups.get(key)).is_none_or(|group| !holds(group))
            })
            .map(|finding| finding.id.clone())
            .collect();
        for id in stale {
            self.unlink(&id);
        }
    }

    /// How many groups and spans are held: what memory costs.
    #[must_use]
    pub fn size(&self) -> (usize, usize) {
        let all = || self.groups.values().chain(self.visits.values());
        (all().count(), all().map(|group| group.spots.len()).sum())
    }

    fn is_new(&mut self, sensor: SensorId, number: u64) -> bool {
        let ranges = self.numbers.entry(sensor).or_default();
        let before = ranges.range(..=number).next_back().map(|(from, to)| (*from, *to));
        if before.is_some_and(|(_, to)| number <= to) {
            return false;
        }
        let after = number.checked_add(1).and_then(|next| ranges.remove(&next));
        let end = after.unwrap_or(number);
        match before.filter(|(_, to)| to.checked_add(1) == Some(number)) {
            Some((from, _)) => ranges.insert(from, end),
            None => ranges.insert(number, end),
        };
        // A sensor's touches come in order; should they not, the oldest hole counts as filled.
        while ranges.len() > GAPS {
            let Some((from, _)) = ranges.pop_first() else { break };
            if let Some((_, to)) = ranges.pop_first() {
                ranges.insert(from, to);
            }
        }
        true
    }

    /// A step of a visitor. What sequences it makes is asked once all steps are there.
    fn step<'a>(
        &mut self,
        sighting: Sighting<'a>,
        touch: &Touch,
        key: &SpotKey,
        spot: &Spot,
        visits: &mut BTreeMap<String, Visit<'a>>,
    ) {
        let rule = sighting.rule;
        let visit = self.visits.entry(sighting.group.clone()).or_insert_with(|| Group::new(&rule.id, ""));
        visits.entry(sighting.group).or_insert_with(|| Visit {
            rule,
            facility: key.facility,
            visitor: key.visitor,
            before: sequences(rule, visit),
        });
        let step = SpotKey { value: format!("{}/{}", touch.protocol, touch.kind.key()), ..key.clone() };
        visit.add(step, spot);
    }

    /// The sequences that a visit completes or changes by its new steps.
    fn retell<'a>(&mut self, group: &str, visit: Visit<'a>, changed: &mut BTreeMap<String, &'a Rule>) {
        let Visit { rule, facility, visitor, before } = visit;
        let Some(steps) = self.visits.get(group) else { return };
        let after = sequences(rule, steps);
        if before == after {
            return;
        }
        for sequence in before.keys() {
            let id = format!("{}|{sequence}", rule.id);
            if let Some(group) = self.groups.get_mut(&id) {
                group.spots.retain(|there, _| there.facility != facility || there.visitor != visitor);
                changed.insert(id, rule);
            }
        }
        for (sequence, spots) in after {
            let id = format!("{}|{sequence}", rule.id);
            let group = self.groups.entry(id.clone()).or_insert_with(|| Group::new(&rule.id, &sequence));
            for (key, spot) in spots {
                group.add(key, &spot);
            }
            changed.insert(id, rule);
        }
    }

    /// Finds anew in the groups that changed, and says what that means for cases.
    fn settle(&mut self, changed: BTreeMap<String, &Rule>) -> Vec<Change> {
        let mut old = Vec::new();
        let mut new: Vec<Finding> = Vec::new();
        for (key, rule) in changed {
            old.extend(self.found_in(&key).iter().filter_map(|id| self.findings.get(id)).cloned());
            if let Some(group) = self.groups.get(&key) {
                new.extend(group.findings(rule, &key));
            }
        }
        // Runs that stayed as they were say nothing new.
        let same: BTreeSet<String> =
            new.iter().filter(|one| self.findings.get(&one.id) == Some(*one)).map(|one| one.id.clone()).collect();
        old.retain(|one| !same.contains(&one.id));
        new.retain(|one| !same.contains(&one.id));
        if old.is_empty() && new.is_empty() {
            return Vec::new();
        }
        // Everything in the cases concerned is sorted into cases again.
        let cases_before: BTreeSet<CaseId> = old.iter().filter_map(|one| self.case_of.get(&one.id).copied()).collect();
        let mut concerned: BTreeSet<String> = old.iter().flat_map(|one| self.together(&one.id)).collect();
        for finding in &old {
            self.unlink(&finding.id);
            concerned.remove(&finding.id);
        }
        for finding in new {
            let (id, threads) = (finding.id.clone(), finding.threads.clone());
            self.findings.insert(id.clone(), finding);
            self.link(&id, &threads);
            concerned.insert(id);
        }
        let mut before: BTreeSet<CaseId> = cases_before;
        let mut after: BTreeMap<CaseId, Vec<Finding>> = BTreeMap::new();
        let mut done: BTreeSet<String> = BTreeSet::new();
        for id in concerned {
            if done.contains(&id) {
                continue;
            }
            let members = self.together(&id);
            before.extend(members.iter().filter_map(|id| self.case_of.get(id).copied()));
            done.extend(members.iter().cloned());
            let case = self.case_around(&id);
            after.insert(case, members.iter().filter_map(|id| self.findings.get(id).cloned()).collect());
        }
        let home = |threads: &BTreeSet<Thread>| {
            let near = threads.iter().filter_map(|thread| self.threads.get(thread)).flatten();
            near.filter_map(|id| self.case_of.get(id).copied()).min()
        };
        // Where the findings of a case that is no more went.
        let mut replaced: BTreeMap<CaseId, BTreeSet<CaseId>> = BTreeMap::new();
        let mut withdrawn = Vec::new();
        for gone in before.iter().filter(|id| !after.contains_key(id)) {
            let heir = after
                .iter()
                .find(|(_, findings)| findings.iter().any(|one| CaseId::of(&one.first) == *gone))
                .map(|(id, _)| *id)
                .or_else(|| old.iter().filter(|one| one.joins).find_map(|one| home(&one.threads)));
            match heir {
                Some(heir) => {
                    replaced.entry(heir).or_default().insert(*gone);
                }
                None => withdrawn.push(Change::Withdrawn(*gone)),
            }
        }
        let told = after.into_iter().map(|(id, findings)| {
            let case = Case::of(id, findings);
            let replaces = replaced.remove(&id).unwrap_or_default();
            if before.contains(&id) { Change::Joined { case, replaces } } else { Change::Opened { case, replaces } }
        });
        told.chain(withdrawn).collect()
    }

    /// Findings that hang together with one: a common visitor in the same span, and so on.
    fn together(&self, start: &str) -> BTreeSet<String> {
        let mut members = BTreeSet::from([start.to_owned()]);
        let mut open = vec![start.to_owned()];
        let mut walked: BTreeSet<&Thread> = BTreeSet::new();
        while let Some(id) = open.pop() {
            let Some(finding) = self.findings.get(&id).filter(|finding| finding.joins) else { continue };
            for thread in &finding.threads {
                if !walked.insert(thread) {
                    continue;
                }
                for near in self.threads.get(thread).into_iter().flatten() {
                    if members.insert(near.clone()) {
                        open.push(near.clone());
                    }
                }
            }
        }
        members
    }

    /// Names the case around a finding, after its first touch.
    fn case_around(&mut self, start: &str) -> CaseId {
        let members = self.together(start);
        let first = members.iter().filter_map(|id| self.findings.get(id)).map(|finding| &finding.first).min();
        // A finding that joins nothing may begin with the touch that names another case.
        let alone = self.findings.get(start).filter(|finding| !finding.joins);
        let case = match (alone, first) {
            (Some(finding), _) => CaseId::alone(&finding.id),
            (None, Some(first)) => CaseId::of(first),
            (None, None) => CaseId::alone(start),
        };
        for id in members {
            self.case_of.insert(id, case);
        }
        case
    }

    fn link(&mut self, id: &str, threads: &BTreeSet<Thread>) {
        // What joins nothing is not found by others.
        if self.findings.get(id).is_some_and(|finding| !finding.joins) {
            return;
        }
        for thread in threads {
            self.threads.entry(*thread).or_default().insert(id.to_owned());
        }
    }

    fn unlink(&mut self, id: &str) {
        let Some(finding) = self.findings.remove(id) else { return };
        for thread in &finding.threads {
            if let Some(near) = self.threads.get_mut(thread) {
                near.remove(id);
                if near.is_empty() {
                    self.threads.remove(thread);
                }
            }
        }
        self.case_of.remove(id);
    }

    /// Keeps the number of groups bounded, whatever visitors send: those longest unseen go, with what was found in them. Cases
    /// the store holds stay; nothing joins them any more. First touches are kept: there is one for each facility.
    pub(super) fn keep_within(&mut self, rules: &Rules, most: usize) {
        if self.groups.len() + self.visits.len() <= most {
            return;
        }
        let lasting = |group: &Group| rules.rule(&group.rule).is_some_and(|rule| rule.first_only);
        let mut oldest: Vec<(Option<Ts>, String)> = self
            .groups
            .iter()
            .chain(&self.visits)
            .filter(|(_, group)| !lasting(group))
            .map(|(key, group)| (group.last(), key.clone()))
            .collect();
        oldest.sort();
        let too_many = self.groups.len() + self.visits.len() - most;
        for (_, key) in oldest.into_iter().take(too_many + most / 10) {
            self.groups.remove(&key);
            self.visits.remove(&key);
            for id in self.found_in(&key) {
                self.unlink(&id);
            }
        }
    }

    /// Ids of the findings of a group. A key may hold `|` itself: after it comes one mark, and a mark has none.
    fn found_in(&self, key: &str) -> Vec<String> {
        let prefix = format!("{key}|");
        let there = self.findings.range(prefix.clone()..).map(|(id, _)| id).take_while(|id| id.starts_with(&prefix));
        there.filter(|id| id.rsplit_once('|').is_some_and(|(before, _)| before == key)).cloned().collect()
    }
}
