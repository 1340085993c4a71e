//! The result as a terminal shows it.

use hakutaku_model::report::ResultReport;
use hakutaku_model::text::Lang;
use std::fmt::Write as _;

/// Writes the result as plain text, 100 columns or so.
pub(crate) fn write(report: &ResultReport) -> Result<String, std::fmt::Error> {
    let say = |ja: &'static str, en: &'static str| if report.lang == Lang::Ja { ja } else { en };
    let mut out = String::new();
    writeln!(out, "{}  ({} {})", report.questionnaire.title, report.questionnaire.id, report.questionnaire.edition)?;
    writeln!(out, "{}  {}", report.fiscal_year, report.date)?;
    if let Some(typology) = report.typology.as_ref().filter(|_| report.questionnaire.id == "network-typology") {
        write_typology(&mut out, report, typology)?;
        return Ok(out);
    }
    match &report.overall {
        Some(overall) => writeln!(
            out,
            "\n{}  {} / 3.00{}",
            say("総合", "Overall"),
            overall.shown,
            report.overall_change.as_ref().map(|c| format!("  ({})", c.shown)).unwrap_or_default()
        )?,
        None => writeln!(out, "\n{}", say("まだ回答がありません。", "Nothing has been answered yet."))?,
    }
    writeln!(
        out,
        "{} {} · {} {} · {} {}\n",
        say("回答", "answered"),
        report.counts.answered,
        say("該当なし", "not applicable"),
        report.counts.not_applicable,
        say("未回答", "open"),
        report.counts.open
    )?;
    for field in &report.fields {
        let shown = field.score.as_ref().map_or("  – ", |score| score.shown.as_str());
        let weak = field.score.as_ref().is_some_and(|score| score.weak);
        let bar = field.score.as_ref().map_or_else(String::new, |score| bar(score.share));
        writeln!(
            out,
            "  {shown}  {bar:<30}  {}{}{}",
            field.title,
            if weak { say("  ◀ 弱い", "  ◀ weak") } else { "" },
            field.change.as_ref().map(|c| format!("  {}", c.shown)).unwrap_or_default()
        )?;
    }
    for weak in &report.weak {
        writeln!(out, "\n■ {}  {}\n  {}", weak.title, weak.score.shown, weak.gap)?;
        for measure in &weak.measures {
            let yearly = measure.yearly.as_ref().map(|y| format!(" + {} {y}", say("年", "yearly"))).unwrap_or_default();
            writeln!(
                out,
                "  {}. {}\n     {} · {} · {}{yearly} · {}{}",
                measure.order,
                measure.title,
                measure.who,
                measure.hours,
                measure.cost,
                say("段階", "reaches level "),
                measure.reaches
            )?;
            for step in &measure.steps {
                writeln!(out, "     - {step}")?;
            }
        }
    }
    if !report.weak.is_empty() {
        writeln!(
            out,
            "\n{}",
            say("時間と費用は当製品の目安です（200床規模）。", "Hours and cost are our estimates (at about 200 beds).")
        )?;
    }
    if let Some(typology) = &report.typology {
        write_typology(&mut out, report, typology)?;
    }
    Ok(out)
}

fn write_typology(
    out: &mut String,
    report: &ResultReport,
    typology: &hakutaku_model::report::TypologyLine,
) -> std::fmt::Result {
    let say = |ja: &'static str, en: &'static str| if report.lang == Lang::Ja { ja } else { en };
    match typology.level {
        Some(level) => writeln!(
            out,
            "\n{} {level}  ({} {})\n{}",
            say("ネットワークの段階", "Network level"),
            say("おすすめは", "recommended:"),
            typology.recommended,
            typology.meaning.as_deref().unwrap_or_default()
        )?,
        None => writeln!(
            out,
            "\n{}",
            say("答えがそろうと段階が決まります。", "The level is settled once the open questions are answered.")
        )?,
    }
    for control in &typology.controls {
        writeln!(
            out,
            "  {}  {}  {}",
            control.sign.as_deref().unwrap_or("–"),
            control.title,
            control.sign_words.as_deref().unwrap_or_default()
        )?;
        for reason in &control.reasons {
            writeln!(out, "       {reason}")?;
        }
    }
    if !typology.next.is_empty() {
        writeln!(out, "{}", say("次の段階に足りないもの:", "Missing for the next level:"))?;
        for step in &typology.next {
            writeln!(out, "  - {}\n      → {}", step.text, step.needed)?;
        }
    }
    Ok(())
}

fn bar(share: f64) -> String {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0.0 to 1.0 times 30")]
    let filled = (share * 30.0).round() as usize;
    "█".repeat(filled)
}
