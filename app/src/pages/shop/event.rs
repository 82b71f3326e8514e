//! An event.

use leptos::prelude::*;
use orders::Product;

use super::seat_form::SeatForm;
use crate::components::{Icon, Moment, Notice, ProductPicture, TimeStyle, price_words};

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
    let seats = format!(
        "{left} of {} left, {}",
        event.seats.len(),
        price_words(&event)
    );
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
