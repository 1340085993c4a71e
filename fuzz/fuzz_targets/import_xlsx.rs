//! A workbook of any bytes is read or refused with a sentence, never a panic and never a flood of memory.
//!
//! Random bytes rarely get past the zip layer. An input starting with `S` is therefore taken as the sheet inside an
//! otherwise good workbook, `T` as its table of texts, `W` as its list of sheets; anything else as the file itself.

#![no_main]

use hakutaku_documents::{Header, questionnaire_workbook, read_workbook};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use libfuzzer_sys::fuzz_target;
use std::io::{Cursor, Read as _, Write as _};
use std::sync::LazyLock;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A good workbook, entry by entry.
static GOOD: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let made = Header { facility: None, fiscal_year: None, made: Ts::from_micros(0) };
    let file = with_form(|form| questionnaire_workbook(form, None, Lang::Ja, &made).expect("a workbook"));
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("an archive");
    (0..archive.len())
        .map(|at| {
            let mut entry = archive.by_index(at).expect("an entry");
            let mut content = Vec::new();
            entry.read_to_end(&mut content).expect("read");
            (entry.name().expect("a name").into_owned(), content)
        })
        .collect()
});

fn with_form<T>(use_it: impl FnOnce(&Questionnaire) -> T) -> T {
    let catalogue = hakutaku_catalog::embedded().expect("a catalogue");
    use_it(catalogue.questionnaire("hospital-it").expect("the questionnaire"))
}

fn with_entry(replaced: &str, content: &[u8]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for (name, good) in &*GOOD {
        writer.start_file(name.as_str(), stored).expect("an entry");
        writer.write_all(if name == replaced { content } else { good }).expect("written");
    }
    writer.finish().expect("an archive").into_inner()
}

fuzz_target!(|data: &[u8]| {
    let file = match data.split_first() {
        Some((b'S', rest)) => with_entry("xl/worksheets/sheet1.xml", rest),
        Some((b'T', rest)) => with_entry("xl/sharedStrings.xml", rest),
        Some((b'W', rest)) => with_entry("xl/workbook.xml", rest),
        _ => data.to_vec(),
    };
    let result = with_form(|form| read_workbook(&file, form, None));
    match result {
        Ok(preview) => {
            for row in &preview.rows {
                assert!(!row.verdict.sentence(Lang::Ja).is_empty());
            }
        }
        Err(refused) => assert!(!refused.sentence(Lang::En).is_empty()),
    }
});
