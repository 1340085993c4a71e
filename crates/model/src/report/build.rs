//! Builds the document from the rules' results.

use super::{
    BriefingPage, ChangeLine, ControlLine, Counts, DerivationTerm, FacilityLine, FieldLine, GapLine, MeasureLine,
    NationalLine, NextStepLine, PerceptionLine, QuestionAppendix, QuestionnaireLine, RaisedQuestion, ReferenceLine,
    ResultReport, ScoreLine, SectionAppendix, TypologyLine, WeakField, hours, yen,
};
use crate::assessment::{
    Answers, Applicability, Evaluation, FieldResult, Outcome, Proposal, applicability, evaluate, measures_for_field,
};
use crate::briefing;
use crate::catalogue::{
    Catalogue, Checklist, Confidence, Mapping, Question, Questionnaire, QuestionnaireKind, Section,
};
use crate::comparison;
use crate::facility::FacilityProfile;
use crate::id::QuestionId;
use crate::score::{Difference, Level, Score};
use crate::text::Lang;
use crate::time::{FiscalYear, date_words};
use crate::typology;

/// All that goes into a document besides the catalogue.
#[derive(Debug, Clone)]
pub struct ReportContext<'a> {
    /// Its language.
    pub lang: Lang,
    /// The day it is made.
    pub date: jiff::civil::Date,
    /// The facility, if there is one.
    pub facility: Option<&'a FacilityProfile>,
    /// The year it is about.
    pub fiscal_year: Option<FiscalYear>,
    /// The answers.
    pub answers: &'a Answers,
    /// Last year's answers to the same questionnaire.
    pub previous: Option<&'a Answers>,
    /// The executives' answers this year, one set a person.
    pub executives: Vec<&'a Answers>,
    /// This year's answers to the network typology.
    pub typology: Option<&'a Answers>,
}

/// Builds the document.
#[must_use]
pub fn build(catalogue: &Catalogue, questionnaire: &Questionnaire, context: &ReportContext<'_>) -> ResultReport {
    let writer = Writer { catalogue, questionnaire, context, lang: context.lang };
    let evaluation = evaluate(questionnaire, context.answers);
    let before = context.previous.map(|answers| evaluate(questionnaire, answers));
    let before_overall = before.as_ref().and_then(|b| b.overall);
    ResultReport {
        lang: context.lang,
        facility: writer.facility(),
        questionnaire: QuestionnaireLine {
            id: questionnaire.id.to_string(),
            title: questionnaire.title.get(context.lang).to_owned(),
            edition: questionnaire.edition.clone(),
        },
        fiscal_year: context.fiscal_year.map(|year| year.label(context.lang)).unwrap_or_default(),
        date: date_words(context.date, context.lang),
        iso_date: context.date.to_string(),
        overall: evaluation.overall.map(score_line),
        previous_overall: before_overall.map(score_line),
        overall_change: evaluation.overall.zip(before_overall).map(|(now, before)| change_line(now.since(before))),
        overall_derivation: overall_derivation(&evaluation),
        counts: counts(&evaluation),
        fields: writer.fields(&evaluation, before.as_ref()),
        weak: writer.weak_fields(&evaluation),
        national: writer.national(&evaluation),
        executives: writer.executives(),
        typology: writer.typology(),
        briefing: writer.briefing(&evaluation),
        sections: writer.appendix(&evaluation),
    }
}

struct Writer<'a> {
    catalogue: &'a Catalogue,
    questionnaire: &'a Questionnaire,
    context: &'a ReportContext<'a>,
    lang: Lang,
}

fn score_line(score: Score) -> ScoreLine {
    ScoreLine {
        shown: score.two_decimals(),
        exact: score.exact(),
        weak: score.is_weak(),
        share: score.share_of_scale(),
    }
}

fn change_line(difference: Difference) -> ChangeLine {
    ChangeLine { shown: difference.to_string(), sign: difference.sign() }
}

fn counts(evaluation: &Evaluation) -> Counts {
    let mut counts = Counts::default();
    for outcome in evaluation.fields.iter().flat_map(|field| &field.outcomes) {
        counts.questions += 1;
        match outcome.outcome {
            Outcome::Counted(_) => counts.answered += 1,
            Outcome::NotApplicable(_) => counts.not_applicable += 1,
            Outcome::Unanswered => counts.open += 1,
            Outcome::Unconfirmed => {
                counts.open += 1;
                counts.unconfirmed += 1;
            }
            Outcome::NotAsked | Outcome::Ignored => counts.not_asked += 1,
        }
    }
    counts
}

/// `= 3/2 = 1.50`, or only `= 2.00` where the fraction is whole and says nothing more.
fn equals(score: Score) -> String {
    let exact = score.exact();
    if exact.contains('/') {
        format!("= {exact} = {}", score.two_decimals())
    } else {
        format!("= {}", score.two_decimals())
    }
}

