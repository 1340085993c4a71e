//! The full result report and the executive page.

use crate::pdf::{Pdf, PdfError, render};
use crate::radar::{RadarChart, radar_svg};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::report::ResultReport;

/// The full result: cover, chart, fields, weak fields with their measures, comparisons and every answer.
///
/// # Errors
/// A template that fails on this report.
pub fn result_pdf(report: &ResultReport) -> Result<Pdf, PdfError> {
    render(
        "result",
        Files {
            main: include_str!("../templates/result.typ"),
            words: words(report.lang),
            data: serde_json::to_vec(report)?,
            radar: Some(radar_svg(&RadarChart::of(report))),
        },
    )
}

/// The page for the executives: exactly one sheet of A4. Long texts make the type smaller, never a second page.
///
/// # Errors
/// A template that fails on this report, or texts that fill more than a page even in small type.
pub fn executive_pdf(report: &ResultReport) -> Result<Pdf, PdfError> {
    let pdf = render(
        "executive",
        Files {
            main: include_str!("../templates/executive.typ"),
            words: words(report.lang),
            data: serde_json::to_vec(report)?,
            radar: None,
        },
    )?;
    match pdf.pages {
        1 => Ok(pdf),
        pages => Err(PdfError::NotOnePage(pages)),
    }
}
