//! Notices that are read: plain words first, indicators second, to chosen members, with proof of who read and acted.
//!
//! A notice has editions: the first, corrections, a withdrawal. Each must be acknowledged anew; what was said of an earlier
//! one does not count ([`receipt`]).

pub mod anonymous;
pub mod matching;
pub mod poll;
pub mod receipt;
pub mod silent;
pub mod tlp;

pub use anonymous::{Guide as AnonymousGuide, Known, Pointed, Published, Report, compose};
pub use matching::{Criterion, Matched, OwnRow, Versions, matched};
pub use poll::{Affected, Answer, Tally, tally};
pub use receipt::{Progress, Receipt, Stage, progress};
pub use silent::{CallRow, FaxWords, Reach, Sheet, Silent, call_rows, fax_sheet, silent};
pub use tlp::{Onward, Tlp};

use crate::facility::FacilityKind;
use crate::id::FacilityId;
use crate::known::keyed;
use crate::text::Text;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

keyed! {
    /// What a notice is about.
    NoticeKind {
        /// A weakness in a product.
        #[default]
        Vulnerability = "vulnerability", "弱点のお知らせ", "Weakness";
        /// An attack that is going on or has happened.
        Attack = "attack", "攻撃のお知らせ", "Attack";
        /// A rehearsal of the route itself.
        Exercise = "exercise", "訓練のお知らせ", "Exercise";
    }
}

keyed! {
    /// What an indicator is.
    IndicatorKind {
        /// An address.
        #[default]
        Address = "address", "IPアドレス", "IP address";
        /// A domain name.
        Domain = "domain", "ドメイン名", "Domain name";
        /// An address of a page.
        Url = "url", "URL", "URL";
        /// The hash of a file.
        FileHash = "file_hash", "ファイルのハッシュ値", "File hash";
        /// An e-mail sender.
        Sender = "sender", "メールの差出人", "Mail sender";
        /// The number of a weakness.
        Weakness = "weakness", "弱点の番号（CVE）", "Weakness (CVE)";
    }
}

/// Something to look for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// What it is.
    pub kind: IndicatorKind,
    /// It.
    pub value: String,
}

/// Who gets a notice: every choice that is given must be met; none given: everybody.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Audience {
    /// Only these kinds of institution.
    pub kinds: Vec<FacilityKind>,
    /// Only members of one of these groups of the centre.
    pub groups: BTreeSet<String>,
    /// Only these facilities.
    pub facilities: BTreeSet<FacilityId>,
    /// Named people, for what is only for the eyes of individuals.
    pub people: Vec<String>,
}

/// A member as far as audiences need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Which.
    pub facility: FacilityId,
    /// What kind.
    pub kind: FacilityKind,
    /// The centre's groups it is in.
    pub groups: BTreeSet<String>,
}

impl Audience {
    /// Whether a member gets it.
    #[must_use]
    pub fn includes(&self, member: &Member) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&member.kind))
            && (self.groups.is_empty() || !self.groups.is_disjoint(&member.groups))
            && (self.facilities.is_empty() || self.facilities.contains(&member.facility))
    }
}

/// Why there is another edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Edition {
    /// The first.
    First,
    /// What was wrong or missing, in one sentence.
    Correction {
        /// That sentence.
        what: String,
    },
    /// It no longer holds, and why.
    Withdrawal {
        /// Why.
        why: String,
    },
}

/// One edition of a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Its number at the centre, as said on the telephone: `2026-014`.
    pub number: String,
    /// 1 for the first edition.
    pub edition: u32,
    /// Why there is this edition.
    pub because: Edition,
    /// What it is about.
    pub kind: NoticeKind,
    /// How far it may go.
    pub tlp: Tlp,
    /// To whom.
    pub audience: Audience,
    /// One line.
    pub title: String,
    /// What happened and what it means, in plain words.
    pub text: String,
    /// What to do, one sentence each.
    pub actions: Vec<String>,
    /// What to look for. Second, on purpose.
    pub indicators: Vec<Indicator>,
    /// Which products it concerns.
    pub products: Vec<Criterion>,
    /// What is expected of a reader by the deadline.
    pub expects: Stage,
    /// By when.
    pub deadline: Ts,
    /// Who sends it.
    pub by: String,
    /// When.
    pub at: Ts,
}

