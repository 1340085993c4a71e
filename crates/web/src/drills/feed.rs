//! What is reported, the newest above: for the conductor's eye while the drill runs.

use super::live::LiveDrill;
use super::screens::Part;
use super::view_console::side_name;
use super::words::{role_title, span};
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use askama::Template;
use hakutaku_model::exercise::state::Deed;
use hakutaku_model::exercise::{DrillState, Side};

/// So many lines; the whole course stands on the drill's page.
const MOST: usize = 40;

struct FeedLine {
    at: String,
    who: String,
    what: String,
    took: Option<String>,
    late: bool,
    order: i64,
}

#[derive(Template)]
#[template(path = "drills/feed.html")]
struct FeedPart {
    t: Words,
    lines: Vec<FeedLine>,
}

pub(super) fn feed(drill: &LiveDrill, state: &DrillState, t: Words) -> Result<Part, Problem> {
    let scenario = &drill.setup.scenario;
    let several = drill.several();
    let who = |deed: &dyn Who| {
        let role = role_title(t, scenario, deed.role());
        let place =
            side_name(drill, deed.place().filter(|_| several)).map_or_else(String::new, |name| format!(" · {name}"));
        format!("{} ({role}{place})", deed.name())
    };
    let mut lines: Vec<FeedLine> = Vec::new();
    for ((inject, action), deeds) in &state.reported {
        let expected = scenario.inject(inject).and_then(|found| found.expects.iter().find(|known| known.id == *action));
        for deed in deeds {
            let fired = state.of_facility(deed.facility.filter(|_| state.several())).fired(inject);
            let took = fired.map(|fired| deed.when.seconds_since(&fired.when));
            let within = expected.and_then(|expected| expected.within);
            lines.push(FeedLine {
                at: deed.when.minute().to_string(),
                who: who(deed),
                what: expected.map_or_else(|| action.clone(), |expected| t.text(&expected.text).to_owned()),
                took: took.map(span),
                late: took.zip(within).is_some_and(|(took, within)| took > within.seconds()),
                order: deed.when.elapsed,
            });
        }
    }
    let plain = |deed: &dyn Who, order: i64, at: String, what: String| FeedLine {
        at,
        who: who(deed),
        what,
        took: None,
        late: false,
        order,
    };
    for deed in state.answers.values().flatten() {
        lines.push(plain(deed, deed.when.elapsed, deed.when.minute().to_string(), deed.what.clone()));
    }
    for (inject, deeds) in &state.chosen {
        let decision = scenario.inject(inject).and_then(|inject| inject.decide.as_ref());
        for deed in deeds {
            let option = decision.and_then(|decision| decision.options.iter().find(|option| option.id == deed.what));
            let text = option.map_or_else(|| deed.what.clone(), |option| t.text(&option.text).to_owned());
            let what = t.a("drill-feed-chosen", "option", text);
            lines.push(plain(deed, deed.when.elapsed, deed.when.minute().to_string(), what));
        }
    }
    for deed in &state.notes {
        lines.push(plain(deed, deed.when.elapsed, deed.when.minute().to_string(), deed.what.text.clone()));
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.order));
    lines.truncate(MOST);
    Part::only("feed", &FeedPart { t, lines })
}

/// What the kinds of deeds have in common.
trait Who {
    fn name(&self) -> &str;
    fn role(&self) -> &str;
    fn place(&self) -> Side;
}

impl<T> Who for Deed<T> {
    fn name(&self) -> &str {
        &self.name
    }

    fn role(&self) -> &str {
        &self.role
    }

    fn place(&self) -> Side {
        self.facility
    }
}
