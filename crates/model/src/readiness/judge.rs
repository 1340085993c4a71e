//! How each condition stands, and why.

use super::{AddOn, AddOnRule, Check, Condition, ConditionRule, ReadinessNote, Revision, State};
use crate::catalogue::Catalogue;
use crate::facility::{FacilityKind, FacilityProfile};
use crate::facts::{BackupFacts, FactSheet};
use crate::text::{Lang, Text};
use crate::time::{date_words, within_a_year};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// The lowest level of an answer that does not speak against a condition.
const GOOD_ENOUGH: u8 = 2;

/// The newest pharmacy checklist, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ChecklistCount {
    /// Items marked "yes" in the latest round answered.
    pub yes: u32,
    /// Items marked "no".
    pub no: u32,
    /// Newest day of checking.
    pub newest: Option<Date>,
}

/// What is known about a facility.
#[derive(Debug, Clone)]
pub struct Ground<'a> {
    /// Its profile.
    pub profile: &'a FacilityProfile,
    /// What the product counted.
    pub facts: &'a FactSheet,
    /// What people noted, by condition.
    pub notes: &'a BTreeMap<String, ReadinessNote>,
    /// The pharmacy checklist; `None`: not begun.
    pub pharmacy_checklist: Option<ChecklistCount>,
    /// The day.
    pub today: Date,
}

/// How a revision's conditions stand for a facility.
#[must_use]
pub fn readiness<'r>(revision: &'r Revision, ground: &Ground<'_>, catalogue: &Catalogue) -> Vec<AddOn<'r>> {
    revision.add_ons.iter().map(|rule| add_on(revision, rule, ground, catalogue)).collect()
}

fn add_on<'r>(revision: &'r Revision, rule: &'r AddOnRule, ground: &Ground<'_>, catalogue: &Catalogue) -> AddOn<'r> {
    let kind = ground.profile.kind;
    let does_not_apply = (!rule.kinds.contains(&kind)).then(|| not_for(&rule.kinds, kind));
    let conditions = rule
        .conditions
        .iter()
        .map(|condition| {
            let (state, reasons) = match &does_not_apply {
                Some(why) => (State::DoesNotApply, vec![why.clone()]),
                None => judge(condition, ground, catalogue),
            };
            let answers = revision.answers.iter().filter(|ruling| ruling.about.contains(&condition.id)).collect();
            Condition { rule: condition, state, reasons, answers }
        })
        .collect();
    AddOn { rule, does_not_apply, conditions }
}

fn not_for(kinds: &[FacilityKind], kind: FacilityKind) -> Text {
    let list =
        |lang, comma: &str| kinds.iter().map(|kind| kind.title().get(lang).to_owned()).collect::<Vec<_>>().join(comma);
    Text::new(
        format!("{}が対象です（この施設は{}）。", list(Lang::Ja, "・"), kind.title().ja),
        format!("It is for: {} (this facility: {}).", list(Lang::En, ", "), kind.title().en),
    )
}

fn on(day: Date) -> (String, String) {
    (date_words(day, Lang::Ja), date_words(day, Lang::En))
}

/// What was found, and whether it speaks for or against.
#[derive(Default)]
struct Findings {
    reasons: Vec<Text>,
    /// Evidence is in hand.
    shown: bool,
    /// Something known says that it is not so yet.
    against: bool,
}

impl Findings {
    fn say(&mut self, ja: impl Into<String>, en: impl Into<String>) {
        self.reasons.push(Text::new(ja, en));
    }
}

