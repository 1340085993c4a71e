//! What an inspector will see missing, in the order they will see it: blank first-round dates first.
//!
//! A part of the input that is `None` was never begun or is not there; that is said instead of being passed over.

use crate::checklist::{FormView, LineState};
use crate::contacts::Chart;
use crate::text::{Lang, Text};
use crate::time::date_words;
use jiff::civil::Date;
use serde::Serialize;

/// What the list is made from.
#[derive(Debug, Clone, Copy, Default)]
pub struct Input<'a> {
    /// The forms the facility fills in itself.
    pub forms: &'a [FormView],
    /// The vendors' forms, and whether each was returned; `None`: vendors are not kept here.
    pub vendor_forms: Option<&'a [VendorForm]>,
    /// The contact chart; `None`: it was never begun.
    pub contacts: Option<&'a Chart>,
    /// How many devices the ledger has; `None`: there is no ledger.
    pub devices: Option<usize>,
    /// The day.
    pub today: Option<Date>,
}

/// A vendor whose form is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VendorForm {
    /// Its name.
    pub vendor: String,
    /// The day its form came back.
    pub returned: Option<Date>,
    /// The day it was asked, if it was.
    pub asked: Option<Date>,
    /// The day by which it was to answer.
    pub due: Option<Date>,
}

/// How much it weighs; the order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// No first-round mark and day.
    BlankFirstRound,
    /// No, and no target date.
    NoTarget,
    /// A target day that has passed without a second round.
    TargetPassed,
    /// An answer that the rules of the form do not allow.
    Faulty,
    /// Confirmed on facts that have changed since.
    Reopened,
    /// A vendor's form is not here.
    VendorForm,
    /// There is no contact chart, or it has gaps.
    Contacts,
    /// There is no device ledger.
    Ledger,
    /// A yes without a file that shows it.
    Evidence,
}

impl Kind {
    /// The stable key of the API and of files.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::BlankFirstRound => "blank_first_round",
            Self::NoTarget => "no_target",
            Self::TargetPassed => "target_passed",
            Self::Faulty => "faulty",
            Self::Reopened => "reopened",
            Self::VendorForm => "vendor_form",
            Self::Contacts => "contacts",
            Self::Ledger => "ledger",
            Self::Evidence => "evidence",
        }
    }

    /// The heading of this kind.
    #[must_use]
    pub fn title(self) -> Text {
        match self {
            Self::BlankFirstRound => Text::new("1回目の日付が空欄", "First-round date is blank"),
            Self::NoTarget => Text::new("「いいえ」で目標日がない", "“No” without a target date"),
            Self::TargetPassed => Text::new("目標日を過ぎて2回目がない", "Target date passed, no second round"),
            Self::Faulty => Text::new("日付などに誤りがある", "Dates or marks that do not fit"),
            Self::Reopened => Text::new("確認した後に事実が変わった", "Facts changed after the confirmation"),
            Self::VendorForm => Text::new("事業者の回答が届いていない", "A vendor's form is outstanding"),
            Self::Contacts => Text::new("連絡体制図が足りない", "The contact chart is incomplete"),
            Self::Ledger => Text::new("機器台帳がない", "There is no device ledger"),
            Self::Evidence => Text::new("「はい」の裏づけ資料がない", "“Yes” without evidence"),
        }
    }
}

/// Where it can be put right: pages of the facility.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "page")]
pub enum Fix {
    /// A line of a form.
    FormLine {
        /// Edition.
        edition: String,
        /// Form key.
        form: &'static str,
        /// Item id.
        item: String,
        /// Device group.
        group: String,
    },
    /// The vendors.
    Vendors,
    /// The contact chart.
    Contacts,
    /// The ledger.
    Ledger,
    /// The list of forms.
    Forms,
}

/// One thing missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MissingItem {
    /// What kind of thing.
    pub kind: Kind,
    /// What exactly.
    pub what: Text,
    /// Where to put it right.
    pub fix: Fix,
}

