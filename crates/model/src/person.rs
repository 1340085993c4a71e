//! People with accounts, and their roles.

use crate::text::Text;
use serde::{Deserialize, Serialize};

/// What a person is to a facility. One person may hold different roles at different facilities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 管理者: sets the installation up; holds for all facilities.
    Administrator,
    /// 医療情報システム安全管理責任者: answers for the facility's security.
    SafetyManager,
    /// システム担当者: does the daily work.
    ItOperator,
    /// 経営層: reads the one page, decides, answers the executives' form.
    Executive,
    /// 回答者: answers what was handed over.
    Respondent,
    /// 監査者: reads everything, changes nothing.
    Auditor,
    /// 地域の支援者: a stronger neighbour who sees results, not comments or files.
    RegionalSupporter,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 7] = [
        Self::Administrator,
        Self::SafetyManager,
        Self::ItOperator,
        Self::Executive,
        Self::Respondent,
        Self::Auditor,
        Self::RegionalSupporter,
    ];

    /// The stable key used in files, forms and databases.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::SafetyManager => "safety_manager",
            Self::ItOperator => "it_operator",
            Self::Executive => "executive",
            Self::Respondent => "respondent",
            Self::Auditor => "auditor",
            Self::RegionalSupporter => "regional_supporter",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Administrator => Text::new("管理者", "Administrator"),
            Self::SafetyManager => Text::new("安全管理責任者", "Safety manager"),
            Self::ItOperator => Text::new("システム担当者", "IT operator"),
            Self::Executive => Text::new("経営層", "Executive"),
            Self::Respondent => Text::new("回答者", "Respondent"),
            Self::Auditor => Text::new("監査者（閲覧のみ）", "Auditor (read-only)"),
            Self::RegionalSupporter => Text::new("地域の支援者", "Regional supporter"),
        }
    }
}
