//! Finds what can never happen in a scenario: conditions nobody can meet, injects nothing brings, circles of decisions.

use super::check::Checker;
use super::clock::Minute;
use super::condition::Condition;
use super::scenario::{Inject, Scenario, Trigger};
use std::collections::BTreeSet;

/// A condition with more ways to hold than this is not looked into.
const MOST_WAYS: usize = 256;

pub(super) fn check(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    for inject in &scenario.injects {
        for (name, condition) in [("when", &inject.when), ("unless", &inject.unless)] {
            if let Some(condition) = condition {
                references(checker, &format!("inject {}, {name}", inject.id), condition);
            }
        }
        gotos(checker, inject);
    }
    circles(checker);
    let possible = possible(scenario);
    for inject in &scenario.injects {
        never(checker, inject, &possible);
    }
}

fn references(checker: &mut Checker<'_>, place: &str, condition: &Condition) {
    let scenario = checker.scenario;
    for leaf in condition.leaves() {
        match leaf {
            Condition::Done(wanted) => {
                if scenario.action(&wanted.role, &wanted.action).is_none() {
                    checker.error(
                        place,
                        format!("期待する行動{wanted}がありません"),
                        format!("there is no expected action {wanted}"),
                    );
                }
            }
            Condition::NotDone(wanted, by) => {
                let Some((inject, _)) = scenario.action(&wanted.role, &wanted.action) else {
                    checker.error(
                        place,
                        format!("期待する行動{wanted}がありません"),
                        format!("there is no expected action {wanted}"),
                    );
                    continue;
                };
                if *by > scenario.minutes {
                    checker.error(
                        place,
                        format!("{by}は訓練の終わり（{}）より後です", scenario.minutes),
                        format!("{by} is after the end of the drill at {}", scenario.minutes),
                    );
                }
                if let Some(at) = inject.at.filter(|at| at >= by) {
                    checker.warn(
                        place,
                        format!("{wanted}が求められるのは{at}なので、{by}までには誰も行えません"),
                        format!("{wanted} is asked for at {at}: nobody can have done it by {by}"),
                    );
                }
            }
            Condition::Chosen(wanted) => {
                let decision = scenario.inject(&wanted.inject).and_then(|inject| inject.decide.as_ref());
                if !decision.is_some_and(|d| d.options.iter().any(|option| option.id == wanted.option)) {
                    checker.error(
                        place,
                        format!("選択肢{wanted}がありません"),
                        format!("there is no option {wanted} of a decision"),
                    );
                }
            }
            Condition::All(_) | Condition::Any(_) => {}
        }
    }
}

fn targets(inject: &Inject) -> impl Iterator<Item = (&str, &str)> {
    let options = inject.decide.iter().flat_map(|decision| &decision.options);
    options.filter_map(|option| option.goto.as_deref().map(|goto| (option.id.as_str(), goto)))
}

fn gotos(checker: &mut Checker<'_>, inject: &Inject) {
    let scenario = checker.scenario;
    for (option, goto) in targets(inject) {
        let place = format!("inject {}, option {option}", inject.id);
        match scenario.inject(goto) {
            None => {
                checker.error(place, format!("状況付与{goto}がありません"), format!("there is no inject {goto} to go to"));
            }
            Some(target) if !target.by_hand => checker.error(
                place,
                format!("{goto}はひとりでに来ます。選んだときだけ来るようにするには by_hand: true と書きます"),
                format!("{goto} comes by itself; for it to follow the choice it needs by_hand: true"),
            ),
            Some(_) => {}
        }
    }
}

/// Each circle of gotos is named once, by the inject that stands first in the file.
fn circles(checker: &mut Checker<'_>) {
    let scenario = checker.scenario;
    let mut named: BTreeSet<&str> = BTreeSet::new();
    for start in &scenario.injects {
        if named.contains(start.id.as_str()) {
            continue;
        }
        // All injects that can be reached from this one; if it is among them, it goes in a circle.
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![start];
        while let Some(inject) = open.pop() {
            for (_, goto) in targets(inject) {
                if reached.insert(goto) {
                    open.extend(scenario.inject(goto));
                }
            }
        }
        if reached.contains(start.id.as_str()) {
            named.extend(reached);
            checker.error(
                format!("inject {}", start.id),
                "選択の行き先をたどると、ここに戻ってきます",
                "following the gotos of its decision leads back to it",
            );
        }
    }
}

