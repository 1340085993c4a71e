//! The rules of `responsibility.yaml`, `scope.yaml` and `procurement.yaml`.

use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::text::Text;
use std::collections::BTreeSet;

pub(crate) fn check(catalogue: &Catalogue) -> Vec<String> {
    let mut problems = Vec::new();
    tasks(catalogue, &mut problems);
    scope(catalogue, &mut problems);
    procurement(catalogue, &mut problems);
    problems
}

fn text(problems: &mut Vec<String>, place: &str, name: &str, text: &Text) {
    if text.is_incomplete() {
        problems.push(format!("{place}: {name} lacks a language"));
    } else if text.ja == text.en && !text.ja.is_ascii() {
        problems.push(format!("{place}: {name} is the same in both languages"));
    }
}

fn once<'a>(problems: &mut Vec<String>, what: &str, ids: impl Iterator<Item = &'a str>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            problems.push(format!("{what}: the id {id} is used twice"));
        }
    }
    seen
}

fn tasks(catalogue: &Catalogue, problems: &mut Vec<String>) {
    let tasks = &catalogue.responsibility;
    let cases = once(problems, "responsibility.yaml cases", tasks.cases.iter().map(|case| case.id.as_str()));
    once(problems, "responsibility.yaml tasks", tasks.tasks.iter().map(|task| task.id.as_str()));
    for case in &tasks.cases {
        text(problems, &format!("case {}", case.id), "title", &case.title);
    }
    for task in &tasks.tasks {
        let place = format!("task {}", task.id);
        for (name, words) in [
            ("title", &task.title),
            ("question", &task.question),
            ("why", &task.why),
            ("can_happen", &task.can_happen),
            ("source", &task.source),
        ] {
            text(problems, &place, name, words);
        }
        if task.applies.is_empty() {
            problems.push(format!("{place}: it applies to nothing"));
        }
        if task.controls.is_empty() {
            problems.push(format!("{place}: it belongs to no control"));
        }
        for control in task.controls.iter().filter(|id| !catalogue.controls.contains_key(*id)) {
            problems.push(format!("{place}: there is no control {control}"));
        }
        if let Some(case) = task.case.as_deref().filter(|case| !cases.contains(case)) {
            problems.push(format!("{place}: there is no case {case}"));
        }
    }
}

fn scope(catalogue: &Catalogue, problems: &mut Vec<String>) {
    once(problems, "scope.yaml", catalogue.scope.iter().map(|guide| guide.id.as_str()));
    for guide in &catalogue.scope {
        let place = format!("scope {}", guide.id);
        text(problems, &place, "title", &guide.title);
        text(problems, &place, "intro", &guide.intro);
        problems.extend(guide.problems().into_iter().map(|problem| format!("{place}: {problem}")));
        for node in &guide.nodes {
            let place = format!("{place} {}", node.id);
            for (name, words) in [
                ("question", &node.question),
                ("help", &node.help),
                ("why", &node.why),
                ("source", &node.source),
                ("the reason of yes", &node.yes.reason),
                ("the reason of no", &node.no.reason),
            ] {
                text(problems, &place, name, words);
            }
        }
        for result in &guide.results {
            let place = format!("{place} {}", result.id);
            text(problems, &place, "title", &result.title);
            text(problems, &place, "source", &result.source);
            if result.next.is_empty() {
                problems.push(format!("{place}: it does not say what to do now"));
            }
            for step in &result.next {
                text(problems, &place, "next", step);
            }
        }
    }
}

fn procurement(catalogue: &Catalogue, problems: &mut Vec<String>) {
    let guide = &catalogue.procurement;
    let kinds = once(problems, "procurement.yaml kinds", guide.kinds.iter().map(|kind| kind.id.as_str()));
    let threats = once(problems, "procurement.yaml threats", guide.threats.iter().map(|threat| threat.id.as_str()));
    once(problems, "procurement.yaml practices", guide.practices.iter().map(|practice| practice.id.as_str()));
    let counts = (guide.kinds.len(), guide.threats.len(), guide.practices.len());
    if counts != (10, 5, 30) {
        problems.push(format!("procurement.yaml: there must be 10 kinds, 5 threats and 30 practices, not {counts:?}"));
    }
    text(problems, "procurement.yaml", "source", &guide.source);
    for (at, practice) in guide.practices.iter().enumerate() {
        let place = format!("practice {}", practice.id);
        if usize::from(practice.number) != at + 1 {
            problems.push(format!("{place}: its number is {}, but it stands at {}", practice.number, at + 1));
        }
        text(problems, &place, "title", &practice.title);
        text(problems, &place, "requirement", &practice.requirement);
        text(problems, &place, "why", &practice.why);
        for id in practice.kinds.iter().filter(|id| !kinds.contains(id.as_str())) {
            problems.push(format!("{place}: there is no kind {id}"));
        }
        for id in practice.threats.iter().filter(|id| !threats.contains(id.as_str())) {
            problems.push(format!("{place}: there is no threat {id}"));
        }
        if practice.kinds.is_empty() || practice.threats.is_empty() {
            problems.push(format!("{place}: it applies to nothing"));
        }
    }
}
