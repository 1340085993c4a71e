//! The plan for the bag: a cover, the card for cutting off on one page, telephone lists in large type, a tab per role, a
//! card per ward, then the sections.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::world::Files;
use hakutaku_model::plan::Paper;
use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use jiff::civil::Date;
use serde::Serialize;

/// What stands on the cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCover {
    /// The approved version; `None`: a draft, which says so on every page.
    pub version: Option<u32>,
    /// Who approved it, with their office.
    pub approved_by: String,
    /// The day of approval.
    pub approved_on: Option<Date>,
    /// The approver's remark.
    pub remark: String,
    /// The day of the facts on the paper.
    pub facts_on: Date,
    /// SHA-256 over the facts, in hex.
    pub fingerprint: String,
}

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    draft: bool,
    version: Option<u32>,
    approved_by: &'a str,
    approved_on: Option<String>,
    remark: &'a str,
    facts_on: String,
    fingerprint: &'a str,
    paper: &'a Paper,
}

/// Sets the plan.
///
/// # Errors
/// A template that fails on this plan.
pub fn plan_pdf(paper: &Paper, cover: &PlanCover, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let sheet = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        draft: cover.version.is_none(),
        version: cover.version,
        approved_by: &cover.approved_by,
        approved_on: cover.approved_on.map(|day| date_words(day, lang)),
        remark: &cover.remark,
        facts_on: date_words(cover.facts_on, lang),
        fingerprint: &cover.fingerprint,
        paper,
    };
    let words = match lang {
        Lang::Ja => include_str!("../templates/plan.ja.json"),
        Lang::En => include_str!("../templates/plan.en.json"),
    };
    let main = include_str!("../templates/plan.typ");
    render("plan", Files { main, words, data: serde_json::to_vec(&sheet)?, radar: None })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use hakutaku_model::plan::{Ground, LineEntry, Snapshot, VendorEntry, paper};
    use hakutaku_model::time::Ts;
    use jiff::civil::date;

    pub(crate) fn sample(lang: Lang) -> (Paper, PlanCover, Header) {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let mut plan = Snapshot { ground: ground(), ..Snapshot::default() };
        for section in &catalogue.plan.sections {
            plan.sections.insert(section.key, section.starter(lang).tidied());
        }
        let cover = PlanCover {
            version: Some(2),
            approved_by: "院長 白石 健一郎 <b>".into(),
            approved_on: Some(date(2026, 4, 10)),
            remark: "#紙の運用を4病棟に広げた".into(),
            facts_on: date(2026, 4, 10),
            fingerprint: plan.ground.fingerprint(),
        };
        let header = Header { facility: Some("白沢記念病院".into()), fiscal_year: None, made: Ts::from_micros(0) };
        (paper(&catalogue.plan, &plan, lang), cover, header)
    }

    fn ground() -> Ground {
        let line = |name: &str, phone: &str| LineEntry {
            id: name.into(),
            name: name.into(),
            other_end: "みなと".into(),
            from_outside: true,
            internet_vpn: true,
            maintenance: true,
            systems: vec!["電子カルテ".into()],
            segment: "診療系".into(),
            cutter: "小田 真".into(),
            cutter_phone: phone.into(),
            night: String::new(),
            night_phone: String::new(),
            how: "=黄色の線を抜く".into(),
        };
        Ground {
            lines: vec![line("電子カルテの遠隔保守VPN", "内線 2101"), line("だれも切れない線", "")],
            vendors: vec![VendorEntry {
                id: "v".into(),
                name: "見本電子".into(),
                desk: "障害受付".into(),
                phone: "000-0000-0119".into(),
                hours: "24時間".into(),
                email: String::new(),
                usual: String::new(),
                systems: vec!["電子カルテ".into()],
            }],
            ..Ground::default()
        }
    }

    #[test]
    fn the_bag_is_archival_and_accessible_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let (paper, cover, header) = sample(lang);
            let pdf = plan_pdf(&paper, &cover, lang, &header).expect("set");
            assert_eq!(pdf.notices, []);
            assert!(pdf.pages > 12, "{} pages", pdf.pages);
            if let Some(folder) = std::env::var_os("LOOK_AT_PAPERS") {
                let name = format!("plan-{}.pdf", lang.tag());
                std::fs::write(std::path::Path::new(&folder).join(name), &pdf.bytes).expect("written");
            }
        }
    }

    #[test]
    fn a_plan_in_which_nothing_stands_yet_prints_too() {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let (_, cover, header) = sample(Lang::Ja);
        let empty = paper(&catalogue.plan, &Snapshot::default(), Lang::Ja);
        let draft = PlanCover { version: None, approved_on: None, ..cover };
        assert_eq!(plan_pdf(&empty, &draft, Lang::Ja, &header).expect("set").notices, []);
    }
}
