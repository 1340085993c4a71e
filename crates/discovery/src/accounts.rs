//! Account lists as directories and systems export them (AD as CSV, LDIF, any table), and lists of leavers.
//!
//! Only what the review needs is taken. Columns and attributes with passwords or their hashes are never read.

mod field;
mod refused;

pub use field::Field;
pub use refused::AccountsRefused;

use crate::ldif::{self, Entry};
use crate::tables::{self, Sheet};
use field::{ACCOUNT_WORDS, LEAVER_WORDS};
use hakutaku_model::accounts::{Account, Leaver, MOST_ACCOUNTS, is_administrators, name_key};
use hakutaku_model::day;
use hakutaku_model::text::{Text, folded};
use hakutaku_model::time::Ts;
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// The longest text kept of a cell, in characters.
const LONGEST: usize = 200;
/// The most groups kept of an account.
const MOST_GROUPS: usize = 100;
/// Headings stand within so many rows.
const HEAD_ROWS: usize = 30;

/// Which column (from 0) says what.
pub type Columns = BTreeMap<Field, usize>;

/// What a list of accounts says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadAccounts {
    /// The accounts, in the order of the file; accounts of computers are left out.
    pub accounts: Vec<Account>,
    /// Whether the list says anything about sign-ins.
    pub knows_sign_ins: bool,
    /// Headings or attributes that were thrown away because they hold passwords or hashes.
    pub dropped: Vec<String>,
}

/// Reads an account list of any kind: LDIF, or a table whose columns are recognised by their headings unless `columns`
/// says which is which.
///
/// # Errors
/// The first thing wrong, as a sentence in both languages.
pub fn read_accounts(
    bytes: &[u8],
    file_name: &str,
    columns: Option<&Columns>,
) -> Result<ReadAccounts, AccountsRefused> {
    if ldif::looks_like_ldif(bytes) {
        return of_ldif(&ldif::read(bytes)?);
    }
    let tables = tables::read(bytes, file_name)?;
    let sheet = tables.sheet("").ok_or(AccountsRefused::Nothing)?;
    of_table(sheet, columns)
}

/// Reads a leavers list.
///
/// # Errors
/// The first thing wrong, as a sentence in both languages.
pub fn read_leavers(bytes: &[u8], file_name: &str) -> Result<Vec<Leaver>, AccountsRefused> {
    let tables = tables::read(bytes, file_name)?;
    let sheet = tables.sheet("").ok_or(AccountsRefused::Nothing)?;
    let head = head_row(sheet, &LEAVER_WORDS);
    let columns = guessed(sheet.rows.get(head).map_or(&[], Vec::as_slice), &LEAVER_WORDS);
    if !columns.contains_key(&Field::DisplayName) && !columns.contains_key(&Field::StaffNumber) {
        return Err(AccountsRefused::NoLeaverColumn);
    }
    let mut leavers = Vec::new();
    for (at, cells) in sheet.rows.iter().enumerate().skip(head + 1) {
        let said = |field| said(cells, &columns, field);
        let leaver = Leaver {
            name: said(Field::DisplayName),
            reading: said(Field::Reading),
            staff_number: said(Field::StaffNumber),
            left_on: date(&said(Field::LeftOn), at + 1, Field::LeftOn)?,
            department: said(Field::Department),
        };
        if leaver.name.is_empty() && leaver.staff_number.is_empty() {
            continue;
        }
        leavers.push(leaver);
        if leavers.len() > MOST_ACCOUNTS {
            return Err(AccountsRefused::TooMany);
        }
    }
    if leavers.is_empty() { Err(AccountsRefused::Nothing) } else { Ok(leavers) }
}

/// The headings of a table and what each is taken for, without columns that hold passwords.
#[must_use]
pub fn guess_columns(sheet: &Sheet) -> (usize, Columns) {
    let head = head_row(sheet, &ACCOUNT_WORDS);
    (head, guessed(sheet.rows.get(head).map_or(&[], Vec::as_slice), &ACCOUNT_WORDS))
}

