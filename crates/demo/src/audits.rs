//! Two audits: an internal one of last autumn, closed, whose gaps were mended; and an external one of this year, whose
//! two findings are open, one because the IDs of leavers came back after they had been stopped.

use crate::DemoError;
use crate::accounts::names;
use crate::telling::Telling;
use hakutaku_model::accounts::AccountList;
use hakutaku_model::audit::sample::{SamplePopulation, population_hash};
use hakutaku_model::audit::{
    Audit, AuditKind, AuditPaper, Conclusion, Finding, FindingKind, Folder, FrozenAction, Interview, Mark, Said,
    Sample, SampleResult, SampleRow, SampledFrom, ScopeLine, Severity, Verdict, draw,
};
use hakutaku_model::corrective::{CorrectiveAction, Deed, Watch};
use hakutaku_model::id::RecordId;
use hakutaku_model::person::Role;
use hakutaku_model::record::Kept;
use hakutaku_model::text::Text;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_store::Act;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::BTreeSet;

/// Item, mark, what was seen, remark.
type Row = (&'static str, Mark, &'static str, &'static str);

/// Last autumn.
const AUTUMN: [Row; 12] = [
    ("aud-organization-01", Mark::Conforming, "任命書（藤森副院長、専任）と組織図", ""),
    ("aud-organization-04", Mark::Observation, "委員会の議事録4回分", "宿題の結果が書かれていない回がある"),
    ("aud-assets-01", Mark::Minor, "機器台帳と病棟2か所の現物20台", "20台のうち4台で、置き場所が台帳と違った"),
    ("aud-access-control-01", Mark::Major, "職員の名簿とアカウントの一覧", "3月に辞めた人のIDで、まだ入れた"),
    ("aud-network-01", Mark::Minor, "外とつながる線の一覧と通信室", "給食の線が一覧になかった"),
    ("aud-authentication-01", Mark::Minor, "3階東病棟の端末、朝8時半", "夜勤の申し送りで共用のIDを使っていた"),
    ("aud-backup-01", Mark::Major, "保管装置の画面", "外して保管する控えがなかった"),
    ("aud-backup-02", Mark::Minor, "復旧の記録", "ファイル1つだけ。システム全体は試していない"),
    ("aud-monitoring-03", Mark::Conforming, "前の監査がないため、自己評価の宿題を見た", ""),
    ("aud-incident-01", Mark::Conforming, "連絡体制図。夜間の番号に1件かけ、つながった", ""),
    ("aud-incident-02", Mark::Observation, "当直室の手順書", "切る順が書かれていない"),
    ("aud-bcp-01", Mark::Minor, "計画の綴り", "印刷が古い"),
];

/// This summer.
const SUMMER: [Row; 10] = [
    ("aud-organization-01", Mark::Conforming, "任命書、代わりの人の任命書", ""),
    ("aud-organization-04", Mark::Conforming, "委員会の議事録3回分。宿題の結果まで書かれている", ""),
    ("aud-assets-01", Mark::Conforming, "機器台帳と抜き取り20台。食い違い1台", ""),
    ("aud-access-control-01", Mark::Minor, "抜き取ったアカウント8件", "退職した人のIDが1件、有効のままだった"),
    (
        "aud-network-01",
        Mark::Observation,
        "外とつながる線の一覧。給食の線も載っている",
        "昇降機の線は切る人が決まっていない",
    ),
    ("aud-authentication-01", Mark::Observation, "3階東病棟と外来", "共用は2か所に減った"),
    ("aud-backup-01", Mark::Conforming, "別館の金庫、金曜の控えの記録表", ""),
    ("aud-backup-02", Mark::Minor, "復元テストの記録", "医事会計は時間内に戻らなかった。検査は試していない"),
    ("aud-incident-01", Mark::Conforming, "連絡体制図。2件かけ、つながった", ""),
    ("aud-bcp-01", Mark::Observation, "計画の綴り", "印刷の後に直した所がある"),
];

/// The moment and the people of one audit.
struct Scene {
    act: Act,
    day: Date,
}

impl Scene {
    fn new(telling: &Telling<'_>, role: Role, at: Ts, day: Date) -> Self {
        Self { act: telling.by(role, at), day }
    }
}

fn deed(telling: &Telling<'_>, role: Role, on: Date) -> Deed {
    Deed { by: names(role).1.to_owned(), person: Some(telling.cast.person(role)), on, remark: String::new() }
}

/// A finding with the action that mends it.
struct Gap {
    item: &'static str,
    title: &'static str,
    severity: Severity,
    kind: FindingKind,
    detail: &'static str,
    cause: &'static str,
    risk: &'static str,
}

/// Keeps papers of an audit.
async fn write(
    telling: &Telling<'_>,
    scene: &Scene,
    audit: RecordId,
    rows: &[Row],
) -> Result<Vec<Kept<AuditPaper>>, DemoError> {
    let papers: Vec<AuditPaper> = rows
        .iter()
        .map(|(item, mark, seen, remark)| AuditPaper {
            audit,
            item: (*item).to_owned(),
            mark: *mark,
            seen: (*seen).to_owned(),
            remark: (*remark).to_owned(),
            documents: Vec::new(),
            by: deed(telling, Role::Auditor, scene.day),
        })
        .collect();
    Ok(telling.store.add_records(&scene.act, telling.cast.hospital, &papers).await?)
}

async fn find(telling: &Telling<'_>, scene: &Scene, audit: RecordId, gap: &Gap) -> Result<Kept<Finding>, DemoError> {
    let controls = telling.catalogue.audit.item(gap.item).map(|item| item.controls.clone()).unwrap_or_default();
    let finding = Finding {
        audit,
        item: gap.item.to_owned(),
        title: gap.title.to_owned(),
        detail: gap.detail.to_owned(),
        kind: gap.kind,
        severity: gap.severity,
        cause: gap.cause.to_owned(),
        risk: gap.risk.to_owned(),
        controls,
        documents: Vec::new(),
        by: deed(telling, Role::Auditor, scene.day),
    };
    Ok(telling.store.add_record(&scene.act, telling.cast.hospital, &finding).await?)
}

async fn hear(
    telling: &Telling<'_>,
    scene: &Scene,
    audit: RecordId,
    said: &[(&str, &str)],
) -> Result<Kept<Interview>, DemoError> {
    let interview = Interview {
        audit,
        with: "白石院長".to_owned(),
        director: true,
        said: said
            .iter()
            .map(|(question, words)| Said { question: (*question).to_owned(), words: (*words).to_owned() })
            .collect(),
        remark: String::new(),
        by: deed(telling, Role::Auditor, scene.day),
    };
    Ok(telling.store.add_record(&scene.act, telling.cast.hospital, &interview).await?)
}

fn scope(rows: &[Row], reasons: &[(&str, &str, &str)]) -> Vec<ScopeLine> {
    rows.iter()
        .map(|(item, ..)| ScopeLine {
            item: (*item).to_owned(),
            reasons: match reasons.iter().find(|(own, ..)| own == item) {
                Some((_, ja, en)) => vec![Text::new(*ja, *en)],
                None => vec![Text::new("毎回見る項目", "Looked at in every audit")],
            },
        })
        .collect()
}

/// The internal audit of last autumn: signed, closed, and its gaps mended before the winter.
pub(crate) async fn last_autumn(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let at = telling.clock.last_year(10, 14, 9, 0);
    let (hospital, store) = (telling.cast.hospital, telling.store);
    let scene = Scene::new(telling, Role::Auditor, at, telling.clock.today());
    let plan = telling.by(Role::SafetyManager, at);
    let mut audit = Audit {
        title: "秋の内部監査".to_owned(),
        kind: AuditKind::Internal,
        fiscal_year: FiscalYear::of(scene.day).0,
        from: Some(scene.day),
        until: Some(scene.day.saturating_add(1.day())),
        auditor: names(Role::Auditor).1.to_owned(),
        purpose: "初めての内部監査。自己評価で弱かった所が、実際にどうなっているかを見る。".to_owned(),
        scope: scope(
            &AUTUMN,
            &[("aud-backup-02", "自己評価で弱い分野: バックアップ", "A weak field of the assessment: backup")],
        ),
        started: Some(deed(telling, Role::SafetyManager, scene.day)),
        ..Audit::default()
    };
    let row = store.add_record(&plan, hospital, &audit).await?;
    let papers = write(telling, &scene, row.id, &AUTUMN).await?;
    let said = [
        ("int-director-01", "外来は止め、入院は続ける。決めるのは私だが、夜の代わりは決めていない。"),
        ("int-director-05", "読み合わせの報告は聞いた。自分では出ていない。"),
    ];
    let interviews = [hear(telling, &scene, row.id, &said).await?];
    let gaps = [
        Gap {
            item: "aud-access-control-01",
            title: "3月に退職した人のIDで、10月にも入れた",
            severity: Severity::Major,
            kind: FindingKind::NotDone,
            detail: "名簿と突き合わせた12件のうち2件。1件は退職後に使われていた。",
            cause: "退職は総務から情報の担当へ口頭で伝わる。忙しい月は伝わらない。",
            risk: "辞めた人、またはそのIDを手に入れた人に、外から入られる。",
        },
        Gap {
            item: "aud-backup-01",
            title: "外して保管する控えがない",
            severity: Severity::Major,
            kind: FindingKind::NotDecided,
            detail: "控えはすべて、ふだんの管理者IDで消せる装置の上にあった。",
            cause: "控えの機器を入れた時に、外す媒体の費用を見込んでいなかった。",
            risk: "身代金を求める攻撃で、控えごと失う。",
        },
    ];
    let mut findings = Vec::new();
    for gap in &gaps {
        findings.push(find(telling, &scene, row.id, gap).await?);
    }
    // What the other minor gaps came to is written in one finding.
    let rest = Gap {
        item: "aud-assets-01",
        title: "台帳、線の一覧、印刷が、今の姿と合っていない",
        severity: Severity::Minor,
        kind: FindingKind::NotWorking,
        detail: "台帳4台、回線1本、計画の印刷。",
        cause: "直す日が決まっておらず、気づいた人の手が空いた時だけになる。",
        risk: "いざという時に、古い紙で動くことになる。",
    };
    findings.push(find(telling, &scene, row.id, &rest).await?);
    let todo = [
        "総務が退職者を毎週一覧で知らせ、翌日までにIDを止める",
        "外付けディスクの控えを毎週金曜に取り、金庫に入れる",
        "毎月第1月曜に、台帳・回線・印刷を見直す",
    ];
    let mut frozen = Vec::new();
    for (finding, title) in findings.iter().zip(todo) {
        let mut action = finding.body.action(finding.id, title, false);
        action.owner = names(Role::ItOperator).1.to_owned();
        action.due = Some(scene.day.saturating_add(60.days()));
        let state = action.state(scene.day);
        mend(telling, &mut action, scene.day)?;
        let row = store.add_record(&plan, hospital, &action).await?;
        frozen.push(FrozenAction {
            action: row.id,
            finding: finding.id,
            title: action.title.clone(),
            owner: action.owner.clone(),
            due: action.due,
            state,
        });
    }
    audit.conclusion = Conclusion {
        verdict: Some(Verdict::Serious),
        words: "日々の点検はよく行われています。ただ、辞めた人のIDと、攻撃で消せる控えの2つは、今月のうちに手を打つ必要があります。".to_owned(),
        decisions: vec![
            "退職の知らせを、総務の仕事として決める".to_owned(),
            "外して保管する控えの費用を、今年度のうちに出す".to_owned(),
            "夜に診療の縮小を決める代わりの人を決める".to_owned(),
        ],
        improved: "初めての監査のため、比べるものがありません。".to_owned(),
        limits: "無線と医療機器は、次の監査で見ます。".to_owned(),
    };
    let day = scene.day.saturating_add(9.days());
    let folder = Folder { papers: &papers, samples: &[], interviews: &interviews, findings: &findings };
    audit.actions = frozen;
    audit.seal = Some(hakutaku_model::audit::seal(folder));
    audit.signed = Some(deed(telling, Role::Auditor, day));
    audit.closed = Some(deed(telling, Role::SafetyManager, day.saturating_add(5.days())));
    store.change_record(&plan, hospital, row.id, row.version, &audit).await?;
    Ok(())
}

/// Done by the IT person, closed by the safety manager, and it held.
fn mend(telling: &Telling<'_>, action: &mut CorrectiveAction, day: Date) -> Result<(), DemoError> {
    let none = hakutaku_model::facts::FactSheet::default();
    let (done, closed, looked) =
        (day.saturating_add(28.days()), day.saturating_add(35.days()), day.saturating_add(95.days()));
    action.finish(deed(telling, Role::ItOperator, done))?;
    action.close(deed(telling, Role::SafetyManager, closed), Some(looked), &none)?;
    Ok(action.see_effect(deed(telling, Role::SafetyManager, looked), true)?)
}

/// The external audit of this year: signed, two findings open. Told last, when the registers say what they say.
pub(crate) async fn this_summer(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let at = telling.clock.later(2);
    let today = telling.clock.last_day();
    let (hospital, store) = (telling.cast.hospital, telling.store);
    let day = today.saturating_sub(62.days());
    let scene = Scene::new(telling, Role::Auditor, at, day);
    let plan = telling.by(Role::SafetyManager, at);
    let mut audit = Audit {
        title: "外部監査".to_owned(),
        kind: AuditKind::External,
        fiscal_year: FiscalYear::of(day).0,
        from: Some(day),
        until: Some(day.saturating_add(2.days())),
        auditor: names(Role::Auditor).1.to_owned(),
        firm: "見本監査事務所（架空の会社）".to_owned(),
        purpose: "秋の指摘が直ったか、直ったままかを、外の目で確かめる。".to_owned(),
        scope: scope(
            &SUMMER,
            &[
                ("aud-access-control-01", "退職者の有効なIDがある", "Accounts of leavers still enabled"),
                (
                    "aud-backup-02",
                    "1年以内に復元テストに成功していないシステムがある",
                    "Systems without a restore test within a year",
                ),
            ],
        ),
        started: Some(deed(telling, Role::SafetyManager, day)),
        ..Audit::default()
    };
    let row = store.add_record(&plan, hospital, &audit).await?;
    let papers = write(telling, &scene, row.id, &SUMMER).await?;
    let samples = draw_accounts(telling, &scene, row.id).await?;
    let said = [
        ("int-director-01", "外来は半日で絞る。私がいない夜は、当直の責任者が決めると書面にした。"),
        ("int-director-02", "6月に、外して保管する控えが続いていると報告を受け、費用を来年も出すと決めた。"),
        ("int-director-04", "払わない。相談先は警察と、契約した専門の会社。"),
    ];
    let interviews = [hear(telling, &scene, row.id, &said).await?];
    let leavers = Gap {
        item: "aud-access-control-01",
        title: "退職した人のIDが、また有効のまま残っている",
        severity: Severity::Minor,
        kind: FindingKind::NotWorking,
        detail: "抜き取った8件のうち1件。退職後に使われた跡はない。",
        cause: "総務からの一覧に、委託の職員が入っていない。",
        risk: "辞めた人のIDが入口になる。",
    };
    let restore = Gap {
        item: "aud-backup-02",
        title: "医事会計と検査は、決めた時間内に戻せると示されていない",
        severity: Severity::Minor,
        kind: FindingKind::NotShown,
        detail: "医事会計は目標を超え、検査は試していない。",
        cause: "試す機器がなく、診療の合間には行えない。",
        risk: "止まった時に、請求と検査の再開が読めない。",
    };
    let findings = [find(telling, &scene, row.id, &leavers).await?, find(telling, &scene, row.id, &restore).await?];

    let none = hakutaku_model::facts::FactSheet::default();
    let mut stop = findings[0].body.action(findings[0].id, "委託の職員も、辞めた翌日までにIDを止める", false);
    stop.owner = names(Role::ItOperator).1.to_owned();
    stop.due = Some(today.saturating_add(14.days()));
    stop.watch = Some(Watch::NobodyLeftSignsIn);
    let (open, ready) = (stop.state(day), day.saturating_add(20.days()));
    stop.finish(deed(telling, Role::ItOperator, ready))?;
    // Closed on a day on which the list was clean.
    stop.close(deed(telling, Role::SafetyManager, ready.saturating_add(6.days())), None, &none)?;
    let facts = store.facts(telling.catalogue, hospital, today).await?;
    stop.look_at(&facts, today.saturating_sub(3.days()));
    let mut test = findings[1].body.action(findings[1].id, "試験用の機器を借り、医事会計と検査を1回ずつ戻す", false);
    test.owner = names(Role::ItOperator).1.to_owned();
    test.due = Some(today.saturating_add(45.days()));
    test.watch = Some(Watch::EveryRestoreTested);
    let kept = [store.add_record(&plan, hospital, &stop).await?, store.add_record(&plan, hospital, &test).await?];
    audit.actions = kept
        .iter()
        .zip(&findings)
        .map(|(action, finding)| FrozenAction {
            action: action.id,
            finding: finding.id,
            title: action.body.title.clone(),
            owner: action.body.owner.clone(),
            due: action.body.due,
            state: open,
        })
        .collect();
    audit.conclusion = Conclusion {
        verdict: Some(Verdict::Gaps),
        words: "秋の重大な指摘2つは直っています。外して保管する控えは、抜けなく続いています。残るのは、委託の職員のIDと、実際に戻せることの確かめです。".to_owned(),
        decisions: vec![
            "委託の職員の退職を知らせる人を決める".to_owned(),
            "戻す試しのための機器の費用を、次の予算に入れる".to_owned(),
        ],
        improved: "控えを外して保管するようになり、台帳と現物が合うようになりました。委員会では宿題の結果まで追われています。".to_owned(),
        limits: "医療機器の区画と無線は、時間の都合で見ていません。".to_owned(),
    };
    let signed = day.saturating_add(12.days());
    let folder = Folder { papers: &papers, samples: &samples, interviews: &interviews, findings: &findings };
    audit.seal = Some(hakutaku_model::audit::seal(folder));
    audit.signed = Some(deed(telling, Role::Auditor, signed));
    store.change_record(&plan, hospital, row.id, row.version, &audit).await?;
    Ok(())
}

/// Eight accounts of all lists, by a seed thrown with dice.
async fn draw_accounts(telling: &Telling<'_>, scene: &Scene, audit: RecordId) -> Result<Vec<Kept<Sample>>, DemoError> {
    const SEED: &str = "dice-3-6-1-5";
    let (hospital, store) = (telling.cast.hospital, telling.store);
    let lists = store.records::<AccountList>(hospital).await?;
    let known: Vec<(String, String, String)> = lists
        .iter()
        .flat_map(|list| {
            list.body.accounts.iter().map(|account| {
                (format!("{}/{}", list.body.source, account.name), account.name.clone(), account.display_name.clone())
            })
        })
        .collect();
    let ids: BTreeSet<&str> = known.iter().map(|(id, ..)| id.as_str()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let population =
        SamplePopulation { audit, from: SampledFrom::Accounts, ids: ids.iter().map(|id| (*id).to_owned()).collect() };
    let population = store.add_record(&scene.act, hospital, &population).await?;
    let rows = draw(ids.iter().copied(), 8, SEED).into_iter().enumerate().map(|(at, drawn)| {
        let one = known.iter().find(|(id, ..)| *id == drawn.id);
        let wrong = at == 4;
        SampleRow {
            label: one.map(|(_, label, _)| label.clone()).unwrap_or_default(),
            said: one.map(|(_, _, name)| vec![("氏名".to_owned(), name.clone())]).unwrap_or_default(),
            id: drawn.id,
            hash: drawn.hash,
            result: Some(if wrong { SampleResult::Wrong } else { SampleResult::Right }),
            remark: if wrong { "委託の契約が終わっているのに有効".to_owned() } else { String::new() },
            seen: Some(deed(telling, Role::Auditor, scene.day)),
        }
    });
    let sample = Sample {
        audit,
        item: "aud-access-control-01".to_owned(),
        from: SampledFrom::Accounts,
        seed: SEED.to_owned(),
        seed_typed: true,
        size: 8,
        population: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        population_hash: population_hash(ids.iter().copied()),
        ids: population.id,
        before: 0,
        why_again: String::new(),
        drawn: deed(telling, Role::Auditor, scene.day),
        rows: rows.collect(),
    };
    Ok(vec![store.add_record(&scene.act, hospital, &sample).await?])
}
