//! Samples: drawn by a rule that anybody can follow again, worked through line by line.

use super::gather::{Gathered, audit_of, deed, part_of, refused};
use super::population::population;
use crate::AppState;
use crate::evidence::disposition;
use crate::house::{self, Choice, Clash, LINE, NOTE};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::access::Action;
use hakutaku_model::audit::sample::{LARGEST_SAMPLE, SamplePopulation, population_hash};
use hakutaku_model::audit::{Audit, Sample, SampleResult, SampleRow, SampledFrom, draw, seed_is_plain};
use hakutaku_model::id::{FacilityId, RecordId};
use hakutaku_model::record::Kept;
use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use hakutaku_store::StoreError;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Template)]
#[template(path = "audits/draw.html")]
struct DrawPage {
    t: Words,
    page: Page,
    form: Form,
    here: String,
    froms: Vec<Choice>,
    items: Vec<Choice>,
    counts: Vec<(String, usize)>,
}

struct Row {
    at: usize,
    label: String,
    hash: String,
    said: Vec<(String, String)>,
    results: Vec<Choice>,
    shown: Option<(&'static str, String)>,
    remark: String,
    seen: String,
}

#[derive(Template)]
#[template(path = "audits/sample.html")]
struct SamplePage {
    t: Words,
    page: Page,
    here: String,
    version: i64,
    may_write: bool,
    rows: Vec<Row>,
    facts: Vec<(String, String)>,
    item: Option<(String, String)>,
    why_again: String,
    holds: bool,
    seed: String,
    first: Option<(String, String)>,
    clash: Option<Clash>,
}

/// For which item a sample is to be drawn.
#[derive(Debug, Default, Deserialize)]
pub(super) struct For {
    #[serde(default)]
    item: String,
}

async fn draw_page(app: &AppState, visit: &Visit, audit: &Kept<Audit>, form: Form) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = format!("/facilities/{facility}/audits/{}", audit.id);
    let mut counts = Vec::new();
    for from in SampledFrom::ALL {
        let count = population(app, facility, *from, t.lang).await?.len();
        counts.push((t.text(&from.title()).to_owned(), count));
    }
    let mut items = vec![Choice::new("", t.m("audit-whole"), &form, "item")];
    items.extend(audit.body.scope.iter().filter_map(|line| {
        let item = app.catalogue.audit.item(&line.item)?;
        Some(Choice::new(&item.id, t.text(&item.title).to_owned(), &form, "item"))
    }));
    let status = if form.is_right() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let template = DrawPage {
        t,
        page: visit
            .page(t.m("audit-draw-title"))
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(base.clone(), audit.body.title.clone()),
        here: format!("{base}/samples/new"),
        froms: house::choices(t, &form, "from", SampledFrom::ALL, SampledFrom::key, SampledFrom::title),
        items,
        counts,
        form,
    };
    Ok((status, html(&template)?).into_response())
}

pub(super) async fn new(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    Query(asked): Query<For>,
) -> Result<Response, Problem> {
    let audit = audit_of(&app, &visit, id).await?;
    audit.body.may_write().map_err(refused)?;
    let advice = app.catalogue.audit.item(&asked.item).and_then(|item| item.sample);
    let form = Form::of([
        ("item", asked.item),
        ("from", advice.map(|advice| advice.from.key().to_owned()).unwrap_or_default()),
        ("size", advice.map_or(10, |advice| advice.size).to_string()),
    ]);
    draw_page(&app, &visit, &audit, form).await
}

/// Why a sample cannot be drawn.
pub(crate) enum NotDrawn {
    /// There is nothing to draw from.
    Empty,
    /// A second draw of the same kind has to be explained.
    Again,
}

/// What is to be drawn.
pub(crate) struct Wanted {
    pub(crate) item: String,
    pub(crate) from: SampledFrom,
    pub(crate) size: usize,
    /// A seed that a person brings; `None`: the product draws one.
    pub(crate) seed: Option<String>,
    pub(crate) why_again: String,
}

