//! An event on the front page.

use leptos::prelude::*;
use orders::Product;

use crate::components::{Moment, ProductPicture, TimeStyle, price_words, sentence};

/// An event, across the whole page.
#[component]
pub(super) fn EventBand(event: Product) -> impl IntoView {
    let id = format!("event-{}", event.reference);
    let labelled_by = id.clone();
    let left = event.seats.iter().filter(|it| it.available).count();
    let facts = match left {
        0 => "Sold out".to_owned(),
        1 => format!("{}, last seat", sentence(&price_words(&event))),
        left => format!("{}, {left} seats left", sentence(&price_words(&event))),
    };
    let words = if left == 0 {
        "Look at the evening"
    } else {
        "Choose seats"
    };
    view! {
        <section class="event-band" aria-labelledby=labelled_by>
            <ProductPicture path=event.picture lazy=true />
            <div class="stack">
                {event.starts_at.map(|at| view! { <p class="quiet"><Moment at style=TimeStyle::Day /></p> })}
                <h2 id=id>{event.title}</h2>
                {event.description.map(|it| view! { <p>{it}</p> })}
                <p class="cluster">
                    <a class="button" href=format!("/products/{}", event.reference)>{words}</a>
                    <span class="quiet">{facts}</span>
                </p>
            </div>
        </section>
    }
}
