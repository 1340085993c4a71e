//! What an advisory must have to be read: the parts of the schema we build on, and the mandatory tests about product ids
//! (section 6.1.1: every id used is defined; 6.1.2: none is defined twice; 6.1.6: no product has contradicting states).

use super::{MOST_PRODUCTS, MOST_VULNERABILITIES};
use crate::json::{list, plain, text};
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most faults that are listed.
const MOST_FAULTS: usize = 50;

/// Something that breaks the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where, as a JSON pointer.
    pub at: String,
    /// What.
    pub words: Text,
}

/// All that is wrong; empty when it can be read.
#[must_use]
pub fn faults(value: &Value) -> Vec<Fault> {
    let mut check = Check::default();
    check.document(value.get("document").unwrap_or(&Value::Null));
    if let Some(tree) = value.get("product_tree") {
        check.tree(tree);
    }
    check.vulnerabilities(value);
    check.faults.truncate(MOST_FAULTS);
    check.faults
}

/// The states of products, and which of them contradict each other (section 6.1.6).
pub(super) const STATES: [(&str, Side); 8] = [
    ("first_affected", Side::Affected),
    ("known_affected", Side::Affected),
    ("last_affected", Side::Affected),
    ("known_not_affected", Side::NotAffected),
    ("first_fixed", Side::Fixed),
    ("fixed", Side::Fixed),
    ("under_investigation", Side::Open),
    ("recommended", Side::Any),
];

/// What a state says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Affected,
    NotAffected,
    Fixed,
    Open,
    Any,
}

#[derive(Default)]
struct Check {
    faults: Vec<Fault>,
    products: BTreeMap<String, usize>,
}

