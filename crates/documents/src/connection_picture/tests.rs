use super::*;
use hakutaku_model::connection::ConnectionGuide;

fn made() -> Ts {
    Ts::try_from("2026-11-21T03:00:00Z".to_owned()).expect("a time")
}

fn kept(number: usize, name: &str, open: Opening) -> Kept<Connection> {
    let body = Connection {
        name: name.to_owned(),
        kind: format!("ext-{}", number % 5),
        other_end: Some(Party::Other(format!("相手{number}"))),
        opening: open,
        ..Connection::default()
    };
    let id = format!("00000000-0000-7000-8000-{number:012}").parse().expect("an id");
    Kept { id, version: 1, body, created_at: made(), changed_at: made(), changed_by: String::new(), retired_at: None }
}

fn picture(rows: &[Kept<Connection>]) -> ConnectionPicture {
    ConnectionPicture::of(PictureSource {
        lang: Lang::Ja,
        facility: "白沢記念病院",
        connections: rows,
        systems: &[],
        vendors: &BTreeMap::new(),
        guide: &ConnectionGuide::default(),
        made: made(),
    })
}

/// The `y` of every element of a class.
fn heights(svg: &str, start: &str) -> Vec<f64> {
    svg.split(start)
        .skip(1)
        .map(|rest| {
            let (_, after) = rest.split_once("y1=\"").expect("a line");
            after.split('"').next().expect("a value").parse().expect("a number")
        })
        .collect()
}

#[test]
fn every_line_has_a_row_of_its_own_with_up_to_forty_lines() {
    for count in [1, 3, 12, 40] {
        let rows: Vec<_> = (0..count).map(|at| kept(at, "保守", Opening::Always)).collect();
        let picture = picture(&rows);
        assert_eq!(picture.lines().map(|line| line.number).collect::<Vec<_>>(), (1..=count).collect::<Vec<_>>());
        let svg = connection_picture_svg(&picture, "lines");
        // Three more stand in the legend.
        let mut heights = heights(&svg, "class=\"cp-line\"");
        assert_eq!(heights.len(), count + 3);
        heights.truncate(count);
        let (left, right): (Vec<f64>, Vec<f64>) = {
            let from_left = svg.matches("x1=\"328.0\"").count();
            (heights[..from_left].to_vec(), heights[from_left..].to_vec())
        };
        for side in [left, right] {
            assert!(side.windows(2).all(|pair| pair[1] - pair[0] >= 46.0), "{side:?}");
        }
    }
}

#[test]
fn open_closed_and_unknown_lines_differ_by_their_dashes() {
    let rows = [kept(1, "a", Opening::Always), kept(2, "b", Opening::OnDemand), kept(3, "c", Opening::Unknown)];
    let svg = connection_picture_svg(&picture(&rows), "lines");
    assert_eq!(svg.matches("stroke-dasharray=\"11 7\"").count(), 2, "the line and the legend");
    assert_eq!(svg.matches("stroke-dasharray=\"2 5\"").count(), 2);
}

#[test]
fn names_cannot_break_out_and_no_inline_style_is_used() {
    let mut row = kept(1, "<script>&\"", Opening::Always);
    row.body.other_end = Some(Party::Other("長い名前".repeat(40)));
    let svg = connection_picture_svg(&picture(&[row]), "lines");
    assert!(!svg.contains("<script>") && !svg.contains("style="));
    assert!(svg.contains("&lt;script&gt;"));
    assert!(svg.contains('…'), "what is too long is cut; the table has it in full");
}

#[test]
fn the_paper_is_a_valid_one_with_none_and_with_forty_lines() {
    for count in [0, 40] {
        let rows: Vec<_> = (0..count).map(|at| kept(at, "𠮷野の保守", Opening::OnDemand)).collect();
        let pdf = connection_picture_pdf(&picture(&rows)).expect("a paper");
        assert_eq!(pdf.notices, [], "PDF/A and PDF/UA");
        assert!(pdf.pages >= 3);
    }
}
