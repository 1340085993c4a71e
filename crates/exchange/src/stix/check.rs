//! The parts that every object has (section 3.2).

use crate::json::text;
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use serde_json::Value;

/// What is wrong with the parts that every object has (section 3.2); used for objects that come by TAXII, too.
///
/// # Errors
/// The sentence that says it.
pub fn check_object(object: &Value) -> Result<(), Text> {
    let wrong = |ja: &str, en: &str| Err(Text::new(ja, en));
    if !object.is_object() {
        return wrong("オブジェクトではありません。", "It is not an object.");
    }
    let Some(kind) = text(object, "type").filter(|kind| is_type(kind)) else {
        return wrong("type（種類）がありません。", "It has no usable type.");
    };
    let Some(uuid) = text(object, "id").and_then(|id| id.strip_prefix(kind)?.strip_prefix("--")) else {
        return wrong("idが「種類--番号」の形ではありません。", "Its id is not its type, two hyphens and a UUID.");
    };
    if uuid.len() != 36 || uuid::Uuid::try_parse(uuid).is_err() {
        return wrong("idの番号がUUIDではありません。", "Its id does not end in a UUID.");
    }
    match text(object, "spec_version") {
        Some("2.1") => {}
        // Only observables may leave it out (section 3.2).
        None if text(object, "created").is_none() => {}
        Some("2.0") | None => {
            return wrong(
                "STIX 2.0のオブジェクトです（spec_versionがありません）。",
                "It is of STIX 2.0: it has no spec_version.",
            );
        }
        Some(_) => return wrong("STIX 2.1ではない版です。", "It is of a version other than STIX 2.1."),
    }
    for field in ["created", "modified", "valid_from", "published"] {
        if object.get(field).is_some_and(|value| instant(value).is_none()) {
            return Err(Text::new(format!("{field}が日時ではありません。"), format!("Its \"{field}\" is not a time.")));
        }
    }
    if let (Some(created), Some(modified)) =
        (object.get("created").and_then(instant), object.get("modified").and_then(instant))
        && modified < created
    {
        return wrong("変更の日時が作成より前です。", "It was modified before it was created.");
    }
    Ok(())
}

fn is_type(kind: &str) -> bool {
    (3..=250).contains(&kind.len())
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

pub(super) fn instant(value: &Value) -> Option<Ts> {
    Ts::try_from(value.as_str().filter(|text| text.len() <= 40)?.to_owned()).ok()
}
