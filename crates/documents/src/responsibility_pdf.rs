//! The responsibility matrix as an annex to the contract: parties, table, what did not fit at signing, signatures.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::world::Files;
use hakutaku_model::responsibility::words::{CheckReport, Said, report, task_title};
use hakutaku_model::responsibility::{Matrix, Says, Side, Signed, Statement, TaskCatalogue};
use hakutaku_model::text::Lang;
use hakutaku_model::time::date_words;
use serde::Serialize;

#[derive(Serialize)]
struct Annex<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: &'a str,
    hash: String,
    parties: Vec<PartyLine<'a>>,
    objects: Vec<ObjectPart<'a>>,
    findings: Vec<FindingLine<'a>>,
    open: usize,
    signatures: Vec<SignatureLine<'a>>,
}

#[derive(Serialize)]
struct PartyLine<'a> {
    name: &'a str,
    is_facility: bool,
    contract: Option<&'a str>,
    in_force: bool,
}

#[derive(Serialize)]
struct ObjectPart<'a> {
    kind: String,
    name: &'a str,
    rows: Vec<RowLine>,
}

#[derive(Serialize)]
struct RowLine {
    task: String,
    said: Vec<SaidLine>,
    /// Marked when something does not fit.
    misfit: bool,
}

#[derive(Serialize)]
struct SaidLine {
    party: String,
    words: String,
    detail: String,
}

#[derive(Clone, Serialize)]
struct FindingLine<'a> {
    kind: &'static str,
    sentence: &'a str,
    next: &'a str,
}

#[derive(Serialize)]
struct SignatureLine<'a> {
    party: &'a str,
    /// `not`, `this` or `other`.
    state: &'static str,
    name: &'a str,
    role: &'a str,
    date: String,
    hash: &'a str,
}

/// Sets the annex.
///
/// # Errors
/// A template that fails on this matrix.
pub fn responsibility_pdf(
    matrix: &Matrix,
    tasks: &TaskCatalogue,
    lang: Lang,
    header: &Header,
) -> Result<Pdf, PdfError> {
    let found = report(matrix, tasks);
    let annex = Annex {
        header: header.words(lang),
        lang: lang.tag(),
        title: &matrix.title,
        hash: found.hash.clone(),
        parties: matrix
            .parties
            .iter()
            .map(|party| PartyLine {
                name: &party.name,
                is_facility: party.side == Side::Facility,
                contract: party.contract.as_ref().map(|c| c.title.as_str()).filter(|title| !title.is_empty()),
                in_force: party.is_contracted(),
            })
            .collect(),
        objects: objects(matrix, tasks, &found, lang),
        findings: findings(&found, lang),
        open: found.open.len(),
        signatures: signatures(matrix, lang),
    };
    render(
        "responsibility",
        Files {
            main: include_str!("../templates/responsibility.typ"),
            words: words(lang),
            data: serde_json::to_vec(&annex)?,
            radar: None,
        },
    )
}

fn words(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => include_str!("../templates/responsibility.ja.json"),
        Lang::En => include_str!("../templates/responsibility.en.json"),
    }
}

fn objects<'a>(matrix: &'a Matrix, tasks: &TaskCatalogue, found: &CheckReport, lang: Lang) -> Vec<ObjectPart<'a>> {
    let misfits: Vec<(&str, &str)> = [&found.holes, &found.contradictions, &found.double_claims, &found.uncontracted]
        .into_iter()
        .flatten()
        .map(|said| (said.task.as_str(), said.object.id.as_str()))
        .collect();
    let part = |object: &'a hakutaku_model::responsibility::Object| ObjectPart {
        kind: object.kind.title().get(lang).to_owned(),
        name: &object.name,
        rows: matrix
            .rows
            .iter()
            .filter(|row| row.object == object.id)
            .map(|row| RowLine {
                task: task_title(&row.task, matrix, tasks).get(lang).to_owned(),
                misfit: misfits.contains(&(row.task.as_str(), row.object.as_str())),
                said: matrix
                    .parties
                    .iter()
                    .filter(|party| row.said_by(&party.id).is_some() || matrix.concerns(&row.object, &party.id))
                    .map(|party| SaidLine {
                        party: party.name.clone(),
                        words: statement_words(row.said_by(&party.id), matrix, lang),
                        detail: row.said_by(&party.id).map(|s| detail(s, lang)).unwrap_or_default(),
                    })
                    .collect(),
            })
            .collect(),
    };
    matrix.objects.iter().map(part).collect()
}

