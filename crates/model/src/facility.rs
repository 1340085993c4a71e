//! Medical institutions.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What kind of institution it is; decides which questionnaires are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FacilityKind {
    /// 病院: 20 beds or more (Medical Care Act, article 1-5).
    Hospital,
    /// 診療所, with or without beds (19 or fewer).
    Clinic,
    /// 歯科診療所.
    DentalClinic,
    /// 薬局.
    Pharmacy,
    /// 介護施設.
    CareHome,
    /// 助産所.
    MaternityHome,
}

impl FacilityKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 6] =
        [Self::Hospital, Self::Clinic, Self::DentalClinic, Self::Pharmacy, Self::CareHome, Self::MaternityHome];

    /// The stable key used in files, forms and databases.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Hospital => "hospital",
            Self::Clinic => "clinic",
            Self::DentalClinic => "dental_clinic",
            Self::Pharmacy => "pharmacy",
            Self::CareHome => "care_home",
            Self::MaternityHome => "maternity_home",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Hospital => Text::new("病院", "Hospital"),
            Self::Clinic => Text::new("診療所", "Clinic"),
            Self::DentalClinic => Text::new("歯科診療所", "Dental clinic"),
            Self::Pharmacy => Text::new("薬局", "Pharmacy"),
            Self::CareHome => Text::new("介護施設", "Care home"),
            Self::MaternityHome => Text::new("助産所", "Maternity home"),
        }
    }

    /// Questionnaires ticked at first for this kind; the set-up wizard lets people change them.
    #[must_use]
    pub fn suggested_questionnaires(self) -> &'static [&'static str] {
        match self {
            Self::Hospital => &["hospital-it", "executive", "network-typology"],
            _ => &["small-facility"],
        }
    }
}

/// The size classes of the ministry's bed statistics, as in the published figures.
#[must_use]
pub fn bed_class(beds: u32) -> Option<&'static str> {
    match beds {
        20..=99 => Some("20-99"),
        100..=199 => Some("100-199"),
        200..=299 => Some("200-299"),
        300..=399 => Some("300-399"),
        400..=499 => Some("400-499"),
        500.. => Some("500+"),
        _ => None,
    }
}

/// The 47 prefectures in the order of JIS X 0401; the position plus one is the code.
pub const PREFECTURES: [(&str, &str); 47] = [
    ("北海道", "Hokkaido"),
    ("青森県", "Aomori"),
    ("岩手県", "Iwate"),
    ("宮城県", "Miyagi"),
    ("秋田県", "Akita"),
    ("山形県", "Yamagata"),
    ("福島県", "Fukushima"),
    ("茨城県", "Ibaraki"),
    ("栃木県", "Tochigi"),
    ("群馬県", "Gunma"),
    ("埼玉県", "Saitama"),
    ("千葉県", "Chiba"),
    ("東京都", "Tokyo"),
    ("神奈川県", "Kanagawa"),
    ("新潟県", "Niigata"),
    ("富山県", "Toyama"),
    ("石川県", "Ishikawa"),
    ("福井県", "Fukui"),
    ("山梨県", "Yamanashi"),
    ("長野県", "Nagano"),
    ("岐阜県", "Gifu"),
    ("静岡県", "Shizuoka"),
    ("愛知県", "Aichi"),
    ("三重県", "Mie"),
    ("滋賀県", "Shiga"),
    ("京都府", "Kyoto"),
    ("大阪府", "Osaka"),
    ("兵庫県", "Hyogo"),
    ("奈良県", "Nara"),
    ("和歌山県", "Wakayama"),
    ("鳥取県", "Tottori"),
    ("島根県", "Shimane"),
    ("岡山県", "Okayama"),
    ("広島県", "Hiroshima"),
    ("山口県", "Yamaguchi"),
    ("徳島県", "Tokushima"),
    ("香川県", "Kagawa"),
    ("愛媛県", "Ehime"),
    ("高知県", "Kochi"),
    ("福岡県", "Fukuoka"),
    ("佐賀県", "Saga"),
    ("長崎県", "Nagasaki"),
    ("熊本県", "Kumamoto"),
    ("大分県", "Oita"),
    ("宮崎県", "Miyazaki"),
    ("鹿児島県", "Kagoshima"),
    ("沖縄県", "Okinawa"),
];

/// What people tell about their institution in the set-up wizard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacilityProfile {
    /// Name as on the sign; 1–120 characters.
    pub name: String,
    /// Kind of institution.
    pub kind: FacilityKind,
    /// JIS X 0401 code, 1–47.
    pub prefecture: u8,
    /// Licensed beds; 0 for those without.
    pub beds: u32,
    /// People whose main work is IT, in tenths of a full post (5 = half a post).
    pub it_staff_tenths: u32,
}
