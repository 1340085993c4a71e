//! Files that people attached: short, believable, made up. Dates follow the day on which they are attached.

use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};
use std::fmt::Write as _;

/// A file ready to be attached.
#[derive(Debug, Clone)]
pub(crate) struct Paper {
    pub(crate) name: &'static str,
    pub(crate) media_type: &'static str,
    pub(crate) content: String,
}

fn text(name: &'static str, content: String) -> Paper {
    Paper { name, media_type: "text/plain", content }
}

/// With a byte-order mark, so that a spreadsheet reads the Japanese.
fn table(name: &'static str, rows: &str) -> Paper {
    Paper { name, media_type: "text/csv", content: format!("\u{feff}{rows}") }
}

fn words(day: Date) -> String {
    date_words(day, Lang::Ja)
}

fn before(day: Date, days: i32) -> Date {
    day.saturating_sub(days.days())
}

pub(crate) fn appointment(day: Date) -> Paper {
    let day = words(before(day, 20));
    text(
        "安全管理責任者_任命書.txt",
        format!(
            "任命書（見本）\n\n{day}\n\n藤森 律子 殿\n\n医療情報システム安全管理責任者に任命する。\n\n\
             仕事  一 困ることの一覧を作り、委員会に報告する\n      二 異常の時、外とのつながりを止める\n      \
             三 年1回の自己評価を取りまとめる\n権限  夜間と休日は、院長の許しを待たずに線を切ってよい\n代理  \
             情報システム係 小田 真\n\n白沢市立みなと病院（見本）\n院長 白石 健一郎\n"
        ),
    )
}

pub(crate) fn register(day: Date) -> Paper {
    let day = before(day, 9);
    table(
        "情報機器台帳_抜粋.csv",
        &format!(
            "番号,種別,置き場所,OSと版,サポート終了,管理者,更新日\n\
             A-001,電子カルテサーバ,サーバ室,サーバ用OS（版は控えにあり）,2年後の3月,情報システム係,{day}\n\
             A-014,画像サーバ,サーバ室,サーバ用OS（版は控えにあり）,未確認,放射線科,{day}\n\
             N-003,VPN装置,サーバ室,版の控えなし,未確認,情報システム係,{day}\n\
             T-112,病棟端末,3階東病棟,端末用OS（版は控えにあり）,来年10月,3階東病棟,{day}\n\
             M-021,心電計,生理検査室,専用品,未確認,臨床工学科,{day}\n"
        ),
    )
}

pub(crate) fn minutes(day: Date) -> Paper {
    let (day, next) = (words(before(day, 3)), words(day.saturating_add(60.days())));
    text(
        "情報セキュリティ委員会_議事録.txt",
        format!(
            "情報セキュリティ委員会 議事録（見本）\n\n開催日  {day}\n出席    白石院長、藤森副院長、𠮷岡事務長、村井看護部長、小田（情報）\n\n\
             1 前回の宿題\n  金曜の控え（外付けディスク）は、先月から抜けなく続いている。\n  VPN装置の更新は済んだ。\n\n\
             2 報告\n  自己評価の途中の結果。記録を見る人がいないことが、いちばん弱い。\n  集合研修は新棟の引っ越しで開けなかった。\n\n\
             3 決めたこと\n  警告の画面を見る人を、次回までに決める（藤森）。\n  研修は年度内に3回に分けて開く（村井）。\n  \
             電子カルテを試験用の機器に戻す費用を、次の予算に入れる（𠮷岡）。\n\n次回  {next}\n"
        ),
    )
}

pub(crate) fn outside_lines(day: Date) -> Paper {
    let day = before(day, 2);
    table(
        "外とつながる線の一覧.csv",
        &format!(
            "番号,相手,用途,装置,場所,連絡先,要不要,確かめた日\n\
             1,見本電子カルテサービス（架空の会社）,遠隔保守,VPN装置 N-003,サーバ室,契約書の別紙,要,{day}\n\
             2,見本通信サービス（架空の会社）,インターネット,ファイアウォール N-001,サーバ室,契約書の別紙,要,{day}\n\
             3,見本検査機器（架空の会社）,検査機器の遠隔保守,専用ルーター,検査室,名刺の綴り,問い合わせ中,{day}\n\
             4,見本給食（架空の会社）,献立の受け渡し,家庭用ルーター,栄養科,名刺の綴り,不要なら外す,{day}\n\
             5,見本昇降機（架空の会社）,エレベーターの見守り,専用ルーター,機械室,保守契約書,要,{day}\n"
        ),
    )
}

