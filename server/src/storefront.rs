//! Which storefront a page belongs to: found before the request is routed, and taken off its address.
//!
//! `/eu/cart` is the page `/cart` of the storefront with the path `eu`, and `/eu/fn/…` is where its forms post to.

use std::sync::Arc;

use app::{Shop, ssr::LANGUAGE_COOKIE};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, Uri, header, uri::PathAndQuery},
    middleware::Next,
    response::{IntoResponse, Response},
};
use orders::{Language, Storefront};

use crate::{
    AppState,
    api::{self, ApiError},
};

/// Puts the [`Shop`] into the request, and takes what names it off the address.
pub(crate) async fn resolve(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    if !is_for_people(request.uri().path()) {
        return next.run(request).await;
    }
    let storefronts = match state.engine.catalogue.storefronts().await {
        Ok(storefronts) => storefronts,
        Err(error) => return ApiError::from(error).into_response(),
    };
    let open: Arc<[Storefront]> = storefronts
        .iter()
        .filter(|it| it.is_open && has_pages(it))
        .cloned()
        .collect();
    let (headers, path) = (request.headers(), request.uri().path());
    let (named, hosted) = (by_path(&open, path), by_host(&open, headers));
    let Some(storefront) = named.or(hosted).or_else(|| open.first()) else {
        // Before the first storefront is set up there is nothing to see.
        return next.run(request).await;
    };
    let prefix = named
        .and_then(|it| it.path.as_ref())
        .map_or_else(String::new, |it| format!("/{it}"));
    let path_in_shop = path.strip_prefix(&prefix).unwrap_or(path);
    let language = if path_in_shop.starts_with("/admin") {
        // Who works here reads English.
        Language::En
    } else {
        language(storefront, headers)
    };
    let shop = Shop {
        storefront: storefront.clone(),
        language,
        prefix,
        home: hosted.and_then(|_| state.settings.public_url.clone()),
        open: open.clone(),
    };
    // Programs' addresses are the same in every storefront: behind its path there are none.
    if let Some(uri) = without(&shop.prefix, request.uri())
        && is_for_people(uri.path())
    {
        *request.uri_mut() = uri;
    }
    request.extensions_mut().insert(shop);
    next.run(request).await
}

/// Programs name a storefront in what they send, files have none.
fn is_for_people(path: &str) -> bool {
    let others = ["/pkg/", "/pictures/", "/health", "/metrics"];
    !api::is_for_programs(path) && !others.iter().any(|it| path.starts_with(it))
}

/// The storefront whose path is the first part of `path`.
fn by_path<'a>(open: &'a [Storefront], path: &str) -> Option<&'a Storefront> {
    let first = path.trim_start_matches('/').split('/').next()?;
    open.iter()
        .find(|it| it.path.as_deref().is_some_and(|it| it == first))
}

/// Whether its pages have an address: those of the default storefront are where no other's are. One without is for programs.
fn has_pages(storefront: &Storefront) -> bool {
    let is_default = storefront.code == Storefront::DEFAULT;
    is_default || storefront.path.is_some() || storefront.host.is_some()
}

/// The storefront of the host that is asked; one with the same port before one without.
fn by_host<'a>(open: &'a [Storefront], headers: &HeaderMap) -> Option<&'a Storefront> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let at = |host: &str| {
        let mut open = open.iter();
        open.find(|it| (it.host.as_ref()).is_some_and(|it| it.eq_ignore_ascii_case(host)))
    };
    at(host).or_else(|| at(name))
}

/// What the visitor chose, else what their browser likes best.
fn language(storefront: &Storefront, headers: &HeaderMap) -> Language {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let chosen = text(header::COOKIE).and_then(|cookies| {
        cookies.split(';').find_map(|cookie| {
            let (name, value) = cookie.trim().split_once('=')?;
            (name == LANGUAGE_COOKIE).then(|| value.parse().ok())?
        })
    });
    match chosen {
        Some(language) if storefront.languages.contains(&language) => language,
        _ => {
            let accepted = text(header::ACCEPT_LANGUAGE).unwrap_or_default();
            Language::preferred(accepted, &storefront.languages)
        }
    }
}

/// The address without `prefix` at its front.
fn without(prefix: &str, uri: &Uri) -> Option<Uri> {
    if prefix.is_empty() {
        return None;
    }
    let path = uri.path().strip_prefix(prefix)?;
    let path = if path.is_empty() { "/" } else { path };
    let path_and_query = match uri.query() {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path_and_query).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn storefront(code: &str, path: Option<&str>, host: Option<&str>) -> Storefront {
        Storefront {
            code: code.to_owned(),
            path: path.map(str::to_owned),
            host: host.map(str::to_owned),
            languages: vec![Language::En, Language::De],
            ..Shop::default().storefront
        }
    }

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        let pair =
            |(name, value): &(header::HeaderName, &str)| (name.clone(), value.parse().unwrap());
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn programs_addresses_are_not_pages() {
        for path in [
            "/api/v1/orders",
            "/orders",
            "/orders/1",
            "/v1",
            "/v1/orders",
        ] {
            assert!(!is_for_people(path), "{path}");
        }
        for path in ["/", "/order/1", "/ordershop", "/v12", "/account/orders"] {
            assert!(is_for_people(path), "{path}");
        }
    }

    #[test]
    fn a_storefront_is_found_by_the_first_part_of_the_address_or_the_host() {
        let open = [
            storefront("default", None, None),
            storefront("euro", Some("eu"), Some("shop.example.eu")),
        ];
        let code = |it: Option<&Storefront>| it.map(|it| it.code.clone());

        assert_eq!(code(by_path(&open, "/eu/cart")).as_deref(), Some("euro"));
        assert_eq!(code(by_path(&open, "/eu")).as_deref(), Some("euro"));
        assert_eq!(code(by_path(&open, "/europe")), None);
        assert_eq!(code(by_path(&open, "/")), None);
        let host = |it| code(by_host(&open, &headers(&[(header::HOST, it)])));
        assert_eq!(host("SHOP.example.eu:3000").as_deref(), Some("euro"));
        assert_eq!(host("127.0.0.1:3000"), None);
        let ports = [
            storefront("one", None, Some("shop.example.eu")),
            storefront("other", None, Some("shop.example.eu:8443")),
        ];
        let at = headers(&[(header::HOST, "shop.example.eu:8443")]);
        assert_eq!(code(by_host(&ports, &at)).as_deref(), Some("other"));
    }

    #[test]
    fn the_address_loses_its_storefront_and_keeps_the_rest() {
        let stripped = |uri: &str| without("/eu", &uri.parse().unwrap()).map(|it| it.to_string());

        assert_eq!(stripped("/eu").as_deref(), Some("/"));
        assert_eq!(
            stripped("/eu/cart?error=x").as_deref(),
            Some("/cart?error=x")
        );
        assert_eq!(
            stripped("/eu/fn/add_to_cart").as_deref(),
            Some("/fn/add_to_cart")
        );
        assert_eq!(without("", &"/cart".parse().unwrap()), None);
    }

    #[test]
    fn a_chosen_language_goes_before_the_browsers() {
        let shop = storefront("euro", None, None);
        let read = |cookie| {
            language(
                &shop,
                &headers(&[(header::COOKIE, cookie), (header::ACCEPT_LANGUAGE, "en")]),
            )
        };

        assert_eq!(read("a=b; language=de"), Language::De);
        assert_eq!(read("language=fr"), Language::En);
        assert_eq!(read(""), Language::En);
    }
}
