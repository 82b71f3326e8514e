//! Accounts: making one, and who somebody is.

use sqlx::PgPool;

use super::{People, passwords};
use crate::{
    domain::{
        Caller, Contact, Credentials, Customer, CustomerId, EmailAddress, FieldError, Refusal,
        Role, Text,
    },
    engine::{Clock, Database, OrderError, error::OnConstraint},
};

/// The shortest and longest password, in characters.
pub(super) const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=200;
/// What is said of others.
pub(super) const WRONG_LENGTH: &str = "must have 10 to 200 characters";

impl People {
    /// Makes an account.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] with every field, [`Refusal::EmailTaken`].
    pub async fn register(
        &self,
        name: &str,
        credentials: &Credentials,
    ) -> Result<Customer, OrderError> {
        let mut errors = Vec::new();
        let name = FieldError::collect(&mut errors, "/name", Text::required(name, 200));
        let email = FieldError::collect(
            &mut errors,
            "/email",
            EmailAddress::parse(&credentials.email),
        );
        if !PASSWORD_LENGTH.contains(&credentials.password.chars().count()) {
            errors.push(FieldError::new("/password", WRONG_LENGTH));
        }
        match (name, email) {
            (Some(name), Some(email)) if errors.is_empty() => {
                let password = Some(credentials.password.as_str());
                insert(&self.database, &name, &email, password, Role::Customer).await
            }
            _ => Err(Refusal::Invalid(errors).into()),
        }
    }

    /// Makes an account for somebody who works here, or leaves the one that is there as it is: whoever made it chose its
    /// password. Says which role the account has.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself, [`Refusal::Invalid`].
    pub async fn ensure(
        &self,
        caller: &Caller,
        name: &str,
        credentials: &Credentials,
        role: Role,
    ) -> Result<Role, OrderError> {
        caller.must_run_the_shop()?;
        let email =
            EmailAddress::parse(&credentials.email).map_err(|it| Refusal::field("/email", it))?;
        if !PASSWORD_LENGTH.contains(&credentials.password.chars().count()) {
            return Err(Refusal::field("/password", WRONG_LENGTH).into());
        }
        let known = sqlx::query_scalar!(
            r#"select role as "role: Role" from customers where email = $1"#,
            email.as_str().to_lowercase(),
        )
        .fetch_optional(&self.database.pool)
        .await?;
        if let Some(known) = known {
            return Ok(known);
        }
        let password = Some(credentials.password.as_str());
        match insert(&self.database, name, &email, password, role).await {
            // Another server that starts at the same time made it.
            Ok(_) | Err(OrderError::Refused(Refusal::EmailTaken)) => Ok(role),
            Err(error) => Err(error),
        }
    }

    /// Makes sure that nobody signs in with these credentials: an account that has them loses its password.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn refuse_password(
        &self,
        caller: &Caller,
        credentials: &Credentials,
    ) -> Result<(), OrderError> {
        caller.must_run_the_shop()?;
        match self.verify(credentials).await {
            Ok(customer) => {
                sqlx::query!(
                    "update customers set password_hash = null where id = $1",
                    customer.id as CustomerId
                )
                .execute(&self.database.pool)
                .await?;
                Ok(())
            }
            Err(OrderError::Refused(Refusal::WrongCredentials)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The person with this id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn find(&self, id: CustomerId) -> Result<Option<Customer>, OrderError> {
        let found = sqlx::query_as!(
            Customer,
            r#"select id as "id: CustomerId", email, name, role as "role: Role", sign_in_version
            from customers where id = $1"#,
            id as CustomerId,
        )
        .fetch_optional(&self.database.pool)
        .await?;
        Ok(found)
    }

    /// Who a bearer token's subject is: one of our ids, or another system's. Somebody unknown becomes a customer.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a subject that cannot be kept.
    pub async fn find_subject(&self, subject: &str) -> Result<CustomerId, OrderError> {
        let subject = Text::required(subject, 200).map_err(|it| Refusal::field("/sub", it))?;
        super::subject(&self.database.pool, &self.database.clock, &subject).await
    }
}

/// The customer with this id, ours or another system's. Somebody unknown becomes a customer.
pub(crate) async fn subject(
    pool: &PgPool,
    clock: &Clock,
    subject: &str,
) -> Result<CustomerId, OrderError> {
    // The update that changes nothing makes the row come back when it was there already.
    let id = sqlx::query_scalar!(
        r#"with known as (
                select id from customers where id = $4 or external_ref = $2
                order by id = $4 desc nulls last limit 1
            ), made as (
                insert into customers (id, external_ref, name, created_at)
                select $1, $2, $2, $3 where not exists (select 1 from known)
                on conflict (external_ref) do update set external_ref = excluded.external_ref
                returning id
            )
            select id as "id!: CustomerId" from known union all select id from made"#,
        clock.new_id(),
        subject,
        clock.now(),
        subject.parse::<CustomerId>().ok().map(|it| it.0),
    )
    .fetch_one(pool)
    .await?;
    Ok(id)
}

/// Makes an account. Without a password nobody signs in to it, until its owner chooses one.
pub(super) async fn insert(
    database: &Database,
    name: &str,
    email: &EmailAddress,
    password: Option<&str>,
    role: Role,
) -> Result<Customer, OrderError> {
    let id = CustomerId(database.clock.new_id());
    let email = email.as_str().to_lowercase();
    let hash = match password {
        Some(password) => Some(passwords::hash(password.to_owned()).await?),
        None => None,
    };
    sqlx::query!(
        "insert into customers (id, email, name, role, password_hash, created_at) values ($1, $2, $3, $4, $5, $6)",
        id as CustomerId,
        email,
        name,
        role as Role,
        hash,
        database.clock.now(),
    )
    .execute(&database.pool)
    .await
    .on_constraint("customers_email_key", || Refusal::EmailTaken)?;
    Ok(Customer {
        id,
        email: Some(email),
        name: name.to_owned(),
        role,
        sign_in_version: 0,
    })
}

/// How a customer is reached, as their account says.
pub(crate) async fn contact(pool: &PgPool, id: CustomerId) -> Result<Option<Contact>, OrderError> {
    let found = sqlx::query!(
        "select external_ref, email, name from customers where id = $1",
        id as CustomerId
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.map(|it| Contact {
        id: Some(id),
        external_ref: it.external_ref,
        email: it.email,
        name: Some(it.name),
        phone: None,
    }))
}
