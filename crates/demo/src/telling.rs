//! What the chapters share: opening a year and answering in it.

use crate::DemoError;
use crate::cast::Cast;
use crate::clock::Clock;
use crate::evidence::Paper;
use crate::story::{Row, Year, brought_over, given};
use hakutaku_model::catalogue::{Catalogue, Questionnaire};
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_model::person::Role;
use hakutaku_model::time::Ts;
use hakutaku_store::{Act, NewAnswer, NewAssessment, NewDocument, Store};

/// The story while it is told.
#[derive(Debug)]
pub(crate) struct Telling<'a> {
    pub(crate) store: &'a Store,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) clock: Clock,
    pub(crate) cast: Cast,
}

/// A questionnaire of the catalogue.
pub(crate) fn questionnaire<'c>(catalogue: &'c Catalogue, id: &str) -> Result<&'c Questionnaire, DemoError> {
    catalogue
        .questionnaire(id)
        .ok_or_else(|| DemoError::Story { questionnaire: id.to_owned(), question: "(all)".to_owned() })
}

impl Telling<'_> {
    /// Something done by the person with this role.
    pub(crate) fn by(&self, role: Role, at: Ts) -> Act {
        Act::person(self.cast.person(role), at)
    }

    /// Opens a questionnaire for a year.
    pub(crate) async fn open(
        &self,
        act: &Act,
        facility: FacilityId,
        id: &str,
        year: Year,
        respondent: Option<&str>,
    ) -> Result<AssessmentId, DemoError> {
        let new = NewAssessment {
            questionnaire: id.into(),
            edition: questionnaire(self.catalogue, id)?.edition.clone(),
            year: match year {
                Year::Last => self.clock.last,
                Year::This => self.clock.this,
            },
            respondent: respondent.map(str::to_owned),
        };
        Ok(self.store.create_assessment(act, facility, &new).await?.id)
    }

    /// Opens this year's with last year's answers brought over.
    pub(crate) async fn open_next(
        &self,
        act: &Act,
        facility: FacilityId,
        id: &str,
        from: AssessmentId,
        rows: &[Row],
    ) -> Result<AssessmentId, DemoError> {
        let to = self.open(act, facility, id, Year::This, None).await?;
        self.store.carry_over(act, facility, from, to, &brought_over(rows)).await?;
        Ok(to)
    }

    /// A whole table's answers of one year, at once.
    pub(crate) async fn answer_all(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        rows: &[Row],
        year: Year,
    ) -> Result<(), DemoError> {
        self.store.save_all(act, facility, assessment, &given(rows, year)).await?;
        Ok(())
    }

    /// Some answers, at once.
    pub(crate) async fn answer(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        answers: &[NewAnswer],
    ) -> Result<(), DemoError> {
        if !answers.is_empty() {
            self.store.save_all(act, facility, assessment, answers).await?;
        }
        Ok(())
    }

    /// Attaches a file to a question.
    pub(crate) async fn attach(
        &self,
        act: &Act,
        facility: FacilityId,
        assessment: AssessmentId,
        question: &str,
        paper: Paper,
    ) -> Result<hakutaku_model::id::DocumentId, DemoError> {
        let document = NewDocument {
            assessment: Some(assessment),
            question: Some(QuestionId::from(question)),
            name: paper.name.to_owned(),
            media_type: paper.media_type.to_owned(),
        };
        Ok(self.store.add_document(act, facility, &document, paper.content.into_bytes()).await?.id)
    }
}
