//! What commands print for people.

use std::fmt::Write;

use orders::{Checked, Scope, ServiceKey};

/// The invariants, one a line, each violated one with what violates it.
#[must_use]
pub fn invariants(checked: &[Checked]) -> String {
    let mut report = String::new();
    for it in checked {
        let found = if it.holds() {
            "ok".to_owned()
        } else {
            format!("{} violations", it.violations)
        };
        // Writing to a string cannot fail.
        let _ = writeln!(report, "{:<24} {found:<14} {}", it.name, it.means);
        for example in &it.examples {
            let _ = writeln!(report, "    {}: {}", example.subject, example.detail);
        }
    }
    report
}

/// The keys, one a line, without what they are made of.
#[must_use]
pub fn keys(keys: &[ServiceKey]) -> String {
    let mut report = String::new();
    for it in keys {
        let scopes: Vec<_> = it.scopes.iter().map(ToString::to_string).collect();
        let scopes = match scopes.as_slice() {
            [] => "everything".to_owned(),
            some => some.join(","),
        };
        let day = |at: chrono::DateTime<chrono::Utc>| at.format("%F %R").to_string();
        let state = match (it.revoked_at, it.last_used_at) {
            (Some(at), _) => format!("revoked {}", day(at)),
            (None, Some(at)) => format!("used {}", day(at)),
            (None, None) => "never used".to_owned(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            report,
            "{} {}… {scopes:<12} {state:<24} {}",
            it.id, it.prefix, it.name
        );
    }
    report
}

/// A scope, as it is written on the command line.
///
/// # Errors
/// It is none; the line says which there are.
pub fn scope(word: &str) -> Result<Scope, String> {
    let named = Scope::ALL.into_iter().find(|it| it.to_string() == word);
    named.ok_or_else(|| {
        let known = Scope::ALL.map(|it| it.to_string());
        format!("must be one of {}", known.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use orders::Violation;

    use super::*;

    #[test]
    fn a_report_names_what_holds_and_what_does_not() {
        let checked = |name: &str, examples: Vec<Violation>| Checked {
            name: name.to_owned(),
            means: "It is so.".to_owned(),
            violations: i64::try_from(examples.len()).unwrap_or(0),
            examples,
        };
        let mug = Violation {
            subject: "MUG".to_owned(),
            detail: "3 reserved, 0 held by orders".to_owned(),
        };

        let report = invariants(&[checked("totals", Vec::new()), checked("stock", vec![mug])]);

        assert_eq!(
            report,
            "totals                   ok             It is so.\n\
             stock                    1 violations   It is so.\n    \
                 MUG: 3 reserved, 0 held by orders\n"
        );
    }
}
