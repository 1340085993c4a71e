//! What the sensor does when the system gives no more: descriptors, disk, a steady clock.

use crate::program::{Program, touches, try_ftp, verify, wait};
use std::io::Read as _;
use std::net::TcpStream;
use std::path::PathBuf;

const DECOYS: [(&str, &str); 3] = [("ftp", "nas"), ("http", "nas"), ("tcp", "nas")];

#[test]
fn visitors_who_take_all_descriptors_are_an_alarm_and_blind_nothing() {
    let folder = tempfile::tempdir().expect("folder");
    let limited = ["sh", "-c", "ulimit -n 128; exec \"$@\"", "sh"];
    let sensor = Program::within(folder.path(), &DECOYS, "", &limited, &[]).expect("started");
    assert!(!sensor.alarm("no-descriptors"));
    let held: Vec<TcpStream> = (0..300).map(|_| sensor.connect("tcp")).collect();
    wait("the alarm", || sensor.alarm("no-descriptors"));
    // Some are inside, the others were turned away, each with a touch.
    wait("those turned away are gone", || sensor.figure("open_visits") < 128);
    let inside = usize::try_from(sensor.figure("open_visits")).expect("a count");
    assert!(inside >= 20, "{inside}");
    wait("those turned away are written down", || sensor.touches().len() >= held.len() - inside);
    // The other decoys go on, and so do the figures and the spool.
    assert!(try_ftp(sensor.address("ftp"), "while-it-is-full"));
    assert!(sensor.alarm("no-descriptors"), "it stands while they are held");
    drop(held);
    wait("everybody has left", || sensor.figure("open_visits") == 0);
    assert!(try_ftp(sensor.address("ftp"), "afterwards"));
    wait("the end of the alarm", || !sensor.alarm("no-descriptors"));
    let all = sensor.touches();
    let silent = all.iter().filter(|signed| signed.touch.protocol == "tcp").count();
    assert_eq!(silent, 300, "one touch for each who held a connection");
    assert_eq!(all.iter().filter(|signed| signed.touch.user.is_some()).count(), 2);
    assert_eq!(sensor.figure("dropped_total"), 0);
    sensor.verify();
}

/// Mounts a small disk where the spool will be, in a view of the file system that only the sensor has.
const SMALL_DISK: &str =
    "mount -t tmpfs -o size=256k tmpfs \"$0\" && head -c 128k /dev/zero > \"$0/ballast\" && exec \"$@\"";

#[test]
fn a_full_disk_is_said_nothing_is_answered_that_is_not_written_and_room_ends_it() {
    let folder = tempfile::tempdir().expect("folder");
    let spool = folder.path().join("spool");
    std::fs::create_dir(&spool).expect("folder");
    let at = spool.display().to_string();
    let limited = ["unshare", "--map-root-user", "--mount", "sh", "-c", SMALL_DISK, &at];
    let Some(sensor) = Program::within(folder.path(), &DECOYS, "", &limited, &[]) else {
        println!("no file system can be mounted here: the full disk is not tested");
        return;
    };
    // The sensor's view.
    let seen = PathBuf::from(format!("/proc/{}/root{at}", sensor.process()));
    let mut answered = Vec::new();
    let mut refused = None;
    for number in 0..5_000 {
        let name = format!("try-{number}");
        if try_ftp(sensor.address("ftp"), &name) {
            answered.push(name);
        } else {
            refused = Some(name);
            break;
        }
    }
    let refused = refused.expect("128 KiB are full after some tries");
    assert!(sensor.alarm("disk"), "{}", sensor.figures());
    // The door is still there: whoever comes is greeted; only what would be a touch is not answered.
    let mut greeting = [0; 3];
    sensor.connect("ftp").read_exact(&mut greeting).expect("greeted");
    assert_eq!(&greeting, b"220");
    let on_disk: Vec<_> = touches(&seen).into_iter().filter_map(|signed| signed.touch.user).collect();
    assert_eq!(on_disk, answered, "what was answered is on disk and nothing else");
    // Somebody makes room.
    std::fs::remove_file(seen.join("ballast")).expect("removed");
    wait("the end of the alarm", || !sensor.alarm("disk"));
    assert!(try_ftp(sensor.address("ftp"), "afterwards"));
    wait("the try that waited is written too", || {
        touches(&seen).iter().any(|signed| signed.touch.user.as_deref() == Some(&refused))
    });
    assert_eq!(sensor.figure("dropped_total"), 0);
    verify(&seen);
}

#[test]
fn leaps_of_the_clock_are_said_and_change_no_order() {
    let library = std::fs::read_dir("/usr/lib")
        .expect("folder")
        .flatten()
        .map(|entry| entry.path().join("faketime/libfaketime.so.1"))
        .find(|path| path.exists())
        .expect("libfaketime (scripts/install-test-tools)");
    for leap in ["-7200", "+172800"] {
        let folder = tempfile::tempdir().expect("folder");
        let file = folder.path().join("clock");
        std::fs::write(&file, "+0").expect("written");
        let environment = [
            ("LD_PRELOAD", library.display().to_string()),
            ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
            ("FAKETIME_NO_CACHE", "1".to_owned()),
            // Only the wall clock leaps.
            ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ];
        let sensor = Program::within(folder.path(), &DECOYS, "", &[], &environment).expect("started");
        for name in ["a", "b"] {
            assert!(try_ftp(sensor.address("ftp"), name));
        }
        assert!(!sensor.alarm("clock"), "{}", sensor.figures());
        // As a whole: half a number would be another leap.
        std::fs::write(folder.path().join("new"), leap).expect("written");
        std::fs::rename(folder.path().join("new"), &file).expect("renamed");
        for name in ["c", "d"] {
            assert!(try_ftp(sensor.address("ftp"), name), "{leap}");
        }
        assert!(sensor.alarm("clock"), "{leap}");
        let all = sensor.touches();
        let names: Vec<_> = all.iter().filter_map(|signed| signed.touch.user.as_deref()).collect();
        assert_eq!(names, ["a", "b", "c", "d"], "{leap}");
        let hours = (all[2].touch.time.micros() - all[1].touch.time.micros()) / 3_600_000_000;
        // The touches say what the clock said.
        assert!(if leap == "-7200" { hours <= -1 } else { hours >= 47 }, "{leap}: {hours}");
        assert_eq!(sensor.verify(), 4);
    }
}
