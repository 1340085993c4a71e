//! A link just made: shown once, to copy, print or scan.

use crate::AppState;
use crate::answering::sheet::Sheet;
use crate::answering::{address, seen_at};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::qr::qr_svg;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::response::Html;
use hakutaku_store::{InvitationKind, IssuedInvitation};

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
