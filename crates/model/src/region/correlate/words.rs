//! Cases in words: for the centre with names, for a member without those of others.

use super::case::{Case, CaseId};
use super::event::Device;
use super::finding::{Finding, Part};
use super::rule::{Rule, Rules, Severity, Step, placeholders};
use crate::catalogue::Confidence;
use crate::id::{FacilityId, SensorId};
use crate::region::net::Source;
use crate::text::{Lang, Text};
use crate::time::Ts;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Names that only the centre may write out.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Of facilities.
    pub facilities: BTreeMap<FacilityId, String>,
    /// Of sensors.
    pub sensors: BTreeMap<SensorId, String>,
}

/// A step in the words of this case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Advice {
    /// The step's id.
    pub id: String,
    /// What to do.
    pub text: Text,
    /// What it rests on; empty when it is our own advice, and then shown as such.
    pub basis: String,
    /// How sure the basis is.
    pub confidence: Confidence,
}

/// How many others a case concerns, told so that nobody can be guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// None.
    None,
    /// One other facility.
    One,
    /// More than one.
    Several,
}

impl Others {
    /// In words; empty for none.
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            Self::None => Text::default(),
            Self::One => Text::new("ほかの1施設", "one other facility"),
            Self::Several => Text::new("ほかの複数の施設", "several other facilities"),
        }
    }
}

/// All that a member sees of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MemberView {
    /// Which case: what to say on the telephone.
    pub case: CaseId,
    /// How bad the whole is.
    pub severity: Severity,
    /// What it is, worst first.
    pub title: Text,
    /// Why this facility is told.
    pub reasons: Vec<Text>,
    /// What to do next.
    pub steps: Vec<Advice>,
    /// What happened at this facility; none when only its device or password is concerned.
    pub own: Option<Part>,
    /// Where it came from, as far as that names no other member.
    pub sources: Vec<String>,
    /// Whether others are concerned.
    pub others: Others,
    /// When it began here.
    pub since: Option<Ts>,
}

impl Case {
    /// Why it is a case, for the centre: one sentence for each thing found, worst first.
    #[must_use]
    pub fn reasons(&self, rules: &Rules, names: &Names) -> Vec<Text> {
        let of = |finding: &Finding| {
            let rule = rules.rule(&finding.rule)?;
            Some(both(&rule.reason, |name, lang| centre_word(finding, names, name, lang)))
        };
        once(self.ranked(rules).into_iter().filter_map(of))
    }

    /// The title of the worst that was found.
    #[must_use]
    pub fn title(&self, rules: &Rules) -> Text {
        let worst = self.ranked(rules).first().and_then(|finding| rules.rule(&finding.rule));
        worst.map(|rule| rule.title.clone()).unwrap_or_default()
    }

    /// The next three steps of a facility, from the worst finding that concerns it.
    #[must_use]
    pub fn steps(&self, rules: &Rules, facility: FacilityId, names: &Names) -> Vec<Advice> {
        let Some((finding, rule)) = self.worst_for(rules, facility) else { return Vec::new() };
        let owner = !finding.parts.contains_key(&facility) && !rule.owner_steps.is_empty();
        let ids = if owner { &rule.owner_steps } else { &rule.steps };
        let word = |name: &str, lang| member_word(finding, facility, names, name, lang);
        ids.iter().filter_map(|id| advice(rules, rules.step(id)?, &word)).collect()
    }

    /// What a member sees; `None` when the case does not concern it. `names` gives names of its own sensors only.
    #[must_use]
    pub fn member_view(&self, rules: &Rules, facility: FacilityId, names: &Names) -> Option<MemberView> {
        let (_, rule) = self.worst_for(rules, facility)?;
        let of = |finding: &Finding| {
            let rule = rules.rule(&finding.rule).filter(|_| finding.concerns(facility))?;
            let words = if finding.parts.contains_key(&facility) {
                &rule.reason_member
            } else {
                rule.reason_owner.as_ref().unwrap_or(&rule.reason_member)
            };
            Some(both(words, |name, lang| member_word(finding, facility, names, name, lang)))
        };
        let own = self.parts().remove(&facility);
        let visitors = own.iter().flat_map(|part| &part.visitors);
        let sources: Vec<String> =
            visitors.filter(|source| self.may_see(facility, source)).map(Source::shown).collect();
        Some(MemberView {
            case: self.id,
            severity: self.severity,
            title: rule.title.clone(),
            reasons: once(self.ranked(rules).into_iter().filter_map(of)),
            steps: self.steps(rules, facility, names),
            since: own.as_ref().map(|part| part.first.at),
            own: own.map(|part| self.own_part(facility, part)),
            sources,
            others: others(self.facilities().len().saturating_sub(1)),
        })
    }

