//! Topic by topic: which facts decide, and which are missing.

use super::ProposedMark as M;
use super::continuity::{contact_chart, cyber_bcp};
use super::ground::{Ground, Place, Questionnaire, newest};
use super::incident::{backup_restore, on_paper};
use crate::facts::{ConnectionFacts, LedgerFacts};
use crate::text::Lang;
use crate::time::date_words;

/// The mark for the ground's topic; a topic this product does not know is left to the person.
pub(super) fn decide(g: &mut Ground<'_>, group: &str) -> M {
    match g.topic {
        "system-exists" => system_exists(g),
        "asset-inventory" => asset_inventory(g),
        "remote-maintenance" => remote_maintenance(g),
        "disclosure-document" => disclosure_document(g),
        "access-rights" => access_rights(g),
        "account-cleanup" => account_cleanup(g),
        "security-patch" => security_patch(g, group),
        "source-restriction" => source_restriction(g),
        "two-factor" => two_factor(g),
        "contact-chart" => contact_chart(g),
        "backup-restore" => backup_restore(g),
        "cyber-bcp" => cyber_bcp(g),
        "security-officer" => security_officer(g),
        "access-log" | "background-services" => by_group(g, group),
        "password-policy" | "password-reuse" | "removable-media" => g.by_others(),
        // Whether rules are written is seen in the rules.
        "operating-rules" => on_paper(g),
        _ => M::Unknown,
    }
}

/// Appointed on paper. Training the staff is among the officer's duties: what was held is told beside it and decides nothing,
/// since no item of the forms is about courses alone.
fn security_officer(g: &mut Ground<'_>) -> M {
    if let Some(training) = &g.facts.training {
        let day = |lang, before: &str| {
            training.newest.map_or_else(String::new, |d| format!("{before}{}", date_words(d, lang)))
        };
        let (day_ja, day_en) = (day(Lang::Ja, "、最新は"), day(Lang::En, "; the newest on "));
        g.because(
            format!(
                "研修: 今年度{}回、対象{}人のうち修了{}人{day_ja}",
                training.sessions, training.expected, training.complete
            ),
            format!(
                "Courses: {} this fiscal year; {} of {} people are through{day_en}",
                training.sessions, training.complete, training.expected
            ),
        );
    }
    on_paper(g)
}

fn system_exists(g: &mut Ground<'_>) -> M {
    let systems = g.facts.systems.as_ref().map_or(0, |systems| systems.total);
    let devices = g.facts.ledger.as_ref().map_or(0, |ledger| ledger.total);
    if systems + devices == 0 {
        g.misses(Place::Systems, "使っているシステムの一覧", "The list of systems in use");
        return M::Unknown;
    }
    // How many there are does not matter for whether there are any.
    g.uses([("systems.any", (systems > 0).into()), ("ledger.any", (devices > 0).into())]);
    g.because(
        format!("台帳: システム{systems}件、機器{devices}台"),
        format!("Ledger: {systems} systems, {devices} devices"),
    );
    M::Yes
}

/// A ledger with rows, or what to do first.
fn ledger<'a>(g: &mut Ground<'a>) -> Option<&'a LedgerFacts> {
    let ledger = g.facts.ledger.as_ref().filter(|ledger| ledger.total > 0);
    if ledger.is_none() {
        g.misses(Place::Ledger, "機器の台帳", "The device ledger");
    }
    ledger
}

fn asset_inventory(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let Some(ledger) = ledger(g) else { return only_hints(word) };
    g.uses([
        ("ledger.total", ledger.total.into()),
        ("ledger.servers", ledger.servers.into()),
        ("ledger.terminals", ledger.terminals.into()),
        ("ledger.network_devices", ledger.network_devices.into()),
        ("ledger.cloud_services", ledger.cloud_services.into()),
        ("ledger.without_owner", ledger.without_owner.into()),
        ("ledger.without_place", ledger.without_place.into()),
    ]);
    let (day_ja, day_en) = newest(ledger.newest_change);
    g.because(
        format!(
            "台帳: {}台、うち管理者なし{}台、場所なし{}台{day_ja}",
            ledger.total, ledger.without_owner, ledger.without_place
        ),
        format!(
            "Ledger: {} devices, {} without an owner, {} without a place{day_en}",
            ledger.total, ledger.without_owner, ledger.without_place
        ),
    );
    g.because(
        format!("サーバ{}台、端末{}台、ネットワーク機器{}台", ledger.servers, ledger.terminals, ledger.network_devices),
        format!(
            "{} servers, {} terminals, {} network devices",
            ledger.servers, ledger.terminals, ledger.network_devices
        ),
    );
    let mut complete = true;
    // Who has everything in a cloud has no server to list.
    if ledger.servers == 0 && ledger.cloud_services == 0 {
        complete = false;
        g.misses(Place::Ledger, "サーバ（またはクラウドサービス）の行", "Rows of servers (or cloud services)");
    }
    if ledger.terminals == 0 {
        complete = false;
        g.misses(Place::Ledger, "端末の行", "Rows of terminals");
    }
    if ledger.network_devices == 0 {
        complete = false;
        g.misses(Place::Ledger, "ネットワーク機器の行", "Rows of network devices");
    }
    if ledger.without_owner > 0 {
        g.misses(
            Place::Ledger,
            format!("{}台の管理者", ledger.without_owner),
            format!("The owner of {} devices", ledger.without_owner),
        );
    }
    if ledger.without_place > 0 {
        g.misses(
            Place::Ledger,
            format!("{}台の場所", ledger.without_place),
            format!("The place of {} devices", ledger.without_place),
        );
    }
    complete &= ledger.without_owner == 0 && ledger.without_place == 0;
    if complete && word.parts != Some(false) { M::Yes } else { M::NotYet }
}

