use super::*;
use crate::ledger_import::{Mapped, Translation, guess, heading_names};
use crate::record::RecordId;
use crate::time::Ts;
use jiff::civil::date;
use uuid::Uuid;

fn kept(id: u128, asset: Asset) -> KeptAsset {
    let at = Ts::from_micros(0);
    KeptAsset {
        id: AssetId(Uuid::from_u128(id)),
        version: 3,
        asset,
        created_at: at,
        changed_at: at,
        changed_by: "佐藤".to_owned(),
        retired_at: None,
    }
}

fn device(number: &str, name: &str, serial: &str) -> Asset {
    Asset { number: number.to_owned(), name: name.to_owned(), serial: serial.to_owned(), ..Asset::default() }
}

/// A file as lines of cells separated by `|`; the first one is the headings.
struct File {
    headings: Vec<String>,
    rows: Vec<Vec<String>>,
    profile: ImportProfile,
}

fn file(lines: &[&str]) -> File {
    let cells = |line: &&str| line.split('|').map(str::to_owned).collect::<Vec<_>>();
    let headings = heading_names(&cells(&lines[0]));
    let profile = ImportProfile { columns: guess(&headings), ..ImportProfile::default() };
    File { headings, rows: lines[1..].iter().map(cells).collect(), profile }
}

impl File {
    fn fixed(mut self, column: Column, text: &str) -> Self {
        self.profile.fixed.insert(column, text.to_owned());
        self
    }

    fn plan(&self, existing: &[KeptAsset]) -> ImportPlan {
        let systems = [(RecordId(Uuid::from_u128(7)), "電子カルテ".to_owned())];
        let rows = self.rows.iter().enumerate().map(|(at, cells)| SourceRow { number: at + 2, cells });
        plan(existing, &self.headings, rows, &self.profile, &Names::new(systems, [])).expect("fits")
    }

    fn verdicts(&self, existing: &[KeptAsset]) -> Vec<&'static str> {
        self.plan(existing).rows.iter().map(|row| row.verdict.key()).collect()
    }

    /// Everything created or updated, as the ledger would have it afterwards.
    fn apply(&self, existing: &[KeptAsset]) -> Vec<KeptAsset> {
        let mut after = existing.to_vec();
        for row in self.plan(existing).rows {
            match row.verdict {
                Verdict::Created(asset) => after.push(kept(1_000 + row.row as u128, *asset)),
                Verdict::Updated { id, asset, .. } => {
                    let at = after.iter().position(|kept| kept.id == id).expect("known");
                    after[at].asset = *asset;
                }
                _ => {}
            }
        }
        after
    }
}

fn created(plan: &ImportPlan, at: usize) -> &Asset {
    match &plan.rows[at].verdict {
        Verdict::Created(asset) => asset,
        other => panic!("row {at}: {other:?}"),
    }
}

fn reason(plan: &ImportPlan, at: usize) -> (Column, String) {
    match &plan.rows[at].verdict {
        Verdict::Rejected(faults) => (faults[0].column, faults[0].reason.ja.clone()),
        other => panic!("row {at}: {other:?}"),
    }
}

#[test]
fn a_list_becomes_devices_and_the_same_list_again_changes_nothing() {
    let list = file(&[
        "資産番号|ホスト名|種別|設置場所|部署|シリアル|OS|サポート期限|システム|導入日",
        "A-1|emr-db1|サーバ|本館B1|情報|S1|Windows Server 2022|令和13年10月14日|電子カルテ|2024/4/1",
        "|ns3-pc1|PC|3階病棟|看護部||Windows 11|||",
        "",
        "A-3|ct1|医療機器|CT室|放射線||| - ||",
    ]);
    let plan = list.plan(&[]);
    assert_eq!(plan.counts(), Counts { created: 3, ..Counts::default() });
    let server = created(&plan, 0);
    assert_eq!((server.kind, server.support_ends), (AssetKind::Server, Some(date(2031, 10, 14))));
    assert_eq!(server.note, "導入日：2024/4/1");
    assert!(server.system.is_some());
    assert_eq!(plan.rows[2].row, 5, "rows are numbered as in the file");
    assert_eq!(list.verdicts(&list.apply(&[])), ["unchanged"; 3]);
}

