//! A form laid out for its template.

use crate::AppState;
use crate::checklists::line::{LineInput, takes};
use crate::checklists::save::name_of;
use crate::checklists::{Opened, answerable, places};
use crate::shell::nav::{self, NavLink};
use crate::shell::page::{Page, html};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::response::Html;
use hakutaku_model::access::Action;
use hakutaku_model::catalogue::{Confidence, ItemStatus};
use hakutaku_model::checklist::{
    ItemAnswer, ItemView, LineState, LineView, Mark, Progress, Round, SectionView, TopicTurn,
};
use hakutaku_model::day::with_era;
use hakutaku_model::id::DocumentId;
use hakutaku_model::proposal::ProposedMark;
use hakutaku_model::text::Text;
use std::collections::BTreeMap;

/// What is laid over a line that could not be saved.
pub(super) struct Overlay {
    pub(super) input: LineInput,
    pub(super) faults: Vec<(&'static str, Text)>,
    /// Who answered meanwhile.
    pub(super) conflict: Option<String>,
}

/// By the name of the line.
pub(super) type Overlays = BTreeMap<String, Overlay>;

struct MissingShow {
    what: String,
    href: Option<String>,
}

struct ProposalShow {
    key: &'static str,
    mark: String,
    badge: &'static str,
    reasons: Vec<String>,
    missing: Vec<MissingShow>,
    /// What the button "as proposed" would put.
    takes: Option<String>,
}

struct FileShow {
    id: String,
    name: String,
    /// `None` where the visitor may not open files.
    href: Option<String>,
}

struct LastShow {
    place: String,
    words: String,
}

struct LineShow {
    /// Position on the form, for ids.
    at: usize,
    name: String,
    group: String,
    state_title: String,
    badge: &'static str,
    skipped: Option<String>,
    /// The reason may only be that no vendor was entered.
    enter_vendor: bool,
    edit: bool,
    first: &'static str,
    first_on: String,
    target: String,
    second: &'static str,
    second_on: String,
    remark: String,
    version: i64,
    saw: String,
    /// The answer in a sentence, for those who only read.
    words: String,
    by: Option<String>,
    proposal: Option<ProposalShow>,
    reopened: Option<Vec<String>>,
    faults: Vec<String>,
    conflict: Option<String>,
    last_year: Vec<LastShow>,
    files: Vec<FileShow>,
}

struct ItemShow {
    id: String,
    number: String,
    title: String,
    summary: String,
    expectation: String,
    inferred: bool,
    reference: bool,
    lines: Vec<LineShow>,
}

struct SectionShow {
    number: u8,
    title: String,
    items: Vec<ItemShow>,
    /// Open lines for which the facts carry a yes.
    ready: usize,
    edit: bool,
}

struct RuleShow {
    text: String,
    inferred: bool,
}

struct TurnShow {
    topic: String,
    turn: String,
    before: String,
    now: String,
}

#[derive(Template)]
#[template(path = "checklists/sheet.html")]
struct SheetPage {
    t: Words,
    page: Page,
    tabs: Vec<NavLink>,
    /// Address without query, and the query.
    base: String,
    query: String,
    url: String,
    lead: String,
    progress: String,
    look_again: usize,
    prepares: bool,
    prepares_words: String,
    skipped: Option<String>,
    enter_vendor: Option<String>,
    vendor_writes: bool,
    edit: bool,
    faulty: usize,
    today: String,
    sections: Vec<SectionShow>,
    rules: Vec<RuleShow>,
    before: String,
    turns: Vec<TurnShow>,
}

/// The class of a state's badge; the words beside it say the same.
pub(super) fn state_badge(state: &LineState) -> &'static str {
    match state {
        LineState::Yes | LineState::DoneInSecondRound => "good",
        LineState::NoWithoutTarget | LineState::StillNo => "bad",
        LineState::NoWithTarget => "now",
        LineState::Open | LineState::Skipped(_) => "",
    }
}

/// How far a form has come, in a sentence.
pub(crate) fn progress_words(t: &Words, progress: &Progress) -> String {
    let open = t.a2("checklist-progress-open", "lines", progress.lines, "open", progress.open);
    // Three noughts tell nobody anything.
    if progress.lines == progress.open {
        return open;
    }
    let done = t.a3(
        "checklist-progress-done",
        ("yes", progress.yes),
        ("with", progress.no_with_target),
        ("without", progress.no_without_target),
    );
    format!("{open} {done}")
}

/// An answer in a sentence.
pub(super) fn said(t: &Words, answer: &ItemAnswer) -> String {
    let Some(first) = answer.first else { return t.m("checklist-state-open") };
    let said = |round: Round| format!("{} {}", t.text(&round.mark.title()), with_era(round.on, t.lang));
    let mut words = t.a("checklist-said-first", "answer", said(first));
    if let Some(target) = answer.target {
        words = format!("{words} {}", t.a("checklist-said-target", "day", with_era(target, t.lang)));
    }
    if let Some(second) = answer.second {
        words = format!("{words} {}", t.a("checklist-said-second", "answer", said(second)));
    }
    words
}

