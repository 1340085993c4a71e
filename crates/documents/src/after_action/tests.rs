//! A drill played on paper, and the report of it in both languages.

use super::*;
use hakutaku_model::exercise::event::{DrillEvent, Tone};
use hakutaku_model::exercise::report::DrillReport;
use hakutaku_model::exercise::scenario::Scenario;
use hakutaku_model::id::{OriginId, RoomId};
use hakutaku_model::room::{Author, Entry, Tail};
use hakutaku_model::time::Ts;
use std::collections::BTreeMap;
use uuid::Uuid;

fn scenario() -> Scenario {
    let text = |ja: &str, en: &str| serde_json::json!({ "ja": ja, "en": en });
    serde_json::from_value(serde_json::json!({
        "format": "hakutaku-exercise/1",
        "id": "small",
        "title": text("小さな訓練", "Small drill"),
        "summary": text("画面の異変に気づき、業者を呼ぶまで。", "From the odd screen to calling the vendor."),
        "for": ["hospital"],
        "kind": "tabletop",
        "minutes": 20,
        "objectives": [{"id": "call-early", "text": text("早く業者を呼ぶ", "Call the vendor early"), "controls": ["bcp.drill"], "plan_sections": ["activation"]}],
        "roles": [
            {"id": "it", "title": text("情報システム係", "IT"), "brief": text("当番です", "On duty"), "check_sheet": [
                {"id": "it-1", "text": text("線を抜く前に記録する", "Write it down first"), "objective": "call-early"}]},
        ],
        "phases": [{"id": "first", "title": text("気づく", "Notice"), "minutes": [0, 20], "questions": []}],
        "injects": [
            {"id": "note", "phase": "first", "at": 1, "to": ["it"], "kind": "technical", "text": text("画面に英文が出た", "A note on the screen"),
             "expects": [
                {"id": "call", "role": "it", "text": text("業者に電話する", "Call the vendor"), "within": 5, "objective": "call-early"},
                {"id": "tell", "role": "it", "text": text("院長に知らせる", "Tell the director"), "within": 5, "objective": "call-early"}]},
        ],
        "evaluation": {"scale": {}, "sections": [{"id": "start", "title": text("初動", "First steps"), "items": [
            {"id": "calm", "text": text("落ち着いて動けた", "Acted calmly"), "objective": "call-early"}]}]},
        "hot_wash": [{"id": "well", "text": text("よかった点", "What went well"), "kind": "text"}],
    }))
    .expect("a scenario")
}

fn journal() -> Vec<Entry> {
    let (room, origin) = (RoomId(Uuid::from_u128(1)), OriginId(Uuid::from_u128(2)));
    let author = |name: &str, role: &str| Author {
        name: name.into(),
        role: role.into(),
        person: None,
        seat: None,
        facility: None,
    };
    let (conductor, it, watcher) =
        (author("久保田 史", "conductor"), author("小田 真", "it"), author("大庭 修", "observer"));
    let inject = || "note".to_owned();
    let events = [
        (0, &conductor, DrillEvent::Joined { role: "conductor".into() }),
        (1, &it, DrillEvent::Joined { role: "it".into() }),
        (2, &watcher, DrillEvent::Joined { role: "observer".into() }),
        (60, &conductor, DrillEvent::Started { speed: 1, facilities: Vec::new() }),
        (61, &conductor, DrillEvent::PhaseOpened { phase: "first".into() }),
        (120, &conductor, DrillEvent::InjectFired { inject: inject(), by_hand: false, facility: None }),
        (125, &it, DrillEvent::Seen { inject: inject() }),
        (620, &it, DrillEvent::ActionReported { inject: inject(), action: "call".into() }),
        (
            700,
            &watcher,
            DrillEvent::Scored {
                section: "start".into(),
                item: "calm".into(),
                score: 2,
                comment: "声が届かない".into(),
            },
        ),
        (
            710,
            &watcher,
            DrillEvent::Noted { text: "紙がすぐ出た".into(), tone: Tone::Good, section: None, objective: None },
        ),
        (1260, &conductor, DrillEvent::Ended),
        (
            1300,
            &it,
            DrillEvent::HotWash {
                question: "well".into(), text: "電話番号が貼ってあった 𠮷".into(), score: None
            },
        ),
    ];
    let mut entries: Vec<Entry> = Vec::new();
    for (second, author, event) in events {
        let tail = entries.last().map_or(Tail::EMPTY, |last| Tail { seq: last.seq, hash: last.hash, tick: last.tick });
        let at = Ts::from_micros(1_795_000_000_000_000).plus_seconds(second);
        entries.push(Entry::after(tail, room, origin, event.draft(author, at, false)));
    }
    entries
}

