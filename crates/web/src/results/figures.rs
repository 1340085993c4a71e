//! Drawings beside tables. Nothing here is said by colour alone, and a strict content policy allows no inline style.

use hakutaku_documents::radar::{RadarChart, radar_svg};
use hakutaku_model::report::ResultReport;
use std::fmt::Write as _;

/// The chart of all fields; with fewer than three there is no shape to see.
pub(super) fn radar(report: &ResultReport) -> String {
    if report.fields.len() < 3 { String::new() } else { radar_svg(&RadarChart::of(report)) }
}

/// How far along a bar of 300 units: one hundred a level.
pub(super) fn along(share: f64) -> String {
    format!("{:.0}", share.clamp(0.0, 1.0) * 300.0)
}

/// One year of a trend.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TrendPoint {
    /// The year in short.
    pub(super) label: String,
    /// The score as shown.
    pub(super) shown: String,
    /// 0.0–1.0 along the scale.
    pub(super) share: f64,
    /// At most 1.5.
    pub(super) weak: bool,
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 44.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 36.0;

/// A line through the years. The same figures stand in the table beside it, so it is hidden from screen readers.
/// Empty with fewer than two years.
pub(super) fn trend(points: &[TrendPoint]) -> String {
    if points.len() < 2 {
        return String::new();
    }
    let high = |share: f64| TOP + (1.0 - share.clamp(0.0, 1.0)) * (HEIGHT - TOP - BOTTOM);
    #[expect(clippy::cast_precision_loss, reason = "there are at most a few dozen years")]
    let along = |at: usize| LEFT + 30.0 + (WIDTH - LEFT - RIGHT - 60.0) * at as f64 / (points.len() - 1) as f64;
    let mut svg = format!(r#"<svg class="trend" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">"#);
    // Writing to a String cannot fail.
    for level in 0..=3_u8 {
        let y = high(f64::from(level) / 3.0);
        let _ = write!(
            svg,
            r#"<line class="trend-grid" x1="{LEFT}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}"/><text class="trend-scale" x="{:.1}" y="{:.1}" text-anchor="end">{level}</text>"#,
            WIDTH - RIGHT,
            LEFT - 8.0,
            y + 4.0
        );
    }
    let y = high(0.5);
    let _ = write!(
        svg,
        r#"<line class="trend-weak" x1="{LEFT}" y1="{y:.1}" x2="{:.1}" y2="{y:.1}"/><text class="trend-weak-scale" x="{:.1}" y="{:.1}" text-anchor="end">1.5</text>"#,
        WIDTH - RIGHT,
        LEFT - 8.0,
        y + 4.0
    );
    let line: Vec<String> =
        points.iter().enumerate().map(|(at, point)| format!("{:.1},{:.1}", along(at), high(point.share))).collect();
    let _ = write!(svg, r#"<polyline class="trend-line" points="{}"/>"#, line.join(" "));
    for (at, point) in points.iter().enumerate() {
        let (x, y) = (along(at), high(point.share));
        // A triangle where it is weak, a dot where it is not.
        let _ = if point.weak {
            write!(svg, r#"<path class="trend-point-weak" d="M{:.1} {:.1}h16l-8 13z"/>"#, x - 8.0, y - 5.5)
        } else {
            write!(svg, r#"<circle class="trend-point" cx="{x:.1}" cy="{y:.1}" r="5.5"/>"#)
        };
        let _ = write!(
            svg,
            r#"<text class="trend-value" x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text><text class="trend-year" x="{x:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
            y - 13.0,
            escape(&point.shown),
            HEIGHT - 12.0,
            escape(&point.label)
        );
    }
    svg.push_str("</svg>");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(share: f64, weak: bool) -> TrendPoint {
        TrendPoint { label: "2026<年度>".to_owned(), shown: "1.50".to_owned(), share, weak }
    }

    #[test]
    fn one_year_is_no_trend() {
        assert_eq!(trend(&[point(0.5, true)]), "");
    }

    #[test]
    fn a_weak_year_differs_by_shape_and_nothing_is_styled_inline() {
        let svg = trend(&[point(0.5, true), point(0.8, false)]);
        assert_eq!((svg.matches("trend-point-weak").count(), svg.matches("<circle").count()), (1, 1));
        assert!(!svg.contains("style=") && svg.contains("2026&lt;年度&gt;"));
    }

    #[test]
    fn a_level_is_a_hundred_units_of_a_bar() {
        assert_eq!((along(0.5).as_str(), along(1.0).as_str(), along(7.0).as_str()), ("150", "300", "300"));
    }
}
