//! What the rules of the plan promise.

use super::*;
use crate::backup::{CopyMedium, Separation};
use crate::contacts::Part;
use crate::office::Recipient;
use crate::system::SystemKind;
use crate::text::Lang;
use jiff::civil::date;

fn row(cells: &[(&str, &str)]) -> Row {
    cells.iter().map(|(key, cell)| ((*key).to_owned(), (*cell).to_owned())).collect()
}

fn line(id: &str, name: &str, from_outside: bool, maintenance: bool, phone: &str) -> LineEntry {
    LineEntry {
        id: id.into(),
        name: name.into(),
        other_end: String::new(),
        from_outside,
        internet_vpn: maintenance,
        maintenance,
        systems: vec!["電子カルテ".into()],
        segment: "診療系".into(),
        cutter: if phone.is_empty() { String::new() } else { "小田".into() },
        cutter_phone: phone.into(),
        night: String::new(),
        night_phone: String::new(),
        how: "黄色の線を抜く".into(),
    }
}

fn copy(id: &str, name: &str, separation: Separation) -> CopyEntry {
    CopyEntry {
        id: id.into(),
        system: "電子カルテ".into(),
        name: name.into(),
        medium: CopyMedium::Disk,
        place: String::new(),
        separation,
        generations: Some(7),
        interval_hours: Some(24),
    }
}

fn system(id: &str, name: &str, importance: u16, order: u16, segment: &str) -> SystemEntry {
    SystemEntry {
        id: id.into(),
        name: name.into(),
        kind: SystemKind::Emr,
        importance: Some(importance),
        order: Some(order),
        rto_hours: Some(24),
        vendor: "あおば電子".into(),
        segment: segment.into(),
        note: String::new(),
        restore_tested: None,
        restore_minutes: None,
    }
}

fn person(id: &str, part: Part, who: &str, caller: Option<&str>) -> PersonEntry {
    PersonEntry {
        id: id.into(),
        part,
        who: who.into(),
        phone_day: "内線 2101".into(),
        phone_night: "000-0000-1101".into(),
        email: String::new(),
        substitute: "代わり".into(),
        substitute_phone: "内線 2102".into(),
        note: String::new(),
        caller: caller.map(str::to_owned),
        depth: 0,
        is_vendor: false,
        checked: None,
    }
}

fn plan() -> Snapshot {
    let ground = Ground {
        people: vec![
            person("1", Part::It, "小田", None),
            person("2", Part::SafetyManager, "藤森", Some("1")),
            person("3", Part::Director, "白石", Some("2")),
        ],
        systems: vec![system("s1", "電子カルテ", 1, 3, "診療系"), system("s2", "給食", 11, 11, "事務系")],
        lines: vec![
            line("l1", "請求の線", false, false, "内線 2101"),
            line("l2", "地域連携", true, false, ""),
            line("l3", "遠隔保守VPN", true, true, "内線 2101"),
        ],
        copies: vec![copy("c1", "金庫のテープ", Separation::OfflineMedium), copy("c2", "隣のNAS", Separation::Online)],
        ..Ground::default()
    };
    let mut sections = BTreeMap::new();
    let mut cut_off = Written::default();
    cut_off.tables.insert(
        "backup-paths".into(),
        vec![row(&[("path", "隣のＮＡＳ"), ("who", "久保田"), ("phone", "内線 2102"), ("how", "青い線を抜く")])],
    );
    sections.insert(SectionKey::CutOff, cut_off);
    Snapshot { sections, ground }
}

#[test]
fn backups_are_cut_first_then_lines_then_segments_and_holes_are_told() {
    let cut_off = plan().cut_off();
    let order: Vec<(Stage, &str)> = cut_off.steps.iter().map(|cut| (cut.stage, cut.what.as_str())).collect();
    assert_eq!(
        order,
        [
            (Stage::Backups, "隣のNAS（電子カルテ）"),
            (Stage::Backups, "金庫のテープ（電子カルテ）"),
            (Stage::Outside, "遠隔保守VPN"),
            (Stage::Outside, "地域連携"),
            (Stage::Outside, "請求の線"),
            (Stage::Inside, "事務系"),
            (Stage::Inside, "診療系"),
        ],
        "inside, what hurts patients least is cut first"
    );
    assert_eq!((cut_off.steps[0].who.as_str(), cut_off.steps[0].phone.as_str()), ("久保田", "内線 2102"));
    assert!(cut_off.steps[1].apart && !cut_off.steps[1].is_hole(), "a tape in the safe needs nobody to cut it");
    let holes: Vec<&str> = cut_off.holes.iter().map(|hole| hole.what.as_str()).collect();
    assert_eq!(holes, ["地域連携", "事務系", "診療系"]);
}

#[test]
fn a_system_nobody_ranked_is_cut_as_if_it_mattered_most() {
    let mut plan = plan();
    plan.ground.systems[1].importance = None;
    let inside: Vec<String> = plan.cut_off().of(Stage::Inside).map(|cut| cut.what.clone()).collect();
    assert_eq!(inside, ["診療系", "事務系"]);
}

