//! What every page does in the browser.

use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::window_event_listener_untyped, prelude::*};
use orders::Language;
use wasm_bindgen::JsCast;
use web_sys::{Element, SubmitEvent};

use super::{Icon, relative_time::refresh_times};

/// Keeps a page honest while it is open: a form is sent once, times stay true, and being offline is said.
#[island]
pub(crate) fn PageLife(
    /// What it is said in.
    language: Language,
) -> impl IntoView {
    let (is_offline, set_offline) = signal(false);
    Effect::new(move |_| {
        send_forms_once();
        keep_times_fresh();
        let look = move || set_offline.set(!window().navigator().on_line());
        look();
        window_event_listener(ev::online, move |_| look());
        window_event_listener(ev::offline, move |_| look());
    });
    view! {
        <div class="offline-notice" role="status">
            <div class="notice" data-kind="attention" hidden=move || !is_offline.get()>
                <Icon name="offline" />
                <p>
                    {language.either(
                        "You are offline. What you typed is still here; it can be sent once the connection is back.",
                        "Sie sind offline. Was Sie eingegeben haben, ist noch da und lässt sich senden, sobald die Verbindung \
                        wieder steht.",
                    )}
                </p>
            </div>
        </div>
    }
}

fn keep_times_fresh() {
    let refresh = || {
        if let Some(page) = document().document_element() {
            refresh_times(&page);
        }
    };
    refresh();
    set_interval(refresh, Duration::from_secs(30));
}

/// Marks the button of a form that is on its way, and holds back a second press.
fn send_forms_once() {
    window_event_listener(ev::submit, |event| {
        let Some(form) = event.target().and_then(|it| it.dyn_into::<Element>().ok()) else {
            return;
        };
        if form.has_attribute(SENT) {
            event.prevent_default();
        } else if !event.default_prevented() {
            mark_sent(&form, &event);
        }
    });
    // The page may come back as it was left, out of the browser's cache.
    window_event_listener_untyped("pageshow", |_| unmark_sent());
}

const SENT: &str = "data-sent";
/// After that long without an answer people may try again.
const PATIENCE: Duration = Duration::from_secs(10);

fn mark_sent(form: &Element, event: &SubmitEvent) {
    // Disabled, the button would not be sent along.
    let _ = form.set_attribute(SENT, "");
    if let Some(button) = event.submitter() {
        let _ = button.set_attribute("aria-busy", "true");
    }
    set_timeout(unmark_sent, PATIENCE);
}

fn unmark_sent() {
    for name in [SENT, "aria-busy"] {
        let Ok(marked) = document().query_selector_all(&format!("form[{name}], form [{name}]"))
        else {
            continue;
        };
        for index in 0..marked.length() {
            if let Some(it) = marked
                .get(index)
                .and_then(|it| it.dyn_into::<Element>().ok())
            {
                let _ = it.remove_attribute(name);
            }
        }
    }
}
