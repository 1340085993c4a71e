//! What a guest room leaves behind: chosen working papers, registers and files, an index, and the hashes of everything.
//!
//! Put together in memory, since nothing unencrypted may lie on the disk; that is why the size has a limit.

use crate::inspection::{LARGEST_EVIDENCE, safe_name};
use crate::tables::{CsvError, Table};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::Ts;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Why there is no archive: a defect of the product.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditPackError {
    /// The archive could not be written.
    #[error("writing the archive of an audit room")]
    Zip(#[from] zip::result::ZipError),
    /// The archive could not be written.
    #[error("writing the archive of an audit room")]
    Write(#[from] std::io::Error),
    /// A list failed.
    #[error("making a list of the archive of an audit room")]
    Csv(#[from] CsvError),
}

/// A working paper in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackPaper {
    /// The item.
    pub item: String,
    /// The mark; empty: not judged yet.
    pub mark: String,
    /// What was seen.
    pub seen: String,
    /// The remark.
    pub remark: String,
    /// Who wrote it.
    pub by: String,
    /// The day.
    pub on: String,
}

/// A register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PackTable {
    /// Its name.
    pub title: String,
    /// Heads of the columns.
    pub head: Vec<String>,
    /// Rows, as long as the head.
    pub rows: Vec<Vec<String>>,
}

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackFile {
    /// Its name as it was uploaded.
    pub name: String,
    /// SHA-256 of its content, lower-case hex.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Who uploaded it.
    pub by: String,
    /// The day.
    pub on: String,
}

/// Everything but the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPack {
    /// Language of heads and explanation.
    pub lang: Lang,
    /// The facility's name.
    pub facility: String,
    /// The audit.
    pub title: String,
    /// For whom the room was.
    pub guest: String,
    /// When it is made.
    pub made: Ts,
    /// The chosen papers.
    pub papers: Vec<PackPaper>,
    /// The chosen registers.
    pub tables: Vec<PackTable>,
}

/// An archive in the making.
#[derive(Debug)]
pub struct AuditArchive {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    lang: Lang,
    intro: String,
    sums: String,
    names: BTreeSet<String>,
    size: u64,
    /// Path in the archive, what it is, by, day, hash.
    index: Vec<[String; 5]>,
    left_out: Vec<String>,
}

impl AuditPack {
    /// Writes papers and registers.
    ///
    /// # Errors
    /// A defect of the product.
    pub fn begin(&self) -> Result<AuditArchive, AuditPackError> {
        let s = |ja: &str, en: &str| Text::new(ja, en).get(self.lang).to_owned();
        let intro = match self.lang {
            Lang::Ja => format!(
                "{}\n{}\n渡した相手 {}\n作成 {}\n\n選ばれたものだけが入っています。index.csv が目録、SHA256SUMS が全ファイルのハッシュ値です。\n\
                 「sha256sum -c SHA256SUMS」で、後から変えられていないことを確かめられます。\n",
                self.facility,
                self.title,
                self.guest,
                self.made.minute_in_japan(self.lang)
            ),
            Lang::En => format!(
                "{}\n{}\nFor {}\nMade {}\n\nOnly what was chosen is in here. index.csv lists it, SHA256SUMS has the hash of every file;\n\
                 \"sha256sum -c SHA256SUMS\" shows that nothing was changed since.\n",
                self.facility,
                self.title,
                self.guest,
                self.made.minute_in_japan(self.lang)
            ),
        };
        let mut archive = AuditArchive {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
            lang: self.lang,
            intro,
            sums: String::new(),
            names: BTreeSet::new(),
            size: 0,
            index: Vec::new(),
            left_out: Vec::new(),
        };
        if !self.papers.is_empty() {
            let head = [
                s("項目", "Item"),
                s("判定", "Mark"),
                s("見たもの", "Seen"),
                s("備考", "Remark"),
                s("書いた人", "By"),
                s("日", "Day"),
            ];
            let mut table = Table::new(&head)?;
            for paper in &self.papers {
                let cells = [&paper.item, &paper.mark, &paper.seen, &paper.remark, &paper.by, &paper.on];
                table.row(&cells.map(Clone::clone))?;
            }
            let what = s("監査調書", "Working papers");
            archive.list(&s("01_監査調書.csv", "01_working-papers.csv"), &what, &table.finish())?;
        }
        for register in &self.tables {
            let mut table = Table::new(&register.head)?;
            for row in &register.rows {
                table.row(row)?;
            }
            let folder = s("02_台帳", "02_registers");
            archive.list(&format!("{folder}/{}.csv", safe_name(&register.title)), &register.title, &table.finish())?;
        }
        Ok(archive)
    }
}

