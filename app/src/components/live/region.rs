//! The regions of a page, and swapping them without taking anything out of somebody's hands.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, NodeList, js_sys::Reflect};

use super::{super::relative_time::refresh_times, focus::Focus};

const REGIONS: &str = "[data-live][id]";
/// What is shown as news when it differs, one by one.
const ENTRIES: &str = ".timeline-entry, tbody > tr, .order-row";

/// One difference between the page and its fresh copy.
pub(super) enum Swap {
    /// A region that differs.
    Replace { old: Element, fresh: Element },
    /// A region that is no more.
    Remove(Element),
    /// A region that is new, behind the element it follows.
    Insert { before: Element, fresh: Element },
}

/// How the regions of `page` differ from those of `fresh`.
pub(super) fn swaps(page: &Document, fresh: &Document) -> Vec<Swap> {
    let stale = elements(page.query_selector_all(REGIONS)).into_iter();
    let swaps = stale.filter_map(|old| match fresh.get_element_by_id(&old.id()) {
        Some(fresh) if likeness(&fresh) == likeness(&old) => None,
        Some(fresh) => Some(Swap::Replace { old, fresh }),
        None => Some(Swap::Remove(old)),
    });
    let arrivals = elements(fresh.query_selector_all(REGIONS))
        .into_iter()
        .filter(|it| page.get_element_by_id(&it.id()).is_none())
        .filter_map(|fresh| {
            let before = page.get_element_by_id(&fresh.previous_element_sibling()?.id())?;
            Some(Swap::Insert { before, fresh })
        });
    swaps.chain(arrivals).collect()
}

impl Swap {
    /// Whether it can be done without taking anything out of somebody's hands.
    pub(super) fn is_welcome(&self) -> bool {
        match self {
            Self::Replace { old, .. } | Self::Remove(old) => !is_in_use(old),
            Self::Insert { .. } => true,
        }
    }

    /// What a screen reader is told.
    pub(super) fn announcement(&self) -> Option<String> {
        let Self::Replace { old, fresh } = self else {
            return None;
        };
        let words = fresh.get_attribute("data-announce")?;
        (old.get_attribute("data-announce").as_ref() != Some(&words)).then_some(words)
    }

    /// Does it.
    pub(super) fn apply(self) {
        match self {
            Self::Replace { old, fresh } => {
                refresh_times(&fresh);
                carry_over_folds(&old, &fresh);
                mark_arrivals(&old, &fresh);
                let focus = Focus::within(&old);
                let _ = old.replace_with_with_node_1(&fresh);
                if let Some(focus) = focus {
                    focus.restore(&fresh);
                }
            }
            Self::Remove(old) => old.remove(),
            Self::Insert { before, fresh } => {
                refresh_times(&fresh);
                let _ = before.after_with_node_1(&fresh);
            }
        }
    }
}

/// Whether something in the region was typed or chosen that is not sent yet, or is open over the page.
fn is_in_use(region: &Element) -> bool {
    let property = |of: &Element, name: &str| Reflect::get(of, &JsValue::from_str(name));
    let is_changed = |it: &Element| {
        property(it, "value") != property(it, "defaultValue")
            || property(it, "checked") != property(it, "defaultChecked")
    };
    let is_open = |selector| matches!(region.query_selector(selector), Ok(Some(_)));
    is_open("dialog[open]")
        || is_open(":popover-open")
        || elements(region.query_selector_all("input, textarea"))
            .iter()
            .any(is_changed)
}

/// The region's HTML without what the browser itself changes in it.
fn likeness(region: &Element) -> String {
    let Ok(copy) = region.clone_node_with_deep(true) else {
        return region.outer_html();
    };
    let copy: Element = copy.unchecked_into();
    for time in elements(copy.query_selector_all("time[data-relative]")) {
        time.set_text_content(None);
    }
    for fold in elements(copy.query_selector_all("details[open]")) {
        let _ = fold.remove_attribute("open");
    }
    for entry in elements(copy.query_selector_all(".arrived")) {
        let _ = entry.class_list().remove_1(ARRIVED);
    }
    copy.outer_html()
}

/// What was unfolded stays unfolded.
fn carry_over_folds(old: &Element, fresh: &Element) {
    let name = |fold: &Element| {
        let summary = fold.query_selector("summary").ok().flatten();
        summary.and_then(|it| it.text_content())
    };
    let open: Vec<_> = elements(old.query_selector_all("details[open]"))
        .iter()
        .map(name)
        .collect();
    for fold in elements(fresh.query_selector_all("details")) {
        if open.contains(&name(&fold)) {
            let _ = fold.set_attribute("open", "");
        }
    }
}

const ARRIVED: &str = "arrived";

fn mark_arrivals(old: &Element, fresh: &Element) {
    let known: Vec<_> = elements(old.query_selector_all(ENTRIES))
        .iter()
        .map(likeness)
        .collect();
    for entry in elements(fresh.query_selector_all(ENTRIES)) {
        if !known.contains(&likeness(&entry)) {
            let _ = entry.class_list().add_1(ARRIVED);
        }
    }
}

fn elements(found: Result<NodeList, JsValue>) -> Vec<Element> {
    let Ok(found) = found else { return Vec::new() };
    (0..found.length())
        .filter_map(|index| found.get(index)?.dyn_into().ok())
        .collect()
}
