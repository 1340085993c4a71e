//! What a file would change, row by row. Nothing is saved here.

use hakutaku_model::assessment::{Answer, AnswerValue, Answers, Evaluation, Outcome, Standing, evaluate};
use hakutaku_model::catalogue::{Question, Questionnaire};
use hakutaku_model::id::QuestionId;
use hakutaku_model::text::{Lang, Text};
use hakutaku_store::{AnswerRow, NewAnswer};

/// One row of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offer {
    /// The question; `None` when the row names none of this questionnaire.
    pub(super) question: Option<QuestionId>,
    /// The cell, in words people find it by; empty where a file has no cells.
    pub(super) place: String,
    /// The answer (`None`: left empty), or what is wrong with the row and what to do.
    pub(super) value: Result<Option<AnswerValue>, Text>,
    /// The remark; `None` where nothing is said about it.
    pub(super) note: Option<String>,
}

impl Offer {
    /// The answer it brings, if it can be taken and is not empty.
    fn answer(&self) -> Option<&AnswerValue> {
        self.value.as_ref().ok().and_then(Option::as_ref)
    }
}

/// What would become of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// No answer stood there.
    New,
    /// Another answer stood there.
    Changed,
    /// Last year's answer would be re-affirmed.
    Reaffirmed,
    /// The same stands there already.
    Same,
    /// The row is empty or missing: what stands there stays.
    Empty,
    /// The row cannot be taken; then the file is not taken at all.
    Refused,
}

impl Verdict {
    /// For style sheets and message keys.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Reaffirmed => "reaffirmed",
            Self::Same => "same",
            Self::Empty => "empty",
            Self::Refused => "refused",
        }
    }
}

/// One row of the dry run, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Where it stands in the file.
    pub(super) place: String,
    /// The question; `None` when the row names none.
    pub(super) text: Option<Text>,
    /// What would become of it.
    pub(super) verdict: Verdict,
    /// What stands there now.
    pub(super) from: Option<Text>,
    /// What would stand there.
    pub(super) to: Option<Text>,
    /// The remark that would change with it.
    pub(super) note: Option<String>,
    /// What is wrong, for a refused row.
    pub(super) wrong: Option<Text>,
    /// Saved, but an earlier answer rules the question out: it would not count.
    pub(super) ignored: bool,
}

impl Row {
    /// Whether it would be saved.
    pub(super) fn is_saved(&self) -> bool {
        matches!(self.verdict, Verdict::New | Verdict::Changed | Verdict::Reaffirmed)
    }
}

/// How many rows have which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tally {
    pub(super) new: usize,
    pub(super) changed: usize,
    pub(super) reaffirmed: usize,
    pub(super) same: usize,
    pub(super) empty: usize,
    pub(super) refused: usize,
}

impl Tally {
    fn of(rows: &[Row]) -> Self {
        let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
        Self {
            new: count(Verdict::New),
            changed: count(Verdict::Changed),
            reaffirmed: count(Verdict::Reaffirmed),
            same: count(Verdict::Same),
            empty: count(Verdict::Empty),
            refused: count(Verdict::Refused),
        }
    }

    /// How many answers would be saved.
    pub(super) fn to_save(self) -> usize {
        self.new + self.changed + self.reaffirmed
    }
}

/// The dry run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct DryRun {
    pub(super) rows: Vec<Row>,
    pub(super) tally: Tally,
    /// What would be saved.
    pub(super) answers: Vec<NewAnswer>,
    /// The versions of the answers the verdicts were made against.
    pub(super) seen: Vec<(QuestionId, Option<i64>)>,
}

