//! What who conducts can do. Each command becomes events of the journal; whether it fits now is decided under the lock of
//! the drill, on the state that stands.

use super::live::LiveDrill;
use super::ticker::look_after;
use crate::AppState;
use crate::shell::form::{Form, ascii_digits};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Key;
use axum::http::StatusCode;
use hakutaku_model::exercise::clock::FASTEST;
use hakutaku_model::exercise::scenario::{EVERYBODY, InjectKind};
use hakutaku_model::exercise::{CONDUCTOR, DrillEvent, DrillState, Minute, Side, Stage, fire_by_hand};
use hakutaku_model::id::FacilityId;
use hakutaku_model::room::Author;
use std::sync::Arc;

/// The longest text of an improvised inject, an answer or a note, in characters.
pub(crate) const LONGEST: usize = 2000;

/// One thing the conductor does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Command {
    /// Starts the clock; none: as fast as was agreed.
    Start(Option<u32>),
    /// Holds it.
    Hold,
    /// Lets it run on.
    Resume,
    /// Another speed.
    Speed(u32),
    /// Tells an inject now.
    Fire(String, Side),
    /// Takes an inject out.
    Skip(String, Side),
    /// Tells something of one's own: to whom, what, at which facility.
    Improvise(Vec<String>, String, Side),
    /// Chooses for the players.
    Choose(String, String, Side),
    /// Sets the clock.
    Jump(Minute),
    /// Ends the drill.
    End,
}

fn unclear() -> Problem {
    Problem::unprocessable(Key("drill-unclear"))
}

fn not_now() -> Problem {
    Problem::Said(StatusCode::CONFLICT, Key("drill-not-now"))
}

/// `12`, `12.5` or `12:30`, also in full-width digits.
pub(crate) fn minute_of(typed: &str) -> Option<Minute> {
    let plain = ascii_digits(typed.trim()).replace('：', ":");
    if let Some((minutes, seconds)) = plain.split_once(':') {
        let (minutes, seconds): (i64, i64) = (minutes.parse().ok()?, seconds.parse().ok()?);
        return ((0..=1440).contains(&minutes) && (0..60).contains(&seconds))
            .then(|| Minute::from_seconds(minutes * 60 + seconds));
    }
    serde_json::from_str(&plain).ok()
}

/// The key under which what a script sends is written at most once.
pub(crate) fn once_of(form: &Form) -> Option<String> {
    let sent = form.value("once");
    let plain = (8..=80).contains(&sent.len())
        && sent.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    plain.then(|| format!("sent:{sent}"))
}

impl Command {
    /// Reads a form of the console.
    pub(crate) fn of(form: &Form) -> Result<Self, Problem> {
        let inject = || form.value("inject").to_owned();
        let side = || -> Result<Side, Problem> {
            match form.value("facility") {
                "" => Ok(None),
                id => id.parse::<FacilityId>().map(Some).map_err(|_| unclear()),
            }
        };
        let speed = |typed: &str| typed.parse().ok().filter(|speed| (1..=FASTEST).contains(speed));
        Ok(match form.value("do") {
            "start" => Self::Start(speed(form.value("speed"))),
            "hold" => Self::Hold,
            "resume" => Self::Resume,
            "speed" => Self::Speed(speed(form.value("speed")).ok_or_else(unclear)?),
            "fire" => Self::Fire(inject(), side()?),
            "skip" => Self::Skip(inject(), side()?),
            "improvise" => Self::Improvise(form.values("to").to_vec(), form.value("text").trim().to_owned(), side()?),
            "choose" => Self::Choose(inject(), form.value("option").to_owned(), side()?),
            "jump" => Self::Jump(
                minute_of(form.value("minute")).ok_or_else(|| Problem::unprocessable(Key("drill-wrong-minute")))?,
            ),
            "end" => Self::End,
            _ => return Err(unclear()),
        })
    }
}

/// Who conducts, as the journal names them.
fn author(visit: &Visit, facility: FacilityId) -> Result<Author, Problem> {
    let person = visit.person()?;
    Ok(Author {
        name: person.display_name.clone(),
        role: CONDUCTOR.to_owned(),
        person: Some(person.id),
        seat: None,
        facility: Some(facility),
    })
}

/// Does it.
pub(crate) async fn conduct(
    app: &AppState,
    visit: &Visit,
    drill: &Arc<LiveDrill>,
    command: Command,
    once: Option<String>,
) -> Result<(), Problem> {
    let mut author = author(visit, drill.room.facility)?;
    // A choice is the side's own act, whoever presses: it counts for the house it was made for.
    if let Command::Choose(_, _, Some(side)) = &command {
        author.facility = Some(*side);
    }
    let id = once
        .as_deref()
        .and_then(|once| once.strip_prefix("sent:"))
        .map_or_else(|| format!("made-{}", &crate::shell::random_token()[..16]), |once| format!("made-{once}"));
    drill.act(app, &author, once, |state, _| events(drill, state, command, id)).await?;
    look_after(app, drill);
    Ok(())
}

