//! Writing something down: one address for every kind of entry, so that a script can keep them until the server answers.

use super::{home, incident_of};
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::deadline::Suspicion;
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::incident::{
    Event, Incident, IncidentGuide, Operation, ReportStatus, Running, read_moment, read_yen,
};
use hakutaku_model::room::{Author, Draft, Entry, Room};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::Ts;
use hakutaku_store::StoreError;
use serde_json::json;

/// A line that waited longer than this on a device carries the moment it was typed.
const WAITED_SECONDS: i64 = 60;
/// What waited longer than this is taken for a wrong clock: two weeks.
const LONGEST_WAIT: i64 = 14 * 24 * 60 * 60;

/// Who writes, as they are named now.
pub(crate) fn author_of(visit: &Visit, incident: &Incident) -> Author {
    let facility = visit.place.as_ref().map(|place| place.id);
    match (&visit.person, &visit.seat) {
        (Some(person), _) => {
            let name = person.display_name.clone();
            // The role they hold in this incident, if they took one.
            let held = incident.roles.iter().find(|(_, holder)| holder.name == name);
            let role = held.map(|(role, _)| role.clone()).unwrap_or_default();
            Author { name, role, person: Some(person.id), seat: None, facility }
        }
        (None, Some((seat, _))) => {
            let (name, role) = (seat.name.clone(), seat.role.clone());
            Author { name, role, person: None, seat: Some(seat.id), facility }
        }
        (None, None) => Author { name: String::new(), role: String::new(), person: None, seat: None, facility },
    }
}

