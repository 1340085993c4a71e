//! The topics of being ready for an incident: papers, backup copies and their restore.

use super::ProposedMark as M;
use super::ground::{Ground, Place};
use super::topics::{decided, only_hints};
use crate::text::Lang;
use crate::time::date_words;

/// What stands on a paper that this product does not hold.
pub(super) fn on_paper(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    g.misses(
        Place::Evidence,
        "示せる書類（任命書、計画、規程など）",
        "The paper that shows it (appointment, plan, rules)",
    );
    decided(word)
}

pub(super) fn backup_restore(g: &mut Ground<'_>) -> M {
    let word = g.questionnaire();
    let Some(backups) = g.facts.backups.as_ref().filter(|backups| backups.systems > 0) else {
        g.misses(Place::Backups, "システムごとの控えと戻す試験", "Copies and restore tests for each system");
        return only_hints(word);
    };
    let generations = backups.fewest_generations;
    g.uses([
        ("backups.systems", backups.systems.into()),
        ("backups.several_methods", backups.several_methods.into()),
        ("backups.offline", backups.offline.into()),
        ("backups.fewest_generations", generations.into()),
        ("backups.restore_tested", backups.restore_tested.into()),
    ]);
    g.because(
        format!(
            "控え: 対象{}システム、うち複数の方式{}、切り離した控え{}、1年以内に戻す試験に成功{}",
            backups.systems, backups.several_methods, backups.offline, backups.restore_tested
        ),
        format!(
            "Backups: {} systems, {} by several methods, {} with an offline copy, {} restored in a test within a year",
            backups.systems, backups.several_methods, backups.offline, backups.restore_tested
        ),
    );
    let (test_ja, test_en) = backups.newest_restore_test.map_or_else(
        || ("なし".to_owned(), "none".to_owned()),
        |day| (date_words(day, Lang::Ja), date_words(day, Lang::En)),
    );
    let (kept_ja, kept_en) =
        generations.map_or_else(|| ("不明".to_owned(), "unknown".to_owned()), |n| (format!("{n}世代"), format!("{n}")));
    g.because(
        format!("最も少ない世代数: {kept_ja}、最新の戻す試験: {test_ja}"),
        format!("Fewest generations: {kept_en}; newest restore test: {test_en}"),
    );
    let all = |count: u32| count >= backups.systems;
    let wanted = [
        (all(backups.several_methods), "すべての対象で複数の方式", "Several methods for every system"),
        (all(backups.offline), "すべての対象で切り離した控え", "An offline copy for every system"),
        (generations.is_some_and(|n| n >= 2), "すべての対象で2世代以上", "Two generations or more for every system"),
        (all(backups.restore_tested), "すべての対象で戻す試験", "A restore test for every system"),
    ];
    for (_, ja, en) in wanted.iter().filter(|(there, ..)| !there) {
        g.misses(Place::Backups, *ja, *en);
    }
    if wanted.iter().all(|(there, ..)| *there) {
        return if word.parts == Some(false) { M::NotYet } else { M::Yes };
    }
    let nothing = backups.several_methods + backups.offline + backups.restore_tested == 0;
    if nothing { M::No } else { M::NotYet }
}
