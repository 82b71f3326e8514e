//! What can be done to an order: a button for each command that its state allows.

use leptos::prelude::*;
use orders::{Goods, Order, OrderCommand, OrderState};

use crate::components::things;

/// What usually comes next, if something does.
pub(in crate::pages::admin) fn next_step(order: &Order) -> Option<OrderCommand> {
    let usual = match order.status {
        OrderState::Pending => OrderCommand::Confirm,
        OrderState::Confirmed if order.goods() == Goods::NothingToShip => OrderCommand::Complete,
        OrderState::Confirmed => OrderCommand::Process,
        OrderState::Processing => OrderCommand::Ship,
        OrderState::Shipped => OrderCommand::Deliver,
        OrderState::Delivered => OrderCommand::Complete,
        _ => return None,
    };
    steps(order).contains(&usual).then_some(usual)
}

/// The commands that take the order a step further.
fn steps(order: &Order) -> Vec<OrderCommand> {
    let commands = order.commands().into_iter();
    commands
        .filter(|command| match command {
            OrderCommand::Confirm => !order.payment_runs(),
            OrderCommand::Process
            | OrderCommand::Ship
            | OrderCommand::Deliver
            | OrderCommand::Complete => true,
            OrderCommand::StartPayment
            | OrderCommand::FailPayment
            | OrderCommand::Cancel
            | OrderCommand::Fail
            | OrderCommand::Refund => false,
        })
        .collect()
}

/// The buttons that take the order a step further; the usual one stands out.
#[component]
pub(super) fn Steps(order: Order) -> impl IntoView {
    let usual = next_step(&order);
    let mut steps = steps(&order);
    steps.sort_by_key(|command| Some(*command) == usual);
    steps
        .into_iter()
        .map(|command| {
            let kind = (Some(command) == usual).then_some("primary");
            view! { <Step order=order.clone() command kind /> }
        })
        .collect_view()
}

#[component]
fn Step(order: Order, command: OrderCommand, kind: Option<&'static str>) -> impl IntoView {
    let words = match command {
        OrderCommand::Confirm => "Confirm order",
        OrderCommand::Process => "Start packing",
        OrderCommand::Ship => "Mark as shipped",
        OrderCommand::Deliver => "Mark as delivered",
        _ => "Complete order",
    };
    let unsent = unsent(&order);
    if command == OrderCommand::Ship && unsent > 0 {
        // Parcels have a carrier and a number, so they have a form.
        let words = format!("Ship {}", things(unsent));
        return view! { <a class="button" data-kind=kind href="#ship">{words}</a> }.into_any();
    }
    view! { <CommandForm order command kind>{words}</CommandForm> }.into_any()
}

/// How many things of the order wait for a parcel.
pub(super) fn unsent(order: &Order) -> u32 {
    order.items.iter().map(|line| order.unsent(line)).sum()
}

/// A button that does a command to an order as it was seen. `children` are the button's words.
#[component]
pub(in crate::pages::admin) fn CommandForm(
    order: Order,
    command: OrderCommand,
    #[prop(optional_no_strip)] kind: Option<&'static str>,
    #[prop(optional)] size: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <form action="/fn/change_order" method="post">
            <CommandFields order command />
            <button class="button" data-kind=kind data-size=size>
                {children()}
            </button>
        </form>
    }
}

/// What a form that does a command sends along.
#[component]
pub(super) fn CommandFields(order: Order, command: OrderCommand) -> impl IntoView {
    view! {
        <input type="hidden" name="id" value=order.id.to_string() />
        <input type="hidden" name="version" value=order.version.to_string() />
        <input type="hidden" name="command" value=command.to_string() />
    }
    .into_any()
}
