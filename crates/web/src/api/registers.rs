//! What the calls about registers share: the rows in use, one row, adding, changing with a version, taking out of use.
//!
//! A body is read member by member, so that everything wrong is said at once; what it points to must be of the same
//! facility and in use, or have stood there before.

use super::door::Caller;
use super::fault::{Fault, Wrong};
use super::input::{Fields, Params, etag, if_match, is_known};
use super::paging::{Asked, Page, piece};
use crate::AppState;
use crate::house::{LINE, NAME, NOTE};
use crate::shell::problem::Problem;
use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use hakutaku_model::backup::BackupCopy;
use hakutaku_model::catalogue::Catalogue;
use hakutaku_model::id::{DocumentId, FacilityId};
use hakutaku_model::party::Party;
use hakutaku_model::record::{Kept, RecordId, Register};
use hakutaku_model::system::System;
use hakutaku_model::text::Text;
use hakutaku_model::training::Course;
use hakutaku_model::vendor::Engagement;
use hakutaku_store::StoreError;
use serde::Deserialize;
use serde_json::{Map, Value};

/// The largest number in a body: hours, days, minutes, generations.
const MOST: u64 = 99_999;
/// The most entries of a list in a body.
const LONGEST_LIST: usize = 500;

/// What a row points to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// A [`System`].
    System(RecordId),
    /// An [`Engagement`].
    Vendor(RecordId),
    /// A [`BackupCopy`].
    Copy(RecordId),
    /// A [`Course`].
    Course(RecordId),
    /// A file.
    Document(DocumentId),
}

impl Target {
    /// The vendor a party is, if it is one.
    pub(super) fn of(party: Option<&Party>) -> Option<Self> {
        match party {
            Some(Party::Vendor(id)) => Some(Self::Vendor(*id)),
            _ => None,
        }
    }

    async fn exists(self, app: &AppState, facility: FacilityId) -> Result<bool, Fault> {
        async fn in_use<T: Register>(app: &AppState, facility: FacilityId, id: RecordId) -> Result<bool, StoreError> {
            app.store.record_of::<T>(facility, id).await.map(|row| row.retired_at.is_none())
        }
        let found = match self {
            Self::System(id) => in_use::<System>(app, facility, id).await,
            Self::Vendor(id) => in_use::<Engagement>(app, facility, id).await,
            Self::Copy(id) => in_use::<BackupCopy>(app, facility, id).await,
            Self::Course(id) => in_use::<Course>(app, facility, id).await,
            Self::Document(id) => app.store.document(facility, id).await.map(|_| true),
        };
        match found {
            Err(StoreError::NotFound(_)) => Ok(false),
            other => Ok(other?),
        }
    }
}

/// A register that programs keep as people do.
pub(super) trait Listed: Register {
    /// Members that must be there.
    const MUST: &'static [&'static str];

    /// What it points to, with the member that does.
    fn targets(&self) -> Vec<(&'static str, Target)>;

    /// Rules of its own: the member and what is wrong with it.
    fn faults(&self, _catalogue: &Catalogue) -> Vec<Wrong> {
        Vec::new()
    }
}

/// Which version is to be taken out of use.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Gone {
    expected_version: Option<String>,
}

/// A row as programs read it: what it says, its id, version, and when it last changed.
fn shown<T: Register>(row: &Kept<T>) -> Result<Value, Fault> {
    let mut value = serde_json::to_value(&row.body)?;
    if let Some(members) = value.as_object_mut() {
        members.insert("id".to_owned(), serde_json::to_value(row.id)?);
        members.insert("version".to_owned(), row.version.into());
        members.insert("changed_at".to_owned(), serde_json::to_value(row.changed_at)?);
    }
    Ok(value)
}

async fn row<T: Register>(app: &AppState, facility: FacilityId, id: RecordId) -> Result<Kept<T>, Fault> {
    let row = app.store.record_of::<T>(facility, id).await?;
    if row.retired_at.is_some() { Err(Problem::NotFound.into()) } else { Ok(row) }
}

/// What stands now, for whoever came too late; `null` when it was taken out of use.
async fn conflict<T: Register>(
    app: &AppState,
    by_header: bool,
    facility: FacilityId,
    id: RecordId,
) -> Result<Fault, Fault> {
    let row = app.store.record_of::<T>(facility, id).await?;
    let current = if row.retired_at.is_some() { Value::Null } else { shown(&row)? };
    Ok(Fault::conflict(by_header, &current))
}

