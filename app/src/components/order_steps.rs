//! The steps of an order's way, from its state, its parcels and its history.

use chrono::{DateTime, Utc};
use orders::{Goods, HistoryEntry, Order, OrderState};

use super::{OrderStep, StepState, TimeStyle};
use crate::words::{days, language, say};

/// The steps of an order's way: to the door, to the event, or to where it was stopped.
pub(crate) fn order_steps(order: &Order, history: &[HistoryEntry]) -> Vec<OrderStep> {
    if order.status.is_stopped() {
        return steps_to_the_end(order, history);
    }
    let reached = |states: &[OrderState]| first(history, states);
    let payment = payment_step(order, history);
    let packing = [OrderState::Processing];
    let moving = [OrderState::Shipped];
    let there = [OrderState::Delivered, OrderState::Completed];
    let delivered = say("Delivered", "Zugestellt");
    let names: &[(&'static str, &str, Option<DateTime<Utc>>)] =
        if order.goods() == Goods::NothingToShip {
            &[(
                say("Tickets", "Karten"),
                "ticket",
                order.tickets.first().map(|it| it.issued_at),
            )]
        } else {
            &[
                (say("Packing", "Packen"), "box-open", reached(&packing)),
                (say("On its way", "Unterwegs"), "truck", reached(&moving)),
                (delivered, "home", reached(&there)),
            ]
        };
    let mut steps = vec![placed_step(order), payment];
    let is_paid = steps.iter().all(|it| it.state == StepState::Done);
    let at = place(order, names.len());
    for (index, (name, icon, time)) in names.iter().enumerate() {
        let state = match index {
            _ if !is_paid => StepState::Todo,
            index if index < at => StepState::Done,
            index if index == at => StepState::Current,
            _ => StepState::Todo,
        };
        let when = match (time, state) {
            (Some(time), StepState::Done | StepState::Current) => {
                TimeStyle::ShortMinute.write(*time, language())
            }
            (None, StepState::Current) => say("Next", "Als Nächstes").to_owned(),
            _ if *name == delivered => expected(order),
            _ => String::new(),
        };
        steps.push(OrderStep {
            name,
            state,
            icon,
            when,
        });
    }
    steps
}

/// How many of the steps behind payment are done.
fn place(order: &Order, steps: usize) -> usize {
    match order.status {
        OrderState::Shipped => 1,
        OrderState::Delivered | OrderState::Completed => steps,
        _ if !order.tickets.is_empty() => steps,
        _ => 0,
    }
}

fn placed_step(order: &Order) -> OrderStep {
    OrderStep {
        name: say("Placed", "Bestellt"),
        state: StepState::Done,
        icon: "orders",
        when: TimeStyle::ShortMinute.write(order.created_at, language()),
    }
}

fn payment_step(order: &Order, history: &[HistoryEntry]) -> OrderStep {
    let (name, state, when) = match order.status {
        OrderState::Pending => (
            say("Payment", "Zahlung"),
            StepState::Current,
            say("Waiting", "Ausstehend").to_owned(),
        ),
        OrderState::PaymentPending => (
            say("Payment", "Zahlung"),
            StepState::Current,
            say("Checking", "Wird geprüft").to_owned(),
        ),
        OrderState::PaymentFailed => (
            say("Payment", "Zahlung"),
            StepState::Current,
            say("Needs you", "Sie sind dran").to_owned(),
        ),
        _ => {
            let at = first(history, &[OrderState::Confirmed]).unwrap_or(order.created_at);
            let name = if order.captured_minor() > 0 {
                say("Paid", "Bezahlt")
            } else {
                say("Confirmed", "Bestätigt")
            };
            (
                name,
                StepState::Done,
                TimeStyle::ShortMinute.write(at, language()),
            )
        }
    };
    OrderStep {
        name,
        state,
        icon: "card",
        when,
    }
}

/// The steps of an order that was stopped or undone: its money goes back.
fn steps_to_the_end(order: &Order, history: &[HistoryEntry]) -> Vec<OrderStep> {
    let mut steps = vec![placed_step(order)];
    if order.captured_minor() > 0 {
        steps.push(payment_step(order, history));
    }
    for (state, name) in [
        (OrderState::Cancelled, say("Cancelled", "Storniert")),
        (OrderState::Failed, say("Stopped", "Beendet")),
    ] {
        if let Some(at) = first(history, &[state]) {
            steps.push(OrderStep {
                name,
                state: StepState::Stopped,
                icon: "stop",
                when: TimeStyle::ShortMinute.write(at, language()),
            });
        }
    }
    if order.captured_minor() == 0 {
        return steps;
    }
    let is_back = order.refunded_minor >= order.captured_minor();
    let sent_at = history
        .iter()
        .rev()
        .find(|it| it.change == "refund_sent")
        .map(|it| it.at);
    steps.push(OrderStep {
        name: if is_back {
            say("Money sent back", "Geld zurückgeschickt")
        } else {
            say("Money on its way back", "Geld auf dem Rückweg")
        },
        state: if is_back {
            StepState::Done
        } else {
            StepState::Current
        },
        icon: "refund",
        when: sent_at.map_or_else(
            || days(3, 5),
            |at| TimeStyle::ShortMinute.write(at, language()),
        ),
    });
    steps
}

/// The latest day on which a parcel is expected, or while none is on its way, how long delivery takes.
fn expected(order: &Order) -> String {
    let estimate = || {
        let method = order.shipping_method.as_ref()?;
        Some(days(method.days_least, method.days_most))
    };
    order
        .shipments
        .iter()
        .filter_map(|it| it.estimated_delivery)
        .max()
        .map(|at| TimeStyle::ShortDay.write(at, language()))
        .or_else(estimate)
        .unwrap_or_default()
}

/// When the order first became one of `states`.
fn first(history: &[HistoryEntry], states: &[OrderState]) -> Option<DateTime<Utc>> {
    history
        .iter()
        .find(|it| states.contains(&it.to) && it.from != Some(it.to))
        .map(|it| it.at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixtures::order;

    fn change(from: &str, to: &str, change: &str, at: &str) -> HistoryEntry {
        serde_json::from_value(json!({
            "version": 1, "from": from, "to": to, "change": change, "actor": "system", "request_id": "1", "at": at,
        }))
        .unwrap()
    }

    fn shown(order: &Order, history: &[HistoryEntry]) -> Vec<String> {
        order_steps(order, history)
            .into_iter()
            .map(|it| {
                format!("{} {:?} {}", it.name, it.state, it.when)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    #[test]
    fn a_paid_order_is_packed_next() {
        let history = [change(
            "payment_pending",
            "confirmed",
            "payment_captured",
            "2026-11-20T09:12:04Z",
        )];

        assert_eq!(
            shown(&order(json!({})), &history),
            [
                "Placed Done 20 Nov, 09:12",
                "Paid Done 20 Nov, 09:12",
                "Packing Current Next",
                "On its way Todo",
                "Delivered Todo",
            ]
        );
    }

    #[test]
    fn a_declined_payment_needs_its_buyer() {
        let declined = order(json!({"status": "payment_failed", "payments": []}));

        assert_eq!(
            shown(&declined, &[])[1..],
            [
                "Payment Current Needs you",
                "Packing Todo",
                "On its way Todo",
                "Delivered Todo"
            ]
        );
    }

    #[test]
    fn a_cancelled_order_ends_when_its_money_is_back() {
        let history = [
            change(
                "payment_pending",
                "confirmed",
                "payment_captured",
                "2026-11-20T09:12:04Z",
            ),
            change(
                "confirmed",
                "cancelled",
                "cancelled",
                "2026-11-20T10:02:00Z",
            ),
        ];

        assert_eq!(
            shown(&order(json!({"status": "cancelled"})), &history)[2..],
            [
                "Cancelled Stopped 20 Nov, 10:02",
                "Money on its way back Current 3–5 working days"
            ]
        );
        let never_paid = order(json!({"status": "cancelled", "payments": []}));
        assert_eq!(shown(&never_paid, &history).len(), 2);
    }
}
