//! Who may do what: one table, one function.
//!
//! Every route of the web crate names the [`Action`] it performs; no handler decides by itself.

use crate::id::{
    AssessmentId, DoorId, FacilityId, InvitationId, PersonId, QuestionId, SeatId, SensorId, VendorRequestId,
};
use crate::person::Role;
use crate::seat::Purpose;
use serde::Serialize;

/// Something a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Pages anyone may open: sign-in, health, style sheets, licences.
    Public,
    /// One's own account: password, passkeys, language, tokens, sign-out.
    OwnAccount,
    /// Facilities, people and settings of the whole installation.
    ManageInstallation,
    /// The installation's own log.
    ReadInstallationLog,
    /// See that the facility exists and its profile.
    ReadFacility,
    /// Change name, beds, staff, questionnaires.
    EditFacility,
    /// Give and take roles at this facility.
    ManagePeople,
    /// See questions, answers and comments.
    ReadAssessment,
    /// Open a new year's assessment or close one.
    ManageAssessment,
    /// Answer any question.
    Answer,
    /// Answer the questions handed over to oneself.
    AnswerHandedOver,
    /// Remark on a question.
    Comment,
    /// Hand a question to somebody, or take it back.
    HandOver,
    /// Send an executive a link.
    Invite,
    /// See scores, weak fields and measures, and export them.
    ReadResult,
    /// See the one-sheet executive page.
    ReadBriefing,
    /// See uploaded files.
    ReadDocument,
    /// Upload files.
    AddDocument,
    /// See the ledger: devices, systems, connection points, backups.
    ReadLedger,
    /// Change the ledger, import into it.
    EditLedger,
    /// See imported accounts and who has left: names of staff.
    ReadAccounts,
    /// Import account lists and decide on accounts.
    EditAccounts,
    /// See vendors, their answers and the responsibility matrix.
    ReadVendors,
    /// Change vendors, send them requests, fill the matrix.
    EditVendors,
    /// Sign the responsibility matrix for the facility.
    SignResponsibility,
    /// See the official forms, their proposals, readiness and the inspection pack.
    ReadForms,
    /// Confirm, change and date the answers of the official forms.
    AnswerForms,
    /// Answer as a vendor, through a link.
    AnswerAsVendor,
    /// See the plan for outages and attacks (IT-BCP).
    ReadPlan,
    /// Change the plan.
    EditPlan,
    /// Approve a version of the plan for the facility.
    ApprovePlan,
    /// See drills, their journals and reports.
    ReadDrills,
    /// Prepare and conduct drills.
    ConductDrill,
    /// Take part in a drill, by a link or code.
    TakePart,
    /// See incidents, their journals and reports.
    ReadIncidents,
    /// Open, lead and close incidents, write into their journals.
    ManageIncident,
    /// Write into the journal of an incident, by a link or code.
    HelpInIncident,
    /// See what was found lacking and who mends it.
    ReadActions,
    /// Note, change, finish and close such actions.
    EditActions,
    /// See audits and their findings.
    ReadAudits,
    /// Plan audits and open the guest room of a visiting auditor.
    PlanAudits,
    /// Write working papers, answers and findings of an audit; nothing else.
    ConductAudit,
    /// Look into the guest room of a visiting auditor, by a link.
    ReadAuditRoom,
    /// See courses, who took part and who is late.
    ReadTraining,
    /// Prepare courses, note who took part.
    EditTraining,
    /// Sign an attendance list, read-and-agree sheet or quiz, by a link or code.
    Attend,
    /// See decoy sensors and what touched them.
    ReadTouches,
    /// Let sensors in, take them out, look into broken chains.
    EditSensors,
    /// Report touches and health: a sensor, for itself.
    ReportTouches,
    /// See the watch screen of the region: members by need, cases, notices sent and what came back.
    ReadRegion,
    /// Work there: take over cases, send notices, write for the next shift, help a member within its consent.
    WatchRegion,
    /// See notices to the facility and cases that concern it.
    ReadNotices,
    /// Say that a notice was understood or acted on, answer polls, report anonymously.
    AnswerNotices,
    /// Let the centre act for the facility, and take that back.
    GiveConsent,
    /// See the facility's log.
    ReadLog,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 55] = [
        Self::Public,
        Self::OwnAccount,
        Self::ManageInstallation,
        Self::ReadInstallationLog,
        Self::ReadFacility,
        Self::EditFacility,
        Self::ManagePeople,
        Self::ReadAssessment,
        Self::ManageAssessment,
        Self::Answer,
        Self::AnswerHandedOver,
        Self::Comment,
        Self::HandOver,
        Self::Invite,
        Self::ReadResult,
        Self::ReadBriefing,
        Self::ReadDocument,
        Self::AddDocument,
        Self::ReadLedger,
        Self::EditLedger,
        Self::ReadAccounts,
        Self::EditAccounts,
        Self::ReadVendors,
        Self::EditVendors,
        Self::SignResponsibility,
        Self::ReadForms,
        Self::AnswerForms,
        Self::AnswerAsVendor,
        Self::ReadPlan,
        Self::EditPlan,
        Self::ApprovePlan,
        Self::ReadDrills,
        Self::ConductDrill,
        Self::TakePart,
        Self::ReadIncidents,
        Self::ManageIncident,
        Self::HelpInIncident,
        Self::ReadActions,
        Self::EditActions,
        Self::ReadAudits,
        Self::PlanAudits,
        Self::ConductAudit,
        Self::ReadAuditRoom,
        Self::ReadTraining,
        Self::EditTraining,
        Self::Attend,
        Self::ReadTouches,
        Self::EditSensors,
        Self::ReportTouches,
        Self::ReadRegion,
        Self::WatchRegion,
        Self::ReadNotices,
        Self::AnswerNotices,
        Self::GiveConsent,
        Self::ReadLog,
    ];
}

