//! The state of an incident as pages show it.

use crate::shell::words::Words;
use hakutaku_model::deadline::{LastDay, Left};
use hakutaku_model::incident::{
    Event, Incident, IncidentGuide, Operation, ReportView, Running, Stand, last_day_words, sentence, when,
};
use hakutaku_model::time::{Ts, date_words};

/// A choice of a form.
pub(crate) struct Choice {
    pub(crate) key: String,
    pub(crate) title: String,
    pub(crate) chosen: bool,
}

/// A line of the timeline.
pub(crate) struct LineView {
    pub(crate) entry: String,
    pub(crate) when: String,
    /// Said where a line was written later than it happened.
    pub(crate) written: Option<String>,
    pub(crate) who: String,
    pub(crate) text: String,
    pub(crate) struck: Option<String>,
    pub(crate) is_decision: bool,
    pub(crate) file: Option<String>,
    pub(crate) may_strike: bool,
}

/// The timeline, the latest first.
pub(crate) fn lines(incident: &Incident, guide: &IncidentGuide, home: &str, t: Words) -> Vec<LineView> {
    let mut lines: Vec<_> = incident.lines.iter().collect();
    lines.sort_by_key(|line| line.moment());
    lines
        .into_iter()
        .rev()
        .map(|line| LineView {
            entry: line.entry.to_string(),
            when: when(line.moment(), t.lang),
            written: line.happened.map(|_| when(line.at, t.lang)),
            who: line.author.name.clone(),
            text: t.text(&sentence(line, incident, guide)).to_owned(),
            struck: line.struck.clone(),
            is_decision: matches!(line.event, Some(Event::Decision { .. } | Event::Undone { .. })),
            file: match &line.event {
                Some(Event::Note { document: Some(id), .. }) => Some(format!("{home}/files/{id}")),
                _ => None,
            },
            may_strike: line.struck.is_none()
                && !matches!(
                    line.event,
                    None | Some(Event::Struck { .. } | Event::Ended { .. } | Event::Decision { .. })
                ),
        })
        .collect()
}

/// A row of the board.
pub(crate) struct BoardRow {
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) class: &'static str,
    pub(crate) since: String,
    pub(crate) remark: String,
    pub(crate) choices: Vec<Choice>,
}

fn board_row<S: Copy + PartialEq>(
    name: &str,
    now: Option<(S, Ts, &str)>,
    all: &[(S, &'static str, String, &'static str)],
    t: Words,
) -> BoardRow {
    let known = now.and_then(|(state, _, _)| all.iter().find(|(one, ..)| *one == state));
    BoardRow {
        name: name.to_owned(),
        state: known.map_or_else(|| t.m("inc-board-unknown"), |(_, _, title, _)| title.clone()),
        class: known.map_or("", |(.., class)| class),
        since: now.map(|(_, at, _)| when(at, t.lang)).unwrap_or_default(),
        remark: now.map(|(_, _, remark)| remark.to_owned()).unwrap_or_default(),
        choices: all
            .iter()
            .map(|(state, key, title, _)| Choice {
                key: (*key).to_owned(),
                title: title.clone(),
                chosen: now.is_some_and(|(own, _, _)| own == *state),
            })
            .collect(),
    }
}

fn operations(t: Words) -> Vec<(Operation, &'static str, String, &'static str)> {
    let class = |one| match one {
        Operation::Normal => "good",
        Operation::Limited | Operation::Paper => "now",
        Operation::Stopped => "bad",
    };
    Operation::ALL.into_iter().map(|one| (one, one.key(), t.text(&one.title()).to_owned(), class(one))).collect()
}

fn runnings(t: Words) -> Vec<(Running, &'static str, String, &'static str)> {
    let class = |one| match one {
        Running::Up => "good",
        Running::Degraded | Running::Restoring => "now",
        Running::Cut => "bad",
    };
    Running::ALL.into_iter().map(|one| (one, one.key(), t.text(&one.title()).to_owned(), class(one))).collect()
}

/// The wards: those somebody wrote about, and those of the contact chart.
pub(crate) fn wards(incident: &Incident, known: &[String], t: Words) -> Vec<BoardRow> {
    let all = operations(t);
    let mut names: Vec<&String> = incident.wards.keys().collect();
    names.extend(known.iter().filter(|name| !incident.wards.contains_key(*name)));
    let last = |name: &String| incident.wards.get(name).and_then(|history| history.last());
    names
        .into_iter()
        .map(|name| board_row(name, last(name).map(|was| (was.state, was.at, was.remark.as_str())), &all, t))
        .collect()
}

/// The systems: those somebody wrote about, and those of the register.
pub(crate) fn systems(incident: &Incident, known: &[String], t: Words) -> Vec<BoardRow> {
    let all = runnings(t);
    let mut names: Vec<&String> = incident.systems.keys().collect();
    names.extend(known.iter().filter(|name| !incident.systems.contains_key(*name)));
    let last = |name: &String| incident.systems.get(name).and_then(|history| history.last());
    names
        .into_iter()
        .map(|name| board_row(name, last(name).map(|was| (was.state, was.at, was.remark.as_str())), &all, t))
        .collect()
}

/// A first step of a role.
pub(crate) struct StepView {
    pub(crate) id: String,
    pub(crate) text: String,
    /// Words to be kept with the entry, for steps that are not the catalogue's.
    pub(crate) kept_title: String,
    pub(crate) detail: String,
    pub(crate) basis: String,
    pub(crate) done: bool,
    pub(crate) by: String,
}

