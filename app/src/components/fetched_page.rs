//! Pages that the browser fetches to take parts out of them.

use wasm_bindgen::JsValue;
use web_sys::{Document, DomParser, Response, SupportedType};

/// The page that was answered.
pub(super) async fn page_in(response: &Response) -> Result<Document, JsValue> {
    let html = response.text()?.await?.as_string().unwrap_or_default();
    DomParser::new()?.parse_from_string(&html, SupportedType::TextHtml)
}
