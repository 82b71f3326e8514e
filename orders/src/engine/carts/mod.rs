//! Carts: what a visitor has chosen. Whoever knows a cart's id may change it.

use sqlx::PgConnection;

use super::{Database, OrderError, orders::DEFAULT_STOREFRONT};
use crate::domain::{
    Cart, CartId, CartLine, Currency, Refusal,
    pricing::{self, TaxRate},
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
    /// [`Refusal::NotFound`] for a SKU that is not sold, [`Refusal::Invalid`] for a quantity that is not from 1 to
    /// 10,000 or a cart that is full.
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
             select $1, variants.sku, $3, $4 from variants
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
        tx.commit().await?;
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

    /// The cart, priced as an order of it would be. A cart that is not there is empty.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it comes to more than an amount can be.
    pub async fn find(&self, cart: CartId) -> Result<Cart, OrderError> {
        let storefront = sqlx::query!(
            "select currency, tax_basis_points, prices_include_tax from storefronts where code = $1",
            DEFAULT_STOREFRONT,
        )
        .fetch_one(&self.database.pool)
        .await?;
        let currency: Currency = storefront
            .currency
            .parse()
            .map_err(|_| OrderError::Corrupt {
                table: "storefronts",
                id: DEFAULT_STOREFRONT.to_owned(),
                why: format!("{} is not a currency", storefront.currency),
            })?;
        let tax = TaxRate {
            basis_points: storefront.tax_basis_points,
            included: storefront.prices_include_tax,
        };
        let mut lines = self.lines(cart).await?;
        let items: Vec<_> = lines
            .iter()
            .map(|it| pricing::Item {
                quantity: it.quantity,
                unit_price_minor: it.unit_price_minor,
            })
            .collect();
        let priced = pricing::price(&items, tax, currency)?;
        for (line, price) in lines.iter_mut().zip(&priced.lines) {
            line.total_minor = price.total_minor;
        }
        Ok(Cart {
            currency,
            lines,
            total_minor: priced.total_minor,
            explanation: priced.explanation,
        })
    }

    async fn lines(&self, cart: CartId) -> Result<Vec<CartLine>, OrderError> {
        let rows = sqlx::query!(
            r#"select cart_lines.sku, cart_lines.quantity, variants.price_minor, on_hand - reserved as "available!",
                products.ref as product, products.picture, products.kind = 'goods' as "ships!",
                variants.seat_id is not null as "is_seat!",
                case when variants.title is null then products.title else products.title || ', ' || variants.title end
                    as "title!"
            from cart_lines
            join variants using (sku) join stock using (sku) join products on products.id = variants.product_id
            where cart_id = $1 order by cart_lines.added_at, cart_lines.sku"#,
            cart as CartId,
        )
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| CartLine {
                sku: row.sku,
                product: row.product,
                title: row.title,
                picture: row.picture,
                quantity: u32::try_from(row.quantity).unwrap_or(0),
                unit_price_minor: row.price_minor,
                total_minor: 0,
                available: row.available,
                ships: row.ships,
                is_seat: row.is_seat,
            })
            .collect())
    }
}

/// Empties the cart that became an order, in the order's transaction.
pub(super) async fn clear(conn: &mut PgConnection, cart: CartId) -> Result<(), OrderError> {
    sqlx::query!("delete from cart_lines where cart_id = $1", cart as CartId)
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
