//! Facilities by need today. A sum of parts, each a count times a weight up to a limit, each with its sentence: no number
//! that cannot be explained. The weights are our judgement and are content (`catalog/region/watch.yaml`).

use crate::id::FacilityId;
use crate::known::keyed;
use crate::region::correlate::Severity;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

keyed! {
    /// What is counted.
    FactorId {
        /// Open urgent cases.
        UrgentCases = "urgent-cases", "緊急の件", "Urgent cases";
        /// Open serious cases.
        #[default]
        HighCases = "high-cases", "重大な件", "Serious cases";
        /// Other open cases.
        OtherCases = "other-cases", "そのほかの件", "Other cases";
        /// Decoys touched today, by how many visitors.
        Visitors = "visitors", "今日おとりに触った相手", "Visitors of decoys today";
        /// Sensors that are silent.
        SilentSensors = "silent-sensors", "沈黙しているセンサー", "Silent sensors";
        /// Patches past their day.
        OverduePatches = "overdue-patches", "期限を過ぎた更新", "Overdue patches";
        /// Of those, weaknesses known to be exploited.
        ExploitedPatches = "exploited-patches", "悪用が知られている弱点の残り", "Known-exploited weaknesses open";
        /// Notices not read by their deadline.
        UnreadNotices = "unread-notices", "期限を過ぎた未読のお知らせ", "Notices unread past their deadline";
        /// Weak fields of the assessment.
        WeakFields = "weak-fields", "診断で弱い分野", "Weak fields of the assessment";
    }
}

/// What the centre knows of a facility now: a count for each factor. What is not known is not in it, and is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Situation {
    /// Which.
    pub facility: FacilityId,
    /// Its name, for the order of equals.
    pub name: String,
    /// Counts; a factor that is absent is not known.
    pub counts: BTreeMap<FactorId, u32>,
}

/// How much something counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// What.
    pub id: FactorId,
    /// Points for each.
    pub each: u32,
    /// Not more than this.
    pub at_most: u32,
    /// The sentence, with `{count}`.
    pub says: Text,
    /// What to do first, on the telephone.
    pub first: Text,
}

/// One part of the sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// What.
    pub factor: FactorId,
    /// How many.
    pub count: u32,
    /// Points for each.
    pub each: u32,
    /// Points that count.
    pub points: u32,
    /// Whether the limit cut it.
    pub limited: bool,
    /// In words.
    pub says: Text,
    /// What to do first.
    pub first: Text,
}

/// How much a facility needs help today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Need {
    /// Which.
    pub facility: FacilityId,
    /// Its name.
    pub name: String,
    /// The sum.
    pub points: u32,
    /// Its parts, greatest first; those of no points are left out.
    pub parts: Vec<Counted>,
    /// Factors that are not known: they count nothing, which is not the same as being well.
    pub unknown: Vec<FactorId>,
}

impl Need {
    /// The sum as it is added up: `40 + 10 + 5 = 55`.
    #[must_use]
    pub fn sum(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(|part| part.points.to_string()).collect();
        if parts.is_empty() { "0".to_owned() } else { format!("{} = {}", parts.join(" + "), self.points) }
    }
}

/// All facilities, those in most need first; equals by what is worst, then by name.
#[must_use]
pub fn needs(factors: &[Factor], situations: &[Situation]) -> Vec<Need> {
    let mut out: Vec<Need> = situations.iter().map(|one| need(factors, one)).collect();
    let worst = |need: &Need| need.parts.first().map_or(0, |part| part.points);
    out.sort_by(|a, b| {
        b.points
            .cmp(&a.points)
            .then_with(|| worst(b).cmp(&worst(a)))
            .then_with(|| a.name.cmp(&b.name))
            .then_with(|| a.facility.cmp(&b.facility))
    });
    out
}

fn need(factors: &[Factor], situation: &Situation) -> Need {
    let mut parts = Vec::new();
    let mut unknown = Vec::new();
    for factor in factors {
        let Some(count) = situation.counts.get(&factor.id).copied() else {
            unknown.push(factor.id);
            continue;
        };
        let full = factor.each.saturating_mul(count);
        let points = full.min(factor.at_most);
        if points > 0 {
            let fill = |text: &str| text.replace("{count}", &count.to_string());
            parts.push(Counted {
                factor: factor.id,
                count,
                each: factor.each,
                points,
                limited: full > points,
                says: Text::new(fill(&factor.says.ja), fill(&factor.says.en)),
                first: factor.first.clone(),
            });
        }
    }
    // Stable: equal parts keep the order of the catalogue.
    parts.sort_by_key(|part| std::cmp::Reverse(part.points));
    let points = parts.iter().fold(0u32, |sum, part| sum.saturating_add(part.points));
    Need { facility: situation.facility, name: situation.name.clone(), points, parts, unknown }
}

