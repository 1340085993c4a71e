//! Which inspection looks at which page. A page nobody looks at fails [`every_page_is_looked_at`].

/// Before signing in.
pub(super) const OUTSIDE: &[&str] =
    &["/sign-in", "/sign-in/second-factor", "/licences", "/setup", "/i/{token}", "/guest/ended", "/welcome/{token}"];

/// The wizard.
pub(super) const SET_UP: &[&str] = &[
    "/setup/language",
    "/setup/administrator",
    "/setup/second-factor",
    "/setup/facility",
    "/setup/questionnaires",
    "/setup/done",
];

/// An administrator's.
pub(super) const ADMINISTRATOR: &[&str] = &[
    "/",
    "/facilities",
    "/facilities/new",
    "/people",
    "/log",
    "/account",
    "/account/totp",
    "/handed-to-me",
    "/facilities/{facility}",
    "/facilities/{facility}/settings",
    "/facilities/{facility}/people",
    "/facilities/{facility}/log",
    "/facilities/{facility}/assessments",
];

/// Answering.
pub(super) const ANSWERING: &[&str] = &[
    "/facilities/{facility}/assessments/{assessment}",
    "/facilities/{facility}/assessments/{assessment}/fields/{field}",
    "/facilities/{facility}/assessments/{assessment}/hand-over",
    "/facilities/{facility}/assessments/{assessment}/handed-over",
    "/facilities/{facility}/assessments/{assessment}/documents",
    "/facilities/{facility}/assessments/{assessment}/import",
    "/facilities/{facility}/assessments/{assessment}/questions/{question}/history",
];

/// All eighty questions at once.
pub(super) const WHOLE: &[&str] = &["/facilities/{facility}/assessments/{assessment}/all"];

/// Results.
pub(super) const RESULTS: &[&str] = &[
    "/facilities/{facility}/results",
    "/facilities/{facility}/assessments/{assessment}/result",
    "/facilities/{facility}/assessments/{assessment}/briefing",
];

/// A respondent's.
pub(super) const RESPONDENT: &[&str] =
    &["/", "/handed-to-me", "/facilities/{facility}/assessments/{assessment}/handed"];

/// Reached through forms and links.
pub(super) const AFTER_A_FORM: &[&str] = &[
    "/guest",
    "/guest/done",
    "/welcome/{token}",
    "/facilities/{facility}/assessments/{assessment}/import",
    "/facilities/{facility}/assessments/{assessment}/hand-over",
];

/// No pages: files, streams, and what programs read.
const NOT_PAGES: &[&str] = &[
    "/healthz",
    "/static/{file}",
    "/facilities/{facility}/documents/{document}",
    "/facilities/{facility}/assessments/{assessment}/state",
    "/facilities/{facility}/assessments/{assessment}/live",
];

#[test]
fn every_page_is_looked_at() {
    let table = include_str!("../../../../crates/web/access-table.tsv");
    let inspected = [OUTSIDE, SET_UP, ADMINISTRATOR, ANSWERING, WHOLE, RESULTS, RESPONDENT, AFTER_A_FORM].concat();
    let is_file = |route: &str| [".pdf", ".xlsx", ".csv", ".json"].iter().any(|ending| route.ends_with(ending));
    let missing: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("GET\t")?.split('\t').next())
        .filter(|route| !route.starts_with("/api/") && !is_file(route) && !NOT_PAGES.contains(route))
        .filter(|route| !inspected.contains(route))
        .collect();
    assert!(missing.is_empty(), "no inspection looks at {missing:?}: add them to a walk in accessibility/");
}
