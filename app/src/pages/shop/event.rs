//! An event and the plan of its seats.

use leptos::prelude::*;
use orders::{Currency, Money, Product, Seat};

use crate::components::{
    Icon, Moment, Notice, ProductPicture, SeatSummary, TimeStyle, price_words,
};

/// An event: when, where, and its seats to choose from.
#[component]
pub(super) fn EventView(event: Product) -> impl IntoView {
    let left = event.seats.iter().filter(|it| it.available).count();
    let seats = if left == 0 {
        view! {
            <Notice icon="ticket">
                <h2>"Every seat is taken"</h2>
                <p>"Seats of orders that are not paid come back within a quarter of an hour."</p>
            </Notice>
        }
        .into_any()
    } else {
        view! { <SeatForm event=event.clone() /> }.into_any()
    };
    view! {
        <article>
            <EventHead event left />
            {seats}
        </article>
    }
}

#[component]
fn EventHead(event: Product, left: usize) -> impl IntoView {
    let seats = format!("{left} of {} left, {}", event.seats.len(), price_words(&event));
    view! {
        <div class="event-head">
            <ProductPicture path=event.picture alt=format!("Poster of {}", event.title) />
            <div class="stack" data-gap="large">
                <h1>{event.title}</h1>
                {event.description.map(|it| view! { <p class="product-lead">{it}</p> })}
                <dl class="event-facts">
                    {event.starts_at.map(|at| view! {
                        <div>
                            <Icon name="calendar" />
                            <dt>"When"</dt>
                            <dd><Moment at style=TimeStyle::Event /></dd>
                        </div>
                    })}
                    {event.venue.map(|venue| view! {
                        <div>
                            <Icon name="pin" />
                            <dt>"Where"</dt>
                            <dd>{venue}</dd>
                        </div>
                    })}
                    <div>
                        <Icon name="ticket" />
                        <dt>"Seats"</dt>
                        <dd>{seats}</dd>
                    </div>
                </dl>
            </div>
        </div>
    }
}

#[component]
fn SeatForm(event: Product) -> impl IntoView {
    let currency = event.currency;
    let rows = SeatRow::of(event.seats);
    let bands = Band::of(&rows);
    let legend: Vec<_> = bands.iter().map(|band| view! { <LegendEntry band=band.clone() currency /> }).collect();
    let rows: Vec<_> = rows
        .into_iter()
        .map(|row| {
            let band = bands.iter().position(|it| it.price_minor == row.price_minor());
            view! { <SeatRowView row band currency /> }
        })
        .collect();
    view! {
        <form class="seat-form" action="/fn/add_to_cart" method="post" aria-labelledby="choose">
            <input type="hidden" name="product" value=event.reference />
            <div class="stack">
                <h2 id="choose">"Choose your seats"</h2>
                <ul class="seat-legend">
                    {legend}
                    <li>
                        <span class="seat" data-chosen aria-hidden="true">
                            <Icon name="check" class="icon seat-mark" />
                        </span>
                        "Yours"
                    </li>
                    <li><span class="seat" data-taken aria-hidden="true"></span>"Taken"</li>
                </ul>
                <div class="seat-plan">
                    <p class="seat-stage" aria-hidden="true">"Screen"</p>
                    <div class="seat-rows">{rows}</div>
                </div>
            </div>
            <div class="seat-summary">
                <div role="status">
                    <SeatSummary
                        sign=currency.symbol().to_string()
                        decimals=u32::from(currency.exponent().unwrap_or(0))
                    />
                    <p>"They are yours once the order is placed."</p>
                </div>
                <button class="button" data-kind="primary">"Continue with these seats"</button>
            </div>
        </form>
    }
}

/// Seats beside each other.
#[derive(Clone, Debug)]
struct SeatRow {
    name: String,
    seats: Vec<Seat>,
}

impl SeatRow {
    /// The rows that `seats`, in their order, make.
    fn of(seats: Vec<Seat>) -> Vec<Self> {
        let mut rows: Vec<Self> = Vec::new();
        for seat in seats {
            let name = seat.row.clone().unwrap_or_default();
            match rows.last_mut() {
                Some(row) if row.name == name => row.seats.push(seat),
                _ => rows.push(Self { name, seats: vec![seat] }),
            }
        }
        rows
    }

    /// What most of the row costs: its first seat.
    fn price_minor(&self) -> i64 {
        self.seats.first().map_or(0, |it| it.price_minor)
    }
}

/// Rows of one price.
#[derive(Clone, Debug)]
struct Band {
    price_minor: i64,
    rows: Vec<String>,
}

impl Band {
    /// The bands, the dearest first.
    fn of(rows: &[SeatRow]) -> Vec<Self> {
        let mut bands: Vec<Self> = Vec::new();
        for row in rows {
            match bands.iter_mut().find(|it| it.price_minor == row.price_minor()) {
                Some(band) => band.rows.push(row.name.clone()),
                None => bands.push(Self { price_minor: row.price_minor(), rows: vec![row.name.clone()] }),
            }
        }
        bands.sort_by_key(|it| std::cmp::Reverse(it.price_minor));
        bands
    }

    /// `rows A and B`
    fn words(&self) -> String {
        match self.rows.as_slice() {
            [one] => format!("row {one}"),
            [first @ .., last] => format!("rows {} and {last}", first.join(", ")),
            [] => String::new(),
        }
    }
}

#[component]
fn LegendEntry(band: Band, currency: Currency) -> impl IntoView {
    view! { <li></li> }
}
