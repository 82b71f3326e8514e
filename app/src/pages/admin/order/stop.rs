//! Stopping an order and giving money back: acts that say in numbers what they will do, and want a second press.

use leptos::prelude::*;
use orders::{Order, OrderCommand, OrderState};

use super::{commands::CommandFields, refund::RefundButton};
use crate::{
    api::Draft,
    components::{Field, things},
    pages::admin::ask_first::AskFirst,
};

/// A button for each act that cannot be undone, with the question behind it.
#[component]
pub(super) fn Stops(order: Order, refund_draft: Draft) -> impl IntoView {
    [
        OrderCommand::Fail,
        OrderCommand::Cancel,
        OrderCommand::Refund,
    ]
    .into_iter()
    .filter(|command| order.allows(*command) && makes_sense(&order, *command))
    .map(|command| {
        if command == OrderCommand::Refund && order.refundable_minor() > 0 {
            let draft = refund_draft.clone();
            return view! { <RefundButton order=order.clone() draft /> }.into_any();
        }
        view! { <Stop order=order.clone() command /> }.into_any()
    })
    .collect_view()
}

/// Where no money is left to go back there is nothing to refund, though the order might read so.
fn makes_sense(order: &Order, command: OrderCommand) -> bool {
    command != OrderCommand::Refund
        || order.refundable_minor() > 0
        || (order.captured_minor() == 0 && !order.status.is_stopped())
}

#[component]
fn Stop(order: Order, command: OrderCommand) -> impl IntoView {
    let (word, ask, field) = match command {
        OrderCommand::Fail => ("Mark as failed", "ask-fail", "fail-reason"),
        OrderCommand::Cancel => ("Cancel order", "ask-cancel", "cancel-reason"),
        _ => ("Refund", "ask-refund", "refund-reason"),
    };
    view! {
        <AskFirst
            id=ask word heading=format!("{word}: #{}", order.number) action="/fn/change_order"
            promise=promise(&order, command)
        >
            <p>{consequence(&order, command)}</p>
            <CommandFields order command />
            <Field id=field name="reason" label="Reason" optional=true maxlength=1000 />
        </AskFirst>
    }
}

/// What the button does.
fn promise(order: &Order, command: OrderCommand) -> String {
    let refund = order.money(order.refundable_minor());
    match (command, order.refundable_minor() > 0) {
        (OrderCommand::Fail, true) => format!("Mark as failed and refund {refund}"),
        (OrderCommand::Fail, false) => "Mark as failed".to_owned(),
        (OrderCommand::Cancel, true) => format!("Cancel and refund {refund}"),
        (OrderCommand::Cancel, false) => "Cancel order".to_owned(),
        _ => "Mark as refunded".to_owned(),
    }
}

/// What will have happened afterwards.
fn consequence(order: &Order, command: OrderCommand) -> String {
    let refund = order.money(order.refundable_minor());
    let has_money = order.refundable_minor() > 0;
    if command == OrderCommand::Refund {
        return "No money of this order went through here, so none moves: the order only reads refunded.".to_owned();
    }
    let goods = if holds_stock(order) {
        format!(
            "Puts {} back on the shelf",
            things(
                order
                    .items
                    .iter()
                    .map(|it| it.quantity - it.restocked.min(it.quantity))
                    .sum()
            )
        )
    } else {
        "Ends the order".to_owned()
    };
    if has_money {
        format!("{goods} and pays {refund} back. This can’t be undone.")
    } else if order.payment_runs() {
        format!(
            "{goods}. A payment still runs; if it succeeds, it is paid back by itself. This can’t be undone."
        )
    } else {
        format!("{goods}. Nothing has been paid, so no money moves. This can’t be undone.")
    }
}

/// A declined payment has given the stock back already.
fn holds_stock(order: &Order) -> bool {
    order.status != OrderState::PaymentFailed
}
