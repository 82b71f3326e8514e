//! A storefront as whoever runs the shop describes it, before it is known whether that can be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Address, Currency, EmailAddress, FieldError, Invalid, Language, STANDARD_TAX, Sender,
    Storefront, Text,
};

/// The highest tax: all of the price.
const MOST_TAX: i32 = 10_000;
/// More classes of goods than any law knows.
const MOST_TAX_RATES: usize = 50;
/// What our own addresses begin with: a storefront there would hide them.
const OUR_PATHS: [&str; 20] = [
    "account", "admin", "api", "cart", "checkout", "docs", "feed", "fn", "health", "metrics",
    "order", "orders", "pay", "pictures", "pkg", "products", "register", "sign-in", "tickets",
    "v1",
];

/// A storefront to be made, or everything about one that is to be changed.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema), schema(example = json!({
    "code": "nordic", "name": "Parcel & Post Nordic", "path": "nordic", "currency": "SEK", "languages": ["en"],
    "tax_basis_points": 2500, "tax_rates": {"paper": 600}, "prices_include_tax": true, "shipping_countries": ["SE", "NO"]
})))]
pub struct StorefrontDocument {
    /// What orders will name it by, for ever: small letters, digits, `-` and `_`. A change takes it from the address.
    #[serde(default)]
    pub code: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// The first part of its addresses; the default storefront has none.
    #[serde(default)]
    pub path: Option<String>,
    /// The host that it is found at without a path.
    #[serde(default)]
    pub host: Option<String>,
    /// What it counts in (ISO 4217). Once anything is counted in it, it stays.
    #[serde(default)]
    pub currency: String,
    /// What its pages can be read in, the most usual one first.
    #[serde(default)]
    pub languages: Vec<String>,
    /// Its tax in hundredths of a percent: 1,000 is 10 %.
    #[serde(default)]
    pub tax_basis_points: i32,
    /// What is taxed otherwise, in hundredths of a percent, by the products' `tax_class`.
    #[serde(default)]
    pub tax_rates: BTreeMap<String, i32>,
    /// Whether its prices contain the tax.
    #[serde(default)]
    pub prices_include_tax: bool,
    /// Whether delivery is taxed, at the rates of what it brings.
    #[serde(default = "yes")]
    pub tax_delivery: bool,
    /// Where its parcels go (ISO 3166-1); absent: everywhere.
    #[serde(default)]
    pub shipping_countries: Option<Vec<String>>,
    /// Who sends its parcels.
    #[serde(default)]
    pub sender: Option<Sender>,
    /// Its place among the storefronts; the default one comes before all.
    #[serde(default)]
    pub position: i32,
    /// Whether it takes orders.
    #[serde(default = "yes")]
    pub is_open: bool,
}

fn yes() -> bool {
    true
}

impl StorefrontDocument {
    /// The storefront, if every field of it can be used.
    ///
    /// # Errors
    /// Every field that cannot.
    pub fn parse(self) -> Result<Storefront, Vec<FieldError>> {
        let mut errors = Vec::new();
        let is_default = self.code.trim() == Storefront::DEFAULT;
        let code = FieldError::collect(&mut errors, "/code", parse_code(&self.code));
        let name = FieldError::collect(&mut errors, "/name", Text::required(&self.name, 100));
        let path = given(self.path).map(|it| parse_path(&it, is_default));
        let path = FieldError::collect(&mut errors, "/path", path.transpose());
        let host = given(self.host).map(|it| parse_host(&it));
        let host = FieldError::collect(&mut errors, "/host", host.transpose());
        let currency = parse_currency(&self.currency);
        let currency = FieldError::collect(&mut errors, "/currency", currency);
        let languages = parse_languages(&self.languages, &mut errors);
        let tax = parse_tax(self.tax_basis_points);
        let tax = FieldError::collect(&mut errors, "/tax_basis_points", tax);
        check_tax_rates(&self.tax_rates, &mut errors);
        let countries = (self.shipping_countries).map(|it| parse_countries(&it, &mut errors));
        let sender = self.sender.map(|it| parse_sender(it, &mut errors));
        match (code, name, currency, tax) {
            (Some(code), Some(name), Some(currency), Some(tax_basis_points))
                if errors.is_empty() =>
            {
                Ok(Storefront {
                    code,
                    name,
                    path: path.flatten(),
                    host: host.flatten(),
                    currency,
                    languages,
                    tax_basis_points,
                    tax_rates: self.tax_rates,
                    prices_include_tax: self.prices_include_tax,
                    tax_delivery: self.tax_delivery,
                    shipping_countries: countries,
                    sender: sender.flatten(),
                    position: self.position,
                    is_open: self.is_open,
                })
            }
            _ => Err(errors),
        }
    }
}

