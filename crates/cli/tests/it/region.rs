//! A region on one machine: two servers on one PostgreSQL, a stream server, a sensor of its own process.

use crate::program::{hakutaku, path_text, run, stderr, stdout};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::FacilityId;
use hakutaku_model::time::Ts;
use hakutaku_store::testing::Place;
use hakutaku_store::{Act, DatabaseUrl, Store};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A process that is killed when the test ends.
struct Process(Child);

impl Process {
    /// As by `kill -9`.
    fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

fn listens(address: SocketAddr, process: &mut Process) {
    while TcpStream::connect(address).is_err() {
        assert_eq!(process.0.try_wait().expect("asked"), None, "it ended early");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn now() -> Ts {
    Ts::from_micros(jiff::Timestamp::now().as_microsecond())
}

/// Everything but the processes.
struct Region {
    place: Place,
    runtime: tokio::runtime::Runtime,
    store: Store,
    home: FacilityId,
    keys: PathBuf,
    stream: SocketAddr,
    decoy: SocketAddr,
}

impl Region {
    fn new() -> Self {
        let place = Place::postgres();
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let store = runtime.block_on(place.open());
        let (stream, keys) = (free(), place.scratch().join("events"));
        let listen = stream.to_string();
        let made = run(&["events", "setup", "--folder", path_text(&keys), "--listen", &listen, "--gibibytes", "1"]);
        assert!(made.status.success(), "{}", stderr(&made));
        assert!(stdout(&made).contains("--events-issuer"));
        let profile = FacilityProfile {
            name: "白沢記念病院".to_owned(),
            kind: FacilityKind::Hospital,
            prefecture: 13,
            beds: 240,
            it_staff_tenths: 15,
        };
        let (act, answers) = (Act::system(now()), ["hospital-it".into()]);
        let home = runtime.block_on(store.create_facility(&act, &profile, &answers)).expect("creates").id;
        Self { place, runtime, store, home, keys, stream, decoy: free() }
    }

    fn stream_server(&self) -> Process {
        let child = Command::new("nats-server")
            .arg("--config")
            .arg(self.keys.join("nats-server.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server is installed (scripts/install-test-tools)");
        let mut process = Process(child);
        listens(self.stream, &mut process);
        process
    }

    fn serve(&self, address: SocketAddr) -> Process {
        let DatabaseUrl::Postgres(database) = &self.place.options.database else { panic!("PostgreSQL") };
        let child = hakutaku()
            .args(["serve", "--listen", &address.to_string(), "--database", database])
            .args(["--data", path_text(&self.place.options.data), "--events", &format!("nats://{}", self.stream)])
            .args(["--events-credentials", path_text(&self.keys.join("centre.creds"))])
            .args(["--events-issuer", path_text(&self.keys.join("issuer.json"))])
            .stdout(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut process = Process(child);
        listens(address, &mut process);
        process
    }

    fn spool(&self) -> PathBuf {
        self.place.scratch().join("spool")
    }

    fn config(&self) -> PathBuf {
        self.place.scratch().join("decoy.toml")
    }

    /// Enrols the sensor with the server at an address.
    fn enrol(&self, centre: SocketAddr) {
        let act = Act::system(now());
        let invited = self.store.invite_sensor(&act, self.home, "外来2階", now().plus_seconds(600));
        let code = self.runtime.block_on(invited).expect("invites");
        let text = format!(
            "spool = {:?}\n[centre]\nevents = \"nats://{}\"\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"{}\"\npersona = \"nas\"\n",
            self.spool(),
            self.stream,
            self.decoy
        );
        std::fs::write(self.config(), text).expect("written");
        let centre = format!("http://{centre}");
        let config = self.config();
        let enrolled = run(&["decoy", "enrol", "--centre", &centre, "--code", &code, "--config", path_text(&config)]);
        assert!(enrolled.status.success(), "{}", stderr(&enrolled));
    }

    fn sensor(&self) -> Process {
        let child = hakutaku()
            .args(["decoy", "run", "--config", path_text(&self.config())])
            .stdout(Stdio::null())
            .spawn()
            .expect("the sensor starts");
        let mut process = Process(child);
        // This is a touch too.
        listens(self.decoy, &mut process);
        process
    }

    fn touch(&self, times: usize) {
        for _ in 0..times {
            drop(TcpStream::connect(self.decoy).expect("connected"));
        }
    }

    /// Waits until the centre has so many touches, and no more.
    fn arrived(&self, count: u64) {
        loop {
            let known = self.runtime.block_on(self.store.sensors(self.home)).expect("lists");
            let known = known.first().expect("enrolled");
            assert_eq!(known.fault, None);
            if known.chain.number >= count {
                assert_eq!(known.chain.number, count);
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the stream has taken so many touches.
    fn published(&self, count: u64) {
        while std::fs::read_to_string(self.spool().join("published")).ok() != Some(count.to_string()) {
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn status(&self) -> String {
        let (url, credentials) = (format!("nats://{}", self.stream), self.keys.join("centre.creds"));
        stdout(&run(&["events", "status", "--events", &url, "--events-credentials", path_text(&credentials)]))
    }

    fn until_status(&self, words: &str) {
        while !self.status().contains(words) {
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

#[test]
fn a_sensor_enrols_and_its_touches_arrive_though_the_server_that_takes_them_in_is_killed() {
    let region = Region::new();
    // Nothing that is in use is overwritten.
    let again = run(&["events", "setup", "--folder", path_text(&region.keys)]);
    assert_eq!(again.status.code(), Some(2), "{}", stderr(&again));
    let (one, two) = (free(), free());
    // The first server is there before the stream server: it serves, and goes on as soon as that is there.
    let mut first = region.serve(one);
    let mut stream = region.stream_server();
    let second = region.serve(two);
    region.enrol(two);
    let pass = region.spool().join("events.json");
    assert!(std::fs::read_to_string(&pass).expect("a pass").contains("expires_at"));
    let mode = std::fs::metadata(&pass).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    // A sensor that has no pass (any more) asks for one.
    std::fs::remove_file(&pass).expect("removed");
    let sensor = region.sensor();
    region.touch(49);
    region.arrived(50);
    first.kill();
    region.touch(50);
    region.arrived(100);
    stream.kill();
    region.touch(50);
    let _stream = region.stream_server();
    region.arrived(150);
    region.until_status("taking them in:  a server");
    // Taken out of use, nothing of it is kept any more; nor does it stay in the stream.
    let id = region.runtime.block_on(region.store.sensors(region.home)).expect("lists")[0].id;
    region.runtime.block_on(region.store.retire_sensor(&Act::system(now()), region.home, id)).expect("retires");
    region.touch(5);
    region.published(155);
    region.until_status("waiting touches: 0");
    region.arrived(150);
    drop((sensor, second));
}

#[test]
#[ignore = "takes three minutes: the sensor must be sure before it sends again"]
fn touches_that_a_stream_server_lost_with_its_disk_are_published_again() {
    let region = Region::new();
    let one = free();
    let mut server = region.serve(one);
    let mut stream = region.stream_server();
    region.enrol(one);
    let _sensor = region.sensor();
    region.touch(19);
    region.arrived(20);
    server.kill();
    region.touch(30);
    region.published(50);
    stream.kill();
    std::fs::remove_dir_all(region.keys.join("stream")).expect("the disk is lost");
    let _stream = region.stream_server();
    let _server = region.serve(one);
    region.touch(5);
    region.arrived(55);
}
