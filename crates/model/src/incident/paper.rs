//! Forms, labels and the whole record in words of one language: paper, workbook and terminal only lay them out.

use super::event::ReportStatus;
use super::guide::IncidentGuide;
use super::report::{FilledForm, reports};
use super::state::{CustodyItem, Incident, Was};
use super::words::{sentence, when};
use crate::text::{Lang, Text};
use crate::time::{Ts, date_words};
use serde::Serialize;
use std::collections::BTreeMap;

/// A table of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperSection {
    /// Heading.
    pub title: String,
    /// A sentence below it; empty for none.
    pub lead: String,
    /// Heads of the columns.
    pub columns: Vec<String>,
    /// How wide each is, in parts.
    pub widths: Vec<u8>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// What stands there when there are none.
    pub empty: String,
}

/// A paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What kind of paper.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Name and value of what stands at the head.
    pub facts: Vec<(String, String)>,
    /// What to know about it.
    pub notes: Vec<String>,
    /// Tables.
    pub sections: Vec<PaperSection>,
}

/// Says a text in a language; the words stand beside each other, so that neither is forgotten.
fn say(lang: Lang, ja: &str, en: &str) -> String {
    match lang {
        Lang::Ja => ja.to_owned(),
        Lang::En => en.to_owned(),
    }
}

fn hours(minutes: u64, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("{}時間{:02}分", minutes / 60, minutes % 60),
        Lang::En => format!("{} h {:02} min", minutes / 60, minutes % 60),
    }
}

impl FilledForm {
    /// The form as a paper.
    #[must_use]
    pub fn paper(&self, lang: Lang) -> Paper {
        let mut facts = vec![
            (say(lang, "提出先", "To"), self.to.clone()),
            (say(lang, "施設", "Facility"), self.facility.clone()),
            (say(lang, "件名", "Incident"), self.incident.clone()),
            (say(lang, "知った日", "Day of knowing"), date_words(self.known_on, lang)),
        ];
        if let Some(last) = self.last_day {
            facts.push((say(lang, "期限", "Last day"), date_words(last, lang)));
        }
        let rows = self
            .items
            .iter()
            .map(|item| {
                let value = if item.value.is_empty() {
                    say(lang, "（未記入）", "(not filled in)")
                } else {
                    item.value.clone()
                };
                vec![item.title.clone(), value]
            })
            .collect();
        Paper {
            kind: say(lang, "報告の下書き", "Draft of a report"),
            title: self.title.clone(),
            facts,
            notes: self.notes.clone(),
            sections: vec![PaperSection {
                title: say(lang, "報告の項目", "Fields"),
                lead: String::new(),
                columns: vec![say(lang, "項目", "Field"), say(lang, "内容", "Content")],
                widths: vec![2, 5],
                rows,
                empty: String::new(),
            }],
        }
    }
}

/// The label of a thing kept as evidence.
#[must_use]
pub fn label(item: &CustodyItem, incident: &Incident, facility: &str, lang: Lang) -> Paper {
    let first = item.held.first();
    let facts = vec![
        (say(lang, "番号", "Number"), item.label.clone()),
        (say(lang, "施設", "Facility"), facility.to_owned()),
        (say(lang, "件名", "Incident"), incident.title.clone()),
        (say(lang, "預かった人", "Taken by"), first.map(|held| held.holder.clone()).unwrap_or_default()),
        (say(lang, "日時", "When"), first.map(|held| when(held.at, lang)).unwrap_or_default()),
        (say(lang, "SHA-256", "SHA-256"), item.sha256.clone()),
    ];
    Paper {
        kind: say(lang, "証拠品　開封・使用禁止", "EVIDENCE – do not open, do not use"),
        title: item.item.clone(),
        facts,
        notes: Vec::new(),
        sections: Vec::new(),
    }
}

