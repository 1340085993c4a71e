//! A small catalogue built in code, worded like the real one.

use hakutaku_model::assessment::{Answer, Answers, Standing};
use hakutaku_model::catalogue::{
    AppliesIf, BenchmarkRef, Briefing, Catalogue, Checklist, ChecklistItem, ChecklistTopic, Confidence, Control, Field,
    Guideline, GuidelineItem, ItemStatus, LevelText, Mapping, Measure, Metric, Question, Questionnaire,
    QuestionnaireKind, Relation, Section, Span, Survey, Who,
};
use hakutaku_model::checklist::FormKind;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::QuestionId;
use hakutaku_model::report::{ReportContext, ResultReport, build};
use hakutaku_model::score::Level;
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::{FiscalYear, Ts};
use std::collections::BTreeMap;

const FIELDS: [(&str, &str, &str); 21] = [
    ("organization", "体制", "Organisation"),
    ("education", "教育", "Education"),
    ("assets", "資産管理", "Asset management"),
    ("introduction", "導入", "Procurement and introduction"),
    ("operation", "運用", "Operation"),
    ("access-control", "アクセス制御", "Access control"),
    ("network", "ネットワーク", "Network"),
    ("media", "メディア", "Removable media"),
    ("mobile", "モバイル", "Mobile and remote work"),
    ("malware", "ウイルス対策", "Malware protection"),
    ("encryption", "暗号化", "Encryption"),
    ("authentication", "認証", "Authentication"),
    ("change", "変更", "Change management"),
    ("procedure", "手順", "Procedures"),
    ("backup", "バックアップ", "Backup"),
    ("maintenance", "保守", "Maintenance"),
    ("disposal", "廃棄", "Disposal"),
    ("monitoring", "監視", "Monitoring"),
    ("logs", "ログ", "Logs"),
    ("incident", "障害対応", "Incident response"),
    ("bcp", "BCP", "Business continuity"),
];

type Sample = ([&'static str; 3], [&'static str; 3], [&'static str; 4], [&'static str; 4]);

const SAMPLES: [Sample; 4] = [
    (
        [
            "電子カルテで見られる・書ける範囲は、職種や担当の仕事に合わせて分かれていますか。",
            "誰でも全部見られると、興味本位の閲覧も、乗っ取られた時の被害も広がるからです。",
            "職種ごとの権限表、権限の申請票の綴り、システムの権限設定の画面",
        ],
        [
            "Is what each person can see and write in the records fitted to their job and duty?",
            "If everyone sees everything, idle peeking and the harm from one hijacked account both grow.",
            "Table of rights by job, file of request slips, the rights settings screen",
        ],
        [
            "全員がほぼ同じ権限で、導入時の設定がどうだったか誰も知らない。",
            "医師と看護師の別くらいはあるが、細かな線引きは担当者の頭の中にだけある。",
            "職種ごとの権限表があり、部署の責任者の申請票で付け、票が残っている。",
            "年1回、各部署が自分の職員の権限を見直し、減らした記録が残っている。",
        ],
        [
            "Everyone has much the same rights, and nobody knows how they were set at the start.",
            "Doctors and nurses differ, but finer lines exist only in one person's head.",
            "There is a table by job; rights are given on the head's slip and the slips are kept.",
            "Once a year each ward reviews its own people's rights, and reductions are on record.",
        ],
    ),
    (
        [
            "控えのうち少なくとも一つは、院内の網から切り離して置いていますか。",
            "つながったままの控えは、本体と一緒に暗号化されてしまうからです。",
            "外した媒体の置き場所、取り外しの記録簿",
        ],
        [
            "Is at least one backup kept cut off from the hospital network?",
            "A backup that stays connected is encrypted together with the original.",
            "Where the unplugged medium lies, the log of unplugging",
        ],
        [
            "控えはサーバの中か、つながったままの装置にだけある。",
            "思い出した時に外付けの媒体へ写し、担当者の机に置いている。",
            "曜日を決めて写し、外して鍵のかかる所に置き、記録している。",
            "半年に一度、外した控えから実際に戻せるかを試している。",
        ],
        [
            "Copies exist only inside the server or on devices that stay connected.",
            "Someone copies to a disk when they remember and keeps it in a drawer.",
            "Copied on fixed days, unplugged, locked away and logged.",
            "Twice a year restoring from the unplugged copy is tried for real.",
        ],
    ),
    (
        [
            "VPN（外から院内へつなぐ暗号の通り道）の装置を、メーカーの知らせに合わせて更新していますか。",
            "病院の大きな被害の多くは、古いままのVPN装置から始まりました。",
            "装置の型番と版数の一覧、更新した日の記録、業者の作業報告",
        ],
        [
            "Is the VPN device, the encrypted way in from outside, updated when its maker says so?",
            "Many large hospital incidents began with a VPN device nobody had updated.",
            "List of models and versions, dates of updates, vendor's reports",
        ],
        [
            "装置がどこにあり、誰が面倒を見ているのか分からない。",
            "業者が入れたきりで、更新したかどうかは聞いたことがない。",
            "型番と版数の一覧があり、知らせが出たら業者と日を決めて更新し、記録している。",
            "月に一度一覧を見直し、更新できない間の止め方も決めている。",
        ],
        [
            "Nobody knows where the device is or who looks after it.",
            "The vendor put it in; whether it was ever updated nobody has asked.",
            "Models and versions are listed; updates are agreed with the vendor and recorded.",
            "The list is reviewed monthly, and how to switch off until an update is settled.",
        ],
    ),
    (
        [
            "全職員が年1回以上、怪しいメールの見分け方を学んでいますか。",
            "入口の多くは一通のメールで、最初に気づけるのは受け取った人だけです。",
            "研修の資料、出席簿、欠席した人への補講の記録",
        ],
        [
            "Does everyone learn at least once a year to tell suspicious mail?",
            "Most break-ins start with one mail, and only its reader can notice first.",
            "Slides, attendance list, record of make-up sessions",
        ],
        [
            "入職の時も含めて、一度も話したことがない。",
            "朝礼で時々注意を呼びかけている。",
            "年1回の研修に出席簿があり、欠席者には資料を配っている。",
            "訓練のメールを送り、結果を次の研修の中身に生かしている。",
        ],
        [
            "It has never been talked about, not even when people join.",
            "Now and then a warning is given at the morning meeting.",
            "Yearly training with an attendance list; absentees get the slides.",
            "Practice mails are sent and the results shape the next training.",
        ],
    ),
];

