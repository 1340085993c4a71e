//! Lines into a hospital to measure with.

use crate::installation::now;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::connection::{Authentication, Connection, Direction, LineDevice, Medium, Opening};
use hakutaku_model::known::Known;
use hakutaku_model::party::{Contact, Party};
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::system::{System, SystemKind};

fn kept<T>(number: usize, body: T) -> Kept<T> {
    let id = RecordId(uuid::Uuid::from_u128(number as u128));
    Kept {
        id, version: 1, body, created_at: now(), changed_at: now(), changed_by: "計測".to_owned(), retired_at: None
    }
}

/// One system of each kind.
pub(crate) fn systems() -> Vec<Kept<System>> {
    let system = |(at, kind): (usize, SystemKind)| {
        let body = System {
            name: kind.title().ja,
            kind,
            product: String::new(),
            owner: String::new(),
            vendor: None,
            rto_hours: None,
            rpo_hours: None,
            clinical_importance: None,
            recovery_order: None,
            segment: ["診療系", "部門系", "設備系", "事務系", ""][at % 5].to_owned(),
            note: String::new(),
        };
        kept(1_000 + at, body)
    };
    SystemKind::ALL.into_iter().enumerate().map(system).collect()
}

/// Lines of every kind in turn.
pub(crate) fn lines(count: usize, catalogue: &Catalogue, systems: &[Kept<System>]) -> Vec<Kept<Connection>> {
    let kinds: Vec<&String> = catalogue.connections.types.iter().map(|kind| &kind.id).collect();
    let line = |at: usize| Connection {
        name: format!("接続{at}"),
        kind: kinds[at % kinds.len()].clone(),
        other_end: Some(Party::Other(format!("計測用の事業者{}", at % 9))),
        systems: systems.iter().skip(at % 5).step_by(7).take(1 + at % 2).map(|system| system.id).collect(),
        medium: Medium::ALL[at % Medium::ALL.len()],
        device: LineDevice {
            whose: (!at.is_multiple_of(3)).then_some(Party::Facility),
            maker: "メーカー".to_owned(),
            model: "GW-60F".to_owned(),
            firmware: "7.4.3".to_owned(),
            firmware_date: None,
        },
        direction: Direction::ALL[at % Direction::ALL.len()],
        authentication: Authentication::ALL[at % Authentication::ALL.len()],
        source_restriction: Known::ALL[at % 3],
        separated: Known::ALL[(at + 1) % 3],
        opening: Opening::ALL[at % 3],
        cutter: Contact {
            name: "情報システム室".to_owned(), phone: "内線 301".to_owned(), ..Contact::default()
        },
        how_to_cut: "2階サーバ室、ラックAの黄色の線を抜く".to_owned(),
        ..Connection::default()
    };
    (0..count).map(|at| kept(at + 1, line(at))).collect()
}
