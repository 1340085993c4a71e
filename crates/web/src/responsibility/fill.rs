//! One party's view of one system or connection point: the facility's own, or a vendor's after a meeting.

use super::{home, matrix_of};
use crate::AppState;
use crate::shell::form::Form;
use crate::shell::page::{Page, Visit, html};
use crate::shell::problem::Problem;
use crate::shell::words::{Key, Words};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use hakutaku_documents::responsibility_pdf::statement_words;
use hakutaku_model::day;
use hakutaku_model::record::Kept;
use hakutaku_model::responsibility::file::{MAX_NAME, fault_of};
use hakutaku_model::responsibility::words::task_title;
use hakutaku_model::responsibility::{Matrix, Says, Side, Statement};
use hakutaku_store::StoreError;
use jiff::civil::Date;
use sha2::{Digest as _, Sha256};

/// An answer to choose.
struct Choice {
    value: String,
    words: String,
    chosen: bool,
}

/// A row of the form.
struct Question {
    task: String,
    title: String,
    question: String,
    why: String,
    choices: Vec<Choice>,
    detail: String,
    covered: String,
    contract: String,
    wrong: Option<String>,
    /// What the others say, in words.
    others: Vec<(String, String)>,
    /// After a conflict: what stands now.
    stands: Option<String>,
}

#[derive(Template)]
#[template(path = "responsibility/fill.html")]
struct FillPage {
    t: Words,
    page: Page,
    form: Form,
    action: String,
    party: String,
    is_vendor: bool,
    seen: String,
    questions: Vec<Question>,
    conflict: bool,
    today: String,
    /// Other objects of the same party, to go on to.
    more: Vec<(String, String)>,
}

/// What the form was shown with: as long as it stays the same, nobody else's words are overwritten.
fn mark(matrix: &Matrix, party: &str, object: &str) -> String {
    let mut hash = Sha256::new();
    for row in matrix.rows.iter().filter(|row| row.object == object) {
        hash.update(row.task.as_bytes());
        hash.update(serde_json::to_vec(&row.said_by(party)).unwrap_or_default());
    }
    hex::encode(&hash.finalize()[..12])
}

/// The value of the select box that stands for a statement.
fn key_of(s: &Statement) -> String {
    match s.says {
        Says::Mine => "mine".to_owned(),
        Says::NotNeeded => "not_needed".to_owned(),
        Says::Theirs => s.whom.as_ref().map_or_else(|| "theirs".to_owned(), |whom| format!("theirs:{whom}")),
        Says::Shared => format!("shared:{}", s.with.join("|")),
    }
}

/// Reads [`key_of`]; the rest of the statement comes from the other fields.
fn statement_of(key: &str, party: &str, detail: &str) -> Option<Statement> {
    let (says, others) = key.split_once(':').unwrap_or((key, ""));
    let mut s = Statement::new(party, Says::from_key(says)?);
    match s.says {
        Says::Theirs => s.whom = (!others.is_empty()).then(|| others.to_owned()),
        Says::Shared => {
            s.with = others.split('|').filter(|id| !id.is_empty()).map(str::to_owned).collect();
            detail.clone_into(&mut s.how);
        }
        Says::NotNeeded => detail.clone_into(&mut s.why),
        // A remark on a plain "we do it" is kept as a remark.
        Says::Mine => {}
    }
    if matches!(s.says, Says::Mine | Says::Theirs) {
        detail.clone_into(&mut s.note);
    }
    Some(s)
}

fn detail_of(s: &Statement) -> String {
    [&s.how, &s.why, &s.note].into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
}

