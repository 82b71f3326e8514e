//! A product that this shop does not sell.

use leptos::prelude::*;

use crate::{
    api::product::Seller,
    components::{MessagePage, answer_with},
    shop::in_shop,
    words::say,
};

/// Whoever changes the storefront on a product's page may come to one that does not sell it.
#[component]
pub(super) fn SoldElsewhere(sellers: Vec<Seller>) -> impl IntoView {
    answer_with(404);
    let links: Vec<_> = sellers
        .into_iter()
        .map(|it| view! { <a class="button" href=it.address>{it.name}</a> })
        .collect();
    view! {
        <MessagePage
            icon="store"
            heading=say("This shop does not sell it", "Dieser Shop verkauft es nicht")
            sentence=say(
                "These shops do, at prices and with delivery of their own.",
                "Diese Shops schon, mit eigenen Preisen und eigenem Versand.",
            )
        >
            {links}
            <a class="button" data-kind="quiet" href=in_shop("/")>{say("Stay and look around", "Hier weiter umsehen")}</a>
        </MessagePage>
    }
}