pub(crate) fn patches(day: Date) -> Paper {
    let (applied, asked) = (words(before(day, 6)), words(before(day, 13)));
    text(
        "VPN装置の更新記録.txt",
        format!(
            "更新の記録（見本）\n\n対象      VPN装置 N-003（サーバ室）\n知らせ    {asked} に見本通信サービス（架空の会社）から電話とメール\n\
             実施      {applied} 20時から20時40分\n立会い    小田 真\n前の版    控えの紙のとおり\n後の版    控えの紙のとおり（画面の写しを綴じた）\n\
             戻し方    設定の控えから前の版に戻す。30分の見込み\n確かめ    外から入れること、病棟の端末から外へ出られないこと\n\
             残ったこと 装置の警告と接続の記録を、病院で誰が見るかは決まっていない\n"
        ),
    )
}

pub(crate) fn duties(day: Date) -> Paper {
    let day = before(day, 5);
    table(
        "更新の受け持ち表.csv",
        &format!(
            "機器,知らせを受ける人,更新する人,期限,病院の印,会社の印\n\
             VPN装置 N-003,見本通信サービス（架空の会社）,見本通信サービス（架空の会社）,知らせから14日,{day},{day}\n\
             ファイアウォール N-001,見本通信サービス（架空の会社）,見本通信サービス（架空の会社）,知らせから14日,{day},{day}\n\
             電子カルテサーバ A-001,見本電子カルテサービス（架空の会社）,見本電子カルテサービス（架空の会社）,半年ごと,{day},{day}\n\
             無線の親機（14台のうち11台）,情報システム係,情報システム係,半年ごと,{day},-\n"
        ),
    )
}

/// The Fridays before that day, the newest last; one was missed and made up for on Monday.
pub(crate) fn offline_copies(day: Date) -> Paper {
    let mut friday = before(day, 1);
    while friday.weekday() != Weekday::Friday {
        friday = before(friday, 1);
    }
    let mut rows = String::from("日付,ディスク,取った人,取り外した時刻,金庫に入れた人,備考\n");
    for week in (0..8).rev() {
        let mut taken = before(friday, week * 7);
        let mut remark = "";
        if week == 4 {
            taken = taken.saturating_add(3.days());
            remark = "金曜に休んだため、月曜に取った";
        }
        let disk = if week % 2 == 0 { "赤" } else { "青" };
        let _ = writeln!(rows, "{taken},{disk},小田,17時20分,𠮷岡,{remark}");
    }
    table("金曜の控え_記録表.csv", &rows)
}

pub(crate) fn restore_test(day: Date) -> Paper {
    let day = words(before(day, 4));
    text(
        "復旧訓練の記録.txt",
        format!(
            "控えから戻す練習の記録（見本）\n\n日時    {day} 17時30分から18時05分\n出た人  小田（情報）、三上（臨床工学）\n\
             戻した物 看護部の勤務表のファイル1つ、画像サーバの設定の控え\n結果    勤務表は8分で戻った。画像サーバの設定は、\
             戻す手順の紙が古く、途中で止めた。\n\n分かったこと\n  ・控えの中から目当ての日を探すのに時間がかかる。\n  \
             ・手順の紙に、今はない装置の名前が残っている。\n  ・電子カルテを丸ごと戻すための機器が院内にない。\n\n次にすること\n  \
             ・手順の紙を直す（小田、2週間以内）\n  ・試験用の機器を借りる見積りを取る（𠮷岡、次の委員会まで）\n"
        ),
    )
}

pub(crate) fn continuity_reading(day: Date) -> Paper {
    let day = words(before(day, 2));
    text(
        "復旧手順の読み合わせ.txt",
        format!(
            "復旧手順の読み合わせ（見本）\n\n日時  {day} 15時から16時30分\n出た人 小田（情報）、見本電子カルテサービス（架空の会社）岡部\n\n\
             想定  月曜の朝6時、病棟の端末に脅迫文が出た。\n進め方 手順書を1行ずつ読み、できない所に印を付けた。\n\n印が付いた所\n  \
             1 どの線から抜くかが書かれていない。\n  2 夜勤の看護師長が電話する相手が、退職した人のままだった（その場で直した）。\n  \
             3 紙の処方箋を薬局がどう受けるかが決まっていない。\n\n来年度は、院長、看護部、薬剤科も入れて行う。\n"
        ),
    )
}

pub(crate) fn clinic_talk(day: Date) -> Paper {
    let day = words(before(day, 1));
    text(
        "朝の打ち合わせの記録.txt",
        format!(
            "職員への話（見本）\n\n{day} 8時20分から8時40分\n話したこと  怪しいメールの見分け方、変な画面が出た時の電話番号、\
             USBメモリを持ち込まないこと\n聞いた人    医師1、看護師3、受付2（1人は休みのため、翌日に話した）\n"
        ),
    )
}
