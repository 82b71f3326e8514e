//! Placing an order: priced, its stock held, written and told in one transaction.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::{IdempotencyKey, Orders, access, advance::take_lease, idempotency, pay, read};
use crate::{
    domain::{
        Caller, Contact, Currency, FieldError, Identity, NewItem, NewOrder, Order, OrderId,
        OrderedItem, Refusal, Shortage,
        pricing::{self, Pricing, TaxRate},
    },
    engine::{Database, OrderError, carts, catalogue, database::retry_conflicts, people},
};

/// Where things are sold when nobody says where.
pub(crate) const DEFAULT_STOREFRONT: &str = "default";

/// An order that stands.
#[derive(Clone, Debug)]
pub enum Placed {
    /// It was made by this request.
    Now(Order),
    /// It was made by an earlier request with the same key; this is how it is now.
    Before(Order),
}

/// What came of an attempt to place: an order of this request, with the lease on its payment, or an earlier one.
enum Attempt {
    Now { id: OrderId, fence: Option<i64> },
    Before(OrderId),
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
    /// Places an order, and when it comes with a payment, pays it. Returns with the outcome, or with an order whose
    /// payment still runs. A request whose `key` came before gets the order it made then.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], [`Refusal::OutOfStock`] with everything that is short, [`Refusal::TotalChanged`],
    /// [`Refusal::PaymentUnavailable`], [`Refusal::KeyReused`]; then there is no order. A declined payment is not an
    /// error here: the order stands and says `payment_failed`.
    pub async fn place(
        &self,
        caller: &Caller,
        new: &NewOrder,
        key: Option<&IdempotencyKey>,
    ) -> Result<Placed, OrderError> {
        if new.payment.is_some() && !self.provider.takes_cards() {
            return Err(Refusal::PaymentUnavailable.into());
        }
        match retry_conflicts(|| self.place_once(caller, new, key)).await? {
            Attempt::Before(id) => Ok(Placed::Before(self.placed(caller, id).await?)),
            Attempt::Now { id, fence } => {
                self.database.feed.committed();
                if let Some(fence) = fence {
                    self.advance_for_request(id, fence).await?;
                }
                Ok(Placed::Now(self.placed(caller, id).await?))
            }
        }
    }

    /// The order that an earlier request with `key` made, if there is one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn placed_before(
        &self,
        caller: &Caller,
        key: &IdempotencyKey,
    ) -> Result<Option<Order>, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let id = idempotency::find(&mut conn, key).await?;
        drop(conn);
        match id {
            Some(id) => Ok(Some(self.placed(caller, id).await?)),
            None => Ok(None),
        }
    }

    /// The order as the answer to its creation: a guest gets the token that opens it.
    async fn placed(&self, caller: &Caller, id: OrderId) -> Result<Order, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let record = read::document(&mut conn, id).await?;
        let mut order = record.order;
        if caller.identity == Identity::Guest {
            order.access_token = Some(access::token(
                &self.database.secrets,
                id,
                record.token_version,
            ));
        }
        Ok(order)
    }

    async fn place_once(
        &self,
        caller: &Caller,
        new: &NewOrder,
        key: Option<&IdempotencyKey>,
    ) -> Result<Attempt, OrderError> {
        let Database { pool, clock, .. } = &self.database;
        let (id, now) = (OrderId(clock.new_id()), clock.now());
        let mut tx = pool.begin().await?;
        if let Some(key) = key
            && let Some(earlier) = idempotency::claim(&mut tx, key, id, now).await?
        {
            return Ok(Attempt::Before(earlier));
        }
        let customer = buyer(&mut tx, caller, &new.customer).await?;
        let items = ordered(&mut tx, &new.items).await?;
        let storefront = new.storefront.as_deref().unwrap_or(DEFAULT_STOREFRONT);
        let offer = offer(&mut tx, storefront, &items).await?;
        if new
            .expected_total_minor
            .is_some_and(|expected| expected != offer.pricing.total_minor)
        {
            let expected_minor = new.expected_total_minor.unwrap_or_default();
            return Err(Refusal::TotalChanged {
                expected_minor,
                actual_minor: offer.pricing.total_minor,
            }
            .into());
        }
        let draft = Draft {
            id,
            now,
            expires_at: now + self.expiry,
            storefront,
            customer,
            new,
        };
        insert(&mut tx, caller, &draft, &offer).await?;
        let mut fence = None;
        if let Some(payment) = &new.payment {
            let mut record = read::document(&mut tx, id).await?;
            pay::begin(
                &mut tx,
                &self.provider,
                caller,
                now,
                &mut record.order,
                payment,
                clock,
            )
            .await?;
            fence = Some(take_lease(&mut tx, id, now).await?);
        }
        if let Some(cart) = new.cart_id {
            carts::clear(&mut tx, cart).await?;
        }
        tx.commit().await?;
        Ok(Attempt::Now { id, fence })
    }
}

