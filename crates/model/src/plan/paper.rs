//! The plan as one paper, in one language: sections, the card for cutting off, telephone lists, a tab per role, a card per
//! ward. Pages, PDF and DOCX only lay it out.

use super::{
    Ground, PlanStructure, Role, Row, SectionKey, SectionState, Snapshot, Stage, Step, cell, first_steps, gaps,
    phone_tree, state,
};
use crate::text::{Lang, Text, folded};
use crate::time::date_words;
use serde::Serialize;

/// The whole plan in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// The sections, in order.
    pub sections: Vec<PaperSection>,
    /// The card for cutting off: one table per stage.
    pub cut_off: Vec<FactTable>,
    /// What nobody can be called to cut.
    pub holes: Vec<String>,
    /// Whom each caller calls.
    pub phones: Vec<PhoneList>,
    /// The first steps of each role that has any.
    pub roles: Vec<RoleTab>,
    /// What each ward does on paper.
    pub wards: Vec<WardCard>,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaperSection {
    /// Which.
    pub key: SectionKey,
    /// 1, 2, 3 …
    pub number: usize,
    /// Heading.
    pub title: String,
    /// How far it is.
    pub state: SectionState,
    /// The chapters of the ministry's papers it answers to.
    pub chapters: Vec<String>,
    /// What stands in it.
    pub blocks: Vec<Block>,
    /// What is missing.
    pub gaps: Vec<String>,
}

/// A part of a section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase", tag = "is")]
pub enum Block {
    /// A text.
    Text {
        /// Heading.
        title: String,
        /// The text, with its line breaks.
        text: String,
    },
    /// A table.
    Table(FactTable),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactTable {
    /// Heading.
    pub title: String,
    /// Headings of the columns.
    pub heads: Vec<String>,
    /// Rows, as wide as the headings.
    pub rows: Vec<Vec<String>>,
    /// Where its rows are changed, below the facility's address: `ledger/systems`. `None`: in the plan itself.
    pub place: Option<&'static str>,
}

/// A telephone list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PhoneList {
    /// Who calls.
    pub caller: String,
    /// Part, who, by day, at night, instead.
    pub calls: Vec<[String; 5]>,
}

/// A tab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoleTab {
    /// The role's key.
    pub key: String,
    /// The role.
    pub title: String,
    /// Its steps: within how many minutes, what, details.
    pub steps: Vec<(String, String, String)>,
}

/// A ward's card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WardCard {
    /// The ward.
    pub ward: String,
    /// What continues, is limited, stops, if the plan says so of this ward.
    pub operation: Option<[String; 3]>,
    /// Form, where it is kept, how many copies, who types it in later.
    pub forms: Vec<[String; 4]>,
}

fn word(lang: Lang, ja: &str, en: &str) -> String {
    Text::new(ja, en).get(lang).to_owned()
}

fn comma(lang: Lang, items: &[String]) -> String {
    items.join(if lang == Lang::Ja { "、" } else { ", " })
}

