//! Where a drill fell short, found by rule: each becomes a corrective action with one press.

use super::report::{ActionResult, ItemScore, Mean, Outcome, SectionScore};
use super::scenario::Scenario;
use super::state::View;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// A section whose mean lies below this is a gap.
pub const SECTION_BELOW: i64 = 3;
/// An item with a score of at most this is a gap.
pub const ITEM_AT_MOST: u8 = 2;

/// By which rule a gap was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// An expected action was not done.
    NotDone,
    /// An expected action was done too late.
    Late,
    /// An item was scored 1 or 2.
    LowItem,
    /// The mean of a section lies below 3.
    LowSection,
    /// A line of a check sheet was not ticked.
    Unticked,
}

/// Where it fell short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Its id: the same whenever the report of the same journal is built, and in another drill of the same scenario.
    pub id: String,
    /// By which rule.
    pub found: Found,
    /// The objective that was missed, if it measures one.
    pub objective: Option<String>,
    /// What fell short, as a sentence.
    pub text: Text,
    /// What shows it: times, scores, comments.
    pub evidence: Text,
    /// The controls of the catalogue it concerns.
    pub controls: Vec<String>,
    /// The sections of the plan it concerns.
    pub plan_sections: Vec<String>,
    /// What the corrective action could be called.
    pub suggested_title: Text,
}

/// Drill seconds as people say them.
#[must_use]
pub fn duration(seconds: i64) -> Text {
    let (minutes, rest) = (seconds / 60, seconds % 60);
    match (minutes, rest) {
        (0, s) => Text::new(format!("{s}秒"), format!("{s} s")),
        (m, 0) => Text::new(format!("{m}分"), format!("{m} min")),
        (m, s) => Text::new(format!("{m}分{s}秒"), format!("{m} min {s} s")),
    }
}

/// Finds them, the gravest rule first, each in the order of the scenario. A section is not named besides its own items.
pub(super) fn find(
    scenario: &Scenario,
    view: View<'_>,
    actions: &[ActionResult],
    sections: &[SectionScore],
) -> Vec<Gap> {
    let mut gaps: Vec<Gap> = actions.iter().filter_map(|action| of_action(scenario, action)).collect();
    for section in sections {
        let low: Vec<Gap> = section.items.iter().filter_map(|item| of_item(scenario, section, item)).collect();
        if low.is_empty() {
            gaps.extend(of_section(scenario, section));
        }
        gaps.extend(low);
    }
    // Where nobody was there to tick, an empty sheet says nothing.
    let played = |role: &str| view.participants().any(|person| person.role == role);
    for role in scenario.roles.iter().filter(|role| played(&role.id)) {
        for check in role.check_sheet.iter().filter(|check| !view.is_checked(&role.id, &check.id)) {
            let title = &role.title;
            gaps.push(gap(
                scenario,
                Found::Unticked,
                format!("check:{}/{}", role.id, check.id),
                check.objective.as_deref(),
                Text::new(
                    format!("{}の確認項目「{}」に印がない", title.ja, check.text.ja),
                    format!("Not ticked by {}: {}", title.en, check.text.en),
                ),
                Text::new("確認表に印がないまま訓練が終わった", "The drill ended with the line not ticked"),
                Text::new(
                    format!("「{}」を{}が確実に行えるようにする", check.text.ja, title.ja),
                    format!("Make sure that {} does this: {}", title.en, check.text.en),
                ),
            ));
        }
    }
    gaps.sort_by_key(|gap| gap.found);
    gaps
}

fn gap(
    scenario: &Scenario,
    found: Found,
    id: String,
    objective: Option<&str>,
    text: Text,
    evidence: Text,
    suggested_title: Text,
) -> Gap {
    let known = objective.and_then(|objective| scenario.objective(objective));
    Gap {
        id,
        found,
        objective: objective.map(str::to_owned),
        text,
        evidence,
        controls: known.map(|objective| objective.controls.clone()).unwrap_or_default(),
        plan_sections: known.map(|objective| objective.plan_sections.clone()).unwrap_or_default(),
        suggested_title,
    }
}

fn title_of(scenario: &Scenario, role: &str) -> Text {
    scenario.role(role).map_or_else(|| Text::new(role, role), |role| role.title.clone())
}

