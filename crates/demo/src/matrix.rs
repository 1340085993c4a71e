//! Who does what for the medical record and for its maintenance line: as after a first round of asking. Two tasks each
//! side takes for the other's, one nobody does; nobody has signed.

use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::record::RecordId;
use hakutaku_model::responsibility::{ContractNote, Matrix, MatrixParty, Object, ObjectKind, Says, Side, Statement};
use jiff::civil::Date;

/// A party of the matrix: id, key in the vendor register, name, contract, who spoke for it.
const PARTIES: [(&str, &str, &str, &str, &str); 3] = [
    ("hospital", "", "白沢市立みなと病院", "", "情報システム係 小田 真"),
    ("emr", "emr", "見本電子カルテサービス", "電子カルテ・オーダリング保守契約", "営業 岡部 進"),
    ("network", "network", "見本通信サービス", "回線・VPN装置保守契約", "監視センター 三浦"),
];

/// Task and who does it by everybody's word; `+` joins those who share it. What is not here nobody was asked yet.
const RECORD: [(&str, &str); 20] = [
    ("vulnerability-news", "emr"),
    ("application-patching", "emr"),
    ("malware-protection", "hospital"),
    ("configuration-record", "hospital+emr"),
    ("maintenance-accounts", "emr"),
    ("emergency-accounts", "hospital"),
    ("log-keeping", "emr"),
    ("log-review", "hospital"),
    ("backup-taking", "emr"),
    ("backup-offline", "hospital"),
    ("restore-test", "hospital+emr"),
    ("restore", "emr"),
    ("decide-disconnection", "hospital"),
    ("disconnect", "hospital"),
    ("notify-hospital", "emr"),
    ("notify-authorities", "hospital"),
    ("public-statement", "hospital"),
    ("change-notice", "emr"),
    ("risk-explanation", "emr"),
    ("sub-processors", "emr"),
];

/// The same for the line.
const LINE: [(&str, &str); 11] = [
    ("vulnerability-news", "network"),
    ("configuration-record", "network"),
    ("secure-path", "network"),
    ("remote-session", "hospital"),
    ("maintenance-accounts", "emr"),
    ("log-keeping", "network"),
    ("decide-disconnection", "hospital"),
    ("disconnect", "network"),
    ("notify-hospital", "network"),
    ("notify-authorities", "hospital"),
    ("public-statement", "hospital"),
];

/// How a shared task is split; both sides say it in the same words.
const SPLITS: [(&str, &str); 2] = [
    ("configuration-record", "つながり方の図は病院、設定と版の表は事業者"),
    ("restore-test", "戻す作業は事業者、診療に使えるかの確認は病院"),
];

struct Asked {
    on: Date,
}

impl Asked {
    fn said(&self, party: &str, says: Says) -> Statement {
        let by = PARTIES.iter().find(|row| row.0 == party).map_or("", |row| row.4);
        Statement {
            covered: (says != Says::Theirs && party != "hospital").then_some(true),
            by: by.to_owned(),
            on: Some(self.on),
            ..Statement::new(party, says)
        }
    }

    fn theirs(&self, party: &str, whom: Option<&str>, note: &str) -> Statement {
        Statement { whom: whom.map(str::to_owned), note: note.to_owned(), ..self.said(party, Says::Theirs) }
    }

    /// Everybody agrees who does it.
    fn agreed(&self, task: &str, doers: &str) -> Vec<Statement> {
        let doers: Vec<&str> = doers.split('+').collect();
        let how = SPLITS.iter().find(|row| row.0 == task).map_or("", |row| row.1);
        let speak = |party: &str| match doers.as_slice() {
            [one] if *one == party => self.said(party, Says::Mine),
            several if several.contains(&party) => Statement {
                with: several.iter().filter(|other| **other != party).map(|other| (*other).to_owned()).collect(),
                how: how.to_owned(),
                ..self.said(party, Says::Shared)
            },
            _ => self.theirs(party, doers.first().copied(), ""),
        };
        PARTIES.iter().map(|row| speak(row.0)).collect()
    }
}

/// The matrix; `None` where the register lacks the system or the line.
pub(crate) fn matrix(
    catalogue: &Catalogue,
    record: Option<RecordId>,
    line: (Option<RecordId>, &str),
    vendor: &dyn Fn(&str) -> Option<RecordId>,
    today: Date,
) -> Option<Matrix> {
    let (record, line_id, asked) = (record?.to_string(), line.0?.to_string(), Asked { on: today });
    let mut matrix = Matrix {
        title: "電子カルテと遠隔保守の責任分界".to_owned(),
        parties: PARTIES
            .iter()
            .map(|(id, key, name, contract, _)| MatrixParty {
                id: (*id).to_owned(),
                name: (*name).to_owned(),
                side: if key.is_empty() { Side::Facility } else { Side::Vendor },
                vendor: vendor(key),
                contract: (!contract.is_empty())
                    .then(|| ContractNote { title: (*contract).to_owned(), in_force: true }),
            })
            .collect(),
        objects: vec![
            Object {
                kind: ObjectKind::System, id: record.clone(), name: "電子カルテ".to_owned(), parties: Vec::new()
            },
            Object { kind: ObjectKind::Connection, id: line_id.clone(), name: line.1.to_owned(), parties: Vec::new() },
        ],
        ..Matrix::default()
    };
    matrix.add_missing_rows(&catalogue.responsibility);
    for row in &mut matrix.rows {
        let table: &[(&str, &str)] = if row.object == record { &RECORD } else { &LINE };
        row.statements = match (row.object == record, row.task.as_str()) {
            (true, "os-patching") => vec![
                asked.theirs("hospital", Some("emr"), "保守契約に含まれると思っていた"),
                asked.theirs("emr", Some("hospital"), "サーバは病院の持ち物。契約は業務ソフトだけ"),
            ],
            (false, "gateway-patching") => vec![
                asked.theirs("hospital", Some("network"), "装置を預けているので、更新も含むと思っていた"),
                asked.theirs("network", Some("hospital"), "病院から依頼があれば作業する（別料金）"),
            ],
            // Everybody has spoken, and nobody does it.
            (false, "log-review") => PARTIES.iter().map(|row| asked.theirs(row.0, None, "")).collect(),
            (_, task) => {
                let doers = table.iter().find(|row| row.0 == task);
                doers.map_or_else(Vec::new, |(task, doers)| asked.agreed(task, doers))
            }
        };
    }
    Some(matrix)
}
