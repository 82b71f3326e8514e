//! What is in an order, what happened to it, and what it costs.

use leptos::prelude::*;
use orders::{Order, RefundState, ReturnState};

use super::OrderView;
use crate::{
    components::{
        AddressBlock, LineItem, ParcelCard, ReturnCard, SumList, SumRow, Timeline, WhyTotal,
        happenings, item_words,
    },
    words::{amount, days, say},
};

/// Parcels, lines and history.
#[component]
pub(super) fn OrderDetails(view: OrderView) -> impl IntoView {
    let OrderView {
        order,
        history,
        pictures,
        ..
    } = view;
    let lines: Vec<_> = order
        .items
        .iter()
        .map(|line| {
            view! {
                <LineItem
                    picture=pictures.get(&line.product).cloned()
                    title=line.title.clone()
                    quantity=line.quantity
                    unit_price=order.money(line.unit_price_minor)
                    total=order.money(line.total_minor)
                    refunded=line.quantity - order.unrefunded(line)
                />
            }
        })
        .collect();
    view! {
        <div class="stack" id="order-details" data-live>
            <Parcels order=order.clone() />
            <Returns order />
            <section class="card" aria-labelledby="lines">
                <h2 id="lines">{say("What you ordered", "Was Sie bestellt haben")}</h2>
                <ul class="line-list">{lines}</ul>
            </section>
            <section class="card" aria-labelledby="timeline">
                <h2 id="timeline">{say("What happened", "Was geschah")}</h2>
                <Timeline happenings=happenings(history) />
            </section>
        </div>
    }
}

#[component]
fn Parcels(order: Order) -> impl IntoView {
    let count = order.shipments.len();
    (count > 0).then(|| {
        let parcels: Vec<_> = order
            .shipments
            .iter()
            .enumerate()
            .map(|(index, parcel)| {
                let heading = say(
                    format!("Parcel {} of {count}", index + 1),
                    format!("Paket {} von {count}", index + 1),
                );
                let contents = item_words(&order, &parcel.items);
                view! { <ParcelCard parcel=parcel.clone() heading contents /> }
            })
            .collect();
        view! {
            <section class="card" aria-labelledby="parcels">
                <h2 id="parcels">{say("Parcels", "Pakete")}</h2>
                {parcels}
            </section>
        }
    })
}

#[component]
fn Returns(order: Order) -> impl IntoView {
    (!order.returns.is_empty()).then(|| {
        let returns: Vec<_> = order
            .returns
            .iter()
            .map(|it| {
                let next = (it.status == ReturnState::Accepted)
                    .then(|| view! { <p>{say("Send it back to the shop. Your money follows once it is there.", "Schicken Sie es an den Shop zurück. Ihr Geld folgt, sobald es dort ist.")}</p> });
                view! { <ReturnCard order=order.clone() found=it.clone()>{next}</ReturnCard> }
            })
            .collect();
        view! {
            <section class="card" aria-labelledby="returns">
                <h2 id="returns">{say("Returns", "Rücksendungen")}</h2>
                {returns}
            </section>
        }
    })
}

/// What it costs, why, and what goes back.
#[component]
pub(super) fn MoneyCard(order: Order) -> impl IntoView {
    let total = order.money(order.total_minor);
    let refunds: Vec<_> = order
        .refunds
        .iter()
        .filter(|it| it.status != RefundState::Failed)
        .map(|refund| {
            let label = match refund.status {
                RefundState::Succeeded => say("Sent back", "Zurückgeschickt"),
                RefundState::Pending | RefundState::Failed => {
                    say("Going back to your card", "Auf dem Weg zu Ihrer Karte")
                }
            };
            let tax = amount(order.money(refund.tax_minor));
            let note = (refund.tax_minor > 0)
                .then(|| say(format!("{tax} of it is tax"), format!("davon {tax} MwSt.")));
            view! { <SumRow label amount=amount(order.money(-refund.amount_minor)) note quiet=true /> }
        })
        .collect();
    let back_minor: i64 = (order.refunds.iter())
        .filter(|it| it.status != RefundState::Failed)
        .map(|it| it.amount_minor)
        .sum();
    let kept_minor = order.captured_minor() - back_minor;
    let kept = (back_minor > 0 && kept_minor > 0).then(|| {
        let label = say("Paid in the end", "Am Ende bezahlt");
        view! { <SumRow label amount=amount(order.money(kept_minor)) /> }
    });
    view! {
        <section class="card" id="order-money" data-live aria-labelledby="money">
            <h2 id="money">{say("Money", "Geld")}</h2>
            <SumList explanation=order.explanation.clone() total>
                {refunds} {kept}
            </SumList>
            <WhyTotal explanation=order.explanation total />
        </section>
    }
}

/// Where its parcels go; nothing for tickets.
#[component]
pub(super) fn GoingTo(order: Order) -> impl IntoView {
    order.shipping_address.map(|address| {
        view! {
            <section class="card" aria-labelledby="to">
                <h2 id="to">{say("Going to", "Geht an")}</h2>
                <AddressBlock address name=order.customer.name />
                {order.shipping_method.map(|it| {
                    let days = days(it.days_least, it.days_most);
                    view! { <p class="quiet">{format!("{}, {days}", it.name)}</p> }
                })}
            </section>
        }
    })
}
