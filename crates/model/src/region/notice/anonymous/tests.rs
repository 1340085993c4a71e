//! What readers see of a report, and what they never see.

use super::*;
use crate::region::correlate::testing::minute;
use proptest::prelude::*;

fn known() -> Known {
    Known {
        names: vec!["みなと総合病院".into(), "みなと総合".into()],
        places: vec!["汐見市".into(), "汐見".into()],
        people: vec!["佐藤 一郎".into()],
        addresses: vec!["198.51.100.0/28".parse().expect("a prefix")],
        domains: vec!["minato-hp.example".into()],
    }
}

fn guide() -> Guide {
    let one = |id: &str, ending: &str, at_least, unless: &[&str]| Suspicion {
        id: id.into(),
        endings: vec![ending.into()],
        at_least,
        unless: unless.iter().map(|word| (*word).to_owned()).collect(),
        why: Text::new("名前のようです。", "It looks like a name."),
    };
    Guide { suspicions: vec![one("hospital", "病院", 1, &["当", "総合", "他"]), one("city", "市", 2, &[])] }
}

fn preview(text: &str) -> Preview {
    let report = Report {
        kind: NoticeKind::Attack,
        happened: minute(0),
        text: text.into(),
        indicators: Vec::new(),
        products: Vec::new(),
    };
    compose(&report, &known(), &guide())
}

#[test]
fn no_facility_no_place_coarse_time() {
    let text = "汐見市のみなと総合病院です。11月21日14:35に、佐藤一郎あてのメール（info@minato-hp.example、電話022-000-0000）から院内の192.168.1.20が感染しました。";
    let seen = preview(text).published;
    assert_eq!(
        seen.text,
        "〔地名〕の〔施設名〕です。〔日時〕に、〔人名〕あてのメール（〔アドレス〕、電話〔連絡先〕）から院内の〔アドレス〕が感染しました。"
    );
    assert_eq!(seen.when.ja, "2026年11月下旬");
    assert_eq!(seen.when.en, "late November 2026");
}

#[test]
fn a_name_is_found_however_it_is_written() {
    for text in [
        "み な と 総 合 病院",
        "ﾐﾅﾄではなくみなと・総合病院",
        "みなと\u{200b}総合病院",
        "佐藤　一郎",
        "ＭＩＮＡＴＯ－ＨＰ．ＥＸＡＭＰＬＥ",
    ] {
        let shown = preview(text);
        assert!(shown.pointed.iter().any(|one| one.covered), "{text} {shown:?}");
    }
    assert!(preview("宮城県の病院").published.text.starts_with("〔地名〕"));
}

#[test]
fn what_only_looks_like_a_name_is_pointed_out_and_the_reporter_decides() {
    let shown = preview("北浜病院から移った患者さんの家族を名乗る電話。当病院は200床です。");
    let words: Vec<&str> = shown.pointed.iter().map(|one| one.word.as_str()).collect();
    assert_eq!(words, ["北浜病院", "200"]);
    assert!(shown.pointed.iter().all(|one| !one.covered));
    assert_eq!(shown.clone().send(false).expect_err("to decide").len(), 2);
    assert_eq!(shown.clone().send(true).expect("harmless"), shown.published, "the preview is what is sent");
    assert!(preview("当病院の端末が止まりました。").pointed.is_empty());
}

#[test]
fn indicators_that_lead_home_are_left_out() {
    let indicator = |kind, value: &str| Indicator { kind, value: value.into() };
    let report = Report {
        kind: NoticeKind::Attack,
        happened: minute(0),
        text: "通信がありました。".into(),
        indicators: vec![
            indicator(IndicatorKind::Address, "203.0.113.9"),
            indicator(IndicatorKind::Address, "198.51.100.3"),
            indicator(IndicatorKind::Address, "10.0.0.8"),
            indicator(IndicatorKind::Domain, "vpn.MINATO-hp.example"),
            indicator(IndicatorKind::Url, "http://192.168.0.3/x"),
        ],
        products: Vec::new(),
    };
    let shown = compose(&report, &known(), &guide());
    assert_eq!(shown.published.indicators.len(), 1);
    assert_eq!(shown.left_out.len(), 4);
}

proptest! {
    #[test]
    fn no_name_ever_gets_out(
        before in "[ぁ-ん一-三a-zA-Z0-9:/.、。 ]{0,30}",
        name in "[ぁ-んァ-ヴ]{2,6}",
        after in "[ぁ-ん一-三a-zA-Z0-9:/.、。 ]{0,30}",
        space in "[ 　・]{0,2}",
    ) {
        let written: String = name.chars().map(|c| format!("{c}{space}")).collect();
        let known = Known { names: vec![name.clone()], ..Known::default() };
        let report = Report {
            kind: NoticeKind::Attack,
            happened: minute(0),
            text: format!("{before}{written}{after}{name}"),
            indicators: vec![Indicator { kind: IndicatorKind::Domain, value: format!("{name}.example") }],
            products: vec![Criterion { product: written.clone(), ..Criterion::default() }],
        };
        let shown = compose(&report, &known, &guide());
        let plain = |text: &str| Letters::of(text).all.into_iter().map(|(c, _)| c).collect::<String>();
        let all = plain(&serde_json::to_string(&shown.published).expect("writes"));
        prop_assert!(!all.contains(&plain(&name)), "{}", all);
    }

    #[test]
    fn any_text_is_read_without_harm(text in ".{0,200}") {
        let shown = preview(&text);
        for one in &shown.pointed {
            prop_assert_eq!(&text[one.at.clone()], &one.word);
        }
    }
}
