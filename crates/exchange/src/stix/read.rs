//! STIX 2.1 in: a bundle, object by object, into drafts of notices.

use super::marking::label_of;
use super::notice::is_cve;
use super::pattern::{self, PatternError};
use crate::draft::Draft;
use crate::json::{self, JsonError, LIMITS, list, plain, text, texts};
use crate::verdict::{Verdict, Worth};
use hakutaku_model::region::notice::{Criterion, Indicator, IndicatorKind, NoticeKind, Tlp};
use hakutaku_model::text::Text;
use hakutaku_model::time::Ts;
use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most objects read from one bundle.
pub const MOST_OBJECTS: usize = 50_000;
/// Most indicators put into one draft: a person looks at it.
const MOST_INDICATORS: usize = 500;

/// Why a file is not read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No JSON, or beyond a limit.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// Not a bundle.
    #[error("it is not a STIX bundle: its type is not \"bundle\"")]
    NoBundle,
    /// A bundle of STIX 2.0, whose objects carry no version.
    #[error("it is a bundle of STIX 2.0; STIX 2.1 is read")]
    Older,
    /// Too many objects.
    #[error("the bundle has {0} objects; {MOST_OBJECTS} are read at most")]
    Many(usize),
}

impl ReadError {
    /// In words.
    #[must_use]
    pub fn text(&self) -> Text {
        let ja = match self {
            Self::Json(error) => return error.text(),
            Self::NoBundle => "STIXのまとまり（bundle）ではありません。".to_owned(),
            Self::Older => "STIX 2.0のファイルです。STIX 2.1で出してもらってください。".to_owned(),
            Self::Many(count) => format!("オブジェクトが{count}個あります。{MOST_OBJECTS}個までに分けてください。"),
        };
        Text::new(ja, format!("{self}."))
    }
}

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reading {
    /// One for each object, in the order of the file.
    pub verdicts: Vec<Verdict>,
    /// What notices could be made of.
    pub drafts: Vec<Draft>,
    /// Objects nothing is made of, as they came: not lost.
    pub kept: Vec<Value>,
}

/// Reads a bundle. Changes nothing: it is the dry run, and what a person then takes is in it.
///
/// # Errors
/// When it is no bundle of STIX 2.1, or goes beyond a limit.
pub fn read(bytes: &[u8]) -> Result<Reading, ReadError> {
    let value = json::read(bytes, LIMITS)?;
    if text(&value, "type") != Some("bundle") {
        return Err(ReadError::NoBundle);
    }
    if text(&value, "spec_version").is_some_and(|version| version.starts_with("2.0")) {
        return Err(ReadError::Older);
    }
    let objects = list(&value, "objects");
    if objects.len() > MOST_OBJECTS {
        return Err(ReadError::Many(objects.len()));
    }
    Ok(Bundle::of(objects).reading())
}

/// What is wrong with the parts that every object has (section 3.2); used for objects that come by TAXII, too.
///
/// # Errors
/// The sentence that says it.
pub fn check_object(object: &Value) -> Result<(), Text> {
    let wrong = |ja: &str, en: &str| Err(Text::new(ja, en));
    if !object.is_object() {
        return wrong("オブジェクトではありません。", "It is not an object.");
    }
    let Some(kind) = text(object, "type").filter(|kind| is_type(kind)) else {
        return wrong("type（種類）がありません。", "It has no usable type.");
    };
    let Some(uuid) = text(object, "id").and_then(|id| id.strip_prefix(kind)?.strip_prefix("--")) else {
        return wrong("idが「種類--番号」の形ではありません。", "Its id is not its type, two hyphens and a UUID.");
    };
    if uuid.len() != 36 || uuid::Uuid::try_parse(uuid).is_err() {
        return wrong("idの番号がUUIDではありません。", "Its id does not end in a UUID.");
    }
    match text(object, "spec_version") {
        Some("2.1") => {}
        // Only observables may leave it out (section 3.2).
        None if text(object, "created").is_none() => {}
        Some("2.0") | None => {
            return wrong(
                "STIX 2.0のオブジェクトです（spec_versionがありません）。",
                "It is of STIX 2.0: it has no spec_version.",
            );
        }
        Some(_) => return wrong("STIX 2.1ではない版です。", "It is of a version other than STIX 2.1."),
    }
    for field in ["created", "modified", "valid_from", "published"] {
        if object.get(field).is_some_and(|value| instant(value).is_none()) {
            return Err(Text::new(format!("{field}が日時ではありません。"), format!("Its \"{field}\" is not a time.")));
        }
    }
    if let (Some(created), Some(modified)) =
        (object.get("created").and_then(instant), object.get("modified").and_then(instant))
        && modified < created
    {
        return wrong("変更の日時が作成より前です。", "It was modified before it was created.");
    }
    Ok(())
}

