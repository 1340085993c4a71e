//! The clinic (two years, and the online-consultation form) and the pharmacy (just begun).

use crate::story::Said::{Na, Open};
use crate::story::{L0, L1, L2, L3, Row};

/// The clinic, small-facility form: question, last year, this year, this year's remark.
pub(crate) const CLINIC: [Row; 13] = [
    ("sf-organization-01", L1, L2, "受付の壁に名前を貼りました。"),
    ("sf-education-01", L1, L2, "朝の打ち合わせで20分話し、名前を書いてもらいました。"),
    ("sf-assets-01", L1, L2, "パソコン5台、電子カルテ、ルーター、心電計の表です。"),
    ("sf-access-control-01", L1, L1, ""),
    ("sf-network-01", L0, L1, "設置した会社に、更新しているかを尋ねています。"),
    ("sf-network-02", L1, L2, ""),
    ("sf-media-01", L1, L1, "番号のシールを貼るところです。"),
    ("sf-malware-01", L1, L2, ""),
    ("sf-authentication-01", L0, L1, "ルーターだけ替えました。"),
    ("sf-backup-01", L1, L2, "土曜の昼に外付けディスクへ取って、外しています。"),
    ("sf-backup-02", L0, L0, "試す日をまだ決められていません。"),
    ("sf-maintenance-01", L1, L1, ""),
    ("sf-bcp-01", L1, L3, "1時間、紙だけで受付を試しました。足りなかった会計の用紙を足しました。"),
];

/// The clinic, online consultation; new this year.
pub(crate) const ONLINE: [Row; 10] = [
    ("oc-procedure-01", Open, L2, ""),
    ("oc-procedure-02", Open, L1, "同席の方がいそうな時だけ尋ねています。"),
    ("oc-procedure-03", Open, L1, ""),
    ("oc-introduction-01", Open, L1, "説明は聞きましたが、書面をもらっていません。"),
    ("oc-introduction-02", Open, L0, ""),
    ("oc-network-01", Open, L2, "オンライン診療の端末は、別の回線につないでいます。"),
    ("oc-network-02", Open, Na("健康アプリの記録や画像は、受け取っていません。"), ""),
    ("oc-authentication-01", Open, L2, ""),
    (
        "oc-authentication-02",
        Open,
        Na("オンライン診療専用のサービスだけを使い、一般のビデオ通話では診ていません。"),
        "",
    ),
    ("oc-maintenance-01", Open, L1, "知らせは受付のメールに届きますが、読む人を決めていません。"),
];

/// The pharmacy, small-facility form; begun this year and not finished.
pub(crate) const PHARMACY: [Row; 13] = [
    ("sf-organization-01", Open, L2, ""),
    ("sf-education-01", Open, L1, ""),
    ("sf-assets-01", Open, L1, "レセコンの会社の納品書があります。"),
    ("sf-access-control-01", Open, L1, ""),
    ("sf-network-01", Open, L1, ""),
    ("sf-network-02", Open, L0, "待合室の無料Wi-Fiと分かれているか、分かりません。"),
    ("sf-media-01", Open, L2, ""),
    ("sf-malware-01", Open, L2, ""),
    ("sf-authentication-01", Open, L1, ""),
    ("sf-backup-01", Open, Open, ""),
    ("sf-backup-02", Open, Open, ""),
    ("sf-maintenance-01", Open, Open, ""),
    ("sf-bcp-01", Open, Open, ""),
];