pub(super) async fn list<T: Listed>(app: &AppState, caller: &Caller, asked: &Asked) -> Result<Response, Fault> {
    let page = piece(app.store.records::<T>(caller.place()?.id).await?, asked, |row| row.id)?;
    let items = page.items.iter().map(shown).collect::<Result<Vec<Value>, Fault>>()?;
    Ok(Json(Page { items, next: page.next }).into_response())
}

/// `under`: the address of the list, `systems`.
pub(super) async fn create<T: Listed>(
    app: &AppState,
    caller: &Caller,
    fields: Fields,
    under: &str,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let body: T = read(app, facility, fields, None).await?;
    let row = app.store.add_record(&caller.act(app.now()), facility, &body).await?;
    let to = super::location(&format!("/api/v1/facilities/{facility}/{under}/{}", row.id));
    let headers = [etag(row.version), (header::LOCATION, to)];
    Ok((StatusCode::CREATED, headers, Json(shown(&row)?)).into_response())
}

pub(super) async fn show<T: Listed>(
    app: &AppState,
    caller: &Caller,
    id: RecordId,
    headers: &HeaderMap,
) -> Result<Response, Fault> {
    let row = row::<T>(app, caller.place()?.id, id).await?;
    if is_known(headers, row.version) {
        return Ok((StatusCode::NOT_MODIFIED, [etag(row.version)]).into_response());
    }
    Ok(([etag(row.version)], Json(shown(&row)?)).into_response())
}

