//! The hospital's contact chart: nearly complete, as a hospital's is. Telephones are of a range that nobody has.

use hakutaku_model::contacts::{ContactLine, Part};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Part, place, name, by day, at night, substitute with telephone, days since the numbers were made sure of.
type Row = (
    Part,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    (&'static str, &'static str),
    Option<i64>,
    &'static str,
);

/// Nobody has put the privacy commission on the chart, the head of pharmacy has no substitute, and the police desk was
/// last called long ago: what the page is there to find.
const HOSPITAL: [Row; 13] = [
    (
        Part::It,
        "情報システム係",
        "小田 真",
        "内線 2101",
        "000-0000-1101",
        ("久保田 史", "000-0000-1102"),
        Some(40),
        "サーバ室の鍵は守衛室",
    ),
    (
        Part::NightDuty,
        "管理当直",
        "当番の管理者",
        "内線 2000",
        "000-0000-1100",
        ("夜勤の看護師長", "内線 2300"),
        Some(40),
        "夜間・休日は、まずここへ",
    ),
    (
        Part::SafetyManager,
        "副院長",
        "藤森 律子",
        "内線 2010",
        "000-0000-1110",
        ("白石 健一郎", "000-0000-1001"),
        Some(40),
        "外への連絡は、この人が決める",
    ),
    (Part::Director, "院長", "白石 健一郎", "内線 2001", "000-0000-1001", ("藤森 律子", "000-0000-1110"), Some(40), ""),
    (
        Part::ChiefOfAdministration,
        "事務部",
        "𠮷岡 誠",
        "内線 2020",
        "000-0000-1120",
        ("久保田 史", "000-0000-1102"),
        Some(40),
        "記者と患者さんへの知らせ",
    ),
    (
        Part::Department,
        "看護部",
        "村井 さとみ",
        "内線 2200",
        "000-0000-1200",
        ("副看護部長", "000-0000-1201"),
        Some(75),
        "紙での運用を始める",
    ),
    (Part::Department, "薬剤科", "薬剤科長", "内線 2400", "000-0000-1400", ("", ""), Some(75), "紙の処方箋を受ける"),
    (Part::Department, "検査科", "検査科技師長", "内線 2500", "", ("主任", "000-0000-1501"), Some(75), ""),
    (
        Part::Ministry,
        "厚生労働省 医政局 医療情報担当参事官室",
        "",
        "000-0000-9001",
        "",
        ("", ""),
        Some(220),
        "番号は公式ページで確かめる（この番号は見本）",
    ),
    (Part::Prefecture, "県庁 医務の担当課", "", "000-0000-9002", "", ("", ""), Some(220), "（この番号は見本）"),
    (Part::HealthCentre, "白沢保健所", "", "000-0000-9003", "", ("", ""), Some(220), "（この番号は見本）"),
    (Part::Police, "県警 サイバー犯罪相談窓口", "", "000-0000-9004", "", ("", ""), Some(430), "（この番号は見本）"),
    (
        Part::Insurer,
        "見本損害保険（架空の会社）",
        "事故受付",
        "000-0000-9005",
        "000-0000-9005",
        ("", ""),
        None,
        "証券番号は事務部の金庫",
    ),
];

/// The lines of the hospital's chart.
pub(crate) fn hospital(today: Date) -> Vec<ContactLine> {
    HOSPITAL
        .iter()
        .map(|(part, place, name, day, night, (substitute, telephone), checked, note)| ContactLine {
            place: (*place).to_owned(),
            name: (*name).to_owned(),
            phone_day: (*day).to_owned(),
            phone_night: (*night).to_owned(),
            substitute: (*substitute).to_owned(),
            substitute_phone: (*telephone).to_owned(),
            note: (*note).to_owned(),
            checked_on: checked.map(|days| today.saturating_sub(days.days())),
            ..ContactLine::of(*part)
        })
        .collect()
}

/// The clinic has begun, and the pharmacy has one line more than the sheet on its wall.
pub(crate) fn clinic(today: Date) -> Vec<ContactLine> {
    let line = |part, name: &str, phone: &str| ContactLine {
        name: name.to_owned(),
        phone_day: phone.to_owned(),
        checked_on: Some(today.saturating_sub(20.days())),
        ..ContactLine::of(part)
    };
    vec![line(Part::It, "西 はるか（看護師）", "000-0000-2101"), line(Part::Director, "院長", "000-0000-2001")]
}
