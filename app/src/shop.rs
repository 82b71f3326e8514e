//! Which storefront a page belongs to, and which language it is written in.

use std::sync::Arc;

use orders::{Language, Market, Storefront};

/// The storefront that a request came to. The server finds it before anything else runs, by the first part of the
/// address or the host (`server/src/storefront.rs`).
#[derive(Clone, Debug)]
pub struct Shop {
    /// The storefront.
    pub storefront: Storefront,
    /// What its visitor reads.
    pub language: Language,
    /// What stands before its paths: `/eu`, or nothing.
    pub prefix: String,
    /// All storefronts that are open, for those who want to change.
    pub open: Arc<[Storefront]>,
    /// Where storefronts without a host are, `https://shop.example.com`, if that is elsewhere and known.
    pub home: Option<String>,
}

impl Shop {
    /// A path of ours as it is in this shop: a page's, or a server function's. The admin's pages belong to no shop.
    #[must_use]
    pub fn path(&self, path: &str) -> String {
        if path.starts_with("/admin") || !path.starts_with('/') {
            path.to_owned()
        } else if path == "/" && !self.prefix.is_empty() {
            self.prefix.clone()
        } else {
            format!("{}{path}", self.prefix)
        }
    }

    /// Where its visitor buys, and what they read.
    #[must_use]
    pub fn market(&self) -> Market {
        Market {
            storefront: self.storefront.code.clone(),
            language: Some(self.language),
        }
    }

    /// The address of a path of ours at the storefront `code`, wherever it is asked for; here if that one has closed.
    #[must_use]
    pub fn address_of(&self, code: &str, path: &str) -> String {
        match self.open.iter().find(|it| it.code == code) {
            Some(storefront) => self.address_at(storefront, path),
            None => self.path(path),
        }
    }

    /// The address of a path of ours at another storefront.
    #[must_use]
    pub fn address_at(&self, storefront: &Storefront, path: &str) -> String {
        match (&storefront.path, &storefront.host) {
            (Some(prefix), _) => format!("/{prefix}{}", path.trim_end_matches('/')),
            (None, Some(host)) => format!("//{host}{path}"),
            (None, None) => format!("{}{path}", self.home.as_deref().unwrap_or_default()),
        }
    }

    /// Whether a cart comes along to every other storefront: a host of its own knows nothing of it.
    #[must_use]
    pub fn shares_carts(&self) -> bool {
        self.home.is_none()
            && self
                .open
                .iter()
                .all(|it| it.path.is_some() || it.host.is_none())
    }
}

/// The shop of the page that is rendered. On the server only; islands are told what they need of it.
#[must_use]
pub fn shop() -> Shop {
    #[cfg(feature = "ssr")]
    if let Some(shop) = crate::ssr::extension::<Shop>() {
        return shop;
    }
    Shop::default()
}

/// A path of ours as it is in the shop of the page that is rendered.
pub(crate) fn in_shop(path: &str) -> String {
    #[cfg(feature = "ssr")]
    if let Some(path) = crate::ssr::look(|shop: &Shop| shop.path(path)) {
        return path;
    }
    path.to_owned()
}

/// What the visitor reads.
pub(crate) fn visitors_language() -> Language {
    #[cfg(feature = "ssr")]
    if let Some(language) = crate::ssr::look(|shop: &Shop| shop.language) {
        return language;
    }
    Language::default()
}

impl Default for Shop {
    /// A shop that is all there is, as where routes are listed before the first request.
    fn default() -> Self {
        let storefront = Storefront {
            code: Storefront::DEFAULT.to_owned(),
            name: String::new(),
            path: None,
            host: None,
            currency: orders::Currency::USD,
            languages: vec![Language::default()],
            tax_basis_points: 0,
            tax_rates: std::collections::BTreeMap::new(),
            prices_include_tax: false,
            tax_delivery: true,
            shipping_countries: None,
            sender: None,
            position: 0,
            is_open: true,
        };
        Self {
            open: Arc::from([storefront.clone()]),
            storefront,
            language: Language::default(),
            prefix: String::new(),
            home: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_in_their_shop_but_for_the_admin_and_other_sites() {
        let shop = Shop {
            prefix: "/eu".to_owned(),
            ..Shop::default()
        };

        let paths = [
            "/",
            "/cart?error=x",
            "/admin/orders",
            "/fn/add_to_cart",
            "https://example.com/",
        ];
        let shown: Vec<_> = paths.map(|it| shop.path(it)).into();
        assert_eq!(
            shown,
            [
                "/eu",
                "/eu/cart?error=x",
                "/admin/orders",
                "/eu/fn/add_to_cart",
                "https://example.com/"
            ]
        );
        assert_eq!(Shop::default().path("/"), "/");
    }

    #[test]
    fn an_order_is_found_at_its_own_storefront_from_everywhere() {
        let named = |code: &str, path: Option<&str>, host: Option<&str>| Storefront {
            code: code.to_owned(),
            path: path.map(str::to_owned),
            host: host.map(str::to_owned),
            ..Shop::default().storefront
        };
        let shop = Shop {
            prefix: "/eu".to_owned(),
            open: Arc::from([
                named("default", None, None),
                named("euro", Some("eu"), None),
                named("swiss", None, Some("shop.example.ch")),
            ]),
            ..Shop::default()
        };

        let shown =
            ["default", "euro", "swiss", "closed"].map(|it| shop.address_of(it, "/order/1"));
        assert_eq!(
            shown,
            [
                "/order/1",
                "/eu/order/1",
                "//shop.example.ch/order/1",
                "/eu/order/1"
            ]
        );
    }

    #[test]
    fn from_a_host_of_its_own_the_way_leads_back_to_where_the_others_are() {
        let shop = Shop {
            home: Some("https://shop.example.com".to_owned()),
            ..Shop::default()
        };

        let address = shop.address_of("default", "/cart");

        assert_eq!(address, "https://shop.example.com/cart");
        assert!(!shop.shares_carts() && Shop::default().shares_carts());
    }
}
