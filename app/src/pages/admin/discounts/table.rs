//! Discount codes as rows of a table.

use leptos::prelude::*;
use orders::{
    Currency, DiscountCode, DiscountKind, DiscountState, Language, Money, NewDiscountCode, Percent,
    Storefront,
};

use crate::components::{Moment, StatusChip, TimeStyle, Tone};

/// Discount codes, each with its uses and the button that ends it.
#[component]
pub(super) fn DiscountTable(
    codes: Vec<DiscountCode>,
    storefronts: Vec<Storefront>,
) -> impl IntoView {
    let rows: Vec<_> = codes
        .into_iter()
        .map(|code| {
            let at = code.rules.storefront.as_ref();
            let at = at.and_then(|at| storefronts.iter().find(|it| it.code == *at));
            view! { <DiscountRow code at=at.cloned() /> }
        })
        .collect();
    view! {
        <div class="table-frame">
            <table class="data-table">
                <caption class="visually-hidden">"Discount codes, newest first"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Code"</th>
                        <th scope="col">"Takes off"</th>
                        <th scope="col">"Where"</th>
                        <th scope="col">"Uses"</th>
                        <th scope="col">"When"</th>
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
fn DiscountRow(
    code: DiscountCode,
    #[prop(optional_no_strip)] at: Option<Storefront>,
) -> impl IntoView {
    let DiscountCode {
        rules, uses, state, ..
    } = code;
    let currency = at.as_ref().map_or(Currency::USD, |it| it.currency);
    let place = at.map_or_else(|| "Everywhere".to_owned(), |it| it.name);
    let href = format!(
        "/admin/discounts/{}",
        leptos_router::location::Url::escape(&rules.code)
    );
    view! {
        <tr>
            <th scope="row"><a class="code" href=href>{rules.code.clone()}</a></th>
            <td>{terms(&rules, currency)}</td>
            <td>{place}</td>
            <td data-label="Uses">{uses_words(uses, rules.use_limit)}</td>
            <td><When rules=rules.clone() /></td>
            <td data-end><StateChip state /></td>
            <td data-wide><Switch code=rules.code is_active=rules.is_active /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn When(rules: NewDiscountCode) -> impl IntoView {
    let style = TimeStyle::ShortMinute;
    let from = rules
        .starts_at
        .map(|at| view! { "From " <Moment at style /> " " });
    let until = rules
        .ends_at
        .map(|at| view! { "until " <Moment at style /> });
    view! { <span class="quiet">{from} {until}</span> }
}

#[component]
pub(super) fn StateChip(state: DiscountState) -> impl IntoView {
    let (tone, word) = match state {
        DiscountState::Active => (Tone::Paid, "Active"),
        DiscountState::Scheduled => (Tone::Waiting, "Scheduled"),
        DiscountState::Ended => (Tone::Stopped, "Over"),
        DiscountState::UsedUp => (Tone::There, "Used up"),
        DiscountState::Off => (Tone::Stopped, "Off"),
    };
    view! { <StatusChip tone word /> }
}

#[component]
fn Switch(code: String, is_active: bool) -> impl IntoView {
    let (word, active) = if is_active {
        ("End", "no")
    } else {
        ("Start again", "yes")
    };
    view! {
        <form action="/fn/activate_discount" method="post">
            <input type="hidden" name="code" value=code.clone() />
            <input type="hidden" name="active" value=active />
            <button class="button" data-size="small">
                {word} <span class="visually-hidden">{format!(" {code}")}</span>
            </button>
        </form>
    }
    .into_any()
}

/// `15 %`, `€5.00 from €30.00`, `Delivery`.
fn terms(rules: &NewDiscountCode, currency: Currency) -> String {
    let money = |minor| Money::new(minor, currency).to_string();
    let what = match rules.kind {
        DiscountKind::Percent(basis_points) => Percent(basis_points).written_in(Language::En),
        DiscountKind::Amount(minor) => money(minor),
        DiscountKind::FreeDelivery => "Delivery".to_owned(),
    };
    match rules.minimum_minor {
        0 => what,
        minimum => format!("{what} from {}", money(minimum)),
    }
}

/// `12 of 50`, `12`.
pub(super) fn uses_words(uses: i64, limit: Option<i32>) -> String {
    match limit {
        Some(limit) => format!("{uses} of {limit}"),
        None => uses.to_string(),
    }
}
