//! A drill's report in the words of one language, with everything a page or a paper lays out.

use hakutaku_model::exercise::gaps::{Gap, duration};
use hakutaku_model::exercise::report::{
    ActionResult, DrillReport, ItemScore, Mean, ObjectiveResult, Outcome, QuestionAnswers, Remark, RoleTimes, Row,
    SectionScore,
};
use hakutaku_model::exercise::scenario::{ExerciseKind, Scenario};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::{Ts, date_words};
use serde::Serialize;
use std::collections::BTreeMap;

/// More rows of a timeline than this are left out of the report, and it says so; the journal has them all.
const MOST_ROWS: usize = 600;
/// More names in one role than this are counted instead.
const MOST_NAMES: usize = 30;
/// The scale of bars: thousandths of their full length.
const WHOLE: i64 = 1000;

/// What the report needs besides the drill's own data.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The facility whose report it is.
    pub facility: &'a str,
    /// What the drill was called.
    pub room: &'a str,
    /// The scenario it followed.
    pub scenario: &'a Scenario,
    /// Titles of controls by id.
    pub controls: &'a BTreeMap<String, String>,
    /// The corrective actions by the gap they mend.
    pub actions: &'a BTreeMap<String, GapAction>,
    /// In which language.
    pub lang: Lang,
}

/// The corrective action of a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapAction {
    /// What is to be done.
    pub title: String,
    /// Who; empty: nobody yet.
    pub owner: String,
    /// By when, in words; empty: no day.
    pub due: String,
    /// How it stands, in words.
    pub state: String,
    /// Where it is read on the pages; papers leave it out.
    #[serde(skip)]
    pub href: String,
}

/// A line of the summary: label and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What.
    pub label: String,
    /// How much.
    pub value: String,
}

/// A row of the timeline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimelineRow {
    /// The drill's clock: `12:30`.
    pub minute: String,
    /// The clock on the wall: `13:42`.
    pub clock: String,
    /// Who; empty for the clock itself.
    pub who: String,
    /// What.
    pub what: String,
    /// Whether it opens a part of the drill.
    pub opens: bool,
}

/// An expected action against its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TimeRow {
    /// What was expected.
    pub text: String,
    /// After what.
    pub after: String,
    /// Of whom.
    pub role: String,
    /// The target; empty: none was set.
    pub target: String,
    /// The time it took; empty: it was not done.
    pub taken: String,
    /// How it turned out, in words.
    pub outcome: String,
    /// The same as a stable word: `met`, `late`, `not-done`, `not-asked`, `cut-short`.
    pub is: &'static str,
    /// The time in thousandths of the longest of the table.
    pub taken_bar: Option<i64>,
    /// The target in the same.
    pub target_bar: Option<i64>,
}

/// A role's times.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleRow {
    /// The role.
    pub title: String,
    /// Expected actions.
    pub expected: usize,
    /// Done in time.
    pub met: usize,
    /// Done too late.
    pub late: usize,
    /// Not done.
    pub not_done: usize,
    /// Median until the screen showed it.
    pub seen: String,
    /// Median until it was done.
    pub done: String,
}

/// A section of the observers' sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SectionRow {
    /// The section.
    pub title: String,
    /// The mean: `3.67`; empty: nobody scored it.
    pub mean: String,
    /// The mean on the scale of bars, of 5.
    pub bar: Option<i64>,
    /// Its items.
    pub items: Vec<ItemRow>,
}

/// An item of the observers' sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemRow {
    /// What was scored.
    pub text: String,
    /// The scores as given.
    pub scores: String,
    /// The mean.
    pub mean: String,
    /// The mean on the scale of bars, of 5.
    pub bar: Option<i64>,
    /// Comments.
    pub comments: Vec<Said>,
}

/// An objective.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectiveRow {
    /// What was to be reached.
    pub text: String,
    /// `3 / 4`; empty: nothing was expected of it.
    pub met: String,
    /// The mean score.
    pub mean: String,
    /// How far it was met in whole percent, from the engine's exact share.
    pub percent: Option<i64>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionRow {
    /// What it was about.
    pub text: String,
    /// What was chosen; empty: nothing.
    pub chosen: String,
    /// Who, and after how long.
    pub by: String,
}

/// A question of the hot wash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionRow {
    /// The question.
    pub text: String,
    /// The mean, where it was answered in numbers.
    pub mean: String,
    /// The answers.
    pub answers: Vec<Said>,
}

/// Something somebody said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// What.
    pub text: String,
    /// Who.
    pub who: String,
}

