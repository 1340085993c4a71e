//! Last year's drill: sixty minutes against ransomware, played to the end, its record closed, and three of its gaps turned
//! into actions, two of them closed since.
//!
//! The people are simulated by the same rules as `hakutaku exercise simulate`; they get the names of the house.

use crate::DemoError;
use crate::accounts::names;
use crate::telling::Telling;
use hakutaku_model::corrective::{CorrectiveAction, Deed, Source};
use hakutaku_model::exercise::event::TakingPart;
use hakutaku_model::exercise::gaps::Gap;
use hakutaku_model::exercise::{CONDUCTOR, DrillEvent, DrillReport, DrillSetup, OBSERVER, simulate};
use hakutaku_model::facts::FactSheet;
use hakutaku_model::id::SeatId;
use hakutaku_model::person::Role;
use hakutaku_model::room::{Author, Draft, Room, RoomKind};
use hakutaku_model::seat::{Choices, Door, Purpose, RoleChoice};
use hakutaku_model::text::Text;
use hakutaku_store::Act;
use std::collections::BTreeMap;

const SCENARIO: &str = "ransomware-60";
/// Chosen so that some things go well and some do not.
const SEED: u64 = 8;
const TITLE: &str = "電子カルテが暗号化された想定の訓練（60分）";

/// Who plays what: role and name.
const CAST: [(&str, &str); 8] = [
    ("director", "白石 健一郎"),
    ("it-lead", "小田 真"),
    ("server-engineer", "佐々木 亮（ひので情報）"),
    ("ward", "中村 恵（3階東病棟）"),
    ("pharmacy", "大西 由香（薬剤科）"),
    ("laboratory", "森 さやか（検査科）"),
    ("claims", "高野 茂（医事課）"),
    ("public-relations", "白井 健（総務課）"),
];
const OBSERVERS: [&str; 2] = ["村井 さとみ（看護部長）", "𠮷岡 誠（事務長）"];

