//! What is known about a facility, gathered for the proposals: the same on both databases, and nobody else's.

use crate::fixture::{facility, hospital, noon, save, saved, system};
use hakutaku_model::accounts::{Account, AccountList, Leaver, LeaversList};
use hakutaku_model::backup::{BackupCopy, Snapshot, SnapshotList};
use hakutaku_model::connection::Connection;
use hakutaku_model::facts::FactSheet;
use hakutaku_model::id::FacilityId;
use hakutaku_model::ledger::{Asset, AssetKind};
use hakutaku_model::record::RecordId;
use hakutaku_model::responsibility::{Matrix, MatrixParty, Object, ObjectKind, Row, Says, Side, Statement};
use hakutaku_model::system::System;
use hakutaku_model::vendor::{Company, Engagement};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{AssetChange, Shelf, Store};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 21);

async fn vendor(store: &Store, home: FacilityId, until: &str) -> RecordId {
    let company: Company = serde_json::from_str(r#"{"name": "甲"}"#).expect("reads");
    let company = store.add_record(&system(), Shelf::Installation, &company).await.expect("adds").id;
    let contract = serde_json::json!({"title": "保守契約", "until": until, "maintenance": true});
    let json = serde_json::json!({"company": company, "name": "甲", "contracts": [contract]});
    let engagement: Engagement = serde_json::from_value(json).expect("reads");
    store.add_record(&system(), home, &engagement).await.expect("adds").id
}

async fn emr(store: &Store, home: FacilityId) -> RecordId {
    let json = serde_json::json!({"name": "電子カルテ", "kind": "emr", "rto_hours": 4});
    let body: System = serde_json::from_value(json).expect("reads");
    store.add_record(&system(), home, &body).await.expect("adds").id
}

fn matrix(vendor: RecordId) -> Matrix {
    let party = |id: &str, side, vendor| MatrixParty { id: id.into(), name: id.into(), side, vendor, contract: None };
    let row = |task: &str, statements| Row { task: task.into(), object: "emr".into(), statements };
    Matrix {
        title: "責任分界表".into(),
        parties: vec![party("hospital", Side::Facility, None), party("vendor", Side::Vendor, Some(vendor))],
        objects: vec![Object {
            kind: ObjectKind::System,
            id: "emr".into(),
            name: "電子カルテ".into(),
            parties: Vec::new(),
        }],
        rows: vec![
            row("t1", vec![Statement::new("hospital", Says::Mine), Statement::new("vendor", Says::Mine)]),
            row(
                "t2",
                vec![
                    Statement { whom: Some("vendor".into()), ..Statement::new("hospital", Says::Theirs) },
                    Statement { whom: Some("hospital".into()), ..Statement::new("vendor", Says::Theirs) },
                ],
            ),
            row(
                "t3",
                vec![
                    Statement { whom: Some("vendor".into()), ..Statement::new("hospital", Says::Theirs) },
                    Statement::new("vendor", Says::Mine),
                ],
            ),
        ],
        ..Matrix::default()
    }
}

#[tokio::test]
async fn what_nobody_wrote_down_is_not_known() {
    for_each_database(async |place| {
        let store = place.open().await;
        let catalogue = no_questions();
        let home = facility(&store, "白沢").await;
        assert_eq!(store.facts(&catalogue, home, TODAY).await.expect("gathers"), FactSheet::default());
    })
    .await;
}

#[tokio::test]
async fn the_matrix_is_counted_with_the_contracts_of_the_day() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let vendor = vendor(&store, home, "2026-11-21").await;
        store.add_record(&system(), home, &matrix(vendor)).await.expect("adds");
        let on = async |day| store.responsibility_facts(home, day).await.expect("counts").expect("is there");
        let today = on(TODAY).await;
        assert_eq!((today.cells, today.holes, today.uncontracted, today.signed), (3, 1, 0, false));
        assert!(today.double_claims > 0);
        assert_eq!(today.newest_change, Some(TODAY));
        assert!(on(date(2026, 11, 22)).await.uncontracted > 0, "the contract ended yesterday");
        let matrices = store.responsibility_matrices(home, TODAY).await.expect("reads");
        let note = matrices[0].body.parties[1].contract.clone().expect("is noted");
        assert_eq!((note.title.as_str(), note.in_force), ("保守契約", true));
    })
    .await;
}

