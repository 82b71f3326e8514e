//! What is offered where, for how much: remembered between orders, so that placing one does not read it again.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use sqlx::PgPool;

use crate::{
    domain::{Currency, FieldError, NewItem, Refusal, SeatRef, pricing::TaxRate},
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
    pub(crate) seat: Option<SeatRef>,
    pub(crate) ships: bool,
}

/// How a storefront counts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    pub(crate) currency: Currency,
    pub(crate) tax: TaxRate,
}

/// What is offered for the items of one order, all as of one revision of the catalogue.
#[derive(Clone, Debug)]
pub(crate) struct Offered {
    pub(crate) revision: i64,
    pub(crate) terms: Terms,
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
    terms: HashMap<String, Terms>,
    /// By what buyers call it.
    offers: HashMap<Name, Arc<Offer>>,
}

type Name = (String, Option<i32>);

impl Offers {
    /// What is offered for `items` at `storefront`, from memory where it is there.
    ///
    /// # Errors
    /// [`Refusal::Invalid`], naming every item that is not sold, or comes in more than one variant.
    pub(crate) async fn of(
        &self,
        pool: &PgPool,
        storefront: &str,
        items: &[NewItem],
    ) -> Result<Offered, OrderError> {
        let remembered = self.lock().recall(storefront, items);
        match remembered {
            Some(offered) => Ok(offered),
            None => self.read_again(pool, storefront, items).await,
        }
    }

    /// The same from the database, remembered from now on.
    ///
    /// # Errors
    /// As [`Offers::of`].
    pub(crate) async fn read_again(
        &self,
        pool: &PgPool,
        storefront: &str,
        items: &[NewItem],
    ) -> Result<Offered, OrderError> {
        let offered = read(pool, storefront, items).await?;
        self.lock().remember(storefront, items, &offered);
        Ok(offered)
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Remembered {
    fn recall(&self, storefront: &str, items: &[NewItem]) -> Option<Offered> {
        let offers = items
            .iter()
            .map(|item| self.offers.get(&name(item)).cloned())
            .collect::<Option<_>>()?;
        Some(Offered {
            revision: self.revision,
            terms: *self.terms.get(storefront)?,
            offers,
            is_remembered: true,
        })
    }

    fn remember(&mut self, storefront: &str, items: &[NewItem], offered: &Offered) {
        if offered.revision < self.revision {
            return;
        }
        if offered.revision > self.revision || self.offers.len() + items.len() > MOST_OFFERS {
            *self = Self::default();
            self.revision = offered.revision;
        }
        self.terms.insert(storefront.to_owned(), offered.terms);
        let names = items.iter().map(name);
        self.offers
            .extend(names.zip(offered.offers.iter().cloned()));
    }
}

fn name(item: &NewItem) -> Name {
    (item.name().to_owned(), item.seat())
}

/// One statement, so that everything is of one revision. Takes a product's reference for a SKU, and a SKU for a product,
/// where that is what it is: other systems mix them up.
async fn read(pool: &PgPool, storefront: &str, items: &[NewItem]) -> Result<Offered, OrderError> {
    let names: Vec<String> = items.iter().map(|it| it.name().to_owned()).collect();
    let seats: Vec<Option<i32>> = items.iter().map(NewItem::seat).collect();
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
            variants.price_minor as "price_minor?", variants.seat_id, variants.seat_code,
            products.ref as "product?", products.kind = 'goods' as ships,
            case when variants.title is null then products.title else products.title || ', ' || variants.title end
                as title,
            storefronts.currency as "currency?", storefronts.tax_basis_points as "tax_basis_points?",
            storefronts.prices_include_tax as "prices_include_tax?"
        from found
        left join variants on variants.sku = found.sku
        left join products on products.id = variants.product_id
        left join storefronts on storefronts.code = $3
        order by place"#,
        &names,
        &seats as _,
        storefront,
    )
    .fetch_all(pool)
    .await?;
    let first = rows.first().ok_or_else(no_such_storefront)?;
    let terms = match (
        &first.currency,
        first.tax_basis_points,
        first.prices_include_tax,
    ) {
        (Some(currency), Some(basis_points), Some(included)) => Terms {
            currency: currency.parse().map_err(|_| OrderError::Corrupt {
                table: "storefronts",
                id: storefront.to_owned(),
                why: format!("{currency} is not a currency"),
            })?,
            tax: TaxRate {
                basis_points,
                included,
            },
        },
        _ => return Err(no_such_storefront().into()),
    };
    let revision = first.revision;
    let mut errors = Vec::new();
    let mut offers = Vec::with_capacity(items.len());
    for (index, row) in rows.into_iter().enumerate() {
        let pointer = || format!("/items/{index}");
        match (row.sku, row.product, row.title, row.price_minor) {
            _ if row.choices > 1 => errors.push(FieldError::new(
                pointer(),
                "comes in variants: name one by its sku",
            )),
            (Some(sku), Some(product), Some(title), Some(unit_price_minor)) => {
                offers.push(Arc::new(Offer {
                    sku,
                    product,
                    title,
                    unit_price_minor,
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
        terms,
        offers,
        is_remembered: false,
    })
}

fn no_such_storefront() -> Refusal {
    Refusal::field("/storefront", "is not known")
}
