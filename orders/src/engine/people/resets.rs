//! Choosing a new password without the old one: an admin makes a link, or a mail brings one; its owner uses it once.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use sha2::{Digest, Sha256};

use super::{
    People,
    accounts::{PASSWORD_LENGTH, WRONG_LENGTH},
    passwords,
};
use crate::{
    domain::{Caller, CustomerId, PasswordReset, Refusal},
    engine::{Database, OrderError},
};

/// How long a link is good.
const GOOD_FOR: Duration = Duration::hours(24);

impl People {
    /// Makes a link with which somebody chooses a new password. Earlier links of theirs are worth nothing from now on.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself; [`Refusal::NotFound`], also for somebody who has
    /// no address to sign in with.
    pub async fn create_password_reset(
        &self,
        caller: &Caller,
        person: CustomerId,
    ) -> Result<PasswordReset, OrderError> {
        caller.must_run_the_shop()?;
        let found = self.find(person).await?;
        if found.and_then(|it| it.email).is_none() {
            return Err(Refusal::NotFound("the account".to_owned()).into());
        }
        make(&self.database, person).await
    }

    /// Gives the person whose link this is a new password, and ends all their sign-ins. The link is used up by that.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a link that is none, old, or used; [`Refusal::Invalid`].
    pub async fn reset_password(&self, token: &str, new: &str) -> Result<(), OrderError> {
        let no_link = || Refusal::NotFound("the link".to_owned());
        let now = self.database.clock.now();
        // Hashing a password is work: only for those who have a link.
        sqlx::query!(
            "select customer_id from password_resets where hash = $1 and expires_at > $2",
            hash(token),
            now,
        )
        .fetch_optional(&self.database.pool)
        .await?
        .ok_or_else(no_link)?;
        if !PASSWORD_LENGTH.contains(&new.chars().count()) {
            return Err(Refusal::field("/new_password", WRONG_LENGTH).into());
        }
        let password_hash = passwords::hash(new.to_owned()).await?;
        // One statement: of two who use it at once, one finds the link gone.
        let changed = sqlx::query!(
            "with used as (
                delete from password_resets where hash = $1 and expires_at > $2 returning customer_id
            )
            update customers set password_hash = $3, sign_in_version = sign_in_version + 1
            from used where customers.id = used.customer_id",
            hash(token),
            now,
            password_hash,
        )
        .execute(&self.database.pool)
        .await?;
        match changed.rows_affected() {
            0 => Err(no_link().into()),
            _ => Ok(()),
        }
    }

    /// Forgets links that are old, and who asked for one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_old_resets(&self) -> Result<(), OrderError> {
        let now = self.database.clock.now();
        sqlx::query!(
            "delete from password_mails where asked_at <= $1",
            now - GOOD_FOR
        )
        .execute(&self.database.pool)
        .await?;
        sqlx::query!("delete from password_resets where expires_at <= $1", now)
            .execute(&self.database.pool)
            .await?;
        Ok(())
    }
}

/// A link for somebody. Earlier ones of theirs are worth nothing from now on.
pub(super) async fn make(
    database: &Database,
    person: CustomerId,
) -> Result<PasswordReset, OrderError> {
    let token = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>());
    let expires_at = database.clock.now() + GOOD_FOR;
    sqlx::query!(
        "insert into password_resets (customer_id, hash, expires_at) values ($1, $2, $3)
         on conflict (customer_id) do update set hash = excluded.hash, expires_at = excluded.expires_at",
        person as CustomerId,
        hash(&token),
        expires_at,
    )
    .execute(&database.pool)
    .await?;
    Ok(PasswordReset {
        person,
        token,
        expires_at,
    })
}

fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
