//! What is said of a product after it was made: its words, its tax, its weight.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    FieldError, Invalid, Language, ProductText, Text, storefront_document::parse_tax_class,
};

/// A ton: what is heavier is no parcel.
const MOST_GRAMS: i32 = 1_000_000;

/// What a product is besides what it costs, as those who run the shop see it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ProductDetails {
    /// Things of one class are taxed alike.
    pub tax_class: String,
    /// Its words, in languages other than its own.
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, ProductText>))]
    pub texts: BTreeMap<Language, ProductText>,
    /// What one of each variant weighs, in grams, by SKU.
    pub grams: BTreeMap<String, i32>,
}

/// What is to be changed about a product; what is absent stays.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({"tax_class": "paper", "grams": {"MUG-WHITE": 420}})))]
pub struct ProductChange {
    /// Things of one class are taxed alike: `standard`, or a class that storefronts have a rate for.
    #[serde(default)]
    pub tax_class: Option<String>,
    /// Its words in these languages; `null` takes a language away.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schema(value_type = BTreeMap<String, ProductText>))]
    pub texts: BTreeMap<Language, Option<ProductText>>,
    /// What one of each variant weighs, in grams, by SKU.
    #[serde(default)]
    pub grams: BTreeMap<String, i32>,
}

impl ProductChange {
    /// The same with its text trimmed.
    ///
    /// # Errors
    /// Every field that cannot be used.
    pub fn parse(self) -> Result<Self, Vec<FieldError>> {
        let mut errors = Vec::new();
        let tax_class = self.tax_class.as_deref().map(parse_tax_class).transpose();
        let tax_class = FieldError::collect(&mut errors, "/tax_class", tax_class);
        let texts = parse_changed_texts(self.texts, &mut errors);
        for (sku, grams) in &self.grams {
            let pointer = format!("/grams/{}", FieldError::step(sku));
            FieldError::collect(&mut errors, &pointer, parse_grams(*grams));
        }
        match tax_class {
            Some(tax_class) if errors.is_empty() => Ok(Self {
                tax_class,
                texts,
                grams: self.grams,
            }),
            _ => Err(errors),
        }
    }
}

fn parse_changed_texts(
    texts: BTreeMap<Language, Option<ProductText>>,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<Language, Option<ProductText>> {
    let (gone, said): (Vec<_>, Vec<_>) = texts.into_iter().partition(|(_, it)| it.is_none());
    let said = said
        .into_iter()
        .filter_map(|(language, it)| Some((language, it?)));
    let said = parse_texts(said.collect(), errors);
    let said = said.into_iter().map(|(language, it)| (language, Some(it)));
    said.chain(gone).collect()
}

/// A product's words with their text trimmed.
pub(super) fn parse_texts(
    texts: BTreeMap<Language, ProductText>,
    errors: &mut Vec<FieldError>,
) -> BTreeMap<Language, ProductText> {
    let mut parsed = BTreeMap::new();
    for (language, text) in texts {
        let pointer = |field: &str| format!("/texts/{}/{field}", language.code());
        let title = Text::required(&text.title, 200);
        let title = FieldError::collect(errors, &pointer("title"), title);
        let description = parse_description(text.description.as_deref().unwrap_or_default());
        let description = FieldError::collect(errors, &pointer("description"), description);
        if let (Some(title), Some(description)) = (title, description) {
            parsed.insert(language, ProductText { title, description });
        }
    }
    parsed
}

/// A description has lines, so it is only trimmed and measured.
fn parse_description(raw: &str) -> Result<Option<String>, Invalid> {
    let description = raw.trim();
    match description.chars().count() {
        0 => Ok(None),
        1..=5_000 => Ok(Some(description.to_owned())),
        _ => Err("is too long"),
    }
}

/// What one of something weighs.
pub(super) fn parse_grams(grams: i32) -> Result<i32, Invalid> {
    if (0..=MOST_GRAMS).contains(&grams) {
        Ok(grams)
    } else {
        Err("must be from 0 to 1,000,000 grams")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_said_is_trimmed_and_what_is_not_said_stays_open() {
        let change: ProductChange = serde_json::from_value(json!({
            "texts": {"de": {"title": " Becher ", "description": " Fein.\nRund. "}, "en": null},
        }))
        .unwrap();

        let change = change.parse().unwrap();

        let german = change.texts[&Language::De].clone().unwrap();
        assert_eq!(german.title, "Becher");
        assert_eq!(german.description.as_deref(), Some("Fein.\nRund."));
        assert_eq!(change.texts[&Language::En], None);
        assert_eq!(change.tax_class, None);
    }

    #[test]
    fn every_field_that_cannot_be_is_named_at_once() {
        let change: ProductChange = serde_json::from_value(json!({
            "tax_class": "Books", "texts": {"de": {"title": ""}}, "grams": {"A/B": -1},
        }))
        .unwrap();

        let errors = change.parse().unwrap_err();

        let pointers: Vec<_> = errors.iter().map(|it| it.pointer.as_str()).collect();
        assert_eq!(pointers, ["/tax_class", "/texts/de/title", "/grams/A~1B"]);
    }
}
