//! Signing in, and ending that: changing a password, signing out everywhere.

use std::net::IpAddr;

use super::{
    People,
    accounts::{PASSWORD_LENGTH, WRONG_LENGTH},
    passwords,
};
use crate::{
    domain::{Caller, Credentials, Customer, CustomerId, Refusal, Role},
    engine::{OrderError, limits::Whose},
};

impl People {
    /// Whose credentials these are. One address may try one account only so often a minute.
    ///
    /// # Errors
    /// [`Refusal::WrongCredentials`], whether the address or the password is wrong; [`Refusal::TooOften`];
    /// [`OrderError::Busy`] where attempts cannot be counted: nobody guesses uncounted.
    pub async fn sign_in(
        &self,
        credentials: &Credentials,
        from: IpAddr,
    ) -> Result<Customer, OrderError> {
        let attempt = Whose::SignIn(from, &credentials.email);
        self.limits.must_be_within(attempt).await?;
        self.verify(credentials).await
    }

    /// Whose credentials these are, however often that is asked.
    pub(super) async fn verify(&self, credentials: &Credentials) -> Result<Customer, OrderError> {
        let found = sqlx::query!(
            r#"select id as "id: CustomerId", email, name, role as "role: Role", sign_in_version, password_hash
            from customers where email = $1"#,
            credentials.email.trim().to_lowercase(),
        )
        .fetch_optional(&self.database.pool)
        .await?;
        let hash = found.as_ref().and_then(|it| it.password_hash.clone());
        let matches = passwords::verify(credentials.password.clone(), hash).await?;
        match found {
            Some(it) if matches => Ok(Customer {
                id: it.id,
                email: it.email,
                name: it.name,
                role: it.role,
                sign_in_version: it.sign_in_version,
            }),
            _ => Err(Refusal::WrongCredentials.into()),
        }
    }

    /// The person who signed in as `id` when their sign-ins had this number; `None` if that has ended.
    ///
    /// # Errors
    /// The database failed.
    pub async fn signed_in(
        &self,
        id: CustomerId,
        version: i32,
    ) -> Result<Option<Customer>, OrderError> {
        let person = self.find(id).await?;
        Ok(person.filter(|it| it.sign_in_version == version))
    }

    /// Gives the caller another password. All their sign-ins end, and a link for a new one is worth nothing; the person
    /// comes back with the number of the sign-ins to come.
    ///
    /// # Errors
    /// [`Refusal::SignInNeeded`], [`Refusal::Invalid`], [`Refusal::TooOften`].
    pub async fn change_password(
        &self,
        caller: &Caller,
        from: IpAddr,
        current: &str,
        new: &str,
    ) -> Result<Customer, OrderError> {
        let person = self.myself(caller).await?;
        if !PASSWORD_LENGTH.contains(&new.chars().count()) {
            return Err(Refusal::field("/new_password", WRONG_LENGTH).into());
        }
        // Those who are known only from elsewhere have no address, and no password to change.
        let email = person.email.unwrap_or_default();
        let password = current.to_owned();
        let credentials = Credentials { email, password };
        match self.sign_in(&credentials, from).await {
            Ok(_) => {}
            Err(OrderError::Refused(Refusal::WrongCredentials)) => {
                return Err(Refusal::field("/current_password", "is not right").into());
            }
            Err(error) => return Err(error),
        }
        let hash = passwords::hash(new.to_owned()).await?;
        // Hashing takes its time. Whoever chose another password meanwhile has ended the sign-in that this one came with.
        let version = sqlx::query_scalar!(
            "with link as (delete from password_resets where customer_id = $1)
             update customers set password_hash = $2, sign_in_version = sign_in_version + 1
             where id = $1 and sign_in_version = $3 returning sign_in_version",
            person.id as CustomerId,
            hash,
            person.sign_in_version,
        )
        .fetch_optional(&self.database.pool)
        .await?
        .ok_or(Refusal::SignInNeeded)?;
        Ok(Customer {
            email: Some(credentials.email),
            sign_in_version: version,
            ..person
        })
    }

    /// Ends all sign-ins of the caller, in every browser and every program. A link for a new password ends with them.
    ///
    /// # Errors
    /// [`Refusal::SignInNeeded`].
    pub async fn sign_out_everywhere(&self, caller: &Caller) -> Result<(), OrderError> {
        let person = self.myself(caller).await?;
        sqlx::query!(
            "with link as (delete from password_resets where customer_id = $1)
             update customers set sign_in_version = sign_in_version + 1 where id = $1",
            person.id as CustomerId,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// The person who is calling.
    async fn myself(&self, caller: &Caller) -> Result<Customer, OrderError> {
        let id = caller.person().ok_or_else(|| caller.refused())?;
        let person = self.find(id).await?;
        person.ok_or_else(|| Refusal::SignInNeeded.into())
    }
}
