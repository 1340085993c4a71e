//! An answers file of any bytes is taken or refused with problems, never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(catalogue) = hakutaku_catalog::embedded() else { return };
    let Ok(text) = std::str::from_utf8(data) else { return };
    match hakutaku_model::answers_file::parse(text, &catalogue) {
        Ok(_) => {}
        Err(problems) => assert!(!problems.is_empty(), "a refusal says why"),
    }
});
