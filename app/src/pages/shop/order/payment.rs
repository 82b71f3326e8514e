//! What there is to say, and to do, while an order is not paid.

use leptos::prelude::*;
use orders::{Order, OrderCommand, OrderState};

use super::OrderView;
use crate::components::{CardNumber, Icon, Moment, Notice, TimeStyle};

/// "We are checking with your bank", or the form to pay; nothing when there is nothing to pay.
#[component]
pub(super) fn PaymentNews(view: OrderView, code: Option<String>) -> impl IntoView {
    let order = &view.order;
    let content = if order.payment_runs() && order.status.is_unpaid() {
        view! { <Checking order=order.clone() /> }.into_any()
    } else if order.allows(OrderCommand::StartPayment) {
        view! { <PayAgain view code /> }.into_any()
    } else {
        ().into_any()
    };
    view! { <div id="order-payment" data-live>{content}</div> }
}

#[component]
fn Checking(order: Order) -> impl IntoView {
    view! {
        <div class="notice" role="status">
            <Icon name="bank" />
            <h2>"We are checking with your bank"</h2>
            <p>
                "This usually takes less than a minute. You can close this page and come back later. \
                Please don’t pay a second time."
            </p>
            <p class="cluster">
                <a class="button" href=format!("/order/{}", order.id)>"Look again"</a>
            </p>
        </div>
    }
}

#[component]
fn PayAgain(view: OrderView, code: Option<String>) -> impl IntoView {
    let order = view.order;
    let was_declined = order.status == OrderState::PaymentFailed;
    let heading = if was_declined { "Pay again" } else { "Pay" };
    let error = (code.as_deref() == Some("invalid")).then(|| "Enter a card number".to_owned());
    let form = if view.takes_cards {
        view! {
            <form class="stack checkout-form" action="/fn/pay_order" method="post" novalidate>
                <input type="hidden" name="id" value=order.id.to_string() />
                <CardNumber name="card_number" is_sandbox=view.is_sandbox error />
                <p>
                    <button class="button" data-kind="primary" data-wide>
                        <Icon name="lock" />
                        {format!("Pay {}", order.money(order.total_minor))}
                    </button>
                </p>
            </form>
        }
        .into_any()
    } else {
        view! { <p>"Paying by card is not available here."</p> }.into_any()
    };
    view! {
        <section class="card pay-again" aria-labelledby="again">
            <h2 id="again">{heading}</h2>
            <div class="stack">
                {was_declined.then(|| view! { <Declined order /> })}
                {form}
            </div>
        </section>
    }
}

#[component]
fn Declined(order: Order) -> impl IntoView {
    let until = order.expires_at.map(|at| {
        view! {
            " You can try again until "
            <Moment at style=TimeStyle::Clock />
            ", then the order ends by itself."
        }
    });
    view! {
        <Notice icon="card" kind="problem">
            <h3>"Your bank declined the card"</h3>
            <p>"No money was taken." {until}</p>
        </Notice>
    }
}