/// Draws and keeps a sample with the ids it was drawn from.
pub(crate) async fn draw_and_keep(
    app: &AppState,
    visit: &Visit,
    audit: Kept<Audit>,
    wanted: Wanted,
) -> Result<Result<Kept<Sample>, NotDrawn>, Problem> {
    let (facility, id, act) = (visit.place()?.id, audit.id, visit.act(app.now()));
    let gathered = Gathered::of(app, facility, audit).await?;
    let same = |row: &&Kept<Sample>| row.body.from == wanted.from && row.body.item == wanted.item;
    let before = gathered.samples.iter().filter(same).count();
    // Drawing again until the sample pleases would make the draw worthless: it shows, with its reason.
    if before > 0 && wanted.why_again.trim().is_empty() {
        return Ok(Err(NotDrawn::Again));
    }
    let all = population(app, facility, wanted.from, visit.lang).await?;
    if all.is_empty() {
        return Ok(Err(NotDrawn::Empty));
    }
    let ids: BTreeSet<&str> = all.iter().map(|one| one.id.as_str()).collect();
    let seed_typed = wanted.seed.is_some();
    let seed = wanted.seed.unwrap_or_else(|| hex::encode(crate::shell::random::<8>()));
    let by_id: BTreeMap<&str, &super::population::One> = all.iter().map(|one| (one.id.as_str(), one)).collect();
    let rows = draw(ids.iter().copied(), wanted.size, &seed).into_iter().map(|drawn| {
        let one = by_id.get(drawn.id.as_str());
        SampleRow {
            label: one.map(|one| one.label.clone()).unwrap_or_default(),
            said: one.map(|one| one.said.clone()).unwrap_or_default(),
            id: drawn.id,
            hash: drawn.hash,
            result: None,
            remark: String::new(),
            seen: None,
        }
    });
    let rows: Vec<SampleRow> = rows.collect();
    let kept_ids =
        SamplePopulation { audit: id, from: wanted.from, ids: ids.iter().map(|id| (*id).to_owned()).collect() };
    let kept_ids = app.store.add_record(&act, facility, &kept_ids).await?;
    let sample = Sample {
        audit: id,
        item: wanted.item,
        from: wanted.from,
        seed,
        seed_typed,
        size: u32::try_from(wanted.size).unwrap_or(u32::MAX),
        population: u32::try_from(ids.len()).unwrap_or(u32::MAX),
        population_hash: population_hash(ids.iter().copied()),
        ids: kept_ids.id,
        before: u32::try_from(before).unwrap_or(u32::MAX),
        why_again: wanted.why_again,
        drawn: deed(app, visit),
        rows,
    };
    Ok(Ok(app.store.add_record(&act, facility, &sample).await?))
}

pub(super) async fn draw_one(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id)): Path<(FacilityId, RecordId)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let audit = audit_of(&app, &visit, id).await?;
    audit.body.may_write().map_err(refused)?;
    let from = form.choice("from", SampledFrom::from_key);
    let size = form.number("size", 1, u32::try_from(LARGEST_SAMPLE).unwrap_or(u32::MAX));
    let item = form.value("item").to_owned();
    if !item.is_empty() && !audit.body.covers(&item) {
        form.fault("item", Key("form-choose"));
    }
    let seed = house::words(&mut form, "seed", LINE);
    if !seed.is_empty() && !seed_is_plain(&seed) {
        form.fault("seed", Key("audit-seed-wrong"));
    }
    let why_again = house::words(&mut form, "why_again", NOTE);
    let Some(from) = from.filter(|_| form.is_right()) else { return draw_page(&app, &visit, &audit, form).await };
    let wanted = Wanted { item, from, size: size as usize, seed: (!seed.is_empty()).then_some(seed), why_again };
    match draw_and_keep(&app, &visit, audit.clone(), wanted).await? {
        Ok(row) => {
            let to = format!("/facilities/{}/audits/{id}/samples/{}", visit.place()?.id, row.id);
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Err(NotDrawn::Empty) => {
            form.fault("from", Key("audit-nothing-to-draw"));
            draw_page(&app, &visit, &audit, form).await
        }
        Err(NotDrawn::Again) => {
            form.fault("why_again", Key("audit-why-again-needed"));
            draw_page(&app, &visit, &audit, form).await
        }
    }
}