fn choices(matrix: &Matrix, party: &str, chosen: &str, visit: &Visit) -> Vec<Choice> {
    let t = visit.t();
    let others: Vec<(&str, &str)> =
        matrix.parties.iter().filter(|p| p.id != party).map(|p| (p.id.as_str(), p.name.as_str())).collect();
    let mut list = vec![(String::new(), t.m("resp-say-nothing")), ("mine".to_owned(), t.m("resp-say-mine"))];
    list.extend(others.iter().map(|(id, name)| (format!("theirs:{id}"), t.a("resp-say-theirs", "party", *name))));
    list.push(("theirs".to_owned(), t.m("resp-say-not-mine")));
    list.extend(others.iter().map(|(id, name)| (format!("shared:{id}"), t.a("resp-say-shared", "party", *name))));
    if others.len() > 1 {
        let all = others.iter().map(|(id, _)| *id).collect::<Vec<_>>().join("|");
        list.push((format!("shared:{all}"), t.m("resp-say-shared-all")));
    }
    list.push(("not_needed".to_owned(), t.m("resp-say-needless")));
    // Shares among some of many come from files; they stay choosable as they are.
    if !chosen.is_empty()
        && !list.iter().any(|(value, _)| value == chosen)
        && let Some(s) = statement_of(chosen, party, "")
    {
        list.push((chosen.to_owned(), statement_words(Some(&s), matrix, visit.lang)));
    }
    list.into_iter().map(|(value, words)| Choice { chosen: value == chosen, value, words }).collect()
}

/// How a row of the page came about.
struct Typed {
    task: String,
    key: String,
    detail: String,
    covered: String,
    contract: String,
    wrong: Option<String>,
    stands: Option<String>,
}

fn standing(matrix: &Matrix, party: &str, object: &str) -> Vec<Typed> {
    matrix
        .rows
        .iter()
        .filter(|row| row.object == object)
        .map(|row| {
            let said = row.said_by(party);
            Typed {
                task: row.task.clone(),
                key: said.map(key_of).unwrap_or_default(),
                detail: said.map(detail_of).unwrap_or_default(),
                covered: said.and_then(|s| s.covered).map_or("", |yes| if yes { "yes" } else { "no" }).to_owned(),
                contract: said.map(|s| s.contract.clone()).unwrap_or_default(),
                wrong: None,
                stands: None,
            }
        })
        .collect()
}

pub(super) async fn form(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, party, object)): Path<(String, String, String, String)>,
) -> Result<Response, Problem> {
    let kept = matrix_of(&app, &visit, &id).await?;
    let typed = standing(&kept.body, &party, &object);
    page(&app, &visit, &kept, (&party, &object), typed, Form::default(), false)
}

