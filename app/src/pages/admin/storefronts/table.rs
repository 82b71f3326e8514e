//! Storefronts as rows of a table.

use leptos::prelude::*;
use orders::{Language, Percent, Storefront};

use crate::{
    components::{StatusChip, Tone},
    pages::admin::settings::english_name,
};

/// Every storefront.
#[component]
pub(super) fn StorefrontTable(storefronts: Vec<Storefront>) -> impl IntoView {
    let rows: Vec<_> = storefronts
        .into_iter()
        .map(|storefront| view! { <StorefrontRow storefront /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Storefronts"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Storefront"</th>
                        <th scope="col">"Found at"</th>
                        <th scope="col">"Currency"</th>
                        <th scope="col">"Tax"</th>
                        <th scope="col">"Languages"</th>
                        <th scope="col">"State"</th>
                        <th scope="col"><span class="visually-hidden">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn StorefrontRow(storefront: Storefront) -> impl IntoView {
    let languages = storefront.languages.iter();
    let languages: Vec<_> = languages.map(|it| english_name(*it)).collect();
    let found_at = match (&storefront.host, &storefront.path) {
        (Some(host), _) => host.clone(),
        (None, Some(path)) => format!("/{path}"),
        (None, None) => "/".to_owned(),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/admin/storefronts/{}", storefront.code)>{storefront.name.clone()}</a>
            </th>
            <td class="code">{found_at}</td>
            <td data-label="Currency">{storefront.currency.code()}</td>
            <td data-label="Tax">{tax_words(&storefront)}</td>
            <td>{languages.join(", ")}</td>
            <td data-end><StateChip is_open=storefront.is_open /></td>
            <td data-wide><Switch code=storefront.code name=storefront.name is_open=storefront.is_open /></td>
        </tr>
    }
    .into_any()
}

/// Whether a storefront takes orders.
#[component]
pub(super) fn StateChip(is_open: bool) -> impl IntoView {
    let (tone, word) = if is_open {
        (Tone::Paid, "Open")
    } else {
        (Tone::Stopped, "Closed")
    };
    view! { <StatusChip tone word /> }
}

/// The button that opens or closes a storefront.
#[component]
pub(super) fn Switch(code: String, name: String, is_open: bool) -> impl IntoView {
    let (word, open) = if is_open {
        ("Close", "no")
    } else {
        ("Open", "yes")
    };
    view! {
        <form action="/fn/open_storefront" method="post">
            <input type="hidden" name="code" value=code />
            <input type="hidden" name="open" value=open />
            <button class="button" data-size="small">
                {word} <span class="visually-hidden">{format!(" {name}")}</span>
            </button>
        </form>
    }
    .into_any()
}

/// `19 % included`, `10 % on top`, `none`.
fn tax_words(storefront: &Storefront) -> String {
    let how = if storefront.prices_include_tax {
        "included"
    } else {
        "on top"
    };
    let rates = storefront
        .tax_rates
        .values()
        .chain([&storefront.tax_basis_points]);
    if rates.clone().all(|it| *it == 0) {
        return "none".to_owned();
    }
    let rates: std::collections::BTreeSet<_> = rates.collect();
    let rates = rates.into_iter().rev();
    let rates: Vec<_> = rates
        .map(|it| Percent(*it).written_in(Language::En))
        .collect();
    format!("{} {how}", rates.join(", "))
}
