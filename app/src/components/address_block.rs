//! Postal addresses.

use leptos::prelude::*;
use orders::Address;

/// An address as it stands on a parcel. `name` is who gets it, unless the address says so itself.
#[component]
pub(crate) fn AddressBlock(address: Address, name: Option<String>) -> impl IntoView {
    let rows: Vec<_> = rows(address, name)
        .into_iter()
        .enumerate()
        .map(|(index, row)| view! { {(index > 0).then(|| view! { <br /> })} {row} })
        .collect();
    view! { <address class="address">{rows}</address> }
}

fn rows(address: Address, name: Option<String>) -> Vec<String> {
    let place = match address.state {
        Some(state) => format!("{}, {state} {}", address.city, address.postal_code),
        None => format!("{} {}", address.city, address.postal_code),
    };
    let country = Address::countries()
        .into_iter()
        .find(|(code, _)| *code == address.country)
        .map_or(address.country, |(_, name)| name.to_owned());
    [
        address.name.or(name),
        Some(address.street),
        address.street2,
        Some(place),
        Some(country),
    ]
    .into_iter()
    .flatten()
    .collect()
}
