//! Who is not through with the year's courses, by department: to hand to the heads of departments.

use crate::header::{Header, HeaderWords};
use crate::pdf::{Pdf, PdfError, render};
use crate::words::words;
use crate::world::Files;
use hakutaku_model::text::Lang;
use hakutaku_model::time::{FiscalYear, date_words};
use hakutaku_model::training::standing::{Count, DepartmentList, OpenCourse, OpenPerson};
use serde::Serialize;

/// What stands on the paper.
#[derive(Debug, Clone)]
pub struct LateList {
    /// The year of the courses.
    pub year: FiscalYear,
    /// Only what is past its day.
    pub only_late: bool,
    /// The people of the whole house.
    pub count: Count,
    /// The departments with those who are not through.
    pub departments: Vec<DepartmentList>,
}

#[derive(Serialize)]
struct Sheet<'a> {
    header: HeaderWords,
    lang: &'static str,
    title: &'a str,
    year: String,
    lead: String,
    total: String,
    summary: Summary<'a>,
    columns: [&'a str; 4],
    departments: Vec<Department<'a>>,
    nobody: &'a str,
    note: &'a str,
}

#[derive(Serialize)]
struct Summary<'a> {
    title: &'a str,
    columns: [&'a str; 5],
    rows: Vec<[String; 5]>,
}

#[derive(Serialize)]
struct Department<'a> {
    name: &'a str,
    count: String,
    people: Vec<Person<'a>>,
}

#[derive(Serialize)]
struct Person<'a> {
    number: &'a str,
    name: &'a str,
    courses: Vec<Open>,
}

#[derive(Serialize)]
struct Open {
    title: String,
    until: String,
    late: bool,
}

/// The list as a paper.
///
/// # Errors
/// A template that fails on this list.
pub fn late_list_pdf(list: &LateList, lang: Lang, header: &Header) -> Result<Pdf, PdfError> {
    let t = |ja: &'static str, en: &'static str| if lang == Lang::Ja { ja } else { en };
    let unnamed = t("部署が書かれていない人", "No department");
    let through = |count: Count| match (lang, count.percent()) {
        (_, None) => t("対象の人はいません", "nobody has to").to_owned(),
        (Lang::Ja, Some(percent)) => format!("{}名のうち{}名が修了（{percent}%）", count.expected, count.complete),
        (Lang::En, Some(percent)) => format!("{} of {} through ({percent} %)", count.complete, count.expected),
    };
    let listed = |department: &'_ DepartmentList| -> Vec<OpenPerson> {
        let mine = department.people.iter().filter(|person| !list.only_late || person.is_late());
        mine.cloned().collect()
    };
    let summary = list.departments.iter().map(|department| {
        let late = department.people.iter().filter(|person| person.is_late()).count();
        let name = if department.department.is_empty() { unnamed } else { &department.department };
        let count = department.count;
        [
            name.to_owned(),
            count.expected.to_string(),
            count.complete.to_string(),
            count.percent().map_or_else(String::new, |percent| format!("{percent}%")),
            late.to_string(),
        ]
    });
    let kept: Vec<(&DepartmentList, Vec<OpenPerson>)> =
        list.departments.iter().map(|department| (department, listed(department))).collect();
    let departments = kept.iter().filter(|(_, people)| !people.is_empty()).map(|(department, people)| Department {
        name: if department.department.is_empty() { unnamed } else { &department.department },
        count: through(department.count),
        people: people
            .iter()
            .map(|person| Person {
                number: &person.number,
                name: &person.name,
                courses: person
                    .courses
                    .iter()
                    .filter(|open| !list.only_late || open.late)
                    .map(|open| Open { title: course(open, lang), until: until(open, lang), late: open.late })
                    .collect(),
            })
            .collect(),
    });
    let sheet = Sheet {
        header: header.words(lang),
        lang: lang.tag(),
        title: t("研修がまだの人", "Courses not finished"),
        year: list.year.label(lang),
        lead: if list.only_late {
            t("期限を過ぎた研修だけを載せています。", "Only what is past its day.").to_owned()
        } else {
            t("期限前の研修も載せています。", "With what still has time.").to_owned()
        },
        total: through(list.count),
        summary: Summary {
            title: t("部署ごとの状況", "By department"),
            columns: [
                t("部署", "Department"),
                t("対象", "People"),
                t("修了", "Through"),
                t("割合", "Share"),
                t("期限を過ぎた人", "Past their day"),
            ],
            rows: summary.collect(),
        },
        columns: [
            t("番号", "No."),
            t("名前", "Name"),
            t("研修と残っていること", "Course and what is left"),
            t("期限", "By"),
        ],
        departments: departments.collect(),
        nobody: t("載せる人はいません。", "Nobody has to be named."),
        note: t(
            "部署長に渡す一覧です。修了すると、次に作る一覧から消えます。掲示板には貼らないでください。",
            "For heads of departments. Whoever finishes is gone from the next list. Please do not hang it up in public.",
        ),
    };
    let main = include_str!("../templates/late.typ");
    render("late-list", Files { main, words: words(lang), data: serde_json::to_vec(&sheet)?, radar: None })
}

