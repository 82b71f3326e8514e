//! Going to another storefront, or reading another language.

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_location, use_query_map},
    location::Url,
};
use orders::{Language, Storefront};

use super::checkout::{CHECKOUT_FORM, is_checkout};
use crate::{
    components::Icon,
    shop::{Shop, in_shop, shop},
    words::say,
};

/// All storefronts and languages, behind a button; nothing where there is one of each.
#[component]
pub(super) fn MarketSwitch() -> impl IntoView {
    let shop = shop();
    let languages = shop.storefront.languages.clone();
    if shop.open.len() < 2 && languages.len() < 2 {
        return ().into_any();
    }
    let here = this_page();
    let code = shop.storefront.currency.code();
    let now = match languages.len() {
        ..=1 => code.to_owned(),
        _ => format!("{code} · {}", shop.language.code().to_uppercase()),
    };
    let storefronts = (shop.open.len() > 1)
        .then(|| view! { <Storefronts shop=shop.clone() here=here.clone() /> });
    let languages = (languages.len() > 1)
        .then(|| view! { <Languages languages current=shop.language next=here /> });
    view! {
        <button class="market-button" type="button" popovertarget="market-panel">
            <Icon name="globe" />
            <span class="visually-hidden">{say("Shop and language: ", "Shop und Sprache: ")}</span>
            {now}
        </button>
        <div class="market-panel" id="market-panel" popover>
            {storefronts} {languages}
        </div>
    }
    .into_any()
}

/// What of a page's address goes along to its twin in another language or shop.
const KEPT: [&str; 4] = ["q", "after", "next", "reset"];

/// The path of the page, as it is in every shop, with what it was asked for.
fn this_page() -> String {
    let path = use_location().pathname.get_untracked();
    let query = use_query_map().get_untracked();
    let kept = KEPT.into_iter().filter_map(|name| {
        let value = query.get(name)?;
        Some(format!("{name}={}", Url::escape(&value)))
    });
    let kept: Vec<_> = kept.collect();
    if kept.is_empty() {
        path
    } else {
        format!("{path}?{}", kept.join("&"))
    }
}

#[component]
fn Storefronts(shop: Shop, here: String) -> impl IntoView {
    let link = |it: &Storefront| {
        let is_here = (it.code == shop.storefront.code).then_some("true");
        let currency = format!("{} {}", it.currency.code(), it.currency.symbol());
        let words = view! {
            <span>{it.name.clone()}</span>
            <span class="quiet">{currency}</span>
        };
        let address = shop.address_at(it, &here);
        // Another host is another session: nothing that was typed comes along.
        let is_at_this_host = address.starts_with('/') && !address.starts_with("//");
        let way = if is_checkout(&here) && is_at_this_host {
            view! {
                <button
                    form=CHECKOUT_FORM formaction=in_shop("/fn/leave_checkout") formnovalidate
                    name="next" value=address aria-current=is_here
                >
                    {words}
                </button>
            }
            .into_any()
        } else {
            view! { <a href=address aria-current=is_here>{words}</a> }.into_any()
        };
        view! { <li>{way}</li> }
    };
    let links: Vec<_> = shop.open.iter().map(link).collect();
    view! {
        <p class="market-title" id="market-shops">{say("Shop", "Shop")}</p>
        <ul aria-labelledby="market-shops">{links}</ul>
        <p class="market-note">
            {shop.shares_carts().then(|| say("Your cart comes along. ", "Ihr Warenkorb kommt mit. "))}
            {say(
                "Prices, tax and delivery are each shop’s own.",
                "Preise, Steuer und Versand hat jeder Shop für sich.",
            )}
        </p>
    }
}

#[component]
fn Languages(languages: Vec<Language>, current: Language, next: String) -> impl IntoView {
    let action = || in_shop("/fn/choose_language");
    let form = is_checkout(&next).then_some(CHECKOUT_FORM);
    let buttons: Vec<_> = languages
        .into_iter()
        .map(|it| {
            let is_current = (it == current).then_some("true");
            view! {
                <li>
                    <button
                        name="language" value=it.code() lang=it.code() aria-current=is_current
                        form=form formaction=action() formnovalidate
                    >
                        {it.name()}
                    </button>
                </li>
            }
        })
        .collect();
    view! {
        <p class="market-title" id="market-languages">{say("Language", "Sprache")}</p>
        <form action=action() method="post">
            <input type="hidden" name="next" value=next />
            <ul aria-labelledby="market-languages">{buttons}</ul>
        </form>
    }
}
