//! What an observer sees beside the sheet: every inject of their facility, and what was done about it.

use super::live::LiveDrill;
use super::screens::Parts;
use super::view_console::{past, side_of};
use super::view_player::head;
use crate::shell::problem::Problem;
use crate::shell::words::Words;
use hakutaku_model::exercise::DrillState;
use hakutaku_model::id::FacilityId;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;

pub(super) fn parts(
    drill: &LiveDrill,
    state: &DrillState,
    facility: FacilityId,
    lang: Lang,
    now: Ts,
) -> Result<Parts, Problem> {
    let t = Words::new(lang);
    let mut parts = vec![head(drill, state, t, now, true)?];
    parts.extend(past(drill, state, &[side_of(state, facility)], t, now)?);
    Ok(Parts(parts))
}
