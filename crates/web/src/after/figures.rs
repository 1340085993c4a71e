//! Drawings beside tables. The figures stand in the table, so drawings are hidden from screen readers; nothing is said by
//! colour alone, and a strict content policy allows no inline style.

use std::fmt::Write as _;

/// A bar of thousandths with the target as an upright line.
pub(super) fn bar(value: Option<i64>, target: Option<i64>, good: bool) -> String {
    let along = |thousandths: i64| format!("{}", thousandths.clamp(0, 1000));
    let mut svg = String::from(
        r#"<svg class="after-bar" viewBox="0 0 1000 60" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="after-ground" x="0" y="12" width="1000" height="36"/>"#,
    );
    // Writing to a String cannot fail.
    if let Some(value) = value {
        let class = if good { "after-good" } else { "after-bad" };
        let _ = write!(svg, r#"<rect class="{class}" x="0" y="12" width="{}" height="36"/>"#, along(value));
    }
    if let Some(target) = target {
        let at = target.clamp(4, 996);
        let _ = write!(svg, r#"<line class="after-target" x1="{at}" y1="0" x2="{at}" y2="60"/>"#);
    }
    svg.push_str("</svg>");
    svg
}

const WIDTH: i64 = 560;
const HEIGHT: i64 = 180;
const LEFT: i64 = 48;
const RIGHT: i64 = 30;
const TOP: i64 = 20;
const BOTTOM: i64 = 34;

/// A line through the drills: label and share in percent. Empty with fewer than two.
pub(super) fn trend(points: &[(String, u32)]) -> String {
    let Some(steps) = i64::try_from(points.len()).ok().filter(|count| *count > 1).map(|count| count - 1) else {
        return String::new();
    };
    let high = |percent: i64| TOP + (HEIGHT - TOP - BOTTOM) * (100 - percent.clamp(0, 100)) / 100;
    let along = |at: i64| LEFT + 24 + (WIDTH - LEFT - RIGHT - 48) * at / steps;
    let mut svg =
        format!(r#"<svg class="after-trend" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false">"#);
    for percent in [0, 50, 100] {
        let y = high(percent);
        let _ = write!(
            svg,
            r#"<line class="after-grid" x1="{LEFT}" y1="{y}" x2="{}" y2="{y}"/><text class="after-scale" x="{}" y="{}" text-anchor="end">{percent}%</text>"#,
            WIDTH - RIGHT,
            LEFT - 6,
            y + 4
        );
    }
    let place = |at: usize, percent: u32| (along(i64::try_from(at).unwrap_or(0)), high(i64::from(percent)));
    let line: Vec<String> = points
        .iter()
        .enumerate()
        .map(|(at, (_, percent))| {
            let (x, y) = place(at, *percent);
            format!("{x},{y}")
        })
        .collect();
    let _ = write!(svg, r#"<polyline class="after-line" points="{}"/>"#, line.join(" "));
    for (at, (label, percent)) in points.iter().enumerate() {
        let (x, y) = place(at, *percent);
        let _ = write!(
            svg,
            r#"<circle class="after-point" cx="{x}" cy="{y}" r="5"/><text class="after-value" x="{x}" y="{}" text-anchor="middle">{percent}%</text><text class="after-scale" x="{x}" y="{}" text-anchor="middle">{}</text>"#,
            (y - 10).max(12),
            HEIGHT - 12,
            label.replace('&', "&amp;").replace('<', "&lt;")
        );
    }
    svg.push_str("</svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_drill_is_no_line_and_two_are() {
        assert_eq!(trend(&[("2025".into(), 40)]), "");
        let svg = trend(&[("2025".into(), 40), ("2026".into(), 100)]);
        assert!(svg.contains("polyline") && svg.contains("40%") && svg.contains("2026"));
        assert!(!svg.contains("style="));
    }

    #[test]
    fn a_bar_stays_within_its_length() {
        assert!(bar(Some(4_000), Some(9_000), false).contains(r#"width="1000" height="36"/><line"#));
        assert!(!bar(None, None, true).contains("line"));
    }
}