/// Longest title, in characters: one line of a FAX sheet.
pub const LONGEST_TITLE: usize = 40;
/// Longest text, in characters: with the actions it must fit one page.
pub const LONGEST_TEXT: usize = 600;
/// Most actions.
pub const ACTIONS: usize = 5;

impl Notice {
    /// What keeps it from being sent; empty when it may be.
    #[must_use]
    pub fn faults(&self) -> Vec<Text> {
        let mut out = Vec::new();
        let mut say = |ja: String, en: String| out.push(Text::new(ja, en));
        let length = |text: &str| text.trim().chars().count();
        if length(&self.title) == 0 || length(&self.title) > LONGEST_TITLE {
            say(
                format!("題は{LONGEST_TITLE}字までで書いてください。"),
                format!("Write a title of at most {LONGEST_TITLE} characters."),
            );
        }
        if length(&self.text) == 0 || length(&self.text) > LONGEST_TEXT {
            say(
                format!("何が起きていて何が困るのかを、{LONGEST_TEXT}字までで書いてください。"),
                format!("Write what happens and what it means in at most {LONGEST_TEXT} characters."),
            );
        }
        if let Some(word) = self.first_indicator_in_text() {
            say(
                format!(
                    "本文の「{word}」は下の「手がかり」の欄に移してください。本文はだれでも読める言葉だけにします。"
                ),
                format!("Move “{word}” to the indicators: the text is for everybody."),
            );
        }
        let withdrawn = matches!(self.because, Edition::Withdrawal { .. });
        if !withdrawn
            && (self.actions.is_empty()
                || self.actions.len() > ACTIONS
                || self.actions.iter().any(|one| length(one) == 0))
        {
            say(
                format!("してほしいことを1〜{ACTIONS}個、一つずつ書いてください。"),
                format!("Write one to {ACTIONS} things to do."),
            );
        }
        if self.deadline <= self.at {
            say("期限は送る時刻より後にしてください。".into(), "The deadline must come after sending.".into());
        }
        if self.expects < Stage::Opened {
            say("「届いた」だけでは読まれた証拠になりません。".into(), "Delivery alone proves no reading.".into());
        }
        if withdrawn && self.expects == Stage::Acted {
            say(
                "取り消しの版では「読んで理解した」までを求めてください。".into(),
                "A withdrawal asks to be understood, not acted upon.".into(),
            );
        }
        match &self.because {
            Edition::First if self.edition != 1 => {
                say("最初の版の番号は1です。".into(), "The first edition is number 1.".into());
            }
            Edition::Correction { what: words } | Edition::Withdrawal { why: words } => {
                if self.edition < 2 || length(words) == 0 {
                    say(
                        "訂正・取り消しには、その理由と2以上の版番号が要ります。".into(),
                        "A correction or withdrawal says why, and is edition 2 or later.".into(),
                    );
                }
            }
            Edition::First => {}
        }
        if self.tlp == Tlp::Red && self.audience.people.iter().all(|name| name.trim().is_empty()) {
            say(
                "TLP:REDは、受け取る人を一人ずつ名前で選んでください。".into(),
                "TLP:RED is for named people: choose them.".into(),
            );
        }
        out
    }

    /// The next edition: what comes after is acknowledged anew.
    #[must_use]
    pub fn corrected(&self, what: &str, by: &str, at: Ts, deadline: Ts) -> Self {
        let because = Edition::Correction { what: what.to_owned() };
        Self { edition: self.edition + 1, because, by: by.to_owned(), at, deadline, ..self.clone() }
    }

    /// The last edition: it no longer holds.
    #[must_use]
    pub fn withdrawn(&self, why: &str, by: &str, at: Ts, deadline: Ts) -> Self {
        let because = Edition::Withdrawal { why: why.to_owned() };
        let expects = Stage::Understood;
        Self { edition: self.edition + 1, because, expects, by: by.to_owned(), at, deadline, ..self.clone() }
    }

