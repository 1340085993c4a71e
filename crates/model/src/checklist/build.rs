//! Computing a form from the ground it stands on.

use super::compare::{compare, forerunners};
use super::editions::{before, find, years_of};
use super::faults::faults_of;
use super::rules::{InForce, SectionName};
use super::view::{
    FormGround, FormView, ItemView, KeptHead, LastYear, LineState, LineView, Progress, RuleNote, SectionView, Skip,
    VendorHead, YearsApart,
};
use super::{FormKind, ItemAnswer, ItemKey, Mark};
use crate::catalogue::{Catalogue, Checklist, ChecklistItem, Confidence};
use crate::proposal::propose;
use crate::record::{Kept, RecordId};
use crate::time::FiscalYear;

impl FormGround {
    /// The edition of this id (`r7`, `mhlw-r7`, or the id of a loaded file).
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Checklist> {
        find(&self.editions, id)
    }

    /// Vendors with a contract in force.
    pub fn contracted(&self) -> impl Iterator<Item = &VendorHead> {
        self.vendors.iter().filter(|vendor| vendor.contracted)
    }

    /// A form of an edition; on a form that is kept for each vendor, `vendor` names whose. `None` when there is no such
    /// edition, form or vendor.
    #[must_use]
    pub fn view(
        &self,
        catalogue: &Catalogue,
        edition: &str,
        form: FormKind,
        vendor: Option<RecordId>,
    ) -> Option<FormView> {
        let edition = self.edition(edition)?;
        let loaded = catalogue.checklists.iter().all(|known| known != edition);
        let rules = catalogue.checklist_rules.in_force(edition, loaded);
        let vendor = match vendor {
            Some(id) if rules.is_per_vendor(form) => Some(self.vendors.iter().find(|vendor| vendor.id == id)?.clone()),
            Some(_) => return None,
            None => None,
        };
        if edition.items.iter().all(|item| item.form != form) {
            return None;
        }
        let today = FiscalYear::of(self.today);
        let builder = Builder {
            ground: self,
            catalogue,
            edition,
            before: before(&self.editions, edition),
            form,
            vendor: vendor.as_ref(),
            years: years_of(&self.editions, edition, today),
            vendor_writes: rules.vendor_writes(form),
            rules,
        };
        Some(builder.build(vendor.clone(), today))
    }
}

struct Builder<'a> {
    ground: &'a FormGround,
    catalogue: &'a Catalogue,
    edition: &'a Checklist,
    before: Option<&'a Checklist>,
    form: FormKind,
    vendor: Option<&'a VendorHead>,
    years: (FiscalYear, FiscalYear),
    vendor_writes: bool,
    rules: InForce<'a>,
}

