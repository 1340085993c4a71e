//! Accounts against leavers, habits and rights.

use super::shared;
use super::{Account, AccountDecision, AccountList, Leaver, LeaversList, Ruling, UNUSED_DAYS, name_key, number_key};
use crate::facts::AccountFacts;
use crate::text::Text;
use crate::time::date_words;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What was found about an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The person has left, and can still sign in.
    LeftButEnabled,
    /// Several people use it.
    Shared,
    /// It has administrator rights.
    Administrator,
    /// Nobody signed in for [`UNUSED_DAYS`].
    Unused,
    /// Nobody ever did.
    NeverSignedIn,
}

impl FindingKind {
    /// All, the most urgent first.
    pub const ALL: [Self; 5] =
        [Self::LeftButEnabled, Self::Shared, Self::Administrator, Self::Unused, Self::NeverSignedIn];

    /// The stable key of forms and addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::LeftButEnabled => "left_but_enabled",
            Self::Shared => "shared",
            Self::Administrator => "administrator",
            Self::Unused => "unused",
            Self::NeverSignedIn => "never_signed_in",
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
            Self::LeftButEnabled => Text::new("退職したのに使える", "Left, but still enabled"),
            Self::Shared => Text::new("何人かで使っている", "Shared"),
            Self::Administrator => Text::new("管理者の権限がある", "Administrator rights"),
            Self::Unused => Text::new("90日以上使っていない", "Unused for 90 days"),
            Self::NeverSignedIn => Text::new("一度も使っていない", "Never used"),
        }
    }
}

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The lists say it.
    Sure,
    /// Much speaks for it; look.
    Likely,
    /// It may be somebody else; ask.
    Possible,
}

impl Certainty {
    /// The word in both languages.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Sure => Text::new("確実", "Sure"),
            Self::Likely => Text::new("おそらく", "Likely"),
            Self::Possible => Text::new("要確認", "To be checked"),
        }
    }
}

/// One finding about one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The source of the list.
    pub source: String,
    /// The account.
    pub account: Account,
    /// What.
    pub kind: FindingKind,
    /// How sure.
    pub certainty: Certainty,
    /// Why, in a sentence.
    pub why: Text,
    /// The decision that holds today.
    pub decision: Option<AccountDecision>,
    /// A decision that has run out.
    pub expired: Option<AccountDecision>,
}

impl Finding {
    /// Whether nobody has decided about it.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.decision.is_none()
    }

    /// Whether it is so: not decided to be a mistake.
    #[must_use]
    pub fn is_so(&self) -> bool {
        self.decision.as_ref().is_none_or(|decision| decision.ruling != Ruling::NotSo)
    }
}

/// All findings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// The most urgent first; decided ones last within their kind.
    pub findings: Vec<Finding>,
    /// Enabled accounts in all lists.
    pub enabled: usize,
    /// Accounts in all lists.
    pub total: usize,
}

