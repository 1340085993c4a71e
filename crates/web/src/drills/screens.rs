//! What travels to the screens of a drill: the parts of a page that changed, and the clock.

use super::live::LiveDrill;
use super::{view_console, view_observer, view_player};
use crate::shell::problem::Problem;
use hakutaku_model::exercise::{DrillState, Scenario, Stage};
use hakutaku_model::id::{FacilityId, RoomId};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use uuid::Uuid;

/// Who sees the same: what is made for one of them serves all.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Audience {
    /// Those who conduct.
    Console { lang: Lang },
    /// The wall.
    Poster { lang: Lang },
    /// The players of one role of one facility.
    Player { facility: FacilityId, role: String, lang: Lang },
    /// The observers of one facility.
    Observer { facility: FacilityId, lang: Lang },
}

impl Audience {
    /// The channel of the live hub: a number that only this audience of this drill has.
    pub(super) fn channel(&self, room: RoomId) -> Uuid {
        let (kind, facility, role, lang) = match self {
            Self::Console { lang } => ("console", None, "", lang),
            Self::Poster { lang } => ("poster", None, "", lang),
            Self::Player { facility, role, lang } => ("player", Some(*facility), role.as_str(), lang),
            Self::Observer { facility, lang } => ("observer", Some(*facility), "", lang),
        };
        let facility = facility.map_or_else(String::new, |facility| facility.to_string());
        let digest = Sha256::digest(format!("drill/{room}/{kind}/{facility}/{}/{role}", lang.tag()));
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Uuid::from_bytes(bytes)
    }
}

/// A part of a page, as HTML that was made by a template.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Part {
    /// The id of its element.
    pub(crate) id: String,
    /// Where it stands: the `data-slot` of the page.
    pub(crate) slot: &'static str,
    /// Larger stands above.
    pub(crate) order: i64,
    /// What it says.
    pub(crate) html: String,
    /// What is read out when it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) say: Option<String>,
}

impl Part {
    /// One part alone in its slot.
    pub(crate) fn only(slot: &'static str, template: &impl askama::Template) -> Result<Self, Problem> {
        Ok(Self { id: format!("part-{slot}"), slot, order: 0, html: template.render()?, say: None })
    }
}

/// All parts of a page.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parts(pub(crate) Vec<Part>);

impl Parts {
    /// Those of one slot, the uppermost first.
    pub(crate) fn of(&self, slot: &str) -> Vec<&Part> {
        let mut found: Vec<&Part> = self.0.iter().filter(|part| part.slot == slot).collect();
        found.sort_by_key(|part| std::cmp::Reverse(part.order));
        found
    }

    pub(super) fn hashes(&self) -> HashMap<String, u64> {
        let hash = |part: &Part| {
            let mut hasher = DefaultHasher::new();
            part.html.hash(&mut hasher);
            hasher.finish()
        };
        self.0.iter().map(|part| (part.id.clone(), hash(part))).collect()
    }
}

/// What is sent.
#[derive(Debug, Clone, Serialize)]
pub(super) struct News {
    /// How many entries of the journal it stands for. First, so that a stream finds it without reading the rest.
    position: usize,
    /// Whether these are all parts there are.
    whole: bool,
    clock: Value,
    parts: Vec<Part>,
    /// Ids of parts that are no more.
    gone: Vec<String>,
}

impl News {
    pub(super) fn whole(position: usize, clock: Value, parts: Parts) -> Self {
        Self { position, whole: true, clock, parts: parts.0, gone: Vec::new() }
    }

    pub(super) fn since(
        position: usize,
        clock: Value,
        parts: Parts,
        before: &HashMap<String, u64>,
        after: &HashMap<String, u64>,
    ) -> Self {
        let gone = before.keys().filter(|id| !after.contains_key(*id)).cloned().collect();
        let changed = parts.0.into_iter().filter(|part| before.get(&part.id) != after.get(&part.id)).collect();
        Self { position, whole: false, clock, parts: changed, gone }
    }

    pub(super) fn position(&self) -> usize {
        self.position
    }
}

/// The position at the beginning of the JSON of [`News`].
pub(super) fn position_of(json: &str) -> Option<&str> {
    json.strip_prefix("{\"position\":")?.split(',').next()
}

/// The stable word of a stage for scripts and style.
pub(crate) fn stage_key(stage: Stage) -> &'static str {
    match stage {
        Stage::Waiting => "waiting",
        Stage::Running => "running",
        Stage::Held => "held",
        Stage::Ended => "ended",
    }
}

/// The clock as scripts animate it: where it stands now, and how fast it goes.
pub(super) fn clock_json(scenario: &Scenario, state: &DrillState, now: Ts) -> Value {
    const DAY: i64 = 24 * 60 * 60 * 1000;
    json!({
        "state": stage_key(state.stage()),
        "ms": state.clock.moment(now).position / 1000,
        "speed": state.clock.speed.max(1),
        "end_ms": scenario.minutes.seconds() * 1000,
        // The time of day in Japan; phones may be wrong about it.
        "wall_ms": (now.micros() / 1000 + 9 * 60 * 60 * 1000).rem_euclid(DAY),
    })
}

/// What an audience sees.
pub(super) fn parts_for(
    drill: &LiveDrill,
    state: &DrillState,
    audience: &Audience,
    now: Ts,
    csrf: &str,
) -> Result<Parts, Problem> {
    match audience {
        Audience::Console { lang } => view_console::parts(drill, state, *lang, now, csrf),
        Audience::Poster { lang } => view_player::poster_parts(drill, state, *lang, now),
        Audience::Player { facility, role, lang } => {
            view_player::parts(drill, state, *facility, role, *lang, now, csrf)
        }
        Audience::Observer { facility, lang } => view_observer::parts(drill, state, *facility, *lang, now),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_finds_the_position_without_reading_the_rest() {
        let news = News::whole(42, json!({}), Parts::default());
        assert_eq!(position_of(&serde_json::to_string(&news).expect("writes")), Some("42"));
    }

    #[test]
    fn only_what_changed_travels_and_what_is_gone_is_named() {
        let part = |id: &str, html: &str| Part { id: id.into(), slot: "x", order: 0, html: html.into(), say: None };
        let before = Parts(vec![part("a", "1"), part("b", "1"), part("c", "1")]).hashes();
        let now = Parts(vec![part("a", "1"), part("b", "2"), part("d", "1")]);
        let after = now.hashes();
        let news = News::since(7, json!({}), now, &before, &after);
        let ids: Vec<&str> = news.parts.iter().map(|part| part.id.as_str()).collect();
        assert_eq!((ids, news.gone), (vec!["b", "d"], vec!["c".to_owned()]));
    }

    #[test]
    fn no_two_audiences_share_a_channel() {
        let room = RoomId(Uuid::from_u128(1));
        let place = |n| FacilityId(Uuid::from_u128(n));
        let player = |n, role: &str, lang| Audience::Player { facility: place(n), role: role.into(), lang };
        let all = [
            Audience::Console { lang: Lang::Ja },
            Audience::Console { lang: Lang::En },
            Audience::Poster { lang: Lang::Ja },
            Audience::Observer { facility: place(1), lang: Lang::Ja },
            player(1, "ward", Lang::Ja),
            player(1, "ward", Lang::En),
            player(1, "it", Lang::Ja),
            player(2, "ward", Lang::Ja),
        ];
        let channels: std::collections::BTreeSet<Uuid> = all.iter().map(|audience| audience.channel(room)).collect();
        assert_eq!(channels.len(), all.len());
        assert_ne!(all[0].channel(room), all[0].channel(RoomId(Uuid::from_u128(2))));
    }
}
