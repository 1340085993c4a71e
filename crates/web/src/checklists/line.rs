//! One line as somebody wants to answer it: read, checked, saved. Page, script and API all come through here.

use crate::AppState;
use crate::checklists::Opened;
use crate::shell::problem::Problem;
use hakutaku_model::checklist::Seen;
use hakutaku_model::checklist::{Fault, ItemAnswer, ItemView, LineState, LineView, Mark, Round, faults_of};
use hakutaku_model::day;
use hakutaku_model::proposal::ProposedMark;
use hakutaku_model::record::Kept;
use hakutaku_model::text::Text;
use hakutaku_store::{Act, StoreError};
use jiff::civil::Date;

/// The longest remark, in characters.
pub(crate) const MAX_REMARK_CHARS: usize = 1000;

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineInput {
    pub(crate) first: Option<Mark>,
    /// Blank with a mark: today.
    pub(crate) first_on: String,
    pub(crate) target: String,
    pub(crate) second: Option<Mark>,
    pub(crate) second_on: String,
    pub(crate) remark: String,
    /// The version it is based on; 0: there was none.
    pub(crate) version: i64,
    /// The fingerprint of the proposal that was on the screen.
    pub(crate) saw: Option<String>,
    /// Saved also when nothing is different: the changed facts were looked at.
    pub(crate) again: bool,
}

/// What became of it.
pub(crate) enum Saved {
    /// It stands.
    Done,
    /// It says what stands already.
    Unchanged,
    /// Somebody else answered meanwhile: this stands.
    Conflict(Option<Box<Kept<ItemAnswer>>>),
    /// It cannot stand: field and sentence.
    Refused(Vec<(&'static str, Text)>),
}

/// A day, or nothing, or what is wrong with it.
fn day(typed: &str, field: &'static str, wrong: &mut Vec<(&'static str, Text)>) -> Option<Date> {
    if typed.trim().is_empty() {
        return None;
    }
    let day = day::parse(typed);
    if day.is_none() {
        wrong.push((
            field,
            Text::new(
                "日付を読み取れません。2026年11月21日、令和8年11月21日、2026-11-21 のように入れてください。",
                "The date cannot be read. Write it like 2026-11-21 or 令和8年11月21日.",
            ),
        ));
    }
    day
}

impl LineInput {
    /// The answer as it would be kept.
    fn answer(
        &self,
        opened: &Opened,
        line: &LineView,
        catalogue: &hakutaku_model::catalogue::Catalogue,
    ) -> Result<ItemAnswer, Vec<(&'static str, Text)>> {
        let mut wrong = Vec::new();
        let today = opened.ground.today;
        let (first_on, target, second_on) = (
            day(&self.first_on, "first", &mut wrong),
            day(&self.target, "target", &mut wrong),
            day(&self.second_on, "second", &mut wrong),
        );
        let remark = self.remark.trim().to_owned();
        if remark.chars().count() > MAX_REMARK_CHARS {
            wrong.push((
                "remark",
                Text::new(
                    format!("備考は{MAX_REMARK_CHARS}字までです。"),
                    format!("The remark may have {MAX_REMARK_CHARS} characters at most."),
                ),
            ));
        }
        let round = |mark: Option<Mark>, on: Option<Date>| mark.map(|mark| Round { mark, on: on.unwrap_or(today) });
        let now = line.proposal.as_ref();
        let answer = ItemAnswer {
            key: line.key.clone(),
            first: round(self.first, first_on),
            target,
            second: round(self.second, second_on),
            // A program that names no proposal confirms without one: nobody has read its reasons.
            saw: now.filter(|_| self.first.is_some() && self.saw.is_some()).map(|proposal| Seen {
                fingerprint: proposal.fingerprint.clone(),
                reasons: proposal.reasons.iter().map(|reason| reason.ja.clone()).collect(),
            }),
            remark,
            documents: line.answer.as_ref().map(|answer| answer.documents.clone()).unwrap_or_default(),
        };
        let edition = opened.ground.edition(&opened.view.edition);
        let loaded = catalogue.checklists.iter().all(|known| Some(known) != edition);
        if let Some(edition) = edition {
            let rules = catalogue.checklist_rules.in_force(edition, loaded);
            let skipped = matches!(line.state, LineState::Skipped(_));
            let faults: Vec<Fault> = faults_of(&answer, skipped, &rules, opened.view.years, today);
            wrong.extend(faults.into_iter().map(|fault| (fault.field(), fault.sentence())));
        }
        if answer.remark.is_empty()
            && now.is_some_and(|proposal| differs(proposal.mark, answer.second.or(answer.first)))
        {
            wrong.push((
                "remark",
                Text::new(
                    "提案と違う回答です。そう答える理由を備考に書いてください。",
                    "This is not what is proposed: write in the remark why.",
                ),
            ));
        }
        if wrong.is_empty() { Ok(answer) } else { Err(wrong) }
    }

