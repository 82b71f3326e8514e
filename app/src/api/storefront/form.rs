//! A storefront as a form says it: everything is text.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use orders::{
    Address, FieldError, Language, Percent, Refusal, Sender, Storefront, StorefrontDocument,
};

/// The form's fields.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StorefrontForm {
    pub code: String,
    pub name: String,
    pub path: String,
    pub host: String,
    pub currency: String,
    /// What its pages are read in where a visitor wants nothing else.
    pub language: String,
    /// What else is ticked, by code.
    pub languages: BTreeMap<String, String>,
    /// In percent.
    pub tax: String,
    /// `yes` where prices contain it.
    pub included: String,
    pub tax_delivery: String,
    /// What is taxed otherwise, row by row.
    pub rates: BTreeMap<String, RateRow>,
    /// Codes with anything between them.
    pub countries: String,
    pub sender_name: String,
    pub sender_email: String,
    pub street: String,
    pub street2: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    pub country: String,
    pub position: String,
    pub is_open: String,
}

/// A class of goods, and its tax in percent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RateRow {
    pub tax_class: String,
    pub percent: String,
}

#[cfg(feature = "ssr")]
impl StorefrontForm {
    /// What a new one usually is.
    pub(super) fn usual() -> Self {
        Self {
            language: Language::En.code().to_owned(),
            tax: "0".to_owned(),
            tax_delivery: "yes".to_owned(),
            is_open: "yes".to_owned(),
            ..Self::default()
        }
    }

    /// # Errors
    /// Every field that cannot be used.
    pub(super) fn document(&self) -> Result<StorefrontDocument, Refusal> {
        let mut errors = Vec::new();
        let tax = FieldError::collect(&mut errors, "/tax_basis_points", Percent::parse(&self.tax));
        let tax_rates = self.tax_rates(&mut errors);
        let position = match self.position.trim() {
            "" => Ok(0),
            text => text.parse().map_err(|_| "must be a whole number"),
        };
        let position = FieldError::collect(&mut errors, "/position", position);
        let document = StorefrontDocument {
            code: self.code.clone(),
            name: self.name.clone(),
            path: Some(self.path.clone()),
            host: Some(self.host.clone()),
            currency: self.currency.clone(),
            languages: self.spoken(),
            tax_basis_points: tax.map_or(0, |it| it.0),
            tax_rates,
            prices_include_tax: self.included == "yes",
            tax_delivery: !self.tax_delivery.is_empty(),
            shipping_countries: Some(words(&self.countries)).filter(|it| !it.is_empty()),
            sender: self.sender(),
            position: position.unwrap_or(0),
            is_open: !self.is_open.is_empty(),
        };
        if errors.is_empty() {
            return Ok(document);
        }
        errors.extend(document.parse().err().into_iter().flatten());
        Err(Refusal::Invalid(errors))
    }

    fn tax_rates(&self, errors: &mut Vec<FieldError>) -> BTreeMap<String, i32> {
        let mut rates = BTreeMap::new();
        for row in self.rows() {
            let class = row.tax_class.trim();
            let pointer = format!("/tax_rates/{}", FieldError::step(class));
            let rate = match Percent::parse(&row.percent) {
                Ok(_) if rates.contains_key(class) => Err("is named twice"),
                parsed => parsed,
            };
            let rate = FieldError::collect(errors, &pointer, rate);
            rates.insert(class.to_owned(), rate.map_or(0, |it| it.0));
        }
        rates
    }

    /// The rows that say anything.
    fn rows(&self) -> impl Iterator<Item = &RateRow> {
        let rows = self.rates.values();
        rows.filter(|it| !it.tax_class.trim().is_empty() || !it.percent.trim().is_empty())
    }

    fn spoken(&self) -> Vec<String> {
        let others = self.languages.keys().filter(|it| **it != self.language);
        let spoken = std::iter::once(&self.language).chain(others);
        spoken.filter(|it| !it.is_empty()).cloned().collect()
    }

