//! What the address of the ledger asks for.

use super::fault::{Fault, Wrong};
use crate::AppState;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{AssetKind, Column};
use hakutaku_model::text::Text;
use hakutaku_store::{AssetFilter, AssetQuery, Direction};
use serde::Deserialize;
use utoipa::IntoParams;

/// Rows of a piece.
const USUAL: u32 = 50;
const MOST: u32 = 1_000;

/// Which devices.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Words that must all stand in the row; width, kana and case do not matter.
    q: Option<String>,
    /// Kinds, separated by commas.
    kind: Option<String>,
    /// What must be missing or due, separated by commas: `no_owner`, `no_place`, `support_ended`, `support_unknown`,
    /// `version_unknown`, `remotely_maintained`, `remote_unknown`, `no_system`.
    mark: Option<String>,
    /// Id of the system served.
    #[param(format = "uuid")]
    system: Option<String>,
    /// Id of the vendor that maintains it.
    #[param(format = "uuid")]
    vendor: Option<String>,
    /// `retired` for devices out of the ledger.
    state: Option<String>,
    /// A member to sort by, with `-` before it for the largest first; what is not known comes last either way.
    sort: Option<String>,
    /// How many at most, 1 to 1000; 50 if absent.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `next` of the piece before.
    cursor: Option<String>,
}

/// Reads what is asked; everything wrong is said at once.
pub(super) fn query(asked: &Asked, app: &AppState) -> Result<AssetQuery, Fault> {
    let mut wrong = Vec::new();
    let mut say = |name: &str, ja: &str, en: &str| wrong.push(Wrong::field(name, Text::new(ja, en)));
    let mut query = AssetQuery { limit: USUAL, ..AssetQuery::new(app.now().date_in_japan()) };
    query.text = asked.q.clone().unwrap_or_default();
    if query.text.chars().count() > 200 {
        say("q", "200字までです。", "May have 200 characters at most.");
    }
    let parts = |text: &Option<String>| -> Vec<String> {
        text.iter()
            .flat_map(|text| text.split(','))
            .map(str::trim)
            .filter(|one| !one.is_empty())
            .map(str::to_owned)
            .collect()
    };
    for key in parts(&asked.kind) {
        match AssetKind::from_key(&key) {
            Some(kind) => query.kinds.push(kind),
            None => say("kind", "種類の名前ではありません。", "Is none of the kinds."),
        }
    }
    for key in parts(&asked.mark) {
        match Mark::from_key(&key) {
            Some(mark) => query.marks.push(mark),
            None => say("mark", "この印はありません。", "Is none of the marks."),
        }
    }
    let registers: [(_, _, fn(_) -> AssetFilter); 2] =
        [("system", &asked.system, AssetFilter::System), ("vendor", &asked.vendor, AssetFilter::Vendor)];
    for (name, text, filter) in registers {
        match text.as_deref().map(str::parse) {
            None => {}
            Some(Ok(id)) => query.filters.push(filter(id)),
            Some(Err(_)) => say(name, "IDではありません。", "Is not an id."),
        }
    }
    match asked.state.as_deref() {
        None | Some("" | "in_use") => {}
        Some("retired") => query.retired = true,
        Some(_) => say("state", "retired か in_use です。", "Must be \"retired\" or \"in_use\"."),
    }
    if let Some(sort) = asked.sort.as_deref().filter(|sort| !sort.is_empty()) {
        let (key, direction) = match sort.strip_prefix('-') {
            Some(key) => (key, Direction::Down),
            None => (sort, Direction::Up),
        };
        match Column::from_key(key).filter(|column| *column != Column::Note) {
            Some(column) => query.sort = Some((column, direction)),
            None => say("sort", "この項目では並べ替えられません。", "Cannot be sorted by."),
        }
    }
    match asked.limit.as_deref().map(str::parse::<u32>) {
        None => {}
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => query.limit = limit,
        Some(_) => say("limit", "1から1000までの整数です。", "Must be a whole number from 1 to 1000."),
    }
    match asked.cursor.as_deref() {
        None | Some("") => {}
        Some(cursor) => {
            let read = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| serde_json::from_slice::<u32>(&bytes).ok());
            match read {
                Some(offset) => query.offset = u64::from(offset),
                None => say(
                    "cursor",
                    "前の応答の next をそのまま入れてください。",
                    "Must be the \"next\" of an earlier answer, unchanged.",
                ),
            }
        }
    }
    if wrong.is_empty() { Ok(query) } else { Err(Fault::wrong(wrong)) }
}