/// A role with its holder and first steps.
pub(crate) struct RoleView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) task: String,
    pub(crate) holder: String,
    pub(crate) phone: String,
    pub(crate) steps: Vec<StepView>,
}

impl RoleView {
    /// How many of the first steps are done.
    pub(crate) fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }
}

/// The roles and their first steps; those of the plan stand before those of the catalogue.
pub(crate) fn roles(
    incident: &Incident,
    guide: &IncidentGuide,
    planned: &impl Fn(&str) -> Vec<(String, String, String)>,
    t: Words,
) -> Vec<RoleView> {
    let state = |id: &str| incident.steps.get(id);
    let view = |id: String, text: String, kept_title: String, detail: String, basis: String| StepView {
        done: state(&id).is_some_and(|state| state.done),
        by: state(&id)
            .filter(|state| state.done)
            .map(|state| format!("{} {}", when(state.at, t.lang), state.by))
            .unwrap_or_default(),
        id,
        text,
        kept_title,
        detail,
        basis,
    };
    guide
        .roles
        .iter()
        .map(|role| {
            let mut steps: Vec<StepView> = planned(&role.id)
                .into_iter()
                .map(|(id, text, detail)| view(id, text.clone(), text, detail, t.m("inc-step-from-plan")))
                .collect();
            steps.extend(guide.steps.iter().filter(|step| step.role == role.id).map(|step| {
                let basis = step.basis.as_ref().map_or_else(|| t.m("inc-step-own"), |basis| t.text(basis).to_owned());
                view(step.id.clone(), t.text(&step.text).to_owned(), String::new(), String::new(), basis)
            }));
            let holder = incident.roles.get(&role.id);
            RoleView {
                id: role.id.clone(),
                title: t.text(&role.title).to_owned(),
                task: t.text(&role.task).to_owned(),
                holder: holder.map(|holder| holder.name.clone()).unwrap_or_default(),
                phone: holder.map(|holder| holder.phone.clone()).unwrap_or_default(),
                steps,
            }
        })
        .collect()
}

/// A report in the list and among the next deadlines.
pub(crate) struct ReportRow {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) title: String,
    pub(crate) when: String,
    pub(crate) stand: String,
    pub(crate) class: &'static str,
    pub(crate) term: String,
    pub(crate) left: String,
    pub(crate) said: String,
    pub(crate) missing: usize,
    pub(crate) is_open: bool,
    /// Whether it was made: an office may still give a number for it.
    pub(crate) is_sent: bool,
}

/// Days left or over, in words.
pub(crate) fn left_words(left: Left, t: Words) -> String {
    match left {
        Left::Left(0) => t.m("inc-left-today"),
        Left::Left(days) => t.a("inc-left", "days", days),
        Left::Over(days) => t.a("inc-over", "days", days),
    }
}

fn window_words(from: &LastDay, to: &LastDay, t: Words) -> String {
    t.a2("inc-window", "from", date_words(from.date, t.lang), "to", last_day_words(to, t.lang))
}

/// A report in words.
pub(crate) fn report_row(view: &ReportView, guide: &IncidentGuide, t: Words) -> Option<ReportRow> {
    use hakutaku_model::incident::{ReportStatus, Term};
    let kind = guide.report(&view.id)?;
    let class = match view.stand {
        Stand::Late => "bad",
        Stand::Now | Stand::Undecided | Stand::Coming => "now",
        Stand::Sent => "good",
        Stand::Voluntary | Stand::NotNeeded => "",
    };
    let term = match (&view.from, &view.last, kind.term) {
        (Some(from), Some(last), _) => window_words(from, last, t),
        (None, Some(last), _) => last_day_words(last, t.lang),
        (_, None, Term::AtOnce) => t.m("inc-term-at-once"),
        (_, None, Term::Promptly) => t.m("inc-term-promptly"),
        (_, None, Term::Voluntary) => t.m("inc-term-voluntary"),
        (_, None, _) => t.m("inc-term-not-in-data"),
    };
    let said = match view.said.as_ref().map(|said| (&said.status, &said.by)) {
        Some((ReportStatus::Sent { at, by, receipt }, _)) => {
            let receipt = if receipt.is_empty() { t.m("inc-no-receipt") } else { receipt.clone() };
            t.a3("inc-sent-words", ("when", when(*at, t.lang)), ("by", by), ("receipt", &receipt))
        }
        Some((ReportStatus::NotNeeded { why }, by)) => t.a2("inc-not-needed-words", "why", why, "by", by),
        Some((ReportStatus::ToDo, _)) | None => String::new(),
    };
    Some(ReportRow {
        id: view.id.clone(),
        to: t.text(&kind.to).to_owned(),
        title: t.text(&kind.title).to_owned(),
        when: t.text(&kind.when).to_owned(),
        stand: t.text(&view.stand.title()).to_owned(),
        class,
        term,
        left: view.left.map(|left| left_words(left, t)).unwrap_or_default(),
        said,
        missing: view.missing,
        is_open: view.stand.is_open(),
        is_sent: matches!(view.said.as_ref().map(|said| &said.status), Some(ReportStatus::Sent { .. })),
    })
}

/// How long an incident has been running, or ran.
pub(crate) fn running_for(incident: &Incident, now: Ts, t: Words) -> String {
    let end = incident.closed.unwrap_or(now);
    let minutes = (end.micros() - incident.known_at.micros()).max(0) / 60_000_000;
    let (days, hours, minutes) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
    t.a3("inc-running", ("days", days), ("hours", hours), ("minutes", minutes))
}
