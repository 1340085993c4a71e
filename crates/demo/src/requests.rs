//! What the hospital asked its vendors and what came back: four of six have answered this year's form.

use crate::DemoError;
use crate::equipment::Firms;
use crate::telling::Telling;
use hakutaku_model::checklist::FormKind;
use hakutaku_model::id::VendorRequestId;
use hakutaku_model::person::Role;
use hakutaku_model::record::RecordId;
use hakutaku_model::time::{FiscalYear, Ts};
use hakutaku_model::vendor_answers::{Line, QuestionState, Reply, Sheet, Signer, Submission, VendorQuestion, Way};
use hakutaku_model::vendor_request::Ask;
use hakutaku_store::{Act, NewDocument, NewVendorRequest};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};

const THIS_FORM: &str = "r7";
const EARLIER_FORM: &str = "r6";
const DAY: i64 = 24 * 60 * 60;
/// A link stays open so long after it was made.
const LINK_DAYS: i64 = 120;

/// Item and group the vendor said no to, with its remark.
type No = (&'static str, &'static str, &'static str);

/// Firm, who signed (name, department, telephone), what it said no to.
type Returned = (&'static str, (&'static str, &'static str, &'static str), &'static [No]);

const RETURNED: [Returned; 4] = [
    (
        "emr",
        ("岡部 進", "医療事業部", "000-0000-0110"),
        &[("mhlw-r7-vendor-2-10-sys", "system-wide", "二要素認証は次の版（8.0）で対応します")],
    ),
    ("cloud", ("森下 光", "運用部", "000-0000-0610"), &[]),
    ("network", ("三浦 治", "監視センター", "000-0000-0419"), &[]),
    (
        "imaging",
        ("永田 香", "保守部", "000-0000-0210"),
        &[("mhlw-r7-vendor-2-12-srv-pc", "servers", "画像サーバの印刷の常駐ソフトが、まだ動いています")],
    ),
];

/// Asked as well; has not answered.
const SILENT: &str = "laboratory";
/// Asked late; has not answered.
const ASKED_LATE: &str = "meals";

const MESSAGE: &str = "いつもお世話になっております。立入検査に備え、事業者確認用の様式への記入をお願いいたします。\
    分からない項目は、空けずにお電話ください（情報システム係 小田、内線 2101）。";

fn vendor(firms: &Firms, key: &str) -> Option<(RecordId, String)> {
    firms.row(key).map(|row| (row.id, row.body.name.clone()))
}

fn first_day(day: Date) -> Date {
    date(FiscalYear::of(day).0, 4, 1)
}

impl Telling<'_> {
    /// Asks a vendor; the day wished for is so many days away.
    async fn ask_firm(
        &self,
        firms: &Firms,
        key: &str,
        ask: Ask,
        at: Ts,
        days: i64,
    ) -> Result<Option<VendorRequestId>, DemoError> {
        let Some((vendor, _)) = vendor(firms, key) else { return Ok(None) };
        let new = NewVendorRequest {
            vendor,
            ask,
            message: MESSAGE.to_owned(),
            due: at.date_in_japan().saturating_add(days.days()),
            pin: None,
            expires_at: at.plus_seconds(LINK_DAYS * DAY),
        };
        let act = self.by(Role::ItOperator, at);
        Ok(Some(self.store.create_vendor_request(&act, self.cast.hospital, &new).await?.request.id))
    }

    /// The lines of a vendor form, all yes but for those named.
    fn lines(&self, edition: &str, nos: &[No], on: Date, target: Date) -> Vec<Line> {
        let checklist = self.catalogue.checklists.iter().find(|one| one.id == edition);
        let items = checklist.into_iter().flat_map(|one| &one.items).filter(|item| item.form == FormKind::Vendor);
        items
            .flat_map(|item| item.groups.iter().map(move |group| (item, group)))
            .map(|(item, group)| {
                let no = nos.iter().find(|no| (no.0, no.1) == (item.id.as_str(), group.as_str()));
                Line {
                    id: item.id.clone(),
                    group: group.clone(),
                    topic: item.topic.clone(),
                    reply: Some(if no.is_some() { Reply::No } else { Reply::Yes }),
                    on: Some(on),
                    target: no.map(|_| target),
                    text: no.map_or_else(String::new, |no| no.2.to_owned()),
                    ..Line::default()
                }
            })
            .collect()
    }
}

