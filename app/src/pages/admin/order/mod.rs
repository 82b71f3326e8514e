//! One order, with everything that can be done to it.

mod commands;
mod head;
mod lines;
mod mails;
mod notes;
mod parcels;
mod refund;
mod returns;
mod sides;
mod staff_history;
mod stop;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use orders::{Delivery, Goods, Note, Order, OrderId, Refusal};

use crate::{
    api::{
        Draft,
        admin::{NOTE_FORM, SHIPMENT_FORM, StaffView, find_order_for_staff},
        order::OrderView,
        refund::REFUND_FORM,
    },
    components::{Live, RefusalNotice, Timeline, loaded, refusal_code},
};

pub(super) use commands::{CommandForm, next_step};

/// One order, for those who work here.
#[component]
pub(in crate::pages) fn AdminOrderPage() -> impl IntoView {
    let id = use_params_map().get_untracked().get("id");
    let id = id.and_then(|it| it.parse::<OrderId>().ok());
    // What was typed before is shown again only right after it was refused.
    let form = refusal_code().and_then(|_| use_query_map().get_untracked().get("form"));
    let form = form.unwrap_or_default();
    let asked = (id, form.clone());
    let found = Resource::new(
        move || asked.clone(),
        |(id, form)| async move {
            let id = id.ok_or_else(|| Refusal::NotFound("the order".to_owned()))?;
            find_order_for_staff(id, form).await
        },
    );
    loaded(found, move |found| {
        view! { <AdminOrderView found form=form.clone() /> }
    })
}

#[component]
fn AdminOrderView(found: StaffView, form: String) -> impl IntoView {
    let StaffView {
        view,
        notes,
        mails,
        draft,
    } = found;
    let OrderView {
        order,
        history,
        pictures,
        ..
    } = view;
    // The refund form stands open then, and says it itself.
    let is_said_below = form == REFUND_FORM && !draft.errors.is_empty();
    let draft_of = |name| {
        let draft = (form == name).then(|| draft.clone());
        draft.unwrap_or_default()
    };
    view! {
        <Title text=format!("Order #{}", order.number) />
        <div class="stack" data-gap="small">
            <Trail number=order.number />
            <head::Head order=order.clone() refund_draft=draft_of(REFUND_FORM) />
        </div>
        {(!is_said_below).then(|| view! { <RefusalNotice /> })}
        <div class="admin-order">
            <div>
                <lines::Lines order=order.clone() pictures />
                <returns::Returns order=order.clone() />
                {(order.goods() != Goods::NothingToShip)
                    .then(|| view! { <parcels::Parcels order=order.clone() draft=draft_of(SHIPMENT_FORM) /> })}
                <section class="card" id="timeline" data-live aria-labelledby="timeline-heading">
                    <h2 id="timeline-heading">"Timeline"</h2>
                    <Timeline happenings=staff_history::happenings(history) />
                </section>
            </div>
            <Sides order=order.clone() notes note_draft=draft_of(NOTE_FORM) mails />
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
fn Sides(order: Order, notes: Vec<Note>, note_draft: Draft, mails: Vec<Delivery>) -> impl IntoView {
    view! {
        <div>
            <notes::Notes order=order.id notes draft=note_draft />
            <sides::Customer contact=order.customer.clone() note=order.note.clone() />
            <sides::Delivery order=order.clone() />
            <mails::Mails order=order.clone() mails />
            <sides::Money order />
        </div>
    }
    .into_any()
}
