//! お知らせ: notices of the region's centre as a member reads them. What the facility owns is looked up here and told to
//! nobody.

mod act;
mod answer;
mod list;
mod own;
mod report;
mod show;
pub(crate) mod view;

use crate::AppState;
use crate::access::{Routes, Scope::Facility};
use crate::shell::problem::Problem;
use crate::shell::visit::Visit;
use hakutaku_model::access::{Action as A, Actor};
use hakutaku_model::id::FacilityId;
use hakutaku_model::region::notice::receipt::{Progress, Stage, progress};
use hakutaku_store::{MemberNotice, NewReceipt};

pub(crate) use answer::stage_of;
pub(crate) use list::{read_cursor, write_cursor};
pub(crate) use report::{Parts, published_parts};

#[rustfmt::skip]
pub(crate) fn routes(routes: Routes) -> Routes {
    routes
        .get("/facilities/{facility}/notices", A::ReadNotices, Facility, list::show)
        .get("/facilities/{facility}/notices/report", A::AnswerNotices, Facility, report::show)
        .post("/facilities/{facility}/notices/report", A::AnswerNotices, Facility, report::send)
        .get("/facilities/{facility}/notices/{notice}", A::ReadNotices, Facility, show::show)
        .post("/facilities/{facility}/notices/{notice}/answer", A::AnswerNotices, Facility, answer::answer)
        .post("/facilities/{facility}/notices/{notice}/poll", A::AnswerNotices, Facility, answer::poll)
        .post("/facilities/{facility}/notices/{notice}/actions", A::EditActions, Facility, act::make)
}

pub(crate) fn base(facility: FacilityId) -> String {
    format!("/facilities/{facility}/notices")
}

/// How far the facility is with the newest edition.
pub(crate) fn progress_of(facility: FacilityId, one: &MemberNotice) -> Progress {
    progress(one.notice.edition, &one.receipts).remove(&facility).unwrap_or_default()
}

/// Whether the visitor is one of the facility's own people: that somebody of the centre looked proves nothing about it.
fn is_of_the_house(visit: &Visit, facility: FacilityId) -> bool {
    match &visit.actor {
        Actor::Person { memberships, .. } => memberships.iter().any(|(place, _)| *place == Some(facility)),
        _ => false,
    }
}

/// Records that the facility has these notices, or that one of its people opened one.
pub(crate) async fn reached(
    app: &AppState,
    visit: &Visit,
    facility: FacilityId,
    notices: &[MemberNotice],
    stage: Stage,
) -> Result<(), Problem> {
    if !is_of_the_house(visit, facility) {
        return Ok(());
    }
    let by = match stage {
        Stage::Delivered => String::new(),
        _ => visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default(),
    };
    let new: Vec<NewReceipt> = notices
        .iter()
        .filter(|one| progress_of(facility, one).stage().is_none_or(|there| there < stage))
        .map(|one| NewReceipt {
            notice: one.id,
            edition: one.notice.edition,
            facility,
            stage,
            by: by.clone(),
            taken_by: None,
            said: String::new(),
        })
        .collect();
    app.store.receive(&visit.act(app.now()), new).await?;
    Ok(())
}

/// What the facility's own page says about notices nobody has read.
pub(crate) struct Unread {
    pub(crate) href: String,
    pub(crate) count: usize,
    /// The most urgent: where it is, its title, by when, whether it replaces one that was read.
    pub(crate) first: Vec<(String, String, String, bool)>,
    pub(crate) overdue: bool,
}

/// Notices shown on the facility's own page.
const FIRST: usize = 3;
/// More unread notices than anybody counts.
const MANY: u32 = 99;

/// Notices of a facility that nobody has read; `None` when there is none, or the visitor may not read them.
pub(crate) async fn unread(app: &AppState, visit: &Visit, facility: FacilityId) -> Result<Option<Unread>, Problem> {
    if !visit.may_at(A::ReadNotices, facility) {
        return Ok(None);
    }
    let (now, base) = (app.now(), base(facility));
    let rows = app.store.notices_to_read(facility, MANY).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    reached(app, visit, facility, &rows, Stage::Delivered).await?;
    let first = rows
        .iter()
        .take(FIRST)
        .map(|one| {
            let anew = progress_of(facility, one).must_acknowledge_anew();
            let deadline = one.notice.deadline.minute_in_japan(visit.lang);
            (format!("{base}/{}", one.id), one.notice.title.clone(), deadline, anew)
        })
        .collect();
    let overdue = rows.iter().any(|one| one.notice.deadline < now);
    Ok(Some(Unread { href: base, count: rows.len(), first, overdue }))
}
