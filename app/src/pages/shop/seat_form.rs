//! Choosing seats.

use leptos::prelude::*;
use orders::{Currency, Money, Product};

use super::seat_plan::{Band, SeatRow};
use crate::{
    components::{Icon, SeatSummary},
    shop::in_shop,
    words::{amount, briefly, language, say},
};

/// The seats of an event to choose from: rows of check boxes.
#[component]
pub(super) fn SeatForm(event: Product) -> impl IntoView {
    let currency = event.currency;
    let rows = SeatRow::of(event.seats);
    let bands = Band::of(&rows);
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let band = bands
                .iter()
                .position(|it| it.price_minor == row.price_minor());
            view! { <RowOfSeats row band currency /> }
        })
        .collect();
    view! {
        <form class="seat-form" action=in_shop("/fn/add_to_cart") method="post" aria-labelledby="choose">
            <input type="hidden" name="product" value=event.reference />
            <div class="stack">
                <h2 id="choose">{say("Choose your seats", "Wählen Sie Ihre Plätze")}</h2>
                <Legend bands currency />
                <div class="seat-plan">
                    <p class="seat-stage" aria-hidden="true">{say("Screen", "Leinwand")}</p>
                    <div class="seat-rows">{rows}</div>
                </div>
            </div>
            <div class="seat-summary">
                <div role="status">
                    <SeatSummary
                        language=language()
                        sign=currency.symbol().to_string()
                        decimals=u32::from(currency.exponent().unwrap_or(0))
                    />
                    <p>{say("They are yours once the order is placed.", "Sie gehören Ihnen, sobald die Bestellung aufgegeben ist.")}</p>
                </div>
                <button class="button" data-kind="primary">{say("Continue with these seats", "Mit diesen Plätzen weiter")}</button>
            </div>
        </form>
    }
}

#[component]
fn Legend(bands: Vec<Band>, currency: Currency) -> impl IntoView {
    let bands: Vec<_> = bands
        .into_iter()
        .enumerate()
        .map(|(index, band)| {
            let price = amount(Money::new(band.price_minor, currency));
            view! {
                <li data-band=(index + 1).to_string()>
                    <span class="seat" aria-hidden="true"></span>
                    {format!("{price}, {}", band.words(language()))}
                </li>
            }
        })
        .collect();
    view! {
        <ul class="seat-legend">
            {bands}
            <li>
                <span class="seat" data-chosen aria-hidden="true">
                    <Icon name="check" class="icon seat-mark" />
                </span>
                {say("Yours", "Ihre")}
            </li>
            <li>
                <span class="seat" data-taken aria-hidden="true"></span>
                {say("Taken", "Vergeben")}
            </li>
        </ul>
    }
}

#[component]
fn RowOfSeats(row: SeatRow, band: Option<usize>, currency: Currency) -> impl IntoView {
    let price = Money::new(row.price_minor(), currency);
    let (price, short_price) = (amount(price), briefly(price));
    let seats: Vec<_> = row
        .seats
        .into_iter()
        .map(|seat| {
            let price = amount(Money::new(seat.price_minor, currency));
            let note = if seat.available {
                format!(", {price}")
            } else {
                say(", taken", ", vergeben").to_owned()
            };
            view! {
                <label class="seat">
                    <input
                        type="checkbox"
                        name="seats[]"
                        value=seat.sku
                        disabled=!seat.available
                        data-code=seat.seat_code.clone()
                        data-price-minor=seat.price_minor.to_string()
                    />
                    <Icon name="check" class="icon seat-mark" />
                    <span>{seat.seat_code}</span>
                    <span class="visually-hidden">{note}</span>
                </label>
            }
        })
        .collect();
    view! {
        <fieldset class="seat-row" data-band=band.map(|it| (it + 1).to_string())>
            <legend class="visually-hidden">{say(
                format!("Row {}, {price} a seat", row.name),
                format!("Reihe {}, {price} je Platz", row.name),
            )}</legend>
            <span class="seat-row-name" aria-hidden="true">{row.name}</span>
            {seats}
            <span class="seat-row-price" aria-hidden="true">{short_price}</span>
        </fieldset>
    }
}
