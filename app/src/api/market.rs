//! Where somebody buys, and what they read.

use leptos::prelude::*;

use super::checkout_form::CheckoutForm;
use crate::AppError;

/// Form: reads the shop in another language from now on, and goes back to `next`; to the checkout, where it names none, with
/// what was typed there.
#[server(endpoint = "choose_language")]
pub async fn choose_language(
    #[server(default)] language: String,
    #[server(default)] next: String,
    #[server(default)] form: Option<CheckoutForm>,
) -> Result<(), AppError> {
    use crate::ssr;
    if let Some(form) = form {
        form.keep(&ssr::here()?, &[]).await?;
    }
    if let Ok(language) = language.parse() {
        ssr::remember_language(language);
    }
    let next = if next.is_empty() { "/checkout" } else { &next };
    ssr::redirect(&ssr::own_path(next, "/"));
    Ok(())
}
