//! The reports an incident asks for: their deadlines, where each stands, and every form filled from the one record.

use super::event::{Operation, ReportStatus, Running};
use super::guide::{IncidentGuide, ReportKind, Term};
use super::state::{Incident, ReportState};
use super::words::when;
use crate::deadline::{Duty, LastDay, Left, left};
use crate::text::{Lang, Text};
use crate::time::{Ts, date_words};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where somebody is reached: from the settings of the facility, with the day the number was made sure of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Office {
    /// Its name.
    pub name: String,
    /// By day.
    pub phone: String,
    /// Nights and holidays.
    pub phone_night: String,
    /// E-mail.
    pub email: String,
    /// A remark.
    pub note: String,
    /// When somebody last made sure.
    pub checked_on: Option<Date>,
}

/// How a report stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// Its last day is past.
    Late,
    /// It is to be made now.
    Now,
    /// It is to be made, and there is time.
    Coming,
    /// It depends on questions nobody has answered.
    Undecided,
    /// It may be made.
    Voluntary,
    /// It was made.
    Sent,
    /// It need not be made.
    NotNeeded,
}

impl Stand {
    /// The stable key of messages.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Now => "now",
            Self::Coming => "coming",
            Self::Undecided => "undecided",
            Self::Voluntary => "voluntary",
            Self::Sent => "sent",
            Self::NotNeeded => "not-needed",
        }
    }

    /// In words.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::Late => Text::new("期限を過ぎています", "Past its last day"),
            Self::Now => Text::new("いま行う", "To do now"),
            Self::Coming => Text::new("これから", "To do"),
            Self::Undecided => Text::new("要否の答え待ち", "Depends on the questions"),
            Self::Voluntary => Text::new("任意", "Voluntary"),
            Self::Sent => Text::new("済み", "Made"),
            Self::NotNeeded => Text::new("不要", "Not needed"),
        }
    }

    /// Whether something is still to be done.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Late | Self::Now | Self::Coming | Self::Undecided)
    }
}

/// A report as it stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportView {
    /// Which.
    pub id: String,
    /// Where it stands today.
    pub stand: Stand,
    /// From when, where it is a window.
    pub from: Option<LastDay>,
    /// Its last day, where one is in our data.
    pub last: Option<LastDay>,
    /// Days to it.
    pub left: Option<Left>,
    /// What somebody said about it.
    pub said: Option<ReportState>,
    /// Fields nobody has filled yet.
    pub missing: usize,
}

/// All reports of the catalogue as they stand on a day.
#[must_use]
pub fn reports(incident: &Incident, guide: &IncidentGuide, today: Date) -> Vec<ReportView> {
    guide.reports.iter().map(|kind| view(incident, guide, kind, today)).collect()
}

/// The reports still to be made.
#[must_use]
pub fn reports_open(incident: &Incident, guide: &IncidentGuide, today: Date) -> Vec<ReportView> {
    reports(incident, guide, today).into_iter().filter(|view| view.stand.is_open()).collect()
}

fn view(incident: &Incident, guide: &IncidentGuide, kind: &ReportKind, today: Date) -> ReportView {
    let ppc = incident.ppc();
    let (from, last) = match kind.term {
        Term::PpcPreliminary => (Some(ppc.preliminary_from.clone()), Some(ppc.preliminary_to.clone())),
        Term::PpcFinal => (None, Some(ppc.final_report.clone())),
        _ => (None, None),
    };
    let said = incident.reports.get(&kind.id).cloned();
    let late = last.as_ref().is_some_and(|last| last.date < today);
    let by_answers = matches!(kind.term, Term::PpcPreliminary | Term::PpcFinal);
    let stand = match said.as_ref().map(|said| &said.status) {
        Some(ReportStatus::Sent { .. }) => Stand::Sent,
        Some(ReportStatus::NotNeeded { .. }) => Stand::NotNeeded,
        _ if by_answers && matches!(ppc.duty, Duty::NotDue | Duty::Exempt) => Stand::NotNeeded,
        _ if late => Stand::Late,
        _ if by_answers && ppc.duty == Duty::Undecided => Stand::Undecided,
        _ => match kind.term {
            Term::AtOnce | Term::Promptly => Stand::Now,
            // "About three to five days": from the first of them on it is to be made now.
            Term::PpcPreliminary if from.as_ref().is_some_and(|from| from.working_day <= today) => Stand::Now,
            Term::PpcPreliminary | Term::PpcFinal => Stand::Coming,
            Term::NotInOurData => Stand::Coming,
            Term::Voluntary => Stand::Voluntary,
        },
    };
    let open = stand.is_open();
    let missing = kind.fields.iter().filter(|key| value(incident, guide, key, "", Lang::Ja).is_none()).count();
    ReportView {
        id: kind.id.clone(),
        stand,
        left: last.as_ref().filter(|_| open).map(|last| left(today, last.date)),
        from,
        last,
        said,
        missing,
    }
}

/// One line of a filled form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilledItem {
    /// The field.
    pub key: String,
    /// What it is called.
    pub title: String,
    /// What stands there; empty: nobody has said.
    pub value: String,
    /// Whether the product filled it from the record.
    pub from_record: bool,
}