/// Who buys: the caller themselves, or for those who may, somebody else.
async fn buyer(
    conn: &mut PgConnection,
    caller: &Caller,
    named: &Contact,
) -> Result<Contact, OrderError> {
    if caller.may_act_for_others() {
        return match named.id {
            Some(id) => {
                let known = people::contact(conn, id)
                    .await?
                    .ok_or_else(|| Refusal::field("/customer/id", "is not a customer"))?;
                Ok(known.or(named))
            }
            None => Ok(named.clone()),
        };
    }
    if named.external_ref.is_some() || named.id.is_some_and(|id| caller.person() != Some(id)) {
        return Err(caller.refused().into());
    }
    match caller.person() {
        Some(id) => {
            let known = people::contact(conn, id)
                .await?
                .ok_or(Refusal::SignInNeeded)?;
            Ok(known.or(named))
        }
        None => {
            let missing = [
                ("/customer/email", named.email.is_none()),
                ("/customer/name", named.name.is_none()),
            ];
            let errors: Vec<_> = missing
                .into_iter()
                .filter(|(_, missing)| *missing)
                .map(|(pointer, _)| FieldError::new(pointer, "is missing"))
                .collect();
            if errors.is_empty() {
                Ok(named.clone())
            } else {
                Err(Refusal::Invalid(errors).into())
            }
        }
    }
}

/// The items by SKU, each SKU once.
async fn ordered(
    conn: &mut PgConnection,
    items: &[NewItem],
) -> Result<Vec<OrderedItem>, OrderError> {
    let mut ordered: Vec<OrderedItem> = Vec::with_capacity(items.len());
    for item in catalogue::find_skus(conn, items).await? {
        match ordered.iter_mut().find(|it| it.sku == item.sku) {
            Some(same) => same.quantity = same.quantity.saturating_add(item.quantity),
            None => ordered.push(item),
        }
    }
    Ok(ordered)
}

/// What the catalogue offers for the items, with their stock rows locked.
struct Offer {
    lines: Vec<OfferedLine>,
    pricing: Pricing,
}

struct OfferedLine {
    sku: String,
    quantity: u32,
    product: String,
    title: String,
    unit_price_minor: i64,
    seat_id: Option<i32>,
    seat_code: Option<String>,
    ships: bool,
}

async fn offer(
    conn: &mut PgConnection,
    storefront: &str,
    items: &[OrderedItem],
) -> Result<Offer, OrderError> {
    let skus: Vec<String> = items.iter().map(|it| it.sku.clone()).collect();
    // Ordered by SKU, so that two orders never wait for each other in a circle.
    let rows = sqlx::query!(
        r#"select stock.sku, on_hand - reserved as "available!", variants.price_minor, variants.seat_id,
            variants.seat_code, products.ref as product, products.kind = 'goods' as "ships!",
            case when variants.title is null then products.title else products.title || ', ' || variants.title end
                as "title!",
            storefronts.currency, storefronts.tax_basis_points, storefronts.prices_include_tax
        from stock
        join variants on variants.sku = stock.sku
        join products on products.id = variants.product_id
        join storefronts on storefronts.code = $2
        where stock.sku = any($1) order by stock.sku for update of stock"#,
        &skus,
        storefront,
    )
    .fetch_all(conn)
    .await?;
    let Some(first) = rows.first() else {
        return Err(Refusal::field("/storefront", "is not known").into());
    };
    let tax = TaxRate {
        basis_points: first.tax_basis_points,
        included: first.prices_include_tax,
    };
    let currency: Currency = first.currency.parse().map_err(|_| OrderError::Corrupt {
        table: "storefronts",
        id: storefront.to_owned(),
        why: format!("{} is not a currency", first.currency),
    })?;
    let mut lines = Vec::with_capacity(items.len());
    let mut short = Vec::new();
    for item in items {
        let Some(row) = rows.iter().find(|it| it.sku == item.sku) else {
            return Err(Refusal::field(
                "/items",
                &format!("names {}, which is not sold", item.sku),
            )
            .into());
        };
        if i64::from(row.available) < i64::from(item.quantity) {
            short.push(Shortage {
                sku: item.sku.clone(),
                title: row.title.clone(),
                requested: item.quantity,
                available: u32::try_from(row.available).unwrap_or(0),
            });
        }
        lines.push(OfferedLine {
            sku: item.sku.clone(),
            quantity: item.quantity,
            product: row.product.clone(),
            title: row.title.clone(),
            unit_price_minor: row.price_minor,
            seat_id: row.seat_id,
            seat_code: row.seat_code.clone(),
            ships: row.ships,
        });
    }
    if !short.is_empty() {
        return Err(Refusal::OutOfStock(short).into());
    }
    let priced: Vec<_> = lines
        .iter()
        .map(|it| pricing::Item {
            quantity: it.quantity,
            unit_price_minor: it.unit_price_minor,
        })
        .collect();
    Ok(Offer {
        pricing: pricing::price(&priced, tax, currency)?,
        lines,
    })
}

