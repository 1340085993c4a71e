//! The risk-based scope: which items of the sheet to look at this time, and why each.
//!
//! A proposal; the planner takes items out and puts others in. It leans on what was found before, on what the product
//! knows by itself, on weak fields of the assessment, and on the few items that every audit looks at.

use super::paper::Severity;
use super::sheet::{AuditGuide, AuditItem};
use crate::facts::FactSheet;
use crate::id::{ControlId, FieldId};
use crate::text::Text;
use serde::Serialize;

/// A field that came out weak in the assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeakField {
    /// Which.
    pub field: FieldId,
    /// Its name.
    pub title: Text,
    /// Its score, as shown: `1.20`.
    pub score: String,
}

/// A finding of an earlier audit that is not dealt with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastFinding {
    /// The item it was found at; empty: none.
    pub item: String,
    /// The controls it concerns.
    pub controls: Vec<ControlId>,
    /// In one line.
    pub title: String,
    /// How bad.
    pub severity: Severity,
}

/// What the proposal stands on.
#[derive(Debug, Clone, Copy)]
pub struct ScopeGround<'a> {
    /// What the product knows.
    pub facts: &'a FactSheet,
    /// Weak fields.
    pub weak: &'a [WeakField],
    /// Open findings.
    pub past: &'a [PastFinding],
}

/// Why an item is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "why")]
pub enum Reason {
    /// A finding of an earlier audit is open.
    OpenFinding {
        /// Its line.
        title: String,
        /// Whether it was a major gap.
        major: bool,
    },
    /// A fact is bad.
    Fact {
        /// It in words.
        words: Text,
    },
    /// Its field is weak.
    Weak {
        /// The field and its score in words.
        words: Text,
    },
    /// Looked at every time.
    Always,
}

impl Reason {
    /// The reason as a sentence.
    #[must_use]
    pub fn words(&self) -> Text {
        match self {
            Self::OpenFinding { title, .. } => Text::new(
                format!("前の監査の指摘が残っている: {title}"),
                format!("Still open from an earlier audit: {title}"),
            ),
            Self::Fact { words } | Self::Weak { words } => words.clone(),
            Self::Always => Text::new("毎回見る項目", "Looked at in every audit"),
        }
    }

    /// How much it weighs in the order of the proposal.
    fn weight(&self) -> u32 {
        match self {
            Self::OpenFinding { major: true, .. } => 8,
            Self::OpenFinding { .. } => 5,
            Self::Fact { .. } => 4,
            Self::Weak { .. } => 2,
            Self::Always => 1,
        }
    }
}

/// An item with the reasons to look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposed<'g> {
    /// The item.
    pub item: &'g AuditItem,
    /// The reasons, weightiest first.
    pub reasons: Vec<Reason>,
}

impl Proposed<'_> {
    fn weight(&self) -> u32 {
        self.reasons.iter().map(Reason::weight).sum()
    }
}

/// The items to look at: those with a reason, weightiest first, then in the order of the sheet.
#[must_use]
pub fn propose<'g>(guide: &'g AuditGuide, ground: ScopeGround<'_>) -> Vec<Proposed<'g>> {
    let facts = bad_facts(ground.facts);
    let mut proposed: Vec<Proposed<'g>> = guide
        .items
        .iter()
        .filter_map(|item| {
            let mut reasons: Vec<Reason> = Vec::new();
            let touches = |controls: &[ControlId]| controls.iter().any(|control| item.controls.contains(control));
            for past in ground.past {
                // A finding without an item is looked at wherever its controls are.
                if past.item == item.id || (past.item.is_empty() && touches(&past.controls)) {
                    let major = past.severity == Severity::Major;
                    reasons.push(Reason::OpenFinding { title: past.title.clone(), major });
                }
            }
            for (controls, words) in &facts {
                if controls.iter().any(|control| item.controls.iter().any(|own| own.as_str() == *control)) {
                    reasons.push(Reason::Fact { words: words.clone() });
                }
            }
            if let Some(weak) = ground.weak.iter().find(|weak| weak.field == item.field) {
                let (ja, en) = (&weak.title.ja, &weak.title.en);
                let words = Text::new(
                    format!("自己評価で弱い分野: {ja}（3点中{}点）", weak.score),
                    format!("A weak field of the assessment: {en} ({} of 3)", weak.score),
                );
                reasons.push(Reason::Weak { words });
            }
            if item.always {
                reasons.push(Reason::Always);
            }
            (!reasons.is_empty()).then_some(Proposed { item, reasons })
        })
        .collect();
    for one in &mut proposed {
        one.reasons.sort_by_key(|reason| std::cmp::Reverse(reason.weight()));
    }
    // Stable: equal weights keep the order of the sheet.
    proposed.sort_by_key(|one| std::cmp::Reverse(one.weight()));
    proposed
}

