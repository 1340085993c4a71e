//! The ledger of devices.

use crate::fixture::{facility, noon, system};
use hakutaku_model::facts::LedgerFacts;
use hakutaku_model::id::{AssetId, FacilityId};
use hakutaku_model::journal::Chain;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{Asset, AssetKind, Column, KeptAsset};
use hakutaku_model::system::{System, SystemKind};
use hakutaku_store::testing::for_each_database;
use hakutaku_store::{AssetChange, AssetFilter, AssetQuery, Direction, NewDocument, Store, StoreError};
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 11, 21);

fn named(number: &str, name: &str) -> Asset {
    Asset { number: number.to_owned(), name: name.to_owned(), ..Asset::default() }
}

fn creating(assets: impl IntoIterator<Item = Asset>) -> Vec<AssetChange> {
    assets.into_iter().map(AssetChange::Create).collect()
}

async fn create(store: &Store, home: FacilityId, assets: impl IntoIterator<Item = Asset>) -> Vec<KeptAsset> {
    store.change_assets(&system(), home, &creating(assets), "edit").await.expect("creates").rows
}

fn change(row: &KeptAsset, edit: impl FnOnce(&mut Asset)) -> AssetChange {
    let mut asset = row.asset.clone();
    edit(&mut asset);
    AssetChange::Change { id: row.id, expected: row.version, asset }
}

async fn names(store: &Store, home: FacilityId, query: &AssetQuery) -> Vec<String> {
    let page = store.assets_page(home, query).await.expect("finds");
    page.rows.into_iter().map(|row| row.asset.name).collect()
}

fn looking_for(text: &str) -> AssetQuery {
    AssetQuery { text: text.to_owned(), ..AssetQuery::new(TODAY) }
}

fn medical_record() -> System {
    System {
        name: "電子カルテ".to_owned(),
        kind: SystemKind::Emr,
        product: String::new(),
        owner: String::new(),
        vendor: None,
        rto_hours: Some(4),
        rpo_hours: None,
        clinical_importance: Some(1),
        recovery_order: None,
        segment: String::new(),
        note: String::new(),
    }
}

#[tokio::test]
async fn a_batch_is_all_or_nothing_with_one_log_entry() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let entries = async || store.recent_journal(Chain::Facility(home), 100).await.expect("reads").len();
        let before = entries().await;
        let rows = create(&store, home, (0..250).map(|n| named(&format!("PC-{n:03}"), "端末"))).await;
        assert_eq!((rows.len(), rows[0].version, rows[0].created_at), (250, 1, noon()));
        assert_eq!(entries().await, before + 1);
        // The last one clashes: nothing of it stands.
        let mut changes: Vec<AssetChange> =
            rows[1..].iter().map(|row| change(row, |a| a.place = "3階".to_owned())).collect();
        changes.push(change(&rows[0], |a| a.number = "pc-001".to_owned()));
        let refused = store.change_assets(&system(), home, &changes, "edit").await;
        assert!(matches!(refused, Err(StoreError::AlreadyExists(_))), "{refused:?}");
        assert_eq!(store.all_assets(home).await.expect("lists"), rows);
        assert_eq!(entries().await, before + 1);
        let stale = AssetChange::Retire { id: rows[0].id, expected: 7 };
        let refused = store.change_assets(&system(), home, &[changes.remove(0), stale], "edit").await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))), "{refused:?}");
        assert_eq!(store.all_assets(home).await.expect("lists"), rows);
    })
    .await;
}