fn remote_maintenance(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let vendors = g.vendors();
    let Some(ledger) = ledger(g) else { return decided(word) };
    g.uses([
        ("ledger.total", ledger.total.into()),
        ("ledger.remotely_maintained", ledger.remotely_maintained.into()),
        ("ledger.remote_unknown", ledger.remote_unknown.into()),
    ]);
    let (day_ja, day_en) = newest(ledger.newest_change);
    g.because(
        format!(
            "台帳: {}台、うち遠隔保守あり{}台、未確認{}台{day_ja}",
            ledger.total, ledger.remotely_maintained, ledger.remote_unknown
        ),
        format!(
            "Ledger: {} devices, {} maintained remotely, {} not asked yet{day_en}",
            ledger.total, ledger.remotely_maintained, ledger.remote_unknown
        ),
    );
    if ledger.remote_unknown > 0 {
        g.misses(
            Place::Ledger,
            format!("{}台について、遠隔保守があるか", ledger.remote_unknown),
            format!("Whether {} devices are maintained remotely", ledger.remote_unknown),
        );
        return if ledger.remote_unknown == ledger.total && word.decides == Some(false) { M::No } else { M::NotYet };
    }
    match vendors {
        // The item is about having asked the vendors, so a vendor that is silent leaves it open.
        Some(said) if said.silent > 0 => M::NotYet,
        _ if word.decides == Some(false) => M::NotYet,
        _ => M::Yes,
    }
}

fn disclosure_document(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let Some(vendors) = g.facts.vendors.as_ref().filter(|vendors| vendors.contracted > 0) else {
        g.misses(Place::Vendors, "契約している事業者の登録", "The vendors under contract");
        return decided(word);
    };
    let (here, of) = (vendors.disclosure_received, vendors.contracted);
    g.uses([("vendors.contracted", of.into()), ("vendors.disclosure_received", here.into())]);
    let (day_ja, day_en) = newest(vendors.newest_change);
    g.because(
        format!("事業者: 契約中{of}社、うち開示書（MDS/SDS）を受け取った{here}社{day_ja}"),
        format!("Vendors: {of} under contract, MDS/SDS received from {here}{day_en}"),
    );
    if here >= of {
        return M::Yes;
    }
    let lacking = of - here;
    g.misses(Place::Requests, format!("{lacking}社の開示書（MDS/SDS）"), format!("The MDS/SDS of {lacking} vendors"));
    if here == 0 { M::No } else { M::NotYet }
}

fn access_rights(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let vendors = g.vendors();
    let Some(accounts) = g.facts.accounts.as_ref() else {
        g.misses(
            Place::Accounts,
            "アカウントの一覧（管理者権限を持つ者が分かるもの）",
            "An account list that shows administrators",
        );
        return only_hints(word);
    };
    g.uses([
        ("accounts.enabled", accounts.enabled.into()),
        ("accounts.administrators", accounts.administrators.into()),
        ("accounts.shared", accounts.shared.into()),
    ]);
    let (as_of_ja, as_of_en) = as_of(accounts.as_of);
    g.because(
        format!(
            "アカウント{as_of_ja}: 有効{}件、うち管理者権限{}件、共用{}件",
            accounts.enabled, accounts.administrators, accounts.shared
        ),
        format!(
            "Accounts{as_of_en}: {} enabled, {} administrators, {} shared",
            accounts.enabled, accounts.administrators, accounts.shared
        ),
    );
    if accounts.enabled > 0 && accounts.shared == accounts.enabled {
        return M::No;
    }
    if accounts.shared > 0 || word.parts == Some(false) || vendors.is_some_and(|said| said.no > 0) {
        return M::NotYet;
    }
    // The account list shows who the administrators are; that rights follow job and duty only the answers say.
    if word.parts == Some(true) && accounts.administrators > 0 { M::Yes } else { M::Unknown }
}

