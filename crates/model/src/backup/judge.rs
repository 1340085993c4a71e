//! What the copies of a system are worth.
//!
//! 3-2-1 is counted with the running system as the first of the three copies and its disk as the first medium; "elsewhere"
//! is another site or a cloud. A mirror without generations is no copy: it repeats a deletion at once. "A year" for a
//! restore test is our own yardstick; how many generations a notice asks for is not in our data, so two are asked.

use super::{BackupCopy, CopyMedium, CopyMethod, CopyPlace, RestoreTest, Rows, Separation};
use crate::connection::risk::days_between;
use crate::known::{Known, keyed};
use crate::record::{Kept, RecordId};
use crate::system::SystemKind;
use crate::text::Text;
use crate::time::Ts;
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeSet;

keyed! {
    /// What is looked at.
    Check {
        /// Three copies, the running system included.
        #[default]
        Copies = "copies", "3つ", "Three copies";
        /// On two media.
        Media = "media", "2種の媒体", "Two media";
        /// One elsewhere.
        Elsewhere = "elsewhere", "1つは離れた場所", "One elsewhere";
        /// One kept offline, or so that it counts as offline.
        Offline = "offline", "切り離し", "Kept apart";
        /// Made in several ways.
        Methods = "methods", "複数の方式", "Several methods";
        /// Kept in generations.
        Generations = "generations", "世代", "Generations";
        /// Encrypted.
        Encryption = "encryption", "暗号化", "Encryption";
        /// Not to be deleted by the accounts that run the system.
        Deletion = "deletion", "消されにくさ", "Hard to delete";
        /// Often enough, and truly made.
        Age = "age", "間隔と新しさ", "Interval and age";
        /// A restore that worked, within a year.
        RestoreTest = "restore_test", "戻す試験", "Restore test";
        /// A restore within the recovery time.
        RestoreTime = "restore_time", "戻す時間", "Time to restore";
    }
}

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// As it should be.
    Met,
    /// Not as it should be.
    NotMet,
    /// Not enough is known.
    Unknown,
}

/// One check of one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// How it came out.
    pub verdict: Verdict,
    /// What was found, in plain words.
    pub found: Text,
    /// What to do next, unless it is as it should be.
    pub next: Option<Text>,
}

/// How far the evidence for a condition of reimbursement is. Never says that anything may be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Readiness {
    /// The evidence is here.
    EvidenceReady,
    /// Not enough is known here.
    NotInOurData,
    /// Something is missing.
    NotReady,
}

/// A system judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SystemVerdict {
    /// Which system.
    pub system: RecordId,
    /// Its name.
    pub name: String,
    /// Whether it is one of those needed to go on treating (Q&A 47).
    pub essential: bool,
    /// How many copies are written down.
    pub copies: usize,
    /// Most generations any of its copies keeps; `None`: not known.
    pub generations: Option<u32>,
    /// The ways of its copies that count as kept offline.
    pub accepted: Vec<Separation>,
    /// The newest snapshot read for it.
    pub newest_snapshot: Option<Ts>,
    /// All checks in their order.
    pub findings: Vec<Finding>,
    /// Against the 2024 condition, for essential systems.
    pub readiness: Option<Readiness>,
}

impl SystemVerdict {
    /// Whether it must be backed up: an essential one, or one given a copy.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.essential || self.copies > 0
    }

    /// A check by name.
    #[must_use]
    pub fn finding(&self, check: Check) -> Option<&Finding> {
        self.findings.iter().find(|finding| finding.check == check)
    }

    /// Whether a check is met.
    #[must_use]
    pub fn is_met(&self, check: Check) -> bool {
        self.finding(check).is_some_and(|finding| finding.verdict == Verdict::Met)
    }

    /// What is not as it should be.
    pub fn gaps(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.verdict != Verdict::Met)
    }
}

/// The facility against the condition of 2024 (several methods, one offline).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The worst of its essential systems.
    pub readiness: Readiness,
    /// Essential kinds of which no system is written down.
    pub unlisted: Vec<SystemKind>,
}

/// The longest a restore test counts, in days: a year.
const TEST_DAYS: i32 = 365;

