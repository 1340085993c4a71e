//! `hakutaku catalog list|show|check`.

use crate::exit::{Done, Exit, bad_input, print};
use crate::lang::{LangArgument, chosen};
use clap::{Subcommand, ValueEnum};
use hakutaku_catalog::{Source, check, load};
use hakutaku_model::catalogue::{Catalogue, Questionnaire};
use hakutaku_model::published;
use hakutaku_model::report::{hours, reference_line, yen};
use hakutaku_model::text::Lang;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::PathBuf;

/// `catalog` subcommands.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// Everything in the catalogue.
    List {
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Language of the text form.
        #[arg(long, value_enum)]
        lang: Option<LangArgument>,
    },
    /// One entry in full.
    Show {
        /// An id of `catalog list`, or of one control or measure.
        id: String,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
        /// Language of the text form.
        #[arg(long, value_enum)]
        lang: Option<LangArgument>,
    },
    /// Find everything that breaks the rules of docs/catalog-format.md.
    Check {
        /// A folder with a catalogue being worked on; without it, the one in this program.
        folder: Option<PathBuf>,
        /// How to print it.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

/// How output is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For scripts.
    Json,
}

pub(crate) fn run(command: &Command) -> Done {
    match command {
        Command::List { format, lang } => list(*format, chosen(*lang)),
        Command::Show { id, format, lang } => show(id, *format, chosen(*lang)),
        Command::Check { folder, format } => check_catalogue(folder.as_deref(), *format),
    }
}

fn json(value: &impl Serialize) -> Done {
    print(&(serde_json::to_string_pretty(value)? + "\n"))
}

fn list(format: Format, lang: Lang) -> Done {
    let entries = published::list(&*hakutaku_catalog::embedded()?);
    if format == Format::Json {
        return json(&entries);
    }
    let mut out = String::new();
    for entry in entries {
        let title = if lang == Lang::Ja { &entry.title_ja } else { &entry.title_en };
        writeln!(out, "{:<20} {:<14} {:<24} {title}", entry.id, entry.kind, entry.edition)?;
    }
    print(&out)
}

fn show(id: &str, format: Format, lang: Lang) -> Done {
    let catalogue = hakutaku_catalog::embedded()?;
    if let Some(questionnaire) = catalogue.questionnaire(id) {
        return match format {
            Format::Json => json(&published::questionnaire(&catalogue, questionnaire)),
            Format::Text => print(&questionnaire_text(&catalogue, questionnaire, lang)?),
        };
    }
    // What is not a questionnaire is data for scripts; people read it in the product's pages.
    match id {
        "controls" => json(&catalogue.controls.values().collect::<Vec<_>>()),
        "measures" => json(&catalogue.measures.values().collect::<Vec<_>>()),
        _ => {
            if let Some(control) = catalogue.controls.get(id) {
                return json(control);
            }
            if let Some(measure) = catalogue.measures.get(id) {
                return json(measure);
            }
            if let Some(guideline) = catalogue.guidelines.get(id) {
                return json(guideline);
            }
            if let Some(checklist) = catalogue.checklists.iter().find(|checklist| checklist.id == id) {
                return json(checklist);
            }
            if let Some(survey) = catalogue.surveys.iter().find(|survey| survey.id == id) {
                return json(survey);
            }
            Err(bad_input(format!("hakutaku: the catalogue has no {id:?}; `hakutaku catalog list` prints what it has")))
        }
    }
}

fn questionnaire_text(
    catalogue: &Catalogue,
    questionnaire: &Questionnaire,
    lang: Lang,
) -> Result<String, std::fmt::Error> {
    let say = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let mut out = String::new();
    writeln!(out, "{} ({} {})", questionnaire.title.get(lang), questionnaire.id, questionnaire.edition)?;
    writeln!(out, "{}", questionnaire.audience.get(lang))?;
    for section in &questionnaire.sections {
        writeln!(out, "\n== {} ==\n{}", section.title.get(lang), section.intro.get(lang))?;
        for question in &section.questions {
            writeln!(out, "\n{}  {}", question.id, question.text.get(lang))?;
            if let Some(condition) = &question.applies_if {
                writeln!(out, "    {} ({})", condition.reason.get(lang), condition.question)?;
            }
            for level in &question.levels {
                writeln!(out, "    {}  {}", level.level, level.get(lang))?;
            }
            writeln!(out, "    {}: {}", say("なぜ", "Why"), question.why.get(lang))?;
            writeln!(out, "    {}: {}", say("示すもの", "Evidence"), question.evidence.get(lang))?;
            for measure in question.measures.iter().filter_map(|id| catalogue.measures.get(id)) {
                writeln!(
                    out,
                    "    → {} [{} {}, {}, {}]",
                    measure.title.get(lang),
                    say("段階", "level"),
                    measure.reaches,
                    hours(measure.effort_hours, lang),
                    yen(measure.cost_yen, lang)
                )?;
            }
            for reference in
                catalogue.references(question).into_iter().filter_map(|m| reference_line(catalogue, m, lang))
            {
                let mark = if reference.inferred { say("（要確認）", " (to be checked)") } else { "" };
                writeln!(out, "    § {} {}{mark}", reference.citation, reference.summary)?;
            }
        }
    }
    Ok(out)
}

fn check_catalogue(folder: Option<&std::path::Path>, format: Format) -> Done {
    let source = match folder {
        Some(folder) => Source::folder(folder).map_err(|error| bad_input(format!("{}: {error}", folder.display())))?,
        None => Source::embedded(),
    };
    let (problems, catalogue) = match load(&source) {
        Ok(catalogue) => (check(&catalogue), Some(catalogue)),
        Err(error) => (vec![error.to_string()], None),
    };
    if format == Format::Json {
        json(&serde_json::json!({ "ok": problems.is_empty(), "problems": problems }))?;
    }
    if !problems.is_empty() {
        return Err(Exit::BadInput(problems));
    }
    if let (Format::Text, Some(catalogue)) = (format, catalogue) {
        let questions: usize = catalogue.questionnaires.iter().map(|q| q.questions().count()).sum();
        print(&format!(
            "ok: {} questionnaires, {questions} questions, {} controls, {} measures, {} guideline items, {} checklist items\n",
            catalogue.questionnaires.len(),
            catalogue.controls.len(),
            catalogue.measures.len(),
            catalogue.guidelines.values().map(|g| g.items.len()).sum::<usize>(),
            catalogue.checklists.iter().map(|c| c.items.len()).sum::<usize>(),
        ))?;
    }
    Ok(())
}
