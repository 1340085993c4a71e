//! The pack as an archive: paper, forms, lists and the files themselves, with a manifest of hashes.
//!
//! It is put together in memory, since nothing unencrypted may lie on the disk; that is why the size has a limit.

use super::{Evidence, InspectionPack, Ledger};
use crate::checklist_pdf::checklist_pdf;
use crate::checklist_workbook::checklist_workbook;
use crate::contact_chart::{ContactPaper, contact_chart_pdf};
use crate::header::Header;
use crate::sheet_style::{head, text_cell};
use crate::tables::{CsvError, Table};
use crate::workbook::WorkbookError;
use hakutaku_model::checklist::{FormKind, FormView};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::FiscalYear;
use rust_xlsxwriter::Workbook;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The most that files of evidence may add up to: 100 MiB. What does not fit is named and left out.
pub const LARGEST_EVIDENCE: u64 = 100 << 20;
/// The longest name of a file, in characters.
const LONGEST_NAME: usize = 80;

/// Why there is no archive: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The archive could not be written.
    #[error("writing the inspection pack")]
    Zip(#[from] zip::result::ZipError),
    /// The archive could not be written.
    #[error("writing the inspection pack")]
    Write(#[from] std::io::Error),
    /// A paper failed.
    #[error("making a paper of the inspection pack")]
    Pdf(#[from] crate::pdf::PdfError),
    /// A workbook failed.
    #[error("making a workbook of the inspection pack")]
    Workbook(#[from] crate::workbook::WorkbookError),
    /// A list failed.
    #[error("making a list of the inspection pack")]
    Csv(#[from] CsvError),
}

/// An archive in the making: begun with everything but the evidence, which is added file by file.
#[derive(Debug)]
pub struct Archive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    sums: String,
    names: BTreeSet<String>,
    evidence: u64,
    left_out: Vec<String>,
    made: String,
    facility: String,
}

impl Archive {
    /// Writes the papers and lists.
    ///
    /// # Errors
    /// A defect of the product.
    pub fn begin(pack: &InspectionPack) -> Result<Self, ArchiveError> {
        let mut archive = Self {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
            sums: String::new(),
            names: BTreeSet::new(),
            evidence: 0,
            left_out: Vec::new(),
            made: pack.made.date_in_japan().to_string(),
            facility: pack.facility.clone(),
        };
        archive.put("00_立入検査資料.pdf", &super::inspection_pdf(pack)?.bytes)?;
        for form in &pack.forms {
            let header = Header {
                facility: Some(pack.facility.clone()),
                fiscal_year: Some(FiscalYear(form.fiscal_year)),
                made: pack.made,
            };
            let name = form_name(form);
            archive.put(&format!("01_チェックリスト/{name}.pdf"), &checklist_pdf(form, pack.lang, &header)?.bytes)?;
            archive.put(&format!("01_チェックリスト/{name}.xlsx"), &checklist_workbook(form, pack.lang, &header)?)?;
        }
        if let Some(chart) = pack.contacts.as_ref().filter(|chart| !chart.is_empty()) {
            let header = Header { facility: Some(pack.facility.clone()), fiscal_year: None, made: pack.made };
            let paper = contact_chart_pdf(chart, ContactPaper::Folder, pack.lang, &header)?;
            archive.put("02_連絡体制図.pdf", &paper.bytes)?;
        }
        if let Some(ledger) = pack.ledger.as_ref().filter(|ledger| !ledger.rows.is_empty()) {
            let mut table = Table::new(&ledger.columns)?;
            for row in &ledger.rows {
                table.row(row)?;
            }
            archive.put("03_機器台帳.csv", &table.finish())?;
            archive.put("03_機器台帳.xlsx", &ledger_workbook(ledger, pack.lang)?)?;
        }
        archive.put("04_事業者の回答.csv", &vendors(pack)?)?;
        archive.put("05_証拠の一覧.csv", &evidence(pack)?)?;
        Ok(archive)
    }

    /// Whether a file of this size still fits.
    #[must_use]
    pub fn has_room(&self, size: u64) -> bool {
        self.evidence.saturating_add(size) <= LARGEST_EVIDENCE
    }

    /// Adds a file of evidence under a safe name.
    ///
    /// # Errors
    /// A defect of the product.
    pub fn add(&mut self, file: &Evidence, content: &[u8]) -> Result<(), ArchiveError> {
        self.evidence += content.len() as u64;
        let name = format!("05_証拠/{}_{}", &file.sha256[..8.min(file.sha256.len())], safe_name(&file.name));
        self.put(&name, content)
    }

    /// Says that a file is not in the archive.
    pub fn leave_out(&mut self, file: &Evidence) {
        self.left_out.push(safe_name(&file.name));
    }

    /// Writes the manifest and the explanation, and closes the archive.
    ///
    /// # Errors
    /// A defect of the product.
    pub fn finish(mut self) -> Result<Vec<u8>, ArchiveError> {
        let readme = self.readme();
        // Windows opens it right with the mark and its own line ends.
        self.put("README.txt", format!("\u{feff}{}", readme.replace('\n', "\r\n")).as_bytes())?;
        let sums = std::mem::take(&mut self.sums);
        self.put("SHA256SUMS", sums.as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<(), ArchiveError> {
        let mut unique = name.to_owned();
        let mut n = 2;
        while !self.names.insert(unique.to_lowercase()) {
            unique = match name.rsplit_once('.') {
                Some((stem, end)) => format!("{stem} ({n}).{end}"),
                None => format!("{name} ({n})"),
            };
            n += 1;
        }
        // Writing to a string cannot fail.
        let _ = writeln!(self.sums, "{}  {unique}", hex::encode(Sha256::digest(content)));
        self.zip.start_file(unique, SimpleFileOptions::default())?;
        Ok(self.zip.write_all(content)?)
    }

    fn readme(&self) -> String {
        let mut text = format!(
            "{}\n立入検査・適時調査 資料一式\n作成日 {}\n\n\
             00_立入検査資料.pdf　印刷用の一冊（足りないものの一覧が最初にあります）\n\
             01_チェックリスト　チェックリスト（項目の文は要約です。正式な文は厚生労働省の様式を見てください）\n\
             02_連絡体制図.pdf　登録があるときだけ入ります\n\
             03_機器台帳.csv　登録があるときだけ入ります\n\
             04_事業者の回答.csv　届いたものと、まだのもの\n\
             05_証拠の一覧.csv と 05_証拠　裏づけの資料。ファイル名の先頭はハッシュ値の最初の8文字です\n\
             SHA256SUMS　全ファイルのハッシュ値。「sha256sum -c SHA256SUMS」で、後から変えられていないことを確かめられます\n",
            self.facility, self.made
        );
        if !self.left_out.is_empty() {
            let most = LARGEST_EVIDENCE >> 20;
            let _ = writeln!(
                text,
                "\n次の資料は、合計{most}MBを超えるため入っていません。画面から1つずつ取り出してください。"
            );
            for name in &self.left_out {
                let _ = writeln!(text, "- {name}");
            }
        }
        text
    }
}

fn form_name(form: &FormView) -> String {
    let kind = match form.form {
        FormKind::Hospital => "医療機関確認用",
        FormKind::Vendor => "事業者確認用",
        FormKind::Pharmacy => "薬局確認用",
    };
    let vendor = form.vendor.as_ref().map(|vendor| format!("_{}", vendor.name)).unwrap_or_default();
    safe_name(&format!("{}_{kind}{vendor}", form.era.ja))
}

fn vendors(pack: &InspectionPack) -> Result<Vec<u8>, ArchiveError> {
    let head = heads(pack.lang, [("事業者", "Vendor"), ("依頼日", "Asked"), ("期限", "Due"), ("回答日", "Returned")]);
    let mut table = Table::new(&head)?;
    for form in pack.vendors.iter().flatten() {
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        table.row(&[form.vendor.clone(), day(form.asked), day(form.due), day(form.returned)])?;
    }
    Ok(table.finish())
}

fn evidence(pack: &InspectionPack) -> Result<Vec<u8>, ArchiveError> {
    let head = heads(
        pack.lang,
        [
            ("ファイル", "File"),
            ("項目", "Items"),
            ("SHA-256", "SHA-256"),
            ("バイト", "Bytes"),
            ("登録", "Added"),
            ("登録者", "By"),
        ],
    );
    let mut table = Table::new(&head)?;
    for file in &pack.evidence {
        table.row(&[
            file.name.clone(),
            file.items.join(" "),
            file.sha256.clone(),
            file.size.to_string(),
            file.at.date_in_japan().to_string(),
            file.by.clone(),
        ])?;
    }
    Ok(table.finish())
}

fn heads<const N: usize>(lang: Lang, pairs: [(&str, &str); N]) -> Vec<String> {
    pairs.into_iter().map(|(ja, en)| if lang == Lang::Ja { ja } else { en }.to_owned()).collect()
}

/// A name that no file system takes for a path, a device or a hidden file: the last step only, without control,
/// direction and forbidden characters, neither beginning nor ending with a dot or space.
#[must_use]
pub fn safe_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let turning =
        |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control() && !turning(*c))
        .map(|c| if "<>:\"|?*".contains(c) { '_' } else { c })
        .collect();
    let plain = plain.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let chars: Vec<char> = plain.chars().collect();
    // The end with the extension stays.
    let plain: String = chars[chars.len().saturating_sub(LONGEST_NAME)..].iter().collect();
    let stem = plain.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL")
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
    match plain {
        plain if plain.is_empty() => "file".to_owned(),
        plain if device => format!("_{plain}"),
        plain => plain,
    }
}

/// The list of devices as a workbook; every cell stays text.
fn ledger_workbook(ledger: &Ledger, lang: Lang) -> Result<Vec<u8>, WorkbookError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(Text::new("台帳", "Ledger").get(lang))?;
    let (title, text) = (head(), text_cell());
    for (column, name) in (0_u16..).zip(&ledger.columns) {
        sheet.write_string_with_format(0, column, name, &title)?;
        sheet.set_column_width(column, 18.0)?;
    }
    for (row, cells) in (1_u32..).zip(&ledger.rows) {
        for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(row, column, cell, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(workbook.save_to_buffer()?)
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn a_name_is_no_path_no_device_and_no_trick() {
        for (name, safe) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\書類\\台帳.xlsx", "台帳.xlsx"),
            ("..", "file"),
            (".ssh", "ssh"),
            ("con.txt", "_con.txt"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("写真: 1/2.png", "2.png"),
            ("表<1>|?.pdf", "表_1___.pdf"),
            ("吉\u{0}.txt ", "吉.txt"),
        ] {
            assert_eq!(safe_name(name), safe, "{name}");
        }
        assert_eq!(safe_name(&format!("{}.pdf", "長".repeat(300))).chars().count(), 80);
    }
}