/// A level that exists.
pub(crate) fn level(level: u8) -> Level {
    Level::new(level).expect("0 to 3")
}

/// The id of a field's question.
pub(crate) fn question_id(field: &str, number: usize) -> QuestionId {
    QuestionId(format!("it-{field}-{number:02}"))
}

fn question(field: &str, number: usize, at: usize) -> Question {
    let (ja, en, levels_ja, levels_en) = SAMPLES[at % SAMPLES.len()];
    Question {
        id: question_id(field, number),
        text: Text::new(ja[0], en[0]),
        why: Text::new(ja[1], en[1]),
        evidence: Text::new(ja[2], en[2]),
        levels: (0..4)
            .map(|n| LevelText {
                level: level(n),
                ja: levels_ja[usize::from(n)].into(),
                en: levels_en[usize::from(n)].into(),
            })
            .collect(),
        controls: vec![format!("{field}.control").into()],
        measures: vec![format!("{field}.free").into(), format!("{field}.paid").into()],
        applies_if: (field == "mobile" && number == 2).then(|| AppliesIf {
            question: question_id("mobile", 1),
            min_level: Some(level(1)),
            reason: Text::new("持ち出す端末がある施設だけに聞きます。", "Asked only where devices leave the building."),
        }),
        same_as: Vec::new(),
        benchmark: (field == "backup" && number == 1)
            .then(|| BenchmarkRef { metric: "m23-backup-offline".into(), met_from: level(2) }),
    }
}

fn measures(field: &str) -> [Measure; 2] {
    let free = Measure {
        id: format!("{field}.free").into(),
        title: Text::new(
            "週1回、外付けディスクに控えを取り、外して保管する",
            "Weekly copy to a disk that is then unplugged",
        ),
        steps: vec![
            Text::new(
                "守りたい仕組みを一つ選び、控えの大きさを業者に電話で聞きます。",
                "Pick one system and ask the vendor by phone how large its backup is.",
            ),
            Text::new(
                "曜日と担当者を決め、カレンダーと当番表に書きます。",
                "Fix a weekday and a person; put both on the calendar and the duty list.",
            ),
            Text::new(
                "写し終えたらケーブルを抜き、鍵のかかる棚に入れて記録簿に印を押します。",
                "When done pull the cable, lock the disk away and stamp the log.",
            ),
        ],
        who: Who::It,
        effort_hours: Span { min: 2, max: 6 },
        cost_yen: Span { min: 0, max: 0 },
        yearly_yen: Span::default(),
        reaches: level(2),
        after: Vec::new(),
        controls: vec![format!("{field}.control").into()],
        source: Some(Text::new("厚生労働省の事例集（2025年3月）", "Casebook of the ministry (March 2025)")),
    };
    let paid = Measure {
        id: format!("{field}.paid").into(),
        title: Text::new("戻せるかを半年に一度、予備の機械で試す", "Try a restore on a spare machine every half year"),
        steps: vec![
            Text::new(
                "予備の端末を1台用意し、院内の網につながないでおきます。",
                "Set one spare terminal aside, off the network.",
            ),
            Text::new(
                "控えから戻し、開けるまでの時間を測って紙に書きます。",
                "Restore from the backup, time it and write it down.",
            ),
        ],
        who: Who::Vendor,
        effort_hours: Span { min: 8, max: 16 },
        cost_yen: Span { min: 30_000, max: 150_000 },
        yearly_yen: Span { min: 10_000, max: 20_000 },
        reaches: level(3),
        after: vec![format!("{field}.free").into()],
        controls: vec![format!("{field}.control").into()],
        source: None,
    };
    [free, paid]
}

