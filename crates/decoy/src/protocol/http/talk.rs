//! Reading requests from a connection, with limits on everything.

use super::head::{self, Bad, Framing, HEAD, Head, LINE, Version};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

/// Largest body kept.
pub(super) const BODY: usize = 64 * 1024;
/// Longest time for a body.
const BODY_TIME: Duration = Duration::from_secs(30);
/// Longest time for what a visitor still sends after the last answer.
const LINGER: Duration = Duration::from_secs(1);
/// Most bytes of that.
const LINGER_BYTES: u64 = 256 * 1024;

/// A body, or the beginning of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::protocol) struct Body {
    /// Its bytes, at most [`BODY`].
    pub(in crate::protocol) bytes: Vec<u8>,
    /// There is more than is kept.
    pub(in crate::protocol) is_over: bool,
    /// It ended before its announced end, or its chunks are wrong: nothing can follow on this connection.
    pub(in crate::protocol) is_cut: bool,
}

/// What came.
pub(super) enum Incoming {
    /// A request's head.
    Head(Head),
    /// The visitor closed.
    End,
    /// Something that is no request.
    Bad(Bad),
}

/// A connection from which requests are read.
pub(super) struct Talk<S> {
    pub(super) stream: S,
    buffer: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    pub(super) fn new(stream: S) -> Self {
        Self { stream, buffer: Vec::new() }
    }

    /// What has come and was not used.
    pub(super) fn unused(&self) -> &[u8] {
        &self.buffer
    }

    /// Reads more; false at the end.
    async fn more(&mut self) -> io::Result<bool> {
        self.buffer.reserve(2048);
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }

    /// The next request's head. `recognised` is called once its beginning looks like HTTP.
    pub(super) async fn head(&mut self, recognised: impl Fn()) -> io::Result<Incoming> {
        let mut looked = 0;
        loop {
            if crate::wire::recognise(&self.buffer) == Some("http") {
                recognised();
            }
            if let Some(end) = head::end(&self.buffer, looked) {
                let read = head::parse(self.buffer.get(..end).unwrap_or_default());
                if read.is_ok() {
                    self.buffer.drain(..end.min(self.buffer.len()));
                }
                return Ok(read.map_or_else(Incoming::Bad, Incoming::Head));
            }
            if head::is_hopeless(&self.buffer) {
                return Ok(Incoming::Bad(Bad::NotHttp));
            }
            if self.buffer.len() > LINE && !self.buffer.contains(&b'\n') {
                return Ok(Incoming::Bad(Bad::Request("request line too long")));
            }
            if self.buffer.len() > HEAD {
                return Ok(Incoming::Bad(Bad::Request("head too long")));
            }
            // The blank line is at most three bytes long and may have come in parts.
            looked = self.buffer.len().saturating_sub(3);
            // The first line is judged as a whole.
            if !self.buffer.contains(&b'\n') {
                looked = 0;
            }
            if !self.more().await? {
                return Ok(Incoming::End);
            }
        }
    }

    /// Reads a request's body as far as it is kept. However it ends, what came is given back.
    pub(super) async fn body(&mut self, head: &Head) -> Body {
        let mut body = Body::default();
        if head.framing() != Framing::None
            && head.version == Version::Http11
            && head.lists("expect", "100-continue")
            && self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_err()
        {
            body.is_cut = true;
            return body;
        }
        let done = timeout(BODY_TIME, async {
            match head.framing() {
                Framing::None => Ok(()),
                Framing::Length(length) => self.take(length, &mut body).await,
                Framing::Chunked => self.chunks(&mut body).await,
                // Judged by whatever is there already.
                Framing::Contradiction => {
                    body.bytes = self.buffer.iter().copied().take(BODY).collect();
                    Err(io::ErrorKind::InvalidData.into())
                }
            }
        });
        if !matches!(done.await, Ok(Ok(()))) {
            body.is_cut = true;
        }
        body
    }

    async fn take(&mut self, length: u64, body: &mut Body) -> io::Result<()> {
        let mut left = length;
        while left > 0 {
            if self.buffer.is_empty() && !self.more().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let count = usize::try_from(left).unwrap_or(usize::MAX).min(self.buffer.len());
            let room = BODY - body.bytes.len().min(BODY);
            if count > room {
                body.bytes.extend(self.buffer.drain(..room));
                body.is_over = true;
                return Ok(());
            }
            body.bytes.extend(self.buffer.drain(..count));
            left -= count as u64;
        }
        Ok(())
    }

    /// RFC 9112, 7.1.
    async fn chunks(&mut self, body: &mut Body) -> io::Result<()> {
        loop {
            let line = self.line().await?;
            let digits = line.split(|byte| *byte == b';').next().unwrap_or_default().trim_ascii();
            let size = std::str::from_utf8(digits).ok().and_then(|text| u32::from_str_radix(text, 16).ok());
            let Some(size) = size else { return Err(io::ErrorKind::InvalidData.into()) };
            if size == 0 {
                // Trailers.
                for _ in 0..20 {
                    if self.line().await?.is_empty() {
                        return Ok(());
                    }
                }
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.take(size.into(), body).await?;
            if body.is_over {
                return Ok(());
            }
            if !self.line().await?.is_empty() {
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
    }

    async fn line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=at).collect();
                return Ok(line.trim_ascii_end().to_vec());
            }
            if self.buffer.len() > 1024 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            if !self.more().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Closes so that the last answer arrives: closing with unread bytes would reset the connection and destroy it.
    pub(super) async fn goodbye(mut self) {
        if self.stream.shutdown().await.is_err() {
            return;
        }
        let mut rest = (&mut self.stream).take(LINGER_BYTES);
        let _ = timeout(LINGER, tokio::io::copy(&mut rest, &mut tokio::io::sink())).await;
    }
}
