//! What the OpenAPI document says besides what stands at the handlers.

use utoipa::{
    OpenApi,
    openapi::{
        ContentBuilder, OpenApi as OpenApiDocument, Ref, RefOr, ResponseBuilder, path::Operation,
    },
};

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
        (name = "storefronts", description = "Where things are sold, for how much, and how they travel"),
        (name = "discounts", description = "Codes that take something off"),
        (name = "tickets", description = "The right to a seat"),
        (name = "payments", description = "What payment providers tell by themselves"),
        (name = "webhooks", description = "Being told of events, and what became of it"),
        (name = "auth", description = "Signing in"),
        (name = "keys", description = "The keys of programs"),
        (name = "people", description = "Who works here, and who is known")
    )
)]
pub(super) struct Document;

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

/// The method and the path of every operation.
pub(super) fn operations(document: OpenApiDocument) -> Vec<(String, String)> {
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

/// What holds for every operation: problems have a content type of their own, and some of them any operation may answer:
/// that the credentials are wrong, that it was too often, that something is away. And those that take anything: that it
/// cannot be read, or not be used; and that the order of a key is there no more.
pub(super) fn describe_what_is_common(document: &mut OpenApiDocument) {
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
    let with_input = [
        ("400", "Something has not the shape that is read here."),
        ("422", "Something was understood, and cannot be used."),
    ];
    let with_key = [(
        "404",
        "The order is not there, or that of the key was deleted.",
    )];
    let with_body = [
        ("413", "The body is larger than 1 MiB."),
        ("415", "The body is not JSON."),
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
                .chain(
                    takes_key(operation)
                        .then_some(&with_key)
                        .into_iter()
                        .flatten(),
                )
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

fn takes_key(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|it| matches!(it, RefOr::T(it) if it.name == "Idempotency-Key"))
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
