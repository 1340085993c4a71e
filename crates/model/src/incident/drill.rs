//! The incident as a scenario for a drill: what happened becomes what the players are told, in the order it happened.
//!
//! A draft: names of people stay where they were typed, the sixty minutes are a stretch of the real hours, and both languages carry
//! what was typed. Whoever wants to use it goes over it and checks it with `hakutaku exercise check FILE`.

use super::event::Event;
use super::guide::IncidentGuide;
use super::state::{Incident, Line};
use crate::text::Text;
use serde_json::{Value, json};

/// Events taken over at most: more than the players can follow in an hour is none.
const MOST: usize = 14;
/// Length of the drill in minutes.
const MINUTES: usize = 60;
/// Phases: id, from, to.
const PHASES: [(&str, usize, usize); 4] =
    [("recognise", 0, 5), ("first-response", 5, 15), ("technical", 15, 30), ("hold-out", 30, 60)];
/// Roles of the scenario; the keys of the plan.
const ROLES: [&str; 5] = ["director", "safety-manager", "it-lead", "ward", "public-relations"];

fn both(text: &str) -> Value {
    json!({ "ja": text, "en": text })
}

fn words(ja: &str, en: &str) -> Value {
    json!({ "ja": ja, "en": en })
}

fn of(text: &Text) -> Value {
    json!({ "ja": text.ja, "en": text.en })
}

/// What a line becomes: the words, the kind of inject and whom it reaches.
fn inject(line: &Line) -> Option<(Value, &'static str, Vec<&'static str>)> {
    if line.struck.is_some() {
        return None;
    }
    match line.event.as_ref()? {
        Event::Note { text, .. } if !text.trim().is_empty() => Some((both(text), "information", vec!["all"])),
        Event::System { system, running, remark } => {
            let title = running.title();
            let (ja, en) = (format!("{system}：{} {remark}", title.ja), format!("{system}: {} {remark}", title.en));
            Some((words(ja.trim(), en.trim()), "technical", vec!["it-lead", "director"]))
        }
        Event::Ward { ward, operation, remark } => {
            let title = operation.title();
            let (ja, en) = (format!("{ward}：{} {remark}", title.ja), format!("{ward}: {} {remark}", title.en));
            Some((words(ja.trim(), en.trim()), "clinical", vec!["ward", "director"]))
        }
        _ => None,
    }
}

/// The minute of the n-th of so many events, spread over the hour; a later one is never earlier.
fn minute(at: usize, count: usize) -> usize {
    (at * (MINUTES - 2)).checked_div(count).unwrap_or(0)
}

fn phase(minute: usize) -> &'static str {
    PHASES.iter().find(|(_, from, to)| (*from..*to).contains(&minute)).map_or("hold-out", |(id, _, _)| id)
}

/// Chooses at most [`MOST`] of the lines, the first and the last among them.
fn chosen(incident: &Incident) -> Vec<&Line> {
    let mut lines: Vec<&Line> = incident.lines.iter().filter(|line| inject(line).is_some()).collect();
    lines.sort_by_key(|line| line.moment());
    if lines.len() <= MOST {
        return lines;
    }
    let last = lines.len() - 1;
    (0..MOST).map(|at| lines[at * last / (MOST - 1)]).collect()
}

/// The scenario as `hakutaku-exercise/1`, ready to be written as a file.
#[must_use]
pub fn scenario_draft(incident: &Incident, guide: &IncidentGuide) -> Value {
    let day = incident.started.date_in_japan();
    let lines = chosen(incident);
    let mut injects: Vec<Value> = lines
        .iter()
        .enumerate()
        .filter_map(|(at, line)| {
            let (text, kind, to) = inject(line)?;
            let minute = minute(at, lines.len());
            Some(json!({
                "id": format!("event-{}", at + 1), "phase": phase(minute), "at": minute, "to": to, "kind": kind,
                "text": text,
            }))
        })
        .collect();
    injects.insert(0, opening());
    injects.push(asked_by_the_press());
    for decision in incident.decisions.iter().take(3) {
        if let Some(at) = lines.iter().position(|line| line.at > decision.at).map(|at| at.saturating_sub(1))
            && let Some(target) = injects.get_mut(at + 1)
            && target.get("expects").is_none()
        {
            let id = format!("decide-{}", at + 1);
            target["expects"] = json!([{
                "id": id, "role": "director", "text": both(&decision.text), "within": 5, "objective": "decide-with-basis",
            }]);
        }
    }
    injects.sort_by_key(|inject| inject["at"].as_u64().unwrap_or(0));
    json!({
        "format": "hakutaku-exercise/1",
        "id": format!("from-incident-{day}"),
        "title": words(&format!("{}（実際の記録から）", incident.title), &format!("{} (from a real record)", incident.title)),
        "summary": words(
            "自院で実際に起きたことを、60分でもう一度たどります。同じことが起きたとき、前より早く、根拠をもって動けるかを確かめます。",
            "Goes through what really happened here once more in sixty minutes: would we act sooner and on better grounds now?",
        ),
        "for": ["hospital"],
        "kind": "tabletop",
        "minutes": MINUTES,
        "source": {
            "title": incident.title,
            "note": words(
                "自院の記録から自動で作った下書きです。時刻は60分に縮め、人の名前は外していません。使う前に読み直してください。",
                "A draft made from our own record. Times are squeezed into an hour; names typed in the lines are still there. Read it over before use.",
            ),
        },
        "assumptions": [words("実際に起きた順に知らせが届きます。", "News comes in the order it really came.")],
        "objectives": objectives(),
        "roles": roles(guide),
        "phases": phases(),
        "injects": injects,
        "evaluation": evaluation(),
        "hot_wash": [
            { "id": "went-well", "text": words("前より良くできたこと", "What went better than last time"), "kind": "text" },
            { "id": "to-improve", "text": words("まだ直すこと", "What is still to be mended"), "kind": "text" },
        ],
    })
}

