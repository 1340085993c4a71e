//! Answering: the main job. One page per field, saved as one goes, seen at once by whoever looks at the same assessment.
//!
//! | file | what a person does |
//! |---|---|
//! | [`page`] | opens the answering page |
//! | [`save`] | answers, re-affirms, takes an answer away |
//! | [`live`] | sees what others save meanwhile |
//! | [`comments`] | remarks on a question |
//! | [`history`] | looks who changed an answer |
//! | [`hand_over`], [`follow_up`] | gives questions to somebody else, takes them back |
//! | [`handed`] | answers what was given |

mod attempt;
mod comments;
mod follow_up;
mod hand_over;
pub(crate) mod handed;
mod history;
mod live;
mod page;
pub(crate) mod progress;
mod save;
pub(crate) mod sheet;
pub(crate) mod view;
pub(crate) mod words_for_scripts;

pub(crate) use attempt::{Attempt, Saved, tell, when};
pub(crate) use comments::back;
pub(crate) use save::settle_own_handover;

use crate::access::{Routes, Scope};
use crate::shell::page::Page;
use hakutaku_model::access::Action as A;

/// The routes of answering.
pub(crate) fn routes(routes: Routes) -> Routes {
    use Scope::{Assessment, Own, Question};
    routes
        .get("/facilities/{facility}/assessments/{assessment}", A::ReadAssessment, Assessment, page::start)
        .get("/facilities/{facility}/assessments/{assessment}/all", A::ReadAssessment, Assessment, page::all)
        .get(
            "/facilities/{facility}/assessments/{assessment}/fields/{field}",
            A::ReadAssessment,
            Assessment,
            page::field,
        )
        .get("/facilities/{facility}/assessments/{assessment}/state", A::ReadAssessment, Assessment, live::state)
        .stream("/facilities/{facility}/assessments/{assessment}/live", A::ReadAssessment, Assessment, live::listen)
        .put(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/answer",
            A::Answer,
            Question,
            save::put,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/answer",
            A::Answer,
            Question,
            save::form,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/history",
            A::ReadAssessment,
            Question,
            history::show,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/comments",
            A::Comment,
            Question,
            comments::add,
        )
        .get("/facilities/{facility}/assessments/{assessment}/hand-over", A::HandOver, Assessment, hand_over::ask)
        .post(
            "/facilities/{facility}/assessments/{assessment}/hand-over",
            A::HandOver,
            Assessment,
            hand_over::hand_over,
        )
        .get(
            "/facilities/{facility}/assessments/{assessment}/handed-over",
            A::ReadAssessment,
            Assessment,
            follow_up::list,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/handed-over/{handover}",
            A::HandOver,
            Assessment,
            follow_up::change,
        )
        .get("/handed-to-me", A::OwnAccount, Own, handed::everywhere)
        .get("/facilities/{facility}/assessments/{assessment}/handed", A::AnswerHandedOver, Assessment, handed::show)
        .put(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/handed",
            A::AnswerHandedOver,
            Question,
            handed::put,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/handed",
            A::AnswerHandedOver,
            Question,
            handed::form,
        )
        .post(
            "/facilities/{facility}/assessments/{assessment}/questions/{question}/give-back",
            A::AnswerHandedOver,
            Question,
            handed::give_back,
        )
}

/// The frame of a page that may also be the answer to a form: it names the address where it can be opened again.
pub(crate) fn seen_at(path: impl Into<String>, page: Page) -> Page {
    Page { path: path.into(), ..page }
}

/// The address of an assessment's pages.
pub(crate) fn address(row: &hakutaku_store::AssessmentRow) -> String {
    format!("/facilities/{}/assessments/{}", row.facility, row.id)
}
