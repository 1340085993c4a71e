//! Official forms and what stands beside them: views, papers, the inspection pack, the ministry's file, the picture of
//! the lines, the check of who does what.

use crate::Outcome;
use crate::devices::devices;
use crate::installation::{Installation, catalogue, now};
use crate::lines::{lines, systems};
use crate::table::{Budget, Sample, Table};
use hakutaku_documents::inspection::{Archive, InspectionPack, Ledger, inspection_pdf};
use hakutaku_documents::official::{Book, fill, find};
use hakutaku_documents::{
    ConnectionPicture, Header, PictureSource, checklist_pdf, connection_picture_pdf, connection_picture_svg,
};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::checklist::{FormKind, FormView, Mark, Round, editions};
use hakutaku_model::id::DocumentId;
use hakutaku_model::ledger::cell::{Names, write};
use hakutaku_model::ledger::{AssetKind, Column};
use hakutaku_model::official::answers::{FormAnswer, FormAnswers};
use hakutaku_model::official::{OfficialForm, edition_id};
use hakutaku_model::responsibility::{Matrix, MatrixParty, Object, ObjectKind, Says, Side, Statement, check};
use hakutaku_model::text::Lang;
use hakutaku_model::time::FiscalYear;
use hakutaku_store::DatabaseUrl;
use jiff::civil::date;
use rust_xlsxwriter::Workbook;
use std::collections::BTreeMap;

const TIMES: usize = 15;
/// The devices of a normal hospital.
const DEVICES: usize = 312;
const LINES: usize = 40;

pub(crate) async fn run(table: &mut Table) -> Outcome {
    let catalogue = catalogue()?;
    let form = form(table, &catalogue).await?;
    pack(table, form)?;
    official(table)?;
    picture(table, &catalogue)?;
    responsibility(table, &catalogue)
}

/// Everything a form stands on, and the form itself, of the model hospital.
async fn form(table: &mut Table, catalogue: &Catalogue) -> Outcome<FormView> {
    let place = Installation::empty(DatabaseUrl::Sqlite).await?;
    hakutaku_demo::fill(&place.store, catalogue, now()).await?;
    let hospital = place.store.facilities().await?.into_iter().next().ok_or("the demo has no facility")?.id;
    let today = now().date_in_japan();
    let mut gathering = Sample::default();
    for _ in 0..TIMES {
        let begun = std::time::Instant::now();
        place.store.form_ground(catalogue, hospital, today).await?;
        gathering.add(begun.elapsed());
    }
    table.sample("official form: gather facts and answers", "model hospital", &gathering, Budget::None);
    let ground = place.store.form_ground(catalogue, hospital, today).await?;
    let edition = editions::in_use(&ground.editions, FiscalYear::of(today)).works_with.ok_or("there is no edition")?;
    let view = || ground.view(catalogue, &edition.id, FormKind::Hospital, None).ok_or("there is no form");
    let sample = Sample::of(TIMES, || view().map(|_| ()))?;
    let made = view()?;
    table.sample("official form: build its page", &format!("{} lines", made.lines().count()), &sample, Budget::None);
    let header = Header { facility: None, fiscal_year: None, made: now() };
    let paper = checklist_pdf(&made, Lang::Ja, &header)?;
    let sample = Sample::of(TIMES, || checklist_pdf(&made, Lang::Ja, &header).map(|_| ()))?;
    table.sample("PDF: official form, warm", &format!("{} pages", paper.pages), &sample, Budget::None);
    place.store.close().await;
    Ok(made)
}

fn pack(table: &mut Table, form: FormView) -> Outcome {
    let (names, lang) = (Names::default(), Lang::Ja);
    let rows: Vec<Vec<String>> =
        devices(DEVICES).map(|asset| Column::ALL.map(|column| write(column, &asset, &names, lang)).to_vec()).collect();
    let pack = InspectionPack {
        lang,
        facility: "計測用病院".to_owned(),
        made: now(),
        prepared_by: "計測".to_owned(),
        missing: Vec::new(),
        forms: vec![form],
        contacts: None,
        ledger: Some(Ledger {
            total: DEVICES,
            by_kind: vec![(AssetKind::Terminal.title(), DEVICES)],
            columns: Column::ALL.map(|column| column.title().get(lang).to_owned()).to_vec(),
            rows,
        }),
        vendors: None,
        evidence: Vec::new(),
    };
    let paper = inspection_pdf(&pack)?;
    let sample = Sample::of(TIMES, || inspection_pdf(&pack).map(|_| ()))?;
    let size = format!("{DEVICES} devices, {} pages", paper.pages);
    table.sample("inspection pack: PDF, warm", &size, &sample, Budget::None);
    let archive = || Archive::begin(&pack)?.finish();
    let bytes = archive()?.len();
    let sample = Sample::of(TIMES, || archive().map(|_| ()))?;
    let size = format!("{DEVICES} devices, {} kB", bytes / 1000);
    table.sample("inspection pack: ZIP, warm", &size, &sample, Budget::None);
    Ok(())
}

