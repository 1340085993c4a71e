//! Poppler and LibreOffice, run on temporary files.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs a program and returns what it printed; a missing program fails the test with the package to install.
pub(crate) fn run(program: &str, package: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|error| panic!("{program} is needed (Debian package {package}): {error}"));
    assert!(output.status.success(), "{program} {args:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn path(file: &Path) -> &str {
    file.to_str().expect("a temporary path is UTF-8")
}

/// A PDF on disk.
pub(crate) struct PdfFile {
    _dir: tempfile::TempDir,
    file: PathBuf,
}

impl PdfFile {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let file = dir.path().join("paper.pdf");
        std::fs::write(&file, bytes).expect("the PDF is written");
        Self { _dir: dir, file }
    }

    /// The text of all pages, without line breaks.
    pub(crate) fn text(&self) -> String {
        run("pdftotext", "poppler-utils", &["-layout", path(&self.file), "-"])
    }

    /// The text with every space and break taken out: for finding sentences that break over lines.
    pub(crate) fn run_on_text(&self) -> String {
        run("pdftotext", "poppler-utils", &["-raw", path(&self.file), "-"]).split_whitespace().collect()
    }

    pub(crate) fn info(&self) -> String {
        run("pdfinfo", "poppler-utils", &[path(&self.file)])
    }

    /// The tags, without the text: poppler takes a minute for the text of a long paper.
    pub(crate) fn structure(&self) -> String {
        run("pdfinfo", "poppler-utils", &["-struct", path(&self.file)])
    }

    /// The outline, as poppler's XML shows it.
    pub(crate) fn bookmarks(&self) -> String {
        let xml = run("pdftohtml", "poppler-utils", &["-xml", "-stdout", "-i", path(&self.file)]);
        xml.lines().filter(|line| line.starts_with("<item page=")).collect::<Vec<_>>().join("\n")
    }

    pub(crate) fn fonts(&self) -> String {
        run("pdffonts", "poppler-utils", &[path(&self.file)])
    }
}

/// Opens a workbook in LibreOffice and saves it again, as a person would.
pub(crate) fn saved_by_libreoffice(bytes: &[u8]) -> Vec<u8> {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let file = dir.path().join("book.xlsx");
    let out = dir.path().join("out");
    std::fs::write(&file, bytes).expect("the workbook is written");
    let profile = format!("-env:UserInstallation=file://{}", path(&dir.path().join("profile")));
    run(
        "soffice",
        "libreoffice-calc-nogui",
        &[&profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", path(&out), path(&file)],
    );
    std::fs::read(out.join("book.xlsx")).expect("LibreOffice saved the workbook")
}

/// A sheet of a workbook as rows of texts, read by calamine.
pub(crate) fn rows(bytes: &[u8], sheet: &str) -> Vec<Vec<calamine::Data>> {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> =
        calamine::open_workbook_from_rs(std::io::Cursor::new(bytes.to_vec())).expect("a readable workbook");
    let range = book.worksheet_range(sheet).expect("the sheet exists");
    range.rows().map(<[calamine::Data]>::to_vec).collect()
}
