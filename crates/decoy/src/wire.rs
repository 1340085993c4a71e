//! A visitor's connection with its limits: bytes, idle time, and the first bytes kept for judging.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep};

/// First bytes of a visit that are kept.
pub const OPENING: usize = 64;

/// What has been received so far; shared with the visit.
#[derive(Debug, Default)]
pub struct Seen {
    opening: Mutex<Vec<u8>>,
    bytes: AtomicU64,
}

impl Seen {
    /// The first bytes, at most [`OPENING`].
    #[must_use]
    pub fn opening(&self) -> Vec<u8> {
        self.opening.lock().map(|opening| opening.clone()).unwrap_or_default()
    }

    /// How many bytes came in all.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    /// Counts received bytes.
    pub fn add(&self, bytes: &[u8]) {
        let before = self.bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        if before < OPENING as u64
            && let Ok(mut opening) = self.opening.lock()
        {
            let room = OPENING - opening.len();
            opening.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }
}

/// A connection. Reading ends (as if the visitor had closed) when the byte limit is reached, and fails with
/// [`io::ErrorKind::TimedOut`] when nothing moved for the idle time.
pub struct Wire {
    stream: TcpStream,
    idle: Duration,
    timer: Pin<Box<Sleep>>,
    left: u64,
    seen: Arc<Seen>,
    /// Received and not yet handed on, from `taken`: conversations are read byte by byte, and each look at the system
    /// costs more than the byte.
    ahead: Vec<u8>,
    taken: usize,
}

/// Readers that want less than this are served from what was read ahead.
const SMALL: usize = 256;

impl Wire {
    /// With its limits.
    #[must_use]
    pub fn new(stream: TcpStream, idle: Duration, bytes: u64, seen: Arc<Seen>) -> Self {
        Self { stream, idle, timer: Box::pin(tokio::time::sleep(idle)), left: bytes, seen, ahead: Vec::new(), taken: 0 }
    }

    fn moved(&mut self) {
        let next = Instant::now() + self.idle;
        // Re-arming a timer for every packet of a busy visit would cost more than the packet.
        if next.duration_since(self.timer.deadline()) > Duration::from_millis(500) {
            self.timer.as_mut().reset(next);
        }
    }

    /// Looks at the first bytes without taking them: at most `most`, at least one unless the visitor closed.
    ///
    /// # Errors
    /// If the connection broke or nothing came in time.
    pub async fn peek(&mut self, most: usize) -> io::Result<Vec<u8>> {
        let ahead = self.ahead.get(self.taken..).unwrap_or_default();
        if !ahead.is_empty() {
            return Ok(ahead.iter().copied().take(most).collect());
        }
        let mut buffer = vec![0; most];
        let count = tokio::time::timeout(self.idle, self.stream.peek(&mut buffer))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        buffer.truncate(count);
        Ok(buffer)
    }

