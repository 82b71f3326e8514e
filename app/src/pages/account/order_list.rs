//! One's own orders.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use orders::{Customer, Order, OrderId, Page};

use crate::{
    AppError,
    api::{account::find_me, order::find_my_orders},
    components::{Icon, Moment, OrderChip, Pager, TimeStyle, line_words, loaded},
};

/// The visitor's own orders, newest first.
#[component]
pub(in crate::pages) fn OrderListPage() -> impl IntoView {
    let after = use_query_map()
        .get_untracked()
        .get("after")
        .and_then(|it| it.parse().ok());
    let found = Resource::new(move || after, find);
    view! {
        <Title text="My orders" />
        {loaded(found, move |(me, page)| view! { <OrderListView me page is_first=after.is_none() /> })}
    }
    .into_any()
}

async fn find(after: Option<OrderId>) -> Result<(Option<Customer>, Page<Order>), AppError> {
    let page = find_my_orders(after).await?;
    Ok((find_me().await?, page))
}

#[component]
fn OrderListView(me: Option<Customer>, page: Page<Order>, is_first: bool) -> impl IntoView {
    let who = me.map(|it| it.email.unwrap_or(it.name));
    let path = "/account/orders";
    let first = (!is_first).then(|| path.to_owned());
    let next = page.next.map(|it| format!("{path}?after={it}"));
    let list = if page.data.is_empty() {
        view! { <NoOrders /> }.into_any()
    } else {
        let rows: Vec<_> = page
            .data
            .into_iter()
            .map(|order| view! { <OrderRow order /> })
            .collect();
        view! { <ul class="order-list">{rows}</ul> }.into_any()
    };
    view! {
        <div class="page-head">
            <div class="cluster" data-spread>
                <h1>"My orders"</h1>
                <div class="cluster">
                    <a class="button" data-kind="quiet" href="/account/password">"Password"</a>
                    <form action="/fn/sign_out" method="post">
                        <button class="button" data-kind="quiet">"Sign out"</button>
                    </form>
                </div>
            </div>
            {who.map(|who| view! { <p>"Signed in as " {who}</p> })}
        </div>
        <div class="stack">
            {list}
            <Pager first first_words="Newest orders" next next_words="Older orders" />
        </div>
    }
    .into_any()
}

#[component]
fn NoOrders() -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name="parcel" />
            <h2>"No orders yet"</h2>
            <p>"What you buy while you are signed in is listed here, with its parcels and its money."</p>
            <a class="button" href="/">"Go to the shop"</a>
        </div>
    }
    .into_any()
}

#[component]
fn OrderRow(order: Order) -> impl IntoView {
    view! {
        <li class="order-row">
            <div>
                <h2>
                    <a href=format!("/order/{}", order.id)>
                        "Order " <span class="order-number">{format!("#{}", order.number)}</span>
                    </a>
                </h2>
                <p class="quiet"><Moment at=order.created_at style=TimeStyle::Date /></p>
            </div>
            <p class="order-row-what">{line_words(&order.items)}</p>
            <p><OrderChip state=order.status payment=order.payment_status /></p>
            <p class="order-row-amount">{order.money(order.total_minor).to_string()}</p>
        </li>
    }
    .into_any()
}
