//! Drills as they run: one folded state per drill, kept in memory and rebuilt from the journal whenever it is behind.
//!
//! The order is always the same: entries are appended to the journal (on the disk), then applied to the state, then the
//! screens hear of it. All of that happens under the lock of the one drill, so that no screen sees things out of order.
//!
//! What travels to a screen is made once per audience (a role of a facility in one language), not once per screen: the
//! parts of the page that changed, as HTML. Five hundred phones then cost five hundred writes of the same bytes, and no
//! phone asks anything back to show what is new. That is why screens get parts, and not "look again" with a request each.

use super::options::DrillOptions;
use super::presence::Presence;
use super::screens::{Audience, News, Parts, clock_json, parts_for};
use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::exercise::{CONDUCTOR, DrillEvent, DrillSetup, DrillState, Stage, due};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::room::{Author, Draft, Entry, Room, RoomKind};
use hakutaku_model::time::Ts;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// So many drills stay in memory when nobody plays them any more.
const MOST_IDLE: usize = 32;
/// Injects may bring injects; more rounds than any scenario has are a fault of ours.
const MOST_ROUNDS: usize = 500;

/// The drills this server has in memory.
#[derive(Debug, Default)]
pub(crate) struct DrillRooms {
    rooms: Mutex<HashMap<RoomId, Arc<LiveDrill>>>,
}

impl DrillRooms {
    fn lock(&self) -> MutexGuard<'_, HashMap<RoomId, Arc<LiveDrill>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A drill, from memory or from its journal.
    pub(crate) async fn get(&self, app: &AppState, id: RoomId) -> Result<Arc<LiveDrill>, Problem> {
        if let Some(found) = self.lock().get(&id).cloned() {
            return Ok(found);
        }
        let room = app.store.room_behind(id).await?;
        let drill = Arc::new(LiveDrill::load(app, room).await?);
        let mut rooms = self.lock();
        if rooms.len() >= MOST_IDLE {
            rooms.retain(|_, drill| Arc::strong_count(drill) > 1);
        }
        Ok(Arc::clone(rooms.entry(id).or_insert(drill)))
    }

    /// Forgets a drill; whoever asks next reads the journal.
    pub(crate) fn forget(&self, id: RoomId) {
        self.lock().remove(&id);
    }
}

/// One drill.
#[derive(Debug)]
pub(crate) struct LiveDrill {
    pub(crate) room: Room,
    pub(crate) setup: DrillSetup,
    pub(crate) options: DrillOptions,
    inner: tokio::sync::Mutex<Inner>,
    /// Who has a screen open here.
    pub(crate) presence: Presence,
    /// First showings that wait to be written together.
    seen: Mutex<Vec<Draft>>,
    pub(super) ticking: AtomicBool,
    /// Something happened that the ticker should look at.
    pub(super) wake: Notify,
}

#[derive(Debug, Default)]
struct Inner {
    state: DrillState,
    /// The largest tick applied.
    tick: u64,
    /// What each audience that listens was shown last.
    shown: HashMap<Audience, Shown>,
}

/// Ids of parts and what their content hashes to.
type Shown = HashMap<String, u64>;

/// Which audiences have something new.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Touched {
    /// Those who conduct.
    Console,
    /// Those who conduct, the players of one role, and the observers beside them.
    Role(Option<FacilityId>, String),
    /// Everybody.
    All,
}

fn touched(entry: &Entry) -> Touched {
    match DrillEvent::of(entry) {
        Some(DrillEvent::Joined { .. } | DrillEvent::Seen { .. } | DrillEvent::Scored { .. })
        | Some(DrillEvent::Noted { .. } | DrillEvent::HotWash { .. }) => Touched::Console,
        Some(
            DrillEvent::ActionReported { .. }
            | DrillEvent::ActionUndone { .. }
            | DrillEvent::Checked { .. }
            | DrillEvent::Answered { .. },
        ) => Touched::Role(entry.author.facility, entry.author.role.clone()),
        _ => Touched::All,
    }
}

impl Touched {
    fn reaches(&self, audience: &Audience) -> bool {
        match (self, audience) {
            (_, Audience::Console { .. }) | (Self::All, _) => true,
            (Self::Console, _) | (Self::Role(..), Audience::Poster { .. }) => false,
            (Self::Role(place, role), Audience::Player { facility, role: own, .. }) => {
                own == role && place.is_none_or(|place| place == *facility)
            }
            (Self::Role(place, _), Audience::Observer { facility, .. }) => place.is_none_or(|place| place == *facility),
        }
    }
}

/// Who writes what the clock brings.
fn by_the_clock() -> Author {
    Author { name: "Hakutaku".to_owned(), role: CONDUCTOR.to_owned(), person: None, seat: None, facility: None }
}

