//! Times, as people read them: in English and in UTC, the same on every machine.

use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

/// How exactly a time is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TimeStyle {
    /// `20 November, 09:12`
    Minute,
    /// `20 Nov, 09:12`
    ShortMinute,
    /// `09:12 UTC`
    Clock,
    /// `Tuesday 24 November`
    Day,
    /// `Tue 24 Nov`
    ShortDay,
    /// `20 November 2026`
    Date,
    /// `Friday 18 December 2026, 19:30`
    Event,
}

impl TimeStyle {
    /// The time as text.
    pub(crate) fn write(self, at: DateTime<Utc>) -> String {
        let pattern = match self {
            Self::Minute => "%-d %B, %H:%M",
            Self::ShortMinute => "%-d %b, %H:%M",
            Self::Clock => "%H:%M UTC",
            Self::Day => "%A %-d %B",
            Self::ShortDay => "%a %-d %b",
            Self::Date => "%-d %B %Y",
            Self::Event => "%A %-d %B %Y, %H:%M",
        };
        at.format(pattern).to_string()
    }
}

/// A time, for people and for programs; the exact one shows itself under the pointer.
#[component]
pub(crate) fn Moment(
    at: DateTime<Utc>,
    #[prop(default = TimeStyle::Minute)] style: TimeStyle,
    /// Whether browsers say how long ago it was instead.
    #[prop(optional)]
    relative: bool,
) -> impl IntoView {
    view! {
        <time
            datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true)
            title=at.format("%-d %B %Y, %H:%M:%S UTC").to_string()
            data-relative=relative
        >
            {style.write(at)}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_write_them() {
        let at: DateTime<Utc> = "2026-12-08T09:05:00Z".parse().unwrap();

        assert_eq!(TimeStyle::Minute.write(at), "8 December, 09:05");
        assert_eq!(TimeStyle::ShortMinute.write(at), "8 Dec, 09:05");
        assert_eq!(TimeStyle::Clock.write(at), "09:05 UTC");
        assert_eq!(TimeStyle::Day.write(at), "Tuesday 8 December");
        assert_eq!(TimeStyle::ShortDay.write(at), "Tue 8 Dec");
        assert_eq!(TimeStyle::Date.write(at), "8 December 2026");
        assert_eq!(TimeStyle::Event.write(at), "Tuesday 8 December 2026, 09:05");
    }
}
