//! The hospital's medical information systems, with both ranks and the hours they may be away.

use hakutaku_model::party::Party;
use hakutaku_model::record::RecordId;
use hakutaku_model::system::{System, SystemKind};

/// Name, kind, product, owner, firm, hours until back, hours of data lost, clinical importance, recovery order, segment,
/// on paper. 0 for an hour or rank that nobody has decided yet.
type Row = (
    &'static str,
    SystemKind,
    &'static str,
    &'static str,
    &'static str,
    u32,
    u32,
    u16,
    u16,
    &'static str,
    &'static str,
);

/// In the order of the register.
pub(crate) const ROWS: [Row; 12] = [
    ("電子カルテ", SystemKind::Emr, "見本カルテ 7", "医療情報管理室", "emr", 24, 4, 1, 3, "診療系", "紙カルテと前日の要約の印刷で続ける"),
    ("オーダリング", SystemKind::OrderEntry, "見本カルテ 7", "医療情報管理室", "emr", 24, 4, 2, 4, "診療系", "紙の指示票"),
    ("医事会計・レセプト", SystemKind::Claims, "見本医事 5", "医事課", "emr", 72, 24, 9, 8, "事務系", "手書きの会計票、後日入力"),
    ("オンライン資格確認", SystemKind::Eligibility, "", "医事課", "network", 48, 0, 10, 9, "資格確認系", "保険証の控えを取る"),
    ("検体検査", SystemKind::Laboratory, "見本検査 4", "検査科", "laboratory", 12, 4, 3, 5, "検査系", "検査機器の画面から紙に写す"),
    ("画像（PACS）", SystemKind::Imaging, "見本画像 3", "放射線科", "imaging", 24, 24, 4, 6, "画像系", "撮影装置の画面で読む"),
    ("調剤支援", SystemKind::Pharmacy, "見本調剤 2", "薬剤科", "emr", 12, 4, 5, 7, "診療系", "手書きの処方箋と手作業の監査"),
    ("ナースコール・モニタ", SystemKind::NurseCall, "見本コール", "看護部", "", 4, 0, 6, 10, "病棟設備", "見回りを30分おきにする"),
    ("手術・麻酔記録", SystemKind::Theatre, "", "手術室", "imaging", 0, 0, 7, 0, "診療系", "紙の麻酔記録"),
    ("給食・栄養", SystemKind::Meals, "見本献立", "栄養科", "meals", 24, 24, 11, 11, "事務系", "前日の食札を使う"),
    ("ファイル共有", SystemKind::Office, "", "情報システム係", "", 96, 24, 12, 12, "事務系", ""),
    ("認証と名前の台（ディレクトリ）", SystemKind::Infrastructure, "", "情報システム係", "network", 8, 24, 8, 1, "基盤", "これが戻らないと、ほかのシステムに入れない"),
];

/// The rows; `firm` finds a vendor's row by its key.
pub(crate) fn systems(firm: impl Fn(&str) -> Option<RecordId>) -> Vec<System> {
    ROWS.iter()
        .map(|(name, kind, product, owner, vendor, rto, rpo, importance, order, segment, note)| System {
            name: (*name).to_owned(),
            kind: *kind,
            product: (*product).to_owned(),
            owner: (*owner).to_owned(),
            vendor: firm(vendor).map(Party::Vendor),
            rto_hours: Some(*rto).filter(|hours| *hours > 0),
            // Nothing may be lost where nothing is stored; undecided only where the other hours are, too.
            rpo_hours: Some(*rpo).filter(|hours| *hours > 0 || *rto > 0),
            clinical_importance: Some(*importance).filter(|rank| *rank > 0),
            recovery_order: Some(*order).filter(|rank| *rank > 0),
            segment: (*segment).to_owned(),
            note: (*note).to_owned(),
        })
        .collect()
}
