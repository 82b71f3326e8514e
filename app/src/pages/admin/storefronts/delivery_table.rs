//! A storefront's ways of delivery as rows of a table.

use leptos::prelude::*;
use orders::{Currency, DeliveryPrice, DeliveryTerms, Language, Money, Storefront};

use crate::{components::Icon, pages::admin::ask_first::AskFirst, words::days};

/// The ways of delivery, in the order in which they are offered, and what can be done to each.
#[component]
pub(super) fn DeliverySection(
    storefront: Storefront,
    methods: Vec<DeliveryTerms>,
) -> impl IntoView {
    let new = format!("/admin/storefronts/{}/delivery-new", storefront.code);
    let list = if methods.is_empty() {
        view! {
            <div class="empty-state">
                <Icon name="truck" />
                <h3>"Parcels travel free, on no terms"</h3>
                <p>"Add a way of delivery: what it costs, how long it takes. Orders choose one of them."</p>
            </div>
        }
        .into_any()
    } else {
        view! { <DeliveryTable storefront methods /> }.into_any()
    };
    view! {
        <section class="stack" id="delivery" aria-labelledby="delivery-heading">
            <div class="cluster" data-spread>
                <h2 id="delivery-heading">"Ways of delivery"</h2>
                <a class="button" href=new>"Add a way of delivery"</a>
            </div>
            {list}
        </section>
    }
    .into_any()
}

#[component]
fn DeliveryTable(storefront: Storefront, methods: Vec<DeliveryTerms>) -> impl IntoView {
    let rows: Vec<_> = methods
        .into_iter()
        .enumerate()
        .map(|(place, terms)| view! { <DeliveryRow storefront=storefront.clone() terms is_first=place == 0 /> })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Ways of delivery, the usual one first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Way of delivery"</th>
                        <th scope="col">"Price"</th>
                        <th scope="col">"Free from"</th>
                        <th scope="col">"Takes"</th>
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
fn DeliveryRow(storefront: Storefront, terms: DeliveryTerms, is_first: bool) -> impl IntoView {
    let currency = storefront.currency;
    let name = name_of(&terms, &storefront);
    let free_from = terms
        .free_from_minor
        .map(|it| Money::new(it, currency).to_string());
    let free_label = free_from.as_ref().map(|_| "Free from");
    let href = format!(
        "/admin/storefronts/{}/delivery/{}",
        storefront.code, terms.code
    );
    view! {
        <tr>
            <th scope="row">
                <a href=href>{name.clone()}</a>
                {is_first.then(|| view! { <small class="quiet">" the usual way"</small> })}
            </th>
            <td data-end>{price_words(&terms.price, currency)}</td>
            <td data-label=free_label>{free_from}</td>
            <td>{travel_words(&terms)}</td>
            <td data-wide><DeliveryCommands storefront=storefront.code code=terms.code name is_first /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn DeliveryCommands(
    storefront: String,
    code: String,
    name: String,
    is_first: bool,
) -> impl IntoView {
    let ask = format!("remove-{code}");
    let target = move || {
        view! {
            <input type="hidden" name="storefront" value=storefront.clone() />
            <input type="hidden" name="code" value=code.clone() />
        }
    };
    let raise = (!is_first).then(|| {
        view! {
            <form action="/fn/raise_delivery_method" method="post">
                {target()}
                <button class="button" data-size="small">
                    "Move up" <span class="visually-hidden">{format!(" {name}")}</span>
                </button>
            </form>
        }
    });
    view! {
        <div class="command-bar">
            {raise}
            <AskFirst
                id=ask word="Remove" which=name.clone() small=true heading=format!("Remove {name}")
                action="/fn/remove_delivery_method" promise="Remove it"
            >
                <p>"Orders that stand keep how they travel. New ones can’t choose it any more."</p>
                {target()}
            </AskFirst>
        </div>
    }
    .into_any()
}

/// What those who run the shop call it.
fn name_of(terms: &DeliveryTerms, storefront: &Storefront) -> String {
    let spoken = [Language::En]
        .into_iter()
        .chain(storefront.languages.iter().copied());
    let name = spoken.filter_map(|it| terms.names.get(&it)).next();
    let name = name.or_else(|| terms.names.values().next());
    name.cloned().unwrap_or_else(|| terms.code.clone())
}

/// `€4.90`, `Free`, `€4.90–€14.90`.
fn price_words(price: &DeliveryPrice, currency: Currency) -> String {
    let money = |minor| match minor {
        0 => "Free".to_owned(),
        minor => Money::new(minor, currency).to_string(),
    };
    match price {
        DeliveryPrice::Flat(minor) => money(*minor),
        DeliveryPrice::ByWeight(steps) => {
            let prices = || steps.iter().map(|it| it.price_minor);
            let (least, most) = (prices().min().unwrap_or(0), prices().max().unwrap_or(0));
            if least == most {
                return money(least);
            }
            format!("{}–{}", money(least), money(most))
        }
    }
}

/// `2–4 working days`, `2–4 working days, up to 31.5 kg`.
fn travel_words(terms: &DeliveryTerms) -> String {
    let days = days(terms.days_least, terms.days_most);
    match &terms.price {
        DeliveryPrice::ByWeight(steps) => {
            let most = steps.iter().map(|it| it.up_to_grams).max();
            format!("{days}, up to {}", kilograms(most.unwrap_or(0)))
        }
        DeliveryPrice::Flat(_) => days,
    }
}

/// `800 g`, `31.5 kg`.
fn kilograms(grams: i64) -> String {
    if grams < 1_000 {
        return format!("{grams} g");
    }
    let rest = format!("{:03}", grams % 1_000);
    let rest = rest.trim_end_matches('0');
    let point = if rest.is_empty() { "" } else { "." };
    format!("{}{point}{rest} kg", grams / 1_000)
}

#[cfg(test)]
mod tests {
    use orders::WeightStep;

    use super::*;

    #[test]
    fn a_price_is_told_as_a_range_and_a_weight_as_people_say_it() {
        let step = |up_to_grams, price_minor| WeightStep {
            up_to_grams,
            price_minor,
        };
        let told = |price| price_words(&price, Currency::EUR);
        let steps = vec![step(500, 0), step(31_500, 1_490)];

        assert_eq!(told(DeliveryPrice::Flat(490)), "€4.90");
        assert_eq!(told(DeliveryPrice::Flat(0)), "Free");
        assert_eq!(told(DeliveryPrice::ByWeight(steps)), "Free–€14.90");
        assert_eq!(told(DeliveryPrice::ByWeight(vec![step(800, 490)])), "€4.90");
        assert_eq!(
            [800, 2_000, 31_500].map(kilograms),
            ["800 g", "2 kg", "31.5 kg"]
        );
    }
}
