//! What a section still lacks. A section counts as written when somebody could act on it tonight, not when it is long.

use super::{SectionKey, Snapshot, Stage, Written, cell};
use crate::contacts::Part;
use crate::known::keyed;
use crate::office::Recipient;
use crate::text::{Text, folded};

keyed! {
    /// How far a section is.
    SectionState {
        /// Nothing stands in it.
        #[default]
        Empty = "empty", "まだ書いていない", "Not begun";
        /// Something is missing.
        Begun = "begun", "足りない所がある", "Something is missing";
        /// Somebody could act on it.
        Written = "written", "書けている", "Written";
    }
}

/// How far a section is.
#[must_use]
pub fn state(section: SectionKey, plan: &Snapshot) -> SectionState {
    if gaps(section, plan).is_empty() {
        SectionState::Written
    } else if plan.written(section).is_empty() && !has_facts(section, plan) {
        SectionState::Empty
    } else {
        SectionState::Begun
    }
}

fn has_facts(section: SectionKey, plan: &Snapshot) -> bool {
    let ground = &plan.ground;
    match section {
        SectionKey::Organisation | SectionKey::Contacts => !ground.people.is_empty(),
        SectionKey::Systems => !ground.systems.is_empty(),
        SectionKey::CutOff => !ground.lines.is_empty(),
        SectionKey::Vendors => !ground.vendors.is_empty(),
        SectionKey::Reporting => !ground.offices.is_empty(),
        _ => false,
    }
}

/// What a section lacks, each as a sentence that says what to do.
#[must_use]
pub fn gaps(section: SectionKey, plan: &Snapshot) -> Vec<Text> {
    let written = plan.written(section);
    match section {
        SectionKey::Purpose => {
            needs(written, &[("aim", "目的を書く。", "Write the aim."), ("policy", "基本方針を書く。", "Write the policy.")])
        }
        SectionKey::Organisation => organisation(plan),
        SectionKey::Contacts => contacts(plan),
        SectionKey::Activation => activation(written),
        SectionKey::Impact => table(
            written,
            "impacts",
            &["effect", "signs"],
            ("何が使えないと患者さんに何が起きるかを表に書く。", "Say in the table what happens to patients when something is not there."),
        ),
        SectionKey::Systems => systems(plan),
        SectionKey::Departments => table(
            written,
            "operation",
            &["continues", "limited", "stops"],
            ("部署ごとに、続けること・減らすこと・止めることを書く。", "For each department, write what continues, is limited and stops."),
        ),
        SectionKey::Paper => table(
            written,
            "forms",
            &["form", "kept", "copies", "transcriber"],
            ("病棟ごとに、使う用紙・置き場所・枚数・後で入力する人を書く。", "For each ward, write the form, where it is kept, how many copies, and who types it in later."),
        ),
        SectionKey::CutOff => cut_off(plan),
        SectionKey::Vendors => vendors(plan),
        SectionKey::Restore => restore(plan),
        SectionKey::Reporting => reporting(plan),
        SectionKey::Communication => needs(
            written,
            &[
                ("staff", "職員への文面を用意する。", "Prepare the words for the staff."),
                ("patients", "患者さんへの文面を用意する。", "Prepare the words for patients."),
                ("press", "記者への文面を用意する。", "Prepare the words for the press."),
                ("hospitals", "近くの病院・救急への文面を用意する。", "Prepare the words for other hospitals."),
            ],
        ),
        SectionKey::Evidence => {
            let mut found = needs(written, &[("rules", "証拠の残し方の決まりを書く。", "Write the rules for keeping evidence.")]);
            if written.rows("keep").is_empty() {
                found.push(Text::new("何を・だれが・どう残すかを表に書く。", "Say in the table what is kept, by whom and how."));
            }
            found
        }
        SectionKey::Review => needs(
            written,
            &[
                ("cycle", "いつ見直すかを書く。", "Write when it is looked at again."),
                ("afterwards", "事案の後の振り返り方を書く。", "Write how an incident is gone over afterwards."),
            ],
        ),
    }
}

