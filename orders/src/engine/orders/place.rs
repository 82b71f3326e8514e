//! Placing an order: priced from what the server remembers of the catalogue, then its stock held and everything
//! written and told in one transaction, which checks under the lock that the catalogue is still the same.

use std::time::Instant;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    IdempotencyKey, Orders, Placed,
    advance::take_lease,
    discount,
    draft::{Draft, Line},
    pay::{self, Intent},
    reserve,
    write_new::{Outcome, write_new},
};
use crate::{
    domain::{
        Caller, FieldError, NewItem, NewOrder, Order, OrderCommand, OrderId, Refusal, Settlement,
    },
    engine::{
        Database, OrderError, carts,
        catalogue::{Offer, Offered},
        database::retry_conflicts,
    },
};

/// How often the catalogue may change under one request before it is told to come again.
const MOST_REVISIONS: usize = 5;

/// What came of an attempt to place.
enum Attempt {
    /// An order of this request, as it was written.
    Now(Box<Order>),
    /// The same, with the lease on what is still to be done: a payment, or holding it at services outside.
    Underway { id: OrderId, fence: i64 },
    /// An earlier request with the same key made it.
    Repeated,
    /// The catalogue changed since it was remembered.
    Outdated,
}

impl Orders {
    /// Places an order, and when it comes with a payment, pays it. Returns with the outcome, or with an order whose
    /// payment still runs. A request whose `key` came before gets the order it made then.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], [`Refusal::OutOfStock`] with everything that is short, [`Refusal::TotalChanged`],
    /// [`Refusal::PaymentUnavailable`], [`Refusal::KeyReused`]; then there is no order, or, when a service outside was
    /// short of something, one that has `failed`. A declined payment is not an error here: the order stands and says
    /// `payment_failed`, or `failed` where it was to be paid at once.
    pub async fn place(
        &self,
        caller: &Caller,
        new: &NewOrder,
        key: Option<&IdempotencyKey>,
    ) -> Result<Placed, OrderError> {
        let began = Instant::now();
        let placed = self.place_or_find(caller, new, key).await;
        if let Ok(Placed::Now(_)) = &placed {
            self.database.observer.processed(began.elapsed());
        }
        placed
    }

    async fn place_or_find(
        &self,
        caller: &Caller,
        new: &NewOrder,
        key: Option<&IdempotencyKey>,
    ) -> Result<Placed, OrderError> {
        if new.payment.is_some() && !self.provider.takes_cards() {
            return Err(Refusal::PaymentUnavailable.into());
        }
        let attempt = self.attempt(caller, new, key).await;
        if let Ok(Attempt::Now(_) | Attempt::Underway { .. }) = &attempt {
            self.database.observer.placed();
        }
        match attempt {
            Ok(Attempt::Now(order)) => {
                self.database.feed.committed();
                Ok(Placed::Now(self.with_token(caller, *order, 1)))
            }
            Ok(Attempt::Underway { id, fence }) => {
                self.database.feed.committed_and_due();
                self.advance_for_request(id, fence).await?;
                let order = self.placed(caller, id).await?;
                self.refuse_if_short(&order, key).await?;
                self.clear_cart(new).await;
                Ok(Placed::Now(order))
            }
            Ok(Attempt::Repeated) => match self.find_twin(caller, key).await? {
                Some(order) => Ok(Placed::Before(order)),
                // The twin that had the key gave up meanwhile.
                None => Err(OrderError::Busy),
            },
            Ok(Attempt::Outdated) => Err(OrderError::Busy),
            // The first of two twins may have bought what the second misses, or at a price that is no more.
            Err(OrderError::Refused(refusal)) => match self.find_twin(caller, key).await? {
                Some(order) => Ok(Placed::Before(order)),
                None => Err(refusal.into()),
            },
            Err(error) => Err(error),
        }
    }