fn field_derivation(field: &FieldResult) -> Option<String> {
    let score = field.score?;
    let levels: Vec<String> = field.levels().map(|level| level.to_string()).collect();
    Some(format!("({}) ÷ {} {}", levels.join(" + "), levels.len(), equals(score)))
}

fn overall_derivation(evaluation: &Evaluation) -> Option<String> {
    let overall = evaluation.overall?;
    let terms: Vec<String> = evaluation.fields.iter().filter_map(|field| field.score.map(Score::exact)).collect();
    Some(format!("({}) ÷ {} {}", terms.join(" + "), terms.len(), equals(overall)))
}

impl Writer<'_> {
    fn facility(&self) -> FacilityLine {
        self.context.facility.map_or_else(FacilityLine::default, |profile| FacilityLine {
            name: profile.name.clone(),
            kind: profile.kind.title().get(self.lang).to_owned(),
            beds: (profile.beds > 0).then_some(profile.beds),
        })
    }

    fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questionnaire.question(id.as_str())
    }

    fn question_text(&self, id: &QuestionId) -> String {
        self.catalogue
            .question(id)
            .map(|(_, _, q)| q)
            .or_else(|| self.question(id))
            .map_or_else(|| id.to_string(), |q| q.text.get(self.lang).to_owned())
    }

    fn level_text(&self, question: Option<&Question>, level: Level) -> String {
        question.and_then(|q| q.level_text(level)).map_or_else(String::new, |text| text.get(self.lang).to_owned())
    }

    fn fields(&self, evaluation: &Evaluation, before: Option<&Evaluation>) -> Vec<FieldLine> {
        let changes = before.map(|before| comparison::since_last_year(evaluation, before)).unwrap_or_default();
        self.questionnaire
            .sections
            .iter()
            .zip(&evaluation.fields)
            .map(|(section, field)| {
                let change = changes.iter().find(|change| change.field == field.field);
                FieldLine {
                    id: field.field.to_string(),
                    title: section.title.get(self.lang).to_owned(),
                    score: field.score.map(score_line),
                    derivation: field_derivation(field),
                    terms: self.terms(field),
                    answered: field.answered(),
                    not_applicable: field.not_applicable(),
                    unanswered: field.unanswered(),
                    previous: change.map(|change| score_line(change.before)),
                    change: change.map(|change| change_line(change.difference)),
                }
            })
            .collect()
    }

    fn terms(&self, field: &FieldResult) -> Vec<DerivationTerm> {
        field
            .outcomes
            .iter()
            .filter_map(|o| match o.outcome {
                Outcome::Counted(level) => Some(DerivationTerm {
                    question: o.question.to_string(),
                    text: self.question_text(&o.question),
                    level: level.get(),
                    level_text: self.level_text(self.question(&o.question), level),
                }),
                _ => None,
            })
            .collect()
    }

    fn section_title(&self, field: &FieldResult) -> String {
        self.questionnaire
            .sections
            .iter()
            .find(|section| section.field == field.field)
            .map_or_else(String::new, |section| section.title.get(self.lang).to_owned())
    }

    fn weak_fields(&self, evaluation: &Evaluation) -> Vec<WeakField> {
        evaluation
            .weak_fields()
            .into_iter()
            .filter_map(|field| {
                Some(WeakField {
                    id: field.field.to_string(),
                    title: self.section_title(field),
                    score: score_line(field.score?),
                    gap: self
                        .catalogue
                        .briefings
                        .get(&field.field)
                        .map_or_else(String::new, |words| words.gap.get(self.lang).to_owned()),
                    measures: measures_for_field(self.catalogue, self.questionnaire, field)
                        .iter()
                        .enumerate()
                        .map(|(at, proposal)| self.measure(at + 1, proposal, field))
                        .collect(),
                })
            })
            .collect()
    }

    fn measure(&self, order: usize, proposal: &Proposal<'_>, field: &FieldResult) -> MeasureLine {
        let measure = proposal.measure;
        let level_of = |id: &QuestionId| {
            field.outcomes.iter().find(|o| o.question == *id).and_then(|o| match o.outcome {
                Outcome::Counted(level) => Some(level.get()),
                _ => None,
            })
        };
        MeasureLine {
            id: measure.id.to_string(),
            order,
            title: measure.title.get(self.lang).to_owned(),
            steps: measure.steps.iter().map(|step| step.get(self.lang).to_owned()).collect(),
            who: measure.who.title().get(self.lang).to_owned(),
            hours: hours(measure.effort_hours, self.lang),
            cost: yen(measure.cost_yen, self.lang),
            yearly: (measure.yearly_yen.max > 0).then(|| yen(measure.yearly_yen, self.lang)),
            free: measure.is_free(),
            reaches: measure.reaches.get(),
            raises: proposal
                .raises
                .iter()
                .map(|id| RaisedQuestion {
                    id: id.to_string(),
                    text: self.question_text(id),
                    from: level_of(id).unwrap_or_default(),
                })
                .collect(),
            source: measure.source.as_ref().map(|source| source.get(self.lang).to_owned()),
        }
    }

    fn national(&self, evaluation: &Evaluation) -> Vec<NationalLine> {
        let beds = self.context.facility.map(|profile| profile.beds);
        comparison::national_figures(self.catalogue, self.questionnaire, evaluation, beds)
            .into_iter()
            .map(|figure| NationalLine {
                question: figure.question.to_string(),
                text: self.question_text(&figure.question),
                met: figure.met,
                metric: figure.metric.title.get(self.lang).to_owned(),
                value: format!("{}{}", figure.metric.value, figure.metric.unit),
                denominator: figure.metric.denominator.as_ref().map(|of| of.get(self.lang).to_owned()),
                for_beds: figure.for_beds.map(|(class, value)| match self.lang {
                    Lang::Ja => format!("{class}床 {value}{}", figure.metric.unit),
                    Lang::En => format!("{class} beds {value}{}", figure.metric.unit),
                }),
                source: match self.lang {
                    Lang::Ja => format!("{}（{}）", figure.survey.name.ja, figure.survey.source_date),
                    Lang::En => format!("{} ({})", figure.survey.name.en, figure.survey.source_date),
                },
                url: figure.survey.source_url.clone(),
            })
            .collect()
    }

    fn executives(&self) -> Vec<PerceptionLine> {
        let Some(form) = self.catalogue.questionnaire("executive") else { return Vec::new() };
        comparison::perceptions(form, &self.context.executives, self.context.answers)
            .into_iter()
            .map(|pair| PerceptionLine {
                question: self.question_text(&pair.executive_question),
                executives: score_line(pair.executives),
                executive_count: pair.executive_count,
                it: score_line(pair.it_score),
                difference: change_line(pair.difference),
            })
            .collect()
    }

    fn typology(&self) -> Option<TypologyLine> {
        let (form, answers) = match self.questionnaire.kind {
            QuestionnaireKind::Typology => (self.questionnaire, self.context.answers),
            QuestionnaireKind::Assessment => {
                (self.catalogue.questionnaire("network-typology")?, self.context.typology?)
            }
        };
        let result = typology::classify(form, answers)?;
        let level = result.level.map(Level::get);
        let words = |id: &QuestionId, level: Level| self.level_text(form.question(id.as_str()), level);
        Some(TypologyLine {
            level,
            recommended: typology::RECOMMENDED,
            meaning: level.map(|level| typology::meaning(level).get(self.lang).to_owned()),
            controls: form
                .sections
                .iter()
                .zip(&result.controls)
                .map(|(section, control)| ControlLine {
                    title: section.title.get(self.lang).to_owned(),
                    sign: control.mark.map(|mark| mark.sign().to_owned()),
                    sign_words: control.mark.map(|mark| mark.words().get(self.lang).to_owned()),
                    reasons: control.weakest.iter().map(|(id, level)| words(id, *level)).collect(),
                })
                .collect(),
            next: result
                .next
                .iter()
                .map(|(id, level)| NextStepLine {
                    question: id.to_string(),
                    text: form
                        .question(id.as_str())
                        .map_or_else(|| id.to_string(), |q| q.text.get(self.lang).to_owned()),
                    needed: words(id, *level),
                })
                .collect(),
            levels: (0..=3).map(|level| typology::meaning(level).get(self.lang).to_owned()).collect(),
        })
    }

    fn briefing(&self, evaluation: &Evaluation) -> BriefingPage {
        let gaps = briefing::gaps(self.catalogue, self.questionnaire, evaluation)
            .into_iter()
            .enumerate()
            .map(|(at, gap)| GapLine {
                order: at + 1,
                field: gap.field.field.to_string(),
                title: self.section_title(gap.field),
                score: score_line(gap.score),
                gap: gap.words.gap.get(self.lang).to_owned(),
                decision: gap.words.decision.get(self.lang).to_owned(),
                ask: gap.words.ask.get(self.lang).to_owned(),
                hours: hours(gap.hours, self.lang),
                cost: yen(gap.cost_yen, self.lang),
                yearly: (gap.yearly_yen.max > 0).then(|| yen(gap.yearly_yen, self.lang)),
                free_measures: gap.measures.iter().filter(|p| p.measure.is_free()).count(),
                measures: gap.measures.len(),
            })
            .collect();
        let weak = evaluation.weak_fields().len();
        let scored = evaluation.fields.iter().filter(|field| field.score.is_some()).count();
        let standing = match (self.lang, scored, weak) {
            (Lang::Ja, 0, _) => "まだ回答がありません。".to_owned(),
            (Lang::En, 0, _) => "Nothing has been answered yet.".to_owned(),
            (Lang::Ja, scored, 0) => format!("答えた{scored}分野に、弱い分野（3点満点で1.5点以下）はありません。"),
            (Lang::En, scored, 0) => {
                format!("None of the {scored} fields answered is weak (1.5 or less out of 3).")
            }
            (Lang::Ja, scored, weak) => {
                format!("答えた{scored}分野のうち、弱い分野（3点満点で1.5点以下）は{weak}分野です。")
            }
            (Lang::En, scored, weak) => {
                format!("{weak} of the {scored} fields answered are weak (1.5 or less out of 3).")
            }
        };
        BriefingPage { gaps, standing }
    }

    fn appendix(&self, evaluation: &Evaluation) -> Vec<SectionAppendix> {
        self.questionnaire
            .sections
            .iter()
            .zip(&evaluation.fields)
            .map(|(section, field)| SectionAppendix {
                id: field.field.to_string(),
                title: section.title.get(self.lang).to_owned(),
                questions: self.questions(section, field),
            })
            .collect()
    }

    fn questions(&self, section: &Section, field: &FieldResult) -> Vec<QuestionAppendix> {
        section
            .questions
            .iter()
            .zip(&field.outcomes)
            .map(|(question, outcome)| {
                let (state, level, words) = self.outcome_words(question, &outcome.outcome);
                QuestionAppendix {
                    id: question.id.to_string(),
                    text: question.text.get(self.lang).to_owned(),
                    state,
                    level,
                    words,
                    references: self
                        .catalogue
                        .references(question)
                        .into_iter()
                        .filter_map(|mapping| reference_line(self.catalogue, mapping, self.lang))
                        .collect(),
                }
            })
            .collect()
    }

    fn outcome_words(&self, question: &Question, outcome: &Outcome) -> (&'static str, Option<u8>, String) {
        let excluded = || match applicability(self.questionnaire, question, self.context.answers) {
            Applicability::Excluded(condition) | Applicability::Undecided(condition) => {
                condition.reason.get(self.lang).to_owned()
            }
            Applicability::Applies => String::new(),
        };
        match outcome {
            Outcome::Counted(level) => ("counted", Some(level.get()), self.level_text(Some(question), *level)),
            Outcome::NotApplicable(reason) => ("not_applicable", None, reason.clone()),
            Outcome::Unconfirmed => ("unconfirmed", None, String::new()),
            Outcome::Unanswered => ("unanswered", None, String::new()),
            Outcome::NotAsked => ("not_asked", None, excluded()),
            Outcome::Ignored => ("ignored", None, excluded()),
        }
    }
}

