use hakutaku_model::exercise::{DrillReport, SIMULATED_START, check, paths, simulate};

#[test]
fn every_shipped_scenario_is_clean_can_be_listed_and_played() {
    let catalogue = hakutaku_catalog::embedded().expect("a catalogue");
    for scenario in &catalogue.exercises {
        let id = &scenario.id;
        let known = |control: &str| catalogue.controls.contains_key(control);
        assert_eq!(check(scenario, Some(&known)), [], "{id}");
        let paths = paths(scenario);
        assert!(!paths.cut, "{id} has more than {} paths", paths.paths.len());
        let played = simulate(scenario, 1, SIMULATED_START);
        let told = played.report.timeline.iter().filter(|row| row.kind == "inject-fired").count();
        assert!(told * 2 >= scenario.injects.len(), "{id}: only {told} injects were told");
        assert_eq!(played.report, DrillReport::build(scenario, &played.journal.entries, None), "{id}");
        let yaml = hakutaku_catalog::write_exercise(scenario).expect("writes");
        assert_eq!(&hakutaku_catalog::read_exercise(&yaml).expect("reads"), scenario, "{id}");
    }
}
