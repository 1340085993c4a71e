//! Who is silent at the deadline: a list to telephone by, and one page to FAX.

use super::receipt::{Progress, Stage};
use super::tlp::Onward;
use super::{Edition, Member, Notice};
use crate::id::FacilityId;
use crate::party::Contact;
use crate::text::{Lang, Text};
use crate::time::Ts;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A facility that is not as far as the notice expects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Silent {
    /// Which.
    pub facility: FacilityId,
    /// How far it is with this edition.
    pub stage: Option<Stage>,
    /// It acted on an earlier edition that no longer holds.
    pub holds_an_old_edition: bool,
}

/// Who is not far enough, once the deadline is past: those holding an old edition first, then the least far.
#[must_use]
pub fn silent(notice: &Notice, members: &[Member], progress: &BTreeMap<FacilityId, Progress>, now: Ts) -> Vec<Silent> {
    if now < notice.deadline {
        return Vec::new();
    }
    let mut out: Vec<Silent> = members
        .iter()
        .filter(|member| notice.audience.includes(member))
        .filter_map(|member| {
            let one = progress.get(&member.facility);
            if one.is_some_and(|one| one.is_enough(notice)) {
                return None;
            }
            Some(Silent {
                facility: member.facility,
                stage: one.and_then(Progress::stage),
                holds_an_old_edition: one.is_some_and(Progress::must_acknowledge_anew),
            })
        })
        .collect();
    out.sort_by_key(|one| (!one.holds_an_old_edition, one.stage, one.facility));
    out.dedup_by_key(|one| one.facility);
    out
}

/// What the centre knows about reaching a facility.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reach {
    /// Its name.
    pub name: String,
    /// Whom to call, in this order.
    pub contacts: Vec<Contact>,
    /// Its FAX number.
    pub fax: String,
}

/// A row of the printed list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CallRow {
    /// 1, 2, 3 …
    pub number: usize,
    /// The facility's name.
    pub facility: String,
    /// `名前 電話 時間`, one for each contact that has a telephone; empty: nobody is known to call.
    pub contacts: Vec<String>,
    /// FAX number.
    pub fax: String,
    /// How far it is.
    pub stage: String,
    /// What to ask.
    pub ask: String,
}

/// The rows of the list to telephone by, in the order of the silent.
#[must_use]
pub fn call_rows(notice: &Notice, silent: &[Silent], reach: &BTreeMap<FacilityId, Reach>, lang: Lang) -> Vec<CallRow> {
    let nobody = Reach::default();
    silent
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let reach = reach.get(&one.facility).unwrap_or(&nobody);
            let with_phone = reach.contacts.iter().filter(|contact| !contact.phone.trim().is_empty());
            let contact = |contact: &Contact| {
                let parts = [&contact.name, &contact.phone, &contact.hours];
                parts.into_iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            };
            CallRow {
                number: at + 1,
                facility: if reach.name.is_empty() { one.facility.to_string() } else { reach.name.clone() },
                contacts: with_phone.map(contact).collect(),
                fax: reach.fax.trim().to_owned(),
                stage: one.stage.map_or_else(|| NOT_DELIVERED.text(), Stage::title).get(lang).to_owned(),
                ask: ask(notice, one).get(lang).to_owned(),
            }
        })
        .collect()
}

/// A text that can stand in a constant.
struct Words(&'static str, &'static str);

impl Words {
    fn text(&self) -> Text {
        Text::new(self.0, self.1)
    }
}

const NOT_DELIVERED: Words = Words("届いていない", "Not delivered");

fn ask(notice: &Notice, one: &Silent) -> Text {
    let number = &notice.number;
    if one.holds_an_old_edition {
        return Text::new(
            format!("お知らせ{number}に前の版で対応済みです。訂正（第{}版）を読んだか聞く", notice.edition),
            format!("Acted on an earlier edition of {number}: ask whether they read edition {}", notice.edition),
        );
    }
    match one.stage {
        None => Text::new(
            format!("お知らせ{number}が届いていません。FAXで送ってよいか、だれ宛てかを聞く"),
            format!("{number} did not arrive: ask where to FAX it and to whom"),
        ),
        Some(Stage::Delivered) => Text::new(
            format!("お知らせ{number}を開いてもらう。開けないときはFAXで送る"),
            format!("Ask them to open {number}; FAX it if they cannot"),
        ),
        Some(Stage::Opened) => {
            Text::new("分からないところを聞き、いっしょに読む", "Ask what is unclear and read it together")
        }
        Some(_) => {
            Text::new("対応できたか、困っていることは何かを聞く", "Ask whether it is done and what is in the way")
        }
    }
}