impl Purpose {
    /// The one thing somebody may do who came in by a door for this purpose.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Drill => Action::TakePart,
            Self::Incident => Action::HelpInIncident,
            Self::AuditRoom => Action::ReadAuditRoom,
            Self::Course => Action::Attend,
        }
    }
}

/// What it is done to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resource {
    /// Nothing in particular.
    Installation,
    /// A facility and what belongs to it.
    Facility(FacilityId),
    /// One assessment of a facility.
    Assessment(FacilityId, AssessmentId),
    /// One question of an assessment.
    Question(FacilityId, AssessmentId, QuestionId),
    /// What a facility asks of a vendor through a link.
    VendorRequest(FacilityId, VendorRequestId),
    /// What lies behind a door: a drill, an incident, an audit room or a course of the facility.
    Behind(FacilityId, Purpose, DoorId),
}

impl Resource {
    /// The facility it belongs to.
    #[must_use]
    pub fn facility(&self) -> Option<FacilityId> {
        match self {
            Self::Installation => None,
            Self::Facility(id)
            | Self::Assessment(id, _)
            | Self::Question(id, _, _)
            | Self::VendorRequest(id, _)
            | Self::Behind(id, _, _) => Some(*id),
        }
    }
}

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Nobody signed in.
    Anonymous,
    /// A person with an account.
    Person {
        /// Who.
        id: PersonId,
        /// Roles by facility; `None` means the whole installation (administrators, and supporters of the centre).
        memberships: Vec<(Option<FacilityId>, Role)>,
        /// Acting through a token that may only read.
        read_only: bool,
    },
    /// Someone who came by an invitation link, without an account.
    Guest {
        /// The link.
        invitation: InvitationId,
        /// Its facility.
        facility: FacilityId,
        /// Its assessment.
        assessment: AssessmentId,
        /// The questions it is for; `None` means all.
        questions: Option<Vec<QuestionId>>,
    },
    /// Somebody of a vendor who came by the link of one request (and gave its PIN, if it has one), without an account.
    Vendor {
        /// The request.
        request: VendorRequestId,
        /// The facility that asks.
        facility: FacilityId,
    },
    /// Somebody who came in by a door (a code or link), without an account.
    Seated {
        /// Their seat.
        seat: SeatId,
        /// The facility whose door it is.
        facility: FacilityId,
        /// What it is for.
        purpose: Purpose,
        /// The door.
        door: DoorId,
    },
    /// A decoy sensor, by its token.
    Sensor {
        /// Which.
        sensor: SensorId,
        /// Whose.
        facility: FacilityId,
    },
}

