//! Writing a notice, or its correction: plain text first, what to look for second.

use super::reach::{self, Reached, reach_of};
use super::{BASE, fields};
use crate::AppState;
use crate::house::{self, Choice, NAME};
use crate::notices::view::{expects, tlp_words};
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use hakutaku_model::facility::FacilityKind;
use hakutaku_model::id::{FacilityId, NoticeId};
use hakutaku_model::region::notice::{
    ACTIONS, Audience, Edition, LONGEST_TEXT, LONGEST_TITLE, Notice, NoticeKind, Stage, Tlp,
};
use hakutaku_model::text::folded;
use hakutaku_model::time::Ts;
use hakutaku_store::{KeptNotice, NoticeState, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Members that can be ticked one by one; more are typed by name.
const TICKED: usize = 60;
/// Names of facilities typed at most.
const TYPED: usize = 10_000;
/// People named at most.
const PEOPLE: usize = 100;
/// Until the deadline, unless another is chosen: two days.
const USUAL_SECONDS: i64 = 2 * 86_400;

#[derive(Template)]
#[template(path = "region_notices/edit.html")]
struct EditPage {
    t: Words,
    page: Page,
    form: Form,
    action: String,
    back: String,
    version: Option<i64>,
    /// The number of the notice that is corrected.
    correcting: Option<String>,
    kinds: Vec<Choice>,
    labels: Vec<Choice>,
    expected: Vec<Choice>,
    audience_kinds: Vec<Choice>,
    groups: Vec<Choice>,
    /// Empty when there are too many to tick.
    facilities: Vec<Choice>,
    products: Vec<fields::ProductRow>,
    members: usize,
    longest_title: usize,
    longest_text: usize,
    most_actions: usize,
    changed: bool,
}

/// A form filled from a notice.
pub(crate) fn fill(notice: &Notice, poll: bool, all: &BTreeMap<FacilityId, Reached>) -> Form {
    let what = match &notice.because {
        Edition::Correction { what } => what.clone(),
        Edition::First | Edition::Withdrawal { .. } => String::new(),
    };
    let mut form = Form::of([
        ("kind", notice.kind.key().to_owned()),
        ("tlp", notice.tlp.key().to_owned()),
        ("title", notice.title.clone()),
        ("text", notice.text.clone()),
        ("actions", notice.actions.join("\n")),
        ("indicators", notice.indicators.iter().map(|one| one.value.as_str()).collect::<Vec<_>>().join("\n")),
        ("expects", notice.expects.key().to_owned()),
        ("day", notice.deadline.date_in_japan().to_string()),
        ("time", fields::clock(notice.deadline)),
        ("people", notice.audience.people.join("\n")),
        ("what", what),
    ]);
    if poll {
        form.tick("poll", "yes");
    }
    for kind in &notice.audience.kinds {
        form.tick("audience_kinds", kind.key());
    }
    for group in &notice.audience.groups {
        form.tick("groups", group);
    }
    if all.len() <= TICKED {
        for id in &notice.audience.facilities {
            form.tick("facilities", &id.to_string());
        }
    } else {
        let name = |id: &FacilityId| all.get(id).map(|one| one.reach.name.clone());
        let names: Vec<String> = notice.audience.facilities.iter().filter_map(name).collect();
        form.tick("facilities", &names.join("\n"));
    }
    fields::fill_products(&mut form, &notice.products);
    form
}

/// Facilities ticked or typed by name.
fn read_facilities(form: &mut Form, all: &BTreeMap<FacilityId, Reached>) -> BTreeSet<FacilityId> {
    let by_name: BTreeMap<String, FacilityId> =
        all.values().map(|one| (folded(&one.reach.name), one.member.facility)).collect();
    let typed: Vec<String> = form
        .values("facilities")
        .iter()
        .flat_map(|value| value.lines())
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let mut found = BTreeSet::new();
    for one in typed.iter().take(TYPED) {
        let id = one.parse().ok().filter(|id| all.contains_key(id)).or_else(|| by_name.get(&folded(one)).copied());
        match id {
            Some(id) => {
                found.insert(id);
            }
            None => form.fault("facilities", Key("region-notices-wrong-facility")),
        }
    }
    found
}

/// Says the rules' own sentence beside the field that breaks them: each field is tried in a notice that is right otherwise.
fn say_faults(form: &mut Form, notice: &Notice) {
    let right = Notice {
        title: "あ".into(),
        text: "あ".into(),
        actions: vec!["あ".into()],
        because: Edition::First,
        edition: 1,
        tlp: Tlp::Green,
        expects: Stage::Understood,
        deadline: notice.at.plus_seconds(60),
        ..notice.clone()
    };
    let one = notice.clone();
    let tried = [
        ("title", Notice { title: one.title, ..right.clone() }),
        ("text", Notice { text: one.text, ..right.clone() }),
        ("actions", Notice { actions: one.actions, ..right.clone() }),
        ("day", Notice { deadline: one.deadline, ..right.clone() }),
        ("expects", Notice { expects: one.expects, ..right.clone() }),
        ("people", Notice { tlp: one.tlp, ..right }),
    ];
    for (field, notice) in tried {
        if let Some(fault) = notice.faults().into_iter().next() {
            form.fault_said(field, fault);
        }
    }
}

/// Reads a notice; faults go to their fields.
pub(crate) fn read(form: &mut Form, all: &BTreeMap<FacilityId, Reached>, onto: &Notice, now: Ts) -> Option<Notice> {
    let plain = |text: &str| text.trim().replace("\r\n", "\n");
    let kind = form.choice("kind", NoticeKind::from_key).unwrap_or_default();
    let tlp = form.choice("tlp", Tlp::from_key).unwrap_or_default();
    let expects = form.choice("expects", Stage::from_key).unwrap_or_default();
    let deadline = fields::read_moment(form, "day", "time").unwrap_or(now.plus_seconds(USUAL_SECONDS));
    let actions = fields::lines(form, "actions", ACTIONS);
    let indicators = fields::read_indicators(form);
    let products = fields::read_products(form);
    let people = fields::lines(form, "people", PEOPLE);
    let facilities = read_facilities(form, all);
    let known = reach::groups(all);
    let groups: BTreeSet<String> =
        form.values("groups").iter().filter(|group| known.contains(*group)).cloned().collect();
    let kinds = form.values("audience_kinds").iter().filter_map(|key| FacilityKind::from_key(key)).collect();
    let text = plain(form.value("text"));
    if text.chars().any(|c| c.is_control() && c != '\n') {
        form.fault("text", Key("form-control-characters"));
    }
    let title = form.line("title", LONGEST_TITLE);
    if actions.iter().any(|one| one.chars().count() > house::LINE)
        || people.iter().any(|one| one.chars().count() > NAME)
    {
        form.fault("actions", Key("form-too-long"));
    }
    let notice = Notice {
        kind,
        tlp,
        audience: Audience { kinds, groups, facilities, people },
        title,
        text,
        actions,
        indicators,
        products,
        expects,
        deadline,
        at: now,
        ..onto.clone()
    };
    say_faults(form, &notice);
    form.is_right().then_some(notice)
}

/// A notice nobody has written anything of.
pub(crate) fn blank(now: Ts) -> Notice {
    Notice {
        number: String::new(),
        edition: 1,
        because: Edition::First,
        kind: NoticeKind::Vulnerability,
        tlp: Tlp::Amber,
        audience: Audience::default(),
        title: String::new(),
        text: String::new(),
        actions: Vec::new(),
        indicators: Vec::new(),
        products: Vec::new(),
        expects: Stage::Acted,
        deadline: now.plus_seconds(USUAL_SECONDS),
        by: String::new(),
        at: now,
    }
}

/// What is being written, and onto what.
struct Writing<'a> {
    kept: Option<&'a KeptNotice>,
    version: Option<i64>,
    changed: bool,
}