#[tokio::test]
async fn an_equal_content_changes_nothing_and_texts_are_tidied() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let row = create(&store, home, [named(" A1 ", "𠮷野\nサーバ")]).await.remove(0);
        assert_eq!((row.asset.number.as_str(), row.asset.name.as_str()), ("A1", "𠮷野 サーバ"));
        let same = store.change_assets(&system(), home, &[change(&row, |_| ())], "edit").await.expect("changes");
        assert_eq!((same.changed, same.rows[0].version), (0, 1));
        assert!(matches!(store.undo_assets(&system(), home, same.id).await, Err(StoreError::NotFound(_))));
        let twice = [change(&row, |_| ()), AssetChange::Retire { id: row.id, expected: 1 }];
        assert!(matches!(store.change_assets(&system(), home, &twice, "edit").await, Err(StoreError::Invalid(_))));
        let nameless = creating([Asset::default()]);
        assert!(matches!(store.change_assets(&system(), home, &nameless, "edit").await, Err(StoreError::Invalid(_))));
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_undone_as_one_unless_one_of_its_rows_changed_since() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let rows = create(&store, home, [named("1", "一"), named("2", "二"), named("3", "三")]).await;
        let changes = [
            // Two rows change their numbers with each other; one goes, one comes.
            change(&rows[0], |a| a.number = "2".to_owned()),
            change(&rows[1], |a| a.number = "1".to_owned()),
            AssetChange::Retire { id: rows[2].id, expected: 1 },
            AssetChange::Create(named("3", "新三")),
        ];
        let batch = store.change_assets(&system(), home, &changes, "edit").await.expect("changes");
        assert_eq!(batch.changed, 4);
        let undone = store.undo_assets(&system(), home, batch.id).await.expect("undoes");
        let now = store.all_assets(home).await.expect("lists");
        let said = |rows: &[KeptAsset]| rows.iter().map(|row| row.asset.clone()).collect::<Vec<_>>();
        assert_eq!(said(&now), said(&rows));
        assert_eq!(store.asset_batch(home, batch.id).await.expect("reads").undone_by, Some(undone.id));
        // The undoing is undone: the changes are there again.
        store.undo_assets(&system(), home, undone.id).await.expect("undoes the undoing");
        let now = store.all_assets(home).await.expect("lists");
        assert_eq!(now.iter().map(|row| row.asset.number.as_str()).collect::<Vec<_>>(), ["2", "1", "3"]);
        let history = store.asset_history(home, rows[0].id).await.expect("reads");
        assert_eq!(
            history.iter().map(|v| (v.version, v.why.as_str())).collect::<Vec<_>>(),
            [(4, "undo"), (3, "undo"), (2, "edit"), (1, "edit")]
        );
        let again = store.undo_assets(&system(), home, batch.id).await;
        assert!(matches!(again, Err(StoreError::Conflict(_))), "{again:?}");
    })
    .await;
}