fn number(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Puts a plan into words.
#[must_use]
pub fn paper(structure: &PlanStructure, plan: &Snapshot, lang: Lang) -> Paper {
    let cut_off = plan.cut_off();
    Paper {
        sections: (1..).zip(&structure.sections).map(|(at, guide)| section(at, structure, guide, plan, lang)).collect(),
        cut_off: cut_tables(plan, lang),
        holes: cut_off.holes.into_iter().map(|hole| hole.what).collect(),
        phones: phones(&plan.ground, lang),
        roles: Role::ALL.iter().filter_map(|role| tab(plan, *role, lang)).collect(),
        wards: wards(plan),
    }
}

fn section(
    at: usize,
    structure: &PlanStructure,
    guide: &super::SectionGuide,
    plan: &Snapshot,
    lang: Lang,
) -> PaperSection {
    let written = plan.written(guide.key);
    let mut blocks: Vec<Block> = guide
        .texts
        .iter()
        .filter(|text| !written.text(&text.key).is_empty())
        .map(|text| Block::Text { title: text.title.get(lang).to_owned(), text: written.text(&text.key).to_owned() })
        .collect();
    blocks.extend(fact_tables(guide.key, plan, lang).into_iter().filter(|t| !t.rows.is_empty()).map(Block::Table));
    for table in &guide.tables {
        let rows = written.rows(&table.key);
        if rows.is_empty() {
            continue;
        }
        let read = |row: &&Row| {
            let of = |column: &super::Column| match (column.of.as_deref(), cell(row, &column.key)) {
                (Some("roles"), key) => Role::from_key(key).map_or_else(|| key.to_owned(), |r| r.title().get(lang).to_owned()),
                (_, text) => text.to_owned(),
            };
            table.columns.iter().map(of).collect()
        };
        blocks.push(Block::Table(FactTable {
            title: table.title.get(lang).to_owned(),
            heads: table.columns.iter().map(|column| column.title.get(lang).to_owned()).collect(),
            rows: rows.iter().map(read).collect(),
            place: None,
        }));
    }
    let chapters = structure.chapters_of(guide).into_iter().map(|c| format!("{} {}", c.number, c.title.get(lang)));
    PaperSection {
        key: guide.key,
        number: at,
        title: guide.key.title().get(lang).to_owned(),
        state: state(guide.key, plan),
        chapters: chapters.collect(),
        blocks,
        gaps: gaps(guide.key, plan).iter().map(|gap| gap.get(lang).to_owned()).collect(),
    }
}

/// What the registers say in a section; empty tables are there too, so that a page can say where to fill them.
#[must_use]
pub fn fact_tables(section: SectionKey, plan: &Snapshot, lang: Lang) -> Vec<FactTable> {
    let ground = &plan.ground;
    let w = |ja: &str, en: &str| word(lang, ja, en);
    match section {
        SectionKey::Organisation => vec![FactTable {
            title: w("院内の責任者と代わりの人", "People of the house and their substitutes"),
            heads: vec![w("役割", "Part"), w("人", "Who"), w("代わりの人", "Substitute"), w("その電話", "Telephone")],
            rows: ground
                .people
                .iter()
                .filter(|person| person.part.is_inside())
                .map(|p| vec![title(p.part, lang), p.who.clone(), p.substitute.clone(), p.substitute_phone.clone()])
                .collect(),
            place: Some("forms/contacts"),
        }],
        SectionKey::Contacts => vec![FactTable {
            title: w("連絡網（上から順に）", "Contacts, in the order of calling"),
            heads: vec![
                w("役割", "Part"),
                w("人", "Who"),
                w("昼", "By day"),
                w("夜・休日", "Nights, holidays"),
                w("出ないとき", "Instead"),
            ],
            rows: ground
                .people
                .iter()
                .map(|p| {
                    let instead = joined(&p.substitute, &p.substitute_phone);
                    vec![title(p.part, lang), p.who.clone(), p.phone_day.clone(), p.phone_night.clone(), instead]
                })
                .collect(),
            place: Some("forms/contacts"),
        }],
        SectionKey::Systems => systems(ground, lang),
        SectionKey::CutOff => cut_tables(plan, lang),
        SectionKey::Vendors => vec![FactTable {
            title: w("電話をかける事業者", "Vendors to call"),
            heads: vec![
                w("事業者", "Vendor"),
                w("緊急の窓口", "Emergency desk"),
                w("電話", "Telephone"),
                w("受付の時間", "Hours"),
                w("受け持つシステム", "Systems"),
                w("いつもの担当", "Usual contact"),
            ],
            rows: ground
                .vendors
                .iter()
                .map(|v| {
                    let systems = comma(lang, &v.systems);
                    vec![v.name.clone(), v.desk.clone(), v.phone.clone(), v.hours.clone(), systems, v.usual.clone()]
                })
                .collect(),
            place: Some("vendors"),
        }],
        SectionKey::Restore => vec![backups(ground, lang)],
        SectionKey::Reporting => vec![FactTable {
            title: w("報告先", "Offices to report to"),
            heads: vec![
                w("報告先", "To"),
                w("窓口", "Desk"),
                w("電話・時間", "Telephone, hours"),
                w("メール・ページ", "E-mail, page"),
                w("確かめた日", "Checked"),
            ],
            rows: ground
                .offices
                .iter()
                .map(|o| {
                    vec![
                        o.recipient.title().get(lang).to_owned(),
                        joined(&o.name, &o.note),
                        joined(&o.phone, &o.hours),
                        joined(&o.email, &o.url),
                        o.checked.map(|day| date_words(day, lang)).unwrap_or_default(),
                    ]
                })
                .collect(),
            place: Some("plan/offices"),
        }],
        _ => Vec::new(),
    }
}

fn title(part: crate::contacts::Part, lang: Lang) -> String {
    part.title().get(lang).to_owned()
}

fn joined(first: &str, second: &str) -> String {
    [first.trim(), second.trim()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ")
}

fn systems(ground: &Ground, lang: Lang) -> Vec<FactTable> {
    let w = |ja: &str, en: &str| word(lang, ja, en);
    vec![
        FactTable {
            title: w("診療での重要度の順（止まると患者さんが困る順）", "By importance for patients"),
            heads: vec![w("重要度", "Rank"), w("システム", "System"), w("戻すまで（時間）", "Back within (hours)"), w("止まった間", "Meanwhile")],
            rows: ground
                .systems
                .iter()
                .map(|s| vec![number(s.importance), s.name.clone(), number(s.rto_hours), s.note.clone()])
                .collect(),
            place: Some("ledger/systems"),
        },
        FactTable {
            title: w("復旧の順（起こす順。重要度の順とは別）", "By order of restarting (not the same as importance)"),
            heads: vec![w("順", "Order"), w("システム", "System"), w("保守の会社", "Maintainer"), w("区画", "Segment")],
            rows: ground
                .by_recovery()
                .into_iter()
                .map(|s| vec![number(s.order), s.name.clone(), s.vendor.clone(), s.segment.clone()])
                .collect(),
            place: Some("ledger/systems"),
        },
    ]
}

fn backups(ground: &Ground, lang: Lang) -> FactTable {
    let w = |ja: &str, en: &str| word(lang, ja, en);
    FactTable {
        title: w("バックアップ（復旧の順）", "Backups, in the order of restarting"),
        heads: vec![
            w("システム", "System"),
            w("控え", "Copy"),
            w("間隔（時間）・世代", "Interval (hours), generations"),
            w("媒体と場所", "Medium and place"),
            w("切り離し", "Kept apart"),
            w("最後に戻せた日", "Last restored"),
        ],
        rows: ground
            .by_recovery()
            .into_iter()
            .flat_map(|system| ground.copies.iter().filter(|copy| copy.system == system.name).map(move |c| (system, c)))
            .map(|(system, copy)| {
                let apart = copy.separation.title();
                let tested = system.restore_tested.map(|day| date_words(day, lang)).unwrap_or_default();
                let minutes = system.restore_minutes.map(|m| word(lang, &format!("（{m}分）"), &format!(" ({m} min)")));
                vec![
                    system.name.clone(),
                    copy.name.clone(),
                    [number(copy.interval_hours), number(copy.generations)].join(" / "),
                    joined(copy.medium.title().get(lang), &copy.place),
                    apart.get(lang).to_owned(),
                    format!("{tested}{}", minutes.unwrap_or_default()),
                ]
            })
            .collect(),
        place: Some("ledger/backups"),
    }
}

/// The stages of cutting off. What nobody can be called for says so in its cell.
fn cut_tables(plan: &Snapshot, lang: Lang) -> Vec<FactTable> {
    let w = |ja: &str, en: &str| word(lang, ja, en);
    let cut_off = plan.cut_off();
    Stage::ALL
        .iter()
        .map(|stage| FactTable {
            title: stage.title().get(lang).to_owned(),
            heads: vec![w("切るもの", "What"), w("切る人（昼）", "Who, by day"), w("夜・休日", "Nights, holidays"), w("切り方", "How"), w("止まるもの", "Stops")],
            rows: cut_off
                .of(*stage)
                .map(|cut| {
                    let by_day = if cut.apart {
                        w("切り離して保管。つながない", "Kept apart: do not connect")
                    } else if cut.is_hole() {
                        w("未定（決めること）", "NOBODY (to be decided)")
                    } else {
                        joined(&cut.who, &cut.phone)
                    };
                    let night = joined(&cut.night, &cut.night_phone);
                    vec![cut.what.clone(), by_day, night, cut.how.clone(), comma(lang, &cut.stops)]
                })
                .collect(),
            place: (*stage == Stage::Outside).then_some("ledger/connections"),
        })
        .collect()
}

fn phones(ground: &Ground, lang: Lang) -> Vec<PhoneList> {
    phone_tree(ground)
        .into_iter()
        .map(|branch| PhoneList {
            caller: match branch.part {
                None => word(lang, "気づいた人", "Whoever notices"),
                Some(part) => joined(&title(part, lang), &branch.who),
            },
            calls: branch
                .calls
                .into_iter()
                .map(|call| {
                    let instead = joined(&call.substitute, &call.substitute_phone);
                    [title(call.part, lang), call.who, call.phone_day, call.phone_night, instead]
                })
                .collect(),
        })
        .collect()
}

fn tab(plan: &Snapshot, role: Role, lang: Lang) -> Option<RoleTab> {
    let steps = first_steps(plan, role.key());
    if steps.is_empty() {
        return None;
    }
    let line = |step: Step| {
        let within = step.within_minutes.map(|m| word(lang, &format!("{m}分以内"), &format!("within {m} min")));
        let detail = if step.hole && step.detail.get(lang).trim().is_empty() {
            word(lang, "未定（決めること）", "not decided yet")
        } else {
            step.detail.get(lang).to_owned()
        };
        (within.unwrap_or_default(), step.what.get(lang).to_owned(), detail)
    };
    Some(RoleTab {
        key: role.key().to_owned(),
        title: role.title().get(lang).to_owned(),
        steps: steps.into_iter().map(line).collect(),
    })
}

fn wards(plan: &Snapshot) -> Vec<WardCard> {
    let operation = plan.written(SectionKey::Departments).rows("operation");
    let mut cards: Vec<WardCard> = Vec::new();
    for row in plan.written(SectionKey::Paper).rows("forms") {
        let ward = cell(row, "ward");
        let form = ["form", "kept", "copies", "transcriber"].map(|column| cell(row, column).to_owned());
        match cards.iter_mut().find(|card| folded(&card.ward) == folded(ward)) {
            Some(card) => card.forms.push(form),
            None => cards.push(WardCard {
                ward: ward.to_owned(),
                operation: operation
                    .iter()
                    .find(|row| folded(cell(row, "department")) == folded(ward))
                    .map(|row| ["continues", "limited", "stops"].map(|column| cell(row, column).to_owned())),
                forms: vec![form],
            }),
        }
    }
    cards
}