    /// Takes what comes within a moment after a beginning that made no sense, so that the visit can be judged by more
    /// than its first bytes ([`crate::visit::Visit::settle`]).
    ///
    /// # Errors
    /// If the connection broke.
    pub async fn more(&mut self) -> io::Result<()> {
        let mut buffer = [0; OPENING];
        match tokio::time::timeout(Duration::from_millis(100), self.read(&mut buffer)).await {
            Ok(read) => read.map(|_| ()),
            Err(_) => Ok(()),
        }
    }
}

impl Wire {
    /// Hands on what was read ahead; the visit has seen only what it was given.
    fn hand_on(&mut self, buffer: &mut ReadBuf<'_>) {
        let ahead = self.ahead.get(self.taken..).unwrap_or_default();
        let given = ahead.get(..ahead.len().min(buffer.remaining())).unwrap_or_default();
        buffer.put_slice(given);
        self.seen.add(given);
        self.left = self.left.saturating_sub(given.len() as u64);
        self.taken += given.len();
        if self.taken >= self.ahead.len() {
            // Given back, not kept: thousands who say nothing must not hold memory.
            self.ahead = Vec::new();
            self.taken = 0;
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.left == 0 || buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        if !self.ahead.is_empty() {
            self.hand_on(buffer);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let polled = if buffer.remaining() < SMALL {
            let mut space = [0; SMALL];
            let mut small = ReadBuf::new(&mut space);
            let polled = Pin::new(&mut self.stream).poll_read(cx, &mut small);
            if let Poll::Ready(Ok(())) = polled {
                self.ahead = small.filled().to_vec();
                self.hand_on(buffer);
            }
            polled
        } else {
            let polled = Pin::new(&mut self.stream).poll_read(cx, buffer);
            let new = buffer.filled().get(before..).unwrap_or_default();
            self.seen.add(new);
            self.left = self.left.saturating_sub(new.len() as u64);
            polled
        };
        match polled {
            Poll::Ready(Ok(())) => {
                self.moved();
                Poll::Ready(Ok(()))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Pending => match self.timer.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Poll::Pending => Poll::Pending,
            },
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Ready(done) => {
                self.moved();
                Poll::Ready(done)
            }
            // A visitor who never reads must not hold us for ever.
            Poll::Pending => match self.timer.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
                Poll::Pending => Poll::Pending,
            },
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Reads one line, up to and without its line feed (a carriage return before it is dropped too). Nothing if the visitor
/// closed before a first byte; what there is if they closed in the middle.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] if the line has more than `most` bytes; else what reading says.
pub async fn line<R: AsyncRead + Unpin>(reader: &mut R, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    loop {
        let mut byte = [0];
        if reader.read(&mut byte).await? == 0 {
            return Ok(if out.is_empty() { None } else { Some(out) });
        }
        if byte[0] == b'\n' {
            if out.last() == Some(&b'\r') {
                out.pop();
            }
            return Ok(Some(out));
        }
        if out.len() >= most {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the line is too long"));
        }
        out.push(byte[0]);
    }
}

/// Reads exactly so many bytes, refusing to take more than `most`.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] beyond `most`; else what reading says.
pub async fn exact<R: AsyncRead + Unpin>(reader: &mut R, count: usize, most: usize) -> io::Result<Vec<u8>> {
    if count > most {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the announced length is beyond the limit"));
    }
    // Grown as bytes come: an announced length is no reason to set memory aside.
    let mut out = Vec::with_capacity(count.min(1024));
    reader.take(count as u64).read_to_end(&mut out).await?;
    if out.len() < count { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(out) }
}

/// Which protocol some first bytes belong to, as far as they tell.
#[must_use]
pub fn recognise(opening: &[u8]) -> Option<&'static str> {
    let starts = |what: &[u8]| opening.starts_with(what);
    let words: [(&[u8], &str); 21] = [
        (b"SSH-", "ssh"),
        (b"GET ", "http"),
        (b"POST ", "http"),
        (b"HEAD ", "http"),
        (b"PUT ", "http"),
        (b"CONNECT ", "http"),
        (b"PRI * HTTP/2", "http"),
        (b"OPTIONS rtsp", "rtsp"),
        (b"OPTIONS sip", "sip"),
        (b"OPTIONS ", "http"),
        (b"REGISTER sip", "sip"),
        (b"INVITE sip", "sip"),
        (b"USER ", "ftp"),
        (b"HELO", "smtp"),
        (b"EHLO", "smtp"),
        (b"RFB 0", "vnc"),
        (b"\x0bMSH|", "hl7"),
        (b"%!PS", "jetdirect"),
        (b"\x1b%-12345X", "jetdirect"),
        (b"\xff\xfb", "telnet"),
        (b"\xff\xfd", "telnet"),
    ];
    if let Some((_, name)) = words.iter().find(|(word, _)| starts(word)) {
        return Some(name);
    }
    match opening {
        // TLS record: handshake, version 3.x (RFC 8446, 5.1).
        [0x16, 0x03, 0..=4, ..] => Some("tls"),
        // TPKT (RFC 1006): RDP's negotiation or another OSI upper layer.
        [0x03, 0x00, _, _, _, 0xe0, ..] => Some("rdp"),
        // NetBIOS session + SMB1 or SMB2.
        [0x00, _, _, _, 0xff | 0xfe, b'S', b'M', b'B', ..] => Some("smb"),
        // DICOM A-ASSOCIATE-RQ (PS3.8, 9.3.2): type 1, reserved, length, protocol version 1.
        [0x01, 0x00, _, _, _, _, 0x00, 0x01, ..] => Some("dicom"),
        // TDS prelogin (MS-TDS 2.2.3.1).
        [0x12, 0x01, _, _, 0x00, 0x00, ..] => Some("mssql"),
        // PostgreSQL start-up 3.0 or SSL request.
        [0x00, 0x00, _, _, 0x00, 0x03, 0x00, 0x00, ..] | [0x00, 0x00, 0x00, 0x08, 0x04, 0xd2, 0x16, 0x2f, ..] => {
            Some("postgresql")
        }
        // Modbus/TCP: protocol 0, short length.
        [_, _, 0x00, 0x00, 0x00, 2..=250, ..] => Some("modbus"),
        _ => None,
    }
}
