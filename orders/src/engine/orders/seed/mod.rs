//! Many orders at once, for trying out and measuring: each has lived one of the lives in `story`, and leaves the same
//! rows behind as if it had.

mod rows;
mod story;

use rand::seq::IndexedRandom;
use sqlx::PgConnection;
use uuid::{NoContext, Timestamp, Uuid};

use self::{
    rows::SeededOrder,
    story::{Story, stories},
};
use super::Orders;
use crate::{
    domain::{
        Caller, Market, Refusal,
        pricing::{Item, Pricing},
    },
    engine::{
        OrderError,
        catalogue::{self, StorefrontTerms},
    },
};

/// How many orders are written at once.
const BATCH: usize = 2_000;

/// What is sold, and with which tax.
struct Offer {
    goods: Vec<Goods>,
    terms: StorefrontTerms,
}

#[derive(Clone)]
struct Goods {
    sku: String,
    product: String,
    title: String,
    price_minor: i64,
    tax_basis_points: i32,
    grams: i32,
}

impl Orders {
    /// Makes `count` orders in all states, from the last three months. All of them or none; other orders of the same
    /// goods wait meanwhile.
    ///
    /// # Errors
    /// [`Refusal::Forbidden`] for anybody but admins and Waybill itself, [`Refusal::Invalid`] if nothing is sold that
    /// could be ordered.
    pub async fn seed(&self, caller: &Caller, count: usize) -> Result<(), OrderError> {
        caller.must_act_for_others()?;
        let (stories, now) = (stories(), self.database.clock.now());
        let mut tx = self.database.pool.begin().await?;
        let offer = offer(&mut tx).await?;
        let mut placed: Vec<_> = (0..count)
            .map(|_| {
                let story = pick(&stories);
                let age = rand::random_range(0..stories[story].spread.num_seconds());
                (
                    now - stories[story].length - chrono::Duration::seconds(age),
                    story,
                )
            })
            .collect();
        // Numbers and ids grow with time, as they do when orders come one by one.
        placed.sort_unstable();
        for batch in placed.chunks(BATCH) {
            let orders = batch
                .iter()
                .map(|(at, story)| draw(&offer, *story, *at))
                .collect::<Result<Vec<_>, _>>()?;
            rows::write(&mut tx, &stories, &orders, now, self.expiry).await?;
        }
        rows::count(&mut tx).await?;
        tx.commit().await?;
        self.database.feed.committed();
        Ok(())
    }
}

/// A story, as often as its share says.
fn pick(stories: &[Story]) -> usize {
    let mut ticket = rand::random_range(0..stories.iter().map(|it| it.share).sum());
    for (index, story) in stories.iter().enumerate() {
        match ticket.checked_sub(story.share) {
            Some(rest) => ticket = rest,
            None => return index,
        }
    }
    0
}

/// An order of one to three things, placed at `at`.
fn draw(
    offer: &Offer,
    story: usize,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<SeededOrder, OrderError> {
    let rng = &mut rand::rng();
    let goods: Vec<_> = offer
        .goods
        .sample(rng, rand::random_range(1..=3))
        .cloned()
        .collect();
    let items: Vec<_> = goods
        .iter()
        .map(|it| Item {
            quantity: rand::random_range(1..=2),
            unit_price_minor: it.price_minor,
            tax_basis_points: it.tax_basis_points,
            ships: true,
            grams: it.grams,
        })
        .collect();
    let seconds = u64::try_from(at.timestamp()).unwrap_or(0);
    let moment = Timestamp::from_unix(NoContext, seconds, at.timestamp_subsec_nanos());
    let (pricing, _): (Pricing, _) = offer.terms.price(&items, None, None)?;
    Ok(SeededOrder {
        id: Uuid::new_v7(moment),
        story,
        at,
        pricing,
        goods,
        items,
    })
}

async fn offer(conn: &mut PgConnection) -> Result<Offer, OrderError> {
    let market = Market::default();
    let terms = catalogue::terms(conn, &market).await?;
    let rows = sqlx::query!(
        r#"select sku as "sku!", products.ref as product, shelf.price_minor as "price_minor!",
            shelf.tax_basis_points as "tax_basis_points!", variants.grams,
            concat_ws(', ', products.title, variants.title) as "title!"
        from shelf join variants using (sku) join products on products.id = shelf.product_id
        where products.kind = 'goods' and shelf.storefront = $1 order by sku"#,
        market.storefront,
    )
    .fetch_all(conn)
    .await?;
    if rows.is_empty() {
        return Err(Refusal::field("/orders", "need goods that can be ordered").into());
    }
    let goods = rows
        .into_iter()
        .map(|it| Goods {
            sku: it.sku,
            product: it.product,
            title: it.title,
            price_minor: it.price_minor,
            tax_basis_points: it.tax_basis_points,
            grams: it.grams,
        })
        .collect();
    Ok(Offer { goods, terms })
}
