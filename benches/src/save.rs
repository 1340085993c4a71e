//! Saving one answer, durable, with its log entry: alone and with sixteen people at once.

use crate::Outcome;
use crate::installation::{Installation, Numbers, Sheet, add_hospitals, catalogue, hospital_form, now};
use crate::postgres::Postgres;
use crate::table::{Budget, Sample, Table};
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::id::QuestionId;
use hakutaku_store::{Act, DatabaseUrl, SaveOutcome, Store};
use std::io::Write as _;
use std::time::{Duration, Instant};

/// Hospitals in the installation, each with 160 answers.
const SIZES: [usize; 3] = [1, 10, 100];
const ALONE: usize = 400;
const WRITERS: usize = 16;
const SAVES_EACH: usize = 150;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    let catalogue = catalogue()?;
    let form = hospital_form(&catalogue)?;
    let disk = bare_disk()?;
    table.sample("disk: append 4 kB and flush (for comparison)", "", &disk, Budget::None);

    let mut growth: Vec<Sample> = Vec::new();
    for hospitals in SIZES {
        let place = Installation::empty(DatabaseUrl::Sqlite).await?;
        growth.push(measure(table, &place.store, form, "SQLite", hospitals).await?);
        place.store.close().await;
    }
    if let [small, .., large] = growth.as_slice() {
        table.ratio("SQLite: against the bare disk", small, &disk);
        table.ratio("SQLite: 100 hospitals against one", large, small);
    }
    match Postgres::start()? {
        Some(server) => {
            let place = Installation::empty(server.database()).await?;
            let saves = measure(table, &place.store, form, "PostgreSQL", 1).await?;
            table.ratio("PostgreSQL: against the bare disk", &saves, &disk);
            place.store.close().await;
        }
        None => table.note("PostgreSQL is not installed (apt-get install postgresql): not measured"),
    }
    Ok(())
}

/// What the disk itself takes for the least a durable save can do.
fn bare_disk() -> Outcome<Sample> {
    let mut file = tempfile::tempfile()?;
    let page = [1_u8; 4096];
    Ok(Sample::of(ALONE, || {
        file.write_all(&page)?;
        file.sync_data()
    })?)
}

async fn measure(
    table: &mut Table,
    store: &Store,
    form: &Questionnaire,
    database: &str,
    hospitals: usize,
) -> Outcome<Sample> {
    let sheets = add_hospitals(store, form, hospitals).await?;
    let sheet = *sheets.first().ok_or("no hospital was added")?;
    let questions: Vec<QuestionId> = form.questions().map(|question| question.id.clone()).collect();
    let size = format!("{} answers", hospitals * 2 * questions.len());

    let alone = one_after_the_other(store, sheet, &questions, ALONE, 7).await?;
    table.sample(&format!("save one answer, {database}"), &size, &alone, Budget::Both(5, 30));

    let begun = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for (writer, questions) in questions.chunks(questions.len() / WRITERS).take(WRITERS).enumerate() {
        let (store, questions) = (store.clone(), questions.to_vec());
        writers.spawn(async move {
            let seed = u64::try_from(writer).unwrap_or(0) * 97 + 13;
            let saved = one_after_the_other(&store, sheet, &questions, SAVES_EACH, seed).await;
            saved.map_err(|error| error.to_string())
        });
    }
    let mut together = Sample::default();
    while let Some(saved) = writers.join_next().await {
        together.join(saved??);
    }
    let span = begun.elapsed();
    let what = format!("save one answer, {database}, 16 writers");
    table.rate(&what, &size, &together, span, Budget::PerSecond(500));
    Ok(alone)
}

/// Saves answers round and round, each acknowledged before the next.
async fn one_after_the_other(
    store: &Store,
    sheet: Sheet,
    questions: &[QuestionId],
    times: usize,
    seed: u64,
) -> Outcome<Sample> {
    let mut numbers = Numbers::new(seed);
    let mut versions: Vec<Option<i64>> = Vec::new();
    for question in questions {
        versions.push(store.answer(sheet.facility, sheet.id, question).await?.map(|row| row.version));
    }
    let mut sample = Sample::default();
    for turn in 0..times {
        let at = turn % questions.len();
        let act = Act::system(now());
        let value = AnswerValue::Level(numbers.level());
        let begun = Instant::now();
        let saved =
            store.save_answer(&act, sheet.facility, sheet.id, &questions[at], value, "計測", versions[at]).await?;
        let took: Duration = begun.elapsed();
        match saved {
            SaveOutcome::Saved(row) => versions[at] = Some(row.version),
            SaveOutcome::Conflict(_) => return Err("somebody else saved into the bench's own questions".into()),
        }
        sample.add(took);
    }
    Ok(sample)
}
