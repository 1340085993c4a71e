//! Evidence: uploaded files, encrypted on disk, named by their content.

use crate::assessments::Assessments as _;
use crate::db::{Id, boxed, change, from_row, on_both_connections, read, undecodable};
use crate::journal::{Log as _, hash_from};
use crate::text::checked;
use crate::{Act, Result, Store, StoreError, blobs};
use hakutaku_model::id::{AssessmentId, DocumentId, FacilityId, QuestionId};
use hakutaku_model::journal::Chain;
use hakutaku_model::journal::Hash;
use hakutaku_model::time::Ts;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// The largest file taken: 20 MiB.
pub const MAX_DOCUMENT_BYTES: usize = 20 * 1024 * 1024;

/// A content that no row refers to is removed after this long: a day, so that no upload under way is touched.
pub const STRAY_SECONDS: i64 = 24 * 60 * 60;

/// What is said about a file to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDocument {
    /// Which assessment it belongs to, if any.
    pub assessment: Option<AssessmentId>,
    /// Which question it is evidence for, if any (then the assessment is needed too).
    pub question: Option<QuestionId>,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentRow {
    /// The id.
    pub id: DocumentId,
    /// Which assessment it belongs to, if any.
    pub assessment: Option<AssessmentId>,
    /// Which question it is evidence for, if any.
    pub question: Option<QuestionId>,
    /// The file's name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size in bytes.
    pub size: i64,
    /// SHA-256 of its content.
    pub sha256: Hash,
    /// Name of who uploaded it, as it was then.
    pub by: String,
    /// When.
    pub at: Ts,
}

from_row!(DocumentRow, row => {
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        assessment: row.try_get::<Option<Id>, _>("assessment_id")?.map(|id| id.0.into()),
        question: row.try_get::<Option<String>, _>("question")?.map(QuestionId::from),
        name: row.try_get("name")?,
        media_type: row.try_get("media_type")?,
        size: row.try_get("size")?,
        sha256: hash_from(row.try_get("sha256")?)?,
        by: row.try_get("added_by")?,
        at: Ts::from_micros(row.try_get("added_at")?),
    }
});

struct Count(QuestionId, u64);

from_row!(Count, row => {
    Self(
        row.try_get::<String, _>("question")?.into(),
        u64::try_from(row.try_get::<i64, _>("number")?).map_err(undecodable)?,
    )
});

on_both_connections! {
    /// The fence of documents.
    Documents {
        /// Whether any row of a register or of the ledger names it, rows out of use included: they stay readable. An id
        /// is found wherever it stands in a row, so that a register made later is no exception.
        async fn is_named(con, facility: FacilityId, id: DocumentId) -> bool {
            let mut found = false;
            for query in [
                "SELECT 1 FROM record WHERE facility_id = $1 AND body LIKE $2 LIMIT 1",
                "SELECT 1 FROM asset WHERE facility_id = $1 AND body LIKE $2 LIMIT 1",
            ] {
                let row = sqlx::query(query)
                    .bind(Id(facility.0))
                    .bind(format!("%{id}%"))
                    .fetch_optional(&mut *con)
                    .await?;
                found |= row.is_some();
            }
            found
        }

        /// Takes the row away, with its log entry; the content that nothing refers to any more.
        async fn take_document(con, act: &Act, facility: FacilityId, id: DocumentId) -> Option<Hash> {
            let before = con.must_find_document(facility, id).await?;
            sqlx::query("DELETE FROM document WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .execute(&mut *con)
                .await?;
            con.append(Chain::Facility(facility), act.did("document.remove", object(id)).before(&before)).await?;
            let other = sqlx::query("SELECT 1 FROM document WHERE sha256 = $1 LIMIT 1")
                .bind(before.sha256.0.to_vec())
                .fetch_optional(&mut *con)
                .await?;
            other.is_none().then_some(before.sha256)
        }

        /// The document, or `NotFound` when it is not this facility's.
        async fn must_find_document(con, facility: FacilityId, id: DocumentId) -> DocumentRow {
            sqlx::query_as("SELECT * FROM document WHERE facility_id = $1 AND id = $2")
                .bind(Id(facility.0))
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the file"))?
        }
    }
}

fn object(id: DocumentId) -> String {
    format!("document:{id}")
}

fn check(document: &NewDocument, content: &[u8]) -> Result<()> {
    if content.len() > MAX_DOCUMENT_BYTES {
        return Err(StoreError::Invalid(format!(
            "the file has {} bytes; at most {MAX_DOCUMENT_BYTES} (20 MiB) are kept",
            content.len()
        )));
    }
    checked("the name of the file", &document.name, 1, 255)?;
    checked("the media type of the file", &document.media_type, 1, 255)?;
    if document.name.chars().any(char::is_control) {
        return Err(StoreError::Invalid("the name of the file contains a character that no keyboard types".to_owned()));
    }
    if document.question.is_some() && document.assessment.is_none() {
        return Err(StoreError::Invalid("evidence for a question needs its assessment".to_owned()));
    }
    Ok(())
}

struct Content(Hash);

from_row!(Content, row => { Self(hash_from(row.try_get("sha256")?)?) });

/// Runs what waits for the disk where it holds up nobody.
async fn on_disk<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Invalid(format!("working on a file was interrupted: {error}")))?
}