/// The whole record: what is kept, handed to the investigator and read again next year.
#[must_use]
pub fn pack(incident: &Incident, guide: &IncidentGuide, facility: &str, lang: Lang, now: Ts) -> Paper {
    let none = say(lang, "記録はありません。", "Nothing was noted.");
    let section = |title: String, columns: &[(&str, &str, u8)], rows: Vec<Vec<String>>| PaperSection {
        title,
        lead: String::new(),
        columns: columns.iter().map(|(ja, en, _)| say(lang, ja, en)).collect(),
        widths: columns.iter().map(|(_, _, width)| *width).collect(),
        rows,
        empty: none.clone(),
    };
    let mut facts = vec![
        (say(lang, "施設", "Facility"), facility.to_owned()),
        (say(lang, "知った時刻", "Moment of knowing"), when(incident.known_at, lang)),
        (say(lang, "記録の開始", "Record begun"), when(incident.started, lang)),
    ];
    if let Some(closed) = incident.closed {
        facts.push((say(lang, "終結", "Closed"), when(closed, lang)));
    }
    facts.push((say(lang, "記録の件数", "Entries"), incident.lines.len().to_string()));
    let mut notes: Vec<String> = incident.summary.iter().cloned().collect();
    if incident.not_understood > 0 {
        let count = incident.not_understood;
        notes.push(match lang {
            Lang::Ja => format!("この版では読めない記録が{count}件あります。"),
            Lang::En => format!("{count} entries cannot be read by this version."),
        });
    }
    let sections = vec![
        section(
            say(lang, "時系列", "Timeline"),
            &[("日時", "When", 3), ("書いた人", "Written by", 2), ("内容", "What", 8)],
            timeline(incident, guide, lang),
        ),
        section(
            say(lang, "決定の記録", "Decisions"),
            &[
                ("日時", "When", 3),
                ("決めた人", "Who", 2),
                ("内容", "What", 4),
                ("根拠", "Basis", 4),
                ("取り消し", "Undone", 3),
            ],
            decisions(incident, lang),
        ),
        section(
            say(lang, "部署の運用", "Wards"),
            &[("部署", "Ward", 3), ("日時", "When", 3), ("運用", "Operation", 2), ("備考", "Remark", 4)],
            histories(&incident.wards, |state| state.title(), lang),
        ),
        section(
            say(lang, "システムの状態", "Systems"),
            &[("システム", "System", 3), ("日時", "When", 3), ("状態", "State", 2), ("備考", "Remark", 4)],
            histories(&incident.systems, |state| state.title(), lang),
        ),
        section(
            say(lang, "証拠の受け渡し", "Custody of evidence"),
            &[
                ("番号", "No.", 2),
                ("もの", "Thing", 3),
                ("日時", "When", 3),
                ("持っている人・場所", "Holder, place", 3),
                ("SHA-256・備考", "SHA-256, remark", 5),
            ],
            custody(incident, lang),
        ),
        section(
            say(lang, "報告", "Reports"),
            &[("提出先", "To", 4), ("状態", "State", 2), ("日時・番号", "When, receipt", 5)],
            reports_rows(incident, guide, lang, now),
        ),
        section(
            say(lang, "時間と費用", "Hours and costs"),
            &[("だれ", "Who", 3), ("内容", "What", 5), ("時間", "Hours", 2), ("円", "Yen", 2)],
            costs(incident, lang),
        ),
        section(
            say(lang, "役割", "Roles"),
            &[("役割", "Role", 4), ("名前", "Name", 3), ("連絡先", "Reached at", 3), ("いつから", "Since", 3)],
            guide
                .roles
                .iter()
                .filter_map(|role| incident.roles.get(&role.id).map(|holder| (role, holder)))
                .map(|(role, holder)| {
                    let title = role.title.get(lang).to_owned();
                    vec![title, holder.name.clone(), holder.phone.clone(), when(holder.since, lang)]
                })
                .collect(),
        ),
    ];
    Paper {
        kind: say(lang, "インシデントの記録", "Record of an incident"),
        title: incident.title.clone(),
        facts,
        notes,
        sections,
    }
}

