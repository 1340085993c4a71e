//! A notice as its readers see it: plain words first, indicators second. The centre previews with the same.

use crate::shell::words::{Key, Words};
use hakutaku_model::region::RegionGuide;
use hakutaku_model::region::notice::matching::Versions;
use hakutaku_model::region::notice::{Criterion, Edition, Notice, NoticeKind, Stage, Tlp};

/// A notice in words.
pub(crate) struct NoticeView {
    pub(crate) number: String,
    pub(crate) edition: u32,
    pub(crate) kind: String,
    pub(crate) exercise: bool,
    pub(crate) tlp: &'static str,
    pub(crate) tlp_key: &'static str,
    pub(crate) may: String,
    pub(crate) must_not: String,
    pub(crate) title: String,
    /// Why there is this edition: (heading, words).
    pub(crate) because: Option<(String, String)>,
    pub(crate) withdrawn: bool,
    pub(crate) text: String,
    pub(crate) actions: Vec<String>,
    /// (what it is, it)
    pub(crate) indicators: Vec<(String, String)>,
    /// The same as lines to copy.
    pub(crate) indicator_lines: String,
    pub(crate) products: Vec<String>,
    pub(crate) expects: String,
    pub(crate) deadline: String,
    pub(crate) by: String,
    pub(crate) at: String,
}

/// What is expected of a reader.
pub(crate) fn expects(stage: Stage) -> Key {
    match stage {
        Stage::Acted => Key("notices-expects-acted"),
        Stage::Understood => Key("notices-expects-understood"),
        Stage::Opened | Stage::Delivered => Key("notices-expects-opened"),
    }
}

/// Versions in words.
fn versions(t: Words, versions: &Versions) -> String {
    let mut parts = Vec::new();
    if let Some(from) = &versions.from {
        parts.push(t.a("notices-version-from", "version", from));
    }
    if let Some(before) = &versions.before {
        parts.push(t.a("notices-version-before", "version", before));
    }
    if let Some(up_to) = &versions.up_to {
        parts.push(t.a("notices-version-up-to", "version", up_to));
    }
    if !versions.exactly.is_empty() {
        parts.push(versions.exactly.join(&t.m("list-separator")));
    }
    if parts.is_empty() { t.m("notices-version-all") } else { parts.join(&t.m("notices-version-and")) }
}

/// Products in words.
pub(crate) fn products(t: Words, all: &[Criterion]) -> Vec<String> {
    all.iter()
        .map(|one| format!("{} {} {}", one.maker, one.product, versions(t, &one.versions)).trim().to_owned())
        .collect()
}

/// What a label allows and forbids.
pub(crate) fn tlp_words(t: Words, guide: &RegionGuide, tlp: Tlp) -> (String, String) {
    let found = guide.tlp.iter().find(|one| one.id == tlp);
    found.map_or_else(Default::default, |one| (t.text(&one.may).to_owned(), t.text(&one.must_not).to_owned()))
}

impl NoticeView {
    pub(crate) fn of(t: Words, guide: &RegionGuide, notice: &Notice) -> Self {
        let (may, must_not) = tlp_words(t, guide, notice.tlp);
        let because = match &notice.because {
            Edition::First => None,
            Edition::Correction { what } => Some((t.m("notices-corrected"), what.clone())),
            Edition::Withdrawal { why } => Some((t.m("notices-withdrawn"), why.clone())),
        };
        let lines: Vec<&str> = notice.indicators.iter().map(|one| one.value.as_str()).collect();
        Self {
            number: notice.number.clone(),
            edition: notice.edition,
            kind: t.text(&notice.kind.title()).to_owned(),
            exercise: notice.kind == NoticeKind::Exercise,
            tlp: notice.tlp.label(),
            tlp_key: notice.tlp.key(),
            may,
            must_not,
            title: notice.title.clone(),
            because,
            withdrawn: matches!(notice.because, Edition::Withdrawal { .. }),
            text: notice.text.clone(),
            actions: notice.actions.clone(),
            indicator_lines: lines.join("\n"),
            indicators: notice
                .indicators
                .iter()
                .map(|one| (t.text(&one.kind.title()).to_owned(), one.value.clone()))
                .collect(),
            products: products(t, &notice.products),
            expects: t.k(expects(notice.expects)),
            deadline: notice.deadline.minute_in_japan(t.lang),
            by: notice.by.clone(),
            at: notice.at.minute_in_japan(t.lang),
        }
    }
}