async fn page(
    app: &AppState,
    visit: &Visit,
    audit: &Kept<Audit>,
    sample: &Kept<Sample>,
    clash: Option<Clash>,
) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let base = format!("/facilities/{facility}/audits/{}", audit.id);
    let population = app.store.record_of::<SamplePopulation>(facility, sample.body.ids).await?;
    let ids: Vec<&str> = population.body.ids.iter().map(String::as_str).collect();
    let holds = sample.body.is_drawn_from(ids.iter().copied());
    let body = &sample.body;
    let rows = body.rows.iter().enumerate().map(|(at, row)| {
        let name = format!("result-{at}");
        let chosen = row.result.map(|result| result.key().to_owned()).unwrap_or_default();
        let form = Form::of([(name.as_str(), chosen)]);
        let shown = row.result.map(|result| {
            let class = match result {
                SampleResult::Right => "good",
                SampleResult::Wrong => "bad",
                SampleResult::NotSeen => "now",
            };
            (class, t.text(&result.title()).to_owned())
        });
        Row {
            at,
            label: row.label.clone(),
            hash: row.hash.to_string().chars().take(16).collect(),
            said: row.said.clone(),
            results: house::choices(t, &form, &name, SampleResult::ALL, SampleResult::key, SampleResult::title),
            shown,
            remark: row.remark.clone(),
            seen: row
                .seen
                .as_ref()
                .map(|deed| t.a2("audit-deed", "day", date_words(deed.on, t.lang), "who", &deed.by))
                .unwrap_or_default(),
        }
    });
    let seed_by = if body.seed_typed { t.m("audit-seed-typed") } else { t.m("audit-seed-drawn") };
    let facts = vec![
        (t.m("audit-sample-from"), t.text(&body.from.title()).to_owned()),
        (t.m("audit-sample-population"), body.population.to_string()),
        (t.m("audit-sample-size"), body.rows.len().to_string()),
        (t.m("audit-seed"), format!("{} ({seed_by})", body.seed)),
        (t.m("audit-sample-ids-hash"), body.population_hash.to_string()),
        (
            t.m("audit-sample-drawn"),
            t.a2("audit-deed", "day", date_words(body.drawn.on, t.lang), "who", &body.drawn.by),
        ),
        (t.m("audit-sample-before"), body.before.to_string()),
    ];
    let item = app.catalogue.audit.item(&body.item);
    let template = SamplePage {
        t,
        page: visit
            .page(t.a("audit-sample-title", "from", t.text(&body.from.title())))
            .under(format!("/facilities/{facility}/audits"), t.m("audit-list-title"))
            .under(base.clone(), audit.body.title.clone()),
        here: format!("{base}/samples/{}", sample.id),
        version: sample.version,
        may_write: visit.may(Action::ConductAudit) && audit.body.may_write().is_ok(),
        rows: rows.collect(),
        facts,
        item: item.map(|item| (format!("{base}/items/{}", item.id), t.text(&item.title).to_owned())),
        why_again: body.why_again.clone(),
        holds,
        seed: body.seed.clone(),
        first: body.rows.first().map(|row| (row.id.clone(), row.hash.to_string())),
        clash,
    };
    let status = if template.clash.is_some() { StatusCode::CONFLICT } else { StatusCode::OK };
    Ok((status, html(&template)?).into_response())
}

async fn open(
    app: &AppState,
    visit: &Visit,
    id: RecordId,
    sample: RecordId,
) -> Result<(Kept<Audit>, Kept<Sample>), Problem> {
    let audit = audit_of(app, visit, id).await?;
    let sample = part_of::<Sample>(app, visit.place()?.id, id, sample, |sample| sample.audit).await?;
    Ok((audit, sample))
}

pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, sample)): Path<(FacilityId, RecordId, RecordId)>,
) -> Result<Response, Problem> {
    let (audit, sample) = open(&app, &visit, id, sample).await?;
    page(&app, &visit, &audit, &sample, None).await
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, sample)): Path<(FacilityId, RecordId, RecordId)>,
    form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    let (audit, row) = open(&app, &visit, id, sample).await?;
    audit.body.may_write().map_err(refused)?;
    let mut body = row.body.clone();
    for (at, line) in body.rows.iter_mut().enumerate() {
        let result = SampleResult::from_key(form.value(&format!("result-{at}")));
        let remark: String = form.value(&format!("remark-{at}")).trim().chars().take(LINE).collect();
        if result == Some(SampleResult::NotSeen) && remark.is_empty() {
            return Err(Problem::unprocessable(Key("audit-not-seen-why")));
        }
        if result != line.result || remark != line.remark {
            line.seen = result.is_some().then(|| deed(&app, &visit));
            line.result = result;
            line.remark = remark;
        }
    }
    match app.store.change_record(&visit.act(app.now()), facility, sample, house::seen(&form), &body).await {
        Ok(_) => {
            let to = format!("/facilities/{facility}/audits/{id}/samples/{sample}");
            Ok(visit.done(&app, &to, Key("notice-saved")))
        }
        Err(StoreError::Conflict(_)) => {
            let (audit, now) = open(&app, &visit, id, sample).await?;
            let clash = Clash {
                who: now.changed_by.clone(),
                when: now.changed_at.minute_in_japan(visit.lang),
                theirs: Vec::new(),
            };
            page(&app, &visit, &audit, &now, Some(clash)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// All ids the sample was drawn from, one a line: the text whose hash the sample names.
pub(super) async fn ids(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, sample)): Path<(FacilityId, RecordId, RecordId)>,
) -> Result<Response, Problem> {
    let (_, row) = open(&app, &visit, id, sample).await?;
    let population = app.store.record_of::<SamplePopulation>(visit.place()?.id, row.body.ids).await?;
    let mut text = population.body.ids.join("\n");
    text.push('\n');
    let name = match visit.lang {
        Lang::Ja => "母集団.txt",
        Lang::En => "population.txt",
    };
    let head = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition(name)).map_err(Problem::internal)?),
    ];
    Ok((head, text).into_response())
}