#[tokio::test]
async fn connections_backups_and_accounts_are_counted() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let line = |name: &str| Connection { name: name.into(), ..Connection::default() };
        store.add_records(&system(), home, &[line("保守1"), line("保守2")]).await.expect("adds");
        let connections = store.connection_facts(home).await.expect("counts").expect("is there");
        assert_eq!((connections.total, connections.without_cutter, connections.newest_change), (2, 2, Some(TODAY)));

        let emr = emr(&store, home).await;
        let copy = serde_json::json!({
            "system": emr, "name": "テープ", "medium": "tape", "place": "elsewhere", "separation": "offline_medium",
            "generations": 3
        });
        let copy: BackupCopy = serde_json::from_value(copy).expect("reads");
        store.add_record(&system(), home, &copy).await.expect("adds");
        let snapshot =
            Snapshot { id: "a1".into(), time: noon(), host: "emr".into(), paths: Vec::new(), tags: Vec::new() };
        let list = SnapshotList {
            repository: "/backup".into(),
            tool: "restic".into(),
            read_at: noon(),
            snapshots: vec![snapshot],
            left_out: 0,
        };
        store.put_record(&system(), home, &list).await.expect("puts");
        let backups = store.backup_facts(home, TODAY).await.expect("counts").expect("is there");
        assert_eq!((backups.systems, backups.offline, backups.three_two_one), (1, 1, 0));
        assert_eq!((backups.restore_tested, backups.newest_restore_test), (0, None));

        let account = |name: &str, display_name: &str, last: Date| Account {
            name: name.into(),
            display_name: display_name.into(),
            enabled: true,
            last_sign_in: Some(last),
            ..Account::default()
        };
        let list = AccountList {
            source: "電子カルテ".into(),
            imported: Some(TODAY),
            knows_sign_ins: true,
            accounts: vec![account("tanaka", "田中 花子", TODAY), account("sato", "佐藤 健", date(2026, 1, 1))],
            ..AccountList::default()
        };
        store.put_record(&system(), home, &list).await.expect("puts");
        let accounts = store.account_facts(home, TODAY).await.expect("counts").expect("is there");
        assert_eq!((accounts.enabled, accounts.unused, accounts.leavers_known), (2, 1, false));
        let left = Leaver { name: "田中 花子".into(), left_on: Some(date(2026, 10, 1)), ..Leaver::default() };
        let leavers = LeaversList { imported: Some(TODAY), leavers: vec![left], ..LeaversList::default() };
        store.put_record(&system(), home, &leavers).await.expect("puts");
        let accounts = store.account_facts(home, TODAY).await.expect("counts").expect("is there");
        assert_eq!((accounts.left_but_enabled, accounts.leavers_known), (1, true));
    })
    .await;
}

#[tokio::test]
async fn everything_known_is_gathered_for_one_facility_alone() {
    for_each_database(async |place| {
        let store = place.open().await;
        let catalogue = no_questions();
        let (home, assessment) = hospital(&store).await;
        let other = facility(&store, "隣").await;
        saved(save(&store, (home, assessment), "q-00", 1, None).await);
        emr(&store, home).await;
        let vendor = vendor(&store, home, "2027-03-31").await;
        store.add_record(&system(), home, &matrix(vendor)).await.expect("adds");
        store
            .add_record(&system(), home, &Connection { name: "保守".into(), ..Connection::default() })
            .await
            .expect("adds");
        let server = Asset { name: "サーバ".into(), kind: AssetKind::Server, ..Asset::default() };
        store.change_assets(&system(), home, &[AssetChange::Create(server)], "edit").await.expect("creates");
        let facts = store.facts(&catalogue, home, TODAY).await.expect("gathers");
        assert_eq!(
            facts.ledger.as_ref().map(|ledger| (ledger.total, ledger.servers, ledger.without_owner)),
            Some((1, 1, 1))
        );
        assert_eq!(facts.systems.as_ref().map(|systems| (systems.total, systems.without_rto)), Some((1, 0)));
        assert_eq!(facts.vendors.as_ref().map(|vendors| (vendors.total, vendors.contracted)), Some((1, 1)));
        assert_eq!(facts.connections.as_ref().map(|lines| lines.total), Some(1));
        assert_eq!(facts.responsibility.as_ref().map(|matrix| matrix.cells), Some(3));
        assert_eq!(facts.accounts, None);
        assert_eq!(store.facts(&catalogue, other, TODAY).await.expect("gathers"), FactSheet::default());
    })
    .await;
}

/// A catalogue without questionnaires: what answers say is the business of the model.
fn no_questions() -> hakutaku_model::catalogue::Catalogue {
    hakutaku_model::catalogue::Catalogue::default()
}
