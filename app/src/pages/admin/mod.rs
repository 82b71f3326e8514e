//! The admin dashboard: what staff see.
use leptos::prelude::*;
use leptos_router::components::Outlet;
#[component]
pub(super) fn AdminFrame() -> impl IntoView {
    view! { <Outlet /> }
}
#[component]
pub(super) fn AdminOrderListPage() -> impl IntoView {}
#[component]
pub(super) fn AdminOrderPage() -> impl IntoView {}
#[component]
pub(super) fn AdminProductListPage() -> impl IntoView {}
