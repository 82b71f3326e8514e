//! Orders as rows of a table; on phones as cards.

use leptos::prelude::*;
use orders::{Order, OrderCommand};

use super::order::{CommandForm, next_step};
use crate::components::{Moment, OrderChip, StatusChip, TimeStyle, Tone, line_words};

/// Orders, with the usual next step of each.
#[component]
pub(super) fn OrderTable(orders: Vec<Order>) -> impl IntoView {
    let rows: Vec<_> = orders
        .into_iter()
        .map(|order| view! { <OrderRow order /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Orders, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Order"</th>
                        <th scope="col">"Customer"</th>
                        <th scope="col">"What"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Placed"</th>
                        <th scope="col" class="number">"Total"</th>
                        <th scope="col"><span class="visually-hidden">"Next step"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn OrderRow(order: Order) -> impl IntoView {
    let name = order.customer.name.clone();
    let email = order.customer.email.clone();
    let (who, also) = match name {
        Some(name) => (name, email),
        None => (email.unwrap_or_else(|| "Guest".to_owned()), None),
    };
    let needs_attention = order
        .needs_attention
        .is_some()
        .then(|| view! { <StatusChip tone=Tone::Attention word="Needs attention" /> });
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/admin/orders/{}", order.id) class="order-number">{format!("#{}", order.number)}</a>
            </th>
            <td class="order-cell-who" data-wide>
                {who} {also.map(|it| view! { <small>{it}</small> })}
            </td>
            <td data-wide>{line_words(&order.items)}</td>
            <td>
                <span class="cluster">
                    <OrderChip state=order.status payment=order.payment_status />
                    {needs_attention}
                </span>
            </td>
            <td data-label="Placed">
                <Moment at=order.created_at style=TimeStyle::ShortMinute relative=true />
            </td>
            <td class="number" data-end>{order.money(order.total_minor).to_string()}</td>
            <td class="row-actions"><RowAction order=order.clone() /></td>
        </tr>
    }
    .into_any()
}

/// The usual next step. What takes money or ends an order wants a look at it first.
#[component]
fn RowAction(order: Order) -> impl IntoView {
    let command = next_step(&order)?;
    let words = match command {
        OrderCommand::Process => "Start packing",
        OrderCommand::Ship => "Add parcel",
        OrderCommand::Deliver => "Mark as delivered",
        _ => return None,
    };
    let of = view! { <span class="visually-hidden">{format!(" order #{}", order.number)}</span> };
    if command == OrderCommand::Ship {
        let href = format!("/admin/orders/{}#ship", order.id);
        return Some(
            view! { <a class="button" data-size="small" href=href>{words} {of}</a> }.into_any(),
        );
    }
    Some(view! { <CommandForm order command size="small">{words} {of}</CommandForm> }.into_any())
}
