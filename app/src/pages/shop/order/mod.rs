//! One order: where it is, what is in it, what it costs, what can be done.

mod details;
mod head;
mod help;
mod payment;
mod thanks;
mod tickets;

use leptos::{context::Provider, prelude::*};
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use orders::{OrderId, OrderState, Refusal};

use crate::{
    AppError,
    api::{
        order::{OrderView, find_order},
        returns::RETURN_FORM,
    },
    components::{Live, RefusalNotice, loaded, refusal_code},
    words::say,
};
use details::OrderDetails;
use head::{OrderHead, Progress};
use help::Help;
use payment::PaymentNews;
use thanks::Thanks;
use tickets::Tickets;

/// An order, for whoever may see it.
#[component]
pub(in crate::pages) fn OrderPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|it| it.get("id")).unwrap_or_default();
    let order = Resource::new(id, find);
    let query = use_query_map().get_untracked();
    let was_placed = query.get("placed").is_some();
    let code = refusal_code();
    loaded(order, move |view| {
        let (language, code) = (view.order.language, code.clone());
        // What was ordered in one language is told in it, wherever its page is opened.
        view! {
            <Provider value=language>
                <OrderContent view was_placed code />
            </Provider>
        }
    })
}

/// An id that is none names no order.
async fn find(id: String) -> Result<OrderView, AppError> {
    let id: OrderId = id
        .parse()
        .map_err(|_| Refusal::NotFound("the order".to_owned()))?;
    find_order(id).await
}

#[component]
fn OrderContent(view: OrderView, was_placed: bool, code: Option<String>) -> impl IntoView {
    let order = view.order.clone();
    let is_thanked = was_placed && order.status != OrderState::PaymentFailed;
    let is_return = use_query_map().get_untracked().get("form").as_deref() == Some(RETURN_FORM);
    // The forms to pay and to send back with say these themselves, beside their fields.
    let is_said_below = (order.status == OrderState::PaymentFailed
        && matches!(code.as_deref(), Some("declined" | "invalid")))
        || (is_return && code.as_deref() == Some("invalid"));
    view! {
        <Title text=say(format!("Order #{}", order.number), format!("Bestellung #{}", order.number)) />
        <Live url=format!("/feed?order={}", order.id) />
        <div class="order-page" lang=order.language.code()>
            {is_thanked.then(|| view! { <Thanks view=view.clone() /> })}
            {(!is_said_below).then(|| view! { <RefusalNotice /> })}
            <OrderHead order=order.clone() history=view.history.clone() is_below_thanks=is_thanked />
            <Progress order=order.clone() history=view.history.clone() />
            <PaymentNews view=view.clone() code />
            <Tickets order=order.clone() />
            <div class="two-columns">
                <OrderDetails view=view.clone() />
                <div class="stack">
                    <details::MoneyCard order=order.clone() />
                    <details::GoingTo order=order.clone() />
                    <Help view is_thanked was_refused=is_return />
                </div>
            </div>
        </div>
    }
}
