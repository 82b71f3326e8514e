//! The front page, and what a search finds.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::{hooks::use_query_map, location::Url};
use orders::{Product, ProductKind};

use super::event_band::EventBand;
use crate::{
    AppError,
    api::product::{ProductPage, find_products},
    components::{Pager, ProductCard, loaded},
    shop::in_shop,
    words::say,
};

/// What the shop has, or what a search finds in it.
#[component]
pub(in crate::pages) fn FrontPage() -> impl IntoView {
    let query = use_query_map();
    let asked = move || {
        let field = |name| {
            query
                .with(|it| it.get(name))
                .filter(|it| !it.trim().is_empty())
        };
        (field("q"), field("after"))
    };
    let shelf = Resource::new(asked, |(words, after)| Shelf::find(words, after));
    loaded(shelf, |shelf| match &shelf.words {
        None => view! { <Front shelf /> }.into_any(),
        Some(_) if shelf.found.products.is_empty() => view! { <NothingFound shelf /> }.into_any(),
        Some(_) => view! { <Results shelf /> }.into_any(),
    })
}

/// What a page of the shop's shelves shows.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
struct Shelf {
    /// What was searched for.
    words: Option<String>,
    /// Whether it is the first page.
    is_first: bool,
    /// What was found.
    found: ProductPage,
    /// Something else, when nothing was.
    instead: Vec<Product>,
}

impl Shelf {
    async fn find(words: Option<String>, after: Option<String>) -> Result<Self, AppError> {
        let found = find_products(words.clone(), after.clone()).await?;
        let instead = if found.products.is_empty() {
            let mut others = find_products(None, None).await?.products;
            others.truncate(4);
            others
        } else {
            Vec::new()
        };
        Ok(Self {
            words,
            is_first: after.is_none(),
            found,
            instead,
        })
    }

    /// The address of the page behind `after`, or of the first.
    fn href(&self, after: Option<&str>) -> String {
        let field =
            |name, value: Option<&str>| value.map(|it| format!("{name}={}", Url::escape(it)));
        let fields: Vec<_> = [field("q", self.words.as_deref()), field("after", after)]
            .into_iter()
            .flatten()
            .collect();
        if fields.is_empty() {
            in_shop("/")
        } else {
            in_shop(&format!("/?{}", fields.join("&")))
        }
    }

    fn pager(&self) -> impl IntoView + use<> {
        let first = (!self.is_first).then(|| self.href(None));
        let next = self.found.next.as_deref().map(|it| self.href(Some(it)));
        view! { <Pager first first_words=say("Back to the start", "Zurück zum Anfang") next next_words=say("Show more", "Mehr zeigen") /> }
    }
}

#[component]
fn Front(shelf: Shelf) -> impl IntoView {
    let pager = shelf.pager();
    let (events, goods): (Vec<_>, Vec<_>) = shelf
        .found
        .products
        .into_iter()
        .partition(|it| it.kind == ProductKind::Event);
    let intro = shelf.is_first.then(|| {
        view! {
            <div class="front-intro">
                <h1>{say("Well-made things for people who write, carry and send", "Gut gemachte Dinge für alle, die schreiben, tragen und verschicken")}</h1>
            </div>
        }
    });
    let heading = if shelf.is_first {
        view! { <h2 class="visually-hidden" id="goods">{say("Everything in the shop", "Alles im Shop")}</h2> }.into_any()
    } else {
        view! { <h1 class="visually-hidden" id="goods">{say("More from the shop", "Mehr aus dem Shop")}</h1> }.into_any()
    };
    let events: Vec<_> = events
        .into_iter()
        .map(|event| view! { <EventBand event /> })
        .collect();
    view! {
        <Title text="" />
        {intro}
        <section class="product-list" aria-labelledby="goods">
            {heading}
            <ProductGrid products=goods is_below_heading=shelf.is_first />
        </section>
        {pager}
        {events}
    }
}

#[component]
fn Results(shelf: Shelf) -> impl IntoView {
    let pager = shelf.pager();
    let count = shelf.found.products.len();
    let sum = match (count, shelf.is_first && shelf.found.next.is_none()) {
        (1, true) => say("1 thing found", "1 Artikel gefunden").to_owned(),
        (count, true) => say(
            format!("{count} things found"),
            format!("{count} Artikel gefunden"),
        ),
        (count, false) => say(
            format!("{count} things on this page"),
            format!("{count} Artikel auf dieser Seite"),
        ),
    };
    let words = shelf.words.unwrap_or_default();
    view! {
        <Title text=say(format!("Search: {words}"), format!("Suche: {words}")) />
        <div class="page-head">
            <h1>{say(format!("“{words}”"), format!("„{words}“"))}</h1>
            <p>{sum}</p>
        </div>
        <section class="product-list" aria-label=say("Results", "Ergebnisse")>
            <ProductGrid products=shelf.found.products is_below_heading=false />
        </section>
        {pager}
    }
}

#[component]
fn NothingFound(shelf: Shelf) -> impl IntoView {
    let words = shelf.words.unwrap_or_default();
    view! {
        <Title text=say(format!("Search: {words}"), format!("Suche: {words}")) />
        <div class="page-head">
            <h1>{say(format!("Nothing found for “{words}”"), format!("Nichts gefunden für „{words}“"))}</h1>
            <p>
                {say("We looked in names and descriptions. A shorter or more general word often helps.", "Wir haben in Namen und Beschreibungen gesucht. Oft hilft ein kürzeres oder allgemeineres Wort.")}
            </p>
        </div>
        <div class="stack" data-gap="large">
            <p class="cluster">
                <a class="button" href=in_shop("/")>{say("Show everything", "Alles zeigen")}</a>
            </p>
            <section class="product-list" aria-labelledby="instead">
                <h2 id="instead" class="visually-hidden">{say("Perhaps one of these", "Vielleicht eines davon")}</h2>
                <ProductGrid products=shelf.instead is_below_heading=true />
            </section>
        </div>
    }
}

/// How many pictures are in sight at once, at most.
const FIRST_ROW: usize = 4;

#[component]
fn ProductGrid(products: Vec<Product>, is_below_heading: bool) -> impl IntoView {
    let cards: Vec<_> = products
        .into_iter()
        .enumerate()
        .map(|(index, product)| {
            let lazy = index >= FIRST_ROW;
            view! { <ProductCard product is_below_heading lazy /> }
        })
        .collect();
    view! { <ul class="product-grid">{cards}</ul> }
}