fn page(
    app: &AppState,
    visit: &Visit,
    form: Form,
    writing: &Writing<'_>,
    all: &BTreeMap<FacilityId, Reached>,
) -> Result<Response, Problem> {
    let t = visit.t();
    let correcting =
        writing.kept.filter(|kept| kept.state != NoticeState::Draft).map(|kept| kept.notice.number.clone());
    let title = match (&correcting, writing.kept) {
        (Some(number), _) => t.a("region-notices-correct-title", "number", number),
        (None, Some(_)) => t.m("region-notices-edit-title"),
        (None, None) => t.m("region-notices-new"),
    };
    let status = match (form.is_right(), writing.changed) {
        (_, true) => StatusCode::CONFLICT,
        (true, false) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let labels = Tlp::ALL
        .iter()
        .map(|tlp| {
            let (may, must_not) = tlp_words(t, &app.catalogue.region, *tlp);
            let mut choice = Choice::new(tlp.key(), tlp.label().to_owned(), &form, "tlp");
            choice.hint = format!("{may} {must_not}").trim().to_owned();
            choice
        })
        .collect();
    let expected = [Stage::Acted, Stage::Understood, Stage::Opened]
        .map(|stage| Choice::new(stage.key(), t.k(expects(stage)), &form, "expects"));
    let facilities = if all.len() <= TICKED {
        let choice =
            |one: &Reached| Choice::new(&one.member.facility.to_string(), one.reach.name.clone(), &form, "facilities");
        all.values().map(choice).collect()
    } else {
        Vec::new()
    };
    let (action, back) = match writing.kept {
        Some(kept) => (format!("{BASE}/{}/edit", kept.id), format!("{BASE}/{}", kept.id)),
        None => (BASE.to_owned(), BASE.to_owned()),
    };
    let page = EditPage {
        t,
        page: visit.page(title).under(BASE, t.m("region-notices-title")),
        action,
        back,
        version: writing.version,
        correcting,
        kinds: house::choices(t, &form, "kind", NoticeKind::ALL, NoticeKind::key, NoticeKind::title),
        labels,
        expected: expected.into(),
        audience_kinds: house::choices(
            t,
            &form,
            "audience_kinds",
            &FacilityKind::ALL,
            FacilityKind::key,
            FacilityKind::title,
        ),
        groups: reach::groups(all)
            .into_iter()
            .map(|group| Choice::new(&group, group.clone(), &form, "groups"))
            .collect(),
        facilities,
        products: fields::product_rows(&form),
        members: all.len(),
        longest_title: LONGEST_TITLE,
        longest_text: LONGEST_TEXT,
        most_actions: ACTIONS,
        changed: writing.changed,
        form,
    };
    Ok((status, html(&page)?).into_response())
}

/// An empty form.
pub(super) async fn new(State(app): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let all = reach_of(&app.store).await?;
    let form = fill(&blank(app.now()), false, &all);
    page(&app, &visit, form, &Writing { kept: None, version: None, changed: false }, &all)
}

/// Keeps a draft.
pub(super) async fn add(State(app): State<AppState>, visit: Visit, mut form: Form) -> Result<Response, Problem> {
    let (all, now) = (reach_of(&app.store).await?, app.now());
    let Some(notice) = read(&mut form, &all, &blank(now), now) else {
        return page(&app, &visit, form, &Writing { kept: None, version: None, changed: false }, &all);
    };
    let kept = app.store.draft_notice(&visit.act(now), &notice, form.has("poll", "yes")).await?;
    Ok(Redirect::to(&format!("{BASE}/{}/preview", kept.id)).into_response())
}

/// The form of a draft, or of the correction of a notice that is out.
pub(super) async fn show(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
) -> Result<Response, Problem> {
    let (all, kept) = (reach_of(&app.store).await?, app.store.notice(id).await?);
    if kept.state == NoticeState::Withdrawn {
        return Err(Problem::unprocessable(Key("region-notices-is-withdrawn")));
    }
    let now = app.now();
    let form = match kept.draft() {
        Some(draft) => fill(draft, kept.poll, &all),
        None => fill(&Notice { deadline: now.plus_seconds(USUAL_SECONDS), ..kept.notice.clone() }, kept.poll, &all),
    };
    page(&app, &visit, form, &Writing { kept: Some(&kept), version: Some(kept.version), changed: false }, &all)
}

/// Keeps what is written.
pub(super) async fn change(
    State(app): State<AppState>,
    visit: Visit,
    Path(id): Path<NoticeId>,
    mut form: Form,
) -> Result<Response, Problem> {
    let (all, kept, now) = (reach_of(&app.store).await?, app.store.notice(id).await?, app.now());
    let seen = house::seen(&form);
    let notice = match kept.state {
        NoticeState::Draft => read(&mut form, &all, &kept.notice, now),
        NoticeState::Sent => {
            let what = form.line("what", house::LINE);
            let next = Notice {
                edition: kept.notice.edition + 1,
                because: Edition::Correction { what },
                ..kept.notice.clone()
            };
            read(&mut form, &all, &next, now)
        }
        NoticeState::Withdrawn => return Err(Problem::unprocessable(Key("region-notices-is-withdrawn"))),
    };
    let writing = |changed| Writing { kept: Some(&kept), version: Some(seen), changed };
    let Some(notice) = notice else {
        return page(&app, &visit, form, &writing(false), &all);
    };
    let poll = form.has("poll", "yes");
    match app.store.write_notice(&visit.act(now), id, seen, &notice, poll).await {
        Ok(_) => Ok(Redirect::to(&format!("{BASE}/{id}/preview")).into_response()),
        // What was typed stays; saving again writes it over what the other person wrote.
        Err(StoreError::Conflict(_)) => {
            let writing = Writing { version: Some(kept.version), ..writing(true) };
            page(&app, &visit, form, &writing, &all)
        }
        Err(error) => Err(error.into()),
    }
}
