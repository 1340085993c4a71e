//! Writes the workbook to fill in.

use super::WorkbookError;
use super::layout::{
    Column, FORMAT_VERSION, KEY_EDITION, KEY_FORMAT, KEY_QUESTIONNAIRE, MARKER, answers_sheet, help_sheet, own_sheet,
};
use crate::header::Header;
use crate::sheet_style::{ACCENT, HAIR, SOFT, base, cell, head, lines as line_count, row_height, text_cell};
use hakutaku_model::assessment::{Answer, AnswerValue, Answers, Standing};
use hakutaku_model::catalogue::{Question, Questionnaire};
use hakutaku_model::text::{Lang, Text};
use hakutaku_model::time::date_words;
use rust_xlsxwriter::{
    DataValidation, DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, ProtectionOptions, Workbook,
    Worksheet,
};

/// The ground of the cells to fill.
const TO_FILL: u32 = 0xea_f3_f4;

/// The row of the column names on the sheet to fill (from zero); above it stand title and facility.
const HEADER_ROW: u32 = 3;

/// Widths of the columns, in the spreadsheet's unit (a digit); together they fill A4 across at a readable size.
const WIDTHS: [f64; 10] = [5.0, 12.0, 32.0, 22.0, 22.0, 22.0, 22.0, 8.0, 20.0, 17.0];

struct Looks {
    title: Format,
    small: Format,
    head: Format,
    id: Format,
    text: Format,
    question: Format,
    level: Format,
    answer: Format,
    free_text: Format,
}

impl Looks {
    fn new() -> Self {
        let fill =
            cell().set_background_color(TO_FILL).set_unlocked().set_border(FormatBorder::Thin).set_border_color(HAIR);
        Self {
            title: base().set_font_size(16).set_bold(),
            small: base().set_font_size(9).set_font_color(SOFT),
            head: head(),
            // Clipped by its neighbour on purpose: the id is for the import, the number before the question for people.
            id: base().set_font_size(7).set_font_color(SOFT).set_align(FormatAlign::VerticalCenter),
            text: text_cell().set_font_color(SOFT),
            question: text_cell().set_bold(),
            level: text_cell().set_font_size(9),
            answer: fill.clone().set_font_size(14).set_bold().set_align(FormatAlign::Center),
            free_text: fill.set_text_wrap().set_align(FormatAlign::Left).set_indent(1),
        }
    }
}

/// The questionnaire as a workbook: blank, or filled with the answers given.
///
/// Answers brought over from last year and not yet re-affirmed are not filled in, or importing the file would affirm
/// them unread; they stand in the note column instead.
///
/// # Errors
/// A text too long for a cell, or another defect of the product.
pub fn questionnaire_workbook(
    questionnaire: &Questionnaire,
    answers: Option<&Answers>,
    lang: Lang,
    header: &Header,
) -> Result<Vec<u8>, WorkbookError> {
    let looks = Looks::new();
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_timestamp(header.made.micros().div_euclid(1_000_000))?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(questionnaire.title.get(lang))
            .set_company(header.facility.as_deref().unwrap_or_default())
            .set_author("Hakutaku")
            .set_creation_datetime(&made),
    );
    write_answers(workbook.add_worksheet(), &looks, questionnaire, answers, lang, header)?;
    write_help(workbook.add_worksheet(), &looks, questionnaire, lang)?;
    write_own(workbook.add_worksheet(), &looks, questionnaire, lang)?;
    Ok(workbook.save_to_buffer()?)
}

