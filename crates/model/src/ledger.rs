//! The ledger: servers, terminals, network devices, medical devices and cloud services.
//!
//! The types stand here; what holds for them is in [`check`] (what a row may say), [`cell`] (one cell from and to typed
//! text), [`mark`] (what is missing or due) and [`search`] (how rows are found and sorted).

pub mod cell;
pub mod check;
pub mod mark;
pub mod search;

use crate::id::{AssetId, DocumentId};
use crate::record::RecordId;
use crate::text::Text;
use crate::time::Ts;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// What kind of thing it is. The first three are the device groups of the ministry's checklists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AssetKind {
    /// サーバ.
    Server,
    /// 端末PC.
    #[default]
    Terminal,
    /// ネットワーク機器.
    NetworkDevice,
    /// 医療機器・IoMT.
    MedicalDevice,
    /// クラウドサービス.
    CloudService,
    /// その他（プリンタ、監視カメラなど）.
    Other,
}

impl AssetKind {
    /// All kinds, in the order they are offered.
    pub const ALL: [Self; 6] =
        [Self::Server, Self::Terminal, Self::NetworkDevice, Self::MedicalDevice, Self::CloudService, Self::Other];

    /// The stable key of files, forms and databases.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Terminal => "terminal",
            Self::NetworkDevice => "network_device",
            Self::MedicalDevice => "medical_device",
            Self::CloudService => "cloud_service",
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
            Self::Server => Text::new("サーバ", "Server"),
            Self::Terminal => Text::new("端末PC", "Terminal"),
            Self::NetworkDevice => Text::new("ネットワーク機器", "Network device"),
            Self::MedicalDevice => Text::new("医療機器", "Medical device"),
            Self::CloudService => Text::new("クラウドサービス", "Cloud service"),
            Self::Other => Text::new("その他", "Other"),
        }
    }
}

/// What is written about one device or service. Texts are trimmed, at most [`LONGEST_TEXT`] characters, never absent:
/// an empty one means "not known".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asset {
    /// Management number of the house (資産番号); unique in a facility unless empty. An import matches on it first.
    pub number: String,
    /// What people call it, or its host name.
    pub name: String,
    /// What it is.
    pub kind: AssetKind,
    /// The medical information system it serves: a row of [`crate::system::System`].
    pub system: Option<RecordId>,
    /// Department or person that owns it.
    pub owner: String,
    /// Building, floor, room, rack.
    pub place: String,
    /// Maker.
    pub maker: String,
    /// Model or product.
    pub model: String,
    /// Serial number; an import matches on it second.
    pub serial: String,
    /// Operating system with its version.
    pub os: String,
    /// Firmware or software version.
    pub firmware: String,
    /// The day the maker stops supporting this version.
    pub support_ends: Option<Date>,
    /// IP addresses, separated by spaces.
    pub ip: String,
    /// MAC address.
    pub mac: String,
    /// Network segment.
    pub segment: String,
    /// Whether a vendor maintains it from outside; `None`: nobody asked yet.
    pub remote_maintenance: Option<bool>,
    /// Who maintains it: a row of [`crate::vendor::Engagement`].
    pub vendor: Option<RecordId>,
    /// Hours until it must be back.
    pub rto_hours: Option<u32>,
    /// Hours of data that may be lost.
    pub rpo_hours: Option<u32>,
    /// Rank by harm to patients while it is down: 1 is the worst.
    pub clinical_importance: Option<u16>,
    /// In which order it is restarted: 1 is first.
    pub recovery_order: Option<u16>,
    /// The day it was last seen working or counted.
    pub last_seen: Option<Date>,
    /// A remark.
    pub note: String,
    /// Photos and documents of this facility.
    pub documents: Vec<DocumentId>,
}

/// The longest text of a field, in characters; of `note` ten times as many.
pub const LONGEST_TEXT: usize = 200;

/// A row of the ledger as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAsset {
    /// Its id.
    pub id: AssetId,
    /// 1 when made; one more with each change.
    pub version: i64,
    /// What is written about it.
    pub asset: Asset,
    /// When it was made.
    pub created_at: Ts,
    /// When it last changed.
    pub changed_at: Ts,
    /// The name of who changed it last.
    pub changed_by: String,
    /// When it was disposed of or taken out. Kept, and left out of lists.
    pub retired_at: Option<Ts>,
}