/// Compares what a file says with what stands. Rows keep the file's order; questions it does not name come last.
pub(super) fn dry_run(form: &Questionnaire, offers: &[Offer], standing: &[AnswerRow]) -> DryRun {
    let evaluation = evaluate(form, &merged(offers, standing));
    let mut run = DryRun::default();
    for offer in offers {
        let question = offer.question.as_ref().and_then(|id| form.question(id.as_str()));
        let now = question.and_then(|question| standing.iter().find(|row| row.question == question.id));
        run.rows.push(row(offer, question, now, &evaluation));
        if let (Some(question), Some(value)) = (question, offer.answer()) {
            run.seen.push((question.id.clone(), now.map(|now| now.version)));
            if against(offer, value, now) != Verdict::Same {
                let kept = now.map_or("", |now| now.note.as_str());
                let note = offer.note.as_deref().unwrap_or(kept).to_owned();
                run.answers.push(NewAnswer { question: question.id.clone(), value: value.clone(), note });
            }
        }
    }
    for question in form.questions() {
        if offers.iter().all(|offer| offer.question.as_ref() != Some(&question.id)) {
            let offer = Offer { question: None, place: String::new(), value: Ok(None), note: None };
            let now = standing.iter().find(|row| row.question == question.id);
            run.rows.push(row(&offer, Some(question), now, &evaluation));
        }
    }
    run.tally = Tally::of(&run.rows);
    run
}

fn row(offer: &Offer, question: Option<&Question>, now: Option<&AnswerRow>, evaluation: &Evaluation) -> Row {
    let offered = offer.answer();
    let verdict = match (&offer.value, offered) {
        (Err(_), _) => Verdict::Refused,
        (Ok(_), None) => Verdict::Empty,
        (Ok(_), Some(value)) => against(offer, value, now),
    };
    let words = |value| question.map(|question| in_words(question, value));
    Row {
        place: offer.place.clone(),
        text: question.map(|question| question.text.clone()),
        verdict,
        from: now.and_then(|now| words(&now.value)),
        to: offered.and_then(words),
        note: offer.note.clone().filter(|note| *note != now.map_or("", |now| now.note.as_str()) && offered.is_some()),
        wrong: offer.value.clone().err(),
        ignored: offered.is_some() && question.is_some_and(|question| is_ignored(evaluation, &question.id)),
    }
}

fn against(offer: &Offer, value: &AnswerValue, now: Option<&AnswerRow>) -> Verdict {
    let Some(now) = now else { return Verdict::New };
    let same_note = offer.note.as_ref().is_none_or(|note| *note == now.note);
    match (*value == now.value, now.standing) {
        (true, Standing::Unconfirmed) => Verdict::Reaffirmed,
        (true, Standing::Confirmed) if same_note => Verdict::Same,
        _ => Verdict::Changed,
    }
}

/// The answers as they would stand afterwards.
fn merged(offers: &[Offer], standing: &[AnswerRow]) -> Answers {
    let mut answers: Answers = standing.iter().map(|row| (row.question.clone(), row.answer())).collect();
    for offer in offers {
        if let (Some(question), Some(value)) = (&offer.question, offer.answer()) {
            answers.insert(question.clone(), Answer { value: value.clone(), standing: Standing::Confirmed });
        }
    }
    answers
}

fn is_ignored(evaluation: &Evaluation, id: &QuestionId) -> bool {
    let mut outcomes = evaluation.fields.iter().flat_map(|field| &field.outcomes);
    outcomes.any(|outcome| outcome.question == *id && outcome.outcome == Outcome::Ignored)
}

