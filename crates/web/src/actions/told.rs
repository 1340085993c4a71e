//! States, sources, watched facts and refusals in words.

use crate::shell::words::{Key, Words};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::corrective::{Refusal, Source, State, Watch};

/// A state, for people.
pub(crate) fn state_words(state: State) -> Key {
    match state {
        State::Open => Key("actions-state-open"),
        State::Overdue => Key("actions-state-overdue"),
        State::Done => Key("actions-state-done"),
        State::Closed => Key("actions-state-closed"),
        State::EffectDue => Key("actions-state-effect-due"),
        State::Effective => Key("actions-state-effective"),
    }
}

/// The colour of a state's badge; the words stand in it, too.
pub(crate) fn badge(state: State) -> &'static str {
    match state {
        State::Overdue => "bad",
        State::EffectDue | State::Done => "now",
        State::Open => "",
        State::Closed | State::Effective => "good",
    }
}

/// Where an action comes from, by [`Source::key`].
pub(crate) fn source_words(key: &str) -> Key {
    match key {
        "drill" => Key("actions-source-drill"),
        "audit" => Key("actions-source-audit"),
        "incident" => Key("actions-source-incident"),
        "call" => Key("actions-source-call"),
        _ => Key("actions-source-noted"),
    }
}

/// The page where the source is read; `None` where it has none.
pub(super) fn source_page(source: &Source) -> Option<String> {
    match source {
        Source::Drill { room, .. } => Some(format!("plan/drills/{room}/report")),
        Source::Incident { room } => Some(format!("plan/incidents/{room}")),
        Source::Audit { audit, .. } => Some(format!("audits/{audit}")),
        Source::Call { round } => Some(format!("plan/calls/{round}")),
        Source::Noted => None,
    }
}

/// A watched fact that names no control, by [`Watch::key`].
pub(super) fn watch_key(key: &str) -> Key {
    match key {
        "nobody-left-signs-in" => Key("actions-watch-nobody-left-signs-in"),
        "no-shared-accounts" => Key("actions-watch-no-shared-accounts"),
        "every-device-has-owner" => Key("actions-watch-every-device-has-owner"),
        "no-device-past-support" => Key("actions-watch-no-device-past-support"),
        "every-line-can-be-cut" => Key("actions-watch-every-line-can-be-cut"),
        "every-line-two-factor" => Key("actions-watch-every-line-two-factor"),
        "every-system-offline" => Key("actions-watch-every-system-offline"),
        "every-restore-tested" => Key("actions-watch-every-restore-tested"),
        "no-vendor-late" => Key("actions-watch-no-vendor-late"),
        "no-holes" => Key("actions-watch-no-holes"),
        "drill-within-year" => Key("actions-watch-drill-within-year"),
        "plan-printed-current" => Key("actions-watch-plan-printed-current"),
        _ => Key("actions-watch-control"),
    }
}

/// A watched fact in words.
pub(super) fn watch_words(t: Words, catalogue: &Catalogue, watch: &Watch) -> String {
    match watch {
        Watch::Control { control, level } => {
            let title = catalogue
                .controls
                .get(control)
                .map_or_else(|| control.to_string(), |known| t.text(&known.title).to_owned());
            t.a2("actions-watch-control-level", "control", title, "level", level.get())
        }
        plain => t.k(watch_key(plain.key())),
    }
}

/// Why a step cannot be taken.
pub(crate) fn refusal_words(refusal: Refusal) -> Key {
    match refusal {
        Refusal::AlreadyDone => Key("actions-refused-already-done"),
        Refusal::NotDone => Key("actions-refused-not-done"),
        Refusal::AlreadyClosed => Key("actions-refused-already-closed"),
        Refusal::SamePerson => Key("actions-refused-same-person"),
        Refusal::FactStillBad => Key("actions-refused-fact"),
        Refusal::NoEffectCheck => Key("actions-refused-no-effect"),
        Refusal::NotClosed => Key("actions-refused-open"),
    }
}