/// What the lists say on a day.
#[must_use]
pub fn review(
    lists: &[AccountList],
    leavers: Option<&LeaversList>,
    decisions: &[AccountDecision],
    today: Date,
) -> Review {
    let gone = Gone::of(leavers, today);
    let decided: HashMap<String, &AccountDecision> = decisions
        .iter()
        .map(|decision| (AccountDecision::key_of(&decision.source, &decision.account, decision.finding), decision))
        .collect();
    let mut review = Review::default();
    for list in lists {
        let mut bearers: HashMap<String, usize> = HashMap::new();
        for account in list.accounts.iter().filter(|account| account.enabled) {
            *bearers.entry(name_key(&account.display_name)).or_default() += 1;
        }
        review.total += list.accounts.len();
        for account in list.accounts.iter().filter(|account| account.enabled) {
            review.enabled += 1;
            let mut found = |kind: FindingKind, certainty, why| {
                let decision = decided.get(&AccountDecision::key_of(&list.source, &account.name, kind)).copied();
                let (holds, expired) = match decision {
                    Some(decision) if decision.holds(today) => (Some(decision.clone()), None),
                    other => (None, other.cloned()),
                };
                let (source, account) = (list.source.clone(), account.clone());
                review.findings.push(Finding { source, account, kind, certainty, why, decision: holds, expired });
            };
            if let Some((certainty, why)) = gone.match_of(account, &bearers) {
                found(FindingKind::LeftButEnabled, certainty, why);
            }
            if let Some(why) = shared::why(account) {
                found(FindingKind::Shared, Certainty::Likely, why);
            }
            if account.administrator {
                found(FindingKind::Administrator, Certainty::Sure, administrator(account));
            }
            if list.knows_sign_ins {
                let as_of = list.as_of().unwrap_or(today);
                match account.last_sign_in {
                    None => found(FindingKind::NeverSignedIn, Certainty::Sure, never()),
                    Some(last) if days(last, as_of) > UNUSED_DAYS => {
                        found(FindingKind::Unused, Certainty::Sure, unused(last, as_of));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    review.findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.kind, !f.is_open(), f.certainty);
        key(a).cmp(&key(b)).then_with(|| a.account.name.cmp(&b.account.name))
    });
    review
}

/// The review, counted; `None` when no list was ever imported. What a person ruled to be a mistake does not count; what
/// is kept on purpose does.
#[must_use]
pub fn facts(
    lists: &[AccountList],
    leavers: Option<&LeaversList>,
    decisions: &[AccountDecision],
    today: Date,
) -> Option<AccountFacts> {
    if lists.is_empty() {
        return None;
    }
    let review = review(lists, leavers, decisions, today);
    let count = |kinds: &[FindingKind]| {
        let found = review.findings.iter().filter(|finding| kinds.contains(&finding.kind) && finding.is_so());
        u32::try_from(found.count()).unwrap_or(u32::MAX)
    };
    Some(AccountFacts {
        // The oldest list is as far as all of them together can be trusted.
        as_of: lists.iter().filter_map(AccountList::as_of).min(),
        enabled: u32::try_from(review.enabled).unwrap_or(u32::MAX),
        left_but_enabled: count(&[FindingKind::LeftButEnabled]),
        shared: count(&[FindingKind::Shared]),
        administrators: count(&[FindingKind::Administrator]),
        unused: count(&[FindingKind::Unused, FindingKind::NeverSignedIn]),
        leavers_known: leavers.is_some(),
    })
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}

fn administrator(account: &Account) -> Text {
    let groups = account.groups.iter().filter(|group| is_administrators(group)).cloned().collect::<Vec<_>>().join("、");
    if groups.is_empty() {
        Text::new("一覧に管理者とあります。", "The list says so.")
    } else {
        Text::new(format!("グループ：{groups}"), format!("Groups: {groups}"))
    }
}

fn never() -> Text {
    Text::new("使った記録がありません。", "No sign-in is recorded.")
}

fn unused(last: Date, as_of: Date) -> Text {
    use crate::text::Lang::{En, Ja};
    let days = days(last, as_of);
    Text::new(
        format!("最後に使った日：{}（一覧の日まで{days}日）", date_words(last, Ja)),
        format!("Last used on {}, {days} days before the list", date_words(last, En)),
    )
}

/// Groups of a directory whose members administer it.
#[must_use]
pub fn is_administrators(group: &str) -> bool {
    matches!(
        crate::text::folded(group).as_str(),
        "domain admins"
            | "enterprise admins"
            | "schema admins"
            | "administrators"
            | "account operators"
            | "server operators"
            | "backup operators"
            | "group policy creator owners"
    )
}

/// Who has left, by what they are recognised by.
struct Gone<'a> {
    numbers: HashMap<String, &'a Leaver>,
    names: HashMap<String, Vec<&'a Leaver>>,
}

impl<'a> Gone<'a> {
    fn of(leavers: Option<&'a LeaversList>, today: Date) -> Self {
        let mut gone = Self { numbers: HashMap::new(), names: HashMap::new() };
        let all = leavers.map_or(&[][..], |list| &list.leavers);
        for leaver in all.iter().filter(|leaver| leaver.left_on.is_none_or(|day| day < today)) {
            let number = number_key(&leaver.staff_number);
            if !number.is_empty() {
                gone.numbers.insert(number, leaver);
            }
            for name in [&leaver.name, &leaver.reading] {
                let key = name_key(name);
                if !key.is_empty() {
                    gone.names.entry(key).or_default().push(leaver);
                }
            }
        }
        gone
    }

    /// Whether this account is a leaver's, how sure that is, and why.
    fn match_of(&self, account: &Account, bearers: &HashMap<String, usize>) -> Option<(Certainty, Text)> {
        let name = name_key(&account.display_name);
        let same_name =
            |leaver: &Leaver| !name.is_empty() && (name == name_key(&leaver.name) || name == name_key(&leaver.reading));
        let own = number_key(&account.staff_number);
        if !own.is_empty() {
            // A list that has staff numbers knows who is who: another number is another person.
            return self.numbers.get(&own).map(|leaver| (Certainty::Sure, by_number(leaver))).or_else(|| {
                let leaver =
                    self.names.get(&name)?.iter().find(|leaver| number_key(&leaver.staff_number).is_empty())?;
                Some((Certainty::Possible, by_name(leaver)))
            });
        }
        let login = number_key(&account.name);
        let digits = login.trim_start_matches(|c: char| !c.is_ascii_digit()).trim_start_matches('0');
        let long = |number: &str| number.len() >= 4;
        if let Some(leaver) = [login.as_str(), digits].into_iter().filter(|n| long(n)).find_map(|n| self.numbers.get(n))
        {
            let certainty = if same_name(leaver) { Certainty::Sure } else { Certainty::Likely };
            return Some((certainty, by_number(leaver)));
        }
        let named = self.names.get(&name)?;
        let alone = named.len() == 1 && bearers.get(&name).copied().unwrap_or_default() == 1;
        Some((if alone { Certainty::Likely } else { Certainty::Possible }, by_name(named[0])))
    }
}

fn left(leaver: &Leaver) -> Text {
    use crate::text::Lang::{En, Ja};
    match leaver.left_on {
        Some(day) => Text::new(
            format!("{}、{}に退職", leaver.name, date_words(day, Ja)),
            format!("{}, left on {}", leaver.name, date_words(day, En)),
        ),
        None => Text::new(format!("{}、退職", leaver.name), format!("{}, left", leaver.name)),
    }
}

fn by_number(leaver: &Leaver) -> Text {
    let who = left(leaver);
    Text::new(format!("職員番号が同じです（{}）。", who.ja), format!("The staff number is the same ({}).", who.en))
}

fn by_name(leaver: &Leaver) -> Text {
    let who = left(leaver);
    Text::new(format!("名前が同じです（{}）。", who.ja), format!("The name is the same ({}).", who.en))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn account(name: &str, display: &str) -> Account {
        Account { name: name.to_owned(), display_name: display.to_owned(), enabled: true, ..Account::default() }
    }

    fn list(accounts: Vec<Account>) -> AccountList {
        let exported = Some(date(2026, 11, 20));
        AccountList { source: "AD".to_owned(), exported, knows_sign_ins: false, accounts, ..AccountList::default() }
    }

    fn leaver(name: &str, number: &str) -> Leaver {
        Leaver {
            name: name.to_owned(),
            staff_number: number.to_owned(),
            left_on: Some(date(2026, 3, 31)),
            ..Leaver::default()
        }
    }

    fn leavers(leavers: Vec<Leaver>) -> LeaversList {
        LeaversList { leavers, ..LeaversList::default() }
    }

    const TODAY: Date = date(2026, 11, 21);

    fn left_but_enabled(accounts: Vec<Account>, gone: Vec<Leaver>) -> Vec<(String, Certainty)> {
        let review = review(&[list(accounts)], Some(&leavers(gone)), &[], TODAY);
        let left = review.findings.into_iter().filter(|finding| finding.kind == FindingKind::LeftButEnabled);
        left.map(|finding| (finding.account.name, finding.certainty)).collect()
    }

    #[test]
    fn the_same_staff_number_is_sure_and_the_same_name_is_likely() {
        let by_number = Account { staff_number: "00123".to_owned(), ..account("yamada", "山田 太郎") };
        let found = left_but_enabled(
            vec![by_number, account("suzuki", "鈴木　花子"), account("sato", "佐藤 次郎")],
            vec![leaver("山田太郎", "123"), leaver("鈴木花子", "")],
        );
        assert_eq!(found, [("yamada".to_owned(), Certainty::Sure), ("suzuki".to_owned(), Certainty::Likely)]);
    }

    #[test]
    fn half_width_kana_and_rare_characters_are_the_same_person() {
        let reading = Leaver { reading: "タナカ ユキ".to_owned(), ..leaver("田中 由紀", "") };
        let found = left_but_enabled(
            vec![account("a", "ﾀﾅｶ ﾕｷ"), account("b", "𠮷田　一")],
            vec![reading, leaver("𠮷田 一", "")],
        );
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn two_of_the_same_name_are_only_possible() {
        let found =
            left_but_enabled(vec![account("a", "佐藤 愛"), account("b", "佐藤 愛")], vec![leaver("佐藤愛", "")]);
        assert!(found.iter().all(|(_, certainty)| *certainty == Certainty::Possible));
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn another_staff_number_is_another_person_of_that_name() {
        let other = Account { staff_number: "999".to_owned(), ..account("sato", "佐藤 愛") };
        assert!(left_but_enabled(vec![other], vec![leaver("佐藤愛", "123")]).is_empty());
    }

    #[test]
    fn a_number_in_the_sign_in_name_counts_when_it_is_long_enough() {
        let found = left_but_enabled(
            vec![account("n012345", ""), account("n12", "")],
            vec![leaver("山田", "12345"), leaver("森", "12")],
        );
        assert_eq!(found, [("n012345".to_owned(), Certainty::Likely)]);
    }

    #[test]
    fn who_leaves_next_month_has_not_left_and_a_disabled_account_is_no_finding() {
        let later = Leaver { left_on: Some(date(2026, 12, 31)), ..leaver("山田太郎", "") };
        let off = Account { enabled: false, ..account("s", "鈴木花子") };
        assert!(left_but_enabled(vec![account("y", "山田太郎"), off], vec![later, leaver("鈴木花子", "")]).is_empty());
    }

    #[test]
    fn nobody_is_unused_in_a_list_that_says_nothing_about_sign_ins() {
        let mut one = list(vec![account("a", ""), account("b", ""), account("c", "")]);
        one.accounts[1].last_sign_in = Some(date(2026, 8, 22));
        one.accounts[2].last_sign_in = Some(date(2026, 8, 21));
        assert!(review(&[one.clone()], None, &[], TODAY).findings.is_empty());
        one.knows_sign_ins = true;
        let found = review(&[one], None, &[], TODAY).findings;
        let kinds: Vec<_> = found.iter().map(|finding| (finding.account.name.as_str(), finding.kind)).collect();
        assert_eq!(kinds, [("c", FindingKind::Unused), ("a", FindingKind::NeverSignedIn)]);
    }

    #[test]
    fn a_decision_closes_a_finding_until_its_day_and_a_mistake_does_not_count() {
        let lists = [list(vec![account("nurse1", "")])];
        let decide = |ruling, until| AccountDecision {
            source: "AD".to_owned(),
            account: "NURSE1".to_owned(),
            finding: FindingKind::Shared,
            ruling,
            reason: "救急の端末で切り替える時間がない".to_owned(),
            until,
        };
        let shared = |decision: AccountDecision| {
            let counted = facts(&lists, None, std::slice::from_ref(&decision), TODAY).expect("a list").shared;
            (counted, review(&lists, None, &[decision], TODAY).findings[0].is_open())
        };
        assert_eq!(shared(decide(Ruling::OnPurpose, None)), (1, false));
        assert_eq!(shared(decide(Ruling::OnPurpose, Some(date(2026, 11, 20)))), (1, true));
        assert_eq!(shared(decide(Ruling::NotSo, None)), (0, false));
    }

    #[test]
    fn without_a_list_there_are_no_facts_and_without_leavers_they_say_so() {
        assert_eq!(facts(&[], None, &[], TODAY), None);
        let known = facts(&[list(vec![account("a", "")])], None, &[], TODAY).expect("facts");
        assert!(!known.leavers_known);
        assert_eq!((known.as_of, known.enabled), (Some(date(2026, 11, 20)), 1));
    }
}
