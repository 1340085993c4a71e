//! People with accounts, their second factor and their roles.

use crate::db::{Id, boxed, change, from_row, on_both_connections, read, undecodable};
use crate::error::unique_or;
use crate::journal::Log as _;
use crate::text::checked;
use crate::{Act, Result, Store, StoreError};
use hakutaku_model::id::{FacilityId, PersonId};
use hakutaku_model::journal::Chain;
use hakutaku_model::person::Role;
use hakutaku_model::text::Lang;
use hakutaku_model::time::Ts;

/// A person to be created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// Unique, whatever the case of its letters.
    pub username: String,
    /// As shown to others.
    pub display_name: String,
    /// Language of the pages.
    pub lang: Lang,
    /// Argon2id, in PHC form; `None` for accounts that cannot sign in by password.
    pub password_hash: Option<String>,
}

/// A stored person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The id.
    pub id: PersonId,
    /// As typed at sign-in.
    pub username: String,
    /// As shown to others.
    pub display_name: String,
    /// Language of the pages.
    pub lang: Lang,
    /// Argon2id, in PHC form.
    pub password_hash: Option<String>,
    /// Whether a TOTP secret is stored.
    pub has_totp: bool,
    /// May not sign in any more.
    pub disabled: bool,
    /// When the account was created.
    pub created_at: Ts,
}

from_row!(PersonRow, row => {
    let lang: String = row.try_get("lang")?;
    Self {
        id: row.try_get::<Id, _>("id")?.0.into(),
        username: row.try_get("username")?,
        display_name: row.try_get("display_name")?,
        lang: Lang::from_tag(&lang).ok_or_else(|| undecodable(lang))?,
        password_hash: row.try_get("password_hash")?,
        has_totp: row.try_get::<Option<Vec<u8>>, _>("totp_secret")?.is_some(),
        disabled: row.try_get("disabled")?,
        created_at: Ts::from_micros(row.try_get("created_at")?),
    }
});

/// A person and the roles held at one facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub person: PersonRow,
    /// Roles at the facility in question, never empty.
    pub roles: Vec<Role>,
}

struct Secret(Option<Vec<u8>>);

from_row!(Secret, row => { Self(row.try_get("totp_secret")?) });

struct Membership(Option<FacilityId>, Role);

from_row!(Membership, row => {
    let role: String = row.try_get("role")?;
    Self(
        row.try_get::<Option<Id>, _>("facility_id")?.map(|id| id.0.into()),
        Role::from_key(&role).ok_or_else(|| undecodable(role))?,
    )
});

struct PersonWithRole(PersonRow, Role);

from_row!(PersonWithRole, row => {
    let role: String = row.try_get("role")?;
    Self(PersonRow::from_row(row)?, Role::from_key(&role).ok_or_else(|| undecodable(role))?)
});

/// User names are compared by this.
fn username_key(username: &str) -> String {
    username.trim().to_lowercase()
}

fn object(person: PersonId) -> String {
    format!("person:{person}")
}

/// What the secret is bound to, so that a row's secret cannot be moved to another person.
fn totp_context(person: PersonId) -> Vec<u8> {
    format!("totp:{person}").into_bytes()
}