/// Everything missing, the weightiest first; within a kind in the order of the forms.
#[must_use]
pub fn missing(input: &Input<'_>) -> Vec<MissingItem> {
    let mut found = Vec::new();
    if input.forms.is_empty() {
        found.push(MissingItem {
            kind: Kind::BlankFirstRound,
            what: Text::new("この年度のチェックリストがまだありません。", "There is no form for this year yet."),
            fix: Fix::Forms,
        });
    }
    for form in input.forms {
        lines(form, input.today, &mut found);
    }
    vendors(input.vendor_forms, input.today, &mut found);
    contacts(input.contacts, &mut found);
    if input.devices.is_none_or(|devices| devices == 0) {
        found.push(MissingItem {
            kind: Kind::Ledger,
            what: Text::new("機器が1台も登録されていません。", "Not one device is registered."),
            fix: Fix::Ledger,
        });
    }
    found.sort_by_key(|item| item.kind);
    found
}

fn lines(form: &FormView, today: Option<Date>, found: &mut Vec<MissingItem>) {
    for (item, line) in form.lines() {
        let mut push = |kind, more: Option<Text>| {
            let number = item.number.as_deref().unwrap_or("－");
            let more = more.unwrap_or_default();
            let ja = format!("{number} {}（{}）{}", item.summary.ja, line.group.ja, more.ja);
            let en = format!("{number} {} ({}){}", item.summary.en, line.group.en, more.en);
            let fix = Fix::FormLine {
                edition: form.edition.clone(),
                form: form.form.key(),
                item: item.id.clone(),
                group: line.key.group.clone(),
            };
            found.push(MissingItem { kind, what: Text::new(ja, en), fix });
        };
        match &line.state {
            LineState::Skipped(_) => continue,
            LineState::Open => push(Kind::BlankFirstRound, None),
            LineState::NoWithoutTarget | LineState::StillNo => push(Kind::NoTarget, None),
            LineState::NoWithTarget => {
                let target = line.answer.as_ref().and_then(|answer| answer.target);
                if let (Some(target), Some(today)) = (target, today)
                    && target < today
                {
                    push(Kind::TargetPassed, Some(Text::new(format!(" 目標日 {target}"), format!(" target {target}"))));
                }
            }
            LineState::Yes | LineState::DoneInSecondRound => {
                if line.answer.as_ref().is_some_and(|answer| answer.documents.is_empty()) {
                    push(Kind::Evidence, None);
                }
            }
        }
        if !line.faults.is_empty() {
            push(Kind::Faulty, None);
        }
        if line.reopened.is_some() {
            push(Kind::Reopened, None);
        }
    }
}

fn vendors(forms: Option<&[VendorForm]>, today: Option<Date>, found: &mut Vec<MissingItem>) {
    let mut push = |what| found.push(MissingItem { kind: Kind::VendorForm, what, fix: Fix::Vendors });
    let Some(forms) = forms else {
        push(Text::new("事業者の登録がありません。", "No vendor is registered."));
        return;
    };
    for form in forms.iter().filter(|form| form.returned.is_none()) {
        let name = &form.vendor;
        push(match (form.asked, form.due) {
            (None, _) => Text::new(
                format!("{name}: 回答が届いていません（依頼の記録なし）。"),
                format!("{name}: the form is not here (no request on record)."),
            ),
            (Some(_), Some(due)) if today.is_some_and(|today| due < today) => Text::new(
                format!("{name}: 期限（{}）を過ぎています。", date_words(due, Lang::Ja)),
                format!("{name}: overdue since {}.", date_words(due, Lang::En)),
            ),
            (Some(asked), _) => Text::new(
                format!("{name}: {}に依頼、返事待ち。", date_words(asked, Lang::Ja)),
                format!("{name}: asked on {}, no answer yet.", date_words(asked, Lang::En)),
            ),
        });
    }
}

fn contacts(chart: Option<&Chart>, found: &mut Vec<MissingItem>) {
    let mut push = |what| found.push(MissingItem { kind: Kind::Contacts, what, fix: Fix::Contacts });
    match chart.filter(|chart| !chart.is_empty()) {
        None => push(Text::new("連絡体制図がまだありません。", "There is no contact chart yet.")),
        Some(chart) => {
            for part in &chart.vacant {
                let title = part.title();
                push(Text::new(
                    format!("連絡先がない: {}", title.get(Lang::Ja)),
                    format!("No contact for: {}", title.get(Lang::En)),
                ));
            }
            let gaps = chart.gaps().saturating_sub(chart.vacant.len());
            if gaps > 0 {
                push(Text::new(
                    format!("電話番号や確認日などが空いている所: {gaps}か所"),
                    format!("Gaps such as telephone numbers or dates of checking: {gaps}"),
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests;
