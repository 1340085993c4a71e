//! The spool: touches on disk, chained and signed, before anybody is answered.
//!
//! One thread writes. It takes everything that waits, writes it with one `write` and one `fdatasync`, and only then tells
//! those who wait. Files `touch-<first number>.jsonl` of some mebibytes each; a torn last line (the machine lost power
//! while it was written; nobody had been answered) is cut off at the start.

mod read;
#[cfg(test)]
mod tests;

pub use read::{Lines, Verdict, lines_after, segments, verify};

use crate::keys::{Keys, sync_folder, write_whole};
use hakutaku_model::id::SensorId;
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use hakutaku_model::touch::health::Trouble;
use hakutaku_model::touch::{Chain, Kind, Touch, TouchId};
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot, watch};

/// Bytes after which a new file is begun.
const SEGMENT: u64 = 8 * 1024 * 1024;
/// Touches that may wait for the disk.
const QUEUE: usize = 8192;
/// Most touches in one write.
const BATCH: usize = 1024;
/// A visitor waits no longer than this for the disk; the touch stays in the queue.
const PATIENCE: Duration = Duration::from_secs(10);

/// By how much the wall clock may run ahead of the steady one between two touches.
const LEAP_SECONDS: i64 = 60;

/// A touch before it has its number, time and place in the chain.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Protocol offered.
    pub protocol: &'static str,
    /// What was pretended.
    pub persona: &'static str,
    /// From where.
    pub source: IpAddr,
    /// From which port.
    pub source_port: u16,
    /// To which port.
    pub dest_port: u16,
    /// What kind.
    pub kind: Kind,
    /// User name tried, bounded.
    pub user: Option<String>,
    /// Hash of the secret tried.
    pub secret_hash: Option<String>,
    /// More, bounded.
    pub detail: BTreeMap<String, String>,
}

/// Why a touch could not be written (yet).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotWritten {
    /// It waits in memory for the disk.
    #[error("the disk did not take it within ten seconds; it waits")]
    Waits,
    /// The queue or the spool is full: it is lost and counted.
    #[error("nothing more can be written; it was counted as dropped")]
    Dropped,
}

/// Why a spool cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct SpoolError {
    path: String,
    source: io::Error,
}

struct Job {
    draft: Draft,
    done: oneshot::Sender<()>,
}

/// What the outside may know of a spool.
#[derive(Debug, Default)]
pub struct Figures {
    /// Bytes on disk.
    pub bytes: AtomicU64,
    /// Touches lost.
    pub dropped: AtomicU64,
    /// The last number the centre has.
    pub sent: AtomicU64,
    alarms: Mutex<BTreeMap<Trouble, (Ts, String)>>,
}

impl Figures {
    /// Raises an alarm (keeping since when it stands).
    pub fn raise(&self, trouble: Trouble, detail: impl Into<String>) {
        let detail = detail.into();
        if let Ok(mut alarms) = self.alarms.lock() {
            // Said once: what is found again and again, under attack thousands of times a second, must not fill the log.
            if alarms.get(&trouble).is_none_or(|(_, before)| *before != detail) {
                tracing::warn!(?trouble, detail, "trouble");
            }
            alarms.entry(trouble).and_modify(|alarm| alarm.1.clone_from(&detail)).or_insert((now(), detail));
        }
    }

    /// Ends an alarm.
    pub fn clear(&self, trouble: Trouble) {
        if let Ok(mut alarms) = self.alarms.lock() {
            alarms.remove(&trouble);
        }
    }

    /// The alarms that stand.
    #[must_use]
    pub fn alarms(&self) -> BTreeMap<Trouble, (Ts, String)> {
        self.alarms.lock().map(|alarms| alarms.clone()).unwrap_or_default()
    }
}

/// The writing end.
#[derive(Clone)]
pub struct Spool {
    jobs: mpsc::Sender<Job>,
    head: watch::Receiver<(u64, Hash)>,
    folder: PathBuf,
    figures: Arc<Figures>,
    sensor: SensorId,
}

