//! The hospital's plan for when the systems stop: a second version, approved and printed in spring with paper operation of
//! four wards. Since then somebody else cuts the maintenance line, and the laboratory's firm has a new number.

use crate::connections::MAINTENANCE;
use crate::telling::Telling;
use crate::{DemoError, accounts};
use hakutaku_model::office::{Recipient, ReportingOffice};
use hakutaku_model::person::Role;
use hakutaku_model::plan::{
    Approval, Ground, PlanPrint, PlanVersion, Row, SectionDraft, SectionKey, Snapshot, Written, suggested_rows,
};
use hakutaku_model::text::Lang;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// Recipient, desk, telephone, hours, page, days since somebody made sure. Nobody has entered the commission yet, and
/// the police desk was last called long ago: what the page is there to find.
const OFFICES: [(Recipient, &str, &str, &str, &str, i64); 4] = [
    (
        Recipient::Ministry,
        "医政局 医療情報担当参事官室",
        "000-0000-9001",
        "平日の昼",
        "https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/kenkou_iryou/iryou/johoka/cyber-security.html",
        220,
    ),
    (Recipient::Prefecture, "県庁 医務の担当課", "000-0000-9002", "平日の昼", "", 220),
    (Recipient::Prefecture, "白沢保健所", "000-0000-9003", "平日の昼", "", 220),
    (Recipient::Police, "県警 サイバー犯罪相談窓口", "000-0000-9004", "夜は110番", "", 430),
];

/// Ward, form, where it lies, how many, who types it in later.
const FORMS: [[&str; 5]; 10] = [
    ["2階東病棟", "紙カルテ（経過と指示）", "スタッフステーションの赤い箱", "40組（3日分）", "主治医と病棟の事務"],
    ["2階東病棟", "投薬の表", "同じ箱", "120枚（3日分）", "看護師"],
    ["2階東病棟", "転倒・アレルギーの札", "同じ箱", "50枚", "看護師"],
    ["2階西病棟", "紙カルテ（経過と指示）", "スタッフステーションの赤い箱", "40組（3日分）", "主治医と病棟の事務"],
    ["2階西病棟", "投薬の表", "同じ箱", "120枚（3日分）", "看護師"],
    ["3階東病棟", "紙カルテ（経過と指示）", "薬品庫の横の棚", "45組（3日分）", "主治医と病棟の事務"],
    ["3階東病棟", "投薬の表", "同じ棚", "135枚（3日分）", "看護師"],
    ["3階西病棟（手術後）", "紙カルテ（経過と指示）", "回復室の赤い箱", "30組（3日分）", "主治医と病棟の事務"],
    ["3階西病棟（手術後）", "輸液と観察の表", "同じ箱", "200枚（3日分）", "看護師"],
    ["3階西病棟（手術後）", "輸血の確認の紙", "同じ箱", "40枚", "看護師"],
];

/// Department, continues, limited, stops, who decides.
const OPERATION: [[&str; 5]; 7] = [
    ["2階東病棟", "投薬・点滴・急変への対応", "新しい入院は救急だけ", "急がない検査", "病棟師長"],
    ["2階西病棟", "投薬・点滴・急変への対応", "新しい入院は救急だけ", "急がない検査", "病棟師長"],
    ["3階東病棟", "投薬・点滴・急変への対応", "退院を早められる人を主治医と選ぶ", "急がない検査", "病棟師長"],
    ["3階西病棟（手術後）", "術後の観察と輸血", "手術後の受け入れは緊急だけ", "予定の手術の受け入れ", "病棟師長"],
    ["外来", "救急、透析、化学療法の続き", "薬だけの診察（お薬手帳で続ける）", "初診と健診", "外来師長"],
    ["検査科", "急ぐ検査と輸血の検査", "入院中の定期の検査", "外来の定期の検査", "技師長"],
    ["医事課", "受付（紙の受付票）と保険証の控え", "会計は後日", "診断書の発行", "医事課長"],
];

/// What is lost, what it does, how it is noticed, bearable for.
const IMPACTS: [[&str; 4]; 4] = [
    ["情報を見られない", "アレルギーと薬が分からない", "カルテが開かない", "1時間（前夜の要約の印刷がある）"],
    ["情報を入力できない", "指示が届かず、投薬が遅れる", "保存できない", "30分"],
    ["職員どうしの連絡ができない", "急変の呼び出しが遅れる", "内線が鳴らない", "10分"],
    ["機器が動かない・誤って動く", "検査の中止、誤った値", "画面の表示、値がおかしい", "すぐに使用をやめる"],
];