/// Judges every system, in the order of the register.
#[must_use]
pub fn judge(rows: Rows<'_>, today: Date) -> Vec<SystemVerdict> {
    rows.systems.iter().map(|system| System { rows, system, today }.verdict()).collect()
}

/// The whole facility.
#[must_use]
pub fn condition(rows: Rows<'_>, verdicts: &[SystemVerdict]) -> Condition {
    let unlisted = SystemKind::ALL
        .into_iter()
        .filter(|kind| kind.is_essential() && !rows.systems.iter().any(|row| row.body.kind == *kind))
        .collect();
    let worst = verdicts.iter().filter_map(|verdict| verdict.readiness).max();
    Condition { readiness: worst.unwrap_or(Readiness::NotInOurData), unlisted }
}

struct System<'a> {
    rows: Rows<'a>,
    system: &'a Kept<crate::system::System>,
    today: Date,
}

fn finding(
    check: Check,
    verdict: Verdict,
    found: (impl Into<String>, impl Into<String>),
    next: (&str, &str),
) -> Finding {
    let next = (verdict != Verdict::Met).then(|| Text::new(next.0, next.1));
    Finding { check, verdict, found: Text::new(found.0, found.1), next }
}

/// Met if so; else not known where something is unknown; else not met.
fn three(met: bool, unknown: bool) -> Verdict {
    match (met, unknown) {
        (true, _) => Verdict::Met,
        (false, true) => Verdict::Unknown,
        (false, false) => Verdict::NotMet,
    }
}

