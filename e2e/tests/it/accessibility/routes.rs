//! Which inspection looks at which page. A page nobody looks at fails [`every_page_is_looked_at`].

/// Before signing in.
pub(super) const OUTSIDE: &[&str] = &[
    "/sign-in",
    "/sign-in/second-factor",
    "/licences",
    "/setup",
    "/i/{token}",
    "/guest/ended",
    "/v/{token}",
    "/vendor-form/ended",
    "/welcome/{token}",
];

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
    "/settings",
    "/account",
    "/account/totp",
    "/handed-to-me",
    "/facilities/{facility}",
    "/facilities/{facility}/settings",
    "/facilities/{facility}/people",
    "/facilities/{facility}/log",
    "/facilities/{facility}/assessments",
    "/guideline-editions",
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

/// The ledger and its accounts.
pub(super) const LEDGER: &[&str] = &[
    "/facilities/{facility}/ledger",
    "/facilities/{facility}/ledger/new",
    "/facilities/{facility}/ledger/{asset}",
    "/facilities/{facility}/ledger/import",
    "/facilities/{facility}/ledger/accounts",
    "/facilities/{facility}/ledger/accounts/import",
    "/facilities/{facility}/ledger/systems",
    "/facilities/{facility}/ledger/systems/new",
    "/facilities/{facility}/ledger/systems/{system}",
];

/// Connections and backups.
pub(super) const LINES_AND_COPIES: &[&str] = &[
    "/facilities/{facility}/ledger/connections",
    "/facilities/{facility}/ledger/connections/new",
    "/facilities/{facility}/ledger/connections/picture",
    "/facilities/{facility}/ledger/connections/merge-plan",
    "/facilities/{facility}/ledger/connections/{connection}",
    "/facilities/{facility}/ledger/backups",
    "/facilities/{facility}/ledger/backups/copies/new",
    "/facilities/{facility}/ledger/backups/copies/{copy}",
    "/facilities/{facility}/ledger/backups/tests/new",
    "/facilities/{facility}/ledger/backups/tests/{test}",
    "/facilities/{facility}/ledger/backups/snapshots",
];

/// Vendors.
pub(super) const VENDORS: &[&str] = &[
    "/facilities/{facility}/vendors",
    "/facilities/{facility}/vendors/new",
    "/facilities/{facility}/vendors/{vendor}",
    "/facilities/{facility}/vendors/{vendor}/edit",
    "/facilities/{facility}/vendors/{vendor}/company",
    "/facilities/{facility}/vendors/requests",
    "/facilities/{facility}/vendors/requests/new",
    "/facilities/{facility}/vendors/requests/{request}",
];

/// Who does what, and the guides.
pub(super) const RESPONSIBILITY: &[&str] = &[
    "/facilities/{facility}/vendors/responsibility",
    "/facilities/{facility}/vendors/responsibility/new",
    "/facilities/{facility}/vendors/responsibility/handa",
    "/facilities/{facility}/vendors/responsibility/{matrix}",
    "/facilities/{facility}/vendors/responsibility/{matrix}/setup",
    "/facilities/{facility}/vendors/responsibility/{matrix}/fill/{party}/{object}",
    "/facilities/{facility}/vendors/guides",
    "/facilities/{facility}/vendors/guides/scope/{guide}",
    "/facilities/{facility}/vendors/guides/procurement",
];

/// Official forms.
pub(super) const FORMS: &[&str] = &[
    "/facilities/{facility}/forms",
    "/facilities/{facility}/forms/checklists/{edition}/{form}",
    "/facilities/{facility}/forms/contacts",
    "/facilities/{facility}/forms/contacts/new",
    "/facilities/{facility}/forms/contacts/{contact}",
    "/facilities/{facility}/forms/guideline",
    "/facilities/{facility}/forms/inspection",
    "/facilities/{facility}/forms/official",
    "/facilities/{facility}/forms/official/{form}",
    "/facilities/{facility}/forms/reimbursement",
];

/// A list of devices on its way into the ledger.
pub(super) const IMPORT: &[&str] =
    &["/facilities/{facility}/ledger/import/columns", "/facilities/{facility}/ledger/import/rows"];

/// What a vendor without an account sees.
pub(super) const VENDOR_FORM: &[&str] =
    &["/vendor-form/pin", "/vendor-form", "/vendor-form/confirm", "/vendor-form/send", "/vendor-form/done"];

