//! A way of delivery as whoever runs a storefront describes it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    DeliveryPrice, FieldError, Language, Text, WeightStep, storefront_document::parse_code,
};

/// More steps than any carrier's list has.
const MOST_STEPS: usize = 50;
/// A parcel that takes longer has been lost.
const MOST_DAYS: u16 = 365;

/// A way of delivery, with its names in every language.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({
    "code": "courier", "names": {"en": "By courier"}, "free_from_minor": 10000, "days_least": 1, "days_most": 2,
    "price": {"by_weight": [{"up_to_grams": 1000, "price_minor": 490}, {"up_to_grams": 5000, "price_minor": 990}]}
})))]
pub struct DeliveryTerms {
    /// What orders name it by: small letters, digits, `-` and `_`. A change takes it from the address.
    #[serde(default)]
    pub code: String,
    /// What people call it, by language; in others than these the English name is shown.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, String>))]
    pub names: BTreeMap<Language, String>,
    /// What it costs.
    pub price: DeliveryPrice,
    /// From this value of goods on, discounts taken off, it costs nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub free_from_minor: Option<i64>,
    /// How many days it takes, at least.
    pub days_least: u16,
    /// How many days it takes, at most.
    pub days_most: u16,
}

impl DeliveryTerms {
    /// The same with its text trimmed.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let code = FieldError::collect(&mut errors, "/code", parse_code(&self.code));
        let names = parse_names(self.names, &mut errors);
        check_price(&self.price, &mut errors);
        if self.free_from_minor.is_some_and(|it| it < 0) {
            errors.push(FieldError::new("/free_from_minor", "must not be negative"));
        }
        if self.days_most > MOST_DAYS {
            let detail = format!("must be {MOST_DAYS} or fewer");
            errors.push(FieldError::new("/days_most", detail));
        }
        if self.days_most < self.days_least {
            let detail = "must not be fewer than it takes at least";
            errors.push(FieldError::new("/days_most", detail));
        }
        match code {
            Some(code) if errors.is_empty() => Ok(Self {
                code,
                names,
                ..self
            }),
            _ => Err(errors),
        }
    }
}

fn parse_names(
    names: BTreeMap<Language, String>,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<Language, String> {
    let mut parsed = BTreeMap::new();
    for (language, name) in names {
        let pointer = format!("/names/{}", language.code());
        let name = FieldError::collect(errors, &pointer, Text::optional(&name, 100));
        parsed.extend(name.flatten().map(|name| (language, name)));
    }
    if parsed.is_empty() && errors.iter().all(|it| !it.pointer.starts_with("/names")) {
        errors.push(FieldError::new("/names", "are missing"));
    }
    parsed
}

fn check_price(price: &DeliveryPrice, errors: &mut Vec<FieldError>) {
    match price {
        DeliveryPrice::Flat(minor) if *minor < 0 => {
            errors.push(FieldError::new("/price/flat", "must not be negative"));
        }
        DeliveryPrice::Flat(_) => {}
        DeliveryPrice::ByWeight(steps) => check_steps(steps, errors),
    }
}

fn check_steps(steps: &[WeightStep], errors: &mut Vec<FieldError>) {
    let mut refuse = |place: &str, detail: &str| {
        let pointer = format!("/price/by_weight{place}");
        errors.push(FieldError::new(pointer, detail));
    };
    if steps.is_empty() {
        refuse("", "has no step");
    }
    if steps.len() > MOST_STEPS {
        refuse("", "has too many steps");
    }
    let mut before = 0;
    for (index, step) in steps.iter().enumerate() {
        if step.up_to_grams <= before {
            let detail = "must be heavier than the step before";
            refuse(&format!("/{index}/up_to_grams"), detail);
        }
        if step.price_minor < 0 {
            refuse(&format!("/{index}/price_minor"), "must not be negative");
        }
        before = step.up_to_grams;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(changes: Value) -> Result<DeliveryTerms, Vec<FieldError>> {
        let mut terms = json!({
            "code": "post", "names": {"en": "Post", "de": "Post"}, "price": {"flat": 490}, "days_least": 1, "days_most": 3,
        });
        let fields = terms.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        serde_json::from_value::<DeliveryTerms>(terms)
            .unwrap()
            .parse()
    }

    fn pointers(changes: Value) -> Vec<String> {
        let errors = parse(changes).unwrap_err().into_iter();
        errors.map(|it| it.pointer).collect()
    }

    #[test]
    fn a_way_of_delivery_is_trimmed_and_needs_one_name_only() {
        let terms = parse(json!({"code": " post ", "names": {"en": " ", "de": " Post "}})).unwrap();

        assert_eq!(terms.code, "post");
        assert_eq!(
            terms.names,
            BTreeMap::from([(Language::De, "Post".to_owned())])
        );
    }

    #[test]
    fn every_field_that_cannot_be_is_named_at_once() {
        let wrong = json!({
            "code": "", "names": {}, "price": {"flat": -1}, "free_from_minor": -1, "days_least": 400, "days_most": 399,
        });

        assert_eq!(
            pointers(wrong),
            [
                "/code",
                "/names",
                "/price/flat",
                "/free_from_minor",
                "/days_most",
                "/days_most"
            ]
        );
    }

    #[test]
    fn steps_by_weight_grow() {
        let step = |grams: i64, price: i64| json!({"up_to_grams": grams, "price_minor": price});
        let priced = |steps: Vec<Value>| json!({"price": {"by_weight": steps}});

        assert!(parse(priced(vec![step(500, 0), step(501, 900)])).is_ok());
        assert_eq!(pointers(priced(vec![])), ["/price/by_weight"]);
        assert_eq!(
            pointers(priced(vec![step(500, 1), step(500, -1)])),
            [
                "/price/by_weight/1/up_to_grams",
                "/price/by_weight/1/price_minor"
            ]
        );
        assert_eq!(
            pointers(priced(vec![step(0, 1)])),
            ["/price/by_weight/0/up_to_grams"]
        );
    }
}