/// What the form says; several entries where several things were said at once.
pub(crate) fn events_of(form: &Form, incident: &Incident, guide: &IncidentGuide, now: Ts) -> Result<Vec<Event>, Text> {
    let text = |name: &str| form.value(name).trim().to_owned();
    let choose = || Text::new("どれかを選んでください。", "Please choose one.");
    let moment = |name: &str| match form.value(name).trim() {
        "" => Ok(None),
        typed => read_moment(typed).filter(|at| *at <= now.plus_seconds(60)).map(Some).ok_or_else(|| {
            Text::new(
                "時刻を読めないか、まだ来ていません。例：2026-11-21 09:05",
                "The time cannot be read, or has not come yet. Example: 2026-11-21 09:05",
            )
        }),
    };
    let one = |event: Event| Ok(vec![event]);
    match form.value("kind") {
        "note" => one(Event::Note {
            text: text("text"),
            happened: moment("happened")?.or_else(|| waited(form, now)),
            document: None,
            file: String::new(),
        }),
        "known-at" => {
            let at = moment("at")?.ok_or_else(choose)?;
            one(Event::KnownAt { at, basis: text("basis") })
        }
        "role" => {
            let role = text("role");
            if guide.role(&role).is_none() {
                return Err(choose());
            }
            one(Event::Role { role, name: text("name"), phone: text("phone") })
        }
        "step" => one(Event::Step { step: text("step"), title: text("title"), done: form.value("done") == "yes" }),
        "decision" => one(Event::Decision { text: text("text"), basis: text("basis"), by: text("by") }),
        "undone" => {
            let decision = form.value("decision").parse().map_err(|_| choose())?;
            let stands = incident.decisions.iter().any(|one| one.entry == decision && one.undone.is_none());
            if !stands {
                return Err(Text::new(
                    "この決定は、もう取り消されています。",
                    "This decision has been undone already.",
                ));
            }
            one(Event::Undone { decision, why: text("why"), by: text("by") })
        }
        "ward" => {
            let operation = Operation::from_key(form.value("operation")).ok_or_else(choose)?;
            one(Event::Ward { ward: text("ward"), operation, remark: text("remark") })
        }
        "system" => {
            let running = Running::from_key(form.value("running")).ok_or_else(choose)?;
            one(Event::System { system: text("system"), running, remark: text("remark") })
        }
        "custody" => one(Event::Custody {
            item: text("item"),
            holder: text("holder"),
            place: text("place"),
            sha256: text("sha256").to_ascii_lowercase(),
            remark: text("remark"),
        }),
        "cost" => {
            let wrong = || Text::new("時間と金額は数字で書いてください。", "Give hours and yen as numbers.");
            let hours = form.value("hours").trim();
            let minutes = if hours.is_empty() { Some(0.0) } else { ascii_digits(hours).parse::<f64>().ok() };
            let minutes = minutes.map(|hours| (hours * 60.0).round()).filter(|m| (0.0..=600_000.0).contains(m));
            let yen = read_yen(form.value("yen")).filter(|yen| *yen <= 1_000_000_000_000);
            let (Some(minutes), Some(yen)) = (minutes, yen) else { return Err(wrong()) };
            let minutes = minutes as u32;
            one(Event::Cost { who: text("who"), what: text("what"), minutes, yen })
        }
        // A form with many fields: what was changed becomes an entry each.
        "fields" => Ok(guide
            .fields
            .iter()
            .filter(|field| form.has_field(&field.key))
            .filter(|field| {
                let stands = incident.fields.get(&field.key).map_or("", |known| known.value.as_str());
                stands.trim() != form.value(&field.key).replace("\r\n", "\n").trim()
            })
            .map(|field| Event::Field {
                key: field.key.clone(),
                value: form.value(&field.key).replace("\r\n", "\n").trim().to_owned(),
            })
            .collect()),
        "triggers" => {
            let mut events: Vec<Event> = guide
                .triggers
                .iter()
                .filter_map(|trigger| {
                    let answer = Suspicion::from_key(form.value(&trigger.id))?;
                    let stands = incident.triggers.get(&trigger.id).copied().unwrap_or_default();
                    (answer != stands).then(|| Event::Trigger { trigger: trigger.id.clone(), answer })
                })
                .collect();
            let protected = form.value("protected") == "yes";
            let why = text("protected_why");
            if protected != incident.protected.is_some() || (protected && incident.protected.as_ref() != Some(&why)) {
                events.push(Event::Protected { protected, why });
            }
            Ok(events)
        }
        "report" => {
            let report = text("report");
            if guide.report(&report).is_none() {
                return Err(choose());
            }
            let status = match form.value("status") {
                "to-do" => ReportStatus::ToDo,
                "not-needed" => ReportStatus::NotNeeded { why: text("why") },
                "sent" => {
                    let at = moment("at")?.unwrap_or(now);
                    ReportStatus::Sent { at, by: text("by"), receipt: text("receipt") }
                }
                _ => return Err(choose()),
            };
            one(Event::Report { report, status })
        }
        "receipt" => {
            let report = text("report");
            if guide.report(&report).is_none() {
                return Err(choose());
            }
            if !incident.reports.get(&report).is_some_and(|known| matches!(known.status, ReportStatus::Sent { .. })) {
                return Err(Text::new(
                    "先に、この報告を行ったことを記録してください。",
                    "First note that this report was made.",
                ));
            }
            one(Event::Receipt { report, receipt: text("receipt") })
        }
        "struck" => {
            let entry = form.value("entry").parse().map_err(|_| choose())?;
            if !incident.lines.iter().any(|line| line.entry == entry && line.struck.is_none()) {
                return Err(choose());
            }
            one(Event::Struck { entry, why: text("why") })
        }
        _ => Err(choose()),
    }
}

/// The moment a line was typed, when it waited on the device: its age counts, not the device's clock.
fn waited(form: &Form, now: Ts) -> Option<Ts> {
    let age: i64 = form.value("age").parse().ok()?;
    (WAITED_SECONDS..=LONGEST_WAIT).contains(&age).then(|| now.plus_seconds(-age))
}

/// The key under which a line of a script is written at most once.
fn once_of(form: &Form, at: usize) -> Option<String> {
    let key = form.value("once");
    let plain = !key.is_empty() && key.len() <= 64 && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plain.then(|| format!("web:{key}:{at}"))
}

/// Writes events under one author and tells whoever looks.
pub(crate) async fn append(
    app: &AppState,
    room: &Room,
    author: &Author,
    lang: Lang,
    events: Vec<Event>,
    once: impl Fn(usize) -> Option<String>,
) -> Result<Vec<Entry>, Problem> {
    if room.closed_at.is_some() {
        return Err(closed());
    }
    let at = app.now();
    let mut drafts = Vec::with_capacity(events.len());
    for (number, event) in events.into_iter().enumerate() {
        if let Some(fault) = event.fault() {
            return Err(wrong(&fault, lang));
        }
        let body = serde_json::to_value(&event)?;
        drafts.push(Draft { author: author.clone(), at, body, once: once(number) });
    }
    let added = match app.store.append_entries(room.id, &drafts).await {
        Ok(added) => added,
        Err(StoreError::Conflict(_)) => return Err(closed()),
        Err(error) => return Err(error.into()),
    };
    if !added.is_empty() {
        app.live.publish(room.id, "changed", &json!({ "entries": added.len() }));
    }
    Ok(added)
}

