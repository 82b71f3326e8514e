//! Who is told of events over HTTP, and what became of it. For admins.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{Delivery, DeliveryId, Page, Webhook};
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the form's draft is kept.
#[cfg(feature = "ssr")]
const WEBHOOK_FORM: &str = "webhook";
/// The name under which a new secret is left for the next page.
#[cfg(feature = "ssr")]
const SECRET: &str = "webhook-secret";
#[cfg(feature = "ssr")]
const PATH: &str = "/admin/webhooks";

/// Which deliveries are shown, as it stands in the page's address. Empty text filters nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeliveryQuery {
    /// A state.
    pub state: String,
    /// A webhook's id.
    pub webhook: String,
    /// The delivery behind which the page begins.
    pub after: String,
    /// Says anything on the page that shows a new secret.
    pub secret: String,
}

/// Everything about webhooks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WebhookView {
    /// Every webhook, newest first.
    pub webhooks: Vec<Webhook>,
    /// A page of deliveries.
    pub deliveries: Page<Delivery, DeliveryId>,
    /// What was typed into the form that was refused.
    pub draft: Draft,
    /// A secret that was made a moment ago.
    pub secret: Option<String>,
}

/// Webhooks, and a page of deliveries.
#[server(endpoint = "find_webhooks")]
pub async fn find_webhooks(query: DeliveryQuery) -> Result<WebhookView, AppError> {
    use orders::{DeliveryFilter, DeliveryState, DeliveryTarget, PageRequest};
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let filter = DeliveryFilter {
        target: Some(DeliveryTarget::Webhook),
        state: DeliveryState::read(&query.state),
        webhook: query.webhook.parse().ok(),
        order: None,
    };
    let page = PageRequest {
        limit: 50,
        after: query.after.parse().ok(),
    };
    let shows_secret = !query.secret.is_empty();
    let secret = shows_secret
        .then(|| crate::shown_once::left(SECRET))
        .flatten();
    Ok(WebhookView {
        webhooks: engine.deliveries.webhooks(&caller).await?,
        deliveries: engine.deliveries.list(&caller, filter, page).await?,
        draft: visitor.draft(WEBHOOK_FORM).await?,
        secret,
    })
}

/// The form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WebhookForm {
    pub url: String,
    /// Those that are ticked, by name.
    pub types: BTreeMap<String, String>,
}

/// Form: makes a webhook. Its secret is shown on the page that follows.
#[server(endpoint = "add_webhook")]
pub async fn add_webhook(#[server(default)] form: WebhookForm) -> Result<(), AppError> {
    use orders::{EventType, NewWebhook};
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let is_ticked = |it: &EventType| form.types.contains_key(it.as_str());
    let new = NewWebhook {
        url: form.url.clone(),
        event_types: EventType::ALL.into_iter().filter(is_ticked).collect(),
    };
    match engine.deliveries.create_webhook(&caller, &new).await {
        Ok(made) => {
            visitor.drop_draft(WEBHOOK_FORM).await?;
            show_secret(&made.secret);
            Ok(())
        }
        Err(orders::OrderError::Refused(refusal)) => {
            visitor
                .keep_draft(WEBHOOK_FORM, form.fields(), &refusal)
                .await?;
            crate::ssr::redirect(&format!("{PATH}?error={}", refusal.code()));
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(feature = "ssr")]
impl WebhookForm {
    /// What is kept of it when it is refused.
    fn fields(&self) -> BTreeMap<String, String> {
        let types = orders::EventType::ALL.map(|it| it.as_str().to_owned());
        let types = types.into_iter().filter(|it| self.types.contains_key(it));
        let url = self.url.chars().take(2_000).collect();
        types
            .map(|it| (it, "yes".to_owned()))
            .chain([("url".to_owned(), url)])
            .collect()
    }
}

/// Form: gives a webhook another secret, and shows it on the page that follows.
#[server(endpoint = "rotate_webhook_secret")]
pub async fn rotate_webhook_secret(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    match engine.deliveries.rotate_webhook_secret(&caller, id).await {
        Ok(made) => {
            show_secret(&made.secret);
            Ok(())
        }
        Err(error) => super::back::<()>(PATH, Err(error), ""),
    }
}

/// Form: sends to a webhook again.
#[server(endpoint = "enable_webhook")]
pub async fn enable_webhook(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    super::back(
        PATH,
        engine.deliveries.enable_webhook(&caller, id).await,
        "enabled",
    )
}

/// Form: sends to a webhook no more.
#[server(endpoint = "disable_webhook")]
pub async fn disable_webhook(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    super::back(
        PATH,
        engine.deliveries.disable_webhook(&caller, id).await,
        "disabled",
    )
}

/// Form: forgets a webhook and its deliveries.
#[server(endpoint = "delete_webhook")]
pub async fn delete_webhook(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    super::back(
        PATH,
        engine.deliveries.delete_webhook(&caller, id).await,
        "deleted",
    )
}

/// Form: sends a delivery again, at once. `next` is the page that says so.
#[server(endpoint = "resend_delivery")]
pub async fn resend_delivery(
    #[server(default)] id: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    let next = crate::ssr::own_path(&next, PATH);
    super::back(&next, engine.deliveries.resend(&caller, id).await, "resent")
}

/// Form: sends everything again that was set aside of a webhook.
#[server(endpoint = "resend_set_aside")]
pub async fn resend_set_aside(#[server(default)] id: String) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id = id.parse().map_err(|_| AppError::Malformed)?;
    super::back(
        PATH,
        engine.deliveries.resend_set_aside(&caller, id).await,
        "resent",
    )
}

/// To the page that shows the secret, which must not stand in its address.
#[cfg(feature = "ssr")]
fn show_secret(secret: &str) {
    crate::shown_once::leave(SECRET, secret);
    crate::ssr::redirect(&format!("{PATH}?secret=new"));
}
