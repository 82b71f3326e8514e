//! One line of the cart.

use leptos::prelude::*;
use orders::{CartLine, Currency, Money};

use crate::components::{Icon, LinePicture};

/// One line of the cart, with what can be done to it.
#[component]
pub(super) fn CartLineItem(line: CartLine, currency: Currency) -> impl IntoView {
    let each = Money::new(line.unit_price_minor, currency);
    let note = if line.is_seat {
        "A seat, so there is one of it".to_owned()
    } else if (1..=5).contains(&line.available) {
        format!("{each} each, {} left", line.available)
    } else {
        format!("{each} each")
    };
    let problem = (!line.can_be_had()).then(|| {
        let words = match line.available {
            ..=0 => "Sold out meanwhile".to_owned(),
            left => format!("Only {left} left, you chose {}", line.quantity),
        };
        view! { <p class="stock-note" data-stock="low">{words}</p> }
    });
    view! {
        <li class="cart-line">
            <LinePicture path=line.picture.clone() size=(88, 110) />
            <div class="line-about">
                <h2><a href=format!("/products/{}", line.product)>{line.title.clone()}</a></h2>
                <p class="line-note">{note}</p>
                {problem}
            </div>
            <p class="line-amount">{Money::new(line.total_minor, currency).to_string()}</p>
            <LineControls line />
        </li>
    }
}

#[component]
fn LineControls(line: CartLine) -> impl IntoView {
    let (sku, title) = (line.sku.clone(), line.title.clone());
    let take_rest = (!line.can_be_had() && line.available > 0).then(|| {
        view! {
            <SetQuantity sku=sku.clone() quantity=line.available.to_string()>
                <button class="button">{format!("Take {}", line.available)}</button>
            </SetQuantity>
        }
    });
    let form = format!("quantity-{sku}");
    let update = (!line.is_seat).then(|| {
        view! { <button class="button line-update" data-kind="quiet" form=form>"Update"</button> }
    });
    view! {
        <div class="line-controls">
            {take_rest}
            {(!line.is_seat).then(|| view! { <QuantityStepper line /> })}
            <SetQuantity sku quantity="0">
                <button class="button" data-kind="quiet">
                    "Remove"
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
    let (fewer, more) = (format!("One {title} fewer"), format!("One {title} more"));
    view! {
        <div class="quantity-stepper">
            <SetQuantity sku=line.sku.clone() quantity=(quantity - 1).to_string()>
                <button disabled=quantity <= 1>
                    <Icon name="minus" />
                    <span class="visually-hidden">{fewer}</span>
                </button>
            </SetQuantity>
            <form id=format!("quantity-{}", line.sku) action="/fn/set_quantity" method="post">
                <input type="hidden" name="sku" value=line.sku.clone() />
                <label class="visually-hidden" for=id.clone()>{format!("Quantity of {title}")}</label>
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
        <form action="/fn/set_quantity" method="post">
            <input type="hidden" name="sku" value=sku />
            <input type="hidden" name="quantity" value=quantity />
            {children()}
        </form>
    }
}
