//! A drill's report in the words of one language, with everything a page or a paper lays out.

use super::told::{
    AfterAction, DecisionRow, Fact, GapAction, GapGroup, GapRow, ItemRow, ObjectiveRow, QuestionRow, RoleRow, Said,
    SectionRow, TimeRow, TimelineRow,
};
use hakutaku_model::exercise::gaps::{Gap, duration};
use hakutaku_model::exercise::report::{
    ActionResult, DrillReport, ItemScore, Mean, ObjectiveResult, Outcome, QuestionAnswers, Remark, RoleTimes, Row,
    SectionScore,
};
use hakutaku_model::exercise::scenario::{ExerciseKind, Scenario};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::{Ts, date_words};
use std::collections::BTreeMap;

/// More rows of a timeline than this are left out of the report, and it says so; the journal has them all.
const MOST_ROWS: usize = 600;
/// More names in one role than this are counted instead.
const MOST_NAMES: usize = 30;
/// How many gaps the first page names.
const FOREMOST: usize = 3;
/// Answers to these questions stand under what went well and what is to be improved.
const TOLD_ABOVE: [&str; 2] = ["went-well", "to-improve"];
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
    let (ordered, groups) = t.grouped(report);
    let place = |gap: &Gap| ordered.iter().position(|known| known.id == gap.id);
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
        timeline: {
            let start = report.timeline.iter().position(|row| row.kind == "started").unwrap_or(usize::MAX);
            report.timeline.iter().take(MOST_ROWS).enumerate().map(|(at, row)| t.row(row, at < start)).collect()
        },
        times: report.actions.iter().map(|action| t.time(action, longest)).collect(),
        roles: report
            .roles
            .iter()
            .filter(|role| role.expected > 0)
            .map(|role| t.role_row(role, &report.actions))
            .collect(),
        sections: report.sections.iter().map(|section| t.section(section)).collect(),
        objectives: report.objectives.iter().map(|objective| t.objective(objective, &report.actions)).collect(),
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
        foremost: report.foremost(FOREMOST).into_iter().filter_map(place).collect(),
        gaps: ordered.iter().map(|gap| t.gap(gap)).collect(),
        groups,
        not_asked: report.actions.iter().filter(|action| action.outcome == Outcome::NotAsked).count(),
    }
}

/// A text of the timeline for paper: whole sentences as long as they fit, else cut.
pub(super) fn brief(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // A little over is not worth a cut.
    if flat.chars().count() <= most + most / 8 {
        return flat;
    }
    let kept: String = flat.chars().take(most).collect();
    let mut sentence = kept.char_indices().filter(|(at, c)| {
        let after = kept.get(at + c.len_utf8()..).unwrap_or_default();
        "。！？".contains(*c) || (".!?".contains(*c) && after.starts_with(' '))
    });
    match sentence.next_back() {
        Some((at, c)) if kept.get(..at).is_some_and(|head| head.chars().count() * 2 > most) => {
            format!("{}…", kept.get(..at + c.len_utf8()).unwrap_or(&kept))
        }
        _ => format!("{}…", kept.trim_end()),
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

    /// The gaps with those of one objective together, in the order of each objective's gravest, and the groups.
    fn grouped<'r>(&self, report: &'r DrillReport) -> (Vec<&'r Gap>, Vec<GapGroup>) {
        let mut order: Vec<&Option<String>> = Vec::new();
        for gap in &report.gaps {
            if !order.contains(&&gap.objective) {
                order.push(&gap.objective);
            }
        }
        let mut ordered = Vec::with_capacity(report.gaps.len());
        let mut groups = Vec::with_capacity(order.len());
        for objective in order {
            let mine: Vec<&Gap> = report.gaps.iter().filter(|gap| gap.objective == *objective).collect();
            let known = objective.as_deref().and_then(|id| self.telling.scenario.objective(id));
            let became = mine.iter().filter(|gap| self.telling.actions.contains_key(&gap.id)).count();
            let many = mine.len();
            groups.push(GapGroup {
                title: known.map(|objective| self.text(&objective.text)).unwrap_or_default(),
                count: self.word(
                    &format!("課題{many}件、うち改善にしたもの{became}件"),
                    &format!("{many} found, {became} made an action"),
                ),
                first: ordered.len(),
                many,
            });
            ordered.extend(mine);
        }
        (ordered, groups)
    }

    fn row(&self, row: &Row, before: bool) -> TimelineRow {
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
            name: row.who.clone(),
            brief: brief(row.what.get(self.lang), if self.lang == Lang::Ja { 84 } else { 150 }),
            arrival: before && row.kind == "joined",
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

    fn role_row(&self, role: &RoleTimes, actions: &[ActionResult]) -> RoleRow {
        let mine = |action: &ActionResult| action.role == role.role && action.outcome != Outcome::NotAsked;
        RoleRow {
            title: self.text(&role.title),
            expected: role.expected,
            met: role.met,
            late: role.late,
            not_done: role.not_done,
            seen: role.median_seen.map(|seconds| self.took(seconds)).unwrap_or_default(),
            done: role.median_done.map(|seconds| self.took(seconds)).unwrap_or_default(),
            times: actions.iter().enumerate().filter(|(_, action)| mine(action)).map(|(at, _)| at).collect(),
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

    fn objective(&self, objective: &ObjectiveResult, actions: &[ActionResult]) -> ObjectiveRow {
        let mine = |action: &&ActionResult| action.objective.as_deref() == Some(objective.objective.as_str());
        let count = |is: fn(&Outcome) -> bool| actions.iter().filter(mine).filter(|action| is(&action.outcome)).count();
        ObjectiveRow {
            text: self.text(&objective.text),
            met: if objective.expected == 0 {
                String::new()
            } else {
                format!("{} / {}", objective.met, objective.expected)
            },
            mean: two_decimals(objective.mean),
            percent: objective.share().map(|share| (share * 100).round().to_integer()),
            late: count(|outcome| matches!(outcome, Outcome::Late { .. })),
            not_done: count(|outcome| *outcome == Outcome::NotDone),
            latest: objective.latest.map(|seconds| self.took(seconds)).unwrap_or_default(),
        }
    }

    fn question(&self, question: &QuestionAnswers) -> QuestionRow {
        QuestionRow {
            text: self.text(&question.text),
            mean: two_decimals(question.mean),
            answers: self.said(&question.answers),
            told_above: TOLD_ABOVE.contains(&question.question.as_str()),
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
        // The same words of several people stand once, with all their names.
        let mut all: Vec<Said> = Vec::new();
        for one in remarks.iter().filter(|remark| !remark.text.trim().is_empty()).map(said) {
            match all.iter_mut().find(|known| known.text == one.text) {
                Some(known) => known.who = format!("{}{}{}", known.who, self.comma(), one.who),
                None => all.push(one),
            }
        }
        all
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
