//! What is bought, beside the form or folded above it.

use leptos::prelude::*;
use orders::{Cart, Money};

use crate::components::{Icon, LineItem, SumList};

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
        <aside class="order-summary" aria-label="Order summary">
            <details>
                <summary>
                    <h2>"Order summary"</h2>
                    <data value=total.decimal()>{total.to_string()}</data>
                    <Icon name="chevron-down" class="icon fold-mark" />
                </summary>
                <div class="summary-body">
                    <ul class="line-list">{lines}</ul>
                    <SumList explanation=cart.explanation total />
                    <p><a href="/cart">"Change the cart"</a></p>
                </div>
            </details>
        </aside>
    }
}
