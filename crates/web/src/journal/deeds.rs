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
        "comment.add" => Key("log-comment-add"),
        "document.add" => Key("log-document-add"),
        "document.read" => Key("log-document-read"),
        "document.remove" => Key("log-document-remove"),
        "facility.create" => Key("log-facility-create"),
        "facility.change" => Key("log-facility-change"),
        "handover.create" => Key("log-handover-create"),
        "handover.change" => Key("log-handover-change"),
        "invitation.create" => Key("log-invitation-create"),
        "invitation.open" => Key("log-invitation-open"),
        "invitation.revoke" => Key("log-invitation-revoke"),
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
        "result.export" => Key("log-result-export"),
        "role.grant" => Key("log-role-grant"),
        "role.revoke" => Key("log-role-revoke"),
        "session.start" => Key("log-session-start"),
        "session.renew" => Key("log-session-renew"),
        "session.end" => Key("log-session-end"),
        "session.end_all" => Key("log-session-end-all"),
        "session.refuse" => Key("log-session-refuse"),
        "setting.change" => Key("log-setting-change"),
        "setting.remove" => Key("log-setting-remove"),
        "token.create" => Key("log-token-create"),
        "token.revoke" => Key("log-token-revoke"),
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
        "backup-copy" => Key("log-kind-backup-copy"),
        "checklist-answer" => Key("log-kind-checklist-answer"),
        "company" => Key("log-kind-company"),
        "connection" => Key("log-kind-connection"),
        "contact" => Key("log-kind-contact"),
        "disclosure-profile" => Key("log-kind-disclosure-profile"),
        "guideline-choice" => Key("log-kind-guideline-choice"),
        "guideline-edition" => Key("log-kind-guideline-edition"),
        "leavers-list" => Key("log-kind-leavers-list"),
        "ledger-import-profile" => Key("log-kind-ledger-import-profile"),
        "official-form" => Key("log-kind-official-form"),
        "readiness-note" => Key("log-kind-readiness-note"),
        "responsibility" => Key("log-kind-responsibility"),
        "restore-test" => Key("log-kind-restore-test"),
        "snapshot-list" => Key("log-kind-snapshot-list"),
        "system" => Key("log-kind-system"),
        "vendor" => Key("log-kind-vendor"),
        "vendor-question" => Key("log-kind-vendor-question"),
        "vendor-submission" => Key("log-kind-vendor-submission"),
        "contact.create" => Key("log-contact-create"),
        "contact.change" => Key("log-contact-change"),
        "contact.retire" => Key("log-contact-retire"),
        "contact.export" => Key("log-contact-export"),
        "readiness-note.create" => Key("log-readiness-note-create"),
        "readiness-note.change" => Key("log-readiness-note-change"),
        "readiness-note.retire" => Key("log-readiness-note-retire"),
        "guideline-edition.create" => Key("log-guideline-edition-create"),
        "guideline-edition.change" => Key("log-guideline-edition-change"),
        "guideline-edition.retire" => Key("log-guideline-edition-retire"),
        "guideline-choice.create" => Key("log-guideline-choice-create"),
        "guideline-choice.change" => Key("log-guideline-choice-change"),
        _ => return None,
    })
}