impl Store {
    /// Keeps a file. The content is on the disk before the row is.
    ///
    /// # Errors
    /// `Invalid` above 20 MiB or for a name that is none; `NotFound` when the assessment is not the facility's.
    #[boxed]
    pub async fn add_document(
        &self,
        act: &Act,
        facility: FacilityId,
        document: &NewDocument,
        content: Vec<u8>,
    ) -> Result<DocumentRow> {
        check(document, &content)?;
        self.facility(facility).await?;
        if let Some(assessment) = document.assessment {
            self.assessment(facility, assessment).await?;
        }
        let size = i64::try_from(content.len()).unwrap_or(i64::MAX);
        // Nobody may remove this content between finding it on the disk and referring to it.
        let _shared = self.blob_lock().read().await;
        let store = self.clone();
        let sha256 = on_disk(move || blobs::write(store.data(), store.key(), &content)).await?;
        let id = DocumentId(Id::new().0);
        change!(self, Some(Chain::Facility(facility)), "keeping a file", con => {
            if let Some(assessment) = document.assessment {
                con.must_find_assessment(facility, assessment).await?;
            }
            let name = con.name_of(&act.actor).await?;
            let row: DocumentRow = sqlx::query_as(
                "INSERT INTO document (id, facility_id, assessment_id, question, name, media_type, size, sha256, \
                 added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(Id(facility.0))
            .bind(document.assessment.map(|id| Id(id.0)))
            .bind(document.question.as_ref().map(QuestionId::as_str))
            .bind(document.name.trim())
            .bind(&document.media_type)
            .bind(size)
            .bind(sha256.0.to_vec())
            .bind(&name)
            .bind(act.at.micros())
            .fetch_one(&mut *con)
            .await?;
            let deed = act.did("document.add", object(id)).after(&row).with("name", &row.name);
            con.append(Chain::Facility(facility), deed).await?;
            row
        })
    }

    /// What is known about a file.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn document(&self, facility: FacilityId, id: DocumentId) -> Result<DocumentRow> {
        read!(self, "reading about a file", con => { con.must_find_document(facility, id).await? })
    }

    /// A file's content, checked against its hash. The reading is entered in the log.
    ///
    /// # Errors
    /// `NotFound`; `Damaged` when the content is not what was uploaded.
    #[boxed]
    pub async fn read_document(&self, act: &Act, facility: FacilityId, id: DocumentId) -> Result<Vec<u8>> {
        let row = self.document(facility, id).await?;
        let content = {
            let _shared = self.blob_lock().read().await;
            let store = self.clone();
            on_disk(move || blobs::read(store.data(), store.key(), row.sha256)).await?
        };
        change!(self, Some(Chain::Facility(facility)), "noting the reading of a file", con => {
            con.append(Chain::Facility(facility), act.did("document.read", object(id))).await?;
        })?;
        Ok(content)
    }

