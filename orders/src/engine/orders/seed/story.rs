//! The lives that seeded orders have lived, told in the state machine's own commands.

use chrono::Duration;
use serde::Serialize;

use crate::domain::{EventType, Goods, OrderCommand, OrderState};

/// One thing that happens to an order, and how many minutes after the one before.
#[derive(Clone, Copy)]
struct Happening {
    change: &'static str,
    command: Option<OrderCommand>,
    events: &'static [EventType],
    reason: Option<&'static str>,
    minutes: i64,
}

const fn happens(
    minutes: i64,
    change: &'static str,
    command: OrderCommand,
    events: &'static [EventType],
) -> Happening {
    Happening {
        change,
        command: Some(command),
        events,
        reason: None,
        minutes,
    }
}

use EventType as E;
use OrderCommand as C;

const PAYS: Happening = happens(1, "payment_started", C::StartPayment, &[]);
const CAPTURED: Happening = happens(0, "payment_captured", C::Confirm, &[E::PaymentSuccessful]);
const DECLINED: Happening = happens(0, "payment_declined", C::FailPayment, &[E::PaymentFailed]);
const PACKED: Happening = happens(200, "processing", C::Process, &[]);
const SHIPPED: Happening = happens(900, "shipped", C::Ship, &[E::Shipped]);
const DELIVERED: Happening = happens(2_600, "delivered", C::Deliver, &[E::Delivered]);
const COMPLETED: Happening = happens(4_000, "completed", C::Complete, &[]);
const CANCELLED: Happening = happens(30, "cancelled", C::Cancel, &[E::Cancelled]);
const FAILED: Happening = happens(30, "failed", C::Fail, &[]);
const EXPIRED: Happening = Happening {
    reason: Some("not paid in time"),
    ..happens(15, "cancelled", C::Cancel, &[E::Cancelled])
};
const REFUND_SENT: Happening = Happening {
    change: "refund_sent",
    command: None,
    events: &[E::Refunded],
    reason: None,
    minutes: 1,
};
const REFUNDED: Happening = Happening {
    reason: Some("all the money is back"),
    ..happens(0, "refunded", C::Refund, &[])
};

/// How many of a hundred orders live it, over how many minutes they are spread, and what happens after placing.
const LIVES: &[(u32, i64, &[Happening])] = &[
    (1, 5, &[]),
    (1, 5, &[PAYS]),
    (1, 5, &[PAYS, DECLINED]),
    (4, 1_000, &[PAYS, CAPTURED]),
    (4, 1_500, &[PAYS, CAPTURED, PACKED]),
    (7, 4_000, &[PAYS, CAPTURED, PACKED, SHIPPED]),
    (10, 14_000, &[PAYS, CAPTURED, PACKED, SHIPPED, DELIVERED]),
    (
        42,
        120_000,
        &[PAYS, CAPTURED, PACKED, SHIPPED, DELIVERED, COMPLETED],
    ),
    (
        4,
        120_000,
        &[
            PAYS, DECLINED, PAYS, CAPTURED, PACKED, SHIPPED, DELIVERED, COMPLETED,
        ],
    ),
    (12, 120_000, &[EXPIRED]),
    (3, 120_000, &[PAYS, DECLINED, EXPIRED]),
    (2, 120_000, &[PAYS, DECLINED, FAILED]),
    (
        5,
        120_000,
        &[PAYS, CAPTURED, CANCELLED, REFUND_SENT, REFUNDED],
    ),
    (
        4,
        120_000,
        &[
            PAYS,
            CAPTURED,
            PACKED,
            SHIPPED,
            DELIVERED,
            REFUND_SENT,
            REFUNDED,
        ],
    ),
];

/// A life with everything that the database is told of it. Minutes count from placing.
#[derive(Serialize)]
pub(super) struct Story {
    #[serde(skip)]
    pub(super) share: u32,
    #[serde(skip)]
    pub(super) spread: Duration,
    #[serde(skip)]
    pub(super) state: OrderState,
    #[serde(skip)]
    pub(super) claim: &'static str,
    #[serde(skip)]
    pub(super) length: Duration,
    steps: Vec<Step>,
    events: Vec<ToldEvent>,
    payments: Vec<Attempt>,
    refunded: Option<i64>,
    shipped: Option<i64>,
    delivered: Option<i64>,
}

