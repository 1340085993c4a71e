//! A spool that ends in any bytes: it is read and verified without a panic, what the sensor wrote before is still counted,
//! nothing that it did not write ever is, and opened again it goes on with a whole line.

#![no_main]

use hakutaku_decoy::keys::Keys;
use hakutaku_decoy::spool::{Spool, lines_after, verify};
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::{Chain, Kind, LINE, Touch, TouchId};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

/// Most good lines in front.
const GOOD: usize = 3;

struct Bench {
    folder: tempfile::TempDir,
    keys: Keys,
    /// The first so many good lines.
    good: Vec<Vec<u8>>,
}

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    // In memory where there is such a place: the disk is not what is tried here.
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder");
    let keys = Keys::open(folder.path()).expect("keys");
    let mut chain = Chain { sensor: keys.sensor, number: 0, hash: Hash::ZERO };
    let mut good = vec![Vec::new()];
    for number in 1..=GOOD as u64 {
        let line = Touch {
            id: TouchId { sensor: keys.sensor, number },
            sensor: keys.sensor,
            time: Ts::from_micros(1_700_000_000_000_000),
            protocol: "ssh".to_owned(),
            persona: "linux-server".to_owned(),
            source_ip: [10, 0, 0, 9].into(),
            source_port: 40_000,
            dest_port: 22,
            kind: Kind::SignIn,
            user: Some("管理者".to_owned()),
            secret_hash: None,
            detail: BTreeMap::new(),
            previous: chain.hash,
        }
        .sign(&keys.signing);
        chain.advance(&line);
        let mut all: Vec<u8> = good.last().cloned().unwrap_or_default();
        all.extend(line);
        all.push(b'\n');
        good.push(all);
    }
    Bench { folder, keys, good }
});

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Bench { folder, keys, good } = &*BENCH;
    let count = usize::from(*first) % good.len();
    let path = folder.path().join("touch-000000000001.jsonl");
    fs::write(&path, [&good[count][..], rest].concat()).expect("written");

    for line in lines_after(folder.path(), 0) {
        let Ok((number, line)) = line else { break };
        assert!(number > 0 && line.len() <= LINE && !line.contains(&b'\n'));
    }
    let wrong = verify(folder.path()).map(|verdict| (verdict.chain.number, verdict.fault.is_some()));
    let has_more = rest.contains(&b'\n');
    match wrong {
        Ok((number, fault)) => assert_eq!((number, fault), (count as u64, has_more), "nobody else can sign"),
        Err(error) => assert!(rest.len() > LINE, "{error}"),
    }

    if Spool::open(folder.path(), keys, 1 << 30).is_ok() {
        let left = fs::read(&path).unwrap_or_default();
        assert!(left.is_empty() || left.ends_with(b"\n"));
        assert!(left.starts_with(&good[count]));
    }
});
