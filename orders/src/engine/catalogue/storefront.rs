//! Where things are sold, and by which terms.

use sqlx::{PgConnection, types::Json};

use super::{Catalogue, set_up::lock_revision};
use crate::{
    domain::{
        Address, Caller, Currency, DeliveryMethod, DeliveryPrice, Discount, Language, Market,
        Refusal, ShippingMethod, Storefront, WeightStep,
        pricing::{self, Basket, Item, Pricing, Terms},
    },
    engine::OrderError,
};

/// How a storefront sells, in one language.
#[derive(Clone, Debug)]
pub(crate) struct StorefrontTerms {
    pub(crate) terms: Terms,
    /// Where its parcels go; `None` is everywhere.
    countries: Option<Vec<String>>,
    /// Its ways of delivery, the usual one first.
    methods: Vec<DeliveryMethod>,
}

impl StorefrontTerms {
    /// Its ways of delivery, the usual one first.
    pub(crate) fn methods(&self) -> &[DeliveryMethod] {
        &self.methods
    }

    /// Prices `items` as if nobody had to bring them.
    ///
    /// # Errors
    /// As [`pricing::price`].
    pub(crate) fn price_undelivered(
        &self,
        items: &[Item],
        discount: Option<&Discount>,
    ) -> Result<Pricing, Refusal> {
        pricing::price(&Basket {
            items,
            terms: self.terms,
            delivery: None,
            discount,
        })
    }

    /// Prices `items` as they are delivered by the method of this code, or the usual one.
    ///
    /// # Errors
    /// As [`pricing::price`], and [`Refusal::Invalid`] for a method that is not offered.
    pub(crate) fn price(
        &self,
        items: &[Item],
        method: Option<&str>,
        discount: Option<&Discount>,
    ) -> Result<(Pricing, Option<ShippingMethod>), Refusal> {
        let delivery = match method {
            Some(code) => Some(self.method(code)?),
            None => self.methods.first(),
        };
        let pricing = pricing::price(&Basket {
            items,
            terms: self.terms,
            delivery,
            discount,
        })?;
        let chosen = delivery.filter(|_| items.iter().any(|it| it.ships));
        let chosen = chosen.map(|it| ShippingMethod {
            code: it.code.clone(),
            name: it.name.clone(),
            days_least: it.days_least,
            days_most: it.days_most,
        });
        Ok((pricing, chosen))
    }

    fn method(&self, code: &str) -> Result<&DeliveryMethod, Refusal> {
        let method = self.methods.iter().find(|it| it.code == code);
        method.ok_or_else(|| Refusal::field("/shipping_method", "is not offered here"))
    }

    /// Whether a parcel of the storefront goes to `address`; it may stay open where parcels go everywhere.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] where none goes to.
    pub(crate) fn must_ship_to(&self, address: Option<&Address>) -> Result<(), Refusal> {
        match (&self.countries, address) {
            (Some(countries), Some(address)) if !countries.contains(&address.country) => {
                Err(Refusal::field(
                    "/shipping_address/country",
                    "is not where this shop sends to",
                ))
            }
            (Some(_), None) => Err(Refusal::field("/shipping_address", "is missing")),
            _ => Ok(()),
        }
    }
}

/// The terms of a storefront that is open.
///
/// # Errors
/// [`Refusal::Invalid`] if there is none.
pub(crate) async fn terms(
    conn: &mut PgConnection,
    market: &Market,
) -> Result<StorefrontTerms, OrderError> {
    let row = sqlx::query!(
        r#"select currency, prices_include_tax, tax_delivery, languages, shipping_countries
        from storefronts where code = $1 and is_open"#,
        market.storefront,
    )
    .fetch_optional(&mut *conn)
    .await?
    .ok_or_else(|| Refusal::field("/storefront", "is not known"))?;
    let spoken: Vec<Language> = row
        .languages
        .iter()
        .filter_map(|it| it.parse().ok())
        .collect();
    let wanted = market.language.filter(|it| spoken.contains(it));
    let language = wanted
        .or_else(|| spoken.first().copied())
        .unwrap_or_default();
    Ok(StorefrontTerms {
        terms: Terms {
            currency: currency(&market.storefront, &row.currency)?,
            tax_included: row.prices_include_tax,
            delivery_taxed: row.tax_delivery,
            language,
        },
        countries: row.shipping_countries,
        methods: methods(conn, &market.storefront, language).await?,
    })
}

/// A storefront's ways of delivery, the usual one first.
async fn methods(
    conn: &mut PgConnection,
    storefront: &str,
    language: Language,
) -> Result<Vec<DeliveryMethod>, OrderError> {
    let rows = sqlx::query!(
        r#"select code, coalesce(names ->> $2, names ->> 'en', code) as "name!", flat_minor,
            weight_steps as "weight_steps: Json<Vec<WeightStep>>", free_from_minor, days_least, days_most
        from delivery_methods where storefront = $1 order by position, code"#,
        storefront,
        language.code(),
    )
    .fetch_all(conn)
    .await?;
    let days = |it: i16| u16::try_from(it).unwrap_or(0);
    Ok(rows
        .into_iter()
        .map(|it| DeliveryMethod {
            code: it.code,
            name: it.name,
            price: match it.weight_steps {
                Some(steps) => DeliveryPrice::ByWeight(steps.0),
                None => DeliveryPrice::Flat(it.flat_minor.unwrap_or(0)),
            },
            free_from_minor: it.free_from_minor,
            days_least: days(it.days_least),
            days_most: days(it.days_most),
        })
        .collect())
}

/// What a storefront counts in.
pub(crate) fn currency(storefront: &str, code: &str) -> Result<Currency, OrderError> {
    code.parse().map_err(|_| OrderError::Corrupt {
        table: "storefronts",
        id: storefront.to_owned(),
        why: format!("{code} is not a currency"),
    })
}

impl Catalogue {
    /// How parcels travel from a storefront, the usual way first.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] if there is no such storefront, or it is closed.
    pub async fn delivery_methods(
        &self,
        market: &Market,
    ) -> Result<Vec<DeliveryMethod>, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        Ok(terms(&mut conn, market).await?.methods)
    }

    /// Sets up the default storefront, in US dollars, with `usual_tax` on top of its prices: basis points. One that is there
    /// stays as it is, but for a tax rate that somebody insists on, `fixed_tax`.
    ///
    /// # Errors
    /// [`crate::Refusal::Forbidden`] for anybody but admins and Waybill itself.
    pub async fn set_up_storefront(
        &self,
        caller: &Caller,
        usual_tax: i32,
        fixed_tax: Option<i32>,
    ) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        let mut tx = self.database.pool.begin().await?;
        lock_revision(&mut tx).await?;
        sqlx::query!(
            "insert into storefronts (code, name, currency, tax_basis_points, prices_include_tax)
             values ($1, 'Parcel & Post', 'USD', coalesce($3::integer, $2), false)
             on conflict (code) do update set tax_basis_points = $3
             where storefronts.tax_basis_points <> $3",
            Storefront::DEFAULT,
            usual_tax,
            fixed_tax,
        )
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.storefronts.forget();
        Ok(())
    }
}
