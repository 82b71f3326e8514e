//! Webhooks as rows of a table, with what can be done to each.

use leptos::prelude::*;
use orders::{DisabledBecause, Webhook};

use crate::{
    api::webhook::DeliveryQuery,
    components::{StatusChip, Tone},
    pages::admin::ask_first::AskFirst,
};

/// Every webhook.
#[component]
pub(super) fn WebhookTable(webhooks: Vec<Webhook>) -> impl IntoView {
    let rows: Vec<_> = webhooks
        .into_iter()
        .map(|webhook| view! { <WebhookRow webhook /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Webhooks"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Address"</th>
                        <th scope="col">"State"</th>
                        <th scope="col" class="number">"Waiting"</th>
                        <th scope="col" class="number">"Set aside"</th>
                        <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn WebhookRow(webhook: Webhook) -> impl IntoView {
    let query = DeliveryQuery {
        webhook: webhook.id.to_string(),
        ..DeliveryQuery::default()
    };
    let types: Vec<_> = webhook.event_types.iter().map(|it| it.as_str()).collect();
    let types = match types.is_empty() {
        true => "All events".to_owned(),
        false => types.join(", "),
    };
    let failure = webhook.last_error.clone();
    let failure = failure.map(|why| view! { <small>{format!("Last failure: {why}")}</small> });
    let (tone, word) = match webhook.disabled_because {
        None => (Tone::Paid, "Enabled"),
        Some(DisabledBecause::Asked) => (Tone::Stopped, "Disabled"),
        Some(DisabledBecause::Gone) => (Tone::Attention, "Gone"),
    };
    view! {
        <tr>
            <th scope="row" class="webhook-cell">
                <a href=query.path()>{webhook.url.clone()}</a>
                <small>{types}</small>
                {failure}
            </th>
            <td data-end><StatusChip tone word /></td>
            <td class="number" data-label="Waiting">{webhook.waiting}</td>
            <td class="number" data-label="Set aside">{webhook.set_aside}</td>
            <td data-wide><WebhookCommands webhook /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn WebhookCommands(webhook: Webhook) -> impl IntoView {
    let url = webhook.url.clone();
    let id = webhook.id.to_string();
    let switch = match webhook.disabled_because {
        None => {
            view! { <Command action="/fn/disable_webhook" id=id.clone() word="Disable" url=url.clone() /> }
        }
        Some(_) => {
            view! { <Command action="/fn/enable_webhook" id=id.clone() word="Enable" url=url.clone() /> }
        }
    };
    let resend = (webhook.set_aside > 0).then(|| {
        view! { <Command action="/fn/resend_set_aside" id=id.clone() word="Send all again" url=url.clone() /> }
    });
    view! {
        <div class="command-bar">
            {resend} {switch}
            <Command action="/fn/rotate_webhook_secret" id word="New secret" url />
            <DeleteButton webhook />
        </div>
    }
    .into_any()
}

/// A button that does something to a webhook.
#[component]
fn Command(
    action: &'static str,
    id: String,
    word: &'static str,
    /// Which one, for those who hear the page.
    url: String,
) -> impl IntoView {
    view! {
        <form action=action method="post">
            <input type="hidden" name="id" value=id />
            <button class="button" data-size="small">
                {word} <span class="visually-hidden">{format!(" {url}")}</span>
            </button>
        </form>
    }
}

#[component]
fn DeleteButton(webhook: Webhook) -> impl IntoView {
    let consequence = match webhook.waiting + webhook.set_aside {
        0 => "Nothing is sent to this address any more. This can’t be undone.".to_owned(),
        1 => "One event was not delivered yet, and never will be. This can’t be undone.".to_owned(),
        many => format!(
            "{many} events were not delivered yet, and never will be. This can’t be undone."
        ),
    };
    view! {
        <AskFirst
            id=format!("delete-{}", webhook.id) word="Delete" which=webhook.url.clone() small=true
            heading="Delete the webhook".to_owned() action="/fn/delete_webhook" promise="Delete it"
        >
            <p class="code">{webhook.url}</p>
            <p>{consequence}</p>
            <input type="hidden" name="id" value=webhook.id.to_string() />
        </AskFirst>
    }
}