/// The factor an open case counts under.
#[must_use]
pub fn of_case(severity: Severity) -> FactorId {
    match severity {
        Severity::Urgent => FactorId::UrgentCases,
        Severity::High => FactorId::HighCases,
        Severity::Middle | Severity::Low => FactorId::OtherCases,
    }
}

/// What does not fit in the weights; empty when they can be used.
#[must_use]
pub fn faults(factors: &[Factor]) -> Vec<String> {
    let mut out = Vec::new();
    for id in FactorId::ALL {
        let count = factors.iter().filter(|factor| factor.id == *id).count();
        if count != 1 {
            out.push(format!("{}: there must be one weight, not {count}", id.key()));
        }
    }
    for factor in factors {
        let place = factor.id.key();
        if factor.each == 0 || factor.at_most < factor.each {
            out.push(format!("{place}: the points must be more than none and at most the limit"));
        }
        for text in [&factor.says, &factor.first] {
            if text.is_incomplete() {
                out.push(format!("{place}: a text lacks a language"));
            }
        }
        if [&factor.says.ja, &factor.says.en].iter().any(|text| !text.contains("{count}")) {
            out.push(format!("{place}: says must name {{count}}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::correlate::testing::house;
    use proptest::prelude::*;

    fn factors() -> Vec<Factor> {
        let of = |id, each, at_most| Factor {
            id,
            each,
            at_most,
            says: Text::new("{count}件", "{count}"),
            first: Text::new("電話する", "call"),
        };
        vec![of(FactorId::UrgentCases, 40, 80), of(FactorId::SilentSensors, 10, 20), of(FactorId::WeakFields, 1, 5)]
    }

    fn situation(n: u128, name: &str, counts: &[(FactorId, u32)]) -> Situation {
        Situation { facility: house(n), name: name.into(), counts: counts.iter().copied().collect() }
    }

    #[test]
    fn every_number_is_a_count_times_a_weight_up_to_a_limit() {
        let one =
            situation(1, "a", &[(FactorId::UrgentCases, 1), (FactorId::SilentSensors, 5), (FactorId::WeakFields, 0)]);
        let all = needs(&factors(), &[one]);
        assert_eq!(all[0].points, 60);
        assert_eq!(all[0].sum(), "40 + 20 = 60");
        let silent = &all[0].parts[1];
        assert_eq!((silent.count, silent.each, silent.points, silent.limited), (5, 10, 20, true));
        assert_eq!(silent.says.ja, "5件");
    }

    #[test]
    fn what_is_not_known_counts_nothing_and_is_said() {
        let all = needs(&factors(), &[situation(1, "a", &[])]);
        assert_eq!((all[0].points, all[0].unknown.len(), all[0].sum().as_str()), (0, 3, "0"));
    }

    #[test]
    fn most_in_need_first_then_the_worst_single_reason_then_the_name() {
        let all = needs(
            &factors(),
            &[
                situation(1, "う", &[(FactorId::SilentSensors, 1)]),
                situation(2, "い", &[(FactorId::SilentSensors, 1)]),
                situation(3, "あ", &[(FactorId::WeakFields, 5), (FactorId::SilentSensors, 0)]),
                situation(4, "え", &[(FactorId::UrgentCases, 1)]),
            ],
        );
        assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["え", "い", "う", "あ"]);
    }

    proptest! {
        #[test]
        fn the_order_is_stable_and_the_parts_add_up(
            all in prop::collection::vec((0u128..50, 0u32..9, 0u32..9, any::<u32>()), 1..20)
                .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        ) {
            let of = |all: &[(u128, u32, u32, u32)]| {
                let list: Vec<Situation> = all.iter().map(|(n, a, b, c)| {
                    situation(*n, &format!("{n}"), &[(FactorId::UrgentCases, *a), (FactorId::SilentSensors, *b), (FactorId::WeakFields, *c)])
                }).collect();
                needs(&factors(), &list)
            };
            let (first, second) = (of(&all.0), of(&all.1));
            prop_assert_eq!(
                first.iter().map(|one| (one.points, one.name.clone())).collect::<Vec<_>>(),
                second.iter().map(|one| (one.points, one.name.clone())).collect::<Vec<_>>()
            );
            for one in first {
                prop_assert_eq!(one.points, one.parts.iter().map(|part| part.points).sum::<u32>());
            }
        }
    }
}