/// Days the work took, and what the second person saw.
type Mended = Option<(i64, &'static str)>;

/// Owner, days until due, and what came of it so far.
const ACTIONS: [(&str, i64, Mended); 3] = [
    (
        "村井 さとみ",
        60,
        Some((35, "本部の台本に消防と近くの3病院の番号が入り、院長が自分から命じるのを夜の読み合わせで見た。")),
    ),
    (
        "小田 真",
        90,
        Some((52, "手順書の1頁目に警察と調査会社に尋ねる順があり、当番の二人が見ずに言えることを確かめた。")),
    ),
    ("藤森 律子", 330, None),
];

/// Holds the drill and what followed. Nothing, where the catalogue does not have its scenario.
pub(crate) async fn last_year(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let Some(scenario) = telling.catalogue.exercises.iter().find(|known| known.id == SCENARIO) else { return Ok(()) };
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let at = telling.clock.last_year(12, 3, 13, 30);
    let by = telling.by(Role::SafetyManager, at);
    let place = TakingPart { facility: hospital, name: store.facility(hospital).await?.profile.name };
    let mut setup = serde_json::to_value(DrillSetup::new(scenario.clone(), vec![place])).unwrap_or_default();
    if let Some(members) = setup.as_object_mut() {
        let day = at.date_in_japan().to_string();
        members.insert("options".to_owned(), serde_json::json!({ "day": day, "speed": 1, "roles": [] }));
    }
    let room = store.create_room(&by, hospital, RoomKind::Drill, TITLE, &setup).await?;
    let choice = |key: &str, name: Text| RoleChoice { key: key.to_owned(), name };
    let mut roles: Vec<RoleChoice> = scenario.roles.iter().map(|role| choice(&role.id, role.title.clone())).collect();
    roles.push(choice(OBSERVER, Text::new("観察者", "Observer")));
    let choices = serde_json::to_value(Choices { roles }).unwrap_or_default();
    let until = at.plus_seconds(12 * 60 * 60);
    let opened = Act { at: telling.clock.later(5), ..by.clone() };
    let door = store.open_door(&opened, hospital, Purpose::Drill, room.id.0, &choices, until).await?.door;

    let played = simulate(scenario, SEED, telling.clock.later(10)).journal.entries;
    let drafts = played_here(telling, &door, &played).await?;
    let over = drafts.last().map_or(at, |draft| draft.at);
    let entries = store.append_entries(room.id, &drafts).await?;
    telling.clock.later((over.micros() - opened.at.micros()) / 60_000_000 + 5);
    let close = Act { at: telling.clock.later(5), ..by };
    store.close_room(&close, hospital, room.id).await?;
    store.close_door(&Act { at: telling.clock.later(1), ..close }, hospital, door.id).await?;
    let report = DrillReport::build(scenario, &entries, Some(hospital));
    mend(telling, &room, &report).await
}

/// The simulated journal with seats and names of the house.
async fn played_here(
    telling: &Telling<'_>,
    door: &Door,
    played: &[hakutaku_model::room::Entry],
) -> Result<Vec<Draft>, DemoError> {
    let conductor = Author {
        name: names(Role::SafetyManager).1.to_owned(),
        role: CONDUCTOR.to_owned(),
        person: Some(telling.cast.person(Role::SafetyManager)),
        seat: None,
        facility: Some(telling.cast.hospital),
    };
    let mut seated: BTreeMap<SeatId, Author> = BTreeMap::new();
    let mut observers = OBSERVERS.iter();
    let mut drafts = Vec::with_capacity(played.len());
    for entry in played {
        let Some(event) = DrillEvent::of(entry) else { continue };
        let author = match entry.author.seat {
            Some(seat) if entry.author.role != CONDUCTOR => match seated.get(&seat) {
                Some(author) => author.clone(),
                None => {
                    let role = &entry.author.role;
                    let known = CAST.iter().find(|(known, _)| known == role).map(|(_, name)| *name);
                    let name = if role == OBSERVER { observers.next().copied() } else { known };
                    let name = name.unwrap_or(&entry.author.name);
                    let issued = telling.store.take_seat(door, name, role, entry.at).await?;
                    let author = Author {
                        name: issued.seat.name,
                        role: issued.seat.role,
                        person: None,
                        seat: Some(issued.seat.id),
                        facility: Some(telling.cast.hospital),
                    };
                    seated.insert(seat, author.clone());
                    author
                }
            },
            _ => conductor.clone(),
        };
        drafts.push(event.draft(&author, entry.at, false));
    }
    Ok(drafts)
}

/// The three gaps that the report names on its first page become actions.
async fn mend(telling: &mut Telling<'_>, room: &Room, report: &DrillReport) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let gaps: Vec<Gap> = report.foremost(ACTIONS.len()).into_iter().cloned().collect();
    let mut open = Vec::new();
    let held = telling.clock.today();
    for (gap, (owner, days, done)) in gaps.into_iter().zip(ACTIONS) {
        let source = Source::Drill { room: room.id, objective: gap.objective };
        let mut action = CorrectiveAction::new(gap.suggested_title.ja, source);
        action.detail = format!("{}\n{}", gap.text.ja, gap.evidence.ja);
        action.found = Some(gap.id);
        action.controls = gap.controls.into_iter().map(Into::into).collect();
        action.plan_section = gap.plan_sections.into_iter().next();
        action.owner = owner.to_owned();
        action.due = held.checked_add(jiff::Span::new().days(days)).ok();
        let at = telling.clock.later(10);
        let by = telling.by(Role::SafetyManager, at);
        let kept = store.add_record(&by, hospital, &action).await?;
        if let Some((took, words)) = done {
            open.push((took, words, kept));
        }
    }
    let mut told = 0;
    for (took, words, kept) in open {
        let deed = |by: &str, on, remark: &str| Deed { by: by.to_owned(), person: None, on, remark: remark.to_owned() };
        let mut action = kept.body;
        let at = telling.clock.later((took - told) * 24 * 60);
        told = took;
        let (owner, day) = (action.owner.clone(), at.date_in_japan());
        // The steps follow upon one another by the order in which they stand here; a refusal would be a fault of ours.
        if action.finish(deed(&owner, day, "手順書に書き込み、朝の申し送りで読み合わせた。")).is_err()
        {
            continue;
        }
        let by = telling.by(Role::ItOperator, at);
        let done = store.change_record(&by, hospital, kept.id, kept.version, &action).await?;
        let at = telling.clock.later(3 * 24 * 60);
        told += 3;
        let look = deed(names(Role::SafetyManager).1, at.date_in_japan(), words);
        if action.close(look, None, &FactSheet::default()).is_ok() {
            let by = telling.by(Role::SafetyManager, at);
            store.change_record(&by, hospital, done.id, done.version, &action).await?;
        }
    }
    Ok(())
}