/// Whether a heading names passwords or hashes. When a password was set is no secret.
#[must_use]
pub fn is_secret(heading: &str) -> bool {
    let word = bare(heading);
    let harmless = [
        "pwdlastset",
        "passwordlastset",
        "passwordexpired",
        "passwordneverexpires",
        "passwordnotrequired",
        "badpwdcount",
        "badpasswordtime",
        "cannotchangepassword",
        "passwordexpires",
    ];
    !harmless.contains(&word.as_str())
        && [
            "password",
            "passwd",
            "pwd",
            "パスワード",
            "暗証",
            "hash",
            "ハッシュ",
            "secret",
            "supplementalcredentials",
            "keytab",
        ]
        .iter()
        .any(|secret| word.contains(secret))
}

fn bare(heading: &str) -> String {
    folded(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn head_row(sheet: &Sheet, words: &[(Field, &str)]) -> usize {
    let score = |row: &[String]| guessed(row, words).len();
    let scored = sheet.rows.iter().take(HEAD_ROWS).enumerate().map(|(at, row)| (score(row), std::cmp::Reverse(at)));
    scored.max().map_or(0, |(_, std::cmp::Reverse(at))| at)
}

/// Which column says what, each field by its best word; a column serves one field.
fn guessed(headings: &[String], words: &[(Field, &str)]) -> Columns {
    let plain: HashMap<String, usize> = headings
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, heading)| !is_secret(heading))
        .map(|(at, h)| (bare(h), at))
        .collect();
    let mut columns = Columns::new();
    for (field, known) in words {
        let free = |at: &usize| !columns.values().any(|taken| taken == at);
        if let Some(at) = known.split_whitespace().filter_map(|word| plain.get(word).copied()).find(free) {
            columns.insert(*field, at);
        }
    }
    columns
}

fn said(cells: &[String], columns: &Columns, field: Field) -> String {
    let text = columns.get(&field).and_then(|at| cells.get(*at)).map_or("", |cell| cell.trim());
    cut(text)
}

fn cut(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect()
}

fn of_table(sheet: &Sheet, chosen: Option<&Columns>) -> Result<ReadAccounts, AccountsRefused> {
    let (head, known) = guess_columns(sheet);
    let columns = chosen.cloned().unwrap_or(known);
    if !columns.contains_key(&Field::Name) {
        return Err(AccountsRefused::NoNameColumn);
    }
    let headings = sheet.rows.get(head).map_or(&[][..], Vec::as_slice);
    let dropped: Vec<String> = headings.iter().filter(|heading| is_secret(heading)).map(|h| cut(h)).collect();
    let secret: Vec<usize> =
        headings.iter().enumerate().filter(|(_, heading)| is_secret(heading)).map(|(at, _)| at).collect();
    let columns: Columns = columns.into_iter().filter(|(_, at)| !secret.contains(at)).collect();
    let mut read =
        ReadAccounts { knows_sign_ins: columns.contains_key(&Field::LastSignIn), dropped, ..ReadAccounts::default() };
    for (at, cells) in sheet.rows.iter().enumerate().skip(head + 1) {
        let said = |field| said(cells, &columns, field);
        let (row, name) = (at + 1, said(Field::Name));
        if name.is_empty() {
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                let reason = Text::new(
                    "空です。IDを入れるか、行を消してください。",
                    "It is empty. Give an ID or delete the row.",
                );
                return Err(AccountsRefused::Row { row, field: Field::Name, reason });
            }
            continue;
        }
        let groups = columns.get(&Field::Groups).and_then(|at| cells.get(*at)).map_or(Vec::new(), |cell| groups(cell));
        let administrator = match yes(&said(Field::Administrator)) {
            Some(yes) => yes,
            None if said(Field::Administrator).is_empty() => false,
            None => return Err(not_yes_or_no(row, Field::Administrator)),
        };
        read.accounts.push(Account {
            enabled: enabled(&said, row)?,
            administrator: administrator || groups.iter().any(|group| is_administrators(group)),
            last_sign_in: date(&said(Field::LastSignIn), row, Field::LastSignIn)?,
            display_name: said(Field::DisplayName),
            staff_number: said(Field::StaffNumber),
            description: said(Field::Description),
            groups,
            name,
        });
    }
    finished(read)
}

