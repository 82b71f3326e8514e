//! Who works here, and who is known: for those who run the shop.

use super::{People, accounts::insert};
use crate::{
    domain::{
        Caller, CustomerId, EmailAddress, FieldError, NewPerson, Page, PageRequest, PasswordReset,
        Person, Refusal, Role, Text,
    },
    engine::OrderError,
};

impl People {
    /// A page of people, newest first: all of them, or those with this address or this id in another system.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn list(
        &self,
        caller: &Caller,
        q: Option<&str>,
        page: PageRequest<CustomerId>,
    ) -> Result<Page<Person, CustomerId>, OrderError> {
        caller.must_run_the_shop()?;
        let limit = usize::from(page.limit.clamp(1, 100));
        let q = q.map(str::trim).filter(|it| !it.is_empty());
        let mut data = sqlx::query_as!(
            Person,
            r#"select id as "id: CustomerId", email, external_ref, name, role as "role: Role",
                password_hash is not null as "has_password!", created_at
            from customers
            where ($1::uuid is null or id < $1) and ($2::text is null or email = lower($2) or external_ref = $2)
            order by id desc limit $3"#,
            page.after as Option<CustomerId>,
            q,
            i64::try_from(limit + 1).unwrap_or(i64::MAX),
        )
        .fetch_all(&self.database.pool)
        .await?;
        let has_more = data.len() > limit;
        data.truncate(limit);
        let next = data.last().filter(|_| has_more).map(|it| it.id);
        Ok(Page { data, next })
    }

    /// Makes an account for somebody, and the link with which they choose their password.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself, [`Refusal::Invalid`], [`Refusal::EmailTaken`].
    pub async fn invite(
        &self,
        caller: &Caller,
        new: &NewPerson,
    ) -> Result<PasswordReset, OrderError> {
        caller.must_run_the_shop()?;
        let mut errors = Vec::new();
        let name = FieldError::collect(&mut errors, "/name", Text::required(&new.name, 200));
        let email = FieldError::collect(&mut errors, "/email", EmailAddress::parse(&new.email));
        let (Some(name), Some(email)) = (name, email) else {
            return Err(Refusal::Invalid(errors).into());
        };
        let person = insert(&self.database, &name, &email, None, new.role).await?;
        self.create_password_reset(caller, person.id).await
    }

    /// Lets somebody do more, or less. That holds at once, wherever they are signed in.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself, and for a caller's own role: the last admin
    /// cannot lock themselves out. [`Refusal::NotFound`].
    pub async fn set_role(
        &self,
        caller: &Caller,
        person: CustomerId,
        role: Role,
    ) -> Result<(), OrderError> {
        caller.must_run_the_shop()?;
        if caller.person() == Some(person) {
            return Err(Refusal::Forbidden.into());
        }
        let changed = sqlx::query!(
            "update customers set role = $2 where id = $1",
            person as CustomerId,
            role as Role,
        )
        .execute(&self.database.pool)
        .await?;
        match changed.rows_affected() {
            0 => Err(Refusal::NotFound("the account".to_owned()).into()),
            _ => Ok(()),
        }
    }
}
