//! The sentences the page's script says, handed over as JSON in the page: scripts know no language of their own.

use crate::shell::words::{Key, Words};
use serde_json::{Map, Value};

/// Sentences without a gap.
const PLAIN: [(&str, Key); 22] = [
    ("saving", Key("answering-js-saving")),
    ("kept", Key("answering-js-kept")),
    ("signedOut", Key("answering-js-signed-out")),
    ("signIn", Key("answering-js-sign-in")),
    ("ended", Key("answering-js-ended")),
    ("forbidden", Key("answering-js-forbidden")),
    ("closed", Key("answering-closed")),
    ("retry", Key("answering-js-retry")),
    ("backOnline", Key("answering-js-back-online")),
    ("reason", Key("answering-reason-missing")),
    ("chooseFirst", Key("answering-js-choose-first")),
    ("cleared", Key("answering-conflict-cleared")),
    ("conflict", Key("answering-js-conflict")),
    ("mine", Key("answering-conflict-mine")),
    ("theirs", Key("answering-conflict-theirs")),
    ("takeMine", Key("answering-conflict-take-mine")),
    ("takeTheirs", Key("answering-conflict-take-theirs")),
    ("note", Key("answering-note")),
    ("notSaved", Key("answering-js-not-saved")),
    ("notApplicable", Key("answering-na")),
    ("open", Key("answering-open")),
    ("commented", Key("answering-js-commented")),
];

/// Sentences with gaps the script fills: `{time}`, `{name}`, `{count}`.
fn with_gaps(t: Words) -> [(&'static str, String); 7] {
    [
        ("saved", t.a("answering-js-saved", "time", "{time}")),
        ("savedBy", t.a2("answering-js-saved-by", "name", "{name}", "time", "{time}")),
        ("clearedBy", t.a("answering-js-cleared-by", "time", "{time}")),
        ("waiting", t.a("answering-js-waiting", "count", "{count}")),
        ("offline", t.a("answering-js-offline", "count", "{count}")),
        ("progress", t.a2("answering-js-progress", "answered", "{answered}", "total", "{total}")),
        ("unconfirmed", t.a("answering-js-unconfirmed", "count", "{count}")),
    ]
}

/// The JSON for `<script type="application/json">`: safe to stand in HTML.
pub(crate) fn json(t: Words) -> String {
    let mut words: Map<String, Value> =
        PLAIN.iter().map(|(name, key)| ((*name).to_owned(), Value::from(t.k(*key)))).collect();
    words.extend(with_gaps(t).map(|(name, sentence)| (name.to_owned(), Value::from(sentence))));
    Value::Object(words).to_string().replace('<', "\\u003c")
}
