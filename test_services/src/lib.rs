//! Plays what is outside (inventory, seating and payment services, and whoever hears of events) in a process of its own:
//! slow, down, lying, repeating and forgetful on command. It is as nasty as the protocol in `docs/services.md` allows,
//! and then some. The mail server that keeps what it is sent lives with its test.

mod books;
mod control;
mod mail_server;
mod process;
mod services;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    routing::{delete, get, post, put},
};

pub use books::{Behaviour, Books, Charge, HeldState, Reservation, Seen};
pub use control::{Callback, Misbehave};
pub use mail_server::{Mail, MailReply, MailServer};
pub use process::TestServices;

/// What all requests share.
#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Books>>);

impl Shared {
    fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All services behind one address, and the commands below `/control`.
pub fn router() -> Router {
    Router::new()
        .route("/reservations", post(services::reserve))
        .route("/reservations/{key}/confirm", put(services::confirm))
        .route("/reservations/{key}", delete(services::release))
        .route("/reservations/{key}/returns", post(services::take_back))
        .route("/charges", post(services::charge))
        .route("/charges/{key}", get(services::ask))
        .route("/refunds", post(services::refund))
        .route("/events", post(services::hear))
        .route("/control/books", get(control::books))
        .route("/control/behave", post(control::behave))
        .route("/control/stock", put(control::stock))
        .route("/control/settle", put(control::settle))
        .route("/control/take", put(control::take))
        .route("/control/decide", put(control::decide))
        .route("/control/forget", post(control::forget))
        .route("/control/callback", post(control::call_back))
        .with_state(Shared::default())
}
