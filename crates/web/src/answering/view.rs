//! A question as its card shows it.

use crate::answering::attempt::{Attempt, standing_key, when};
use crate::answering::progress::applies_key;
use crate::answering::sheet::Sheet;
use crate::shell::words::{Key, Words};
use hakutaku_model::assessment::{AnswerValue, Applicability, applicability};
use hakutaku_model::catalogue::{Catalogue, Question, Section};
use hakutaku_model::report::{ReferenceLine, hours, reference_line, yen};
use hakutaku_model::time::{Ts, date_words};
use hakutaku_store::{AnswerRow, CommentRow, DocumentRow, HandoverRow, HandoverState};
use jiff::civil::Date;

/// More closed improvements than this beside one question would hide it.
const MOST_STRENGTHENED: usize = 3;

/// What the visitor may do with the questions of a page, and where the forms lead.
#[derive(Debug, Clone, Default)]
pub(crate) struct Frame {
    /// The address of the assessment.
    pub(crate) base: String,
    /// Last part of the address that takes answers: `answer` or `handed`.
    pub(crate) leaf: &'static str,
    /// Which page a form without scripts comes back to: `field`, `all`, `handed` or `guest`.
    pub(crate) back: &'static str,
    /// Whether answers are taken.
    pub(crate) answer: bool,
    /// Whether comments are shown.
    pub(crate) read_comments: bool,
    /// Whether one may be added.
    pub(crate) comment: bool,
    /// Whether evidence is shown.
    pub(crate) read_documents: bool,
    /// Whether files may be added.
    pub(crate) add_document: bool,
    /// Whether questions may be handed over.
    pub(crate) hand_over: bool,
    /// Whether clauses, measures and the history are shown: not to guests.
    pub(crate) inspect: bool,
    /// Whether improvements closed since last year are told.
    pub(crate) improvements: bool,
}

/// One described level.
pub(crate) struct LevelView<'c> {
    pub(crate) level: u8,
    pub(crate) text: &'c str,
    pub(crate) chosen: bool,
}

/// A measure in one line.
pub(crate) struct MeasureView<'c> {
    pub(crate) title: &'c str,
    /// Who, how long, what it costs.
    pub(crate) facts: String,
    pub(crate) yearly: Option<String>,
    pub(crate) reaches: u8,
}

/// A remark.
pub(crate) struct CommentView {
    pub(crate) by: String,
    pub(crate) at: String,
    pub(crate) text: String,
}

/// A file.
pub(crate) struct DocumentView {
    pub(crate) href: String,
    pub(crate) name: String,
    pub(crate) size: String,
    pub(crate) by: String,
    pub(crate) at: String,
}

/// Where a hand-over of the question stands.
pub(crate) struct HandoverView {
    pub(crate) to: String,
    /// `open`, `answered`, `returned`, `closed`.
    pub(crate) state: &'static str,
    pub(crate) state_words: String,
}

/// Why a question may not be asked.
pub(crate) struct ConditionView<'c> {
    pub(crate) reason: &'c str,
    /// The number of the earlier question, e.g. `11-1`.
    pub(crate) number: String,
    pub(crate) href: String,
}

/// Somebody else's answer that stands where mine was to be.
pub(crate) struct ConflictView {
    /// Who and when; absent when the answer was taken away.
    pub(crate) by: Option<(String, String)>,
    /// Their answer in words.
    pub(crate) words: String,
    pub(crate) note: String,
    /// Leads back to the page as it stands now.
    pub(crate) href: String,
}

/// What was sent and could not stand, to be shown again.
pub(crate) struct Overlay {
    pub(crate) question: String,
    pub(crate) attempt: Attempt,
    /// Why, in words.
    pub(crate) fault: Option<String>,
    /// What stands instead.
    pub(crate) conflict: Option<Option<AnswerRow>>,
}

/// One question.
pub(crate) struct QuestionView<'c> {
    pub(crate) id: &'c str,
    pub(crate) number: String,
    pub(crate) text: &'c str,
    pub(crate) why: &'c str,
    pub(crate) evidence: &'c str,
    pub(crate) levels: Vec<LevelView<'c>>,
    pub(crate) not_applicable: bool,
    pub(crate) reason: String,
    pub(crate) note: String,
    pub(crate) version: i64,
    /// `open`, `confirmed` or `unconfirmed`.
    pub(crate) standing: &'static str,
    /// Who answered and when.
    pub(crate) said: Option<(String, String)>,
    /// `asked`, `undecided` or `excluded`.
    pub(crate) applies: &'static str,
    pub(crate) condition: Option<ConditionView<'c>>,
    pub(crate) references: Vec<ReferenceLine>,
    pub(crate) measures: Vec<MeasureView<'c>>,
    pub(crate) comments: Vec<CommentView>,
    pub(crate) documents: Vec<DocumentView>,
    pub(crate) handover: Option<HandoverView>,
    pub(crate) fault: Option<String>,
    pub(crate) conflict: Option<ConflictView>,
    /// What the one who handed it over says, newest last.
    pub(crate) messages: Vec<CommentView>,
    /// Whether this card takes an answer.
    pub(crate) answerable: bool,
    /// Whether the visitor was given this very question and may send it back.
    pub(crate) given: bool,
    /// Improvements closed since last year's answer, in one line.
    pub(crate) strengthened: Option<String>,
}

