//! Goods that come back: asked for, accepted or refused, received.

use chrono::{DateTime, Utc};
use derive_more::Display;
use serde::{Deserialize, Serialize};

use super::{FieldError, LineQuantity, Order, OrderLine, Refusal, ReturnId, Text};

/// Goods on their way back.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Return {
    /// The return's id.
    pub id: ReturnId,
    /// What comes back.
    pub items: Vec<LineQuantity>,
    /// How far it is.
    pub status: ReturnState,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// How far a return is.
#[derive(Clone, Copy, Debug, Display, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "engine",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[display(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum ReturnState {
    /// Somebody asked for it; nobody has decided.
    Requested,
    /// The goods may be sent back.
    Accepted,
    /// They may not.
    Refused,
    /// They are here.
    Received,
}

/// What can be done to a return.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ReturnCommand {
    /// Let the goods come back.
    Accept,
    /// Do not.
    Refuse,
    /// Note that they are here.
    Receive {
        /// Whether they go back on the shelf.
        restock: bool,
        /// Whether their money goes back.
        refund: bool,
    },
}

impl ReturnState {
    /// The state after `command`.
    ///
    /// # Errors
    /// It was decided otherwise.
    pub fn after(self, command: ReturnCommand) -> Result<Self, Refusal> {
        match (self, command) {
            (Self::Requested, ReturnCommand::Accept) => Ok(Self::Accepted),
            (Self::Requested, ReturnCommand::Refuse) => Ok(Self::Refused),
            (Self::Accepted, ReturnCommand::Receive { .. }) => Ok(Self::Received),
            (state, _) => Err(Refusal::ReturnDecided { state }),
        }
    }

    /// The state's word, as in JSON and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Received => "received",
        }
    }
}

/// A return that somebody asks for.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"items": [{"line": 1, "quantity": 1}], "reason": "Too small."})))]
pub struct NewReturn {
    /// What shall go back: delivered, and in no other return.
    #[serde(default)]
    pub items: Vec<LineQuantity>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

impl NewReturn {
    /// The return with its text trimmed.
    ///
    /// # Errors
    /// Every field that is missing or unusable.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        LineQuantity::check(Some(&self.items), &mut errors);
        let reason = self.reason.unwrap_or_default();
        let reason = FieldError::collect(&mut errors, "/reason", Text::optional(&reason, 1_000));
        match reason {
            Some(reason) if errors.is_empty() => Ok(Self {
                items: self.items,
                reason,
            }),
            _ => Err(errors),
        }
    }
}

impl Order {
    /// How much of `line` has arrived at the buyer's.
    #[must_use]
    pub fn delivered(&self, line: &OrderLine) -> u32 {
        let parcels = self.shipments.iter().filter(|it| it.delivered_at.is_some());
        quantity_of(line, parcels.flat_map(|it| &it.items))
    }

    /// How much of `line` could be sent back: delivered, and in no return that was not refused.
    #[must_use]
    pub fn returnable(&self, line: &OrderLine) -> u32 {
        let returns = self
            .returns
            .iter()
            .filter(|it| it.status != ReturnState::Refused);
        let returned = quantity_of(line, returns.flat_map(|it| &it.items));
        self.delivered(line).saturating_sub(returned)
    }

    /// What is to be paid for now that `found` is here: as many of each line as have come back in all, less what was
    /// refunded since the first of them was to come. What was refunded before that was for other ones.
    #[must_use]
    pub fn unpaid_of(&self, found: &Return) -> Vec<LineQuantity> {
        let unpaid = |item: &LineQuantity| {
            let line = self.line(item.line)?;
            let returns = self.returns.iter();
            let coming = returns.filter(|it| it.status != ReturnState::Refused);
            let of_line = coming.filter(|it| it.items.iter().any(|it| it.line == item.line));
            let since = of_line.clone().map(|it| it.created_at).min()?;
            let here = of_line.filter(|it| it.status == ReturnState::Received && it.id != found.id);
            let here = quantity_of(line, here.flat_map(|it| &it.items)) + item.quantity;
            let quantity = here
                .saturating_sub(self.refunded_since(line, since))
                .min(item.quantity)
                .min(self.unrefunded(line));
            (quantity > 0).then_some(LineQuantity {
                line: item.line,
                quantity,
            })
        };
        found.items.iter().filter_map(unpaid).collect()
    }
}

fn quantity_of<'a>(line: &OrderLine, items: impl Iterator<Item = &'a LineQuantity>) -> u32 {
    items
        .filter(|it| it.line == line.line)
        .map(|it| it.quantity)
        .sum()
}
