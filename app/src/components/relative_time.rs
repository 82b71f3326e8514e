//! How long ago something was. The server writes the exact time; only the browser knows how old the page is by now.

use wasm_bindgen::JsCast;
use web_sys::{Element, js_sys::Date};

/// Says of every `<time data-relative>` in `root` how long ago it was.
pub(super) fn refresh_times(root: &Element) {
    let Ok(times) = root.query_selector_all("time[data-relative][datetime]") else {
        return;
    };
    for index in 0..times.length() {
        let Some(time) = times
            .get(index)
            .and_then(|it| it.dyn_into::<Element>().ok())
        else {
            continue;
        };
        let moment = Date::parse(&time.get_attribute("datetime").unwrap_or_default());
        if let Some(words) = words((Date::now() - moment) / 60_000.0) {
            time.set_text_content(Some(&words));
        }
    }
}

/// `3 min ago`; nothing for what is to come, or so long ago that a date says more.
fn words(minutes: f64) -> Option<String> {
    const HOUR: f64 = 60.0;
    const DAY: f64 = 24.0 * HOUR;
    const TWO_DAYS: f64 = 2.0 * DAY;
    const WEEK: f64 = 7.0 * DAY;
    match minutes {
        // Clocks differ a little.
        -1.0..1.0 => Some("just now".to_owned()),
        1.0..HOUR => Some(format!("{} min ago", minutes as u32)),
        HOUR..DAY => Some(format!("{} h ago", (minutes / HOUR) as u32)),
        DAY..TWO_DAYS => Some("yesterday".to_owned()),
        TWO_DAYS..WEEK => Some(format!("{} days ago", (minutes / DAY) as u32)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn times_read_as_people_say_them() {
        let shown = |minutes: f64| words(minutes).unwrap_or_default();

        assert_eq!(shown(0.4), "just now");
        assert_eq!(shown(-0.5), "just now");
        assert_eq!(shown(3.9), "3 min ago");
        assert_eq!(shown(125.0), "2 h ago");
        assert_eq!(shown(1_500.0), "yesterday");
        assert_eq!(shown(3.0 * 1_440.0), "3 days ago");
        assert_eq!(words(8.0 * 1_440.0), None);
        assert_eq!(words(-90.0), None);
        assert_eq!(words(f64::NAN), None);
    }
}
