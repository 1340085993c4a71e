//! SMB 2 and 3 (MS-SMB2): negotiation, session set-up, and for the nameless the list of shares and one listing.

use super::held::{Held, query_info};
use super::share::Share;
use crate::persona::Os;
use crate::protocol::ntlm::{Door, Step};
use crate::protocol::octets::{filetime, from, from_utf16, pointed, random};
use crate::protocol::spnego;
use crate::visit::Visit;
use hakutaku_model::touch::Kind;
use std::io;

/// Where the body of a message begins.
pub(super) const BODY: usize = 64;
/// Things of one kind (trees, open files) that one session may hold.
pub(super) const HELD: usize = 16;
/// Messages in one chain.
const CHAIN: usize = 16;

pub(super) const OK: u32 = 0;
pub(super) const INVALID_PARAMETER: u32 = 0xc000_000d;
const MORE_PROCESSING: u32 = 0xc000_0016;
pub(super) const ACCESS_DENIED: u32 = 0xc000_0022;
const LOGON_FAILURE: u32 = 0xc000_006d;
pub(super) const INSUFFICIENT_RESOURCES: u32 = 0xc000_009a;
pub(super) const NOT_SUPPORTED: u32 = 0xc000_00bb;
const NETWORK_NAME_DELETED: u32 = 0xc000_00c9;
const BAD_NETWORK_NAME: u32 = 0xc000_00cc;
const SESSION_DELETED: u32 = 0xc000_0203;

/// Header of a request (2.2.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    charge: u16,
    command: u16,
    credits: u16,
    next: u32,
    message: u64,
    process: u32,
    tree: u32,
    session: u64,
}

impl Header {
    /// Reads it.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"\xfeSMB\x40\0") || bytes.len() < BODY {
            return None;
        }
        let charge = from(bytes, 6).u16_le()?;
        let mut rest = from(bytes, 12);
        let (command, credits, _flags, next) = (rest.u16_le()?, rest.u16_le()?, rest.u32_le()?, rest.u32_le()?);
        let (message, process, tree, session) = (rest.u64_le()?, rest.u32_le()?, rest.u32_le()?, rest.u64_le()?);
        Some(Self { charge, command, credits, next, message, process, tree, session })
    }

    fn reply(self, status: u32, body: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(BODY + body.len());
        out.extend_from_slice(b"\xfeSMB\x40\0");
        out.extend(self.charge.to_le_bytes());
        out.extend(status.to_le_bytes());
        out.extend(self.command.to_le_bytes());
        out.extend(self.credits.clamp(1, 33).to_le_bytes());
        out.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        out.extend(self.message.to_le_bytes());
        out.extend(self.process.to_le_bytes());
        out.extend(self.tree.to_le_bytes());
        out.extend(self.session.to_le_bytes());
        out.extend([0; 16]);
        if body.is_empty() {
            // Error response (2.2.2).
            out.extend([9, 0, 0, 0, 0, 0, 0, 0, 0]);
        } else {
            out.extend_from_slice(body);
        }
        out
    }
}

/// What a client wants to speak (2.2.3).
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    dialect: Option<u16>,
    count: u16,
    cipher: Option<u16>,
    signs: bool,
    capabilities: u32,
}

