//! The order's state machine: every legal move, on one screen.

use derive_more::Display;
use serde::{Deserialize, Serialize};

use super::Goods;

/// Where an order stands.
#[derive(Clone, Copy, Debug, Display, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[display(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Placed; nobody has tried to pay yet.
    Pending,
    /// A payment is running, or its outcome is not known yet.
    PaymentPending,
    /// The last payment was declined; the buyer may try again.
    PaymentFailed,
    /// Paid, or to be paid elsewhere.
    Confirmed,
    /// Being packed.
    Processing,
    /// Everything is on its way.
    Shipped,
    /// Everything has arrived.
    Delivered,
    /// Nothing is left to do.
    Completed,
    /// Stopped by somebody, or expired.
    Cancelled,
    /// Stopped because it could not be fulfilled.
    Failed,
    /// Everything that was captured has gone back.
    Refunded,
}

/// What can be asked of an order.
#[derive(Clone, Copy, Debug, Display, Eq, Hash, PartialEq, Serialize, Deserialize)]
#[display(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum OrderCommand {
    /// Begin a payment.
    StartPayment,
    /// Note that the running payment was declined.
    FailPayment,
    /// Accept the order: its money was captured, or comes another way.
    Confirm,
    /// Begin to pack.
    Process,
    /// Send what is left.
    Ship,
    /// Note that everything has arrived.
    Deliver,
    /// Close the order.
    Complete,
    /// Stop the order; stock and money go back.
    Cancel,
    /// Stop the order because it cannot be fulfilled; stock and money go back.
    Fail,
    /// Note that everything that was captured has gone back.
    Refund,
}

/// A command that the order's state does not allow.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("an order that is {state} cannot {command}")]
pub struct NotAllowed {
    /// The state as it is.
    pub state: OrderState,
    /// What was asked.
    pub command: OrderCommand,
    /// What the order may become from here.
    pub allowed: Vec<OrderState>,
}

impl OrderState {
    /// Every state, in the order of an order's life.
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::PaymentPending,
        Self::PaymentFailed,
        Self::Confirmed,
        Self::Processing,
        Self::Shipped,
        Self::Delivered,
        Self::Completed,
        Self::Cancelled,
        Self::Failed,
        Self::Refunded,
    ];

    /// The table: where `command` leads from here, if anywhere; `goods` tells how far the parcels are.
    fn target(self, command: OrderCommand, goods: Goods) -> Option<Self> {
        use OrderCommand as C;
        use OrderState as S;
        match (self, command) {
            (S::Pending | S::PaymentFailed, C::StartPayment) => Some(S::PaymentPending),
            (S::PaymentPending, C::FailPayment) => Some(S::PaymentFailed),
            (S::Pending | S::PaymentPending | S::PaymentFailed, C::Confirm) => Some(S::Confirmed),
            (S::Confirmed, C::Process) => Some(S::Processing),
            (S::Processing, C::Ship) => Some(S::Shipped),
            (S::Shipped, C::Deliver) => Some(S::Delivered),
            (S::Confirmed, C::Complete) if goods == Goods::NothingToShip => Some(S::Completed),
            (S::Delivered, C::Complete) => Some(S::Completed),
            (S::Pending | S::PaymentPending | S::PaymentFailed | S::Confirmed, C::Cancel) => {
                Some(S::Cancelled)
            }
            (S::Processing, C::Cancel) if goods.all_here() => Some(S::Cancelled),
            (S::Pending | S::PaymentFailed | S::Confirmed, C::Fail) => Some(S::Failed),
            (S::Processing, C::Fail) if goods.all_here() => Some(S::Failed),
            (
                S::Confirmed
                | S::Processing
                | S::Shipped
                | S::Delivered
                | S::Completed
                | S::Cancelled
                | S::Failed,
                C::Refund,
            ) => Some(S::Refunded),
            _ => None,
        }
    }

    /// The state after `command`.
    ///
    /// # Errors
    /// [`NotAllowed`], with what is.
    pub fn after(self, command: OrderCommand, goods: Goods) -> Result<Self, NotAllowed> {
        self.target(command, goods).ok_or_else(|| NotAllowed {
            state: self,
            command,
            allowed: self.next(goods),
        })
    }

    /// The states that some command leads to from here.
    #[must_use]
    pub fn next(self, goods: Goods) -> Vec<Self> {
        OrderCommand::ALL
            .into_iter()
            .filter_map(|command| self.target(command, goods))
            .collect()
    }

    /// The commands that would work from here.
    #[must_use]
    pub fn commands(self, goods: Goods) -> Vec<OrderCommand> {
        OrderCommand::ALL
            .into_iter()
            .filter(|command| self.target(*command, goods).is_some())
            .collect()
    }

    /// Whether the order waits for money.
    #[must_use]
    pub fn is_unpaid(self) -> bool {
        matches!(
            self,
            Self::Pending | Self::PaymentPending | Self::PaymentFailed
        )
    }

    /// Whether the order was stopped or undone, so that its money has to be back.
    #[must_use]
    pub fn is_stopped(self) -> bool {
        matches!(self, Self::Cancelled | Self::Failed | Self::Refunded)
    }

    /// The state's word, as in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::PaymentPending => "payment_pending",
            Self::PaymentFailed => "payment_failed",
            Self::Confirmed => "confirmed",
            Self::Processing => "processing",
            Self::Shipped => "shipped",
            Self::Delivered => "delivered",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Refunded => "refunded",
        }
    }

    /// Reads a status word, whatever its case, with the synonyms other systems use.
    #[must_use]
    pub fn read(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        match word.as_str() {
            "paid" => Some(Self::Confirmed),
            "canceled" => Some(Self::Cancelled),
            other => Self::ALL.into_iter().find(|state| state.as_str() == other),
        }
    }
}

