//! A list from the personnel office: every row with its verdict first, then all of it or nothing.

use super::base;
use crate::AppState;
use crate::exchange::upload::parts_of;
use crate::results::press;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_discovery::staff::read_staff;
use hakutaku_model::record::Kept;
use hakutaku_model::training::StaffMember;
use hakutaku_model::training::staff_list::{Judged, MOST_ROWS, StaffLine, Verdict, judge};
use hakutaku_store::StoreError;
use jiff::ToSpan as _;

struct Shown {
    row: usize,
    who: String,
    place: String,
    verdict: String,
    badge: &'static str,
    what: String,
}

#[derive(Template)]
#[template(path = "training/staff_import.html")]
struct ImportPage {
    t: Words,
    page: Page,
    base: String,
    file: String,
    problem: Option<String>,
    rows: Vec<Shown>,
    to_save: usize,
    refused: usize,
    absent: Vec<String>,
    run: String,
}

fn in_words(t: Words, member: &StaffMember) -> String {
    let role = member.role.title();
    let parts = [member.number.as_str(), &member.name, &member.department, t.text(&role)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" / ")
}

fn shown(t: Words, (line, verdict): &(StaffLine, Verdict)) -> Shown {
    let (key, badge, what) = match verdict {
        Verdict::New(member) => (Key("training-verdict-new"), "good", in_words(t, member)),
        Verdict::Changed { before, after, .. } => (
            Key("training-verdict-changed"),
            "now",
            t.a2("training-verdict-from-to", "from", in_words(t, before), "to", in_words(t, after)),
        ),
        Verdict::Same => (Key("training-verdict-same"), "", String::new()),
        Verdict::Refused(why) => (Key("training-verdict-refused"), "bad", t.text(why).to_owned()),
    };
    Shown {
        row: line.row,
        who: [line.number.as_str(), &line.name].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" "),
        place: line.department.clone(),
        verdict: t.k(key),
        badge,
        what,
    }
}

fn page(visit: &Visit, file: String, problem: Option<String>, judged: &Judged) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let bad = problem.is_some() || judged.refused() > 0;
    let lines: Vec<&StaffLine> = judged.rows.iter().map(|(line, _)| line).collect();
    let page = ImportPage {
        t,
        page: visit
            .page(t.m("training-import-title"))
            .under(base(facility), t.m("training-title"))
            .under(format!("{}/staff", base(facility)), t.m("training-staff-title")),
        base: base(facility),
        file,
        problem,
        rows: judged.rows.iter().map(|row| shown(t, row)).collect(),
        to_save: judged.to_save(),
        refused: judged.refused(),
        absent: judged.absent.iter().map(|row| in_words(t, &row.body)).collect(),
        run: serde_json::to_string(&lines)?,
    };
    let status = if bad { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok((status, html(&page)?).into_response())
}

/// Reads the file and shows what it would change. Nothing is saved.
pub(super) async fn upload(State(app): State<AppState>, visit: Visit, form: Multipart) -> Result<Response, Problem> {
    let (t, facility) = (visit.t(), visit.place()?.id);
    let Some((file, content)) = parts_of(form).await?.file else {
        return page(&visit, String::new(), Some(t.m("training-import-no-file")), &Judged::default());
    };
    let name = file.clone();
    match press(move || read_staff(&content, &name)).await? {
        Ok(lines) => {
            let kept = app.store.records::<StaffMember>(facility).await?;
            page(&visit, file, None, &judge(&lines, &kept, app.now().date_in_japan()))
        }
        Err(refused) => page(&visit, file, Some(t.text(&refused.text()).to_owned()), &Judged::default()),
    }
}

/// Saves the rows that were shown. They are judged again: what came back from the page may be anything, and somebody may
/// have changed the list meanwhile.
pub(super) async fn confirm(State(app): State<AppState>, visit: Visit, form: Form) -> Result<Response, Problem> {
    let (t, facility, now) = (visit.t(), visit.place()?.id, app.now());
    let unreadable = || Problem::unprocessable(Key("problem-422"));
    let lines: Vec<StaffLine> = serde_json::from_str(form.value("run")).map_err(|_| unreadable())?;
    if lines.len() > MOST_ROWS {
        return Err(unreadable());
    }
    let today = now.date_in_japan();
    let kept: Vec<Kept<StaffMember>> = app.store.records(facility).await?;
    let judged = judge(&lines, &kept, today);
    if judged.refused() > 0 {
        return page(&visit, String::new(), None, &judged);
    }
    let act = visit.act(now);
    let new: Vec<StaffMember> = judged
        .rows
        .iter()
        .filter_map(|(_, verdict)| if let Verdict::New(member) = verdict { Some(member.clone()) } else { None })
        .collect();
    // New people come in all or none; a changed row that somebody touched meanwhile keeps what they wrote.
    app.store.add_records(&act, facility, &new).await?;
    let mut moved = 0_u32;
    for (_, verdict) in &judged.rows {
        let Verdict::Changed { id, version, after, .. } = verdict else { continue };
        match app.store.change_record(&act, facility, *id, *version, after).await {
            Ok(_) => {}
            Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => moved += 1,
            Err(error) => return Err(error.into()),
        }
    }
    if form.has("absent", "left") {
        let yesterday = today.checked_sub(1.day()).unwrap_or(today);
        for row in &judged.absent {
            let left = StaffMember { left_on: Some(yesterday), ..row.body.clone() };
            match app.store.change_record(&act, facility, row.id, row.version, &left).await {
                Ok(_) => {}
                Err(StoreError::Conflict(_) | StoreError::NotFound(_)) => moved += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }
    if moved > 0 {
        let kept: Vec<Kept<StaffMember>> = app.store.records(facility).await?;
        let said = Some(t.a("training-import-moved", "count", moved));
        return page(&visit, String::new(), said, &judge(&lines, &kept, today));
    }
    Ok(visit.done(&app, &format!("{}/staff", base(facility)), Key("notice-saved")))
}
