//! Renders every paper and sheet of a made-up hospital from the real catalogue, to look at:
//! `cargo run -p hakutaku-documents --example render -- DIR`.

use hakutaku_documents::{
    Header, Pdf, RadarChart, executive_pdf, questionnaire_pdf, questionnaire_workbook, radar_svg, result_csv,
    result_pdf, result_workbook,
};
use hakutaku_model::assessment::{Answer, Answers};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::report::{ReportContext, build};
use hakutaku_model::score::Level;
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, Ts};
use std::path::{Path, PathBuf};

/// Answers of an ordinary house: mostly 1 and 2, one not applicable, two open.
fn answers(questionnaire: &Questionnaire, luck: u32) -> Answers {
    let mut seed = luck;
    let mut answers = Answers::new();
    for (at, question) in questionnaire.questions().enumerate() {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let level = [0, 1, 1, 1, 2, 2, 2, 2, 3, 3][(seed >> 16) as usize % 10];
        let answer = match at {
            6 => Answer::not_applicable("透析室を持たないため、対象の機器がありません（𠮷田事務長に確認）。"),
            30 | 50 => continue,
            _ => Answer::level(Level::new(level).unwrap_or(Level::ALL[0])),
        };
        answers.insert(question.id.clone(), answer);
    }
    answers
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("name the directory to write to")?);
    std::fs::create_dir_all(&dir)?;
    let catalogue = hakutaku_catalog::embedded()?;
    let form = catalogue.questionnaire("hospital-it").ok_or("no hospital-it")?;
    let executive = catalogue.questionnaire("executive").ok_or("no executive")?;
    let typology = catalogue.questionnaire("network-typology").ok_or("no typology")?;
    let facility = FacilityProfile {
        name: "医療法人社団 𠮷野会 白沢記念病院".into(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 240,
        it_staff_tenths: 10,
    };
    let made = Ts::try_from("2026-11-21T03:00:00Z".to_owned())?;
    let (now, before) = (answers(form, 7), answers(form, 3));
    let (director, chief, network) = (answers(executive, 11), answers(executive, 12), answers(typology, 5));
    for lang in [Lang::Ja, Lang::En] {
        let header = Header { facility: Some(facility.name.clone()), fiscal_year: Some(FiscalYear(2026)), made };
        let report = build(
            &catalogue,
            form,
            &ReportContext {
                lang,
                date: made.date_in_japan(),
                facility: Some(&facility),
                fiscal_year: Some(FiscalYear(2026)),
                answers: &now,
                previous: Some(&before),
                executives: vec![&director, &chief],
                typology: Some(&network),
            },
        );
        write(&dir, "result", lang, &result_pdf(&report)?)?;
        write(&dir, "executive", lang, &executive_pdf(&report)?)?;
        let blank = Header { facility: None, fiscal_year: None, made };
        write(&dir, "questionnaire", lang, &questionnaire_pdf(form, lang, &blank)?)?;
        let file = |name: &str, ending: &str| dir.join(format!("{name}-{}.{ending}", lang.tag()));
        std::fs::write(file("radar", "svg"), radar_svg(&RadarChart::of(&report)))?;
        std::fs::write(file("questionnaire", "xlsx"), questionnaire_workbook(form, Some(&now), lang, &header)?)?;
        std::fs::write(file("result", "xlsx"), result_workbook(&report)?)?;
        std::fs::write(file("result", "csv"), result_csv(&report)?)?;
    }
    Ok(())
}

fn write(dir: &Path, name: &str, lang: Lang, pdf: &Pdf) -> std::io::Result<()> {
    println!("{name} {}: {} pages, {} bytes, {:?}", lang.tag(), pdf.pages, pdf.bytes.len(), pdf.notices);
    std::fs::write(dir.join(format!("{name}-{}.pdf", lang.tag())), &pdf.bytes)
}
