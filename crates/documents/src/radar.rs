//! The radar chart, one drawing for paper and screen.
//!
//! Weak axes carry a triangle besides another colour, last year is dashed, and the figures stand at the labels, so that
//! nothing depends on colour alone. Only presentation attributes are used: a strict CSP forbids inline styles. The
//! classes let a page recolour it (dark mode).

use hakutaku_model::report::ResultReport;
use hakutaku_model::text::{Lang, Text};
use std::f64::consts::TAU;
use std::fmt::Write as _;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct RadarChart {
    /// Language of the labels.
    pub lang: Lang,
    /// Prefix of the ids inside, unique on a page.
    pub id: String,
    /// The title, read aloud and shown as a tooltip.
    pub title: String,
    /// The description, read aloud: the figures in words.
    pub desc: String,
    /// The axes, clockwise from the top.
    pub axes: Vec<RadarAxis>,
}

/// One axis.
#[derive(Debug, Clone, PartialEq)]
pub struct RadarAxis {
    /// Its name.
    pub label: String,
    /// This year, 0.0–1.0 of the scale.
    pub now: Option<f64>,
    /// This year as shown, `1.50`.
    pub shown: Option<String>,
    /// Last year, 0.0–1.0 of the scale.
    pub before: Option<f64>,
    /// At most 1.5.
    pub weak: bool,
}

impl RadarChart {
    /// The chart of a result.
    #[must_use]
    pub fn of(report: &ResultReport) -> Self {
        let lang = report.lang;
        let axes: Vec<RadarAxis> = report
            .fields
            .iter()
            .map(|field| RadarAxis {
                label: field.title.clone(),
                now: field.score.as_ref().map(|score| score.share),
                shown: field.score.as_ref().map(|score| score.shown.clone()),
                before: field.previous.as_ref().map(|score| score.share),
                weak: field.score.as_ref().is_some_and(|score| score.weak),
            })
            .collect();
        let title = Text::new("分野ごとの得点", "Score by field").get(lang).to_owned();
        Self { lang, id: "radar".to_owned(), title, desc: describe(&axes, lang), axes }
    }
}

fn describe(axes: &[RadarAxis], lang: Lang) -> String {
    let weak = match lang {
        Lang::Ja => "（弱い）",
        Lang::En => " (weak)",
    };
    let open = match lang {
        Lang::Ja => "答えなし",
        Lang::En => "no answer",
    };
    let parts: Vec<String> = axes
        .iter()
        .map(|axis| {
            let mark = if axis.weak { weak } else { "" };
            format!("{} {}{mark}", axis.label, axis.shown.as_deref().unwrap_or(open))
        })
        .collect();
    match lang {
        Lang::Ja => format!("{}。", parts.join("、")),
        Lang::En => format!("{}.", parts.join(", ")),
    }
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 640.0;
const CENTRE: (f64, f64) = (WIDTH / 2.0, 296.0);
const RADIUS: f64 = 210.0;
const WEAK_LINE: f64 = 0.5;

const INK: &str = "#1d2629";
const SOFT: &str = "#55646a";
const GRID: &str = "#c3cdd1";
const ACCENT: &str = "#0b5c66";
const SIGNAL: &str = "#9c3a12";

/// Draws the chart as a self-contained SVG.
#[must_use]
pub fn radar_svg(chart: &RadarChart) -> String {
    let mut svg = String::with_capacity(16_000);
    let id = escape(&chart.id);
    // Writing to a String cannot fail; the result is dropped on purpose throughout.
    let _ = write!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" class="radar" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{id}-title {id}-desc" font-family="'BIZ UDPGothic', 'Hakutaku Fallback JP', sans-serif"><title id="{id}-title">{}</title><desc id="{id}-desc">{}</desc>"#,
        escape(&chart.title),
        escape(&chart.desc)
    );
    let count = chart.axes.len();
    if count > 0 {
        grid(&mut svg, count);
        outline(&mut svg, chart, |axis| axis.before, "radar-before", SOFT, true);
        outline(&mut svg, chart, |axis| axis.now, "radar-now", ACCENT, false);
        for (at, axis) in chart.axes.iter().enumerate() {
            marker(&mut svg, axis, at, count);
        }
        for (at, axis) in chart.axes.iter().enumerate() {
            label(&mut svg, axis, at, count);
        }
        legend(&mut svg, chart);
    }
    svg.push_str("</svg>");
    svg
}

