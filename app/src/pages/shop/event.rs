//! An event.

use leptos::prelude::*;
use orders::Product;

use super::seat_form::SeatForm;
use crate::{
    components::{Icon, Moment, Notice, ProductPicture, TimeStyle, price_note, price_words},
    shop::shop,
    words::say,
};

/// An event: when, where, and its seats to choose from.
#[component]
pub(super) fn EventView(event: Product) -> impl IntoView {
    let left = event.seats.iter().filter(|it| it.available).count();
    let seats = if left == 0 {
        view! {
            <Notice icon="ticket">
                <h2>{say("Every seat is taken", "Alle Plätze sind vergeben")}</h2>
                <p>{say("Seats of orders that are not paid come back within a quarter of an hour.", "Plätze aus Bestellungen, die nicht bezahlt werden, sind nach einer Viertelstunde wieder frei.")}</p>
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
    let (all, price) = (event.seats.len(), price_words(&event));
    let note = price_note(&shop().storefront, false);
    let seats = say(
        format!("{left} of {all} left, {price}"),
        format!("{left} von {all} frei, {price}"),
    );
    view! {
        <div class="event-head">
            <ProductPicture path=event.picture alt=say(format!("Poster of {}", event.title), format!("Plakat: {}", event.title)) />
            <div class="stack" data-gap="large">
                <h1>{event.title}</h1>
                {event.description.map(|it| view! { <p class="product-lead">{it}</p> })}
                <dl class="event-facts">
                    {event.starts_at.map(|at| view! {
                        <div>
                            <Icon name="calendar" />
                            <dt>{say("When", "Wann")}</dt>
                            <dd><Moment at style=TimeStyle::Event /></dd>
                        </div>
                    })}
                    {event.venue.map(|venue| view! {
                        <div>
                            <Icon name="pin" />
                            <dt>{say("Where", "Wo")}</dt>
                            <dd>{venue}</dd>
                        </div>
                    })}
                    <div>
                        <Icon name="ticket" />
                        <dt>{say("Seats", "Plätze")}</dt>
                        <dd>{seats} " " {note.map(|it| view! { <small>{it}</small> })}</dd>
                    </div>
                </dl>
            </div>
        </div>
    }
}
