//! The product tree: what stands on the way to each product id, and which of them are concerned.

use super::check::{STATES, Side};
use super::ranges::range;
use crate::json::{list, plain, text};
use crate::verdict::{Verdict, Worth};
use hakutaku_model::region::notice::{Criterion, Versions};
use hakutaku_model::text::Text;
use serde_json::Value;
use std::collections::BTreeMap;

/// Most model numbers taken of one product.
const MODELS: usize = 20;

/// What the tree says of one product.
#[derive(Debug, Clone, Default)]
struct Product {
    at: String,
    name: String,
    maker: String,
    product: String,
    version: Option<String>,
    models: Vec<String>,
}

/// All products by id.
pub(super) struct Tree(BTreeMap<String, Product>);

impl Tree {
    pub(super) fn of(value: &Value) -> Self {
        let mut products = BTreeMap::new();
        let tree = value.get("product_tree").unwrap_or(&Value::Null);
        let start = Product { at: "/product_tree".into(), ..Product::default() };
        walk(list(tree, "branches"), &start, &mut products);
        for (n, product) in list(tree, "full_product_names").iter().enumerate() {
            let place = Product { at: format!("/product_tree/full_product_names/{n}"), ..Product::default() };
            note(product, place, &mut products);
        }
        for (n, relation) in list(tree, "relationships").iter().enumerate() {
            // `a component of b`: the part is what has the weakness.
            let part = text(relation, "product_reference").and_then(|id| products.get(id)).cloned().unwrap_or_default();
            let place = Product { at: format!("/product_tree/relationships/{n}"), name: String::new(), ..part };
            if let Some(product) = relation.get("full_product_name") {
                note(product, place, &mut products);
            }
        }
        Self(products)
    }

    /// The criteria of all products that some vulnerability concerns, and what is said of each product.
    pub(super) fn concerned(&self, vulnerabilities: &[Value]) -> (Vec<Criterion>, Vec<Verdict>) {
        let mut states: BTreeMap<&str, Side> = BTreeMap::new();
        for vulnerability in vulnerabilities {
            let status = vulnerability.get("product_status").unwrap_or(&Value::Null);
            for (state, side) in STATES.iter().filter(|(_, side)| *side != Side::Any) {
                for id in list(status, state).iter().filter_map(Value::as_str) {
                    let there = states.entry(id).or_insert(*side);
                    // Concerned by one weakness is concerned; not yet known comes before mended.
                    if rank(*side) > rank(*there) {
                        *there = *side;
                    }
                }
            }
        }
        let mut criteria: Vec<Criterion> = Vec::new();
        let mut verdicts = Vec::new();
        for (id, product) in &self.0 {
            let (worth, words) = match states.get(id.as_str()) {
                Some(Side::Affected) => product.add_to(&mut criteria),
                Some(Side::Open) => {
                    (Worth::Kept, Text::new("該当するか調べている製品です。", "Not yet known whether it is concerned."))
                }
                Some(Side::NotAffected) => (Worth::Kept, Text::new("該当しない製品です。", "It is not concerned.")),
                Some(Side::Fixed) => (Worth::Kept, Text::new("直した版です。", "It is the version that is mended.")),
                Some(Side::Any) | None => {
                    (Worth::Kept, Text::new("該当するとは書かれていません。", "It is not said to be concerned."))
                }
            };
            verdicts.push(Verdict { at: product.at.clone(), id: plain(id, 200), kind: "product".into(), worth, words });
        }
        (criteria, verdicts)
    }
}

fn rank(side: Side) -> u8 {
    match side {
        Side::Affected => 3,
        Side::Open => 2,
        Side::NotAffected | Side::Fixed => 1,
        Side::Any => 0,
    }
}

fn walk(branches: &[Value], above: &Product, products: &mut BTreeMap<String, Product>) {
    for (n, branch) in branches.iter().enumerate() {
        let mut here = above.clone();
        here.at = format!("{}/branches/{n}", above.at);
        let name = plain(text(branch, "name").unwrap_or_default(), 300);
        match text(branch, "category").unwrap_or_default() {
            "vendor" => here.maker = maker(&name),
            // The nearest name counts: families stand above products.
            "product_name" | "product_family" => here.product = name,
            "product_version" | "product_version_range" => here.version = Some(name),
            // Of a category the standard lacks: `product`, seen in the wild.
            "product" => here.product = name,
            // Architecture, language, patch level, host: nothing a ledger has a column for.
            _ => {}
        }
        if let Some(product) = branch.get("product") {
            let place = Product { at: format!("{}/product", here.at), ..here.clone() };
            note(product, place, products);
        }
        walk(list(branch, "branches"), &here, products);
    }
}

