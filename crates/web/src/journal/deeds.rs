//! What happened, in words.

use crate::shell::words::{Key, Words};

/// What happened, in words; an action without words here is shown as it is called in the log.
pub(super) fn words_for(action: &str) -> Option<Key> {
    Some(match action {
        "answer.save" => Key("log-answer-save"),
        "answer.clear" => Key("log-answer-clear"),
        "answer.import" => Key("log-answer-import"),
        "asset.change" => Key("log-asset-change"),
        "asset.undo" => Key("log-asset-undo"),
        "ledger.export" => Key("log-ledger-export"),
        "assessment.create" => Key("log-assessment-create"),
        "assessment.close" => Key("log-assessment-close"),
        "assessment.reopen" => Key("log-assessment-reopen"),
        "assessment.carry_over" => Key("log-assessment-carry-over"),
        "audit.export" => Key("log-audit-export"),
        "audit-room.look" => Key("log-audit-room-look"),
        "audit-room.take-along" => Key("log-audit-room-take-along"),
        "backup.create" => Key("log-backup-create"),
        "backup.restore" => Key("log-backup-restore"),
        "call-round.export" => Key("log-call-round-export"),
        "cases.export" => Key("log-cases-export"),
        "checklist.export" => Key("log-checklist-export"),
        "comment.add" => Key("log-comment-add"),
        "contact.export" => Key("log-contact-export"),
        "drill-report.export" => Key("log-drill-report-export"),
        "door.open" => Key("log-door-open"),
        "door.close" => Key("log-door-close"),
        "document.add" => Key("log-document-add"),
        "document.read" => Key("log-document-read"),
        "document.remove" => Key("log-document-remove"),
        "facility.create" => Key("log-facility-create"),
        "facility.change" => Key("log-facility-change"),
        "handover.create" => Key("log-handover-create"),
        "handover.change" => Key("log-handover-change"),
        "incident.export" => Key("log-incident-export"),
        "inspection.export" => Key("log-inspection-export"),
        "invitation.create" => Key("log-invitation-create"),
        "invitation.open" => Key("log-invitation-open"),
        "invitation.revoke" => Key("log-invitation-revoke"),
        "anonymous-report.put-aside" => Key("log-anonymous-report-put-aside"),
        "anonymous-report.use" => Key("log-anonymous-report-use"),
        "notice.act" => Key("log-notice-act"),
        "notice.answer-poll" => Key("log-notice-answer-poll"),
        "notice.change" => Key("log-notice-change"),
        "notice.correct" => Key("log-notice-correct"),
        "notice.create" => Key("log-notice-create"),
        "notice.discard" => Key("log-notice-discard"),
        "notice.export" => Key("log-notice-export"),
        "notice.send" => Key("log-notice-send"),
        "notice.take-down" => Key("log-notice-take-down"),
        "notice.understand" => Key("log-notice-understand"),
        "notice.withdraw" => Key("log-notice-withdraw"),
        "official-form.export" => Key("log-official-form-export"),
        "passkey.add" => Key("log-passkey-add"),
        "passkey.remove" => Key("log-passkey-remove"),
        "passkey.use" => Key("log-passkey-use"),
        "person.create" => Key("log-person-create"),
        "person.disable" => Key("log-person-disable"),
        "person.enable" => Key("log-person-enable"),
        "person.language" => Key("log-person-language"),
        "person.name" => Key("log-person-name"),
        "person.password" => Key("log-person-password"),
        "person.totp" => Key("log-person-totp"),
        "plan.export" => Key("log-plan-export"),
        "procurement.export" => Key("log-procurement-export"),
        "region-case.open" => Key("log-region-case-open"),
        "region-case.reopen" => Key("log-region-case-reopen"),
        "region-case.merge" => Key("log-region-case-merge"),
        "region-case.withdraw" => Key("log-region-case-withdraw"),
        "region-case.close" => Key("log-region-case-close"),
        "region.note" => Key("log-region-note"),
        "responsibility.export" => Key("log-responsibility-export"),
        "responsibility.sign" => Key("log-responsibility-sign"),
        "result.export" => Key("log-result-export"),
        "role.grant" => Key("log-role-grant"),
        "role.revoke" => Key("log-role-revoke"),
        "room.add-late" => Key("log-room-add-late"),
        "room.create" => Key("log-room-create"),
        "room.close" => Key("log-room-close"),
        "room.merge" => Key("log-room-merge"),
        "seat.take" => Key("log-seat-take"),
        "sensor.invite" => Key("log-sensor-invite"),
        "sensor.enrol" => Key("log-sensor-enrol"),
        "sensor.settle" => Key("log-sensor-settle"),
        "sensor.retire" => Key("log-sensor-retire"),
        "session.start" => Key("log-session-start"),
        "session.renew" => Key("log-session-renew"),
        "session.end" => Key("log-session-end"),
        "session.end_all" => Key("log-session-end-all"),
        "session.refuse" => Key("log-session-refuse"),
        "touches.keep" => Key("log-touches-keep"),
        "touches.let-go" => Key("log-touches-let-go"),
        "touches.letting-go" => Key("log-touches-letting-go"),
        "setting.change" => Key("log-setting-change"),
        "setting.remove" => Key("log-setting-remove"),
        "token.create" => Key("log-token-create"),
        "token.revoke" => Key("log-token-revoke"),
        "training.export" => Key("log-training-export"),
        "vendor-request.create" => Key("vendor-log-create"),
        "vendor-request.reissue" => Key("vendor-log-reissue"),
        "vendor-request.open" => Key("vendor-log-open"),
        "vendor-request.draft" => Key("vendor-log-draft"),
        "vendor-request.answer" => Key("vendor-log-answer"),
        "vendor-request.revoke" => Key("vendor-log-revoke"),
        "vendor-request.remind" => Key("vendor-log-remind"),
        "vendor-request.wrong-pin" => Key("vendor-log-wrong-pin"),
        "vendor-request.lock" => Key("vendor-log-lock"),
        _ => return None,
    })
}

