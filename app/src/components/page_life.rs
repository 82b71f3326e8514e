//! What every page does in the browser.

use leptos::prelude::*;

/// Keeps a page honest while it is open.
#[island]
pub(crate) fn PageLife() -> impl IntoView {}
