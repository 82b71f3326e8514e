//! Carts: what a visitor has chosen. Whoever knows a cart's id may change it.

use sqlx::PgConnection;

use super::{
    Database, OrderError,
    catalogue::{self, StorefrontTerms},
    orders::discount,
};
use crate::domain::{
    Cart, CartId, CartLine, CodeProblem, DeliveryMethod, Discount, DiscountKind, ExplanationKind,
    Language, Market, OfferedDelivery, Refusal, Text, pricing::Item,
};

/// How many lines a cart may have.
const MOST_LINES: i64 = 100;

/// What can be done with carts.
#[derive(Clone)]
pub struct Carts {
    database: Database,
}

impl Carts {
    /// The carts in `database`.
    #[must_use]
    pub fn new(database: Database) -> Self {
        Self { database }
    }

    /// Puts `quantity` more of a SKU into the cart, which is made if it is not there.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a SKU that is not sold or a cart that is full, [`Refusal::Invalid`] for a quantity that is
    /// not from 1 to 10,000.
    pub async fn add(&self, cart: CartId, sku: &str, quantity: i32) -> Result<(), OrderError> {
        check_quantity(quantity, 1)?;
        let now = self.database.clock.now();
        let mut tx = self.database.pool.begin().await?;
        sqlx::query!(
            "insert into carts (id, updated_at) values ($1, $2) on conflict (id) do update set updated_at = $2",
            cart as CartId,
            now,
        )
        .execute(&mut *tx)
        .await?;
        // A seat is there once; everything else adds up.
        let added = sqlx::query!(
            "insert into cart_lines (cart_id, sku, quantity, added_at)
             select $1, variants.sku, case when seat_id is null then $3 else 1 end, $4 from variants
             where sku = $2 and (select count(*) from cart_lines where cart_id = $1 and sku <> $2) < $5
             on conflict (cart_id, sku) do update set quantity = case
                when exists (select 1 from variants where sku = $2 and seat_id is not null) then 1
                else least(cart_lines.quantity + excluded.quantity, 10000) end",
            cart as CartId,
            sku,
            quantity,
            now,
            MOST_LINES,
        )
        .execute(&mut *tx)
        .await?
        .rows_affected();
        if added == 0 {
            return Err(
                Refusal::NotFound("the product, or room for it in the cart,".to_owned()).into(),
            );
        }
        commit!(tx, "add_to_cart");
        Ok(())
    }

    /// Says how many of a SKU the cart has; none takes it out.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for a quantity that is not from 0 to 10,000.
    pub async fn set(&self, cart: CartId, sku: &str, quantity: i32) -> Result<(), OrderError> {
        check_quantity(quantity, 0)?;
        if quantity == 0 {
            sqlx::query!(
                "delete from cart_lines where cart_id = $1 and sku = $2",
                cart as CartId,
                sku
            )
            .execute(&self.database.pool)
            .await?;
        } else {
            sqlx::query!(
                "update cart_lines set quantity = $3 where cart_id = $1 and sku = $2",
                cart as CartId,
                sku,
                quantity,
            )
            .execute(&self.database.pool)
            .await?;
        }
        Ok(())
    }

    /// How many things are in the cart.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count(&self, cart: CartId) -> Result<i64, OrderError> {
        let count = sqlx::query_scalar!(
            r#"select coalesce(sum(quantity), 0) as "count!" from cart_lines where cart_id = $1"#,
            cart as CartId,
        )
        .fetch_one(&self.database.pool)
        .await?;
        Ok(count)
    }

    /// The cart as an order of it would be priced in `market`. A cart that is not there is empty. A code or a way of
    /// delivery that cannot be used is left out, and the cart says why.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it comes to more than an amount can be.
    pub async fn find(&self, cart: CartId, market: &Market) -> Result<Cart, OrderError> {
        let pool = &self.database.pool;
        let mut conn = pool.acquire().await?;
        let terms = catalogue::terms(&mut conn, market).await?;
        let chosen = choices(&mut conn, cart).await?;
        let mut lines = lines(&mut conn, cart, market, terms.terms.language).await?;
        drop(conn);
        let items: Vec<_> = lines
            .iter()
            .filter(|it| it.line.is_sold)
            .map(|it| it.item)
            .collect();
        let found = match &chosen.discount_code {
            Some(code) => {
                let now = self.database.clock.now();
                Some(discount::find(pool, &market.storefront, code, now).await?)
            }
            None => None,
        };
        let found = found.map(|it| usable(it?.discount, &items)).transpose();
        let (discount, problem) = match found {
            Ok(discount) => (discount, None),
            Err(problem) => (None, Some(problem)),
        };
        let discount = discount.as_ref();
        let undelivered = terms.price_undelivered(&items, discount)?;
        let goods_minor = undelivered.subtotal_minor - undelivered.discount_minor;
        let mut shipping_methods = offered(&terms, &items, goods_minor);
        let is_carried = |code: &str| shipping_methods.iter().any(|it| it.code == code);
        let method = chosen.shipping_method.as_deref();
        // What was chosen at another storefront may not be offered here, or not carry what was added since.
        let method = method.filter(|code| is_carried(code));
        let method = method.or(shipping_methods.first().map(|it| it.code.as_str()));
        let is_too_heavy =
            method.is_none() && !terms.methods().is_empty() && items.iter().any(|it| it.ships);
        let (mut pricing, shipping_method) = if is_too_heavy {
            (undelivered, None)
        } else {
            terms.price(&items, method, discount)?
        };
        if is_too_heavy {
            pricing
                .explanation
                .retain(|it| it.kind != Some(ExplanationKind::Delivery));
        }
        if discount.is_some_and(|it| it.kind == DiscountKind::FreeDelivery) {
            for method in &mut shipping_methods {
                method.price_minor = 0;
            }
        }
        let sold = lines.iter_mut().filter(|it| it.line.is_sold);
        for (line, price) in sold.zip(&pricing.lines) {
            line.line.total_minor = price.total_minor;
        }
        Ok(Cart {
            currency: pricing.currency,
            shipping_methods,
            is_too_heavy,
            shipping_method: shipping_method.map(|it| it.code),
            discount_code: chosen.discount_code,
            problem,
            lines: lines.into_iter().map(|it| it.line).collect(),
            total_minor: pricing.total_minor,
            explanation: pricing.explanation,
        })
    }

    /// Chooses how the cart's parcel is to travel.
    ///
    /// # Errors
    /// The database failed.
    pub async fn choose_delivery(&self, cart: CartId, method: &str) -> Result<(), OrderError> {
        sqlx::query!(
            "update carts set shipping_method = $2 where id = $1",
            cart as CartId,
            method,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }

    /// Takes a discount code, or none, along with the cart. What it takes off, or why nothing, is said where the cart is
    /// priced: that may change with every line and at every storefront.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] for what can be no code.
    pub async fn enter_code(&self, cart: CartId, code: Option<&str>) -> Result<(), OrderError> {
        let code = Text::optional(&Discount::normalize(code.unwrap_or_default()), 40)
            .map_err(|detail| Refusal::field("/discount_code", detail))?;
        sqlx::query!(
            "update carts set discount_code = $2 where id = $1",
            cart as CartId,
            code,
        )
        .execute(&self.database.pool)
        .await?;
        Ok(())
    }
}