#[tokio::test]
async fn a_number_is_in_use_once_however_wide_its_letters_are() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (home, other) = (facility(&store, "一").await, facility(&store, "二").await);
        let row = create(&store, home, [named("PC-1", "甲"), named("", "乙"), named("", "丙")]).await.remove(0);
        let again = store.change_assets(&system(), home, &creating([named("ｐｃ-１", "丁")]), "edit").await;
        assert!(matches!(again, Err(StoreError::AlreadyExists(_))), "{again:?}");
        create(&store, other, [named("PC-1", "甲")]).await;
        let found = store.asset_by_number(home, "ＰＣ-１").await.expect("looks");
        assert_eq!(found.map(|found| found.id), Some(row.id));
        let retire = [AssetChange::Retire { id: row.id, expected: 1 }];
        let retired = store.change_assets(&system(), home, &retire, "edit").await.expect("retires");
        create(&store, home, [named("PC-1", "後継")]).await;
        let restored = store.undo_assets(&system(), home, retired.id).await;
        assert!(matches!(restored, Err(StoreError::AlreadyExists(_))), "{restored:?}");
        assert!(store.asset(home, row.id).await.expect("stays readable").retired_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn no_facility_sees_changes_or_refers_to_what_is_anothers() {
    for_each_database(async |place| {
        let store = place.open().await;
        let (ours, theirs) = (facility(&store, "一").await, facility(&store, "二").await);
        let batch = store.change_assets(&system(), ours, &creating([named("1", "甲")]), "edit").await.expect("creates");
        let row = &batch.rows[0];
        assert!(matches!(store.asset(theirs, row.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(store.asset_history(theirs, row.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(store.asset_batch(theirs, batch.id).await, Err(StoreError::NotFound(_))));
        assert!(matches!(store.undo_assets(&system(), theirs, batch.id).await, Err(StoreError::NotFound(_))));
        assert!(store.all_assets(theirs).await.expect("lists").is_empty());
        assert_eq!(store.assets_page(theirs, &AssetQuery::new(TODAY)).await.expect("lists").total, 0);
        assert_eq!(store.asset_by_number(theirs, "1").await.expect("looks"), None);
        assert_eq!(store.ledger_facts(theirs, TODAY).await.expect("counts"), None);
        for change in [change(row, |a| a.name = "乙".to_owned()), AssetChange::Retire { id: row.id, expected: 1 }] {
            let refused = store.change_assets(&system(), theirs, &[change], "edit").await;
            assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
        }
        let foreign = store.add_record(&system(), theirs, &medical_record()).await.expect("adds").id;
        let photo = NewDocument {
            assessment: None,
            question: None,
            name: "写真.png".to_owned(),
            media_type: "image/png".to_owned(),
        };
        let photo = store.add_document(&system(), theirs, &photo, vec![1]).await.expect("adds").id;
        for asset in [
            Asset { system: Some(foreign), ..named("2", "乙") },
            Asset { vendor: Some(foreign), ..named("2", "乙") },
            Asset { documents: vec![photo], ..named("2", "乙") },
        ] {
            let refused = store.change_assets(&system(), ours, &creating([asset]), "edit").await;
            assert!(matches!(refused, Err(StoreError::NotFound(_))), "{refused:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_finds_whatever_the_width_the_kana_and_the_name_of_the_system() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let emr = store.add_record(&system(), home, &medical_record()).await.expect("adds").id;
        create(
            &store,
            home,
            [
                Asset { place: "ナースステーション".to_owned(), ..named("PC-100%", "一") },
                Asset { owner: "𠮷野 太郎".to_owned(), ..named("PC-1000", "二") },
                Asset { system: Some(emr), ..named("SV_1", "三") },
            ],
        )
        .await;
        for (text, found) in [
            ("ﾅｰｽｽﾃｰｼｮﾝ", vec!["一"]),
            ("なーす", vec!["一"]),
            ("𠮷野", vec!["二"]),
            ("吉野", vec![]),
            ("ｐｃ－１００", vec!["一", "二"]),
            ("pc-100%", vec!["一"]),
            ("sv_", vec!["三"]),
            ("ｶﾙﾃ", vec!["三"]),
            ("pc 太郎", vec!["二"]),
            ("pc 三", vec![]),
        ] {
            assert_eq!(names(&store, home, &looking_for(text)).await, found, "{text}");
        }
        let only = |filter| AssetQuery { filters: vec![filter], ..AssetQuery::new(TODAY) };
        assert_eq!(names(&store, home, &only(AssetFilter::Contains(Column::Owner, "ﾀﾛｳ".to_owned()))).await, [""; 0]);
        assert_eq!(names(&store, home, &only(AssetFilter::Contains(Column::Owner, "太郎".to_owned()))).await, ["二"]);
        assert_eq!(names(&store, home, &only(AssetFilter::Empty(Column::Owner))).await, ["一", "三"]);
        assert_eq!(names(&store, home, &only(AssetFilter::Empty(Column::System))).await, ["一", "二"]);
        assert_eq!(names(&store, home, &only(AssetFilter::System(emr))).await, ["三"]);
    })
    .await;
}

#[tokio::test]
async fn pages_are_in_order_with_the_unknown_last_in_both_directions() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let emr = store.add_record(&system(), home, &medical_record()).await.expect("adds").id;
        create(
            &store,
            home,
            [
                Asset { support_ends: Some(date(2027, 1, 1)), kind: AssetKind::Server, ..named("b", "一") },
                Asset { rto_hours: Some(24), ..named("", "二") },
                Asset {
                    support_ends: Some(date(2026, 1, 1)),
                    rto_hours: Some(4),
                    system: Some(emr),
                    ..named("A", "三")
                },
                Asset { kind: AssetKind::Other, ..named("", "四") },
            ],
        )
        .await;
        let sorted = async |column, direction, offset, limit| {
            let query = AssetQuery { sort: Some((column, direction)), offset, limit, ..AssetQuery::new(TODAY) };
            names(&store, home, &query).await.concat()
        };
        use Direction::{Down, Up};
        assert_eq!(sorted(Column::Number, Up, 0, 9).await, "三一二四");
        assert_eq!(sorted(Column::Number, Down, 0, 9).await, "一三二四");
        assert_eq!(sorted(Column::SupportEnds, Up, 0, 9).await, "三一二四");
        assert_eq!(sorted(Column::RtoHours, Down, 0, 9).await, "二三一四");
        assert_eq!(sorted(Column::System, Down, 0, 9).await, "三一二四");
        assert_eq!(sorted(Column::Kind, Up, 0, 9).await, "一二三四");
        for column in Column::ALL {
            for direction in [Up, Down] {
                let whole = sorted(column, direction, 0, 9).await;
                let mut parts = String::new();
                for at in 0..4 {
                    parts += &sorted(column, direction, at, 1).await;
                }
                assert_eq!(parts, whole, "{column:?} {direction:?}");
                assert_eq!(sorted(column, direction, 4, 1).await, "");
            }
        }
        let page = AssetQuery { limit: 1, marks: vec![Mark::SupportEnded, Mark::NoOwner], ..AssetQuery::new(TODAY) };
        assert_eq!(store.assets_page(home, &page).await.expect("finds").total, 1);
    })
    .await;
}

#[tokio::test]
async fn the_database_counts_what_the_rules_count() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        assert_eq!(store.ledger_facts(home, TODAY).await.expect("counts"), None);
        assert_eq!(store.system_facts(home).await.expect("counts"), None);
        store.add_record(&system(), home, &medical_record()).await.expect("adds");
        let facts = store.system_facts(home).await.expect("counts").expect("some");
        assert_eq!((facts.total, facts.without_rto, facts.without_ranks), (1, 0, 1));
        let assets = (0..40_u32).map(|n| Asset {
            kind: AssetKind::ALL[n as usize % 6],
            owner: if n % 3 == 0 { "情報課".to_owned() } else { String::new() },
            place: if n % 4 == 0 { "本館".to_owned() } else { String::new() },
            os: if n % 5 == 0 { "Windows 11".to_owned() } else { String::new() },
            support_ends: (n % 3 != 1)
                .then_some(date(2026, 11, 20).checked_add(jiff::Span::new().days(n % 3)).expect("a day")),
            remote_maintenance: [None, Some(true), Some(false)][n as usize % 3],
            ..named("", &format!("機器{n}"))
        });
        let rows = create(&store, home, assets).await;
        let retire: Vec<AssetChange> =
            rows[30..].iter().map(|row| AssetChange::Retire { id: row.id, expected: 1 }).collect();
        store.change_assets(&system(), home, &retire, "edit").await.expect("retires");
        let rows = store.all_assets(home).await.expect("lists");
        assert_eq!(rows.len(), 30);
        assert_eq!(store.ledger_facts(home, TODAY).await.expect("counts"), LedgerFacts::of(&rows, TODAY));
        let counts = store.asset_counts(home, TODAY).await.expect("counts");
        for mark in Mark::ALL {
            let query = AssetQuery { marks: vec![mark], ..AssetQuery::new(TODAY) };
            let page = store.assets_page(home, &query).await.expect("finds");
            assert_eq!(page.total, counts.marks.get(&mark).copied().unwrap_or(0), "{mark:?}");
            assert!(page.rows.iter().all(|row| mark.is_on(&row.asset, TODAY)));
        }
        let retired = AssetQuery { retired: true, ..AssetQuery::new(TODAY) };
        assert_eq!(store.assets_page(home, &retired).await.expect("finds").total, 10);
    })
    .await;
}

#[tokio::test]
async fn rows_are_read_in_the_order_they_are_asked_for() {
    for_each_database(async |place| {
        let store = place.open().await;
        let home = facility(&store, "白沢").await;
        let rows = create(&store, home, (0..3).map(|n| named("", &n.to_string()))).await;
        let ids: Vec<AssetId> = [2, 0].map(|at: usize| rows[at].id).to_vec();
        let read = store.assets_of(home, &ids).await.expect("reads");
        assert_eq!(read.iter().map(|row| row.asset.name.as_str()).collect::<Vec<_>>(), ["2", "0"]);
    })
    .await;
}
