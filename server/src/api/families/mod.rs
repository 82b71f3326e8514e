//! The API as other order services have it. A family translates: its request to a use case, an order to its own JSON.
//! Whatever it is called here, it is the same order, in the same rows.

mod retail;
mod storefront;
mod ticketing;

use axum::{extract::FromRequestParts, http::request::Parts, response::Response};
use orders::{Caller, Contact, Order, OrderCommand, OrderId, OrderState, Refusal, Way};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::ApiError;
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

/// The pointer with the fields called as a family calls them: each canonical name, and the family's.
fn renamed(canonical: &str, names: &[(&str, &str)]) -> String {
    let rename = |it: String, (from, to): &(&str, &str)| it.replace(from, to);
    names.iter().fold(canonical.to_owned(), rename)
}

/// Whether the money that the order came with was refused, or was too little and goes back.
fn is_declined(order: &Order) -> bool {
    let is_over = order.status.is_stopped() || order.status == OrderState::PaymentFailed;
    let is_short = order.captured_minor() < order.total_minor;
    is_over && is_short && !order.payments.is_empty()
}

/// The words of a family whose callers say where an order shall go.
trait Words {
    /// The states that they may name, in the order of an order's life.
    const NAMED: &'static [OrderState];

    /// What a state is called; `is_paid` says whether the money is here.
    fn word(state: OrderState, is_paid: bool) -> &'static str;

    /// How an order gets where `command` leads.
    fn way(command: OrderCommand) -> Way;

    /// What the order's state is called.
    fn word_of(order: &Order) -> &'static str {
        Self::word(order.status, order.captured_minor() > 0)
    }

    /// The words of the states that the order could be led to.
    fn allowed(order: &Order) -> Vec<&'static str> {
        let leads = |state: &&OrderState| {
            OrderCommand::towards(**state)
                .is_some_and(|it| Self::way(it).end(order.status, order.goods()).is_ok())
        };
        let states = Self::NAMED.iter().filter(leads);
        let is_paid = order.captured_minor() > 0;
        states.map(|it| Self::word(*it, is_paid)).collect()
    }
}

/// What came of a change; where the order's state does not allow it, that is said in the words of the family.
async fn in_words<W: Words>(
    changed: Result<Response, ApiError>,
    state: &AppState,
    caller: &Caller,
    id: OrderId,
) -> Result<Response, ApiError> {
    let error = match changed {
        Err(error) if error.is("not_allowed") => error,
        other => return other,
    };
    let order = state.engine.orders.find(caller, id).await?;
    let (current, allowed) = (W::word_of(&order), W::allowed(&order));
    let may = match allowed.as_slice() {
        [] => String::new(),
        allowed => format!(" It may become {}.", allowed.join(" or ")),
    };
    Err(error
        .with_detail(format!(
            "An order that is {current} does not allow this.{may}"
        ))
        .with_fact("current", current)
        .with_fact("allowed", allowed))
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

/// A caller who is somebody: a person, or a program.
struct Known(Caller);

impl<S: Send + Sync> FromRequestParts<S> for Known {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Who(caller) = Who::from_request_parts(parts, state).await?;
        if caller.person().is_some() || caller.works_here() {
            Ok(Self(caller))
        } else {
            Err(Refusal::SignInNeeded.into())
        }
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
