//! Scenarios and simulated drills as text on the terminal.

use hakutaku_model::exercise::gaps::duration;
use hakutaku_model::exercise::paths::{Path, Paths, Turn};
use hakutaku_model::exercise::report::{ActionResult, Mean, Outcome};
use hakutaku_model::exercise::{Finding, Scenario, Simulation};
use hakutaku_model::text::Lang;
use std::fmt::{self, Write as _};

/// A text longer than this, in characters, is cut in a list.
const LIST_WIDTH: usize = 60;

fn cut(text: &str) -> String {
    let mut short: String = text.chars().take(LIST_WIDTH).map(|c| if c == '\n' { ' ' } else { c }).collect();
    if text.chars().count() > LIST_WIDTH {
        short.push('…');
    }
    short
}

fn say(lang: Lang, ja: &'static str, en: &'static str) -> &'static str {
    if lang == Lang::Ja { ja } else { en }
}

/// A scenario that can be played: its warnings and every way it can go.
pub(crate) fn checked(
    scenario: &Scenario,
    findings: &[Finding],
    paths: &Paths,
    lang: Lang,
) -> Result<String, fmt::Error> {
    let mut out = String::new();
    writeln!(out, "{} ({})", scenario.title.get(lang), scenario.id)?;
    writeln!(
        out,
        "{} {} · {} {} · {} {} · {} {}",
        say(lang, "役割", "roles"),
        scenario.roles.len(),
        say(lang, "状況付与", "injects"),
        scenario.injects.len(),
        say(lang, "期待する行動", "expected actions"),
        scenario.actions().count(),
        say(lang, "道筋", "paths"),
        paths.paths.len(),
    )?;
    for finding in findings {
        writeln!(out, "{}: {}: {}", say(lang, "注意", "warning"), finding.place, finding.problem.get(lang))?;
    }
    for (path, n) in paths.paths.iter().zip(1_usize..) {
        writeln!(out, "\n{} {n}", say(lang, "■ 道筋", "■ path"))?;
        one_path(&mut out, scenario, path, lang)?;
    }
    if paths.cut {
        let more =
            say(lang, "ほかにも道筋があります（ここまでで打ち切り）。", "There are more paths; they are not listed.");
        writeln!(out, "\n{more}")?;
    }
    if !paths.by_hand.is_empty() {
        let title = say(lang, "進行役が手で出すもの", "by the conductor's hand only");
        writeln!(out, "\n{title}: {}", paths.by_hand.join(", "))?;
    }
    Ok(out)
}

fn one_path(out: &mut String, scenario: &Scenario, path: &Path, lang: Lang) -> fmt::Result {
    for turn in &path.turns {
        match turn {
            Turn::Chosen { inject, option, minute } => writeln!(out, "  ? {minute:>6}  {inject}/{option}")?,
            Turn::Action { role, action, done: true, minute } => {
                writeln!(out, "  ? {minute:>6}  {role}/{action} {}", say(lang, "行った", "done"))?;
            }
            Turn::Action { role, action, done: false, minute } => {
                writeln!(out, "  ? {minute:>6}  {role}/{action} {}", say(lang, "行わない", "not done"))?;
            }
        }
    }
    for step in &path.injects {
        let text = scenario.inject(&step.inject).map(|inject| cut(inject.text.get(lang))).unwrap_or_default();
        let dropped = if step.dropped { say(lang, "（出さない）", " (dropped)") } else { "" };
        writeln!(out, "    {:>6}  {}{dropped}  {text}", step.minute, step.inject)?;
    }
    Ok(())
}

/// A simulated drill: timeline, times, scores, gaps.
pub(crate) fn simulated(simulation: &Simulation, lang: Lang) -> Result<String, fmt::Error> {
    let report = &simulation.report;
    let mut out = String::new();
    let entries = simulation.journal.entries.len();
    writeln!(out, "{} ({})", report.head.title.get(lang), report.head.scenario)?;
    writeln!(out, "seed {} · {} {entries}", simulation.seed, say(lang, "記録", "entries"))?;
    writeln!(out, "\n■ {}", say(lang, "経過", "Timeline"))?;
    for row in &report.timeline {
        let who = if row.who.is_empty() { String::new() } else { format!("{}  ", row.who) };
        writeln!(out, "  {:>6}  {who}{}", row.when.minute(), cut(row.what.get(lang)))?;
    }
    writeln!(out, "\n■ {}", say(lang, "目標の時間と結果", "Times against targets"))?;
    for action in &report.actions {
        writeln!(out, "  {:<10} {}  {}", outcome(action, lang), action.role, cut(action.text.get(lang)))?;
    }
    writeln!(out, "\n■ {}", say(lang, "評価", "Scores"))?;
    for section in &report.sections {
        let mean = section.mean.map_or_else(|| "—".to_owned(), Mean::two_decimals);
        let count = section.mean.map_or(0, |mean| mean.count);
        writeln!(out, "  {mean}  (n = {count})  {}", section.title.get(lang))?;
    }
    writeln!(out, "\n■ {} {}", say(lang, "足りなかったところ", "Gaps"), report.gaps.len())?;
    for gap in &report.gaps {
        writeln!(out, "  - {}\n      {}", gap.text.get(lang), gap.evidence.get(lang))?;
    }
    Ok(out)
}

fn outcome(action: &ActionResult, lang: Lang) -> String {
    match action.outcome {
        Outcome::Met { seconds } => format!("{} {}", say(lang, "達成", "met"), duration(seconds).get(lang)),
        Outcome::Late { by, .. } => format!("{} +{}", say(lang, "遅れ", "late"), duration(by).get(lang)),
        Outcome::NotDone => say(lang, "行われず", "not done").to_owned(),
        Outcome::NotAsked => say(lang, "対象外", "not asked").to_owned(),
        Outcome::CutShort => say(lang, "時間切れ", "cut short").to_owned(),
    }
}
