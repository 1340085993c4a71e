//! 経営層向け: three executives, each alone. They see things rosier than IT does, above all where nobody told them.

use crate::story::Said::{Na, Open};
use crate::story::{L0, L1, L2, L3, Said};

/// Someone who answers the executives' form, as named beside the answers. The first has an account (see
/// `accounts`), the others come by invitation.
pub(crate) const DIRECTOR: &str = "白石 健一郎（院長）";
/// The family name is written with a character outside of the usual fonts, as in real life.
pub(crate) const HEAD_OF_OFFICE: &str = "𠮷岡 誠（事務長）";
pub(crate) const HEAD_OF_NURSING: &str = "村井 さとみ（看護部長）";

/// In the order of the columns of [`ROWS`].
pub(crate) const NAMES: [&str; 3] = [DIRECTOR, HEAD_OF_OFFICE, HEAD_OF_NURSING];

const NO_BUDGET: Said = Na("費用は院長と事務長が決めています。");

/// Question, last year's answers, this year's. This year the head of nursing has not finished yet.
pub(crate) const ROWS: [(&str, [Said; 3], [Said; 3]); 15] = [
    ("ex-organization-01", [L2, L2, L1], [L3, L2, L2]),
    ("ex-organization-02", [L1, L1, NO_BUDGET], [L2, L2, NO_BUDGET]),
    ("ex-organization-03", [L2, L1, L1], [L2, L3, L2]),
    ("ex-education-01", [L1, L1, L1], [L2, L1, L1]),
    ("ex-education-02", [L2, L2, L2], [L2, L2, L2]),
    ("ex-assets-01", [L1, L2, L1], [L2, L2, L1]),
    ("ex-network-01", [L2, L1, L1], [L2, L2, L1]),
    ("ex-authentication-01", [L1, L1, L1], [L2, L1, L2]),
    ("ex-backup-01", [L2, L2, L1], [L2, L3, L2]),
    ("ex-backup-02", [L1, L1, L1], [L2, L2, L1]),
    ("ex-maintenance-01", [L2, L2, L1], [L2, L3, L2]),
    ("ex-incident-01", [L2, L2, L2], [L2, L3, L2]),
    ("ex-incident-02", [L1, L2, L1], [L2, L2, Open]),
    ("ex-bcp-01", [L2, L2, L1], [L2, L2, Open]),
    ("ex-bcp-02", [L1, L1, L0], [L2, L1, Open]),
];

/// This year's remarks: question, executive, words.
pub(crate) const NOTES: [(&str, &str, &str); 3] = [
    ("ex-education-02", DIRECTOR, "例年どおり行っていると聞いています。"),
    ("ex-backup-01", HEAD_OF_OFFICE, "金庫の鍵は私が預かっています。金曜の夕方に立ち会うこともあります。"),
    ("ex-bcp-02", HEAD_OF_OFFICE, "読み合わせの報告書は読みました。"),
];
