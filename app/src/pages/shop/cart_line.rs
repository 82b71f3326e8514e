//! One line of the cart.

use leptos::prelude::*;
use orders::{CartLine, Currency, Money};

use crate::{
    components::{Icon, LinePicture},
    shop::in_shop,
    words::{amount, say},
};

/// One line of the cart, with what can be done to it.
#[component]
pub(super) fn CartLineItem(line: CartLine, currency: Currency) -> impl IntoView {
    let each = amount(Money::new(line.unit_price_minor, currency));
    let note = if !line.is_sold {
        String::new()
    } else if line.is_seat {
        say(
            "A seat, so there is one of it",
            "Ein Platz, also gibt es ihn einmal",
        )
        .to_owned()
    } else if (1..=5).contains(&line.available) {
        let left = line.available;
        say(
            format!("{each} each, {left} left"),
            format!("je {each}, noch {left} da"),
        )
    } else {
        say(format!("{each} each"), format!("je {each}"))
    };
    let href = in_shop(&format!("/products/{}", line.product));
    // The product's page says which shops sell it.
    let where_then = (!line.is_sold).then(|| {
        view! { <p><a href=href.clone()>{say("See where it is sold", "Wo es zu haben ist")}</a></p> }
    });
    let problem = (!line.can_be_had()).then(|| {
        let words = match line.available {
            _ if !line.is_sold => {
                say("Not sold in this shop", "In diesem Shop nicht erhältlich").to_owned()
            }
            ..=0 => say("Sold out meanwhile", "Inzwischen ausverkauft").to_owned(),
            left => {
                let chosen = line.quantity;
                say(
                    format!("Only {left} left, you chose {chosen}"),
                    format!("Nur noch {left} da, gewählt sind {chosen}"),
                )
            }
        };
        view! { <p class="stock-note" data-stock="low">{words}</p> }
    });
    let total = line.is_sold.then(|| {
        let total = amount(Money::new(line.total_minor, currency));
        view! { <p class="line-amount">{total}</p> }
    });
    let title = if line.is_sold {
        view! { <a href=href>{line.title.clone()}</a> }.into_any()
    } else {
        line.title.clone().into_any()
    };
    let is_unsold = !line.is_sold;
    view! {
        <li class="cart-line" data-unsold=is_unsold>
            <LinePicture path=line.picture.clone() size=(88, 110) />
            <div class="line-about">
                <h2>{title}</h2>
                <p class="line-note">{note}</p>
                {problem}
                {where_then}
            </div>
            {total}
            <LineControls line />
        </li>
    }
}

#[component]
fn LineControls(line: CartLine) -> impl IntoView {
    let (sku, title) = (line.sku.clone(), line.title.clone());
    let take_rest = (line.is_sold && !line.can_be_had() && line.available > 0).then(|| {
        view! {
            <SetQuantity sku=sku.clone() quantity=line.available.to_string()>
                <button class="button">{say(
                    format!("Take {}", line.available),
                    format!("{} nehmen", line.available),
                )}</button>
            </SetQuantity>
        }
    });
    let form = format!("quantity-{sku}");
    let can_change = line.is_sold && !line.is_seat;
    let update = can_change.then(|| {
        view! { <button class="button line-update" data-kind="quiet" form=form>{say("Update", "Aktualisieren")}</button> }
    });
    view! {
        <div class="line-controls">
            {take_rest}
            {can_change.then(|| view! { <QuantityStepper line /> })}
            <SetQuantity sku quantity="0">
                <button class="button" data-kind="quiet">
                    {say("Remove", "Entfernen")}
                    <span class="visually-hidden">{format!(" {title}")}</span>
                </button>
            </SetQuantity>
            {update}
        </div>
    }
}

#[component]
fn QuantityStepper(line: CartLine) -> impl IntoView {
    let (title, quantity) = (line.title, i64::from(line.quantity));
    let id = format!("quantity-{}-field", line.sku);
    let is_all = quantity >= i64::from(line.available);
    let fewer = say(
        format!("One {title} fewer"),
        format!("{title}: eins weniger"),
    );
    let more = say(format!("One {title} more"), format!("{title}: eins mehr"));
    view! {
        <div class="quantity-stepper">
            <SetQuantity sku=line.sku.clone() quantity=(quantity - 1).to_string()>
                <button disabled=quantity <= 1>
                    <Icon name="minus" />
                    <span class="visually-hidden">{fewer}</span>
                </button>
            </SetQuantity>
            <form id=format!("quantity-{}", line.sku) action=in_shop("/fn/set_quantity") method="post">
                <input type="hidden" name="sku" value=line.sku.clone() />
                <label class="visually-hidden" for=id.clone()>{say(
                    format!("Quantity of {title}"),
                    format!("Anzahl {title}"),
                )}</label>
                <input
                    class="input"
                    id=id
                    name="quantity"
                    type="number"
                    inputmode="numeric"
                    min="0"
                    max=line.available.to_string()
                    value=quantity.to_string()
                    required
                />
            </form>
            <SetQuantity sku=line.sku quantity=(quantity + 1).to_string()>
                <button disabled=is_all>
                    <Icon name="plus" />
                    <span class="visually-hidden">{more}</span>
                </button>
            </SetQuantity>
        </div>
    }
}

/// Says how many of a SKU the cart has; `children` is the button.
#[component]
fn SetQuantity(sku: String, #[prop(into)] quantity: String, children: Children) -> impl IntoView {
    view! {
        <form action=in_shop("/fn/set_quantity") method="post">
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value=quantity />
            {children()}
        </form>
    }
}
