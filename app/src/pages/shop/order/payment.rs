//! What there is to say, and to do, while an order is not paid.

use leptos::prelude::*;
use orders::{Order, OrderCommand, OrderState};

use super::OrderView;
use crate::{
    components::{Alert, CardNumber, Icon, Moment, TimeStyle},
    shop::in_shop,
    words::{amount, say},
};

/// That the bank is being asked, or the form to pay; nothing when there is nothing to pay.
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
            <h2>{say("We are checking with your bank", "Wir fragen bei Ihrer Bank nach")}</h2>
            <p>
                {say(
                    "This usually takes less than a minute. You can close this page and come back later. Please don’t \
                    pay a second time.",
                    "Das dauert meist weniger als eine Minute. Sie können diese Seite schließen und später wiederkommen. \
                    Bitte zahlen Sie nicht ein zweites Mal.",
                )}
            </p>
            <p class="cluster">
                <a class="button" href=in_shop(&format!("/order/{}", order.id))>{say("Look again", "Noch einmal nachsehen")}</a>
            </p>
        </div>
    }
}

#[component]
fn PayAgain(view: OrderView, code: Option<String>) -> impl IntoView {
    let order = view.order;
    let was_declined = order.status == OrderState::PaymentFailed;
    let heading = if was_declined {
        say("Pay again", "Noch einmal zahlen")
    } else {
        say("Pay", "Zahlen")
    };
    let error = (code.as_deref() == Some("invalid"))
        .then(|| say("Enter a card number", "Geben Sie eine Kartennummer ein").to_owned());
    let total = amount(order.money(order.total_minor));
    let form = if view.takes_cards {
        view! {
            <form class="stack checkout-form" action=in_shop("/fn/pay_order") method="post" novalidate>
                <input type="hidden" name="id" value=order.id.to_string() />
                <CardNumber name="card_number" is_sandbox=view.is_sandbox error />
                <p>
                    <button class="button" data-kind="primary" data-wide>
                        <Icon name="lock" />
                        {say(format!("Pay {total}"), format!("{total} zahlen"))}
                    </button>
                </p>
            </form>
        }
        .into_any()
    } else {
        view! { <p>{say("Paying by card is not available here.", "Kartenzahlung ist hier nicht möglich.")}</p> }.into_any()
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
            {say(" You can try again until ", " Sie können es noch versuchen bis ")}
            <Moment at style=TimeStyle::Clock />
            {say(", then the order ends by itself.", ", danach endet die Bestellung von selbst.")}
        }
    });
    view! {
        <Alert icon="card" kind="problem">
            <h3>{say("Your bank declined the card", "Ihre Bank hat die Karte abgelehnt")}</h3>
            <p>{say("No money was taken.", "Es wurde kein Geld abgebucht.")} {until}</p>
        </Alert>
    }
}
