//! Every order, newest first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use orders::{Order, OrderState, Page, PaymentStatus};

use super::order_table::OrderTable;
use crate::{
    api::admin::{OrderQuery, find_orders},
    components::{Icon, Live, Pager, loaded, standing},
};

/// Every order, narrowed down by state and words.
#[component]
pub(in crate::pages) fn AdminOrderListPage() -> impl IntoView {
    let query = OrderQuery::of(&use_query_map().get_untracked());
    let asked = query.clone();
    let page = Resource::new(move || asked.clone(), find_orders);
    view! {
        <Title text="Orders" />
        <div class="admin-head">
            <h1>{heading(&query)}</h1>
            <span class="quiet">"Newest first"</span>
        </div>
        <StateFilter query=query.clone() />
        {loaded(page, move |page| view! { <OrderListView page query=query.clone() /> })}
        <Live url="/feed?orders".to_owned() />
    }
    .into_any()
}

fn heading(query: &OrderQuery) -> String {
    if query.q.is_empty() {
        "Orders".to_owned()
    } else {
        format!("Orders with “{}”", query.q)
    }
}

#[component]
fn StateFilter(query: OrderQuery) -> impl IntoView {
    let (chosen, is_needed) = (query.state(), query.wants_attention());
    let links: Vec<_> = std::iter::once(None)
        .chain(OrderState::ALL.into_iter().map(Some))
        .map(|state| {
            let word = state.map_or("All", |it| standing(it, PaymentStatus::None).1);
            let href = query.in_state(state).path();
            view! { <a href=href aria-current=(state == chosen && !is_needed).then_some("true")>{word}</a> }
        })
        .collect();
    let needed = query.in_need().path();
    view! {
        <nav class="filter-chips" aria-label="Orders by state">
            {links} <a href=needed aria-current=is_needed.then_some("true")>"Needs attention"</a>
        </nav>
    }
}

#[component]
fn OrderListView(page: Page<Order>, query: OrderQuery) -> impl IntoView {
    let newest = page
        .data
        .first()
        .map(|it| format!("Newest order: #{}", it.number));
    let first = (!query.after.is_empty()).then(|| query.behind(String::new()).path());
    let next = page.next.map(|it| query.behind(it.to_string()).path());
    let list = if page.data.is_empty() {
        view! { <NoOrders query /> }.into_any()
    } else {
        view! { <OrderTable orders=page.data /> }.into_any()
    };
    view! {
        <div class="stack" id="orders" data-live data-announce=newest>
            {list}
            <Pager first first_words="Newest" next next_words="Older" />
        </div>
    }
}

#[component]
fn NoOrders(query: OrderQuery) -> impl IntoView {
    let (icon, heading, sentence) = if !query.q.is_empty() {
        (
            "search",
            "No order has these words",
            "Words are looked for at the beginning of numbers, e-mail addresses, names, SKUs and tracking numbers.",
        )
    } else if query.wants_attention() {
        (
            "check-circle",
            "Nothing needs you",
            "An order is here when something could not be done by itself, until somebody marks it as seen to.",
        )
    } else if let Some(state) = query.state() {
        ("check-circle", "No orders here right now", teaching(state))
    } else {
        (
            "orders",
            "No orders yet",
            "As soon as somebody buys something in the shop, or a program places an order, it appears here by itself.",
        )
    };
    let show_all = query
        .is_narrow()
        .then(|| view! { <a class="button" href="/admin/orders">"Show all orders"</a> });
    view! {
        <div class="empty-state">
            <Icon name=icon />
            <h2>{heading}</h2>
            <p>{sentence}</p>
            {show_all}
        </div>
    }
    .into_any()
}

/// When orders are in a state.
fn teaching(state: OrderState) -> &'static str {
    match state {
        OrderState::Pending => "An order waits here until it is paid, or confirmed by hand.",
        OrderState::PaymentPending => "An order is here while its bank has not answered yet.",
        OrderState::PaymentFailed => {
            "An order waits here after a declined card, for its buyer to try again."
        }
        OrderState::Confirmed => {
            "An order waits here once it is paid, until somebody begins to pack it."
        }
        OrderState::Processing => {
            "An order is here while it is packed, until all of its parcels have left."
        }
        OrderState::Shipped => "An order is here while its parcels are on their way.",
        OrderState::Delivered => "An order is here once all of its parcels have arrived.",
        OrderState::Completed => "An order is here once nothing is left to do for it.",
        OrderState::Cancelled => {
            "An order is here when its buyer or somebody of us stopped it, or it was never paid."
        }
        OrderState::Failed => "An order is here when it could not be fulfilled.",
        OrderState::Refunded => "An order is here once all that was paid has gone back.",
    }
}
