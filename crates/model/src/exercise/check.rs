//! Finds what is wrong with a scenario: everything at once, each finding one sentence with its place.

use super::check_flow;
use super::clock::Minute;
use super::event::{CONDUCTOR, OBSERVER};
use super::scenario::{EVERYBODY, FORMAT, Inject, Scenario};
use crate::plan::SectionKey;
use crate::text::Text;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Display;

/// More injects than this are refused.
pub const MOST_INJECTS: usize = 300;
/// More roles than this are refused.
pub const MOST_ROLES: usize = 60;
/// A text longer than this, in characters, is refused.
pub const LONGEST_TEXT: usize = 4000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The scenario cannot be played as it is written.
    Error,
    /// It can be played, but somebody should look at it.
    Warning,
}

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How bad.
    pub severity: Severity,
    /// Where: `inject note-on-screens`.
    pub place: String,
    /// What.
    pub problem: Text,
}

/// Checks a scenario. `controls`: whether a control of the catalogue exists; `None` where no catalogue is at hand.
#[must_use]
pub fn check(scenario: &Scenario, controls: Option<&dyn Fn(&str) -> bool>) -> Vec<Finding> {
    let mut checker = Checker { scenario, findings: Vec::new() };
    checker.head();
    checker.texts();
    checker.ids();
    checker.phases();
    for inject in &scenario.injects {
        checker.inject(inject);
    }
    checker.roles();
    checker.objectives(controls);
    checker.evaluation();
    check_flow::check(&mut checker);
    let mut findings = checker.findings;
    findings.sort_by_key(|finding| finding.severity);
    findings
}

/// Whether a scenario can be played.
#[must_use]
pub fn can_be_played(findings: &[Finding]) -> bool {
    findings.iter().all(|finding| finding.severity != Severity::Error)
}

pub(super) struct Checker<'s> {
    pub(super) scenario: &'s Scenario,
    findings: Vec<Finding>,
}