pub(super) async fn change<T: Listed>(
    app: &AppState,
    caller: &Caller,
    id: RecordId,
    headers: &HeaderMap,
    mut fields: Fields,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    let before = row::<T>(app, facility, id).await?;
    let by_header = if_match(headers)?;
    let by_body = if by_header.is_some() {
        fields.number("expected_version", 0..=i64::MAX)
    } else {
        fields.must_number("expected_version", 0..=i64::MAX)
    };
    let body: T = read(app, facility, fields, Some(&before.body)).await?;
    let expected = by_header.or(by_body).unwrap_or_default();
    match app.store.change_record(&caller.act(app.now()), facility, id, expected, &body).await {
        Ok(row) => Ok(([etag(row.version)], Json(shown(&row)?)).into_response()),
        Err(StoreError::Conflict(_)) => Err(conflict::<T>(app, by_header.is_some(), facility, id).await?),
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn retire<T: Listed>(
    app: &AppState,
    caller: &Caller,
    id: RecordId,
    headers: &HeaderMap,
    Params(asked): Params<Gone>,
) -> Result<Response, Fault> {
    let facility = caller.place()?.id;
    row::<T>(app, facility, id).await?;
    let by_header = if_match(headers)?;
    let by_query = asked.expected_version.as_deref().and_then(|text| text.parse().ok());
    let Some(expected) = by_header.or(by_query) else {
        return Err(Fault::field(
            "expected_version",
            "読んだときの version を入れてください。",
            "Send the version that was last seen.",
        ));
    };
    match app.store.retire_record::<T>(&caller.act(app.now()), facility, id, expected).await {
        Ok(()) => Ok(StatusCode::NO_CONTENT.into_response()),
        Err(StoreError::Conflict(_)) => Err(conflict::<T>(app, by_header.is_some(), facility, id).await?),
        Err(error) => Err(error.into()),
    }
}

/// Reads a body and looks up all it points to. What the row pointed to `before` may stay, though it is out of use now.
async fn read<T: Listed>(
    app: &AppState,
    facility: FacilityId,
    mut fields: Fields,
    before: Option<&T>,
) -> Result<T, Fault> {
    let (body, mut wrong) = body::<T>(fields.rest());
    if let Some(body) = &body {
        wrong.extend(body.faults(&app.catalogue));
        let stays = before.map(Listed::targets).unwrap_or_default();
        for (name, target) in body.targets() {
            if !stays.iter().any(|(_, known)| *known == target) && !target.exists(app, facility).await? {
                let message = Text::new(
                    "この施設で使われているもののIDではありません。",
                    "Is not the id of anything in use at this facility.",
                );
                wrong.push(Wrong::field(name, message));
            }
        }
    }
    for Wrong { field, message, .. } in wrong {
        fields.wrong(&field.unwrap_or_default(), message.ja, message.en);
    }
    fields.finish()?;
    body.ok_or_else(|| Problem::internal("a body without a fault is none").into())
}

/// The row a body describes, and everything wrong with it.
fn body<T: Listed>(sent: Map<String, Value>) -> (Option<T>, Vec<Wrong>) {
    let mut wrong = Vec::new();
    let mut good = Map::new();
    for (name, mut value) in sent.into_iter().filter(|(_, value)| !value.is_null()) {
        if let Some(message) = tidied(&name, &mut value) {
            wrong.push(Wrong::field(&name, message));
            continue;
        }
        good.insert(name.clone(), value);
        // Whatever is added to members that can be read and makes them unreadable is at fault.
        let read = serde_json::from_value::<T>(Value::Object(good.clone()));
        if let Some(error) = read.err().map(|error| error.to_string())
            && !T::MUST.iter().any(|must| error == format!("missing field `{must}`"))
        {
            good.remove(&name);
            wrong.push(Wrong::field(
                &name,
                Text::new(format!("この値は読めません（{error}）。"), format!("Cannot be read ({error}).")),
            ));
        }
    }
    for must in T::MUST {
        if !good.contains_key(*must) && !wrong.iter().any(|wrong| wrong.field.as_deref() == Some(must)) {
            wrong.push(Wrong::field(must, Text::new("必ず入れてください。", "Must be given.")));
        }
    }
    let Ok(body) = serde_json::from_value::<T>(Value::Object(good.clone())) else { return (None, wrong) };
    let known = serde_json::to_value(&body).unwrap_or_default();
    for name in unknown(&Value::Object(good), &known, "") {
        let message = Text::new(
            "この項目はありません。つづりを確かめてください。",
            "There is no such member; check its spelling.",
        );
        wrong.push(Wrong::field(&name, message));
    }
    (Some(body), wrong)
}

/// Cuts the blanks around texts off, and says what no member may hold.
fn tidied(name: &str, value: &mut Value) -> Option<Text> {
    match value {
        Value::String(text) => {
            *text = text.trim().replace("\r\n", "\n");
            let longest = match name {
                "name" => NAME,
                "note" | "checked" => NOTE,
                _ => LINE,
            };
            if name == "name" && text.is_empty() {
                Some(Text::new("空にはできません。", "May not be blank."))
            } else if text.chars().count() > longest {
                Some(Text::new(format!("{longest}字までです。"), format!("May have {longest} characters at most.")))
            } else if text.chars().any(|c| c.is_control() && !(c == '\n' && longest == NOTE)) {
                Some(Text::new("改行や制御文字は使えません。", "May not hold line breaks or control characters."))
            } else {
                None
            }
        }
        Value::Number(number) => {
            let least = u64::from(matches!(name, "clinical_importance" | "recovery_order"));
            let most = if least == 1 { 9_999 } else { MOST };
            let fits = number.as_u64().is_some_and(|number| (least..=most).contains(&number));
            (!fits).then(|| {
                Text::new(
                    format!("{least}から{most}までの整数で入れてください。"),
                    format!("Must be a whole number from {least} to {most}."),
                )
            })
        }
        Value::Array(list) if list.len() > LONGEST_LIST => {
            Some(Text::new(format!("{LONGEST_LIST}件までです。"), format!("May hold {LONGEST_LIST} entries at most.")))
        }
        // A list's entries are lines, never names.
        Value::Array(list) => list.iter_mut().find_map(|value| tidied("", value)),
        Value::Object(members) => members.iter_mut().find_map(|(inner, value)| {
            let inner = if inner == "name" { "" } else { inner };
            tidied(inner, value)
        }),
        Value::Null | Value::Bool(_) => None,
    }
}

/// Members that were sent and that reading made nothing of.
fn unknown(sent: &Value, known: &Value, under: &str) -> Vec<String> {
    let (Value::Object(sent), Value::Object(known)) = (sent, known) else { return Vec::new() };
    sent.iter()
        .flat_map(|(name, value)| {
            let path = if under.is_empty() { name.clone() } else { format!("{under}.{name}") };
            match known.get(name) {
                None => vec![path],
                Some(inner) => unknown(value, inner, &path),
            }
        })
        .collect()
}

/// The five calls of a register, in the words of its description.
macro_rules! calls {
    (
        $body:ty as $json:ident at $at:ident, tag $tag:tt, under $under:tt,
        list $list:tt $list_id:tt $list_title:tt,
        add $add_id:tt $add_title:tt,
        one $one:tt $one_id:tt $one_title:tt,
        change $change_id:tt $change_title:tt,
        retire $retire_id:tt $retire_title:tt
    ) => {
        #[doc = $list_title]
        #[utoipa::path(get, path = $list, operation_id = $list_id, tag = $tag, params(AtFacility, Asked),
            responses((status = 200, description = "A piece of the list, oldest first", body = Page<$json>),
                RefusedQuery, Refused, NotThere))]
        pub(in crate::api) async fn list(
            State(app): State<AppState>,
            caller: Caller,
            Params(asked): Params<Asked>,
        ) -> Result<Response, Fault> {
            registers::list::<$body>(&app, &caller, &asked).await
        }

        #[doc = $add_title]
        #[utoipa::path(post, path = $list, operation_id = $add_id, tag = $tag, params(AtFacility), request_body = $json,
            responses((status = 201, description = "Added; `Location` and `ETag` are set", body = $json),
                Refused, NotThere, RefusedBody))]
        pub(in crate::api) async fn create(
            State(app): State<AppState>,
            caller: Caller,
            fields: Fields,
        ) -> Result<Response, Fault> {
            registers::create::<$body>(&app, &caller, fields, $under).await
        }

        #[doc = $one_title]
        #[utoipa::path(get, path = $one, operation_id = $one_id, tag = $tag, params($at),
            responses((status = 200, description = "The row; `ETag` holds its version", body = $json),
                (status = 304, description = "As in `If-None-Match`"), Refused, NotThere))]
        pub(in crate::api) async fn show(
            State(app): State<AppState>,
            caller: Caller,
            Path((_, id)): Path<(FacilityId, RecordId)>,
            headers: HeaderMap,
        ) -> Result<Response, Fault> {
            registers::show::<$body>(&app, &caller, id, &headers).await
        }

        #[doc = $change_title]
        ///
        /// Takes all that is written about it, and the version it is based on, in `expected_version` or as `If-Match`.
        #[utoipa::path(put, path = $one, operation_id = $change_id, tag = $tag,
            params($at, ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")), request_body = $json,
            responses((status = 200, description = "Changed", body = $json),
                Refused, NotThere, RefusedBody, RefusedVersion))]
        pub(in crate::api) async fn change(
            State(app): State<AppState>,
            caller: Caller,
            Path((_, id)): Path<(FacilityId, RecordId)>,
            headers: HeaderMap,
            fields: Fields,
        ) -> Result<Response, Fault> {
            registers::change::<$body>(&app, &caller, id, &headers, fields).await
        }

        #[doc = $retire_title]
        ///
        /// Needs the version last seen, as `If-Match` or `expected_version`. The log keeps what it said.
        #[utoipa::path(delete, path = $one, operation_id = $retire_id, tag = $tag,
            params($at, ("expected_version" = Option<i64>, Query, description = "The version last seen"),
                ("If-Match" = Option<String>, Header, description = "The `ETag` last seen")),
            responses((status = 204, description = "It is out of use"), Refused, NotThere, RefusedVersion, RefusedQuery))]
        pub(in crate::api) async fn retire(
            State(app): State<AppState>,
            caller: Caller,
            Path((_, id)): Path<(FacilityId, RecordId)>,
            headers: HeaderMap,
            asked: Params<Gone>,
        ) -> Result<Response, Fault> {
            registers::retire::<$body>(&app, &caller, id, &headers, asked).await
        }
    };
}