#[test]
fn a_device_is_known_by_its_number_then_its_serial_then_its_name_and_kind() {
    let existing =
        [kept(1, device("A-1", "old name", "S1")), kept(2, device("", "pc2", "S2")), kept(3, device("", "pc3", ""))];
    let list = file(&[
        "資産番号|名称|製造番号|種別",
        "Ａ－１|new name||端末",
        "A-2|pc-two|ｓ2|端末",
        "|PC3||端末PC",
        "|pc3||サーバ",
    ]);
    let plan = list.plan(&existing);
    let ids: Vec<_> = plan
        .rows
        .iter()
        .map(|row| match &row.verdict {
            Verdict::Updated { id, version, .. } => Some((id.0.as_u128(), *version)),
            Verdict::Unchanged(id) => Some((id.0.as_u128(), 0)),
            _ => None,
        })
        .collect();
    // The full-width hyphen of the first row is the same number; the last is another kind, so another device.
    assert_eq!(ids, [Some((1, 3)), Some((2, 3)), Some((3, 3)), None]);
}

#[test]
fn an_update_names_what_changes_and_leaves_the_rest() {
    let known = Asset { place: "3階".to_owned(), owner: "看護部".to_owned(), ..device("A-1", "pc1", "") };
    let list = file(&["管理番号|名称|設置場所|部署", "A-1|pc1|4階|"]);
    let plan = list.plan(&[kept(1, known)]);
    let Verdict::Updated { changes, asset, .. } = &plan.rows[0].verdict else { panic!("{plan:?}") };
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].column, changes[0].from.ja.as_str(), changes[0].to.ja.as_str()),
        (Column::Place, "3階", "4階")
    );
    assert_eq!(asset.owner, "看護部", "an empty cell erases nothing");
}

#[test]
fn an_empty_cell_erases_only_where_the_profile_says_so() {
    let known = Asset { owner: "看護部".to_owned(), ..device("A-1", "pc1", "") };
    let mut list = file(&["管理番号|部署", "A-1|"]);
    assert_eq!(list.verdicts(&[kept(1, known.clone())]), ["unchanged"]);
    list.profile.empty_erases = true;
    let after = list.apply(&[kept(1, known)]);
    assert_eq!((after[0].asset.owner.as_str(), after[0].asset.name.as_str()), ("", "pc1"));
}

#[test]
fn a_fixed_value_fills_gaps_and_replaces_nothing() {
    let list =
        file(&["名称|製造番号", "pc1|S1", "pc2|S2"]).fixed(Column::Kind, "terminal").fixed(Column::Owner, "情報室");
    let known = Asset { kind: AssetKind::Server, owner: "検査科".to_owned(), ..device("", "pc1", "S1") };
    let after = list.apply(&[kept(1, known)]);
    assert_eq!((after[0].asset.kind, after[0].asset.owner.as_str()), (AssetKind::Server, "検査科"));
    assert_eq!((after[1].asset.kind, after[1].asset.owner.as_str()), (AssetKind::Terminal, "情報室"));
}

#[test]
fn words_of_the_file_are_translated() {
    let mut list = file(&["名称|種別", "a|ﾃﾞｽｸﾄｯﾌﾟ機", "b|ポンプ"]);
    let translation =
        |from: &str, to: &str| Translation { column: Column::Kind, from: from.to_owned(), to: to.to_owned() };
    list.profile.translations =
        vec![translation("デスクトップ機", "terminal"), translation("ポンプ", "medical_device")];
    let plan = list.plan(&[]);
    assert_eq!((created(&plan, 0).kind, created(&plan, 1).kind), (AssetKind::Terminal, AssetKind::MedicalDevice));
}

#[test]
fn a_row_that_cannot_be_read_names_its_column_and_all_that_is_wrong() {
    let list = file(&["名称|種別|サポート期限|RTO", "a|自転車|いつか|x", "b|サーバ|2030-01-01|4"]);
    let plan = list.plan(&[]);
    let Verdict::Rejected(faults) = &plan.rows[0].verdict else { panic!("{plan:?}") };
    let columns: Vec<_> = faults.iter().map(|fault| (fault.column, fault.heading.as_str())).collect();
    assert_eq!(columns, [(Column::Kind, "種別"), (Column::SupportEnds, "サポート期限"), (Column::RtoHours, "RTO")]);
    assert!(faults.iter().all(|fault| !fault.reason.is_incomplete()));
    assert_eq!(plan.rows[1].verdict.key(), "created");
}

