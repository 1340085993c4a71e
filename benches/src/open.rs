//! Opening an assessment of 80 questions: its rows, evidence counts, scores, and the whole report.

use crate::Outcome;
use crate::installation::{Installation, Sheet, add_hospitals, catalogue, hospital_form, now};
use crate::table::{Budget, Sample, Table};
use hakutaku_model::assessment::{Answers, evaluate};
use hakutaku_model::catalogue::{Catalogue, Questionnaire};
use hakutaku_model::report::{ReportContext, ResultReport, build};
use hakutaku_model::text::Lang;
use hakutaku_store::{DatabaseUrl, Store};
use std::time::Instant;

const SIZES: [usize; 3] = [1, 10, 100];
const TIMES: usize = 60;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    let catalogue = catalogue()?;
    let form = hospital_form(&catalogue)?;
    let mut growth = Vec::new();
    for hospitals in SIZES {
        let place = Installation::empty(DatabaseUrl::Sqlite).await?;
        let sheets = add_hospitals(&place.store, form, hospitals).await?;
        let size = format!("{hospitals} hospitals");
        let (mut opening, mut reporting) = (Sample::default(), Sample::default());
        for turn in 0..TIMES {
            let sheet = sheets[turn % sheets.len()];
            let begun = Instant::now();
            open(&place.store, form, sheet).await?;
            opening.add(begun.elapsed());
            let begun = Instant::now();
            report(&place.store, &catalogue, form, sheet).await?;
            reporting.add(begun.elapsed());
        }
        table.sample("open 80 questions: rows, evidence, scores", &size, &opening, Budget::Median(20));
        table.sample("open the result: rows, last year, report", &size, &reporting, Budget::None);
        growth.push(opening);
        place.store.close().await;
    }
    if let [small, .., large] = growth.as_slice() {
        table.ratio("100 hospitals against one", large, small);
    }
    Ok(())
}

/// What the answering page reads.
async fn open(store: &Store, form: &Questionnaire, sheet: Sheet) -> Outcome {
    let (facility, id) = (sheet.facility, sheet.id);
    store.assessment(facility, id).await?;
    let rows = store.answers(facility, id).await?;
    store.document_counts(facility, id).await?;
    store.comments(facility, id, None).await?;
    store.handovers(facility, id).await?;
    let answers: Answers = rows.iter().map(|row| (row.question.clone(), row.answer())).collect();
    std::hint::black_box(evaluate(form, &answers));
    Ok(())
}

/// What the result page reads and builds.
pub(crate) async fn report(
    store: &Store,
    catalogue: &Catalogue,
    form: &Questionnaire,
    sheet: Sheet,
) -> Outcome<ResultReport> {
    let (facility, id) = (sheet.facility, sheet.id);
    let place = store.facility(facility).await?;
    let row = store.assessment(facility, id).await?;
    let answers = store.model_answers(facility, id).await?;
    let previous = match store.previous_assessment(facility, id).await? {
        Some(before) => Some(store.model_answers(facility, before.id).await?),
        None => None,
    };
    let mut executives = Vec::new();
    for theirs in store.assessments_in(facility, &"executive".into(), row.year).await? {
        executives.push(store.model_answers(facility, theirs.id).await?);
    }
    let typology = match store.assessments_in(facility, &"network-typology".into(), row.year).await?.first() {
        Some(plan) => Some(store.model_answers(facility, plan.id).await?),
        None => None,
    };
    let context = ReportContext {
        lang: Lang::Ja,
        date: now().date_in_japan(),
        facility: Some(&place.profile),
        fiscal_year: Some(row.year),
        answers: &answers,
        previous: previous.as_ref(),
        executives: executives.iter().collect(),
        typology: typology.as_ref(),
    };
    Ok(build(catalogue, form, &context))
}