/// What happened to a row of a register, in words: `system.create` is "Added to the systems".
pub(super) fn register_words(t: Words, action: &str) -> Option<String> {
    let (kind, deed) = action.split_once('.')?;
    let kind = t.k(kind_words(kind)?);
    Some(match deed {
        "create" => t.a("log-register-create", "kind", kind),
        "change" => t.a("log-register-change", "kind", kind),
        "retire" => t.a("log-register-retire", "kind", kind),
        _ => return None,
    })
}

/// The registers by the kind of their rows.
fn kind_words(kind: &str) -> Option<Key> {
    Some(match kind {
        "account-decision" => Key("log-kind-account-decision"),
        "account-list" => Key("log-kind-account-list"),
        "audit" => Key("log-kind-audit"),
        "audit-finding" => Key("log-kind-audit-finding"),
        "audit-interview" => Key("log-kind-audit-interview"),
        "audit-paper" => Key("log-kind-audit-paper"),
        "audit-population" => Key("log-kind-audit-population"),
        "audit-sample" => Key("log-kind-audit-sample"),
        "backup-copy" => Key("log-kind-backup-copy"),
        "call-round" => Key("log-kind-call-round"),
        "checklist-answer" => Key("log-kind-checklist-answer"),
        "company" => Key("log-kind-company"),
        "connection" => Key("log-kind-connection"),
        "corrective-action" => Key("log-kind-corrective-action"),
        "contact" => Key("log-kind-contact"),
        "course" => Key("log-kind-course"),
        "course-attendance" => Key("log-kind-course-attendance"),
        "course-session" => Key("log-kind-course-session"),
        "disclosure-profile" => Key("log-kind-disclosure-profile"),
        "done-on-behalf" => Key("log-kind-done-on-behalf"),
        "drill-part" => Key("log-kind-drill-part"),
        "guideline-choice" => Key("log-kind-guideline-choice"),
        "guideline-edition" => Key("log-kind-guideline-edition"),
        "known-leak" => Key("log-kind-known-leak"),
        "leavers-list" => Key("log-kind-leavers-list"),
        "ledger-import-profile" => Key("log-kind-ledger-import-profile"),
        "noise-declaration" => Key("log-kind-noise-declaration"),
        "official-form" => Key("log-kind-official-form"),
        "plan-section" => Key("log-kind-plan-section"),
        "plan-print" => Key("log-kind-plan-print"),
        "plan-version" => Key("log-kind-plan-version"),
        "promised-call" => Key("log-kind-promised-call"),
        "readiness-note" => Key("log-kind-readiness-note"),
        "region-consent" => Key("log-kind-region-consent"),
        "region-member" => Key("log-kind-region-member"),
        "region-settings" => Key("log-kind-region-settings"),
        "reporting-office" => Key("log-kind-reporting-office"),
        "responsibility" => Key("log-kind-responsibility"),
        "restore-test" => Key("log-kind-restore-test"),
        "shift-note" => Key("log-kind-shift-note"),
        "snapshot-list" => Key("log-kind-snapshot-list"),
        "staff-member" => Key("log-kind-staff-member"),
        "system" => Key("log-kind-system"),
        "vendor" => Key("log-kind-vendor"),
        "vendor-question" => Key("log-kind-vendor-question"),
        "vendor-submission" => Key("log-kind-vendor-submission"),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hakutaku_model::text::Lang;
    use std::path::{Path, PathBuf};

    /// All Rust sources of the crates that define registers or write the log.
    fn sources() -> Vec<String> {
        let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut folders: Vec<PathBuf> =
            ["model", "store", "web", "cli", "documents"].iter().map(|name| crates.join(name).join("src")).collect();
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "rs") {
                    found.push(std::fs::read_to_string(&path).expect("a source"));
                }
            }
        }
        found
    }

    /// Every text that stands between `before` and `after`.
    fn between(source: &str, before: &str, after: char) -> Vec<String> {
        source
            .split(before)
            .skip(1)
            .filter_map(|rest| rest.split_once(after).map(|(text, _)| text.to_owned()))
            .collect()
    }

    #[test]
    fn every_register_and_every_deed_of_the_log_has_words() {
        let t = Words::new(Lang::En);
        let (mut kinds, mut deeds, mut silent) = (0, 0, Vec::new());
        for source in sources() {
            let own = between(&source, "const KIND: &'static str = \"", '"');
            for kind in own.into_iter().chain(between(&source, "const KIND: &str = \"", '"')) {
                kinds += 1;
                if ["create", "change", "retire"]
                    .iter()
                    .any(|deed| register_words(t, &format!("{kind}.{deed}")).is_none())
                {
                    silent.push(kind);
                }
            }
            // What is `did`, and the third argument of `Store::record` on whichever line it stands.
            let recorded = between(&source, ".record(", ';');
            let named = recorded.iter().flat_map(|call| between(call, "\"", '"').into_iter().take(1));
            for deed in between(&source, "did(\"", '"').into_iter().chain(named) {
                deeds += 1;
                let is_deed = deed.split_once('.').is_some_and(|(noun, verb)| {
                    let plain = |text: &str| {
                        !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || "-_".contains(c))
                    };
                    plain(noun) && plain(verb)
                });
                if is_deed && words_for(&deed).is_none() && register_words(t, &deed).is_none() {
                    silent.push(deed);
                }
            }
        }
        assert!(kinds >= 21 && deeds >= 40, "the sources are where they were: {kinds}, {deeds}");
        assert_eq!(silent, Vec::<String>::new(), "these have no words in the log");
    }
}
