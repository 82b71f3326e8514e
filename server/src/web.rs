//! Pages and the files they need.

use std::sync::LazyLock;

use app::{
    AppError,
    ssr::{ApiDocument, PageFacts},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Redirect, Response},
};
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};
use orders::OrderToken;
use tower_http::{services::ServeDir, set_header::SetResponseHeaderLayer};
use tower_sessions::Session;

use crate::{AppState, caller::query_token};

/// What a server function's error fits into.
const LARGEST_ERROR: usize = 64 * 1024;

/// Every page. Listed once in a process, before anything is rendered: whatever a page begins to load while Leptos lists
/// them, in any thread, never arrives (leptos-rs/leptos#4773). Tests make one router after another.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(app::App));

/// Every page and server function. An address that is none of them gets the page that says so.
pub(crate) fn pages(state: &AppState, document: ApiDocument) -> Router<AppState> {
    let options = state.leptos_options.clone();
    let engine = state.engine.clone();
    let context = move || {
        leptos::prelude::provide_context(engine.clone());
        leptos::prelude::provide_context(document.clone());
        app::ssr::tell_nonce();
    };
    Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), context.clone(), move || {
            app::shell(options.clone())
        })
        .fallback(leptos_axum::file_and_error_handler_with_context::<
            AppState,
            _,
        >(context, app::shell))
        .layer(middleware::from_fn(answer_as_the_page_says))
        .layer(middleware::from_fn(server_function_status))
        .layer(middleware::from_fn(keep_order_token))
}

/// The method and the path of every page, server function and folder of files.
pub(crate) fn routes() -> Vec<(String, String)> {
    let pages = PAGES
        .iter()
        .map(|it| ("GET".to_owned(), it.path().to_owned()));
    let functions = leptos::server_fn::axum::server_fn_paths();
    let functions = functions.map(|(path, method)| (method.to_string(), path.to_owned()));
    let folders = FOLDERS.map(|it| ("GET".to_owned(), format!("/{it}/{{*path}}")));
    pages.chain(functions).chain(folders).collect()
}

/// Where the browser's files are.
const FOLDERS: [&str; 2] = ["pkg", "pictures"];

/// The browser's files. Those under `/pkg` have their contents' hash in their name and never change.
pub(crate) fn files(state: &AppState) -> Router<AppState> {
    let root = std::path::Path::new(state.leptos_options.site_root.as_ref());
    let folder = |name: &'static str, cache: &'static str| {
        Router::new()
            .fallback_service(
                ServeDir::new(root.join(name))
                    .precompressed_br()
                    .precompressed_gzip(),
            )
            .layer(SetResponseHeaderLayer::overriding(
                header::CACHE_CONTROL,
                HeaderValue::from_static(cache),
            ))
    };
    let lasting = if state.leptos_options.hash_files {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    FOLDERS.into_iter().fold(Router::new(), |router, name| {
        let cache = match name {
            "pkg" => lasting,
            _ => "public, max-age=86400",
        };
        router.nest(&format!("/{name}"), folder(name, cache))
    })
}

/// A page's status, and its content security policy: scripts by its own nonce only, everything else from us. Through
/// Leptos' own response options both were lost now and then.
async fn answer_as_the_page_says(mut request: Request, next: Next) -> Response {
    let facts = PageFacts::default();
    request.extensions_mut().insert(facts.clone());
    let mut response = next.run(request).await;
    let kind = response.headers().get(header::CONTENT_TYPE);
    let is_page = kind.is_some_and(|it| it.as_bytes().starts_with(b"text/html"));
    if !is_page {
        return response;
    }
    if let Some(status) = facts.status().and_then(|it| StatusCode::from_u16(it).ok()) {
        *response.status_mut() = status;
    }
    if let Some(nonce) = facts.nonce() {
        // `cargo leptos watch` reloads pages through a socket of its own.
        let reload = if std::env::var_os("LEPTOS_WATCH").is_some() {
            " ws:"
        } else {
            ""
        };
        let policy = format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; object-src 'none'; \
             connect-src 'self'{reload}; img-src 'self' data:; base-uri 'self'; form-action 'self'; \
             frame-ancestors 'none'"
        );
        if let Ok(policy) = HeaderValue::from_str(&policy) {
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
    response
}

/// A server function's error gets the status it stands for. Done here and not in the function: there it would turn the
/// redirect of a form without JavaScript into raw JSON.
async fn server_function_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR
        || !response.headers().contains_key("serverfnerror")
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST_ERROR).await.unwrap_or_default();
    if let Ok(error) = serde_json::from_slice::<AppError>(&body) {
        parts.status =
            StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    }
    Response::from_parts(parts, Body::from(body))
}

/// A page opened with `?token=` keeps the token in the session and goes on to its clean address: tokens do not belong
/// into histories and referrers.
async fn keep_order_token(session: Session, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let shop = request.extensions().get::<app::Shop>();
    let address = shop.map_or_else(|| path.to_owned(), |it| it.path(path));
    match query_token(request.uri().query()) {
        Some(token) if path.starts_with("/order/") && token.len() <= 100 => {
            let kept = app::ssr::Visitor(session)
                .keep_order_token(OrderToken(token.to_owned()))
                .await;
            match kept {
                Ok(()) => Redirect::to(&address).into_response(),
                Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
            }
        }
        _ => next.run(request).await,
    }
}