impl OrderCommand {
    /// Every command.
    pub const ALL: [Self; 10] = [
        Self::StartPayment,
        Self::FailPayment,
        Self::Confirm,
        Self::Process,
        Self::Ship,
        Self::Deliver,
        Self::Complete,
        Self::Cancel,
        Self::Fail,
        Self::Refund,
    ];

    /// The command that a status call asks for when it names `state`.
    /// `None` for the payment words: those belong to payments.
    #[must_use]
    pub fn towards(state: OrderState) -> Option<Self> {
        match state {
            OrderState::Pending | OrderState::PaymentPending | OrderState::PaymentFailed => None,
            OrderState::Confirmed => Some(Self::Confirm),
            OrderState::Processing => Some(Self::Process),
            OrderState::Shipped => Some(Self::Ship),
            OrderState::Delivered => Some(Self::Deliver),
            OrderState::Completed => Some(Self::Complete),
            OrderState::Cancelled => Some(Self::Cancel),
            OrderState::Failed => Some(Self::Fail),
            OrderState::Refunded => Some(Self::Refund),
        }
    }
}

/// How an order gets where a caller wants it who names only the end. Each step is one of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// By this one step.
    Straight(OrderCommand),
    /// To `processing`; an order whose money did not come here is confirmed on the way.
    ToPacking,
    /// To `shipped`; an order that is only confirmed passes through processing.
    ToTheCarrier,
    /// To `completed`; what has not been sent is sent, what has not arrived arrives on the way.
    ToTheEnd,
}

impl Way {
    /// The next step of an order that is in `state`, and whether it is the last. Where the way does not lead through
    /// `state`, it is the step that the table refuses.
    #[must_use]
    pub fn next(self, state: OrderState, goods: Goods) -> (OrderCommand, bool) {
        use OrderCommand as C;
        use OrderState as S;
        match (self, state) {
            (Self::Straight(command), _) => (command, true),
            (Self::ToPacking, S::Pending | S::PaymentPending | S::PaymentFailed) => {
                (C::Confirm, false)
            }
            (Self::ToPacking, _) => (C::Process, true),
            (Self::ToTheCarrier, S::Confirmed) => (C::Process, false),
            (Self::ToTheCarrier, _) => (C::Ship, true),
            (Self::ToTheEnd, S::Confirmed) if goods != Goods::NothingToShip => (C::Process, false),
            (Self::ToTheEnd, S::Processing) => (C::Ship, false),
            (Self::ToTheEnd, S::Shipped) => (C::Deliver, false),
            (Self::ToTheEnd, _) => (C::Complete, true),
        }
    }

