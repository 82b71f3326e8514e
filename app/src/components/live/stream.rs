//! Hearing that something changed: one stream of events, open only while the tab can be seen.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use leptos::{ev, leptos_dom::helpers::window_event_listener_untyped, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, js_sys::Function};

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Calls `on_news` whenever the page may be out of date: at every event, and whenever the stream has been away.
pub(super) fn listen(url: String, on_news: impl Fn() + 'static) {
    let stream = Rc::new(Stream {
        url,
        on_news: Box::new(on_news),
        source: RefCell::default(),
        pause: Cell::new(FIRST_PAUSE),
    });
    stream.open();
    let lost = Rc::clone(&stream);
    // A connection from before may look alive, and never say anything again.
    window_event_listener(ev::online, move |_| {
        lost.close();
        lost.open();
    });
    window_event_listener_untyped("visibilitychange", move |_| {
        if document().hidden() {
            stream.close();
        } else {
            stream.open();
        }
    });
}

struct Stream {
    url: String,
    on_news: Box<dyn Fn()>,
    source: RefCell<Option<EventSource>>,
    pause: Cell<Duration>,
}

impl Stream {
    fn open(self: &Rc<Self>) {
        if self.source.borrow().is_some() || document().hidden() {
            return;
        }
        let Ok(source) = EventSource::new(&self.url) else {
            return;
        };
        let heard = self.listener(|it| (it.on_news)());
        source.set_onmessage(Some(&heard));
        let _ = source.add_event_listener_with_callback("missed", &heard);
        source.set_onopen(Some(&self.listener(Self::opened)));
        source.set_onerror(Some(&self.listener(Self::broke)));
        self.source.replace(Some(source));
    }

    fn close(&self) {
        if let Some(source) = self.source.take() {
            source.close();
        }
    }

    /// What happened before the stream was open was not heard.
    fn opened(self: &Rc<Self>) {
        self.pause.set(FIRST_PAUSE);
        (self.on_news)();
    }

    /// Browsers reconnect by themselves after a network error, but not after an answer that is no stream.
    fn broke(self: &Rc<Self>) {
        let is_closed = |it: &EventSource| it.ready_state() == EventSource::CLOSED;
        if !self.source.borrow().as_ref().is_some_and(is_closed) {
            return;
        }
        self.close();
        let pause = self.pause.get();
        self.pause.set(LONGEST_PAUSE.min(pause * 2));
        let stream = Rc::clone(self);
        set_timeout(move || stream.open(), pause);
    }

    fn listener(self: &Rc<Self>, action: impl Fn(&Rc<Self>) + 'static) -> Function {
        let stream = Rc::clone(self);
        Closure::<dyn FnMut()>::new(move || action(&stream))
            .into_js_value()
            .unchecked_into()
    }
}
