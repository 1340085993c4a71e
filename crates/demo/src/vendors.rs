//! The six firms the hospital leans on, all made up; telephones are of a range that nobody has.

use hakutaku_model::party::Contact;
use hakutaku_model::record::RecordId;
use hakutaku_model::vendor::{Company, Contract, Engagement};
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

/// The companies, as the installation keeps them.
pub(crate) fn companies() -> Vec<Company> {
    FIRMS
        .iter()
        .map(|firm| Company {
            name: firm.name.to_owned(),
            corporate_number: String::new(),
            website: String::new(),
            certificates: Vec::new(),
            products: Vec::new(),
        })
        .collect()
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