    fn first_indicator_in_text(&self) -> Option<String> {
        let separate = |c: char| c.is_whitespace() || "、。，．（）()「」『』【】,;；".contains(c);
        self.text
            .split(separate)
            .map(|word| word.trim_matches('.'))
            .find(|word| looks_technical(word))
            .map(str::to_owned)
    }
}

/// Whether a word is an address, a hash, the number of a weakness or the like.
fn looks_technical(word: &str) -> bool {
    let hash = word.len() >= 32 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let upper = word.to_ascii_uppercase();
    hash || word.parse::<std::net::Ipv4Addr>().is_ok()
        || upper.contains("CVE-")
        || upper.contains("://")
        || upper.contains("HTTP")
        || word.contains("[.]")
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::region::correlate::testing::{day, house};

    pub(crate) fn notice() -> Notice {
        Notice {
            number: "2026-014".into(),
            edition: 1,
            because: Edition::First,
            kind: NoticeKind::Vulnerability,
            tlp: Tlp::Amber,
            audience: Audience::default(),
            title: "VPN装置の弱点".into(),
            text: "外からつなぐための装置に、入口の鍵が効かなくなる弱点が見つかりました。悪用が始まっています。".into(),
            actions: vec![
                "保守会社に電話し、更新の日を決めてください。".into(),
                "更新までの間、使わない回線を外してください。".into(),
            ],
            indicators: vec![Indicator { kind: IndicatorKind::Weakness, value: "CVE-2026-0001".into() }],
            products: Vec::new(),
            expects: Stage::Acted,
            deadline: day(3),
            by: "監視センター".into(),
            at: day(0),
        }
    }

    pub(crate) fn member(n: u128) -> Member {
        Member { facility: house(n), kind: FacilityKind::Clinic, groups: BTreeSet::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{member, notice};
    use super::*;
    use crate::region::correlate::testing::{day, house};

    #[test]
    fn a_notice_is_for_everybody_or_for_those_who_meet_every_choice() {
        let all = Audience::default();
        assert!(all.includes(&member(1)));
        let mut chosen = Audience { kinds: vec![FacilityKind::Clinic], ..Audience::default() };
        assert!(chosen.includes(&member(1)));
        chosen.groups.insert("沿岸部".into());
        assert!(!chosen.includes(&member(1)));
        chosen.groups.clear();
        chosen.facilities.insert(house(2));
        assert!(chosen.includes(&member(2)) && !chosen.includes(&member(1)));
    }

    #[test]
    fn plain_words_come_first() {
        assert_eq!(notice().faults(), []);
        for word in ["203.0.113.9", "CVE-2026-1234", "https://example.jp/x", &"a1".repeat(16), "evil[.]example"] {
            let bad = Notice {
                text: format!("次の相手からの通信に注意してください。{word}、ほか。"), ..notice()
            };
            let faults = bad.faults();
            assert_eq!(faults.len(), 1, "{word}");
            assert!(faults[0].ja.contains(word), "{}", faults[0].ja);
        }
    }

    #[test]
    fn what_is_missing_is_said_before_sending() {
        let faults = |change: &dyn Fn(&mut Notice)| {
            let mut one = notice();
            change(&mut one);
            one.faults().len()
        };
        assert_eq!(faults(&|one| one.title.clear()), 1);
        assert_eq!(faults(&|one| one.text = "あ".repeat(601)), 1);
        assert_eq!(faults(&|one| one.actions.clear()), 1);
        assert_eq!(faults(&|one| one.deadline = one.at), 1);
        assert_eq!(faults(&|one| one.expects = Stage::Delivered), 1);
        assert_eq!(faults(&|one| one.tlp = Tlp::Red), 1);
        assert_eq!(faults(&|one| one.edition = 2), 1);
    }

    #[test]
    fn a_correction_and_a_withdrawal_are_editions_of_their_own() {
        let second = notice().corrected("対象の版を直しました", "監視センター", day(1), day(4));
        assert_eq!((second.edition, second.faults()), (2, Vec::new()));
        let third = second.withdrawn("誤報でした", "監視センター", day(2), day(5));
        assert_eq!((third.edition, third.expects), (3, Stage::Understood));
        assert_eq!(third.faults(), []);
        assert_eq!(notice().corrected(" ", "x", day(1), day(4)).faults().len(), 1);
    }
}
