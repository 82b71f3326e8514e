//! What payment providers tell by themselves.

use axum::{Json, extract::State, http::HeaderMap};
use hmac::{Hmac, KeyInit, Mac};
use orders::{Caller, Fact, Identity, OrderId, PaymentId, Refusal, engine::ProviderFact};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use utoipa::ToSchema;

use super::{
    ApiError,
    body::{JsonBody, PathPart},
    problem::Problem,
};
use crate::{AppState, caller::Who};

/// What became of a payment.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({"payment_id": "0190a0a0-0000-7000-8000-000000000000", "charge_id": "ch_1042", "status": "captured", "amount_minor": 2598}))]
pub(super) struct Callback {
    /// Our id of the payment, which was the charge's idempotency key.
    #[schema(value_type = uuid::Uuid)]
    payment_id: PaymentId,
    /// What the provider calls the charge.
    charge_id: String,
    /// `captured` (or `SUCCESS`) or `declined` (or `FAILED`), in any case.
    status: String,
    /// How much was taken, in minor units, if that is said.
    #[serde(default)]
    amount_minor: Option<i64>,
}

/// Which order it was for.
#[derive(Serialize, ToSchema)]
pub(super) struct Received {
    #[schema(value_type = uuid::Uuid)]
    order_id: OrderId,
}

/// Tell what became of a payment
///
/// Signed with `X-Signature: sha256=<hex HMAC-SHA256 of the body>`, or sent with an API key. The same fact any number of
/// times has one effect; facts may come in any order.
#[utoipa::path(post, path = "/payments/{provider}/callback", tag = "payments",
    params(("provider" = String, Path, description = "`service` for the service at PAYMENT_SERVICE_URL.")),
    request_body = Callback,
    responses((status = 200, body = Received), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 404, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)),
    security(("signature" = []), ("api_key" = [])))]
pub(super) async fn callback(
    State(state): State<AppState>,
    Who(caller): Who,
    PathPart(name): PathPart<String>,
    headers: HeaderMap,
    JsonBody { value, bytes }: JsonBody<Callback>,
) -> Result<Json<Received>, ApiError> {
    let caller = provider(&state, caller, &headers, &bytes)?;
    let fact = fact(&value.status)?;
    let fact = ProviderFact {
        payment: value.payment_id,
        provider_ref: value.charge_id,
        fact,
        amount_minor: value.amount_minor,
    };
    let orders = &state.engine.orders;
    let order_id = orders.record_callback(&caller, &name, &fact).await?;
    Ok(Json(Received { order_id }))
}

/// Who a payment provider is to the engine: whoever has an API key, or signed what they tell.
pub(super) fn provider(
    state: &AppState,
    caller: Caller,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Caller, Refusal> {
    match caller.identity {
        Identity::Service(_) => Ok(caller),
        Identity::Guest | Identity::Person { .. } | Identity::System => {
            check_signature(state, headers, body)?;
            Ok(Caller::system(&caller.request_id))
        }
    }
}

/// What a provider's word says.
pub(super) fn fact(word: &str) -> Result<Fact, Refusal> {
    match word.trim().to_ascii_lowercase().as_str() {
        "captured" | "success" => Ok(Fact::Captured),
        "declined" | "failed" => Ok(Fact::Declined),
        _ => Err(Refusal::field(
            "/status",
            "must be captured or declined (SUCCESS or FAILED)",
        )),
    }
}

/// Compares in constant time. Without a configured secret no signature is right.
fn check_signature(state: &AppState, headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let given = headers
        .get("x-signature")
        .and_then(|it| it.to_str().ok())
        .and_then(|it| it.strip_prefix("sha256="))
        .and_then(|it| hex::decode(it).ok())
        .ok_or(Refusal::WrongCredentials)?;
    let secret = state.settings.payment_callback_secret.as_ref();
    let secret = secret.ok_or(Refusal::WrongCredentials)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("an HMAC takes keys of any length");
    mac.update(body);
    mac.verify_slice(&given)
        .map_err(|_| Refusal::WrongCredentials)
}
