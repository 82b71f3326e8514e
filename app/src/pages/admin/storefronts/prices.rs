//! What things cost at a storefront, to be changed a page at a time.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    location::Url,
};
use orders::{Money, Price, Storefront};

use crate::{
    api::{
        Draft,
        price::{PriceView, find_prices},
    },
    components::{Correction, ErrorSummary, Icon, Pager, RefusalNotice, loaded, refusal_code},
    pages::admin::settings::{DoneNotice, Trail},
};

/// A storefront's prices.
#[component]
pub(in crate::pages) fn AdminPriceListPage() -> impl IntoView {
    let code = use_params_map().get_untracked().get("code");
    let code = code.unwrap_or_default();
    let query = use_query_map().get_untracked();
    let after = query.get("after").filter(|it| !it.is_empty());
    let q = query.get("q").unwrap_or_default();
    let is_saved = query.get("done").is_some();
    let was_refused = refusal_code().is_some();
    let asked = (code, q.clone(), after.clone());
    let found = Resource::new(
        move || asked.clone(),
        move |(code, q, after)| find_prices(code, q, after, was_refused),
    );
    loaded(found, move |found| {
        view! { <PriceDetails found q=q.clone() after=after.clone() is_saved /> }
    })
}

#[component]
fn PriceDetails(
    found: PriceView,
    /// What the SKUs or titles hold.
    q: String,
    #[prop(optional_no_strip)] after: Option<String>,
    is_saved: bool,
) -> impl IntoView {
    let PriceView {
        storefront,
        prices,
        next,
        draft,
    } = found;
    let page = format!("/admin/storefronts/{}", storefront.code);
    let above = vec![
        ("/admin/storefronts".to_owned(), "Storefronts".to_owned()),
        (page.clone(), storefront.name.clone()),
    ];
    let path = format!("{page}/prices");
    let search = format!("{path}?q={}", Url::escape(&q));
    let first = after.as_ref().map(|_| search.clone());
    let next = next.map(|it| format!("{search}&after={}", Url::escape(&it)));
    let words = is_saved
        .then_some("The prices are saved. Orders that stand keep what they were placed for.");
    let is_said_below = !draft.errors.is_empty();
    let list = if prices.is_empty() {
        view! { <NoPrices is_search=!q.is_empty() /> }.into_any()
    } else {
        view! { <PriceForm storefront=storefront.clone() prices q=q.clone() after draft /> }
            .into_any()
    };
    view! {
        <Title text=format!("Prices, {}", storefront.name) />
        <div class="stack" data-gap="small">
            <Trail above here="Prices" />
            <h1>{format!("Prices in {}", storefront.currency.code())}</h1>
        </div>
        {(!is_said_below).then(|| view! { <RefusalNotice /> })}
        <DoneNotice words />
        <form class="search-form" action=path method="get" role="search" aria-label="Prices">
            <label class="visually-hidden" for="price-search">"Title or SKU"</label>
            <Icon name="search" />
            <input
                class="input" id="price-search" type="search" name="q" value=q maxlength="100" autocomplete="off"
                placeholder="Title or SKU"
            />
            <button class="button">"Search"</button>
        </form>
        {list}
        <Pager first first_words="Back to the start" next next_words="More" />
    }
    .into_any()
}

#[component]
fn NoPrices(is_search: bool) -> impl IntoView {
    if is_search {
        return view! { <p class="quiet">"Nothing has this in its title or its SKU."</p> }
            .into_any();
    }
    view! {
        <div class="empty-state">
            <Icon name="tag" />
            <h2>"Nothing is sold yet"</h2>
            <p>"Products come in through the API: POST /api/v1/products makes one, with its variants or its seats."</p>
        </div>
    }
    .into_any()
}

#[component]
fn PriceForm(
    storefront: Storefront,
    prices: Vec<Price>,
    q: String,
    #[prop(optional_no_strip)] after: Option<String>,
    draft: Draft,
) -> impl IntoView {
    let wrong = draft.errors.iter();
    let corrections: Vec<_> = wrong
        .map(|it| {
            let sku = it.pointer.trim_start_matches('/');
            Correction::new(
                format!("#price-{sku}"),
                format!("The price of {sku} {}", it.detail),
            )
        })
        .collect();
    let rows: Vec<_> = prices
        .into_iter()
        .enumerate()
        .map(|(row, price)| view! { <PriceRow price row draft=draft.clone() /> })
        .collect();
    view! {
        <form class="stack" action="/fn/set_prices" method="post" aria-label="Prices">
            <ErrorSummary corrections />
            <input type="hidden" name="form[storefront]" value=storefront.code />
            <input type="hidden" name="form[q]" value=q />
            <input type="hidden" name="form[after]" value=after />
            <div class="table-frame">
                <table class="data-table">
                    <caption class="visually-hidden">"What each thing costs here"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Product"</th>
                            <th scope="col">"SKU"</th>
                            <th scope="col">"Price"</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
            <div class="bulk-bar"><button class="button" data-kind="primary">"Save prices"</button></div>
        </form>
    }
    .into_any()
}

#[component]
fn PriceRow(price: Price, row: usize, draft: Draft) -> impl IntoView {
    let money = |minor| Money::new(minor, price.currency);
    let own = price.price_minor.filter(|_| price.is_own);
    let seen = own.map(|it| money(it).decimal()).unwrap_or_default();
    let otherwise = match price.price_minor {
        Some(minor) if !price.is_own => Some(format!("{} in the default storefront", money(minor))),
        Some(_) => None,
        None => Some("Not sold here: it has no price".to_owned()),
    };
    let typed = draft.fields.get(&price.sku).cloned();
    let value = typed.unwrap_or_else(|| seen.clone());
    let error = draft.error(&format!("/{}", price.sku));
    let id = format!("price-{}", price.sku);
    let error_id = error.as_ref().map(|_| format!("{id}-error"));
    let name = |field: &str| format!("form[rows][{row:02}][{field}]");
    view! {
        <tr>
            <th scope="row" class="price-cell" data-wide>
                <label for=id.clone()>{price.title}</label>
                {otherwise.map(|it| view! { <small>{it}</small> })}
            </th>
            <td class="code" data-label="SKU">{price.sku.clone()}</td>
            <td data-wide>
                <input type="hidden" name=name("sku") value=price.sku />
                <input type="hidden" name=name("seen") value=seen />
                <input
                    class="input price-input" id=id name=name("price") value=value inputmode="decimal" maxlength="20"
                    autocomplete="off" aria-invalid=error.is_some().then_some("true")
                    aria-describedby=error_id.clone()
                />
                {error.map(|it| view! { <p class="field-error" id=error_id>{it}</p> })}
            </td>
        </tr>
    }
    .into_any()
}
