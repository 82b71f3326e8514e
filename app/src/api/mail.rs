//! What customers are written, and what became of it. For those who work here.

use leptos::prelude::*;
use orders::{Delivery, DeliveryId, Page};
#[cfg(feature = "ssr")]
use orders::{DeliveryFilter, DeliveryState, DeliveryTarget, OrderId, PageRequest};
use serde::{Deserialize, Serialize};

use crate::AppError;
#[cfg(feature = "ssr")]
use crate::ssr::Here;

/// Which mails are shown, as it stands in the page's address. Empty text filters nothing.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailQuery {
    /// A state.
    pub state: String,
    /// The mail behind which the page begins.
    pub after: String,
}

/// A page of mails.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MailView {
    /// Those of the newest events first.
    pub mails: Page<Delivery, DeliveryId>,
    /// Whether customers are written to at all.
    pub writes_mail: bool,
}

/// A page of mails to customers.
#[server(endpoint = "find_mails")]
pub async fn find_mails(query: MailQuery) -> Result<MailView, AppError> {
    let Here { engine, caller, .. } = crate::ssr::here()?;
    let filter = DeliveryFilter {
        target: Some(DeliveryTarget::Mail),
        state: DeliveryState::read(&query.state),
        ..DeliveryFilter::default()
    };
    let page = PageRequest {
        limit: 50,
        after: query.after.parse().ok(),
    };
    Ok(MailView {
        mails: engine.deliveries.list(&caller, filter, page).await?,
        writes_mail: engine.deliveries.writes_mail(),
    })
}

/// What an order's customer was written, newest first.
#[cfg(feature = "ssr")]
pub(super) async fn mails_of(here: &Here, order: OrderId) -> Result<Vec<Delivery>, AppError> {
    let filter = DeliveryFilter {
        target: Some(DeliveryTarget::Mail),
        order: Some(order),
        ..DeliveryFilter::default()
    };
    let page = PageRequest::first(100);
    let mails = here.engine.deliveries.list(&here.caller, filter, page);
    Ok(mails.await?.data)
}
