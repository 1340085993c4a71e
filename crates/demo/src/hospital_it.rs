//! 病院の情報システム向け: what the model hospital answered last year and this year.
//!
//! The story. Last year's result was sobering: copies that had never been restored, a VPN appliance nobody had updated,
//! no paper about who does what. This year money and attention came: an offline copy every Friday, the VPN appliance
//! patched, duties agreed with the vendors, a plan for going on without the record system. But nobody watches the
//! warnings or reads the logs, and three things slipped: training was missed in the move to the new wing, the register
//! fell behind, and the server room became a store room.

use crate::story::Said::{Carried, Na, Open};
use crate::story::{L0, L1, L2, L3, Row, Said};

const NO_REMOTE_WORK: &str = "自宅など院外から院内のシステムを使うことは、規程で認めていません。入口もありません。";
const NOTHING_BOUGHT: &str = "今年度は新しいシステムや機器の導入がありませんでした。来年度の更新から点検表を使います。";

/// Question, last year, this year, this year's remark.
pub(crate) const ROWS: [Row; 80] = [
    ("it-organization-01", L2, L3, "4月の副院長の交代時に、引き継ぎの記録を作りました。任命書は総務課の棚にあります。"),
    ("it-organization-02", L2, Carried, ""),
    ("it-organization-03", L1, L2, "昨年度の結果を受けて、委員会で困ることの一覧を作り、院長が扱いを決めました。"),
    ("it-organization-04", L1, L2, "情報セキュリティ委員会を2か月に1回開き、議事録を残すことにしました。"),
    ("it-organization-05", L1, L1, "外とつなぐ機器は表ができましたが、検査や給食の会社とはまだ口約束です。"),
    ("it-education-01", L2, L1, "新棟への引っ越しと重なり、集合研修が開けませんでした。動画を案内しただけです。"),
    ("it-education-02", L1, L2, "応援の先生にも、説明を受けてからIDを渡すようにしました。"),
    ("it-education-03", L1, L2, "夜間の連絡先を書いた札を、全端末に貼りました。"),
    ("it-education-04", L2, Carried, ""),
    ("it-assets-01", L2, L1, "新棟で端末を60台入れ替えましたが、台帳がまだ追いついていません。"),
    ("it-assets-02", L1, Open, ""),
    ("it-assets-03", L1, L1, ""),
    ("it-assets-04", L1, L2, "新棟の工事に合わせて、外への線をすべて書いた図に直しました。"),
    ("it-assets-05", L1, Open, ""),
    ("it-introduction-01", L1, L2, "条件の紙を、来年度の検査システムの見積りから付けます。"),
    ("it-introduction-02", L1, L1, "届いていますが、読めているのは電子カルテの分だけです。"),
    ("it-introduction-03", L2, Na(NOTHING_BOUGHT), ""),
    ("it-operation-01", L2, L2, ""),
    ("it-operation-02", L1, L1, "代わりは頼めますが、手順の紙が一人分の頭の中のままです。"),
    ("it-operation-03", L2, L2, ""),
    ("it-operation-04", L2, Carried, ""),
    ("it-access-control-01", L2, Carried, ""),
    ("it-access-control-02", L1, L2, "人事から毎月25日に退職者の名簿をもらうことにしました。"),
    ("it-access-control-03", L1, L1, "保守の会社の作業が、まだ管理者権限のままです。"),
    ("it-access-control-04", L2, L1, "新棟の工事の間、サーバ室が備品置き場を兼ねています。鍵の記録が止まりました。"),
    (
        "it-access-control-05",
        L1,
        L2,
        "外来は5分、病棟は10分で画面がロックされます。手術室は例外で、理由を書いています。",
    ),
    ("it-network-01", L1, L2, "全業者に聞いて回り、知らなかった線が2本見つかりました（給食、エレベーター）。"),
    ("it-network-02", L0, L1, "電話で受け持ちを聞きましたが、検査の会社の分は紙になっていません。"),
    ("it-network-03", L0, L2, ""),
    ("it-network-04", L1, L1, "保守の入口が、夜間も開いたままです。"),
    ("it-network-05", L1, L1, "境目の設定を説明できる人が、院内にいません。"),
    ("it-network-06", L1, L1, ""),
    ("it-media-01", L2, L2, ""),
    ("it-media-02", L1, L2, "地域連携室に検査用の1台を置き、紹介状のCDは必ず通しています。"),
    ("it-media-03", L1, L1, ""),
    ("it-mobile-01", L1, L2, "患部の写真を私物の電話で送らない決まりを、1枚にまとめて署名をもらいました。"),
    ("it-mobile-02", L2, L2, ""),
    ("it-mobile-03", Na(NO_REMOTE_WORK), Na(NO_REMOTE_WORK), ""),
    ("it-malware-01", L2, L3, "毎月1日に台数と古い定義を数えています。"),
    ("it-malware-02", L1, L1, "夜間の警告は、翌朝まで誰も見ません。"),
    ("it-malware-03", L2, L2, ""),
    ("it-malware-04", L1, L1, "事務の端末だけ月1回当てています。電子カルテの端末は業者の確認待ちです。"),
    ("it-encryption-01", L2, Carried, ""),
    ("it-encryption-02", L1, L1, ""),
    ("it-encryption-03", L1, L2, "金曜の控えのディスクは暗号化し、鍵の封筒は事務長室の金庫です。"),
    ("it-authentication-01", L1, L2, "病棟の共用IDをやめました。残るのは救急受付の1つだけで、理由を書いています。"),
    ("it-authentication-02", L2, L2, ""),
    ("it-authentication-03", L1, L1, "ネットワーク機器のパスワードが、まだ共通です。"),
    ("it-authentication-04", L0, L1, "電子カルテの更新（2年後）でカードを使う見積りを取りました。"),
    ("it-change-01", L1, L2, "作業の前に変更の用紙をもらい、日付順に綴じています。"),
    ("it-change-02", L2, L2, ""),
    ("it-change-03", L2, Carried, ""),
    ("it-procedure-01", L2, L2, ""),
    ("it-procedure-02", L1, L1, "止める手順は書けましたが、戻す手順がまだです。"),
    ("it-procedure-03", L2, Carried, ""),
    ("it-backup-01", L1, L2, "検査と画像の控えも表に載せました。ネットワーク機器の設定も取っています。"),
    ("it-backup-02", L0, L2, "毎週金曜に外付けディスクへ取り、外して金庫に入れています。"),
    ("it-backup-03", L1, L2, "日7、週4、月6の世代にしました。"),
    ("it-backup-04", L2, L3, "毎月5日に事務長と表を見ています。"),
    ("it-backup-05", L0, L1, "ファイル1つは戻せました。電子カルテ丸ごとは、試す機器がなくまだです。"),
    ("it-maintenance-01", L1, L2, "外とつなぐ機器14台の表に、双方の印がそろいました。"),
    ("it-maintenance-02", L1, L1, "検査機器の遠隔保守が、まだ分かりません。"),
    ("it-maintenance-03", L1, L1, "電話は来ますが、保守の線はつながったままです。"),
    ("it-maintenance-04", L1, L1, ""),
    ("it-maintenance-05", L0, L1, "開示書は集めましたが、読むのはこれからです。"),
    ("it-disposal-01", L2, L2, "新棟で入れ替えた端末60台も、番号ごとに消去の記録があります。"),
    ("it-disposal-02", L2, Carried, ""),
    ("it-monitoring-01", L2, L2, ""),
    ("it-monitoring-02", L0, L0, "VPN装置は更新しましたが、警告の画面を開く人が決まっていません。"),
    ("it-monitoring-03", L1, L1, ""),
    ("it-logs-01", L1, L1, "苦情があった時だけ見ています。"),
    ("it-logs-02", L1, L1, "VPN装置の記録は、1週間ほどで消えるようです。"),
    ("it-logs-03", L0, L0, "接続の記録を病院では見られません。業者に頼むと2日かかります。"),
    ("it-incident-01", L1, L2, "夜間の連絡図を作り、守衛室と各病棟に配りました。"),
    ("it-incident-02", L1, L1, "線を抜く順番を、紙にする途中です。"),
    ("it-incident-03", L1, Open, ""),
    ("it-incident-04", L2, Open, ""),
    ("it-bcp-01", L1, L2, "攻撃で長く止まる場合の章を加え、院長の承認を得ました。"),
    ("it-bcp-02", L1, L1, "紙の伝票は用意しましたが、外来と薬局の流れがまだつながりません。"),
    ("it-bcp-03", L0, L1, "情報担当と業者で、復旧の手順を読み合わせました。来年度は院長も入れて行います。"),
];

