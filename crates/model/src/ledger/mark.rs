//! What is missing in a row or due, and how many rows that concerns.

use super::{Asset, AssetKind, KeptAsset};
use crate::facts::LedgerFacts;
use crate::text::Text;
use crate::time::Ts;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Something worth looking at in a row; the lists filter by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Nobody owns it.
    NoOwner,
    /// Nobody knows where it is.
    NoPlace,
    /// The maker has stopped supporting it.
    SupportEnded,
    /// Nobody knows how long it is supported.
    SupportUnknown,
    /// A server, terminal or network device of which neither operating system nor firmware version is known.
    VersionUnknown,
    /// A vendor maintains it from outside.
    RemotelyMaintained,
    /// Nobody said whether a vendor does.
    RemoteUnknown,
    /// It serves no system.
    NoSystem,
}

impl Mark {
    /// All marks, in the order lists offer them.
    pub const ALL: [Self; 8] = [
        Self::NoOwner,
        Self::NoPlace,
        Self::SupportEnded,
        Self::SupportUnknown,
        Self::VersionUnknown,
        Self::RemotelyMaintained,
        Self::RemoteUnknown,
        Self::NoSystem,
    ];

    /// The stable key of addresses and files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NoOwner => "no_owner",
            Self::NoPlace => "no_place",
            Self::SupportEnded => "support_ended",
            Self::SupportUnknown => "support_unknown",
            Self::VersionUnknown => "version_unknown",
            Self::RemotelyMaintained => "remotely_maintained",
            Self::RemoteUnknown => "remote_unknown",
            Self::NoSystem => "no_system",
        }
    }

    /// Reads [`Self::key`].
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.key() == key)
    }

    /// The name in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::NoOwner => Text::new("管理者なし", "No owner"),
            Self::NoPlace => Text::new("場所が不明", "No place"),
            Self::SupportEnded => Text::new("サポート切れ", "Support ended"),
            Self::SupportUnknown => Text::new("サポート終了日が不明", "End of support not known"),
            Self::VersionUnknown => Text::new("版が不明", "Version not known"),
            Self::RemotelyMaintained => Text::new("遠隔保守あり", "Maintained from outside"),
            Self::RemoteUnknown => Text::new("遠隔保守が不明", "Remote maintenance not known"),
            Self::NoSystem => Text::new("システムが未定", "Serves no system"),
        }
    }

    /// Its bit in [`bits`]; `None` for what depends on the day.
    #[must_use]
    pub fn bit(self) -> Option<i64> {
        match self {
            Self::NoOwner => Some(1),
            Self::NoPlace => Some(2),
            Self::SupportUnknown => Some(4),
            Self::VersionUnknown => Some(8),
            Self::RemotelyMaintained => Some(16),
            Self::RemoteUnknown => Some(32),
            Self::NoSystem => Some(64),
            Self::SupportEnded => None,
        }
    }

    /// Whether a row has it on a day.
    #[must_use]
    pub fn is_on(self, asset: &Asset, today: Date) -> bool {
        match self {
            Self::NoOwner => asset.owner.trim().is_empty(),
            Self::NoPlace => asset.place.trim().is_empty(),
            Self::SupportEnded => asset.support_ends.is_some_and(|last| last < today),
            Self::SupportUnknown => asset.support_ends.is_none(),
            Self::VersionUnknown => {
                matches!(asset.kind, AssetKind::Server | AssetKind::Terminal | AssetKind::NetworkDevice)
                    && asset.os.trim().is_empty()
                    && asset.firmware.trim().is_empty()
            }
            Self::RemotelyMaintained => asset.remote_maintenance == Some(true),
            Self::RemoteUnknown => asset.remote_maintenance.is_none(),
            Self::NoSystem => asset.system.is_none(),
        }
    }
}

/// The marks that hold on any day, as bits of a number a database can filter by.
#[must_use]
pub fn bits(asset: &Asset) -> i64 {
    let any_day = Date::constant(1, 1, 1);
    Mark::ALL
        .into_iter()
        .filter_map(|mark| mark.bit().filter(|_| mark.is_on(asset, any_day)))
        .fold(0, |bits, bit| bits | bit)
}

impl LedgerFacts {
    /// Counts rows in use; `None` without any. The store counts the same in the database.
    #[must_use]
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a KeptAsset>, today: Date) -> Option<Self> {
        let mut facts = Self::default();
        let mut newest: Option<Ts> = None;
        for row in rows.into_iter().filter(|row| row.retired_at.is_none()) {
            facts.add(&row.asset, today);
            newest = newest.max(Some(row.changed_at));
        }
        facts.newest_change = newest.map(Ts::date_in_japan);
        (facts.total > 0).then_some(facts)
    }

    fn add(&mut self, asset: &Asset, today: Date) {
        self.total += 1;
        match asset.kind {
            AssetKind::Server => self.servers += 1,
            AssetKind::Terminal => self.terminals += 1,
            AssetKind::NetworkDevice => self.network_devices += 1,
            AssetKind::MedicalDevice => self.medical_devices += 1,
            AssetKind::CloudService => self.cloud_services += 1,
            AssetKind::Other => {}
        }
        let count = |mark: Mark| u32::from(mark.is_on(asset, today));
        self.without_owner += count(Mark::NoOwner);
        self.without_place += count(Mark::NoPlace);
        self.support_ended += count(Mark::SupportEnded);
        self.support_unknown += count(Mark::SupportUnknown);
        self.version_unknown += count(Mark::VersionUnknown);
        self.remotely_maintained += count(Mark::RemotelyMaintained);
        self.remote_unknown += count(Mark::RemoteUnknown);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn support_has_ended_on_the_day_after_its_last() {
        let asset = Asset { support_ends: Some(date(2026, 3, 31)), ..Asset::default() };
        assert!(!Mark::SupportEnded.is_on(&asset, date(2026, 3, 31)));
        assert!(Mark::SupportEnded.is_on(&asset, date(2026, 4, 1)));
    }

    #[test]
    fn a_version_is_asked_of_what_the_checklists_ask_it_of() {
        let of = |kind| Asset { kind, ..Asset::default() };
        let today = date(2026, 11, 21);
        assert!(Mark::VersionUnknown.is_on(&of(AssetKind::NetworkDevice), today));
        assert!(!Mark::VersionUnknown.is_on(&of(AssetKind::CloudService), today));
        let known = Asset { firmware: "7.4.2".to_owned(), ..of(AssetKind::NetworkDevice) };
        assert!(!Mark::VersionUnknown.is_on(&known, today));
    }

    #[test]
    fn every_mark_but_the_one_of_the_day_has_a_bit_of_its_own() {
        let all = Mark::ALL.into_iter().filter_map(Mark::bit).fold(0, |sum, bit| {
            assert_eq!(sum & bit, 0);
            sum | bit
        });
        assert_eq!(all, 127);
        assert_eq!(bits(&Asset::default()), 1 | 2 | 4 | 8 | 32 | 64);
    }
}
