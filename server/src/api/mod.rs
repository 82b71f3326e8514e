//! The JSON API. A handler translates: request to use case, result to JSON. The OpenAPI document is made from it.

mod auth;
mod body;
mod changes;
mod command;
mod deliveries;
mod delivery_methods;
mod discount_codes;
pub(crate) mod health;
mod inventory;
mod notes;
mod orders;
mod payments;
mod prices;
pub(crate) mod problem;
mod products;
mod returns;
mod storefronts;
mod tickets;
mod webhooks;

use axum::{Json, Router, routing::get};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;
pub(crate) use problem::ApiError;

/// What the document says besides the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waybill",
        description = "Order management and checkout. Amounts are integers in the currency's minor unit, times are \
            RFC 3339 in UTC, errors are problem details (RFC 9457).",
        license(name = "MIT", identifier = "MIT")
    ),
    modifiers(&Credentials),
    tags(
        (name = "orders", description = "Placing, paying, changing and reading orders"),
        (name = "catalogue", description = "Products and stock"),
        (name = "storefronts", description = "Where things are sold, for how much, and how they travel"),
        (name = "discounts", description = "Codes that take something off"),
        (name = "tickets", description = "The right to a seat"),
        (name = "payments", description = "What payment providers tell by themselves"),
        (name = "webhooks", description = "Being told of events, and what became of it"),
        (name = "auth", description = "Signing in")
    )
)]
struct Document;

/// The ways in which a caller can say who they are.
struct Credentials;

impl utoipa::Modify for Credentials {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{
            ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme,
        };
        let header = |name: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name)));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("api_key", header("X-API-Key"));
        components.add_security_scheme("order_token", header("X-Order-Token"));
        components.add_security_scheme("signature", header("X-Signature"));
        components.add_security_scheme(
            "bearer",
            SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)),
        );
    }
}

/// The canonical family, `/api/v1`, and its description, `/openapi.json`.
pub(crate) fn router() -> Router<AppState> {
    let (routes, document) = described();
    routes
        .route("/openapi.json", get(move || async move { Json(document) }))
        .route("/api/{*path}", axum::routing::any(problem::not_found))
        .method_not_allowed_fallback(problem::method_not_allowed)
}

fn described() -> (Router<AppState>, utoipa::openapi::OpenApi) {
    let canonical = OpenApiRouter::new()
        .routes(routes!(orders::list, orders::place))
        .routes(routes!(orders::find, orders::archive))
        .routes(routes!(orders::list_of_user))
        .routes(routes!(changes::pay))
        .routes(routes!(changes::set_status))
        .routes(routes!(changes::cancel))
        .routes(routes!(changes::ship))
        .routes(routes!(changes::refund))
        .routes(routes!(changes::resolve_attention))
        .routes(routes!(returns::ask))
        .routes(routes!(returns::accept))
        .routes(routes!(returns::refuse))
        .routes(routes!(returns::receive))
        .routes(routes!(notes::list, notes::add))
        .routes(routes!(orders::history))
        .routes(routes!(orders::live))
        .routes(routes!(tickets::of_order))
        .routes(routes!(tickets::check_in))
        .routes(routes!(payments::callback))
        .routes(routes!(products::list, products::create))
        .routes(routes!(products::find))
        .routes(routes!(products::details, products::change))
        .routes(routes!(inventory::find, inventory::set))
        .routes(routes!(storefronts::list, storefronts::create))
        .routes(routes!(storefronts::find, storefronts::change))
        .routes(routes!(storefronts::open))
        .routes(routes!(storefronts::close))
        .routes(routes!(prices::list, prices::set))
        .routes(routes!(prices::unset))
        .routes(routes!(
            delivery_methods::list,
            delivery_methods::add,
            delivery_methods::order
        ))
        .routes(routes!(delivery_methods::change, delivery_methods::remove))
        .routes(routes!(discount_codes::list, discount_codes::create))
        .routes(routes!(discount_codes::find, discount_codes::change))
        .routes(routes!(discount_codes::activate))
        .routes(routes!(discount_codes::deactivate))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::find, webhooks::delete))
        .routes(routes!(webhooks::enable))
        .routes(routes!(webhooks::disable))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::resend_set_aside))
        .routes(routes!(deliveries::list))
        .routes(routes!(deliveries::resend))
        .routes(routes!(auth::token));
    OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", canonical)
        .split_for_parts()
}