impl AuditArchive {
    /// Whether a file of this size still fits.
    #[must_use]
    pub fn has_room(&self, size: u64) -> bool {
        self.size.saturating_add(size) <= LARGEST_EVIDENCE
    }

    /// Adds a file under a safe name.
    ///
    /// # Errors
    /// A defect of the product.
    pub fn add(&mut self, file: &PackFile, content: &[u8]) -> Result<(), AuditPackError> {
        self.size += content.len() as u64;
        let folder = Text::new("03_資料", "03_documents").get(self.lang).to_owned();
        let start: String = file.sha256.chars().take(8).collect();
        let path = self.put(&format!("{folder}/{start}_{}", safe_name(&file.name)), content)?;
        self.index.push([path, file.name.clone(), file.by.clone(), file.on.clone(), file.sha256.clone()]);
        Ok(())
    }

    /// Says that a file is not in the archive.
    pub fn leave_out(&mut self, file: &PackFile) {
        self.left_out.push(safe_name(&file.name));
    }

    /// Writes index, explanation and hashes, and closes the archive.
    ///
    /// # Errors
    /// A defect of the product.
    pub fn finish(mut self) -> Result<Vec<u8>, AuditPackError> {
        let s = |ja: &str, en: &str| Text::new(ja, en).get(self.lang).to_owned();
        let head = [s("場所", "Path"), s("内容", "What"), s("登録者", "By"), s("日", "Day"), "SHA-256".to_owned()];
        let mut table = Table::new(&head)?;
        for line in &self.index {
            table.row(line)?;
        }
        let mut readme = self.intro.clone();
        if !self.left_out.is_empty() {
            let most = LARGEST_EVIDENCE >> 20;
            let sentence = match self.lang {
                Lang::Ja => format!("\n合計{most}MBを超えるため入っていない資料:\n"),
                Lang::En => format!("\nLeft out because all together would exceed {most} MB:\n"),
            };
            readme.push_str(&sentence);
            for name in &self.left_out {
                // Writing to a string cannot fail.
                let _ = writeln!(readme, "- {name}");
            }
        }
        self.put("index.csv", &table.finish())?;
        // Windows opens it right with the mark and its own line ends.
        self.put("README.txt", format!("\u{feff}{}", readme.replace('\n', "\r\n")).as_bytes())?;
        let sums = std::mem::take(&mut self.sums);
        self.put("SHA256SUMS", sums.as_bytes())?;
        Ok(self.zip.finish()?.into_inner())
    }

    fn list(&mut self, name: &str, what: &str, content: &[u8]) -> Result<(), AuditPackError> {
        let path = self.put(name, content)?;
        let hash = hex::encode(Sha256::digest(content));
        self.index.push([path, what.to_owned(), String::new(), String::new(), hash]);
        Ok(())
    }

    fn put(&mut self, name: &str, content: &[u8]) -> Result<String, AuditPackError> {
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
        self.zip.start_file(&unique, SimpleFileOptions::default())?;
        self.zip.write_all(content)?;
        Ok(unique)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn the_archive_holds_what_was_chosen_with_an_index_and_all_hashes() {
        let pack = AuditPack {
            lang: Lang::Ja,
            facility: "みなと病院".into(),
            title: "内部監査".into(),
            guest: "監査法人".into(),
            made: Ts::from_micros(0),
            papers: vec![PackPaper { item: "=1+1".into(), ..PackPaper::default() }],
            tables: vec![PackTable {
                title: "機器/台帳".into(),
                head: vec!["名前".into()],
                rows: vec![vec!["A".into()]],
            }],
        };
        let mut archive = pack.begin().expect("begun");
        let file = PackFile {
            name: "../写真.jpg".into(),
            sha256: "0123456789abcdef".into(),
            size: 3,
            by: "監査".into(),
            on: "2026-10-01".into(),
        };
        archive.add(&file, b"abc").expect("added");
        archive.add(&file, b"abc").expect("the same name twice");
        let bytes = archive.finish().expect("finished");
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let names: Vec<String> = zip.file_names().map(|name| name.expect("UTF-8").into_owned()).collect();
        assert!(names.contains(&"03_資料/01234567_写真.jpg".to_owned()), "{names:?}");
        assert!(names.contains(&"03_資料/01234567_写真 (2).jpg".to_owned()), "{names:?}");
        let mut read = |name: &str| {
            let mut text = String::new();
            zip.by_name(name).expect("there").read_to_string(&mut text).expect("text");
            text
        };
        assert!(read("01_監査調書.csv").contains("'=1+1"));
        let sums = read("SHA256SUMS");
        for name in names.iter().filter(|name| *name != "SHA256SUMS") {
            assert!(sums.contains(name.as_str()), "{name} has its hash");
        }
        assert!(read("index.csv").contains("0123456789abcdef"));
    }
}
