//! From what a buyer calls a thing to its SKU.

use sqlx::PgConnection;

use crate::{
    domain::{FieldError, NewItem, OrderedItem, Refusal},
    engine::OrderError,
};

/// The SKUs of `items`, in their order. Takes a product's reference for a SKU, and a SKU for a product, where that
/// is what it is: other systems mix them up.
///
/// # Errors
/// [`Refusal::Invalid`], naming every item that is not sold, or comes in more than one variant.
pub(crate) async fn find_skus(
    conn: &mut PgConnection,
    items: &[NewItem],
) -> Result<Vec<OrderedItem>, OrderError> {
    let names: Vec<String> = items.iter().map(|it| it.name().to_owned()).collect();
    let seats: Vec<Option<i32>> = items.iter().map(NewItem::seat).collect();
    let found = sqlx::query!(
        r#"select place as "place!", coalesce(named.sku, (array_agg(variants.sku))[1]) as sku,
            count(variants.sku) as "choices!"
        from unnest($1::text[], $2::integer[]) with ordinality as item(name, seat_id, place)
        left join variants named on named.sku = item.name and item.seat_id is null
        left join products on products.ref = item.name and named.sku is null
        left join variants on variants.product_id = products.id
            and (item.seat_id is null or variants.seat_id = item.seat_id)
        group by place, named.sku order by place"#,
        &names,
        &seats as _,
    )
    .fetch_all(conn)
    .await?;
    let mut errors = Vec::new();
    let mut ordered = Vec::with_capacity(items.len());
    for (index, (item, row)) in items.iter().zip(found).enumerate() {
        match row.sku {
            Some(sku) if row.choices <= 1 => ordered.push(OrderedItem {
                sku,
                quantity: item.quantity(),
            }),
            Some(_) => errors.push(FieldError::new(
                format!("/items/{index}"),
                "comes in variants: name one by its sku",
            )),
            None => errors.push(FieldError::new(
                format!("/items/{index}"),
                "names nothing that is sold here",
            )),
        }
    }
    if errors.is_empty() {
        Ok(ordered)
    } else {
        Err(Refusal::Invalid(errors).into())
    }
}
