//! Long lists in pieces. A cursor names the last thing seen, so that what comes or goes meanwhile shifts nothing.

use super::fault::{Fault, Wrong};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hakutaku_model::text::Text;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

const USUAL: usize = 50;
const MOST: usize = 200;

/// Which piece of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    /// How many at most, 1 to 200; 50 if absent.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 200)]
    limit: Option<String>,
    /// `next` of the piece before.
    #[serde(default)]
    cursor: Option<String>,
}

/// A piece of a list.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    /// The things, in their fixed order.
    pub(crate) items: Vec<T>,
    /// `cursor` of the next piece; `null` after the last.
    #[schema(required = true)]
    pub(crate) next: Option<String>,
}

/// Cuts a piece out of a list that is sorted by `key`, rising.
pub(crate) fn piece<T, K>(all: Vec<T>, asked: &Asked, key: impl Fn(&T) -> K) -> Result<Page<T>, Fault>
where
    K: Ord + Serialize + DeserializeOwned,
{
    let mut wrong = Vec::new();
    let limit = match asked.limit.as_deref().map(str::parse::<usize>) {
        None => USUAL,
        Some(Ok(limit)) if (1..=MOST).contains(&limit) => limit,
        Some(_) => {
            let message =
                Text::new(format!("1から{MOST}までの整数です。"), format!("Must be a whole number from 1 to {MOST}."));
            wrong.push(Wrong::field("limit", message));
            USUAL
        }
    };
    let after: Option<K> = match asked.cursor.as_deref() {
        None | Some("") => None,
        Some(cursor) => {
            let read = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            if read.is_none() {
                let message = Text::new(
                    "前の応答の next をそのまま入れてください。",
                    "Must be the \"next\" of an earlier answer, unchanged.",
                );
                wrong.push(Wrong::field("cursor", message));
            }
            read
        }
    };
    if !wrong.is_empty() {
        return Err(Fault::wrong(wrong));
    }
    let mut rest =
        all.into_iter().skip_while(|item| after.as_ref().is_some_and(|after| key(item) <= *after)).peekable();
    let items: Vec<T> = rest.by_ref().take(limit).collect();
    let next = match (rest.peek(), items.last()) {
        (Some(_), Some(last)) => Some(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&key(last))?)),
        _ => None,
    };
    Ok(Page { items, next })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(limit: &str, cursor: Option<String>) -> Asked {
        Asked { limit: Some(limit.to_owned()), cursor }
    }

    #[test]
    fn the_pieces_together_are_the_list() {
        let all: Vec<u32> = (0..7).collect();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = piece(all.clone(), &asked("3", cursor), |n| *n).expect("a piece");
            seen.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, all);
    }

    #[test]
    fn what_went_meanwhile_shifts_nothing() {
        let first = piece((0..7).collect::<Vec<u32>>(), &asked("3", None), |n| *n).expect("a piece");
        let rest = piece(vec![0, 1, 3, 5], &asked("3", first.next), |n| *n).expect("a piece");
        assert_eq!(rest, Page { items: vec![3, 5], next: None });
    }

    #[test]
    fn a_cursor_or_limit_that_is_none_is_refused() {
        assert!(piece(vec![1], &asked("0", None), |n| *n).is_err());
        assert!(piece(vec![1], &asked("many", None), |n| *n).is_err());
        assert!(piece(vec![1], &asked("3", Some("???".to_owned())), |n| *n).is_err());
    }
}