    fn sender(&self) -> Option<Sender> {
        let address = [
            &self.street,
            &self.street2,
            &self.city,
            &self.state,
            &self.postal_code,
            &self.country,
        ];
        let has_address = address.iter().any(|it| !it.trim().is_empty());
        let is_named = [&self.sender_name, &self.sender_email];
        let is_named = is_named.iter().any(|it| !it.trim().is_empty());
        (has_address || is_named).then(|| Sender {
            name: self.sender_name.clone(),
            email: Some(self.sender_email.clone()),
            address: has_address.then(|| Address {
                street: self.street.clone(),
                city: self.city.clone(),
                street2: Some(self.street2.clone()),
                state: Some(self.state.clone()),
                postal_code: self.postal_code.clone(),
                country: self.country.clone(),
                ..Address::default()
            }),
        })
    }

    /// What is kept of it when it is refused, and what the page fills in. Rows that say nothing are left out.
    pub(super) fn fields(&self) -> BTreeMap<String, String> {
        let languages = self.spoken().into_iter();
        let languages = languages.map(|it| (format!("speaks {it}"), "yes".to_owned()));
        let rows = self.rows().enumerate().flat_map(|(row, it)| {
            [
                (format!("tax_class {row}"), it.tax_class.clone()),
                (format!("percent {row}"), it.percent.clone()),
            ]
        });
        [
            ("code", &self.code),
            ("name", &self.name),
            ("path", &self.path),
            ("host", &self.host),
            ("currency", &self.currency),
            ("language", &self.language),
            ("tax", &self.tax),
            ("included", &self.included),
            ("tax_delivery", &self.tax_delivery),
            ("countries", &self.countries),
            ("sender_name", &self.sender_name),
            ("sender_email", &self.sender_email),
            ("street", &self.street),
            ("street2", &self.street2),
            ("city", &self.city),
            ("state", &self.state),
            ("postal_code", &self.postal_code),
            ("country", &self.country),
            ("position", &self.position),
            ("is_open", &self.is_open),
        ]
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.clone()))
        .chain(languages)
        .chain(rows)
        .collect()
    }
}

#[cfg(feature = "ssr")]
impl From<&Storefront> for StorefrontForm {
    fn from(it: &Storefront) -> Self {
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        let languages: Vec<_> = it.languages.iter().map(|it| it.code().to_owned()).collect();
        let rates = it.tax_rates.iter().enumerate();
        let sender = it.sender.as_ref();
        let address = sender.and_then(|it| it.address.clone()).unwrap_or_default();
        Self {
            code: it.code.clone(),
            name: it.name.clone(),
            path: it.path.clone().unwrap_or_default(),
            host: it.host.clone().unwrap_or_default(),
            currency: it.currency.code().to_owned(),
            language: languages.first().cloned().unwrap_or_default(),
            languages: languages
                .into_iter()
                .skip(1)
                .map(|it| (it, yes(true)))
                .collect(),
            tax: Percent(it.tax_basis_points).decimal(),
            included: yes(it.prices_include_tax),
            tax_delivery: yes(it.tax_delivery),
            rates: rates
                .map(|(row, (class, rate))| {
                    let row_of = RateRow {
                        tax_class: class.clone(),
                        percent: Percent(*rate).decimal(),
                    };
                    (format!("{row:02}"), row_of)
                })
                .collect(),
            countries: it.shipping_countries.clone().unwrap_or_default().join(", "),
            sender_name: sender.map(|it| it.name.clone()).unwrap_or_default(),
            sender_email: sender.and_then(|it| it.email.clone()).unwrap_or_default(),
            street: address.street,
            street2: address.street2.unwrap_or_default(),
            city: address.city,
            state: address.state.unwrap_or_default(),
            postal_code: address.postal_code,
            country: address.country,
            position: it.position.to_string(),
            is_open: yes(it.is_open),
        }
    }
}

/// The words of a list, whatever stands between them.
#[cfg(feature = "ssr")]
fn words(text: &str) -> Vec<String> {
    let words = text.split(|it: char| it == ',' || it == ';' || it.is_whitespace());
    words
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}
