//! The hospital's staff and courses: last year everybody is through; this year the big one was half attended, and its day is
//! past for some departments.

use crate::DemoError;
use crate::telling::Telling;
use hakutaku_model::person::Role;
use hakutaku_model::record::{Kept, RecordId};
use hakutaku_model::time::FiscalYear;
use hakutaku_model::training::{
    Attendance, Audience, Course, QuizResult, Session, SessionKind, StaffMember, StaffRole, USUAL_PASS_PERCENT, Way,
};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;

/// Department, job, names. Whoever stands in the story elsewhere bears the same name here.
const STAFF: [(&str, StaffRole, &[&str]); 11] = [
    ("経営", StaffRole::Executive, &["白石 健一郎", "藤森 律子", "𠮷岡 誠", "村井 さとみ"]),
    ("医局", StaffRole::Doctor, &["三好 達郎", "野々村 遥", "桐生 和彦", "早坂 澪", "堂本 慎二", "片桐 由貴"]),
    (
        "3階病棟",
        StaffRole::Nurse,
        &["佐伯 花", "相沢 望", "河村 美咲", "平井 翔子", "宮下 葵", "本多 亜紀", "滝沢 舞", "小西 恵"],
    ),
    (
        "4階病棟",
        StaffRole::Nurse,
        &["岸 奈央", "稲葉 里香", "戸田 ゆかり", "関口 朋子", "望月 彩", "神谷 真理", "藤村 楓"],
    ),
    ("外来", StaffRole::Nurse, &["菊地 明美", "柴田 千尋", "内海 由美", "秋元 梓"]),
    ("薬剤科", StaffRole::Technician, &["長谷 智之", "水野 佳奈", "泉 圭介"]),
    ("検査科", StaffRole::Technician, &["大場 隆", "北川 紗季", "榎本 学"]),
    ("リハビリ科", StaffRole::Technician, &["須藤 大輔", "植田 絵里", "井口 亮"]),
    ("医事課", StaffRole::Reception, &["今井 幸子", "浜田 早苗", "杉浦 和美", "土屋 恵子", "川上 修"]),
    ("情報システム係", StaffRole::It, &["小田 真", "久保田 史"]),
    ("委託（清掃・給食）", StaffRole::Vendor, &["星野 光子", "丸山 明", "古川 洋子", "村瀬 努"]),
];

/// Of every so many, one was not there this year: more doctors and contractors than nurses.
fn was_there(department: &str, at: usize) -> bool {
    match department {
        "医局" => at == 1,
        "委託（清掃・給食）" => at == 0,
        "3階病棟" => at % 3 != 2,
        "4階病棟" | "外来" => at.is_multiple_of(2),
        "検査科" => at < 1,
        "経営" => at != 0,
        _ => true,
    }
}

fn course(title: &str, year: FiscalYear, audience: Audience, due: Date, lessons: &[&str]) -> Course {
    Course {
        title: title.to_owned(),
        year,
        audience,
        due: Some(due),
        lessons: lessons.iter().map(|id| (*id).to_owned()).collect(),
        documents: Vec::new(),
        links: Vec::new(),
        questions: Vec::new(),
        quiz_needed: false,
        pass_percent: USUAL_PASS_PERCENT,
        agreement: String::new(),
        note: String::new(),
    }
}

fn there(course: RecordId, session: &Kept<Session>, member: &Kept<StaffMember>, way: Way) -> Attendance {
    Attendance {
        course,
        session: Some(session.id),
        staff: Some(member.id),
        seat: None,
        name: member.body.name.clone(),
        department: member.body.department.clone(),
        on: session.body.held_on,
        way,
        quiz: None,
        answers: BTreeMap::new(),
        agreed_on: None,
    }
}

fn session(course: RecordId, kind: SessionKind, held_on: Date, place: &str) -> Session {
    Session {
        course,
        kind,
        held_on,
        place: place.to_owned(),
        teacher: "藤森 律子（医療情報システム安全管理責任者）".to_owned(),
        documents: Vec::new(),
    }
}

