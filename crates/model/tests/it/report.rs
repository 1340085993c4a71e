use crate::fixture::{answers, catalogue};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::report::{ReportContext, build};
use hakutaku_model::summary::summarise;
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use jiff::civil::date;

#[test]
fn every_figure_says_how_it_was_computed() {
    let catalogue = catalogue();
    let now = answers(&[("q1", 0), ("q2", 1), ("q3", 1), ("n1", 3)]);
    let before = answers(&[("q1", 0), ("q2", 0), ("q3", 1), ("n1", 3)]);
    let facility = FacilityProfile {
        name: "見本病院".into(),
        kind: FacilityKind::Hospital,
        prefecture: 4,
        beds: 240,
        it_staff_tenths: 20,
    };
    let report = build(
        &catalogue,
        &catalogue.questionnaires[0],
        &ReportContext {
            lang: Lang::Ja,
            date: date(2026, 11, 21),
            facility: Some(&facility),
            fiscal_year: Some(FiscalYear(2026)),
            answers: &now,
            previous: Some(&before),
            executives: Vec::new(),
            typology: None,
        },
    );
    assert_eq!(report.overall_derivation.as_deref(), Some("(2/3 + 3) ÷ 2 = 11/6 = 1.83"));
    let backup = &report.fields[0];
    assert_eq!(backup.derivation.as_deref(), Some("(0 + 1 + 1) ÷ 3 = 2/3 = 0.67"));
    assert_eq!(backup.change.as_ref().map(|c| c.shown.as_str()), Some("+0.33"));
    assert_eq!(backup.terms.len(), 3);
    assert_eq!(report.fiscal_year, "令和8年度（2026年度）");
    assert_eq!(report.weak.iter().map(|w| w.id.as_str()).collect::<Vec<_>>(), ["backup"]);
    assert_eq!(report.weak[0].measures[0].cost, "無料");
    assert_eq!(report.briefing.gaps.len(), 1, "a field at 3.00 is no gap");
}

#[test]
fn the_summary_keeps_its_contract() {
    let catalogue = catalogue();
    let summary = summarise(&catalogue, &catalogue.questionnaires[0], &answers(&[("q1", 1), ("q2", 2)]));
    let json = serde_json::to_value(&summary).expect("serialises");
    assert_eq!(json["overall"], "1.50");
    assert_eq!(json["fields"][0]["exact"], "3/2");
    assert_eq!(json["fields"][0]["weak"], true);
    assert_eq!(json["fields"][1]["score"], serde_json::Value::Null);
    assert_eq!(json["unanswered"], serde_json::json!(["q3", "n1"]));
    assert!(json["measures"][0]["title_ja"].is_string());
}
