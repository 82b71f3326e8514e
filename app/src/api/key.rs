//! The keys of programs. For admins.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::ServiceKey;
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the form's draft is kept.
#[cfg(feature = "ssr")]
const KEY_FORM: &str = "key";
/// The name under which a new key is left for the next page.
#[cfg(feature = "ssr")]
const SECRET: &str = "key-secret";
#[cfg(feature = "ssr")]
const PATH: &str = "/admin/keys";

/// Everything about keys.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KeyView {
    /// Every key, newest first.
    pub keys: Vec<ServiceKey>,
    /// What was typed into the form that was refused.
    pub draft: Draft,
    /// What a key is made of that was made a moment ago.
    pub secret: Option<String>,
}

/// Every key. `shows_secret` on the page that follows the making of one.
#[server(endpoint = "find_keys")]
pub async fn find_keys(shows_secret: bool) -> Result<KeyView, AppError> {
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let secret = shows_secret
        .then(|| crate::shown_once::left(SECRET))
        .flatten();
    Ok(KeyView {
        keys: engine.people.service_keys(&caller).await?,
        draft: visitor.draft(KEY_FORM).await?,
        secret,
    })
}

/// The form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct KeyForm {
    pub name: String,
    /// Those that are ticked, by name.
    pub scopes: BTreeMap<String, String>,
    pub requests_per_minute: String,
}

/// Form: makes a key. What it is made of is shown on the page that follows.
#[server(endpoint = "add_key")]
pub async fn add_key(#[server(default)] form: KeyForm) -> Result<(), AppError> {
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let made = match form.read() {
        Ok(new) => engine.people.create_service_key(&caller, &new).await,
        Err(refusal) => Err(refusal.into()),
    };
    match made {
        Ok(made) => {
            visitor.drop_draft(KEY_FORM).await?;
            crate::shown_once::leave(SECRET, &made.secret);
            crate::ssr::redirect(&format!("{PATH}?secret=new"));
        }
        Err(orders::OrderError::Refused(refusal)) => {
            visitor
                .keep_draft(KEY_FORM, form.fields(), &refusal)
                .await?;
            crate::ssr::redirect(&format!("{PATH}?error={}", refusal.code()));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Form: refuses a key from now on.
#[server(endpoint = "revoke_key")]
pub async fn revoke_key(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    let revoked = engine.people.revoke_service_key(&caller, id).await;
    match revoked.map_err(AppError::from) {
        Ok(()) => crate::ssr::redirect(&format!("{PATH}?done=revoked")),
        Err(error) => crate::ssr::redirect(&format!("{PATH}?error={}", error.code())),
    }
    Ok(())
}

#[cfg(feature = "ssr")]
impl KeyForm {
    fn read(&self) -> Result<orders::NewServiceKey, orders::Refusal> {
        let requests = match self.requests_per_minute.trim() {
            "" => None,
            text => Some(text.parse().map_err(|_| {
                orders::Refusal::field("/requests_per_minute", "is not a number of requests")
            })?),
        };
        let scopes = orders::Scope::ALL.into_iter();
        let new = orders::NewServiceKey {
            name: self.name.clone(),
            scopes: scopes
                .filter(|it| self.scopes.contains_key(&it.to_string()))
                .collect(),
            requests_per_minute: requests,
        };
        // A program that names no scope gets a key for everything; somebody who ticks none has forgotten to.
        if new.scopes.is_empty() {
            return Err(orders::Refusal::field("/scopes", "tick at least one"));
        }
        Ok(new)
    }

    /// What is kept of it when it is refused.
    fn fields(&self) -> BTreeMap<String, String> {
        let ticked = orders::Scope::ALL.map(|it| it.to_string());
        let ticked = ticked
            .into_iter()
            .filter(|it| self.scopes.contains_key(it))
            .map(|it| (it, "yes".to_owned()));
        let text = |it: &str| it.chars().take(200).collect::<String>();
        ticked
            .chain([
                ("name".to_owned(), text(&self.name)),
                (
                    "requests_per_minute".to_owned(),
                    text(&self.requests_per_minute),
                ),
            ])
            .collect()
    }
}
