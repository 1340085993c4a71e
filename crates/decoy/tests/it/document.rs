//! A document made by the command, opened by a real word processor.

use crate::sensor::{Running, client, said};
use hakutaku_model::touch::Kind;
use std::io::Read as _;

#[test]
fn opening_the_document_touches_the_decoy() {
    let sensor = Running::with(
        &[("http", "nas")],
        "[[token]]\nname = \"接続情報\"\nkind = \"document\"\nvalue = \"/share/logo.png\"\n",
    );
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("接続情報.docx");
    let path = file.display().to_string();
    let url = format!("http://{}/share/logo.png", sensor.address("http"));
    let decoy = env!("CARGO_BIN_EXE_hakutaku-decoy");
    let made = client(decoy, &["token", "--kind", "document", "--url", &url, "--out", &path]);
    assert!(made.status.success() && said(&made).contains("value = \"/share/logo.png\""), "{}", said(&made));
    // A second one does not overwrite it; a wrong address makes none.
    assert_eq!(client(decoy, &["token", "--url", &url, "--out", &path]).status.code(), Some(1));
    assert_eq!(client(decoy, &["token", "--url", "file:///x", "--out", "/dev/null/x"]).status.code(), Some(2));

    let mut archive = zip::ZipArchive::new(std::fs::File::open(&file).expect("the file")).expect("an archive");
    let mut relationships = String::new();
    archive
        .by_name("word/_rels/document.xml.rels")
        .expect("relationships")
        .read_to_string(&mut relationships)
        .expect("text");
    assert!(relationships.contains(&format!("Target=\"{url}\" TargetMode=\"External\"")), "{relationships}");

    let home = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    let out = folder.path().display().to_string();
    let opened = client("soffice", &[&home, "--headless", "--convert-to", "pdf", "--outdir", &out, &path]);
    assert!(file.with_extension("pdf").exists(), "{}", said(&opened));
    let all = sensor.touches(1);
    assert!(
        all.iter().any(|signed| signed.touch.kind == Kind::Token && signed.touch.detail["token"] == "接続情報"),
        "{all:#?}"
    );
}
