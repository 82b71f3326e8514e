//! What was bought.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{Goods, Order, OrderLine};

use crate::components::LinePicture;

/// The order's lines, how much of each waits for a parcel, and how much was refunded.
#[component]
pub(super) fn Lines(order: Order, pictures: BTreeMap<String, String>) -> impl IntoView {
    let is_partly_sent = order.goods() == Goods::PartlySent;
    let lines: Vec<_> = order
        .items
        .iter()
        .map(|line| {
            let unsent = order.unsent(line);
            let refunded = line.quantity - order.unrefunded(line);
            let notes = [
                (is_partly_sent && unsent > 0).then(|| format!(", {unsent} not sent yet")),
                (refunded > 0).then(|| format!(", {refunded} refunded")),
            ];
            let rest = notes.into_iter().flatten().collect();
            let picture = pictures.get(&line.product).cloned();
            view! { <Line order=order.clone() line=line.clone() picture rest /> }
        })
        .collect();
    view! {
        <section class="card" id="lines" data-live aria-labelledby="lines-heading">
            <h2 id="lines-heading">"Lines"</h2>
            <ul class="line-list">{lines}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Line(order: Order, line: OrderLine, picture: Option<String>, rest: String) -> impl IntoView {
    let unit_price = order.money(line.unit_price_minor);
    view! {
        <li class="line-item">
            <LinePicture path=picture />
            <div>
                <p class="line-title">{line.title}</p>
                <p class="line-note">
                    <span class="code">{line.sku}</span>
                    {format!(", {} × {unit_price}", line.quantity)} {rest}
                </p>
            </div>
            <p class="line-amount">{order.money(line.total_minor).to_string()}</p>
        </li>
    }
    .into_any()
}
