//! A list of any bytes is read or refused with a sentence, and what is read keeps within its limits.

#![no_main]

use hakutaku_discovery::tables::{MOST_COLUMNS, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match read(data, "list.csv") {
        Ok(tables) => {
            for sheet in &tables.sheets {
                assert!(sheet.rows.iter().all(|row| row.len() <= MOST_COLUMNS));
            }
        }
        Err(refused) => assert!(!refused.text().is_incomplete(), "a refusal says why"),
    }
});