/// The course and what is left of it.
fn course(open: &OpenCourse, lang: Lang) -> String {
    let missing: Vec<String> = open.missing.iter().map(|part| part.title().get(lang).to_owned()).collect();
    match lang {
        Lang::Ja => format!("{}（残り：{}）", open.title, missing.join("、")),
        Lang::En => format!("{} (left: {})", open.title, missing.join(", ")),
    }
}

/// The last day, and that it is past: in words, since colour alone does not print.
fn until(open: &OpenCourse, lang: Lang) -> String {
    let day = date_words(open.last_day, lang);
    match (lang, open.late) {
        (_, false) => day,
        (Lang::Ja, true) => format!("{day} 期限を過ぎた"),
        (Lang::En, true) => format!("{day}, past"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::record::RecordId;
    use hakutaku_model::time::Ts;
    use hakutaku_model::training::Part;
    use jiff::civil::date;

    fn list(people: usize, only_late: bool) -> LateList {
        let id = |n: usize| -> RecordId { format!("00000000-0000-0000-0000-{n:012}").parse().expect("an id") };
        let person = |n: usize| OpenPerson {
            staff: id(n),
            number: format!("N{n:04}"),
            name: "髙橋 <b> #一郎".into(),
            courses: vec![
                OpenCourse {
                    course: id(1),
                    title: "全職員の情報セキュリティ研修".into(),
                    last_day: date(2026, 10, 31),
                    late: n.is_multiple_of(2),
                    missing: vec![Part::Attend, Part::Quiz],
                },
                OpenCourse {
                    course: id(2),
                    title: "紙での運用".into(),
                    last_day: date(2027, 1, 31),
                    late: false,
                    missing: vec![Part::Agree],
                },
            ],
        };
        let count = |complete| Count { expected: 40, complete };
        LateList {
            year: FiscalYear(2026),
            only_late,
            count: count(10),
            departments: vec![
                DepartmentList {
                    department: "3階東病棟".into(),
                    count: count(10),
                    people: (0..people).map(person).collect(),
                },
                DepartmentList { department: String::new(), count: count(40), people: Vec::new() },
            ],
        }
    }

    #[test]
    fn the_list_is_archival_in_both_languages_and_goes_over_pages() -> Result<(), PdfError> {
        let header = Header {
            facility: Some("白沢記念病院".into()),
            fiscal_year: Some(FiscalYear(2026)),
            made: Ts::from_micros(1_795_000_000_000_000),
        };
        for lang in [Lang::Ja, Lang::En] {
            let pdf = late_list_pdf(&list(60, false), lang, &header)?;
            assert_eq!(pdf.notices, []);
            assert!(pdf.pages >= 2, "{} pages", pdf.pages);
            assert_eq!(late_list_pdf(&list(0, true), lang, &header)?.pages, 1);
        }
        Ok(())
    }

    #[test]
    fn what_is_past_is_said_in_words() {
        let people = list(2, true).departments.remove(0).people;
        assert_eq!(until(&people[0].courses[0], Lang::Ja), "2026年10月31日 期限を過ぎた");
        assert_eq!(until(&people[1].courses[0], Lang::En), "31 October 2026");
        assert!(course(&people[0].courses[0], Lang::Ja).starts_with("全職員の情報セキュリティ研修（残り："));
    }
}