/// The ways in which a condition can hold: lists of leaves that must hold together.
fn ways(condition: &Condition) -> Option<Vec<Vec<&Condition>>> {
    match condition {
        Condition::Any(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(ways(part)?);
                if all.len() > MOST_WAYS {
                    return None;
                }
            }
            Some(all)
        }
        Condition::All(parts) => {
            let mut all: Vec<Vec<&Condition>> = vec![Vec::new()];
            for part in parts {
                let more = ways(part)?;
                if all.len() * more.len() > MOST_WAYS {
                    return None;
                }
                all = all
                    .iter()
                    .flat_map(|before| more.iter().map(move |after| before.iter().chain(after).copied().collect()))
                    .collect();
            }
            Some(all)
        }
        leaf => Some(vec![vec![leaf]]),
    }
}

/// Whether these leaves can hold together, given the injects that can come. What names nothing is found elsewhere.
fn can_hold(scenario: &Scenario, way: &[&Condition], possible: &BTreeSet<&str>) -> bool {
    let comes = |inject: &str| scenario.inject(inject).is_none() || possible.contains(inject);
    way.iter().enumerate().all(|(n, leaf)| {
        let rest = way.get(n + 1..).unwrap_or_default();
        match leaf {
            Condition::Done(wanted) => {
                let asked = scenario.action(&wanted.role, &wanted.action).is_none_or(|(inject, _)| comes(&inject.id));
                asked && !way.iter().any(|other| matches!(other, Condition::NotDone(not, _) if not == wanted))
            }
            Condition::NotDone(_, by) => *by <= scenario.minutes,
            Condition::Chosen(wanted) => {
                comes(&wanted.inject)
                    && !rest.iter().any(|other| {
                        matches!(other, Condition::Chosen(also) if also.inject == wanted.inject && also.option != wanted.option)
                    })
            }
            Condition::All(_) | Condition::Any(_) => true,
        }
    })
}

/// The ways an inject's `when` can hold without its `unless` holding with it.
fn is_possible(scenario: &Scenario, inject: &Inject, possible: &BTreeSet<&str>) -> bool {
    match inject.trigger() {
        Trigger::At(at) => !inject.unless.as_ref().is_some_and(|unless| always_at(scenario, unless, at)),
        Trigger::ByHand => true,
        Trigger::When(condition) => {
            let Some(ways) = ways(condition) else { return true };
            ways.iter().any(|way| {
                let dropped = inject.unless.as_ref().is_some_and(|unless| follows(way, unless));
                !dropped && can_hold(scenario, way, possible)
            })
        }
    }
}

/// Whether a condition holds whenever these leaves do.
fn follows(way: &[&Condition], condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) => parts.iter().all(|part| follows(way, part)),
        Condition::Any(parts) => parts.iter().any(|part| follows(way, part)),
        leaf => way.contains(&leaf),
    }
}

/// Whether a condition surely holds at a minute, whatever the players do.
fn always_at(scenario: &Scenario, condition: &Condition, at: Minute) -> bool {
    match condition {
        Condition::NotDone(wanted, by) => {
            let asked = scenario.action(&wanted.role, &wanted.action).and_then(|(inject, _)| inject.at);
            *by <= at && asked.is_some_and(|asked| asked >= at)
        }
        Condition::All(parts) => parts.iter().all(|part| always_at(scenario, part, at)),
        Condition::Any(parts) => parts.iter().any(|part| always_at(scenario, part, at)),
        Condition::Done(_) | Condition::Chosen(_) => false,
    }
}

/// The injects that can come, found by adding until nothing is added: one that waits for itself is not among them.
fn possible(scenario: &Scenario) -> BTreeSet<&str> {
    let mut found: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = found.len();
        for inject in &scenario.injects {
            if !found.contains(inject.id.as_str()) && is_possible(scenario, inject, &found) {
                found.insert(&inject.id);
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

fn never(checker: &mut Checker<'_>, inject: &Inject, possible: &BTreeSet<&str>) {
    let scenario = checker.scenario;
    let place = format!("inject {}", inject.id);
    if !possible.contains(inject.id.as_str()) {
        checker.error(
            &place,
            "条件が成り立つことがないため、この状況付与は決して来ません",
            "it can never come: its conditions cannot be met",
        );
        for (option, goto) in targets(inject) {
            checker.error(
                format!("{place}, option {option}"),
                format!("{goto}への分かれ道は決して起こりません"),
                format!("the branch to {goto} can never happen"),
            );
        }
    }
    if let Some(unless) = &inject.unless
        && let Some(ways) = ways(unless)
        && !ways.iter().any(|way| can_hold(scenario, way, possible))
    {
        checker.warn(
            format!("{place}, unless"),
            "この条件は決して成り立ちません",
            "this condition can never hold",
        );
    }
    let brought = scenario.injects.iter().flat_map(targets).any(|(_, goto)| goto == inject.id);
    if inject.by_hand && !brought {
        checker.warn(
            place,
            "どの選択からも続かないため、進行役が手で出したときだけ来ます",
            "no decision leads to it: it comes only by the conductor's hand",
        );
    }
}
