//! What somebody has chosen on a seat plan.

use leptos::{ev, html, prelude::*};
use orders::Language;
use wasm_bindgen::JsCast;
use web_sys::{Element, js_sys::Number};

/// Says which seats are chosen and what they cost, as boxes of the form around it are ticked. A box carries its
/// `data-code` and its `data-price-minor`. Without JavaScript the style sheet counts.
#[island]
pub(crate) fn SeatSummary(
    /// What it is said in.
    language: Language,
    /// The currency's sign.
    sign: String,
    /// How many decimals the currency has.
    decimals: u32,
) -> impl IntoView {
    let place = NodeRef::<html::P>::new();
    let (words, set_words) = signal(None::<String>);
    Effect::new(move |_| {
        let Some(form) = place.get().and_then(|it| it.closest("form").ok()?) else {
            return;
        };
        let sign = sign.clone();
        let count = move || {
            let (codes, price_minor) = chosen(&form);
            let price = amount(price_minor, &sign, decimals, language);
            set_words.set(Some(summary(&codes, &price, language)));
        };
        // A form that the browser brought back has ticks already.
        count();
        window_event_listener(ev::change, move |_| count());
    });
    view! {
        <p class="seat-count" node_ref=place data-live=move || words.get().map(|_| "")>
            {move || words.get().unwrap_or_else(|| language.either("seats chosen", "Plätze gewählt").to_owned())}
        </p>
    }
}

/// The codes of the boxes that are ticked, and the sum of their prices.
fn chosen(form: &Element) -> (Vec<String>, u32) {
    let (mut codes, mut price_minor) = (Vec::new(), 0_u32);
    let Ok(ticked) = form.query_selector_all("input:checked[data-code]") else {
        return (codes, price_minor);
    };
    for index in 0..ticked.length() {
        if let Some(seat) = ticked
            .get(index)
            .and_then(|it| it.dyn_into::<Element>().ok())
        {
            codes.extend(seat.get_attribute("data-code"));
            let price = seat.get_attribute("data-price-minor");
            price_minor += price.and_then(|it| it.parse::<u32>().ok()).unwrap_or(0);
        }
    }
    (codes, price_minor)
}

/// `C7 and C8, 2 seats: $56.00`.
fn summary(codes: &[String], price: &str, language: Language) -> String {
    match codes {
        [] => language
            .either("No seats chosen yet", "Noch keine Plätze gewählt")
            .to_owned(),
        [one] => language.either(
            format!("{one}, 1 seat: {price}"),
            format!("{one}, 1 Platz: {price}"),
        ),
        [most @ .., last] => {
            let (names, count) = (most.join(", "), codes.len());
            language.either(
                format!("{names} and {last}, {count} seats: {price}"),
                format!("{names} und {last}, {count} Plätze: {price}"),
            )
        }
    }
}

/// As the server writes amounts: `$1,234.50`, `1.234,50 €`.
fn amount(minor: u32, sign: &str, decimals: u32, language: Language) -> String {
    let unit = 10_u32.pow(decimals);
    let mut number = String::from(Number::from(minor / unit).to_locale_string(language.code()));
    if decimals > 0 {
        let point = language.either('.', ',');
        let width = decimals as usize;
        number.push_str(&format!("{point}{:0width$}", minor % unit));
    }
    language.either(format!("{sign}{number}"), format!("{number}\u{a0}{sign}"))
}

#[cfg(test)]
mod tests {
    use orders::Language;

    use super::summary;

    #[test]
    fn chosen_seats_are_named_counted_and_priced() {
        let shown = |codes: &[&str]| {
            let codes: Vec<String> = codes.iter().map(|it| (*it).to_owned()).collect();
            summary(&codes, "$34.00", Language::En)
        };

        assert_eq!(shown(&[]), "No seats chosen yet");
        assert_eq!(shown(&["A1"]), "A1, 1 seat: $34.00");
        assert_eq!(shown(&["A1", "A2", "B7"]), "A1, A2 and B7, 3 seats: $34.00");
    }
}