    /// The files of a facility (`None`) or of one of its assessments, newest first.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn documents(&self, facility: FacilityId, assessment: Option<AssessmentId>) -> Result<Vec<DocumentRow>> {
        read!(self, "listing files", con => {
            sqlx::query_as(
                "SELECT * FROM document WHERE facility_id = $1 AND ($2 IS NULL OR assessment_id = $2) ORDER BY id DESC",
            )
            .bind(Id(facility.0))
            .bind(assessment.map(|id| Id(id.0)))
            .fetch_all(&mut *con)
            .await?
        })
    }

    /// How many files each question has.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn document_counts(
        &self,
        facility: FacilityId,
        assessment: AssessmentId,
    ) -> Result<BTreeMap<QuestionId, u64>> {
        let rows: Vec<Count> = read!(self, "counting files", con => {
            sqlx::query_as(
                "SELECT question, COUNT(*) AS number FROM document WHERE facility_id = $1 AND assessment_id = $2 \
                 AND question IS NOT NULL GROUP BY question",
            )
            .bind(Id(facility.0))
            .bind(Id(assessment.0))
            .fetch_all(&mut *con)
            .await?
        })?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }

    /// Removes what uploads that were broken off left behind: contents on the disk that no row refers to, when they were
    /// last written more than a day ago. For a periodic job; says how many.
    ///
    /// # Errors
    /// When the database refuses or a file cannot be removed.
    #[boxed]
    pub async fn remove_stray_files(&self, now: Ts) -> Result<u64> {
        let store = self.clone();
        let limit = now.plus_seconds(-STRAY_SECONDS);
        let old = on_disk(move || blobs::older_than(store.data(), limit)).await?;
        if old.is_empty() {
            return Ok(0);
        }
        let kept: Vec<Content> = read!(self, "listing the contents of files", con => {
            sqlx::query_as("SELECT DISTINCT sha256 FROM document").fetch_all(&mut *con).await?
        })?;
        let kept: HashSet<Hash> = kept.into_iter().map(|content| content.0).collect();
        let mut removed = 0;
        for file in old.into_iter().filter(|file| file.hash.is_none_or(|hash| !kept.contains(&hash))) {
            // Asked again while nobody can upload: the same content may just have come back.
            let _alone = self.blob_lock().write().await;
            if let Some(hash) = file.hash
                && self.is_referred_to(hash).await?
            {
                continue;
            }
            on_disk(move || blobs::remove_file(&file.path)).await?;
            removed += 1;
        }
        Ok(removed)
    }

    async fn is_referred_to(&self, hash: Hash) -> Result<bool> {
        read!(self, "looking for who refers to a content", con => {
            sqlx::query("SELECT 1 FROM document WHERE sha256 = $1 LIMIT 1")
                .bind(hash.0.to_vec())
                .fetch_optional(&mut *con)
                .await?
                .is_some()
        })
    }

    /// Takes a file away; its content is removed when nothing else refers to it.
    ///
    /// # Errors
    /// `NotFound`; `InUse` when a row of a register or of the ledger names it; when the database refuses.
    #[boxed]
    pub async fn remove_document(&self, act: &Act, facility: FacilityId, id: DocumentId) -> Result<()> {
        let _alone = self.blob_lock().write().await;
        let orphan = change!(self, Some(Chain::Facility(facility)), "taking a file away", con => {
            if con.is_named(facility, id).await? {
                return Err(StoreError::InUse("document"));
            }
            con.take_document(act, facility, id).await?
        })?;
        self.forget_content(orphan).await
    }

    /// What whoever no longer names a file calls: takes it away unless an assessment, a register or the ledger still has
    /// it, and says whether it did. A file that is gone already is no error.
    ///
    /// # Errors
    /// When the database refuses or the content cannot be removed.
    #[boxed]
    pub async fn detach_document(&self, act: &Act, facility: FacilityId, id: DocumentId) -> Result<bool> {
        let _alone = self.blob_lock().write().await;
        let taken = change!(self, Some(Chain::Facility(facility)), "taking a file away", con => {
            let stays = match con.must_find_document(facility, id).await {
                Ok(row) => row.assessment.is_some() || con.is_named(facility, id).await?,
                Err(StoreError::NotFound(_)) => true,
                Err(error) => return Err(error),
            };
            if stays { None } else { Some(con.take_document(act, facility, id).await?) }
        })?;
        let Some(orphan) = taken else { return Ok(false) };
        self.forget_content(orphan).await?;
        Ok(true)
    }

    async fn forget_content(&self, orphan: Option<Hash>) -> Result<()> {
        if let Some(hash) = orphan {
            let store = self.clone();
            on_disk(move || blobs::remove(store.data(), hash)).await?;
        }
        Ok(())
    }
}