impl Builder<'_> {
    fn build(&self, vendor: Option<VendorHead>, today: FiscalYear) -> FormView {
        let whole = self.form_skip();
        let gate = self.gate_skip();
        let mut sections: Vec<SectionView> = Vec::new();
        for item in self.edition.items.iter().filter(|item| item.form == self.form) {
            let skip = whole.clone().or_else(|| self.item_skip(item, gate.as_ref()));
            let view = self.item(item, skip.as_ref());
            match sections.iter_mut().find(|section| section.number == item.section) {
                Some(section) => section.items.push(view),
                None => {
                    let SectionName { number, title } = SectionName {
                        number: item.section,
                        title: self.catalogue.checklist_rules.section(item.section),
                    };
                    sections.push(SectionView { number, title, items: vec![view] });
                }
            }
        }
        sections.sort_by_key(|section| section.number);
        FormView {
            edition: self.edition.id.clone(),
            era: self.edition.era.clone(),
            fiscal_year: self.edition.fiscal_year,
            url: self.edition.url.clone(),
            years: self.years,
            prepares: self.edition.fiscal_year < today.0 && self.years.1 >= today,
            form: self.form,
            vendor,
            vendor_writes: self.vendor_writes,
            skipped: whole,
            progress: progress(&sections),
            sections,
            rules: self
                .rules
                .all()
                .map(|(rule, confidence)| RuleNote { id: rule.id.clone(), text: rule.text.clone(), confidence })
                .collect(),
            years_apart: self.before.map(|last| YearsApart {
                before: last.id.clone(),
                era: last.era.clone(),
                steps: compare(self.edition, last, self.form),
            }),
        }
    }

    fn no_vendor(&self, rule: &super::FormRule) -> Skip {
        Skip { rule: rule.id.clone(), reason: rule.text.clone(), no_vendor_entered: self.ground.vendors.is_empty() }
    }

    fn has_contract(&self) -> bool {
        // On a vendor's own sheet its own contract counts.
        match self.vendor {
            Some(vendor) => vendor.contracted,
            None => self.ground.contracted().next().is_some(),
        }
    }

    fn form_skip(&self) -> Option<Skip> {
        let rule = self.rules.form_needs_vendor(self.form)?;
        (!self.has_contract()).then(|| self.no_vendor(rule))
    }

    /// Whether the opening question was answered with no: in the newest round that has an answer.
    fn gate_skip(&self) -> Option<Skip> {
        let items = self.edition.items.iter().filter(|item| item.form == self.form);
        items.filter_map(|item| Some((item, self.rules.gate(&item.topic)?))).find_map(|(item, rule)| {
            let is_no = item.groups.iter().any(|group| {
                let answer = self.kept(&self.key(item, group)).map(|row| &row.body);
                answer.and_then(|answer| answer.second.or(answer.first)).is_some_and(|round| round.mark == Mark::No)
            });
            let skip = || Skip { rule: rule.id.clone(), reason: rule.text.clone(), no_vendor_entered: false };
            is_no.then(skip)
        })
    }

    fn item_skip(&self, item: &ChecklistItem, gate: Option<&Skip>) -> Option<Skip> {
        if self.rules.gate(&item.topic).is_some() {
            return None;
        }
        if let Some(gate) = gate {
            return Some(gate.clone());
        }
        let rule = self.rules.topic_needs_vendor(&item.topic)?;
        (!self.has_contract()).then(|| self.no_vendor(rule))
    }

    fn key(&self, item: &ChecklistItem, group: &str) -> ItemKey {
        ItemKey {
            edition: self.edition.id.clone(),
            form: self.form,
            item: item.id.clone(),
            group: group.to_owned(),
            vendor: self.vendor.map(|vendor| vendor.id),
        }
    }

    fn kept(&self, key: &ItemKey) -> Option<&Kept<ItemAnswer>> {
        self.ground.answers.iter().find(|row| row.body.key == *key && row.retired_at.is_none())
    }

    fn item(&self, item: &ChecklistItem, skip: Option<&Skip>) -> ItemView {
        let topic = self.catalogue.checklist_topics.get(&item.topic);
        ItemView {
            id: item.id.clone(),
            number: item.number.clone(),
            topic: item.topic.clone(),
            title: topic.map_or_else(|| item.summary.clone(), |topic| topic.title.clone()),
            summary: item.summary.clone(),
            expectation: topic.and_then(|topic| topic.expectation.clone()),
            status: item.status,
            inferred: item.confidence == Confidence::Inferred
                || (item.number.is_some() && item.number_confidence == Confidence::Inferred),
            lines: item.groups.iter().map(|group| self.line(item, group, skip)).collect(),
        }
    }

    fn line(&self, item: &ChecklistItem, group: &str, skip: Option<&Skip>) -> LineView {
        let key = self.key(item, group);
        let kept = self.kept(&key);
        let answer = kept.map(|row| row.body.clone());
        let proposal = (!self.vendor_writes && skip.is_none())
            .then(|| propose(self.catalogue, &item.topic, group, &self.ground.facts));
        let reopened = match (answer.as_ref().and_then(|answer| answer.saw.as_ref()), &proposal) {
            (Some(saw), Some(now)) if saw.fingerprint != now.fingerprint => Some(saw.reasons.clone()),
            _ => None,
        };
        let faults = answer.as_ref().map_or_else(Vec::new, |answer| {
            faults_of(answer, skip.is_some(), &self.rules, self.years, self.ground.today)
        });
        LineView {
            group: self.catalogue.checklist_rules.group(group),
            state: state(answer.as_ref(), skip),
            kept: kept.map(|row| KeptHead {
                id: row.id,
                version: row.version,
                by: row.changed_by.clone(),
                at: row.changed_at,
            }),
            last_year: self.last_year(item, group),
            key,
            answer,
            proposal,
            reopened,
            faults,
        }
    }

    fn last_year(&self, item: &ChecklistItem, group: &str) -> Vec<LastYear> {
        let Some(last) = self.before else { return Vec::new() };
        let asked = forerunners(last, self.form, &item.topic, group);
        asked
            .into_iter()
            .map(|asked| {
                let key = ItemKey {
                    edition: last.id.clone(),
                    form: self.form,
                    item: asked.item.clone(),
                    group: asked.group.clone(),
                    vendor: self.vendor.map(|vendor| vendor.id),
                };
                LastYear {
                    group: self.catalogue.checklist_rules.group(&asked.group),
                    answer: self.kept(&key).map(|row| row.body.clone()),
                    asked,
                }
            })
            .collect()
    }
}

fn state(answer: Option<&ItemAnswer>, skip: Option<&Skip>) -> LineState {
    if let Some(skip) = skip {
        return LineState::Skipped(skip.clone());
    }
    let Some((answer, first)) = answer.and_then(|answer| Some((answer, answer.first?))) else { return LineState::Open };
    match (first.mark, answer.second.map(|round| round.mark)) {
        (Mark::No, Some(Mark::Yes)) => LineState::DoneInSecondRound,
        (_, Some(Mark::No)) => LineState::StillNo,
        (Mark::Yes, _) => LineState::Yes,
        (Mark::No, None) if answer.target.is_some() => LineState::NoWithTarget,
        (Mark::No, None) => LineState::NoWithoutTarget,
    }
}

fn progress(sections: &[SectionView]) -> Progress {
    let mut count = Progress::default();
    let items = sections.iter().flat_map(|section| &section.items);
    for (item, line) in items.flat_map(|item| item.lines.iter().map(move |line| (item, line))) {
        count.inferred += usize::from(item.inferred);
        count.faulty += usize::from(!line.faults.is_empty());
        if matches!(line.state, LineState::Skipped(_)) {
            count.skipped += 1;
            continue;
        }
        count.lines += 1;
        match line.state {
            LineState::Open | LineState::Skipped(_) => count.open += 1,
            LineState::Yes | LineState::DoneInSecondRound => count.yes += 1,
            LineState::NoWithTarget => count.no_with_target += 1,
            LineState::NoWithoutTarget | LineState::StillNo => count.no_without_target += 1,
        }
        count.look_again += usize::from(line.reopened.is_some() && !matches!(line.state, LineState::Open));
    }
    count
}
