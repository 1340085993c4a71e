//! Executives and audit: over the facilities the visitor may see, how the executives' own scores and the results of
//! audits go together.

use crate::AppState;
use crate::results::gather::EXECUTIVE;
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::Words;
use askama::Template;
use axum::extract::State;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::assessment::evaluate;
use hakutaku_model::audit::{Audit, AuditPaper, FEWEST, Relation, Tally, relation, tally};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::id::FacilityId;
use hakutaku_model::score::Score;
use hakutaku_model::time::FiscalYear;

struct Line {
    name: String,
    executives: String,
    audit: String,
    /// Both on a field of 0 to 100, for the picture.
    at: Option<(u32, u32)>,
}

#[derive(Template)]
#[template(path = "audits/executives.html")]
struct ExecutivesPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    lines: Vec<Line>,
    pairs: usize,
    fewest: usize,
    /// ρ, its interval (if there is one).
    known: Option<(String, Option<(String, String)>)>,
    too_few: bool,
    picture: Vec<(u32, u32)>,
}

/// The mean of the executives' own overall scores in the newest year somebody answered.
async fn executives_of(app: &AppState, facility: FacilityId) -> Result<Option<Score>, Problem> {
    let Some(newest) = app.store.latest_assessment(facility, &EXECUTIVE.into()).await? else { return Ok(None) };
    let Some(form) = app.catalogue.questionnaire(EXECUTIVE) else { return Ok(None) };
    for year in [newest.year, FiscalYear(newest.year.0 - 1)] {
        let mut scores = Vec::new();
        for row in app.store.assessments_in(facility, &EXECUTIVE.into(), year).await? {
            scores.extend(evaluate(form, &app.store.model_answers(facility, row.id).await?).overall);
        }
        if !scores.is_empty() {
            return Ok(Score::mean(scores));
        }
    }
    Ok(None)
}

/// The marks of the newest signed audit.
async fn audit_of(app: &AppState, facility: FacilityId) -> Result<Option<Tally>, Problem> {
    let audits = app.store.records::<Audit>(facility).await?;
    let signed = audits.iter().filter(|row| row.body.signed.is_some());
    let Some(newest) = signed.max_by_key(|row| (row.body.signed.as_ref().map(|deed| deed.on), row.id)) else {
        return Ok(None);
    };
    let papers = app.store.records::<AuditPaper>(facility).await?;
    Ok(Some(tally(papers.iter().map(|row| &row.body).filter(|paper| paper.audit == newest.id))))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1")]
fn percent(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 100.0).round() as u32
}

pub(super) async fn show(State(app): State<AppState>, visit: Visit) -> Result<Html<String>, Problem> {
    let t = visit.t();
    let (mut lines, mut pairs) = (Vec::new(), Vec::new());
    for place in visit.places.iter().filter(|place| visit.may_at(Action::ReadAudits, place.id)) {
        if app.store.facility(place.id).await?.profile.kind != FacilityKind::Hospital {
            continue;
        }
        let score = executives_of(&app, place.id).await?;
        let result = audit_of(&app, place.id).await?;
        let share = result.and_then(|tally| tally.share());
        let pair = score.zip(share).map(|(score, share)| (score.share_of_scale(), share));
        pairs.extend(pair);
        lines.push(Line {
            name: place.name.clone(),
            executives: score.map(Score::two_decimals).unwrap_or_default(),
            audit: result
                .and_then(|tally| tally.percent())
                .map(|percent| t.a("audit-percent", "n", percent))
                .unwrap_or_default(),
            at: pair.map(|(x, y)| (percent(x), percent(y))),
        });
    }
    let (known, too_few) = match relation(&pairs) {
        Relation::TooFew { .. } => (None, true),
        Relation::NoSpread { .. } => (None, false),
        Relation::Known(known) => {
            let two = |value: f64| format!("{value:.2}").replace('-', "−");
            (Some((two(known.rho), known.interval.map(|(low, high)| (two(low), two(high))))), false)
        }
    };
    let picture = if too_few { Vec::new() } else { lines.iter().filter_map(|line| line.at).collect() };
    html(&ExecutivesPage {
        t,
        page: visit.page(t.m("audit-executives-title")),
        tabs: nav::tabs(&visit, nav::AUDITS),
        pairs: pairs.len(),
        fewest: FEWEST,
        known,
        too_few,
        // The foot of the picture is at the bottom.
        picture: picture.into_iter().map(|(x, y)| (x, 100 - y)).collect(),
        lines,
    })
}
