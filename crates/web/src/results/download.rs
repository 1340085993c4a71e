//! The result and the forms as files. Every export is entered in the facility's log.

use crate::AppState;
use crate::results::gather::Gathered;
use crate::results::show::under_results;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::{Header, Pdf, PdfError};
use hakutaku_model::assessment::{AnswerValue, Answers, Standing};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::journal::Chain;
use hakutaku_model::report::ResultReport;
use hakutaku_model::summary::summarise;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use tokio::sync::Semaphore;

/// Setting a document takes a core for a moment; more than two at once would only wait for each other.
static PRESS: Semaphore = Semaphore::const_new(2);

/// Runs what keeps a core busy where it blocks nobody, at most two at a time.
pub(crate) async fn press<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    let permit = PRESS.acquire().await.map_err(Problem::internal)?;
    tokio::task::spawn_blocking(move || {
        // Held until the work is done, also when the person who asked has gone.
        let _permit = permit;
        work()
    })
    .await
    .map_err(Problem::internal)
}

/// Characters that some file system refuses in a name.
const FORBIDDEN: [char; 9] = ['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// A name people recognise in a folder: facility, form, what it is, year.
fn file_name(gathered: &Gathered, form: &Questionnaire, visit: &Visit, what: Key, extension: &str) -> String {
    let t = visit.t();
    let mut parts = vec![gathered.facility.profile.name.clone(), t.text(&form.title).to_owned()];
    parts.extend(gathered.row.respondent.clone());
    parts.push(t.k(what));
    parts.push(t.a("years-short", "year", gathered.row.year.0.to_string()));
    let name: String = parts
        .join("_")
        .chars()
        .map(|c| if c.is_control() || c.is_whitespace() || FORBIDDEN.contains(&c) { '_' } else { c })
        .take(120)
        .collect();
    format!("{name}.{extension}")
}

/// A file to be kept, with its name in any script (RFC 6266, RFC 5987) and a plain one for old programs.
pub(crate) fn attachment(content: Vec<u8>, kind: &'static str, name: &str, plain: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let disposition = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", percent_encoded(name));
    if let Ok(value) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    (headers, content).into_response()
}

/// RFC 5987, `attr-char` as it is and every other byte as `%XX`.
fn percent_encoded(name: &str) -> String {
    let mut out = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

const PDF: &str = "application/pdf";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";

/// One file about to be sent.
struct Export {
    what: Key,
    /// The last part of the address, and the plain file name.
    plain: &'static str,
    kind: &'static str,
}

impl Export {
    async fn send(
        self,
        app: &AppState,
        visit: &Visit,
        gathered: &Gathered,
        content: Vec<u8>,
    ) -> Result<Response, Problem> {
        let form = gathered.questionnaire(&app.catalogue)?;
        let extension = self.plain.rsplit('.').next().unwrap_or_default();
        let name = file_name(gathered, form, visit, self.what, extension);
        let detail = BTreeMap::from([("file".to_owned(), self.plain.to_owned())]);
        let chain = Chain::Facility(gathered.facility.id);
        let object = format!("assessment:{}", gathered.row.id);
        app.store.record(&visit.act(app.now()), chain, "result.export", &object, detail).await?;
        Ok(attachment(content, self.kind, &name, self.plain))
    }
}

fn header_of(app: &AppState, gathered: &Gathered) -> Header {
    Header {
        facility: Some(gathered.facility.profile.name.clone()),
        fiscal_year: Some(gathered.row.year),
        made: app.now(),
    }
}

#[derive(Template)]
#[template(path = "results/pdf_notice.html")]
struct PdfNoticePage {
    t: Words,
    page: Page,
    sentences: Vec<String>,
    anyway: String,
}

impl Export {
    /// Sends a paper. What its reader should know is said before, on a page that leads on to the paper.
    async fn print(
        self,
        app: &AppState,
        visit: &Visit,
        gathered: &Gathered,
        anyway: &Anyway,
        made: impl FnOnce() -> Result<Pdf, PdfError> + Send + 'static,
    ) -> Result<Response, Problem> {
        let pdf = press(made).await?.map_err(Problem::internal)?;
        if pdf.notices.is_empty() || anyway.anyway == Some(1) {
            return self.send(app, visit, gathered, pdf.bytes).await;
        }
        let t = visit.t();
        let results = format!("/facilities/{}/results", gathered.facility.id);
        let page = under_results(visit, t.m("pdf-notice-title"), &results)
            .under(format!("{}/result", gathered.href()), t.m("years-title"));
        let sentences = pdf.notices.iter().map(|notice| notice.sentence(visit.lang)).collect();
        let anyway = format!("{}/{}?anyway=1", gathered.href(), self.plain);
        Ok(html(&PdfNoticePage { t, page, sentences, anyway })?.into_response())
    }
}

/// Whether the notices of a paper were read.
#[derive(Debug, Deserialize)]
pub(super) struct Anyway {
    anyway: Option<u8>,
}

impl Anyway {
    const YES: Self = Self { anyway: Some(1) };
}

async fn report(app: &AppState, visit: &Visit) -> Result<(Gathered, ResultReport), Problem> {
    let gathered = Gathered::of(app, visit).await?;
    let report = gathered.report(&app.catalogue, visit.lang, app.now())?;
    Ok((gathered, report))
}

/// The full result on paper.
pub(super) async fn result_paper(
    State(app): State<AppState>,
    visit: Visit,
    Query(anyway): Query<Anyway>,
) -> Result<Response, Problem> {
    let (gathered, report) = report(&app, &visit).await?;
    let made = move || hakutaku_documents::result_pdf(&report);
    Export { what: Key("file-result"), plain: "result.pdf", kind: PDF }
        .print(&app, &visit, &gathered, &anyway, made)
        .await
}

/// The executives' page on paper.
pub(super) async fn briefing_paper(
    State(app): State<AppState>,
    visit: Visit,
    Query(anyway): Query<Anyway>,
) -> Result<Response, Problem> {
    let (gathered, report) = report(&app, &visit).await?;
    if gathered.is_typology(&app.catalogue)? {
        return Err(Problem::NotFound);
    }
    let made = move || hakutaku_documents::executive_pdf(&report);
    Export { what: Key("file-briefing"), plain: "briefing.pdf", kind: PDF }
        .print(&app, &visit, &gathered, &anyway, made)
        .await
}

/// The full result for a program, which reads no notices.
pub(crate) async fn result_pdf(app: State<AppState>, visit: Visit) -> Result<Response, Problem> {
    result_paper(app, visit, Query(Anyway::YES)).await
}

/// The executives' page for a program, which reads no notices.
pub(crate) async fn briefing_pdf(app: State<AppState>, visit: Visit) -> Result<Response, Problem> {
    briefing_paper(app, visit, Query(Anyway::YES)).await
}

/// The form to fill in by hand.
pub(super) async fn blank_paper(
    State(app): State<AppState>,
    visit: Visit,
    Query(anyway): Query<Anyway>,
) -> Result<Response, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    let (form, header, lang) =
        (gathered.questionnaire(&app.catalogue)?.clone(), header_of(&app, &gathered), visit.lang);
    let made = move || hakutaku_documents::questionnaire_pdf(&form, lang, &header);
    Export { what: Key("file-blank"), plain: "blank.pdf", kind: PDF }
        .print(&app, &visit, &gathered, &anyway, made)
        .await
}

/// The blank form to fill in with a spreadsheet.
pub(super) async fn blank_xlsx(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    let (form, header, lang) =
        (gathered.questionnaire(&app.catalogue)?.clone(), header_of(&app, &gathered), visit.lang);
    let made = press(move || hakutaku_documents::questionnaire_workbook(&form, None, lang, &header)).await?;
    let content = made.map_err(Problem::internal)?;
    Export { what: Key("file-blank"), plain: "blank.xlsx", kind: XLSX }.send(&app, &visit, &gathered, content).await
}

/// The form with the answers so far.
pub(crate) async fn answers_xlsx(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    let (form, header, lang) =
        (gathered.questionnaire(&app.catalogue)?.clone(), header_of(&app, &gathered), visit.lang);
    let answers = gathered.answers.clone();
    let made = press(move || hakutaku_documents::questionnaire_workbook(&form, Some(&answers), lang, &header)).await?;
    let content = made.map_err(Problem::internal)?;
    Export { what: Key("file-answers"), plain: "answers.xlsx", kind: XLSX }.send(&app, &visit, &gathered, content).await
}

/// The result as sheets.
pub(super) async fn result_xlsx(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (gathered, report) = report(&app, &visit).await?;
    let content = press(move || hakutaku_documents::result_workbook(&report)).await?.map_err(Problem::internal)?;
    Export { what: Key("file-result"), plain: "result.xlsx", kind: XLSX }.send(&app, &visit, &gathered, content).await
}

/// The result as plain text.
pub(crate) async fn result_csv(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let (gathered, report) = report(&app, &visit).await?;
    let content = hakutaku_documents::result_csv(&report).map_err(Problem::internal)?;
    Export { what: Key("file-result"), plain: "result.csv", kind: CSV }.send(&app, &visit, &gathered, content).await
}

/// The result as scripts read it.
pub(super) async fn result_json(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    let summary = summarise(&app.catalogue, gathered.questionnaire(&app.catalogue)?, &gathered.answers);
    let content = serde_json::to_vec_pretty(&summary)?;
    Export { what: Key("file-result"), plain: "result.json", kind: JSON }.send(&app, &visit, &gathered, content).await
}

/// The answers that count, as an answers file: it can be read in again here or scored on the command line.
pub(super) async fn answers_json(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let gathered = Gathered::of(&app, &visit).await?;
    let content = answers_file(gathered.questionnaire(&app.catalogue)?, &gathered.answers)?;
    Export { what: Key("file-answers"), plain: "answers.json", kind: JSON }.send(&app, &visit, &gathered, content).await
}

/// Answers waiting to be re-affirmed stay out: read in again they would count.
fn answers_file(form: &Questionnaire, answers: &Answers) -> Result<Vec<u8>, Problem> {
    let given: Vec<serde_json::Value> = form
        .questions()
        .filter_map(|question| {
            let answer = answers.get(&question.id).filter(|answer| answer.standing == Standing::Confirmed)?;
            Some(match &answer.value {
                AnswerValue::Level(level) => serde_json::json!({"question": question.id, "level": level}),
                AnswerValue::NotApplicable(reason) => {
                    serde_json::json!({"question": question.id, "not_applicable": reason})
                }
            })
        })
        .collect();
    let file = serde_json::json!({"questionnaire": form.id, "edition": form.edition, "answers": given});
    Ok(serde_json::to_vec_pretty(&file)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_japanese_name_survives_the_header() {
        let response = attachment(Vec::new(), PDF, "白沢 病院_結果.pdf", "result.pdf");
        let sent = response.headers().get(header::CONTENT_DISPOSITION).expect("a name").to_str().expect("ASCII");
        assert_eq!(
            sent,
            "attachment; filename=\"result.pdf\"; \
             filename*=UTF-8''%E7%99%BD%E6%B2%A2%20%E7%97%85%E9%99%A2_%E7%B5%90%E6%9E%9C.pdf"
        );
    }
}