impl LiveDrill {
    async fn load(app: &AppState, room: Room) -> Result<Self, Problem> {
        if room.kind != RoomKind::Drill {
            return Err(Problem::NotFound);
        }
        let setup: DrillSetup = serde_json::from_value(room.setup.clone()).map_err(Problem::internal)?;
        let options = DrillOptions::of(&room);
        let mut inner = Inner::default();
        inner.reload(&app.store.entries(room.id).await?);
        Ok(Self {
            room,
            setup,
            options,
            inner: tokio::sync::Mutex::new(inner),
            presence: Presence::default(),
            seen: Mutex::default(),
            ticking: AtomicBool::new(false),
            wake: Notify::new(),
        })
    }

    /// Whether a facility takes part, or conducts.
    pub(crate) fn takes_part(&self, facility: FacilityId) -> bool {
        self.room.facility == facility || self.setup.facilities.iter().any(|part| part.facility == facility)
    }

    /// Whether several facilities take part.
    pub(crate) fn several(&self) -> bool {
        self.setup.facilities.len() > 1
    }

    /// The facilities with a door of their own, with their names.
    pub(crate) fn places(&self) -> Vec<(FacilityId, String)> {
        self.setup.facilities.iter().map(|part| (part.facility, part.name.clone())).collect()
    }

    /// Looks at the state, brought up to the journal if another server wrote meanwhile.
    pub(crate) async fn read<R>(&self, app: &AppState, look: impl FnOnce(&DrillState) -> R) -> Result<R, Problem> {
        let mut inner = self.inner.lock().await;
        self.refresh(app, &mut inner).await?;
        Ok(look(&inner.state))
    }

    /// Writes what a person did. `decide` sees the state and says which events follow from it; what those bring by
    /// themselves (a condition that now holds) is written in the same breath.
    pub(crate) async fn act(
        &self,
        app: &AppState,
        author: &Author,
        once: Option<String>,
        decide: impl FnOnce(&DrillState, Ts) -> Result<Vec<DrillEvent>, Problem>,
    ) -> Result<(), Problem> {
        let mut inner = self.inner.lock().await;
        self.refresh(app, &mut inner).await?;
        let now = app.now();
        let events = decide(&inner.state, now)?;
        let several = inner.state.several();
        let mut drafts: Vec<Draft> = events.iter().map(|event| event.draft(author, now, several)).collect();
        // A phone that sends the same again, because the answer got lost, has done it once.
        if let (Some(once), Some(first)) = (once, drafts.first_mut())
            && first.once.is_none()
        {
            first.once = Some(once);
        }
        let mut added = self.append(app, &mut inner, &drafts).await?;
        added.extend(self.bring_due(app, &mut inner).await?);
        self.publish(app, &mut inner, &added);
        drop(inner);
        self.wake.notify_one();
        Ok(())
    }

    /// What the ticker does: looks whether another server wrote, writes what is due and what was seen, tells the screens.
    /// Answers with the stage and when something is due next.
    pub(super) async fn turn(&self, app: &AppState) -> Result<(Stage, Option<Ts>), Problem> {
        let mut inner = self.inner.lock().await;
        self.refresh(app, &mut inner).await?;
        let mut added = self.bring_due(app, &mut inner).await?;
        let seen: Vec<Draft> = {
            let mut waiting = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            // A hundred at a time, so that the next inject never waits long behind five hundred receipts.
            let most = waiting.len().min(100);
            waiting.drain(..most).collect()
        };
        if !seen.is_empty() && self.room.closed_at.is_none() {
            added.extend(self.append(app, &mut inner, &seen).await?);
        }
        if self.presence.changed() && added.is_empty() {
            self.tell(app, &mut inner, &[Touched::Console]);
        }
        self.publish(app, &mut inner, &added);
        let now = app.now();
        Ok((inner.state.stage(), hakutaku_model::exercise::next_due(&self.setup.scenario, &inner.state, now)))
    }

    /// Notes that a screen showed an inject; written within a second, together with those of others.
    pub(crate) fn note_seen(&self, draft: Draft) {
        let mut waiting = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < 10_000 && !waiting.iter().any(|known| known.once == draft.once) {
            waiting.push(draft);
        }
    }

    /// Everything an audience sees now, and from here on every change: nothing in between is missed or doubled.
    pub(super) async fn begin_listening<S>(
        &self,
        app: &AppState,
        audience: &Audience,
        subscribe: impl FnOnce() -> S,
    ) -> Result<(S, News), Problem> {
        let mut inner = self.inner.lock().await;
        self.refresh(app, &mut inner).await?;
        let now = app.now();
        let parts = parts_for(self, &inner.state, audience, now, "")?;
        inner.shown.entry(audience.clone()).or_insert_with(|| parts.hashes());
        let stream = subscribe();
        let news = News::whole(inner.state.entries, clock_json(&self.setup.scenario, &inner.state, now), parts);
        Ok((stream, news))
    }