    /// Empties the cart of an order of which only now is sure that it stands. One that stays full does no harm.
    async fn clear_cart(&self, new: &NewOrder) {
        let Some(cart) = new.cart_id.filter(|_| self.reservations.any()) else {
            return;
        };
        let cleared = async {
            let mut conn = self.database.pool.acquire().await?;
            carts::clear(&mut conn, cart).await
        };
        if let Err(error) = cleared.await {
            tracing::warn!(?error, "Could not empty a cart");
        }
    }

    /// Tries until the catalogue is the one that the order was priced by.
    async fn attempt(
        &self,
        caller: &Caller,
        new: &NewOrder,
        key: Option<&IdempotencyKey>,
    ) -> Result<Attempt, OrderError> {
        let pool = &self.database.pool;
        let mut offered = self.offers.of(pool, &new.market, &new.items).await?;
        for _ in 0..MOST_REVISIONS {
            let attempt = retry_conflicts(|| self.place_once(caller, new, key, &offered)).await;
            let is_outdated = match &attempt {
                Ok(Attempt::Outdated) => true,
                // What was remembered may be old: only a fresh look can say that the buyer saw another total, or that
                // something is not sold or sent as they want it.
                Err(OrderError::Refused(Refusal::TotalChanged { .. } | Refusal::Invalid(_))) => {
                    offered.is_remembered
                }
                Ok(_) | Err(_) => false,
            };
            if !is_outdated {
                return attempt;
            }
            offered = self
                .offers
                .read_again(pool, &new.market, &new.items)
                .await?;
        }
        Ok(Attempt::Outdated)
    }

    async fn place_once(
        &self,
        caller: &Caller,
        new: &NewOrder,
        key: Option<&IdempotencyKey>,
        offered: &Offered,
    ) -> Result<Attempt, OrderError> {
        let Database { pool, clock, .. } = &self.database;
        check_variants(&new.items, offered)?;
        let lines = lines(&new.items, offered);
        let items: Vec<_> = lines.iter().map(Line::to_price).collect();
        let now = clock.now();
        if items.iter().any(|it| it.ships) {
            offered.terms.must_ship_to(new.shipping_address.as_ref())?;
        }
        let code = match &new.discount_code {
            Some(code) => {
                let found = discount::find(pool, &new.market.storefront, code, now).await?;
                let currency = offered.terms.terms.currency;
                Some(found.map_err(|it| it.refusal(code, currency))?)
            }
            None => None,
        };
        let method = new.shipping_method.as_deref();
        let discount = code.as_ref().map(|it| &it.discount);
        let (pricing, shipping_method) = offered.terms.price(&items, method, discount)?;
        if let Some(expected_minor) = new.expected_total_minor
            && expected_minor != pricing.total_minor
        {
            return Err(Refusal::TotalChanged {
                expected_minor,
                actual_minor: pricing.total_minor,
            }
            .into());
        }
        let draft = Draft {
            id: OrderId(clock.new_id()),
            now,
            expires_at: self.expires_at(new, now),
            storefront: new.market.storefront.clone(),
            language: offered.terms.terms.language,
            customer: self.buyer(caller, &new.customer).await?,
            shipping_address: new.shipping_address.clone(),
            billing_address: new.billing_address.clone(),
            shipping_method,
            discount_code: code.as_ref().map(|it| it.discount.code.clone()),
            note: new.note.clone(),
            lines,
            pricing,
            revision: offered.revision,
            key: key.cloned(),
            answered_as: self.answered_as(new),
            actor: caller.actor(),
            request_id: caller.request_id.clone(),
        };
        let is_held_outside = self.reservations.any();
        let intent = self.intent(new);
        let only_waits = intent.is_none() && new.settlement != Settlement::Elsewhere;
        let is_plain = only_waits && new.cart_id.is_none() && code.is_none();
        if is_plain && !is_held_outside {
            return match self.desk.write(draft).await? {
                Outcome::Placed(order) => Ok(Attempt::Now(order)),
                Outcome::Repeated => Ok(Attempt::Repeated),
                Outcome::Outdated => Ok(Attempt::Outdated),
                Outcome::Refused(refusal) => Err(refusal.into()),
            };
        }
        let mut tx = pool.begin().await?;
        let mut order = match write_new(&mut tx, &[&draft]).await?.swap_remove(0) {
            Outcome::Placed(order) => order,
            Outcome::Repeated => return Ok(Attempt::Repeated),
            Outcome::Outdated => return Ok(Attempt::Outdated),
            Outcome::Refused(refusal) => return Err(refusal.into()),
        };
        if let Some(code) = &code
            && !discount::claim(&mut tx, code, &order).await?
        {
            return Ok(Attempt::Outdated);
        }
        if let Some(cart) = new.cart_id
            && !is_held_outside
        {
            carts::clear(&mut tx, cart).await?;
        }
        if let Some(intent) = &intent {
            pay::begin(
                &mut tx,
                &self.provider,
                caller,
                now,
                &mut order,
                intent,
                clock,
            )
            .await?;
        } else if new.settlement == Settlement::Elsewhere {
            self.confirm_settled(&mut tx, caller, &mut order).await?;
        } else if !is_held_outside {
            commit!(tx, "place");
            return Ok(Attempt::Now(order));
        }
        reserve::want(&mut tx, &self.reservations, &order, clock).await?;
        let fence = take_lease(&mut tx, order.id, now).await?;
        commit!(tx, "place");
        Ok(Attempt::Underway {
            id: order.id,
            fence,
        })
    }
}