    /// Where it leads from `state`.
    ///
    /// # Errors
    /// [`NotAllowed`]: the first step that the table refuses.
    pub fn end(self, mut state: OrderState, goods: Goods) -> Result<OrderState, NotAllowed> {
        loop {
            let (command, is_last) = self.next(state, goods);
            state = state.after(command, goods)?;
            if is_last {
                return Ok(state);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOODS: [Goods; 4] = [
        Goods::NothingToShip,
        Goods::AllHere,
        Goods::PartlySent,
        Goods::AllSent,
    ];

    #[test]
    fn the_whole_table_reads_as_agreed() {
        let mut table = String::new();
        for state in OrderState::ALL {
            for goods in GOODS {
                let next: Vec<_> = state
                    .next(goods)
                    .into_iter()
                    .map(OrderState::as_str)
                    .collect();
                let goods = format!("{goods:?}");
                table.push_str(&format!(
                    "{:<16}{goods:<16}{}\n",
                    state.as_str(),
                    next.join(" ")
                ));
            }
        }
        insta::assert_snapshot!(table);
    }

    #[test]
    fn every_state_can_be_reached_and_only_refunded_is_final() {
        let mut reached = vec![OrderState::Pending];
        let mut at = 0;
        while let Some(state) = reached.get(at).copied() {
            let fresh: Vec<_> = GOODS.iter().flat_map(|goods| state.next(*goods)).collect();
            reached.extend(
                fresh
                    .into_iter()
                    .filter(|next| !reached.contains(next))
                    .collect::<std::collections::HashSet<_>>(),
            );
            at += 1;
        }

        assert!(
            OrderState::ALL.iter().all(|state| reached.contains(state)),
            "{reached:?}"
        );
        for state in OrderState::ALL {
            assert_eq!(
                state.next(Goods::AllHere).is_empty(),
                state == OrderState::Refunded,
                "{state}"
            );
        }
    }

    #[test]
    fn ways_take_only_steps_of_the_table_and_end_where_they_say() {
        let from = |way, goods| {
            OrderState::ALL
                .into_iter()
                .filter(|state| Way::end(way, *state, goods).is_ok())
                .collect::<Vec<_>>()
        };

        let packing = [
            OrderState::Pending,
            OrderState::PaymentPending,
            OrderState::PaymentFailed,
            OrderState::Confirmed,
        ];
        let end = [
            OrderState::Confirmed,
            OrderState::Processing,
            OrderState::Shipped,
            OrderState::Delivered,
        ];
        for goods in GOODS {
            assert_eq!(from(Way::ToPacking, goods), packing);
            assert_eq!(from(Way::ToTheCarrier, goods), end[..2]);
            assert_eq!(from(Way::ToTheEnd, goods), end);
            assert_eq!(
                Way::ToTheEnd.end(OrderState::Confirmed, goods),
                Ok(OrderState::Completed)
            );
        }
    }

    #[test]
    fn a_refusal_names_what_would_be_allowed() {
        let refusal = OrderState::Shipped
            .after(OrderCommand::Cancel, Goods::AllSent)
            .unwrap_err();

        assert_eq!(
            refusal.allowed,
            [OrderState::Delivered, OrderState::Refunded]
        );
        assert_eq!(
            refusal.to_string(),
            "an order that is shipped cannot cancel"
        );
    }

    #[test]
    fn status_words_are_read_with_their_synonyms() {
        assert_eq!(OrderState::read("PAID"), Some(OrderState::Confirmed));
        assert_eq!(OrderState::read(" Canceled "), Some(OrderState::Cancelled));
        assert_eq!(OrderState::read("lost"), None);
        for state in OrderState::ALL {
            assert_eq!(OrderState::read(state.as_str()), Some(state));
            assert_eq!(state.to_string(), state.as_str());
        }
    }
}
