use super::super::fixture::{TODAY, good, guide};
use super::*;
use crate::party::Contact;
use jiff::civil::date;

/// The marks of a good line after one change: id, severity, case.
fn after(change: impl FnOnce(&mut Connection)) -> Vec<(RiskId, Severity, Option<&'static str>)> {
    let mut connection = good();
    change(&mut connection);
    risks(&connection, &guide(), TODAY).into_iter().map(|mark| (mark.id, mark.severity, mark.case)).collect()
}

#[test]
fn a_well_kept_line_has_no_mark() {
    assert_eq!(after(|_| {}), []);
}

#[test]
fn an_internet_vpn_that_is_not_updated_is_the_case_of_handa() {
    let mark = [(RiskId::Firmware, Severity::High, Some(HANDA))];
    assert_eq!(after(|c| c.device.firmware_date = Some(date(2025, 11, 20))), mark);
    assert_eq!(after(|c| c.device.firmware_date = None), mark, "not known is not good");
    assert_eq!(after(|c| c.device.firmware_date = Some(date(2025, 11, 21))), [], "exactly a year");
}

#[test]
fn with_a_password_alone_on_an_old_device_both_are_said() {
    let marks = after(|c| {
        c.device.firmware_date = Some(date(2023, 1, 1));
        c.authentication = Authentication::PersonalPassword;
    });
    assert_eq!(
        marks,
        [
            (RiskId::Firmware, Severity::High, Some(HANDA)),
            (RiskId::WeakAuthentication, Severity::Medium, Some(OKAYAMA)),
        ]
    );
}

#[test]
fn a_closed_line_faces_the_internet_less_and_is_marked_less() {
    let marks = after(|c| {
        c.medium = Medium::IpVpn;
        c.device.firmware_date = None;
    });
    assert_eq!(marks, [(RiskId::Firmware, Severity::Medium, Some(HANDA))]);
}

#[test]
fn a_cable_or_a_browser_has_no_device_to_update() {
    for medium in [Medium::DirectLan, Medium::Tls, Medium::Other, Medium::LeasedLine] {
        let marks = after(|c| {
            c.medium = medium;
            c.device = crate::connection::LineDevice::default();
        });
        assert_eq!(marks, [], "{medium:?}");
    }
}

#[test]
fn a_shared_password_is_the_case_of_okayama_and_for_equipment_that_of_musashikosugi() {
    let shared = Authentication::SharedPassword;
    assert_eq!(after(|c| c.authentication = shared), [(RiskId::WeakAuthentication, Severity::High, Some(OKAYAMA))]);
    let equipment = after(|c| {
        c.kind = "ext-device-vpn".into();
        c.authentication = shared;
    });
    assert_eq!(equipment, [(RiskId::WeakAuthentication, Severity::High, Some(MUSASHIKOSUGI))]);
}

#[test]
fn no_sign_in_at_all_is_high_and_not_known_is_medium() {
    assert_eq!(
        after(|c| c.authentication = Authentication::None),
        [(RiskId::WeakAuthentication, Severity::High, None)]
    );
    assert_eq!(
        after(|c| c.authentication = Authentication::Unknown),
        [(RiskId::WeakAuthentication, Severity::Medium, None)]
    );
    assert_eq!(after(|c| c.authentication = Authentication::Certificate), []);
}

#[test]
fn an_open_origin_is_the_case_of_okayama_also_on_a_closed_network() {
    assert_eq!(
        after(|c| c.source_restriction = Known::No),
        [(RiskId::NoSourceRestriction, Severity::High, Some(OKAYAMA))]
    );
    let closed = after(|c| {
        c.medium = Medium::IpVpn;
        c.source_restriction = Known::No;
    });
    assert_eq!(closed, [(RiskId::NoSourceRestriction, Severity::Medium, Some(OKAYAMA))]);
    assert_eq!(
        after(|c| c.source_restriction = Known::Unknown),
        [(RiskId::NoSourceRestriction, Severity::Medium, None)]
    );
}

