//! What a nameless session opens: the pipe of the server service and folders (MS-SMB2).

use super::rpc;
use super::share::{Share, listing, parse_create, parse_query};
use super::two::{
    ACCESS_DENIED, BODY, HELD, INSUFFICIENT_RESOURCES, INVALID_PARAMETER, NOT_SUPPORTED, OK, Reply, Talk, Tree,
};
use crate::protocol::octets::from;
use crate::visit::Visit;
use hakutaku_model::touch::Kind;
use std::io;

const BUFFER_OVERFLOW: u32 = 0x8000_0005;
const NO_MORE_FILES: u32 = 0x8000_0006;
const NO_SUCH_FILE: u32 = 0xc000_000f;
const OBJECT_NAME_NOT_FOUND: u32 = 0xc000_0034;
const PIPE_EMPTY: u32 = 0xc000_00d9;
const FILE_CLOSED: u32 = 0xc000_0128;

/// Something open.
pub(super) enum Held {
    /// The pipe, with what it has to say.
    Pipe(Vec<u8>),
    /// A folder.
    Folder {
        /// Below the share.
        path: String,
        /// Whether its listing was given.
        listed: bool,
    },
}

impl Talk {
    /// Opens the pipe or a folder (2.2.13, 2.2.14).
    pub(super) async fn create(&mut self, visit: &Visit, tree: Tree, this: &[u8]) -> io::Result<Reply> {
        let Some(wish) = parse_create(this) else { return Ok(Reply::Send(INVALID_PARAMETER, Vec::new())) };
        let name = wish.name.trim_start_matches('\\');
        let held = if tree == Tree::Pipes {
            if !name.eq_ignore_ascii_case("srvsvc") {
                visit.touch_noting(Kind::Request, &[("pipe", name.as_bytes())]).await?;
                return Ok(Reply::Send(ACCESS_DENIED, Vec::new()));
            }
            Held::Pipe(Vec::new())
        } else {
            let file = Share(visit.identity()).file(name);
            match file {
                _ if name.is_empty() => Held::Folder { path: String::new(), listed: false },
                Some(file) if file.is_folder && !wish.writes => {
                    Held::Folder { path: file.name.to_owned(), listed: false }
                }
                file => {
                    // A file that is there only to be found; or a try to leave something behind.
                    let kind = match (wish.writes, &file) {
                        (true, _) => Kind::Write,
                        (false, Some(_)) => Kind::Token,
                        (false, None) => Kind::Request,
                    };
                    visit.touch_noting(kind, &[("path", name.as_bytes())]).await?;
                    let is_missing = file.is_none() && !wish.writes;
                    let status = if is_missing { OBJECT_NAME_NOT_FOUND } else { ACCESS_DENIED };
                    return Ok(Reply::Send(status, Vec::new()));
                }
            }
        };
        if self.open.len() >= HELD {
            return Ok(Reply::Send(INSUFFICIENT_RESOURCES, Vec::new()));
        }
        self.given += 1;
        self.last = u64::from(self.given);
        let attributes = if matches!(held, Held::Pipe(_)) { 0x80u32 } else { 0x10 };
        self.open.push((self.last, held));
        let mut body = vec![89, 0, 0, 0, 1, 0, 0, 0];
        body.extend([0; 48]);
        body.extend(attributes.to_le_bytes());
        body.extend([0; 4]);
        body.extend(self.last.to_le_bytes());
        body.extend(self.last.to_le_bytes());
        body.extend([0; 8]);
        Ok(Reply::Send(OK, body))
    }

    /// The open thing whose identifier stands at an offset of the body; all ones is the last opened one of a chain.
    fn held(&mut self, this: &[u8], at: usize) -> Option<&mut Held> {
        let id = match from(this, BODY + at + 8).u64_le()? {
            u64::MAX => self.last,
            id => id,
        };
        self.open.iter_mut().find(|(open, _)| *open == id).map(|(_, held)| held)
    }

    /// Closes (2.2.15, 2.2.16).
    pub(super) fn close(&mut self, this: &[u8]) -> Reply {
        if self.held(this, 8).is_none() {
            return Reply::Send(FILE_CLOSED, Vec::new());
        }
        let id = from(this, BODY + 16).u64_le().filter(|id| *id != u64::MAX).unwrap_or(self.last);
        self.open.retain(|(open, _)| *open != id);
        let mut body = vec![60, 0];
        body.resize(60, 0);
        Reply::Send(OK, body)
    }

    /// Reads what the pipe has to say (2.2.19, 2.2.20).
    pub(super) fn read(&mut self, this: &[u8]) -> Reply {
        let room = from(this, BODY + 4).u32_le().unwrap_or(0) as usize;
        let Some(Held::Pipe(waiting)) = self.held(this, 16) else { return Reply::Send(FILE_CLOSED, Vec::new()) };
        if waiting.is_empty() {
            return Reply::Send(PIPE_EMPTY, Vec::new());
        }
        let (data, status) = take(waiting, room);
        let mut body = vec![17, 0, 80, 0];
        body.extend(u32::try_from(data.len()).unwrap_or(0).to_le_bytes());
        body.extend([0; 8]);
        body.extend(data);
        Reply::Send(status, body)
    }

