//! Renders the report of the sixty-minute drill, played by simulated people, to look at:
//! `cargo run -p hakutaku-documents --example after_action -- DIR`.

use hakutaku_documents::after_action::{GapAction, Telling};
use hakutaku_documents::{Header, after_action, after_action_docx, after_action_pdf};
use hakutaku_model::exercise::{DrillReport, simulate};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("name the directory to write to")?);
    std::fs::create_dir_all(&dir)?;
    let catalogue = hakutaku_catalog::embedded()?;
    let scenario = catalogue.exercises.iter().find(|known| known.id == "ransomware-60").ok_or("no ransomware-60")?;
    let start = Ts::try_from("2025-12-03T04:40:00Z".to_owned())?;
    let entries = simulate(scenario, 8, start).journal.entries;
    let report = DrillReport::build(scenario, &entries, None);
    let made = Ts::try_from("2026-11-21T03:00:00Z".to_owned())?;
    // As in the model hospital: the first gaps of three objectives became actions.
    let mut seen = BTreeSet::new();
    let mut chosen = report.gaps.iter().filter(|gap| seen.insert(gap.objective.clone()));
    let owners = [
        ("小田 真", "2026年2月1日", "終了"),
        ("村井 千春", "2026年3月3日", "終了"),
        ("藤森 律子", "2026年10月29日", "期限を過ぎた"),
    ];
    let mut actions = BTreeMap::new();
    for (owner, due, state) in owners {
        let Some(gap) = chosen.next() else { break };
        let title = gap.suggested_title.ja.clone();
        let action =
            GapAction { title, owner: owner.into(), due: due.into(), state: state.into(), href: String::new() };
        actions.insert(gap.id.clone(), action);
    }
    let controls: BTreeMap<String, String> =
        catalogue.controls.values().map(|control| (control.id.to_string(), control.title.ja.clone())).collect();
    for lang in [Lang::Ja, Lang::En] {
        let telling = Telling {
            facility: "医療法人社団 𠮷野会 白沢記念病院",
            room: "電子カルテが暗号化された想定の訓練（60分）",
            scenario,
            controls: &controls,
            actions: &actions,
            lang,
        };
        let told = after_action(&report, telling);
        let header = Header { facility: Some(told.facility.clone()), fiscal_year: None, made };
        let file = |ending: &str| dir.join(format!("after-action-{}.{ending}", lang.tag()));
        let pdf = after_action_pdf(&told, lang, &header)?;
        println!("{}: {} pages, {} gaps, {} rows", lang.tag(), pdf.pages, told.gaps.len(), told.timeline.len());
        std::fs::write(file("pdf"), pdf.bytes)?;
        std::fs::write(file("docx"), after_action_docx(&told, lang, made)?)?;
        std::fs::write(file("json"), serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}
