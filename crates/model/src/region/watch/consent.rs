//! Acting for a member that cannot: only with its recorded consent, within it, and written down for the member to read.

use crate::id::FacilityId;
use crate::known::keyed;
use crate::text::Text;
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longest consent, in days. Our own rule: it is given anew once a year.
pub const LONGEST_DAYS: i64 = 366;

keyed! {
    /// What somebody may do for a member.
    Act {
        /// See results and open cases.
        #[default]
        SeeResults = "see-results", "診断の結果と件を見る", "See results and cases";
        /// See the register of devices.
        SeeLedger = "see-ledger", "台帳を見る", "See the register";
        /// Take down answers to notices and polls.
        AnswerNotices = "answer-notices", "お知らせ・問い合わせに代わりに答える", "Answer notices and polls";
        /// Declare known noise.
        DeclareNoise = "declare-noise", "正常な接触を申告する", "Declare known noise";
        /// Work on its cases: note, call vendors, close.
        HandleCases = "handle-cases", "件に対応し、終わらせる", "Handle and close cases";
        /// Change the settings of its sensors.
        ChangeSensors = "change-sensors", "センサーの設定を変える", "Change sensors";
    }
}

/// A member's consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    /// Its id.
    pub id: String,
    /// The member.
    pub facility: FacilityId,
    /// Who of the member gave it.
    pub given_by: String,
    /// When.
    pub given_at: Ts,
    /// To whom: id of a person or of a group of people, as the caller knows them.
    pub to: String,
    /// What it covers.
    pub acts: BTreeSet<Act>,
    /// Until when, not included.
    pub until: Ts,
    /// When it was taken back, and by whom.
    pub withdrawn: Option<(Ts, String)>,
}

/// What somebody is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed<'a> {
    /// For which member.
    pub facility: FacilityId,
    /// Everything the person is known by: own id, and ids of the groups they are in.
    pub who: &'a [String],
    /// What.
    pub act: Act,
    /// When.
    pub at: Ts,
}

/// Why it may not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// There is no consent to this person or group.
    None,
    /// There is one, for other acts.
    OtherActs,
    /// It has not begun.
    NotYet,
    /// It is over.
    Over,
    /// It was taken back.
    Withdrawn,
}

impl Refusal {
    /// In words.
    #[must_use]
    pub fn words(self) -> Text {
        match self {
            Self::None => Text::new("この施設の同意がありません。", "This facility has not consented."),
            Self::OtherActs => {
                Text::new("同意はありますが、この操作は含まれていません。", "The consent does not cover this.")
            }
            Self::NotYet => Text::new("同意はまだ始まっていません。", "The consent has not begun."),
            Self::Over => Text::new("同意の期限が過ぎています。", "The consent has ended."),
            Self::Withdrawn => Text::new("同意は取り消されています。", "The consent was withdrawn."),
        }
    }
}

impl Consent {
    /// What is wrong with it; empty when it may be kept.
    #[must_use]
    pub fn faults(&self) -> Vec<Text> {
        let mut out = Vec::new();
        let mut say = |ja: &str, en: &str| out.push(Text::new(ja, en));
        if self.given_by.trim().is_empty() {
            say("施設のだれが同意したかを書いてください。", "Write who of the facility consents.");
        }
        if self.to.trim().is_empty() {
            say("だれに任せるかを選んでください。", "Choose to whom.");
        }
        if self.acts.is_empty() {
            say("任せることを一つ以上選んでください。", "Choose at least one act.");
        }
        if self.until <= self.given_at || self.until > self.given_at.plus_seconds(LONGEST_DAYS * 24 * 60 * 60) {
            say("期限は1年以内で決めてください。", "Set an end within a year.");
        }
        out
    }

    fn verdict(&self, deed: &Deed<'_>) -> Result<(), Refusal> {
        if self.facility != deed.facility || !deed.who.contains(&self.to) {
            return Err(Refusal::None);
        }
        if !self.acts.contains(&deed.act) {
            return Err(Refusal::OtherActs);
        }
        if deed.at < self.given_at {
            return Err(Refusal::NotYet);
        }
        if self.withdrawn.as_ref().is_some_and(|(at, _)| *at <= deed.at) {
            return Err(Refusal::Withdrawn);
        }
        if deed.at >= self.until { Err(Refusal::Over) } else { Ok(()) }
    }
}

