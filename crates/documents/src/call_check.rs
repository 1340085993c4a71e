//! A round of calls through the contact tree on one sheet: who was reached after how many minutes, who was not.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::world::Files;
use hakutaku_model::calls::{CallRound, Outcome};
use hakutaku_model::text::{Lang, Text};
use serde::Serialize;

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    started: String,
    ended: Option<String>,
    by: &'a str,
    message: &'a str,
    remark: &'a str,
    lines: u32,
    reached: u32,
    not_reached: u32,
    open: u32,
    minutes: Option<String>,
    aim: Option<u32>,
    within_aim: Option<bool>,
    calls: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    number: usize,
    depth: u8,
    part: String,
    who: &'a str,
    phone: &'a str,
    caller: Option<usize>,
    outcome: &'static str,
    minutes: Option<String>,
    tries: usize,
}

/// Minutes and seconds since the beginning: `4:05`.
#[must_use]
pub fn minutes(seconds: i64) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// How a call went, in words.
#[must_use]
pub fn outcome_words(outcome: Outcome) -> Text {
    match outcome {
        Outcome::Answered => Text::new("つながった", "Answered"),
        Outcome::Substitute => Text::new("代わりの人につながった", "Substitute answered"),
        Outcome::NoAnswer => Text::new("出ない", "No answer"),
        Outcome::WrongNumber => Text::new("番号が違う", "Wrong number"),
    }
}

/// The round as a paper.
///
/// # Errors
/// A template that fails on this round.
pub fn call_check_pdf(round: &CallRound, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let tally = round.tally();
    let calls = round
        .calls
        .iter()
        .enumerate()
        .map(|(at, call)| Line {
            number: at + 1,
            depth: call.depth.min(5),
            part: call.part.title().get(lang).to_owned(),
            who: &call.who,
            phone: &call.phone,
            caller: call.caller.map(|caller| caller + 1),
            outcome: call.outcome().map_or("open", Outcome::key),
            minutes: call.reached_at().map(|reached| minutes(round.seconds_until(reached))),
            tries: call.attempts.len(),
        })
        .collect();
    let sheet = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        started: round.started.minute_in_japan(lang),
        ended: round.ended.map(|at| at.minute_in_japan(lang)),
        by: &round.by,
        message: &round.message,
        remark: &round.remark,
        lines: tally.lines,
        reached: tally.reached,
        not_reached: tally.not_reached,
        open: tally.open,
        minutes: tally.seconds.map(minutes),
        aim: round.aim_minutes,
        within_aim: tally.within_aim,
        calls,
    };
    let words = match lang {
        Lang::Ja => include_str!("../templates/call_check.ja.json"),
        Lang::En => include_str!("../templates/call_check.en.json"),
    };
    let main = include_str!("../templates/call_check.typ");
    render("call-check", Files { main, words, data: serde_json::to_vec(&sheet)?, radar: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::calls::{Attempt, Reach};
    use hakutaku_model::contacts::{ContactLine, Part, chart};
    use hakutaku_model::facility::FacilityKind;
    use hakutaku_model::record::RecordId;
    use hakutaku_model::time::Ts;

    #[test]
    fn a_round_of_a_whole_chart_is_one_archival_page() -> Result<(), PdfError> {
        let rows: Vec<(RecordId, ContactLine)> = Part::ALL
            .into_iter()
            .zip(1_u128..)
            .map(|(part, n)| {
                let id: RecordId = format!("00000000-0000-0000-0000-{n:012}").parse().expect("an id");
                let line = ContactLine {
                    name: "髙橋 一郎 <b>".to_owned(),
                    place: "薬剤部 #1".to_owned(),
                    phone_day: "00-0000-0001（内線 2101）".to_owned(),
                    ..ContactLine::of(part)
                };
                (id, line)
            })
            .collect();
        let today = hakutaku_model::day::parse("2026-11-21").expect("a day");
        let chart = chart(FacilityKind::Hospital, &rows, &[], today);
        let started = Ts::from_micros(1_795_000_000_000_000);
        let mut round = CallRound::begin(&chart, Reach::Everybody, false, "小田 真", started);
        round.aim_minutes = Some(15);
        round.message = "これは訓練です。".to_owned();
        for (line, outcome) in Outcome::ALL.into_iter().cycle().take(round.calls.len() - 1).enumerate() {
            let at = started.plus_seconds(60 * i64::try_from(line).expect("small"));
            round.mark(line, Attempt { outcome, at, by: "小田 真".to_owned() }).expect("it runs");
        }
        round.end(started.plus_seconds(1_500), "番号の更新が必要".to_owned()).expect("it runs");
        let header = Header { facility: Some("白沢記念病院".to_owned()), fiscal_year: None, made: started };
        for lang in [Lang::Ja, Lang::En] {
            let pdf = call_check_pdf(&round, lang, &header)?;
            assert_eq!((pdf.pages, pdf.notices), (1, Vec::new()));
        }
        Ok(())
    }
}