/// Whether an id is written as ids are: it stands in addresses and keys.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl Checker<'_> {
    pub(super) fn error(&mut self, place: impl Display, ja: impl Into<String>, en: impl Into<String>) {
        self.say(Severity::Error, place, ja, en);
    }

    pub(super) fn warn(&mut self, place: impl Display, ja: impl Into<String>, en: impl Into<String>) {
        self.say(Severity::Warning, place, ja, en);
    }

    fn say(&mut self, severity: Severity, place: impl Display, ja: impl Into<String>, en: impl Into<String>) {
        self.findings.push(Finding { severity, place: place.to_string(), problem: Text::new(ja, en) });
    }

    fn head(&mut self) {
        let scenario = self.scenario;
        if scenario.format != FORMAT {
            self.error("format", format!("{FORMAT} と書きます"), format!("must be {FORMAT}"));
        }
        if scenario.houses.is_empty() {
            self.error("for", "だれ向けかが書かれていません", "names no kind of house");
        }
        if scenario.minutes == Minute::ZERO {
            self.error("minutes", "長さが0分です", "the drill has no length");
        }
        if scenario.injects.is_empty() {
            self.error("injects", "状況付与がありません", "there is no inject");
        }
        if scenario.injects.len() > MOST_INJECTS {
            self.error(
                "injects",
                format!("状況付与は{MOST_INJECTS}件までです"),
                format!("there may be no more than {MOST_INJECTS}"),
            );
        }
        if scenario.roles.len() > MOST_ROLES {
            self.error(
                "roles",
                format!("役割は{MOST_ROLES}までです"),
                format!("there may be no more than {MOST_ROLES}"),
            );
        }
        if scenario.hot_wash.is_empty() {
            self.warn("hot_wash", "終わりの問いがありません", "no question is asked at the end");
        }
    }

    fn texts(&mut self) {
        for (place, text) in texts(self.scenario) {
            for (side, words, name) in [("ja", &text.ja, "日本語"), ("en", &text.en, "英語")] {
                if words.trim().is_empty() {
                    self.error(&place, format!("{name}の文がありません"), format!("there is no {side} text"));
                } else if words.chars().count() > LONGEST_TEXT {
                    self.error(
                        &place,
                        format!("{name}の文が{LONGEST_TEXT}字を超えています"),
                        format!("the {side} text is longer than {LONGEST_TEXT} characters"),
                    );
                }
            }
            if !text.ja.trim().is_empty() && text.ja == text.en && !text.ja.is_ascii() {
                self.warn(&place, "日本語と英語が同じ文です", "both languages have the same text");
            }
        }
    }

    fn unique<'i>(&mut self, what: &str, ids: impl Iterator<Item = &'i str>) {
        let mut seen = BTreeSet::new();
        for id in ids {
            let place = format!("{what} {id}");
            if !is_id(id) {
                self.error(
                    &place,
                    "idは英小文字・数字・ハイフンだけで、64字までです",
                    "an id has only a–z, 0–9 and hyphens, at most 64",
                );
            }
            if !seen.insert(id) {
                self.error(&place, "同じidが二度使われています", "the id is used twice");
            }
        }
    }

    fn ids(&mut self) {
        let scenario = self.scenario;
        self.unique("scenario", std::iter::once(scenario.id.as_str()));
        self.unique("objective", scenario.objectives.iter().map(|objective| objective.id.as_str()));
        self.unique("role", scenario.roles.iter().map(|role| role.id.as_str()));
        self.unique("phase", scenario.phases.iter().map(|phase| phase.id.as_str()));
        self.unique("inject", scenario.injects.iter().map(|inject| inject.id.as_str()));
        self.unique("check", scenario.roles.iter().flat_map(|role| &role.check_sheet).map(|check| check.id.as_str()));
        self.unique("hot_wash", scenario.hot_wash.iter().map(|question| question.id.as_str()));
        self.unique("section", scenario.evaluation.sections.iter().map(|section| section.id.as_str()));
        for section in &scenario.evaluation.sections {
            self.unique(&format!("section {}, item", section.id), section.items.iter().map(|item| item.id.as_str()));
        }
        for role in &scenario.roles {
            let actions = scenario.actions().filter(|(_, action)| action.role == role.id);
            self.unique(&format!("role {}, action", role.id), actions.map(|(_, action)| action.id.as_str()));
            if [EVERYBODY, CONDUCTOR, OBSERVER].contains(&role.id.as_str()) {
                self.error(
                    format!("role {}", role.id),
                    "この語は決まった意味で使われているため、役割のidにできません",
                    "this word has a meaning of its own and cannot be a role",
                );
            }
        }
        for inject in &scenario.injects {
            let actions = inject.expects.iter().map(|action| action.id.as_str());
            self.unique(&format!("inject {}, action", inject.id), actions);
            if let Some(decision) = &inject.decide {
                let options = decision.options.iter().map(|option| option.id.as_str());
                self.unique(&format!("inject {}, option", inject.id), options);
            }
        }
    }

    fn phases(&mut self) {
        let scenario = self.scenario;
        let mut expected = Minute::ZERO;
        for phase in &scenario.phases {
            let place = format!("phase {}", phase.id);
            let (from, to) = phase.minutes;
            if to <= from {
                self.error(
                    &place,
                    format!("終わり（{to}）が始まり（{from}）より後ではありません"),
                    format!("it ends at {to}, not after it begins at {from}"),
                );
            }
            if from > expected {
                self.error(
                    &place,
                    format!("{expected}から{from}までがどの場面にも入っていません"),
                    format!("nothing covers the time from {expected} to {from} before it"),
                );
            } else if from < expected {
                self.error(
                    &place,
                    format!("前の場面が{expected}まで続いているのに{from}に始まります"),
                    format!("it begins at {from}, while the phase before goes on until {expected}"),
                );
            }
            if !scenario.injects.iter().any(|inject| inject.phase == phase.id) {
                self.warn(&place, "状況付与が一つもありません", "it has no inject");
            }
            expected = to;
        }
        if expected != scenario.minutes {
            self.error(
                "phases",
                format!("場面は{expected}に終わりますが、訓練は{}までです", scenario.minutes),
                format!("they end at {expected}, but the drill at {}", scenario.minutes),
            );
        }
    }

    fn role_exists(&mut self, place: &str, role: &str) {
        if self.scenario.role(role).is_none() {
            self.error(place, format!("役割{role}がありません"), format!("there is no role {role}"));
        }
    }

    fn objective_exists(&mut self, place: &str, objective: Option<&str>) {
        if let Some(id) = objective.filter(|id| self.scenario.objective(id).is_none()) {
            self.error(place, format!("目標{id}がありません"), format!("there is no objective {id}"));
        }
    }

    fn inject(&mut self, inject: &Inject) {
        let scenario = self.scenario;
        let place = format!("inject {}", inject.id);
        let ways = [inject.at.is_some(), inject.when.is_some(), inject.by_hand];
        if ways.into_iter().filter(|way| *way).count() != 1 {
            self.error(
                &place,
                "at、when、by_hand のどれか一つだけを書きます",
                "it needs exactly one of at, when and by_hand",
            );
        }
        let phase = scenario.phase(&inject.phase);
        if phase.is_none() {
            self.error(
                &place,
                format!("場面{}がありません", inject.phase),
                format!("there is no phase {}", inject.phase),
            );
        }
        if let Some(at) = inject.at {
            if at > scenario.minutes {
                self.error(
                    &place,
                    format!("{at}は訓練の終わり（{}）より後です", scenario.minutes),
                    format!("{at} is after the end of the drill at {}", scenario.minutes),
                );
            } else if let Some(phase) = phase {
                let (from, to) = phase.minutes;
                let last = to == scenario.minutes && at == to;
                if at < from || (at >= to && !last) {
                    self.error(
                        &place,
                        format!("{at}は場面{}（{from}〜{to}）の外です", phase.id),
                        format!("{at} is outside its phase {} ({from} to {to})", phase.id),
                    );
                }
            }
        }
        if inject.to.is_empty() {
            self.error(&place, "だれに伝えるかが書かれていません", "it goes to nobody");
        }
        for role in inject.to.iter().filter(|role| *role != EVERYBODY) {
            self.role_exists(&place, role);
        }
        for action in &inject.expects {
            let place = format!("{place}, action {}", action.id);
            self.role_exists(&place, &action.role);
            self.objective_exists(&place, action.objective.as_deref());
            self.is_told(&place, inject, &action.role);
            if let (Some(at), Some(within)) = (inject.at, action.within)
                && at.plus(within) > scenario.minutes
            {
                self.warn(
                    &place,
                    format!("期限（{}）が訓練の終わりより後です", at.plus(within)),
                    format!("its time is over at {}, after the end of the drill", at.plus(within)),
                );
            }
        }
        if let Some(decision) = &inject.decide {
            let place = format!("{place}, decide");
            self.role_exists(&place, &decision.by);
            self.is_told(&place, inject, &decision.by);
            if decision.options.len() < 2 {
                self.error(&place, "選べるものが二つ以上必要です", "a decision needs two options or more");
            }
        }
    }

    fn is_told(&mut self, place: &str, inject: &Inject, role: &str) {
        if self.scenario.role(role).is_some() && !inject.is_for(role) {
            self.error(
                place,
                format!("{role}はこの状況付与を受け取りません"),
                format!("{role} is not among those who are told"),
            );
        }
    }

    fn roles(&mut self) {
        let scenario = self.scenario;
        if scenario.roles.is_empty() {
            self.error("roles", "役割がありません", "there is no role");
        }
        for role in &scenario.roles {
            let place = format!("role {}", role.id);
            if !scenario.injects.iter().any(|inject| inject.is_for(&role.id)) {
                self.error(&place, "状況付与が一つも届きません", "no inject goes to it");
            }
            if role.check_sheet.is_empty() {
                self.warn(&place, "確認表がありません", "it has no check sheet");
            }
            for check in &role.check_sheet {
                self.objective_exists(&format!("{place}, check {}", check.id), check.objective.as_deref());
            }
        }
    }

    fn objectives(&mut self, controls: Option<&dyn Fn(&str) -> bool>) {
        let scenario = self.scenario;
        if scenario.objectives.is_empty() {
            self.error("objectives", "目標がありません", "there is no objective");
        }
        let mut measured: BTreeSet<&str> = BTreeSet::new();
        measured.extend(scenario.actions().filter_map(|(_, action)| action.objective.as_deref()));
        let checks = scenario.roles.iter().flat_map(|role| &role.check_sheet);
        measured.extend(checks.filter_map(|check| check.objective.as_deref()));
        let items = scenario.evaluation.sections.iter().flat_map(|section| &section.items);
        measured.extend(items.filter_map(|item| item.objective.as_deref()));
        for objective in &scenario.objectives {
            let place = format!("objective {}", objective.id);
            if !measured.contains(objective.id.as_str()) {
                self.warn(
                    &place,
                    "これを測る行動も確認項目も評価項目もありません",
                    "no action, check or evaluation item measures it",
                );
            }
            for control in objective.controls.iter().filter(|control| controls.is_some_and(|known| !known(control))) {
                self.error(
                    &place,
                    format!("統制項目{control}がありません"),
                    format!("there is no control {control} in the catalogue"),
                );
            }
            // A gap is shown beside the paragraph it tests: a section that is not there would lead nowhere.
            for section in objective.plan_sections.iter().filter(|section| SectionKey::from_key(section).is_none()) {
                self.error(
                    &place,
                    format!("計画書に{section}という章はありません（{}）", sections("、")),
                    format!("the plan has no section {section} (there are: {})", sections(", ")),
                );
            }
        }
    }

    fn evaluation(&mut self) {
        let scenario = self.scenario;
        let scale: Vec<u8> = scenario.evaluation.scale.keys().copied().collect();
        if scale != [1, 2, 3, 4, 5] {
            self.error("evaluation, scale", "1から5までを一つずつ説明します", "it must explain 1, 2, 3, 4 and 5");
        }
        if scenario.evaluation.sections.is_empty() {
            self.error("evaluation", "評価の区分がありません", "it has no section");
        }
        for section in &scenario.evaluation.sections {
            let place = format!("section {}", section.id);
            if section.items.is_empty() {
                self.error(&place, "評価項目がありません", "it has no item");
            }
            for item in &section.items {
                self.objective_exists(&format!("{place}, item {}", item.id), item.objective.as_deref());
            }
        }
    }
}

