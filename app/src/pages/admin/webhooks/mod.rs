//! Who is told of events over HTTP, and what became of telling them.

mod form;
mod query;
mod webhook_table;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use orders::{Addressee, Delivery, DeliveryId, DeliveryState, Page, Webhook};

use self::{form::WebhookForm, webhook_table::WebhookTable};
use super::deliveries::{DeliveryTable, Row, state_links};
use crate::{
    api::webhook::{DeliveryQuery, WebhookView, find_webhooks},
    components::{Icon, Notice, Pager, RefusalNotice, loaded, refusal_code},
};

/// Every webhook, the form for another one, and deliveries.
#[component]
pub(in crate::pages) fn AdminWebhookListPage() -> impl IntoView {
    let address = use_query_map().get_untracked();
    let query = DeliveryQuery::of(&address);
    let done = address.get("done").unwrap_or_default();
    let was_refused = refusal_code().is_some();
    let asked = query.clone();
    let found = Resource::new(move || asked.clone(), find_webhooks);
    view! {
        <Title text="Webhooks" />
        <div class="admin-head">
            <h1>"Webhooks"</h1>
            <a class="button" href="#add">"Add a webhook"</a>
        </div>
        <DoneNotice done />
        {loaded(found, move |WebhookView { webhooks, deliveries, draft, secret }| {
            let draft = if was_refused { draft } else { Default::default() };
            // The form says it itself then.
            let is_said_below = !draft.errors.is_empty();
            view! {
                {(!is_said_below).then(|| view! { <RefusalNotice /> })}
                <SecretNotice secret />
                <WebhookSection webhooks=webhooks.clone() />
                <DeliverySection webhooks page=deliveries query=query.clone() />
                <WebhookForm draft />
            }
        })}
    }
    .into_any()
}

#[component]
fn DoneNotice(done: String) -> impl IntoView {
    let words = match done.as_str() {
        "enabled" => "The webhook is enabled. What has been waiting is sent now.",
        "disabled" => "The webhook is disabled. Nothing is sent to it any more.",
        "deleted" => "The webhook and its deliveries are deleted.",
        "resent" => "It is being sent again. Look at the page again in a moment.",
        _ => return ().into_any(),
    };
    view! {
        <Notice icon="check-circle" kind="done">
            <p>{words}</p>
        </Notice>
    }
    .into_any()
}

/// The secret of a webhook that was made, or got another one, a moment ago.
#[component]
fn SecretNotice(secret: Option<String>) -> impl IntoView {
    secret.map(|secret| {
        view! {
            <Notice icon="key" kind="attention">
                <h2>"The webhook’s secret"</h2>
                <p class="code">{secret}</p>
                <p>"Keep it where the receiver checks signatures. Once you leave this page it is not shown again."</p>
            </Notice>
        }
    })
}

#[component]
fn WebhookSection(webhooks: Vec<Webhook>) -> impl IntoView {
    if webhooks.is_empty() {
        return view! {
            <div class="empty-state">
                <Icon name="hook" />
                <h2>"Nobody is told yet"</h2>
                <p>
                    "A webhook is an address of another program. Whatever happens to an order is sent there, signed, \
                    again and again until it is taken."
                </p>
            </div>
        }
        .into_any();
    }
    view! { <WebhookTable webhooks /> }.into_any()
}

#[component]
fn DeliverySection(
    webhooks: Vec<Webhook>,
    page: Page<Delivery, DeliveryId>,
    query: DeliveryQuery,
) -> impl IntoView {
    if webhooks.is_empty() {
        return ().into_any();
    }
    let of = webhooks
        .iter()
        .find(|it| it.id.to_string() == query.webhook);
    let heading = match of {
        Some(webhook) => format!("Deliveries to {}", webhook.url),
        None => "Deliveries".to_owned(),
    };
    let first = (!query.after.is_empty()).then(|| query.behind(String::new()).path());
    let next = page.next.map(|it| query.behind(it.to_string()).path());
    let list = if page.data.is_empty() {
        view! { <p class="quiet">"There are none."</p> }.into_any()
    } else {
        let rows = page.data.into_iter();
        let rows = rows.map(|it| row(it, &webhooks)).collect();
        view! {
            <DeliveryTable
                caption="Deliveries, those of the newest events first" what="Event" rows page=query.path()
            />
        }
        .into_any()
    };
    view! {
        <section class="stack" aria-labelledby="deliveries">
            <h2 id="deliveries">{heading}</h2>
            <StateFilter query />
            {list}
            <Pager first first_words="Newest" next next_words="Older" />
        </section>
    }
    .into_any()
}

fn row(delivery: Delivery, webhooks: &[Webhook]) -> Row {
    let to = webhooks
        .iter()
        .find(|it| Addressee::WebhookId(it.id) == delivery.to);
    Row {
        name: format!(
            "{}, event {}",
            delivery.event_type.as_str(),
            delivery.sequence
        ),
        note: to.map(|it| it.url.clone()),
        delivery,
    }
}

#[component]
fn StateFilter(query: DeliveryQuery) -> impl IntoView {
    let links = state_links(DeliveryState::read(&query.state), "Delivered", |state| {
        query.in_state(state).path()
    });
    let all = (!query.webhook.is_empty())
        .then(|| view! { <a href=query.of_all().path()>"To every webhook"</a> });
    view! { <nav class="filter-chips" aria-label="Deliveries by state">{links} {all}</nav> }
}