#[test]
fn the_second_of_two_equal_rows_is_rejected_and_names_the_first() {
    let list = file(&["管理番号|名称|製造番号", "A-1|pc1|", "Ａ-１|pc2|", "|pc3|S1", "A-4|pc4|s1", "|pc5|", "|PC5|"]);
    assert_eq!(list.verdicts(&[]), ["created", "rejected", "created", "rejected", "created", "rejected"]);
    let plan = list.plan(&[]);
    assert_eq!(reason(&plan, 1).0, Column::Number);
    assert!(reason(&plan, 1).1.contains("2行目"));
    assert!(reason(&plan, 5).1.contains("6行目"));
}

#[test]
fn two_rows_for_one_device_of_the_ledger_are_not_both_taken() {
    let existing = [kept(1, device("A-1", "pc1", "S1"))];
    let list = file(&["管理番号|名称|製造番号", "A-1|pc1|", "|pc1|S1"]);
    assert_eq!(list.verdicts(&existing), ["unchanged", "rejected"]);
}

#[test]
fn what_could_be_several_devices_is_not_guessed() {
    let existing = [kept(1, device("", "pc", "")), kept(2, device("", "pc", ""))];
    let list = file(&["名称|場所", "pc|3階"]);
    let plan = list.plan(&existing);
    assert_eq!(reason(&plan, 0).0, Column::Name);
    let other = [kept(1, device("A-1", "pc", "S1"))];
    let list = file(&["管理番号|名称|製造番号", "A-2|pc|S1"]);
    assert!(reason(&list.plan(&other), 0).1.contains("A-1"));
}

#[test]
fn a_retired_device_does_not_come_back_by_itself() {
    let mut gone = kept(1, device("A-1", "pc", ""));
    gone.retired_at = Some(Ts::from_micros(1));
    assert_eq!(file(&["管理番号|名称", "A-1|pc"]).verdicts(&[gone]), ["created"]);
}

#[test]
fn what_looks_like_a_formula_is_text_and_rare_characters_stay() {
    let list = file(&["管理番号|名称|メーカー|備考", "=1+1|@SUM(A1)|㈱𠮷野|+81-3-0000-0000"]);
    let plan = list.plan(&[]);
    let asset = created(&plan, 0);
    assert_eq!((asset.number.as_str(), asset.name.as_str()), ("=1+1", "@SUM(A1)"));
    assert_eq!((asset.maker.as_str(), asset.note.as_str()), ("㈱𠮷野", "+81-3-0000-0000"));
}

#[test]
fn a_profile_that_does_not_fit_the_file_is_refused() {
    let list = file(&["色|形", "赤|丸"]);
    let names = Names::default();
    let tried = |profile: &ImportProfile| plan(&[], &list.headings, [], profile, &names).expect_err("refused");
    let mapped = |heading: &str, column| ImportProfile {
        columns: vec![Mapped { heading: heading.to_owned(), column }],
        ..ImportProfile::default()
    };
    assert_eq!(tried(&mapped("資産番号", Column::Number)), PlanRefused::OtherHeadings);
    assert_eq!(tried(&mapped("色", Column::Place)), PlanRefused::NothingToCallItBy);
}

#[test]
fn ten_thousand_rows_are_planned_in_well_under_a_second() {
    let existing: Vec<KeptAsset> =
        (0..10_000).map(|n| kept(n, device(&format!("A-{n}"), "pc", &format!("S{n}")))).collect();
    let lines: Vec<String> = std::iter::once("管理番号|名称|製造番号|設置場所".to_owned())
        .chain((0..10_000).map(|n| format!("A-{n}|pc|S{n}|{}階", n % 9)))
        .collect();
    let list = file(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    let begun = std::time::Instant::now();
    assert_eq!(list.plan(&existing).counts().updated, 10_000);
    // Unoptimised and beside other work: a quadratic comparison would take minutes.
    assert!(begun.elapsed().as_secs() < 5, "{:?}", begun.elapsed());
}