/// `Fortinet PSIRT`: the office is not the maker.
fn maker(name: &str) -> String {
    name.strip_suffix(" PSIRT").unwrap_or(name).trim().to_owned()
}

fn note(full_name: &Value, mut product: Product, products: &mut BTreeMap<String, Product>) {
    let Some(id) = text(full_name, "product_id") else { return };
    product.name = plain(text(full_name, "name").unwrap_or_default(), 300);
    let helper = full_name.get("product_identification_helper").unwrap_or(&Value::Null);
    let models = list(helper, "model_numbers").iter().filter_map(Value::as_str);
    // `*` and `?` stand for anything: no comparison with a ledger.
    product.models.extend(models.filter(|one| !one.contains(['*', '?'])).map(|one| plain(one, 120)).take(MODELS));
    if let Some((name, version)) = text(helper, "purl").and_then(purl).filter(|_| product.product.is_empty()) {
        (product.product, product.version) = (name, version.or(product.version));
    }
    products.insert(id.to_owned(), product);
}

/// Name and version of a package URL: `pkg:type/namespace/name@version?qualifiers#subpath`.
fn purl(text: &str) -> Option<(String, Option<String>)> {
    let rest = text.strip_prefix("pkg:")?.split(['?', '#']).next()?;
    let (path, version) = match rest.rsplit_once('@') {
        Some((path, version)) => (path, Some(plain(version, 120))),
        None => (rest, None),
    };
    let name = plain(path.rsplit('/').next()?, 200);
    (!name.is_empty()).then_some((name, version))
}

impl Product {
    /// Adds what the ledger is compared with, and says what became of it.
    fn add_to(&self, criteria: &mut Vec<Criterion>) -> (Worth, Text) {
        let product = if self.product.is_empty() { &self.name } else { &self.product };
        if product.trim().is_empty() {
            return (Worth::Refused, Text::new("製品の名前がありません。", "The product has no name."));
        }
        let read = match &self.version {
            Some(version) => range(version, &self.product),
            None => super::Range { versions: vec![Versions::default()], certain: true },
        };
        for name in std::iter::once(product).chain(&self.models) {
            for versions in &read.versions {
                add(criteria, &self.maker, name, versions);
            }
        }
        match (read.certain, &self.version) {
            (true, Some(version)) => (
                Worth::Taken,
                Text::new(format!("対象: {product}（{version}）"), format!("Concerned: {product} ({version})")),
            ),
            (true, None) => (
                Worth::Taken,
                Text::new(
                    format!("対象: {product}（版の指定なし）"),
                    format!("Concerned: {product} (no version named)"),
                ),
            ),
            (false, _) => (
                Worth::Taken,
                Text::new(
                    format!("対象: {product}。版の書き方が読み取れないので、持っている施設は確かめる必要があります。"),
                    format!("Concerned: {product}. Its versions are told in words: whoever has one must look."),
                ),
            ),
        }
    }
}

/// Versions named one by one become one criterion.
fn add(criteria: &mut Vec<Criterion>, maker: &str, product: &str, versions: &Versions) {
    let alone = |versions: &Versions| {
        versions.from.is_none()
            && versions.before.is_none()
            && versions.up_to.is_none()
            && versions.in_words.is_empty()
            && !versions.exactly.is_empty()
    };
    let same = |one: &&mut Criterion| one.maker == maker && one.product == product;
    if alone(versions)
        && let Some(there) = criteria.iter_mut().rev().filter(same).find(|one| alone(&one.versions))
    {
        for version in &versions.exactly {
            if !there.versions.exactly.contains(version) {
                there.versions.exactly.push(version.clone());
            }
        }
        return;
    }
    let criterion = Criterion { maker: maker.to_owned(), product: product.to_owned(), versions: versions.clone() };
    if !criteria.contains(&criterion) {
        criteria.push(criterion);
    }
}