    fn ranked(&self, rules: &Rules) -> Vec<&Finding> {
        let mut all: Vec<&Finding> = self.findings.iter().collect();
        all.sort_by_key(|one| (std::cmp::Reverse(one.severity), rules.rank(&one.rule), one.first.clone()));
        all
    }

    fn worst_for<'a>(&self, rules: &'a Rules, facility: FacilityId) -> Option<(&Finding, &'a Rule)> {
        let finding = self.ranked(rules).into_iter().find(|one| one.concerns(facility))?;
        Some((finding, rules.rule(&finding.rule)?))
    }

    /// An address that stands for another member's device is not shown, nor any of the shared network that is not one's own.
    fn may_see(&self, facility: FacilityId, source: &Source) -> bool {
        let devices = || self.findings.iter().filter_map(|finding| finding.devices.get(source));
        let own = devices().any(|device| device.facility == facility);
        let foreign = devices().any(|device| device.facility != facility);
        own || (!foreign && !matches!(source, Source::Shared { .. }))
    }

    fn own_part(&self, facility: FacilityId, mut part: Part) -> Part {
        part.visitors.retain(|source| self.may_see(facility, source));
        part
    }
}

fn others(count: usize) -> Others {
    match count {
        0 => Others::None,
        1 => Others::One,
        _ => Others::Several,
    }
}

fn once(texts: impl Iterator<Item = Text>) -> Vec<Text> {
    let mut out: Vec<Text> = Vec::new();
    for text in texts {
        if !out.contains(&text) {
            out.push(text);
        }
    }
    out
}

fn advice(rules: &Rules, step: &Step, word: &dyn Fn(&str, Lang) -> Option<String>) -> Option<Advice> {
    let known = step.needs.iter().all(|name| word(name, Lang::Ja).is_some());
    let step = match (known, &step.otherwise) {
        (true, _) | (false, None) => step,
        (false, Some(other)) => rules.step(other)?,
    };
    Some(Advice {
        id: step.id.clone(),
        text: both(&step.text, word),
        basis: step.basis.clone(),
        confidence: step.confidence,
    })
}

fn both(text: &Text, word: impl Fn(&str, Lang) -> Option<String>) -> Text {
    Text::new(fill(&text.ja, Lang::Ja, &word), fill(&text.en, Lang::En, &word))
}

fn fill(text: &str, lang: Lang, word: &impl Fn(&str, Lang) -> Option<String>) -> String {
    let mut out = text.to_owned();
    let names: BTreeSet<&str> = placeholders(text).collect();
    // Each template is walked once: what a visitor wrote is never read as a placeholder.
    if names.is_empty() {
        return out;
    }
    out.clear();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        let unknown = match lang {
            Lang::Ja => "（不明）",
            Lang::En => "(not known)",
        };
        out.push_str(&word(name, lang).unwrap_or_else(|| unknown.to_owned()));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn list(items: impl IntoIterator<Item = String>, lang: Lang) -> Option<String> {
    let items: Vec<String> = items.into_iter().filter(|item| !item.trim().is_empty()).collect();
    let joint = match lang {
        Lang::Ja => "、",
        Lang::En => ", ",
    };
    (!items.is_empty()).then(|| items.join(joint))
}

fn some(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.trim().to_owned())
}

