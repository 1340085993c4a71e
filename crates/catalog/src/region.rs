//! What the region goes by: rules of correlation with their steps, weights of the watch screen, words around notices.

use crate::files::Source;
use crate::load::{LoadError, read};
use hakutaku_model::region::RegionGuide;
use hakutaku_model::region::correlate::{Rule, Rules, Step};
use hakutaku_model::region::guide::TlpWords;
use hakutaku_model::region::notice::anonymous::{Guide, Suspicion};
use hakutaku_model::region::watch::need::Factor;
use hakutaku_model::text::Text;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoticesFile {
    tlp: Vec<TlpWords>,
    suspicions: Vec<Suspicion>,
    call_script: Vec<Text>,
    gaps: Vec<Text>,
}

pub(crate) fn load(source: &Source) -> Result<RegionGuide, LoadError> {
    let rules: Vec<Rule> = read(source, "region/rules.yaml")?;
    let steps: Vec<Step> = read(source, "region/steps.yaml")?;
    let factors: Vec<Factor> = read(source, "region/watch.yaml")?;
    let notices: NoticesFile = read(source, "region/notices.yaml")?;
    Ok(RegionGuide {
        rules: Rules { rules, steps },
        factors,
        tlp: notices.tlp,
        anonymous: Guide { suspicions: notices.suspicions },
        call_script: notices.call_script,
        gaps: notices.gaps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guide_with(path: &str, from: &str, to: &str) -> Result<RegionGuide, LoadError> {
        let source = Source::embedded();
        let text = source.text(path).expect("there");
        assert!(text.contains(from), "{from}");
        let changed = text.replacen(from, to, 1);
        load(&source.with(path, changed))
    }

    #[test]
    fn what_we_ship_fits_together() {
        let guide = load(&Source::embedded()).expect("loads");
        assert_eq!(guide.faults(), Vec::<String>::new());
        for id in [
            "same-source",
            "same-credential",
            "same-steps",
            "first-touch",
            "known-leak",
            "sweep",
            "ledger-device",
            "token-used",
            "sensor-silent",
            "chain-broken",
        ] {
            assert!(guide.rules.rule(id).is_some(), "{id}");
        }
    }

    #[test]
    fn a_rule_that_leads_nowhere_or_says_too_much_is_found() {
        let faults = |path: &str, from: &str, to: &str| guide_with(path, from, to).expect("loads").faults().join("\n");
        let rules = "region/rules.yaml";
        assert!(
            faults(rules, "[call-centre, where-token-lay, no-power-off]", "[call-centre, nowhere, no-power-off]")
                .contains("there is no step nowhere")
        );
        assert!(
            faults(rules, "[call-centre, where-token-lay, no-power-off]", "[call-centre]")
                .contains("there must be three")
        );
        // A member is never told who else was touched.
        assert!(
            faults(rules, "おとりとして置いた「{token}」", "{facilities}で「{token}」")
                .contains("{facilities} is not known here")
        );
        assert!(faults(rules, "threshold: 1", "threshold: 0").contains("threshold"));
        assert!(
            faults("region/steps.yaml", "  otherwise: call-vendor\n", "")
                .contains("says nothing for when they are not known")
        );
        assert!(faults("region/watch.yaml", "each: 40", "each: 0").contains("urgent-cases"));
        assert!(faults("region/notices.yaml", "id: green", "id: clear").contains("every label of TLP 2.0"));
    }

    /// An intruder goes from one facility to the next, as the shipped rules tell it.
    #[test]
    fn an_intruder_goes_from_house_to_house() {
        use hakutaku_model::id::{FacilityId, SensorId};
        use hakutaku_model::journal::Hash;
        use hakutaku_model::region::correlate::{Arrival, Case, Change, Facts, Memory, Names, Severity, What};
        use hakutaku_model::time::Ts;
        use hakutaku_model::touch::{Kind, Touch, TouchId};
        let guide = load(&Source::embedded()).expect("loads");
        let house = |n: u128| FacilityId(uuid::Uuid::from_u128(n));
        let mut memory = Memory::default();
        let mut see = |facility: u128, number: u64, minutes: i64, kind: Kind| -> Case {
            let id = TouchId { sensor: SensorId(uuid::Uuid::from_u128(100 + facility)), number };
            let time = Ts::from_micros(1_795_219_200_000_000).plus_seconds(minutes * 60);
            let touch = Touch {
                id,
                sensor: id.sensor,
                time,
                protocol: "ssh".into(),
                persona: "nas".into(),
                source_ip: "203.0.113.5".parse().expect("an address"),
                source_port: 50_000,
                dest_port: 22,
                kind,
                user: (kind == Kind::SignIn).then(|| "admin".to_owned()),
                secret_hash: (kind == Kind::SignIn).then(|| "0123".to_owned()),
                detail: std::collections::BTreeMap::new(),
                previous: Hash::ZERO,
            };
            let arrival = Arrival { facility: house(facility), at: time, clock_ahead: 0, what: What::Touch(touch) };
            match memory.observe(&guide.rules, &arrival, &Facts::default()).pop() {
                Some(Change::Opened { case, .. } | Change::Joined { case, .. }) => case,
                other => panic!("{other:?}"),
            }
        };
        let first = see(1, 1, 0, Kind::Connect);
        assert_eq!((first.severity, first.rules()[0]), (Severity::Middle, "first-touch"));
        let steps = |case: &Case, n: u128| -> Vec<String> {
            case.steps(&guide.rules, house(n), &Names::default()).into_iter().map(|step| step.id).collect()
        };
        assert_eq!(steps(&first, 1), ["ask-works", "call-centre", "leave-sensor"]);
        see(1, 2, 5, Kind::SignIn);
        see(2, 1, 40, Kind::SignIn);
        let third = see(3, 1, 80, Kind::SignIn);
        assert_eq!(third.id, first.id, "one intruder, one case");
        assert_eq!((third.severity, third.facilities().len()), (Severity::Urgent, 3));
        assert_eq!(steps(&third, 3), ["call-centre", "change-passwords", "no-power-off"]);
        let view = third.member_view(&guide.rules, house(3), &Names::default()).expect("touched");
        assert_eq!(
            view.reasons[0].ja,
            "貴施設のおとりで試された名前（admin）とパスワードが、ほかの複数の施設でも試されました。同じ相手が地域を回っています。"
        );
        assert!(view.steps[1].text.ja.contains("（admin）") && !view.steps[1].basis.is_empty());
    }

    #[test]
    fn a_word_nobody_knows_is_refused() {
        assert!(guide_with("region/rules.yaml", "first_only: true", "first_olny: true").is_err());
        assert!(guide_with("region/rules.yaml", "group: token", "group: tokens").is_err());
        assert!(guide_with("region/watch.yaml", "id: weak-fields", "id: weak").is_err());
    }
}
