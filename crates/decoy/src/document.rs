//! A document that is a token: a Word file (ECMA-376) with a picture that lies elsewhere. Opening it asks for the picture,
//! and the web decoy at that address writes a touch.
//!
//! Word asks at once for files it trusts; for a file from outside it asks after editing was allowed. Viewers that never
//! fetch external pictures leave no touch: the document is one trap among several.

use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The first line if none is given.
pub const TITLE: &str = "管理者用 接続情報(持出禁止)";
/// Longest address.
const LONGEST: usize = 2048;

/// Why no document was made.
#[derive(Debug, thiserror::Error)]
pub enum NoDocument {
    /// The address is none of the web.
    #[error(
        "the address must begin with http:// or https:// and have a path, in at most {LONGEST} characters without spaces"
    )]
    Address,
    /// The archive could not be put together.
    #[error("the document could not be made: {0}")]
    Archive(#[from] zip::result::ZipError),
    /// The same, while writing into it.
    #[error("the document could not be made: {0}")]
    Write(#[from] std::io::Error),
}

/// The path of an address, as a `[[token]]` has it: without the query.
#[must_use]
pub fn path(url: &str) -> Option<&str> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"))?;
    let at = rest.find('/').filter(|at| *at > 0)?;
    let path = rest.get(at..)?;
    let path = path.split(['?', '#']).next()?;
    let is_plain = url.len() <= LONGEST && !url.chars().any(|c| c.is_whitespace() || c.is_control());
    (is_plain && path.len() > 1).then_some(path)
}

/// Makes the document.
///
/// # Errors
/// If the address is none.
pub fn make(url: &str, title: &str) -> Result<Vec<u8>, NoDocument> {
    if path(url).is_none() {
        return Err(NoDocument::Address);
    }
    let (url, title) = (escaped(url), escaped(title));
    let relationships = format!(
        "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONSHIP}/image\" Target=\"{url}\" TargetMode=\"External\"/></Relationships>"
    );
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "{XML}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
                 <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" \
                 ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "{XML}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
                 <Relationship Id=\"rId1\" Type=\"{RELATIONSHIP}/officeDocument\" Target=\"word/document.xml\"/>\
                 </Relationships>"
            ),
        ),
        ("word/document.xml", body(&title)),
        ("word/_rels/document.xml.rels", relationships),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name, SimpleFileOptions::default())?;
        archive.write_all(content.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const RELATIONSHIP: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// A line of text and an inline picture of one point, linked and not embedded (ECMA-376 part 1, 20.1.8.13: `r:link`).
fn body(title: &str) -> String {
    format!(
        "{XML}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"{RELATIONSHIP}\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><w:body>\
         <w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{title}</w:t></w:r></w:p>\
         <w:p><w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"9525\" cy=\"9525\"/>\
         <wp:docPr id=\"1\" name=\"1\"/><a:graphic>\
         <a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic>\
         <pic:nvPicPr><pic:cNvPr id=\"1\" name=\"1\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip r:link=\"rId1\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
         <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"9525\" cy=\"9525\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>\
         </w:drawing></w:r></w:p><w:sectPr/></w:body></w:document>"
    )
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn it_is_an_archive_whose_relationship_leads_to_the_address() {
        let bytes = make("http://10.0.0.5/share/logo.png?a=1&b=2", "A & B").expect("made");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
        let mut read = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).expect(name).read_to_string(&mut text).expect("text");
            text
        };
        let relationships = read("word/_rels/document.xml.rels");
        assert!(
            relationships.contains("Target=\"http://10.0.0.5/share/logo.png?a=1&amp;b=2\" TargetMode=\"External\"")
        );
        assert!(read("word/document.xml").contains("r:link=\"rId1\""));
        assert!(read("word/document.xml").contains("A &amp; B"));
        assert!(read("[Content_Types].xml").contains("/word/document.xml"));
        assert!(read("_rels/.rels").contains("word/document.xml"));
    }

    #[test]
    fn only_addresses_of_the_web_with_a_path_are_taken() {
        assert_eq!(path("https://a.example.jp/x/y?z"), Some("/x/y"));
        for wrong in ["file:///etc/passwd", "http://", "http://a", "http://a/", "http:///x", "http://a/ x", "x"] {
            assert!(matches!(make(wrong, "t"), Err(NoDocument::Address)), "{wrong}");
        }
    }
}
