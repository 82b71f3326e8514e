//! What server functions need of the request they serve. Only on the server.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, OnceLock},
};

use axum::http::{HeaderValue, header, request::Parts};
use leptos::prelude::*;
use orders::{
    Caller, CartId, Customer, CustomerId, Engine, FieldError, Language, Market, OrderToken, Refusal,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use tower_sessions::Session;

use crate::{AppError, Shop, api::Draft};

/// What the request brings, taken out at once: a visitor who leaves takes it along, and a function that asks after its
/// first `await` may find nothing.
pub struct Here {
    /// The engine.
    pub engine: Engine,
    /// Where they call from.
    pub address: IpAddr,
    /// Who is calling. The server resolves it for every request before anything else runs.
    pub caller: Caller,
    /// What the visitor's browser remembers.
    pub visitor: Visitor,
    /// Where they buy, and what they read.
    pub market: Market,
    /// The shop that the page belongs to, and the others.
    pub shop: Shop,
}

/// Where a request comes from. The server finds it out, behind proxies too.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub IpAddr);

impl Default for ClientAddress {
    /// Everybody whose address is not known is one.
    fn default() -> Self {
        Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }
}

/// What describes the JSON API (OpenAPI), for the page that shows it.
#[derive(Clone)]
pub struct ApiDocument(pub Arc<serde_json::Value>);

/// What the request brings.
///
/// # Errors
/// Outside a request.
pub fn here() -> Result<Here, AppError> {
    let shop = crate::shop();
    Ok(Here {
        engine: use_context::<Engine>().ok_or_else(missing::<Engine>)?,
        address: extension::<ClientAddress>().unwrap_or_default().0,
        caller: extension::<Caller>().ok_or_else(missing::<Caller>)?,
        visitor: Visitor(extension::<Session>().ok_or_else(missing::<Session>)?),
        market: shop.market(),
        shop,
    })
}

pub(crate) fn extension<T: Clone + Send + Sync + 'static>() -> Option<T> {
    look(T::clone)
}

/// What `read` finds in something that the server put into the request.
pub(crate) fn look<T: Send + Sync + 'static, R>(read: impl FnOnce(&T) -> R) -> Option<R> {
    with_context(|parts: &Parts| parts.extensions.get::<T>().map(read)).flatten()
}

fn missing<T>() -> AppError {
    tracing::error!(
        what = std::any::type_name::<T>(),
        "A request came without what the server puts into it"
    );
    AppError::Internal
}

/// What a page says about its answer, beyond the body. The server puts an empty one into each request, and reads it
/// when the answer's first bytes are there.
#[derive(Clone, Default)]
pub struct PageFacts(Arc<PageFactsInner>);

#[derive(Default)]
struct PageFactsInner {
    nonce: OnceLock<String>,
    status: OnceLock<u16>,
}

impl PageFacts {
    /// The nonce of the page's scripts, if a page was rendered.
    #[must_use]
    pub fn nonce(&self) -> Option<&str> {
        self.0.nonce.get().map(String::as_str)
    }

    /// The HTTP status, if the page could not be shown as it was asked for.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status.get().copied()
    }
}

/// Says what the page's scripts carry as their nonce.
pub fn tell_nonce() {
    if let (Some(facts), Some(nonce)) = (extension::<PageFacts>(), leptos::nonce::use_nonce()) {
        // A page is rendered once.
        let _ = facts.0.nonce.set(nonce.to_string());
    }
}

/// Says which HTTP status the page answers with. The first that is said stays: the innermost part knows best.
pub fn tell_status(status: u16) {
    if let Some(facts) = extension::<PageFacts>() {
        let _ = facts.0.status.set(status);
    }
}

/// Sends the browser to another page of ours, in the shop that it came from.
pub fn redirect(path: &str) {
    leptos_axum::redirect(&crate::shop::in_shop(path));
}

/// Sends the browser to an address of ours in whichever shop it names.
pub fn redirect_to(address: &str) {
    leptos_axum::redirect(address);
}

/// Lets the browser keep the language that its visitor chose, for a year.
pub fn remember_language(language: Language) {
    let cookie = format!(
        "{LANGUAGE_COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        language.code()
    );
    if let (Some(options), Ok(cookie)) = (
        use_context::<leptos_axum::ResponseOptions>(),
        HeaderValue::from_str(&cookie),
    ) {
        options.append_header(header::SET_COOKIE, cookie);
    }
}

/// A path of ours that a form may name to go on to; anything else becomes `otherwise`.
#[must_use]
pub fn own_path(path: &str, otherwise: &str) -> String {
    // What does not fit into a header as it is does not come from one of our links either.
    let is_ours = path.starts_with('/')
        && !path.starts_with("//")
        && path.bytes().all(|it| it.is_ascii_graphic() && it != b'\\');
    if is_ours {
        path.to_owned()
    } else {
        otherwise.to_owned()
    }
}

/// What a visitor's browser remembers, between requests, on the server.
pub struct Visitor(pub Session);

/// Keeps the language that a visitor chose.
pub const LANGUAGE_COOKIE: &str = "language";

const SIGN_IN: &str = "sign_in";
const CART: &str = "cart";
const ORDER_TOKENS: &str = "order_tokens";
/// More orders than a guest opens in one browser; beyond that the oldest is forgotten.
const MOST_TOKENS: usize = 50;