#[test]
fn a_line_that_only_leads_outwards_needs_neither_sign_in_nor_origin_nor_log() {
    let marks = after(|c| {
        c.direction = crate::connection::Direction::Outward;
        c.authentication = Authentication::None;
        c.source_restriction = Known::No;
        c.logs = Known::No;
        c.opening = Opening::Always;
    });
    assert_eq!(marks, []);
}

#[test]
fn a_supplier_joined_all_the_time_is_the_case_of_osaka() {
    let supplier = |opening| {
        after(|c| {
            c.kind = "ext-supplier".into();
            c.opening = opening;
        })
    };
    assert_eq!(supplier(Opening::Always), [(RiskId::StandingSupplier, Severity::High, Some(OSAKA))]);
    assert_eq!(supplier(Opening::OnDemand), []);
}

#[test]
fn equipment_on_the_network_of_the_record_is_the_case_of_musashikosugi() {
    let equipment = |separated| {
        after(|c| {
            c.kind = "ext-device-vpn".into();
            c.separated = separated;
        })
    };
    assert_eq!(equipment(Known::No), [(RiskId::EquipmentJoined, Severity::High, Some(MUSASHIKOSUGI))]);
    assert_eq!(equipment(Known::Unknown), [(RiskId::EquipmentJoined, Severity::Medium, Some(MUSASHIKOSUGI))]);
    assert_eq!(equipment(Known::Yes), []);
    let eligibility = after(|c| {
        c.kind = "ext-onshi".into();
        c.separated = Known::No;
    });
    assert_eq!(eligibility, [(RiskId::EligibilityJoined, Severity::Medium, None)]);
}

#[test]
fn standing_lines_are_marked_by_their_type() {
    assert_eq!(after(|c| c.opening = Opening::Always), [(RiskId::StandingMaintenance, Severity::Medium, None)]);
    let region = after(|c| {
        c.kind = "ext-region".into();
        c.opening = Opening::Always;
    });
    assert_eq!(region, [(RiskId::StandingRegion, Severity::Low, None)]);
}

#[test]
fn a_line_that_nobody_can_cut_is_marked() {
    let mark = [(RiskId::NobodyCuts, Severity::Medium, None)];
    assert_eq!(after(|c| c.cutter = Contact::default()), mark);
    assert_eq!(after(|c| c.how_to_cut = "  ".into()), mark);
    let at_night_only = after(|c| {
        c.cutter = Contact::default();
        c.cutter_at_night = Contact { phone: "090-0000-0000".into(), ..Contact::default() };
    });
    assert_eq!(at_night_only, []);
}

#[test]
fn a_device_without_owner_model_or_log_and_an_idle_line_are_marked() {
    assert_eq!(after(|c| c.device.whose = None), [(RiskId::NobodysDevice, Severity::Medium, Some(HANDA))]);
    assert_eq!(after(|c| c.device.model = String::new()), [(RiskId::UnknownDevice, Severity::Medium, None)]);
    assert_eq!(after(|c| c.logs = Known::Unknown), [(RiskId::NoLogs, Severity::Low, None)]);
    assert_eq!(after(|c| c.last_use = Some(date(2024, 1, 1))), [(RiskId::Idle, Severity::Low, None)]);
    assert_eq!(after(|c| c.last_use = None), [], "not known is asked for elsewhere");
}

#[test]
fn the_worst_comes_first() {
    let marks = risks(
        &Connection { kind: "ext-vendor-vpn".into(), medium: Medium::InternetSslVpn, ..Connection::default() },
        &guide(),
        TODAY,
    );
    assert!(marks.is_sorted_by_key(|mark| mark.severity));
    assert_eq!(marks.first().map(|mark| mark.id), Some(RiskId::Firmware));
    assert!(marks.iter().all(|mark| !mark.reason.is_incomplete()));
}
