//! Products with their variants and seats.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use super::{Catalogue, currency};
use crate::{
    domain::{
        Caller, Language, Market, NewProduct, Product, ProductId, ProductKind, Refusal, Seat,
        Variant,
    },
    engine::{
        OrderError,
        error::{OnConstraint, constraint},
    },
};

struct Row {
    id: ProductId,
    reference: String,
    title: String,
    kind: ProductKind,
    description: Option<String>,
    picture: Option<String>,
    starts_at: Option<DateTime<Utc>>,
    venue: Option<String>,
    storefront: String,
    currency: String,
    variants: Json<Vec<Variant>>,
    seats: Json<Vec<Seat>>,
}

/// Which products are asked for.
#[derive(Default)]
struct Wanted<'a> {
    reference: Option<&'a str>,
    words: Option<String>,
    after: Option<&'a str>,
    limit: i64,
}

impl Catalogue {
    /// Products sold in `market`, those that contain every word of `q`; the second half is where the next page begins.
    ///
    /// # Errors
    /// The database failed.
    pub async fn products(
        &self,
        market: &Market,
        q: Option<&str>,
        after: Option<&str>,
        limit: u16,
    ) -> Result<(Vec<Product>, Option<String>), OrderError> {
        let words = q
            .map(|q| q.split_whitespace().map(like).collect::<Vec<_>>().join("%"))
            .filter(|it| !it.is_empty());
        let mut conn = self.database.pool.acquire().await?;
        let limit = usize::from(limit.clamp(1, 100));
        let wanted = Wanted {
            words,
            after,
            limit: i64::try_from(limit + 1).unwrap_or(i64::MAX),
            ..Wanted::default()
        };
        let mut products = select(&mut conn, market, &wanted).await?;
        let has_more = products.len() > limit;
        products.truncate(limit);
        let next = products
            .last()
            .map(|it| it.reference.clone())
            .filter(|_| has_more);
        Ok((products, next))
    }

    /// One product sold in `market`, by its reference.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub async fn product(&self, market: &Market, reference: &str) -> Result<Product, OrderError> {
        let mut conn = self.database.pool.acquire().await?;
        let wanted = Wanted {
            reference: Some(reference),
            limit: 1,
            ..Wanted::default()
        };
        select(&mut conn, market, &wanted)
            .await?
            .pop()
            .ok_or_else(|| Refusal::NotFound("the product".to_owned()).into())
    }

    /// The paths of the pictures of several products, by reference; those without one are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pictures(
        &self,
        references: &[String],
    ) -> Result<BTreeMap<String, String>, OrderError> {
        let rows = sqlx::query!(
            r#"select ref as "reference", picture as "picture!" from products
            where ref = any($1) and picture is not null"#,
            references,
        )
        .fetch_all(&self.database.pool)
        .await?;
        Ok(rows
            .into_iter()
            .map(|row| (row.reference, row.picture))
            .collect())
    }

    /// Makes a product.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`], [`Refusal::Invalid`], [`Refusal::Exists`] for its reference, a SKU or a seat.
    pub async fn create_product(
        &self,
        caller: &Caller,
        new: NewProduct,
    ) -> Result<Product, OrderError> {
        caller.must_act_for_others()?;
        let new = new.parse().map_err(Refusal::Invalid)?;
        let mut tx = self.database.pool.begin().await?;
        let id = ProductId(self.database.clock.new_id());
        sqlx::query!(
            "insert into products (id, ref, title, kind, description, picture, starts_at, venue, created_at, tax_class)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            id as ProductId,
            new.reference,
            new.title,
            new.kind as ProductKind,
            new.description,
            new.picture,
            new.starts_at,
            new.venue,
            self.database.clock.now(),
            new.tax_class,
        )
        .execute(&mut *tx)
        .await
        .on_constraint("products_ref_key", || Refusal::Exists(format!("a product {}", new.reference)))?;
        insert_variants(&mut tx, id, &new).await?;
        insert_texts(&mut tx, id, &new).await?;
        commit!(tx, "create_product");
        self.product(&Market::default(), &new.reference).await
    }
}

