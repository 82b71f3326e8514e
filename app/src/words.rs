//! What pages say, in the language of whoever reads them.
//!
//! Both texts stand beside each other where they are said, so that neither is changed without the other, and none can be
//! missing: [`say`] does not compile without it.

use leptos::prelude::*;
use orders::{Language, Money};

/// The language that is read here: that of the part of the page, where it has one of its own, else the visitor's.
/// On the server only; islands are told.
pub(crate) fn language() -> Language {
    use_context::<Language>().unwrap_or_else(crate::shop::visitors_language)
}

/// What is to be said here.
pub(crate) fn say<T>(english: T, german: T) -> T {
    language().either(english, german)
}

/// An amount of money as it is written here.
pub(crate) fn amount(money: Money) -> String {
    money.written_in(language())
}

/// The same where there is little room: a whole amount without its cents.
pub(crate) fn briefly(money: Money) -> String {
    money.written_briefly_in(language())
}

/// A price as it is written here: what costs nothing is free.
pub(crate) fn price(money: Money) -> String {
    if money.minor == 0 {
        say("Free", "Kostenlos").to_owned()
    } else {
        amount(money)
    }
}

/// How long delivery takes: `2–4 working days`.
pub(crate) fn days(least: u16, most: u16) -> String {
    match (least, most) {
        (1, 1) => say("1 working day", "1 Werktag").to_owned(),
        (least, most) if least == most => {
            say(format!("{most} working days"), format!("{most} Werktage"))
        }
        (least, most) => say(
            format!("{least}–{most} working days"),
            format!("{least}–{most} Werktage"),
        ),
    }
}

/// What is wrong with a field, in words that follow its label. The rules say it in English, as programs are told.
pub(crate) fn complaint(detail: &str) -> String {
    let german = match detail {
        "is missing" => "fehlt",
        "is too long" => "ist zu lang",
        "is not an e-mail address" => "ist keine E-Mail-Adresse",
        "is not right" => "stimmt nicht",
        "has characters that cannot be printed" => "enthält Zeichen, die sich nicht drucken lassen",
        "must have 10 to 200 characters" => "braucht 10 bis 200 Zeichen",
        _ => "lässt sich so nicht verwenden",
    };
    say(detail, german).to_owned()
}