fn closed() -> Problem {
    Problem::Said(StatusCode::CONFLICT, Key("inc-closed-refused"))
}

/// A sentence of the rules in the reader's language.
pub(crate) fn wrong(fault: &Text, lang: Lang) -> Problem {
    Problem::Detailed(StatusCode::UNPROCESSABLE_ENTITY, Key("inc-not-written"), fault.get(lang).to_owned())
}

/// What may still be written once an incident is closed: the number an office gives for a report that was made.
fn is_late(events: &[Event]) -> bool {
    !events.is_empty() && events.iter().all(|event| matches!(event, Event::Receipt { .. }))
}

/// Writes into a closed record what may come late; it stands in the facility's log, too.
pub(crate) async fn append_late(
    app: &AppState,
    visit: &Visit,
    room: &Room,
    author: &Author,
    events: &[Event],
) -> Result<Vec<Entry>, Problem> {
    if !is_late(events) {
        return Err(closed());
    }
    let act = visit.act(app.now());
    let mut added = Vec::with_capacity(events.len());
    for event in events {
        if let Some(fault) = event.fault() {
            return Err(wrong(&fault, visit.lang));
        }
        let draft = Draft { author: author.clone(), at: act.at, body: serde_json::to_value(event)?, once: None };
        added.push(app.store.append_late(&act, room.facility, room.id, &draft).await?);
    }
    app.live.publish(room.id, "changed", &json!({ "entries": added.len() }));
    Ok(added)
}

/// What somebody with an account writes.
pub(super) async fn write(
    State(app): State<AppState>,
    visit: Visit,
    headers: HeaderMap,
    Path((_, id)): Path<(FacilityId, RoomId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (room, incident) = incident_of(&app, facility, id).await?;
    let events = events_of(&form, &incident, &app.catalogue.incident, app.now());
    let author = author_of(&visit, &incident);
    let back = back_to(&form, &home(facility, id));
    answer(&app, &visit, &headers, &room, &author, events, &form, &back).await
}

/// Back to a page of this incident, never elsewhere.
fn back_to(form: &Form, home: &str) -> String {
    match form.value("back") {
        leaf if leaf.starts_with('/') && !leaf.contains("..") && !leaf.contains("//") => format!("{home}{leaf}"),
        leaf if leaf.starts_with('#') => format!("{home}{leaf}"),
        _ => home.to_owned(),
    }
}

/// Writes and answers: a script hears in JSON, a person is led back.
#[expect(clippy::too_many_arguments, reason = "the two ways in share this end")]
pub(crate) async fn answer(
    app: &AppState,
    visit: &Visit,
    headers: &HeaderMap,
    room: &Room,
    author: &Author,
    events: Result<Vec<Event>, Text>,
    form: &Form,
    back: &str,
) -> Result<Response, Problem> {
    let by_script = headers.get(header::ACCEPT).is_some_and(|kinds| kinds.as_bytes().starts_with(b"application/json"));
    let done = match events {
        // Helpers by a door are out once it is closed; who has an account may add what comes late.
        Ok(events) if room.closed_at.is_some() && visit.person.is_some() => {
            append_late(app, visit, room, author, &events).await
        }
        Ok(events) => append(app, room, author, visit.lang, events, |at| once_of(form, at)).await,
        Err(fault) => Err(wrong(&fault, visit.lang)),
    };
    match done {
        Ok(_) if by_script => Ok(Json(json!({ "outcome": "written" })).into_response()),
        Ok(_) => Ok(visit.done(app, back, Key("notice-saved"))),
        Err(Problem::Detailed(status, _, sentence)) if by_script => {
            Ok((status, Json(json!({ "outcome": "refused", "sentence": sentence }))).into_response())
        }
        Err(Problem::Said(status, key)) if by_script => {
            let sentence = visit.t().k(key);
            Ok((status, Json(json!({ "outcome": "refused", "sentence": sentence }))).into_response())
        }
        Err(problem) => Err(problem),
    }
}
