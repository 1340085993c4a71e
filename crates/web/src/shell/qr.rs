//! QR codes of links.

use crate::shell::problem::Problem;
use qrcode::{Color, EcLevel, QrCode};
use std::fmt::Write as _;

/// A QR code as SVG: one path in units of a module, black on white in any theme, with the four modules of quiet zone
/// that scanners need. The element with the id `qr-title` names it.
pub(crate) fn qr_svg(text: &str) -> Result<String, Problem> {
    const QUIET: usize = 4;
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).map_err(Problem::internal)?;
    let width = code.width();
    let side = width + 2 * QUIET;
    let mut svg = format!(
        "<svg class=\"qr\" viewBox=\"0 0 {side} {side}\" role=\"img\" aria-labelledby=\"qr-title\" \
         shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\" fill=\"#fff\"/><path fill=\"#000\" d=\""
    );
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        let mut at = 0;
        while at < width {
            let run = line[at..].iter().take_while(|color| **color == Color::Dark).count();
            if run > 0 {
                // Writing to a string cannot fail.
                let _ = write!(svg, "M{} {}h{run}v1h-{run}z", at + QUIET, row + QUIET);
            }
            at += run.max(1);
        }
    }
    svg.push_str("\"/></svg>");
    Ok(svg)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_has_its_quiet_zone_and_nothing_but_modules() {
        let svg = qr_svg("http://localhost:8787/i/0123").expect("short enough");
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
        assert!(!svg.contains("localhost"));
        assert!(svg.contains("M4 4h7v1h-7z"), "the first finder pattern stands four modules in");
    }
}
