//! Verifying the log, and signing the heads of its chains.

use crate::db::{boxed, change, from_row, read, undecodable};
use crate::journal::{StoredEntry, hash_from, parse_chain, seq_from};
use crate::{Result, Store};
use ed25519_dalek::{Signature, VerifyingKey};
use hakutaku_model::journal::{Break, Chain, Entry, Hash, Head, Verifier};
use hakutaku_model::time::Ts;
use serde::Serialize;
use std::collections::BTreeSet;

/// Entries read at a time.
const PAGE: i64 = 1000;

/// A chain's end as signed on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedHead {
    /// Which chain: `installation` or a facility's id.
    pub chain: String,
    /// The day in Japan, `2026-11-21`.
    pub day: String,
    /// Entries by then.
    pub seq: u64,
    /// Hash of the last one.
    pub hash: Hash,
    /// Ed25519 over `hakutaku-head-1`, chain, day, seq and hash, one per line; hexadecimal.
    pub signature: String,
}

impl SignedHead {
    fn message(chain: &str, day: &str, seq: u64, hash: Hash) -> String {
        format!("hakutaku-head-1\n{chain}\n{day}\n{seq}\n{hash}\n")
    }

    fn is_signed_by(&self, key: &VerifyingKey) -> bool {
        let message = Self::message(&self.chain, &self.day, self.seq, self.hash);
        hex::decode(&self.signature)
            .ok()
            .and_then(|bytes| Signature::from_slice(&bytes).ok())
            .is_some_and(|signature| key.verify_strict(message.as_bytes(), &signature).is_ok())
    }
}

from_row!(SignedHead, row => {
    Self {
        chain: row.try_get("chain")?,
        day: row.try_get("day")?,
        seq: seq_from(row.try_get("seq")?)?,
        hash: hash_from(row.try_get("hash")?)?,
        signature: hex::encode(row.try_get::<Vec<u8>, _>("signature")?),
    }
});

struct SignedDay(jiff::civil::Date);

from_row!(SignedDay, row => { Self(row.try_get::<String, _>("day")?.parse().map_err(undecodable)?) });

/// What is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// The entries do not follow each other.
    #[error("{0}")]
    Broken(#[from] Break),
    /// An entry is stored in a form that was never written.
    #[error("entry {seq} cannot be read")]
    Unreadable {
        /// The entry.
        seq: u64,
    },
    /// A signed head's signature is not ours.
    #[error("the signed head of {day} was not signed by this installation")]
    BadSignature {
        /// Its day.
        day: String,
    },
    /// The entry a signed head names is missing or different.
    #[error("the signed head of {day} names entry {seq}, which is missing or different")]
    HeadMismatch {
        /// Its day.
        day: String,
        /// The entry.
        seq: u64,
    },
    /// A signed head is stored in a form that was never written.
    #[error("a signed head cannot be read")]
    UnreadableHead,
    /// A facility exists, but its log does not.
    #[error("the log is missing")]
    Missing,
}

/// What verifying one chain found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    /// `installation` or a facility's id.
    pub chain: String,
    /// The end reached.
    pub head: Head,
    /// Signed heads that were checked.
    pub signed_heads: usize,
    /// The first place where the entries break, and every signed head that does not fit; none when intact.
    pub faults: Vec<Fault>,
}

/// What verifying all chains found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JournalReport {
    /// One per chain.
    pub chains: Vec<ChainReport>,
}

impl JournalReport {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        self.chains.iter().all(|chain| chain.faults.is_empty())
    }
}

/// Follows one chain, wherever its entries come from: the database, or an archive.
pub(crate) struct ChainAudit {
    chain: String,
    verifier: Option<Verifier>,
    head: Head,
    heads: Vec<SignedHead>,
    confirmed: BTreeSet<String>,
    faults: Vec<Fault>,
    broken: bool,
}