fn in_words(question: &Question, value: &AnswerValue) -> Text {
    match value {
        AnswerValue::Level(level) => {
            let side = |lang| question.level_text(*level).map_or("", |text| text.get(lang));
            Text::new(format!("{level}　{}", side(Lang::Ja)), format!("{level}: {}", side(Lang::En)))
        }
        AnswerValue::NotApplicable(reason) => {
            Text::new(format!("該当なし（{reason}）"), format!("Not applicable ({reason})"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::score::Level;
    use hakutaku_model::time::Ts;

    fn form() -> Questionnaire {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        catalogue.questionnaire("small-facility").expect("it is there").clone()
    }

    fn level(level: u8) -> AnswerValue {
        AnswerValue::Level(Level::new(level).expect("0-3"))
    }

    fn stands(question: &QuestionId, value: AnswerValue, standing: Standing, version: i64) -> AnswerRow {
        AnswerRow {
            question: question.clone(),
            value,
            standing,
            note: String::new(),
            version,
            answered_by: "佐藤".to_owned(),
            answered_at: Ts::from_micros(0),
        }
    }

    fn offers(question: &QuestionId, value: Option<AnswerValue>) -> Offer {
        Offer { question: Some(question.clone()), place: "H4".to_owned(), value: Ok(value), note: None }
    }

    fn verdict_of(offered: Option<AnswerValue>, standing: Option<(AnswerValue, Standing)>) -> (Verdict, usize) {
        let form = form();
        let id = &form.questions().next().expect("a question").id;
        let rows: Vec<AnswerRow> =
            standing.into_iter().map(|(value, standing)| stands(id, value, standing, 1)).collect();
        let run = dry_run(&form, &[offers(id, offered)], &rows);
        (run.rows[0].verdict, run.answers.len())
    }

    #[test]
    fn each_row_says_what_would_become_of_it_and_only_changes_are_saved() {
        use Standing::{Confirmed, Unconfirmed};
        assert_eq!(verdict_of(Some(level(2)), None), (Verdict::New, 1));
        assert_eq!(verdict_of(Some(level(2)), Some((level(1), Confirmed))), (Verdict::Changed, 1));
        assert_eq!(verdict_of(Some(level(2)), Some((level(2), Confirmed))), (Verdict::Same, 0));
        assert_eq!(verdict_of(Some(level(2)), Some((level(2), Unconfirmed))), (Verdict::Reaffirmed, 1));
        assert_eq!(verdict_of(None, Some((level(2), Confirmed))), (Verdict::Empty, 0));
    }

    #[test]
    fn a_question_the_file_does_not_name_keeps_its_answer() {
        let form = form();
        let run = dry_run(&form, &[], &[]);
        assert_eq!(run.tally.empty, form.questions().count());
        assert_eq!(run.tally.to_save(), 0);
    }

    #[test]
    fn a_row_that_cannot_be_taken_is_named_and_the_rest_is_still_shown() {
        let form = form();
        let id = &form.questions().next().expect("a question").id;
        let wrong = Text::new("H5: 0〜3を入れてください。", "H5: enter 0 to 3.");
        let bad = Offer { question: None, place: "H5".to_owned(), value: Err(wrong.clone()), note: None };
        let run = dry_run(&form, &[offers(id, Some(level(2))), bad], &[]);
        assert_eq!((run.tally.new, run.tally.refused), (1, 1));
        assert_eq!(run.rows[1].wrong, Some(wrong));
    }

    #[test]
    fn a_remark_that_the_file_leaves_empty_stays() {
        let form = form();
        let id = &form.questions().next().expect("a question").id;
        let mut now = stands(id, level(1), Standing::Confirmed, 1);
        now.note = "台帳は総務の棚".to_owned();
        let run = dry_run(&form, &[offers(id, Some(level(2)))], &[now.clone()]);
        assert_eq!(run.answers[0].note, "台帳は総務の棚");
        let with_note = Offer { note: Some("引っ越した".to_owned()), ..offers(id, Some(level(1))) };
        let run = dry_run(&form, &[with_note], &[now]);
        assert_eq!((run.rows[0].verdict, run.answers[0].note.as_str()), (Verdict::Changed, "引っ越した"));
    }

    #[test]
    fn whatever_was_compared_is_named_with_its_version_also_what_stays_as_it_is() {
        let form = form();
        let ids: Vec<_> = form.questions().take(3).map(|question| question.id.clone()).collect();
        let now =
            [stands(&ids[0], level(1), Standing::Confirmed, 4), stands(&ids[1], level(2), Standing::Confirmed, 1)];
        let offered: Vec<Offer> = ids.iter().map(|id| offers(id, Some(level(2)))).collect();
        let run = dry_run(&form, &offered, &now);
        assert_eq!(run.answers.len(), 2);
        assert_eq!(run.seen, [(ids[0].clone(), Some(4)), (ids[1].clone(), Some(1)), (ids[2].clone(), None)]);
    }
}