fn page(
    app: &AppState,
    visit: &Visit,
    kept: &Kept<Matrix>,
    (party, object): (&str, &str),
    typed: Vec<Typed>,
    form: Form,
    conflict: bool,
) -> Result<Response, Problem> {
    let t = visit.t();
    let matrix = &kept.body;
    let who = matrix.party(party).ok_or(Problem::NotFound)?;
    let what = matrix.object(object).ok_or(Problem::NotFound)?;
    let base = format!("{}/{}", home(visit.place()?.id), kept.id);
    let status = match (conflict, form.is_right() && typed.iter().all(|row| row.wrong.is_none())) {
        (true, _) => StatusCode::CONFLICT,
        (false, true) => StatusCode::OK,
        (false, false) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let questions = typed
        .into_iter()
        .map(|row| {
            let task = app.catalogue.responsibility.task(&row.task);
            let others = matrix.rows.iter().find(|known| known.object == object && known.task == row.task);
            let others = others.into_iter().flat_map(|known| &known.statements).filter(|s| s.party != party);
            Question {
                title: t.text(&task_title(&row.task, matrix, &app.catalogue.responsibility)).to_owned(),
                question: task.map(|task| t.text(&task.question).to_owned()).unwrap_or_default(),
                why: task.map(|task| t.text(&task.why).to_owned()).unwrap_or_default(),
                choices: choices(matrix, party, &row.key, visit),
                others: others
                    .map(|s| {
                        let name = matrix.party(&s.party).map_or_else(|| s.party.clone(), |p| p.name.clone());
                        (name, statement_words(Some(s), matrix, visit.lang))
                    })
                    .collect(),
                task: row.task,
                detail: row.detail,
                covered: row.covered,
                contract: row.contract,
                wrong: row.wrong,
                stands: row.stands,
            }
        })
        .collect();
    let page = FillPage {
        t,
        page: visit
            .page(t.a2("resp-fill-title", "party", &who.name, "object", &what.name))
            .under(home(visit.place()?.id), t.m("resp-title"))
            .under(base.clone(), matrix.title.clone()),
        action: format!("{base}/fill/{party}/{object}"),
        party: who.name.clone(),
        is_vendor: who.side == Side::Vendor,
        seen: mark(matrix, party, object),
        more: matrix
            .objects
            .iter()
            .filter(|other| other.id != object && matrix.concerns(&other.id, party))
            .map(|other| (format!("{base}/fill/{party}/{}", other.id), other.name.clone()))
            .collect(),
        form,
        questions,
        conflict,
        today: app.now().date_in_japan().to_string(),
    };
    Ok((status, html(&page)?).into_response())
}

pub(super) async fn save(
    State(app): State<AppState>,
    visit: Visit,
    Path((_, id, party, object)): Path<(String, String, String, String)>,
    mut form: Form,
) -> Result<Response, Problem> {
    let facility = visit.place()?.id;
    // Somebody may be writing another cell of the same matrix: that is no conflict, only one more try.
    for _ in 0..4 {
        let mut kept = matrix_of(&app, &visit, &id).await?;
        let side = kept.body.party(&party).ok_or(Problem::NotFound)?.side;
        kept.body.object(&object).ok_or(Problem::NotFound)?;
        let (by, on) = said_by(&app, &visit, &mut form, side);
        let mut typed = standing(&kept.body, &party, &object);
        let conflict = form.value("seen") != mark(&kept.body, &party, &object);
        let before = kept.body.clone();
        for row in &mut typed {
            let read = |name: &str| form.value(&format!("{name}-{}", row.task)).trim().replace("\r\n", "\n");
            let (key, detail, covered, contract) = (read("says"), read("detail"), read("covered"), read("contract"));
            let old = before.rows.iter().find(|known| known.object == object && known.task == row.task);
            let old = old.and_then(|known| known.said_by(&party));
            let new = statement_of(&key, &party, &detail).map(|s| Statement {
                covered: match covered.as_str() {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                },
                contract: contract.clone(),
                ..s
            });
            // Who said it and when stays with words that stay.
            let new = new.map(|s| match old {
                Some(old) if old.means_the_same(&s) && old.note == s.note => old.clone(),
                _ => Statement { by: by.clone(), on, ..s },
            });
            row.wrong = match &new {
                Some(s) => fault_of(s, &before).map(|fault| visit.t().text(&fault).to_owned()),
                None if key.is_empty() => None,
                None => Some(visit.t().m("form-choose")),
            };
            if conflict && old != new.as_ref() {
                row.stands = Some(statement_words(old, &before, visit.lang));
            }
            if let Some(known) = kept.body.rows.iter_mut().find(|k| k.object == object && k.task == row.task) {
                known.say(&party, new);
            }
            (row.key, row.detail, row.covered, row.contract) = (key, detail, covered, contract);
        }
        if conflict || !form.is_right() || typed.iter().any(|row| row.wrong.is_some()) {
            let shown = Kept { body: before, ..kept };
            return page(&app, &visit, &shown, (&party, &object), typed, form, conflict);
        }
        match app.store.change_record(&visit.act(app.now()), facility, kept.id, kept.version, &kept.body).await {
            Err(StoreError::Conflict(_)) => {}
            outcome => {
                outcome?;
                let to = format!("{}/{}?object={object}#{object}", home(facility), kept.id);
                return Ok(visit.done(&app, &to, Key("notice-saved")));
            }
        }
    }
    Err(StoreError::Conflict("responsibility").into())
}

/// Who said it and when: for the facility whoever fills in the form, for a vendor as typed.
fn said_by(app: &AppState, visit: &Visit, form: &mut Form, side: Side) -> (String, Option<Date>) {
    let today = app.now().date_in_japan();
    if side == Side::Facility {
        let name = visit.person.as_ref().map(|person| person.display_name.clone()).unwrap_or_default();
        return (name, Some(today));
    }
    let by = form.line("by", MAX_NAME);
    let on = day::parse(form.value("on")).filter(|on| *on <= today);
    if on.is_none() {
        form.fault("on", Key("resp-sign-day"));
    }
    (by, on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_box_says_is_what_was_said() {
        for key in ["mine", "theirs", "theirs:a", "shared:a", "shared:a|b", "not_needed"] {
            let s = statement_of(key, "me", "分け方").expect("known");
            assert_eq!((key_of(&s).as_str(), detail_of(&s).as_str()), (key, "分け方"));
        }
        assert_eq!(statement_of("ours", "me", ""), None);
        assert_eq!(statement_of("", "me", ""), None);
    }
}