/// The sections of the plan, as a scenario names them.
fn sections(comma: &str) -> String {
    SectionKey::ALL.iter().map(|section| section.key()).collect::<Vec<_>>().join(comma)
}

/// Every text of a scenario with its place.
fn texts(scenario: &Scenario) -> Vec<(String, &Text)> {
    let mut all = vec![("title".to_owned(), &scenario.title), ("summary".to_owned(), &scenario.summary)];
    all.extend(
        scenario.source.iter().filter_map(|source| source.note.as_ref()).map(|n| ("source, note".to_owned(), n)),
    );
    all.extend(scenario.assumptions.iter().zip(1..).map(|(text, n): (_, usize)| (format!("assumption {n}"), text)));
    all.extend(scenario.objectives.iter().map(|objective| (format!("objective {}", objective.id), &objective.text)));
    for role in &scenario.roles {
        let place = format!("role {}", role.id);
        all.push((format!("{place}, title"), &role.title));
        all.push((format!("{place}, brief"), &role.brief));
        all.extend(role.check_sheet.iter().map(|check| (format!("{place}, check {}", check.id), &check.text)));
    }
    for phase in &scenario.phases {
        let place = format!("phase {}", phase.id);
        all.push((format!("{place}, title"), &phase.title));
        all.extend(phase.questions.iter().zip(1..).map(|(q, n): (_, usize)| (format!("{place}, question {n}"), q)));
    }
    for inject in &scenario.injects {
        let place = format!("inject {}", inject.id);
        all.push((place.clone(), &inject.text));
        all.extend(inject.handout.iter().map(|text| (format!("{place}, handout"), text)));
        all.extend(inject.expects.iter().map(|action| (format!("{place}, action {}", action.id), &action.text)));
        let options = inject.decide.iter().flat_map(|decision| &decision.options);
        all.extend(options.map(|option| (format!("{place}, option {}", option.id), &option.text)));
    }
    all.extend(scenario.evaluation.scale.iter().map(|(n, text)| (format!("evaluation, scale {n}"), text)));
    for section in &scenario.evaluation.sections {
        all.push((format!("section {}", section.id), &section.title));
        all.extend(section.items.iter().map(|item| (format!("section {}, item {}", section.id, item.id), &item.text)));
    }
    all.extend(scenario.hot_wash.iter().map(|question| (format!("hot_wash {}", question.id), &question.text)));
    all
}