fn told(lang: Lang) -> AfterAction {
    let scenario = scenario();
    let report = DrillReport::build(&scenario, &journal(), None);
    let mended = report.gaps.first().expect("there are gaps").id.clone();
    let action = GapAction {
        title: "番号を電話のそばに貼る".into(),
        owner: "小田 真".into(),
        due: "2026年12月18日".into(),
        state: "対応中".into(),
        href: "/x".into(),
    };
    after_action(
        &report,
        Telling {
            facility: "白沢記念病院",
            room: "令和8年度 <訓練> #1",
            scenario: &scenario,
            controls: &BTreeMap::from([("bcp.drill".to_owned(), "訓練".to_owned())]),
            actions: &BTreeMap::from([(mended, action)]),
            lang,
        },
    )
}

#[test]
fn the_report_says_what_was_late_what_was_missed_and_who_mends_it() {
    let told = told(Lang::Ja);
    assert!(told.ended);
    let call = told.times.iter().find(|row| row.text == "業者に電話する").expect("expected");
    assert_eq!((call.is, call.target.as_str(), call.taken.as_str()), ("late", "5分", "8分20秒"));
    assert_eq!((call.taken_bar, call.target_bar), (Some(1000), Some(600)));
    let tell = told.times.iter().find(|row| row.text == "院長に知らせる").expect("expected");
    assert_eq!((tell.is, tell.taken.as_str()), ("not-done", ""));
    assert_eq!((told.sections[0].mean.as_str(), told.sections[0].bar), ("2.00", Some(400)));
    assert_eq!(told.good[0].text, "紙がすぐ出た");
    assert!(told.gaps.len() >= 3, "{:#?}", told.gaps);
    assert!(told.gaps[0].action.is_some() && told.gaps[1].action.is_none());
    assert_eq!(told.gaps[0].control_titles, ["訓練"]);
    assert!(told.timeline.iter().any(|row| row.opens && row.what.contains("気づく")));
    assert_eq!(told.facts[1].value, "0 / 2");
}

#[test]
fn the_paper_is_archival_in_both_languages_and_the_text_opens() -> Result<(), PdfError> {
    let made = Ts::from_micros(1_795_000_000_000_000);
    for lang in [Lang::Ja, Lang::En] {
        let told = told(lang);
        let header = Header { facility: Some(told.facility.clone()), fiscal_year: None, made };
        let pdf = after_action_pdf(&told, lang, &header)?;
        assert_eq!(pdf.notices, []);
        assert_eq!(pdf.pages, 2, "the first page, and what stands behind it");
        let docx = after_action_docx(&told, lang, made).expect("writes");
        assert!(docx.starts_with(b"PK"));
        assert_eq!(docx, after_action_docx(&told, lang, made).expect("writes"), "the same report, the same bytes");
    }
    Ok(())
}

#[test]
fn gaps_stand_by_objective_and_the_first_page_names_the_gravest() {
    let told = told(Lang::En);
    assert_eq!(told.groups.len(), 1, "all measure the same objective");
    assert_eq!((told.groups[0].first, told.groups[0].many), (0, told.gaps.len()));
    assert_eq!(told.groups[0].count, format!("{} found, 1 made an action", told.gaps.len()));
    assert!(told.foremost.len() <= 3 && told.foremost[0] == 0, "{:?}", told.foremost);
    assert!(told.gaps[0].text.contains("did not do this"), "{}", told.gaps[0].text);
    let objective = &told.objectives[0];
    assert_eq!((objective.late, objective.not_done, objective.latest.as_str()), (1, 1, "3 min 20 s"));
    assert!(told.timeline.iter().take(3).all(|row| row.arrival));
    assert!(told.timeline.iter().skip(3).all(|row| !row.arrival));
}