impl ChainAudit {
    /// `heads` are those of this chain.
    pub(crate) fn new(chain: &str, heads: Vec<SignedHead>, key: &VerifyingKey) -> Self {
        let faults = heads
            .iter()
            .filter(|head| !head.is_signed_by(key))
            .map(|head| Fault::BadSignature { day: head.day.clone() })
            .collect();
        Self {
            chain: chain.to_owned(),
            verifier: parse_chain(chain).map(Verifier::new),
            head: Head::EMPTY,
            heads,
            confirmed: BTreeSet::new(),
            faults,
            broken: false,
        }
    }

    /// Takes the next entry; `Err` is the number of one that cannot be read.
    pub(crate) fn accept(&mut self, entry: Result<&Entry, u64>) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(seq) => return self.break_at(Fault::Unreadable { seq }),
        };
        for head in self.heads.iter().filter(|head| head.seq == entry.seq && head.hash == entry.hash) {
            self.confirmed.insert(head.day.clone());
        }
        if self.broken {
            return;
        }
        match self.verifier.as_mut().map(|verifier| (verifier.accept(entry), verifier.head())) {
            Some((Ok(()), head)) => self.head = head,
            Some((Err(fault), _)) => self.break_at(fault.into()),
            None => self.break_at(Fault::Unreadable { seq: entry.seq }),
        }
    }

    fn break_at(&mut self, fault: Fault) {
        if !self.broken {
            self.faults.push(fault);
        }
        self.broken = true;
    }

    pub(crate) fn finish(mut self, must_exist: bool) -> ChainReport {
        for head in self.heads.iter().filter(|head| !self.confirmed.contains(&head.day)) {
            self.faults.push(Fault::HeadMismatch { day: head.day.clone(), seq: head.seq });
        }
        if must_exist && self.head == Head::EMPTY && !self.broken {
            self.faults.push(Fault::Missing);
        }
        ChainReport { chain: self.chain, head: self.head, signed_heads: self.heads.len(), faults: self.faults }
    }
}

struct Key(String);

from_row!(Key, row => { Self(row.try_get("chain")?) });

struct FacilityKey(String);

from_row!(FacilityKey, row => { Self(row.try_get::<crate::db::Id, _>("id")?.0.to_string()) });

impl Store {
    /// Follows every chain from its beginning and checks every signed head.
    ///
    /// # Errors
    /// When the database refuses. What is wrong with the log is in the report, not an error.
    #[boxed]
    pub async fn verify_journal(&self) -> Result<JournalReport> {
        let (keys, facilities) = read!(self, "listing the chains of the log", con => {
            let keys: Vec<Key> = sqlx::query_as("SELECT chain FROM journal UNION SELECT chain FROM journal_head")
                .fetch_all(&mut *con)
                .await?;
            let facilities: Vec<FacilityKey> = sqlx::query_as("SELECT id FROM facility").fetch_all(&mut *con).await?;
            (keys, facilities)
        })?;
        let facilities: BTreeSet<String> = facilities.into_iter().map(|key| key.0).collect();
        let mut all: BTreeSet<String> = keys.into_iter().map(|key| key.0).collect();
        all.extend(facilities.iter().cloned());
        let mut chains = Vec::new();
        for chain in all {
            chains.push(self.verify_chain(&chain, facilities.contains(&chain)).await?);
        }
        Ok(JournalReport { chains })
    }

    async fn verify_chain(&self, chain: &str, must_exist: bool) -> Result<ChainReport> {
        let (heads, unreadable) = self.heads_of(chain).await?;
        let mut audit = ChainAudit::new(chain, heads, &self.key().public());
        if unreadable {
            audit.faults.push(Fault::UnreadableHead);
        }
        let mut after = i64::MIN;
        loop {
            let page = self.page_of(chain, after).await?;
            let Some((last, _)) = page.last() else { break };
            after = *last;
            for (seq, entry) in &page {
                audit.accept(entry.as_ref().ok_or_else(|| seq.cast_unsigned()));
            }
        }
        Ok(audit.finish(must_exist))
    }

