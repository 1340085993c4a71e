//! The report of an audit laid out: sections of text, points and tables for one template.

use crate::audit_report::{AuditReport, Length, ReportAction, ReportFinding};
use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::audit::{Mark, Verdict};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::date_words;
use jiff::civil::Date;
use serde::Serialize;

#[derive(Serialize)]
struct Paper {
    header: HeaderWords,
    lang: &'static str,
    short: bool,
    size: f32,
    title: String,
    running: String,
    facts: Vec<(String, String)>,
    sections: Vec<Section>,
    signatures: Vec<String>,
    seal: String,
}

#[derive(Serialize)]
struct Section {
    title: String,
    lead: String,
    blocks: Vec<Block>,
}

#[derive(Serialize, Default)]
struct Block {
    heading: String,
    text: String,
    /// `strong` sets the text apart.
    weight: &'static str,
    bad: bool,
    points: Vec<String>,
    numbered: bool,
    widths: Vec<u8>,
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The words of one language.
#[derive(Clone, Copy)]
struct W(Lang);

impl W {
    fn s(self, ja: &str, en: &str) -> String {
        Text::new(ja, en).get(self.0).to_owned()
    }

    fn t(self, text: &Text) -> String {
        text.get(self.0).to_owned()
    }

    fn day(self, day: Option<Date>) -> String {
        day.map(|day| date_words(day, self.0)).unwrap_or_default()
    }

