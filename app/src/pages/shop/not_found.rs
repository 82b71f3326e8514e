//! The page for addresses that are none.

use leptos::prelude::*;

use super::frame::ShopPage;
use crate::components::NothingHere;

/// There is nothing at this address.
#[component]
pub(in crate::pages) fn NotFoundPage() -> impl IntoView {
    view! {
        <ShopPage>
            <NothingHere />
        </ShopPage>
    }
}