    /// Rows one by one, so that an unreadable one is a finding and not the end.
    async fn page_of(&self, chain: &str, after: i64) -> Result<Vec<(i64, Option<Entry>)>> {
        read!(self, "reading the log", con => {
            use sqlx::{FromRow as _, Row as _};
            let rows = sqlx::query("SELECT * FROM journal WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3")
                .bind(chain)
                .bind(after)
                .bind(PAGE)
                .fetch_all(&mut *con)
                .await?;
            let mut page = Vec::with_capacity(rows.len());
            for row in &rows {
                page.push((row.try_get::<i64, _>("seq")?, StoredEntry::from_row(row).ok().map(|entry| entry.0)));
            }
            page
        })
    }

    async fn heads_of(&self, chain: &str) -> Result<(Vec<SignedHead>, bool)> {
        read!(self, "reading the signed heads of the log", con => {
            use sqlx::FromRow as _;
            let rows = sqlx::query("SELECT * FROM journal_head WHERE chain = $1 ORDER BY day")
                .bind(chain)
                .fetch_all(&mut *con)
                .await?;
            let heads: Vec<SignedHead> = rows.iter().filter_map(|row| SignedHead::from_row(row).ok()).collect();
            let unreadable = heads.len() < rows.len();
            (heads, unreadable)
        })
    }

    /// The last day in Japan for which heads were signed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn last_signed_day(&self) -> Result<Option<jiff::civil::Date>> {
        let day: Option<SignedDay> = read!(self, "asking when the log was last signed", con => {
            sqlx::query_as("SELECT day FROM journal_head ORDER BY day DESC LIMIT 1").fetch_optional(&mut *con).await?
        })?;
        Ok(day.map(|day| day.0))
    }

    /// Signs the head of every chain for the day of `at` in Japan (replacing an earlier one of that day).
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn sign_heads(&self, at: Ts) -> Result<Vec<SignedHead>> {
        let day = at.date_in_japan().to_string();
        change!(self, None::<Chain>, "signing the heads of the log", con => {
            use sqlx::Row as _;
            let rows = sqlx::query(
                "SELECT j.chain, j.seq, j.hash FROM journal j \
                 JOIN (SELECT chain, MAX(seq) AS seq FROM journal GROUP BY chain) AS last \
                 ON last.chain = j.chain AND last.seq = j.seq ORDER BY j.chain",
            )
            .fetch_all(&mut *con)
            .await?;
            let mut heads = Vec::new();
            for row in &rows {
                let chain: String = row.try_get("chain")?;
                let seq = seq_from(row.try_get("seq")?)?;
                let hash = hash_from(row.try_get("hash")?)?;
                if parse_chain(&chain).is_none() {
                    return Err(undecodable("chain").into());
                }
                let signature = self.key().sign(SignedHead::message(&chain, &day, seq, hash).as_bytes());
                sqlx::query(
                    "INSERT INTO journal_head (chain, day, seq, hash, signature) VALUES ($1, $2, $3, $4, $5) \
                     ON CONFLICT (chain, day) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, \
                     signature = excluded.signature WHERE journal_head.seq <= excluded.seq",
                )
                .bind(&chain)
                .bind(&day)
                .bind(seq.cast_signed())
                .bind(hash.0.to_vec())
                .bind(signature.to_vec())
                .execute(&mut *con)
                .await?;
                heads.push(SignedHead { chain, day: day.clone(), seq, hash, signature: hex::encode(signature) });
            }
            heads
        })
    }

    /// The signed heads of all chains, oldest first; to be kept elsewhere.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn signed_heads(&self) -> Result<Vec<SignedHead>> {
        read!(self, "reading the signed heads of the log", con => {
            sqlx::query_as("SELECT * FROM journal_head ORDER BY day, chain").fetch_all(&mut *con).await?
        })
    }

    /// The Ed25519 public key that checks signed heads; hexadecimal.
    #[must_use]
    pub fn public_key(&self) -> String {
        hex::encode(self.key().public().as_bytes())
    }
}