    /// Saves it, if it can stand and nobody else was faster.
    pub(crate) async fn save(
        &self,
        app: &AppState,
        act: &Act,
        opened: &Opened,
        (_, line): (&ItemView, &LineView),
    ) -> Result<Saved, Problem> {
        let answer = match self.answer(opened, line, &app.catalogue) {
            Ok(answer) => answer,
            // What stands already and is wrong (it came with a file) is not this person's doing.
            Err(_) if self.says_what_stands(line) && !self.again => return Ok(Saved::Unchanged),
            Err(wrong) => return Ok(Saved::Refused(wrong)),
        };
        let stands = line.answer.as_ref();
        if !self.again && self.same(stands, &answer) {
            return Ok(Saved::Unchanged);
        }
        if let (Some(saw), Some(now)) = (&self.saw, &line.proposal)
            && *saw != now.fingerprint
        {
            return Ok(Saved::Refused(vec![(
                "first",
                Text::new(
                    "この画面を開いた後に、提案の根拠が変わりました。新しい根拠を見てから、もう一度保存してください。",
                    "The facts have changed since this page was opened: look at the new reasons and save again.",
                ),
            )]));
        }
        let kept = match &line.kept {
            Some(kept) if kept.version != self.version => Err(StoreError::Conflict("the answer")),
            Some(kept) => app.store.change_record(act, opened.facility, kept.id, self.version, &answer).await,
            None if self.version != 0 => Err(StoreError::Conflict("the answer")),
            None => app.store.add_record(act, opened.facility, &answer).await,
        };
        match kept {
            Ok(_) => Ok(Saved::Done),
            Err(StoreError::Conflict(_) | StoreError::AlreadyExists(_) | StoreError::NotFound(_)) => {
                let there = app.store.record_by_key::<ItemAnswer>(opened.facility, &line.key.to_string()).await?;
                Ok(Saved::Conflict(there.map(Box::new)))
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Whether the input is what an answer without its proposal says.
    fn same(&self, stands: Option<&ItemAnswer>, answer: &ItemAnswer) -> bool {
        let blank = ItemAnswer { saw: None, ..blank(answer) };
        let stands = stands.cloned().map_or(blank, |stands| ItemAnswer { saw: None, ..stands });
        stands == ItemAnswer { saw: None, ..answer.clone() }
    }

    fn says_what_stands(&self, line: &LineView) -> bool {
        Self { version: self.version, saw: self.saw.clone(), ..Self::of(line) } == *self
    }

    /// What stands, as it would be typed.
    pub(crate) fn of(line: &LineView) -> Self {
        let answer = line.answer.as_ref();
        let on = |round: Option<Round>| round.map(|round| round.on.to_string()).unwrap_or_default();
        let (first, second) = (answer.and_then(|answer| answer.first), answer.and_then(|answer| answer.second));
        Self {
            first: first.map(|round| round.mark),
            first_on: on(first),
            target: answer.and_then(|answer| answer.target).map(|day| day.to_string()).unwrap_or_default(),
            second: second.map(|round| round.mark),
            second_on: on(second),
            remark: answer.map(|answer| answer.remark.clone()).unwrap_or_default(),
            version: line.kept.as_ref().map_or(0, |kept| kept.version),
            saw: line.proposal.as_ref().map(|proposal| proposal.fingerprint.clone()),
            again: false,
        }
    }
}

fn blank(answer: &ItemAnswer) -> ItemAnswer {
    ItemAnswer {
        key: answer.key.clone(),
        first: None,
        target: None,
        second: None,
        saw: None,
        remark: String::new(),
        documents: Vec::new(),
    }
}

/// Whether an answer goes against what the facts say.
fn differs(proposed: ProposedMark, round: Option<Round>) -> bool {
    match (proposed, round.map(|round| round.mark)) {
        (ProposedMark::Yes, Some(Mark::No)) | (ProposedMark::No | ProposedMark::NotYet, Some(Mark::Yes)) => true,
        (_, Some(_) | None) => false,
    }
}

/// The mark a proposal would put: only where the facts decide.
pub(crate) fn takes(proposed: ProposedMark) -> Option<Mark> {
    match proposed {
        ProposedMark::Yes => Some(Mark::Yes),
        ProposedMark::No | ProposedMark::NotYet => Some(Mark::No),
        ProposedMark::Unknown => None,
    }
}
