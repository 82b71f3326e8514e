//! Live streams (server-sent events). A stream says that something happened; whoever listens reads it through their
//! usual door.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::{Query, State},
    response::sse::{Event, KeepAlive, Sse},
};
use futures::{Stream, StreamExt, stream};
use orders::{
    OrderId,
    engine::{Feed, News},
};
use serde::Deserialize;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::{AppState, Lifecycle, api::ApiError, caller::Who};

/// What a page listens to: one order, or, for those who work here, all of them.
#[derive(Deserialize)]
pub(crate) struct Topic {
    order: Option<OrderId>,
}

/// The pages' stream: a nudge for every event.
pub(crate) async fn pages(
    State(state): State<AppState>,
    Who(caller): Who,
    Query(topic): Query<Topic>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // Listening begins before looking, so that nothing falls in between.
    let news = news(&state.engine.database().feed);
    match topic.order {
        Some(order) => {
            state.engine.orders.find(&caller, order).await?;
        }
        None => caller.must_work_here()?,
    }
    let events = news.filter_map(move |news| async move {
        match news {
            News::Order(nudge) if topic.order.is_none_or(|order| order == nudge.order_id) => {
                Event::default().json_data(nudge).ok()
            }
            News::Order(_) => None,
            News::Missed => Some(Event::default().event("missed").data("look again")),
        }
    });
    Ok(respond(events, state.lifecycle.clone()))
}

/// The stream, until the server stops.
pub(crate) fn respond(
    events: impl Stream<Item = Event> + Send + 'static,
    lifecycle: Lifecycle,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = events
        .take_until(async move { lifecycle.drained().await })
        .map(Ok);
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// News as they come. A listener that falls behind learns that it missed some.
pub(crate) fn news(feed: &Feed) -> impl Stream<Item = News> + Send + 'static + use<> {
    stream::unfold(
        feed.subscribe(),
        |mut receiver: Receiver<News>| async move {
            match receiver.recv().await {
                Ok(news) => Some((news, receiver)),
                Err(RecvError::Lagged(_)) => Some((News::Missed, receiver)),
                Err(RecvError::Closed) => None,
            }
        },
    )
}
