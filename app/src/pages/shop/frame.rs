//! What stands around every page of the shop.

use leptos::prelude::*;
use leptos_meta::Body;
use leptos_router::{components::Outlet, hooks::use_query_map};
use orders::{Customer, Role};

use crate::{
    api::{account::find_me, cart::count_cart},
    components::Icon,
};

/// The frame around the shop's pages.
#[component]
pub(in crate::pages) fn ShopFrame() -> impl IntoView {
    view! {
        <ShopPage>
            <Outlet />
        </ShopPage>
    }
}

/// A page of the shop.
#[component]
pub(super) fn ShopPage(children: Children) -> impl IntoView {
    view! {
        <Body {..} class="shop" />
        <a class="skip-link" href="#main">"Skip to the content"</a>
        <header class="shop-header">
            <a class="shop-brand" href="/">
                <Icon name="brand" class="brand-mark" />
                "Parcel & Post"
            </a>
            <SearchForm />
            <nav class="shop-nav" aria-label="Your account and cart">
                <AccountLinks />
                <CartLink />
            </nav>
        </header>
        <main class="shop-main" id="main" tabindex="-1">
            {children()}
        </main>
        <footer class="shop-footer">
            <p>"Parcel & Post. Well-made things for people who write, carry and send."</p>
            <ul>
                <li><a href="/">"Everything in the shop"</a></li>
                <li><a href="/account/orders">"My orders"</a></li>
            </ul>
        </footer>
    }
}

#[component]
fn SearchForm() -> impl IntoView {
    let words = use_query_map().get_untracked().get("q").unwrap_or_default();
    view! {
        <form class="search-form" role="search" action="/" method="get">
            <label class="visually-hidden" for="search">"Search the shop"</label>
            <Icon name="search" />
            <input
                class="input"
                id="search"
                type="search"
                name="q"
                placeholder="Search mugs, paper, brass"
                value=words
                maxlength="200"
                autocomplete="off"
                enterkeyhint="search"
            />
            <button class="button">"Search"</button>
        </form>
    }
}

#[component]
fn AccountLinks() -> impl IntoView {
    let me = Resource::new(|| (), |()| find_me());
    let links = move || {
        // A page shows itself even when nobody can say who is looking at it.
        Suspend::new(async move { links_for(me.await.ok().flatten()) })
    };
    view! { <Suspense>{links}</Suspense> }
}

fn links_for(me: Option<Customer>) -> impl IntoView {
    let works_here = me.as_ref().is_some_and(|it| it.role != Role::Customer);
    let (href, word) = match me {
        Some(_) => ("/account/orders", "My orders"),
        None => ("/sign-in", "Sign in"),
    };
    let admin = works_here.then(|| {
        view! {
            <a href="/admin/orders">
                <Icon name="store" />
                <span class="nav-word">"Admin"</span>
            </a>
        }
    });
    view! {
        {admin}
        <a href=href>
            <Icon name="user" />
            <span class="nav-word">{word}</span>
        </a>
    }
}

#[component]
fn CartLink() -> impl IntoView {
    let count = Resource::new(|| (), |()| count_cart());
    let link = move || {
        Suspend::new(async move {
            let count = count.await.unwrap_or(0);
            let things = if count == 1 { " thing" } else { " things" };
            view! {
                <a href="/cart">
                    <Icon name="bag" />
                    <span class="nav-word">"Cart"</span>
                    <span class="cart-count" data-count=count.to_string()>
                        <span class="visually-hidden">", "</span>
                        {count}
                        <span class="visually-hidden">{things}</span>
                    </span>
                </a>
            }
        })
    };
    view! { <Suspense>{link}</Suspense> }
}
