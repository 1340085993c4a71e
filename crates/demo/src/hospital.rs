//! The hospital's two years, in the order of events.

use crate::executives::NAMES;
use crate::hospital_it::{
    BY_SAFETY_MANAGER, BY_VENDOR, FIRST_SAID, LAST_YEAR_NOTES, ROWS, VENDOR_NOTE, WITH_COLLEAGUE,
};
use crate::story::{Year, fits as story_fits, given, value};
use crate::telling::{Telling, questionnaire};
use crate::{DemoError, conversations, evidence, executives, typology};
use hakutaku_model::catalogue::{Catalogue, Section};
use hakutaku_model::id::AssessmentId;
use hakutaku_model::person::Role;
use hakutaku_store::{Act, HandoverState, InvitationKind, NewAnswer, NewHandover, NewInvitation, RecipientKind};

const IT: &str = "hospital-it";
const EXECUTIVE: &str = "executive";
const TYPOLOGY: &str = "network-typology";

/// Last year's afternoons of work on the form, as month and day; three fields each.
const AFTERNOONS: [(i8, i8); 7] = [(5, 20), (5, 21), (5, 27), (6, 3), (6, 4), (6, 10), (6, 11)];
const INVITATION_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Refuses a catalogue that asks other questions than the story answers.
pub(crate) fn fits(catalogue: &Catalogue) -> Result<(), DemoError> {
    story_fits(questionnaire(catalogue, IT)?, ROWS.iter().map(|row| row.0))?;
    story_fits(questionnaire(catalogue, EXECUTIVE)?, executives::ROWS.iter().map(|row| row.0))?;
    story_fits(questionnaire(catalogue, TYPOLOGY)?, typology::ROWS.iter().map(|row| row.0))
}

/// Last year's sheets that this year's grow from.
pub(crate) struct LastYear {
    it: AssessmentId,
}

/// This year's sheets under way.
pub(crate) struct ThisYear {
    it: AssessmentId,
    head_of_nursing: (AssessmentId, Act),
}

/// The answers of one section.
fn of_section(section: &Section, answers: &[NewAnswer]) -> Vec<NewAnswer> {
    answers.iter().filter(|answer| section.questions.iter().any(|q| q.id == answer.question)).cloned().collect()
}

/// One executive's answers.
fn of_executive(column: usize, year: Year) -> Vec<NewAnswer> {
    executives::ROWS
        .iter()
        .filter_map(|(question, last, this)| {
            let said = if year == Year::Last { last[column] } else { this[column] };
            let note = executives::NOTES
                .iter()
                .find(|(q, who, _)| year == Year::This && q == question && *who == NAMES[column])
                .map_or("", |(_, _, words)| *words);
            Some(NewAnswer { question: (*question).into(), value: value(said)?, note: note.to_owned() })
        })
        .collect()
}

/// Who answers a section of the form this year.
fn answers_section(section: &Section) -> Role {
    let is_managers = section
        .questions
        .first()
        .is_some_and(|question| BY_SAFETY_MANAGER.iter().any(|prefix| question.id.as_str().starts_with(prefix)));
    if is_managers { Role::SafetyManager } else { Role::ItOperator }
}

pub(crate) async fn last_year(telling: &mut Telling<'_>) -> Result<LastYear, DemoError> {
    let hospital = telling.cast.hospital;
    let store = telling.store;
    let at = telling.clock.last_year(5, 19, 13, 15);
    let it = telling.open(&telling.by(Role::ItOperator, at), hospital, IT, Year::Last, None).await?;

    let mut answers = given(&ROWS, Year::Last);
    for answer in &mut answers {
        if let Some((_, words)) = LAST_YEAR_NOTES.iter().find(|(question, _)| *question == answer.question.as_str()) {
            answer.note = (*words).to_owned();
        }
    }
    for (index, section) in questionnaire(telling.catalogue, IT)?.sections.iter().enumerate() {
        let (month, day) = AFTERNOONS[(index / 3) % AFTERNOONS.len()];
        let at = match index % 3 {
            0 => telling.clock.last_year(month, day, 13, 40),
            _ => telling.clock.later(35),
        };
        telling.answer(&telling.by(Role::ItOperator, at), hospital, it, &of_section(section, &answers)).await?;
    }
    let at = telling.clock.last_year(6, 12, 11, 0);
    let paper = evidence::appointment(telling.clock.today());
    telling.attach(&telling.by(Role::SafetyManager, at), hospital, it, "it-organization-01", paper).await?;
    let at = telling.clock.later(20);
    let paper = evidence::register(telling.clock.today());
    telling.attach(&telling.by(Role::ItOperator, at), hospital, it, "it-assets-01", paper).await?;

    let at = telling.clock.last_year(6, 17, 10, 0);
    let by_it = telling.by(Role::ItOperator, at);
    let plan = telling.open(&by_it, hospital, TYPOLOGY, Year::Last, None).await?;
    let at = telling.clock.later(40);
    telling.answer_all(&telling.by(Role::ItOperator, at), hospital, plan, &typology::ROWS, Year::Last).await?;

    let at = telling.clock.last_year(6, 24, 9, 30);
    let sheets = invite_executives(telling, &telling.by(Role::SafetyManager, at), Year::Last).await?;
    for (column, ((sheet, act), day)) in sheets.iter().zip([25, 26, 30]).enumerate() {
        let act = Act { at: telling.clock.last_year(6, day, 16, 20), ..act.clone() };
        answer_as_executive(telling, &act, *sheet, column, Year::Last).await?;
    }

    telling.clock.last_year(7, 2, 14, 0);
    for (question, role, words) in conversations::LAST_YEAR {
        let at = telling.clock.later(50);
        store.add_comment(&telling.by(role, at), hospital, it, &question.into(), words).await?;
    }
    let at = telling.clock.last_year(7, 24, 17, 0);
    let close = telling.by(Role::SafetyManager, at);
    for assessment in [it, plan].into_iter().chain(sheets.iter().map(|(sheet, _)| *sheet)) {
        store.close_assessment(&close, hospital, assessment).await?;
    }
    store.sign_heads(telling.clock.later(60)).await?;
    Ok(LastYear { it })
}