/// The page of a form.
pub(super) async fn render(
    app: &AppState,
    visit: &Visit,
    opened: &Opened,
    overlays: &Overlays,
) -> Result<Html<String>, Problem> {
    let view = &opened.view;
    let t = visit.t();
    let edit = answerable(visit, view);
    let files = app.store.documents(opened.facility, None).await?;
    let names: BTreeMap<DocumentId, String> = files.into_iter().map(|row| (row.id, row.name)).collect();
    let layout = Layout { visit, opened, overlays, names, edit };
    let mut at = 0;
    let sections = view.sections.iter().map(|section| layout.section(section, &mut at)).collect();
    let title = match &view.vendor {
        Some(vendor) => format!("{}（{}）", t.text(&view.form.title()), vendor.name),
        None => t.text(&view.form.title()).to_owned(),
    };
    let enter_vendor = nav::tabs(visit, nav::VENDORS).into_iter().next().map(|link| link.href);
    let no_vendor = view.skipped.as_ref().is_some_and(|skip| skip.no_vendor_entered);
    html(&SheetPage {
        t,
        page: visit
            .page(format!("{title} {}", t.text(&view.era)))
            .under(format!("/facilities/{}/forms", opened.facility), t.m("nav-forms")),
        tabs: nav::tabs(visit, nav::FORMS),
        base: opened.address(),
        query: opened.query(),
        url: view.url.clone(),
        lead: t.m("checklist-paraphrase"),
        progress: progress_words(&t, &view.progress),
        look_again: view.progress.look_again,
        prepares: view.prepares,
        prepares_words: t.a2("checklist-prepares", "era", t.text(&view.era), "year", view.years.1.label(t.lang)),
        skipped: view.skipped.as_ref().map(|skip| t.text(&skip.reason).to_owned()),
        enter_vendor: enter_vendor.filter(|_| no_vendor),
        vendor_writes: view.vendor_writes,
        edit,
        faulty: overlays.len(),
        today: opened.ground.today.to_string(),
        sections,
        rules: view
            .rules
            .iter()
            .map(|rule| RuleShow {
                text: t.text(&rule.text).to_owned(),
                inferred: rule.confidence == Confidence::Inferred,
            })
            .collect(),
        before: view.years_apart.as_ref().map(|apart| t.text(&apart.era).to_owned()).unwrap_or_default(),
        turns: layout.turns(app),
    })
}

struct Layout<'a> {
    visit: &'a Visit,
    opened: &'a Opened,
    overlays: &'a Overlays,
    names: BTreeMap<DocumentId, String>,
    edit: bool,
}