impl Spool {
    /// Opens the spool of a folder and starts its thread. `most` is its largest size in bytes.
    ///
    /// # Errors
    /// If the folder cannot be read or written.
    pub fn open(folder: &Path, keys: &Keys, most: u64) -> Result<Self, SpoolError> {
        let wrong = |path: &Path, source| SpoolError { path: path.display().to_string(), source };
        fs::create_dir_all(folder).map_err(|source| wrong(folder, source))?;
        let figures = Arc::new(Figures::default());
        let (chain, file, length) = resume(folder, keys, &figures).map_err(|source| wrong(folder, source))?;
        figures.bytes.store(read::size(folder), Ordering::Relaxed);
        let sent = read_sent(folder);
        figures.sent.store(sent, Ordering::Relaxed);
        if sent > chain.number {
            figures.raise(
                Trouble::Chain,
                format!("the centre has {sent} touches and the spool ends at {}: lines are missing", chain.number),
            );
        }
        let (head_in, head) = watch::channel((chain.number, chain.hash));
        let (jobs, queue) = mpsc::channel(QUEUE);
        let writer = Writer {
            folder: folder.to_owned(),
            keys: keys.clone(),
            chain,
            file,
            length,
            most,
            last: None,
            figures: figures.clone(),
            head: head_in,
        };
        std::thread::Builder::new()
            .name("spool".to_owned())
            .spawn(move || writer.run(queue))
            .map_err(|source| wrong(folder, source))?;
        Ok(Self { jobs, head, folder: folder.to_owned(), figures, sensor: keys.sensor })
    }

    /// Writes a touch; returns when it is on disk.
    ///
    /// # Errors
    /// If the disk is slower than ten seconds or nothing more can be written.
    pub async fn write(&self, draft: Draft) -> Result<(), NotWritten> {
        let (done, written) = oneshot::channel();
        if self.jobs.send_timeout(Job { draft, done }, PATIENCE).await.is_err() {
            self.figures.dropped.fetch_add(1, Ordering::Relaxed);
            return Err(NotWritten::Dropped);
        }
        match tokio::time::timeout(PATIENCE, written).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(NotWritten::Dropped),
            Err(_) => Err(NotWritten::Waits),
        }
    }

    /// Follows the last number on disk and its line's hash.
    #[must_use]
    pub fn head(&self) -> watch::Receiver<(u64, Hash)> {
        self.head.clone()
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The sensor it belongs to.
    #[must_use]
    pub fn sensor(&self) -> SensorId {
        self.sensor
    }

    /// Figures and alarms.
    #[must_use]
    pub fn figures(&self) -> &Arc<Figures> {
        &self.figures
    }

    /// Remembers that the centre has everything up to a number. If this is forgotten in a crash, touches are sent again and
    /// the centre knows them by their numbers.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn sent(&self, number: u64) -> io::Result<()> {
        write_whole(&self.folder.join("sent"), number.to_string().as_bytes(), false)?;
        self.figures.sent.store(number, Ordering::Relaxed);
        Ok(())
    }
}