fn judge(condition: &ConditionRule, ground: &Ground<'_>, catalogue: &Catalogue) -> (State, Vec<Text>) {
    if let Some(beds) = condition.min_beds
        && ground.profile.beds < beds
    {
        let have = ground.profile.beds;
        let why = Text::new(
            format!("許可病床{beds}床以上が対象です（この施設は{have}床）。"),
            format!("It counts from {beds} licensed beds (this facility: {have})."),
        );
        return (State::DoesNotApply, vec![why]);
    }
    let mut found = Findings::default();
    match condition.check {
        Check::TextUnknown => {
            found.say(
                "条件の本文を確認できていません。最新の告示・通知で確かめてください。",
                "The text of this condition was not found. Look it up in the latest notices.",
            );
        }
        Check::Backup => backups(ground.facts.backups.as_ref(), &mut found),
        Check::PharmacyChecklist => pharmacy_checklist(ground, &mut found),
        Check::Noted | Check::NotedYearly => {}
    }
    if condition.check != Check::TextUnknown {
        drills(condition, ground, &mut found);
    }
    improvements(condition, ground.facts, &mut found);
    training(condition, ground, &mut found);
    answers(condition, ground.facts, catalogue, &mut found);
    note(condition, ground, &mut found);
    let state = match (condition.check, found.against, found.shown) {
        // A note does not stand in for a text nobody has read.
        (Check::TextUnknown, _, _) => State::NotInOurData,
        (_, true, _) => State::NotReady,
        (_, false, true) => State::EvidenceReady,
        (_, false, false) => {
            found.say(
                "証拠が登録されていません。あれば下に書き留めてください。",
                "No evidence is on record. If there is some, note it below.",
            );
            State::NotInOurData
        }
    };
    (state, found.reasons)
}

/// What the backup register shows.
fn backups(facts: Option<&BackupFacts>, found: &mut Findings) {
    let Some(facts) = facts.filter(|facts| facts.systems > 0) else {
        found.say("バックアップの台帳がまだありません。", "The backup register has not been begun.");
        return;
    };
    let (all, offline, methods) = (facts.systems, facts.offline, facts.several_methods);
    found.say(
        format!("対象のシステム{all}のうち、複数の方式の控えがあるもの{methods}、切り離した（書き換えられない）控えがあるもの{offline}。"),
        format!("Of {all} systems, {methods} have copies by several methods and {offline} a copy offline or immutable."),
    );
    match facts.newest_restore_test {
        Some(day) => {
            let (ja, en) = on(day);
            found.say(format!("最後に成功した復元テスト: {ja}。"), format!("Newest successful restore test: {en}."));
        }
        None => found.say("成功した復元テストの記録がありません。", "No successful restore test is on record."),
    }
    if let Some(day) = facts.newest_change {
        let (ja, en) = on(day);
        found.say(format!("台帳の最後の変更: {ja}。"), format!("Newest change to the register: {en}."));
    }
    if offline == all && methods == all {
        found.shown = true;
    } else {
        found.against = true;
    }
}

/// The control that a yearly course for the staff serves.
const YEARLY_TRAINING: &str = "education.regular-training";

/// What the registers of courses show, for a condition that asks for a yearly course. Who taught, and whether it counts when
/// taken alone on a screen, is told to be looked at: the registers cannot know.
fn training(condition: &ConditionRule, ground: &Ground<'_>, found: &mut Findings) {
    let asks =
        condition.check == Check::NotedYearly && condition.controls.iter().any(|c| c.as_str() == YEARLY_TRAINING);
    let Some(facts) = ground.facts.training.as_ref().filter(|_| asks) else { return };
    let Some(newest) = facts.newest else {
        found.say("研修の記録: まだ行っていません。", "Courses: none was held yet.");
        return;
    };
    let (ja, en) = on(newest);
    found.say(
        format!(
            "研修の記録: 最後は{ja}の「{}」。今年度{}回、対象{}人のうち修了{}人。",
            facts.newest_title, facts.sessions, facts.expected, facts.complete
        ),
        format!(
            "Courses: the newest was \"{}\" on {en}; {} this fiscal year; {} of {} people are through.",
            facts.newest_title, facts.sessions, facts.complete, facts.expected
        ),
    );
    if within_a_year(newest, ground.today) {
        found.shown = true;
        found.say(
            "責任者による研修か、各自の画面での受講をどう扱うかは、疑義解釈と記録で確かめてください。",
            "Look up in the published answers and your record whether the safety manager taught it, and how courses taken alone on a screen count.",
        );
    } else {
        found.against = true;
        found.say("最後の研修から1年を過ぎています。", "The newest course is more than a year old.");
    }
}

