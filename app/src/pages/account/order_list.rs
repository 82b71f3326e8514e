//! One's own orders.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use orders::{Customer, Order, OrderId, Page};

use crate::{
    AppError,
    api::{account::find_me, order::find_my_orders},
    components::{Icon, Moment, OrderChip, Pager, TimeStyle, line_words, loaded},
    shop::in_shop,
    words::{amount, say},
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
        <Title text=say("My orders", "Meine Bestellungen") />
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
    let path = in_shop("/account/orders");
    let first = (!is_first).then(|| path.clone());
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
                <h1>{say("My orders", "Meine Bestellungen")}</h1>
                <div class="cluster">
                    <a class="button" data-kind="quiet" href=in_shop("/account/password")>{say("Password", "Passwort")}</a>
                    <form action=in_shop("/fn/sign_out") method="post">
                        <button class="button" data-kind="quiet">{say("Sign out", "Abmelden")}</button>
                    </form>
                </div>
            </div>
            {who.map(|who| view! { <p>{say("Signed in as ", "Angemeldet als ")} {who}</p> })}
        </div>
        <div class="stack">
            {list}
            <Pager first first_words=say("Newest orders", "Neueste Bestellungen") next next_words=say("Older orders", "Ältere Bestellungen") />
        </div>
    }
    .into_any()
}

#[component]
fn NoOrders() -> impl IntoView {
    view! {
        <div class="empty-state">
            <Icon name="parcel" />
            <h2>{say("No orders yet", "Noch keine Bestellungen")}</h2>
            <p>{say("What you buy while you are signed in is listed here, with its parcels and its money.", "Was Sie angemeldet kaufen, steht hier, mit seinen Paketen und seinem Geld.")}</p>
            <a class="button" href=in_shop("/")>{say("Go to the shop", "Zum Shop")}</a>
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
                    <a href=in_shop(&format!("/order/{}", order.id))>
                        {say("Order ", "Bestellung ")} <span class="order-number">{format!("#{}", order.number)}</span>
                    </a>
                </h2>
                <p class="quiet"><Moment at=order.created_at style=TimeStyle::Date /></p>
            </div>
            <p class="order-row-what">{line_words(&order.items)}</p>
            <p><OrderChip state=order.status payment=order.payment_status /></p>
            <p class="order-row-amount">{amount(order.money(order.total_minor))}</p>
        </li>
    }
    .into_any()
}
