//! Looks at a spreadsheet file before anything parses it: what kind it is, how much it holds, and whether that is true.

use hakutaku_model::text::Lang;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// How much a file may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file taken, packed, in bytes.
    pub packed: usize,
    /// The most bytes it may unpack to, all entries together.
    pub unpacked: u64,
    /// The most bytes a single entry may unpack to.
    pub entry: u64,
    /// The same for the table of texts, which costs several times its size in memory.
    pub strings: u64,
    /// The most entries.
    pub entries: usize,
}

impl Limits {
    /// For the forms of this product, which stay below 1 MiB.
    pub const FORM: Self =
        Self { packed: 10 << 20, unpacked: 64 << 20, entry: 32 << 20, strings: 16 << 20, entries: 2_000 };
    /// For lists that people bring.
    pub const TABLE: Self =
        Self { packed: 20 << 20, unpacked: 200 << 20, entry: 200 << 20, strings: 64 << 20, entries: 5_000 };
}

/// Why a spreadsheet file is not even opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileRefused {
    /// Nothing in it.
    #[error("reading the workbook: the file is empty")]
    Empty,
    /// More than the limit.
    #[error("reading the workbook: the file has {bytes} bytes, {limit} are allowed")]
    TooLarge {
        /// How many.
        bytes: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// Not a spreadsheet of this kind.
    #[error("reading the workbook: not an xlsx file")]
    NotXlsx,
    /// An old `.xls`.
    #[error("reading the workbook: an old xls file")]
    OldXls,
    /// OpenDocument.
    #[error("reading the workbook: an OpenDocument file")]
    OpenDocument,
    /// Protected by a password.
    #[error("reading the workbook: encrypted")]
    Encrypted,
    /// Holds a program.
    #[error("reading the workbook: holds macros")]
    Macros,
    /// Unpacks to more than the limit, or claims to.
    #[error("reading the workbook: unpacks to more than {limit} bytes")]
    Bomb {
        /// How many bytes are allowed.
        limit: u64,
    },
    /// Cannot be read.
    #[error("reading the workbook: damaged: {0}")]
    Damaged(String),
}

impl FileRefused {
    /// The reason as a sentence that says what to do.
    #[must_use]
    pub fn sentence(&self, lang: Lang) -> String {
        match lang {
            Lang::Ja => self.in_japanese(),
            Lang::En => self.in_english(),
        }
    }

    fn in_japanese(&self) -> String {
        match self {
            Self::Empty => "ファイルが空です。保存し直してから選んでください。".to_owned(),
            Self::TooLarge { limit, .. } => {
                format!("ファイルが大きすぎます（{}MBまで）。画像などを貼っていたら外してください。", limit >> 20)
            }
            Self::NotXlsx => "Excelのファイル（xlsx）ではありません。".to_owned(),
            Self::OldXls => {
                "古い形式（xls）です。Excelで開き、「Excelブック（xlsx）」として保存し直してください。".to_owned()
            }
            Self::OpenDocument => {
                "OpenDocument形式です。「Excel 2007-365（xlsx）」として保存し直してください。".to_owned()
            }
            Self::Encrypted => "パスワードで保護されています。パスワードを外して保存し直してください。".to_owned(),
            Self::Macros => {
                "マクロの入ったファイルは取り込めません。「Excelブック（xlsx）」として保存し直してください。".to_owned()
            }
            Self::Bomb { limit } => format!("展開すると大きくなりすぎるファイルです（{}MBまで）。", limit >> 20),
            Self::Damaged(_) => "ファイルが壊れていて読めません。元のファイルを開き、保存し直してください。".to_owned(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Empty => "The file is empty. Please save it again and choose it.".to_owned(),
            Self::TooLarge { limit, .. } => {
                format!("The file is too large (at most {} MB). Please take out pasted pictures.", limit >> 20)
            }
            Self::NotXlsx => "This is not an Excel file (xlsx).".to_owned(),
            Self::OldXls => {
                "This is an old xls file. Please open it and save it as an Excel workbook (xlsx).".to_owned()
            }
            Self::OpenDocument => "This is an OpenDocument file. Please save it as Excel 2007–365 (xlsx).".to_owned(),
            Self::Encrypted => "The file is protected by a password. Please save it without one.".to_owned(),
            Self::Macros => {
                "Files with macros are not accepted. Please save it as an Excel workbook (xlsx).".to_owned()
            }
            Self::Bomb { limit } => format!("The file unpacks to too much (at most {} MB).", limit >> 20),
            Self::Damaged(_) => {
                "The file is damaged and cannot be read. Please open the original and save it again.".to_owned()
            }
        }
    }
}

/// Compound files: old xls, and encrypted xlsx.
const COMPOUND: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Whether the bytes begin like a spreadsheet file of any age, readable or not.
#[must_use]
pub fn looks_like_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK") || bytes.starts_with(&COMPOUND[..4])
}