fn needs(written: &Written, fields: &[(&str, &str, &str)]) -> Vec<Text> {
    let missing = fields.iter().filter(|(key, ..)| written.text(key).is_empty());
    missing.map(|(_, ja, en)| Text::new(*ja, *en)).collect()
}

/// A table that must have a row, and in its rows the columns that make them usable.
fn table(written: &Written, key: &str, columns: &[&str], (ja, en): (&str, &str)) -> Vec<Text> {
    let rows = written.rows(key);
    if rows.is_empty() {
        return vec![Text::new(ja, en)];
    }
    let open = rows.iter().filter(|row| columns.iter().any(|column| cell(row, column).is_empty())).count();
    if open == 0 {
        return Vec::new();
    }
    vec![Text::new(format!("空欄のある行が{open}行ある。"), format!("{open} rows have empty cells."))]
}

fn organisation(plan: &Snapshot) -> Vec<Text> {
    let mut found = Vec::new();
    for part in [Part::Director, Part::SafetyManager, Part::It] {
        let title = part.title();
        match plan.ground.people.iter().find(|person| person.part == part) {
            None => found.push(Text::new(
                format!("「{}」を連絡網に書く。", title.ja),
                format!("Enter the {} in the contact chart.", title.en.to_lowercase()),
            )),
            Some(person) if person.substitute.is_empty() => found.push(Text::new(
                format!("「{}」の代わりの人を決める。", title.ja),
                format!("Name a substitute for the {}.", title.en.to_lowercase()),
            )),
            Some(_) => {}
        }
    }
    found.extend(table(
        plan.written(SectionKey::Organisation),
        "team",
        &["who", "does"],
        ("対策本部の役割の表を書く。", "Fill in the table of roles in the headquarters."),
    ));
    found
}

fn contacts(plan: &Snapshot) -> Vec<Text> {
    let ground = &plan.ground;
    let mut found = Vec::new();
    if ground.people.is_empty() {
        return vec![Text::new("連絡網に人を書く。", "Enter people in the contact chart.")];
    }
    for part in &ground.vacant {
        let title = part.title();
        found.push(Text::new(
            format!("連絡網に「{}」がない。", title.ja),
            format!("The contact chart has nobody for: {}.", title.en),
        ));
    }
    let mute = ground.people.iter().filter(|p| p.phone_day.is_empty() && p.phone_night.is_empty()).count();
    if mute > 0 {
        found.push(Text::new(format!("電話番号のない人が{mute}人いる。"), format!("{mute} people have no telephone.")));
    }
    found.extend(needs(
        plan.written(SectionKey::Contacts),
        &[("report", "異常に気づいた人が何を伝えるかを書く。", "Write what whoever notices something has to tell.")],
    ));
    found
}

fn activation(written: &Written) -> Vec<Text> {
    let mut found = needs(written, &[("criteria", "発動の基準を書く。", "Write the criteria for activation.")]);
    found.extend(table(
        written,
        "levels",
        &["sign", "who", "begins"],
        ("段階ごとに、だれが判断し何が始まるかを書く。", "For each level, write who decides and what begins."),
    ));
    if written.rows("first-steps").is_empty() {
        found.push(Text::new("役割ごとの最初の動きを書く。", "Write the first steps of each role."));
    }
    found
}