fn is_type(kind: &str) -> bool {
    (3..=250).contains(&kind.len())
        && kind.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn instant(value: &Value) -> Option<Ts> {
    Ts::try_from(value.as_str().filter(|text| text.len() <= 40)?.to_owned()).ok()
}

struct Bundle<'v> {
    objects: &'v [Value],
    /// The place of the newest version of each id.
    newest: BTreeMap<&'v str, usize>,
    verdicts: Vec<Option<Verdict>>,
    /// Markings defined in the bundle that are labels of TLP.
    labels: BTreeMap<&'v str, Tlp>,
}

impl<'v> Bundle<'v> {
    fn of(objects: &'v [Value]) -> Self {
        let mut bundle =
            Self { objects, newest: BTreeMap::new(), verdicts: vec![None; objects.len()], labels: BTreeMap::new() };
        for (at, object) in objects.iter().enumerate() {
            if let Err(words) = check_object(object) {
                bundle.say(at, Worth::Refused, words);
                continue;
            }
            let id = text(object, "id").unwrap_or_default();
            match bundle.newest.get(id).copied() {
                Some(there) if version(&objects[there]) >= version(object) => {
                    bundle.say(
                        at,
                        Worth::Kept,
                        Text::new(
                            "同じ番号の、より新しいものがあります。",
                            "A version at least as new is in the bundle.",
                        ),
                    );
                }
                there => {
                    if let Some(there) = there {
                        bundle.say(
                            there,
                            Worth::Kept,
                            Text::new(
                                "同じ番号の、より新しいものがあります。",
                                "A version at least as new is in the bundle.",
                            ),
                        );
                    }
                    bundle.newest.insert(id, at);
                }
            }
            if let Some(tlp) = defined_label(object) {
                bundle.labels.insert(id, tlp);
            }
        }
        bundle
    }

    fn say(&mut self, at: usize, worth: Worth, words: Text) {
        let object = &self.objects[at];
        let short = |field| text(object, field).map(|text| plain(text, 300)).unwrap_or_default();
        self.verdicts[at] =
            Some(Verdict { at: format!("/objects/{at}"), id: short("id"), kind: short("type"), worth, words });
    }

    fn find(&self, id: &str) -> Option<(usize, &'v Value)> {
        self.newest.get(id).map(|at| (*at, &self.objects[*at]))
    }

    /// The label of an object: the narrowest of its markings.
    fn label(&self, object: &Value) -> Tlp {
        let granular = list(object, "granular_markings").iter().filter_map(|one| text(one, "marking_ref"));
        let labels: Vec<Tlp> = texts(object, "object_marking_refs")
            .chain(granular)
            .filter_map(|id| label_of(id).or_else(|| self.labels.get(id).copied()))
            .collect();
        // Without a label nobody has said that it may be passed on.
        labels.into_iter().max().unwrap_or(Tlp::AmberStrict)
    }

    fn source(&self, object: &Value) -> String {
        let id = text(object, "created_by_ref").unwrap_or_default();
        let name = self.find(id).and_then(|(_, identity)| text(identity, "name")).unwrap_or(id);
        plain(name, 120)
    }

    fn reading(mut self) -> Reading {
        let mut drafts = Vec::new();
        let mut used: BTreeSet<usize> = BTreeSet::new();
        let places: Vec<usize> = self.newest.values().copied().collect();
        for at in places.iter().copied() {
            let object = &self.objects[at];
            if matches!(text(object, "type"), Some("report" | "note" | "grouping")) {
                drafts.push(self.account(at, &mut used));
            }
        }
        // What no report speaks of is still something to look for.
        let mut loose: BTreeMap<(String, Tlp), Vec<usize>> = BTreeMap::new();
        for at in places.iter().copied().filter(|at| !used.contains(at)) {
            let object = &self.objects[at];
            if self.verdicts[at].is_none() && matches!(text(object, "type"), Some("indicator" | "vulnerability")) {
                loose.entry((self.source(object), self.label(object))).or_default().push(at);
            }
        }
        for ((source, tlp), parts) in loose {
            let first = parts.first().and_then(|at| text(&self.objects[*at], "id")).unwrap_or_default();
            let mut draft = Draft {
                source_id: first.to_owned(),
                source,
                changed: String::new(),
                withdrawn: false,
                kind: NoticeKind::Attack,
                tlp,
                title: "届いた手がかり".to_owned(),
                text: "ほかの団体から届いた手がかりです。説明は付いていません。".to_owned(),
                actions: Vec::new(),
                indicators: Vec::new(),
                products: Vec::new(),
            };
            parts.into_iter().for_each(|at| self.part(at, &mut draft));
            drafts.extend(Some(draft).filter(|draft| !draft.indicators.is_empty()));
        }
        for at in 0..self.objects.len() {
            if self.verdicts[at].is_none() {
                self.name_rest(at);
            }
        }
        let verdicts: Vec<Verdict> = self.verdicts.into_iter().flatten().collect();
        let kept = verdicts.iter().zip(self.objects).filter(|(said, _)| said.worth == Worth::Kept);
        let kept = kept.map(|(_, object)| object.clone()).collect();
        Reading { verdicts, drafts, kept }
    }