/// The table: may this role do this at its facility?
#[must_use]
pub fn permits(role: Role, action: Action) -> bool {
    use Action as A;
    use Role as R;
    match action {
        A::Public | A::OwnAccount | A::ReadFacility => true,
        A::ManageInstallation | A::ReadInstallationLog => role == R::Administrator,
        // At the centre; at a facility a supporter sees results only.
        A::ReadRegion | A::WatchRegion => matches!(role, R::Administrator | R::RegionalSupporter),
        A::EditFacility | A::ManagePeople => matches!(role, R::Administrator | R::SafetyManager),
        A::ManageAssessment
        | A::Answer
        | A::HandOver
        | A::Invite
        | A::AddDocument
        | A::EditLedger
        | A::EditAccounts
        | A::EditVendors
        | A::AnswerForms
        | A::EditPlan
        | A::ConductDrill
        | A::EditActions
        | A::EditTraining
        | A::EditSensors => matches!(role, R::Administrator | R::SafetyManager | R::ItOperator),
        A::SignResponsibility | A::ApprovePlan | A::GiveConsent => {
            matches!(role, R::Administrator | R::SafetyManager | R::Executive)
        }
        // In an incident everybody who may decide or act writes; nobody waits for a right.
        A::ManageIncident | A::AnswerNotices => {
            matches!(role, R::Administrator | R::SafetyManager | R::ItOperator | R::Executive)
        }
        A::PlanAudits => matches!(role, R::Administrator | R::SafetyManager),
        // Whoever runs the systems does not audit them.
        A::ConductAudit => matches!(role, R::Administrator | R::SafetyManager | R::Auditor),
        // Nobody with an account is a vendor, a sensor or comes by a door: only the guest of the link does this.
        A::AnswerAsVendor | A::TakePart | A::HelpInIncident | A::ReadAuditRoom | A::Attend | A::ReportTouches => false,
        A::Comment => matches!(role, R::Administrator | R::SafetyManager | R::ItOperator | R::Executive),
        A::AnswerHandedOver => {
            matches!(role, R::Administrator | R::SafetyManager | R::ItOperator | R::Executive | R::Respondent)
        }
        A::ReadAssessment | A::ReadDocument | A::ReadLedger | A::ReadAccounts | A::ReadVendors => {
            matches!(role, R::Administrator | R::SafetyManager | R::ItOperator | R::Auditor)
        }
        A::ReadForms
        | A::ReadPlan
        | A::ReadDrills
        | A::ReadIncidents
        | A::ReadActions
        | A::ReadAudits
        | A::ReadTraining
        | A::ReadTouches
        | A::ReadNotices => {
            matches!(role, R::Administrator | R::SafetyManager | R::ItOperator | R::Executive | R::Auditor)
        }
        A::ReadResult | A::ReadBriefing => role != R::Respondent,
        A::ReadLog => matches!(role, R::Administrator | R::SafetyManager | R::Auditor),
    }
}

/// Whether an action changes anything; a read-only token may do only the others.
#[must_use]
pub fn is_reading(action: Action) -> bool {
    matches!(
        action,
        Action::Public
            | Action::ReadInstallationLog
            | Action::ReadFacility
            | Action::ReadAssessment
            | Action::ReadResult
            | Action::ReadBriefing
            | Action::ReadDocument
            | Action::ReadLog
            | Action::ReadLedger
            | Action::ReadAccounts
            | Action::ReadVendors
            | Action::ReadForms
            | Action::ReadPlan
            | Action::ReadDrills
            | Action::ReadIncidents
            | Action::ReadActions
            | Action::ReadAudits
            | Action::ReadAuditRoom
            | Action::ReadTraining
            | Action::ReadTouches
            | Action::ReadRegion
            | Action::ReadNotices
    )
}

