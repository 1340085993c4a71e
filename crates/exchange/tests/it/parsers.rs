//! Any bytes are read or refused in words.

use hakutaku_exchange::{csaf, stix};
use proptest::prelude::*;
use serde_json::{Value, json};

fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        Just("type"),
        Just("id"),
        Just("spec_version"),
        Just("objects"),
        Just("pattern"),
        Just("pattern_type"),
        Just("object_refs"),
        Just("created"),
        Just("modified"),
        Just("object_marking_refs"),
        Just("document"),
        Just("csaf_version"),
        Just("product_tree"),
        Just("branches"),
        Just("category"),
        Just("name"),
        Just("product"),
        Just("product_id"),
        Just("vulnerabilities"),
        Just("product_status"),
        Just("known_affected"),
        Just("tracking"),
    ];
    let text = prop_oneof![
        Just("bundle".to_owned()),
        Just("indicator".to_owned()),
        Just("report".to_owned()),
        Just("2.1".to_owned()),
        Just("2.0".to_owned()),
        Just("stix".to_owned()),
        Just("[url:value = 'x']".to_owned()),
        Just("indicator--00000000-0000-4000-8000-000000000001".to_owned()),
        Just("2026-01-01T00:00:00Z".to_owned()),
        Just("product_version_range".to_owned()),
        Just("vers:all/<1|>2".to_owned()),
        ".{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text.prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..8).prop_map(|pairs| Value::Object(
                pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
            )),
        ]
    })
}

proptest! {
    #[test]
    fn bytes(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Err(error) = stix::read(&bytes) {
            prop_assert!(!error.text().is_incomplete());
        }
        if let Err(error) = csaf::read(&bytes) {
            prop_assert!(error.texts().iter().all(|text| !text.is_incomplete()));
        }
    }

    #[test]
    fn json_of_the_right_words(value in any_json(), other in any_json()) {
        let _ = stix::read(value.to_string().as_bytes());
        let bundle = json!({ "type": "bundle", "objects": [value, other] });
        let read = stix::read(bundle.to_string().as_bytes()).expect("a bundle");
        prop_assert_eq!(read.verdicts.len(), 2, "a verdict for each");
        let advisory = json!({ "document": value, "product_tree": other, "vulnerabilities": [value, other] });
        let _ = csaf::faults(&advisory);
        let _ = csaf::read(advisory.to_string().as_bytes());
    }
}