/// Who signed in, and when: a sign-in of an earlier version has ended.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct SignIn {
    /// Who.
    pub person: CustomerId,
    /// Their [`Customer::sign_in_version`] then.
    pub version: i32,
}

impl Visitor {
    /// Who signed in here.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn signed_in(&self) -> Result<Option<SignIn>, AppError> {
        self.read(SIGN_IN).await
    }

    /// Signs somebody in. The session gets a new id, so that one planted before is worth nothing.
    ///
    /// # Errors
    /// The session cannot be written.
    pub async fn sign_in(&self, person: &Customer) -> Result<(), AppError> {
        self.0.cycle_id().await.map_err(broken)?;
        let sign_in = SignIn {
            person: person.id,
            version: person.sign_in_version,
        };
        self.write(SIGN_IN, &sign_in).await
    }

    /// Forgets everything about the visitor.
    ///
    /// # Errors
    /// The session cannot be written.
    pub async fn sign_out(&self) -> Result<(), AppError> {
        self.0.flush().await.map_err(broken)
    }

    /// The visitor's cart, if they have one.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn cart(&self) -> Result<Option<CartId>, AppError> {
        self.read(CART).await
    }

    /// The visitor's cart; a new one if they have none.
    ///
    /// # Errors
    /// The session cannot be written.
    pub async fn cart_or_new(&self) -> Result<CartId, AppError> {
        match self.cart().await? {
            Some(cart) => Ok(cart),
            None => {
                let cart = CartId(uuid::Uuid::new_v4());
                self.write(CART, &cart).await?;
                Ok(cart)
            }
        }
    }

    /// The tokens of the orders that this browser may open.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn order_tokens(&self) -> Result<Vec<OrderToken>, AppError> {
        Ok(self.read(ORDER_TOKENS).await?.unwrap_or_default())
    }

    /// Lets this browser open an order from now on.
    ///
    /// # Errors
    /// The session cannot be written.
    pub async fn keep_order_token(&self, token: OrderToken) -> Result<(), AppError> {
        let mut tokens = self.order_tokens().await?;
        if tokens.contains(&token) {
            return Ok(());
        }
        tokens.push(token);
        let surplus = tokens.len().saturating_sub(MOST_TOKENS);
        self.write(ORDER_TOKENS, &tokens[surplus..]).await
    }

    /// What was typed into a form that could not be used, and what is wrong with it.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn draft(&self, form: &str) -> Result<Draft, AppError> {
        Ok(self.kept(form).await?.unwrap_or_default())
    }

    async fn kept(&self, form: &str) -> Result<Option<Draft>, AppError> {
        self.read(&draft_key(form)).await
    }

    /// What the form on `page` says: what was typed there and refused, if `was_refused` asks for it, else `otherwise`.
    ///
    /// # Errors
    /// The session cannot be read.
    pub async fn draft_on(
        &self,
        page: &str,
        was_refused: bool,
        otherwise: impl FnOnce() -> Draft,
    ) -> Result<Draft, AppError> {
        let kept = if was_refused {
            self.kept(page).await?
        } else {
            None
        };
        Ok(kept.unwrap_or_else(otherwise))
    }

    /// Keeps what was typed into a form, never card data or passwords, with what is wrong with it.
    ///
    /// # Errors
    /// The session cannot be written.
    pub async fn keep_draft(
        &self,
        form: &str,
        fields: BTreeMap<String, String>,
        refusal: &Refusal,
    ) -> Result<(), AppError> {
        let errors = match refusal {
            Refusal::Invalid(errors) => errors.clone(),
            Refusal::OutOfStock(short) => short
                .iter()
                .map(|it| FieldError::new("/items", it.message(crate::words::language())))
                .collect(),
            _ => Vec::new(),
        };
        // A form can send a NUL character, and no session can keep one.
        let fields = fields
            .into_iter()
            .map(|(name, text)| (name, text.replace('\0', "")));
        let fields = fields.collect();
        self.write(&draft_key(form), &Draft { fields, errors })
            .await
    }

    /// Forgets what was typed into a form.
    ///
    /// # Errors
    /// The session cannot be written.
    pub async fn drop_draft(&self, form: &str) -> Result<(), AppError> {
        self.0
            .remove_value(&draft_key(form))
            .await
            .map_err(broken)?;
        Ok(())
    }

    async fn read<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, AppError> {
        self.0.get(key).await.map_err(broken)
    }

    async fn write<T: Serialize + ?Sized>(&self, key: &str, value: &T) -> Result<(), AppError> {
        self.0.insert(key, value).await.map_err(broken)
    }
}

fn draft_key(form: &str) -> String {
    format!("draft:{form}")
}

fn broken(error: tower_sessions::session::Error) -> AppError {
    tracing::error!(?error, "A session could not be read or written");
    AppError::Unavailable
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn only_paths_of_ours_that_fit_into_a_header_are_gone_on_to() {
        assert_eq!(own_path("/account/orders?a=1", "/"), "/account/orders?a=1");
        for elsewhere in [
            "",
            "https://example.com",
            "//example.com",
            "/\\example.com",
            "/a\r\nset-cookie: b",
            "/\u{1}",
            "/\u{e9}",
            "/a b",
        ] {
            assert_eq!(own_path(elsewhere, "/"), "/", "{elsewhere:?}");
        }
    }
}
