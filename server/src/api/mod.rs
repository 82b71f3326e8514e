//! The JSON API. A handler translates: request to use case, result to JSON. The OpenAPI document is made from it.

mod auth;
mod body;
mod changes;
mod command;
mod deliveries;
mod delivery_methods;
mod discount_codes;
mod families;
pub(crate) mod health;
mod inventory;
mod json;
mod keys;
mod notes;
mod openapi;
mod orders;
mod payments;
mod people;
mod prices;
pub(crate) mod problem;
mod products;
mod returns;
mod storefronts;
mod tickets;
mod webhooks;

use ::orders::Scope;
use axum::{
    Router,
    body::Bytes,
    http::{Method, header},
    routing::{MethodRouter, get},
};
use utoipa::{OpenApi as _, openapi::OpenApi as OpenApiDocument};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::AppState;
pub(crate) use problem::ApiError;

/// The API's routes, and what describes them.
pub(crate) fn router() -> (Router<AppState>, OpenApiDocument) {
    let (routes, mut document) = described();
    openapi::describe_what_is_common(&mut document);
    (routes, document)
}

/// What there is not below the families' prefixes: everything that has no route of its own.
pub(crate) const NOTHING: [&str; 8] = [
    "/api",
    "/api/",
    "/api/{*path}",
    "/orders/",
    "/orders/{id}/{*path}",
    "/v1",
    "/v1/",
    "/v1/{*path}",
];

/// Shows the document, which was written out before: it is large, and does not change.
pub(crate) fn show_document(json: Bytes) -> MethodRouter<AppState> {
    get(move || async move { ([(header::CONTENT_TYPE, "application/json")], json) })
}

/// The method and the path of every route that the document describes.
pub(crate) fn documented() -> Vec<(String, String)> {
    openapi::operations(described().1)
}

/// Whether an address is for programs: they get problems, people get pages.
pub(crate) fn is_for_programs(path: &str) -> bool {
    let families = ["/api", "/orders", "/v1"];
    let is_in = |family: &&str| {
        let rest = path.strip_prefix(*family);
        rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
    };
    families.iter().any(is_in) || path == "/openapi.json"
}

/// Where it is set what is sold, where, and for how much.
const CATALOGUE: [&str; 4] = [
    "/api/v1/products",
    "/api/v1/inventory",
    "/api/v1/storefronts",
    "/api/v1/discount-codes",
];

/// What a program's key must open for this request; `None` where keys open nothing: pages and their forms are for people.
/// Whatever is not named here belongs to orders.
pub(crate) fn scope_of(method: &Method, path: &str) -> Option<Scope> {
    let is_in = |places: &[&str]| places.iter().any(|it| path.starts_with(it));
    if !is_for_programs(path) {
        None
    } else if is_in(&["/api/v1/webhooks", "/api/v1/deliveries"]) {
        Some(Scope::Webhooks)
    } else if matches!(*method, Method::GET | Method::HEAD) {
        Some(Scope::Read)
    } else if is_in(&CATALOGUE) {
        Some(Scope::Catalogue)
    } else {
        Some(Scope::Orders)
    }
}

fn described() -> (Router<AppState>, OpenApiDocument) {
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
        .routes(routes!(auth::token))
        .routes(routes!(auth::change_password))
        .routes(routes!(auth::reset_password))
        .routes(routes!(auth::sign_out_everywhere))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::revoke))
        .routes(routes!(people::list, people::invite))
        .routes(routes!(people::set_role))
        .routes(routes!(people::create_password_reset));
    OpenApiRouter::with_openapi(openapi::Document::openapi())
        .nest("/api/v1", canonical)
        .merge(families::routes())
        .split_for_parts()
}
