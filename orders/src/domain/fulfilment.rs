//! Parcels, and how far an order's goods have come.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{FieldError, LineQuantity, OrderLine, OrderState, ShipmentId, Text};

/// How far the goods are, as the state machine sees it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Goods {
    /// Only seats, or other things that no parcel carries.
    NothingToShip,
    /// Nothing has been sent.
    AllHere,
    /// Some lines, or parts of them, have been sent.
    PartlySent,
    /// Everything has been sent.
    AllSent,
}

impl Goods {
    /// Whether everything can still be put back on the shelf.
    #[must_use]
    pub fn all_here(self) -> bool {
        matches!(self, Self::NothingToShip | Self::AllHere)
    }

    /// What the order's lines and parcels say.
    #[must_use]
    pub fn of(lines: &[OrderLine], shipments: &[Shipment]) -> Self {
        let to_ship: u64 = lines
            .iter()
            .filter(|line| line.ships)
            .map(|line| u64::from(line.quantity.saturating_sub(line.withdrawn)))
            .sum();
        let sent: u64 = shipments
            .iter()
            .flat_map(|it| &it.items)
            .map(|item| u64::from(item.quantity))
            .sum();
        match (to_ship, sent) {
            (0, _) => Self::NothingToShip,
            (_, 0) => Self::AllHere,
            (to_ship, sent) if sent < to_ship => Self::PartlySent,
            _ => Self::AllSent,
        }
    }
}

/// Derived from the parcels and the state, never stored.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentStatus {
    /// Nothing has been sent.
    Unfulfilled,
    /// Some of it has been sent.
    PartiallyShipped,
    /// All of it is on its way.
    Shipped,
    /// All of it has arrived.
    Delivered,
}

impl FulfilmentStatus {
    /// What the parcels, and for goods that need none the state, say.
    #[must_use]
    pub fn of(state: OrderState, goods: Goods, shipments: &[Shipment]) -> Self {
        let arrived = shipments.iter().all(|it| it.delivered_at.is_some());
        match goods {
            Goods::NothingToShip if state == OrderState::Completed => Self::Delivered,
            Goods::NothingToShip | Goods::AllHere => Self::Unfulfilled,
            Goods::PartlySent => Self::PartiallyShipped,
            Goods::AllSent if arrived => Self::Delivered,
            Goods::AllSent => Self::Shipped,
        }
    }
}

/// A parcel.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Shipment {
    /// The parcel's id.
    pub id: ShipmentId,
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking_number: String,
    /// Where the carrier shows it, when the carrier is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_url: Option<String>,
    /// When it should arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_delivery: Option<DateTime<Utc>>,
    /// What is in it.
    pub items: Vec<LineQuantity>,
    /// When it left.
    pub shipped_at: DateTime<Utc>,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<DateTime<Utc>>,
}

/// A parcel to be sent.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"carrier": "DHL", "tracking_number": "JD014600006228974825", "items": [{"line": 1, "quantity": 1}]})))]
pub struct NewShipment {
    /// Who carries it.
    #[serde(default)]
    pub carrier: String,
    /// The carrier's number for it.
    #[serde(default)]
    pub tracking_number: String,
    /// When it should arrive.
    #[serde(default)]
    pub estimated_delivery: Option<DateTime<Utc>>,
    /// What is in it; absent: everything that has not been sent yet.
    #[serde(default)]
    pub items: Option<Vec<LineQuantity>>,
}

/// What a parcel's label says, where that is known before it leaves.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ParcelLabel {
    /// Who carries it.
    pub carrier: String,
    /// The carrier's number for it.
    pub tracking_number: String,
    /// When it should arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimated_delivery: Option<DateTime<Utc>>,
}

impl From<ParcelLabel> for NewShipment {
    fn from(label: ParcelLabel) -> Self {
        Self {
            carrier: label.carrier,
            tracking_number: label.tracking_number,
            estimated_delivery: label.estimated_delivery,
            items: None,
        }
    }
}

impl From<NewShipment> for ParcelLabel {
    fn from(parcel: NewShipment) -> Self {
        Self {
            carrier: parcel.carrier,
            tracking_number: parcel.tracking_number,
            estimated_delivery: parcel.estimated_delivery,
        }
    }
}

impl NewShipment {
    /// The parcel with its text trimmed.
    ///
    /// # Errors
    /// Every field that is missing or unusable.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let carrier =
            FieldError::collect(&mut errors, "/carrier", Text::required(&self.carrier, 100));
        let tracking_number = FieldError::collect(
            &mut errors,
            "/tracking_number",
            Text::required(&self.tracking_number, 100),
        );
        LineQuantity::check(self.items.as_deref(), &mut errors);
        match (carrier, tracking_number) {
            (Some(carrier), Some(tracking_number)) if errors.is_empty() => Ok(Self {
                carrier,
                tracking_number,
                ..self
            }),
            _ => Err(errors),
        }
    }

    /// Where known carriers show a parcel.
    #[must_use]
    pub fn tracking_url(&self) -> Option<String> {
        let number: String = self
            .tracking_number
            .chars()
            .filter(|it| it.is_ascii_alphanumeric())
            .collect();
        let page = match self.carrier.to_ascii_lowercase().as_str() {
            "dhl" => "https://www.dhl.com/en/express/tracking.html?AWB=",
            "ups" => "https://www.ups.com/track?tracknum=",
            "fedex" => "https://www.fedex.com/fedextrack/?trknbr=",
            "usps" => "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
            _ => return None,
        };
        Some(format!("{page}{number}"))
    }
}