/// A gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GapRow {
    /// Its id, the same whenever the report is built.
    pub id: String,
    /// What fell short.
    pub text: String,
    /// What shows it.
    pub evidence: String,
    /// The objective's id.
    #[serde(skip)]
    pub objective: Option<String>,
    /// Ids of controls.
    #[serde(skip)]
    pub controls: Vec<String>,
    /// Titles of controls.
    pub control_titles: Vec<String>,
    /// Sections of the plan.
    pub plan_sections: Vec<String>,
    /// What the action could be called.
    pub suggested: String,
    /// The action it became, if it did.
    pub action: Option<GapAction>,
}

/// The report in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AfterAction {
    /// What the drill was called.
    pub title: String,
    /// The facility.
    pub facility: String,
    /// The scenario and its summary.
    pub scenario: String,
    /// What it trained.
    pub summary: String,
    /// What the scenario follows.
    pub source: String,
    /// The day it was held.
    pub held_on: String,
    /// From when to when, on the wall.
    pub hours: String,
    /// How it was held.
    pub kind: String,
    /// Whether it ran faster than the wall's clock; empty: it did not.
    pub speed: String,
    /// Whether it was ended, or the report is of what there is so far.
    pub ended: bool,
    /// Role and names.
    pub participants: Vec<Fact>,
    /// The figures on the first page.
    pub facts: Vec<Fact>,
    /// The timeline.
    pub timeline: Vec<TimelineRow>,
    /// How many rows of it were left out.
    pub left_out: usize,
    /// Times against targets.
    pub times: Vec<TimeRow>,
    /// Times by role.
    pub roles: Vec<RoleRow>,
    /// Scores by section.
    pub sections: Vec<SectionRow>,
    /// Objectives.
    pub objectives: Vec<ObjectiveRow>,
    /// Decisions.
    pub decisions: Vec<DecisionRow>,
    /// The hot wash.
    pub hot_wash: Vec<QuestionRow>,
    /// What went well.
    pub good: Vec<Said>,
    /// What is to be improved.
    pub improve: Vec<Said>,
    /// Other notes.
    pub notes: Vec<Said>,
    /// Gaps.
    pub gaps: Vec<GapRow>,
}

struct Teller<'a> {
    lang: Lang,
    telling: Telling<'a>,
    roles: BTreeMap<&'a str, &'a Text>,
}

/// Puts a report into words.
#[must_use]
pub fn after_action(report: &DrillReport, telling: Telling<'_>) -> AfterAction {
    let roles = telling.scenario.roles.iter().map(|role| (role.id.as_str(), &role.title)).collect();
    let t = Teller { lang: telling.lang, telling, roles };
    let head = &report.head;
    let longest = longest(&report.actions);
    AfterAction {
        title: telling.room.to_owned(),
        facility: telling.facility.to_owned(),
        scenario: t.text(&head.title),
        summary: t.text(&telling.scenario.summary),
        source: telling.scenario.source.as_ref().map(|source| source.title.clone()).unwrap_or_default(),
        held_on: head.started_at.map(|at| date_words(at.date_in_japan(), t.lang)).unwrap_or_default(),
        hours: match (head.started_at, head.ended_at) {
            (Some(from), Some(to)) => format!("{}–{}", t.clock(from), t.clock(to)),
            (Some(from), None) => format!("{}–", t.clock(from)),
            _ => String::new(),
        },
        kind: match telling.scenario.kind {
            ExerciseKind::Tabletop => t.word("机上訓練", "Around a table"),
            ExerciseKind::WalkThrough => t.word("実働訓練", "Where people work"),
        },
        speed: if head.speed > 1 {
            t.word(&format!("時計は{}倍速", head.speed), &format!("The clock ran {} times as fast", head.speed))
        } else {
            String::new()
        },
        ended: head.ended_at.is_some(),
        participants: head
            .participants
            .iter()
            .map(|role| Fact { label: t.text(&role.title), value: t.names(&role.names) })
            .collect(),
        facts: t.facts(report),
        left_out: report.timeline.len().saturating_sub(MOST_ROWS),
        timeline: report.timeline.iter().take(MOST_ROWS).map(|row| t.row(row)).collect(),
        times: report.actions.iter().map(|action| t.time(action, longest)).collect(),
        roles: report.roles.iter().filter(|role| role.expected > 0).map(|role| t.role_row(role)).collect(),
        sections: report.sections.iter().map(|section| t.section(section)).collect(),
        objectives: report.objectives.iter().map(|objective| t.objective(objective)).collect(),
        decisions: report
            .decisions
            .iter()
            .map(|decision| DecisionRow {
                text: t.text(&decision.text),
                chosen: decision.chosen.as_ref().map(|text| t.text(text)).unwrap_or_default(),
                by: [decision.by.clone(), decision.after.map(|after| t.took(after))]
                    .into_iter()
                    .flatten()
                    .collect::<Vec<_>>()
                    .join(t.comma()),
            })
            .collect(),
        hot_wash: report.hot_wash.iter().map(|question| t.question(question)).collect(),
        good: t.said(&report.good),
        improve: t.said(&report.improve),
        notes: t.said(&report.notes),
        gaps: report.gaps.iter().map(|gap| t.gap(gap)).collect(),
    }
}