on_both_connections! {
    /// What several changes of accounts share.
    Accounts {
        /// The person, or `NotFound`.
        async fn must_find_person(con, id: PersonId) -> PersonRow {
            sqlx::query_as("SELECT * FROM person WHERE id = $1")
                .bind(Id(id.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the person"))?
        }

        /// Refuses to go on when nobody could administer the installation any more.
        async fn must_keep_an_administrator(con) -> () {
            let left = sqlx::query(
                "SELECT 1 FROM membership m JOIN person p ON p.id = m.person_id \
                 WHERE m.facility_id IS NULL AND m.role = 'administrator' AND NOT p.disabled LIMIT 1",
            )
            .fetch_optional(&mut *con)
            .await?;
            if left.is_none() {
                return Err(StoreError::Invalid("the installation needs at least one administrator".to_owned()));
            }
        }

        /// Whether the person administers the installation.
        async fn administers(con, person: PersonId) -> bool {
            sqlx::query("SELECT 1 FROM membership WHERE person_id = $1 AND facility_id IS NULL AND role = 'administrator'")
                .bind(Id(person.0))
                .fetch_optional(&mut *con)
                .await?
                .is_some()
        }

        async fn drop_sessions(con, person: PersonId) -> u64 {
            sqlx::query("DELETE FROM session WHERE person_id = $1")
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?
                .rows_affected()
        }
    }
}

impl Store {
    /// Creates an account.
    ///
    /// # Errors
    /// `AlreadyExists` when the user name is taken; `Invalid` when a name is blank.
    #[boxed]
    pub async fn create_person(&self, act: &Act, person: &NewPerson) -> Result<PersonRow> {
        let username = checked("the user name", &person.username, 1, 80)?;
        let display_name = checked("the name", &person.display_name, 1, 120)?;
        let key = username_key(username);
        let id = PersonId(Id::new().0);
        change!(self, Some(Chain::Installation), "creating an account", con => {
            let row: PersonRow = sqlx::query_as(
                "INSERT INTO person (id, username, username_key, display_name, lang, password_hash, disabled, created_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *",
            )
            .bind(Id(id.0))
            .bind(username)
            .bind(&key)
            .bind(display_name)
            .bind(person.lang.tag())
            .bind(person.password_hash.as_deref())
            .bind(false)
            .bind(act.at.micros())
            .fetch_one(&mut *con)
            .await
            .map_err(unique_or("the user name"))?;
            let deed = act.did("person.create", object(id)).with("username", &row.username);
            con.append(Chain::Installation, deed).await?;
            row
        })
    }

    /// One person.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn person(&self, id: PersonId) -> Result<PersonRow> {
        read!(self, "reading an account", con => { con.must_find_person(id).await? })
    }

    /// Finds a person by user name, whatever the case of its letters.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn person_by_username(&self, username: &str) -> Result<Option<PersonRow>> {
        let key = username_key(username);
        read!(self, "looking for a user name", con => {
            sqlx::query_as("SELECT * FROM person WHERE username_key = $1").bind(&key).fetch_optional(&mut *con).await?
        })
    }

    /// Everybody, by user name.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn people(&self) -> Result<Vec<PersonRow>> {
        read!(self, "listing the accounts", con => {
            sqlx::query_as("SELECT * FROM person ORDER BY username_key").fetch_all(&mut *con).await?
        })
    }

    /// Everybody with a role at one facility, by user name.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn members_of(&self, facility: FacilityId) -> Result<Vec<Member>> {
        let rows: Vec<PersonWithRole> = read!(self, "listing the people of a facility", con => {
            sqlx::query_as(
                "SELECT p.*, m.role FROM membership m JOIN person p ON p.id = m.person_id \
                 WHERE m.facility_id = $1 ORDER BY p.username_key, m.role",
            )
            .bind(Id(facility.0))
            .fetch_all(&mut *con)
            .await?
        })?;
        let mut members: Vec<Member> = Vec::new();
        for PersonWithRole(person, role) in rows {
            match members.last_mut() {
                Some(member) if member.person.id == person.id => member.roles.push(role),
                _ => members.push(Member { person, roles: vec![role] }),
            }
        }
        Ok(members)
    }

    /// Sets the password hash and ends all sessions of the person.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn set_password(&self, act: &Act, person: PersonId, password_hash: &str) -> Result<()> {
        change!(self, Some(Chain::Installation), "changing a password", con => {
            con.must_find_person(person).await?;
            sqlx::query("UPDATE person SET password_hash = $1 WHERE id = $2")
                .bind(password_hash)
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            let ended = con.drop_sessions(person).await?;
            let deed = act.did("person.password", object(person)).with("sessions_ended", ended);
            con.append(Chain::Installation, deed).await?;
        })
    }

    /// Stores the TOTP secret encrypted, or removes it.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn set_totp_secret(&self, act: &Act, person: PersonId, secret: Option<&[u8]>) -> Result<()> {
        let sealed = secret.map(|secret| self.key().seal(secret, &totp_context(person))).transpose()?;
        change!(self, Some(Chain::Installation), "changing a second factor", con => {
            con.must_find_person(person).await?;
            sqlx::query("UPDATE person SET totp_secret = $1, totp_step = NULL WHERE id = $2")
                .bind(sealed.clone())
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            let action = if sealed.is_some() { "person.totp.set" } else { "person.totp.remove" };
            con.append(Chain::Installation, act.did(action, object(person))).await?;
        })
    }

    /// The TOTP secret.
    ///
    /// # Errors
    /// `NotFound`; `Damaged` when it was not encrypted with this installation's key for this person.
    #[boxed]
    pub async fn totp_secret(&self, person: PersonId) -> Result<Option<Vec<u8>>> {
        let sealed: Secret = read!(self, "reading a second factor", con => {
            sqlx::query_as("SELECT totp_secret FROM person WHERE id = $1")
                .bind(Id(person.0))
                .fetch_optional(&mut *con)
                .await?
                .ok_or(StoreError::NotFound("the person"))?
        })?;
        sealed.0.map(|sealed| self.key().unseal(&sealed, &totp_context(person))).transpose()
    }

    /// Marks a TOTP step as used; `false` when it or a later one was used before: a replay.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn record_totp_step(&self, person: PersonId, step: i64) -> Result<bool> {
        change!(self, None, "using a second factor", con => {
            let done = sqlx::query(
                "UPDATE person SET totp_step = $1 WHERE id = $2 AND (totp_step IS NULL OR totp_step < $1)",
            )
            .bind(step)
            .bind(Id(person.0))
            .execute(&mut *con)
            .await?;
            done.rows_affected() == 1
        })
    }

    /// Bars a person from signing in (ending all sessions), or lets them in again.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` for the last administrator.
    #[boxed]
    pub async fn set_disabled(&self, act: &Act, person: PersonId, disabled: bool) -> Result<()> {
        change!(self, Some(Chain::Installation), "disabling an account", con => {
            con.must_find_person(person).await?;
            sqlx::query("UPDATE person SET disabled = $1 WHERE id = $2")
                .bind(disabled)
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            if disabled {
                con.drop_sessions(person).await?;
                if con.administers(person).await? {
                    con.must_keep_an_administrator().await?;
                }
            }
            let action = if disabled { "person.disable" } else { "person.enable" };
            con.append(Chain::Installation, act.did(action, object(person))).await?;
        })
    }

    /// Sets the language of the pages.
    ///
    /// # Errors
    /// `NotFound`; when the database refuses.
    #[boxed]
    pub async fn set_lang(&self, act: &Act, person: PersonId, lang: Lang) -> Result<()> {
        change!(self, Some(Chain::Installation), "changing a language", con => {
            con.must_find_person(person).await?;
            sqlx::query("UPDATE person SET lang = $1 WHERE id = $2")
                .bind(lang.tag())
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            let deed = act.did("person.language", object(person)).with("lang", lang.tag());
            con.append(Chain::Installation, deed).await?;
        })
    }

    /// Changes the name shown to others.
    ///
    /// # Errors
    /// `NotFound`; `Invalid` when it is blank.
    #[boxed]
    pub async fn set_display_name(&self, act: &Act, person: PersonId, display_name: &str) -> Result<()> {
        let display_name = checked("the name", display_name, 1, 120)?;
        change!(self, Some(Chain::Installation), "changing a name", con => {
            let before = con.must_find_person(person).await?;
            sqlx::query("UPDATE person SET display_name = $1 WHERE id = $2")
                .bind(display_name)
                .bind(Id(person.0))
                .execute(&mut *con)
                .await?;
            let deed = act.did("person.name", object(person)).before(&before.display_name).after(&display_name);
            con.append(Chain::Installation, deed).await?;
        })
    }

    /// Gives a role, at one facility or for the installation (administrators, and supporters: staff of the centre). Giving it twice is no error.
    ///
    /// # Errors
    /// `NotFound` for an unknown person or facility; `Invalid` for another role spanning the installation.
    #[boxed]
    pub async fn grant(&self, act: &Act, person: PersonId, facility: Option<FacilityId>, role: Role) -> Result<()> {
        if facility.is_none() && !matches!(role, Role::Administrator | Role::RegionalSupporter) {
            return Err(StoreError::Invalid("this role is held at a facility".to_owned()));
        }
        let chain = facility.map_or(Chain::Installation, Chain::Facility);
        change!(self, Some(chain), "giving a role", con => {
            con.must_find_person(person).await?;
            if let Some(facility) = facility {
                sqlx::query("SELECT 1 FROM facility WHERE id = $1")
                    .bind(Id(facility.0))
                    .fetch_optional(&mut *con)
                    .await?
                    .ok_or(StoreError::NotFound("the facility"))?;
            }
            let done = sqlx::query(
                "INSERT INTO membership (person_id, facility_id, role, granted_at) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT DO NOTHING",
            )
            .bind(Id(person.0))
            .bind(facility.map(|id| Id(id.0)))
            .bind(role.key())
            .bind(act.at.micros())
            .execute(&mut *con)
            .await?;
            if done.rows_affected() > 0 {
                con.append(chain, act.did("role.grant", object(person)).with("role", role.key())).await?;
            }
        })
    }

    /// Takes a role.
    ///
    /// # Errors
    /// `NotFound` when the person does not hold it; `Invalid` for the last administrator.
    #[boxed]
    pub async fn revoke(&self, act: &Act, person: PersonId, facility: Option<FacilityId>, role: Role) -> Result<()> {
        let chain = facility.map_or(Chain::Installation, Chain::Facility);
        change!(self, Some(chain), "taking a role", con => {
            let mut query = sqlx::QueryBuilder::new("DELETE FROM membership WHERE person_id = ");
            query.push_bind(Id(person.0)).push(" AND role = ").push_bind(role.key());
            match facility {
                Some(facility) => query.push(" AND facility_id = ").push_bind(Id(facility.0)),
                None => query.push(" AND facility_id IS NULL"),
            };
            if query.build().execute(&mut *con).await?.rows_affected() == 0 {
                return Err(StoreError::NotFound("the role"));
            }
            if facility.is_none() {
                con.must_keep_an_administrator().await?;
            }
            con.append(chain, act.did("role.revoke", object(person)).with("role", role.key())).await?;
        })
    }

    /// All roles of a person; `None` means the whole installation.
    ///
    /// # Errors
    /// When the database refuses.
    #[boxed]
    pub async fn memberships_of(&self, person: PersonId) -> Result<Vec<(Option<FacilityId>, Role)>> {
        let rows: Vec<Membership> = read!(self, "reading the roles of a person", con => {
            sqlx::query_as("SELECT facility_id, role FROM membership WHERE person_id = $1 ORDER BY granted_at, role")
                .bind(Id(person.0))
                .fetch_all(&mut *con)
                .await?
        })?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }
}