impl Orders {
    /// Until when there is time to pay it.
    fn expires_at(&self, new: &NewOrder, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match new.settlement {
            Settlement::Elsewhere => None,
            Settlement::AtOnce if new.payment.is_none() => None,
            Settlement::AtOnce | Settlement::InTime | Settlement::Collected => {
                Some(now + self.expiry)
            }
        }
    }

    /// The payment that begins with the order.
    pub(super) fn intent<'a>(&self, new: &'a NewOrder) -> Option<Intent<'a>> {
        match (new.settlement, &new.payment) {
            (Settlement::Collected, _) if self.provider.collects() => Some(Intent::Collected),
            (Settlement::Collected | Settlement::Elsewhere, _) | (_, None) => None,
            (Settlement::InTime, Some(payment)) => Some(Intent::Card(payment)),
            (Settlement::AtOnce, Some(payment)) => Some(Intent::OnlyCard(payment)),
        }
    }

    /// Confirms an order whose money is no matter of ours, once everything is held outside too.
    async fn confirm_settled(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        order: &mut Order,
    ) -> Result<(), OrderError> {
        let clock = &self.database.clock;
        if reserve::want(conn, &self.reservations, order, clock).await? {
            let why = Some("paid elsewhere");
            return self
                .apply(conn, caller, order, OrderCommand::Confirm, why)
                .await;
        }
        sqlx::query!(
            "update orders set is_settled_elsewhere = true where id = $1",
            order.id as OrderId,
        )
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// Whether every variant is one of the product that was named beside it. Other systems mix both up, so either will do.
fn check_variants(items: &[NewItem], offered: &Offered) -> Result<(), Refusal> {
    let is_of = |name: &str, offer: &Offer| name == offer.product || name == offer.sku;
    let errors: Vec<_> = (items.iter().zip(&offered.offers).enumerate())
        .filter(|(_, (item, offer))| item.of().is_some_and(|it| !is_of(it, offer)))
        .map(|(index, _)| {
            FieldError::new(
                format!("/items/{index}"),
                "names a variant of another product",
            )
        })
        .collect();
    if errors.is_empty() {
        Ok(())
    } else {
        Err(errors.into())
    }
}

/// The order's lines: each SKU once, in the order they were named.
fn lines(items: &[NewItem], offered: &Offered) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::with_capacity(items.len());
    for (item, offer) in items.iter().zip(&offered.offers) {
        match lines.iter_mut().find(|it| it.offer.sku == offer.sku) {
            Some(same) => same.quantity = same.quantity.saturating_add(item.quantity()),
            None => lines.push(Line {
                offer: offer.clone(),
                quantity: item.quantity(),
            }),
        }
    }
    lines
}
