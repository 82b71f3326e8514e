//! Problem details (RFC 9457): how the API says no.

use std::any::Any;

use app::AppError;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use orders::{FieldError, OrderError, OrderToken, Refusal};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::headers::RequestId;

/// An error on its way out.
#[derive(Clone, Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    code: &'static str,
    detail: String,
    pub(super) errors: Vec<FieldError>,
    /// What else programs may want to know.
    more: Map<String, Value>,
}

/// A problem as it is written.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Ends in a stable word: `https://waybill.dev/problems/out_of_stock`.
    #[serde(rename = "type")]
    kind: String,
    /// The status, in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What happened, for people.
    detail: String,
    /// Every field that cannot be used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FieldError>,
    /// Names the request in our logs.
    trace_id: String,
    #[serde(flatten)]
    #[schema(ignore)]
    more: Map<String, Value>,
}

impl ApiError {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            more: Map::new(),
        }
    }

    /// A body or query that is not of the shape that is read here.
    pub(super) fn malformed(pointer: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let errors = vec![FieldError::new(pointer, detail.clone())];
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
        }
    }

    /// A body or query in which something has not the shape that is read here.
    pub(super) fn misshapen(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if only.pointer.is_empty() => only.detail.clone(),
            [only] => format!("{} {}", only.pointer, only.detail),
            several => format!("{} things cannot be read.", several.len()),
        };
        Self {
            errors,
            ..Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
        }
    }

    /// A state change that another site's page may have sent.
    pub(crate) fn cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            "This form was sent from another site.",
        )
    }

    /// Our fault; the cause is in the log.
    pub(crate) fn internal() -> Self {
        AppError::Internal.into()
    }

    /// The same problem, with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same problem, in other words.
    pub(super) fn with_detail(self, detail: String) -> Self {
        Self { detail, ..self }
    }

    /// The same problem, with something else that programs may want to know.
    pub(super) fn with_fact(mut self, name: &str, fact: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), fact.into());
        self
    }

    /// Whether it is the problem with this word.
    pub(super) fn is(&self, code: &str) -> bool {
        self.code == code
    }

    /// The same problem, with the fields called as the request calls them.
    pub(super) fn with_pointers(mut self, rename: impl Fn(&str) -> String) -> Self {
        for error in &mut self.errors {
            error.pointer = rename(&error.pointer);
        }
        self
    }

    /// A declined payment of an order that stands: with what is needed to try again.
    pub(super) fn declined(order: orders::OrderId, token: Option<OrderToken>) -> Self {
        let mut error = Self::from(Refusal::Declined { order_id: order });
        error
            .more
            .extend(token.map(|it| ("access_token".to_owned(), it.0.into())));
        error
    }
}

impl From<AppError> for ApiError {
    fn from(error: AppError) -> Self {
        let status =
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut it = Self::new(status, error.code(), sentence(&error.to_string()));
        if let AppError::Refused(refusal) = error {
            it.more = facts(&refusal);
            if let Refusal::Invalid(errors) = refusal {
                it.errors = errors;
            }
        }
        it
    }
}

impl From<OrderError> for ApiError {
    fn from(error: OrderError) -> Self {
        AppError::from(error).into()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        AppError::from(refusal).into()
    }
}

/// What a refusal knows besides its words.
fn facts(refusal: &Refusal) -> Map<String, Value> {
    let facts = match refusal {
        Refusal::NotAllowed(it) => json!({ "current": it.state, "allowed": it.allowed }),
        Refusal::OutOfStock(short) => json!({ "out_of_stock": short }),
        Refusal::TotalChanged {
            expected_minor,
            actual_minor,
        } => {
            json!({ "expected_total_minor": expected_minor, "total_minor": actual_minor })
        }
        Refusal::Stale {
            version,
            changed_by,
            changed_at,
        } => {
            json!({ "version": version, "changed_by": changed_by, "changed_at": changed_at })
        }
        Refusal::Declined { order_id } => json!({ "order_id": order_id }),
        Refusal::Reserved { reserved } => json!({ "reserved": reserved }),
        Refusal::ReturnDecided { state } => json!({ "current": state }),
        Refusal::TooOften { retry_after } => json!({ "retry_after": retry_after }),
        Refusal::CheckedIn { at } => json!({ "checked_in_at": at }),
        Refusal::NotFound(_)
        | Refusal::SignInNeeded
        | Refusal::WrongCredentials
        | Refusal::Forbidden
        | Refusal::Invalid(_)
        | Refusal::CodeUsedUp(_)
        | Refusal::KeyReused
        | Refusal::KeyInFlight
        | Refusal::NothingToRefund
        | Refusal::PaymentRunning
        | Refusal::PaymentUnavailable
        | Refusal::EmailTaken
        | Refusal::Exists(_) => Value::Null,
    };
    match facts {
        Value::Object(facts) => facts,
        _ => Map::new(),
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}

impl IntoResponse for ApiError {
    // `finish` writes the body: only there the request's id is known.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes the problem into the answers that are one.
pub(crate) async fn finish(request: Request, next: Next) -> Response {
    let is_api = super::is_for_programs(request.uri().path());
    let trace_id = request
        .extensions()
        .get::<RequestId>()
        .map(|it| it.0.clone())
        .unwrap_or_default();
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove::<ApiError>();
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|it| it.to_str().ok());
    let is_plain = kind.is_none_or(|it| it.starts_with("text/plain"));
    let is_page = kind.is_some_and(|it| it.starts_with("text/html"));
    let status = response.status();
    let error = match error {
        Some(error) => error,
        // What the framework refuses by itself says so in plain text; the API speaks JSON.
        None if is_api && is_plain && (status.is_client_error() || status.is_server_error()) => {
            ApiError::new(
                status,
                "refused",
                status.canonical_reason().unwrap_or_default(),
            )
        }
        // The page that says that there is none is for people.
        None if is_api && is_page && status == StatusCode::NOT_FOUND => not_found().await,
        None => return response,
    };
    let (problem, body) = write(error, &trace_id).into_parts();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.extend(problem.headers);
    *response.body_mut() = body;
    response
}

/// The problem, written out. `trace_id` names its request in our logs.
pub(super) fn write(error: ApiError, trace_id: &str) -> Response {
    let status = error.status;
    let retry_after = error.more.get("retry_after").and_then(Value::as_u64);
    let problem = Problem {
        kind: format!("https://waybill.dev/problems/{}", error.code),
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail: error.detail,
        errors: error.errors,
        trace_id: trace_id.to_owned(),
        more: error.more,
    };
    let body = Body::from(serde_json::to_vec(&problem).unwrap_or_default());
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    if let Some(seconds) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// An address for programs that is none.
pub(crate) async fn not_found() -> ApiError {
    Refusal::NotFound("this address".to_owned()).into()
}

/// An address that does not take this method.
pub(crate) async fn method_not_allowed() -> ApiError {
    ApiError::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "This address does not take this method.",
    )
}

/// A panic is our fault and says nothing to the outside.
pub(crate) fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    tracing::error!("A handler panicked");
    ApiError::internal().into_response()
}