pub(crate) async fn this_year_begins(telling: &mut Telling<'_>, last: &LastYear) -> Result<ThisYear, DemoError> {
    let hospital = telling.cast.hospital;
    let at = telling.clock.this_year(1);
    let it = telling.open_next(&telling.by(Role::ItOperator, at), hospital, IT, last.it, &ROWS).await?;

    let mut answers = given(&ROWS, Year::This);
    answers.retain(|answer| answer.question.as_str() != BY_VENDOR);
    for answer in &mut answers {
        if let Some((_, first)) = FIRST_SAID.iter().find(|(question, _)| *question == answer.question.as_str())
            && let Some(value) = value(*first)
        {
            answer.value = value;
        }
    }
    let sections = &questionnaire(telling.catalogue, IT)?.sections;
    let mut part = 2;
    for (index, section) in sections.iter().enumerate() {
        let at = telling.clock.this_year(part);
        telling.answer(&telling.by(answers_section(section), at), hospital, it, &of_section(section, &answers)).await?;
        part += 2;
        if index == 10 {
            // Half way through, while waiting for the vendors.
            let at = telling.clock.this_year(part);
            let plan = telling.open(&telling.by(Role::ItOperator, at), hospital, TYPOLOGY, Year::This, None).await?;
            let at = telling.clock.later(25);
            let by_it = telling.by(Role::ItOperator, at);
            telling.answer_all(&by_it, hospital, plan, &typology::ROWS, Year::This).await?;
            part += 2;
        }
    }

    let at = telling.clock.this_year(50);
    let mut sheets = invite_executives(telling, &telling.by(Role::SafetyManager, at), Year::This).await?;
    for (column, ((sheet, act), part)) in sheets.iter().zip([52, 54]).enumerate() {
        let act = Act { at: telling.clock.this_year(part), ..act.clone() };
        answer_as_executive(telling, &act, *sheet, column, Year::This).await?;
    }
    let head_of_nursing = sheets.remove(2);

    telling.clock.this_year(56);
    let papers = [
        ("it-organization-04", Role::SafetyManager, evidence::minutes as fn(_) -> _),
        ("it-network-01", Role::ItOperator, evidence::outside_lines),
        ("it-backup-02", Role::ItOperator, evidence::offline_copies),
        ("it-backup-05", Role::ItOperator, evidence::restore_test),
        ("it-maintenance-01", Role::ItOperator, evidence::duties),
        ("it-bcp-03", Role::SafetyManager, evidence::continuity_reading),
    ];
    for (question, role, paper) in papers {
        let at = telling.clock.later(7);
        let paper = paper(telling.clock.today());
        telling.attach(&telling.by(role, at), hospital, it, question, paper).await?;
    }
    Ok(ThisYear { it, head_of_nursing })
}