/// Last year's remarks, kept with the answers when they are brought over.
pub(crate) const LAST_YEAR_NOTES: [(&str, &str); 8] = [
    ("it-organization-02", "平成の頃の方針を、院長の承認を得て書き直した。電子カルテの最初の画面から読める。"),
    ("it-access-control-01", "権限表は情報システム係の共有フォルダ。申請票は年度ごとに綴じている。"),
    ("it-encryption-01", "訪問看護の端末8台と、持ち出し用のUSBメモリ5本。"),
    ("it-network-03", "設置は平成30年。保守の契約に更新が入っているかどうか、誰も分からなかった。"),
    ("it-backup-02", "控えの装置は電子カルテのサーバの隣にあり、いつもつながっている。"),
    ("it-backup-05", "業者に聞いたところ、戻した例はないとのこと。"),
    ("it-disposal-02", "複合機の返却時も、記憶装置の消去の証明書をもらった。"),
    ("it-bcp-03", "地震の訓練だけだった。"),
];

/// What the safety manager answered this year; the rest is the IT operator's.
pub(crate) const BY_SAFETY_MANAGER: [&str; 5] =
    ["it-organization-", "it-education-", "it-procedure-", "it-incident-", "it-bcp-"];

/// The question a vendor answered by invitation.
pub(crate) const BY_VENDOR: &str = "it-network-03";
/// What the vendor wrote.
pub(crate) const VENDOR_NOTE: &str =
    "これまでに出た弱点の知らせは、すべて適用済みです。適用した日と版は、お渡しした更新記録のとおりです。";
/// The question handed to a colleague, still open.
pub(crate) const WITH_COLLEAGUE: &str = "it-assets-02";
/// Said at first this year and corrected after a colleague's remark (see `conversations`).
pub(crate) const FIRST_SAID: [(&str, Said); 1] = [("it-backup-05", L2)];
