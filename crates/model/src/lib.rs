//! The types and rules of Hakutaku.
//!
//! Nothing here is asynchronous, knows SQL or HTTP, reads a clock or draws a random number: time and
//! identifiers come in as parameters. Whoever reads only this crate understands what the product does.
//!
//! | module | what it decides |
//! |---|---|
//! | [`text`] | sentences in both languages |
//! | [`catalogue`] | the shape of questionnaires, controls, measures and outside texts |
//! | [`score`] | exact scores, their rounding and the weak line |
//! | [`assessment`] | which questions apply, what counts, field and overall scores, the measures that follow |
//! | [`typology`] | level 0–3 of the network from three controls |
//! | [`comparison`] | last year, national figures, executives beside IT |
//! | [`briefing`] | the executive page: three gaps, three decisions |
//! | [`report`] | all of the above as one document, in one language |
//! | [`summary`] | the result as scripts read it |
//! | [`published`] | the catalogue as scripts read it |
//! | [`answers_file`] | the answers file of the command line |
//! | [`access`] | who may do what, as one table |
//! | [`journal`] | the hash chain of the audit log |
//! | [`ledger`] | devices and cloud services |
//! | [`ledger_import`] | lists of them from outside |
//! | [`accounts`] | who may sign in, and who should not |
//! | [`checklist`] | the answers on the ministry's yearly forms |
//! | [`connection`] | external connection points, their risk marks, the merge plan |
//! | [`backup`] | copies, restore tests, snapshots, and what they prove |
//! | [`official`] | the ministry's own spreadsheet: which cell takes which answer |
//! | [`inspection`] | what an inspector will see missing |
//! | [`checklist`] | the ministry's yearly forms: rules, states, faults, years side by side |
//! | [`proposal`] | what the product proposes for a line of the forms, and on which facts |
//! | [`record`] | rows of the registers people keep |
//! | [`system`], [`vendor`], [`party`] | what the devices are for, who supplies it, who is who |
//! | [`vendor_request`], [`vendor_answers`] | what a vendor is asked through a link, and what it answers |
//! | [`vendor_stops`], [`vendor_facts`] | who stops with a vendor, and what is known about vendors |
//! | [`responsibility`] | who does what, and where the views do not fit together |
//! | [`scope`], [`procurement`] | whether a guideline applies; what to ask for when buying |
//! | [`room`], [`seat`] | journals of drills and incidents, and who comes in without an account |
//! | [`exercise`] | scenarios of drills, what happened in one, what is to be learned |
//! | [`incident`], [`deadline`] | a real incident: its record, its reports and their last days |
//! | [`plan`], [`office`] | the plan for outages and attacks, and whom it reports to |
//! | [`audit`] | plans, samples, papers and reports of audits |
//! | [`corrective`] | what was found lacking, who mends it, who looked |
//! | [`training`] | courses, who has to take part, who is late |
//! | [`cases`] | where the chains of published cases would have broken here |
//! | [`region`] | watching over others: touches that belong together, notices, who needs help, consent |
//! | [`facts`] | what the product itself knows, for proposals |
//! | [`known`] | yes, no, not known |
//! | [`day`] | dates as people type them, eras included |
//! | [`facility`], [`person`], [`time`], [`id`] | the nouns |

pub mod access;
pub mod accounts;
pub mod answers_file;
pub mod assessment;
pub mod audit;
pub mod backup;
pub mod briefing;
pub mod calls;
pub mod cases;
pub mod catalogue;
pub mod checklist;
pub mod clauses;
pub mod comparison;
pub mod connection;
pub mod contacts;
pub mod corrective;
pub mod day;
pub mod deadline;
pub mod exercise;
pub mod facility;
pub mod facts;
pub mod figures;
pub mod id;
pub mod incident;
pub mod inspection;
pub mod journal;
pub mod known;
pub mod ledger;
pub mod ledger_import;
pub mod office;
pub mod official;
pub mod party;
pub mod person;
pub mod plan;

pub mod procurement;
pub mod proposal;
pub mod published;
pub mod readiness;
pub mod record;
pub mod region;
pub mod report;
pub mod responsibility;
pub mod room;
pub mod scope;
pub mod score;
pub mod seat;
pub mod sensor;
pub mod summary;
pub mod system;
pub mod text;
pub mod time;
pub mod touch;
pub mod training;
pub mod trend;
pub mod typology;
pub mod vendor;
pub mod vendor_answers;
pub mod vendor_facts;
pub mod vendor_forms;
pub mod vendor_request;
pub mod vendor_stops;
