//! Roles, first steps and reports of a real incident; and the scenario an incident becomes.

use crate::files::Source;
use crate::load::{LoadError, read};
use hakutaku_model::incident::{FormField, IncidentGuide, IncidentRole, ReportKind, Step, Trigger};
use hakutaku_model::text::Text;
use serde::{Deserialize, Serialize};

const REPORTS: &str = "incident/reports.yaml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepsFile {
    roles: Vec<IncidentRole>,
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportsFile {
    fields: Vec<FormField>,
    reports: Vec<ReportKind>,
    triggers: Vec<Trigger>,
    exemptions: Vec<Text>,
    delegation: Text,
    counting: Text,
    coming: Vec<Text>,
    gaps: Vec<Text>,
}

pub(crate) fn load(source: &Source) -> Result<IncidentGuide, LoadError> {
    let steps: StepsFile = read(source, "incident/steps.yaml")?;
    let reports: ReportsFile = read(source, REPORTS)?;
    let guide = IncidentGuide {
        roles: steps.roles,
        steps: steps.steps,
        fields: reports.fields,
        reports: reports.reports,
        triggers: reports.triggers,
        exemptions: reports.exemptions,
        delegation: reports.delegation,
        counting: reports.counting,
        coming: reports.coming,
        gaps: reports.gaps,
    };
    match guide.faults().first() {
        None => Ok(guide),
        Some(fault) => Err(LoadError::Malformed { path: REPORTS.to_owned(), message: fault.clone() }),
    }
}

/// A scenario that cannot be written as YAML: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[error("writing a scenario as YAML: {0}")]
pub struct YamlError(String);

/// A scenario as the text of its file.
///
/// # Errors
/// A value that YAML cannot hold.
pub fn exercise_yaml(scenario: &impl Serialize) -> Result<String, YamlError> {
    serde_saphyr::to_string(scenario).map_err(|error| YamlError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reports_of_the_command_line_are_there() {
        let guide = load(&Source::embedded()).expect("loads");
        for form in ["ppc-preliminary", "ppc-final", "mhlw", "prefecture", "police", "ipa", "vendor", "internal"] {
            assert!(guide.report(form).is_some(), "{form}");
        }
        for trigger in ["sensitive", "financial", "malicious", "many"] {
            assert!(guide.triggers.iter().any(|known| known.id == trigger), "{trigger}");
        }
    }

    #[test]
    fn a_report_that_names_an_unknown_field_is_refused() {
        let source = Source::embedded();
        let text = source.text(REPORTS).expect("there").replace("place, component, occurred_at]", "place, nowhere]");
        assert!(load(&source.with(REPORTS, text)).is_err());
    }

    /// An incident of a few lines, as its journal would fold.
    fn incident() -> hakutaku_model::incident::Incident {
        use hakutaku_model::id::{FacilityId, OriginId, RoomId};
        use hakutaku_model::incident::{Event, Incident, Operation, Running, Setup};
        use hakutaku_model::room::{Author, Draft, Entry, Room, RoomKind, Tail};
        use hakutaku_model::time::Ts;
        let id = |n: u32| format!("00000000-0000-0000-0000-{n:012}");
        let at = Ts::from_micros(1_795_000_000_000_000);
        let room = Room {
            id: id(1).parse::<RoomId>().expect("an id"),
            facility: id(2).parse::<FacilityId>().expect("an id"),
            kind: RoomKind::Incident,
            title: "不審な通信: \"引用\"".into(),
            setup: serde_json::to_value(Setup { known_at: at }).expect("writes"),
            created_at: at,
            closed_at: None,
        };
        let note = |text: &str| Event::Note { text: text.into(), happened: None, document: None, file: String::new() };
        let mut events = vec![
            note("- 画面に # 見慣れない文字"),
            Event::Decision {
                text: "回線を切る".into(), basis: "覚えのない接続".into(), by: "院長".into()
            },
            Event::System { system: "電子カルテ".into(), running: Running::Cut, remark: String::new() },
            Event::Ward { ward: "3階病棟".into(), operation: Operation::Paper, remark: "紙に切り替え".into() },
        ];
        events.extend((0..30).map(|n| note(&format!("{n}件目"))));
        let mut tail = Tail::EMPTY;
        let entries: Vec<Entry> = events
            .iter()
            .map(|event| {
                let author =
                    Author { name: "藤森".into(), role: String::new(), person: None, seat: None, facility: None };
                let body = serde_json::to_value(event).expect("writes");
                let draft =
                    Draft { author, at: at.plus_seconds(i64::try_from(tail.seq).expect("few") * 60), body, once: None };
                let entry = Entry::after(tail, room.id, id(9).parse::<OriginId>().expect("an id"), draft);
                tail = Tail { seq: entry.seq, hash: entry.hash, tick: entry.tick };
                entry
            })
            .collect();
        Incident::fold(&room, &entries)
    }

    #[test]
    fn an_incident_becomes_a_scenario_whose_parts_fit_together() {
        use serde_json::Value;
        let guide = load(&Source::embedded()).expect("loads");
        let draft = hakutaku_model::incident::scenario_draft(&incident(), &guide);
        let yaml = exercise_yaml(&draft).expect("writes");
        let read: Value = serde_saphyr::from_str(&yaml).expect("reads back");
        assert_eq!(read, draft, "{yaml}");
        let list = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
        let ids = |name: &str| -> Vec<String> {
            list(&draft, name).iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
        };
        let (roles, objectives, phases) = (ids("roles"), ids("objectives"), list(&draft, "phases"));
        let mut all = ids("injects");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), list(&draft, "injects").len(), "ids are unique");
        for inject in list(&draft, "injects") {
            let phase = phases.iter().find(|phase| phase["id"] == inject["phase"]).expect("a phase of the scenario");
            let at = inject["at"].as_u64().expect("a minute");
            assert!(phase["minutes"][0].as_u64() <= Some(at) && Some(at) < phase["minutes"][1].as_u64(), "{inject}");
            for to in list(&inject, "to") {
                let to = to.as_str().expect("a role");
                assert!(to == "all" || roles.iter().any(|role| role == to), "{to}");
            }
            for action in list(&inject, "expects") {
                assert!(roles.iter().any(|role| action["role"] == role.as_str()), "{action}");
                assert!(objectives.iter().any(|known| action["objective"] == known.as_str()), "{action}");
            }
        }
        for role in list(&draft, "roles") {
            assert!(!list(&role, "check_sheet").is_empty(), "{role}");
        }
        let ends: Vec<u64> = phases.iter().filter_map(|phase| phase["minutes"][1].as_u64()).collect();
        assert!(ends.is_sorted() && ends.last() == Some(&60));
    }
}
