//! What is bought, beside the form or folded above it.

use leptos::prelude::*;
use orders::{Cart, Money};

use super::leave::Leave;
use crate::{
    components::{Icon, LineItem, SumList},
    shop::in_shop,
    words::{amount, say},
};

/// The cart's lines and their sum.
#[component]
pub(super) fn OrderSummary(cart: Cart) -> impl IntoView {
    let money = |minor| Money::new(minor, cart.currency);
    let total = money(cart.total_minor);
    let lines: Vec<_> = cart
        .lines
        .into_iter()
        .map(|line| {
            view! {
                <LineItem
                    picture=line.picture
                    title=line.title
                    quantity=line.quantity
                    unit_price=money(line.unit_price_minor)
                    total=money(line.total_minor)
                />
            }
        })
        .collect();
    view! {
        <aside class="order-summary" id="order-summary" aria-label=say("Order summary", "Ihre Bestellung")>
            <details>
                <summary>
                    <h2>{say("Order summary", "Ihre Bestellung")}</h2>
                    <data value=total.decimal()>{amount(total)}</data>
                    <Icon name="chevron-down" class="icon fold-mark" />
                </summary>
                <div class="summary-body">
                    <ul class="line-list">{lines}</ul>
                    <SumList explanation=cart.explanation total />
                    <p><Leave to=in_shop("/cart")>{say("Change the cart", "Warenkorb ändern")}</Leave></p>
                </div>
            </details>
        </aside>
    }
}
