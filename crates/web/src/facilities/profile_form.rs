//! The fields that describe a facility, shared by set-up, "new facility" and its settings.

use crate::shell::form::{Form, ascii_digits};
use crate::shell::words::{Key, Words};
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::facility::{FacilityKind, FacilityProfile, PREFECTURES};
use hakutaku_model::id::QuestionnaireId;

/// A kind of facility to choose.
pub(crate) struct KindOption {
    pub(crate) key: &'static str,
    pub(crate) title: String,
    pub(crate) chosen: bool,
}

/// A prefecture to choose.
pub(crate) struct PrefectureOption {
    pub(crate) code: usize,
    pub(crate) title: &'static str,
    pub(crate) chosen: bool,
}

/// A questionnaire to tick.
pub(crate) struct QuestionnaireOption {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) audience: String,
    pub(crate) questions: usize,
    pub(crate) minutes: u16,
    pub(crate) chosen: bool,
}

/// A form not filled in yet.
pub(crate) fn blank() -> Form {
    Form::of([("kind", FacilityKind::Hospital.key().to_owned())])
}

/// A form showing what is known.
pub(crate) fn fill(profile: &FacilityProfile) -> Form {
    let staff = if profile.it_staff_tenths.is_multiple_of(10) {
        (profile.it_staff_tenths / 10).to_string()
    } else {
        format!("{}.{}", profile.it_staff_tenths / 10, profile.it_staff_tenths % 10)
    };
    Form::of([
        ("name", profile.name.clone()),
        ("kind", profile.kind.key().to_owned()),
        ("prefecture", profile.prefecture.to_string()),
        ("beds", profile.beds.to_string()),
        ("it_staff", staff),
    ])
}

/// What was filled in; `None` when something is wrong, which is then said at its field.
pub(crate) fn read(form: &mut Form) -> Option<FacilityProfile> {
    let name = form.line("name", 120);
    let kind = form.choice("kind", FacilityKind::from_key);
    let prefecture = form.choice("prefecture", |code| {
        code.parse::<u8>().ok().filter(|code| (1..=PREFECTURES.len()).contains(&usize::from(*code)))
    });
    // Places without beds may leave the field empty.
    let beds = if form.value("beds").trim().is_empty() && kind != Some(FacilityKind::Hospital) {
        0
    } else {
        form.number("beds", 0, 5000)
    };
    if kind == Some(FacilityKind::Hospital) && beds < 20 && form.is_right() {
        form.fault("beds", Key("facility-hospital-beds"));
    }
    let it_staff_tenths = tenths(form.value("it_staff"));
    if it_staff_tenths.is_none() {
        form.fault("it_staff", Key("facility-it-staff-number"));
    }
    match (form.is_right(), kind, prefecture, it_staff_tenths) {
        (true, Some(kind), Some(prefecture), Some(it_staff_tenths)) => {
            Some(FacilityProfile { name, kind, prefecture, beds, it_staff_tenths })
        }
        _ => None,
    }
}

/// `1.5` people as 15 tenths; empty is nobody.
fn tenths(text: &str) -> Option<u32> {
    let text = ascii_digits(text.trim());
    if text.is_empty() {
        return Some(0);
    }
    let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1000)?;
    let part: u32 = if part.len() == 1 { part.parse().ok()? } else { return None };
    Some(whole * 10 + part)
}

/// The kinds, with the chosen one marked.
pub(crate) fn kinds(t: Words, form: &Form) -> Vec<KindOption> {
    FacilityKind::ALL
        .into_iter()
        .map(|kind| KindOption {
            key: kind.key(),
            title: kind.title().get(t.lang).to_owned(),
            chosen: form.has("kind", kind.key()),
        })
        .collect()
}

/// The prefectures, with the chosen one marked.
pub(crate) fn prefectures(t: Words, form: &Form) -> Vec<PrefectureOption> {
    PREFECTURES
        .iter()
        .enumerate()
        .map(|(at, (ja, en))| PrefectureOption {
            code: at + 1,
            title: if t.lang == hakutaku_model::text::Lang::Ja { ja } else { en },
            chosen: form.has("prefecture", &(at + 1).to_string()),
        })
        .collect()
}

/// All questionnaires, with the ticked ones marked.
pub(crate) fn questionnaires(catalogue: &Catalogue, t: Words, form: &Form) -> Vec<QuestionnaireOption> {
    catalogue
        .questionnaires
        .iter()
        .map(|questionnaire| QuestionnaireOption {
            id: questionnaire.id.to_string(),
            title: t.text(&questionnaire.title).to_owned(),
            audience: t.text(&questionnaire.audience).to_owned(),
            questions: questionnaire.questions().count(),
            minutes: questionnaire.minutes,
            chosen: form.has("questionnaire", questionnaire.id.as_str()),
        })
        .collect()
}

/// The ticked questionnaires in the catalogue's order; `None` when there is none.
pub(crate) fn read_questionnaires(catalogue: &Catalogue, form: &mut Form) -> Option<Vec<QuestionnaireId>> {
    let chosen: Vec<QuestionnaireId> = catalogue
        .questionnaires
        .iter()
        .filter(|questionnaire| form.has("questionnaire", questionnaire.id.as_str()))
        .map(|questionnaire| questionnaire.id.clone())
        .collect();
    if chosen.is_empty() {
        form.fault("questionnaire", Key("facility-no-questionnaire"));
        return None;
    }
    Some(chosen)
}

/// The questionnaires ticked at first for a kind of facility.
pub(crate) fn suggested(catalogue: &Catalogue, kind: FacilityKind) -> Vec<QuestionnaireId> {
    let suggested = kind.suggested_questionnaires();
    catalogue
        .questionnaires
        .iter()
        .filter(|questionnaire| suggested.contains(&questionnaire.id.as_str()))
        .map(|questionnaire| questionnaire.id.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_post_is_five_tenths() {
        assert_eq!(tenths("0.5"), Some(5));
        assert_eq!(tenths("２"), Some(20));
        assert_eq!(tenths(""), Some(0));
        assert_eq!(tenths("1.25"), None);
        assert_eq!(tenths("two"), None);
    }

    #[test]
    fn a_form_filled_from_a_profile_reads_back_as_that_profile() {
        let profile = FacilityProfile {
            name: "白澤記念病院".into(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 240,
            it_staff_tenths: 15,
        };
        assert_eq!(read(&mut fill(&profile)), Some(profile));
    }

    #[test]
    fn a_pharmacy_needs_no_beds_and_a_hospital_at_least_twenty() {
        let mut pharmacy =
            Form::of([("name", "あさひ薬局".into()), ("kind", "pharmacy".into()), ("prefecture", "1".into())]);
        assert_eq!(read(&mut pharmacy).map(|profile| profile.beds), Some(0));
        let mut hospital = Form::of([
            ("name", "小さな病院".into()),
            ("kind", "hospital".into()),
            ("prefecture", "47".into()),
            ("beds", "19".into()),
        ]);
        assert_eq!(read(&mut hospital), None);
        assert_eq!(hospital.wrong(&Words::default(), "beds"), Some(Words::default().m("facility-hospital-beds")));
    }
}