/// The plan.
pub(super) const PLAN: &[&str] = &[
    "/facilities/{facility}/plan",
    "/facilities/{facility}/plan/sections/{section}",
    "/facilities/{facility}/plan/versions",
    "/facilities/{facility}/plan/versions/{number}",
    "/facilities/{facility}/plan/offices",
    "/facilities/{facility}/plan/offices/new",
    "/facilities/{facility}/plan/offices/{office}",
    "/facilities/{facility}/plan/cases",
];

/// Drills that are over, and calls.
pub(super) const DRILLS: &[&str] = &[
    "/facilities/{facility}/plan/drills",
    "/facilities/{facility}/plan/drills/new",
    "/facilities/{facility}/plan/drills/{room}",
    "/facilities/{facility}/plan/drills/{room}/report",
    "/facilities/{facility}/plan/drills/trend",
    "/facilities/{facility}/plan/calls",
    "/facilities/{facility}/plan/calls/{round}",
];

/// Incidents that are over.
pub(super) const INCIDENTS: &[&str] = &[
    "/facilities/{facility}/plan/incidents",
    "/facilities/{facility}/plan/incidents/take-in",
    "/facilities/{facility}/plan/incidents/{room}",
    "/facilities/{facility}/plan/incidents/{room}/reports",
    "/facilities/{facility}/plan/incidents/{room}/reports/{form}",
];

/// Drills and incidents under way.
pub(super) const ROOMS: &[&str] = &[
    "/facilities/{facility}/plan/drills/{room}",
    "/facilities/{facility}/plan/drills/{room}/console",
    "/facilities/{facility}/plan/drills/{room}/poster",
    "/facilities/{facility}/plan/incidents/{room}",
    "/facilities/{facility}/plan/incidents/{room}/reports",
    "/facilities/{facility}/plan/incidents/{room}/close",
    "/join",
    "/join/{key}",
];

/// What those inside see; each in a browser of its own.
const SEATS: &[&str] = &["/seat/drill", "/seat/drill/observe"];

/// What helpers in an incident see.
pub(super) const INCIDENT_SEAT: &[&str] = &["/seat/incident"];

/// What a visiting auditor sees.
pub(super) const AUDIT_SEAT: &[&str] = &["/seat/audit", "/seat/audit/items/{item}", "/seat/audit/registers/{register}"];

/// What those who take a course see.
pub(super) const COURSE_SEAT: &[&str] = &["/seat/course"];

/// Audits and actions.
pub(super) const AUDITS: &[&str] = &[
    "/facilities/{facility}/audits",
    "/facilities/{facility}/audits/new",
    "/facilities/{facility}/audits/{audit}",
    "/facilities/{facility}/audits/{audit}/plan",
    "/facilities/{facility}/audits/{audit}/report",
    "/facilities/{facility}/audits/{audit}/room",
    "/facilities/{facility}/audits/{audit}/samples/new",
    "/facilities/{facility}/audits/{audit}/findings/new",
    "/facilities/{facility}/audits/{audit}/interviews/new",
    "/facilities/{facility}/audits/{audit}/items/{item}",
    "/facilities/{facility}/audits/{audit}/findings/{finding}",
    "/facilities/{facility}/audits/{audit}/samples/{sample}",
    "/facilities/{facility}/audits/{audit}/interviews/{interview}",
    "/facilities/{facility}/audits/executives",
    "/facilities/{facility}/audits/actions",
    "/facilities/{facility}/audits/actions/new",
    "/facilities/{facility}/audits/actions/{action}",
    "/facilities/{facility}/audits/actions/{action}/edit",
];

/// Courses.
pub(super) const TRAINING: &[&str] = &[
    "/facilities/{facility}/training",
    "/facilities/{facility}/training/new",
    "/facilities/{facility}/training/courses/{course}",
    "/facilities/{facility}/training/courses/{course}/edit",
    "/facilities/{facility}/training/sessions/{session}",
    "/facilities/{facility}/training/late",
    "/facilities/{facility}/training/staff",
    "/facilities/{facility}/training/staff/new",
    "/facilities/{facility}/training/staff/{member}",
    "/facilities/{facility}/training/lessons/{lesson}",
];

/// Sensors and what touched them.
pub(super) const WATCH: &[&str] = &[
    "/facilities/{facility}/watch",
    "/facilities/{facility}/watch/touches/{touch}",
    "/facilities/{facility}/watch/sensors",
    "/facilities/{facility}/watch/sensors/{sensor}",
    "/facilities/{facility}/watch/cases",
    "/facilities/{facility}/watch/cases/{case}",
    "/facilities/{facility}/watch/noise",
    "/facilities/{facility}/watch/consent",
];

