//! A visit: one connection (or datagram) and the touches it leaves. Whatever happens, it leaves at least one.

use crate::config::{Config, TokenKind};
use crate::persona::{Identity, Kind as PersonaKind};
use crate::room::Room;
use crate::scan::watch::Accepted;
use crate::secret::{Hasher, Keep};
use crate::spool::{Draft, NotWritten, Spool, now};
use crate::text;
use crate::tls::Certificates;
use crate::wire::{Seen, recognise};
use hakutaku_model::touch::{DETAILS, Kind};
use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Mutex};

/// What all visits of a sensor share.
pub struct House {
    /// Where touches go.
    pub spool: Spool,
    /// The configuration.
    pub config: Config,
    /// Hashes secrets.
    pub hasher: Hasher,
    /// Visits that are not yet wholly written down.
    pub open: AtomicUsize,
    /// Those of them that were let in.
    pub inside: AtomicUsize,
    /// How many there may be.
    pub room: Room,
    /// Connections accepted in the last seconds, for the detector of scans; filled only while it is asked for.
    pub accepted: Accepted,
    /// Certificates of the machines.
    pub certificates: Certificates,
    seed: [u8; 32],
    identities: Mutex<HashMap<(PersonaKind, IpAddr), Arc<Identity>>>,
}

impl House {
    /// Puts it together.
    #[must_use]
    pub fn new(spool: Spool, config: Config, hasher: Hasher, seed: [u8; 32]) -> Self {
        let certificates = Certificates::new(spool.folder().join("certificates"));
        let room = Room::of(&config);
        Self {
            spool,
            config,
            hasher,
            open: AtomicUsize::new(0),
            inside: AtomicUsize::new(0),
            room,
            accepted: Accepted::default(),
            certificates,
            seed,
            identities: Mutex::default(),
        }
    }

    /// The machine that lives at an address.
    #[must_use]
    pub fn identity(&self, kind: PersonaKind, address: IpAddr) -> Arc<Identity> {
        let make = || Arc::new(Identity::new(&self.seed, kind, address));
        match self.identities.lock() {
            Ok(mut known) => known.entry((kind, address)).or_insert_with(make).clone(),
            Err(_) => make(),
        }
    }
}