/// An outside item in words. Checklist topics cite the newest edition whose items are in our data.
#[must_use]
pub fn reference_line(catalogue: &Catalogue, mapping: &Mapping, lang: Lang) -> Option<ReferenceLine> {
    let (source, item) = mapping.to.split_once('/')?;
    if source == "checklist" {
        let topic = catalogue.checklist_topics.get(item)?;
        let newest = catalogue.checklists.iter().rev().find_map(|edition| item_on(edition, item));
        return Some(match newest {
            Some((edition, number, inferred)) => ReferenceLine {
                citation: match lang {
                    Lang::Ja => format!("{} チェックリスト {number}", edition.era.ja),
                    Lang::En => format!("{} checklist {number}", edition.era.en),
                },
                summary: topic.title.get(lang).to_owned(),
                inferred,
            },
            None => ReferenceLine {
                citation: match lang {
                    Lang::Ja => "チェックリスト".to_owned(),
                    Lang::En => "Checklist".to_owned(),
                },
                summary: topic.title.get(lang).to_owned(),
                inferred: true,
            },
        });
    }
    let guideline = catalogue.guidelines.get(source)?;
    let clause = guideline.items.get(item)?;
    Some(ReferenceLine {
        citation: format!("{} {}", guideline.edition, clause.citation),
        summary: clause.summary.get(lang).to_owned(),
        inferred: clause.confidence == Confidence::Inferred,
    })
}

fn item_on<'c>(edition: &'c Checklist, topic: &str) -> Option<(&'c Checklist, String, bool)> {
    edition
        .items
        .iter()
        .find(|item| item.topic == topic && item.form == crate::checklist::FormKind::Hospital)
        .map(|item| (edition, item.number.clone().unwrap_or_default(), item.confidence == Confidence::Inferred))
}
