//! Medical information systems: what the devices are there for.

use crate::party::Party;
use crate::record::Register;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What a system does for the institution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SystemKind {
    /// Electronic medical record.
    Emr,
    /// Order entry.
    OrderEntry,
    /// Claims (receipt computer).
    Claims,
    /// Online eligibility check and online claims.
    Eligibility,
    /// Laboratory.
    Laboratory,
    /// Imaging (PACS, radiology information).
    Imaging,
    /// Pharmacy.
    Pharmacy,
    /// Nursing.
    Nursing,
    /// Nurse call and patient monitoring.
    NurseCall,
    /// Operating theatre, intensive care, anaesthesia.
    Theatre,
    /// Meals.
    Meals,
    /// Supplies and logistics.
    Supplies,
    /// Regional network.
    RegionalNetwork,
    /// Telehealth.
    OnlineCare,
    /// Office: mail, files, staff.
    Office,
    /// Directory, network services, monitoring: what the others stand on.
    Infrastructure,
    /// Another one.
    Other,
}

impl SystemKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 17] = [
        Self::Emr,
        Self::OrderEntry,
        Self::Claims,
        Self::Eligibility,
        Self::Laboratory,
        Self::Imaging,
        Self::Pharmacy,
        Self::Nursing,
        Self::NurseCall,
        Self::Theatre,
        Self::Meals,
        Self::Supplies,
        Self::RegionalNetwork,
        Self::OnlineCare,
        Self::Office,
        Self::Infrastructure,
        Self::Other,
    ];

    /// The stable key of files, forms and databases.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Emr => "emr",
            Self::OrderEntry => "order_entry",
            Self::Claims => "claims",
            Self::Eligibility => "eligibility",
            Self::Laboratory => "laboratory",
            Self::Imaging => "imaging",
            Self::Pharmacy => "pharmacy",
            Self::Nursing => "nursing",
            Self::NurseCall => "nurse_call",
            Self::Theatre => "theatre",
            Self::Meals => "meals",
            Self::Supplies => "supplies",
            Self::RegionalNetwork => "regional_network",
            Self::OnlineCare => "online_care",
            Self::Office => "office",
            Self::Infrastructure => "infrastructure",
            Self::Other => "other",
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
            Self::Emr => Text::new("電子カルテ", "Electronic medical record"),
            Self::OrderEntry => Text::new("オーダリング", "Order entry"),
            Self::Claims => Text::new("医事会計・レセプト", "Claims"),
            Self::Eligibility => Text::new("オンライン資格確認・請求", "Online eligibility and claims"),
            Self::Laboratory => Text::new("検体検査", "Laboratory"),
            Self::Imaging => Text::new("放射線・画像", "Imaging"),
            Self::Pharmacy => Text::new("調剤・薬剤", "Pharmacy"),
            Self::Nursing => Text::new("看護", "Nursing"),
            Self::NurseCall => Text::new("ナースコール・モニタ", "Nurse call and monitors"),
            Self::Theatre => Text::new("手術・集中治療", "Theatre and intensive care"),
            Self::Meals => Text::new("給食・栄養", "Meals"),
            Self::Supplies => Text::new("物品・物流", "Supplies"),
            Self::RegionalNetwork => Text::new("地域医療連携", "Regional network"),
            Self::OnlineCare => Text::new("オンライン診療", "Telehealth"),
            Self::Office => Text::new("事務・情報共有", "Office"),
            Self::Infrastructure => Text::new("共通基盤", "Shared infrastructure"),
            Self::Other => Text::new("その他", "Other"),
        }
    }

    /// Whether it is one of those the 2024 reimbursement Q&A (no. 47) names as the least needed to go on treating:
    /// medical record, order entry, claims.
    #[must_use]
    pub fn is_essential(self) -> bool {
        matches!(self, Self::Emr | Self::OrderEntry | Self::Claims)
    }
}

/// A medical information system of a facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// As people call it.
    pub name: String,
    /// What it does.
    pub kind: SystemKind,
    /// Product and version, if known.
    #[serde(default)]
    pub product: String,
    /// Department that owns it.
    #[serde(default)]
    pub owner: String,
    /// Who supplies and maintains it.
    #[serde(default)]
    pub vendor: Option<Party>,
    /// Hours until it must be back (recovery time objective).
    #[serde(default)]
    pub rto_hours: Option<u32>,
    /// Hours of data that may be lost (recovery point objective).
    #[serde(default)]
    pub rpo_hours: Option<u32>,
    /// Rank by harm to patients while it is down: 1 is the worst. Independent of the recovery order.
    #[serde(default)]
    pub clinical_importance: Option<u16>,
    /// In which order it is restarted: 1 is first (the directory often comes before the medical record).
    #[serde(default)]
    pub recovery_order: Option<u16>,
    /// Network segment.
    #[serde(default)]
    pub segment: String,
    /// What people do on paper while it is down, or any remark.
    #[serde(default)]
    pub note: String,
}

impl Register for System {
    const KIND: &'static str = "system";

    fn label(&self) -> String {
        self.name.clone()
    }
}