/// A column of the ledger as grids, files and filters name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    /// [`Asset::number`]
    Number,
    /// [`Asset::name`]
    Name,
    /// [`Asset::kind`]
    Kind,
    /// [`Asset::system`], shown by name
    System,
    /// [`Asset::owner`]
    Owner,
    /// [`Asset::place`]
    Place,
    /// [`Asset::maker`]
    Maker,
    /// [`Asset::model`]
    Model,
    /// [`Asset::serial`]
    Serial,
    /// [`Asset::os`]
    Os,
    /// [`Asset::firmware`]
    Firmware,
    /// [`Asset::support_ends`]
    SupportEnds,
    /// [`Asset::ip`]
    Ip,
    /// [`Asset::mac`]
    Mac,
    /// [`Asset::segment`]
    Segment,
    /// [`Asset::remote_maintenance`]
    RemoteMaintenance,
    /// [`Asset::vendor`], shown by name
    Vendor,
    /// [`Asset::rto_hours`]
    RtoHours,
    /// [`Asset::rpo_hours`]
    RpoHours,
    /// [`Asset::clinical_importance`]
    ClinicalImportance,
    /// [`Asset::recovery_order`]
    RecoveryOrder,
    /// [`Asset::last_seen`]
    LastSeen,
    /// [`Asset::note`]
    Note,
}

impl Column {
    /// All columns, in the order of grids and files.
    pub const ALL: [Self; 23] = [
        Self::Number,
        Self::Name,
        Self::Kind,
        Self::System,
        Self::Owner,
        Self::Place,
        Self::Maker,
        Self::Model,
        Self::Serial,
        Self::Os,
        Self::Firmware,
        Self::SupportEnds,
        Self::Ip,
        Self::Mac,
        Self::Segment,
        Self::RemoteMaintenance,
        Self::Vendor,
        Self::RtoHours,
        Self::RpoHours,
        Self::ClinicalImportance,
        Self::RecoveryOrder,
        Self::LastSeen,
        Self::Note,
    ];

    /// The stable key of files, forms and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
            Self::Kind => "kind",
            Self::System => "system",
            Self::Owner => "owner",
            Self::Place => "place",
            Self::Maker => "maker",
            Self::Model => "model",
            Self::Serial => "serial",
            Self::Os => "os",
            Self::Firmware => "firmware",
            Self::SupportEnds => "support_ends",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Segment => "segment",
            Self::RemoteMaintenance => "remote_maintenance",
            Self::Vendor => "vendor",
            Self::RtoHours => "rto_hours",
            Self::RpoHours => "rpo_hours",
            Self::ClinicalImportance => "clinical_importance",
            Self::RecoveryOrder => "recovery_order",
            Self::LastSeen => "last_seen",
            Self::Note => "note",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    /// The heading in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Number => Text::new("管理番号", "Number"),
            Self::Name => Text::new("名称", "Name"),
            Self::Kind => Text::new("種類", "Kind"),
            Self::System => Text::new("システム", "System"),
            Self::Owner => Text::new("管理部署・担当", "Owner"),
            Self::Place => Text::new("設置場所", "Place"),
            Self::Maker => Text::new("メーカー", "Maker"),
            Self::Model => Text::new("型番", "Model"),
            Self::Serial => Text::new("製造番号", "Serial number"),
            Self::Os => Text::new("OSと版", "OS and version"),
            Self::Firmware => Text::new("ファームウェア", "Firmware"),
            Self::SupportEnds => Text::new("サポート終了日", "Support ends"),
            Self::Ip => Text::new("IPアドレス", "IP address"),
            Self::Mac => Text::new("MACアドレス", "MAC address"),
            Self::Segment => Text::new("ネットワーク区画", "Segment"),
            Self::RemoteMaintenance => Text::new("遠隔保守", "Remote maintenance"),
            Self::Vendor => Text::new("保守事業者", "Maintained by"),
            Self::RtoHours => Text::new("目標復旧時間（時間）", "RTO (hours)"),
            Self::RpoHours => Text::new("目標復旧時点（時間）", "RPO (hours)"),
            Self::ClinicalImportance => Text::new("診療への影響順位", "Clinical importance"),
            Self::RecoveryOrder => Text::new("復旧順位", "Recovery order"),
            Self::LastSeen => Text::new("最終確認日", "Last seen"),
            Self::Note => Text::new("備考", "Note"),
        }
    }
}