fn device_word(device: &Device, name: &str, lang: Lang) -> Option<String> {
    let behind = device.behind.as_ref();
    match name {
        "device" => some(&device.name),
        "owner" => some(&device.owner),
        "place" => some(&device.place),
        "weaknesses" => list(device.weaknesses.iter().take(3).cloned(), lang),
        "connection" => some(&behind?.name),
        "cutter" => some(&behind?.cutter),
        "cutter_phone" => some(&behind?.phone),
        "how_to_cut" => some(&behind?.how),
        _ => None,
    }
}

/// Words of a set of parts that name nobody.
fn plain_word<'a>(finding: &Finding, parts: &[&'a Part], name: &str, lang: Lang) -> Option<String> {
    let all = |of: &dyn Fn(&'a Part) -> &'a BTreeSet<String>| {
        let set: BTreeSet<&String> = parts.iter().flat_map(|part| of(part)).collect();
        list(set.into_iter().cloned(), lang)
    };
    match name {
        "users" => all(&|part| &part.users),
        "protocols" => all(&|part| &part.protocols),
        "places" => Some(parts.iter().map(|part| part.places).sum::<usize>().to_string()),
        "token" | "client" | "sequence" => some(&finding.subject),
        "leak" => list(finding.leaks.iter().map(|leak| leak.what.clone()), lang),
        "signal" => {
            let set: BTreeSet<_> = parts.iter().flat_map(|part| &part.signals).collect();
            list(set.into_iter().map(|signal| signal.title().get(lang).to_owned()), lang)
        }
        _ => None,
    }
}

fn centre_word(finding: &Finding, names: &Names, name: &str, lang: Lang) -> Option<String> {
    let parts: Vec<&Part> = finding.parts.values().collect();
    let facility = |id: &FacilityId| names.facilities.get(id).cloned().unwrap_or_else(|| id.to_string());
    match name {
        "facilities" => list(finding.parts.keys().map(facility), lang),
        "count" => Some(parts.iter().map(|part| part.count).sum::<u64>().to_string()),
        "source" => {
            let set: BTreeSet<&Source> = parts.iter().flat_map(|part| &part.visitors).collect();
            list(set.into_iter().take(5).map(Source::shown), lang)
        }
        "sensor" => sensors(&parts, names, lang),
        _ => finding
            .devices
            .values()
            .next()
            .and_then(|device| device_word(device, name, lang))
            .or_else(|| plain_word(finding, &parts, name, lang)),
    }
}

fn sensors(parts: &[&Part], names: &Names, lang: Lang) -> Option<String> {
    let set: BTreeSet<SensorId> = parts.iter().flat_map(|part| part.sensors.iter().copied()).collect();
    list(set.into_iter().map(|id| names.sensors.get(&id).cloned().unwrap_or_else(|| id.to_string())), lang)
}

/// Only what is the member's own, or known to everybody.
fn member_word(finding: &Finding, facility: FacilityId, names: &Names, name: &str, lang: Lang) -> Option<String> {
    let part = finding.parts.get(&facility);
    let parts: Vec<&Part> = part.into_iter().collect();
    let device = finding.devices.values().find(|device| device.facility == facility);
    let hidden = |source: &Source| {
        let device = finding.devices.get(source);
        device.map_or(matches!(source, Source::Shared { .. }), |device| device.facility != facility)
    };
    match name {
        "others" => {
            let count = finding.parts.keys().chain(&finding.owners()).filter(|id| **id != facility).count();
            some(others(count).words().get(lang))
        }
        "source" => {
            let (ja, en) = ("地域の網の中の機器", "a device in the regional network");
            let own = part.iter().flat_map(|part| &part.visitors);
            let mut shown: BTreeSet<String> = BTreeSet::new();
            for source in own.take(5) {
                shown.insert(if hidden(source) {
                    if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() }
                } else {
                    source.shown()
                });
            }
            list(shown, lang)
        }
        "sensor" => sensors(&parts, names, lang),
        // What is known of a secret may name the house it was taken from.
        "leak" => list(
            finding
                .leaks
                .iter()
                .filter(|leak| leak.owner.is_none_or(|owner| owner == facility))
                .map(|leak| leak.what.clone()),
            lang,
        ),
        _ => device
            .and_then(|device| device_word(device, name, lang))
            .or_else(|| plain_word(finding, &parts, name, lang)),
    }
}
