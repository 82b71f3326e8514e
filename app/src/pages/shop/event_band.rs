//! An event on the front page.

use leptos::prelude::*;
use orders::Product;

use crate::{
    components::{Moment, ProductPicture, TimeStyle, price_words, sentence},
    shop::in_shop,
    words::say,
};

/// An event, across the whole page.
#[component]
pub(super) fn EventBand(event: Product) -> impl IntoView {
    let id = format!("event-{}", event.reference);
    let labelled_by = id.clone();
    let left = event.seats.iter().filter(|it| it.available).count();
    let price = sentence(&price_words(&event));
    let facts = match left {
        0 => say("Sold out", "Ausverkauft").to_owned(),
        1 => say(
            format!("{price}, last seat"),
            format!("{price}, letzter Platz"),
        ),
        left => say(
            format!("{price}, {left} seats left"),
            format!("{price}, noch {left} Plätze frei"),
        ),
    };
    let words = if left == 0 {
        say("Look at the evening", "Zum Abend")
    } else {
        say("Choose seats", "Plätze wählen")
    };
    view! {
        <section class="event-band" aria-labelledby=labelled_by>
            <ProductPicture path=event.picture lazy=true />
            <div class="stack">
                {event.starts_at.map(|at| view! { <p class="quiet"><Moment at style=TimeStyle::Day /></p> })}
                <h2 id=id>{event.title}</h2>
                {event.description.map(|it| view! { <p>{it}</p> })}
                <p class="cluster">
                    <a class="button" href=in_shop(&format!("/products/{}", event.reference))>{words}</a>
                    <span class="quiet">{facts}</span>
                </p>
            </div>
        </section>
    }
}
