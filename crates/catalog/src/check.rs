//! `hakutaku catalog check`: everything that breaks the rules of `docs/catalog-format.md`, all at once.

use hakutaku_model::backup::Separation;
use hakutaku_model::catalogue::{Catalogue, Control, Measure, Question, Questionnaire, QuestionnaireKind};
use hakutaku_model::checklist::RuleEffect;
use hakutaku_model::connection::{Medium, risk::CASES};
use hakutaku_model::id::{MeasureId, QuestionId};
use hakutaku_model::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// Fields and questions that must be there: (questionnaire, fields, questions).
const COUNTS: [(&str, usize, usize); 3] = [("hospital-it", 21, 80), ("executive", 9, 15), ("small-facility", 11, 13)];

/// Longest Japanese level text, in characters; longer ones do not fit a phone or the printed form.
const LEVEL_MAX_CHARS: usize = 60;

/// Finds every broken rule. Empty means the catalogue may be released.
#[must_use]
pub fn check(catalogue: &Catalogue) -> Vec<String> {
    let mut checker = Checker { catalogue, problems: Vec::new() };
    checker.fields();
    for control in catalogue.controls.values() {
        checker.control(control);
    }
    for measure in catalogue.measures.values() {
        checker.measure(measure);
    }
    checker.measure_circles();
    checker.questions_once();
    for questionnaire in &catalogue.questionnaires {
        checker.questionnaire(questionnaire);
    }
    checker.counts();
    checker.vendor_forms();
    checker.checklists();
    checker.unused();
    checker.connections();
    checker.backup();
    checker.revisions();
    checker.outside_bodies();
    checker.editions();
    let mut problems = checker.problems;
    problems.extend(crate::check_vendors::check(catalogue));
    problems.extend(crate::exercises::problems(catalogue));
    problems.extend(crate::check_plan::check(catalogue));
    problems.extend(crate::audit::check(catalogue));
    problems.extend(crate::check_people::check(catalogue));
    problems.extend(catalogue.region.faults());
    problems
}

pub(crate) struct Checker<'a> {
    pub(crate) catalogue: &'a Catalogue,
    problems: Vec<String>,
}

