//! Where somebody buys, and what they read.

use leptos::prelude::*;

use super::checkout_form::CheckoutForm;
use crate::AppError;

/// Form: reads the shop in another language from now on, and goes back to `next`, or to the checkout with what was typed
/// there.
#[server(endpoint = "choose_language")]
pub async fn choose_language(
    #[server(default)] language: String,
    #[server(default)] next: String,
    #[server(default)] form: Option<CheckoutForm>,
) -> Result<(), AppError> {
    use crate::ssr;
    let otherwise = match form {
        Some(form) => {
            form.keep(&ssr::here()?, &[]).await?;
            "/checkout"
        }
        None => "/",
    };
    if let Ok(language) = language.parse() {
        ssr::remember_language(language);
    }
    ssr::redirect(&ssr::own_path(&next, otherwise));
    Ok(())
}
