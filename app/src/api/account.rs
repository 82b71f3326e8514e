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
pub const PASSWORD_FORM: &str = "password";

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
        engine,
        address,
        visitor,
        ..
    } = crate::ssr::here()?;
    let credentials = orders::Credentials {
        email: email.clone(),
        password,
    };
    let customer = engine
        .people
        .sign_in(&credentials, address)
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

/// Form: gives the visitor another password. They stay signed in here, and nowhere else.
#[server(endpoint = "change_password")]
pub async fn change_password(
    #[server(default)] current_password: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    let (people, visitor) = (&here.engine.people, &here.visitor);
    let changed = people
        .change_password(&here.caller, here.address, &current_password, &new_password)
        .await;
    if let Ok(person) = &changed {
        visitor.sign_in(person).await?;
    }
    tell(visitor, changed, "/account/password", "changed").await
}

/// Form: ends all sign-ins of the visitor, here too.
#[server(endpoint = "sign_out_everywhere")]
pub async fn sign_out_everywhere() -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    here.engine.people.sign_out_everywhere(&here.caller).await?;
    here.visitor.sign_out().await?;
    crate::ssr::redirect("/sign-in");
    Ok(())
}

/// Whether somebody who forgot their password gets a link by mail.
#[server(endpoint = "mails_passwords")]
pub async fn mails_passwords() -> Result<bool, AppError> {
    Ok(crate::ssr::here()?.engine.deliveries.writes_mail())
}

/// Form: mails a link for a new password to whoever has an account with this address. Nobody learns whether there is one.
#[server(endpoint = "ask_password_mail")]
pub async fn ask_password_mail(#[server(default)] email: String) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    if !here.engine.deliveries.writes_mail() {
        // The page says what else can be done.
        crate::ssr::redirect("/forgot-password");
        return Ok(());
    }
    let people = &here.engine.people;
    let asked = people.ask_password_mail(&email, &here.market, here.address);
    super::back("/forgot-password", asked.await, "asked")
}

/// Form: gives whoever has the link a password.
#[server(endpoint = "reset_password")]
pub async fn reset_password(
    #[server(default)] reset: String,
    #[server(default)] new_password: String,
) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    let done = here
        .engine
        .people
        .reset_password(&reset, &new_password)
        .await;
    if done.is_ok() {
        crate::ssr::redirect("/sign-in");
        return Ok(());
    }
    // A token is made of these; whatever else was sent does not come back.
    let is_plain = |it: &char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_');
    let reset: String = reset.chars().take(64).filter(is_plain).collect();
    let path = format!("/reset-password?reset={reset}");
    tell(&here.visitor, done, &path, "changed").await
}

/// To the page, which says what was done, or what is wrong with which field. Passwords are never kept.
#[cfg(feature = "ssr")]
async fn tell<T>(
    visitor: &crate::ssr::Visitor,
    done: Result<T, orders::OrderError>,
    path: &str,
    word: &str,
) -> Result<(), AppError> {
    let separator = if path.contains('?') { '&' } else { '?' };
    match done.map_err(AppError::from) {
        Ok(_) => crate::ssr::redirect(&format!("{path}{separator}done={word}")),
        Err(error) => {
            if let AppError::Refused(refusal) = &error {
                let nothing = std::collections::BTreeMap::new();
                visitor.keep_draft(PASSWORD_FORM, nothing, refusal).await?;
            }
            crate::ssr::redirect(&format!("{path}{separator}error={}", error.code()));
        }
    }
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
            visitor.sign_in(&customer).await?;
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