impl Checker<'_> {
    pub(crate) fn say(&mut self, place: impl std::fmt::Display, problem: impl std::fmt::Display) {
        self.problems.push(format!("{place}: {problem}"));
    }

    pub(crate) fn text(&mut self, place: &str, name: &str, text: &Text) {
        for (side, words) in [("ja", &text.ja), ("en", &text.en)] {
            if words.trim().is_empty() {
                self.say(place, format!("{name} has no {side} text"));
            }
        }
        if !text.ja.trim().is_empty() && text.ja == text.en && !text.ja.is_ascii() {
            self.say(place, format!("{name} is the same in both languages"));
        }
    }

    fn fields(&mut self) {
        if self.catalogue.fields.len() != 21 {
            self.say("fields.yaml", format!("there must be 21 fields, not {}", self.catalogue.fields.len()));
        }
        for field in self.catalogue.fields.clone() {
            self.text(&format!("field {}", field.id), "title", &field.title);
            match self.catalogue.briefings.get(&field.id).cloned() {
                None => self.say("briefing.yaml", format!("nothing about {}", field.id)),
                Some(words) => {
                    let place = format!("briefing {}", field.id);
                    self.text(&place, "gap", &words.gap);
                    self.text(&place, "decision", &words.decision);
                    self.text(&place, "ask", &words.ask);
                }
            }
        }
        for field in self.catalogue.briefings.keys() {
            if self.catalogue.field(field.as_str()).is_none() {
                self.say("briefing.yaml", format!("there is no field {field}"));
            }
        }
    }

    fn control(&mut self, control: &Control) {
        let place = format!("control {}", control.id);
        self.text(&place, "title", &control.title);
        self.text(&place, "statement", &control.statement);
        if self.catalogue.field(control.field().as_str()).is_none() {
            self.say(&place, "its id does not begin with a field");
        }
        if control.maps.is_empty() {
            self.say(&place, "it stands for nothing outside (maps is empty)");
        }
        for mapping in &control.maps {
            self.text(&place, &format!("the reason for {}", mapping.to), &mapping.reason);
            if !self.is_known_outside(&mapping.to) {
                self.say(&place, format!("there is no outside item {}", mapping.to));
            }
        }
    }

    fn is_known_outside(&self, target: &str) -> bool {
        match target.split_once('/') {
            Some(("checklist", topic)) => self.catalogue.checklist_topics.contains_key(topic),
            Some((guideline, item)) => {
                self.catalogue.guidelines.get(guideline).is_some_and(|g| g.items.contains_key(item))
            }
            None => false,
        }
    }

    fn measure(&mut self, measure: &Measure) {
        let place = format!("measure {}", measure.id);
        self.text(&place, "title", &measure.title);
        if measure.steps.is_empty() {
            self.say(&place, "it has no steps");
        }
        for (at, step) in measure.steps.iter().enumerate() {
            self.text(&place, &format!("step {}", at + 1), step);
        }
        if let Some(source) = &measure.source {
            self.text(&place, "source", source);
        }
        for (name, span) in
            [("effort_hours", measure.effort_hours), ("cost_yen", measure.cost_yen), ("yearly_yen", measure.yearly_yen)]
        {
            if span.min > span.max {
                self.say(&place, format!("{name}: min is above max"));
            }
        }
        if measure.effort_hours.max == 0 {
            self.say(&place, "it takes no time at all");
        }
        if measure.reaches.get() == 0 {
            self.say(&place, "it reaches level 0, which is no help");
        }
        if measure.controls.is_empty() {
            self.say(&place, "it puts no control in place");
        }
        for control in measure.controls.iter().filter(|id| !self.catalogue.controls.contains_key(*id)) {
            self.say(&place, format!("there is no control {control}"));
        }
        for before in measure.after.iter().filter(|id| !self.catalogue.measures.contains_key(*id)) {
            self.say(&place, format!("there is no measure {before}"));
        }
    }

    /// What the forms name must be there: topics, groups, sections, editions.
    fn checklists(&mut self) {
        let catalogue = self.catalogue;
        let rules = &catalogue.checklist_rules;
        let place = "checklists/rules.yaml";
        for (what, title) in rules
            .sections
            .iter()
            .map(|section| (format!("section {}", section.number), &section.title))
            .chain(rules.groups.iter().map(|group| (format!("group {}", group.id), &group.title)))
            .chain(rules.rules.iter().map(|rule| (format!("rule {}", rule.id), &rule.text)))
        {
            self.text(place, &what, title);
        }
        for rule in &rules.rules {
            let topics: Vec<&String> = match &rule.effect {
                RuleEffect::NoSkipsTheRest { topic } => vec![topic],
                RuleEffect::NoVendorSkipsTopics { topics } => topics.iter().collect(),
                _ => Vec::new(),
            };
            for topic in topics.into_iter().filter(|topic| !catalogue.checklist_topics.contains_key(*topic)) {
                self.say(place, format!("rule {}: there is no topic {topic}", rule.id));
            }
            let known = |id: &str| id == "other" || catalogue.checklists.iter().any(|edition| edition.id == id);
            for edition in rule.editions.keys().filter(|id| !known(id)) {
                self.say(place, format!("rule {}: there is no edition {edition}", rule.id));
            }
        }
        for edition in &catalogue.checklists {
            let place = format!("checklist {}", edition.id);
            for item in &edition.items {
                self.text(&place, &item.id, &item.summary);
                if !catalogue.checklist_topics.contains_key(&item.topic) {
                    self.say(&place, format!("{}: there is no topic {}", item.id, item.topic));
                }
                if rules.sections.iter().all(|section| section.number != item.section) {
                    self.say(&place, format!("{}: section {} has no name", item.id, item.section));
                }
                for group in item.groups.iter().filter(|id| rules.groups.iter().all(|group| group.id != **id)) {
                    self.say(&place, format!("{}: there is no group {group}", item.id));
                }
            }
        }
    }

    fn measure_circles(&mut self) {
        let mut done: BTreeSet<&MeasureId> = BTreeSet::new();
        loop {
            let ready: Vec<&MeasureId> = self
                .catalogue
                .measures
                .values()
                .filter(|m| !done.contains(&m.id))
                .filter(|m| m.after.iter().all(|id| done.contains(id) || !self.catalogue.measures.contains_key(id)))
                .map(|m| &m.id)
                .collect();
            if ready.is_empty() {
                break;
            }
            done.extend(ready);
        }
        let stuck: Vec<String> =
            self.catalogue.measures.keys().filter(|id| !done.contains(id)).map(ToString::to_string).collect();
        if !stuck.is_empty() {
            self.say("measures", format!("these wait for each other in a circle: {}", stuck.join(", ")));
        }
    }

    fn vendor_forms(&mut self) {
        let catalogue = self.catalogue;
        let mut seen = BTreeSet::new();
        for kind in &catalogue.vendor_certificates {
            let place = format!("certificate {}", kind.id);
            if !seen.insert(&kind.id) {
                self.say(&place, "it stands twice");
            }
            if kind.title.is_incomplete() {
                self.say(&place, "it has no title");
            }
            self.text(&place, "explained", &kind.explained);
        }
        if catalogue.mds2.items().count() != 240 {
            self.say("mds2.yaml", format!("there must be 240 ids, not {}", catalogue.mds2.items().count()));
        }
        for form in [&catalogue.mds2, &catalogue.service_spec] {
            let mut seen = BTreeSet::new();
            self.text(&form.id, "note", &form.note);
            for item in form.items() {
                let place = format!("{} {}", form.id, item.id);
                if !seen.insert(item.id.to_ascii_lowercase()) {
                    self.say(&place, "it stands twice");
                }
                self.text(&place, "text", &item.text);
            }
        }
    }

    fn questions_once(&mut self) {
        let mut seen: BTreeMap<&QuestionId, &str> = BTreeMap::new();
        let mut twice = Vec::new();
        for questionnaire in &self.catalogue.questionnaires {
            for question in questionnaire.questions() {
                if let Some(first) = seen.insert(&question.id, questionnaire.id.as_str()) {
                    twice.push((question.id.clone(), first, questionnaire.id.clone()));
                }
            }
        }
        for (id, first, second) in twice {
            self.say(format!("question {id}"), format!("it stands twice, in {first} and {second}"));
        }
    }

    fn questionnaire(&mut self, questionnaire: &Questionnaire) {
        let place = format!("questionnaire {}", questionnaire.id);
        self.text(&place, "title", &questionnaire.title);
        self.text(&place, "audience", &questionnaire.audience);
        if questionnaire.edition.trim().is_empty() {
            self.say(&place, "it has no edition");
        }
        if questionnaire.kind == QuestionnaireKind::Typology && questionnaire.sections.len() != 3 {
            self.say(&place, "a typology has exactly three sections, one for each control");
        }
        let mut earlier: BTreeSet<&QuestionId> = BTreeSet::new();
        for section in &questionnaire.sections {
            let place = format!("{}/{}", questionnaire.id, section.field);
            self.text(&place, "title", &section.title);
            self.text(&place, "intro", &section.intro);
            if section.questions.is_empty() {
                self.say(&place, "the field has no question");
            }
            for question in &section.questions {
                self.question(question, &earlier);
                earlier.insert(&question.id);
            }
        }
    }

    fn question(&mut self, question: &Question, earlier: &BTreeSet<&QuestionId>) {
        let place = format!("question {}", question.id);
        self.text(&place, "text", &question.text);
        self.text(&place, "why", &question.why);
        self.text(&place, "evidence", &question.evidence);
        let numbers: Vec<u8> = question.levels.iter().map(|level| level.level.get()).collect();
        if numbers != [0, 1, 2, 3] {
            self.say(&place, format!("its levels must be 0, 1, 2, 3 in this order, not {numbers:?}"));
        }
        for level in &question.levels {
            if level.ja.trim().is_empty() || level.en.trim().is_empty() {
                self.say(&place, format!("level {} lacks a language", level.level));
            }
            if level.ja.chars().count() > LEVEL_MAX_CHARS {
                self.say(&place, format!("level {} is longer than {LEVEL_MAX_CHARS} characters", level.level));
            }
        }
        if question.controls.is_empty() {
            self.say(&place, "it has no control");
        }
        for control in question.controls.iter().filter(|id| !self.catalogue.controls.contains_key(*id)) {
            self.say(&place, format!("there is no control {control}"));
        }
        if question.measures.is_empty() {
            self.say(&place, "it has no measure");
        }
        for measure in question.measures.iter().filter(|id| !self.catalogue.measures.contains_key(*id)) {
            self.say(&place, format!("there is no measure {measure}"));
        }
        if let Some(condition) = &question.applies_if {
            self.text(&place, "the reason of applies_if", &condition.reason);
            if !earlier.contains(&condition.question) {
                self.say(&place, format!("it hangs on {}, which does not come before it", condition.question));
            }
        }
        for same in question.same_as.iter().filter(|id| self.catalogue.question(id).is_none()) {
            self.say(&place, format!("same_as names {same}, which does not exist"));
        }
        if let Some(benchmark) = &question.benchmark
            && self.catalogue.metric(&benchmark.metric).is_none()
        {
            self.say(&place, format!("there is no published figure {}", benchmark.metric));
        }
    }

    fn counts(&mut self) {
        for (id, fields, questions) in COUNTS {
            let Some(questionnaire) = self.catalogue.questionnaire(id) else {
                self.say(format!("questionnaire {id}"), "it is missing");
                continue;
            };
            let found = (questionnaire.sections.len(), questionnaire.questions().count());
            if found != (fields, questions) {
                self.say(
                    format!("questionnaire {id}"),
                    format!("it must have {fields} fields and {questions} questions, not {} and {}", found.0, found.1),
                );
            }
        }
    }

    fn connections(&mut self) {
        let guide = self.catalogue.connections.clone();
        let mut ids = BTreeSet::new();
        for kind in &guide.types {
            let place = format!("connection type {}", kind.id);
            if !ids.insert(kind.id.as_str()) {
                self.say(&place, "it stands twice");
            }
            for (name, text) in [("title", &kind.title), ("short", &kind.short), ("risk", &kind.risk)] {
                self.text(&place, name, text);
            }
            self.text(&place, "usual_media", &kind.usual_media);
            for check in &kind.checks {
                self.text(&place, "check", check);
            }
            if let Some(case) = kind.case.as_ref().filter(|case| guide.case(case).is_none()) {
                self.say(&place, format!("there is no case {case}"));
            }
        }
        for medium in Medium::ALL {
            if guide.media.iter().filter(|rule| rule.medium == *medium).count() != 1 {
                self.say("connections.yaml", format!("the medium {} must stand once", medium.key()));
            }
        }
        for case in &guide.cases {
            self.text(&format!("case {}", case.id), "name", &case.name);
            self.text(&format!("case {}", case.id), "summary", &case.summary);
        }
        // The risk marks of the model name these.
        for case in CASES.iter().filter(|case| guide.case(case).is_none()) {
            self.say("connections.yaml", format!("there is no case {case}"));
        }
        for (name, said) in
            [("lesson", &guide.lesson), ("gateway", &guide.gateway), ("closed_myth", &guide.closed_myth)]
        {
            self.text("connections.yaml", name, &said.text);
        }
    }

    fn backup(&mut self) {
        let guide = self.catalogue.backup.clone();
        for way in Separation::ALL {
            match guide.separations.iter().filter(|rule| rule.separation == *way).collect::<Vec<_>>()[..] {
                [rule] => {
                    let place = format!("separation {}", way.key());
                    self.text(&place, "hint", &rule.hint);
                    if rule.accepted_by.is_some() != way.is_accepted() {
                        self.say(&place, "accepted_by and the product's rule disagree");
                    }
                    if rule.accepted_by.is_some() && rule.source.is_none() {
                        self.say(&place, "it has no source");
                    }
                }
                _ => self.say("backup.yaml", format!("the separation {} must stand once", way.key())),
            }
        }
        for statement in &guide.statements {
            self.text(&format!("backup statement {}", statement.id), "text", &statement.text);
        }
    }

    /// A control or measure nobody refers to is a loose end: no answer would ever lead to it.
    fn unused(&mut self) {
        let questions = || self.catalogue.questionnaires.iter().flat_map(Questionnaire::questions);
        let controls: BTreeSet<_> = questions().flat_map(|q| &q.controls).collect();
        let measures: BTreeSet<_> = questions()
            .flat_map(|q| &q.measures)
            .chain(self.catalogue.measures.values().flat_map(|m| &m.after))
            .collect();
        for id in self.catalogue.controls.keys().filter(|id| !controls.contains(id)) {
            self.say(format!("control {id}"), "no question asks about it");
        }
        for id in self.catalogue.measures.keys().filter(|id| !measures.contains(id)) {
            self.say(format!("measure {id}"), "no question leads to it");
        }
    }
}