pub(crate) async fn this_year_goes_on(telling: &mut Telling<'_>, year: &ThisYear) -> Result<(), DemoError> {
    let (hospital, store, it) = (telling.cast.hospital, telling.store, year.it);
    ask_vendor(telling, it).await?;

    let at = telling.clock.this_year(82);
    let ask = NewHandover {
        assessment: it,
        question: WITH_COLLEAGUE.into(),
        to_name: crate::accounts::names(Role::Respondent).1.to_owned(),
        to_kind: RecipientKind::Colleague,
        message: conversations::TO_COLLEAGUE.to_owned(),
        person: Some(telling.cast.person(Role::Respondent)),
        invitation: None,
    };
    store.create_handover(&telling.by(Role::ItOperator, at), hospital, &ask).await?;

    for (index, (question, role, words)) in conversations::THIS_YEAR.into_iter().enumerate() {
        let at = match index % 3 {
            0 => telling.clock.this_year(84 + i64::try_from(index).unwrap_or(0)),
            _ => telling.clock.later(45),
        };
        if role == Role::ItOperator && FIRST_SAID.iter().any(|(first, _)| *first == question) {
            let mut corrected = given(&ROWS, Year::This);
            corrected.retain(|answer| answer.question.as_str() == question);
            telling.answer(&telling.by(role, at), hospital, it, &corrected).await?;
        }
        store.add_comment(&telling.by(role, at), hospital, it, &question.into(), words).await?;
    }

    let (sheet, act) = &year.head_of_nursing;
    let act = Act { at: telling.clock.this_year(96), ..act.clone() };
    answer_as_executive(telling, &act, *sheet, 2, Year::This).await?;

    let at = telling.clock.this_year(98);
    let by_auditor = telling.by(Role::Auditor, at);
    for document in store.documents(hospital, Some(it)).await?.iter().take(2) {
        store.read_document(&by_auditor, hospital, document.id).await?;
    }
    Ok(())
}

/// The vendor gets a link for one question, answers it, and the IT person files the record that came with it.
async fn ask_vendor(telling: &mut Telling<'_>, it: AssessmentId) -> Result<(), DemoError> {
    let (hospital, store) = (telling.cast.hospital, telling.store);
    let at = telling.clock.this_year(72);
    let by_it = telling.by(Role::ItOperator, at);
    let invitation = NewInvitation {
        assessment: it,
        questions: Some(vec![BY_VENDOR.into()]),
        name: conversations::VENDOR.to_owned(),
        kind: InvitationKind::Vendor,
        expires_at: at.plus_seconds(INVITATION_SECONDS),
    };
    let invitation = store.create_invitation(&by_it, hospital, &invitation).await?.row;
    let ask = NewHandover {
        assessment: it,
        question: BY_VENDOR.into(),
        to_name: conversations::VENDOR.to_owned(),
        to_kind: RecipientKind::Vendor,
        message: conversations::TO_VENDOR.to_owned(),
        person: None,
        invitation: Some(invitation.id),
    };
    let handover = store.create_handover(&by_it, hospital, &ask).await?.id;

    let by_vendor = Act::invitation(invitation.id, telling.clock.this_year(78));
    store.mark_invitation_used(&by_vendor, hospital, invitation.id).await?;
    let mut answers = given(&ROWS, Year::This);
    answers.retain(|answer| answer.question.as_str() == BY_VENDOR);
    for answer in &mut answers {
        answer.note = VENDOR_NOTE.to_owned();
    }
    let by_vendor = Act { at: telling.clock.later(12), ..by_vendor };
    telling.answer(&by_vendor, hospital, it, &answers).await?;
    store.set_handover_state(&by_vendor, hospital, handover, HandoverState::Answered).await?;

    let at = telling.clock.this_year(80);
    let paper = evidence::patches(telling.clock.today());
    telling.attach(&telling.by(Role::ItOperator, at), hospital, it, BY_VENDOR, paper).await?;
    Ok(())
}

/// Opens a sheet for each executive. The director has an account; the others get a link.
async fn invite_executives(
    telling: &Telling<'_>,
    act: &Act,
    year: Year,
) -> Result<Vec<(AssessmentId, Act)>, DemoError> {
    let hospital = telling.cast.hospital;
    let mut sheets = Vec::new();
    for name in NAMES {
        let sheet = telling.open(act, hospital, EXECUTIVE, year, Some(name)).await?;
        let answering = if name == executives::DIRECTOR {
            telling.by(Role::Executive, act.at)
        } else {
            let invitation = NewInvitation {
                assessment: sheet,
                questions: None,
                name: name.to_owned(),
                kind: InvitationKind::Executive,
                expires_at: act.at.plus_seconds(INVITATION_SECONDS),
            };
            let invitation = telling.store.create_invitation(act, hospital, &invitation).await?;
            Act::invitation(invitation.row.id, act.at)
        };
        sheets.push((sheet, answering));
    }
    Ok(sheets)
}

async fn answer_as_executive(
    telling: &Telling<'_>,
    act: &Act,
    sheet: AssessmentId,
    column: usize,
    year: Year,
) -> Result<(), DemoError> {
    let hospital = telling.cast.hospital;
    let invitations = telling.store.invitations_to(hospital, sheet).await?;
    if let Some(invitation) = invitations.iter().find(|row| act.actor == format!("invitation:{}", row.id)) {
        telling.store.mark_invitation_used(act, hospital, invitation.id).await?;
    }
    telling.answer(act, hospital, sheet, &of_executive(column, year)).await
}