/// A file in the ministry's manner with 60 items, understood and filled.
fn official(table: &mut Table) -> Outcome {
    let file = blank()?;
    let guessed = || -> Outcome<_> {
        find(&Book::read(&file)?, &edition_id(&file), 2026).ok_or_else(|| "the form is not understood".into())
    };
    let guess = guessed()?;
    let size = format!("{} items, {} kB", guess.rows.len(), file.len() / 1000);
    let sample = Sample::of(TIMES, || guessed().map(|_| ()))?;
    table.sample("official file: read and understood", &size, &sample, Budget::None);
    let mut form = OfficialForm {
        document: DocumentId(uuid::Uuid::nil()),
        file: "様式.xlsx".to_owned(),
        profile: guess.profile,
        rows: guess.rows,
        confirmed: true,
    };
    form.renumber();
    let answers = form.profile.rows.iter().map(|row| FormAnswer {
        item: row.item.clone(),
        group: row.group.clone(),
        first: Some(Round { mark: Mark::Yes, on: date(2026, 11, 21) }),
        ..FormAnswer::default()
    });
    let answers = FormAnswers { facility: None, date: None, answers: answers.collect() };
    let sample = Sample::of(TIMES, || fill(&file, &form.profile, &answers).map(|_| ()))?;
    table.sample("official file: filled in place", &size, &sample, Budget::None);
    Ok(())
}

fn blank() -> Outcome<Vec<u8>> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("医療機関確認用")?;
    sheet.write(0, 0, "医療機関確認用　サイバーセキュリティ対策チェックリスト　2026年度")?;
    for (column, head) in (0..).zip(["番号", "確認項目", "確認結果（1回目）", "確認日", "目標日"]) {
        sheet.write(4, column, head)?;
    }
    for at in 1..=60_u32 {
        sheet.write(4 + at, 0, format!("({at})"))?;
        sheet.write(4 + at, 1, format!("計測用の項目{at}について、台帳で管理を行っている。"))?;
        sheet.write(4 + at, 2, "はい・いいえ")?;
        sheet.write(4 + at, 3, "（　　/　　）")?;
        sheet.write(4 + at, 4, "（　　/　　）")?;
    }
    Ok(book.save_to_buffer()?)
}

fn picture(table: &mut Table, catalogue: &Catalogue) -> Outcome {
    let (systems, made) = (systems(), now());
    let connections = lines(LINES, catalogue, &systems);
    let drawn = || {
        ConnectionPicture::of(PictureSource {
            lang: Lang::Ja,
            facility: "計測用病院",
            connections: &connections,
            systems: &systems,
            vendors: &BTreeMap::new(),
            guide: &catalogue.connections,
            made,
        })
    };
    let svg = Sample::of(TIMES, || {
        std::hint::black_box(connection_picture_svg(&drawn(), "lines"));
        Outcome::Ok(())
    })?;
    table.sample("picture of the lines: SVG", &format!("{LINES} lines"), &svg, Budget::None);
    let paper = connection_picture_pdf(&drawn())?;
    let sample = Sample::of(TIMES, || connection_picture_pdf(&drawn()).map(|_| ()))?;
    let size = format!("{LINES} lines, {} pages", paper.pages);
    table.sample("picture of the lines: PDF, warm", &size, &sample, Budget::None);
    Ok(())
}

/// All tasks of the catalogue at twenty systems with six parties, each of which has said something everywhere.
fn responsibility(table: &mut Table, catalogue: &Catalogue) -> Outcome {
    let mut matrix = Matrix {
        title: "計測".to_owned(),
        parties: (0..6)
            .map(|at| MatrixParty {
                id: format!("p{at}"),
                name: format!("当事者{at}"),
                side: if at == 0 { Side::Facility } else { Side::Vendor },
                vendor: None,
                contract: None,
            })
            .collect(),
        objects: (0..20)
            .map(|at| Object {
                kind: ObjectKind::System,
                id: format!("s{at}"),
                name: format!("システム{at}"),
                parties: Vec::new(),
            })
            .collect(),
        ..Matrix::default()
    };
    let sample = Sample::of(TIMES, || {
        std::hint::black_box(&mut matrix.clone()).add_missing_rows(&catalogue.responsibility);
        Outcome::Ok(())
    })?;
    matrix.add_missing_rows(&catalogue.responsibility);
    let tasks = matrix.rows.len() / matrix.objects.len();
    let size = format!("{tasks} tasks × 20 × 6");
    table.sample("who does what: lay the matrix out", &size, &sample, Budget::None);
    for (at, row) in matrix.rows.iter_mut().enumerate() {
        row.statements = (0..6)
            .map(|party: usize| Statement {
                whom: Some(format!("p{}", (party + 1) % 6)),
                ..Statement::new(format!("p{party}"), Says::ALL[(at + party) % 4])
            })
            .collect();
    }
    let found = check(&matrix).count();
    let sample = Sample::of(TIMES, || {
        std::hint::black_box(check(&matrix));
        Outcome::Ok(())
    })?;
    table.sample("who does what: check", &format!("{size}, {found} findings"), &sample, Budget::None);
    Ok(())
}
