//! What the registers say about a control: good, bad, or nothing.

use crate::facts::FactSheet;
use crate::known::keyed;
use crate::text::Text;
use crate::time::within_a_year;
use jiff::civil::Date;

keyed! {
    /// A question the registers can answer.
    FactTest {
        /// Every way in from outside asks for two factors.
        #[default]
        TwoFactor = "two_factor", "外から入る接続の二要素認証", "Two factors on every way in";
        /// Every way in is limited to agreed origins.
        SourceLimited = "source_limited", "接続元の制限", "Restriction of the origin";
        /// The age of every connection device's firmware is known.
        FirmwareKnown = "firmware_known", "接続装置の更新日", "Age of the connection devices' firmware";
        /// Somebody is named who can cut every line.
        CutterNamed = "cutter_named", "回線を切る人", "Who cuts each line";
        /// No shared accounts, no accounts of leavers.
        AccountsClean = "accounts_clean", "共用と退職者のアカウント", "Shared accounts and those of leavers";
        /// Nothing out of support.
        SupportInForce = "support_in_force", "サポート切れの機器", "Devices out of support";
        /// Every device's version is known.
        VersionsKnown = "versions_known", "機器の版", "Versions of devices";
        /// Every system has a copy offline or immutable.
        OfflineCopies = "offline_copies", "切り離した控え", "Offline copies";
        /// Every system was restored in a test within a year.
        RestoreTested = "restore_tested", "戻す試験", "Restore tests";
        /// No hole and no contradiction in who does what.
        DutiesClear = "duties_clear", "責任分界の穴や食い違い", "Gaps in who does what";
        /// The plan is approved, and printed as it stands.
        PlanAtHand = "plan_at_hand", "承認され印刷された計画", "An approved and printed plan";
        /// A drill was held within a year.
        DrillHeld = "drill_held", "1年以内の訓練", "A drill within a year";
    }
}

/// What a register says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// Whether it is as it should be.
    pub(super) good: bool,
    /// In words.
    pub(super) text: Text,
    /// The day of the fact.
    pub(super) day: Option<Date>,
}

fn said(good: bool, ja: String, en: String, day: Option<Date>) -> Option<Said> {
    Some(Said { good, text: Text::new(ja, en), day })
}

impl FactTest {
    /// Whether a good register is enough by itself. Knowing the age of a device's firmware does not make it new: such
    /// tests only speak against.
    pub(super) fn proves(self) -> bool {
        !matches!(self, Self::FirmwareKnown | Self::VersionsKnown | Self::CutterNamed)
    }