fn timeline(incident: &Incident, guide: &IncidentGuide, lang: Lang) -> Vec<Vec<String>> {
    let mut lines: Vec<_> = incident.lines.iter().collect();
    // By the moment, and where moments are equal in the order of the journal.
    lines.sort_by_key(|line| line.moment());
    lines
        .into_iter()
        .map(|line| {
            let text = sentence(line, incident, guide);
            let mut text = text.get(lang).to_owned();
            if let Some(why) = &line.struck {
                text = match lang {
                    Lang::Ja => format!("［取り消し：{why}］{text}"),
                    Lang::En => format!("[Struck: {why}] {text}"),
                };
            }
            vec![when(line.moment(), lang), line.author.name.clone(), text]
        })
        .collect()
}

/// One row per change of each ward or system.
fn histories<T>(of: &BTreeMap<String, Vec<Was<T>>>, title: impl Fn(&T) -> Text, lang: Lang) -> Vec<Vec<String>> {
    of.iter()
        .flat_map(|(name, history)| history.iter().map(move |was| (name, was)))
        .map(|(name, was)| {
            vec![name.clone(), when(was.at, lang), title(&was.state).get(lang).to_owned(), was.remark.clone()]
        })
        .collect()
}

fn decisions(incident: &Incident, lang: Lang) -> Vec<Vec<String>> {
    let undone = |(at, why, by): &(Ts, String, String)| format!("{} {by} {why}", when(*at, lang));
    let row = |one: &super::state::Decision| {
        let end = one.undone.as_ref().map(undone).unwrap_or_default();
        vec![when(one.at, lang), one.by.clone(), one.text.clone(), one.basis.clone(), end]
    };
    incident.decisions.iter().map(row).collect()
}

fn custody(incident: &Incident, lang: Lang) -> Vec<Vec<String>> {
    let differs = Text::new("ハッシュ値が途中で変わっています。", "The hash changed on the way.");
    let mut rows = Vec::new();
    for item in &incident.custody {
        for (at, held) in item.held.iter().enumerate() {
            let mut about = vec![held.remark.as_str()];
            if at == 0 {
                about.insert(0, &item.sha256);
                if item.hash_differs {
                    about.insert(1, differs.get(lang));
                }
            }
            let about = about.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
            let who = [held.holder.as_str(), &held.place].join(" ").trim().to_owned();
            rows.push(vec![item.label.clone(), item.item.clone(), when(held.at, lang), who, about]);
        }
    }
    rows
}

fn reports_rows(incident: &Incident, guide: &IncidentGuide, lang: Lang, now: Ts) -> Vec<Vec<String>> {
    let row = |view: super::report::ReportView| {
        let name = guide.report(&view.id).map_or_else(|| view.id.clone(), |kind| kind.name().get(lang).to_owned());
        let said = match view.said.as_ref().map(|said| &said.status) {
            Some(ReportStatus::Sent { at, by, receipt }) => {
                [when(*at, lang), by.clone(), receipt.clone()].join(" ").trim().to_owned()
            }
            Some(ReportStatus::NotNeeded { why }) => why.clone(),
            _ => view.last.as_ref().map(|last| super::report::last_day_words(last, lang)).unwrap_or_default(),
        };
        vec![name, view.stand.title().get(lang).to_owned(), said]
    };
    reports(incident, guide, now.date_in_japan()).into_iter().map(row).collect()
}

fn costs(incident: &Incident, lang: Lang) -> Vec<Vec<String>> {
    let totals = incident.totals();
    let mut rows: Vec<Vec<String>> = incident
        .costs
        .iter()
        .map(|cost| {
            vec![cost.who.clone(), cost.what.clone(), hours(u64::from(cost.minutes), lang), cost.yen.to_string()]
        })
        .collect();
    if !rows.is_empty() {
        rows.push(vec![say(lang, "合計", "Sum"), String::new(), hours(totals.minutes, lang), totals.yen.to_string()]);
    }
    rows
}
