//! Accounts: signing in, and one's own orders.
use leptos::prelude::*;
#[component]
pub(super) fn OrderListPage() -> impl IntoView {}
#[component]
pub(super) fn RegisterPage() -> impl IntoView {}
#[component]
pub(super) fn SignInPage() -> impl IntoView {}