#[derive(Serialize)]
struct Step {
    version: i32,
    from: Option<OrderState>,
    to: OrderState,
    change: &'static str,
    reason: Option<&'static str>,
    minutes: i64,
}

#[derive(Serialize)]
struct ToldEvent {
    sequence: usize,
    r#type: EventType,
    from: Option<OrderState>,
    to: OrderState,
    minutes: i64,
}

#[derive(Serialize)]
struct Attempt {
    attempt: usize,
    state: &'static str,
    minutes: i64,
}

/// Every story.
pub(super) fn stories() -> Vec<Story> {
    LIVES
        .iter()
        .map(|(share, spread, happenings)| {
            let mut story = Story::placed(*share, Duration::minutes(*spread));
            for happening in *happenings {
                story.goes_on(happening);
            }
            story
        })
        .collect()
}

impl Story {
    fn placed(share: u32, spread: Duration) -> Self {
        let mut story = Self {
            share,
            spread,
            state: OrderState::Pending,
            claim: "held",
            length: Duration::zero(),
            steps: Vec::new(),
            events: Vec::new(),
            payments: Vec::new(),
            refunded: None,
            shipped: None,
            delivered: None,
        };
        story.notes(None, OrderState::Pending, "placed", None);
        story.tells(E::Created, None);
        story
    }

    /// What the order tells and keeps in the end.
    pub(super) fn versions(&self) -> i32 {
        i32::try_from(self.steps.len()).unwrap_or(i32::MAX)
    }

    pub(super) fn event_sequence(&self) -> i32 {
        i32::try_from(self.events.len()).unwrap_or(i32::MAX)
    }

    pub(super) fn last_change(&self) -> &'static str {
        self.steps.last().map_or("placed", |it| it.change)
    }

    fn goes_on(&mut self, it: &Happening) {
        self.length += Duration::minutes(it.minutes);
        let from = self.state;
        let goods = if self.shipped.is_some() {
            Goods::AllSent
        } else {
            Goods::AllHere
        };
        if let Some(command) = it.command {
            self.state = from.after(command, goods).expect("a life is a legal one");
            self.happens(command);
        } else {
            self.refunded = Some(self.length.num_minutes());
        }
        self.notes(Some(from), self.state, it.change, it.reason);
        if self.state != from {
            self.tells(E::StatusChanged, Some(from));
        }
        for event in it.events {
            self.tells(*event, Some(from));
        }
    }

    /// What a command leaves behind besides the state.
    fn happens(&mut self, command: OrderCommand) {
        let minutes = self.length.num_minutes();
        match command {
            C::StartPayment => {
                self.claim = "held";
                self.payments.push(Attempt {
                    attempt: self.payments.len() + 1,
                    state: "running",
                    minutes,
                });
            }
            C::Confirm => {
                self.claim = "taken";
                self.decide("captured");
            }
            C::FailPayment => {
                self.claim = "returned";
                self.decide("declined");
            }
            C::Cancel | C::Fail => self.claim = "returned",
            C::Ship => self.shipped = Some(minutes),
            C::Deliver => self.delivered = Some(minutes),
            C::Process | C::Complete | C::Refund => {}
        }
    }

    fn decide(&mut self, state: &'static str) {
        if let Some(payment) = self.payments.last_mut() {
            payment.state = state;
        }
    }

    fn notes(
        &mut self,
        from: Option<OrderState>,
        to: OrderState,
        change: &'static str,
        reason: Option<&'static str>,
    ) {
        self.steps.push(Step {
            version: self.versions() + 1,
            from,
            to,
            change,
            reason,
            minutes: self.length.num_minutes(),
        });
    }

    fn tells(&mut self, event: EventType, from: Option<OrderState>) {
        self.events.push(ToldEvent {
            sequence: self.events.len() + 1,
            r#type: event,
            from,
            to: self.state,
            minutes: self.length.num_minutes(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stories_reach_every_state_and_share_a_hundred_orders() {
        let stories = stories();

        for state in OrderState::ALL {
            let reached = stories.iter().any(|it| it.state == state);
            // A paid order that is cancelled is refunded in the end; unpaid ones stay cancelled.
            assert!(reached, "{state}");
        }
        assert_eq!(stories.iter().map(|it| it.share).sum::<u32>(), 100);
    }
}