/// The centre that watches over its members.
pub(super) const REGION: &[&str] = &[
    "/region",
    "/region/cases",
    "/region/cases/{case}",
    "/region/members",
    "/region/members/{facility}",
    "/region/members/{facility}/edit",
    "/region/shift",
    "/region/settings",
];

/// The forms of an audit that is under way.
pub(super) const OPEN_AUDIT: &[&str] = &[
    "/facilities/{facility}/audits/{audit}",
    "/facilities/{facility}/audits/{audit}/plan",
    "/facilities/{facility}/audits/{audit}/report",
    "/facilities/{facility}/audits/{audit}/room",
    "/facilities/{facility}/audits/{audit}/samples/new",
    "/facilities/{facility}/audits/{audit}/findings/new",
    "/facilities/{facility}/audits/{audit}/interviews/new",
    "/facilities/{facility}/audits/{audit}/items/{item}",
    "/facilities/{facility}/audits/{audit}/findings/{finding}",
    "/facilities/{facility}/audits/{audit}/samples/{sample}",
    "/facilities/{facility}/audits/{audit}/interviews/{interview}",
];

/// Notices at the member.
pub(super) const NOTICES: &[&str] = &[
    "/facilities/{facility}/notices",
    "/facilities/{facility}/notices/{notice}",
    "/facilities/{facility}/notices/report",
];

/// Notices at the centre.
pub(super) const REGION_NOTICES: &[&str] = &[
    "/region/notices",
    "/region/notices/new",
    "/region/notices/reports",
    "/region/notices/{notice}",
    "/region/notices/{notice}/edit",
    "/region/notices/{notice}/preview",
    "/region/notices/{notice}/withdraw",
    "/region/notices/{notice}/told/{facility_told}",
];

/// No pages: files, streams, and what programs read.
const NOT_PAGES: &[&str] = &[
    "/healthz",
    "/static/{file}",
    "/facilities/{facility}/documents/{document}",
    "/facilities/{facility}/assessments/{assessment}/state",
    "/facilities/{facility}/assessments/{assessment}/live",
    // Remembers the chosen columns and goes back.
    "/facilities/{facility}/ledger/columns",
    // PDF, XLSX and JSON of a checklist.
    "/facilities/{facility}/forms/checklists/{edition}/{form}/{file}",
    // Streams, photos and papers.
    "/region/notices/{notice}/live",
    "/facilities/{facility}/plan/drills/{room}/poster/live",
    "/facilities/{facility}/plan/drills/{room}/live",
    "/facilities/{facility}/plan/incidents/{room}/files/{document}",
    "/facilities/{facility}/plan/incidents/{room}/live",
    "/facilities/{facility}/plan/incidents/{room}/reports/{form}/{file}",
    "/facilities/{facility}/audits/{audit}/items/{item}/files/{document}",
    "/facilities/{facility}/training/courses/{course}/documents/{document}",
    "/facilities/{facility}/training/courses/{course}/certificates/{member}",
    "/facilities/{facility}/training/sessions/{session}/photos/{document}",
    "/region/live",
    "/seat/drill/live",
    "/seat/incident/live",
    "/seat/audit/documents/{document}",
    "/seat/course/documents/{document}",
];

#[test]
fn every_page_is_looked_at() {
    let table = include_str!("../../../../crates/web/access-table.tsv");
    let inspected = [
        OUTSIDE,
        SET_UP,
        ADMINISTRATOR,
        ANSWERING,
        WHOLE,
        RESULTS,
        RESPONDENT,
        AFTER_A_FORM,
        LEDGER,
        WATCH,
        REGION,
        LINES_AND_COPIES,
        VENDORS,
        RESPONSIBILITY,
        FORMS,
        IMPORT,
        VENDOR_FORM,
        PLAN,
        DRILLS,
        INCIDENTS,
        ROOMS,
        SEATS,
        INCIDENT_SEAT,
        AUDIT_SEAT,
        COURSE_SEAT,
        AUDITS,
        OPEN_AUDIT,
        TRAINING,
        NOTICES,
        REGION_NOTICES,
    ]
    .concat();
    let is_file = |route: &str| {
        [".pdf", ".xlsx", ".docx", ".csv", ".json", ".yaml", ".txt", ".svg", ".zip"]
            .iter()
            .any(|ending| route.ends_with(ending))
    };
    let missing: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("GET\t")?.split('\t').next())
        .filter(|route| {
            !route.starts_with("/api/")
                && !route.starts_with("/taxii2/")
                && !is_file(route)
                && !NOT_PAGES.contains(route)
        })
        .filter(|route| !inspected.contains(route))
        .collect();
    assert!(missing.is_empty(), "no inspection looks at {missing:?}: add them to a walk in accessibility/");
}