impl<'a> System<'a> {
    fn copies(&self) -> impl Iterator<Item = &'a Kept<BackupCopy>> {
        let id = self.system.id;
        self.rows.copies.iter().filter(move |row| row.body.system == id)
    }

    /// Copies that can bring back yesterday: a mirror without generations repeats a deletion at once.
    fn real(&self) -> Vec<&'a BackupCopy> {
        let is_mirror =
            |copy: &BackupCopy| copy.method == CopyMethod::Replica && copy.generations.is_none_or(|kept| kept < 2);
        self.copies().map(|row| &row.body).filter(|copy| !is_mirror(copy)).collect()
    }

    fn newest_snapshot(&self) -> Option<Ts> {
        self.copies()
            .filter_map(|row| row.body.snapshots.as_ref()?.newest(self.rows.snapshots))
            .map(|snapshot| snapshot.time)
            .max()
    }

    fn verdict(&self) -> SystemVerdict {
        let real = self.real();
        let findings = vec![
            self.three_copies(&real),
            media(&real),
            elsewhere(&real),
            offline(&real),
            methods(&real),
            generations(&real),
            encryption(&real),
            deletion(&real),
            self.age(&real),
            self.restore_test(),
            self.restore_time(),
        ];
        let mut accepted: Vec<Separation> =
            real.iter().map(|copy| copy.separation).filter(|way| way.is_accepted()).collect();
        accepted.sort_unstable();
        accepted.dedup();
        let essential = self.system.body.kind.is_essential();
        let mut verdict = SystemVerdict {
            system: self.system.id,
            name: self.system.body.name.clone(),
            essential,
            copies: self.copies().count(),
            generations: real.iter().filter_map(|copy| copy.generations).max(),
            accepted,
            newest_snapshot: self.newest_snapshot(),
            findings,
            readiness: None,
        };
        verdict.readiness = essential.then(|| readiness(&verdict, &real));
        verdict
    }

    fn three_copies(&self, real: &[&BackupCopy]) -> Finding {
        let (all, mirrors) = (real.len() + 1, self.copies().count() - real.len());
        let (ja, en) = if mirrors > 0 {
            (
                "（世代のない同期は、消した操作もそのまま写すので数えません）",
                " (a mirror without generations repeats a deletion and does not count)",
            )
        } else {
            ("", "")
        };
        finding(
            Check::Copies,
            three(real.len() >= 2, false),
            (format!("動いているものを含めて{all}つ{ja}"), format!("{all}, the running system included{en}")),
            (
                "控えを2つ以上にしてください。まず外せるディスクに週1回書き出すのが手軽です。",
                "Keep two copies or more. A removable disk once a week is the simplest beginning.",
            ),
        )
    }

    fn age(&self, real: &[&BackupCopy]) -> Finding {
        let next = (
            "RPO（失ってよい時間）を決め、それより短い間隔で取ってください。",
            "Settle the RPO (hours that may be lost) and copy more often than that.",
        );
        let interval = real.iter().filter_map(|copy| copy.interval_hours).min();
        if let (Some(at), Some(hours)) = (self.newest_snapshot(), interval) {
            let days = days_between(at.date_in_japan(), self.today);
            if days > i32::try_from(hours.div_ceil(24)).unwrap_or(i32::MAX).saturating_add(1) {
                return finding(
                    Check::Age,
                    Verdict::NotMet,
                    (
                        format!("{hours}時間ごとのはずが、いちばん新しい記録は{days}日前です"),
                        format!("said to be made every {hours} hours, but the newest snapshot is {days} days old"),
                    ),
                    ("控えが止まっていないか、きょう確かめてください。", "Look today whether the copies have stopped."),
                );
            }
        }
        match (interval, self.system.body.rpo_hours) {
            (Some(interval), Some(rpo)) => finding(
                Check::Age,
                three(interval <= rpo, false),
                (format!("{interval}時間ごと（RPO {rpo}時間）"), format!("every {interval} hours (RPO {rpo} hours)")),
                (
                    "RPOより短い間隔で取るか、RPOを見直してください。",
                    "Copy more often than the RPO, or settle another RPO.",
                ),
            ),
            (None, _) if real.is_empty() => {
                finding(Check::Age, Verdict::NotMet, ("控えがありません", "there is no copy"), next)
            }
            (None, _) => finding(
                Check::Age,
                Verdict::Unknown,
                ("間隔が書かれていません", "the interval is not written down"),
                next,
            ),
            (Some(interval), None) => finding(
                Check::Age,
                Verdict::Unknown,
                (
                    format!("{interval}時間ごと。RPOが決まっていません"),
                    format!("every {interval} hours; no RPO is settled"),
                ),
                next,
            ),
        }
    }

    fn tests(&self) -> impl Iterator<Item = &'a RestoreTest> {
        let id = self.system.id;
        self.rows.tests.iter().map(|row| &row.body).filter(move |test| test.system == id && test.date <= self.today)
    }

    fn restore_test(&self) -> Finding {
        let next = (
            "使っていない機械に戻してみて、開いて確かめ、日付と時間を書き残してください。",
            "Restore to a machine that is not in use, open it, and write down day and time.",
        );
        let newest = self.tests().max_by_key(|test| test.date);
        match newest {
            None => finding(Check::RestoreTest, Verdict::NotMet, ("試したことがありません", "never tried"), next),
            Some(test) if !test.success => finding(
                Check::RestoreTest,
                Verdict::NotMet,
                (format!("{}に失敗しています", test.date), format!("failed on {}", test.date)),
                ("直してから、もう一度試してください。", "Mend it and try again."),
            ),
            Some(test) => finding(
                Check::RestoreTest,
                three(days_between(test.date, self.today) <= TEST_DAYS, false),
                (format!("{}に成功", test.date), format!("worked on {}", test.date)),
                (
                    "1年より前です（1年は当製品の目安）。もう一度試してください。",
                    "More than a year ago (our own yardstick): try again.",
                ),
            ),
        }
    }

    fn restore_time(&self) -> Finding {
        let next = (
            "RTO（戻すまでの目標時間）を決め、戻す試験で時間を計ってください。",
            "Settle the RTO (hours until it must be back) and take the time at a restore test.",
        );
        let took = self.tests().filter(|test| test.success).max_by_key(|test| test.date).and_then(|test| test.minutes);
        match (took, self.system.body.rto_hours) {
            (Some(minutes), Some(rto)) => finding(
                Check::RestoreTime,
                three(u64::from(minutes) <= u64::from(rto) * 60, false),
                (format!("{minutes}分（RTO {rto}時間）"), format!("{minutes} minutes (RTO {rto} hours)")),
                (
                    "目標に間に合いません。代わりの機械を用意するか、目標と紙での運用を見直してください。",
                    "Too slow for the target: prepare a spare machine, or settle another target and the work on paper.",
                ),
            ),
            (None, _) => finding(Check::RestoreTime, Verdict::Unknown, ("計っていません", "not measured"), next),
            (Some(minutes), None) => finding(
                Check::RestoreTime,
                Verdict::Unknown,
                (format!("{minutes}分。RTOが決まっていません"), format!("{minutes} minutes; no RTO is settled")),
                next,
            ),
        }
    }
}

