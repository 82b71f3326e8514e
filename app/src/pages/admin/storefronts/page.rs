//! One storefront: how its parcels travel, and everything else about it.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    delivery_table::DeliverySection,
    form::StorefrontForm,
    table::{StateChip, Switch},
};
use crate::{
    api::storefront::{StorefrontView, find_new_storefront, find_storefront},
    components::{RefusalNotice, loaded, refusal_code},
    pages::admin::settings::{DoneNotice, Trail},
};

/// One storefront.
#[component]
pub(in crate::pages) fn AdminStorefrontPage() -> impl IntoView {
    let code = use_params_map().get_untracked().get("code");
    let code = code.unwrap_or_default();
    let was_refused = refusal_code().as_deref() == Some("invalid");
    let found = Resource::new(
        move || code.clone(),
        move |code| find_storefront(code, was_refused),
    );
    loaded(found, move |found| view! { <StorefrontDetails found /> })
}

#[component]
fn StorefrontDetails(found: StorefrontView) -> impl IntoView {
    let StorefrontView {
        storefront,
        delivery_methods,
        draft,
    } = found;
    let (code, name) = (storefront.code.clone(), storefront.name.clone());
    let done = use_query_map().get_untracked().get("done");
    let words = match done.as_deref() {
        Some("made") => {
            Some("The storefront is made. Say how its parcels travel, and what things cost there.")
        }
        Some("saved") => {
            Some("The storefront is saved. Orders that stand keep what they were placed by.")
        }
        Some("delivery") => Some("The ways of delivery are saved. Orders that stand keep theirs."),
        _ => None,
    };
    let is_said_below = !draft.errors.is_empty();
    view! {
        <Title text=name.clone() />
        <div class="stack" data-gap="small">
            <Trail above=vec![("/admin/storefronts".to_owned(), "Storefronts".to_owned())] here=name.clone() />
            <div class="admin-head">
                <div class="cluster">
                    <h1>{name.clone()}</h1>
                    <StateChip is_open=storefront.is_open />
                </div>
                <div class="command-bar">
                    <a class="button" href=format!("/admin/storefronts/{code}/prices")>"Prices"</a>
                    <Switch code=code.clone() name is_open=storefront.is_open />
                </div>
            </div>
        </div>
        {(!is_said_below).then(|| view! { <RefusalNotice /> })}
        <DoneNotice words />
        <DeliverySection storefront methods=delivery_methods />
        <StorefrontForm draft code />
    }
    .into_any()
}

/// The form for another storefront.
#[component]
pub(in crate::pages) fn AdminNewStorefrontPage() -> impl IntoView {
    let was_refused = refusal_code().is_some();
    let found = Resource::new(move || was_refused, find_new_storefront);
    view! {
        <Title text="New storefront" />
        <div class="stack" data-gap="small">
            <Trail above=vec![("/admin/storefronts".to_owned(), "Storefronts".to_owned())] here="New" />
            <h1>"New storefront"</h1>
        </div>
        {loaded(found, |draft| {
            let is_said_below = !draft.errors.is_empty();
            view! {
                {(!is_said_below).then(|| view! { <RefusalNotice /> })}
                <StorefrontForm draft code=String::new() />
            }
        })}
    }
    .into_any()
}
