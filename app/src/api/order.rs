//! Orders, as their buyers see them.

use std::collections::BTreeMap;

use leptos::prelude::*;
use orders::{HistoryEntry, Order, OrderId, Page};
use serde::{Deserialize, Serialize};

use super::Draft;
use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// An order with its history.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct OrderView {
    /// The order.
    pub order: Order,
    /// Its history, oldest first.
    pub history: Vec<HistoryEntry>,
    /// The paths of its products' pictures, by product.
    pub pictures: BTreeMap<String, String>,
    /// Whether the caller owns it through an account, so that they need no link to keep.
    pub in_account: bool,
    /// The address that opens it for whoever knows it, at the storefront where it was bought.
    pub link: String,
    /// Whether cards can be paid with.
    pub takes_cards: bool,
    /// Whether only test cards work.
    pub is_sandbox: bool,
    /// What was typed into the form for a return.
    pub return_draft: Draft,
}

/// One order, if it exists for the caller.
#[server(endpoint = "find_order")]
pub async fn find_order(id: OrderId) -> Result<OrderView, AppError> {
    view_order(&crate::ssr::here()?, id).await
}

/// One order, with what its pages show beside it.
#[cfg(feature = "ssr")]
pub(super) async fn view_order(here: &Here, id: OrderId) -> Result<OrderView, AppError> {
    let (orders, caller) = (&here.engine.orders, &here.caller);
    let order = orders.find(caller, id).await?;
    let products: Vec<_> = order.items.iter().map(|it| it.product.clone()).collect();
    let path = format!("/order/{id}?token={}", orders.token(caller, id).await?);
    Ok(OrderView {
        history: orders.history(caller, id).await?,
        pictures: here.engine.catalogue.pictures(&products).await?,
        in_account: caller.person().is_some() && caller.person() == order.customer.id,
        link: here.shop.address_of(&order.storefront, &path),
        takes_cards: orders.provider().takes_cards(),
        is_sandbox: orders.provider().is_sandbox(),
        return_draft: here.visitor.draft(super::returns::RETURN_FORM).await?,
        order,
    })
}

/// The caller's own orders, newest first.
#[server(endpoint = "find_my_orders")]
pub async fn find_my_orders(after: Option<OrderId>) -> Result<Page<Order>, AppError> {
    use orders::{OrderFilter, PageRequest, Refusal};
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let customer = Some(caller.person().ok_or(Refusal::SignInNeeded)?);
    let filter = OrderFilter {
        customer,
        ..OrderFilter::default()
    };
    Ok(engine
        .orders
        .list(&caller, &filter, PageRequest { limit: 20, after })
        .await?)
}

/// Form: pays an order whose last payment was declined.
#[server(endpoint = "pay_order")]
pub async fn pay_order(
    #[server(default)] id: String,
    #[server(default)] card_number: String,
) -> Result<(), AppError> {
    use orders::{NewPayment, Refusal};
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    let mut errors = Vec::new();
    let payment = NewPayment {
        method: "card".to_owned(),
        token: card_number,
    }
    .parse("", &mut errors);
    let paid = match payment {
        Some(payment) => engine
            .orders
            .pay(&caller, id, &payment)
            .await
            .map_err(AppError::from),
        None => Err(Refusal::Invalid(errors).into()),
    };
    back_to_order(id, paid)
}

/// Form: cancels an order.
#[server(endpoint = "cancel_order")]
pub async fn cancel_order(
    #[server(default)] id: String,
    #[server(default)] reason: String,
) -> Result<(), AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let id: OrderId = id.parse().map_err(|_| AppError::Malformed)?;
    back_to_order(
        id,
        engine
            .orders
            .cancel(&caller, id, Some(&reason))
            .await
            .map_err(AppError::from),
    )
}

#[cfg(feature = "ssr")]
pub(super) fn back_to_order(id: OrderId, done: Result<Order, AppError>) -> Result<(), AppError> {
    match done {
        Ok(_) => crate::ssr::redirect(&format!("/order/{id}")),
        Err(error) => crate::ssr::redirect(&format!("/order/{id}?error={}", error.code())),
    }
    Ok(())
}