fn events(drill: &LiveDrill, state: &DrillState, command: Command, id: String) -> Result<Vec<DrillEvent>, Problem> {
    let scenario = &drill.setup.scenario;
    let stage = state.stage();
    let going = matches!(stage, Stage::Running | Stage::Held);
    let known = |inject: &str| scenario.inject(inject).ok_or_else(unclear);
    let fits = |fits: bool| if fits { Ok(()) } else { Err(not_now()) };
    let side_fits = |side: Side| match side {
        Some(side) if !state.facilities.contains(&side) => Err(unclear()),
        _ => Ok(()),
    };
    Ok(match command {
        Command::Start(speed) => {
            fits(stage == Stage::Waiting)?;
            let speed = speed.unwrap_or(drill.options.speed).clamp(1, FASTEST);
            vec![DrillEvent::Started { speed, facilities: drill.setup.sides() }]
        }
        Command::Hold => {
            fits(stage == Stage::Running)?;
            vec![DrillEvent::Held]
        }
        Command::Resume => {
            fits(stage == Stage::Held)?;
            vec![DrillEvent::Resumed { speed: None }]
        }
        Command::Speed(speed) => {
            fits(going)?;
            let mut events = vec![DrillEvent::Resumed { speed: Some(speed) }];
            // A held clock stays held; only its speed is another one.
            if stage == Stage::Held {
                events.push(DrillEvent::Held);
            }
            events
        }
        Command::Fire(inject, side) => {
            fits(going)?;
            known(&inject)?;
            side_fits(side)?;
            let events = fire_by_hand(state, &inject, side);
            // A key pressed twice does no harm; whoever chose one facility wants to know that it was told already.
            fits(side.is_none() || !events.is_empty())?;
            events
        }
        Command::Skip(inject, side) => {
            fits(going)?;
            known(&inject)?;
            side_fits(side)?;
            let open = state.sides().into_iter().any(|side| !state.of_facility(side).is_settled(&inject));
            fits(open)?;
            vec![DrillEvent::InjectSkipped { inject, facility: side }]
        }
        Command::Improvise(to, text, side) => {
            fits(going)?;
            side_fits(side)?;
            if text.is_empty() || text.chars().count() > LONGEST {
                return Err(Problem::unprocessable(Key("drill-wrong-text")));
            }
            let everybody = to.iter().any(|to| to == EVERYBODY);
            if to.is_empty() || !(everybody || to.iter().all(|role| scenario.role(role).is_some())) {
                return Err(Problem::unprocessable(Key("drill-wrong-to")));
            }
            let to = if everybody { vec![EVERYBODY.to_owned()] } else { to };
            vec![DrillEvent::Improvised { id, to, category: InjectKind::Information, text, facility: side }]
        }
        Command::Choose(inject, option, side) => {
            fits(going)?;
            side_fits(side)?;
            let decision = known(&inject)?.decide.as_ref().ok_or_else(unclear)?;
            if !decision.options.iter().any(|known| known.id == option) || (state.several() && side.is_none()) {
                return Err(unclear());
            }
            let view = state.of_facility(side);
            fits(view.fired(&inject).is_some() && view.chosen(&inject).is_none())?;
            vec![DrillEvent::Chosen { inject, option }]
        }
        Command::Jump(minute) => {
            fits(going)?;
            if minute > scenario.minutes {
                return Err(Problem::unprocessable(Key("drill-wrong-minute")));
            }
            vec![DrillEvent::Jumped { minute }]
        }
        Command::End => {
            fits(going)?;
            vec![DrillEvent::Ended]
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_typed_in_many_ways() {
        for typed in ["12:30", "１２：３０", "12.5", " 12.5 "] {
            assert_eq!(minute_of(typed), Some(Minute::from_seconds(750)), "{typed}");
        }
        for wrong in ["", "-1", "12:75", "1441", "x", "12:"] {
            assert_eq!(minute_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_a_plain_key_makes_a_second_sending_the_same() {
        let key = |once: &str| once_of(&Form::of([("once", once.to_owned())]));
        assert_eq!(key("12345678-9"), Some("sent:12345678-9".into()));
        assert_eq!(key("short"), None);
        assert_eq!(key("with spaces in it"), None);
    }
}
