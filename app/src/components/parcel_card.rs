//! Parcels.

use leptos::prelude::*;
use orders::Shipment;

use super::{Icon, Moment, StatusChip, TimeStyle, Tone};
use crate::words::say;

/// A parcel: who carries it, where it is, what is in it.
#[component]
pub(crate) fn ParcelCard(
    parcel: Shipment,
    /// `Parcel 1 of 2`
    heading: String,
    /// What is in it, in words.
    contents: String,
) -> impl IntoView {
    let (tone, word) = match parcel.delivered_at {
        Some(_) => (Tone::There, say("Delivered", "Zugestellt")),
        None => (Tone::Moving, say("On its way", "Unterwegs")),
    };
    let day = match (parcel.delivered_at, parcel.estimated_delivery) {
        (Some(at), _) => Some((say("Arrived", "Angekommen"), at)),
        (None, expected) => expected.map(|at| (say("Expected", "Erwartet"), at)),
    };
    let track = parcel.tracking_url.map(|url| {
        view! {
            <p>
                <a class="button" href=url rel="noopener noreferrer">
                    <Icon name="external" />
                    {say(format!("Track at {}", parcel.carrier), format!("Bei {} verfolgen", parcel.carrier))}
                </a>
            </p>
        }
    });
    view! {
        <div class="parcel-card">
            <div class="parcel-head">
                <h3>{heading}</h3>
                <StatusChip tone word />
            </div>
            <dl class="fact-list">
                <div><dt>{say("Carrier", "Zusteller")}</dt><dd>{parcel.carrier.clone()}</dd></div>
                <div><dt>{say("Tracking number", "Sendungsnummer")}</dt><dd><span class="code">{parcel.tracking_number}</span></dd></div>
                {day.map(|(what, at)| {
                    view! { <div><dt>{what}</dt><dd><Moment at style=TimeStyle::Day /></dd></div> }
                })}
            </dl>
            <p>{contents}</p>
            {track}
        </div>
    }
}