fn opening() -> Value {
    json!({
        "id": "opening", "phase": "recognise", "at": 0, "to": ["all"], "kind": "information",
        "text": words("いつもと違うことに気づいた人から、最初の知らせが入りました。", "The first word comes in from somebody who noticed something unusual."),
        "expects": [
            { "id": "tell-unit", "role": "ward", "text": words("場所・機器・時刻を担当部署に知らせる", "Tell the unit in charge place, device and time"), "within": 3, "objective": "notice-and-report" },
            { "id": "call-vendor", "role": "it-lead", "text": words("保守会社に連絡する", "Call the vendor"), "within": 5, "objective": "notice-and-report" },
        ],
    })
}

fn asked_by_the_press() -> Value {
    json!({
        "id": "asked-outside", "phase": "hold-out", "at": 58, "to": ["public-relations", "safety-manager"], "kind": "outside",
        "text": words("患者さんの家族から「うちのデータは大丈夫ですか」と電話がありました。", "A patient's family calls: are our data safe?"),
        "expects": [
            { "id": "answer-same", "role": "public-relations", "text": words("決めた言葉で答える", "Answer in the agreed words"), "within": 2, "objective": "report-outside" },
            { "id": "reports-made", "role": "safety-manager", "text": words("どこへ報告したか、いつまでに報告するかを言える", "Say who was told and by when the rest is due"), "within": 2, "objective": "report-outside" },
        ],
    })
}

fn objectives() -> Value {
    json!([
        { "id": "notice-and-report", "text": words("気づいた人から担当部署と保守会社に、すぐ伝わる", "Word reaches the unit in charge and the vendor at once") },
        { "id": "decide-with-basis", "text": words("根拠を示して決め、取り消すときも記録する", "Decisions are made on stated grounds, and undone on record") },
        { "id": "report-outside", "text": words("外への報告と説明がそろっている", "Reports and words to the outside agree") },
    ])
}

fn roles(guide: &IncidentGuide) -> Value {
    let role = |id: &&str| {
        let known = guide.role(id)?;
        let objective = match *id {
            "director" => "decide-with-basis",
            "safety-manager" | "public-relations" => "report-outside",
            _ => "notice-and-report",
        };
        let steps: Vec<Value> = guide
            .steps
            .iter()
            .filter(|step| step.role == *id)
            .map(|step| json!({ "id": format!("check-{}", step.id), "text": of(&step.text), "objective": objective }))
            .collect();
        Some(json!({ "id": id, "title": of(&known.title), "brief": of(&known.task), "check_sheet": steps }))
    };
    Value::Array(ROLES.iter().filter_map(role).collect())
}

fn phases() -> Value {
    let titles = [
        words("気づきと判断", "Noticing and deciding"),
        words("初動", "First response"),
        words("技術の対応", "Technical response"),
        words("持ちこたえる", "Holding out"),
    ];
    let phases = PHASES.iter().zip(titles).map(|((id, from, to), title)| {
        json!({ "id": id, "title": title, "minutes": [from, to], "questions": [words(
            "実際のときは、ここでどう動きましたか。今ならどうしますか。",
            "What did we do at this point in reality? What would we do now?",
        )] })
    });
    Value::Array(phases.collect())
}

fn evaluation() -> Value {
    json!({
        "scale": {
            "5": words("実際の場でも十分に働く", "Would work in a real case"),
            "4": words("一部を直せば使える", "Works after small changes"),
            "3": words("訓練としては成り立ったが、実際の場では課題が残る", "Worked as a drill; not yet in a real case"),
            "2": words("改善が要る", "Needs improvement"),
            "1": words("働いていない", "Does not work"),
        },
        "sections": [{
            "id": "same-again",
            "title": words("同じことが起きたら", "If the same happened again"),
            "items": [
                { "id": "sooner", "text": words("前より早く伝わったか", "Did word travel sooner than last time?"), "objective": "notice-and-report" },
                { "id": "grounds", "text": words("根拠をもって決めたか", "Were decisions made on grounds?"), "objective": "decide-with-basis" },
                { "id": "outside", "text": words("外への言葉がそろっていたか", "Did the words to the outside agree?"), "objective": "report-outside" },
            ],
        }],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_rise_and_stay_within_the_hour() {
        let minutes: Vec<usize> = (0..MOST).map(|at| minute(at, MOST)).collect();
        assert!(minutes.is_sorted());
        assert!(minutes.iter().all(|minute| *minute < MINUTES - 1));
        assert_eq!(phase(0), "recognise");
        assert_eq!(phase(59), "hold-out");
    }
}