/// Reads a negotiation: the best dialect of both, and what of its contexts is answered.
pub(super) fn parse_negotiate(message: &[u8]) -> Option<Wish> {
    let count = from(message, BODY + 2).u16_le()?;
    let list = from(message, BODY + 36).take(usize::from(count) * 2)?;
    let offered = list.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let dialect = offered.filter(|dialect| [0x202, 0x210, 0x300, 0x302, 0x311].contains(dialect)).max();
    let mut wish = Wish { dialect, count, capabilities: from(message, BODY + 8).u32_le()?, ..Wish::default() };
    if dialect == Some(0x311) {
        let mut at = from(message, BODY + 28).u32_le()? as usize;
        for _ in 0..from(message, BODY + 32).u16_le()?.min(16) {
            let mut context = from(message, at);
            let (Some(kind), Some(length)) = (context.u16_le(), context.u16_le()) else { break };
            // Four bytes are reserved.
            let data = context.take(4).and_then(|_| context.take(usize::from(length))).unwrap_or_default();
            let mut choices = data.get(2..).unwrap_or_default().chunks_exact(2).map(|pair| u16::from(pair[0]));
            match kind {
                // Encryption: AES-128-GCM, else what comes first.
                2 => wish.cipher = choices.clone().find(|id| *id == 2).or(choices.next()).or(Some(0)),
                8 => wish.signs = true,
                _ => {}
            }
            at = at.saturating_add(8 + usize::from(length)).next_multiple_of(8);
        }
    }
    Some(wish)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tree {
    /// `IPC$`.
    Pipes,
    /// The share.
    Files,
}

/// What becomes of a request.
pub(super) enum Reply {
    /// A status and a body.
    Send(u32, Vec<u8>),
    /// It has no answer.
    Silent,
    /// The connection ends.
    Close,
}

/// One connection's talk.
pub(super) struct Talk {
    negotiated: bool,
    nonce: [u8; 32],
    session: u64,
    is_anonymous: bool,
    door: Door,
    trees: Vec<(u32, Tree)>,
    pub(super) open: Vec<(u64, Held)>,
    pub(super) last: u64,
    pub(super) given: u32,
}

impl Talk {
    /// At the beginning.
    ///
    /// # Errors
    /// If the system has no random bytes.
    pub(super) fn new() -> io::Result<Self> {
        let nonce: [u8; 32] = random()?;
        Ok(Self {
            negotiated: false,
            session: 0,
            is_anonymous: false,
            door: Door::default(),
            trees: Vec::new(),
            open: Vec::new(),
            last: 0,
            given: u32::from(nonce[0]) % 64,
            nonce,
        })
    }

    /// The answer to a negotiation that began in SMB 1 (3.3.5.3.1).
    ///
    /// # Errors
    /// None at present; the signature is that of the other answers.
    pub(super) fn upgrade(&mut self, visit: &Visit, dialect: u16) -> io::Result<Vec<u8>> {
        visit.reached(Kind::Handshake);
        // 0x02ff asks for a negotiation in SMB 2; 2.0.2 is final.
        self.negotiated = dialect != 0x02ff;
        let header = Header { charge: 0, command: 0, credits: 1, next: 0, message: 0, process: 0, tree: 0, session: 0 };
        Ok(header.reply(OK, &self.negotiated_body(visit, dialect, &Wish::default())))
    }

    /// Answers a message or a chain of them. Nothing means that the connection ends; an empty answer is none.
    ///
    /// # Errors
    /// If a touch could not be written.
    pub(super) async fn answer(&mut self, visit: &Visit, message: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let (mut out, mut before, mut rest): (Vec<u8>, Option<usize>, &[u8]) = (Vec::new(), None, message);
        let mut related: Option<Header> = None;
        for _ in 0..CHAIN {
            let Some(mut header) = Header::parse(rest) else { return Ok(None) };
            let (this, next) = match header.next as usize {
                0 => (rest, None),
                length => match rest.split_at_checked(length) {
                    Some((this, next)) if length >= BODY => (this, Some(next)),
                    _ => return Ok(None),
                },
            };
            // A related request goes on in the session and tree of the one before (3.3.5.2.7.2).
            if from(this, 16).u32_le().unwrap_or(0) & 4 != 0
                && let Some(before) = related
            {
                (header.session, header.tree) = (before.session, before.tree);
            }
            match self.one(visit, &mut header, this).await? {
                Reply::Close => return Ok(None),
                Reply::Silent => {}
                Reply::Send(status, body) => {
                    let start = out.len().next_multiple_of(8);
                    if let Some(before) = before {
                        let step = u32::try_from(start - before).unwrap_or(0).to_le_bytes();
                        if let Some(field) = out.get_mut(before + 20..before + 24) {
                            field.copy_from_slice(&step);
                        }
                    }
                    out.resize(start, 0);
                    out.extend(header.reply(status, &body));
                    before = Some(start);
                }
            }
            related = Some(header);
            match next {
                Some(next) => rest = next,
                None => return Ok(Some(out)),
            }
        }
        Ok(None)
    }

    async fn one(&mut self, visit: &Visit, header: &mut Header, this: &[u8]) -> io::Result<Reply> {
        match (header.command, self.negotiated) {
            (0, false) => return Ok(self.negotiate(visit, this)),
            // A second negotiation, or anything before the first: the real ones hang up.
            (0, true) | (_, false) => return Ok(Reply::Close),
            (1, true) => return self.set_up(visit, header, this).await,
            (12, true) => return Ok(Reply::Silent),
            (13, true) => return Ok(Reply::Send(OK, vec![4, 0, 0, 0])),
            _ => {}
        }
        if !self.is_anonymous || header.session != self.session {
            return Ok(Reply::Send(SESSION_DELETED, Vec::new()));
        }
        if header.command == 2 {
            self.is_anonymous = false;
            return Ok(Reply::Send(OK, vec![4, 0, 0, 0]));
        }
        if header.command == 3 {
            return self.tree_connect(visit, header, this).await;
        }
        let Some((_, tree)) = self.trees.iter().find(|(id, _)| *id == header.tree).copied() else {
            return Ok(Reply::Send(NETWORK_NAME_DELETED, Vec::new()));
        };
        match header.command {
            4 => {
                self.trees.retain(|(id, _)| *id != header.tree);
                Ok(Reply::Send(OK, vec![4, 0, 0, 0]))
            }
            5 => self.create(visit, tree, this).await,
            6 => Ok(self.close(this)),
            8 => Ok(self.read(this)),
            9 => self.write(visit, this).await,
            11 => self.control(visit, this).await,
            14 => self.list(visit, this).await,
            16 => Ok(query_info(visit, this)),
            _ => Ok(Reply::Send(ACCESS_DENIED, Vec::new())),
        }
    }

    fn negotiate(&mut self, visit: &Visit, this: &[u8]) -> Reply {
        let Some(wish) = parse_negotiate(this) else { return Reply::Close };
        if wish.count == 0 {
            return Reply::Send(INVALID_PARAMETER, Vec::new());
        }
        visit.reached(Kind::Handshake);
        let Some(dialect) = wish.dialect else { return Reply::Send(NOT_SUPPORTED, Vec::new()) };
        visit.note("dialect", format!("{}.{}.{}", dialect >> 8, dialect >> 4 & 15, dialect & 15).as_bytes());
        self.negotiated = true;
        Reply::Send(OK, self.negotiated_body(visit, dialect, &wish))
    }

    /// Negotiation response (2.2.4).
    fn negotiated_body(&self, visit: &Visit, dialect: u16, wish: &Wish) -> Vec<u8> {
        let identity = visit.identity();
        let token = spnego::offer(identity.os.is_windows());
        let mut contexts: Vec<Vec<u8>> = Vec::new();
        if dialect == 0x311 {
            // SHA-512 with a salt.
            contexts.push([&[1, 0, 38, 0, 0, 0, 0, 0, 1, 0, 32, 0, 1, 0][..], &self.nonce].concat());
            if let Some(cipher) = wish.cipher {
                contexts.push([&[2, 0, 4, 0, 0, 0, 0, 0, 1, 0][..], &cipher.to_le_bytes()].concat());
            }
            // Signing by AES-GMAC came with build 20348.
            if wish.signs && matches!(identity.os, Os::Windows { build: 20348.., .. }) {
                contexts.push(vec![8, 0, 4, 0, 0, 0, 0, 0, 1, 0, 2, 0]);
            }
        }
        let (capabilities, largest) = match dialect {
            0x202 => (0x1u32, 65_536u32),
            0x210 | 0x02ff => (0x7, 8_388_608),
            _ => (0x27 | (wish.capabilities & if dialect < 0x311 { 0x48 } else { 0x8 }), 8_388_608),
        };
        let mut out = vec![65, 0, 1, 0];
        out.extend(dialect.to_le_bytes());
        out.extend(u16::try_from(contexts.len()).unwrap_or(0).to_le_bytes());
        out.extend(identity.guid("smb").to_bytes_le());
        out.extend(capabilities.to_le_bytes());
        for _ in 0..3 {
            out.extend(largest.to_le_bytes());
        }
        out.extend(filetime().to_le_bytes());
        // When it started: not told by systems of today.
        out.extend([0; 8]);
        out.extend([128, 0]);
        out.extend(u16::try_from(token.len()).unwrap_or(0).to_le_bytes());
        let end = 128 + token.len();
        let at = if contexts.is_empty() { 0 } else { u32::try_from(end.next_multiple_of(8)).unwrap_or(0) };
        out.extend(at.to_le_bytes());
        out.extend(token);
        for context in contexts {
            out.resize((BODY + out.len()).next_multiple_of(8) - BODY, 0);
            out.extend(context);
        }
        out
    }

    /// Session set-up (2.2.5, 2.2.6).
    async fn set_up(&mut self, visit: &Visit, header: &mut Header, this: &[u8]) -> io::Result<Reply> {
        let wrapped = pointed(this, BODY + 12).and_then(spnego::unwrap);
        let Some(wrapped) = wrapped else { return Ok(Reply::Send(INVALID_PARAMETER, Vec::new())) };
        let step = match wrapped.token {
            Some(token) => self.door.step(visit, token).await?,
            None => Step::Challenge(Vec::new()),
        };
        let body = |flags: u8, token: Vec<u8>| {
            let [low, high] = u16::try_from(token.len()).unwrap_or(0).to_le_bytes();
            [&[9, 0, flags, 0, 72, 0, low, high][..], &token].concat()
        };
        match step {
            Step::Challenge(challenge) => {
                if header.session == 0 || header.session != self.session {
                    self.given += 4;
                    self.session = 0x0000_0400_0000_0000 | u64::from(self.given) << 2 | 1;
                    header.session = self.session;
                }
                Ok(Reply::Send(MORE_PROCESSING, body(0, spnego::incomplete(wrapped.wrapping, &challenge))))
            }
            Step::Anonymous => {
                self.is_anonymous = true;
                // SMB2_SESSION_FLAG_IS_NULL: nothing is signed.
                Ok(Reply::Send(OK, body(2, spnego::completed(wrapped.wrapping))))
            }
            Step::Refused(_) => Ok(Reply::Send(LOGON_FAILURE, Vec::new())),
            Step::Nonsense => Ok(Reply::Send(INVALID_PARAMETER, Vec::new())),
        }
    }

    /// Tree connect (2.2.9, 2.2.10).
    async fn tree_connect(&mut self, visit: &Visit, header: &mut Header, this: &[u8]) -> io::Result<Reply> {
        let Some(path) = pointed(this, BODY + 4).map(from_utf16) else {
            return Ok(Reply::Send(INVALID_PARAMETER, Vec::new()));
        };
        let wanted = path.rsplit('\\').next().unwrap_or_default().to_lowercase();
        let share = Share(visit.identity());
        let tree = if wanted == "ipc$" {
            Tree::Pipes
        } else if wanted == share.name() {
            visit.note("share", wanted.as_bytes());
            Tree::Files
        } else {
            visit.touch_noting(Kind::Request, &[("path", path.as_bytes())]).await?;
            let known = share.all().iter().any(|(name, ..)| name.to_lowercase() == wanted);
            return Ok(Reply::Send(if known { ACCESS_DENIED } else { BAD_NETWORK_NAME }, Vec::new()));
        };
        if self.trees.len() >= HELD {
            return Ok(Reply::Send(INSUFFICIENT_RESOURCES, Vec::new()));
        }
        self.given += 1;
        header.tree = self.given;
        self.trees.push((self.given, tree));
        let (kind, flags, access) = if tree == Tree::Pipes { (2, 0x30, 0x001f_00a9u32) } else { (1, 0, 0x0012_00a9) };
        let mut body = vec![16, 0, kind, 0, flags, 0, 0, 0, 0, 0, 0, 0];
        body.extend(access.to_le_bytes());
        Ok(Reply::Send(OK, body))
    }
}
