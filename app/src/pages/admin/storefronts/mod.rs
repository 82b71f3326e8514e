//! Where things are sold: the list, and one storefront with everything that is its own.

mod delivery_form;
mod delivery_table;
mod form;
mod page;
mod prices;
mod table;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use self::table::StorefrontTable;
use super::settings::DoneNotice;
use crate::{
    api::storefront::find_storefronts,
    components::{RefusalNotice, loaded},
};

pub(in crate::pages) use self::{
    delivery_form::AdminDeliveryMethodPage,
    page::{AdminNewStorefrontPage, AdminStorefrontPage},
    prices::AdminPriceListPage,
};

/// Every storefront, with how it stands. There is always one.
#[component]
pub(in crate::pages) fn AdminStorefrontListPage() -> impl IntoView {
    let done = use_query_map().get_untracked().get("done");
    let words = match done.as_deref() {
        Some("opened") => Some("The storefront is open: it takes orders."),
        Some("closed") => Some("The storefront is closed. Orders that stand go on."),
        _ => None,
    };
    let found = Resource::new(|| (), |()| find_storefronts());
    view! {
        <Title text="Storefronts" />
        <div class="admin-head">
            <h1>"Storefronts"</h1>
            <a class="button" href="/admin/storefronts-new">"New storefront"</a>
        </div>
        <RefusalNotice />
        <DoneNotice words />
        {loaded(found, move |storefronts| view! { <StorefrontTable storefronts /> })}
    }
    .into_any()
}
