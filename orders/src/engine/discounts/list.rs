//! Which discount codes there are, and how often they are used.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Discounts;
use crate::{
    domain::{Caller, Discount, DiscountCode, DiscountKind, NewDiscountCode, Refusal},
    engine::OrderError,
};

struct Row {
    code: String,
    basis_points: Option<i32>,
    amount_minor: Option<i64>,
    storefront: Option<String>,
    minimum_minor: i64,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    use_limit: Option<i32>,
    customer_limit: Option<i32>,
    is_active: bool,
    created_at: DateTime<Utc>,
    uses: i64,
}

impl Discounts {
    /// Discount codes, newest first; the second half is where the next page begins.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop.
    pub async fn list(
        &self,
        caller: &Caller,
        after: Option<&str>,
        limit: u16,
    ) -> Result<(Vec<DiscountCode>, Option<String>), OrderError> {
        caller.must_run_the_shop()?;
        let limit = limit.clamp(1, 100);
        let mut conn = self.database.pool.acquire().await?;
        let after = after.map(Discount::normalize);
        let now = self.database.clock.now();
        let more = i64::from(limit) + 1;
        let mut codes = select(&mut conn, None, after.as_deref(), more, now).await?;
        let has_more = codes.len() > usize::from(limit);
        codes.truncate(usize::from(limit));
        let next = codes.last().map(|it| it.rules.code.clone());
        Ok((codes, next.filter(|_| has_more)))
    }

    /// One discount code, however it is written.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for those who do not run the shop, [`Refusal::NotFound`].
    pub async fn find(&self, caller: &Caller, code: &str) -> Result<DiscountCode, OrderError> {
        caller.must_run_the_shop()?;
        let mut conn = self.database.pool.acquire().await?;
        let code = Discount::normalize(code);
        find(&mut conn, &code, self.database.clock.now()).await
    }
}

pub(super) async fn find(
    conn: &mut PgConnection,
    code: &str,
    now: DateTime<Utc>,
) -> Result<DiscountCode, OrderError> {
    let found = select(conn, Some(code), None, 1, now).await?.pop();
    found.ok_or_else(|| Refusal::NotFound("the discount code".to_owned()).into())
}

async fn select(
    conn: &mut PgConnection,
    code: Option<&str>,
    after: Option<&str>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<DiscountCode>, OrderError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select code, basis_points, amount_minor, storefront, minimum_minor, starts_at, ends_at, use_limit,
            customer_limit, is_active, created_at,
            (
                select count(*) from discount_claims claim where claim.code = it.code and returned_at is null
            ) as "uses!"
        from discount_codes it
        where ($1::text is null or code = $1)
            and ($2::text is null or (created_at, code) < (select created_at, code from discount_codes where code = $2))
        order by created_at desc, code desc limit $3"#,
        code,
        after,
        limit,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|it| it.at(now)).collect())
}

impl Row {
    /// The code as it stands at `now`.
    fn at(self, now: DateTime<Utc>) -> DiscountCode {
        let rules = NewDiscountCode {
            kind: DiscountKind::of(self.basis_points, self.amount_minor),
            code: self.code,
            storefront: self.storefront,
            minimum_minor: self.minimum_minor,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            use_limit: self.use_limit,
            customer_limit: self.customer_limit,
            is_active: self.is_active,
        };
        DiscountCode {
            state: rules.state(self.uses, now),
            uses: self.uses,
            created_at: self.created_at,
            rules,
        }
    }
}