/// System, from which copy, steps, who, how it is checked, hours.
const PROCEDURES: [[&str; 6]; 4] = [
    [
        "認証と名前の台（ディレクトリ）",
        "電子カルテ 外して金庫へ入れる控え",
        "きれいな機械に作り直し、管理者の合言葉をすべて替える",
        "情報システム係と網の会社",
        "試験の人で入れるか",
        "8",
    ],
    [
        "電子カルテ",
        "電子カルテ 外して金庫へ入れる控え",
        "金庫の控えを二人で出す → きれいな機械に戻す → 最後の日を確かめる",
        "電子カルテの会社と情報システム係",
        "医師と看護師が10人分の経過と薬を見る",
        "24",
    ],
    [
        "オーダリング",
        "電子カルテと同じ",
        "電子カルテの後に戻し、止まっていた間の指示は紙から入れる",
        "電子カルテの会社",
        "薬剤科が処方を10件見る",
        "24",
    ],
    [
        "医事会計・レセプト",
        "毎晩の控え（切り離した控えはまだない）",
        "電子カルテの後に戻し、紙の会計票を入れる",
        "電子カルテの会社と医事課",
        "前の日の合計と合うか",
        "72",
    ],
];

/// Role, who, substitute, does.
const TEAM: [[&str; 4]; 6] = [
    ["本部長", "院長 白石 健一郎", "副院長 藤森 律子", "発動と終了、続ける診療と止める診療、公表を決める"],
    ["システム", "情報システム係 小田 真", "久保田 史", "切り離し、調べ、戻す。見通しを本部に伝える"],
    ["診療・看護", "看護部長 村井 さとみ", "副看護部長", "紙の運用と患者さんの安全を見る"],
    ["連絡・報告", "副院長 藤森 律子", "事務長 𠮷岡 誠", "役所・警察・近くの病院に知らせる"],
    ["広報・患者さんの窓口", "事務長 𠮷岡 誠", "医事課長", "掲示、ホームページ、記者"],
    ["記録", "総務の係長", "総務の主任", "だれが・いつ・何を・なぜ決めたかを残す"],
];

fn rows<const N: usize>(columns: [&str; N], rows: &[[&str; N]]) -> Vec<Row> {
    let row = |cells: &[&str; N]| -> Row {
        columns.iter().zip(cells).map(|(column, cell)| ((*column).to_owned(), (*cell).to_owned())).collect()
    };
    rows.iter().map(row).collect()
}

/// A starter text as a hospital that filled its blanks would have it.
fn filled(text: &str) -> String {
    text.replace(['〔', '〕'], "")
}

fn written(key: SectionKey, starter: Written) -> Written {
    let mut written = starter;
    // The words for people keep their blanks: time and extent are filled in on the day.
    if key != SectionKey::Communication {
        written.texts.values_mut().for_each(|text| *text = filled(text));
        let cells = written.tables.values_mut().flatten().flat_map(Row::values_mut);
        cells.for_each(|cell| *cell = filled(cell));
    }
    let (table, own) = match key {
        SectionKey::Organisation => ("team", rows(["role", "who", "substitute", "does"], &TEAM)),
        SectionKey::Impact => ("impacts", rows(["loss", "effect", "signs", "bearable"], &IMPACTS)),
        SectionKey::Departments => {
            ("operation", rows(["department", "continues", "limited", "stops", "decides"], &OPERATION))
        }
        SectionKey::Paper => ("forms", rows(["ward", "form", "kept", "copies", "transcriber"], &FORMS)),
        SectionKey::Restore => ("procedures", rows(["system", "from", "steps", "who", "check", "hours"], &PROCEDURES)),
        SectionKey::Activation => {
            for (row, who) in written.tables.entry("levels".to_owned()).or_default().iter_mut().zip([
                "情報システム係（夜は管理当直）",
                "安全管理責任者（夜は管理当直）",
                "院長（夜は管理当直が始め、院長に電話）",
            ]) {
                row.insert("who".to_owned(), who.to_owned());
            }
            return written;
        }
        _ => return written,
    };
    written.tables.insert(table.to_owned(), own);
    written
}

/// Who cuts what no line says: paths to the backups, segments inside.
fn cutters(plan: &Snapshot) -> (Vec<Row>, Vec<Row>) {
    let with = |mut row: Row, who: &str, phone: &str, how: &str| {
        for (column, cell) in [("who", who), ("phone", phone), ("how", how)] {
            row.insert(column.to_owned(), cell.to_owned());
        }
        row
    };
    let paths = suggested_rows(SectionKey::CutOff, "backup-paths", plan);
    let segments = suggested_rows(SectionKey::CutOff, "segments", plan);
    let cut = |row: Row, how: &str| with(row, "情報システム係 小田 真", "内線 2101", how);
    (
        paths.into_iter().map(|row| cut(row, "本館4階の設備室、棚1の青い線を抜く。画面からは触らない")).collect(),
        segments.into_iter().map(|row| cut(row, "サーバ室の棚2、区画の名前の札が付いた口を止める")).collect(),
    )
}

