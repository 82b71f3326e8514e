//! Giving money back.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// The name under which the refund form's draft is kept.
pub const REFUND_FORM: &str = "refund";

/// The refund form's fields, as text.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RefundForm {
    pub id: String,
    /// The version that was seen.
    pub version: String,
    /// How many, by line.
    pub quantity: BTreeMap<String, String>,
    /// In the order's currency, with its decimals.
    pub amount: String,
    /// Ticked when the items go back on the shelf.
    pub restock: String,
    pub reason: String,
    /// Set by the button that refunds all that is left.
    pub all: String,
}

/// Form: pays an order back, all of it or a part. What cannot be used is shown again.
#[server(endpoint = "refund_order")]
pub async fn refund_order(#[server(default)] form: RefundForm) -> Result<(), AppError> {
    use orders::{OrderId, engine::Conditions};
    let Here {
        engine,
        caller,
        visitor,
        ..
    } = crate::ssr::here()?;
    let id: OrderId = form.id.parse().map_err(|_| AppError::Malformed)?;
    let order = engine.orders.find(&caller, id).await?;
    let as_seen = engine.orders.under(Conditions {
        version: form.version.parse().ok(),
        ..Conditions::default()
    });
    let done = match form.refund(&order) {
        Ok(refund) => as_seen.refund(&caller, id, refund).await,
        Err(refusal) => Err(refusal.into()),
    };
    let done = done.map_err(AppError::from);
    super::admin::back_to_form(&visitor, REFUND_FORM, form.fields(), id, done).await
}

#[cfg(feature = "ssr")]
impl RefundForm {
    fn refund(&self, order: &orders::Order) -> Result<orders::NewRefund, orders::Refusal> {
        use orders::{Money, NewRefund, Refusal};
        let (is_all, restock) = (!self.all.is_empty(), !self.restock.is_empty());
        let items = super::returns::chosen(&self.quantity)?;
        let (amount, left) = (self.amount.trim(), order.refundable_minor());
        if !is_all && amount.is_empty() && items.is_empty() {
            return Err(Refusal::field("/items", "or an amount are missing"));
        }
        let refuse = |why: &str| Refusal::field("/amount_minor", why);
        let amount_minor = match amount {
            _ if is_all => None,
            "" => None,
            amount => Some(Money::parse(amount, order.currency).map_err(refuse)?),
        };
        // The engine says this too, but in minor units.
        if amount_minor.is_some_and(|it| it > left) {
            let why = format!("is more than the {} that are left", order.money(left));
            return Err(refuse(&why));
        }
        Ok(NewRefund {
            amount_minor,
            items: Some(items).filter(|it| !it.is_empty() && !is_all),
            reason: Some(self.reason.clone()),
            restock,
        })
    }

    /// What is kept of it when it is refused.
    fn fields(&self) -> BTreeMap<String, String> {
        let quantities = self.quantity.iter();
        let quantities = quantities.map(|(line, text)| (format!("quantity {line}"), text));
        [
            ("amount", &self.amount),
            ("restock", &self.restock),
            ("all", &self.all),
            ("reason", &self.reason),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text))
        .chain(quantities)
        .map(|(name, text)| (name, text.chars().take(1_000).collect()))
        .collect()
    }
}
