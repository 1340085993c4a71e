//! Programs of others.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Python with what `e2e/requirements.txt` names.
pub(crate) fn python() -> PathBuf {
    let python = root().join("e2e/.python/bin/python");
    assert!(python.exists(), "{} is missing: run scripts/install-test-tools", python.display());
    python
}

/// Runs Python with a program and a file of JSON as its argument, and gives what it prints.
pub(crate) fn run_python(program: &str, input: &Value) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("input.json");
    std::fs::write(&file, serde_json::to_vec(input).expect("JSON")).expect("written");
    let output = Command::new(python()).args(["-c", program]).arg(&file).output().expect("Python runs");
    assert!(output.status.success(), "{}", all_of(&output));
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What `stix2_validator` says of bundles: errors and warnings of each, one a line.
pub(crate) fn validate(bundles: &Value) -> Vec<(Vec<String>, Vec<String>)> {
    const PROGRAM: &str = "
import json, sys
from stix2validator import validate_string, ValidationOptions
out = []
for bundle in json.load(open(sys.argv[1])):
    result = validate_string(json.dumps(bundle), ValidationOptions(version='2.1', enforce_refs=True))
    results = result if isinstance(result, list) else [result]
    errors, warnings = [], []
    for one in results:
        errors += [f'{getattr(one, \"object_id\", \"\")}: {error}' for error in one.errors]
        warnings += [f'{getattr(one, \"object_id\", \"\")}: {warning}' for warning in one.warnings]
    out.append({'valid': all(one.is_valid for one in results), 'errors': errors, 'warnings': warnings})
print(json.dumps(out))
";
    let said: Vec<Value> = serde_json::from_str(&run_python(PROGRAM, bundles)).expect("JSON");
    let lines = |said: &Value, field: &str| {
        let all = said[field].as_array().expect("a list").iter();
        all.map(|one| one.as_str().expect("text").to_owned()).collect::<Vec<_>>()
    };
    said.iter()
        .map(|said| {
            assert_eq!(said["valid"].as_bool(), Some(lines(said, "errors").is_empty()), "{said}");
            (lines(said, "errors"), lines(said, "warnings"))
        })
        .collect()
}

pub(crate) fn all_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
