//! A stream server, sensors and a centre of each test's own.

use hakutaku_decoy::config::Config;
use hakutaku_decoy::keys::{Enrolment, Keys};
use hakutaku_decoy::outbox::stream::save_pass;
use hakutaku_decoy::run::Sensor;
use hakutaku_events::line::Address;
use hakutaku_events::setup::{Made, Wishes, make};
use hakutaku_events::{Centre, Events, Figures, Issuer};
use hakutaku_model::facility::{FacilityKind, FacilityProfile};
use hakutaku_model::id::{FacilityId, SensorId};
use hakutaku_model::sensor::EventsPass;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::transport::Subject;
use hakutaku_store::{Act, Store};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn now() -> Ts {
    Ts::from_micros(jiff::Timestamp::now().as_microsecond())
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// A stream server with the keys and limits that `hakutaku events setup` makes; stopped when dropped.
pub(crate) struct StreamServer {
    pub(crate) made: Made,
    pub(crate) port: u16,
    child: Option<Child>,
    _folder: tempfile::TempDir,
}

impl StreamServer {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let wishes = Wishes {
            folder: folder.path().join("keys"),
            listen: format!("127.0.0.1:{port}"),
            store: folder.path().join("store"),
            gibibytes: 1,
            tls: None,
        };
        let made = make(&wishes, now()).expect("made");
        let mut server = Self { made, port, child: None, _folder: folder };
        server.again();
        server
    }

    pub(crate) fn again(&mut self) {
        let child = Command::new("nats-server")
            .arg("-c")
            .arg(&self.made.configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nats-server is installed (scripts/install-test-tools)");
        self.child = Some(child);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let ended = self.child.as_mut().and_then(|child| child.try_wait().expect("asked"));
            assert_eq!(ended, None, "the stream server ended");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As by `kill -9`.
    pub(crate) fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    pub(crate) async fn line(&self) -> Events {
        let address =
            Address { url: self.url(), credentials: Some(self.made.credentials.clone()), ca_file: None, replicas: 1 };
        Events::connect(&address).await.expect("an address")
    }

    pub(crate) fn issuer(&self) -> Issuer {
        Issuer::read(&self.made.issuer).expect("an issuer")
    }
}

impl Drop for StreamServer {
    fn drop(&mut self) {
        self.kill();
    }
}

pub(crate) async fn facility(store: &Store, name: &str) -> FacilityId {
    let profile = FacilityProfile {
        name: name.to_owned(),
        kind: FacilityKind::Hospital,
        prefecture: 13,
        beds: 240,
        it_staff_tenths: 15,
    };
    let act = Act::system(now());
    store.create_facility(&act, &profile, &["hospital-it".into()]).await.expect("creates").id
}

/// A sensor with one decoy, known at the centre, with a pass to the stream server.
pub(crate) struct Box {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) facility: FacilityId,
    pub(crate) id: SensorId,
    pub(crate) pass: EventsPass,
    events: String,
    running: Option<Sensor>,
}

impl Box {
    pub(crate) async fn new(store: &Store, facility: FacilityId, issuer: &Issuer, events: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut keys = Keys::open(folder.path()).expect("keys");
        let code = store
            .invite_sensor(&Act::system(now()), facility, "外来2階", now().plus_seconds(60))
            .await
            .expect("invites");
        let public = keys.public();
        let done = store.enrol_sensor(&code, public.sensor, &public.public_key, now()).await.expect("enrols");
        // Nobody answers there: health is not what these tests are about.
        let centre = format!("http://127.0.0.1:{}", free_port());
        keys.enrolment = Some(Enrolment { centre, token: done.token, secret_key: done.secret_key });
        keys.save(folder.path()).expect("saved");
        let key = keys.events_key().expect("a key").public_key();
        let subject = Subject { facility, sensor: keys.sensor };
        let pass = issuer.pass(subject, &key, now()).expect("a pass");
        save_pass(folder.path(), &pass).expect("saved");
        Self { folder, facility, id: keys.sensor, pass, events: events.to_owned(), running: None }
    }

    pub(crate) fn keys(&self) -> Keys {
        Keys::open(self.folder.path()).expect("keys")
    }

    pub(crate) fn start(&mut self) {
        let text = format!(
            "spool = {:?}\n[centre]\nevents = {:?}\n[[decoy]]\nprotocol = \"tcp\"\nlisten = \"127.0.0.1:0\"\npersona = \"nas\"\n",
            self.folder.path(),
            self.events
        );
        self.running = Some(Sensor::start(Config::parse(&text).expect("valid")).expect("started"));
    }

    /// Stops it; its runtime may not end inside of another.
    pub(crate) fn stop(&mut self) {
        if let Some(sensor) = self.running.take() {
            std::thread::spawn(move || drop(sensor)).join().expect("stopped");
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("runs").addresses()[0].1
    }

    /// So many visits, one after the other.
    pub(crate) fn touched(&self, times: usize) {
        touch(self.address(), times);
    }

    /// Touches in the spool.
    pub(crate) fn written(&self) -> u64 {
        hakutaku_decoy::spool::lines_after(self.folder.path(), 0).count() as u64
    }

    /// Waits until so many touches are in the spool.
    pub(crate) async fn wrote(&self, count: u64) {
        while self.written() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for Box {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(crate) fn touch(address: SocketAddr, times: usize) {
    for _ in 0..times {
        drop(TcpStream::connect(address).expect("connected"));
    }
}

/// A centre that takes touches in as long as the value lives. Dropped, it is as if its server had died.
pub(crate) struct Working {
    pub(crate) figures: Arc<Figures>,
    centre: Arc<Centre>,
    task: tokio::task::JoinHandle<()>,
}

impl Working {
    pub(crate) fn start(events: Events, store: Store, name: &str) -> Self {
        let centre = Arc::new(Centre::new(events, store, name.to_owned(), now));
        let works = centre.clone();
        Self { figures: centre.figures(), centre, task: tokio::spawn(async move { works.run().await }) }
    }

    /// As when the server is told to stop.
    pub(crate) async fn stop(self) {
        self.task.abort();
        self.centre.give_back().await;
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Waits until the store has so many touches of a sensor, and checks that each is there once, in order, without a fault.
pub(crate) async fn arrived(store: &Store, sensor: &Box, count: u64) {
    loop {
        let known = store.sensors(sensor.facility).await.expect("lists");
        let known = known.into_iter().find(|known| known.id == sensor.id).expect("known");
        assert_eq!(known.fault, None);
        if known.chain.number >= count {
            assert_eq!(known.chain.number, count);
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut numbers = Vec::new();
    let mut cursor = None;
    loop {
        let rows = store.touches(sensor.facility, cursor, 500).await.expect("lists");
        let Some(last) = rows.last() else { break };
        cursor = Some(hakutaku_store::TouchCursor { arrived_at: last.arrived_at, id: last.signed.touch.id });
        numbers.extend(
            rows.iter().filter(|row| row.signed.touch.sensor == sensor.id).map(|row| row.signed.touch.id.number),
        );
    }
    // Newest arrival first: in the sensor's order, each once.
    assert_eq!(numbers, (1..=count).rev().collect::<Vec<u64>>());
}
