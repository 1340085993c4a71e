//! Each entry as a sentence, for the timeline on screen, paper and terminal.

use super::event::{Event, ReportStatus};
use super::guide::{IncidentGuide, ReportKind};
use super::state::{Incident, Line};
use crate::text::{Lang, Text};
use crate::time::Ts;

/// A moment as people write it in an incident: date and minute.
#[must_use]
pub fn when(at: Ts, lang: Lang) -> String {
    at.minute_in_japan(lang)
}

fn remark(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!("（{}）", text.trim()) }
}

fn en_remark(text: &str) -> String {
    if text.trim().is_empty() { String::new() } else { format!(" ({})", text.trim()) }
}

/// What an entry says.
#[must_use]
pub fn sentence(line: &Line, incident: &Incident, guide: &IncidentGuide) -> Text {
    let Some(event) = &line.event else {
        return Text::new(
            "この版では読めない記録です（記録はそのまま残っています）。",
            "This version cannot read this entry; it is kept as it is.",
        );
    };
    let role_title = |id: &str| guide.role(id).map_or_else(|| Text::new(id, id), |role| role.title.clone());
    match event {
        Event::Note { text, file, document, .. } => {
            let file = if document.is_some() && !file.is_empty() {
                Text::new(format!("［添付：{file}］"), format!("[Attached: {file}]"))
            } else {
                Text::default()
            };
            let join = |file: &str| {
                [text.trim(), file].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            };
            Text::new(join(&file.ja), join(&file.en))
        }
        Event::KnownAt { at, basis } => Text::new(
            format!("知った時刻を{}とした。根拠：{basis}", when(*at, Lang::Ja)),
            format!("The moment of knowing was set to {}. Basis: {basis}", when(*at, Lang::En)),
        ),
        Event::Role { role, name, .. } if name.trim().is_empty() => {
            let role = role_title(role);
            Text::new(format!("{}の担当を外した", role.ja), format!("{}: nobody any more", role.en))
        }
        Event::Role { role, name, phone } => {
            let role = role_title(role);
            Text::new(
                format!("{}は{name}{}", role.ja, remark(phone)),
                format!("{}: {name}{}", role.en, en_remark(phone)),
            )
        }
        Event::Step { step, title, done } => {
            let known = guide.steps.iter().find(|known| known.id == *step).map(|known| known.text.clone());
            let text = known.unwrap_or_else(|| Text::new(title.clone(), title.clone()));
            if *done {
                Text::new(format!("済み：{}", text.ja), format!("Done: {}", text.en))
            } else {
                Text::new(format!("まだ済んでいない：{}", text.ja), format!("Not done after all: {}", text.en))
            }
        }
        Event::Decision { text, basis, by } => Text::new(
            format!("【決定】{text}（{by}）。根拠：{basis}"),
            format!("DECISION: {text} ({by}). Basis: {basis}"),
        ),
        Event::Undone { decision, why, by } => {
            let text = incident.decisions.iter().find(|one| one.entry == *decision).map_or("", |one| &one.text);
            Text::new(
                format!("【決定の取り消し】{text}（{by}）。理由：{why}"),
                format!("DECISION UNDONE: {text} ({by}). Why: {why}"),
            )
        }
        Event::Ward { ward, operation, remark: note } => Text::new(
            format!("{ward}：{}{}", operation.title().ja, remark(note)),
            format!("{ward}: {}{}", operation.title().en, en_remark(note)),
        ),
        Event::System { system, running, remark: note } => Text::new(
            format!("{system}：{}{}", running.title().ja, remark(note)),
            format!("{system}: {}{}", running.title().en, en_remark(note)),
        ),
        Event::Custody { item, holder, place, remark: note, .. } => Text::new(
            format!("証拠「{item}」を{holder}が預かった{}{}", remark(place), remark(note)),
            format!("Evidence “{item}” is held by {holder}{}{}", en_remark(place), en_remark(note)),
        ),
        Event::Cost { who, what, minutes, yen } => Text::new(
            format!("{who}：{what}（{}時間{}分、{yen}円）", minutes / 60, minutes % 60),
            format!("{who}: {what} ({} h {} min, {yen} yen)", minutes / 60, minutes % 60),
        ),
        Event::Field { key, value } => {
            let title = guide.field(key).map_or_else(|| Text::new(key, key), |field| field.title.clone());
            Text::new(format!("報告の項目「{}」：{value}", title.ja), format!("Report field “{}”: {value}", title.en))
        }
        Event::Trigger { trigger, answer } => {
            let known = guide.triggers.iter().find(|known| known.id == *trigger);
            let question = known.map_or_else(|| Text::new(trigger, trigger), |known| known.question.clone());
            let answer = answer.title();
            Text::new(format!("{} → {}", question.ja, answer.ja), format!("{} → {}", question.en, answer.en))
        }
        Event::Protected { protected: true, why } => Text::new(
            format!("対象のデータはすべて守られていた：{why}"),
            format!("All data concerned were protected: {why}"),
        ),
        Event::Protected { protected: false, .. } => {
            Text::new("対象のデータがすべて守られていたとは言えない", "Not all data concerned were protected")
        }
        Event::Report { report, status } => {
            let known = guide.report(report);
            let name = known.map_or_else(|| Text::new(report, report), ReportKind::name);
            match status {
                ReportStatus::ToDo => {
                    Text::new(format!("報告「{}」：これから行う", name.ja), format!("Report “{}”: to do", name.en))
                }
                ReportStatus::NotNeeded { why } => Text::new(
                    format!("報告「{}」：不要。理由：{why}", name.ja),
                    format!("Report “{}”: not needed. Why: {why}", name.en),
                ),
                ReportStatus::Sent { at, by, receipt } => Text::new(
                    format!("報告「{}」：{}に{by}が行った{}", name.ja, when(*at, Lang::Ja), remark(receipt)),
                    format!("Report “{}”: made {} by {by}{}", name.en, when(*at, Lang::En), en_remark(receipt)),
                ),
            }
        }
        Event::Receipt { report, receipt } => {
            let known = guide.report(report);
            let name = known.map_or_else(|| Text::new(report, report), ReportKind::name);
            Text::new(
                format!("報告「{}」の受付番号：{receipt}", name.ja),
                format!("Receipt for report “{}”: {receipt}", name.en),
            )
        }
        Event::Struck { why, .. } => {
            Text::new(format!("記録を取り消した。理由：{why}"), format!("Struck a line. Why: {why}"))
        }
        Event::Ended { summary, actions } => Text::new(
            format!("終結：{summary}（改善 {}件）", actions.len()),
            format!("Closed: {summary} (actions: {})", actions.len()),
        ),
    }
}