/// Enters the list of staff and the courses of two years.
pub(crate) async fn enter(telling: &mut Telling<'_>) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let (this, last) = (telling.clock.this, telling.clock.last);
    let today = telling.clock.last_day();
    let spring = date(this.0, 4, 1);
    // In the first weeks of a fiscal year everything of "this year" falls on its first days.
    let ago = |days: i64| today.saturating_sub(days.days()).max(spring);

    let at = telling.clock.later(12);
    let act = telling.by(Role::SafetyManager, at);
    let staff: Vec<StaffMember> = STAFF
        .iter()
        .enumerate()
        .flat_map(|(block, (department, role, names))| {
            names.iter().enumerate().map(move |(at, name)| StaffMember {
                number: format!("{}{:02}", block + 10, at + 1),
                name: (*name).to_owned(),
                department: (*department).to_owned(),
                role: *role,
                // The last of each ward began this spring.
                joined_on: Some(if *role == StaffRole::Nurse && at + 1 == names.len() {
                    spring
                } else {
                    date(last.0 - 3, 4, 1)
                }),
                left_on: None,
            })
        })
        .collect();
    let staff = store.add_records(&act, hospital, &staff).await?;

    // Last year: everybody who was there then.
    let at = telling.clock.later(9);
    let act = telling.by(Role::SafetyManager, at);
    let done =
        course("全職員の情報セキュリティ研修", last, Audience::default(), date(last.0, 12, 25), &["suspicious-mail"]);
    let done = store.add_record(&act, hospital, &done).await?;
    let held = session(done.id, SessionKind::Meeting, date(last.0, 10, 8), "講堂");
    let held = store.add_record(&act, hospital, &held).await?;
    let rows: Vec<Attendance> = staff
        .iter()
        .filter(|member| member.body.joined_on.is_some_and(|day| day < spring))
        .map(|member| there(done.id, &held, member, Way::Paper))
        .collect();
    store.add_records(&act, hospital, &rows).await?;

    // This year: half of them on one evening, the code still in people's pockets.
    let at = telling.clock.later(15);
    let act = telling.by(Role::SafetyManager, at);
    let all = Course {
        quiz_needed: true,
        agreement: "患者さんの情報を、許可なく院外へ持ち出しません。変だと思ったら、すぐに知らせます。".to_owned(),
        ..course("全職員の情報セキュリティ研修", this, Audience::default(), ago(7), &["suspicious-mail"])
    };
    let all = store.add_record(&act, hospital, &all).await?;
    let evening = session(all.id, SessionKind::Meeting, ago(35), "講堂");
    let evening = store.add_record(&act, hospital, &evening).await?;
    let mut rows = Vec::new();
    for (department, _, names) in STAFF {
        let of_department = staff.iter().filter(|member| member.body.department == department);
        for (at, member) in of_department.enumerate().filter(|(at, _)| was_there(department, *at)) {
            let mut row = there(all.id, &evening, member, Way::Code);
            // One in the largest ward came and did not finish the questions.
            let right = if names.len() == 8 && at == 1 { 2 } else { 4 };
            row.quiz = Some(QuizResult { right, of: 4 });
            row.agreed_on = Some(row.on);
            rows.push(row);
        }
    }
    store.add_records(&act, hospital, &rows).await?;

    // The wards' own, open on everybody's telephone; the newcomers'; the contractors'.
    let at = telling.clock.later(11);
    let act = telling.by(Role::ItOperator, at);
    let end = date(this.0 + 1, 2, 28);
    let wards = Audience { roles: vec![StaffRole::Nurse], ..Audience::default() };
    let wards = Course {
        quiz_needed: true,
        ..course("画面に変な文が出たら（病棟）", this, wards, end, &["note-on-the-screen"])
    };
    let wards = store.add_record(&act, hospital, &wards).await?;
    let own = session(wards.id, SessionKind::OwnTime, ago(14), "");
    let own = store.add_record(&act, hospital, &own).await?;
    let rows: Vec<Attendance> = staff
        .iter()
        .filter(|member| member.body.department == "3階病棟")
        .take(5)
        .map(|member| Attendance {
            quiz: Some(QuizResult { right: 4, of: 4 }),
            ..there(wards.id, &own, member, Way::Code)
        })
        .collect();
    store.add_records(&act, hospital, &rows).await?;

    let at = telling.clock.later(6);
    let act = telling.by(Role::ItOperator, at);
    let newcomers = Audience { newcomers: true, ..Audience::default() };
    let first_day = course("はじめての日の説明", this, newcomers, date(this.0, 4, 30), &["newcomers"]);
    let first_day = store.add_record(&act, hospital, &first_day).await?;
    let told = session(first_day.id, SessionKind::Meeting, spring, "会議室1");
    let told = store.add_record(&act, hospital, &told).await?;
    let rows: Vec<Attendance> = staff
        .iter()
        .filter(|member| member.body.joined_on == Some(spring))
        .map(|member| there(first_day.id, &told, member, Way::Paper))
        .collect();
    store.add_records(&act, hospital, &rows).await?;
    Ok(())
}