/// A catalogue with one questionnaire of `fields` fields and about four questions each.
pub(crate) fn catalogue(fields: usize) -> Catalogue {
    let chosen = &FIELDS[..fields];
    let sections = chosen
        .iter()
        .enumerate()
        .map(|(at, (id, ja, en))| Section {
            field: (*id).into(),
            title: Text::new(*ja, *en),
            intro: Text::new(
                "患者さんの情報と大事な機械に、必要な人だけが触れるようになっているかを伺います。",
                "About letting only those who need it reach patient information and important machines.",
            ),
            questions: (1..=3 + at % 3).map(|n| question(id, n, at + n)).collect(),
        })
        .collect();
    Catalogue {
        fields: chosen.iter().map(|(id, ja, en)| Field { id: (*id).into(), title: Text::new(*ja, *en) }).collect(),
        controls: chosen.iter().map(|(id, ja, en)| control(id, ja, en)).map(|c| (c.id.clone(), c)).collect(),
        measures: chosen.iter().flat_map(|(id, ..)| measures(id)).map(|m| (m.id.clone(), m)).collect(),
        questionnaires: vec![Questionnaire {
            id: "hospital-it".into(),
            kind: QuestionnaireKind::Assessment,
            edition: "2026.1".into(),
            title: Text::new("病院・システム担当者の自己点検", "Self-assessment for hospital IT"),
            audience: Text::new("病院のシステム担当者（兼任の方も）", "The person in charge of IT, also part-time"),
            minutes: 90,
            sections,
        }],
        guidelines: BTreeMap::from([("mhlw-6.0".to_owned(), guideline())]),
        checklist_topics: BTreeMap::from([(
            "backup".to_owned(),
            ChecklistTopic {
                id: "backup".into(),
                title: Text::new("バックアップ", "Backup"),
                expectation: None,
                confidence: Confidence::Seen,
            },
        )]),
        checklists: vec![checklist()],
        checklist_rules: hakutaku_model::checklist::ChecklistRules::default(),
        surveys: vec![survey()],
        briefings: chosen.iter().map(|(id, ja, en)| ((*id).into(), briefing(id, ja, en))).collect(),
        ..Catalogue::default()
    }
}

fn control(id: &str, ja: &str, en: &str) -> Control {
    Control {
        id: format!("{id}.control").into(),
        title: Text::new(ja, en),
        statement: Text::new(
            "決めた人が決めた日に行い、記録が残る。",
            "Done by named people on fixed days, on record.",
        ),
        maps: vec![
            Mapping {
                to: "mhlw-6.0/O-11.1-2".into(),
                relation: Relation::Intersects,
                reason: Text::new("控えの置き方の部分だけが重なる。", "Only the part on keeping copies overlaps."),
            },
            Mapping {
                to: "checklist/backup".into(),
                relation: Relation::Superset,
                reason: Text::new("点検項目より広い。", "Wider than the item."),
            },
        ],
    }
}

fn guideline() -> Guideline {
    Guideline {
        id: "mhlw-6.0".into(),
        title: Text::new(
            "医療情報システムの安全管理に関するガイドライン",
            "Guidelines for medical information systems",
        ),
        edition: "第6.0版".into(),
        url: "https://www.mhlw.go.jp/".into(),
        notice: Text::new("要約です。", "Paraphrases."),
        items: BTreeMap::from([(
            "O-11.1-2".to_owned(),
            GuidelineItem {
                id: "O-11.1-2".into(),
                citation: "システム運用編 11.1 ②".into(),
                summary: Text::new("控えを網から切り離して置く。", "Keep a copy off the network."),
                confidence: Confidence::Inferred,
                ..GuidelineItem::default()
            },
        )]),
        ..Guideline::default()
    }
}