    /// A report, note or grouping with what it refers to.
    fn account(&mut self, at: usize, used: &mut BTreeSet<usize>) -> Draft {
        let object = &self.objects[at];
        let is_note = text(object, "type") == Some("note");
        let (head, body) = if is_note { ("abstract", "content") } else { ("name", "description") };
        let body = text(object, body).unwrap_or_default();
        let title = text(object, head).unwrap_or_else(|| body.lines().next().unwrap_or_default());
        let types: Vec<&str> = texts(object, "report_types").collect();
        let mut draft = Draft {
            source_id: text(object, "id").unwrap_or_default().to_owned(),
            source: self.source(object),
            changed: text(object, "modified").map(|text| plain(text, 40)).unwrap_or_default(),
            withdrawn: object.get("revoked").and_then(Value::as_bool).unwrap_or(false),
            kind: NoticeKind::Attack,
            tlp: self.label(object),
            title: Draft::title(title),
            text: Draft::text(body),
            actions: Vec::new(),
            indicators: Vec::new(),
            products: Vec::new(),
        };
        if texts(object, "labels").any(|label| label == "exercise") {
            draft.kind = NoticeKind::Exercise;
        } else if types.contains(&"vulnerability") {
            draft.kind = NoticeKind::Vulnerability;
        }
        let refs: Vec<usize> = texts(object, "object_refs").filter_map(|id| self.find(id)).map(|(at, _)| at).collect();
        let missing =
            texts(object, "object_refs").filter(|id| self.find(id).is_none() && label_of(id).is_none()).count();
        for part in refs {
            used.insert(part);
            draft.tlp = draft.tlp.max(if self.carries(part) { self.label(&self.objects[part]) } else { Tlp::Clear });
            self.part(part, &mut draft);
        }
        let words = match (draft.withdrawn, missing) {
            (true, _) => Text::new("取り消されたお知らせです。", "It has been taken back by its source."),
            (false, 0) => Text::new("お知らせの下書きになります。", "A draft of a notice is made of it."),
            (false, missing) => Text::new(
                format!("お知らせの下書きになります。参照先{missing}個はこのファイルにありません。"),
                format!("A draft of a notice is made of it; {missing} objects it refers to are not in the file."),
            ),
        };
        self.say(at, Worth::Taken, words);
        draft
    }

    /// Whether an object tells something that ends up in a draft.
    fn carries(&self, at: usize) -> bool {
        matches!(text(&self.objects[at], "type"), Some("indicator" | "vulnerability" | "software"))
    }

    /// Puts one object into a draft, and says so.
    fn part(&mut self, at: usize, draft: &mut Draft) {
        let object = &self.objects[at];
        let taken = |words: Text| (Worth::Taken, words);
        let kept = |ja: &str, en: &str| (Worth::Kept, Text::new(ja, en));
        let revoked = object.get("revoked").and_then(Value::as_bool).unwrap_or(false);
        let (worth, words) = match text(object, "type") {
            Some("indicator" | "vulnerability") if revoked => kept("取り消されています。", "It has been taken back."),
            Some("indicator") => match self.indicators(object) {
                Ok(found) if draft.indicators.len() + found.len() > MOST_INDICATORS => kept(
                    "手がかりが多すぎて下書きに入りません。機械でそのまま使ってください。",
                    "There are too many to put into one draft; use them by machine.",
                ),
                Ok(found) => {
                    let count = found.len();
                    found.into_iter().for_each(|one| draft.look_for(one));
                    taken(Text::new(
                        format!("手がかり{count}個として使います。"),
                        format!("Taken as {count} things to look for."),
                    ))
                }
                Err(PatternError::Complex) => kept(
                    "条件が複雑なので、一覧にできません。そのまま残します。",
                    "Its pattern says more than a list; it is kept as it is.",
                ),
                Err(PatternError::Foreign) => kept(
                    "ここで扱わない種類の手がかりです。そのまま残します。",
                    "It looks for things that are not noted here; it is kept as it is.",
                ),
                Err(PatternError::Broken) => {
                    (Worth::Refused, Text::new("条件（pattern）が読めません。", "Its pattern cannot be read."))
                }
            },
            Some("vulnerability") => match weakness(object) {
                Some(value) => {
                    let words =
                        Text::new(format!("弱点 {value} として使います。"), format!("Taken as weakness {value}."));
                    draft.look_for(Indicator { kind: IndicatorKind::Weakness, value });
                    taken(words)
                }
                None => kept("弱点の番号がありません。", "It names no number of a weakness."),
            },
            Some("software") => match text(object, "name") {
                Some(name) if !name.trim().is_empty() => {
                    draft.products.push(software(object, name));
                    taken(Text::new("対象の製品として使います。", "Taken as a product concerned."))
                }
                _ => (Worth::Refused, Text::new("製品の名前がありません。", "It names no product.")),
            },
            _ => return,
        };
        self.say(at, worth, words);
    }

