//! The PDFs, opened with poppler.

use crate::fixture::{answers, catalogue, facility, made, questionnaire, report};
use crate::tools::PdfFile;
use hakutaku_documents::{Header, Pdf, PdfNotice, executive_pdf, questionnaire_pdf, result_pdf};
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;

pub(crate) fn is_a_proper_paper(pdf: &Pdf, lang: Lang) -> PdfFile {
    assert_eq!(pdf.notices, [], "valid PDF/A-2a and PDF/UA-1");
    let file = PdfFile::new(&pdf.bytes);
    let info = file.info();
    for line in ["Tagged:          yes", "(A4)", "UserProperties:  no"] {
        assert!(info.contains(line), "{line} in\n{info}");
    }
    assert!(info.contains(&format!("Pages:           {}", pdf.pages)), "{info}");
    let raw = String::from_utf8_lossy(&pdf.bytes);
    for mark in
        ["<pdfaid:part>2</pdfaid:part>", "<pdfaid:conformance>A</pdfaid:conformance>", "<pdfuaid:part>1</pdfuaid:part>"]
    {
        assert!(raw.contains(mark), "{mark}");
    }
    assert!(raw.contains(&format!("<dc:language><rdf:Bag><rdf:li>{}", lang.tag())), "the language is declared");
    let fonts = file.fonts();
    for face in fonts.lines().skip(2) {
        let columns: Vec<&str> = face.split_whitespace().collect();
        // … emb sub uni object ID: embedded, subset, with a map back to characters.
        assert_eq!(columns[columns.len() - 5..columns.len() - 2], ["yes", "yes", "yes"], "{fonts}");
    }
    file
}

#[test]
fn the_result_is_tagged_embedded_bookmarked_and_searchable() {
    let catalogue = catalogue(21);
    for lang in [Lang::Ja, Lang::En] {
        let report = report(&catalogue, lang);
        let pdf = result_pdf(&report).expect("a result");
        let file = is_a_proper_paper(&pdf, lang);
        let text = file.run_on_text();
        assert!(text.contains("𠮷野会白沢記念病院"), "the name with 𠮷 is real text");
        assert!(text.contains(&report.overall.as_ref().expect("a score").shown));
        for question in report.sections.iter().flat_map(|section| &section.questions) {
            let words: String = question.words.split_whitespace().collect();
            assert!(text.contains(&words), "{} of {}", question.words, question.id);
        }
        assert!(file.text().contains(&format!("{} / {}", pdf.pages, pdf.pages)), "page numbers");
        let bookmarks = file.bookmarks();
        for field in &report.weak {
            assert!(bookmarks.contains(&field.title), "{} in\n{bookmarks}", field.title);
        }
        let structure = file.structure();
        for tag in ["H1", "H2", "TH", "Figure", "LI"] {
            assert!(structure.contains(tag), "{tag} in the structure");
        }
    }
}

#[test]
fn a_result_without_last_year_weak_fields_or_facility_is_still_a_paper() {
    let catalogue = catalogue(2);
    let mut report = report(&catalogue, Lang::Ja);
    report.facility = hakutaku_model::report::FacilityLine::default();
    report.fiscal_year = String::new();
    report.weak.clear();
    report.national.clear();
    report.overall = None;
    report.overall_change = None;
    for field in &mut report.fields {
        (field.previous, field.change, field.score) = (None, None, None);
    }
    report.briefing.gaps.clear();
    is_a_proper_paper(&result_pdf(&report).expect("a result"), Lang::Ja);
    is_a_proper_paper(&executive_pdf(&report).expect("a page"), Lang::Ja);
}

#[test]
fn the_executive_page_is_one_sheet_in_both_languages() {
    let catalogue = catalogue(21);
    for lang in [Lang::Ja, Lang::En] {
        let report = report(&catalogue, lang);
        let pdf = executive_pdf(&report).expect("one page");
        assert_eq!(pdf.pages, 1);
        let text = is_a_proper_paper(&pdf, lang).run_on_text();
        for gap in &report.briefing.gaps {
            for words in [&gap.gap, &gap.decision, &gap.ask] {
                let words: String = words.split_whitespace().collect();
                assert!(text.contains(&words), "{words}");
            }
        }
    }
}

#[test]
fn long_texts_make_the_type_smaller_and_never_a_second_page() {
    let catalogue = catalogue(21);
    for lang in [Lang::Ja, Lang::En] {
        let mut report = report(&catalogue, lang);
        report.facility.name = "医療法人社団".repeat(20);
        for gap in &mut report.briefing.gaps {
            gap.gap = gap.gap.repeat(4);
            gap.decision = gap.decision.repeat(5);
            gap.ask = gap.ask.repeat(5);
        }
        let pdf = executive_pdf(&report).expect("one page");
        assert_eq!(pdf.pages, 1);
        let text = PdfFile::new(&pdf.bytes).run_on_text();
        let last: String = report.briefing.gaps[2].ask.split_whitespace().collect();
        assert!(text.contains(&last), "nothing is cut off");
    }
}

#[test]
fn the_blank_form_holds_every_question_and_level() {
    let catalogue = catalogue(21);
    let form = questionnaire(&catalogue);
    for lang in [Lang::Ja, Lang::En] {
        let header = Header { facility: Some(facility().name), fiscal_year: Some(FiscalYear(2026)), made: made() };
        let pdf = questionnaire_pdf(form, lang, &header).expect("a form");
        let text = is_a_proper_paper(&pdf, lang).run_on_text();
        for question in form.questions() {
            assert!(text.contains(question.id.as_str()), "{}", question.id);
            for level in &question.levels {
                let words: String = level.get(lang).split_whitespace().collect();
                assert!(text.contains(&words), "{words}");
            }
        }
    }
}

#[test]
fn a_character_no_face_has_gives_an_ordinary_pdf_and_says_so() {
    let catalogue = catalogue(2);
    let mut report = report(&catalogue, Lang::Ja);
    report.facility.name = "🏥病院".into();
    let pdf = executive_pdf(&report).expect("a page all the same");
    assert_eq!(pdf.notices, [PdfNotice::MissingCharacters(vec!['🏥'])]);
    assert!(pdf.notices[0].sentence(Lang::Ja).contains("🏥"));
    assert!(PdfFile::new(&pdf.bytes).run_on_text().contains("病院"));
}

#[test]
fn the_same_result_gives_the_same_bytes() {
    let catalogue = catalogue(3);
    let report = report(&catalogue, Lang::Ja);
    let first = result_pdf(&report).expect("a result");
    assert_eq!(first.bytes, result_pdf(&report).expect("a result").bytes);
    assert!(!answers(questionnaire(&catalogue), 0).is_empty());
}
