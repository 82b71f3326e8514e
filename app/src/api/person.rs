//! Who works here, and who is known. For admins.

use leptos::prelude::*;
use orders::{CustomerId, Page, Person};
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the form's draft is kept.
#[cfg(feature = "ssr")]
const PERSON_FORM: &str = "person";
/// The name under which a new link is left for the next page.
#[cfg(feature = "ssr")]
const LINK: &str = "reset-link";
#[cfg(feature = "ssr")]
const PATH: &str = "/admin/people";

/// Which people are shown, as it stands in the page's address.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PersonQuery {
    /// An address, or another system's id.
    pub q: String,
    /// The person behind whom the page begins.
    pub after: String,
    /// Says anything on the page that shows a new link.
    pub link: String,
}

/// A page of people.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PersonView {
    /// The people.
    pub people: Page<Person, CustomerId>,
    /// Who is looking: their own role is not theirs to change.
    pub me: Option<CustomerId>,
    /// What was typed into the form that was refused.
    pub draft: Draft,
    /// The path of a link that was made a moment ago.
    pub link: Option<String>,
}

/// A page of people.
#[server(endpoint = "find_people")]
pub async fn find_people(query: PersonQuery) -> Result<PersonView, AppError> {
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let shows_link = !query.link.is_empty();
    let link = shows_link.then(|| crate::shown_once::left(LINK)).flatten();
    let page = orders::PageRequest {
        limit: 50,
        after: query.after.parse().ok(),
    };
    Ok(PersonView {
        people: engine.people.list(&caller, Some(&query.q), page).await?,
        me: caller.person(),
        draft: visitor.draft(PERSON_FORM).await?,
        link,
    })
}

/// Form: makes an account for somebody, and the link with which they choose their password.
#[server(endpoint = "invite_person")]
pub async fn invite_person(
    #[server(default)] name: String,
    #[server(default)] email: String,
    #[server(default)] role: String,
) -> Result<(), AppError> {
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let new = orders::NewPerson {
        name: name.clone(),
        email: email.clone(),
        role: role_named(&role)?,
    };
    match engine.people.invite(&caller, &new).await {
        Ok(reset) => {
            visitor.drop_draft(PERSON_FORM).await?;
            show_link(&reset);
        }
        Err(orders::OrderError::Refused(refusal)) => {
            let fields = [("name", name), ("email", email)];
            let fields = fields
                .into_iter()
                .map(|(name, text)| (name.to_owned(), text.chars().take(300).collect()));
            visitor
                .keep_draft(PERSON_FORM, fields.collect(), &refusal)
                .await?;
            crate::ssr::redirect(&format!("{PATH}?error={}", refusal.code()));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(())
}

/// Form: changes what somebody may do.
#[server(endpoint = "set_role")]
pub async fn set_role(
    #[server(default)] id: String,
    #[server(default)] role: String,
) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    let role = role_named(&role)?;
    let changed = engine.people.set_role(&caller, id, role).await;
    match changed.map_err(AppError::from) {
        Ok(()) => crate::ssr::redirect(&format!("{PATH}?done=role")),
        Err(error) => crate::ssr::redirect(&format!("{PATH}?error={}", error.code())),
    }
    Ok(())
}

/// Form: makes a link with which somebody chooses a new password.
#[server(endpoint = "make_reset_link")]
pub async fn make_reset_link(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    let made = engine.people.create_password_reset(&caller, id).await;
    match made.map_err(AppError::from) {
        Ok(reset) => show_link(&reset),
        Err(error) => crate::ssr::redirect(&format!("{PATH}?error={}", error.code())),
    }
    Ok(())
}

/// To the page that shows the link, which must not stand in its address.
#[cfg(feature = "ssr")]
fn show_link(reset: &orders::PasswordReset) {
    crate::shown_once::leave(LINK, &reset.path());
    crate::ssr::redirect(&format!("{PATH}?link=new"));
}

#[cfg(feature = "ssr")]
fn role_named(word: &str) -> Result<orders::Role, AppError> {
    use orders::Role;
    let roles = [Role::Customer, Role::Staff, Role::Admin];
    let named = roles.into_iter().find(|it| it.to_string() == word);
    named.ok_or(AppError::Malformed)
}
