//! The journal of a drill as rows people read.

use super::clock::Minute;
use super::event::DrillEvent;
use super::report::Row;
use super::scenario::{EVERYBODY, Scenario};
use super::state::{DrillState, View, belongs};
use crate::room::Entry;
use crate::text::Text;

/// How fast the clock ran when the drill started; 1 if it never did.
pub(super) fn first_speed(entries: &[Entry]) -> u32 {
    let started = entries.iter().find_map(|entry| match DrillEvent::of(entry) {
        Some(DrillEvent::Started { speed, .. }) => Some(speed),
        _ => None,
    });
    started.unwrap_or(1)
}

/// Every entry that is part of the view, in order. What only screens and sheets say (first showings, ticks, scores) stands
/// elsewhere in the report and not here.
pub(super) fn rows(scenario: &Scenario, entries: &[Entry], view: View<'_>) -> Vec<Row> {
    let mut state = DrillState::default();
    let mut rows = Vec::new();
    for entry in entries {
        let event = DrillEvent::of(entry);
        let when = state.clock.moment(entry.at);
        state.apply(entry);
        let Some(event) = event else { continue };
        let side = match &event {
            DrillEvent::InjectFired { facility, .. }
            | DrillEvent::InjectSkipped { facility, .. }
            | DrillEvent::InjectDropped { facility, .. }
            | DrillEvent::Improvised { facility, .. } => *facility,
            DrillEvent::Joined { .. }
            | DrillEvent::Chosen { .. }
            | DrillEvent::ActionReported { .. }
            | DrillEvent::ActionUndone { .. }
            | DrillEvent::Answered { .. }
            | DrillEvent::Noted { .. } => entry.author.facility,
            _ => None,
        };
        if !belongs(side, view.side) {
            continue;
        }
        let by_the_clock = matches!(
            event,
            DrillEvent::PhaseOpened { .. }
                | DrillEvent::InjectDropped { .. }
                | DrillEvent::InjectFired { by_hand: false, .. }
        );
        let Some(what) = sentence(scenario, &event) else { continue };
        let kind = entry.body.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let (who, role) =
            if by_the_clock { Default::default() } else { (entry.author.name.clone(), entry.author.role.clone()) };
        // Starting and jumping are shown with the minute they lead to.
        let when = match event {
            DrillEvent::Started { .. } | DrillEvent::Jumped { .. } => state.clock.moment(entry.at),
            _ => when,
        };
        rows.push(Row { when, who, role, kind, what });
    }
    rows
}

fn inject_text(scenario: &Scenario, id: &str) -> Text {
    scenario.inject(id).map_or_else(|| Text::new(id, id), |inject| inject.text.clone())
}

fn names(scenario: &Scenario, to: &[String]) -> Text {
    let name = |id: &String| match scenario.role(id) {
        Some(role) => role.title.clone(),
        None if id == EVERYBODY => Text::new("全員", "everybody"),
        None => Text::new(id.clone(), id.clone()),
    };
    let all: Vec<Text> = to.iter().map(name).collect();
    let join = |side: fn(&Text) -> &str, with: &str| all.iter().map(side).collect::<Vec<_>>().join(with);
    Text::new(join(|text| &text.ja, "、"), join(|text| &text.en, ", "))
}

fn both(ja: String, en: String) -> Option<Text> {
    Some(Text { ja, en })
}

fn sentence(scenario: &Scenario, event: &DrillEvent) -> Option<Text> {
    match event {
        DrillEvent::Joined { role } => {
            let title = names(scenario, std::slice::from_ref(role));
            let title = match role.as_str() {
                super::event::OBSERVER => Text::new("観察者", "observer"),
                super::event::CONDUCTOR => Text::new("進行役", "conductor"),
                _ => title,
            };
            both(format!("{}として参加", title.ja), format!("Came in as {}", title.en))
        }
        DrillEvent::Started { speed: 1, .. } => both("訓練開始".into(), "The drill starts".into()),
        DrillEvent::Started { speed, .. } => {
            both(format!("訓練開始（{speed}倍速）"), format!("The drill starts ({speed} times as fast)"))
        }
        DrillEvent::Held => both("時計を止めた".into(), "The clock is held".into()),
        DrillEvent::Resumed { speed: None } => both("時計を動かした".into(), "The clock runs on".into()),
        DrillEvent::Resumed { speed: Some(speed) } => {
            both(format!("時計を{speed}倍速で動かした"), format!("The clock runs on, {speed} times as fast"))
        }
        DrillEvent::Jumped { minute } => jumped(*minute),
        DrillEvent::PhaseOpened { phase } => {
            let title = scenario.phase(phase).map(|phase| phase.title.clone()).unwrap_or_default();
            both(format!("場面「{}」", title.ja), format!("Phase: {}", title.en))
        }
        DrillEvent::InjectFired { inject, .. } => {
            let text = inject_text(scenario, inject);
            let to = names(scenario, scenario.inject(inject).map(|inject| inject.to.as_slice()).unwrap_or_default());
            both(format!("{}に伝えた：{}", to.ja, text.ja), format!("Inject to {}: {}", to.en, text.en))
        }
        DrillEvent::InjectSkipped { inject, .. } => {
            let text = inject_text(scenario, inject);
            both(format!("出さないことにした状況：{}", text.ja), format!("Inject taken out: {}", text.en))
        }
        DrillEvent::InjectDropped { inject, .. } => {
            let text = inject_text(scenario, inject);
            both(
                format!("対応が済んでいたので出さなかった：{}", text.ja),
                format!("Not told, no longer needed: {}", text.en),
            )
        }
        DrillEvent::Improvised { to, text, .. } => {
            let to = names(scenario, to);
            both(format!("{}に追加で伝えた：{text}", to.ja), format!("Improvised inject to {}: {text}", to.en))
        }
        DrillEvent::Chosen { inject, option } => {
            let decision = scenario.inject(inject).and_then(|inject| inject.decide.as_ref());
            let chosen = decision.and_then(|decision| decision.options.iter().find(|found| found.id == *option));
            let text = chosen.map_or_else(|| Text::new(option, option), |option| option.text.clone());
            both(format!("決定：{}", text.ja), format!("Decision: {}", text.en))
        }
        DrillEvent::ActionReported { inject, action } => {
            let text = action_text(scenario, inject, action);
            both(format!("実施：{}", text.ja), format!("Done: {}", text.en))
        }
        DrillEvent::ActionUndone { inject, action } => {
            let text = action_text(scenario, inject, action);
            both(format!("実施の取り消し：{}", text.ja), format!("Taken back: {}", text.en))
        }
        DrillEvent::Answered { text, .. } => both(format!("回答：{text}"), format!("Answer: {text}")),
        DrillEvent::Noted { text, .. } => both(format!("記録：{text}"), format!("Note: {text}")),
        DrillEvent::Ended => both("訓練終了".into(), "The drill ends".into()),
        DrillEvent::Seen { .. }
        | DrillEvent::Checked { .. }
        | DrillEvent::Scored { .. }
        | DrillEvent::HotWash { .. } => None,
    }
}

fn jumped(minute: Minute) -> Option<Text> {
    both(format!("時計を{minute}に進めた／戻した"), format!("The clock is set to {minute}"))
}

fn action_text(scenario: &Scenario, inject: &str, action: &str) -> Text {
    let found = scenario.inject(inject).and_then(|inject| inject.expects.iter().find(|found| found.id == action));
    found.map_or_else(|| Text::new(action, action), |found| found.text.clone())
}
