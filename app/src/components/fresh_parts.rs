//! Parts of a page that follow a choice in a form, as soon as it is made.

use std::{cell::Cell, rc::Rc};

use leptos::{ev, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Document, Element, FormData, Headers, HtmlFormElement, HtmlInputElement, HtmlSelectElement,
    RequestInit, Response, UrlSearchParams,
};

use super::fetched_page::page_in;

/// Sends the form to where its choice is noted, as a button does without JavaScript, and takes the parts that follow it out
/// of the page that comes back. If none comes, the order is still checked by what was chosen, and then shown so.
#[island]
pub(crate) fn FreshParts(
    /// The name of the field that the parts follow.
    name: String,
    /// The ids of what is replaced.
    parts: Vec<String>,
    /// Where the choice is noted.
    url: String,
    /// What is said when it could not be.
    failure: String,
) -> impl IntoView {
    let (announcement, announce) = signal(String::new());
    let (has_failed, fail) = signal(false);
    Effect::new(move |_| {
        let fields = format!("[name=\"{name}\"]");
        let (parts, url, failure) = (parts.clone(), url.clone(), failure.clone());
        let choices = Rc::new(Cell::new(0_u32));
        let change = move |form: HtmlFormElement| {
            let choice = choices.get() + 1;
            choices.set(choice);
            let choices = Rc::clone(&choices);
            let (parts, url, failure) = (parts.clone(), url.clone(), failure.clone());
            mark_busy(&parts, true);
            spawn_local(async move {
                let page = fetch(&form, &url).await.ok().flatten();
                // Whoever walks through a list chooses many; only the last one counts.
                if choices.get() != choice {
                    return;
                }
                mark_busy(&parts, false);
                fail.set(page.is_none());
                announce.set(match page {
                    Some(page) => {
                        let words: Vec<_> = parts.iter().filter_map(|it| show(&page, it)).collect();
                        words.join(". ")
                    }
                    None => failure,
                });
            });
        };
        // The browser may have brought another choice back than the page came with.
        if let Some(form) = changed_form(&fields) {
            change(form);
        }
        window_event_listener(ev::change, move |event| {
            let field = event.target().and_then(|it| it.dyn_into::<Element>().ok());
            if let Some(field) = field
                && field.matches(&fields).unwrap_or(false)
                && let Ok(Some(form)) = field.closest("form")
            {
                change(form.unchecked_into());
            }
        });
    });
    let class = move || {
        if has_failed.get() {
            "field-error"
        } else {
            "visually-hidden"
        }
    };
    view! { <p class=class role="status">{announcement}</p> }
}

/// Says of the parts whether they are about to be replaced.
fn mark_busy(parts: &[String], is_busy: bool) {
    for part in parts
        .iter()
        .filter_map(|it| document().get_element_by_id(it))
    {
        let _ = part.set_attribute("aria-busy", if is_busy { "true" } else { "false" });
    }
}

/// The form in which something else is chosen than when the page came.
fn changed_form(fields: &str) -> Option<HtmlFormElement> {
    let found = document().query_selector_all(fields).ok()?;
    (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into::<Element>().ok())
        .find(|it| !is_as_it_came(it))
        .and_then(|it| it.closest("form").ok()?)
        .map(JsCast::unchecked_into)
}

fn is_as_it_came(field: &Element) -> bool {
    if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
        let came = select.query_selector("option[selected]").ok().flatten();
        return came.and_then(|it| it.get_attribute("value")) == Some(select.value());
    }
    field
        .dyn_ref::<HtmlInputElement>()
        .is_none_or(|it| it.checked() == it.default_checked())
}

/// The page that shows what was chosen in `form`.
async fn fetch(form: &HtmlFormElement, url: &str) -> Result<Option<Document>, JsValue> {
    let data = FormData::new_with_form(form)?;
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
    page_in(&response).await.map(Some)
}

/// Puts the part `id` of a fresh page in the place of the one that is there, with what was typed meanwhile and as it was
/// unfolded. Returns what to say.
fn show(page: &Document, id: &str) -> Option<String> {
    let fresh = page.get_element_by_id(id)?;
    let stale = document().get_element_by_id(id)?;
    let typed = stale.query_selector_all("input[id]").ok()?;
    for index in 0..typed.length() {
        let input: HtmlInputElement = typed.get(index)?.unchecked_into();
        let twin = fresh.query_selector(&format!("input#{}", input.id()));
        if let Ok(Some(twin)) = twin {
            twin.unchecked_into::<HtmlInputElement>()
                .set_value(&input.value());
        }
    }
    if let (Ok(Some(_)), Ok(Some(fold))) = (
        stale.query_selector("details[open]"),
        fresh.query_selector("details"),
    ) {
        let _ = fold.set_attribute("open", "");
    }
    stale.replace_with_with_node_1(&fresh).ok()?;
    fresh.get_attribute("data-announce")
}