fn enabled(said: &impl Fn(Field) -> String, row: usize) -> Result<bool, AccountsRefused> {
    let bits = said(Field::ControlBits);
    if !bits.is_empty() {
        let bits: i64 = bits.parse().map_err(|_| AccountsRefused::Row {
            row,
            field: Field::ControlBits,
            reason: Text::new("数字ではありません。", "Not a number."),
        })?;
        return Ok(bits & 2 == 0);
    }
    for (field, when_yes) in [(Field::Enabled, true), (Field::Disabled, false)] {
        let text = said(field);
        if !text.is_empty() {
            let known = state(&text).or_else(|| yes(&text).map(|yes| yes == when_yes));
            return known.ok_or_else(|| not_yes_or_no(row, field));
        }
    }
    Ok(true)
}

fn not_yes_or_no(row: usize, field: Field) -> AccountsRefused {
    let reason = Text::new(
        "「はい・いいえ」として読めません。TRUE・FALSE、1・0、有効・無効のどれかにしてください。",
        "Neither yes nor no. Write TRUE or FALSE, 1 or 0, enabled or disabled.",
    );
    AccountsRefused::Row { row, field, reason }
}

/// Words that say by themselves whether an account can be used, whatever the heading asks.
fn state(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "有効" | "使用中" | "利用中" | "在職" | "active" | "enabled" => Some(true),
        "無効" | "停止" | "停止中" | "利用停止" | "削除" | "削除済" | "ロック" | "退職" | "inactive" | "disabled"
        | "locked" => Some(false),
        _ => None,
    }
}

fn yes(text: &str) -> Option<bool> {
    match folded(text).as_str() {
        "true" | "1" | "yes" | "y" | "はい" | "○" | "〇" | "◯" | "有" | "有り" | "あり" | "管理者" | "admin"
        | "administrator" | "on" => Some(true),
        "false" | "0" | "no" | "n" | "いいえ" | "×" | "-" | "無" | "無し" | "なし" | "一般" | "user" | "off" => {
            Some(false)
        }
        _ => None,
    }
}

/// Short names of groups: `CN=Domain Admins,CN=Users,DC=…` is `Domain Admins`.
fn groups(text: &str) -> Vec<String> {
    let separator = if text.contains('\n') { '\n' } else { ';' };
    text.split(separator).map(short_name).filter(|name| !name.is_empty()).take(MOST_GROUPS).collect()
}

fn short_name(group: &str) -> String {
    let group = group.trim();
    let name = match group.split_once('=') {
        Some((key, rest)) if key.eq_ignore_ascii_case("cn") => {
            let mut name = String::new();
            let mut escaped = false;
            for c in rest.chars() {
                match c {
                    '\\' if !escaped => escaped = true,
                    ',' if !escaped => break,
                    c => {
                        name.push(c);
                        escaped = false;
                    }
                }
            }
            name
        }
        _ => group.to_owned(),
    };
    cut(&name)
}

/// The day of a sign-in: as people type it, as PowerShell prints it, or as AD counts it.
fn date(text: &str, row: usize, field: Field) -> Result<Option<Date>, AccountsRefused> {
    let plain = folded(text);
    if plain.is_empty() || matches!(plain.as_str(), "never" | "-" | "なし" | "未使用" | "n/a") {
        return Ok(None);
    }
    if plain.bytes().all(|b| b.is_ascii_digit()) && (plain.len() > 8 || plain == "0") {
        return Ok(plain.parse().ok().and_then(filetime));
    }
    day::parse(text).or_else(|| american(&plain)).map(Some).ok_or_else(|| AccountsRefused::Row {
        row,
        field,
        reason: Text::new(
            format!("「{}」は日付として読めません。2026-11-21 や R8.11.21 のように入れてください。", cut(text)),
            format!("“{}” is not a date. Write it like 2026-11-21.", cut(text)),
        ),
    })
}