/// One field with its questions.
pub(crate) struct SectionView<'c> {
    pub(crate) field: &'c str,
    pub(crate) number: usize,
    pub(crate) title: &'c str,
    pub(crate) intro: &'c str,
    pub(crate) questions: Vec<QuestionView<'c>>,
}

/// Makes cards of one sheet.
pub(crate) struct Cards<'a, 'c> {
    pub(crate) catalogue: &'c Catalogue,
    pub(crate) sheet: &'a Sheet<'c>,
    pub(crate) frame: &'a Frame,
    pub(crate) t: Words,
    pub(crate) now: Ts,
    pub(crate) overlay: Option<&'a Overlay>,
}

impl<'c> Cards<'_, 'c> {
    /// One field; `only` picks questions out of it.
    pub(crate) fn section(&self, at: usize, section: &'c Section, only: impl Fn(&Question) -> bool) -> SectionView<'c> {
        let questions = section
            .questions
            .iter()
            .enumerate()
            .filter(|(_, question)| only(question))
            .map(|(within, question)| self.question(format!("{}-{}", at + 1, within + 1), question))
            .collect();
        SectionView {
            field: section.field.as_str(),
            number: at + 1,
            title: self.t.text(&section.title),
            intro: self.t.text(&section.intro),
            questions,
        }
    }

    fn question(&self, number: String, question: &'c Question) -> QuestionView<'c> {
        let (t, sheet) = (self.t, self.sheet);
        let stored = sheet.answers.get(&question.id);
        let overlay = self.overlay.filter(|overlay| overlay.question == question.id.as_str());
        let (level, reason, note) = match (overlay, stored) {
            (Some(sent), _) => (sent.attempt.level, sent.attempt.not_applicable.clone(), sent.attempt.note.clone()),
            (None, Some(row)) => match &row.value {
                AnswerValue::Level(level) => (Some(level.get()), None, row.note.clone()),
                AnswerValue::NotApplicable(reason) => (None, Some(reason.clone()), row.note.clone()),
            },
            (None, None) => (None, None, String::new()),
        };
        let applies = applicability(sheet.questionnaire, question, &sheet.model);
        let mut view = QuestionView {
            id: question.id.as_str(),
            number,
            text: t.text(&question.text),
            why: t.text(&question.why),
            evidence: t.text(&question.evidence),
            levels: question
                .levels
                .iter()
                .map(|line| LevelView {
                    level: line.level.get(),
                    text: line.get(t.lang),
                    chosen: level == Some(line.level.get()),
                })
                .collect(),
            not_applicable: reason.is_some(),
            reason: reason.unwrap_or_default(),
            note,
            version: stored.map_or(0, |row| row.version),
            standing: stored.map_or("open", |row| standing_key(row.standing)),
            said: stored.map(|row| (row.answered_by.clone(), when(row.answered_at, self.now, t.lang))),
            applies: applies_key(applies),
            condition: self.condition(question),
            references: Vec::new(),
            measures: Vec::new(),
            comments: Vec::new(),
            documents: Vec::new(),
            handover: sheet.handovers.get(&question.id).and_then(|list| list.first()).map(|row| self.handover(row)),
            fault: overlay.and_then(|overlay| overlay.fault.clone()),
            conflict: overlay
                .and_then(|overlay| overlay.conflict.as_ref())
                .map(|theirs| self.conflict(question, theirs.as_ref())),
            messages: Vec::new(),
            answerable: self.frame.answer,
            given: false,
            strengthened: self.strengthened(question),
        };
        if let Some(overlay) = overlay
            && overlay.conflict.is_none()
        {
            // Not a second conflict out of nothing: keep the version the form was made with.
            view.version = overlay.attempt.version.unwrap_or(view.version);
        }
        self.fill_disclosures(question, &mut view);
        view
    }

    /// `前の回答の後に終わった改善：「…」（2026年11月3日）`.
    fn strengthened(&self, question: &Question) -> Option<String> {
        let closed = self.sheet.strengthened.get(&question.id).filter(|_| self.frame.improvements)?;
        let one = |(title, on): &(String, Date)| {
            self.t.a2("actions-strengthened-one", "title", title, "day", date_words(*on, self.t.lang))
        };
        let list: Vec<String> = closed.iter().take(MOST_STRENGTHENED).map(one).collect();
        Some(self.t.a("actions-strengthened", "list", list.join(&self.t.m("list-separator"))))
    }

    fn fill_disclosures(&self, question: &'c Question, view: &mut QuestionView<'c>) {
        let (t, sheet, frame) = (self.t, self.sheet, self.frame);
        if frame.inspect {
            view.references = self
                .catalogue
                .references(question)
                .into_iter()
                .filter_map(|mapping| reference_line(self.catalogue, mapping, t.lang))
                .collect();
            view.measures = question
                .measures
                .iter()
                .filter_map(|id| self.catalogue.measures.get(id))
                .map(|measure| MeasureView {
                    title: t.text(&measure.title),
                    facts: t.a3(
                        "answering-measure-facts",
                        ("who", measure.who.title().get(t.lang)),
                        ("hours", hours(measure.effort_hours, t.lang)),
                        ("cost", yen(measure.cost_yen, t.lang)),
                    ),
                    yearly: (measure.yearly_yen.max > 0).then(|| yen(measure.yearly_yen, t.lang)),
                    reaches: measure.reaches.get(),
                })
                .collect();
        }
        if frame.read_comments
            && let Some(comments) = sheet.comments.get(&question.id)
        {
            view.comments = comments.iter().map(|row| self.comment(row)).collect();
        }
        if frame.read_documents
            && let Some(documents) = sheet.documents.get(&question.id)
        {
            view.documents = documents.iter().map(|row| self.document(row)).collect();
        }
    }

    /// A remark in words.
    pub(crate) fn comment(&self, row: &CommentRow) -> CommentView {
        CommentView { by: row.by.clone(), at: when(row.at, self.now, self.t.lang), text: row.text.clone() }
    }

    fn document(&self, row: &DocumentRow) -> DocumentView {
        DocumentView {
            href: format!("/facilities/{}/documents/{}", self.sheet.row.facility, row.id),
            name: row.name.clone(),
            size: size_words(row.size),
            by: row.by.clone(),
            at: when(row.at, self.now, self.t.lang),
        }
    }

    fn handover(&self, row: &HandoverRow) -> HandoverView {
        HandoverView {
            to: row.to_name.clone(),
            state: state_key(row.state),
            state_words: self.t.k(state_words(row.state)),
        }
    }

    fn condition(&self, question: &'c Question) -> Option<ConditionView<'c>> {
        let condition = question.applies_if.as_ref()?;
        let earlier = condition.question.as_str();
        let here = self.sheet.questionnaire.section_of(question.id.as_str());
        let there = self.sheet.questionnaire.section_of(earlier)?;
        let same_page = self.frame.back != "field" || here.is_some_and(|here| here.field == there.field);
        Some(ConditionView {
            reason: self.t.text(&condition.reason),
            number: self.sheet.number(earlier)?,
            href: if same_page {
                format!("#{earlier}")
            } else {
                format!("{}/fields/{}#{earlier}", self.frame.base, there.field)
            },
        })
    }

    /// Where the question is seen, on the page it was answered on.
    fn seen_at(&self, question: &Question) -> String {
        let (base, id) = (&self.frame.base, &question.id);
        match self.frame.back {
            "guest" => format!("/guest#{id}"),
            "field" => match self.sheet.questionnaire.section_of(id.as_str()) {
                Some(section) => format!("{base}/fields/{}#{id}", section.field),
                None => format!("{base}#{id}"),
            },
            page => format!("{base}/{page}#{id}"),
        }
    }

    fn conflict(&self, question: &Question, theirs: Option<&AnswerRow>) -> ConflictView {
        let href = self.seen_at(question);
        let Some(row) = theirs else {
            return ConflictView {
                by: None,
                words: self.t.k(Key("answering-conflict-cleared")),
                note: String::new(),
                href,
            };
        };
        ConflictView {
            by: Some((row.answered_by.clone(), when(row.answered_at, self.now, self.t.lang))),
            words: answer_words(question, &row.value, self.t),
            note: row.note.clone(),
            href,
        }
    }
}

/// An answer in words: `2　年1回、…` or the reason why it does not apply.
pub(crate) fn answer_words(question: &Question, value: &AnswerValue, t: Words) -> String {
    match value {
        AnswerValue::Level(level) => {
            let text = question.level_text(*level).map_or("", |line| line.get(t.lang));
            t.a2("answering-level-words", "level", level.get(), "text", text)
        }
        AnswerValue::NotApplicable(reason) => t.a("answering-na-words", "reason", reason),
    }
}

/// For style sheets and scripts.
pub(crate) fn state_key(state: HandoverState) -> &'static str {
    match state {
        HandoverState::Open => "open",
        HandoverState::Answered => "answered",
        HandoverState::Returned => "returned",
        HandoverState::Closed => "closed",
    }
}

/// For people.
pub(crate) fn state_words(state: HandoverState) -> Key {
    match state {
        HandoverState::Open => Key("handover-state-open"),
        HandoverState::Answered => Key("handover-state-answered"),
        HandoverState::Returned => Key("handover-state-returned"),
        HandoverState::Closed => Key("handover-state-closed"),
    }
}

/// `840 B`, `12 kB`, `3.4 MB`.
pub(crate) fn size_words(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", (bytes + 500) / 1_000),
        _ => {
            let tenths = (bytes + 50_000) / 100_000;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// Whether an earlier answer rules the question out.
pub(crate) fn is_excluded(sheet: &Sheet<'_>, question: &Question) -> bool {
    matches!(applicability(sheet.questionnaire, question, &sheet.model), Applicability::Excluded(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_people_say_them() {
        assert_eq!(size_words(840), "840 B");
        assert_eq!(size_words(12_300), "12 kB");
        assert_eq!(size_words(3_449_999), "3.4 MB");
    }
}
