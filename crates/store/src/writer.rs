//! The fast durable path of saving an answer: saves that wait at the same time share one flush of the disk.
//!
//! One task takes what waits (up to [`AT_ONCE`]), puts each save into a savepoint of one transaction, commits, and only
//! then answers. A save that fails is undone alone. One waiting save is committed at once: nothing waits for company.

use crate::answers::{Answering as _, Known};
use crate::db::{Backend as _, Db};
use crate::meter::{Meter, Timed};
use crate::receipts::{Receipts as _, Take};
use crate::{Act, Result, SaveOutcome, StoreError};
use hakutaku_model::assessment::AnswerValue;
use hakutaku_model::id::{AssessmentId, FacilityId, QuestionId};
use hakutaku_model::journal::Chain;
use sqlx::Connection as _;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// The most saves in one transaction.
const AT_ONCE: usize = 64;

/// One answer to be saved.
#[derive(Debug)]
pub(crate) struct Save {
    pub(crate) act: Act,
    pub(crate) facility: FacilityId,
    pub(crate) assessment: AssessmentId,
    pub(crate) question: QuestionId,
    pub(crate) value: AnswerValue,
    pub(crate) note: String,
    /// 0 means "no answer yet".
    pub(crate) expected_version: i64,
}

/// What the task is asked for.
#[derive(Debug)]
pub(crate) enum Message {
    /// To save an answer and say what became of it.
    Save(Box<Save>, oneshot::Sender<Result<SaveOutcome>>),
    /// To record receipts of notices and say which were new.
    Take(Take, oneshot::Sender<Result<Vec<bool>>>),
    /// To say when everything before is done.
    Flush(oneshot::Sender<()>),
}

/// Runs until every handle of the store is gone.
pub(crate) async fn run(db: Db, meter: Arc<Meter>, mut waiting: mpsc::Receiver<Message>) {
    let mut messages = Vec::with_capacity(AT_ONCE);
    while waiting.recv_many(&mut messages, AT_ONCE).await > 0 {
        let mut saves = Vec::with_capacity(messages.len());
        let mut replies = Vec::with_capacity(messages.len());
        let mut flushes = Vec::new();
        let (mut takes, mut takers) = (Vec::new(), Vec::new());
        for message in messages.drain(..) {
            match message {
                Message::Save(save, reply) => {
                    saves.push(*save);
                    replies.push(reply);
                }
                Message::Take(take, reply) => {
                    takes.push(take);
                    takers.push(reply);
                }
                Message::Flush(done) => flushes.push(done),
            }
        }
        if !saves.is_empty() {
            let timed = Timed::into(&meter.changing);
            let outcomes = commit(&db, &saves).await;
            drop(timed);
            // Whoever asked may have gone away meanwhile; the save stands all the same.
            match outcomes {
                Ok(outcomes) => replies.into_iter().zip(outcomes).for_each(|(reply, outcome)| {
                    let _ = reply.send(outcome);
                }),
                Err(error) => replies.into_iter().for_each(|reply| {
                    let _ = reply.send(Err(repeat(&error)));
                }),
            }
        }
        if !takes.is_empty() {
            match commit_receipts(&db, &takes).await {
                Ok(outcomes) => takers.into_iter().zip(outcomes).for_each(|(reply, outcome)| {
                    let _ = reply.send(outcome);
                }),
                Err(error) => takers.into_iter().for_each(|reply| {
                    let _ = reply.send(Err(repeat(&error)));
                }),
            }
        }
        for done in flushes {
            let _ = done.send(());
        }
    }
}

/// Saves all in one transaction; the inner results are those of the single saves.
async fn commit(db: &Db, saves: &[Save]) -> Result<Vec<Result<SaveOutcome>>> {
    let chains: BTreeSet<String> = saves.iter().map(|save| Chain::Facility(save.facility).key()).collect();
    let chains: Vec<String> = chains.into_iter().collect();
    macro_rules! save_all_in {
        ($transaction:ident) => {{
            $transaction.lock_chains(&chains).await?;
            let mut outcomes = Vec::with_capacity(saves.len());
            let mut known = Known::default();
            for save in saves {
                let mut part = $transaction.begin().await?;
                match part.save_one(save, &mut known).await {
                    Ok(outcome) => {
                        part.commit().await?;
                        outcomes.push(Ok(outcome));
                    }
                    Err(error) => {
                        part.rollback().await?;
                        // What it had found or written may be undone.
                        known = Known::default();
                        outcomes.push(Err(error));
                    }
                }
            }
            $transaction.commit().await?;
            Ok(outcomes)
        }};
    }
    match db {
        Db::Sqlite { writer, .. } => {
            let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
            save_all_in!(transaction)
        }
        Db::Postgres(pool) => {
            let mut transaction = pool.begin().await?;
            save_all_in!(transaction)
        }
    }
}

/// Records all in one transaction; the inner results are those of the single deeds.
async fn commit_receipts(db: &Db, takes: &[Take]) -> Result<Vec<Result<Vec<bool>>>> {
    let chains: BTreeSet<String> = takes.iter().flat_map(Take::chains).map(|chain| chain.key()).collect();
    let chains: Vec<String> = chains.into_iter().collect();
    macro_rules! take_all_in {
        ($transaction:ident) => {{
            $transaction.lock_chains(&chains).await?;
            let mut outcomes = Vec::with_capacity(takes.len());
            for take in takes {
                let mut part = $transaction.begin().await?;
                match part.put_receipts(take).await {
                    Ok(fresh) => {
                        part.commit().await?;
                        outcomes.push(Ok(fresh));
                    }
                    Err(error) => {
                        part.rollback().await?;
                        outcomes.push(Err(error));
                    }
                }
            }
            $transaction.commit().await?;
            Ok(outcomes)
        }};
    }
    match db {
        Db::Sqlite { writer, .. } => {
            let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
            take_all_in!(transaction)
        }
        Db::Postgres(pool) => {
            let mut transaction = pool.begin().await?;
            take_all_in!(transaction)
        }
    }
}

/// The same failure for everybody whose save was in the transaction.
fn repeat(error: &StoreError) -> StoreError {
    let said = match error {
        StoreError::Database { source, .. } => source.to_string(),
        other => other.to_string(),
    };
    StoreError::Database { context: "", source: sqlx::Error::Io(std::io::Error::other(said)) }
}
