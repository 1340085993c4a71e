//! A link just made: shown once, to copy, print or scan.

use crate::AppState;
use crate::answering::sheet::Sheet;
use crate::answering::{address, seen_at};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::response::Html;
use hakutaku_store::{InvitationKind, IssuedInvitation};
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// How long a link may live, as offered.
pub(crate) struct Days {
    pub(crate) count: u16,
    pub(crate) chosen: bool,
}

const OFFERED: [u16; 3] = [7, 14, 30];

/// The choices, with the one of the form ticked (14 if none).
pub(crate) fn days(chosen: &str) -> [Days; 3] {
    let chosen = days_from_key(chosen).unwrap_or(14);
    OFFERED.map(|count| Days { count, chosen: count == chosen })
}

/// Reads one of the offered numbers.
pub(crate) fn days_from_key(key: &str) -> Option<u16> {
    key.parse().ok().filter(|count| OFFERED.contains(count))
}

#[derive(Template)]
#[template(path = "invitations/link.html")]
struct LinkPage {
    t: Words,
    page: Page,
    link: String,
    qr: String,
    name: String,
    expires: String,
    /// A message to send along, ready to copy.
    letter: String,
    questions: Vec<String>,
    back: String,
}

/// The page with the link. Its token is known at this moment only.
pub(crate) fn show_once(
    app: &AppState,
    visit: &Visit,
    sheet: &Sheet<'_>,
    issued: &IssuedInvitation,
    message: &str,
) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let link = app.link(&format!("/i/{}", issued.token));
    let row = &issued.row;
    let expires = row.expires_at.minute_in_japan(t.lang);
    let place = visit.place()?.name.clone();
    let questions: Vec<String> = row
        .questions
        .iter()
        .flatten()
        .filter_map(|id| {
            let question = sheet.questionnaire.question(id.as_str())?;
            Some(format!("{} {}", sheet.number(id.as_str())?, t.text(&question.text)))
        })
        .collect();
    let body = if row.kind == InvitationKind::Executive {
        t.a3(
            "link-letter-executive",
            ("facility", &place),
            ("minutes", sheet.questionnaire.minutes),
            ("count", sheet.questionnaire.questions().count()),
        )
    } else {
        t.a2("link-letter-handover", "facility", &place, "count", questions.len())
    };
    let mut letter = format!("{}\n\n{body}\n", t.a("link-letter-greeting", "name", &row.name));
    if !message.is_empty() {
        letter.push_str(&format!("\n{message}\n"));
    }
    letter.push_str(&format!("\n{link}\n\n{}\n", t.a("link-letter-until", "time", &expires)));
    let base = address(&sheet.row);
    html(&LinkPage {
        t,
        page: seen_at(
            format!("{base}/handed-over"),
            visit
                .page(t.k(Key("link-title")))
                .under(format!("/facilities/{}/assessments", sheet.row.facility), t.k(Key("assessments-title")))
                .under(base.clone(), sheet.title(t.lang)),
        ),
        qr: qr_svg(&link)?,
        link,
        name: row.name.clone(),
        expires,
        letter,
        questions,
        back: format!("{base}/handed-over"),
    })
}

/// A QR code as SVG: one path in units of a module, black on white in any theme, with the four modules of quiet zone
/// that scanners need. The element with the id `qr-title` names it.
fn qr_svg(text: &str) -> Result<String, Problem> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(Problem::internal)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut svg = format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-labelledby=\"qr-title\" \
         shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    );
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        let mut at = 0;
        while at < width {
            let run = line[at..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(svg, "M{} {}h{run}v1h-{run}z", at + QUIET, row + QUIET);
            }
            at += run.max(1);
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_quiet_zone_and_nothing_but_modules() {
        let svg = qr_svg("http://localhost:8787/i/0123").expect("short enough");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
        assert!(!svg.contains("localhost"));
        assert!(svg.contains("M4 4h7v1h-7z"), "the first finder pattern stands four modules in");
    }
}
