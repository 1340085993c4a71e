//! What the address of the list says, and addresses that say something else.

use hakutaku_model::id::BatchId;
use hakutaku_model::ledger::mark::Mark;
use hakutaku_model::ledger::{AssetKind, Column};
use hakutaku_model::record::RecordId;
use hakutaku_store::{AssetFilter, AssetQuery, Direction};
use jiff::civil::Date;

/// Rows of a page, and what else may be chosen.
pub(crate) const SIZES: [u32; 3] = [50, 100, 200];

/// What is looked at. Whatever in an address is not understood is as if it were not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pub(crate) text: String,
    pub(crate) kinds: Vec<AssetKind>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) system: Option<RecordId>,
    pub(crate) vendor: Option<RecordId>,
    pub(crate) retired: bool,
    pub(crate) sort: (Column, Direction),
    pub(crate) page: u64,
    pub(crate) size: u32,
    /// A change just made, to be offered for undoing.
    pub(crate) done: Option<BatchId>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            text: String::new(),
            kinds: Vec::new(),
            marks: Vec::new(),
            system: None,
            vendor: None,
            retired: false,
            sort: (Column::Name, Direction::Up),
            page: 1,
            size: SIZES[0],
            done: None,
        }
    }
}

impl ListQuery {
    /// Reads what stands behind the question mark.
    pub(crate) fn read(query: Option<&str>) -> Self {
        let mut found = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            match name.as_ref() {
                "q" => found.text = value.trim().chars().take(200).collect(),
                "kind" => found.kinds.extend(AssetKind::from_key(&value)),
                "mark" => found.marks.extend(Mark::from_key(&value)),
                "system" => found.system = value.parse().ok(),
                "vendor" => found.vendor = value.parse().ok(),
                "state" => found.retired = value == "retired",
                "sort" => {
                    let (key, direction) = match value.strip_prefix('-') {
                        Some(key) => (key, Direction::Down),
                        None => (value.as_ref(), Direction::Up),
                    };
                    if let Some(column) = Column::from_key(key).filter(|column| *column != Column::Note) {
                        found.sort = (column, direction);
                    }
                }
                "page" => found.page = value.parse().unwrap_or(1).clamp(1, 1_000_000),
                "size" => found.size = value.parse().ok().filter(|size| SIZES.contains(size)).unwrap_or(SIZES[0]),
                "done" => found.done = value.parse().ok(),
                _ => {}
            }
        }
        found.kinds.sort_unstable();
        found.kinds.dedup();
        found.marks.sort_unstable();
        found.marks.dedup();
        found
    }

    /// As the store is asked.
    pub(crate) fn for_store(&self, today: Date) -> AssetQuery {
        AssetQuery {
            text: self.text.clone(),
            kinds: self.kinds.clone(),
            marks: self.marks.clone(),
            filters: self
                .system
                .map(AssetFilter::System)
                .into_iter()
                .chain(self.vendor.map(AssetFilter::Vendor))
                .collect(),
            retired: self.retired,
            sort: Some(self.sort),
            offset: (self.page - 1) * u64::from(self.size),
            limit: self.size,
            today,
        }
    }

    /// Whether anything is left out.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.text.is_empty()
            || !self.kinds.is_empty()
            || !self.marks.is_empty()
            || self.system.is_some()
            || self.vendor.is_some()
            || self.retired
    }

    /// What stands behind the question mark for this; empty for the plain list. `done` is never carried on.
    pub(crate) fn write(&self) -> String {
        let plain = Self::default();
        let mut to = url::form_urlencoded::Serializer::new(String::new());
        if !self.text.is_empty() {
            to.append_pair("q", &self.text);
        }
        for kind in &self.kinds {
            to.append_pair("kind", kind.key());
        }
        for mark in &self.marks {
            to.append_pair("mark", mark.key());
        }
        if let Some(id) = self.system {
            to.append_pair("system", &id.to_string());
        }
        if let Some(id) = self.vendor {
            to.append_pair("vendor", &id.to_string());
        }
        if self.retired {
            to.append_pair("state", "retired");
        }
        if self.sort != plain.sort {
            let sign = if self.sort.1 == Direction::Down { "-" } else { "" };
            to.append_pair("sort", &format!("{sign}{}", self.sort.0.key()));
        }
        if self.size != plain.size {
            to.append_pair("size", &self.size.to_string());
        }
        if self.page != 1 {
            to.append_pair("page", &self.page.to_string());
        }
        to.finish()
    }

    /// The address of the list with this.
    pub(crate) fn href(&self, base: &str) -> String {
        let query = self.write();
        if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
    }

    /// The same from the first page, otherwise filtered or sorted.
    pub(crate) fn but(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut other = Self { page: 1, done: None, ..self.clone() };
        change(&mut other);
        other
    }
}

/// Adds what a list holds not yet, takes out what it holds.
pub(crate) fn toggle<T: PartialEq>(list: &mut Vec<T>, one: T) {
    match list.iter().position(|known| *known == one) {
        Some(at) => {
            list.remove(at);
        }
        None => list.push(one),
    }
}

/// An address of the ledger with the change just made.
pub(crate) fn with_done(address: &str, batch: BatchId) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}done={batch}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_again_what_was_read() {
        for text in [
            "",
            "q=%E3%83%8A%E3%83%BC%E3%82%B9+1&kind=server&kind=other&mark=no_owner&sort=-support_ends&size=200&page=3",
            "system=01930000-0000-7000-8000-000000000001&state=retired",
        ] {
            assert_eq!(ListQuery::read(Some(text)).write(), text);
        }
    }

    #[test]
    fn what_is_not_understood_is_not_there() {
        let odd = "sort=note&sort=%27&kind=bicycle&page=-1&size=7&done=x&system=&%00=%FF";
        assert_eq!(ListQuery::read(Some(odd)), ListQuery::default());
    }
}