/// Spring of this fiscal year, or of the last one while this spring has not come.
fn spring(today: Date, year: i16, month: i8, day: i8) -> Date {
    let this = date(year, month, day);
    if this <= today { this } else { date(year - 1, month, day) }
}

/// The facts as they were in spring.
fn then(mut ground: Ground) -> Ground {
    for line in ground.lines.iter_mut().filter(|line| line.name == MAINTENANCE) {
        line.cutter = "情報システム係 久保田 史".to_owned();
        line.cutter_phone = "内線 2102".to_owned();
    }
    if let Some(vendor) = ground.vendors.iter_mut().find(|vendor| vendor.systems.iter().any(|name| name == "検体検査"))
    {
        vendor.phone = "000-0000-0990".to_owned();
    }
    ground
}

/// Writes, approves and prints it.
pub(crate) async fn tell(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let (store, hospital, structure) = (telling.store, telling.cast.hospital, &telling.catalogue.plan);
    let at = telling.clock.later(1);
    let manager = telling.by(Role::SafetyManager, at);
    let today = at.date_in_japan();
    let offices: Vec<ReportingOffice> = OFFICES
        .iter()
        .map(|(recipient, name, phone, hours, url, days)| ReportingOffice {
            recipient: *recipient,
            name: (*name).to_owned(),
            phone: (*phone).to_owned(),
            hours: (*hours).to_owned(),
            email: String::new(),
            url: (*url).to_owned(),
            note: "この番号は見本".to_owned(),
            last_checked: Some(today.saturating_sub(days.days())),
        })
        .collect();
    store.add_records(&manager, hospital, &offices).await?;

    let ground = store.plan_ground(hospital, today).await?;
    let mut plan = Snapshot { ground, ..Snapshot::default() };
    for section in &structure.sections {
        plan.sections.insert(section.key, written(section.key, section.starter(Lang::Ja)));
    }
    let (paths, segments) = cutters(&plan);
    if let Some(cut_off) = plan.sections.get_mut(&SectionKey::CutOff) {
        cut_off.tables.insert("backup-paths".to_owned(), paths);
        cut_off.tables.insert("segments".to_owned(), segments);
    }
    let drafts: Vec<SectionDraft> = plan
        .sections
        .iter()
        .map(|(section, written)| SectionDraft { section: *section, written: written.tidied() })
        .collect();
    store.add_records(&manager, hospital, &drafts).await?;
    plan.sections = drafts.into_iter().map(|draft| (draft.section, draft.written)).collect();

    let year = telling.clock.this.0;
    let (first, second) = (spring(today, year, 4, 17), spring(today, year, 4, 20));
    plan.ground = then(plan.ground);
    let director = accounts::names(Role::Executive).1.to_owned();
    let approval = |on: Date, remark: &str| Approval {
        name: director.clone(),
        office: String::new(),
        person: Some(telling.cast.person(Role::Executive)),
        on,
        remark: remark.to_owned(),
    };
    // The first version had paper operation of two wards only.
    let mut earlier = plan.clone();
    if let Some(forms) = earlier.sections.get_mut(&SectionKey::Paper).and_then(|paper| paper.tables.get_mut("forms")) {
        forms.retain(|row| row.get("ward").is_some_and(|ward| ward.starts_with("2階")));
    }
    let year_before = first.saturating_sub(1.years());
    let versions = [
        PlanVersion { number: 1, approval: approval(year_before, "最初の版。2階の病棟から"), plan: earlier },
        PlanVersion {
            number: 2,
            approval: approval(first, "訓練を踏まえ、紙の運用を4つの病棟に広げた"),
            plan: plan.clone(),
        },
    ];
    let at = telling.clock.later(1);
    let by_director = telling.by(Role::Executive, at);
    store.add_records(&by_director, hospital, &versions).await?;
    let at = telling.clock.later(1);
    let by_it = telling.by(Role::ItOperator, at);
    let print = PlanPrint {
        version: 2,
        on: second,
        by: accounts::names(Role::ItOperator).1.to_owned(),
        kept_at: "対策本部の袋、4つの病棟の赤い箱、守衛室".to_owned(),
        fingerprint: plan.ground.fingerprint(),
        ground: plan.ground,
    };
    store.add_record(&by_it, hospital, &print).await?;
    Ok(())
}
