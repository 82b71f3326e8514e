//! Tickets of an order.

use leptos::prelude::*;
use orders::{Order, Ticket};

use crate::words::say;

/// The tickets; nothing as long as there are none.
#[component]
pub(super) fn Tickets(order: Order) -> impl IntoView {
    let content = (!order.tickets.is_empty()).then(|| {
        let cards: Vec<_> = order
            .tickets
            .iter()
            .map(|ticket| {
                let seat = seat_code(&order, ticket);
                view! { <TicketCard seat ticket=ticket.clone() /> }
            })
            .collect();
        view! {
            <section class="stack" aria-labelledby="tickets">
                <h2 id="tickets">{say("Your tickets", "Ihre Karten")}</h2>
                <ul class="ticket-list">{cards}</ul>
                <p class="quiet">{say("Show the code at the door, on paper or on your phone.", "Zeigen Sie den Code an der Tür, auf Papier oder auf dem Telefon.")}</p>
            </section>
        }
    });
    view! { <div id="order-tickets" data-live>{content}</div> }
}

#[component]
fn TicketCard(seat: String, ticket: Ticket) -> impl IntoView {
    let used = ticket
        .checked_in_at
        .map(|_| view! { <p class="quiet">{say("Used at the door", "An der Tür eingelöst")}</p> });
    view! {
        <li class="ticket-card">
            <div>
                <p class="quiet">{say("Seat", "Platz")}</p>
                <p class="ticket-seat">{seat}</p>
                <p class="code">{ticket.ticket_code}</p>
                {used}
            </div>
        </li>
    }
}

fn seat_code(order: &Order, ticket: &Ticket) -> String {
    order
        .items
        .iter()
        .filter_map(|it| it.seat.as_ref())
        .find(|it| it.seat_id == ticket.seat_id)
        .map_or_else(|| ticket.seat_id.to_string(), |it| it.seat_code.clone())
}
