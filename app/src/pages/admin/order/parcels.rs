//! Parcels that left, and the form for the next one.

use leptos::prelude::*;
use orders::{Order, OrderState};

use super::commands::unsent;
use crate::{
    api::Draft,
    components::{Correction, ErrorSummary, Field, ParcelCard, item_words, things},
};

/// The order's parcels.
#[component]
pub(super) fn Parcels(order: Order, draft: Draft) -> impl IntoView {
    let is_packed = matches!(order.status, OrderState::Confirmed | OrderState::Processing);
    let form = (is_packed && unsent(&order) > 0)
        .then(|| view! { <ParcelForm order=order.clone() draft /> });
    let nothing = (order.shipments.is_empty() && form.is_none())
        .then(|| view! { <p class="quiet">"No parcel has left."</p> });
    let parcels: Vec<_> = order
        .shipments
        .iter()
        .enumerate()
        .map(|(index, parcel)| {
            let contents = item_words(&order, &parcel.items);
            view! { <ParcelCard parcel=parcel.clone() heading=format!("Parcel {}", index + 1) contents /> }
        })
        .collect();
    view! {
        <section class="card" aria-labelledby="parcels-heading">
            <h2 id="parcels-heading">"Parcels"</h2>
            <div class="parcel-group" id="parcels" data-live>{parcels} {nothing}</div>
            <div class="parcel-group" id="next-parcel" data-live>{form}</div>
        </section>
    }
    .into_any()
}

const FIELDS: [(&str, &str, &str); 3] = [
    ("carrier", "#carrier", "Carrier"),
    ("tracking_number", "#tracking_number", "Tracking number"),
    ("estimated_delivery", "#estimated_delivery", "Expected"),
];

#[component]
fn ParcelForm(order: Order, draft: Draft) -> impl IntoView {
    let error = |name: &str| draft.error(&format!("/{name}"));
    let corrections = FIELDS
        .into_iter()
        .filter_map(|(name, href, label)| {
            Some(Correction::new(href, format!("{label} {}", error(name)?)))
        })
        .collect();
    view! {
        <form class="parcel-card" id="ship" action="/fn/add_shipment" method="post" aria-labelledby="ship-heading">
            <h3 id="ship-heading">"Add a parcel"</h3>
            <ErrorSummary corrections />
            <input type="hidden" name="id" value=order.id.to_string() />
            <div class="field-row">
                <Field
                    id="carrier" name="carrier" label="Carrier" value=draft.field("carrier")
                    error=error("carrier") maxlength=100 list="carriers"
                />
                <Field
                    id="tracking_number" name="tracking_number" label="Tracking number" autocomplete="off"
                    value=draft.field("tracking_number") error=error("tracking_number") maxlength=100
                />
                <Field
                    id="estimated_delivery" name="estimated_delivery" label="Expected" kind="date" optional=true
                    value=draft.field("estimated_delivery") error=error("estimated_delivery")
                />
            </div>
            <datalist id="carriers">
                {["DHL", "FedEx", "UPS", "USPS"].map(|name| view! { <option value=name></option> })}
            </datalist>
            <p>
                <button class="button">{format!("Ship what is left, {}", things(unsent(&order)))}</button>
            </p>
        </form>
    }
    .into_any()
}