pub(super) use calls;

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: Value) -> (Option<System>, Vec<String>) {
        let members = value.as_object().cloned().expect("an object");
        let (body, wrong) = body::<System>(members);
        (body, wrong.into_iter().filter_map(|wrong| wrong.field).collect())
    }

    #[test]
    fn everything_wrong_with_a_body_is_said_at_once_and_by_its_member() {
        let (_, mut wrong) = sent(serde_json::json!({
            "kind": "teapot", "rto_hours": "soon", "vendor": {"is": "vendor"}, "owner": "a\nb", "nam": "typo",
        }));
        // Whether a JSON object keeps its order depends on what else is built along.
        wrong.sort_unstable();
        assert_eq!(wrong, ["kind", "name", "owner", "rto_hours", "vendor"]);
        let (body, wrong) = sent(serde_json::json!({"name": "x", "kind": "emr", "nam": "y"}));
        assert!(body.is_some());
        assert_eq!(wrong, ["nam"]);
    }

    #[test]
    fn a_good_body_is_read_without_the_blanks_around_it() {
        let (body, wrong) =
            sent(serde_json::json!({"name": " 電子カルテ ", "kind": "emr", "vendor": null, "note": "a\r\nb"}));
        assert!(wrong.is_empty(), "{wrong:?}");
        let body = body.expect("read");
        assert_eq!((body.name.as_str(), body.note.as_str()), ("電子カルテ", "a\nb"));
    }
}
