//! The clinic and the pharmacy, in the order of events.

use crate::small_facilities::{CLINIC, ONLINE, PHARMACY};
use crate::story::{Row, Year, fits as story_fits};
use crate::telling::{Telling, questionnaire};
use crate::{DemoError, evidence};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::id::AssessmentId;
use hakutaku_store::Act;

const SMALL: &str = "small-facility";
const ONLINE_FORM: &str = "online-consultation";

/// Refuses a catalogue that asks other questions than the story answers.
pub(crate) fn fits(catalogue: &Catalogue) -> Result<(), DemoError> {
    let small = questionnaire(catalogue, SMALL)?;
    story_fits(small, CLINIC.iter().map(|row| row.0))?;
    story_fits(small, PHARMACY.iter().map(|row| row.0))?;
    story_fits(questionnaire(catalogue, ONLINE_FORM)?, ONLINE.iter().map(|row| row.0))
}

pub(crate) async fn last_year(telling: &mut Telling<'_>) -> Result<AssessmentId, DemoError> {
    let (clinic, nurse) = (telling.cast.clinic, telling.cast.nurse);
    let at = telling.clock.last_year(9, 8, 12, 50);
    let sheet = telling.open(&Act::person(nurse, at), clinic, SMALL, Year::Last, None).await?;
    let (morning, afternoon) = CLINIC.split_at(7);
    let act = Act::person(nurse, telling.clock.later(15));
    telling.answer_all(&act, clinic, sheet, morning, Year::Last).await?;
    let act = Act::person(nurse, telling.clock.last_year(9, 9, 12, 45));
    telling.answer_all(&act, clinic, sheet, afternoon, Year::Last).await?;
    telling.store.close_assessment(&Act::person(nurse, telling.clock.later(30)), clinic, sheet).await?;
    telling.store.sign_heads(telling.clock.later(60)).await?;
    Ok(sheet)
}

pub(crate) async fn this_year(telling: &mut Telling<'_>, last: AssessmentId) -> Result<(), DemoError> {
    let (clinic, nurse) = (telling.cast.clinic, telling.cast.nurse);
    let act = Act::person(nurse, telling.clock.this_year(60));
    let sheet = telling.open_next(&act, clinic, SMALL, last, &CLINIC).await?;
    let act = Act::person(nurse, telling.clock.later(35));
    telling.answer_all(&act, clinic, sheet, &CLINIC, Year::This).await?;
    let act = Act::person(nurse, telling.clock.later(5));
    let paper = evidence::clinic_talk(telling.clock.today());
    telling.attach(&act, clinic, sheet, "sf-education-01", paper).await?;
    begin(telling, clinic, ONLINE_FORM, nurse, 63, &ONLINE).await?;

    let (pharmacy, pharmacist) = (telling.cast.pharmacy, telling.cast.pharmacist);
    begin(telling, pharmacy, SMALL, pharmacist, 67, &PHARMACY).await
}

/// A form opened for the first time and answered at one sitting.
async fn begin(
    telling: &mut Telling<'_>,
    facility: hakutaku_model::id::FacilityId,
    form: &str,
    who: hakutaku_model::id::PersonId,
    part: i64,
    rows: &[Row],
) -> Result<(), DemoError> {
    let act = Act::person(who, telling.clock.this_year(part));
    let sheet = telling.open(&act, facility, form, Year::This, None).await?;
    let act = Act::person(who, telling.clock.later(20));
    telling.answer_all(&act, facility, sheet, rows, Year::This).await
}