fn account_cleanup(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let vendors = g.vendors();
    let Some(accounts) = g.facts.accounts.as_ref() else {
        g.misses(Place::Accounts, "アカウントと退職者の一覧", "The lists of accounts and of leavers");
        return only_hints(word);
    };
    g.uses([
        ("accounts.enabled", accounts.enabled.into()),
        ("accounts.left_but_enabled", accounts.left_but_enabled.into()),
        ("accounts.unused", accounts.unused.into()),
        ("accounts.leavers_known", accounts.leavers_known.into()),
    ]);
    let (as_of_ja, as_of_en) = as_of(accounts.as_of);
    g.because(
        format!(
            "アカウント{as_of_ja}: 有効{}件、うち退職者{}件、90日使われていない{}件",
            accounts.enabled, accounts.left_but_enabled, accounts.unused
        ),
        format!(
            "Accounts{as_of_en}: {} enabled, {} of leavers, {} unused for 90 days",
            accounts.enabled, accounts.left_but_enabled, accounts.unused
        ),
    );
    if !accounts.leavers_known {
        g.misses(Place::Accounts, "退職者の一覧", "The list of leavers");
    }
    if accounts.left_but_enabled > 0 {
        return M::No;
    }
    if accounts.unused > 0 || word.parts == Some(false) || vendors.is_some_and(|said| said.no > 0) {
        return M::NotYet;
    }
    if accounts.leavers_known { M::Yes } else { M::Unknown }
}

fn security_patch(g: &mut Ground<'_>, group: &str) -> M {
    let word = g.questionnaire();
    let vendors = g.vendors();
    let Some(ledger) = ledger(g) else { return only_hints(word) };
    let own = match group {
        "servers" => Some(("ledger.servers", ledger.servers, "サーバ", "servers")),
        "terminal-pcs" => Some(("ledger.terminals", ledger.terminals, "端末", "terminals")),
        "network-devices" => {
            Some(("ledger.network_devices", ledger.network_devices, "ネットワーク機器", "network devices"))
        }
        _ => None,
    };
    if let Some((name, count, ja, en)) = own {
        g.uses([(name, count.into())]);
        if count == 0 {
            g.because(format!("台帳に{ja}がありません"), format!("The ledger has no {en}"));
            g.misses(Place::Ledger, format!("{ja}の行"), format!("Rows of {en}"));
            return M::Unknown;
        }
        g.because(format!("台帳: {ja}{count}台"), format!("Ledger: {count} {en}"));
    }
    g.uses([
        ("ledger.total", ledger.total.into()),
        ("ledger.version_unknown", ledger.version_unknown.into()),
        ("ledger.support_ended", ledger.support_ended.into()),
        ("ledger.support_unknown", ledger.support_unknown.into()),
    ]);
    let (day_ja, day_en) = newest(ledger.newest_change);
    g.because(
        format!(
            "台帳の全体: {}台、うちサポート終了{}台、終了日不明{}台、版が不明{}台{day_ja}",
            ledger.total, ledger.support_ended, ledger.support_unknown, ledger.version_unknown
        ),
        format!(
            "Whole ledger: {} devices, support ended for {}, end unknown for {}, version unknown for {}{day_en}",
            ledger.total, ledger.support_ended, ledger.support_unknown, ledger.version_unknown
        ),
    );
    let mut known = ledger.version_unknown == 0 && ledger.support_unknown == 0;
    if !known {
        g.misses(Place::Ledger, "版とサポート終了日", "Versions and ends of support");
    }
    if matches!(group, "network-devices" | "system-wide")
        && let Some(lines) = g.facts.connections.as_ref().filter(|lines| lines.total > 0)
    {
        g.uses([("connections.firmware_unknown", lines.firmware_unknown.into())]);
        if lines.firmware_unknown > 0 {
            known = false;
            g.because(
                format!("外部接続点: ファームウェアの日付が不明{}か所", lines.firmware_unknown),
                format!("External connections: firmware date unknown at {}", lines.firmware_unknown),
            );
            g.misses(Place::Connections, "機器のファームウェアの日付", "The firmware date of the devices");
        }
    }
    // What the maker no longer supports cannot have the newest update. The ledger counts it for all kinds together, so
    // for one group it says "look" and not "no".
    if ledger.support_ended > 0 {
        return if group == "system-wide" { M::No } else { M::NotYet };
    }
    if !known || word.parts == Some(false) || vendors.is_some_and(|said| said.no > 0) {
        return M::NotYet;
    }
    // Known versions are not yet applied updates: that, the answers say.
    if word.parts == Some(true) { M::Yes } else { M::Unknown }
}