fn media(real: &[&BackupCopy]) -> Finding {
    let known: BTreeSet<CopyMedium> = std::iter::once(CopyMedium::Disk)
        .chain(real.iter().map(|copy| copy.medium).filter(|medium| *medium != CopyMedium::Other))
        .collect();
    let unknown = real.iter().any(|copy| copy.medium == CopyMedium::Other);
    finding(
        Check::Media,
        three(known.len() >= 2 && !real.is_empty(), unknown),
        (
            format!("動いている機械のディスクを含めて{}種", known.len()),
            format!("{}, the running system's disk included", known.len()),
        ),
        (
            "一つは別の種類の媒体（外せるディスク、テープ、クラウド）にしてください。",
            "Keep one on another kind of medium: removable disk, tape or cloud.",
        ),
    )
}

fn elsewhere(real: &[&BackupCopy]) -> Finding {
    let far = real.iter().any(|copy| matches!(copy.place, CopyPlace::Elsewhere | CopyPlace::Cloud));
    let near = real.iter().any(|copy| copy.place == CopyPlace::OtherBuilding);
    let unknown = real.iter().any(|copy| copy.place == CopyPlace::Unknown);
    let found = match (far, near, unknown) {
        (true, _, _) => ("離れた場所かクラウドにあります", "there is one at another site or in a cloud"),
        (false, _, true) => ("場所の分からない控えがあります", "the place of a copy is not known"),
        (false, true, _) => (
            "敷地内の別の建物まで（敷地ごとの災害には耐えません）",
            "in another building of the site only (a disaster of the whole site takes both)",
        ),
        _ => ("同じ建物の中だけです", "in the same building only"),
    };
    finding(
        Check::Elsewhere,
        three(far, unknown),
        found,
        (
            "一つを離れた場所（分院、貸金庫、国内のクラウド）に置いてください。",
            "Keep one at another site: a branch, a safe-deposit box, a cloud in Japan.",
        ),
    )
}

fn offline(real: &[&BackupCopy]) -> Finding {
    let accepted = real.iter().any(|copy| copy.separation.is_accepted());
    let unknown = real.iter().any(|copy| copy.separation == Separation::Unknown);
    let found = match (accepted, unknown, real.is_empty()) {
        (true, _, _) => ("切り離して保管した控えがあります", "there is a copy kept apart"),
        (false, _, true) => ("控えがありません", "there is no copy"),
        (false, true, _) => ("切り離しているか分かりません", "nobody knows whether one is kept apart"),
        _ => ("どれも院内の網につながったままです", "all of them stay connected to the network"),
    };
    finding(
        Check::Offline,
        three(accepted, unknown),
        found,
        (
            "一つを網から切り離してください。外せるディスクに書き出し、終わったら抜いて鍵のかかる棚へ入れます。",
            "Keep one apart from the network: write to a removable disk, pull it, lock it away.",
        ),
    )
}

fn methods(real: &[&BackupCopy]) -> Finding {
    let methods: BTreeSet<CopyMethod> =
        real.iter().map(|copy| copy.method).filter(|method| *method != CopyMethod::Other).collect();
    let media: BTreeSet<CopyMedium> =
        real.iter().map(|copy| copy.medium).filter(|medium| *medium != CopyMedium::Other).collect();
    let unknown =
        real.len() >= 2 && real.iter().any(|copy| copy.method == CopyMethod::Other || copy.medium == CopyMedium::Other);
    let several = methods.len() >= 2 || media.len() >= 2;
    let found = if several {
        ("やり方か媒体の違う控えがあります", "there are copies of different ways or media")
    } else if unknown {
        ("やり方の分からない控えがあります", "the way of a copy is not known")
    } else {
        ("一つの方式だけです", "one method only")
    };
    finding(
        Check::Methods,
        three(several, unknown),
        found,
        ("別のやり方の控えをもう一つ加えてください。", "Add a copy made in another way."),
    )
}

