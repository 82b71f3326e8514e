//! Wakes the islands of a page that the server has rendered.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the page once this module is loaded.
#[wasm_bindgen]
pub fn hydrate() {
    // The islands are known by being linked in.
    use app as _;
    leptos::mount::hydrate_islands();
}
