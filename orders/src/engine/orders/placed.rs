//! An order as the answer to its creation, and to repeats of that.

use super::{IdempotencyKey, Orders, access, idempotency, read};
use crate::{
    domain::{Caller, Identity, NewOrder, Order, OrderId, Settlement},
    engine::OrderError,
};

/// An order that stands.
#[derive(Clone, Debug)]
pub enum Placed {
    /// It was made by this request.
    Now(Order),
    /// It was made by an earlier request with the same key; this is how it is now.
    Before(Order),
}

/// How a request that placed an order is answered when it comes again.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AnsweredAs {
    /// By the order as it was placed, which can be told from it for ever: placing is all that the request did.
    Placed,
    /// By what was answered first; where that is lost, by the order as it is.
    Kept,
}

impl Placed {
    /// The order.
    #[must_use]
    pub fn order(self) -> Order {
        match self {
            Self::Now(order) | Self::Before(order) => order,
        }
    }
}

impl Orders {
    /// How repeats of a request for `new` are answered.
    #[must_use]
    pub fn answered_as(&self, new: &NewOrder) -> AnsweredAs {
        let only_waits = self.intent(new).is_none() && new.settlement != Settlement::Elsewhere;
        if only_waits && !self.reservations.any() {
            AnsweredAs::Placed
        } else {
            AnsweredAs::Kept
        }
    }

    /// The order that an earlier request with `key` made, if there is one; without its token for a guest who is another
    /// sender than the one who made it.
    ///
    /// # Errors
    /// The database failed, the key came before with another request, or the order was archived since.
    pub async fn placed_before(
        &self,
        caller: &Caller,
        key: &IdempotencyKey,
        answered_as: AnsweredAs,
    ) -> Result<Option<Order>, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let Some(made) = idempotency::find(&mut conn, key).await? else {
            return Ok(None);
        };
        let record = read::document(&mut conn, made.order).await?;
        if record.is_archived {
            return Err(access::not_found().into());
        }
        let order = match answered_as {
            AnsweredAs::Placed => record.order.as_placed(record.expires_at),
            AnsweredAs::Kept => record.order,
        };
        if !made.by_same_sender {
            return Ok(Some(order));
        }
        Ok(Some(self.with_token(caller, order, record.token_version)))
    }

    /// What a request with `key` made that was faster than this one.
    ///
    /// # Errors
    /// As the first was refused, when a service outside was short of something. The next one tries anew.
    pub(super) async fn find_twin(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
    ) -> Result<Option<Order>, OrderError> {
        let Some(key) = key else {
            return Ok(None);
        };
        let twin = self.placed_before(caller, key, AnsweredAs::Kept).await?;
        if let Some(order) = &twin {
            self.refuse_if_short(order, Some(key)).await?;
        }
        Ok(twin)
    }

    /// The order as it is now.
    pub(super) async fn placed(&self, caller: &Caller, id: OrderId) -> Result<Order, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let record = read::document(&mut conn, id).await?;
        Ok(self.with_token(caller, record.order, record.token_version))
    }

    /// A guest gets the token that opens the order.
    pub(super) fn with_token(
        &self,
        caller: &Caller,
        mut order: Order,
        token_version: i32,
    ) -> Order {
        if caller.identity == Identity::Guest {
            let token = access::token(&self.database.secrets, order.id, token_version);
            order.access_token = Some(token);
        }
        order
    }
}
