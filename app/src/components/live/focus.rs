//! Keeping the focus where it was, though the element under it is a new one.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement};

/// The element that had the focus, as it can be found again.
pub(super) struct Focus {
    id: String,
    tag: String,
    text: Option<String>,
}

impl Focus {
    /// The focus, if it is in `region`.
    pub(super) fn within(region: &Element) -> Option<Self> {
        let focused = document().active_element()?;
        region.contains(Some(&focused)).then(|| Self {
            id: focused.id(),
            tag: focused.tag_name(),
            text: focused.text_content(),
        })
    }

    /// Gives the focus to the same element of the fresh region; to the region itself when that element is gone.
    pub(super) fn restore(&self, region: &Element) {
        let target = self.find(region).unwrap_or_else(|| {
            let _ = region.set_attribute("tabindex", "-1");
            region.clone()
        });
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        let _ = target
            .unchecked_into::<HtmlElement>()
            .focus_with_options(&options);
    }

    fn find(&self, region: &Element) -> Option<Element> {
        if !self.id.is_empty() {
            return document().get_element_by_id(&self.id);
        }
        let alike = region.get_elements_by_tag_name(&self.tag);
        (0..alike.length())
            .filter_map(|index| alike.item(index))
            .find(|it| it.text_content() == self.text)
    }
}
