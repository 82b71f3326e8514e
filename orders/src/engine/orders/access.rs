//! Who may see an order. Another person's order does not exist.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::read::OrderRecord;
use crate::{
    domain::{Caller, OrderId, OrderToken, Refusal},
    engine::Secrets,
};

/// The token of an order: an HMAC of its id and token version. Raising the version revokes it.
pub(super) fn token(secrets: &Secrets, order: OrderId, version: i32) -> OrderToken {
    OrderToken(URL_SAFE_NO_PAD.encode(mac(secrets, order, version).finalize().into_bytes()))
}

/// # Errors
/// The order does not exist for this caller.
pub(super) fn check(
    secrets: &Secrets,
    caller: &Caller,
    record: &OrderRecord,
) -> Result<(), Refusal> {
    let owns = caller
        .person()
        .is_some_and(|person| record.order.customer.id == Some(person));
    let holds_token = || {
        let matches = |token: &OrderToken| {
            let Ok(bytes) = URL_SAFE_NO_PAD.decode(&token.0) else {
                return false;
            };
            // Compared in constant time.
            mac(secrets, record.order.id, record.token_version)
                .verify_slice(&bytes)
                .is_ok()
        };
        caller.order_tokens.iter().any(matches)
    };
    let may = caller.works_here() || owns || holds_token();
    if may && !record.is_archived {
        Ok(())
    } else {
        Err(not_found())
    }
}

/// The answer for an order that is not there, or not for this caller.
pub(super) fn not_found() -> Refusal {
    Refusal::NotFound("the order".to_owned())
}

fn mac(secrets: &Secrets, order: OrderId, version: i32) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&secrets.order_tokens)
        .expect("an HMAC takes keys of any length");
    mac.update(order.0.as_bytes());
    mac.update(&version.to_be_bytes());
    mac
}
