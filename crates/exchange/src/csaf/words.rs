//! An advisory in words that a person without an expert understands. Says only what the fields say.

use crate::json;
use crate::json::list;
use hakutaku_model::region::notice::Criterion;
use serde_json::Value;

/// What is concerned, as one says it.
fn product(criteria: &[Criterion]) -> Option<String> {
    let first = criteria.first()?;
    let name = if first.product.starts_with(&first.maker) || first.maker.is_empty() {
        first.product.clone()
    } else {
        format!("{} {}", first.maker, first.product)
    };
    let mut others: Vec<&str> =
        criteria.iter().map(|one| one.product.as_str()).filter(|one| *one != first.product).collect();
    others.sort_unstable();
    others.dedup();
    Some(if others.is_empty() { name } else { format!("{name}など") })
}

pub(super) fn title(criteria: &[Criterion], published: &str) -> String {
    product(criteria).map_or_else(|| published.to_owned(), |product| format!("{product}の弱点"))
}

pub(super) fn text(criteria: &[Criterion], publisher: &str, id: &str, weaknesses: usize) -> String {
    let product = product(criteria).unwrap_or_else(|| "製品".to_owned());
    let count = if weaknesses > 1 { format!("{weaknesses}件の弱点") } else { "弱点".to_owned() };
    format!(
        "{product}に{count}が見つかったと、{publisher}が知らせています（番号 {id}）。\
         くわしい内容は、この番号を保守会社に伝えて聞いてください。"
    )
}

/// What to do, by the kinds of remedy that the advisory names.
pub(super) fn actions(vulnerabilities: &[Value]) -> Vec<String> {
    let has = |kinds: &[&str]| {
        vulnerabilities
            .iter()
            .flat_map(|one| list(one, "remediations"))
            .any(|remedy| json::text(remedy, "category").is_some_and(|kind| kinds.contains(&kind)))
    };
    let mut out = vec!["対象の機器があるか、台帳と現物を確かめてください。".to_owned()];
    if has(&["vendor_fix"]) {
        out.push("メーカーが直した版を出しています。保守会社に連絡し、更新の日を決めてください。".to_owned());
    }
    if has(&["mitigation", "workaround"]) {
        out.push("更新までの間の備えをメーカーが示しています。どれが必要か、保守会社に聞いてください。".to_owned());
    }
    if has(&["no_fix_planned", "none_available"]) && !has(&["vendor_fix"]) {
        out.push("直した版はまだありません。機器がつながる相手を必要なものだけにしてください。".to_owned());
    }
    out
}
