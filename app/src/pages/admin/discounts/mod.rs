//! Discount codes: the list, and the form for one.

mod form;
mod table;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};

use self::table::DiscountTable;
use super::settings::DoneNotice;
use crate::{
    api::discount::{DiscountList, find_discounts},
    components::{Icon, Pager, RefusalNotice, loaded},
};

pub(in crate::pages) use self::form::AdminDiscountPage;

/// Every code, with how often it is used.
#[component]
pub(in crate::pages) fn AdminDiscountListPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let after = query.get("after").filter(|it| !it.is_empty());
    let is_first = after.is_none();
    let words = match query.get("done").as_deref() {
        Some("made") => Some("The code is made."),
        Some("saved") => Some("The code is saved. Orders that stand keep what it took off them."),
        Some("ended") => Some("The code can’t be used any more. Orders that used it stand."),
        Some("activated") => {
            Some("The code can be used again, as far as its dates and limits allow.")
        }
        _ => None,
    };
    let found = Resource::new(move || after.clone(), find_discounts);
    view! {
        <Title text="Discount codes" />
        <div class="admin-head">
            <h1>"Discount codes"</h1>
            <a class="button" href="/admin/discounts-new">"New code"</a>
        </div>
        <RefusalNotice />
        <DoneNotice words />
        {loaded(found, move |DiscountList { codes, next, storefronts }| {
            if codes.is_empty() {
                return view! { <NoCodes /> }.into_any();
            }
            let path = "/admin/discounts";
            let first = (!is_first).then(|| path.to_owned());
            let next = next.map(|it| format!("{path}?after={}", Url::escape(&it)));
            view! {
                <DiscountTable codes storefronts />
                <Pager first first_words="Newest" next next_words="Older" />
            }
            .into_any()
        })}
    }
    .into_any()
}

#[component]
fn NoCodes() -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name="ticket" />
            <h2>"There are no codes yet"</h2>
            <p>
                "A code takes a share, an amount or the delivery off an order. It can have a time, a minimum, and only so \
                many uses; a cancelled order gives its use back."
            </p>
        </div>
    }
}
