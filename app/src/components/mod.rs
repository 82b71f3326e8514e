//! What pages are made of: pieces of markup, and the islands that wake up in the browser.

mod page_life;

pub(crate) use page_life::PageLife;