/// A statement in a few words.
#[must_use]
pub fn statement_words(said: Option<&Statement>, matrix: &Matrix, lang: Lang) -> String {
    let name = |id: &str| matrix.party(id).map_or_else(|| id.to_owned(), |party| party.name.clone());
    let others =
        |s: &Statement| s.points_at().map(name).collect::<Vec<_>>().join(if lang == Lang::Ja { "、" } else { ", " });
    match (said, lang) {
        (None, Lang::Ja) => "まだ聞いていない".to_owned(),
        (None, Lang::En) => "not asked yet".to_owned(),
        (Some(s), Lang::Ja) => match s.says {
            Says::Mine => "当方が行う".to_owned(),
            Says::Theirs if s.whom.is_none() => "当方の仕事ではない（だれかは不明）".to_owned(),
            Says::Theirs => format!("{}が行う", others(s)),
            Says::Shared => format!("{}と分担する", others(s)),
            Says::NotNeeded => "不要".to_owned(),
        },
        (Some(s), Lang::En) => match s.says {
            Says::Mine => "we do it".to_owned(),
            Says::Theirs if s.whom.is_none() => "not ours (whose is not said)".to_owned(),
            Says::Theirs => format!("{} does it", others(s)),
            Says::Shared => format!("shared with {}", others(s)),
            Says::NotNeeded => "not needed".to_owned(),
        },
    }
}

fn detail(s: &Statement, lang: Lang) -> String {
    let mut parts = Vec::new();
    for text in [&s.how, &s.why] {
        if !text.is_empty() {
            parts.push(text.clone());
        }
    }
    let say = |ja: &str, en: &str| if lang == Lang::Ja { ja.to_owned() } else { en.to_owned() };
    match (s.covered, s.contract.is_empty()) {
        (Some(false), _) => parts.push(say("契約にない", "not in the contract")),
        (Some(true), true) => parts.push(say("契約にある", "in the contract")),
        (_, false) => parts.push(format!("{}{}", say("契約：", "contract: "), s.contract)),
        (None, true) => {}
    }
    if !s.by.is_empty() || s.on.is_some() {
        let day = s.on.map(|day| date_words(day, lang)).unwrap_or_default();
        let who = [s.by.as_str(), day.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ");
        parts.push(format!("{}{who}", say("答えた人：", "said by ")));
    }
    parts.join(" · ")
}

fn findings(found: &CheckReport, lang: Lang) -> Vec<FindingLine<'_>> {
    let lines = |kind: &'static str, list| {
        let list: &[Said] = list;
        list.iter()
            .map(move |said| FindingLine { kind, sentence: said.sentence.get(lang), next: said.next.get(lang) })
            .collect::<Vec<_>>()
    };
    [
        lines("hole", &found.holes),
        lines("contradiction", &found.contradictions),
        lines("double", &found.double_claims),
        lines("uncontracted", &found.uncontracted),
    ]
    .concat()
}

fn signatures(matrix: &Matrix, lang: Lang) -> Vec<SignatureLine<'_>> {
    matrix
        .signed()
        .into_iter()
        .map(|(party, state, signature)| SignatureLine {
            party: &party.name,
            state: match state {
                Signed::Not => "not",
                Signed::ThisText => "this",
                Signed::AnotherText => "other",
            },
            name: signature.map_or("", |s| &s.name),
            role: signature.map_or("", |s| &s.role),
            date: signature.map(|s| date_words(s.on, lang)).unwrap_or_default(),
            hash: signature.map_or("", |s| &s.hash),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::responsibility::file::parse;
    use hakutaku_model::time::Ts;

    #[test]
    fn the_annex_is_archival_and_accessible_in_both_languages() {
        let catalogue = hakutaku_catalog::embedded().expect("the catalogue loads");
        let matrix = parse(hakutaku_catalog::handa_example(), &catalogue.responsibility).expect("right");
        let header =
            Header { facility: Some("白沢記念病院".into()), fiscal_year: None, made: Ts::from_micros(0) };
        for lang in [Lang::Ja, Lang::En] {
            let pdf = responsibility_pdf(&matrix, &catalogue.responsibility, lang, &header).expect("set");
            assert!(pdf.notices.is_empty(), "{:?}", pdf.notices);
            if let Some(folder) = std::env::var_os("LOOK_AT_PAPERS") {
                let name = format!("responsibility-{}.pdf", lang.tag());
                std::fs::write(std::path::Path::new(&folder).join(name), &pdf.bytes).expect("written");
            }
        }
    }
}
