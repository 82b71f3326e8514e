//! States as icon, hue and word.

use leptos::prelude::*;
use orders::{OrderState, PaymentStatus};

use super::Icon;
use crate::words::say;

/// The hue and the icon of a state. The word says the rest.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tone {
    Waiting,
    Paid,
    Work,
    Moving,
    There,
    Stopped,
    Refunded,
    Attention,
}

impl Tone {
    fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Paid => "paid",
            Self::Work => "work",
            Self::Moving => "moving",
            Self::There => "there",
            Self::Stopped => "stopped",
            Self::Refunded => "refunded",
            Self::Attention => "attention",
        }
    }

    /// The icon that goes with the hue.
    pub(crate) fn icon(self) -> &'static str {
        match self {
            Self::Waiting => "clock",
            Self::Paid => "check-circle",
            Self::Work => "box-open",
            Self::Moving => "truck",
            Self::There => "home",
            Self::Stopped => "stop",
            Self::Refunded => "refund",
            Self::Attention => "alert",
        }
    }
}

/// What people call a state, and its tone. `payment` tells a paid order from one that is paid elsewhere.
pub(crate) fn standing(state: OrderState, payment: PaymentStatus) -> (Tone, &'static str) {
    match state {
        OrderState::Pending => (
            Tone::Waiting,
            say("Waiting for payment", "Wartet auf Zahlung"),
        ),
        OrderState::PaymentPending => (
            Tone::Waiting,
            say("Checking payment", "Zahlung wird geprüft"),
        ),
        OrderState::PaymentFailed => (
            Tone::Waiting,
            say("Payment failed", "Zahlung fehlgeschlagen"),
        ),
        OrderState::Confirmed if payment == PaymentStatus::None => {
            (Tone::Paid, say("Confirmed", "Bestätigt"))
        }
        OrderState::Confirmed => (Tone::Paid, say("Paid", "Bezahlt")),
        OrderState::Processing => (Tone::Work, say("Packing", "Wird gepackt")),
        OrderState::Shipped => (Tone::Moving, say("On its way", "Unterwegs")),
        OrderState::Delivered => (Tone::There, say("Delivered", "Zugestellt")),
        OrderState::Completed => (Tone::There, say("Completed", "Abgeschlossen")),
        OrderState::Cancelled => (Tone::Stopped, say("Cancelled", "Storniert")),
        OrderState::Failed => (Tone::Stopped, say("Failed", "Nicht ausführbar")),
        OrderState::Refunded => (Tone::Refunded, say("Refunded", "Erstattet")),
    }
}

/// A state.
#[component]
pub(crate) fn StatusChip(
    tone: Tone,
    #[prop(into)] word: String,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    view! {
        <span class="status-chip" data-tone=tone.word() data-size=large.then_some("large")>
            <Icon name=tone.icon() />
            {word}
        </span>
    }
}

/// An order's state.
#[component]
pub(crate) fn OrderChip(
    state: OrderState,
    payment: PaymentStatus,
    #[prop(optional)] large: bool,
) -> impl IntoView {
    let (tone, word) = standing(state, payment);
    view! { <StatusChip tone word large /> }
}
