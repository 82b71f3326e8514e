//! The payment service, over HTTP.

use reqwest::Method;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Charge, ChargeAnswer, RefundAnswer, Refunding};
use crate::services::client::{Answer, Call, Service};

/// A payment service of the shop's own.
#[derive(Clone)]
pub struct PaymentService(pub Service);

#[derive(Deserialize)]
struct ChargeBody {
    id: String,
    status: ChargeStatus,
    amount_minor: i64,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChargeStatus {
    Captured,
    Declined,
    Running,
}

#[derive(Deserialize)]
struct RefundBody {
    id: String,
    status: RefundStatus,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum RefundStatus {
    Sent,
    Refused,
    Running,
}

impl PaymentService {
    pub(super) async fn charge(&self, charge: &Charge<'_>) -> ChargeAnswer {
        let call = Call {
            operation: "charge",
            method: Method::POST,
            path: "/charges".to_owned(),
            key: charge.key,
            body: Some(json!({
                "id": charge.key, "order_id": charge.order, "amount_minor": charge.amount_minor,
                "currency": charge.currency.code(), "method": charge.method, "token": charge.token,
            })),
            request_id: charge.request_id,
        };
        match self.0.call(&call).await.json::<ChargeBody>() {
            Answer::Answered(body) => body.into(),
            Answer::Refused {
                status: 400 | 402 | 409 | 422,
                ..
            } => ChargeAnswer::Declined {
                provider_ref: format!("refused_{}", charge.key),
            },
            // The address or the credentials are wrong: that says nothing of the card.
            Answer::Refused { status, .. } => {
                tracing::error!(status, "The payment service refuses to be asked");
                ChargeAnswer::NotFound
            }
            Answer::Unknown => ChargeAnswer::Unknown,
            Answer::Unavailable => ChargeAnswer::NotFound,
        }
    }

    pub(super) async fn ask(&self, key: Uuid, request_id: &str) -> ChargeAnswer {
        let call = Call {
            operation: "ask",
            method: Method::GET,
            path: format!("/charges/{key}"),
            key,
            body: None,
            request_id,
        };
        match self.0.call(&call).await.json::<ChargeBody>() {
            Answer::Answered(body) => body.into(),
            Answer::Refused { status: 404, .. } => ChargeAnswer::NotFound,
            Answer::Refused { .. } | Answer::Unknown | Answer::Unavailable => ChargeAnswer::Unknown,
        }
    }

    pub(super) async fn refund(&self, refund: &Refunding<'_>) -> RefundAnswer {
        let call = Call {
            operation: "refund",
            method: Method::POST,
            path: "/refunds".to_owned(),
            key: refund.key,
            body: Some(json!({
                "id": refund.key, "charge": refund.charge, "charge_id": refund.charge_ref,
                "amount_minor": refund.amount_minor,
            })),
            request_id: refund.request_id,
        };
        match self.0.call(&call).await.json::<RefundBody>() {
            Answer::Answered(RefundBody {
                id,
                status: RefundStatus::Sent,
            }) => RefundAnswer::Sent { provider_ref: id },
            Answer::Answered(RefundBody {
                status: RefundStatus::Refused,
                ..
            })
            | Answer::Refused {
                status: 400 | 402 | 404 | 409 | 422,
                ..
            } => RefundAnswer::Refused,
            Answer::Answered(_)
            | Answer::Refused { .. }
            | Answer::Unknown
            | Answer::Unavailable => RefundAnswer::Unknown,
        }
    }
}

impl From<ChargeBody> for ChargeAnswer {
    fn from(body: ChargeBody) -> Self {
        match body.status {
            // No amount of money is less than none.
            ChargeStatus::Captured if body.amount_minor < 0 => Self::Unknown,
            ChargeStatus::Captured => Self::Captured {
                provider_ref: body.id,
                amount_minor: body.amount_minor,
            },
            ChargeStatus::Declined => Self::Declined {
                provider_ref: body.id,
            },
            ChargeStatus::Running => Self::Running,
        }
    }
}
