//! The plan for outages and attacks, and what shows that it works: drills and calls through the contact tree.

use super::ProposedMark as M;
use super::ground::{Ground, Place};
use super::topics::decided;
use crate::text::Lang;
use crate::time::date_words;
use jiff::civil::Date;

fn on(day: Date) -> (String, String) {
    (date_words(day, Lang::Ja), date_words(day, Lang::En))
}

/// A plan for a cyber attack. One that the director approved here, with every section written, carries the item; a drill
/// bears on it but does not stand in for a plan.
pub(super) fn cyber_bcp(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let approved = plan(g);
    drill(g);
    match (approved, word.decides) {
        (Some(true), Some(false)) => M::NotYet,
        (Some(true), _) => M::Yes,
        (Some(false), _) => M::NotYet,
        (None, _) => {
            g.misses(
                Place::Evidence,
                "示せる書類（任命書、計画、規程など）",
                "The paper that shows it (appointment, plan, rules)",
            );
            decided(word)
        }
    }
}

/// Whether an approved plan has all its sections; `None` while none was approved here.
fn plan(g: &mut Ground<'_>) -> Option<bool> {
    let plan = g.facts.plan.as_ref()?;
    let (Some(version), Some(approved)) = (plan.version, plan.approved) else {
        g.uses([("plan.approved", false.into())]);
        g.because("計画: 作成中で、まだ承認されていません", "Plan: being written, not approved yet");
        g.misses(Place::Plan, "計画の承認", "Approval of the plan");
        return None;
    };
    let complete = plan.written >= plan.sections;
    g.uses([
        ("plan.approved", true.into()),
        ("plan.version", version.into()),
        ("plan.complete", complete.into()),
        ("plan.printed_current", plan.printed_current.into()),
    ]);
    let (ja, en) = on(approved);
    g.because(
        format!("計画: 第{version}版を{ja}に承認、{}章のうち{}章を記入", plan.sections, plan.written),
        format!("Plan: version {version} approved on {en}, {} of {} sections written", plan.written, plan.sections),
    );
    if !complete {
        g.misses(Place::Plan, "まだ書かれていない章", "The sections not written yet");
    }
    if plan.printed.is_some() && !plan.printed_current {
        g.because(
            "計画: 印刷した後に中身の事実が変わっています",
            "Plan: facts in it have changed since it was printed",
        );
    }
    Some(complete)
}

fn drill(g: &mut Ground<'_>) {
    let Some(drills) = g.facts.drills.as_ref().filter(|drills| drills.held > 0) else { return };
    let Some(newest) = drills.newest else { return };
    g.uses([
        ("drills.newest", newest.to_string().into()),
        ("drills.within_year", drills.within_year.into()),
        ("drills.gaps", drills.gaps.into()),
        ("drills.gaps_closed", drills.gaps_closed.into()),
    ]);
    let (ja, en) = on(newest);
    let (old_ja, old_en) =
        if drills.within_year { ("", "") } else { ("（1年より前）", " (more than a year ago)") };
    g.because(
        format!("訓練: 「{}」を{ja}に実施{old_ja}", drills.newest_title),
        format!("Drill: \"{}\" held on {en}{old_en}", drills.newest_title),
    );
    if drills.gaps > 0 {
        g.because(
            format!("訓練で見つかった課題{}件のうち{}件が終了", drills.gaps, drills.gaps_closed),
            format!("Of {} gaps found in it, {} are closed", drills.gaps, drills.gaps_closed),
        );
    }
}

/// The chart of whom to call: that it is there only a paper shows; that it works, a call through it.
pub(super) fn contact_chart(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    if let Some((newest, drills)) = g.facts.drills.as_ref().and_then(|drills| Some((drills.newest_call?, drills))) {
        g.uses([
            ("calls.newest", newest.to_string().into()),
            ("calls.within_year", drills.call_within_year.into()),
            ("calls.not_reached", drills.not_reached.into()),
        ]);
        let (ja, en) = on(newest);
        g.because(
            format!("連絡訓練: {ja}に実施、つながらなかった相手{}件", drills.not_reached),
            format!("Call test: held on {en}, {} not reached", drills.not_reached),
        );
        if drills.not_reached > 0 {
            g.misses(Place::Calls, "つながらなかった相手の番号", "The numbers of those not reached");
        }
    }
    g.misses(Place::Evidence, "連絡体制図そのもの", "The chart itself");
    decided(word)
}