/// What a FAX sheet says beside the notice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FaxWords {
    /// The sender's name.
    pub centre: String,
    /// Telephone for questions.
    pub phone: String,
    /// Where the answer is FAXed.
    pub fax: String,
}

/// One A4 page, line by line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The lines; none is wider than [`WIDTH`], and there are at most [`LINES`].
    pub lines: Vec<String>,
    /// Whether something had to be left out; the sheet then says so and names the telephone.
    pub shortened: bool,
}

/// Widest line, in half-width columns: 40 Japanese characters.
pub const WIDTH: usize = 80;
/// Lines on the page.
pub const LINES: usize = 48;

/// The page to FAX to a facility: plain words, what to do, boxes to tick and send back. No indicators: nobody types them off
/// paper.
///
/// # Errors
/// Why it must not go by FAX, where the label forbids it.
pub fn fax_sheet(notice: &Notice, to: &str, words: &FaxWords, lang: Lang) -> Result<Sheet, Text> {
    if notice.tlp.refusal(Onward::SharedPaper).is_some() {
        return Err(Text::new(
            format!("{}はFAXで送れません。本人に電話してください。", notice.tlp.label()),
            format!("{} cannot be FAXed: telephone the person.", notice.tlp.label()),
        ));
    }
    let say = |ja: &str, en: &str| if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
    let edition = match &notice.because {
        Edition::First => String::new(),
        Edition::Correction { what } => say(&format!("【訂正】{what}"), &format!("CORRECTION: {what}")),
        Edition::Withdrawal { why } => say(&format!("【取り消し】{why}"), &format!("WITHDRAWN: {why}")),
    };
    let mut head = vec![
        format!("{}　{}", notice.tlp.label(), notice.kind.title().get(lang)),
        say(&format!("{to}　御中"), &format!("To: {to}")),
        say(
            &format!("{}　電話 {}　番号 {}（第{}版）", words.centre, words.phone, notice.number, notice.edition),
            &format!("{}, tel. {}, number {} (edition {})", words.centre, words.phone, notice.number, notice.edition),
        ),
        String::new(),
        format!("■ {}", notice.title),
    ];
    head.extend((!edition.is_empty()).then_some(edition));
    let deadline = notice.deadline.minute_in_japan(lang);
    let foot = vec![
        String::new(),
        say(&format!("□に印をつけ、{deadline}までに返信してください。"), &format!("Tick and answer by {deadline}.")),
        say(
            "□ 読んで理解しました　　□ 対応しました　　□ 該当する機器はありません",
            "[ ] understood   [ ] done   [ ] we have none of these",
        ),
        say("□ 電話がほしい（電話番号：　　　　　　　　　　　）", "[ ] please call us (number:                    )"),
        say(
            "お名前：　　　　　　　　　　　　日時：　　月　　日　　時　　分",
            "Name:                         Date and time:",
        ),
        say(&format!("返信先FAX {}", words.fax), &format!("Answer by FAX to {}", words.fax)),
    ];
    let mut body = vec![notice.text.clone(), String::new()];
    if !notice.actions.is_empty() {
        body.push(say("してほしいこと", "What to do"));
        body.extend(notice.actions.iter().enumerate().map(|(at, one)| format!("{}. {one}", at + 1)));
    }
    let wrap = |lines: Vec<String>| lines.iter().flat_map(|line| wrapped(line)).collect::<Vec<_>>();
    let (mut lines, mut body, mut foot) = (wrap(head), wrap(body), wrap(foot));
    // Head and foot are what makes it answerable: they stay even if names are absurdly long.
    lines.truncate(LINES / 3);
    foot.truncate(LINES / 3);
    let room = LINES.saturating_sub(lines.len() + foot.len());
    let shortened = body.len() > room;
    if shortened {
        body.truncate(room.saturating_sub(1));
        body.push(say(
            "（入りきらない部分があります。電話でおたずねください。）",
            "(There is more: please telephone.)",
        ));
    }
    lines.append(&mut body);
    lines.append(&mut foot);
    Ok(Sheet { lines, shortened })
}

/// Columns a character takes on paper: Japanese two, ASCII and half-width kana one.
fn columns(c: char) -> usize {
    if c.is_ascii() || ('\u{ff61}'..='\u{ff9f}').contains(&c) { 1 } else { 2 }
}