fn generations(real: &[&BackupCopy]) -> Finding {
    let most = real.iter().filter_map(|copy| copy.generations).max();
    let found = match most {
        Some(most) => Text::new(format!("いちばん多い控えで{most}世代"), format!("{most} at most")),
        None => Text::new("世代の数が書かれていません", "the number is not written down"),
    };
    finding(
        Check::Generations,
        three(most.is_some_and(|most| most >= 2), most.is_none() && !real.is_empty()),
        (found.ja, found.en),
        (
            "何日分かに戻れるよう、上書きせずに2つ以上残してください。通知が求める世代の数は当製品の資料では確認できていません。",
            "Keep two or more without overwriting. How many a notice asks for is not in our data.",
        ),
    )
}

fn encryption(real: &[&BackupCopy]) -> Finding {
    let plain = real.iter().any(|copy| copy.encrypted == Known::No);
    let unknown = real.iter().any(|copy| copy.encrypted == Known::Unknown);
    let met = !real.is_empty() && !plain && !unknown;
    let found = match (met, plain, real.is_empty()) {
        (true, _, _) => ("すべて暗号化しています", "all are encrypted"),
        (_, _, true) => ("控えがありません", "there is no copy"),
        (_, true, _) => ("暗号化していない控えがあります", "one is not encrypted"),
        _ => ("暗号化しているか分からない控えがあります", "nobody knows about one"),
    };
    finding(
        Check::Encryption,
        three(met, unknown && !plain),
        found,
        (
            "持ち出す媒体とクラウドから順に暗号化し、鍵を別に保管してください。",
            "Encrypt them, beginning with what leaves the house, and keep the key elsewhere.",
        ),
    )
}

fn deletion(real: &[&BackupCopy]) -> Finding {
    let safe = real.iter().any(|copy| copy.deletable_by_production == Known::No);
    let unknown = real.iter().any(|copy| copy.deletable_by_production == Known::Unknown);
    let found = match (safe, unknown, real.is_empty()) {
        (true, _, _) => {
            ("ふだんの管理者IDでは消せない控えがあります", "one cannot be deleted by the usual administrators")
        }
        (_, _, true) => ("控えがありません", "there is no copy"),
        (_, true, _) => {
            ("ふだんの管理者IDで消せるか分かりません", "nobody knows whether the usual administrators can delete them")
        }
        _ => (
            "どれも、ふだんの管理者IDで消せます（そのIDを盗まれると控えも失います）",
            "the usual administrators can delete all of them (whoever steals that account takes the copies, too)",
        ),
    };
    finding(
        Check::Deletion,
        three(safe, unknown),
        found,
        (
            "控えの機械だけのIDを作り、電子カルテやドメインの管理者IDから切り離してください。",
            "Give the copies accounts of their own, apart from those of the system and the domain.",
        ),
    )
}

fn readiness(verdict: &SystemVerdict, real: &[&BackupCopy]) -> Readiness {
    let of = |check| verdict.finding(check).map_or(Verdict::Unknown, |finding| finding.verdict);
    let shown = real
        .iter()
        .any(|copy| copy.separation.is_accepted() && (copy.contract.is_some() || !copy.evidence.trim().is_empty()));
    match (of(Check::Methods), of(Check::Offline)) {
        (Verdict::NotMet, _) | (_, Verdict::NotMet) => Readiness::NotReady,
        (Verdict::Unknown, _) | (_, Verdict::Unknown) => Readiness::NotInOurData,
        // Q&A 49 and 8-2: a contract, or the house's own operating rules, must show it.
        (Verdict::Met, Verdict::Met) if shown => Readiness::EvidenceReady,
        (Verdict::Met, Verdict::Met) => Readiness::NotReady,
    }
}

#[cfg(test)]
mod tests;