fn read_sent(folder: &Path) -> u64 {
    fs::read_to_string(folder.join("sent")).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// Now, by the wall clock.
#[must_use]
pub fn now() -> Ts {
    Ts::from_micros(jiff::Timestamp::now().as_microsecond())
}

struct Writer {
    folder: PathBuf,
    keys: Keys,
    chain: Chain,
    file: Option<File>,
    length: u64,
    most: u64,
    last: Option<(Ts, Instant)>,
    figures: Arc<Figures>,
    head: watch::Sender<(u64, Hash)>,
}

impl Writer {
    fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut waiting: Vec<Job> = Vec::new();
        while let Some(first) = queue.blocking_recv() {
            waiting.push(first);
            while waiting.len() < BATCH
                && let Ok(job) = queue.try_recv()
            {
                waiting.push(job);
            }
            self.write(&waiting);
            for job in waiting.drain(..) {
                // Nobody waits any more: the touch is on disk all the same.
                let _ = job.done.send(());
            }
        }
    }

    /// Writes until the disk has taken all of it.
    fn write(&mut self, jobs: &[Job]) {
        let mut chain = self.chain;
        let mut bytes = Vec::with_capacity(jobs.len() * 512);
        for job in jobs {
            let line = self.line(&chain, &job.draft);
            chain.advance(&line);
            bytes.extend_from_slice(&line);
            bytes.push(b'\n');
        }
        let mut failed = false;
        loop {
            match self.put(&bytes) {
                Ok(()) => break,
                Err(error) => {
                    self.figures.raise(Trouble::Disk, error.to_string());
                    failed = true;
                    std::thread::sleep(Duration::from_millis(500));
                }
            }
        }
        if failed {
            self.figures.clear(Trouble::Disk);
        }
        self.chain = chain;
        self.head.send_replace((chain.number, chain.hash));
    }

    fn line(&mut self, chain: &Chain, draft: &Draft) -> Vec<u8> {
        let (time, steady) = (now(), Instant::now());
        if let Some((last, since)) = self.last {
            // Against the steady clock: a touch after a quiet night is no leap.
            let passed = i64::try_from(steady.duration_since(since).as_secs()).unwrap_or(0);
            let expected = last.plus_seconds(passed);
            if time < expected.plus_seconds(-2) {
                self.figures.raise(Trouble::Clock, format!("the clock went back from {expected} to {time}"));
            } else if time > expected.plus_seconds(LEAP_SECONDS) {
                self.figures.raise(Trouble::Clock, format!("the clock leapt from {expected} to {time}"));
            }
        }
        self.last = Some((time, steady));
        Touch {
            id: TouchId { sensor: chain.sensor, number: chain.next() },
            sensor: chain.sensor,
            time,
            protocol: draft.protocol.to_owned(),
            persona: draft.persona.to_owned(),
            source_ip: draft.source,
            source_port: draft.source_port,
            dest_port: draft.dest_port,
            kind: draft.kind,
            user: draft.user.clone(),
            secret_hash: draft.secret_hash.clone(),
            detail: draft.detail.clone(),
            previous: chain.hash,
        }
        .sign(&self.keys.signing)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.make_room(bytes.len() as u64)?;
        if self.length >= SEGMENT {
            self.file = None;
        }
        if self.file.is_none() {
            let path = self.folder.join(format!("touch-{:012}.jsonl", self.chain.next()));
            self.file = Some(OpenOptions::new().create(true).append(true).open(&path)?);
            self.length = 0;
            sync_folder(&self.folder)?;
        }
        let Some(file) = self.file.as_mut() else { return Err(io::Error::other("no file")) };
        let done = file.write_all(bytes).and_then(|()| file.sync_data());
        if let Err(error) = done {
            // Half a line must not stay: the next try writes the whole again.
            file.set_len(self.length)?;
            return Err(error);
        }
        self.length += bytes.len() as u64;
        self.figures.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        Ok(())
    }

    /// Deletes the oldest files that the centre has wholly, if the spool would grow beyond its size.
    fn make_room(&self, needed: u64) -> io::Result<()> {
        if self.figures.bytes.load(Ordering::Relaxed) + needed <= self.most {
            return Ok(());
        }
        let sent = self.figures.sent.load(Ordering::Relaxed);
        let segments = segments(&self.folder);
        for pair in segments.windows(2) {
            let [(_, old), (next_first, _)] = pair else { continue };
            if self.figures.bytes.load(Ordering::Relaxed) + needed <= self.most || *next_first > sent + 1 {
                break;
            }
            let size = fs::metadata(old).map(|data| data.len()).unwrap_or(0);
            fs::remove_file(old)?;
            self.figures.bytes.fetch_sub(size, Ordering::Relaxed);
        }
        if self.figures.bytes.load(Ordering::Relaxed) + needed <= self.most {
            self.figures.clear(Trouble::SpoolFull);
            return Ok(());
        }
        self.figures
            .raise(Trouble::SpoolFull, "the spool has its full size and the centre has not taken its oldest part");
        Err(io::Error::new(io::ErrorKind::StorageFull, "the spool has its full size"))
    }
}

/// Finds the end of the chain, cutting off a torn last line.
fn resume(folder: &Path, keys: &Keys, figures: &Figures) -> io::Result<(Chain, Option<File>, u64)> {
    let Some((first, path)) = segments(folder).pop() else {
        return Ok((Chain::new(keys.sensor), None, 0));
    };
    let bytes = fs::read(&path)?;
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let file = OpenOptions::new().append(true).open(&path)?;
    if whole < bytes.len() {
        file.set_len(whole as u64)?;
        file.sync_all()?;
    }
    let mut chain = Chain { sensor: keys.sensor, number: first.saturating_sub(1), hash: Hash::ZERO };
    let mut count = 0;
    let mut last: &[u8] = &[];
    for line in bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        count += 1;
        last = line;
    }
    if count == 0 {
        // An empty newest file: the chain ends in the one before.
        drop(file);
        fs::remove_file(&path)?;
        return resume(folder, keys, figures);
    }
    chain.number += count;
    chain.hash = Hash::of(last);
    let read: Result<hakutaku_model::touch::SignedTouch, _> = serde_json::from_slice(last);
    if !read.is_ok_and(|signed| signed.touch.id.number == chain.number && signed.is_by(&keys.signing.verifying_key())) {
        figures.raise(Trouble::Chain, format!("the last line of {} is not the sensor's", path.display()));
    }
    Ok((chain, Some(file), whole as u64))
}