/// The consent under which something may be done.
///
/// # Errors
/// Why not; of several consents the reason nearest to a permission.
pub fn check<'a>(consents: &'a [Consent], deed: &Deed<'_>) -> Result<&'a Consent, Refusal> {
    let mut refusal = Refusal::None;
    for consent in consents {
        match consent.verdict(deed) {
            Ok(()) => return Ok(consent),
            Err(why) => refusal = refusal.max(why),
        }
    }
    Err(refusal)
}

/// What the member reads in its own log about an act for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose log.
    pub facility: FacilityId,
    /// Under which consent.
    pub consent: String,
    /// Who did it, by name.
    pub by: String,
    /// What.
    pub act: Act,
    /// When.
    pub at: Ts,
    /// The sentence.
    pub words: Text,
}

impl Consent {
    /// The entry for an act under this consent.
    #[must_use]
    pub fn entry(&self, deed: &Deed<'_>, by: &str, detail: &str) -> Entry {
        let act = deed.act.title();
        Entry {
            facility: self.facility,
            consent: self.id.clone(),
            by: by.to_owned(),
            act: deed.act,
            at: deed.at,
            words: Text::new(
                format!("{by}が、{}の同意に基づいて代わりに行いました：{}。{detail}", self.given_by, act.ja),
                format!(
                    "{by} acted for you with the consent of {}: {}. {detail}",
                    self.given_by,
                    act.en.to_lowercase()
                ),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::correlate::testing::{day, house};

    fn consent() -> Consent {
        Consent {
            id: "c1".into(),
            facility: house(1),
            given_by: "院長 森".into(),
            given_at: day(0),
            to: "centre".into(),
            acts: BTreeSet::from([Act::AnswerNotices, Act::HandleCases]),
            until: day(100),
            withdrawn: None,
        }
    }

    fn said(consents: &[Consent], facility: u128, who: &str, act: Act, at: i64) -> Option<Refusal> {
        let who = [who.to_owned()];
        check(consents, &Deed { facility: house(facility), who: &who, act, at: day(at) }).err()
    }

    #[test]
    fn a_deed_needs_this_members_consent_to_this_person_for_this_act_now() {
        let all = [consent()];
        assert_eq!(said(&all, 1, "centre", Act::HandleCases, 1), None);
        assert_eq!(said(&all, 2, "centre", Act::HandleCases, 1), Some(Refusal::None));
        assert_eq!(said(&all, 1, "other", Act::HandleCases, 1), Some(Refusal::None));
        assert_eq!(said(&all, 1, "centre", Act::SeeLedger, 1), Some(Refusal::OtherActs));
        assert_eq!(said(&all, 1, "centre", Act::HandleCases, -1), Some(Refusal::NotYet));
        assert_eq!(said(&all, 1, "centre", Act::HandleCases, 100), Some(Refusal::Over));
    }

    #[test]
    fn a_withdrawal_ends_it_at_once_and_changes_nothing_before() {
        let all = [Consent { withdrawn: Some((day(5), "院長 森".into())), ..consent() }];
        assert_eq!(said(&all, 1, "centre", Act::HandleCases, 4), None);
        assert_eq!(said(&all, 1, "centre", Act::HandleCases, 5), Some(Refusal::Withdrawn));
        let again = [all[0].clone(), Consent { given_at: day(6), ..consent() }];
        assert_eq!(said(&again, 1, "centre", Act::HandleCases, 7), None, "given anew");
    }

    #[test]
    fn a_consent_says_who_to_whom_what_and_until_when() {
        assert_eq!(consent().faults(), []);
        let faults = |change: &dyn Fn(&mut Consent)| {
            let mut one = consent();
            change(&mut one);
            one.faults().len()
        };
        assert_eq!(faults(&|one| one.given_by.clear()), 1);
        assert_eq!(faults(&|one| one.to.clear()), 1);
        assert_eq!(faults(&|one| one.acts.clear()), 1);
        assert_eq!(faults(&|one| one.until = day(0)), 1);
        assert_eq!(faults(&|one| one.until = day(400)), 1);
    }

    #[test]
    fn the_member_reads_what_was_done_for_it() {
        let who = ["centre".to_owned()];
        let deed = Deed { facility: house(1), who: &who, act: Act::AnswerNotices, at: day(1) };
        let entry = consent().entry(&deed, "監視員 林", "お知らせ2026-014");
        assert!(
            entry.words.ja.contains("院長 森")
                && entry.words.ja.contains("監視員 林")
                && entry.words.ja.contains("2026-014")
        );
        assert_eq!(entry.facility, house(1));
    }
}
