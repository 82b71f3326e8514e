//! Whatever is done to an order, in whatever sequence and two things at once: in the end its books add up.

use chrono::Duration;
use orders::{
    Goods, LineQuantity, NewRefund, NewReturn, NewShipment, Order, OrderCommand, OrderError,
    OrderState, PaymentStatus, RefundState, ReturnCommand, ReturnState, engine::MIGRATOR,
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::json;
use sqlx::PgPool;

use crate::shop::{DECLINED, DELAYED, PAYS, Shop, staff};

/// How many orders are led through a life.
const LIVES: usize = 40;
const CUPS: i32 = 1_000;

/// Something that somebody does to an order, or that happens to it.
#[derive(Clone, Debug)]
enum Act {
    Pay(&'static str),
    Change(OrderCommand),
    Ship(LineQuantity),
    RefundAmount(i64),
    RefundItems(LineQuantity, bool),
    AskReturn(u32),
    ChangeReturn(ReturnCommand),
    Wait(i64),
}

fn act() -> impl Strategy<Value = Act> {
    let item =
        || (1_u32..=2, 1_u32..=3).prop_map(|(line, quantity)| LineQuantity { line, quantity });
    let onwards = vec![
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
        OrderCommand::Complete,
    ];
    let ends = vec![
        OrderCommand::Confirm,
        OrderCommand::Cancel,
        OrderCommand::Fail,
        OrderCommand::Refund,
    ];
    let receive = |(restock, refund)| Act::ChangeReturn(ReturnCommand::Receive { restock, refund });
    prop_oneof![
        4 => prop::sample::select(vec![PAYS, PAYS, DECLINED, DELAYED]).prop_map(Act::Pay),
        12 => prop::sample::select(onwards).prop_map(Act::Change),
        1 => prop::sample::select(ends).prop_map(Act::Change),
        4 => item().prop_map(Act::Ship),
        2 => (1_i64..2_000).prop_map(Act::RefundAmount),
        4 => (item(), any::<bool>()).prop_map(|(item, restock)| Act::RefundItems(item, restock)),
        4 => (1_u32..=3).prop_map(Act::AskReturn),
        4 => Just(Act::ChangeReturn(ReturnCommand::Accept)),
        4 => any::<(bool, bool)>().prop_map(receive),
        1 => (1_i64..600).prop_map(Act::Wait),
    ]
}

/// Most lives begin well, so that much can happen in them.
fn beginning(life: usize) -> Vec<Act> {
    let paid = [Act::Pay(PAYS), Act::Wait(1)];
    let delivered = [
        OrderCommand::Process,
        OrderCommand::Ship,
        OrderCommand::Deliver,
    ];
    match life % 5 {
        0 => Vec::new(),
        1 | 2 => paid.to_vec(),
        _ => {
            // One after the other: two acts of a pair come at once.
            let steps = delivered.map(Act::Change);
            let spaced = steps.into_iter().flat_map(|it| [it, Act::Wait(1)]);
            paid.into_iter().chain(spaced).collect()
        }
    }
}

async fn perform(shop: &Shop, order: &Order, act: Act) -> Result<Order, OrderError> {
    let (orders, staff, id) = (&shop.engine.orders, staff(), order.id);
    match act {
        Act::Pay(card) => shop.pay(order, card).await,
        Act::Change(command) => orders.change(&staff, id, command, None, None).await,
        Act::Ship(item) => {
            let parcel = NewShipment {
                carrier: "DHL".to_owned(),
                tracking_number: "1".to_owned(),
                items: Some(vec![item]),
                ..NewShipment::default()
            };
            orders.ship(&staff, id, parcel).await
        }
        Act::RefundAmount(amount) => {
            let refund = NewRefund {
                amount_minor: Some(amount),
                ..NewRefund::default()
            };
            orders.refund(&staff, id, refund).await
        }
        Act::RefundItems(item, restock) => {
            let refund = NewRefund {
                items: Some(vec![item]),
                restock,
                ..NewRefund::default()
            };
            orders.refund(&staff, id, refund).await
        }
        Act::AskReturn(quantity) => {
            let items = vec![LineQuantity { line: 1, quantity }];
            let asked = NewReturn {
                items,
                reason: None,
            };
            orders.ask_return(&staff, id, asked).await
        }
        Act::ChangeReturn(command) => match orders.find(&staff, id).await?.returns.last() {
            Some(last) => {
                orders
                    .change_return(&staff, id, last.id, command, None)
                    .await
            }
            None => orders.find(&staff, id).await,
        },
        Act::Wait(seconds) => {
            shop.wait(Duration::seconds(seconds));
            orders.advance_due(10).await?;
            orders.find(&staff, id).await
        }
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn whatever_is_done_the_books_add_up(pool: PgPool) {
    let shop = Shop::open(pool.clone()).await;
    let cup = json!({"ref": "CUP", "title": "Cup", "variants": [{"sku": "CUP", "price_minor": 1333, "on_hand": CUPS}]});
    shop.sell(cup).await;
    let seats: Vec<_> = (1..=LIVES)
        .map(|it| json!({"seat_id": it, "seat_code": format!("S{it}"), "price_minor": 777}))
        .collect();
    shop.sell(json!({"ref": "HALL", "title": "Hall", "kind": "event", "seats": seats}))
        .await;
    // The same lives every time.
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut ends = std::collections::HashSet::new();
    let (mut returned, mut parts) = (0, 0);

    for life in 1..=LIVES {
        let acts = prop::collection::vec(act(), 6..28);
        let acts = acts.new_tree(&mut runner).unwrap().current();
        let acts = [beginning(life), acts].concat();
        let items = json!([
            {"sku": "CUP", "quantity": 4},
            {"product": "HALL", "seat_id": life},
        ]);
        let order = shop.placed(items).await;
        for pair in acts.chunks(2) {
            let deeds = pair.iter().map(|act| perform(&shop, &order, act.clone()));
            // What is refused is refused; it must not break anything.
            for done in futures_of(deeds).await {
                if let Err(error) = done {
                    assert!(
                        matches!(error, OrderError::Refused(_)),
                        "{acts:?}: {error:?}"
                    );
                }
            }
        }
        shop.wait(Duration::hours(1));
        shop.run_until_idle().await;
        let order = shop.find(order.id).await;
        check(&shop, &pool, &order)
            .await
            .unwrap_or_else(|wrong| panic!("{wrong}\n{acts:?}\n{order:#?}"));
        ends.insert(order.status);
        returned += order
            .returns
            .iter()
            .filter(|it| it.status == ReturnState::Received)
            .count();
        parts += usize::from(order.payment_status == PaymentStatus::PartiallyRefunded);
    }

    check_stock(&shop, &pool).await;
    shop.settle().await;
    assert_eq!(shop.violated().await, Vec::<String>::new());
    // Otherwise the lives were too dull to say much.
    assert!(
        ends.len() >= 6 && returned >= 2 && parts >= 6,
        "{ends:?} {returned} {parts}"
    );
}

/// Both at once.
async fn futures_of<F: Future>(deeds: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut deeds: Vec<_> = deeds.collect();
    match (deeds.pop(), deeds.pop()) {
        (Some(one), Some(two)) => {
            let (one, two) = tokio::join!(one, two);
            vec![one, two]
        }
        (Some(one), None) => vec![one.await],
        _ => Vec::new(),
    }
}

async fn check(shop: &Shop, pool: &PgPool, order: &Order) -> Result<(), String> {
    let ensure = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    let history = shop
        .engine
        .orders
        .history(&staff(), order.id)
        .await
        .unwrap();
    let mut state = None;
    for (index, entry) in history.iter().enumerate() {
        ensure(
            usize::try_from(entry.version) == Ok(index + 1),
            "a version is missing",
        )?;
        ensure(entry.from == state, "history does not hang together")?;
        let is_legal = |from: OrderState| {
            let goods = [Goods::NothingToShip, Goods::AllHere, Goods::AllSent];
            from == entry.to || goods.iter().any(|it| from.next(*it).contains(&entry.to))
        };
        ensure(state.is_none_or(is_legal), "an illegal move")?;
        state = Some(entry.to);
    }
    ensure(state == Some(order.status), "history ends elsewhere")?;
    ensure(
        history.last().map(|it| it.version) == Some(order.version),
        "an untold version",
    )?;

    let events: Vec<i32> =
        sqlx::query_scalar("select sequence from outbox where order_id = $1 order by sequence")
            .bind(order.id.0)
            .fetch_all(pool)
            .await
            .unwrap();
    ensure(
        events.iter().copied().eq(1..=events.len() as i32),
        "a gap in the events",
    )?;

    let (captured, refunded) = (order.captured_minor(), order.refunded_minor);
    let open = order
        .refunds
        .iter()
        .any(|it| it.status != RefundState::Succeeded);
    ensure(!open, "a refund is left over")?;
    ensure(refunded <= captured, "more went back than came in")?;
    let is_back = refunded == captured;
    match order.status {
        OrderState::Cancelled | OrderState::Failed => {
            ensure(captured == 0, "a stopped order keeps money")?;
        }
        OrderState::Refunded => ensure(is_back, "money is left of a refunded order")?,
        state if state.is_unpaid() => ensure(false, "an unpaid order outlived its time")?,
        _ => {
            ensure(
                captured == 0 || !is_back,
                "all is back, and the order stands",
            )?;
            ensure(
                captured - refunded <= order.total_minor,
                "a surplus is kept",
            )?;
        }
    }
    let sent: i64 = sqlx::query_scalar(
        "select coalesce(sum(sandbox_refunds.amount_minor), 0)::bigint
         from sandbox_refunds join payments on payments.id = charge where order_id = $1",
    )
    .bind(order.id.0)
    .fetch_one(pool)
    .await
    .unwrap();
    ensure(sent == refunded, "the provider's books say otherwise")?;

    for line in &order.items {
        let sent: u32 = order
            .shipments
            .iter()
            .flat_map(|it| &it.items)
            .filter(|it| it.line == line.line)
            .map(|it| it.quantity)
            .sum();
        ensure(
            sent + line.withdrawn <= line.quantity,
            "sent more than was bought",
        )?;
        let refunded: u32 = order
            .refunds
            .iter()
            .flat_map(|it| &it.items)
            .filter(|it| it.line == line.line)
            .map(|it| it.quantity)
            .sum();
        ensure(refunded <= line.quantity, "refunded more than was bought")?;
    }
    Ok(())
}

/// What is on the shelf is what was there, less what orders took and did not put back.
async fn check_stock(shop: &Shop, pool: &PgPool) {
    let claims = |sku: &'static str| async move {
        sqlx::query_as::<_, (i64, i64)>(
            "select coalesce(sum(quantity - restocked) filter (where claim = 'taken'), 0),
                coalesce(sum(quantity) filter (where claim = 'held'), 0)
             from order_lines where sku like $1",
        )
        .bind(sku)
        .fetch_one(pool)
        .await
        .unwrap()
    };
    let (on_hand, reserved) = shop.stock("CUP").await;
    let (taken, held) = claims("CUP").await;
    assert_eq!(
        (i64::from(on_hand), i64::from(reserved)),
        (i64::from(CUPS) - taken, held)
    );
    let (taken, held) = claims("HALL%").await;
    let free: i64 = sqlx::query_scalar("select sum(on_hand) from stock where sku like 'HALL%'")
        .fetch_one(pool)
        .await
        .unwrap();
    let tickets: i64 = sqlx::query_scalar(
        "select count(*) from tickets where revoked_at is null and sku like 'HALL%'",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    assert_eq!((free, held), (i64::try_from(LIVES).unwrap() - taken, 0));
    assert_eq!(tickets, taken);
}