    fn indicators(&self, object: &Value) -> Result<Vec<Indicator>, PatternError> {
        match (text(object, "pattern_type"), text(object, "pattern")) {
            (Some("stix"), Some(pattern)) => pattern::read(pattern),
            (Some(_), Some(_)) => Err(PatternError::Foreign),
            _ => Err(PatternError::Broken),
        }
    }

    /// What is left: objects that support others, and what nobody here knows.
    fn name_rest(&mut self, at: usize) {
        let words = match text(&self.objects[at], "type").unwrap_or_default() {
            "identity" => Text::new("だれが書いたかの記録です。", "It says who wrote it."),
            "marking-definition" | "extension-definition" | "language-content" => {
                Text::new("ほかのオブジェクトの説明です。", "It describes other objects.")
            }
            "indicator" | "vulnerability" => Text::new("下書きには入りませんでした。", "It is in no draft."),
            kind if KNOWN.contains(&kind) => Text::new(
                "お知らせにはしない種類です。そのまま残します。",
                "No notice is made of this type; it is kept as it is.",
            ),
            _ => Text::new("知らない種類です。そのまま残します。", "The type is not known here; it is kept as it is."),
        };
        self.say(at, Worth::Kept, words);
    }
}

/// The types STIX 2.1 defines that are used nowhere above.
const KNOWN: [&str; 34] = [
    "artifact",
    "attack-pattern",
    "autonomous-system",
    "campaign",
    "course-of-action",
    "directory",
    "domain-name",
    "email-addr",
    "email-message",
    "file",
    "infrastructure",
    "intrusion-set",
    "ipv4-addr",
    "ipv6-addr",
    "location",
    "mac-addr",
    "malware",
    "malware-analysis",
    "mutex",
    "network-traffic",
    "observed-data",
    "opinion",
    "process",
    "relationship",
    "sighting",
    "software",
    "threat-actor",
    "tool",
    "url",
    "user-account",
    "windows-registry-key",
    "x509-certificate",
    "incident",
    "grouping",
];

fn version(object: &Value) -> Option<Ts> {
    object.get("modified").or_else(|| object.get("created")).and_then(instant)
}

/// The label a marking definition defines, in any of the three ways they are written.
fn defined_label(object: &Value) -> Option<Tlp> {
    if text(object, "type") != Some("marking-definition") {
        return None;
    }
    let new = object.get("extensions").and_then(|all| all.get(super::EXTENSION)).and_then(|one| text(one, "tlp_2_0"));
    let old = object.get("definition").and_then(|one| text(one, "tlp"));
    match new.or(old)?.to_ascii_lowercase().as_str() {
        "clear" | "white" => Some(Tlp::Clear),
        "green" => Some(Tlp::Green),
        "amber" => Some(Tlp::Amber),
        "amber+strict" => Some(Tlp::AmberStrict),
        "red" => Some(Tlp::Red),
        _ => None,
    }
}

fn weakness(object: &Value) -> Option<String> {
    let referred = list(object, "external_references")
        .iter()
        .filter(|one| text(one, "source_name").is_some_and(|name| name.eq_ignore_ascii_case("cve")))
        .find_map(|one| text(one, "external_id"));
    let number = referred.filter(|id| is_cve(id)).or_else(|| text(object, "name").filter(|name| is_cve(name)))?;
    Some(number.to_uppercase())
}

fn software(object: &Value, name: &str) -> Criterion {
    let mut criterion = Criterion {
        maker: text(object, "vendor").map(|text| plain(text, 120)).unwrap_or_default(),
        product: plain(name, 200),
        ..Criterion::default()
    };
    criterion.versions.exactly.extend(text(object, "version").map(|text| plain(text, 120)));
    criterion
}
