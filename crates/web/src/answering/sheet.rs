//! One assessment with everything its pages show, fetched by a handful of queries whatever its length.

use crate::AppState;
use crate::shell::problem::Problem;
use hakutaku_model::assessment::{Answers, Evaluation, evaluate};
use hakutaku_model::catalogue::Questionnaire;
use hakutaku_model::corrective::{CorrectiveAction, closed_since};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_model::text::Lang;
use hakutaku_store::{AnswerRow, AssessmentRow, CommentRow, DocumentRow, HandoverRow};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// An assessment with its questionnaire, answers and what hangs on them.
pub(crate) struct Sheet<'c> {
    pub(crate) row: AssessmentRow,
    pub(crate) questionnaire: &'c Questionnaire,
    pub(crate) answers: BTreeMap<QuestionId, AnswerRow>,
    pub(crate) model: Answers,
    pub(crate) evaluation: Evaluation,
    pub(crate) comments: BTreeMap<QuestionId, Vec<CommentRow>>,
    pub(crate) documents: BTreeMap<QuestionId, Vec<DocumentRow>>,
    /// Newest first.
    pub(crate) handovers: BTreeMap<QuestionId, Vec<HandoverRow>>,
    /// Improvements closed since last year's answer that strengthen a control of the question: title and day.
    pub(crate) strengthened: BTreeMap<QuestionId, Vec<(String, Date)>>,
}

impl<'c> Sheet<'c> {
    /// Fetches it.
    pub(crate) async fn load(
        app: &'c AppState,
        facility: FacilityId,
        assessment: AssessmentId,
    ) -> Result<Self, Problem> {
        let store = &app.store;
        let (row, answers, comments, documents, handovers) = tokio::try_join!(
            store.assessment(facility, assessment),
            store.answers(facility, assessment),
            store.comments(facility, assessment, None),
            store.documents(facility, Some(assessment)),
            store.handovers(facility, assessment),
        )?;
        let questionnaire = app.catalogue.questionnaire(row.questionnaire.as_str()).ok_or(Problem::NotFound)?;
        let model: Answers = answers.iter().map(|row| (row.question.clone(), row.answer())).collect();
        let evaluation = evaluate(questionnaire, &model);
        let mut sheet = Self {
            row,
            questionnaire,
            answers: answers.into_iter().map(|row| (row.question.clone(), row)).collect(),
            model,
            evaluation,
            comments: BTreeMap::new(),
            documents: BTreeMap::new(),
            handovers: BTreeMap::new(),
            strengthened: BTreeMap::new(),
        };
        sheet.strengthened = strengthened(app, &sheet).await?;
        for comment in comments {
            sheet.comments.entry(comment.question.clone()).or_default().push(comment);
        }
        for document in documents {
            if let Some(question) = document.question.clone() {
                sheet.documents.entry(question).or_default().push(document);
            }
        }
        for handover in handovers.into_iter().rev() {
            sheet.handovers.entry(handover.question.clone()).or_default().push(handover);
        }
        Ok(sheet)
    }

    /// Whether it takes no answers any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.row.closed_at.is_some()
    }

    /// `病院の情報システム向け　令和8年度（2026年度）`, with the executive's name where there is one.
    pub(crate) fn title(&self, lang: Lang) -> String {
        title(&self.row, self.questionnaire, lang)
    }

    /// `15-2`: section and place within it, both from 1.
    pub(crate) fn number(&self, question: &str) -> Option<String> {
        self.questionnaire.sections.iter().enumerate().find_map(|(at, section)| {
            let within = section.questions.iter().position(|q| q.id.as_str() == question)?;
            Some(format!("{}-{}", at + 1, within + 1))
        })
    }
}

/// Which questions improvements closed since last year's answer bear on. Without an earlier answer every closed one counts.
async fn strengthened(app: &AppState, sheet: &Sheet<'_>) -> Result<BTreeMap<QuestionId, Vec<(String, Date)>>, Problem> {
    let facility = sheet.row.facility;
    let actions = app.store.records::<CorrectiveAction>(facility).await?;
    if !actions.iter().any(|row| row.body.closed.is_some()) {
        return Ok(BTreeMap::new());
    }
    let row = &sheet.row;
    let before = app.store.assessments(facility).await?.into_iter().filter(|other| {
        other.questionnaire == row.questionnaire && other.respondent == row.respondent && other.year < row.year
    });
    let answered: BTreeMap<QuestionId, Date> = match before.max_by_key(|other| other.year) {
        None => BTreeMap::new(),
        Some(before) => {
            let rows = app.store.answers(facility, before.id).await?;
            rows.into_iter().map(|row| (row.question, row.answered_at.date_in_japan())).collect()
        }
    };
    let found = sheet.questionnaire.questions().filter_map(|question| {
        let bodies = actions.iter().map(|row| &row.body);
        let closed = closed_since(bodies, &question.controls, answered.get(&question.id).copied());
        let closed: Vec<_> = closed.into_iter().map(|(title, on)| (title.to_owned(), on)).collect();
        (!closed.is_empty()).then(|| (question.id.clone(), closed))
    });
    Ok(found.collect())
}

/// The heading of an assessment.
pub(crate) fn title(row: &AssessmentRow, questionnaire: &Questionnaire, lang: Lang) -> String {
    let title = questionnaire.title.get(lang);
    match &row.respondent {
        Some(name) if !name.is_empty() => match lang {
            Lang::Ja => format!("{title}（{name}）"),
            Lang::En => format!("{title} ({name})"),
        },
        _ => title.to_owned(),
    }
}
