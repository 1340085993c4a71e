//! What is known about a facility's vendors on a day, counted for [`crate::facts::VendorFacts`].

use crate::facts::{VendorFacts, VendorTopic};
use crate::record::{Kept, RecordId};
use crate::time::FiscalYear;
use crate::vendor::{Company, Engagement, Validity};
use crate::vendor_answers::{Reply, Submission};
use crate::vendor_request::{Ask, Request};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Counts. Only vendors in use are given; `companies` are those they name. "This year" is the fiscal year of `today`:
/// forms asked for and returned in it. A topic that one item of a form says no to counts as no.
#[must_use]
pub fn vendor_facts(
    engagements: &[Kept<Engagement>],
    companies: &[Kept<Company>],
    requests: &[Request],
    submissions: &[Kept<Submission>],
    today: Date,
) -> VendorFacts {
    let year = FiscalYear::of(today);
    let this_year = |day: Date| FiscalYear::of(day) == year;
    let contracted: BTreeSet<RecordId> =
        engagements.iter().filter(|row| row.body.is_contracted(today)).map(|row| row.id).collect();
    let asked: BTreeSet<RecordId> = requests
        .iter()
        .filter(|request| matches!(request.ask, Ask::Checklist(_)) && request.revoked_at.is_none())
        .filter(|request| contracted.contains(&request.vendor) && this_year(request.created_at.date_in_japan()))
        .map(|request| request.vendor)
        .collect();
    let mut returned: BTreeMap<RecordId, &Submission> = BTreeMap::new();
    let mut disclosed: BTreeSet<RecordId> = BTreeSet::new();
    for submission in submissions.iter().map(|row| &row.body) {
        match submission.ask {
            Ask::MdsSds => {
                disclosed.insert(submission.vendor);
            }
            Ask::Checklist(_) if this_year(submission.sent_at.date_in_japan()) => {
                let newest = returned.entry(submission.vendor).or_insert(submission);
                if submission.sent_at > newest.sent_at {
                    *newest = submission;
                }
            }
            _ => {}
        }
    }
    returned.retain(|vendor, _| contracted.contains(vendor));
    let ending = engagements
        .iter()
        .filter(|row| contracted.contains(&row.id))
        .filter_map(|row| companies.iter().find(|company| company.id == row.body.company))
        .flat_map(|company| &company.body.certificates)
        .filter(|certificate| matches!(certificate.validity(today), Validity::Ended | Validity::Ending))
        .count();
    let late = requests.iter().filter(|request| request.is_late(today));
    let late = late.filter(|request| engagements.iter().any(|row| row.id == request.vendor)).count();
    let changes = engagements.iter().map(|row| row.changed_at).chain(submissions.iter().map(|row| row.body.sent_at));
    VendorFacts {
        total: count(engagements.len()),
        contracted: count(contracted.len()),
        disclosure_received: count(contracted.intersection(&disclosed).count()),
        asked: count(asked.len()),
        returned: count(returned.len()),
        late: count(late),
        certificates_ending: count(ending),
        by_topic: by_topic(engagements, &returned),
        newest_change: changes.max().map(|at| at.date_in_japan()),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn by_topic(
    engagements: &[Kept<Engagement>],
    returned: &BTreeMap<RecordId, &Submission>,
) -> BTreeMap<String, VendorTopic> {
    let mut topics: BTreeMap<String, VendorTopic> = BTreeMap::new();
    for (vendor, submission) in returned {
        let Some(row) = engagements.iter().find(|row| row.id == *vendor) else { continue };
        let mut said: BTreeMap<&str, bool> = BTreeMap::new();
        for line in submission.sheet.lines.iter().filter(|line| !line.topic.is_empty()) {
            match line.reply {
                Some(Reply::Yes) => {
                    said.entry(&line.topic).or_insert(true);
                }
                Some(Reply::No) => {
                    said.insert(&line.topic, false);
                }
                _ => {}
            }
        }
        for (topic, yes) in said {
            let topic = topics.entry(topic.to_owned()).or_default();
            if yes { &mut topic.yes } else { &mut topic.no }.push(row.body.name.clone());
        }
    }
    topics
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{FacilityId, VendorRequestId};
    use crate::time::Ts;
    use crate::vendor::{Certificate, Contract};
    use crate::vendor_answers::{Line, Sheet, Signer, Way};
    use jiff::civil::date;
    use uuid::Uuid;

    const TODAY: Date = date(2026, 11, 21);

    fn at(text: &str) -> Ts {
        Ts::try_from(text.to_owned()).expect("valid")
    }

    fn id(n: u128) -> RecordId {
        RecordId(Uuid::from_u128(n))
    }

    fn kept<T>(n: u128, body: T) -> Kept<T> {
        let at = at("2026-05-01T00:00:00Z");
        Kept {
            id: id(n),
            version: 1,
            body,
            created_at: at,
            changed_at: at,
            changed_by: String::new(),
            retired_at: None,
        }
    }

    fn engagement(n: u128, name: &str, contracted: bool) -> Kept<Engagement> {
        let mut body: Engagement =
            serde_json::from_value(serde_json::json!({"company": id(100 + n), "name": name})).expect("reads");
        if contracted {
            body.contracts.push(Contract { title: "保守".into(), maintenance: true, ..Contract::default() });
        }
        kept(n, body)
    }

    fn request(n: u128, vendor: u128, due: Date, answered: bool) -> Request {
        Request {
            id: VendorRequestId(Uuid::from_u128(n)),
            facility: FacilityId(Uuid::from_u128(1)),
            vendor: id(vendor),
            vendor_name: String::new(),
            ask: Ask::Checklist("r7".into()),
            message: String::new(),
            due,
            has_pin: false,
            wrong_pins: 0,
            created_at: at("2026-10-01T00:00:00Z"),
            expires_at: at("2027-10-01T00:00:00Z"),
            opened_at: None,
            answered_at: answered.then(|| at("2026-10-20T00:00:00Z")),
            revoked_at: None,
            reminders: Vec::new(),
            draft_at: None,
        }
    }

    fn submission(n: u128, vendor: u128, ask: Ask, replies: &[(&str, Reply)], sent: &str) -> Kept<Submission> {
        let lines = replies
            .iter()
            .enumerate()
            .map(|(at, (topic, reply))| Line {
                id: at.to_string(),
                topic: (*topic).to_owned(),
                reply: Some(*reply),
                ..Line::default()
            })
            .collect();
        kept(
            n,
            Submission {
                request: VendorRequestId(Uuid::from_u128(n)),
                vendor: id(vendor),
                vendor_name: String::new(),
                ask,
                sheet: Sheet { lines, ..Sheet::default() },
                signer: Signer::default(),
                sent_at: at(sent),
                way: Way::Link,
                document: None,
            },
        )
    }

    #[test]
    fn forms_and_disclosures_are_counted_for_vendors_under_contract() {
        let vendors = [engagement(1, "甲", true), engagement(2, "乙", true), engagement(3, "丙", false)];
        let requests = [
            request(1, 1, date(2026, 11, 1), true),
            request(2, 2, date(2026, 11, 20), false),
            request(3, 2, TODAY, false),
        ];
        let r7 = || Ask::Checklist("r7".into());
        let submissions = [
            submission(1, 1, r7(), &[("a", Reply::Yes), ("a", Reply::No), ("b", Reply::Yes)], "2026-10-20T00:00:00Z"),
            submission(2, 2, r7(), &[("b", Reply::No)], "2026-03-31T00:00:00Z"),
            submission(3, 3, Ask::MdsSds, &[], "2026-10-20T00:00:00Z"),
            submission(4, 2, Ask::MdsSds, &[], "2025-10-20T00:00:00Z"),
        ];
        let facts = vendor_facts(&vendors, &[], &requests, &submissions, TODAY);
        assert_eq!((facts.total, facts.contracted), (3, 2));
        assert_eq!((facts.asked, facts.returned, facts.late), (2, 1, 1), "last year's form is none of this year");
        assert_eq!(facts.disclosure_received, 1, "a vendor without a contract does not count");
        assert_eq!(facts.by_topic["a"].no, ["甲"], "one no among several groups is a no");
        assert_eq!(facts.by_topic["b"].yes, ["甲"]);
        assert_eq!(facts.newest_change, Some(date(2026, 10, 20)));
    }

    #[test]
    fn certificates_that_end_are_counted_for_vendors_under_contract() {
        let until = |day| Certificate { kind: "isms".into(), until: Some(day), ..Certificate::default() };
        let company = |n, certificates| {
            let body = Company {
                name: String::new(),
                corporate_number: String::new(),
                website: String::new(),
                certificates,
                products: Vec::new(),
            };
            kept(n, body)
        };
        let companies = [
            company(101, vec![until(date(2026, 12, 1)), until(date(2028, 1, 1))]),
            company(102, vec![until(date(2020, 1, 1))]),
        ];
        let vendors = [engagement(1, "甲", true), engagement(2, "乙", false)];
        assert_eq!(vendor_facts(&vendors, &companies, &[], &[], TODAY).certificates_ending, 1);
    }
}