/// Breaks a text at the width; punctuation that must not begin a line is hung onto the one before by breaking earlier.
fn wrapped(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.split(['\n', '\r']) {
        let mut line = String::new();
        let mut width = 0;
        for c in paragraph.chars().filter(|c| !c.is_control()) {
            if width + columns(c) > WIDTH {
                let mut next = String::new();
                if "、。，．）」』】".contains(c) {
                    next.extend(line.pop());
                }
                out.push(std::mem::replace(&mut line, next));
                width = line.chars().map(columns).sum();
            }
            line.push(c);
            width += columns(c);
        }
        out.push(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::receipt::{Receipt, progress};
    use super::super::testing::{member, notice};
    use super::super::tlp::Tlp;
    use super::*;
    use crate::region::correlate::testing::{day, house, minute};
    use proptest::prelude::*;

    fn receipt(facility: u128, edition: u32, stage: Stage) -> Receipt {
        Receipt { facility: house(facility), edition, stage, at: minute(5), by: "院長".into(), taken_by: None }
    }

    fn words() -> FaxWords {
        FaxWords { centre: "東部監視センター".into(), phone: "000-000-0001".into(), fax: "000-000-0002".into() }
    }

    #[test]
    fn two_acknowledge_and_the_third_lands_on_the_phone_list() {
        let members = [member(1), member(2), member(3)];
        let all = [receipt(1, 1, Stage::Acted), receipt(2, 1, Stage::Acted), receipt(3, 1, Stage::Opened)];
        let progress = progress(1, &all);
        assert_eq!(silent(&notice(), &members, &progress, day(2)), [], "before the deadline nobody is silent");
        let late = silent(&notice(), &members, &progress, day(3));
        assert_eq!(late.iter().map(|one| one.facility).collect::<Vec<_>>(), [house(3)]);
        let contact = Contact {
            name: "受付 山本".into(),
            phone: "000-111".into(),
            hours: "平日9-17".into(),
            ..Contact::default()
        };
        let unreachable = Contact { name: "院長".into(), ..Contact::default() };
        let reach =
            Reach { name: "みなと薬局".into(), contacts: vec![unreachable, contact], fax: "000-112".into() };
        let rows = call_rows(&notice(), &late, &BTreeMap::from([(house(3), reach)]), Lang::Ja);
        assert_eq!(rows[0].contacts, ["受付 山本 000-111 平日9-17"]);
        assert_eq!((rows[0].facility.as_str(), rows[0].stage.as_str()), ("みなと薬局", "開いた"));
        assert_eq!(call_rows(&notice(), &late, &BTreeMap::new(), Lang::En)[0].contacts, Vec::<String>::new());
    }

    #[test]
    fn those_who_follow_an_old_edition_are_called_first() {
        let second = notice().corrected("手順を直しました", "監視センター", day(1), day(4));
        let all = [receipt(2, 2, Stage::Opened), receipt(3, 1, Stage::Acted)];
        let late = silent(&second, &[member(1), member(2), member(3)], &progress(2, &all), day(4));
        assert_eq!(late.iter().map(|one| one.facility).collect::<Vec<_>>(), [house(3), house(1), house(2)]);
        assert!(ask(&second, &late[0]).ja.contains("第2版"));
    }

    #[test]
    fn the_sheet_can_be_read_answered_and_sent_back() {
        let sheet = fax_sheet(&notice(), "みなと薬局", &words(), Lang::Ja).expect("allowed");
        let whole = sheet.lines.join("\n");
        for part in [
            "TLP:AMBER",
            "2026-014",
            "みなと薬局",
            "電話 000-000-0001",
            "返信先FAX 000-000-0002",
            "□ 読んで理解しました",
            "保守会社に電話",
        ] {
            assert!(whole.contains(part), "{part}\n{whole}");
        }
        assert!(!whole.contains("CVE-"), "nobody types indicators off paper");
        assert!(!sheet.shortened);
    }

    #[test]
    fn what_is_for_one_persons_eyes_is_not_faxed() {
        let red = Notice { tlp: Tlp::Red, ..notice() };
        assert!(fax_sheet(&red, "x", &words(), Lang::Ja).expect_err("refused").ja.contains("TLP:RED"));
        assert!(fax_sheet(&Notice { tlp: Tlp::AmberStrict, ..notice() }, "x", &words(), Lang::Ja).is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn it_is_always_one_page_and_always_answerable(text in "[ぁ-んァ-ヶ一-龠a-z、。\n]{0,3000}", to in ".{0,300}", actions in prop::collection::vec("[ぁ-ん]{1,200}", 0..6)) {
            let long = Notice { text, actions, ..notice() };
            let sheet = fax_sheet(&long, &to, &words(), Lang::Ja).expect("allowed");
            prop_assert!(sheet.lines.len() <= LINES);
            prop_assert!(sheet.lines.iter().all(|line| line.chars().map(columns).sum::<usize>() <= WIDTH));
            let whole = sheet.lines.join("\n");
            prop_assert!(whole.contains("返信先FAX 000-000-0002") && whole.contains("□ 読んで理解しました"));
            prop_assert!(!sheet.shortened || whole.contains("電話でおたずねください"));
        }
    }
}