/// A form filled from the record. The JSON of it is a contract (`hakutaku-incident-report/1`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilledForm {
    /// `hakutaku-incident-report/1`.
    pub format: &'static str,
    /// Which form.
    pub form: String,
    /// To whom.
    pub to: String,
    /// What the form is called.
    pub title: String,
    /// The incident.
    pub incident: String,
    /// The facility.
    pub facility: String,
    /// When it was filled (UTC).
    pub made: Ts,
    /// The day somebody of the house knew.
    pub known_on: Date,
    /// The last day, where one is in our data.
    pub last_day: Option<Date>,
    /// Whether the fields are those of the outside text.
    pub official_fields: bool,
    /// The fields.
    pub items: Vec<FilledItem>,
    /// How many are empty.
    pub missing: usize,
    /// What to know before it is sent.
    pub notes: Vec<String>,
}

/// What stands in a field: typed by somebody, or taken from the record.
fn value(incident: &Incident, guide: &IncidentGuide, key: &str, facility: &str, lang: Lang) -> Option<(String, bool)> {
    let typed = incident.fields.get(key).map(|field| field.value.trim()).filter(|value| !value.is_empty());
    if let Some(typed) = typed {
        return Some((typed.to_owned(), false));
    }
    let from = guide.field(key)?.from.as_deref()?;
    let comma = if lang == Lang::Ja { "、" } else { ", " };
    let list = |texts: Vec<String>| (!texts.is_empty()).then(|| texts.join(comma));
    let text = match from {
        "facility" => Some(facility.to_owned()),
        "known_at" => Some(when(incident.known_at, lang)),
        "systems" => list(
            incident
                .systems
                .iter()
                .filter_map(|(name, history)| history.last().map(|was| (name, was.state)))
                .filter(|(_, state)| *state != Running::Up)
                .map(|(name, state)| format!("{name}：{}", state.title().get(lang)))
                .collect(),
        ),
        "wards" => list(
            incident
                .wards
                .iter()
                .filter_map(|(name, history)| history.last().map(|was| (name, was.state)))
                .filter(|(_, state)| *state != Operation::Normal)
                .map(|(name, state)| format!("{name}：{}", state.title().get(lang)))
                .collect(),
        ),
        "measures" => {
            let lines: Vec<String> = incident
                .decisions
                .iter()
                .filter(|decision| decision.undone.is_none())
                .map(|decision| format!("{}　{}", when(decision.at, lang), decision.text))
                .collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
        "contact" => incident
            .roles
            .get("safety-manager")
            .or_else(|| incident.roles.get("director"))
            .map(|holder| [holder.name.as_str(), &holder.phone].join(" ").trim().to_owned()),
        "triggers" => {
            let lines: Vec<String> = guide
                .triggers
                .iter()
                .filter_map(|trigger| {
                    let answer = incident.triggers.get(&trigger.id)?;
                    Some(format!("{} → {}", trigger.question.get(lang), answer.title().get(lang)))
                })
                .collect();
            (!lines.is_empty()).then(|| lines.join("\n"))
        }
        _ => None,
    };
    text.filter(|text| !text.trim().is_empty()).map(|text| (text, true))
}

/// A form filled from the record; `None` where the catalogue has no such form.
#[must_use]
pub fn filled(
    incident: &Incident,
    guide: &IncidentGuide,
    form: &str,
    facility: &str,
    lang: Lang,
    now: Ts,
) -> Option<FilledForm> {
    let kind = guide.report(form)?;
    let items: Vec<FilledItem> = kind
        .fields
        .iter()
        .map(|key| {
            let found = value(incident, guide, key, facility, lang);
            let (value, from_record) = found.unwrap_or_default();
            let title = guide.field(key).map_or(key.as_str(), |field| field.title.get(lang)).to_owned();
            FilledItem { key: key.clone(), title, value, from_record }
        })
        .collect();
    let mut notes = Vec::new();
    if !kind.official_fields {
        notes.push(
            Text::new(
                "この様式の項目は当方でまとめたもので、提出先の公式の様式ではありません。",
                "The fields of this form are ours; it is not the recipient's official form.",
            )
            .get(lang)
            .to_owned(),
        );
    }
    if let Some(gap) = &kind.gap {
        notes.push(gap.get(lang).to_owned());
    }
    let last = view(incident, guide, kind, now.date_in_japan()).last;
    if let Some(last) = &last {
        notes.push(last_day_words(last, lang));
        notes.push(guide.counting.get(lang).to_owned());
    }
    if kind.id.starts_with("ppc") {
        notes.push(guide.delegation.get(lang).to_owned());
    }
    Some(FilledForm {
        format: "hakutaku-incident-report/1",
        form: kind.id.clone(),
        to: kind.to.get(lang).to_owned(),
        title: kind.title.get(lang).to_owned(),
        incident: incident.title.clone(),
        facility: facility.to_owned(),
        made: now,
        known_on: incident.known_at.date_in_japan(),
        last_day: last.map(|last| last.date),
        official_fields: kind.official_fields,
        missing: items.iter().filter(|item| item.value.is_empty()).count(),
        items,
        notes: notes.into_iter().filter(|note| !note.trim().is_empty()).collect(),
    })
}

/// A last day in words, with the working day before it where offices are closed.
#[must_use]
pub fn last_day_words(last: &LastDay, lang: Lang) -> String {
    let day = date_words(last.date, lang);
    match (&last.closed, lang) {
        (None, Lang::Ja) => format!("期限：{day}"),
        (None, Lang::En) => format!("Last day: {day}"),
        (Some(why), Lang::Ja) => format!(
            "期限：{day}（{}）。窓口が開いているのは、その前の{}まで。",
            why.ja,
            date_words(last.working_day, lang)
        ),
        (Some(why), Lang::En) => format!(
            "Last day: {day} ({}). Offices are open until {} before it.",
            why.en,
            date_words(last.working_day, lang)
        ),
    }
}
