//! The working paper of one item: the manual beside what was seen, the mark, photos and documents.

use super::gather::{Gathered, audit_of, deed, item, refused};
use crate::AppState;
use crate::evidence::{broken, read as read_file, send};
use crate::house::{self, Choice, Clash, NOTE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::audit::{AuditItem, AuditPaper, Mark, PaperFault};
use hakutaku_model::catalogue::Confidence;
use hakutaku_model::id::{DocumentId, FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_model::time::date_words;
use hakutaku_store::StoreError;

/// The most files of the house offered for choosing.
const OFFERED: usize = 200;

#[derive(Template)]
#[template(path = "audits/paper.html")]
struct PaperPage {
    t: Words,
    page: Page,
    form: Form,
    base: String,
    here: String,
    /// Heading and text of the manual.
    manual: Vec<(String, String)>,
    source: String,
    inferred: bool,
    reasons: Vec<String>,
    version: i64,
    written: Option<String>,
    shown: Option<(&'static str, String)>,
    seen: String,
    remark: String,
    may_write: bool,
    marks: Vec<Choice>,
    clash: Option<Clash>,
    /// Id, name, address.
    attached: Vec<(String, String, String)>,
    offered: Vec<(String, String)>,
    samples: Vec<(String, String)>,
    new_sample: Option<String>,
    findings: Vec<(String, String)>,
    needs_finding: bool,
}

fn fill(paper: &AuditPaper) -> Form {
    let mut form = Form::of([
        ("mark", paper.mark.key().to_owned()),
        ("seen", paper.seen.clone()),
        ("remark", paper.remark.clone()),
    ]);
    for document in &paper.documents {
        form.tick("documents", &document.to_string());
    }
    form
}

async fn page(
    app: &AppState,
    visit: &Visit,
    gathered: &Gathered,
    item: &AuditItem,
    form: Form,
    clash: Option<Clash>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let audit = &gathered.audit;
    let base = format!("/facilities/{facility}/audits/{}", audit.id);
    let row = gathered.paper(&item.id);
    let line = audit.body.scope.iter().find(|line| line.item == item.id);
    let may_write = visit.may(Action::ConductAudit) && audit.body.may_write().is_ok();
    let documents = app.store.documents(facility, None).await?;
    let own = |id: DocumentId| row.is_some_and(|row| row.body.documents.contains(&id));
    let attached = documents.iter().filter(|document| own(document.id)).map(|document| {
        let href = format!("{base}/items/{}/files/{}", item.id, document.id);
        (document.id.to_string(), document.name.clone(), href)
    });
    let offered = documents.iter().filter(|document| may_write && !own(document.id)).take(OFFERED);
    let manual = [
        ("audit-manual-ask", &item.ask),
        ("audit-manual-look", &item.look),
        ("audit-manual-conforming", &item.conforming),
        ("audit-manual-minor", &item.minor),
        ("audit-manual-major", &item.major),
    ];
    let status = match (&clash, form.is_right()) {
        (Some(_), _) => StatusCode::CONFLICT,
        (None, true) => StatusCode::OK,
        (None, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let of_item = |name: &str| name == item.id;
    let samples = gathered.samples.iter().filter(|row| of_item(&row.body.item)).map(|row| {
        let [right, wrong, unseen, _] = row.body.counts();
        let counts = t.a3("audit-sample-counts", ("right", right), ("wrong", wrong), ("unseen", unseen));
        (format!("{base}/samples/{}", row.id), format!("{} {counts}", t.text(&row.body.from.title())))
    });
    let findings: Vec<(String, String)> = gathered
        .findings
        .iter()
        .filter(|row| of_item(&row.body.item))
        .map(|row| (format!("{base}/findings/{}", row.id), row.body.title.clone()))
        .collect();
    let template = PaperPage {
        t,
        page: visit
            .page(t.text(&item.title).to_owned())
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(base.clone(), audit.body.title.clone()),
        here: format!("{base}/items/{}", item.id),
        manual: manual.into_iter().map(|(key, text)| (t.m(key), t.text(text).to_owned())).collect(),
        source: t.text(&item.source).to_owned(),
        inferred: item.confidence == Confidence::Inferred,
        reasons: line.into_iter().flat_map(|line| &line.reasons).map(|text| t.text(text).to_owned()).collect(),
        version: row.map_or(0, |row| row.version),
        written: row.map(|row| t.a2("audit-deed", "day", date_words(row.body.by.on, t.lang), "who", &row.body.by.by)),
        shown: row.map(|row| (super::show::mark_class(row.body.mark), t.text(&row.body.mark.title()).to_owned())),
        seen: row.map(|row| row.body.seen.clone()).unwrap_or_default(),
        remark: row.map(|row| row.body.remark.clone()).unwrap_or_default(),
        may_write,
        marks: house::choices(t, &form, "mark", Mark::ALL, Mark::key, Mark::title),
        clash,
        attached: attached.collect(),
        offered: offered.map(|document| (document.id.to_string(), document.name.clone())).collect(),
        samples: samples.collect(),
        new_sample: item
            .sample
            .filter(|_| may_write)
            .map(|advice| t.a2("audit-sample-advice", "from", t.text(&advice.from.title()), "n", advice.size)),
        needs_finding: row.is_some_and(|row| row.body.mark.needs_finding()) && findings.is_empty(),
        findings,
        base,
        form,
    };
    Ok((status, html(&template)?).into_response())
}

/// The audit's folder and an item within its scope.
async fn open<'c>(
    app: &'c AppState,
    visit: &Visit,
    id: RecordId,
    name: &str,
) -> Result<(Gathered, &'c AuditItem), Problem> {
    let item = item(app, name)?;
    let audit = audit_of(app, visit, id).await?;
    if !audit.body.covers(&item.id) {
        return Err(Problem::NotFound);
    }
    Ok((Gathered::of(app, visit.place()?.id, audit).await?, item))
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, name)): Path<(FacilityId, RecordId, String)>,
) -> Result<Response, Problem> {
    let (gathered, item) = open(&app, &visit, id, &name).await?;
    let form = gathered.paper(&item.id).map(|row| fill(&row.body)).unwrap_or_default();
    page(&app, &visit, &gathered, item, form, None).await
}

const LABELS: [(&str, &str); 3] = [("mark", "audit-mark"), ("seen", "audit-seen"), ("remark", "audit-remark")];

/// What somebody else wrote meanwhile.
fn clash_with(visit: &Visit, now: &Kept<AuditPaper>, typed: &Form) -> Clash {
    let (t, theirs) = (visit.t(), fill(&now.body));
    let differ = LABELS.iter().filter(|(field, _)| theirs.value(field) != typed.value(field));
    let shown = |field: &str| match field {
        "mark" => t.text(&now.body.mark.title()).to_owned(),
        field => theirs.value(field).to_owned(),
    };
    Clash {
        who: now.changed_by.clone(),
        when: now.changed_at.minute_in_japan(t.lang),
        theirs: differ.map(|(field, label)| (t.m(label), shown(field))).collect(),
    }
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, name)): Path<(FacilityId, RecordId, String)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (gathered, item) = open(&app, &visit, id, &name).await?;
    gathered.audit.body.may_write().map_err(refused)?;
    let mark = form.choice("mark", Mark::from_key);
    let (seen, remark) = (house::words(&mut form, "seen", NOTE), house::words(&mut form, "remark", NOTE));
    let known = app.store.documents(facility, None).await?;
    let documents = known.iter().map(|row| row.id).filter(|id| form.has("documents", &id.to_string()));
    let paper = AuditPaper {
        audit: id,
        item: item.id.clone(),
        mark: mark.unwrap_or_default(),
        seen,
        remark,
        documents: documents.collect(),
        by: deed(&app, &visit),
    };
    match paper.check() {
        Err(PaperFault::NothingSeen) if mark.is_some() => form.fault("seen", Key("audit-seen-needed")),
        Err(PaperFault::NoReason) => form.fault("remark", Key("audit-reason-needed")),
        _ => {}
    }
    if !form.is_right() {
        return page(&app, &visit, &gathered, item, form, None).await;
    }
    let (act, version) = (visit.act(app.now()), house::seen(&form));
    let kept = match gathered.paper(&item.id) {
        None => app.store.add_record(&act, facility, &paper).await.map(|_| ()),
        Some(row) => app.store.change_record(&act, facility, row.id, version, &paper).await.map(|_| ()),
    };
    match kept {
        Ok(()) => {
            Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}/items/{name}"), Key("notice-saved")))
        }
        Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_)) => {
            let (gathered, item) = open(&app, &visit, id, &name).await?;
            let clash = gathered.paper(&item.id).map(|row| clash_with(&visit, row, &form));
            page(&app, &visit, &gathered, item, form, clash).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A file of a paper: whoever may read the paper may read what hangs on it, and no other file by this way.
pub(super) async fn file(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, name, document)): Path<(FacilityId, RecordId, String, DocumentId)>,
) -> Result<Response, Problem> {
    let (gathered, item) = open(&app, &visit, id, &name).await?;
    let hangs = gathered.paper(&item.id).is_some_and(|row| row.body.documents.contains(&document));
    if !hangs {
        return Err(Problem::NotFound);
    }
    send(&app, &visit, document).await
}

