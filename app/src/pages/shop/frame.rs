//! What stands around every page of the shop.

use leptos::prelude::*;
use leptos_meta::Body;
use leptos_router::{
    components::Outlet,
    hooks::{use_location, use_query_map},
};
use orders::{Customer, Language, Role, Sender, Storefront};

use super::{
    checkout::{Leave, PayOnEnter, is_checkout},
    market_switch::MarketSwitch,
};
use crate::{
    api::{account::find_me, cart::count_cart},
    components::{Icon, price_note},
    shop::{in_shop, shop},
    words::{language, say},
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
    let storefront = shop().storefront;
    let name = storefront.name.clone();
    let promise = say(
        "Well-made things for people who write, carry and send.",
        "Gut gemachte Dinge für alle, die schreiben, tragen und verschicken.",
    );
    view! {
        <Body {..} class="shop" />
        <a class="skip-link" href="#main">{say("Skip to the content", "Zum Inhalt springen")}</a>
        <header class="shop-header">
            <a class="shop-brand" href=in_shop("/")>
                <Icon name="brand" class="brand-mark" />
                {name.clone()}
            </a>
            <SearchForm />
            {at_checkout().then(|| view! { <PayOnEnter /> })}
            <nav class="shop-nav" aria-label=say("Your account and cart", "Ihr Konto und Warenkorb")>
                <MarketSwitch />
                <AccountLinks />
                <CartLink />
            </nav>
        </header>
        <main class="shop-main" id="main" tabindex="-1">
            {children()}
        </main>
        <footer class="shop-footer">
            <div>
                <p>{format!("{name}. {promise}")}</p>
                <p>{prices(&storefront)}</p>
            </div>
            {storefront.sender.map(|sender| view! { <SenderCard sender /> })}
            <ul>
                <li><a href=in_shop("/")>{say("Everything in the shop", "Alles im Shop")}</a></li>
                <li><a href=in_shop("/account/orders")>{say("My orders", "Meine Bestellungen")}</a></li>
            </ul>
        </footer>
    }
}

/// What its prices are in, and what they contain.
fn prices(storefront: &Storefront) -> String {
    let code = storefront.currency.code();
    let note = price_note(storefront, false);
    let note = note.map_or_else(String::new, |it| match language() {
        Language::En => format!(", {}", it.to_lowercase()),
        Language::De => format!(" {it}"),
    });
    say(
        format!("All prices in {code}{note}"),
        format!("Alle Preise in {code}{note}"),
    )
}

/// Who sends the parcels, and how they are reached.
#[component]
fn SenderCard(sender: Sender) -> impl IntoView {
    let lines = sender.address.map(|it| it.lines(None, language()));
    let mail = sender.email.map(|it| {
        view! { <a href=format!("mailto:{it}")>{it.clone()}</a> }
    });
    view! {
        <address>
            {sender.name}
            <br />
            {lines.map(|it| it.join(", "))}
            <br />
            {mail}
        </address>
    }
}

#[component]
fn SearchForm() -> impl IntoView {
    let words = use_query_map().get_untracked().get("q").unwrap_or_default();
    view! {
        <form class="search-form" role="search" action=in_shop("/") method="get">
            <label class="visually-hidden" for="search">{say("Search the shop", "Im Shop suchen")}</label>
            <Icon name="search" />
            <input
                class="input"
                id="search"
                type="search"
                name="q"
                placeholder=say("Search mugs, paper, brass", "Becher, Papier, Messing suchen")
                value=words
                maxlength="200"
                autocomplete="off"
                enterkeyhint="search"
            />
            <button class="button">{say("Search", "Suchen")}</button>
        </form>
    }
}

#[component]
fn AccountLinks() -> impl IntoView {
    let me = Resource::new(|| (), |()| find_me());
    let keeps_typed = at_checkout();
    let links = move || {
        // A page shows itself even when nobody can say who is looking at it.
        Suspend::new(async move { links_for(me.await.ok().flatten(), keeps_typed) })
    };
    view! { <Suspense>{links}</Suspense> }
}

/// `keeps_typed`: what stands in the checkout's form goes along.
fn links_for(me: Option<Customer>, keeps_typed: bool) -> impl IntoView {
    let works_here = me.as_ref().is_some_and(|it| it.role != Role::Customer);
    let (path, word) = match me {
        Some(_) => ("/account/orders", say("My orders", "Meine Bestellungen")),
        None if keeps_typed => ("/sign-in?next=/checkout", say("Sign in", "Anmelden")),
        None => ("/sign-in", say("Sign in", "Anmelden")),
    };
    let admin = works_here.then(|| {
        view! {
            <a href="/admin/orders">
                <Icon name="store" />
                <span class="nav-word">"Admin"</span>
            </a>
        }
    });
    let words = move || {
        view! {
            <Icon name="user" />
            <span class="nav-word">{word}</span>
        }
    };
    let account = if keeps_typed {
        view! { <Leave to=in_shop(path)>{words()}</Leave> }.into_any()
    } else {
        view! { <a href=in_shop(path)>{words()}</a> }.into_any()
    };
    view! { {admin} {account} }
}

fn at_checkout() -> bool {
    is_checkout(&use_location().pathname.get_untracked())
}

#[component]
fn CartLink() -> impl IntoView {
    let count = Resource::new(|| (), |()| count_cart());
    let link = move || {
        Suspend::new(async move {
            let count = count.await.unwrap_or(0);
            let things = say(if count == 1 { " thing" } else { " things" }, " Artikel");
            view! {
                <a href=in_shop("/cart")>
                    <Icon name="bag" />
                    <span class="nav-word">{say("Cart", "Warenkorb")}</span>
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
