//! Renders the picture of the external connections with few and many lines, to look at:
//! `cargo run -p hakutaku-documents --example connections -- DIR`.

use hakutaku_documents::{ConnectionPicture, PictureSource, connection_picture_pdf, connection_picture_svg};
use hakutaku_model::connection::{Authentication, Connection, Direction, LineDevice, Medium, Opening};
use hakutaku_model::known::Known;
use hakutaku_model::party::{Contact, Party};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::system::{System, SystemKind};
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;
use std::collections::BTreeMap;
use std::path::PathBuf;

fn kept<T>(id: RecordId, body: T, at: Ts) -> Kept<T> {
    Kept { id, version: 1, body, created_at: at, changed_at: at, changed_by: "佐藤".into(), retired_at: None }
}

fn id(number: usize) -> RecordId {
    // Ids are read from text: the example needs no more crates than the library.
    format!("00000000-0000-7000-8000-{number:012}").parse().unwrap_or_else(|_| unreachable!())
}

const ENDS: [&str; 9] = [
    "ひので情報システム株式会社",
    "東都メディカル検査センター",
    "みなと給食サービス",
    "社会保険診療報酬支払基金",
    "県地域医療連携協議会 事務局",
    "𠮷野医療機器サービス関東支店",
    "青葉クラウド",
    "国際画像診断システムズ・ジャパン合同会社 保守センター",
    "SPDロジ",
];

fn line(at: usize, kinds: &[String], systems: &[Kept<System>]) -> Connection {
    Connection {
        name: format!("{}の接続", ENDS[at % ENDS.len()]),
        kind: kinds[at % kinds.len()].clone(),
        other_end: (at % 11 != 10).then(|| Party::Other(ENDS[at % ENDS.len()].into())),
        systems: systems.iter().skip(at % 5).step_by(7).take(1 + at % 2).map(|system| system.id).collect(),
        medium: Medium::ALL[at % Medium::ALL.len()],
        device: LineDevice {
            whose: (!at.is_multiple_of(3)).then_some(Party::Facility),
            maker: "メーカー".into(),
            model: if at.is_multiple_of(4) { String::new() } else { "GW-60F".into() },
            firmware: "7.4.3".into(),
            firmware_date: None,
        },
        direction: Direction::ALL[at % Direction::ALL.len()],
        authentication: Authentication::ALL[at % Authentication::ALL.len()],
        source_restriction: Known::ALL[at % 3],
        separated: Known::ALL[(at + 1) % 3],
        opening: Opening::ALL[at % 3],
        cutter: Contact {
            name: "情報システム室 佐藤".into(), phone: "内線 301".into(), ..Contact::default()
        },
        cutter_at_night: Contact { name: "管理当直".into(), phone: "内線 999".into(), ..Contact::default() },
        how_to_cut: if at.is_multiple_of(2) {
            "2階サーバ室、ラックAの黄色の線を抜く".into()
        } else {
            String::new()
        },
        ..Connection::default()
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("name the directory to write to")?);
    std::fs::create_dir_all(&dir)?;
    let catalogue = hakutaku_catalog::embedded()?;
    let made = Ts::try_from("2026-11-21T03:00:00Z".to_owned())?;
    let systems: Vec<Kept<System>> = SystemKind::ALL
        .into_iter()
        .enumerate()
        .map(|(at, kind)| {
            let mut system: System = System {
                name: kind.title().ja,
                kind,
                product: String::new(),
                owner: String::new(),
                vendor: None,
                rto_hours: None,
                rpo_hours: None,
                clinical_importance: None,
                recovery_order: None,
                segment: ["診療系", "部門系", "設備系", "事務系", ""][at % 5].into(),
                note: String::new(),
            };
            system.note.clear();
            kept(id(500 + at), system, made)
        })
        .collect();
    let kinds: Vec<String> = catalogue.connections.types.iter().map(|kind| kind.id.clone()).collect();
    for lang in [Lang::Ja, Lang::En] {
        for count in [0, 3, 12, 40] {
            let connections: Vec<_> = (0..count).map(|at| kept(id(at + 1), line(at, &kinds, &systems), made)).collect();
            let picture = ConnectionPicture::of(PictureSource {
                lang,
                facility: "医療法人社団 𠮷野会 白沢記念病院",
                connections: &connections,
                systems: &systems,
                vendors: &BTreeMap::new(),
                guide: &catalogue.connections,
                made,
            });
            let pdf = connection_picture_pdf(&picture)?;
            println!("{count} lines, {}: {} pages, {:?}", lang.tag(), pdf.pages, pdf.notices);
            std::fs::write(dir.join(format!("lines-{count}-{}.pdf", lang.tag())), &pdf.bytes)?;
            std::fs::write(
                dir.join(format!("lines-{count}-{}.svg", lang.tag())),
                connection_picture_svg(&picture, "lines"),
            )?;
        }
    }
    Ok(())
}
