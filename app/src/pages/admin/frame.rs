//! What stands around every page of the dashboard.

use leptos::prelude::*;
use leptos_meta::{Body, Title};
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_query_map},
};
use orders::{Customer, Refusal, Role};

use crate::{
    AppError,
    api::account::find_me,
    components::{Failure, Icon, loaded, page_title},
};

/// The frame around the dashboard's pages. Strangers see the question who they are, and nothing of the dashboard.
#[component]
pub(in crate::pages) fn AdminFrame() -> impl IntoView {
    let me = Resource::new(|| (), |()| find_me());
    view! {
        <Title formatter=|title: String| page_title(&title, "Waybill") />
        {loaded(me, |me| match me {
            Some(me) if me.role != Role::Customer => view! { <StaffPage me /> }.into_any(),
            Some(_) => view! { <StrangerPage refusal=Refusal::Forbidden /> }.into_any(),
            None => view! { <StrangerPage refusal=Refusal::SignInNeeded /> }.into_any(),
        })}
    }
    .into_any()
}

#[component]
fn StrangerPage(refusal: Refusal) -> impl IntoView {
    view! {
        <Body {..} class="shop" />
        <header class="shop-header">
            <a class="shop-brand" href="/admin/orders">
                <Icon name="brand" class="brand-mark" />
                "Waybill"
            </a>
        </header>
        <main class="shop-main" id="main" tabindex="-1">
            <Failure error=AppError::Refused(refusal) />
        </main>
    }
    .into_any()
}

#[component]
fn StaffPage(me: Customer) -> impl IntoView {
    view! {
        <Body {..} class="admin" />
        <a class="skip-link" href="#main">"Skip to the content"</a>
        <Rail is_admin=me.role == Role::Admin />
        <header class="admin-top">
            <button class="icon-button admin-menu-button" popovertarget="admin-rail">
                <Icon name="menu" />
                <span class="visually-hidden">"Menu"</span>
            </button>
            <OrderSearch />
            <p class="admin-who">{me.email.unwrap_or(me.name)}</p>
            <form action="/fn/sign_out" method="post">
                <button class="icon-button">
                    <Icon name="exit" />
                    <span class="visually-hidden">"Sign out"</span>
                </button>
            </form>
        </header>
        <main class="admin-main" id="main" tabindex="-1">
            <Outlet />
        </main>
    }
    .into_any()
}

#[component]
fn Rail(is_admin: bool) -> impl IntoView {
    view! {
        <nav class="admin-rail" id="admin-rail" popover aria-label="Admin">
            <a class="shop-brand" href="/admin/orders">
                <Icon name="brand" class="brand-mark" />
                <span class="rail-word">"Waybill"</span>
            </a>
            <ul>
                <RailLink href="/admin/orders" icon="orders" word="Orders" />
                <RailLink href="/admin/products" icon="tag" word="Products and stock" />
                <RailLink href="/admin/mails" icon="mail" word="Mails" />
                {is_admin.then(|| view! {
                    <RailLink href="/admin/storefronts" icon="globe" word="Storefronts" />
                    <RailLink href="/admin/discounts" icon="ticket" word="Discount codes" />
                    <RailLink href="/admin/webhooks" icon="hook" word="Webhooks" />
                    <RailLink href="/admin/keys" icon="key" word="API keys" />
                    <RailLink href="/admin/people" icon="users" word="People" />
                    <RailLink href="/admin/health" icon="pulse" word="Health" />
                })}
            </ul>
            <ul>
                <RailLink href="/" icon="store" word="Shop" />
            </ul>
        </nav>
    }
    .into_any()
}

#[component]
fn RailLink(href: &'static str, icon: &'static str, word: &'static str) -> impl IntoView {
    let here = use_location().pathname.get_untracked();
    let is_here = href != "/" && here.starts_with(href);
    view! {
        <li>
            <a href=href aria-current=is_here.then_some("page")>
                <Icon name=icon />
                <span class="rail-word">{word}</span>
            </a>
        </li>
    }
    .into_any()
}

#[component]
fn OrderSearch() -> impl IntoView {
    let words = use_query_map().get_untracked().get("q").unwrap_or_default();
    view! {
        <form class="search-form" role="search" action="/admin/orders" method="get">
            <label class="visually-hidden" for="admin-search">"Search orders"</label>
            <Icon name="search" />
            <input
                class="input"
                id="admin-search"
                type="search"
                name="q"
                placeholder="Order number, e-mail, name, SKU, tracking number"
                value=words
                maxlength="200"
                autocomplete="off"
                enterkeyhint="search"
            />
            <button class="button">"Search"</button>
        </form>
    }
    .into_any()
}
