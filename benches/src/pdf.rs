//! Japanese papers as PDF/A-2a and PDF/UA-1, from the model hospital's answers.

use crate::Outcome;
use crate::installation::{Installation, Sheet, catalogue, hospital_form, now};
use crate::open::report;
use crate::table::{Budget, Sample, Table};
use hakutaku_documents::{Header, Pdf, PdfError, executive_pdf, questionnaire_pdf, result_pdf};
use hakutaku_model::text::Lang;
use hakutaku_store::DatabaseUrl;
use std::time::Instant;

const TIMES: usize = 15;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    let catalogue = catalogue()?;
    let form = hospital_form(&catalogue)?;
    let place = Installation::empty(DatabaseUrl::Sqlite).await?;
    let begun = Instant::now();
    hakutaku_demo::fill(&place.store, &catalogue, now()).await?;
    let mut filling = Sample::default();
    filling.add(begun.elapsed());
    table.sample("fill the model hospital (--demo)", "3 facilities", &filling, Budget::None);

    let hospital = place.store.facilities().await?.into_iter().next().ok_or("the demo has no facility")?.id;
    let this_year = place.store.latest_assessment(hospital, &form.id).await?.ok_or("the demo has no assessment")?;
    let report = report(&place.store, &catalogue, form, Sheet { facility: hospital, id: this_year.id }).await?;

    let cold = Instant::now();
    result_pdf(&report)?;
    let mut first = Sample::default();
    first.add(cold.elapsed());
    table.sample("PDF: full result, the first ever", "", &first, Budget::None);
    paper(table, "PDF: full result, warm", Budget::Median(150), || result_pdf(&report))?;
    paper(table, "PDF: executive page, warm", Budget::None, || executive_pdf(&report))?;
    let header = Header { facility: None, fiscal_year: None, made: now() };
    paper(table, "PDF: blank form of 80 questions, warm", Budget::None, || questionnaire_pdf(form, Lang::Ja, &header))?;
    place.store.close().await;
    drop(place.folder);
    Ok(())
}

fn paper(table: &mut Table, what: &str, budget: Budget, make: impl Fn() -> Result<Pdf, PdfError>) -> Outcome {
    let made = make()?;
    for notice in &made.notices {
        table.note(&format!("{what}: {}", notice.sentence(Lang::En)));
    }
    let sample = Sample::of(TIMES, || make().map(|_| ()))?;
    table.sample(what, &format!("{} pages, {} kB", made.pages, made.bytes.len() / 1000), &sample, budget);
    Ok(())
}
