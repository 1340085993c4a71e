//! Blank forms made for the tests in the ministry's manner: three layouts, none of them a copy of an official form.

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, Format, FormatAlign, FormatBorder, Image,
    Workbook, Worksheet,
};

/// Words in the manner of the forms.
pub(crate) const ITEMS: [(&str, &str); 5] = [
    ("①", "医療情報システムの安全管理に責任を持つ人を決めている。"),
    ("①", "サーバ、端末PC、ネットワーク機器の台帳管理を行っている。"),
    ("②", "リモートメンテナンスを利用している機器の有無を事業者等に確認した。"),
    ("③", "退職者や使用していないアカウント等、不要なアカウントを削除している。"),
    ("①", "サイバー攻撃を想定した業務の続け方の計画（BCP）を作っている。"),
];

/// A red dot, as a logo.
fn logo() -> Image {
    const PNG: [u8; 70] = [
        0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1,
        8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0x0d, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xfc, 0xcf,
        0xc0, 0x50, 0x0f, 0, 4, 0x85, 1, 0x80, 0x84, 0xa9, 0x8c, 0x21, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
        0x60, 0x82,
    ];
    Image::new_from_buffer(&PNG).expect("a picture")
}

fn boxed() -> Format {
    Format::new().set_border(FormatBorder::Thin).set_font_name("ＭＳ 明朝").set_font_size(10.5).set_text_wrap()
}

fn centred() -> Format {
    boxed().set_align(FormatAlign::Center).set_align(FormatAlign::VerticalCenter)
}

fn common(sheet: &mut Worksheet, last: (u32, u16)) {
    sheet.set_print_area(0, 0, last.0, last.1).expect("an area");
    sheet.set_repeat_rows(4, 5).expect("titles");
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    sheet.insert_image(0, last.1, &logo()).expect("a logo");
    sheet.set_column_width(0, 5.0).expect("a width").set_column_width(2, 52.5).expect("a width");
    sheet.set_row_height(5, 31.5).expect("a height");
}

fn manual(book: &mut Workbook) {
    let sheet = book.add_worksheet().set_name("記入例").expect("a name");
    sheet.write(0, 0, "記入の例です。はい・いいえのどちらかに○をつけます。").expect("written");
    sheet.write(1, 0, "① この行は項目ではありません。").expect("written");
}

/// `はい・いいえ（　/　）` to be circled, in one cell with the day; sections and device groups as heading rows.
pub(crate) fn circled() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("医療機関確認用").expect("a name");
    let (cell, middle) = (boxed(), centred());
    let red = Format::new().set_font_color(Color::Red);
    sheet
        .merge_range(
            0,
            0,
            0,
            4,
            "令和８年度版　医療機関確認用　サイバーセキュリティ対策チェックリスト",
            &centred().set_bold(),
        )
        .expect("a title");
    sheet.merge_range(1, 0, 1, 1, "医療機関名", &middle).expect("merged").write_blank(1, 2, &cell).expect("blank");
    sheet.merge_range(1, 3, 1, 5, "記入日：令和　　年　　月　　日", &cell).expect("merged");
    sheet.merge_range(2, 0, 2, 5, "＊「いいえ」のときは目標日を書いてください。", &cell).expect("merged");
    sheet.merge_range(4, 0, 5, 2, "チェック項目", &middle).expect("merged");
    sheet.merge_range(4, 3, 4, 5, "確認結果（日付）", &middle).expect("merged");
    for (column, head) in [(3, "1回目"), (4, "目標日"), (5, "2回目")] {
        sheet.write_with_format(5, column, head, &middle).expect("a head");
    }
    let mut row = 6;
    let item = |sheet: &mut Worksheet, row: u32, at: usize| {
        sheet.write_with_format(row, 0, "", &cell).expect("blank");
        sheet.write_with_format(row, 1, ITEMS[at].0, &middle).expect("a number");
        sheet.write_with_format(row, 2, ITEMS[at].1, &cell).expect("a text");
        let runs = [(&red, "はい"), (&Format::new(), "・いいえ（　　/　　）")];
        sheet.write_rich_string_with_format(row, 3, &runs, &middle).expect("circled");
        sheet.write_with_format(row, 4, "（　　/　　）", &middle).expect("a target");
        sheet.write_with_format(row, 5, "はい・いいえ（　　/　　）", &middle).expect("circled");
    };
    for (heading, items) in
        [("１　体制構築", 0..1), ("２　医療情報システムの管理・運用", 1..4), ("３　インシデント発生に備えた対応", 4..5)]
    {
        sheet.merge_range(row, 0, row, 5, heading, &boxed().set_background_color(Color::Silver)).expect("a section");
        row += 1;
        for at in items {
            if at == 3 {
                sheet.merge_range(row, 0, row, 5, "サーバについて、以下を実施している。", &cell).expect("a group");
                row += 1;
            }
            item(sheet, row, at);
            row += 1;
        }
    }
    common(sheet, (row - 1, 5));
    manual(&mut book);
    book.save_to_buffer().expect("a form")
}

