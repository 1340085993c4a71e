//! What edition 7.0 changes for a facility: what is known of it, laid beside what the facility has.
//!
//! Only what public material tells of 7.0 is here; each change carries how sure it is.

use crate::catalogue::{Catalogue, Confidence};
use crate::facts::FactSheet;
use crate::id::ControlId;
use crate::text::{Lang, Text};
use crate::time::date_words;
use jiff::civil::Date;
use serde::Serialize;

/// The day of the two-factor rule (7.0, operation volume 14 ⑤).
const TWO_FACTOR_BY: (i16, i8, i8) = (2027, 4, 1);

/// One change beside the facility's own facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Stable key.
    pub key: &'static str,
    /// What it is about.
    pub title: Text,
    /// What the edition says, as far as known.
    pub says: Text,
    /// How sure that is.
    pub confidence: Confidence,
    /// Where in the text.
    pub place: Text,
    /// What this facility's own data show.
    pub yours: Vec<Text>,
    /// What nobody but the facility can answer.
    pub ask: Vec<Text>,
    /// The day it counts from, with the days left (negative: past).
    pub due: Option<(Date, i64)>,
    /// Whether something of this facility's needs a look.
    pub look: bool,
}

/// What 7.0 changes for a facility.
#[must_use]
pub fn changes_of_7_0(facts: &FactSheet, catalogue: &Catalogue, today: Date) -> Vec<Change> {
    vec![
        two_factor(facts, catalogue, today),
        passwords(facts, catalogue),
        outsourced(facts),
        backups(facts, catalogue),
        sharing(facts),
    ]
}

fn days_until(day: Date, today: Date) -> i64 {
    today.until(day).map_or(0, |span| i64::from(span.get_days()))
}

/// The answers about some controls in words, and whether one is weak.
fn answers(facts: &FactSheet, catalogue: &Catalogue, controls: &[&str]) -> (Vec<Text>, bool) {
    let mut weak = false;
    let words = controls
        .iter()
        .filter_map(|id| {
            let id = ControlId::from(*id);
            let fact = facts.answers.get(&id)?;
            let title = &catalogue.controls.get(&id)?.title;
            weak |= fact.level.get() < 2;
            Some(Text::new(
                format!(
                    "自己点検の「{}」は段階{}です（{}の回答）。",
                    title.ja,
                    fact.level,
                    date_words(fact.day, Lang::Ja)
                ),
                format!(
                    "Self-assessment, \"{}\": level {} (answered {}).",
                    title.en,
                    fact.level,
                    date_words(fact.day, Lang::En)
                ),
            ))
        })
        .collect();
    (words, weak)
}

fn no_answer(yours: &mut Vec<Text>) {
    if yours.is_empty() {
        yours.push(Text::new("この施設のデータはまだありません。", "There is nothing about this facility yet."));
    }
}

fn two_factor(facts: &FactSheet, catalogue: &Catalogue, today: Date) -> Change {
    let (mut yours, weak) = answers(facts, catalogue, &["authentication.two-factor"]);
    let mut look = weak;
    if let Some(lines) = &facts.connections {
        let (without, total) = (lines.without_two_factor, lines.total);
        look |= without > 0;
        yours.push(Text::new(
            format!("外から入る接続のうち、二要素認証でない（または分からない）ものが{without}（全部で{total}の接続）。"),
            format!("Ways in from outside without two-factor authentication, or unknown: {without} (of {total} connections)."),
        ));
    }
    if let Some(ledger) = &facts.ledger {
        yours.push(Text::new(
            format!("台帳の端末{}台とサーバ{}台が、この規定の対象になり得ます。", ledger.terminals, ledger.servers),
            format!("{} terminals and {} servers of the register may fall under it.", ledger.terminals, ledger.servers),
        ));
    }
    no_answer(&mut yours);
    let (year, month, day) = TWO_FACTOR_BY;
    Change {
        key: "two-factor",
        title: Text::new("二要素認証", "Two-factor authentication"),
        says: Text::new(
            "令和9年4月1日に動いている見込みのシステムは、新規導入や機器の入替えを伴う更改の時に、二要素認証か相当する対応をとる。端末では電子カルテ等のアプリのログインに入れる。サーバなど端末以外の箇条と猶予の条件は確認できていません。",
            "Systems expected to run on 1 April 2027 get two-factor authentication or an equivalent when newly introduced or renewed with new hardware; on terminals it goes into the login of applications. The parts on servers and on relief were not found.",
        ),
        confidence: Confidence::Seen,
        place: Text::new("システム運用編 14⑤", "Operation volume 14 ⑤"),
        yours,
        ask: vec![Text::new(
            "次の更改はいつですか。電子カルテの事業者に、二要素認証に対応した版と時期を書面で確かめてください。",
            "When is the next renewal? Ask the maker of the medical record in writing for the version and date with two-factor authentication.",
        )],
        due: Date::new(year, month, day).ok().map(|day| (day, days_until(day, today))),
        look,
    }
}

