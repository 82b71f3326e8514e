//! Times, as people read them: in UTC, the same on every machine.

use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use leptos::prelude::*;
use orders::Language;

use crate::words::{language, say};

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
    pub(crate) fn write(self, at: DateTime<Utc>, language: Language) -> String {
        let (english, german) = match self {
            Self::Minute => ("%-d %B, %H:%M", "%-d. %B, %H:%M"),
            Self::ShortMinute => ("%-d %b, %H:%M", "%-d. %b, %H:%M"),
            Self::Clock => ("%H:%M UTC", "%H:%M Uhr UTC"),
            Self::Day => ("%A %-d %B", "%A, %-d. %B"),
            Self::ShortDay => ("%a %-d %b", "%a, %-d. %b"),
            Self::Date => ("%-d %B %Y", "%-d. %B %Y"),
            Self::Event => ("%A %-d %B %Y, %H:%M", "%A, %-d. %B %Y, %H:%M Uhr"),
        };
        formatted(at, language.either(english, german), language)
    }
}

/// `at` by a pattern of chrono's, with the names that days and months have.
fn formatted(at: DateTime<Utc>, pattern: &str, language: Language) -> String {
    let pattern = match language {
        Language::En => pattern.to_owned(),
        Language::De => {
            let month = MONTHS[at.month0() as usize];
            let day = DAYS[at.weekday().num_days_from_monday() as usize];
            let short = |name: &str, letters| name.chars().take(letters).collect::<String>();
            pattern
                .replace("%B", month)
                .replace("%b", &short(month, 3))
                .replace("%A", day)
                .replace("%a", &short(day, 2))
        }
    };
    at.format(&pattern).to_string()
}

const MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const DAYS: [&str; 7] = [
    "Montag",
    "Dienstag",
    "Mittwoch",
    "Donnerstag",
    "Freitag",
    "Samstag",
    "Sonntag",
];

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
            title=formatted(at, say("%-d %B %Y, %H:%M:%S UTC", "%-d. %B %Y, %H:%M:%S UTC"), language())
            data-relative=relative
        >
            {style.write(at, language())}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_write_them() {
        let at: DateTime<Utc> = "2026-12-08T09:05:00Z".parse().unwrap();

        let shown = |style: TimeStyle| Language::ALL.map(|it| style.write(at, it));
        assert_eq!(
            shown(TimeStyle::Minute),
            ["8 December, 09:05", "8. Dezember, 09:05"]
        );
        assert_eq!(
            shown(TimeStyle::ShortMinute),
            ["8 Dec, 09:05", "8. Dez, 09:05"]
        );
        assert_eq!(shown(TimeStyle::Clock), ["09:05 UTC", "09:05 Uhr UTC"]);
        assert_eq!(
            shown(TimeStyle::Day),
            ["Tuesday 8 December", "Dienstag, 8. Dezember"]
        );
        assert_eq!(shown(TimeStyle::ShortDay), ["Tue 8 Dec", "Di, 8. Dez"]);
        assert_eq!(
            shown(TimeStyle::Date),
            ["8 December 2026", "8. Dezember 2026"]
        );
        assert_eq!(
            shown(TimeStyle::Event),
            [
                "Tuesday 8 December 2026, 09:05",
                "Dienstag, 8. Dezember 2026, 09:05 Uhr"
            ]
        );
    }
}
