//! Papers of the watch centre around a notice: the list to telephone by, and the sheets to FAX.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::region::notice::Notice;
use hakutaku_model::region::notice::silent::{CallRow, Sheet};
use hakutaku_model::text::{Lang, Text};
use serde::Serialize;

/// The list to telephone by.
#[derive(Debug, Clone)]
pub struct PhoneList<'a> {
    /// Which notice.
    pub notice: &'a Notice,
    /// Whom to call, in this order.
    pub rows: &'a [CallRow],
    /// How to speak.
    pub script: &'a [Text],
}

#[derive(Serialize)]
struct Phone<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: &'a str,
    about: String,
    deadline: String,
    tlp: &'a str,
    count: String,
    script_title: &'a str,
    script: Vec<&'a str>,
    columns: [&'a str; 5],
    rows: Vec<PhoneRow<'a>>,
    nobody: &'a str,
    no_number: &'a str,
    fax: &'a str,
    heard: &'a str,
}

#[derive(Serialize)]
struct PhoneRow<'a> {
    number: usize,
    facility: &'a str,
    contacts: &'a [String],
    fax: &'a str,
    stage: &'a str,
    ask: &'a str,
}

/// The list as a paper, with room to write down what was heard.
///
/// # Errors
/// A template that fails on this list.
pub fn phone_list_pdf(list: &PhoneList<'_>, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let t = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let notice = list.notice;
    let sheet = Phone {
        header: header.words(lang),
        lang: lang.tag(),
        title: t("電話で確かめる施設", "Facilities to telephone"),
        about: match lang {
            Lang::Ja => format!("お知らせ {}（第{}版）　{}", notice.number, notice.edition, notice.title),
            Lang::En => format!("Notice {} (edition {}): {}", notice.number, notice.edition, notice.title),
        },
        deadline: match lang {
            Lang::Ja => format!("期限 {}", notice.deadline.minute_in_japan(lang)),
            Lang::En => format!("Deadline {}", notice.deadline.minute_in_japan(lang)),
        },
        tlp: notice.tlp.label(),
        count: match lang {
            Lang::Ja => format!("{}施設", list.rows.len()),
            Lang::En => format!("{} facilities", list.rows.len()),
        },
        script_title: t("電話のしかた", "How to speak"),
        script: list.script.iter().map(|text| text.get(lang)).collect(),
        columns: [
            t("番号", "No."),
            t("施設と電話", "Facility and telephone"),
            t("今の状態", "Now"),
            t("聞くこと", "What to ask"),
            t("かけた時刻・相手・聞いたこと", "Time, who, what was said"),
        ],
        rows: list
            .rows
            .iter()
            .map(|row| PhoneRow {
                number: row.number,
                facility: &row.facility,
                contacts: &row.contacts,
                fax: &row.fax,
                stage: &row.stage,
                ask: &row.ask,
            })
            .collect(),
        nobody: t("電話する施設はありません。", "Nobody has to be called."),
        no_number: t(
            "電話番号が登録されていません。加入施設の登録を見てください。",
            "No telephone number is registered. See the register of members.",
        ),
        fax: t("FAX", "FAX"),
        heard: t("□ 読んだ　□ 対応した　□ かけ直す", "[ ] read  [ ] done  [ ] call again"),
    };
    let main = include_str!("../templates/phone_list.typ");
    render("phone-list", Files { main, words: words(lang), data: serde_json::to_vec(&sheet)?, radar: None })
}

#[derive(Serialize)]
struct Fax<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: String,
    sheets: Vec<&'a [String]>,
}

/// Sheets to FAX, one page each.
///
/// # Errors
/// A template that fails on these sheets.
pub fn fax_sheets_pdf(notice: &Notice, sheets: &[Sheet], lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let data = Fax {
        header: header.words(lang),
        lang: lang.tag(),
        title: format!("{} {}", notice.number, notice.title),
        sheets: sheets.iter().map(|sheet| sheet.lines.as_slice()).collect(),
    };
    let main = include_str!("../templates/fax.typ");
    render("fax", Files { main, words: words(lang), data: serde_json::to_vec(&data)?, radar: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::region::notice::silent::{FaxWords, fax_sheet};
    use hakutaku_model::region::notice::{Audience, Edition, NoticeKind, Stage, Tlp};
    use hakutaku_model::time::Ts;

    fn notice() -> Notice {
        let at = Ts::from_micros(1_795_000_000_000_000);
        Notice {
            number: "2026-014".into(),
            edition: 2,
            because: Edition::Correction { what: "対象になる版の番号が違っていました。".into() },
            kind: NoticeKind::Vulnerability,
            tlp: Tlp::Amber,
            audience: Audience::default(),
            title: "外からつなぐ装置（VPN）の弱点".into(),
            text: "外から院内につなぐための装置に、鍵を持たない人でも入れる弱点が見つかりました。すでに悪用が始まっていて、\
                   入られると電子カルテまで止まることがあります。"
                .into(),
            actions: vec![
                "保守会社に電話し、更新する日を決めてください。".into(),
                "更新までの間、使わないときは装置の線を抜いてください。".into(),
            ],
            indicators: Vec::new(),
            products: Vec::new(),
            expects: Stage::Acted,
            deadline: at.plus_seconds(172_800),
            by: "東部監視センター".into(),
            at,
        }
    }

    fn header() -> Header {
        Header { facility: Some("東部監視センター".into()), fiscal_year: None, made: notice().at }
    }

    #[test]
    fn each_sheet_is_one_page_and_the_list_goes_over_pages() -> Result<(), PdfError> {
        let words =
            FaxWords {
                centre: "東部監視センター".into(), phone: "00-0000-0001".into(), fax: "00-0000-0002".into()
            };
        let names = ["みなと薬局", "髙橋 <b> #内科", "長い名前の".repeat(30).as_str()].map(str::to_owned);
        for lang in [Lang::Ja, Lang::En] {
            let long = Notice { text: "長い文。".repeat(150), ..notice() };
            let sheets: Vec<Sheet> = names
                .iter()
                .flat_map(|name| [notice(), long.clone()].map(|one| fax_sheet(&one, name, &words, lang)))
                .map(|sheet| sheet.expect("allowed"))
                .collect();
            let pdf = fax_sheets_pdf(&notice(), &sheets, lang, &header())?;
            assert_eq!((pdf.pages, pdf.notices), (6, Vec::new()));
            let rows: Vec<CallRow> = (1..=40)
                .map(|number| CallRow {
                    number,
                    facility: "髙橋 <b> #内科".into(),
                    contacts: if number % 5 == 0 {
                        Vec::new()
                    } else {
                        vec!["受付 山本 00-0000-0003 平日9-17".into(), "院長 00-0000-0004".into()]
                    },
                    fax: if number % 3 == 0 { String::new() } else { "00-0000-0005".into() },
                    stage: "開いた".into(),
                    ask: "分からないところを聞き、いっしょに読む".into(),
                })
                .collect();
            let script = [Text::new("名前を言う。", "Say your name.")];
            let notice = notice();
            let list = PhoneList { notice: &notice, rows: &rows, script: &script };
            let pdf = phone_list_pdf(&list, lang, &header())?;
            assert_eq!(pdf.notices, []);
            assert!(pdf.pages >= 2, "{} pages", pdf.pages);
            let nobody = phone_list_pdf(&PhoneList { rows: &[], ..list }, lang, &header())?;
            assert_eq!(nobody.pages, 1);
        }
        Ok(())
    }
}