/// A cell each for はい and いいえ, year, month and day apart, device groups as merged cells at the side.
pub(crate) fn two_cells() -> Vec<u8> {
    let mut book = Workbook::new();
    manual(&mut book);
    let sheet = book.add_worksheet().set_name("様式１").expect("a name");
    let (cell, middle) = (boxed(), centred());
    sheet
        .merge_range(0, 0, 0, 15, "医療機関・薬局確認用　サイバーセキュリティ対策チェックリスト（令和8年度）", &middle)
        .expect("a title");
    sheet.write_with_format(1, 0, "施設名", &cell).expect("a label");
    sheet.merge_range(1, 1, 1, 4, "", &cell).expect("merged");
    for (column, label) in [(8, "記入日"), (9, "令和"), (11, "年"), (13, "月"), (15, "日")] {
        sheet.write_with_format(1, column, label, &middle).expect("a label");
    }
    for column in [10, 12, 14] {
        sheet.write_blank(1, column, &cell).expect("blank");
    }
    sheet.merge_range(4, 0, 5, 2, "確認項目", &middle).expect("merged");
    sheet.merge_range(4, 3, 4, 7, "1回目（令和8年度中）", &middle).expect("merged");
    sheet.merge_range(4, 8, 4, 10, "目標日", &middle).expect("merged");
    sheet.merge_range(4, 11, 4, 15, "2回目", &middle).expect("merged");
    for (column, head) in ["はい", "いいえ", "年", "月", "日", "年", "月", "日", "はい", "いいえ", "年", "月", "日"]
        .into_iter()
        .enumerate()
    {
        sheet.write_with_format(5, 3 + u16::try_from(column).expect("few"), head, &middle).expect("a head");
    }
    let numbers = ["１－①", "２－①", "２－②", "２－③", "３－①"];
    for (row, (number, (_, text))) in (6_u32..).zip(numbers.into_iter().zip(ITEMS)) {
        sheet.write_with_format(row, 1, number, &middle).expect("a number");
        sheet.write_with_format(row, 2, text, &cell).expect("a text");
        for column in 3..16 {
            sheet.write_blank(row, column, &middle).expect("blank");
        }
    }
    sheet.write_with_format(6, 0, "体制構築", &middle).expect("a group");
    sheet.merge_range(7, 0, 8, 0, "医療情報システム全般", &middle).expect("merged");
    sheet.write_with_format(9, 0, "端末PC", &middle).expect("a group");
    sheet.write_with_format(10, 0, "インシデント発生に備えた対応", &middle).expect("a group");
    let red = ConditionalFormatCell::new()
        .set_rule(ConditionalFormatCellRule::EqualTo("○".to_owned()))
        .set_format(Format::new().set_background_color(Color::Yellow));
    sheet.add_conditional_format(6, 4, 10, 4, &red).expect("a condition");
    common(sheet, (10, 15));
    book.save_to_buffer().expect("a form")
}

/// Drop-down lists fed from a hidden sheet, real dates, a formula that counts, defined names.
pub(crate) fn lists() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("事業者確認用").expect("a name");
    let (cell, middle) = (boxed(), centred());
    let day = centred().set_num_format("[$-411]ggge\"年\"m\"月\"d\"日\"");
    sheet.write_with_format(0, 0, "事業者確認用　2026年度", &cell).expect("a title");
    sheet.write_with_format(1, 0, "事業者名：", &cell).expect("a label");
    sheet.write_with_format(2, 0, "記入日", &cell).expect("a label").write_blank(2, 1, &day).expect("blank");
    sheet.write_formula_with_format(2, 4, "=COUNTIF(D6:D10,\"はい\")", &middle).expect("a formula");
    for (column, head) in ["番号", "確認項目", "", "確認結果（1回目）", "確認日", "目標日"].into_iter().enumerate()
    {
        sheet.write_with_format(4, u16::try_from(column).expect("few"), head, &middle).expect("a head");
    }
    for (row, (number, (_, text))) in (5_u32..).zip((1..).zip(ITEMS)) {
        sheet.write_with_format(row, 0, format!("({number})"), &middle).expect("a number");
        sheet.merge_range(row, 1, row, 2, text, &cell).expect("merged");
        sheet.write_blank(row, 3, &middle).expect("blank");
        sheet.write_blank(row, 4, &day).expect("blank").write_blank(row, 5, &day).expect("blank");
    }
    let list = DataValidation::new().allow_list_formula("選択肢!$A$1:$A$2".into());
    sheet.add_data_validation(5, 3, 9, 3, &list).expect("a list");
    common(sheet, (9, 5));
    let hidden = book.add_worksheet().set_name("選択肢").expect("a name");
    hidden.write(0, 0, "はい").expect("written").write(1, 0, "いいえ").expect("written");
    hidden.set_hidden(true);
    book.define_name("答え", "=選択肢!$A$1:$A$2").expect("a name");
    book.save_to_buffer().expect("a form")
}