fn pharmacy_checklist(ground: &Ground<'_>, found: &mut Findings) {
    let Some(count) = ground.pharmacy_checklist else {
        found.say("薬局用チェックリストがまだ始まっていません。", "The pharmacy checklist has not been begun.");
        return;
    };
    let newest = count.newest.map(on);
    let (ja, en) = newest.unwrap_or_else(|| ("日付なし".to_owned(), "no date".to_owned()));
    found.say(
        format!("薬局用チェックリスト: はい{}、いいえ{}（最後の確認 {ja}）。", count.yes, count.no),
        format!("Pharmacy checklist: yes {}, no {} (last checked {en}).", count.yes, count.no),
    );
    if count.no > 0 {
        found.against = true;
    } else if count.yes > 0 && count.newest.is_some_and(|day| within_a_year(day, ground.today)) {
        found.shown = true;
    }
}

/// What the questionnaire says. A weak answer speaks against; a strong one is no paper yet, so it does not speak for.
fn answers(condition: &ConditionRule, facts: &FactSheet, catalogue: &Catalogue, found: &mut Findings) {
    for id in &condition.controls {
        let Some(fact) = facts.answers.get(id) else { continue };
        let title = catalogue.controls.get(id).map_or_else(|| Text::new(id.as_str(), id.as_str()), |c| c.title.clone());
        let (ja, en) = on(fact.day);
        let level = fact.level.get();
        if level < GOOD_ENOUGH {
            found.against = true;
            found.say(
                format!("自己点検の「{}」は段階{level}です（{ja}の回答）。", title.ja),
                format!("Self-assessment, \"{}\": level {level} (answered {en}).", title.en),
            );
        } else {
            found.say(
                format!("自己点検の「{}」は段階{level}です（{ja}の回答）。回答だけでは証拠になりません。", title.ja),
                format!(
                    "Self-assessment, \"{}\": level {level} (answered {en}). An answer alone is no evidence.",
                    title.en
                ),
            );
        }
    }
}

/// The control that asks for a yearly drill, and the one that asks for the plan it tests.
const DRILL: &str = "bcp.drill";
const PLAN: &str = "bcp.plan";

/// A drill held here counts where the condition asks for one every year. Where it asks for a plan as well, only both
/// together are evidence.
fn drills(condition: &ConditionRule, ground: &Ground<'_>, found: &mut Findings) {
    let asks = |control: &str| condition.controls.iter().any(|id| id.as_str() == control);
    if !asks(DRILL) {
        return;
    }
    let plan = ground.facts.plan.as_ref().and_then(|plan| Some((plan.version?, plan.approved?)));
    if let Some((version, approved)) = plan.filter(|_| asks(PLAN)) {
        let (ja, en) = on(approved);
        found.say(
            format!("業務継続計画: 第{version}版を{ja}に承認。"),
            format!("Continuity plan: version {version} approved on {en}."),
        );
    }
    let Some((drills, newest)) = ground.facts.drills.as_ref().and_then(|drills| Some((drills, drills.newest?))) else {
        return;
    };
    let (ja, en) = on(newest);
    found.say(
        format!("訓練: 「{}」を{ja}に実施。", drills.newest_title),
        format!("Drill: \"{}\" held on {en}.", drills.newest_title),
    );
    if condition.check != Check::NotedYearly {
        return;
    }
    if within_a_year(newest, ground.today) {
        found.shown |= !asks(PLAN) || plan.is_some();
    } else if !ground.notes.contains_key(&condition.id) {
        found.against = true;
        found.say(
            "最後の訓練が1年より前です。年1回程度の実施が条件です。",
            "The last drill is more than a year ago; the condition asks for about once a year.",
        );
    }
}

/// What was mended for the condition's controls: told, for the condition asks to improve where needed.
fn improvements(condition: &ConditionRule, facts: &FactSheet, found: &mut Findings) {
    let Some(actions) = &facts.actions else { return };
    let mut told: Vec<(&str, Date)> = Vec::new();
    for proof in condition.controls.iter().filter_map(|id| actions.by_control.get(id)) {
        if !told.contains(&(proof.title.as_str(), proof.closed)) {
            told.push((&proof.title, proof.closed));
        }
    }
    for (title, closed) in told {
        let (ja, en) = on(closed);
        found.say(format!("改善: 「{title}」を{ja}に終了。"), format!("Improvement: \"{title}\" closed on {en}."));
    }
}