/// Refuses what is not a harmless xlsx file of a sane size.
///
/// # Errors
/// The reason, with its sentence.
pub fn check(bytes: &[u8], limits: &Limits) -> Result<(), FileRefused> {
    if bytes.is_empty() {
        return Err(FileRefused::Empty);
    }
    if bytes.len() > limits.packed {
        return Err(FileRefused::TooLarge { bytes: bytes.len(), limit: limits.packed });
    }
    if bytes.starts_with(&COMPOUND) {
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let encrypted = bytes.windows(name.len()).any(|window| window == name);
        return Err(if encrypted { FileRefused::Encrypted } else { FileRefused::OldXls });
    }
    if !bytes.starts_with(b"PK") {
        return Err(FileRefused::NotXlsx);
    }
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|problem| FileRefused::Damaged(problem.to_string()))?;
    if archive.len() > limits.entries {
        return Err(FileRefused::Bomb { limit: limits.unpacked });
    }
    declared(&mut archive, limits)?;
    unpacked(&mut archive, limits)
}

/// What the directory of the archive says: names, encryption, sizes.
fn declared(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: &Limits) -> Result<(), FileRefused> {
    let damaged = |problem: zip::result::ZipError| FileRefused::Damaged(problem.to_string());
    let (mut total, mut workbook, mut open_document) = (0_u64, false, false);
    for at in 0..archive.len() {
        let entry = archive.by_index_raw(at).map_err(damaged)?;
        if entry.encrypted() {
            return Err(FileRefused::Encrypted);
        }
        let name = entry.name().map_err(damaged)?.to_ascii_lowercase();
        if name.contains("vbaproject") || name.contains("macrosheets/") {
            return Err(FileRefused::Macros);
        }
        workbook |= name.ends_with("workbook.xml");
        open_document |= name == "content.xml";
        total = total.saturating_add(entry.size());
        if total > limits.unpacked || entry.size() > limit_of(&name, limits) {
            return Err(FileRefused::Bomb { limit: limits.unpacked });
        }
    }
    match (workbook, open_document) {
        (true, _) => Ok(()),
        (false, true) => Err(FileRefused::OpenDocument),
        (false, false) => Err(FileRefused::NotXlsx),
    }
}

/// What really comes out, since the directory may lie.
fn unpacked(archive: &mut ZipArchive<Cursor<&[u8]>>, limits: &Limits) -> Result<(), FileRefused> {
    let mut total = 0_u64;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|problem| FileRefused::Damaged(problem.to_string()))?;
        let name = entry.name().map(|name| name.to_ascii_lowercase()).unwrap_or_default();
        let most = limit_of(&name, limits).min(limits.unpacked - total);
        let taken = std::io::copy(&mut entry.take(most + 1), &mut std::io::sink())
            .map_err(|problem| FileRefused::Damaged(problem.to_string()))?;
        if taken > most {
            return Err(FileRefused::Bomb { limit: limits.unpacked });
        }
        total += taken;
    }
    Ok(())
}

fn limit_of(name: &str, limits: &Limits) -> u64 {
    if name.ends_with("sharedstrings.xml") { limits.strings } else { limits.entry }
}