#[test]
fn a_path_that_no_register_knows_is_cut_with_the_backups() {
    let mut plan = plan();
    let tables = &mut plan.sections.get_mut(&SectionKey::CutOff).expect("written").tables;
    tables.get_mut("backup-paths").expect("there").push(row(&[("path", "離れの控え"), ("phone", "1")]));
    let paths: Vec<String> = plan.cut_off().of(Stage::Backups).map(|cut| cut.what.clone()).collect();
    assert_eq!(paths, ["隣のNAS（電子カルテ）", "離れの控え", "金庫のテープ（電子カルテ）"]);
}

#[test]
fn everybody_who_calls_has_a_list_of_whom() {
    let tree = phone_tree(&plan().ground);
    let lists: Vec<(Option<Part>, Vec<&str>)> =
        tree.iter().map(|branch| (branch.part, branch.calls.iter().map(|call| call.who.as_str()).collect())).collect();
    assert_eq!(
        lists,
        [(None, vec!["小田"]), (Some(Part::It), vec!["藤森"]), (Some(Part::SafetyManager), vec!["白石"])]
    );
}

#[test]
fn a_print_warns_of_what_changed_in_words_and_not_of_a_check() {
    let then = plan().ground;
    let mut now = then.clone();
    now.people[0].checked = Some(date(2026, 11, 1));
    now.systems[0].restore_tested = Some(date(2026, 11, 1));
    assert_eq!(print_warnings(&then, &now), []);
    assert_eq!(then.fingerprint(), now.fingerprint(), "making sure of a number changes no paper");

    now.lines[2].cutter = "久保田".into();
    now.systems.remove(1);
    now.lines.push(line("l9", "新しい線", true, false, ""));
    let warnings = print_warnings(&then, &now);
    let sentences: Vec<&str> = warnings.iter().map(|change| change.sentence.ja.as_str()).collect();
    assert_eq!(
        sentences,
        [
            "システム「給食」がなくなりました。",
            "「遠隔保守VPN」の切る人が変わりました（小田 → 久保田）。",
            "回線「新しい線」が増えました。",
        ]
    );
    assert_eq!(warnings[1].section, SectionKey::CutOff);
    assert_eq!(warnings[1].sentence.en, "“遠隔保守VPN”: the person who cuts it has changed (小田 → 久保田).");
    assert_ne!(then.fingerprint(), now.fingerprint());
}

#[test]
fn versions_differ_by_section_line_and_row() {
    let old = plan();
    let mut new = old.clone();
    let mut written = Written::default();
    written.texts.insert("cycle".into(), "毎年4月\n事案の後".into());
    new.sections.insert(SectionKey::Review, written.clone());
    let tables = &mut new.sections.get_mut(&SectionKey::CutOff).expect("written").tables;
    tables.get_mut("backup-paths").expect("there")[0].insert("who".into(), "田中".into());
    assert_eq!(differences(&old, &old), []);
    let found = differences(&old, &new);
    assert_eq!(found.iter().map(|d| d.section).collect::<Vec<_>>(), [SectionKey::CutOff, SectionKey::Review]);
    assert!(matches!(&found[0].tables[0].rows[..], [RowChange::Changed { before, after }]
        if before["who"] == "久保田" && after["who"] == "田中"));
    assert_eq!(found[1].texts[0].lines.len(), 2);

    let mut third = new.clone();
    written.texts.insert("cycle".into(), "毎年4月\n訓練の後\n事案の後".into());
    third.sections.insert(SectionKey::Review, written);
    let lines = &differences(&new, &third)[0].texts[0].lines;
    assert_eq!(*lines, [LineChange::Added("訓練の後".into())], "lines that stayed are not told");
}

#[test]
fn a_role_gets_its_written_steps_by_the_minute_and_then_those_of_the_registers() {
    let mut plan = plan();
    let mut written = Written::default();
    written.tables.insert(
        "first-steps".into(),
        vec![
            row(&[("role", "it-lead"), ("step", "事業者に頼む"), ("minutes", "１５分")]),
            row(&[("role", "director"), ("step", "本部を立てる"), ("minutes", "10")]),
            row(&[("role", "everyone"), ("step", "電源を切らない"), ("minutes", "0")]),
        ],
    );
    plan.sections.insert(SectionKey::Activation, written);
    let of = |role| -> Vec<(String, Option<u32>, bool)> {
        first_steps(&plan, role).into_iter().map(|s| (s.what.ja, s.within_minutes, s.hole)).collect()
    };
    assert_eq!(of("director"), [("電源を切らない".into(), Some(0), false), ("本部を立てる".into(), Some(10), false)]);
    let it = of("it-lead");
    assert_eq!(it[1], ("事業者に頼む".into(), Some(15), false));
    assert_eq!(it[2].0, "切る: 隣のNAS（電子カルテ）");
    assert!(it.contains(&("切る: 地域連携".into(), None, true)), "a line without a cutter is a hole in the steps, too");
    assert!(!it.iter().any(|(what, ..)| what.contains("診療系")), "segments are cut by decision, not at once");
    assert_eq!(of("somebody-else"), [("電源を切らない".into(), Some(0), false)]);
    assert_eq!(of("safety-manager")[1].0, "電話: 白石");
    assert!(of("public-relations").iter().any(|(what, _, hole)| what == "職員への知らせを出す" && *hole));
}

