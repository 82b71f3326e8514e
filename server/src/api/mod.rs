//! The JSON API. A handler translates: request to use case, result to JSON. The OpenAPI document is made from it.

mod auth;
mod body;
mod changes;
mod command;
mod deliveries;
mod document;
mod families;
pub(crate) mod health;
mod inventory;
mod keys;
mod notes;
mod orders;
mod payments;
mod people;
pub(crate) mod problem;
mod products;
mod returns;
mod tickets;
mod webhooks;

use ::orders::Scope;
use axum::{
    Router,
    body::Bytes,
    http::{Method, header},
    routing::{MethodRouter, get},
};
use utoipa::{
    OpenApi,
    openapi::{
        ContentBuilder, OpenApi as OpenApiDocument, Ref, RefOr, ResponseBuilder, path::Operation,
    },
};
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
        (name = "retail", description = "The same orders as a shop's own pages know them: decimal amounts, numbered pages"),
        (name = "storefront", description = "The same orders as programs of other shops know them: camelCase, money collected there"),
        (name = "ticketing", description = "The same orders as ticket sellers know them: seats, cents, payment callbacks"),
        (name = "catalogue", description = "Products and stock"),
        (name = "tickets", description = "The right to a seat"),
        (name = "payments", description = "What payment providers tell by themselves"),
        (name = "webhooks", description = "Being told of events, and what became of it"),
        (name = "auth", description = "Signing in"),
        (name = "keys", description = "The keys of programs"),
        (name = "people", description = "Who works here, and who is known")
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

/// The API's routes, and what describes them.
pub(crate) fn router() -> (Router<AppState>, OpenApiDocument) {
    let (routes, mut document) = described();
    describe_what_is_common(&mut document);
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
    let (_, document) = described();
    let mut routes = Vec::new();
    for (path, item) in document.paths.paths {
        let operations = [
            ("GET", item.get),
            ("PUT", item.put),
            ("POST", item.post),
            ("DELETE", item.delete),
            ("PATCH", item.patch),
        ];
        for (method, operation) in operations {
            routes.extend(operation.map(|_| (method.to_owned(), path.clone())));
        }
    }
    routes
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

/// What a program's key must open for this request. Whatever is not named here belongs to orders.
pub(crate) fn scope_of(method: &Method, path: &str) -> Scope {
    let is_in = |places: &[&str]| places.iter().any(|it| path.starts_with(it));
    if is_in(&["/api/v1/webhooks", "/api/v1/deliveries"]) {
        Scope::Webhooks
    } else if matches!(*method, Method::GET | Method::HEAD) {
        Scope::Read
    } else if is_in(&["/api/v1/products", "/api/v1/inventory"]) {
        Scope::Catalogue
    } else {
        Scope::Orders
    }
}

/// What holds for every operation: problems have a content type of their own, and some of them any operation may answer: that the credentials are wrong, that it was too often, that something is away. And
/// those that take a body: that it cannot be read.
fn describe_what_is_common(document: &mut OpenApiDocument) {
    let always = [
        ("401", "The credentials are wrong."),
        ("403", "The credentials are good, and not for this."),
        (
            "429",
            "That was too often; `Retry-After` says when it may come again.",
        ),
        (
            "503",
            "Something that this needs is away; `Retry-After` says when to try again.",
        ),
    ];
    let with_input = [("400", "Something has not the shape that is read here.")];
    let with_body = [
        ("413", "The body is larger than 1 MiB."),
        ("415", "The body is not JSON."),
        ("422", "Something was understood, and cannot be used."),
    ];
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.delete,
            &mut item.patch,
        ];
        for operation in operations.into_iter().flatten() {
            name_problems(operation);
            let has_body = operation.request_body.is_some();
            let has_input = has_body || operation.parameters.is_some();
            let more = always
                .iter()
                .chain(has_input.then_some(&with_input).into_iter().flatten())
                .chain(has_body.then_some(&with_body).into_iter().flatten());
            for (status, description) in more {
                let responses = &mut operation.responses.responses;
                responses
                    .entry((*status).to_owned())
                    .or_insert_with(|| problem(description));
            }
        }
    }
}

/// Says of what content type problems are. The handlers' descriptions name only the schema.
fn name_problems(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && let Some(content) = response.content.shift_remove("application/json")
        {
            let kind = "application/problem+json".to_owned();
            response.content.insert(kind, content);
        }
    }
}

fn problem(description: &str) -> RefOr<utoipa::openapi::Response> {
    let schema = Ref::from_schema_name("Problem");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    let response = ResponseBuilder::new()
        .description(description)
        .content("application/problem+json", content);
    RefOr::T(response.build())
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
        .routes(routes!(inventory::find, inventory::set))
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
    OpenApiRouter::with_openapi(Document::openapi())
        .nest("/api/v1", canonical)
        .merge(families::routes())
        .split_for_parts()
}
