//! 院内ネットワーク構成の類型: level 0 last year, level 1 this year.
//!
//! Last year nobody could say how many lines lead outside and the vendors shared one password. This year the lines are
//! on a plan and the passwords differ inside, but nobody reads who came in and the inside walls have holes.

use crate::story::{L0, L1, L2, Row};

/// Question, last year, this year, this year's remark.
pub(crate) const ROWS: [Row; 10] = [
    ("nt-network-01", L0, L2, "給食とエレベーターの線も図に加えました。"),
    ("nt-network-02", L1, L1, "理由の分からない許可が11行残っています。"),
    ("nt-network-03", L0, L1, "検査の会社の分が、まだ確かめられていません。"),
    ("nt-network-04", L0, L1, "残ってはいますが、開いて見る人が決まっていません。"),
    ("nt-media-01", L2, L2, ""),
    ("nt-media-02", L1, L2, ""),
    ("nt-media-03", L1, L1, "戻ったかどうかを、まだ票で確かめていません。"),
    ("nt-access-control-01", L1, L1, "検査機器の一部が、電子カルテと同じ区画にあります。"),
    ("nt-access-control-02", L0, L1, "丸ごと通す許可が2か所残っています。"),
    ("nt-access-control-03", L1, L1, ""),
];
