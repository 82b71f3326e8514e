//! One type an id, so that no id is taken for another.

use derive_more::{Display, From, FromStr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Display, Eq, From, FromStr, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[cfg_attr(feature = "engine", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
    };
}

id!(
    /// An order. Version 7: ids of later orders sort later.
    OrderId
);
id!(
    /// A registered customer, or a member of staff.
    CustomerId
);
id!(
    /// A product of the catalogue.
    ProductId
);
id!(
    /// One attempt to pay an order.
    PaymentId
);
id!(
    /// Money on its way back.
    RefundId
);
id!(
    /// A parcel.
    ShipmentId
);
id!(
    /// Goods on their way back.
    ReturnId
);
id!(
    /// A note among staff.
    NoteId
);
id!(
    /// A ticket for one seat.
    TicketId
);
id!(
    /// A visitor's cart. Random, since knowing it is the right to change it.
    CartId
);
id!(
    /// The key of a program that calls the JSON API.
    ServiceKeyId
);
id!(
    /// Somebody who is told of events over HTTP.
    WebhookId
);