/// A secret somebody tried.
#[derive(Debug, Clone, Copy)]
pub enum Secret<'a> {
    /// The password itself.
    Text(&'a [u8]),
    /// An answer to a challenge: equal passwords do not look equal, so no hash is kept, only which scheme it was.
    Response(&'static str),
    /// As [`Secret::Response`], and it can be told whether a planted password was used.
    Proof(&'static str, &'a dyn Proof),
    /// None was sent.
    None,
}

/// An answer to a challenge that can be compared with a password we know: that of a planted credential.
pub trait Proof: std::fmt::Debug + Sync {
    /// Whether it was made with this password.
    fn fits(&self, password: &str) -> bool;
}

/// The visit must end: nothing can be written, so nothing may be answered.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the touch is not on disk yet")]
pub struct Gone;

impl From<NotWritten> for Gone {
    fn from(_: NotWritten) -> Self {
        Self
    }
}

impl From<Gone> for std::io::Error {
    fn from(gone: Gone) -> Self {
        Self::other(gone)
    }
}

#[derive(Default)]
struct State {
    touched: u32,
    reached: Option<Kind>,
    notes: BTreeMap<String, String>,
}

struct Inner {
    house: Arc<House>,
    identity: Arc<Identity>,
    protocol: &'static str,
    source: SocketAddr,
    local: SocketAddr,
    seen: Arc<Seen>,
    state: Mutex<State>,
}

/// One visit. Cheap to clone; all clones are the same visit.
#[derive(Clone)]
pub struct Visit(Arc<Inner>);

impl Visit {
    /// A visit that begins.
    #[must_use]
    pub fn new(
        house: Arc<House>,
        protocol: &'static str,
        persona: PersonaKind,
        source: SocketAddr,
        local: SocketAddr,
    ) -> Self {
        let local = SocketAddr::new(local.ip().to_canonical(), local.port());
        let source = SocketAddr::new(source.ip().to_canonical(), source.port());
        let identity = house.identity(persona, local.ip());
        Self(Arc::new(Inner {
            house,
            identity,
            protocol,
            source,
            local,
            seen: Arc::default(),
            state: Mutex::default(),
        }))
    }

    /// The machine that is visited.
    #[must_use]
    pub fn identity(&self) -> &Arc<Identity> {
        &self.0.identity
    }

    /// What all visits share.
    #[must_use]
    pub fn house(&self) -> &Arc<House> {
        &self.0.house
    }

    /// Where the visitor comes from.
    #[must_use]
    pub fn source(&self) -> SocketAddr {
        self.0.source
    }

    /// The address and port visited.
    #[must_use]
    pub fn local(&self) -> SocketAddr {
        self.0.local
    }

    /// The bytes received.
    #[must_use]
    pub fn seen(&self) -> &Arc<Seen> {
        &self.0.seen
    }

    /// Remembers something for all further touches of this visit (bounded and escaped here).
    pub fn note(&self, key: &'static str, value: &[u8]) {
        if let Ok(mut state) = self.0.state.lock() {
            state.notes.insert(key.to_owned(), text::field(value));
        }
    }

    /// What the visit amounts to if it ends without a touch of its own: never less than before.
    pub fn reached(&self, kind: Kind) {
        if let Ok(mut state) = self.0.state.lock()
            && state.reached.is_none_or(|before| before < kind)
        {
            state.reached = Some(kind);
        }
    }

    /// Writes a touch now; returns once it is on disk. Answer the visitor after this, not before.
    ///
    /// # Errors
    /// [`Gone`] if it could not be written: end the visit without an answer.
    pub async fn touch(&self, kind: Kind) -> Result<(), Gone> {
        self.touch_with(kind, None, Secret::None, &[]).await
    }

    /// As [`Visit::touch`], with details of this touch alone.
    ///
    /// # Errors
    /// As [`Visit::touch`].
    pub async fn touch_noting(&self, kind: Kind, details: &[(&'static str, &[u8])]) -> Result<(), Gone> {
        self.touch_with(kind, None, Secret::None, details).await
    }

    /// Writes a try to sign in. One call, one touch.
    ///
    /// # Errors
    /// As [`Visit::touch`].
    pub async fn sign_in(&self, user: &[u8], secret: Secret<'_>) -> Result<(), Gone> {
        self.touch_with(Kind::SignIn, Some(user), secret, &[]).await
    }

    /// The general form of all touches.
    ///
    /// # Errors
    /// As [`Visit::touch`].
    pub async fn touch_with(
        &self,
        kind: Kind,
        user: Option<&[u8]>,
        secret: Secret<'_>,
        details: &[(&'static str, &[u8])],
    ) -> Result<(), Gone> {
        let draft = self.draft(kind, user, secret, details);
        self.0.house.spool.write(draft).await?;
        Ok(())
    }

    fn draft(&self, kind: Kind, user: Option<&[u8]>, secret: Secret<'_>, details: &[(&'static str, &[u8])]) -> Draft {
        let house = &self.0.house;
        let mut kind = kind;
        let mut detail = match self.0.state.lock() {
            Ok(mut state) => {
                state.touched += 1;
                state.notes.clone()
            }
            Err(_) => BTreeMap::new(),
        };
        for (key, value) in details {
            detail.insert((*key).to_owned(), text::field(value));
        }
        detail.insert("dest_ip".to_owned(), self.0.local.ip().to_string());
        // Who asked for a password as somebody and then tried it as the same is named once.
        if user.is_some_and(|user| detail.get("asked_as") == Some(&text::field(user))) {
            detail.remove("asked_as");
        }
        if let Some(encoding) = user.and_then(text::encoding) {
            detail.insert("user_encoding".to_owned(), encoding.to_owned());
        }
        let mut secret_hash = None;
        match secret {
            Secret::Text(secret) => {
                secret_hash = Some(house.hasher.hash(secret));
                if house.hasher.keep == Keep::Clear {
                    detail.insert("secret".to_owned(), text::field(secret));
                }
            }
            Secret::Response(scheme) | Secret::Proof(scheme, _) => {
                detail.insert("scheme".to_owned(), scheme.to_owned());
            }
            Secret::None => {}
        }
        if let Some(name) = user.and_then(|user| self.credential_token(user, secret)) {
            kind = Kind::Token;
            detail.insert("token".to_owned(), text::bounded(&name));
        }
        if let Some(reason) = house.config.noise_of(self.0.source.ip(), now().date_in_japan()) {
            detail.insert("noise".to_owned(), text::bounded(reason));
        }
        while detail.len() > DETAILS {
            detail.pop_last();
        }
        Draft {
            protocol: self.0.protocol,
            persona: self.0.identity.kind.key(),
            source: self.0.source.ip(),
            source_port: self.0.source.port(),
            dest_port: self.0.local.port(),
            kind,
            user: user.map(text::field),
            secret_hash,
            detail,
        }
    }

    fn credential_token(&self, user: &[u8], secret: Secret<'_>) -> Option<String> {
        let fits = |value: &str| {
            // The password may contain a colon, so every one may be the end of the name.
            value.match_indices(':').any(|(at, _)| {
                let (name, password) = (&value[..at], &value[at + 1..]);
                match secret {
                    Secret::Text(secret) => name.as_bytes() == user && password.as_bytes() == secret,
                    // Windows does not look at the case of names.
                    Secret::Proof(_, proof) => {
                        str::from_utf8(user).is_ok_and(|user| user.to_lowercase() == name.to_lowercase())
                            && proof.fits(password)
                    }
                    Secret::Response(_) | Secret::None => false,
                }
            })
        };
        let tokens = &self.0.house.config.token;
        tokens
            .iter()
            .find(|token| token.kind == TokenKind::Credential && fits(&token.value))
            .map(|token| token.name.clone())
    }

    /// Whether a touch was written (or is being written).
    #[must_use]
    pub fn is_touched(&self) -> bool {
        self.0.state.lock().is_ok_and(|state| state.touched > 0)
    }

    /// Writes the one touch of a visit that has none yet.
    ///
    /// # Errors
    /// As [`Visit::touch`].
    pub async fn settle(&self) -> Result<(), Gone> {
        let reached = match self.0.state.lock() {
            Ok(state) if state.touched > 0 => return Ok(()),
            Ok(state) => state.reached,
            Err(_) => None,
        };
        let opening = self.0.seen.opening();
        let (kind, looks_like) = match reached {
            Some(kind) => (kind, None),
            None if opening.is_empty() => (Kind::Connect, None),
            None => match recognise(&opening) {
                Some(other) if other != self.0.protocol => (Kind::WrongProtocol, Some(other)),
                // The right beginning and nothing that could be made sense of after it.
                Some(_) => (Kind::Handshake, None),
                None => (Kind::Malformed, None),
            },
        };
        let received = self.0.seen.bytes().to_string();
        let shown: Vec<u8> = opening.iter().flat_map(|byte| std::ascii::escape_default(*byte)).collect();
        let mut details: Vec<(&'static str, &[u8])> = Vec::new();
        if let Some(other) = looks_like {
            details.push(("looks_like", other.as_bytes()));
        }
        if !opening.is_empty() {
            details.push(("bytes", received.as_bytes()));
        }
        if matches!(kind, Kind::Malformed | Kind::WrongProtocol) {
            details.push(("opening", &shown));
        }
        self.touch_noting(kind, &details).await
    }
}