fn of_action(scenario: &Scenario, action: &ActionResult) -> Option<Gap> {
    let role = title_of(scenario, &action.role);
    let id = format!("action:{}/{}", action.inject, action.action);
    let objective = action.objective.as_deref();
    let what = &action.text;
    match action.outcome {
        Outcome::NotDone => {
            let target = action.target.map(duration);
            Some(gap(
                scenario,
                Found::NotDone,
                id,
                objective,
                Text::new(
                    format!("{}：「{}」が行われなかった", role.ja, what.ja),
                    format!("{} did not do this: {}", role.en, what.en),
                ),
                target.map_or_else(
                    || Text::new("報告がなかった", "It was not reported"),
                    |target| {
                        Text::new(
                            format!("目標{}以内、報告なし", target.ja),
                            format!("Target: within {}; not reported", target.en),
                        )
                    },
                ),
                Text::new(
                    format!("「{}」の手順と担当を決め、{}に伝える", what.ja, role.ja),
                    format!("Decide how and by whom this is done, and tell {}: {}", role.en, what.en),
                ),
            ))
        }
        Outcome::Late { seconds, by } => {
            let (took, over, target) = (duration(seconds), duration(by), duration(seconds - by));
            Some(gap(
                scenario,
                Found::Late,
                id,
                objective,
                Text::new(
                    format!("{}：「{}」が目標より{}遅れた", role.ja, what.ja, over.ja),
                    format!("{} was {} late: {}", role.en, over.en, what.en),
                ),
                Text::new(
                    format!("目標{}以内、実際は{}", target.ja, took.ja),
                    format!("Target: within {}; it took {}", target.en, took.en),
                ),
                Text::new(
                    format!("「{}」を{}以内に行えるようにする", what.ja, target.ja),
                    format!("Make this possible within {}: {}", target.en, what.en),
                ),
            ))
        }
        Outcome::Met { .. } | Outcome::NotAsked | Outcome::CutShort => None,
    }
}

fn of_item(scenario: &Scenario, section: &SectionScore, item: &ItemScore) -> Option<Gap> {
    let lowest = *item.scores.iter().min()?;
    if lowest > ITEM_AT_MOST {
        return None;
    }
    let comments: Vec<&str> = item.comments.iter().map(|comment| comment.text.as_str()).collect();
    let (said_ja, said_en) = match comments.is_empty() {
        true => (String::new(), String::new()),
        false => (format!("。「{}」", comments.join("」「")), format!(". \"{}\"", comments.join("\", \""))),
    };
    let mean = item.mean.map(Mean::two_decimals).unwrap_or_default();
    Some(gap(
        scenario,
        Found::LowItem,
        format!("item:{}/{}", section.section, item.item),
        item.objective.as_deref(),
        Text::new(
            format!("「{}」の評価が低い（{}）", item.text.ja, section.title.ja),
            format!("Scored low ({}): {}", section.title.en, item.text.en),
        ),
        Text::new(
            format!("最も低い評価{lowest}、平均{mean}（{}件）{said_ja}", item.scores.len()),
            format!("Lowest score {lowest}, mean {mean} (n = {}){said_en}", item.scores.len()),
        ),
        Text::new(format!("「{}」を改善する", item.text.ja), format!("Improve this: {}", item.text.en)),
    ))
}

fn of_section(scenario: &Scenario, section: &SectionScore) -> Option<Gap> {
    let mean = section.mean.filter(|mean| mean.is_below(SECTION_BELOW))?;
    let objective = section.items.iter().find_map(|item| item.objective.as_deref());
    let shown = mean.two_decimals();
    Some(gap(
        scenario,
        Found::LowSection,
        format!("section:{}", section.section),
        objective,
        Text::new(
            format!("「{}」の平均評価が{SECTION_BELOW}に届かない", section.title.ja),
            format!("The mean of this section is below {SECTION_BELOW}: {}", section.title.en),
        ),
        Text::new(format!("平均{shown}（{}件）", mean.count), format!("Mean {shown} (n = {})", mean.count)),
        Text::new(
            format!("「{}」を全体に見直す", section.title.ja),
            format!("Review as a whole: {}", section.title.en),
        ),
    ))
}