/// The point on an axis, the first axis pointing up.
fn point(at: usize, count: usize, share: f64) -> (f64, f64) {
    #[expect(clippy::cast_precision_loss, reason = "there are at most a few dozen axes")]
    let angle = TAU * at as f64 / count as f64 - TAU / 4.0;
    (CENTRE.0 + RADIUS * share * angle.cos(), CENTRE.1 + RADIUS * share * angle.sin())
}

fn ring(count: usize, share: f64) -> String {
    let points: Vec<String> = (0..count)
        .map(|at| {
            let (x, y) = point(at, count, share);
            format!("{x:.1},{y:.1}")
        })
        .collect();
    points.join(" ")
}

fn grid(svg: &mut String, count: usize) {
    for at in 0..count {
        let (x, y) = point(at, count, 1.0);
        let _ = write!(
            svg,
            r#"<line class="radar-grid" x1="{:.1}" y1="{:.1}" x2="{x:.1}" y2="{y:.1}" stroke="{GRID}" stroke-width="0.8"/>"#,
            CENTRE.0, CENTRE.1
        );
    }
    for level in 1..=3_u8 {
        let share = f64::from(level) / 3.0;
        let _ = write!(
            svg,
            r#"<polygon class="radar-grid" points="{}" fill="none" stroke="{GRID}" stroke-width="{}"/>"#,
            ring(count, share),
            if level == 3 { 1.4 } else { 0.8 }
        );
    }
    let _ = write!(
        svg,
        r#"<polygon class="radar-weak-line" points="{}" fill="none" stroke="{SIGNAL}" stroke-width="1" stroke-dasharray="2 3"/>"#,
        ring(count, WEAK_LINE)
    );
    for (share, text) in [(1.0 / 3.0, "1"), (WEAK_LINE, "1.5"), (2.0 / 3.0, "2"), (1.0, "3")] {
        // Left of the first axis, just inside its ring, out of the way of the markers.
        let (x, y) = point(0, count, share);
        let _ = write!(
            svg,
            r#"<text class="radar-scale" x="{:.1}" y="{:.1}" text-anchor="end" font-size="9.5" fill="{SOFT}">{text}</text>"#,
            x - 4.0,
            y + 11.5
        );
    }
}

