//! Remarks on questions and the messages of hand-overs.

use hakutaku_model::person::Role::{self, Executive, ItOperator, SafetyManager};

/// The remarks of last year: question, who, words, in the order of time.
pub(crate) const LAST_YEAR: [(&str, Role, &str); 3] = [
    ("it-network-03", SafetyManager, "業者との契約書に、更新のことが書かれているか見てもらえますか。"),
    ("it-network-03", ItOperator, "「保守一式」とだけ書かれていました。電話で聞いても、担当が分からないとのことです。"),
    (
        "it-backup-02",
        Executive,
        "つながったままでは、一緒にやられてしまうということですね。来年度の予算に入れてください。",
    ),
];

/// The remarks of this year.
pub(crate) const THIS_YEAR: [(&str, Role, &str); 11] = [
    ("it-education-01", ItOperator, "昨年度の名簿では、医師の未受講が12人いました。"),
    ("it-education-01", SafetyManager, "年度内に3回に分けて開きます。夜勤明けの人も出られる時間にします。"),
    ("it-assets-01", ItOperator, "60台のうち38台まで台帳に載せました。残りは3階東病棟です。"),
    ("it-access-control-04", Executive, "工事が終わる日までに、備品の行き先を事務長に決めてもらいます。"),
    ("it-network-03", SafetyManager, "更新が当たって一安心です。次は、警告と記録を誰が見るかですね。"),
    ("it-monitoring-02", Executive, "人を増やさずにできる方法はありますか。"),
    ("it-monitoring-02", ItOperator, "週1回30分、私が画面を見る形で始められます。休みの日の代わりが要ります。"),
    ("it-logs-03", ItOperator, "業者に、接続の記録を毎月送ってもらえるか聞いています。"),
    (
        "it-backup-05",
        SafetyManager,
        "勤務表が戻っただけなら、電子カルテを丸ごと戻したことにはならないのではありませんか。",
    ),
    ("it-backup-05", ItOperator, "そのとおりです。1に直しました。機器を借りる見積りを、次の委員会に出します。"),
    ("it-bcp-02", SafetyManager, "薬剤科と一緒に、紙の処方箋の流れを一度歩いてみます。"),
];

/// The vendor who answered by invitation; the company does not exist.
pub(crate) const VENDOR: &str = "岡部（見本通信サービス・架空の会社）";
/// What the vendor was told.
pub(crate) const TO_VENDOR: &str = "VPN装置の更新がどこまで当たっているか、段階を選んで、適用した日を教えてください。";
/// What the colleague was told.
pub(crate) const TO_COLLEAGUE: &str =
    "新棟に移った医療機器のうち、網につながる物を教えてください。保守の会社と、遠隔の線の有無も分かると助かります。";
