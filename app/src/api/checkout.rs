//! From a cart to an order.

use leptos::prelude::*;
use orders::{Cart, Customer};
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::checkout_form::FORM;
use super::{Draft, checkout_form::CheckoutForm};
use crate::AppError;

/// What the checkout page shows.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Checkout {
    /// What is bought; `None` when the cart is empty.
    pub cart: Option<Cart>,
    /// Who is signed in.
    pub customer: Option<Customer>,
    /// What was typed before.
    pub draft: Draft,
    /// Makes a form that is sent twice one order.
    pub key: String,
    /// Whether cards can be paid with.
    pub takes_cards: bool,
    /// Whether only test cards work.
    pub is_sandbox: bool,
}

/// Everything the checkout page shows.
#[server(endpoint = "find_checkout")]
pub async fn find_checkout() -> Result<Checkout, AppError> {
    let here = crate::ssr::here()?;
    let engine = &here.engine;
    let customer = match here.caller.person() {
        Some(person) => engine.people.find(person).await?,
        None => None,
    };
    Ok(Checkout {
        cart: super::cart::cart_of(&here).await?,
        customer,
        draft: here.visitor.draft(FORM).await?,
        key: uuid::Uuid::new_v4().to_string(),
        takes_cards: engine.orders.provider().takes_cards(),
        is_sandbox: engine.orders.provider().is_sandbox(),
    })
}

/// Form: places the cart as an order and pays it, then shows the order. What cannot be used is shown again.
#[server(endpoint = "place_order")]
pub async fn place_order(#[server(default)] form: CheckoutForm) -> Result<(), AppError> {
    use crate::ssr;
    let here = ssr::here()?;
    // Whoever typed a code means to use it, whichever button they press: what that comes to is shown first.
    if form.has_new_code() {
        let news = "?error=code_first";
        return form.take_code(&here, &form.discount_code, "", news).await;
    }
    let placed = form.place(&here).await;
    let visitor = here.visitor;
    match placed {
        Ok(Some(order)) => {
            if let Some(token) = order.access_token {
                visitor.keep_order_token(token).await?;
            }
            visitor.drop_draft(FORM).await?;
            ssr::redirect(&format!("/order/{}?placed", order.id));
        }
        Ok(None) => ssr::redirect("/cart"),
        Err(AppError::Refused(refusal)) => {
            visitor.keep_draft(FORM, form.fields(), &refusal).await?;
            ssr::redirect(&format!("/checkout?error={}", refusal.code()));
        }
        Err(error) => {
            visitor
                .keep_draft(FORM, form.fields(), &orders::Refusal::Invalid(Vec::new()))
                .await?;
            ssr::redirect(&format!("/checkout?error={}", error.code()));
        }
    }
    Ok(())
}

/// Form: shows the checkout again, with the address fields of another country. What was typed is kept, but for the region:
/// the same letters may mean another one there.
#[server(endpoint = "change_country")]
pub async fn change_country(#[server(default)] form: CheckoutForm) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    let is_same = here.visitor.draft(FORM).await?.field("country") == form.country;
    let forgotten: &[&str] = if is_same { &[] } else { &["state"] };
    form.keep(&here, forgotten).await?;
    crate::ssr::redirect("/checkout#country");
    Ok(())
}

/// Form: leaves the checkout for `next`, another page or the same in another shop, and keeps what was typed until somebody
/// comes back. Where nothing could be typed, what was kept before stays.
#[server(endpoint = "leave_checkout")]
pub async fn leave_checkout(
    #[server(default)] form: Option<CheckoutForm>,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::ssr;
    if let Some(form) = form {
        form.keep(&ssr::here()?, &[]).await?;
    }
    ssr::redirect_to(&ssr::own_path(&next, "/"));
    Ok(())
}

/// Form: chooses how the parcel travels, and shows the cart or the checkout again, with what was typed there.
#[server(endpoint = "choose_delivery")]
pub async fn choose_delivery(
    #[server(default)] form: CheckoutForm,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::ssr;
    let here = ssr::here()?;
    if next.is_empty() {
        form.keep(&here, &[]).await?;
    } else {
        form.choose_delivery(&here).await?;
    }
    let path = ssr::own_path(&next, "/checkout");
    ssr::redirect(&format!("{path}#delivery"));
    Ok(())
}

/// Form: takes a discount code along with the cart, and shows the cart or the checkout again, with what was typed there.
/// What the code takes off, or why nothing, is said there: it may change with every line and at every storefront.
#[server(endpoint = "enter_code")]
pub async fn enter_code(
    #[server(default)] form: CheckoutForm,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    let here = crate::ssr::here()?;
    form.take_code(&here, &form.discount_code, &next, "").await
}

/// Form: takes no discount code along any more.
#[server(endpoint = "remove_code")]
pub async fn remove_code(
    #[server(default)] form: CheckoutForm,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    form.take_code(&crate::ssr::here()?, "", &next, "").await
}