    /// What the registers say; `None` where they say nothing.
    pub(super) fn ask(self, facts: &FactSheet, today: Date) -> Option<Said> {
        match self {
            Self::TwoFactor | Self::SourceLimited | Self::FirmwareKnown | Self::CutterNamed => self.of_lines(facts),
            Self::AccountsClean => {
                let accounts = facts.accounts.as_ref().filter(|accounts| accounts.enabled > 0)?;
                // Without a list of leavers nobody knows whether theirs are gone.
                let (shared, left) = (accounts.shared, accounts.left_but_enabled);
                if shared + left == 0 && !accounts.leavers_known {
                    return None;
                }
                said(
                    shared + left == 0,
                    format!("アカウントの点検: 共用{shared}、退職者のまま{left}"),
                    format!("Account review: {shared} shared, {left} of people who left"),
                    accounts.as_of,
                )
            }
            Self::SupportInForce => {
                let ledger = facts.ledger.as_ref().filter(|ledger| ledger.total > 0)?;
                let (ended, unknown) = (ledger.support_ended, ledger.support_unknown);
                said(
                    ended + unknown == 0,
                    format!("台帳: サポート切れ{ended}台、不明{unknown}台"),
                    format!("Ledger: {ended} devices out of support, {unknown} not known"),
                    ledger.newest_change,
                )
            }
            Self::VersionsKnown => {
                let ledger = facts.ledger.as_ref().filter(|ledger| ledger.total > 0)?;
                said(
                    ledger.version_unknown == 0,
                    format!("台帳: 版が不明の機器{}台", ledger.version_unknown),
                    format!("Ledger: {} devices of unknown version", ledger.version_unknown),
                    ledger.newest_change,
                )
            }
            Self::OfflineCopies | Self::RestoreTested => self.of_copies(facts),
            Self::DutiesClear => {
                let duties = facts.responsibility.as_ref().filter(|duties| duties.cells > 0)?;
                let open = duties.holes + duties.contradictions;
                said(
                    open == 0,
                    format!("責任分界: 担当なし{}、食い違い{}", duties.holes, duties.contradictions),
                    format!(
                        "Who does what: {} without anybody, {} contradictions",
                        duties.holes, duties.contradictions
                    ),
                    duties.newest_change,
                )
            }
            Self::PlanAtHand => {
                let plan = facts.plan.as_ref()?;
                let approved = plan.version.is_some();
                let good = approved && plan.printed.is_some() && plan.printed_current;
                let (ja, en) = match (approved, plan.printed.is_some(), plan.printed_current) {
                    (false, ..) => ("計画: まだ承認されていません", "Plan: not approved yet"),
                    (true, false, _) => ("計画: 承認済み、印刷なし", "Plan: approved, not printed"),
                    (true, true, false) => {
                        ("計画: 印刷した後に事実が変わっています", "Plan: facts changed since it was printed")
                    }
                    (true, true, true) => {
                        ("計画: 承認され、今の内容が印刷されています", "Plan: approved and printed as it stands")
                    }
                };
                said(good, ja.to_owned(), en.to_owned(), plan.printed.or(plan.approved))
            }
            Self::DrillHeld => {
                let drills = facts.drills.as_ref()?;
                let recent = drills.newest.is_some_and(|day| within_a_year(day, today));
                let (ja, en) = match (drills.newest, recent) {
                    (None, _) => ("訓練: まだ行っていません", "Drills: none held yet"),
                    (Some(_), true) => ("訓練: 1年以内に行いました", "Drills: one within a year"),
                    (Some(_), false) => {
                        ("訓練: 最後から1年を過ぎています", "Drills: the newest is more than a year old")
                    }
                };
                said(recent, ja.to_owned(), en.to_owned(), drills.newest)
            }
        }
    }

    fn of_lines(self, facts: &FactSheet) -> Option<Said> {
        let lines = facts.connections.as_ref().filter(|lines| lines.total > 0)?;
        let (count, ja, en) = match self {
            Self::TwoFactor => {
                (lines.without_two_factor, "外から二要素なしで入れる接続", "ways in without two factors")
            }
            Self::SourceLimited => (
                lines.without_source_restriction,
                "接続元の制限がない接続",
                "ways in without restriction of the origin",
            ),
            Self::FirmwareKnown => {
                (lines.firmware_unknown, "装置の更新日が分からない接続", "lines whose device nobody knows the age of")
            }
            _ => (lines.without_cutter, "切る人が決まっていない接続", "lines nobody is named to cut"),
        };
        said(
            count == 0,
            format!("接続の台帳: {}本のうち、{ja}{count}本", lines.total),
            format!("Connections: of {}, {count} {en}", lines.total),
            lines.newest_change,
        )
    }

    fn of_copies(self, facts: &FactSheet) -> Option<Said> {
        let copies = facts.backups.as_ref().filter(|copies| copies.systems > 0)?;
        let (count, ja, en, day) = if self == Self::OfflineCopies {
            (copies.offline, "切り離した控えがあるもの", "have an offline copy", copies.newest_change)
        } else {
            (
                copies.restore_tested,
                "1年以内に戻す試験をしたもの",
                "were restored in a test within a year",
                copies.newest_restore_test,
            )
        };
        said(
            count >= copies.systems,
            format!("控えの台帳: 対象{}システムのうち、{ja}{count}", copies.systems),
            format!("Backups: of {} systems, {count} {en}", copies.systems),
            day,
        )
    }
}