/// The line through the values; where a value is missing the line has a gap, and the area is filled only if none is.
fn outline(
    svg: &mut String,
    chart: &RadarChart,
    value: impl Fn(&RadarAxis) -> Option<f64>,
    class: &str,
    colour: &str,
    dashed: bool,
) {
    let count = chart.axes.len();
    let points: Vec<Option<(f64, f64)>> =
        chart.axes.iter().enumerate().map(|(at, axis)| value(axis).map(|share| point(at, count, share))).collect();
    let (width, dash) = if dashed { (1.4, r#" stroke-dasharray="6 4""#) } else { (2.6, "") };
    if count >= 3 && points.iter().all(Option::is_some) {
        let list: Vec<String> = points.iter().flatten().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let fill = if dashed { "none" } else { colour };
        let _ = write!(
            svg,
            r#"<polygon class="{class}" points="{}" fill="{fill}" fill-opacity="0.1" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"{dash}/>"#,
            list.join(" ")
        );
        return;
    }
    for at in 0..count {
        if let (Some((x1, y1)), Some((x2, y2))) = (points[at], points[(at + 1) % count]) {
            let _ = write!(
                svg,
                r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" stroke="{colour}" stroke-width="{width}" stroke-linecap="round"{dash}/>"#
            );
        }
    }
}

/// A dot where it is well, a triangle pointing down where it is weak.
fn marker(svg: &mut String, axis: &RadarAxis, at: usize, count: usize) {
    let Some(share) = axis.now else { return };
    let (x, y) = point(at, count, share);
    if axis.weak {
        triangle(svg, x, y);
    } else {
        let _ = write!(
            svg,
            r##"<circle class="radar-point" cx="{x:.1}" cy="{y:.1}" r="4" fill="{ACCENT}" stroke="#ffffff" stroke-width="1.2"/>"##
        );
    }
}

fn triangle(svg: &mut String, x: f64, y: f64) {
    let _ = write!(
        svg,
        r##"<path class="radar-weak" d="M{:.1} {:.1}h14l-7 11.5z" fill="{SIGNAL}" stroke="#ffffff" stroke-width="1.2" stroke-linejoin="round"/>"##,
        x - 7.0,
        y - 4.5
    );
}

fn label(svg: &mut String, axis: &RadarAxis, at: usize, count: usize) {
    let (x, y) = point(at, count, 1.0);
    let (dx, dy) = ((x - CENTRE.0) / RADIUS, (y - CENTRE.1) / RADIUS);
    // Near the top and the bottom neighbours stand side by side: the outermost move a little further out.
    let (x, y) = (CENTRE.0 + dx * (RADIUS + 16.0), CENTRE.1 + dy * (RADIUS + 18.0 + 14.0 * dy.powi(12)));
    let anchor = match dx {
        dx if dx > 0.05 => "start",
        dx if dx < -0.05 => "end",
        _ => "middle",
    };
    let lines = broken(short(&axis.label));
    #[expect(clippy::cast_precision_loss, reason = "a label has one to three lines")]
    let height = lines.len() as f64 * 14.0 + 13.0;
    // The block of lines grows away from the chart.
    let mut baseline = y - height * (1.0 - dy) / 2.0 + 11.0;
    let (colour, weight) = if axis.weak { (SIGNAL, "bold") } else { (INK, "normal") };
    let class = if axis.weak { "radar-label radar-label-weak" } else { "radar-label" };
    for line in lines {
        let _ = write!(
            svg,
            r#"<text class="{class}" x="{x:.1}" y="{baseline:.1}" text-anchor="{anchor}" font-size="13" font-weight="{weight}" fill="{colour}">{}</text>"#,
            escape(&line)
        );
        baseline += 14.0;
    }
    let mark = if axis.weak { "▼ " } else { "" };
    let _ = write!(
        svg,
        r#"<text class="{class}" x="{x:.1}" y="{:.1}" text-anchor="{anchor}" font-size="11.5" fill="{}">{mark}{}</text>"#,
        baseline - 0.5,
        if axis.weak { SIGNAL } else { SOFT },
        escape(axis.shown.as_deref().unwrap_or("–"))
    );
}

/// A long name without what stands in brackets: the table beside the chart has it in full.
fn short(label: &str) -> &str {
    match label.find(['（', '(']) {
        Some(at) if at > 0 && label.chars().count() > 10 => label[..at].trim_end(),
        _ => label,
    }
}

/// Breaks a long label at its spaces, at most eighteen characters a line.
fn broken(label: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < 18 => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn legend(svg: &mut String, chart: &RadarChart) {
    let any_before = chart.axes.iter().any(|axis| axis.before.is_some());
    let any_weak = chart.axes.iter().any(|axis| axis.weak);
    let word = |ja, en| Text::new(ja, en).get(chart.lang).to_owned();
    let mut entries = vec![("now", word("今年", "This year"))];
    if any_before {
        entries.push(("before", word("昨年", "Last year")));
    }
    if any_weak {
        entries.push(("weak", word("弱い分野（1.5以下）", "Weak (1.5 or less)")));
    }
    let widths: Vec<f64> = entries.iter().map(|(_, text)| 44.0 + text_width(text)).collect();
    let mut x = CENTRE.0 - widths.iter().sum::<f64>() / 2.0;
    let y = HEIGHT - 24.0;
    for ((kind, text), width) in entries.into_iter().zip(widths) {
        match kind {
            "weak" => triangle(svg, x + 14.0, y - 5.0),
            kind => {
                let (class, colour, stroke, dash) = match kind {
                    "now" => ("radar-now", ACCENT, 2.6, ""),
                    _ => ("radar-before", SOFT, 1.4, r#" stroke-dasharray="6 4""#),
                };
                let _ = write!(
                    svg,
                    r#"<line class="{class}" x1="{x:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" stroke="{colour}" stroke-width="{stroke}"{dash}/>"#,
                    y - 4.0,
                    x + 26.0,
                    y - 4.0
                );
            }
        }
        let _ = write!(
            svg,
            r#"<text class="radar-legend" x="{:.1}" y="{y:.1}" font-size="12" fill="{INK}">{}</text>"#,
            x + 32.0,
            escape(&text)
        );
        x += width;
    }
}

/// A rough width at 12 units: wide characters count whole, Latin ones a little over half.
fn text_width(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii() { 6.8 } else { 12.0 }).sum()
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML 1.0 has no other control characters at all.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(axes: Vec<RadarAxis>) -> RadarChart {
        RadarChart { lang: Lang::Ja, id: "radar".into(), title: "図".into(), desc: "説明".into(), axes }
    }

    fn axis(label: &str, now: Option<f64>) -> RadarAxis {
        RadarAxis {
            label: label.into(),
            now,
            shown: now.map(|share| format!("{:.2}", share * 3.0)),
            before: None,
            weak: now.is_some_and(|share| share <= 0.5),
        }
    }

    #[test]
    fn a_weak_axis_differs_by_shape_and_not_only_by_colour() {
        let svg = radar_svg(&chart(vec![axis("体制", Some(0.3)), axis("教育", Some(0.9)), axis("導入", Some(0.9))]));
        // One triangle on the axis, one in the legend; two round points.
        assert_eq!(svg.matches(r#"class="radar-weak""#).count(), 2);
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("▼ 0.90"));
    }

    #[test]
    fn a_missing_value_leaves_a_gap_instead_of_a_false_line() {
        let axes = vec![axis("a", Some(0.8)), axis("b", None), axis("c", Some(0.8)), axis("d", Some(0.8))];
        let svg = radar_svg(&chart(axes));
        assert!(!svg.contains(r#"<polygon class="radar-now""#));
        // c–d and d–a, and the one in the legend.
        assert_eq!(svg.matches(r#"<line class="radar-now""#).count(), 3);
    }

    #[test]
    fn names_cannot_break_out_of_the_drawing() {
        let svg = radar_svg(&chart(vec![axis("<script>&\"", Some(0.8)), axis("b\u{0}", None), axis("c", None)]));
        assert!(!svg.contains("<script>"));
        assert!(!svg.contains('\u{0}'));
        assert!(svg.contains("&lt;script&gt;&amp;&quot;"));
    }

    #[test]
    fn a_long_name_loses_its_brackets_and_keeps_them_in_the_description() {
        assert_eq!(short("モバイル（持ち出し端末・院外からの利用）"), "モバイル");
        assert_eq!(short("BCP (plan to keep care going)"), "BCP");
        assert_eq!(short("（仮）名称未定の長い分野の名前"), "（仮）名称未定の長い分野の名前");
    }

    #[test]
    fn no_inline_style_is_used() {
        let svg = radar_svg(&chart(vec![axis("a", Some(0.2)), axis("b", Some(0.9)), axis("c", None)]));
        assert!(!svg.contains("style="));
    }

    #[test]
    fn a_chart_without_axes_is_still_a_valid_drawing() {
        let svg = radar_svg(&chart(Vec::new()));
        assert!(svg.starts_with("<svg") && svg.ends_with("</desc></svg>"));
    }
}
