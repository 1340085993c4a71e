//! The spool, as a specification.

use super::*;

fn draft(user: &str) -> Draft {
    Draft {
        protocol: "tcp",
        persona: "nas",
        source: IpAddr::from([192, 0, 2, 1]),
        source_port: 1,
        dest_port: 2,
        kind: Kind::Connect,
        user: Some(user.to_owned()),
        secret_hash: None,
        detail: BTreeMap::new(),
    }
}

struct Place {
    folder: tempfile::TempDir,
    keys: Keys,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let keys = Keys::open(folder.path()).expect("keys");
        Self { folder, keys }
    }

    fn spool(&self) -> Spool {
        Spool::open(self.folder.path(), &self.keys, 1 << 30).expect("spool")
    }

    fn last_file(&self) -> PathBuf {
        segments(self.folder.path()).pop().expect("a file").1
    }
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart_and_the_chain_goes_on() {
    let place = Place::new();
    for round in 0..3 {
        let spool = place.spool();
        for n in 0..5 {
            spool.write(draft(&format!("{round}-{n}"))).await.expect("written");
        }
    }
    let verdict = verify(place.folder.path()).expect("read");
    assert_eq!((verdict.first, verdict.chain.number, verdict.fault), (1, 15, None));
    assert_eq!(lines_after(place.folder.path(), 12).count(), 3);
}

#[tokio::test]
async fn a_torn_last_line_is_cut_off_and_the_rest_stands() {
    let place = Place::new();
    {
        let spool = place.spool();
        spool.write(draft("a")).await.expect("written");
        spool.write(draft("b")).await.expect("written");
    }
    let path = place.last_file();
    let mut bytes = fs::read(&path).expect("read");
    bytes.extend_from_slice(b"{\"id\":\"half");
    fs::write(&path, bytes).expect("torn");
    place.spool().write(draft("c")).await.expect("written");
    let verdict = verify(place.folder.path()).expect("read");
    assert_eq!((verdict.chain.number, verdict.fault), (3, None));
}

#[tokio::test]
async fn one_changed_letter_is_found() {
    let place = Place::new();
    {
        let spool = place.spool();
        for user in ["anna", "berta", "clara"] {
            spool.write(draft(user)).await.expect("written");
        }
    }
    let path = place.last_file();
    let text = fs::read_to_string(&path).expect("read");
    fs::write(&path, text.replace("berta", "marta")).expect("changed");
    let verdict = verify(place.folder.path()).expect("read");
    assert_eq!(verdict.fault, Some(hakutaku_model::touch::Break::Signature { number: 2 }));
}

#[tokio::test]
async fn lines_missing_at_the_end_are_found_because_the_centre_has_them() {
    let place = Place::new();
    {
        let spool = place.spool();
        for user in ["a", "b", "c"] {
            spool.write(draft(user)).await.expect("written");
        }
        spool.sent(3).expect("kept");
    }
    let path = place.last_file();
    let text = fs::read_to_string(&path).expect("read");
    let kept: Vec<&str> = text.lines().take(2).collect();
    fs::write(&path, format!("{}\n", kept.join("\n"))).expect("changed");
    assert!(verify(place.folder.path()).expect("read").fault.is_some());
    assert!(place.spool().figures().alarms().contains_key(&Trouble::Chain));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_are_each_written_once() {
    let place = Place::new();
    let spool = place.spool();
    let tasks: Vec<_> = (0..50)
        .map(|task| {
            let spool = spool.clone();
            tokio::spawn(async move {
                for n in 0..20 {
                    spool.write(draft(&format!("{task}/{n}"))).await.expect("written");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("ran");
    }
    let users: std::collections::BTreeSet<Option<String>> = lines_after(place.folder.path(), 0)
        .map(|line| {
            let signed: hakutaku_model::touch::SignedTouch =
                serde_json::from_slice(&line.expect("line").1).expect("touch");
            signed.touch.user
        })
        .collect();
    assert_eq!(users.len(), 1000);
    assert_eq!(verify(place.folder.path()).expect("read").chain.number, 1000);
}

#[tokio::test]
async fn a_full_spool_gives_up_what_the_centre_has_and_nothing_else() {
    let place = Place::new();
    let spool = Spool::open(place.folder.path(), &place.keys, 20 * 1024 * 1024).expect("spool");
    let long = "x".repeat(250);
    let mut big = draft("a");
    for n in 0..20 {
        big.detail.insert(format!("k{n}"), long.clone());
    }
    let write = |spool: Spool, big: Draft, count: usize| async move {
        let all: Vec<_> = (0..count)
            .map(|_| {
                tokio::spawn({
                    let (spool, big) = (spool.clone(), big.clone());
                    async move { spool.write(big).await }
                })
            })
            .collect();
        for one in all {
            one.await.expect("ran").expect("written");
        }
    };
    // About 6 kB each: 18 MiB in three files.
    write(spool.clone(), big.clone(), 3000).await;
    spool.sent(3000).expect("kept");
    write(spool.clone(), big, 1000).await;
    let verdict = verify(place.folder.path()).expect("read");
    assert!(verdict.first > 1 && verdict.first <= 3001, "{}", verdict.first);
    assert_eq!((verdict.chain.number, verdict.fault), (4000, None));
}