struct Draft<'a> {
    id: OrderId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    storefront: &'a str,
    customer: Contact,
    new: &'a NewOrder,
}

/// Holds the stock and writes order, lines and event, in one statement. The trigger adds the history.
async fn insert(
    conn: &mut PgConnection,
    caller: &Caller,
    draft: &Draft<'_>,
    offer: &Offer,
) -> Result<(), OrderError> {
    let Draft {
        id,
        now,
        expires_at,
        storefront,
        customer,
        new,
    } = draft;
    let (lines, pricing) = (&offer.lines, &offer.pricing);
    let column = |of: fn(&OfferedLine) -> String| lines.iter().map(of).collect::<Vec<_>>();
    let number = |of: fn(&OfferedLine) -> u32| {
        lines
            .iter()
            .map(|it| i32::try_from(of(it)).unwrap_or(i32::MAX))
            .collect::<Vec<_>>()
    };
    sqlx::query!(
        "with held as (
            update stock set reserved = reserved + wanted.quantity
            from unnest($20::text[], $22::integer[]) as wanted(sku, quantity) where stock.sku = wanted.sku
        ), numbered as (
            select nextval('order_numbers') as number
        ), placed as (
            insert into orders (
                id, number, state, storefront, currency, customer_id, external_ref, email, name, phone,
                shipping_address, billing_address, subtotal_minor, discount_minor, shipping_minor, tax_minor,
                total_minor, explanation, note, search, expires_at, due_at, event_sequence, created_at, updated_at,
                last_change, last_actor, last_request_id
            )
            select $1, number, 'pending', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                array_to_tsvector($18::text[] || number::text), $19, $19, 1, $30, $30, 'placed', $31, $32
            from numbered
            returning number
        ), line as (
            insert into order_lines (
                order_id, line, sku, product_ref, quantity, title, unit_price_minor, tax_minor, total_minor,
                seat_id, seat_code, ships, claim
            )
            select $1, line, sku, product, quantity, title, unit_price, tax, total, seat_id, seat_code, ships, 'held'
            from unnest(
                $20::text[], $21::text[], $22::integer[], $23::text[], $24::bigint[], $25::bigint[], $26::bigint[],
                $27::integer[], $28::text[], $29::boolean[]
            ) with ordinality as it(
                sku, product, quantity, title, unit_price, tax, total, seat_id, seat_code, ships, line
            )
        )
        insert into outbox (order_id, sequence, type, data, at)
        select $1, 1, 'order.created', jsonb_build_object(
            'sequence', 1, 'number', number, 'status', 'pending', 'total_minor', $15::bigint, 'currency', $3::text
        ), $30 from placed",
        *id as OrderId,
        storefront,
        pricing.currency.code(),
        customer.id as Option<crate::domain::CustomerId>,
        customer.external_ref,
        customer.email,
        customer.name,
        customer.phone,
        new.shipping_address.as_ref().map(Json) as _,
        new.billing_address.as_ref().map(Json) as _,
        pricing.subtotal_minor,
        pricing.discount_minor,
        pricing.shipping_minor,
        pricing.tax_minor,
        pricing.total_minor,
        Json(&pricing.explanation) as _,
        new.note,
        &search_words(customer, lines),
        expires_at,
        &column(|it| it.sku.clone()),
        &column(|it| it.product.clone()),
        &number(|it| it.quantity),
        &column(|it| it.title.clone()),
        &lines.iter().map(|it| it.unit_price_minor).collect::<Vec<_>>(),
        &pricing.lines.iter().map(|it| it.tax_minor).collect::<Vec<_>>(),
        &pricing.lines.iter().map(|it| it.total_minor).collect::<Vec<_>>(),
        &lines.iter().map(|it| it.seat_id).collect::<Vec<_>>() as _,
        &lines.iter().map(|it| it.seat_code.clone()).collect::<Vec<_>>() as _,
        &lines.iter().map(|it| it.ships).collect::<Vec<_>>(),
        now,
        caller.actor(),
        caller.request_id,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a search finds the order by, besides its number.
fn search_words(customer: &Contact, lines: &[OfferedLine]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    words.extend(customer.email.iter().map(|it| it.to_lowercase()));
    words.extend(customer.external_ref.iter().map(|it| it.to_lowercase()));
    words.extend(
        customer
            .name
            .iter()
            .flat_map(|it| it.split_whitespace())
            .map(str::to_lowercase),
    );
    words.extend(lines.iter().map(|it| it.sku.to_lowercase()));
    words.sort();
    words.dedup();
    words
}