fn write_answers(
    sheet: &mut Worksheet,
    looks: &Looks,
    questionnaire: &Questionnaire,
    answers: Option<&Answers>,
    lang: Lang,
    header: &Header,
) -> Result<(), WorkbookError> {
    sheet.set_name(answers_sheet(lang))?;
    sheet.write_string_with_format(0, 1, questionnaire.title.get(lang), &looks.title)?;
    sheet.write_string_with_format(1, 1, head_line(header, lang), &looks.small)?;
    sheet.set_row_height(0, 26)?;
    sheet.set_row_height(2, 6)?;
    sheet.set_row_height(HEADER_ROW, 30)?;
    for (column, width) in Column::ALL.into_iter().zip(WIDTHS) {
        sheet.set_column_width(column.index(), width)?;
        sheet.write_string_with_format(HEADER_ROW, column.index(), column.title(lang), &looks.head)?;
    }
    let mut row = HEADER_ROW + 1;
    let mut number = 1;
    for section in &questionnaire.sections {
        for question in &section.questions {
            let answer = answers.and_then(|answers| answers.get(&question.id));
            sheet.write_string_with_format(row, Column::Field.index(), section.title.get(lang), &looks.text)?;
            write_question(sheet, looks, row, number, question, answer, lang)?;
            row += 1;
            number += 1;
        }
    }
    let last = row.saturating_sub(1).max(HEADER_ROW + 1);
    sheet.add_data_validation(
        HEADER_ROW + 1,
        Column::Answer.index(),
        last,
        Column::Answer.index(),
        &validation(lang)?,
    )?;
    sheet.set_freeze_panes(HEADER_ROW + 1, 3)?;
    sheet.set_selection(HEADER_ROW + 1, Column::Answer.index(), HEADER_ROW + 1, Column::Answer.index())?;
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3);
    sheet.set_repeat_rows(HEADER_ROW, HEADER_ROW)?;
    sheet.set_print_area(0, 0, last, Column::Note.index())?;
    sheet.set_footer("&L&8&A&R&8&P / &N");
    sheet.set_screen_gridlines(false);
    sheet.protect_with_options(&ProtectionOptions {
        format_cells: true,
        format_columns: true,
        format_rows: true,
        use_autofilter: true,
        ..ProtectionOptions::default()
    });
    Ok(())
}

fn write_question(
    sheet: &mut Worksheet,
    looks: &Looks,
    row: u32,
    number: usize,
    question: &Question,
    answer: Option<&Answer>,
    lang: Lang,
) -> Result<(), WorkbookError> {
    sheet.write_string_with_format(row, Column::Id.index(), question.id.as_str(), &looks.id)?;
    let mut text = format!("{number}. {}", question.text.get(lang));
    if let Some(condition) = &question.applies_if {
        text.push('\n');
        text.push_str(&bracketed(condition.reason.get(lang), lang));
    }
    let mut lines = line_count(&text, WIDTHS[2], 10.0);
    sheet.write_string_with_format(row, Column::Question.index(), text, &looks.question)?;
    for level in &question.levels {
        lines = lines.max(line_count(level.get(lang), WIDTHS[3], 9.0));
        sheet.write_string_with_format(row, Column::Level(level.level.get()).index(), level.get(lang), &looks.level)?;
    }
    sheet.write_blank(row, Column::Answer.index(), &looks.answer)?;
    sheet.write_blank(row, Column::Reason.index(), &looks.free_text)?;
    sheet.write_blank(row, Column::Note.index(), &looks.free_text)?;
    match answer {
        None => {}
        Some(Answer { standing: Standing::Unconfirmed, value }) => {
            lines = lines.max(line_count(&last_year(value, lang), WIDTHS[9], 10.0));
            sheet.write_string_with_format(row, Column::Note.index(), last_year(value, lang), &looks.free_text)?;
        }
        Some(Answer { value: AnswerValue::Level(level), .. }) => {
            sheet.write_number_with_format(row, Column::Answer.index(), level.get(), &looks.answer)?;
        }
        Some(Answer { value: AnswerValue::NotApplicable(reason), .. }) => {
            lines = lines.max(line_count(reason, WIDTHS[8], 10.0));
            sheet.write_string_with_format(row, Column::Answer.index(), "NA", &looks.answer)?;
            sheet.write_string_with_format(row, Column::Reason.index(), reason, &looks.free_text)?;
        }
    }
    sheet.set_row_height(row, row_height(lines, 36.0))?;
    Ok(())
}

fn last_year(value: &AnswerValue, lang: Lang) -> String {
    match (value, lang) {
        (AnswerValue::Level(level), Lang::Ja) => format!("昨年の答え: {level}（未確認）"),
        (AnswerValue::Level(level), Lang::En) => format!("Last year: {level} (not confirmed)"),
        (AnswerValue::NotApplicable(reason), Lang::Ja) => format!("昨年の答え: 該当なし（{reason}）（未確認）"),
        (AnswerValue::NotApplicable(reason), Lang::En) => {
            format!("Last year: not applicable ({reason}) (not confirmed)")
        }
    }
}

fn bracketed(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Ja => format!("（{text}）"),
        Lang::En => format!("({text})"),
    }
}