impl Check {
    fn say(&mut self, at: &str, ja: impl Into<String>, en: impl Into<String>) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { at: at.to_owned(), words: Text::new(ja, en) });
        }
    }

    fn need_text(&mut self, of: &Value, at: &str, field: &str) {
        if text(of, field).is_none_or(|text| text.trim().is_empty()) {
            self.say(
                &format!("{at}/{field}"),
                format!("「{field}」がありません。"),
                format!("\"{field}\" is missing, or is no text."),
            );
        }
    }

    fn need_one_of(&mut self, of: &Value, at: &str, field: &str, allowed: &[&str]) {
        if !text(of, field).is_some_and(|text| allowed.contains(&text)) {
            self.say(
                &format!("{at}/{field}"),
                format!("「{field}」は{}のどれかです。", allowed.join("・")),
                format!("\"{field}\" must be one of: {}.", allowed.join(", ")),
            );
        }
    }

    fn need_time(&mut self, of: &Value, at: &str, field: &str) {
        if text(of, field).is_none_or(|text| Ts::try_from(text.to_owned()).is_err()) {
            self.say(
                &format!("{at}/{field}"),
                format!("「{field}」が日時（RFC 3339）ではありません。"),
                format!("\"{field}\" is not a time of RFC 3339."),
            );
        }
    }

    fn document(&mut self, document: &Value) {
        self.need_text(document, "/document", "category");
        self.need_text(document, "/document", "title");
        let publisher = document.get("publisher").unwrap_or(&Value::Null);
        let categories = ["coordinator", "discoverer", "other", "translator", "user", "vendor"];
        self.need_one_of(publisher, "/document/publisher", "category", &categories);
        self.need_text(publisher, "/document/publisher", "name");
        self.need_text(publisher, "/document/publisher", "namespace");
        let tracking = document.get("tracking").unwrap_or(&Value::Null);
        let at = "/document/tracking";
        self.need_text(tracking, at, "id");
        self.need_text(tracking, at, "version");
        self.need_time(tracking, at, "current_release_date");
        self.need_time(tracking, at, "initial_release_date");
        self.need_one_of(tracking, at, "status", &["draft", "final", "interim"]);
        let history = list(tracking, "revision_history");
        if history.is_empty() {
            self.say(&format!("{at}/revision_history"), "改訂の記録がありません。", "There is no revision history.");
        }
        for (n, one) in history.iter().enumerate().take(1_000) {
            let at = format!("{at}/revision_history/{n}");
            self.need_time(one, &at, "date");
            self.need_text(one, &at, "number");
            self.need_text(one, &at, "summary");
        }
    }

    fn define(&mut self, product: &Value, at: &str) {
        self.need_text(product, at, "name");
        match text(product, "product_id").filter(|id| !id.is_empty()) {
            None => self.say(&format!("{at}/product_id"), "製品の番号がありません。", "The product has no product_id."),
            Some(id) => {
                let times = self.products.entry(id.to_owned()).or_insert(0);
                *times += 1;
                if *times == 2 {
                    let id = plain(id, 100);
                    self.say(
                        &format!("{at}/product_id"),
                        format!("製品の番号「{id}」が二度定められています。"),
                        format!("The product id \"{id}\" is defined twice."),
                    );
                }
            }
        }
    }

    fn tree(&mut self, tree: &Value) {
        self.branches(list(tree, "branches"), "/product_tree/branches");
        for (n, product) in list(tree, "full_product_names").iter().enumerate() {
            self.define(product, &format!("/product_tree/full_product_names/{n}"));
        }
        for (n, relation) in list(tree, "relationships").iter().enumerate() {
            let at = format!("/product_tree/relationships/{n}");
            self.define(relation.get("full_product_name").unwrap_or(&Value::Null), &format!("{at}/full_product_name"));
        }
        if self.products.len() > MOST_PRODUCTS {
            self.say(
                "/product_tree",
                format!("製品が{MOST_PRODUCTS}を超えています。"),
                format!("There are more than {MOST_PRODUCTS} products."),
            );
        }
        for (n, relation) in list(tree, "relationships").iter().enumerate() {
            for field in ["product_reference", "relates_to_product_reference"] {
                self.known(
                    text(relation, field).unwrap_or_default(),
                    &format!("/product_tree/relationships/{n}/{field}"),
                );
            }
        }
    }

    fn branches(&mut self, branches: &[Value], at: &str) {
        for (n, branch) in branches.iter().enumerate() {
            let at = format!("{at}/{n}");
            self.need_text(branch, &at, "category");
            self.need_text(branch, &at, "name");
            match (branch.get("product"), branch.get("branches")) {
                (Some(product), None) => self.define(product, &format!("{at}/product")),
                (None, Some(Value::Array(inner))) if !inner.is_empty() => {
                    self.branches(inner, &format!("{at}/branches"));
                }
                _ => {
                    self.say(
                        &at,
                        "枝の先に製品がありません。",
                        "The branch must have a product or branches, not both.",
                    );
                }
            }
        }
    }

    fn known(&mut self, id: &str, at: &str) {
        if !self.products.contains_key(id) {
            let id = plain(id, 100);
            self.say(
                at,
                format!("製品の番号「{id}」は定められていません。"),
                format!("The product id \"{id}\" is not defined."),
            );
        }
    }

    fn vulnerabilities(&mut self, value: &Value) {
        let Some(field) = value.get("vulnerabilities") else { return };
        let Some(all) = field.as_array() else {
            self.say("/vulnerabilities", "弱点の一覧ではありません。", "It is not a list.");
            return;
        };
        if all.len() > MOST_VULNERABILITIES {
            self.say("/vulnerabilities", "弱点が多すぎます。", format!("There are more than {MOST_VULNERABILITIES}."));
            return;
        }
        for (n, one) in all.iter().enumerate() {
            let at = format!("/vulnerabilities/{n}");
            if !one.is_object() {
                self.say(&at, "弱点の記述ではありません。", "It is not an object.");
                continue;
            }
            if one.get("cve").is_some_and(|cve| !cve.as_str().is_some_and(is_cve)) {
                self.say(&format!("{at}/cve"), "CVEの番号の形ではありません。", "It is not a CVE number.");
            }
            self.states(one, &at);
            for (k, remedy) in list(one, "remediations").iter().enumerate() {
                let at = format!("{at}/remediations/{k}");
                let kinds = ["mitigation", "no_fix_planned", "none_available", "vendor_fix", "workaround"];
                self.need_one_of(remedy, &at, "category", &kinds);
                self.need_text(remedy, &at, "details");
                self.ids(remedy, "product_ids", &at);
            }
        }
    }

    fn ids(&mut self, of: &Value, field: &str, at: &str) {
        for (n, id) in list(of, field).iter().enumerate() {
            self.known(id.as_str().unwrap_or_default(), &format!("{at}/{field}/{n}"));
        }
    }

    fn states(&mut self, one: &Value, at: &str) {
        let Some(status) = one.get("product_status") else { return };
        if !status.is_object() {
            self.say(&format!("{at}/product_status"), "製品の状態の記述ではありません。", "It is not an object.");
            return;
        }
        let mut sides: BTreeMap<&str, Side> = BTreeMap::new();
        let mut told: BTreeSet<&str> = BTreeSet::new();
        for (state, side) in STATES {
            self.ids(status, state, &format!("{at}/product_status"));
            for id in list(status, state).iter().filter_map(Value::as_str).filter(|_| side != Side::Any) {
                let there = *sides.entry(id).or_insert(side);
                if there != side && told.insert(id) {
                    let id = plain(id, 100);
                    self.say(
                        &format!("{at}/product_status/{state}"),
                        format!("製品「{id}」の状態が食い違っています。"),
                        format!("The product \"{id}\" has states that contradict each other."),
                    );
                }
            }
        }
    }
}

/// Upper case, as the schema asks.
fn is_cve(text: &str) -> bool {
    text.starts_with("CVE-") && crate::stix::is_cve(text)
}