impl From<Storefront> for StorefrontDocument {
    fn from(it: Storefront) -> Self {
        let languages = it.languages.iter();
        Self {
            languages: languages.map(|it| it.code().to_owned()).collect(),
            currency: it.currency.code().to_owned(),
            code: it.code,
            name: it.name,
            path: it.path,
            host: it.host,
            tax_basis_points: it.tax_basis_points,
            tax_rates: it.tax_rates,
            prices_include_tax: it.prices_include_tax,
            tax_delivery: it.tax_delivery,
            shipping_countries: it.shipping_countries,
            sender: it.sender,
            position: it.position,
            is_open: it.is_open,
        }
    }
}

/// What was typed, if it says anything.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|it| !it.trim().is_empty())
}

/// What storefronts and ways of delivery are named by.
pub(super) fn parse_code(raw: &str) -> Result<String, Invalid> {
    let code = Text::required(raw, 40)?;
    let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
    let mut bytes = code.bytes();
    if !bytes.next().is_some_and(is_plain) || !bytes.all(|it| is_plain(it) || b"-_".contains(&it)) {
        return Err("must be small letters, digits, - and _");
    }
    Ok(code)
}

fn parse_path(raw: &str, is_default: bool) -> Result<String, Invalid> {
    let path = Text::required(raw, 20)?;
    let path = path.trim_matches('/');
    let is_letter = |it: &u8| it.is_ascii_lowercase();
    let is_plain = |it: u8| is_letter(&it) || it.is_ascii_digit() || it == b'-';
    if is_default {
        return Err("is not for the default storefront, which is found without one");
    }
    if !path.as_bytes().first().is_some_and(is_letter) || !path.bytes().all(is_plain) {
        return Err("must be small letters, digits and -, and begin with a letter");
    }
    if OUR_PATHS.contains(&path) {
        return Err("is where pages of every storefront are");
    }
    Ok(path.to_owned())
}

/// A name, perhaps with a port, as browsers send it.
fn parse_host(raw: &str) -> Result<String, Invalid> {
    let host = Text::required(raw, 253)?.to_ascii_lowercase();
    let (name, port) = match host.split_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (host.as_str(), None),
    };
    let is_label = |label: &str| {
        let is_plain = |it: u8| it.is_ascii_alphanumeric() || it == b'-';
        (1..=63).contains(&label.len()) && label.bytes().all(is_plain)
    };
    let is_port = port.is_none_or(|it| it.parse::<u16>().is_ok_and(|it| it > 0));
    if !name.split('.').all(is_label) || !is_port {
        return Err("must be a host like shop.example.com");
    }
    Ok(host)
}

/// A currency that prices can be counted in: gold, test codes and the like have no minor unit.
fn parse_currency(raw: &str) -> Result<Currency, Invalid> {
    let code = Text::required(raw, 3)?.to_ascii_uppercase();
    Currency::from_code(&code)
        .filter(|it| it.exponent().is_some())
        .ok_or("is not a currency of three letters, like EUR")
}

fn parse_languages(codes: &[String], errors: &mut Vec<FieldError>) -> Vec<Language> {
    if codes.is_empty() {
        errors.push(FieldError::new("/languages", "is empty"));
    }
    let mut languages = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        let language = match code.trim().parse() {
            Ok(language) if languages.contains(&language) => Err("is named twice"),
            parsed => parsed,
        };
        languages.extend(FieldError::collect(
            errors,
            &format!("/languages/{index}"),
            language,
        ));
    }
    languages
}

/// A tax in hundredths of a percent.
fn parse_tax(basis_points: i32) -> Result<i32, Invalid> {
    if (0..=MOST_TAX).contains(&basis_points) {
        Ok(basis_points)
    } else {
        Err("must be from 0 to 100 %")
    }
}

fn check_tax_rates(rates: &BTreeMap<String, i32>, errors: &mut Vec<FieldError>) {
    if rates.len() > MOST_TAX_RATES {
        errors.push(FieldError::new("/tax_rates", "are too many"));
    }
    for (class, basis_points) in rates {
        let parsed = match parse_tax_class(class) {
            Ok(class) if class == STANDARD_TAX => {
                Err("is what the storefront's own rate is for: name other classes")
            }
            Ok(_) => parse_tax(*basis_points),
            Err(invalid) => Err(invalid),
        };
        let pointer = format!("/tax_rates/{}", FieldError::step(class));
        FieldError::collect(errors, &pointer, parsed);
    }
}

/// The name of things that are taxed alike.
pub(super) fn parse_tax_class(raw: &str) -> Result<String, Invalid> {
    let class = Text::required(raw, 40)?;
    let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_';
    let begins = class.as_bytes().first().is_some_and(u8::is_ascii_lowercase);
    if !begins || !class.bytes().all(is_plain) {
        return Err("must be small letters, digits and _, and begin with a letter");
    }
    Ok(class)
}

