//! The contact chart on paper: one for the folder with everything, one for the wall in large type.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::world::Files;
use hakutaku_model::contacts::{Chart, Origin};
use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use serde::Serialize;

/// Which paper it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ContactPaper {
    /// A4 upright with the chart and the table: for the folder and the inspection.
    Folder,
    /// A4 across in large type, telephones only: for the wall. Leaves e-mail and remarks out.
    Wall,
}

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    wall: bool,
    checked: Option<String>,
    steps: Vec<Line<'a>>,
    vacant: Vec<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    number: usize,
    depth: u8,
    inside: bool,
    part: String,
    place: &'a str,
    name: &'a str,
    day: &'a str,
    night: &'a str,
    email: &'a str,
    substitute: &'a str,
    substitute_phone: &'a str,
    note: &'a str,
    /// The number of the line that calls this one.
    caller: Option<usize>,
    checked: Option<String>,
}

/// The contact chart as a paper.
///
/// # Errors
/// A template that fails on this chart.
pub fn contact_chart_pdf(chart: &Chart, paper: ContactPaper, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let number = |origin: &Origin| chart.steps.iter().position(|step| step.origin == *origin).map(|at| at + 1);
    let steps = chart
        .steps
        .iter()
        .enumerate()
        .map(|(at, step)| {
            let line = &step.line;
            Line {
                number: at + 1,
                depth: step.depth.min(5),
                inside: line.part.is_inside(),
                part: line.part.title().get(lang).to_owned(),
                place: &line.place,
                name: &line.name,
                day: &line.phone_day,
                night: &line.phone_night,
                email: &line.email,
                substitute: &line.substitute,
                substitute_phone: &line.substitute_phone,
                note: &line.note,
                caller: step.caller.as_ref().and_then(number),
                checked: line.checked_on.map(|day| date_words(day, lang)),
            }
        })
        .collect();
    let sheet = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        wall: paper == ContactPaper::Wall,
        checked: chart.checked_since().map(|day| date_words(day, lang)),
        steps,
        vacant: chart.vacant.iter().map(|part| part.title().get(lang).to_owned()).collect(),
    };
    let words = match lang {
        Lang::Ja => include_str!("../templates/contacts.ja.json"),
        Lang::En => include_str!("../templates/contacts.en.json"),
    };
    let main = include_str!("../templates/contacts.typ");
    render("contacts", Files { main, words, data: serde_json::to_vec(&sheet)?, radar: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::contacts::{ContactLine, Part, chart};
    use hakutaku_model::facility::FacilityKind;
    use hakutaku_model::record::RecordId;
    use hakutaku_model::time::Ts;

    #[test]
    fn both_papers_are_archival_and_the_wall_is_one_page() -> Result<(), PdfError> {
        let rows: Vec<(RecordId, ContactLine)> = Part::ALL
            .into_iter()
            .zip(1_u128..)
            .map(|(part, n)| {
                let id: RecordId = format!("00000000-0000-0000-0000-{n:012}").parse().expect("an id");
                let line = ContactLine {
                    name: "髙橋 一郎 <b>".to_owned(),
                    place: "薬剤部 #1".to_owned(),
                    phone_day: "00-0000-0001（内線 2101）".to_owned(),
                    phone_night: "000-0000-0002".to_owned(),
                    note: "サーバ室の鍵は守衛室".to_owned(),
                    ..ContactLine::of(part)
                };
                (id, line)
            })
            .collect();
        let chart = chart(FacilityKind::Hospital, &rows, &[], hakutaku_model::day::parse("2026-11-21").expect("a day"));
        let header = Header {
            facility: Some("白沢記念病院".to_owned()),
            fiscal_year: None,
            made: Ts::from_micros(1_795_000_000_000_000),
        };
        for lang in [Lang::Ja, Lang::En] {
            let folder = contact_chart_pdf(&chart, ContactPaper::Folder, lang, &header)?;
            assert_eq!(folder.notices, []);
            let wall = contact_chart_pdf(&chart, ContactPaper::Wall, lang, &header)?;
            assert_eq!((wall.pages, wall.notices.len()), (1, 0));
            if let Ok(folder_of_samples) = std::env::var("CONTACT_SAMPLES") {
                let save = |name: &str, pdf: &Pdf| {
                    std::fs::write(format!("{folder_of_samples}/{name}-{}.pdf", lang.tag()), &pdf.bytes)
                };
                save("folder", &folder).expect("written");
                save("wall", &wall).expect("written");
            }
        }
        Ok(())
    }
}