/// `11/21/2026 9:30:00 AM`: only with AM or PM is it certain that the month comes first.
fn american(plain: &str) -> Option<Date> {
    let (date, time) = plain.split_once(' ')?;
    if !time.ends_with("am") && !time.ends_with("pm") {
        return None;
    }
    let mut parts = date.split('/');
    let (month, day, year) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::new(year, month, day).ok()
}

/// Hundreds of nanoseconds since 1601, as Windows counts; none and "never" are no day.
fn filetime(ticks: i64) -> Option<Date> {
    const EPOCH: i64 = 11_644_473_600_000_000;
    if ticks <= 0 || ticks == i64::MAX {
        return None;
    }
    let day = Ts::from_micros(ticks / 10 - EPOCH).date_in_japan();
    (1990..=2200).contains(&day.year()).then_some(day)
}

fn of_ldif(entries: &[Entry]) -> Result<ReadAccounts, AccountsRefused> {
    let mut read = ReadAccounts::default();
    for entry in entries {
        for name in entry.attributes.keys().filter(|name| is_secret(name)) {
            if !read.dropped.contains(name) {
                read.dropped.push(name.clone());
            }
        }
        let classes: Vec<String> = entry.all("objectclass").iter().map(|class| class.to_ascii_lowercase()).collect();
        let is_person = classes.is_empty()
            || classes
                .iter()
                .any(|class| matches!(class.as_str(), "user" | "person" | "inetorgperson" | "posixaccount"));
        let of_machine = classes.iter().any(|class| class == "computer");
        let name =
            entry.first("samaccountname").or_else(|| entry.first("uid")).or_else(|| entry.first("userprincipalname"));
        let (Some(name), true, false) = (name, is_person, of_machine) else { continue };
        let bits = entry.first("useraccountcontrol").and_then(|bits| bits.parse::<i64>().ok());
        let ticks = entry.first("lastlogontimestamp").or_else(|| entry.first("lastlogon"));
        // AD leaves the attribute out for whoever never signed in.
        read.knows_sign_ins |= ticks.is_some();
        let groups: Vec<String> =
            entry.all("memberof").iter().map(|group| short_name(group)).take(MOST_GROUPS).collect();
        read.accounts.push(Account {
            name: cut(name),
            display_name: cut(entry.first("displayname").or_else(|| entry.first("cn")).unwrap_or_default()),
            staff_number: cut(entry.first("employeeid").or_else(|| entry.first("employeenumber")).unwrap_or_default()),
            enabled: bits.is_none_or(|bits| bits & 2 == 0),
            administrator: groups.iter().any(|group| is_administrators(group)),
            last_sign_in: ticks.and_then(|ticks| ticks.parse().ok()).and_then(filetime),
            description: cut(entry.first("description").unwrap_or_default()),
            groups,
        });
    }
    finished(read)
}

fn finished(mut read: ReadAccounts) -> Result<ReadAccounts, AccountsRefused> {
    // Accounts of computers end in a dollar sign.
    read.accounts.retain(|account| !account.name.ends_with('$'));
    let mut seen = std::collections::HashSet::new();
    read.accounts.retain(|account| seen.insert(name_key(&account.name)));
    match read.accounts.len() {
        0 => Err(AccountsRefused::Nothing),
        many if many > MOST_ACCOUNTS => Err(AccountsRefused::TooMany),
        _ => Ok(read),
    }
}

#[cfg(test)]
mod tests;
