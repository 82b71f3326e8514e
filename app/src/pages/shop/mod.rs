//! The shop: what customers see.
use leptos::prelude::*;
use leptos_router::components::Outlet;
#[component]
pub(super) fn ShopFrame() -> impl IntoView {
    view! { <Outlet /> }
}
#[component]
pub(super) fn FrontPage() -> impl IntoView {
    view! { <p>"front"</p> }
}
#[component]
pub(super) fn ProductPage() -> impl IntoView {}
#[component]
pub(super) fn CartPage() -> impl IntoView {}
#[component]
pub(super) fn CheckoutPage() -> impl IntoView {}
#[component]
pub(super) fn OrderPage() -> impl IntoView {}
#[component]
pub(super) fn NotFoundPage() -> impl IntoView {}
