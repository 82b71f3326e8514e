//! What was bought.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{Goods, Order, OrderLine};

use crate::components::LinePicture;

/// The order's lines, and how much of each waits for a parcel.
#[component]
pub(super) fn Lines(order: Order, pictures: BTreeMap<String, String>) -> impl IntoView {
    let is_partly_sent = order.goods() == Goods::PartlySent;
    let lines: Vec<_> = order
        .items
        .iter()
        .map(|line| {
            let unsent = order.unsent(line);
            let rest = (is_partly_sent && unsent > 0).then(|| format!(", {unsent} not sent yet"));
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
fn Line(
    order: Order,
    line: OrderLine,
    picture: Option<String>,
    rest: Option<String>,
) -> impl IntoView {
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