fn head_line(header: &Header, lang: Lang) -> String {
    let date = date_words(header.made.date_in_japan(), lang);
    let parts = [header.facility.clone(), header.fiscal_year.map(|year| year.label(lang)), Some(date)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("　")
}

fn validation(lang: Lang) -> Result<DataValidation, WorkbookError> {
    let word = |ja: &str, en: &str| Text::new(ja, en).get(lang).to_owned();
    Ok(DataValidation::new()
        .allow_list_strings(&["0", "1", "2", "3", "NA"])?
        .set_input_title(word("回答", "Answer"))?
        .set_input_message(word(
            "0〜3のうち、いまの様子にいちばん近い段階。該当なしは NA とし、右に理由を書きます。",
            "The level 0 to 3 closest to how things are today. NA means not applicable: write why on the right.",
        ))?
        .set_error_title(word("入れられない値です", "Not an answer"))?
        .set_error_message(word("0〜3 または NA を入れてください。", "Please enter 0 to 3, or NA."))?)
}

fn write_help(
    sheet: &mut Worksheet,
    looks: &Looks,
    questionnaire: &Questionnaire,
    lang: Lang,
) -> Result<(), WorkbookError> {
    sheet.set_name(help_sheet(lang))?;
    sheet.set_column_width(0, 4)?;
    sheet.set_column_width(1, 96)?;
    sheet.write_string_with_format(0, 1, help_sheet(lang), &looks.title)?;
    sheet.set_row_height(0, 28)?;
    let body = base().set_font_size(11).set_text_wrap().set_align(FormatAlign::Top);
    let number = body.clone().set_bold().set_font_color(ACCENT);
    for (at, line) in help_lines(questionnaire).into_iter().enumerate() {
        let row = u32::try_from(at).unwrap_or_default() + 2;
        sheet.write_string_with_format(row, 0, (at + 1).to_string(), &number)?;
        sheet.write_string_with_format(row, 1, line.get(lang), &body)?;
        sheet.set_row_height(row, 34)?;
    }
    sheet.set_portrait().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.set_screen_gridlines(false);
    sheet.protect();
    Ok(())
}

fn help_lines(questionnaire: &Questionnaire) -> Vec<Text> {
    let minutes = questionnaire.minutes;
    vec![
        Text::new(
            format!(
                "答える人: {}。およそ{minutes}分かかります。途中で保存して、続きから書けます。",
                questionnaire.audience.ja
            ),
            format!(
                "Who answers: {}. It takes about {minutes} minutes; save and go on whenever you like.",
                questionnaire.audience.en
            ),
        ),
        Text::new(
            "「回答」の列に、いまの様子にいちばん近い段階（0〜3）を入れます。迷ったときは低いほうを選んでください。",
            "In the Answer column enter the level (0 to 3) closest to how things are today. When in doubt choose the lower one.",
        ),
        Text::new(
            "質問の事柄が施設に存在しないときだけ NA を入れ、右の列に理由を書きます。理由のない NA は取り込めません。",
            "Enter NA only if the subject does not exist at your facility, and write why on the right. NA without a reason is refused.",
        ),
        Text::new(
            "空欄の行は「答えていない」として扱い、画面にすでにある答えは消しません。",
            "Rows left empty count as not answered; they never erase an answer already in the system.",
        ),
        Text::new(
            "行の並べ替えや、別の列を足すことはできます。質問番号（いちばん左の列）だけは変えないでください。",
            "You may reorder rows and add columns. Only the question ids in the first column must stay as they are.",
        ),
        Text::new(
            "書き終えたら xlsx 形式で保存し、取り込みの画面で選びます。すぐには反映されず、行ごとの確認が先に出ます。",
            "Save as xlsx and choose the file on the import page. Nothing changes yet: a check of every row comes first.",
        ),
    ]
}

fn write_own(
    sheet: &mut Worksheet,
    looks: &Looks,
    questionnaire: &Questionnaire,
    lang: Lang,
) -> Result<(), WorkbookError> {
    sheet.set_name(own_sheet(lang))?;
    sheet.set_column_width(0, 20)?;
    sheet.set_column_width(1, 40)?;
    let note = Text::new("取り込みに使います。変えないでください。", "Used by the import. Please leave as it is.");
    let rows = [
        (MARKER, note.get(lang).to_owned()),
        (KEY_FORMAT, FORMAT_VERSION.to_string()),
        (KEY_QUESTIONNAIRE, questionnaire.id.to_string()),
        (KEY_EDITION, questionnaire.edition.clone()),
    ];
    for (row, (key, value)) in (0_u32..).zip(rows) {
        sheet.write_string_with_format(row, 0, key, &looks.small)?;
        sheet.write_string_with_format(row, 1, value, &looks.small)?;
    }
    sheet.protect();
    Ok(())
}