fn parse_countries(codes: &[String], errors: &mut Vec<FieldError>) -> Vec<String> {
    if codes.is_empty() {
        let detail = "names no country; leave it out to send everywhere";
        errors.push(FieldError::new("/shipping_countries", detail));
    }
    let mut countries: Vec<String> = Vec::new();
    for (index, code) in codes.iter().enumerate() {
        let pointer = format!("/shipping_countries/{index}");
        let country = Address::country(code);
        countries.extend(FieldError::collect(errors, &pointer, country));
    }
    countries.sort();
    countries.dedup();
    countries
}

fn parse_sender(sender: Sender, errors: &mut Vec<FieldError>) -> Option<Sender> {
    let name = FieldError::collect(errors, "/sender/name", Text::required(&sender.name, 200));
    let email = given(sender.email).map(|it| EmailAddress::parse(&it).map(|it| it.to_string()));
    let email = FieldError::collect(errors, "/sender/email", email.transpose());
    let address = sender.address.map(|it| it.parse("/sender/address", errors));
    Some(Sender {
        name: name?,
        email: email?,
        address: address.flatten(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(changes: Value) -> Result<Storefront, Vec<FieldError>> {
        let mut document = json!({
            "code": "eu", "name": "Europe", "path": "eu", "currency": "EUR", "languages": ["de", "en"],
            "tax_basis_points": 1900, "tax_rates": {"reduced": 700}, "prices_include_tax": true,
        });
        let fields = document.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        serde_json::from_value::<StorefrontDocument>(document)
            .unwrap()
            .parse()
    }

    fn pointers(changes: Value) -> Vec<String> {
        let errors = parse(changes).unwrap_err().into_iter();
        errors.map(|it| it.pointer).collect()
    }

    #[test]
    fn a_storefront_is_kept_in_one_way_of_writing() {
        let shop = parse(json!({
            "name": " Europe ", "path": "/eu/", "host": "Shop.Example.EU:8443", "currency": "eur",
            "shipping_countries": ["de", "at", "DE"], "sender": {"name": " We ", "email": " "},
        }))
        .unwrap();

        assert_eq!(
            (shop.name.as_str(), shop.path.as_deref()),
            ("Europe", Some("eu"))
        );
        assert_eq!(shop.host.as_deref(), Some("shop.example.eu:8443"));
        assert_eq!(shop.currency, Currency::EUR);
        assert_eq!(shop.languages, [Language::De, Language::En]);
        assert_eq!(shop.shipping_countries.unwrap(), ["AT", "DE"]);
        assert_eq!(shop.sender.unwrap().name, "We");
        assert!(shop.is_open && shop.tax_delivery);
    }

    #[test]
    fn every_field_that_cannot_be_is_named_at_once() {
        let wrong = json!({
            "code": "E U", "name": "", "path": "checkout", "host": "https://x", "currency": "EURO",
            "languages": ["de", "tlh", "de"], "tax_basis_points": 10_001,
            "tax_rates": {"standard": 1, "Food": 1, "books/new": 1, "tea": -1},
            "shipping_countries": ["DE", "Mars"], "sender": {"name": "", "email": "nobody"},
        });

        let mut pointers = pointers(wrong);

        pointers.sort();
        assert_eq!(
            pointers,
            [
                "/code",
                "/currency",
                "/host",
                "/languages/1",
                "/languages/2",
                "/name",
                "/path",
                "/sender/email",
                "/sender/name",
                "/shipping_countries/1",
                "/tax_basis_points",
                "/tax_rates/Food",
                "/tax_rates/books~1new",
                "/tax_rates/standard",
                "/tax_rates/tea",
            ]
        );
    }

    #[test]
    fn what_cannot_be_counted_or_found_is_refused() {
        assert_eq!(pointers(json!({"currency": "XAU"})), ["/currency"]);
        assert_eq!(pointers(json!({"languages": []})), ["/languages"]);
        assert_eq!(
            pointers(json!({"shipping_countries": []})),
            ["/shipping_countries"]
        );
        assert_eq!(pointers(json!({"code": "default"})), ["/path"]);
        for path in ["1eu", "e u", "eü", "admin", "/", "a/b"] {
            assert_eq!(pointers(json!({ "path": path })), ["/path"], "{path}");
        }
        for host in ["a b", "a..b", "host:0", "host:x", "host/x", "host:1:2"] {
            assert_eq!(pointers(json!({ "host": host })), ["/host"], "{host}");
        }
    }

    #[test]
    fn a_storefront_survives_being_described() {
        let shop = parse(json!({"shipping_countries": ["DE"], "position": 3})).unwrap();

        assert_eq!(StorefrontDocument::from(shop.clone()).parse(), Ok(shop));
    }
}