    /// The parts of a page, with the position in the journal they stand for and the clock.
    pub(crate) async fn page(
        &self,
        app: &AppState,
        audience: &Audience,
        csrf: &str,
    ) -> Result<(Parts, usize, serde_json::Value, String), Problem> {
        let mut inner = self.inner.lock().await;
        self.refresh(app, &mut inner).await?;
        let now = app.now();
        let parts = parts_for(self, &inner.state, audience, now, csrf)?;
        let clock = clock_json(&self.setup.scenario, &inner.state, now);
        Ok((parts, inner.state.entries, clock, inner.state.clock_at(now).to_string()))
    }

    /// The clock alone, for those who listen already.
    pub(super) async fn clock(&self, app: &AppState) -> serde_json::Value {
        let inner = self.inner.lock().await;
        clock_json(&self.setup.scenario, &inner.state, app.now())
    }

    async fn append(&self, app: &AppState, inner: &mut Inner, drafts: &[Draft]) -> Result<Vec<Entry>, Problem> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let added = app.store.append_entries(self.room.id, drafts).await?;
        match added.first() {
            // Ours follow directly upon what we know: nobody else wrote in between.
            Some(first) if first.tick == inner.tick + 1 => {
                for entry in &added {
                    inner.take(entry);
                }
            }
            // Somebody else did, or did the same before us.
            _ => inner.reload(&app.store.entries(self.room.id).await?),
        }
        Ok(added)
    }

    async fn bring_due(&self, app: &AppState, inner: &mut Inner) -> Result<Vec<Entry>, Problem> {
        let mut added = Vec::new();
        if self.room.closed_at.is_some() {
            return Ok(added);
        }
        let mut before = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let now = app.now();
            let events = due(&self.setup.scenario, &inner.state, now);
            // What was due and stays due although it is written would go round for ever.
            if events.is_empty() || events == before {
                break;
            }
            before.clone_from(&events);
            let several = inner.state.several();
            let drafts = hakutaku_model::exercise::drafts(&events, &by_the_clock(), now, several);
            added.extend(self.append(app, inner, &drafts).await?);
        }
        Ok(added)
    }

    async fn refresh(&self, app: &AppState, inner: &mut Inner) -> Result<(), Problem> {
        let count = app.store.entry_count(self.room.id).await?;
        if usize::try_from(count).ok() != Some(inner.state.entries) {
            inner.reload(&app.store.entries(self.room.id).await?);
            self.tell(app, inner, &[Touched::All]);
        }
        Ok(())
    }

    fn publish(&self, app: &AppState, inner: &mut Inner, added: &[Entry]) {
        let mut about: Vec<Touched> = Vec::new();
        for touched in added.iter().map(touched) {
            if !about.contains(&touched) {
                about.push(touched);
            }
        }
        if !about.is_empty() {
            app.live.publish_here(super::entries::channel(self.room.id), "grew", &inner.state.entries);
            self.tell(app, inner, &about);
        }
    }

    /// Sends every audience that listens the parts that changed for it.
    fn tell(&self, app: &AppState, inner: &mut Inner, about: &[Touched]) {
        let now = app.now();
        let Inner { state, shown, .. } = inner;
        shown.retain(|audience, _| app.live.listeners(audience.channel(self.room.id)) > 0);
        let clock = clock_json(&self.setup.scenario, state, now);
        for (audience, before) in shown.iter_mut() {
            if !about.iter().any(|touched| touched.reaches(audience)) {
                continue;
            }
            match parts_for(self, state, audience, now, "") {
                Ok(parts) => {
                    let after = parts.hashes();
                    let news = News::since(state.entries, clock.clone(), parts, before, &after);
                    *before = after;
                    app.live.publish_here(audience.channel(self.room.id), "parts", &news);
                }
                // A screen that hears nothing now is whole again when it listens anew.
                Err(problem) => tracing::error!(?problem, "the parts of a drill's screen could not be made"),
            }
        }
    }

    /// Whether anybody listens at all.
    pub(super) async fn has_listeners(&self, app: &AppState) -> bool {
        let inner = self.inner.lock().await;
        inner.shown.keys().any(|audience| app.live.listeners(audience.channel(self.room.id)) > 0)
    }

    pub(super) fn begin_ticking(&self) -> bool {
        !self.ticking.swap(true, Ordering::AcqRel)
    }

    pub(super) fn stop_ticking(&self) {
        self.ticking.store(false, Ordering::Release);
    }
}

impl Inner {
    fn take(&mut self, entry: &Entry) {
        self.state.apply(entry);
        self.tick = self.tick.max(entry.tick);
    }

    fn reload(&mut self, entries: &[Entry]) {
        self.state = DrillState::fold(entries);
        self.tick = entries.iter().map(|entry| entry.tick).max().unwrap_or(0);
    }
}
