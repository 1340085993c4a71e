//! From template and data to a PDF that is valid PDF/A-2a and PDF/UA-1, or a plain one with a notice.

use crate::fonts::can_print;
use crate::world::{DocumentWorld, Files};
use hakutaku_model::text::Lang;
use std::collections::HashSet;
use typst::diag::SourceDiagnostic;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

/// A finished document.
#[derive(Debug, Clone)]
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: usize,
    /// What the person who asked for it should know.
    pub notices: Vec<PdfNotice>,
}

/// Something a person should know about a document that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PdfNotice {
    /// The faces lack characters; they are printed as blanks, and the file is an ordinary PDF.
    MissingCharacters(Vec<char>),
    /// The file is an ordinary PDF for another reason (told in Typst's words).
    NotArchival(String),
}

impl PdfNotice {
    /// The notice as a sentence.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match (self, lang) {
            (Self::MissingCharacters(chars), Lang::Ja) => format!(
                "印刷用の書体にない文字があります（{}）。その文字は表示されず、長期保存用（PDF/A・PDF/UA）ではない通常のPDFになりました。",
                list(chars, "、")
            ),
            (Self::MissingCharacters(chars), Lang::En) => format!(
                "The print typeface lacks some characters ({}). They are left blank, and the file is an ordinary PDF, not PDF/A and PDF/UA.",
                list(chars, ", ")
            ),
            (Self::NotArchival(_), Lang::Ja) => {
                "長期保存用（PDF/A・PDF/UA）の条件を満たせなかったため、通常のPDFになりました。".to_owned()
            }
            (Self::NotArchival(_), Lang::En) => {
                "The file does not meet PDF/A and PDF/UA, so it is an ordinary PDF.".to_owned()
            }
        }
    }
}

fn list(chars: &[char], comma: &str) -> String {
    let shown: Vec<String> = chars.iter().take(10).map(char::to_string).collect();
    let more = if chars.len() > 10 { "…" } else { "" };
    format!("{}{more}", shown.join(comma))
}

/// Why no document could be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PdfError {
    /// The data could not be written as JSON.
    #[error("writing the data of the document as JSON")]
    Data(#[from] serde_json::Error),
    /// The template failed on this data: a defect of the product.
    #[error("setting the document {document}: {problem}")]
    Template {
        /// Which document.
        document: &'static str,
        /// What Typst said.
        problem: String,
    },
    /// The page that must be one page is not.
    #[error("the executive page came out as {0} pages")]
    NotOnePage(usize),
}

impl PdfError {
    /// What to tell the person who asked for the document.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => format!("PDFを作れませんでした。管理者に次の内容を伝えてください: {self}"),
            Lang::En => format!("The PDF could not be made. Please tell your administrator: {self}"),
        }
    }
}

/// Sets a document and writes it as PDF/A-2a and PDF/UA-1; where the standards refuse it, as an ordinary PDF.
pub(crate) fn render(document: &'static str, files: Files) -> Result<Pdf, PdfError> {
    let _evict = EvictAtEnd;
    let world = DocumentWorld::new(files);
    let compiled = typst::compile::<PagedDocument>(&world);
    let failed = |problems: &[SourceDiagnostic]| PdfError::Template { document, problem: messages(&world, problems) };
    for warning in &compiled.warnings {
        tracing::debug!(document, warning = %warning.message, "typst warns");
    }
    let paged = compiled.output.map_err(|problems| failed(&problems))?;
    let pages = paged.pages().len();
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1])
        .map_err(|problem| PdfError::Template { document, problem: problem.message().to_string() })?;
    match typst_pdf::pdf(&paged, &options(standards)) {
        Ok(bytes) => Ok(Pdf { bytes, pages, notices: Vec::new() }),
        Err(problems) => {
            let notice = match missing_characters(world.data()) {
                missing if missing.is_empty() => PdfNotice::NotArchival(messages(&world, &problems)),
                missing => PdfNotice::MissingCharacters(missing),
            };
            tracing::warn!(document, problem = %messages(&world, &problems), "made an ordinary PDF instead of PDF/A and PDF/UA");
            let bytes = typst_pdf::pdf(&paged, &options(PdfStandards::default())).map_err(|p| failed(&p))?;
            Ok(Pdf { bytes, pages, notices: vec![notice] })
        }
    }
}

fn options(standards: PdfStandards) -> PdfOptions {
    PdfOptions { creator: Smart::Custom(Some("Hakutaku".to_owned())), standards, ..PdfOptions::default() }
}

fn messages(world: &DocumentWorld, problems: &[SourceDiagnostic]) -> String {
    let texts: Vec<String> = problems
        .iter()
        .map(|problem| match world.line_of(problem.span) {
            Some(line) => format!("{} (line {line})", problem.message),
            None => problem.message.to_string(),
        })
        .collect();
    texts.join("; ")
}

/// The characters of the data that no face has, each once, in order of appearance.
fn missing_characters(json: &[u8]) -> Vec<char> {
    let text = String::from_utf8_lossy(json);
    let mut seen = HashSet::new();
    text.chars().filter(|c| !c.is_ascii() && seen.insert(*c) && !can_print(*c)).collect()
}

/// Typst remembers every step of a layout; without this, memory would grow with each document. Also after a failure.
struct EvictAtEnd;

impl Drop for EvictAtEnd {
    fn drop(&mut self) {
        comemo::evict(0);
    }
}
