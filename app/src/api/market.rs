//! Where somebody buys, and what they read.

use leptos::prelude::*;

use crate::AppError;

/// Form: reads the shop in another language from now on, and goes back to `next`.
#[server(endpoint = "choose_language")]
pub async fn choose_language(
    #[server(default)] language: String,
    #[server(default)] next: String,
) -> Result<(), AppError> {
    use crate::ssr;
    if let Ok(language) = language.parse() {
        ssr::remember_language(language);
    }
    ssr::redirect(&ssr::own_path(&next, "/"));
    Ok(())
}