/// Photos and documents, attached to a paper that is written.
pub(super) async fn attach(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, name)): Path<(FacilityId, RecordId, String)>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (gathered, item) = open(&app, &visit, id, &name).await?;
    gathered.audit.body.may_write().map_err(refused)?;
    let Some(row) = gathered.paper(&item.id) else { return Err(Problem::unprocessable(Key("audit-paper-first"))) };
    let mut paper = row.body.clone();
    let before = paper.documents.len();
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        if part.name() != Some("file") {
            continue;
        }
        let Some((document, content)) = read_file(part).await? else { continue };
        let kept = app.store.add_document(&visit.act(app.now()), facility, &document, content).await?;
        paper.documents.push(kept.id);
    }
    if paper.documents.len() == before {
        return Err(Problem::unprocessable(Key("evidence-no-file")));
    }
    let act = visit.act(app.now());
    // Somebody may have written the paper while the photo was on its way: the photo goes to what stands now.
    if let Err(StoreError::Conflict(_)) = app.store.change_record(&act, facility, row.id, row.version, &paper).await {
        let now = app.store.record_of::<AuditPaper>(facility, row.id).await?;
        let mut body = now.body.clone();
        body.documents.extend(paper.documents.drain(before..));
        app.store.change_record(&act, facility, now.id, now.version, &body).await?;
    }
    Ok(visit.done(&app, &format!("/facilities/{facility}/audits/{id}/items/{name}"), Key("notice-saved")))
}
