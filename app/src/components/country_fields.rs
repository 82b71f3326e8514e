//! The fields of an address, as soon as another country is chosen.

use std::{cell::Cell, rc::Rc};

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Element, FormData, Headers, HtmlInputElement, HtmlSelectElement, RequestInit, Response,
    UrlSearchParams,
};

use super::fetched_page::page_in;

/// Sends the form to where its country is changed, as a button does without JavaScript, and takes the fields out of the
/// page that comes back. If none comes, the order is still checked by its country, and then shown with the right fields.
#[island]
pub(crate) fn CountryFields(
    /// The id of the choice of countries.
    select: String,
    /// The id of what is replaced.
    fields: String,
    /// Where the country is changed.
    url: String,
) -> impl IntoView {
    let (announcement, announce) = signal(String::new());
    Effect::new(move |_| {
        let element = document().get_element_by_id(&select);
        let Some(select) = element.and_then(|it| it.dyn_into::<HtmlSelectElement>().ok()) else {
            return;
        };
        let (fields, url) = (fields.clone(), url.clone());
        let choices = Rc::new(Cell::new(0_u32));
        let source = select.clone();
        let change = move || {
            let choice = choices.get() + 1;
            choices.set(choice);
            let (source, choices) = (source.clone(), Rc::clone(&choices));
            let (fields, url) = (fields.clone(), url.clone());
            spawn_local(async move {
                let Ok(Some(fresh)) = fetch(&source, &fields, &url).await else {
                    return;
                };
                // Whoever walks through the list chooses many; only the last one counts.
                if choices.get() == choice {
                    announce.set(show(&fresh).unwrap_or_default());
                }
            });
        };
        // The browser may have brought another choice back than the page came with.
        if !is_as_it_came(&select) {
            change();
        }
        window_event_listener(ev::change, move |event| {
            if event.target().as_ref() == Some(&select) {
                change();
            }
        });
    });
    view! { <p class="visually-hidden" role="status">{announcement}</p> }
}

fn is_as_it_came(select: &HtmlSelectElement) -> bool {
    let came = select.query_selector("option[selected]").ok().flatten();
    came.and_then(|it| it.get_attribute("value")) == Some(select.value())
}

/// The fields with the id `fields`, as they are for the country that is chosen.
async fn fetch(
    select: &HtmlSelectElement,
    fields: &str,
    url: &str,
) -> Result<Option<Element>, JsValue> {
    let Some(form) = select.form() else {
        return Ok(None);
    };
    let data = FormData::new_with_form(&form)?;
    // A card is sent once, to pay with it.
    data.delete("form[card_number]");
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_body(UrlSearchParams::new_with_str_sequence_sequence(&data)?.as_ref());
    let headers = Headers::new()?;
    headers.set("accept", "text/html")?;
    request.set_headers_headers(&headers);
    let answer = window().fetch_with_str_and_init(url, &request).await?;
    let response: Response = answer.unchecked_into();
    if !response.ok() {
        return Ok(None);
    }
    Ok(page_in(&response).await?.get_element_by_id(fields))
}

/// Puts the fresh fields in the place of those that are there, with what was typed meanwhile. Returns what to say.
fn show(fresh: &Element) -> Option<String> {
    let stale = document().get_element_by_id(&fresh.id())?;
    let typed = stale.query_selector_all("input[id]").ok()?;
    for index in 0..typed.length() {
        let input: HtmlInputElement = typed.get(index)?.unchecked_into();
        let twin = fresh.query_selector(&format!("input#{}", input.id()));
        if let Ok(Some(twin)) = twin {
            twin.unchecked_into::<HtmlInputElement>()
                .set_value(&input.value());
        }
    }
    stale.replace_with_with_node_1(fresh).ok()?;
    fresh.get_attribute("data-announce")
}