impl Layout<'_> {
    fn section(&self, section: &SectionView, at: &mut usize) -> SectionShow {
        let lines = || section.items.iter().flat_map(|item| &item.lines);
        let ready = lines().filter(|line| {
            line.state == LineState::Open
                && line.proposal.as_ref().is_some_and(|proposal| proposal.mark == ProposedMark::Yes)
        });
        SectionShow {
            number: section.number,
            title: self.visit.t().text(&section.title).to_owned(),
            ready: ready.count(),
            edit: self.edit && lines().any(|line| !matches!(line.state, LineState::Skipped(_))),
            items: section.items.iter().map(|item| self.item(item, at)).collect(),
        }
    }

    fn item(&self, item: &ItemView, at: &mut usize) -> ItemShow {
        let t = self.visit.t();
        ItemShow {
            id: item.id.clone(),
            number: item.number.clone().unwrap_or_default(),
            title: t.text(&item.title).to_owned(),
            summary: t.text(&item.summary).to_owned(),
            expectation: item.expectation.as_ref().map(|text| t.text(text).to_owned()).unwrap_or_default(),
            inferred: item.inferred,
            reference: item.status == ItemStatus::Reference,
            lines: item
                .lines
                .iter()
                .map(|line| {
                    *at += 1;
                    self.line(line, *at)
                })
                .collect(),
        }
    }

    fn line(&self, line: &LineView, at: usize) -> LineShow {
        let t = self.visit.t();
        let name = name_of(line);
        let overlay = self.overlays.get(&name);
        let input = overlay.map_or_else(|| LineInput::of(line), |overlay| overlay.input.clone());
        let (state_title, answer) = (line.state.title(), line.answer.as_ref());
        let skip = match &line.state {
            LineState::Skipped(skip) => Some(skip),
            _ => None,
        };
        let mut faults: Vec<String> = line.faults.iter().map(|fault| t.text(&fault.sentence()).to_owned()).collect();
        if let Some(overlay) = overlay {
            faults = overlay.faults.iter().map(|(_, text)| t.text(text).to_owned()).collect();
        }
        LineShow {
            at,
            group: t.text(&line.group).to_owned(),
            state_title: t.text(&state_title).to_owned(),
            badge: state_badge(&line.state),
            skipped: skip.map(|skip| t.text(&skip.reason).to_owned()),
            enter_vendor: skip.is_some_and(|skip| skip.no_vendor_entered),
            // An answer to a skipped line can be taken back, or it would stay wrong for ever.
            edit: self.edit && (skip.is_none() || answer.is_some_and(|answer| answer.first.is_some())),
            first: input.first.map_or("", Mark::key),
            first_on: input.first_on,
            target: input.target,
            second: input.second.map_or("", Mark::key),
            second_on: input.second_on,
            remark: input.remark,
            version: input.version,
            saw: line.proposal.as_ref().map(|proposal| proposal.fingerprint.clone()).unwrap_or_default(),
            words: answer.map_or_else(|| t.m("checklist-state-open"), |answer| said(&t, answer)),
            by: line
                .kept
                .as_ref()
                .map(|kept| t.a2("checklist-by", "name", &kept.by, "at", kept.at.minute_in_japan(t.lang))),
            proposal: line.proposal.as_ref().map(|proposal| ProposalShow {
                key: proposal.mark.key(),
                mark: t.text(&proposal.mark.title()).to_owned(),
                badge: match proposal.mark {
                    ProposedMark::Yes => "good",
                    ProposedMark::No => "bad",
                    ProposedMark::NotYet => "now",
                    ProposedMark::Unknown => "",
                },
                reasons: proposal.reasons.iter().map(|reason| t.text(reason).to_owned()).collect(),
                missing: proposal
                    .missing
                    .iter()
                    .map(|missing| MissingShow {
                        what: t.text(&missing.what).to_owned(),
                        href: places::href(&missing.place, self.visit),
                    })
                    .collect(),
                takes: takes(proposal.mark)
                    .filter(|_| line.state == LineState::Open)
                    .map(|mark| t.text(&mark.title()).to_owned()),
            }),
            reopened: line.reopened.clone().filter(|_| line.state != LineState::Open),
            faults,
            conflict: overlay.and_then(|overlay| overlay.conflict.as_ref()).map(|by| {
                let stands = answer.map_or_else(|| t.m("checklist-state-open"), |answer| said(&t, answer));
                format!("{} {stands}", t.a("checklist-conflict", "name", by))
            }),
            last_year: line
                .last_year
                .iter()
                .map(|last| LastShow {
                    place: format!("{} {}", last.asked.number.as_deref().unwrap_or_default(), t.text(&last.group)),
                    words: match &last.answer {
                        Some(answer) => said(&t, answer),
                        None => t.m("checklist-last-none"),
                    },
                })
                .collect(),
            files: answer.map(|answer| self.files(&answer.documents)).unwrap_or_default(),
            name,
        }
    }

    fn files(&self, documents: &[DocumentId]) -> Vec<FileShow> {
        let may = self.visit.may(Action::ReadDocument);
        let known = documents.iter().filter_map(|id| Some((id, self.names.get(id)?)));
        known
            .map(|(id, name)| FileShow {
                id: id.to_string(),
                name: name.clone(),
                href: may.then(|| format!("/facilities/{}/documents/{id}", self.opened.facility)),
            })
            .collect()
    }

    fn turns(&self, app: &AppState) -> Vec<TurnShow> {
        let t = self.visit.t();
        let Some(apart) = &self.opened.view.years_apart else { return Vec::new() };
        let places = |asked: &[hakutaku_model::checklist::compare::Asked]| {
            let places = asked.iter().map(|place| {
                let group = app.catalogue.checklist_rules.group(&place.group);
                format!("{} {}", place.number.as_deref().unwrap_or_default(), t.text(&group))
            });
            places.collect::<Vec<_>>().join(t.m("checklist-comma").as_str())
        };
        let steps = apart.steps.iter().filter(|step| step.turn != TopicTurn::Same);
        steps
            .map(|step| TurnShow {
                topic: app
                    .catalogue
                    .checklist_topics
                    .get(&step.topic)
                    .map_or_else(|| step.topic.clone(), |topic| t.text(&topic.title).to_owned()),
                turn: t.k(match step.turn {
                    TopicTurn::New => Key("checklist-turn-new"),
                    TopicTurn::Gone => Key("checklist-turn-gone"),
                    TopicTurn::Merged => Key("checklist-turn-merged"),
                    TopicTurn::Split => Key("checklist-turn-split"),
                    TopicTurn::Moved | TopicTurn::Same => Key("checklist-turn-moved"),
                }),
                before: places(&step.before),
                now: places(&step.now),
            })
            .collect()
    }
}