#[test]
fn a_section_is_written_when_somebody_could_act_on_it_tonight() {
    let mut plan = plan();
    assert_eq!(state(SectionKey::Purpose, &plan), SectionState::Empty);
    let mut purpose = Written::default();
    purpose.texts.insert("aim".into(), "診療を続ける".into());
    plan.sections.insert(SectionKey::Purpose, purpose.clone());
    assert_eq!(state(SectionKey::Purpose, &plan), SectionState::Begun);
    purpose.texts.insert("policy".into(), "安全第一".into());
    plan.sections.insert(SectionKey::Purpose, purpose);
    assert_eq!(state(SectionKey::Purpose, &plan), SectionState::Written);

    assert_eq!(state(SectionKey::CutOff, &plan), SectionState::Begun);
    let open = gaps(SectionKey::CutOff, &plan);
    assert!(open.iter().any(|gap| gap.ja == "「地域連携」を切る人と電話が決まっていない。"), "{open:?}");

    assert_eq!(gaps(SectionKey::Reporting, &plan).len(), 4, "prefecture, ministry, commission, police");
    plan.ground.offices.push(OfficeEntry {
        id: "o".into(),
        recipient: Recipient::Police,
        name: String::new(),
        phone: "110".into(),
        hours: String::new(),
        email: String::new(),
        url: String::new(),
        note: String::new(),
        checked: None,
    });
    assert_eq!(gaps(SectionKey::Reporting, &plan).len(), 3);

    let mut paper = Written::default();
    paper
        .tables
        .insert("forms".into(), vec![row(&[("ward", "2階"), ("form", "指示票"), ("kept", "棚"), ("copies", "50")])]);
    plan.sections.insert(SectionKey::Paper, paper);
    assert_eq!(gaps(SectionKey::Paper, &plan)[0].ja, "空欄のある行が1行ある。", "nobody types it in later");
}

#[test]
fn the_registers_suggest_only_rows_that_are_not_there() {
    let plan = plan();
    let paths = suggested_rows(SectionKey::CutOff, "backup-paths", &plan);
    assert_eq!(paths.len(), 1, "the tape lies apart");
    let segments = suggested_rows(SectionKey::CutOff, "segments", &plan);
    assert_eq!(segments.iter().map(|row| cell(row, "segment")).collect::<Vec<_>>(), ["事務系", "診療系"]);
    let procedures = suggested_rows(SectionKey::Restore, "procedures", &plan);
    assert_eq!(cell(&procedures[0], "system"), "電子カルテ");
    assert_eq!(cell(&procedures[0], "from"), "金庫のテープ");
}

#[test]
fn the_plan_names_each_ward_once_whatever_the_width_of_its_letters() {
    let mut plan = plan();
    assert!(plan.wards().is_empty());
    let written =
        |table: &str, rows: Vec<Row>| Written { tables: [(table.to_owned(), rows)].into(), ..Written::default() };
    let going_on = vec![row(&[("department", "2階東病棟")]), row(&[("department", ""), ("stops", "夜の検査")])];
    plan.sections.insert(SectionKey::Departments, written("operation", going_on));
    let forms = ["２階東病棟", "手術室", "手術室"].map(|ward| row(&[("ward", ward), ("form", "指示票")]));
    plan.sections.insert(SectionKey::Paper, written("forms", forms.to_vec()));
    assert_eq!(plan.wards(), ["2階東病棟", "手術室"]);
}

#[test]
fn blank_rows_and_spaces_are_not_kept() {
    let mut written = Written::default();
    written.texts.insert("aim".into(), "  \r\n".into());
    written.tables.insert("operation".into(), vec![row(&[("department", " "), ("stops", "")])]);
    assert!(written.is_empty());
    assert_eq!(written.tidied(), Written::default());
}

#[test]
fn the_paper_shows_holes_and_both_ranks() {
    let structure = PlanStructure {
        sections: SectionKey::ALL
            .iter()
            .map(|key| SectionGuide {
                key: *key,
                groups: Vec::new(),
                guidance: crate::text::Text::new("書く", "Write"),
                chapters: Vec::new(),
                remark: None,
                texts: Vec::new(),
                tables: Vec::new(),
            })
            .collect(),
        ..PlanStructure::default()
    };
    let paper = paper(&structure, &plan(), Lang::Ja);
    assert_eq!(paper.sections.len(), 15);
    let outside = &paper.cut_off[1];
    assert!(outside.rows.iter().any(|row| row[0] == "地域連携" && row[1] == "未定（決めること）"));
    let systems = fact_tables(SectionKey::Systems, &plan(), Lang::Ja);
    assert_eq!((systems[0].rows[0][0].as_str(), systems[1].rows[0][0].as_str()), ("1", "3"));
    for table in paper.sections.iter().flat_map(|section| &section.blocks) {
        if let Block::Table(table) = table {
            assert!(table.rows.iter().all(|row| row.len() == table.heads.len()), "{}", table.title);
        }
    }
}
