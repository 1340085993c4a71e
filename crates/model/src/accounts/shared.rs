//! Whether an account looks as if several people used it.

use crate::accounts::Account;
use crate::text::{Text, folded};

/// Names that are nobody's own, without the digits behind them.
const NAMES: &str = "nurse ns nurses kango kangoshi kangobu user users guest ward byoto byotou jimu iji ijika \
    ika doctor dr doc ishi staff share shared common kyoyu kyoyo office reception uketsuke \
    kensa lab xray housyasen yakuzai yakkyoku pharmacy rehab gairai nyuin ope icu er client pc \
    training kensyu";
/// Words that say so.
const WORDS: &str =
    "共有 共用 共通 病棟 看護部 看護師 受付 当直 外来 事務室 医事課 検査室 薬局 詰所 ステーション shared generic";

/// Why an account looks shared; `None` where nothing says so.
pub(super) fn why(account: &Account) -> Option<Text> {
    let name = folded(&account.name);
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.'));
    let last = stem.rsplit(['-', '_', '.']).next().unwrap_or(stem);
    let first = stem.split(['-', '_', '.']).next().unwrap_or(stem);
    let known = |part: &str| {
        let part = part.trim_end_matches(|c: char| c.is_ascii_digit());
        NAMES.split_whitespace().any(|name| name == part)
    };
    if known(stem) || known(last) || known(first) {
        return Some(Text::new(
            format!("「{}」は個人の名前ではなく、部署や役割の名前です。", account.name),
            format!("“{}” names a department or a role, not a person.", account.name),
        ));
    }
    for text in [&account.name, &account.display_name, &account.description] {
        let plain = folded(text);
        if let Some(word) = WORDS.split_whitespace().find(|word| plain.contains(word)) {
            // A nurse's remark "3階病棟 看護師" says where the person works; a display name that says so is no person's.
            if text == &account.description && !matches!(word, "共有" | "共用" | "共通" | "shared" | "generic") {
                continue;
            }
            return Some(Text::new(
                format!("「{text}」に「{word}」とあります。"),
                format!("“{text}” contains “{word}”."),
            ));
        }
    }
    people(&account.description).or_else(|| people(&account.display_name)).map(|names| {
        Text::new(format!("何人かの名前があります（{names}）。"), format!("It names several people ({names})."))
    })
}

/// Several names side by side: 山田、佐藤、鈴木.
fn people(text: &str) -> Option<String> {
    let plain = folded(text);
    let parts: Vec<&str> =
        plain.split(['、', ',', '/', '・', '，']).map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_name = |part: &&str| {
        let length = part.chars().count();
        (1..=7).contains(&length)
            && part
                .chars()
                .all(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '々' | '\u{20000}'..='\u{2ffff}' | ' ' | 'ヶ'))
    };
    // Two parts may be department and duty; three of them are people.
    (parts.len() >= 3 && parts.iter().all(is_name)).then(|| parts.join("、"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared(name: &str, display: &str, description: &str) -> bool {
        let account = Account {
            name: name.to_owned(),
            display_name: display.to_owned(),
            description: description.to_owned(),
            enabled: true,
            ..Account::default()
        };
        why(&account).is_some()
    }

    #[test]
    fn names_of_roles_and_wards_are_shared() {
        for name in
            ["nurse1", "NURSE02", "kango", "user", "user-03", "ward3", "共有ID", "３階病棟", "uketsuke01", "east_ward"]
        {
            assert!(shared(name, "", ""), "{name}");
        }
        assert!(shared("k001", "看護部 共有", ""));
        assert!(shared("k002", "", "山田、佐藤、鈴木"));
    }

    #[test]
    fn a_persons_name_is_not() {
        for name in ["yamada", "t.suzuki", "n12345", "ursula", "userman"] {
            assert!(!shared(name, "山田 太郎", "3階病棟 看護師"), "{name}");
        }
    }
}
