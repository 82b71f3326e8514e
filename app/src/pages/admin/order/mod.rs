//! One order, with everything that can be done to it.

mod commands;
mod head;
mod lines;
mod parcels;
mod sides;
mod staff_history;
mod stop;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use orders::{Goods, Order, OrderId, Refusal};

use crate::{
    api::{Draft, admin::find_order_for_staff, order::OrderView},
    components::{Live, RefusalNotice, Timeline, loaded, refusal_code},
};

pub(super) use commands::{CommandForm, next_step};

/// One order, for those who work here.
#[component]
pub(in crate::pages) fn AdminOrderPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let id = id.and_then(|it| it.parse::<OrderId>().ok());
    let found = Resource::new(
        move || id,
        |id| async move {
            let id = id.ok_or_else(|| Refusal::NotFound("the order".to_owned()))?;
            find_order_for_staff(id).await
        },
    );
    // What was typed before is shown again only right after it was refused.
    let was_refused = refusal_code().is_some();
    loaded(found, move |(found, draft): (OrderView, Draft)| {
        let draft = if was_refused { draft } else { Draft::default() };
        view! { <AdminOrderView found draft /> }
    })
}

#[component]
fn AdminOrderView(found: OrderView, draft: Draft) -> impl IntoView {
    let OrderView {
        order,
        history,
        pictures,
        ..
    } = found;
    view! {
        <Title text=format!("Order #{}", order.number) />
        <div class="stack" data-gap="small">
            <Trail number=order.number />
            <head::Head order=order.clone() />
        </div>
        <RefusalNotice />
        <div class="admin-order">
            <div>
                <lines::Lines order=order.clone() pictures />
                {(order.goods() != Goods::NothingToShip)
                    .then(|| view! { <parcels::Parcels order=order.clone() draft /> })}
                <section class="card" id="timeline" data-live aria-labelledby="timeline-heading">
                    <h2 id="timeline-heading">"Timeline"</h2>
                    <Timeline happenings=staff_history::happenings(history) />
                </section>
            </div>
            <Sides order=order.clone() />
        </div>
        <Live url=format!("/feed?order={}", order.id) />
    }
}

#[component]
fn Trail(number: i64) -> impl IntoView {
    view! {
        <nav class="breadcrumb" aria-label="You are here">
            <ol>
                <li><a href="/admin/orders">"Orders"</a></li>
                <li><span aria-current="page">{format!("#{number}")}</span></li>
            </ol>
        </nav>
    }
    .into_any()
}

#[component]
fn Sides(order: Order) -> impl IntoView {
    view! {
        <div>
            <sides::Customer contact=order.customer.clone() note=order.note.clone() />
            <sides::Delivery order=order.clone() />
            <sides::Money order />
        </div>
    }
    .into_any()
}