fn passwords(facts: &FactSheet, catalogue: &Catalogue) -> Change {
    let (mut yours, weak) = answers(facts, catalogue, &["authentication.password-strength", "authentication.lockout"]);
    no_answer(&mut yours);
    Change {
        key: "passwords",
        title: Text::new("パスワードの定期変更は求めない", "No periodic change of passwords"),
        says: Text::new(
            "二要素認証が前提なら8桁以上（PINは4桁以上）、なければ13桁以上で英数字を混ぜる。定期の変更は求めず、使い回しの禁止とアカウントロックが加わったと紹介されています。",
            "Mixed characters: 8 or more with two-factor authentication (PIN 4 or more), 13 or more without. Periodic change is not asked for; a ban on reuse and lockout are said to be added.",
        ),
        confidence: Confidence::Inferred,
        place: Text::new("システム運用編 14⑥、14.1.1の解説", "Operation volume 14 ⑥, explanation 14.1.1"),
        yours,
        ask: vec![Text::new(
            "院内の規程に「2か月ごとに変える」などの定めが残っていませんか。回答の欄に書いた規程の内容も見直してください。",
            "Do the house rules still say \"change every two months\"? Look at the rules you named in your answers, too.",
        )],
        due: None,
        look: weak,
    }
}

fn outsourced(facts: &FactSheet) -> Change {
    let mut yours = Vec::new();
    let mut look = false;
    if let Some(ledger) = &facts.ledger {
        yours.push(Text::new(
            format!("台帳のサーバは{}台です。このすべての更新を事業者が負う契約なら、この編が当てはまり得ます。", ledger.servers),
            format!("The register has {} servers. If vendors bear the updates of all of them by contract, the volume may fit.", ledger.servers),
        ));
    }
    if let Some(vendors) = &facts.vendors {
        look |= vendors.disclosure_received < vendors.contracted;
        yours.push(Text::new(
            format!(
                "契約中の事業者{}社のうち、開示書（MDS/SDS）が届いているのは{}社。",
                vendors.contracted, vendors.disclosure_received
            ),
            format!(
                "Of {} vendors under contract, {} have sent their disclosure document (MDS/SDS).",
                vendors.contracted, vendors.disclosure_received
            ),
        ));
    }
    if let Some(matrix) = &facts.responsibility {
        look |= matrix.holes > 0;
        yours.push(Text::new(
            format!("責任分界の表で、受け持つ人がいない欄が{}。", matrix.holes),
            format!("Cells of the responsibility matrix that nobody holds: {}.", matrix.holes),
        ));
    }
    no_answer(&mut yours);
    Change {
        key: "outsourced",
        title: Text::new("保守委託機関編（5つ目の編）", "Fifth volume: outsourced maintenance"),
        says: Text::new(
            "すべてのサーバの更新を事業者に委ねる機関のための編。更新の責任を事業者が負うと契約書・約款・SLA等に書かれている時だけ該当し、書かれていないか曖昧なら医療機関の責任とみなされ得ます。別紙の確認項目はMDS 41・SDS 58の計99とされていますが、設問の文は手元のデータにありません。",
            "For institutions that leave the updates of all servers to vendors. It fits only if contract, terms or SLA say that the vendor bears them; if silent or unclear, the duty may lie with the institution. The annex is said to have 99 items (41 MDS, 58 SDS); their texts are not in our data.",
        ),
        confidence: Confidence::Seen,
        place: Text::new(
            "保守委託機関編 図1注記、別紙（項目数は推定）",
            "Outsourced-maintenance volume, figure 1 and annex (number of items inferred)",
        ),
        yours,
        ask: vec![
            Text::new(
                "どの事業者の契約書に「更新は事業者の責任」と書かれていますか。サーバごとに、契約の条を確かめてください。",
                "Which contracts say that updates are the vendor's duty? Look up the article for each server.",
            ),
            Text::new(
                "診療所でも、処理が単体で終わるPCはサーバに数えるとされています（推定）。数え落としはありませんか。",
                "Even at a clinic, a PC that completes processing by itself is said to count as a server (inferred). Is any left out?",
            ),
        ],
        due: None,
        look,
    }
}