#[test]
fn comments_longer_than_a_page_go_over_to_the_next() -> Result<(), PdfError> {
    let header = Header { facility: None, fiscal_year: None, made: Ts::from_micros(1_795_000_000_000_000) };
    let mut told = told(Lang::Ja);
    let short = after_action_pdf(&told, Lang::Ja, &header)?.pages;
    let long = Said { text: "とても長い言葉です。".repeat(200), who: "観察者".into() };
    told.sections[0].items[0].comments = vec![long.clone(), long.clone(), long.clone()];
    told.good = vec![long];
    told.gaps[0].evidence = "根拠がとても長いことがあります。".repeat(200);
    let pages = after_action_pdf(&told, Lang::Ja, &header)?.pages;
    assert!(pages >= short + 3, "{short} pages, then {pages}");
    Ok(())
}

#[test]
fn long_texts_of_the_timeline_end_with_a_sentence() {
    use super::words::brief;
    assert_eq!(brief("短い文。", 10), "短い文。");
    assert_eq!(brief("これは一つ目の文です。これは二つ目のもっと長い文です。", 15), "これは一つ目の文です。…");
    assert_eq!(brief("これは切れ目のないとても長い文でいつまでも続きます", 10), "これは切れ目のないと…");
    assert_eq!(brief("First sentence here. Second one runs on and on.", 24), "First sentence here.…");
}

/// The drill that is shipped, played by simulated people: what a hospital would file has ten pages at most.
#[test]
fn the_sixty_minute_drill_fits_ten_pages_in_both_languages() -> Result<(), PdfError> {
    let catalogue = hakutaku_catalog::embedded().expect("the catalogue");
    let scenario = catalogue.exercises.iter().find(|known| known.id == "ransomware-60").expect("shipped");
    let entries =
        hakutaku_model::exercise::simulate(scenario, 8, Ts::from_micros(1_764_700_000_000_000)).journal.entries;
    let report = DrillReport::build(scenario, &entries, None);
    for lang in [Lang::Ja, Lang::En] {
        let telling = Telling {
            facility: "白沢記念病院",
            room: "電子カルテが暗号化された想定の訓練（60分）",
            scenario,
            controls: &BTreeMap::new(),
            actions: &BTreeMap::new(),
            lang,
        };
        let told = after_action(&report, telling);
        assert_eq!(told.foremost.len(), 3);
        assert_eq!(told.groups.iter().map(|group| group.many).sum::<usize>(), told.gaps.len());
        let header = Header { facility: None, fiscal_year: None, made: Ts::from_micros(1_795_000_000_000_000) };
        let pdf = after_action_pdf(&told, lang, &header)?;
        assert_eq!(pdf.notices, []);
        assert!(pdf.pages <= 10, "{} pages in {lang:?}", pdf.pages);
    }
    Ok(())
}

#[test]
fn a_drill_that_never_started_still_makes_a_paper() -> Result<(), PdfError> {
    let scenario = scenario();
    let report = DrillReport::build(&scenario, &[], None);
    let nothing = BTreeMap::new();
    let told = after_action(
        &report,
        Telling {
            facility: "白沢",
            room: "訓練",
            scenario: &scenario,
            controls: &BTreeMap::new(),
            actions: &nothing,
            lang: Lang::Ja,
        },
    );
    let header = Header { facility: None, fiscal_year: None, made: Ts::from_micros(1_795_000_000_000_000) };
    assert!(after_action_pdf(&told, Lang::Ja, &header)?.pages >= 1);
    Ok(())
}

#[test]
fn both_languages_have_the_same_labels() {
    let keys = |lang| -> Vec<String> {
        let labels: BTreeMap<String, String> = serde_json::from_str(labels(lang)).expect("reads");
        labels.into_keys().collect()
    };
    assert_eq!(keys(Lang::Ja), keys(Lang::En));
}