/// The discount, if the goods are worth enough for it.
fn usable(discount: Discount, items: &[Item]) -> Result<Discount, CodeProblem> {
    let worth = |it: &Item| it.unit_price_minor.saturating_mul(i64::from(it.quantity));
    let goods_minor = items.iter().map(worth).fold(0, i64::saturating_add);
    discount.problem(goods_minor).map_or(Ok(discount), Err)
}

/// The ways of delivery that carry the cart, with what each costs.
fn offered(terms: &StorefrontTerms, items: &[Item], goods_minor: i64) -> Vec<OfferedDelivery> {
    let parcel = || items.iter().filter(|it| it.ships);
    if parcel().next().is_none() {
        return Vec::new();
    }
    let grams = parcel()
        .map(|it| i64::from(it.grams) * i64::from(it.quantity))
        .fold(0, i64::saturating_add);
    let price = |method: &DeliveryMethod| {
        let (price_minor, _) = method.quote(goods_minor, grams)?;
        Some(OfferedDelivery {
            code: method.code.clone(),
            name: method.name.clone(),
            price_minor,
            days_least: method.days_least,
            days_most: method.days_most,
        })
    };
    terms.methods().iter().filter_map(price).collect()
}

#[derive(Default)]
struct Choices {
    discount_code: Option<String>,
    shipping_method: Option<String>,
}

async fn choices(conn: &mut PgConnection, cart: CartId) -> Result<Choices, OrderError> {
    let found = sqlx::query_as!(
        Choices,
        "select discount_code, shipping_method from carts where id = $1",
        cart as CartId,
    )
    .fetch_optional(conn)
    .await?;
    Ok(found.unwrap_or_default())
}

/// A line, and how it is priced.
struct Line {
    line: CartLine,
    item: Item,
}

async fn lines(
    conn: &mut PgConnection,
    cart: CartId,
    market: &Market,
    language: Language,
) -> Result<Vec<Line>, OrderError> {
    let rows = sqlx::query!(
        r#"select cart_lines.sku, cart_lines.quantity, on_hand - reserved as "available!",
            products.ref as product, products.picture, products.kind = 'goods' as "ships!",
            variants.seat_id is not null as "is_seat!", variants.grams,
            shelf.price_minor as "price_minor?", shelf.tax_basis_points as "tax_basis_points?",
            concat_ws(', ', coalesce(product_texts.title, products.title), coalesce(variants.titles ->> $3, variants.title)) as "title!"
        from cart_lines
        join variants using (sku) join stock using (sku) join products on products.id = variants.product_id
        left join shelf on shelf.sku = cart_lines.sku and shelf.storefront = $2
        left join product_texts on product_texts.product_id = products.id and product_texts.language = $3
        where cart_id = $1 order by cart_lines.added_at, cart_lines.sku"#,
        cart as CartId,
        market.storefront,
        language.code(),
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let item = Item {
                quantity: u32::try_from(row.quantity).unwrap_or(0),
                unit_price_minor: row.price_minor.unwrap_or_default(),
                tax_basis_points: row.tax_basis_points.unwrap_or_default(),
                ships: row.ships,
                grams: row.grams,
            };
            let line = CartLine {
                sku: row.sku,
                product: row.product,
                title: row.title,
                picture: row.picture,
                quantity: item.quantity,
                unit_price_minor: item.unit_price_minor,
                total_minor: 0,
                available: row.available,
                ships: row.ships,
                is_seat: row.is_seat,
                is_sold: row.price_minor.is_some(),
            };
            Line { line, item }
        })
        .collect())
}
/// Empties the cart that became an order, in the order's transaction.
pub(super) async fn clear(conn: &mut PgConnection, cart: CartId) -> Result<(), OrderError> {
    sqlx::query!(
        "with forgotten as (update carts set discount_code = null, shipping_method = null where id = $1)
        delete from cart_lines where cart_id = $1",
        cart as CartId
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn check_quantity(quantity: i32, least: i32) -> Result<(), Refusal> {
    if (least..=10_000).contains(&quantity) {
        Ok(())
    } else {
        Err(Refusal::field(
            "/quantity",
            &format!("must be from {least} to 10,000"),
        ))
    }
}
