//! Postal addresses.

use leptos::prelude::*;
use orders::Address;

use crate::words::language;

/// An address as it stands on a parcel. `name` is who gets it, unless the address says so itself.
#[component]
pub(crate) fn AddressBlock(address: Address, name: Option<String>) -> impl IntoView {
    let rows: Vec<_> = address
        .lines(name.as_deref(), language())
        .into_iter()
        .enumerate()
        .map(|(index, row)| view! { {(index > 0).then(|| view! { <br /> })} {row} })
        .collect();
    view! { <address class="address">{rows}</address> }
}