/// Decides. Everything not said is forbidden.
#[must_use]
pub fn allowed(actor: &Actor, action: Action, resource: &Resource) -> bool {
    match actor {
        _ if action == Action::Public => true,
        Actor::Anonymous => false,
        Actor::Person { memberships, read_only, .. } => {
            if *read_only && !is_reading(action) {
                return false;
            }
            if action == Action::OwnAccount {
                return true;
            }
            memberships.iter().any(|(place, role)| {
                // Only an administrator's role spans the installation. A supporter without a facility is one of the centre:
                // into a member's house only that member's consent leads.
                let here = match (place, resource.facility()) {
                    (None, None) => matches!(role, Role::Administrator | Role::RegionalSupporter),
                    (None, Some(_)) => *role == Role::Administrator,
                    (Some(place), Some(facility)) => *place == facility,
                    (Some(_), None) => false,
                };
                here && permits(*role, action)
            })
        }
        Actor::Guest { facility, assessment, questions, .. } => match resource {
            Resource::Question(f, a, q) => {
                action == Action::AnswerHandedOver
                    && f == facility
                    && a == assessment
                    && questions.as_ref().is_none_or(|list| list.contains(q))
            }
            Resource::Assessment(f, a) => action == Action::AnswerHandedOver && f == facility && a == assessment,
            Resource::Installation | Resource::Facility(_) | Resource::VendorRequest(..) | Resource::Behind(..) => {
                false
            }
        },
        Actor::Vendor { request, facility } => {
            action == Action::AnswerAsVendor && *resource == Resource::VendorRequest(*facility, *request)
        }
        Actor::Seated { facility, purpose, door, .. } => {
            action == purpose.action() && *resource == Resource::Behind(*facility, *purpose, *door)
        }
        Actor::Sensor { facility, .. } => action == Action::ReportTouches && *resource == Resource::Facility(*facility),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn facility(n: u128) -> FacilityId {
        FacilityId(Uuid::from_u128(n))
    }

    fn person(place: Option<FacilityId>, role: Role) -> Actor {
        Actor::Person { id: PersonId(Uuid::from_u128(9)), memberships: vec![(place, role)], read_only: false }
    }

    #[test]
    fn nobody_reaches_another_facility() {
        for role in Role::ALL {
            for action in Action::ALL.into_iter().filter(|a| !matches!(a, Action::Public | Action::OwnAccount)) {
                let actor = person(Some(facility(1)), role);
                assert!(!allowed(&actor, action, &Resource::Facility(facility(2))), "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn only_an_administrator_spans_the_installation() {
        for role in Role::ALL {
            let may = allowed(&person(None, role), Action::ReadResult, &Resource::Facility(facility(1)));
            assert_eq!(may, role == Role::Administrator, "{role:?}");
        }
    }

    #[test]
    fn whoever_works_at_the_centre_sees_the_region_and_no_house() {
        let supporter = person(None, Role::RegionalSupporter);
        for action in Action::ALL.into_iter().filter(|a| !matches!(a, Action::Public | Action::OwnAccount)) {
            let may = allowed(&supporter, action, &Resource::Installation);
            let region = matches!(action, Action::ReadRegion | Action::WatchRegion);
            // Their role lets them see these at a facility; without one there is nothing to see.
            let empty = matches!(action, Action::ReadFacility | Action::ReadResult | Action::ReadBriefing);
            assert_eq!(may, region || empty, "{action:?}");
            assert!(!allowed(&supporter, action, &Resource::Facility(facility(1))), "{action:?}");
        }
        let neighbour = person(Some(facility(1)), Role::RegionalSupporter);
        assert!(!allowed(&neighbour, Action::ReadRegion, &Resource::Installation));
    }

    #[test]
    fn an_auditor_changes_nothing_but_the_papers_of_an_audit() {
        for action in Action::ALL {
            if !is_reading(action) && !matches!(action, Action::OwnAccount | Action::ConductAudit) {
                assert!(!permits(Role::Auditor, action), "{action:?}");
            }
        }
    }

    #[test]
    fn a_guest_answers_the_questions_of_the_link_and_nothing_else() {
        let assessment = AssessmentId(Uuid::from_u128(5));
        let guest = Actor::Guest {
            invitation: InvitationId(Uuid::from_u128(7)),
            facility: facility(1),
            assessment,
            questions: Some(vec!["it-backup-01".into()]),
        };
        let question = |key: &str| Resource::Question(facility(1), assessment, key.into());
        assert!(allowed(&guest, Action::AnswerHandedOver, &question("it-backup-01")));
        assert!(!allowed(&guest, Action::AnswerHandedOver, &question("it-backup-02")));
        assert!(!allowed(&guest, Action::ReadResult, &Resource::Facility(facility(1))));
        assert!(!allowed(&guest, Action::ReadAssessment, &Resource::Assessment(facility(1), assessment)));
    }

    #[test]
    fn whoever_came_by_a_door_does_what_that_door_is_for_and_nothing_else() {
        let door = |n: u128| DoorId(Uuid::from_u128(n));
        for purpose in Purpose::ALL {
            let seated =
                Actor::Seated { seat: SeatId(Uuid::from_u128(3)), facility: facility(1), purpose, door: door(7) };
            let own = Resource::Behind(facility(1), purpose, door(7));
            for action in Action::ALL.into_iter().filter(|action| *action != Action::Public) {
                assert_eq!(allowed(&seated, action, &own), action == purpose.action(), "{purpose:?} {action:?}");
                assert!(!allowed(&seated, action, &Resource::Facility(facility(1))));
                assert!(!allowed(&seated, action, &Resource::Behind(facility(1), purpose, door(8))));
                assert!(!allowed(&seated, action, &Resource::Behind(facility(2), purpose, door(7))));
            }
        }
    }

    #[test]
    fn a_vendor_answers_its_own_request_and_nothing_else() {
        let request = |n: u128| VendorRequestId(Uuid::from_u128(n));
        let vendor = Actor::Vendor { request: request(7), facility: facility(1) };
        let own = Resource::VendorRequest(facility(1), request(7));
        let assessment = AssessmentId(Uuid::from_u128(5));
        let others = [
            Resource::Installation,
            Resource::Facility(facility(1)),
            Resource::Assessment(facility(1), assessment),
            Resource::Question(facility(1), assessment, "it-backup-01".into()),
            Resource::VendorRequest(facility(1), request(8)),
            Resource::VendorRequest(facility(2), request(7)),
        ];
        for action in Action::ALL.into_iter().filter(|action| *action != Action::Public) {
            assert_eq!(allowed(&vendor, action, &own), action == Action::AnswerAsVendor, "{action:?}");
            for other in &others {
                assert!(!allowed(&vendor, action, other), "{action:?} {other:?}");
            }
        }
    }

    #[test]
    fn nobody_with_an_account_or_an_invitation_answers_as_a_vendor() {
        let request = Resource::VendorRequest(facility(1), VendorRequestId(Uuid::from_u128(7)));
        for role in Role::ALL {
            assert!(!allowed(&person(Some(facility(1)), role), Action::AnswerAsVendor, &request));
        }
        assert!(!allowed(&person(None, Role::Administrator), Action::AnswerAsVendor, &request));
        let guest = Actor::Guest {
            invitation: InvitationId(Uuid::from_u128(7)),
            facility: facility(1),
            assessment: AssessmentId(Uuid::from_u128(5)),
            questions: None,
        };
        assert!(!allowed(&guest, Action::AnswerAsVendor, &request));
    }

    #[test]
    fn a_read_only_token_writes_nothing() {
        let actor = Actor::Person {
            id: PersonId(Uuid::from_u128(9)),
            memberships: vec![(None, Role::Administrator)],
            read_only: true,
        };
        assert!(allowed(&actor, Action::ReadResult, &Resource::Facility(facility(1))));
        assert!(!allowed(&actor, Action::Answer, &Resource::Facility(facility(1))));
    }
}