fn checklist() -> Checklist {
    Checklist {
        id: "r7".into(),
        era: Text::new("令和7年度", "FY2025"),
        fiscal_year: 2025,
        guideline: "mhlw-6.0".into(),
        items_available: true,
        url: "https://example.test/r7.pdf".into(),
        items: vec![ChecklistItem {
            id: "r7-h-2-8".into(),
            form: FormKind::Hospital,
            section: 2,
            number: Some("2-⑧".into()),
            number_confidence: Confidence::Seen,
            groups: vec!["system-wide".into()],
            status: ItemStatus::Required,
            topic: "backup".into(),
            summary: Text::new("控えを取り、戻せるかを確かめる。", "Take backups and check restoring."),
            confidence: Confidence::Seen,
        }],
    }
}

fn survey() -> Survey {
    Survey {
        id: "s23".into(),
        name: Text::new("病院における医療情報システムの調査", "Survey of hospital information systems"),
        population: Some(Text::new("全国の病院", "hospitals in Japan")),
        source_title: "病院における医療情報システムのサイバーセキュリティ対策に係る調査の結果".into(),
        source_date: "2023年8月".into(),
        source_url: "https://www.mhlw.go.jp/content/10808000/001129081.pdf".into(),
        metrics: vec![Metric {
            id: "m23-backup-offline".into(),
            title: Text::new("控えを網から切り離して置いている病院", "Hospitals keeping a backup off the network"),
            value: "49".into(),
            unit: "%".into(),
            denominator: Some(Text::new("控えを取っている病院", "hospitals that keep backups")),
            note: None,
            by_beds: BTreeMap::from([("200-299".to_owned(), "46".to_owned())]),
            by_beds_confidence: Some(Confidence::Seen),
        }],
    }
}

fn briefing(id: &str, ja: &str, en: &str) -> Briefing {
    Briefing {
        field: id.into(),
        gap: Text::new(
            format!(
                "{ja}の備えが弱く、ある朝電子カルテが開かなくなったとき、外来を何週間も止めることになりかねません。"
            ),
            format!("{en} is weak: if the records do not open one morning, clinics may have to stop for weeks."),
        ),
        decision: Text::new(
            "週に一度の控えを誰が取るかを名指しで決め、置き場所の鍵を一つ用意してください。",
            "Name the person who takes the weekly copy and provide a locked place for it.",
        ),
        ask: Text::new(
            "「今夜サーバが壊れたら、いつの状態まで戻せますか。最後に試したのはいつですか」",
            "“If the server broke tonight, to which day could we return, and when did we last try?”",
        ),
    }
}

/// The only questionnaire of a fixture.
pub(crate) fn questionnaire(catalogue: &Catalogue) -> &Questionnaire {
    catalogue.questionnaire("hospital-it").expect("the fixture's questionnaire")
}

/// Answers as a real hospital gives them: mixed levels, one "not applicable", a few open and one unconfirmed.
pub(crate) fn answers(questionnaire: &Questionnaire, shift: u8) -> Answers {
    let mut answers = Answers::new();
    for (at, question) in questionnaire.questions().enumerate() {
        let answer = match at {
            5 => Answer::not_applicable("透析室を持たないため、対象の機器がありません（𠮷田事務長に確認）。"),
            9 | 40 => continue,
            12 => Answer { standing: Standing::Unconfirmed, ..Answer::level(level(1)) },
            _ => Answer::level(level(u8::try_from((at * 7 + at / 5 + usize::from(shift)) % 4).expect("below 4"))),
        };
        answers.insert(question.id.clone(), answer);
    }
    answers
}

/// A hospital with characters in its name that ordinary fonts lack.
pub(crate) fn facility() -> FacilityProfile {
    FacilityProfile {
        name: "医療法人社団 𠮷野会 白沢記念病院".into(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 240,
        it_staff_tenths: 10,
    }
}

/// 21 November 2026, noon in Japan.
pub(crate) fn made() -> Ts {
    Ts::try_from("2026-11-21T03:00:00Z".to_owned()).expect("a valid instant")
}

/// A full result with last year beside it.
pub(crate) fn report(catalogue: &Catalogue, lang: Lang) -> ResultReport {
    let questionnaire = questionnaire(catalogue);
    let (now, before) = (answers(questionnaire, 1), answers(questionnaire, 0));
    let facility = facility();
    build(
        catalogue,
        questionnaire,
        &ReportContext {
            lang,
            date: made().date_in_japan(),
            facility: Some(&facility),
            fiscal_year: Some(FiscalYear(2026)),
            answers: &now,
            previous: Some(&before),
            executives: Vec::new(),
            typology: None,
        },
    )
}