    fn percent(self, percent: Option<u32>) -> String {
        percent.map_or_else(|| self.s("判定なし", "nothing judged"), |n| self.s(&format!("{n}%"), &format!("{n} %")))
    }
}

fn text(text: String) -> Block {
    Block { text, ..Block::default() }
}

/// Sizes of the short report, largest first: it has to fit on two pages.
const SHORT_SIZES: [f32; 5] = [10.5, 9.6, 8.8, 8.0, 7.2];
/// The most findings and moved items named on the short report.
const SHORT_LINES: usize = 8;

/// From this size on, a second page with hardly anything on it is worse than smaller type.
const ONE_PAGE_FROM: f32 = 9.0;

/// The report as a paper. The short one has at most two pages: smaller type first, then fewer lines.
///
/// # Errors
/// A template that fails on this report.
pub fn audit_report_pdf(report: &AuditReport, length: Length) -> Result<Pdf, PdfError> {
    let w = W(report.lang);
    if length == Length::Full {
        return make(report, w, false, 9.0, full(report, w));
    }
    let mut two_pages = None;
    for size in SHORT_SIZES {
        if two_pages.is_some() && size < ONE_PAGE_FROM {
            break;
        }
        let pdf = make(report, w, true, size, short(report, w, SHORT_LINES))?;
        match pdf.pages {
            1 => return Ok(pdf),
            2 => two_pages = two_pages.or(Some(pdf)),
            _ => {}
        }
    }
    if let Some(pdf) = two_pages {
        return Ok(pdf);
    }
    make(report, w, true, 7.2, short(report, w, 3))
}

fn make(report: &AuditReport, w: W, short: bool, size: f32, sections: Vec<Section>) -> Result<Pdf, PdfError> {
    let header = Header { facility: Some(report.facility.clone()), fiscal_year: Some(report.year), made: report.made };
    let name = if short {
        w.s("監査報告（院長向け）", "Audit report for the director")
    } else {
        w.s("監査報告書", "Audit report")
    };
    let days = match (report.from, report.until) {
        (Some(from), Some(until)) if from != until => {
            let between = if w.0 == Lang::Ja { "から" } else { " to " };
            format!("{}{between}{}", w.day(Some(from)), w.day(Some(until)))
        }
        (from, until) => w.day(from.or(until)),
    };
    let who = match report.firm.as_str() {
        "" => report.auditor.clone(),
        firm => format!("{} ({firm})", report.auditor),
    };
    let mut facts = vec![
        (w.s("施設", "Facility"), report.facility.clone()),
        (w.s("監査", "Audit"), format!("{} ({}, {})", report.title, report.kind, report.year.label(w.0))),
        (w.s("日程", "Days"), days),
        (w.s("監査した人", "Auditor"), who),
    ];
    if !short {
        facts.push((w.s("目的", "Purpose"), report.purpose.clone()));
        facts.push((w.s("話を聞いた人", "Interviews"), report.interviews.join(&w.s("、", ", "))));
    }
    facts.retain(|(_, value)| !value.trim().is_empty());
    let deed = |deed: &Option<(String, Date)>, ja: &str, en: &str, open_ja: &str, open_en: &str| match deed {
        Some((by, on)) => format!("{} {by} ({})", w.s(ja, en), w.day(Some(*on))),
        None => w.s(open_ja, open_en),
    };
    let signatures = vec![
        deed(
            &report.signed,
            "監査人の署名:",
            "Signed by the auditor:",
            "まだ署名されていません（案）",
            "Not signed yet (draft)",
        ),
        deed(&report.closed, "受け取って終了:", "Received and closed:", "まだ終了していません", "Not closed yet"),
    ];
    let seal = report.seal.as_ref().map(|seal| {
        w.s(
            &format!("監査調書のハッシュ値（SHA-256）: {seal}"),
            &format!("Hash over the working papers (SHA-256): {seal}"),
        )
    });
    let paper = Paper {
        header: header.words(w.0),
        lang: w.0.tag(),
        short,
        size,
        title: name.clone(),
        running: name,
        facts,
        sections,
        signatures,
        seal: seal.unwrap_or_default(),
    };
    let main = include_str!("../templates/audit.typ");
    render("audit", Files { main, words: words(w.0), data: serde_json::to_vec(&paper)?, radar: None })
}

fn verdict(report: &AuditReport, w: W) -> Section {
    let conclusion = &report.conclusion;
    let said = conclusion.verdict.map_or_else(|| w.s("まだ判断していない", "Not judged yet"), |one| w.t(&one.title()));
    let bad = conclusion.verdict == Some(Verdict::Serious);
    let mut blocks = vec![Block { text: said, weight: "strong", bad, ..Block::default() }];
    if !conclusion.words.trim().is_empty() {
        blocks.push(text(conclusion.words.clone()));
    }
    let tally = &report.tally;
    let marks = [
        (Mark::Conforming, tally.conforming),
        (Mark::Observation, tally.observations),
        (Mark::Minor, tally.minor),
        (Mark::Major, tally.major),
        (Mark::NotApplicable, tally.not_applicable),
    ];
    blocks.push(Block {
        widths: vec![1; marks.len()],
        columns: marks.iter().map(|(mark, _)| w.t(&mark.title())).collect(),
        rows: vec![marks.iter().map(|(_, n)| n.to_string()).collect()],
        ..Block::default()
    });
    Section { title: w.s("結論", "Verdict"), lead: String::new(), blocks }
}

fn decisions(report: &AuditReport, w: W) -> Section {
    let points = report.conclusion.decisions.clone();
    let blocks = if points.is_empty() {
        vec![text(w.s("今回、院長に決めていただくことはありません。", "Nothing has to be decided this time."))]
    } else {
        vec![Block { points, numbered: true, ..Block::default() }]
    };
    Section { title: w.s("決めていただくこと", "To be decided"), lead: String::new(), blocks }
}

fn since(report: &AuditReport, w: W, most: usize) -> Section {
    let mut blocks = Vec::new();
    let told = !report.conclusion.improved.trim().is_empty();
    if told {
        blocks.push(text(report.conclusion.improved.clone()));
    }
    match &report.before {
        // Who wrote what improved has said as much: once is enough.
        None if told => {}
        None => blocks.push(text(w.s("比べる前の監査がありません。", "There is no audit before to compare with."))),
        Some((title, percent)) => {
            let (before, now) = (w.percent(*percent), w.percent(report.tally.percent()));
            blocks.push(text(w.s(
                &format!("前回「{title}」は{before}、今回は{now}でした（適合と気づきを1、軽微を0.5、重大を0として数えた割合。見た項目が違うと単純には比べられません）。"),
                &format!("The audit before, \"{title}\", came to {before}, this one to {now} (conforming and observations count 1, minor gaps one half, major ones 0; audits with different items do not compare directly)."),
            )));
        }
    }
    let shown = report.moved.iter().take(most);
    if !report.moved.is_empty() {
        blocks.push(Block {
            widths: vec![5, 2, 2],
            columns: vec![w.s("項目", "Item"), w.s("前回", "Before"), w.s("今回", "Now")],
            rows: shown.map(|(item, was, is)| vec![item.clone(), w.t(&was.title()), w.t(&is.title())]).collect(),
            ..Block::default()
        });
    }
    Section { title: w.s("前回から変わったこと", "Since last time"), lead: String::new(), blocks }
}

fn overdue(days: i32, w: W) -> String {
    w.s(
        &format!("期限を{days}日過ぎても終わっていない"),
        &format!("not done, {days} {} past its day", if days == 1 { "day" } else { "days" }),
    )
}

/// What is past its day, in one sentence that cannot be overlooked.
fn late(report: &AuditReport, w: W) -> Option<Block> {
    let days: Vec<i32> =
        report.findings.iter().flat_map(|finding| &finding.actions).filter_map(|action| action.overdue).collect();
    let (many, longest) = (days.len(), days.into_iter().max()?);
    let said = w.s(
        &format!("期限を過ぎても終わっていない是正が{many}件あります（最も長いもので{longest}日）。"),
        &if many == 1 {
            format!("One action is past its day and not done, by {longest} days.")
        } else {
            format!("{many} actions are past their day and not done, the longest by {longest} days.")
        },
    );
    Some(Block { text: said, weight: "strong", bad: true, ..Block::default() })
}

fn actions(finding: &ReportFinding, w: W) -> String {
    if finding.actions.is_empty() {
        return w.s("是正はまだ決まっていない", "no action yet");
    }
    let one = |action: &ReportAction| {
        let state = action.overdue.map_or_else(|| action.state.clone(), |days| overdue(days, w));
        let parts = [action.title.clone(), action.owner.clone(), w.day(action.due), state];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
    };
    let mark = if finding.actions.len() > 1 { w.s("・", "• ") } else { String::new() };
    finding.actions.iter().map(|action| format!("{mark}{}", one(action))).collect::<Vec<_>>().join("\n")
}

fn short(report: &AuditReport, w: W, most: usize) -> Vec<Section> {
    let shown = report.findings.iter().take(most);
    let mut blocks: Vec<Block> = late(report, w).into_iter().collect();
    blocks.push(if report.findings.is_empty() {
        text(w.s("指摘はありません。", "There are no findings."))
    } else {
        Block {
            widths: vec![2, 4, 5],
            columns: vec![
                w.s("重さ", "Severity"),
                w.s("指摘", "Finding"),
                w.s("是正（担当・期限・今の状態）", "Action (who, by when, where it stands)"),
            ],
            rows: shown
                .map(|finding| vec![w.t(&finding.severity.title()), finding.title.clone(), actions(finding, w)])
                .collect(),
            ..Block::default()
        }
    });
    if report.findings.len() > most {
        let more = report.findings.len() - most;
        blocks.push(text(w.s(
            &format!("ほかに{more}件あります。報告書の本編を見てください。"),
            &format!("There are {more} more in the full report."),
        )));
    }
    let findings = Section { title: w.s("見つかったこと", "What was found"), lead: String::new(), blocks };
    vec![verdict(report, w), decisions(report, w), findings, since(report, w, most)]
}

fn full(report: &AuditReport, w: W) -> Vec<Section> {
    let mut sections = vec![verdict(report, w), decisions(report, w), since(report, w, usize::MAX)];
    let findings = report.findings.iter().map(|finding| {
        let mut rows = vec![
            vec![
                w.s("重さと種類", "Severity and kind"),
                format!("{} / {}", w.t(&finding.severity.title()), finding.kind),
            ],
            vec![w.s("項目", "Item"), finding.item.clone()],
            vec![w.s("事実", "Fact"), finding.detail.clone()],
            vec![w.s("なぜ起きたか", "Why it happened"), finding.cause.clone()],
            vec![w.s("起こりうること", "What can come of it"), finding.risk.clone()],
            vec![w.s("是正・予防", "Actions"), actions(finding, w)],
        ];
        rows.retain(|row| !row[1].is_empty());
        let columns = vec![String::new(), w.s("内容", "What")];
        Block { heading: finding.title.clone(), widths: vec![1, 4], columns, rows, ..Block::default() }
    });
    let mut blocks: Vec<Block> = late(report, w).into_iter().chain(findings).collect();
    if report.findings.is_empty() {
        blocks.push(text(w.s("指摘はありません。", "There are no findings.")));
    }
    sections.push(Section { title: w.s("指摘", "Findings"), lead: String::new(), blocks });

    let mut blocks: Vec<Block> = Vec::new();
    for item in &report.items {
        let seen = [item.seen.clone(), item.remark.clone(), item.documents.join(" / ")];
        let seen: Vec<String> = seen.into_iter().filter(|part| !part.trim().is_empty()).collect();
        let row = vec![
            format!("{}\n{}", item.title, item.reasons.join("\n")).trim().to_owned(),
            item.mark.map_or_else(|| w.s("まだ", "open"), |mark| w.t(&mark.title())),
            seen.join("\n"),
            format!("{}\n{}", item.by, w.day(item.on)).trim().to_owned(),
        ];
        match blocks.last_mut().filter(|block| block.heading == item.field) {
            Some(block) => block.rows.push(row),
            None => blocks.push(Block {
                heading: item.field.clone(),
                widths: vec![5, 2, 6, 2],
                columns: vec![
                    w.s("項目と見た理由", "Item and why"),
                    w.s("判定", "Mark"),
                    w.s("見たもの・備考・資料", "Seen, remark, documents"),
                    w.s("書いた人", "By"),
                ],
                rows: vec![row],
                ..Block::default()
            }),
        }
    }
    sections.push(Section { title: w.s("監査調書", "Working papers"), lead: String::new(), blocks });

    let rows = report.samples.iter().map(|sample| {
        let [right, wrong, unseen, open] = sample.counts;
        vec![
            format!("{}\n{}", sample.from, sample.item).trim().to_owned(),
            w.s(
                &format!("{}件から。種 {}\n{}", sample.population, sample.seed, sample.population_hash),
                &format!("of {}; seed {}\n{}", sample.population, sample.seed, sample.population_hash),
            ),
            w.s(
                &format!("問題なし{right}、食い違い{wrong}、確かめられない{unseen}、未確認{open}"),
                &format!("right {right}, wrong {wrong}, not seen {unseen}, open {open}"),
            ) + "\n"
                + &sample.wrong.join("\n"),
        ]
    });
    let rows: Vec<Vec<String>> =
        rows.map(|row: Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect()).collect();
    let block = if rows.is_empty() {
        text(w.s("抜き取りは行っていません。", "No sample was drawn."))
    } else {
        Block {
            widths: vec![3, 5, 6],
            columns: vec![w.s("抜き取り", "Sample"), w.s("母集団と種", "Population and seed"), w.s("結果", "Result")],
            rows,
            ..Block::default()
        }
    };
    let rule = w.s(
        "種と番号をつなげたSHA-256の小さい順に取りました。だれでも計算し直せます。",
        "Taken in the order of SHA-256 over seed and id, smallest first; anybody can compute it again.",
    );
    sections.push(Section { title: w.s("抜き取り", "Samples"), lead: rule, blocks: vec![block] });
    if !report.conclusion.limits.trim().is_empty() {
        sections.push(Section {
            title: w.s("見ていないこと", "What was not looked at"),
            lead: String::new(),
            blocks: vec![text(report.conclusion.limits.clone())],
        });
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit_report::{ReportItem, ReportSample};
    use hakutaku_model::audit::{Conclusion, Severity, Tally};
    use hakutaku_model::time::{FiscalYear, Ts};
    use jiff::civil::date;

    fn report(lang: Lang, findings: usize, words: &str) -> AuditReport {
        let finding = |n: usize| ReportFinding {
            title: format!("退職した人のIDが残っている {n}"),
            item: "退職者のID".into(),
            severity: Severity::Major,
            kind: "決まりどおりに行われていない".into(),
            detail: "20件のうち3件。".into(),
            cause: "人事から知らせる道がない。".into(),
            risk: "外から入られる。".into(),
            actions: vec![ReportAction {
                title: "毎月知らせる".into(),
                owner: "総務課".into(),
                due: Some(date(2026, 12, 1)),
                state: "対応中".into(),
                overdue: (n == 1).then_some(40),
            }],
        };
        AuditReport {
            lang,
            facility: "みなと病院".into(),
            made: Ts::from_micros(1_790_000_000_000_000),
            title: "秋の内部監査".into(),
            kind: "内部監査".into(),
            year: FiscalYear(2026),
            from: Some(date(2026, 10, 1)),
            until: Some(date(2026, 10, 2)),
            auditor: "森 久美".into(),
            firm: String::new(),
            purpose: "年に一度の確かめ".into(),
            conclusion: Conclusion {
                verdict: Some(Verdict::Gaps),
                words: words.into(),
                decisions: vec!["IDを止める担当を決める".into()],
                improved: "控えを外して保管するようになった。".into(),
                limits: "無線は見ていない。".into(),
            },
            tally: Tally { conforming: 9, observations: 2, minor: 1, major: 1, not_applicable: 1 },
            before: Some(("昨年の内部監査".into(), Some(71))),
            moved: vec![("切り離した控え".into(), Mark::Major, Mark::Conforming)],
            interviews: vec!["院長".into()],
            items: vec![ReportItem {
                field: "アクセス制御".into(),
                title: "退職者のID".into(),
                reasons: vec!["退職者の有効なIDが3件ある".into()],
                mark: Some(Mark::Major),
                seen: "AD の一覧".into(),
                remark: String::new(),
                documents: vec!["写真.jpg".into()],
                by: "森".into(),
                on: Some(date(2026, 10, 1)),
            }],
            findings: (0..findings).map(finding).collect(),
            samples: vec![ReportSample {
                from: "アカウント".into(),
                item: "退職者のID".into(),
                seed: "3f9a".into(),
                population: 231,
                population_hash: "ab".repeat(32),
                counts: [17, 3, 0, 0],
                wrong: vec!["tanaka: 3月に退職".into()],
            }],
            signed: Some(("森 久美".into(), date(2026, 10, 9))),
            closed: None,
            seal: Some("cd".repeat(32)),
        }
    }

    #[test]
    fn both_lengths_are_archival_in_both_languages() -> Result<(), PdfError> {
        for lang in [Lang::Ja, Lang::En] {
            let report = report(lang, 2, "直すところがあります。");
            for length in [Length::Full, Length::Short] {
                let pdf = audit_report_pdf(&report, length)?;
                assert!(pdf.notices.is_empty(), "{lang:?} {length:?} {:?}", pdf.notices);
            }
        }
        Ok(())
    }

    #[test]
    fn an_action_past_its_day_says_by_how_many_days_and_never_that_work_goes_on() {
        for (lang, said) in
            [(Lang::Ja, "期限を40日過ぎても終わっていない"), (Lang::En, "not done, 40 days past its day")]
        {
            let report = report(lang, 2, "");
            assert!(!actions(&report.findings[0], W(lang)).contains(said));
            let late_one = actions(&report.findings[1], W(lang));
            assert!(late_one.contains(said) && !late_one.contains("対応中"), "{late_one}");
            let told = short(&report, W(lang), 8);
            assert!(told[2].blocks[0].bad && told[2].blocks[0].text.contains("40"), "{}", told[2].blocks[0].text);
        }
        assert!(late(&self::report(Lang::Ja, 1, ""), W(Lang::Ja)).is_none());
    }

    #[test]
    fn that_there_is_no_audit_before_is_said_once() {
        let mut first = report(Lang::Ja, 0, "");
        first.before = None;
        first.moved.clear();
        assert_eq!(since(&first, W(Lang::Ja), 8).blocks.len(), 1, "in the auditor's words");
        first.conclusion.improved = String::new();
        let said = since(&first, W(Lang::Ja), 8).blocks;
        assert_eq!((said.len(), said[0].text.as_str()), (1, "比べる前の監査がありません。"));
    }

    #[test]
    fn the_directors_report_never_has_a_third_page() -> Result<(), PdfError> {
        let long = report(Lang::Ja, 30, &"ここに長い説明が続きます。".repeat(60));
        let pdf = audit_report_pdf(&long, Length::Short)?;
        assert!(pdf.pages <= 2, "{} pages", pdf.pages);
        Ok(())
    }
}