/// A product's variants, or its seats as variants with a stock of one.
async fn insert_variants(
    conn: &mut PgConnection,
    id: ProductId,
    new: &NewProduct,
) -> Result<(), OrderError> {
    let seat_sku = |seat_id: i32| format!("{}-{seat_id}", new.reference);
    let mut skus: Vec<String> = new
        .variants
        .iter()
        .map(|it| it.sku.trim().to_owned())
        .collect();
    let mut titles: Vec<Option<String>> = new.variants.iter().map(|it| it.title.clone()).collect();
    let mut prices: Vec<i64> = new.variants.iter().map(|it| it.price_minor).collect();
    let mut on_hand: Vec<i32> = new.variants.iter().map(|it| it.on_hand).collect();
    let mut seat_ids: Vec<Option<i32>> = vec![None; new.variants.len()];
    let mut seat_codes: Vec<Option<String>> = vec![None; new.variants.len()];
    let mut sections: Vec<Option<String>> = vec![None; new.variants.len()];
    let mut rows: Vec<Option<String>> = vec![None; new.variants.len()];
    let mut places: [Vec<Option<i32>>; 2] = [(); 2].map(|()| vec![None; new.variants.len()]);
    let mut grams: Vec<i32> = new.variants.iter().map(|it| it.grams).collect();
    let mut translated: Vec<Json<BTreeMap<Language, String>>> = (new.variants.iter())
        .map(|it| Json(it.titles.clone()))
        .collect();
    for seat in &new.seats {
        skus.push(seat_sku(seat.seat_id));
        titles.push(Some(format!("seat {}", seat.seat_code)));
        let german = (Language::De, format!("Platz {}", seat.seat_code));
        translated.push(Json(BTreeMap::from([german])));
        grams.push(0);
        prices.push(seat.price_minor);
        on_hand.push(1);
        seat_ids.push(Some(seat.seat_id));
        seat_codes.push(Some(seat.seat_code.clone()));
        sections.push(seat.section.clone());
        rows.push(seat.row.clone());
        places[0].push(seat.x);
        places[1].push(seat.y);
    }
    sqlx::query!(
        "with made as (
            insert into variants (
                sku, product_id, position, title, titles, price_minor, grams, seat_id, seat_code, section, seat_row, x, y
            )
            select sku, $1, place, title, titles, price_minor, grams, seat_id, seat_code, section, seat_row, x, y
            from unnest(
                $2::text[], $3::text[], $4::bigint[], $5::integer[], $6::text[], $7::text[], $8::text[], $11::jsonb[],
                $12::integer[], $13::integer[], $14::integer[]
            ) with ordinality as it(
                sku, title, price_minor, seat_id, seat_code, section, seat_row, titles, grams, x, y, place
            )
        )
        insert into stock (sku, on_hand, is_seat)
        select sku, on_hand, is_seat
        from unnest($2::text[], $9::integer[], $10::boolean[]) as it(sku, on_hand, is_seat)",
        id as ProductId,
        &skus,
        &titles as _,
        &prices,
        &seat_ids as _,
        &seat_codes as _,
        &sections as _,
        &rows as _,
        &on_hand,
        &seat_ids.iter().map(Option::is_some).collect::<Vec<_>>(),
        &translated as _,
        &grams,
        &places[0] as _,
        &places[1] as _,
    )
    .execute(conn)
    .await
    .map_err(|error| match constraint(&error) {
        Some("variants_pkey") => Refusal::Exists("one of the SKUs".to_owned()).into(),
        Some("variants_seat_key") => Refusal::field("/seats", "name a seat twice").into(),
        _ => OrderError::from(error),
    })?;
    Ok(())
}

/// What is said of a product in other languages than its own.
async fn insert_texts(
    conn: &mut PgConnection,
    id: ProductId,
    new: &NewProduct,
) -> Result<(), OrderError> {
    for (language, text) in &new.texts {
        sqlx::query!(
            "insert into product_texts (product_id, language, title, description) values ($1, $2, $3, $4)",
            id as ProductId,
            language.code(),
            text.title,
            text.description,
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

async fn select(
    conn: &mut PgConnection,
    market: &Market,
    wanted: &Wanted<'_>,
) -> Result<Vec<Product>, OrderError> {
    let rows = sqlx::query_as!(
        Row,
        r#"select products.id as "id: ProductId", ref as "reference", coalesce(product_texts.title, products.title) as "title!",
            kind as "kind: ProductKind", coalesce(product_texts.description, products.description) as description, picture,
            starts_at, venue, storefronts.code as storefront, storefronts.currency,
            (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'sku', sku, 'title', coalesce(v.titles ->> coalesce($6, storefronts.languages[1]), v.title), 'price_minor', shelf.price_minor, 'available', on_hand - reserved
                ) order by v.position), '[]')
                from variants v join stock using (sku) join shelf using (sku)
                where v.product_id = products.id and v.seat_id is null and shelf.storefront = $5
            ) as "variants!: Json<Vec<Variant>>",
            (
                select coalesce(jsonb_agg(jsonb_build_object(
                    'sku', sku, 'seat_id', v.seat_id, 'seat_code', v.seat_code, 'price_minor', shelf.price_minor,
                    'available', on_hand > reserved, 'section', v.section, 'row', v.seat_row
                ) order by v.position), '[]')
                from variants v join stock using (sku) join shelf using (sku)
                where v.product_id = products.id and v.seat_id is not null and shelf.storefront = $5
            ) as "seats!: Json<Vec<Seat>>"
        from products join storefronts on storefronts.code = $5
        left join product_texts on product_texts.product_id = products.id
            and product_texts.language = coalesce($6, storefronts.languages[1])
        where exists (select 1 from shelf where shelf.product_id = products.id and shelf.storefront = $5)
            and ($1::text is null or ref = $1)
            and ($2::text is null or concat_ws(' ', product_texts.title, product_texts.description, products.title,
                products.description) ilike '%' || $2 || '%')
            and ($3::text is null
                or (length(ref), ref) > (select length(p.ref), p.ref from products p where p.ref = $3))
        order by length(ref), ref limit $4"#,
        wanted.reference,
        wanted.words,
        wanted.after,
        wanted.limit,
        market.storefront,
        market.language.map(Language::code),
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(Product::try_from).collect()
}

impl TryFrom<Row> for Product {
    type Error = OrderError;

    fn try_from(row: Row) -> Result<Self, OrderError> {
        let currency = currency(&row.storefront, &row.currency)?;
        Ok(Self {
            id: row.id,
            reference: row.reference,
            title: row.title,
            kind: row.kind,
            description: row.description,
            picture: row.picture,
            starts_at: row.starts_at,
            venue: row.venue,
            currency,
            variants: row.variants.0,
            seats: row.seats.0,
        })
    }
}

/// A word as it stands in an `ilike` pattern.
fn like(word: &str) -> String {
    word.replace('\\', "\\\\")
        .replace('%', "\\%")
        .replace('_', "\\_")
        .replace('\0', "")
}
