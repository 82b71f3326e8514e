//! What an order costs, why, and what goes back, as letters say it.

use orders::{ExplanationKind, Order, RefundState};

use super::content::{Line, SumRow};
use crate::words::{amount, price, say};

/// What was ordered.
pub(super) fn lines(order: &Order) -> Vec<Line> {
    let lines = order.items.iter().map(|it| Line {
        title: it.title.clone(),
        note: format!(
            "{} × {}",
            it.quantity,
            amount(order.money(it.unit_price_minor))
        ),
        amount: amount(order.money(it.total_minor)),
    });
    lines.collect()
}

/// The sum with its working, as the order's page shows it.
pub(super) fn why_total(order: &Order) -> Vec<SumRow> {
    let is_worth_a_row = |minor: i64, kind| minor != 0 || kind != Some(ExplanationKind::Discount);
    let steps = (order.explanation.iter()).filter(|it| is_worth_a_row(it.amount_minor, it.kind));
    // Tax that the prices contain adds nothing: it is said below the sum that contains it.
    let (contained, steps): (Vec<_>, Vec<_>) =
        steps.partition(|it| it.kind == Some(ExplanationKind::TaxIncluded));
    let mut rows: Vec<_> = steps
        .into_iter()
        .map(|it| {
            let money = order.money(it.amount_minor);
            let is_delivery = it.kind == Some(ExplanationKind::Delivery);
            SumRow {
                label: it.label.clone(),
                amount: Some(if is_delivery {
                    price(money)
                } else {
                    amount(money)
                }),
                rule: it.rule.clone(),
                is_total: false,
            }
        })
        .collect();
    rows.push(SumRow {
        label: say("Total", "Gesamtsumme").to_owned(),
        amount: Some(amount(order.money(order.total_minor))),
        rule: String::new(),
        is_total: true,
    });
    rows.extend(contained.into_iter().map(|it| SumRow {
        label: it.label.clone(),
        amount: None,
        rule: it.rule.clone(),
        is_total: false,
    }));
    rows
}

/// What has gone back or is about to, and what stays paid.
pub(super) fn what_goes_back(order: &Order) -> Vec<SumRow> {
    let row = |label: &str, minor: i64, rule: Option<&str>| SumRow {
        label: label.to_owned(),
        amount: Some(amount(order.money(minor))),
        rule: rule.unwrap_or_default().to_owned(),
        is_total: false,
    };
    let (mut rows, mut kept_minor) = (Vec::new(), order.captured_minor());
    for refund in &order.refunds {
        let label = match refund.status {
            RefundState::Succeeded => say("Sent back", "Zurückgeschickt"),
            RefundState::Pending => say("Going back", "Auf dem Rückweg"),
            RefundState::Failed => continue,
        };
        kept_minor -= refund.amount_minor;
        rows.push(row(label, -refund.amount_minor, refund.reason.as_deref()));
    }
    // Of an order that was stopped all goes back, sooner or later.
    if !rows.is_empty() && kept_minor > 0 && !order.status.is_stopped() {
        rows.push(row(
            say("Paid in the end", "Am Ende bezahlt"),
            kept_minor,
            None,
        ));
    }
    rows
}
