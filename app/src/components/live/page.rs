//! Looking at the page again, and showing what is different.

use std::{cell::Cell, rc::Rc};

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{
    Document, Response,
    js_sys::{Function, Promise, Reflect},
};

use super::{
    super::fetched_page::page_in,
    region::{self, Swap},
};

/// The page, of which at most one look is under way.
pub(super) struct LivePage {
    announce: WriteSignal<String>,
    is_looking: Cell<bool>,
    look_again: Cell<bool>,
    /// Whether something was held back, since somebody was busy with it.
    is_behind: Cell<bool>,
}

impl LivePage {
    pub(super) fn new(announce: WriteSignal<String>) -> Rc<Self> {
        Rc::new(Self {
            announce,
            is_looking: Cell::new(false),
            look_again: Cell::new(false),
            is_behind: Cell::new(false),
        })
    }

    /// Fetches the page and shows what changed. A burst of calls makes two looks: one now, one when it is done.
    pub(super) fn look(self: &Rc<Self>) {
        self.look_again.set(true);
        if self.is_looking.replace(true) {
            return;
        }
        let page = Rc::clone(self);
        spawn_local(async move {
            while page.look_again.replace(false) {
                // What cannot be fetched now is fetched at the next news, or when the tab is looked at again.
                if let Ok(Some(fresh)) = fetch().await {
                    page.show(&fresh).await;
                }
                rest().await;
            }
            page.is_looking.set(false);
        });
    }

    /// Shows what was held back, when somebody is done with it.
    pub(super) fn catch_up(self: &Rc<Self>) {
        if self.is_behind.get() {
            self.look();
        }
    }

    async fn show(&self, fresh: &Document) {
        let (swaps, unwelcome): (Vec<_>, Vec<_>) = region::swaps(&document(), fresh)
            .into_iter()
            .partition(Swap::is_welcome);
        self.is_behind.set(!unwelcome.is_empty());
        if swaps.is_empty() {
            return;
        }
        let words: Vec<String> = swaps.iter().filter_map(Swap::announcement).collect();
        let title = fresh.title();
        in_transition(move || {
            document().set_title(&title);
            swaps.into_iter().for_each(Swap::apply);
        })
        .await;
        if !words.is_empty() {
            self.announce.set(words.join(". "));
        }
    }
}

/// The page as it is now; `None` when the server sends the visitor elsewhere.
async fn fetch() -> Result<Option<Document>, JsValue> {
    let window = window();
    let address = window.location().href()?;
    let response: Response = window.fetch_with_str(&address).await?.unchecked_into();
    if !response.ok() || response.redirected() {
        return Ok(None);
    }
    page_in(&response).await.map(Some)
}

/// However much happens, nobody can look at more than this.
async fn rest() {
    let timer = Promise::new(&mut |done, _| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, 400);
    });
    let _ = timer.await;
}

/// Does `swap` so that one sees what came and went, where the browser can and the visitor wants motion.
async fn in_transition(swap: impl FnOnce() + 'static) {
    let document = document();
    let start = Reflect::get(&document, &"startViewTransition".into())
        .and_then(|it| it.dyn_into::<Function>())
        .ok()
        .filter(|_| wants_motion());
    let Some(start) = start else {
        return swap();
    };
    let Ok(transition) = start.call1(&document, &Closure::once_into_js(swap)) else {
        return;
    };
    // A transition may be skipped, which is no reason to complain in the console.
    for moment in ["ready", "finished"] {
        if let Ok(promise) = Reflect::get(&transition, &moment.into()) {
            let _ = promise.unchecked_into::<Promise>().await;
        }
    }
}

fn wants_motion() -> bool {
    window()
        .match_media("(prefers-reduced-motion: no-preference)")
        .is_ok_and(|it| it.is_some_and(|it| it.matches()))
}
