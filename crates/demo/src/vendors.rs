//! The six firms the hospital leans on, all made up; telephones are of a range that nobody has.

use hakutaku_model::party::Contact;
use hakutaku_model::record::RecordId;
use hakutaku_model::vendor::{Certificate, Company, Contract, DataPlace, Engagement, ProductInUse, Subprocessor};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

/// A firm of the story.
pub(crate) struct Firm {
    /// How the other tables name it.
    pub(crate) key: &'static str,
    name: &'static str,
    contact: (&'static str, &'static str),
    emergency: (&'static str, &'static str, &'static str),
    /// Title, years since it began, whether it covers maintenance; its end where it has one: days from today.
    contract: (&'static str, i16, bool, Option<i64>),
    note: &'static str,
}

/// In the order of the register.
pub(crate) const FIRMS: [Firm; 6] = [
    Firm {
        key: "emr",
        name: "見本電子カルテサービス（架空の会社）",
        contact: ("営業 岡部 進", "000-0000-0110"),
        emergency: ("保守受付", "000-0000-0119", "24時間"),
        contract: ("電子カルテ・オーダリング保守契約", 6, true, None),
        note: "遠隔保守はVPN装置 N-003 を通る",
    },
    Firm {
        key: "imaging",
        name: "見本画像システム（架空の会社）",
        contact: ("担当 永田 香", "000-0000-0210"),
        emergency: ("画像の保守窓口", "000-0000-0219", "24時間"),
        contract: ("画像システム保守契約", 4, true, Some(95)),
        note: "",
    },
    Firm {
        key: "laboratory",
        name: "見本検査機器（架空の会社）",
        contact: ("担当 未定", "000-0000-0310"),
        emergency: ("", "000-0000-0319", "平日 9-17"),
        contract: ("検査システム賃貸借", 5, false, Some(250)),
        note: "遠隔保守の線の要不要を問い合わせ中",
    },
    Firm {
        key: "network",
        name: "見本通信サービス（架空の会社）",
        contact: ("岡部", "000-0000-0410"),
        emergency: ("監視センター", "000-0000-0419", "24時間"),
        contract: ("回線・VPN装置保守契約", 3, true, Some(40)),
        note: "ファイアウォール N-001 とVPN装置 N-003 を預ける",
    },
    Firm {
        key: "meals",
        name: "見本給食（架空の会社）",
        contact: ("栄養科の窓口 西川", "000-0000-0510"),
        emergency: ("", "", ""),
        contract: ("給食業務委託契約", 2, false, None),
        note: "献立の受け渡しに線を1本使う。システムの保守は契約にない",
    },
    Firm {
        key: "cloud",
        name: "見本クラウド保管（架空の会社）",
        contact: ("サポート", "000-0000-0610"),
        emergency: ("障害受付", "000-0000-0619", "24時間"),
        contract: ("バックアップ保管サービス利用契約", 1, true, Some(180)),
        note: "控えを国内の2か所に保管。書換えを止める設定あり",
    },
];

/// Firm, kind, number, what it covers, days until its last day, days since somebody looked, where.
type Paper = (&'static str, &'static str, &'static str, &'static str, i64, i64, &'static str);

const ISSUER: &str = "認証機関の登録一覧（見本）";

/// One ends soon, one has ended.
const CERTIFICATES: [Paper; 6] = [
    ("emr", "isms", "見本-IS-0107", "電子カルテの開発・保守部門", 61, 75, ISSUER),
    ("emr", "privacy-mark", "見本-PM-0107", "会社全体", 410, 75, ISSUER),
    ("imaging", "isms", "見本-IS-0208", "保守センター", 520, 75, ISSUER),
    ("network", "isms", "見本-IS-0409", "回線監視センター", 300, 75, ISSUER),
    ("cloud", "isms", "見本-IS-0610", "クラウド保管サービス", 280, 75, ISSUER),
    ("cloud", "iso27017", "見本-CL-0610", "クラウド保管サービス", -20, 75, "会社の説明だけ（登録一覧は未確認）"),
];

/// Firm, product, version, the systems it serves.
const PRODUCTS: [(&str, &str, &str, &[&str]); 8] = [
    ("emr", "見本カルテ", "7.3", &["電子カルテ", "オーダリング"]),
    ("emr", "見本医事", "5.1", &["医事会計・レセプト"]),
    ("emr", "見本調剤", "2.4", &["調剤支援"]),
    ("imaging", "見本画像", "3.0", &["画像（PACS）"]),
    ("laboratory", "見本検査", "4.2", &["検体検査"]),
    ("network", "見本回線監視", "", &["オンライン資格確認", "認証と名前の台（ディレクトリ）"]),
    ("meals", "見本献立", "2.0", &["給食・栄養"]),
    ("cloud", "見本クラウド保管", "", &[]),
];

/// Firm, what, where, whose law, days since it was confirmed, from where that is known.
type DataRow = (&'static str, &'static str, &'static str, &'static str, Option<i64>, &'static str);

const DATA: [DataRow; 4] = [
    ("emr", "障害の調査で預けるデータの写し", "日本（静岡県）", "日本", Some(80), "保守契約の別紙3"),
    ("imaging", "遠隔保守で見る画像", "日本（東京都）", "日本", Some(80), "事業者からの書面"),
    ("cloud", "バックアップ（暗号化済み）", "日本（東日本・西日本の2か所）", "日本", Some(60), "利用規約 第8条"),
    ("meals", "食数と禁忌の一覧", "分かっていません", "", None, ""),
];

/// Firm, who works for it, on what, country.
const SUBPROCESSORS: [(&str, &str, &str, &str); 3] = [
    ("emr", "見本ソフト開発（架空の会社）", "夜間の電話受付", "日本"),
    ("imaging", "見本保守網（架空の会社）", "機器の現地修理", "日本"),
    ("cloud", "見本データセンター（架空の会社）", "設備の運用", "日本"),
];

/// The companies, as the installation keeps them.
pub(crate) fn companies(today: Date) -> Vec<Company> {
    let certificates = |key: &str| {
        let own = CERTIFICATES.iter().filter(|(firm, ..)| *firm == key);
        own.map(|(_, kind, number, scope, left, looked, place)| Certificate {
            kind: (*kind).to_owned(),
            number: (*number).to_owned(),
            scope: (*scope).to_owned(),
            until: Some(today.saturating_add(left.days())),
            checked_on: Some(today.saturating_sub(looked.days())),
            checked_where: (*place).to_owned(),
        })
        .collect()
    };
    FIRMS
        .iter()
        .map(|firm| Company {
            name: firm.name.to_owned(),
            corporate_number: String::new(),
            website: String::new(),
            certificates: certificates(firm.key),
            products: PRODUCTS.iter().filter(|row| row.0 == firm.key).map(|row| row.1.to_owned()).collect(),
        })
        .collect()
}

/// The same engagement with what of the firm is in use: known only once the systems are listed.
pub(crate) fn with_products(
    key: &str,
    engagement: &Engagement,
    system: &dyn Fn(&str) -> Option<RecordId>,
    today: Date,
) -> Engagement {
    let product = |(_, name, version, systems): &(&str, &str, &str, &[&str])| ProductInUse {
        name: (*name).to_owned(),
        version: (*version).to_owned(),
        systems: systems.iter().filter_map(|name| system(name)).collect(),
    };
    Engagement {
        products: PRODUCTS.iter().filter(|row| row.0 == key).map(product).collect(),
        data: DATA
            .iter()
            .filter(|row| row.0 == key)
            .map(|(_, what, place, law, days, source)| DataPlace {
                what: (*what).to_owned(),
                place: (*place).to_owned(),
                law: (*law).to_owned(),
                confirmed_on: days.map(|days| today.saturating_sub(days.days())),
                source: (*source).to_owned(),
            })
            .collect(),
        subprocessors: SUBPROCESSORS
            .iter()
            .filter(|row| row.0 == key)
            .map(|(_, name, task, country)| Subprocessor {
                name: (*name).to_owned(),
                task: (*task).to_owned(),
                country: (*country).to_owned(),
            })
            .collect(),
        ..engagement.clone()
    }
}

/// What the hospital has with each company, in the order of [`companies`].
pub(crate) fn engagements(companies: &[RecordId], today: Date) -> Vec<Engagement> {
    FIRMS
        .iter()
        .zip(companies)
        .map(|(firm, company)| {
            let (title, years, maintenance, ends) = firm.contract;
            let contact = |(name, phone): (&str, &str), hours: &str| Contact {
                name: name.to_owned(),
                phone: phone.to_owned(),
                email: String::new(),
                hours: hours.to_owned(),
            };
            let (name, phone, hours) = firm.emergency;
            Engagement {
                company: *company,
                name: firm.name.to_owned(),
                contact: contact(firm.contact, ""),
                emergency: contact((name, phone), hours),
                contracts: vec![Contract {
                    title: title.to_owned(),
                    from: Some(date(today.year() - years, 4, 1)),
                    until: ends.map(|days| today.saturating_add(days.days())),
                    maintenance,
                }],
                products: Vec::new(),
                data: Vec::new(),
                subprocessors: Vec::new(),
                note: firm.note.to_owned(),
            }
        })
        .collect()
}