/// Facts that are bad on that day, in words, with the controls they are about. A part never begun says nothing.
fn bad_facts(facts: &FactSheet) -> Vec<(&'static [&'static str], Text)> {
    let mut found: Vec<(&'static [&'static str], Text)> = Vec::new();
    let mut bad = |count: u32, controls: &'static [&'static str], ja: &str, en: &str| {
        if count > 0 {
            let n = count.to_string();
            found.push((controls, Text::new(ja.replace("{n}", &n), en.replace("{n}", &n))));
        }
    };
    if let Some(known) = &facts.accounts {
        let left = &["access-control.leaver-removal", "access-control.account-review"];
        bad(known.left_but_enabled, left, "退職者の有効なIDが{n}件ある", "Accounts of leavers still enabled: {n}");
        bad(known.shared, &["authentication.personal-id"], "共用のIDが{n}件ある", "Shared accounts: {n}");
        let unused = &["access-control.account-review"];
        bad(known.unused, unused, "90日使われていないIDが{n}件ある", "Accounts unused for 90 days: {n}");
    }
    if let Some(known) = &facts.ledger {
        let old = &["malware.legacy-os", "malware.patching"];
        bad(known.support_ended, old, "サポートが終わった機器が{n}台ある", "Devices past their support: {n}");
        let unknown = &["assets.software-versions"];
        bad(known.version_unknown, unknown, "版がわからない機器が{n}台ある", "Devices of unknown version: {n}");
        let ownerless = &["assets.device-register", "assets.stocktaking"];
        bad(known.without_owner, ownerless, "持ち主のない機器が{n}台ある", "Devices without an owner: {n}");
    }
    if let Some(known) = &facts.connections {
        let lines = &["maintenance.remote-line-register", "network.external-list"];
        let cutter = &["network.demarcation", "incident.first-response"];
        let (two, source) = (&["authentication.two-factor"], &["network.source-limit"]);
        bad(
            known.firmware_unknown,
            &["network.gateway-update"],
            "外との境の装置で、更新日がわからないものが{n}台ある",
            "Edge devices with unknown firmware date: {n}",
        );
        bad(known.without_cutter, cutter, "切る人が決まっていない回線が{n}本ある", "Lines nobody is named to cut: {n}");
        bad(
            known.without_two_factor,
            two,
            "名前と合言葉だけで入れる回線が{n}本ある",
            "Lines opened by name and password alone: {n}",
        );
        bad(
            known.without_source_restriction,
            source,
            "接続元を絞っていない回線が{n}本ある",
            "Lines open to any source: {n}",
        );
        if known.total == 0 {
            bad(1, lines, "外部接続点の一覧が空である", "The list of external connection points is empty");
        }
    }
    if let Some(known) = &facts.backups {
        let online = known.systems.saturating_sub(known.offline);
        bad(
            online,
            &["backup.offline"],
            "切り離した控えのないシステムが{n}件ある",
            "Systems without an offline copy: {n}",
        );
        let untested = known.systems.saturating_sub(known.restore_tested);
        let tests = &["backup.restore-test"];
        bad(
            untested,
            tests,
            "1年以内に復元テストに成功していないシステムが{n}件ある",
            "Systems without a restore test within a year: {n}",
        );
    }
    if let Some(known) = &facts.vendors {
        let late = &["introduction.disclosure-document", "maintenance.vendor-review"];
        bad(known.late, late, "確認表が期限を過ぎた事業者が{n}社ある", "Vendors late with their form: {n}");
        let ending = &["introduction.vendor-selection", "maintenance.vendor-review"];
        bad(
            known.certificates_ending,
            ending,
            "認証が切れた、または近く切れる事業者の認証が{n}件ある",
            "Certificates ended or ending soon: {n}",
        );
    }
    if let Some(known) = &facts.responsibility {
        let matrix = &["maintenance.responsibility-matrix", "organization.responsibility-split"];
        bad(
            known.holes,
            matrix,
            "責任分界表に、だれの仕事でもない所が{n}か所ある",
            "Holes in the responsibility matrix: {n}",
        );
        bad(
            known.contradictions,
            matrix,
            "責任分界表に、言い分の合わない所が{n}か所ある",
            "Contradictions in the responsibility matrix: {n}",
        );
    }
    if let Some(known) = &facts.plan
        && !known.printed_current
    {
        bad(
            1,
            &["bcp.plan", "bcp.review"],
            "印刷した計画より後に事実が変わっている",
            "Facts changed since the plan was printed",
        );
    }
    if let Some(known) = &facts.drills
        && known.held == 0
    {
        bad(1, &["bcp.drill"], "訓練が一度も行われていない", "No drill was ever held");
    }
    if let Some(known) = &facts.actions {
        let lessons = &["monitoring.improvement", "incident.lessons"];
        bad(known.overdue, lessons, "期限を過ぎた是正が{n}件ある", "Corrective actions past their day: {n}");
    }
    found
}
