//! Accounts: signing in and out.

use leptos::prelude::*;
use orders::Customer;

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The names under which the forms' drafts are kept.
pub const SIGN_IN_FORM: &str = "sign_in";
pub const REGISTER_FORM: &str = "register";

/// Who is signed in.
#[server(endpoint = "find_me")]
pub async fn find_me() -> Result<Option<Customer>, AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    match caller.person() {
        Some(person) => Ok(engine.people.find(person).await?),
        None => Ok(None),
    }
}

/// What was typed into [`SIGN_IN_FORM`] or [`REGISTER_FORM`].
#[server(endpoint = "find_account_draft")]
pub async fn find_account_draft(form: String) -> Result<Draft, AppError> {
    crate::ssr::here()?.visitor.draft(&form).await
}

/// Form: signs in, then goes on to `next`.
#[server(endpoint = "sign_in")]
pub async fn sign_in(
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let Here {
        engine, visitor, ..
    } = crate::ssr::here()?;
    let credentials = orders::Credentials {
        email: email.clone(),
        password,
    };
    let customer = engine
        .people
        .sign_in(&credentials)
        .await
        .map_err(AppError::from);
    enter(
        &visitor,
        customer,
        SIGN_IN_FORM,
        "/sign-in",
        [("email", email), ("next", next)],
    )
    .await
}

/// Form: makes an account and signs in, then goes on to `next`.
#[server(endpoint = "register")]
pub async fn register(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let Here {
        engine, visitor, ..
    } = crate::ssr::here()?;
    let credentials = orders::Credentials {
        email: email.clone(),
        password,
    };
    let customer = engine
        .people
        .register(&name, &credentials)
        .await
        .map_err(AppError::from);
    enter(
        &visitor,
        customer,
        REGISTER_FORM,
        "/register",
        [("name", name), ("email", email), ("next", next)],
    )
    .await
}

/// Form: signs out.
#[server(endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    crate::ssr::here()?.visitor.sign_out().await?;
    crate::ssr::redirect("/");
    Ok(())
}

/// Signs the customer in and goes on, or keeps what was typed and shows the form again. Passwords are never kept.
#[cfg(feature = "ssr")]
async fn enter<const N: usize>(
    visitor: &crate::ssr::Visitor,
    customer: Result<Customer, AppError>,
    form: &str,
    path: &str,
    fields: [(&str, String); N],
) -> Result<(), AppError> {
    use crate::ssr;
    use orders::{Refusal, Role};
    let fields: std::collections::BTreeMap<String, String> = fields
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.chars().take(300).collect()))
        .collect();
    match customer {
        Ok(customer) => {
            visitor.sign_in(customer.id).await?;
            visitor.drop_draft(form).await?;
            let home = if customer.role == Role::Customer {
                "/account/orders"
            } else {
                "/admin/orders"
            };
            ssr::redirect(&ssr::own_path(
                fields.get("next").map_or("", String::as_str),
                home,
            ));
        }
        Err(error) => {
            let refusal = match &error {
                AppError::Refused(refusal) => refusal.clone(),
                AppError::Unavailable | AppError::Internal | AppError::Malformed => {
                    Refusal::Invalid(Vec::new())
                }
            };
            visitor.keep_draft(form, fields, &refusal).await?;
            ssr::redirect(&format!("{path}?error={}", error.code()));
        }
    }
    Ok(())
}
