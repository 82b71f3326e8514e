//! What is sold, and how much of it there is.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};

use super::stock_table::StockTable;
use crate::{
    api::admin::{StockPage, find_products_for_staff},
    components::{Icon, Notice, Pager, RefusalNotice, loaded, refusal_code},
};

/// Products and their stock.
#[component]
pub(in crate::pages) fn AdminProductListPage() -> impl IntoView {
    let query = use_query_map().get_untracked();
    let after = query.get("after").filter(|it| !it.is_empty());
    let is_saved = query.get("saved").is_some();
    let is_first = after.is_none();
    let refused = query.get("sku").filter(|_| refusal_code().is_some());
    let begin = after.clone().unwrap_or_default();
    let found = Resource::new(move || after.clone(), find_products_for_staff);
    view! {
        <Title text="Products and stock" />
        <div class="admin-head">
            <h1>"Products and stock"</h1>
        </div>
        <RefusalNotice />
        {is_saved.then(|| view! {
            <Notice icon="check-circle" kind="done">
                <p>"The stock is saved."</p>
            </Notice>
        })}
        {loaded(found, move |StockPage { products, stock, may_change, next }| {
            if products.is_empty() {
                return view! { <NoProducts /> }.into_any();
            }
            let path = "/admin/products";
            let first = (!is_first).then(|| path.to_owned());
            let next = next.map(|it| format!("{path}?after={}", Url::escape(&it)));
            view! {
                <StockTable products stock may_change after=begin.clone() refused=refused.clone() />
                <Pager first first_words="Back to the start" next next_words="More" />
            }
            .into_any()
        })}
    }
    .into_any()
}

#[component]
fn NoProducts() -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name="tag" />
            <h2>"Nothing is sold yet"</h2>
            <p>"Products come in through the API: POST /api/v1/products makes one, with its variants or its seats."</p>
        </div>
    }
    .into_any()
}
