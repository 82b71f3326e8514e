//! States as icon, hue and word.

use leptos::prelude::*;
use orders::{OrderState, PaymentStatus};

use super::Icon;

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
        OrderState::Pending => (Tone::Waiting, "Waiting for payment"),
        OrderState::PaymentPending => (Tone::Waiting, "Checking payment"),
        OrderState::PaymentFailed => (Tone::Waiting, "Payment failed"),
        OrderState::Confirmed if payment == PaymentStatus::None => (Tone::Paid, "Confirmed"),
        OrderState::Confirmed => (Tone::Paid, "Paid"),
        OrderState::Processing => (Tone::Work, "Packing"),
        OrderState::Shipped => (Tone::Moving, "On its way"),
        OrderState::Delivered => (Tone::There, "Delivered"),
        OrderState::Completed => (Tone::There, "Completed"),
        OrderState::Cancelled => (Tone::Stopped, "Cancelled"),
        OrderState::Failed => (Tone::Stopped, "Failed"),
        OrderState::Refunded => (Tone::Refunded, "Refunded"),
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
