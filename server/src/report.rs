//! What commands print for people.

use std::fmt::Write;

use orders::Checked;

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