fn signer((name, department, phone): (&str, &str, &str)) -> Signer {
    Signer { name: name.to_owned(), department: department.to_owned(), phone: phone.to_owned() }
}

/// Last year: the medical record's vendor sent the earlier form on paper and its disclosure document as a file.
pub(crate) async fn last_year(telling: &mut Telling<'_>, firms: &Firms) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let Some((emr, name)) = vendor(firms, "emr") else { return Ok(()) };
    let ask = Ask::Checklist(EARLIER_FORM.to_owned());
    let at = telling.clock.last_year(10, 21, 10, 0);
    let Some(request) = telling.ask_firm(firms, "emr", ask.clone(), at, 21).await? else { return Ok(()) };
    let at = telling.clock.last_year(11, 6, 15, 0);
    // The paper was filled in within the year of its form.
    let year =
        telling.catalogue.checklists.iter().find(|one| one.id == EARLIER_FORM).map_or(2024, |one| one.fiscal_year);
    let (on, target) = (date(year + 1, 2, 17), date(year + 1, 3, 28));
    let nos = [("mhlw-r6-vendor-2-07-nw", "network-devices", "VPN装置の更新は、日程を調整中です")];
    let submission = Submission {
        request,
        vendor: emr,
        vendor_name: name.clone(),
        ask: ask.clone(),
        sheet: Sheet {
            dated: Some(on),
            form_version: "令和6年度".to_owned(),
            lines: telling.lines(EARLIER_FORM, &nos, on, target),
            ..Sheet::default()
        },
        signer: signer(("岡部 進", "医療事業部", "000-0000-0110")),
        sent_at: at,
        way: Way::File,
        document: None,
    };
    store.answer_vendor_request(&telling.by(Role::ItOperator, at), hospital, &submission).await?;
    let at = telling.clock.later(50);
    let text = "更新の仕事は契約にないとの説明。だれが行うかを、責任分界の表で決める".to_owned();
    settle(telling, emr, &ask, QuestionState::Answered { text, on: at.date_in_japan() }, at).await?;

    let at = telling.clock.last_year(11, 10, 9, 30);
    let Some(request) = telling.ask_firm(firms, "emr", Ask::MdsSds, at, 30).await? else { return Ok(()) };
    let at = telling.clock.last_year(11, 25, 14, 0);
    let act = telling.by(Role::ItOperator, at);
    let file = NewDocument {
        assessment: None,
        question: None,
        name: "開示書_見本カルテ7.csv".to_owned(),
        media_type: "text/csv".to_owned(),
    };
    let rows = DISCLOSED.iter().map(|(id, question, reply, remark)| {
        let reply = if *reply == Reply::Yes { "はい" } else { "いいえ" };
        format!("{id},{question},{reply},{remark}\n")
    });
    let content = format!("\u{feff}番号,問い,答え,備考\n{}", rows.collect::<String>());
    let document = store.add_document(&act, hospital, &file, content.into_bytes()).await?.id;
    let day = at.date_in_japan();
    let submission = Submission {
        request,
        vendor: emr,
        vendor_name: name,
        ask: Ask::MdsSds,
        sheet: Sheet {
            product: "見本カルテ".to_owned(),
            product_version: "7.3".to_owned(),
            dated: Some(day.saturating_sub(6.days())),
            lines: DISCLOSED
                .iter()
                .map(|(id, question, reply, remark)| Line {
                    id: (*id).to_owned(),
                    question: (*question).to_owned(),
                    reply: Some(*reply),
                    text: (*remark).to_owned(),
                    ..Line::default()
                })
                .collect(),
            ..Sheet::default()
        },
        signer: signer(("岡部 進", "医療事業部", "000-0000-0110")),
        sent_at: at,
        way: Way::File,
        document: Some(document),
    };
    store.answer_vendor_request(&act, hospital, &submission).await?;
    Ok(())
}

/// Lines of the vendor's own file, in its own made-up words.
const DISCLOSED: [(&str, &str, Reply, &str); 5] = [
    ("1", "利用者を一人ずつ見分けて入れる", Reply::Yes, ""),
    ("2", "利用の記録を残し、後から見られる", Reply::Yes, "1年分"),
    ("3", "データの控えを取り出せる", Reply::Yes, ""),
    ("4", "遠隔保守の通信を暗号にしている", Reply::Yes, "VPN装置による"),
    ("5", "保管しているデータを暗号にできる", Reply::Yes, "8.0から標準"),
];

