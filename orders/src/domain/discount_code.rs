//! Discount codes as whoever runs the shop sees to them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Discount, DiscountKind, FieldError, Invalid, Text};

/// A discount code to be made, or everything about one that is to be changed.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({
    "code": "SPRING15", "kind": {"percent": 1500}, "storefront": "default", "minimum_minor": 3000, "ends_at": "2099-05-31T22:00:00Z",
    "use_limit": 500, "customer_limit": 1
})))]
pub struct NewDiscountCode {
    /// What buyers type. Kept in capitals; a change takes it from the address.
    #[serde(default)]
    pub code: String,
    /// What it takes off.
    pub kind: DiscountKind,
    /// Where it can be used; absent: everywhere. An amount is counted in one currency, so it needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storefront: Option<String>,
    /// What the goods must be worth, in minor units.
    #[serde(default)]
    pub minimum_minor: i64,
    /// From when on it can be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// From when on it can be used no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    /// How many orders can use it in all; absent: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_limit: Option<i32>,
    /// How many orders of one customer can use it; absent: any number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_limit: Option<i32>,
    /// Whether it can be used.
    #[serde(default = "yes")]
    pub is_active: bool,
}

fn yes() -> bool {
    true
}

/// A discount code.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct DiscountCode {
    /// Its rules.
    #[serde(flatten)]
    pub rules: NewDiscountCode,
    /// How many orders hold a use of it. A cancelled order gives its use back.
    pub uses: i64,
    /// Whether it can be used now, and if not, why.
    pub state: DiscountState,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Whether a discount code can be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DiscountState {
    /// It can.
    Active,
    /// Its time has not come.
    Scheduled,
    /// Its time is over.
    Ended,
    /// As many orders hold it as there may be.
    UsedUp,
    /// Somebody who runs the shop switched it off.
    Off,
}

impl NewDiscountCode {
    /// The same as it is kept: its code in capitals.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let code = FieldError::collect(&mut errors, "/code", parse_code(&self.code));
        let mut refuse = |pointer: &str, detail: &str| {
            errors.push(FieldError::new(pointer, detail));
        };
        let storefront = self.storefront.filter(|it| !it.trim().is_empty());
        match self.kind {
            DiscountKind::Percent(basis_points) if !(1..=10_000).contains(&basis_points) => {
                refuse(
                    "/kind/percent",
                    "must be more than 0 and no more than 100 %",
                );
            }
            DiscountKind::Amount(minor) if minor < 1 => {
                refuse("/kind/amount", "must be more than 0");
            }
            DiscountKind::Percent(_) | DiscountKind::Amount(_) | DiscountKind::FreeDelivery => {}
        }
        if self.minimum_minor < 0 {
            refuse("/minimum_minor", "must not be negative");
        }
        let is_counted = matches!(self.kind, DiscountKind::Amount(_)) || self.minimum_minor != 0;
        if is_counted && storefront.is_none() {
            refuse("/storefront", "is missing: an amount needs a currency");
        }
        if let (Some(from), Some(until)) = (self.starts_at, self.ends_at)
            && until <= from
        {
            refuse("/ends_at", "must be after it starts");
        }
        if self.use_limit.is_some_and(|it| it < 1) {
            refuse("/use_limit", "must be 1 or more");
        }
        if self.customer_limit.is_some_and(|it| it < 1) {
            refuse("/customer_limit", "must be 1 or more");
        }
        match code {
            Some(code) if errors.is_empty() => Ok(Self {
                code,
                storefront: storefront.map(|it| it.trim().to_owned()),
                ..self
            }),
            _ => Err(errors),
        }
    }

    /// Whether it can be used at `now`, while `uses` orders hold it.
    #[must_use]
    pub fn state(&self, uses: i64, now: DateTime<Utc>) -> DiscountState {
        if !self.is_active {
            DiscountState::Off
        } else if self.ends_at.is_some_and(|it| now >= it) {
            DiscountState::Ended
        } else if self.use_limit.is_some_and(|it| uses >= i64::from(it)) {
            DiscountState::UsedUp
        } else if self.starts_at.is_some_and(|it| now < it) {
            DiscountState::Scheduled
        } else {
            DiscountState::Active
        }
    }
}

fn parse_code(raw: &str) -> Result<String, Invalid> {
    let code = Discount::normalize(&Text::required(raw, 40)?);
    let length = code.chars().count();
    if code.contains(char::is_whitespace) || !(2..=40).contains(&length) {
        return Err("must be 2 to 40 letters or digits without spaces");
    }
    Ok(code)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn code(changes: Value) -> NewDiscountCode {
        let mut code = json!({"code": "SPRING", "kind": {"percent": 1_500}});
        let fields = code.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        serde_json::from_value(code).unwrap()
    }

    fn pointers(changes: Value) -> Vec<String> {
        let errors = code(changes).parse().unwrap_err().into_iter();
        errors.map(|it| it.pointer).collect()
    }

    #[test]
    fn a_code_is_kept_as_buyers_words_are_compared() {
        let parsed = code(json!({"code": " frühling26 ", "storefront": " "}))
            .parse()
            .unwrap();

        assert_eq!(
            (parsed.code.as_str(), parsed.storefront),
            ("FRÜHLING26", None)
        );
    }

    #[test]
    fn every_field_that_cannot_be_is_named_at_once() {
        let wrong = json!({
            "code": "A B", "kind": {"percent": 10_001}, "minimum_minor": -1, "use_limit": 0, "customer_limit": 0,
            "starts_at": "2026-12-01T00:00:00Z", "ends_at": "2026-12-01T00:00:00Z",
        });

        assert_eq!(
            pointers(wrong),
            [
                "/code",
                "/kind/percent",
                "/minimum_minor",
                "/storefront",
                "/ends_at",
                "/use_limit",
                "/customer_limit",
            ]
        );
        assert_eq!(pointers(json!({"code": "x"})), ["/code"]);
        assert_eq!(pointers(json!({"kind": {"percent": 0}})), ["/kind/percent"]);
        assert_eq!(
            pointers(json!({"kind": {"amount": 0}, "storefront": "eu"})),
            ["/kind/amount"]
        );
    }

    #[test]
    fn amounts_need_a_storefront_and_shares_do_not() {
        assert_eq!(pointers(json!({"kind": {"amount": 500}})), ["/storefront"]);
        assert_eq!(pointers(json!({"minimum_minor": 500})), ["/storefront"]);
        let anywhere = code(json!({"kind": "free_delivery"}));
        assert!(anywhere.parse().is_ok());
    }

    #[test]
    fn a_code_is_what_keeps_it_from_being_used() {
        let now = "2026-12-01T12:00:00Z".parse().unwrap();
        let limited = json!({
            "use_limit": 2, "starts_at": "2026-12-01T12:00:00Z", "ends_at": "2026-12-02T00:00:00Z",
        });
        let state = |changes: Value, uses| code(changes).state(uses, now);

        assert_eq!(state(limited.clone(), 1), DiscountState::Active);
        assert_eq!(state(limited, 2), DiscountState::UsedUp);
        assert_eq!(
            state(json!({"starts_at": "2026-12-01T12:00:01Z"}), 0),
            DiscountState::Scheduled
        );
        assert_eq!(
            state(json!({"ends_at": "2026-12-01T12:00:00Z"}), 0),
            DiscountState::Ended
        );
        assert_eq!(state(json!({"is_active": false}), 0), DiscountState::Off);
    }
}
