//! The outside texts: guidelines, the ministry's checklists, published figures. Paraphrases with their confidence.

use crate::files::Source;
use crate::load::{LoadError, insert, parse, read};
use hakutaku_model::catalogue::{
    Catalogue, Checklist, ChecklistItem, ChecklistTopic, Confidence, Guideline, GuidelineItem, Metric, OutsideBody,
    Survey,
};
use hakutaku_model::text::Text;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct GuidelineFile {
    id: String,
    title: Text,
    edition: String,
    url: String,
    notice: Text,
    items: Vec<GuidelineItemFile>,
}

#[derive(Deserialize)]
struct GuidelineItemFile {
    id: String,
    volume: String,
    chapter: String,
    #[serde(default)]
    item: Option<String>,
    summary: Text,
    confidence: Confidence,
}

#[derive(Deserialize)]
struct OnlineFile {
    title: Text,
    clause: String,
    source: SourceLine,
    items: Vec<OnlineItem>,
}

#[derive(Deserialize)]
struct OnlineItem {
    id: String,
    title: Text,
    confidence: Confidence,
}

#[derive(Deserialize)]
struct SourceLine {
    title: String,
    date: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct TopicFile {
    id: String,
    title: Text,
    #[serde(default)]
    expectation: Option<Text>,
    confidence: Confidence,
}

#[derive(Deserialize)]
struct ChecklistFile {
    id: String,
    era: Text,
    fiscal_year: i16,
    guideline: String,
    items_available: bool,
    url: String,
    items: Vec<ChecklistItem>,
}

#[derive(Deserialize)]
struct SurveyFile {
    id: String,
    name: Text,
    #[serde(default)]
    population: Option<Text>,
    source: SourceLine,
    metrics: Vec<MetricFile>,
}

#[derive(Deserialize)]
struct MetricFile {
    id: String,
    title: Text,
    value: f64,
    unit: String,
    #[serde(default)]
    denominator: Option<Text>,
    #[serde(default)]
    by_beds: BTreeMap<String, f64>,
    #[serde(default)]
    by_beds_confidence: Option<Confidence>,
    #[serde(default)]
    note: Option<Text>,
}

pub(crate) fn load(source: &Source, catalogue: &mut Catalogue) -> Result<(), LoadError> {
    for (path, text) in source.in_folder("guideline") {
        let guideline = guideline(path, parse(path, text)?)?;
        insert(&mut catalogue.guidelines, guideline.id.clone(), guideline, path)?;
    }
    let online = online(read(source, "online-consultation.yaml")?)?;
    insert(&mut catalogue.guidelines, online.id.clone(), online, "online-consultation.yaml")?;
    for topic in read::<Vec<TopicFile>>(source, "checklists/topics.yaml")? {
        let TopicFile { id, title, expectation, confidence } = topic;
        let topic = ChecklistTopic { id: id.clone(), title, expectation, confidence };
        insert(&mut catalogue.checklist_topics, id, topic, "checklists/topics.yaml")?;
    }
    catalogue.checklist_rules = read(source, "checklists/rules.yaml")?;
    let beside = ["checklists/topics.yaml", "checklists/rules.yaml"];
    for (path, text) in source.in_folder("checklists").filter(|(path, _)| !beside.contains(path)) {
        catalogue.checklists.push(checklist(parse(path, text)?));
    }
    for (path, text) in source.in_folder("contacts") {
        catalogue.outside_bodies.extend(parse::<Vec<OutsideBody>>(path, text)?);
    }
    catalogue.checklists.sort_by_key(|checklist| checklist.fiscal_year);
    catalogue.surveys = read::<Vec<SurveyFile>>(source, "benchmarks.yaml")?.into_iter().map(survey).collect();
    Ok(())
}

fn guideline(path: &str, file: GuidelineFile) -> Result<Guideline, LoadError> {
    let mut items = BTreeMap::new();
    for item in file.items {
        let number = item.item.filter(|number| !number.is_empty()).map(|n| format!(" {n}")).unwrap_or_default();
        let citation = format!("{} {}{number}", item.volume, item.chapter);
        let entry = GuidelineItem { id: item.id.clone(), citation, summary: item.summary, confidence: item.confidence };
        insert(&mut items, item.id, entry, path)?;
    }
    Ok(Guideline { id: file.id, title: file.title, edition: file.edition, url: file.url, notice: file.notice, items })
}

fn online(file: OnlineFile) -> Result<Guideline, LoadError> {
    let mut items = BTreeMap::new();
    for item in file.items {
        let entry = GuidelineItem {
            id: item.id.clone(),
            citation: file.clause.clone(),
            summary: item.title,
            confidence: item.confidence,
        };
        insert(&mut items, item.id, entry, "online-consultation.yaml")?;
    }
    Ok(Guideline {
        id: "online".to_owned(),
        title: file.title,
        edition: file.source.date,
        url: file.source.url,
        notice: Text::new(
            format!("要約は言い換えであり、公式の文言ではありません。出典: {}", file.source.title),
            format!("These are paraphrases, not the official wording. Source: {}", file.source.title),
        ),
        items,
    })
}

fn checklist(file: ChecklistFile) -> Checklist {
    let ChecklistFile { id, era, fiscal_year, guideline, items_available, url, items } = file;
    Checklist { id, era, fiscal_year, guideline, items_available, url, items }
}

fn survey(file: SurveyFile) -> Survey {
    Survey {
        id: file.id,
        name: file.name,
        population: file.population,
        source_title: file.source.title,
        source_date: file.source.date,
        source_url: file.source.url,
        metrics: file
            .metrics
            .into_iter()
            .map(|metric| Metric {
                id: metric.id,
                title: metric.title,
                // `71` prints as `71` and `8.7` as `8.7`: figures stay as published.
                value: metric.value.to_string(),
                unit: metric.unit,
                denominator: metric.denominator,
                note: metric.note,
                by_beds: metric.by_beds.into_iter().map(|(class, value)| (class, value.to_string())).collect(),
                by_beds_confidence: metric.by_beds_confidence,
            })
            .collect(),
    }
}