/// The longest of all times and targets: the full length of the bars.
fn longest(actions: &[ActionResult]) -> i64 {
    let taken = |action: &ActionResult| match action.outcome {
        Outcome::Met { seconds } | Outcome::Late { seconds, .. } => seconds,
        _ => 0,
    };
    actions.iter().flat_map(|action| [action.target.unwrap_or(0), taken(action)]).max().unwrap_or(0).max(1)
}

/// A mean of 1 to 5 on the scale of bars.
fn of_five(mean: Option<Mean>) -> Option<i64> {
    mean.map(|mean| (mean.ratio() * WHOLE / 5).round().to_integer())
}

fn two_decimals(mean: Option<Mean>) -> String {
    mean.map(Mean::two_decimals).unwrap_or_default()
}

impl Teller<'_> {
    fn text(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    fn word(&self, ja: &str, en: &str) -> String {
        match self.lang {
            Lang::Ja => ja.to_owned(),
            Lang::En => en.to_owned(),
        }
    }

    fn comma(&self) -> &'static str {
        match self.lang {
            Lang::Ja => "、",
            Lang::En => ", ",
        }
    }

    fn took(&self, seconds: i64) -> String {
        duration(seconds).get(self.lang).to_owned()
    }

    /// `13:42`.
    fn clock(&self, at: Ts) -> String {
        let words = at.minute_in_japan(self.lang);
        words.rsplit(' ').next().unwrap_or_default().to_owned()
    }

    fn names(&self, names: &[String]) -> String {
        let shown: Vec<&str> = names.iter().take(MOST_NAMES).map(String::as_str).collect();
        let more = names.len().saturating_sub(MOST_NAMES);
        let list = shown.join(self.comma());
        if more == 0 {
            list
        } else {
            self.word(&format!("{list}、ほか{more}名"), &format!("{list} and {more} more"))
        }
    }

    fn role(&self, id: &str) -> String {
        self.roles.get(id).map_or_else(|| id.to_owned(), |title| self.text(title))
    }

    fn facts(&self, report: &DrillReport) -> Vec<Fact> {
        let asked = report.actions.iter().filter(|a| !matches!(a.outcome, Outcome::NotAsked | Outcome::CutShort));
        let met = asked.clone().filter(|action| matches!(action.outcome, Outcome::Met { .. })).count();
        let late = asked.clone().filter(|action| matches!(action.outcome, Outcome::Late { .. })).count();
        let (all, people) =
            (asked.count(), report.head.participants.iter().map(|role| role.names.len()).sum::<usize>());
        let scores = report.sections.iter().flat_map(|section| &section.items).flat_map(|item| item.scores.clone());
        let became = report.gaps.iter().filter(|gap| self.telling.actions.contains_key(&gap.id)).count();
        let fact = |ja: &str, en: &str, value: String| Fact { label: self.word(ja, en), value };
        let of = |part: usize, all: usize| format!("{part} / {all}");
        vec![
            fact("参加した人", "People taking part", people.to_string()),
            fact("時間内にできたこと", "Done in time", of(met, all)),
            fact("遅れたこと", "Done too late", late.to_string()),
            fact("評価の平均（5点満点）", "Mean score (of 5)", {
                let mean = two_decimals(Mean::of(scores));
                if mean.is_empty() { self.word("採点なし", "not scored") } else { mean }
            }),
            fact("見つかった課題", "Gaps found", report.gaps.len().to_string()),
            fact("そのうち改善にしたもの", "Of these, made an action", of(became, report.gaps.len())),
        ]
    }

    fn row(&self, row: &Row) -> TimelineRow {
        let seconds = row.when.minute().seconds();
        let role = self.role(&row.role);
        TimelineRow {
            minute: format!("{}:{:02}", seconds / 60, seconds.rem_euclid(60)),
            clock: self.clock(row.when.at),
            who: match (row.who.is_empty(), row.role.is_empty()) {
                (true, _) => String::new(),
                (false, true) => row.who.clone(),
                (false, false) if row.role == role => row.who.clone(),
                (false, false) => self.word(&format!("{}（{role}）", row.who), &format!("{} ({role})", row.who)),
            },
            what: self.text(&row.what),
            opens: matches!(row.kind.as_str(), "phase-opened" | "started" | "ended"),
        }
    }

    fn time(&self, action: &ActionResult, longest: i64) -> TimeRow {
        let bar = |seconds: i64| (seconds.max(0) * WHOLE + longest / 2) / longest;
        let (is, outcome, taken) = match action.outcome {
            Outcome::Met { seconds } if action.target.is_none() => ("met", self.word("実施", "Done"), Some(seconds)),
            Outcome::Met { seconds } => ("met", self.word("時間内", "In time"), Some(seconds)),
            Outcome::Late { seconds, by } => {
                let by = self.took(by);
                ("late", self.word(&format!("{by}の遅れ"), &format!("{by} late")), Some(seconds))
            }
            Outcome::NotDone => ("not-done", self.word("実施なし", "Not done"), None),
            Outcome::NotAsked => ("not-asked", self.word("場面にならず", "Did not come up"), None),
            Outcome::CutShort => ("cut-short", self.word("途中で終了", "Ended before"), None),
        };
        TimeRow {
            text: self.text(&action.text),
            after: self.text(&action.inject_text),
            role: self.role(&action.role),
            target: action.target.map(|target| self.took(target)).unwrap_or_default(),
            taken: taken.map(|taken| self.took(taken)).unwrap_or_default(),
            outcome,
            is,
            taken_bar: taken.map(bar),
            target_bar: action.target.map(bar),
        }
    }

    fn role_row(&self, role: &RoleTimes) -> RoleRow {
        RoleRow {
            title: self.text(&role.title),
            expected: role.expected,
            met: role.met,
            late: role.late,
            not_done: role.not_done,
            seen: role.median_seen.map(|seconds| self.took(seconds)).unwrap_or_default(),
            done: role.median_done.map(|seconds| self.took(seconds)).unwrap_or_default(),
        }
    }

    fn section(&self, section: &SectionScore) -> SectionRow {
        SectionRow {
            title: self.text(&section.title),
            mean: two_decimals(section.mean),
            bar: of_five(section.mean),
            items: section.items.iter().map(|item| self.item(item)).collect(),
        }
    }

    fn item(&self, item: &ItemScore) -> ItemRow {
        ItemRow {
            text: self.text(&item.text),
            scores: item.scores.iter().map(u8::to_string).collect::<Vec<_>>().join(self.comma()),
            mean: two_decimals(item.mean),
            bar: of_five(item.mean),
            comments: self.said(&item.comments),
        }
    }

    fn objective(&self, objective: &ObjectiveResult) -> ObjectiveRow {
        ObjectiveRow {
            text: self.text(&objective.text),
            met: if objective.expected == 0 {
                String::new()
            } else {
                format!("{} / {}", objective.met, objective.expected)
            },
            mean: two_decimals(objective.mean),
            percent: objective.share().map(|share| (share * 100).round().to_integer()),
        }
    }

    fn question(&self, question: &QuestionAnswers) -> QuestionRow {
        QuestionRow {
            text: self.text(&question.text),
            mean: two_decimals(question.mean),
            answers: self.said(&question.answers),
        }
    }

    fn said(&self, remarks: &[Remark]) -> Vec<Said> {
        let said = |remark: &Remark| Said {
            text: remark.text.clone(),
            who: match self.role(&remark.role) {
                role if remark.role.is_empty() || role == remark.role => remark.who.clone(),
                role => self.word(&format!("{}（{role}）", remark.who), &format!("{} ({role})", remark.who)),
            },
        };
        remarks.iter().filter(|remark| !remark.text.trim().is_empty()).map(said).collect()
    }

    fn gap(&self, gap: &Gap) -> GapRow {
        GapRow {
            id: gap.id.clone(),
            text: self.text(&gap.text),
            evidence: self.text(&gap.evidence),
            objective: gap.objective.clone(),
            controls: gap.controls.clone(),
            control_titles: gap.controls.iter().filter_map(|id| self.telling.controls.get(id).cloned()).collect(),
            plan_sections: gap.plan_sections.clone(),
            suggested: self.text(&gap.suggested_title),
            action: self.telling.actions.get(&gap.id).cloned(),
        }
    }
}