    /// Writes to the pipe (2.2.21, 2.2.22).
    pub(super) async fn write(&mut self, visit: &Visit, this: &[u8]) -> io::Result<Reply> {
        let (at, length) = (from(this, BODY + 2).u16_le().unwrap_or(0), from(this, BODY + 4).u32_le().unwrap_or(0));
        let data = from(this, usize::from(at)).take(length as usize).unwrap_or_default();
        let Some(Held::Pipe(waiting)) = self.held(this, 16) else {
            return Ok(Reply::Send(FILE_CLOSED, Vec::new()));
        };
        *waiting = call(visit, data).await?.unwrap_or_default();
        let mut body = vec![17, 0, 0, 0];
        body.extend(length.to_le_bytes());
        body.extend([0; 9]);
        Ok(Reply::Send(OK, body))
    }

    /// A control code (2.2.31): only the exchange over a pipe is known.
    pub(super) async fn control(&mut self, visit: &Visit, this: &[u8]) -> io::Result<Reply> {
        if from(this, BODY + 4).u32_le() != Some(0x0011_c017) {
            return Ok(Reply::Send(NOT_SUPPORTED, Vec::new()));
        }
        let (at, length) = (from(this, BODY + 24).u32_le().unwrap_or(0), from(this, BODY + 28).u32_le().unwrap_or(0));
        let data = from(this, at as usize).take(length as usize).unwrap_or_default();
        let room = from(this, BODY + 44).u32_le().unwrap_or(0) as usize;
        let Some(Held::Pipe(waiting)) = self.held(this, 8) else {
            return Ok(Reply::Send(FILE_CLOSED, Vec::new()));
        };
        let Some(answer) = call(visit, data).await? else {
            return Ok(Reply::Send(INVALID_PARAMETER, Vec::new()));
        };
        *waiting = answer;
        let (data, status) = take(waiting, room);
        let mut body = vec![49, 0, 0, 0];
        body.extend_from_slice(this.get(BODY + 4..BODY + 24).unwrap_or_default());
        for number in [112u32, 0, 112, u32::try_from(data.len()).unwrap_or(0), 0, 0] {
            body.extend(number.to_le_bytes());
        }
        body.extend(data);
        Ok(Reply::Send(status, body))
    }

    /// Lists a folder (2.2.33, 2.2.34).
    pub(super) async fn list(&mut self, visit: &Visit, this: &[u8]) -> io::Result<Reply> {
        let Some(query) = parse_query(this) else { return Ok(Reply::Send(INVALID_PARAMETER, Vec::new())) };
        let Some(Held::Folder { path, listed }) = self.held(this, 8) else {
            return Ok(Reply::Send(FILE_CLOSED, Vec::new()));
        };
        if *listed && !query.restarts {
            return Ok(Reply::Send(NO_MORE_FILES, Vec::new()));
        }
        *listed = true;
        let is_root = path.is_empty();
        let details: [(&'static str, &[u8]); 2] = [("path", path.as_bytes()), ("pattern", query.pattern.as_bytes())];
        visit.touch_noting(Kind::Request, &details).await?;
        let share = Share(visit.identity());
        let mut files = share.dots();
        if is_root {
            files.extend(share.files());
        }
        let wanted = query.pattern.to_lowercase();
        files.retain(|file| matches!(wanted.as_str(), "*" | "" | "*.*") || file.name.to_lowercase() == wanted);
        if files.is_empty() {
            return Ok(Reply::Send(NO_SUCH_FILE, Vec::new()));
        }
        match listing(&files, query.class, query.room) {
            Some(data) => Ok(Reply::Send(OK, with_buffer(&data))),
            None => Ok(Reply::Send(INVALID_PARAMETER, Vec::new())),
        }
    }
}

/// As much of what waits as there is room for, and whether more is left.
fn take(waiting: &mut Vec<u8>, room: usize) -> (Vec<u8>, u32) {
    let rest = waiting.split_off(room.min(waiting.len()));
    let data = std::mem::replace(waiting, rest);
    (data, if waiting.is_empty() { OK } else { BUFFER_OVERFLOW })
}

/// A body with a buffer at its end: listings and information.
fn with_buffer(data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap_or(0).to_le_bytes();
    [&[9, 0, 72, 0][..], &length, data].concat()
}

/// Sizes of the disk (MS-FSCC 2.5.4, 2.5.8), which clients print under a listing.
pub(super) fn query_info(visit: &Visit, this: &[u8]) -> Reply {
    let total = visit.identity().number("disk", 100_000_000, 900_000_000);
    let free = visit.identity().number("disk-free", total / 10, total / 2);
    let numbers: &[u64] = match (this.get(BODY + 2), this.get(BODY + 3)) {
        (Some(2), Some(3)) => &[total, free],
        (Some(2), Some(7)) => &[total, free, free],
        _ => return Reply::Send(NOT_SUPPORTED, Vec::new()),
    };
    let mut data: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
    data.extend([8, 0, 0, 0, 0, 2, 0, 0]);
    Reply::Send(OK, with_buffer(&data))
}

/// A call over the pipe; asking for the shares, or for more, is a touch.
async fn call(visit: &Visit, data: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let Some(call) = rpc::parse(data) else { return Ok(None) };
    match &call {
        rpc::Call::Bind { .. } => {}
        rpc::Call::Shares { .. } => visit.touch_noting(Kind::Request, &[("request", b"list of shares")]).await?,
        rpc::Call::Other { number, .. } => {
            let request = format!("srvsvc call {number}");
            visit.touch_noting(Kind::Request, &[("request", request.as_bytes())]).await?;
        }
    }
    Ok(Some(rpc::answer(&call, &Share(visit.identity()).all())))
}