/// What a person noted.
fn note(condition: &ConditionRule, ground: &Ground<'_>, found: &mut Findings) {
    let Some(note) = ground.notes.get(&condition.id) else { return };
    let (ja, en) = on(note.on);
    let who = if note.who.is_empty() { String::new() } else { format!("、{}", note.who) };
    let who_en = if note.who.is_empty() { String::new() } else { format!(", {}", note.who) };
    found.say(
        format!("書き留めた証拠: {}（{ja}{who}）。", note.evidence),
        format!("Noted evidence: {} ({en}{who_en}).", note.evidence),
    );
    if note.on > ground.today {
        found.against = true;
        found.say("証拠の日付がこれからの日です。", "The evidence is dated in the future.");
    } else if condition.check == Check::NotedYearly && !within_a_year(note.on, ground.today) {
        found.against = true;
        found.say(
            "1年より前のものです。年1回程度の実施が条件です。",
            "It is more than a year old; the condition asks for about once a year.",
        );
    } else {
        // A note tells of papers; it does not outweigh registers that show otherwise.
        found.shown = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Citation, Confidence};
    use crate::facts::{ActionFacts, ActionProof, ControlFact, DrillFacts, PlanFacts};
    use crate::score::Level;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 21);

    fn rule(check: Check, min_beds: Option<u32>) -> ConditionRule {
        ConditionRule {
            id: "c".into(),
            text: Text::new("条件", "condition"),
            tiers: None,
            min_beds,
            desirable: false,
            check,
            controls: vec!["bcp.drill".into()],
            bring: Text::new("紙", "paper"),
            confidence: Confidence::Seen,
        }
    }

    fn revision(check: Check, min_beds: Option<u32>) -> Revision {
        Revision {
            year: 2024,
            title: Text::new("改定", "revision"),
            notice: Text::new("要約", "paraphrase"),
            add_ons: vec![AddOnRule {
                id: "a".into(),
                title: Text::new("加算", "add-on"),
                kinds: vec![FacilityKind::Hospital],
                points: Text::new("点", "points"),
                notes: Vec::new(),
                conditions: vec![rule(check, min_beds)],
                source: Citation::default(),
                confidence: Confidence::Seen,
            }],
            answers: Vec::new(),
            gaps: Vec::new(),
        }
    }

    fn profile(kind: FacilityKind, beds: u32) -> FacilityProfile {
        FacilityProfile { name: "白沢".into(), kind, prefecture: 13, beds, it_staff_tenths: 10 }
    }

    struct Case {
        check: Check,
        min_beds: Option<u32>,
        beds: u32,
        kind: FacilityKind,
        facts: FactSheet,
        note: Option<Date>,
        checklist: Option<ChecklistCount>,
    }

    impl Case {
        fn of(check: Check) -> Self {
            Self {
                check,
                min_beds: None,
                beds: 240,
                kind: FacilityKind::Hospital,
                facts: FactSheet::default(),
                note: None,
                checklist: None,
            }
        }

        fn judged(self) -> (State, String) {
            let revision = revision(self.check, self.min_beds);
            let notes = self
                .note
                .map(|on| ReadinessNote {
                    condition: "c".into(),
                    evidence: "訓練の記録".into(),
                    place: String::new(),
                    on,
                    who: "佐藤".into(),
                })
                .into_iter()
                .map(|note| (note.condition.clone(), note))
                .collect();
            let profile = profile(self.kind, self.beds);
            let ground = Ground {
                profile: &profile,
                facts: &self.facts,
                notes: &notes,
                pharmacy_checklist: self.checklist,
                today: TODAY,
            };
            let found = readiness(&revision, &ground, &Catalogue::default());
            let condition = &found[0].conditions[0];
            (condition.state, condition.reasons.iter().map(|reason| reason.en.as_str()).collect::<Vec<_>>().join(" "))
        }
    }

    fn answered(level: u8) -> FactSheet {
        let fact =
            ControlFact { level: Level::new(level).expect("0-3"), day: date(2026, 6, 1), question: "it-bcp-07".into() };
        FactSheet { answers: [("bcp.drill".into(), fact)].into(), ..FactSheet::default() }
    }

    fn copies(systems: u32, offline: u32, several_methods: u32) -> FactSheet {
        let backups = BackupFacts { systems, offline, several_methods, ..BackupFacts::default() };
        FactSheet { backups: Some(backups), ..FactSheet::default() }
    }

    #[test]
    fn beds_and_kind_decide_whether_it_applies() {
        let below = Case { min_beds: Some(200), beds: 199, ..Case::of(Check::Noted) }.judged();
        assert_eq!(below.0, State::DoesNotApply);
        assert!(below.1.contains("200") && below.1.contains("199"), "{}", below.1);
        assert_eq!(Case { min_beds: Some(200), beds: 200, ..Case::of(Check::Noted) }.judged().0, State::NotInOurData);
        assert_eq!(
            Case { kind: FacilityKind::Clinic, beds: 0, ..Case::of(Check::Noted) }.judged().0,
            State::DoesNotApply
        );
    }

    #[test]
    fn what_only_a_person_can_know_is_not_in_our_data_until_noted() {
        assert_eq!(Case::of(Check::Noted).judged().0, State::NotInOurData);
        let noted = Case { note: Some(date(2020, 4, 1)), ..Case::of(Check::Noted) }.judged();
        assert_eq!(noted.0, State::EvidenceReady, "an appointment does not age");
        assert!(noted.1.contains("1 April 2020, 佐藤"), "{}", noted.1);
    }

    #[test]
    fn yearly_evidence_ages_to_the_day() {
        let on = |day| Case { note: Some(day), ..Case::of(Check::NotedYearly) }.judged().0;
        assert_eq!(on(date(2025, 11, 21)), State::EvidenceReady);
        assert_eq!(on(date(2025, 11, 20)), State::NotReady);
        assert_eq!(on(date(2026, 11, 22)), State::NotReady, "evidence of a day to come is none");
    }

    fn drilled(on: Date, plan: bool) -> FactSheet {
        let drills =
            DrillFacts { held: 1, newest: Some(on), newest_title: "60分の訓練".into(), ..DrillFacts::default() };
        let plan = plan.then(|| PlanFacts { version: Some(2), approved: Some(TODAY), ..PlanFacts::default() });
        FactSheet { drills: Some(drills), plan, ..FactSheet::default() }
    }

    #[test]
    fn a_drill_of_the_past_year_is_evidence_and_an_older_one_speaks_against() {
        let held = |on| Case { facts: drilled(on, false), ..Case::of(Check::NotedYearly) }.judged();
        let fresh = held(date(2025, 11, 21));
        assert_eq!(fresh.0, State::EvidenceReady);
        assert!(fresh.1.contains("held on 21 November 2025"), "{}", fresh.1);
        assert_eq!(held(date(2025, 11, 20)).0, State::NotReady);
        let noted = Case { facts: drilled(date(2024, 1, 1), false), note: Some(TODAY), ..Case::of(Check::NotedYearly) };
        assert_eq!(noted.judged().0, State::EvidenceReady, "a newer one was noted by hand");
    }

    #[test]
    fn where_plan_and_drill_are_asked_only_both_are_evidence() {
        let judged = |plan| {
            let facts = drilled(TODAY, plan);
            let mut rule = rule(Check::NotedYearly, None);
            rule.controls.push("bcp.plan".into());
            let (profile, notes) = (profile(FacilityKind::Hospital, 240), BTreeMap::new());
            let ground =
                Ground { profile: &profile, facts: &facts, notes: &notes, pharmacy_checklist: None, today: TODAY };
            judge(&rule, &ground, &Catalogue::default()).0
        };
        assert_eq!(judged(true), State::EvidenceReady);
        assert_eq!(judged(false), State::NotInOurData);
    }

    #[test]
    fn a_closed_action_is_told_where_its_control_is_asked_for() {
        let proof =
            ActionProof { title: "夜勤も訓練に入れる".into(), closed: date(2026, 11, 3), count: 1, open: 0 };
        let actions = ActionFacts { by_control: [("bcp.drill".into(), proof)].into(), ..ActionFacts::default() };
        let facts = FactSheet { actions: Some(actions), ..FactSheet::default() };
        let judged = Case { facts, ..Case::of(Check::NotedYearly) }.judged();
        assert!(judged.1.contains("\"夜勤も訓練に入れる\" closed on 3 November 2026"), "{}", judged.1);
        assert_eq!(judged.0, State::NotInOurData, "what was mended alone is no drill");
    }

    #[test]
    fn a_strong_answer_is_no_paper_and_a_weak_one_speaks_against() {
        let strong = Case { facts: answered(3), ..Case::of(Check::NotedYearly) }.judged();
        assert_eq!(strong.0, State::NotInOurData);
        assert!(strong.1.contains("An answer alone is no evidence"), "{}", strong.1);
        let weak = Case { facts: answered(1), note: Some(TODAY), ..Case::of(Check::NotedYearly) }.judged();
        assert_eq!(weak.0, State::NotReady, "the note does not outweigh it");
        assert!(weak.1.contains("1 June 2026"), "{}", weak.1);
    }

    #[test]
    fn a_course_held_within_a_year_is_evidence_for_the_condition_that_asks_for_one() {
        use crate::facts::TrainingFacts;
        let judged = |newest, control: &str| {
            let training =
                TrainingFacts {
                    sessions: 1, expected: 100, complete: 60, newest, newest_title: "全職員研修".into()
                };
            let facts = FactSheet { training: Some(training), ..FactSheet::default() };
            let mut revision = revision(Check::NotedYearly, None);
            revision.add_ons[0].conditions[0].controls = vec![control.into()];
            let profile = profile(FacilityKind::Hospital, 240);
            let notes = BTreeMap::new();
            let ground =
                Ground { profile: &profile, facts: &facts, notes: &notes, pharmacy_checklist: None, today: TODAY };
            readiness(&revision, &ground, &Catalogue::default())[0].conditions[0].state
        };
        assert_eq!(judged(Some(date(2025, 11, 21)), YEARLY_TRAINING), State::EvidenceReady);
        assert_eq!(judged(Some(date(2025, 11, 20)), YEARLY_TRAINING), State::NotReady);
        assert_eq!(judged(None, YEARLY_TRAINING), State::NotInOurData);
        assert_eq!(judged(Some(TODAY), "bcp.drill"), State::NotInOurData, "a course is no drill");
    }

    #[test]
    fn backups_count_when_every_system_has_both() {
        assert_eq!(Case { facts: copies(3, 3, 3), ..Case::of(Check::Backup) }.judged().0, State::EvidenceReady);
        let two = Case { facts: copies(3, 2, 3), note: Some(TODAY), ..Case::of(Check::Backup) }.judged();
        assert_eq!(two.0, State::NotReady);
        assert!(two.1.contains("Of 3 systems, 3 have copies by several methods and 2"), "{}", two.1);
        assert_eq!(Case { facts: copies(0, 0, 0), ..Case::of(Check::Backup) }.judged().0, State::NotInOurData);
        assert_eq!(Case::of(Check::Backup).judged().0, State::NotInOurData);
    }

    #[test]
    fn an_unread_text_stays_unknown_whatever_is_noted() {
        assert_eq!(Case { note: Some(TODAY), ..Case::of(Check::TextUnknown) }.judged().0, State::NotInOurData);
    }

    #[test]
    fn the_pharmacy_checklist_counts_when_it_is_of_this_year_and_all_yes() {
        let with = |yes, no, newest| {
            let checklist = Some(ChecklistCount { yes, no, newest });
            Case { checklist, ..Case::of(Check::PharmacyChecklist) }.judged().0
        };
        assert_eq!(with(10, 0, Some(TODAY)), State::EvidenceReady);
        assert_eq!(with(10, 1, Some(TODAY)), State::NotReady);
        assert_eq!(with(10, 0, Some(date(2024, 5, 1))), State::NotInOurData);
        assert_eq!(Case::of(Check::PharmacyChecklist).judged().0, State::NotInOurData);
    }

    #[test]
    fn no_state_says_that_a_fee_may_be_claimed() {
        let words: String = State::ALL.into_iter().map(|state| state.title().ja + &state.title().en).collect();
        for forbidden in ["算定", "請求でき", "claim", "eligible"] {
            assert!(!words.contains(forbidden), "{forbidden}");
        }
    }
}