fn systems(plan: &Snapshot) -> Vec<Text> {
    let ground = &plan.ground;
    if ground.systems.is_empty() {
        return vec![Text::new("台帳にシステムを書く。", "Enter the systems in the register.")];
    }
    let mut found = Vec::new();
    let unranked = ground.systems.iter().filter(|s| s.importance.is_none() || s.order.is_none()).count();
    if unranked > 0 {
        found.push(Text::new(
            format!("重要度か復旧の順が決まっていないシステムが{unranked}件ある。"),
            format!("{unranked} systems have no importance or no place in the recovery order."),
        ));
    }
    let rows = plan.written(SectionKey::Systems).rows("substitutes");
    let has = |name: &str| rows.iter().any(|row| folded(cell(row, "system")) == folded(name) && !cell(row, "instead").is_empty());
    let open = ground.systems.iter().filter(|s| s.note.trim().is_empty() && !has(&s.name)).count();
    if open > 0 {
        found.push(Text::new(
            format!("止まったときの代わりの方法がないシステムが{open}件ある。"),
            format!("{open} systems have no way of working meanwhile."),
        ));
    }
    found
}

fn cut_off(plan: &Snapshot) -> Vec<Text> {
    let cut_off = plan.cut_off();
    let mut found = needs(
        plan.written(SectionKey::CutOff),
        &[("rules", "だれが切ると決めるかを書く。", "Write who decides to cut.")],
    );
    if cut_off.of(Stage::Outside).next().is_none() {
        found.push(Text::new("外とつながる回線を台帳に書く。", "Enter the lines to the outside in the register."));
    }
    for hole in &cut_off.holes {
        found.push(Text::new(
            format!("「{}」を切る人と電話が決まっていない。", hole.what),
            format!("Nobody with a telephone is named who cuts “{}”.", hole.what),
        ));
    }
    found
}

fn vendors(plan: &Snapshot) -> Vec<Text> {
    if plan.ground.vendors.is_empty() {
        return vec![Text::new("事業者の登録に会社を書く。", "Enter the vendors in their register.")];
    }
    let mute: Vec<&str> =
        plan.ground.vendors.iter().filter(|v| v.phone.is_empty()).map(|v| v.name.as_str()).collect();
    let mut found = Vec::new();
    if !mute.is_empty() {
        found.push(Text::new(
            format!("緊急の電話がない事業者: {}", mute.join("、")),
            format!("Vendors without an emergency number: {}", mute.join(", ")),
        ));
    }
    found.extend(needs(
        plan.written(SectionKey::Vendors),
        &[("ask", "最初の電話で伝えること・頼むことを書く。", "Write what to say and ask in the first call.")],
    ));
    found
}

fn restore(plan: &Snapshot) -> Vec<Text> {
    let rows = plan.written(SectionKey::Restore).rows("procedures");
    let has = |name: &str| rows.iter().any(|row| folded(cell(row, "system")) == folded(name) && !cell(row, "steps").is_empty());
    let mut found = needs(
        plan.written(SectionKey::Restore),
        &[("rules", "戻し始める前に確かめることを書く。", "Write what is made sure of before restoring begins.")],
    );
    // The essential ones must have it; the others may follow.
    let open: Vec<&str> = plan
        .ground
        .systems
        .iter()
        .filter(|system| system.kind.is_essential() && !has(&system.name))
        .map(|system| system.name.as_str())
        .collect();
    if !open.is_empty() {
        found.push(Text::new(
            format!("戻す手順がないシステム: {}", open.join("、")),
            format!("Systems without a restore procedure: {}", open.join(", ")),
        ));
    }
    if plan.ground.systems.is_empty() && rows.is_empty() {
        found.push(Text::new("システムごとの戻す手順を書く。", "Write how each system is restored."));
    }
    found
}

fn reporting(plan: &Snapshot) -> Vec<Text> {
    let reachable = |recipient: Recipient| {
        plan.ground.offices.iter().any(|office| {
            office.recipient == recipient && !(office.phone.is_empty() && office.email.is_empty() && office.url.is_empty())
        })
    };
    Recipient::ALL
        .iter()
        .copied()
        .filter(|recipient| recipient.is_needed() && !reachable(*recipient))
        .map(|recipient| {
            let title = recipient.title();
            Text::new(
                format!("報告先「{}」の連絡先を書く。", title.ja),
                format!("Enter how to reach: {}.", title.en),
            )
        })
        .collect()
}