/// This year's form goes out.
pub(crate) async fn ask(
    telling: &mut Telling<'_>,
    firms: &Firms,
) -> Result<Vec<(&'static str, VendorRequestId)>, DemoError> {
    let mut asked = Vec::new();
    let mut at = telling.clock.this_year(1);
    for key in RETURNED.iter().map(|row| row.0).chain([SILENT]) {
        let ask = Ask::Checklist(THIS_FORM.to_owned());
        if let Some(request) = telling.ask_firm(firms, key, ask, at, 28).await? {
            asked.push((key, request));
        }
        at = telling.clock.later(6);
    }
    Ok(asked)
}

/// The answers come in, one after the other.
pub(crate) async fn answers(
    telling: &mut Telling<'_>,
    firms: &Firms,
    asked: &[(&'static str, VendorRequestId)],
) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let mut part = 57;
    for (key, who, nos) in RETURNED {
        let Some((vendor, vendor_name)) = vendor(firms, key) else { continue };
        let Some((_, request)) = asked.iter().find(|row| row.0 == key) else { continue };
        let at = telling.clock.this_year(part);
        part += 1;
        store.mark_vendor_link_opened(&Act::vendor(*request, at), hospital, *request).await?;
        let at = telling.clock.later(35);
        let today = at.date_in_japan();
        let last = date(FiscalYear::of(today).0 + 1, 3, 31);
        let (on, target) =
            (today.saturating_sub(3.days()).max(first_day(today)), today.saturating_add(90.days()).min(last));
        let submission = Submission {
            request: *request,
            vendor,
            vendor_name,
            ask: Ask::Checklist(THIS_FORM.to_owned()),
            sheet: Sheet {
                dated: Some(today),
                form_version: "令和7年度".to_owned(),
                lines: telling.lines(THIS_FORM, nos, on, target),
                ..Sheet::default()
            },
            signer: signer(who),
            sent_at: at,
            way: Way::Link,
            document: None,
        };
        store.answer_vendor_request(&Act::vendor(*request, at), hospital, &submission).await?;
    }
    Ok(())
}

/// One "no" is accepted, the silent firm is reminded.
pub(crate) async fn follow_up(
    telling: &mut Telling<'_>,
    firms: &Firms,
    asked: &[(&'static str, VendorRequestId)],
) -> Result<(), DemoError> {
    let at = telling.clock.this_year(70);
    if let Some((emr, _)) = vendor(firms, "emr") {
        let state = QuestionState::Accepted {
            reason: "次の版が入る来年度まで。院外からの口だけは、VPN装置の側で二要素にする".to_owned(),
            owner: "藤森 律子（副院長、安全管理責任者）".to_owned(),
            on: at.date_in_japan(),
        };
        settle(telling, emr, &Ask::Checklist(THIS_FORM.to_owned()), state, at).await?;
    }
    if let Some((_, request)) = asked.iter().find(|row| row.0 == SILENT) {
        let at = telling.clock.later(15);
        let act = telling.by(Role::ItOperator, at);
        telling.store.note_vendor_reminder(&act, telling.cast.hospital, *request).await?;
    }
    Ok(())
}

/// The last firm is asked as well.
pub(crate) async fn ask_the_last(telling: &mut Telling<'_>, firms: &Firms) -> Result<(), DemoError> {
    let at = telling.clock.later(2);
    telling.ask_firm(firms, ASKED_LATE, Ask::Checklist(THIS_FORM.to_owned()), at, 21).await?;
    Ok(())
}

/// Writes down what became of a vendor's only question on a form.
async fn settle(
    telling: &Telling<'_>,
    vendor: RecordId,
    ask: &Ask,
    state: QuestionState,
    at: Ts,
) -> Result<(), DemoError> {
    let (store, hospital) = (telling.store, telling.cast.hospital);
    let questions = store.records::<VendorQuestion>(hospital).await?;
    if let Some(row) = questions.into_iter().find(|row| row.body.vendor == vendor && row.body.ask == *ask) {
        let body = VendorQuestion { state, ..row.body };
        let act = telling.by(Role::SafetyManager, at);
        store.change_record(&act, hospital, row.id, row.version, &body).await?;
    }
    Ok(())
}
