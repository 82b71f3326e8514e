//! What is shown once, on the page that follows a form: a new key, a new secret, a link for a password. It stands neither in
//! an address nor in the database, only for a minute in a cookie of the browser that asked for it.

use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Leaves `text` for the next page under this name. It is made of characters that a cookie can have as they are.
pub(crate) fn leave(name: &str, text: &str) {
    // Without a response the visitor has left.
    let (Some(response), Some(request)) =
        (use_context::<ResponseOptions>(), use_context::<Parts>())
    else {
        return;
    };
    let secure = if is_https(&request.headers) {
        "; Secure"
    } else {
        ""
    };
    let cookie =
        format!("once-{name}={text}; Path=/; Max-Age=60; HttpOnly; SameSite=Strict{secure}");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.append_header(header::SET_COOKIE, cookie);
    }
}

/// The text that was left a moment ago.
pub(crate) fn left(name: &str) -> Option<String> {
    read(&use_context::<Parts>()?.headers, name)
}

/// Browsers say with every form where it comes from.
fn is_https(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|it| it.to_str().ok());
    origin.is_some_and(|it| it.starts_with("https://"))
}

fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let cookies = cookies.filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';'));
    pairs.find_map(|pair| {
        let (key, text) = pair.trim().split_once('=')?;
        (key.strip_prefix("once-") == Some(name)).then(|| text.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append("cookie", "language=de; once-key=wb_a-b_c".parse().unwrap());
        headers.append(
            "cookie",
            "once-link=/reset-password?reset=x".parse().unwrap(),
        );

        assert_eq!(read(&headers, "key").as_deref(), Some("wb_a-b_c"));
        assert_eq!(
            read(&headers, "link").as_deref(),
            Some("/reset-password?reset=x")
        );
        assert_eq!(read(&headers, "language"), None);
    }
}
