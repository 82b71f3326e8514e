//! What is offered where, for how much: remembered between orders, so that placing one does not read it again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::{PgConnection, PgPool};

use super::storefront::{self, StorefrontTerms};
use crate::{
    domain::{FieldError, Language, Market, NewItem, Refusal, SeatRef},
    engine::OrderError,
};

/// More than one server remembers; beyond that it begins anew.
const MOST_OFFERS: usize = 50_000;

/// One SKU as it is sold.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Offer {
    pub(crate) sku: String,
    /// The product's reference.
    pub(crate) product: String,
    pub(crate) title: String,
    pub(crate) unit_price_minor: i64,
    pub(crate) tax_basis_points: i32,
    pub(crate) grams: i32,
    pub(crate) seat: Option<SeatRef>,
    pub(crate) ships: bool,
}

/// What is offered for the items of one order, all as of one revision of the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Offered {
    pub(crate) revision: i64,
    pub(crate) terms: Arc<StorefrontTerms>,
    /// One for each item, in the items' order.
    pub(crate) offers: Vec<Arc<Offer>>,
    /// Whether all of it was remembered, so that the catalogue may have changed since.
    pub(crate) is_remembered: bool,
}

/// What a server remembers of the catalogue.
#[derive(Default)]
pub(crate) struct Offers(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    revision: i64,
    /// What is offered where, in which language.
    markets: HashMap<Market, Shelf>,
    /// How many offers there are in all.
    count: usize,
}

struct Shelf {
    terms: Arc<StorefrontTerms>,
    /// By what buyers call it.
    offers: HashMap<Name, Arc<Offer>>,
}

type Name = (String, Option<i32>);

impl Offers {
    /// What is offered for `items` in `market`, from memory where it is there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], naming every item that is not sold, or comes in more than one variant.
    pub(crate) async fn of(
        &self,
        pool: &PgPool,
        market: &Market,
        items: &[NewItem],
    ) -> Result<Offered, OrderError> {
        let remembered = self.lock().recall(market, items);
        match remembered {
            Some(offered) => Ok(offered),
            None => self.read_again(pool, market, items).await,
        }
    }

    /// The same from the database, remembered from now on.
    ///
    /// # Errors
    /// As [`Offers::of`].
    pub(crate) async fn read_again(
        &self,
        pool: &PgPool,
        market: &Market,
        items: &[NewItem],
    ) -> Result<Offered, OrderError> {
        // One snapshot, so that everything is of one revision.
        let mut tx = pool
            .begin_with("begin isolation level repeatable read, read only")
            .await?;
        let offered = read(&mut tx, market, items).await?;
        tx.commit().await?;
        self.lock().remember(market, items, &offered);
        Ok(offered)
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn recall(&self, market: &Market, items: &[NewItem]) -> Option<Offered> {
        let shelf = self.markets.get(market)?;
        let offers = items
            .iter()
            .map(|item| shelf.offers.get(&name(item)).cloned())
            .collect::<Option<_>>()?;
        Some(Offered {
            revision: self.revision,
            terms: shelf.terms.clone(),
            offers,
            is_remembered: true,
        })
    }

    fn remember(&mut self, market: &Market, items: &[NewItem], offered: &Offered) {
        if offered.revision < self.revision {
            return;
        }
        if offered.revision > self.revision || self.count + items.len() > MOST_OFFERS {
            *self = Self::default();
            self.revision = offered.revision;
        }
        let shelf = self.markets.entry(market.clone()).or_insert_with(|| Shelf {
            terms: offered.terms.clone(),
            offers: HashMap::new(),
        });
        let before = shelf.offers.len();
        let names = items.iter().map(name);
        shelf
            .offers
            .extend(names.zip(offered.offers.iter().cloned()));
        self.count += shelf.offers.len() - before;
    }
}

fn name(item: &NewItem) -> Name {
    (item.name().to_owned(), item.seat())
}

/// Takes a product's reference for a SKU, and a SKU for a product, where that is what it is: other systems mix them up.
async fn read(
    conn: &mut PgConnection,
    market: &Market,
    items: &[NewItem],
) -> Result<Offered, OrderError> {
    let terms = storefront::terms(conn, market).await?;
    let names: Vec<String> = items.iter().map(|it| it.name().to_owned()).collect();
    let seats: Vec<Option<i32>> = items.iter().map(NewItem::seat).collect();
    let language: Language = terms.terms.language;
    let rows = sqlx::query!(
        r#"with found as (
            select place, coalesce(direct.sku, min(variants.sku)) as sku, count(variants.sku) as choices
            from unnest($1::text[], $2::integer[]) with ordinality as item(name, seat_id, place)
            left join variants direct on direct.sku = item.name and item.seat_id is null
            left join products on products.ref = item.name and direct.sku is null
            left join variants on variants.product_id = products.id
                and (item.seat_id is null or variants.seat_id = item.seat_id)
            group by place, direct.sku
        )
        select (select revision from catalogue_revision) as "revision!", found.choices as "choices!", found.sku,
            shelf.price_minor as "price_minor?", shelf.tax_basis_points as "tax_basis_points?",
            variants.grams as "grams?", variants.seat_id, variants.seat_code,
            products.ref as "product?", products.kind = 'goods' as ships,
            concat_ws(', ', coalesce(product_texts.title, products.title), coalesce(variants.titles ->> $4, variants.title)) as "title!"
        from found
        left join shelf on shelf.sku = found.sku and shelf.storefront = $3
        left join variants on variants.sku = shelf.sku
        left join products on products.id = variants.product_id
        left join product_texts on product_texts.product_id = products.id and product_texts.language = $4
        order by place"#,
        &names,
        &seats as _,
        market.storefront,
        language.code(),
    )
    .fetch_all(conn)
    .await?;
    let revision = rows.first().map_or(0, |it| it.revision);
    let mut errors = Vec::new();
    let mut offers = Vec::with_capacity(items.len());
    for (index, row) in rows.into_iter().enumerate() {
        let pointer = || format!("/items/{index}");
        let priced = row.price_minor.zip(row.tax_basis_points);
        match (row.sku, row.product, priced) {
            _ if row.choices > 1 => errors.push(FieldError::new(
                pointer(),
                "comes in variants: name one by its sku",
            )),
            (Some(sku), Some(product), Some((unit_price_minor, tax_basis_points))) => {
                offers.push(Arc::new(Offer {
                    sku,
                    product,
                    title: row.title,
                    unit_price_minor,
                    tax_basis_points,
                    grams: row.grams.unwrap_or_default(),
                    seat: row
                        .seat_id
                        .zip(row.seat_code)
                        .map(|(seat_id, seat_code)| SeatRef { seat_id, seat_code }),
                    ships: row.ships.unwrap_or_default(),
                }));
            }
            _ => errors.push(FieldError::new(
                pointer(),
                "names nothing that is sold here",
            )),
        }
    }
    if !errors.is_empty() {
        return Err(Refusal::Invalid(errors).into());
    }
    Ok(Offered {
        revision,
        terms: Arc::new(terms),
        offers,
        is_remembered: false,
    })
}
