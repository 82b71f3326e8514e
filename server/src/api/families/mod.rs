//! The API as other order services have it. A family translates: its request to a use case, an order to its own JSON.
//! Whatever it is called here, it is the same order, in the same rows.

mod retail;
mod storefront;
mod ticketing;

use axum::{
    Json,
    extract::FromRequestParts,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use orders::{Caller, Contact, Order, OrderError, Refusal, engine::Orders};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{ApiError, command::Terms};
use crate::{AppState, caller::Who};

/// Every family but the canonical one.
pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(retail::list, retail::place))
        .routes(routes!(retail::find))
        .routes(routes!(retail::set_status))
        .routes(routes!(retail::cancel))
        .routes(routes!(storefront::place))
        .routes(routes!(storefront::find, storefront::archive))
        .routes(routes!(storefront::set_status))
        .routes(routes!(storefront::label))
        .routes(routes!(ticketing::place))
        .routes(routes!(ticketing::find))
        .routes(routes!(ticketing::callback))
}

/// An id as systems keep it that count in numbers: a number where it is one, else text.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[serde(untagged)]
enum NumberOrText {
    Number(i64),
    Text(String),
}

impl From<&str> for NumberOrText {
    fn from(text: &str) -> Self {
        // Only what is written back the same way: `007` is text.
        match text.parse::<i64>() {
            Ok(number) if number.to_string() == text => Self::Number(number),
            _ => Self::Text(text.to_owned()),
        }
    }
}

/// What the customer is called by whoever sent them here, else by us; nothing for a guest.
fn user(customer: &Contact) -> Option<String> {
    let own_id = || customer.id.map(|it| it.to_string());
    customer.external_ref.clone().or_else(own_id)
}

/// An amount of the order as decimal text, such as `25.98`.
fn decimal(order: &Order, minor: i64) -> String {
    order.money(minor).decimal()
}

/// An order as a family writes it: its version is its tag.
fn shown<T: From<Order> + Serialize>(status: StatusCode, order: Order) -> Response {
    let tag = format!("\"{}\"", order.version);
    (status, [(header::ETAG, tag)], Json(T::from(order))).into_response()
}

/// A new order as a family writes it, with where it is from now on.
fn created<T: From<Order> + Serialize>(path: &str, order: Order) -> Response {
    let location = [(header::LOCATION, format!("{path}/{}", order.id))];
    (location, shown::<T>(StatusCode::CREATED, order)).into_response()
}

/// Does `act` to an order, and answers with the order as the family writes it.
async fn change<T: From<Order> + Serialize>(
    state: &AppState,
    caller: &Caller,
    terms: &Terms,
    act: impl AsyncFnOnce(Orders) -> Result<Order, OrderError>,
) -> Result<Response, ApiError> {
    let orders = &state.engine.orders;
    let again = async |id| orders.find(caller, id).await;
    terms
        .answer(orders, act, again, |order| {
            Ok(shown::<T>(StatusCode::OK, order))
        })
        .await
}

/// A caller who acts for others: a service or an admin. Everybody else is refused before anything is read.
struct ActsForOthers(Caller);

impl<S: Send + Sync> FromRequestParts<S> for ActsForOthers {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        caller.must_act_for_others()?;
        Ok(Self(caller))
    }
}

/// A caller who is somebody, or at least has an order's token.
struct Somebody(Caller);

impl<S: Send + Sync> FromRequestParts<S> for Somebody {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        let is_somebody = caller.person().is_some() || caller.works_here();
        if is_somebody || !caller.order_tokens.is_empty() {
            Ok(Self(caller))
        } else {
            Err(Refusal::SignInNeeded.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number_where_it_is_one() {
        assert_eq!(NumberOrText::from("101"), NumberOrText::Number(101));
        for text in ["007", "+1", "NIGHT", "", "99999999999999999999"] {
            assert_eq!(
                NumberOrText::from(text),
                NumberOrText::Text(text.to_owned())
            );
        }
    }
}