fn connections<'a>(g: &mut Ground<'a>) -> Option<&'a ConnectionFacts> {
    let lines = g.facts.connections.as_ref().filter(|lines| lines.total > 0);
    if lines.is_none() {
        g.misses(Place::Connections, "外部接続点の一覧", "The list of external connections");
    }
    lines
}

fn source_restriction(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let vendors = g.vendors();
    let Some(lines) = connections(g) else { return only_hints(word) };
    g.uses([
        ("connections.total", lines.total.into()),
        ("connections.without_source_restriction", lines.without_source_restriction.into()),
    ]);
    let (day_ja, day_en) = newest(lines.newest_change);
    g.because(
        format!(
            "外部接続点: {}か所、うち接続元の制限なし{}か所{day_ja}",
            lines.total, lines.without_source_restriction
        ),
        format!(
            "External connections: {}, {} without a restriction of the source{day_en}",
            lines.total, lines.without_source_restriction
        ),
    );
    if lines.without_source_restriction > 0 {
        g.misses(Place::Connections, "接続元の制限", "A restriction of the source");
        return if lines.without_source_restriction == lines.total { M::No } else { M::NotYet };
    }
    if word.parts == Some(false) || vendors.is_some_and(|said| said.no > 0) {
        return M::NotYet;
    }
    // The lines into the house are restricted; wireless inside the house only the answers know.
    if word.parts == Some(true) { M::Yes } else { M::Unknown }
}

fn two_factor(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let vendors = g.vendors();
    let mut undone = vendors.is_some_and(|said| said.no > 0);
    if let Some(lines) = g.facts.connections.as_ref().filter(|lines| lines.total > 0) {
        g.uses([("connections.without_two_factor", lines.without_two_factor.into())]);
        g.because(
            format!("外部接続点: 二要素認証が確かめられない入口{}か所", lines.without_two_factor),
            format!("External connections: {} ways in without known two-factor", lines.without_two_factor),
        );
        undone |= lines.without_two_factor > 0;
    }
    let mark = match word.decides {
        Some(true) if undone => M::NotYet,
        Some(true) => M::Yes,
        Some(false) => M::No,
        None if undone => M::NotYet,
        None => M::Unknown,
    };
    if mark != M::Yes {
        g.misses(
            Place::Evidence,
            "令和9年度までに実装する計画（予定でも「はい」になり得ます）",
            "A plan to have it by fiscal year 2027 (a plan can count as yes)",
        );
    }
    mark
}

/// Asked for servers (and terminals): without any such device there is nothing to say yes to.
fn by_group(g: &mut Ground<'_>, group: &str) -> M {
    let mark = g.by_others();
    let Some(ledger) = g.facts.ledger.as_ref().filter(|ledger| ledger.total > 0) else { return mark };
    let (name, count, ja, en) = match group {
        "servers" => ("ledger.servers", ledger.servers, "サーバ", "servers"),
        "terminal-pcs" => ("ledger.terminals", ledger.terminals, "端末", "terminals"),
        _ => return mark,
    };
    g.uses([(name, count.into())]);
    g.because(format!("台帳: {ja}{count}台"), format!("Ledger: {count} {en}"));
    if count == 0 {
        g.misses(Place::Ledger, format!("{ja}の行"), format!("Rows of {en}"));
        return if mark == M::Yes { M::Unknown } else { mark };
    }
    mark
}

/// Where only the questionnaire speaks.
pub(super) fn decided(word: Questionnaire) -> M {
    match (word.decides, word.parts) {
        (Some(false), _) => M::No,
        (_, Some(false)) => M::NotYet,
        (Some(true), _) => M::Yes,
        (None, _) if word.weak_hint => M::NotYet,
        (None, _) => M::Unknown,
    }
}

/// Where the product's own facts are missing: hints never make a yes.
pub(super) fn only_hints(word: Questionnaire) -> M {
    match decided(word) {
        M::Yes => M::Unknown,
        other => other,
    }
}

fn as_of(day: Option<jiff::civil::Date>) -> (String, String) {
    day.map_or_else(Default::default, |day| {
        (format!("（{}時点）", date_words(day, Lang::Ja)), format!(" (as of {})", date_words(day, Lang::En)))
    })
}