fn backups(facts: &FactSheet, catalogue: &Catalogue) -> Change {
    let (mut yours, weak) = answers(facts, catalogue, &["backup.offline", "bcp.plan", "bcp.drill"]);
    let mut look = weak;
    if let Some(backups) = &facts.backups {
        look |= backups.offline < backups.systems;
        yours.push(Text::new(
            format!(
                "対象のシステム{}のうち、切り離した控えがあるもの{}、1年以内に戻す試験をしたもの{}。",
                backups.systems, backups.offline, backups.restore_tested
            ),
            format!(
                "Of {} systems, {} have a copy offline and {} a restore test within a year.",
                backups.systems, backups.offline, backups.restore_tested
            ),
        ));
    }
    no_answer(&mut yours);
    Change {
        key: "backups",
        title: Text::new("攻撃を前提としたバックアップとBCP", "Backups and continuity on the assumption of attacks"),
        says: Text::new(
            "攻撃を前提としたバックアップとBCPが具体的になったと紹介されています。条文は確認できていません。",
            "Backups and continuity plans are said to be made more concrete on the assumption of attacks. The clauses were not found.",
        ),
        confidence: Confidence::Inferred,
        place: Text::new("改定の紹介", "As reported"),
        yours,
        ask: Vec::new(),
        due: None,
        look,
    }
}

fn sharing(facts: &FactSheet) -> Change {
    let mut yours = Vec::new();
    let mut look = false;
    if let Some(matrix) = &facts.responsibility {
        look = matrix.holes + matrix.contradictions > 0 || !matrix.signed;
        let signed = if matrix.signed { ("署名済み", "signed") } else { ("署名がまだ", "not signed") };
        yours.push(Text::new(
            format!("責任分界の表: 欄{}、食い違い{}、{}。", matrix.cells, matrix.contradictions, signed.0),
            format!(
                "Responsibility matrix: {} cells, {} contradictions, {}.",
                matrix.cells, matrix.contradictions, signed.1
            ),
        ));
    }
    no_answer(&mut yours);
    Change {
        key: "sharing",
        title: Text::new("事業者との役割分担と、供給網のリスク", "Role sharing with vendors, supply-chain risk"),
        says: Text::new(
            "事業者ガイドライン2.0版に合わせた役割分担とリスクの話し合い、サプライチェーンリスクが加わったと紹介されています。条文は確認できていません。",
            "Role sharing and talking about risks to match vendor guideline 2.0, and supply-chain risk, are said to be added. The clauses were not found.",
        ),
        confidence: Confidence::Inferred,
        place: Text::new("改定の紹介", "As reported"),
        yours,
        ask: Vec::new(),
        due: None,
        look,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{ConnectionFacts, VendorFacts};
    use jiff::civil::date;

    #[test]
    fn two_factor_counts_down_and_names_the_lines_without_it() {
        let lines = ConnectionFacts { total: 9, without_two_factor: 4, ..ConnectionFacts::default() };
        let facts = FactSheet { connections: Some(lines), ..FactSheet::default() };
        let changes = changes_of_7_0(&facts, &Catalogue::default(), date(2026, 11, 21));
        let change = &changes[0];
        assert_eq!(change.due, Some((date(2027, 4, 1), 131)));
        assert!(change.look);
        assert!(change.yours[0].en.contains("unknown: 4 (of 9 connections)"), "{:?}", change.yours);
        assert_eq!(
            changes_of_7_0(&facts, &Catalogue::default(), date(2027, 4, 2))[0].due.map(|(_, left)| left),
            Some(-1)
        );
    }

    #[test]
    fn without_facts_nothing_is_claimed_and_questions_stay() {
        for change in changes_of_7_0(&FactSheet::default(), &Catalogue::default(), date(2026, 11, 21)) {
            assert!(!change.look, "{}", change.key);
            assert_eq!(change.yours.len(), 1, "{}", change.key);
            assert!(change.yours[0].en.contains("nothing about this facility"), "{}", change.key);
        }
    }

    #[test]
    fn missing_disclosure_documents_are_counted() {
        let vendors = VendorFacts { contracted: 6, disclosure_received: 4, ..VendorFacts::default() };
        let facts = FactSheet { vendors: Some(vendors), ..FactSheet::default() };
        let changes = changes_of_7_0(&facts, &Catalogue::default(), date(2026, 11, 21));
        let volume = changes.iter().find(|change| change.key == "outsourced").expect("there");
        assert!(volume.look && volume.yours[0].en.contains("Of 6 vendors under contract, 4"), "{:?}", volume.yours);
    }
}
