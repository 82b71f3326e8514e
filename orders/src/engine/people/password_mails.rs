//! A link for a new password, by mail, for whoever cannot sign in.

use std::{net::IpAddr, time::Duration as Pause};

use chrono::{DateTime, Duration, Utc};

use super::{People, resets};
use crate::{
    domain::{CustomerId, Language, Market, Storefront},
    engine::{OrderError, catalogue, limits::Whose},
    services::{
        Sent,
        mail::{Mails, Notice, PasswordNotice},
    },
};

/// How often somebody is written to at most, however often it is asked for.
const AT_MOST_EVERY: Duration = Duration::minutes(5);
/// How long a sender has, before it is taken for dead.
const LEASE: Duration = Duration::seconds(60);
/// So many attempts, one a minute, and it is given up: whoever waits asks again.
const ATTEMPTS: i32 = 10;
/// How often it is looked for what is due.
const LOOK_EVERY: Pause = Pause::from_millis(500);

/// A mail whose turn it is.
struct Claimed {
    person: CustomerId,
    storefront: String,
    language: Language,
    /// Tells this claim from the next.
    until: DateTime<Utc>,
    attempts: i32,
}

impl People {
    /// Writes to whoever has an account with this address. Nobody learns whether there is one.
    ///
    /// # Errors
    /// [`crate::Refusal::TooOften`], as for those who sign in.
    pub async fn ask_password_mail(
        &self,
        email: &str,
        market: &Market,
        from: IpAddr,
    ) -> Result<(), OrderError> {
        let attempt = Whose::SignIn(from, email);
        self.limits.must_be_within(attempt).await?;
        let now = self.database.clock.now();
        sqlx::query!(
            "insert into password_mails (customer_id, storefront, language, asked_at, next_at)
            select id, $2, $3, $4, $4 from customers where email = $1
            on conflict (customer_id) do update set storefront = excluded.storefront, language = excluded.language,
                asked_at = excluded.asked_at, next_at = excluded.next_at, attempts = 0
            where password_mails.asked_at <= $5",
            email.trim().to_lowercase(),
            market.storefront,
            market.language.unwrap_or_default().code(),
            now,
            now - AT_MOST_EVERY,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Sends for ever the mails that are due.
    pub async fn send_password_mails(&self, mails: &Mails) {
        loop {
            match self.send_due_password_mail(mails).await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(LOOK_EVERY).await,
                Err(error) => {
                    tracing::warn!(?error, "Could not mail a link for a password; trying again");
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            }
        }
    }

    /// Sends one mail that is due. Whether there was one.
    ///
    /// # Errors
    /// The database failed; what was claimed is sent again later.
    pub async fn send_due_password_mail(&self, mails: &Mails) -> Result<bool, OrderError> {
        let Some(claimed) = self.claim_password_mail().await? else {
            return Ok(false);
        };
        let sent = self.send_password_mail(&claimed, mails).await?;
        let now = self.database.clock.now();
        let next_at = match sent {
            Some(Sent::Failed { .. }) if claimed.attempts < ATTEMPTS => {
                Some(now + Duration::minutes(1))
            }
            _ => None,
        };
        sqlx::query!(
            "update password_mails set next_at = $3 where customer_id = $1 and next_at = $2",
            claimed.person as CustomerId,
            claimed.until,
            next_at,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(true)
    }

    /// Makes the link and sends it; nothing to somebody who is gone.
    async fn send_password_mail(
        &self,
        claimed: &Claimed,
        mails: &Mails,
    ) -> Result<Option<Sent>, OrderError> {
        let storefronts = catalogue::read_storefronts(&self.database.pool).await?;
        let asked_at = |it: &Storefront| it.code == claimed.storefront;
        let (Some(person), Some(storefront)) = (
            self.find(claimed.person).await?,
            storefronts.into_iter().find(asked_at),
        ) else {
            return Ok(None);
        };
        let reset = resets::make(&self.database, claimed.person).await?;
        let to = person.email.unwrap_or_default();
        let notice = PasswordNotice {
            language: claimed.language,
            link: mails.link(&storefront, &reset.path()),
            expires_at: reset.expires_at,
        };
        let id = self.database.clock.new_id();
        let notice = Notice::NewPassword(notice);
        Ok(Some(mails.send(&to, &storefront, &notice, id).await))
    }

    async fn claim_password_mail(&self) -> Result<Option<Claimed>, OrderError> {
        let now = self.database.clock.now();
        let row = sqlx::query!(
            r#"update password_mails set next_at = $2, attempts = attempts + 1
            where customer_id = (
                select customer_id from password_mails where next_at <= $1
                order by next_at limit 1 for update skip locked
            )
            returning customer_id as "person: CustomerId", storefront, language, next_at as "until!", attempts"#,
            now,
            now + LEASE,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(row.map(|row| Claimed {
            person: row.person,
            storefront: row.storefront,
            language: row.language.parse().unwrap_or_default(),
            until: row.until,
            attempts: row.attempts,
        }))
    }
}
